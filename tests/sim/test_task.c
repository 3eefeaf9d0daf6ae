/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tests/sim/test_task.c - tasks: time, waking, wait queues, ending, and what is left behind.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "sim/task.h"

#define NOTES_MAX 64

/* What happened, in order, and when. */
struct notes {
	char who[NOTES_MAX];
	sim_ps when_ps[NOTES_MAX];
	uint32_t count;
};

static void note(struct sim *sim, struct notes *notes, char who)
{
	notes->who[notes->count] = who;
	notes->when_ps[notes->count++] = sim_now(sim);
}

/* notes_are - did exactly this happen? */
static void notes_are(const struct notes *notes, const char *who, const sim_ps *when_ps)
{
	uint32_t i;

	ck_assert_uint_eq(notes->count, strlen(who));
	for (i = 0; i < notes->count; i++) {
		ck_assert_int_eq(notes->who[i], who[i]);
		ck_assert_uint_eq(notes->when_ps[i], when_ps[i]);
	}
}

/* A task that notes itself, charges, and so on. */
struct charger {
	struct notes *notes;
	char who;
	uint32_t times;
	sim_ps cost_ps;
};

static void charger_main(struct sim *sim, void *arg)
{
	struct charger *charger = arg;
	uint32_t i;

	for (i = 0; i < charger->times; i++) {
		note(sim, charger->notes, charger->who);
		sim_task_charge(sim, charger->cost_ps);
	}
}

/* An event that notes itself. */
struct ticker {
	struct sim_event event;
	struct notes *notes;
	char who;
	bool in_task; /* a task was current while it fired */
};

static void ticker_fire(struct sim *sim, struct sim_event *event)
{
	struct ticker *ticker = sim_container_of(event, struct ticker, event);

	ticker->in_task |= sim_task_current(sim) != NULL;
	note(sim, ticker->notes, ticker->who);
}

static void ticker_init(struct ticker *ticker, struct notes *notes, char who, enum sim_prio prio)
{
	*ticker = (struct ticker){.notes = notes, .who = who};
	sim_event_init(&ticker->event, ticker_fire, prio);
}

START_TEST(test_create_when_several_then_they_start_in_order_at_now)
{
	/* A task starts at the instant of its creation, names and numbers as documented. */
	struct sim *sim = sim_create(1);
	struct notes notes = {.count = 0};
	struct charger a = {&notes, 'a', 1, 0}, b = {&notes, 'b', 1, 0};
	char name[] = "first";
	struct sim_task *task = sim_task_create(sim, name, charger_main, &a);

	name[0] = 'x';
	ck_assert_str_eq(sim_task_name(task), "first");
	ck_assert_uint_eq(sim_task_id(task), 1);
	ck_assert_uint_eq(sim_task_id(sim_task_create(sim, "second", charger_main, &b)), 2);
	ck_assert_uint_eq(sim_task_alive_count(sim), 2);
	ck_assert_uint_eq(notes.count, 0);
	ck_assert_uint_eq(sim_run(sim, SIM_PS_NEVER), 2);
	notes_are(&notes, "ab", (const sim_ps[]){0, 0});
	ck_assert_uint_eq(sim_task_alive_count(sim), 0);
	ck_assert_ptr_null(sim_task_current(sim));
	sim_destroy(sim);
}
END_TEST

START_TEST(test_charge_when_two_tasks_then_interleaved_by_time)
{
	/* a runs at 0, 10, 20 and b at 0, 15, 30: the one whose charge ends first runs first. */
	struct sim *sim = sim_create(1);
	struct notes notes = {.count = 0};
	struct charger a = {&notes, 'a', 3, 10}, b = {&notes, 'b', 3, 15};

	sim_task_create(sim, "a", charger_main, &a);
	sim_task_create(sim, "b", charger_main, &b);
	sim_run(sim, SIM_PS_NEVER);
	notes_are(&notes, "ababab", (const sim_ps[]){0, 0, 10, 15, 20, 30});
	ck_assert_uint_eq(sim_now(sim), 45);
	sim_destroy(sim);
}
END_TEST

START_TEST(test_charge_when_nothing_is_due_then_no_switch)
{
	/* Alone, a thousand charges are one event: the one that started the task. Time moves all the same. */
	struct sim *sim = sim_create(1);
	struct notes notes = {.count = 0};
	struct charger a = {&notes, 'a', NOTES_MAX, 1000};

	sim_task_create(sim, "a", charger_main, &a);
	ck_assert_uint_eq(sim_run(sim, SIM_PS_NEVER), 1);
	ck_assert_uint_eq(notes.when_ps[63], 63000);
	ck_assert_uint_eq(sim_now(sim), 64000);
	sim_destroy(sim);
}
END_TEST

/* What an event at 100 and a charge from 0 to @end_ps do to each other. */
static void charge_against(sim_ps end_ps, enum sim_prio prio, const char *who, const sim_ps *when_ps)
{
	struct sim *sim = sim_create(1);
	struct notes notes = {.count = 0};
	struct charger a = {&notes, 'a', 1, 0};
	struct ticker ticker;

	a.times = 2;
	a.cost_ps = end_ps;
	ticker_init(&ticker, &notes, 'e', prio);
	sim_task_create(sim, "a", charger_main, &a);
	sim_event_at(sim, &ticker.event, 100);
	sim_run(sim, SIM_PS_NEVER);
	notes_are(&notes, who, when_ps);
	ck_assert(!ticker.in_task);
	sim_destroy(sim);
}

START_TEST(test_charge_when_it_ends_around_an_event_then_documented_order)
{
	/* The gate: a charge that ends 1 ps before the event does not wait for it; at the same time, priority decides.
	 */
	charge_against(99, SIM_PRIO_HW, "aae", (const sim_ps[]){0, 99, 100});
	charge_against(101, SIM_PRIO_HW, "aea", (const sim_ps[]){0, 100, 101});
	charge_against(100, SIM_PRIO_HW, "aea", (const sim_ps[]){0, 100, 100});
	charge_against(100, SIM_PRIO_IRQ, "aea", (const sim_ps[]){0, 100, 100});
	/* Equal priorities: the event was scheduled first. */
	charge_against(100, SIM_PRIO_TASK, "aea", (const sim_ps[]){0, 100, 100});
	charge_against(100, SIM_PRIO_OBSERVER, "aae", (const sim_ps[]){0, 100, 100});
}
END_TEST

START_TEST(test_charge_when_zero_then_no_yield)
{
	/* Nothing is spent, so even an event that is due now waits until the task does spend or wait. */
	charge_against(0, SIM_PRIO_OBSERVER, "aae", (const sim_ps[]){0, 0, 100});
}
END_TEST

static void zero_main(struct sim *sim, void *arg)
{
	struct ticker *ticker = arg;

	sim_event_at(sim, &ticker->event, sim_now(sim));
	sim_task_charge(sim, 0);
	note(sim, ticker->notes, 'a');
	sim_task_charge(sim, 1);
	note(sim, ticker->notes, 'b');
}

START_TEST(test_charge_when_zero_and_event_is_due_then_no_yield)
{
	/* As above, with the event in the same instant; one picosecond later it has fired. */
	struct sim *sim = sim_create(1);
	struct notes notes = {.count = 0};
	struct ticker ticker;

	ticker_init(&ticker, &notes, 'e', SIM_PRIO_HW);
	sim_task_create(sim, "zero", zero_main, &ticker);
	sim_run(sim, SIM_PS_NEVER);
	notes_are(&notes, "aeb", (const sim_ps[]){0, 0, 1});
	sim_destroy(sim);
}
END_TEST

START_TEST(test_charge_when_run_has_a_limit_then_task_stops_there)
{
	/* A task that is alone must not carry time beyond the limit of sim_run(); it goes on in the next one. */
	struct sim *sim = sim_create(1);
	struct notes notes = {.count = 0};
	struct charger a = {&notes, 'a', 4, 10};

	sim_task_create(sim, "a", charger_main, &a);
	sim_run(sim, 19);
	notes_are(&notes, "aa", (const sim_ps[]){0, 10});
	ck_assert_uint_eq(sim_now(sim), 19);
	sim_run(sim, 20);
	notes_are(&notes, "aaa", (const sim_ps[]){0, 10, 20});
	ck_assert_uint_eq(sim_now(sim), 20);
	sim_run(sim, SIM_PS_NEVER);
	notes_are(&notes, "aaaa", (const sim_ps[]){0, 10, 20, 30});
	ck_assert_uint_eq(sim_now(sim), 40);
	sim_destroy(sim);
}
END_TEST

/* A task that blocks, with or without a deadline, and notes how it went on. */
struct sleeper {
	struct notes *notes;
	sim_ps first_cost_ps; /* spent before blocking */
	sim_ps deadline_ps;
	uint32_t times;
	struct sim_task *task;
	struct sim_waitq *queue; /* wait here if not NULL */
	char who;
};

static void sleeper_main(struct sim *sim, void *arg)
{
	struct sleeper *sleeper = arg;
	uint32_t i;
	bool woken;

	sim_task_charge(sim, sleeper->first_cost_ps);
	for (i = 0; i < sleeper->times; i++) {
		if (sleeper->queue && sleeper->deadline_ps != SIM_PS_NEVER)
			woken = sim_waitq_wait_until(sim, sleeper->queue, sleeper->deadline_ps);
		else if (sleeper->queue)
			sim_waitq_wait(sim, sleeper->queue), woken = true;
		else if (sleeper->deadline_ps != SIM_PS_NEVER)
			woken = sim_task_block_until(sim, sleeper->deadline_ps);
		else
			sim_task_block(sim), woken = true;
		note(sim, sleeper->notes, sleeper->who ? sleeper->who : woken ? 'w' : 'd');
	}
}

static void sleeper_init(struct sim *sim, struct sleeper *sleeper, struct notes *notes, sim_ps deadline_ps)
{
	*sleeper = (struct sleeper){.notes = notes, .deadline_ps = deadline_ps, .times = 1};
	sleeper->task = sim_task_create(sim, "sleeper", sleeper_main, sleeper);
}

/* An event that wakes a task or a queue. */
struct waker {
	struct sim_event event;
	struct sim_task *task;
	struct sim_waitq *queue;
	uint32_t times;
	size_t woken;
};

static void waker_fire(struct sim *sim, struct sim_event *event)
{
	struct waker *waker = sim_container_of(event, struct waker, event);
	uint32_t i;

	if (waker->queue && !waker->times)
		waker->woken += sim_waitq_wake_all(sim, waker->queue);
	for (i = 0; i < waker->times; i++) {
		if (waker->queue)
			waker->woken += sim_waitq_wake_one(sim, waker->queue);
		else
			sim_task_wake(sim, waker->task);
	}
}

static void waker_init(struct waker *waker, struct sim_task *task, struct sim_waitq *queue, uint32_t times)
{
	*waker = (struct waker){.task = task, .queue = queue, .times = times};
	sim_event_init(&waker->event, waker_fire, SIM_PRIO_HW);
}

START_TEST(test_block_when_woken_then_runs_at_that_instant)
{
	/* Not before the wake-up, and not later; twice waking a sleeper is once. */
	struct sim *sim = sim_create(1);
	struct notes notes = {.count = 0};
	struct sleeper sleeper;
	struct waker waker;

	sleeper_init(sim, &sleeper, &notes, SIM_PS_NEVER);
	sleeper.times = 2;
	waker_init(&waker, sleeper.task, NULL, 2);
	sim_event_at(sim, &waker.event, 500);
	sim_run(sim, 499);
	ck_assert_uint_eq(notes.count, 0);
	sim_run(sim, SIM_PS_NEVER);
	notes_are(&notes, "w", (const sim_ps[]){500});
	ck_assert_uint_eq(sim_task_alive_count(sim), 1);
	sim_destroy(sim);
}
END_TEST

START_TEST(test_wake_when_task_runs_or_charges_then_kept_once)
{
	/* The wake-ups at 5 come while the task spends time until 10: its first block returns at once, its second
	 * waits. */
	struct sim *sim = sim_create(1);
	struct notes notes = {.count = 0};
	struct sleeper sleeper;
	struct waker waker;

	sleeper_init(sim, &sleeper, &notes, SIM_PS_NEVER);
	sleeper.first_cost_ps = 10;
	sleeper.times = 2;
	waker_init(&waker, sleeper.task, NULL, 3);
	sim_event_at(sim, &waker.event, 5);
	sim_run(sim, SIM_PS_NEVER);
	notes_are(&notes, "w", (const sim_ps[]){10});
	ck_assert_uint_eq(sim_task_alive_count(sim), 1);
	sim_destroy(sim);
}
END_TEST

START_TEST(test_wake_when_task_has_not_started_then_kept)
{
	/* A wake-up between creation and start is not lost either. */
	struct sim *sim = sim_create(1);
	struct notes notes = {.count = 0};
	struct sleeper sleeper;

	sleeper_init(sim, &sleeper, &notes, SIM_PS_NEVER);
	sim_task_wake(sim, sleeper.task);
	sim_run(sim, SIM_PS_NEVER);
	notes_are(&notes, "w", (const sim_ps[]){0});
	ck_assert_uint_eq(sim_task_alive_count(sim), 0);
	sim_destroy(sim);
}
END_TEST

/* A block until 1000 against a wake-up at @wake_ps; SIM_PS_NEVER for none. */
static void block_against(sim_ps wake_ps, char how, sim_ps when_ps)
{
	struct sim *sim = sim_create(1);
	struct notes notes = {.count = 0};
	struct sleeper sleeper;
	struct waker waker;

	sleeper_init(sim, &sleeper, &notes, 1000);
	waker_init(&waker, sleeper.task, NULL, 1);
	if (wake_ps != SIM_PS_NEVER)
		sim_event_at(sim, &waker.event, wake_ps);
	sim_run(sim, when_ps - 1);
	ck_assert_uint_eq(notes.count, 0);
	sim_run(sim, when_ps);
	notes_are(&notes, (const char[]){how, 0}, &when_ps);
	ck_assert_uint_eq(sim_task_alive_count(sim), 0);
	sim_destroy(sim);
}

START_TEST(test_block_until_when_woken_around_the_deadline_then_exact)
{
	/* Gates: woken before and in the instant of the deadline (hardware comes first), and not woken at all. */
	block_against(999, 'w', 999);
	block_against(1000, 'w', 1000);
	block_against(SIM_PS_NEVER, 'd', 1000);
}
END_TEST

START_TEST(test_block_until_when_deadline_is_past_then_yields_in_this_instant)
{
	/* The deadline 0 is past at 10: what is due at 10 goes first, then the task goes on, at 10. */
	struct sim *sim = sim_create(1);
	struct notes notes = {.count = 0};
	struct sleeper sleeper;
	struct ticker ticker;

	ticker_init(&ticker, &notes, 'e', SIM_PRIO_TASK);
	sleeper_init(sim, &sleeper, &notes, 0);
	sleeper.first_cost_ps = 10;
	sim_event_at(sim, &ticker.event, 10);
	sim_run(sim, SIM_PS_NEVER);
	notes_are(&notes, "ed", (const sim_ps[]){10, 10});
	sim_destroy(sim);
}
END_TEST

START_TEST(test_waitq_when_woken_one_by_one_then_in_order_of_coming)
{
	/* Three tasks come in the order c, a, b because of what they spend before; they leave in that order. */
	struct sim *sim = sim_create(1);
	struct notes notes = {.count = 0};
	struct sim_waitq queue = {.head = NULL};
	struct sleeper sleeper[3];
	struct waker waker[4];
	uint32_t i;

	ck_assert(!sim_waitq_wake_one(sim, &queue));
	for (i = 0; i < 3; i++) {
		sleeper_init(sim, &sleeper[i], &notes, SIM_PS_NEVER);
		sleeper[i].queue = &queue;
		sleeper[i].who = (char)('a' + i);
		sleeper[i].first_cost_ps = (i + 1) % 3 * 10;
	}
	for (i = 0; i < 4; i++) {
		waker_init(&waker[i], NULL, &queue, 1);
		sim_event_at(sim, &waker[i].event, 100 + i);
	}
	sim_run(sim, SIM_PS_NEVER);
	notes_are(&notes, "cab", (const sim_ps[]){100, 101, 102});
	ck_assert_uint_eq(waker[2].woken, 1);
	ck_assert_uint_eq(waker[3].woken, 0);
	sim_destroy(sim);
}
END_TEST

START_TEST(test_waitq_when_all_are_woken_then_in_order_and_counted)
{
	/* One call wakes all of them, in one instant, first come first. */
	struct sim *sim = sim_create(1);
	struct notes notes = {.count = 0};
	struct sim_waitq queue = {.head = NULL};
	struct sleeper sleeper[3];
	struct waker waker;
	uint32_t i;

	for (i = 0; i < 3; i++) {
		sleeper_init(sim, &sleeper[i], &notes, SIM_PS_NEVER);
		sleeper[i].queue = &queue;
		sleeper[i].who = (char)('a' + i);
	}
	waker_init(&waker, NULL, &queue, 0);
	sim_event_at(sim, &waker.event, 9);
	sim_run(sim, SIM_PS_NEVER);
	notes_are(&notes, "abc", (const sim_ps[]){9, 9, 9});
	ck_assert_uint_eq(waker.woken, 3);
	sim_destroy(sim);
}
END_TEST

START_TEST(test_waitq_when_deadline_passes_then_waiter_is_gone)
{
	/* The first waiter gives up at 50; a wake-up at 60 must reach the second and not the first one's stale place.
	 */
	struct sim *sim = sim_create(1);
	struct notes notes = {.count = 0};
	struct sim_waitq queue = {.head = NULL};
	struct sleeper first, second;
	struct waker waker;

	sleeper_init(sim, &first, &notes, 50);
	sleeper_init(sim, &second, &notes, 1000);
	first.queue = &queue;
	second.queue = &queue;
	waker_init(&waker, NULL, &queue, 1);
	sim_event_at(sim, &waker.event, 60);
	sim_run(sim, 49);
	ck_assert_uint_eq(notes.count, 0);
	sim_run(sim, SIM_PS_NEVER);
	notes_are(&notes, "dw", (const sim_ps[]){50, 60});
	sim_destroy(sim);
}
END_TEST

static void foreign_main(struct sim *sim, void *arg)
{
	struct sleeper *sleeper = arg;

	sim_waitq_wait(sim, sleeper->queue);
	note(sim, sleeper->notes, 'q');
	sim_task_block(sim);
	note(sim, sleeper->notes, 'w');
}

START_TEST(test_waitq_when_woken_from_elsewhere_then_goes_on_waiting_and_keeps_it)
{
	/*
	 * The wake-up of the task at 10 is not the queue's: the wait goes on until 20. It is not lost either: the
	 * block after the wait finds it.
	 */
	struct sim *sim = sim_create(1);
	struct notes notes = {.count = 0};
	struct sim_waitq queue = {.head = NULL};
	struct sleeper sleeper = {.notes = &notes, .queue = &queue};
	struct waker direct, waker;

	sleeper.task = sim_task_create(sim, "sleeper", foreign_main, &sleeper);
	waker_init(&direct, sleeper.task, NULL, 1);
	waker_init(&waker, NULL, &queue, 1);
	sim_event_at(sim, &direct.event, 10);
	sim_event_at(sim, &waker.event, 20);
	sim_run(sim, SIM_PS_NEVER);
	notes_are(&notes, "qw", (const sim_ps[]){20, 20});
	ck_assert_uint_eq(sim_task_alive_count(sim), 0);
	sim_destroy(sim);
}
END_TEST

static void exit_deep(struct sim *sim, struct notes *notes, uint32_t depth)
{
	/* So the compiler does not know that it never returns. */
	void (*volatile leave)(struct sim *) = sim_task_exit;
	volatile char frame[128];

	frame[0] = (char)depth;
	if (depth)
		exit_deep(sim, notes, depth - 1);
	else
		leave(sim);
	note(sim, notes, frame[0]);
}

static void exit_main(struct sim *sim, void *arg)
{
	note(sim, arg, 'x');
	exit_deep(sim, arg, 50);
	note(sim, arg, '!');
}

START_TEST(test_exit_when_deep_then_task_ends_there)
{
	/* No frame above runs on; the next task on the same stack is sound (the sanitizers watch). */
	struct sim *sim = sim_create(1);
	struct notes notes = {.count = 0};
	struct charger a = {&notes, 'a', 1, 0};
	uint32_t i;

	for (i = 0; i < 10; i++) {
		sim_task_create(sim, "exit", exit_main, &notes);
		sim_run(sim, SIM_PS_NEVER);
		ck_assert_uint_eq(sim_task_alive_count(sim), 0);
	}
	ck_assert_uint_eq(notes.count, 10);
	sim_task_create(sim, "a", charger_main, &a);
	sim_run(sim, SIM_PS_NEVER);
	ck_assert_int_eq(notes.who[10], 'a');
	sim_destroy(sim);
}
END_TEST

static void creator_main(struct sim *sim, void *arg)
{
	struct charger *charger = arg;

	note(sim, charger->notes, '(');
	sim_task_create(sim, "child", charger_main, charger);
	note(sim, charger->notes, ')');
	sim_task_charge(sim, 3);
	note(sim, charger->notes, 'e');
}

START_TEST(test_create_when_from_a_task_then_child_starts_in_the_same_instant)
{
	/* Creating does not yield; the child runs once the parent waits or spends. */
	struct sim *sim = sim_create(1);
	struct notes notes = {.count = 0};
	struct charger child = {&notes, 'c', 1, 0};

	sim_task_create(sim, "parent", creator_main, &child);
	sim_run(sim, SIM_PS_NEVER);
	notes_are(&notes, "()ce", (const sim_ps[]){0, 0, 0, 3});
	sim_destroy(sim);
}
END_TEST

static void many_main(struct sim *sim, void *arg)
{
	uint64_t *sum = arg;
	uint32_t id = sim_task_id(sim_task_current(sim)), i;

	for (i = 0; i < 20; i++)
		sim_task_charge(sim, 1 + (id * 7 + i) % 13);
	*sum = *sum * 31 + id;
}

static uint64_t many_run(void)
{
	struct sim *sim = sim_create(1);
	uint64_t sum = 0;
	uint32_t i;

	for (i = 0; i < 1000; i++)
		sim_task_create(sim, "many", many_main, &sum);
	ck_assert_uint_eq(sim_task_alive_count(sim), 1000);
	sim_run(sim, SIM_PS_NEVER);
	ck_assert_uint_eq(sim_task_alive_count(sim), 0);
	ck_assert_uint_ge(sim_now(sim), 20);
	ck_assert_uint_le(sim_now(sim), 20 * 13);
	sim_destroy(sim);
	return sum;
}

START_TEST(test_tasks_when_a_thousand_then_all_end_in_a_repeatable_order)
{
	/* The hash of the order of ending is the same in two runs, although addresses differ. */
	void *padding = malloc(12345);
	uint64_t first = many_run();

	free(padding);
	ck_assert_uint_ne(first, 0);
	ck_assert_uint_eq(many_run(), first);
}
END_TEST

static void blocked_add(void *arg, const struct sim_task *task)
{
	strcat(arg, sim_task_name(task));
}

START_TEST(test_stall_when_tasks_wait_for_nothing_then_run_returns_and_names_them)
{
	/* Nobody wakes b, d and e: sim_run() returns, and the report lists exactly them, in order of creation. */
	struct sim *sim = sim_create(1);
	struct notes notes = {.count = 0};
	struct sim_waitq queue = {.head = NULL};
	struct charger a = {&notes, 'a', 3, 10};
	struct sleeper b = {.notes = &notes, .deadline_ps = SIM_PS_NEVER, .times = 1};
	struct sleeper e = {.notes = &notes, .deadline_ps = SIM_PS_NEVER, .times = 1, .queue = &queue};
	char names[16] = "";

	sim_task_create(sim, "a", charger_main, &a);
	sim_task_create(sim, "b", sleeper_main, &b);
	sim_task_create(sim, "c", charger_main, &a);
	sim_task_create(sim, "d", sleeper_main, &b);
	sim_task_create(sim, "e", sleeper_main, &e);
	sim_task_for_each_blocked(sim, blocked_add, names);
	ck_assert_str_eq(names, "");
	sim_run(sim, SIM_PS_NEVER);
	ck_assert_uint_eq(sim_task_alive_count(sim), 3);
	sim_task_for_each_blocked(sim, blocked_add, names);
	ck_assert_str_eq(names, "bde");
	sim_destroy(sim);
}
END_TEST

START_TEST(test_destroy_when_tasks_are_in_every_state_then_all_is_freed)
{
	/* Not started, in a charge, blocked, in a queue, ended last: the leak checker sees what is forgotten. */
	struct sim *sim = sim_create(1);
	struct notes notes = {.count = 0};
	struct sim_waitq queue = {.head = NULL};
	struct charger a = {&notes, 'a', 1, 1000};
	struct sleeper blocked, queued, dated;

	sleeper_init(sim, &blocked, &notes, SIM_PS_NEVER);
	sleeper_init(sim, &queued, &notes, SIM_PS_NEVER);
	queued.queue = &queue;
	sleeper_init(sim, &dated, &notes, 5000);
	sim_task_create(sim, "charging", charger_main, &a);
	sim_task_create(sim, "exit", exit_main, &notes);
	sim_run(sim, 10);
	sim_task_create(sim, "new", charger_main, &a);
	ck_assert_uint_eq(sim_task_alive_count(sim), 5);
	sim_destroy(sim);
}
END_TEST

START_TEST(test_charge_when_no_task_runs_then_assertion)
{
	/* Only a task has time to spend; with an event due the slow path says so. */
	struct sim *sim = sim_create(1);
	struct notes notes = {.count = 0};
	struct ticker ticker;

	ticker_init(&ticker, &notes, 'e', SIM_PRIO_HW);
	sim_event_at(sim, &ticker.event, 5);
	sim_task_charge(sim, 10);
}
END_TEST

static void outer_main(struct sim *sim, void *arg)
{
	struct notes *notes = arg;
	struct sim *inner = sim_create(2);
	struct charger a = {notes, 'i', 2, 10};

	sim_task_charge(sim, 5);
	sim_task_create(inner, "a", charger_main, &a);
	sim_task_create(inner, "b", charger_main, &a);
	sim_run(inner, SIM_PS_NEVER);
	sim_destroy(inner);
	note(sim, notes, 'o');
}

START_TEST(test_sims_when_one_runs_in_a_task_of_another_then_both_are_sound)
{
	/* Several simulations live in one process, even inside each other: nothing is shared. */
	struct sim *sim = sim_create(1);
	struct notes notes = {.count = 0};

	sim_task_create(sim, "outer", outer_main, &notes);
	sim_run(sim, SIM_PS_NEVER);
	notes_are(&notes, "iiiio", (const sim_ps[]){0, 0, 10, 10, 5});
	sim_destroy(sim);
}
END_TEST

/** struct sitter - a task that sits on @seat, if any, for a while. */
struct sitter {
	int *seat;
	bool asked;
};

static void sitter_main(struct sim *sim, void *arg)
{
	struct sitter *sitter = arg;

	ck_assert_ptr_null(sim_task_seat(sim));
	if (sitter->seat)
		sim_task_set_seat(sim, sitter->seat);
	sim_task_charge(sim, 5);
	ck_assert_ptr_eq(sim_task_seat(sim), sitter->seat);
	sitter->asked = true;
}

static void seatless_event(struct sim *sim, struct sim_event *event)
{
	(void)event;
	ck_assert_ptr_null(sim_task_seat(sim));
}

START_TEST(test_seat_when_set_then_it_is_the_running_tasks_own)
{
	/* A cost must be scaled by the place of whoever pays: three tasks that take turns, and an event between them.
	 */
	struct sim *sim = sim_create(1);
	struct sim_event event;
	int seats[2];
	struct sitter sitters[] = {{.seat = &seats[0]}, {.seat = NULL}, {.seat = &seats[1]}};

	ck_assert_ptr_null(sim_task_seat(sim));
	for (size_t i = 0; i < sim_count_of(sitters); i++)
		sim_task_create(sim, "sitter", sitter_main, &sitters[i]);
	sim_event_init(&event, seatless_event, SIM_PRIO_HW);
	sim_event_at(sim, &event, 3);
	sim_run(sim, SIM_PS_NEVER);
	for (size_t i = 0; i < sim_count_of(sitters); i++)
		ck_assert(sitters[i].asked);
	ck_assert_ptr_null(sim_task_seat(sim));
	sim_destroy(sim);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sim.task");
	TCase *tcase = tcase_create("task");
	SRunner *runner;
	int failed;

	tcase_add_test(tcase, test_create_when_several_then_they_start_in_order_at_now);
	tcase_add_test(tcase, test_charge_when_two_tasks_then_interleaved_by_time);
	tcase_add_test(tcase, test_charge_when_nothing_is_due_then_no_switch);
	tcase_add_test(tcase, test_charge_when_it_ends_around_an_event_then_documented_order);
	tcase_add_test(tcase, test_charge_when_zero_then_no_yield);
	tcase_add_test(tcase, test_charge_when_zero_and_event_is_due_then_no_yield);
	tcase_add_test(tcase, test_charge_when_run_has_a_limit_then_task_stops_there);
	tcase_add_test(tcase, test_block_when_woken_then_runs_at_that_instant);
	tcase_add_test(tcase, test_wake_when_task_runs_or_charges_then_kept_once);
	tcase_add_test(tcase, test_wake_when_task_has_not_started_then_kept);
	tcase_add_test(tcase, test_block_until_when_woken_around_the_deadline_then_exact);
	tcase_add_test(tcase, test_block_until_when_deadline_is_past_then_yields_in_this_instant);
	tcase_add_test(tcase, test_waitq_when_woken_one_by_one_then_in_order_of_coming);
	tcase_add_test(tcase, test_waitq_when_all_are_woken_then_in_order_and_counted);
	tcase_add_test(tcase, test_waitq_when_deadline_passes_then_waiter_is_gone);
	tcase_add_test(tcase, test_waitq_when_woken_from_elsewhere_then_goes_on_waiting_and_keeps_it);
	tcase_add_test(tcase, test_exit_when_deep_then_task_ends_there);
	tcase_add_test(tcase, test_create_when_from_a_task_then_child_starts_in_the_same_instant);
	tcase_add_test(tcase, test_tasks_when_a_thousand_then_all_end_in_a_repeatable_order);
	tcase_add_test(tcase, test_stall_when_tasks_wait_for_nothing_then_run_returns_and_names_them);
	tcase_add_test(tcase, test_destroy_when_tasks_are_in_every_state_then_all_is_freed);
	tcase_add_test_raise_signal(tcase, test_charge_when_no_task_runs_then_assertion, 6);
	tcase_add_test(tcase, test_sims_when_one_runs_in_a_task_of_another_then_both_are_sound);
	tcase_add_test(tcase, test_seat_when_set_then_it_is_the_running_tasks_own);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
