// SPDX-License-Identifier: GPL-2.0-only
/*
 * bench/bench_hcall.c - TCE hypercalls of a guest through the hosted KVM, on the whole machine: with simulated time
 * (every cost hook spends what its row says) against the same calls with every cost hook empty.
 *
 * A device follows the table, so a call is: guest, exit, the hosted handler, memory slot and registered memory of each
 * TCE, the exchange in RAM, the TCE kill register of the PHB model. Map and unmap take turns, as a guest does them;
 * lines are per call or per TCE, and how many that is in a second stands behind.
 */
#include <linux/vfio.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/bench_util.h"
#include "hw/machine.h"
#include "kernel-model/kernel.h"
#include "kvm-model/kvm.h"
#include "sim/finding.h"
#include "sim/task.h"
#include "vfio-model/vfm.h"

#define ROUNDS 31
#define CALLS 40000u
#define BATCH KVM_H_LIST_MAX
#define WINDOW_BYTES (16ull << 30)
#define PAGES 64u
#define LIOBN 0x80000001ull
#define TCE_RW (KVM_TCE_READ | KVM_TCE_WRITE)

enum what { PUT_ONE, PUT_LIST, LIST_AND_STUFF };

struct world {
	struct sim *sim;
	struct cfg *cfg;
	struct machine *machine;
	struct kernel *kernel;
	struct vfm *vfm;
	struct kvm *kvm;
	struct kvm_guest *guest;
	struct vfm_device device;
	struct sim_task *guest_task;
	uint64_t window;
	uint32_t page_shift;
	/* what the guest is to do next: @count calls of @what; @over: power off */
	enum what what;
	uint64_t count;
	int over;
};

/* One contestant: hooks on or empty. */
struct contest {
	struct world *world;
	enum what what;
	int costs;
};

static void must(int ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "bench_hcall: %s failed\n", what);
	abort();
}

static uint64_t gpa(const struct world *w, uint64_t page)
{
	return page << w->page_shift;
}

static uint64_t ioba(const struct world *w, uint64_t entry)
{
	return w->window + (entry << w->page_shift);
}

static void put_one(struct world *w, struct kvm_cpu *cpu)
{
	for (uint64_t i = 0; i < w->count; i++) {
		uint64_t tce = i & 1 ? 0 : gpa(w, 1 + i / 2 % (PAGES - 1)) | TCE_RW;

		must(!kvm_put_tce(cpu, LIOBN, ioba(w, i / 2 % BATCH), tce), "H_PUT_TCE");
	}
}

/* Lists alone, over what is mapped already. */
static void put_list(struct world *w, struct kvm_cpu *cpu)
{
	for (uint64_t i = 0; i < w->count / BATCH; i++)
		must(!kvm_put_tce_indirect(cpu, LIOBN, ioba(w, 0), gpa(w, 0), BATCH), "H_PUT_TCE_INDIRECT");
}

/* What a guest does with a large buffer: half of the TCEs are set by lists, half cleared. */
static void list_and_stuff(struct world *w, struct kvm_cpu *cpu)
{
	for (uint64_t i = 0; i < w->count / BATCH; i += 2) {
		must(!kvm_put_tce_indirect(cpu, LIOBN, ioba(w, 0), gpa(w, 0), BATCH), "H_PUT_TCE_INDIRECT");
		must(!kvm_stuff_tce(cpu, LIOBN, ioba(w, 0), 0, BATCH), "H_STUFF_TCE");
	}
}

static void guest_main(struct kvm_cpu *cpu, void *arg)
{
	static void (*const run[])(struct world * w, struct kvm_cpu * cpu) = {put_one, put_list, list_and_stuff};
	struct world *w = arg;
	uint64_t list[BATCH];

	for (uint32_t i = 0; i < BATCH; i++)
		list[i] = __builtin_bswap64(gpa(w, 1 + i % (PAGES - 1)) | TCE_RW);
	must(!kvm_store(cpu, gpa(w, 0), list, sizeof(list)), "the list");
	w->guest_task = sim_task_current(w->sim);
	for (;;) {
		sim_task_block(w->sim);
		if (w->over)
			break;
		run[w->what](w, cpu);
		w->count = 0;
	}
}

static void vmm_main(struct vfm_proc *vmm, void *arg)
{
	struct world *w = arg;
	struct kvm_table_options table = {
		.liobn = LIOBN, .page_shift = w->page_shift, .entries = WINDOW_BYTES >> w->page_shift};
	const struct kvm_cpu_options cpu = {.main = guest_main, .arg = w};
	unsigned int phb, pe, rid;
	char name[32];
	int group;

	must(!kernel_ops(w->kernel)->device_info(0, name, sizeof(name), &group, &phb, &pe, &rid), "device_info");
	must(!kvm_guest_create(w->kvm, vmm, "bench", &w->guest), "machine");
	must(!kvm_guest_memory_add(w->guest, 0, gpa(w, PAGES)), "memory");
	must(!vfm_device_open(vmm, name, VFIO_SPAPR_TCE_v2_IOMMU, &w->device), "device");
	must(!vfm_spapr_create(&w->device, w->page_shift, WINDOW_BYTES, 2, &w->window), "window");
	must(!kvm_guest_device_add(w->guest, &w->device), "device of the machine");
	table.start = w->window;
	must(!kvm_guest_table_add(w->guest, &table), "table");
	must(!kvm_guest_table_attach(w->guest, LIOBN, &w->device), "attach");
	must(!kvm_cpu_start(w->guest, &cpu), "vCPU");
	kvm_guest_close(w->guest);
	vfm_device_close(&w->device);
}

static void round_of(void *arg, uint64_t count)
{
	struct contest *contest = arg;
	struct world *w = contest->world;

	w->what = contest->what;
	w->count = count;
	kernel_ops(w->kernel)->costs(contest->costs);
	sim_task_wake(w->sim, w->guest_task);
	sim_run(w->sim, SIM_PS_NEVER);
	kernel_ops(w->kernel)->costs(1);
	must(!w->count, "a round");
}

static void bench_what(struct world *w, enum what what, const char *name, const char *unit)
{
	struct contest empty = {w, what, 0}, timed = {w, what, 1};
	struct bench_case cases[] = {
		{.name = "cost hooks empty", .fn = round_of, .arg = &empty},
		{.name = "with simulated time", .fn = round_of, .arg = &timed},
	};
	uint64_t ps;

	bench_run(cases, 2, ROUNDS, CALLS / (2 * BATCH) * (2 * BATCH));
	bench_print(name, cases, 2);
	ps = bench_median_ps(&cases[1]);
	printf("%-34s %llu.%02llu million %s/s\n", "", 1000000ull / ps, 100000000ull / ps % 100, unit);
}

static void boot_main(struct sim *sim, void *arg)
{
	struct world *w = arg;

	(void)sim;
	must(!kernel_boot(w->kernel), "boot");
	vfm_proc_start(w->vfm, "bench", 1ull << 30, vmm_main, w);
}

static void leaks_main(struct sim *sim, void *arg)
{
	struct world *w = arg;

	(void)sim;
	must(!kernel_check_leaks(w->kernel), "leak check");
}

static void bench_kernel(const struct km_desc *desc)
{
	struct world w = {
		.sim = sim_create(1), .cfg = cfg_create(), .page_shift = (uint32_t)__builtin_ctz(desc->page_bytes)};
	char title[96];

	machine_add_cfg_rows(w.cfg);
	cfg_add_rows(w.cfg, km_cfg_rows, km_cfg_row_count);
	cfg_add_rows(w.cfg, kvm_cfg_rows, kvm_cfg_row_count);
	must(!machine_create(w.sim, w.cfg, &w.machine), "machine_create");
	w.kernel = kernel_create(w.sim, machine_platform(w.machine), desc, w.cfg, 0);
	w.vfm = vfm_create(w.sim, w.kernel);
	w.kvm = kvm_create(w.sim, w.vfm, w.cfg);
	sim_task_create(w.sim, "boot", boot_main, &w);
	sim_run(w.sim, SIM_PS_NEVER);
	must(w.guest_task != NULL, "set-up");
	snprintf(title, sizeof(title), "%s, %u KiB: H_PUT_TCE", desc->name, desc->page_bytes >> 10);
	bench_what(&w, PUT_ONE, title, "calls");
	snprintf(title, sizeof(title), "%s, %u KiB: INDIRECT(512)", desc->name, desc->page_bytes >> 10);
	bench_what(&w, PUT_LIST, title, "TCEs");
	snprintf(title, sizeof(title), "%s, %u KiB: INDIRECT + STUFF", desc->name, desc->page_bytes >> 10);
	bench_what(&w, LIST_AND_STUFF, title, "TCEs");
	w.over = 1;
	sim_task_wake(w.sim, w.guest_task);
	sim_run(w.sim, SIM_PS_NEVER);
	sim_task_create(w.sim, "leaks", leaks_main, &w);
	sim_run(w.sim, SIM_PS_NEVER);
	must(!finding_count(w.sim, FINDING_NOTE), "a run without findings");
	kvm_destroy(w.kvm);
	vfm_destroy(w.vfm);
	kernel_destroy(w.kernel);
	machine_destroy(w.machine);
	cfg_destroy(w.cfg);
	sim_destroy(w.sim);
}

int main(void)
{
	const struct km_desc *descs;
	size_t n, i;

	descs = km_descs(&n);
	/* Drivers of another era stand on a kernel without these hypercalls. */
	for (i = 0; i < n; i++)
		if (!*descs[i].era)
			bench_kernel(&descs[i]);
	return 0;
}
