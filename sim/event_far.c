/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sim/event_far.c - events that are not near: bins of a common pool, the stack of rungs, top.
 *
 * The idea of rungs that split only what is about to be used is the ladder queue's (Tang, Goh, Thng: "Ladder queue:
 * an O(1) priority queue structure for large-scale discrete event simulation", 2005). Different here: bins are stacks
 * of chunks in one pool instead of lists through the events, so that moving them does not touch the events except
 * to write down the new place; widths are powers of two; and a spill swallows finer rungs that are not much bigger
 * than itself, so that the stack stays logarithmic whatever the order of the calls.
 */
#include "sim/event_internal.h"

#include <stdlib.h>
#include <string.h>

void event_far_init(struct sim_events *queue)
{
	queue->pool_size = 64 * EVENT_CHUNK;
	queue->pool = sim_alloc(queue->pool_size * sizeof(queue->pool[0]));
	queue->pool_used = EVENT_CHUNK;
	queue->top.last = EVENT_BIN_EMPTY;
	queue->top_min_ps = SIM_PS_NEVER;
	queue->instant.when_ps = SIM_PS_NEVER;
	queue->instant.bin.last = EVENT_BIN_EMPTY;
}

void event_far_finish(struct sim_events *queue)
{
	uint32_t i;

	for (i = 0; i < queue->rung_size; i++) {
		free(queue->rung[i]->bin);
		free(queue->rung[i]);
	}
	free(queue->rung);
	free(queue->pool);
}

/* The link of a chunk is kept where a reference has its time. */
static __attribute__((noinline)) void pool_grow(struct sim_events *queue)
{
	sim_assert(NULL, queue->pool_size < UINT32_MAX / 2);
	queue->pool_size *= 2;
	queue->pool = sim_realloc(queue->pool, queue->pool_size * sizeof(queue->pool[0]));
}

/* chunk_get - a fresh chunk behind the full one that ends in @last. Return: its first reference. */
static inline uint32_t chunk_get(struct sim_events *queue, uint32_t last)
{
	uint32_t chunk = queue->pool_free;

	if (chunk) {
		queue->pool_free = (uint32_t)queue->pool[chunk].when_ps;
	} else {
		if (sim_unlikely(queue->pool_used == queue->pool_size))
			pool_grow(queue);
		chunk = queue->pool_used;
		queue->pool_used += EVENT_CHUNK;
	}
	queue->pool[chunk].when_ps = last;
	return chunk + 1;
}

static inline void bin_add(struct sim_events *queue, struct event_bin *bin, sim_ps when_ps, struct sim_event *event)
{
	uint32_t i = bin->last + 1;

	if (i % EVENT_CHUNK == 0)
		i = chunk_get(queue, bin->last);
	queue->pool[i] = (struct event_ref){when_ps, event};
	event->slot = i;
	bin->last = i;
	bin->count++;
}

struct event_ref event_bin_take(struct sim_events *queue, struct event_bin *bin)
{
	uint32_t i = bin->last;
	struct event_ref ref = queue->pool[i];

	bin->count--;
	bin->last = i - 1;
	if (i % EVENT_CHUNK == 1) {
		i--;
		bin->last = (uint32_t)queue->pool[i].when_ps;
		queue->pool[i].when_ps = queue->pool_free;
		queue->pool_free = i;
	}
	return ref;
}

void event_bin_clear(struct sim_events *queue, struct event_bin *bin)
{
	uint32_t chunk;

	while (bin->last != EVENT_BIN_EMPTY) {
		chunk = bin->last - bin->last % EVENT_CHUNK;
		bin->last = (uint32_t)queue->pool[chunk].when_ps;
		queue->pool[chunk].when_ps = queue->pool_free;
		queue->pool_free = chunk;
	}
	bin->count = 0;
}

/* bin_remove - cancel: the newest of the bin takes the place of @event. */
static void bin_remove(struct sim_events *queue, struct event_bin *bin, struct sim_event *event)
{
	uint32_t i = event->slot;
	struct event_ref last;

	sim_assert(NULL, queue->pool[i].event == event);
	last = event_bin_take(queue, bin);
	if (last.event != event) {
		queue->pool[i] = last;
		last.event->slot = i;
	}
}

static inline uint32_t rung_index(const struct event_rung *rung, sim_ps when_ps)
{
	return (uint32_t)((when_ps - rung->start_ps) >> rung->shift);
}

static inline void rung_add(struct sim_events *queue, struct event_rung *rung, sim_ps when_ps, struct sim_event *event)
{
	uint32_t i = rung_index(rung, when_ps);

	rung->summary |= 1ull << (i / 64);
	rung->map[i / 64] |= 1ull << (i % 64);
	rung->count++;
	bin_add(queue, &rung->bin[i], when_ps, event);
}

/* rung_mark_empty - bin @i lost its last reference. */
static void rung_mark_empty(struct event_rung *rung, uint32_t i)
{
	rung->map[i / 64] &= ~(1ull << (i % 64));
	if (!rung->map[i / 64])
		rung->summary &= ~(1ull << (i / 64));
}

/* rung_first - the first bin that holds something; the rung is not empty. */
static uint32_t rung_first(const struct event_rung *rung)
{
	uint32_t word = (uint32_t)__builtin_ctzll(rung->summary);

	return word * 64 + (uint32_t)__builtin_ctzll(rung->map[word]);
}

/* rung_bin_end - the first time that is not bin @i's. */
static sim_ps rung_bin_end(const struct event_rung *rung, uint32_t i)
{
	sim_ps last = rung->end_ps - 1 - rung->start_ps;

	if (last >> rung->shift <= i)
		return rung->end_ps;
	return rung->start_ps + ((sim_ps)(i + 1) << rung->shift);
}

/* rung_push - a finest rung for [@start_ps, @end_ps), sized for @count events; its bins are empty. */
static struct event_rung *rung_push(struct sim_events *queue, sim_ps start_ps, sim_ps end_ps, size_t count)
{
	uint64_t bins = EVENT_BINS_MIN;
	struct event_rung *rung;
	uint32_t i, bits;

	if (queue->rungs == queue->rung_size) {
		queue->rung = sim_realloc(queue->rung, (queue->rung_size + 1) * sizeof(queue->rung[0]));
		rung = sim_alloc(sizeof(*rung));
		rung->bin = sim_alloc(EVENT_BINS_MAX * sizeof(rung->bin[0]));
		for (i = 0; i < EVENT_BINS_MAX; i++)
			rung->bin[i].last = EVENT_BIN_EMPTY;
		queue->rung[queue->rung_size++] = rung;
	}
	rung = queue->rung[queue->rungs++];
	while (bins < EVENT_BINS_MAX && bins * EVENT_BIN_AIM < count)
		bins *= 2;
	rung->start_ps = start_ps;
	rung->end_ps = end_ps;
	rung->shift = 0;
	bits = 64 - (uint32_t)__builtin_clzll((end_ps - 1 - start_ps) | 1);
	if (bits > (uint32_t)__builtin_ctzll(bins))
		rung->shift = bits - (uint32_t)__builtin_ctzll(bins);
	return rung;
}

static void top_add(struct sim_events *queue, sim_ps when_ps, struct sim_event *event)
{
	if (when_ps < queue->top_min_ps)
		queue->top_min_ps = when_ps;
	if (when_ps > queue->top_max_ps)
		queue->top_max_ps = when_ps;
	bin_add(queue, &queue->top, when_ps, event);
}

static void top_reset(struct sim_events *queue)
{
	queue->top = (struct event_bin){.last = EVENT_BIN_EMPTY};
	queue->top_min_ps = SIM_PS_NEVER;
	queue->top_max_ps = 0;
}

/* far_rung - the rung to which a time that is not the instant's belongs; NULL for top. */
static inline struct event_rung *far_rung(const struct sim_events *queue, sim_ps when_ps)
{
	uint32_t i;

	for (i = queue->rungs; i-- > 0;)
		if (when_ps < queue->rung[i]->end_ps)
			return queue->rung[i];
	return NULL;
}

void event_far_add(struct sim_events *queue, struct sim_event *event)
{
	struct event_rung *rung;

	queue->far_count++;
	if (sim_unlikely(event->when_ps == queue->instant.when_ps)) {
		if (queue->instant.active)
			event_instant_append(queue, event);
		else
			bin_add(queue, &queue->instant.bin, event->when_ps, event);
		return;
	}
	rung = far_rung(queue, event->when_ps);
	if (rung)
		rung_add(queue, rung, event->when_ps, event);
	else
		top_add(queue, event->when_ps, event);
}

void event_far_remove(struct sim_events *queue, struct sim_event *event)
{
	struct event_rung *rung;
	uint32_t i;

	queue->far_count--;
	if (event->when_ps == queue->instant.when_ps) {
		if (queue->instant.active)
			event_instant_remove(queue, event);
		else
			bin_remove(queue, &queue->instant.bin, event);
		return;
	}
	rung = far_rung(queue, event->when_ps);
	if (!rung) {
		bin_remove(queue, &queue->top, event);
		if (!queue->top.count)
			top_reset(queue);
		return;
	}
	i = rung_index(rung, event->when_ps);
	bin_remove(queue, &rung->bin[i], event);
	rung->count--;
	if (!rung->bin[i].count)
		rung_mark_empty(rung, i);
}

/* instant_shelve - something has to come before the instant: make it the rung that it is, one bin of 1 ps. */
static void instant_shelve(struct sim_events *queue)
{
	struct event_instant *instant = &queue->instant;
	struct event_rung *rung;

	if (!instant->bin.count) {
		instant->when_ps = SIM_PS_NEVER;
		return;
	}
	rung = rung_push(queue, instant->when_ps, instant->when_ps + 1, 1);
	rung->bin[0] = instant->bin;
	rung->count = instant->bin.count;
	rung->summary = 1;
	rung->map[0] = 1;
	instant->bin = (struct event_bin){.last = EVENT_BIN_EMPTY};
	instant->when_ps = SIM_PS_NEVER;
}

/* instant_begin - what is in @bin, all at @when_ps, comes next and is too much to sort. */
static void instant_begin(struct sim *sim, struct event_bin *bin, sim_ps when_ps)
{
	struct sim_events *queue = sim->events;

	queue->instant.bin = *bin;
	queue->instant.when_ps = when_ps;
	*bin = (struct event_bin){.last = EVENT_BIN_EMPTY};
	queue->limit_ps = when_ps;
	sim->next_event_ps = when_ps;
}

/* rung_take_all - move what is in the finest rung to @bin, and drop the rung. */
static void rung_take_all(struct sim_events *queue, struct event_bin *bin)
{
	struct event_rung *rung = queue->rung[--queue->rungs];
	struct event_ref ref;
	uint32_t i;

	while (rung->summary) {
		i = rung_first(rung);
		while (rung->bin[i].count) {
			ref = event_bin_take(queue, &rung->bin[i]);
			bin_add(queue, bin, ref.when_ps, ref.event);
		}
		rung_mark_empty(rung, i);
	}
	rung->count = 0;
}

/* near_split - where to cut near: between two different times, close to the middle; head if all are equal. */
static struct event_ref *near_split(const struct sim_events *queue)
{
	struct event_ref *middle = queue->head + (queue->tail - queue->head) / 2;
	struct event_ref *ref;

	for (ref = middle; ref < queue->tail; ref++)
		if (ref[-1].when_ps != ref->when_ps)
			return ref;
	for (ref = middle - 1; ref > queue->head; ref--)
		if (ref[-1].when_ps != ref->when_ps)
			return ref;
	return queue->head;
}

void event_far_spill(struct sim *sim)
{
	struct sim_events *queue = sim->events;
	struct event_bin bin = {.last = EVENT_BIN_EMPTY};
	sim_ps end_ps = queue->limit_ps;
	struct event_ref *cut = near_split(queue);
	struct event_rung *rung;
	struct event_ref ref;

	if (queue->instant.when_ps != SIM_PS_NEVER)
		instant_shelve(queue);
	queue->limit_ps = cut->when_ps;
	while (queue->tail != cut) {
		queue->tail--;
		bin_add(queue, &bin, queue->tail->when_ps, queue->tail->event);
	}
	if (sim->next_event_ps == queue->limit_ps) {
		bin_add(queue, &bin, sim->next_event_ps, sim->next_event);
		sim->next_event = NULL;
	}
	queue->far_count += bin.count;
	while (queue->rungs && queue->rung[queue->rungs - 1]->count <= 2 * (size_t)bin.count) {
		end_ps = queue->rung[queue->rungs - 1]->end_ps;
		rung_take_all(queue, &bin);
	}
	if (!queue->rungs && queue->top.count <= 2 * (size_t)bin.count) {
		while (bin.count) {
			ref = event_bin_take(queue, &bin);
			top_add(queue, ref.when_ps, ref.event);
		}
		return;
	}
	rung = rung_push(queue, queue->limit_ps, end_ps, bin.count);
	while (bin.count) {
		ref = event_bin_take(queue, &bin);
		rung_add(queue, rung, ref.when_ps, ref.event);
	}
}

/* near_fill - sort the few references of @bin, not 0, into near, which is empty, and take next from it. */
static void near_fill(struct sim *sim, struct event_bin *bin)
{
	struct sim_events *queue = sim->events;
	struct event_ref *first = &queue->ref[(EVENT_NEAR_SLOTS - EVENT_FILL_MAX) / 2];
	struct event_ref *last, *ref, new;

	queue->far_count -= bin->count;
	for (last = first; bin->count; last++) {
		new = event_bin_take(queue, bin);
		__builtin_prefetch(new.event, 1);
		for (ref = last; ref != first; ref--) {
			if (ref[-1].when_ps < new.when_ps ||
			    (ref[-1].when_ps == new.when_ps &&ref[-1].event->order < new.event->order))
				break;
			ref[0] = ref[-1];
		}
		*ref = new;
	}
	sim->next_event_ps = first->when_ps;
	sim->next_event = first->event;
	queue->head = first + 1;
	queue->tail = last;
}

/* bin_bounds - earliest and latest time in @bin. */
static void bin_bounds(const struct sim_events *queue, const struct event_bin *bin, sim_ps *min_ps, sim_ps *max_ps)
{
	uint32_t i = bin->last;
	sim_ps min = SIM_PS_NEVER, max = 0;

	while (i != EVENT_BIN_EMPTY) {
		sim_ps when_ps = queue->pool[i].when_ps;

		min = when_ps < min ? when_ps : min;
		max = when_ps > max ? when_ps : max;
		if (--i % EVENT_CHUNK == 0)
			i = (uint32_t)queue->pool[i].when_ps;
	}
	*min_ps = min;
	*max_ps = max;
}

/* bin_split - spread @bin, whose times are in [@min_ps, @max_ps], over a new finest rung. */
static void bin_split(struct sim_events *queue, struct event_bin *bin, sim_ps min_ps, sim_ps max_ps)
{
	struct event_rung *rung = rung_push(queue, min_ps, max_ps + 1, bin->count);

	while (bin->count) {
		struct event_ref ref = event_bin_take(queue, bin);

		rung_add(queue, rung, ref.when_ps, ref.event);
	}
	queue->limit_ps = min_ps;
}

/* refill_from_rung - Return: true when what comes next is known, false when the search has to go on. */
static bool refill_from_rung(struct sim *sim)
{
	struct sim_events *queue = sim->events;
	struct event_rung *rung = queue->rung[queue->rungs - 1];
	struct event_bin *bin;
	sim_ps min_ps, max_ps;
	uint32_t i;

	if (!rung->count) {
		if (queue->limit_ps < rung->end_ps)
			queue->limit_ps = rung->end_ps;
		queue->rungs--;
		return false;
	}
	i = rung_first(rung);
	bin = &rung->bin[i];
	rung->count -= bin->count;
	rung_mark_empty(rung, i);
	if (bin->count <= EVENT_FILL_MAX) {
		queue->limit_ps = rung_bin_end(rung, i);
		near_fill(sim, bin);
		return true;
	}
	bin_bounds(queue, bin, &min_ps, &max_ps);
	if (min_ps == max_ps) {
		instant_begin(sim, bin, min_ps);
		return true;
	}
	bin_split(queue, bin, min_ps, max_ps);
	return false;
}

void event_far_refill(struct sim *sim)
{
	struct sim_events *queue = sim->events;
	struct event_instant *instant = &queue->instant;

	if (instant->when_ps != SIM_PS_NEVER) {
		if (instant->active ? instant->live : instant->bin.count) {
			sim->next_event_ps = instant->when_ps;
			return;
		}
		instant->active = false;
		instant->when_ps = SIM_PS_NEVER;
	}
	while (queue->rungs)
		if (refill_from_rung(sim))
			return;
	if (queue->top.count <= EVENT_FILL_MAX) {
		queue->limit_ps = SIM_PS_NEVER;
		sim->next_event_ps = SIM_PS_NEVER;
		if (queue->top.count)
			near_fill(sim, &queue->top);
		top_reset(queue);
		return;
	}
	if (queue->top_min_ps == queue->top_max_ps) {
		instant_begin(sim, &queue->top, queue->top_min_ps);
		top_reset(queue);
		return;
	}
	bin_split(queue, &queue->top, queue->top_min_ps, queue->top_max_ps);
	top_reset(queue);
	event_far_refill(sim);
}
