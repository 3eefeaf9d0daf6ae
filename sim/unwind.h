/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SIM_UNWIND_H
#define SIM_UNWIND_H
/*
 * sim/unwind.h - the calls that led here, from the stack of the running task.
 *
 * The compiler describes in .eh_frame, for every address, where the caller's frame is; the description of an address is
 * read once (libdw) and kept as a rule of three numbers. So code needs no frame pointers and pays nothing while nobody
 * looks, and a look costs a table access per frame. x86-64 only, as sim/coro.c. Functions that ended in a jump to
 * another one (tail calls) have left no frame and are not seen.
 */
#include "sim/sim.h"

/** UNWIND_FRAMES_MAX - deeper stacks are cut off at the outer end. */
#define UNWIND_FRAMES_MAX 64u

/**
 * unwind_task - return addresses of the calls that are active in the running task, innermost first.
 * @sim: a task should be running; there is nothing to see in event context.
 * @pc: @max places. Return: how many were found; 0 in event context.
 */
size_t unwind_task(struct sim *sim, uintptr_t *pc, size_t max);

#endif
