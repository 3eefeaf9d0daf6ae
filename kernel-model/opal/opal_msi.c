// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/opal/opal_msi.c - message interrupts of a PHB3: the vector table in memory (IVT) and what address and
 * data a device must write (skiboot hw/phb3.c: phb3_set_ive_pe(), phb3_get_msi_32(), phb3_get_msi_64(),
 * phb3_msi_set_xive()).
 *
 * A vector (XIVE number) counts from 0 within its PHB; a source number (ISN) is the PHB's interrupt base plus it.
 *
 * Not modelled: servers other than the one that takes all interrupts, and the presentation controller's priorities,
 * except that priority 0xff masks.
 */
#include "kernel-model/opal/opal_internal.h"

/* Vector bits that travel in the data are zero in the address. */
#define MSI_ADDRESS_CLEAR ((uint64_t)IODA2_MSI_DATA_MASK << IODA2_MSI_ADDR_SHIFT)
#define MSI_64_BASE ((uint64_t)IODA2_MSI64_CLASS << IODA2_ADDR_CLASS_SHIFT)

static uint64_t opal_msi_ive(const struct opal_phb *phb, uint32_t vector)
{
	return phb->ivt + (uint64_t)vector * PHB3_IVE_BYTES;
}

/* The PHB caches vectors; it must read the changed one again. */
static void opal_msi_store(struct opal_phb *phb, uint32_t vector, uint64_t ive)
{
	opal_store_be64(phb->opal, opal_msi_ive(phb, vector), ive);
	opal_write(phb, PHB3_IVC_INVALIDATE, ppc_set(PHB3_IVC_INVALIDATE_SID, 0, vector));
}

static struct opal_phb *opal_msi_of_isn(struct opal *opal, uint32_t isn, uint32_t *vector)
{
	unsigned int i;

	for (i = 0; i < opal->platform->phb_count; i++) {
		const struct platform_phb *info = opal->phb[i].info;

		if (isn >= info->irq_base && isn - info->irq_base < PHB3_IVE_COUNT) {
			*vector = isn - info->irq_base;
			return &opal->phb[i];
		}
	}
	return NULL;
}

/*
 * The entry in memory and the PHB's copy change together. Masking forgets what was presented or came meanwhile, so that
 * the next owner of the vector starts clean; unmasking presents what is still queued (the PHB does that on the update).
 */
int64_t opal_set_xive(struct opal *opal, uint32_t isn, uint16_t server, uint8_t priority)
{
	uint64_t update = PHB3_IVC_UPDATE_ENABLE_SERVER | PHB3_IVC_UPDATE_ENABLE_PRI;
	uint32_t vector;
	struct opal_phb *phb = opal_msi_of_isn(opal, isn, &vector);
	uint64_t ive;

	if (!phb)
		return OPAL_PARAMETER;
	ive = opal_load_be64(opal, opal_msi_ive(phb, vector));
	if (priority == IODA2_IVE_PRIORITY_MASKED) {
		ive &= IODA2_IVE_PE;
		update |= PHB3_IVC_UPDATE_ENABLE_P | PHB3_IVC_UPDATE_ENABLE_Q | PHB3_IVC_UPDATE_ENABLE_GEN;
	}
	ive = ppc_set(IODA2_IVE_SERVER, ive, server);
	opal_store_be64(opal, opal_msi_ive(phb, vector), ppc_set(IODA2_IVE_PRIORITY, ive, priority));
	update = ppc_set(PHB3_IVC_UPDATE_SERVER, update, server);
	update = ppc_set(PHB3_IVC_UPDATE_PRI, update, priority);
	opal_write(phb, PHB3_IVC_UPDATE, ppc_set(PHB3_IVC_UPDATE_SID, update, vector));
	return OPAL_SUCCESS;
}

int64_t opal_get_xive(struct opal *opal, uint32_t isn, void *server, uint8_t *priority)
{
	uint32_t vector;
	struct opal_phb *phb = opal_msi_of_isn(opal, isn, &vector);
	uint64_t ive;

	if (!phb)
		return OPAL_PARAMETER;
	ive = opal_load_be64(opal, opal_msi_ive(phb, vector));
	opal_out_be16(server, (uint16_t)ppc_get(IODA2_IVE_SERVER, ive));
	*priority = (uint8_t)ppc_get(IODA2_IVE_PRIORITY, ive);
	return OPAL_SUCCESS;
}

int64_t opal_pci_set_xive_pe(struct opal *opal, uint64_t phb_id, uint32_t pe, uint32_t xive)
{
	struct opal_phb *phb = opal_phb_find(opal, phb_id);
	uint64_t ive;

	if (!phb || pe >= phb->info->pe_count || xive >= phb->info->msi_count)
		return OPAL_PARAMETER;
	ive = opal_load_be64(opal, opal_msi_ive(phb, xive));
	opal_msi_store(phb, xive, ppc_set(IODA2_IVE_PE, ive, pe));
	return OPAL_SUCCESS;
}

static bool opal_msi_ok(const struct opal_phb *phb, uint32_t mve, uint32_t xive, uint8_t range, const void *addr,
			const void *data)
{
	return phb && mve < phb->info->pe_count && xive < phb->info->msi_count && range == 1 && addr && data;
}

int64_t opal_get_msi_32(struct opal *opal, uint64_t phb_id, uint32_t mve, uint32_t xive, uint8_t range, void *addr,
			void *data)
{
	if (!opal_msi_ok(opal_phb_find(opal, phb_id), mve, xive, range, addr, data))
		return OPAL_PARAMETER;
	opal_out_be32(addr, (uint32_t)IODA2_MSI32_BASE | (uint32_t)(((uint64_t)xive << IODA2_MSI_ADDR_SHIFT) & ~MSI_ADDRESS_CLEAR));
	opal_out_be32(data, xive & IODA2_MSI_DATA_MASK);
	return OPAL_SUCCESS;
}

int64_t opal_get_msi_64(struct opal *opal, uint64_t phb_id, uint32_t mve, uint32_t xive, uint8_t range, void *addr,
			void *data)
{
	if (!opal_msi_ok(opal_phb_find(opal, phb_id), mve, xive, range, addr, data))
		return OPAL_PARAMETER;
	opal_out_be64(addr, MSI_64_BASE | (((uint64_t)xive << IODA2_MSI_ADDR_SHIFT) & ~MSI_ADDRESS_CLEAR));
	opal_out_be32(data, xive & IODA2_MSI_DATA_MASK);
	return OPAL_SUCCESS;
}

/* End of interrupt: the vector's P bit goes, so that the next message is presented again. */
int64_t opal_pci_msi_eoi(struct opal *opal, uint64_t phb_id, uint32_t hw_irq)
{
	struct opal_phb *phb = opal_phb_find(opal, phb_id);
	uint32_t vector;

	if (!phb || hw_irq < phb->info->irq_base || hw_irq - phb->info->irq_base >= PHB3_IVE_COUNT)
		return OPAL_PARAMETER;
	vector = hw_irq - phb->info->irq_base;
	opal_write(phb, PHB3_IVC_UPDATE, ppc_set(PHB3_IVC_UPDATE_SID, PHB3_IVC_UPDATE_ENABLE_P, vector));
	return OPAL_SUCCESS;
}
