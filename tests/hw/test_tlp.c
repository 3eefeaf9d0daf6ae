/* SPDX-License-Identifier: GPL-2.0-only */
/* The TLP pool: conservation, waiters in order, the freed hook, and the mistakes that it must catch. */
#include <check.h>
#include <signal.h>
#include <stdlib.h>

#include "hw/pcie/tlp.h"
#include "sim/sim.h"

/** struct taker - a device that wants one TLP; @got: what it was given, @turn: as the how-manieth. */
struct taker {
	struct tlp_waiter waiter;
	struct tlp_pool *pool;
	struct tlp *got;
	uint32_t *turns;
	uint32_t turn;
};

static void taker_fired(struct sim *sim, struct sim_event *event)
{
	struct tlp_waiter *waiter = sim_container_of(event, struct tlp_waiter, event);
	struct taker *taker = sim_container_of(waiter, struct taker, waiter);

	(void)sim;
	taker->got = tlp_alloc_wait(taker->pool, waiter);
	taker->turn = ++*taker->turns;
}

static void taker_init(struct taker *taker, struct tlp_pool *pool, uint32_t *turns)
{
	*taker = (struct taker){.pool = pool, .turns = turns};
	tlp_waiter_init(&taker->waiter, taker_fired);
}

START_TEST(test_pool_emptied_gives_null_and_takes_back)
{
	/* Why: every TLP is somewhere; the count of free ones is what conservation checks rest on. */
	struct sim *sim = sim_create(1);
	struct tlp_pool *pool = tlp_pool_create(sim, 3);
	struct tlp *tlp[3];
	int i;

	ck_assert_uint_eq(tlp_pool_size(pool), 3);
	for (i = 0; i < 3; i++) {
		tlp[i] = tlp_alloc(pool);
		ck_assert_ptr_nonnull(tlp[i]);
		ck_assert_uint_eq(tlp_pool_free_count(pool), 2 - i);
	}
	ck_assert_ptr_ne(tlp[0], tlp[1]);
	ck_assert_ptr_ne(tlp[1], tlp[2]);
	ck_assert_ptr_null(tlp_alloc(pool));
	tlp_free(tlp[1]);
	ck_assert_uint_eq(tlp_pool_free_count(pool), 1);
	ck_assert_ptr_eq(tlp_alloc(pool), tlp[1]);
	for (i = 0; i < 3; i++)
		tlp_free(tlp[i]);
	ck_assert_uint_eq(tlp_pool_free_count(pool), 3);
	tlp_pool_destroy(pool);
	sim_destroy(sim);
}
END_TEST

START_TEST(test_alloc_after_use_has_clear_header)
{
	/* Why: a stale status or owner of the last transaction must not leak into the next. */
	struct sim *sim = sim_create(1);
	struct tlp_pool *pool = tlp_pool_create(sim, 1);
	struct tlp *tlp = tlp_alloc(pool);

	tlp->type = TLP_COMPLETION;
	tlp->status = TLP_CA;
	tlp->owner = sim;
	tlp->scratch[3] = 7;
	tlp->poisoned = true;
	tlp_free(tlp);
	ck_assert_ptr_eq(tlp_alloc(pool), tlp);
	ck_assert_int_eq(tlp->type, TLP_MEM_READ);
	ck_assert_int_eq(tlp->status, TLP_SC);
	ck_assert_ptr_null(tlp->owner);
	ck_assert_uint_eq(tlp->scratch[3], 0);
	ck_assert(!tlp->poisoned);
	tlp_free(tlp);
	tlp_pool_destroy(pool);
	sim_destroy(sim);
}
END_TEST

static void count_freed(struct tlp *tlp)
{
	++*(uint32_t *)tlp->owner;
}

START_TEST(test_freed_hook_is_called_once)
{
	/* Why: a posted write ends for its sender exactly once, also when its memory serves another TLP later. */
	struct sim *sim = sim_create(1);
	struct tlp_pool *pool = tlp_pool_create(sim, 1);
	uint32_t freed = 0;
	struct tlp *tlp = tlp_alloc(pool);

	tlp->owner = &freed;
	tlp->freed = count_freed;
	tlp_free(tlp);
	ck_assert_uint_eq(freed, 1);
	tlp_free(tlp_alloc(pool));
	ck_assert_uint_eq(freed, 1);
	tlp_pool_destroy(pool);
	sim_destroy(sim);
}
END_TEST

START_TEST(test_waiters_are_served_in_order)
{
	/* Why: without an order, the device whose completions come back first would starve the others. */
	struct sim *sim = sim_create(1);
	struct tlp_pool *pool = tlp_pool_create(sim, 2);
	struct tlp *a = tlp_alloc(pool), *b = tlp_alloc(pool);
	struct taker first, second;
	uint32_t turns = 0;

	taker_init(&first, pool, &turns);
	taker_init(&second, pool, &turns);
	ck_assert_ptr_null(tlp_alloc_wait(pool, &first.waiter));
	ck_assert_ptr_null(tlp_alloc_wait(pool, &second.waiter));
	ck_assert_ptr_null(tlp_alloc_wait(pool, &first.waiter)); /* asking again keeps the place */
	tlp_free(a);
	ck_assert_ptr_null(tlp_alloc(pool)); /* set aside: nobody else gets it */
	ck_assert_uint_eq(tlp_pool_free_count(pool), 0);
	tlp_free(b);
	sim_run(sim, SIM_PS_NEVER);
	ck_assert_uint_eq(sim_now(sim), 0);
	ck_assert_uint_eq(first.turn, 1);
	ck_assert_uint_eq(second.turn, 2);
	ck_assert_ptr_eq(first.got, a);
	ck_assert_ptr_eq(second.got, b);
	tlp_free(a);
	tlp_free(b);
	ck_assert_uint_eq(tlp_pool_free_count(pool), 2);
	tlp_pool_destroy(pool);
	sim_destroy(sim);
}
END_TEST

START_TEST(test_waiter_cancelled_passes_its_tlp_on)
{
	/* Why: a device that was reset while it waited must neither keep a TLP nor block those behind it. */
	struct sim *sim = sim_create(1);
	struct tlp_pool *pool = tlp_pool_create(sim, 1);
	struct tlp *tlp = tlp_alloc(pool);
	struct taker taker[3];
	uint32_t i, turns = 0;

	for (i = 0; i < 3; i++) {
		taker_init(&taker[i], pool, &turns);
		ck_assert_ptr_null(tlp_alloc_wait(pool, &taker[i].waiter));
	}
	tlp_waiter_cancel(pool, &taker[1].waiter); /* from the middle of the queue */
	tlp_free(tlp);
	tlp_waiter_cancel(pool, &taker[0].waiter); /* after it was set aside */
	sim_run(sim, SIM_PS_NEVER);
	ck_assert_uint_eq(turns, 1);
	ck_assert_ptr_eq(taker[2].got, tlp);
	tlp_free(tlp);
	tlp_waiter_cancel(pool, &taker[2].waiter); /* not waiting: harmless */
	ck_assert_uint_eq(tlp_pool_free_count(pool), 1);

	/* The last of the queue goes: one who comes later must still be reached. */
	tlp = tlp_alloc(pool);
	ck_assert_ptr_null(tlp_alloc_wait(pool, &taker[0].waiter));
	ck_assert_ptr_null(tlp_alloc_wait(pool, &taker[1].waiter));
	tlp_waiter_cancel(pool, &taker[1].waiter);
	ck_assert_ptr_null(tlp_alloc_wait(pool, &taker[2].waiter));
	tlp_free(tlp);
	sim_run(sim, SIM_PS_NEVER);
	tlp_free(taker[0].got);
	sim_run(sim, SIM_PS_NEVER);
	ck_assert_uint_eq(turns, 3);
	ck_assert_uint_eq(taker[2].turn, 3);
	tlp_free(taker[2].got);
	tlp_pool_destroy(pool);
	sim_destroy(sim);
}
END_TEST

static void never(struct sim *sim, struct sim_event *event)
{
	(void)sim;
	(void)event;
	ck_abort_msg("an event of a destroyed pool fired");
}

START_TEST(test_pool_destroyed_takes_its_events_along)
{
	/* Why: a run that was stopped half-way is torn down with TLPs still in the event queue. */
	struct sim *sim = sim_create(1);
	struct tlp_pool *pool = tlp_pool_create(sim, 4);
	struct tlp *tlp = tlp_alloc(pool);

	ck_assert_ptr_nonnull(tlp_alloc(pool)); /* held without an event */
	sim_event_init(&tlp->event, never, SIM_PRIO_HW);
	sim_event_after(sim, &tlp->event, 10);
	tlp_pool_destroy(pool);
	ck_assert_uint_eq(sim_run(sim, SIM_PS_NEVER), 0);
	tlp_pool_destroy(NULL);
	sim_destroy(sim);
}
END_TEST

START_TEST(test_free_twice_aborts)
{
	/* Why: two owners of one TLP is our own bug and must not go on silently. */
	struct sim *sim = sim_create(1);
	struct tlp *tlp = tlp_alloc(tlp_pool_create(sim, 2));

	tlp_free(tlp);
	tlp_free(tlp);
}
END_TEST

START_TEST(test_free_while_scheduled_aborts)
{
	/* Why: an event of a freed TLP would fire into the next transaction. */
	struct sim *sim = sim_create(1);
	struct tlp *tlp = tlp_alloc(tlp_pool_create(sim, 2));

	sim_event_init(&tlp->event, never, SIM_PRIO_HW);
	sim_event_after(sim, &tlp->event, 10);
	tlp_free(tlp);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("hw.tlp");
	TCase *tcase = tcase_create("pool");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tcase);
	tcase_add_test(tcase, test_pool_emptied_gives_null_and_takes_back);
	tcase_add_test(tcase, test_alloc_after_use_has_clear_header);
	tcase_add_test(tcase, test_freed_hook_is_called_once);
	tcase_add_test(tcase, test_waiters_are_served_in_order);
	tcase_add_test(tcase, test_waiter_cancelled_passes_its_tlp_on);
	tcase_add_test(tcase, test_pool_destroyed_takes_its_events_along);
	tcase_add_test_raise_signal(tcase, test_free_twice_aborts, SIGABRT);
	tcase_add_test_raise_signal(tcase, test_free_while_scheduled_aborts, SIGABRT);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
