/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tests/sim/test_stat.c - counters, means and histograms: bucket arithmetic, percentiles against sorted samples, the
 * registry's walk and its two written forms.
 */
#include "sim/stat.h"

#include <check.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "sim/json.h"

/** struct widget_stats - what a model would embed. */
struct widget_stats {
	uint64_t hits;
	uint64_t depth;
	struct stat_mean size;
	struct stat_hist wait;
};

static const struct stat_row widget_rows[] = {
	{"hits", STAT_COUNTER, "requests", "Requests that hit.", offsetof(struct widget_stats, hits)},
	{"depth", STAT_GAUGE, "entries", "Entries in use.", offsetof(struct widget_stats, depth)},
	{"size", STAT_MEAN, "bytes", "Bytes per request.", offsetof(struct widget_stats, size)},
	{"wait", STAT_HIST, "ps", "Time in the queue.", offsetof(struct widget_stats, wait)},
};

static struct sim *sim;

static void setup(void)
{
	sim = sim_create(1);
}

static void teardown(void)
{
	sim_destroy(sim);
}

/* A small generator of the test's own, so that it does not rest on sim/rng.c. */
static uint64_t next(uint64_t *state)
{
	*state = *state * 6364136223846793005ull + 1442695040888963407ull;
	return *state ^ *state >> 29;
}

START_TEST(test_stat_hist_floor_is_the_inverse_of_index)
{
	/* Every bucket begins where the one before ends: no value is lost, none is counted twice. */
	ck_assert_uint_eq(stat_hist_floor(0), 0);
	ck_assert_uint_eq(stat_hist_index(UINT64_MAX), STAT_HIST_BUCKETS - 1);
	for (uint32_t i = 0; i < STAT_HIST_BUCKETS; i++) {
		uint64_t floor = stat_hist_floor(i);

		ck_assert_uint_eq(stat_hist_index(floor), i);
		if (i)
			ck_assert_uint_eq(stat_hist_index(floor - 1), i - 1);
		/* The promise of 1/32: a bucket is no wider than that part of its floor. */
		if (i + 1 < STAT_HIST_BUCKETS && floor)
			ck_assert_uint_le(stat_hist_floor(i + 1) - 1 - floor, floor / 32);
	}
}
END_TEST

static int compare(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* One of several shapes of distribution, by @shape. */
static uint64_t sample(uint64_t *state, int shape)
{
	uint64_t r = next(state);

	switch (shape) {
	case 0:
		return r % 32; /* in the exact range */
	case 1:
		return 1000000 + r % 1000; /* narrow and far out */
	case 2:
		return r >> (next(state) % 64); /* all magnitudes */
	case 3:
		return 777777; /* one value */
	default:
		return r % 100 ? 500 + r % 50 : 1000000000 + r % 1000; /* a tail */
	}
}

START_TEST(test_stat_hist_percentile_meets_sorted_samples_within_1_32)
{
	/* The true percentile is the ceil(p * n)-th of the sorted samples; ours may be above it by 1/32, never below.
	 */
	static const uint32_t per_mille[] = {0, 1, 10, 500, 900, 990, 999, 1000};
	static const size_t counts[] = {1, 2, 3, 10, 999, 1000, 1001, 20000};
	uint64_t state = 42 + (uint64_t)_i;
	uint64_t *all = malloc(20000 * sizeof(*all));

	for (size_t c = 0; c < sim_count_of(counts); c++) {
		struct stat_hist hist;
		size_t n = counts[c];

		stat_hist_init(&hist);
		for (size_t i = 0; i < n; i++) {
			all[i] = sample(&state, _i);
			stat_hist_add(&hist, all[i]);
		}
		qsort(all, n, sizeof(*all), compare);
		for (size_t p = 0; p < sim_count_of(per_mille); p++) {
			size_t rank = (n * per_mille[p] + 999) / 1000;
			uint64_t exact = all[rank ? rank - 1 : 0];
			uint64_t got = stat_hist_percentile(&hist, per_mille[p]);

			ck_assert_uint_ge(got, exact);
			ck_assert_uint_le(got - exact, exact / 32);
			ck_assert_uint_ge(got, all[0]);
			ck_assert_uint_le(got, all[n - 1]);
		}
		ck_assert_uint_eq(stat_hist_percentile(&hist, 1000), all[n - 1]);
		stat_hist_finish(&hist);
	}
	free(all);
}
END_TEST

START_TEST(test_stat_hist_when_empty_or_extreme)
{
	/* Nothing measured gives 0; the largest value must not overflow the last bucket's edge. */
	struct stat_hist hist;

	stat_hist_init(&hist);
	ck_assert_uint_eq(stat_hist_percentile(&hist, 500), 0);
	ck_assert_uint_eq(stat_mean_value(&hist.mean), 0);
	stat_hist_add(&hist, UINT64_MAX);
	ck_assert_uint_eq(stat_hist_percentile(&hist, 500), UINT64_MAX);
	ck_assert_uint_eq(hist.mean.min, UINT64_MAX);
	stat_hist_add(&hist, 0);
	ck_assert_uint_eq(stat_hist_percentile(&hist, 500), 0);
	ck_assert_uint_eq(stat_hist_percentile(&hist, 501), UINT64_MAX);
	ck_assert_uint_eq(hist.mean.min, 0);
	stat_hist_finish(&hist);
	stat_hist_finish(&hist); /* a second time is harmless */
}
END_TEST

START_TEST(test_stat_hist_percentile_with_huge_counts)
{
	/* A rank of count * per_mille / 1000 must not overflow when counts come near 2^64. */
	struct stat_hist hist;

	stat_hist_init(&hist);
	stat_hist_add(&hist, 1);
	stat_hist_add(&hist, 2);
	hist.bucket[1] = 1ull << 62;
	hist.bucket[2] = 1ull << 62;
	hist.mean.count = 1ull << 63;
	ck_assert_uint_eq(stat_hist_percentile(&hist, 500), 1);
	ck_assert_uint_eq(stat_hist_percentile(&hist, 501), 2);
	stat_hist_finish(&hist);
}
END_TEST

START_TEST(test_stat_mean_keeps_count_sum_and_bounds)
{
	/* The first sample sets the minimum, also when it is not the smallest possible. */
	struct stat_mean mean = {0};

	stat_mean_add(&mean, 10);
	ck_assert_uint_eq(mean.min, 10);
	stat_mean_add(&mean, 4);
	stat_mean_add(&mean, 17);
	ck_assert_uint_eq(mean.count, 3);
	ck_assert_uint_eq(mean.sum, 31);
	ck_assert_uint_eq(mean.min, 4);
	ck_assert_uint_eq(mean.max, 17);
	ck_assert_uint_eq(stat_mean_value(&mean), 10);
}
END_TEST

static void log_row(void *arg, const char *path, const struct stat_row *row, const void *value)
{
	fprintf(arg, "%s.%s=%" PRIu64 " ", path, row->name, row->kind <= STAT_GAUGE ? *(const uint64_t *)value : 0);
}

static char *walk(void)
{
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);

	stat_for_each(sim, log_row, out);
	fclose(out);
	return text;
}

START_TEST(test_stat_for_each_walks_in_order_of_registration)
{
	/* Reports are compared byte for byte, so the walk must not depend on names or addresses. */
	struct widget_stats z = {.hits = 1}, a = {.hits = 2}, m = {.hits = 3};
	char *text;

	stat_register(sim, "z", widget_rows, 2, &z);
	stat_register(sim, "a", widget_rows, 1, &a);
	stat_register(sim, "m", widget_rows, 1, &m);
	a.hits = 20;
	text = walk();
	ck_assert_str_eq(text, "z.hits=1 z.depth=0 a.hits=20 m.hits=3 ");
	free(text);
	stat_unregister(sim, &a);
	text = walk();
	ck_assert_str_eq(text, "z.hits=1 z.depth=0 m.hits=3 ");
	free(text);
}
END_TEST

START_TEST(test_stat_unregister_forgets_all_of_a_base_and_frees_it)
{
	/* Models come and go; the sanitizer sees a bucket that is not freed, the caller a pointer that stays. */
	struct widget_stats one = {0}, two = {0};

	stat_register(sim, "one", widget_rows, 4, &one);
	stat_register(sim, "two", widget_rows, 4, &two);
	ck_assert_ptr_nonnull(one.wait.bucket);
	stat_hist_add(&one.wait, 5);
	stat_unregister(sim, &one);
	ck_assert_ptr_null(one.wait.bucket);
	ck_assert_ptr_nonnull(two.wait.bucket);
	ck_assert_ptr_null(stat_find(sim, "one", "hits", NULL));
	stat_unregister(sim, &one);
	/* The path is free again; many blocks make the array grow. */
	for (int i = 0; i < 40; i++) {
		stat_register(sim, "one", widget_rows, 4, &one);
		stat_unregister(sim, &one);
	}
	stat_register(sim, "one", widget_rows, 4, &one);
	ck_assert_uint_eq(one.wait.mean.count, 0);
}
END_TEST

START_TEST(test_stat_find_gives_value_and_row)
{
	/* Tests and reports look a statistic up by its full name. */
	struct widget_stats stats = {.hits = 7};
	const struct stat_row *row = NULL;

	stat_register(sim, "w", widget_rows, 4, &stats);
	ck_assert_ptr_eq(stat_find(sim, "w", "hits", &row), &stats.hits);
	ck_assert_ptr_eq(row, &widget_rows[0]);
	ck_assert_ptr_eq(stat_find(sim, "w", "wait", NULL), &stats.wait);
	ck_assert_ptr_null(stat_find(sim, "w", "hit", NULL));
	ck_assert_ptr_null(stat_find(sim, "ww", "hits", NULL));
}
END_TEST

START_TEST(test_stat_write_json_has_unit_and_numbers_of_every_kind)
{
	/* results.json is the product: its keys and their order are fixed here; rows of one path come together. */
	struct widget_stats stats = {.hits = 3, .depth = 2};
	struct widget_stats other = {.hits = 9}, more = {.depth = 5};
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);
	struct json *json = json_to_stream(out);

	stat_register(sim, "w", widget_rows, 1, &stats);
	stat_register(sim, "v", widget_rows, 1, &other);
	stat_register(sim, "w", widget_rows + 1, 3, &stats);
	stat_register(sim, "v", widget_rows + 1, 1, &more);
	stat_mean_add(&stats.size, 10);
	stat_mean_add(&stats.size, 5);
	for (uint64_t i = 1; i <= 1000; i++)
		stat_hist_add(&stats.wait, i);
	json_object(json, NULL);
	stat_write_json(sim, json, "statistics");
	json_end(json);
	ck_assert_int_eq(json_close(json), 0);
	fclose(out);
	/* 500, 900, 990, 999 lie in buckets that end at 503, 911, 991 and 1007, the last cut at the maximum. */
	ck_assert_str_eq(text, "{\n\t\"statistics\": {\n"
			       "\t\t\"w\": {\n"
			       "\t\t\t\"hits\": {\n\t\t\t\t\"unit\": \"requests\",\n\t\t\t\t\"value\": 3\n\t\t\t},\n"
			       "\t\t\t\"depth\": {\n\t\t\t\t\"unit\": \"entries\",\n\t\t\t\t\"value\": 2\n\t\t\t},\n"
			       "\t\t\t\"size\": {\n\t\t\t\t\"unit\": \"bytes\",\n\t\t\t\t\"count\": 2,\n"
			       "\t\t\t\t\"mean\": 7,\n\t\t\t\t\"min\": 5,\n\t\t\t\t\"max\": 10\n\t\t\t},\n"
			       "\t\t\t\"wait\": {\n\t\t\t\t\"unit\": \"ps\",\n\t\t\t\t\"count\": 1000,\n"
			       "\t\t\t\t\"mean\": 500,\n\t\t\t\t\"min\": 1,\n\t\t\t\t\"max\": 1000,\n"
			       "\t\t\t\t\"p50\": 503,\n\t\t\t\t\"p90\": 911,\n\t\t\t\t\"p99\": 991,\n"
			       "\t\t\t\t\"p99_9\": 1000\n\t\t\t}\n"
			       "\t\t},\n"
			       "\t\t\"v\": {\n"
			       "\t\t\t\"hits\": {\n\t\t\t\t\"unit\": \"requests\",\n\t\t\t\t\"value\": 9\n\t\t\t},\n"
			       "\t\t\t\"depth\": {\n\t\t\t\t\"unit\": \"entries\",\n\t\t\t\t\"value\": 5\n\t\t\t}\n"
			       "\t\t}\n"
			       "\t}\n}\n");
	free(text);
}
END_TEST

START_TEST(test_stat_print_manual_lists_name_kind_unit_and_help)
{
	/* A person who reads results.json must find what a name means. */
	struct widget_stats one = {0}, two = {0};
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);

	static const struct stat_row long_rows[] = {
		{"gap", STAT_COUNTER, "requests", "A help that is too long to stand beside the columns.", 0},
	};

	stat_register(sim, "one", widget_rows, 4, &one);
	stat_register(sim, "two", widget_rows, 1, &two);
	stat_register(sim, "two", long_rows, 1, &two);
	stat_print_manual(sim, out);
	fclose(out);
	ck_assert_str_eq(text, "one\n"
			       "  hits                         counter   requests       Requests that hit.\n"
			       "  depth                        gauge     entries        Entries in use.\n"
			       "  size                         mean      bytes          Bytes per request.\n"
			       "  wait                         histogram ps             Time in the queue.\n"
			       "\ntwo\n"
			       "  hits                         counter   requests       Requests that hit.\n"
			       "  gap                          counter   requests      \n"
			       "      A help that is too long to stand beside the columns.\n");
	free(text);
}
END_TEST

START_TEST(test_stat_print_manual_lists_objects_of_one_kind_once)
{
	/* Hundreds of PEs count the same: one list below all their paths. A second block of a path gets a heading of
	 * its own when others share it. */
	static const struct stat_row shared[] = {{"hits", STAT_COUNTER, "requests", "Requests.", 0}};
	static const struct stat_row own[] = {{"depth", STAT_COUNTER, "entries", "Entries.", 0}};
	uint64_t a = 0, b = 0, c = 0;
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);

	stat_register(sim, "phb0", own, 1, &a);
	stat_register(sim, "phb0", shared, 1, &b);
	stat_register(sim, "phb0.pe7", shared, 1, &c);
	stat_print_manual(sim, out);
	fclose(out);
	ck_assert_str_eq(text, "phb0\n"
			       "  depth                        counter   entries        Entries.\n"
			       "\nphb0, phb0.pe7\n"
			       "  hits                         counter   requests       Requests.\n");
	free(text);
}
END_TEST

static void refresh_widget(void *base)
{
	struct widget_stats *stats = base;

	stats->depth = 10 * stats->hits;
}

static void sum_depth(void *arg, const char *path, const struct stat_row *row, const void *value)
{
	(void)path;
	if (!strcmp(row->name, "depth"))
		*(uint64_t *)arg += *(const uint64_t *)value;
}

START_TEST(test_stat_refresh_comes_before_every_way_of_reading)
{
	/* What is worked out must never be seen stale. How: found, walked and written after each change. */
	struct widget_stats stats = {0};
	uint64_t sum = 0;
	char *text = NULL;
	size_t n = 0;
	FILE *out;

	stat_register(sim, "w", widget_rows, 4, &stats);
	stat_set_refresh(sim, &stats, refresh_widget);
	stats.hits = 3;
	ck_assert_uint_eq(*(const uint64_t *)stat_find(sim, "w", "depth", NULL), 30);
	stats.hits = 4;
	stat_for_each(sim, sum_depth, &sum);
	ck_assert_uint_eq(sum, 40);
	stats.hits = 5;
	out = open_memstream(&text, &n);
	{
		struct json *json = json_to_stream(out);

		stat_write_json(sim, json, NULL);
		ck_assert_int_eq(json_close(json), 0);
	}
	fclose(out);
	ck_assert_ptr_nonnull(strstr(text, "\"value\": 50"));
	free(text);
}
END_TEST

START_TEST(test_stat_hist_merge_and_clear_are_as_if_counted_there)
{
	/* A PHB's histogram is the sum of its PEs': merged ones must equal one that saw all samples. */
	struct stat_hist all, part[3], sum;
	uint64_t state = 7;

	stat_hist_init(&all);
	stat_hist_init(&sum);
	for (int k = 0; k < 3; k++)
		stat_hist_init(&part[k]);
	for (int i = 0; i < 3000; i++) {
		uint64_t value = sample(&state, i % 2 ? 2 : 4);

		stat_hist_add(&all, value);
		stat_hist_add(&part[i % 2], value); /* the third stays empty */
	}
	for (int round = 0; round < 2; round++) {
		stat_hist_clear(&sum);
		for (int k = 0; k < 3; k++)
			stat_hist_merge(&sum, &part[k]);
		ck_assert_mem_eq(&sum.mean, &all.mean, sizeof(all.mean));
		ck_assert_mem_eq(sum.bucket, all.bucket, STAT_HIST_BUCKETS * sizeof(*all.bucket));
	}
	stat_hist_clear(&sum);
	for (uint32_t i = 0; i < STAT_HIST_BUCKETS; i++)
		ck_assert_uint_eq(sum.bucket[i], 0);
	ck_assert_uint_eq(sum.mean.count, 0);
	stat_hist_finish(&all);
	stat_hist_finish(&sum);
	for (int k = 0; k < 3; k++)
		stat_hist_finish(&part[k]);
}
END_TEST

START_TEST(test_stat_register_twice_aborts)
{
	/* Two statistics of one name would make two equal keys in the results: our own bug. */
	struct widget_stats one = {0}, two = {0};
	struct stat_row twice[] = {widget_rows[0], widget_rows[0]};

	if (_i == 0) {
		stat_register(sim, "w", widget_rows, 4, &one);
		stat_register(sim, "w", widget_rows, 1, &two);
	} else {
		stat_register(sim, "w", twice, 2, &one);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sim.stat");
	TCase *tc = tcase_create("stat");
	SRunner *sr = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tc);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, test_stat_hist_floor_is_the_inverse_of_index);
	tcase_add_loop_test(tc, test_stat_hist_percentile_meets_sorted_samples_within_1_32, 0, 5);
	tcase_add_test(tc, test_stat_hist_when_empty_or_extreme);
	tcase_add_test(tc, test_stat_hist_percentile_with_huge_counts);
	tcase_add_test(tc, test_stat_mean_keeps_count_sum_and_bounds);
	tcase_add_test(tc, test_stat_for_each_walks_in_order_of_registration);
	tcase_add_test(tc, test_stat_unregister_forgets_all_of_a_base_and_frees_it);
	tcase_add_test(tc, test_stat_find_gives_value_and_row);
	tcase_add_test(tc, test_stat_write_json_has_unit_and_numbers_of_every_kind);
	tcase_add_test(tc, test_stat_print_manual_lists_name_kind_unit_and_help);
	tcase_add_test(tc, test_stat_print_manual_lists_objects_of_one_kind_once);
	tcase_add_test(tc, test_stat_refresh_comes_before_every_way_of_reading);
	tcase_add_test(tc, test_stat_hist_merge_and_clear_are_as_if_counted_there);
	tcase_add_loop_test_raise_signal(tc, test_stat_register_twice_aborts, SIGABRT, 0, 2);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
