// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/opal/opal_dma.c - DMA windows of a PE: its two TVT entries.
 * Checks and encodings of skiboot's phb3_map_pe_dma_window() and phb3_map_pe_dma_window_real() (hw/phb3.c).
 *
 * Neither call touches the TCE cache; on PHB3 the kernel kills entries by itself, through the TCE_KILL register.
 * One firmware bug is left out: skiboot's PHB3 code loses PCI address bits 31:24 of a bypass window's start.
 */
#include "kernel-model/opal/opal_internal.h"

#define TVE_TABLE_BYTES_MIN 0x1000ull
#define TVE_TABLE_CODE_MAX 31
#define BYPASS_UNIT 0x1000000ull	   /* 16 MiB */
#define BYPASS_END_MAX 0x0003ffffffffffffull

static const struct {
	uint64_t bytes;
	uint32_t code;
} page_codes[] = {
	{0x1000, IODA2_TVT_PAGE_4K},
	{0x10000, IODA2_TVT_PAGE_64K},
	{0x1000000, IODA2_TVT_PAGE_16M},
	{0x10000000, IODA2_TVT_PAGE_256M},
};

static uint32_t opal_dma_page_code(uint64_t bytes)
{
	size_t i;

	for (i = 0; i < sim_count_of(page_codes); i++) {
		if (page_codes[i].bytes == bytes)
			return page_codes[i].code;
	}
	return 0;
}

static int64_t opal_dma_set_tve(struct opal_phb *phb, uint16_t window, uint64_t tve)
{
	phb->tve[window] = tve;
	opal_ioda_write(phb, IODA2_TBL_TVT, window, tve);
	return OPAL_SUCCESS;
}

static bool opal_dma_window_ok(const struct opal_phb *phb, uint16_t pe, uint16_t window)
{
	return phb && pe < phb->info->pe_count && window / IODA2_TVES_PER_PE == pe;
}

int64_t opal_pci_map_pe_dma_window(struct opal *opal, uint64_t phb_id, uint16_t pe, uint16_t window, uint16_t levels,
				   uint64_t table, uint64_t table_bytes, uint64_t page_bytes)
{
	struct opal_phb *phb = opal_phb_find(opal, phb_id);
	uint32_t table_code, page_code = opal_dma_page_code(page_bytes);
	uint64_t tve;

	if (!opal_dma_window_ok(phb, pe, window))
		return OPAL_PARAMETER;
	if (!table_bytes)
		return opal_dma_set_tve(phb, window, 0);
	if (levels < 1 || levels > IODA2_TVT_LEVELS_MAX || table_bytes < TVE_TABLE_BYTES_MIN ||
	    (table_bytes & (table_bytes - 1)))
		return OPAL_PARAMETER;
	table_code = (uint32_t)__builtin_ctzll(table_bytes) - IODA2_TVT_TABLE_SIZE_SHIFT;
	if (table_code > TVE_TABLE_CODE_MAX || !page_code)
		return OPAL_PARAMETER;
	tve = ppc_set(IODA2_TVT_TABLE_ADDR, 0, table >> IODA2_TVT_TABLE_ADDR_SHIFT);
	tve = ppc_set(IODA2_TVT_NUM_LEVELS, tve, levels - 1u);
	tve = ppc_set(IODA2_TVT_TABLE_SIZE, tve, table_code);
	tve = ppc_set(IODA2_TVT_PAGE_SIZE, tve, page_code);
	return opal_dma_set_tve(phb, window, tve);
}

int64_t opal_pci_map_pe_dma_window_real(struct opal *opal, uint64_t phb_id, uint16_t pe, uint16_t window,
					uint64_t start, uint64_t bytes)
{
	struct opal_phb *phb = opal_phb_find(opal, phb_id);
	uint64_t tve, end;

	if (!opal_dma_window_ok(phb, pe, window))
		return OPAL_PARAMETER;
	if (!bytes)
		return opal_dma_set_tve(phb, window, 0);
	if (start >> IODA2_ADDR_TVE_SELECT_SHIFT != (window & 1u))
		return OPAL_PARAMETER;
	start &= (1ull << IODA2_ADDR_TVE_SELECT_SHIFT) - 1;
	end = start + bytes;
	if ((start | end) & (BYPASS_UNIT - 1) || end > BYPASS_END_MAX || end < start)
		return OPAL_PARAMETER;
	tve = ppc_set(IODA2_TVT_REAL_START, 0, start / BYPASS_UNIT);
	tve = ppc_set(IODA2_TVT_REAL_END, tve, end / BYPASS_UNIT);
	tve = ppc_set(IODA2_TVT_REAL_START_HI, tve, start >> IODA2_TVT_REAL_HI_SHIFT);
	tve = ppc_set(IODA2_TVT_REAL_END_HI, tve, end >> IODA2_TVT_REAL_HI_SHIFT);
	return opal_dma_set_tve(phb, window, tve | IODA2_TVT_REAL);
}

/* PHB3 has no such operation: the kernel writes TCE_KILL by itself. Callers that fall back on it are told so. */
int64_t opal_pci_tce_kill(struct opal *opal, uint64_t phb_id, uint32_t kill, uint32_t pe, uint32_t page_bytes,
			  uint64_t dma_addr, uint32_t pages)
{
	(void)kill;
	(void)pe;
	(void)page_bytes;
	(void)dma_addr;
	(void)pages;
	return opal_phb_find(opal, phb_id) ? OPAL_UNSUPPORTED : OPAL_PARAMETER;
}
