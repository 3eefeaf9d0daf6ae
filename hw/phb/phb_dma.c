/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/phb/phb_dma.c - the inbound pipeline in time: from a TLP's arrival to its data in memory or its completion. Here:
 * the front end, and the pipeline as a whole; the other parts: hw/phb/phb_dma.h.
 *
 * Front end, in order: a TLP leaves it the pipeline's latency after it entered, one per issue interval; a requester
 * that is not in the RID cache holds up all behind it for one memory read. Then it probes the TCE cache, walks if it
 * misses, waits for its turn, is decided, and spends its time in memory.
 *
 * Not modelled: credits (the pool of TLPs stands for them), completions of MMIO over the link.
 */
#include "hw/phb/phb_dma.h"

#include <stdlib.h>

/* ---- Front end ---- */

static void stage_end_front(struct phb *phb, struct tlp *tlp)
{
	struct phb_stage_stats *stats = stage_stats(phb, tlp);
	bool fetched = tlp->stage & STAGE_RTC_FETCHED;
	sim_ps looked_ps = fetched ? tlp->scratch[AT_SINCE] : sim_now(phb->sim);

	stat_hist_add(&stats->stage[PHB_STAGE_FRONT], looked_ps - tlp->scratch[AT_ARRIVAL]);
	if (fetched)
		stat_hist_add(&stats->stage[PHB_STAGE_RTC], sim_now(phb->sim) - looked_ps);
	tlp->scratch[AT_SINCE] = sim_now(phb->sim);
}
/* Return: when memory has answered. An RTT that is nowhere takes as long: told at the decision. */
static sim_ps phb_dma_fetch_rtt(struct phb *phb, uint16_t rid)
{
	struct raddr at = {0};

	(void)phb_table_at(phb, PHB_RTT_BAR, phb->gen->rtt_addr, 2ull * rid, 2, &at);
	return memory_fetch(&phb->memory, MEMORY_READ, at.v, phb->timing.ram_read_ps);
}

static void phb_dma_fire_front(struct sim *sim, struct sim_event *event)
{
	struct phb *phb = sim_container_of(event, struct phb, dma.front_event);
	struct phb_dma *dma = &phb->dma;
	struct tlp *tlp;

	while ((tlp = dma->front.head) && tlp->scratch[AT_READY] <= sim_now(sim) && !dma->quiesced) {
		if (tlp->stage & STAGE_RTC_FETCHED) {
			(void)phb_rtc_fill(phb, tlp->rid); /* no PE: told at the decision */
		} else if (!phb->gen->rtt_addr) {
			(void)phb_rtc_fill(phb, tlp->rid); /* matched on the chip, within the pipeline's latency */
		} else if (phb->rtc.pe1[tlp->rid]) {
			phb->stats.rtc_hits++;
		} else {
			phb->stats.rtc_misses++;
			tlp->stage |= STAGE_RTC_FETCHED;
			tlp->scratch[AT_SINCE] = sim_now(sim);
			tlp->scratch[AT_READY] = phb_dma_fetch_rtt(phb, tlp->rid);
			break;
		}
		tlp_queue_pop(&dma->front);
		stage_end_front(phb, tlp);
		dma->front_count--;
		tlp->scratch[AT_SEQUENCE] = dma->arrivals++;
		tlp->scratch[AT_NEED] = dma->posted_in;
		dma->posted_in += !is_read(tlp);
		phb_dma_try(phb, tlp);
	}
	if (dma->front.head && !dma->quiesced)
		sim_event_at(sim, &dma->front_event, later(sim_now(sim), dma->front.head->scratch[AT_READY]));
}

void phb_dma_quiesce(struct phb *phb, bool quiesce)
{
	struct phb_dma *dma = &phb->dma;

	dma->quiesced = quiesce;
	if (!quiesce && dma->front.head && !sim_event_pending(&dma->front_event))
		sim_event_at(phb->sim, &dma->front_event, later(sim_now(phb->sim), dma->front.head->scratch[AT_READY]));
}

void phb_dma_receive(void *ctx, struct tlp *tlp)
{
	struct phb *phb = ctx;
	struct phb_dma *dma = &phb->dma;
	sim_ps begin_ps = later(sim_now(phb->sim), dma->front_free_ps);

	if (phb->observer_count)
		phb_notify(phb, PHB_EVENT_TLP_IN, phb_pe_of_rid(phb, tlp->rid), tlp, 0);
	if (tlp->type != TLP_MEM_READ && tlp->type != TLP_MEM_WRITE && tlp->type != TLP_MESSAGE) {
		phb->stats.unexpected_tlps++;
		if (tlp->type == TLP_COMPLETION) {
			phb_trap_note(phb, PHB_TRAP_UNEXPECTED, tlp->rid);
			tlp_end(tlp, TLP_LATE);
		} else {
			tlp->type = TLP_COMPLETION;
			tlp->status = TLP_UR;
			phb->down.send(phb->down.ctx, tlp);
		}
		return;
	}
	tlp->holder = phb;
	tlp->stage = 0;
	tlp->scratch[AT_ARRIVAL] = sim_now(phb->sim);
	tlp->scratch[AT_READY] = begin_ps + phb->timing.front_ps;
	tlp->scratch[AT_TAG] = (uint64_t)phb_sync_enter(phb, tlp) << GENERATION_SHIFT;
	dma->front_free_ps = begin_ps + phb->timing.issue_ps;
	if (!dma->front.head && !dma->quiesced)
		sim_event_at(phb->sim, &dma->front_event, tlp->scratch[AT_READY]);
	tlp_queue_push(&dma->front, tlp);
	dma->front_count++;
}

void phb_dma_stall(struct phb *phb, sim_ps ps)
{
	phb->dma.front_free_ps = later(sim_now(phb->sim), phb->dma.front_free_ps) + ps;
}
/* ---- Life ---- */

void phb_dma_init(struct phb *phb, const struct cfg *cfg)
{
	uint32_t tags = (uint32_t)cfg_u64(cfg, "phb.read_tags");
	struct phb_dma *dma = &phb->dma;

	sim_event_init(&dma->front_event, phb_dma_fire_front, SIM_PRIO_HW);
	dma->tags_free = tags == PHB_TAGS_MAX ? UINT64_MAX : (1ull << tags) - 1;
	phb_dma_walk_init(phb, cfg);
}

/* Requesters may be gone already: nobody is told. */
static void phb_dma_finish_queue(struct phb *phb, struct tlp_queue *queue)
{
	struct tlp *tlp;

	while ((tlp = tlp_queue_pop(queue))) {
		sim_event_cancel(phb->sim, &tlp->event);
		tlp->freed = NULL;
		tlp_end(tlp, TLP_RESET);
	}
}

static void phb_dma_drain(struct phb_dma *dma, const struct tlp_queue *queue)
{
	struct tlp *tlp;

	for (tlp = queue->head; tlp; tlp = tlp->next) {
		dma->draining += !(tlp->stage & STAGE_DRAINED);
		tlp->stage |= STAGE_DRAINED;
	}
}

void phb_dma_reset(struct phb *phb)
{
	struct phb_dma *dma = &phb->dma;
	uint32_t i;

	phb_dma_drain(dma, &dma->front);
	phb_dma_drain(dma, &dma->ordered);
	phb_dma_drain(dma, &dma->for_tag);
	phb_dma_drain(dma, &dma->for_walker);
	for (i = 0; i < dma->walker_count; i++)
		phb_dma_drain(dma, &dma->walker[i].waiters);
	if (dma->draining)
		phb->guard |= PHB_GUARD_DRAIN;
	dma->autoreset = false;
	phb_dma_quiesce(phb, false);
}

bool phb_dma_pending(const struct phb *phb)
{
	const struct phb_dma *dma = &phb->dma;

	return dma->flow[PHB_FLOW_READ].in || dma->flow[PHB_FLOW_POSTED].in;
}

void phb_dma_finish(struct phb *phb)
{
	struct phb_dma *dma = &phb->dma;
	uint32_t i;

	sim_event_cancel(phb->sim, &dma->front_event);
	phb_dma_finish_queue(phb, &dma->front);
	phb_dma_finish_queue(phb, &dma->ordered);
	phb_dma_finish_queue(phb, &dma->for_tag);
	phb_dma_finish_queue(phb, &dma->for_walker);
	phb_dma_finish_queue(phb, &dma->reads);
	phb_dma_finish_queue(phb, &dma->writes);
	phb_dma_finish_queue(phb, &dma->msis);
	for (i = 0; i < dma->walker_count; i++) {
		sim_event_cancel(phb->sim, &dma->walker[i].event);
		phb_dma_finish_queue(phb, &dma->walker[i].waiters);
	}
	free(dma->walker);
}
