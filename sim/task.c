/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sim/task.c - tasks and wait queues.
 *
 * Each task owns one event of priority SIM_PRIO_TASK. It is pending while the task waits for time: to start, for the
 * end of a charge, for a deadline, or to run after a wake-up. Its callback runs in the event loop on the stack of
 * sim_run() and switches to the task, which switches back when it waits: events never fire on a task's stack.
 *
 * Where it can be, the switch is the last thing a function does. The processor predicts where a ret goes by the calls
 * that it saw, so the first ret after a switch is mispredicted; a switch in tail position has none.
 */
#include "sim/task.h"

#include <stdlib.h>

#include "sim/coro.h"
#include "sim/task_internal.h"

/** enum task_state - what the task's event means, if it is pending. */
enum task_state {
	TASK_NEW,     /* pending: the task starts */
	TASK_RUNNING, /* not pending */
	TASK_CHARGED, /* pending: the charge ends */
	TASK_BLOCKED, /* pending if there is a deadline */
	TASK_WOKEN,   /* pending: the task continues */
	TASK_ENDED,   /* not pending */
};

/**
 * struct sim_task - one task.
 * @wake_kept: a wake-up came while the task was not blocked; its next block returns at once.
 * @woken: the last block ended by a wake-up, not by its deadline.
 * @note: what it does, for people. @born_ps: when it was created.
 * @seat: see sim_task_set_seat(). @next, @prev: all tasks, in order of creation.
 */
struct sim_task {
	struct sim_event event;
	struct coro coro;
	struct sim *sim;
	enum task_state state;
	bool wake_kept;
	bool woken;
	uint32_t id;
	char *name;
	const char *note;
	sim_ps born_ps;
	sim_task_fn *fn;
	void *arg;
	void *seat;
	struct sim_task *next, *prev;
};

/**
 * struct sim_tasks - all tasks.
 * @current: the one that runs, NULL in event context. @ended: ended, but its stack was still in use; freed at the next
 * occasion. @first, @last: all others and @ended, in order of creation. @lived_ps: lives of those that ended.
 */
struct sim_tasks {
	struct sim_task *current;
	struct sim_task *ended;
	struct coro loop;
	struct coro_pool pool;
	struct sim_task *first, *last;
	size_t alive;
	sim_ps lived_ps;
	uint32_t last_id;
};

/** struct sim_waiter - on the stack of the task that waits. @queued: still in the queue, that is, not yet woken. */
struct sim_waiter {
	struct sim_waiter *next, *prev;
	struct sim_task *task;
	bool queued;
};

struct sim_tasks *task_list_create(void)
{
	return sim_alloc(sizeof(struct sim_tasks));
}

static void task_free(struct sim_tasks *tasks, struct sim_task *task)
{
	if (task->prev)
		task->prev->next = task->next;
	else
		tasks->first = task->next;
	if (task->next)
		task->next->prev = task->prev;
	else
		tasks->last = task->prev;
	coro_finish(&task->coro, &tasks->pool);
	free(task->name);
	free(task);
}

void task_list_destroy(struct sim_tasks *tasks)
{
	if (!tasks)
		return;
	while (tasks->first)
		task_free(tasks, tasks->first);
	coro_pool_finish(&tasks->pool);
	free(tasks);
}

/* tasks_reap - free the task that ended last, if any. */
static inline void tasks_reap(struct sim_tasks *tasks)
{
	if (sim_unlikely(tasks->ended != NULL)) {
		task_free(tasks, tasks->ended);
		tasks->ended = NULL;
	}
}

static void task_fire(struct sim *sim, struct sim_event *event)
{
	struct sim_task *task = sim_container_of(event, struct sim_task, event);
	struct sim_tasks *tasks = sim->tasks;

	tasks_reap(tasks);
	task->state = TASK_RUNNING;
	tasks->current = task;
	coro_switch(&tasks->loop, &task->coro);
}

/* task_leave - back to the event loop; returns when the task's event fires. */
static inline void task_leave(struct sim *sim, struct sim_task *task, enum task_state state)
{
	task->state = state;
	sim->tasks->current = NULL;
	coro_switch(&task->coro, &sim->tasks->loop);
}

static void task_main(void *arg)
{
	struct sim_task *task = arg;

	task->fn(task->sim, task->arg);
	sim_task_exit(task->sim);
}

struct sim_task *sim_task_create(struct sim *sim, const char *name, sim_task_fn *fn, void *arg)
{
	struct sim_tasks *tasks = sim->tasks;
	struct sim_task *task = sim_alloc(sizeof(*task));

	tasks_reap(tasks);
	task->sim = sim;
	task->name = sim_strdup(name);
	task->id = ++tasks->last_id;
	task->born_ps = sim->now_ps;
	task->fn = fn;
	task->arg = arg;
	task->prev = tasks->last;
	if (tasks->last)
		tasks->last->next = task;
	else
		tasks->first = task;
	tasks->last = task;
	tasks->alive++;
	coro_init(&task->coro, &tasks->pool, task_main, task);
	sim_event_init(&task->event, task_fire, SIM_PRIO_TASK);
	sim_event_after(sim, &task->event, 0);
	return task;
}

struct sim_task *sim_task_current(const struct sim *sim)
{
	return sim->tasks->current;
}

void sim_task_set_seat(struct sim *sim, void *seat)
{
	sim_assert(sim, sim->tasks->current != NULL);
	sim->tasks->current->seat = seat;
}

void *sim_task_seat(const struct sim *sim)
{
	const struct sim_task *task = sim->tasks->current;

	return task ? task->seat : NULL;
}

const char *sim_task_name(const struct sim_task *task)
{
	return task->name;
}

uint32_t sim_task_id(const struct sim_task *task)
{
	return task->id;
}

void sim_task_note(struct sim *sim, const char *note)
{
	if (sim->tasks->current)
		sim->tasks->current->note = note;
}

const char *sim_task_noted(const struct sim_task *task)
{
	return task->note;
}

bool sim_task_stack(const struct sim *sim, uintptr_t *low, uintptr_t *high)
{
	const struct sim_task *task = sim->tasks->current;

	if (!task)
		return false;
	*low = (uintptr_t)task->coro.bottom;
	*high = *low + task->coro.bytes;
	return true;
}

sim_ps sim_task_lived_ps(const struct sim *sim)
{
	sim_ps lived_ps = sim->tasks->lived_ps;

	for (const struct sim_task *task = sim->tasks->first; task; task = task->next)
		if (task->state != TASK_ENDED)
			lived_ps += sim->now_ps - task->born_ps;
	return lived_ps;
}

/* task_running - the task that calls; asserts that there is one. */
static inline struct sim_task *task_running(const struct sim *sim)
{
	struct sim_task *task = sim->tasks->current;

	sim_assert(sim, task != NULL);
	return task;
}

void sim_task_slow_charge(struct sim *sim, sim_ps cost_ps)
{
	struct sim_task *task = task_running(sim);

	if (!cost_ps)
		return;
	sim_event_after(sim, &task->event, cost_ps);
	task_leave(sim, task, TASK_CHARGED);
}

void sim_task_block(struct sim *sim)
{
	struct sim_task *task = task_running(sim);

	if (task->wake_kept)
		task->wake_kept = false;
	else
		task_leave(sim, task, TASK_BLOCKED);
}

bool sim_task_block_until(struct sim *sim, sim_ps deadline_ps)
{
	struct sim_task *task = task_running(sim);

	if (task->wake_kept) {
		task->wake_kept = false;
		return true;
	}
	task->woken = false;
	if (deadline_ps != SIM_PS_NEVER)
		sim_event_at(sim, &task->event, deadline_ps > sim->now_ps ? deadline_ps : sim->now_ps);
	task_leave(sim, task, TASK_BLOCKED);
	return task->woken;
}

void sim_task_wake(struct sim *sim, struct sim_task *task)
{
	switch (task->state) {
	case TASK_BLOCKED:
		sim_event_cancel(sim, &task->event);
		task->state = TASK_WOKEN;
		task->woken = true;
		sim_event_after(sim, &task->event, 0);
		break;
	case TASK_WOKEN:
		/* It has not looked again yet at what it waited for: this wake-up is the same one. */
		break;
	case TASK_NEW:
	case TASK_RUNNING:
	case TASK_CHARGED:
		task->wake_kept = true;
		break;
	case TASK_ENDED:
		break;
	}
}

void sim_task_exit(struct sim *sim)
{
	struct sim_task *task = task_running(sim);

	task->state = TASK_ENDED;
	sim->tasks->current = NULL;
	sim->tasks->ended = task;
	sim->tasks->alive--;
	sim->tasks->lived_ps += sim->now_ps - task->born_ps;
	coro_leave(&task->coro, &sim->tasks->loop);
}

size_t sim_task_alive_count(const struct sim *sim)
{
	return sim->tasks->alive;
}

void sim_task_for_each_blocked(const struct sim *sim, void (*fn)(void *arg, const struct sim_task *task), void *arg)
{
	const struct sim_task *task;

	for (task = sim->tasks->first; task; task = task->next)
		if (task->state == TASK_BLOCKED)
			fn(arg, task);
}

static void waitq_remove(struct sim_waitq *queue, struct sim_waiter *waiter)
{
	if (waiter->prev)
		waiter->prev->next = waiter->next;
	else
		queue->head = waiter->next;
	if (waiter->next)
		waiter->next->prev = waiter->prev;
	else
		queue->tail = waiter->prev;
	waiter->queued = false;
}

void sim_waitq_wait(struct sim *sim, struct sim_waitq *queue)
{
	sim_waitq_wait_until(sim, queue, SIM_PS_NEVER);
}

/*
 * Wake-ups that did not come through the queue are not this wait's: they are put aside, and kept for the task's
 * next sim_task_block().
 */
bool sim_waitq_wait_until(struct sim *sim, struct sim_waitq *queue, sim_ps deadline_ps)
{
	struct sim_task *task = task_running(sim);
	struct sim_waiter waiter = {.prev = queue->tail, .task = task, .queued = true};
	bool foreign = task->wake_kept;
	bool in_time = true;

	task->wake_kept = false;
	if (queue->tail)
		queue->tail->next = &waiter;
	else
		queue->head = &waiter;
	queue->tail = &waiter;
	while (waiter.queued && in_time) {
		in_time = sim_task_block_until(sim, deadline_ps);
		foreign |= in_time && waiter.queued;
	}
	if (waiter.queued)
		waitq_remove(queue, &waiter);
	task->wake_kept |= foreign;
	return in_time;
}

bool sim_waitq_wake_one(struct sim *sim, struct sim_waitq *queue)
{
	struct sim_waiter *waiter = queue->head;

	if (!waiter)
		return false;
	waitq_remove(queue, waiter);
	sim_task_wake(sim, waiter->task);
	return true;
}

size_t sim_waitq_wake_all(struct sim *sim, struct sim_waitq *queue)
{
	size_t count = 0;

	while (sim_waitq_wake_one(sim, queue))
		count++;
	return count;
}
