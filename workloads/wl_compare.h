/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WORKLOADS_WL_COMPARE_H
#define WORKLOADS_WL_COMPARE_H
/*
 * workloads/wl_compare.h - where two runs of one scenario differ, by their records (workloads/wl_record.h).
 *
 * Calls are compared process by process, in order; a call that only one run made is found by looking ahead for the next
 * that both made. Source lines in the texts of findings are not compared: they move with every version.
 */
#include <stdio.h>

#include "sim/sim.h"

/** enum wl_aspect - what can differ. Bits of masks: 1 << aspect. */
enum wl_aspect { WL_CALLS, WL_TCES, WL_ACCOUNTING, WL_FINDINGS, WL_TIME, WL_ASPECTS };
#define WL_ASPECTS_ALL ((1u << WL_ASPECTS) - 1)

/** wl_aspect_name - "calls", "tces", "accounting", "findings", "time"; NULL past the last. */
const char *wl_aspect_name(uint32_t aspect);

/** struct wl_recorded - a record that was read. */
struct wl_recorded;
/**
 * wl_recorded_load - read the record @path.
 * Return: 0 and *@out; -errno and *@error, owned by the caller.
 */
int wl_recorded_load(const char *path, struct wl_recorded **out, char **error) sim_must_use;
void wl_recorded_destroy(struct wl_recorded *recorded);
/** wl_recorded_title - "linux-6.1 (6.1.192, 64 KiB pages)"; "first-light on power8-phb3, seed 1". */
const char *wl_recorded_kernel(const struct wl_recorded *recorded);
const char *wl_recorded_run(const struct wl_recorded *recorded);

/** struct wl_compare - the differences of two records. */
struct wl_compare;
/** wl_compare_create - @a, @b: borrowed until wl_compare_destroy(). */
struct wl_compare *wl_compare_create(const struct wl_recorded *a, const struct wl_recorded *b);
void wl_compare_destroy(struct wl_compare *compare);
/** wl_compare_differ - the aspects that differ, as a mask. */
uint32_t wl_compare_differ(const struct wl_compare *compare);
/**
 * wl_compare_print - a table of what was compared, and the differences. @a_name, @b_name: at most 12 characters, head
 * their columns.
 * @aspects: mask of those that are wanted. @room: lines for differences, shared out among aspects, of which each tells
 * one at least; 0: all. With a limit lines are cut to 100 columns.
 */
void wl_compare_print(const struct wl_compare *compare, const char *a_name, const char *b_name, uint32_t aspects,
		      uint32_t room, FILE *out);

#endif
