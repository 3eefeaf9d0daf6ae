/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KERNEL_MODEL_OPAL_OPAL_PHB3_H
#define KERNEL_MODEL_OPAL_OPAL_PHB3_H
/* kernel-model/opal/opal_phb3.h - methods of a PHB3, for opal_phb3*.c only. */
#include "kernel-model/opal/opal_internal.h"

/* opal_phb3_mmio.c, opal_phb3_msi.c, opal_phb3_error.c */
int64_t opal_phb3_map_mmio(struct opal_phb *phb, uint32_t pe, uint16_t type, uint16_t window, uint16_t segment);
int64_t opal_phb3_set_mem_window(struct opal_phb *phb, uint16_t type, uint16_t window, uint64_t real, uint64_t pci,
				 uint64_t bytes);
int64_t opal_phb3_mmio_enable(struct opal_phb *phb, uint16_t type, uint16_t window, uint16_t mode);
int64_t opal_phb3_set_xive(struct opal_phb *phb, uint32_t vector, uint16_t server, uint8_t priority);
int64_t opal_phb3_get_xive(struct opal_phb *phb, uint32_t vector, uint16_t *server, uint8_t *priority);
int64_t opal_phb3_set_xive_pe(struct opal_phb *phb, uint32_t pe, uint32_t vector);
int64_t opal_phb3_msi_eoi(struct opal_phb *phb, uint32_t vector);
extern const struct opal_trap_group opal_phb3_trap_groups[];
extern const struct opal_diag opal_phb3_layout;
bool opal_phb3_fenced(struct opal_phb *phb);
enum opal_error_class opal_phb3_class_error(struct opal_phb *phb);
int64_t opal_phb3_inject(struct opal_phb *phb, uint32_t pe, bool wide, uint32_t function, uint64_t addr, uint64_t mask);

#endif
