// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/linux/km_irq.c - interrupts: the machine raises one in event context, the interrupt task runs its
 * handler and tells firmware that it has ended (on PHB3 the end of a message interrupt is a firmware call).
 *
 * Not modelled: interrupt descriptors, chips and domains; priorities and servers (all interrupts go to one task, in
 * the order in which they came); handlers that run above a task of the same CPU.
 */
#include <linux/interrupt.h>
#include <linux/list.h>
#include <linux/slab.h>

#include <asm/opal.h>

#include "kernel-model/linux/km.h"
#include "kernel-model/linux/km_device.h"

/* An interrupt that somebody handles. @raised: times it came since its handler ran last. */
struct km_irq_action {
	struct list_head list;	  /* of all actions */
	struct list_head pending; /* of those that were raised, oldest first */
	unsigned int hwirq;
	unsigned long raised;
	u64 opal_id;
	km_irq_handler *handler;
	void *arg;
};

static LIST_HEAD(km_irq_actions);
static LIST_HEAD(km_irq_pending);
static void *km_irq_task;

static struct km_irq_action *km_irq_find(unsigned int hwirq)
{
	struct km_irq_action *action;

	list_for_each_entry(action, &km_irq_actions, list) {
		if (action->hwirq == hwirq)
			return action;
	}
	return NULL;
}

void km_irq_raise(unsigned int hwirq)
{
	struct km_irq_action *action = km_irq_find(hwirq);

	if (!action) {
		host_log(HOST_LOG_WARN, "irq: an interrupt that nobody handles");
		return;
	}
	if (!action->raised++)
		list_add_tail(&action->pending, &km_irq_pending);
	if (km_irq_task)
		host_wake(km_irq_task);
}

static void km_irq_main(void *unused)
{
	km_irq_task = host_task();
	for (;;) {
		struct km_irq_action *action;
		unsigned int hwirq;
		u64 opal_id;

		action = list_first_entry_or_null(&km_irq_pending, struct km_irq_action, pending);
		if (!action) {
			km_block();
			continue;
		}
		list_del_init(&action->pending);
		action->raised = 0;
		hwirq = action->hwirq;
		opal_id = action->opal_id;
		km_charge(HOST_COST_IRQ, 1);
		/* It may have been freed while this task spent time. */
		action = km_irq_find(hwirq);
		if (action)
			action->handler(action->arg);
		WARN_ON_ONCE(opal_pci_msi_eoi(opal_id, hwirq));
	}
}

void km_irq_init(void)
{
	km_kthread_run("irq", km_irq_main, NULL);
}

int km_irq_request(unsigned int hwirq, u64 opal_id, km_irq_handler *handler, void *arg)
{
	struct km_irq_action *action;

	if (km_irq_find(hwirq))
		return -EBUSY;
	action = kzalloc(sizeof(*action), GFP_KERNEL);
	if (!action)
		return -ENOMEM;
	INIT_LIST_HEAD(&action->pending);
	action->hwirq = hwirq;
	action->opal_id = opal_id;
	action->handler = handler;
	action->arg = arg;
	list_add_tail(&action->list, &km_irq_actions);
	return 0;
}

void km_irq_free(unsigned int hwirq)
{
	struct km_irq_action *action = km_irq_find(hwirq);

	if (WARN_ON(!action))
		return;
	list_del(&action->list);
	list_del(&action->pending);
	kfree(action);
}
