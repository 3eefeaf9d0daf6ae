// SPDX-License-Identifier: GPL-2.0-only
/*
 * tests/kernel-model/test_kvm_memory.c - memory slots and the life of vCPUs, as far as TCE hypercalls see them: what
 * the hosted kvm_main.c refuses, and which page a guest address means after slots were made, moved and removed.
 */
#include "kvm_fixture.h"

static void main_slot_errors(struct sim *s, void *arg)
{
	struct kvm_userspace_memory_region bad = {2, 1u << 30, 1ull << 32, page_bytes, 0};

	(void)s;
	(void)arg;
	boot();
	proc_start();
	vm_create();
	/* Slot 0 covers GUEST_PAGES pages from address 0. */
	ck_assert_int_eq(slot_set(1, gpa_of(GUEST_PAGES - 1), gpa_of(2), guest_va), -EEXIST);
	ck_assert_int_eq(slot_set(1, 1ull << 32, page_bytes / 2, guest_va), -EINVAL);
	ck_assert_int_eq(slot_set(1, (1ull << 32) + 512, page_bytes, guest_va), -EINVAL);
	ck_assert_int_eq(slot_set(1, 1ull << 32, page_bytes, guest_va + 512), -EINVAL);
	ck_assert_int_eq(slot_set(1, -(uint64_t)page_bytes, gpa_of(2), guest_va), -EINVAL);
	ck_assert_int_eq(slot_set(1, 1ull << 32, page_bytes, 1ull << 63), -EINVAL);
	ck_assert_int_eq(slot_set(0x8000, 1ull << 32, page_bytes, guest_va), -EINVAL);
	ck_assert_int_eq(slot_set(1, 1ull << 32, 0, guest_va), -EINVAL);
	bad.userspace_addr = guest_va;
	ck_assert_int_eq(call(vm_fd, KVM_SET_USER_MEMORY_REGION, &bad, sizeof(bad)), -EINVAL);
	/* A slot's size cannot change, and two slots may show the same memory. */
	ck_assert_int_eq(slot_set(0, 0, gpa_of(GUEST_PAGES / 2), guest_va), -EINVAL);
	ck_assert_int_eq(slot_set(1, 1ull << 32, page_bytes, guest_va), 0);
	ck_assert_int_eq(slot_set(1, 1ull << 32, 0, 0), 0);
	ops->proc_exit(proc);
	ck_assert_uint_eq(kernel_check_leaks(kernel), 0);
	finished = true;
}

START_TEST(test_slot_when_wrong_then_refused)
{
	/* Why: a VMM relies on these. How: overlap, alignment, limits, flags, sizes; then a slot that is removed again.
	 */
	run(main_slot_errors);
}
END_TEST

static void main_slot_moves(struct sim *s, void *arg)
{
	const uint64_t high = 1ull << 32;

	(void)s;
	(void)arg;
	machine_start();
	ck_assert_int_eq(slot_set(1, high, gpa_of(4), guest_va + gpa_of(8)), 0);
	ck_assert_int_eq(put(0, high | gpa_of(1) | TCE_RW), H_SUCCESS);
	ck_assert_uint_eq(hw_tce(0), real_tce(9, TCE_RW));
	/* Its first and last page are the slot's; the next is nobody's. */
	ck_assert_int_eq(put(1, high | TCE_RW), H_SUCCESS);
	ck_assert_uint_eq(hw_tce(1), real_tce(8, TCE_RW));
	ck_assert_int_eq(put(2, high | gpa_of(3) | TCE_RW), H_SUCCESS);
	ck_assert_uint_eq(hw_tce(2), real_tce(11, TCE_RW));
	ck_assert_int_eq(put(3, high | gpa_of(4) | TCE_RW), USER_ANSWER);
	/* It moves to another guest address: there it is the same memory, and what is mapped stays. */
	ck_assert_int_eq(slot_set(1, 2 * high, gpa_of(4), guest_va + gpa_of(8)), 0);
	ck_assert_int_eq(put(3, high | TCE_RW), USER_ANSWER);
	ck_assert_int_eq(put(3, (2 * high) | TCE_RW), H_SUCCESS);
	ck_assert_uint_eq(hw_tce(3), real_tce(8, TCE_RW));
	ck_assert_uint_eq(hw_tce(0), real_tce(9, TCE_RW));
	/* It goes: no new mappings, the old ones can be taken out. */
	ck_assert_int_eq(slot_set(1, 2 * high, 0, 0), 0);
	ck_assert_int_eq(put(4, (2 * high) | TCE_RW), USER_ANSWER);
	ck_assert_uint_eq(hw_tce(3), real_tce(8, TCE_RW));
	for (unsigned int i = 0; i < 4; i++)
		ck_assert_int_eq(put(i, 0), H_SUCCESS);
	/* The number is free for other memory: here, some that is not registered. */
	ck_assert_int_eq(slot_set(1, high, gpa_of(4), guest_va + gpa_of(REGISTERED_PAGES)), 0);
	ck_assert_int_eq(put(0, high | TCE_RW), USER_ANSWER);
	machine_stop();
}

START_TEST(test_slot_when_changed_then_tces_follow_from_now_on)
{
	/* Why: memory hotplug under a live device. How: a second slot is made, moved, removed, replaced; each page is
	 * looked up. */
	run(main_slot_moves);
}
END_TEST

/* A guest with many slots, found by address whatever the order they came in. */
static void main_many_slots(struct sim *s, void *arg)
{
	const unsigned int count = 200;

	(void)s;
	(void)arg;
	machine_start();
	for (unsigned int i = 0; i < count; i++) {
		unsigned int at = i * 37 % count;

		ck_assert_int_eq(slot_set(1 + i, (1ull << 40) + gpa_of(2 * at), page_bytes,
					  guest_va + gpa_of(at % REGISTERED_PAGES)),
				 0);
	}
	for (unsigned int at = 0; at < count; at++) {
		ck_assert_int_eq(put(at, (1ull << 40) | gpa_of(2 * at) | TCE_RW), H_SUCCESS);
		ck_assert_uint_eq(hw_tce(at), real_tce(at % REGISTERED_PAGES, TCE_RW));
		ck_assert_int_eq(put(at, ((1ull << 40) + gpa_of(2 * at + 1)) | TCE_RW), USER_ANSWER);
	}
	machine_stop();
}

START_TEST(test_slot_when_there_are_many_then_each_is_found)
{
	/* Why: the kernel keeps them in trees. How: 200 slots with holes between them, all of both looked up. */
	run(main_many_slots);
}
END_TEST

static void main_vcpus(struct sim *s, void *arg)
{
	int first, second;

	(void)s;
	(void)arg;
	boot();
	proc_start();
	vm_create();
	ck_assert_int_eq(ops->ioctl(proc, kvm_fd, KVM_CREATE_VM, 77), -EINVAL);
	ck_assert_int_gt(ops->ioctl(proc, kvm_fd, KVM_CHECK_EXTENSION, KVM_CAP_SPAPR_TCE_VFIO), 0);
	ck_assert_int_gt(ops->ioctl(proc, vm_fd, KVM_CHECK_EXTENSION, KVM_CAP_SPAPR_MULTITCE), 0);
	ck_assert_int_eq(ops->ioctl(proc, kvm_fd, KVM_CHECK_EXTENSION, KVM_CAP_PPC_RTAS), 0);
	ck_assert_int_ge(ops->ioctl(proc, kvm_fd, KVM_GET_VCPU_MMAP_SIZE, 0), (long)sizeof(struct kvm_run));
	first = (int)ops->ioctl(proc, vm_fd, KVM_CREATE_VCPU, 0);
	second = (int)ops->ioctl(proc, vm_fd, KVM_CREATE_VCPU, 1);
	ck_assert_int_ge(first, 0);
	ck_assert_int_ge(second, 0);
	ck_assert_int_eq(ops->ioctl(proc, vm_fd, KVM_CREATE_VCPU, 1), -EEXIST);
	ck_assert_int_eq(ops->ioctl(proc, vm_fd, KVM_CREATE_VCPU, 1u << 30), -EINVAL);
	ck_assert_ptr_nonnull(ops->vcpu(proc, first));
	ck_assert_ptr_ne(ops->vcpu(proc, first), ops->vcpu(proc, second));
	ck_assert_ptr_null(ops->vcpu(proc, vm_fd));
	ck_assert_ptr_null(ops->vcpu(proc, 99));
	/* A vCPU that is told so leaves KVM_RUN before the guest runs. */
	{
		long long va = ops->mmap(proc, 0, page_bytes, KM_PROT_READ | KM_PROT_WRITE, KM_MAP_SHARED, first, 0);
		uint8_t now = 1;

		ck_assert_int_gt(va, 0);
		ck_assert_int_eq(
			ops->user_store(proc, (uint64_t)va + offsetof(struct kvm_run, immediate_exit), &now, 1), 0);
		ck_assert_int_eq(ops->ioctl(proc, first, KVM_RUN, 0), -EINTR);
		ck_assert_int_eq(ops->ioctl(proc, first, KVM_RUN, 1), -EINVAL);
	}
	/* The machine lives as long as a vCPU's descriptor does. */
	ck_assert_int_eq(ops->close(proc, vm_fd), 0);
	ck_assert_int_eq(ops->ioctl(proc, second, KVM_RUN, 1), -EINVAL);
	ops->proc_exit(proc);
	ck_assert_uint_eq(kernel_check_leaks(kernel), 0);
	finished = true;
}

START_TEST(test_vcpu_when_made_then_numbers_and_lives_are_the_kernels)
{
	/* Why: the model of the powerpc half must not change what kvm_main.c does. How: identifiers, limits, who keeps
	 * whom. */
	run(main_vcpus);
}
END_TEST

/* Another process may not use the machine: kvm_main.c compares address spaces. */
static void main_foreign(struct sim *s, void *arg)
{
	struct km_proc *owner;

	(void)s;
	(void)arg;
	boot();
	proc_start();
	vm_create();
	ck_assert_int_ge(table_create(LIOBN, 12, 0, 16), 0);
	owner = proc;
	proc = ops->proc_create("other", MEMLOCK_BYTES, 0);
	arg_va = buffer_map(page_bytes);
	ck_assert_int_eq(ops->ioctl(proc, vm_fd, KVM_CREATE_VCPU, 0), -EBADF);
	ops->proc_exit(proc);
	proc = owner;
	ops->proc_exit(proc);
	ck_assert_uint_eq(kernel_check_leaks(kernel), 0);
	finished = true;
}

START_TEST(test_machine_when_descriptor_is_foreign_then_unknown)
{
	/* Why: descriptors are a process' own. How: the number that is a machine in one process is nothing in another.
	 */
	run(main_foreign);
}
END_TEST

static void add(Suite *s)
{
	TCase *tc = tcase_create("memory");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, test_slot_when_wrong_then_refused);
	tcase_add_test(tc, test_slot_when_changed_then_tces_follow_from_now_on);
	tcase_add_test(tc, test_slot_when_there_are_many_then_each_is_found);
	tcase_add_test(tc, test_vcpu_when_made_then_numbers_and_lives_are_the_kernels);
	tcase_add_test(tc, test_machine_when_descriptor_is_foreign_then_unknown);
	suite_add_tcase(s, tc);
}

int main(void)
{
	return run_on_kernels("kernel-model.kvm_memory", add);
}
