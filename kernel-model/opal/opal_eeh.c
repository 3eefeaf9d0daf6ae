// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/opal/opal_eeh.c - what froze, and thawing it: PESTA, PESTB and PEEV through the IODA port; the class of
 * an error; the calls about injection and diagnostic data. Sequences of skiboot's phb3_eeh_freeze_status(), _clear(),
 * _set() and phb3_eeh_next_error() (hw/phb3.c).
 *
 * An error interrupt of the PHB, or a PE that is found frozen, leaves an error pending; next_error looks then which
 * class it is of.
 */
#include "kernel-model/opal/opal_internal.h"

#define PEEV_WORD_BITS 64u

static struct opal_phb *opal_eeh_phb(struct opal *opal, uint64_t phb_id, uint64_t pe)
{
	struct opal_phb *phb = opal_phb_find(opal, phb_id);

	return phb && pe < phb->info->pe_count ? phb : NULL;
}

void opal_eeh_pending(struct opal_phb *phb)
{
	phb->error_pending = true;
}

static uint32_t opal_eeh_type(const struct opal_phb *phb, uint64_t pesta)
{
	if (!phb->gen->mmio_cause)
		return OPAL_ERROR_PE;
	return pesta & phb->gen->mmio_cause ? OPAL_ERROR_PE_MMIO : OPAL_ERROR_PE_DMA;
}

int64_t opal_pci_eeh_freeze_status(struct opal *opal, uint64_t phb_id, uint64_t pe, uint8_t *state, void *error_type,
				   void *phb_status)
{
	struct opal_phb *phb = opal_eeh_phb(opal, phb_id, pe);
	uint32_t entry = (uint32_t)pe, type = OPAL_ERROR_NONE;
	uint64_t peev, pesta;

	(void)phb_status; /* deprecated: firmware leaves it alone */
	if (!phb)
		return OPAL_PARAMETER;
	*state = OPAL_FREEZE_NONE;
	if (phb->broken || (phb->gen->fenced && phb->gen->fenced(phb))) {
		*state = OPAL_FREEZE_BOTH;
		type = OPAL_ERROR_PHB;
	} else {
		peev = opal_ioda_read(phb, IODA2_TBL_PEEV, entry / PEEV_WORD_BITS);
		if (peev & PPC_BIT(entry % PEEV_WORD_BITS)) {
			opal_eeh_pending(phb);
			pesta = opal_ioda_read(phb, IODA2_TBL_PESTA, entry);
			type = opal_eeh_type(phb, pesta);
			if (pesta & IODA2_PESTA_MMIO_FROZEN)
				*state |= OPAL_FREEZE_MMIO;
			if (opal_ioda_read(phb, IODA2_TBL_PESTB, entry) & IODA2_PESTB_DMA_STOPPED)
				*state |= OPAL_FREEZE_DMA;
		}
	}
	opal_out_be16(error_type, (uint16_t)type);
	return OPAL_SUCCESS;
}

/* The PE that froze: the highest word first, and in it the lowest IBM bit. Return: UINT64_MAX when none is. */
static uint64_t opal_eeh_frozen_pe(struct opal_phb *phb)
{
	uint32_t i, words = phb->info->pe_count / PEEV_WORD_BITS;
	uint64_t peev, pe = UINT64_MAX;

	opal_ioda_select(phb, IODA2_TBL_PEEV, 0, true);
	for (i = 0; i < words; i++) {
		peev = opal_read(phb, PHB_IODA_DATA0);
		if (peev)
			pe = (uint64_t)i * PEEV_WORD_BITS + (uint64_t)__builtin_clzll(peev);
	}
	return pe;
}

int64_t opal_pci_eeh_freeze_clear(struct opal *opal, uint64_t phb_id, uint64_t pe, uint64_t action)
{
	struct opal_phb *phb = opal_eeh_phb(opal, phb_id, pe);
	uint64_t summary;

	if (!phb)
		return OPAL_PARAMETER;
	summary = opal_read(phb, PHB_ETU_ERR_SUMMARY);
	if (summary == UINT64_MAX)
		return OPAL_HARDWARE; /* nobody answers: the PHB is fenced */
	if (summary)
		phb->gen->clear_errors(phb);
	if (action & OPAL_ACTION_MMIO)
		opal_ioda_write(phb, IODA2_TBL_PESTA, (uint32_t)pe, 0);
	if (action & OPAL_ACTION_DMA)
		opal_ioda_write(phb, IODA2_TBL_PESTB, (uint32_t)pe, 0);
	/* Is anything else still frozen? */
	phb->error_pending = opal_eeh_frozen_pe(phb) != UINT64_MAX;
	return OPAL_SUCCESS;
}

int64_t opal_pci_eeh_freeze_set(struct opal *opal, uint64_t phb_id, uint64_t pe, uint64_t action)
{
	struct opal_phb *phb = opal_eeh_phb(opal, phb_id, pe);
	uint32_t entry = (uint32_t)pe;
	uint64_t value;

	if (!phb || action < OPAL_ACTION_MMIO || action > OPAL_ACTION_ALL)
		return OPAL_PARAMETER;
	if (action & OPAL_ACTION_MMIO) {
		value = opal_ioda_read(phb, IODA2_TBL_PESTA, entry);
		opal_ioda_write(phb, IODA2_TBL_PESTA, entry, value | IODA2_PESTA_MMIO_FROZEN);
	}
	if (action & OPAL_ACTION_DMA) {
		value = opal_ioda_read(phb, IODA2_TBL_PESTB, entry);
		opal_ioda_write(phb, IODA2_TBL_PESTB, entry, value | IODA2_PESTB_DMA_STOPPED);
	}
	return OPAL_SUCCESS;
}

/* A pending error is looked at in the error registers; without one, a frozen PE is an error of its class. */
static enum opal_error_class opal_eeh_class(struct opal_phb *phb, uint64_t *pe)
{
	enum opal_error_class class = OPAL_CLASS_NONE;

	*pe = UINT64_MAX;
	if (phb->broken)
		return OPAL_CLASS_DEAD;
	if (phb->gen->class_error && (phb->error_pending || phb->gen->class_always))
		class = phb->gen->class_error(phb);
	if (class != OPAL_CLASS_NONE && class != OPAL_CLASS_ER)
		return class;
	*pe = opal_eeh_frozen_pe(phb);
	if (*pe != UINT64_MAX)
		return OPAL_CLASS_ER;
	/* An interrupt told of something that is not the kernel's business; it must not come for ever. */
	if (phb->error_pending && phb->gen->clear_silent)
		phb->gen->clear_errors(phb);
	return OPAL_CLASS_NONE;
}

int64_t opal_pci_next_error(struct opal *opal, uint64_t phb_id, void *first_pe, void *error_type, void *severity)
{
	static const struct {
		uint16_t type, severity;
	} answers[OPAL_CLASS_COUNT] = {
		[OPAL_CLASS_NONE] = {OPAL_ERROR_NONE, OPAL_SEVERITY_NONE},
		[OPAL_CLASS_HUB_DEAD] = {OPAL_ERROR_HUB, OPAL_SEVERITY_IOC_DEAD},
		[OPAL_CLASS_DEAD] = {OPAL_ERROR_PHB, OPAL_SEVERITY_PHB_DEAD},
		[OPAL_CLASS_FENCED] = {OPAL_ERROR_PHB, OPAL_SEVERITY_PHB_FENCED},
		[OPAL_CLASS_ER] = {OPAL_ERROR_PE, OPAL_SEVERITY_PE_ER},
		[OPAL_CLASS_INF] = {OPAL_ERROR_PHB, OPAL_SEVERITY_INF},
	};
	struct opal_phb *phb = opal_phb_find(opal, phb_id);
	uint64_t pe;

	if (!phb)
		return OPAL_PARAMETER;
	phb->error_class = opal_eeh_class(phb, &pe);
	phb->error_pending = phb->error_class != OPAL_CLASS_NONE;
	opal_out_be64(first_pe, pe);
	opal_out_be16(error_type, answers[phb->error_class].type);
	opal_out_be16(severity, answers[phb->error_class].severity);
	return OPAL_SUCCESS;
}

int64_t opal_pci_err_inject(struct opal *opal, uint64_t phb_id, uint32_t pe, uint32_t type, uint32_t func,
			    uint64_t addr, uint64_t mask)
{
	struct opal_phb *phb = opal_eeh_phb(opal, phb_id, pe);

	if (!phb || (type != OPAL_INJECT_BUS_32 && type != OPAL_INJECT_BUS_64) || func >= OPAL_INJECT_FUNCTIONS ||
	    pe == phb->info->reserved_pe)
		return OPAL_PARAMETER;
	if (!phb->gen->inject)
		return OPAL_UNSUPPORTED;
	return phb->gen->inject(phb, pe, type == OPAL_INJECT_BUS_64, func, addr, mask);
}

/* An error that only informed is done with once it has been read. */
int64_t opal_pci_get_phb_diag_data2(struct opal *opal, uint64_t phb_id, void *buffer, uint64_t bytes)
{
	struct opal_phb *phb = opal_phb_find(opal, phb_id);
	int64_t ret;

	if (!phb || !buffer)
		return OPAL_PARAMETER;
	if (!phb->gen->diag)
		return OPAL_UNSUPPORTED;
	ret = phb->gen->diag(phb, buffer, bytes);
	if (ret == OPAL_SUCCESS && phb->error_pending && phb->error_class == OPAL_CLASS_INF) {
		phb->gen->clear_errors(phb);
		phb->error_pending = false;
	}
	return ret;
}

/* There is at most one chip with registers of its own; its number is 0. */
int64_t opal_pci_get_hub_diag_data(struct opal *opal, uint64_t hub_id, void *buffer, uint64_t bytes)
{
	if (hub_id || !buffer || !opal->chip)
		return OPAL_PARAMETER;
	return opal->chip->hub_diag(opal, buffer, bytes);
}
