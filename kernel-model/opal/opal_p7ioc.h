/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KERNEL_MODEL_OPAL_OPAL_P7IOC_H
#define KERNEL_MODEL_OPAL_OPAL_P7IOC_H
/* kernel-model/opal/opal_p7ioc.h - what the parts of firmware for a P7IOC (opal_p7ioc*.c) share. */
#include "hw/regs/p7ioc_hub_regs.h"
#include "hw/regs/p7ioc_regs.h"
#include "kernel-model/opal/opal_internal.h"

/* Methods of a PHB. */
extern const struct opal_trap_group opal_p7ioc_trap_groups[];
int64_t opal_p7ioc_set_pe(struct opal_phb *phb, uint32_t pe, const struct opal_requesters *who, bool map);
int64_t opal_p7ioc_set_peltv(struct opal_phb *phb, uint32_t parent, uint32_t child, bool set);
int64_t opal_p7ioc_map_mmio(struct opal_phb *phb, uint32_t pe, uint16_t type, uint16_t window, uint16_t segment);
int64_t opal_p7ioc_set_mem_window(struct opal_phb *phb, uint16_t type, uint16_t window, uint64_t real, uint64_t pci,
				  uint64_t bytes);
int64_t opal_p7ioc_mmio_enable(struct opal_phb *phb, uint16_t type, uint16_t window, uint16_t mode);
int64_t opal_p7ioc_map_dma(struct opal_phb *phb, uint32_t pe, uint16_t window, uint16_t levels, uint64_t table,
			   uint64_t table_bytes, uint64_t page_bytes);
/** opal_p7ioc_xive_mangle - an XIVT entry as the chip wants it: bits of the server number stand in the priority. */
uint64_t opal_p7ioc_xive_mangle(uint64_t entry);
int64_t opal_p7ioc_set_xive(struct opal_phb *phb, uint32_t vector, uint16_t server, uint8_t priority);
int64_t opal_p7ioc_get_xive(struct opal_phb *phb, uint32_t vector, uint16_t *server, uint8_t *priority);
int64_t opal_p7ioc_set_xive_pe(struct opal_phb *phb, uint32_t pe, uint32_t vector);
int64_t opal_p7ioc_get_msi(struct opal_phb *phb, uint32_t mve, uint32_t vector, bool wide, uint64_t *addr,
			   uint32_t *data);
int64_t opal_p7ioc_set_mve(struct opal_phb *phb, uint32_t mve, uint32_t pe);
int64_t opal_p7ioc_set_mve_enable(struct opal_phb *phb, uint32_t mve, uint32_t state);
bool opal_p7ioc_fenced(struct opal_phb *phb);
enum opal_error_class opal_p7ioc_class_error(struct opal_phb *phb);
int64_t opal_p7ioc_inject(struct opal_phb *phb, uint32_t pe, bool wide, uint32_t function, uint64_t addr,
			  uint64_t mask);
extern const struct opal_diag opal_p7ioc_layout;
/** opal_p7ioc_index - which of the hub's PHBs it is. */
uint32_t opal_p7ioc_index(const struct opal_phb *phb);
/* Registers of the hub, by offset into the chip's window. Contexts: yield. */
uint64_t opal_hub_read(struct opal *opal, uint32_t at);
void opal_hub_write(struct opal *opal, uint32_t at, uint64_t value);
void opal_hub_init(struct opal *opal);
void opal_hub_open(struct opal *opal);
/* Before and after a reset: errors of @phb and at its crossbar port are masked, those at the port unmasked. */
void opal_hub_mask(struct opal_phb *phb);
void opal_hub_unmask(struct opal_phb *phb);
/** opal_hub_lift - reset @phb through the hub. Return: false when it is still fenced. */
bool opal_hub_lift(struct opal_phb *phb);
/** opal_hub_after_reset - what a complete reset leaves behind in the hub. */
void opal_hub_after_reset(struct opal_phb *phb);
/** opal_hub_check - look at a pending error of the hub; one of a PHB is handed to that PHB. Return: is the hub dead? */
bool opal_hub_check(struct opal *opal);
int64_t opal_hub_diag(struct opal *opal, uint8_t *out, uint64_t bytes);

#endif
