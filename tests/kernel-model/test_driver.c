// SPDX-License-Identifier: GPL-2.0-only
/*
 * tests/kernel-model/test_driver.c - what the unmodified drivers of Debian's kernels do where a reader of their documentation
 * would not expect it. These are regression tests of the hosted code's own semantics: a model that "repaired" them would lie.
 */
#include "vfio_fixture.h"

#ifdef __SANITIZE_ADDRESS__
#include <fcntl.h>
#include <sanitizer/asan_interface.h>
#include <unistd.h>
#endif

#include "kernel-model/host.h"

#define LIMIT_PAGES 8
/* A table of this many entries fills whole pages of both kernels; a smaller window would silently be made as large. */
#define FULL_PAGE_ENTRIES 8192ull

static uint64_t unpinned_early, pins_seen, last_pin_pfn;

/* As run() of the fixture, but the kernel is wrong on purpose or by itself: @kind must be among the findings. */
static void run_expecting(sim_task_fn *fn, const char *kind)
{
	sim_task_create(sim, "test", fn, NULL);
	sim_run(sim, SIM_PS_NEVER);
	if (!finished || !finding_find(sim, kind))
		print_log();
	ck_assert(finished);
	ck_assert_ptr_nonnull(finding_find(sim, kind));
}

static struct km_account account(void)
{
	struct km_account now;

	ops->account(&now);
	return now;
}

static unsigned int page_shift(void)
{
	return (unsigned int)__builtin_ctz(page_bytes);
}

/* A device with a window of @levels levels at 1 << 59. */
static uint64_t window(uint64_t bytes, uint32_t levels)
{
	struct vfio_iommu_spapr_tce_create create = {.argsz = sizeof(create), .page_shift = page_shift(),
						     .window_size = bytes, .levels = levels};

	ck_assert_int_eq(call(container_fd, VFIO_IOMMU_SPAPR_TCE_CREATE, &create, sizeof(create)), 0);
	return create.start_addr;
}

static uint64_t registered(uint64_t bytes)
{
	uint64_t va = buffer_map(bytes);

	ck_assert_int_eq(memory(VFIO_IOMMU_SPAPR_REGISTER_MEMORY, va, bytes), 0);
	return va;
}

/*
 * UNMAP past the end of a window: iommu_tce_check_ioba() of kernel/iommu.c looked at the first page only (the call returns
 * 0) until a stable update (it returns 1). Per series: the last sublevel seen with the one and the first seen with the
 * other; in between nobody here has looked.
 */
static const struct {
	unsigned int major, minor, zero_until, one_from;
} past_end_rows[] = {
	{6, 1, 176, 192},
	{6, 12, 0, 117},
};

static bool unmap_past_end_is(int64_t ret)
{
	unsigned int major = 0, minor = 0, sublevel = 0;
	size_t i;

	ck_assert_int_eq(sscanf(kernel_desc(kernel)->version, "%u.%u.%u", &major, &minor, &sublevel), 3);
	for (i = 0; i < sim_count_of(past_end_rows); i++) {
		if (past_end_rows[i].major != major || past_end_rows[i].minor != minor)
			continue;
		if (sublevel <= past_end_rows[i].zero_until)
			return ret == 0;
		if (sublevel >= past_end_rows[i].one_from)
			return ret == 1;
		break;
	}
	return ret == 0 || ret == 1;
}

static void main_bad_ranges(struct sim *s, void *arg)
{
	uint64_t va, start, bytes = FULL_PAGE_ENTRIES << page_shift();

	(void)s;
	(void)arg;
	boot();
	proc_start();
	device_open(0);
	va = registered(BUFFER_BYTES);
	start = window(bytes, 1);
	/* The parameter checks of an I/O address are "a || b", so these return 1, not -EINVAL. */
	ck_assert_int_eq(map_dma(va, start + page_bytes / 2, page_bytes), 1);
	ck_assert_int_eq(map_dma(va + page_bytes / 2, start, page_bytes), -EINVAL);
	ck_assert(unmap_past_end_is(unmap_dma(start + bytes - page_bytes, 2 * page_bytes)));
	ck_assert_int_eq(unmap_dma(start + page_bytes / 2, page_bytes), 1);
	/* Where no window is at all, the call says so. */
	ck_assert_int_eq(map_dma(va, start + bytes, page_bytes), -ENXIO);
	ck_assert_int_eq(map_dma(va, start - page_bytes, page_bytes), -ENXIO);
	/* What is not registered cannot be mapped, and nothing of a half-way failure stays. */
	ck_assert_int_lt(map_dma(va + BUFFER_BYTES - page_bytes, start, 2 * page_bytes), 0);
	ck_assert_uint_eq(tce_of(start) & 3, 0);
	device_close();
	ops->proc_exit(proc);
	ck_assert_uint_eq(kernel_check_leaks(kernel), 0);
	finished = true;
}

START_TEST(test_map_when_range_is_bad_then_one_or_enxio)
{
	/* Why: programs see +1 from both kernels. How: unaligned, past the end, beside the window. */
	run(main_bad_ranges);
}
END_TEST

static void main_limit(struct sim *s, void *arg)
{
	struct km_account before;
	uint64_t locked, va;

	(void)s;
	(void)arg;
	boot();
	proc_start();
	ops->proc_exit(proc);
	proc = ops->proc_create("limited", (WINDOW_BYTES >> page_shift()) * 8 + LIMIT_PAGES * page_bytes, 0);
	arg_va = buffer_map(page_bytes);
	device_open(0);
	va = buffer_map(BUFFER_BYTES);
	locked = ops->proc_locked_vm(proc);
	before = account();
	ck_assert_int_eq(memory(VFIO_IOMMU_SPAPR_REGISTER_MEMORY, va, 64ull << 20), -ENOMEM);
	ck_assert_uint_eq(ops->proc_locked_vm(proc), locked);
	ck_assert_uint_eq(account().pins, before.pins);
	ck_assert_int_eq(memory(VFIO_IOMMU_SPAPR_REGISTER_MEMORY, va, 2 * page_bytes), 0);
	ck_assert_uint_eq(ops->proc_locked_vm(proc), locked + 2);
	ck_assert_uint_eq(account().pins, before.pins + 2);
	device_close();
	ops->proc_exit(proc);
	ck_assert_uint_eq(kernel_check_leaks(kernel), 0);
	finished = true;
}

START_TEST(test_register_when_over_the_limit_then_enomem_and_nothing_pinned)
{
	/* Why: RLIMIT_MEMLOCK is part of isolation. How: a small limit; one request above it, one below. */
	run(main_limit);
}
END_TEST

static void main_unregister_mapped(struct sim *s, void *arg)
{
	uint64_t va, start;

	(void)s;
	(void)arg;
	boot();
	proc_start();
	device_open(0);
	va = registered(BUFFER_BYTES);
	start = window(WINDOW_BYTES, 1);
	ck_assert_int_eq(map_dma(va, start, page_bytes), 0);
	/* Busy, but the caller is told that it worked; the region leaves the container's list and stays pinned. */
	ck_assert_int_eq(memory(VFIO_IOMMU_SPAPR_UNREGISTER_MEMORY, va, BUFFER_BYTES), 0);
	ck_assert_uint_eq(account().pins, BUFFER_BYTES / page_bytes);
	ck_assert_int_eq(unmap_dma(start, page_bytes), 0);
	ck_assert_int_eq(memory(VFIO_IOMMU_SPAPR_UNREGISTER_MEMORY, va, BUFFER_BYTES), -ENOENT);
	device_close();
	ops->proc_exit(proc);
	ck_assert_uint_gt(kernel_check_leaks(kernel), 0);
	finished = true;
}

START_TEST(test_unregister_when_mapped_then_told_success_and_pins_leak)
{
	/* Why: a real leak of both kernels, which the leak check must name. How: unregister before unmap. */
	run_expecting(main_unregister_mapped, "pin-leak");
}
END_TEST

static void main_create_fails(struct sim *s, void *arg)
{
	struct vfio_iommu_spapr_tce_create create = {.argsz = sizeof(create), .page_shift = page_shift(),
						     .window_size = WINDOW_BYTES, .levels = 1};
	uint64_t va, at, word = 1, locked;

	(void)s;
	(void)arg;
	boot();
	proc_start();
	device_open(0);
	registered(page_bytes); /* makes the pending default window, so that it does not ask for memory later */
	locked = ops->proc_locked_vm(proc);
	va = buffer_map(2 * FAKE_RAM_BYTES);
	for (at = va; !ops->user_store(proc, at, &word, sizeof(word)); at += page_bytes)
		;
	ck_assert_int_eq(call(container_fd, VFIO_IOMMU_SPAPR_TCE_CREATE, &create, sizeof(create)), -ENOMEM);
	ck_assert_uint_gt(ops->proc_locked_vm(proc), locked);
	device_close();
	ops->proc_exit(proc);
	kernel_check_leaks(kernel);
	finished = true;
}

START_TEST(test_create_when_memory_is_used_up_then_locked_vm_stays_raised)
{
	/* Why: another real leak of both. How: fill RAM with user pages, then ask for a table. */
	run_expecting(main_create_fails, "locked-vm-leak");
}
END_TEST

/* What a sanitizer build says of the write behind the table: where in the driver it happens. */
#define STOPPED_IN_DRIVER 42
#ifdef __SANITIZE_ADDRESS__
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "detect_leaks=0"; /* leaks of the driver are what some of these tests are about */
}

static void on_report(const char *report)
{
	if (strstr(report, "use-after-poison") && strstr(report, "tce_iommu_build_v2"))
		_exit(STOPPED_IN_DRIVER);
}

static void expect_report(void)
{
	__sanitizer_set_report_fd((void *)(intptr_t)open("/dev/null", O_WRONLY));
	__asan_set_error_report_callback(on_report);
}
#else
static void expect_report(void)
{
}
#endif

static void main_past_end(struct sim *s, void *arg)
{
	uint64_t entries = FULL_PAGE_ENTRIES, bytes = entries << page_shift(), va, start, table, i, before[4];

	(void)s;
	(void)arg;
	boot();
	proc_start();
	device_open(0);
	va = registered(16 * page_bytes);
	start = window(bytes, 1);
	table = ppc_get(IODA2_TVT_TABLE_ADDR, fake->phb[0].ioda[IODA2_TBL_TVT][2 * pe + 1])
		<< IODA2_TVT_TABLE_ADDR_SHIFT;
	for (i = 1; i < 4; i++)
		before[i] = ram_be64(table + 8 * (entries + i - 1));
	/* The last page of the window and three more: only the first page is checked against the window. */
	expect_report();
	ck_assert_int_eq(map_dma(va, start + bytes - page_bytes, 4 * page_bytes), 0);
	ck_assert_uint_eq(ram_be64(table + 8 * (entries - 1)), ops->user_real(proc, va) | 3);
	for (i = 1; i < 4; i++) {
		uint64_t now = ram_be64(table + 8 * (entries + i - 1));

		ck_assert_uint_ne(now, before[i]);
		ck_assert_uint_eq(now, ops->user_real(proc, va + i * page_bytes) | 3);
	}
	finished = true;
}

START_TEST(test_map_when_it_runs_past_the_window_then_words_behind_the_table_are_overwritten)
{
	/*
	 * Why: MAP_DMA checks one page, whatever the size (6.1.192 and 6.12.117, tce_iommu_build_v2()): a user writes past a TCE table.
	 * How: RAM behind the table, before and after. A sanitizer build stops in the driver instead, which is checked.
	 */
	run(main_past_end);
}
END_TEST

static void on_page(void *arg, int event, uint64_t pfn, uint64_t user_va, uint32_t proc_id)
{
	(void)arg;
	(void)user_va;
	(void)proc_id;
	if (event == HOST_PAGE_PIN) {
		pins_seen++;
		last_pin_pfn = pfn;
	}
	if (event == HOST_PAGE_UNPIN && pfn == last_pin_pfn && pins_seen == 2)
		unpinned_early++;
}

static void main_mutant(struct sim *s, void *arg)
{
	uint64_t va, start;

	(void)s;
	(void)arg;
	boot();
	proc_start();
	device_open(0);
	kernel_observe_pages(kernel, on_page, NULL);
	va = registered(BUFFER_BYTES);
	ck_assert_uint_eq(pins_seen, BUFFER_BYTES / page_bytes);
	ck_assert_uint_eq(unpinned_early, 1);
	start = window(WINDOW_BYTES, 1);
	ck_assert_int_eq(map_dma(va, start, BUFFER_BYTES), 0);
	ck_assert_int_eq(unmap_dma(start, BUFFER_BYTES), 0);
	ck_assert_int_eq(memory(VFIO_IOMMU_SPAPR_UNREGISTER_MEMORY, va, BUFFER_BYTES), 0);
	device_close();
	ops->proc_exit(proc);
	ck_assert_uint_eq(kernel_check_leaks(kernel), 0);
	finished = true;
}

START_TEST(test_mutant_when_a_pin_goes_early_then_only_page_events_show_it)
{
	/* Why: the referee is proven by it, so the kernel must not notice by itself. How: events; no finding, no leak. */
	run(main_mutant);
}
END_TEST

static void setup_mutant(void)
{
	setup_with(1, KM_MUTANT_EARLY_UNPIN);
}

static void add(Suite *s)
{
	TCase *tc = tcase_create("driver"), *mutant = tcase_create("mutant");

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, test_map_when_range_is_bad_then_one_or_enxio);
	tcase_add_test(tc, test_register_when_over_the_limit_then_enomem_and_nothing_pinned);
	tcase_add_test(tc, test_unregister_when_mapped_then_told_success_and_pins_leak);
	tcase_add_test(tc, test_create_when_memory_is_used_up_then_locked_vm_stays_raised);
#ifdef __SANITIZE_ADDRESS__
	tcase_add_exit_test(tc, test_map_when_it_runs_past_the_window_then_words_behind_the_table_are_overwritten,
			    STOPPED_IN_DRIVER);
#else
	tcase_add_test(tc, test_map_when_it_runs_past_the_window_then_words_behind_the_table_are_overwritten);
#endif
	suite_add_tcase(s, tc);
	tcase_add_checked_fixture(mutant, setup_mutant, teardown);
	tcase_add_test(mutant, test_mutant_when_a_pin_goes_early_then_only_page_events_show_it);
	suite_add_tcase(s, mutant);
}

int main(void)
{
	return run_on_kernels("kernel-model.driver", add);
}
