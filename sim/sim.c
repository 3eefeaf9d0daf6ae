/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sim/sim.c - one simulation: making and freeing it, the event loop, host memory.
 */
#include "sim/sim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/event_internal.h"
#include "sim/finding_internal.h"
#include "sim/profile.h"
#include "sim/stat_internal.h"
#include "sim/symbol_internal.h"
#include "sim/task_internal.h"
#include "sim/trace.h"

/* horizon_fire - sim_run() has come to its limit: nothing else is left in this instant. */
static void horizon_fire(struct sim *sim, struct sim_event *event)
{
	(void)event;
	sim->events->horizon_hit = true;
	sim->stopping = true;
}

struct sim *sim_create(uint64_t seed)
{
	struct sim *sim = sim_alloc(sizeof(*sim));

	sim->seed = seed;
	sim->next_event_ps = SIM_PS_NEVER;
	sim->events = event_queue_create();
	sim_event_init(&sim->events->horizon, horizon_fire, SIM_PRIO_OBSERVER);
	sim->events->horizon.prio = EVENT_PRIO_HORIZON;
	sim->tasks = task_list_create();
	sim->stats = stat_registry_create();
	sim->findings = finding_list_create();
	return sim;
}

void sim_destroy(struct sim *sim)
{
	if (!sim)
		return;
	sim_assert(sim, !sim->running);
	if (sim->trace)
		trace_abort(sim);
	task_list_destroy(sim->tasks);
	event_queue_destroy(sim->events);
	stat_registry_destroy(sim->stats);
	finding_list_destroy(sim->findings);
	profile_stop(sim);
	symbols_destroy(sim->symbols);
	free(sim);
}

uint64_t sim_run(struct sim *sim, sim_ps until_ps)
{
	struct sim_events *queue = sim->events;
	struct sim_event *event;
	sim_ps before_ps = sim->now_ps;
	uint64_t fired = 0;

	sim_assert(sim, !sim->running);
	if (until_ps < sim->now_ps)
		return 0;
	sim->running = true;
	sim->stopping = false;
	queue->horizon_hit = false;
	if (until_ps != SIM_PS_NEVER)
		sim_event_at(sim, &queue->horizon, until_ps);
	while (!sim->stopping) {
		before_ps = sim->now_ps;
		event = event_pop(sim);
		if (!event)
			break;
		event->fire(sim, event);
		fired++;
	}
	sim->running = false;
	if (!queue->horizon_hit) {
		sim_event_cancel(sim, &queue->horizon);
		return fired;
	}
	if (!sim_event_count(sim))
		sim->now_ps = before_ps;
	return fired - 1;
}

bool sim_step(struct sim *sim)
{
	struct sim_event *event;

	sim_assert(sim, !sim->running);
	event = event_pop(sim);
	if (!event)
		return false;
	sim->running = true;
	event->fire(sim, event);
	sim->running = false;
	return true;
}

void sim_stop(struct sim *sim)
{
	sim->stopping = true;
}

static sim_noreturn void out_of_memory(size_t bytes)
{
	fprintf(stderr, "out of host memory: %zu bytes wanted\n", bytes);
	abort();
}

void *sim_alloc(size_t bytes)
{
	void *memory = calloc(1, bytes ? bytes : 1);

	if (!memory)
		out_of_memory(bytes);
	return memory;
}

void *sim_realloc(void *old, size_t bytes)
{
	void *memory = realloc(old, bytes ? bytes : 1);

	if (!memory)
		out_of_memory(bytes);
	return memory;
}

char *sim_strdup(const char *text)
{
	size_t bytes = strlen(text) + 1;

	return memcpy(sim_alloc(bytes), text, bytes);
}

char *sim_vasprintf(const char *fmt, va_list args)
{
	va_list again;
	char *text;
	int length;

	va_copy(again, args);
	length = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	sim_assert(NULL, length >= 0);
	text = sim_alloc((size_t)length + 1);
	vsnprintf(text, (size_t)length + 1, fmt, args);
	return text;
}

char *sim_asprintf(const char *fmt, ...)
{
	va_list args;
	char *text;

	va_start(args, fmt);
	text = sim_vasprintf(fmt, args);
	va_end(args);
	return text;
}

void sim_assert_fail(const struct sim *sim, const char *cond, const char *file, int line)
{
	fflush(NULL);
	fprintf(stderr, "%s:%d: assertion failed: %s\n", file, line, cond);
	if (sim)
		fprintf(stderr, "  simulated time %llu ps, seed %llu\n", (unsigned long long)sim->now_ps,
			(unsigned long long)sim->seed);
	abort();
}
