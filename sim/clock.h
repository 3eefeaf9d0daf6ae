/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SIM_CLOCK_H
#define SIM_CLOCK_H
/*
 * sim/clock.h - a block's clock; the one place where cycles become picoseconds.
 *
 * Integer arithmetic only: cycle n of a clock begins at floor(n * 10^12 / hz) ps, so long runs do not drift.
 */
#include "sim/sim.h"

/** struct sim_clock - @hz: frequency, 1 to 10^12. */
struct sim_clock {
	uint64_t hz;
};

/** sim_clock_init - @hz: frequency in Hz, 1 to 10^12. */
void sim_clock_init(struct sim_clock *clock, uint64_t hz);

/** sim_clock_ps - duration of @cycles cycles in ps, rounded down once for the whole span. */
sim_ps sim_clock_ps(const struct sim_clock *clock, uint64_t cycles);

/** sim_clock_cycles - whole cycles that have passed at @ps. */
uint64_t sim_clock_cycles(const struct sim_clock *clock, sim_ps ps);

/** sim_clock_next_edge - the first cycle boundary at or after @ps, in ps. */
sim_ps sim_clock_next_edge(const struct sim_clock *clock, sim_ps ps);

/**
 * sim_rate_ps - time to move @bytes at @bytes_per_s, rounded up to the next ps.
 * @bytes_per_s: not 0.
 */
sim_ps sim_rate_ps(uint64_t bytes, uint64_t bytes_per_s);

/**
 * sim_per_second - the rate of @count things that took @ps, rounded down, modulo 2^64; 0 when they
 * took no time.
 */
uint64_t sim_per_second(uint64_t count, sim_ps ps);

#endif
