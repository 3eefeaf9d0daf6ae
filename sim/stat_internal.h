/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SIM_STAT_INTERNAL_H
#define SIM_STAT_INTERNAL_H
/*
 * sim/stat_internal.h - the life of the registry that hangs off struct sim; for sim/sim.c and the tests of sim/ only.
 */
#include "sim/stat.h"

/** stat_registry_create - an empty registry. Return: owned by the caller. */
struct stat_registry *stat_registry_create(void);

/**
 * stat_registry_destroy - free the registry and the buckets of the histograms still registered in it.
 * @registry: may be NULL. The models' stats structs are not touched and may be gone.
 */
void stat_registry_destroy(struct stat_registry *registry);

#endif
