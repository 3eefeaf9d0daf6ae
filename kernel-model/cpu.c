// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/cpu.c - cores, hardware threads, seats. Integers only: a core that runs n threads does in all what
 * "cpu.throughput_<n>" says for n, and each of them gets an equal part; between 1, 2, 4 and 8 the curve is straight.
 */
#include "kernel-model/cpu.h"

#include <stdlib.h>

#include "kernel-model/cpu_rows.h"
#include "sim/cfg.h"
#include "sim/profile.h"
#include "sim/stat.h"
#include "sim/task.h"

#define PERCENT CPU_ROWS_PERCENT

/** struct cpu_core - @busy: its hardware threads that have a busy seat. */
struct cpu_core {
	uint32_t busy;
};

/** struct cpu_thread - a hardware thread. @busy: its busy seats. */
struct cpu_thread {
	struct cpu_core *core;
	uint32_t busy;
};

/** struct cpu_seat - @awake: tasks that sit on it and are not asleep. */
struct cpu_seat {
	struct cpus *cpus;
	struct cpu_seat *next;
	struct cpu_thread *thread;
	uint32_t awake;
};

/** struct cpu_stats - statistics "cpu". */
struct cpu_stats {
	uint64_t seats, asked_ps, lost_ps;
};

/** struct cpus - @throughput: per cent of one thread alone, by number of busy threads. */
struct cpus {
	struct sim *sim;
	uint64_t clock_hz;
	uint32_t cores, smt;
	uint32_t throughput[CPU_SMT_MAX + 1];
	struct cpu_core core[CPU_CORES_MAX];
	struct cpu_thread thread[CPU_CORES_MAX * CPU_SMT_MAX];
	struct cpu_seat *seats;
	struct cpu_stats stats;
};

static const struct stat_row cpu_stat_rows[] = {
	{"seats", STAT_COUNTER, "seats", "Places on hardware threads that were taken",
	 offsetof(struct cpu_stats, seats)},
	{"asked_time", STAT_COUNTER, "ps", "Work of tasks that have a seat, as on a core of their own",
	 offsetof(struct cpu_stats, asked_ps)},
	{"lost_time", STAT_COUNTER, "ps", "What it took longer because cores and hardware threads were shared",
	 offsetof(struct cpu_stats, lost_ps)},
};

/* Straight lines between what is configured. */
static void throughput_fill(struct cpus *cpus, const struct cfg *cfg)
{
	const struct {
		uint32_t threads;
		uint64_t percent;
	} known[] = {{1, PERCENT},
		     {2, cfg_u64(cfg, "cpu.throughput_2")},
		     {4, cfg_u64(cfg, "cpu.throughput_4")},
		     {8, cfg_u64(cfg, "cpu.throughput_8")}};

	for (uint32_t i = 0; i + 1 < sim_count_of(known); i++) {
		uint32_t from = known[i].threads, to = known[i + 1].threads;

		for (uint32_t n = from; n <= to; n++)
			cpus->throughput[n] =
				(uint32_t)((known[i].percent * (to - n) + known[i + 1].percent * (n - from)) /
					   (to - from));
	}
}

struct cpus *cpus_create(struct sim *sim, const struct cfg *cfg)
{
	struct cpus *cpus = sim_alloc(sizeof(*cpus));

	cpus->sim = sim;
	cpus->clock_hz = cfg_u64(cfg, "cpu.clock");
	cpus->cores = (uint32_t)cfg_u64(cfg, "cpu.cores");
	cpus->smt = (uint32_t)cfg_u64(cfg, "cpu.smt");
	throughput_fill(cpus, cfg);
	for (uint32_t i = 0; i < cpus->cores * cpus->smt; i++)
		cpus->thread[i].core = &cpus->core[i / cpus->smt];
	stat_register(sim, "cpu", cpu_stat_rows, sim_count_of(cpu_stat_rows), &cpus->stats);
	return cpus;
}

void cpus_destroy(struct cpus *cpus)
{
	struct cpu_seat *seat;

	if (!cpus)
		return;
	stat_unregister(cpus->sim, &cpus->stats);
	while ((seat = cpus->seats)) {
		cpus->seats = seat->next;
		free(seat);
	}
	free(cpus);
}

uint64_t cpus_clock_hz(const struct cpus *cpus)
{
	return cpus->clock_hz;
}

uint32_t cpus_core_count(const struct cpus *cpus)
{
	return cpus->cores;
}

uint32_t cpus_thread_count(const struct cpus *cpus)
{
	return cpus->smt;
}

struct cpu_seat *cpu_seat_take(struct cpus *cpus, uint32_t core, uint32_t thread)
{
	struct cpu_seat *seat = sim_alloc(sizeof(*seat));

	sim_assert(cpus->sim, core < cpus->cores && thread < cpus->smt);
	seat->cpus = cpus;
	seat->thread = &cpus->thread[core * cpus->smt + thread];
	seat->next = cpus->seats;
	cpus->seats = seat;
	cpus->stats.seats++;
	return seat;
}

static void seat_busier(struct cpu_seat *seat)
{
	if (!seat->awake++ && !seat->thread->busy++)
		seat->thread->core->busy++;
}

static void seat_idler(struct cpu_seat *seat)
{
	sim_assert(seat->cpus->sim, seat->awake && seat->thread->busy);
	if (!--seat->awake && !--seat->thread->busy)
		seat->thread->core->busy--;
}

void cpu_seat_sit(struct cpus *cpus, struct cpu_seat *seat)
{
	struct cpu_seat *old = sim_task_seat(cpus->sim);

	if (old)
		seat_idler(old);
	if (seat)
		seat_busier(seat);
	sim_task_set_seat(cpus->sim, seat);
}

void cpu_wait_begin(struct sim *sim, const char *kind)
{
	struct cpu_seat *seat = sim_task_seat(sim);

	profile_wait_begin(sim, kind);
	if (sim_unlikely(seat != NULL))
		seat_idler(seat);
}

void cpu_wait_end(struct sim *sim)
{
	struct cpu_seat *seat = sim_task_seat(sim);

	profile_wait_end(sim);
	if (sim_unlikely(seat != NULL))
		seat_busier(seat);
}

/*
 * A thread's part of the core is throughput / busy threads; of that, a seat's is one in so many busy seats. The
 * remainder of the division is rounded up: sharing never makes anything faster.
 */
sim_ps cpu_seat_ps(const struct cpu_seat *seat, sim_ps ps)
{
	const struct cpu_thread *thread = seat->thread;
	uint64_t busy = thread->core->busy, share = busy * PERCENT * thread->busy;
	uint64_t throughput = seat->cpus->throughput[busy];
	sim_ps took = (ps * share + throughput - 1) / throughput;

	seat->cpus->stats.asked_ps += ps;
	seat->cpus->stats.lost_ps += took - ps;
	return took;
}
