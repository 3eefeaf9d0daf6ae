/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WORKLOADS_WL_SUMMARY_H
#define WORKLOADS_WL_SUMMARY_H
/*
 * workloads/wl_summary.h - parts that summaries (at most 40 lines of 100 columns) and results of several scenarios have
 * in common. A line begins with a word in the first ten columns.
 */
#include <stdio.h>

#include "hw/phb/phb.h"
#include "workloads/wl.h"

/** wl_summary_setting - lines "Machine" and "Kernel": what ran. */
void wl_summary_setting(struct wl_run *run, FILE *out);
/** wl_summary_record - lines "Record": what the PHB wrote down when a PE froze. */
void wl_summary_record(const struct phb_freeze *record, FILE *out);
/** wl_summary_verdict - lines from "Referee" on: DMAs judged, leaks, verdict, sources of figures, the first findings. */
void wl_summary_verdict(struct wl_run *run, FILE *out);

/** wl_results_record - the record's fields, into the object at hand. */
void wl_results_record(struct json *json, const struct phb_freeze *record);

#endif
