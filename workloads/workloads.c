// SPDX-License-Identifier: GPL-2.0-only
/* workloads/workloads.c - the table of scenarios. */
#include <string.h>

#include "workloads/scenarios.h"

static const struct wl_desc *const scenarios[] = {
	&wl_first_light,
	&wl_isolation_probe,
	&wl_seed_flow,
	&wl_replay_hcalls,
	&wl_replay_ioctls,
	&wl_spapr_tour,
	&wl_eeh_recovery,
	&wl_storm_put,
	&wl_storm_indirect,
	&wl_storm_stuff,
	&wl_storm_mixed,
	&wl_boot_map,
	&wl_vfio_map,
	&wl_net_10g,
	&wl_net_100g,
	&wl_nvme,
	&wl_ddw_boot,
	&wl_dma_map,
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

/* Scenarios of a family have one table of rows, and stand beside each other. */
void wl_add_rows(struct cfg *cfg, const struct wl_desc *but)
{
	const struct cfg_row *last = but ? but->rows : NULL;

	for (size_t i = 0; i < sim_count_of(scenarios); i++) {
		if (scenarios[i]->rows == last || (but && scenarios[i]->rows == but->rows))
			continue;
		last = scenarios[i]->rows;
		cfg_add_rows(cfg, scenarios[i]->rows, scenarios[i]->row_count);
		cfg_add_rows(cfg, scenarios[i]->model_rows, scenarios[i]->model_row_count);
	}
}
