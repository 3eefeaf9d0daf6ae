// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/linux/km_sched.c - tasks of the hosted kernel in simulated time: current, blocking, completions, wait
 * queues, and the checks at the end of each system call.
 *
 * Not modelled: priorities, preemption inside a section, signals, CPU time slices; every task has a CPU of its own.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/swait.h>
#include <linux/timekeeping.h>
#include <asm/cputable.h>
#include <asm/paca.h>

#include "kernel-model/linux/km.h"
#include "kernel-model/linux/km_device.h"

#define KM_PS_PER_S 1000000000000ULL
#define KM_PS_PER_JIFFY (KM_PS_PER_S / HZ)

struct task_struct *km_current;
unsigned long km_irq_mask, km_percpu_offset;
bool km_costs_on = true;
struct paca_struct km_paca;
/* The PHB3 machine is a POWER8 (arch/powerpc/kernel/cputable.c: CPU_FTRS_POWER8 has ARCH_207S). */
static struct cpu_spec km_cpu_spec = { .cpu_features = CPU_FTR_ARCH_207S };
struct cpu_spec *cur_cpu_spec = &km_cpu_spec;
unsigned int nr_cpu_ids = 1;
/* Nothing modelled asks before the boot is over; then waits are sleeps. */
enum system_states system_state = SYSTEM_RUNNING;
struct cpumask __cpu_possible_mask = { { 1 } };
unsigned long __per_cpu_offset[NR_CPUS];

static LIST_HEAD(km_tasks);
static int km_next_pid = 1;

struct km_task *km_task_create(const char *comm, struct mm_struct *mm)
{
	struct km_task *task = host_calloc(sizeof(*task));

	task->t.mm = task->t.active_mm = mm;
	task->t.signal = &task->signal;
	task->t.pid = task->t.tgid = km_next_pid++;
	task->t.group_leader = &task->t;
	task->t.flags = mm ? 0 : PF_KTHREAD;
	strscpy(task->t.comm, comm, sizeof(task->t.comm));
	list_add_tail(&task->all, &km_tasks);
	return task;
}

void km_task_destroy(struct km_task *task)
{
	list_del(&task->all);
	host_free(task);
}

bool km_task_any_in_section(void)
{
	struct km_task *task;

	list_for_each_entry(task, &km_tasks, all)
		if (task_thread_info(&task->t)->preempt_count)
			return true;
	return false;
}

static void km_kthread_main(void *arg)
{
	struct km_task *task = arg;

	km_current = &task->t;
	km_irq_mask = 0;
	task->kthread_fn(task->kthread_arg);
	host_task_exit();
}

void km_kthread_run(const char *name, void (*fn)(void *arg), void *arg)
{
	struct km_task *task = km_task_create(name, NULL);

	task->kthread_fn = fn;
	task->kthread_arg = arg;
	host_spawn(name, km_kthread_main, task);
}

/* ---- Kernel threads of hosted code (kernel/kthread.c): they begin when they are woken first, and are never stopped ---- */

static void km_kthread_hosted(void *arg)
{
	struct km_task *task = km_task(current);

	task->threadfn(arg);
}

struct task_struct *kthread_create_on_node(int (*threadfn)(void *data), void *data, int node, const char namefmt[], ...)
{
	char name[TASK_COMM_LEN];
	struct km_task *task;
	va_list args;

	va_start(args, namefmt);
	vsnprintf(name, sizeof(name), namefmt, args);
	va_end(args);
	task = km_task_create(name, NULL);
	task->kthread_fn = km_kthread_hosted;
	task->kthread_arg = data;
	task->threadfn = threadfn;
	return &task->t;
}

int wake_up_process(struct task_struct *task)
{
	host_spawn(task->comm, km_kthread_main, km_task(task));
	return 1;
}

bool kthread_should_stop(void)
{
	return false;
}

time64_t ktime_get_seconds(void)
{
	return (time64_t)(host_now_ps() / KM_PS_PER_S);
}

void km_enter(struct km_task *task)
{
	km_current = &task->t;
	km_irq_mask = 0;
	km_percpu_offset = 0;
	km_charge(HOST_COST_SYSCALL, 1);
}

static void km_leave_finding(const char *kind, const char *what, const char *how, long value)
{
	char text[160];

	snprintf(text, sizeof(text), "%s by %s returned with %s %ld", what, current->comm, how, value);
	host_finding(kind, text);
}

void km_leave(const char *what)
{
	struct km_task *task = km_task(current);

	km_file_work();
	if (unlikely(task->held_locks)) {
		km_leave_finding("lock-leak", what, "locks held:", task->held_locks);
		task->held_locks = 0;
	}
	if (unlikely(preempt_count())) {
		km_leave_finding("preempt-leak", what, "preempt count (spinlock or RCU section)", preempt_count());
		current_thread_info()->preempt_count = 0;
	}
	if (unlikely(km_irq_mask)) {
		km_leave_finding("irq-leak", what, "interrupt mask", km_irq_mask);
		km_irq_mask = 0;
	}
	km_current = NULL;
}

void km_spend(enum host_cost kind, u64 count)
{
	struct km_context context;

	km_context_save(&context);
	host_charge(kind, count);
	km_context_restore(&context);
}

void km_might_sleep(const char *what)
{
	char text[160];

	if (likely(!preempt_count() && !km_irq_mask))
		return;
	snprintf(text, sizeof(text), "%s by %s with preempt count %d and interrupt mask %lu", what, current->comm,
		 preempt_count(), km_irq_mask);
	host_finding("sleep-in-atomic", text);
}

/* Locks it holds stay taken and files open, which is what an oops leaves behind; a grace period does not wait for it. */
void km_die(void)
{
	if (current)
		current_thread_info()->preempt_count = 0;
	km_irq_mask = 0;
	km_current = NULL;
	host_task_exit();
}

void km_block(void)
{
	struct km_context context;

	km_might_sleep("sleep");
	km_context_save(&context);
	host_block();
	host_charge(HOST_COST_SWITCH, 1);
	km_context_restore(&context);
}

bool km_block_until(u64 deadline_ps)
{
	struct km_context context;
	bool woken;

	km_might_sleep("sleep");
	km_context_save(&context);
	woken = host_block_until(deadline_ps);
	host_charge(HOST_COST_SWITCH, 1);
	km_context_restore(&context);
	return woken;
}

void km_charge_xchg(void);
void km_charge_xchg(void)
{
	km_charge(HOST_COST_XCHG, 1);
}

/* Of asm/barrier.h. */
void km_charge_sync(void)
{
	km_charge(HOST_COST_SYNC, 1);
}

void msleep(unsigned int msecs)
{
	km_block_until(host_now_ps() + msecs * 1000000000ULL);
}

int __cond_resched(void)
{
	/* Nobody waits for this CPU. */
	return 0;
}

/* ---- Completions (kernel/sched/completion.c), over the kernel's own struct ---- */

struct km_waiter {
	struct list_head link;
	void *host_task;
};

void __init_swait_queue_head(struct swait_queue_head *q, const char *name, struct lock_class_key *key)
{
	INIT_LIST_HEAD(&q->task_list);
}

void complete(struct completion *x)
{
	if (x->done != UINT_MAX)
		x->done++;
	if (!list_empty(&x->wait.task_list)) {
		struct km_waiter *waiter = list_first_entry(&x->wait.task_list, struct km_waiter, link);

		list_del_init(&waiter->link);
		host_wake(waiter->host_task);
	}
}

bool try_wait_for_completion(struct completion *x)
{
	if (!x->done)
		return false;
	if (x->done != UINT_MAX)
		x->done--;
	return true;
}

static long km_wait_for_completion(struct completion *x, unsigned long timeout)
{
	u64 deadline_ps = host_now_ps() + timeout * KM_PS_PER_JIFFY;
	struct km_waiter waiter = { .host_task = host_task() };

	while (!try_wait_for_completion(x)) {
		u64 now_ps = host_now_ps();

		if (timeout != MAX_SCHEDULE_TIMEOUT && now_ps >= deadline_ps)
			return 0;
		list_add_tail(&waiter.link, &x->wait.task_list);
		if (timeout == MAX_SCHEDULE_TIMEOUT)
			km_block();
		else
			km_block_until(deadline_ps);
		list_del_init(&waiter.link);
	}
	if (timeout == MAX_SCHEDULE_TIMEOUT)
		return timeout;
	return max_t(long, 1, (long)((deadline_ps - host_now_ps()) / KM_PS_PER_JIFFY));
}

void wait_for_completion(struct completion *x)
{
	km_wait_for_completion(x, MAX_SCHEDULE_TIMEOUT);
}

int wait_for_completion_interruptible(struct completion *x)
{
	wait_for_completion(x);
	return 0;
}

unsigned long wait_for_completion_timeout(struct completion *x, unsigned long timeout)
{
	return km_wait_for_completion(x, timeout);
}

/* No signals are modelled, so "interruptible" waits are not interrupted. */
long wait_for_completion_interruptible_timeout(struct completion *x, unsigned long timeout)
{
	return km_wait_for_completion(x, timeout);
}

bool capable(int cap)
{
	return cap == CAP_IPC_LOCK ? km_task(current)->cap_ipc_lock : false;
}

bool has_capability_noaudit(struct task_struct *task, int cap)
{
	return cap == CAP_IPC_LOCK ? km_task(task)->cap_ipc_lock : false;
}
