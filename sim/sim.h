/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SIM_SIM_H
#define SIM_SIM_H
/*
 * sim/sim.h - one simulation: its time, its event queue, its tasks, and the registries that hang off it.
 *
 * A struct sim owns everything mutable; several may live in one process. No function below cli/ exits, prints
 * or reads the wall clock.
 */
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define sim_must_use __attribute__((warn_unused_result))
#define sim_printf(f, a) __attribute__((format(printf, f, a)))
#define sim_noreturn __attribute__((noreturn))
#define sim_container_of(ptr, type, member) ((type *)(void *)((char *)(ptr) - offsetof(type, member)))
#define sim_count_of(a) (sizeof(a) / sizeof((a)[0]))
#define sim_likely(x) __builtin_expect(!!(x), 1)
#define sim_unlikely(x) __builtin_expect(!!(x), 0)

/** sim_ps - simulated time in picoseconds since the start of the run (213 days fit). */
typedef uint64_t sim_ps;

#define SIM_PS_NEVER UINT64_MAX
#define SIM_PS_PER_NS UINT64_C(1000)
#define SIM_PS_PER_US UINT64_C(1000000)
#define SIM_PS_PER_MS UINT64_C(1000000000)
#define SIM_PS_PER_S UINT64_C(1000000000000)

struct sim;
struct sim_event;      /* sim/event.h */
struct sim_events;     /* sim/event.h */
struct sim_tasks;      /* sim/task.h */
struct stat_registry;  /* sim/stat.h */
struct trace;	       /* sim/trace.h */
struct finding_list;   /* sim/finding.h */
struct profile;	       /* sim/profile.h */
struct symbols;	       /* sim/symbol.h */

/**
 * struct sim - one simulation.
 * @now_ps: simulated time; read it through sim_now().
 * @next_event_ps: time of the earliest pending event, SIM_PS_NEVER if none; kept by sim/event.c so that a charge
 *                 of time by a task needs one compare (sim/task.h).
 * @seed: the run's seed; streams of random numbers are derived from it (sim/rng.h).
 * @events, @tasks, @stats, @trace, @findings, @profile, @symbols: owned parts; @trace and @profile are NULL when off,
 * @symbols until the first name is asked for.
 */
struct sim {
	sim_ps now_ps;
	sim_ps next_event_ps;
	/* private: what every event touches comes first, in one cache line */
	struct sim_event *next_event; /* the earliest pending one, borrowed; kept by sim/event.c */
	uint64_t event_seq;
	struct sim_events *events;
	bool stopping;
	bool running;
	/* public: */
	struct sim_tasks *tasks;
	struct profile *profile;
	uint64_t seed;
	struct stat_registry *stats;
	struct trace *trace;
	struct finding_list *findings;
	struct symbols *symbols;
};

/**
 * sim_create - make an empty simulation at time 0.
 * @seed: the run's seed; equal seeds and configurations give equal bytes out.
 *
 * Return: the simulation, owned by the caller. Never NULL (host memory exhaustion aborts).
 */
struct sim *sim_create(uint64_t seed);

/**
 * sim_destroy - free a simulation with its registries and tasks; pending events are dropped.
 * @sim: may be NULL.
 */
void sim_destroy(struct sim *sim);

/**
 * sim_run - fire events (and so run tasks) in order until nothing is pending, sim_stop() was called, or time
 *           would pass @until_ps.
 * @sim: the simulation.
 * @until_ps: last instant that may be simulated; SIM_PS_NEVER for no limit.
 *
 * A task cannot charge itself beyond @until_ps either: sim->next_event_ps is at most that while sim_run() runs.
 *
 * Return: the number of events fired. Time stands at the last event (or where a task's charge took it), or at
 * @until_ps when that limit was the reason.
 */
uint64_t sim_run(struct sim *sim, sim_ps until_ps);

/**
 * sim_step - fire exactly one event; not to be called from events or tasks.
 * @sim: the simulation.
 *
 * Return: false when nothing was pending.
 */
bool sim_step(struct sim *sim);

/** sim_stop - make sim_run() return after the event in hand. @sim: the simulation. */
void sim_stop(struct sim *sim);

/** sim_now - simulated time in ps. @sim: the simulation. */
static inline sim_ps sim_now(const struct sim *sim)
{
	return sim->now_ps;
}

/* Host memory: never returns NULL, aborts with a message when the host has none left. Zeroed. */
void *sim_alloc(size_t bytes) __attribute__((malloc, alloc_size(1), returns_nonnull));
void *sim_realloc(void *old, size_t bytes) __attribute__((alloc_size(2), returns_nonnull));
char *sim_strdup(const char *text) __attribute__((malloc, returns_nonnull));
/** sim_asprintf - printf into a fresh string owned by the caller (free() it). */
char *sim_asprintf(const char *fmt, ...) sim_printf(1, 2) __attribute__((malloc, returns_nonnull));
/** sim_vasprintf - the same with a list of arguments. */
char *sim_vasprintf(const char *fmt, va_list args) __attribute__((format(printf, 1, 0), malloc, returns_nonnull));

/**
 * sim_assert - our own bug: on in every build; prints where, simulated time and seed of @sim, and aborts.
 * @sim: the simulation, or NULL where there is none.
 * @cond: what must hold.
 */
#define sim_assert(sim, cond) \
	(sim_likely(cond) ? (void)0 : sim_assert_fail((sim), #cond, __FILE__, __LINE__))
void sim_assert_fail(const struct sim *sim, const char *cond, const char *file, int line) sim_noreturn;

#endif
