/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HW_DEVICE_DMA_ENGINE_H
#define HW_DEVICE_DMA_ENGINE_H
/*
 * hw/device/dma_engine.h - "dma-engine", a synthetic PCIe function: it does the DMA it is told to.
 *
 * Programmed through BAR0 (layout: hw/regs/dma_engine_regs.h): pattern (stream, strided, random, descriptor ring),
 * window base and length, request size, read share, queue depth, count, seed, doorbell, MSI at the end or on error.
 * Written bytes are a pure function of (seed, PCI address), so software can check every byte; bytes read
 * can be checked by the device against the same function. Real configuration space: IDs, command, BAR0, MSI.
 */
#include "hw/pcie/link.h"
#include "sim/cfg.h"

struct dma_engine;

/** dma_engine_create - a function at @rid below @link, attached. @path: statistics path. */
struct dma_engine *dma_engine_create(struct sim *sim, const struct cfg *cfg, const char *path, struct link *link,
				     struct tlp_pool *pool, uint16_t rid);
void dma_engine_destroy(struct dma_engine *engine);

/** dma_engine_pattern_byte - the byte that the engine writes at (or expects to read from) PCI address @addr. */
uint8_t dma_engine_pattern_byte(uint64_t seed, uint64_t addr);
/** dma_engine_pattern_fill - the same for a run of bytes; @addr any. */
void dma_engine_pattern_fill(uint64_t seed, uint64_t addr, void *buf, size_t bytes);

#endif
