// SPDX-License-Identifier: GPL-2.0-only
/*
 * tests/kernel-model/test_driver.c - the hosted drivers when something around them fails: each allocation, pin, user copy and
 * firmware call of a whole life with VFIO in turn, and limits of locked memory. What fails must be said, and nothing may stay
 * behind, but for what docs/findings.md says of the released drivers.
 */
#include "vfio_fixture.h"

#include "kernel-model/host.h"

#define LIMIT_PAGES 8

static uint64_t unpinned_early, pins_seen, last_pin_pfn;

static unsigned int page_shift(void)
{
	return (unsigned int)__builtin_ctz(page_bytes);
}

static struct km_account account(void)
{
	struct km_account now;

	ops->rcu_barrier();
	ops->account(&now);
	return now;
}

/* ---- Faults, counted out ---- */

/** struct life - one life with VFIO. @step: the call that failed first, NULL: none. @ret: what it returned. */
static struct life {
	const char *step;
	long ret;
	int other_fd;
	uint64_t va, window;
} life;

static bool step_is(const char *name)
{
	return life.step && !strcmp(life.step, name);
}

static bool step(const char *name, long ret)
{
	if (ret >= 0)
		return true;
	life.step = name;
	life.ret = ret;
	return false;
}

static bool live_open(void)
{
	char name[32], path[32];
	unsigned int phb;

	container_fd = group_fd = device_fd = life.other_fd = -1;
	ck_assert_int_eq(ops->device_info(0, name, sizeof(name), &group, &phb, &pe, &rid), 0);
	container_fd = (int)ops->open(proc, "/dev/vfio/vfio", 2);
	if (!step("open container", container_fd))
		return false;
	snprintf(path, sizeof(path), "/dev/vfio/%d", group);
	group_fd = (int)ops->open(proc, path, 2);
	if (!step("open group", group_fd) ||
	    !step("SET_CONTAINER", call(group_fd, VFIO_GROUP_SET_CONTAINER, &container_fd, sizeof(container_fd))) ||
	    !step("SET_IOMMU", ops->ioctl(proc, container_fd, VFIO_SET_IOMMU, VFIO_SPAPR_TCE_v2_IOMMU)))
		return false;
	device_fd = (int)call(group_fd, VFIO_GROUP_GET_DEVICE_FD, name, sizeof(name));
	return step("GET_DEVICE_FD", device_fd);
}

/* Two windows, memory in both, a second group that gets the windows too, and all of it taken down again. */
static bool live_windows(void)
{
	struct vfio_iommu_spapr_tce_info info = {.argsz = sizeof(info)};
	struct vfio_iommu_spapr_tce_create create = {.argsz = sizeof(create), .page_shift = page_shift(),
						     .window_size = WINDOW_BYTES, .levels = 1};
	struct vfio_iommu_spapr_tce_remove rm = {.argsz = sizeof(rm)};
	struct vfio_eeh_pe_op eeh = {.argsz = offsetof(struct vfio_eeh_pe_op, err), .op = VFIO_EEH_PE_GET_STATE};
	char name[32], path[32];
	unsigned int phb, other_pe, other_rid;
	int other;

	if (!step("GET_INFO", call(container_fd, VFIO_IOMMU_SPAPR_TCE_GET_INFO, &info, sizeof(info))) ||
	    !step("EEH_PE_OP", call(container_fd, VFIO_EEH_PE_OP, &eeh, sizeof(eeh))) ||
	    !step("REGISTER_MEMORY", memory(VFIO_IOMMU_SPAPR_REGISTER_MEMORY, life.va, 4 * page_bytes)) ||
	    !step("MAP_DMA default", map_dma(life.va, page_bytes, page_bytes)) ||
	    !step("TCE_CREATE", call(container_fd, VFIO_IOMMU_SPAPR_TCE_CREATE, &create, sizeof(create))) ||
	    !step("MAP_DMA", map_dma(life.va, create.start_addr, 4 * page_bytes)))
		return false;
	ck_assert_int_eq(ops->device_info(1, name, sizeof(name), &other, &phb, &other_pe, &other_rid), 0);
	snprintf(path, sizeof(path), "/dev/vfio/%d", other);
	life.other_fd = (int)ops->open(proc, path, 2);
	if (!step("open second group", life.other_fd) ||
	    !step("SET_CONTAINER second", call(life.other_fd, VFIO_GROUP_SET_CONTAINER, &container_fd, sizeof(container_fd))))
		return false;
	rm.start_addr = create.start_addr;
	return step("UNMAP_DMA", unmap_dma(create.start_addr, 4 * page_bytes)) &&
	       step("UNMAP_DMA default", unmap_dma(page_bytes, page_bytes)) &&
	       step("TCE_REMOVE", call(container_fd, VFIO_IOMMU_SPAPR_TCE_REMOVE, &rm, sizeof(rm))) &&
	       step("UNREGISTER_MEMORY", memory(VFIO_IOMMU_SPAPR_UNREGISTER_MEMORY, life.va, 4 * page_bytes));
}

static void live_close(void)
{
	const int fds[] = {device_fd, life.other_fd, group_fd, container_fd};

	for (size_t i = 0; i < sim_count_of(fds); i++)
		if (fds[i] >= 0)
			(void)ops->close(proc, fds[i]);
	ops->proc_exit(proc);
}

/* A life in which the @nth event of @kind fails. Return: did it happen? */
static bool live(enum km_fault kind, unsigned int nth)
{
	bool fired;

	memset(&life, 0, sizeof(life));
	proc_start();
	life.va = buffer_map(4 * page_bytes);
	ops->fault_arm(proc, kind, nth, 0);
	if (live_open())
		(void)live_windows();
	fired = ops->fault_fired(kind);
	ops->fault_arm(proc, kind, 0, 0); /* what is given back afterwards finds all well */
	live_close();
	return fired;
}

/*
 * What the released drivers keep to themselves: a call that goes on although what it needed failed, with the reason.
 * @kind: of fault. Where @leaks, something stays behind as well.
 */
static const struct {
	enum km_fault kind;
	const char *step; /* that failed, NULL: none did */
	bool leaks;
	const char *why;
} excused[] = {
	{KM_FAULT_OBJECT, NULL, false, "window-without-link; and names of nodes, which the model looks for in turn"},
	{KM_FAULT_FIRMWARE, NULL, false, "windows that cannot be unset, bypass that cannot be changed: logged, no more"},
	{KM_FAULT_OBJECT, "TCE_CREATE", true, "create-fails-locked-vm"},
	{KM_FAULT_OBJECT, "MAP_DMA default", true, "create-fails-locked-vm"},
	{KM_FAULT_PAGES, "TCE_CREATE", true, "create-fails-locked-vm"},
	{KM_FAULT_PAGES, "MAP_DMA default", true, "create-fails-locked-vm"},
};

static bool excuse_used[sim_count_of(excused)];

static bool excuse(enum km_fault kind, bool leaks)
{
	for (size_t i = 0; i < sim_count_of(excused); i++) {
		if (excused[i].kind != kind || leaks != excused[i].leaks)
			continue;
		if (excused[i].step ? step_is(excused[i].step) : !life.step)
			return excuse_used[i] = true;
	}
	return false;
}

static uint64_t leak_findings(void)
{
	static const char *const kinds[] = {"locked-vm-leak", "refcount", "kernel-warn", "kernel-bug", "unreached"};
	const struct finding *finding;
	uint64_t n = 0;

	for (size_t i = 0; (finding = finding_get(sim, i)); i++)
		for (size_t k = 0; k < sim_count_of(kinds); k++)
			n += strcmp(finding->kind, kinds[k]) ? 0 : finding->count;
	return n;
}

static int fault_kind;

static void main_faults(struct sim *s, void *arg)
{
	enum km_fault kind = (enum km_fault)fault_kind;
	struct km_account before, now;
	unsigned int nth, wrong = 0;
	bool fired = true;

	(void)s;
	(void)arg;
	boot();
	(void)live(kind, 0); /* what is made once and kept */
	ck_assert_msg(!life.step, "%s failed (%ld) without a fault", life.step, life.ret);
	for (nth = 1; fired; nth++) {
		uint64_t findings = leak_findings();
		bool leaked;

		before = account();
		fired = live(kind, nth);
		now = account();
		leaked = memcmp(&before, &now, sizeof(now)) || leak_findings() != findings;
		if (fired == (life.step != NULL) && !leaked)
			continue;
		if (excuse(kind, leaked))
			continue;
		wrong++;
		printf("fault %u: %s returned %ld%s; pins %lld pages %lld objects %lld files %lld\n", nth,
		       life.step ? life.step : "nothing", life.ret, leaked ? ", something stayed behind" : "",
		       (long long)(now.pins - before.pins), (long long)(now.pages - before.pages),
		       (long long)(now.objects - before.objects), (long long)(now.files - before.files));
	}
	printf("%u faults counted out, %u not as they have to be\n", nth - 2, wrong);
	fflush(stdout);
	ck_assert_uint_gt(nth, 2);
	ck_assert_uint_eq(wrong, 0);
	for (size_t i = 0; i < sim_count_of(excused); i++)
		ck_assert_msg(excused[i].kind != kind || excuse_used[i], "no need any more to excuse: %s", excused[i].why);
	finished = true;
}

START_TEST(test_life_when_each_step_fails_in_turn_then_said_and_nothing_stays)
{
	/* Why: error paths are where drivers leak. How: the n-th event of a kind fails, n = 1, 2, ... until none does. */
	fault_kind = _i;
	sim_task_create(sim, "test", main_faults, NULL);
	sim_run(sim, SIM_PS_NEVER);
	if (!finished)
		print_log();
	ck_assert(finished);
}
END_TEST

/* ---- Limits ---- */

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
	struct vfio_iommu_spapr_tce_create create = {.argsz = sizeof(create), .page_shift = page_shift(),
						     .window_size = WINDOW_BYTES, .levels = 1};
	uint64_t va;

	(void)s;
	(void)arg;
	boot();
	proc_start();
	device_open(0);
	kernel_observe_pages(kernel, on_page, NULL);
	va = buffer_map(BUFFER_BYTES);
	ck_assert_int_eq(memory(VFIO_IOMMU_SPAPR_REGISTER_MEMORY, va, BUFFER_BYTES), 0);
	ck_assert_uint_eq(pins_seen, BUFFER_BYTES / page_bytes);
	ck_assert_uint_eq(unpinned_early, 1);
	ck_assert_int_eq(call(container_fd, VFIO_IOMMU_SPAPR_TCE_CREATE, &create, sizeof(create)), 0);
	ck_assert_int_eq(map_dma(va, create.start_addr, BUFFER_BYTES), 0);
	ck_assert_int_eq(unmap_dma(create.start_addr, BUFFER_BYTES), 0);
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
	tcase_add_test(tc, test_register_when_over_the_limit_then_enomem_and_nothing_pinned);
	tcase_add_loop_test(tc, test_life_when_each_step_fails_in_turn_then_said_and_nothing_stays, 0, KM_FAULT_DELAY);
	suite_add_tcase(s, tc);
	tcase_add_checked_fixture(mutant, setup_mutant, teardown);
	tcase_add_test(mutant, test_mutant_when_a_pin_goes_early_then_only_page_events_show_it);
	suite_add_tcase(s, mutant);
}

int main(void)
{
	return run_on_kernels("kernel-model.driver", add);
}
