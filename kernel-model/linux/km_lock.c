// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/linux/km_lock.c - mutexes, rwsems and spinlocks in simulated time, over the kernel's own structs.
 *
 * A contended lock is handed to who waits longest, so contention costs time and order is deterministic. Every lock
 * knows its owner; wrong use is a finding. A spinlock can only be found taken when its holder yielded (its critical
 * section spent time); then the taker waits as if it spun.
 *
 * Not modelled: optimistic spinning, queued spinlock fairness across CPUs, priority inheritance, signals.
 */
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>

#include "kernel-model/linux/km.h"

#define KM_SPIN_INTERRUPT 0x80000000u /* no pid: a lock taken in event context */
#define KM_SPIN_LIMIT_PS 1000000000000ULL /* a second; no section of a kernel is as long */

struct km_lock_waiter {
	struct list_head link;
	void *host_task;
	struct task_struct *task;
	bool write;
	bool granted;
};

static void km_lock_finding(const char *what, const char *who)
{
	char text[128];

	snprintf(text, sizeof(text), "%s by %s", what, who);
	host_finding("lock-misuse", text);
}

static void km_lock_wait(struct list_head *queue, struct km_lock_waiter *waiter)
{
	u64 since_ps;

	waiter->host_task = host_task();
	waiter->task = current;
	waiter->granted = false;
	list_add_tail(&waiter->link, queue);
	since_ps = host_now_ps();
	while (!waiter->granted)
		km_block();
	host_lock_waited(host_now_ps() - since_ps);
}

static void km_lock_grant(struct km_lock_waiter *waiter)
{
	list_del(&waiter->link);
	waiter->granted = true;
	host_wake(waiter->host_task);
}

/* ---- Mutex: owner is the task, as in kernel/locking/mutex.c ---- */

void __mutex_init(struct mutex *lock, const char *name, struct lock_class_key *key)
{
	atomic_long_set(&lock->owner, 0);
	raw_spin_lock_init(&lock->wait_lock);
	INIT_LIST_HEAD(&lock->wait_list);
}

/* DEFINE_MUTEX() gives a proper list head; memory that was only zeroed does not. */
static struct list_head *km_mutex_queue(struct mutex *lock)
{
	if (!lock->wait_list.next)
		INIT_LIST_HEAD(&lock->wait_list);
	return &lock->wait_list;
}

void mutex_lock(struct mutex *lock)
{
	struct km_lock_waiter waiter;

	km_might_sleep("mutex_lock()");
	KM_ATOMIC_POINT();
	km_charge(HOST_COST_LOCK, 1);
	if (atomic_long_read(&lock->owner) == (long)current)
		km_lock_finding("mutex taken twice (deadlock)", current->comm);
	if (atomic_long_read(&lock->owner))
		km_lock_wait(km_mutex_queue(lock), &waiter);
	else
		atomic_long_set(&lock->owner, (long)current);
	km_task(current)->held_locks++;
}

int mutex_lock_interruptible(struct mutex *lock)
{
	mutex_lock(lock);
	return 0;
}

int mutex_lock_killable(struct mutex *lock)
{
	mutex_lock(lock);
	return 0;
}

int mutex_trylock(struct mutex *lock)
{
	km_charge(HOST_COST_LOCK, 1);
	if (atomic_long_read(&lock->owner))
		return 0;
	atomic_long_set(&lock->owner, (long)current);
	km_task(current)->held_locks++;
	return 1;
}

bool mutex_is_locked(struct mutex *lock)
{
	return atomic_long_read(&lock->owner) != 0;
}

void mutex_unlock(struct mutex *lock)
{
	struct list_head *queue = km_mutex_queue(lock);
	struct km_lock_waiter *waiter;

	if (atomic_long_read(&lock->owner) != (long)current) {
		km_lock_finding("mutex released by a task that does not hold it", current->comm);
		return;
	}
	km_task(current)->held_locks--;
	if (list_empty(queue)) {
		atomic_long_set(&lock->owner, 0);
		return;
	}
	waiter = list_first_entry(queue, struct km_lock_waiter, link);
	atomic_long_set(&lock->owner, (long)waiter->task);
	km_lock_grant(waiter);
	km_charge(HOST_COST_HANDOFF, 1);
}

/* ---- rwsem: count is the number of readers, or -1 for a writer ---- */

void __init_rwsem(struct rw_semaphore *sem, const char *name, struct lock_class_key *key)
{
	atomic_long_set(&sem->count, 0);
	atomic_long_set(&sem->owner, 0);
	raw_spin_lock_init(&sem->wait_lock);
	INIT_LIST_HEAD(&sem->wait_list);
}

static struct list_head *km_rwsem_queue(struct rw_semaphore *sem)
{
	if (!sem->wait_list.next)
		INIT_LIST_HEAD(&sem->wait_list);
	return &sem->wait_list;
}

/* Let in who is next: one writer, or all readers up to the next writer. */
static void km_rwsem_admit(struct rw_semaphore *sem)
{
	struct list_head *queue = km_rwsem_queue(sem);

	while (!list_empty(queue)) {
		struct km_lock_waiter *waiter = list_first_entry(queue, struct km_lock_waiter, link);
		long count = atomic_long_read(&sem->count);

		if (count < 0 || (waiter->write && count))
			return;
		atomic_long_set(&sem->count, waiter->write ? -1 : count + 1);
		if (waiter->write)
			atomic_long_set(&sem->owner, (long)waiter->task);
		km_lock_grant(waiter);
		km_charge(HOST_COST_HANDOFF, 1);
	}
}

static void km_rwsem_down(struct rw_semaphore *sem, bool write)
{
	struct km_lock_waiter waiter = { .write = write };
	long count;

	km_might_sleep("down_read() or down_write()");
	km_charge(HOST_COST_LOCK, 1);
	count = atomic_long_read(&sem->count);
	if (atomic_long_read(&sem->owner) == (long)current)
		km_lock_finding("rwsem taken twice (deadlock)", current->comm);
	if (!list_empty(km_rwsem_queue(sem)) || count < 0 || (write && count)) {
		km_lock_wait(km_rwsem_queue(sem), &waiter);
	} else {
		atomic_long_set(&sem->count, write ? -1 : count + 1);
		if (write)
			atomic_long_set(&sem->owner, (long)current);
	}
	km_task(current)->held_locks++;
}

void down_read(struct rw_semaphore *sem)
{
	km_rwsem_down(sem, false);
}

int down_read_killable(struct rw_semaphore *sem)
{
	km_rwsem_down(sem, false);
	return 0;
}

void down_write(struct rw_semaphore *sem)
{
	km_rwsem_down(sem, true);
}

int down_write_killable(struct rw_semaphore *sem)
{
	km_rwsem_down(sem, true);
	return 0;
}

void up_read(struct rw_semaphore *sem)
{
	long count = atomic_long_read(&sem->count);

	if (count <= 0) {
		km_lock_finding("rwsem released for reading while nobody reads", current->comm);
		return;
	}
	atomic_long_set(&sem->count, count - 1);
	km_task(current)->held_locks--;
	km_rwsem_admit(sem);
}

void up_write(struct rw_semaphore *sem)
{
	if (atomic_long_read(&sem->count) != -1 || atomic_long_read(&sem->owner) != (long)current) {
		km_lock_finding("rwsem released for writing by a task that does not hold it", current->comm);
		return;
	}
	atomic_long_set(&sem->owner, 0);
	atomic_long_set(&sem->count, 0);
	km_task(current)->held_locks--;
	km_rwsem_admit(sem);
}

void downgrade_write(struct rw_semaphore *sem)
{
	atomic_long_set(&sem->owner, 0);
	atomic_long_set(&sem->count, 1);
	km_rwsem_admit(sem);
}

/* ---- Spinlocks: they spend time, so their holder may yield; whoever comes then spins in simulated time ---- */

/* What the lock word holds while taken: who has it. */
static u32 km_spin_token(void)
{
	return current ? current->pid : KM_SPIN_INTERRUPT;
}

/* A taker that the holder cannot let go on is killed, as a watchdog would stop the machine. */
static void km_spin_hang(const char *what)
{
	km_lock_finding(what, current ? current->comm : "an interrupt");
	km_die();
}

static void km_spin_lock(raw_spinlock_t *lock)
{
	u64 since_ps = 0;

	preempt_disable();
	if (lock->raw_lock.slock == km_spin_token())
		km_spin_hang("spinlock taken twice (deadlock)");
	/* In small steps, so that the taker sees the release soon after it happens. */
	while (lock->raw_lock.slock) {
		km_spend(HOST_COST_SPIN, 1);
		if (!since_ps)
			since_ps = host_now_ps();
		else if (host_now_ps() - since_ps > KM_SPIN_LIMIT_PS)
			km_spin_hang("spinlock never released, waited for");
	}
	lock->raw_lock.slock = km_spin_token();
	km_charge(HOST_COST_LOCK, 1);
}

static void km_spin_unlock(raw_spinlock_t *lock)
{
	if (lock->raw_lock.slock != km_spin_token())
		km_lock_finding("spinlock released that it does not hold", current ? current->comm : "an interrupt");
	lock->raw_lock.slock = 0;
	preempt_enable();
}

void _raw_spin_lock(raw_spinlock_t *lock)
{
	km_spin_lock(lock);
}

void _raw_spin_unlock(raw_spinlock_t *lock)
{
	km_spin_unlock(lock);
}

void _raw_spin_lock_bh(raw_spinlock_t *lock)
{
	km_spin_lock(lock);
}

void _raw_spin_unlock_bh(raw_spinlock_t *lock)
{
	km_spin_unlock(lock);
}

void _raw_spin_lock_irq(raw_spinlock_t *lock)
{
	arch_local_irq_disable();
	km_spin_lock(lock);
}

void _raw_spin_unlock_irq(raw_spinlock_t *lock)
{
	km_spin_unlock(lock);
	arch_local_irq_enable();
}

unsigned long _raw_spin_lock_irqsave(raw_spinlock_t *lock)
{
	unsigned long flags = arch_local_irq_save();

	km_spin_lock(lock);
	return flags;
}

void _raw_spin_unlock_irqrestore(raw_spinlock_t *lock, unsigned long flags)
{
	km_spin_unlock(lock);
	arch_local_irq_restore(flags);
}

int _raw_spin_trylock(raw_spinlock_t *lock)
{
	if (lock->raw_lock.slock)
		return 0;
	km_spin_lock(lock);
	return 1;
}
