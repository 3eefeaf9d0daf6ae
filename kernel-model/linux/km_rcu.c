// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/linux/km_rcu.c - RCU: callbacks wait for a grace period of simulated time, in a kernel thread.
 *
 * Readers are tasks inside a section (PREEMPT_COUNT makes rcu_read_lock() count): a grace period does not end while
 * any task is in one, so a use after free that RCU would prevent cannot happen here, and one that it would not can.
 *
 * Not modelled (SRCU is in km_srcu.c): the length of real grace periods (one cost row), expedited ones, callback off-loading.
 */
#include <linux/completion.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "kernel-model/linux/km.h"
#include "kernel-model/linux/km_compat.h"

static struct rcu_head *km_rcu_first, **km_rcu_last = &km_rcu_first;
static u64 km_rcu_count;
static void *km_rcu_task;

u64 km_rcu_pending(void)
{
	return km_rcu_count;
}

void call_rcu(struct rcu_head *head, rcu_callback_t func)
{
	head->func = func;
	head->next = NULL;
	*km_rcu_last = head;
	km_rcu_last = &head->next;
	km_rcu_count++;
	if (km_rcu_task)
		host_wake(km_rcu_task);
}

/* kfree_rcu(): what is queued as function is the offset of the head in the object (linux/rcupdate.h). */
void KM_KVFREE_CALL_RCU
{
	call_rcu(head, km_kvfree_function(head));
}

static void km_rcu_grace_period(void)
{
	do
		km_charge(HOST_COST_GRACE, 1);
	while (km_task_any_in_section());
}

/* Run what was queued before the grace period began. */
static void km_rcu_run(void)
{
	struct rcu_head *head = km_rcu_first;

	km_rcu_first = NULL;
	km_rcu_last = &km_rcu_first;
	km_rcu_grace_period();
	while (head) {
		struct rcu_head *next = head->next;
		unsigned long func = (unsigned long)head->func;

		if (__is_kvfree_rcu_offset(func))
			kvfree((void *)head - func);
		else
			head->func(head);
		km_rcu_count--;
		head = next;
	}
}

static void km_rcu_main(void *arg)
{
	km_rcu_task = host_task();
	for (;;) {
		while (km_rcu_first)
			km_rcu_run();
		km_block();
	}
}

void km_rcu_init(void)
{
	km_kthread_run("rcu", km_rcu_main, NULL);
}

struct km_rcu_last_one {
	struct rcu_head head;
	struct completion done;
};

static void km_rcu_barrier_func(struct rcu_head *head)
{
	complete(&container_of(head, struct km_rcu_last_one, head)->done);
}

/* Callbacks run in the order in which they were queued: when this one has, all before it have. */
void km_rcu_barrier(void)
{
	struct km_rcu_last_one one;

	init_completion(&one.done);
	call_rcu(&one.head, km_rcu_barrier_func);
	wait_for_completion(&one.done);
}

void synchronize_rcu(void)
{
	km_rcu_grace_period();
}
