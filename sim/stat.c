/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sim/stat.c - the registry of statistics, its walk, and its JSON and manual forms; histogram arithmetic.
 *
 * The registry is an array in the order of registration, searched linearly: it is only read when a run is set up and
 * when it ends. Counting itself never comes here.
 */
#include "sim/stat.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sim/json.h"
#include "sim/stat_internal.h"

#define STAT_MANUAL_COLUMNS 100

/**
 * struct stat_block - the rows of one model object.
 * @path: owned. @rows, @base: borrowed from the model. @buckets: owned, of all its histograms, so that the end of the
 * simulation need not touch models that are gone by then. @refresh: NULL, or called before the rows are read.
 */
struct stat_block {
	char *path;
	const struct stat_row *rows;
	size_t row_count;
	void *base;
	stat_refresh_fn *refresh;
	uint64_t *buckets;
};

/** struct stat_registry - @blocks: owned, in order of registration; the first @count of @room are in use. */
struct stat_registry {
	struct stat_block *blocks;
	size_t count;
	size_t room;
};

struct stat_registry *stat_registry_create(void)
{
	return sim_alloc(sizeof(struct stat_registry));
}

/* stat_block_refresh - bring the block at @index up to date; another block of the same base may have done so. */
static void stat_block_refresh(const struct stat_registry *registry, size_t index)
{
	const struct stat_block *block = &registry->blocks[index];

	if (block->refresh)
		block->refresh(block->base);
}

static void *stat_value(const struct stat_block *block, const struct stat_row *row)
{
	return (char *)block->base + row->offset;
}

static void stat_block_finish(struct stat_block *block)
{
	free(block->buckets);
	free(block->path);
}

/* Give the histograms of @block their buckets, or with NULL buckets take them away. */
static void stat_block_hand_out(const struct stat_block *block)
{
	uint64_t *buckets = block->buckets;

	for (size_t i = 0; i < block->row_count; i++) {
		struct stat_hist *hist = stat_value(block, &block->rows[i]);

		if (block->rows[i].kind != STAT_HIST)
			continue;
		*hist = (struct stat_hist){.bucket = buckets};
		buckets += buckets ? STAT_HIST_BUCKETS : 0;
	}
}

void stat_registry_destroy(struct stat_registry *registry)
{
	if (!registry)
		return;
	for (size_t i = 0; i < registry->count; i++)
		stat_block_finish(&registry->blocks[i]);
	free(registry->blocks);
	free(registry);
}

void stat_register(struct sim *sim, const char *path, const struct stat_row *rows, size_t n, void *base)
{
	struct stat_registry *registry = sim->stats;
	struct stat_block *block;
	size_t hists = 0;

	sim_assert(sim, path && *path);
	for (size_t i = 0; i < n; i++) {
		sim_assert(sim, rows[i].name && rows[i].unit && rows[i].help);
		sim_assert(sim, !stat_find(sim, path, rows[i].name, NULL));
		for (size_t j = 0; j < i; j++)
			sim_assert(sim, strcmp(rows[i].name, rows[j].name) != 0);
		hists += rows[i].kind == STAT_HIST;
	}
	if (registry->count == registry->room) {
		registry->room = registry->room ? 2 * registry->room : 16;
		registry->blocks = sim_realloc(registry->blocks, registry->room * sizeof(*registry->blocks));
	}
	block = &registry->blocks[registry->count++];
	*block = (struct stat_block){.path = sim_strdup(path), .rows = rows, .row_count = n, .base = base};
	if (!hists)
		return;
	block->buckets = sim_alloc(hists * STAT_HIST_BUCKETS * sizeof(*block->buckets));
	stat_block_hand_out(block);
}

void stat_set_refresh(struct sim *sim, void *base, stat_refresh_fn *fn)
{
	size_t found = 0;

	for (size_t i = 0; i < sim->stats->count; i++) {
		if (sim->stats->blocks[i].base != base)
			continue;
		sim->stats->blocks[i].refresh = fn;
		found++;
	}
	sim_assert(sim, found);
}

void stat_unregister(struct sim *sim, void *base)
{
	struct stat_registry *registry = sim->stats;
	size_t kept = 0;

	for (size_t i = 0; i < registry->count; i++) {
		struct stat_block *block = &registry->blocks[i];

		if (block->base != base) {
			registry->blocks[kept++] = *block;
			continue;
		}
		stat_block_finish(block);
		block->buckets = NULL;
		stat_block_hand_out(block);
	}
	registry->count = kept;
}

void stat_hist_init(struct stat_hist *hist)
{
	*hist = (struct stat_hist){.bucket = sim_alloc(STAT_HIST_BUCKETS * sizeof(*hist->bucket))};
}

void stat_hist_finish(struct stat_hist *hist)
{
	free(hist->bucket);
	hist->bucket = NULL;
}

void stat_hist_clear(struct stat_hist *hist)
{
	uint32_t from = stat_hist_index(hist->mean.min), to = stat_hist_index(hist->mean.max);

	memset(hist->bucket + from, 0, (to - from + 1) * sizeof(*hist->bucket));
	hist->mean = (struct stat_mean){0};
}

void stat_hist_merge(struct stat_hist *to, const struct stat_hist *from)
{
	if (!from->mean.count)
		return;
	for (uint32_t i = stat_hist_index(from->mean.min); i <= stat_hist_index(from->mean.max); i++)
		to->bucket[i] += from->bucket[i];
	if (!to->mean.count || from->mean.min < to->mean.min)
		to->mean.min = from->mean.min;
	if (from->mean.max > to->mean.max)
		to->mean.max = from->mean.max;
	to->mean.count += from->mean.count;
	to->mean.sum += from->mean.sum;
}

uint64_t stat_hist_floor(uint32_t index)
{
	uint32_t octave = index >> STAT_HIST_SUB_BITS;
	uint64_t sub = index & ((1u << STAT_HIST_SUB_BITS) - 1);

	sim_assert(NULL, index < STAT_HIST_BUCKETS);
	if (!octave)
		return sub;
	return ((1ull << STAT_HIST_SUB_BITS) + sub) << (octave - 1);
}

/* The last value that falls into bucket @index. */
static uint64_t stat_hist_ceiling(uint32_t index)
{
	return index + 1 < STAT_HIST_BUCKETS ? stat_hist_floor(index + 1) - 1 : UINT64_MAX;
}

/* ceil(count * per_mille / 1000), at least 1, without overflow. */
static uint64_t stat_rank(uint64_t count, uint32_t per_mille)
{
	uint64_t rank = count / 1000 * per_mille + (count % 1000 * per_mille + 999) / 1000;

	return rank ? rank : 1;
}

uint64_t stat_hist_percentile(const struct stat_hist *hist, uint32_t per_mille)
{
	uint64_t rank, seen = 0, value = hist->mean.max;

	sim_assert(NULL, per_mille <= 1000);
	if (!hist->mean.count)
		return 0;
	rank = stat_rank(hist->mean.count, per_mille);
	for (uint32_t i = stat_hist_index(hist->mean.min); i < STAT_HIST_BUCKETS; i++) {
		seen += hist->bucket[i];
		if (seen >= rank) {
			value = stat_hist_ceiling(i);
			break;
		}
	}
	/* min <= ceiling of its own bucket, so only the upper end needs the clamp. */
	return value < hist->mean.max ? value : hist->mean.max;
}

uint64_t stat_mean_value(const struct stat_mean *mean)
{
	return mean->count ? mean->sum / mean->count : 0;
}

void stat_for_each(const struct sim *sim,
		   void (*fn)(void *arg, const char *path, const struct stat_row *row, const void *value), void *arg)
{
	for (size_t i = 0; i < sim->stats->count; i++) {
		const struct stat_block *block = &sim->stats->blocks[i];

		stat_block_refresh(sim->stats, i);
		for (size_t r = 0; r < block->row_count; r++)
			fn(arg, block->path, &block->rows[r], stat_value(block, &block->rows[r]));
	}
}

const void *stat_find(const struct sim *sim, const char *path, const char *name, const struct stat_row **row)
{
	for (size_t i = 0; i < sim->stats->count; i++) {
		const struct stat_block *block = &sim->stats->blocks[i];

		if (strcmp(block->path, path) != 0)
			continue;
		for (size_t r = 0; r < block->row_count; r++) {
			if (strcmp(block->rows[r].name, name) != 0)
				continue;
			if (row)
				*row = &block->rows[r];
			stat_block_refresh(sim->stats, i);
			return stat_value(block, &block->rows[r]);
		}
	}
	return NULL;
}

static void stat_write_mean(struct json *json, const struct stat_mean *mean)
{
	json_u64(json, "count", mean->count);
	json_u64(json, "mean", stat_mean_value(mean));
	json_u64(json, "min", mean->min);
	json_u64(json, "max", mean->max);
}

static void stat_write_row(struct json *json, const struct stat_row *row, const void *value)
{
	const struct stat_hist *hist = value;

	json_object(json, row->name);
	json_text(json, "unit", row->unit);
	switch (row->kind) {
	case STAT_COUNTER:
	case STAT_GAUGE:
		json_u64(json, "value", *(const uint64_t *)value);
		break;
	case STAT_MEAN:
		stat_write_mean(json, value);
		break;
	case STAT_HIST:
		stat_write_mean(json, &hist->mean);
		json_u64(json, "p50", stat_hist_percentile(hist, 500));
		json_u64(json, "p90", stat_hist_percentile(hist, 900));
		json_u64(json, "p99", stat_hist_percentile(hist, 990));
		json_u64(json, "p99_9", stat_hist_percentile(hist, 999));
		break;
	}
	json_end(json);
}

/* Is @index the first block of its path? Later ones are shown together with it. */
static bool stat_path_is_first(const struct stat_registry *registry, size_t index)
{
	for (size_t i = 0; i < index; i++) {
		if (strcmp(registry->blocks[i].path, registry->blocks[index].path) == 0)
			return false;
	}
	return true;
}

static void stat_write_path(const struct stat_registry *registry, size_t first, struct json *json)
{
	const char *path = registry->blocks[first].path;

	json_object(json, path);
	for (size_t i = first; i < registry->count; i++) {
		const struct stat_block *block = &registry->blocks[i];

		if (strcmp(block->path, path) != 0)
			continue;
		stat_block_refresh(registry, i);
		for (size_t r = 0; r < block->row_count; r++)
			stat_write_row(json, &block->rows[r], stat_value(block, &block->rows[r]));
	}
	json_end(json);
}

void stat_write_json(const struct sim *sim, struct json *json, const char *key)
{
	json_object(json, key);
	for (size_t i = 0; i < sim->stats->count; i++) {
		if (stat_path_is_first(sim->stats, i))
			stat_write_path(sim->stats, i, json);
	}
	json_end(json);
}

static const char *stat_kind_name(enum stat_kind kind)
{
	switch (kind) {
	case STAT_COUNTER:
		return "counter";
	case STAT_GAUGE:
		return "gauge";
	case STAT_MEAN:
		return "mean";
	case STAT_HIST:
		return "histogram";
	}
	return "?";
}

static void stat_print_row(const struct stat_row *row, FILE *out)
{
	int used = fprintf(out, "  %-28s %-9s %-14s", row->name, stat_kind_name(row->kind), row->unit);

	/* A help that does not fit beside the columns gets a line of its own. */
	if (used > 0 && (size_t)used + 1 + strlen(row->help) > STAT_MANUAL_COLUMNS)
		fprintf(out, "\n     ");
	fprintf(out, " %s\n", row->help);
}

static bool stat_same_rows(const struct stat_block *a, const struct stat_block *b)
{
	return a->rows == b->rows && a->row_count == b->row_count;
}

/* Is there a block before @index with the same rows? */
static bool stat_seen(const struct stat_registry *registry, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (stat_same_rows(&registry->blocks[i], &registry->blocks[index]))
			return true;
	return false;
}

/* The paths of all blocks that count the same as that at @index; owned by the caller. */
static char *stat_heading(const struct stat_registry *registry, size_t index)
{
	char *text = sim_strdup(registry->blocks[index].path);

	for (size_t i = index + 1; i < registry->count; i++) {
		char *longer;

		if (!stat_same_rows(&registry->blocks[i], &registry->blocks[index]))
			continue;
		longer = sim_asprintf("%s, %s", text, registry->blocks[i].path);
		free(text);
		text = longer;
	}
	return text;
}

void stat_print_manual(const struct sim *sim, FILE *out)
{
	const struct stat_registry *registry = sim->stats;
	char *above = NULL;

	for (size_t i = 0; i < registry->count; i++) {
		const struct stat_block *block = &registry->blocks[i];
		char *heading;

		if (stat_seen(registry, i))
			continue;
		heading = stat_heading(registry, i);
		if (!above || strcmp(above, heading) != 0)
			fprintf(out, "%s%s\n", above ? "\n" : "", heading);
		free(above);
		above = heading;
		for (size_t r = 0; r < block->row_count; r++)
			stat_print_row(&block->rows[r], out);
	}
	free(above);
}
