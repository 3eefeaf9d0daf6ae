// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/opal/opal_traps.c - error trap groups and the LEM of a PHB: setting them up and clearing them, in the
 * order of skiboot's p7ioc_phb_init_errors(), phb3_init_errors() and phb4_init_errors(), and of p7ioc_ER_err_clear(),
 * phb3_err_ER_clear() and phb4_err_clear().
 *
 * Not modelled: AER and UTL registers, which firmware clears along with them.
 */
#include "hw/regs/phb4_regs.h"
#include "kernel-model/opal/opal_internal.h"

static_assert(PHB4_ERR_ERC_ENABLE == PHB_ERR_FREEZE_ENABLE && PHB4_ERR_FAT_ENABLE == PHB_ERR_FENCE_ENABLE,
	      "the enables of classes stand where those of the other groups do");

/* Old state goes, then the classes. */
void opal_traps_init(struct opal_phb *phb, uint64_t lem_action0, uint64_t lem_action1)
{
	const struct opal_trap_group *group;

	opal_write(phb, PHB_LEM_ERROR_MASK, UINT64_MAX);
	for (group = phb->gen->trap_groups; group->base; group++) {
		opal_write(phb, group->base + PHB_ERR_STATUS, UINT64_MAX);
		opal_write(phb, group->base + PHB_ERR_FIRST, 0);
		if (group->classes)
			opal_write(phb, group->base + PHB4_ERR_INF_ENABLE, group->irq);
		else
			opal_write(phb, group->base + PHB_ERR_LEM_ENABLE, group->lem);
		opal_write(phb, group->base + PHB_ERR_FREEZE_ENABLE, group->freeze);
		opal_write(phb, group->base + PHB_ERR_FENCE_ENABLE, group->fence);
		opal_write(phb, group->base + PHB_ERR_LOG0, 0);
		opal_write(phb, group->base + PHB_ERR_LOG1, 0);
		opal_write(phb, group->base + PHB_ERR_STATUS_MASK, group->mask);
		opal_write(phb, group->base + PHB_ERR_FIRST_MASK, group->first_mask);
	}
	opal_write(phb, PHB_LEM_FIR_ACCUM, 0);
	opal_write(phb, PHB_LEM_ACTION0, lem_action0);
	opal_write(phb, PHB_LEM_ACTION1, lem_action1);
	opal_write(phb, PHB_LEM_WOF, 0);
}

void opal_traps_open(struct opal_phb *phb, uint64_t lem_mask)
{
	const struct opal_trap_group *group;

	for (group = phb->gen->trap_groups; group->base; group++) {
		if (!group->classes)
			opal_write(phb, group->base + PHB_ERR_IRQ_ENABLE, group->irq);
	}
	opal_write(phb, PHB_LEM_ERROR_MASK, lem_mask);
}

/* Status is write-1-to-clear; the first-error and log registers are cleared by any write. */
void opal_traps_clear(struct opal_phb *phb)
{
	uint64_t fir = opal_read(phb, PHB_LEM_FIR_ACCUM);
	const struct opal_trap_group *group;

	for (group = phb->gen->trap_groups; group->base; group++) {
		opal_write(phb, group->base + PHB_ERR_STATUS, opal_read(phb, group->base + PHB_ERR_STATUS));
		opal_write(phb, group->base + PHB_ERR_FIRST, 0);
		opal_write(phb, group->base + PHB_ERR_LOG0, 0);
		opal_write(phb, group->base + PHB_ERR_LOG1, 0);
	}
	opal_write(phb, PHB_LEM_FIR_AND_MASK, ~fir);
	opal_write(phb, PHB_LEM_WOF, 0);
}
