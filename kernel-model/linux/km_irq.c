// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/linux/km_irq.c - interrupts: the machine raises one in event context, the interrupt task runs its
 * handler and ends it: on PHB3 by a firmware call (arch/powerpc/platforms/powernv/pci-ioda.c pnv_ioda2_msi_eoi()), on
 * PHB4 and PHB5 in the source's ESB page (arch/powerpc/sysdev/xive/common.c xive_do_source_eoi()). On a P7IOC nothing
 * beyond the interrupt controller has to be told.
 *
 * Firmware's own interrupts (errors of a PHB) come as events (powernv/opal-irqchip.c): the kernel takes the interrupt,
 * asks firmware what it was (one firmware call, charged), and each event is an interrupt of its own, which can be disabled; one
 * that comes meanwhile is delivered when it is enabled again.
 *
 * Not modelled: interrupt descriptors, chips and domains; priorities and servers (all interrupts go to one task, in
 * the order in which they came); handlers that run above a task of the same CPU.
 */
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/list.h>
#include <linux/slab.h>

#include <asm/opal.h>
#include <asm/xive-regs.h>

#include "kernel-model/linux/km.h"
#include "kernel-model/linux/km_compat.h"
#include "kernel-model/linux/km_device.h"

#define KM_ESB_SHIFT 16 /* firmware gives each source a page of 64 KiB */
#define KM_EVENTS 64
#define KM_EVENT_IRQ 16 /* Linux' number of the first event */

/* An event of firmware. @depth: how often it was disabled; @raised: it came and was not delivered yet. */
struct km_event {
	irq_handler_t handler;
	void *arg;
	unsigned int depth;
	bool raised;
};

/* An interrupt that somebody handles. @raised: times it came since its handler ran last. */
struct km_irq_action {
	struct list_head list;	  /* of all actions */
	struct list_head pending; /* of those that were raised, oldest first */
	unsigned int hwirq;
	unsigned long raised;
	const struct platform_phb *phb;
	km_irq_handler *handler;
	void *arg;
};

static LIST_HEAD(km_irq_actions);
static LIST_HEAD(km_irq_pending);
static struct km_event km_events[KM_EVENTS];
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

/* The load gives the state before it: Q tells that the interrupt came again, and it has to be triggered. */
static void km_irq_end_esb(const struct platform_phb *phb, unsigned int source)
{
	void __iomem *esb = ioremap(phb->esb_base + ((u64)source << KM_ESB_SHIFT), 1UL << KM_ESB_SHIFT);

	if (in_be64(esb + XIVE_ESB_SET_PQ_00) & XIVE_ESB_VAL_Q)
		out_be64(esb, 0);
	iounmap(esb);
}

static void km_irq_end(const struct platform_phb *phb, unsigned int hwirq)
{
	if (phb->esb_bytes)
		km_irq_end_esb(phb, hwirq - phb->irq_base);
	else if (phb->type == PLATFORM_PHB_PHB3)
		WARN_ON_ONCE(opal_pci_msi_eoi(phb->opal_id, hwirq));
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

void km_irq_opal_event(unsigned int bit)
{
	km_events[bit].raised = true;
	if (km_irq_task)
		host_wake(km_irq_task);
}

static struct km_event *km_event_due(void)
{
	int i;

	for (i = 0; i < KM_EVENTS; i++) {
		struct km_event *event = &km_events[i];

		if (event->raised && event->handler && !event->depth)
			return event;
	}
	return NULL;
}

static void km_irq_events(void)
{
	struct km_event *event;

	while ((event = km_event_due())) {
		event->raised = false;
		km_charge(HOST_COST_IRQ, 1);
		km_charge(HOST_COST_OPAL, 1);
		event->handler(KM_EVENT_IRQ + (event - km_events), event->arg);
	}
}

static void km_irq_main(void *unused)
{
	km_irq_task = host_task();
	for (;;) {
		const struct platform_phb *phb;
		struct km_irq_action *action;
		unsigned int hwirq;

		km_irq_events();
		action = list_first_entry_or_null(&km_irq_pending, struct km_irq_action, pending);
		if (!action) {
			km_block();
			continue;
		}
		list_del_init(&action->pending);
		action->raised = 0;
		hwirq = action->hwirq;
		phb = action->phb;
		km_charge(HOST_COST_IRQ, 1);
		/* It may have been freed while this task spent time. */
		action = km_irq_find(hwirq);
		if (action)
			action->handler(action->arg);
		km_irq_end(phb, hwirq);
	}
}

void km_irq_init(void)
{
	km_kthread_run("irq", km_irq_main, NULL);
}

int km_irq_request(unsigned int hwirq, const struct platform_phb *phb, km_irq_handler *handler, void *arg)
{
	struct km_irq_action *action;

	if (km_irq_find(hwirq))
		return -EBUSY;
	action = kzalloc(sizeof(*action), GFP_KERNEL);
	if (!action)
		return -ENOMEM;
	INIT_LIST_HEAD(&action->pending);
	action->hwirq = hwirq;
	action->phb = phb;
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

/* ---- Interrupts by Linux' number: events of firmware only ---- */

static struct km_event *km_event(unsigned int irq)
{
	return irq - KM_EVENT_IRQ < KM_EVENTS ? &km_events[irq - KM_EVENT_IRQ] : NULL;
}

int opal_event_request(unsigned int opal_event_nr)
{
	return opal_event_nr < KM_EVENTS ? KM_EVENT_IRQ + (int)opal_event_nr : 0;
}

int request_threaded_irq(unsigned int irq, irq_handler_t handler, irq_handler_t thread_fn, unsigned long flags,
			 const char *name, void *dev)
{
	struct km_event *event = km_event(irq);

	if (!event || !handler || thread_fn)
		return -EINVAL;
	if (event->handler)
		return -EBUSY;
	event->arg = dev;
	event->handler = handler;
	return 0;
}

/* Of numbers that nobody knows nothing is done, as in the kernel: EEH enables its event before it has one. */
void disable_irq_nosync(unsigned int irq)
{
	struct km_event *event = km_event(irq);

	if (event)
		event->depth++;
}

void disable_irq(unsigned int irq)
{
	disable_irq_nosync(irq);
}

void enable_irq(unsigned int irq)
{
	struct km_event *event = km_event(irq);

	if (!event || WARN(!event->depth, "Unbalanced enable for IRQ %d\n", irq) || --event->depth)
		return;
	if (event->raised && km_irq_task)
		host_wake(km_irq_task);
}

/* Functions have message interrupts only; pdev->irq is that of a pin. */
bool irq_has_action(unsigned int irq)
{
	struct km_event *event = km_event(irq);

	return event && event->handler;
}
