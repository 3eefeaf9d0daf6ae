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
	queue->head = EVENT_NEAR_SLOTS / 2;
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
	*event = (struct sim_event){ .fire = fire, .prio = (uint32_t)prio };
}

/* near_centre - shift near to the middle of its slots, so that both sides have room again. */
static void near_centre(struct sim_events *queue)
{
	uint32_t count = queue->tail - queue->head;
	uint32_t head = (EVENT_NEAR_SLOTS - count) / 2;

	memmove(&queue->ref[head], &queue->ref[queue->head], count * sizeof(queue->ref[0]));
	queue->head = head;
	queue->tail = head + count;
}

/* near_is_after - does @ref come after an event at @when_ps with @order? */
static inline bool near_is_after(const struct event_ref *ref, sim_ps when_ps, uint64_t order)
{
	return ref->when_ps > when_ps || (sim_unlikely(ref->when_ps == when_ps) && ref->event->order > order);
}

/* near_insert - sort @event in; near is not full. */
static inline void near_insert(struct sim_events *queue, struct sim_event *event)
{
	sim_ps when_ps = event->when_ps;
	uint64_t order = event->order;
	struct event_ref *ref;
	uint32_t i;

	if (sim_unlikely(queue->tail == EVENT_NEAR_SLOTS || queue->head == 0))
		near_centre(queue);
	ref = queue->ref;
	if (queue->head == queue->tail || !near_is_after(&ref[queue->tail - 1], when_ps, order)) {
		i = queue->tail++;
	} else if (near_is_after(&ref[(queue->head + queue->tail) / 2], when_ps, order)) {
		/* The one in the middle ends this loop. */
		for (i = queue->head--; !near_is_after(&ref[i], when_ps, order); i++)
			ref[i - 1] = ref[i];
		i--;
	} else {
		for (i = queue->tail++; near_is_after(&ref[i - 1], when_ps, order); i--)
			ref[i] = ref[i - 1];
	}
	ref[i] = (struct event_ref){ when_ps, event };
}

/* near_remove - take out @event, which must be in near. */
static void near_remove(struct sim *sim, struct sim_event *event)
{
	struct sim_events *queue = sim->events;
	struct event_ref *ref = queue->ref;
	uint32_t i = queue->head;

	while (i < queue->tail && ref[i].event != event)
		i++;
	sim_assert(sim, i < queue->tail);
	if (i - queue->head < queue->tail - i) {
		memmove(&ref[queue->head + 1], &ref[queue->head], (i - queue->head) * sizeof(*ref));
		queue->head++;
	} else {
		memmove(&ref[i], &ref[i + 1], (queue->tail - i - 1) * sizeof(*ref));
		queue->tail--;
	}
}

/* event_add_slow - the event is not near, or near is full. */
static __attribute__((noinline)) void event_add_slow(struct sim *sim, struct sim_event *event)
{
	struct sim_events *queue = sim->events;

	if (event->when_ps < queue->limit_ps)
		event_far_spill(queue);
	if (event->when_ps < queue->limit_ps)
		near_insert(queue, event);
	else
		event_far_add(queue, event);
	if (queue->head == queue->tail && !queue->instant.active)
		event_far_refill(sim);
	else if (event->when_ps < sim->next_event_ps)
		sim->next_event_ps = event->when_ps;
}

void sim_event_at(struct sim *sim, struct sim_event *event, sim_ps when_ps)
{
	struct sim_events *queue = sim->events;

	sim_assert(sim, event->slot == 0);
	sim_assert(sim, when_ps >= sim->now_ps);
	event->when_ps = when_ps;
	event->order = ((uint64_t)event->prio << EVENT_ORDER_SEQ_BITS) | queue->seq++;
	event->slot = 1;
	if (sim_likely(when_ps < queue->limit_ps && queue->tail - queue->head < EVENT_NEAR_MAX)) {
		near_insert(queue, event);
		if (when_ps < sim->next_event_ps)
			sim->next_event_ps = when_ps;
		return;
	}
	sim_assert(sim, when_ps != SIM_PS_NEVER);
	event_add_slow(sim, event);
}

bool sim_event_cancel(struct sim *sim, struct sim_event *event)
{
	struct sim_events *queue = sim->events;

	if (!event->slot)
		return false;
	if (event->when_ps < queue->limit_ps)
		near_remove(sim, event);
	else
		event_far_remove(queue, event);
	event->slot = 0;
	if (queue->head != queue->tail)
		sim->next_event_ps = queue->ref[queue->head].when_ps;
	else
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

	return queue->far_count + (queue->tail - queue->head) - (queue->horizon.slot != 0);
}
