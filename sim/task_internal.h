/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SIM_TASK_INTERNAL_H
#define SIM_TASK_INTERNAL_H
/*
 * sim/task_internal.h - the life of the tasks that hang off struct sim; for sim/sim.c only.
 */
#include "sim/task.h"

/** task_list_create - no tasks. Return: owned by the caller. */
struct sim_tasks *task_list_create(void);

/** task_list_destroy - free all tasks, ended or not: the stacks of those are dropped as they are. May be NULL. */
void task_list_destroy(struct sim_tasks *tasks);

#endif
