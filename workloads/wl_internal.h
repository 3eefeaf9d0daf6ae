/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WORKLOADS_WL_INTERNAL_H
#define WORKLOADS_WL_INTERNAL_H
/* workloads/wl_internal.h - between wl_run.c (life of a run), wl_config.c (its configuration) and wl_results.c. */
#include "workloads/wl.h"

extern const struct cfg_row wl_cfg_rows[];
extern const size_t wl_cfg_row_count;

/**
 * wl_config_load - find the scenario, make the rows of the run known and fill them: defaults, machine file, scenario
 * file, machine and kernel of the command line, --set assignments; the later wins.
 * @run: gets desc and cfg. Return: 0, or -errno with run->error set.
 */
int wl_config_load(struct wl_run *run) sim_must_use;

/** wl_config_kernel - the kernel that the configuration names, or NULL with run->error set. */
const struct km_desc *wl_config_kernel(struct wl_run *run);

/** wl_results_write - what results.json holds. */
void wl_results_write(struct wl_run *run, struct json *json);

/** wl_fail - keep the first error of a run. @text: owned from here on. Return: @err. */
int wl_fail(struct wl_run *run, int err, char *text);

#endif
