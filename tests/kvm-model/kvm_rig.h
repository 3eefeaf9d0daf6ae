/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_KVM_MODEL_KVM_RIG_H
#define TESTS_KVM_MODEL_KVM_RIG_H
/*
 * tests/kvm-model/kvm_rig.h - a hosted kernel on the fake machine of tests/kernel-model, a VMM process with a machine
 * and a device, and guest code that a test gives. Each test forks, so that each boots a fresh kernel.
 */
#include <check.h>
#include <errno.h>
#include <linux/vfio.h>
#include <stdlib.h>

#include "kvm-model/kvm.h"
#include "sim/finding.h"
#include "sim/stat.h"
#include "sim/task.h"
#include "tests/kernel-model/fake_platform.h"
#include "tests/kernel-model/kernels.h"
#include "vfio-model/vfm.h"

#define RIG_MEMLOCK (1ull << 30)
#define RIG_LIOBN 0x80000001ull
#define RIG_PAGES 64u
#define RIG_WINDOW_BYTES (1ull << 28)
#define RIG_RW (KVM_TCE_READ | KVM_TCE_WRITE)

/**
 * struct rig - @vmm_main: what the VMM does; @guest_main: code of vCPUs, for tests that start them by rig_cpu().
 * @window: I/O address of the device's window. @done: the test's last statement was reached.
 */
static struct {
	struct sim *sim;
	struct fake *fake;
	struct cfg *cfg;
	struct kernel *kernel;
	struct vfm *vfm;
	struct kvm *kvm;
	uint64_t page_bytes, window;
	struct vfm_proc *vmm;
	struct vfm_device device;
	struct kvm_guest *guest;
	vfm_main_fn *vmm_main;
	bool booted, done;
} rig;

static inline unsigned int rig_shift(void)
{
	return (unsigned int)__builtin_ctzll(rig.page_bytes);
}

static inline uint64_t rig_gpa(unsigned int page)
{
	return (uint64_t)page << rig_shift();
}

static inline uint64_t rig_ioba(uint64_t entry)
{
	return rig.window + (entry << rig_shift());
}

static void rig_boot(struct sim *sim, void *arg)
{
	(void)sim;
	(void)arg;
	ck_assert_int_eq(kernel_boot(rig.kernel), 0);
	rig.booted = true;
}

/* @sets: configuration assignments, ending with NULL. */
static inline void rig_build(const char *const *sets)
{
	rig.page_bytes = kernel_under_test->page_bytes;
	rig.sim = sim_create(1);
	rig.fake = fake_create(rig.sim, 1, FAKE_RAM_BYTES);
	fake_function_add(rig.fake, 0, 0, 0);
	fake_function_add(rig.fake, 0, 1, 0);
	rig.cfg = cfg_create();
	cfg_add_rows(rig.cfg, km_cfg_rows, km_cfg_row_count);
	cfg_add_rows(rig.cfg, kvm_cfg_rows, kvm_cfg_row_count);
	for (; sets && *sets; sets++)
		ck_assert_int_eq(cfg_set(rig.cfg, *sets), 0);
	rig.kernel = kernel_create(rig.sim, &rig.fake->platform, kernel_under_test, rig.cfg, 0);
	rig.vfm = vfm_create(rig.sim, rig.kernel);
	rig.kvm = kvm_create(rig.sim, rig.vfm, rig.cfg);
	sim_task_create(rig.sim, "boot", rig_boot, NULL);
	sim_run(rig.sim, SIM_PS_NEVER);
	ck_assert(rig.booted);
}

static inline void rig_destroy(void)
{
	kvm_destroy(rig.kvm);
	vfm_destroy(rig.vfm);
	kernel_destroy(rig.kernel);
	cfg_destroy(rig.cfg);
	fake_destroy(rig.fake);
	sim_destroy(rig.sim);
}

static inline void rig_print(void)
{
	const char *line;

	for (size_t i = 0; (line = kernel_log_line(rig.kernel, i, NULL)); i++)
		fprintf(stderr, "%s\n", line);
	for (size_t i = 0; finding_get(rig.sim, i); i++)
		fprintf(stderr, "finding %s: %s\n", finding_get(rig.sim, i)->kind, finding_get(rig.sim, i)->text);
}

static void rig_leaks(struct sim *sim, void *arg)
{
	(void)sim;
	*(uint32_t *)arg = kernel_check_leaks(rig.kernel);
}

/* Run @main as the VMM's process to its end; nothing may be found or left. */
static inline void rig_run(vfm_main_fn *main)
{
	uint32_t leaks = UINT32_MAX;

	rig.vmm = vfm_proc_start(rig.vfm, "V", RIG_MEMLOCK, main, NULL);
	sim_run(rig.sim, SIM_PS_NEVER);
	ck_assert(vfm_proc_exited(rig.vmm));
	sim_task_create(rig.sim, "leaks", rig_leaks, &leaks);
	sim_run(rig.sim, SIM_PS_NEVER);
	if (!rig.done || leaks || finding_count(rig.sim, FINDING_NOTE))
		rig_print();
	ck_assert(rig.done);
	ck_assert_uint_eq(leaks, 0);
	ck_assert_uint_eq(finding_count(rig.sim, FINDING_NOTE), 0);
}

/* The first device, with a window of kernel pages that starts where the kernel puts it. */
static inline void rig_open_device(struct vfm_proc *vmm)
{
	int group;
	unsigned int phb, pe, rid;
	char name[32];

	ck_assert_int_eq(kernel_ops(rig.kernel)->device_info(0, name, sizeof(name), &group, &phb, &pe, &rid), 0);
	ck_assert_int_eq(vfm_device_open(vmm, name, VFIO_SPAPR_TCE_v2_IOMMU, &rig.device), 0);
	ck_assert_int_eq(vfm_spapr_create(&rig.device, rig_shift(), RIG_WINDOW_BYTES, 2, &rig.window), 0);
}

/* Machine, RIG_PAGES of memory at 0, the device, and a table for its window that it follows. */
static inline void rig_machine(struct vfm_proc *vmm)
{
	struct kvm_table_options table = {.liobn = RIG_LIOBN};

	ck_assert_int_eq(kvm_guest_create(rig.kvm, vmm, "g", &rig.guest), 0);
	ck_assert_int_eq(kvm_guest_memory_add(rig.guest, 0, rig_gpa(RIG_PAGES)), 0);
	rig_open_device(vmm);
	ck_assert_int_eq(kvm_guest_device_add(rig.guest, &rig.device), 0);
	table.page_shift = rig_shift();
	table.start = rig.window;
	table.entries = RIG_WINDOW_BYTES >> rig_shift();
	ck_assert_int_eq(kvm_guest_table_add(rig.guest, &table), 0);
	ck_assert_int_eq(kvm_guest_table_attach(rig.guest, RIG_LIOBN, &rig.device), 0);
}

static inline void rig_cpu(uint32_t index, kvm_main_fn *main, void *arg)
{
	struct kvm_cpu_options options = {.index = index, .main = main, .arg = arg};

	ck_assert_int_eq(kvm_cpu_start(rig.guest, &options), 0);
}

/* Everything closed in order; only then may the test be over. */
static inline void rig_close(void)
{
	kvm_guest_close(rig.guest);
	vfm_device_close(&rig.device);
	rig.done = true;
}

static inline uint64_t rig_ram_be64(uint64_t real)
{
	uint64_t value;

	ck_assert_uint_lt(real, FAKE_RAM_BYTES);
	memcpy(&value, rig.fake->platform.ram + real, sizeof(value));
	return __builtin_bswap64(value);
}

/* The TCE of entry @entry of the device's window as the PHB would find it: TVE, then level by level. */
static inline uint64_t rig_hw_tce(uint64_t entry_index)
{
	uint64_t iova = rig_ioba(entry_index);
	uint64_t tve = rig.fake->phb[0].ioda[IODA2_TBL_TVT][2 * rig.device.pe + (iova >> 59 & 1)];
	uint32_t bits = (uint32_t)ppc_get(IODA2_TVT_TABLE_SIZE, tve) + 8;
	uint32_t shift = (uint32_t)ppc_get(IODA2_TVT_PAGE_SIZE, tve) + 11;
	uint64_t entry = ppc_get(IODA2_TVT_TABLE_ADDR, tve) << 12;

	ck_assert_uint_ne(tve, 0);
	iova &= (1ull << 59) - 1;
	for (int level = (int)ppc_get(IODA2_TVT_NUM_LEVELS, tve); level >= 0; level--) {
		entry = rig_ram_be64((entry & ~0xfffull) +
				     8 * (iova >> (shift + bits * (uint32_t)level) & ((1ull << bits) - 1)));
		if (!entry)
			return 0;
	}
	return entry;
}

/* What it must be for guest page @page with all permissions. */
static inline uint64_t rig_real_tce(unsigned int page)
{
	uint64_t real = vfm_user_real(rig.vmm, kvm_guest_va(rig.guest, rig_gpa(page), NULL));

	ck_assert_uint_ne(real, UINT64_MAX);
	return real | RIG_RW;
}

static inline uint64_t rig_stat(const char *name)
{
	const uint64_t *value = stat_find(rig.sim, "kvm.g", name, NULL);

	ck_assert_ptr_nonnull(value);
	return *value;
}

#endif
