// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/opal/opal_ioda.c - the indirect port to the on-chip tables (IODA_ADDR, IODA_DATA0, and on P7IOC
 * IODA_DATA1 for the second half of wide entries), and firmware's copies of what it wrote there. Callers hold
 * firmware's lock, so that select and access stay together.
 */
#include "hw/regs/p7ioc_regs.h"
#include "kernel-model/opal/opal_internal.h"

#define PEEV_WORD_BITS 64

void opal_ioda_select(struct opal_phb *phb, uint32_t table, uint32_t index, bool autoinc)
{
	opal_ioda_select_with(phb, table, index, autoinc ? PHB_IODA_ADDR_AUTOINC : 0);
}

void opal_ioda_select_with(struct opal_phb *phb, uint32_t table, uint32_t index, uint64_t bits)
{
	uint64_t value = ppc_set(PHB_IODA_ADDR_TSEL, bits, table);

	opal_write(phb, PHB_IODA_ADDR, ppc_set(phb->gen->ioda_tadr, value, index));
}

void opal_ioda_write(struct opal_phb *phb, uint32_t table, uint32_t index, uint64_t value)
{
	opal_ioda_select(phb, table, index, false);
	opal_write(phb, PHB_IODA_DATA0, value);
}

uint64_t opal_ioda_read(struct opal_phb *phb, uint32_t table, uint32_t index)
{
	opal_ioda_select(phb, table, index, false);
	return opal_read(phb, PHB_IODA_DATA0);
}

void opal_ioda_set(struct opal_phb *phb, uint32_t table, uint32_t index, uint64_t value)
{
	phb->copy[table][index] = value;
	opal_ioda_write(phb, table, index, value);
}

void opal_ioda_set_wide(struct opal_phb *phb, uint32_t table, uint32_t index, uint64_t first, uint64_t second)
{
	phb->copy[table][2 * index] = first;
	phb->copy[table][2 * index + 1] = second;
	opal_ioda_select(phb, table, index, false);
	opal_write(phb, P7IOC_IODA_DATA1, second);
	opal_write(phb, PHB_IODA_DATA0, first);
}

static void opal_ioda_load_with(struct opal_phb *phb, uint32_t table, const uint64_t *entries, uint32_t count,
				uint64_t bits)
{
	uint32_t i;

	opal_ioda_select_with(phb, table, 0, PHB_IODA_ADDR_AUTOINC | bits);
	for (i = 0; i < count; i++)
		opal_write(phb, PHB_IODA_DATA0, entries ? entries[i] : 0);
}

void opal_ioda_load(struct opal_phb *phb, uint32_t table, const uint64_t *entries, uint32_t count)
{
	opal_ioda_load_with(phb, table, entries, count, 0);
}

void opal_ioda_load_copies(struct opal_phb *phb)
{
	const struct opal_table *table;

	for (table = phb->gen->tables; table->count; table++)
		opal_ioda_load_with(phb, table->selector, phb->copy[table->selector],
				    opal_phb_scale(phb, table->count), table->select);
}

/* Freeze bits survive in PESTA and PESTB; they are cleared one by one. */
void opal_ioda_thaw_all(struct opal_phb *phb)
{
	uint32_t pe;

	for (pe = 0; pe < phb->info->pe_count; pe++) {
		opal_ioda_write(phb, IODA2_TBL_PESTA, pe, 0);
		opal_ioda_write(phb, IODA2_TBL_PESTB, pe, 0);
	}
	opal_ioda_load(phb, IODA2_TBL_PEEV, NULL, phb->info->pe_count / PEEV_WORD_BITS);
}
