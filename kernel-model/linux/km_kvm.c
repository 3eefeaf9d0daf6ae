// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/linux/km_kvm.c - the life of virtual machines on powerpc: what arch/powerpc/kvm/powerpc.c, book3s.c and
 * book3s_hv.c are to the hosted virt/kvm/kvm_main.c, as far as TCE tables need it.
 *
 * A machine has memory slots, vCPUs, the set of hypercalls that the kernel may answer, and TCE tables; the tables are
 * made and written by the hosted book3s_64_vio.c. How a vCPU runs is in km_kvm_run.c.
 *
 * Not modelled: page tables of guests (a guest reaches its memory through the slots at once, so there is nothing to
 * invalidate, and dirty pages are not tracked), interrupts into guests, timers, registers other than those of a
 * hypercall, RTAS, XICS and XIVE, nested guests, secure guests, KVM PR, irqfds, statistics files, debugfs.
 */
#include <linux/bsearch.h>
#include <linux/cpuhotplug.h>
#include <linux/debugfs.h>
#include <linux/file.h>
#include <linux/kvm_host.h>
#include <linux/mmu_notifier.h>
#include <linux/preempt.h>
#include <linux/rcuwait.h>
#include <linux/reboot.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/syscore_ops.h>
#include <linux/uaccess.h>
#include <asm/hvcall.h>
#include <asm/kvm_book3s.h>
#include <asm/kvm_ppc.h>

#include "kernel-model/linux/km.h"
#include "kernel-model/linux/km_compat.h"
#include "kernel-model/linux/km_kvm.h"

#ifdef KM_KVM_NESTED_V2
DEFINE_STATIC_KEY_FALSE(__kvmhv_is_nestedv2);
#endif

static LIST_HEAD(km_vcpus);

/* Enabled from the start, of what is modelled (book3s_hv.c, default_hcall_list): user space asks for the others. */
static const unsigned int km_hcalls_default[] = { H_GET_TCE, H_PUT_TCE };
static const unsigned int km_hcalls[] = { H_GET_TCE, H_PUT_TCE, H_PUT_TCE_INDIRECT, H_STUFF_TCE };

int km_kvm_init(void)
{
	return km_kvm_main_init(sizeof(struct km_vcpu), __alignof__(struct km_vcpu), THIS_MODULE);
}

struct km_vcpu *km_kvm_vcpu(unsigned int fd)
{
	struct file *file = fget(fd);
	struct km_vcpu *vcpu, *found = NULL;

	if (!file)
		return NULL;
	list_for_each_entry(vcpu, &km_vcpus, all)
		if (file->private_data == &vcpu->v)
			found = vcpu;
	fput(file);
	return found;
}

/* ---- Machines ---- */

int kvm_arch_init_vm(struct kvm *kvm, unsigned long type)
{
	unsigned int i;

	/* 0: whatever there is; there is HV only. */
	if (type && type != KVM_VM_PPC_HV)
		return -EINVAL;
	INIT_LIST_HEAD(&kvm->arch.spapr_tce_tables);
	INIT_LIST_HEAD(&kvm->arch.rtas_tokens);
	mutex_init(&kvm->arch.rtas_token_lock);
	for (i = 0; i < ARRAY_SIZE(km_hcalls_default); i++)
		__set_bit(km_hcalls_default[i] / 4, kvm->arch.enabled_hcalls);
	return 0;
}

void kvm_arch_destroy_vm(struct kvm *kvm)
{
	kvm_destroy_vcpus(kvm);
}

int kvm_vm_ioctl_check_extension(struct kvm *kvm, long ext)
{
	switch (ext) {
	case KVM_CAP_PPC_PAPR:
	case KVM_CAP_ENABLE_CAP:
	case KVM_CAP_IOEVENTFD:
	case KVM_CAP_DEVICE_CTRL:
	case KVM_CAP_IMMEDIATE_EXIT:
	case KVM_CAP_SPAPR_TCE:
	case KVM_CAP_SPAPR_TCE_64:
	case KVM_CAP_SPAPR_TCE_VFIO:
	case KVM_CAP_SPAPR_MULTITCE:
	case KVM_CAP_PPC_ENABLE_HCALL:
		return 1;
	case KVM_CAP_MAX_VCPUS:
		return KVM_MAX_VCPUS;
	case KVM_CAP_MAX_VCPU_ID:
		return KVM_MAX_VCPU_IDS;
	default:
		return 0;
	}
}

static int km_kvm_enable_hcall(struct kvm *kvm, unsigned long hcall, unsigned long on)
{
	unsigned int i;

	if (hcall > MAX_HCALL_OPCODE || (hcall & 3) || on > 1)
		return -EINVAL;
	for (i = 0; i < ARRAY_SIZE(km_hcalls); i++) {
		if (km_hcalls[i] != hcall)
			continue;
		if (on)
			set_bit(hcall / 4, kvm->arch.enabled_hcalls);
		else
			clear_bit(hcall / 4, kvm->arch.enabled_hcalls);
		return 0;
	}
	return -EINVAL;
}

int kvm_vm_ioctl_enable_cap(struct kvm *kvm, struct kvm_enable_cap *cap)
{
	if (cap->flags || cap->cap != KVM_CAP_PPC_ENABLE_HCALL)
		return -EINVAL;
	return km_kvm_enable_hcall(kvm, cap->args[0], cap->args[1]);
}

static long km_kvm_create_tce_64(struct kvm *kvm, void __user *arg)
{
	struct kvm_create_spapr_tce_64 args;

	if (copy_from_user(&args, arg, sizeof(args)))
		return -EFAULT;
	if (args.flags)
		return -EINVAL;
	return kvm_vm_ioctl_create_spapr_tce(kvm, &args);
}

/* The older call: a window of 4K pages at 0, its size in bytes. */
static long km_kvm_create_tce(struct kvm *kvm, void __user *arg)
{
	struct kvm_create_spapr_tce old;
	struct kvm_create_spapr_tce_64 args = { .page_shift = IOMMU_PAGE_SHIFT_4K };

	if (copy_from_user(&old, arg, sizeof(old)))
		return -EFAULT;
	args.liobn = old.liobn;
	args.size = old.window_size >> IOMMU_PAGE_SHIFT_4K;
	return kvm_vm_ioctl_create_spapr_tce(kvm, &args);
}

KM_KVM_VM_IOCTL kvm_arch_vm_ioctl(struct file *filp, unsigned int ioctl, unsigned long arg)
{
	struct kvm *kvm = filp->private_data;

	switch (ioctl) {
	case KVM_CREATE_SPAPR_TCE_64:
		return km_kvm_create_tce_64(kvm, (void __user *)arg);
	case KVM_CREATE_SPAPR_TCE:
		return km_kvm_create_tce(kvm, (void __user *)arg);
	default:
		return -ENOTTY;
	}
}

long kvm_arch_dev_ioctl(struct file *filp, unsigned int ioctl, unsigned long arg)
{
	return -EINVAL;
}

/* ---- Memory slots: kvm_main.c keeps them; there are no page tables to follow ---- */

int kvm_arch_prepare_memory_region(struct kvm *kvm, const struct kvm_memory_slot *old, struct kvm_memory_slot *new,
				   enum kvm_mr_change change)
{
	return 0;
}

void kvm_arch_commit_memory_region(struct kvm *kvm, struct kvm_memory_slot *old, const struct kvm_memory_slot *new,
				   enum kvm_mr_change change)
{
}

void kvm_arch_free_memslot(struct kvm *kvm, struct kvm_memory_slot *slot)
{
}

void kvm_arch_flush_shadow_memslot(struct kvm *kvm, struct kvm_memory_slot *slot)
{
}

/* ---- vCPUs ---- */

int kvm_arch_vcpu_precreate(struct kvm *kvm, unsigned int id)
{
	return 0;
}

int kvm_arch_vcpu_create(struct kvm_vcpu *v)
{
	struct km_vcpu *vcpu = container_of(v, struct km_vcpu, v);

	list_add_tail(&vcpu->all, &km_vcpus);
	return 0;
}

void kvm_arch_vcpu_postcreate(struct kvm_vcpu *v)
{
}

void kvm_arch_vcpu_destroy(struct kvm_vcpu *v)
{
	list_del(&container_of(v, struct km_vcpu, v)->all);
}

void kvm_arch_vcpu_load(struct kvm_vcpu *v, int cpu)
{
	v->cpu = cpu;
}

void kvm_arch_vcpu_put(struct kvm_vcpu *v)
{
	v->cpu = -1;
}

long kvm_arch_vcpu_ioctl(struct file *filp, unsigned int ioctl, unsigned long arg)
{
	return -EINVAL;
}

vm_fault_t kvm_arch_vcpu_fault(struct kvm_vcpu *vcpu, struct vm_fault *vmf)
{
	return VM_FAULT_SIGBUS;
}

/* ---- What kvm_main.c asks of the rest of a kernel ---- */

/* A task does not lose its CPU while it is in a vCPU, so nobody is told of switches. */
void preempt_notifier_inc(void)
{
}

void preempt_notifier_dec(void)
{
}

void preempt_notifier_register(struct preempt_notifier *notifier)
{
}

void preempt_notifier_unregister(struct preempt_notifier *notifier)
{
}

/* What is unmapped or moved in the process has no copy in page tables of a guest. */
int mmu_notifier_register(struct mmu_notifier *notifier, struct mm_struct *mm)
{
	return 0;
}

void mmu_notifier_unregister(struct mmu_notifier *notifier, struct mm_struct *mm)
{
}

/* Nobody waits for an invalidation that never runs. */
void finish_rcuwait(struct rcuwait *w)
{
	rcu_assign_pointer(w->task, NULL);
}

/* Tasks have no struct pid, so a vCPU remembers none of its threads. */
void put_pid(struct pid *pid)
{
}

/* Nobody mounts the debug file system, so machines show nothing there. */
bool debugfs_initialized(void)
{
	return false;
}

void *bsearch(const void *key, const void *base, size_t num, size_t size, cmp_func_t cmp)
{
	return __inline_bsearch(key, base, num, size, cmp);
}

/* One CPU is online as far as kvm_main.c is concerned: requests to other CPUs find none. */
struct cpumask __cpu_online_mask = { { 1 } };

#ifdef KM_KVM_STARTS_CPUS
int kvm_arch_init(void *opaque)
{
	return 0;
}

int kvm_arch_hardware_setup(void *opaque)
{
	return 0;
}

int kvm_arch_hardware_enable(void)
{
	return 0;
}

int kvm_arch_check_processor_compat(void *opaque)
{
	return 0;
}

void on_each_cpu_cond_mask(smp_cond_func_t cond, smp_call_func_t func, void *info, bool wait, const struct cpumask *mask)
{
	func(info);
}

int smp_call_function_single(int cpu, smp_call_func_t func, void *info, int wait)
{
	func(info);
	return 0;
}

/* CPUs neither come nor go, the machine neither sleeps nor reboots. */
int __cpuhp_setup_state(enum cpuhp_state state, const char *name, bool invoke, int (*startup)(unsigned int cpu),
			int (*teardown)(unsigned int cpu), bool multi_instance)
{
	return 0;
}

void __cpuhp_remove_state(enum cpuhp_state state, bool invoke)
{
}

int unregister_reboot_notifier(struct notifier_block *nb)
{
	return 0;
}

void register_syscore_ops(struct syscore_ops *ops)
{
}

void unregister_syscore_ops(struct syscore_ops *ops)
{
}
#endif
