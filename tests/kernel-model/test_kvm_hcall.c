// SPDX-License-Identifier: GPL-2.0-only
/*
 * tests/kernel-model/test_kvm_hcall.c - TCE hypercalls through the hosted book3s_64_vio.c: each documented answer, what
 * the hardware's table and the table's copy hold afterwards, and what goes on to user space, on each kernel and page
 * size.
 */
#include "kvm_fixture.h"

#define ENTRIES (WINDOW_BYTES >> guest_shift())

static void main_put(struct sim *s, void *arg)
{
	(void)s;
	(void)arg;
	machine_start();
	ck_assert_int_eq(put(3, gpa_of(5) | TCE_RW), H_SUCCESS);
	ck_assert_uint_eq(hw_tce(3), real_tce(5, TCE_RW));
	ck_assert_uint_eq(get(3), gpa_of(5) | TCE_RW);
	/* Another page in its place, for reading only, then nothing. */
	ck_assert_int_eq(put(3, gpa_of(6) | 1), H_SUCCESS);
	ck_assert_uint_eq(hw_tce(3), real_tce(6, 1));
	ck_assert_int_eq(put(3, 0), H_SUCCESS);
	ck_assert_uint_eq(hw_tce(3) & TCE_RW, 0);
	ck_assert_uint_eq(get(3), 0);
	/* Clearing what is clear is fine; a TCE without permission is kept in the copy and maps nothing. */
	ck_assert_int_eq(put(4, 0), H_SUCCESS);
	ck_assert_int_eq(put(4, gpa_of(7)), H_SUCCESS);
	ck_assert_uint_eq(get(4), gpa_of(7));
	ck_assert_uint_eq(hw_tce(4) & TCE_RW, 0);
	/* First and last entry. What may be written may be read too: pnv_tce_xchg() sees to that. */
	ck_assert_int_eq(put(0, gpa_of(1) | 2), H_SUCCESS);
	ck_assert_uint_eq(hw_tce(0), real_tce(1, TCE_RW));
	ck_assert_int_eq(put(ENTRIES - 1, gpa_of(2) | TCE_RW), H_SUCCESS);
	ck_assert_uint_eq(hw_tce(ENTRIES - 1), real_tce(2, TCE_RW));
	ck_assert_uint_eq(user_exits, 0);
	machine_stop();
}

START_TEST(test_put_when_memory_is_registered_then_hardware_and_copy_have_it)
{
	/* Why: the point of it all. How: TCEs are read as the PHB would, and by H_GET_TCE. */
	run(main_put);
}
END_TEST

static void main_put_refused(struct sim *s, void *arg)
{
	(void)s;
	(void)arg;
	machine_start();
	ck_assert_int_eq(put(3, gpa_of(5) | TCE_RW), H_SUCCESS);
	/* An address inside an IOMMU page, before the window, behind it. */
	ck_assert_int_eq(hcall4(H_PUT_TCE, LIOBN, ioba_of(3) + 8, gpa_of(6) | TCE_RW, 0, NULL), H_PARAMETER);
	ck_assert_int_eq(hcall4(H_PUT_TCE, LIOBN, window_start - page_bytes, gpa_of(6) | TCE_RW, 0, NULL), H_PARAMETER);
	ck_assert_int_eq(hcall4(H_PUT_TCE, LIOBN, 0, gpa_of(6) | TCE_RW, 0, NULL), H_PARAMETER);
	ck_assert_int_eq(put(ENTRIES, gpa_of(6) | TCE_RW), H_PARAMETER);
	ck_assert_uint_eq(user_exits, 0);
	/* A table that KVM does not have; a guest page in no slot; one that is not registered; one not of IOMMU page
	 * size. */
	ck_assert_int_eq(hcall4(H_PUT_TCE, LIOBN + 1, ioba_of(3), 0, 0, NULL), USER_ANSWER);
	ck_assert_int_eq(hcall4(H_PUT_TCE, LIOBN | 1ull << 40, ioba_of(3), 0, 0, NULL), USER_ANSWER);
	ck_assert_int_eq(put(3, NO_RAM | TCE_RW), USER_ANSWER);
	ck_assert_int_eq(put(3, gpa_of(REGISTERED_PAGES) | TCE_RW), USER_ANSWER);
	ck_assert_int_eq(put(3, gpa_of(5) | 0x10 | TCE_RW), USER_ANSWER);
	ck_assert_uint_eq(user_exits, 5);
	ck_assert_uint_eq(hw_tce(3), real_tce(5, TCE_RW));
	ck_assert_uint_eq(get(3), gpa_of(5) | TCE_RW);
	machine_stop();
}

START_TEST(test_put_when_something_is_wrong_then_refused_or_passed_on)
{
	/* Why: return codes are the interface. How: one mistake at a time; the entry that was there stays. */
	run(main_put_refused);
}
END_TEST

static void main_indirect(struct sim *s, void *arg)
{
	(void)s;
	(void)arg;
	machine_start();
	list_fill(0, 1, 512);
	ck_assert_int_eq(put_list(16, gpa_of(0), 512), H_SUCCESS);
	for (unsigned int i = 0; i < 512; i++) {
		unsigned int page = 1 + i % (REGISTERED_PAGES - 1);

		ck_assert_uint_eq(hw_tce(16 + i), real_tce(page, TCE_RW));
	}
	ck_assert_uint_eq(get(16 + 511), gpa_of(1 + 511 % (REGISTERED_PAGES - 1)) | TCE_RW);
	ck_assert_uint_eq(get(15), 0);
	ck_assert_uint_eq(get(16 + 512), 0);
	/* One; none, which is no mistake to KVM. */
	ck_assert_int_eq(put_list(8, gpa_of(0), 1), H_SUCCESS);
	ck_assert_uint_eq(hw_tce(8), real_tce(1, TCE_RW));
	ck_assert_int_eq(put_list(9, gpa_of(0), 0), H_SUCCESS);
	ck_assert_uint_eq(get(9), 0);
	/* A list in the second 4 KiB of a page. */
	if (page_bytes > 4096) {
		ck_assert_int_eq(
			ops->user_store(proc, guest_va + 4096, &(uint64_t){__builtin_bswap64(gpa_of(4) | 1)}, 8), 0);
		ck_assert_int_eq(put_list(10, 4096, 1), H_SUCCESS);
		ck_assert_uint_eq(hw_tce(10), real_tce(4, 1));
	}
	ck_assert_uint_eq(user_exits, 0);
	machine_stop();
}

START_TEST(test_indirect_when_list_is_good_then_all_are_mapped)
{
	/* Why: 512 is what a guest uses. How: each entry is compared with what the hardware finds. */
	run(main_indirect);
}
END_TEST

static void main_indirect_refused(struct sim *s, void *arg)
{
	uint64_t hole;

	(void)s;
	(void)arg;
	machine_start();
	list_fill(0, 1, 512);
	ck_assert_int_eq(put_list(16, gpa_of(0), 513), H_PARAMETER);
	ck_assert_int_eq(put_list(16, gpa_of(0) + 8, 1), H_PARAMETER);
	ck_assert_int_eq(put_list(ENTRIES - 3, gpa_of(0), 4), H_PARAMETER);
	ck_assert_int_eq(hcall4(H_PUT_TCE_INDIRECT, LIOBN, ioba_of(16) + 8, gpa_of(0), 1, NULL), H_PARAMETER);
	ck_assert_uint_eq(user_exits, 0);
	ck_assert_int_eq(hcall4(H_PUT_TCE_INDIRECT, LIOBN + 1, ioba_of(16), gpa_of(0), 1, NULL), USER_ANSWER);
	/* A list that is not in guest memory, and one in a slot that nothing is behind. */
	ck_assert_int_eq(put_list(16, NO_RAM, 1), USER_ANSWER);
	hole = guest_va + (1ull << 32);
	ck_assert_int_eq(slot_set(1, 1ull << 32, page_bytes, hole), 0);
	ck_assert_int_eq(put_list(16, 1ull << 32, 1), USER_ANSWER);
	ck_assert_uint_eq(user_exits, 3);
	/* A list may lie in memory that is not registered: it is read by the processor. */
	list_set(REGISTERED_PAGES, 0, gpa_of(3) | TCE_RW);
	ck_assert_int_eq(put_list(16, gpa_of(REGISTERED_PAGES), 1), H_SUCCESS);
	ck_assert_uint_eq(hw_tce(16), real_tce(3, TCE_RW));
	/* KVM looks at all entries before it maps the first: a bad one in the middle leaves no trace. */
	list_set(0, 5, gpa_of(REGISTERED_PAGES) | TCE_RW);
	ck_assert_int_eq(put_list(32, gpa_of(0), 8), USER_ANSWER);
	for (unsigned int i = 0; i < 8; i++)
		ck_assert_uint_eq(hw_tce(32 + i) & TCE_RW, 0);
	ck_assert_uint_eq(get(32), 0);
	machine_stop();
}

START_TEST(test_indirect_when_something_is_wrong_then_nothing_is_mapped)
{
	/* Why: as for H_PUT_TCE, and a half-done list would leave mappings nobody knows of. How: one mistake at a time.
	 */
	run(main_indirect_refused);
}
END_TEST

static void main_stuff(struct sim *s, void *arg)
{
	(void)s;
	(void)arg;
	machine_start();
	list_fill(0, 1, 512);
	ck_assert_int_eq(put_list(16, gpa_of(0), 512), H_SUCCESS);
	ck_assert_int_eq(stuff(16, 0, 512), H_SUCCESS);
	for (unsigned int i = 0; i < 512; i++)
		ck_assert_uint_eq(hw_tce(16 + i) & TCE_RW, 0);
	ck_assert_uint_eq(get(16 + 511), 0);
	/* None; more than 512, which KVM does not mind; a value without permission, which is kept. */
	ck_assert_int_eq(stuff(16, 0, 0), H_SUCCESS);
	ck_assert_int_eq(stuff(16, 0, 513), H_SUCCESS);
	ck_assert_int_eq(stuff(0, 0, ENTRIES), H_SUCCESS);
	ck_assert_int_eq(stuff(16, 0xabc000, 2), H_SUCCESS);
	ck_assert_uint_eq(get(17), 0xabc000);
	ck_assert_uint_eq(get(18), 0);
	/* With permission it is refused, and so are ranges that are not the window's. */
	ck_assert_int_eq(stuff(16, gpa_of(1) | 1, 2), H_PARAMETER);
	ck_assert_int_eq(stuff(ENTRIES - 3, 0, 4), H_PARAMETER);
	ck_assert_int_eq(stuff(0, 0, ENTRIES + 1), H_PARAMETER);
	ck_assert_int_eq(hcall4(H_STUFF_TCE, LIOBN, ioba_of(16) + 8, 0, 1, NULL), H_PARAMETER);
	ck_assert_uint_eq(user_exits, 0);
	ck_assert_int_eq(hcall4(H_STUFF_TCE, LIOBN + 1, ioba_of(16), 0, 1, NULL), USER_ANSWER);
	machine_stop();
}

START_TEST(test_stuff_when_called_then_clears_and_refuses_as_documented)
{
	/* Why: KVM differs from LoPAR here (no limit of 512, fault TCEs only). How: both sides of each limit. */
	run(main_stuff);
}
END_TEST

static void main_get(struct sim *s, void *arg)
{
	uint64_t r4;

	(void)s;
	(void)arg;
	machine_start();
	ck_assert_uint_eq(get(0), 0);
	ck_assert_int_eq(put(0, gpa_of(1) | TCE_RW), H_SUCCESS);
	ck_assert_uint_eq(get(0), gpa_of(1) | TCE_RW);
	ck_assert_uint_eq(get(1), 0);
	ck_assert_int_eq(hcall4(H_GET_TCE, LIOBN, ioba_of(ENTRIES), 0, 0, &r4), H_PARAMETER);
	ck_assert_int_eq(hcall4(H_GET_TCE, LIOBN, ioba_of(0) + 8, 0, 0, &r4), H_PARAMETER);
	ck_assert_uint_eq(user_exits, 0);
	ck_assert_int_eq(hcall4(H_GET_TCE, LIOBN + 1, ioba_of(0), 0, 0, &r4), USER_ANSWER);
	machine_stop();
}

START_TEST(test_get_when_called_then_the_copy_answers)
{
	/* Why: H_GET_TCE has a second result. How: entries set and not set, and what it refuses. */
	run(main_get);
}
END_TEST

static void main_enable(struct sim *s, void *arg)
{
	(void)s;
	(void)arg;
	machine_start();
	list_fill(0, 1, 1);
	ck_assert_int_eq(hcall_enable(H_PUT_TCE_INDIRECT, 0), 0);
	ck_assert_int_eq(put_list(16, gpa_of(0), 1), USER_ANSWER);
	ck_assert_int_eq(hcall_enable(H_PUT_TCE_INDIRECT, 1), 0);
	ck_assert_int_eq(put_list(16, gpa_of(0), 1), H_SUCCESS);
	ck_assert_int_eq(hcall_enable(H_PUT_TCE_INDIRECT, 2), -EINVAL);
	ck_assert_int_eq(hcall_enable(H_PUT_TCE_INDIRECT + 1, 1), -EINVAL);
	ck_assert_int_eq(hcall_enable(0xf00000, 1), -EINVAL);
	/* Numbers that KVM has no handler for. */
	ck_assert_int_eq(hcall4(0x58, 1, 2, 3, 4, NULL), USER_ANSWER);
	ck_assert_int_eq(hcall4(0xf000, 1, 2, 3, 4, NULL), USER_ANSWER);
	machine_stop();
}

START_TEST(test_hcall_when_not_enabled_then_user_space_answers)
{
	/* Why: multi-TCE is off until the VMM enables it. How: off, on; and calls that are none of the kernel's
	 * business. */
	run(main_enable);
}
END_TEST

/* Reading and writing of all nine arguments by user space. */
static void main_registers(struct sim *s, void *arg)
{
	uint64_t gpr[KM_HCALL_REGS] = {0xf000, 1, 2, 3, 4, 5, 6, 7, 8, 9}, want;

	(void)s;
	(void)arg;
	machine_start();
	ck_assert_uint_eq(hcall_raw(gpr), KM_HCALL_BY_USER);
	ck_assert_int_eq((int64_t)gpr[0], USER_ANSWER);
	for (unsigned int i = 1; i < KM_HCALL_REGS; i++) {
		ck_assert_int_eq(ops->user_load(proc, run_va + offsetof(struct kvm_run, papr_hcall.args) + 8 * (i - 1),
						&want, 8),
				 0);
		ck_assert_uint_eq(want, i);
		ck_assert_uint_eq(gpr[i], i);
	}
	machine_stop();
}

START_TEST(test_exit_when_taken_then_registers_go_through_the_shared_page)
{
	/* Why: the VMM sees a hypercall only there. How: nine different arguments. */
	run(main_registers);
}
END_TEST

/* Both tables of one machine: a write to one must not show in the other. */
static void main_two_tables(struct sim *s, void *arg)
{
	uint64_t r4;
	int other;

	(void)s;
	(void)arg;
	machine_start();
	other = (int)table_create(LIOBN + 7, 12, 0, 1024);
	ck_assert_int_ge(other, 0);
	/* Nothing is attached to it: any page of the guest may be named, and only the copy changes. */
	ck_assert_int_eq(hcall4(H_PUT_TCE, LIOBN + 7, 0x1000, gpa_of(REGISTERED_PAGES) | TCE_RW, 0, NULL), H_SUCCESS);
	ck_assert_int_eq(hcall4(H_GET_TCE, LIOBN + 7, 0x1000, 0, 0, &r4), H_SUCCESS);
	ck_assert_uint_eq(r4, gpa_of(REGISTERED_PAGES) | TCE_RW);
	ck_assert_uint_eq(get(1), 0);
	ck_assert_int_eq(hcall4(H_PUT_TCE, LIOBN + 7, 0x1000, NO_RAM | TCE_RW, 0, NULL), USER_ANSWER);
	machine_stop();
}

START_TEST(test_put_when_nothing_is_attached_then_only_the_copy_changes)
{
	/* Why: emulated devices have such tables; user space translates. How: memory that is not registered is
	 * accepted. */
	run(main_two_tables);
}
END_TEST

static void add(Suite *s)
{
	TCase *tc = tcase_create("hcall");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, test_put_when_memory_is_registered_then_hardware_and_copy_have_it);
	tcase_add_test(tc, test_put_when_something_is_wrong_then_refused_or_passed_on);
	tcase_add_test(tc, test_indirect_when_list_is_good_then_all_are_mapped);
	tcase_add_test(tc, test_indirect_when_something_is_wrong_then_nothing_is_mapped);
	tcase_add_test(tc, test_stuff_when_called_then_clears_and_refuses_as_documented);
	tcase_add_test(tc, test_get_when_called_then_the_copy_answers);
	tcase_add_test(tc, test_hcall_when_not_enabled_then_user_space_answers);
	tcase_add_test(tc, test_exit_when_taken_then_registers_go_through_the_shared_page);
	tcase_add_test(tc, test_put_when_nothing_is_attached_then_only_the_copy_changes);
	suite_add_tcase(s, tc);
}

int main(void)
{
	return run_on_kernels("kernel-model.kvm_hcall", add);
}
