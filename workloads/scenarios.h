/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WORKLOADS_SCENARIOS_H
#define WORKLOADS_SCENARIOS_H
/* workloads/scenarios.h - the scenario descriptors that workloads/workloads.c lists. */
#include "workloads/wl.h"

extern const struct wl_desc wl_eeh_recovery;
extern const struct wl_desc wl_first_light;
extern const struct wl_desc wl_isolation_probe;
extern const struct wl_desc wl_seed_flow;
extern const struct wl_desc wl_replay_hcalls;
extern const struct wl_desc wl_replay_ioctls;
extern const struct wl_desc wl_spapr_tour;
extern const struct wl_desc wl_storm_put;
extern const struct wl_desc wl_storm_indirect;
extern const struct wl_desc wl_storm_stuff;
extern const struct wl_desc wl_storm_mixed;
extern const struct wl_desc wl_boot_map;
extern const struct wl_desc wl_vfio_map;
extern const struct wl_desc wl_net_10g;
extern const struct wl_desc wl_net_100g;
extern const struct wl_desc wl_nvme;
extern const struct wl_desc wl_ddw_boot;
extern const struct wl_desc wl_dma_map;

#endif
