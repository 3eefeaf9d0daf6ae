/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sim/trace.c - trace events as Chrome/Perfetto JSON, one event per line in the order of the calls.
 *
 * Format: "Trace Event Format" (the JSON that chrome://tracing and ui.perfetto.dev read): M metadata, X complete
 * events, i instants, C counters. A process of ours is a "pid", a track a "tid"; both count from 1 in order of
 * appearance.
 */
#include "sim/trace.h"

#include <stdlib.h>
#include <string.h>

#include "sim/out.h"

/* The format's unit is the microsecond; six decimals make it a picosecond. */
#define TRACE_DECIMALS 6

/** struct trace_lane - a track. @process, @name: owned. @pid: the number of its process. */
struct trace_lane {
	char *process;
	char *name;
	uint32_t pid;
};

/**
 * struct trace - an open trace.
 * @out: owned. @lanes: owned; track id n is lanes[n - 1]. @processes: pids given. @events: written so far.
 */
struct trace {
	struct out *out;
	struct trace_lane *lanes;
	uint32_t lane_count;
	uint32_t processes;
	uint64_t events;
};

int trace_open(struct sim *sim, const char *path)
{
	struct trace *trace;
	int err;

	sim_assert(sim, !sim->trace);
	trace = sim_alloc(sizeof(*trace));
	err = out_open(&trace->out, path);
	if (err) {
		free(trace);
		return err;
	}
	out_text(trace->out, "{\"displayTimeUnit\":\"ns\",\"traceEvents\":[");
	sim->trace = trace;
	return 0;
}

static void trace_free(struct sim *sim)
{
	struct trace *trace = sim->trace;

	for (uint32_t i = 0; i < trace->lane_count; i++) {
		free(trace->lanes[i].process);
		free(trace->lanes[i].name);
	}
	free(trace->lanes);
	free(trace);
	sim->trace = NULL;
}

int trace_close(struct sim *sim)
{
	int err;

	sim_assert(sim, sim->trace);
	out_text(sim->trace->out, "\n]}\n");
	err = out_commit(sim->trace->out);
	trace_free(sim);
	return err;
}

void trace_abort(struct sim *sim)
{
	if (!sim->trace)
		return;
	out_abort(sim->trace->out);
	trace_free(sim);
}

/* Begin the event of phase @phase on lane @id; the caller adds members and the closing brace. */
static struct out *trace_begin(struct trace *trace, const char *phase, const char *name, uint32_t id)
{
	struct out *out = trace->out;

	out_text(out, trace->events++ ? ",\n{\"ph\":\"" : "\n{\"ph\":\"");
	out_text(out, phase);
	out_text(out, "\",\"name\":");
	out_json_text(out, name);
	out_text(out, ",\"pid\":");
	out_u64(out, trace->lanes[id - 1].pid);
	out_text(out, ",\"tid\":");
	out_u64(out, id);
	return out;
}

static void trace_name(struct trace *trace, const char *what, uint32_t id, const char *name)
{
	struct out *out = trace_begin(trace, "M", what, id);

	out_text(out, ",\"args\":{\"name\":");
	out_json_text(out, name);
	out_text(out, "}}");
}

/* Viewers sort by name unless told otherwise. */
static void trace_sort_index(struct trace *trace, const char *what, uint32_t id, uint32_t index)
{
	struct out *out = trace_begin(trace, "M", what, id);

	out_text(out, ",\"args\":{\"sort_index\":");
	out_u64(out, index);
	out_text(out, "}}");
}

uint32_t trace_track(struct sim *sim, const char *process, const char *name)
{
	struct trace *trace = sim->trace;
	uint32_t pid = 0, id;

	if (!trace)
		return 0;
	for (uint32_t i = 0; i < trace->lane_count; i++) {
		if (strcmp(trace->lanes[i].process, process) != 0)
			continue;
		if (strcmp(trace->lanes[i].name, name) == 0)
			return i + 1;
		pid = trace->lanes[i].pid;
	}
	trace->lanes = sim_realloc(trace->lanes, (trace->lane_count + 1) * sizeof(*trace->lanes));
	id = ++trace->lane_count;
	trace->lanes[id - 1] = (struct trace_lane){
		.process = sim_strdup(process),
		.name = sim_strdup(name),
		.pid = pid ? pid : trace->processes + 1,
	};
	if (!pid) {
		trace->processes++;
		trace_name(trace, "process_name", id, process);
		trace_sort_index(trace, "process_sort_index", id, trace->processes);
	}
	trace_name(trace, "thread_name", id, name);
	trace_sort_index(trace, "thread_sort_index", id, id);
	return id;
}

static void trace_args(struct out *out, const struct trace_arg *args, size_t n)
{
	out_text(out, ",\"args\":{");
	for (size_t i = 0; i < n; i++) {
		if (i)
			out_text(out, ",");
		out_json_text(out, args[i].name);
		out_text(out, ":");
		if (args[i].text) {
			out_json_text(out, args[i].text);
		} else if (args[i].hex) {
			out_text(out, "\"");
			out_hex(out, args[i].value);
			out_text(out, "\"");
		} else {
			out_u64(out, args[i].value);
		}
	}
	out_text(out, "}}");
}

static struct trace *trace_checked(struct sim *sim, uint32_t track)
{
	sim_assert(sim, sim->trace && track >= 1 && track <= sim->trace->lane_count);
	return sim->trace;
}

void trace_span(struct sim *sim, uint32_t track, const char *name, sim_ps begin_ps, sim_ps end_ps,
		const struct trace_arg *args, size_t n)
{
	struct out *out = trace_begin(trace_checked(sim, track), "X", name, track);

	sim_assert(sim, begin_ps <= end_ps);
	out_text(out, ",\"ts\":");
	out_fixed(out, begin_ps, TRACE_DECIMALS);
	out_text(out, ",\"dur\":");
	out_fixed(out, end_ps - begin_ps, TRACE_DECIMALS);
	trace_args(out, args, n);
}

void trace_instant(struct sim *sim, uint32_t track, const char *name, const struct trace_arg *args, size_t n)
{
	struct out *out = trace_begin(trace_checked(sim, track), "i", name, track);

	out_text(out, ",\"ts\":");
	out_fixed(out, sim_now(sim), TRACE_DECIMALS);
	out_text(out, ",\"s\":\"t\"");
	trace_args(out, args, n);
}

void trace_counter(struct sim *sim, uint32_t track, const char *name, uint64_t value)
{
	struct out *out = trace_begin(trace_checked(sim, track), "C", name, track);

	out_text(out, ",\"ts\":");
	out_fixed(out, sim_now(sim), TRACE_DECIMALS);
	out_text(out, ",\"args\":{\"value\":");
	out_u64(out, value);
	out_text(out, "}}");
}
