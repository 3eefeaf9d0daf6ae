// SPDX-License-Identifier: GPL-2.0-only
/*
 * workloads/spapr_tour.c - scenario "spapr-tour": one process makes the calls of the sPAPR part of VFIO with two
 * devices, in order and out of order, and notes what the kernel answers. Nothing is right or wrong here: it is what
 * "phbsim compare" shows the differences of two drivers by. Everything that it leaves is what the driver leaves.
 *
 * A driver that refuses a type of container is not asked what that type can do.
 */
#include <inttypes.h>
#include <linux/vfio.h>
#include <stdio.h>
#include <string.h>

#include "sim/finding.h"
#include "workloads/scenarios.h"
#include "workloads/wl.h"

#define TOUR_DEVICES 2u
#define TOUR_PAGES 16u
#define TOUR_IO_BYTES 4096u		/* page of the default window */
#define TOUR_MEMLOCK_BYTES (4ull << 30) /* ENABLE of the first type wants that of its whole window */
#define TOUR_STEPS_MAX 40u
#define FAR_SIDE 0x10000000ull /* where a process of ours has no memory */

/** struct tour - one run. @window: start of the one that was created. @container, @group, @device: descriptors, -1:
 * closed. */
struct tour {
	struct wl_run *run;
	struct vfm_proc *proc;
	uint64_t page, va, window, window_bytes;
	char name[TOUR_DEVICES][64], path[TOUR_DEVICES][32];
	uint32_t phb, rid;
	int container, group[TOUR_DEVICES], device;
	struct {
		const char *what;
		int64_t ret;
	} step[TOUR_STEPS_MAX];
	uint32_t step_count;
};

static int64_t step(struct tour *tour, const char *what, int64_t ret)
{
	sim_assert(tour->run->sim, tour->step_count < TOUR_STEPS_MAX);
	tour->step[tour->step_count].what = what;
	tour->step[tour->step_count++].ret = ret;
	return ret;
}

static int64_t map(struct tour *tour, uint64_t va, uint64_t iova, uint64_t bytes)
{
	struct vfio_iommu_type1_dma_map arg = {.argsz = sizeof(arg),
					       .flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
					       .vaddr = va,
					       .iova = iova,
					       .size = bytes};

	return vfm_ioctl(tour->proc, tour->container, VFIO_IOMMU_MAP_DMA, &arg, sizeof(arg));
}

static int64_t unmap(struct tour *tour, uint64_t iova, uint64_t bytes)
{
	struct vfio_iommu_type1_dma_unmap arg = {.argsz = sizeof(arg), .iova = iova, .size = bytes};

	return vfm_ioctl(tour->proc, tour->container, VFIO_IOMMU_UNMAP_DMA, &arg, sizeof(arg));
}

static int64_t memory(struct tour *tour, uint32_t cmd, uint64_t pages)
{
	struct vfio_iommu_spapr_register_memory arg = {
		.argsz = sizeof(arg), .vaddr = tour->va, .size = pages * tour->page};

	return vfm_ioctl(tour->proc, tour->container, cmd, &arg, sizeof(arg));
}

static int64_t create(struct tour *tour, uint32_t levels)
{
	struct vfio_iommu_spapr_tce_create arg = {.argsz = sizeof(arg),
						  .page_shift = (uint32_t)__builtin_ctzll(tour->page),
						  .window_size = tour->window_bytes,
						  .levels = levels};
	int64_t ret = vfm_ioctl(tour->proc, tour->container, VFIO_IOMMU_SPAPR_TCE_CREATE, &arg, sizeof(arg));

	if (!ret)
		tour->window = arg.start_addr;
	return ret;
}

static int64_t remove_window(struct tour *tour, uint64_t address)
{
	struct vfio_iommu_spapr_tce_remove arg = {.argsz = sizeof(arg), .start_addr = address};

	return vfm_ioctl(tour->proc, tour->container, VFIO_IOMMU_SPAPR_TCE_REMOVE, &arg, sizeof(arg));
}

static int64_t get_info(struct tour *tour)
{
	struct vfio_iommu_spapr_tce_info arg = {.argsz = sizeof(arg)};

	return vfm_ioctl(tour->proc, tour->container, VFIO_IOMMU_SPAPR_TCE_GET_INFO, &arg, sizeof(arg));
}

/* ---- The container's life ---- */

static int64_t group_in(struct tour *tour, uint32_t index)
{
	int64_t ret = vfm_open(tour->proc, tour->path[index]);

	if (ret < 0)
		return ret;
	tour->group[index] = (int)ret;
	return vfm_ioctl(tour->proc, tour->group[index], VFIO_GROUP_SET_CONTAINER, &tour->container,
			 sizeof(tour->container));
}

/* A container of @type with the first device's group in it, and its device. */
static bool open_all(struct tour *tour, uint32_t type, const char *what)
{
	int64_t ret = vfm_open(tour->proc, "/dev/vfio/vfio");

	if (step(tour, "open a container", ret) < 0)
		return false;
	tour->container = (int)ret;
	if (step(tour, "the first group into it", group_in(tour, 0)) ||
	    step(tour, what, vfm_ioctl_value(tour->proc, tour->container, VFIO_SET_IOMMU, type)))
		return false;
	ret = vfm_ioctl(tour->proc, tour->group[0], VFIO_GROUP_GET_DEVICE_FD, tour->name[0], strlen(tour->name[0]) + 1);
	tour->device = (int)ret;
	return ret >= 0;
}

static void close_one(struct tour *tour, int *fd)
{
	if (*fd >= 0)
		(void)vfm_close(tour->proc, *fd);
	*fd = -1;
}

static void close_all(struct tour *tour)
{
	close_one(tour, &tour->device);
	for (uint32_t i = 0; i < TOUR_DEVICES; i++)
		close_one(tour, &tour->group[i]);
	close_one(tour, &tour->container);
}

/* ---- What it can do ---- */

static void first_type(struct tour *tour)
{
	step(tour, "v1: MAP_DMA before ENABLE", map(tour, tour->va, TOUR_IO_BYTES, TOUR_IO_BYTES));
	step(tour, "v1: ENABLE", vfm_ioctl_value(tour->proc, tour->container, VFIO_IOMMU_ENABLE, 0));
	step(tour, "v1: ENABLE again", vfm_ioctl_value(tour->proc, tour->container, VFIO_IOMMU_ENABLE, 0));
	step(tour, "v1: MAP_DMA", map(tour, tour->va, TOUR_IO_BYTES, 4 * TOUR_IO_BYTES));
	step(tour, "v1: MAP_DMA over it", map(tour, tour->va, TOUR_IO_BYTES, TOUR_IO_BYTES));
	step(tour, "v1: UNMAP_DMA", unmap(tour, TOUR_IO_BYTES, 4 * TOUR_IO_BYTES));
	step(tour, "v1: DISABLE", vfm_ioctl_value(tour->proc, tour->container, VFIO_IOMMU_DISABLE, 0));
}

/* Another device comes to share the windows, and leaves. Has the first one still what was mapped for it? */
static void share(struct tour *tour)
{
	struct phb *phb = machine_phb(tour->run->machine, tour->phb);
	struct ioaddr at = {tour->window};
	bool had = phb_translate(phb, (uint16_t)tour->rid, at, false).ok, has;

	step(tour, "the second group comes", group_in(tour, 1));
	step(tour, "the second group leaves",
	     vfm_ioctl_value(tour->proc, tour->group[1], VFIO_GROUP_UNSET_CONTAINER, 0));
	has = phb_translate(phb, (uint16_t)tour->rid, at, false).ok;
	if (had && !has)
		finding_add(tour->run->sim, FINDING_NOTE, "detach-clears-shared-windows",
			    "a group left the container, and what was mapped for the other group is gone");
}

static void ranges(struct tour *tour)
{
	uint64_t page = tour->page, end = tour->window + tour->window_bytes;

	step(tour, "MAP_DMA", map(tour, tour->va, tour->window, TOUR_PAGES * page));
	step(tour, "MAP_DMA at no page's start", map(tour, tour->va, tour->window + page / 2, page));
	step(tour, "MAP_DMA of memory that is not there", map(tour, FAR_SIDE, tour->window, page));
	step(tour, "MAP_DMA behind the window", map(tour, tour->va, end, page));
	step(tour, "UNMAP_DMA at no page's start", unmap(tour, tour->window + page / 2, page));
	step(tour, "UNMAP_DMA past the window's end", unmap(tour, end - page, 2 * page));
	share(tour);
	step(tour, "UNMAP_DMA", unmap(tour, tour->window, TOUR_PAGES * page));
}

static void second_type(struct tour *tour)
{
	step(tour, "GET_INFO", get_info(tour));
	step(tour, "ENABLE of the second type", vfm_ioctl_value(tour->proc, tour->container, VFIO_IOMMU_ENABLE, 0));
	step(tour, "REGISTER_MEMORY", memory(tour, VFIO_IOMMU_SPAPR_REGISTER_MEMORY, TOUR_PAGES));
	step(tour, "REGISTER_MEMORY again", memory(tour, VFIO_IOMMU_SPAPR_REGISTER_MEMORY, TOUR_PAGES));
	step(tour, "TCE_CREATE with six levels", create(tour, 6));
	if (!step(tour, "TCE_CREATE", create(tour, 1))) {
		ranges(tour);
		step(tour, "TCE_REMOVE by its last address",
		     remove_window(tour, tour->window + tour->window_bytes - 1));
		step(tour, "TCE_REMOVE again", remove_window(tour, tour->window));
	}
	step(tour, "UNREGISTER_MEMORY", memory(tour, VFIO_IOMMU_SPAPR_UNREGISTER_MEMORY, TOUR_PAGES));
	step(tour, "UNREGISTER_MEMORY again", memory(tour, VFIO_IOMMU_SPAPR_UNREGISTER_MEMORY, TOUR_PAGES));
}

static void tour_main(struct vfm_proc *proc, void *arg)
{
	struct tour *tour = arg;
	int64_t va;

	tour->proc = proc;
	va = vfm_mmap_anon(proc, TOUR_PAGES * tour->page);
	if (step(tour, "memory", va) < 0)
		return;
	tour->va = (uint64_t)va;
	if (open_all(tour, VFIO_SPAPR_TCE_IOMMU, "SET_IOMMU of the first type"))
		first_type(tour);
	close_all(tour);
	if (open_all(tour, VFIO_SPAPR_TCE_v2_IOMMU, "SET_IOMMU of the second type"))
		second_type(tour);
	close_all(tour);
}

/* ---- The scenario ---- */

static int tour_setup(struct wl_run *run)
{
	const struct km_ops *ops = kernel_ops(run->kernel);
	struct tour *tour = run->state;
	unsigned int pe, phb[TOUR_DEVICES], rid[TOUR_DEVICES];
	int group;

	tour->run = run;
	tour->page = kernel_desc(run->kernel)->page_bytes;
	tour->window_bytes = 8192 * tour->page; /* a table of whole pages in one level */
	tour->container = tour->device = -1;
	for (uint32_t i = 0; i < TOUR_DEVICES; i++) {
		tour->group[i] = -1;
		if (ops->device_info((int)i, tour->name[i], sizeof(tour->name[i]), &group, &phb[i], &pe, &rid[i]))
			return cfg_fail(run->cfg, "machine.devices",
					"found less than two devices, expected at least 2");
		snprintf(tour->path[i], sizeof(tour->path[i]), "/dev/vfio/%d", group);
	}
	tour->phb = phb[0];
	tour->rid = rid[0];
	vfm_proc_start(run->vfm, "T", TOUR_MEMLOCK_BYTES, tour_main, tour);
	return 0;
}

static void tour_verify(struct wl_run *run)
{
	struct tour *tour = run->state;

	if (tour->step_count < 2)
		finding_add(run->sim, FINDING_VIOLATION, "tour-step", "the process did not get to a container");
}

static void tour_summary(struct wl_run *run, FILE *out)
{
	struct tour *tour = run->state;
	const struct finding *finding;

	fprintf(out, "spapr-tour: what the driver of %s answers (%" PRIu32 " KiB pages)\n\n",
		kernel_desc(run->kernel)->name, kernel_desc(run->kernel)->page_bytes / 1024);
	for (uint32_t i = 1; i < tour->step_count; i++)
		fprintf(out, "  %-40s %" PRId64 "\n", tour->step[i].what, tour->step[i].ret);
	for (size_t i = 0; (finding = finding_get(run->sim, i)); i++)
		fprintf(out, "%s  %s %s: %s\n", i ? "" : "\n", finding_severity_name(finding->severity), finding->kind,
			finding->text);
}

static void tour_results(struct wl_run *run, struct json *json)
{
	struct tour *tour = run->state;

	json_array(json, "steps");
	for (uint32_t i = 0; i < tour->step_count; i++) {
		json_object(json, NULL);
		json_text(json, "what", tour->step[i].what);
		json_i64(json, "result", tour->step[i].ret);
		json_end(json);
	}
	json_end(json);
}

const struct wl_desc wl_spapr_tour = {
	.name = "spapr-tour",
	.title = "the calls of VFIO's sPAPR part in order and out of order; to compare drivers",
	.setup = tour_setup,
	.verify = tour_verify,
	.summary = tour_summary,
	.results = tour_results,
	.state_bytes = sizeof(struct tour),
};
