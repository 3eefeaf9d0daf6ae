/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tests/sim/test_profile.c - the profile: what tasks spent and waited adds up to what they lived, to the picosecond.
 */
#include <check.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "sim/profile.h"
#include "sim/rng.h"
#include "sim/task.h"

#define noinline_ __attribute__((noinline, noclone))

static const char kind_a[] = "a", kind_b[] = "b", kind_wait[] = "wait";
static volatile uint32_t sink;

static void spend(struct sim *sim, const char *kind, sim_ps ps)
{
	profile_spend(sim, kind, ps);
	sim_task_charge(sim, ps);
}

static void wait_until(struct sim *sim, sim_ps when_ps)
{
	profile_wait_begin(sim, kind_wait);
	(void)sim_task_block_until(sim, when_ps);
	profile_wait_end(sim);
}

/* What a walk over the rows adds up to. */
struct sums {
	sim_ps spent_ps, waited_ps, a_ps, noted_ps;
	uint64_t rows, count;
};

static void add_row(void *arg, const struct profile_row *row)
{
	struct sums *sums = arg;

	sums->rows++;
	sums->count += row->count;
	if (row->waiting)
		sums->waited_ps += row->total_ps;
	else
		sums->spent_ps += row->total_ps;
	sums->a_ps += strcmp(row->kind, kind_a) ? 0 : row->total_ps;
	sums->noted_ps += row->note ? row->total_ps : 0;
	ck_assert_uint_gt(row->depth, 0);
}

static struct sums sum_up(const struct sim *sim)
{
	struct sums sums = {0};

	profile_for_each(sim, add_row, &sums);
	ck_assert_uint_eq(sums.spent_ps, profile_total_ps(sim, false));
	ck_assert_uint_eq(sums.waited_ps, profile_total_ps(sim, true));
	return sums;
}

static void simple_main(struct sim *sim, void *arg)
{
	(void)arg;
	spend(sim, kind_a, 100);
	sim_task_note(sim, "call");
	spend(sim, kind_b, 20);
	sim_task_note(sim, NULL);
	wait_until(sim, 1000);
	spend(sim, kind_a, 3);
}

START_TEST(test_rows_when_one_task_then_exact)
{
	/* Why: the profile is read as a bill. How: a task whose bill is known, kind by kind, noted or not. */
	struct sim *sim = sim_create(1);
	struct sums sums;

	profile_start(sim);
	sim_task_create(sim, "one", simple_main, NULL);
	sim_run(sim, SIM_PS_NEVER);
	profile_settle(sim);
	sums = sum_up(sim);
	ck_assert_uint_eq(sums.spent_ps, 123);
	ck_assert_uint_eq(sums.waited_ps, 880);
	ck_assert_uint_eq(sums.a_ps, 103);
	ck_assert_uint_eq(sums.noted_ps, 20);
	ck_assert_uint_eq(sums.count, 4);
	ck_assert_int_eq(profile_gap_ps(sim), 0);
	sim_destroy(sim);
}
END_TEST

/* Random tasks: depth of the stack, kinds, notes, waits, children. */
struct crowd {
	struct sim_rng rng;
	uint32_t left;
	bool cheat; /* one charge that nobody is told of */
};

static void crowd_main(struct sim *sim, void *arg);

static noinline_ void deep(struct sim *sim, struct crowd *crowd, uint32_t depth)
{
	if (depth)
		deep(sim, crowd, depth - 1);
	else
		spend(sim, sim_rng_below(&crowd->rng, 2) ? kind_a : kind_b, sim_rng_below(&crowd->rng, 1000));
	sink++;
}

static void crowd_main(struct sim *sim, void *arg)
{
	struct crowd *crowd = arg;

	for (uint32_t i = 0; i < 20; i++) {
		deep(sim, crowd, (uint32_t)sim_rng_below(&crowd->rng, 40));
		if (!sim_rng_below(&crowd->rng, 3))
			wait_until(sim, sim_now(sim) + sim_rng_below(&crowd->rng, 5000));
		sim_task_note(sim, sim_rng_below(&crowd->rng, 2) ? "call" : NULL);
		if (crowd->left && !sim_rng_below(&crowd->rng, 8)) {
			crowd->left--;
			sim_task_create(sim, "child", crowd_main, crowd);
		}
	}
	if (crowd->cheat) {
		crowd->cheat = false;
		sim_task_charge(sim, 7);
	}
}

static struct sim *run_crowd(uint64_t seed, bool cheat)
{
	struct crowd crowd = {.left = 50, .cheat = cheat};
	struct sim *sim = sim_create(seed);

	sim_rng_init(&crowd.rng, seed, "crowd");
	profile_start(sim);
	for (uint32_t i = 0; i < 5; i++)
		sim_task_create(sim, "parent", crowd_main, &crowd);
	sim_run(sim, SIM_PS_NEVER);
	return sim;
}

START_TEST(test_totals_when_tasks_are_random_then_nothing_is_lost)
{
	/*
	 * Why: conservation is what makes percentages true. How: random tasks on random stacks; every picosecond of
	 * every life is in a row. The seed is in the message of a failure.
	 */
	struct sim *sim = run_crowd((uint64_t)_i + 1, false);

	profile_settle(sim);
	(void)sum_up(sim);
	ck_assert_msg(!profile_gap_ps(sim), "seed %d: gap %lld", _i + 1, (long long)profile_gap_ps(sim));
	ck_assert_uint_eq(profile_total_ps(sim, false) + profile_total_ps(sim, true), sim_task_lived_ps(sim));
	sim_destroy(sim);
}
END_TEST

START_TEST(test_gap_when_a_charge_is_not_told_then_seen)
{
	/* Why: a check that cannot fail proves nothing. How: one of a thousand charges is kept quiet. */
	struct sim *sim = run_crowd(1, true);

	profile_settle(sim);
	ck_assert_int_eq(profile_gap_ps(sim), 7);
	sim_destroy(sim);
}
END_TEST

START_TEST(test_rows_when_run_twice_then_same)
{
	/* Why: equal seeds, equal profiles. How: rows and sums of two runs in one process, where addresses are equal.
	 */
	struct sim *a = run_crowd(9, false), *b = run_crowd(9, false);
	struct sums x = sum_up(a), y = sum_up(b);

	ck_assert_mem_eq(&x, &y, sizeof(x));
	ck_assert_uint_gt(x.rows, 200); /* the table has grown */
	sim_destroy(a);
	sim_destroy(b);
}
END_TEST

static void waiter_main(struct sim *sim, void *arg)
{
	(void)arg;
	profile_wait_begin(sim, kind_wait);
	sim_task_block(sim);
	profile_wait_end(sim);
}

START_TEST(test_settle_when_a_wait_goes_on_then_counted_once)
{
	/* Why: a task that waits at the end of the run has waited too. How: settled in the middle and at the end. */
	struct sim *sim = sim_create(1);
	struct sim_task *task;
	struct sums sums;

	profile_start(sim);
	task = sim_task_create(sim, "waiter", waiter_main, NULL);
	sim_task_create(sim, "one", simple_main, NULL);
	sim_run(sim, SIM_PS_NEVER);
	ck_assert_uint_eq(sim_now(sim), 1003);
	for (uint32_t i = 0; i < 2; i++) {
		profile_settle(sim);
		sums = sum_up(sim);
		ck_assert_uint_eq(sums.waited_ps, 880 + 1003);
		ck_assert_int_eq(profile_gap_ps(sim), 0);
	}
	sim_task_wake(sim, task);
	sim_run(sim, SIM_PS_NEVER);
	sums = sum_up(sim);
	ck_assert_uint_eq(sums.waited_ps, 880 + 1003);
	ck_assert_uint_eq(sums.count, 5);
	sim_destroy(sim);
}
END_TEST

static void off_main(struct sim *sim, void *arg)
{
	(void)arg;
	spend(sim, kind_a, 5);
	wait_until(sim, 50);
}

START_TEST(test_profile_when_off_or_in_an_event_then_nothing_is_kept)
{
	/* Why: off must cost a branch, and events have no task to bill. How: all calls with it off, then one outside.
	 */
	struct sim *sim = sim_create(1);

	sim_task_create(sim, "off", off_main, NULL);
	sim_run(sim, SIM_PS_NEVER);
	ck_assert_ptr_null(sim->profile);
	ck_assert_ptr_null(sim->symbols);
	profile_stop(sim);
	profile_start(sim);
	profile_spend(sim, kind_a, 5);
	ck_assert_uint_eq(profile_total_ps(sim, false), 0);
	ck_assert_int_eq(profile_gap_ps(sim), 0); /* what was lived before does not count */
	sim_destroy(sim);
}
END_TEST

#ifndef __SANITIZE_ADDRESS__
static size_t heap_bytes;

static void steady_main(struct sim *sim, void *arg)
{
	struct crowd *crowd = arg;

	for (uint32_t i = 0; i < 2000; i++) {
		deep(sim, crowd, i % 10);
		wait_until(sim, sim_now(sim) + 10);
		if (i == 1000)
			heap_bytes = mallinfo2().uordblks;
	}
	heap_bytes = mallinfo2().uordblks - heap_bytes;
}

START_TEST(test_profile_when_warm_then_no_allocation)
{
	/* Why: the profile must not slow down with the run. How: bytes of the heap in use, before and after the second
	 * half. */
	struct crowd crowd = {0};
	struct sim *sim = sim_create(1);

	sim_rng_init(&crowd.rng, 1, "steady");
	profile_start(sim);
	sim_task_create(sim, "steady", steady_main, &crowd);
	sim_run(sim, SIM_PS_NEVER);
	ck_assert_uint_eq(heap_bytes, 0);
	sim_destroy(sim);
}
END_TEST
#endif

int main(void)
{
	Suite *suite = suite_create("sim.profile");
	TCase *tcase = tcase_create("profile");
	SRunner *runner;
	int failed;

	tcase_add_test(tcase, test_rows_when_one_task_then_exact);
	tcase_add_loop_test(tcase, test_totals_when_tasks_are_random_then_nothing_is_lost, 0, 20);
	tcase_add_test(tcase, test_gap_when_a_charge_is_not_told_then_seen);
	tcase_add_test(tcase, test_rows_when_run_twice_then_same);
	tcase_add_test(tcase, test_settle_when_a_wait_goes_on_then_counted_once);
	tcase_add_test(tcase, test_profile_when_off_or_in_an_event_then_nothing_is_kept);
#ifndef __SANITIZE_ADDRESS__
	tcase_add_test(tcase, test_profile_when_warm_then_no_allocation);
#endif
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
