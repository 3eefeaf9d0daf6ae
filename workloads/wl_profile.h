/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WORKLOADS_WL_PROFILE_H
#define WORKLOADS_WL_PROFILE_H
/*
 * workloads/wl_profile.h - the profile of a run for people and programs: folded stacks for flame graphs, the places
 * that took most, the whole list in results.json.
 *
 * A folded stack is one line, "process;system call;function;...;kind picoseconds", outermost first, sorted: what
 * FlameGraph, inferno and speedscope read. Time that tasks had the CPU and time that they waited go to two files,
 * because a device's reset would hide everything else.
 */
#include <stdio.h>

#include "workloads/wl.h"

#define WL_PROFILE_WAITS ".waits" /* appended to the name of the file */

/** wl_profile_write - @path: time spent; @path.waits: time waited. Return: 0 or -errno with run->error set. */
int wl_profile_write(struct wl_run *run, const char *path) sim_must_use;
/** wl_profile_print - the ten places that took most time. Nothing when no profile was asked for. */
void wl_profile_print(struct wl_run *run, FILE *out);
/** wl_profile_results - all places, as the object "profile"; nothing when no profile was asked for. */
void wl_profile_results(struct wl_run *run, struct json *json);

#endif
