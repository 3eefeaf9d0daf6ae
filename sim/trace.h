/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SIM_TRACE_H
#define SIM_TRACE_H
/*
 * sim/trace.h - trace events for people: spans, instants and counters on named tracks, written as Chrome/Perfetto
 * JSON ("traceEvents"). Off costs one branch. Times are written in microseconds with six decimals (ps exact).
 */
#include "sim/sim.h"

struct trace;

/** struct trace_arg - one argument of an event; @text wins when not NULL; numbers are written as JSON integers or,
 *  when @hex, as "0x..." strings. */
struct trace_arg {
	const char *name;
	uint64_t value;
	const char *text;
	bool hex;
};

/**
 * trace_open - begin writing to @path (through a temporary name; complete only after trace_close()).
 * @sim: gets sim->trace set.
 * Return: 0 or -errno.
 */
int trace_open(struct sim *sim, const char *path) sim_must_use;

/** trace_close - finish the JSON and give the file its name. Return: 0 or -errno of a failed write. */
int trace_close(struct sim *sim) sim_must_use;
/** trace_abort - drop the partial file; nothing to do when tracing is off. */
void trace_abort(struct sim *sim);

/**
 * trace_track - a lane: @process groups lanes ("phb0", "proc a"), @name is the lane; both are copied.
 * Return: track id from 1, the same one for the same names; 0 when tracing is off.
 */
uint32_t trace_track(struct sim *sim, const char *process, const char *name);

static inline bool trace_on(const struct sim *sim)
{
	return sim_unlikely(sim->trace != NULL);
}

/* Call these only under trace_on(), with a track that trace_track() gave. Strings are copied. */
void trace_span(struct sim *sim, uint32_t track, const char *name, sim_ps begin_ps, sim_ps end_ps,
		const struct trace_arg *args, size_t n);
void trace_instant(struct sim *sim, uint32_t track, const char *name, const struct trace_arg *args, size_t n);
void trace_counter(struct sim *sim, uint32_t track, const char *name, uint64_t value);

#endif
