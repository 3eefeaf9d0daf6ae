/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * workloads/validate/validate_power.c - rows about POWER's bridges: kills of pages and of PEs, one page in many PEs,
 * read engines, large and small DMA of real cards.
 *
 * The published figures of large and small DMA are of CAPI cards, whose accesses do not pass TCEs; so they use windows
 * without translation here. The units of the card and of the host that make CAPI out of PCIe (PSL, CAPP) are not
 * modelled.
 */
#include <math.h>
#include <string.h>

#include "workloads/validate/rig.h"

#define KIB 1024ull
#define MIB (1024 * KIB)
#define PAGE_4K 12u
#define SEEDS 5u
#define NS SIM_PS_PER_NS
#define US (1000 * NS)
#define POWER8 "power8-phb3"
#define POWER9 "power9-phb4"

static double least(double a, double b)
{
	return a < b ? a : b;
}

static double most(double a, double b)
{
	return a > b ? a : b;
}

/* ---- V17 ---- */

#define KILLS 50u
#define KILL_EVERY (2 * US)
#define KILL_WINDOW (512 * KIB)

/** struct kills - of the PE whose TCEs are killed, and of its neighbour: lookups that missed, mean latency of a read in
 * ns. */
struct kills {
	double misses[2], latency[2];
};

static double mean_ns(struct rig *rig, const char *path)
{
	const struct stat_hist *hist = stat_find(rig->sim, path, "read_latency", NULL);

	return hist && hist->mean.count ? (double)hist->mean.sum / (double)hist->mean.count / 1e3 : 0;
}

/* Two engines in PEs 1 and 2 read over the same pages at their own pace; TCEs of PE 1 are killed. */
static void measure_kills(struct validate_run *run, uint64_t seed, bool whole_pe, struct kills *out)
{
	static const char *const sets[] = {"machine.functions=2", NULL};
	static const char *const paths[] = {"phb0.pe1", "phb0.pe2"};
	struct rig_load load = {.bytes = 64, .window_bytes = KILL_WINDOW, .interval_ps = 50 * NS};
	uint64_t before[2] = {0, 0};
	struct rig rig;
	uint32_t i;

	memset(out, 0, sizeof(*out));
	if (!rig_open_seed(&rig, run, POWER9, sets, seed))
		return;
	rig_map(&rig, PAGE_4K);
	for (i = 0; i < 2; i++) {
		rig_own_pe(&rig, 0, i);
		rig_start(&rig, &load, 0);
	}
	rig_pass(&rig, 100 * US);
	for (i = 0; i < 2; i++)
		before[i] = rig_counter(&rig, paths[i], "pe_tce_misses");
	for (i = 0; i < KILLS; i++) {
		rig_kill(&rig, 1, i * 37 % (KILL_WINDOW >> PAGE_4K) << PAGE_4K, whole_pe);
		rig_pass(&rig, KILL_EVERY);
	}
	for (i = 0; i < 2; i++) {
		out->misses[i] = (double)(rig_counter(&rig, paths[i], "pe_tce_misses") - before[i]);
		out->latency[i] = mean_ns(&rig, paths[i]);
		rig_select(&rig, 0, i);
		rig_stop(&rig);
	}
	rig_finish(&rig);
	rig_close(&rig);
}

void validate_v17(struct validate_run *run)
{
	double slower = HUGE_VAL, misses = HUGE_VAL, others = 0, change = 0;
	struct kills page, pe;
	uint64_t seed;

	for (seed = 1; seed <= SEEDS; seed++) {
		measure_kills(run, seed, false, &page);
		measure_kills(run, seed, true, &pe);
		slower = least(slower, pe.latency[0] / page.latency[0]);
		misses = least(misses, pe.misses[0] / page.misses[0]);
		others = most(others, page.misses[1] + pe.misses[1]);
		change = most(change, fabs(pe.latency[1] / page.latency[1] - 1) * 100);
	}
	validate_between(run, "x", 1, misses, 1.001, VALIDATE_ANY,
			 "misses of the PE, kills of the PE over kills of a page");
	validate_between(run, "x", 1, slower, 1.001, VALIDATE_ANY, "mean read latency of the PE, likewise");
	validate_absolute(run, "misses", 0, others, 0, "misses of another PE that maps the same pages");
	validate_absolute(run, "%", 0, change, 1, "change of the other PE's mean read latency");
	validate_note(run,
		      "The weakest of %u seeds. The published change says that kills of the PE hurt, not how much.",
		      SEEDS);
}

/* ---- V18 ---- */

#define PES_MAX 64u
#define SHARED_BYTES (256 * KIB) /* 64 pages, four lines of TCEs */

/* @pes functions in PEs of their own read over the same pages. Return: share of lookups that hit, after a warm-up. */
static double shared_hits(struct validate_run *run, uint64_t seed, uint32_t pes)
{
	static const char *const sets[] = {"machine.topology=switch", "machine.devices=8", "machine.functions=8", NULL};
	struct rig_load load = {.bytes = 64, .window_bytes = SHARED_BYTES, .interval_ps = 2 * US};
	uint64_t hits, misses;
	struct rig rig;
	uint32_t i;

	if (!rig_open_seed(&rig, run, POWER8, sets, seed))
		return 0;
	rig_map(&rig, PAGE_4K);
	for (i = 0; i < pes; i++) {
		rig_own_pe(&rig, 0, i);
		rig_start(&rig, &load, 0);
	}
	rig_pass(&rig, 50 * US);
	hits = rig_counter(&rig, "phb0", "tce_hits");
	misses = rig_counter(&rig, "phb0", "tce_misses");
	rig_pass(&rig, 150 * US);
	hits = rig_counter(&rig, "phb0", "tce_hits") - hits;
	misses = rig_counter(&rig, "phb0", "tce_misses") - misses;
	for (i = 0; i < pes; i++) {
		rig_select(&rig, 0, i);
		rig_stop(&rig);
	}
	rig_finish(&rig);
	rig_close(&rig);
	return 100 * (double)hits / (double)(hits + misses);
}

/* Each PE reads the same page once, one after the other. Return: lookups that missed. */
static double first_misses(struct validate_run *run, uint32_t pes)
{
	static const char *const sets[] = {"machine.topology=switch", "machine.devices=8", "machine.functions=8", NULL};
	struct rig_load load = {.bytes = 64, .window_bytes = 4 * KIB};
	double misses;
	struct rig rig;
	uint32_t i;

	if (!rig_open(&rig, run, POWER8, sets))
		return 0;
	rig_map(&rig, PAGE_4K);
	for (i = 0; i < pes; i++) {
		rig_own_pe(&rig, 0, i);
		rig_batch(&rig, &load, 1);
	}
	misses = (double)rig_counter(&rig, "phb0", "tce_misses");
	rig_close(&rig);
	return misses;
}

void validate_v18(struct validate_run *run)
{
	static const uint32_t pes[] = {8, 20, 32, 64};
	double rate[sim_count_of(pes)], step[sim_count_of(pes)];
	uint64_t seed;
	uint32_t i;

	for (i = 0; i < sim_count_of(pes); i++)
		step[i] = HUGE_VAL;
	for (seed = 1; seed <= SEEDS; seed++) {
		for (i = 0; i < sim_count_of(pes); i++) {
			rate[i] = shared_hits(run, seed, pes[i]);
			if (i)
				step[i] = least(step[i], rate[i - 1] - rate[i]);
		}
	}
	for (i = 1; i < sim_count_of(pes); i++)
		validate_between(run, "points", 1, step[i], 0.1, 100,
				 "hits lost from %u to %u PEs, 64 lines for 4 each", pes[i - 1], pes[i]);
	validate_absolute(run, "misses", 20, first_misses(run, 20), 0, "20 PEs read one page once each");
	validate_note(run, "The weakest of %u seeds. What is published is the order.", SEEDS);
}

/* ---- V19 ---- */

#define ENGINE_PAGES (4 * MIB)

/* The selected engine begins a message, in requests of at most 512 bytes, a common MRRS. */
static void message_start(struct rig *rig, uint64_t bytes, bool write)
{
	struct rig_load load = {
		.write = write, .bytes = bytes < 512 ? (uint32_t)bytes : 512, .window_bytes = ENGINE_PAGES};

	load.stride = load.bytes;
	rig_start(rig, &load, bytes / load.bytes);
}

/* A message of @bytes goes each way: one function reads it, another writes one. Return: how long that takes. */
static sim_ps message_ps(struct rig *rig, uint64_t bytes)
{
	sim_ps begin_ps = sim_now(rig->sim);

	rig_select(rig, 0, 0);
	message_start(rig, bytes, false);
	rig_select(rig, 0, 1);
	message_start(rig, bytes, true);
	rig_finish(rig);
	return sim_now(rig->sim) - begin_ps;
}

static const uint64_t message_sizes[] = {64, 256, 1 * KIB, 8 * KIB, 64 * KIB, 2 * MIB};

static void measure_messages(struct validate_run *run, const char *engines, double *us)
{
	const char *const sets[] = {"machine.functions=2", "dma.queue_depth=256", engines, NULL};
	struct rig rig;
	uint32_t i;

	for (i = 0; i < sim_count_of(message_sizes); i++)
		us[i] = 1;
	if (!rig_open(&rig, run, POWER9, sets))
		return;
	for (i = 0; i < sim_count_of(message_sizes); i++) {
		(void)message_ps(&rig, message_sizes[i]); /* the RID cache is warm after it */
		us[i] = (double)message_ps(&rig, message_sizes[i]) / US;
	}
	rig_close(&rig);
}

void validate_v19(struct validate_run *run)
{
	static const double gain[] = {0, 0, 2.7, 3.8, 20.2, 22};
	double few[sim_count_of(message_sizes)], many[sim_count_of(message_sizes)], host_us, model;
	uint32_t i;

	measure_messages(run, "phb.read_engines=32", few);
	measure_messages(run, "phb.read_engines=48", many);
	/* What software adds to a message: from the published 1495 MB/s at 1 KiB, both ways. */
	host_us = 2 * KIB / 1495.0 - few[2];
	validate_absolute(run, "us", 2 * KIB / 1495.0, few[2] + host_us, 0.001,
			  "a message of 1 KiB each way, 32 engines");
	validate_calibrates(run);
	for (i = 0; i < sim_count_of(message_sizes); i++) {
		if (i == 2)
			continue;
		model = ((few[i] + host_us) / (many[i] + host_us) - 1) * 100;
		validate_absolute(run, "%", gain[i], model, message_sizes[i] <= 256 ? 1 : 7,
				  "48 engines, messages of %u B", (uint32_t)message_sizes[i]);
	}
	validate_note(run,
		      "Bandwidth in both directions at 2 MiB: %.1f GB/s with 32, %.1f GB/s with 48 engines; published "
		      "27.3 and "
		      "33.3 GB/s, of a path through two adapters and GPUs.",
		      4 * MIB / few[5] / 1e3, 4 * MIB / many[5] / 1e3);
}

/* ---- V20 ---- */

static double large_gbytes(struct validate_run *run, const char *const *sets, bool write)
{
	struct rig_load load = {.write = write,
				.bytes = 512,
				.stride = 512,
				.window_bytes = 16 * MIB,
				.warm_requests = 2000,
				.requests = 40000};
	double rate = 0;
	struct rig rig;

	if (rig_open(&rig, run, POWER9, sets)) {
		rate = rig_rate(&rig, &load) / 8;
		rig_close(&rig);
	}
	return rate;
}

void validate_v20(struct validate_run *run)
{
	static const char *const x8[] = {"pcie.width=8", "dma.queue_depth=256", NULL};
	static const char *const gen3[] = {"pcie.gen=3", "dma.queue_depth=256", NULL};

	validate_percent(run, "GB/s", 12.321, large_gbytes(run, x8, false), 10, "POWER9, generation 4 x8, reads");
	validate_percent(run, "GB/s", 14.201, large_gbytes(run, x8, true), 10, "POWER9, generation 4 x8, writes");
	validate_percent(run, "GB/s", 12.288, large_gbytes(run, gen3, false), 10, "POWER9, generation 3 x16, reads");
	validate_percent(run, "GB/s", 13.120, large_gbytes(run, gen3, true), 10, "POWER9, generation 3 x16, writes");
	validate_note(run,
		      "With an MPS of 512 reads would carry 13.8, writes 13.7 GB/s. POWER8's figures (3.2 to 3.6 GB/s "
		      "of a generation 3 x8 link that carries 6.6) cannot be had: they are bound "
		      "by the 64 read and 32 write tags of the card's PSL and a latency of it that no source gives.");
}

/* ---- V21 ---- */

/* Host to device: it polls memory, half a read too early on average; device to host: a write. In us. */
static double round_trip_us(struct validate_run *run, const char *machine, const char *const *sets)
{
	struct rig_load load = {
		.bytes = 64, .depth = 1, .window_bytes = 64 * KIB, .warm_requests = 10, .requests = 200};
	double read_ns, write_ns = 0;
	sim_ps begin_ps;
	struct rig rig;

	if (!rig_open(&rig, run, machine, sets))
		return 0;
	read_ns = rig_read_latency_ns(&rig, &load);
	load.write = true;
	rig_batch(&rig, &load, 1);
	begin_ps = sim_now(rig.sim);
	rig_batch(&rig, &load, 1);
	write_ns = (double)(sim_now(rig.sim) - begin_ps) / NS;
	rig_close(&rig);
	return (1.5 * read_ns + write_ns) / 1e3;
}

void validate_v21(struct validate_run *run)
{
	static const char *const x16[] = {"pcie.gen=3", NULL};

	validate_percent(run, "us", 2.496, round_trip_us(run, POWER8, NULL), 25, "POWER8, generation 3 x8");
	validate_percent(run, "us", 1.096, round_trip_us(run, POWER9, x16), 25, "POWER9, generation 3 x16");
	validate_note(
		run,
		"A read that polls and is half a read too early on average, and a write until memory has it. What the "
		"card's PSL and the processor's own polling add is not in it.");
}
