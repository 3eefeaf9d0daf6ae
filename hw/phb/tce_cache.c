/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/phb/tce_cache.c - making and killing; the lookup and the fill are inline in the header.
 *
 * Replacement is least recently used, empty ways first: the same on every run.
 *
 * Not modelled: see hw/phb/tce_cache.h.
 */
#include "hw/phb/tce_cache.h"

#include <stdlib.h>
#include <string.h>

void tce_cache_init(struct tce_cache *cache, uint32_t lines, uint32_t ways, uint32_t line_tces)
{
	sim_assert(NULL, ways && ways <= lines && (ways <= TCE_CACHE_WAYS_MAX || ways == lines));
	sim_assert(NULL, ways == lines || (!(lines & (lines - 1)) && !(ways & (ways - 1))));
	sim_assert(NULL, line_tces && line_tces <= TCE_CACHE_LINE_TCES && !(line_tces & (line_tces - 1)));
	memset(cache, 0, sizeof(*cache));
	cache->key = sim_alloc(lines * sizeof(*cache->key));
	cache->stamp = sim_alloc(lines * sizeof(*cache->stamp));
	cache->ghost = sim_alloc(lines * sizeof(*cache->ghost));
	cache->live = sim_alloc(lines * sizeof(*cache->live));
	cache->data = sim_alloc(lines * sizeof(*cache->data));
	cache->source = sim_alloc(lines * sizeof(*cache->source));
	cache->lines = lines;
	cache->ways = ways;
	cache->ways_shift = (uint32_t)__builtin_ctz(ways);
	cache->set_mask = lines / ways - 1;
	cache->line_shift = (uint32_t)__builtin_ctz(line_tces);
	cache->line_live = (uint16_t)(UINT16_MAX >> (TCE_CACHE_LINE_TCES - line_tces));
}

void tce_cache_finish(struct tce_cache *cache)
{
	free(cache->key);
	free(cache->stamp);
	free(cache->ghost);
	free(cache->live);
	free(cache->data);
	free(cache->source);
	memset(cache, 0, sizeof(*cache));
}

/* Forget the TCEs @which of @entry. Return: how many there were. */
static uint32_t tce_cache_forget(struct tce_cache *cache, uint32_t entry, uint16_t which)
{
	uint32_t killed = (uint32_t)__builtin_popcount(cache->live[entry] & which);

	if (!killed)
		return 0;
	if (cache->stamp[entry] > cache->victim.stamp) {
		cache->victim.key = cache->key[entry];
		cache->victim.stamp = cache->stamp[entry];
		memcpy(cache->victim.data, cache->data[entry], tce_cache_line_bytes(cache));
	}
	cache->live[entry] &= (uint16_t)~which;
	if (!cache->live[entry]) {
		cache->ghost[entry] = cache->key[entry];
		cache->key[entry] = 0;
		cache->stamp[entry] = 0;
		cache->used--;
	}
	return killed;
}

uint32_t tce_cache_kill_all(struct tce_cache *cache)
{
	return tce_cache_kill_tves(cache, 0, 1u << TCE_CACHE_TVE_BITS);
}

uint32_t tce_cache_kill_tves(struct tce_cache *cache, uint32_t first, uint32_t count)
{
	uint32_t entry, killed = 0;

	cache->victim.stamp = 0;
	for (entry = 0; cache->used && entry < cache->lines; entry++) {
		if (cache->key[entry] && tce_cache_key_tve(cache->key[entry]) - first < count)
			killed += tce_cache_forget(cache, entry, UINT16_MAX);
	}
	return killed;
}

/* Which TCEs of the line that begins at @page are of pages @first to @last? */
static uint16_t tce_cache_which(const struct tce_cache *cache, uint64_t page, uint64_t first, uint64_t last)
{
	uint64_t page_last = page + (1ull << cache->line_shift) - 1;
	uint16_t which = cache->line_live;

	if (page_last < first || page > last)
		return 0;
	if (page < first)
		which &= (uint16_t)(UINT16_MAX << (first - page));
	if (last < page_last)
		which = (uint16_t)(which & which >> (page_last - last));
	return which;
}

uint32_t tce_cache_kill_pages(struct tce_cache *cache, uint32_t tve, uint64_t first, uint64_t last)
{
	uint32_t entry, killed = 0;

	cache->victim.stamp = 0;
	if (!cache->used)
		return 0; /* as while a guest maps its memory and no device is at work yet */
	if (first >> cache->line_shift == last >> cache->line_shift) {
		entry = tce_cache_find(cache, tce_cache_key(cache, tve, first));
		if (entry == TCE_CACHE_MISS)
			return 0;
		return tce_cache_forget(cache, entry, tce_cache_which(cache, tce_cache_key_page(cache, cache->key[entry]), first, last));
	}
	for (entry = 0; entry < cache->lines; entry++) {
		if (!cache->key[entry] || tce_cache_key_tve(cache->key[entry]) != tve)
			continue;
		killed += tce_cache_forget(cache, entry,
					   tce_cache_which(cache, tce_cache_key_page(cache, cache->key[entry]), first, last));
	}
	return killed;
}

uint32_t tce_cache_kill_pair(struct tce_cache *cache, uint64_t source)
{
	uint64_t line = source & ~(uint64_t)(tce_cache_line_bytes(cache) - 1);
	uint16_t which = (uint16_t)(3u << ((source - line) / 8));
	uint32_t entry, killed = 0;

	cache->victim.stamp = 0;
	for (entry = 0; entry < cache->lines; entry++) {
		if (cache->source[entry] == line && cache->key[entry])
			killed += tce_cache_forget(cache, entry, which);
	}
	return killed;
}
