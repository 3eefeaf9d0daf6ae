/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HW_PHB_TCE_CACHE_H
#define HW_PHB_TCE_CACHE_H
/*
 * hw/phb/tce_cache.h - the PHB's cache of TCEs: sets of ways, each way one line of neighbouring TCEs, 16 on POWER.
 * With as many ways as lines there is one set, of any number of lines (an I/O TLB of another architecture).
 *
 * A line is tagged by TVE (which names the PE) and by the line's place in the window. It holds what memory
 * held when it was fetched: nothing but a kill, or eviction, makes it forget, so software that changes a TCE and
 * forgets to kill it meets the old translation. A kill of one page forgets one TCE of its line, not the neighbours.
 * Faulting TCEs are held too: software has to kill after it maps as well, as Linux does.
 * P7IOC kills by the place of TCEs in memory, so a line knows where it was fetched from.
 *
 * PHB4 has such a structure (skiboot phberr.py names a multi-way TCE cache with tags and data, and a kill queue). For
 * PHB3 only QEMU's 64-entry table masks are known; size, ways and replacement here are assumed.
 * Not modelled: the line buffer (TCLB) but for its erratum (phb_kill.c), parity.
 */
#include <endian.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "sim/sim.h"

#define TCE_CACHE_LINE_TCES 16u /* the most that a line holds */
#define TCE_CACHE_TVE_BITS 10
#define TCE_CACHE_WAYS_MAX 16u /* of several sets */
#define TCE_CACHE_MISS UINT32_MAX

/**
 * struct tce_cache - arrays of @lines entries; way w of set s is entry s * ways + w. A line has 1 << @line_shift TCEs.
 * @key: 0 for an empty entry, else tce_cache_key(). @stamp: @clock at its last use, 0 for an empty entry.
 * @live: TCEs not killed. @data: raw big-endian TCEs. @source: where in memory they lay. @clock: counts uses.
 * @victim: the line that the last kill changed, the one used last if it was several: key (0: none), when used, TCEs.
 * @ghost: key of the line that a kill took from here, until another is put in its place; it decides nothing, and tells
 * why an access missed.
 */
struct tce_cache {
	uint64_t *key;
	uint64_t *stamp;
	uint64_t *ghost;
	uint64_t (*data)[TCE_CACHE_LINE_TCES];
	uint16_t *live;
	uint64_t clock;
	uint32_t lines, ways, ways_shift, set_mask, line_shift;
	uint32_t used; /* lines that hold something */
	uint16_t line_live; /* @live of a line of which none is killed */
	uint64_t *source;
	struct {
		uint64_t key, stamp, data[TCE_CACHE_LINE_TCES];
	} victim;
};

/**
 * tce_cache_init - @lines, @ways: powers of two, ways <= lines; or equal, then any. @line_tces: 1..16, a power of two.
 */
void tce_cache_init(struct tce_cache *cache, uint32_t lines, uint32_t ways, uint32_t line_tces);
void tce_cache_finish(struct tce_cache *cache);

/** tce_cache_key - tag of the line that holds @page (number within the window) of TVE @tve. Never 0. */
static inline uint64_t tce_cache_key(const struct tce_cache *cache, uint32_t tve, uint64_t page)
{
	return 1ull << 63 | page >> cache->line_shift << TCE_CACHE_TVE_BITS | tve;
}

/* Number of a page within its line. */
static inline uint64_t tce_cache_place(const struct tce_cache *cache, uint64_t page)
{
	return page & ((1ull << cache->line_shift) - 1);
}

static inline uint32_t tce_cache_line_bytes(const struct tce_cache *cache)
{
	return 8u << cache->line_shift;
}

static inline uint32_t tce_cache_key_tve(uint64_t key)
{
	return (uint32_t)key & ((1u << TCE_CACHE_TVE_BITS) - 1);
}

/* The first page of the line. */
static inline uint64_t tce_cache_key_page(const struct tce_cache *cache, uint64_t key)
{
	return (key & ~(1ull << 63)) >> TCE_CACHE_TVE_BITS << cache->line_shift;
}

/* The first entry of the set of @key. Neighbouring lines use neighbouring sets; TVEs start at different ones. */
static inline uint32_t tce_cache_set(const struct tce_cache *cache, uint64_t key)
{
	return (((uint32_t)(key >> TCE_CACHE_TVE_BITS) + tce_cache_key_tve(key) * 5) & cache->set_mask)
	       << cache->ways_shift;
}

/* 1 when @a equals @b, else 0: by arithmetic, for compilers turn comparisons into jumps that nobody can predict. */
static inline uint32_t tce_cache_equal(uint64_t a, uint64_t b)
{
	uint64_t differ = a ^ b;

	return (uint32_t)(((differ | (0 - differ)) >> 63) ^ 1);
}

typedef uint64_t tce_cache_pair __attribute__((vector_size(16)));

/* Which of four tags are @key, a bit each; the same, two at a time. */
static inline uint32_t tce_cache_match4(const uint64_t *at, uint64_t key)
{
	const tce_cache_pair keys = {key, key};
	tce_cache_pair low, high, bits;

	memcpy(&low, at, sizeof(low));
	memcpy(&high, at + 2, sizeof(high));
	bits = ((tce_cache_pair)(low == keys) & (tce_cache_pair){1, 2}) |
	       ((tce_cache_pair)(high == keys) & (tce_cache_pair){4, 8});
	return (uint32_t)(bits[0] | bits[1]);
}

/** tce_cache_find - entry whose tag is @key, or TCE_CACHE_MISS; no use is noted. */
static inline uint32_t tce_cache_find(const struct tce_cache *cache, uint64_t key)
{
	uint32_t first = tce_cache_set(cache, key), match = 0, w;
	const uint64_t *at = cache->key + first;

	if (sim_likely(cache->ways == 4)) {
		match = tce_cache_match4(at, key);
	} else if (sim_likely(cache->ways <= TCE_CACHE_WAYS_MAX)) {
		for (w = 0; w < cache->ways; w++)
			match |= tce_cache_equal(at[w], key) << w;
	} else {
		for (w = 0; w < cache->ways && at[w] != key; w++)
			;
		return w < cache->ways ? first + w : TCE_CACHE_MISS;
	}
	return match ? first + (uint32_t)__builtin_ctz(match) : TCE_CACHE_MISS;
}

/**
 * tce_cache_lookup - is @page's TCE there? A hit is noted as a use.
 * @entry: of its line, also when only this TCE of it was killed; or TCE_CACHE_MISS.
 */
static inline bool tce_cache_lookup(struct tce_cache *cache, uint64_t key, uint64_t page, uint32_t *entry)
{
	*entry = tce_cache_find(cache, key);
	if (sim_unlikely(*entry == TCE_CACHE_MISS))
		return false;
	if (sim_unlikely(!(cache->live[*entry] >> tce_cache_place(cache, page) & 1)))
		return false;
	cache->stamp[*entry] = ++cache->clock;
	return true;
}

/** tce_cache_was_killed - @key has no usable TCE; did a kill take it, and was its place not needed since? */
static inline bool tce_cache_was_killed(const struct tce_cache *cache, uint64_t key)
{
	const uint64_t *at = cache->ghost + tce_cache_set(cache, key);

	if (tce_cache_find(cache, key) != TCE_CACHE_MISS)
		return true; /* the line is there, so it is its TCE that was taken */
	for (uint32_t w = 0; w < cache->ways; w++)
		if (at[w] == key)
			return true;
	return false;
}

static inline uint64_t tce_cache_tce(const struct tce_cache *cache, uint32_t entry, uint64_t page)
{
	return be64toh(cache->data[entry][tce_cache_place(cache, page)]);
}

/* The way of the set from @first that was used longest ago; empty ones before all, the lowest of equals. */
static inline uint32_t tce_cache_oldest(const struct tce_cache *cache, uint32_t first)
{
	const uint64_t *at = cache->stamp + first;
	uint32_t low, high, oldest = 0, w;

	/* Stamps are far below 2^63, so the sign of a difference orders them. */
	if (sim_likely(cache->ways == 4)) {
		low = (uint32_t)((at[1] - at[0]) >> 63);
		high = 2 + (uint32_t)((at[3] - at[2]) >> 63);
		return first + low + ((high - low) & (0 - (uint32_t)((at[high] - at[low]) >> 63)));
	}
	for (w = 1; w < cache->ways; w++)
		oldest = at[w] < at[oldest] ? w : oldest;
	return first + oldest;
}

/**
 * tce_cache_fill - put a line in place of itself, or of the least recently used of its set.
 * @entry: what tce_cache_find() says of @key. @line: its TCEs as they lie in memory, at address @source.
 * Return: the entry.
 */
static inline uint32_t tce_cache_fill(struct tce_cache *cache, uint64_t key, uint32_t entry, const void *line,
				      uint64_t source)
{
	if (sim_likely(entry == TCE_CACHE_MISS))
		entry = tce_cache_oldest(cache, tce_cache_set(cache, key));
	cache->used += !cache->key[entry];
	cache->key[entry] = key;
	cache->stamp[entry] = ++cache->clock;
	cache->live[entry] = cache->line_live;
	cache->source[entry] = source;
	cache->ghost[entry] = 0;
	memcpy(cache->data[entry], line, tce_cache_line_bytes(cache));
	return entry;
}

/* Kills. Return: how many TCEs were forgotten. */
uint32_t tce_cache_kill_all(struct tce_cache *cache);
/** tce_cache_kill_tves - all of TVEs @first to @first + @count - 1: those of one PE. */
uint32_t tce_cache_kill_tves(struct tce_cache *cache, uint32_t first, uint32_t count);
/** tce_cache_kill_pages - those of pages @first to @last of @tve. */
uint32_t tce_cache_kill_pages(struct tce_cache *cache, uint32_t tve, uint64_t first, uint64_t last);
/** tce_cache_kill_pair - the two TCEs that lay at @source, a multiple of 16, whatever TVEs they were fetched for. */
uint32_t tce_cache_kill_pair(struct tce_cache *cache, uint64_t source);

#endif
