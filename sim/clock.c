/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sim/clock.c - cycles to picoseconds and back, bytes at a rate to picoseconds.
 *
 * Products are 128 bits wide where they have to be; the common case, spans below some 18 million cycles or bytes,
 * needs one 64-bit division. A result that does not fit in 64 bits is our own bug.
 */
#include "sim/clock.h"

/* Up to here a count times SIM_PS_PER_S fits in 64 bits. */
#define NARROW_MAX (UINT64_MAX / SIM_PS_PER_S)

/* mul_div - floor(a * b / c). */
static uint64_t mul_div(uint64_t a, uint64_t b, uint64_t c)
{
	unsigned __int128 quotient = (unsigned __int128)a * b / c;

	sim_assert(NULL, quotient <= UINT64_MAX);
	return (uint64_t)quotient;
}

void sim_clock_init(struct sim_clock *clock, uint64_t hz)
{
	sim_assert(NULL, hz >= 1 && hz <= SIM_PS_PER_S);
	clock->hz = hz;
}

sim_ps sim_clock_ps(const struct sim_clock *clock, uint64_t cycles)
{
	if (sim_likely(cycles <= NARROW_MAX))
		return cycles * SIM_PS_PER_S / clock->hz;
	return mul_div(cycles, SIM_PS_PER_S, clock->hz);
}

/* The largest n with floor(n * T / hz) <= ps, that is, with n * T < (ps + 1) * hz; T is ps per second. */
uint64_t sim_clock_cycles(const struct sim_clock *clock, sim_ps ps)
{
	unsigned __int128 product = ((unsigned __int128)ps + 1) * clock->hz - 1;

	return (uint64_t)(product / SIM_PS_PER_S);
}

/* The smallest n with floor(n * T / hz) >= ps is the smallest with n * T >= ps * hz. */
sim_ps sim_clock_next_edge(const struct sim_clock *clock, sim_ps ps)
{
	unsigned __int128 product = (unsigned __int128)ps * clock->hz + SIM_PS_PER_S - 1;

	return sim_clock_ps(clock, (uint64_t)(product / SIM_PS_PER_S));
}

sim_ps sim_rate_ps(uint64_t bytes, uint64_t bytes_per_s)
{
	unsigned __int128 ps;
	uint64_t product;

	sim_assert(NULL, bytes_per_s != 0);
	if (sim_likely(bytes < NARROW_MAX)) {
		product = bytes * SIM_PS_PER_S;
		return product / bytes_per_s + (product % bytes_per_s != 0);
	}
	ps = ((unsigned __int128)bytes * SIM_PS_PER_S + bytes_per_s - 1) / bytes_per_s;
	sim_assert(NULL, ps <= UINT64_MAX);
	return (sim_ps)ps;
}

uint64_t sim_per_second(uint64_t count, sim_ps ps)
{
	return ps ? (uint64_t)((unsigned __int128)count * SIM_PS_PER_S / ps) : 0;
}
