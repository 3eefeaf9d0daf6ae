// SPDX-License-Identifier: GPL-2.0-only
/* tests/kernel-model/linux/kt_srcu.c - sleepable RCU: who waits for whom, and what misuse of it is. */
#include <linux/completion.h>
#include <linux/slab.h>
#include <linux/srcu.h>

#include "tests/kernel-model/linux/kt.h"

static struct srcu_struct kt_srcu;
static struct completion kt_done;
static u64 kt_left, kt_synced[2];

static struct km_task *kt_srcu_enter(void)
{
	struct km_task *task = kt_enter();

	KT_EQ(init_srcu_struct(&kt_srcu), 0);
	init_completion(&kt_done);
	return task;
}

static void kt_srcu_exit(struct km_task *task)
{
	cleanup_srcu_struct(&kt_srcu);
	kt_exit(task);
}

static void kt_reader(void *arg)
{
	int idx = srcu_read_lock(&kt_srcu);

	kt_sleep(*(const u64 *)arg);
	kt_left = host_now_ps();
	srcu_read_unlock(&kt_srcu, idx);
	complete(&kt_done);
}

static void kt_waiter(void *arg)
{
	synchronize_srcu_expedited(&kt_srcu);
	*(u64 *)arg = host_now_ps();
	complete(&kt_done);
}

/* Why: it is what memory slots are freed by. How: a reader that sleeps inside; nobody inside costs no waiting. */
static void kt_srcu_waits(const unsigned long long *cost_ps)
{
	struct km_task *task = kt_srcu_enter();
	u64 length = 5 * KT_US, start = host_now_ps();

	synchronize_srcu_expedited(&kt_srcu);
	KT_EQ(host_now_ps() - start, cost_ps[HOST_COST_LOCK]);
	km_kthread_run("reader", kt_reader, &length);
	kt_sleep(KT_US);
	KT_EQ(kt_left, 0);
	synchronize_srcu_expedited(&kt_srcu);
	KT_TRUE(kt_left && host_now_ps() >= kt_left);
	KT_TRUE(host_now_ps() <= kt_left + 2 * cost_ps[HOST_COST_SWITCH]);
	wait_for_completion(&kt_done);
	kt_srcu_exit(task);
}

/* Why: readers that come later must not hold the waiter up. How: one that enters while it waits, and stays longer. */
static void kt_srcu_late_reader(const unsigned long long *cost_ps)
{
	struct km_task *task = kt_srcu_enter();
	u64 first = 5 * KT_US, late = 50 * KT_US;

	km_kthread_run("first", kt_reader, &first);
	kt_sleep(KT_US);
	km_kthread_run("waiter", kt_waiter, &kt_synced[0]);
	kt_sleep(KT_US);
	km_kthread_run("late", kt_reader, &late);
	wait_for_completion(&kt_done);
	wait_for_completion(&kt_done);
	KT_TRUE(kt_synced[0] && kt_synced[0] < kt_left + 10 * KT_US);
	KT_EQ(try_wait_for_completion(&kt_done), 0);
	/* One that waits from now on waits for the late reader. */
	synchronize_srcu_expedited(&kt_srcu);
	KT_TRUE(host_now_ps() >= kt_left && kt_left > kt_synced[0]);
	wait_for_completion(&kt_done);
	kt_srcu_exit(task);
}

/* Why: two at once would turn the halves under each other. How: the second comes while the first waits. */
static void kt_srcu_two_waiters(const unsigned long long *cost_ps)
{
	struct km_task *task = kt_srcu_enter();
	u64 length = 5 * KT_US;
	int i;

	km_kthread_run("reader", kt_reader, &length);
	kt_sleep(KT_US);
	for (i = 0; i < 2; i++)
		km_kthread_run("waiter", kt_waiter, &kt_synced[i]);
	for (i = 0; i < 3; i++)
		wait_for_completion(&kt_done);
	KT_TRUE(kt_synced[0] >= kt_left);
	KT_TRUE(kt_synced[1] >= kt_synced[0]);
	kt_srcu_exit(task);
}

static void kt_srcu_unheld(const unsigned long long *cost_ps)
{
	struct km_task *task = kt_srcu_enter();

	srcu_read_unlock(&kt_srcu, 0);
	kt_srcu_exit(task);
}

/* Why: freed under a reader it would be a use after free. How: as the kernel does, it warns and stays. */
static void kt_srcu_cleanup_early(const unsigned long long *cost_ps)
{
	struct km_task *task = kt_srcu_enter();
	int idx = srcu_read_lock(&kt_srcu);

	cleanup_srcu_struct(&kt_srcu);
	srcu_read_unlock(&kt_srcu, idx);
	kt_srcu_exit(task);
}

/* Why: vCPUs come from a cache. How: objects are zeroed when asked for, counted, and as large as the cache says. */
static void kt_cache(const unsigned long long *cost_ps)
{
	struct km_task *task = kt_enter();
	u64 objects = km_objects();
	struct kmem_cache *cache = kmem_cache_create_usercopy("test", 3000, 8, 0, 0, 3000, NULL);
	u8 *object = kmem_cache_zalloc(cache, GFP_KERNEL);
	unsigned int i;

	KT_TRUE(object);
	for (i = 0; i < 3000; i++)
		KT_EQ(object[i], 0);
	KT_EQ(km_objects(), objects + 2);
	kmem_cache_free(cache, object);
	kmem_cache_destroy(cache);
	KT_EQ(km_objects(), objects);
	kt_exit(task);
}

const struct km_test kt_srcu_tests[] = {
	{ "srcu_when_reader_sleeps_inside_then_waits_for_it", kt_srcu_waits, "" },
	{ "srcu_when_reader_comes_later_then_not_waited_for", kt_srcu_late_reader, "" },
	{ "srcu_when_two_wait_then_one_after_the_other", kt_srcu_two_waiters, "" },
	{ "srcu_when_left_unheld_then_finding", kt_srcu_unheld, "rcu-misuse" },
	{ "srcu_when_cleaned_up_with_reader_then_warns_and_stays", kt_srcu_cleanup_early, "kernel-warn" },
	{ "cache_when_used_then_zeroed_and_counted", kt_cache, "" },
	{}
};
