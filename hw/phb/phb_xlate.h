/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HW_PHB_PHB_XLATE_H
#define HW_PHB_PHB_XLATE_H
/*
 * hw/phb/phb_xlate.h - the translation core: from requester and PCI address to a verdict and a real address.
 *
 * No allocation, no time, no statistics; inline, because it is what a simulated DMA costs. The pipeline in time is
 * phb_dma.c; what needs a closer look (MSIs, non-translated windows, errors) is phb_xlate_special().
 * bench/bench_translate.c compares it with the loads and compares that no translation can avoid.
 */
#include <string.h>

#include "hw/phb/phb_internal.h"

static inline uint32_t phb_tve_index(const struct phb *phb, uint32_t pe, uint64_t addr)
{
	const struct phb_tve_select *select = &phb->select;

	return ((pe << select->pe_shift & select->pe_mask) |
		((uint32_t)(addr >> select->addr_shift) & select->addr_mask)) |
	       ((addr & select->above) != 0);
}

static inline uint64_t phb_tve_offset(const struct phb *phb, uint64_t addr)
{
	return addr & phb->select.offset_mask;
}

/* Index into the table of the level at @shift. Tables may reach beyond the 59 bits of an offset; nothing is up there.
 */
static inline uint64_t phb_walk_index(const struct phb_tve *tve, uint64_t offset, uint32_t shift)
{
	return offset >> (shift < 63 ? shift : 63) & tve->index_mask;
}

static inline uint64_t phb_ram_be64(const struct phb *phb, uint64_t addr)
{
	uint64_t value;

	memcpy(&value, phb->ram_base + addr, sizeof(value));
	return be64toh(value);
}

/**
 * phb_tce_fill - walk a translated window and cache the line.
 * @index: TVE, of kind PHB_TVE_TRANSLATE. @offset: in the window, below its limit.
 * @key: of the line. @entry: where the line is if the cache has it already, else TCE_CACHE_MISS. @leaf: out: the TCE.
 *
 * Tables are aligned to 4 KiB and RAM ends on a multiple of 64 KiB, so whatever begins in RAM ends there.
 */
static inline __attribute__((always_inline)) enum phb_verdict
phb_tce_fill(struct phb *phb, const struct phb_tve *tve, uint64_t offset, uint64_t key, uint32_t entry, uint64_t *leaf)
{
	uint32_t level = tve->levels - 1u, shift = tve->page_shift + tve->index_bits * level;
	uint64_t table = tve->base, page = offset >> tve->page_shift, place = tce_cache_place(&phb->cache, page), at, tce;

	for (; level; level--, shift -= tve->index_bits) {
		at = table + (phb_walk_index(tve, offset, shift) << TCE_INDEX_SHIFT);
		if (sim_unlikely(at >= phb->ram_bytes))
			return PHB_XLATE_WALK_ERROR;
		tce = phb_ram_be64(phb, at);
		if (sim_unlikely(!(tce & TCE_CONTROL)))
			return PHB_XLATE_PAGE_FAULT;
		table = tce & TCE_RPN;
	}
	at = table +
	     (((page & tve->index_mask) - place) << TCE_INDEX_SHIFT) +
	     phb->leaf_skip_bytes;
	if (sim_unlikely(at + tce_cache_line_bytes(&phb->cache) > phb->ram_bytes))
		return PHB_XLATE_WALK_ERROR;
	*leaf = phb_ram_be64(phb, at + (place << TCE_INDEX_SHIFT));
	(void)tce_cache_fill(&phb->cache, key, entry, phb->ram_base + at, at - phb->leaf_skip_bytes);
	return PHB_XLATE_OK;
}

/* @tce is that of @offset: check the direction and make the real address. */
static inline enum phb_verdict phb_xlate_leaf(const struct phb_tve *tve, uint64_t offset, uint64_t tce, bool write,
					      struct phb_xlate *out)
{
	uint64_t in_page = (1ull << tve->page_shift) - 1;

	out->cached = true;
	out->real = (tce & TCE_RPN & ~in_page) | (offset & in_page);
	if (sim_likely(tce & (write ? TCE_WRITE : TCE_READ)))
		return PHB_XLATE_OK;
	return tce & TCE_CONTROL ? PHB_XLATE_ACCESS_FAULT : PHB_XLATE_PAGE_FAULT;
}

/* In translated window @index, at @offset: look into the cache, fetch if asked to, check the permission. */
static inline __attribute__((always_inline)) enum phb_verdict
phb_xlate_window(struct phb *phb, uint32_t index, uint64_t offset, bool write, bool fetch, struct phb_xlate *out)
{
	const struct phb_tve *tve = &phb->tve[index];
	uint64_t page = offset >> tve->page_shift, key = tce_cache_key(&phb->cache, index, page), tce;
	enum phb_verdict verdict;
	uint32_t entry;

	if (sim_unlikely(!tce_cache_lookup(&phb->cache, key, page, &entry))) {
		if (!fetch)
			return PHB_XLATE_TCE_MISS;
		verdict = phb_tce_fill(phb, tve, offset, key, entry, &tce);
		if (sim_unlikely(verdict != PHB_XLATE_OK))
			return verdict;
		out->fetched = true;
	} else {
		tce = tce_cache_tce(&phb->cache, entry, page);
	}
	return phb_xlate_leaf(tve, offset, tce, write, out);
}

/* With @fetch false nothing outside the chip is read: PHB_XLATE_RTC_MISS and PHB_XLATE_TCE_MISS say what is needed. */
static inline __attribute__((always_inline)) enum phb_verdict
phb_xlate_access(struct phb *phb, uint16_t rid, uint64_t addr, bool write, bool fetch, struct phb_xlate *out)
{
	uint32_t pe1 = phb->rtc.pe1[rid], index;
	uint64_t offset = phb_tve_offset(phb, addr);
	enum phb_verdict verdict;

	out->cached = false;
	out->fetched = false;
	if (sim_unlikely(!pe1)) {
		out->pe = PHB_PE_NONE;
		if (!fetch)
			return PHB_XLATE_RTC_MISS;
		verdict = phb_rtc_fill(phb, rid);
		if (verdict != PHB_XLATE_OK)
			return verdict;
		pe1 = phb->rtc.pe1[rid];
	}
	out->pe = pe1 - 1;
	if (sim_unlikely(phb->dma_blocked[out->pe]))
		return PHB_XLATE_FROZEN;
	index = phb_tve_index(phb, out->pe, addr);
	if (sim_unlikely(offset >= phb->tve[index].limit || addr >> IODA2_ADDR_CLASS_SHIFT ||
			 addr - phb->msi32_base < IODA2_MSI32_BYTES))
		return phb_xlate_special(phb, rid, addr, write, fetch, out);
	return phb_xlate_window(phb, index, offset, write, fetch, out);
}

/**
 * phb_xlate_probe - translate one access with what is on the chip.
 * @addr: of the first byte; the access must not cross a 4 KiB boundary.
 * Return: a verdict, or PHB_XLATE_RTC_MISS, PHB_XLATE_TCE_MISS.
 */
static inline enum phb_verdict phb_xlate_probe(struct phb *phb, uint16_t rid, uint64_t addr, bool write,
					       struct phb_xlate *out)
{
	return phb_xlate_access(phb, rid, addr, write, false, out);
}

/** phb_xlate - as phb_xlate_probe(), and fetch from the RTT and the TCE tables what is missing. */
static inline enum phb_verdict phb_xlate(struct phb *phb, uint16_t rid, uint64_t addr, bool write,
					 struct phb_xlate *out)
{
	return phb_xlate_access(phb, rid, addr, write, true, out);
}

#endif
