/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KERNEL_MODEL_HOST_H
#define KERNEL_MODEL_HOST_H
/*
 * kernel-model/host.h - the seam: what the Linux side may ask of the simulator. Builtin types only, because files on
 * the Linux side are compiled with kernel headers and -nostdinc, and files on the host side never see one.
 *
 * Implemented once, in kernel-model/host.c. One kernel runs per process at a time.
 * Functions marked "yields" may run other tasks: the Linux side calls them only through km_sched.c, which saves and
 * restores current, the irq mask and the per-CPU offset around them.
 */
typedef unsigned long long host_u64;
typedef unsigned int host_u32;

/**
 * enum host_cost - what hosted code spends simulated time on. Each has a cost row "kernel.cost.<name>" and counters.
 * X-macro: enumerator, row name, default ps, min-source note, help.
 */
enum host_cost {
	HOST_COST_SYSCALL,	/* user to kernel and back */
	HOST_COST_IOCTL,	/* fd look-up and dispatch */
	HOST_COST_LOCK,		/* uncontended mutex, rwsem or spinlock, lock and unlock together */
	HOST_COST_HANDOFF,	/* waking the next owner of a contended lock */
	HOST_COST_SWITCH,	/* context switch of a task that slept */
	HOST_COST_PIN,		/* per page pinned */
	HOST_COST_UNPIN,	/* per page unpinned */
	HOST_COST_LOOKUP,	/* per VMA walk */
	HOST_COST_COPY,		/* per copy_*_user call */
	HOST_COST_COPY_64B,	/* per 64 bytes copied */
	HOST_COST_FAULT,	/* page fault, without the clearing of the page */
	HOST_COST_KMALLOC,	/* allocation or free of an object */
	HOST_COST_PAGE_ALLOC,	/* allocation or free of a page block */
	HOST_COST_ZERO_4K,	/* per 4 KiB cleared */
	HOST_COST_XCHG,		/* atomic exchange of a doubleword (a TCE) */
	HOST_COST_SYNC,		/* a full barrier: all stores so far are seen by all */
	HOST_COST_OPAL,		/* entry to and return from firmware */
	HOST_COST_IRQ,		/* interrupt to handler */
	HOST_COST_GRACE,	/* an RCU grace period */
	HOST_COST_SPIN,		/* one look at a spinlock that is taken */
	HOST_COST_HCALL_REAL,	/* from a guest to real mode and back */
	HOST_COST_HCALL_VIRTUAL, /* from a guest to the host's kernel and back */
	HOST_COST_HCALL_USER,	/* from there to user space and back, without the system call */
	HOST_COST_HCALL,	/* what a handler of a hypercall does once */
	HOST_COST_HCALL_TCE,	/* per TCE that a hypercall is about */
	HOST_COST_COUNT
};

/** host_charge - spend @count times the cost of @kind. Yields. */
void host_charge(enum host_cost kind, host_u64 count);
/** host_now_ps - simulated time. */
host_u64 host_now_ps(void);
/** host_block - sleep the running task until host_wake() of its host_task(). Yields. */
void host_block(void);
/** host_block_until - with a deadline in ps; returns 0 when it passed. Yields. */
int host_block_until(host_u64 deadline_ps);
/** host_lock_waited - the running task has slept @ps for a lock. */
void host_lock_waited(host_u64 ps);
/** host_task - the running task as an opaque handle; NULL in event context. */
void *host_task(void);
void host_wake(void *task);
/** host_task_exit - end the running task (oops, exit). Does not return. */
void host_task_exit(void) __attribute__((noreturn));
/** host_spawn - start a kernel thread as a task. */
void *host_spawn(const char *name, void (*fn)(void *), void *arg);

/* Host heap for objects of the kernel (slab, vmalloc): each object its own allocation, so that ASan sees it. */
void *host_malloc(host_u64 bytes);
void *host_calloc(host_u64 bytes);
void *host_realloc(void *old, host_u64 bytes);
void host_free(void *p);
/** host_reserve - zeroed address space that costs host memory only where touched (struct page array). */
void *host_reserve(host_u64 bytes);
/**
 * host_poison - software must not touch these bytes of simulated RAM (@on), or may again: a sanitizer stops what does.
 * Hardware may: DMA to a free frame is an outcome to be judged, not a host error (hw/ram.c).
 */
void host_poison(void *at, host_u64 bytes, int on);

/*
 * MMIO to real addresses, through the platform. Yields.
 * Values are what a little-endian CPU moves between its register and the bus with a plain load or store: the byte at
 * the lowest address is the least significant. PHB registers and pages of interrupt sources are big-endian, so host.c
 * swaps for them (except the configuration data port), and leaves the PCI windows, which are little-endian, as they are.
 */
host_u64 host_mmio_read(host_u64 real_addr, host_u32 bytes);
void host_mmio_write(host_u64 real_addr, host_u64 value, host_u32 bytes);

/** HOST_FIRMWARE_ARGS - argument registers of a firmware call (r3 to r10). */
#define HOST_FIRMWARE_ARGS 8
/**
 * host_firmware - enter OPAL with @token, as __opal_call does in the kernel's opal-wrappers.S. Yields.
 * @args: HOST_FIRMWARE_ARGS values; pointers are host addresses, what they point at is big-endian, as the ABI has it.
 * Return: an OPAL code.
 */
long long host_firmware(host_u32 token, const host_u64 *args);
/** host_firmware_base - real address from which on RAM belongs to firmware (its tables); the kernel must not use it. */
host_u64 host_firmware_base(void);

/**
 * struct host_pci_node - what firmware's device tree says of one function below a PHB. @parent: index of the bridge above, -1:
 * the PHB. @bdfn: bus << 8 | devfn. @class_code: base class, subclass, interface. @slot: firmware resets what is below it.
 */
struct host_pci_node {
	int parent;
	host_u32 bdfn, vendor_id, device_id, class_code, revision_id;
	int slot;
};
/** host_firmware_node - the @index-th function below PHB @opal_id; parents come first. Return: 0, or -1 when there are no more. */
int host_firmware_node(host_u64 opal_id, int index, struct host_pci_node *node);

/** enum host_log - severity of a line of the kernel log. */
enum host_log { HOST_LOG_ERR, HOST_LOG_WARN, HOST_LOG_INFO, HOST_LOG_DEBUG };
/** host_log - one line of printk, without newline; kept with its time (dmesg), printed by nobody below cli/. */
void host_log(enum host_log level, const char *line);

/**
 * host_finding - something is wrong on the Linux side: goes to the results.
 * @kind: "kernel-warn", "kernel-bug", "lock-leak", "pin-leak", "locked-vm-leak", "page-leak", "object-leak",
 *        "preempt-leak", "irq-leak", "rcu-leak", "refcount", "fault-injected"; static storage. @text: one line; names API and kernel line.
 */
void host_finding(const char *kind, const char *text);

/** enum host_page_event - what happens to frames, for observers (the referee). */
enum host_page_event { HOST_PAGE_PIN, HOST_PAGE_UNPIN, HOST_PAGE_FREE, HOST_PAGE_MAP_USER };
/**
 * host_page - frame @pfn (kernel page size) had @event; @proc_id: address space it belongs to (0: none).
 * Costs one branch when nobody listens.
 */
void host_page(enum host_page_event event, host_u64 pfn, host_u64 user_va, host_u32 proc_id);

/** enum host_dma_event - what a driver of the kernel's own does with memory for DMA, for observers (the referee). */
enum host_dma_event {
	HOST_DMA_MAP,	/* the device may read and write it from now on */
	HOST_DMA_UNMAP, /* no longer, from now on */
	HOST_DMA_THAW,	/* after an error, the driver has its device in hand again */
};
/**
 * struct host_dma - a mapping: [@iova, +@bytes) of PCI function @rid below PHB @phb is [@real, +@bytes). @pe: its PE.
 * @window_start, @window_bytes, @window_shift: the DMA window it lies in, and its IOMMU pages.
 */
struct host_dma {
	host_u32 phb, rid, pe, window_shift;
	host_u64 window_start, window_bytes;
	host_u64 iova, real, bytes;
};
void host_dma(enum host_dma_event event, const struct host_dma *dma);

/** host_mutant - is fault "@name" of the mutant table switched on for the kernel side? Asked once at boot. */
int host_mutant(const char *name);

#endif
