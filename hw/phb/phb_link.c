/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/phb/phb_link.c - the PHB's hold on what is below it: the fundamental reset signal (PERST#), the root port's own
 * registers, and the news that the link is up or down.
 *
 * A register of the PHB drives PERST# unless its bit says otherwise, so that it is driven from power-on until firmware
 * lets go. That bit survives a reset of the core, which takes the root port with it: its link disable does not survive
 * (skiboot hw/phb4.c phb4_creset(); the same is assumed before PHB4).
 *
 * Not modelled: link training; a link is up as soon as nothing holds it.
 */
#include "hw/phb/phb_error.h"
#include "hw/regs/phb4_regs.h"

static void phb_perst_update(struct phb *phb)
{
	phb->down.perst(phb->down.ctx, !(phb_reg(phb, phb->gen->perst) & phb->gen->perst_off));
}

void phb_perst_write(struct phb *phb, uint32_t offset, uint64_t value)
{
	phb->reg[offset / 8] = value;
	phb_perst_update(phb);
}

void phb_link_reset(struct phb *phb, uint64_t perst)
{
	phb->reg[phb->gen->perst / 8] |= perst & phb->gen->perst_off;
	phb->down.reset(phb->down.ctx);
	phb_perst_update(phb);
}

/* A link that goes down by intent is no error: software clears MISC_STRAP before. */
void phb_link_change(struct phb *phb, bool up)
{
	struct phb_error error = {.pe = phb->link_down_pe,
				  .type = IODA2_PEST_OTHER,
				  .trap = PHB_TRAP_LINK_DOWN};
	bool went_down = !up && !phb->link_down;

	phb->link_down = !up;
	if (went_down && phb->gen->link_error && phb_reg(phb, PHB4_PCIE_MISC_STRAP) & phb->gen->link_error)
		phb_trap_error(phb, &error);
}

bool phb_is_root_space(const struct phb *phb, uint64_t offset)
{
	return phb->gen->root_mapped && offset - PHB4_RC_CONFIG_BASE < PHB4_RC_CONFIG_BYTES;
}

uint64_t phb_root_read(struct phb *phb, uint64_t offset)
{
	uint32_t value = UINT32_MAX;

	phb->stats.config_reads++;
	(void)phb->down.root_read(phb->down.ctx, (uint32_t)(offset - PHB4_RC_CONFIG_BASE), 4, &value);
	return value;
}

void phb_root_write(struct phb *phb, uint64_t offset, uint64_t value)
{
	phb->stats.config_writes++;
	(void)phb->down.root_write(phb->down.ctx, (uint32_t)(offset - PHB4_RC_CONFIG_BASE), (uint32_t)value, 4);
}
