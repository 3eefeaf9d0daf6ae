// SPDX-License-Identifier: GPL-2.0-only
/* workloads/wl_series.c - points of plots. Lines appear when they first move; before that they were zero. */
#include "workloads/wl_series.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

/* What is plotted, as "path.name". */
static const char *const plotted[] = {
	"phb?.dma_read_bytes",	"phb?.dma_write_bytes",	  "phb?.tce_hits",	"phb?.tce_misses",
	"phb?.freezes",		"phb?.read_latency",	  "phb?.write_latency", "phb?.stage_*",
	"phb?.kill_latency",	"phb?.msi_latency",	  "phb?.walk_latency",	"phb?.pe*.read_bytes",
	"phb?.pe*.write_bytes", "phb?.pe*.read_latency",  "proc.*.maps",	"proc.*.unmaps",
	"proc.*.ioctl_map_dma", "proc.*.ioctl_unmap_dma",
};

/** struct point - of one line. A counter or gauge uses @value only. */
struct point {
	uint64_t value, count, p50, p99;
};

/** struct line - @path: owned. @point: WL_SERIES_POINTS, owned. */
struct line {
	char *path;
	const struct stat_row *row;
	struct point *point;
};

/**
 * struct wl_series - @begin_ps, @end_ps: of the points; @count of them; @filled: windows in the last one, of
 * @per_point.
 * @line: also of what is not plotted, without points.
 */
struct wl_series {
	sim_ps begin_ps[WL_SERIES_POINTS], end_ps[WL_SERIES_POINTS];
	uint32_t count, filled, per_point;
	struct line *line;
	size_t line_count, line_room;
};

struct wl_series *wl_series_create(void)
{
	struct wl_series *series = sim_alloc(sizeof(*series));

	series->per_point = 1;
	return series;
}

void wl_series_destroy(struct wl_series *series)
{
	if (!series)
		return;
	for (size_t i = 0; i < series->line_count; i++) {
		free(series->line[i].path);
		free(series->line[i].point);
	}
	free(series->line);
	free(series);
}

static bool has_samples(const struct stat_row *row)
{
	return row->kind == STAT_MEAN || row->kind == STAT_HIST;
}

/* @b comes after @a. */
static struct point join(const struct stat_row *row, struct point a, struct point b)
{
	struct point sum = {.count = a.count + b.count, .p99 = a.p99 > b.p99 ? a.p99 : b.p99};

	if (row->kind == STAT_COUNTER)
		sum.value = a.value + b.value;
	else if (row->kind == STAT_GAUGE)
		sum.value = b.value ? b.value : a.value; /* 0: it has not changed */
	if (sum.count)
		sum.p50 = (a.p50 / sum.count * a.count + a.p50 % sum.count * a.count / sum.count) +
			  (b.p50 / sum.count * b.count + b.p50 % sum.count * b.count / sum.count);
	return sum;
}

/* The points are used up: put neighbours together. */
static void halve(struct wl_series *series)
{
	for (size_t i = 0; i < series->line_count; i++) {
		struct line *line = &series->line[i];

		if (!line->point)
			continue;
		for (uint32_t k = 0; k < WL_SERIES_POINTS / 2; k++)
			line->point[k] = join(line->row, line->point[2 * k], line->point[2 * k + 1]);
		memset(line->point + WL_SERIES_POINTS / 2, 0, WL_SERIES_POINTS / 2 * sizeof(*line->point));
	}
	for (uint32_t k = 0; k < WL_SERIES_POINTS / 2; k++) {
		series->begin_ps[k] = series->begin_ps[2 * k];
		series->end_ps[k] = series->end_ps[2 * k + 1];
	}
	series->count = WL_SERIES_POINTS / 2;
	series->per_point *= 2;
}

/* The point of the window that ends at @end_ps. */
static uint32_t point_of(struct wl_series *series, sim_ps begin_ps, sim_ps end_ps)
{
	if (series->count && series->end_ps[series->count - 1] == end_ps)
		return series->count - 1;
	if (series->count && series->filled < series->per_point) {
		series->filled++;
	} else {
		if (series->count == WL_SERIES_POINTS)
			halve(series);
		series->begin_ps[series->count++] = begin_ps;
		series->filled = 1;
	}
	series->end_ps[series->count - 1] = end_ps;
	return series->count - 1;
}

static struct line *line_of(struct wl_series *series, const char *path, const struct stat_row *row)
{
	char *name;
	bool wanted = false;

	for (size_t i = 0; i < series->line_count; i++)
		if (series->line[i].row == row && !strcmp(series->line[i].path, path))
			return series->line[i].point ? &series->line[i] : NULL;
	name = sim_asprintf("%s.%s", path, row->name);
	for (size_t i = 0; i < sim_count_of(plotted) && !wanted; i++)
		wanted = !fnmatch(plotted[i], name, 0);
	free(name);
	if (series->line_count == series->line_room) {
		series->line_room = series->line_room ? 2 * series->line_room : 64;
		series->line = sim_realloc(series->line, series->line_room * sizeof(*series->line));
	}
	/* One that is not plotted is remembered as such, so that patterns are matched once. */
	series->line[series->line_count++] = (struct line){.path = sim_strdup(path), .row = row};
	if (!wanted)
		return NULL;
	series->line[series->line_count - 1].point = sim_alloc(WL_SERIES_POINTS * sizeof(struct point));
	return &series->line[series->line_count - 1];
}

void wl_series_add(void *arg, sim_ps begin_ps, sim_ps end_ps, const char *path, const struct stat_row *row,
		   const struct sample_value *value)
{
	struct wl_series *series = arg;
	struct line *line = line_of(series, path, row);
	uint32_t at;

	if (!line)
		return;
	at = point_of(series, begin_ps, end_ps);
	line->point[at] = join(
		row, line->point[at],
		(struct point){.value = value->value, .count = value->count, .p50 = value->p50, .p99 = value->p99});
}

static void write_array(struct json *json, const char *key, const struct wl_series *series, const struct line *line,
			size_t offset)
{
	json_array(json, key);
	for (uint32_t i = 0; i < series->count; i++)
		json_u64(json, NULL, *(const uint64_t *)(const void *)((const char *)&line->point[i] + offset));
	json_end(json);
}

static void write_line(struct json *json, const struct wl_series *series, const struct line *line)
{
	json_object(json, NULL);
	json_text(json, "path", line->path);
	json_text(json, "name", line->row->name);
	json_text(json, "unit", line->row->unit);
	json_text(json, "kind",
		  has_samples(line->row)	  ? "samples"
		  : line->row->kind == STAT_GAUGE ? "gauge"
						  : "counter");
	if (has_samples(line->row)) {
		write_array(json, "count", series, line, offsetof(struct point, count));
		write_array(json, "p50", series, line, offsetof(struct point, p50));
		write_array(json, "p99", series, line, offsetof(struct point, p99));
	} else {
		write_array(json, "value", series, line, offsetof(struct point, value));
	}
	json_end(json);
}

void wl_series_write(const struct wl_series *series, sim_ps interval_ps, struct json *json)
{
	json_object(json, NULL);
	json_u64(json, "interval_ps", interval_ps);
	json_u64(json, "windows_per_point", series->per_point);
	json_array(json, "begin_ps");
	for (uint32_t i = 0; i < series->count; i++)
		json_u64(json, NULL, series->begin_ps[i]);
	json_end(json);
	json_array(json, "end_ps");
	for (uint32_t i = 0; i < series->count; i++)
		json_u64(json, NULL, series->end_ps[i]);
	json_end(json);
	json_array(json, "lines");
	for (size_t i = 0; i < series->line_count; i++)
		if (series->line[i].point)
			write_line(json, series, &series->line[i]);
	json_end(json);
	json_end(json);
}
