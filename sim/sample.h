/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SIM_SAMPLE_H
#define SIM_SAMPLE_H
/*
 * sim/sample.h - statistics over time: what each changed by in windows of simulated time.
 *
 * Windows are (k * interval, (k + 1) * interval]: what happens at the instant of an edge belongs to the window that
 * ends there. Whoever runs the simulation stops it at the edges (sample_edge()) and takes the sample; no event is
 * scheduled, so that sampling changes nothing in a run. Windows in which nothing happened are left out.
 *
 * The file has one JSON object a line and window, of numbers only (docs/statistics.md): "begin_ps", "end_ps", then
 * "path.name" for each counter that moved (by how much) and each gauge that changed (to what), and for means and
 * histograms that got samples "path.name.count", ".mean", and of histograms ".p50", ".p90", ".p99", ".p99_9", of the
 * window's samples alone. Percentiles are as exact as those of the run (sim/stat.h).
 */
#include "sim/sim.h"
#include "sim/stat.h"

struct sampler;

/**
 * struct sample_value - one statistic in one window.
 * @value: change of a counter, a gauge as it is. @mean, @p50 ...: of the window's samples; @count: how many.
 */
struct sample_value {
	uint64_t value;
	uint64_t count, mean, p50, p90, p99, p99_9;
};

/** sample_fn - listens: each statistic that is written, window by window. */
typedef void sample_fn(void *arg, sim_ps begin_ps, sim_ps end_ps, const char *path, const struct stat_row *row,
		       const struct sample_value *value);

/**
 * sample_open - begin at sim_now(), normally 0.
 * @path: file, or NULL to only tell @fn. @interval_ps: length of a window, not 0.
 * @pattern: shell patterns (fnmatch) of "path.name"; a statistic is written when one matches, or when there are none.
 * Borrowed. @fn: NULL, or told of every statistic, written or not. @out: owned by the caller.
 *
 * Return: 0 or -errno.
 */
int sample_open(struct sim *sim, const char *path, sim_ps interval_ps, const char *const *pattern, size_t pattern_count,
		sample_fn *fn, void *arg, struct sampler **out) sim_must_use;

/** sample_edge - the end of the window in which the next event lies: where the simulation should stop. */
sim_ps sample_edge(const struct sampler *sampler);
/** sample_take - what happened since the last sample; at an edge, or at the end of the run. */
void sample_take(struct sampler *sampler);
/** sample_windows - how many were written. */
uint64_t sample_windows(const struct sampler *sampler);
/** sample_close - give the file its name. Return: 0 or the -errno of a failed write; @sampler is gone. */
int sample_close(struct sampler *sampler) sim_must_use;
/** sample_abort - drop the file. @sampler: may be NULL. */
void sample_abort(struct sampler *sampler);

#endif
