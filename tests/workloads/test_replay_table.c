/* SPDX-License-Identifier: GPL-2.0-only */
/* tests/workloads/test_replay_table.c - traces looked through: the windows that they imply, what is refused, which
 * answers may differ and why, and what the table then holds. */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kvm-model/kvm.h"
#include "workloads/replay_table.h"

#define GIB (1ull << 30)

static char path[] = P_tmpdir "/phbsim_replay_XXXXXX";
static struct replay_plan plan;
static char *error;

static void setup(void)
{
	int fd;

	strcpy(path + strlen(path) - 6, "XXXXXX");
	fd = mkstemp(path);
	ck_assert_int_ge(fd, 0);
	close(fd);
}

static void teardown(void)
{
	unlink(path);
	replay_plan_free(&plan);
	free(error);
	error = NULL;
}

static int make(const char *text, uint64_t limit)
{
	FILE *out = fopen(path, "w");

	ck_assert_ptr_nonnull(out);
	fputs(text, out);
	ck_assert_int_eq(fclose(out), 0);
	return replay_plan_make(&plan, path, GIB, GIB, limit, &error);
}

START_TEST(test_plan_when_two_bridges_then_a_device_each_and_windows_by_liobn)
{
	/* Why: the machine is built from this alone. How: two bridges, one with a second window. */
	ck_assert_int_eq(make("0,P,80000000,1000,1,3,0\n7,P,80000100,0,1,5003,0\n5,P,80000101,800000000000000,1,3,0\n"
			      "2,X,80000100,10,1,5003,0\n9,P,80000200,0,1,3,-4\n",
			      0),
			 0);
	ck_assert_uint_eq(plan.records, 5);
	ck_assert_uint_eq(plan.span_us, 23);
	ck_assert_uint_eq(plan.translations, 1);
	ck_assert_uint_eq(plan.window_count, 3); /* nothing is known of a LIOBN where nothing succeeded */
	ck_assert_uint_eq(plan.device_count, 2);
	ck_assert_uint_eq(replay_window_find(&plan, 0x80000101)->device, replay_window_find(&plan, 0x80000100)->device);
	ck_assert_uint_eq(replay_window_find(&plan, 0x80000101)->start, REPLAY_DDW_START);
	ck_assert_uint_eq(replay_window_find(&plan, 0x80000000)->entries, GIB >> 12);
	ck_assert_ptr_null(replay_window_find(&plan, 0x80000200));
}
END_TEST

static const struct {
	const char *text;
	uint32_t shift;
	uint64_t entries;
} ddw[] = {
	{"0,I,80000001,800000000000000,64,3,0\n", 24, 64},	 /* 64 pages of 16 MiB are all of the guest's 1 GiB */
	{"0,I,80000001,800000000000000,512,3,0\n", 16, 512},	 /* 512 of them would not fit */
	{"0,P,80000001,800000001000000,1,2000003,0\n", 24, 2},	 /* aligned to 16 MiB */
	{"0,P,80000001,800000000010000,1,2000003,0\n", 16, 2},	 /* I/O address aligned to 64 KiB */
	{"0,P,80000001,800000001000000,1,2010003,0\n", 16, 512}, /* page aligned to 64 KiB */
	{"0,P,80000001,800000000001000,1,3,0\n", 12, 2},
	{"0,P,80000001,800000000000000,1,40000003,0\n", 12, 1}, /* behind guest memory: nothing fits */
	{"0,S,80000001,800000000000000,512,0,0\n0,P,80000001,800000000001000,1,0,0\n", 12, 512}, /* nothing is mapped */
};

START_TEST(test_plan_when_second_window_then_largest_page_that_fits)
{
	/* Why: traces do not tell the page size, and every entry depends on it. How: each rule alone. */
	ck_assert_int_eq(make(ddw[_i].text, 0), 0);
	ck_assert_uint_eq(plan.window[0].page_shift, ddw[_i].shift);
	ck_assert_uint_eq(plan.window[0].entries, ddw[_i].entries);
}
END_TEST

START_TEST(test_plan_when_limited_then_reads_no_further)
{
	/* Why: the first N records must be the whole story. How: the second line is broken, and is never reached. */
	ck_assert_int_eq(make("0,P,80000000,1000,1,3,0\nbroken\n", 1), 0);
	ck_assert_uint_eq(plan.records, 1);
}
END_TEST

static const struct {
	const char *text, *message;
} refused[] = {
	{"0,P,80000000,0,1,3,0\n0,P,180000000,0,1,3,0\n",
	 ":2:1: found a call that succeeded on LIOBN 0x180000000, expected a LIOBN of 32 bits"},
	{"0,P,80000000,0,1,3,0\n0,P,80000000,800000000000000,1,3,0\n",
	 ":2:1: found I/O address 0x800000000000000, expected one below 2^59"},
	{"0,P,80000001,800000000000000,1,3,0\n0,P,80000001,0,1,3,0\n",
	 ":2:1: found I/O address 0x0, expected one behind 2^59, as the window's others"},
	{"0,P,80000001,1000000000000000,1,3,0\n",
	 ":1:1: found I/O address 0x1000000000000000, expected one below 2^59"},
	{"0,P,80000000,0,1,3,0\n0,P,80000001,0,1,3,0\n", ":2:1: found a second window at the same I/O address, LIOBN "
							 "0x80000001, expected one window at 0 and one at 2^59 "
							 "for each host bridge"},
	{"0,I,80000000,0,513,3,0\n",
	 ":1:1: found a list that succeeded with entries 0x201, expected at most 0x200, which fill a page"},
	{"0,P,80000000,0,2,3,0\n", ":1:1: found npages 0x2, expected 1 in this operation"},
	{"0,X,80000000,0,0,3,0\n", ":1:1: found npages 0x0, expected 1 in this operation"},
	{"0,P,80000000,1000000000,1,3,0\n",
	 ":1:1: found I/O address 0x1000000000, expected a window of at most 2^24 pages"},
	{"0,I,0,0,0\n", ":1:1: found a trace of ioctls, expected one of hypercalls"},
	{"0,P,80000000,0,1,3,0\n0,P,80000000\n", ":2:13: found nothing, expected another field: the line is cut off"},
};

START_TEST(test_plan_when_no_guest_can_have_done_that_then_is_refused_with_its_line)
{
	/* Why: a trace that makes no sense would be replayed into sense. How: whole messages. */
	ck_assert_int_eq(make(refused[_i].text, 0), -EINVAL);
	ck_assert_str_eq(error + strlen(path), refused[_i].message);
}
END_TEST

static const struct {
	const char *text;
	int64_t ret;
	enum replay_reason reason;
} answers[] = {
	{"P,80000000,0,1,3,0", 0, REPLAY_SAME},
	{"P,80000000,10,1,3,0", KVM_H_PARAMETER, REPLAY_IOBA},
	{"P,80000000,0,1,3,0", KVM_H_PARAMETER, REPLAY_UNEXPLAINED},
	{"P,80000000,10,1,3,0", KVM_H_HARDWARE, REPLAY_UNEXPLAINED},
	{"P,80000000,10,1,3,-4", 0, REPLAY_UNEXPLAINED},
	{"P,80000000,0,1,3,-4", KVM_H_PARAMETER, REPLAY_SAME},
	{"I,80000000,0,0,3,-4", 0, REPLAY_COUNT_ZERO},
	{"S,80000000,0,0,0,-4", 0, REPLAY_COUNT_ZERO},
	{"S,80000000,0,1,0,-4", 0, REPLAY_UNEXPLAINED},
	{"S,80000000,0,4,3,0", KVM_H_PARAMETER, REPLAY_STUFF_BITS},
	{"S,80000000,0,4,0,0", KVM_H_PARAMETER, REPLAY_UNEXPLAINED},
	{"S,80000000,0,513,0,0", KVM_H_P4, REPLAY_STUFF_MAX},
	{"S,80000000,0,512,0,0", KVM_H_P4, REPLAY_UNEXPLAINED},
	{"P,80000000,0,1,40000003,0", KVM_H_PARAMETER, REPLAY_FOREIGN},
	{"P,80000000,0,1,40000000,0", KVM_H_PARAMETER, REPLAY_UNEXPLAINED},
	{"I,80000000,0,2,3ffff003,0", KVM_H_PARAMETER, REPLAY_FOREIGN},
	{"I,80000000,0,2,3fffe003,0", KVM_H_PARAMETER, REPLAY_UNEXPLAINED},
};

/* The record "0,@text" behind one that makes the window, and the window. */
static struct trace_record second(const char *text)
{
	struct trace_record record;
	struct trace_file *file;
	char line[128];

	snprintf(line, sizeof(line), "0,P,80000000,0,1,0,0\n0,%s\n", text);
	ck_assert_int_eq(make(line, 0), 0);
	ck_assert_int_eq(trace_file_open(path, &file, &error), 0);
	ck_assert_int_eq(trace_file_next(file, &record, &error), 1);
	ck_assert_int_eq(trace_file_next(file, &record, &error), 1);
	trace_file_close(file);
	return record;
}

START_TEST(test_judge_when_answers_differ_then_only_documented_reasons_count)
{
	/* Why: a difference that anything explains would hide a fault. How: for each reason a case, and its neighbours.
	 */
	struct trace_record record = second(answers[_i].text);

	ck_assert_int_eq(replay_judge(&plan, &plan.window[0], &record, answers[_i].ret), answers[_i].reason);
}
END_TEST

START_TEST(test_apply_when_list_then_consecutive_pages_of_the_window)
{
	/* Why: the trace has the first entry of a list only. How: three entries; the fourth is untouched. */
	struct trace_record record = second("I,80000000,2000,3,7000001,0");
	struct replay_window *window = &plan.window[0];

	replay_apply(&plan, window, &record, REPLAY_SAME);
	ck_assert_uint_eq(window->tce[1], 0);
	ck_assert_uint_eq(window->tce[2], 0x7000001);
	ck_assert_uint_eq(window->tce[3], 0x7001001);
	ck_assert_uint_eq(window->tce[4], 0x7002001);
	ck_assert(window->touched[4] && !window->touched[5]);
}
END_TEST

START_TEST(test_apply_when_address_inside_a_page_then_its_entry_and_why)
{
	/* Why: QEMU cuts the address off, the kernel refuses: the entry is known to differ. */
	struct trace_record record = second("P,80000000,3123,1,5003,0");
	struct replay_window *window = &plan.window[0];

	replay_apply(&plan, window, &record, REPLAY_IOBA);
	ck_assert_uint_eq(window->tce[3], 0x5003);
	ck_assert_uint_eq(window->why[3], REPLAY_IOBA);
	replay_apply(&plan, window, &record, REPLAY_SAME);
	ck_assert_uint_eq(window->why[3], REPLAY_SAME);
}
END_TEST

START_TEST(test_apply_when_range_leaves_the_window_then_its_beginning_is_the_traces_alone)
{
	/* Why: QEMU has stored it, KVM has not. How: two entries before the end, four asked for. */
	struct trace_record record = second("S,80000000,3fffe000,4,0,-4");
	struct replay_window *window = &plan.window[0];

	window->tce[window->entries - 1] = 0x9003;
	replay_apply(&plan, window, &record, REPLAY_SAME);
	ck_assert_uint_eq(window->tce[window->entries - 1], 0);
	ck_assert_uint_eq(window->why[window->entries - 1], REPLAY_RANGE_END);
	ck_assert_uint_eq(window->why[window->entries - 2], REPLAY_RANGE_END);
	ck_assert_uint_eq(window->why[window->entries - 3], REPLAY_SAME);
}
END_TEST

START_TEST(test_apply_when_refused_then_nothing_is_written)
{
	/* Why: a refused call must leave the table alone. */
	struct trace_record record = second("P,80000000,2000,1,5003,-4");

	replay_apply(&plan, &plan.window[0], &record, REPLAY_SAME);
	ck_assert_uint_eq(plan.window[0].tce[2], 0);
	ck_assert(!plan.window[0].touched[2]);
}
END_TEST

START_TEST(test_apply_when_page_is_foreign_then_no_device_need_have_it)
{
	/* Why: QEMU stores any TCE; a device cannot follow. */
	struct trace_record record = second("P,80000000,2000,1,40000003,0");

	replay_apply(&plan, &plan.window[0], &record, REPLAY_SAME);
	ck_assert_uint_eq(plan.window[0].tce[2], 0x40000003);
	ck_assert_uint_eq(plan.window[0].why[2], REPLAY_UNBACKED);
	replay_apply(&plan, &plan.window[0], &record, REPLAY_FOREIGN);
	ck_assert_uint_eq(plan.window[0].why[2], REPLAY_FOREIGN); /* refused: nobody need have stored it */
}
END_TEST

int main(void)
{
	Suite *s = suite_create("workloads.replay_table");
	TCase *tc = tcase_create("replay_table");
	SRunner *sr;
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, test_plan_when_two_bridges_then_a_device_each_and_windows_by_liobn);
	tcase_add_loop_test(tc, test_plan_when_second_window_then_largest_page_that_fits, 0, (int)sim_count_of(ddw));
	tcase_add_test(tc, test_plan_when_limited_then_reads_no_further);
	tcase_add_loop_test(tc, test_plan_when_no_guest_can_have_done_that_then_is_refused_with_its_line, 0,
			    (int)sim_count_of(refused));
	tcase_add_loop_test(tc, test_judge_when_answers_differ_then_only_documented_reasons_count, 0,
			    (int)sim_count_of(answers));
	tcase_add_test(tc, test_apply_when_list_then_consecutive_pages_of_the_window);
	tcase_add_test(tc, test_apply_when_address_inside_a_page_then_its_entry_and_why);
	tcase_add_test(tc, test_apply_when_range_leaves_the_window_then_its_beginning_is_the_traces_alone);
	tcase_add_test(tc, test_apply_when_refused_then_nothing_is_written);
	tcase_add_test(tc, test_apply_when_page_is_foreign_then_no_device_need_have_it);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
