/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/phb/phb4_views.c - what a PHB4 or PHB5 shows of its caches through the IODA port: RCAM, the requesters whose PE is
 * cached; TCAM and TDR, tags and data of the TCE cache.
 *
 * QEMU knows the sizes of these tables; their formats are in no public source. Those here are ours, for looking from
 * outside: RCAM: valid in IBM bit 0, RID in 16:31, PE in 48:63; TCAM: valid in bit 0, page of the line's first TCE in
 * 1:53, TVE in 54:63; TDR: the line's first TCE. An entry beyond the configured cache is empty. Writes do nothing.
 */
#include "hw/phb/phb4.h"

uint64_t phb4_rcam_read(struct phb *phb, uint32_t index)
{
	const struct phb_rtc *rtc = &phb->rtc;
	uint16_t rid;

	if (index >= rtc->count)
		return 0;
	rid = rtc->ring[(rtc->head + index) % rtc->capacity];
	return PPC_BIT(0) | ppc_set(PPC_BITMASK(16, 31), 0, rid) | (rtc->pe1[rid] - 1u);
}

static bool view_line(const struct phb *phb, uint32_t index)
{
	return index < phb->cache.lines && phb->cache.key[index];
}

uint64_t phb4_tcam_read(struct phb *phb, uint32_t index)
{
	uint64_t key = view_line(phb, index) ? phb->cache.key[index] : 0;

	return key ? PPC_BIT(0) | ppc_set(PPC_BITMASK(1, 53), 0, tce_cache_key_page(&phb->cache, key)) | tce_cache_key_tve(key) : 0;
}

uint64_t phb4_tdr_read(struct phb *phb, uint32_t index)
{
	return view_line(phb, index) ? tce_cache_tce(&phb->cache, index, 0) : 0;
}
