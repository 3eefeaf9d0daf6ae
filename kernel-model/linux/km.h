/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KM_H
#define KM_H
/*
 * kernel-model/linux/km.h - the core half of the kernel model: tasks, memory, locks, RCU, printk. Private to
 * kernel-model/linux and vfio-model/bus; the hosted files use the kernel's own names (mutex_lock, alloc_pages ...).
 * The device half is in km_device.h.
 */
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>

#include "kernel-model/host.h"
#include "kernel-model/ops.h"

extern unsigned long km_irq_mask, km_percpu_offset;

/**
 * struct km_context - what belongs to the running task and must survive while others run.
 * Whoever calls a host_ function that yields saves it before and restores it after; km_sched.c does that for most.
 */
struct km_context {
	struct task_struct *task;
	unsigned long irq_mask, percpu_offset;
};

static inline void km_context_save(struct km_context *context)
{
	context->task = km_current;
	context->irq_mask = km_irq_mask;
	context->percpu_offset = km_percpu_offset;
}

static inline void km_context_restore(const struct km_context *context)
{
	km_current = context->task;
	km_irq_mask = context->irq_mask;
	km_percpu_offset = context->percpu_offset;
}

/* Cost hooks can be emptied as a whole, to measure what they cost the host (bench/bench_map.c). */
extern bool km_costs_on;

/* Spend @count times the cost of @kind. Context: yields. */
static inline void km_charge(enum host_cost kind, u64 count)
{
	struct km_context context;

	if (!km_costs_on)
		return;
	km_context_save(&context);
	host_charge(kind, count);
	km_context_restore(&context);
}

/* Spending time whether or not the hooks are on: for waits that would never end without. Context: yields. */
void km_spend(enum host_cost kind, u64 count);
/* @what is about to sleep: a finding where that is forbidden (spinlock held, RCU section, interrupts off). */
void km_might_sleep(const char *what);
/* The end of the running task where the kernel would oops: the system call never returns. */
void km_die(void) __noreturn;
/* Sleep until somebody wakes this task's host_task(). Context: yields. */
void km_block(void);
/* As above, until @deadline_ps at most. Return: false when it passed. Context: yields. */
bool km_block_until(u64 deadline_ps);

/**
 * struct km_task - a task of the hosted kernel with what the model adds.
 * @t: the kernel's own; must be first. @held_locks: mutexes and rwsems held. @cap_ipc_lock: CAP_IPC_LOCK.
 */
struct km_task {
	struct task_struct t;
	struct signal_struct signal;
	struct list_head all;
	unsigned int held_locks;
	bool cap_ipc_lock;
	void (*kthread_fn)(void *arg);
	void *kthread_arg;
	int (*threadfn)(void *data); /* of a thread of hosted code */
};

static inline struct km_task *km_task(struct task_struct *task)
{
	return container_of(task, struct km_task, t);
}

/* Make a task; @mm may be NULL (kernel thread). */
struct km_task *km_task_create(const char *comm, struct mm_struct *mm);
void km_task_destroy(struct km_task *task);
/* Is any task inside a section that forbids preemption (RCU readers among them)? */
bool km_task_any_in_section(void);
/* Start a kernel thread; it never ends. */
void km_kthread_run(const char *name, void (*fn)(void *arg), void *arg);
/* Adopt @task as current for a system call, and leave it again with the exit checks. @what: for findings. */
void km_enter(struct km_task *task);
void km_leave(const char *what);

/* km_page.c: frames. */
void km_page_init(u8 *ram, u64 bytes, u64 limit_bytes);
struct page *km_page_alloc(unsigned int order);
void km_page_free(struct page *page, unsigned int order);
/* Zeros into one frame that was just handed out; costs the host nothing where nobody had it before. */
void km_page_clear(struct page *page);
u64 km_page_allocated(void);

/* km_vma.c: address spaces. */
struct mm_struct *km_mm_create(void);
void km_mm_destroy(struct mm_struct *mm);
/* Order of a hugetlb page; the same real size on both page sizes (16 MiB). */
#define KM_HUGE_SHIFT 24
/* Return: address or -errno. @pfn_real: real address of a device for VM_PFNMAP is set by remap_pfn_range(). */
long long km_vma_map(struct mm_struct *mm, unsigned long addr, unsigned long bytes, unsigned long vm_flags, bool fixed,
		     bool huge, struct file *file, unsigned long offset);
long km_vma_unmap(struct mm_struct *mm, unsigned long addr, unsigned long bytes);
/* The frame behind @addr, faulted in if need be; NULL: no such memory (or a device). Context: yields. */
struct page *km_vma_fault(struct mm_struct *mm, unsigned long addr, bool write);
/* Real address behind @addr if present (device addresses too), ~0 otherwise. */
u64 km_vma_real(struct mm_struct *mm, unsigned long addr);
/* Is @addr in a device mapping? Then @real is where. */
bool km_vma_device(struct mm_struct *mm, unsigned long addr, bool write, u64 *real);
u32 km_mm_id(const struct mm_struct *mm);
u64 km_mm_locked_vm_total(void);

/* km_pin.c */
u64 km_pins(void);
/* Give back what get_user_pages_fast() took. */
void km_put_user_page(struct page *page);
extern bool km_mutant_early_unpin;

/* km_slab.c */
u64 km_objects(void);

/* km_fault.c: is the event that is about to happen one that has to fail? One branch when nobody asked for any. */
extern u32 km_faults_armed;
bool km_fault_hit(enum km_fault kind);
static inline bool km_fault(enum km_fault kind)
{
	return unlikely(km_faults_armed) && km_fault_hit(kind);
}
/* See struct km_ops. @task: NULL for any. */
void km_fault_arm(struct km_task *task, enum km_fault kind, u64 nth, u64 delay_ps);
bool km_fault_fired(enum km_fault kind);

/* km_rcu.c */
void km_rcu_init(void);
u64 km_rcu_pending(void);
void km_rcu_barrier(void);

/* km_module.c: modules are loaded once, by request_module() or at boot. Return: 0 or -errno. */
int km_module_load(const char *name);

/* km_uaccess.c: the whole range or -EFAULT; devices are reached 1 to 8 bytes at a time. Context: yield. */
long km_user_load(struct mm_struct *mm, unsigned long addr, void *to, unsigned long bytes);
long km_user_store(struct mm_struct *mm, unsigned long addr, const void *from, unsigned long bytes);

#endif
