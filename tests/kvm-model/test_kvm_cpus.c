// SPDX-License-Identifier: GPL-2.0-only
/*
 * tests/kvm-model/test_kvm_cpus.c - many vCPUs at once, and the machine around them: what 64 of them leave in the
 * tables, that a run repeats, who waits for whom, cores that are shared, memory and devices that come and go.
 */
#include "kvm_rig.h"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define CPUS 64u
#define ROUNDS 24u
#define SLICE 16u
#define HIGH_GPA (1ull << 40)

/** struct crowd - @tables: 1, or one per vCPU; @want: what each entry must hold in the end. @total: of all latencies.
 */
struct crowd {
	uint32_t tables;
	uint64_t want[CPUS][SLICE];
	sim_ps total, end;
	uint64_t by_kernel;
};

static uint64_t liobn_of(const struct crowd *crowd, uint32_t cpu)
{
	return RIG_LIOBN + (crowd->tables > 1 ? cpu : 0);
}

static uint64_t crowd_ioba(const struct crowd *crowd, uint32_t cpu, uint32_t entry)
{
	/* With tables of their own all vCPUs use the same I/O addresses. */
	return rig_ioba((crowd->tables > 1 ? 0 : cpu) * SLICE + entry);
}

static void crowd_guest(struct kvm_cpu *cpu, void *arg)
{
	struct crowd *crowd = arg;
	uint32_t me = kvm_cpu_index(cpu);
	uint64_t dice = me * 977 + 13;

	for (uint32_t i = 0; i < ROUNDS; i++) {
		uint32_t entry;
		uint64_t tce;

		dice = dice * 6364136223846793005ull + 1442695040888963407ull;
		entry = dice >> 33 & (SLICE - 1);
		tce = dice >> 40 & 1 ? rig_gpa((unsigned int)(dice >> 41) % RIG_PAGES) | RIG_RW : 0;
		ck_assert_int_eq(kvm_put_tce(cpu, liobn_of(crowd, me), crowd_ioba(crowd, me, entry), tce),
				 KVM_H_SUCCESS);
		crowd->total += kvm_last_hcall_ps(cpu);
		crowd->want[me][entry] = tce;
		kvm_compute(cpu, dice >> 50);
	}
	for (uint32_t entry = 0; entry < SLICE; entry++) {
		uint64_t tce;

		ck_assert_int_eq(kvm_get_tce(cpu, liobn_of(crowd, me), crowd_ioba(crowd, me, entry), &tce),
				 KVM_H_SUCCESS);
		ck_assert_uint_eq(tce, crowd->want[me][entry]);
		if (crowd->tables > 1)
			continue;
		ck_assert_uint_eq(rig_hw_tce(me * SLICE + entry) & ~(tce ? 0 : ~RIG_RW),
				  tce ? rig_real_tce((unsigned int)(tce >> rig_shift())) : 0);
	}
}

/* A kernel boots once in a process: @run works in a child, and what it writes to @result is seen here. */
static void in_child(void (*run)(void *result), void *result, size_t bytes)
{
	void *shared = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status;
	pid_t child;

	ck_assert_ptr_ne(shared, MAP_FAILED);
	memcpy(shared, result, bytes);
	child = fork();
	ck_assert_int_ge(child, 0);
	if (!child) {
		run(shared);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 0);
	memcpy(result, shared, bytes);
	(void)munmap(shared, bytes);
}

static struct crowd *crowd_now;

static void crowd_vmm(struct vfm_proc *vmm, void *arg)
{
	(void)arg;
	rig_machine(vmm);
	for (uint32_t i = 1; i < crowd_now->tables; i++) {
		const struct kvm_table_options table = {
			.liobn = RIG_LIOBN + i, .page_shift = rig_shift(), .start = rig.window, .entries = SLICE};

		ck_assert_int_eq(kvm_guest_table_add(rig.guest, &table), 0);
	}
	for (uint32_t i = 0; i < CPUS; i++)
		rig_cpu(i, crowd_guest, crowd_now);
	kvm_guest_join(rig.guest);
	crowd_now->end = sim_now(rig.sim);
	rig_close();
}

static void crowd_run(void *result)
{
	struct crowd *crowd = result;

	crowd_now = crowd;
	rig_build(NULL);
	rig_run(crowd_vmm);
	crowd->by_kernel = rig_stat("by_kernel");
	ck_assert_uint_eq(crowd->by_kernel, CPUS * (ROUNDS + SLICE));
	ck_assert_uint_eq(rig_stat("by_user"), 0);
	rig_destroy();
}

START_TEST(test_cpus_when_64_write_at_once_then_each_finds_its_own_and_the_run_repeats)
{
	/*
	 * Why: locks, slots and tables are shared by all. How: random writes to slices of one table, or to a table
	 * each, two times; each entry is read back from the copy and from the hardware's table; all times are equal.
	 */
	struct crowd first = {.tables = (uint32_t)_i}, second = first;

	in_child(crowd_run, &first, sizeof(first));
	in_child(crowd_run, &second, sizeof(second));
	ck_assert_uint_eq(first.total, second.total);
	ck_assert_uint_eq(first.end, second.end);
	ck_assert_mem_eq(first.want, second.want, sizeof(first.want));
}
END_TEST

/* All fight for one entry; what they count in the memory behind it must add up to nothing. */
static void fight_guest(struct kvm_cpu *cpu, void *arg)
{
	uint32_t me = kvm_cpu_index(cpu);

	(void)arg;
	for (uint32_t i = 0; i < ROUNDS; i++) {
		ck_assert_int_eq(kvm_put_tce(cpu, RIG_LIOBN, rig_ioba(7), rig_gpa(me) | RIG_RW), KVM_H_SUCCESS);
		ck_assert_int_eq(kvm_put_tce(cpu, RIG_LIOBN, rig_ioba(7), 0), KVM_H_SUCCESS);
	}
}

static void fight_vmm(struct vfm_proc *vmm, void *arg)
{
	uint64_t before;

	(void)arg;
	rig_machine(vmm);
	for (uint32_t i = 0; i < 8; i++)
		rig_cpu(i, fight_guest, NULL);
	kvm_guest_join(rig.guest);
	ck_assert_uint_eq(rig_hw_tce(7) & RIG_RW, 0);
	/* Memory that something still counted as mapped could not be given back. */
	before = vfm_proc_locked_vm(vmm);
	ck_assert_int_eq(vfm_spapr_unregister(&rig.device, kvm_guest_va(rig.guest, 0, NULL), rig_gpa(RIG_PAGES)), 0);
	ck_assert_uint_eq(vfm_proc_locked_vm(vmm), before - RIG_PAGES);
	rig_close();
}

START_TEST(test_cpus_when_they_fight_for_one_entry_then_counts_add_up)
{
	/* Why: the handlers take no lock; only the exchange is atomic. How: 8 vCPUs map and unmap one entry. */
	rig_build(NULL);
	rig_run(fight_vmm);
	rig_destroy();
}
END_TEST

/** struct lane - @placed: all on one core; @busy: time that each vCPU took for the same work. */
struct lane {
	uint32_t cpus;
	bool placed;
	sim_ps busy[8];
};

static struct lane *lane_now;

static void lane_guest(struct kvm_cpu *cpu, void *arg)
{
	struct lane *lane = arg;
	sim_ps begin;

	/* All are there before the first works. */
	kvm_idle(cpu, SIM_PS_PER_MS);
	begin = sim_now(rig.sim);
	for (uint32_t i = 0; i < 100; i++)
		ck_assert_int_eq(kvm_put_tce(cpu, RIG_LIOBN, rig_ioba(kvm_cpu_index(cpu)), rig_gpa(1) | RIG_RW),
				 KVM_H_SUCCESS);
	lane->busy[kvm_cpu_index(cpu)] = sim_now(rig.sim) - begin;
}

static void lane_vmm(struct vfm_proc *vmm, void *arg)
{
	(void)arg;
	rig_machine(vmm);
	for (uint32_t i = 0; i < lane_now->cpus; i++) {
		const struct kvm_cpu_options options = {.index = i,
							.main = lane_guest,
							.arg = lane_now,
							.placed = lane_now->placed,
							.core = 2,
							.thread = i};

		ck_assert_int_eq(kvm_cpu_start(rig.guest, &options), 0);
	}
	rig_close();
}

static void lane_run(void *result)
{
	lane_now = result;
	rig_build(NULL);
	rig_run(lane_vmm);
	rig_destroy();
}

START_TEST(test_cpus_when_placed_on_one_core_then_each_is_slower_by_what_smt_costs)
{
	/* Why: placement is the user's question. How: the same work by one, by eight apart, and by eight on one core.
	 */
	struct lane one = {.cpus = 1, .placed = true}, apart = {.cpus = 8}, together = {.cpus = 8, .placed = true};
	double want = 8 / 2.2, slower;

	in_child(lane_run, &one, sizeof(one));
	in_child(lane_run, &apart, sizeof(apart));
	in_child(lane_run, &together, sizeof(together));
	ck_assert_uint_le(apart.busy[5], one.busy[0] + one.busy[0] / 20);
	/* Kills are not the core's work: they take what they take. So a little less than the configured ratio. */
	slower = (double)together.busy[5] / (double)one.busy[0];
	ck_assert_double_le(slower, want);
	ck_assert_double_ge(slower, want * 0.9);
}
END_TEST

static const char *const user_locked[] = {"kvm.in_kernel=false", NULL};
static const char *const user_free[] = {"kvm.in_kernel=false", "kvm.big_lock=false", NULL};

static void user_guest(struct kvm_cpu *cpu, void *arg)
{
	uint64_t entry = kvm_cpu_index(cpu) * 100;

	(void)arg;
	for (uint32_t i = 0; i < 50; i++)
		ck_assert_int_eq(kvm_put_tce(cpu, RIG_LIOBN, rig_ioba(entry + i), rig_gpa(1) | RIG_RW), KVM_H_SUCCESS);
}

static void user_vmm(struct vfm_proc *vmm, void *arg)
{
	(void)arg;
	rig_machine(vmm);
	for (uint32_t i = 0; i < 32; i++)
		rig_cpu(i, user_guest, NULL);
	rig_close();
}

/** struct waited - of vCPUs for the VMM's lock, under settings @sets. */
struct waited {
	const char *const *sets;
	uint64_t waits;
	sim_ps time;
};

static void user_run(void *result)
{
	struct waited *waited = result;

	rig_build(waited->sets);
	rig_run(user_vmm);
	waited->time = rig_stat("vmm_lock_wait_time");
	waited->waits = rig_stat("vmm_lock_waits");
	ck_assert_uint_eq(rig_stat("by_user"), 32 * 50);
	rig_destroy();
}

START_TEST(test_cpus_when_the_vmm_has_a_big_lock_then_they_wait_for_it)
{
	/* Why: it is what serialises QEMU's emulated path. How: 32 vCPUs with and without the lock. */
	struct waited locked = {.sets = user_locked}, unlocked = {.sets = user_free};

	in_child(user_run, &locked, sizeof(locked));
	in_child(user_run, &unlocked, sizeof(unlocked));
	ck_assert_uint_gt(locked.waits, 1000);
	ck_assert_uint_gt(locked.time, 0);
	ck_assert_uint_eq(unlocked.waits, 0);
	ck_assert_uint_eq(unlocked.time, 0);
}
END_TEST

/* The first user of a page of TCEs allocates it under the table's mutex; whoever comes then waits. */
static void first_guest(struct kvm_cpu *cpu, void *arg)
{
	(void)arg;
	for (uint32_t i = 0; i < 8; i++) {
		uint64_t entry = i * (rig.page_bytes / 8) + kvm_cpu_index(cpu);

		ck_assert_int_eq(kvm_put_tce(cpu, RIG_LIOBN + 1, entry << 12, 0x1000 | RIG_RW), KVM_H_SUCCESS);
	}
}

static void first_vmm(struct vfm_proc *vmm, void *arg)
{
	const struct kvm_table_options table = {.liobn = RIG_LIOBN + 1, .page_shift = 12, .entries = rig.page_bytes};

	(void)arg;
	rig_machine(vmm);
	ck_assert_int_eq(kvm_guest_table_add(rig.guest, &table), 0);
	for (uint32_t i = 0; i < 16; i++)
		rig_cpu(i, first_guest, NULL);
	rig_close();
}

START_TEST(test_cpus_when_they_meet_at_a_kernel_mutex_then_waiting_is_counted)
{
	/* Why: contention must show in simulated time. How: 16 vCPUs touch pages of a table for the first time
	 * together. */
	const uint64_t *waits, *time;

	rig_build(NULL);
	rig_run(first_vmm);
	waits = stat_find(rig.sim, "kernel", "lock_waits", NULL);
	time = stat_find(rig.sim, "kernel", "lock_wait_time", NULL);
	ck_assert_ptr_nonnull(waits);
	ck_assert_uint_ge(*waits, 8);
	ck_assert_uint_gt(*time, 0);
	rig_destroy();
}
END_TEST

static void memory_guest(struct kvm_cpu *cpu, void *arg)
{
	uint8_t out[300], in[300];
	uint64_t edge = rig_gpa(RIG_PAGES) - 100;

	(void)arg;
	for (size_t i = 0; i < sizeof(out); i++)
		out[i] = (uint8_t)(i * 7);
	/* Across pages, up to the end of memory, over it, and where there is none. */
	ck_assert_int_eq(kvm_store(cpu, rig_gpa(3) - 150, out, sizeof(out)), 0);
	ck_assert_int_eq(kvm_load(cpu, rig_gpa(3) - 150, in, sizeof(in)), 0);
	ck_assert_mem_eq(in, out, sizeof(in));
	ck_assert_int_eq(kvm_store(cpu, edge, out, 100), 0);
	ck_assert_int_eq(kvm_store(cpu, edge, out, 101), -EFAULT);
	ck_assert_int_eq(kvm_load(cpu, HIGH_GPA, in, 1), 0);
	ck_assert_int_eq(kvm_load(cpu, HIGH_GPA - 1, in, 2), -EFAULT);
	ck_assert_int_eq(kvm_load(cpu, HIGH_GPA + 2 * rig.page_bytes, in, 1), -EFAULT);
	/* What was added later is registered with the device too. */
	ck_assert_int_eq(kvm_put_tce(cpu, RIG_LIOBN, rig_ioba(3), (HIGH_GPA + rig.page_bytes) | RIG_RW), KVM_H_SUCCESS);
	ck_assert_int_eq(kvm_last_hcall_by(cpu), KM_HCALL_BY_VIRTUAL);
}

static void memory_vmm(struct vfm_proc *vmm, void *arg)
{
	uint64_t locked;

	(void)arg;
	rig_machine(vmm);
	locked = vfm_proc_locked_vm(vmm);
	ck_assert_int_eq(kvm_guest_memory_add(rig.guest, HIGH_GPA, 2 * rig.page_bytes), 0);
	ck_assert_uint_eq(vfm_proc_locked_vm(vmm), locked + 2);
	ck_assert_int_eq(kvm_guest_memory_add(rig.guest, HIGH_GPA, rig.page_bytes), -EEXIST);
	ck_assert_int_eq(kvm_guest_memory_remove(rig.guest, HIGH_GPA + rig.page_bytes), -ENOENT);
	ck_assert_uint_eq(vfm_proc_locked_vm(vmm), locked + 2);
	rig_cpu(0, memory_guest, NULL);
	kvm_guest_join(rig.guest);
	ck_assert_int_eq(vfm_unmap_dma(&rig.device, rig_ioba(3), rig.page_bytes), 0);
	ck_assert_int_eq(kvm_guest_memory_remove(rig.guest, HIGH_GPA), 0);
	ck_assert_uint_eq(vfm_proc_locked_vm(vmm), locked);
	rig_close();
}

START_TEST(test_memory_when_added_and_removed_then_guest_and_device_follow)
{
	/* Why: guest addresses are the interface of all workloads. How: both ends of each piece, hotplug, locked
	 * memory. */
	rig_build(NULL);
	rig_run(memory_vmm);
	rig_destroy();
}
END_TEST

static void device_vmm(struct vfm_proc *vmm, void *arg)
{
	const struct kvm_table_options small = {.liobn = RIG_LIOBN + 1, .page_shift = rig_shift(), .entries = 16};

	(void)arg;
	rig_machine(vmm);
	ck_assert_int_eq(kvm_guest_device_add(rig.guest, &rig.device), -EEXIST);
	ck_assert_int_eq(kvm_guest_table_attach(rig.guest, RIG_LIOBN + 9, &rig.device), -ENOENT);
	ck_assert_int_eq(
		kvm_guest_table_add(rig.guest,
				    &(struct kvm_table_options){.liobn = RIG_LIOBN, .page_shift = 12, .entries = 1}),
		-EBUSY);
	ck_assert_ptr_nonnull(kvm_guest_table_find(rig.guest, RIG_LIOBN));
	ck_assert_ptr_null(kvm_guest_table_find(rig.guest, RIG_LIOBN + 9));
	ck_assert_int_eq(kvm_guest_device_remove(rig.guest, &rig.device), 0);
	ck_assert_int_eq(kvm_guest_device_remove(rig.guest, &rig.device), -ENOENT);
	ck_assert_int_eq(kvm_guest_table_attach(rig.guest, RIG_LIOBN, &rig.device), -ENOENT);
	/* It can come back. */
	ck_assert_int_eq(kvm_guest_device_add(rig.guest, &rig.device), 0);
	ck_assert_int_eq(kvm_guest_table_attach(rig.guest, RIG_LIOBN, &rig.device), 0);
	ck_assert_int_eq(kvm_guest_table_add(rig.guest, &small), 0);
	rig_close();
}

START_TEST(test_device_when_added_attached_removed_then_errors_are_the_kernels)
{
	/* Why: storms plug devices. How: each call once too often, and a device that comes back. */
	rig_build(NULL);
	rig_run(device_vmm);
	rig_destroy();
}
END_TEST

static void add(Suite *s)
{
	TCase *tc = tcase_create("cpus");

	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, test_cpus_when_64_write_at_once_then_each_finds_its_own_and_the_run_repeats, 1, 2);
	tcase_add_loop_test(tc, test_cpus_when_64_write_at_once_then_each_finds_its_own_and_the_run_repeats, CPUS,
			    CPUS + 1);
	tcase_add_test(tc, test_cpus_when_they_fight_for_one_entry_then_counts_add_up);
	tcase_add_test(tc, test_cpus_when_placed_on_one_core_then_each_is_slower_by_what_smt_costs);
	tcase_add_test(tc, test_cpus_when_the_vmm_has_a_big_lock_then_they_wait_for_it);
	tcase_add_test(tc, test_cpus_when_they_meet_at_a_kernel_mutex_then_waiting_is_counted);
	tcase_add_test(tc, test_memory_when_added_and_removed_then_guest_and_device_follow);
	tcase_add_test(tc, test_device_when_added_attached_removed_then_errors_are_the_kernels);
	suite_add_tcase(s, tc);
}

int main(void)
{
	return run_on_kernels("kvm-model.kvm_cpus", add);
}
