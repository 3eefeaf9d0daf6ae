// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/opal/opal_p7ioc_msi.c - interrupts of a P7IOC's PHB: message vectors (MXIVT), LSIs (LXIVT), and the
 * entries that an MSI's address names (MVT), which say who may write there. Sequences and checks of skiboot's
 * p7ioc_set_mve(), p7ioc_set_mve_enable(), p7ioc_set_xive_pe(), p7ioc_get_msi_32(), p7ioc_get_msi_64() and
 * p7ioc_msi_set_xive() (hw/p7ioc-phb.c, commit 16b7ae641^).
 *
 * There is no end-of-interrupt call: OPAL_UNSUPPORTED, by the lack of the method.
 * Not modelled: the presentation controller's priorities, except that priority 0xff masks; HRT entries but 0.
 */
#include "kernel-model/opal/opal_p7ioc.h"

#define SERVER_LOW_BITS 3

/* Three bits of the server number stand in those of the priority that nobody needs. */
uint64_t opal_p7ioc_xive_mangle(uint64_t entry)
{
	uint64_t server = ppc_get(IODA1_XIVT_SERVER, entry), priority = ppc_get(IODA1_XIVT_PRIORITY, entry);

	if (priority == IODA1_XIVT_MASKED) {
		server = 0;
	} else {
		priority = priority >> SERVER_LOW_BITS | (server & ((1u << SERVER_LOW_BITS) - 1)) << 5;
		server >>= SERVER_LOW_BITS;
	}
	return ppc_set(IODA1_XIVT_PRIORITY, ppc_set(IODA1_XIVT_SERVER, entry, server), priority);
}

static uint64_t *opal_p7ioc_xive(struct opal_phb *phb, uint32_t vector, uint32_t *table, uint32_t *index)
{
	*table = vector < P7IOC_MSI_COUNT ? IODA1_TBL_MXIVT : IODA1_TBL_LXIVT;
	*index = vector < P7IOC_MSI_COUNT ? vector : vector - P7IOC_MSI_COUNT;
	return &phb->copy[*table][*index];
}

int64_t opal_p7ioc_set_xive(struct opal_phb *phb, uint32_t vector, uint16_t server, uint8_t priority)
{
	uint32_t table, index;
	uint64_t *copy = opal_p7ioc_xive(phb, vector, &table, &index);

	*copy = ppc_set(IODA1_XIVT_PRIORITY, ppc_set(IODA1_XIVT_SERVER, *copy, server), priority);
	opal_ioda_write(phb, table, index, opal_p7ioc_xive_mangle(*copy));
	return OPAL_SUCCESS;
}

int64_t opal_p7ioc_get_xive(struct opal_phb *phb, uint32_t vector, uint16_t *server, uint8_t *priority)
{
	uint32_t table, index;
	uint64_t entry = *opal_p7ioc_xive(phb, vector, &table, &index);

	*server = (uint16_t)ppc_get(IODA1_XIVT_SERVER, entry);
	*priority = (uint8_t)ppc_get(IODA1_XIVT_PRIORITY, entry);
	return OPAL_SUCCESS;
}

int64_t opal_p7ioc_set_xive_pe(struct opal_phb *phb, uint32_t pe, uint32_t vector)
{
	uint64_t *copy = &phb->copy[IODA1_TBL_MXIVT][vector];

	*copy = ppc_set(IODA1_XIVT_PE, *copy, pe);
	opal_ioda_write(phb, IODA1_TBL_MXIVT, vector, opal_p7ioc_xive_mangle(*copy));
	return OPAL_SUCCESS;
}

int64_t opal_p7ioc_get_msi(struct opal_phb *phb, uint32_t mve, uint32_t vector, bool wide, uint64_t *addr,
			   uint32_t *data)
{
	(void)phb;
	if (mve >= P7IOC_MVT_COUNT)
		return OPAL_PARAMETER;
	*addr = wide ? (uint64_t)IODA1_MSI64_CLASS << IODA2_ADDR_CLASS_SHIFT | (uint64_t)mve << IODA1_MSI64_MVE_SHIFT
		     : IODA2_MSI32_BASE | mve << IODA1_MSI32_MVE_SHIFT;
	*data = vector;
	return OPAL_SUCCESS;
}

/* The entry lets the requesters of the PE pass: those of the PELTM entry. It is not valid before it is enabled. */
int64_t opal_p7ioc_set_mve(struct opal_phb *phb, uint32_t mve, uint32_t pe)
{
	uint64_t peltm, entry;

	if (mve >= P7IOC_MVT_COUNT)
		return OPAL_PARAMETER;
	peltm = opal_ioda_read(phb, IODA1_TBL_PELTM, pe);
	entry = ppc_set(IODA1_MVT_BUS_VALID, 0, ppc_get(IODA1_PELTM_BUS_VALID, peltm));
	entry = ppc_set(IODA1_MVT_BUS, entry, ppc_get(IODA1_PELTM_BUS, peltm));
	entry = ppc_set(IODA1_MVT_DEV, entry, ppc_get(IODA1_PELTM_DEV, peltm));
	entry = ppc_set(IODA1_MVT_FUNC, entry, ppc_get(IODA1_PELTM_FUNC, peltm));
	entry |= peltm & IODA1_PELTM_DEV_VALID ? IODA1_MVT_DEV_VALID : 0;
	entry |= peltm & IODA1_PELTM_FUNC_VALID ? IODA1_MVT_FUNC_VALID : 0;
	opal_ioda_set(phb, IODA1_TBL_MVT, mve, ppc_set(IODA1_MVT_PE, entry, pe));
	return OPAL_SUCCESS;
}

int64_t opal_p7ioc_set_mve_enable(struct opal_phb *phb, uint32_t mve, uint32_t state)
{
	uint64_t entry;

	if (mve >= P7IOC_MVT_COUNT)
		return OPAL_PARAMETER;
	entry = opal_ioda_read(phb, IODA1_TBL_MVT, mve);
	entry = state ? entry | IODA1_MVT_VALID : entry & ~IODA1_MVT_VALID;
	phb->copy[IODA1_TBL_MVT][mve] = entry;
	opal_write(phb, PHB_IODA_DATA0, entry); /* the port still points there */
	return OPAL_SUCCESS;
}
