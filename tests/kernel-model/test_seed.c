// SPDX-License-Identifier: GPL-2.0-only
/*
 * tests/kernel-model/test_seed.c - the sPAPR TCE driver of 2013, imported from its patch text, below the VFIO core of
 * the kernel that it stands on: the flow that its documentation gives, and what it answers otherwise than its
 * successors. Skipped where there is no such text (PHBSIM_SEED).
 *
 * Helpers around the driver are a reconstruction (kernel-model/linux/era-3.11): what is tested here of them is that
 * they do what that page says, not what a kernel of 2013 did.
 */
#include "vfio_fixture.h"

#define IOMMU_PAGE 4096ull
#define SEED "seed-2013"
#define FLOW_BYTES (1ull << 20) /* as the documentation in the patch has it */

#define NO_MEMORY 0x10000000ull /* the fixture's mappings begin higher */

/* SET_CONTAINER, SET_IOMMU: the container is the first type's. Return: what SET_IOMMU said. */
static long container_open(unsigned long type)
{
	char name[32], path[32];
	unsigned int phb;

	ck_assert_int_eq(ops->device_info(0, name, sizeof(name), &group, &phb, &pe, &rid), 0);
	container_fd = (int)ops->open(proc, "/dev/vfio/vfio", 2);
	snprintf(path, sizeof(path), "/dev/vfio/%d", group);
	group_fd = (int)ops->open(proc, path, 2);
	ck_assert_int_ge(group_fd, 0);
	ck_assert_int_eq(call(group_fd, VFIO_GROUP_SET_CONTAINER, &container_fd, sizeof(container_fd)), 0);
	return ops->ioctl(proc, container_fd, VFIO_SET_IOMMU, type);
}

static void container_close(void)
{
	ck_assert_int_eq(ops->close(proc, group_fd), 0);
	ck_assert_int_eq(ops->close(proc, container_fd), 0);
}

static struct vfio_iommu_spapr_tce_info window_info(void)
{
	/* The structure ended with the 32-bit window then. */
	struct vfio_iommu_spapr_tce_info info = {.argsz = offsetof(struct vfio_iommu_spapr_tce_info, ddw)};

	ck_assert_int_eq(call(container_fd, VFIO_IOMMU_SPAPR_TCE_GET_INFO, &info, info.argsz), 0);
	return info;
}

static long enable(void)
{
	return ops->ioctl(proc, container_fd, VFIO_IOMMU_ENABLE, 0);
}

static void proc_start_with(uint64_t memlock_bytes)
{
	proc = ops->proc_create("test", memlock_bytes, 0);
	arg_va = buffer_map(page_bytes);
}

/* A process with a container of the driver, enabled. The whole window counts as locked: the limit must allow it. */
static void flow_begin(void)
{
	boot();
	proc_start_with(4ull << 30);
	ck_assert_int_eq(container_open(VFIO_SPAPR_TCE_IOMMU), 0);
	ck_assert_int_eq(enable(), 0);
}

static void flow_end(void)
{
	container_close();
	ops->proc_exit(proc);
	ck_assert_uint_eq(kernel_check_leaks(kernel), 0);
	finished = true;
}

static void main_flow(struct sim *s, void *arg)
{
	struct vfio_iommu_spapr_tce_info info;
	struct km_account account;
	uint64_t buffer, at;

	(void)s;
	(void)arg;
	boot();
	proc_start_with(4ull << 30);
	ck_assert_int_eq(container_open(VFIO_SPAPR_TCE_IOMMU), 0);
	ck_assert_int_eq(ops->ioctl(proc, container_fd, VFIO_CHECK_EXTENSION, VFIO_SPAPR_TCE_IOMMU), 1);
	info = window_info();
	ck_assert_uint_eq(info.dma32_window_start, 0);
	ck_assert_uint_eq(info.dma32_window_size, FAKE_M32_PCI_BASE);
	ck_assert_uint_eq(info.flags, 0);
	/* A window of 4K pages in one level, and no bypass beside it. */
	ck_assert_uint_eq(ppc_get(IODA2_TVT_NUM_LEVELS, fake->phb[0].ioda[IODA2_TBL_TVT][2 * pe]), 0);
	ck_assert_uint_eq(ppc_get(IODA2_TVT_PAGE_SIZE, fake->phb[0].ioda[IODA2_TBL_TVT][2 * pe]) + 11, 12);
	ck_assert_uint_eq(fake->phb[0].ioda[IODA2_TBL_TVT][2 * pe + 1], 0);

	ck_assert_int_eq(enable(), 0);
	ck_assert_uint_eq(ops->proc_locked_vm(proc), info.dma32_window_size / page_bytes);
	ck_assert_int_eq(enable(), -EBUSY);
	buffer = buffer_map(FLOW_BYTES);
	ck_assert_int_eq(map_dma(buffer, 0, FLOW_BYTES), 0);
	for (at = 0; at < FLOW_BYTES; at += IOMMU_PAGE)
		ck_assert_uint_eq(tce_of(at), (ops->user_real(proc, buffer + at)) | 3);
	ck_assert_uint_eq(tce_of(FLOW_BYTES), 0);
	/* Each TCE holds its page. */
	ops->account(&account);
	ck_assert_uint_eq(account.pins, FLOW_BYTES / IOMMU_PAGE);
	ck_assert_int_eq(unmap_dma(0, FLOW_BYTES), 0);
	ck_assert_uint_eq(tce_of(0), 0);
	ck_assert_uint_eq(tce_of(FLOW_BYTES - IOMMU_PAGE), 0);
	/* The PHB heard of it: the last kill names the last page and the PE. */
	ck_assert_uint_eq(fake->phb[0].reg[PHB_TCE_KILL / 8], PHB_TCE_KILL_ONE | (FLOW_BYTES - IOMMU_PAGE) | pe);
	ops->account(&account);
	ck_assert_uint_eq(account.pins, 0);
	ck_assert_int_eq(ops->ioctl(proc, container_fd, VFIO_IOMMU_DISABLE, 0), 0);
	ck_assert_uint_eq(ops->proc_locked_vm(proc), 0);
	flow_end();
}

START_TEST(test_flow_when_documented_then_tces_in_ram_and_nothing_left)
{
	/* Why: the documented flow of the patch. How: TCEs as the PHB finds them, references, locked memory, the kill.
	 */
	run(main_flow);
}
END_TEST

static void main_exit(struct sim *s, void *arg)
{
	uint64_t buffer;

	(void)s;
	(void)arg;
	flow_begin();
	buffer = buffer_map(FLOW_BYTES);
	ck_assert_int_eq(map_dma(buffer, IOMMU_PAGE, FLOW_BYTES), 0);
	ops->proc_exit(proc);
	ck_assert_uint_eq(tce_of(IOMMU_PAGE), 0);
	ck_assert_uint_eq(kernel_check_leaks(kernel), 0);
	finished = true;
}

START_TEST(test_flow_when_process_dies_with_all_mapped_then_only_its_own_account_stays)
{
	/*
	 * Why: the driver gives pages and group back at its release, but at exit it finds no current->mm to correct, so
	 * locked_vm goes away uncorrected with the address space. How: exit while mapped; the finding says so.
	 */
	sim_task_create(sim, "test", main_exit, NULL);
	sim_run(sim, SIM_PS_NEVER);
	ck_assert(finished);
	ck_assert_ptr_nonnull(finding_find(sim, "locked-vm-leak"));
	ck_assert_uint_eq(finding_count(sim, FINDING_NOTE), 1);
}
END_TEST

static void main_other_answers(struct sim *s, void *arg)
{
	uint64_t buffer, other;

	(void)s;
	(void)arg;
	boot();
	proc_start_with(4ull << 30);
	ck_assert_int_eq(container_open(VFIO_SPAPR_TCE_IOMMU), 0);
	buffer = buffer_map(FLOW_BYTES);
	other = buffer_map(page_bytes);
	/* MAP does not ask whether the container is enabled; later drivers answer -EPERM. */
	ck_assert_int_eq(map_dma(buffer, 0, IOMMU_PAGE), 0);
	ck_assert_int_eq(enable(), 0);
	/* A live TCE is not replaced, and stays; later drivers put the new one. */
	ck_assert_int_eq(map_dma(other, 0, IOMMU_PAGE), -EBUSY);
	ck_assert_uint_eq(tce_of(0), ops->user_real(proc, buffer) | 3);
	/* Half-way failure: what was mapped before is taken back. */
	ck_assert_int_eq(map_dma(buffer, 3 * IOMMU_PAGE, IOMMU_PAGE), 0);
	ck_assert_int_eq(map_dma(buffer, IOMMU_PAGE, 4 * IOMMU_PAGE), -EBUSY);
	ck_assert_uint_eq(tce_of(IOMMU_PAGE), 0);
	ck_assert_uint_eq(tce_of(2 * IOMMU_PAGE), 0);
	ck_assert_uint_ne(tce_of(3 * IOMMU_PAGE), 0);
	/* Bad ranges are -EINVAL; later drivers answer 1. */
	ck_assert_int_eq(unmap_dma(FAKE_M32_PCI_BASE - IOMMU_PAGE, 2 * IOMMU_PAGE), -EINVAL);
	ck_assert_int_eq(unmap_dma(IOMMU_PAGE / 2, IOMMU_PAGE), -EINVAL);
	ck_assert_int_eq(map_dma(buffer, FAKE_M32_PCI_BASE, IOMMU_PAGE), -EINVAL);
	ck_assert_int_eq(map_dma(buffer + 1, 0x10000, IOMMU_PAGE), -EINVAL);
	/* Memory that is not there. */
	ck_assert_int_eq(map_dma(NO_MEMORY, 0x10000, IOMMU_PAGE), -EFAULT);
	flow_end();
}

START_TEST(test_calls_when_other_than_later_drivers_then_as_in_2013)
{
	/* Why: these differences are the driver's own and must show. How: call by call, with the TCEs that stay. */
	run(main_other_answers);
}
END_TEST

static void main_directions(struct sim *s, void *arg)
{
	struct vfio_iommu_type1_dma_map map = {sizeof(map), VFIO_DMA_MAP_FLAG_READ, 0, 0, IOMMU_PAGE};

	(void)s;
	(void)arg;
	flow_begin();
	map.vaddr = buffer_map(FLOW_BYTES);
	ck_assert_int_eq(call(container_fd, VFIO_IOMMU_MAP_DMA, &map, sizeof(map)), 0);
	ck_assert_uint_eq(tce_of(0) & 3, 1);
	map.flags = VFIO_DMA_MAP_FLAG_WRITE;
	map.iova = IOMMU_PAGE;
	/* Powernv of that time let the device read whatever it could write. */
	ck_assert_int_eq(call(container_fd, VFIO_IOMMU_MAP_DMA, &map, sizeof(map)), 0);
	ck_assert_uint_eq(tce_of(IOMMU_PAGE) & 3, 3);
	map.flags = 0;
	map.iova = 2 * IOMMU_PAGE;
	ck_assert_int_eq(call(container_fd, VFIO_IOMMU_MAP_DMA, &map, sizeof(map)), -EINVAL);
	flow_end();
}

START_TEST(test_map_when_for_one_direction_then_reading_is_always_allowed)
{
	/* Why: a right that nobody asked for. How: permission bits of the TCEs. */
	run(main_directions);
}
END_TEST

static void main_refused(struct sim *s, void *arg)
{
	(void)s;
	(void)arg;
	boot();
	proc_start_with(4ull << 30);
	ck_assert_int_lt(container_open(VFIO_SPAPR_TCE_v2_IOMMU), 0);
	ck_assert_int_eq(ops->ioctl(proc, container_fd, VFIO_SET_IOMMU, VFIO_SPAPR_TCE_IOMMU), 0);
	container_close();
	ops->proc_exit(proc);
	/* Below the limit by one page: the whole window is accounted, or nothing. */
	proc_start_with(FAKE_M32_PCI_BASE - page_bytes);
	ck_assert_int_eq(container_open(VFIO_SPAPR_TCE_IOMMU), 0);
	ck_assert_int_eq(enable(), -ENOMEM);
	ck_assert_uint_eq(ops->proc_locked_vm(proc), 0);
	flow_end();
}

START_TEST(test_container_when_v2_or_over_the_limit_then_refused)
{
	/* Why: no second version then; RLIMIT_MEMLOCK holds. How: the type, and a limit one page too small. */
	run(main_refused);
}
END_TEST

static void main_past_end(struct sim *s, void *arg)
{
	uint64_t buffer, table, entries = FAKE_M32_PCI_BASE / IOMMU_PAGE;

	(void)s;
	(void)arg;
	flow_begin();
	buffer = buffer_map(FLOW_BYTES);
	table = ppc_get(IODA2_TVT_TABLE_ADDR, fake->phb[0].ioda[IODA2_TBL_TVT][2 * pe]) << IODA2_TVT_TABLE_ADDR_SHIFT;
	ck_assert_int_eq(map_dma(buffer, FAKE_M32_PCI_BASE - IOMMU_PAGE, 2 * IOMMU_PAGE), 0);
	ck_assert_uint_eq(ram_be64(table + 8 * (entries - 1)), ops->user_real(proc, buffer) | 3);
	ck_assert_uint_eq(ram_be64(table + 8 * entries), (ops->user_real(proc, buffer + IOMMU_PAGE)) | 3);
	finished = true;
}

START_TEST(test_map_when_it_runs_past_the_window_then_words_behind_the_table_are_overwritten)
{
	/* Why: already the first driver checks one page, whatever the size. How: RAM behind the table, whosever it is.
	 */
	run(main_past_end);
}
END_TEST

static void add(Suite *s)
{
	TCase *tc = tcase_create("seed");

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, test_flow_when_documented_then_tces_in_ram_and_nothing_left);
	tcase_add_test(tc, test_flow_when_process_dies_with_all_mapped_then_only_its_own_account_stays);
	tcase_add_test(tc, test_calls_when_other_than_later_drivers_then_as_in_2013);
	tcase_add_test(tc, test_map_when_for_one_direction_then_reading_is_always_allowed);
	tcase_add_test(tc, test_container_when_v2_or_over_the_limit_then_refused);
	tcase_add_test(tc, test_map_when_it_runs_past_the_window_then_words_behind_the_table_are_overwritten);
	suite_add_tcase(s, tc);
}

int main(void)
{
	if (!km_desc_find(SEED, 65536) || !km_desc_find(SEED, 4096)) {
		printf("SKIPPED: the driver of 2013: found no patch text of it (PHBSIM_SEED), expected "
		       "../shared/seed\n");
		return 77;
	}
	return run_on_kernel("kernel-model.seed", SEED, add);
}
