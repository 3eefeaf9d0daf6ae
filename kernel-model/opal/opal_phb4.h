/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KERNEL_MODEL_OPAL_OPAL_PHB4_H
#define KERNEL_MODEL_OPAL_OPAL_PHB4_H
/* kernel-model/opal/opal_phb4.h - methods of PHB4s and PHB5s, for opal_phb4*.c only. */
#include "hw/regs/ioda3_regs.h"
#include "hw/regs/phb4_regs.h"
#include "hw/regs/phb_scom_regs.h"
#include "hw/regs/xive_regs.h"
#include "kernel-model/opal/opal_internal.h"

static inline bool opal_is_phb5(const struct opal_phb *phb)
{
	return phb->info->type == PLATFORM_PHB_PHB5;
}

/* opal_phb4_mmio.c */
void opal_phb4_clear_windows(struct opal_phb *phb);
int64_t opal_phb4_map_mmio(struct opal_phb *phb, uint32_t pe, uint16_t type, uint16_t window, uint16_t segment);
int64_t opal_phb4_set_mem_window(struct opal_phb *phb, uint16_t type, uint16_t window, uint64_t real, uint64_t pci,
				 uint64_t bytes);
int64_t opal_phb4_mmio_enable(struct opal_phb *phb, uint16_t type, uint16_t window, uint16_t mode);

/* opal_phb4_dma.c */
int64_t opal_phb4_tce_kill(struct opal_phb *phb, uint32_t kind, uint32_t pe, uint32_t page_bytes, uint64_t dma_addr,
			   uint32_t pages);
int64_t opal_phb4_set_option(struct opal_phb *phb, uint64_t option, uint64_t setting);
int64_t opal_phb4_get_option(struct opal_phb *phb, uint64_t option, uint64_t *setting);
void opal_phb4_set_p2p(struct opal_phb *phb, bool target, uint32_t pe, bool enable);

/* opal_phb4_msi.c */
/** opal_phb4_clear_vectors - firmware's table and copy: nobody's, masked. */
void opal_phb4_clear_vectors(struct opal_phb *phb);
/** opal_phb4_end_errors - end the error interrupts of the PHB itself, so that they come again. */
void opal_phb4_end_errors(struct opal_phb *phb);
int64_t opal_phb4_set_xive(struct opal_phb *phb, uint32_t vector, uint16_t server, uint8_t priority);
int64_t opal_phb4_get_xive(struct opal_phb *phb, uint32_t vector, uint16_t *server, uint8_t *priority);
int64_t opal_phb4_set_xive_pe(struct opal_phb *phb, uint32_t pe, uint32_t vector);

/* opal_phb4_error.c */
extern const struct opal_trap_group opal_phb4_trap_groups[], opal_phb5_trap_groups[];
extern const struct opal_diag opal_phb4_layout;
void opal_phb4_link_change(struct opal_phb *phb, bool up);
bool opal_phb4_fenced(struct opal_phb *phb);
enum opal_error_class opal_phb4_class_error(struct opal_phb *phb);
void opal_phb4_clear_errors(struct opal_phb *phb);
int64_t opal_phb4_inject(struct opal_phb *phb, uint32_t pe, bool wide, uint32_t function, uint64_t addr, uint64_t mask);

#endif
