/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KM_KVM_H
#define KM_KVM_H
/*
 * kernel-model/linux/km_kvm.h - the powerpc half of KVM, between the files that model it. virt/kvm/ and
 * arch/powerpc/kvm/book3s_64_vio.c are hosted; this is what lies between and below them.
 */
#include <linux/kvm_host.h>

#include "kernel-model/ops.h"

/**
 * struct km_vcpu - a vCPU. The hosted kvm_main.c makes it, with the size that km_kvm_init() told it.
 * @v: the kernel's own; must be first. @all: all vCPUs of all machines.
 * @runner, @runner_task: the thread that is inside KVM_RUN and its host task; NULL: none is.
 * @guest_task: host task of the guest's code, once it has asked for the CPU.
 * @in_guest: the guest has the CPU; while it has not, its code waits, and while it has, the thread does.
 */
struct km_vcpu {
	struct kvm_vcpu v;
	struct list_head all;
	struct task_struct *runner;
	void *runner_task, *guest_task;
	bool in_guest;
};

/* What powerpc's modules do when they are loaded. Return: 0 or -errno. */
int km_kvm_init(void);
/* The vCPU behind descriptor @fd of the running process, or NULL. */
struct km_vcpu *km_kvm_vcpu(unsigned int fd);

/* km_kvm_run.c: guest code. Both return when the guest has the CPU (again). Context: the guest's task; yield. */
/* Hypercall @gpr[0] (r3) with @gpr[1..9] (r4 to r12), which get the answer. Return: enum km_hcall_by of ops.h. */
int km_kvm_hcall(struct km_vcpu *vcpu, u64 *gpr);
/* Wait until the machine lets the guest run for the first time. */
void km_kvm_guest_begin(struct km_vcpu *vcpu);
/* The guest powers itself off: its KVM_RUN returns, and it never runs again. */
void km_kvm_guest_end(struct km_vcpu *vcpu);

/* Table @liobn, or NULL. */
struct kvmppc_spapr_tce_table *km_kvm_table(struct kvm *kvm, unsigned long liobn);

/* km_kvm_real.c: handlers that kernels before 6.0 ran in real mode. Return: an H_ code; H_TOO_HARD: ask virtual mode. */
extern enum km_real_mode km_kvm_real_mode;
long km_kvm_real_hcall(struct kvm_vcpu *vcpu, unsigned long nr);

#endif
