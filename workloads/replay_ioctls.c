// SPDX-License-Identifier: GPL-2.0-only
/*
 * workloads/replay_ioctls.c - scenario "replay-ioctls": a process makes the ioctls of a traced VFIO program on a
 * container; each answer, and the windows in the end, are held against the model of a container.
 *
 * Traces of ioctls have no answers: the programs ran on a container that agreed to everything. Memory gets addresses of
 * our own; windows get the largest page that the PHB, the kernel and the trace have, and as many levels as the kernel
 * needs for a table of that size.
 */
#include "workloads/replay_ioctls.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/vfio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hw/machine.h"
#include "sim/finding.h"
#include "workloads/scenarios.h"
#include "workloads/wl_internal.h"

#define MEMLOCK_BYTES (1ull << 42)
#define FINDINGS_MAX 10u
#define LEVELS_MAX 5u
#define LEVEL_SHIFT_MAX 22u
#define SETUP "replay-setup"
#define TCE_RW (KVM_TCE_READ | KVM_TCE_WRITE)

static void wrong(struct program *program, const char *kind, const char *fmt, ...) sim_printf(3, 4);
static void wrong(struct program *program, const char *kind, const char *fmt, ...)
{
	char text[256];
	va_list args;

	if (program->counts.unexplained++ >= FINDINGS_MAX)
		return;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	finding_add(program->run->sim, FINDING_VIOLATION, kind, "%s", text);
}

/* ---- Memory ---- */

static bool make_memory(struct program *program)
{
	for (size_t i = 0; i < program->range_count; i++) {
		int64_t at = vfm_mmap_anon(program->proc, program->range[i].bytes);

		if (at < 0) {
			wrong(program, SETUP, "no memory for 0x%" PRIx64 " bytes (%" PRId64 ")",
			      program->range[i].bytes, at);
			return false;
		}
		program->range[i].ours = (uint64_t)at;
	}
	return true;
}

static void idle(void *arg, sim_ps ps)
{
	vfm_sleep(((struct program *)arg)->proc, ps);
}

static int load(void *arg, uint64_t addr, void *to, size_t bytes)
{
	int64_t got = vfm_load(((struct program *)arg)->proc, addr, to, bytes);

	return got < 0 ? (int)got : 0;
}

static int store(void *arg, uint64_t addr, const void *from, size_t bytes)
{
	int64_t got = vfm_store(((struct program *)arg)->proc, addr, from, bytes);

	return got < 0 ? (int)got : 0;
}

/* ---- Records ---- */

/* The largest page that the PHB offers, the kernel's memory consists of, and the trace asks for. */
static uint32_t window_shift(const struct program *program, uint64_t shift)
{
	uint32_t most = (uint32_t)__builtin_ctzll(program->container.page_bytes);

	return shift < most ? (shift < 16 ? 12 : 16) : most;
}

/*
 * As many levels as the trace asks for, or as many more as it takes until a level is a block that a page allocator has
 * (4 MiB), by the arithmetic of pnv_pci_ioda2_table_alloc_pages(): levels are whole pages, and all bits together
 * below 55.
 */
static uint32_t window_levels(const struct program *program, uint64_t entries, uint32_t page_shift, uint64_t want)
{
	uint32_t bits = (uint32_t)__builtin_ctzll(entries),
		 page = (uint32_t)__builtin_ctzll(program->container.page_bytes);
	uint32_t levels, level;

	for (levels = want ? (uint32_t)want : 1; levels < LEVELS_MAX; levels++) {
		level = (bits + levels - 1) / levels + 3;
		if (level < page)
			level = page;
		if (level <= LEVEL_SHIFT_MAX && (level - 3) * levels + page_shift < 55)
			break;
	}
	return levels;
}

static int64_t do_create(struct program *program, const uint64_t *arg, int64_t *want)
{
	uint32_t shift = window_shift(program, arg[1]), levels = window_levels(program, arg[0] >> shift, shift, arg[2]);
	uint64_t start = 0, start_want = 0;
	int64_t ret = vfm_spapr_create(&program->device.dev, shift, arg[0], levels, &start);

	program->counts.shapes += shift != arg[1] || levels != arg[2];
	*want = container_create(&program->container, arg[0], shift, &start_want);
	if (!ret && start != start_want)
		wrong(program, "replay-return", "CREATE put its window at 0x%" PRIx64 ", expected 0x%" PRIx64, start,
		      start_want);
	return ret;
}

static int64_t do_map(struct program *program, const uint64_t *arg, int64_t *want)
{
	uint64_t vaddr = arg[2] & ~TCE_RW, access = arg[2] & TCE_RW;

	*want = container_map(&program->container, arg[0], arg[1], vaddr, access);
	return vfm_map_dma(&program->device.dev, program_ours(program, vaddr), arg[0], arg[1], access & KVM_TCE_READ,
			   access & KVM_TCE_WRITE);
}

static int64_t do_unmap(struct program *program, const uint64_t *arg, int64_t *want)
{
	bool slip = container_is_slip(&program->container, arg[0], arg[1]);
	uint64_t cleared;

	*want = container_unmap(&program->container, arg[0], arg[1], &cleared);
	if (slip) {
		program->counts.slips++;
		program->counts.slip_lost += cleared;
		program->counts.slip_kept += !!(container_page(&program->container, arg[1]) & TCE_RW);
	}
	return vfm_unmap_dma(&program->device.dev, arg[0], arg[1]);
}

static int64_t do_record(struct program *program, const struct trace_record *record, int64_t *want)
{
	const uint64_t *arg = record->ioctl.arg;
	struct vfm_device *dev = &program->device.dev;
	uint64_t start, bytes;

	switch (record->op) {
	case 'I':
		*want = 0;
		return vfm_spapr_get_info(dev, &start, &bytes);
	case 'C':
		return do_create(program, arg, want);
	case 'D':
		*want = container_remove(&program->container, arg[0]);
		return vfm_spapr_remove(dev, arg[0]);
	case 'R':
		*want = container_register(&program->container, arg[0], arg[1]);
		return vfm_spapr_register(dev, program_ours(program, arg[0]), arg[1]);
	case 'X':
		*want = container_unregister(&program->container, arg[0], arg[1]);
		return vfm_spapr_unregister(dev, program_ours(program, arg[0]), arg[1]);
	case 'M':
		return do_map(program, arg, want);
	default:
		return do_unmap(program, arg, want);
	}
}

/* The device uses what has just been mapped. */
static void touch(struct program *program, const struct trace_record *record)
{
	uint64_t block =
		sim_rng_below(&program->owner.rng, record->ioctl.arg[1] / REPLAY_BLOCK_BYTES) * REPLAY_BLOCK_BYTES;
	uint64_t iova = record->ioctl.arg[0] + block, page = container_page(&program->container, iova);
	uint64_t vaddr = (record->ioctl.arg[2] & ~TCE_RW) + block;
	const char *what = replay_device_move(&program->device, iova, program_ours(program, vaddr), page & TCE_RW,
					      &program->counts.moved);

	if (what)
		wrong(program, "replay-dma", "line %" PRIu64 ": I/O address 0x%" PRIx64 ", which is mapped: %s",
		      record->line, iova, what);
}

static void replay_record(struct program *program, const struct trace_record *record)
{
	struct sim *sim = program->run->sim;
	sim_ps wait_ps = replay_clock_wait(&program->clock, sim_now(sim), record->dt_us), begin_ps;
	int64_t want = 0, ret;

	if (wait_ps)
		vfm_sleep(program->proc, wait_ps);
	begin_ps = sim_now(sim);
	ret = do_record(program, record, &want);
	program->in_call_ps += sim_now(sim) - begin_ps;
	program->counts.records++;
	program->counts.by_op[record->op - 'A']++;
	program->counts.refused += want != 0;
	if (ret != want)
		wrong(program, "replay-return",
		      "line %" PRIu64 ": operation %c returned %" PRId64 ", expected %" PRId64, record->line,
		      record->op, ret, want);
	if (record->op == 'M' && !ret && program->config.dma && ++program->maps % program->config.dma_every == 0)
		touch(program, record);
}

/* ---- The end ---- */

/** struct walk - bytes of a window that the PHB finds as the model has them. */
struct walk {
	struct program *program;
	uint64_t right;
};

static void on_tce(void *arg, const struct phb_tce *found)
{
	struct walk *walk = arg;
	struct program *program = walk->program;
	uint64_t page = container_page(&program->container, found->iova), real;
	uint64_t vaddr = page & ~(found->bytes - 1);

	program->counts.live++;
	real = vfm_user_real(program->proc, program_ours(program, vaddr));
	if (page & TCE_RW && real == found->real.v && found->read == !!(page & KVM_TCE_READ) &&
	    found->write == !!(page & KVM_TCE_WRITE))
		walk->right += found->bytes;
	else
		wrong(program, "replay-hardware",
		      "in the end the PHB finds a TCE for 0x%" PRIx64 " at I/O address 0x%" PRIx64
		      ", the trace left 0x%" PRIx64,
		      found->real.v, found->iova, page);
}

static void check_hardware(struct program *program)
{
	const struct vfm_device *dev = &program->device.dev;

	for (uint32_t i = 0; i < CONTAINER_WINDOWS; i++) {
		const struct container_window *window = &program->container.window[i];
		struct walk walk = {program, 0};
		uint64_t want = container_live_bytes(&program->container, i);

		if (!window->exists)
			continue;
		phb_tces(machine_phb(program->run->machine, dev->phb), (uint16_t)dev->rid,
			 (struct ioaddr){window->start}, (struct ioaddr){window->start + (window->bytes - 1)}, on_tce,
			 &walk);
		if (walk.right != want)
			wrong(program, "replay-hardware",
			      "in the end the PHB finds 0x%" PRIx64 " bytes mapped, the trace left 0x%" PRIx64,
			      walk.right, want);
	}
}

static void play(struct program *program)
{
	struct trace_record record;
	struct trace_file *file = NULL;
	char *error = NULL;
	int got = trace_file_open(program->config.path, &file, &error);

	program->begin_ps = sim_now(program->run->sim);
	while (got >= 0 && program->counts.records < program->total) {
		got = trace_file_next(file, &record, &error);
		if (got <= 0)
			break;
		replay_record(program, &record);
	}
	trace_file_close(file);
	if (got < 0) /* it was whole when it was looked through */
		wrong(program, SETUP, "the trace has changed: %s", error);
	free(error);
	program->end_ps = sim_now(program->run->sim);
}

static void program_main(struct vfm_proc *proc, void *arg)
{
	struct program *program = arg;
	int err;

	program->proc = proc;
	err = replay_device_open(&program->device, program->run, proc, 0);
	if (err)
		wrong(program, SETUP, "no device through VFIO (%d)", err);
	if (!err && make_memory(program)) {
		play(program);
		check_hardware(program);
		program->ended = true;
	}
	if (program->device.opened)
		vfm_device_close(&program->device.dev);
}

/* ---- The description's functions ---- */

static void on_dma(void *arg, const struct ram_dma *dma)
{
	replay_device_saw(&((struct program *)arg)->device, dma);
}

static int setup(struct wl_run *run)
{
	struct program *program = run->state;
	char *error = NULL;
	int err;

	program->run = run;
	replay_config_load(&program->config, run);
	program->clock.pace = program->config.pace;
	program->owner = (struct replay_owner){.idle = idle, .load = load, .store = store, .arg = program};
	sim_rng_init(&program->owner.rng, run->options->seed, "replay");
	program->device.owner = &program->owner;
	container_init(&program->container, kernel_desc(run->kernel)->page_bytes);
	err = program_look_through(program, &error);
	if (err) {
		free(program->range);
		free(program->config.path);
		return wl_fail(run, err, error);
	}
	ram_observe(machine_ram(run->machine), on_dma, program);
	vfm_proc_start(run->vfm, "program", MEMLOCK_BYTES, program_main, program);
	return 0;
}

/*
 * A range that was unregistered while it was mapped is lost for good (docs/findings.md, unregister-while-mapped): what
 * the kernel then leaves behind is known, to the page.
 */
static void expect_leaks(struct program *program)
{
	static const char *const kinds[] = {"pin-leak", "locked-vm-leak", "page-leak", "object-leak", "kernel-warn"};
	uint64_t held = container_held_pages(&program->container);
	const struct finding *pins = finding_find(program->run->sim, "pin-leak");
	unsigned long long found = 0, was = 0;

	if (!held)
		return;
	if (pins)
		(void)sscanf(pins->text, "pinned pages at teardown: %llu, at the end of boot: %llu", &found, &was);
	if (found - was != held) {
		wrong(program, "replay-leak", "%llu pages stay pinned, expected %" PRIu64, found - was, held);
		return;
	}
	for (size_t i = 0; i < sim_count_of(kinds); i++)
		(void)finding_expect(program->run->sim, kinds[i]);
}

static void verify(struct wl_run *run)
{
	struct program *program = run->state;

	if (!program->ended || program->counts.records != program->total)
		wrong(program, "replay-unfinished", "%" PRIu64 " of %" PRIu64 " records were replayed",
		      program->counts.records, program->total);
	expect_leaks(program);
	program->held_pages = container_held_pages(&program->container);
	container_finish(&program->container);
	free(program->range);
	free(program->config.path);
	program->range = NULL;
	program->config.path = NULL;
}

uint64_t replay_ioctls_records(const struct wl_run *run)
{
	return ((const struct program *)run->state)->counts.records;
}

const struct wl_desc wl_replay_ioctls = {
	.name = "replay-ioctls",
	.title = "a trace of a VFIO program's ioctls, held against the rules of the driver",
	.rows = replay_rows,
	.row_count = REPLAY_ROWS,
	.setup = setup,
	.verify = verify,
	.summary = replay_ioctls_summary,
	.results = replay_ioctls_results,
	.state_bytes = sizeof(struct program),
};
