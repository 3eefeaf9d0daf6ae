// SPDX-License-Identifier: GPL-2.0-only
/*
 * workloads/storm.c - what all storms share: the machine with its device and table, the vCPUs, and the end of it.
 */
#include "workloads/storm.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/vfio.h>
#include <stdio.h>
#include <string.h>

#include "workloads/mutant.h"
#include "workloads/referee.h"
#include "workloads/wl_story.h"

#define STORM_MEMLOCK_BYTES (1ull << 40)
#define STORM_LEVELS 2u
#define SETUP "storm-setup"
#define TEARDOWN "storm-teardown"
#define COUNT "storm-count"

uint64_t storm_gpa(const struct storm_cpu *cpu, uint64_t page)
{
	return (cpu->page + page) << cpu->storm->config.page_shift;
}

uint64_t storm_ioba(const struct storm_cpu *cpu, uint64_t entry)
{
	return cpu->storm->window + ((cpu->entry + entry) << cpu->storm->config.page_shift);
}

void storm_begin(struct storm_cpu *cpu)
{
	struct storm *storm = cpu->storm;

	if (++storm->arrived < storm->config.vcpus) {
		kvm_wait(cpu->cpu, &storm->start);
		return;
	}
	storm->begin_ps = sim_now(storm->run->sim);
	storm->before = storm_times_now(storm->run);
	(void)sim_waitq_wake_all(storm->run->sim, &storm->start);
}

void storm_end(struct storm_cpu *cpu)
{
	struct storm *storm = cpu->storm;

	cpu->ended = true;
	cpu->end_ps = sim_now(storm->run->sim);
	if (--storm->running)
		return;
	storm->end_ps = cpu->end_ps;
	storm->times = storm_times_now(storm->run);
	storm_times_since(&storm->times, &storm->before);
}

/* ---- The VMM ---- */

static bool open_device(struct storm *storm)
{
	const struct storm_config *config = &storm->config;
	int err = vfm_device_open(storm->vmm, storm->device_name, VFIO_SPAPR_TCE_v2_IOMMU, &storm->device);
	uint64_t start, bytes;
	int64_t ret;

	if (!wl_expect(storm->run, !err, SETUP, "%s could not be opened through VFIO (%d)", storm->device_name, err))
		return false;
	referee_device(storm->run->referee, &storm->device);
	mutant_agent_device(storm->run->mutant, &storm->device);
	ret = vfm_eeh(&storm->device, VFIO_EEH_PE_ENABLE);
	if (!wl_expect(storm->run, !ret, SETUP, "EEH could not be enabled (%" PRId64 ")", ret))
		return false;
	ret = vfm_spapr_get_info(&storm->device, &start, &bytes);
	if (!wl_expect(storm->run, !ret, SETUP, "GET_INFO failed (%" PRId64 ")", ret))
		return false;
	ret = vfm_spapr_create(&storm->device, config->window_shift, config->window_bytes, STORM_LEVELS,
			       &storm->window);
	return wl_expect(storm->run, !ret, SETUP, "CREATE of the window failed (%" PRId64 ")", ret);
}

/* Tables of the same window: what is written through one is in the hardware's table for all. */
static bool make_tables(struct storm *storm)
{
	const struct storm_config *config = &storm->config;
	struct kvm_table_options table = {.start = storm->window,
					  .page_shift = config->page_shift,
					  .entries = config->window_bytes >> config->page_shift};

	for (uint32_t i = 0; i < config->tables; i++) {
		int err;

		table.liobn = STORM_LIOBN + i;
		err = kvm_guest_table_add(storm->guest, &table);
		if (!wl_expect(storm->run, !err, SETUP, "no TCE table (%d)", err))
			return false;
		err = kvm_guest_table_attach(storm->guest, table.liobn, &storm->device);
		if (!wl_expect(storm->run, !err, SETUP, "the device does not follow the table (%d)", err))
			return false;
	}
	return true;
}

/* What the storm maps, and behind it a page for lists of TCEs for each vCPU. */
static int make_memory(struct storm *storm)
{
	const struct storm_config *config = &storm->config;
	uint64_t page_bytes = vfm_proc_page_bytes(storm->vmm), lists = config->vcpus * STORM_LIST_BYTES;
	int err;

	if (config->huge)
		err = kvm_guest_memory_add_huge(storm->guest, 0, config->memory_bytes);
	else
		err = kvm_guest_memory_add(storm->guest, 0, config->memory_bytes);
	if (err)
		return err;
	return kvm_guest_memory_add(storm->guest, config->memory_bytes,
				    (lists + page_bytes - 1) / page_bytes * page_bytes);
}

static bool build_machine(struct storm *storm)
{
	int err = kvm_guest_create(storm->run->kvm, storm->vmm, "guest", &storm->guest);

	if (!wl_expect(storm->run, !err, SETUP, "KVM made no machine (%d)", err))
		return false;
	err = make_memory(storm);
	if (!wl_expect(storm->run, !err, SETUP, "no guest memory (%d)", err) || !open_device(storm))
		return false;
	err = kvm_guest_device_add(storm->guest, &storm->device);
	return wl_expect(storm->run, !err, SETUP, "the machine does not take the device (%d)", err) &&
	       make_tables(storm);
}

/* Where part @index of @parts of @whole begins; together they are all of it. */
static uint64_t part(uint64_t whole, uint32_t index, uint32_t parts)
{
	return whole / parts * index + whole % parts * index / parts;
}

static void deal_cpu(struct storm *storm, uint32_t index)
{
	const struct storm_config *config = &storm->config;
	uint64_t pages = config->memory_bytes >> config->page_shift;
	uint64_t entries = config->window_bytes >> config->page_shift;
	struct storm_cpu *cpu = &storm->cpu[index];
	char path[32];

	*cpu = (struct storm_cpu){.storm = storm,
				  .liobn = STORM_LIOBN + index % config->tables,
				  .page = part(pages, index, config->vcpus),
				  .entry = part(entries, index, config->vcpus),
				  .list_gpa = config->memory_bytes + index * STORM_LIST_BYTES};
	cpu->pages = part(pages, index + 1, config->vcpus) - cpu->page;
	cpu->entries = part(entries, index + 1, config->vcpus) - cpu->entry;
	snprintf(path, sizeof(path), "storm.vcpu%" PRIu32, index);
	sim_rng_init(&cpu->rng, storm->run->options->seed, path);
}

static bool start_cpus(struct storm *storm)
{
	const struct storm_config *config = &storm->config;

	storm->running = config->vcpus;
	for (uint32_t i = 0; i < config->vcpus; i++) {
		struct kvm_cpu_options options = {.index = i, .main = storm_guest, .arg = &storm->cpu[i]};
		int err;

		deal_cpu(storm, i);
		wl_place_cpu(storm->run, config->place, &options);
		err = kvm_cpu_start(storm->guest, &options);
		if (!wl_expect(storm->run, !err, SETUP, "vCPU %" PRIu32 " could not be made (%d)", i, err)) {
			storm->running = i;
			return false;
		}
	}
	return true;
}

static void vmm_main(struct vfm_proc *proc, void *arg)
{
	struct storm *storm = arg;

	storm->vmm = proc;
	if (build_machine(storm) && start_cpus(storm)) {
		kvm_guest_join(storm->guest);
		if (storm->stray_done)
			storm->thawed = storm_thaw(storm);
	}
	kvm_guest_close(storm->guest);
	vfm_device_close(&storm->device);
	storm->ended = true;
}

/* ---- The description's functions ---- */

int storm_setup(struct wl_run *run, const struct storm_plan *plan)
{
	struct storm *storm = run->state;
	unsigned int phb, pe, rid;
	int group, err;

	storm->run = run;
	storm->plan = plan;
	err = storm_configure(run, plan, &storm->config);
	if (err)
		return err;
	if (kernel_ops(run->kernel)
		    ->device_info(0, storm->device_name, sizeof(storm->device_name), &group, &phb, &pe, &rid))
		return cfg_fail(run->cfg, "machine.devices", "found no device, expected at least 1");
	vfm_proc_start(run->vfm, "vmm", STORM_MEMLOCK_BYTES, vmm_main, storm);
	return 0;
}

/*
 * Nothing may be lost between a vCPU, the machine's statistics and the referee: one that did not hear of all has not
 * judged all. What the VMM answers it learns from the VMM's ioctls; H_GET_TCE teaches nothing.
 */
static void verify_counts(struct storm *storm, const struct referee_counts *counts)
{
	uint64_t by_vmm = wl_counter(storm->run, "kvm.guest", "by_user"), planned = storm_calls_planned(storm);
	uint64_t all = by_vmm + wl_counter(storm->run, "kvm.guest", "by_kernel") +
		       wl_counter(storm->run, "kvm.guest", "by_real_mode");
	uint64_t calls = 0, tces = 0, gets = 0, gets_kernel = 0;

	for (uint32_t i = 0; i < storm->config.vcpus; i++) {
		calls += storm->cpu[i].calls;
		tces += storm->cpu[i].tces;
		gets += storm->cpu[i].gets;
		gets_kernel += storm->cpu[i].gets_kernel;
	}
	wl_expect(storm->run,
		  counts->hcalls_learned + by_vmm + gets_kernel == calls + gets && (!by_vmm || counts->maps_learned),
		  "storm-unfinished", "the referee learned from %" PRIu64 " of %" PRIu64 " hypercalls",
		  counts->hcalls_learned, calls + gets - gets_kernel - by_vmm);
	wl_expect(storm->run, all == calls + gets, COUNT, "%" PRIu64 " hypercalls were made, %" PRIu64 " answered",
		  calls + gets, all);
	wl_expect(storm->run, wl_counter(storm->run, "kvm.guest", "tces_written") == tces, COUNT,
		  "%" PRIu64 " TCEs were written, %" PRIu64 " counted", tces,
		  wl_counter(storm->run, "kvm.guest", "tces_written"));
	if (!planned)
		return;
	wl_expect(storm->run, calls == planned && tces == storm->config.memory_bytes >> storm->config.page_shift, COUNT,
		  "all memory was mapped by %" PRIu64 " hypercalls and %" PRIu64 " TCEs, expected %" PRIu64
		  " and %" PRIu64,
		  calls, tces, planned, storm->config.memory_bytes >> storm->config.page_shift);
}

void storm_verify(struct wl_run *run)
{
	struct storm *storm = run->state;
	struct referee_counts counts = referee_counts(run->referee);

	wl_expect(storm->run, storm->ended && !storm->running, "storm-unfinished",
		  "%" PRIu32 " vCPUs did not come to their end", storm->running);
	if (storm->config.touch)
		wl_expect(storm->run, storm->touched > 0, "storm-unfinished", "the device never moved a byte");
	verify_counts(storm, &counts);
	if (storm->config.stray && storm->stray_done)
		wl_expect(storm->run, storm->stray_frozen && storm->thawed, TEARDOWN, "a write to an unmapped page %s",
			  storm->stray_frozen ? "froze the PE for good" : "froze nothing");
}
