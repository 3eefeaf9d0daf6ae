/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bench/bench_util.c - timing for the programs in bench/.
 */
#define _POSIX_C_SOURCE 200809L /* clock_gettime */
#include "bench/bench_util.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

uint64_t bench_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

void bench_run(struct bench_case *cases, size_t n, uint32_t rounds, uint64_t count)
{
	uint64_t begin_ns;
	uint32_t round;
	size_t i;

	for (i = 0; i < n; i++)
		cases[i].fn(cases[i].arg, count);
	assert(cases[0].rounds + rounds <= BENCH_ROUNDS_MAX);
	for (round = 0; round < rounds; round++) {
		for (i = 0; i < n; i++) {
			begin_ns = bench_now_ns();
			cases[i].fn(cases[i].arg, count);
			cases[i].ps[cases[i].rounds++] = (bench_now_ns() - begin_ns) * 1000 / count;
		}
	}
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static uint64_t median(uint64_t *value, uint32_t count)
{
	qsort(value, count, sizeof(value[0]), compare);
	return value[count / 2];
}

uint64_t bench_median_ps(const struct bench_case *item)
{
	uint64_t value[BENCH_ROUNDS_MAX];
	uint32_t i;

	for (i = 0; i < item->rounds; i++)
		value[i] = item->ps[i];
	return median(value, item->rounds);
}

uint64_t bench_ratio_permille(const struct bench_case *item, const struct bench_case *base)
{
	uint64_t value[BENCH_ROUNDS_MAX];
	uint32_t i;

	for (i = 0; i < item->rounds; i++)
		value[i] = item->ps[i] * 1000 / (base->ps[i] ? base->ps[i] : 1);
	return median(value, item->rounds);
}

void bench_print(const char *title, const struct bench_case *cases, size_t n)
{
	uint64_t ps, ratio;
	size_t i;

	for (i = 0; i < n; i++) {
		ps = bench_median_ps(&cases[i]);
		ratio = bench_ratio_permille(&cases[i], &cases[0]);
		printf("%-34s %-30s %5llu.%02llu ns  %3llu.%03llu x\n", i ? "" : title, cases[i].name,
		       (unsigned long long)(ps / 1000), (unsigned long long)(ps % 1000 / 10),
		       (unsigned long long)(ratio / 1000), (unsigned long long)(ratio % 1000));
	}
	fflush(stdout);
}
