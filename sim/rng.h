/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SIM_RNG_H
#define SIM_RNG_H
/*
 * sim/rng.h - seeded streams of random integers, one per object path, so that a new model does not shift
 * another's numbers. Integers only. (xoshiro256** seeded through splitmix64 from seed and path.)
 */
#include "sim/sim.h"

struct sim_rng {
	/* private: */
	uint64_t s[4];
};

/** sim_rng_init - start the stream of @path in a run with @seed. */
void sim_rng_init(struct sim_rng *rng, uint64_t seed, const char *path);

/** sim_rng_u64 - next 64 random bits. */
uint64_t sim_rng_u64(struct sim_rng *rng);

/** sim_rng_below - uniform in [0, @bound), without modulo bias. @bound: not 0. */
uint64_t sim_rng_below(struct sim_rng *rng, uint64_t bound);

/** sim_rng_range - uniform in [@lo, @hi], both included. */
uint64_t sim_rng_range(struct sim_rng *rng, uint64_t lo, uint64_t hi);

/** sim_rng_chance - true in @numerator of @denominator cases. */
bool sim_rng_chance(struct sim_rng *rng, uint64_t numerator, uint64_t denominator);

#endif
