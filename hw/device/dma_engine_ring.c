/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/device/dma_engine_ring.c - the dma-engine's descriptor ring: fetch by DMA, work off, write the status back.
 *
 * One fetch is out at a time, of several descriptors, and never crosses a 4 KiB boundary or the ring's end. Descriptors
 * begin in the order of the ring; each has its status written back when its own packets have all ended, so they may end
 * out of order. Up to DMA_ENGINE_DESCS descriptors are on the device.
 *
 * Not modelled: nothing beyond hw/regs/dma_engine_regs.h.
 */
#include <string.h>

#include "hw/device/dma_engine_internal.h"

void dma_engine_ring_reset(struct dma_engine *engine)
{
	memset(engine->desc, 0, sizeof(engine->desc));
	engine->queue_head = engine->queue_tail = NULL;
	engine->descs_used = 0;
	engine->fetch_count = 0;
}

static struct dma_engine_desc *ring_find(struct dma_engine *engine, enum dma_engine_desc_state state)
{
	size_t i;

	for (i = 0; i < DMA_ENGINE_DESCS; i++) {
		if (engine->desc[i].state == state)
			return &engine->desc[i];
	}
	return NULL;
}

static void ring_release(struct dma_engine *engine, struct dma_engine_desc *desc)
{
	desc->state = DMA_ENGINE_DESC_FREE;
	engine->descs_used--;
}

/* Write-backs that are due; false when the pool is empty. */
static bool ring_send_write_backs(struct dma_engine *engine)
{
	struct dma_engine_desc *desc;
	struct tlp *tlp;

	while ((desc = ring_find(engine, DMA_ENGINE_DESC_FINISHED))) {
		tlp = dma_engine_packet(engine, DMA_ENGINE_WRITE_BACK, desc->at + DMA_ENGINE_DESC_STATUS, 8, desc);
		if (!tlp)
			return false;
		dma_engine_store_le(tlp->data, desc->status | DMA_ENGINE_DESC_STATUS_DONE, 4);
		dma_engine_store_le(tlp->data + 4, desc->mismatches, 4);
		desc->state = DMA_ENGINE_DESC_WRITING;
		topology_send_up(&engine->function, tlp);
	}
	return true;
}

static uint32_t ring_fetch_count(struct dma_engine *engine, uint64_t head, uint64_t addr)
{
	uint64_t tail = *dma_engine_reg(engine, DMA_ENGINE_RING_TAIL);
	uint64_t limit[] = {
		(tail - head) & (engine->run.ring_entries - 1),
		engine->run.ring_entries - head,
		DMA_ENGINE_DESCS - engine->descs_used,
		(DMA_ENGINE_PAGE_BYTES - addr % DMA_ENGINE_PAGE_BYTES) / DMA_ENGINE_DESC_BYTES,
		engine->run.count ? engine->run.count - engine->started : UINT64_MAX,
	};
	uint64_t n = DMA_ENGINE_FETCH_DESCS;
	size_t i;

	/* Those fetched but not begun count towards COUNT as well. */
	if (engine->run.count) {
		const struct dma_engine_desc *desc;

		for (desc = engine->queue_head; desc; desc = desc->next)
			limit[sim_count_of(limit) - 1]--;
	}
	for (i = 0; i < sim_count_of(limit); i++)
		n = limit[i] < n ? limit[i] : n;
	return (uint32_t)n;
}

bool dma_engine_ring_control(struct dma_engine *engine)
{
	uint64_t head = *dma_engine_reg(engine, DMA_ENGINE_RING_HEAD);
	uint64_t addr = engine->run.ring_base + head * DMA_ENGINE_DESC_BYTES;
	struct tlp *tlp;
	uint32_t n;

	if (!engine->descs_used &&
	    (engine->state != DMA_ENGINE_RUN || engine->run.pattern != DMA_ENGINE_PATTERN_RING))
		return true;
	if (!ring_send_write_backs(engine))
		return false;
	if (engine->state != DMA_ENGINE_RUN || engine->fetch_count)
		return true;
	n = ring_fetch_count(engine, head, addr);
	if (!n)
		return true;
	tlp = dma_engine_packet(engine, DMA_ENGINE_FETCH, addr, n * DMA_ENGINE_DESC_BYTES, NULL);
	if (!tlp)
		return false;
	engine->fetch_count = n;
	engine->stats.fetches++;
	topology_send_up(&engine->function, tlp);
	return true;
}

static void ring_queue(struct dma_engine *engine, uint64_t at, const uint8_t *raw)
{
	struct dma_engine_desc *desc = ring_find(engine, DMA_ENGINE_DESC_FREE);
	uint64_t known = DMA_ENGINE_DESC_FLAG_WRITE | DMA_ENGINE_DESC_FLAG_MSI;

	sim_assert(engine->sim, desc);
	memset(desc, 0, sizeof(*desc));
	desc->at = at;
	desc->addr = dma_engine_load_le(raw + DMA_ENGINE_DESC_ADDR, 8);
	desc->unsent = (uint32_t)dma_engine_load_le(raw + DMA_ENGINE_DESC_LENGTH, 4);
	desc->flags = (uint32_t)dma_engine_load_le(raw + DMA_ENGINE_DESC_FLAGS, 4);
	if (!desc->unsent || desc->unsent > DMA_ENGINE_DESC_LENGTH_MAX || desc->flags & ~known ||
	    desc->addr > UINT64_MAX - desc->unsent) {
		desc->status = DMA_ENGINE_DESC_STATUS_BAD;
		desc->unsent = 0;
	}
	desc->state = DMA_ENGINE_DESC_QUEUED;
	engine->descs_used++;
	if (engine->queue_head)
		engine->queue_tail->next = desc;
	else
		engine->queue_head = desc;
	engine->queue_tail = desc;
}

void dma_engine_ring_fetched(struct dma_engine *engine, const struct tlp *tlp, uint32_t end)
{
	uint64_t *head = dma_engine_reg(engine, DMA_ENGINE_RING_HEAD);
	uint32_t i, n = engine->fetch_count;

	engine->fetch_count = 0;
	if (end != DMA_ENGINE_END_SC) {
		*dma_engine_reg(engine, DMA_ENGINE_STATUS) |= DMA_ENGINE_STATUS_RING_FAULT;
		engine->failed = true;
		dma_engine_abandon(engine);
		return;
	}
	if (engine->state != DMA_ENGINE_RUN)
		return; /* stopped meanwhile: what was fetched is not begun */
	for (i = 0; i < n; i++)
		ring_queue(engine, engine->run.ring_base + (*head + i) * DMA_ENGINE_DESC_BYTES,
			   tlp->data + (size_t)i * DMA_ENGINE_DESC_BYTES);
	*head = (*head + n) & (engine->run.ring_entries - 1);
}

/* All packets of @desc have ended and none is to come. */
static void ring_settle(struct dma_engine *engine, struct dma_engine_desc *desc)
{
	if (desc->state != DMA_ENGINE_DESC_ACTIVE || desc->unsent || desc->in_flight)
		return;
	desc->state = DMA_ENGINE_DESC_FINISHED;
	engine->stats.descriptors++;
}

bool dma_engine_ring_next(struct dma_engine *engine)
{
	struct dma_engine_desc *desc = engine->queue_head;

	if (!desc)
		return false;
	engine->queue_head = desc->next;
	desc->state = DMA_ENGINE_DESC_ACTIVE;
	if (desc->status & DMA_ENGINE_DESC_STATUS_BAD) {
		ring_settle(engine, desc);
		engine->request.left = 0;
		return true;
	}
	engine->request.addr = desc->addr;
	engine->request.left = desc->unsent;
	engine->request.write = desc->flags & DMA_ENGINE_DESC_FLAG_WRITE;
	engine->request.desc = desc;
	return true;
}

void dma_engine_ring_packet_end(struct dma_engine *engine, struct dma_engine_desc *desc, uint32_t end,
				size_t mismatches)
{
	if (end != DMA_ENGINE_END_SC && !(desc->status & DMA_ENGINE_DESC_STATUS_END))
		desc->status |= end;
	desc->mismatches += (uint32_t)mismatches;
	desc->in_flight--;
	ring_settle(engine, desc);
}

void dma_engine_ring_written_back(struct dma_engine *engine, struct dma_engine_desc *desc)
{
	bool msi = desc->flags & DMA_ENGINE_DESC_FLAG_MSI;

	ring_release(engine, desc);
	++*dma_engine_reg(engine, DMA_ENGINE_RING_DONE);
	if (msi && *dma_engine_reg(engine, DMA_ENGINE_CTRL) & DMA_ENGINE_CTRL_MSI_DONE)
		dma_engine_msi(engine, *dma_engine_reg(engine, DMA_ENGINE_MSI_VECTORS) & 0xff);
}

void dma_engine_ring_abandon(struct dma_engine *engine)
{
	struct dma_engine_desc *desc = engine->request.desc;

	if (desc) {
		desc->status |= DMA_ENGINE_DESC_STATUS_ABORTED;
		desc->unsent = 0;
		ring_settle(engine, desc);
	}
	while ((desc = engine->queue_head)) {
		engine->queue_head = desc->next;
		ring_release(engine, desc);
	}
}
