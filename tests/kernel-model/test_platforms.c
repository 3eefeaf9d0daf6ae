// SPDX-License-Identifier: GPL-2.0-only
/*
 * tests/kernel-model/test_platforms.c - the sPAPR TCE driver on groups that offer less than powernv's, as other platforms
 * and bridges have them (made so from within, tests/kernel-model/linux/kt_group.c), and what its threads can do to each
 * other without harm.
 */
#include "vfio_fixture.h"

#include "inside.h"

static const struct km_tests *inside;

static struct km_account account(void)
{
	struct km_account now;

	ops->rcu_barrier();
	ops->account(&now);
	return now;
}

static bool is_61(void)
{
	return inside->group_v1 != NULL;
}

static long set_iommu(unsigned long type)
{
	return ops->ioctl(proc, container_fd, VFIO_SET_IOMMU, type);
}

/* Container and group of function @index, no driver yet. Return: the group's descriptor. */
static int group_into_container(int index)
{
	char name[32], path[32];
	unsigned int phb;
	int number, fd;

	ck_assert_int_eq(ops->device_info(index, name, sizeof(name), &number, &phb, &pe, &rid), 0);
	snprintf(path, sizeof(path), "/dev/vfio/%d", number);
	fd = (int)ops->open(proc, path, 2);
	ck_assert_int_ge(fd, 0);
	return fd;
}

static void begin(void)
{
	boot();
	proc = ops->proc_create("test", 4ull << 30, 0);
	arg_va = buffer_map(page_bytes);
	container_fd = (int)ops->open(proc, "/dev/vfio/vfio", 2);
	group_fd = group_into_container(0);
	ck_assert_int_eq(call(group_fd, VFIO_GROUP_SET_CONTAINER, &container_fd, sizeof(container_fd)), 0);
}

static void end(void)
{
	ck_assert_int_eq(ops->close(proc, group_fd), 0);
	ck_assert_int_eq(ops->close(proc, container_fd), 0);
	ops->proc_exit(proc);
	finished = true;
}

static void without(const char *what)
{
	ck_assert_int_eq(inside->group_without(0, what), 0);
}

static long create(void)
{
	struct vfio_iommu_spapr_tce_create arg = {.argsz = sizeof(arg), .page_shift = 12, .window_size = 1 << 28, .levels = 1};

	return call(container_fd, VFIO_IOMMU_SPAPR_TCE_CREATE, &arg, sizeof(arg));
}

static long remove_window(uint64_t start)
{
	struct vfio_iommu_spapr_tce_remove arg = {.argsz = sizeof(arg), .start_addr = start};

	return call(container_fd, VFIO_IOMMU_SPAPR_TCE_REMOVE, &arg, sizeof(arg));
}

static void run_with(sim_task_fn *fn, const char *kind)
{
	sim_task_create(sim, "test", fn, NULL);
	sim_run(sim, SIM_PS_NEVER);
	if (!finished)
		print_log();
	ck_assert(finished);
	ck_assert_int_eq(finding_count(sim, FINDING_WARN) != 0, kind != NULL);
	if (kind)
		ck_assert_ptr_nonnull(finding_find(sim, kind));
}

/* ---- At SET_IOMMU ---- */

/** struct refusal - what is missing when SET_IOMMU comes. @v1: type asked for. @in_61, @later: answers of kernels. */
static const struct refusal {
	const char *missing;
	bool v1;
	int in_61, later; /* 1: not asked */
	bool warns;
} refusals[] = {
	{"data", false, -ENODEV, -ENODEV, false},
	{"release_ownership", false, -EPERM, 1, false},
	{"take_ownership", false, -EPERM, 1, false},
	{"operations", false, -EPERM, 1, false},
	{"create_table", false, -EFAULT, 1, true},
	{"set_window", false, -EFAULT, 1, true},
	{"DDW", false, 0, -EINVAL, false},
};

static int refusal_index;

static void main_refusal(struct sim *s, void *arg)
{
	const struct refusal *refusal = &refusals[refusal_index];

	(void)s;
	(void)arg;
	begin();
	without(refusal->missing);
	ck_assert_int_eq(set_iommu(refusal->v1 ? VFIO_SPAPR_TCE_IOMMU : VFIO_SPAPR_TCE_v2_IOMMU),
			 is_61() ? refusal->in_61 : refusal->later);
	if (!strcmp(refusal->missing, "data"))
		without("nothing");
	end();
}

START_TEST(test_set_iommu_when_group_lacks_something_then_refused)
{
	/* Why: platforms differ in what their groups can do. How: one operation less at a time. */
	refusal_index = _i;
	if (!is_61() && refusals[_i].later == 1)
		return;
	run_with(main_refusal, refusals[_i].warns ? "kernel-warn" : NULL);
}
END_TEST

/* The first type on 6.1: a table that the kernel uses, or that cannot be written by exchange. */
static void main_v1_refused(struct sim *s, void *arg)
{
	(void)s;
	(void)arg;
	begin();
	ck_assert_int_eq(inside->group_v1(0, 12, 1), 0);
	without(refusal_index ? "exchange" : "free entries");
	ck_assert_int_eq(set_iommu(VFIO_SPAPR_TCE_IOMMU), refusal_index ? -EINVAL : -EBUSY);
	end();
}

START_TEST(test_set_iommu_when_v1_and_table_is_in_use_or_cannot_exchange_then_refused)
{
	/* Why: what the kernel maps for itself must not be the user's. How: an entry taken; no exchange. */
	refusal_index = _i;
	if (is_61())
		run_with(main_v1_refused, NULL);
}
END_TEST

static void main_second_group(struct sim *s, void *arg)
{
	int other;

	(void)s;
	(void)arg;
	begin();
	ck_assert_int_eq(set_iommu(VFIO_SPAPR_TCE_v2_IOMMU), 0);
	other = group_into_container(1);
	ck_assert_int_eq(inside->group_without(1, refusal_index ? "operations" : "common create_table"), 0);
	ck_assert_int_eq(call(other, VFIO_GROUP_SET_CONTAINER, &container_fd, sizeof(container_fd)),
			 refusal_index ? -EBUSY : -EPERM);
	ck_assert_int_eq(ops->close(proc, other), 0);
	end();
}

START_TEST(test_second_group_when_of_another_kind_then_refused)
{
	/* Why: the groups of a container share its tables. How: other operations; none at all (6.1; later ones ask none). */
	refusal_index = _i;
	if (!_i || is_61())
		run_with(main_second_group, NULL);
}
END_TEST

/* ---- After it ---- */

static void main_no_data(struct sim *s, void *arg)
{
	struct vfio_iommu_spapr_tce_info info = {.argsz = sizeof(info)};

	(void)s;
	(void)arg;
	begin();
	ck_assert_int_eq(set_iommu(VFIO_SPAPR_TCE_v2_IOMMU), 0);
	ck_assert_int_eq(memory(VFIO_IOMMU_SPAPR_REGISTER_MEMORY, buffer_map(page_bytes), page_bytes), 0);
	without("data");
	ck_assert_int_eq(call(container_fd, VFIO_IOMMU_SPAPR_TCE_GET_INFO, &info, sizeof(info)), -ENXIO);
	ck_assert_int_eq(map_dma(page_bytes, 4096, 4096), -ENODEV); /* no default window */
	ck_assert_int_eq(create(), -ENODEV);
	ck_assert_int_eq(remove_window(0), 0); /* it was never made */
	ck_assert_int_eq(create(), -EFAULT);
	without("nothing");
	end();
}

START_TEST(test_calls_when_group_has_no_table_group_then_refused)
{
	/* Why: a group without data has no windows. How: each call that would look for one. */
	run_with(main_no_data, NULL);
}
END_TEST

static void main_v1_no_window(struct sim *s, void *arg)
{
	(void)s;
	(void)arg;
	begin();
	if (is_61())
		ck_assert_int_eq(inside->group_v1(0, 12, 1), 0);
	ck_assert_int_eq(set_iommu(VFIO_SPAPR_TCE_IOMMU), 0);
	without("data");
	ck_assert_int_eq(ops->ioctl(proc, container_fd, VFIO_IOMMU_ENABLE, 0), -ENODEV);
	without("nothing");
	without("window");
	ck_assert_int_eq(ops->ioctl(proc, container_fd, VFIO_IOMMU_ENABLE, 0), -EPERM);
	end();
}

START_TEST(test_enable_when_there_is_no_window_then_refused)
{
	/* Why: nothing to account means nothing to map. How: no data, a window of no bytes. */
	run_with(main_v1_no_window, NULL);
}
END_TEST

static const char *const window_ops[] = {"set_window", "unset_window", "get_table_size", "create_table"};

static void main_no_op(struct sim *s, void *arg)
{
	(void)s;
	(void)arg;
	begin();
	ck_assert_int_eq(set_iommu(VFIO_SPAPR_TCE_v2_IOMMU), 0);
	ck_assert_int_eq(memory(VFIO_IOMMU_SPAPR_REGISTER_MEMORY, buffer_map(page_bytes), page_bytes), 0);
	ck_assert_int_eq(unmap_dma(4096, 4096), 0); /* makes the default window */
	without(window_ops[refusal_index]);
	ck_assert_int_eq(create(), -EPERM);
	if (!strcmp(window_ops[refusal_index], "unset_window"))
		ck_assert_int_eq(remove_window(0), -EPERM);
	end();
}

START_TEST(test_windows_when_group_cannot_then_refused)
{
	/* Why: windows that cannot be made, or not be taken down. How: one operation less; without unset_window a WARN at the
	 * end. */
	refusal_index = _i;
	run_with(main_no_op, strcmp(window_ops[_i], "unset_window") ? NULL : "kernel-warn");
}
END_TEST

static void main_v1_levels(struct sim *s, void *arg)
{
	struct km_account before;
	uint64_t va;

	(void)s;
	(void)arg;
	begin();
	ck_assert_int_eq(inside->group_v1(0, 12, 2), 0);
	ck_assert_int_eq(set_iommu(VFIO_SPAPR_TCE_IOMMU), 0);
	ck_assert_int_eq(ops->ioctl(proc, container_fd, VFIO_IOMMU_ENABLE, 0), 0);
	va = buffer_map(4 * page_bytes);
	before = account();
	/* The page is pinned before its level is there. */
	ops->fault_arm(proc, KM_FAULT_PAGES, 1, 0);
	ck_assert_int_eq(map_dma(va, 4096, 4 * 4096), -ENOMEM);
	ck_assert_uint_eq(account().pins, before.pins);
	ck_assert_int_eq(unmap_dma(0, 1 << 20), 0); /* nothing is there */
	ck_assert_int_eq(map_dma(va, 4096, 4 * 4096), 0);
	ck_assert_uint_eq(account().pins, before.pins + 4);
	ck_assert_int_eq(unmap_dma(4096, 4 * 4096), 0);
	ck_assert_uint_eq(account().pins, before.pins);
	end();
}

START_TEST(test_map_when_v1_and_a_level_cannot_be_made_then_enomem_and_page_is_let_go)
{
	/* Why: what was pinned for a refused MAP_DMA must go. How: a table of two levels, no page for the second. */
	if (is_61())
		run_with(main_v1_levels, NULL);
}
END_TEST

/* ---- Two at once ---- */

static struct {
	struct km_proc *proc;
	int fd;
	sim_ps start_ps;
	long ret;
	bool done;
} worker[2];

static void worker_main(struct sim *s, void *arg)
{
	unsigned int i = *(unsigned int *)arg;

	(void)sim_task_block_until(s, sim_now(s) + worker[i].start_ps);
	worker[i].ret = ops->ioctl(worker[i].proc, worker[i].fd, VFIO_IOMMU_ENABLE, 0);
	if (i)
		(void)ops->ioctl(worker[i].proc, worker[i].fd, VFIO_IOMMU_DISABLE, 0);
	worker[i].done = true;
}

/*
 * The first is held up at its @nth atomic operation or lock for 100 us, the second starts meanwhile. Return: did it come to
 * that many?
 */
static bool workers_run(unsigned int nth)
{
	static unsigned int index[2] = {0, 1};
	bool fired;

	ops->fault_arm(worker[0].proc, KM_FAULT_DELAY, nth, 100 * SIM_PS_PER_US);
	worker[1].start_ps = 20 * SIM_PS_PER_US;
	for (unsigned int i = 0; i < 2; i++) {
		worker[i].done = false;
		sim_task_create(sim, "worker", worker_main, &index[i]);
	}
	while (!worker[0].done || !worker[1].done)
		(void)sim_task_block_until(sim, sim_now(sim) + 10 * SIM_PS_PER_US);
	fired = ops->fault_fired(KM_FAULT_DELAY);
	ops->fault_arm(NULL, KM_FAULT_DELAY, 0, 0);
	return fired;
}

static void main_enable_race(struct sim *s, void *arg)
{
	unsigned int nth = 0;
	long seen = 0;
	bool more;

	(void)s;
	(void)arg;
	boot();
	if (is_61())
		ck_assert_int_eq(inside->group_v1(0, 12, 1), 0);
	do {
		void *sent;

		proc = ops->proc_create("first", 4ull << 30, 0);
		arg_va = buffer_map(page_bytes);
		container_fd = (int)ops->open(proc, "/dev/vfio/vfio", 2);
		group_fd = group_into_container(0);
		ck_assert_int_eq(call(group_fd, VFIO_GROUP_SET_CONTAINER, &container_fd, sizeof(container_fd)), 0);
		ck_assert_int_eq(set_iommu(VFIO_SPAPR_TCE_IOMMU), 0);
		worker[0].proc = proc;
		worker[0].fd = container_fd;
		worker[1].proc = ops->proc_create("second", 4ull << 30, 0);
		sent = ops->fd_send(proc, container_fd);
		worker[1].fd = (int)ops->fd_receive(worker[1].proc, sent);
		more = workers_run(++nth);
		if (worker[0].ret == -EPERM)
			seen = worker[0].ret;
		ops->proc_exit(worker[1].proc);
		ck_assert_int_eq(ops->close(proc, group_fd), 0);
		ck_assert_int_eq(ops->close(proc, container_fd), 0);
		ops->proc_exit(proc);
	} while (more);
	/* While the first waited for the lock, the container became the other's. */
	ck_assert_int_eq(seen, -EPERM);
	finished = true;
}

START_TEST(test_enable_when_container_becomes_another_processs_meanwhile_then_eperm)
{
	/* Why: whose memory is accounted is decided under the lock. How: held up at each place in turn while another process,
	 * which has the descriptor too, enables and disables. */
	run_with(main_enable_race, NULL);
}
END_TEST

static void add(Suite *s)
{
	TCase *tc = tcase_create("platforms");

	inside = tests_inside(kernel_under_test);
	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, test_set_iommu_when_group_lacks_something_then_refused, 0, sim_count_of(refusals));
	tcase_add_loop_test(tc, test_set_iommu_when_v1_and_table_is_in_use_or_cannot_exchange_then_refused, 0, 2);
	tcase_add_loop_test(tc, test_second_group_when_of_another_kind_then_refused, 0, 2);
	tcase_add_test(tc, test_calls_when_group_has_no_table_group_then_refused);
	tcase_add_test(tc, test_enable_when_there_is_no_window_then_refused);
	tcase_add_loop_test(tc, test_windows_when_group_cannot_then_refused, 0, sim_count_of(window_ops));
	tcase_add_test(tc, test_map_when_v1_and_a_level_cannot_be_made_then_enomem_and_page_is_let_go);
	tcase_add_test(tc, test_enable_when_container_becomes_another_processs_meanwhile_then_eperm);
	suite_add_tcase(s, tc);
}

int main(void)
{
	return run_inside_kernels("kernel-model.platforms", add);
}
