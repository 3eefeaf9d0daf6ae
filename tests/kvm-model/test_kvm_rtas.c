// SPDX-License-Identifier: GPL-2.0-only
/*
 * Suite kvm-model.kvm_rtas: DMA windows that a guest makes by RTAS, and what becomes of them in KVM and in the device's
 * container. Answers are those of LoPAR and QEMU. Run on each hosted kernel.
 */
#include <endian.h>

#include "tests/kvm-model/kvm_rig.h"

#define BUID 0x800000020000000ull
#define DEFAULT_BYTES (1ull << 28)
#define ARGS_GPA 0x1000ull
#define HIGH ((uint32_t)(BUID >> 32))
#define LOW ((uint32_t)BUID)

static struct kvm_pe_options pe;

/* An RTAS call with @nargs arguments and @nrets results, which come back in @ret. Return: of the hypercall. */
static int64_t rtas(struct kvm_cpu *cpu, uint32_t token, uint32_t nargs, const uint32_t *arg, uint32_t nrets,
		    uint32_t *ret)
{
	uint64_t args[KVM_HCALL_ARGS] = {ARGS_GPA};
	uint32_t words[19] = {htobe32(token), htobe32(nargs), htobe32(nrets)};
	int64_t answer;

	for (uint32_t i = 0; i < nargs; i++)
		words[3 + i] = htobe32(arg[i]);
	ck_assert_int_eq(kvm_store(cpu, ARGS_GPA, words, sizeof(words)), 0);
	answer = kvm_hcall(cpu, KVM_H_RTAS, args);
	ck_assert_int_eq(kvm_load(cpu, ARGS_GPA, words, sizeof(words)), 0);
	for (uint32_t i = 0; i < nrets && 3 + nargs + i < 19; i++)
		ret[i] = be32toh(words[3 + nargs + i]);
	return answer;
}

static int32_t create(struct kvm_cpu *cpu, uint32_t page_shift, uint32_t window_shift, uint32_t *ret)
{
	const uint32_t arg[] = {0, HIGH, LOW, page_shift, window_shift};

	ck_assert_int_eq(rtas(cpu, KVM_RTAS_CREATE, 5, arg, 4, ret), KVM_H_SUCCESS);
	return (int32_t)ret[0];
}

static int32_t remove_window(struct kvm_cpu *cpu, uint32_t liobn)
{
	uint32_t ret[1];

	ck_assert_int_eq(rtas(cpu, KVM_RTAS_REMOVE, 1, &liobn, 1, ret), KVM_H_SUCCESS);
	return (int32_t)ret[0];
}

static int32_t query(struct kvm_cpu *cpu, uint32_t nrets, uint32_t *ret)
{
	const uint32_t arg[] = {0, HIGH, LOW};

	ck_assert_int_eq(rtas(cpu, KVM_RTAS_QUERY, 3, arg, nrets, ret), KVM_H_SUCCESS);
	return (int32_t)ret[0];
}

static void vmm(struct vfm_proc *proc, kvm_main_fn *guest)
{
	int group;
	unsigned int phb, id, rid;
	char name[32];

	ck_assert_int_eq(kvm_guest_create(rig.kvm, proc, "g", &rig.guest), 0);
	ck_assert_int_eq(kvm_guest_memory_add(rig.guest, 0, rig_gpa(RIG_PAGES)), 0);
	ck_assert_int_eq(kernel_ops(rig.kernel)->device_info(0, name, sizeof(name), &group, &phb, &id, &rid), 0);
	ck_assert_int_eq(vfm_device_open(proc, name, VFIO_SPAPR_TCE_v2_IOMMU, &rig.device), 0);
	ck_assert_int_eq(kvm_guest_device_add(rig.guest, &rig.device), 0);
	ck_assert_int_eq(kvm_guest_pe_add(rig.guest, &rig.device, &pe), 0);
	rig_cpu(0, guest, NULL);
	kvm_guest_join(rig.guest);
	rig_close();
}

static kvm_main_fn *guest_fn;

static void vmm_main(struct vfm_proc *proc, void *arg)
{
	(void)arg;
	vmm(proc, guest_fn);
}

static void run(kvm_main_fn *guest)
{
	rig_build(NULL);
	pe = (struct kvm_pe_options){.buid = BUID,
				     .liobn = RIG_LIOBN,
				     .window_bytes = DEFAULT_BYTES,
				     .pages = 1ull << 12 | 1ull << 16 | 1ull << 24,
				     .ram_shift = rig_shift(),
				     .windows = 2,
				     .ddw = true,
				     .reset = true,
				     .wide = true};
	guest_fn = guest;
	rig_run(vmm_main);
	rig_destroy();
}

static void queries(struct kvm_cpu *cpu, void *arg)
{
	uint32_t ret[16], bad[] = {0, HIGH, LOW + 1};

	(void)arg;
	/* One window is there, one more can be; pages of 4 KiB, 64 KiB, 16 MiB are bits 0 to 2 from the end. */
	ck_assert_int_eq(query(cpu, 5, ret), KVM_RTAS_SUCCESS);
	ck_assert_uint_eq(ret[1], 1);
	ck_assert_uint_eq(ret[2], 0x80000000u);
	ck_assert_uint_eq(ret[3], 7);
	ck_assert_int_eq(query(cpu, 6, ret), KVM_RTAS_SUCCESS);
	ck_assert_uint_eq(ret[2], 0x20);
	ck_assert_uint_eq(ret[3], 0);
	ck_assert_uint_eq(ret[4], 7);
	ck_assert_int_eq(query(cpu, 4, ret), KVM_RTAS_PARAMETER);
	ck_assert_int_eq(rtas(cpu, KVM_RTAS_QUERY, 3, bad, 5, ret), KVM_H_SUCCESS);
	ck_assert_int_eq((int32_t)ret[0], KVM_RTAS_PARAMETER);
	ck_assert_int_eq(rtas(cpu, 0x1234, 3, bad, 5, ret), KVM_H_SUCCESS);
	ck_assert_int_eq((int32_t)ret[0], KVM_RTAS_PARAMETER);
	/* Arguments that cannot be: no result at all, more than there is room for. */
	ck_assert_int_eq(rtas(cpu, KVM_RTAS_QUERY, 3, bad, 0, ret), KVM_H_PARAMETER);
	ck_assert_int_eq(rtas(cpu, KVM_RTAS_QUERY, 3, bad, 14, ret), KVM_H_PARAMETER);
	ck_assert_uint_eq(rig_stat("rtas_calls"), 5);
	ck_assert_uint_eq(rig_stat("rtas_refused"), 3);
}

START_TEST(test_query_when_asked_then_windows_and_pages_or_what_is_wrong)
{
	/* What a guest decides by, and the answers to calls that make no sense. */
	run(queries);
}
END_TEST

static void windows(struct kvm_cpu *cpu, void *arg)
{
	uint32_t ret[5];
	uint64_t start;

	(void)arg;
	ck_assert_int_eq(create(cpu, 20, 26, ret), KVM_RTAS_PARAMETER); /* no such page */
	ck_assert_int_eq(create(cpu, 16, 15, ret), KVM_RTAS_PARAMETER); /* smaller than a page */
	ck_assert_int_eq(create(cpu, 16, 26, ret), KVM_RTAS_SUCCESS);
	ck_assert_uint_eq(ret[1], RIG_LIOBN + 1);
	start = (uint64_t)ret[2] << 32 | ret[3];
	ck_assert_uint_eq(start, 1ull << 59);
	/* The device follows what is written there, in pages that the host has. */
	ck_assert_int_eq(kvm_put_tce(cpu, RIG_LIOBN + 1, start + (3 << 16), 0x20000 | RIG_RW), KVM_H_SUCCESS);
	rig.window = start;
	ck_assert_uint_eq(rig_hw_tce(rig.page_bytes == 4096 ? 48 : 3),
			  vfm_user_real(rig.vmm, kvm_guest_va(rig.guest, 0x20000, NULL)) | RIG_RW);
	ck_assert_int_eq(create(cpu, 16, 26, ret), KVM_RTAS_HARDWARE); /* a third one */
	ck_assert_int_eq(query(cpu, 5, ret), KVM_RTAS_SUCCESS);
	ck_assert_uint_eq(ret[1], 0);
	ck_assert_int_eq(remove_window(cpu, RIG_LIOBN + 2), KVM_RTAS_PARAMETER);
	ck_assert_int_eq(remove_window(cpu, RIG_LIOBN + 1), KVM_RTAS_SUCCESS);
	ck_assert_int_eq(kvm_put_tce(cpu, RIG_LIOBN + 1, start, 0), KVM_H_PARAMETER);
	ck_assert_int_eq(remove_window(cpu, RIG_LIOBN + 1), KVM_RTAS_PARAMETER);
	ck_assert_int_eq(query(cpu, 5, ret), KVM_RTAS_SUCCESS);
	ck_assert_uint_eq(ret[1], 1);
}

START_TEST(test_create_when_pages_fit_then_a_window_the_device_follows)
{
	/* A window is a table in KVM and one in the container; when it is removed both are gone (nothing is left at the
	 * end). */
	run(windows);
}
END_TEST

static void resets(struct kvm_cpu *cpu, void *arg)
{
	const uint32_t bridge[] = {0, HIGH, LOW};
	uint32_t ret[5];

	(void)arg;
	ck_assert_int_eq(kvm_put_tce(cpu, RIG_LIOBN, 0x5000, 0x20000 | RIG_RW), KVM_H_SUCCESS);
	ck_assert_int_eq(remove_window(cpu, RIG_LIOBN), KVM_RTAS_SUCCESS);
	ck_assert_int_eq(create(cpu, 16, 26, ret), KVM_RTAS_SUCCESS);
	ck_assert_uint_eq(ret[2] | ret[3], 0); /* the first window lies at 0, whatever its pages */
	ck_assert_int_eq(rtas(cpu, KVM_RTAS_RESET, 3, bridge, 1, ret), KVM_H_SUCCESS);
	ck_assert_int_eq((int32_t)ret[0], KVM_RTAS_SUCCESS);
	ck_assert_int_eq(kvm_put_tce(cpu, RIG_LIOBN, DEFAULT_BYTES - 4096, 0), KVM_H_SUCCESS);
	ck_assert_int_eq(kvm_put_tce(cpu, RIG_LIOBN, DEFAULT_BYTES, 0), KVM_H_PARAMETER);
	ck_assert_int_eq(query(cpu, 5, ret), KVM_RTAS_SUCCESS);
	ck_assert_uint_eq(ret[1], 1);
}

START_TEST(test_reset_when_default_was_removed_then_it_is_back)
{
	/* A guest that gave its default window up for another one can have it back, empty. */
	run(resets);
}
END_TEST

static void add(Suite *s)
{
	TCase *tc = tcase_create("rtas");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, test_query_when_asked_then_windows_and_pages_or_what_is_wrong);
	tcase_add_test(tc, test_create_when_pages_fit_then_a_window_the_device_follows);
	tcase_add_test(tc, test_reset_when_default_was_removed_then_it_is_back);
	suite_add_tcase(s, tc);
}

int main(void)
{
	return run_on_kernels("kvm-model.kvm_rtas", add);
}
