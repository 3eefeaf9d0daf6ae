/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVM_MODEL_KVM_KERNEL_H
#define KVM_MODEL_KVM_KERNEL_H
/*
 * kvm-model/kvm_kernel.h - a machine whose guest is a kernel (kernel-model/guest.h): its memory is the machine's, its
 * hypercalls are made by the vCPU in whose task it runs, its device tree tells of the machine's PE.
 *
 * Not modelled: what kvm-model/kvm.h leaves out; more than one such machine.
 */
#include "kernel-model/guest.h"
#include "kvm-model/kvm.h"

struct kvm_kernel;

/**
 * struct kvm_kernel_options - @kernel: name of one of gm_descs(). @cpus: vCPUs, 0 and up. @function: PCI functions of
 * the PE,
 * @functions of them, borrowed. @multi_tce: lists of TCEs, if the VMM offers them. @ddw: DMA windows by RTAS, if the PE
 * has them. @locks: of the allocator. @pattern: what the device's bytes are (struct guest_backend).
 */
struct kvm_kernel_options {
	const char *kernel;
	uint32_t cpus, functions;
	struct vfm_device *function[GM_FUNCTIONS_MAX];
	bool multi_tce, ddw;
	enum gm_lock locks;
	uint64_t (*pattern)(uint64_t seed, uint64_t iova, void *buf, uint64_t bytes, bool check);
};

/**
 * kvm_kernel_create - give @guest, which has memory at guest address 0 and a PE, a kernel. @name: statistics
 * "guest.<name>". Return: 0 and *@out, which lives as long as the machine; -ENOENT: no such kernel; -errno. Context:
 * the VMM; yields.
 */
int kvm_kernel_create(struct kvm_guest *guest, const struct cfg *cfg, const char *name,
		      const struct kvm_kernel_options *options, struct kvm_kernel **out) sim_must_use;
/** kvm_kernel_boot - by vCPU 0, before any other entry. Return: 0 or -errno. Context: guest code; yields. */
int kvm_kernel_boot(struct kvm_kernel *kernel) sim_must_use;
const struct gm_ops *kvm_kernel_ops(const struct kvm_kernel *kernel);

#endif
