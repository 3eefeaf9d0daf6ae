/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WORKLOADS_WL_VERDICT_H
#define WORKLOADS_WL_VERDICT_H
/* workloads/wl_verdict.h - the last lines of a summary, the same in every scenario that tells a story. */
#include "workloads/wl.h"

/**
 * wl_verdict_print - what was left behind, the verdict, how well founded the figures are, and the first findings: 4
 * lines and up to 8 more. @held: what a clean run may say of itself ("every expectation of the story held").
 */
void wl_verdict_print(struct wl_run *run, FILE *out, const char *held);

#endif
