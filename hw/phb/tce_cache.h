/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HW_PHB_TCE_CACHE_H
#define HW_PHB_TCE_CACHE_H
/*
 * hw/phb/tce_cache.h - the PHB's cache of TCEs: sets of ways, each way one line of 16 neighbouring TCEs.
 *
 * A line is tagged by TVE (which names the PE: two per PE) and by the line's place in the window. It holds what memory held
 * when it was fetched: nothing but a kill, or eviction, makes it forget, so software that changes a TCE and
 * forgets to kill it meets the old translation. A kill of one page forgets one TCE of its line, not the neighbours.
 * Faulting TCEs are held too: software has to kill after it maps as well, as Linux does.
 *
 * PHB4 has such a structure (skiboot phberr.py names a multi-way TCE cache with tags and data, and a kill queue). For
 * PHB3 only QEMU's 64-entry table masks are known; size, ways and replacement here are assumed.
 * Not modelled: TCE pairs, the line buffer (TCLB), parity.
 */
#include <endian.h>
#include <stdbool.h>
#include <stdint.h>

#include "sim/sim.h"

#define TCE_CACHE_LINE_SHIFT 4
#define TCE_CACHE_LINE_TCES (1u << TCE_CACHE_LINE_SHIFT)
#define TCE_CACHE_LINE_BYTES (8u * TCE_CACHE_LINE_TCES)
#define TCE_CACHE_TVE_BITS 9
#define TCE_CACHE_WAYS_MAX 64u
#define TCE_CACHE_MISS UINT32_MAX

/**
 * struct tce_cache - all arrays have @lines entries; way w of set s is entry s * ways + w.
 * @key: 0 for an empty entry, else tce_cache_key(). @stamp: time of last use, in uses. @live: TCEs not killed.
 * @data: raw big-endian TCEs.
 */
struct tce_cache {
	uint64_t *key;
	uint64_t *stamp;
	uint16_t *live;
	uint64_t (*data)[TCE_CACHE_LINE_TCES];
	uint64_t clock;
	uint32_t lines, ways, set_mask;
};

/** tce_cache_init - @lines, @ways: powers of two, ways <= lines. */
void tce_cache_init(struct tce_cache *cache, uint32_t lines, uint32_t ways);
void tce_cache_finish(struct tce_cache *cache);

/** tce_cache_key - tag of the line that holds @page (number within the window) of TVE @tve. Never 0. */
static inline uint64_t tce_cache_key(uint32_t tve, uint64_t page)
{
	return 1ull << 63 | page >> TCE_CACHE_LINE_SHIFT << TCE_CACHE_TVE_BITS | tve;
}

/* First entry of the line's set. Neighbouring lines use neighbouring sets; TVEs start at different ones. */
static inline uint32_t tce_cache_set(const struct tce_cache *cache, uint64_t key)
{
	uint64_t line = key >> TCE_CACHE_TVE_BITS, tve = key & ((1u << TCE_CACHE_TVE_BITS) - 1);

	return ((uint32_t)(line + tve * 5) & cache->set_mask) * cache->ways;
}

/** tce_cache_find - entry whose tag is @key, or TCE_CACHE_MISS; no use is noted. */
static inline uint32_t tce_cache_find(const struct tce_cache *cache, uint64_t key)
{
	uint32_t first = tce_cache_set(cache, key), w;
	uint64_t match = 0;

	for (w = 0; w < cache->ways; w++)
		match |= (uint64_t)(cache->key[first + w] == key) << w;
	return match ? first + (uint32_t)__builtin_ctzll(match) : TCE_CACHE_MISS;
}

/** tce_cache_lookup - entry that holds @page's TCE live, noted as used; or TCE_CACHE_MISS. */
static inline uint32_t tce_cache_lookup(struct tce_cache *cache, uint64_t key, uint64_t page)
{
	uint32_t entry = tce_cache_find(cache, key);

	if (sim_unlikely(entry == TCE_CACHE_MISS))
		return TCE_CACHE_MISS;
	if (sim_unlikely(!(cache->live[entry] >> (page & (TCE_CACHE_LINE_TCES - 1)) & 1)))
		return TCE_CACHE_MISS;
	cache->stamp[entry] = ++cache->clock;
	return entry;
}

static inline uint64_t tce_cache_tce(const struct tce_cache *cache, uint32_t entry, uint64_t page)
{
	return be64toh(cache->data[entry][page & (TCE_CACHE_LINE_TCES - 1)]);
}

/** tce_cache_fill - put the line @key, big-endian TCEs at @line, in place of itself or of the least recently used. */
uint32_t tce_cache_fill(struct tce_cache *cache, uint64_t key, const void *line);

/* Kills. Return: how many TCEs were forgotten. */
uint32_t tce_cache_kill_all(struct tce_cache *cache);
uint32_t tce_cache_kill_pe(struct tce_cache *cache, uint32_t pe);
uint32_t tce_cache_kill_one(struct tce_cache *cache, uint32_t tve, uint64_t page);

#endif
