/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SIM_TASK_H
#define SIM_TASK_H
/*
 * sim/task.h - tasks: coroutines in which software runs (hosted kernel code, user processes, vCPUs).
 *
 * A task spends simulated time with sim_task_charge() and waits with sim_task_block() or on a wait queue. A charge
 * advances the clock in place when no earlier event is pending, and switches to the event loop only when one is.
 * Tasks start, run and wake in the deterministic order of their events.
 */
#include "sim/event.h"
#include "sim/sim.h"

struct sim_task;
typedef void sim_task_fn(struct sim *sim, void *arg);

/**
 * sim_task_create - make a task; it first runs at the current instant, when the event loop comes to it.
 * @sim: the simulation.
 * @name: copied; shown in traces, findings and stall reports.
 * @fn: the task's body; the task ends when it returns.
 * @arg: passed to @fn, borrowed.
 *
 * Return: the task, owned by @sim and freed some time after it ended (do not keep the pointer past that
 * unless you hold it blocked yourself).
 */
struct sim_task *sim_task_create(struct sim *sim, const char *name, sim_task_fn *fn, void *arg);

/** sim_task_current - the running task, or NULL in event context. */
struct sim_task *sim_task_current(const struct sim *sim);

/** sim_task_name - the task's name. */
const char *sim_task_name(const struct sim_task *task);

/** sim_task_id - small number, unique within the run, in order of creation from 1. */
uint32_t sim_task_id(const struct sim_task *task);

/**
 * sim_task_set_seat - remember @seat (borrowed) for the running task: the place of a processor model where it works.
 * This library does not look at it.
 */
void sim_task_set_seat(struct sim *sim, void *seat);

/** sim_task_seat - what was set for the running task; NULL at its start, and in event context. */
void *sim_task_seat(const struct sim *sim);

/** sim_task_slow_charge - out-of-line half of sim_task_charge(). */
void sim_task_slow_charge(struct sim *sim, sim_ps cost_ps);

/**
 * sim_task_charge - spend @cost_ps of simulated time in the running task.
 * @sim: the simulation; a task must be running.
 * @cost_ps: time to spend; 0 is allowed and yields to nothing.
 *
 * Context: yields, when an event is due before the charge ends.
 */
static inline void sim_task_charge(struct sim *sim, sim_ps cost_ps)
{
	sim_ps end = sim->now_ps + cost_ps;

	if (sim_likely(end < sim->next_event_ps))
		sim->now_ps = end;
	else
		sim_task_slow_charge(sim, cost_ps);
}

/**
 * sim_task_block - sleep until another context calls sim_task_wake() on this task.
 * A wake that came while the task ran is remembered (once), so that none is lost.
 *
 * Context: yields.
 */
void sim_task_block(struct sim *sim);

/**
 * sim_task_block_until - sleep until woken or until @deadline_ps.
 * Return: true if woken, false if the deadline passed.
 * Context: yields.
 */
bool sim_task_block_until(struct sim *sim, sim_ps deadline_ps);

/**
 * sim_task_wake - make a blocked task run at the current instant.
 * @sim: the simulation.
 * @task: the task; waking one that runs or is already woken is remembered once.
 */
void sim_task_wake(struct sim *sim, struct sim_task *task);

/**
 * sim_task_note - what the running task does from now on, for people: the system call it is in.
 * @note: static storage, or NULL.
 */
void sim_task_note(struct sim *sim, const char *note);
/** sim_task_noted - the last note of @task, or NULL. */
const char *sim_task_noted(const struct sim_task *task);

/** sim_task_stack - where the stack of the running task is. Return: false when none runs. */
bool sim_task_stack(const struct sim *sim, uintptr_t *low, uintptr_t *high);

/** sim_task_lived_ps - the lives of all tasks since the start of the run, added up: spending time and waiting. */
sim_ps sim_task_lived_ps(const struct sim *sim);

/** sim_task_exit - end the running task from any depth of its stack; does not return. */
void sim_task_exit(struct sim *sim) sim_noreturn;

/** sim_task_alive_count - tasks that have not ended; sim_task_for_each_blocked() shows those that wait. */
size_t sim_task_alive_count(const struct sim *sim);

/**
 * sim_task_for_each_blocked - call @fn for each task that is blocked, in order of creation (stall reports).
 */
void sim_task_for_each_blocked(const struct sim *sim, void (*fn)(void *arg, const struct sim_task *task), void *arg);

/**
 * struct sim_waitq - tasks waiting for something, woken in the order in which they came.
 * Zero-initialised is empty.
 */
struct sim_waitq {
	/* private: */
	struct sim_waiter *head;
	struct sim_waiter *tail;
};

/** sim_waitq_wait - block the running task on @queue until woken. Context: yields. */
void sim_waitq_wait(struct sim *sim, struct sim_waitq *queue);

/** sim_waitq_wait_until - as above, with a deadline. Return: false when the deadline passed. Context: yields. */
bool sim_waitq_wait_until(struct sim *sim, struct sim_waitq *queue, sim_ps deadline_ps);

/** sim_waitq_wake_one - wake the task that waits longest. Return: false when none waited. */
bool sim_waitq_wake_one(struct sim *sim, struct sim_waitq *queue);

/** sim_waitq_wake_all - wake all. Return: how many. */
size_t sim_waitq_wake_all(struct sim *sim, struct sim_waitq *queue);

#endif
