// SPDX-License-Identifier: GPL-2.0-only
/*
 * tests/kernel-model/test_kvm_table.c - TCE tables of a virtual machine as objects: what making and attaching one
 * answers, what a mapping of it shows, and in which orders machine, table, device and container may go.
 */
#include <unistd.h>

#include "kvm_fixture.h"

#define ENTRIES (WINDOW_BYTES >> guest_shift())

/* Entries of the hardware's table: it is not smaller than a page, whatever the window. */
static uint64_t hw_entries(void)
{
	return ENTRIES > page_bytes / 8 ? ENTRIES : page_bytes / 8;
}

static uint64_t locked_pages(void)
{
	return ops->proc_locked_vm(proc);
}

static void main_create(struct sim *s, void *arg)
{
	struct kvm_create_spapr_tce_64 flags = {LIOBN, 12, 1, 0, 16};
	struct kvm_create_spapr_tce old = {LIOBN + 1, 1 << 20};
	uint64_t before;
	long first;

	(void)s;
	(void)arg;
	boot();
	proc_start();
	vm_create();
	before = locked_pages();
	ck_assert_int_eq(table_create(LIOBN, 12, 0, 0), -EINVAL);
	ck_assert_int_eq(table_create(LIOBN, 11, 0, 16), -EINVAL);
	ck_assert_int_eq(table_create(LIOBN, 35, 0, 16), -EINVAL);
	ck_assert_int_eq(table_create(LIOBN, 12, 1ull << 52, 16), -EINVAL);
	ck_assert_int_eq(call(vm_fd, KVM_CREATE_SPAPR_TCE_64, &flags, sizeof(flags)), -EINVAL);
	ck_assert_int_eq(ops->ioctl(proc, vm_fd, KVM_CREATE_SPAPR_TCE_64, 8), -EFAULT);
	ck_assert_uint_eq(locked_pages(), before);
	first = table_create(LIOBN, 12, 0, 16);
	ck_assert_int_ge(first, 0);
	/* One page of TCEs and one for the table itself. */
	ck_assert_uint_eq(locked_pages(), before + 2);
	ck_assert_int_eq(table_create(LIOBN, 12, 0, 16), -EBUSY);
	ck_assert_uint_eq(locked_pages(), before + 2);
	ck_assert_int_eq(ops->close(proc, (int)first), 0);
	ck_assert_uint_eq(locked_pages(), before);
	/* Both limits of the page size, and the older call: 256 entries of 4 KiB. */
	ck_assert_int_ge(table_create(LIOBN, 12, 0, 16), 0);
	ck_assert_int_ge(table_create(LIOBN + 2, 34, 0, 16), 0);
	ck_assert_int_ge(call(vm_fd, KVM_CREATE_SPAPR_TCE, &old, sizeof(old)), 0);
	vcpu_start();
	ck_assert_int_eq(hcall4(H_PUT_TCE, LIOBN + 1, 255 << 12, 0, 0, NULL), H_SUCCESS);
	ck_assert_int_eq(hcall4(H_PUT_TCE, LIOBN + 1, 256 << 12, 0, 0, NULL), H_PARAMETER);
	machine_stop();
}

START_TEST(test_create_when_called_then_limits_and_locked_memory_are_kept)
{
	/* Why: the VMM falls back to its own table on these. How: each limit, with the pages charged before and after.
	 */
	run(main_create);
}
END_TEST

static void main_create_memlock(struct sim *s, void *arg)
{
	struct km_proc *rich;

	(void)s;
	(void)arg;
	boot();
	proc_start();
	rich = proc;
	proc = ops->proc_create("poor", 2ull * page_bytes, 0);
	ck_assert_ptr_nonnull(proc);
	arg_va = buffer_map(page_bytes);
	kvm_fd = (int)ops->open(proc, "/dev/kvm", 2);
	vm_fd = (int)ops->ioctl(proc, kvm_fd, KVM_CREATE_VM, 0);
	ck_assert_int_ge(vm_fd, 0);
	ck_assert_int_eq(table_create(LIOBN, 12, 0, page_bytes / 8 + 1), -ENOMEM);
	ck_assert_uint_eq(locked_pages(), 0);
	ck_assert_int_ge(table_create(LIOBN, 12, 0, page_bytes / 8), 0);
	ck_assert_int_eq(table_create(LIOBN + 1, 12, 0, 1), -ENOMEM);
	ops->proc_exit(proc);
	ops->proc_exit(rich);
	ck_assert_uint_eq(kernel_check_leaks(kernel), 0);
	finished = true;
}

START_TEST(test_create_when_memory_limit_is_reached_then_enomem)
{
	/* Why: tables count against RLIMIT_MEMLOCK. How: a limit of two pages, one page of TCEs more and not. */
	run(main_create_memlock);
}
END_TEST

static void main_mmap(struct sim *s, void *arg)
{
	uint64_t tce = 0;
	long long va;

	(void)s;
	(void)arg;
	machine_start();
	ck_assert_int_eq(put(3, gpa_of(5) | TCE_RW), H_SUCCESS);
	va = ops->mmap(proc, 0, 2ull * page_bytes, KM_PROT_READ, KM_MAP_SHARED, table_fd, 0);
	ck_assert_int_gt(va, 0);
	ck_assert_int_eq(ops->user_load(proc, (uint64_t)va + 8 * 3, &tce, 8), 0);
	ck_assert_uint_eq(tce, gpa_of(5) | TCE_RW);
	/* It is the same page, not a copy; a page that no TCE was written to reads as zeroes. */
	ck_assert_int_eq(put(3, 0), H_SUCCESS);
	ck_assert_int_eq(ops->user_load(proc, (uint64_t)va + 8 * 3, &tce, 8), 0);
	ck_assert_uint_eq(tce, 0);
	if (ENTRIES * 8 > page_bytes) {
		ck_assert_int_eq(ops->user_load(proc, (uint64_t)va + page_bytes, &tce, 8), 0);
		ck_assert_uint_eq(tce, 0);
	} else {
		ck_assert_int_eq(ops->user_load(proc, (uint64_t)va + page_bytes, &tce, 8), -EFAULT);
	}
	machine_stop();
}

START_TEST(test_mmap_when_table_is_mapped_then_it_shows_the_tces)
{
	/* Why: the VMM reads guests' TCEs there. How: a TCE set, cleared, an untouched page, one behind the table. */
	run(main_mmap);
}
END_TEST

static void main_attach(struct sim *s, void *arg)
{
	int other_table, not_a_table = kvm_fd;

	(void)s;
	(void)arg;
	boot();
	proc_start();
	vm_create();
	device_window();
	table_fd = (int)window_table();
	ck_assert_int_ge(table_fd, 0);
	{
		struct kvm_create_device create = {.type = KVM_DEV_TYPE_VFIO};

		ck_assert_int_eq(call(vm_fd, KVM_CREATE_DEVICE, &create, sizeof(create)), 0);
		kvm_device_fd = (int)create.fd;
		/* A machine has one such device. */
		ck_assert_int_eq(call(vm_fd, KVM_CREATE_DEVICE, &create, sizeof(create)), -EBUSY);
	}
	/* The group must have been added; and only a group can be. */
	ck_assert_int_eq(table_attach(group_fd, table_fd), -ENOENT);
	ck_assert_int_eq(kvm_vfio(KVM_DEV_VFIO_GROUP_ADD, &container_fd, sizeof(container_fd)), -EINVAL);
	ck_assert_int_eq(kvm_vfio(KVM_DEV_VFIO_GROUP_ADD, &(int){99}, sizeof(int)), -EBADF);
	ck_assert_int_eq(kvm_vfio(KVM_DEV_VFIO_GROUP_ADD, &group_fd, sizeof(group_fd)), 0);
	ck_assert_int_eq(kvm_vfio(KVM_DEV_VFIO_GROUP_ADD, &group_fd, sizeof(group_fd)), -EEXIST);
	ck_assert_int_eq(table_attach(99, table_fd), -EBADF);
	ck_assert_int_eq(table_attach(group_fd, 99), -EBADF);
	not_a_table = kvm_fd;
	ck_assert_int_eq(table_attach(group_fd, not_a_table), -EINVAL);
	/* Windows that the device's do not cover: elsewhere, larger; pages smaller than the device's. */
	other_table = (int)table_create(LIOBN + 1, guest_shift(), (window_start >> guest_shift()) + 1, 16);
	ck_assert_int_eq(table_attach(group_fd, other_table), -EINVAL);
	other_table = (int)table_create(LIOBN + 2, guest_shift(), window_start >> guest_shift(), hw_entries() + 1);
	ck_assert_int_eq(table_attach(group_fd, other_table), -EINVAL);
	if (guest_shift() > 12) {
		other_table = (int)table_create(LIOBN + 3, 12, window_start >> 12, 16);
		ck_assert_int_eq(table_attach(group_fd, other_table), -EINVAL);
	}
	/* A part of the window from its start is fine. */
	other_table = (int)table_create(LIOBN + 4, guest_shift(), window_start >> guest_shift(), 16);
	ck_assert_int_eq(table_attach(group_fd, other_table), 0);
	ck_assert_int_eq(table_attach(group_fd, table_fd), 0);
	vmm_done = false;
	vcpu_start();
	ck_assert_int_eq(put(15, gpa_of(5) | TCE_RW), H_SUCCESS);
	ck_assert_uint_eq(hw_tce(15), real_tce(5, TCE_RW));
	/* Both tables lead to it: the last one wins, and it is unmapped once for all. */
	ck_assert_int_eq(hcall4(H_PUT_TCE, LIOBN + 4, ioba_of(15), gpa_of(6) | 1, 0, NULL), H_SUCCESS);
	ck_assert_uint_eq(hw_tce(15), real_tce(6, 1));
	ck_assert_int_eq(put(15, 0), H_SUCCESS);
	ck_assert_uint_eq(hw_tce(15) & TCE_RW, 0);
	machine_stop();
}

START_TEST(test_attach_when_called_then_group_table_and_window_are_checked)
{
	/* Why: a wrong pair would map into a foreign window. How: each mistake the two files know, then what works. */
	run(main_attach);
}
END_TEST

static void main_coarse(struct sim *s, void *arg)
{
	unsigned int shift = guest_shift() + 1;

	(void)s;
	(void)arg;
	machine_prepare();
	table_fd = (int)table_create(LIOBN, shift, window_start >> shift, ENTRIES / 2);
	ck_assert_int_ge(table_fd, 0);
	ck_assert_int_eq(table_attach(group_fd, table_fd), 0);
	vcpu_start();
	/* Two entries of the hardware's table for one of the guest's. */
	ck_assert_int_eq(hcall4(H_PUT_TCE, LIOBN, ioba_of(6), gpa_of(4) | TCE_RW, 0, NULL), H_SUCCESS);
	ck_assert_uint_eq(hw_tce(6), real_tce(4, TCE_RW));
	ck_assert_uint_eq(hw_tce(7), real_tce(5, TCE_RW));
	ck_assert_uint_eq(hw_tce(8) & TCE_RW, 0);
	ck_assert_int_eq(hcall4(H_PUT_TCE, LIOBN, ioba_of(7), gpa_of(4) | TCE_RW, 0, NULL), H_PARAMETER);
	ck_assert_int_eq(hcall4(H_PUT_TCE, LIOBN, ioba_of(8), gpa_of(5) | TCE_RW, 0, NULL), USER_ANSWER);
	ck_assert_int_eq(hcall4(H_PUT_TCE, LIOBN, ioba_of(6), 0, 0, NULL), H_SUCCESS);
	ck_assert_uint_eq((hw_tce(6) | hw_tce(7)) & TCE_RW, 0);
	machine_stop();
}

START_TEST(test_attach_when_guest_pages_are_larger_then_each_is_several_tces)
{
	/* Why: subpages are a path of their own in the driver. How: a table with pages of twice the window's size. */
	run(main_coarse);
}
END_TEST

/* The group leaves with TCEs in place: the hardware keeps them, hypercalls no longer reach it. */
static void main_detach(struct sim *s, void *arg)
{
	uint64_t before;

	(void)s;
	(void)arg;
	machine_start();
	ck_assert_int_eq(put(3, gpa_of(5) | TCE_RW), H_SUCCESS);
	ck_assert_int_eq(kvm_vfio(KVM_DEV_VFIO_GROUP_DEL, &group_fd, sizeof(group_fd)), 0);
	ck_assert_int_eq(kvm_vfio(KVM_DEV_VFIO_GROUP_DEL, &group_fd, sizeof(group_fd)), -ENOENT);
	ck_assert_uint_eq(hw_tce(3), real_tce(5, TCE_RW));
	ck_assert_int_eq(put(3, 0), H_SUCCESS);
	ck_assert_uint_eq(get(3), 0);
	ck_assert_uint_eq(hw_tce(3), real_tce(5, TCE_RW));
	/* The container clears its own window, and the memory can be given back. */
	before = locked_pages();
	ck_assert_int_eq(unmap_dma(ioba_of(3), page_bytes), 0);
	ck_assert_uint_eq(hw_tce(3) & TCE_RW, 0);
	ck_assert_int_eq(memory(VFIO_IOMMU_SPAPR_UNREGISTER_MEMORY, guest_va, gpa_of(REGISTERED_PAGES)), 0);
	ck_assert_uint_eq(locked_pages(), before - REGISTERED_PAGES);
	machine_stop();
}

START_TEST(test_detach_when_tces_are_mapped_then_they_stay_until_the_container_clears_them)
{
	/* Why: a device must not keep what nobody accounts for. How: GROUP_DEL, then both ways to change the entry. */
	run(main_detach);
}
END_TEST

/* Ways for a machine with mapped TCEs to go. */
enum ending { TABLE_FIRST, DEVICE_FIRST, WINDOW_FIRST, GROUP_LEAVES, MACHINE_FIRST };

static void end_table_first(void)
{
	ck_assert_int_eq(ops->close(proc, table_fd), 0);
	ck_assert_int_eq(hcall4(H_PUT_TCE, LIOBN, ioba_of(3), 0, 0, NULL), USER_ANSWER);
	/* The number is free again; the window is still the container's. */
	table_fd = (int)window_table();
	ck_assert_int_ge(table_fd, 0);
	ck_assert_uint_eq(get(3), 0);
	ck_assert_uint_eq(hw_tce(3), real_tce(5, TCE_RW));
}

static void end_device_first(void)
{
	ck_assert_int_eq(ops->close(proc, kvm_device_fd), 0);
	ck_assert_int_eq(put(3, 0), H_SUCCESS);
	ck_assert_uint_eq(hw_tce(3), real_tce(5, TCE_RW));
}

static void end_window_first(void)
{
	struct vfio_iommu_spapr_tce_remove remove = {.argsz = sizeof(remove), .start_addr = window_start};

	/* The container's window goes; KVM's reference keeps the table, which the device no longer sees. */
	ck_assert_int_eq(call(container_fd, VFIO_IOMMU_SPAPR_TCE_REMOVE, &remove, sizeof(remove)), 0);
	ck_assert_uint_eq(fake->phb[0].ioda[IODA2_TBL_TVT][2 * pe + (window_start >> 59 & 1)], 0);
	ck_assert_int_eq(memory(VFIO_IOMMU_SPAPR_UNREGISTER_MEMORY, guest_va, gpa_of(REGISTERED_PAGES)), 0);
	ck_assert_int_eq(put(3, gpa_of(6) | TCE_RW), USER_ANSWER);
	ck_assert_int_eq(put(3, 0), H_SUCCESS);
}

static void end_group_leaves(void)
{
	ck_assert_int_eq(ops->close(proc, device_fd), 0);
	ck_assert_int_eq(ops->ioctl(proc, group_fd, VFIO_GROUP_UNSET_CONTAINER, 0), 0);
	ck_assert_int_eq(ops->close(proc, container_fd), 0);
	ck_assert_int_eq(put(4, gpa_of(6) | TCE_RW), USER_ANSWER);
}

static void end_machine_first(void)
{
	guest_off();
	ck_assert_int_eq(ops->close(proc, vcpu_fd), 0);
	ck_assert_int_eq(ops->close(proc, vm_fd), 0);
	ck_assert_int_eq(ops->close(proc, kvm_fd), 0);
	/* The open table keeps the machine; closing it ends it, and the process goes on. */
	ck_assert_int_eq(ops->close(proc, table_fd), 0);
	ck_assert_int_eq(ops->close(proc, kvm_device_fd), 0);
	ck_assert_uint_eq(hw_tce(3), real_tce(5, TCE_RW));
	device_close();
}

static void main_ending(struct sim *s, void *arg)
{
	static void (*const ends[])(void) = {
		[TABLE_FIRST] = end_table_first,     [DEVICE_FIRST] = end_device_first,
		[WINDOW_FIRST] = end_window_first,   [GROUP_LEAVES] = end_group_leaves,
		[MACHINE_FIRST] = end_machine_first,
	};
	const enum ending *ending = arg;

	(void)s;
	machine_start();
	ck_assert_int_eq(put(3, gpa_of(5) | TCE_RW), H_SUCCESS);
	ck_assert_int_eq(put(ENTRIES - 1, gpa_of(5) | TCE_RW), H_SUCCESS);
	ends[*ending]();
	if (!vmm_done)
		guest_off();
	ops->proc_exit(proc);
	ck_assert_uint_eq(kernel_check_leaks(kernel), 0);
	finished = true;
}

START_TEST(test_end_when_tces_are_mapped_then_any_order_leaves_nothing)
{
	/* Why: references go across four files. How: each object first, the rest by the process' end; the leak checks
	 * watch. */
	enum ending ending = (enum ending)_i;

	sim_task_create(sim, "test", main_ending, &ending);
	sim_run(sim, SIM_PS_NEVER);
	if (!finished || finding_count(sim, FINDING_NOTE))
		print_log();
	ck_assert(finished);
	ck_assert_uint_eq(finding_count(sim, FINDING_NOTE), 0);
}
END_TEST

static void main_no_table(struct sim *s, void *arg)
{
	(void)s;
	(void)arg;
	machine_prepare();
	vcpu_start();
	guest_off();
	ops->proc_exit(proc);
	ck_assert_uint_eq(kernel_check_leaks(kernel), 0);
	finished = true;
}

START_TEST(test_end_when_group_never_got_a_table_then_the_kernel_warns)
{
	/*
	 * Why: the hosted kernels do so, and whoever sees the finding should know that it is theirs: a group that was
	 * added and never attached is released without having an IOMMU group (virt/kvm/vfio.c).
	 */
	run_found(main_no_table, "kernel-warn");
}
END_TEST

/* The test has passed. What the hosted kernel has lost is lost: a sanitizer would say so too. */
static void kernel_leaked(void)
{
	_exit(EXIT_SUCCESS);
}

/* Two groups in one container share its window. */
static void main_twice(struct sim *s, void *arg)
{
	const unsigned int *times = arg;

	(void)s;
	machine_start();
	for (unsigned int i = 1; i < *times; i++)
		ck_assert_int_eq(table_attach(group_fd, table_fd), 0);
	ck_assert_int_eq(put(3, gpa_of(5) | TCE_RW), H_SUCCESS);
	ck_assert_uint_eq(hw_tce(3), real_tce(5, TCE_RW));
	ck_assert_int_eq(put(3, 0), H_SUCCESS);
	guest_off();
	ops->proc_exit(proc);
	kernel_check_leaks(kernel);
	finished = true;
}

START_TEST(test_attach_when_done_twice_then_the_kernel_leaks_the_hardware_table)
{
	/*
	 * Why: kvm_spapr_tce_attach_iommu_group() takes a reference to the hardware table each time and drops it once.
	 * How: the second attachment works as the first, and afterwards pages of the table are left. Once leaves none
	 * (the other tests).
	 */
	unsigned int times = 2;
	size_t i;

	sim_task_create(sim, "test", main_twice, &times);
	sim_run(sim, SIM_PS_NEVER);
	ck_assert(finished);
	ck_assert_ptr_nonnull(finding_find(sim, "page-leak"));
	for (i = 0; finding_get(sim, i); i++)
		ck_assert(!strcmp(finding_get(sim, i)->kind, "page-leak") ||
			  !strcmp(finding_get(sim, i)->kind, "object-leak"));
	kernel_leaked();
}
END_TEST

/* A list of fault TCEs for entries that are empty: each counts as a mapping of the memory at guest address 0. */
static void main_fault_list(struct sim *s, void *arg)
{
	uint64_t before;

	(void)s;
	(void)arg;
	machine_start();
	list_fill(REGISTERED_PAGES, 1, 4);
	ck_assert_int_eq(put_list(16, gpa_of(REGISTERED_PAGES), 4), H_SUCCESS);
	for (unsigned int i = 0; i < 4; i++)
		list_set(REGISTERED_PAGES, i, 0);
	ck_assert_int_eq(put_list(16, gpa_of(REGISTERED_PAGES), 4), H_SUCCESS);
	for (unsigned int i = 0; i < 4; i++) {
		ck_assert_uint_eq(hw_tce(16 + i) & TCE_RW, 0);
		ck_assert_uint_eq(get(16 + i), 0);
	}
	/* Nothing is mapped; the memory is given back, and stays pinned and charged. */
	before = locked_pages();
	ck_assert_int_eq(memory(VFIO_IOMMU_SPAPR_UNREGISTER_MEMORY, guest_va, gpa_of(REGISTERED_PAGES)), 0);
	ck_assert_uint_eq(locked_pages(), before);
	guest_off();
	ops->proc_exit(proc);
	kernel_check_leaks(kernel);
	finished = true;
}

START_TEST(test_indirect_when_list_holds_fault_tces_then_the_kernel_pins_the_memory_for_ever)
{
	/*
	 * Why: kvmppc_h_put_tce_indirect() maps what it should unmap, and each such TCE counts as a use of the memory
	 * that nothing takes back; a guest can do that to its host. How: four of them, then pages that stay pinned.
	 */
	sim_task_create(sim, "test", main_fault_list, NULL);
	sim_run(sim, SIM_PS_NEVER);
	ck_assert(finished);
	ck_assert_ptr_nonnull(finding_find(sim, "pin-leak"));
	kernel_leaked();
}
END_TEST

static void add(Suite *s)
{
	TCase *tc = tcase_create("table");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, test_create_when_called_then_limits_and_locked_memory_are_kept);
	tcase_add_test(tc, test_create_when_memory_limit_is_reached_then_enomem);
	tcase_add_test(tc, test_mmap_when_table_is_mapped_then_it_shows_the_tces);
	tcase_add_test(tc, test_attach_when_called_then_group_table_and_window_are_checked);
	tcase_add_test(tc, test_attach_when_guest_pages_are_larger_then_each_is_several_tces);
	tcase_add_test(tc, test_detach_when_tces_are_mapped_then_they_stay_until_the_container_clears_them);
	tcase_add_loop_test(tc, test_end_when_tces_are_mapped_then_any_order_leaves_nothing, TABLE_FIRST,
			    MACHINE_FIRST + 1);
	tcase_add_test(tc, test_end_when_group_never_got_a_table_then_the_kernel_warns);
	tcase_add_test(tc, test_attach_when_done_twice_then_the_kernel_leaks_the_hardware_table);
	tcase_add_test(tc, test_indirect_when_list_holds_fault_tces_then_the_kernel_pins_the_memory_for_ever);
	suite_add_tcase(s, tc);
}

int main(void)
{
	return run_on_kernels("kernel-model.kvm_table", add);
}
