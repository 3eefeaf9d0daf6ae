/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SIM_EVENT_INTERNAL_H
#define SIM_EVENT_INTERNAL_H
/*
 * sim/event_internal.h - the parts of the event queue; for sim/event*.c, sim/sim.c and their tests only.
 *
 * Earliest to latest, an event is in one of five places:
 *
 *   next      sim->next_event, one event.
 *   near      a sorted array of at most EVENT_NEAR_MAX references: other events before @limit_ps.
 *   instant   one point in time with too many events to sort into near; a queue per priority while it is fired.
 *   rungs     a stack of arrays of unsorted bins, the finest on top. A bin is a span of 2^shift ps.
 *   top       one unsorted bin: everything behind the coarsest rung.
 *
 * When near runs dry it is refilled from the first bin that holds something; a bin that holds too much becomes a finer
 * rung of its own first. So an event is moved a few times by copying 16 bytes from one stream to another, and is
 * sorted among a handful only: constant cost where a heap pays log n cache misses.
 *
 * Invariants, with rung k the finest:
 *  - next and every event in near are before limit_ps, every other one at or after it;
 *  - an event at t >= limit_ps belongs to the instant if t is its time, else to the finest rung with t < end_ps, else
 *    to top; that rung's start_ps is not after t, because start_ps[k] <= limit_ps and
 *    start_ps[i] <= max(limit_ps, end_ps[i + 1]). A bin that was emptied may fill again;
 *  - next is NULL only if the instant holds what comes next, or the queue is empty; near is empty then, too;
 *  - sim->next_event_ps is the time of what comes next;
 *  - limit_ps is SIM_PS_NEVER if and only if there are no rungs, nothing in top and no instant, and thus in an
 *    empty queue.
 */
#include "sim/event.h"

#define EVENT_PRIO_COUNT 8
/* Behind everything else in its instant: the limit of sim_run(). */
#define EVENT_PRIO_HORIZON 7

#define EVENT_NEAR_MAX 128    /* references in near before it spills */
#define EVENT_NEAR_SLOTS 512u /* room for near to shift to both sides */
#define EVENT_FILL_MAX 64u    /* most that one refill sorts into near */
#define EVENT_BINS_MAX 4096u
#define EVENT_BINS_MIN 16u
#define EVENT_BIN_AIM 4u /* events per bin that a new rung aims at */

/* The pool is cut into chunks; reference 0 of each links to the chunk before. Chunk 0 is not used. */
#define EVENT_CHUNK 16u
#define EVENT_BIN_EMPTY (EVENT_CHUNK - 1)

/** struct event_ref - @when_ps: copy of the event's time. @event: borrowed from its owner. */
struct event_ref {
	sim_ps when_ps;
	struct sim_event *event;
};

/** struct event_bin - a stack of chunks. @last: pool index of the newest reference. @count: how many. */
struct event_bin {
	uint32_t last;
	uint32_t count;
};

/**
 * struct event_rung - bins of 2^@shift ps each, from @start_ps on; only times before @end_ps belong to it.
 * @count: events in all bins. @summary: which words of @map are not 0. @map: which bins are not empty.
 * @bin: owned, EVENT_BINS_MAX.
 */
struct event_rung {
	sim_ps start_ps;
	sim_ps end_ps;
	uint32_t shift;
	size_t count;
	uint64_t summary;
	uint64_t map[EVENT_BINS_MAX / 64];
	struct event_bin *bin;
};

/** struct event_fifo - a ring in the order of sequence; NULL where an event was cancelled. */
struct event_fifo {
	struct sim_event **ring; /* owned */
	uint32_t size;		 /* power of two, or 0 */
	uint32_t head;
	uint32_t tail;
	uint32_t live;
};

/**
 * struct event_instant - many events at one time.
 * @when_ps: their time, SIM_PS_NEVER if there is no instant. @active: they are in @fifo, not in @bin.
 */
struct event_instant {
	sim_ps when_ps;
	bool active;
	size_t live;
	struct event_bin bin;
	struct event_fifo fifo[EVENT_PRIO_COUNT];
};

struct event_key {
	uint64_t order;
	struct sim_event *event;
};

struct sim_events {
	sim_ps limit_ps;
	struct event_ref *head; /* near: from here ... */
	struct event_ref *tail; /* ... to before here, in ref, earliest first */
	size_t far_count;	/* events outside near */
	struct event_ref ref[EVENT_NEAR_SLOTS];

	struct event_ref *pool; /* owned */
	uint32_t pool_size;
	uint32_t pool_used;
	uint32_t pool_free; /* chunk, 0: none */

	struct event_bin top;
	sim_ps top_min_ps; /* bounds of what is in top; cancelling does not narrow them */
	sim_ps top_max_ps;
	struct event_rung **rung; /* owned, with spare ones behind rungs */
	uint32_t rungs;
	uint32_t rung_size;
	struct event_instant instant;
	struct event_key *key; /* owned: space for sorting an instant, two halves */
	size_t key_size;

	struct sim_event horizon; /* sim_run()'s limit */
	bool horizon_hit;
};

struct sim_events *event_queue_create(void);
void event_queue_destroy(struct sim_events *queue);

/* sim/event_far.c */
void event_far_init(struct sim_events *queue);
void event_far_finish(struct sim_events *queue);
/** event_far_add - put an event with when_ps >= limit_ps where it belongs. */
void event_far_add(struct sim_events *queue, struct sim_event *event);
/** event_far_remove - take a pending event with when_ps >= limit_ps out. */
void event_far_remove(struct sim_events *queue, struct sim_event *event);
/** event_far_spill - near is full: lower limit_ps and move what is behind it. May leave next NULL, near empty. */
void event_far_spill(struct sim *sim);
/** event_far_refill - next and near are empty: fill them, or make an instant; sets next_event_ps. */
void event_far_refill(struct sim *sim);
/** event_bin_take - remove and return the newest of @bin. */
struct event_ref event_bin_take(struct sim_events *queue, struct event_bin *bin);
/** event_bin_clear - forget what is in @bin, which is not empty. */
void event_bin_clear(struct sim_events *queue, struct event_bin *bin);

/* sim/event_instant.c */
void event_instant_finish(struct event_instant *instant);
/** event_instant_append - put an event of the active instant behind all others of its priority. */
void event_instant_append(struct sim_events *queue, struct sim_event *event);
void event_instant_remove(struct sim_events *queue, struct sim_event *event);
/** event_instant_pop - the first event of the instant, which becomes active; updates next_event_ps. */
struct sim_event *event_instant_pop(struct sim *sim);

/** event_next_take - next was taken out: the first of near follows it. */
static inline void event_next_take(struct sim *sim)
{
	struct sim_events *queue = sim->events;

	if (queue->head != queue->tail) {
		sim->next_event_ps = queue->head->when_ps;
		sim->next_event = queue->head->event;
		queue->head++;
		return;
	}
	sim->next_event_ps = SIM_PS_NEVER;
	sim->next_event = NULL;
	if (queue->limit_ps != SIM_PS_NEVER)
		event_far_refill(sim);
}

/** event_pop - remove the earliest event and set the clock to its time. Return: NULL if nothing is pending. */
static inline struct sim_event *event_pop(struct sim *sim)
{
	struct sim_event *event = sim->next_event;

	if (sim_unlikely(!event))
		return sim->next_event_ps != SIM_PS_NEVER ? event_instant_pop(sim) : NULL;
	sim->now_ps = sim->next_event_ps;
	event->slot = 0;
	event_next_take(sim);
	return event;
}

#endif
