// SPDX-License-Identifier: GPL-2.0-only
/*
 * Suite workloads.generations: first-light on every generation of PHBs that a machine file has, on PHBs of both sizes
 * and on several at once; and the erratum that PHB4's firmware works around, with the work-around taken away.
 */
#include <check.h>
#include <stdlib.h>

#include "sim/finding.h"
#include "sim/stat.h"
#include "workloads/wl.h"

#define SETS_MAX 6

static const char *const machines[] = {"power8-phb3", "power9-phb4", "power10-phb5"};
#define ASYNCHRONOUS 1 /* machines from here on have kills that take their time */

/* A short story: the storm is the same, only less of it. */
static struct wl_run *run_story(const char *machine, const char *const *more, int *status)
{
	const char *sets[SETS_MAX] = {"first_light.storm_rounds=8", "first_light.storm_largest=1MiB"};
	struct wl_options options = {
		.scenario = "first-light", .machine = machine, .seed = 1, .data_dir = "workloads", .sets = sets, .set_count = 2};
	struct wl_run *run = NULL;
	int err;

	while (more && *more)
		sets[options.set_count++] = *more++;
	err = wl_run_create(&options, &run);
	ck_assert_msg(!err, "%s", run && run->error ? run->error : "no message");
	*status = wl_run_execute(run);
	ck_assert_msg(*status >= 0, "%s", run->error ? run->error : "no message");
	return run;
}

static uint64_t stat_of(const struct wl_run *run, const char *path, const char *name)
{
	const uint64_t *value = stat_find(run->sim, path, name, NULL);

	ck_assert_msg(value != NULL, "no statistic %s.%s", path, name);
	return *value;
}

static struct wl_run *clean_story(const char *machine, const char *const *more)
{
	int status;
	struct wl_run *run = run_story(machine, more, &status);

	for (size_t i = 0; finding_get(run->sim, i); i++)
		if (finding_get(run->sim, i)->severity == FINDING_VIOLATION)
			ck_abort_msg("%s: %s", finding_get(run->sim, i)->kind, finding_get(run->sim, i)->text);
	ck_assert_int_eq(status, 0);
	return run;
}

START_TEST(test_story_on_each_generation_is_clean)
{
	/* Firmware and kernel ask for nothing that the hardware does not have, and each error is found by its interrupt. */
	struct wl_run *run = clean_story(machines[_i], NULL);

	ck_assert_uint_eq(stat_of(run, "phb0", "unimplemented_reads"), 0);
	ck_assert_uint_eq(stat_of(run, "phb0", "unimplemented_writes"), 0);
	ck_assert_uint_eq(stat_of(run, "phb0", "reg_bad_access"), 0);
	ck_assert_uint_ge(stat_of(run, "phb0", "freezes"), 1);
	ck_assert_uint_ge(stat_of(run, "opal", "error_interrupts"), 1);
	wl_run_destroy(run);
}
END_TEST

START_TEST(test_story_on_small_phbs_and_several_of_them_is_clean)
{
	/* PHB 0 is a big one by itself; with six of them both sizes are brought up. */
	static const char *const small[] = {"phb.size=small", NULL};
	static const char *const six[] = {"machine.phbs=6", NULL};
	struct wl_run *run = clean_story(machines[ASYNCHRONOUS + _i / 2], _i % 2 ? six : small);

	ck_assert_uint_eq(stat_of(run, "phb0", "unimplemented_writes"), 0);
	if (_i % 2)
		ck_assert_uint_gt(stat_of(run, "phb5", "config_reads"), 0);
	wl_run_destroy(run);
}
END_TEST

START_TEST(test_story_when_firmware_kills_pages_on_a_slow_phb_then_the_erratum_is_caught)
{
	/* HW560152: with kills of 4 us the next page's kill meets a busy queue and is lost, and a device reaches a page that
	 * is not its own any more. */
	static const char *const without[] = {"kernel.opal.kill_by_pe=false", "phb.kill_cycles=1000",
					      "first_light.storm_rounds=100", "first_light.storm_largest=16MiB", NULL};
	const char *machine = machines[ASYNCHRONOUS + _i];
	const struct finding *finding;
	struct wl_run *run;
	int status;

	run = run_story(machine, without, &status);
	ck_assert_int_eq(status, 1);
	ck_assert_uint_gt(stat_of(run, "phb0", "kills_dropped"), 0);
	finding = finding_find(run->sim, "referee-wrong-page");
	ck_assert_ptr_nonnull(finding);
	ck_assert_int_eq(finding->severity, FINDING_VIOLATION);
	/* Another run needs another process. What was stopped leaves objects of processes that never exited. */
}
END_TEST

START_TEST(test_story_when_the_erratum_is_cured_or_avoided_then_clean)
{
	/* The other halves of the case above. */
	static const char *const cured[] = {"kernel.opal.kill_by_pe=false", "phb.kill_cycles=1000",
					    "phb.errata.kill_page_dropped=false", NULL};
	static const char *const avoided[] = {"phb.kill_cycles=1000", "phb.kill_scan_cycles=1000", NULL};
	struct wl_run *run = clean_story(machines[ASYNCHRONOUS + _i / 2], _i % 2 ? avoided : cured);

	ck_assert_uint_eq(stat_of(run, "phb0", "kills_dropped"), 0);
	ck_assert_uint_gt(stat_of(run, "phb0", _i % 2 ? "kills_pe" : "kills_one"), 0);
	wl_run_destroy(run);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("workloads.generations");
	TCase *tcase = tcase_create("generations");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tcase, 120);
	tcase_add_loop_test(tcase, test_story_on_each_generation_is_clean, 0, (int)sim_count_of(machines));
	tcase_add_loop_test(tcase, test_story_on_small_phbs_and_several_of_them_is_clean, 0, 4);
	tcase_add_loop_test(tcase, test_story_when_firmware_kills_pages_on_a_slow_phb_then_the_erratum_is_caught, 0, 2);
	tcase_add_loop_test(tcase, test_story_when_the_erratum_is_cured_or_avoided_then_clean, 0, 4);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
