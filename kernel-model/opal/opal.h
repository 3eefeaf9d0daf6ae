/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KERNEL_MODEL_OPAL_OPAL_H
#define KERNEL_MODEL_OPAL_OPAL_H
/*
 * kernel-model/opal/opal.h - the OPAL firmware below the hosted kernel: brings the PHBs up and answers the kernel's
 * calls with the register sequences that skiboot performs (hw/phb3.c, core/pci-opal.c). It knows the machine only
 * through struct platform and the register layouts, and keeps its tables (RTT, PELT-V, PEST, IVT) at the top of RAM.
 */
#include <stdbool.h>
#include <stdint.h>

#include "hw/platform.h"
#include "sim/cfg.h"
#include "sim/sim.h"

struct opal;

/** opal_create - firmware for @platform (borrowed); touches nothing yet. @cfg: for "kernel.opal.*" rows (kernel.c). */
struct opal *opal_create(struct sim *sim, struct platform *platform, const struct cfg *cfg);
void opal_destroy(struct opal *opal);

/**
 * opal_boot - reserve memory, initialise every PHB, enumerate what is below.
 * Return: 0; -ENODEV for a PHB that this firmware does not know, or that lacks the chip around it; -ENOMEM when RAM is
 * too small for the tables. Context: a task; yields.
 */
int opal_boot(struct opal *opal) sim_must_use;

/**
 * opal_interrupt - an interrupt of the machine came: is it firmware's own (the error interrupts of PHBs)? Event
 * context. Return: true when the kernel has nothing to do with it.
 */
bool opal_interrupt(struct opal *opal, uint32_t irq);

/** OPAL_EVENT_PCI_ERROR_BIT - the event that such an interrupt is to the kernel: LSB-0 bit of OPAL_EVENT_PCI_ERROR. */
#define OPAL_EVENT_PCI_ERROR_BIT 9u

/** opal_reserved_base - real address of the first byte of RAM that belongs to firmware. */
uint64_t opal_reserved_base(const struct opal *opal);

/** struct opal_node - what firmware's device tree says of a function. Fields: see struct host_pci_node (host.h). */
struct opal_node {
	int parent;
	uint32_t bdfn, vendor_id, device_id, class_code, revision_id;
	bool slot;
};
/** opal_node - the @index-th function below PHB @phb_id. Return: false when there is none. */
bool opal_node(const struct opal *opal, uint64_t phb_id, uint32_t index, struct opal_node *out);

/**
 * opal_call - the kernel calls firmware.
 * @token: number of the call. @args: eight argument registers; those beyond the call's arguments are ignored, and of
 * narrower arguments only the declared bits count. Pointers are host addresses.
 * Return: an OPAL code, OPAL_PARAMETER for an unknown token (counted).
 * Context: a task; yields.
 */
int64_t opal_call(struct opal *opal, uint32_t token, const unsigned long long *args);
/** opal_call_name - "OPAL_PCI_SET_PE", for people; static storage. */
const char *opal_call_name(uint32_t token);

#endif
