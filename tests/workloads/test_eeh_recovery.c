// SPDX-License-Identifier: GPL-2.0-only
/*
 * Suite workloads.eeh_recovery: the scenario on each of Debian's kernels with both page sizes ends clean, and its
 * recoveries are what they are called: with a reset, without one, with hot plug, of a PHB. A hosted kernel boots once per process, so each
 * run is a child process.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/finding.h"
#include "workloads/eeh_recovery.h"
#include "workloads/mutant.h"
#include "workloads/referee.h"

#define SUMMARY_LINES 40u
#define SUMMARY_COLUMNS 100u
/* Linux' EEH_PE_RST_HOLD_TIME and EEH_PE_RST_SETTLE_TIME; the time it gives to user space before hot plug. */
#define RESET_PS (2050 * SIM_PS_PER_MS)
#define HOTPLUG_PS (5 * SIM_PS_PER_S)

static const char *const kernels[] = {"linux-6.1", "linux-6.12"};
static const char *const pages[] = {"kernel.page=64KiB", "kernel.page=4KiB"};

static sim_ps took(const struct er_act *act)
{
	return act->restored_ps - act->error_ps;
}

static bool has_step(const struct er_act *act, const char *text)
{
	for (uint32_t i = 0; i < act->step_count; i++)
		if (strstr(act->step[i].text, text))
			return true;
	return false;
}

/* What each act must have been. Return: its complaint, or NULL. */
static const char *complaint(const struct er *er)
{
	for (uint32_t i = 0; i < ER_ACTS; i++) {
		const struct er_act *act = &er->act[i];

		if (!act->ok || !act->restored_ps)
			return "an act failed";
		for (uint32_t j = 1; j < act->step_count; j++)
			if (act->step[j].when_ps < act->step[j - 1].when_ps)
				return "steps are not in the order of time";
	}
	if (took(&er->act[ER_RESET]) < RESET_PS || !has_step(&er->act[ER_RESET], "slot_reset()"))
		return "the reset was none";
	if (took(&er->act[ER_THAW]) >= RESET_PS || has_step(&er->act[ER_THAW], "reset; "))
		return "the thaw was a reset";
	if (took(&er->act[ER_HOTPLUG]) < RESET_PS + HOTPLUG_PS || !has_step(&er->act[ER_HOTPLUG], "driver probed"))
		return "no hot plug";
	if (took(&er->act[ER_FENCE]) < RESET_PS + HOTPLUG_PS || !has_step(&er->act[ER_FENCE], "the PHB is fenced"))
		return "no fence";
	if (!has_step(&er->act[ER_VFIO], "RESET_HOT") || !has_step(&er->act[ER_VFIO], "RESET_FUNDAMENTAL"))
		return "the process did not reset its device";
	if (!strstr(er->act[ER_RESET].diag, "A/B: "))
		return "no record of the PE in the log";
	return NULL;
}

static const char *too_large(struct wl_run *run)
{
	char line[512];
	FILE *out = tmpfile();
	uint32_t lines = 0;
	bool wide = false;

	wl_run_summary(run, out);
	rewind(out);
	while (fgets(line, sizeof(line), out)) {
		lines++;
		wide |= strlen(line) > SUMMARY_COLUMNS + 1;
	}
	fclose(out);
	return wide ? "the summary is too wide" : lines > SUMMARY_LINES ? "the summary is too long" : NULL;
}

/* Return: what is wrong with a run that was to be clean. */
static const char *judge(struct wl_run *run)
{
	const char *wrong = complaint(run->state);

	for (size_t i = 0; finding_get(run->sim, i); i++) {
		fprintf(stderr, "%s: %s\n", finding_get(run->sim, i)->kind, finding_get(run->sim, i)->text);
		wrong = "there are findings";
	}
	/* The stray writes of two acts, each of which had to freeze its PE. */
	if (!wrong && referee_counts(run->referee).isolations != 2)
		wrong = "the referee did not see two stray requests";
	return wrong ? wrong : too_large(run);
}

/* Return: what is wrong with a run of a broken machine: a driver of the kernel's own must be among the victims. */
static const char *judge_mutant(struct wl_run *run, const char *caught_as)
{
	for (size_t i = 0; finding_get(run->sim, i); i++)
		if (!strcmp(finding_get(run->sim, i)->kind, caught_as) &&
		    strstr(finding_get(run->sim, i)->text, "process the kernel"))
			return NULL;
	return "the referee said nothing of the kernel's driver";
}

static int child(const char *kernel, const char *page, const char *mutant)
{
	struct wl_options options = {.scenario = "eeh-recovery",
				     .kernel = kernel,
				     .seed = 1,
				     .data_dir = "workloads",
				     .sets = &page,
				     .set_count = 1,
				     .mutant = mutant};
	struct wl_run *run = NULL;
	const char *wrong;
	int ret = wl_run_create(&options, &run);

	if (!ret)
		ret = wl_run_execute(run);
	if (ret < 0)
		wrong = run->error;
	else
		wrong = mutant ? judge_mutant(run, mutant_find(mutant)->caught_as) : judge(run);
	if (wrong)
		fprintf(stderr, "%s %s: %s\n", kernel, page, wrong);
	fflush(stderr);
	/* A mutant's run is stopped in the midst of things: objects of the kernel that it leaves are no leak of ours. */
	if (mutant)
		_exit(wrong != NULL);
	wl_run_destroy(run);
	return wrong != NULL;
}

static void run_child(const char *kernel, const char *page, const char *mutant)
{
	pid_t pid = fork();
	int status;

	ck_assert_int_ge(pid, 0);
	if (!pid)
		exit(child(kernel, page, mutant));
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 0);
}

START_TEST(test_story_when_told_on_each_kernel_then_clean_and_as_named)
{
	/* Why: the whole of EEH through the kernel's own code. How: no finding of any severity; times and steps of each act. */
	run_child(kernels[_i / 2], pages[_i % 2], NULL);
}
END_TEST

START_TEST(test_story_when_machine_is_broken_then_referee_names_the_kernels_driver)
{
	/* Why: a judge that never convicts proves nothing. How: a PHB that does not freeze, and one that translates wrongly. */
	static const char *const mutants[] = {"skipped-freeze", "walk-off-by-one"};

	run_child(kernels[0], pages[1], mutants[_i]);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("workloads.eeh_recovery");
	TCase *tc = tcase_create("story");
	SRunner *sr;
	int failed;

	tcase_set_timeout(tc, 300);
	tcase_add_loop_test(tc, test_story_when_told_on_each_kernel_then_clean_and_as_named, 0, 4);
	tcase_add_loop_test(tc, test_story_when_machine_is_broken_then_referee_names_the_kernels_driver, 0, 2);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
