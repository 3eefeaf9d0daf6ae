/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BENCH_BENCH_UTIL_H
#define BENCH_BENCH_UTIL_H
/*
 * bench/bench_util.h - timing for the programs in bench/: interleaved rounds, medians, ratios.
 *
 * The contestants of one comparison take turns, so that a busy machine or a change of clock speed hits all of them;
 * the median of the rounds is what counts. Times are in picoseconds per operation.
 */
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define BENCH_ROUNDS_MAX 101

/** bench_fn - do @count operations on @arg. */
typedef void bench_fn(void *arg, uint64_t count);

/**
 * struct bench_case - one contestant.
 * @name: for the table. @fn, @arg: what to time. @ps: time per operation in each round so far. @rounds: how many.
 */
struct bench_case {
	const char *name;
	bench_fn *fn;
	void *arg;
	uint64_t ps[BENCH_ROUNDS_MAX];
	uint32_t rounds;
};

/** bench_now_ns - processor time of this process in ns: others that share the machine take from it what they take of
 * caches, not more. */
uint64_t bench_now_ns(void);

/**
 * bench_run - one untimed round, then @rounds rounds of @count operations of each case in turn. May be called again
 * with fresh @arg: where in memory things lie is worth up to a third of the time of a few ns.
 */
void bench_run(struct bench_case *cases, size_t n, uint32_t rounds, uint64_t count);

/** bench_median_ps - median over the rounds. */
uint64_t bench_median_ps(const struct bench_case *item);

/**
 * bench_ratio_permille - median over the rounds of the ratio of @item to @base within each round, in thousandths.
 * Rounds are compared with themselves: steadier than a ratio of medians when the machine's speed wanders.
 */
uint64_t bench_ratio_permille(const struct bench_case *item, const struct bench_case *base);

/** bench_print - one line per case: median time, and ratio to @cases[0]. */
void bench_print(const char *title, const struct bench_case *cases, size_t n);

#ifdef __cplusplus
}
#endif

#endif
