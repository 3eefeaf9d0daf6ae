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

#include "kernel-model/cpu.h"
#include "sim/finding.h"
#include "workloads/mutant.h"
#include "workloads/referee.h"

#define MIB (1ull << 20)
#define STORM_MEMLOCK_BYTES (1ull << 40)
#define STORM_LEVELS 2u
#define SETUP "storm-setup"
#define TEARDOWN "storm-teardown"

static const char *const place_choices[] = {"free", "spread", "pack", NULL};

/* clang-format off */
#define CHOICE CFG_USER, .where = "a choice of the scenario"
const struct cfg_row storm_rows[STORM_ROWS] = {
	{.path = "storm.vcpus", .type = CFG_COUNT, .def = 1, .min = 1, .max = STORM_CPUS_MAX, .source = CHOICE,
	 .help = "vCPUs of the guest; each has a slice of memory and window of its own."},
	{.path = "storm.tables", .type = CFG_COUNT, .def = 1, .min = 1, .max = STORM_CPUS_MAX, .source = CHOICE,
	 .help = "LIOBNs over which the vCPUs are spread; the device's window follows all of them."},
	{.path = "storm.place", .type = CFG_CHOICE, .def = STORM_PLACE_FREE, .choices = place_choices, .source = CHOICE,
	 .help = "Where vCPUs run: a core each, spread over cpu.cores, or packed into hardware threads (cpu.smt)."},
	{.path = "storm.rounds", .type = CFG_COUNT, .def = 2000, .min = 1, .max = 1ull << 40, .source = CHOICE,
	 .help = "Rounds of each vCPU; what a round is depends on the storm."},
	{.path = "storm.memory", .type = CFG_SIZE, .def = 16 * MIB, .min = MIB, .max = 1ull << 40, .source = CHOICE,
	 .help = "Guest memory that the storm maps, registered with the device's container."},
	{.path = "storm.window", .type = CFG_SIZE, .def = 1024 * MIB, .min = 16 * MIB, .max = 1ull << 45, .pow2 = true,
	 .source = CHOICE, .help = "Size of the DMA window and of the guest's table."},
	{.path = "storm.page", .type = CFG_SIZE, .def = 0, .min = 0, .max = 64 << 10, .pow2 = true, .source = CHOICE,
	 .help = "IOMMU page: 4KiB or 64KiB, at most the kernel's page; 0: the kernel's."},
	{.path = "storm.request", .type = CFG_SIZE, .def = 512, .min = 64, .max = 4096, .pow2 = true, .source = CHOICE,
	 .help = "Size of a DMA request."},
	{.path = "storm.touch", .type = CFG_COUNT, .def = 4, .min = 0, .max = 1ull << 40, .source = CHOICE,
	 .help = "Every so many rounds of vCPU 0 the device writes and reads what is mapped; 0: never."},
	{.path = "storm.stray", .type = CFG_BOOL, .def = 1, .source = CHOICE,
	 .help = "At the end the device writes to the page unmapped last, which must freeze its PE."},
	{.path = "storm.think", .type = CFG_TIME, .def = 0, .min = 0, .max = SIM_PS_PER_S, .source = CHOICE,
	 .help = "What a guest computes between two hypercalls."},
	{.path = "storm.poll", .type = CFG_TIME, .def = SIM_PS_PER_US, .min = 1000, .max = SIM_PS_PER_MS, .source = CHOICE,
	 .help = "How often the guest looks whether its device is done."},
};
#undef CHOICE
/* clang-format on */

bool storm_expect(struct storm *storm, bool ok, const char *kind, const char *fmt, ...)
{
	char text[256];
	va_list args;

	if (ok)
		return true;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	finding_add(storm->run->sim, FINDING_VIOLATION, kind, "%s: %s", storm->run->desc->name, text);
	return false;
}

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
	struct storm_times now;

	cpu->ended = true;
	if (--storm->running)
		return;
	storm->end_ps = sim_now(storm->run->sim);
	now = storm_times_now(storm->run);
	for (uint32_t i = 0; i < STORM_LAYERS; i++)
		storm->times.layer[i] = now.layer[i] - storm->before.layer[i];
}

/* ---- The VMM ---- */

static bool open_device(struct storm *storm)
{
	const struct storm_config *config = &storm->config;
	int err = vfm_device_open(storm->vmm, storm->device_name, VFIO_SPAPR_TCE_v2_IOMMU, &storm->device);
	uint64_t start, bytes;
	int64_t ret;

	if (!storm_expect(storm, !err, SETUP, "%s could not be opened through VFIO (%d)", storm->device_name, err))
		return false;
	referee_device(storm->run->referee, &storm->device);
	mutant_agent_device(storm->run->mutant, &storm->device);
	ret = vfm_eeh(&storm->device, VFIO_EEH_PE_ENABLE);
	if (!storm_expect(storm, !ret, SETUP, "EEH could not be enabled (%" PRId64 ")", ret))
		return false;
	ret = vfm_spapr_get_info(&storm->device, &start, &bytes);
	if (!storm_expect(storm, !ret, SETUP, "GET_INFO failed (%" PRId64 ")", ret))
		return false;
	ret = vfm_spapr_create(&storm->device, config->page_shift, config->window_bytes, STORM_LEVELS, &storm->window);
	return storm_expect(storm, !ret, SETUP, "CREATE of the window failed (%" PRId64 ")", ret);
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
		if (!storm_expect(storm, !err, SETUP, "no TCE table (%d)", err))
			return false;
		err = kvm_guest_table_attach(storm->guest, table.liobn, &storm->device);
		if (!storm_expect(storm, !err, SETUP, "the device does not follow the table (%d)", err))
			return false;
	}
	return true;
}

static bool build_machine(struct storm *storm)
{
	const struct storm_config *config = &storm->config;
	int err = kvm_guest_create(storm->run->kvm, storm->vmm, "guest", &storm->guest);

	if (!storm_expect(storm, !err, SETUP, "KVM made no machine (%d)", err))
		return false;
	err = kvm_guest_memory_add(storm->guest, 0, config->memory_bytes);
	if (!storm_expect(storm, !err, SETUP, "no guest memory (%d)", err) || !open_device(storm))
		return false;
	err = kvm_guest_device_add(storm->guest, &storm->device);
	return storm_expect(storm, !err, SETUP, "the machine does not take the device (%d)", err) && make_tables(storm);
}

/* Which hardware thread vCPU @index gets; with more vCPUs than there are, it starts over. */
static void place_cpu(const struct storm *storm, uint32_t index, struct kvm_cpu_options *options)
{
	const struct cpus *cpus = kernel_cpus(storm->run->kernel);
	uint32_t cores = cpus_core_count(cpus), smt = cpus_thread_count(cpus);
	bool spread = storm->config.place == STORM_PLACE_SPREAD;

	options->placed = storm->config.place != STORM_PLACE_FREE;
	options->core = (spread ? index : index / smt) % cores;
	options->thread = (spread ? index / cores : index) % smt;
}

static void guest_main(struct kvm_cpu *cpu, void *arg)
{
	struct storm_cpu *mine = arg;

	mine->cpu = cpu;
	mine->storm->guest_main(cpu, mine);
}

static bool start_cpus(struct storm *storm)
{
	const struct storm_config *config = &storm->config;
	uint64_t pages = (config->memory_bytes >> config->page_shift) / config->vcpus;
	uint64_t entries = (config->window_bytes >> config->page_shift) / config->vcpus;

	storm->running = config->vcpus;
	for (uint32_t i = 0; i < config->vcpus; i++) {
		struct kvm_cpu_options options = {.index = i, .main = guest_main, .arg = &storm->cpu[i]};
		char path[32];
		int err;

		storm->cpu[i] = (struct storm_cpu){.storm = storm,
						   .liobn = STORM_LIOBN + i % config->tables,
						   .page = i * pages,
						   .pages = pages,
						   .entry = i * entries,
						   .entries = entries};
		snprintf(path, sizeof(path), "storm.vcpu%" PRIu32, i);
		sim_rng_init(&storm->cpu[i].rng, storm->run->options->seed, path);
		place_cpu(storm, i, &options);
		err = kvm_cpu_start(storm->guest, &options);
		if (!storm_expect(storm, !err, SETUP, "vCPU %" PRIu32 " could not be made (%d)", i, err)) {
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

static void load_config(struct storm_config *config, const struct cfg *cfg, uint64_t page_bytes)
{
	uint64_t page = cfg_u64(cfg, "storm.page");

	config->vcpus = (uint32_t)cfg_u64(cfg, "storm.vcpus");
	config->tables = (uint32_t)cfg_u64(cfg, "storm.tables");
	config->place = (enum storm_place)cfg_u64(cfg, "storm.place");
	config->rounds = cfg_u64(cfg, "storm.rounds");
	config->memory_bytes = cfg_u64(cfg, "storm.memory");
	config->window_bytes = cfg_u64(cfg, "storm.window");
	config->page_shift = (uint32_t)__builtin_ctzll(page ? page : page_bytes);
	config->request_bytes = cfg_u64(cfg, "storm.request");
	config->touch = cfg_u64(cfg, "storm.touch");
	config->stray = cfg_bool(cfg, "storm.stray");
	config->think_ps = cfg_u64(cfg, "storm.think");
	config->poll_ps = cfg_u64(cfg, "storm.poll");
}

static int check_config(const struct storm *storm, struct cfg *cfg, uint64_t page_bytes)
{
	const struct storm_config *config = &storm->config;

	if (config->page_shift != 12 && config->page_shift != 16)
		return cfg_fail(cfg, "storm.page", "found neither 4KiB nor 64KiB, expected one of them, or 0");
	if (1ull << config->page_shift > page_bytes)
		return cfg_fail(cfg, "storm.page", "found more than the kernel's page, expected at most that");
	if (config->memory_bytes % page_bytes)
		return cfg_fail(cfg, "storm.memory", "found no multiple of the kernel's page, expected one");
	if ((config->memory_bytes >> config->page_shift) / config->vcpus < 2)
		return cfg_fail(cfg, "storm.memory",
				"found less than 2 IOMMU pages for each of storm.vcpus, expected 2 or more");
	if ((config->window_bytes >> config->page_shift) / config->vcpus < 2)
		return cfg_fail(cfg, "storm.window",
				"found less than 2 IOMMU pages for each of storm.vcpus, expected 2 or more");
	return 0;
}

int storm_setup(struct wl_run *run, kvm_main_fn *guest_main_fn)
{
	struct storm *storm = run->state;
	uint64_t page_bytes = kernel_desc(run->kernel)->page_bytes;
	unsigned int phb, pe, rid;
	int group, err;

	storm->run = run;
	storm->guest_main = guest_main_fn;
	load_config(&storm->config, run->cfg, page_bytes);
	err = check_config(storm, run->cfg, page_bytes);
	if (err)
		return err;
	if (kernel_ops(run->kernel)
		    ->device_info(0, storm->device_name, sizeof(storm->device_name), &group, &phb, &pe, &rid))
		return cfg_fail(run->cfg, "machine.devices", "found no device, expected at least 1");
	vfm_proc_start(run->vfm, "vmm", STORM_MEMLOCK_BYTES, vmm_main, storm);
	return 0;
}

void storm_verify(struct wl_run *run)
{
	struct storm *storm = run->state;
	struct referee_counts counts = referee_counts(run->referee);
	const uint64_t *by_user = stat_find(run->sim, "kvm.guest", "by_user", NULL);
	uint64_t calls = 0, by_vmm = by_user ? *by_user : 0;

	storm_expect(storm, storm->ended && !storm->running, "storm-unfinished",
		     "%" PRIu32 " vCPUs did not come to their end", storm->running);
	if (storm->config.touch)
		storm_expect(storm, storm->touched > 0, "storm-unfinished", "the device never moved a byte");
	/* A referee that did not hear of all has not judged all. What the VMM answers it learns from the VMM's ioctls.
	 */
	for (uint32_t i = 0; i < storm->config.vcpus; i++)
		calls += storm->cpu[i].calls;
	storm_expect(storm, counts.hcalls_learned + by_vmm == calls && (!by_vmm || counts.maps_learned),
		     "storm-unfinished", "the referee learned from %" PRIu64 " of %" PRIu64 " hypercalls",
		     counts.hcalls_learned, calls - by_vmm);
	if (storm->config.stray && storm->stray_done)
		storm_expect(storm, storm->stray_frozen && storm->thawed, TEARDOWN, "a write to an unmapped page %s",
			     storm->stray_frozen ? "froze the PE for good" : "froze nothing");
}
