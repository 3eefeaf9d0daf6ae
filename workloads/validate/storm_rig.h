/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WORKLOADS_VALIDATE_STORM_RIG_H
#define WORKLOADS_VALIDATE_STORM_RIG_H
/*
 * workloads/validate/storm_rig.h - storms of hypercalls for rows that need software: the scenario as anyone can run it,
 * in a process of its own, because a kernel object boots once a process.
 */
#include "workloads/storm_table.h"
#include "workloads/validate/validate_internal.h"

#define STORM_RIG_SETS 16u

/**
 * struct storm_figures - of a storm that came to its end without a violation. @kill_calls: firmware's TCE kills
 * (OPAL_PCI_TCE_KILL).
 */
struct storm_figures {
	struct storm_sum sum;
	uint64_t kill_calls;
};

/**
 * storm_rig_run - run @scenario. @machine: NULL for the scenario's. @sets: "path=value", ends with NULL. With 1 vCPU,
 * and a device that rests, unless they say otherwise. Return: false after validate_error().
 */
bool storm_rig_run(struct validate_run *run, const char *scenario, const char *machine, const char *const *sets,
		   struct storm_figures *figures);
/** storm_rig_tce_ns - time of a TCE, all hypercalls included. */
double storm_rig_tce_ns(const struct storm_figures *figures);

#endif
