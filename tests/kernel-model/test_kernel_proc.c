// SPDX-License-Identifier: GPL-2.0-only
/*
 * tests/kernel-model/test_kernel_proc.c - processes of the kernel model: threads share memory, descriptors and limits;
 * a descriptor travels to another process; a fault is injected where, when and as often as it was asked for.
 */
#include "vfio_fixture.h"

static void main_threads(struct sim *s, void *arg)
{
	struct km_proc *thread;
	uint64_t word = 0x1234, got = 0, va;
	int fd;

	(void)s;
	(void)arg;
	boot();
	proc_start();
	thread = ops->thread_create(proc, "second");
	ck_assert_uint_eq(ops->proc_id(thread), ops->proc_id(proc));
	/* Memory that one maps and writes, the other reads. */
	va = (uint64_t)ops->mmap(thread, 0, page_bytes, KM_PROT_READ | KM_PROT_WRITE, KM_MAP_PRIVATE | KM_MAP_ANONYMOUS,
				 -1, 0);
	ck_assert_int_eq(ops->user_store(thread, va, &word, sizeof(word)), 0);
	ck_assert_int_eq(ops->user_load(proc, va, &got, sizeof(got)), 0);
	ck_assert_uint_eq(got, word);
	/* So with files, and locked memory is the process's. */
	fd = (int)ops->open(thread, "/dev/vfio/vfio", 2);
	ck_assert_int_eq(ops->ioctl(proc, fd, VFIO_GET_API_VERSION, 0), VFIO_API_VERSION);
	device_open(0);
	ck_assert_int_eq(memory(VFIO_IOMMU_SPAPR_REGISTER_MEMORY, va, page_bytes), 0);
	ck_assert_uint_eq(ops->proc_locked_vm(thread), 1);
	/* It owns the container as much as the first: nobody is refused. */
	ck_assert_int_eq(ops->ioctl(thread, container_fd, VFIO_EEH_PE_OP, 0), -EFAULT);
	ops->thread_exit(thread);
	/* What it opened stays open with the others. */
	ck_assert_int_eq(ops->ioctl(proc, fd, VFIO_GET_API_VERSION, 0), VFIO_API_VERSION);
	ck_assert_int_eq(ops->close(proc, fd), 0);
	device_close();
	ops->proc_exit(proc);
	ck_assert_uint_eq(kernel_check_leaks(kernel), 0);
	finished = true;
}

START_TEST(test_thread_when_made_then_memory_and_files_are_shared)
{
	/* Why: races of a driver need two threads of one process. How: each sees what the other made; nothing is left. */
	run(main_threads);
}
END_TEST

static void main_fd(struct sim *s, void *arg)
{
	struct km_proc *other;
	void *sent;
	int fd, there;

	(void)s;
	(void)arg;
	boot();
	proc_start();
	other = ops->proc_create("other", MEMLOCK_BYTES, 0);
	ck_assert_ptr_null(ops->fd_send(proc, 77));
	fd = (int)ops->open(proc, "/dev/vfio/vfio", 2);
	sent = ops->fd_send(proc, fd);
	ck_assert_ptr_nonnull(sent);
	ck_assert_int_eq(ops->close(proc, fd), 0);
	/* Under way it is still open; the receiver has its own number for it. */
	ck_assert_int_eq(ops->ioctl(proc, fd, VFIO_GET_API_VERSION, 0), -EBADF);
	ck_assert_int_ge(ops->eventfd(other, 0, 0), 0);
	there = (int)ops->fd_receive(other, sent);
	ck_assert_int_gt(there, fd);
	ck_assert_int_eq(ops->ioctl(other, there, VFIO_GET_API_VERSION, 0), VFIO_API_VERSION);
	ops->proc_exit(proc);
	ops->proc_exit(other);
	ck_assert_uint_eq(kernel_check_leaks(kernel), 0);
	finished = true;
}

START_TEST(test_descriptor_when_sent_then_the_same_file_is_open_there)
{
	/* Why: a container may be driven by who did not open it. How: send, close, receive, use, exit. */
	run(main_fd);
}
END_TEST

static void main_faults(struct sim *s, void *arg)
{
	struct km_proc *other;
	uint64_t va;

	(void)s;
	(void)arg;
	boot();
	proc_start();
	other = ops->proc_create("other", MEMLOCK_BYTES, 0);
	device_open(0);
	va = buffer_map(4 * page_bytes);
	/* Not before its turn, and once. */
	ops->fault_arm(proc, KM_FAULT_PIN, 3, 0);
	ck_assert_int_eq(memory(VFIO_IOMMU_SPAPR_REGISTER_MEMORY, va, 2 * page_bytes), 0);
	ck_assert(!ops->fault_fired(KM_FAULT_PIN));
	ck_assert_int_eq(memory(VFIO_IOMMU_SPAPR_REGISTER_MEMORY, va + 2 * page_bytes, 2 * page_bytes), -EFAULT);
	ck_assert(ops->fault_fired(KM_FAULT_PIN));
	ck_assert_int_eq(memory(VFIO_IOMMU_SPAPR_REGISTER_MEMORY, va + 2 * page_bytes, 2 * page_bytes), 0);
	/* Only where it was asked for. */
	ops->fault_arm(other, KM_FAULT_OBJECT, 1, 0);
	ck_assert_int_ge(ops->open(proc, "/dev/vfio/vfio", 2), 0);
	ck_assert(!ops->fault_fired(KM_FAULT_OBJECT));
	ck_assert_int_lt(ops->open(other, "/dev/vfio/vfio", 2), 0);
	ck_assert(ops->fault_fired(KM_FAULT_OBJECT));
	/* Taken back before its time. */
	ops->fault_arm(NULL, KM_FAULT_OBJECT, 1, 0);
	ops->fault_arm(NULL, KM_FAULT_OBJECT, 0, 0);
	ck_assert_int_ge(ops->open(other, "/dev/vfio/vfio", 2), 0);
	ck_assert(!ops->fault_fired(KM_FAULT_OBJECT));
	device_close();
	ops->proc_exit(proc);
	ops->proc_exit(other);
	ck_assert_uint_eq(kernel_check_leaks(kernel), 0);
	finished = true;
}

START_TEST(test_fault_when_armed_then_the_nth_of_that_process_fails_once)
{
	/* Why: error paths are counted out with it. How: before, at and after the n-th; another process; disarmed. */
	sim_task_create(sim, "test", main_faults, NULL);
	sim_run(sim, SIM_PS_NEVER);
	ck_assert(finished);
	/* Each one is told, and is no violation. */
	ck_assert_uint_eq(finding_count(sim, FINDING_NOTE), 2);
	ck_assert_uint_eq(finding_count(sim, FINDING_WARN), 0);
	ck_assert_str_eq(finding_get(sim, 0)->text, "pinning of a user page 3 (test) was made to fail");
}
END_TEST

#define DELAY_PS (70 * SIM_PS_PER_US)

static void main_delay(struct sim *s, void *arg)
{
	sim_ps begin, usual;
	uint64_t va;

	(void)arg;
	boot();
	proc_start();
	device_open(0);
	va = buffer_map(page_bytes);
	begin = sim_now(s);
	ck_assert_int_eq(memory(VFIO_IOMMU_SPAPR_REGISTER_MEMORY, va, page_bytes), 0);
	ck_assert_int_eq(memory(VFIO_IOMMU_SPAPR_UNREGISTER_MEMORY, va, page_bytes), 0);
	usual = sim_now(s) - begin;
	/* The page is there now; without its fault the pair takes less, with the delay that much more. */
	begin = sim_now(s);
	ck_assert_int_eq(memory(VFIO_IOMMU_SPAPR_REGISTER_MEMORY, va, page_bytes), 0);
	ck_assert_int_eq(memory(VFIO_IOMMU_SPAPR_UNREGISTER_MEMORY, va, page_bytes), 0);
	ck_assert_uint_le(sim_now(s) - begin, usual);
	usual = sim_now(s) - begin;
	ops->fault_arm(proc, KM_FAULT_DELAY, 2, DELAY_PS);
	begin = sim_now(s);
	ck_assert_int_eq(memory(VFIO_IOMMU_SPAPR_REGISTER_MEMORY, va, page_bytes), 0);
	ck_assert_int_eq(memory(VFIO_IOMMU_SPAPR_UNREGISTER_MEMORY, va, page_bytes), 0);
	ck_assert(ops->fault_fired(KM_FAULT_DELAY));
	ck_assert_uint_eq(sim_now(s) - begin, usual + DELAY_PS);
	device_close();
	ops->proc_exit(proc);
	finished = true;
}

START_TEST(test_delay_when_armed_then_the_call_takes_that_much_longer)
{
	/* Why: it makes room for other threads, and must change nothing else. How: the time of the same calls, to the ps. */
	sim_task_create(sim, "test", main_delay, NULL);
	sim_run(sim, SIM_PS_NEVER);
	ck_assert(finished);
}
END_TEST

static void add(Suite *s)
{
	TCase *tc = tcase_create("proc");

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, test_thread_when_made_then_memory_and_files_are_shared);
	tcase_add_test(tc, test_descriptor_when_sent_then_the_same_file_is_open_there);
	tcase_add_test(tc, test_fault_when_armed_then_the_nth_of_that_process_fails_once);
	tcase_add_test(tc, test_delay_when_armed_then_the_call_takes_that_much_longer);
	suite_add_tcase(s, tc);
}

int main(void)
{
	return run_on_kernels("kernel-model.kernel_proc", add);
}
