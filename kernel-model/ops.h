/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KERNEL_MODEL_OPS_H
#define KERNEL_MODEL_OPS_H
/*
 * kernel-model/ops.h - the operations table of a hosted kernel, with builtin types only: compiled on the Linux side
 * (kernel-model/linux/km_entry.c defines it) and on the host side (kernel-model/kernel.h) alike.
 */
struct platform;
struct km_proc; /* opaque: a process of the hosted kernel (task + mm + files) */

/** KM_MUTANT_EARLY_UNPIN - deliberately broken kernel model: the second page that is pinned loses its pin at once. */
#define KM_MUTANT_EARLY_UNPIN 1u

/*
 * What fault injection can make fail (kernel-model/linux/km_fault.c): enumerator, name in "kernel.fault.<name>", what it
 * is. A delay is different: the operation is held up, as by an interrupt.
 */
#define KM_FAULTS(X)                                       \
	X(OBJECT, object, "allocation of an object")       \
	X(PAGES, pages, "allocation of pages")             \
	X(PIN, pin, "pinning of a user page")              \
	X(COPY_FROM, copy_from, "copy from user memory")   \
	X(COPY_TO, copy_to, "copy to user memory")         \
	X(FIRMWARE, firmware, "call of firmware")          \
	X(DELAY, delay, "atomic operation")

#define KM_FAULT_ENUM(id, name, what) KM_FAULT_##id,
enum km_fault { KM_FAULTS(KM_FAULT_ENUM) KM_FAULT_KINDS };
#undef KM_FAULT_ENUM

/** struct km_account - what must be back where it began at teardown. */
struct km_account {
	unsigned long long pins;		/* pinned pages */
	unsigned long long pages;		/* allocated pages of simulated RAM */
	unsigned long long objects;	/* live kmalloc/vmalloc objects */
	unsigned long long locked_vm;	/* pages of locked_vm over all processes */
	unsigned long long files;		/* open files */
	unsigned long long rcu_pending;	/* callbacks not yet run */
};

/** enum km_load - result of a user access. */
enum { KM_MAP_SHARED = 1, KM_MAP_PRIVATE = 2, KM_MAP_FIXED = 0x10, KM_MAP_ANONYMOUS = 0x20, KM_MAP_HUGETLB = 0x20000 };
enum { KM_PROT_READ = 1, KM_PROT_WRITE = 2 };

/** KM_HCALL_REGS - registers r3 to r12 of a hypercall: the number and nine arguments, then the result and what it returns. */
#define KM_HCALL_REGS 10
/** enum km_hcall_by - who answered a hypercall: the kernel in real mode or in its own context, or user space. */
enum km_hcall_by { KM_HCALL_BY_REAL, KM_HCALL_BY_VIRTUAL, KM_HCALL_BY_USER };
/** enum km_real_mode - handlers in real mode: none, killing TCEs together for each call, or one by one. */
enum km_real_mode { KM_REAL_MODE_OFF, KM_REAL_MODE_CALL, KM_REAL_MODE_TCE };

/**
 * struct km_ops - entry points of one kernel object; compiled with builtin types on the Linux side (km_entry.c).
 * All but @boot run in a sim task; all may yield. Results are as of the system call: >= 0 or -errno.
 */
struct km_ops {
	/* Boot in a task: memory, PHBs (through OPAL), PEs, groups, modules that are built in, bus driver bound. */
	int (*boot)(const struct platform *platform, unsigned int mutants);
	struct km_proc *(*proc_create)(const char *comm, unsigned long long memlock_bytes, int cap_ipc_lock);
	/* Close all files, drop the address space; the handle is gone. */
	void (*proc_exit)(struct km_proc *proc);
	/* A thread of @leader: a process of its own but for address space, descriptors and limits. It ends before @leader. */
	struct km_proc *(*thread_create)(struct km_proc *leader, const char *comm);
	void (*thread_exit)(struct km_proc *thread);
	unsigned int (*proc_id)(const struct km_proc *proc);
	unsigned long long (*proc_locked_vm)(const struct km_proc *proc);
	long (*open)(struct km_proc *proc, const char *path, int flags);
	long (*close)(struct km_proc *proc, int fd);
	long (*ioctl)(struct km_proc *proc, int fd, unsigned int cmd, unsigned long long arg);
	long (*read)(struct km_proc *proc, int fd, unsigned long long user_va, unsigned long long bytes);
	long (*write)(struct km_proc *proc, int fd, unsigned long long user_va, unsigned long long bytes);
	long (*pread)(struct km_proc *proc, int fd, unsigned long long user_va, unsigned long long bytes,
		      unsigned long long offset);
	long (*pwrite)(struct km_proc *proc, int fd, unsigned long long user_va, unsigned long long bytes,
		       unsigned long long offset);
	long (*eventfd)(struct km_proc *proc, unsigned int initial, int flags);
	/*
	 * A descriptor on its way to another process, as a message over a socket carries it (SCM_RIGHTS). @fd_send takes a
	 * reference to the file, NULL: there is none; @fd_receive consumes it and gives it a descriptor of @proc.
	 */
	void *(*fd_send)(struct km_proc *proc, int fd);
	long (*fd_receive)(struct km_proc *proc, void *sent);
	/* Returns the address or -errno. @fd -1 with KM_MAP_ANONYMOUS. */
	long long (*mmap)(struct km_proc *proc, unsigned long long addr, unsigned long long bytes, int prot, int flags,
			  int fd, unsigned long long offset);
	long (*munmap)(struct km_proc *proc, unsigned long long addr, unsigned long long bytes);
	/* Loads and stores of user code, with demand faults; MMIO mappings go to the device. -EFAULT as SIGSEGV. */
	long (*user_load)(struct km_proc *proc, unsigned long long user_va, void *to, unsigned long long bytes);
	long (*user_store)(struct km_proc *proc, unsigned long long user_va, const void *from, unsigned long long bytes);
	/* Real address of a user page if it is present, ~0 otherwise. No fault, no time. */
	unsigned long long (*user_real)(struct km_proc *proc, unsigned long long user_va);
	/*
	 * Guests of KVM. The VMM drives /dev/kvm by system calls, one thread per vCPU in KVM_RUN; the guest's code runs in a
	 * task of its own, which has the CPU while the thread sleeps in KVM_RUN. @vcpu: a handle, from the vCPU's
	 * descriptor, NULL for any other; good until the machine is gone.
	 */
	void *(*vcpu)(struct km_proc *proc, int fd);
	/* The guest's task waits here for the CPU. */
	void (*guest_begin)(void *vcpu);
	/* A hypercall by the guest's task; @gpr: KM_HCALL_REGS values, in and out. Returns an enum km_hcall_by. */
	int (*hcall)(void *vcpu, unsigned long long *gpr);
	/* The guest powers off; the handle must not be used for guest code again. */
	void (*guest_end)(void *vcpu);
	/* Handlers in real mode, which none of the hosted kernels has any more: an enum km_real_mode, off at the start. */
	void (*kvm_real_mode)(int mode);
	/* An interrupt came in (event context): queue it for the kernel's interrupt task. */
	void (*irq)(unsigned int irq);
	/* Firmware took an interrupt of its own and has an event for the kernel (event context). @bit: of OPAL_EVENT_*. */
	void (*firmware_event)(unsigned int bit);
	/* Let RCU callbacks run (a grace period passes). */
	void (*rcu_barrier)(void);
	void (*account)(struct km_account *out);
	/* Number of VFIO-capable devices and their names ("0000:03:00.0"), IOMMU group and PE. */
	int (*device_count)(void);
	int (*device_info)(int index, char *name, unsigned long long name_bytes, int *group, unsigned int *phb,
			   unsigned int *pe, unsigned int *rid);
	/*
	 * Fault injection: the @nth (from 1; 0: none) event of this kind from now on that happens in @proc (NULL: anywhere)
	 * fails, or is held up for @delay_ps. @fault_fired: it has happened since.
	 */
	void (*fault_arm)(struct km_proc *proc, enum km_fault kind, unsigned long long nth, unsigned long long delay_ps);
	int (*fault_fired)(enum km_fault kind);
	/*
	 * The administrator names the driver of @device, now and whenever it appears again: "vfio-pci" (which all have at
	 * first), or a driver of the kernel's own (kernel-model/linux/km_engine.c). Waits until users of a VFIO device let go.
	 * -ENODEV: no such device, -ENOENT: no such driver, -EBUSY: it does not want it.
	 */
	int (*set_driver)(const char *device, const char *driver);
	/* Cost hooks on (1) or empty (0): only to measure what they cost the host. */
	void (*costs)(int on);
};

#endif
