/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SIM_EVENT_H
#define SIM_EVENT_H
/*
 * sim/event.h - the event queue: what happens when, ordered by (time, priority, sequence).
 *
 * Events are embedded in what they wake, so scheduling allocates nothing. Ties are broken by priority and then by
 * the order of the calls, never by addresses. The structure is chosen for both few and very many pending
 * events (see sim/event.c and bench/bench_event.c).
 */
#include "sim/sim.h"

/**
 * enum sim_prio - order within one instant, lowest first.
 * Hardware state changes come before what software sees of them; observers and samplers see the end of the instant.
 */
enum sim_prio {
	SIM_PRIO_HW = 0,
	SIM_PRIO_LINK = 1,
	SIM_PRIO_IRQ = 2,
	SIM_PRIO_TASK = 3,
	SIM_PRIO_OBSERVER = 4,
};

struct sim_event;
typedef void sim_event_fn(struct sim *sim, struct sim_event *event);

/**
 * struct sim_event - one event, embedded in its owner (use sim_container_of() in the callback).
 * All fields are private to sim/event.c; initialise with sim_event_init().
 */
struct sim_event {
	/* private: */
	sim_ps when_ps;
	uint64_t order; /* priority in the high bits, sequence below */
	sim_event_fn *fire;
	uint32_t slot; /* 0: not pending; else where the queue keeps it, see sim/event_internal.h */
	uint32_t prio;
};

/**
 * sim_event_init - make an event ready to be scheduled.
 * @event: caller's memory.
 * @fire: called at the event's time; the event is no longer pending then and may be scheduled again.
 * @prio: order within an instant.
 */
void sim_event_init(struct sim_event *event, sim_event_fn *fire, enum sim_prio prio);

/* The priority is the high bits of sim_event.order, the sequence number the low ones. Private. */
#define SIM_EVENT_SEQ_BITS 60

/** sim_event_add - out-of-line half of sim_event_at(). */
void sim_event_add(struct sim *sim, struct sim_event *event, sim_ps when_ps);

/**
 * sim_event_at - schedule @event at the absolute time @when_ps.
 * @sim: the simulation.
 * @event: initialised and not pending; must live until it fired or was cancelled.
 * @when_ps: not before sim_now(), and not SIM_PS_NEVER.
 */
static inline void sim_event_at(struct sim *sim, struct sim_event *event, sim_ps when_ps)
{
	/*
	 * Alone in the queue, as a lone task or a single request is: nothing to sort, and no sequence number to use up,
	 * since what comes later takes the next one. Whatever is unusual or wrong goes the other way, to the
	 * assertions.
	 */
	if (sim->next_event_ps == SIM_PS_NEVER && sim_likely((int64_t)(when_ps - sim->now_ps) >= 0 && !event->slot)) {
		event->when_ps = when_ps;
		event->order = ((uint64_t)event->prio << SIM_EVENT_SEQ_BITS) | sim->event_seq;
		event->slot = 1;
		sim->next_event_ps = when_ps;
		sim->next_event = event;
		return;
	}
	sim_event_add(sim, event, when_ps);
}

/** sim_event_after - schedule @event @delay_ps from now; 0 means later in this instant. */
static inline void sim_event_after(struct sim *sim, struct sim_event *event, sim_ps delay_ps)
{
	sim_event_at(sim, event, sim->now_ps + delay_ps);
}

/**
 * sim_event_cancel - take @event out of the queue.
 * Return: true if it was pending.
 */
bool sim_event_cancel(struct sim *sim, struct sim_event *event);

/** sim_event_pending - is @event scheduled? */
bool sim_event_pending(const struct sim_event *event);

/** sim_event_count - number of pending events. */
size_t sim_event_count(const struct sim *sim);

#endif
