// SPDX-License-Identifier: GPL-2.0-only
/*
 * bench/bench_map.c - MAP_DMA + UNMAP_DMA of one page through the hosted VFIO core, on the whole machine: with simulated
 * time (every cost hook spends what its row says) against the same calls with every cost hook empty.
 *
 * Both contestants are the same code on the same window and page; struct km_ops.costs switches the hooks. What is timed
 * is two system calls: entry, fd look-up, container, driver, TCE exchange in RAM, TCE kill register, exit checks.
 */
#include <linux/vfio.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/bench_util.h"
#include "hw/machine.h"
#include "kernel-model/kernel.h"
#include "sim/finding.h"
#include "sim/task.h"

#define ROUNDS 31
#define CALLS 20000
#define WINDOW_BYTES (16ull << 30)
#define PAGES_MAX 256
#define O_RDWR_FLAG 2

struct world {
	struct sim *sim;
	struct cfg *cfg;
	struct machine *machine;
	struct kernel *kernel;
	const struct km_ops *ops;
	struct km_proc *proc;
	uint64_t page_bytes, arg_va;
	int container_fd, group_fd, device_fd;
	struct vfio_iommu_type1_dma_map map;
	struct vfio_iommu_type1_dma_unmap unmap;
};

/* One contestant: @pages per call, hooks on or empty. */
struct contest {
	struct world *world;
	uint64_t pages, count;
	int costs;
};

static void must(int ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "bench_map: %s failed\n", what);
	abort();
}

static long long call(struct world *w, int fd, uint32_t cmd, void *arg, size_t bytes)
{
	long long ret;

	must(!w->ops->user_store(w->proc, w->arg_va, arg, bytes), "store");
	ret = w->ops->ioctl(w->proc, fd, cmd, w->arg_va);
	must(!w->ops->user_load(w->proc, w->arg_va, arg, bytes), "load");
	return ret;
}

static uint64_t map_memory(struct world *w, uint64_t bytes)
{
	long long va = w->ops->mmap(w->proc, 0, bytes, KM_PROT_READ | KM_PROT_WRITE, KM_MAP_PRIVATE | KM_MAP_ANONYMOUS,
				    -1, 0);

	must(va > 0, "mmap");
	return (uint64_t)va;
}

/* A process with a device, registered memory and a window of two levels. */
static void set_up(struct sim *sim, void *arg)
{
	struct vfio_iommu_spapr_register_memory reg = {.argsz = sizeof(reg)};
	struct vfio_iommu_spapr_tce_create create = {.argsz = sizeof(create), .window_size = WINDOW_BYTES, .levels = 2};
	struct world *w = arg;
	unsigned int phb, pe, rid;
	char name[32], path[32];
	int group;

	(void)sim;
	must(!kernel_boot(w->kernel), "boot");
	w->proc = w->ops->proc_create("bench", 1ull << 30, 0);
	w->arg_va = map_memory(w, w->page_bytes);
	must(!w->ops->device_info(0, name, sizeof(name), &group, &phb, &pe, &rid), "device_info");
	w->container_fd = (int)w->ops->open(w->proc, "/dev/vfio/vfio", O_RDWR_FLAG);
	snprintf(path, sizeof(path), "/dev/vfio/%d", group);
	w->group_fd = (int)w->ops->open(w->proc, path, O_RDWR_FLAG);
	must(!call(w, w->group_fd, VFIO_GROUP_SET_CONTAINER, &w->container_fd, sizeof(w->container_fd)), "SET_CONTAINER");
	must(!w->ops->ioctl(w->proc, w->container_fd, VFIO_SET_IOMMU, VFIO_SPAPR_TCE_v2_IOMMU), "SET_IOMMU");
	w->device_fd = (int)call(w, w->group_fd, VFIO_GROUP_GET_DEVICE_FD, name, sizeof(name));
	must(w->device_fd >= 0, "GET_DEVICE_FD");
	reg.size = PAGES_MAX * w->page_bytes;
	reg.vaddr = map_memory(w, reg.size);
	must(!call(w, w->container_fd, VFIO_IOMMU_SPAPR_REGISTER_MEMORY, &reg, sizeof(reg)), "REGISTER_MEMORY");
	create.page_shift = (uint32_t)__builtin_ctzll(w->page_bytes);
	must(!call(w, w->container_fd, VFIO_IOMMU_SPAPR_TCE_CREATE, &create, sizeof(create)), "TCE_CREATE");
	w->map = (struct vfio_iommu_type1_dma_map){sizeof(w->map), VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
						   reg.vaddr, create.start_addr, 0};
	w->unmap = (struct vfio_iommu_type1_dma_unmap){.argsz = sizeof(w->unmap), .iova = create.start_addr};
}

static void tear_down(struct sim *sim, void *arg)
{
	struct world *w = arg;

	(void)sim;
	w->ops->proc_exit(w->proc);
	must(!kernel_check_leaks(w->kernel), "leak check");
	w->proc = NULL;
}

static void calls_main(struct sim *sim, void *arg)
{
	struct contest *contest = arg;
	struct world *w = contest->world;
	uint64_t map_va = w->arg_va, unmap_va = w->arg_va + sizeof(w->map);

	(void)sim;
	w->map.size = w->unmap.size = contest->pages * w->page_bytes;
	must(!w->ops->user_store(w->proc, map_va, &w->map, sizeof(w->map)), "store");
	must(!w->ops->user_store(w->proc, unmap_va, &w->unmap, sizeof(w->unmap)), "store");
	w->ops->costs(contest->costs);
	for (; contest->count; contest->count--) {
		must(!w->ops->ioctl(w->proc, w->container_fd, VFIO_IOMMU_MAP_DMA, map_va), "MAP_DMA");
		must(!w->ops->ioctl(w->proc, w->container_fd, VFIO_IOMMU_UNMAP_DMA, unmap_va), "UNMAP_DMA");
	}
	w->ops->costs(1);
}

static void map_unmap(void *arg, uint64_t count)
{
	struct contest *contest = arg;

	contest->count = count;
	sim_task_create(contest->world->sim, "bench", calls_main, contest);
	sim_run(contest->world->sim, SIM_PS_NEVER);
	must(!contest->count, "a round");
}

static void run_in_task(struct world *w, sim_task_fn *fn)
{
	sim_task_create(w->sim, "bench", fn, w);
	sim_run(w->sim, SIM_PS_NEVER);
}

static void bench_pages(struct world *w, const char *title, uint64_t pages, uint64_t calls)
{
	struct contest empty = {w, pages, 0, 0}, timed = {w, pages, 0, 1};
	struct bench_case cases[] = {
		{.name = "cost hooks empty", .fn = map_unmap, .arg = &empty},
		{.name = "with simulated time", .fn = map_unmap, .arg = &timed},
	};

	bench_run(cases, 2, ROUNDS, calls);
	bench_print(title, cases, 2);
}

static void bench_kernel(const struct km_desc *desc)
{
	struct world w = {.sim = sim_create(1), .cfg = cfg_create(), .page_bytes = desc->page_bytes};
	char title[96];

	machine_add_cfg_rows(w.cfg);
	cfg_add_rows(w.cfg, km_cfg_rows, km_cfg_row_count);
	must(!machine_create(w.sim, w.cfg, &w.machine), "machine_create");
	w.kernel = kernel_create(w.sim, machine_platform(w.machine), desc, w.cfg, 0);
	w.ops = kernel_ops(w.kernel);
	run_in_task(&w, set_up);
	must(w.map.iova != 0, "set-up");
	snprintf(title, sizeof(title), "%s, %u KiB pages: MAP+UNMAP, 1 page", desc->name,
		 desc->page_bytes >> 10);
	bench_pages(&w, title, 1, CALLS);
	snprintf(title, sizeof(title), "%s, %u KiB pages: MAP+UNMAP, %d pages", desc->name, desc->page_bytes >> 10,
		 PAGES_MAX);
	bench_pages(&w, title, PAGES_MAX, CALLS / PAGES_MAX);
	run_in_task(&w, tear_down);
	must(!finding_count(w.sim, FINDING_NOTE), "a run without findings");
	kernel_destroy(w.kernel);
	machine_destroy(w.machine);
	cfg_destroy(w.cfg);
	sim_destroy(w.sim);
}

int main(void)
{
	const struct km_desc *descs;
	size_t n, i;

	descs = km_descs(&n);
	for (i = 0; i < n; i++)
		bench_kernel(&descs[i]);
	return 0;
}
