/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sim/rng.c - xoshiro256** (Blackman, Vigna: "Scrambled linear pseudorandom number generators", 2018), its state
 * filled by splitmix64 from the run's seed and an FNV-1a hash of the stream's path.
 */
#include "sim/rng.h"

static inline uint64_t rotate_left(uint64_t value, uint32_t count)
{
	return value << count | value >> (64 - count);
}

static uint64_t splitmix64(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15ull;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return z ^ z >> 31;
}

void sim_rng_init(struct sim_rng *rng, uint64_t seed, const char *path)
{
	uint64_t hash = 0xcbf29ce484222325ull;
	uint64_t state = seed;
	uint32_t i;

	for (; *path; path++)
		hash = (hash ^ (unsigned char)*path) * 0x100000001b3ull;
	/* One round on the seed first: neighbouring seeds must not cancel out against the hash. */
	state = splitmix64(&state) ^ hash;
	for (i = 0; i < 4; i++)
		rng->s[i] = splitmix64(&state);
}

uint64_t sim_rng_u64(struct sim_rng *rng)
{
	uint64_t *s = rng->s;
	uint64_t result = rotate_left(s[1] * 5, 7) * 9;
	uint64_t t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotate_left(s[3], 45);
	return result;
}

/* The high half of the 128-bit product is uniform once the few low halves that would favour some are rejected. */
uint64_t sim_rng_below(struct sim_rng *rng, uint64_t bound)
{
	unsigned __int128 product;
	uint64_t reject;

	sim_assert(NULL, bound != 0);
	product = (unsigned __int128)sim_rng_u64(rng) * bound;
	if (sim_unlikely((uint64_t)product < bound)) {
		reject = -bound % bound;
		while ((uint64_t)product < reject)
			product = (unsigned __int128)sim_rng_u64(rng) * bound;
	}
	return (uint64_t)(product >> 64);
}

uint64_t sim_rng_range(struct sim_rng *rng, uint64_t lo, uint64_t hi)
{
	sim_assert(NULL, lo <= hi);
	if (hi - lo == UINT64_MAX)
		return sim_rng_u64(rng);
	return lo + sim_rng_below(rng, hi - lo + 1);
}

bool sim_rng_chance(struct sim_rng *rng, uint64_t numerator, uint64_t denominator)
{
	return sim_rng_below(rng, denominator) < numerator;
}
