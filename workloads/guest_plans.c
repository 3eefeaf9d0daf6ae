// SPDX-License-Identifier: GPL-2.0-only
/* workloads/guest_plans.c - storms by a guest's kernel: what sets them apart is a line each, and their YAML files. */
#include "workloads/guest.h"
#include "workloads/scenarios.h"

#define GUEST(ident, label, text, ...)                                                                                 \
	static int ident##_setup(struct wl_run *run)                                                                   \
	{                                                                                                              \
		static const struct guest_plan plan = {__VA_ARGS__};                                                   \
                                                                                                                       \
		return guest_setup(run, &plan);                                                                        \
	}                                                                                                              \
	const struct wl_desc wl_##ident = {                                                                            \
		.name = (label),                                                                                       \
		.title = (text),                                                                                       \
		.rows = guest_rows,                                                                                    \
		.row_count = GUEST_ROWS,                                                                               \
		.model_rows = guest_cfg_rows,                                                                          \
		.model_row_count = GUEST_CFG_ROWS,                                                                     \
		.setup = ident##_setup,                                                                                \
		.verify = guest_verify,                                                                                \
		.summary = guest_summary,                                                                              \
		.results = guest_results,                                                                              \
		.state_bytes = sizeof(struct guest_storm),                                                             \
	}

GUEST(net_10g, "net-10g", "a guest's network driver on a 10 Gb/s card: every packet is mapped and unmapped", .driver = GUEST_NET);
GUEST(net_100g, "net-100g", "a guest's network driver on a 100 Gb/s card: every packet is mapped and unmapped",
      .driver = GUEST_NET);
GUEST(nvme, "nvme", "a guest's block driver: scatter lists of 4 KiB to 1 MiB are mapped and unmapped", .driver = GUEST_BLK);
GUEST(ddw_boot, "ddw-boot", "a guest boots, its driver asks for 64-bit DMA, its kernel sets up a dynamic DMA window",
      .driver = GUEST_BOOT);
GUEST(dma_map, "dma-map", "a guest's threads map and unmap memory by the DMA API, and nothing else", .driver = GUEST_BENCH);
