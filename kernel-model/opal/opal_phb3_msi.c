// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/opal/opal_phb3_msi.c - interrupts of a PHB3: message vectors in memory (IVT), LSIs on the chip (LXIVT)
 * (skiboot hw/phb3.c: phb3_set_ive_pe(), phb3_msi_set_xive(), phb3_lsi_set_xive()).
 *
 * Not modelled: the presentation controller's priorities, except that priority 0xff masks.
 */
#include "kernel-model/opal/opal_phb3.h"

static uint64_t opal_phb3_ive(const struct opal_phb *phb, uint32_t vector)
{
	return phb->ivt + (uint64_t)vector * PHB3_IVE_BYTES;
}

static int64_t opal_phb3_lsi_set(struct opal_phb *phb, uint32_t lsi, uint16_t server, uint8_t priority)
{
	uint64_t entry = ppc_set(IODA2_LXIVT_SERVER, 0, server);

	opal_ioda_set(phb, IODA2_TBL_LXIVT, lsi, ppc_set(IODA2_LXIVT_PRIORITY, entry, priority));
	return OPAL_SUCCESS;
}

/*
 * The entry in memory and the PHB's copy change together. Masking forgets what was presented or came meanwhile, so that
 * the next owner of the vector starts clean; unmasking presents what is still queued (the PHB does that on the update).
 */
int64_t opal_phb3_set_xive(struct opal_phb *phb, uint32_t vector, uint16_t server, uint8_t priority)
{
	uint64_t update = PHB3_IVC_UPDATE_ENABLE_SERVER | PHB3_IVC_UPDATE_ENABLE_PRI, ive;

	if (vector >= PHB3_MSI_COUNT)
		return opal_phb3_lsi_set(phb, vector - PHB3_MSI_COUNT, server, priority);
	ive = opal_load_be64(phb->opal, opal_phb3_ive(phb, vector));
	if (priority == IODA2_IVE_PRIORITY_MASKED) {
		ive &= IODA2_IVE_PE;
		update |= PHB3_IVC_UPDATE_ENABLE_P | PHB3_IVC_UPDATE_ENABLE_Q | PHB3_IVC_UPDATE_ENABLE_GEN;
	}
	ive = ppc_set(IODA2_IVE_SERVER, ive, server);
	opal_store_be64(phb->opal, opal_phb3_ive(phb, vector), ppc_set(IODA2_IVE_PRIORITY, ive, priority));
	update = ppc_set(PHB3_IVC_UPDATE_SERVER, update, server);
	update = ppc_set(PHB3_IVC_UPDATE_PRI, update, priority);
	opal_write(phb, PHB3_IVC_UPDATE, ppc_set(PHB3_IVC_UPDATE_SID, update, vector));
	return OPAL_SUCCESS;
}

int64_t opal_phb3_get_xive(struct opal_phb *phb, uint32_t vector, uint16_t *server, uint8_t *priority)
{
	uint64_t entry;

	if (vector >= PHB3_MSI_COUNT) {
		entry = phb->copy[IODA2_TBL_LXIVT][vector - PHB3_MSI_COUNT];
		*server = (uint16_t)ppc_get(IODA2_LXIVT_SERVER, entry);
		*priority = (uint8_t)ppc_get(IODA2_LXIVT_PRIORITY, entry);
		return OPAL_SUCCESS;
	}
	entry = opal_load_be64(phb->opal, opal_phb3_ive(phb, vector));
	*server = (uint16_t)ppc_get(IODA2_IVE_SERVER, entry);
	*priority = (uint8_t)ppc_get(IODA2_IVE_PRIORITY, entry);
	return OPAL_SUCCESS;
}

/* The PHB caches vectors; it must read the changed one again. */
int64_t opal_phb3_set_xive_pe(struct opal_phb *phb, uint32_t pe, uint32_t vector)
{
	uint64_t ive = opal_load_be64(phb->opal, opal_phb3_ive(phb, vector));

	opal_store_be64(phb->opal, opal_phb3_ive(phb, vector), ppc_set(IODA2_IVE_PE, ive, pe));
	opal_write(phb, PHB3_IVC_INVALIDATE, ppc_set(PHB3_IVC_INVALIDATE_SID, 0, vector));
	return OPAL_SUCCESS;
}

/* End of interrupt: the vector's P bit goes, so that the next message is presented again. */
int64_t opal_phb3_msi_eoi(struct opal_phb *phb, uint32_t vector)
{
	opal_write(phb, PHB3_IVC_UPDATE, ppc_set(PHB3_IVC_UPDATE_SID, PHB3_IVC_UPDATE_ENABLE_P, vector));
	return OPAL_SUCCESS;
}
