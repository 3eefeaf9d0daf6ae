/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVM_MODEL_KVM_INTERNAL_H
#define KVM_MODEL_KVM_INTERNAL_H
/* kvm-model/kvm_internal.h - what the files of this folder share: machine, vCPU, tables, statistics. */
#include "kernel-model/cpu.h"
#include "kvm-model/kvm.h"
#include "sim/stat.h"
#include "sim/task.h"

struct kvm_kernel;

#define KVM_OBSERVERS 4u
#define KVM_SLOTS 32u
#define KVM_DEVICES 16u
#define KVM_TABLES 128u
#define KVM_CPUS 256u

/** enum kvm_kind - hypercalls as they are counted; order of the table in kvm_stats.c. */
enum kvm_kind { KVM_KIND_GET, KVM_KIND_PUT, KVM_KIND_INDIRECT, KVM_KIND_STUFF, KVM_KIND_OTHER, KVM_KINDS };

/**
 * struct kvm_stats - statistics "kvm.<name>"; rows in kvm_stats.c.
 * @hcall: latency by kind, from the guest's call to its return. @by: answers by who gave them (enum km_hcall_by).
 * @maps, @unmaps: VFIO ioctls of the VMM for the guest; @map_errors: those that failed.
 */
struct kvm_stats {
	struct stat_hist hcall[KVM_KINDS];
	uint64_t by[KM_HCALL_BY_USER + 1];
	uint64_t refused, tces_written;
	uint64_t maps, unmaps, map_errors;
	uint64_t rtas_calls, rtas_refused;
	uint64_t lock_waits, lock_wait_ps, idle_ps;
};

/** struct kvm_slot - guest memory. @bytes 0: free. */
struct kvm_slot {
	uint64_t gpa, bytes, va;
};

/**
 * struct kvm_table - a TCE table. @fd: in the kernel, -1: emulated. @copy_va: where the VMM has its entries (8 bytes
 * each, as the guest gave them): the kernel's pages mapped, or memory of its own. @device: what follows it.
 */
struct kvm_table {
	struct kvm_table_options options;
	int fd;
	uint64_t copy_va;
	struct vfm_device *device[KVM_DEVICES];
	uint32_t device_count;
};

#define KVM_WINDOWS 2u
/** struct kvm_window - a DMA window of the PE. @bytes 0: there is none. */
struct kvm_window {
	uint64_t liobn, start, bytes;
};

/** struct kvm_pe - @device NULL: the guest has none. */
struct kvm_pe {
	struct kvm_pe_options options;
	struct vfm_device *device;
	uint64_t bridge_pages; /* page sizes of the bridge, a bit each */
	struct kvm_window window[KVM_WINDOWS];
};

/**
 * struct kvm_guest - a machine. @fd: of KVM_CREATE_VM; @vfio_fd: of KVM's VFIO device, -1 before it is needed.
 * @lock_held, @lock_queue: the VMM's big lock. @cpus: all vCPUs, owned.
 */
struct kvm_guest {
	struct kvm *kvm;
	struct kvm_guest *next;
	struct vfm_proc *vmm;
	int kvm_fd, fd, vfio_fd;
	struct kvm_slot slot[KVM_SLOTS];
	struct vfm_device *device[KVM_DEVICES];
	uint32_t device_count;
	struct kvm_table table[KVM_TABLES];
	uint32_t table_count;
	struct kvm_cpu *cpu[KVM_CPUS];
	uint32_t cpu_count, cpus_running;
	struct sim_waitq joiners;
	bool lock_held;
	struct sim_waitq lock_queue;
	struct kvm_pe pe;
	struct kvm_kernel *kernel; /* owned; NULL: the guest's code is not a kernel */
	struct kvm_stats stats;
};

/**
 * struct kvm_cpu - a vCPU. @thread: of the VMM, that sits in KVM_RUN. @handle: the kernel's (struct km_ops.vcpu).
 * @run_va: where the VMM has mapped struct kvm_run. @seat: NULL: a core of its own.
 */
struct kvm_cpu {
	struct kvm_guest *guest;
	struct kvm_cpu_options options;
	struct vfm_proc *thread;
	int fd;
	void *handle;
	uint64_t run_va;
	struct cpu_seat *seat;
	sim_ps last_ps;
	enum km_hcall_by last_by;
	uint64_t nr;	      /* of the hypercall in hand */
	const uint64_t *args; /* and what it was called with */
};

struct kvm {
	struct sim *sim;
	struct vfm *vfm;
	struct kernel *kernel;
	const struct km_ops *ops;
	enum kvm_vmm vmm;
	bool in_kernel, multi_tce, big_lock;
	struct kvm_guest *guests; /* owned */
	struct {
		kvm_event_fn *fn;
		void *arg;
	} observer[KVM_OBSERVERS];
	uint32_t observer_count;
};

void kvm_tell(struct kvm *kvm, const struct kvm_event *event);
void kvm_stats_register(struct kvm_guest *guest, const char *name);
enum kvm_kind kvm_kind_of(uint64_t nr);
/** kvm_table_of - table @liobn of @guest, or NULL. */
struct kvm_table *kvm_table_of(struct kvm_guest *guest, uint64_t liobn);

/**
 * kvm_vmm_hcall - the VMM answers hypercall @nr, in its thread @thread. @args: KVM_HCALL_ARGS values, in and out.
 * Return: what r3 gets. Context: yields.
 */
int64_t kvm_vmm_hcall(struct kvm_guest *guest, struct vfm_proc *thread, uint64_t nr, uint64_t *args);

/** kvm_kernel_destroy - @kernel: may be NULL. */
void kvm_kernel_destroy(struct kvm_kernel *kernel);
/** kvm_rtas - the VMM answers H_RTAS: @gpa is where the arguments are. Return: what r3 gets. Context: yields. */
int64_t kvm_rtas(struct kvm_guest *guest, struct vfm_proc *thread, uint64_t gpa);

#endif
