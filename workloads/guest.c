// SPDX-License-Identifier: GPL-2.0-only
/*
 * workloads/guest.c - storms by a guest's kernel: the machine with its PE, the boot, a driver on each vCPU, and the
 * end, where nothing may be mapped, allocated or unaccounted for.
 */
#include "workloads/guest.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/vfio.h>
#include <stdio.h>
#include <string.h>

#include "hw/device/dma_engine.h"
#include "sim/stat.h"
#include "workloads/mutant.h"
#include "workloads/referee.h"
#include "workloads/wl_story.h"

#define MEMLOCK_BYTES (1ull << 41)
#define LIOBN 0x80000000ull	  /* QEMU include/hw/ppc/spapr.h: SPAPR_PCI_LIOBN of host bridge 0 */
#define BUID 0x800000020000000ull /* and its SPAPR_PCI_BUID */
#define HUGE_SHIFT 24u
#define SETUP "guest-setup"
#define COUNT "guest-count"
#define DATA "guest-data"

/* ---- vCPUs ---- */

static uint64_t pattern(uint64_t seed, uint64_t iova, void *buf, uint64_t bytes, bool check)
{
	if (check)
		return dma_engine_pattern_check(seed, iova, buf, bytes, NULL);
	dma_engine_pattern_fill(seed, iova, buf, bytes);
	return 0;
}

/* All vCPUs wait here for each other; the last one does @then. */
static void meet(struct guest_cpu *cpu, uint32_t *arrived, struct sim_waitq *queue, struct guest_counts *then)
{
	struct guest_storm *storm = cpu->storm;

	if (++*arrived < storm->config.vcpus) {
		kvm_wait(cpu->cpu, queue);
		return;
	}
	*then = guest_counts_now(storm->run);
	(void)sim_waitq_wake_all(storm->run->sim, queue);
}

/* What each function's driver does at its probe; the first one sets DDW up for all. */
static bool probe(struct guest_storm *storm)
{
	const struct gm_ops *ops = kvm_kernel_ops(storm->kernel);
	int err = 0;

	for (uint32_t i = 0; i < storm->config.functions && !err; i++)
		err = ops->set_mask(0, i, storm->config.dma == GUEST_DMA_DEFAULT ? 32 : 64);
	storm->bypass = ops->bypass(0, (gm_u64 *)&storm->offset);
	for (uint32_t i = 0; i < 2; i++)
		storm->has_window[i] = !ops->window(0, i, &storm->window[i]);
	return wl_expect(storm->run, !err, SETUP, "the driver could not set its DMA mask (%d)", err);
}

static bool boot(struct guest_storm *storm)
{
	int err = kvm_kernel_boot(storm->kernel);

	storm->booted = guest_counts_now(storm->run);
	if (!wl_expect(storm->run, !err, SETUP, "the guest's kernel did not boot (%d)", err) || !probe(storm))
		return false;
	storm->probed = guest_counts_now(storm->run);
	kvm_kernel_ops(storm->kernel)->account(&storm->before);
	return true;
}

static int drive(struct guest_cpu *cpu)
{
	struct guest_storm *storm = cpu->storm;
	const struct gm_ops *ops = kvm_kernel_ops(storm->kernel);
	struct gm_blk blk = storm->config.blk;
	struct gm_net net = storm->config.net;

	net.seed += cpu->index;
	blk.seed = blk.seed * GM_FUNCTIONS_MAX + cpu->index + 1;
	if (storm->plan->driver == GUEST_BENCH)
		return ops->bench(cpu->index, 0, &storm->config.bench, &cpu->result);
	if (storm->plan->driver == GUEST_BLK)
		return ops->blk(cpu->index, cpu->index, &blk, &cpu->result);
	return ops->net(cpu->index, cpu->index, &net, &cpu->result);
}

/* Drivers are gone: what is left in the tables' maps, and what the kernel has allocated when windows are gone, too. */
static void take_apart(struct guest_storm *storm)
{
	const struct gm_ops *ops = kvm_kernel_ops(storm->kernel);
	struct gm_window window;

	for (uint32_t i = 0; i < 2; i++)
		if (!ops->window(0, i, &window))
			storm->left += window.used - (window.start == 0); /* the first page is never used */
	ops->account(&storm->after);
	storm->detached = !ops->detach(0);
	storm->gone = guest_counts_now(storm->run);
}

static void cpu_main(struct kvm_cpu *kvm_cpu, void *arg)
{
	struct guest_cpu *cpu = arg;
	struct guest_storm *storm = cpu->storm;
	bool ok = true;

	cpu->cpu = kvm_cpu;
	if (cpu->index == 0)
		ok = boot(storm);
	meet(cpu, &storm->arrived, &storm->start, &storm->begin);
	if (ok)
		cpu->err = drive(cpu);
	cpu->ended = true;
	meet(cpu, &storm->finished, &storm->finish, &storm->end);
	if (ok && cpu->index == 0)
		take_apart(storm);
}

/* ---- The VMM ---- */

/* All functions of the device: one container, one group. */
static bool open_functions(struct guest_storm *storm)
{
	struct vfm_device *first = &storm->function[0];
	int err = vfm_device_open(storm->vmm, storm->device_name[0], VFIO_SPAPR_TCE_v2_IOMMU, first);

	if (!wl_expect(storm->run, !err, SETUP, "%s could not be opened through VFIO (%d)", storm->device_name[0], err))
		return false;
	referee_device(storm->run->referee, first);
	mutant_agent_device(storm->run->mutant, first);
	for (uint32_t i = 1; i < storm->config.functions; i++) {
		struct vfm_device *device = &storm->function[i];

		*device = (struct vfm_device){.proc = storm->vmm, .device_fd = -1, .irq_fd = -1};
		err = vfm_device_find(device, storm->device_name[i]);
		device->container_fd = first->container_fd;
		device->group_fd = first->group_fd;
		if (!err)
			err = vfm_device_get(device, storm->device_name[i]);
		if (!wl_expect(storm->run, !err && device->pe == first->pe, SETUP,
			       "%s could not be opened (%d), or is of another PE", storm->device_name[i], err))
			return false;
		referee_device(storm->run->referee, device);
	}
	return true;
}

static void close_functions(struct guest_storm *storm)
{
	for (uint32_t i = 1; i < storm->config.functions; i++)
		if (storm->function[i].proc)
			vfm_device_put(&storm->function[i]);
	vfm_device_close(&storm->function[0]);
}

static bool make_pe(struct guest_storm *storm)
{
	const struct guest_config *config = &storm->config;
	uint32_t shift = (uint32_t)__builtin_ctzll(config->page_bytes);
	struct kvm_pe_options options = {
		.buid = BUID,
		.liobn = LIOBN,
		.window_bytes = config->window_bytes,
		.pages = (1ull << 12 | 1ull << 16 | 1ull << 21 | 1ull << 24) & ((2ull << shift) - 1),
		.ram_shift = config->huge ? HUGE_SHIFT : (uint32_t)__builtin_ctz(vfm_proc_page_bytes(storm->vmm)),
		.windows = config->dma == GUEST_DMA_SINGLE ? 1 : 2,
		.largest = config->dma == GUEST_DMA_DYNAMIC ? config->memory_bytes / 2 >> shift : 0,
		.ddw = config->dma != GUEST_DMA_DEFAULT,
		.reset = config->extensions,
		.wide = config->extensions,
	};
	int err = kvm_guest_pe_add(storm->machine, &storm->function[0], &options);

	return wl_expect(storm->run, !err, SETUP, "no DMA window (%d)", err);
}

static bool make_kernel(struct guest_storm *storm)
{
	const struct guest_config *config = &storm->config;
	struct kvm_kernel_options options = {.kernel = config->kernel->name,
					     .cpus = config->vcpus,
					     .functions = config->functions,
					     .multi_tce = config->multi_tce,
					     .ddw = config->dma != GUEST_DMA_DEFAULT,
					     .locks = config->locks,
					     .pattern = pattern};
	int err;

	for (uint32_t i = 0; i < config->functions; i++)
		options.function[i] = &storm->function[i];
	err = kvm_kernel_create(storm->machine, storm->run->cfg, "linux", &options, &storm->kernel);
	return wl_expect(storm->run, !err, SETUP, "the guest's kernel cannot be loaded (%d)", err);
}

static bool build_machine(struct guest_storm *storm)
{
	const struct guest_config *config = &storm->config;
	int err = kvm_guest_create(storm->run->kvm, storm->vmm, "guest", &storm->machine);

	if (!wl_expect(storm->run, !err, SETUP, "KVM made no machine (%d)", err))
		return false;
	err = config->huge ? kvm_guest_memory_add_huge(storm->machine, 0, config->memory_bytes)
			   : kvm_guest_memory_add(storm->machine, 0, config->memory_bytes);
	if (!wl_expect(storm->run, !err, SETUP, "no guest memory (%d)", err) || !open_functions(storm))
		return false;
	err = kvm_guest_device_add(storm->machine, &storm->function[0]);
	return wl_expect(storm->run, !err, SETUP, "the machine does not take the device (%d)", err) && make_pe(storm) &&
	       make_kernel(storm);
}

static bool start_cpus(struct guest_storm *storm)
{
	for (uint32_t i = 0; i < storm->config.vcpus; i++) {
		struct kvm_cpu_options options = {.index = i, .main = cpu_main, .arg = &storm->cpu[i]};
		int err;

		storm->cpu[i] = (struct guest_cpu){.storm = storm, .index = i};
		wl_place_cpu(storm->run, storm->config.place, &options);
		err = kvm_cpu_start(storm->machine, &options);
		if (!wl_expect(storm->run, !err, SETUP, "vCPU %" PRIu32 " could not be made (%d)", i, err))
			return false;
	}
	return true;
}

static void vmm_main(struct vfm_proc *proc, void *arg)
{
	struct guest_storm *storm = arg;

	storm->vmm = proc;
	if (build_machine(storm) && start_cpus(storm)) {
		kvm_guest_join(storm->machine);
		storm->ended = true;
	}
	kvm_guest_close(storm->machine);
	close_functions(storm);
}

/* ---- The description's functions ---- */

/* The functions that share a bus with the first one. */
static int find_functions(struct guest_storm *storm)
{
	const struct km_ops *ops = kernel_ops(storm->run->kernel);
	unsigned int phb, pe, rid;
	int group;

	while (storm->functions < storm->config.functions) {
		uint32_t i = storm->functions;

		if (ops->device_info((int)i, storm->device_name[i], sizeof(storm->device_name[i]), &group, &phb, &pe,
				     &rid))
			return cfg_fail(storm->run->cfg, "machine.functions",
					"found too few functions, expected guest.vcpus");
		storm->functions++;
	}
	return 0;
}

int guest_setup(struct wl_run *run, const struct guest_plan *plan)
{
	struct guest_storm *storm = run->state;
	int err;

	storm->run = run;
	storm->plan = plan;
	err = guest_configure(run, plan, &storm->config);
	if (!err)
		err = find_functions(storm);
	if (err)
		return err;
	vfm_proc_start(run->vfm, "vmm", MEMLOCK_BYTES, vmm_main, storm);
	return 0;
}

static void verify_data(struct guest_storm *storm, const struct gm_result *sum)
{
	uint64_t each = storm->plan->driver == GUEST_BLK     ? storm->config.blk.ios
			: storm->plan->driver == GUEST_BENCH ? storm->config.bench.rounds
							     : storm->config.net.packets;

	for (uint32_t i = 0; i < storm->config.vcpus; i++)
		wl_expect(storm->run, !storm->cpu[i].err && storm->cpu[i].result.done == each, DATA,
			  "the driver of queue %" PRIu32 " ended with %d after %" PRIu64 " of %" PRIu64, i,
			  storm->cpu[i].err, (uint64_t)storm->cpu[i].result.done, each);
	wl_expect(storm->run, !sum->wrong, DATA, "%" PRIu64 " bytes of %" PRIu64 " were not what they should be",
		  (uint64_t)sum->wrong, (uint64_t)sum->checked);
	wl_expect(storm->run, !sum->failed, DATA, "%" PRIu64 " requests of the device failed", (uint64_t)sum->failed);
}

/* Nothing may be lost between the guest, the machine's statistics and the referee. */
static void verify_counts(struct guest_storm *storm)
{
	struct referee_counts counts = referee_counts(storm->run->referee);
	const uint64_t *by_user = stat_find(storm->run->sim, "kvm.guest", "by_user", NULL);
	const uint64_t *hcalls = stat_find(storm->run->sim, "guest.linux", "hcalls", NULL);
	const struct guest_counts *all = &storm->gone;
	uint64_t writing = all->put + all->indirect + all->stuff;
	/* Linux clears a default window that it is to remove by a call for no TCE at all (docs/kvm.md). */
	uint64_t empty = storm->config.dma == GUEST_DMA_SINGLE && storm->config.extensions && storm->config.multi_tce;

	wl_expect(storm->run, hcalls && *hcalls == writing + all->get + all->rtas, COUNT,
		  "the guest's kernel made %" PRIu64 " hypercalls, answered were %" PRIu64, hcalls ? *hcalls : 0,
		  writing + all->get + all->rtas);
	if (by_user && *by_user == all->rtas)
		wl_expect(storm->run, counts.hcalls_learned == writing - empty, COUNT,
			  "the referee learned from %" PRIu64 " of %" PRIu64 " hypercalls", counts.hcalls_learned,
			  writing - empty);
	wl_expect(storm->run, !storm->left, COUNT,
		  "%" PRIu64 " I/O addresses are still in use though all drivers are gone", storm->left);
	/* Each CPU keeps the page for lists of TCEs that it has used once. */
	wl_expect(storm->run,
		  storm->after.objects == storm->before.objects &&
			  storm->after.pages - storm->before.pages <= storm->config.vcpus,
		  COUNT, "drivers left %lld objects and %lld pages behind in the guest's kernel",
		  (long long)(storm->after.objects - storm->before.objects),
		  (long long)(storm->after.pages - storm->before.pages));
	wl_expect(storm->run, storm->detached, COUNT, "the host bridge could not be removed");
}

void guest_verify(struct wl_run *run)
{
	struct guest_storm *storm = run->state;
	struct guest_rates rates = guest_rates_of(storm);

	if (!wl_expect(storm->run, storm->ended, "guest-unfinished", "the guest did not come to its end"))
		return;
	verify_data(storm, &rates.sum);
	verify_counts(storm);
}
