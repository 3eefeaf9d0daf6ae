// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/opal/opal_msi.c - the calls about interrupts (skiboot core/pci-opal.c, core/interrupts.c).
 *
 * A vector (XIVE number) counts from 0 within its PHB; a source number (ISN) is the PHB's interrupt base plus it.
 */
#include "kernel-model/opal/opal_internal.h"

#define LSI_COUNT 8u

/* Vector bits that travel in the data are zero in the address. */
#define MSI_ADDRESS_CLEAR ((uint64_t)IODA2_MSI_DATA_MASK << IODA2_MSI_ADDR_SHIFT)
#define MSI_64_BASE ((uint64_t)IODA2_MSI64_CLASS << IODA2_ADDR_CLASS_SHIFT)

static uint32_t opal_msi_sources(const struct opal_phb *phb)
{
	return phb->info->msi_count + LSI_COUNT;
}

static struct opal_phb *opal_msi_of_isn(struct opal *opal, uint32_t isn, uint32_t *vector)
{
	unsigned int i;

	for (i = 0; i < opal->platform->phb_count; i++) {
		struct opal_phb *phb = &opal->phb[i];

		if (isn >= phb->info->irq_base && isn - phb->info->irq_base < opal_msi_sources(phb)) {
			*vector = isn - phb->info->irq_base;
			return phb;
		}
	}
	return NULL;
}

int64_t opal_set_xive(struct opal *opal, uint32_t isn, uint16_t server, uint8_t priority)
{
	uint32_t vector;
	struct opal_phb *phb = opal_msi_of_isn(opal, isn, &vector);

	return phb ? phb->gen->set_xive(phb, vector, server, priority) : OPAL_PARAMETER;
}

int64_t opal_get_xive(struct opal *opal, uint32_t isn, void *server, uint8_t *priority)
{
	uint32_t vector;
	struct opal_phb *phb = opal_msi_of_isn(opal, isn, &vector);
	uint16_t to = 0;
	int64_t ret;

	if (!phb)
		return OPAL_PARAMETER;
	ret = phb->gen->get_xive(phb, vector, &to, priority);
	opal_out_be16(server, to);
	return ret;
}

int64_t opal_pci_set_xive_pe(struct opal *opal, uint64_t phb_id, uint32_t pe, uint32_t xive)
{
	struct opal_phb *phb = opal_phb_find(opal, phb_id);

	if (!phb || pe >= phb->info->pe_count || xive >= phb->info->msi_count)
		return OPAL_PARAMETER;
	return phb->gen->set_xive_pe(phb, pe, xive);
}

static int64_t opal_get_msi(struct opal *opal, uint64_t phb_id, uint32_t mve, uint32_t xive, uint8_t range, bool wide,
			    void *addr, void *data)
{
	struct opal_phb *phb = opal_phb_find(opal, phb_id);
	uint64_t to = 0;
	uint32_t what = 0;
	int64_t ret;

	if (!phb || xive >= phb->info->msi_count || range != 1 || !addr || !data)
		return OPAL_PARAMETER;
	ret = phb->gen->get_msi(phb, mve, xive, wide, &to, &what);
	if (ret != OPAL_SUCCESS)
		return ret;
	if (wide)
		opal_out_be64(addr, to);
	else
		opal_out_be32(addr, (uint32_t)to);
	opal_out_be32(data, what);
	return OPAL_SUCCESS;
}

/* Address and data that a device must write: gen->get_msi where they say the vector (skiboot phb3_get_msi_32(), _64()). */
int64_t opal_msi_get(struct opal_phb *phb, uint32_t mve, uint32_t vector, bool wide, uint64_t *addr, uint32_t *data)
{
	if (mve >= phb->info->pe_count)
		return OPAL_PARAMETER;
	*addr = (wide ? MSI_64_BASE : IODA2_MSI32_BASE) |
		(((uint64_t)vector << IODA2_MSI_ADDR_SHIFT) & ~MSI_ADDRESS_CLEAR);
	*data = vector & IODA2_MSI_DATA_MASK;
	return OPAL_SUCCESS;
}

int64_t opal_get_msi_32(struct opal *opal, uint64_t phb_id, uint32_t mve, uint32_t xive, uint8_t range, void *addr,
			void *data)
{
	return opal_get_msi(opal, phb_id, mve, xive, range, false, addr, data);
}

int64_t opal_get_msi_64(struct opal *opal, uint64_t phb_id, uint32_t mve, uint32_t xive, uint8_t range, void *addr,
			void *data)
{
	return opal_get_msi(opal, phb_id, mve, xive, range, true, addr, data);
}

int64_t opal_pci_msi_eoi(struct opal *opal, uint64_t phb_id, uint32_t hw_irq)
{
	struct opal_phb *phb = opal_phb_find(opal, phb_id);

	if (!phb || hw_irq < phb->info->irq_base || hw_irq - phb->info->irq_base >= opal_msi_sources(phb))
		return OPAL_PARAMETER;
	return phb->gen->msi_eoi ? phb->gen->msi_eoi(phb, hw_irq - phb->info->irq_base) : OPAL_UNSUPPORTED;
}

int64_t opal_pci_set_mve(struct opal *opal, uint64_t phb_id, uint32_t mve, uint32_t pe)
{
	struct opal_phb *phb = opal_phb_find(opal, phb_id);

	if (!phb || pe >= phb->info->pe_count)
		return OPAL_PARAMETER;
	return phb->gen->set_mve ? phb->gen->set_mve(phb, mve, pe) : OPAL_UNSUPPORTED;
}

int64_t opal_pci_set_mve_enable(struct opal *opal, uint64_t phb_id, uint32_t mve, uint32_t state)
{
	struct opal_phb *phb = opal_phb_find(opal, phb_id);

	if (!phb || state > 1)
		return OPAL_PARAMETER;
	return phb->gen->set_mve_enable ? phb->gen->set_mve_enable(phb, mve, state) : OPAL_UNSUPPORTED;
}
