// SPDX-License-Identifier: GPL-2.0-only
/* workloads/workloads.c - the table of scenarios. */
#include <string.h>

#include "workloads/scenarios.h"

static const struct wl_desc *const scenarios[] = {
	&wl_first_light,
	&wl_isolation_probe,
	&wl_seed_flow,
	&wl_spapr_tour,
	&wl_storm_put,
	&wl_eeh_recovery,
};

const struct wl_desc *const *wl_list(size_t *n)
{
	*n = sim_count_of(scenarios);
	return scenarios;
}

const struct wl_desc *wl_find(const char *name)
{
	for (size_t i = 0; i < sim_count_of(scenarios); i++)
		if (!strcmp(scenarios[i]->name, name))
			return scenarios[i];
	return NULL;
}
