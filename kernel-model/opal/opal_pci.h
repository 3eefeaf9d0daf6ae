/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KERNEL_MODEL_OPAL_OPAL_PCI_H
#define KERNEL_MODEL_OPAL_OPAL_PCI_H
/*
 * kernel-model/opal/opal_pci.h - what firmware knows of the functions below a PHB, and its slots. For
 * kernel-model/opal/ only.
 */
#include <stdbool.h>
#include <stdint.h>

#include "sim/sim.h"

struct opal_phb;
struct opal_reset_step;

#define OPAL_DEVICES_MAX 256u /* functions below one PHB that firmware keeps; more are not scanned */
#define OPAL_DEVICE_NONE (-1)
#define OPAL_BUS_SHIFT 8
#define OPAL_BUS_MAX 0xffu

/**
 * struct opal_slot - something that can be reset by itself: what is below the PHB's root port, or below a switch's
 * port.
 * @step: of the reset that is under way, NULL: none. @until_ps: when that step ends. @retries: of a link that stays
 * down.
 */
struct opal_slot {
	const struct opal_reset_step *step;
	sim_ps until_ps;
	uint32_t retries;
};

/**
 * struct opal_device - one function. @parent: index of the bridge above, OPAL_DEVICE_NONE on the root bus. @vdid:
 * device id and vendor id. @revision: class code and revision id. @type: PCI_EXP_TYPE_*. @secondary, @subordinate: bus
 * numbers as assigned. @express, @aer: capabilities, 0: none.
 * @mps: largest payload that it can take, bytes. @pluggable: it is a port with a slot that firmware resets.
 */
struct opal_device {
	uint16_t bdfn;
	int parent;
	uint32_t vdid, revision, type, mps, scan_map;
	uint16_t express, aer;
	uint8_t secondary, subordinate;
	bool bridge, multi_function, pluggable;
	struct opal_slot slot;
};

/* opal_pci.c */
/** opal_pci_scan - find all functions below @phb, number the buses, set bridges up; once, after the PHB itself. */
void opal_pci_scan(struct opal_phb *phb);
/** opal_pci_restore - what a reset below @parent (OPAL_DEVICE_NONE: the PHB) took: bus numbers, captured ids, device
 * set-up. */
void opal_pci_restore(struct opal_phb *phb, int parent);
/** opal_pci_find - index of the function @bdfn, or OPAL_DEVICE_NONE. */
int opal_pci_find(const struct opal_phb *phb, uint32_t bdfn);

/* opal_pci_init.c */
/** opal_pci_init_root - the root complex' configuration space, as part of the PHB's initialisation. */
void opal_pci_init_root(struct opal_phb *phb);
/** opal_pci_find_capability - Return: its offset, or 0. */
uint16_t opal_pci_find_capability(struct opal_phb *phb, uint32_t bdfn, uint32_t id);
uint16_t opal_pci_find_extended(struct opal_phb *phb, uint32_t bdfn, uint32_t id);
/** opal_pci_init_device - error reporting, payload size and the like, after a scan or a reset. */
void opal_pci_init_device(struct opal_phb *phb, const struct opal_device *device);
/** opal_pci_init_payload - payload size alone, once it is known for all. */
void opal_pci_init_payload(struct opal_phb *phb, const struct opal_device *device);

/* opal_cfg.c: firmware's own configuration cycles; all ones when nobody answers. */
uint32_t opal_cfg_read(struct opal_phb *phb, uint32_t bdfn, uint32_t reg, uint32_t bytes);
void opal_cfg_write(struct opal_phb *phb, uint32_t bdfn, uint32_t reg, uint32_t bytes, uint32_t value);
/** opal_cfg_change - read, clear @clear, set @set, write. */
void opal_cfg_change(struct opal_phb *phb, uint32_t bdfn, uint32_t reg, uint32_t bytes, uint32_t clear, uint32_t set);

#endif
