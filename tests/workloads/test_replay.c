// SPDX-License-Identifier: GPL-2.0-only
/*
 * Suite workloads.replay: traces through the hosted kernels. The shipped ones come out as they were recorded, on each
 * kernel and each rung of the ladder; documented differences are counted; what a trace or a broken model has wrong is
 * caught. Traces of ioctls, the command and all other traces are in tests/cli/replay.sh.
 */
#include <libfyaml.h>

#include "tests/workloads/temp_file.h"
#include "tests/workloads/wl_child.h"

#define SETS 6u

static size_t set_count(const char *const *sets)
{
	size_t n = 0;

	while (n < SETS && sets[n])
		n++;
	return n;
}

static uint64_t number(const struct outcome *outcome, const char *at)
{
	struct fy_parse_cfg parse = {.flags = FYPCF_QUIET | FYPCF_JSON_FORCE};
	struct fy_document *doc = fy_document_build_from_file(&parse, outcome->results);
	struct fy_node *node;
	uint64_t value;

	ck_assert_ptr_nonnull(doc);
	node = fy_node_by_path(fy_document_root(doc), at, (size_t)-1, FYNWF_DONT_FOLLOW);
	ck_assert_msg(node != NULL, "%s is missing", at);
	value = strtoull(fy_node_get_scalar0(node), NULL, 10);
	fy_document_destroy(doc);
	return value;
}

static void fits_a_screen(const char *file)
{
	char *text = slurp(file);

	check_screen(text, 40);
	free(text);
}

/** struct replay_run - settings, and what the results must say of the trace's @hcalls and @xlates. @by: who answers. */
struct replay_run {
	const char *sets[SETS];
	uint64_t hcalls, xlates;
	const char *by;
};

static const struct replay_run runs[] = {
	{{"kernel=linux-6.1", "kernel.page=64KiB", "replay.dma=true"}, 1958, 678, "by_kernel"},
	{{"kernel=linux-6.1", "kernel.page=4KiB", "replay.dma=true"}, 1958, 678, "by_kernel"},
	{{"kernel=linux-6.12", "kernel.page=64KiB", "replay.dma=true"}, 1958, 678, "by_kernel"},
	{{"kernel=linux-6.12", "kernel.page=4KiB", "replay.dma=true"}, 1958, 678, "by_kernel"},
	{{"kernel.kvm.real_mode=on", "kernel.page=4KiB", "replay.dma=true"}, 1958, 678, "by_real_mode"},
	{{"kvm.in_kernel=false", "kvm.vmm=qemu", "replay.dma=true"}, 1958, 678, "by_user"},
	{{"kvm.in_kernel=false", "kvm.vmm=lopar", "replay.dma=true"}, 1958, 678, "by_user"},
	{{"kvm.in_kernel=false", "kvm.vmm=kvm", "replay.dma=true"}, 1958, 678, "by_user"},
	{{"replay.file=D_xlate", "replay.dma=true"}, 12159, 36631, "by_kernel"},
};

START_TEST(test_replay_when_recorded_then_answers_translations_and_table_are_the_traces)
{
	/* The traces were made by another hypervisor on other devices: that all of it agrees is the proof of both. */
	const struct replay_run *run = &runs[_i];
	struct outcome outcome = outcome_make();
	int status = run_child(&outcome, "replay-hcalls", 1, run->sets, set_count(run->sets));
	char *text = slurp(outcome.summary), at[64];

	ck_assert_msg(status == 0, "status %d:\n%s", status, text);
	ck_assert_msg(strstr(text, "Verdict   clean") != NULL, "%s", text);
	free(text);
	fits_a_screen(outcome.summary);
	ck_assert_uint_eq(number(&outcome, "/results/hypercalls"), run->hcalls);
	ck_assert_uint_eq(number(&outcome, "/results/answers/same"), run->hcalls);
	ck_assert_uint_eq(number(&outcome, "/results/translations"), run->xlates);
	ck_assert_uint_eq(number(&outcome, "/results/translations_wrong"), 0);
	ck_assert_uint_gt(number(&outcome, "/results/entries_compared"), 300);
	ck_assert_uint_gt(number(&outcome, "/results/bytes_compared"), 10 * 4096);
	ck_assert_uint_ge(number(&outcome, "/statistics/referee/dmas_judged/value"), run->xlates);
	snprintf(at, sizeof(at), "/statistics/kvm.guest/%s/value", run->by);
	/* The first of a page of TCEs goes on from real mode. */
	ck_assert_uint_ge(number(&outcome, at) + 64, run->hcalls);
	outcome_drop(&outcome);
}
END_TEST

START_TEST(test_replay_when_at_the_traces_pace_then_takes_its_time)
{
	/* Pace is what tells a real load from a storm. How: the first 400 records take 566 + ... us as recorded. */
	const char *const sets[SETS] = {"replay.pace=trace", "replay.records=400"}, *const fast[SETS] = {
											    "replay.records=400"};
	struct outcome slow = outcome_make(), quick = outcome_make();

	ck_assert_int_eq(run_child(&slow, "replay-hcalls", 1, sets, 2), 0);
	ck_assert_int_eq(run_child(&quick, "replay-hcalls", 1, fast, 1), 0);
	ck_assert_uint_gt(number(&slow, "/results/took_ps"), 20 * number(&quick, "/results/took_ps"));
	ck_assert_uint_eq(number(&slow, "/results/records"), 400);
	ck_assert_uint_gt(number(&slow, "/results/late_records"), 0); /* QEMU answers sooner than a POWER8 */
	outcome_drop(&slow);
	outcome_drop(&quick);
}
END_TEST

/* Answers as QEMU gives them (tests/kvm-model/test_kvm_vmm.c has its transcript). */
static const char odd[] = "0,P,80000000,1000,1,5003,0\n"
			  "1,P,80000000,2010,1,6003,0\n" /* inside a page */
			  "1,I,80000000,4000,0,3,-4\n"	 /* nothing to do */
			  "1,S,80000000,5000,0,0,-4\n"
			  "1,S,80000000,6000,3,7003,0\n"	/* access bits */
			  "1,P,80000000,9000,1,7f000003,0\n"	/* no memory there */
			  "1,I,80000000,3fffe000,4,100003,-4\n" /* two of four fit */
			  "1,S,80000000,a000,600,0,0\n"
			  "1,P,80000000,40000000,1,5003,-4\n"
			  "1,P,90000000,0,1,5003,-4\n"
			  "1,P,180000000,0,1,5003,-4\n"
			  "1,G,80000000,1000,1,5003,0\n";

/** struct difference - a VMM, and how many answers and entries differ for which reason. */
struct difference {
	const char *sets[SETS];
	uint64_t ioba, count_zero, stuff_bits, stuff_max, foreign, entries_unbacked, entries_range;
};

static const struct difference differences[] = {
	{{"kvm.vmm=qemu"}, 1, 2, 1, 0, 0, 1, 2},
	{{"kvm.vmm=lopar"}, 1, 2, 1, 0, 1, 0, 2},
	{{"kvm.in_kernel=false", "kvm.vmm=qemu"}, 0, 0, 0, 0, 0, 1, 2},
	{{"kvm.in_kernel=false", "kvm.vmm=lopar"}, 0, 2, 0, 1, 1, 0, 2},
	{{"kvm.in_kernel=false", "kvm.vmm=kvm"}, 1, 2, 1, 0, 1, 0, 2},
};

START_TEST(test_replay_when_documented_to_differ_then_counted_and_clean)
{
	/* Rules of QEMU, LoPAR and KVM differ; who counts one as the other has lost a difference. How: every kind of
	 * it. */
	const struct difference *want = &differences[_i];
	struct outcome outcome = outcome_make();
	char *file = sim_asprintf("replay.file=%s", temp_path), *text;
	const char *sets[SETS] = {file, "replay.memory=512MiB"};
	int status;

	put_text(odd);
	memcpy(sets + 2, want->sets, 2 * sizeof(*sets));
	status = run_child(&outcome, "replay-hcalls", 1, sets, set_count(sets));
	text = slurp(outcome.summary);
	ck_assert_msg(status == 0, "status %d:\n%s", status, text);
	free(text);
	ck_assert_uint_eq(number(&outcome, "/results/answers/ioba"), want->ioba);
	ck_assert_uint_eq(number(&outcome, "/results/answers/count-zero"), want->count_zero);
	ck_assert_uint_eq(number(&outcome, "/results/answers/stuff-bits"), want->stuff_bits);
	ck_assert_uint_eq(number(&outcome, "/results/answers/stuff-max"), want->stuff_max);
	ck_assert_uint_eq(number(&outcome, "/results/answers/foreign"), want->foreign);
	ck_assert_uint_eq(number(&outcome, "/results/answers/unexplained"), 0);
	ck_assert_uint_eq(number(&outcome, "/results/table/unbacked"), want->entries_unbacked);
	ck_assert_uint_eq(number(&outcome, "/results/table/range-end"), want->entries_range);
	outcome_drop(&outcome);
	free(file);
}
END_TEST

static const struct {
	const char *text, *kind;
} lies[] = {
	{"0,P,80000000,1000,1,5003,-4\n1,P,80000000,2000,1,5003,0\n", "replay-return"},
	{"0,P,80000000,1000,1,5003,0\n1,P,80000000,2000,1,5003,-1\n", "replay-return"},
	{"0,P,80000000,1000,1,5003,0\n1,X,80000000,1010,1,6003,0\n", "replay-translation"},
	{"0,P,80000000,1000,1,5003,0\n1,X,80000000,2000,1,5003,0\n", "replay-translation"},
	{"0,P,80000000,1000,1,5003,0\n1,X,80000000,1000,1,5000,0\n", "replay-translation"},
	{"0,P,80000000,1000,1,5001,0\n1,X,80000000,1000,1,5002,0\n", "replay-translation"},
	{"0,P,80000000,1000,1,5003,0\n1,G,80000000,1000,1,5001,0\n", "replay-table"},
};

START_TEST(test_replay_when_the_trace_says_otherwise_then_violation)
{
	/* Comparisons that were never seen to fail prove nothing. How: a lie of each kind. */
	char *file = sim_asprintf("replay.file=%s", temp_path);
	const char *const sets[SETS] = {file, "replay.memory=64MiB"};

	put_text(lies[_i].text);
	run_tells("replay-hcalls", NULL, sets, 2, 1, (const char *[TELLS_MAX]){lies[_i].kind});
	free(file);
}
END_TEST

static const struct {
	const char *mutant, *kind;
} mutants[] = {
	{"forgotten-kill", "replay-translation"},
	{"walk-off-by-one", "replay-translation"},
	{"walk-off-by-one", "replay-dma"},
	{"skipped-freeze", "replay-dma"},
};

START_TEST(test_replay_when_hardware_is_broken_then_the_trace_convicts)
{
	/* The trace is an oracle of its own, beside the referee. */
	const char *const sets[SETS] = {"replay.dma=true", "replay.dma_every=8"};

	run_tells("replay-hcalls", mutants[_i].mutant, sets, 2, 1, (const char *[TELLS_MAX]){mutants[_i].kind});
}
END_TEST

START_TEST(test_replay_when_run_twice_then_same_bytes)
{
	/* Replays are compared with each other, so they must repeat. */
	const char *const sets[SETS] = {"replay.dma=true", "replay.records=1500"};

	run_repeats("replay-hcalls", sets, 2, NULL, true);
}
END_TEST

static const struct {
	const char *text, *sets[2], *message;
} refused[] = {
	{"0,P,80000000,0,1,3,0\n0,P,80000000,0,1\n",
	 {0},
	 ":2:17: found nothing, expected another field: the line is cut off"},
	{"0,P,80000000,0,1,3,0\n1,P,80000100,0,1,3,0\n1,P,80000200,0,1,3,0\n",
	 {"machine.devices=2"},
	 "found 2 devices, expected 3, one for each host bridge of the traced guest"},
	{"0,I,0,0,0\n", {0}, ":1:1: found a trace of ioctls, expected one of hypercalls"},
};

START_TEST(test_replay_when_it_cannot_be_done_then_refused_before_it_begins)
{
	/* Half a replay would be taken for a whole one. */
	char *file = sim_asprintf("replay.file=%s", temp_path);
	const char *const sets[SETS] = {file, refused[_i].sets[0]};

	put_text(refused[_i].text);
	run_tells("replay-hcalls", NULL, sets, set_count(sets), 2, (const char *[TELLS_MAX]){refused[_i].message});
	free(file);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("workloads.replay");
	TCase *tc = tcase_create("replay");
	SRunner *sr;
	int failed;

	tcase_set_timeout(tc, 300);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, test_replay_when_recorded_then_answers_translations_and_table_are_the_traces, 0,
			    (int)sim_count_of(runs));
	tcase_add_test(tc, test_replay_when_at_the_traces_pace_then_takes_its_time);
	tcase_add_loop_test(tc, test_replay_when_documented_to_differ_then_counted_and_clean, 0,
			    (int)sim_count_of(differences));
	tcase_add_loop_test(tc, test_replay_when_the_trace_says_otherwise_then_violation, 0, (int)sim_count_of(lies));
	tcase_add_loop_test(tc, test_replay_when_hardware_is_broken_then_the_trace_convicts, 0,
			    (int)sim_count_of(mutants));
	tcase_add_test(tc, test_replay_when_run_twice_then_same_bytes);
	tcase_add_loop_test(tc, test_replay_when_it_cannot_be_done_then_refused_before_it_begins, 0,
			    (int)sim_count_of(refused));
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
