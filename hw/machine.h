/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HW_MACHINE_H
#define HW_MACHINE_H
/*
 * hw/machine.h - a whole machine from configuration: RAM, PHBs with links and devices, and the memory map that turns
 * CPU addresses into registers and MMIO. Implements struct platform.
 */
#include "hw/phb/phb.h"
#include "hw/platform.h"
#include "hw/ram.h"
#include "sim/cfg.h"

struct machine;

extern const struct cfg_row machine_cfg_rows[];
extern const size_t machine_cfg_row_count;

/** machine_add_cfg_rows - rows of the machine and of everything in it (phb, link, device, ram). */
void machine_add_cfg_rows(struct cfg *cfg);

/**
 * machine_create - build it. @cfg: loaded; borrowed until machine_destroy().
 * Return: 0 and *@out; or -EINVAL with cfg_error() set (windows that overlap, RAM that runs into MMIO, devices that
 * have no port), or -errno.
 */
int machine_create(struct sim *sim, struct cfg *cfg, struct machine **out) sim_must_use;
void machine_destroy(struct machine *machine);

/** machine_platform - what software sees; owned by the machine. */
struct platform *machine_platform(struct machine *machine);
struct ram *machine_ram(struct machine *machine);
uint32_t machine_phb_count(const struct machine *machine);
struct phb *machine_phb(struct machine *machine, uint32_t index);
struct link *machine_link(struct machine *machine, uint32_t index);
struct topology *machine_topology(struct machine *machine, uint32_t index);
/**
 * machine_flow_fn - TLPs of class @class through a block of PHB @phb: @flow->entered must be @flow->left + @flow->held.
 * @where: "link up", "PHB" ... @class: TLP_CLASSES: all together.
 */
typedef void machine_flow_fn(void *arg, uint32_t phb, const char *where, enum tlp_class class,
			     const struct tlp_flow *flow);
/**
 * machine_flow - call @fn (may be NULL) for every block and class: each link and direction, PHB, device, and the pool,
 * whose TLPs in use must be those that links, PHB and refusals hold. Holds at any time between events.
 * Return: how many do not add up: a TLP was lost, doubled, or ended without a word.
 */
uint32_t machine_flow(const struct machine *machine, machine_flow_fn *fn, void *arg);
/** machine_ledger - how TLPs of PHB @phb ended so far. */
const struct tlp_ledger *machine_ledger(const struct machine *machine, uint32_t phb);
/** machine_tlps_in_flight - TLPs not in their pools; 0 at the end of a clean run. */
uint32_t machine_tlps_in_flight(const struct machine *machine);

#endif
