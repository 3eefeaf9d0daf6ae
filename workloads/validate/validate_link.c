/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * workloads/validate/validate_link.c - rows about the PCIe link: goodput against the pcie-bench model, its shape, a
 * measured card, and flow control.
 *
 * Sizes lie on 4 KiB steps, so that no completion is cut for its address; a request of more than MPS or MRRS bytes is cut
 * as the model's are.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "workloads/validate/rig.h"

#define STEP_BYTES 4096u
#define AREA_BYTES (1u << 20)
#define REQUESTS 3000u

/* What stands around the link must not be the limit: up to 700 million packets a second. */
static const char *const ideal[] = {
	"phb.clock=10GHz",
	"phb.rtc.hit_cycles=1",
	"phb.tvt_cycles=1",
	"phb.tce_cache.hit_cycles=1",
	"phb.ram_read_latency=10ns",
	"phb.ram_write_latency=10ns",
	"phb.ram_bandwidth=1000GB/s",
	"memory.read_bandwidth=1000GB/s",
	"memory.write_bandwidth=1000GB/s",
	"phb.read_tags=64",
	"pcie.latency_up=10ns",
	"pcie.latency_down=10ns",
	"pcie.mrrs=512B",
	"pcie.credits.posted_headers=0",
	"pcie.credits.posted_bytes=0",
	"pcie.credits.nonposted_headers=0",
	"dma.queue_depth=256",
};

/** struct shape - of a link; cut: how completions are. */
struct shape {
	uint32_t gen, lanes, mps;
	const char *split;
};

static bool ideal_open(struct rig *rig, struct validate_run *run, const struct shape *shape)
{
	char gen[32], width[32], mps[32], split[48];
	const char *sets[sim_count_of(ideal) + 5];

	snprintf(gen, sizeof(gen), "pcie.gen=%u", shape->gen);
	snprintf(width, sizeof(width), "pcie.width=%u", shape->lanes);
	snprintf(mps, sizeof(mps), "pcie.mps=%uB", shape->mps);
	snprintf(split, sizeof(split), "pcie.completion_split=%s", shape->split);
	memcpy(sets, ideal, sizeof(ideal));
	memcpy(sets + sim_count_of(ideal), (const char *[]){gen, width, mps, split, NULL}, 5 * sizeof(*sets));
	return rig_open(rig, run, NULL, sets);
}

static struct rig_load stream(bool write, uint32_t bytes)
{
	return (struct rig_load){.write = write,
				 .bytes = bytes,
				 .stride = STEP_BYTES,
				 .window_bytes = AREA_BYTES,
				 .warm_requests = REQUESTS / 4,
				 .requests = REQUESTS};
}

/** struct sweep - a pass over the table of the pcie-bench model. @column: of the figure. */
struct sweep {
	struct validate_run *run;
	struct rig rig;
	struct shape shape;
	bool open, write;
	size_t column;
	uint32_t points;
	double error_sum, worst, worst_published, worst_model;
	char worst_what[64];
};

enum { COLUMN_GEN, COLUMN_LANES, COLUMN_MPS, COLUMN_SIZE = 5, COLUMN_WRITE, COLUMN_READ, COLUMN_RCB = 9, COLUMNS };

static void sweep_point(struct sweep *sweep, uint32_t bytes, double published)
{
	struct rig_load load = stream(sweep->write, bytes);
	double model = rig_rate(&sweep->rig, &load), error = fabs(model / published - 1) * 100;

	sweep->points++;
	sweep->error_sum += error;
	if (error < sweep->worst)
		return;
	sweep->worst = error;
	sweep->worst_published = published;
	sweep->worst_model = model;
	snprintf(sweep->worst_what, sizeof(sweep->worst_what), "gen %u x%u, MPS %u, %u B", sweep->shape.gen,
		 sweep->shape.lanes, sweep->shape.mps, bytes);
}

/* Points of one link follow each other. Only generations 3 to 5, x8 and x16. */
static void sweep_line(void *arg, char **fields, size_t n)
{
	struct sweep *sweep = arg;
	struct shape shape = {.gen = (uint32_t)atoi(fields[COLUMN_GEN] + strlen("gen")),
			      .lanes = (uint32_t)atoi(fields[COLUMN_LANES]),
			      .mps = (uint32_t)atoi(fields[COLUMN_MPS]),
			      .split = sweep->shape.split};

	if (n < COLUMNS || shape.gen < 3 || shape.lanes < 8 || sweep->run->error)
		return;
	if (!sweep->open || shape.gen != sweep->shape.gen || shape.lanes != sweep->shape.lanes ||
	    shape.mps != sweep->shape.mps) {
		if (sweep->open)
			rig_close(&sweep->rig);
		sweep->shape = shape;
		sweep->open = ideal_open(&sweep->rig, sweep->run, &shape);
		if (!sweep->open)
			return;
	}
	sweep_point(sweep, (uint32_t)atoi(fields[COLUMN_SIZE]), atof(fields[sweep->column]));
}

static void sweep_model(struct validate_run *run, const char *name, bool write, size_t column, const char *split)
{
	struct sweep sweep = {.run = run, .write = write, .column = column, .shape.split = split};

	if (!validate_csv(run, "pcie-model.csv", sweep_line, &sweep))
		return;
	if (sweep.open)
		rig_close(&sweep.rig);
	if (!sweep.points)
		return;
	validate_percent(run, "Gb/s", sweep.worst_published, sweep.worst_model, 0.5, "%s, worst of %u points: %s", name,
			 sweep.points, sweep.worst_what);
	validate_between(run, "%", 0, sweep.error_sum / sweep.points, 0, 0.5, "%s, mean error of %u points", name,
			 sweep.points);
}

static double one_rate(struct validate_run *run, const struct shape *shape, bool write, uint32_t bytes)
{
	struct rig_load load = stream(write, bytes);
	struct rig rig;
	double rate;

	if (!ideal_open(&rig, run, shape))
		return 0;
	rate = rig_rate(&rig, &load);
	rig_close(&rig);
	return rate;
}

static const struct shape g3x8 = {.gen = 3, .lanes = 8, .mps = 256, .split = "mps"};

void validate_v1(struct validate_run *run)
{
	static const struct {
		uint32_t bytes;
		double gbps;
	} points[] = {{64, 42.098}, {256, 52.923}, {257, 48.775}};
	size_t i;

	for (i = 0; i < sim_count_of(points); i++)
		validate_percent(run, "Gb/s", points[i].gbps, one_rate(run, &g3x8, true, points[i].bytes), 0.5,
				 "gen 3 x8, MPS 256, %u B", points[i].bytes);
	sweep_model(run, "writes", true, COLUMN_WRITE, "mps");
}

void validate_v2(struct validate_run *run)
{
	static const struct shape rcb = {.gen = 3, .lanes = 8, .mps = 256, .split = "rcb"};

	validate_percent(run, "Gb/s", 44.103, one_rate(run, &g3x8, false, 64), 0.5, "gen 3 x8, MPS 256, 64 B");
	validate_percent(run, "Gb/s", 53.690, one_rate(run, &g3x8, false, 512), 0.5, "gen 3 x8, MPS 256, 512 B");
	validate_percent(run, "Gb/s", 35.83, one_rate(run, &rcb, false, 65), 0.5, "gen 3 x8, cut at RCB 64, 65 B");
	sweep_model(run, "reads", false, COLUMN_READ, "mps");
	sweep_model(run, "reads cut at RCB", false, COLUMN_RCB, "rcb");
}

void validate_v3(struct validate_run *run)
{
	double full = one_rate(run, &g3x8, true, 256), more = one_rate(run, &g3x8, true, 257);

	validate_percent(run, "", 48.775 / 52.923, full ? more / full : 0, 0.2, "257 B over 256 B");
}

static double tlp_rate(struct validate_run *run, uint32_t mps)
{
	struct shape shape = {.gen = 3, .lanes = 8, .mps = mps, .split = "mps"};
	struct rig_load load = stream(true, mps);
	struct rig rig;
	double rate;

	if (!ideal_open(&rig, run, &shape))
		return 0;
	rate = rig_wire_rate(&rig, &load);
	rig_close(&rig);
	return rate;
}

void validate_v4(struct validate_run *run)
{
	double small = tlp_rate(run, 256), big = tlp_rate(run, 512);

	validate_percent(run, "Gb/s", 57.885, small, 0.5, "bytes of TLPs, MPS 256");
	validate_percent(run, "Gb/s", 57.312, big, 0.5, "bytes of TLPs, MPS 512");
	validate_between(run, "Gb/s", 57.312 - 57.885, big - small, -VALIDATE_ANY, 0, "what the larger MPS adds: less than nothing");
}

void validate_v5(struct validate_run *run)
{
	static const struct {
		const char *what;
		bool write;
		uint32_t bytes;
		double gbps;
	} points[] = {{"reads of 512 B", false, 512, 55.0},
		      {"writes of 256 B", true, 256, 50.5},
		      {"writes of 512 B", true, 512, 53.0}};
	struct rig rig;
	size_t i;

	if (!rig_open(&rig, run, "x86-pciebench", NULL))
		return;
	for (i = 0; i < sim_count_of(points); i++) {
		struct rig_load load = stream(points[i].write, points[i].bytes);

		validate_percent(run, "Gb/s", points[i].gbps, rig_rate(&rig, &load), 5, "%s", points[i].what);
	}
	rig_close(&rig);
}

/* ---- V22: how many credits, when each is away for 300 ns ---- */

#define CREDIT_LOOP_NS 300.0
#define CREDITS_MAX 92u
#define WANTED_GBPS (14.0 * 8)

/* 64 byte writes with @credits. */
static double credit_rate(struct validate_run *run, uint32_t credits, uint32_t memory_ns)
{
	char headers[64], memory[64];
	const char *sets[] = {"pcie.gen=4", "pcie.width=16", "pcie.latency_up=50ns", "pcie.latency_down=50ns",
			      "phb.clock=1GHz", "phb.ram_bandwidth=1000GB/s", "memory.write_bandwidth=1000GB/s", "dma.queue_depth=256",
			      "pcie.credits.posted_bytes=0", headers, memory, NULL};
	struct rig_load load = stream(true, 64);
	struct rig rig;
	double rate;

	snprintf(headers, sizeof(headers), "pcie.credits.posted_headers=%u", credits);
	snprintf(memory, sizeof(memory), "phb.ram_write_latency=%uns", memory_ns);
	if (!rig_open(&rig, run, NULL, sets))
		return 0;
	rate = rig_rate(&rig, &load);
	rig_close(&rig);
	return rate;
}

static double loop_ns(struct validate_run *run, uint32_t memory_ns)
{
	double gbps = credit_rate(run, 1, memory_ns);

	return gbps ? 64 * 8 / gbps : 0;
}

void validate_v22(struct validate_run *run)
{
	double rest = CREDIT_LOOP_NS - loop_ns(run, 0), gbps;
	uint32_t memory_ns = rest > 0 ? (uint32_t)(rest + 0.5) : 0, low = 0, high = CREDITS_MAX;

	validate_percent(run, "ns", CREDIT_LOOP_NS, loop_ns(run, memory_ns), 1, "a credit is away, with one credit");
	validate_calibrates(run);
	while (low + 1 < high && !run->error) {
		uint32_t middle = (low + high) / 2;

		if (credit_rate(run, middle, memory_ns) >= WANTED_GBPS)
			high = middle;
		else
			low = middle;
	}
	validate_absolute(run, "credits", 65, high, 2, "fewest that carry 14 GB/s");
	gbps = credit_rate(run, CREDITS_MAX, memory_ns);
	validate_percent(run, "GB/s", CREDITS_MAX * 64 / CREDIT_LOOP_NS, gbps / 8, 3, "bound by 92 credits");
}
