/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/phb/phb_lem.c - the local error macro (one FIR for the whole PHB) and the PHB's own interrupts: LSI 6 for errors
 * that inform (INF), LSI 7 for those that freeze or fence (ER).
 *
 * The FIR gathers masked errors too: skiboot looks for bits of its ER class there that its own mask hides. WOF (who's
 * on first) is the first unmasked bit since it was cleared. An unmasked FIR bit is an ER interrupt: skiboot's mask
 * leaves only fence-class bits unmasked. A trap bit in its group's IRQ_ENABLE is an ER interrupt if FREEZE_ENABLE or
 * FENCE_ENABLE has it too, and INF otherwise (assumed; skiboot include/phb3.h names only the two LSIs).
 *
 * An LSI is a level: it is presented when it rises, and again when its LXIVT entry is unmasked while it is on.
 *
 * Not modelled: the effect of the action registers (storage; their codes are not public), ending an LSI (software has
 * to clear its cause), server and priority of the LXIVT beyond "masked", LSIs 0 to 5.
 */
#include "hw/phb/phb_internal.h"

#define LSI_INF_BIT (1u << PHB_LSI_INF)
#define LSI_ER_BIT (1u << PHB_LSI_ER)

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

static uint32_t lsi_level(const struct phb *phb)
{
	uint64_t on, isolating, er = phb_reg(phb, PHB_LEM_FIR_ACCUM) & ~phb_reg(phb, PHB_LEM_ERROR_MASK), inf = 0;
	uint32_t i, base;

	for (i = 0; i < phb->gen->group_count; i++) {
		base = phb->gen->groups[i].base;
		on = phb_reg(phb, base + PHB_ERR_STATUS) & phb_reg(phb, base + PHB_ERR_IRQ_ENABLE);
		isolating = phb_reg(phb, base + PHB_ERR_FREEZE_ENABLE) | phb_reg(phb, base + PHB_ERR_FENCE_ENABLE);
		er |= on & isolating;
		inf |= on & ~isolating;
	}
	return (er ? LSI_ER_BIT : 0) | (inf ? LSI_INF_BIT : 0);
}

static void lsi_present(struct phb *phb, uint32_t lsi, uint32_t on, uint64_t *count)
{
	uint64_t vector = phb->table[IODA2_TBL_LXIVT][lsi];

	if (!(on & 1u << lsi) || ppc_get(IODA2_LXIVT_PRIORITY, vector) == IODA2_IVE_PRIORITY_MASKED)
		return;
	phb->lsi_asserted |= 1u << lsi;
	(*count)++;
	phb_irq_present(phb, phb->gen->msi_count + lsi);
}

void phb_lsi_update(struct phb *phb)
{
	uint32_t level = lsi_level(phb), rising;

	phb->lsi_asserted &= level;
	rising = level & ~phb->lsi_asserted;
	lsi_present(phb, PHB_LSI_INF, rising, &phb->stats.lsi_inf);
	lsi_present(phb, PHB_LSI_ER, rising, &phb->stats.lsi_er);
}
