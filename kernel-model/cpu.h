/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KERNEL_MODEL_CPU_H
#define KERNEL_MODEL_CPU_H
/*
 * kernel-model/cpu.h - processor cores that threads of software share: what a thread is charged takes longer when
 * others are busy on its core, or on its very hardware thread.
 *
 * A seat is a place on a hardware thread; the tasks that sit on one (a vCPU's thread and its guest) never work at the
 * same time. A task without a seat has a core to itself. A seat is busy while one of its tasks is not asleep; waiting
 * for MMIO is busy, but takes as long as it takes.
 *
 * Not modelled: a scheduler (seats do not move), time slices (busy seats of one hardware thread advance side by side,
 * each at its share), caches, a change of neighbours in the middle of one charge.
 */
#include "sim/sim.h"

struct cfg;
struct cpus;
struct cpu_seat;

/** cpus_create - cores as configured ("cpu.*"), all seats free. */
struct cpus *cpus_create(struct sim *sim, const struct cfg *cfg);
/** cpus_destroy - and all seats. @cpus: may be NULL. */
void cpus_destroy(struct cpus *cpus);
uint64_t cpus_clock_hz(const struct cpus *cpus);
uint32_t cpus_core_count(const struct cpus *cpus);
/** cpus_thread_count - hardware threads of each core. */
uint32_t cpus_thread_count(const struct cpus *cpus);

/** cpu_seat_take - a new seat on hardware thread @thread of core @core; asserts that there is one. Owned by @cpus. */
struct cpu_seat *cpu_seat_take(struct cpus *cpus, uint32_t core, uint32_t thread);
/** cpu_seat_sit - the running task works on @seat from now on (NULL: on a core of its own) and is awake. */
void cpu_seat_sit(struct cpus *cpus, struct cpu_seat *seat);
/**
 * cpu_wait_begin - the running task goes to sleep: its seat, if it has one, is no longer busy, and a profile counts the
 * time as waiting for @kind (static storage). cpu_wait_end() follows when it goes on.
 */
void cpu_wait_begin(struct sim *sim, const char *kind);
void cpu_wait_end(struct sim *sim);
/** cpu_seat_ps - how long work of @ps takes on @seat just now. */
sim_ps cpu_seat_ps(const struct cpu_seat *seat, sim_ps ps);

#endif
