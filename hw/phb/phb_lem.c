/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/phb/phb_lem.c - the local error macro (one FIR for the whole PHB) and the PHB's own interrupts: LSI 6 for errors
 * that inform (INF), LSI 7 for those that freeze or fence (ER).
 *
 * The FIR gathers masked errors too: skiboot looks for bits of its ER class there that its own mask hides. WOF (who's
 * on first) is the first unmasked bit since it was cleared. An unmasked FIR bit is an ER interrupt on PHB3, where
 * skiboot's mask leaves only fence-class bits unmasked; not on PHB4, where skiboot masks none and tells each class of
 * error apart in IRQ_ENABLE (assumed). A trap bit in its group's IRQ_ENABLE is an ER interrupt if FREEZE_ENABLE or
 * FENCE_ENABLE has it too, and INF otherwise (assumed; skiboot include/phb3.h names only the two LSIs).
 *
 * The PHBs of a P7IOC have LSI 7 for frozen PEs alone: what is unmasked in the FIR goes to the chip around them
 * (hw/phb/p7ioc_hub.c), and LSI 6 is not connected (skiboot include/p7ioc.h).
 *
 * An LSI is a level. What a generation makes of it is its own matter: up to PHB3 it is presented when it rises, and
 * again when its LXIVT entry is unmasked while it is on (phb_irq.c); PHB4 keeps a state for it (phb4_msi.c).
 *
 * Not modelled: the effect of the action registers (storage; their codes are not public), ending an LSI on PHB3
 * (software has to clear its cause), server and priority of the LXIVT beyond "masked", LSIs 4 and 5.
 */
#include "hw/phb/phb_error.h"

static void lem_first(struct phb *phb, uint64_t bits)
{
	uint64_t *wof = &phb->reg[PHB_LEM_WOF / 8];

	bits &= ~phb_reg(phb, PHB_LEM_ERROR_MASK);
	if (bits && !*wof)
		*wof = PPC_BIT(__builtin_clzll(bits));
}

void phb_lem_set(struct phb *phb, uint32_t bit)
{
	phb->reg[PHB_LEM_FIR_ACCUM / 8] |= PPC_BIT(bit);
	lem_first(phb, PPC_BIT(bit));
}

void phb_lem_write(struct phb *phb, uint32_t offset, uint64_t value)
{
	uint64_t *fir = &phb->reg[PHB_LEM_FIR_ACCUM / 8], *mask = &phb->reg[PHB_LEM_ERROR_MASK / 8];

	switch (offset) {
	case PHB_LEM_FIR_AND_MASK:
		*fir &= value;
		break;
	case PHB_LEM_FIR_OR_MASK:
		*fir |= value;
		lem_first(phb, value);
		break;
	case PHB_LEM_ERROR_AND_MASK:
		*mask &= value;
		break;
	case PHB_LEM_ERROR_OR_MASK:
		*mask |= value;
		break;
	default:
		phb->reg[offset / 8] = value;
		break;
	}
	phb_lsi_update(phb);
}

bool phb_fir_pending(const struct phb *phb)
{
	return phb_reg(phb, PHB_LEM_FIR_ACCUM) & ~phb_reg(phb, PHB_LEM_ERROR_MASK);
}

void phb_lsi_update(struct phb *phb)
{
	uint64_t on, isolating, er = phb->gen->lem_interrupts && phb_fir_pending(phb), inf = 0;
	const struct phb_trap_group *group = phb->gen->groups;
	uint32_t i;

	for (i = 0; i < phb->gen->group_count; i++) {
		if (group[i].up)
			continue;
		on = phb_reg(phb, group[i].base + PHB_ERR_STATUS) & phb_reg(phb, group[i].base + PHB_ERR_IRQ_ENABLE);
		isolating = phb_reg(phb, group[i].base + PHB_ERR_FREEZE_ENABLE) |
			    phb_reg(phb, group[i].base + PHB_ERR_FENCE_ENABLE);
		er |= on & isolating;
		inf |= on & ~isolating;
	}
	for (i = 0; i < PCI_INTX_COUNT; i++)
		phb->stats.lsi_intx += phb->gen->lsi(phb, i, phb->intx & 1u << i);
	phb->stats.lsi_inf += phb->gen->lsi(phb, PHB_LSI_INF, inf);
	phb->stats.lsi_er += phb->gen->lsi(phb, PHB_LSI_ER, er);
	phb_tell_hub(phb);
}
