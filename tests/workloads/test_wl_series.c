// SPDX-License-Identifier: GPL-2.0-only
/* tests/workloads/test_wl_series.c - points of plots: what is taken, and that putting windows together loses nothing.
 */
#include <check.h>
#include <libfyaml.h>
#include <stdlib.h>
#include <string.h>

#include "workloads/wl_series.h"

static const struct stat_row bytes_row = {"dma_read_bytes", STAT_COUNTER, "bytes", "Bytes.", 0};
static const struct stat_row latency_row = {"read_latency", STAT_HIST, "ps", "Time.", 0};
static const struct stat_row other_row = {"reg_reads", STAT_COUNTER, "loads", "Loads.", 0};

/* The document that a series writes; it lies in the text. */
static char *text;

static struct fy_document *document_of(const struct wl_series *series)
{
	struct fy_parse_cfg parse = {.flags = FYPCF_QUIET | FYPCF_JSON_FORCE};
	struct fy_document *document;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);
	struct json *json = json_to_stream(out);

	wl_series_write(series, 100, json);
	ck_assert_int_eq(json_close(json), 0);
	fclose(out);
	document = fy_document_build_from_string(&parse, text, n);
	ck_assert_ptr_nonnull(document);
	return document;
}

static struct fy_node *node_at(struct fy_document *document, const char *path)
{
	return fy_node_by_path(fy_document_root(document), path, FY_NT, FYNWF_DONT_FOLLOW);
}

static uint64_t number(struct fy_node *node)
{
	ck_assert_ptr_nonnull(node);
	return strtoull(fy_node_get_scalar0(node), NULL, 10);
}

static uint64_t number_at(struct fy_document *document, const char *path)
{
	return number(node_at(document, path));
}

/* Add up (or take the largest of) an array. */
static uint64_t fold(struct fy_document *document, const char *path, bool largest)
{
	struct fy_node *array = node_at(document, path);
	uint64_t sum = 0;

	ck_assert_ptr_nonnull(array);
	for (int i = 0; i < fy_node_sequence_item_count(array); i++) {
		uint64_t value = number(fy_node_sequence_get_by_index(array, i));

		sum = largest ? (value > sum ? value : sum) : sum + value;
	}
	return sum;
}

START_TEST(test_series_when_few_windows_then_one_point_each)
{
	/* Why: knees must not be smeared without need. How: three windows, one of them without reads; others are not
	 * taken. */
	struct wl_series *series = wl_series_create();
	struct fy_document *document;

	wl_series_add(series, 0, 100, "phb0", &bytes_row, &(struct sample_value){.value = 7});
	wl_series_add(series, 0, 100, "phb0", &other_row, &(struct sample_value){.value = 1});
	wl_series_add(series, 100, 200, "phb0", &other_row, &(struct sample_value){.value = 1});
	wl_series_add(series, 300, 400, "phb0", &bytes_row, &(struct sample_value){.value = 9});
	wl_series_add(series, 300, 400, "phb0", &latency_row, &(struct sample_value){.count = 2, .p50 = 5, .p99 = 6});
	document = document_of(series);
	ck_assert_uint_eq(number_at(document, "/windows_per_point"), 1);
	ck_assert_uint_eq(number_at(document, "/interval_ps"), 100);
	ck_assert_int_eq(fy_node_sequence_item_count(node_at(document, "/end_ps")), 2);
	ck_assert_uint_eq(number_at(document, "/begin_ps/1"), 300);
	ck_assert_uint_eq(number_at(document, "/end_ps/1"), 400);
	ck_assert_int_eq(fy_node_sequence_item_count(node_at(document, "/lines")), 2);
	ck_assert_uint_eq(number_at(document, "/lines/0/value/0"), 7);
	ck_assert_uint_eq(number_at(document, "/lines/0/value/1"), 9);
	ck_assert_uint_eq(number_at(document, "/lines/1/count/0"), 0);
	ck_assert_uint_eq(number_at(document, "/lines/1/p99/1"), 6);
	fy_document_destroy(document);
	free(text);
	wl_series_destroy(series);
}
END_TEST

START_TEST(test_series_when_many_windows_then_sums_and_tails_stay)
{
	/*
	 * Why: a page cannot hold a million windows, and must not hide a tail. How: windows up to just below, at and
	 * far above the limit; sums of counters and counts are kept, the largest p99 too, points stay in order.
	 */
	static const uint32_t many[] = {WL_SERIES_POINTS - 1, WL_SERIES_POINTS, WL_SERIES_POINTS + 1, 5000};
	uint32_t windows = many[_i];
	struct wl_series *series = wl_series_create();
	struct fy_document *document;
	struct fy_node *end;

	for (uint32_t i = 0; i < windows; i++) {
		struct sample_value value = {
			.value = i, .count = 1 + i % 3, .p50 = 1000, .p99 = 1000 + i * 7919ull % windows};

		wl_series_add(series, 100ull * i, 100ull * (i + 1), "phb0", &bytes_row, &value);
		wl_series_add(series, 100ull * i, 100ull * (i + 1), "phb0", &latency_row, &value);
	}
	document = document_of(series);
	end = node_at(document, "/end_ps");
	ck_assert_int_le(fy_node_sequence_item_count(end), (int)WL_SERIES_POINTS);
	ck_assert_int_gt(fy_node_sequence_item_count(end), (int)WL_SERIES_POINTS / 2 - 1);
	ck_assert_uint_eq(number(fy_node_sequence_get_by_index(end, fy_node_sequence_item_count(end) - 1)),
			  100ull * windows);
	for (int i = 1; i < fy_node_sequence_item_count(end); i++)
		ck_assert_uint_gt(number(fy_node_sequence_get_by_index(end, i)),
				  number(fy_node_sequence_get_by_index(end, i - 1)));
	ck_assert_uint_eq(fold(document, "/lines/0/value", false), (uint64_t)windows * (windows - 1) / 2);
	ck_assert_uint_eq(fold(document, "/lines/1/p99", true), 1000 + windows - 1);
	ck_assert_uint_ge(fold(document, "/lines/1/p50", true), 995); /* integer means of means */
	ck_assert_uint_le(fold(document, "/lines/1/p50", true), 1000);
	fy_document_destroy(document);
	free(text);
	wl_series_destroy(series);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("workloads.wl_series");
	TCase *tcase = tcase_create("series");
	SRunner *runner;
	int failed;

	tcase_add_test(tcase, test_series_when_few_windows_then_one_point_each);
	tcase_add_loop_test(tcase, test_series_when_many_windows_then_sums_and_tails_stay, 0, 4);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
