/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVM_MODEL_KVM_H
#define KVM_MODEL_KVM_H
/*
 * kvm-model/kvm.h - virtual machines: a user process (the VMM) drives the hosted KVM, its guest's vCPUs run code of
 * ours that makes hypercalls and reaches guest memory by guest physical address.
 *
 * A TCE hypercall climbs the ladder of a real system: the hosted kernel answers it (in real mode where it has such
 * handlers, else in its own context), or KVM_RUN returns and the VMM does, by VFIO ioctls and from the table's copy.
 * What the VMM answers depends on whose rules it follows (row "kvm.vmm").
 *
 * Not modelled: what a guest does besides (no instructions are run: guest code is C that spends time), interrupts into
 * guests (a guest polls), migration, several machines in one process.
 */
#include "kernel-model/kernel.h"
#include "sim/cfg.h"
#include "sim/sim.h"
#include "vfio-model/vfm.h"

struct kvm;
struct kvm_cpu;
struct sim_waitq; /* sim/task.h */
struct kvm_guest;
typedef void kvm_main_fn(struct kvm_cpu *cpu, void *arg);

/* Hypercalls and their answers (Linux arch/powerpc/include/asm/hvcall.h, LoPAR). */
#define KVM_H_GET_TCE 0x1cull
#define KVM_H_PUT_TCE 0x20ull
#define KVM_H_STUFF_TCE 0x138ull
#define KVM_H_PUT_TCE_INDIRECT 0x13cull
#define KVM_H_SUCCESS 0
#define KVM_H_PARTIAL 5
#define KVM_H_HARDWARE (-1)
#define KVM_H_FUNCTION (-2)
#define KVM_H_PARAMETER (-4)
#define KVM_H_P4 (-57)
/** KVM_H_LIST_MAX - TCEs in one page of 4 KiB. */
#define KVM_H_LIST_MAX 512u
#define KVM_TCE_READ 1ull
#define KVM_TCE_WRITE 2ull
/** KVM_HCALL_ARGS - arguments of a hypercall, r4 and on. */
#define KVM_HCALL_ARGS (KM_HCALL_REGS - 1)

/** enum kvm_vmm - whose rules the VMM follows in what it answers itself; values of row "kvm.vmm". */
enum kvm_vmm { KVM_VMM_QEMU, KVM_VMM_LOPAR, KVM_VMM_KVM };

extern const struct cfg_row kvm_cfg_rows[];
extern const size_t kvm_cfg_row_count;

/** kvm_create - all machines of a run; @sim, @vfm: borrowed. */
struct kvm *kvm_create(struct sim *sim, struct vfm *vfm, const struct cfg *cfg);
void kvm_destroy(struct kvm *kvm);

/** enum kvm_event_kind - what observers hear of. */
enum kvm_event_kind {
	KVM_EVENT_TABLE,  /* a TCE table was made */
	KVM_EVENT_ATTACH, /* @device's container follows it from now on */
	KVM_EVENT_DETACH, /* and no more */
	KVM_EVENT_HCALL,  /* the guest makes a hypercall */
	KVM_EVENT_EXIT,	  /* the kernel could not answer it: the VMM gets it */
	KVM_EVENT_ANSWER, /* it is answered with @ret */
};

/**
 * struct kvm_event - one event. @guest: always. @device: of ATTACH and DETACH. @liobn: of TABLE, ATTACH, DETACH.
 * @cpu, @nr, @args: of HCALL, EXIT, ANSWER; @ret, @by: of ANSWER.
 */
struct kvm_event {
	enum kvm_event_kind kind;
	struct kvm_guest *guest;
	const struct vfm_device *device;
	uint64_t liobn;
	struct kvm_cpu *cpu;
	uint64_t nr;
	const uint64_t *args;
	int64_t ret;
	enum km_hcall_by by;
};
typedef void kvm_event_fn(void *arg, const struct kvm_event *event);
/** kvm_observe - listen to all machines. At most 4 observers. */
void kvm_observe(struct kvm *kvm, kvm_event_fn *fn, void *arg);

/* ---- The machine: called by the VMM's first thread; results are 0, a descriptor, or -errno ---- */

/**
 * kvm_guest_create - open /dev/kvm and make a machine without memory and vCPUs.
 * @vmm: the process. @name: of the machine, for statistics.
 * Return: 0 and *@out, which lives as long as @kvm; or -errno.
 */
int kvm_guest_create(struct kvm *kvm, struct vfm_proc *vmm, const char *name, struct kvm_guest **out) sim_must_use;
/**
 * kvm_guest_close - wait for all vCPUs, then close everything of the machine; its devices stay open. What is left open
 * when the process ends is closed by that. @guest: may be NULL. Context: yields.
 */
void kvm_guest_close(struct kvm_guest *guest);
struct vfm_proc *kvm_guest_vmm(const struct kvm_guest *guest);

/**
 * kvm_guest_memory_add - give the guest @bytes of fresh memory at guest address @gpa (whole kernel pages), and register
 * it with the container of each device that the machine has.
 */
int kvm_guest_memory_add(struct kvm_guest *guest, uint64_t gpa, uint64_t bytes) sim_must_use;
/** kvm_guest_memory_add_huge - the same in huge pages of the host (16 MiB), of which @bytes is a whole number. */
int kvm_guest_memory_add_huge(struct kvm_guest *guest, uint64_t gpa, uint64_t bytes) sim_must_use;
/** kvm_guest_memory_remove - take back what was added at @gpa. */
int kvm_guest_memory_remove(struct kvm_guest *guest, uint64_t gpa) sim_must_use;
/**
 * kvm_guest_va - the VMM's address of guest address @gpa. @bytes: how much of guest memory follows it; may be NULL.
 * Return: UINT64_MAX where there is no guest memory.
 */
uint64_t kvm_guest_va(const struct kvm_guest *guest, uint64_t gpa, uint64_t *bytes);

/**
 * kvm_guest_device_add - hand an open device to the machine: its group is added to KVM's VFIO device, and the guest's
 * memory is registered with its container. @device: borrowed until it is removed.
 */
int kvm_guest_device_add(struct kvm_guest *guest, struct vfm_device *device) sim_must_use;
/** kvm_guest_device_remove - the group leaves; tables that followed it do so no more. Memory stays registered. */
int kvm_guest_device_remove(struct kvm_guest *guest, struct vfm_device *device) sim_must_use;

/**
 * struct kvm_table_options - a TCE table. @start: its first I/O address. @page_shift, @entries: of the window.
 * @emulated: the VMM alone has it, KVM is not told.
 */
struct kvm_table_options {
	uint64_t liobn;
	uint64_t start, entries;
	uint32_t page_shift;
	bool emulated;
};

/** kvm_guest_table_add - make the table; in the kernel too, unless emulated or row "kvm.in_kernel" says no. */
int kvm_guest_table_add(struct kvm_guest *guest, const struct kvm_table_options *options) sim_must_use;
/**
 * kvm_guest_table_attach - @device's window at the same I/O addresses follows the table: the kernel writes it, or the
 * VMM maps and unmaps by ioctl where the table is not in the kernel.
 */
int kvm_guest_table_attach(struct kvm_guest *guest, uint64_t liobn, struct vfm_device *device) sim_must_use;
/** kvm_guest_table_find - what is known of table @liobn, or NULL. */
const struct kvm_table_options *kvm_guest_table_find(const struct kvm_guest *guest, uint64_t liobn);

/** kvm_guest_table_remove - nobody follows the table any more, and it is gone. Return: 0, or -ENOENT. */
int kvm_guest_table_remove(struct kvm_guest *guest, uint64_t liobn) sim_must_use;

/* ---- A PE with DMA windows that the guest makes by RTAS, as QEMU's spapr-pci-host-bridge has it ---- */

/**
 * struct kvm_pe_options - @buid: of the guest's host bridge. @liobn: of its default window; windows made later have the next
 * one. @window_bytes: of the default window, at 0 with pages of 4 KiB. @pages: page sizes offered, a bit each by its shift.
 * @ram_shift: page of the host in which guest memory lies, the largest that the device's window can have.
 * @windows: at most so many, 1 or 2. @largest: TCEs of a window that a query tells of; 0: as QEMU. @ddw: the RTAS calls
 * are there; @reset, @wide: and the extensions of LoPAR 2.7 and 2.8 (a call that restores the default window; a query
 * with six outputs).
 */
struct kvm_pe_options {
	uint64_t buid, liobn, window_bytes, pages, largest;
	uint32_t ram_shift, windows;
	bool ddw, reset, wide;
};

/**
 * kvm_guest_pe_add - @device (added to the machine) is the PE of the guest's only host bridge. Its container's own window is
 * taken away and the guest's default window made. Return: 0 or -errno.
 */
int kvm_guest_pe_add(struct kvm_guest *guest, struct vfm_device *device,
		     const struct kvm_pe_options *options) sim_must_use;

/* Numbers of RTAS calls (ours to choose: a guest reads them in its device tree), and what they return (LoPAR 7.2.6). */
#define KVM_H_RTAS 0xf000ull
#define KVM_RTAS_QUERY 0x2026u
#define KVM_RTAS_CREATE 0x2027u
#define KVM_RTAS_REMOVE 0x2028u
#define KVM_RTAS_RESET 0x2029u
#define KVM_RTAS_SUCCESS 0
#define KVM_RTAS_HARDWARE (-1)
#define KVM_RTAS_PARAMETER (-3)

/* ---- vCPUs ---- */

/**
 * struct kvm_cpu_options - a vCPU. @index: 0 and up. @main, @arg: the guest's code; the vCPU powers off when it
 * returns.
 * @placed: it shares a core: hardware thread @thread of core @core (kernel-model/cpu.h); otherwise it has one to
 * itself.
 */
struct kvm_cpu_options {
	uint32_t index;
	kvm_main_fn *main;
	void *arg;
	bool placed;
	uint32_t core, thread;
};

/** kvm_cpu_start - make the vCPU, and a thread of the VMM that runs it. Return: 0 or -errno. */
int kvm_cpu_start(struct kvm_guest *guest, const struct kvm_cpu_options *options) sim_must_use;
/** kvm_guest_join - wait until all vCPUs have powered off. Context: yields. */
void kvm_guest_join(struct kvm_guest *guest);
uint32_t kvm_cpu_index(const struct kvm_cpu *cpu);

/* Guest code: called from the guest's task of @cpu only. Context: yield. */

/**
 * kvm_hcall - a hypercall. @args: KVM_HCALL_ARGS values (r4 and on), overwritten with what came back.
 * Return: r3.
 */
int64_t kvm_hcall(struct kvm_cpu *cpu, uint64_t nr, uint64_t *args);
int64_t kvm_put_tce(struct kvm_cpu *cpu, uint64_t liobn, uint64_t ioba, uint64_t tce);
int64_t kvm_put_tce_indirect(struct kvm_cpu *cpu, uint64_t liobn, uint64_t ioba, uint64_t list_gpa, uint64_t count);
int64_t kvm_stuff_tce(struct kvm_cpu *cpu, uint64_t liobn, uint64_t ioba, uint64_t tce, uint64_t count);
/** kvm_get_tce - @tce: written on H_SUCCESS and H_PARTIAL. */
int64_t kvm_get_tce(struct kvm_cpu *cpu, uint64_t liobn, uint64_t ioba, uint64_t *tce);
/** kvm_last_hcall_ps - how long the last one took; kvm_last_hcall_by - who answered it. */
sim_ps kvm_last_hcall_ps(const struct kvm_cpu *cpu);
enum km_hcall_by kvm_last_hcall_by(const struct kvm_cpu *cpu);
/** kvm_load, kvm_store - guest memory at @gpa. Return: 0, or -EFAULT where it has none. */
int kvm_load(struct kvm_cpu *cpu, uint64_t gpa, void *to, size_t bytes) sim_must_use;
int kvm_store(struct kvm_cpu *cpu, uint64_t gpa, const void *from, size_t bytes) sim_must_use;
/** kvm_compute - work for @ps; on a shared core it takes longer. */
void kvm_compute(struct kvm_cpu *cpu, sim_ps ps);
/** kvm_idle, kvm_wait - without using the core: for @ps, or until somebody wakes @queue. */
void kvm_idle(struct kvm_cpu *cpu, sim_ps ps);
void kvm_wait(struct kvm_cpu *cpu, struct sim_waitq *queue);

#endif
