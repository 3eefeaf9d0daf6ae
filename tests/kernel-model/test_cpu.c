// SPDX-License-Identifier: GPL-2.0-only
/*
 * tests/kernel-model/test_cpu.c - cores that are shared: how long work takes on a seat with none, some and many busy
 * neighbours, and when a seat counts as busy.
 */
#include "kernel-model/cpu.h"

#include <check.h>
#include <stdlib.h>

#include "kernel-model/kernel.h"
#include "sim/cfg.h"
#include "sim/stat.h"
#include "sim/task.h"

#define WORK 1000000u

static struct sim *sim;
static struct cfg *cfg;
static struct cpus *cpus;

static void setup(void)
{
	sim = sim_create(1);
	cfg = cfg_create();
	cfg_add_rows(cfg, km_cfg_rows, km_cfg_row_count);
	cpus = cpus_create(sim, cfg);
}

static void teardown(void)
{
	cpus_destroy(cpus);
	cfg_destroy(cfg);
	sim_destroy(sim);
}

/** struct worker - works WORK @times on a hardware thread, with @sleep_ps asleep in between; then gives the seat back.
 */
struct worker {
	uint32_t core, thread, times;
	sim_ps sleep_ps;
	sim_ps done;
};

static void worker_main(struct sim *s, void *arg)
{
	struct worker *worker = arg;
	struct cpu_seat *seat = cpu_seat_take(cpus, worker->core, worker->thread);

	cpu_seat_sit(cpus, seat);
	/* The others sit down in the same instant. */
	sim_task_charge(s, 1);
	for (uint32_t i = 0; i < worker->times; i++) {
		sim_task_charge(s, cpu_seat_ps(seat, WORK));
		if (!worker->sleep_ps)
			continue;
		cpu_wait_begin(s, "sleep");
		(void)sim_task_block_until(s, sim_now(s) + worker->sleep_ps);
		cpu_wait_end(s);
	}
	worker->done = sim_now(s) - 1;
	cpu_seat_sit(cpus, NULL);
}

static void work(struct worker *workers, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		sim_task_create(sim, "worker", worker_main, &workers[i]);
	sim_run(sim, SIM_PS_NEVER);
}

START_TEST(test_core_when_n_threads_are_busy_then_each_takes_its_share)
{
	/* The numbers of the configuration: 1, 1.43, 2, 2.2 cores' worth of work by 1, 2, 4, 8 threads; straight
	 * between them. */
	static const uint32_t percent[] = {0, 100, 143, 171, 200, 205, 210, 215, 220};
	uint32_t n = (uint32_t)_i;
	struct worker workers[8];
	sim_ps want = (WORK * 100ull * n + percent[n] - 1) / percent[n];

	for (uint32_t i = 0; i < n; i++)
		workers[i] = (struct worker){.core = 3, .thread = i, .times = 1};
	work(workers, n);
	for (uint32_t i = 0; i < n; i++)
		ck_assert_uint_eq(workers[i].done, want);
}
END_TEST

START_TEST(test_core_when_others_are_busy_then_nothing_changes)
{
	/* Cores are independent. How: eight workers, a core each. */
	struct worker workers[8];

	for (uint32_t i = 0; i < 8; i++)
		workers[i] = (struct worker){.core = i, .thread = i, .times = 1};
	work(workers, 8);
	for (uint32_t i = 0; i < 8; i++)
		ck_assert_uint_eq(workers[i].done, WORK);
}
END_TEST

START_TEST(test_thread_when_two_seats_share_it_then_half_the_speed)
{
	/* More vCPUs than hardware threads: time slices, as a mean. */
	struct worker workers[] = {{.core = 0, .thread = 0, .times = 2}, {.core = 0, .thread = 0, .times = 2}};

	work(workers, 2);
	ck_assert_uint_eq(workers[0].done, 4ull * WORK);
	ck_assert_uint_eq(workers[1].done, 4ull * WORK);
}
END_TEST

START_TEST(test_core_when_a_neighbour_sleeps_then_full_speed)
{
	/* A vCPU in its VMM's wait leaves the core to others. How: one works on while the other sleeps after its first
	 * part. */
	struct worker workers[] = {{.core = 0, .thread = 1, .times = 1, .sleep_ps = 100ull * WORK},
				   {.core = 0, .thread = 0, .times = 3}};
	sim_ps shared = (WORK * 200ull + 142) / 143;

	work(workers, 2);
	ck_assert_uint_eq(workers[1].done, shared + 2ull * WORK);
}
END_TEST

static void two_tasks_main(struct sim *s, void *arg)
{
	struct cpu_seat *seat = arg;

	cpu_seat_sit(cpus, seat);
	sim_task_charge(s, 1);
	ck_assert_uint_eq(cpu_seat_ps(seat, WORK), WORK);
	cpu_seat_sit(cpus, NULL);
	ck_assert_ptr_null(sim_task_seat(s));
}

START_TEST(test_seat_when_two_tasks_sit_on_it_then_it_is_one)
{
	/* A vCPU's thread and its guest are one thread of the machine: they must not slow each other. */
	struct cpu_seat *seat = cpu_seat_take(cpus, 1, 2);

	sim_task_create(sim, "thread", two_tasks_main, seat);
	sim_task_create(sim, "guest", two_tasks_main, seat);
	sim_run(sim, SIM_PS_NEVER);
}
END_TEST

START_TEST(test_statistics_when_shared_then_lost_time_is_told)
{
	/* What sharing cost must be visible. How: two threads of a core: 2/1.43 of the work, less the work. */
	struct worker workers[] = {{.core = 0, .thread = 0, .times = 1}, {.core = 0, .thread = 1, .times = 1}};
	const uint64_t *lost, *asked, *seats;

	work(workers, 2);
	lost = stat_find(sim, "cpu", "lost_time", NULL);
	asked = stat_find(sim, "cpu", "asked_time", NULL);
	seats = stat_find(sim, "cpu", "seats", NULL);
	ck_assert_uint_eq(*seats, 2);
	ck_assert_uint_eq(*asked, 2ull * WORK);
	ck_assert_uint_eq(*lost, 2 * ((WORK * 200ull + 142) / 143 - WORK));
}
END_TEST

START_TEST(test_clock_when_configured_then_cycles_follow)
{
	/* A machine preset sets the clock; costs in cycles must follow it. */
	struct cpus *slow;

	ck_assert_uint_eq(cpus_clock_hz(cpus), 3500000000u);
	ck_assert_uint_eq(cpus_core_count(cpus), 16);
	ck_assert_uint_eq(cpus_thread_count(cpus), 8);
	ck_assert_int_eq(cfg_set(cfg, "cpu.clock=2.9GHz"), 0);
	ck_assert_int_eq(cfg_set(cfg, "cpu.smt=4"), 0);
	cpus_destroy(cpus);
	slow = cpus_create(sim, cfg);
	ck_assert_uint_eq(cpus_clock_hz(slow), 2900000000u);
	ck_assert_uint_eq(cpus_thread_count(slow), 4);
	cpus = slow;
}
END_TEST

START_TEST(test_seat_when_there_is_no_such_thread_then_assertion)
{
	/* Pinning to what the machine has not is the caller's mistake. */
	(void)cpu_seat_take(cpus, 16, 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("kernel-model.cpu");
	TCase *tcase = tcase_create("cpu");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, test_core_when_n_threads_are_busy_then_each_takes_its_share, 1, 9);
	tcase_add_test(tcase, test_core_when_others_are_busy_then_nothing_changes);
	tcase_add_test(tcase, test_thread_when_two_seats_share_it_then_half_the_speed);
	tcase_add_test(tcase, test_core_when_a_neighbour_sleeps_then_full_speed);
	tcase_add_test(tcase, test_seat_when_two_tasks_sit_on_it_then_it_is_one);
	tcase_add_test(tcase, test_statistics_when_shared_then_lost_time_is_told);
	tcase_add_test(tcase, test_clock_when_configured_then_cycles_follow);
	tcase_add_test_raise_signal(tcase, test_seat_when_there_is_no_such_thread_then_assertion, 6);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
