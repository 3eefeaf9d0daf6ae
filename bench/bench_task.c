/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bench/bench_task.c - what tasks cost: the bare switch of stacks against an indirect call, and charging, sleeping
 * and waking against the same.
 *
 * The indirect call goes through a pointer that the compiler cannot see through, to a function that counts. A
 * switch is one way: a round trip to a coroutine that counts and comes back is two.
 */
#include <stdio.h>
#include <stdlib.h>

#include "bench/bench_util.h"
#include "sim/coro.h"
#include "sim/task.h"

struct counter {
	uint64_t value;
};

static __attribute__((noinline)) void count_one(struct counter *counter)
{
	counter->value++;
}

static void call_indirect(void *arg, uint64_t count)
{
	void (*volatile fn)(struct counter *) = count_one;

	while (count--)
		fn(arg);
}

/* The bare switch. */

struct pair {
	struct counter counter;
	struct coro here;
	struct coro there;
	struct coro_pool pool;
};

static void pair_main(void *arg)
{
	struct pair *pair = arg;

	for (;;) {
		pair->counter.value++;
		coro_switch(&pair->there, &pair->here);
	}
}

static void switch_bare(void *arg, uint64_t count)
{
	struct pair *pair = arg;

	for (; count >= 2; count -= 2)
		coro_switch(&pair->here, &pair->there);
}

/* Charges of a task that is alone, and so never leaves its stack. */

struct charge {
	struct sim *sim;
	uint64_t count;
};

static void charge_main(struct sim *sim, void *arg)
{
	struct charge *charge = arg;
	uint64_t i;

	for (i = 0; i < charge->count; i++)
		sim_task_charge(sim, 10);
}

static void charge_fast(void *arg, uint64_t count)
{
	struct charge *charge = arg;

	charge->count = count;
	sim_task_create(charge->sim, "charge", charge_main, charge);
	sim_run(charge->sim, SIM_PS_NEVER);
}

/* Two tasks that charge the same time take turns: each charge is an event and two switches. */

static void charge_slow(void *arg, uint64_t count)
{
	struct charge *charge = arg;

	charge->count = count / 2;
	sim_task_create(charge->sim, "a", charge_main, charge);
	sim_task_create(charge->sim, "b", charge_main, charge);
	sim_run(charge->sim, SIM_PS_NEVER);
}

/* Two tasks that wake each other. */

struct ball {
	struct sim *sim;
	struct sim_task *player[2];
	uint64_t left;
};

static void ball_main(struct sim *sim, void *arg)
{
	struct ball *ball = arg;
	uint32_t other = sim_task_current(sim) == ball->player[0];

	while (ball->left) {
		ball->left--;
		sim_task_wake(sim, ball->player[other]);
		sim_task_block(sim);
	}
	/* The other one may be asleep for good. */
	sim_task_wake(sim, ball->player[other]);
}

static void wake_block(void *arg, uint64_t count)
{
	struct ball *ball = arg;

	ball->left = count;
	ball->player[0] = sim_task_create(ball->sim, "a", ball_main, ball);
	ball->player[1] = sim_task_create(ball->sim, "b", ball_main, ball);
	sim_run(ball->sim, SIM_PS_NEVER);
}

int main(void)
{
	struct counter *counter = calloc(1, sizeof(*counter));
	struct pair *pair = calloc(1, sizeof(*pair));
	struct charge charge = {.sim = sim_create(1)};
	struct ball ball = {.sim = sim_create(1)};
	struct bench_case cases[] = {
		{.name = "indirect call", .fn = call_indirect, .arg = counter},
		{.name = "coro_switch, one way", .fn = switch_bare, .arg = pair},
		{.name = "charge, nothing due", .fn = charge_fast, .arg = &charge},
		{.name = "charge, another task due", .fn = charge_slow, .arg = &charge},
		{.name = "wake another and block", .fn = wake_block, .arg = &ball},
	};

	coro_init(&pair->there, &pair->pool, pair_main, pair);
	bench_run(cases, sizeof(cases) / sizeof(cases[0]), 51, 100000);
	bench_print("tasks", cases, sizeof(cases) / sizeof(cases[0]));
	if (counter->value < 51 * 100000 || pair->counter.value < 51 * 50000 || ball.left ||
	    sim_task_alive_count(ball.sim) || sim_task_alive_count(charge.sim))
		abort();
	coro_finish(&pair->there, &pair->pool);
	coro_pool_finish(&pair->pool);
	sim_destroy(charge.sim);
	sim_destroy(ball.sim);
	free(pair);
	free(counter);
	return 0;
}
