/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WORKLOADS_WL_STORY_H
#define WORKLOADS_WL_STORY_H
/* workloads/wl_story.h - what scenarios share whose processes act out a story: who takes which device, what must hold.
 */
#include <stdarg.h>

#include "workloads/wl.h"

#define WL_DEVICE_NAME_BYTES 32u

/** wl_violation - process @who found that something does not hold. @kind: "first-light-...", static. */
void wl_violation(struct wl_run *run, const char *who, const char *kind, const char *fmt, va_list args);

/** wl_expect - what must hold: if not @ok, a violation of @kind ("storm-...", static). Return: @ok. */
bool wl_expect(struct wl_run *run, bool ok, const char *kind, const char *fmt, ...) sim_printf(4, 5);

/**
 * wl_pick_devices - names of the first @count functions of PHB 0 that different processes can have: those of one device
 * share its group. Return: 0, or -EINVAL with cfg_error().
 */
int wl_pick_devices(struct wl_run *run, char (*names)[WL_DEVICE_NAME_BYTES], uint32_t count) sim_must_use;

/** wl_counter - value of counter @name at @path ("phb0"), 0 when there is none. */
uint64_t wl_counter(const struct wl_run *run, const char *path, const char *name);
/** wl_tce_kills - all kinds of TCE kills on PHB 0. */
uint64_t wl_tce_kills(const struct wl_run *run);
/** wl_leaked - was something left behind that the end of all processes should have given back? */
bool wl_leaked(const struct wl_run *run);

#endif
