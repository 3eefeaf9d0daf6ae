/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_KERNEL_MODEL_KVM_FIXTURE_H
#define TESTS_KERNEL_MODEL_KVM_FIXTURE_H
/*
 * tests/kernel-model/kvm_fixture.h - a virtual machine with one vCPU in the process of vfio_fixture.h: guest memory of
 * which the first part is registered with the container, a TCE table whose window a device has, by raw system calls.
 *
 * The task of the test is the guest. The thread of the VMM answers every hypercall that gets to it with USER_ANSWER,
 * so that a test sees where an answer came from.
 */
#include <linux/kvm.h>
#include <stdlib.h>

#include "sim/clock.h"
#include "vfio_fixture.h"

#define H_SUCCESS 0
#define H_PARAMETER (-4)
#define H_GET_TCE 0x1c
#define H_PUT_TCE 0x20
#define H_STUFF_TCE 0x138
#define H_PUT_TCE_INDIRECT 0x13c
#define TCE_RW 3ull
#define USER_ANSWER (-77)
#define LIOBN 0x80000001ull
#define GUEST_PAGES 64u
#define REGISTERED_PAGES 32u
#define NO_RAM 0x7000000000ull

/* A machine. @va: where the process has the guest's memory, which starts at guest address 0. @start: of the window. */
static int kvm_fd, vm_fd, vcpu_fd, kvm_device_fd, table_fd;
static void *vcpu;
static uint64_t guest_va, window_start, run_va;
static unsigned int user_exits;
static bool vmm_done;

static inline unsigned int guest_shift(void)
{
	return (unsigned int)__builtin_ctz(page_bytes);
}

static inline uint64_t gpa_of(unsigned int page)
{
	return (uint64_t)page << guest_shift();
}

static inline uint64_t ioba_of(uint64_t entry)
{
	return window_start + (entry << guest_shift());
}

static inline long slot_set(uint32_t slot, uint64_t gpa, uint64_t bytes, uint64_t va)
{
	struct kvm_userspace_memory_region region = {slot, 0, gpa, bytes, va};

	return call(vm_fd, KVM_SET_USER_MEMORY_REGION, &region, sizeof(region));
}

static inline long hcall_enable(uint64_t nr, uint64_t on)
{
	struct kvm_enable_cap cap = {.cap = KVM_CAP_PPC_ENABLE_HCALL, .args = {nr, on}};

	return call(vm_fd, KVM_ENABLE_CAP, &cap, sizeof(cap));
}

static inline long table_create(uint64_t liobn, uint32_t shift, uint64_t offset, uint64_t entries)
{
	struct kvm_create_spapr_tce_64 create = {liobn, shift, 0, offset, entries};

	return call(vm_fd, KVM_CREATE_SPAPR_TCE_64, &create, sizeof(create));
}

/* Attribute @attr of the VFIO device of the machine; @arg lies behind the structure in user memory. */
static inline long kvm_vfio(uint64_t attr, const void *arg, size_t bytes)
{
	struct kvm_device_attr set = {.group = KVM_DEV_VFIO_GROUP, .attr = attr, .addr = arg_va + 256};

	ck_assert_int_eq(ops->user_store(proc, arg_va + 256, arg, bytes), 0);
	return call(kvm_device_fd, KVM_SET_DEVICE_ATTR, &set, sizeof(set));
}

static inline long table_attach(int group_file, int table_file)
{
	struct kvm_vfio_spapr_tce attach = {group_file, table_file};

	return kvm_vfio(KVM_DEV_VFIO_GROUP_SET_SPAPR_TCE, &attach, sizeof(attach));
}

static inline uint64_t hcall_raw(uint64_t *gpr)
{
	int by = ops->hcall(vcpu, (unsigned long long *)gpr);

	user_exits += by == KM_HCALL_BY_USER;
	return (uint64_t)by;
}

/* A hypercall; @r4: what register 4 holds afterwards, or NULL. */
static inline int64_t hcall4(uint64_t nr, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t *r4)
{
	uint64_t gpr[KM_HCALL_REGS] = {nr, a, b, c, d};

	hcall_raw(gpr);
	if (r4)
		*r4 = gpr[1];
	return (int64_t)gpr[0];
}

static inline int64_t put(uint64_t entry, uint64_t tce)
{
	return hcall4(H_PUT_TCE, LIOBN, ioba_of(entry), tce, 0, NULL);
}

static inline int64_t stuff(uint64_t entry, uint64_t tce, uint64_t count)
{
	return hcall4(H_STUFF_TCE, LIOBN, ioba_of(entry), tce, count, NULL);
}

static inline int64_t put_list(uint64_t entry, uint64_t list, uint64_t count)
{
	return hcall4(H_PUT_TCE_INDIRECT, LIOBN, ioba_of(entry), list, count, NULL);
}

/* The table's own copy of @entry, as H_GET_TCE tells it. */
static inline uint64_t get(uint64_t entry)
{
	uint64_t tce = ~0ull;

	ck_assert_int_eq(hcall4(H_GET_TCE, LIOBN, ioba_of(entry), 0, 0, &tce), H_SUCCESS);
	return tce;
}

/* The TCE that the hardware finds at @entry, and the one it must find for guest page @page with @perm. */
static inline uint64_t hw_tce(uint64_t entry)
{
	return tce_of(ioba_of(entry));
}

static inline uint64_t real_tce(unsigned int page, uint64_t perm)
{
	uint64_t real = ops->user_real(proc, guest_va + gpa_of(page));

	ck_assert_uint_ne(real, ~0ull);
	return real | perm;
}

/* The list of TCEs in guest page @page: @count of them, for guest pages from @first on. */
static inline void list_fill(unsigned int page, unsigned int first, unsigned int count)
{
	uint64_t list[512];

	ck_assert_uint_le(count, 512);
	for (unsigned int i = 0; i < count; i++)
		list[i] = __builtin_bswap64(gpa_of(first + i % (REGISTERED_PAGES - first)) | TCE_RW);
	ck_assert_int_eq(ops->user_store(proc, guest_va + gpa_of(page), list, count * sizeof(list[0])), 0);
}

static inline void list_set(unsigned int page, unsigned int index, uint64_t tce)
{
	tce = __builtin_bswap64(tce);
	ck_assert_int_eq(ops->user_store(proc, guest_va + gpa_of(page) + 8 * index, &tce, sizeof(tce)), 0);
}

/* The VMM's thread: in KVM_RUN until the guest powers off. */
static void vmm_main(struct sim *s, void *arg)
{
	struct km_proc *thread = ops->thread_create(proc, "vcpu");
	uint32_t reason;

	(void)s;
	(void)arg;
	for (;;) {
		uint64_t answer = (uint64_t)USER_ANSWER;

		ck_assert_int_eq(ops->ioctl(thread, vcpu_fd, KVM_RUN, 0), 0);
		ck_assert_int_eq(ops->user_load(thread, run_va + offsetof(struct kvm_run, exit_reason), &reason, 4), 0);
		if (reason != KVM_EXIT_PAPR_HCALL)
			break;
		ck_assert_int_eq(ops->user_store(thread, run_va + offsetof(struct kvm_run, papr_hcall.ret), &answer, 8),
				 0);
	}
	ck_assert_uint_eq(reason, KVM_EXIT_SYSTEM_EVENT);
	ops->thread_exit(thread);
	vmm_done = true;
}

static inline void vcpu_start(void)
{
	long long va;

	vcpu_fd = (int)ops->ioctl(proc, vm_fd, KVM_CREATE_VCPU, 0);
	ck_assert_int_ge(vcpu_fd, 0);
	vcpu = ops->vcpu(proc, vcpu_fd);
	ck_assert_ptr_nonnull(vcpu);
	va = ops->mmap(proc, 0, page_bytes, KM_PROT_READ | KM_PROT_WRITE, KM_MAP_SHARED, vcpu_fd, 0);
	ck_assert_int_gt(va, 0);
	run_va = (uint64_t)va;
	sim_task_create(sim, "vmm", vmm_main, NULL);
	ops->guest_begin(vcpu);
}

static inline void vm_create(void)
{
	kvm_fd = (int)ops->open(proc, "/dev/kvm", 2);
	ck_assert_int_ge(kvm_fd, 0);
	ck_assert_int_eq(ops->ioctl(proc, kvm_fd, KVM_GET_API_VERSION, 0), KVM_API_VERSION);
	vm_fd = (int)ops->ioctl(proc, kvm_fd, KVM_CREATE_VM, 0);
	ck_assert_int_ge(vm_fd, 0);
	guest_va = buffer_map(gpa_of(GUEST_PAGES));
	ck_assert_int_eq(slot_set(0, 0, gpa_of(GUEST_PAGES), guest_va), 0);
}

/* Container, device, registered memory, a window of WINDOW_BYTES with kernel pages. */
static inline void device_window(void)
{
	struct vfio_iommu_spapr_tce_create create = {
		.argsz = sizeof(create), .page_shift = guest_shift(), .window_size = WINDOW_BYTES, .levels = 2};

	device_open(0);
	ck_assert_int_eq(memory(VFIO_IOMMU_SPAPR_REGISTER_MEMORY, guest_va, gpa_of(REGISTERED_PAGES)), 0);
	ck_assert_int_eq(call(container_fd, VFIO_IOMMU_SPAPR_TCE_CREATE, &create, sizeof(create)), 0);
	window_start = create.start_addr;
}

static inline void kvm_device_create(void)
{
	struct kvm_create_device create = {.type = KVM_DEV_TYPE_VFIO};

	ck_assert_int_eq(call(vm_fd, KVM_CREATE_DEVICE, &create, sizeof(create)), 0);
	kvm_device_fd = (int)create.fd;
	ck_assert_int_eq(kvm_vfio(KVM_DEV_VFIO_GROUP_ADD, &group_fd, sizeof(group_fd)), 0);
}

/* All but the table and the vCPU: a machine with a device that KVM knows of. */
static inline void machine_prepare(void)
{
	boot();
	proc_start();
	vm_create();
	device_window();
	kvm_device_create();
	user_exits = 0;
	vmm_done = false;
}

/* The table of LIOBN over all of the device's window. */
static inline long window_table(void)
{
	return table_create(LIOBN, guest_shift(), window_start >> guest_shift(), WINDOW_BYTES >> guest_shift());
}

/* All of it: the table of LIOBN is attached to the device's window, and the guest runs. */
static inline void machine_start(void)
{
	machine_prepare();
	table_fd = (int)window_table();
	ck_assert_int_ge(table_fd, 0);
	ck_assert_int_eq(table_attach(group_fd, table_fd), 0);
	ck_assert_int_eq(hcall_enable(H_PUT_TCE_INDIRECT, 1), 0);
	ck_assert_int_eq(hcall_enable(H_STUFF_TCE, 1), 0);
	vcpu_start();
}

/* Power off; the thread of the VMM ends. */
static inline void guest_off(void)
{
	ops->guest_end(vcpu);
	while (!vmm_done)
		sim_task_charge(sim, SIM_PS_PER_US);
}

/* The process ends with everything open; nothing may be left of it. */
static inline void machine_stop(void)
{
	guest_off();
	ops->proc_exit(proc);
	ck_assert_uint_eq(kernel_check_leaks(kernel), 0);
	finished = true;
}

/* As run(), but something is found: @kind, and nothing else. */
static inline void run_found(sim_task_fn *fn, const char *kind)
{
	size_t i;

	sim_task_create(sim, "test", fn, NULL);
	sim_run(sim, SIM_PS_NEVER);
	ck_assert(finished);
	for (i = 0; finding_get(sim, i); i++)
		ck_assert_str_eq(finding_get(sim, i)->kind, kind);
	ck_assert_uint_gt(i, 0);
}

#endif
