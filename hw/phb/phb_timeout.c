/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/phb/phb_timeout.c - loads and configuration cycles that nobody answers: who holds a tag for how long, and what the
 * PHB makes of it when it gives up.
 *
 * A non-posted request that gets no completion is given up phb.completion_timeout after it went out. A load then reads
 * all ones and is an error of its PE: trap "completion timeout", and the cause in the PEST record that it shares with a
 * Completer Abort (skiboot include/phb3-regs.h, phb4-regs.h). A configuration read reads all ones and freezes nobody
 * (LoPAR: no response is no error), unless phb.config_timeout makes it one. A configuration write is an error of its
 * own on PHB4 and PHB5 (skiboot external/pci-scripts/phberr.py), a fence by firmware's masks of PHB4 (commit
 * 411dc0813); no other has a name for it, so there it ends as a read does.
 *
 * The CPU waits for its load or configuration read (hw/machine.c); stores, the one that starts a configuration write
 * too, do not wait. One configuration cycle is out at a time, and a load for each tag; who finds none free waits.
 *
 * Not modelled: what the codes in TIMEOUT_CTRL and PBL_TIMEOUT_CTRL mean (no public source says); what the root port's
 * AER and group PBL tell of it; an end of the wait when the link below is reset meanwhile.
 */
#include "hw/phb/phb_error.h"

#include <stdlib.h>

/* QEMU pnv_phb4.c: PBL_NPTAG_ENABLE enables 32; assumed for all. */
#define LOAD_TAGS 32u
#define CONFIG_SLOT LOAD_TAGS

/** struct timeout - one request that is out. @error: what it becomes; its trap is PHB_TRAP_COUNT: nothing. */
struct timeout {
	struct sim_event event;
	struct phb *phb;
	struct phb_error error;
	sim_ps due_ps;
};

/** struct phb_timeouts - @slot: loads, then the configuration cycle. @held_ps: see phb_held_ps(). */
struct phb_timeouts {
	struct timeout slot[LOAD_TAGS + 1];
	sim_ps held_ps;
};

static void timeout_fire(struct sim *sim, struct sim_event *event)
{
	struct timeout *timeout = sim_container_of(event, struct timeout, event);
	struct phb *phb = timeout->phb;

	(void)sim;
	if (timeout->error.type == IODA2_PEST_MMIO_LOAD)
		phb->stats.mmio_timeouts++;
	else
		phb->stats.config_timeouts++;
	if (timeout->error.trap != PHB_TRAP_COUNT)
		phb_trap_error(phb, &timeout->error);
}

void phb_timeout_init(struct phb *phb)
{
	uint32_t i;

	phb->timeouts = sim_alloc(sizeof(*phb->timeouts));
	for (i = 0; i < sim_count_of(phb->timeouts->slot); i++) {
		phb->timeouts->slot[i].phb = phb;
		sim_event_init(&phb->timeouts->slot[i].event, timeout_fire, SIM_PRIO_HW);
	}
}

void phb_timeout_reset(struct phb *phb)
{
	uint32_t i;

	for (i = 0; i < sim_count_of(phb->timeouts->slot); i++)
		sim_event_cancel(phb->sim, &phb->timeouts->slot[i].event);
}

void phb_timeout_finish(struct phb *phb)
{
	phb_timeout_reset(phb);
	free(phb->timeouts);
}

/* A slot from @first to @last that is free, or else the one that will be first. */
static struct timeout *timeout_soonest(const struct phb *phb, uint32_t first, uint32_t last)
{
	struct timeout *soonest = &phb->timeouts->slot[first], *at;

	for (at = soonest; at <= &phb->timeouts->slot[last]; at++) {
		if (!sim_event_pending(&at->event))
			return at;
		if (at->due_ps < soonest->due_ps)
			soonest = at;
	}
	return soonest;
}

void phb_timeout_begin(struct phb *phb, const struct phb_error *error, bool held)
{
	bool load = error->type == IODA2_PEST_MMIO_LOAD;
	struct timeout *timeout = timeout_soonest(phb, load ? 0 : CONFIG_SLOT, load ? LOAD_TAGS - 1 : CONFIG_SLOT);

	/* Only who does not wait (phb_load_wait_ps()) finds none free: nothing goes out. */
	if (sim_event_pending(&timeout->event)) {
		phb->stats.tags_refused++;
		return;
	}
	timeout->error = *error;
	timeout->due_ps = sim_now(phb->sim) + phb->timing.completion_ps;
	sim_event_at(phb->sim, &timeout->event, timeout->due_ps);
	if (held)
		phb->timeouts->held_ps = phb->timing.completion_ps;
}

bool phb_timeout_pending(const struct phb *phb)
{
	uint32_t i;

	for (i = 0; i < LOAD_TAGS; i++) {
		if (sim_event_pending(&phb->timeouts->slot[i].event))
			return true;
	}
	return false;
}

sim_ps phb_held_ps(struct phb *phb)
{
	sim_ps held_ps = phb->timeouts->held_ps;

	phb->timeouts->held_ps = 0;
	return held_ps;
}

sim_ps phb_load_wait_ps(struct phb *phb, uint64_t offset)
{
	const struct timeout *timeout;

	if (phb_out(phb))
		return 0;
	if (offset == PHB_OFFSET_MMIO)
		timeout = timeout_soonest(phb, 0, LOAD_TAGS - 1);
	else if ((offset | 3) == (PHB_CONFIG_DATA | 3))
		timeout = &phb->timeouts->slot[CONFIG_SLOT];
	else
		return 0;
	/* What is due at this instant ends before software goes on. */
	return sim_event_pending(&timeout->event) ? timeout->due_ps - sim_now(phb->sim) : 0;
}
