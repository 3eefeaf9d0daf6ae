// SPDX-License-Identifier: GPL-2.0-only
/*
 * workloads/first_light.c - scenario "first-light": the whole stack in one true story.
 *
 * Two processes hold a PCIe function each, through VFIO, on two PEs of one PHB. Both set up a DMA window and move data
 * both ways, every byte checked. Then B streams while A maps and unmaps without pause; A's device strays beyond its
 * window and A's PE, and only that, is frozen; A is recovered through EEH; nothing is left behind. Each sentence of
 * this is an expectation in the code, and one that does not hold is a violation "first-light-<what>".
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/finding.h"
#include "workloads/first_light.h"
#include "workloads/referee.h"
#include "workloads/scenarios.h"

#define MIB (1ull << 20)
#define FL_MEMLOCK_BYTES (8ull << 30)

/* clang-format off */
#define CHOICE CFG_USER, .where = "a choice of the scenario"
static const struct cfg_row fl_rows[] = {
	{.path = "first_light.buffer", .type = CFG_SIZE, .def = 16 * MIB, .min = 128 << 10, .max = 1024 * MIB,
	 .pow2 = true, .source = CHOICE, .help = "Memory that each process registers and maps for its device."},
	{.path = "first_light.window", .type = CFG_SIZE, .def = 16384 * MIB, .min = 16 * MIB, .max = 1ull << 42,
	 .pow2 = true, .source = CHOICE, .help = "Size of the DMA window that each process creates."},
	{.path = "first_light.check", .type = CFG_SIZE, .def = MIB, .min = 64 << 10, .max = 1024 * MIB, .pow2 = true,
	 .source = CHOICE, .help = "Bytes moved in each direction when every byte is compared."},
	{.path = "first_light.request", .type = CFG_SIZE, .def = 512, .min = 64, .max = 4096, .pow2 = true,
	 .source = CHOICE, .help = "Size of a DMA request."},
	{.path = "first_light.queue_depth", .type = CFG_COUNT, .def = 32, .min = 1, .max = 64, .source = CHOICE,
	 .help = "Packets that a device has in flight; dma.queue_depth limits it too."},
	{.path = "first_light.read_share", .type = CFG_COUNT, .def = 128, .min = 1, .max = 255, .source = CHOICE,
	 .help = "Reads in 256 requests of B's stream; the others are writes."},
	{.path = "first_light.storm_smallest", .type = CFG_SIZE, .def = 64 << 10, .min = 64 << 10, .max = 64 * MIB,
	 .pow2 = true, .source = CHOICE, .help = "Smallest size that the storm maps; the next is four times that."},
	{.path = "first_light.storm_largest", .type = CFG_SIZE, .def = 16 * MIB, .min = 64 << 10, .max = 1024 * MIB,
	 .pow2 = true, .source = CHOICE, .help = "Largest size that the storm maps; at most first_light.buffer."},
	{.path = "first_light.storm_rounds", .type = CFG_COUNT, .def = 100, .min = 1, .max = 1000000, .source = CHOICE,
	 .help = "MAP and UNMAP of each size."},
	{.path = "first_light.storm_touch", .type = CFG_COUNT, .def = 8, .min = 0, .max = 1000000, .source = CHOICE,
	 .help = "Every so many rounds A's device writes to what was just mapped, so that the kill matters; 0: never."},
	{.path = "first_light.poll", .type = CFG_TIME, .def = 20 * SIM_PS_PER_US, .min = SIM_PS_PER_US,
	 .max = SIM_PS_PER_MS, .source = CHOICE, .help = "How often B looks at its device's counters."},
	{.path = "first_light.quiet", .type = CFG_TIME, .def = 200 * SIM_PS_PER_US, .min = 50 * SIM_PS_PER_US,
	 .max = 50 * SIM_PS_PER_MS, .source = CHOICE, .help = "How long B streams alone before the storm, for comparison."},
	{.path = "first_light.incident", .type = CFG_TIME, .def = 200 * SIM_PS_PER_US, .min = 50 * SIM_PS_PER_US,
	 .max = 50 * SIM_PS_PER_MS, .source = CHOICE, .help = "How long A leaves its PE frozen before it recovers it."},
};
#undef CHOICE
/* clang-format on */

bool fl_expect(struct fl_side *side, bool ok, const char *kind, const char *fmt, ...)
{
	va_list args;

	if (ok)
		return true;
	side->failed = true;
	va_start(args, fmt);
	wl_violation(side->fl->run, side->name, kind, fmt, args);
	va_end(args);
	return false;
}

bool fl_other_alive(const struct fl_side *side)
{
	const struct first_light *fl = side->fl;
	const struct fl_side *other = side == &fl->a ? &fl->b : &fl->a;

	return !other->ended;
}

static void side_main(struct vfm_proc *proc, void *arg)
{
	struct fl_side *side = arg;
	struct first_light *fl = side->fl;
	bool is_a = side == &fl->a;

	side->proc = proc;
	side->host = sim_alloc(fl->config.buffer_bytes);
	if (fl_set_up(side) && fl_check_dma(side, "first-light-dma")) {
		if (is_a && fl_storm(side))
			(void)fl_incident(side);
		else if (!is_a)
			(void)fl_stream(side);
	}
	if (is_a)
		fl->a_done = true;
	fl_tear_down(side);
	free(side->host);
	side->host = NULL;
	side->ended = true;
}

/* The PHB tells when a PE freezes: A's is expected to, once; nobody else's is. */
static void on_phb_event(void *arg, const struct phb_event *event)
{
	struct first_light *fl = arg;
	struct fl_incident *incident = &fl->incident;

	if (event->kind != PHB_EVENT_FREEZE)
		return;
	if (incident->started_ps && event->pe == fl->a.dev.pe) {
		if (!incident->frozen_ps)
			incident->frozen_ps = sim_now(fl->run->sim);
		return;
	}
	incident->others_frozen++;
}

static void load_config(struct fl_config *config, const struct cfg *cfg)
{
	config->buffer_bytes = cfg_u64(cfg, "first_light.buffer");
	config->window_bytes = cfg_u64(cfg, "first_light.window");
	config->check_bytes = cfg_u64(cfg, "first_light.check");
	config->request_bytes = cfg_u64(cfg, "first_light.request");
	config->storm_min_bytes = cfg_u64(cfg, "first_light.storm_smallest");
	config->storm_max_bytes = cfg_u64(cfg, "first_light.storm_largest");
	config->storm_rounds = cfg_u64(cfg, "first_light.storm_rounds");
	config->storm_touch = cfg_u64(cfg, "first_light.storm_touch");
	config->queue_depth = cfg_u64(cfg, "first_light.queue_depth");
	config->read_share = cfg_u64(cfg, "first_light.read_share");
	config->poll_ps = cfg_u64(cfg, "first_light.poll");
	config->quiet_ps = cfg_u64(cfg, "first_light.quiet");
	config->incident_ps = cfg_u64(cfg, "first_light.incident");
}

static int check_config(const struct first_light *fl, struct cfg *cfg)
{
	const struct fl_config *config = &fl->config;

	if (config->storm_max_bytes > config->buffer_bytes)
		return cfg_fail(cfg, "first_light.storm_largest",
				"found more than first_light.buffer, expected at most that");
	if (config->check_bytes > config->buffer_bytes)
		return cfg_fail(cfg, "first_light.check", "found more than first_light.buffer, expected at most that");
	if (config->storm_min_bytes > config->storm_max_bytes)
		return cfg_fail(cfg, "first_light.storm_smallest",
				"found more than first_light.storm_largest, expected at most that");
	/* The buffer and, behind it, what the storm maps. */
	if (config->window_bytes < 2 * config->buffer_bytes)
		return cfg_fail(cfg, "first_light.window",
				"found less than twice first_light.buffer, expected at least that");
	return 0;
}

static const struct stat_row fl_size_rows[] = {
	{.name = "map",
	 .kind = STAT_HIST,
	 .unit = "ps",
	 .help = "Latency of MAP_DMA of this size in the storm.",
	 .offset = offsetof(struct fl_size, map)},
	{.name = "unmap",
	 .kind = STAT_HIST,
	 .unit = "ps",
	 .help = "Latency of UNMAP_DMA of this size in the storm.",
	 .offset = offsetof(struct fl_size, unmap)},
	{.name = "touched",
	 .kind = STAT_COUNTER,
	 .unit = "requests",
	 .help = "DMA requests that the device wrote while this size was mapped.",
	 .offset = offsetof(struct fl_size, touched)},
};

static void make_sizes(struct first_light *fl)
{
	for (uint64_t bytes = fl->config.storm_min_bytes;
	     bytes <= fl->config.storm_max_bytes && fl->size_count < FL_SIZES_MAX; bytes *= FL_SIZE_FACTOR) {
		struct fl_size *size = &fl->size[fl->size_count++];
		char path[48], text[32];

		size->bytes = bytes;
		snprintf(path, sizeof(path), "storm.%s", cfg_format_u64(CFG_SIZE, bytes, text, sizeof(text)));
		stat_register(fl->run->sim, path, fl_size_rows, sim_count_of(fl_size_rows), size);
	}
}

static int fl_setup(struct wl_run *run)
{
	struct first_light *fl = run->state;
	uint32_t kernel_shift = (uint32_t)__builtin_ctz(kernel_desc(run->kernel)->page_bytes);
	char names[2][WL_DEVICE_NAME_BYTES];
	int err;

	fl->run = run;
	load_config(&fl->config, run->cfg);
	err = check_config(fl, run->cfg);
	if (!err)
		err = wl_pick_devices(run, names, sim_count_of(names));
	if (err)
		return err;
	strcpy(fl->a.device_name, names[0]);
	strcpy(fl->b.device_name, names[1]);
	/* 64K TCEs; a 4K kernel maps ordinary memory with 4K TCEs, because its pages are not contiguous. */
	fl->page_shift = kernel_shift;
	sim_rng_init(&fl->rng, run->options->seed, "first-light");
	make_sizes(fl);
	fl->a.fl = fl->b.fl = fl;
	fl->a.name = "A";
	fl->b.name = "B";
	phb_observe(machine_phb(run->machine, 0), on_phb_event, fl);
	vfm_proc_start(run->vfm, fl->a.name, FL_MEMLOCK_BYTES, side_main, &fl->a);
	vfm_proc_start(run->vfm, fl->b.name, FL_MEMLOCK_BYTES, side_main, &fl->b);
	return 0;
}

static void fl_verify(struct wl_run *run)
{
	struct first_light *fl = run->state;

	fl_expect(&fl->a, fl->a.ended, "first-light-unfinished", "did not come to its end");
	fl_expect(&fl->b, fl->b.ended, "first-light-unfinished", "did not come to its end");
	fl_expect(&fl->a, fl->incident.happened, "first-light-unfinished", "the stray read was never refused");
	fl_expect(&fl->b, !fl->incident.others_frozen, "first-light-neighbour",
		  "%" PRIu32 " freezes of PEs that had done nothing wrong", fl->incident.others_frozen);
}

const struct wl_desc wl_first_light = {
	.name = "first-light",
	.title = "two processes, one PHB: DMA both ways, a map/unmap storm, a stray read, recovery",
	.rows = fl_rows,
	.row_count = sim_count_of(fl_rows),
	.setup = fl_setup,
	.verify = fl_verify,
	.summary = fl_summary,
	.results = fl_results,
	.state_bytes = sizeof(struct first_light),
};
