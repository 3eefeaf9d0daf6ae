/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KERNEL_MODEL_KERNEL_H
#define KERNEL_MODEL_KERNEL_H
/*
 * kernel-model/kernel.h - a hosted Linux as the rest of the simulator sees it: boot, processes, system calls.
 *
 * Each kernel (version x page size) is one relocatable object with all its globals local, except its
 * struct km_ops; so several live in one program. System calls run in the calling sim task, in simulated time.
 */
#include <sys/types.h>

#include "hw/platform.h"
#include "sim/cfg.h"
#include "sim/sim.h"

struct kernel;
struct km_proc; /* opaque: a process of the hosted kernel (task + mm + files) */

/** struct km_hosted - one hosted file: @path in the kernel tree, @sha256 of the archive's member, @role for people. */
struct km_hosted {
	const char *path;
	const char *sha256;
	const char *role;
};

/** struct km_account - what must be back where it began at teardown. */
struct km_account {
	uint64_t pins;		/* pinned pages */
	uint64_t pages;		/* allocated pages of simulated RAM */
	uint64_t objects;	/* live kmalloc/vmalloc objects */
	uint64_t locked_vm;	/* pages of locked_vm over all processes */
	uint64_t files;		/* open files */
	uint64_t rcu_pending;	/* callbacks not yet run */
};

/** enum km_load - result of a user access. */
enum { KM_MAP_SHARED = 1, KM_MAP_PRIVATE = 2, KM_MAP_FIXED = 0x10, KM_MAP_ANONYMOUS = 0x20, KM_MAP_HUGETLB = 0x20000 };
enum { KM_PROT_READ = 1, KM_PROT_WRITE = 2 };

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
	/* Returns the address or -errno. @fd -1 with KM_MAP_ANONYMOUS. */
	long long (*mmap)(struct km_proc *proc, unsigned long long addr, unsigned long long bytes, int prot, int flags,
			  int fd, unsigned long long offset);
	long (*munmap)(struct km_proc *proc, unsigned long long addr, unsigned long long bytes);
	/* Loads and stores of user code, with demand faults; MMIO mappings go to the device. -EFAULT as SIGSEGV. */
	long (*user_load)(struct km_proc *proc, unsigned long long user_va, void *to, unsigned long long bytes);
	long (*user_store)(struct km_proc *proc, unsigned long long user_va, const void *from, unsigned long long bytes);
	/* Real address of a user page if it is present, ~0 otherwise. No fault, no time. */
	unsigned long long (*user_real)(struct km_proc *proc, unsigned long long user_va);
	/* An interrupt came in (event context): queue it for the kernel's interrupt task. */
	void (*irq)(unsigned int irq);
	/* Let RCU callbacks run (a grace period passes). */
	void (*rcu_barrier)(void);
	void (*account)(struct km_account *out);
	/* Number of VFIO-capable devices and their names ("0000:02:00.0"), IOMMU group and PE. */
	int (*device_count)(void);
	int (*device_info)(int index, char *name, unsigned long long name_bytes, int *group, unsigned int *phb,
			   unsigned int *pe, unsigned int *rid);
};

/**
 * struct km_desc - one kernel that was built in.
 * @name: "linux-6.1". @page_bytes: 4096 or 65536. @version: "6.1.192". @package: "linux-source-6.1 6.1.192-2".
 */
struct km_desc {
	const char *name;
	uint32_t page_bytes;
	const char *version;
	const char *package;
	const struct km_ops *ops;
	const struct km_hosted *hosted;
	size_t hosted_count;
};

/** km_descs - all kernels of this program (kernel-model/kernels.c); @n: their number. */
const struct km_desc *km_descs(size_t *n);
/** km_desc_find - by name and page size (0: the first that matches), or NULL. */
const struct km_desc *km_desc_find(const char *name, uint32_t page_bytes);

extern const struct cfg_row km_cfg_rows[];
extern const size_t km_cfg_row_count;

/** km_page_event_fn - see host_page(); values of enum host_page_event. */
typedef void km_page_event_fn(void *arg, int event, uint64_t pfn, uint64_t user_va, uint32_t proc_id);

/**
 * kernel_create - bind a kernel to a simulation and a platform (nothing runs yet).
 * Only one may exist per process at a time. @cfg: for "kernel.*" rows. @mutants: KM_MUTANT_ bits, 0 in honest runs.
 */
struct kernel *kernel_create(struct sim *sim, struct platform *platform, const struct km_desc *desc,
			     const struct cfg *cfg, uint32_t mutants);
/** KM_MUTANT_EARLY_UNPIN - deliberately broken kernel model: a registered page loses its pin on the first MAP. */
#define KM_MUTANT_EARLY_UNPIN 1u
void kernel_destroy(struct kernel *kernel);
const struct km_desc *kernel_desc(const struct kernel *kernel);
/** kernel_ops - the entry points. */
const struct km_ops *kernel_ops(const struct kernel *kernel);
/**
 * kernel_boot - bring firmware and the kernel up; call from a sim task. Each kernel object boots once per process.
 * Return: 0; -EBUSY on a second boot; -errno.
 */
int kernel_boot(struct kernel *kernel) sim_must_use;
/** kernel_observe_pages - listen to frames. One listener. */
void kernel_observe_pages(struct kernel *kernel, km_page_event_fn *fn, void *arg);
/** kernel_log_line - line @index of the kernel log with its time, NULL past the end. */
const char *kernel_log_line(const struct kernel *kernel, size_t index, sim_ps *when_ps);

/**
 * kernel_check_leaks - compare with the account taken at the end of boot and report each difference as a finding.
 * Call when all processes have exited. Return: number of findings added.
 */
uint32_t kernel_check_leaks(struct kernel *kernel);

#endif
