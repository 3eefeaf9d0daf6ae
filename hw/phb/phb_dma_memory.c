/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/phb/phb_dma_memory.c - inbound requests after their decision: the time that memory or the presentation of an
 * interrupt takes, and how they leave.
 *
 * Not modelled: the caches of the chip, snoop and ordering on the processor bus. A read engine is back when the whole
 * request ends, not when its line has come.
 */
#include "hw/phb/phb_dma.h"

#include <stdlib.h>

static void phb_dma_leave(struct phb *phb, const struct tlp *tlp)
{
	phb_sync_leave(phb, tlp, (uint32_t)(tlp->scratch[AT_TAG] >> GENERATION_SHIFT));
	phb_sync_check_quiet(phb);
}

void phb_dma_free(struct phb *phb, struct tlp *tlp, enum tlp_fate fate)
{
	phb_dma_leave(phb, tlp);
	tlp_end(tlp, fate);
}

void phb_dma_complete(struct phb *phb, struct tlp *tlp, enum tlp_status status)
{
	phb_dma_leave(phb, tlp);
	tlp->type = TLP_COMPLETION;
	tlp->status = status;
	tlp->holder = NULL;
	phb->down.send(phb->down.ctx, tlp);
}

static void phb_dma_later(struct phb *phb, struct tlp_queue *queue, struct tlp *tlp, sim_event_fn *fire, sim_ps when_ps)
{
	tlp_queue_push(queue, tlp);
	sim_event_init(&tlp->event, fire, SIM_PRIO_HW);
	sim_event_at(phb->sim, &tlp->event, when_ps);
}

static void phb_dma_trace_read(struct phb *phb, const struct tlp *tlp, uint32_t tag)
{
	struct trace_arg args[] = {{.name = "rid", .value = tlp->rid, .hex = true},
				   {.name = "addr", .value = tlp->addr.v, .hex = true},
				   {.name = "bytes", .value = tlp->bytes}};
	char *process, *name;

	if (!phb->tag_track[tag]) {
		process = sim_asprintf("phb%u", phb->index);
		name = sim_asprintf("read tag %u", tag);
		phb->tag_track[tag] = trace_track(phb->sim, process, name);
		free(process);
		free(name);
	}
	trace_span(phb->sim, phb->tag_track[tag], "DMA read", tlp->scratch[AT_GRANT], sim_now(phb->sim), args,
		   sim_count_of(args));
}

static void phb_dma_fire_read(struct sim *sim, struct sim_event *event)
{
	struct tlp *tlp = sim_container_of(event, struct tlp, event);
	struct phb *phb = tlp->holder;
	uint32_t tag = (uint32_t)tlp->scratch[AT_TAG];
	struct phb_stage_stats *stats = phb_stage_of(phb, (uint32_t)tlp->scratch[AT_PE]);

	queue_remove(&phb->dma.reads, tlp);
	if (trace_on(sim))
		phb_dma_trace_read(phb, tlp, tag);
	stat_hist_add(&stats->stage[PHB_STAGE_MEMORY], sim_now(sim) - tlp->scratch[AT_SINCE]);
	stat_hist_add(&stats->read[phb_size_class(tlp->bytes)], sim_now(sim) - tlp->scratch[AT_ARRIVAL]);
	stats->read_bytes += tlp->bytes;
	phb->dma.tags_free |= 1ull << tag;
	memory_give(&phb->memory, MEMORY_READ, dma_lines(phb, tlp), sim_now(sim) - tlp->scratch[AT_GRANT]);
	phb_dma_complete(phb, tlp, TLP_SC);
	if (phb->dma.for_tag.head)
		phb_dma_next_reads(phb);
}

static void phb_dma_fire_write(struct sim *sim, struct sim_event *event)
{
	struct tlp *tlp = sim_container_of(event, struct tlp, event);
	struct phb *phb = tlp->holder;
	struct phb_stage_stats *stats = phb_stage_of(phb, (uint32_t)tlp->scratch[AT_PE]);

	queue_remove(&phb->dma.writes, tlp);
	stat_hist_add(&stats->stage[PHB_STAGE_MEMORY], sim_now(sim) - tlp->scratch[AT_SINCE]);
	stat_hist_add(&stats->write[phb_size_class(tlp->bytes)], sim_now(sim) - tlp->scratch[AT_ARRIVAL]);
	stats->write_bytes += tlp->bytes;
	memory_give(&phb->memory, MEMORY_WRITE, dma_lines(phb, tlp), sim_now(sim) - tlp->scratch[AT_GRANT]);
	phb_dma_free(phb, tlp, TLP_DONE);
	if (phb->dma.ordered.head)
		phb_dma_next_ordered(phb);
}

static void phb_dma_fire_msi(struct sim *sim, struct sim_event *event)
{
	struct tlp *tlp = sim_container_of(event, struct tlp, event);
	struct phb *phb = tlp->holder;
	uint32_t source = (uint32_t)tlp->scratch[AT_TAG];

	queue_remove(&phb->dma.msis, tlp);
	stat_hist_add(&phb_stage_of(phb, (uint32_t)tlp->scratch[AT_PE])->msi, sim_now(sim) - tlp->scratch[AT_ARRIVAL]);
	phb_dma_free(phb, tlp, TLP_DONE);
	phb->irq(phb->irq_arg, source);
}

void phb_dma_read_memory(struct phb *phb, struct tlp *tlp, sim_ps done_ps)
{
	phb_dma_later(phb, &phb->dma.reads, tlp, phb_dma_fire_read, done_ps);
}

void phb_dma_write_memory(struct phb *phb, struct tlp *tlp, sim_ps done_ps)
{
	phb_dma_later(phb, &phb->dma.writes, tlp, phb_dma_fire_write, done_ps);
}

/* Where vectors are in memory, msi_latency has the fetch of one in it; what it waits for comes on top. */
void phb_dma_present_msi(struct phb *phb, struct tlp *tlp)
{
	sim_ps done_ps = sim_now(phb->sim) + phb->timing.msi_ps;
	struct raddr at;

	if (phb->gen->ive_at && phb->gen->ive_at(phb, (uint32_t)tlp->scratch[AT_TAG], &at)) {
		done_ps = memory_fetch(&phb->memory, MEMORY_READ, at.v, phb->timing.msi_ps);
		(void)memory_fetch(&phb->memory, MEMORY_WRITE, at.v, 0); /* P or Q; nobody waits for it */
	}
	phb_dma_later(phb, &phb->dma.msis, tlp, phb_dma_fire_msi, done_ps);
}
