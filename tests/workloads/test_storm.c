// SPDX-License-Identifier: GPL-2.0-only
/*
 * Suite workloads.storm: storms of hypercalls from guest to device. Each kernel, each rung of the ladder and each VMM
 * comes to a clean end with a referee that has heard of every hypercall; runs repeat to the byte; mutants are caught.
 */
#include <libfyaml.h>

#include "tests/workloads/wl_child.h"
#include "workloads/mutant.h"

/** struct storm_run - settings, and what the results must say. @by: of the hypercalls, who must have answered them. */
struct storm_run {
	const char *sets[8];
	const char *by;
};

static const struct storm_run runs[] = {
	{{"kernel=linux-6.1", "kernel.page=64KiB"}, "by_kernel"},
	{{"kernel=linux-6.1", "kernel.page=4KiB"}, "by_kernel"},
	{{"kernel=linux-6.12", "kernel.page=64KiB"}, "by_kernel"},
	{{"kernel=linux-6.12", "kernel.page=4KiB"}, "by_kernel"},
	{{"kernel.page=64KiB", "storm.page=4KiB"}, "by_kernel"},
	{{"kernel.kvm.real_mode=on", "kernel.page=4KiB"}, "by_real_mode"},
	{{"kvm.in_kernel=false", "kvm.vmm=qemu"}, "by_user"},
	{{"kvm.in_kernel=false", "kvm.vmm=lopar"}, "by_user"},
	{{"kvm.in_kernel=false", "kvm.vmm=kvm", "kernel.page=4KiB"}, "by_user"},
	{{"storm.vcpus=8", "storm.tables=3", "storm.place=pack", "cpu.cores=1"}, "by_kernel"},
	{{"storm.vcpus=5", "storm.place=spread", "cpu.cores=2", "storm.think=3us"}, "by_kernel"},
};

static size_t set_count(const struct storm_run *run)
{
	size_t n = 0;

	while (n < sim_count_of(run->sets) && run->sets[n])
		n++;
	return n;
}

static uint64_t number(struct fy_document *doc, const char *path)
{
	struct fy_node *node = fy_node_by_path(fy_document_root(doc), path, (size_t)-1, FYNWF_DONT_FOLLOW);

	ck_assert_msg(node != NULL, "%s is missing", path);
	return strtoull(fy_node_get_scalar0(node), NULL, 10);
}

static struct fy_document *results_of(const struct outcome *outcome)
{
	struct fy_parse_cfg parse = {.flags = FYPCF_QUIET | FYPCF_JSON_FORCE};
	struct fy_document *doc = fy_document_build_from_file(&parse, outcome->results);

	ck_assert_ptr_nonnull(doc);
	return doc;
}

static void fits_a_screen(const char *path)
{
	char *text = slurp(path), *save = NULL;
	int lines = 0;

	ck_assert_ptr_nonnull(strstr(text, "Verdict   clean"));
	for (const char *c = text; *c; c++)
		lines += *c == '\n';
	ck_assert_int_le(lines, 40);
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		ck_assert_msg(strlen(line) <= 100, "%zu columns: %s", strlen(line), line);
	free(text);
}

START_TEST(test_put_when_honest_then_clean_and_the_referee_has_heard_all)
{
	/* The path from guest to device must be right on every rung: no finding, and nothing that was not judged. */
	const struct storm_run *run = &runs[_i];
	struct outcome outcome = outcome_make();
	int status = run_child(&outcome, "storm-put", 1, run->sets, set_count(run));
	struct fy_document *doc;
	char *text = slurp(outcome.summary), path[64];
	uint64_t calls;

	ck_assert_msg(status == 0, "status %d:\n%s", status, text);
	free(text);
	fits_a_screen(outcome.summary);
	doc = results_of(&outcome);
	calls = number(doc, "/statistics/kvm.guest/h_put_tce/count");
	snprintf(path, sizeof(path), "/statistics/kvm.guest/%s/value", run->by);
	/* The first of a page of TCEs goes on from real mode. */
	ck_assert_uint_ge(number(doc, path) + 32, calls);
	ck_assert_uint_eq(number(doc, "/statistics/referee/hcalls_learned/value") +
				  number(doc, "/statistics/referee/maps_learned/value") +
				  number(doc, "/statistics/referee/unmaps_learned/value"),
			  calls);
	ck_assert_uint_ge(number(doc, "/statistics/referee/dmas_judged/value"), 2);
	ck_assert_uint_eq(number(doc, "/statistics/referee/violations/value"), 0);
	ck_assert_uint_gt(number(doc, "/results/bytes_compared"), 0);
	fy_document_destroy(doc);
	outcome_drop(&outcome);
}
END_TEST

static const struct storm_run repeated[] = {
	{{"storm.vcpus=64", "storm.tables=1", "storm.rounds=60", "storm.memory=64MiB", "kernel=linux-6.1"}, ""},
	{{"storm.vcpus=64", "storm.tables=64", "storm.rounds=60", "storm.memory=64MiB", "kernel=linux-6.12"}, ""},
	{{"storm.vcpus=64", "storm.rounds=20", "storm.place=pack", "storm.memory=64MiB", "kvm.in_kernel=false"}, ""},
};

START_TEST(test_put_when_64_vcpus_then_same_bytes_twice_and_others_for_another_seed)
{
	/* On one LIOBN and on many, in the kernel and in the VMM: who runs first must follow from the simulation alone.
	 */
	const struct storm_run *run = &repeated[_i];
	struct outcome one = outcome_make(), two = outcome_make(), other = outcome_make();
	char *a, *b;

	ck_assert_int_eq(run_child(&one, "storm-put", 5, run->sets, set_count(run)), 0);
	ck_assert_int_eq(run_child(&two, "storm-put", 5, run->sets, set_count(run)), 0);
	ck_assert_int_eq(run_child(&other, "storm-put", 6, run->sets, set_count(run)), 0);
	a = slurp(one.results);
	b = slurp(two.results);
	ck_assert(!strcmp(a, b));
	free(b);
	b = slurp(other.results);
	ck_assert(strcmp(a, b) != 0);
	free(a);
	free(b);
	outcome_drop(&one);
	outcome_drop(&two);
	outcome_drop(&other);
}
END_TEST

static const struct storm_run ladder[] = {
	{{"kernel.kvm.real_mode=on", "storm.touch=0", "storm.stray=false", "storm.rounds=300"}, ""},
	{{"storm.touch=0", "storm.stray=false", "storm.rounds=300"}, ""},
	{{"kvm.in_kernel=false", "storm.touch=0", "storm.stray=false", "storm.rounds=300"}, ""},
};

START_TEST(test_put_when_a_rung_higher_then_slower)
{
	/* What the ladder is for: real mode beats virtual mode, which beats user space by about what was measured in
	 * 2013. */
	uint64_t sum[3];

	for (size_t i = 0; i < sim_count_of(ladder); i++) {
		struct outcome outcome = outcome_make();
		struct fy_document *doc;

		ck_assert_int_eq(run_child(&outcome, "storm-put", 1, ladder[i].sets, set_count(&ladder[i])), 0);
		doc = results_of(&outcome);
		sum[i] = number(doc, "/statistics/kvm.guest/h_put_tce/mean");
		fy_document_destroy(doc);
		outcome_drop(&outcome);
	}
	ck_assert_uint_gt(sum[1], 2 * sum[0]);
	ck_assert_uint_gt(10 * sum[2], 34 * sum[1]);
	ck_assert_uint_lt(10 * sum[2], 47 * sum[1]);
}
END_TEST

START_TEST(test_put_when_mutated_then_caught)
{
	/* A referee that learns from hypercalls must still see what is broken below them. Faults of PHBs from PHB4 on are
	 * the isolation probe's matter: this story's device comes too late to meet a kill that is still under way. */
	static const char *const sets[] = {"kernel.page=64KiB"};
	struct outcome outcome = outcome_make();
	size_t n;
	const struct mutant *mutant = &mutant_list(&n)[_i];
	char *text;

	if (mutant->from > PLATFORM_PHB_PHB3) {
		outcome_drop(&outcome);
		return;
	}
	outcome.mutant = mutant->name;
	ck_assert_int_eq(run_child(&outcome, "storm-put", 1, sets, sim_count_of(sets)), 1);
	text = slurp(outcome.results);
	/* Two of them show by what the device saw, before the referee could. */
	ck_assert_msg(strstr(text, "\"kind\": \"referee-") || strstr(text, "\"kind\": \"storm-"),
		      "%s: nothing was found", mutant->name);
	free(text);
	outcome_drop(&outcome);
}
END_TEST

static const struct {
	const char *set, *want;
} wrong[] = {
	{"storm.page=8KiB", "neither 4KiB nor 64KiB"},
	{"storm.vcpus=65", "storm.vcpus"},
	{"storm.memory=1100000B", "multiple of the kernel's page"},
	{"kvm.vmm=xen", "kvm.vmm"},
	{"machine.devices=0", "machine.devices"},
};

START_TEST(test_put_when_misconfigured_then_said)
{
	/* Each message names the key and what it expected. */
	struct outcome outcome = outcome_make();
	char *text;

	ck_assert_int_eq(run_child(&outcome, "storm-put", 1, &wrong[_i].set, 1), 2);
	text = slurp(outcome.summary);
	ck_assert_msg(strstr(text, wrong[_i].want) != NULL, "%s: %s", wrong[_i].set, text);
	free(text);
	outcome_drop(&outcome);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("workloads.storm");
	TCase *tcase = tcase_create("storm");
	SRunner *runner;
	size_t mutants;
	int failed;

	mutant_list(&mutants);
	tcase_set_timeout(tcase, 240);
	tcase_add_loop_test(tcase, test_put_when_honest_then_clean_and_the_referee_has_heard_all, 0,
			    (int)sim_count_of(runs));
	tcase_add_loop_test(tcase, test_put_when_64_vcpus_then_same_bytes_twice_and_others_for_another_seed, 0,
			    (int)sim_count_of(repeated));
	tcase_add_test(tcase, test_put_when_a_rung_higher_then_slower);
	tcase_add_loop_test(tcase, test_put_when_mutated_then_caught, 0, (int)mutants);
	tcase_add_loop_test(tcase, test_put_when_misconfigured_then_said, 0, (int)sim_count_of(wrong));
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
