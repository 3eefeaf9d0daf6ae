// SPDX-License-Identifier: GPL-2.0-only
/*
 * tests/kernel-model/test_findings_races.c - findings of docs/findings.md that take two threads of one process: one is held up at each of
 * its atomic operations in turn while the other makes its call.
 */
#include "findings.h"

#define THREADS 2

static struct {
	struct km_proc *proc;
	uint64_t arg_va;
	sim_ps start_ps; /* after the other */
	uint32_t cmd;
	const void *arg;
	size_t bytes;
	long ret;
	bool done;
} thread[THREADS];

static void thread_main(struct sim *s, void *arg)
{
	unsigned int i = *(unsigned int *)arg;

	(void)sim_task_block_until(s, sim_now(s) + thread[i].start_ps);
	ck_assert_int_eq(ops->user_store(thread[i].proc, thread[i].arg_va, thread[i].arg, thread[i].bytes), 0);
	thread[i].ret = ops->ioctl(thread[i].proc, container_fd, thread[i].cmd, thread[i].arg_va);
	thread[i].done = true;
}

static void threads_start(void)
{
	for (unsigned int i = 0; i < THREADS; i++) {
		thread[i].arg_va = buffer_map(page_bytes);
		thread[i].proc = ops->thread_create(proc, i ? "second" : "first");
		ck_assert_ptr_nonnull(thread[i].proc);
	}
}

static void threads_end(void)
{
	for (unsigned int i = 0; i < THREADS; i++)
		ops->thread_exit(thread[i].proc);
}

/* Both make their calls at once; the first is held up for @delay_ps at its @nth atomic operation (0: not at all). */
static void threads_run(unsigned int nth, sim_ps delay_ps)
{
	static unsigned int index[THREADS] = {0, 1};
	sim_ps until = sim_now(sim) + SIM_PS_PER_S;

	ops->fault_arm(thread[0].proc, KM_FAULT_DELAY, nth, delay_ps);
	for (unsigned int i = 0; i < THREADS; i++) {
		thread[i].done = false;
		sim_task_create(sim, "thread", thread_main, &index[i]);
	}
	while ((!thread[0].done || !thread[1].done) && sim_now(sim) < until)
		(void)sim_task_block_until(sim, sim_now(sim) + 10 * SIM_PS_PER_US);
	ck_assert(thread[0].done && thread[1].done);
}

/* What each thread does: @index, one of the two. */
static void thread_does(unsigned int i, uint32_t cmd, const void *arg, size_t bytes, sim_ps start_ps)
{
	thread[i].cmd = cmd;
	thread[i].arg = arg;
	thread[i].bytes = bytes;
	thread[i].start_ps = start_ps;
}

static void main_default_race(struct sim *s, void *arg)
{
	struct vfio_iommu_type1_dma_map map = {.argsz = sizeof(map), .flags = RW_FLAGS, .size = page_bytes};
	struct km_account before;
	uint64_t locked;

	(void)s;
	(void)arg;
	begin();
	map.vaddr = registered(page_bytes);
	map.iova = page_bytes;
	threads_start();
	locked = ops->proc_locked_vm(proc);
	before = account();
	for (unsigned int i = 0; i < THREADS; i++)
		thread_does(i, VFIO_IOMMU_MAP_DMA, &map, sizeof(map), 0);
	threads_run(0, 0);
	ck_assert_int_eq(thread[0].ret | thread[1].ret, 0);
	/* Table and user addresses of 2 GiB in words of 8 bytes for 4 KiB, twice. */
	ck_assert_uint_ge(account().pages - before.pages, 2 * 2 * (FAKE_M32_PCI_BASE / 4096 * 8 / page_bytes));
	ck_assert_uint_eq(ops->proc_locked_vm(proc) - locked, 2 * 2 * (FAKE_M32_PCI_BASE / 4096 * 8 / page_bytes));
	threads_end();
	ck_assert_uint_gt(end(), 0);
}

START_TEST(test_default_window_race)
{
	/* Why: whether the default window is there is asked without the lock. How: two first MAP_DMAs; pages of two tables. */
	run_expecting(main_default_race, "page-leak");
	ck_assert_ptr_nonnull(finding_find(sim, "locked-vm-leak"));
}
END_TEST

/* Held up at each atomic operation in turn, until one leaves the region pinned. Return: which. */
static unsigned int same_iova_round(unsigned int nth)
{
	struct vfio_iommu_type1_dma_map map = {.argsz = sizeof(map), .flags = RW_FLAGS, .size = page_bytes};

	proc_start();
	device_open(0);
	map.vaddr = registered(page_bytes);
	map.iova = window(WINDOW_BYTES, 1);
	threads_start();
	thread_does(0, VFIO_IOMMU_MAP_DMA, &map, sizeof(map), 0);
	thread_does(1, VFIO_IOMMU_MAP_DMA, &map, sizeof(map), 20 * SIM_PS_PER_US);
	threads_run(nth, 100 * SIM_PS_PER_US);
	threads_end();
	ck_assert_int_eq(thread[0].ret | thread[1].ret, 0);
	ck_assert_int_eq(unmap_dma(map.iova, page_bytes), 0);
	ck_assert_int_eq(memory(VFIO_IOMMU_SPAPR_UNREGISTER_MEMORY, map.vaddr, page_bytes), 0);
	device_close();
	ops->proc_exit(proc);
	return account().pins ? nth : 0;
}

static void main_same_iova(struct sim *s, void *arg)
{
	unsigned int nth, broken = 0;

	(void)s;
	(void)arg;
	boot();
	for (nth = 1; !broken; nth++) {
		broken = same_iova_round(nth);
		if (!broken && !ops->fault_fired(KM_FAULT_DELAY))
			break;
	}
	ck_assert_msg(broken, "all %u places where the first thread can be held up went well", nth - 1);
	finished = true;
}

START_TEST(test_same_address_race)
{
	/*
	 * Why: TCE and user address are stored one after the other without a lock, so two MAP_DMAs of one address lose count of
	 * the mappings, and the region stays pinned. How: the first is held up at its first, second ... atomic operation.
	 */
	run_expecting(main_same_iova, "locked-vm-leak");
}
END_TEST

/* MAP_DMA in one thread, UNREGISTER in the other while the first is held up. Return: told success, nothing mapped? */
static bool short_map_round(unsigned int nth, sim_ps delay_ps)
{
	struct vfio_iommu_type1_dma_map map = {.argsz = sizeof(map), .flags = RW_FLAGS, .size = 4 * page_bytes};
	struct vfio_iommu_spapr_register_memory reg = {.argsz = sizeof(reg), .size = 4 * page_bytes};
	bool found;

	proc_start();
	device_open(0);
	reg.vaddr = map.vaddr = registered(map.size);
	map.iova = window(WINDOW_BYTES, 1);
	threads_start();
	thread_does(0, VFIO_IOMMU_MAP_DMA, &map, sizeof(map), 0);
	thread_does(1, VFIO_IOMMU_SPAPR_UNREGISTER_MEMORY, &reg, sizeof(reg), delay_ps / 4);
	threads_run(nth, delay_ps);
	threads_end();
	found = !thread[0].ret && !thread[1].ret && !tce_of(map.iova);
	device_close();
	ops->proc_exit(proc);
	return found;
}

static void main_short_map(struct sim *s, void *arg)
{
	unsigned int nth = 0;
	bool found;

	(void)s;
	(void)arg;
	boot();
	do
		found = short_map_round(++nth, 200 * SIM_PS_PER_US);
	while (!found && ops->fault_fired(KM_FAULT_DELAY));
	ck_assert_msg(found, "all %u places where the first thread can be held up went well", nth);
	finished = true;
}

START_TEST(test_short_map_told_success)
{
	/* Why: a program goes on with DMA to what is not mapped. How: the region goes between look-up and count. */
	run_expecting(main_short_map, "fault-injected");
}
END_TEST

#ifdef __SANITIZE_ADDRESS__
static void main_region_after_free(struct sim *s, void *arg)
{
	unsigned int nth = 0;

	(void)s;
	(void)arg;
	boot();
	expect_report("mm_iommu_mapped_inc");
	do /* as above, but away for longer than an RCU grace period */
		(void)short_map_round(++nth, 50 * SIM_PS_PER_MS);
	while (ops->fault_fired(KM_FAULT_DELAY));
	ck_abort_msg("all %u places where the first thread can be held up went well", nth);
}

START_TEST(test_region_used_after_free)
{
	/* Why: mm_iommu_lookup() leaves its RCU section with a pointer that only RCU keeps. How: a sanitizer stops the use. */
	sim_task_create(sim, "test", main_region_after_free, NULL);
	sim_run(sim, SIM_PS_NEVER);
}
END_TEST
#endif

/* Two MAP_DMAs that need the same new level, the first held up at its @nth place. Return: pages that are left when all is gone. */
static int64_t level_round(unsigned int nth, uint64_t va)
{
	struct vfio_iommu_type1_dma_map map[THREADS];
	struct vfio_iommu_spapr_tce_remove rm = {.argsz = sizeof(rm)};
	struct km_account before = account();

	rm.start_addr = window(16ull << 30, 2);
	for (unsigned int i = 0; i < THREADS; i++) {
		map[i] = (struct vfio_iommu_type1_dma_map){.argsz = sizeof(map[i]), .flags = RW_FLAGS,
							   .vaddr = va + i * page_bytes,
							   .iova = rm.start_addr + i * page_bytes, .size = page_bytes};
		thread_does(i, VFIO_IOMMU_MAP_DMA, &map[i], sizeof(map[i]), i * 20 * SIM_PS_PER_US);
	}
	threads_run(nth, 100 * SIM_PS_PER_US);
	for (unsigned int i = 0; i < THREADS; i++) {
		ck_assert_int_eq(thread[i].ret, 0);
		ck_assert_uint_eq(tce_of(map[i].iova), ops->user_real(proc, map[i].vaddr) | 3);
	}
	ck_assert_int_eq(call(container_fd, VFIO_IOMMU_SPAPR_TCE_REMOVE, &rm, sizeof(rm)), 0);
	return (int64_t)(account().pages - before.pages);
}

static void main_level_race(struct sim *s, void *arg)
{
	int64_t left = 0, worst = 0;
	unsigned int nth = 0;
	uint64_t va, word = 0;
	bool more;

	(void)s;
	(void)arg;
	begin();
	va = registered(2 * page_bytes);
	ck_assert_int_eq(unmap_dma(page_bytes, page_bytes), 0); /* makes the default window */
	threads_start();
	for (unsigned int i = 0; i < THREADS; i++) /* makes its page */
		ck_assert_int_eq(ops->user_store(proc, thread[i].arg_va, &word, sizeof(word)), 0);
	do {
		left = level_round(++nth, va);
		worst = left > worst ? left : worst;
		more = ops->fault_fired(KM_FAULT_DELAY);
	} while (more);
	/* Of a level that came too late one page is given back: all of it with 64K pages, one of four with 4K. */
	ck_assert_int_eq(worst, page_bytes == 4096 ? 3 : 0);
	ck_assert_uint_gt(nth, 3);
	threads_end();
	(void)end();
}

START_TEST(test_level_race_page_leak)
{
	/* Why: a level is made by who comes first; the other's is freed by a wrong size. How: pages after each place where
	 * the first thread can be held up. */
	run_expecting(main_level_race, page_bytes == 4096 ? "page-leak" : "fault-injected");
}
END_TEST

/* ---- The suite ---- */

static void add(Suite *s)
{
	TCase *tc = tcase_create("races");

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
#ifdef __SANITIZE_ADDRESS__
	tcase_add_exit_test(tc, test_region_used_after_free, STOPPED_IN_DRIVER);
#endif
	tcase_add_test(tc, test_default_window_race);
	tcase_add_test(tc, test_same_address_race);
	tcase_add_test(tc, test_short_map_told_success);
	tcase_add_test(tc, test_level_race_page_leak);
	suite_add_tcase(s, tc);
}

int main(void)
{
	return run_inside_kernels("kernel-model.findings_races", add);
}
