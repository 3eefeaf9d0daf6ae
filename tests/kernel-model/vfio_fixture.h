/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_KERNEL_MODEL_VFIO_FIXTURE_H
#define TESTS_KERNEL_MODEL_VFIO_FIXTURE_H
/*
 * tests/kernel-model/vfio_fixture.h - a hosted kernel on a fake machine with two functions, and a process that drives VFIO
 * by raw system calls. Each test forks, so that each boots a fresh kernel object.
 */
#include <check.h>
#include <errno.h>
#include <linux/vfio.h>
#include <stddef.h>

#include "fake_expect.h"
#include "kernel-model/kernel.h"
#include "kernels.h"
#include "sim/finding.h"

#define MEMLOCK_BYTES (1ull << 30)
#define BUFFER_BYTES (1ull << 20)
#define WINDOW_BYTES (1ull << 28)
#define RW_FLAGS (VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE)

static struct sim *sim;
static struct fake *fake;
static struct cfg *cfg;
static struct kernel *kernel;
static const struct km_ops *ops;
static uint32_t page_bytes;
static bool finished;

/* What a process of these tests holds. */
static struct km_proc *proc;
static uint64_t arg_va;
static int container_fd, group_fd, device_fd, group;
static unsigned int pe, rid;

/* kernel_under_test with KM_MUTANT_ bits on a machine of @phbs host bridges: the first has two functions, others one. */
static inline void setup_ram(unsigned int phbs, uint32_t mutants, uint64_t ram_bytes)
{
	page_bytes = kernel_under_test->page_bytes;
	sim = sim_create(1);
	fake = fake_create(sim, phbs, ram_bytes);
	fake_function_add(fake, 0, 0, 0);
	fake_function_add(fake, 0, 1, 0);
	if (phbs > 1)
		fake_function_add(fake, 1, 0, 0);
	cfg = cfg_create();
	cfg_add_rows(cfg, km_cfg_rows, km_cfg_row_count);
	kernel = kernel_create(sim, &fake->platform, kernel_under_test, cfg, mutants);
	ops = kernel_ops(kernel);
	finished = false;
}

static inline void setup_with(unsigned int phbs, uint32_t mutants)
{
	setup_ram(phbs, mutants, FAKE_RAM_BYTES);
}

static inline void setup(void)
{
	setup_with(1, 0);
}

static inline void print_log(void)
{
	const char *line;
	size_t i;

	for (i = 0; (line = kernel_log_line(kernel, i, NULL)); i++)
		fprintf(stderr, "%s\n", line);
	for (i = 0; finding_get(sim, i); i++)
		fprintf(stderr, "finding %s: %s\n", finding_get(sim, i)->kind, finding_get(sim, i)->text);
}

static inline void teardown(void)
{
	kernel_destroy(kernel);
	cfg_destroy(cfg);
	fake_destroy(fake);
	sim_destroy(sim);
}

static inline void run(sim_task_fn *fn)
{
	sim_task_create(sim, "test", fn, NULL);
	sim_run(sim, SIM_PS_NEVER);
	if (!finished || finding_count(sim, FINDING_NOTE))
		print_log();
	ck_assert(finished);
	ck_assert_uint_eq(finding_count(sim, FINDING_NOTE), 0);
}

static inline long call(int fd, uint32_t cmd, void *arg, size_t bytes)
{
	long ret;

	ck_assert_int_eq(ops->user_store(proc, arg_va, arg, bytes), 0);
	ret = ops->ioctl(proc, fd, cmd, arg_va);
	ck_assert_int_eq(ops->user_load(proc, arg_va, arg, bytes), 0);
	return ret;
}

static inline void boot(void)
{
	ck_assert_int_eq(kernel_boot(kernel), 0);
	fake_forget_resets(fake, 0);
}

static inline void proc_start(void)
{
	long long va;

	proc = ops->proc_create("test", MEMLOCK_BYTES, 0);
	ck_assert_ptr_nonnull(proc);
	va = ops->mmap(proc, 0, page_bytes, KM_PROT_READ | KM_PROT_WRITE, KM_MAP_PRIVATE | KM_MAP_ANONYMOUS, -1, 0);
	ck_assert_int_gt(va, 0);
	arg_va = (uint64_t)va;
}

/* Container, group and device of function @index. */
static inline void device_open(int index)
{
	char name[32], path[32];
	unsigned int phb;

	ck_assert_int_eq(ops->device_info(index, name, sizeof(name), &group, &phb, &pe, &rid), 0);
	container_fd = (int)ops->open(proc, "/dev/vfio/vfio", 2);
	ck_assert_int_ge(container_fd, 0);
	snprintf(path, sizeof(path), "/dev/vfio/%d", group);
	group_fd = (int)ops->open(proc, path, 2);
	ck_assert_int_ge(group_fd, 0);
	ck_assert_int_eq(call(group_fd, VFIO_GROUP_SET_CONTAINER, &container_fd, sizeof(container_fd)), 0);
	ck_assert_int_eq(ops->ioctl(proc, container_fd, VFIO_SET_IOMMU, VFIO_SPAPR_TCE_v2_IOMMU), 0);
	device_fd = (int)call(group_fd, VFIO_GROUP_GET_DEVICE_FD, name, sizeof(name));
	ck_assert_int_ge(device_fd, 0);
}

static inline void device_close(void)
{
	ck_assert_int_eq(ops->close(proc, device_fd), 0);
	ck_assert_int_eq(ops->close(proc, group_fd), 0);
	ck_assert_int_eq(ops->close(proc, container_fd), 0);
}

static inline uint64_t buffer_map(uint64_t bytes)
{
	long long va = ops->mmap(proc, 0, bytes, KM_PROT_READ | KM_PROT_WRITE, KM_MAP_PRIVATE | KM_MAP_ANONYMOUS, -1, 0);

	ck_assert_int_gt(va, 0);
	return (uint64_t)va;
}

static inline long memory(uint32_t cmd, uint64_t va, uint64_t bytes)
{
	struct vfio_iommu_spapr_register_memory reg = {.argsz = sizeof(reg), .vaddr = va, .size = bytes};

	return call(container_fd, cmd, &reg, sizeof(reg));
}

static inline long map_dma(uint64_t va, uint64_t iova, uint64_t bytes)
{
	struct vfio_iommu_type1_dma_map map = {sizeof(map), RW_FLAGS, va, iova, bytes};

	return call(container_fd, VFIO_IOMMU_MAP_DMA, &map, sizeof(map));
}

static inline long unmap_dma(uint64_t iova, uint64_t bytes)
{
	struct vfio_iommu_type1_dma_unmap unmap = {.argsz = sizeof(unmap), .iova = iova, .size = bytes};

	return call(container_fd, VFIO_IOMMU_UNMAP_DMA, &unmap, sizeof(unmap));
}

static inline uint64_t ram_be64(uint64_t real)
{
	uint64_t value;

	ck_assert_uint_lt(real, fake->platform.ram_bytes);
	memcpy(&value, fake->platform.ram + real, sizeof(value));
	return __builtin_bswap64(value);
}

/* The TCE of PCI address @iova as the PHB would find it: TVE, then level by level. */
static inline uint64_t tce_of(uint64_t iova)
{
	uint64_t tve = fake->phb[0].ioda[IODA2_TBL_TVT][2 * pe + (iova >> 59 & 1)];
	uint32_t bits = (uint32_t)ppc_get(IODA2_TVT_TABLE_SIZE, tve) + 8;
	uint32_t shift = (uint32_t)ppc_get(IODA2_TVT_PAGE_SIZE, tve) + 11;
	uint64_t entry = ppc_get(IODA2_TVT_TABLE_ADDR, tve) << 12;
	int level;

	ck_assert_uint_ne(tve, 0);
	iova &= (1ull << 59) - 1;
	for (level = (int)ppc_get(IODA2_TVT_NUM_LEVELS, tve); level >= 0; level--) {
		uint64_t index = iova >> (shift + bits * (uint32_t)level) & ((1ull << bits) - 1);

		entry = ram_be64((entry & ~0xfffull) + 8 * index);
		if (!entry)
			return 0;
	}
	return entry;
}

#endif
