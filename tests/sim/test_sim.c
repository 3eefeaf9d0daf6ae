/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tests/sim/test_sim.c - the event loop from outside: limits, steps, stopping; host memory.
 */
#include <check.h>
#include <stdlib.h>

#include "sim/event.h"

/* An event that counts, may stop the run, and may schedule itself again. */
struct counter {
	struct sim_event event;
	uint32_t count;
	sim_ps last_ps;
	sim_ps period_ps; /* 0: do not schedule again */
	bool stop;
};

static void counter_fire(struct sim *sim, struct sim_event *event)
{
	struct counter *counter = sim_container_of(event, struct counter, event);

	counter->count++;
	counter->last_ps = sim_now(sim);
	if (counter->stop)
		sim_stop(sim);
	if (counter->period_ps)
		sim_event_after(sim, event, counter->period_ps);
}

static void counter_init(struct counter *counter, enum sim_prio prio)
{
	*counter = (struct counter){.count = 0};
	sim_event_init(&counter->event, counter_fire, prio);
}

START_TEST(test_create_when_fresh_then_empty_at_time_zero)
{
	/* Nothing to do: run and step say so, and time does not move, whatever the limit. */
	struct sim *sim = sim_create(77);

	ck_assert_uint_eq(sim_now(sim), 0);
	ck_assert_uint_eq(sim->seed, 77);
	ck_assert_uint_eq(sim->next_event_ps, SIM_PS_NEVER);
	ck_assert_ptr_nonnull(sim->stats);
	ck_assert_ptr_null(sim->trace);
	ck_assert(!sim_step(sim));
	ck_assert_uint_eq(sim_run(sim, SIM_PS_NEVER), 0);
	ck_assert_uint_eq(sim_run(sim, 1000), 0);
	ck_assert_uint_eq(sim_now(sim), 0);
	ck_assert_uint_eq(sim_event_count(sim), 0);
	sim_destroy(sim);
	sim_destroy(NULL);
}
END_TEST

START_TEST(test_run_when_limited_then_gate_is_exact)
{
	/* Due at 1000: not fired by a run until 999, where time then stands; fired by a run until 1000. */
	struct sim *sim = sim_create(1);
	struct counter counter;

	counter_init(&counter, SIM_PRIO_OBSERVER);
	sim_event_at(sim, &counter.event, 1000);
	ck_assert_uint_eq(sim_run(sim, 999), 0);
	ck_assert_uint_eq(counter.count, 0);
	ck_assert_uint_eq(sim_now(sim), 999);
	ck_assert_uint_eq(sim->next_event_ps, 1000);
	ck_assert_uint_eq(sim_event_count(sim), 1);
	ck_assert_uint_eq(sim_run(sim, 1000), 1);
	ck_assert_uint_eq(counter.count, 1);
	ck_assert_uint_eq(sim_now(sim), 1000);
	sim_destroy(sim);
}
END_TEST

START_TEST(test_run_when_limit_is_not_the_reason_then_time_stands_at_last_event)
{
	/* The queue runs dry at 10, long before the limit; a limit in the past does nothing. */
	struct sim *sim = sim_create(1);
	struct counter counter;

	counter_init(&counter, SIM_PRIO_HW);
	sim_event_at(sim, &counter.event, 10);
	ck_assert_uint_eq(sim_run(sim, 5000), 1);
	ck_assert_uint_eq(sim_now(sim), 10);
	sim_event_at(sim, &counter.event, 20);
	ck_assert_uint_eq(sim_run(sim, 9), 0);
	ck_assert_uint_eq(sim_now(sim), 10);
	ck_assert_uint_eq(sim_run(sim, 10), 0);
	ck_assert_uint_eq(sim_now(sim), 10);
	ck_assert_uint_eq(sim_event_count(sim), 1);
	sim_destroy(sim);
}
END_TEST

START_TEST(test_run_when_events_are_added_at_the_limit_then_they_fire_too)
{
	/* Everything of the last instant belongs to the run, also what is scheduled in it. */
	struct sim *sim = sim_create(1);
	struct counter first, second;

	counter_init(&first, SIM_PRIO_HW);
	counter_init(&second, SIM_PRIO_OBSERVER);
	first.period_ps = 50;
	sim_event_at(sim, &second.event, 100);
	sim_event_at(sim, &first.event, 50);
	ck_assert_uint_eq(sim_run(sim, 100), 3);
	ck_assert_uint_eq(first.last_ps, 100);
	ck_assert_uint_eq(second.count, 1);
	ck_assert_uint_eq(sim->next_event_ps, 150);
	sim_destroy(sim);
}
END_TEST

START_TEST(test_run_when_cut_into_slices_then_same_as_one_run)
{
	/* Driving a simulation from outside, 7 ps at a time, changes nothing. */
	struct sim *sim[2] = {sim_create(1), sim_create(1)};
	struct counter counter[2][3];
	uint64_t fired[2] = {0, 0};
	sim_ps now_ps;
	uint32_t s, i;

	for (s = 0; s < 2; s++)
		for (i = 0; i < 3; i++) {
			counter_init(&counter[s][i], SIM_PRIO_HW);
			counter[s][i].period_ps = 3 + 2 * i;
			sim_event_at(sim[s], &counter[s][i].event, i);
		}
	for (now_ps = 0; now_ps <= 700; now_ps += 7)
		fired[0] += sim_run(sim[0], now_ps);
	fired[1] = sim_run(sim[1], 700);
	ck_assert_uint_eq(fired[0], fired[1]);
	ck_assert_uint_eq(sim_now(sim[0]), 700);
	for (i = 0; i < 3; i++) {
		ck_assert_uint_eq(counter[0][i].count, counter[1][i].count);
		ck_assert_uint_eq(counter[0][i].last_ps, counter[1][i].last_ps);
	}
	sim_destroy(sim[0]);
	sim_destroy(sim[1]);
}
END_TEST

START_TEST(test_step_when_pending_then_exactly_one_fires)
{
	/* Two events of one instant take two steps. */
	struct sim *sim = sim_create(1);
	struct counter a, b;

	counter_init(&a, SIM_PRIO_HW);
	counter_init(&b, SIM_PRIO_HW);
	sim_event_at(sim, &a.event, 5);
	sim_event_at(sim, &b.event, 5);
	ck_assert(sim_step(sim));
	ck_assert_uint_eq(a.count, 1);
	ck_assert_uint_eq(b.count, 0);
	ck_assert_uint_eq(sim_now(sim), 5);
	ck_assert(sim_step(sim));
	ck_assert_uint_eq(b.count, 1);
	ck_assert(!sim_step(sim));
	sim_destroy(sim);
}
END_TEST

START_TEST(test_stop_when_called_in_an_event_then_run_returns_after_it)
{
	/* The rest stays pending, the limit of the run leaves nothing behind, and the next run goes on. */
	struct sim *sim = sim_create(1);
	struct counter a, b;

	counter_init(&a, SIM_PRIO_HW);
	counter_init(&b, SIM_PRIO_HW);
	a.stop = true;
	sim_event_at(sim, &a.event, 5);
	sim_event_at(sim, &b.event, 6);
	ck_assert_uint_eq(sim_run(sim, 100), 1);
	ck_assert_uint_eq(sim_now(sim), 5);
	ck_assert_uint_eq(sim_event_count(sim), 1);
	ck_assert_uint_eq(sim->next_event_ps, 6);
	ck_assert_uint_eq(sim_run(sim, 100), 1);
	ck_assert_uint_eq(b.count, 1);
	ck_assert_uint_eq(sim->next_event_ps, SIM_PS_NEVER);
	sim_destroy(sim);
}
END_TEST

static void nested_fire(struct sim *sim, struct sim_event *event)
{
	(void)event;
	sim_run(sim, SIM_PS_NEVER);
}

START_TEST(test_run_when_nested_then_assertion)
{
	/* A run inside a run of the same simulation would fire events out of their order. */
	struct sim *sim = sim_create(1);
	struct sim_event event;

	sim_event_init(&event, nested_fire, SIM_PRIO_HW);
	sim_event_at(sim, &event, 1);
	sim_run(sim, SIM_PS_NEVER);
}
END_TEST

START_TEST(test_memory_when_allocated_then_zeroed_and_owned)
{
	/* sim_alloc() is zeroed and never NULL, even for 0 bytes; the text helpers return copies. */
	unsigned char *memory = sim_alloc(64);
	char *text = sim_strdup("phb"), *formatted = sim_asprintf("%s%d", text, 12);
	uint32_t i;

	for (i = 0; i < 64; i++)
		ck_assert_uint_eq(memory[i], 0);
	memory = sim_realloc(memory, 4096);
	ck_assert_uint_eq(memory[63], 0);
	ck_assert_str_eq(text, "phb");
	ck_assert_str_eq(formatted, "phb12");
	free(memory);
	free(text);
	free(formatted);
	memory = sim_alloc(0);
	ck_assert_ptr_nonnull(memory);
	free(memory);
}
END_TEST

START_TEST(test_assert_when_it_fails_then_assertion)
{
	/* In every build: it must not depend on NDEBUG. */
	struct sim *sim = sim_create(1);

	sim_assert(sim, sim_now(sim) == 0);
	sim_assert(sim, sim_now(sim) == 1);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sim.sim");
	TCase *tcase = tcase_create("sim");
	SRunner *runner;
	int failed;

	tcase_add_test(tcase, test_create_when_fresh_then_empty_at_time_zero);
	tcase_add_test(tcase, test_run_when_limited_then_gate_is_exact);
	tcase_add_test(tcase, test_run_when_limit_is_not_the_reason_then_time_stands_at_last_event);
	tcase_add_test(tcase, test_run_when_events_are_added_at_the_limit_then_they_fire_too);
	tcase_add_test(tcase, test_run_when_cut_into_slices_then_same_as_one_run);
	tcase_add_test(tcase, test_step_when_pending_then_exactly_one_fires);
	tcase_add_test(tcase, test_stop_when_called_in_an_event_then_run_returns_after_it);
	tcase_add_test_raise_signal(tcase, test_run_when_nested_then_assertion, 6);
	tcase_add_test(tcase, test_memory_when_allocated_then_zeroed_and_owned);
	tcase_add_test_raise_signal(tcase, test_assert_when_it_fails_then_assertion, 6);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
