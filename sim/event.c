/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sim/event.c - scheduling and cancelling; the sorted array of what comes next.
 *
 * sim/event_internal.h explains the whole structure. Near is sorted and has room on both sides: hardware with fixed
 * delays appends, short delays insert close to the head, and whatever lies between moves the shorter side.
 */
#include "sim/event_internal.h"

#include <stdlib.h>
#include <string.h>

struct sim_events *event_queue_create(void)
{
	struct sim_events *queue = sim_alloc(sizeof(*queue));

	queue->limit_ps = SIM_PS_NEVER;
	queue->head = &queue->ref[EVENT_NEAR_SLOTS / 2];
	queue->tail = queue->head;
	event_far_init(queue);
	return queue;
}

void event_queue_destroy(struct sim_events *queue)
{
	if (!queue)
		return;
	event_far_finish(queue);
	event_instant_finish(&queue->instant);
	free(queue->key);
	free(queue);
}

void sim_event_init(struct sim_event *event, sim_event_fn *fire, enum sim_prio prio)
{
	sim_assert(NULL, (unsigned)prio < EVENT_PRIO_COUNT);
	*event = (struct sim_event){.fire = fire, .prio = (uint32_t)prio};
}

/* near_centre - shift near to the middle of its slots, so that both sides have room again. */
static __attribute__((noinline)) void near_centre(struct sim_events *queue)
{
	size_t count = (size_t)(queue->tail - queue->head);
	struct event_ref *head = &queue->ref[(EVENT_NEAR_SLOTS - count) / 2];

	memmove(head, queue->head, count * sizeof(*head));
	queue->head = head;
	queue->tail = head + count;
}

/* near_is_after - does @ref come after an event at @when_ps with @order? */
static inline bool near_is_after(const struct event_ref *ref, sim_ps when_ps, uint64_t order)
{
	return ref->when_ps > when_ps || (ref->when_ps == when_ps && ref->event->order > order);
}

/* Four neighbours move together while all of them have to: that saves three comparisons, and the copy is as quick. */
#define NEAR_STEP 4

static inline void near_move(struct event_ref *to, const struct event_ref *from)
{
	struct event_ref step[NEAR_STEP];

	memcpy(step, from, sizeof(step));
	memcpy(to, step, sizeof(step));
}

/* near_insert - sort @event in: not before next, and before the last of near. There is room on both sides. */
static __attribute__((noinline)) void near_insert(struct sim_events *queue, struct sim_event *event)
{
	sim_ps when_ps = event->when_ps;
	uint64_t order = event->order;
	struct event_ref *middle = queue->head + (queue->tail - queue->head) / 2, *ref;

	if (near_is_after(middle, when_ps, order)) {
		ref = queue->head--;
		for (; middle - ref > NEAR_STEP && !near_is_after(ref + NEAR_STEP - 1, when_ps, order);
		     ref += NEAR_STEP)
			near_move(ref - 1, ref);
		/* The one in the middle ends this loop. */
		for (; !near_is_after(ref, when_ps, order); ref++)
			ref[-1] = ref[0];
		ref--;
	} else {
		ref = queue->tail++;
		for (; ref - middle > NEAR_STEP && near_is_after(ref - NEAR_STEP, when_ps, order); ref -= NEAR_STEP)
			near_move(ref - NEAR_STEP + 1, ref - NEAR_STEP);
		/* So it does here. */
		for (; near_is_after(ref - 1, when_ps, order); ref--)
			ref[0] = ref[-1];
	}
	*ref = (struct event_ref){when_ps, event};
}

/* near_remove - take out @event, which must be in near. */
static void near_remove(struct sim *sim, struct sim_event *event)
{
	struct sim_events *queue = sim->events;
	struct event_ref *ref = queue->head;

	while (ref < queue->tail && ref->event != event)
		ref++;
	sim_assert(sim, ref < queue->tail);
	queue->tail--;
	memmove(ref, ref + 1, (size_t)(queue->tail - ref) * sizeof(*ref));
}

/* near_add - add @event, which is before limit_ps, to next and near, which have room. */
static inline void near_add(struct sim *sim, struct sim_events *queue, struct sim_event *event, sim_ps when_ps)
{
	struct event_ref *tail = queue->tail;

	if (when_ps > sim->next_event_ps || (when_ps == sim->next_event_ps && event->order > sim->next_event->order)) {
		if (queue->head != tail && near_is_after(tail - 1, when_ps, event->order)) {
			near_insert(queue, event);
		} else {
			*tail = (struct event_ref){when_ps, event};
			queue->tail = tail + 1;
		}
		return;
	}
	if (sim->next_event)
		*--queue->head = (struct event_ref){sim->next_event_ps, sim->next_event};
	sim->next_event = event;
	sim->next_event_ps = when_ps;
}

/* event_add_slow - the event is not near, or near has no room. */
static __attribute__((noinline)) void event_add_slow(struct sim *sim, struct sim_event *event)
{
	struct sim_events *queue = sim->events;

	sim_assert(sim, event->when_ps != SIM_PS_NEVER);
	if (event->when_ps < queue->limit_ps) {
		if (queue->tail - queue->head == EVENT_NEAR_MAX)
			event_far_spill(sim);
		near_centre(queue);
	}
	if (event->when_ps < queue->limit_ps)
		near_add(sim, queue, event, event->when_ps);
	else
		event_far_add(queue, event);
	if (!sim->next_event)
		event_far_refill(sim);
}

void sim_event_add(struct sim *sim, struct sim_event *event, sim_ps when_ps)
{
	struct sim_events *queue = sim->events;

	sim_assert(sim, event->slot == 0);
	sim_assert(sim, when_ps >= sim->now_ps);
	event->when_ps = when_ps;
	event->order = ((uint64_t)event->prio << SIM_EVENT_SEQ_BITS) | ++sim->event_seq;
	event->slot = 1;
	if (sim_likely(when_ps < queue->limit_ps && queue->tail - queue->head < EVENT_NEAR_MAX &&
		       queue->tail != &queue->ref[EVENT_NEAR_SLOTS] && queue->head != queue->ref))
		near_add(sim, queue, event, when_ps);
	else
		event_add_slow(sim, event);
}

bool sim_event_cancel(struct sim *sim, struct sim_event *event)
{
	struct sim_events *queue = sim->events;

	if (!event->slot)
		return false;
	if (event == sim->next_event) {
		event->slot = 0;
		event_next_take(sim);
		return true;
	}
	if (event->when_ps < queue->limit_ps)
		near_remove(sim, event);
	else
		event_far_remove(queue, event);
	event->slot = 0;
	if (!sim->next_event)
		event_far_refill(sim);
	return true;
}

bool sim_event_pending(const struct sim_event *event)
{
	return event->slot != 0;
}

size_t sim_event_count(const struct sim *sim)
{
	const struct sim_events *queue = sim->events;

	return queue->far_count + (size_t)(queue->tail - queue->head) + (sim->next_event != NULL) -
	       (queue->horizon.slot != 0);
}
