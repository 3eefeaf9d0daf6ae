/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SIM_FINDING_INTERNAL_H
#define SIM_FINDING_INTERNAL_H
/*
 * sim/finding_internal.h - the life of the list that hangs off struct sim; for sim/sim.c only.
 */
#include "sim/finding.h"

/** finding_list_create - an empty list. Return: owned by the caller. */
struct finding_list *finding_list_create(void);

/** finding_list_destroy - @list: may be NULL. */
void finding_list_destroy(struct finding_list *list);

#endif
