/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/phb/phb_irq.c - interrupts of all generations: the number that a message names, and the interrupt output for
 * sources that a register write makes fire; and LSIs where they are levels (LXIVT), before PHB4.
 *
 * Not modelled: presentation by the interrupt controller; the machine delivers a source after its latency.
 */
#include "hw/phb/phb_error.h"

enum phb_verdict phb_msi_source(const struct tlp *tlp, uint32_t *source)
{
	*source = UINT32_MAX;
	if (tlp->bytes != IODA2_MSI_BYTES)
		return PHB_XLATE_MSI_SIZE;
	if (tlp->addr.v % IODA2_MSI_BYTES)
		return PHB_XLATE_MSI_ADDRESS;
	/* The 32-bit window is 64 KiB: what is above its offset is the window's address, not the number. */
	*source = (uint32_t)(tlp->addr.v >> IODA2_MSI_ADDR_SHIFT & IODA2_MSI_ADDR_MASK);
	if (tlp->addr.v < 1ull << 32)
		*source &= (uint32_t)((IODA2_MSI32_BYTES - 1) >> IODA2_MSI_ADDR_SHIFT);
	*source |= tlp->data[0] & IODA2_MSI_DATA_MASK;
	return PHB_XLATE_OK;
}

/* The priority masks. Unmasking a level that is on presents it. */
bool phb_lxivt_lsi(struct phb *phb, uint32_t lsi, bool on)
{
	uint32_t bit = 1u << lsi;
	uint64_t vector = phb->table[IODA2_TBL_LXIVT][lsi];

	if (!on)
		phb->lsi_asserted &= ~bit;
	if (!on || phb->lsi_asserted & bit || ppc_get(IODA2_LXIVT_PRIORITY, vector) == IODA2_IVE_PRIORITY_MASKED)
		return false;
	phb->lsi_asserted |= bit;
	phb_irq_present(phb, phb->shape->msi_count + lsi);
	return true;
}

void phb_lxivt_write(struct phb *phb, uint32_t index, uint64_t value)
{
	phb->table[IODA2_TBL_LXIVT][index] = value;
	phb_lsi_update(phb);
}

/* Registers are written by tasks; interrupts fire in event context. */
static void phb_irq_fire(struct sim *sim, struct sim_event *event)
{
	struct phb *phb = sim_container_of(event, struct phb, resend_event);
	uint32_t source;

	(void)sim;
	for (source = 0; source < phb->shape->source_count; source++) {
		if (!(phb->resend[source / 64] & PPC_BIT(source % 64)))
			continue;
		phb->resend[source / 64] &= ~PPC_BIT(source % 64);
		phb->irq(phb->irq_arg, source);
	}
}

void phb_intx(struct phb *phb, uint32_t wire, bool on)
{
	phb->intx = on ? phb->intx | 1u << wire : phb->intx & ~(1u << wire);
	phb->stats.lsi_intx += phb->gen->lsi(phb, wire, on);
}

void phb_irq_init(struct phb *phb)
{
	sim_event_init(&phb->resend_event, phb_irq_fire, SIM_PRIO_IRQ);
}

void phb_irq_finish(struct phb *phb)
{
	sim_event_cancel(phb->sim, &phb->resend_event);
}

void phb_irq_present(struct phb *phb, uint32_t source)
{
	phb->resend[source / 64] |= PPC_BIT(source % 64);
	if (!sim_event_pending(&phb->resend_event))
		sim_event_after(phb->sim, &phb->resend_event, 0);
}
