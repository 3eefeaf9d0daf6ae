// SPDX-License-Identifier: GPL-2.0-only
/*
 * Suite workloads.first_light: the whole stack in one run. Its end is clean, its summary fits a screen, its results
 * parse and are the same bytes for the same seed. A hosted kernel boots once per process, so each run is a child
 * process.
 */
#include "tests/workloads/wl_child.h"

/* A short run for tests that look at something else than its figures. */
static const char *const quick[] = {"first_light.storm_rounds=4", "first_light.storm_largest=1MiB"};

/* 4K pages have 16 times the TCEs; fewer rounds tell the same. */
static const char *const kernels[][3] = {
	{"kernel=linux-6.1", "kernel.page=64KiB", "first_light.storm_rounds=100"},
	{"kernel=linux-6.1", "kernel.page=4KiB", "first_light.storm_rounds=10"},
	{"kernel=linux-6.12", "kernel.page=64KiB", "first_light.storm_rounds=100"},
	{"kernel=linux-6.12", "kernel.page=4KiB", "first_light.storm_rounds=10"},
};

START_TEST(test_run_when_honest_then_clean_and_summary_fits_a_screen)
{
	/* On every kernel and page size: no violation, no warning, at most 40 lines of 100 columns, and no step of the
	 * story left out. */
	struct outcome outcome = outcome_make();
	int status = run_child(&outcome, "first-light", 1, kernels[_i], 3);
	char *text = slurp(outcome.summary);

	ck_assert_msg(status == 0, "status %d:\n%s", status, text);
	ck_assert_ptr_nonnull(strstr(text, "Verdict   clean"));
	ck_assert_ptr_nonnull(strstr(text, "Recovery  EEH through VFIO"));
	ck_assert_ptr_nonnull(strstr(text, "Record    DMA read by RID 03:00.0"));
	ck_assert_ptr_nonnull(strstr(text, "16 MiB"));
	check_screen(text, 40);
	free(text);
	outcome_drop(&outcome);
}
END_TEST

START_TEST(test_results_when_written_then_parse_and_say_all)
{
	/* Whoever reads results.json must find versions, checksums, configuration with sources, statistics with units.
	 */
	struct fy_parse_cfg parse = {.flags = FYPCF_QUIET | FYPCF_JSON_FORCE};
	struct outcome outcome = outcome_make();
	struct fy_document *doc;

	ck_assert_int_eq(run_child(&outcome, "first-light", 7, quick, sim_count_of(quick)), 0);
	doc = fy_document_build_from_file(&parse, outcome.results);
	ck_assert_ptr_nonnull(doc);
	ck_assert_str_eq(scalar(doc, "/phbsim"), wl_version());
	ck_assert_str_eq(scalar(doc, "/scenario"), "first-light");
	ck_assert_str_eq(scalar(doc, "/seed"), "7");
	ck_assert_str_eq(scalar(doc, "/verdict"), "clean");
	ck_assert_str_eq(scalar(doc, "/tlps/add_up"), "true");
	ck_assert_str_eq(scalar(doc, "/tlps/blocks/0/where"), "link down");
	ck_assert_str_ne(scalar(doc, "/tlps/blocks/2/entered"), "0"); /* completions on their way down */
	ck_assert_str_eq(scalar(doc, "/kernel/name"), "linux-6.1");
	ck_assert_str_ne(scalar(doc, "/kernel/origin"), "");
	ck_assert_int_ge(length(doc, "/kernel/hosted_files"), 8);
	ck_assert_int_ge(length(doc, "/kernel/environment"), 5);
	ck_assert_str_eq(scalar(doc, "/kernel/environment/0/kind"), "modelled");
	ck_assert_str_ne(scalar(doc, "/kernel/environment/0/where"), "");
	ck_assert_uint_eq(strlen(scalar(doc, "/kernel/hosted_files/0/sha256")), 64);
	ck_assert_str_eq(scalar(doc, "/configuration/first_light.storm_rounds/value"), "4");
	ck_assert_str_eq(scalar(doc, "/configuration/first_light.storm_rounds/source"), "user");
	ck_assert_str_eq(scalar(doc, "/configuration/kernel.cost.syscall/source"), "assumed");
	ck_assert_int_eq(length(doc, "/results/storm"), 3);
	ck_assert_str_eq(scalar(doc, "/results/storm/0/map/count"), "4");
	ck_assert_str_eq(scalar(doc, "/results/incident/rid"), "0x300");
	ck_assert_str_eq(scalar(doc, "/results/incident/recovered"), "true");
	ck_assert_str_eq(scalar(doc, "/results/incident/stray_reads_answered"), "0");
	ck_assert_str_eq(scalar(doc, "/statistics/proc.a/ioctl_map_dma/unit"), "ps");
	ck_assert_str_ne(scalar(doc, "/statistics/phb0/kills_one/value"), "");
	ck_assert_int_ge(length(doc, "/findings"), 1);
	fy_document_destroy(doc);
	outcome_drop(&outcome);
}
END_TEST

START_TEST(test_run_when_repeated_then_same_bytes_and_other_seed_other_bytes)
{
	/* Same seed: results and trace are identical; another seed is another run. */
	run_repeats("first-light", quick, sim_count_of(quick), "VFIO_IOMMU_MAP_DMA", false);
}
END_TEST

START_TEST(test_run_when_devices_have_functions_then_each_process_has_a_device)
{
	/* Functions of one device share its bus, hence its group, which one process has: B takes the other device. */
	const char *sets[sim_count_of(quick) + 1];

	memcpy(sets, quick, sizeof(quick));
	sets[sim_count_of(quick)] = "machine.functions=2";
	run_tells("first-light", NULL, sets, sim_count_of(sets), 0,
		  (const char *[TELLS_MAX]){"A 0000:03:00.0", "B 0000:04:00.0"});
}
END_TEST

START_TEST(test_run_when_only_one_device_then_said_and_not_run)
{
	/* The story needs two functions on PHB 0; the message names the key and what it expected. */
	run_tells_once("first-light", NULL, "machine.devices=1", 2, "machine.devices", "expected at least 2");
}
END_TEST

START_TEST(test_run_when_it_cannot_end_in_time_then_stopped_and_named)
{
	/* A limit that is too short: the run stops, and the report names each process and the call it was in. */
	run_tells_once("first-light", NULL, "run.limit=15ms", 1, "run-limit", "process A has not ended");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("workloads.first_light");
	TCase *tcase = tcase_create("runs");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tcase, 120);
	tcase_add_loop_test(tcase, test_run_when_honest_then_clean_and_summary_fits_a_screen, 0,
			    (int)sim_count_of(kernels));
	tcase_add_test(tcase, test_results_when_written_then_parse_and_say_all);
	tcase_add_test(tcase, test_run_when_repeated_then_same_bytes_and_other_seed_other_bytes);
	tcase_add_test(tcase, test_run_when_devices_have_functions_then_each_process_has_a_device);
	tcase_add_test(tcase, test_run_when_only_one_device_then_said_and_not_run);
	tcase_add_test(tcase, test_run_when_it_cannot_end_in_time_then_stopped_and_named);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
