/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HW_PHB_PHB_TVE_H
#define HW_PHB_PHB_TVE_H
/* hw/phb/phb_tve.h - a TVE of any generation, decoded when it is written, so that a translation decodes nothing. */
#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

enum phb_tve_kind { PHB_TVE_INVALID, PHB_TVE_TRANSLATE, PHB_TVE_REAL };

/**
 * struct phb_tve - a decoded TVE.
 * @limit: bytes of a translated window that its PE has for itself, 0 for all others, so that one compare finds what
 * needs a closer look.
 * @base: real address of the first-level table; or first address of a non-translated window. @end: its end, excluded.
 * @index_mask: of one level. @levels: 0 unless translated.
 * @owner: PE + 1 of the PE that may use it, and then @rid_value, @rid_mask: only requesters whose RID equals the value
 * under the mask. 0: the number of the TVE says whose it is.
 */
struct phb_tve {
	uint64_t limit, base;
	union {
		uint64_t end;
		uint64_t index_mask;
	};
	uint16_t rid_value, rid_mask;
	uint8_t owner, levels, page_shift, index_bits;
};
static_assert(sizeof(struct phb_tve) == 32, "two of them, a PE's, are one cache line of the host");

/* A non-translated window has no levels, and its bounds count in units of @page_shift. */
static inline enum phb_tve_kind phb_tve_kind(const struct phb_tve *tve)
{
	if (tve->levels)
		return PHB_TVE_TRANSLATE;
	return tve->page_shift ? PHB_TVE_REAL : PHB_TVE_INVALID;
}

/* May requester @rid of @pe use the window? */
static inline bool phb_tve_allows(const struct phb_tve *tve, uint16_t rid, uint32_t pe)
{
	return !tve->owner || (tve->owner == pe + 1 && !((rid ^ tve->rid_value) & tve->rid_mask));
}

/* Bytes of a translated window. One with an owner has one level, and there @index_bits are those of its size. */
static inline uint64_t phb_tve_bytes(const struct phb_tve *tve)
{
	return tve->owner ? 1ull << tve->index_bits : tve->limit;
}

#endif
