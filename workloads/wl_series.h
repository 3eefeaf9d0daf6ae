/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WORKLOADS_WL_SERIES_H
#define WORKLOADS_WL_SERIES_H
/*
 * workloads/wl_series.h - the statistics over time that report.html plots: a few per kind of object, in at most
 * WL_SERIES_POINTS points; when a run has more windows, neighbours are put together.
 */
#include "sim/json.h"
#include "sim/sample.h"

#define WL_SERIES_POINTS 600u

struct wl_series;
struct wl_series *wl_series_create(void);
void wl_series_destroy(struct wl_series *series);

/** wl_series_add - sample_fn: takes what it plots. @arg: the series. */
void wl_series_add(void *arg, sim_ps begin_ps, sim_ps end_ps, const char *path, const struct stat_row *row,
		   const struct sample_value *value);

/**
 * wl_series_write - an object: "interval_ps", "windows_per_point", arrays "begin_ps" and "end_ps" of the points, and
 * "lines", an object per statistic: "path", "name", "unit", "kind", and arrays "value" (counters: sum; gauges: last),
 * or "count", "p50" (mean of the windows, by count) and "p99" (largest window's).
 */
void wl_series_write(const struct wl_series *series, sim_ps interval_ps, struct json *json);

#endif
