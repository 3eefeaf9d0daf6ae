// SPDX-License-Identifier: GPL-2.0-only
/*
 * workloads/replay_hcalls.c - scenario "replay-hcalls": one vCPU makes the hypercalls of a traced guest, in windows as
 * that guest had them, and holds each answer against the trace's; devices do the DMA that the trace has seen.
 */
#include "workloads/replay_hcalls.h"

#include <inttypes.h>
#include <linux/vfio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/finding.h"
#include "sim/stat.h"
#include "workloads/referee.h"
#include "workloads/scenarios.h"
#include "workloads/wl_internal.h"

#define MEMLOCK_BYTES (1ull << 42)
#define LEVELS 2u
#define FINDINGS_MAX 10u
#define SETUP "replay-setup"

void replay_wrong(struct replay *replay, const char *kind, const char *fmt, ...)
{
	char text[256];
	va_list args;

	if (replay->counts.unexplained++ >= FINDINGS_MAX)
		return;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	finding_add(replay->run->sim, FINDING_VIOLATION, kind, "%s", text);
}

/* ---- The guest ---- */

/* The list of record I, as a guest would lay it out. */
static void store_list(struct replay *replay, const struct replay_window *window, const struct trace_record *record)
{
	uint64_t list[KVM_H_LIST_MAX], shift = window ? window->page_shift : 12;
	uint64_t count = record->hcall.pages < KVM_H_LIST_MAX ? record->hcall.pages : KVM_H_LIST_MAX;

	for (uint64_t k = 0; k < count; k++)
		list[k] = __builtin_bswap64(record->hcall.tce + (k << shift));
	if (kvm_store(replay->cpu, replay->list_gpa, list, count * sizeof(*list)))
		replay_wrong(replay, SETUP, "line %" PRIu64 ": the list of TCEs cannot be written", record->line);
}

static int64_t get(struct replay *replay, const struct replay_window *window, const struct trace_record *record)
{
	uint64_t tce = 0, index;
	int64_t ret = kvm_get_tce(replay->cpu, record->hcall.liobn, record->hcall.ioba, &tce);

	if (ret || !window || !replay_window_index(window, record->hcall.ioba, &index) || window->why[index])
		return ret;
	if (tce != record->hcall.tce)
		replay_wrong(replay, "replay-table",
			     "line %" PRIu64 ": H_GET_TCE returned 0x%" PRIx64 ", the trace has 0x%" PRIx64,
			     record->line, tce, record->hcall.tce);
	return ret;
}

static int64_t hcall(struct replay *replay, const struct replay_window *window, const struct trace_record *record)
{
	const struct trace_hcall *hcall = &record->hcall;

	switch (record->op) {
	case 'P':
		return kvm_put_tce(replay->cpu, hcall->liobn, hcall->ioba, hcall->tce);
	case 'S':
		return kvm_stuff_tce(replay->cpu, hcall->liobn, hcall->ioba, hcall->tce, hcall->pages);
	case 'I':
		store_list(replay, window, record);
		return kvm_put_tce_indirect(replay->cpu, hcall->liobn, hcall->ioba, replay->list_gpa, hcall->pages);
	default:
		return get(replay, window, record);
	}
}

static void replay_hcall(struct replay *replay, struct replay_window *window, const struct trace_record *record)
{
	struct replay_counts *counts = &replay->counts;
	int64_t ret = hcall(replay, window, record);
	enum replay_reason reason = replay_judge(&replay->plan, window, record, ret);

	counts->hcalls++;
	counts->by[kvm_last_hcall_by(replay->cpu)]++;
	counts->by_reason[reason]++;
	if (!ret && record->op != 'G') {
		counts->tces += record->hcall.pages;
		counts->answered += record->hcall.pages && kvm_last_hcall_by(replay->cpu) != KM_HCALL_BY_USER;
	}
	if (reason == REPLAY_UNEXPLAINED)
		replay_wrong(replay, "replay-return",
			     "line %" PRIu64 ": operation %c at 0x%" PRIx64 " of LIOBN 0x%" PRIx64 " returned %" PRId64
			     ", the trace has %" PRId64,
			     record->line, record->op, record->hcall.ioba, record->hcall.liobn, ret, record->hcall.ret);
	if (window) {
		replay_apply(&replay->plan, window, record, reason);
		replay_live_note(replay, window, record);
	}
}

static void replay_record(struct replay *replay, const struct trace_record *record)
{
	sim_ps wait_ps = replay_clock_wait(&replay->clock, sim_now(replay->run->sim), record->dt_us);

	if (wait_ps)
		kvm_idle(replay->cpu, wait_ps);
	replay->counts.by_op[record->op - 'A']++;
	if (record->op == 'X')
		replay_xlate(replay, record);
	else
		replay_hcall(replay, replay_window_find(&replay->plan, record->hcall.liobn), record);
	replay->counts.records++;
}

static void cpu_idle(void *arg, sim_ps ps)
{
	struct replay *replay = arg;

	if (replay->cpu)
		kvm_idle(replay->cpu, ps);
	else
		vfm_sleep(replay->vmm, ps);
}

static int cpu_load(void *arg, uint64_t gpa, void *to, size_t bytes)
{
	return kvm_load(((struct replay *)arg)->cpu, gpa, to, bytes);
}

static int cpu_store(void *arg, uint64_t gpa, const void *from, size_t bytes)
{
	return kvm_store(((struct replay *)arg)->cpu, gpa, from, bytes);
}

static void guest_main(struct kvm_cpu *cpu, void *arg)
{
	struct replay *replay = arg;
	struct trace_record record;
	struct trace_file *file = NULL;
	char *error = NULL;
	int got = trace_file_open(replay->config.path, &file, &error);

	replay->cpu = cpu;
	replay->begin_ps = sim_now(replay->run->sim);
	while (got >= 0 && replay->counts.records < replay->plan.records) {
		got = trace_file_next(file, &record, &error);
		if (got <= 0)
			break;
		replay_record(replay, &record);
	}
	trace_file_close(file);
	replay->end_ps = sim_now(replay->run->sim);
	if (got < 0) /* it was whole when it was looked through */
		replay_wrong(replay, SETUP, "the trace has changed: %s", error);
	free(error);
	if (replay->config.dma)
		replay_live_rest(replay);
	replay_check_copy(replay);
	replay->cpu = NULL;
}

/* ---- The VMM ---- */

static bool expect(struct replay *replay, int64_t ret, const char *what)
{
	if (ret)
		replay_wrong(replay, SETUP, "%s (%" PRId64 ")", what, ret);
	return !ret;
}

/* A window of the hardware below a table of the guest: pages of the same size, or of the largest that the kernel has.
 */
static bool make_window(struct replay *replay, struct replay_device *device, uint64_t want_start, uint64_t bytes,
			uint32_t page_shift)
{
	uint32_t most = (uint32_t)__builtin_ctz(kernel_desc(replay->run->kernel)->page_bytes);
	uint64_t start = 0;
	int64_t ret = vfm_spapr_create(&device->dev, page_shift < most ? page_shift : most, bytes, LEVELS, &start);

	return expect(replay, ret, "CREATE of a window failed") &&
	       expect(replay, start != want_start, "a window is not where the trace has it");
}

static const struct replay_window *window_at(const struct replay *replay, uint32_t device, uint64_t start)
{
	for (uint32_t i = 0; i < replay->plan.window_count; i++)
		if (replay->plan.window[i].device == device && replay->plan.window[i].start == start)
			return &replay->plan.window[i];
	return NULL;
}

/* As QEMU: the kernel's own first window is given up for one of the guest's size. */
static bool make_windows(struct replay *replay, uint32_t index)
{
	struct replay_device *device = &replay->device[index];
	const struct replay_window *low = window_at(replay, index, 0),
				   *high = window_at(replay, index, REPLAY_DDW_START);
	uint64_t bytes = low ? low->entries << low->page_shift : replay->config.window_bytes;

	return expect(replay, vfm_spapr_remove(&device->dev, 0), "REMOVE of the first window failed") &&
	       make_window(replay, device, 0, bytes, 12) &&
	       (!high ||
		make_window(replay, device, REPLAY_DDW_START, high->entries << high->page_shift, high->page_shift));
}

static bool open_device(struct replay *replay, uint32_t index)
{
	struct replay_device *device = &replay->device[index];

	device->owner = &replay->owner;
	return expect(replay, replay_device_open(device, replay->run, replay->vmm, index), "no device through VFIO") &&
	       make_windows(replay, index) &&
	       expect(replay, kvm_guest_device_add(replay->guest, &device->dev),
		      "the machine does not take the device");
}

static bool make_tables(struct replay *replay)
{
	for (uint32_t i = 0; i < replay->plan.window_count; i++) {
		const struct replay_window *window = &replay->plan.window[i];
		const struct kvm_table_options table = {.liobn = window->liobn,
							.start = window->start,
							.entries = window->entries,
							.page_shift = window->page_shift};

		if (!expect(replay, kvm_guest_table_add(replay->guest, &table), "no TCE table") ||
		    !expect(replay,
			    kvm_guest_table_attach(replay->guest, window->liobn, &replay->device[window->device].dev),
			    "the device does not follow the table"))
			return false;
	}
	return true;
}

static bool build_machine(struct replay *replay)
{
	const struct kvm_cpu_options cpu = {.main = guest_main, .arg = replay};
	uint64_t page_bytes = kernel_desc(replay->run->kernel)->page_bytes;

	if (!expect(replay, kvm_guest_create(replay->run->kvm, replay->vmm, "guest", &replay->guest),
		    "KVM made no machine") ||
	    !expect(replay, kvm_guest_memory_add(replay->guest, 0, replay->config.memory_bytes), "no guest memory") ||
	    !expect(replay, kvm_guest_memory_add(replay->guest, replay->list_gpa, page_bytes), "no page for lists"))
		return false;
	for (uint32_t i = 0; i < replay->plan.device_count; i++)
		if (!open_device(replay, i))
			return false;
	return make_tables(replay) && expect(replay, kvm_cpu_start(replay->guest, &cpu), "no vCPU");
}

static void vmm_main(struct vfm_proc *proc, void *arg)
{
	struct replay *replay = arg;

	replay->vmm = proc;
	if (build_machine(replay)) {
		kvm_guest_join(replay->guest);
		replay_check_hardware(replay);
		if (replay->config.dma)
			replay_stray(replay);
		replay->ended = true;
	}
	kvm_guest_close(replay->guest);
	for (uint32_t i = 0; i < replay->plan.device_count; i++)
		if (replay->device[i].opened)
			vfm_device_close(&replay->device[i].dev);
}

/* ---- The description's functions ---- */

static void on_dma(void *arg, const struct ram_dma *dma)
{
	struct replay *replay = arg;

	for (uint32_t i = 0; i < replay->plan.device_count; i++)
		replay_device_saw(&replay->device[i], dma);
}

static int setup(struct wl_run *run)
{
	struct replay *replay = run->state;
	uint64_t have = (uint64_t)machine_phb_count(run->machine) * cfg_u64(run->cfg, "machine.devices") *
			cfg_u64(run->cfg, "machine.functions");
	char *error = NULL;
	int err;

	replay->run = run;
	replay_config_load(&replay->config, run);
	replay->clock.pace = replay->config.pace;
	replay->owner = (struct replay_owner){.idle = cpu_idle, .load = cpu_load, .store = cpu_store, .arg = replay};
	sim_rng_init(&replay->owner.rng, run->options->seed, "replay");
	err = replay_plan_make(&replay->plan, replay->config.path, replay->config.memory_bytes,
			       replay->config.window_bytes, replay->config.limit, &error);
	if (!err && have < replay->plan.device_count)
		err = cfg_fail(run->cfg, "machine.devices",
			       "found %" PRIu64 " devices, expected %" PRIu32
			       ", one for each host bridge of the traced guest",
			       have, replay->plan.device_count);
	if (err) {
		replay_plan_free(&replay->plan);
		free(replay->config.path);
		return wl_fail(run, err, error ? error : sim_strdup(cfg_error(run->cfg)));
	}
	/* Behind memory and aligned so that it is a page for every kernel. */
	replay->list_gpa = (replay->config.memory_bytes + (1 << 24) - 1) & ~((1ull << 24) - 1);
	ram_observe(machine_ram(run->machine), on_dma, replay);
	vfm_proc_start(run->vfm, "vmm", MEMLOCK_BYTES, vmm_main, replay);
	return 0;
}

static void verify(struct wl_run *run)
{
	struct replay *replay = run->state;
	struct referee_counts counts = referee_counts(run->referee);

	if (!replay->ended || replay->counts.records != replay->plan.records)
		replay_wrong(replay, "replay-unfinished", "%" PRIu64 " of %" PRIu64 " records were replayed",
			     replay->counts.records, replay->plan.records);
	else if (counts.hcalls_learned != replay->counts.answered)
		replay_wrong(replay, "replay-unfinished",
			     "the referee learned from %" PRIu64 " of %" PRIu64 " hypercalls", counts.hcalls_learned,
			     replay->counts.answered);
	replay_plan_free(&replay->plan);
	free(replay->config.path);
	replay->config.path = NULL;
}

uint64_t replay_hcalls_records(const struct wl_run *run)
{
	return ((const struct replay *)run->state)->counts.records;
}

const struct wl_desc wl_replay_hcalls = {
	.name = "replay-hcalls",
	.title = "a trace of a guest's hypercalls and of its devices' DMA, held against what the simulation does",
	.rows = replay_rows,
	.row_count = REPLAY_ROWS,
	.setup = setup,
	.verify = verify,
	.summary = replay_summary,
	.results = replay_results,
	.state_bytes = sizeof(struct replay),
};
