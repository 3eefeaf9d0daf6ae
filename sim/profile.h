/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SIM_PROFILE_H
#define SIM_PROFILE_H
/*
 * sim/profile.h - where did the simulated time go: what tasks spend and how long they wait, by call stack and by kind.
 *
 * Whoever lets a task spend time or wait says so here, with a kind. Each distinct (task, note, kind, stack) is a row
 * that is found by a hash; once all rows are there, nothing is allocated. Off costs one branch. Nothing is lost: what
 * all tasks spent and waited is what they lived (profile_gap_ps()).
 *
 * Stacks are addresses of this process; names come from sim/symbol.h when the profile is read.
 */
#include "sim/sim.h"
#include "sim/unwind.h"

/**
 * struct profile_row - time of one kind at one stack.
 * @task: name of the task. @note: what it was doing (sim_task_note()), or NULL. @kind: static storage.
 * @waiting: it waited; else it had the CPU. @total_ps, @count: time, and how often.
 * @pc: return addresses, innermost first; the first is in the caller of profile_spend() or profile_wait_begin().
 */
struct profile_row {
	const char *task, *note, *kind;
	bool waiting;
	sim_ps total_ps;
	uint64_t count;
	uint32_t depth;
	const uintptr_t *pc;
};

/** profile_start - begin; call before tasks are created. */
void profile_start(struct sim *sim);
/** profile_stop - forget all. Harmless when off. */
void profile_stop(struct sim *sim);

static inline bool profile_on(const struct sim *sim)
{
	return sim_unlikely(sim->profile != NULL);
}

/* Out-of-line halves: only under profile_on(). */
void profile_note_spent(struct sim *sim, const char *kind, sim_ps ps, bool waiting);
void profile_note_wait(struct sim *sim, const char *kind);
void profile_note_woken(struct sim *sim);

/** profile_spend - the running task spends, or has just spent, @ps on @kind. In event context: nobody's, not counted.
 */
static inline void profile_spend(struct sim *sim, const char *kind, sim_ps ps)
{
	if (profile_on(sim))
		profile_note_spent(sim, kind, ps, false);
}

/** profile_wait - the same, of time for which it waits. */
static inline void profile_wait(struct sim *sim, const char *kind, sim_ps ps)
{
	if (profile_on(sim))
		profile_note_spent(sim, kind, ps, true);
}

/** profile_wait_begin - the running task begins to wait; profile_wait_end() follows when it goes on. */
static inline void profile_wait_begin(struct sim *sim, const char *kind)
{
	if (profile_on(sim))
		profile_note_wait(sim, kind);
}

static inline void profile_wait_end(struct sim *sim)
{
	if (profile_on(sim))
		profile_note_woken(sim);
}

/** profile_settle - count waits that are still going on up to now, and go on from there; before rows are read. */
void profile_settle(struct sim *sim);
/** profile_for_each - all rows, in no particular order: sort what you write. */
void profile_for_each(const struct sim *sim, void (*fn)(void *arg, const struct profile_row *row), void *arg);
/** profile_total_ps - sum of all rows that wait (@waiting), or do not. */
sim_ps profile_total_ps(const struct sim *sim, bool waiting);
/** profile_gap_ps - time that tasks lived and no row has; 0 unless somebody spends time without saying so. */
int64_t profile_gap_ps(const struct sim *sim);

#endif
