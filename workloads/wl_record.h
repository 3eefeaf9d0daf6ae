/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WORKLOADS_WL_RECORD_H
#define WORKLOADS_WL_RECORD_H
/*
 * workloads/wl_record.h - the record of a run: what a kernel answered to its processes, call by call, and what it left
 * behind, for people and for comparisons (workloads/wl_compare.h). The file of "phbsim run --record".
 *
 * One fact a line, fields apart by tabs, the first says what the line is:
 *
 *   run      scenario, machine, seed
 *   kernel   name, version, bytes of a page
 *   call     process or thread, time of its begin in ps, duration in ps, locked_vm of the process afterwards in pages,
 * name of the call, the call in words, result, what it left in its argument, TCEs last     process or thread, TCEs:
 * what it can reach when a close() of a device, or its exit(), begins tces     what a device can reach in the end:
 * device, TCEs account  name, number (the kernel's pages pinned and unpinned over the run; 64-bit) finding  severity,
 * kind, text, how often end      simulated time in ps
 *
 * TCEs are told by runs: PCI address+bytes, rights, and the user address behind it if it is what the process asked for
 * with one of its last 4096 different MAP_DMA, else "elsewhere" (real addresses are a kernel's own affair). With
 * MAP_DMA and UNMAP_DMA they are those of the call's range and one page behind it, with TCE_CREATE, TCE_REMOVE,
 * SET_CONTAINER and UNSET_CONTAINER all that the process's devices can reach, each after the call.
 */
#include "workloads/wl.h"

struct wl_record;

/** wl_record_open - record @run (which has its machine, kernel and processes' world) to @path. Return: 0 or -errno. */
int wl_record_open(struct wl_run *run, const char *path, struct wl_record **out) sim_must_use;
/** wl_record_close - the run has been judged: write what is left to say. @record is gone. Return: 0 or -errno. */
int wl_record_close(struct wl_record *record) sim_must_use;
/** wl_record_abort - leave no file. @record: may be NULL. */
void wl_record_abort(struct wl_record *record);

#endif
