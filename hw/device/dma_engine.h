/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HW_DEVICE_DMA_ENGINE_H
#define HW_DEVICE_DMA_ENGINE_H
/*
 * hw/device/dma_engine.h - "dma-engine", a synthetic PCIe function: it does the DMA it is told to.
 *
 * Programmed through BAR0 (layout: hw/regs/dma_engine_regs.h): pattern (stream, strided, random, descriptor ring),
 * window base and length, request size, read share, queue depth, count, seed, doorbell, an interrupt at the end or on
 * error (MSI, or INTA while MSI is off).
 * Written bytes are a pure function of (seed, PCI address), so software can check every byte; bytes read
 * can be checked by the device against the same function. Real configuration space: IDs, command, BAR0, MSI, PCI
 * Express with function level reset, Advanced Error Reporting; errors on demand (PROVOKE).
 *
 * Not modelled: power management, MSI-X; the limits MPS and MRRS of the device
 * control register are kept but packets are cut by the link's rows (hw/pcie/link.h).
 */
#include "hw/pcie/topology.h"
#include "sim/cfg.h"

struct dma_engine;

extern const struct cfg_row dma_engine_cfg_rows[];
extern const size_t dma_engine_cfg_row_count;

/** struct dma_engine_place - below port @port of @topology (borrowed), function @number of @functions of the device. */
struct dma_engine_place {
	struct topology *topology;
	uint32_t port, number, functions;
};

/** dma_engine_create - a function at @place, attached. @path: statistics path; also names its random stream. */
struct dma_engine *dma_engine_create(struct sim *sim, const struct cfg *cfg, const char *path, struct tlp_pool *pool,
				     const struct dma_engine_place *place);
/**
 * dma_engine_destroy - after the topology, the link and the PHB, which may still hold TLPs of the engine. @engine: may
 * be NULL. The TLP pool must still exist.
 */
void dma_engine_destroy(struct dma_engine *engine);

/** dma_engine_flow - packets of @class (posted, non-posted) that it made, that ended, and that it waits for. */
void dma_engine_flow(const struct dma_engine *engine, enum tlp_class class, struct tlp_flow *out);

/** dma_engine_pattern_byte - the byte that the engine writes at (or expects to read from) PCI address @addr. */
uint8_t dma_engine_pattern_byte(uint64_t seed, uint64_t addr);
/** dma_engine_pattern_fill - the same for a run of bytes; @addr any. */
void dma_engine_pattern_fill(uint64_t seed, uint64_t addr, void *buf, size_t bytes);
/**
 * dma_engine_pattern_check - compare @bytes at @buf with the pattern from @addr.
 * @first: offset of the first byte that differs; written only when one does; may be NULL.
 * Return: number of bytes that differ.
 */
size_t dma_engine_pattern_check(uint64_t seed, uint64_t addr, const void *buf, size_t bytes, size_t *first);

#endif
