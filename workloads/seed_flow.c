// SPDX-License-Identifier: GPL-2.0-only
/*
 * workloads/seed_flow.c - scenario "seed-flow": the first sPAPR TCE driver's documentation, followed to the letter.
 *
 * A process asks for the container type, takes its group, reads the DMA window, enables the container, maps 1 MiB at
 * PCI address 0 and lets its device move data both ways, every byte checked; then it gives all back. Around that stand
 * the refusals that the same text promises, and an access outside the window, which isolates the PE and only that.
 * What drivers of different times answer differently is one table (seed_flow_calls.c).
 */
#include "workloads/seed_flow.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/finding.h"
#include "workloads/scenarios.h"

#define MIB (1ull << 20)

/* clang-format off */
#define CHOICE CFG_USER, .where = "a choice of the scenario"
static const struct cfg_row sf_rows[] = {
	{.path = "seed_flow.buffer", .type = CFG_SIZE, .def = MIB, .min = 128 << 10, .max = 256 * MIB, .pow2 = true,
	 .source = CHOICE, .help = "Memory that a process maps for its device; the driver's documentation says 1 MiB."},
	{.path = "seed_flow.request", .type = CFG_SIZE, .def = 128, .min = 64, .max = 4096, .pow2 = true,
	 .source = CHOICE, .help = "Size of a DMA request."},
	{.path = "seed_flow.queue_depth", .type = CFG_COUNT, .def = 16, .min = 1, .max = 64, .source = CHOICE,
	 .help = "Packets that a device has in flight; dma.queue_depth limits it too."},
	{.path = "seed_flow.memlock", .type = CFG_SIZE, .def = 4096 * MIB, .min = 0, .max = 1ull << 40,
	 .source = CHOICE, .help = "RLIMIT_MEMLOCK of the processes; ENABLE counts the whole window against it."},
	{.path = "seed_flow.low_memlock", .type = CFG_SIZE, .def = 64 * MIB, .min = 0, .max = 1ull << 40,
	 .source = CHOICE, .help = "RLIMIT_MEMLOCK of the process that is refused; less than a window."},
	{.path = "seed_flow.poll", .type = CFG_TIME, .def = 20 * SIM_PS_PER_US, .min = SIM_PS_PER_US,
	 .max = SIM_PS_PER_MS, .source = CHOICE, .help = "How often a process looks whether another is ready."},
	{.path = "seed_flow.incident", .type = CFG_TIME, .def = 200 * SIM_PS_PER_US, .min = 50 * SIM_PS_PER_US,
	 .max = 50 * SIM_PS_PER_MS, .source = CHOICE, .help = "How long A leaves its PE frozen before it recovers it."},
	{.path = "seed_flow.patience", .type = CFG_TIME, .def = SIM_PS_PER_S, .min = SIM_PS_PER_MS,
	 .max = 100 * SIM_PS_PER_S, .source = CHOICE, .help = "How long N streams at most while it waits for A's end."},
};
#undef CHOICE
/* clang-format on */

bool sf_expect(struct sf_side *side, bool ok, const char *kind, const char *fmt, ...)
{
	va_list args;

	if (ok)
		return true;
	side->failed = true;
	va_start(args, fmt);
	wl_violation(side->sf->run, side->name, kind, fmt, args);
	va_end(args);
	return false;
}

bool sf_wait(struct sf_side *side, const struct sf_side *other, const bool *flag)
{
	while (!*flag && !other->ended)
		vfm_sleep(side->proc, side->sf->config.poll_ps);
	return *flag;
}

int64_t sf_expected(const struct seed_flow *sf, enum sf_call call)
{
	return sf_judged[call].answer[sf->then];
}

bool sf_judge(struct sf_side *side, enum sf_call call, int64_t answer)
{
	struct seed_flow *sf = side->sf;

	sf->said[call].made = true;
	sf->said[call].answer = answer;
	sf->said[call].took_ps = vfm_proc_last_call_ps(side->proc);
	return sf_expect(side, answer == sf_expected(sf, call), "seed-flow-answer",
			 "%s%s%s answered %" PRId64 ", expected %" PRId64, sf_judged[call].name,
			 *sf_judged[call].note ? ", " : "", sf_judged[call].note, answer, sf_expected(sf, call));
}

bool sf_check_dma(struct sf_side *side, const char *kind)
{
	const struct sf_config *config = &side->sf->config;
	struct wl_dma_check *check = &side->check;
	bool ok;

	check->device = &side->dev;
	check->user_va = side->va;
	check->iova = side->window;
	check->bytes = config->buffer_bytes;
	check->request_bytes = config->request_bytes;
	check->queue_depth = config->queue_depth;
	check->rng = &side->sf->rng;
	check->host = sim_alloc(config->buffer_bytes);
	ok = wl_dma_check(check);
	free(check->host);
	check->host = NULL;
	return sf_expect(side, ok, kind, "%s", check->why);
}

/* A's PE freezes once, when the story says so; nobody else's does. */
static void on_phb_event(void *arg, const struct phb_event *event)
{
	struct seed_flow *sf = arg;
	struct sf_incident *incident = &sf->incident;

	if (event->kind != PHB_EVENT_FREEZE)
		return;
	if (!incident->started_ps || event->pe != sf->a.dev.pe)
		incident->others_frozen++;
	else if (!incident->frozen_ps)
		incident->frozen_ps = sim_now(sf->run->sim);
}

static void load_config(struct sf_config *config, const struct cfg *cfg)
{
	config->buffer_bytes = cfg_u64(cfg, "seed_flow.buffer");
	config->request_bytes = cfg_u64(cfg, "seed_flow.request");
	config->queue_depth = cfg_u64(cfg, "seed_flow.queue_depth");
	config->memlock_bytes = cfg_u64(cfg, "seed_flow.memlock");
	config->low_memlock_bytes = cfg_u64(cfg, "seed_flow.low_memlock");
	config->poll_ps = cfg_u64(cfg, "seed_flow.poll");
	config->incident_ps = cfg_u64(cfg, "seed_flow.incident");
	config->patience_ps = cfg_u64(cfg, "seed_flow.patience");
}

static int sf_setup(struct wl_run *run)
{
	struct seed_flow *sf = run->state;
	const struct {
		struct sf_side *side;
		const char *name;
		uint32_t device;
		uint64_t memlock_bytes;
		vfm_main_fn *main;
	} sides[] = {
		{&sf->poor, "P", 0, cfg_u64(run->cfg, "seed_flow.low_memlock"), sf_main_poor},
		{&sf->a, "A", 0, cfg_u64(run->cfg, "seed_flow.memlock"), sf_main_a},
		{&sf->neighbour, "N", 1, cfg_u64(run->cfg, "seed_flow.memlock"), sf_main_neighbour},
	};
	char names[2][WL_DEVICE_NAME_BYTES];
	int err = wl_pick_devices(run, names, sim_count_of(names));

	if (err)
		return err;
	if (machine_platform(run->machine)->phb[0].type != PLATFORM_PHB_P7IOC)
		return cfg_fail(run->cfg, "phb.generation",
				"found another, expected p7ioc, whose DMA windows the flow is for");
	sf->run = run;
	sf->then = *kernel_desc(run->kernel)->era != '\0';
	load_config(&sf->config, run->cfg);
	sim_rng_init(&sf->rng, run->options->seed, "seed-flow");
	phb_observe(machine_phb(run->machine, 0), on_phb_event, sf);
	for (size_t i = 0; i < sim_count_of(sides); i++) {
		struct sf_side *side = sides[i].side;

		side->sf = sf;
		side->name = sides[i].name;
		memcpy(side->device_name, names[sides[i].device], sizeof(side->device_name));
		vfm_proc_start(run->vfm, side->name, sides[i].memlock_bytes, sides[i].main, side);
	}
	return 0;
}

static void sf_verify(struct wl_run *run)
{
	struct seed_flow *sf = run->state;
	struct sf_side *sides[] = {&sf->poor, &sf->a, &sf->neighbour};

	for (size_t i = 0; i < sim_count_of(sides); i++)
		sf_expect(sides[i], sides[i]->ended, "seed-flow-unfinished", "did not come to its end");
	for (uint32_t i = 0; i < SF_CALLS; i++)
		sf_expect(&sf->a, sf->said[i].made || (sf->then && sf_judged[i].about == SF_ABOUT_RECOVERY),
			  "seed-flow-unfinished", "the story did not get to %s %s", sf_judged[i].name,
			  sf_judged[i].note);
	sf_expect(&sf->a, sf->incident.recovered, "seed-flow-unfinished", "the device was not seen to work again");
	sf_expect(&sf->a, sf->incident.again, "seed-flow-unfinished", "nothing was written to what was unmapped");
	sf_expect(&sf->neighbour, !sf->incident.others_frozen, "seed-flow-neighbour",
		  "%" PRIu32 " freezes of PEs that had done nothing wrong", sf->incident.others_frozen);
}

const struct wl_desc wl_seed_flow = {
	.name = "seed-flow",
	.title = "the code flow of the first sPAPR TCE driver's documentation, on the PHB it was written for",
	.rows = sf_rows,
	.row_count = sim_count_of(sf_rows),
	.setup = sf_setup,
	.verify = sf_verify,
	.summary = sf_summary,
	.results = sf_results,
	.state_bytes = sizeof(struct seed_flow),
};
