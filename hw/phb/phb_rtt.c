/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/phb/phb_rtt.c - which PE a requester belongs to: the RTT in RAM, one 16-bit PE number per RID, and its cache
 * (RTC).
 *
 * The cache is not coherent with RAM: a changed entry is seen only after RTC_INVALIDATE (skiboot hw/phb3.c invalidates
 * all after every change). QEMU's index mask suggests 64 entries (RCAM); first in, first out is assumed. A PE number
 * that the PHB does not have names no PE (QEMU pnv_phb3.c rejects it too); such an entry is not cached.
 *
 * Not modelled: parity and multi-hit errors of the RCAM; skiboot's erratum HW278969 (MSI with an all-ones entry).
 */
#include "hw/phb/phb_internal.h"

#include <stdlib.h>
#include <string.h>

void phb_rtc_init(struct phb_rtc *rtc, uint32_t capacity)
{
	rtc->pe1 = sim_alloc(IODA2_RTT_COUNT * sizeof(*rtc->pe1));
	rtc->ring = sim_alloc(capacity * sizeof(*rtc->ring));
	rtc->capacity = capacity;
	rtc->head = 0;
	rtc->count = 0;
}

void phb_rtc_finish(struct phb_rtc *rtc)
{
	free(rtc->pe1);
	free(rtc->ring);
	memset(rtc, 0, sizeof(*rtc));
}

enum phb_verdict phb_rtt_find_pe(const struct phb *phb, uint16_t rid, uint32_t *pe)
{
	struct raddr at;

	if (!phb_table_at(phb, PHB_RTT_BAR, phb->gen->rtt_addr, 2ull * rid, 2, &at))
		return PHB_XLATE_RTT_DISABLED;
	*pe = ram_load_be16(phb->ram, at);
	return *pe < phb->pe_count ? PHB_XLATE_OK : PHB_XLATE_RTE_INVALID;
}

enum phb_verdict phb_rtc_fill(struct phb *phb, uint16_t rid)
{
	struct phb_rtc *rtc = &phb->rtc;
	uint32_t pe;
	enum phb_verdict verdict = phb->gen->find_pe(phb, rid, &pe);

	if (verdict != PHB_XLATE_OK)
		return verdict;
	if (!rtc->pe1[rid]) {
		if (rtc->count == rtc->capacity) {
			rtc->pe1[rtc->ring[rtc->head]] = 0;
			rtc->head = (rtc->head + 1) % rtc->capacity;
			rtc->count--;
		}
		rtc->ring[(rtc->head + rtc->count++) % rtc->capacity] = rid;
	}
	rtc->pe1[rid] = (uint16_t)(pe + 1);
	return PHB_XLATE_OK;
}

void phb_rtc_clear(struct phb *phb)
{
	struct phb_rtc *rtc = &phb->rtc;

	for (; rtc->count; rtc->count--) {
		rtc->pe1[rtc->ring[rtc->head]] = 0;
		rtc->head = (rtc->head + 1) % rtc->capacity;
	}
}

/* The others keep their order. */
static void phb_rtc_drop_one(struct phb_rtc *rtc, uint16_t rid)
{
	uint32_t i, kept = 0;

	if (!rtc->pe1[rid])
		return;
	rtc->pe1[rid] = 0;
	for (i = 0; i < rtc->count; i++) {
		uint16_t other = rtc->ring[(rtc->head + i) % rtc->capacity];

		if (other != rid)
			rtc->ring[(rtc->head + kept++) % rtc->capacity] = other;
	}
	rtc->count = kept;
}

void phb_rtc_invalidate(struct phb *phb, uint32_t offset, uint64_t value)
{
	(void)offset;
	if (value & PHB_RTC_INVALIDATE_ALL)
		phb_rtc_clear(phb);
	else
		phb_rtc_drop_one(&phb->rtc, (uint16_t)ppc_get(PHB_RTC_INVALIDATE_RID, value));
}

uint32_t phb_pe_of_rid(const struct phb *phb, uint16_t rid)
{
	uint32_t pe;

	return phb->gen->find_pe(phb, rid, &pe) == PHB_XLATE_OK ? pe : PHB_PE_NONE;
}
