// SPDX-License-Identifier: GPL-2.0-only
/*
 * Suite workloads.seed_flow: the flow of the first sPAPR TCE driver's documentation on a POWER7 machine, with drivers
 * of today and, where its text is at hand, with the first one. Each run is a child process (wl_child.h).
 */
#include "tests/workloads/wl_child.h"

#define LINUX_61_64K "kernel=linux-6.1", "kernel.page=64KiB"
#define SUMMARY_LINES 40
#define RECONSTRUCTED_LINES 6 /* what stands below every summary of a kernel with reconstructed surroundings */

static const char *const kernels[][2] = {
	{"kernel=linux-6.1", "kernel.page=4KiB"},
	{LINUX_61_64K},
	{"kernel=seed-2013", "kernel.page=4KiB"},
	{"kernel=seed-2013", "kernel.page=64KiB"},
};

/* The driver of 2013 is in the program where its text is at hand; its absence is said by kernel-model.test_seed. */
static bool have_kernel(const char *const *sets)
{
	return km_desc_find(strchr(sets[0], '=') + 1, 0) != NULL;
}

START_TEST(test_run_when_honest_then_clean_and_summary_fits_a_screen)
{
	/* With each driver and page size: no violation, no warning, all of the flow, and recovery as the driver has it.
	 */
	bool first = strstr(kernels[_i][0], "seed") != NULL;
	struct outcome outcome = outcome_make();
	char *text;
	int status;

	if (!have_kernel(kernels[_i]))
		return;
	status = run_child(&outcome, "seed-flow", 1, kernels[_i], 2);
	text = slurp(outcome.summary);
	ck_assert_msg(status == 0, "status %d:\n%s", status, text);
	ck_assert_ptr_nonnull(strstr(text, "Verdict   clean"));
	ck_assert_ptr_nonnull(strstr(text, "P7IOC (POWER7)"));
	ck_assert_ptr_nonnull(strstr(text, "DMA window at 0 of 1 GiB"));
	ck_assert_ptr_nonnull(strstr(text, "Record    DMA read by RID 03:00.0 at PCI address 0x40000000"));
	ck_assert_ptr_nonnull(strstr(text, first ? "has no EEH calls" : "Recovery  EEH through VFIO"));
	check_screen(text, SUMMARY_LINES + (first ? RECONSTRUCTED_LINES : 0));
	free(text);
	outcome_drop(&outcome);
}
END_TEST

/* /results/calls by name and note. */
static const char *call_field(struct fy_document *doc, const char *call, const char *note, const char *field)
{
	int calls = length(doc, "/results/calls");
	char path[64];

	for (int i = 0; i < calls; i++) {
		snprintf(path, sizeof(path), "/results/calls/%d/call", i);
		if (strcmp(scalar(doc, path), call))
			continue;
		snprintf(path, sizeof(path), "/results/calls/%d/note", i);
		if (strcmp(scalar(doc, path), note))
			continue;
		snprintf(path, sizeof(path), "/results/calls/%d/%s", i, field);
		return scalar(doc, path);
	}
	ck_abort_msg("no call %s, %s", call, note);
	return NULL;
}

START_TEST(test_results_when_written_then_parse_and_say_all)
{
	/* Answers, accounts of locked memory, the record of the freeze and what moved are there for programs. */
	struct fy_parse_cfg parse = {.flags = FYPCF_QUIET | FYPCF_JSON_FORCE};
	struct outcome outcome = outcome_make();
	struct fy_document *doc;

	ck_assert_int_eq(run_child(&outcome, "seed-flow", 7, kernels[0], 2), 0);
	doc = fy_document_build_from_file(&parse, outcome.results);
	ck_assert_ptr_nonnull(doc);
	ck_assert_str_eq(scalar(doc, "/scenario"), "seed-flow");
	ck_assert_str_eq(scalar(doc, "/seed"), "7");
	ck_assert_str_eq(scalar(doc, "/verdict"), "clean");
	ck_assert_str_eq(scalar(doc, "/results/driver"), "later");
	ck_assert_str_eq(call_field(doc, "ENABLE", "RLIMIT_MEMLOCK low", "answer"), "-12");
	ck_assert_str_eq(call_field(doc, "SET_CONTAINER", "a second group", "answer"), "-16");
	ck_assert_str_eq(call_field(doc, "UNSET_CONTAINER", "enabled", "answer"), "0");
	ck_assert_str_ne(call_field(doc, "MAP_DMA", "", "took_ps"), "0");
	ck_assert_str_eq(scalar(doc, "/results/a/window_start"), "0x0");
	ck_assert_str_eq(scalar(doc, "/results/a/window_bytes"), "1073741824");
	ck_assert_str_eq(scalar(doc, "/results/a/locked_pages"), "262144");
	ck_assert_str_eq(scalar(doc, "/results/a/checked_written_bytes"), "2097152");
	ck_assert_str_eq(scalar(doc, "/results/neighbour/window_start"), "0x40000000");
	ck_assert_str_eq(scalar(doc, "/results/incident/rid"), "0x300");
	ck_assert_str_eq(scalar(doc, "/results/incident/other_pes_frozen"), "0");
	ck_assert_str_eq(scalar(doc, "/results/incident/recovered"), "true");
	ck_assert_str_eq(scalar(doc, "/results/incident/write_after_unmap_isolated"), "true");
	ck_assert_str_ne(scalar(doc, "/statistics/phb0/kills_pair/value"), "0");
	ck_assert_str_eq(scalar(doc, "/statistics/phb0/kills_one/value"), "0");
	fy_document_destroy(doc);
	outcome_drop(&outcome);
}
END_TEST

START_TEST(test_kernel_when_booted_then_its_own_code_found_the_hub)
{
	/* The hosted kernel goes its whole way for an I/O hub: probing, PEs, and segments of 256 MiB dealt out by
	 * weight. */
	static const char *const expected[] = {"Probing IODA IO-Hub",
					       "DMA weight 10 (20), assigned (0) 4 DMA32 segments",
					       "DMA weight 10 (20), assigned (4) 4 DMA32 segments"};
	struct outcome outcome = outcome_make();
	char *log;

	ck_assert_int_eq(run_child(&outcome, "seed-flow", 1, kernels[0], 2), 0);
	log = slurp(outcome.log);
	for (size_t i = 0; i < sim_count_of(expected); i++)
		ck_assert_msg(strstr(log, expected[i]) != NULL, "\"%s\" is not in\n%s", expected[i], log);
	free(log);
	outcome_drop(&outcome);
}
END_TEST

START_TEST(test_run_when_repeated_then_same_bytes_and_other_seed_other_bytes)
{
	/* Same seed: results and trace are identical; another seed is another run. */
	run_repeats("seed-flow", kernels[0], 2, "VFIO_IOMMU_DISABLE", false);
}
END_TEST

static const struct {
	const char *set, *kind;
} spoilers[] = {
	{"seed_flow.low_memlock=2GiB", "seed-flow-answer"},    {"seed_flow.memlock=512MiB", "seed-flow-answer"},
	{"mutant.forget_kill=true", "referee-stale"},	       {"mutant.skip_freeze=true", "seed-flow-freeze"},
	{"mutant.walk_off_by_one=true", "referee-wrong-page"},
};

START_TEST(test_expectation_when_it_cannot_hold_then_violation)
{
	/* A story that always ends well proves nothing: a limit that suffices makes the refusal fail, one that does not
	 * stops the flow at ENABLE, faults of the hardware and of the kernel are named. */
	const char *sets[] = {kernels[0][0], kernels[0][1], spoilers[_i].set};

	run_tells("seed-flow", NULL, sets, 3, 1, (const char *[TELLS_MAX]){spoilers[_i].kind});
}
END_TEST

START_TEST(test_run_when_machine_is_another_then_said_and_not_run)
{
	/* DMA windows of 256 MiB segments are P7IOC's: on another machine the message names the key. */
	run_tells_once("seed-flow", NULL, "machine=power8-phb3", 2, "phb.generation", "expected p7ioc");
}
END_TEST

START_TEST(test_run_when_the_kernel_has_no_p7ioc_then_said_and_not_run)
{
	/* Linux dropped P7IOC with 6.5: a later kernel says in its log what it could not use, and so does the program.
	 */
	run_tells_once("seed-flow", NULL, "kernel=linux-6.12", 2, "linux-6.12 did not boot",
		       "this kernel knows no such PHB");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("workloads.seed_flow");
	TCase *tcase = tcase_create("runs");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tcase, 120);
	tcase_add_loop_test(tcase, test_run_when_honest_then_clean_and_summary_fits_a_screen, 0,
			    (int)sim_count_of(kernels));
	tcase_add_test(tcase, test_results_when_written_then_parse_and_say_all);
	tcase_add_test(tcase, test_kernel_when_booted_then_its_own_code_found_the_hub);
	tcase_add_test(tcase, test_run_when_repeated_then_same_bytes_and_other_seed_other_bytes);
	tcase_add_loop_test(tcase, test_expectation_when_it_cannot_hold_then_violation, 0, (int)sim_count_of(spoilers));
	tcase_add_test(tcase, test_run_when_machine_is_another_then_said_and_not_run);
	tcase_add_test(tcase, test_run_when_the_kernel_has_no_p7ioc_then_said_and_not_run);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
