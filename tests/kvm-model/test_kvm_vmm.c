// SPDX-License-Identifier: GPL-2.0-only
/*
 * Suite kvm-model.kvm_vmm: what the VMM answers when a hypercall gets to it, by QEMU's, LoPAR's and KVM's rules. QEMU's
 * are held against a transcript of QEMU 7.2 (qemu-7.2-hcall-returns.txt), line by line.
 */
#include <stdio.h>
#include <string.h>

#include "kvm_rig.h"

#define LIOBN 0x80000000ull
#define ENTRIES 262144ull
#define LIST_GPA 0x10001000ull
#define FAR_GPA 0x10000000ull
#define LINES_MAX 64

static const char *const no_kernel_qemu[] = {"kvm.in_kernel=false", "kvm.vmm=qemu", NULL};
static const char *const no_kernel_lopar[] = {"kvm.in_kernel=false", "kvm.vmm=lopar", NULL};
static const char *const no_kernel_kvm[] = {"kvm.in_kernel=false", "kvm.vmm=kvm", NULL};

/* As QEMU's default: 1 GiB of 4 KiB pages at 0; a list of TCEs at LIST_GPA, entry k names page 0x400 + k. */
static void emulated_machine(struct vfm_proc *vmm, kvm_main_fn *guest_main)
{
	const struct kvm_table_options table = {.liobn = LIOBN, .page_shift = 12, .entries = ENTRIES};

	ck_assert_int_eq(kvm_guest_create(rig.kvm, vmm, "g", &rig.guest), 0);
	ck_assert_int_eq(kvm_guest_memory_add(rig.guest, 0, 16ull << 20), 0);
	ck_assert_int_eq(kvm_guest_memory_add(rig.guest, FAR_GPA, 0x20000), 0);
	ck_assert_int_eq(kvm_guest_table_add(rig.guest, &table), 0);
	rig_cpu(0, guest_main, NULL);
	kvm_guest_close(rig.guest);
	rig.done = true;
}

static void list_store(struct kvm_cpu *cpu, uint64_t gpa, uint64_t first_tce, unsigned int count)
{
	uint64_t list[KVM_H_LIST_MAX];

	for (unsigned int i = 0; i < count; i++)
		list[i] = __builtin_bswap64(first_tce + 0x1000ull * i);
	ck_assert_int_eq(kvm_store(cpu, gpa, list, 8 * count), 0);
}

/** struct line - one of the transcript. */
struct line {
	char name[17];
	unsigned long long liobn, ioba, arg, count;
	long long ret;
	unsigned long long tce;
	bool has_count, has_tce;
};

static bool line_parse(const char *text, struct line *line)
{
	int at = 0, more = 0;

	memset(line, 0, sizeof(*line));
	if (strlen(text) < 17)
		return false;
	memcpy(line->name, text, 16);
	if (sscanf(text + 16, "liobn %llx ioba %llx arg %llx%n", &line->liobn, &line->ioba, &line->arg, &at) != 3)
		return false;
	text += 16 + at;
	if (sscanf(text, " n %llu%n", &line->count, &more) == 1 && more) {
		line->has_count = true;
		text += more;
	}
	if (sscanf(text, " -> %lld%n", &line->ret, &at) != 1)
		return false;
	line->has_tce = sscanf(text + at, " tce %llx", &line->tce) == 1;
	return true;
}

static void line_replay(struct kvm_cpu *cpu, const struct line *line)
{
	uint64_t tce = 0;
	int64_t ret;

	if (!strncmp(line->name, "GET", 3)) {
		ret = kvm_get_tce(cpu, line->liobn, line->ioba, &tce);
		ck_assert_msg(!line->has_tce || tce == line->tce, "%s: TCE 0x%llx, QEMU has 0x%llx", line->name,
			      (unsigned long long)tce, line->tce);
	} else if (!strncmp(line->name, "PUT", 3)) {
		ret = kvm_put_tce(cpu, line->liobn, line->ioba, line->arg);
	} else if (!strncmp(line->name, "IND", 3)) {
		ret = kvm_put_tce_indirect(cpu, line->liobn, line->ioba, line->arg, line->count);
	} else {
		ck_assert_msg(!strncmp(line->name, "STUFF", 5), "%s", line->name);
		ret = kvm_stuff_tce(cpu, line->liobn, line->ioba, line->arg, line->count);
	}
	ck_assert_msg(ret == line->ret, "%s: %lld, QEMU says %lld", line->name, (long long)ret, line->ret);
	ck_assert_int_eq(kvm_last_hcall_by(cpu), KM_HCALL_BY_USER);
}

static void transcript_guest(struct kvm_cpu *cpu, void *arg)
{
	FILE *file = fopen("tests/kvm-model/qemu-7.2-hcall-returns.txt", "r");
	unsigned int replayed = 0;
	struct line line;
	char text[256];

	(void)arg;
	ck_assert_ptr_nonnull(file);
	list_store(cpu, LIST_GPA, 0x400003, KVM_H_LIST_MAX);
	while (fgets(text, sizeof(text), file)) {
		if (!line_parse(text, &line))
			continue;
		line_replay(cpu, &line);
		replayed++;
	}
	fclose(file);
	ck_assert_uint_eq(replayed, 38);
}

static void transcript_vmm(struct vfm_proc *vmm, void *arg)
{
	(void)arg;
	emulated_machine(vmm, transcript_guest);
}

START_TEST(test_qemu_when_transcript_is_replayed_then_every_answer_is_the_same)
{
	/* Why: "as QEMU" must be checkable. How: each line of QEMU's own run, answers and TCEs. */
	rig_build(no_kernel_qemu);
	rig_run(transcript_vmm);
	rig_destroy();
}
END_TEST

static void lopar_guest(struct kvm_cpu *cpu, void *arg)
{
	uint64_t tce;

	(void)arg;
	list_store(cpu, LIST_GPA, 0x400003, KVM_H_LIST_MAX);
	/* Only pages of the partition, unless nothing may be accessed. */
	ck_assert_int_eq(kvm_put_tce(cpu, LIOBN, 0x1000, 0x200003), KVM_H_SUCCESS);
	ck_assert_int_eq(kvm_put_tce(cpu, LIOBN, 0x2000, 0xffff000000003), KVM_H_PARAMETER);
	ck_assert_int_eq(kvm_put_tce(cpu, LIOBN, 0x2000, 0xffff000000000), KVM_H_SUCCESS);
	ck_assert_int_eq(kvm_get_tce(cpu, LIOBN, 0x2000, &tce), KVM_H_SUCCESS);
	ck_assert_uint_eq(tce, 0xffff000000000);
	ck_assert_int_eq(kvm_put_tce(cpu, LIOBN, 0x40000000, 0x200003), KVM_H_PARAMETER);
	ck_assert_int_eq(kvm_put_tce(cpu, 5, 0x1000, 0x200003), KVM_H_PARAMETER);
	/* A page index: what is below it does not count. */
	ck_assert_int_eq(kvm_put_tce(cpu, LIOBN, 0x1abc, 0x201003), KVM_H_SUCCESS);
	ck_assert_int_eq(kvm_get_tce(cpu, LIOBN, 0x1000, &tce), KVM_H_SUCCESS);
	ck_assert_uint_eq(tce, 0x201003);
	/* Lists: all or nothing, at most 512, none is fine, page of the partition, no multiple tables. */
	ck_assert_int_eq(kvm_put_tce_indirect(cpu, LIOBN, 0x100000, LIST_GPA, 512), KVM_H_SUCCESS);
	ck_assert_int_eq(kvm_put_tce_indirect(cpu, LIOBN, 0x100000, LIST_GPA, 513), KVM_H_PARAMETER);
	ck_assert_int_eq(kvm_put_tce_indirect(cpu, LIOBN, 0x100000, LIST_GPA, 0), KVM_H_SUCCESS);
	ck_assert_int_eq(kvm_put_tce_indirect(cpu, LIOBN, 0x100000, 0x7000000000, 1), KVM_H_PARAMETER);
	ck_assert_int_eq(kvm_put_tce_indirect(cpu, (uint64_t)-1, 0x100000, LIST_GPA, 1), KVM_H_FUNCTION);
	ck_assert_int_eq(kvm_put_tce_indirect(cpu, LIOBN, 0x3fffe000, LIST_GPA, 4), KVM_H_PARAMETER);
	ck_assert_int_eq(kvm_get_tce(cpu, LIOBN, 0x3ffff000, &tce), KVM_H_SUCCESS);
	ck_assert_uint_eq(tce, 0);
	list_store(cpu, LIST_GPA + 8 * 7, 0xffff000000003, 1);
	ck_assert_int_eq(kvm_put_tce_indirect(cpu, LIOBN, 0x800000, LIST_GPA, 8), KVM_H_PARAMETER);
	ck_assert_int_eq(kvm_get_tce(cpu, LIOBN, 0x800000, &tce), KVM_H_SUCCESS);
	ck_assert_uint_eq(tce, 0);
	/* Stuffing: 512 at most, any value, none is fine. */
	ck_assert_int_eq(kvm_stuff_tce(cpu, LIOBN, 0x100000, 0x200003, 512), KVM_H_SUCCESS);
	ck_assert_int_eq(kvm_stuff_tce(cpu, LIOBN, 0x100000, 0, 513), KVM_H_P4);
	ck_assert_int_eq(kvm_stuff_tce(cpu, LIOBN, 0x100000, 0, 0), KVM_H_SUCCESS);
	ck_assert_int_eq(kvm_stuff_tce(cpu, LIOBN, 0x3fffe000, 0, 4), KVM_H_PARAMETER);
	ck_assert_int_eq(kvm_get_tce(cpu, LIOBN, 0x2ff000, &tce), KVM_H_SUCCESS);
	ck_assert_uint_eq(tce, 0x200003);
	/* An unknown call. */
	ck_assert_int_eq(kvm_hcall(cpu, 0x1234, (uint64_t[KVM_HCALL_ARGS]){1, 2}), KVM_H_FUNCTION);
}

static void lopar_vmm(struct vfm_proc *vmm, void *arg)
{
	(void)arg;
	emulated_machine(vmm, lopar_guest);
}

START_TEST(test_lopar_when_asked_then_ownership_and_all_or_nothing)
{
	/* Why: LoPAR differs from both implementations. How: each rule of its section on TCE access, both sides. */
	rig_build(no_kernel_lopar);
	rig_run(lopar_vmm);
	rig_destroy();
}
END_TEST

static void partial_guest(struct kvm_cpu *cpu, void *arg)
{
	uint64_t tce = 0;

	(void)arg;
	ck_assert_int_eq(kvm_put_tce(cpu, LIOBN, 0x1000, FAR_GPA | 3), KVM_H_SUCCESS);
	/* The VMM takes the memory away meanwhile. */
	kvm_idle(cpu, 10 * SIM_PS_PER_MS);
	ck_assert_int_eq(kvm_get_tce(cpu, LIOBN, 0x1000, &tce), KVM_H_PARTIAL);
	ck_assert_uint_eq(tce, 0xfffffffffffff003);
}

static void partial_vmm(struct vfm_proc *vmm, void *arg)
{
	const struct kvm_table_options table = {.liobn = LIOBN, .page_shift = 12, .entries = ENTRIES};

	(void)arg;
	ck_assert_int_eq(kvm_guest_create(rig.kvm, vmm, "g", &rig.guest), 0);
	ck_assert_int_eq(kvm_guest_memory_add(rig.guest, FAR_GPA, 0x20000), 0);
	ck_assert_int_eq(kvm_guest_table_add(rig.guest, &table), 0);
	rig_cpu(0, partial_guest, NULL);
	vfm_sleep(vmm, SIM_PS_PER_MS);
	ck_assert_int_eq(kvm_guest_memory_remove(rig.guest, FAR_GPA), 0);
	ck_assert_int_eq(kvm_guest_memory_remove(rig.guest, FAR_GPA), -ENOENT);
	kvm_guest_close(rig.guest);
	rig.done = true;
}

START_TEST(test_lopar_when_memory_is_gone_then_get_is_partial)
{
	/* Why: the one call with a second success. How: the page of a TCE is taken from the guest. */
	rig_build(no_kernel_lopar);
	rig_run(partial_vmm);
	rig_destroy();
}
END_TEST

static void like_kvm_guest(struct kvm_cpu *cpu, void *arg)
{
	uint64_t tce;

	(void)arg;
	list_store(cpu, LIST_GPA, 0x400003, KVM_H_LIST_MAX);
	ck_assert_int_eq(kvm_put_tce(cpu, LIOBN, 0x1008, 0x200003), KVM_H_PARAMETER);
	ck_assert_int_eq(kvm_put_tce_indirect(cpu, LIOBN, 0x100000, LIST_GPA, 0), KVM_H_SUCCESS);
	ck_assert_int_eq(kvm_put_tce_indirect(cpu, LIOBN, 0x100000, LIST_GPA, 513), KVM_H_PARAMETER);
	ck_assert_int_eq(kvm_put_tce_indirect(cpu, LIOBN, 0x100000, LIST_GPA + 8, 1), KVM_H_PARAMETER);
	ck_assert_int_eq(kvm_put_tce_indirect(cpu, LIOBN, 0x3fffe000, LIST_GPA, 4), KVM_H_PARAMETER);
	ck_assert_int_eq(kvm_get_tce(cpu, LIOBN, 0x3fffe000, &tce), KVM_H_SUCCESS);
	ck_assert_uint_eq(tce, 0);
	ck_assert_int_eq(kvm_stuff_tce(cpu, LIOBN, 0x100000, 0, 513), KVM_H_SUCCESS);
	ck_assert_int_eq(kvm_stuff_tce(cpu, LIOBN, 0x100000, 0x200003, 2), KVM_H_PARAMETER);
	ck_assert_int_eq(kvm_stuff_tce(cpu, LIOBN, 0x100000, 0, 0), KVM_H_SUCCESS);
	ck_assert_int_eq(kvm_put_tce(cpu, 5, 0x1000, 0x200003), KVM_H_PARAMETER);
}

static void like_kvm_vmm(struct vfm_proc *vmm, void *arg)
{
	(void)arg;
	emulated_machine(vmm, like_kvm_guest);
}

START_TEST(test_kvm_when_in_user_space_then_answers_as_the_kernel)
{
	/* Why: storms with tables in user space can be compared only if answers agree. How: where KVM differs from
	 * QEMU. */
	rig_build(no_kernel_kvm);
	rig_run(like_kvm_vmm);
	rig_destroy();
}
END_TEST

/* ---- Devices that follow a table ---- */

static void follow_guest(struct kvm_cpu *cpu, void *arg)
{
	(void)arg;
	ck_assert_int_eq(kvm_put_tce(cpu, RIG_LIOBN, rig_ioba(3), rig_gpa(5) | RIG_RW), KVM_H_SUCCESS);
	ck_assert_int_eq(kvm_last_hcall_by(cpu), KM_HCALL_BY_USER);
	ck_assert_uint_eq(rig_hw_tce(3), rig_real_tce(5));
	ck_assert_int_eq(kvm_put_tce(cpu, RIG_LIOBN, rig_ioba(3), 0), KVM_H_SUCCESS);
	ck_assert_uint_eq(rig_hw_tce(3) & RIG_RW, 0);
	list_store(cpu, rig_gpa(0), rig_gpa(1) | RIG_RW, 1);
	ck_assert_int_eq(kvm_put_tce_indirect(cpu, RIG_LIOBN, rig_ioba(7), rig_gpa(0), 1), KVM_H_SUCCESS);
	ck_assert_uint_eq(rig_hw_tce(7), rig_real_tce(1));
	ck_assert_int_eq(kvm_stuff_tce(cpu, RIG_LIOBN, rig_ioba(7), 0, 1), KVM_H_SUCCESS);
	ck_assert_uint_eq(rig_hw_tce(7) & RIG_RW, 0);
	ck_assert_uint_eq(rig_stat("vmm_maps"), 2);
	ck_assert_uint_eq(rig_stat("vmm_unmaps"), 2);
	ck_assert_uint_eq(rig_stat("vmm_map_errors"), 0);
	ck_assert_uint_eq(rig_stat("by_user"), 4);
}

static void follow_vmm(struct vfm_proc *vmm, void *arg)
{
	(void)arg;
	rig_machine(vmm);
	rig_cpu(0, follow_guest, NULL);
	rig_close();
}

START_TEST(test_vmm_when_a_device_follows_then_ioctls_write_its_table)
{
	/* Why: the last rung of the ladder ends in the same hardware table. How: TCEs as the PHB finds them. */
	rig_build(no_kernel_qemu);
	rig_run(follow_vmm);
	rig_destroy();
}
END_TEST

/* The kernel has the table, but not the memory registered: it passes on, and what the VMM maps is refused too. */
static void unregistered_guest(struct kvm_cpu *cpu, void *arg)
{
	uint64_t tce;

	(void)arg;
	ck_assert_int_eq(kvm_put_tce(cpu, RIG_LIOBN, rig_ioba(3), FAR_GPA | RIG_RW), KVM_H_SUCCESS);
	ck_assert_int_eq(kvm_last_hcall_by(cpu), KM_HCALL_BY_USER);
	ck_assert_uint_eq(rig_stat("vmm_map_errors"), 1);
	ck_assert_uint_eq(rig_hw_tce(3) & RIG_RW, 0);
	/* The copy is one and the same to the VMM and to the kernel, which answers this. */
	ck_assert_int_eq(kvm_get_tce(cpu, RIG_LIOBN, rig_ioba(3), &tce), KVM_H_SUCCESS);
	ck_assert_int_eq(kvm_last_hcall_by(cpu), KM_HCALL_BY_VIRTUAL);
	ck_assert_uint_eq(tce, FAR_GPA | RIG_RW);
}

static void unregistered_vmm(struct vfm_proc *vmm, void *arg)
{
	(void)arg;
	rig_machine(vmm);
	ck_assert_int_eq(kvm_guest_memory_add(rig.guest, FAR_GPA, rig.page_bytes), 0);
	ck_assert_int_eq(vfm_spapr_unregister(&rig.device, kvm_guest_va(rig.guest, FAR_GPA, NULL), rig.page_bytes), 0);
	rig_cpu(0, unregistered_guest, NULL);
	rig_close();
}

START_TEST(test_vmm_when_kernel_passes_on_then_it_shares_the_copy)
{
	/* Why: QEMU and KVM write one table. How: an entry that the VMM wrote is read back from the kernel. */
	rig_build(NULL);
	rig_run(unregistered_vmm);
	rig_destroy();
}
END_TEST

static const char *const refuse_lopar[] = {"kvm.vmm=lopar", NULL};

static void refused_guest(struct kvm_cpu *cpu, void *arg)
{
	(void)arg;
	ck_assert_int_eq(kvm_put_tce(cpu, RIG_LIOBN, rig_ioba(3), FAR_GPA | RIG_RW), KVM_H_HARDWARE);
}

static void refused_vmm(struct vfm_proc *vmm, void *arg)
{
	(void)arg;
	rig_machine(vmm);
	ck_assert_int_eq(kvm_guest_memory_add(rig.guest, FAR_GPA, rig.page_bytes), 0);
	ck_assert_int_eq(vfm_spapr_unregister(&rig.device, kvm_guest_va(rig.guest, FAR_GPA, NULL), rig.page_bytes), 0);
	rig_cpu(0, refused_guest, NULL);
	rig_close();
}

START_TEST(test_lopar_when_device_cannot_follow_then_guest_is_told)
{
	/* Why: only QEMU keeps it to itself. How: memory that is not registered. */
	rig_build(refuse_lopar);
	rig_run(refused_vmm);
	rig_destroy();
}
END_TEST

static void add(Suite *s)
{
	TCase *tc = tcase_create("vmm");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, test_qemu_when_transcript_is_replayed_then_every_answer_is_the_same);
	tcase_add_test(tc, test_lopar_when_asked_then_ownership_and_all_or_nothing);
	tcase_add_test(tc, test_lopar_when_memory_is_gone_then_get_is_partial);
	tcase_add_test(tc, test_kvm_when_in_user_space_then_answers_as_the_kernel);
	tcase_add_test(tc, test_vmm_when_a_device_follows_then_ioctls_write_its_table);
	tcase_add_test(tc, test_vmm_when_kernel_passes_on_then_it_shares_the_copy);
	tcase_add_test(tc, test_lopar_when_device_cannot_follow_then_guest_is_told);
	suite_add_tcase(s, tc);
}

int main(void)
{
	return run_on_kernels("kvm-model.kvm_vmm", add);
}
