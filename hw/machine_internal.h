/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HW_MACHINE_INTERNAL_H
#define HW_MACHINE_INTERNAL_H
/* hw/machine_internal.h - what hw/machine.c (building) and hw/machine_map.c (the memory map) share with their tests. */
#include "hw/device/dma_engine.h"
#include "hw/machine.h"
#include "sim/event.h"

#define MACHINE_PHBS_MAX 6u
#define MACHINE_DEVICES_MAX 8u
#define MACHINE_FUNCTIONS_MAX 8u
#define MACHINE_RAM_UNIT_BYTES 65536u
#define MACHINE_IRQ_STRIDE 4096u /* interrupt numbers of a PHB: at least its sources (phb.h) */

/**
 * enum machine_window_kind - what answers in a window of real addresses: memory; of a PHB its registers, the same by
 * the slow path that works behind a fence (ASB), its MMIO, the pages of its interrupt sources; the chip around the
 * PHBs.
 */
enum machine_window_kind {
	MACHINE_WINDOW_RAM,
	MACHINE_WINDOW_REGS,
	MACHINE_WINDOW_ASB,
	MACHINE_WINDOW_IO,
	MACHINE_WINDOW_M32,
	MACHINE_WINDOW_M64,
	MACHINE_WINDOW_ESB,
	MACHINE_WINDOW_HUB,
};
#define MACHINE_WINDOWS_PER_PHB 6u

/**
 * struct machine_window - [@base, @base + @bytes) of @kind, of PHB @phb; @row: configuration row that put it there;
 * @step: row of the distance to the next PHB's.
 */
struct machine_window {
	enum machine_window_kind kind;
	uint32_t phb;
	uint64_t base, bytes;
	const char *row, *step;
};

#define MACHINE_WINDOWS_MAX (2u + MACHINE_WINDOWS_PER_PHB * MACHINE_PHBS_MAX)

/** struct machine_map - all windows; built and checked once. */
struct machine_map {
	struct machine_window window[MACHINE_WINDOWS_MAX];
	uint32_t count;
};

/** struct machine_flow_node - a PHB and what hangs below it, all borrowed. */
struct machine_flow_node {
	uint32_t index;
	struct tlp_pool *pool;
	const struct phb *phb;
	const struct link *link;
	const struct topology *topology;
	struct dma_engine *const *engine;
	uint32_t engine_count;
};
/** machine_flow_node - machine_flow() of one PHB. */
uint32_t machine_flow_node(const struct machine_flow_node *node, machine_flow_fn *fn, void *arg);
/** machine_flow_init, machine_flow_finish - statistics "tlps<n>" of a pool. */
void machine_flow_init(struct sim *sim, struct tlp_pool *pool, uint32_t index);
void machine_flow_finish(struct sim *sim, struct tlp_pool *pool);

/** machine_map_build - from configuration. Return: 0, or -EINVAL with cfg_error() set. */
int machine_map_build(struct machine_map *map, struct cfg *cfg) sim_must_use;

/** machine_map_find - the window that holds all of [@addr, @addr + @bytes), or NULL. */
const struct machine_window *machine_map_find(const struct machine_map *map, uint64_t addr, uint64_t bytes);

#endif
