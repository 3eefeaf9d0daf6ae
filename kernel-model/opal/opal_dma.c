// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/opal/opal_dma.c - DMA windows of a PE: the calls, and the methods of generations whose TVEs have 64
 * bits. Checks and encodings of skiboot's phb3_map_pe_dma_window() and phb3_map_pe_dma_window_real() (hw/phb3.c;
 * hw/phb4.c has the same but for page sizes and the flags of a window that is not translated).
 *
 * Neither call touches the TCE cache; the kernel kills entries by itself: through the TCE_KILL register up to PHB3,
 * through OPAL_PCI_TCE_KILL from PHB4 on.
 * One firmware bug is left out: skiboot's PHB3 code loses PCI address bits 31:24 of a bypass window's start.
 */
#include "kernel-model/opal/opal_internal.h"

#define TVE_TABLE_BYTES_MIN 0x1000ull
#define TVE_TABLE_CODE_MAX 31
#define BYPASS_UNIT 0x1000000ull /* 16 MiB */
#define BYPASS_END_MAX 0x0003ffffffffffffull

static struct opal_phb *opal_dma_phb(struct opal *opal, uint64_t phb_id, uint32_t pe)
{
	struct opal_phb *phb = opal_phb_find(opal, phb_id);

	return phb && pe < phb->info->pe_count ? phb : NULL;
}

int64_t opal_pci_map_pe_dma_window(struct opal *opal, uint64_t phb_id, uint16_t pe, uint16_t window, uint16_t levels,
				   uint64_t table, uint64_t table_bytes, uint64_t page_bytes)
{
	struct opal_phb *phb = opal_dma_phb(opal, phb_id, pe);

	return phb ? phb->gen->map_dma(phb, pe, window, levels, table, table_bytes, page_bytes) : OPAL_PARAMETER;
}

int64_t opal_pci_map_pe_dma_window_real(struct opal *opal, uint64_t phb_id, uint16_t pe, uint16_t window,
					uint64_t start, uint64_t bytes)
{
	struct opal_phb *phb = opal_dma_phb(opal, phb_id, pe);

	if (!phb)
		return OPAL_PARAMETER;
	return phb->gen->map_dma_real ? phb->gen->map_dma_real(phb, pe, window, start, bytes) : OPAL_UNSUPPORTED;
}

/* Where there is no such operation, callers that fall back on it are told so. */
int64_t opal_pci_tce_kill(struct opal *opal, uint64_t phb_id, uint32_t kill, uint32_t pe, uint32_t page_bytes,
			  uint64_t dma_addr, uint32_t pages)
{
	struct opal_phb *phb = opal_phb_find(opal, phb_id);

	if (!phb)
		return OPAL_PARAMETER;
	return phb->gen->tce_kill ? phb->gen->tce_kill(phb, kill, pe, page_bytes, dma_addr, pages) : OPAL_UNSUPPORTED;
}

/* ---- TVEs of 64 bits, two per PE ---- */

static uint32_t opal_tve_page_code(const struct opal_phb *phb, uint64_t bytes)
{
	const struct opal_page *page;

	for (page = phb->gen->pages; page->bytes; page++) {
		if (page->bytes == bytes)
			return page->code;
	}
	return 0;
}

static int64_t opal_tve_set(struct opal_phb *phb, uint16_t window, uint64_t tve)
{
	opal_ioda_set(phb, IODA2_TBL_TVT, window, tve);
	return OPAL_SUCCESS;
}

int64_t opal_tve_map(struct opal_phb *phb, uint32_t pe, uint16_t window, uint16_t levels, uint64_t table,
		     uint64_t table_bytes, uint64_t page_bytes)
{
	uint32_t table_code, page_code = opal_tve_page_code(phb, page_bytes);
	uint64_t tve;

	if (window / IODA2_TVES_PER_PE != pe)
		return OPAL_PARAMETER;
	if (!table_bytes)
		return opal_tve_set(phb, window, 0);
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
	return opal_tve_set(phb, window, tve);
}

int64_t opal_tve_map_real(struct opal_phb *phb, uint32_t pe, uint16_t window, uint64_t start, uint64_t bytes)
{
	uint64_t tve, end;

	if (window / IODA2_TVES_PER_PE != pe)
		return OPAL_PARAMETER;
	if (!bytes)
		return opal_tve_set(phb, window, 0);
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
	return opal_tve_set(phb, window, tve | phb->gen->real_window);
}
