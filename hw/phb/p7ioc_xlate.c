/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/phb/p7ioc_xlate.c - from a requester to its PE (PELTM) and from an address to its window (TVT) on a P7IOC.
 *
 * PELTM: the lowest entry whose filter matches names the PE by its index; entry 127 matches everybody (skiboot
 * hw/p7ioc-phb.c). It is on the chip, so a match takes no time of its own; what was matched is remembered until the
 * table changes.
 *
 * TVT: 4 GiB are 16 segments of 256 MiB, and address bits 31:28 (LSB-0) are the number of the TVE. Evidence: Linux
 * numbers its windows so (PNV_IODA1_DMA32_SEGSIZE), and error injection knows a DMA window by four bits (skiboot). Then
 * the requester has to pass the TVE's own filter, and its PE has to be the TVE's. That both count, and in this order
 * after "is there a window", is assumed. The table has one level.
 *
 * Decided here where nothing is known, each a key under "phb.p7ioc": addresses from 4 GiB on are in no window (or use
 * the windows below, dma64); a window larger than its segment is reached in its first 256 MiB only (or, wide_window,
 * every segment reaches its part of a window that is aligned to its size; not with 16 GiB pages). TVEs 16 to 127 cannot
 * be reached. A window code of 0, a page that P7IOC does not have: no window.
 */
#include "hw/phb/p7ioc_internal.h"

#include <string.h>

#define BUS_SHIFT 8
#define DEV_SHIFT 3
#define SEGMENT_BYTES (1ull << IODA1_WINDOW_SHIFT)

void p7ioc_select(struct phb *phb)
{
	phb->select = (struct phb_tve_select){.offset_mask = SEGMENT_BYTES - 1,
					      .outside = ~0ull << (phb->dma64_alias ? IODA2_ADDR_CLASS_SHIFT : 32),
					      .addr_mask = IODA1_WINDOWS - 1,
					      .addr_shift = IODA1_WINDOW_SHIFT};
}

/* Code 0: any bus; c: the upper c + 1 bits count (code 1 is not used; it would be two). */
struct p7ioc_filter p7ioc_filter(uint64_t code, uint64_t bus, bool dev_valid, uint64_t dev, bool func_valid,
				 uint64_t func)
{
	uint16_t bus_mask = code ? (uint16_t)(0xffu << (7 - code) & 0xffu) : 0;
	struct p7ioc_filter filter = {
		.mask = (uint16_t)(bus_mask << BUS_SHIFT | (dev_valid ? 0x1f << DEV_SHIFT : 0) | (func_valid ? 7 : 0))};

	filter.value = (uint16_t)(bus << BUS_SHIFT | dev << DEV_SHIFT | func) & filter.mask;
	return filter;
}

static struct p7ioc_filter p7ioc_peltm_filter(uint64_t raw)
{
	return p7ioc_filter(ppc_get(IODA1_PELTM_BUS_VALID, raw), ppc_get(IODA1_PELTM_BUS, raw),
			    raw & IODA1_PELTM_DEV_VALID, ppc_get(IODA1_PELTM_DEV, raw), raw & IODA1_PELTM_FUNC_VALID,
			    ppc_get(IODA1_PELTM_FUNC, raw));
}

enum phb_verdict p7ioc_find_pe(const struct phb *phb, uint16_t rid, uint32_t *pe)
{
	struct p7ioc_filter filter;

	if (phb->rtc.pe1[rid]) {
		*pe = phb->rtc.pe1[rid] - 1u;
		return PHB_XLATE_OK;
	}
	for (*pe = 0; *pe < P7IOC_PELTM_COUNT - 1; (*pe)++) {
		filter = p7ioc_peltm_filter(phb->table[IODA1_TBL_PELTM][*pe]);
		if (!((rid ^ filter.value) & filter.mask))
			break;
	}
	return PHB_XLATE_OK;
}

void p7ioc_peltm_write(struct phb *phb, uint32_t index, uint64_t value)
{
	phb->table[IODA1_TBL_PELTM][index] = value;
	phb_rtc_clear(phb);
}

void p7ioc_tve_decode(struct phb *phb, uint32_t index)
{
	uint64_t raw0 = phb->table[IODA1_TBL_TVT][index], raw1 = phb->table[IODA1_TBL_TVT][P7IOC_TVT_COUNT + index];
	uint32_t size_code = (uint32_t)ppc_get(IODA1_TVT0_WINDOW_SIZE, raw0);
	uint32_t page_code = (uint32_t)ppc_get(IODA1_TVT1_PAGE_SIZE, raw1);
	struct p7ioc_filter filter = p7ioc_filter(ppc_get(IODA1_TVT0_BUS_VALID, raw0), ppc_get(IODA1_TVT0_BUS, raw0),
						  raw1 & IODA1_TVT1_DEV_VALID, ppc_get(IODA1_TVT1_DEV, raw1),
						  raw1 & IODA1_TVT1_FUNC_VALID, ppc_get(IODA1_TVT1_FUNC, raw1));
	struct phb_tve *tve = &phb->tve[index];
	uint64_t part, window = 1ull << (size_code + IODA1_TVT0_WINDOW_SIZE_SHIFT);

	memset(tve, 0, sizeof(*tve));
	if (!size_code || !(phb->gen->page_codes >> page_code & 1))
		return;
	tve->rid_value = filter.value;
	tve->rid_mask = filter.mask;
	tve->owner = (uint8_t)(ppc_get(IODA1_TVT1_PE, raw1) + 1);
	tve->levels = 1;
	tve->index_bits = (uint8_t)(size_code + IODA1_TVT0_WINDOW_SIZE_SHIFT);
	tve->page_shift = (uint8_t)(page_code + IODA1_TVT1_PAGE_SIZE_SHIFT);
	tve->index_mask = (window >> tve->page_shift ? window >> tve->page_shift : 1) - 1;
	tve->base = ppc_get(IODA1_TVT0_TABLE_ADDR, raw0) << IODA1_TVT0_TABLE_ADDR_SHIFT;
	if (phb->wide_windows && tve->page_shift < IODA1_WINDOW_SHIFT) {
		part = ((uint64_t)index << IODA1_WINDOW_SHIFT) & (window - 1);
		tve->base += part >> tve->page_shift << TCE_INDEX_SHIFT;
	}
}
