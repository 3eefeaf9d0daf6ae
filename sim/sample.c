/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sim/sample.c - windows of statistics: differences to a copy of what the last window saw.
 *
 * Statistics come (processes, PEs that begin to send) and go; the walk over the registry meets them in the same order
 * each time, so the copy of one is normally the next in line.
 */
#include "sim/sample.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "sim/out.h"

/**
 * struct column - a statistic and what it was. @value: where it lives, NULL once it is gone. @name: "path.name", owned.
 * @bucket: of the last sample, owned, NULL for what has no histogram or has not moved yet. @selected: is it written?
 */
struct column {
	const void *value;
	const struct stat_row *row;
	char *name;
	uint64_t last;
	struct stat_mean mean;
	uint64_t *bucket;
	bool selected;
};

struct sampler {
	struct sim *sim; /* borrowed */
	struct out *out; /* owned, or NULL */
	sim_ps interval_ps, taken_ps;
	const char *const *pattern;
	size_t pattern_count;
	sample_fn *fn;
	void *arg;
	struct column *column; /* owned, in order of the walk */
	size_t count, room, next;
	struct stat_hist window; /* scratch */
	sim_ps begin_ps, end_ps; /* of the window in hand */
	uint64_t windows;
	bool begun; /* its line has begun */
};

int sample_open(struct sim *sim, const char *path, sim_ps interval_ps, const char *const *pattern, size_t pattern_count,
		sample_fn *fn, void *arg, struct sampler **out)
{
	struct sampler *sampler = sim_alloc(sizeof(*sampler));
	int err = path ? out_open(&sampler->out, path) : 0;

	sim_assert(sim, interval_ps);
	if (err) {
		free(sampler);
		return err;
	}
	sampler->sim = sim;
	sampler->interval_ps = interval_ps;
	sampler->taken_ps = sim_now(sim);
	sampler->pattern = pattern;
	sampler->pattern_count = pattern_count;
	sampler->fn = fn;
	sampler->arg = arg;
	stat_hist_init(&sampler->window);
	*out = sampler;
	return 0;
}

static void sampler_free(struct sampler *sampler)
{
	for (size_t i = 0; i < sampler->count; i++) {
		free(sampler->column[i].name);
		free(sampler->column[i].bucket);
	}
	free(sampler->column);
	stat_hist_finish(&sampler->window);
	free(sampler);
}

int sample_close(struct sampler *sampler)
{
	int err = sampler->out ? out_commit(sampler->out) : 0;

	sampler_free(sampler);
	return err;
}

void sample_abort(struct sampler *sampler)
{
	if (!sampler)
		return;
	out_abort(sampler->out);
	sampler_free(sampler);
}

uint64_t sample_windows(const struct sampler *sampler)
{
	return sampler->windows;
}

/* The first edge at or after @when_ps, and after @after_ps. */
static sim_ps edge_from(const struct sampler *sampler, sim_ps when_ps, sim_ps after_ps)
{
	sim_ps from_ps = when_ps > after_ps ? when_ps : after_ps + 1;
	sim_ps last = from_ps / sampler->interval_ps * sampler->interval_ps;

	if (last == from_ps)
		return last;
	return last > SIM_PS_NEVER - sampler->interval_ps ? SIM_PS_NEVER : last + sampler->interval_ps;
}

sim_ps sample_edge(const struct sampler *sampler)
{
	sim_ps next_ps = sampler->sim->next_event_ps;

	return edge_from(sampler, next_ps == SIM_PS_NEVER ? sim_now(sampler->sim) : next_ps, sampler->taken_ps);
}

/* ---- Columns ---- */

static bool selected(const struct sampler *sampler, const char *name)
{
	for (size_t i = 0; i < sampler->pattern_count; i++)
		if (!fnmatch(sampler->pattern[i], name, 0))
			return true;
	return !sampler->pattern_count;
}

static bool is_column(const struct column *column, const void *value, const struct stat_row *row, const char *path)
{
	size_t n = strlen(path);

	return column->value == value && column->row == row && !strncmp(column->name, path, n) &&
	       column->name[n] == '.';
}

/* A new column where the walk stands; its value so far belongs to the window in hand. */
static struct column *insert(struct sampler *sampler, const char *path, const struct stat_row *row, const void *value)
{
	struct column *column;

	if (sampler->count == sampler->room) {
		sampler->room = sampler->room ? 2 * sampler->room : 256;
		sampler->column = sim_realloc(sampler->column, sampler->room * sizeof(*sampler->column));
	}
	column = &sampler->column[sampler->next];
	memmove(column + 1, column, (sampler->count - sampler->next) * sizeof(*column));
	sampler->count++;
	*column = (struct column){.value = value, .row = row, .name = sim_asprintf("%s.%s", path, row->name)};
	column->selected = selected(sampler, column->name);
	return column;
}

/* The walk is at this statistic: the next column, one further on (those between are gone), or a new one. */
static struct column *find(struct sampler *sampler, const char *path, const struct stat_row *row, const void *value)
{
	struct column *column = NULL;

	for (size_t i = sampler->next; i < sampler->count && !column; i++) {
		if (!is_column(&sampler->column[i], value, row, path))
			continue;
		for (size_t gone = sampler->next; gone < i; gone++) {
			free(sampler->column[gone].name);
			free(sampler->column[gone].bucket);
		}
		column = &sampler->column[sampler->next];
		memmove(column, &sampler->column[i], (sampler->count - i) * sizeof(*column));
		sampler->count -= i - sampler->next;
	}
	if (!column)
		column = insert(sampler, path, row, value);
	sampler->next++;
	return column;
}

/* ---- Windows ---- */

static void write_number(struct sampler *sampler, const char *name, const char *part, uint64_t value)
{
	struct out *out = sampler->out;

	if (!sampler->begun) {
		out_text(out, "{\"begin_ps\":");
		out_u64(out, sampler->begin_ps);
		out_text(out, ",\"end_ps\":");
		out_u64(out, sampler->end_ps);
		sampler->begun = true;
	}
	out_text(out, ",\"");
	out_text(out, name); /* paths and names need no escapes */
	out_text(out, part);
	out_text(out, "\":");
	out_u64(out, value);
}

static void tell(struct sampler *sampler, const char *path, const struct column *column,
		 const struct sample_value *value)
{
	bool samples = column->row->kind == STAT_MEAN || column->row->kind == STAT_HIST;

	if (sampler->fn)
		sampler->fn(sampler->arg, sampler->begin_ps, sampler->end_ps, path, column->row, value);
	if (!sampler->out || !column->selected)
		return;
	if (!samples) {
		write_number(sampler, column->name, "", value->value);
		return;
	}
	write_number(sampler, column->name, ".count", value->count);
	write_number(sampler, column->name, ".mean", value->mean);
	if (column->row->kind == STAT_MEAN)
		return;
	write_number(sampler, column->name, ".p50", value->p50);
	write_number(sampler, column->name, ".p90", value->p90);
	write_number(sampler, column->name, ".p99", value->p99);
	write_number(sampler, column->name, ".p99_9", value->p99_9);
}

/* The samples that came since the last window, as a histogram of their own; its bounds are those of their buckets. */
static void window_of(struct sampler *sampler, struct column *column, const struct stat_hist *hist)
{
	struct stat_hist *window = &sampler->window;
	uint32_t from = stat_hist_index(hist->mean.min), to = stat_hist_index(hist->mean.max);

	stat_hist_clear(window);
	if (!column->bucket)
		column->bucket = sim_alloc(STAT_HIST_BUCKETS * sizeof(*column->bucket));
	for (uint32_t i = from; i <= to; i++) {
		uint64_t came = hist->bucket[i] - column->bucket[i];

		if (!came)
			continue;
		if (!window->mean.count)
			window->mean.min = stat_hist_floor(i);
		window->mean.max = i + 1 < STAT_HIST_BUCKETS ? stat_hist_floor(i + 1) - 1 : UINT64_MAX;
		window->mean.count += came;
		window->bucket[i] = came;
		column->bucket[i] = hist->bucket[i];
	}
	/* Nothing of the run was larger, so nothing of the window was. */
	if (window->mean.max > hist->mean.max)
		window->mean.max = hist->mean.max;
}

static void take_mean(struct sampler *sampler, const char *path, struct column *column, const struct stat_mean *mean)
{
	struct sample_value value = {.count = mean->count - column->mean.count};

	if (!value.count)
		return;
	value.mean = (mean->sum - column->mean.sum) / value.count;
	if (column->row->kind == STAT_HIST) {
		window_of(sampler, column, (const struct stat_hist *)(const void *)mean);
		value.p50 = stat_hist_percentile(&sampler->window, 500);
		value.p90 = stat_hist_percentile(&sampler->window, 900);
		value.p99 = stat_hist_percentile(&sampler->window, 990);
		value.p99_9 = stat_hist_percentile(&sampler->window, 999);
	}
	column->mean = *mean;
	tell(sampler, path, column, &value);
}

static void take_one(void *arg, const char *path, const struct stat_row *row, const void *at)
{
	struct sampler *sampler = arg;
	struct column *column = find(sampler, path, row, at);
	struct sample_value value = {0};
	uint64_t now;

	if (row->kind == STAT_MEAN || row->kind == STAT_HIST) {
		take_mean(sampler, path, column, at);
		return;
	}
	now = *(const uint64_t *)at;
	if (now == column->last)
		return;
	value.value = row->kind == STAT_COUNTER ? now - column->last : now;
	column->last = now;
	tell(sampler, path, column, &value);
}

void sample_take(struct sampler *sampler)
{
	sim_ps now_ps = sim_now(sampler->sim);

	if (now_ps == sampler->taken_ps && sampler->windows)
		return;
	sampler->end_ps = now_ps;
	sampler->begin_ps = now_ps ? (now_ps - 1) / sampler->interval_ps * sampler->interval_ps : 0;
	if (sampler->begin_ps < sampler->taken_ps)
		sampler->begin_ps = sampler->taken_ps;
	sampler->taken_ps = now_ps;
	sampler->next = 0;
	sampler->begun = false;
	stat_for_each(sampler->sim, take_one, sampler);
	if (!sampler->begun)
		return;
	out_text(sampler->out, "}\n");
	sampler->windows++;
}
