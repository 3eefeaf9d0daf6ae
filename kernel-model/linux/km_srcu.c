// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/linux/km_srcu.c - sleepable RCU: readers of each domain are counted in two halves; whoever waits for them
 * turns the halves round and sleeps, in simulated time, until the readers of the old half have left.
 *
 * The domain itself is the kernel's struct srcu_struct; what is counted hangs off its per-CPU pointer.
 *
 * Not modelled: callbacks (call_srcu()), the time that even an expedited grace period takes with nobody inside,
 * domains made at compile time (DEFINE_SRCU), which no hosted file has.
 */
#include <linux/slab.h>
#include <linux/srcu.h>

#include "kernel-model/linux/km.h"
#include "kernel-model/linux/km_compat.h"

/* @waiter: the host task that waits for @readers of the half that @idx is not to become 0. */
struct km_srcu {
	unsigned long readers[2];
	int idx;
	bool waiting;
	void *waiter;
	struct mutex turn; /* one at a time waits */
};

static struct km_srcu *km_srcu(struct srcu_struct *ssp)
{
	return (struct km_srcu *)ssp->sda;
}

int init_srcu_struct(struct srcu_struct *ssp)
{
	struct km_srcu *srcu = kzalloc(sizeof(*srcu), GFP_KERNEL);

	if (!srcu)
		return -ENOMEM;
	mutex_init(&srcu->turn);
	ssp->sda = (void *)srcu;
	return 0;
}

void cleanup_srcu_struct(struct srcu_struct *ssp)
{
	struct km_srcu *srcu = km_srcu(ssp);

	if (WARN_ON(srcu->readers[0] || srcu->readers[1] || srcu->waiting))
		return; /* as in the kernel: leaked rather than freed under somebody */
	kfree(srcu);
	ssp->sda = NULL;
}

int __srcu_read_lock(struct srcu_struct *ssp)
{
	struct km_srcu *srcu = km_srcu(ssp);

	srcu->readers[srcu->idx]++;
	return srcu->idx;
}

void __srcu_read_unlock(struct srcu_struct *ssp, int idx)
{
	struct km_srcu *srcu = km_srcu(ssp);

	if (unlikely(!srcu->readers[idx])) {
		host_finding("rcu-misuse", "srcu_read_unlock() of a domain where nobody reads");
		return;
	}
	if (!--srcu->readers[idx] && unlikely(srcu->waiting) && idx != srcu->idx)
		host_wake(srcu->waiter);
}

void synchronize_srcu_expedited(struct srcu_struct *ssp)
{
	struct km_srcu *srcu = km_srcu(ssp);
	int old;

	mutex_lock(&srcu->turn);
	old = srcu->idx;
	srcu->idx = !old;
	srcu->waiter = host_task();
	srcu->waiting = true;
	while (srcu->readers[old])
		km_block();
	srcu->waiting = false;
	mutex_unlock(&srcu->turn);
}
