/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sim/profile.c - the table of rows: an open hash table of indices into an array; stacks lie in one growing pool.
 */
#include "sim/profile.h"

#include <stdlib.h>
#include <string.h>

#include "sim/task.h"

#define SIZE_MIN 1024u

/**
 * struct entry - a row as it is kept. @task: index into profile.names. @at: its stack in profile.pool.
 */
struct entry {
	uint64_t hash;
	const char *note, *kind;
	uint32_t task, depth;
	size_t at;
	bool waiting;
	sim_ps total_ps;
	uint64_t count;
};

/** struct open_wait - what a task waits for: entry + 1 (0: it does not wait), and since when. */
struct open_wait {
	size_t entry1;
	sim_ps begin_ps;
};

/**
 * struct profile - all owned.
 * @slot: entry + 1 by hash, @size places, a power of two. @name, @wait: by task id.
 */
struct profile {
	struct entry *entry;
	size_t count, room;
	uint32_t *slot;
	size_t size;
	uintptr_t *pool;
	size_t pool_count, pool_room;
	char **name;
	struct open_wait *wait;
	size_t tasks;
	sim_ps begin_ps;
	sim_ps spent_ps, waited_ps;
};

void profile_start(struct sim *sim)
{
	struct profile *profile = sim_alloc(sizeof(*profile));

	sim_assert(sim, !sim->profile);
	profile->size = SIZE_MIN;
	profile->slot = sim_alloc(profile->size * sizeof(*profile->slot));
	profile->begin_ps = sim_task_lived_ps(sim);
	sim->profile = profile;
}

void profile_stop(struct sim *sim)
{
	struct profile *profile = sim->profile;

	if (!profile)
		return;
	for (size_t i = 0; i < profile->tasks; i++)
		free(profile->name[i]);
	free(profile->name);
	free(profile->wait);
	free(profile->pool);
	free(profile->slot);
	free(profile->entry);
	free(profile);
	sim->profile = NULL;
}

/* ---- Rows ---- */

/* Names outlive tasks: keep a copy of each, by id. */
static void know_task(struct profile *profile, const struct sim_task *task)
{
	size_t id = sim_task_id(task), room = profile->tasks;

	if (id >= room) {
		profile->tasks = 2 * id;
		profile->name = sim_realloc(profile->name, profile->tasks * sizeof(*profile->name));
		profile->wait = sim_realloc(profile->wait, profile->tasks * sizeof(*profile->wait));
		memset(profile->name + room, 0, (profile->tasks - room) * sizeof(*profile->name));
		memset(profile->wait + room, 0, (profile->tasks - room) * sizeof(*profile->wait));
	}
	if (!profile->name[id])
		profile->name[id] = sim_strdup(sim_task_name(task));
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * 0x9e3779b97f4a7c15ull;
	return hash ^ hash >> 32;
}

static bool equal(const struct profile *profile, const struct entry *a, const struct entry *b, const uintptr_t *pc)
{
	return a->hash == b->hash && a->kind == b->kind && a->note == b->note && a->task == b->task &&
	       a->waiting == b->waiting && a->depth == b->depth &&
	       !memcmp(profile->pool + a->at, pc, a->depth * sizeof(*pc));
}

static void grow_slots(struct profile *profile)
{
	size_t at;

	profile->size *= 2;
	free(profile->slot);
	profile->slot = sim_alloc(profile->size * sizeof(*profile->slot));
	for (size_t i = 0; i < profile->count; i++) {
		for (at = profile->entry[i].hash & (profile->size - 1); profile->slot[at];)
			at = (at + 1) & (profile->size - 1);
		profile->slot[at] = (uint32_t)i + 1;
	}
}

static __attribute__((noinline, cold)) void add(struct profile *profile, const struct entry *key, const uintptr_t *pc)
{
	struct entry *entry;

	if (profile->count == profile->room) {
		profile->room = profile->room ? 2 * profile->room : SIZE_MIN / 2;
		profile->entry = sim_realloc(profile->entry, profile->room * sizeof(*profile->entry));
	}
	if (profile->pool_count + key->depth > profile->pool_room) {
		profile->pool_room = 2 * (profile->pool_count + key->depth) + SIZE_MIN;
		profile->pool = sim_realloc(profile->pool, profile->pool_room * sizeof(*profile->pool));
	}
	entry = &profile->entry[profile->count++];
	*entry = *key;
	entry->at = profile->pool_count;
	memcpy(profile->pool + entry->at, pc, key->depth * sizeof(*pc));
	profile->pool_count += key->depth;
	if (2 * profile->count > profile->size)
		grow_slots(profile);
}

/* The entry of this stack and kind in the running task. Its frames begin with the caller of our caller. */
static size_t find(struct sim *sim, const struct sim_task *task, const char *kind, bool waiting)
{
	struct profile *profile = sim->profile;
	uintptr_t pc[UNWIND_FRAMES_MAX];
	struct entry key = {.kind = kind, .note = sim_task_noted(task), .task = sim_task_id(task), .waiting = waiting};
	size_t at;

	know_task(profile, task);
	key.depth = (uint32_t)unwind_task(sim, pc, sim_count_of(pc));
	key.hash = mix(mix(mix(key.task * 2 + waiting, (uintptr_t)kind), (uintptr_t)key.note), key.depth);
	for (uint32_t i = 0; i < key.depth; i++)
		key.hash = mix(key.hash, pc[i]);
	for (at = key.hash & (profile->size - 1); profile->slot[at]; at = (at + 1) & (profile->size - 1))
		if (equal(profile, &profile->entry[profile->slot[at] - 1], &key, pc))
			return profile->slot[at] - 1;
	profile->slot[at] = (uint32_t)profile->count + 1;
	add(profile, &key, pc);
	return profile->count - 1;
}

static void count(struct profile *profile, size_t index, sim_ps ps, uint64_t times)
{
	struct entry *entry = &profile->entry[index];

	entry->total_ps += ps;
	entry->count += times;
	if (entry->waiting)
		profile->waited_ps += ps;
	else
		profile->spent_ps += ps;
}

void profile_note_spent(struct sim *sim, const char *kind, sim_ps ps, bool waiting)
{
	const struct sim_task *task = sim_task_current(sim);

	if (task && ps)
		count(sim->profile, find(sim, task, kind, waiting), ps, 1);
}

void profile_note_wait(struct sim *sim, const char *kind)
{
	const struct sim_task *task = sim_task_current(sim);
	size_t entry;

	sim_assert(sim, task);
	entry = find(sim, task, kind, true);
	sim->profile->wait[sim_task_id(task)] = (struct open_wait){.entry1 = entry + 1, .begin_ps = sim_now(sim)};
}

static void close_wait(struct sim *sim, struct open_wait *wait, uint64_t times)
{
	if (!wait->entry1)
		return;
	count(sim->profile, wait->entry1 - 1, sim_now(sim) - wait->begin_ps, times);
	wait->begin_ps = sim_now(sim);
}

void profile_note_woken(struct sim *sim)
{
	struct open_wait *wait = &sim->profile->wait[sim_task_id(sim_task_current(sim))];

	close_wait(sim, wait, 1);
	wait->entry1 = 0;
}

/* ---- Reading ---- */

void profile_settle(struct sim *sim)
{
	for (size_t i = 0; i < sim->profile->tasks; i++)
		close_wait(sim, &sim->profile->wait[i], 0);
}

void profile_for_each(const struct sim *sim, void (*fn)(void *arg, const struct profile_row *row), void *arg)
{
	const struct profile *profile = sim->profile;

	for (size_t i = 0; i < profile->count; i++) {
		const struct entry *entry = &profile->entry[i];
		struct profile_row row = {.task = profile->name[entry->task],
					  .note = entry->note,
					  .kind = entry->kind,
					  .waiting = entry->waiting,
					  .total_ps = entry->total_ps,
					  .count = entry->count,
					  .depth = entry->depth,
					  .pc = profile->pool + entry->at};

		fn(arg, &row);
	}
}

sim_ps profile_total_ps(const struct sim *sim, bool waiting)
{
	return waiting ? sim->profile->waited_ps : sim->profile->spent_ps;
}

int64_t profile_gap_ps(const struct sim *sim)
{
	const struct profile *profile = sim->profile;

	return (int64_t)(sim_task_lived_ps(sim) - profile->begin_ps - profile->spent_ps - profile->waited_ps);
}
