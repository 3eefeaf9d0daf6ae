/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/pcie/tlp.c - the pool of TLPs.
 *
 * TLPs are taken fresh from the array only when no used one is free, so a large pool costs host memory for as many
 * TLPs as were ever in flight together. While somebody waits no TLP is free: a freed one is set aside for the first
 * waiter at once, so a device that allocates often cannot starve another.
 *
 * Not modelled: whose buffers they are: receivers bound what they take by credits (hw/pcie/link_credit.c).
 */
#include "hw/pcie/tlp.h"

#include <stdlib.h>
#include <string.h>

#include "sim/sim.h"

struct tlp_pool {
	struct sim *sim; /* borrowed */
	void *memory; /* owned: of tlps, which begin at a line of the host's caches */
	struct tlp *tlps;
	uint8_t *in_use;   /* one byte per TLP: catches a double free */
	struct tlp *reuse; /* freed ones, last in first out */
	struct tlp_waiter *wait_head, *wait_tail;
	uint32_t count;
	uint32_t fresh; /* tlps[fresh..count) were never used */
	uint32_t free;
	uint32_t granted; /* set aside for waiters, who have not come for them yet */
	struct tlp_ledger ledger;
};

struct tlp_pool *tlp_pool_create(struct sim *sim, uint32_t count)
{
	struct tlp_pool *pool = sim_alloc(sizeof(*pool));

	sim_assert(sim, count > 0);
	pool->sim = sim;
	pool->memory = sim_alloc((size_t)count * sizeof(*pool->tlps) + TLP_ALIGN_BYTES - 1);
	pool->tlps = (void *)(((uintptr_t)pool->memory + TLP_ALIGN_BYTES - 1) & ~(uintptr_t)(TLP_ALIGN_BYTES - 1));
	pool->in_use = sim_alloc(count);
	pool->count = count;
	pool->free = count;
	return pool;
}

void tlp_pool_destroy(struct tlp_pool *pool)
{
	uint32_t i;

	if (!pool)
		return;
	/* A run that was stopped half-way leaves TLPs with their events in the queue. */
	for (i = 0; i < pool->fresh; i++) {
		if (pool->in_use[i])
			sim_event_cancel(pool->sim, &pool->tlps[i].event);
	}
	free(pool->memory);
	free(pool->in_use);
	free(pool);
}

static struct tlp *pool_take(struct tlp_pool *pool)
{
	struct tlp *tlp;

	if (pool->reuse) {
		tlp = pool->reuse;
		pool->reuse = tlp->next;
	} else if (pool->fresh < pool->count) {
		tlp = &pool->tlps[pool->fresh++];
	} else {
		return NULL;
	}
	pool->free--;
	pool->in_use[tlp - pool->tlps] = 1;
	return tlp;
}

/* Up to 64 bytes are cleared by a few stores, more at once by an instruction that takes longer than all of them. */
#define CLEAR_BYTES 64u

static struct tlp *pool_clear(struct tlp_pool *pool, struct tlp *tlp)
{
	const size_t bytes = offsetof(struct tlp, data);
	size_t at;

	for (at = 0; at + CLEAR_BYTES <= bytes; at += CLEAR_BYTES)
		memset((char *)tlp + at, 0, CLEAR_BYTES);
	memset((char *)tlp + at, 0, bytes % CLEAR_BYTES);
	tlp->pool = pool;
	pool->ledger.made++;
	return tlp;
}

struct tlp *tlp_alloc(struct tlp_pool *pool)
{
	struct tlp *tlp = pool_take(pool);

	return tlp ? pool_clear(pool, tlp) : NULL;
}

/* To the first who waits, or back to where it was taken from. */
static void pool_return(struct tlp_pool *pool, struct tlp *tlp)
{
	struct tlp_waiter *waiter = pool->wait_head;

	if (waiter) {
		pool->wait_head = waiter->next;
		if (!pool->wait_head)
			pool->wait_tail = NULL;
		waiter->waiting = false;
		waiter->granted = tlp;
		pool->granted++;
		sim_event_after(pool->sim, &waiter->event, 0);
		return;
	}
	pool->in_use[tlp - pool->tlps] = 0;
	tlp->next = pool->reuse;
	pool->reuse = tlp;
	pool->free++;
}

void tlp_end(struct tlp *tlp, enum tlp_fate fate)
{
	struct tlp_pool *pool = tlp->pool;

	sim_assert(pool->sim, pool->in_use[tlp - pool->tlps]);
	sim_assert(pool->sim, !sim_event_pending(&tlp->event));
	if (tlp->credit.back)
		tlp->credit.back(&tlp->credit, sim_now(pool->sim));
	tlp->credit.back = NULL;
	if (tlp->freed)
		tlp->freed(tlp);
	tlp->freed = NULL;
	pool->ledger.ended[fate]++;
	pool_return(pool, tlp);
}

void tlp_waiter_init(struct tlp_waiter *waiter, sim_event_fn *fire)
{
	memset(waiter, 0, sizeof(*waiter));
	sim_event_init(&waiter->event, fire, SIM_PRIO_HW);
}

struct tlp *tlp_alloc_wait(struct tlp_pool *pool, struct tlp_waiter *waiter)
{
	struct tlp *tlp = waiter->granted;

	if (tlp) {
		waiter->granted = NULL;
		pool->granted--;
		sim_event_cancel(pool->sim, &waiter->event);
		return pool_clear(pool, tlp);
	}
	if (waiter->waiting)
		return NULL;
	tlp = tlp_alloc(pool);
	if (tlp)
		return tlp;
	waiter->waiting = true;
	waiter->next = NULL;
	if (pool->wait_tail)
		pool->wait_tail->next = waiter;
	else
		pool->wait_head = waiter;
	pool->wait_tail = waiter;
	return NULL;
}

static void pool_unlink_waiter(struct tlp_pool *pool, struct tlp_waiter *waiter)
{
	struct tlp_waiter **at = &pool->wait_head, *last = NULL;

	while (*at != waiter) {
		last = *at;
		at = &(*at)->next;
	}
	*at = waiter->next;
	if (pool->wait_tail == waiter)
		pool->wait_tail = last;
	waiter->waiting = false;
}

void tlp_waiter_cancel(struct tlp_pool *pool, struct tlp_waiter *waiter)
{
	struct tlp *tlp = waiter->granted;

	if (waiter->waiting)
		pool_unlink_waiter(pool, waiter);
	sim_event_cancel(pool->sim, &waiter->event);
	if (tlp) {
		waiter->granted = NULL;
		pool->granted--;
		pool_return(pool, tlp);
	}
}

uint32_t tlp_pool_free_count(const struct tlp_pool *pool)
{
	return pool->free;
}

struct tlp_ledger *tlp_pool_ledger(struct tlp_pool *pool)
{
	return &pool->ledger;
}

void tlp_pool_flow(const struct tlp_pool *pool, struct tlp_flow *flow)
{
	uint32_t fate;

	flow->entered = pool->ledger.made;
	flow->left = 0;
	for (fate = 0; fate < TLP_FATES; fate++)
		flow->left += pool->ledger.ended[fate];
	flow->held = pool->count - pool->free - pool->granted;
}

uint32_t tlp_pool_size(const struct tlp_pool *pool)
{
	return pool->count;
}
