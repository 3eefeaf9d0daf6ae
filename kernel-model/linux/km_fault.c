// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/linux/km_fault.c - fault injection: of each kind (KM_FAULTS in kernel-model/ops.h) the n-th event from now on
 * fails, once; an atomic operation cannot fail, it is held up instead, so that other threads come in between.
 *
 * Off until asked for, and then it costs one look at a variable. Nothing is random: n is counted out by who asks.
 */
#include <linux/kernel.h>
#include <linux/string.h>

#include "kernel-model/linux/km.h"
#include "kernel-model/linux/km_device.h"

/* One kind. @task: whose events count; NULL: everybody's. */
struct km_fault_state {
	struct km_task *task;
	u64 nth, seen, delay_ps;
	bool fired;
};

static struct km_fault_state km_faults[KM_FAULT_KINDS];
static const char *const km_fault_names[] = {
#define KM_FAULT_NAME(id, name, what) what,
	KM_FAULTS(KM_FAULT_NAME)
#undef KM_FAULT_NAME
};

u32 km_faults_armed;
int km_fault_delays;

static void km_fault_disarm(enum km_fault kind)
{
	km_faults_armed &= ~(1U << kind);
	if (kind == KM_FAULT_DELAY)
		km_fault_delays = 0;
}

void km_fault_arm(struct km_task *task, enum km_fault kind, u64 nth, u64 delay_ps)
{
	km_faults[kind] = (struct km_fault_state){ .task = task, .nth = nth, .delay_ps = delay_ps };
	km_fault_disarm(kind);
	if (!nth)
		return;
	km_faults_armed |= 1U << kind;
	if (kind == KM_FAULT_DELAY)
		km_fault_delays = 1;
}

bool km_fault_fired(enum km_fault kind)
{
	return km_faults[kind].fired;
}

bool km_fault_hit(enum km_fault kind)
{
	struct km_fault_state *fault = &km_faults[kind];
	char text[128];

	if (!(km_faults_armed & 1U << kind) || !current || (fault->task && current != &fault->task->t))
		return false;
	if (++fault->seen != fault->nth)
		return false;
	fault->fired = true;
	km_fault_disarm(kind);
	snprintf(text, sizeof(text), "%s %llu (%s) %s", km_fault_names[kind], fault->nth, current->comm,
		 kind == KM_FAULT_DELAY ? "was held up" : "was made to fail");
	host_finding("fault-injected", text);
	return true;
}

/* As an interrupt or a hypervisor takes the CPU away for a while, whatever the task is doing. */
void km_fault_delay(void)
{
	u64 end_ps;

	if (!host_task() || !km_fault_hit(KM_FAULT_DELAY))
		return;
	end_ps = host_now_ps() + km_faults[KM_FAULT_DELAY].delay_ps;
	while (host_now_ps() < end_ps) {
		struct km_context context;

		km_context_save(&context);
		host_block_until(end_ps);
		km_context_restore(&context);
	}
}
