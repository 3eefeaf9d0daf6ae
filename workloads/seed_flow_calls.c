// SPDX-License-Identifier: GPL-2.0-only
/*
 * workloads/seed_flow_calls.c - the flow call by call, and what is right to answer.
 *
 * The table's first column is what drivers answer since EEH came to VFIO (3.18; looked up in 6.1), its second what the
 * first one (3.11) does. They differ where the interface was found wanting later, and where it still is: a range that
 * UNMAP refuses is answered with 1 up to 6.12 at least, because the check became a macro that is only true or not.
 */
#include <errno.h>
#include <inttypes.h>
#include <linux/vfio.h>
#include <stdio.h>

#include "workloads/referee.h"
#include "workloads/seed_flow.h"

#define SETUP "seed-flow-setup"
#define LOCKED "seed-flow-locked"
#define TEARDOWN "seed-flow-teardown"

/* clang-format off */
#define BOTH(x) {(x), (x)}
const struct sf_judged sf_judged[SF_CALLS] = {
	[SF_EXTENSION] = {"CHECK_EXTENSION(SPAPR_TCE_IOMMU)", "", BOTH(1), SF_ABOUT_FLOW},
	[SF_SET_CONTAINER] = {"SET_CONTAINER", "", BOTH(0), SF_ABOUT_FLOW},
	[SF_SET_IOMMU] = {"SET_IOMMU(SPAPR_TCE_IOMMU)", "", BOTH(0), SF_ABOUT_FLOW},
	[SF_GET_INFO] = {"SPAPR_TCE_GET_INFO", "", BOTH(0), SF_ABOUT_FLOW},
	[SF_ENABLE] = {"ENABLE", "", BOTH(0), SF_ABOUT_FLOW},
	[SF_MAP] = {"MAP_DMA", "", BOTH(0), SF_ABOUT_FLOW},
	[SF_UNMAP] = {"UNMAP_DMA", "", BOTH(0), SF_ABOUT_FLOW},
	[SF_DISABLE] = {"DISABLE", "", BOTH(0), SF_ABOUT_FLOW},
	[SF_API_VERSION] = {"GET_API_VERSION", "", BOTH(VFIO_API_VERSION), SF_ABOUT_EDGE},
	[SF_EXTENSION_V2] = {"CHECK_EXTENSION", "SPAPR_TCE_v2_IOMMU", {1, 0}, SF_ABOUT_EDGE},
	[SF_POOR_ENABLE] = {"ENABLE", "RLIMIT_MEMLOCK low", BOTH(-ENOMEM), SF_ABOUT_EDGE},
	[SF_SECOND_GROUP] = {"SET_CONTAINER", "a second group", BOTH(-EBUSY), SF_ABOUT_EDGE},
	[SF_MAP_EARLY] = {"MAP_DMA", "before ENABLE", {-EPERM, 0}, SF_ABOUT_EDGE},
	[SF_ENABLE_TWICE] = {"ENABLE", "again", BOTH(-EBUSY), SF_ABOUT_EDGE},
	[SF_MAP_LIVE] = {"MAP_DMA", "where one is mapped", {0, -EBUSY}, SF_ABOUT_EDGE},
	[SF_MAP_OUTSIDE] = {"MAP_DMA", "outside the window", {-ENXIO, -EINVAL}, SF_ABOUT_EDGE},
	[SF_UNMAP_OUTSIDE] = {"UNMAP_DMA", "past its end", {1, -EINVAL}, SF_ABOUT_EDGE},
	[SF_UNSET_ENABLED] = {"UNSET_CONTAINER", "enabled", BOTH(0), SF_ABOUT_EDGE},
	[SF_EEH_ENABLE] = {"EEH_PE_OP", "ENABLE", {0, -ENOTTY}, SF_ABOUT_EDGE},
	[SF_EEH_FROZEN] = {"EEH_PE_OP", "GET_STATE of the frozen PE", {VFIO_EEH_PE_STATE_STOPPED}, SF_ABOUT_RECOVERY},
	[SF_EEH_IO] = {"EEH_PE_OP", "UNFREEZE_IO", {0}, SF_ABOUT_RECOVERY},
	[SF_EEH_DMA] = {"EEH_PE_OP", "UNFREEZE_DMA", {0}, SF_ABOUT_RECOVERY},
	[SF_EEH_THAWED] = {"EEH_PE_OP", "GET_STATE of the thawed PE", {VFIO_EEH_PE_STATE_NORMAL}, SF_ABOUT_RECOVERY},
};
/* clang-format on */

/* ---- Container, group, function ---- */

static int64_t open_group(struct sf_side *side, int group)
{
	char path[32];

	snprintf(path, sizeof(path), "/dev/vfio/%d", group);
	return vfm_open(side->proc, path);
}

static int64_t set_container(struct sf_side *side, int64_t group_fd)
{
	int32_t container = side->dev.container_fd;

	return vfm_ioctl(side->proc, (int)group_fd, VFIO_GROUP_SET_CONTAINER, &container, sizeof(container));
}

static int64_t check_extension(struct sf_side *side, uint64_t type)
{
	return vfm_ioctl_value(side->proc, side->dev.container_fd, VFIO_CHECK_EXTENSION, type);
}

/* As far as SET_IOMMU, each call by itself. */
static bool attach(struct sf_side *side)
{
	struct vfm_device *dev = &side->dev;
	int64_t fd = vfm_open(side->proc, "/dev/vfio/vfio");

	*dev = (struct vfm_device){
		.proc = side->proc, .container_fd = (int)fd, .group_fd = -1, .device_fd = -1, .irq_fd = -1};
	if (!sf_expect(side, fd >= 0, SETUP, "no container (%" PRId64 ")", fd) ||
	    !sf_expect(side, !vfm_device_find(dev, side->device_name), SETUP, "no function %s", side->device_name))
		return false;
	side->attached = true;
	sf_judge(side, SF_API_VERSION, vfm_ioctl_value(side->proc, dev->container_fd, VFIO_GET_API_VERSION, 0));
	sf_judge(side, SF_EXTENSION, check_extension(side, VFIO_SPAPR_TCE_IOMMU));
	sf_judge(side, SF_EXTENSION_V2, check_extension(side, VFIO_SPAPR_TCE_v2_IOMMU));
	fd = open_group(side, dev->group);
	dev->group_fd = (int)fd;
	return sf_expect(side, fd >= 0, SETUP, "its group cannot be opened (%" PRId64 ")", fd) &&
	       sf_judge(side, SF_SET_CONTAINER, set_container(side, fd)) &&
	       sf_judge(side, SF_SET_IOMMU,
			vfm_ioctl_value(side->proc, dev->container_fd, VFIO_SET_IOMMU, VFIO_SPAPR_TCE_IOMMU));
}

/* One group per container: that of the neighbour's device is refused. */
static void try_second_group(struct sf_side *side)
{
	struct vfm_device other = {.proc = side->proc};
	int64_t fd;

	if (!sf_expect(side, !vfm_device_find(&other, side->sf->neighbour.device_name), SETUP, "no second group"))
		return;
	fd = open_group(side, other.group);
	if (!sf_expect(side, fd >= 0, SETUP, "the second group cannot be opened (%" PRId64 ")", fd))
		return;
	sf_judge(side, SF_SECOND_GROUP, set_container(side, fd));
	vfm_close(side->proc, (int)fd);
}

bool sf_take(struct sf_side *side)
{
	int err = vfm_device_get(&side->dev, side->device_name);

	referee_device(side->sf->run->referee, &side->dev);
	return sf_expect(side, !err, SETUP, "%s could not be had from its group (%d)", side->device_name, err);
}

/* ---- Locked memory ---- */

static bool locked(struct sf_side *side, uint64_t pages, const char *when)
{
	uint64_t found = vfm_proc_locked_vm(side->proc);

	return sf_expect(side, found == pages, LOCKED, "%" PRIu64 " pages of locked memory %s, expected %" PRIu64,
			 found, when, pages);
}

static bool enable(struct sf_side *side)
{
	side->locked_pages = side->window_bytes / vfm_proc_page_bytes(side->proc);
	side->enabled = true;
	return sf_judge(side, SF_ENABLE, vfm_spapr_enable(&side->dev)) &&
	       locked(side, side->locked_pages, "after ENABLE");
}

/* ---- The flow ---- */

static int64_t map(struct sf_side *side, uint64_t user_va, uint64_t iova, uint64_t bytes)
{
	return vfm_map_dma(&side->dev, user_va, iova, bytes, true, true);
}

static bool read_window(struct sf_side *side)
{
	uint64_t bytes = side->sf->config.buffer_bytes;

	return sf_judge(side, SF_GET_INFO, vfm_spapr_get_info(&side->dev, &side->window, &side->window_bytes)) &&
	       sf_expect(side, !side->window && bytes <= side->window_bytes, SETUP,
			 "a window at %#" PRIx64 " of %#" PRIx64 " bytes, expected one at 0 that holds the buffer",
			 side->window, side->window_bytes);
}

/* A driver that maps before ENABLE has mapped without any account; it is undone at once. */
static bool map_early(struct sf_side *side, uint64_t page_va)
{
	uint64_t page = vfm_proc_page_bytes(side->proc);
	int64_t ret = map(side, page_va, side->window, page);

	sf_judge(side, SF_MAP_EARLY, ret);
	return ret || sf_expect(side, !vfm_unmap_dma(&side->dev, side->window, page), SETUP,
				"what was mapped before ENABLE cannot be unmapped");
}

/* The buffer at PCI address 0, and three calls that may not change that. */
static bool map_buffer(struct sf_side *side, uint64_t page_va)
{
	uint64_t bytes = side->sf->config.buffer_bytes, page = vfm_proc_page_bytes(side->proc);
	uint64_t end = side->window + side->window_bytes;
	int64_t ret = vfm_mmap_anon(side->proc, bytes);

	if (!sf_expect(side, ret > 0, SETUP, "no memory for the buffer (%" PRId64 ")", ret))
		return false;
	side->va = (uint64_t)ret;
	if (!sf_judge(side, SF_MAP, map(side, side->va, side->window, bytes)))
		return false;
	side->mapped = true;
	ret = map(side, page_va, side->window, page);
	sf_judge(side, SF_MAP_LIVE, ret);
	if (!ret)
		sf_expect(side, !map(side, side->va, side->window, page), SETUP,
			  "the buffer's first page cannot be mapped again");
	sf_judge(side, SF_MAP_OUTSIDE, map(side, page_va, end, page));
	sf_judge(side, SF_UNMAP_OUTSIDE, vfm_unmap_dma(&side->dev, end - page, 2 * page));
	return true;
}

static bool go_through(struct sf_side *side)
{
	int64_t page_va = vfm_mmap_anon(side->proc, vfm_proc_page_bytes(side->proc));

	if (!sf_expect(side, page_va > 0, SETUP, "no memory (%" PRId64 ")", page_va) || !attach(side))
		return false;
	referee_device(side->sf->run->referee, &side->dev);
	try_second_group(side);
	side->ready = true; /* from here on the neighbour may have its group */
	if (!read_window(side) || !map_early(side, (uint64_t)page_va) || !enable(side))
		return false;
	sf_judge(side, SF_ENABLE_TWICE, vfm_spapr_enable(&side->dev));
	return map_buffer(side, (uint64_t)page_va) && sf_take(side) && sf_check_dma(side, "seed-flow-dma") &&
	       sf_wait(side, &side->sf->neighbour, &side->sf->neighbour.ready) && sf_incident(side);
}

/* UNMAP and DISABLE end the flow; a container that is enabled again is disabled by the loss of its group. */
static void give_back(struct sf_side *side)
{
	struct vfm_device *dev = &side->dev;

	if (side->mapped)
		sf_judge(side, SF_UNMAP, vfm_unmap_dma(dev, side->window, side->sf->config.buffer_bytes));
	if (side->sf->incident.recovered)
		sf_write_unmapped(side);
	if (side->enabled) {
		sf_judge(side, SF_DISABLE, vfm_spapr_disable(dev));
		locked(side, 0, "after DISABLE");
		sf_expect(side, !vfm_spapr_enable(dev), TEARDOWN, "ENABLE after DISABLE failed");
		locked(side, side->locked_pages, "after ENABLE");
		vfm_device_put(dev);
		sf_judge(side, SF_UNSET_ENABLED,
			 vfm_ioctl_value(side->proc, dev->group_fd, VFIO_GROUP_UNSET_CONTAINER, 0));
		locked(side, 0, "after UNSET_CONTAINER");
	}
	if (side->attached)
		vfm_device_close(dev);
}

void sf_main_a(struct vfm_proc *proc, void *arg)
{
	struct sf_side *side = arg;

	side->proc = proc;
	sf_wait(side, &side->sf->poor, &side->sf->poor.ended);
	(void)go_through(side);
	give_back(side);
	side->ended = true;
}

/* ---- The process whose limit is too low ---- */

void sf_main_poor(struct vfm_proc *proc, void *arg)
{
	struct sf_side *side = arg;
	int err;

	side->proc = proc;
	err = vfm_device_attach(proc, side->device_name, VFIO_SPAPR_TCE_IOMMU, &side->dev);
	if (sf_expect(side, !err, SETUP, "%s's group could not be had (%d)", side->device_name, err)) {
		sf_judge(side, SF_POOR_ENABLE, vfm_spapr_enable(&side->dev));
		locked(side, 0, "after a refused ENABLE");
		vfm_device_close(&side->dev);
	}
	side->ended = true;
}
