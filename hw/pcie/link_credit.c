/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/pcie/link_credit.c - flow-control credits of a link: who has them, and when they come back.
 *
 * A packet takes one header credit, and a data credit for each 16 bytes of payload (PCI Express Base Specification
 * 3.0, section 2.6.1). They are held while the TLP is on the link and in its receiver, and travel back, as UpdateFC
 * DLLPs do, with the latency of the other direction. The receiver lets go of them when it frees the TLP, or when the
 * TLP, as its own completion or on its way through a switch, has left the receiver over another wire.
 *
 * What has come back is looked at when somebody wants to send; only a TLP that waits costs an event.
 *
 * A TLP of several packets takes the credits of all at once; if it needs more than there are, it waits until the
 * receiver is empty and takes them all. Not modelled: credits of data of non-posted requests (configuration writes
 * are no packets here), UpdateFC DLLPs that wait behind a packet.
 */
#include <stdlib.h>
#include <string.h>

#include "hw/pcie/link_internal.h"
#include "sim/sim.h"

#define CREDIT_BYTES 16u

void link_credits_init(struct link_credits *credits, uint32_t header_limit, uint64_t data_bytes)
{
	credits->header_limit = header_limit;
	credits->data_limit = (uint32_t)((data_bytes + CREDIT_BYTES - 1) / CREDIT_BYTES);
	credits->ring_size = header_limit ? header_limit : credits->data_limit;
	credits->ring = credits->ring_size ? sim_alloc(credits->ring_size * sizeof(*credits->ring)) : NULL;
	link_credits_reset(credits);
}

void link_credits_finish(struct link_credits *credits)
{
	free(credits->ring);
	credits->ring = NULL;
}

void link_credits_reset(struct link_credits *credits)
{
	credits->headers = credits->header_limit;
	credits->data = credits->data_limit;
	credits->head = credits->count = 0;
	credits->last_ps = 0;
}

sim_ps link_credits_next_ps(const struct link_credits *credits)
{
	return credits->count ? credits->ring[credits->head].when_ps : SIM_PS_NEVER;
}

static void credits_collect(struct link_credits *credits, sim_ps when_ps)
{
	while (credits->count && credits->ring[credits->head].when_ps <= when_ps) {
		credits->headers += credits->ring[credits->head].headers;
		credits->data += credits->ring[credits->head].data;
		credits->head = credits->head + 1 == credits->ring_size ? 0 : credits->head + 1;
		credits->count--;
	}
}

static uint32_t credits_of(uint32_t wanted, uint32_t limit)
{
	return wanted < limit ? wanted : limit;
}

static uint32_t credits_headers(const struct link_credits *credits, const struct link_cost *cost)
{
	return credits_of(cost->packets, credits->header_limit);
}

static uint32_t credits_data(const struct link_credits *credits, const struct link_cost *cost)
{
	return credits_of((cost->data_bytes + CREDIT_BYTES - 1) / CREDIT_BYTES, credits->data_limit);
}

bool link_credits_cover(struct link_dir *dir, enum tlp_class class, const struct link_cost *cost, sim_ps when_ps)
{
	struct link_credits *credits = &dir->credit[class];

	if (!credits->ring)
		return true;
	credits_collect(credits, when_ps);
	return credits_headers(credits, cost) <= credits->headers && credits_data(credits, cost) <= credits->data;
}

static void credits_back(const struct tlp_credit *credit, sim_ps when_ps)
{
	struct link_dir *dir = credit->holder;
	struct link_credits *credits = &dir->credit[credit->class];
	uint32_t at = credits->head + credits->count;
	struct link_return *entry;

	if (credit->generation != dir->link->generation)
		return;
	sim_assert(dir->link->sim, credits->count < credits->ring_size);
	entry = &credits->ring[at < credits->ring_size ? at : at - credits->ring_size];
	entry->when_ps = when_ps + dir->fc_ps;
	if (entry->when_ps < credits->last_ps) /* in order, whatever the order in which they were let go */
		entry->when_ps = credits->last_ps;
	credits->last_ps = entry->when_ps;
	entry->headers = credit->headers;
	entry->data = credit->data;
	credits->count++;
	if (dir->waiting[credit->class].head)
		link_dir_wake(dir, entry->when_ps);
}

void link_credits_take(struct link_dir *dir, enum tlp_class class, struct tlp *tlp, const struct link_cost *cost)
{
	struct link_credits *credits = &dir->credit[class];
	struct tlp_credit *credit = &tlp->credit;

	credit->back = NULL;
	if (!credits->ring)
		return;
	credit->headers = (uint16_t)credits_headers(credits, cost);
	credit->data = (uint16_t)credits_data(credits, cost);
	if (!credit->headers && !credit->data)
		return;
	credits->headers -= credit->headers;
	credits->data -= credit->data;
	credit->class = (uint8_t)class;
	credit->generation = dir->link->generation;
	credit->holder = dir;
	credit->back = credits_back;
}
