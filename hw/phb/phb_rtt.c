/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/phb/phb_rtt.c - which PE a requester belongs to: the RTT in RAM, one 16-bit PE number per RID, and its cache
 * (RTC).
 *
 * The cache is not coherent with RAM: a changed entry is seen only after RTC_INVALIDATE (skiboot hw/phb3.c invalidates
 * all after every change). QEMU's index mask suggests 64 entries (RCAM); first in, first out is assumed. A PE number of
 * 256 and above names no PE (QEMU pnv_phb3.c rejects it too); such an entry is not cached.
 *
 * Not modelled: parity and multi-hit errors of the RCAM; skiboot's erratum HW278969 (MSI with an all-ones entry).
 */
#include "hw/phb/phb_internal.h"

#include <stdlib.h>
#include <string.h>

void phb_rtc_init(struct phb_rtc *rtc, uint32_t capacity)
{
	rtc->pe1 = sim_alloc(PHB3_RTT_COUNT * sizeof(*rtc->pe1));
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

static bool phb_rtt_entry_at(const struct phb *phb, uint16_t rid, struct raddr *at)
{
	return phb_table_at(phb, PHB_RTT_BAR, PHB_RTT_BASE_ADDRESS, 2ull * rid, 2, at);
}

enum phb_verdict phb_rtc_fill(struct phb *phb, uint16_t rid)
{
	struct phb_rtc *rtc = &phb->rtc;
	struct raddr at;
	uint16_t pe;

	if (!phb_rtt_entry_at(phb, rid, &at))
		return PHB_XLATE_RTT_DISABLED;
	pe = ram_load_be16(phb->ram, at);
	if (pe >= PHB3_PE_COUNT)
		return PHB_XLATE_RTE_INVALID;
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

static void phb_rtc_drop_all(struct phb_rtc *rtc)
{
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

void phb_rtc_invalidate(struct phb *phb, uint64_t value)
{
	if (value & PHB_RTC_INVALIDATE_ALL)
		phb_rtc_drop_all(&phb->rtc);
	else
		phb_rtc_drop_one(&phb->rtc, (uint16_t)ppc_get(PHB_RTC_INVALIDATE_RID, value));
}

uint32_t phb_pe_of_rid(const struct phb *phb, uint16_t rid)
{
	struct raddr at;
	uint16_t pe;

	if (!phb_rtt_entry_at(phb, rid, &at))
		return PHB_PE_NONE;
	pe = ram_load_be16(phb->ram, at);
	return pe < PHB3_PE_COUNT ? pe : PHB_PE_NONE;
}
