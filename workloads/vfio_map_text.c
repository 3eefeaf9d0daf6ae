// SPDX-License-Identifier: GPL-2.0-only
/* workloads/vfio_map_text.c - vfio-map told to people (a line for each size) and to programs. */
#include <inttypes.h>

#include "sim/clock.h"
#include "workloads/vfio_map.h"
#include "workloads/wl_summary.h"
#include "workloads/wl_text.h"

/* Bytes of @size in a second of calls like those of @hist. */
static uint64_t rate_of(const struct vfio_map_size *size, const struct stat_hist *hist)
{
	return hist->mean.sum ? sim_per_second(size->bytes * hist->mean.count, hist->mean.sum) : 0;
}

static void print_size(const struct vfio_map_size *size, FILE *out)
{
	if (!size->map.mean.count || !size->unmap.mean.count)
		return;
	fprintf(out, "  %7s %6" PRIu64 "  %9s %9s %9s %10s  %9s %9s %9s %10s\n", wl_text_bytes(size->bytes).s,
		size->rounds, wl_text_time(stat_hist_percentile(&size->map, 500)).s,
		wl_text_time(stat_hist_percentile(&size->map, 990)).s, wl_text_time(size->map.mean.max).s,
		wl_text_rate(rate_of(size, &size->map)).s, wl_text_time(stat_hist_percentile(&size->unmap, 500)).s,
		wl_text_time(stat_hist_percentile(&size->unmap, 990)).s, wl_text_time(size->unmap.mean.max).s,
		wl_text_rate(rate_of(size, &size->unmap)).s);
}

void vfio_map_summary(struct wl_run *run, FILE *out)
{
	const struct vfio_map *map = run->state;
	uint64_t touched = 0;

	fprintf(out, "%s: %s\n\n", run->desc->name, run->desc->title);
	wl_summary_setting(run, out);
	fprintf(out, "Container version %d: %s\n", map->container == VFIO_MAP_V1 ? 1 : 2,
		map->container == VFIO_MAP_V1 ? "each MAP_DMA pins what it maps" : "memory is registered before");
	fprintf(out, "Window    %s with pages of %s; a buffer of %s\n", wl_text_bytes(map->window_bytes).s,
		wl_text_bytes(map->iommu_bytes).s, wl_text_bytes(map->memory_bytes).s);
	fprintf(out, "Device    %s, PE %" PRIu32 "\n\n", map->device_name, map->device.pe);
	fprintf(out, "  %7s %6s  %9s %9s %9s %10s  %9s %9s %9s %10s\n", "size", "rounds", "map p50", "p99", "max",
		"rate", "unmap p50", "p99", "max", "rate");
	for (uint32_t i = 0; i < VFIO_MAP_SIZES; i++) {
		print_size(&map->size[i], out);
		touched += map->size[i].touched;
	}
	fprintf(out, "\nTCE kills %" PRIu64 "\n", map->kills);
	fprintf(out, "DMA       %" PRIu64 " requests through mapped pages, every byte compared\n", 2 * touched);
	fprintf(out, "Stray     a write to an unmapped page %s\n",
		!map->stray_frozen ? "was NOT STOPPED"
		: map->thawed	   ? "froze the PE; thawed through EEH"
				   : "froze the PE, and it STAYED FROZEN");
	wl_summary_verdict(run, out);
}

void vfio_map_results(struct wl_run *run, struct json *json)
{
	const struct vfio_map *map = run->state;

	json_text(json, "container", vfio_map_containers[map->container]);
	json_u64(json, "kills", map->kills);
	json_array(json, "sizes");
	for (uint32_t i = 0; i < VFIO_MAP_SIZES; i++) {
		const struct vfio_map_size *size = &map->size[i];

		if (!size->map.mean.count || !size->unmap.mean.count)
			continue;
		json_object(json, NULL);
		json_u64(json, "bytes", size->bytes);
		json_u64(json, "rounds", size->rounds);
		json_u64(json, "touched", size->touched);
		json_u64(json, "map_p50_ps", stat_hist_percentile(&size->map, 500));
		json_u64(json, "map_p99_ps", stat_hist_percentile(&size->map, 990));
		json_u64(json, "map_max_ps", size->map.mean.max);
		json_u64(json, "map_bytes_per_s", rate_of(size, &size->map));
		json_u64(json, "unmap_p50_ps", stat_hist_percentile(&size->unmap, 500));
		json_u64(json, "unmap_p99_ps", stat_hist_percentile(&size->unmap, 990));
		json_u64(json, "unmap_max_ps", size->unmap.mean.max);
		json_u64(json, "unmap_bytes_per_s", rate_of(size, &size->unmap));
		json_end(json);
	}
	json_end(json);
}
