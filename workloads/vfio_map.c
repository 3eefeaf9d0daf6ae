// SPDX-License-Identifier: GPL-2.0-only
/*
 * workloads/vfio_map.c - scenario "vfio-map": a process maps and unmaps by ioctl, in sizes from 4 KiB to 1 GiB.
 *
 * Container version 2 registers its memory once, makes a window of its own and then only looks up; version 1 has the
 * default window of 4 KiB pages and pins with each MAP_DMA. Each round of a size maps a random part of the buffer,
 * somewhere in the window; now and then the device writes one request into it, which is looked for in the buffer, and
 * reads it back. In the end the device writes to what was unmapped last.
 */
#include <errno.h>
#include <inttypes.h>
#include <linux/vfio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hw/device/dma_engine.h"
#include "hw/regs/dma_engine_regs.h"
#include "workloads/mutant.h"
#include "workloads/referee.h"
#include "workloads/scenarios.h"
#include "workloads/storm.h"
#include "workloads/vfio_map.h"
#include "workloads/wl_story.h"
#include "workloads/wl_text.h"

#define MIB (1ull << 20)
#define SIZE_MIN_SHIFT 12u /* each size is four times the one before: 4 KiB to 1 GiB */
#define MEMLOCK_BYTES (1ull << 40)
#define LEVELS 2u
#define POLLS_MAX 100000u
#define SETUP "vfio-map-setup"
#define CALL "vfio-map-call"
#define DMA "vfio-map-dma"
#define UNFINISHED "vfio-map-unfinished"

const char *const vfio_map_containers[] = {"v1", "v2", NULL};

/* clang-format off */
#define CHOICE CFG_USER, .where = "a choice of the scenario"
static const struct cfg_row rows[] = {
	{.path = "vfio_map.container", .type = CFG_CHOICE, .def = VFIO_MAP_V2, .choices = vfio_map_containers,
	 .source = CHOICE, .help = "v1: pins at each MAP_DMA, default window; v2: memory registered before, window of its own."},
	{.path = "vfio_map.rounds", .type = CFG_COUNT, .def = 200, .min = 1, .max = 1ull << 40, .source = CHOICE,
	 .help = "Rounds of the smallest sizes; larger ones get fewer, so that none maps more than vfio_map.bytes."},
	{.path = "vfio_map.bytes", .type = CFG_SIZE, .def = 4096 * MIB, .min = MIB, .max = 1ull << 50, .source = CHOICE,
	 .help = "How much all rounds of a size map at most; a size has at least one round."},
	{.path = "vfio_map.memory", .type = CFG_SIZE, .def = 1024 * MIB, .min = MIB, .max = 1ull << 40, .pow2 = true,
	 .source = CHOICE, .help = "The buffer; sizes above it are left out."},
	{.path = "vfio_map.window", .type = CFG_SIZE, .def = 4096 * MIB, .min = 16 * MIB, .max = 1ull << 45, .pow2 = true,
	 .source = CHOICE, .help = "The window that v2 makes."},
	{.path = "vfio_map.page", .type = CFG_SIZE, .def = 4096, .min = 4096, .max = 64 << 10, .pow2 = true,
	 .source = CHOICE, .help = "Its IOMMU page, 4KiB or 64KiB, at most the kernel's; sizes below it are left out."},
	{.path = "vfio_map.request", .type = CFG_SIZE, .def = 512, .min = 64, .max = 4096, .pow2 = true, .source = CHOICE,
	 .help = "Size of a DMA request."},
	{.path = "vfio_map.touch", .type = CFG_COUNT, .def = 4, .min = 0, .max = 1ull << 40, .source = CHOICE,
	 .help = "Every so many rounds of a size the device writes and reads what is mapped; 0: never."},
};
#undef CHOICE
/* clang-format on */

/* ---- The device ---- */

static uint64_t reg(struct vfio_map *map, uint64_t offset)
{
	return vfm_bar0_read(&map->device, offset, 8);
}

/* One request. Return: the engine came to rest; otherwise the PE froze. */
static bool dma(struct vfio_map *map, uint64_t iova, uint64_t seed, bool read)
{
	uint64_t status = DMA_ENGINE_STATUS_BUSY;

	storm_device_start(&map->device, &(struct storm_request){iova, map->request_bytes, seed, read});
	for (uint32_t i = 0; i < POLLS_MAX && status != UINT64_MAX && (status & DMA_ENGINE_STATUS_BUSY); i++) {
		vfm_sleep(map->proc, SIM_PS_PER_US);
		status = reg(map, DMA_ENGINE_STATUS);
	}
	return status != UINT64_MAX && !(status & DMA_ENGINE_STATUS_BUSY);
}

/* The device writes one request at @offset of what is mapped at @iova; it must lie in the buffer, and be read again. */
static bool touch(struct vfio_map *map, struct vfio_map_size *size, uint64_t va, uint64_t iova)
{
	uint64_t request = map->request_bytes, seed = sim_rng_u64(&map->rng);
	uint64_t offset = sim_rng_below(&map->rng, size->bytes / request) * request;
	uint8_t *got = sim_alloc(request);
	bool ok;

	size->touched++;
	ok = wl_expect(map->run, dma(map, iova + offset, seed, false), DMA, "a write to mapped memory froze the PE") &&
	     wl_expect(map->run, !vfm_load(map->proc, va + offset, got, request), DMA, "the buffer cannot be read") &&
	     wl_expect(map->run, !dma_engine_pattern_check(seed, iova + offset, got, request, NULL), DMA,
		       "a write at I/O address 0x%" PRIx64 " did not arrive in its page", iova + offset) &&
	     wl_expect(map->run, dma(map, iova + offset, seed, true), DMA, "a read of mapped memory froze the PE") &&
	     wl_expect(map->run, !reg(map, DMA_ENGINE_MISMATCHES) && reg(map, DMA_ENGINE_READS), DMA,
		       "the device read other bytes than memory holds");
	free(got);
	return ok;
}

/* What was unmapped must be out of reach; then the PE is brought back through EEH. */
static void stray(struct vfio_map *map)
{
	map->stray_frozen = !dma(map, map->window, 1, false);
	wl_expect(map->run, map->stray_frozen, DMA, "a write to an unmapped page froze nothing");
	if (!map->stray_frozen || vfm_eeh(&map->device, VFIO_EEH_PE_UNFREEZE_IO))
		return;
	vfm_bar0_write(&map->device, DMA_ENGINE_CTRL, DMA_ENGINE_CTRL_RESET, 8);
	map->thawed =
		!vfm_eeh(&map->device, VFIO_EEH_PE_UNFREEZE_DMA) && reg(map, DMA_ENGINE_ID) == DMA_ENGINE_ID_VALUE;
}

/* ---- The calls ---- */

/* The device's rounds use the first place of the window, so that a TCE that was not killed shows. */
static bool map_round(struct vfio_map *map, struct vfio_map_size *size, uint64_t round)
{
	bool touches = map->touch && round % map->touch == 0;
	uint64_t places = map->window_bytes / size->bytes;
	uint64_t iova = map->window + (touches ? 0 : sim_rng_below(&map->rng, places) * size->bytes);
	uint64_t va = map->va + sim_rng_below(&map->rng, map->memory_bytes / size->bytes) * size->bytes;
	int64_t ret = vfm_map_dma(&map->device, va, iova, size->bytes, true, true);

	if (!wl_expect(map->run, !ret, CALL, "MAP_DMA of %s returned %" PRId64, wl_text_bytes(size->bytes).s, ret))
		return false;
	stat_hist_add(&size->map, vfm_proc_last_call_ps(map->proc));
	if (touches && !touch(map, size, va, iova))
		return false;
	ret = vfm_unmap_dma(&map->device, iova, size->bytes);
	if (!wl_expect(map->run, !ret, CALL, "UNMAP_DMA of %s returned %" PRId64, wl_text_bytes(size->bytes).s, ret))
		return false;
	stat_hist_add(&size->unmap, vfm_proc_last_call_ps(map->proc));
	return true;
}

static bool run_sizes(struct vfio_map *map)
{
	uint64_t before = wl_tce_kills(map->run);
	bool ok = true;

	for (uint32_t i = 0; i < VFIO_MAP_SIZES && ok; i++)
		for (uint64_t round = 0; round < map->size[i].rounds && ok; round++)
			ok = map_round(map, &map->size[i], round);
	map->kills = wl_tce_kills(map->run) - before;
	return ok;
}

/* Which sizes there are is known only now that the window is. */
static void plan_sizes(struct vfio_map *map)
{
	for (uint32_t i = 0; i < VFIO_MAP_SIZES; i++) {
		struct vfio_map_size *size = &map->size[i];

		if (size->bytes < map->iommu_bytes || size->bytes > map->memory_bytes ||
		    size->bytes > map->window_bytes)
			continue;
		size->rounds = map->round_bytes / size->bytes;
		size->rounds = size->rounds > map->rounds ? map->rounds : size->rounds ? size->rounds : 1;
	}
}

static bool make_window(struct vfio_map *map)
{
	int64_t ret = vfm_spapr_get_info(&map->device, &map->window, &map->iommu_bytes);

	if (!wl_expect(map->run, !ret, SETUP, "GET_INFO returned %" PRId64, ret))
		return false;
	if (map->container == VFIO_MAP_V1) {
		map->window_bytes = map->iommu_bytes;
		map->iommu_bytes = 4096;
		ret = vfm_ioctl_value(map->proc, map->device.container_fd, VFIO_IOMMU_ENABLE, 0);
		return wl_expect(map->run, !ret, SETUP, "ENABLE returned %" PRId64, ret);
	}
	map->iommu_bytes = map->page_bytes;
	ret = vfm_spapr_register(&map->device, map->va, map->memory_bytes);
	if (!wl_expect(map->run, !ret, SETUP, "REGISTER_MEMORY returned %" PRId64, ret))
		return false;
	ret = vfm_spapr_create(&map->device, (uint32_t)__builtin_ctzll(map->page_bytes), map->window_bytes, LEVELS,
			       &map->window);
	return wl_expect(map->run, !ret, SETUP, "CREATE of the window returned %" PRId64, ret);
}

static bool set_up(struct vfio_map *map)
{
	uint32_t type = map->container == VFIO_MAP_V1 ? VFIO_SPAPR_TCE_IOMMU : VFIO_SPAPR_TCE_v2_IOMMU;
	int64_t ret = vfm_device_open(map->proc, map->device_name, type, &map->device);

	if (!wl_expect(map->run, !ret, SETUP, "%s could not be opened through VFIO (%" PRId64 ")%s", map->device_name,
		       ret,
		       map->container == VFIO_MAP_V1 && ret == -EPERM
			       ? "; before Linux 6.12, groups of bridges since PHB3 have containers of version 2 only"
			       : ""))
		return false;
	referee_device(map->run->referee, &map->device);
	mutant_agent_device(map->run->mutant, &map->device);
	ret = vfm_eeh(&map->device, VFIO_EEH_PE_ENABLE);
	if (!wl_expect(map->run, !ret, SETUP, "EEH could not be enabled (%" PRId64 ")", ret))
		return false;
	ret = vfm_mmap_anon(map->proc, map->memory_bytes);
	if (!wl_expect(map->run, ret > 0, SETUP, "no memory for the buffer (%" PRId64 ")", ret))
		return false;
	map->va = (uint64_t)ret;
	return make_window(map);
}

static void proc_main(struct vfm_proc *proc, void *arg)
{
	struct vfio_map *map = arg;

	map->proc = proc;
	if (set_up(map)) {
		plan_sizes(map);
		map->ended = run_sizes(map);
		if (map->ended)
			stray(map);
	}
	/* What is registered, mapped or enabled goes with the container. */
	vfm_device_close(&map->device);
}

/* ---- The description's functions ---- */

static const struct stat_row size_rows[] = {
	{.name = "map",
	 .kind = STAT_HIST,
	 .unit = "ps",
	 .help = "Latency of MAP_DMA of this size.",
	 .offset = offsetof(struct vfio_map_size, map)},
	{.name = "unmap",
	 .kind = STAT_HIST,
	 .unit = "ps",
	 .help = "Latency of UNMAP_DMA of this size.",
	 .offset = offsetof(struct vfio_map_size, unmap)},
};

static int map_setup(struct wl_run *run)
{
	uint32_t kernel_page = kernel_desc(run->kernel)->page_bytes;
	struct vfio_map *map = run->state;
	unsigned int phb, pe, rid;
	char path[48], text[32];
	int group;

	map->run = run;
	map->container = (enum vfio_map_container)cfg_u64(run->cfg, "vfio_map.container");
	map->rounds = cfg_u64(run->cfg, "vfio_map.rounds");
	map->round_bytes = cfg_u64(run->cfg, "vfio_map.bytes");
	map->memory_bytes = cfg_u64(run->cfg, "vfio_map.memory");
	map->window_bytes = cfg_u64(run->cfg, "vfio_map.window");
	map->page_bytes = cfg_u64(run->cfg, "vfio_map.page");
	map->request_bytes = cfg_u64(run->cfg, "vfio_map.request");
	map->touch = cfg_u64(run->cfg, "vfio_map.touch");
	if ((map->page_bytes != 4096 && map->page_bytes != 65536) || map->page_bytes > kernel_page)
		return cfg_fail(run->cfg, "vfio_map.page",
				"found no page that kernel and bridge have, expected 4KiB or 64KiB");
	if (kernel_ops(run->kernel)
		    ->device_info(0, map->device_name, sizeof(map->device_name), &group, &phb, &pe, &rid))
		return cfg_fail(run->cfg, "machine.devices", "found no device, expected at least 1");
	for (uint32_t i = 0; i < VFIO_MAP_SIZES; i++) {
		map->size[i].bytes = 1ull << (SIZE_MIN_SHIFT + 2 * i);
		snprintf(path, sizeof(path), "vfio_map.%s",
			 cfg_format_u64(CFG_SIZE, map->size[i].bytes, text, sizeof(text)));
		stat_register(run->sim, path, size_rows, sim_count_of(size_rows), &map->size[i]);
	}
	sim_rng_init(&map->rng, run->options->seed, "vfio_map");
	vfm_proc_start(run->vfm, "mapper", MEMLOCK_BYTES, proc_main, map);
	return 0;
}

static void map_verify(struct wl_run *run)
{
	struct vfio_map *map = run->state;
	struct referee_counts counts = referee_counts(run->referee);
	uint64_t rounds = 0, touched = 0;

	for (uint32_t i = 0; i < VFIO_MAP_SIZES; i++) {
		rounds += map->size[i].rounds;
		touched += map->size[i].touched;
	}
	wl_expect(map->run, map->ended && rounds, UNFINISHED, "the process did not come to its end");
	wl_expect(map->run, !map->ended || (map->stray_frozen && map->thawed), UNFINISHED,
		  "the PE froze for good, or not at all");
	wl_expect(map->run, !map->touch || touched, UNFINISHED, "the device never moved a byte");
	wl_expect(map->run, counts.maps_learned == rounds, UNFINISHED,
		  "the referee learned from %" PRIu64 " of %" PRIu64 " MAP_DMA", counts.maps_learned, rounds);
}

const struct wl_desc wl_vfio_map = {
	.name = "vfio-map",
	.title = "a process maps and unmaps 4 KiB to 1 GiB by ioctl while its device moves data",
	.rows = rows,
	.row_count = sim_count_of(rows),
	.setup = map_setup,
	.verify = map_verify,
	.summary = vfio_map_summary,
	.results = vfio_map_results,
	.state_bytes = sizeof(struct vfio_map),
};
