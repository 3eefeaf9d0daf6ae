// SPDX-License-Identifier: GPL-2.0-only
/* Suite vfio-model.vfm_proc: life of a process, arguments in user memory, observers, latency, failing calls. */
#include "tests/vfio-model/fake_kernel.h"

#include "sim/stat.h"

#define CMD 0x20003b99u
#define ARG_BYTES 24u

static struct rig rig;

static void setup(void)
{
	rig_open(&rig);
}

static void teardown(void)
{
	rig_close(&rig);
}

/** struct heard - what the observer got. */
struct heard {
	uint32_t count;
	struct {
		bool returned;
		uint32_t cmd;
		int fd;
		int64_t ret;
		size_t bytes;
		uint64_t value;
		uint8_t arg[64];
		bool has_arg;
		sim_ps when;
	} call[64];
};

static void listen_to(void *arg, const struct vfm_ioctl *call)
{
	struct heard *heard = arg;

	ck_assert_uint_lt(heard->count, sim_count_of(heard->call));
	heard->call[heard->count].returned = call->returned;
	heard->call[heard->count].cmd = call->cmd;
	heard->call[heard->count].fd = call->fd;
	heard->call[heard->count].ret = call->ret;
	heard->call[heard->count].bytes = call->arg_bytes;
	heard->call[heard->count].value = call->value;
	heard->call[heard->count].has_arg = call->arg != NULL;
	heard->call[heard->count].when = sim_now(vfm_proc_sim(call->proc));
	if (call->arg)
		memcpy(heard->call[heard->count].arg, call->arg, call->arg_bytes);
	heard->count++;
}

static void add_one(struct fake *kernel, uint64_t arg)
{
	(void)kernel;
	for (uint32_t i = 0; i < ARG_BYTES; i++)
		fake_at(arg, ARG_BYTES)[i]++;
}

static void main_ioctl(struct vfm_proc *proc, void *arg)
{
	uint8_t *bytes = arg;

	ck_assert_int_eq(vfm_ioctl(proc, 7, CMD, bytes, ARG_BYTES), 42);
}

START_TEST(test_ioctl_when_called_then_argument_travels_through_user_memory)
{
	/* The kernel must find the structure in user memory, and the caller must see what the kernel left there. */
	uint8_t bytes[ARG_BYTES], want[ARG_BYTES];
	struct heard heard = {0};

	for (uint32_t i = 0; i < ARG_BYTES; i++) {
		bytes[i] = (uint8_t)i;
		want[i] = (uint8_t)(i + 1);
	}
	fake->patch = add_one;
	fake->ioctl_ret = 42;
	vfm_observe(rig.vfm, listen_to, &heard);
	rig_run(&rig, main_ioctl, bytes);
	ck_assert_mem_eq(bytes, want, ARG_BYTES);
	ck_assert_uint_ge(fake->last_arg, FAKE_MEM_BASE);
	ck_assert_uint_eq(heard.count, 2);
	ck_assert(!heard.call[0].returned);
	ck_assert(heard.call[1].returned);
	ck_assert_uint_eq(heard.call[0].cmd, CMD);
	ck_assert_int_eq(heard.call[0].fd, 7);
	ck_assert_uint_eq(heard.call[0].arg[3], 3);
	ck_assert_uint_eq(heard.call[1].arg[3], 4);
	ck_assert_uint_eq(heard.call[1].bytes, ARG_BYTES);
	ck_assert_int_eq(heard.call[1].ret, 42);
}
END_TEST

START_TEST(test_ioctl_when_timed_then_latency_is_that_of_the_call_alone)
{
	/* One call of the fake takes exactly 1 us; observers stand right before and after it. */
	uint8_t bytes[ARG_BYTES] = {0};
	struct heard heard = {0};
	struct vfm_proc *proc;
	const struct stat_hist *hist;

	fake->ioctl_ret = 42;
	vfm_observe(rig.vfm, listen_to, &heard);
	proc = rig_run(&rig, main_ioctl, bytes);
	ck_assert_uint_eq(heard.call[1].when - heard.call[0].when, FAKE_CALL_PS);
	ck_assert_uint_eq(vfm_proc_last_call_ps(proc), FAKE_CALL_PS);
	hist = stat_find(rig.sim, "proc.a", "ioctl_other", NULL);
	ck_assert_ptr_nonnull(hist);
	ck_assert_uint_eq(hist->mean.count, 1);
	ck_assert_uint_eq(hist->mean.sum, FAKE_CALL_PS);
}
END_TEST

static void main_value(struct vfm_proc *proc, void *arg)
{
	(void)arg;
	ck_assert_int_eq(vfm_ioctl_value(proc, 4, CMD, 0xabcdef), -ENOTTY);
	ck_assert_int_eq(vfm_close(proc, 4), 0);
}

START_TEST(test_ioctl_value_when_called_then_number_arrives_as_it_is)
{
	/* A number must not be taken for a pointer, by the kernel or by observers; close is reported in the same way.
	 */
	struct heard heard = {0};

	fake->ioctl_ret = -ENOTTY;
	fake->open_files = 1;
	vfm_observe(rig.vfm, listen_to, &heard);
	rig_run(&rig, main_value, NULL);
	ck_assert_uint_eq(fake->last_arg, 0xabcdef);
	ck_assert_uint_eq(heard.count, 4);
	ck_assert(!heard.call[0].has_arg);
	ck_assert_uint_eq(heard.call[0].value, 0xabcdef);
	ck_assert_int_eq(heard.call[1].ret, -ENOTTY);
	ck_assert_uint_eq(heard.call[2].cmd, VFM_CLOSE);
	ck_assert(!heard.call[2].returned);
	ck_assert(heard.call[3].returned);
}
END_TEST

static void main_raw(struct vfm_proc *proc, void *arg)
{
	struct vfio_iommu_type1_dma_map map = {.argsz = sizeof(map), .iova = 0x1234};
	int64_t va = vfm_mmap_anon(proc, 65536);

	(void)arg;
	ck_assert_int_ge(vfm_store(proc, (uint64_t)va, &map, sizeof(map)), 0);
	(void)vfm_ioctl_raw(proc, 3, VFIO_IOMMU_MAP_DMA, (uint64_t)va);
	(void)vfm_ioctl_raw(proc, 3, VFIO_IOMMU_MAP_DMA, 0xdead0000);
	(void)vfm_ioctl_raw(proc, 3, CMD, (uint64_t)va);
}

START_TEST(test_ioctl_raw_when_structure_is_there_then_observers_see_it)
{
	/* The referee must learn of a MAP whose argument lies in memory already, and survive a pointer to nowhere. */
	struct vfio_iommu_type1_dma_map map;
	struct heard heard = {0};

	vfm_observe(rig.vfm, listen_to, &heard);
	rig_run(&rig, main_raw, NULL);
	ck_assert_uint_eq(heard.count, 6);
	ck_assert_uint_eq(heard.call[0].bytes, sizeof(map));
	memcpy(&map, heard.call[0].arg, sizeof(map));
	ck_assert_uint_eq(map.iova, 0x1234);
	ck_assert(heard.call[1].has_arg);
	ck_assert(!heard.call[2].has_arg);
	ck_assert_uint_eq(heard.call[2].value, 0xdead0000);
	ck_assert(!heard.call[4].has_arg);
}
END_TEST

static void main_maps(struct vfm_proc *proc, void *arg)
{
	struct vfm_device dev = {.proc = proc, .container_fd = 3};

	(void)arg;
	ck_assert_int_eq(vfm_map_dma(&dev, 0, 0, 65536, true, true), 0);
	ck_assert_int_eq(vfm_map_dma(&dev, 0, 0, 1 << 20, true, true), 0);
	fake->ioctl_ret = 1;
	ck_assert_int_eq(vfm_unmap_dma(&dev, 0, 65536), 1);
	fake->ioctl_ret = 0;
	ck_assert_int_eq(vfm_unmap_dma(&dev, 0, 65536), 0);
}

static uint64_t count_of(const char *name)
{
	const struct stat_row *row;
	const void *value = stat_find(rig.sim, "proc.a", name, &row);

	ck_assert_msg(value != NULL, "%s", name);
	return row->kind == STAT_HIST ? ((const struct stat_hist *)value)->mean.count : *(const uint64_t *)value;
}

START_TEST(test_map_when_it_succeeds_then_counted_in_its_size_class)
{
	/* MAP and UNMAP are told apart by size; an UNMAP that answers 1, as 6.1 does for a bad range, did not succeed.
	 */
	rig_run(&rig, main_maps, NULL);
	ck_assert_uint_eq(count_of("map_upto_64k"), 1);
	ck_assert_uint_eq(count_of("map_upto_1m"), 1);
	ck_assert_uint_eq(count_of("map_upto_256k"), 0);
	ck_assert_uint_eq(count_of("unmap_upto_64k"), 1);
	ck_assert_uint_eq(count_of("ioctl_map_dma"), 2);
	ck_assert_uint_eq(count_of("ioctl_unmap_dma"), 2);
	ck_assert_uint_eq(count_of("maps"), 2);
	ck_assert_uint_eq(count_of("unmaps"), 1);
	ck_assert_uint_eq(count_of("map_bytes"), 65536 + (1 << 20));
	ck_assert_uint_eq(count_of("map_rate"), 1000000);
	ck_assert_uint_eq(count_of("unmap_bytes_rate"), 65536ull * 1000000);
}
END_TEST

static void main_memory(struct vfm_proc *proc, void *arg)
{
	uint32_t value = 0x12345678, back = 0;
	int64_t va = vfm_mmap_anon(proc, 4096);

	(void)arg;
	ck_assert_int_gt(va, 0);
	ck_assert_int_ge(vfm_store(proc, (uint64_t)va + 8, &value, sizeof(value)), 0);
	ck_assert_int_ge(vfm_load(proc, (uint64_t)va + 8, &back, sizeof(back)), 0);
	ck_assert_uint_eq(back, value);
	ck_assert_int_eq(vfm_load(proc, 0x10, &back, sizeof(back)), -EFAULT);
	ck_assert_uint_ne(vfm_user_real(proc, (uint64_t)va), UINT64_MAX);
	ck_assert_uint_eq(vfm_user_real(proc, 0x10), UINT64_MAX);
	ck_assert_int_eq(vfm_munmap(proc, (uint64_t)va, 4096), 0);
	ck_assert_uint_eq(vfm_proc_locked_vm(proc), 100);
}

START_TEST(test_memory_when_absent_then_fault_is_counted)
{
	/* What would be SIGSEGV must not pass in silence. */
	struct vfm_proc *proc = rig_run(&rig, main_memory, NULL);

	ck_assert_uint_eq(count_of("faults"), 1);
	ck_assert_uint_eq(vfm_proc_locked_vm(proc), 0);
	ck_assert_uint_eq(vfm_proc_id(proc), 1);
	ck_assert_uint_eq(vfm_proc_page_bytes(proc), 65536);
	ck_assert_str_eq(vfm_proc_name(proc), "A");
}
END_TEST

static void main_sleep(struct vfm_proc *proc, void *arg)
{
	sim_ps *took = arg;
	sim_ps begin = sim_now(vfm_proc_sim(proc));

	sim_task_wake(vfm_proc_sim(proc), sim_task_current(vfm_proc_sim(proc)));
	vfm_sleep(proc, 5 * SIM_PS_PER_US);
	*took = sim_now(vfm_proc_sim(proc)) - begin;
}

START_TEST(test_sleep_when_woken_too_early_then_sleeps_on)
{
	/* A wake that was left over from an earlier wait must not shorten a sleep. */
	sim_ps took = 0;

	rig_run(&rig, main_sleep, &took);
	ck_assert_uint_eq(took, 5 * SIM_PS_PER_US);
}
END_TEST

static void main_never(struct vfm_proc *proc, void *arg)
{
	(void)proc;
	*(bool *)arg = true;
}

START_TEST(test_start_when_no_memory_then_main_does_not_run)
{
	/* Without room for arguments a process cannot call anything: a finding, and the process ends. */
	bool ran = false;
	struct vfm_proc *proc;

	fake->fail_at = 1;
	proc = rig_run(&rig, main_never, &ran);
	ck_assert(!ran);
	ck_assert_ptr_nonnull(finding_find(rig.sim, "process"));
	ck_assert_ptr_eq(vfm_proc_next(rig.vfm, NULL), proc);
	ck_assert_ptr_null(vfm_proc_next(rig.vfm, proc));
}
END_TEST

static void main_where(struct vfm_proc *proc, void *arg)
{
	(void)arg;
	(void)vfm_ioctl_value(proc, 3, VFIO_DEVICE_RESET, 0);
}

START_TEST(test_where_when_inside_a_call_then_names_it)
{
	/* A stall report must say in which call a process hangs. */
	struct vfm_proc *proc = vfm_proc_start(rig.vfm, "A", 0, main_where, NULL);

	/* mmap of the argument area takes 1 us, then the ioctl begins: look in its middle. */
	ck_assert_ptr_null(vfm_proc_where(proc));
	(void)sim_run(rig.sim, FAKE_CALL_PS + FAKE_CALL_PS / 2);
	ck_assert_ptr_nonnull(vfm_proc_where(proc));
	ck_assert_str_eq(vfm_proc_where(proc), "VFIO_DEVICE_RESET");
	(void)sim_run(rig.sim, SIM_PS_NEVER);
	ck_assert_ptr_null(vfm_proc_where(proc));
	ck_assert(vfm_proc_exited(proc));
}
END_TEST

/** struct crew - threads of one process. */
struct crew {
	uint32_t count, done;
	struct vfm_proc *leader;
	sim_ps last;
};

static void main_worker(struct vfm_proc *proc, void *arg)
{
	struct crew *crew = arg;

	ck_assert_ptr_ne(proc, crew->leader);
	ck_assert_ptr_eq(vfm_proc_leader(proc), crew->leader);
	(void)vfm_ioctl_value(proc, 3, VFIO_DEVICE_RESET, 0);
	crew->done++;
	crew->last = sim_now(vfm_proc_sim(proc));
}

static void main_foreman(struct vfm_proc *proc, void *arg)
{
	struct crew *crew = arg;

	crew->leader = proc;
	ck_assert_ptr_eq(vfm_proc_leader(proc), proc);
	for (uint32_t i = 0; i < crew->count; i++)
		(void)vfm_thread_start(proc, "worker", main_worker, crew);
	/* The process ends here, its threads go on: it waits for them. */
}

START_TEST(test_thread_when_started_then_runs_beside_the_others_and_the_process_waits)
{
	/* Four calls of 1 us at a time must take 1 us in all, count in one place, and be over before the process is. */
	struct crew crew = {.count = 4};
	const struct stat_hist *calls;
	struct vfm_proc *proc = rig_run(&rig, main_foreman, &crew);

	ck_assert_uint_eq(crew.done, 4);
	ck_assert_uint_eq(fake->threads, 0);
	calls = stat_find(rig.sim, "proc.a", "ioctl_device_reset", NULL);
	ck_assert_ptr_nonnull(calls);
	ck_assert_uint_eq(calls->mean.count, 4);
	/* Room for the foreman's arguments, then for a worker's own, then the call. */
	ck_assert_uint_eq(crew.last, 3 * FAKE_CALL_PS);
	ck_assert_ptr_null(vfm_proc_where(proc));
}
END_TEST

START_TEST(test_thread_when_the_kernel_makes_none_then_finding_and_the_rest_goes_on)
{
	/* A limit on threads is an outcome, no crash: the fifth does not come to be. */
	struct crew crew = {.count = 5};

	(void)rig_run(&rig, main_foreman, &crew);
	ck_assert_uint_eq(crew.done, 4);
	ck_assert_ptr_nonnull(finding_find(rig.sim, "process"));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("vfio-model.vfm_proc");
	TCase *tcase = tcase_create("processes");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, test_ioctl_when_called_then_argument_travels_through_user_memory);
	tcase_add_test(tcase, test_ioctl_when_timed_then_latency_is_that_of_the_call_alone);
	tcase_add_test(tcase, test_ioctl_value_when_called_then_number_arrives_as_it_is);
	tcase_add_test(tcase, test_ioctl_raw_when_structure_is_there_then_observers_see_it);
	tcase_add_test(tcase, test_map_when_it_succeeds_then_counted_in_its_size_class);
	tcase_add_test(tcase, test_memory_when_absent_then_fault_is_counted);
	tcase_add_test(tcase, test_sleep_when_woken_too_early_then_sleeps_on);
	tcase_add_test(tcase, test_start_when_no_memory_then_main_does_not_run);
	tcase_add_test(tcase, test_where_when_inside_a_call_then_names_it);
	tcase_add_test(tcase, test_thread_when_started_then_runs_beside_the_others_and_the_process_waits);
	tcase_add_test(tcase, test_thread_when_the_kernel_makes_none_then_finding_and_the_rest_goes_on);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
