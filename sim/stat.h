/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SIM_STAT_H
#define SIM_STAT_H
/*
 * sim/stat.h - statistics: counters that hot code bumps in place, means, and log-linear histograms.
 *
 * A model embeds its counters in a struct of its own, describes them by a const row table and registers both under
 * its object path. Every row has a unit and a help line. Nothing here formats numbers for people or files
 * except through the registry walk.
 */
#include <stdio.h>

#include "sim/sim.h"

struct json; /* sim/json.h */

/**
 * Sub-buckets per power of two: 32. Values below 32 have a bucket each; above, a bucket is at most 1/32 of its smallest
 * value wide. So a percentile is never below the exact one (the smallest value that at least that share of the samples
 * does not exceed), and above it by less than 1/32 of it.
 */
#define STAT_HIST_SUB_BITS 5
#define STAT_HIST_BUCKETS ((64 - STAT_HIST_SUB_BITS + 1) << STAT_HIST_SUB_BITS)

/** struct stat_mean - count, sum (modulo 2^64), min, max of samples. */
struct stat_mean {
	uint64_t count, sum, min, max;
};

/** struct stat_hist - log-linear histogram; @bucket is allocated at registration (or stat_hist_init()). */
struct stat_hist {
	struct stat_mean mean;
	uint64_t *bucket; /* owned; STAT_HIST_BUCKETS entries */
};

enum stat_kind { STAT_COUNTER, STAT_GAUGE, STAT_MEAN, STAT_HIST };

/**
 * struct stat_row - one statistic of a model.
 * @name: lower case with underscores. @kind: what lies at @offset (uint64_t, uint64_t, stat_mean, stat_hist).
 * @unit: "requests", "bytes", "ps" ... @help: one sentence. @offset: in the model's stats struct.
 */
struct stat_row {
	const char *name;
	enum stat_kind kind;
	const char *unit;
	const char *help;
	size_t offset;
};

/**
 * stat_register - publish @rows of @base under @path ("phb0", "proc.a"). Allocates histogram buckets.
 * @path: copied; a path may be used again for further rows, but path and name together only once (sim_assert).
 * @rows: borrowed, static. @base: borrowed; must live until stat_unregister() or the last walk.
 */
void stat_register(struct sim *sim, const char *path, const struct stat_row *rows, size_t n, void *base);
/** stat_refresh_fn - bring what is worked out from other values of @base up to date. */
typedef void stat_refresh_fn(void *base);
/**
 * stat_set_refresh - call @fn(@base) before values of @base are read through the registry: sums and rates that hot code
 * need not keep.
 */
void stat_set_refresh(struct sim *sim, void *base, stat_refresh_fn *fn);
/** stat_unregister - forget all rows of @base; its histograms end empty and without buckets. */
void stat_unregister(struct sim *sim, void *base);

/* A histogram that is not registered, in the caller's memory. */
void stat_hist_init(struct stat_hist *hist);
void stat_hist_finish(struct stat_hist *hist);

static inline void stat_mean_add(struct stat_mean *mean, uint64_t value)
{
	if (!mean->count || value < mean->min)
		mean->min = value;
	if (value > mean->max)
		mean->max = value;
	mean->count++;
	mean->sum += value;
}

/** stat_hist_index - bucket of @value; inverse is stat_hist_floor(). */
static inline uint32_t stat_hist_index(uint64_t value)
{
	uint32_t top;

	if (value < (1u << STAT_HIST_SUB_BITS))
		return (uint32_t)value;
	top = 63 - (uint32_t)__builtin_clzll(value);
	return ((top - STAT_HIST_SUB_BITS + 1) << STAT_HIST_SUB_BITS) +
	       ((uint32_t)(value >> (top - STAT_HIST_SUB_BITS)) & ((1u << STAT_HIST_SUB_BITS) - 1));
}
uint64_t stat_hist_floor(uint32_t index);

static inline void stat_hist_add(struct stat_hist *hist, uint64_t value)
{
	stat_mean_add(&hist->mean, value);
	hist->bucket[stat_hist_index(value)]++;
}

/* stat_hist_clear - back to empty. stat_hist_merge - @to gets the samples of @from as well. */
void stat_hist_clear(struct stat_hist *hist);
void stat_hist_merge(struct stat_hist *to, const struct stat_hist *from);

/**
 * stat_hist_percentile - value below or at which @per_mille of the samples lie (500 = p50, 999 = p99.9).
 * Return: the upper edge of the bucket, clamped to [min, max]; 0 when empty.
 */
uint64_t stat_hist_percentile(const struct stat_hist *hist, uint32_t per_mille);

/** stat_mean_value - integer mean, 0 when empty. */
uint64_t stat_mean_value(const struct stat_mean *mean);

/**
 * stat_for_each - walk all statistics, paths in order of registration, rows in table order; refreshed.
 * @fn: gets path, row and a pointer to the value.
 */
void stat_for_each(const struct sim *sim,
		   void (*fn)(void *arg, const char *path, const struct stat_row *row, const void *value), void *arg);

/** stat_find - the value registered as @path/@name, refreshed (cold: a linear search), or NULL; @row may be NULL. */
const void *stat_find(const struct sim *sim, const char *path, const char *name, const struct stat_row **row);

/**
 * stat_write_json - write all statistics as an object: path -> name -> {"unit", "value"}; means and histograms have
 * "count", "mean", "min", "max" instead of "value", histograms "p50", "p90", "p99", "p99_9" too.
 * @key: as in json_object(), NULL at the top.
 */
void stat_write_json(const struct sim *sim, struct json *json, const char *key);

/** stat_print_manual - what is counted, for a person: paths that count the same, then name, kind, unit and help of
 * each. */
void stat_print_manual(const struct sim *sim, FILE *out);

#endif
