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

void tce_cache_init(struct tce_cache *cache, uint32_t lines, uint32_t ways)
{
	sim_assert(NULL, ways && ways <= lines && ways <= TCE_CACHE_WAYS_MAX);
	sim_assert(NULL, !(lines & (lines - 1)) && !(ways & (ways - 1)));
	memset(cache, 0, sizeof(*cache));
	cache->key = sim_alloc(lines * sizeof(*cache->key));
	cache->stamp = sim_alloc(lines * sizeof(*cache->stamp));
	cache->live = sim_alloc(lines * sizeof(*cache->live));
	cache->data = sim_alloc(lines * sizeof(*cache->data));
	cache->lines = lines;
	cache->ways = ways;
	cache->set_mask = lines / ways - 1;
}

void tce_cache_finish(struct tce_cache *cache)
{
	free(cache->key);
	free(cache->stamp);
	free(cache->live);
	free(cache->data);
	memset(cache, 0, sizeof(*cache));
}

static void tce_cache_drop(struct tce_cache *cache, uint32_t entry)
{
	cache->key[entry] = 0;
	cache->stamp[entry] = 0;
	cache->live[entry] = 0;
}

uint32_t tce_cache_kill_all(struct tce_cache *cache)
{
	uint32_t entry, killed = 0;

	for (entry = 0; entry < cache->lines; entry++) {
		if (!cache->key[entry])
			continue;
		killed += (uint32_t)__builtin_popcount(cache->live[entry]);
		tce_cache_drop(cache, entry);
	}
	return killed;
}

uint32_t tce_cache_kill_tves(struct tce_cache *cache, uint32_t first, uint32_t count)
{
	uint32_t entry, killed = 0;

	for (entry = 0; entry < cache->lines; entry++) {
		uint32_t tve = (uint32_t)cache->key[entry] & ((1u << TCE_CACHE_TVE_BITS) - 1);

		if (!cache->key[entry] || tve - first >= count)
			continue;
		killed += (uint32_t)__builtin_popcount(cache->live[entry]);
		tce_cache_drop(cache, entry);
	}
	return killed;
}

uint32_t tce_cache_kill_one(struct tce_cache *cache, uint32_t tve, uint64_t page)
{
	uint32_t entry = tce_cache_find(cache, tce_cache_key(tve, page));
	uint16_t bit = (uint16_t)(1u << (page & (TCE_CACHE_LINE_TCES - 1)));

	if (entry == TCE_CACHE_MISS || !(cache->live[entry] & bit))
		return 0;
	cache->live[entry] &= (uint16_t)~bit;
	if (!cache->live[entry])
		tce_cache_drop(cache, entry);
	return 1;
}
