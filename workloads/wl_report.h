/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WORKLOADS_WL_REPORT_H
#define WORKLOADS_WL_REPORT_H
/*
 * workloads/wl_report.h - report.html: one file that shows a run in any browser, without a network. It holds the
 * results, the plots' series, Chart.js (Debian's libjs-chart.js, MIT licence) and workloads/report/.
 */
#include "workloads/wl.h"

/** wl_run_write_report - after wl_run_execute(). Return: 0 or -errno. */
int wl_run_write_report(struct wl_run *run, const char *path) sim_must_use;

#endif
