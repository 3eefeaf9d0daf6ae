/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/phb/phb_sync.c - waiting for DMA: the syncs that tell when all requests before them are through, and the quiescing
 * of the pipeline.
 *
 * A sync is complete when the reads (or, on PHB5, the posted requests) that were in the PHB when it was started have
 * left it: their completion is on the link, memory has the data. Bits: skiboot include/phb4-regs.h; PHB3's are assumed
 * to be the same.
 *
 * Q_DMA_R (skiboot names its bits, no more; meanings assumed): while QUIESCE is set nothing new enters the translation;
 * what is there goes on. The response bits tell that memory owes data for a DMA (4) or a TCE (6), or a device an answer
 * to a load (5), which only shows of one that will not come. With AUTORESET, QUIESCE ends by itself when nothing is there any more.
 */
#include "hw/phb/phb_error.h"
#include "hw/regs/phb4_regs.h"

static struct phb_flow *flow_of(struct phb *phb, const struct tlp *tlp)
{
	return &phb->dma.flow[tlp->type == TLP_MEM_READ ? PHB_FLOW_READ : PHB_FLOW_POSTED];
}

uint32_t phb_sync_enter(struct phb *phb, const struct tlp *tlp)
{
	struct phb_flow *flow = flow_of(phb, tlp);

	flow->in++;
	flow->entered++;
	return flow->generation;
}

static bool sync_quiet(const struct phb *phb)
{
	return !phb->dma.reads.head && !phb->dma.writes.head && !phb->dma.msis.head && !phb->dma.walkers_busy &&
	       phb->dma.flow[PHB_FLOW_READ].in + phb->dma.flow[PHB_FLOW_POSTED].in == phb->dma.front_count;
}

void phb_sync_check_quiet(struct phb *phb)
{
	if (sim_unlikely(phb->dma.quiesced) && phb->dma.autoreset && sync_quiet(phb))
		phb_dma_quiesce(phb, false);
}

void phb_sync_leave(struct phb *phb, const struct tlp *tlp, uint32_t generation)
{
	struct phb_flow *flow = flow_of(phb, tlp);

	flow->in--;
	flow->left++;
	if (generation != flow->generation && flow->wait)
		flow->wait--;
}

static void sync_start(struct phb_flow *flow)
{
	flow->generation++;
	flow->wait = flow->in;
}

void phb_sync_write(struct phb *phb, uint32_t offset, uint64_t value)
{
	(void)offset;
	if (value & PHB_DMARD_SYNC_START)
		sync_start(&phb->dma.flow[PHB_FLOW_READ]);
	if (phb->gen->write_sync && value & PHB5_DMA_WRITE_SYNC_START)
		sync_start(&phb->dma.flow[PHB_FLOW_POSTED]);
}

uint64_t phb_sync_read(struct phb *phb, uint32_t offset)
{
	uint64_t value = 0;

	(void)offset;
	if (!phb->dma.flow[PHB_FLOW_READ].wait)
		value |= PHB_DMARD_SYNC_COMPLETE;
	if (phb->gen->write_sync && !phb->dma.flow[PHB_FLOW_POSTED].wait)
		value |= PHB5_DMA_WRITE_SYNC_COMPLETE;
	return value;
}

void phb_quiesce_write(struct phb *phb, uint32_t offset, uint64_t value)
{
	(void)offset;
	phb->dma.autoreset = value & PHB4_Q_DMA_R_AUTORESET;
	phb_dma_quiesce(phb, value & PHB4_Q_DMA_R_QUIESCE);
	phb_sync_check_quiet(phb);
}

uint64_t phb_quiesce_read(struct phb *phb, uint32_t offset)
{
	uint64_t value = 0;

	(void)offset;
	if (phb->dma.quiesced)
		value |= PHB4_Q_DMA_R_QUIESCE | (phb->dma.autoreset ? PHB4_Q_DMA_R_AUTORESET : 0);
	if (phb->dma.reads.head)
		value |= PHB4_Q_DMA_R_DMA_RESP;
	if (phb_timeout_pending(phb))
		value |= PHB4_Q_DMA_R_MMIO_RESP;
	if (phb->dma.walkers_busy)
		value |= PHB4_Q_DMA_R_TCE_RESP;
	if (phb_kill_busy(phb))
		value |= PHB4_Q_DMA_R_TCE_KILL;
	return value;
}

/* Counted where they are, not by what has come and gone: that is what it is compared with. */
void phb_tlp_flow(const struct phb *phb, enum tlp_class class, struct tlp_flow *out)
{
	const struct phb_dma *dma = &phb->dma;
	const struct tlp_queue *const queues[] = {&dma->front, &dma->ordered, &dma->for_tag, &dma->for_walker,
						  &dma->reads, &dma->writes,  &dma->msis};
	const struct phb_flow *flow = &dma->flow[class == TLP_NONPOSTED ? PHB_FLOW_READ : PHB_FLOW_POSTED];
	uint32_t i;

	*out = (struct tlp_flow){.entered = flow->entered, .left = flow->left};
	for (i = 0; i < sim_count_of(queues); i++)
		out->held += tlp_queue_count(queues[i], class);
	for (i = 0; i < dma->walker_count; i++)
		out->held += tlp_queue_count(&dma->walker[i].waiters, class);
}
