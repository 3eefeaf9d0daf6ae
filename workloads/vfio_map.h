/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WORKLOADS_VFIO_MAP_H
#define WORKLOADS_VFIO_MAP_H
/* workloads/vfio_map.h - scenario "vfio-map": what its files share; vfio_map.c runs it, vfio_map_text.c tells of it. */
#include "sim/rng.h"
#include "sim/stat.h"
#include "workloads/wl.h"

#define VFIO_MAP_SIZES 10u

enum vfio_map_container { VFIO_MAP_V1, VFIO_MAP_V2 };

/** struct vfio_map_size - one size. @map, @unmap: how long the calls took. @touched: rounds in which the device used
 * it. */
struct vfio_map_size {
	uint64_t bytes, rounds, touched;
	struct stat_hist map, unmap;
};

/**
 * struct vfio_map - the run. The rows of the scenario first (@page_bytes: "vfio_map.page", @round_bytes:
 * "vfio_map.bytes"). @va: the buffer; @window: first I/O address; @iommu_bytes: page of the window. @kills: of the PHB,
 * during the calls.
 */
struct vfio_map {
	struct wl_run *run;
	struct vfm_proc *proc;
	struct vfm_device device;
	char device_name[32];
	enum vfio_map_container container;
	uint64_t rounds, memory_bytes, window_bytes, page_bytes, request_bytes, touch, round_bytes, kills;
	uint64_t va, window, iommu_bytes;
	struct sim_rng rng;
	struct vfio_map_size size[VFIO_MAP_SIZES];
	bool ended, stray_frozen, thawed;
};

extern const char *const vfio_map_containers[];
void vfio_map_summary(struct wl_run *run, FILE *out);
void vfio_map_results(struct wl_run *run, struct json *json);

#endif
