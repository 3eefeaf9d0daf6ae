/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tests/sim/test_event.c - the event queue: order, ties, cancelling, and a comparison with a sorted list.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "sim/event.h"
#include "sim/rng.h"

/* What fired, in order. */
struct log {
	uint32_t id[64];
	sim_ps when_ps[64];
	uint32_t count;
};

struct logged {
	struct sim_event event;
	struct log *log;
	uint32_t id;
	struct sim_event *cancel; /* taken out when this one fires */
	struct sim_event *push;	  /* scheduled when this one fires ... */
	sim_ps push_delay_ps;	  /* ... this much later */
	bool cancelled;
};

static void logged_fire(struct sim *sim, struct sim_event *event)
{
	struct logged *item = sim_container_of(event, struct logged, event);

	ck_assert(!sim_event_pending(event));
	item->log->id[item->log->count] = item->id;
	item->log->when_ps[item->log->count++] = sim_now(sim);
	if (item->cancel)
		item->cancelled = sim_event_cancel(sim, item->cancel);
	if (item->push) {
		sim_event_after(sim, item->push, item->push_delay_ps);
		item->push = NULL;
	}
}

static void logged_init(struct logged *item, struct log *log, uint32_t id, enum sim_prio prio)
{
	*item = (struct logged){.log = log, .id = id};
	sim_event_init(&item->event, logged_fire, prio);
}

START_TEST(test_order_when_times_differ_then_earliest_first)
{
	/* The first rule of the order is time, whatever the order of the calls. */
	struct sim *sim = sim_create(1);
	struct log log = {.count = 0};
	struct logged item[5];
	static const sim_ps when_ps[] = {50, 10, 40, 20, 30};
	uint32_t i;

	for (i = 0; i < 5; i++) {
		logged_init(&item[i], &log, i, SIM_PRIO_HW);
		sim_event_at(sim, &item[i].event, when_ps[i]);
		ck_assert(sim_event_pending(&item[i].event));
	}
	ck_assert_uint_eq(sim->next_event_ps, 10);
	ck_assert_uint_eq(sim_event_count(sim), 5);
	ck_assert_uint_eq(sim_run(sim, SIM_PS_NEVER), 5);
	for (i = 0; i < 5; i++)
		ck_assert_uint_eq(log.when_ps[i], 10 * (i + 1));
	ck_assert_uint_eq(log.id[0], 1);
	ck_assert_uint_eq(log.id[4], 0);
	ck_assert_uint_eq(sim->next_event_ps, SIM_PS_NEVER);
	ck_assert_uint_eq(sim_event_count(sim), 0);
	sim_destroy(sim);
}
END_TEST

START_TEST(test_order_when_times_are_equal_then_priority_then_sequence)
{
	/* Ties are broken by priority, then by the order of the calls: pinned with two events of each priority. */
	struct sim *sim = sim_create(1);
	struct log log = {.count = 0};
	struct logged item[10];
	uint32_t i;

	for (i = 0; i < 10; i++) {
		logged_init(&item[i], &log, i, (enum sim_prio)(SIM_PRIO_OBSERVER - i % 5));
		sim_event_at(sim, &item[i].event, 7);
	}
	ck_assert_uint_eq(sim_run(sim, SIM_PS_NEVER), 10);
	for (i = 0; i < 10; i++) {
		ck_assert_uint_eq(log.when_ps[i], 7);
		ck_assert_uint_eq(log.id[i], 4 - i / 2 + i % 2 * 5);
	}
	sim_destroy(sim);
}
END_TEST

START_TEST(test_push_when_zero_delay_then_same_instant_in_priority_order)
{
	/* A callback schedules for its own instant: it fires there, before a higher priority number that waits. */
	struct sim *sim = sim_create(1);
	struct log log = {.count = 0};
	struct logged first, pushed, observer, later;

	logged_init(&first, &log, 1, SIM_PRIO_HW);
	logged_init(&pushed, &log, 2, SIM_PRIO_IRQ);
	logged_init(&observer, &log, 3, SIM_PRIO_OBSERVER);
	logged_init(&later, &log, 4, SIM_PRIO_HW);
	first.push = &pushed.event;
	sim_event_at(sim, &observer.event, 100);
	sim_event_at(sim, &first.event, 100);
	sim_event_at(sim, &later.event, 101);
	sim_run(sim, SIM_PS_NEVER);
	ck_assert_uint_eq(log.count, 4);
	ck_assert_uint_eq(log.id[0], 1);
	ck_assert_uint_eq(log.id[1], 2);
	ck_assert_uint_eq(log.id[2], 3);
	ck_assert_uint_eq(log.id[3], 4);
	ck_assert_uint_eq(log.when_ps[1], 100);
	sim_destroy(sim);
}
END_TEST

START_TEST(test_push_when_event_reschedules_itself_then_it_fires_again)
{
	/* The event is not pending in its own callback, so it may go in again at once. */
	struct sim *sim = sim_create(1);
	struct log log = {.count = 0};
	struct logged item;

	logged_init(&item, &log, 1, SIM_PRIO_HW);
	item.push = &item.event;
	item.push_delay_ps = 5;
	sim_event_at(sim, &item.event, 10);
	ck_assert_uint_eq(sim_run(sim, SIM_PS_NEVER), 2);
	ck_assert_uint_eq(log.when_ps[1], 15);
	sim_destroy(sim);
}
END_TEST

START_TEST(test_cancel_when_pending_then_it_never_fires)
{
	/* Cancelling the earliest one moves next_event_ps; cancelling what is not pending reports so. */
	struct sim *sim = sim_create(1);
	struct log log = {.count = 0};
	struct logged a, b;

	logged_init(&a, &log, 1, SIM_PRIO_HW);
	logged_init(&b, &log, 2, SIM_PRIO_HW);
	ck_assert(!sim_event_cancel(sim, &a.event));
	sim_event_at(sim, &a.event, 10);
	sim_event_at(sim, &b.event, 20);
	ck_assert(sim_event_cancel(sim, &a.event));
	ck_assert(!sim_event_pending(&a.event));
	ck_assert_uint_eq(sim->next_event_ps, 20);
	ck_assert(!sim_event_cancel(sim, &a.event));
	ck_assert_uint_eq(sim_run(sim, SIM_PS_NEVER), 1);
	ck_assert_uint_eq(log.id[0], 2);
	ck_assert(!sim_event_cancel(sim, &b.event));
	sim_event_at(sim, &a.event, 30);
	ck_assert(sim_event_cancel(sim, &a.event));
	ck_assert_uint_eq(sim->next_event_ps, SIM_PS_NEVER);
	ck_assert(!sim_step(sim));
	sim_destroy(sim);
}
END_TEST

START_TEST(test_cancel_when_from_callback_then_even_same_instant_is_stopped)
{
	/* The victim is due in the very same instant, next in line. */
	struct sim *sim = sim_create(1);
	struct log log = {.count = 0};
	struct logged killer, victim;

	logged_init(&killer, &log, 1, SIM_PRIO_HW);
	logged_init(&victim, &log, 2, SIM_PRIO_HW);
	killer.cancel = &victim.event;
	sim_event_at(sim, &killer.event, 10);
	sim_event_at(sim, &victim.event, 10);
	ck_assert_uint_eq(sim_run(sim, SIM_PS_NEVER), 1);
	ck_assert(killer.cancelled);
	ck_assert_uint_eq(log.count, 1);
	sim_destroy(sim);
}
END_TEST

START_TEST(test_at_when_in_the_past_then_assertion)
{
	/* Scheduling before now is our own bug and must not go unnoticed. */
	struct sim *sim = sim_create(1);
	struct log log = {.count = 0};
	struct logged a, b;

	logged_init(&a, &log, 1, SIM_PRIO_HW);
	logged_init(&b, &log, 2, SIM_PRIO_HW);
	sim_event_at(sim, &a.event, 10);
	sim_run(sim, SIM_PS_NEVER);
	sim_event_at(sim, &b.event, 9);
}
END_TEST

START_TEST(test_at_when_already_pending_then_assertion)
{
	/* An event has one place in the queue; scheduling it twice is our own bug. */
	struct sim *sim = sim_create(1);
	struct log log = {.count = 0};
	struct logged a;

	logged_init(&a, &log, 1, SIM_PRIO_HW);
	sim_event_at(sim, &a.event, 10);
	sim_event_at(sim, &a.event, 10);
}
END_TEST

START_TEST(test_at_when_never_then_assertion)
{
	/* SIM_PS_NEVER means "no event" in next_event_ps and so is no time for one. */
	struct sim *sim = sim_create(1);
	struct log log = {.count = 0};
	struct logged a;

	logged_init(&a, &log, 1, SIM_PRIO_HW);
	sim_event_at(sim, &a.event, SIM_PS_NEVER);
}
END_TEST

/*
 * The comparison with a sorted list.
 */

enum shape {
	SHAPE_UNIFORM,
	SHAPE_EXPONENTIAL,
	SHAPE_BIMODAL,
	SHAPE_BURSTS,
	SHAPE_ZERO,
	SHAPE_ANY_SCALE,
	SHAPE_FALLING,
	SHAPE_BEFORE,
	SHAPE_COUNT
};

struct model_entry {
	sim_ps when_ps;
	uint32_t prio;
	uint32_t id;
};

struct fuzz {
	uint64_t seed;
	struct sim *sim;
	struct sim_rng rng;
	enum shape shape;
	struct fuzz_item *item;
	uint32_t items;
	struct model_entry *model; /* sorted; equal ones in the order of the calls */
	uint32_t count;
	sim_ps falling_ps;
	uint64_t fired;
};

struct fuzz_item {
	struct sim_event event;
	struct fuzz *fuzz;
	uint32_t prio;
};

/* fuzz_expect - a failure names the run that found it. (Check writes to a file for each of its own assertions.) */
static void fuzz_expect(const struct fuzz *fuzz, bool holds, const char *what)
{
	if (!holds)
		ck_abort_msg("%s; seed %llu, shape %d, %u items, at %llu ps after %llu events", what,
			     (unsigned long long)fuzz->seed, (int)fuzz->shape, fuzz->items,
			     (unsigned long long)sim_now(fuzz->sim), (unsigned long long)fuzz->fired);
}

static sim_ps fuzz_delay(struct fuzz *fuzz)
{
	struct sim_rng *rng = &fuzz->rng;
	sim_ps delay_ps;

	switch (fuzz->shape) {
	case SHAPE_EXPONENTIAL: /* geometric scale, so a long tail */
		return sim_rng_below(rng, 1000u << (unsigned)__builtin_ctzll(sim_rng_u64(rng) | 1u << 12));
	case SHAPE_BIMODAL:
		return sim_rng_chance(rng, 9, 10) ? sim_rng_below(rng, 100) : 1000000 + sim_rng_below(rng, 1000);
	case SHAPE_BURSTS: /* few instants, many events in each */
		return 10000 - sim_now(fuzz->sim) % 10000 + 10000 * sim_rng_below(rng, 3);
	case SHAPE_ZERO:
		return sim_rng_chance(rng, 3, 4) ? 0 : sim_rng_below(rng, 4);
	case SHAPE_ANY_SCALE:
		return sim_rng_u64(rng) >> sim_rng_range(rng, 3, 63);
	case SHAPE_FALLING: /* each before the one before: new events always come first */
		if (fuzz->falling_ps <= sim_now(fuzz->sim) + 10)
			fuzz->falling_ps = sim_now(fuzz->sim) + 1000000;
		fuzz->falling_ps -= sim_rng_below(rng, 10);
		return fuzz->falling_ps - sim_now(fuzz->sim);
	case SHAPE_BEFORE: /* a burst that comes next, and much that is still due before it */
		delay_ps = 100000 - sim_now(fuzz->sim) % 100000;
		return sim_rng_chance(rng, 1, 2) ? delay_ps : sim_rng_below(rng, delay_ps);
	default:
		return sim_rng_below(rng, 100000);
	}
}

static void fuzz_push(struct fuzz *fuzz, uint32_t id)
{
	struct model_entry new = {.when_ps = sim_now(fuzz->sim), .prio = fuzz->item[id].prio, .id = id};
	sim_ps delay_ps = fuzz_delay(fuzz);
	uint32_t low = 0, high = fuzz->count, middle;

	if (delay_ps < SIM_PS_NEVER / 2 - new.when_ps)
		new.when_ps += delay_ps;
	while (low < high) {
		struct model_entry *entry = &fuzz->model[middle = (low + high) / 2];

		if (entry->when_ps < new.when_ps || (entry->when_ps == new.when_ps && entry->prio <= new.prio))
			low = middle + 1;
		else
			high = middle;
	}
	memmove(&fuzz->model[low + 1], &fuzz->model[low], (fuzz->count - low) * sizeof(new));
	fuzz->model[low] = new;
	fuzz->count++;
	sim_event_at(fuzz->sim, &fuzz->item[id].event, new.when_ps);
}

static void fuzz_cancel(struct fuzz *fuzz, uint32_t id)
{
	uint32_t i;

	for (i = 0; i < fuzz->count && fuzz->model[i].id != id; i++)
		;
	fuzz_expect(fuzz, sim_event_cancel(fuzz->sim, &fuzz->item[id].event) == (i < fuzz->count), "cancel's result");
	if (i == fuzz->count)
		return;
	fuzz->count--;
	memmove(&fuzz->model[i], &fuzz->model[i + 1], (fuzz->count - i) * sizeof(fuzz->model[0]));
}

static void fuzz_check(struct fuzz *fuzz)
{
	fuzz_expect(fuzz, sim_event_count(fuzz->sim) == fuzz->count, "number pending");
	fuzz_expect(fuzz, fuzz->sim->next_event_ps == (fuzz->count ? fuzz->model[0].when_ps : SIM_PS_NEVER),
		    "next_event_ps");
}

static void fuzz_fire(struct sim *sim, struct sim_event *event)
{
	struct fuzz_item *item = sim_container_of(event, struct fuzz_item, event);
	struct fuzz *fuzz = item->fuzz;
	uint32_t id = (uint32_t)(item - fuzz->item);

	fuzz_expect(fuzz, fuzz->count > 0, "the list is not empty");
	fuzz_expect(fuzz, fuzz->model[0].id == id, "which event fires");
	fuzz_expect(fuzz, fuzz->model[0].when_ps == sim_now(sim), "when it fires");
	fuzz->count--;
	memmove(&fuzz->model[0], &fuzz->model[1], fuzz->count * sizeof(fuzz->model[0]));
	fuzz_check(fuzz);
	fuzz->fired++;
	if (sim_rng_chance(&fuzz->rng, 3, 4))
		fuzz_push(fuzz, id);
	id = (uint32_t)sim_rng_below(&fuzz->rng, fuzz->items);
	if (sim_rng_chance(&fuzz->rng, 1, 4))
		fuzz_cancel(fuzz, id);
	if (sim_rng_chance(&fuzz->rng, 1, 2) && !sim_event_pending(&fuzz->item[id].event))
		fuzz_push(fuzz, id);
	fuzz_check(fuzz);
}

static void fuzz_run(uint64_t seed, enum shape shape, uint32_t items, uint32_t operations)
{
	struct fuzz fuzz = {.seed = seed, .shape = shape, .items = items};
	uint32_t i, id;

	fuzz.sim = sim_create(seed);
	sim_rng_init(&fuzz.rng, seed, "fuzz");
	fuzz.item = sim_alloc(items * sizeof(fuzz.item[0]));
	fuzz.model = sim_alloc(items * sizeof(fuzz.model[0]));
	for (i = 0; i < items; i++) {
		/* Some seeds do without priorities: a burst is then one long queue. */
		fuzz.item[i] = (struct fuzz_item){.fuzz = &fuzz, .prio = seed % 3 ? i % 5 : 0};
		sim_event_init(&fuzz.item[i].event, fuzz_fire, (enum sim_prio)fuzz.item[i].prio);
	}
	for (i = 0; i < operations; i++) {
		id = (uint32_t)sim_rng_below(&fuzz.rng, items);
		if (!sim_event_pending(&fuzz.item[id].event))
			fuzz_push(&fuzz, id);
		else if (sim_rng_chance(&fuzz.rng, 1, 3))
			fuzz_cancel(&fuzz, id);
		else
			fuzz_expect(&fuzz, sim_step(fuzz.sim), "something to fire");
		fuzz_check(&fuzz);
		if (i % 6000 == 5999)
			/* Drain to a fraction or to nothing: what was built for many must do for few. */
			while (fuzz.count > (i / 6000 % 2 ? 0 : items / 8))
				fuzz_cancel(&fuzz, fuzz.model[sim_rng_below(&fuzz.rng, fuzz.count)].id);
	}
	fuzz_expect(&fuzz, fuzz.fired > operations / 10, "enough was fired");
	sim_destroy(fuzz.sim);
	free(fuzz.item);
	free(fuzz.model);
}

/* Seeds that found something join this table. */
static const uint64_t fuzz_seed[] = {1, 2, 3, 20120623, 0xdeadbeef};
/* Below, at and far above what the sorted part of the queue holds. */
static const uint32_t fuzz_items[] = {1, 2, 20, 130, 300, 1000, 5000};
#define FUZZ_RUNS ((int)(SHAPE_COUNT * sim_count_of(fuzz_seed) * sim_count_of(fuzz_items)))

START_TEST(test_fuzz_when_compared_with_a_sorted_list_then_equal)
{
	/*
	 * Whatever is scheduled, cancelled and fired, also from callbacks: the queue fires what a sorted list would,
	 * and next_event_ps and the count are exact after each operation. Each loop index is one shape, size and seed.
	 */
	uint32_t shape = (uint32_t)_i % SHAPE_COUNT;
	uint32_t seed = (uint32_t)_i / SHAPE_COUNT % sim_count_of(fuzz_seed);
	uint32_t items = fuzz_items[(uint32_t)_i / SHAPE_COUNT / sim_count_of(fuzz_seed)];

	fuzz_run(fuzz_seed[seed], (enum shape)shape, items, items < 1000 ? 12000 : 40000);
}
END_TEST

/*
 * Many events: only the order is compared.
 */

struct bulk {
	sim_ps last_ps;
	uint64_t last_order;
	uint64_t fired;
	uint64_t again; /* how many more times an event schedules itself, for the same instant */
};

struct bulk_item {
	struct sim_event event;
	struct bulk *bulk;
};

static void bulk_fire(struct sim *sim, struct sim_event *event)
{
	struct bulk *bulk = sim_container_of(event, struct bulk_item, event)->bulk;

	if (sim_now(sim) != event->when_ps || sim_now(sim) < bulk->last_ps ||
	    (sim_now(sim) == bulk->last_ps && event->order <= bulk->last_order))
		ck_abort_msg("out of order after %llu events", (unsigned long long)bulk->fired);
	bulk->last_ps = sim_now(sim);
	bulk->last_order = event->order;
	bulk->fired++;
	if (bulk->again) {
		bulk->again--;
		sim_event_after(sim, event, 0);
	}
}

START_TEST(test_bulk_when_many_events_then_order_holds)
{
	/* 99000 events in rising, falling, random order and at one instant: order, and no quadratic time. */
	const uint32_t count = 99000; /* a multiple of 3 */
	struct sim *sim = sim_create(1);
	struct bulk bulk = {.fired = 0};
	struct bulk_item *item = sim_alloc(count * sizeof(*item));
	struct sim_rng rng;
	uint32_t i;
	sim_ps when_ps;

	sim_rng_init(&rng, 1, "bulk");
	for (i = 0; i < count; i++) {
		switch (_i) {
		case 0:
			when_ps = 10ull * i;
			break;
		case 1:
			when_ps = 10ull * (count - i);
			break;
		case 2:
			when_ps = sim_rng_below(&rng, 1000000000);
			break;
		default:
			when_ps = 1000000;
		}
		item[i].bulk = &bulk;
		sim_event_init(&item[i].event, bulk_fire, SIM_PRIO_HW);
		sim_event_at(sim, &item[i].event, when_ps);
	}
	bulk.again = _i == 3 ? count : 0;
	for (i = 0; i < count; i += 3)
		if (!sim_event_cancel(sim, &item[i].event))
			ck_abort_msg("event %u was not pending", i);
	ck_assert_uint_eq(sim_event_count(sim), count - count / 3);
	sim_run(sim, SIM_PS_NEVER);
	ck_assert_uint_eq(bulk.fired, count - count / 3 + (_i == 3 ? count : 0));
	sim_destroy(sim);
	free(item);
}
END_TEST

/* bulk_at - @count fresh events at @when_ps and, if @step_ps is not 0, every so much later. */
static void bulk_at(struct sim *sim, struct bulk *bulk, struct bulk_item *item, uint32_t count, sim_ps when_ps,
		    sim_ps step_ps)
{
	uint32_t i;

	for (i = 0; i < count; i++) {
		item[i].bulk = bulk;
		sim_event_init(&item[i].event, bulk_fire, SIM_PRIO_HW);
		sim_event_at(sim, &item[i].event, when_ps + i * step_ps);
	}
}

START_TEST(test_burst_when_several_follow_each_other_then_each_in_order)
{
	/*
	 * 1000 events at each of three times, scheduled alternately: the order of the calls must survive however often
	 * they are moved. Events that are due before, scheduled when the first burst is what comes next, go first.
	 */
	struct sim *sim = sim_create(1);
	struct bulk bulk = {.fired = 0};
	struct bulk_item *item = sim_alloc(4000 * sizeof(*item));
	uint32_t i;

	for (i = 0; i < 3000; i++)
		bulk_at(sim, &bulk, &item[i], 1, 1000000 * (1 + i % 3), 0);
	ck_assert_uint_eq(sim->next_event_ps, 1000000);
	bulk_at(sim, &bulk, &item[3000], 1000, 500000, 10);
	ck_assert_uint_eq(sim->next_event_ps, 500000);
	ck_assert_uint_eq(sim_run(sim, 999999), 1000);
	ck_assert_uint_eq(sim_run(sim, SIM_PS_NEVER), 3000);
	ck_assert_uint_eq(bulk.fired, 4000);
	sim_destroy(sim);
	free(item);
}
END_TEST

START_TEST(test_burst_when_scheduled_in_order_then_fires_in_order)
{
	/* The common case, without anything else pending: at one time, twice. */
	struct sim *sim = sim_create(1);
	struct bulk bulk = {.again = 1000};
	struct bulk_item *item = sim_alloc(1000 * sizeof(*item));

	bulk_at(sim, &bulk, item, 1000, 7, 0);
	ck_assert_uint_eq(sim->next_event_ps, 7);
	ck_assert_uint_eq(sim_run(sim, SIM_PS_NEVER), 2000);
	ck_assert_uint_eq(sim_now(sim), 7);
	sim_destroy(sim);
	free(item);
}
END_TEST

START_TEST(test_burst_when_cancelled_before_its_time_then_the_rest_is_sound)
{
	/*
	 * A burst that comes next is cancelled to the last event while others are due before and after it; then its
	 * time is used again, and more than fits in front of it is scheduled.
	 */
	struct sim *sim = sim_create(1);
	struct bulk bulk = {.fired = 0};
	struct bulk_item *item = sim_alloc(3000 * sizeof(*item));
	uint32_t i;

	bulk_at(sim, &bulk, item, 1000, 1000000, 0);
	bulk_at(sim, &bulk, &item[1000], 1, 10, 0);
	bulk_at(sim, &bulk, &item[1001], 1, 2000000, 0);
	for (i = 0; i < 1000; i++)
		if (!sim_event_cancel(sim, &item[i].event))
			ck_abort_msg("event %u was not pending", i);
	ck_assert_uint_eq(sim->next_event_ps, 10);
	ck_assert_uint_eq(sim_event_count(sim), 2);
	bulk_at(sim, &bulk, &item[1002], 998, 1000, 100);
	bulk_at(sim, &bulk, item, 1000, 1000000, 0);
	bulk_at(sim, &bulk, &item[2000], 1000, 500, 77);
	ck_assert_uint_eq(sim_event_count(sim), 3000);
	ck_assert_uint_eq(sim_run(sim, SIM_PS_NEVER), 3000);
	ck_assert_uint_eq(sim_now(sim), 2000000);
	sim_destroy(sim);
	free(item);
}
END_TEST

START_TEST(test_destroy_when_events_are_pending_then_they_are_dropped)
{
	/* Near and far ones alike; the sanitizers watch. */
	struct sim *sim = sim_create(1);
	struct log log = {.count = 0};
	struct logged item[1000];
	uint32_t i;

	for (i = 0; i < 1000; i++) {
		logged_init(&item[i], &log, i, SIM_PRIO_HW);
		sim_event_at(sim, &item[i].event, i * i);
	}
	sim_destroy(sim);
	ck_assert_uint_eq(log.count, 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sim.event");
	TCase *tcase = tcase_create("event");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, test_order_when_times_differ_then_earliest_first);
	tcase_add_test(tcase, test_order_when_times_are_equal_then_priority_then_sequence);
	tcase_add_test(tcase, test_push_when_zero_delay_then_same_instant_in_priority_order);
	tcase_add_test(tcase, test_push_when_event_reschedules_itself_then_it_fires_again);
	tcase_add_test(tcase, test_cancel_when_pending_then_it_never_fires);
	tcase_add_test(tcase, test_cancel_when_from_callback_then_even_same_instant_is_stopped);
	tcase_add_test_raise_signal(tcase, test_at_when_in_the_past_then_assertion, 6);
	tcase_add_test_raise_signal(tcase, test_at_when_already_pending_then_assertion, 6);
	tcase_add_test_raise_signal(tcase, test_at_when_never_then_assertion, 6);
	tcase_add_loop_test(tcase, test_fuzz_when_compared_with_a_sorted_list_then_equal, 0, FUZZ_RUNS);
	tcase_add_loop_test(tcase, test_bulk_when_many_events_then_order_holds, 0, 4);
	tcase_add_test(tcase, test_burst_when_several_follow_each_other_then_each_in_order);
	tcase_add_test(tcase, test_burst_when_scheduled_in_order_then_fires_in_order);
	tcase_add_test(tcase, test_burst_when_cancelled_before_its_time_then_the_rest_is_sound);
	tcase_add_test(tcase, test_destroy_when_events_are_pending_then_they_are_dropped);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
