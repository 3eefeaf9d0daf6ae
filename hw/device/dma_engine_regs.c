/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/device/dma_engine_regs.c - BAR0 of the dma-engine: one row per register, storage by default, hooks where a write
 * does something. Layout and meaning: hw/regs/dma_engine_regs.h.
 *
 * Not modelled: time inside the device for an access; accesses are immediate and the machine charges the link.
 */
#include <string.h>

#include "hw/device/dma_engine_internal.h"

/** struct regs_row - @writable: bits that a write stores; @w1c: bits that writing 1 clears. */
struct regs_row {
	uint32_t offset;
	const char *name;
	uint64_t reset, writable, w1c;
	void (*wrote)(struct dma_engine *engine, uint64_t value);
};

static void regs_wrote_ctrl(struct dma_engine *engine, uint64_t value)
{
	if (value & DMA_ENGINE_CTRL_RESET) {
		dma_engine_reset(engine);
		return;
	}
	if (value & DMA_ENGINE_CTRL_START)
		dma_engine_start(engine);
	if (value & DMA_ENGINE_CTRL_STOP)
		dma_engine_stop(engine);
}

static void regs_wrote_tail(struct dma_engine *engine, uint64_t value)
{
	uint64_t entries = *dma_engine_reg(engine, DMA_ENGINE_RING_ENTRIES);

	if (value >= entries)
		*dma_engine_reg(engine, DMA_ENGINE_STATUS) |= DMA_ENGINE_STATUS_BAD_CONFIG;
	else
		*dma_engine_reg(engine, DMA_ENGINE_RING_TAIL) = value;
	dma_engine_kick(engine);
}

static void regs_wrote_provoke(struct dma_engine *engine, uint64_t value)
{
	dma_engine_provoke(engine, value);
}

static void regs_wrote_status(struct dma_engine *engine, uint64_t value)
{
	(void)value;
	dma_engine_intx_update(engine);
}

#define ALL (~0ull)
static const struct regs_row regs_rows[] = {
	{DMA_ENGINE_ID, "ID", DMA_ENGINE_ID_VALUE, 0, 0, NULL},
	{DMA_ENGINE_VERSION, "VERSION", DMA_ENGINE_VERSION_VALUE, 0, 0, NULL},
	{DMA_ENGINE_CTRL, "CTRL", 0, DMA_ENGINE_CTRL_KEPT, 0, regs_wrote_ctrl},
	{DMA_ENGINE_STATUS, "STATUS", 0, 0, DMA_ENGINE_STATUS_W1C, regs_wrote_status},
	{DMA_ENGINE_PATTERN, "PATTERN", DMA_ENGINE_PATTERN_STREAM, ALL, 0, NULL},
	{DMA_ENGINE_BASE, "BASE", 0, ALL, 0, NULL},
	{DMA_ENGINE_LENGTH, "LENGTH", 0, ALL, 0, NULL},
	{DMA_ENGINE_STRIDE, "STRIDE", 0, ALL, 0, NULL},
	{DMA_ENGINE_REQ_BYTES, "REQ_BYTES", 256, ALL, 0, NULL},
	{DMA_ENGINE_COUNT, "COUNT", 0, ALL, 0, NULL},
	{DMA_ENGINE_QDEPTH, "QDEPTH", 16, ALL, 0, NULL},
	{DMA_ENGINE_READ_SHARE, "READ_SHARE", 256, ALL, 0, NULL},
	{DMA_ENGINE_SEED, "SEED", 0, ALL, 0, NULL},
	{DMA_ENGINE_INTERVAL, "INTERVAL", 0, ALL, 0, NULL},
	{DMA_ENGINE_MSI_VECTORS, "MSI_VECTORS", 0, 0xffff, 0, NULL},
	{DMA_ENGINE_CAPACITY, "CAPACITY", 0, 0, 0, NULL},
	{DMA_ENGINE_RING_BASE, "RING_BASE", 0, ALL, 0, NULL},
	{DMA_ENGINE_RING_ENTRIES, "RING_ENTRIES", 0, ALL, 0, NULL},
	{DMA_ENGINE_RING_HEAD, "RING_HEAD", 0, 0, 0, NULL},
	{DMA_ENGINE_RING_TAIL, "RING_TAIL", 0, 0, 0, regs_wrote_tail},
	{DMA_ENGINE_RING_DONE, "RING_DONE", 0, 0, 0, NULL},
	{DMA_ENGINE_PROVOKE, "PROVOKE", 0, DMA_ENGINE_PROVOKE_NEXT, 0, regs_wrote_provoke},
	{DMA_ENGINE_READS, "READS", 0, 0, 0, NULL},
	{DMA_ENGINE_WRITES, "WRITES", 0, 0, 0, NULL},
	{DMA_ENGINE_READ_BYTES, "READ_BYTES", 0, 0, 0, NULL},
	{DMA_ENGINE_WRITE_BYTES, "WRITE_BYTES", 0, 0, 0, NULL},
	{DMA_ENGINE_ERRORS, "ERRORS", 0, 0, 0, NULL},
	{DMA_ENGINE_ERROR_ADDR, "ERROR_ADDR", 0, 0, 0, NULL},
	{DMA_ENGINE_MISMATCHES, "MISMATCHES", 0, 0, 0, NULL},
	{DMA_ENGINE_MISMATCH_ADDR, "MISMATCH_ADDR", 0, 0, 0, NULL},
	{DMA_ENGINE_ISSUED, "ISSUED", 0, 0, 0, NULL},
};
#undef ALL

static const struct regs_row *regs_find(uint64_t offset)
{
	size_t i;

	for (i = 0; i < sim_count_of(regs_rows); i++) {
		if (regs_rows[i].offset == offset)
			return &regs_rows[i];
	}
	return NULL;
}

void dma_engine_regs_reset(struct dma_engine *engine)
{
	size_t i;

	memset(engine->reg, 0, sizeof(engine->reg));
	for (i = 0; i < sim_count_of(regs_rows); i++)
		*dma_engine_reg(engine, regs_rows[i].offset) = regs_rows[i].reset;
	*dma_engine_reg(engine, DMA_ENGINE_CAPACITY) = engine->depth_max;
}

/* The row of an access of 8 bytes, or of 4 to a half; NULL (and counted) where nothing answers. */
static const struct regs_row *regs_access(struct dma_engine *engine, uint64_t offset, uint32_t bytes)
{
	const struct regs_row *row = NULL;

	if ((bytes == 8 || bytes == 4) && offset % bytes == 0)
		row = regs_find(offset & ~7ull);
	if (!row)
		engine->stats.unimplemented++;
	return row;
}

uint64_t dma_engine_regs_read(struct dma_engine *engine, uint64_t offset, uint32_t bytes)
{
	const struct regs_row *row = regs_access(engine, offset, bytes);
	uint64_t value;

	if (!row)
		return bytes < 8 ? (1ull << (8 * bytes)) - 1 : ~0ull;
	value = *dma_engine_reg(engine, row->offset);
	if (row->offset == DMA_ENGINE_STATUS && engine->state != DMA_ENGINE_IDLE)
		value |= DMA_ENGINE_STATUS_BUSY;
	if (bytes == 8)
		return value;
	return offset % 8 ? value >> 32 : value & UINT32_MAX;
}

void dma_engine_regs_write(struct dma_engine *engine, uint64_t offset, uint64_t value, uint32_t bytes)
{
	const struct regs_row *row = regs_access(engine, offset, bytes);
	uint64_t lanes = UINT64_MAX, *reg;

	if (!row)
		return;
	if (bytes == 4) {
		lanes = offset % 8 ? ~(uint64_t)UINT32_MAX : UINT32_MAX;
		value = offset % 8 ? value << 32 : value & UINT32_MAX;
	}
	reg = dma_engine_reg(engine, row->offset);
	*reg = (*reg & ~(row->writable & lanes)) | (value & row->writable & lanes);
	*reg &= ~(value & row->w1c & lanes);
	/* The doorbell's and the action bits' values sit in the low half; writing the other half does nothing. */
	if (row->wrote && (lanes & 1))
		row->wrote(engine, value);
}

static bool regs_ring_params(struct dma_engine *engine, struct dma_engine_params *out)
{
	uint64_t entries = *dma_engine_reg(engine, DMA_ENGINE_RING_ENTRIES);

	out->ring_base = *dma_engine_reg(engine, DMA_ENGINE_RING_BASE);
	out->ring_entries = (uint32_t)entries;
	if (entries < 2 || entries > 65536 || entries & (entries - 1))
		return false;
	if (*dma_engine_reg(engine, DMA_ENGINE_RING_TAIL) >= entries)
		return false;
	return out->ring_base % DMA_ENGINE_DESC_BYTES == 0 &&
	       out->ring_base <= UINT64_MAX - entries * DMA_ENGINE_DESC_BYTES;
}

static bool regs_window_params(struct dma_engine *engine, struct dma_engine_params *out)
{
	uint64_t length = *dma_engine_reg(engine, DMA_ENGINE_LENGTH);

	out->base = *dma_engine_reg(engine, DMA_ENGINE_BASE);
	out->stride = *dma_engine_reg(engine, DMA_ENGINE_STRIDE);
	out->read_share = *dma_engine_reg(engine, DMA_ENGINE_READ_SHARE);
	if (length < out->req_bytes || out->base > UINT64_MAX - length || out->read_share > 256)
		return false;
	out->slots = length / out->req_bytes;
	if (out->pattern == DMA_ENGINE_PATTERN_STRIDED)
		out->slots = out->stride ? (length - out->req_bytes) / out->stride + 1 : 1;
	return true;
}

bool dma_engine_regs_params(struct dma_engine *engine, struct dma_engine_params *out)
{
	uint64_t ctrl = *dma_engine_reg(engine, DMA_ENGINE_CTRL);
	uint64_t bytes = *dma_engine_reg(engine, DMA_ENGINE_REQ_BYTES);
	uint64_t depth = *dma_engine_reg(engine, DMA_ENGINE_QDEPTH);

	memset(out, 0, sizeof(*out));
	out->pattern = *dma_engine_reg(engine, DMA_ENGINE_PATTERN);
	out->count = *dma_engine_reg(engine, DMA_ENGINE_COUNT);
	out->seed = *dma_engine_reg(engine, DMA_ENGINE_SEED);
	out->interval_ps = *dma_engine_reg(engine, DMA_ENGINE_INTERVAL);
	out->check = ctrl & DMA_ENGINE_CTRL_CHECK;
	out->stop_on_error = ctrl & DMA_ENGINE_CTRL_STOP_ON_ERROR;
	out->relaxed = ctrl & DMA_ENGINE_CTRL_RELAXED &&
		       config_space_load(&engine->config, DMA_ENGINE_CAP_EXPRESS + PCI_EXP_DEVCTL, 2) & PCI_EXP_DEVCTL_RELAXED;
	if (bytes < 1 || bytes > TLP_MAX_BYTES || depth < 1 || depth > engine->depth_max)
		return false;
	/* A longer pause than a day is a mistake, and keeps sums of times from wrapping. */
	if (out->interval_ps > 86400 * SIM_PS_PER_S)
		return false;
	out->req_bytes = (uint32_t)bytes;
	out->depth = (uint32_t)depth;
	if (out->pattern == DMA_ENGINE_PATTERN_RING)
		return regs_ring_params(engine, out);
	return out->pattern < DMA_ENGINE_PATTERN_RING && regs_window_params(engine, out);
}
