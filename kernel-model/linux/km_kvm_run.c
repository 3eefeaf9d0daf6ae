// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/linux/km_kvm_run.c - a vCPU at work: the way into the guest and out of it, and the ladder that a TCE
 * hypercall climbs: real mode (where the kernel has such handlers), the hosted virtual mode handlers, user space.
 *
 * A vCPU has two host tasks: the thread of the VMM, which sits in KVM_RUN, and the code of the guest. One of them has
 * the CPU. A hypercall that the kernel can answer is answered on the guest's stack in the name of the thread, as an
 * interrupt of the guest would be; one that it cannot makes KVM_RUN return with KVM_EXIT_PAPR_HCALL, and the next
 * KVM_RUN brings the answer in.
 *
 * What a climb costs (host.h): HCALL_REAL for an exit to real mode and back, HCALL_VIRTUAL for one to the host's
 * context, HCALL_USER for one to user space besides the system call; HCALL for what a handler does once and HCALL_TCE
 * for each TCE that it is asked for (slots and registered memory looked up, checks), besides what exchanging the TCE,
 * copying and killing cost where they happen.
 *
 * Not modelled: other reasons to leave a guest, pending signals, cores that run several threads of a guest as one (vcores).
 */
#include <linux/kvm_host.h>
#include <linux/rculist.h>
#include <asm/hvcall.h>
#include <asm/kvm_book3s.h>
#include <asm/kvm_ppc.h>

#include "kernel-model/linux/km.h"
#include "kernel-model/linux/km_compat.h"
#include "kernel-model/linux/km_kvm.h"
#include "kernel-model/ops.h"

#define KM_HCALL_ARGS 9

/* Sleep until woken, without the cost of a context switch: thread and guest are one thread of the machine. */
static void km_kvm_wait(void)
{
	struct km_context context;

	km_context_save(&context);
	host_block();
	km_context_restore(&context);
}

/* ---- The thread's side: KVM_RUN, with vcpu->mutex held by kvm_main.c ---- */

/* The guest gets the CPU; back when it left it again. */
static void km_kvm_enter_guest(struct km_vcpu *vcpu)
{
	vcpu->runner = current;
	vcpu->runner_task = host_task();
	vcpu->in_guest = true;
	if (vcpu->guest_task)
		host_wake(vcpu->guest_task);
	while (vcpu->in_guest)
		km_kvm_wait();
	vcpu->runner_task = NULL;
	vcpu->runner = NULL;
}

int kvm_arch_vcpu_ioctl_run(struct kvm_vcpu *v)
{
	struct km_vcpu *vcpu = container_of(v, struct km_vcpu, v);
	struct kvm_run *run = v->run;
	int i, ret = 0;

	vcpu_load(v);
	if (v->arch.hcall_needed) {
		kvmppc_set_gpr(v, 3, run->papr_hcall.ret);
		for (i = 0; i < KM_HCALL_ARGS; i++)
			kvmppc_set_gpr(v, 4 + i, run->papr_hcall.args[i]);
		v->arch.hcall_needed = 0;
	}
	if (km_kvm_immediate_exit(run))
		ret = -EINTR;
	else
		km_kvm_enter_guest(vcpu);
	vcpu_put(v);
	return ret;
}

/* ---- The guest's side ---- */

static void km_kvm_await_cpu(struct km_vcpu *vcpu)
{
	vcpu->guest_task = host_task();
	while (!vcpu->in_guest)
		km_kvm_wait();
}

/* KVM_RUN is to return with @reason. */
static void km_kvm_leave_guest(struct km_vcpu *vcpu, u32 reason)
{
	vcpu->v.run->exit_reason = reason;
	vcpu->in_guest = false;
	host_wake(vcpu->runner_task);
}

void km_kvm_guest_begin(struct km_vcpu *vcpu)
{
	km_kvm_await_cpu(vcpu);
}

void km_kvm_guest_end(struct km_vcpu *vcpu)
{
	vcpu->v.run->system_event.type = KVM_SYSTEM_EVENT_SHUTDOWN;
	km_kvm_leave_guest(vcpu, KVM_EXIT_SYSTEM_EVENT);
	vcpu->guest_task = NULL;
}

struct kvmppc_spapr_tce_table *km_kvm_table(struct kvm *kvm, unsigned long liobn)
{
	struct kvmppc_spapr_tce_table *stt;

	list_for_each_entry_lockless(stt, &kvm->arch.spapr_tce_tables, list)
		if (stt->liobn == liobn)
			return stt;
	return NULL;
}

/* How many TCEs the call is about, as far as its handler gets. */
static u64 km_kvm_tces(const struct kvm_vcpu *v, unsigned long nr)
{
	unsigned long count = v->arch.regs.gpr[7];

	if (!km_kvm_table(v->kvm, v->arch.regs.gpr[4]))
		return 0;
	if (nr != H_PUT_TCE_INDIRECT && nr != H_STUFF_TCE)
		return 1;
	return min(count, 512UL);
}

/* The hosted handlers, as book3s_hv.c calls them. */
static long km_kvm_virtual_hcall(struct kvm_vcpu *v, unsigned long nr)
{
	const unsigned long *gpr = v->arch.regs.gpr;

	switch (nr) {
	case H_GET_TCE:
		return kvmppc_h_get_tce(v, gpr[4], gpr[5]);
	case H_PUT_TCE:
		return kvmppc_h_put_tce(v, gpr[4], gpr[5], gpr[6]);
	case H_PUT_TCE_INDIRECT:
		return kvmppc_h_put_tce_indirect(v, gpr[4], gpr[5], gpr[6], gpr[7]);
	case H_STUFF_TCE:
		return kvmppc_h_stuff_tce(v, gpr[4], gpr[5], gpr[6], gpr[7]);
	default:
		return H_TOO_HARD;
	}
}

static bool km_kvm_hcall_enabled(const struct kvm_vcpu *v, unsigned long nr)
{
	return nr > MAX_HCALL_OPCODE || test_bit(nr / 4, v->kvm->arch.enabled_hcalls);
}

/* Up to virtual mode. Return: the answer, or H_TOO_HARD: user space has to. @by: who gave it. */
static long km_kvm_climb(struct kvm_vcpu *v, unsigned long nr, int *by)
{
	bool enabled = km_kvm_hcall_enabled(v, nr);
	long ret;

	if (km_kvm_real_mode && enabled) {
		km_charge(HOST_COST_HCALL_REAL, 1);
		ret = km_kvm_real_hcall(v, nr);
		*by = KM_HCALL_BY_REAL;
		if (ret != H_TOO_HARD)
			return ret;
	}
	km_charge(HOST_COST_HCALL_VIRTUAL, 1);
	*by = KM_HCALL_BY_VIRTUAL;
	if (!enabled)
		return H_TOO_HARD;
	km_charge(HOST_COST_HCALL, 1);
	km_charge(HOST_COST_HCALL_TCE, km_kvm_tces(v, nr));
	return km_kvm_virtual_hcall(v, nr);
}

/* A handler must leave nothing behind, whatever it answered. */
static void km_kvm_hcall_check(struct km_task *task, unsigned int held_locks, unsigned long nr)
{
	char text[128];

	if (likely(task->held_locks == held_locks && !preempt_count() && !km_irq_mask))
		return;
	snprintf(text, sizeof(text), "hypercall %#lx by %s returned with locks held: %d, preempt count %d, interrupt mask %lu",
		 nr, current->comm, (int)(task->held_locks - held_locks), preempt_count(), km_irq_mask);
	host_finding("hcall-leak", text);
	task->held_locks = held_locks;
	current_thread_info()->preempt_count = 0;
	km_irq_mask = 0;
}

/* To user space and back, with the registers in the vCPU's shared page. */
static void km_kvm_hcall_user(struct km_vcpu *vcpu, unsigned long nr)
{
	struct kvm_vcpu *v = &vcpu->v;
	int i;

	km_charge(HOST_COST_HCALL_USER, 1);
	v->run->papr_hcall.nr = nr;
	for (i = 0; i < KM_HCALL_ARGS; i++)
		v->run->papr_hcall.args[i] = kvmppc_get_gpr(v, 4 + i);
	v->arch.hcall_needed = 1;
	km_kvm_leave_guest(vcpu, KVM_EXIT_PAPR_HCALL);
	km_kvm_await_cpu(vcpu);
}

int km_kvm_hcall(struct km_vcpu *vcpu, u64 *gpr)
{
	struct kvm_vcpu *v = &vcpu->v;
	unsigned long nr = gpr[0];
	unsigned int held_locks;
	struct km_task *task;
	long ret;
	int by = KM_HCALL_BY_VIRTUAL;

	km_kvm_await_cpu(vcpu);
	km_current = vcpu->runner;
	km_irq_mask = 0;
	km_percpu_offset = 0;
	task = km_task(current);
	held_locks = task->held_locks;
	memcpy(&v->arch.regs.gpr[3], gpr, (1 + KM_HCALL_ARGS) * sizeof(*gpr));
	ret = km_kvm_climb(v, nr, &by);
	km_kvm_hcall_check(task, held_locks, nr);
	if (ret == H_TOO_HARD) {
		km_kvm_hcall_user(vcpu, nr);
		by = KM_HCALL_BY_USER;
	} else {
		kvmppc_set_gpr(v, 3, ret);
	}
	memcpy(gpr, &v->arch.regs.gpr[3], (1 + KM_HCALL_ARGS) * sizeof(*gpr));
	km_current = NULL;
	return by;
}
