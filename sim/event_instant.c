/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sim/event_instant.c - very many events at one time: a ring per priority, filled in the order of sequence.
 *
 * While an instant is active it is also the present, so whatever is added to it has the newest sequence number and
 * belongs at the end of its ring: a burst of n events costs n, and what a burst schedules for the same instant too.
 */
#include "sim/event_internal.h"

#include <stdlib.h>
#include <string.h>

#define PREFETCH_AHEAD 8

void event_instant_finish(struct event_instant *instant)
{
	uint32_t i;

	for (i = 0; i < EVENT_PRIO_COUNT; i++)
		free(instant->fifo[i].ring);
}

/* fifo_make_room - drop the holes of cancelled events, and make the ring at least twice as large as @live events. */
static void fifo_make_room(struct event_fifo *fifo, uint32_t live)
{
	uint32_t size = live >= fifo->size / 2 ? fifo->size * 2 : fifo->size;
	struct sim_event **ring, *event;
	uint32_t i, n = 0;

	sim_assert(NULL, fifo->size < UINT32_MAX / 2);
	if (size < 64)
		size = 64;
	ring = sim_alloc(size * sizeof(ring[0]));
	for (i = fifo->head; i != fifo->tail; i++) {
		event = fifo->ring[i & (fifo->size - 1)];
		if (!event)
			continue;
		ring[n++] = event;
		event->slot = n;
	}
	free(fifo->ring);
	fifo->ring = ring;
	fifo->size = size;
	fifo->head = 0;
	fifo->tail = n;
}

void event_instant_append(struct sim_events *queue, struct sim_event *event)
{
	struct event_fifo *fifo = &queue->instant.fifo[event->prio];
	uint32_t i;

	if (fifo->tail - fifo->head == fifo->size)
		fifo_make_room(fifo, fifo->live);
	i = fifo->tail++ & (fifo->size - 1);
	fifo->ring[i] = event;
	event->slot = i + 1;
	fifo->live++;
	queue->instant.live++;
}

void event_instant_remove(struct sim_events *queue, struct sim_event *event)
{
	struct event_fifo *fifo = &queue->instant.fifo[event->prio];

	sim_assert(NULL, fifo->ring[event->slot - 1] == event);
	fifo->ring[event->slot - 1] = NULL;
	fifo->live--;
	queue->instant.live--;
	if (!fifo->live)
		fifo->head = fifo->tail;
}

/* merge - merge the ascending runs [@from, @middle) and [@middle, @to) of @in into @out. */
static void merge(const struct event_key *in, struct event_key *out, size_t from, size_t middle, size_t to)
{
	size_t a = from, b = middle, i;

	for (i = from; i < to; i++) {
		if (b == to || (a < middle && in[a].order < in[b].order))
			out[i] = in[a++];
		else
			out[i] = in[b++];
	}
}

/* run_end - end of the ascending run that begins at @from; a descending one is reversed first. */
static size_t run_end(struct event_key *key, size_t from, size_t count)
{
	size_t to = from + 1, i;
	struct event_key swap;

	if (to == count || key[from].order < key[to].order) {
		while (to < count && key[to - 1].order < key[to].order)
			to++;
		return to;
	}
	while (to < count && key[to - 1].order > key[to].order)
		to++;
	for (i = 0; i < (to - from) / 2; i++) {
		swap = key[from + i];
		key[from + i] = key[to - 1 - i];
		key[to - 1 - i] = swap;
	}
	return to;
}

/*
 * sort - natural merge sort of @key by order, with @space for as many. What was scheduled in order arrives in order or
 * reversed, which is one run. Return: where the result is, @key or @space.
 */
static struct event_key *sort(struct event_key *key, struct event_key *space, size_t count)
{
	struct event_key *swap;
	size_t from, middle, to, runs;

	do {
		runs = 0;
		for (from = 0; from < count; from = to) {
			middle = run_end(key, from, count);
			to = middle < count ? run_end(key, middle, count) : middle;
			if (from == 0 && middle == count)
				return key;
			merge(key, space, from, middle, to);
			runs++;
		}
		swap = key;
		key = space;
		space = swap;
	} while (runs > 1);
	return key;
}

/* bin_before - the reference that was added before pool[@i], EVENT_BIN_EMPTY if there is none. */
static inline uint32_t bin_before(const struct sim_events *queue, uint32_t i)
{
	return --i % EVENT_CHUNK ? i : (uint32_t)queue->pool[i].when_ps;
}

/*
 * load_run - fill one ring straight from the bin, if that is one run of one priority, from newest to oldest or the
 * other way round after a move. Return: false if it is not; what was written then lies outside of what the ring holds,
 * which is nothing.
 */
static bool load_run(struct sim_events *queue)
{
	struct event_instant *instant = &queue->instant;
	uint32_t count = instant->bin.count, i = instant->bin.last, at, step, n;
	struct sim_event *event = queue->pool[i].event;
	struct event_fifo *fifo = &instant->fifo[event->prio];
	uint64_t order = event->order;
	bool falling = queue->pool[bin_before(queue, i)].event->order < order;

	while (fifo->size < count)
		fifo_make_room(fifo, count);
	at = falling ? count - 1 : 0;
	step = falling ? UINT32_MAX : 1;
	for (n = 0; n < count; n++) {
		event = queue->pool[i].event;
		if (event->prio != (uint32_t)(order >> SIM_EVENT_SEQ_BITS) || (n && (event->order < order) != falling))
			return false;
		order = event->order;
		fifo->ring[at] = event;
		event->slot = at + 1;
		at += step;
		i = bin_before(queue, i);
	}
	fifo->head = 0;
	fifo->tail = count;
	fifo->live = count;
	instant->live = count;
	return true;
}

/* load_sorted - sort the bin by order and append it to the rings. */
static void load_sorted(struct sim_events *queue)
{
	struct event_instant *instant = &queue->instant;
	size_t count = instant->bin.count, i;
	struct event_key *key;

	if (queue->key_size < 2 * count) {
		free(queue->key);
		queue->key_size = 4 * count;
		queue->key = sim_alloc(queue->key_size * sizeof(queue->key[0]));
	}
	key = queue->key;
	for (i = 0; i < count; i++)
		key[i].event = event_bin_take(queue, &instant->bin).event;
	for (i = 0; i < count; i++) {
		if (i + PREFETCH_AHEAD < count)
			__builtin_prefetch(key[i + PREFETCH_AHEAD].event, 1);
		key[i].order = key[i].event->order;
	}
	key = sort(key, key + count, count);
	for (i = 0; i < count; i++)
		event_instant_append(queue, key[i].event);
}

/* instant_load - make the instant the present: its bin, not empty, goes to the rings, in order. */
static void instant_load(struct sim_events *queue)
{
	if (queue->instant.bin.count > 1 && load_run(queue))
		event_bin_clear(queue, &queue->instant.bin);
	else
		load_sorted(queue);
	queue->instant.active = true;
}

struct sim_event *event_instant_pop(struct sim *sim)
{
	struct sim_events *queue = sim->events;
	struct event_instant *instant = &queue->instant;
	struct event_fifo *fifo = instant->fifo;
	struct sim_event *event;

	if (!instant->active) {
		sim_assert(sim, instant->bin.count);
		instant_load(queue);
		sim->now_ps = instant->when_ps;
	}
	while (!fifo->live)
		fifo++;
	do {
		event = fifo->ring[fifo->head++ & (fifo->size - 1)];
	} while (!event);
	__builtin_prefetch(fifo->ring[(fifo->head + PREFETCH_AHEAD) & (fifo->size - 1)], 1);
	event->slot = 0;
	if (!--fifo->live)
		fifo->head = fifo->tail;
	instant->live--;
	queue->far_count--;
	if (!instant->live)
		event_far_refill(sim);
	return event;
}
