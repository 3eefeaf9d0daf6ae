// SPDX-License-Identifier: GPL-2.0-only
/*
 * Suite kernel-model.guest: the kernel of a guest on a hypervisor that is a table. What its DMA API asks the hypervisor
 * for, by which calls, where in its window, and what it makes of answers that are no. Each test boots its own kernel.
 */
#include "tests/kernel-model/fake_hypervisor.h"

#define PAGE 0x10000ull
#define READ_TCE 1u
#define WRITE_TCE 2u
#define NOT_ENOUGH (-44)
#define PARAMETER (-4)

static const char *const kernels[] = {"linux-6.1", "linux-6.12"};
#define KERNELS 2

static void setup(void)
{
}

static void teardown(void)
{
	hv_teardown();
}

/** struct boot - how the guest starts. */
struct boot {
	uint32_t cpus, functions;
	uint64_t window_bytes;
	const char *hypertas, *command_line;
	bool ddw, reset, wide;
	enum gm_lock locks;
};

static const struct boot plain = {.cpus = 1,
				  .functions = 1,
				  .window_bytes = 1ull << 30,
				  .hypertas = "hcall-tce\0hcall-multi-tce\0",
				  .command_line = ""};

/** struct work - a test's body, in the task of vCPU @cpu. */
static void (*work_fn)(void);
static int booted;

static void boot_now(const struct boot *how)
{
	const gm_u32 window[] = {HV_LIOBN, 0, 0, 0, (gm_u32)how->window_bytes}, two = 2;
	const gm_u32 applicable[] = {HV_QUERY, HV_CREATE, HV_REMOVE}, extensions[] = {how->wide ? 2 : 1, HV_RESET, 1};
	struct gm_property property[5] = {
		{"ibm,dma-window", window, 5}, {"ibm,#dma-address-cells", &two, 1}, {"ibm,#dma-size-cells", &two, 1}};
	struct gm_boot boot = {.ram = hv.ram,
			       .ram_bytes = HV_RAM,
			       .cpus = how->cpus,
			       .hypertas = how->hypertas,
			       .command_line = how->command_line,
			       .buid = HV_BUID,
			       .mmio32_start = 0x200080000000,
			       .mmio32_bytes = 1ull << 31,
			       .phb_properties = property,
			       .phb_property_count = 3,
			       .functions = how->functions,
			       .locks = how->locks};

	if (how->ddw)
		property[boot.phb_property_count++] = (struct gm_property){"ibm,ddw-applicable", applicable, 3};
	if (how->reset)
		property[boot.phb_property_count++] =
			(struct gm_property){"ibm,ddw-extensions", extensions, how->wide ? 3 : 2};
	hv_make(0, 0, 12, how->window_bytes >> 12);
	/* What another kernel has left in the table. */
	hv.window[0].tce[5] = 0x1003;
	booted = hv.ops->boot(&boot);
}

static const struct boot *boot_how;

static void task_main(struct sim *sim, void *arg)
{
	(void)sim;
	(void)arg;
	boot_now(boot_how);
	if (!booted && work_fn)
		work_fn();
}

/* Boot as @how and do @fn; nothing may be found. */
static void run(const char *kernel, const struct boot *how, void (*fn)(void))
{
	hv_setup(kernel);
	boot_how = how;
	work_fn = fn;
	booted = -1;
	sim_task_create(hv.sim, "vcpu0", task_main, NULL);
	sim_run(hv.sim, SIM_PS_NEVER);
	ck_assert_int_eq(booted, 0);
	ck_assert_uint_eq(finding_count(hv.sim, FINDING_WARN), 0);
	ck_assert_uint_eq(finding_count(hv.sim, FINDING_VIOLATION), 0);
}

/** struct mapping - what the DMA API made. */
struct mapping {
	gm_u64 iova, gpa, bytes;
	int to_device;
};

static struct mapping map(uint32_t cpu, uint64_t bytes, int to_device)
{
	struct mapping made = {.bytes = bytes, .to_device = to_device};

	ck_assert_int_eq(hv.ops->map(cpu, 0, 0, bytes, to_device, &made.iova, &made.gpa), 0);
	return made;
}

static void unmap(uint32_t cpu, const struct mapping *made)
{
	ck_assert_int_eq(hv.ops->unmap(cpu, 0, made->iova, made->gpa, made->bytes, made->to_device), 0);
}

/* The default window holds what @made needs, and says @perm. */
static void table_holds(const struct mapping *made, uint64_t perm)
{
	for (uint64_t i = 0; i < (made->bytes + 4095) >> 12; i++)
		ck_assert_uint_eq(hv.window[0].tce[(made->iova >> 12) + i], (made->gpa + (i << 12)) | perm);
}

static uint64_t used(uint32_t index)
{
	struct gm_window window;

	ck_assert_int_eq(hv.ops->window(0, index, &window), 0);
	return window.used;
}

/* ---- Boot ---- */

START_TEST(test_boot_when_multi_tce_then_512_calls_clear_the_window)
{
	/* The default window of 1 GiB is cleared as a kernel finds it, 512 entries a call; and nothing else is asked
	 * for. As counted in a real guest: 512 H_STUFF_TCE (traces of ppc64le guests). */
	run(kernels[_i], &plain, NULL);
	ck_assert_uint_eq(hv.calls, 512);
	ck_assert_uint_eq(hv_count(HV_STUFF), 512);
	ck_assert_uint_eq(hv.window[0].tce[5], 0);
}
END_TEST

START_TEST(test_boot_when_no_multi_tce_then_a_call_for_each_entry)
{
	/* Neither offered, nor wanted by the command line: each of the 4096 entries of a small window costs a call of
	 * its own. */
	struct boot how = plain;

	how.window_bytes = 16 << 20;
	if (_i)
		how.command_line = "multitce=off\0";
	else
		how.hypertas = "hcall-tce\0";
	run(kernels[0], &how, NULL);
	ck_assert_uint_eq(hv_count(HV_PUT), 4096);
	ck_assert_uint_eq(hv.calls, 4096);
	ck_assert_uint_eq(hv.window[0].tce[5], 0);
}
END_TEST

/* ---- Mappings ---- */

static void one_page(void)
{
	uint32_t before = hv.calls;
	struct mapping out = map(0, 1514, 1), in;

	ck_assert_uint_eq(hv.calls, before + 1);
	ck_assert_uint_eq(hv.call[before].nr, HV_PUT);
	table_holds(&out, READ_TCE);
	in = map(0, 1514, 0);
	/* Linux lets a device read what it may write (tce_build_pSeriesLP()). */
	table_holds(&in, READ_TCE | WRITE_TCE);
	ck_assert_uint_ne(in.iova >> 12, out.iova >> 12);
	ck_assert_uint_eq(used(0), 3); /* and the first one, which is never used */
	unmap(0, &out);
	unmap(0, &in);
	ck_assert_uint_eq(hv.window[0].tce[out.iova >> 12], 0);
	ck_assert_uint_eq(used(0), 1);
	ck_assert_uint_eq(hv_count(HV_STUFF), 512 + 2);
}

START_TEST(test_map_when_one_page_then_one_call_and_its_permission)
{
	/* A packet is one H_PUT_TCE, its end one H_STUFF_TCE; the bitmap says what is in use. */
	run(kernels[_i], &plain, one_page);
}
END_TEST

static void many_pages(void)
{
	struct mapping a = map(0, PAGE, 1), b = map(0, 600 << 12, 0), c = map(0, 100, 1);

	table_holds(&a, READ_TCE);
	table_holds(&b, READ_TCE | WRITE_TCE);
	table_holds(&c, READ_TCE);
	unmap(0, &b);
	table_holds(&a, READ_TCE);
	table_holds(&c, READ_TCE);
	unmap(0, &a);
	unmap(0, &c);
	ck_assert(hv_is_clear());
	ck_assert_uint_eq(used(0), 1);
}

static const struct {
	const char *command_line;
	uint64_t put, indirect, stuff;
} ways[] = {
	/* 16 + 600 + 1 TCEs: lists of 16, 512, 88, and one alone; cleared by 1, 2, 1 calls. */
	{"", 1, 3, 8 + 4},
	{"multitce=off\0", 4096 + 2 * 617, 0, 0},
};

START_TEST(test_map_when_multi_tce_or_not_then_equal_tables)
{
	/* The way decides how many calls it takes, never what is in the table: both runs are held to the same entries.
	 */
	struct boot how = plain;

	how.command_line = ways[_i].command_line;
	how.window_bytes = 16 << 20;
	run(kernels[0], &how, many_pages);
	ck_assert_uint_eq(hv_count(HV_PUT), ways[_i].put);
	ck_assert_uint_eq(hv_count(HV_INDIRECT), ways[_i].indirect);
	ck_assert_uint_eq(hv_count(HV_STUFF), ways[_i].stuff);
}
END_TEST

/* hash_32(cpu, 2), include/linux/hash.h */
static uint32_t pool_of(uint32_t cpu)
{
	return (uint32_t)(cpu * 0x61c88647u) >> 30;
}

static void by_pools(void)
{
	uint64_t pool = (1 << 18) * 3 / 4 / 4, seen = 0;

	for (uint32_t cpu = 0; cpu < 8; cpu++) {
		struct mapping made = map(cpu, 100, 1), large = map(cpu, 16 << 12, 1);

		ck_assert_uint_eq((made.iova >> 12) / pool, pool_of(cpu));
		ck_assert_uint_ge(large.iova >> 12, 4 * pool); /* more than 15 pages: the last quarter */
		seen |= 1ull << pool_of(cpu);
		unmap(cpu, &made);
		unmap(cpu, &large);
	}
	ck_assert_uint_eq(seen, 15);
}

START_TEST(test_map_when_on_other_cpus_then_in_other_pools)
{
	/* A table of 1 GiB has four pools and a quarter for large allocations; a CPU's pool is the hash of its number,
	 * which is a per-CPU variable: each vCPU must have its own. */
	struct boot how = plain;

	how.cpus = 8;
	run(kernels[_i], &how, by_pools);
}
END_TEST

static void till_full(void)
{
	struct mapping made[8];
	gm_u64 iova, gpa;
	int n = 0;

	/*
	 * Pieces of 512 at multiples of 16 (a page of the kernel). The first entry of a window and the last one of a
	 * pool are never used (iommu_table_reserve_pages(), iommu_area_alloc()): 5 fit in 3072 entries, 1 in the last
	 * 1024.
	 */
	while (n < 8 && !hv.ops->map(0, 0, 0, 512 << 12, 1, &made[n].iova, &made[n].gpa)) {
		made[n].bytes = 512 << 12;
		made[n].to_device = 1;
		table_holds(&made[n], READ_TCE);
		n++;
	}
	ck_assert_int_eq(n, 6);
	ck_assert_int_eq(hv.ops->map(0, 0, 0, 512 << 12, 1, &iova, &gpa), -5);
	unmap(0, &made[3]);
	made[3] = map(0, 512 << 12, 1);
	while (n--)
		unmap(0, &made[n]);
	ck_assert_uint_eq(used(0), 1);
}

START_TEST(test_map_when_window_is_full_then_refused_until_there_is_room)
{
	/* A small window has one pool; what does not fit there is looked for in the other one, and then refused. */
	struct boot how = plain;

	how.window_bytes = 16 << 20;
	run(kernels[_i], &how, till_full);
}
END_TEST

/* ---- Answers that are no ---- */

static void refused(void)
{
	uint64_t before = used(0);
	struct mapping made;
	gm_u64 iova, gpa;

	ck_assert_int_eq(hv.ops->map(0, 0, 0, hv.fail_nr == HV_PUT ? 100 : 600 << 12, 1, &iova, &gpa), -5);
	ck_assert_uint_eq(used(0), before);
	hv.fail_nr = 0;
	ck_assert(hv_is_clear());
	made = map(0, 600 << 12, 1);
	table_holds(&made, READ_TCE);
	unmap(0, &made);
}

static void refuse_put(void)
{
	hv.fail_nr = HV_PUT;
	hv.fail_ret = NOT_ENOUGH;
	refused();
}

static void refuse_second_list(void)
{
	hv.fail_nr = HV_INDIRECT;
	hv.fail_after = 1;
	hv.fail_ret = NOT_ENOUGH;
	refused();
}

START_TEST(test_map_when_not_enough_resources_then_all_is_taken_back)
{
	/* H_NOT_ENOUGH_RESOURCES is the one answer that fails a mapping: its I/O addresses are free again, and what a
	 * first list has written is cleared. */
	run(kernels[_i / 2], &plain, _i % 2 ? refuse_second_list : refuse_put);
}
END_TEST

static void ignored(void)
{
	gm_u64 iova, gpa;

	hv.fail_nr = HV_PUT;
	hv.fail_ret = PARAMETER;
	ck_assert_int_eq(hv.ops->map(0, 0, 0, 100, 1, &iova, &gpa), 0);
	ck_assert_uint_eq(hv.window[0].tce[iova >> 12], 0);
	hv.fail_nr = 0;
	ck_assert_int_eq(hv.ops->unmap(0, 0, iova, gpa, 100, 1), 0);
	ck_assert_uint_eq(used(0), 1);
}

START_TEST(test_map_when_parameter_then_the_kernel_goes_on_with_nothing_mapped)
{
	/* Any other error is printed and otherwise ignored (tce_build_pSeriesLP()): the driver gets an address behind
	 * which there is nothing. That is the kernel's own, and a simulation of it must show it. */
	run(kernels[_i], &plain, ignored);
}
END_TEST

/* ---- DDW ---- */

static struct boot with_ddw(void)
{
	struct boot how = plain;

	how.ddw = true;
	return how;
}

/* RTAS calls since @from, as a string of tokens. */
static const char *rtas_since(uint32_t from)
{
	static char tokens[32];
	size_t n = 0;

	for (uint32_t i = from; i < hv.calls && n + 1 < sizeof(tokens); i++)
		if (hv.call[i].nr == HV_RTAS)
			tokens[n++] = (char)('0' + hv.call[i].token);
	tokens[n] = '\0';
	return tokens;
}

static const struct hv_call *rtas_call(uint64_t token)
{
	for (uint32_t i = 0; i < hv.calls; i++)
		if (hv.call[i].nr == HV_RTAS && hv.call[i].token == token)
			return &hv.call[i];
	return NULL;
}

static void ddw_direct(void)
{
	uint32_t before = hv.calls;
	const struct hv_call *create;
	struct mapping made;
	gm_u64 offset;

	ck_assert_int_eq(hv.ops->set_mask(0, 0, 64), 0);
	ck_assert_str_eq(rtas_since(before), "12");
	create = rtas_call(HV_CREATE);
	ck_assert_uint_eq(create->args[1], HV_BUID >> 32);
	ck_assert_uint_eq(create->args[2], (uint32_t)HV_BUID);
	ck_assert_uint_eq(create->args[3], 24);
	ck_assert_uint_eq(create->args[4], 27); /* 128 MiB */
	ck_assert_uint_eq(hv_count(HV_INDIRECT), 1);
	for (uint64_t i = 0; i < 8; i++)
		ck_assert_uint_eq(hv.window[1].tce[i], i << 24 | READ_TCE | WRITE_TCE);
	ck_assert_int_eq(hv.ops->bypass(0, &offset), 1);
	ck_assert_uint_eq(offset, HV_DDW_START);
	before = hv.calls;
	made = map(0, 600 << 12, 1);
	ck_assert_uint_eq(made.iova, made.gpa + HV_DDW_START);
	unmap(0, &made);
	ck_assert_uint_eq(hv.calls, before);
	/* A second driver of the same PE finds the window. */
	ck_assert_int_eq(hv.ops->set_mask(0, 1, 64), 0);
	ck_assert_uint_eq(hv.calls, before);
	ck_assert_int_eq(hv.ops->bypass(1, &offset), 1);
	ck_assert_int_eq(hv.ops->detach(0), 0);
	ck_assert_str_eq(rtas_since(before), "3");
	ck_assert_ptr_null(hv.window[1].tce);
}

START_TEST(test_ddw_when_memory_fits_then_mapped_once_and_free_of_charge)
{
	/* Query, create, one list of TCEs for 128 MiB in pages of 16 MiB; from then on the DMA API adds and makes no
	 * call. */
	struct boot how = with_ddw();

	how.functions = 2;
	how.reset = how.wide = _i % 2;
	run(kernels[_i / 2], &how, ddw_direct);
}
END_TEST

static void ddw_dynamic(void)
{
	struct gm_window window;
	struct mapping made;
	gm_u64 offset;

	hv.largest = 512;
	hv.pages = 1 | 2;
	ck_assert_int_eq(hv.ops->set_mask(0, 0, 64), 0);
	ck_assert_int_eq(hv.ops->bypass(0, &offset), 0);
	ck_assert_int_eq(hv.ops->window(0, 1, &window), 0);
	ck_assert_uint_eq(window.liobn, HV_LIOBN + 1);
	ck_assert_uint_eq(window.shift, 16);
	ck_assert_uint_eq(window.entries, 512);
	made = map(0, 100, 0);
	ck_assert_uint_eq(made.iova >> 59, 1);
	ck_assert_uint_eq(hv.window[1].tce[(made.iova - HV_DDW_START) >> 16], made.gpa | READ_TCE | WRITE_TCE);
	unmap(0, &made);
	ck_assert_uint_eq(used(1), 0);
}

START_TEST(test_ddw_when_memory_does_not_fit_then_mapped_as_used)
{
	/* 512 TCEs of 64 KiB cannot hold 128 MiB: the kernel makes a table of its own over the window and uses that. */
	struct boot how = with_ddw();

	run(kernels[_i], &how, ddw_dynamic);
}
END_TEST

/** struct refusal - what is refused, and which RTAS calls the kernel makes then. @after: of INDIRECT. */
static const struct refusal {
	uint64_t token, nr;
	int32_t ret;
	const char *calls;
} refusals[] = {
	{HV_QUERY, 0, -3, "1"},
	{HV_CREATE, 0, -1, "12"},
	/* The window is cleared and removed. */
	{0, HV_INDIRECT, PARAMETER, "123"},
};

static int refusal_index;

static void ddw_refused(void)
{
	const struct refusal *refusal = &refusals[refusal_index];
	uint32_t before = hv.calls;
	struct mapping made;
	gm_u64 offset;

	hv.fail_token = refusal->token;
	hv.fail_nr = refusal->nr;
	hv.fail_ret = refusal->ret;
	ck_assert_int_eq(hv.ops->set_mask(0, 0, 64), 0);
	ck_assert_str_eq(rtas_since(before), refusal->calls);
	ck_assert_int_eq(hv.ops->bypass(0, &offset), 0);
	ck_assert_ptr_null(hv.window[1].tce);
	hv.fail_token = hv.fail_nr = 0;
	/* It is not asked for again: others may use the window by now (failed_ddw_pdn_list). */
	before = hv.calls;
	ck_assert_int_eq(hv.ops->set_mask(0, 1, 64), 0);
	ck_assert_uint_eq(hv.calls, before);
	made = map(0, 100, 1);
	table_holds(&made, READ_TCE);
	unmap(0, &made);
}

START_TEST(test_ddw_when_refused_then_default_window_serves)
{
	/* Whatever firmware refuses, drivers get addresses of the default window, and nothing is left of the attempt.
	 */
	struct boot how = with_ddw();

	how.functions = 2;
	refusal_index = _i % 3;
	run(kernels[_i / 3], &how, ddw_refused);
}
END_TEST

static void ddw_single(void)
{
	uint32_t before = hv.calls;
	gm_u64 offset;

	ck_assert_int_eq(hv.ops->set_mask(0, 0, 64), 0);
	ck_assert_str_eq(rtas_since(before), "1312");
	ck_assert_int_eq(hv.ops->bypass(0, &offset), 1);
	ck_assert_uint_eq(offset, 0);
}

static void ddw_single_refused(void)
{
	uint32_t before = hv.calls;
	struct mapping made;

	hv.fail_token = HV_CREATE;
	hv.fail_ret = -1;
	ck_assert_int_eq(hv.ops->set_mask(0, 0, 64), 0);
	ck_assert_str_eq(rtas_since(before), "13124");
	made = map(0, 100, 1);
	table_holds(&made, READ_TCE);
	unmap(0, &made);
}

static void ddw_single_not_restorable(void)
{
	uint32_t before = hv.calls;

	ck_assert_int_eq(hv.ops->set_mask(0, 0, 64), 0);
	ck_assert_str_eq(rtas_since(before), "1");
	ck_assert_ptr_nonnull(hv.window[0].tce);
}

static void (*const singles[])(void) = {ddw_single, ddw_single_refused, ddw_single_not_restorable};

START_TEST(test_ddw_when_one_window_only_then_default_is_given_up_if_it_can_come_back)
{
	/* With no second window the default one is removed first; that needs the call that brings it back, which is
	 * made when no other window comes of it. */
	struct boot how = with_ddw();

	how.reset = _i != 2;
	hv_setup(kernels[0]);
	boot_how = &how;
	work_fn = singles[_i];
	hv.windows = 1;
	sim_task_create(hv.sim, "vcpu0", task_main, NULL);
	sim_run(hv.sim, SIM_PS_NEVER);
	ck_assert_int_eq(booted, 0);
	ck_assert_uint_eq(finding_count(hv.sim, FINDING_VIOLATION), 0);
}
END_TEST

static void ddw_off(void)
{
	ck_assert_int_eq(hv.ops->set_mask(0, 0, 64), 0);
	ck_assert_uint_eq(hv_count(HV_RTAS), 0);
}

START_TEST(test_ddw_when_disabled_or_not_offered_then_never_asked_for)
{
	/* The command line's disable_ddw, no property, and a device that has no 64 address bits. */
	struct boot how = with_ddw();

	how.ddw = _i != 1;
	how.command_line = _i == 0 ? "disable_ddw\0" : "";
	run(kernels[0], &how, ddw_off);
}
END_TEST

/* ---- Locks ---- */

static void other_main(struct sim *sim, void *arg)
{
	struct mapping made;

	(void)sim;
	(void)arg;
	made = map(1, 100, 1);
	unmap(1, &made);
}

static void both(void)
{
	struct mapping made;

	sim_task_create(hv.sim, "vcpu1", other_main, NULL);
	made = map(0, 100, 1);
	unmap(0, &made);
}

/** struct contest - locks, and whether two vCPUs that map at the same time wait for each other. */
static const struct {
	enum gm_lock locks;
	bool waits;
} contests[] = {{GM_LOCK_POOLS, false}, {GM_LOCK_ONE, true}, {GM_LOCK_WHOLE, true}};

START_TEST(test_locks_when_two_cpus_then_only_a_shared_one_is_waited_for)
{
	/* CPUs 0 and 1 have different pools. With one pool they meet at its lock; held over the hypercall, of a
	 * microsecond, for that long. */
	struct boot how = plain;
	sim_ps spun;

	how.cpus = 2;
	how.locks = contests[_i].locks;
	run(kernels[0], &how, both);
	spun = hv_stat("spin_time");
	ck_assert_int_eq(spun > 0, contests[_i].waits);
	if (contests[_i].locks == GM_LOCK_WHOLE)
		ck_assert_uint_ge(spun, SIM_PS_PER_US);
	if (contests[_i].locks == GM_LOCK_ONE)
		ck_assert_uint_lt(spun, SIM_PS_PER_US);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("kernel-model.guest");
	TCase *tcase = tcase_create("guest");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tcase, 60);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, test_boot_when_multi_tce_then_512_calls_clear_the_window, 0, KERNELS);
	tcase_add_loop_test(tcase, test_boot_when_no_multi_tce_then_a_call_for_each_entry, 0, 2);
	tcase_add_loop_test(tcase, test_map_when_one_page_then_one_call_and_its_permission, 0, KERNELS);
	tcase_add_loop_test(tcase, test_map_when_multi_tce_or_not_then_equal_tables, 0, 2);
	tcase_add_loop_test(tcase, test_map_when_on_other_cpus_then_in_other_pools, 0, KERNELS);
	tcase_add_loop_test(tcase, test_map_when_window_is_full_then_refused_until_there_is_room, 0, KERNELS);
	tcase_add_loop_test(tcase, test_map_when_not_enough_resources_then_all_is_taken_back, 0, 2 * KERNELS);
	tcase_add_loop_test(tcase, test_map_when_parameter_then_the_kernel_goes_on_with_nothing_mapped, 0, KERNELS);
	tcase_add_loop_test(tcase, test_ddw_when_memory_fits_then_mapped_once_and_free_of_charge, 0, 2 * KERNELS);
	tcase_add_loop_test(tcase, test_ddw_when_memory_does_not_fit_then_mapped_as_used, 0, KERNELS);
	tcase_add_loop_test(tcase, test_ddw_when_refused_then_default_window_serves, 0, 3 * KERNELS);
	tcase_add_loop_test(tcase, test_ddw_when_one_window_only_then_default_is_given_up_if_it_can_come_back, 0, 3);
	tcase_add_loop_test(tcase, test_ddw_when_disabled_or_not_offered_then_never_asked_for, 0, 2);
	tcase_add_loop_test(tcase, test_locks_when_two_cpus_then_only_a_shared_one_is_waited_for, 0, 3);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
