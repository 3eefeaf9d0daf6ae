/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * workloads/validate/validate_iotlb.c - rows about translation: where a cache of translations stops to be enough, what a
 * miss costs, and how many walks make up for it; against measurements of an x86 host (preset x86-pciebench).
 *
 * The card of those measurements sets its own pace; what it did without IOMMU is the pace of the engine here.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "workloads/validate/rig.h"

#define PRESET "x86-pciebench"
#define PAGE_4K 12u
#define PAGE_64K 16u
#define PAGE_16M 24u
#define KIB 1024ull
#define MIB (1024 * KIB)
#define WARM 4000u
#define REQUESTS 12000u
#define ENTRIES 70u

static struct rig_load at_random(bool write, uint32_t bytes, uint64_t window_bytes, double gbps_off)
{
	return (struct rig_load){.write = write,
				 .bytes = bytes,
				 .window_bytes = window_bytes,
				 .interval_ps = gbps_off > 0 ? (sim_ps)(bytes * 8e3 / gbps_off + 0.5) : 0,
				 .warm_requests = WARM,
				 .requests = REQUESTS};
}

/* @sets: on top of the preset. */
static double mapped_rate(struct validate_run *run, const char *const *sets, uint32_t page_shift,
			  const struct rig_load *load)
{
	struct rig rig;
	double rate;

	if (!rig_open(&rig, run, PRESET, sets))
		return 0;
	rig_map(&rig, page_shift);
	rate = rig_rate(&rig, load);
	rig_close(&rig);
	return rate;
}

static double change(double on, double off)
{
	return off > 0 ? (on / off - 1) * 100 : 0;
}

/* ---- V6 ---- */

/* Loss of 64 byte reads over @window_bytes, against a window that surely fits. */
static double knee(struct validate_run *run, const char *const *sets, uint32_t page_shift, uint64_t window_bytes)
{
	struct rig_load small = at_random(false, 64, 16 * KIB << (page_shift - PAGE_4K), 31.9);
	struct rig_load load = at_random(false, 64, window_bytes, 31.9);

	return change(mapped_rate(run, sets, page_shift, &load), mapped_rate(run, sets, page_shift, &small));
}

void validate_v6(struct validate_run *run)
{
	static const char *const few[] = {"phb.tce_cache.entries=32", NULL};
	const uint64_t reach = ENTRIES * 4 * KIB;

	validate_between(run, "%", 0, knee(run, NULL, PAGE_4K, 256 * KIB), -1, 1, "window of 256 KiB");
	validate_absolute(run, "%", -31, knee(run, NULL, PAGE_4K, 512 * KIB), 6, "window of 512 KiB");
	/* That the knee moves with entries and pages is no matter of fitting. */
	validate_between(run, "%", 0, knee(run, NULL, PAGE_4K, reach), -1, 1, "70 entries of 4 KiB: window of 280 KiB");
	validate_predicts(run);
	validate_between(run, "%", 0, knee(run, few, PAGE_4K, reach * 32 / ENTRIES), -1, 1,
			 "32 entries of 4 KiB: window of 128 KiB");
	validate_predicts(run);
	validate_between(run, "%", -100, knee(run, few, PAGE_4K, 2 * reach * 32 / ENTRIES), -100, -10,
			 "32 entries of 4 KiB: window of 256 KiB");
	validate_predicts(run);
	validate_between(run, "%", 0, knee(run, NULL, PAGE_64K, 16 * reach), -1, 1,
			 "70 entries of 64 KiB: window of 4480 KiB");
	validate_predicts(run);
	validate_between(run, "%", -100, knee(run, NULL, PAGE_64K, 32 * reach), -100, -10,
			 "70 entries of 64 KiB: window of 8960 KiB");
	validate_predicts(run);
}

/* ---- V7 ---- */

#define CURVES 8u
#define LOSS_COUNTS 2.0 /* percent; smaller ones are trivially right */

/** struct curve - one of the eight. Errors are of points with a loss. */
struct curve {
	char op[4];
	uint32_t bytes;
	uint32_t points;
	double error_sum, worst;
	uint64_t worst_window;
};

struct window_sweep {
	struct validate_run *run;
	struct curve curve[CURVES];
	uint32_t count;
};

enum { FIELD_HOST, FIELD_PAGE, FIELD_OP, FIELD_SIZE, FIELD_WINDOW, FIELD_ON, FIELD_OFF, FIELD_CHANGE, FIELDS };

static struct curve *sweep_curve(struct window_sweep *sweep, const char *op, uint32_t bytes)
{
	uint32_t i;

	for (i = 0; i < sweep->count; i++) {
		if (!strcmp(sweep->curve[i].op, op) && sweep->curve[i].bytes == bytes)
			return &sweep->curve[i];
	}
	if (sweep->count == CURVES)
		return NULL;
	snprintf(sweep->curve[sweep->count].op, sizeof(sweep->curve->op), "%s", op);
	sweep->curve[sweep->count].bytes = bytes;
	return &sweep->curve[sweep->count++];
}

static void window_line(void *arg, char **fields, size_t n)
{
	struct window_sweep *sweep = arg;
	struct curve *curve;
	struct rig_load load;
	double model, error;

	if (n < FIELDS || strcmp(fields[FIELD_HOST], "bdw") || strcmp(fields[FIELD_PAGE], "4K") || sweep->run->error)
		return;
	curve = sweep_curve(sweep, fields[FIELD_OP], (uint32_t)atoi(fields[FIELD_SIZE]));
	if (!curve || -atof(fields[FIELD_CHANGE]) <= LOSS_COUNTS)
		return;
	load = at_random(!strcmp(curve->op, "wr"), curve->bytes, strtoull(fields[FIELD_WINDOW], NULL, 10),
			 atof(fields[FIELD_OFF]));
	model = mapped_rate(sweep->run, NULL, PAGE_4K, &load);
	error = change(model, atof(fields[FIELD_ON]));
	curve->points++;
	curve->error_sum += fabs(error);
	if (fabs(error) < fabs(curve->worst))
		return;
	curve->worst = error;
	curve->worst_window = load.window_bytes;
}

/* Mean error over curves of @op (NULL: all), but for the fitted one. */
static double mean_error(const struct window_sweep *sweep, const char *op)
{
	double sum = 0;
	uint32_t points = 0, i;

	for (i = 0; i < sweep->count; i++) {
		const struct curve *curve = &sweep->curve[i];

		if ((op && strcmp(curve->op, op)) || (!strcmp(curve->op, "rd") && curve->bytes == 64))
			continue;
		sum += curve->error_sum;
		points += curve->points;
	}
	return points ? sum / points : 100;
}

void validate_v7(struct validate_run *run)
{
	struct window_sweep sweep = {.run = run};
	const struct curve *worst = NULL;
	uint32_t i;

	if (!validate_csv(run, "pcie-bench-iommu.csv", window_line, &sweep))
		return;
	for (i = 0; i < sweep.count; i++) {
		const struct curve *curve = &sweep.curve[i];

		if (!strcmp(curve->op, "rd") && curve->bytes == 64 && curve->points) {
			validate_between(run, "%", 0, curve->error_sum / curve->points, 0, 13,
					 "64 B reads, the fitted curve: mean error of %u points", curve->points);
			validate_calibrates(run);
		} else if (!worst || fabs(curve->worst) > fabs(worst->worst)) {
			worst = curve;
		}
	}
	/* Walks of one length that nobody shares queue like the hard form, whose bar is 11 %; the soft one's is 5 %. */
	validate_between(run, "%", 0, mean_error(&sweep, "rd"), 0, 11, "reads of 128 to 512 B, predicted: mean error");
	validate_between(run, "%", 0, mean_error(&sweep, "wr"), 0, 18, "writes, predicted: mean error");
	validate_between(run, "%", 0, mean_error(&sweep, NULL), 0, 13, "all seven, predicted: mean error");
	if (worst)
		validate_note(run, "Points with a loss of more than 2 %% count. The bar of reads is that of the hard form "
				   "(walks of a fixed length); a model that queues like the soft form would have to reach "
				   "5 %%. Worst predicted point: %s %u B, window %llu KiB, %+.0f %%.",
			      worst->op, worst->bytes, (unsigned long long)(worst->worst_window / KIB), worst->worst);
}

/* ---- V8, V9, V10 ---- */

static double latency_ns(struct validate_run *run, uint64_t window_bytes)
{
	struct rig_load load = at_random(false, 64, window_bytes, 0);
	struct rig rig;
	double ns;

	load.depth = 1;
	if (!rig_open(&rig, run, PRESET, NULL))
		return 0;
	rig_map(&rig, PAGE_4K);
	ns = rig_read_latency_ns(&rig, &load);
	rig_close(&rig);
	return ns;
}

void validate_v8(struct validate_run *run)
{
	double hit_ns = latency_ns(run, 4 * KIB), miss_ns = latency_ns(run, 64 * MIB);

	validate_percent(run, "ns", 330, miss_ns - hit_ns, 10, "64 MiB against 4 KiB");
	validate_percent(run, "ns", 432, hit_ns, 10, "a read that hits");
}

void validate_v9(struct validate_run *run)
{
	static const uint32_t walkers[] = {1, 2, 4, 6, 8};
	char set[32];
	size_t i;

	for (i = 0; i < sim_count_of(walkers); i++) {
		struct rig_load load = at_random(false, 64, 64 * MIB, 0);

		snprintf(set, sizeof(set), "phb.walkers=%u", walkers[i]);
		validate_percent(run, "Gb/s", walkers[i] * 64 * 8 / 330.0,
				 mapped_rate(run, (const char *[]){set, "phb.walk_level_latency=330ns", NULL}, PAGE_4K,
					     &load),
				 1, "%u walkers, formula", walkers[i]);
	}
	{
		struct rig_load load = at_random(false, 64, 64 * MIB, 28.4);

		validate_percent(run, "Gb/s", 9.8, mapped_rate(run, NULL, PAGE_4K, &load), 10, "the preset, measured");
		validate_calibrates(run); /* a point of the fitted curve */
	}
}

void validate_v10(struct validate_run *run)
{
	static const uint64_t windows[] = {4 * KIB, 1 * MIB, 64 * MIB};
	size_t i;

	for (i = 0; i < sim_count_of(windows); i++) {
		struct rig_load load = at_random(false, 64, windows[i], 31.9);
		double off, on = mapped_rate(run, NULL, PAGE_16M, &load);
		struct rig rig;

		if (!rig_open(&rig, run, PRESET, NULL))
			return;
		off = rig_rate(&rig, &load); /* the window without translation */
		rig_close(&rig);
		validate_between(run, "%", -0.4, change(on, off), -1, 1, "window of %llu KiB",
				 (unsigned long long)(windows[i] / KIB));
	}
}
