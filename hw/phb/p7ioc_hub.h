/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HW_PHB_P7IOC_HUB_H
#define HW_PHB_P7IOC_HUB_H
/*
 * hw/phb/p7ioc_hub.h - the P7IOC around its PHBs, as far as software needs it to find errors and to reset a PHB: the
 * error macros of its units (LEM), the one that gathers them (GEM) with the chip's own interrupt, the fences of PHBs,
 * and the reset register. Layout: hw/regs/p7ioc_hub_regs.h.
 *
 * A PHB with an unmasked FIR bit, or another unit whose LEM has one, shows in GEM RFIR; the first unit that is not
 * masked there goes into RWOF and raises the interrupt. RWOF lets go of a unit that has no error any more, and then the
 * next one is told: assumed, for skiboot never clears RWOF, and says that no interrupt comes before it has cleared the
 * FIR of the unit that told.
 * Setting a PHB's bit in CCRR holds it in reset, which ends a fence; clearing it lets the PHB go.
 *
 * Not modelled: errors of the other units (software can set their FIRs), XFIR and the death of the chip, routing, bus
 * interface, trace. Registers that skiboot only programs are storage; others are counted as unimplemented.
 */
#include "hw/phb/phb.h"

struct p7ioc_hub;

/** p7ioc_hub_irq_fn - the chip's own interrupt; event context. */
typedef void p7ioc_hub_irq_fn(void *arg);

/** p7ioc_hub_create - @irq, @irq_arg: its interrupt, @irq_ps after the error. */
struct p7ioc_hub *p7ioc_hub_create(struct sim *sim, sim_ps irq_ps, p7ioc_hub_irq_fn *irq, void *irq_arg);
void p7ioc_hub_destroy(struct p7ioc_hub *hub);
/** p7ioc_hub_attach - @phb, borrowed, is PHB @n of it (0..5). */
void p7ioc_hub_attach(struct p7ioc_hub *hub, uint32_t n, struct phb *phb);

/* Registers. @offset: from the start of the chip's own registers, P7IOC_HUB_OFFSET in its window. @bytes: 8. */
uint64_t p7ioc_hub_read(struct p7ioc_hub *hub, uint64_t offset, uint32_t bytes);
void p7ioc_hub_write(struct p7ioc_hub *hub, uint64_t offset, uint64_t value, uint32_t bytes);

#endif
