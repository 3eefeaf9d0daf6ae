/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bench/bench_dma.c - what a timed DMA costs the host, with the whole pipeline on (engine, link with its credits, PHB,
 * memory, and back), in empty events of the same event queue in the same run.
 *
 * Wanted: at most 12 empty events for a TLP of 64 to 256 bytes that hits the TCE cache, 25 for one that walks two
 * levels; a cost that stays within 30 % from 1 to 64 PEs and from 1 to 6 PHBs; no heap allocation while it runs.
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/bench_util.h"
#include "hw/regs/dma_engine_regs.h"
#include "hw/regs/ioda_regs.h"
#include "hw/regs/phb_regs.h"
#include "workloads/validate/rig.h"

#define ROUNDS 15u
#define PER_ROUND 20000ull
#define DATA_BYTES (64u << 10)
#define IN_FLIGHT 256u	 /* in all, where there are many functions */
#define EMPTY_EVENTS 64u /* pending together, as a busy machine has */

/** struct empty - events that do nothing but come back. */
struct empty {
	struct sim *sim;
	struct sim_event event[EMPTY_EVENTS];
	uint64_t left;
};

static struct empty *empty_of; /* the one contestant */

static void empty_fire(struct sim *sim, struct sim_event *event)
{
	if (empty_of->left) {
		empty_of->left--;
		sim_event_after(sim, event, 1000 + (sim_ps)(event - empty_of->event) * 7);
	}
}

static void run_empty(void *arg, uint64_t count)
{
	struct empty *empty = arg;
	uint32_t i;

	empty_of = empty;
	empty->left = count - EMPTY_EVENTS;
	for (i = 0; i < EMPTY_EVENTS; i++)
		sim_event_after(empty->sim, &empty->event[i], i);
	sim_run(empty->sim, SIM_PS_NEVER);
}

/** struct contestant - a rig and its load, by so many functions in PEs of their own below so many PHBs, at once. */
struct contestant {
	struct validate_run run;
	struct rig rig;
	struct rig_load load;
	uint32_t phbs, functions;
};

static void run_dma(void *arg, uint64_t count)
{
	struct contestant *contestant = arg;
	uint32_t all = contestant->phbs * contestant->functions, i;

	for (i = 0; i < all; i++) {
		rig_select(&contestant->rig, i % contestant->phbs, i / contestant->phbs);
		rig_start(&contestant->rig, &contestant->load, count / all);
	}
	for (i = 0; i < all; i++) {
		rig_select(&contestant->rig, i % contestant->phbs, i / contestant->phbs);
		rig_finish(&contestant->rig);
	}
}

static uint64_t heap_blocks(void)
{
	struct mallinfo2 info = mallinfo2();

	return (uint64_t)info.uordblks;
}

static const struct validate_row row = {.id = "-", .title = "bench", .source = "-"};

static void open_dma(struct contestant *contestant, bool write, uint32_t bytes, bool walk)
{
	/* 16 lines hold 256 of 4096 pages: nearly every request walks. The data are as many bytes as for hits. */
	static const char *const walks[] = {"phb.tce_cache.entries=16", "phb.walkers=64", NULL};

	validate_execute(&contestant->run, &row, "workloads", NULL);
	contestant->phbs = contestant->functions = 1;
	contestant->load =
		(struct rig_load){.write = write, .bytes = bytes, .window_bytes = walk ? 16 << 20 : DATA_BYTES};
	if (!rig_open(&contestant->rig, &contestant->run, NULL, walk ? walks : NULL)) {
		fprintf(stderr, "bench_dma: %s\n", contestant->run.error);
		exit(2);
	}
	rig_fold(&contestant->rig, 12, 2, DATA_BYTES);
}

/* 64 byte reads that hit, by @functions below each of @phbs PHBs; lines and RIDs for all of them. */
static void open_many(struct contestant *contestant, uint32_t phbs, uint32_t functions)
{
	const char *sets[] = {
		"phb.tce_cache.entries=1024", "phb.rtc.entries=128", "machine.topology=switch", "machine.devices=8",
		"machine.functions=8",	      "machine.phbs=6",	     "dma.queue_depth=256",	NULL};
	uint32_t phb, i;

	validate_execute(&contestant->run, &row, "workloads", NULL);
	contestant->phbs = phbs;
	contestant->functions = functions;
	contestant->load =
		(struct rig_load){.bytes = 64, .window_bytes = 64 << 10, .depth = IN_FLIGHT / (phbs * functions)};
	if (!rig_open(&contestant->rig, &contestant->run, NULL, sets)) {
		fprintf(stderr, "bench_dma: %s\n", contestant->run.error);
		exit(2);
	}
	rig_map_levels(&contestant->rig, 12, 2);
	for (phb = 0; phb < phbs; phb++) {
		for (i = 0; i < functions; i++) {
			rig_own_pe(&contestant->rig, phb, i);
		}
	}
	run_dma(contestant, PER_ROUND);
}

/* Return: is any of them more than 30 % dearer than the first? */
static bool run_many(const char *title, const uint32_t (*shapes)[2], size_t n)
{
	static struct contestant contestant[4];
	struct bench_case cases[sim_count_of(contestant)] = {{NULL}};
	char names[sim_count_of(contestant)][32];
	bool over = false;
	size_t i;

	for (i = 0; i < n; i++) {
		open_many(&contestant[i], shapes[i][0], shapes[i][1]);
		snprintf(names[i], sizeof(names[i]), "%u PHBs, %u PEs each", shapes[i][0], shapes[i][1]);
		cases[i] = (struct bench_case){.name = names[i], .fn = run_dma, .arg = &contestant[i]};
	}
	bench_run(cases, n, ROUNDS, PER_ROUND);
	bench_print(title, cases, n);
	for (i = 0; i < n; i++) {
		over |= bench_ratio_permille(&cases[i], &cases[0]) > 1300;
		rig_close(&contestant[i].rig);
		validate_finish(&contestant[i].run);
	}
	return over;
}

int main(void)
{
	static const uint32_t pes[][2] = {{1, 1}, {1, 4}, {1, 16}, {1, 64}},
			      phbs[][2] = {{1, 4}, {2, 4}, {4, 4}, {6, 4}};
	static const struct {
		const char *name;
		bool write;
		uint32_t bytes;
		bool walk;
		uint64_t wanted_permille;
	} kinds[] = {
		{"read 64 B, hit", false, 64, false, 12000},	   {"read 256 B, hit", false, 256, false, 12000},
		{"write 64 B, hit", true, 64, false, 12000},	   {"write 256 B, hit", true, 256, false, 12000},
		{"read 64 B, two levels", false, 64, true, 25000}, {"write 64 B, two levels", true, 64, true, 25000},
	};
	static struct contestant contestant[sim_count_of(kinds)];
	static struct bench_case cases[sim_count_of(kinds) + 1];
	static struct empty empty;
	uint64_t before, after;
	size_t i;
	int over = 0;

	empty.sim = sim_create(1);
	for (i = 0; i < EMPTY_EVENTS; i++)
		sim_event_init(&empty.event[i], empty_fire, SIM_PRIO_HW);
	cases[0] = (struct bench_case){.name = "empty event", .fn = run_empty, .arg = &empty};
	for (i = 0; i < sim_count_of(kinds); i++) {
		open_dma(&contestant[i], kinds[i].write, kinds[i].bytes, kinds[i].walk);
		cases[i + 1] = (struct bench_case){.name = kinds[i].name, .fn = run_dma, .arg = &contestant[i]};
		run_dma(&contestant[i], PER_ROUND); /* statistics per PE are made when a PE is first seen */
	}
	before = heap_blocks();
	bench_run(cases, sim_count_of(cases), ROUNDS, PER_ROUND);
	after = heap_blocks();
	bench_print("a timed DMA TLP", cases, sim_count_of(cases));
	for (i = 0; i < sim_count_of(kinds); i++)
		over |= bench_ratio_permille(&cases[i + 1], &cases[0]) > kinds[i].wanted_permille;
	printf("%s 12 (hit) and 25 (walk) empty events; %lld bytes of heap more than before\n",
	       over ? "more than" : "within", (long long)(after - before));
	over |= after > before;
	for (i = 0; i < sim_count_of(kinds); i++) {
		rig_close(&contestant[i].rig);
		validate_finish(&contestant[i].run);
	}
	sim_destroy(empty.sim);
	over |= run_many("by PEs", pes, sim_count_of(pes));
	over |= run_many("by PHBs", phbs, sim_count_of(phbs));
	return over;
}
