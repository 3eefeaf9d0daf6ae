// SPDX-License-Identifier: GPL-2.0-only
/*
 * tests/kernel-model/test_kernel_mem.c - boot, processes and their memory through struct km_ops, on the fake machine.
 *
 * Every case runs on both page sizes. The body of a case runs in a sim task; a hosted kernel boots once per process,
 * which Check's fork mode gives. Every case ends with the kernel's own leak check.
 */
#include <check.h>
#include <errno.h>

#include "fake_platform.h"
#include "kernel-model/host.h"
#include "kernel-model/kernel.h"
#include "kernels.h"
#include "sim/cfg.h"
#include "sim/finding.h"

#define MEMLOCK_BYTES (64ull << 20)
#define HUGE_BYTES (16ull << 20)
#define ANON (KM_MAP_PRIVATE | KM_MAP_ANONYMOUS)
#define PROT_RW (KM_PROT_READ | KM_PROT_WRITE)

static struct sim *sim;
static struct fake *fake;
static struct cfg *cfg;
static struct kernel *kernel;
static const struct km_ops *ops;
static uint64_t page;
static void (*body)(void);
static bool finished;
static uint64_t events[4], last_event_pfn;

static void on_page(void *arg, int event, uint64_t pfn, uint64_t user_va, uint32_t proc_id)
{
	(void)arg;
	(void)user_va;
	(void)proc_id;
	events[event]++;
	last_event_pfn = pfn;
}

static void task_main(struct sim *s, void *arg)
{
	(void)s;
	(void)arg;
	ck_assert_int_eq(kernel_boot(kernel), 0);
	body();
	ck_assert_uint_eq(kernel_check_leaks(kernel), 0);
	finished = true;
}

/* Boot a machine of @ram_bytes with two functions, run @fn in a task, demand that it came to its end. */
static void run_on(uint64_t ram_bytes, void (*fn)(void))
{
	page = kernel_under_test->page_bytes;
	sim = sim_create(1);
	fake = fake_create(sim, 1, ram_bytes);
	fake_function_add(fake, 0, 0, 0);
	fake_function_add(fake, 0, 1, 0);
	cfg = cfg_create();
	cfg_add_rows(cfg, km_cfg_rows, km_cfg_row_count);
	kernel = kernel_create(sim, &fake->platform, kernel_under_test, cfg, 0);
	ops = kernel_ops(kernel);
	kernel_observe_pages(kernel, on_page, NULL);
	body = fn;
	sim_task_create(sim, "test", task_main, NULL);
	sim_run(sim, SIM_PS_NEVER);
	ck_assert(finished);
	ck_assert_uint_eq(finding_count(sim, FINDING_NOTE), 0);
	kernel_destroy(kernel);
	cfg_destroy(cfg);
	fake_destroy(fake);
	sim_destroy(sim);
}

static void run(void (*fn)(void))
{
	run_on(FAKE_RAM_BYTES, fn);
}

static struct km_account account(void)
{
	struct km_account now;

	ops->account(&now);
	return now;
}

static struct km_proc *proc_new(void)
{
	return ops->proc_create("test", MEMLOCK_BYTES, 0);
}

static uint64_t map_anon(struct km_proc *proc, uint64_t bytes)
{
	long long va = ops->mmap(proc, 0, bytes, PROT_RW, ANON, -1, 0);

	ck_assert_int_gt(va, 0);
	return (uint64_t)va;
}

static void body_boot(void)
{
	char name[32];
	unsigned int phb, pe, rid, pe_other;
	int group, group_other;

	ck_assert_int_eq(ops->device_count(), 2);
	ck_assert_int_eq(ops->device_info(0, name, sizeof(name), &group, &phb, &pe, &rid), 0);
	ck_assert_str_eq(name, "0000:03:00.0");
	ck_assert_uint_eq(phb, 0);
	ck_assert_uint_eq(rid, 0x300);
	ck_assert_int_eq(ops->device_info(1, name, sizeof(name), &group_other, &phb, &pe_other, &rid), 0);
	ck_assert_str_eq(name, "0000:04:00.0");
	ck_assert_int_ne(group, group_other);
	ck_assert_uint_ne(pe, pe_other);
	ck_assert_int_lt(ops->device_info(2, name, sizeof(name), &group, &phb, &pe, &rid), 0);
	/* Firmware's tables at the top of RAM are real: both functions have a PE in the RTT. */
	ck_assert_int_eq(kernel_boot(kernel), -EBUSY);
	ck_assert_ptr_nonnull(kernel_log_line(kernel, 0, NULL));
}

START_TEST(test_boot_when_two_functions_then_groups_pes_and_no_second_boot)
{
	/* Why: all else stands on it. How: what the kernel says of its devices after the hosted PHB code has run. */
	run(body_boot);
}
END_TEST

static void body_proc(void)
{
	struct km_account before = account(), now;
	struct km_proc *a = proc_new(), *b = proc_new();

	ck_assert_uint_ne(ops->proc_id(a), ops->proc_id(b));
	ck_assert_uint_eq(ops->proc_locked_vm(a), 0);
	now = account();
	ck_assert_uint_gt(now.objects, before.objects);
	ck_assert_uint_eq(now.pages, before.pages);
	ops->proc_exit(b);
	ops->proc_exit(a);
	now = account();
	ck_assert_mem_eq(&now, &before, sizeof(now));
}

START_TEST(test_proc_when_exited_then_account_is_as_before)
{
	/* Why: leak findings compare accounts. How: two processes come and go. */
	run(body_proc);
}
END_TEST

static void body_anon(void)
{
	struct km_proc *proc = proc_new();
	struct km_account before = account();
	uint64_t va = map_anon(proc, 4 * page), word = 0x1122334455667788ull, back = 0, real;
	uint8_t edge[16];

	/* Nothing is allocated before the first touch. */
	ck_assert_uint_eq(account().pages, before.pages);
	ck_assert_uint_eq(ops->user_real(proc, va), UINT64_MAX);
	memset(edge, 0xff, sizeof(edge));
	ck_assert_int_eq(ops->user_load(proc, va + page, edge, sizeof(edge)), 0);
	for (size_t i = 0; i < sizeof(edge); i++)
		ck_assert_uint_eq(edge[i], 0);
	ck_assert_uint_eq(account().pages, before.pages + 1);
	/* A store across a page boundary touches both, and the bytes are where user_real() says. */
	ck_assert_int_eq(ops->user_store(proc, va + 2 * page - 3, &word, sizeof(word)), 0);
	ck_assert_uint_eq(account().pages, before.pages + 2);
	ck_assert_int_eq(ops->user_load(proc, va + 2 * page - 3, &back, sizeof(back)), 0);
	ck_assert_uint_eq(back, word);
	real = ops->user_real(proc, va + 2 * page - 3);
	ck_assert_uint_eq(real % page, page - 3);
	ck_assert_uint_eq(fake->platform.ram[real], 0x88);
	real = ops->user_real(proc, va + 2 * page);
	ck_assert_uint_eq(fake->platform.ram[real], 0x55);
	ck_assert_uint_eq(events[HOST_PAGE_MAP_USER], 2);
	/* A frame that goes is announced, and it is the one that was mapped. */
	events[HOST_PAGE_FREE] = 0;
	ck_assert_int_eq(ops->munmap(proc, va, 4 * page), 0);
	ck_assert_uint_eq(events[HOST_PAGE_FREE], 2);
	ck_assert_uint_eq(last_event_pfn, real / page);
	ck_assert_uint_eq(account().pages, before.pages);
	ck_assert_uint_eq(ops->user_real(proc, va), UINT64_MAX);
	ops->proc_exit(proc);
}

START_TEST(test_mmap_when_touched_then_pages_come_one_by_one_and_go_at_munmap)
{
	/* Why: demand faults and exact page accounts. How: loads and stores over a page boundary, RAM looked at directly. */
	run(body_anon);
}
END_TEST

static void body_reuse(void)
{
	struct km_proc *a = proc_new(), *b;
	uint64_t va = map_anon(a, page), secret = 0x5ec7e75ec7e75ec7ull, real, seen = 1;

	ck_assert_int_eq(ops->user_store(a, va, &secret, sizeof(secret)), 0);
	real = ops->user_real(a, va);
	ops->proc_exit(a);
	b = proc_new();
	va = map_anon(b, page);
	ck_assert_int_eq(ops->user_load(b, va, &seen, sizeof(seen)), 0);
	ck_assert_uint_eq(ops->user_real(b, va), real);
	ck_assert_uint_eq(seen, 0);
	ops->proc_exit(b);
}

START_TEST(test_fault_when_frame_is_reused_then_it_is_clean)
{
	/* Why: isolation between processes. How: the next process gets the same frame and must read zeros. */
	run(body_reuse);
}
END_TEST

static void body_bad(void)
{
	struct km_proc *proc = proc_new();
	uint64_t va = map_anon(proc, 2 * page);
	long long ro;
	uint64_t word = 0;

	ck_assert_int_eq(ops->mmap(proc, 0, 0, PROT_RW, ANON, -1, 0), -EINVAL);
	ck_assert_int_eq(ops->mmap(proc, va + 1, page, PROT_RW, ANON | KM_MAP_FIXED, -1, 0), -EINVAL);
	ck_assert_int_eq(ops->mmap(proc, 0, page, PROT_RW, KM_MAP_SHARED, 77, 0), -EBADF);
	ck_assert_int_eq(ops->mmap(proc, 0, 1ull << 62, PROT_RW, ANON, -1, 0), -ENOMEM);
	ck_assert_int_eq(ops->munmap(proc, va + 1, page), -EINVAL);
	/* Nobody lives there: between mappings, in the kernel's half, at a host pointer. */
	ck_assert_int_eq(ops->user_load(proc, va + 2 * page, &word, sizeof(word)), -EFAULT);
	ck_assert_int_eq(ops->user_load(proc, va + 2 * page - 4, &word, sizeof(word)), -EFAULT);
	ck_assert_int_eq(ops->user_load(proc, 0xc000000000000000ull, &word, sizeof(word)), -EFAULT);
	ck_assert_int_eq(ops->user_load(proc, (uintptr_t)&word, &word, sizeof(word)), -EFAULT);
	ro = ops->mmap(proc, 0, page, KM_PROT_READ, ANON, -1, 0);
	ck_assert_int_gt(ro, 0);
	ck_assert_int_eq(ops->user_store(proc, (uint64_t)ro, &word, sizeof(word)), -EFAULT);
	ck_assert_int_eq(ops->user_load(proc, (uint64_t)ro, &word, sizeof(word)), 0);
	ck_assert_int_eq(ops->open(proc, "/dev/nothing", 2), -ENOENT);
	ck_assert_int_eq(ops->close(proc, 5), -EBADF);
	ck_assert_int_eq(ops->ioctl(proc, 5, 0, 0), -EBADF);
	ck_assert_int_eq(ops->read(proc, 1000000, va, 8), -EBADF);
	ops->proc_exit(proc);
}

START_TEST(test_calls_when_arguments_are_bad_then_errno_and_no_trace)
{
	/* Why: error paths leak most easily. How: one bad argument each; the leak check at the end judges. */
	run(body_bad);
}
END_TEST

static void body_huge(void)
{
	struct km_proc *proc = proc_new();
	struct km_account before = account();
	long long va = ops->mmap(proc, 0, 2 * HUGE_BYTES, PROT_RW, ANON | KM_MAP_HUGETLB, -1, 0);
	uint64_t word = 0xfeedull, real;

	ck_assert_int_gt(va, 0);
	ck_assert_uint_eq((uint64_t)va % HUGE_BYTES, 0);
	ck_assert_uint_eq(account().pages, before.pages + 2 * HUGE_BYTES / page);
	real = ops->user_real(proc, (uint64_t)va);
	ck_assert_uint_eq(real % HUGE_BYTES, 0);
	/* One huge page is one piece of RAM. */
	ck_assert_uint_eq(ops->user_real(proc, (uint64_t)va + HUGE_BYTES - 8), real + HUGE_BYTES - 8);
	ck_assert_int_eq(ops->user_store(proc, (uint64_t)va + HUGE_BYTES - 4, &word, sizeof(word)), 0);
	events[HOST_PAGE_FREE] = 0;
	ck_assert_int_eq(ops->munmap(proc, (uint64_t)va, 2 * HUGE_BYTES), 0);
	ck_assert_uint_eq(events[HOST_PAGE_FREE], 2 * HUGE_BYTES / page);
	ck_assert_uint_eq(account().pages, before.pages);
	ops->proc_exit(proc);
}

START_TEST(test_hugetlb_when_mapped_then_contiguous_aligned_and_freed_whole)
{
	/* Why: IOMMU pages bigger than the kernel's need it. How: two 16 MiB pages, real addresses looked at. */
	run(body_huge);
}
END_TEST

static void body_oom(void)
{
	struct km_proc *proc = proc_new();
	struct km_account before = account();
	uint64_t va = map_anon(proc, 2 * FAKE_RAM_BYTES), got = 0, word = 1;

	while (ops->user_store(proc, va + got * page, &word, sizeof(word)) == 0)
		got++;
	ck_assert_uint_gt(got, FAKE_RAM_BYTES / page / 2);
	ck_assert_uint_lt(got, FAKE_RAM_BYTES / page);
	ck_assert_uint_eq(account().pages, before.pages + got);
	ck_assert_int_eq(ops->mmap(proc, 0, HUGE_BYTES, PROT_RW, ANON | KM_MAP_HUGETLB, -1, 0), -ENOMEM);
	ck_assert_int_eq(ops->munmap(proc, va, 2 * FAKE_RAM_BYTES), 0);
	/* What was broken into pages is whole again: a huge page can be had. */
	va = (uint64_t)ops->mmap(proc, 0, HUGE_BYTES, PROT_RW, ANON | KM_MAP_HUGETLB, -1, 0);
	ck_assert_int_gt((long long)va, 0);
	ops->proc_exit(proc);
	ck_assert_uint_eq(account().pages, before.pages);
}

START_TEST(test_fault_when_ram_is_used_up_then_efault_and_all_comes_back)
{
	/* Why: firmware's tables at the top must never be handed out, and the buddies must merge. How: fill RAM, give back. */
	run(body_oom);
}
END_TEST

static void body_time(void)
{
	struct km_proc *proc = proc_new();
	sim_ps syscall_ps = cfg_u64(cfg, "kernel.cost.syscall"), start = sim_now(sim), fault_ps;
	uint64_t va, word = 0;

	/* A call that fails at once costs the entry and nothing else. */
	ck_assert_int_eq(ops->close(proc, 999), -EBADF);
	ck_assert_uint_eq(sim_now(sim) - start, syscall_ps);
	/* The first touch costs a fault and the clearing of the page, the second nothing. */
	va = map_anon(proc, page);
	start = sim_now(sim);
	ck_assert_int_eq(ops->user_load(proc, va, &word, sizeof(word)), 0);
	fault_ps = cfg_u64(cfg, "kernel.cost.fault") + page / 4096 * cfg_u64(cfg, "kernel.cost.zero_4k");
	ck_assert_uint_eq(sim_now(sim) - start, fault_ps);
	start = sim_now(sim);
	ck_assert_int_eq(ops->user_load(proc, va, &word, sizeof(word)), 0);
	ck_assert_uint_eq(sim_now(sim) - start, 0);
	/* With the hooks empty nothing costs anything. */
	ops->costs(0);
	va = map_anon(proc, page);
	ck_assert_int_eq(ops->user_load(proc, va, &word, sizeof(word)), 0);
	ck_assert_uint_eq(sim_now(sim) - start, 0);
	ops->costs(1);
	ops->proc_exit(proc);
}

START_TEST(test_costs_when_called_then_exactly_the_configured_time)
{
	/* Why: rates are made of these. How: simulated time before and after against the configuration rows. */
	run(body_time);
}
END_TEST

static struct km_proc *shared_proc;
static unsigned int sharers;

static void sharer_main(struct sim *s, void *arg)
{
	(void)s;
	(void)arg;
	for (int i = 0; i < 20; i++) {
		uint64_t va = map_anon(shared_proc, page), word = 7;

		ck_assert_int_eq(ops->user_store(shared_proc, va, &word, sizeof(word)), 0);
		ck_assert_int_eq(ops->munmap(shared_proc, va, page), 0);
	}
	sharers--;
}

static void body_two_procs(void)
{
	/* Two processes at the same instants: current and locks must follow the task, not the last caller. */
	struct km_proc *other = proc_new();
	uint64_t va, word = 9;

	shared_proc = proc_new();
	sharers = 1;
	sim_task_create(sim, "sharer", sharer_main, NULL);
	va = map_anon(other, 64 * page);
	for (uint64_t i = 0; i < 64; i++)
		ck_assert_int_eq(ops->user_store(other, va + i * page, &word, sizeof(word)), 0);
	while (sharers)
		sim_task_block_until(sim, sim_now(sim) + SIM_PS_PER_MS);
	ops->proc_exit(other);
	ops->proc_exit(shared_proc);
}

START_TEST(test_two_processes_when_interleaved_then_each_keeps_its_own)
{
	/* Why: every yielding call must save and restore current. How: two tasks whose calls interleave in time. */
	run(body_two_procs);
}
END_TEST

static uint64_t resident_bytes(void)
{
	unsigned long long total, resident;
	FILE *f = fopen("/proc/self/statm", "r");

	ck_assert_ptr_nonnull(f);
	ck_assert_int_eq(fscanf(f, "%llu %llu", &total, &resident), 2);
	fclose(f);
	return resident * 4096;
}

static uint64_t resident_before;

static void body_tib(void)
{
	struct km_proc *proc = proc_new();
	uint64_t va = map_anon(proc, page), word = 1;

	ck_assert_int_eq(ops->user_store(proc, va, &word, sizeof(word)), 0);
	ck_assert_uint_lt(resident_bytes() - resident_before, 32ull << 20);
	ops->proc_exit(proc);
}

START_TEST(test_boot_when_one_tib_of_ram_then_host_memory_stays_small)
{
	/* Why: 1 TiB machines must run on a laptop. How: resident memory before and after boot. */
	resident_before = resident_bytes();
	run_on(1ull << 40, body_tib);
}
END_TEST

static struct km_proc *left_behind;

static void leak_main(struct sim *s, void *arg)
{
	uint64_t word = 1;

	(void)s;
	(void)arg;
	ck_assert_int_eq(kernel_boot(kernel), 0);
	left_behind = proc_new();
	ck_assert_int_eq(ops->user_store(left_behind, map_anon(left_behind, page), &word, sizeof(word)), 0);
	ck_assert_uint_gt(kernel_check_leaks(kernel), 0);
	finished = true;
}

START_TEST(test_leak_check_when_a_process_never_exits_then_findings)
{
	/* Why: a check that cannot fail is none. How: a process with one page stays. */
	sim = sim_create(1);
	fake = fake_create(sim, 1, FAKE_RAM_BYTES);
	cfg = cfg_create();
	cfg_add_rows(cfg, km_cfg_rows, km_cfg_row_count);
	kernel = kernel_create(sim, &fake->platform, kernel_under_test, cfg, 0);
	ops = kernel_ops(kernel);
	page = kernel_under_test->page_bytes;
	sim_task_create(sim, "test", leak_main, NULL);
	sim_run(sim, SIM_PS_NEVER);
	ck_assert(finished);
	ck_assert_ptr_nonnull(finding_find(sim, "page-leak"));
	ck_assert_ptr_nonnull(finding_find(sim, "object-leak"));
	ck_assert_ptr_null(finding_find(sim, "pin-leak"));
	kernel_destroy(kernel);
	cfg_destroy(cfg);
	fake_destroy(fake);
	sim_destroy(sim);
}
END_TEST

static void add(Suite *s)
{
	TCase *tc = tcase_create("memory");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, test_boot_when_two_functions_then_groups_pes_and_no_second_boot);
	tcase_add_test(tc, test_proc_when_exited_then_account_is_as_before);
	tcase_add_test(tc, test_mmap_when_touched_then_pages_come_one_by_one_and_go_at_munmap);
	tcase_add_test(tc, test_fault_when_frame_is_reused_then_it_is_clean);
	tcase_add_test(tc, test_calls_when_arguments_are_bad_then_errno_and_no_trace);
	tcase_add_test(tc, test_hugetlb_when_mapped_then_contiguous_aligned_and_freed_whole);
	tcase_add_test(tc, test_fault_when_ram_is_used_up_then_efault_and_all_comes_back);
	tcase_add_test(tc, test_costs_when_called_then_exactly_the_configured_time);
	tcase_add_test(tc, test_two_processes_when_interleaved_then_each_keeps_its_own);
	tcase_add_test(tc, test_boot_when_one_tib_of_ram_then_host_memory_stays_small);
	tcase_add_test(tc, test_leak_check_when_a_process_never_exits_then_findings);
	suite_add_tcase(s, tc);
}

int main(void)
{
	return run_on_kernels("kernel-model.kernel_mem", add);
}
