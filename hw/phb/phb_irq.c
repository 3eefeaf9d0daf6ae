/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/phb/phb_irq.c - the interrupt output: sources that a register write makes fire.
 *
 * Not modelled: presentation by the interrupt controller; the machine delivers a source after its latency.
 */
#include "hw/phb/phb_internal.h"

/* Registers are written by tasks; interrupts fire in event context. */
static void phb_irq_fire(struct sim *sim, struct sim_event *event)
{
	struct phb *phb = sim_container_of(event, struct phb, resend_event);
	uint32_t source;

	(void)sim;
	for (source = 0; source < phb->gen->source_count; source++) {
		if (!(phb->resend[source / 64] & PPC_BIT(source % 64)))
			continue;
		phb->resend[source / 64] &= ~PPC_BIT(source % 64);
		phb->irq(phb->irq_arg, source);
	}
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
