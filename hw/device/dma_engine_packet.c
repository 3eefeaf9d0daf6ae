/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/device/dma_engine_packet.c - the dma-engine's packets in flight: tags, time-outs, and how a packet ends.
 *
 * Each packet has a slot: a read until its completion or its time-out, a write until the PHB has drained it, which is
 * what returned flow-control credits would tell a device. A tag is the slot's number and how often the slot has been
 * used, so an answer that comes after the packet was given up (time-out, reset) is told from the next packet's.
 *
 * Not modelled: completions that arrive in pieces.
 */
#include <string.h>

#include "hw/device/dma_engine_internal.h"
#include "sim/trace.h"

static uint8_t slot_next_generation(const struct dma_engine_slot *slot)
{
	return (slot->generation + 1) & (UINT16_MAX >> DMA_ENGINE_TAG_BITS);
}

static bool slot_is_read(const struct dma_engine_slot *slot)
{
	return slot->kind == DMA_ENGINE_DATA_READ || slot->kind == DMA_ENGINE_FETCH;
}

static enum tlp_class slot_class(const struct dma_engine_slot *slot)
{
	return slot_is_read(slot) ? TLP_NONPOSTED : TLP_POSTED;
}

void dma_engine_flow(const struct dma_engine *engine, enum tlp_class class, struct tlp_flow *out)
{
	uint32_t i;

	*out = (struct tlp_flow){.entered = engine->entered[class], .left = engine->left[class]};
	for (i = 0; i < DMA_ENGINE_SLOTS; i++)
		out->held += engine->slot[i].kind != DMA_ENGINE_SLOT_FREE && slot_class(&engine->slot[i]) == class;
}

void dma_engine_packet_reset(struct dma_engine *engine)
{
	uint32_t i;

	for (i = 0; i < DMA_ENGINE_SLOTS; i++) {
		if (engine->slot[i].kind != DMA_ENGINE_SLOT_FREE)
			engine->left[slot_class(&engine->slot[i])]++;
		engine->slot[i].kind = DMA_ENGINE_SLOT_FREE;
		engine->slot[i].generation = slot_next_generation(&engine->slot[i]);
		engine->slot[i].next_free = i + 1 < DMA_ENGINE_SLOTS ? (uint16_t)(i + 1) : DMA_ENGINE_NO_SLOT;
	}
	engine->free_slot = 0;
	engine->oldest_read = engine->newest_read = DMA_ENGINE_NO_SLOT;
	engine->data_in_flight = engine->reads_in_flight = engine->in_flight = 0;
}

static uint16_t slot_tag(const struct dma_engine *engine, const struct dma_engine_slot *slot)
{
	return (uint16_t)((uint32_t)(slot - engine->slot) | (uint32_t)slot->generation << DMA_ENGINE_TAG_BITS);
}

/* The slot that @tag names, or NULL when its packet has been given up. */
static struct dma_engine_slot *slot_by_tag(struct dma_engine *engine, uint16_t tag)
{
	uint32_t index = tag & ((1u << DMA_ENGINE_TAG_BITS) - 1);
	struct dma_engine_slot *slot;

	if (index >= DMA_ENGINE_SLOTS)
		return NULL;
	slot = &engine->slot[index];
	return slot->kind != DMA_ENGINE_SLOT_FREE && slot_tag(engine, slot) == tag ? slot : NULL;
}

static bool slot_is_data(const struct dma_engine_slot *slot)
{
	return slot->kind == DMA_ENGINE_DATA_READ || slot->kind == DMA_ENGINE_DATA_WRITE;
}

static void slot_link_read(struct dma_engine *engine, uint16_t index)
{
	struct dma_engine_slot *slot = &engine->slot[index];

	slot->older = engine->newest_read;
	slot->newer = DMA_ENGINE_NO_SLOT;
	if (engine->newest_read != DMA_ENGINE_NO_SLOT)
		engine->slot[engine->newest_read].newer = index;
	else
		engine->oldest_read = index;
	engine->newest_read = index;
	if (!sim_event_pending(&engine->timeout))
		sim_event_after(engine->sim, &engine->timeout, engine->timeout_ps);
}

static void slot_unlink_read(struct dma_engine *engine, const struct dma_engine_slot *slot)
{
	if (slot->older != DMA_ENGINE_NO_SLOT)
		engine->slot[slot->older].newer = slot->newer;
	else
		engine->oldest_read = slot->newer;
	if (slot->newer != DMA_ENGINE_NO_SLOT)
		engine->slot[slot->newer].older = slot->older;
	else
		engine->newest_read = slot->older;
	/* With nothing to wait for, the timer must not hold up the end of the run. */
	if (engine->oldest_read == DMA_ENGINE_NO_SLOT)
		sim_event_cancel(engine->sim, &engine->timeout);
}

static void slot_release(struct dma_engine *engine, struct dma_engine_slot *slot)
{
	if (slot_is_read(slot))
		slot_unlink_read(engine, slot);
	engine->in_flight--;
	engine->left[slot_class(slot)]++;
	if (slot_is_data(slot))
		engine->data_in_flight--;
	engine->reads_in_flight -= slot->kind == DMA_ENGINE_DATA_READ;
	slot->kind = DMA_ENGINE_SLOT_FREE;
	slot->generation = slot_next_generation(slot);
	slot->next_free = engine->free_slot;
	engine->free_slot = (uint16_t)(slot - engine->slot);
}

static void packet_write_freed(struct tlp *tlp);

struct tlp *dma_engine_packet(struct dma_engine *engine, enum dma_engine_kind kind, uint64_t addr, uint32_t bytes,
			      struct dma_engine_desc *desc)
{
	struct tlp *tlp = tlp_alloc_wait(engine->pool, &engine->waiter);
	struct dma_engine_slot *slot;
	uint16_t index = engine->free_slot;

	if (!tlp) {
		engine->stats.tlp_waits++;
		return NULL;
	}
	sim_assert(engine->sim, index != DMA_ENGINE_NO_SLOT);
	slot = &engine->slot[index];
	engine->free_slot = slot->next_free;
	slot->kind = kind;
	slot->addr = addr;
	slot->bytes = bytes;
	slot->desc = desc;
	slot->issued_ps = sim_now(engine->sim);
	engine->in_flight++;
	engine->entered[slot_class(slot)]++;
	if (slot_is_data(slot))
		engine->data_in_flight++;
	engine->reads_in_flight += kind == DMA_ENGINE_DATA_READ;
	if (slot_is_read(slot))
		slot_link_read(engine, index);
	tlp->type = slot_is_read(slot) ? TLP_MEM_READ : TLP_MEM_WRITE;
	tlp->freed = slot_is_read(slot) ? NULL : packet_write_freed;
	tlp->rid = engine->function.rid;
	tlp->tag = slot_tag(engine, slot);
	tlp->addr.v = addr;
	tlp->bytes = bytes;
	tlp->issued_ps = slot->issued_ps;
	tlp->relaxed = engine->run.relaxed && slot_is_data(slot);
	tlp->owner = engine;
	return tlp;
}

static uint32_t packet_end_of(const struct dma_engine_slot *slot, const struct tlp *tlp)
{
	if (tlp->status != TLP_SC)
		return (uint32_t)tlp->status;
	if (tlp->bytes != slot->bytes)
		return DMA_ENGINE_END_MALFORMED;
	return tlp->poisoned ? DMA_ENGINE_END_POISONED : DMA_ENGINE_END_SC;
}

static size_t packet_check(struct dma_engine *engine, const struct dma_engine_slot *slot, const struct tlp *tlp)
{
	uint64_t *count = dma_engine_reg(engine, DMA_ENGINE_MISMATCHES);
	size_t first = 0, wrong;

	if (!engine->run.check)
		return 0;
	wrong = dma_engine_pattern_check(engine->run.seed, slot->addr, tlp->data, slot->bytes, &first);
	if (!wrong)
		return 0;
	if (!*count)
		*dma_engine_reg(engine, DMA_ENGINE_MISMATCH_ADDR) = slot->addr + first;
	*count += wrong;
	engine->stats.mismatch_bytes += wrong;
	if (trace_on(engine->sim))
		dma_engine_trace(engine, "data differ", slot->addr + first, wrong);
	return wrong;
}

/* A read ended: @tlp is its completion, or NULL for a timeout. */
static void packet_read_end(struct dma_engine *engine, struct dma_engine_slot *slot, const struct tlp *tlp)
{
	uint32_t end = tlp ? packet_end_of(slot, tlp) : DMA_ENGINE_END_TIMEOUT;
	struct dma_engine_slot was = *slot;
	size_t wrong = 0;

	slot_release(engine, slot);
	if (end != DMA_ENGINE_END_SC) {
		engine->stats.timeouts += end == DMA_ENGINE_END_TIMEOUT;
		dma_engine_report(engine, end, tlp);
		dma_engine_fail(engine, was.addr, end);
	} else if (was.kind == DMA_ENGINE_DATA_READ) {
		wrong = packet_check(engine, &was, tlp);
		engine->stats.reads++;
		engine->stats.read_bytes += was.bytes;
		++*dma_engine_reg(engine, DMA_ENGINE_READS);
		*dma_engine_reg(engine, DMA_ENGINE_READ_BYTES) += was.bytes;
		stat_hist_add(&engine->stats.read_latency_ps, sim_now(engine->sim) - was.issued_ps);
	}
	if (was.kind == DMA_ENGINE_FETCH)
		dma_engine_ring_fetched(engine, tlp, end);
	else if (was.desc)
		dma_engine_ring_packet_end(engine, was.desc, end, wrong);
}

/* A posted write has been drained (or was dropped: a device cannot know). Called from within tlp_free(). */
static void packet_write_freed(struct tlp *tlp)
{
	struct dma_engine *engine = tlp->owner;
	struct dma_engine_slot *slot = slot_by_tag(engine, tlp->tag);
	struct dma_engine_slot was;

	if (!slot)
		return; /* from before a reset */
	was = *slot;
	slot_release(engine, slot);
	if (was.kind == DMA_ENGINE_WRITE_BACK) {
		dma_engine_ring_written_back(engine, was.desc);
	} else {
		engine->stats.writes++;
		engine->stats.write_bytes += was.bytes;
		++*dma_engine_reg(engine, DMA_ENGINE_WRITES);
		*dma_engine_reg(engine, DMA_ENGINE_WRITE_BYTES) += was.bytes;
		if (was.desc)
			dma_engine_ring_packet_end(engine, was.desc, DMA_ENGINE_END_SC, 0);
	}
	dma_engine_kick(engine);
}

void dma_engine_packet_timed_out(struct sim *sim, struct sim_event *event)
{
	struct dma_engine *engine = sim_container_of(event, struct dma_engine, timeout);

	while (engine->oldest_read != DMA_ENGINE_NO_SLOT) {
		struct dma_engine_slot *slot = &engine->slot[engine->oldest_read];
		sim_ps due = slot->issued_ps + engine->timeout_ps;

		if (due > sim_now(sim)) {
			if (!sim_event_pending(event))
				sim_event_at(sim, event, due);
			break;
		}
		packet_read_end(engine, slot, NULL);
	}
	dma_engine_kick(engine);
}

bool dma_engine_packet_completed(struct dma_engine *engine, const struct tlp *tlp)
{
	struct dma_engine_slot *slot = slot_by_tag(engine, tlp->tag);

	if (!slot || !slot_is_read(slot))
		return false;
	packet_read_end(engine, slot, tlp);
	return true;
}
