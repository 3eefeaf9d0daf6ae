// SPDX-License-Identifier: GPL-2.0-only
/*
 * Suite workloads.mutants: the referee is proven. An honest isolation-probe run has no finding of its own; each mutant
 * of the table is caught and named, with time, PE, address and page, on each of Debian's kernels and each generation of
 * PHBs.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hw/platform.h"
#include "sim/finding.h"
#include "workloads/mutant.h"
#include "workloads/wl.h"

/** struct setting - a machine and a kernel. */
struct setting {
	enum platform_phb_type type;
	const char *machine, *kernel, *page;
};

static const struct setting settings[] = {
	{PLATFORM_PHB_PHB3, "power8-phb3", "kernel=linux-6.1", "kernel.page=64KiB"},
	{PLATFORM_PHB_PHB3, "power8-phb3", "kernel=linux-6.12", "kernel.page=64KiB"},
	{PLATFORM_PHB_PHB4, "power9-phb4", "kernel=linux-6.1", "kernel.page=64KiB"},
	{PLATFORM_PHB_PHB4, "power9-phb4", "kernel=linux-6.12", "kernel.page=64KiB"},
	{PLATFORM_PHB_PHB5, "power10-phb5", "kernel=linux-6.12", "kernel.page=64KiB"},
	{PLATFORM_PHB_PHB3, "power8-phb3", "kernel=linux-6.1", "kernel.page=4KiB"},
	{PLATFORM_PHB_PHB3, "power8-phb3", "kernel=linux-6.12", "kernel.page=4KiB"},
	{PLATFORM_PHB_PHB5, "power10-phb5", "kernel=linux-6.1", "kernel.page=4KiB"},
};
#define MUTATED 5 /* with 64K pages */

static struct wl_run *probe_run(const struct setting *setting, const char *mutant, const char *extra, int *status)
{
	const char *sets[] = {setting->kernel, setting->page, extra};
	struct wl_options options = {.scenario = "isolation-probe",
				     .machine = setting->machine,
				     .seed = 1,
				     .data_dir = "workloads",
				     .mutant = mutant,
				     .sets = sets,
				     .set_count = extra ? 3 : 2};
	struct wl_run *run = NULL;
	int err = wl_run_create(&options, &run);

	ck_assert_msg(!err, "%s", run && run->error ? run->error : "no message");
	*status = wl_run_execute(run);
	ck_assert_msg(*status >= 0, "%s", run->error ? run->error : "no message");
	return run;
}

static void is_clean(const struct setting *setting, const char *extra)
{
	int status;
	struct wl_run *run = probe_run(setting, NULL, extra, &status);

	for (size_t i = 0; finding_get(run->sim, i); i++)
		if (finding_get(run->sim, i)->severity == FINDING_VIOLATION)
			ck_abort_msg("%s: %s", finding_get(run->sim, i)->kind, finding_get(run->sim, i)->text);
	ck_assert_int_eq(status, 0);
	wl_run_destroy(run);
}

START_TEST(test_probe_when_honest_then_no_violation)
{
	/* A referee that cries wolf is worth nothing: every step holds and nothing is found. */
	is_clean(&settings[_i], NULL);
}
END_TEST

START_TEST(test_probe_when_kills_take_long_then_firmware_waits)
{
	/* 400 us for a kill: with what "hasty-firmware" configures besides its fault, the run is clean. */
	is_clean(&settings[_i], "phb.kill_scan_cycles=100000");
}
END_TEST

START_TEST(test_probe_when_mutated_then_caught_and_named)
{
	/* The finding carries the mutant's kind, and time, PE, IOVA and real address for whoever has to look. A fault
	 * that a generation cannot have changes nothing there. */
	size_t n;
	const struct mutant *mutant = &mutant_list(&n)[_i / MUTATED];
	const struct setting *setting = &settings[_i % MUTATED];
	const struct finding *finding;
	struct wl_run *run;
	int status;

	run = probe_run(setting, mutant->name, NULL, &status);
	finding = finding_find(run->sim, mutant->caught_as);
	if (setting->type < mutant->from) {
		ck_assert_int_eq(status, 0);
		ck_assert_ptr_null(finding);
		wl_run_destroy(run);
		return;
	}
	ck_assert_int_eq(status, 1);
	ck_assert_msg(finding != NULL, "%s: no finding of kind %s", mutant->name, mutant->caught_as);
	ck_assert_int_eq(finding->severity, FINDING_VIOLATION);
	if (strncmp(mutant->caught_as, "referee-", strlen("referee-"))) {
		ck_assert_str_eq(mutant->caught_as, "tlp-lost");
		ck_assert_ptr_nonnull(strstr(finding->text, "phb0, in use: of 1 TLPs 0 have left and 0 are there: 1 too few"));
		wl_run_destroy(run);
		return;
	}
	ck_assert_ptr_nonnull(strstr(finding->text, " ns PHB 0 PE "));
	ck_assert_ptr_nonnull(strstr(finding->text, "process P"));
	ck_assert_ptr_nonnull(strstr(finding->text, "IOVA 0x"));
	ck_assert_ptr_nonnull(strstr(finding->text, "real address 0x"));
	wl_run_destroy(run);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("workloads.mutants");
	TCase *tcase = tcase_create("mutants");
	SRunner *runner;
	size_t n;
	int failed;

	mutant_list(&n);
	tcase_set_timeout(tcase, 120);
	tcase_add_loop_test(tcase, test_probe_when_honest_then_no_violation, 0, (int)sim_count_of(settings));
	tcase_add_loop_test(tcase, test_probe_when_kills_take_long_then_firmware_waits, 0, MUTATED);
	tcase_add_loop_test(tcase, test_probe_when_mutated_then_caught_and_named, 0, MUTATED * (int)n);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
