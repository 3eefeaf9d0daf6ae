// SPDX-License-Identifier: GPL-2.0-only
/* tests/kernel-model/linux/kt_lock.c - locks, RCU, completions, sleeping, WARN and BUG, the checks at system call exit. */
#include <linux/bug.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/rwsem.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "tests/kernel-model/linux/kt.h"

static struct mutex kt_mutex;
static struct rw_semaphore kt_sem;
static DEFINE_SPINLOCK(kt_spin);
static struct completion kt_done;
/* Who did what, in order, and when. */
static char kt_order[16];
static unsigned int kt_steps;
static u64 kt_when[16];

static void kt_step(char who)
{
	kt_when[kt_steps] = host_now_ps();
	kt_order[kt_steps++] = who;
}

static void kt_order_is(const char *want, int line)
{
	if (strcmp(kt_order, want))
		kt_failed(want, line, kt_order[0], kt_order[1]);
}

static void kt_mutex_taker(void *arg)
{
	mutex_lock(&kt_mutex);
	kt_step(*(const char *)arg);
	kt_sleep(KT_US);
	mutex_unlock(&kt_mutex);
	complete(&kt_done);
}

/* Why: contention must cost time and be fair. How: two wait while a third sleeps with the lock. */
static void kt_mutex_contended(const unsigned long long *cost_ps)
{
	struct km_task *task = kt_enter();
	u64 released;

	mutex_init(&kt_mutex);
	init_completion(&kt_done);
	mutex_lock(&kt_mutex);
	km_kthread_run("a", kt_mutex_taker, "a");
	km_kthread_run("b", kt_mutex_taker, "b");
	kt_sleep(5 * KT_US);
	KT_EQ(kt_steps, 0);
	KT_EQ(mutex_trylock(&kt_mutex), 0);
	released = host_now_ps();
	mutex_unlock(&kt_mutex);
	wait_for_completion(&kt_done);
	wait_for_completion(&kt_done);
	kt_order_is("ab", __LINE__);
	KT_EQ(kt_when[0], released + cost_ps[HOST_COST_SWITCH]);
	KT_TRUE(kt_when[1] >= kt_when[0] + KT_US + cost_ps[HOST_COST_SWITCH]);
	KT_EQ(mutex_is_locked(&kt_mutex), 0);
	kt_exit(task);
}

/* Why: an uncontended lock costs its row and no more. How: time around lock and unlock. */
static void kt_mutex_free(const unsigned long long *cost_ps)
{
	struct km_task *task = kt_enter();
	u64 start = host_now_ps();

	mutex_init(&kt_mutex);
	mutex_lock(&kt_mutex);
	mutex_unlock(&kt_mutex);
	KT_EQ(host_now_ps() - start, cost_ps[HOST_COST_LOCK]);
	KT_EQ(mutex_trylock(&kt_mutex), 1);
	mutex_unlock(&kt_mutex);
	kt_exit(task);
}

static void kt_mutex_thief(void *arg)
{
	mutex_unlock(&kt_mutex);
	complete(&kt_done);
}

static void kt_mutex_not_owner(const unsigned long long *cost_ps)
{
	struct km_task *task = kt_enter();

	mutex_init(&kt_mutex);
	init_completion(&kt_done);
	mutex_lock(&kt_mutex);
	km_kthread_run("thief", kt_mutex_thief, NULL);
	wait_for_completion(&kt_done);
	KT_EQ(mutex_is_locked(&kt_mutex), 1);
	mutex_unlock(&kt_mutex);
	kt_exit(task);
}

static void kt_reader(void *arg)
{
	down_read(&kt_sem);
	kt_step(*(const char *)arg);
	kt_sleep(KT_US);
	up_read(&kt_sem);
	complete(&kt_done);
}

static void kt_writer(void *arg)
{
	down_write(&kt_sem);
	kt_step(*(const char *)arg);
	kt_sleep(KT_US);
	up_write(&kt_sem);
	complete(&kt_done);
}

/* Why: readers share, writers do not, nobody overtakes a waiting writer. How: r and s, then W, then t behind it. */
static void kt_rwsem_order(const unsigned long long *cost_ps)
{
	struct km_task *task = kt_enter();
	int i;

	init_rwsem(&kt_sem);
	init_completion(&kt_done);
	km_kthread_run("r", kt_reader, "r");
	km_kthread_run("s", kt_reader, "s");
	kt_sleep(100 * KT_NS);
	km_kthread_run("W", kt_writer, "W");
	kt_sleep(100 * KT_NS);
	km_kthread_run("t", kt_reader, "t");
	for (i = 0; i < 4; i++)
		wait_for_completion(&kt_done);
	kt_order_is("rsWt", __LINE__);
	KT_TRUE(kt_when[1] < kt_when[0] + KT_US);
	KT_TRUE(kt_when[2] >= kt_when[1] + KT_US);
	KT_TRUE(kt_when[3] >= kt_when[2] + KT_US);
	down_write(&kt_sem);
	downgrade_write(&kt_sem);
	up_read(&kt_sem);
	KT_EQ(rwsem_is_locked(&kt_sem), 0);
	kt_exit(task);
}

static void kt_rwsem_misuse(const unsigned long long *cost_ps)
{
	struct km_task *task = kt_enter();

	init_rwsem(&kt_sem);
	up_read(&kt_sem);
	up_write(&kt_sem);
	kt_exit(task);
}

static void kt_spinner(void *arg)
{
	unsigned long flags;

	spin_lock_irqsave(&kt_spin, flags);
	kt_step('s');
	spin_unlock_irqrestore(&kt_spin, flags);
	complete(&kt_done);
}

/* Why: a holder that spends time makes others spin. How: 3 us inside the section, then the spinner gets it at once. */
static void kt_spin_contended(const unsigned long long *cost_ps)
{
	struct km_task *task = kt_enter();
	unsigned long flags;
	u64 released;

	init_completion(&kt_done);
	spin_lock_irqsave(&kt_spin, flags);
	KT_EQ(km_irq_mask, 1);
	km_kthread_run("spinner", kt_spinner, NULL);
	while (host_now_ps() < 3 * KT_US + kt_when[0])
		km_spend(HOST_COST_LOCK, 1);
	km_spend(HOST_COST_LOCK, 3 * KT_US / cost_ps[HOST_COST_LOCK]);
	KT_EQ(kt_steps, 0);
	/* The other task's irq mask is its own. */
	KT_EQ(km_irq_mask, 1);
	released = host_now_ps();
	spin_unlock_irqrestore(&kt_spin, flags);
	KT_EQ(km_irq_mask, 0);
	wait_for_completion(&kt_done);
	KT_TRUE(kt_when[0] >= released);
	KT_TRUE(kt_when[0] <= released + 3 * cost_ps[HOST_COST_LOCK]);
	kt_exit(task);
}

static void kt_spin_twice_main(void *arg)
{
	spin_lock(&kt_spin);
	spin_lock(&kt_spin);
	kt_step('x'); /* not reached */
}

/* Why: a self-deadlock must end in a name, not in a hang. How: in a task of its own, which is killed. */
static void kt_spin_twice(const unsigned long long *cost_ps)
{
	struct km_task *task = kt_enter();

	km_kthread_run("twice", kt_spin_twice_main, NULL);
	kt_sleep(KT_US);
	KT_EQ(kt_steps, 0);
	kt_exit(task);
}

static void kt_leave_locked(const unsigned long long *cost_ps)
{
	struct km_task *task = kt_enter();

	mutex_init(&kt_mutex);
	mutex_lock(&kt_mutex);
	kt_exit(task);
}

static void kt_leave_in_rcu(const unsigned long long *cost_ps)
{
	struct km_task *task = kt_enter();

	rcu_read_lock();
	kt_exit(task);
}

static void kt_leave_masked(const unsigned long long *cost_ps)
{
	struct km_task *task = kt_enter();

	local_irq_disable();
	kt_exit(task);
}

static void kt_sleep_in_section(const unsigned long long *cost_ps)
{
	struct km_task *task = kt_enter();

	mutex_init(&kt_mutex);
	rcu_read_lock();
	mutex_lock(&kt_mutex);
	mutex_unlock(&kt_mutex);
	rcu_read_unlock();
	kt_exit(task);
}

struct kt_object {
	struct rcu_head rcu;
	unsigned long payload;
};

static void kt_rcu_func(struct rcu_head *head)
{
	kt_step('f');
	kfree(container_of(head, struct kt_object, rcu));
}

static void kt_rcu_reader(void *arg)
{
	const unsigned long long *cost_ps = arg;

	rcu_read_lock();
	/* Three grace periods long, without sleeping. */
	km_spend(HOST_COST_GRACE, 3);
	kt_step('r');
	rcu_read_unlock();
	(void)cost_ps;
}

/* Why: a callback that runs too early hides no bug but makes one. How: a reader that stays in longer than a grace period. */
static void kt_rcu_waits(const unsigned long long *cost_ps)
{
	struct km_task *task = kt_enter();
	struct kt_object *object = kzalloc(sizeof(*object), GFP_KERNEL);
	u64 objects = km_objects();

	km_kthread_run("reader", kt_rcu_reader, (void *)cost_ps);
	kt_sleep(KT_US);
	call_rcu(&object->rcu, kt_rcu_func);
	KT_EQ(km_rcu_pending(), 1);
	km_rcu_barrier();
	kt_order_is("rf", __LINE__);
	KT_EQ(km_rcu_pending(), 0);
	KT_EQ(km_objects(), objects - 1);
	kt_exit(task);
}

/* Why: kfree_rcu() has another encoding. How: the object is there until the grace period is over, then gone. */
static void kt_rcu_kfree(const unsigned long long *cost_ps)
{
	struct km_task *task = kt_enter();
	struct kt_object *object = kzalloc(sizeof(*object), GFP_KERNEL);
	u64 objects = km_objects(), start = host_now_ps();

	kfree_rcu(object, rcu);
	KT_EQ(km_objects(), objects);
	object->payload = 1; /* still ours: a sanitizer would know */
	synchronize_rcu();
	KT_TRUE(host_now_ps() - start >= cost_ps[HOST_COST_GRACE]);
	km_rcu_barrier();
	KT_EQ(km_objects(), objects - 1);
	kt_exit(task);
}

static void kt_completer(void *arg)
{
	kt_sleep(2 * KT_US);
	complete(&kt_done);
}

/* Why: timeouts decide reset and release paths. How: one that comes, one that does not, one that had come before. */
static void kt_completion(const unsigned long long *cost_ps)
{
	struct km_task *task = kt_enter();
	u64 start;

	init_completion(&kt_done);
	km_kthread_run("completer", kt_completer, NULL);
	start = host_now_ps();
	KT_TRUE(wait_for_completion_timeout(&kt_done, HZ) > 0);
	KT_TRUE(host_now_ps() - start >= 2 * KT_US);
	KT_TRUE(host_now_ps() - start < 10 * KT_US);
	start = host_now_ps();
	KT_EQ(wait_for_completion_timeout(&kt_done, 2), 0);
	KT_TRUE(host_now_ps() - start >= 2 * 1000000000000ULL / HZ);
	complete(&kt_done);
	KT_EQ(try_wait_for_completion(&kt_done), 1);
	KT_EQ(try_wait_for_completion(&kt_done), 0);
	start = host_now_ps();
	msleep(3);
	KT_TRUE(host_now_ps() - start >= 3000000000ULL);
	kt_exit(task);
}

static void kt_warn(const unsigned long long *cost_ps)
{
	struct km_task *task = kt_enter();
	int i;

	KT_EQ(WARN_ON(kt_steps == 0), 1);
	for (i = 0; i < 3; i++)
		WARN_ON_ONCE(kt_steps == 0);
	WARN(1, "number %d", 7);
	kt_exit(task);
}

static void kt_bug_main(void *arg)
{
	rcu_read_lock();
	kt_step('b');
	BUG();
	kt_step('x'); /* not reached */
}

/* Why: an oops ends the task, and nothing else stops. How: it dies inside an RCU section; grace periods go on. */
static void kt_bug(const unsigned long long *cost_ps)
{
	struct km_task *task = kt_enter();

	km_kthread_run("bug", kt_bug_main, NULL);
	kt_sleep(KT_US);
	kt_order_is("b", __LINE__);
	km_rcu_barrier();
	kt_exit(task);
}

const struct km_test kt_lock_tests[] = {
	{ "mutex_when_contended_then_in_order_and_in_time", kt_mutex_contended, "" },
	{ "mutex_when_free_then_costs_its_row", kt_mutex_free, "" },
	{ "mutex_when_released_by_another_then_finding", kt_mutex_not_owner, "lock-misuse" },
	{ "rwsem_when_mixed_then_writer_is_not_overtaken", kt_rwsem_order, "" },
	{ "rwsem_when_released_unheld_then_findings", kt_rwsem_misuse, "lock-misuse lock-misuse" },
	{ "spinlock_when_holder_spends_time_then_taker_spins", kt_spin_contended, "" },
	{ "spinlock_when_taken_twice_then_killed_and_named", kt_spin_twice, "lock-misuse" },
	{ "syscall_when_left_with_mutex_then_finding", kt_leave_locked, "lock-leak" },
	{ "syscall_when_left_in_rcu_section_then_finding", kt_leave_in_rcu, "preempt-leak" },
	{ "syscall_when_left_with_interrupts_off_then_finding", kt_leave_masked, "irq-leak" },
	{ "sleep_when_in_rcu_section_then_finding", kt_sleep_in_section, "sleep-in-atomic" },
	{ "call_rcu_when_reader_is_inside_then_waits_for_it", kt_rcu_waits, "" },
	{ "kfree_rcu_when_queued_then_freed_after_grace_period", kt_rcu_kfree, "" },
	{ "completion_when_done_or_late_then_exact_time", kt_completion, "" },
	{ "warn_when_it_fires_then_finding_each_but_once_for_once", kt_warn, "kernel-warn kernel-warn kernel-warn" },
	{ "bug_when_in_rcu_section_then_task_dies_and_rcu_goes_on", kt_bug, "kernel-bug" },
	{}
};
