/* SPDX-License-Identifier: GPL-2.0-only */
/* Rows of "phbsim validate": verdicts at the edge of a tolerance, what rows say, the rig, and that a wrong model
 * misses. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "workloads/validate/rig.h"

#define DATA_DIR "workloads"

static void nothing(struct validate_run *run)
{
	(void)run;
}

static const struct validate_row empty = {.id = "V0", .title = "none", .source = "none", .fn = nothing};

static enum validate_verdict verdict_of(double published, double model, double percent)
{
	struct validate_run run;
	enum validate_verdict verdict;

	validate_execute(&run, &empty, DATA_DIR, NULL);
	validate_percent(&run, "Gb/s", published, model, percent, "one");
	verdict = validate_verdict(&run);
	validate_finish(&run);
	return verdict;
}

START_TEST(test_measure_misses_just_beyond_its_tolerance)
{
	/* Why: a tolerance is an edge, on both sides; the published value itself is inside. */
	ck_assert_int_eq(verdict_of(100, 100, 0.5), VALIDATE_PASS);
	ck_assert_int_eq(verdict_of(100, 100.499, 0.5), VALIDATE_PASS);
	ck_assert_int_eq(verdict_of(100, 100.501, 0.5), VALIDATE_MISS);
	ck_assert_int_eq(verdict_of(100, 99.501, 0.5), VALIDATE_PASS);
	ck_assert_int_eq(verdict_of(100, 99.499, 0.5), VALIDATE_MISS);
}
END_TEST

START_TEST(test_row_with_one_miss_an_error_or_nothing_measured_misses)
{
	/* Why: a row must not pass because nobody looked. */
	struct validate_run run;

	validate_execute(&run, &empty, DATA_DIR, NULL);
	ck_assert_int_eq(validate_verdict(&run), VALIDATE_MISS);
	validate_absolute(&run, "credits", 65, 66, 2, "inside");
	ck_assert_int_eq(validate_verdict(&run), VALIDATE_PASS);
	validate_between(&run, "x", 1, 1000, 1.2, VALIDATE_ANY, "no upper bound");
	ck_assert_str_eq(run.measure[1].tolerance, "at least 1.2");
	ck_assert_int_eq(validate_verdict(&run), VALIDATE_PASS);
	validate_between(&run, "%", -31, -20, -37, -25, "outside");
	ck_assert_int_eq(validate_verdict(&run), VALIDATE_MISS);
	validate_finish(&run);
	validate_execute(&run, &empty, DATA_DIR, NULL);
	validate_percent(&run, "ns", 1, 1, 1, "fine");
	validate_error(&run, "found nothing, expected something");
	ck_assert_int_eq(validate_verdict(&run), VALIDATE_MISS);
	validate_finish(&run);
}
END_TEST

START_TEST(test_rows_say_what_they_are_or_why_not)
{
	/* Why: each of V1 to V26 is there once; what is not measured has a reason, what is has a source and conditions.
	 */
	char id[32];
	size_t i;

	ck_assert_uint_eq(validate_row_count, 26);
	for (i = 0; i < validate_row_count; i++) {
		const struct validate_row *row = &validate_rows[i];

		snprintf(id, sizeof(id), "V%zu", i + 1);
		ck_assert_str_eq(row->id, id);
		ck_assert_ptr_eq(validate_find(id), row);
		ck_assert(row->title && row->source && !row->fn == !!row->why_not && (!row->fn || row->conditions));
	}
	ck_assert_ptr_null(validate_find("V27"));
}
END_TEST

/* Gb/s of 256 byte writes at gen 3 x8 with one more setting. */
static double write_rate(struct validate_run *run, const char *set)
{
	struct rig_load load = {.write = true,
				.bytes = 256,
				.stride = 4096,
				.window_bytes = 1 << 20,
				.warm_requests = 500,
				.requests = 2000};
	struct rig rig;
	double rate;

	ck_assert(
		rig_open(&rig, run, NULL, (const char *[]){"pcie.gen=3", "pcie.width=8", "pcie.mps=256B", set, NULL}));
	rate = rig_rate(&rig, &load);
	rig_close(&rig);
	ck_assert_ptr_null(run->error);
	return rate;
}

START_TEST(test_rate_of_a_wrong_model_would_miss)
{
	/* Why: a check that cannot fail is none. 52.923 Gb/s within 0.5 %: not without DLLPs, nor at MPS 128, nor at
	 * x4. */
	struct validate_run run;

	validate_execute(&run, &empty, DATA_DIR, NULL);
	validate_percent(&run, "Gb/s", 52.923, write_rate(&run, "pcie.dllp_bytes=8"), 0.5, "right");
	ck_assert_int_eq(validate_verdict(&run), VALIDATE_PASS);
	validate_percent(&run, "Gb/s", 52.923, write_rate(&run, "pcie.dllp_bytes=0"), 0.5, "no DLLPs");
	validate_percent(&run, "Gb/s", 52.923, write_rate(&run, "pcie.mps=128B"), 0.5, "MPS 128");
	validate_percent(&run, "Gb/s", 52.923, write_rate(&run, "pcie.width=4"), 0.5, "x4");
	ck_assert(!validate_measure_passes(&run.measure[1]));
	ck_assert(!validate_measure_passes(&run.measure[2]));
	ck_assert(!validate_measure_passes(&run.measure[3]));
	validate_finish(&run);
}
END_TEST

START_TEST(test_latency_of_a_read_is_the_closed_form)
{
	/*
	 * Why: what the rig measures is what the parts make: 24 B up, 84 B down at gen 3 x8 without DLLPs, two
	 * latencies, 14 cycles at 250 MHz, memory's 200 ns and 64 B at 24 GB/s; and, mapped and always missing, a walk
	 * of 150 ns.
	 */
	const double hit = 3.047 + 10.665 + 300 + 56 + 200 + 2.667;
	struct rig_load load = {
		.bytes = 64, .window_bytes = 64 << 20, .depth = 1, .warm_requests = 10, .requests = 500};
	struct validate_run run;
	struct rig rig;

	validate_execute(&run, &empty, DATA_DIR, NULL);
	ck_assert(rig_open(&rig, &run, NULL, (const char *[]){"pcie.dllp_bytes=0", "pcie.skip_bytes=0", NULL}));
	ck_assert_double_eq_tol(rig_read_latency_ns(&rig, &load), hit, 0.01);
	rig_map(&rig, 12);
	/* A header of 20 bytes below 4 GiB; 64 lines of 16 pages of 4 KiB are 1/16 of the window. */
	ck_assert_double_eq_tol(rig_read_latency_ns(&rig, &load), hit - 0.508 + 150 * 15.0 / 16, 4);
	ck_assert_ptr_null(run.error);
	rig_close(&rig);
	validate_finish(&run);
}
END_TEST

START_TEST(test_rig_of_many_functions_counts_each_in_its_pe)
{
	/* Why: rows compare PEs and PHBs, so each engine must be reached and its traffic be its PE's. How: two PHBs,
	 * below each a switch with three devices of two functions; the n-th moves n requests. PHB 0 sits on the node
	 * with the tables, PHB 1 on that with the data. Then a kill: one PE walks again, the other does not. */
	static const char *const machines[] = {"power8-phb3", "power9-phb4"};
	static const char *const many[] = {"machine.phbs=2",
					   "machine.topology=switch",
					   "machine.devices=3",
					   "machine.functions=2",
					   "memory.nodes=2",
					   "memory.phbs_per_node=1",
					   NULL};
	struct rig_load load = {.bytes = 64, .stride = 64, .window_bytes = 4096};
	uint64_t sum = 0, lines, before;
	struct validate_run run;
	struct rig rig;
	char path[32];
	uint32_t phb, i;

	validate_execute(&run, &empty, DATA_DIR, NULL);
	ck_assert_msg(rig_open(&rig, &run, machines[_i], many), "%s", run.error);
	rig_map(&rig, 12);
	for (phb = 0; phb < 2; phb++) {
		for (i = 0; i < 6; i++) {
			rig_own_pe(&rig, phb, i);
			rig_batch(&rig, &load, 1 + i + 10 * phb);
			sum += phb ? 0 : 64 * (1 + i);
			ck_assert_uint_eq(rig_bytes(&rig), 64 * (1 + i + 10 * phb));
		}
	}
	for (phb = 0; phb < 2; phb++) {
		for (i = 0; i < 6; i++) {
			snprintf(path, sizeof(path), "phb%u.pe%u", phb, i + 1);
			ck_assert_uint_eq(rig_counter(&rig, path, "read_bytes"), 64 * (1 + i + 10 * phb));
		}
	}
	lines = rig_counter(&rig, "phb1", "walk_levels") + rig_counter(&rig, "phb1", "rtc_misses");
	ck_assert_uint_eq(rig_counter(&rig, "phb0.memory", "read_remote_bytes"), sum);
	ck_assert_uint_eq(rig_counter(&rig, "phb1.memory", "read_remote_bytes"), 128 * lines);
	rig_select(&rig, 0, 0);
	rig_kill(&rig, 1, 0, true);
	for (i = 0; i < 2; i++) {
		rig_select(&rig, 0, i);
		snprintf(path, sizeof(path), "phb0.pe%u", i + 1);
		load.depth = 1;
		before = rig_counter(&rig, path, "pe_tce_misses");
		rig_batch(&rig, &load, 5);
		ck_assert_uint_eq(rig_counter(&rig, path, "pe_tce_misses") - before, i ? 0 : 1);
	}
	ck_assert_msg(!run.error, "%s", run.error);
	rig_close(&rig);
	validate_finish(&run);
}
END_TEST

START_TEST(test_rows_of_power_say_what_is_known_of_them)
{
	/* Why: rows that pass must go on passing, and the one that misses must not be made to pass unnoticed: CAPI1's
	 * share of V21 is not modelled. How: the verdict of each of their figures. */
	static const struct {
		const char *id;
		uint32_t figures, misses;
	} rows[] = {{"V17", 4, 0}, {"V19", 6, 0}, {"V20", 4, 0}, {"V21", 2, 1}};
	struct validate_run run;
	uint32_t misses = 0;
	size_t i;

	validate_execute(&run, validate_find(rows[_i].id), DATA_DIR, NULL);
	ck_assert_msg(!run.error, "%s", run.error);
	ck_assert_uint_eq(run.count, rows[_i].figures);
	for (i = 0; i < run.count; i++)
		misses += !validate_measure_passes(&run.measure[i]);
	ck_assert_uint_eq(misses, rows[_i].misses);
	validate_finish(&run);
}
END_TEST

START_TEST(test_rig_with_a_wrong_setting_says_so)
{
	/* Why: a preset that does not load, or a file that is not there, is a message and a miss, not a crash. */
	struct validate_run run;
	struct rig rig;

	validate_execute(&run, &empty, "no-such-folder", NULL);
	ck_assert(!rig_open(&rig, &run, "x86-pciebench", NULL));
	ck_assert_ptr_nonnull(strstr(run.error, "no-such-folder/machines/x86-pciebench.yaml"));
	validate_finish(&run);
	validate_execute(&run, validate_find("V7"), "no-such-folder", NULL);
	ck_assert_ptr_nonnull(strstr(run.error, "no-such-folder/validate/pcie-bench-iommu.csv"));
	ck_assert_int_eq(validate_verdict(&run), VALIDATE_MISS);
	validate_finish(&run);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("workloads.validate");
	TCase *tcase = tcase_create("validate");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tcase);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, test_measure_misses_just_beyond_its_tolerance);
	tcase_add_test(tcase, test_row_with_one_miss_an_error_or_nothing_measured_misses);
	tcase_add_test(tcase, test_rows_say_what_they_are_or_why_not);
	tcase_add_test(tcase, test_rate_of_a_wrong_model_would_miss);
	tcase_add_test(tcase, test_latency_of_a_read_is_the_closed_form);
	tcase_add_loop_test(tcase, test_rig_of_many_functions_counts_each_in_its_pe, 0, 2);
	tcase_add_loop_test(tcase, test_rows_of_power_say_what_is_known_of_them, 0, 4);
	tcase_add_test(tcase, test_rig_with_a_wrong_setting_says_so);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
