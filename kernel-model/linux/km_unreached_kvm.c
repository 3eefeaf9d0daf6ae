// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/linux/km_unreached_kvm.c - what the hosted virt/kvm files link to but no modelled path reaches; see
 * km_unreached.c.
 */
#include "kernel-model/linux/km_unreached.h"

/* kvm_main.c: guest frames looked up for page tables of guests, which are not modelled. */
KM_UNREACHED(find_vma)
KM_UNREACHED(fixup_user_fault)
KM_UNREACHED(follow_pfnmap_end)
KM_UNREACHED(follow_pfnmap_start)
KM_UNREACHED(follow_pte)
KM_UNREACHED(get_user_pages)
KM_UNREACHED(get_user_pages_fast_only)
KM_UNREACHED(get_user_pages_unlocked)
KM_UNREACHED(kvm_age_gfn)
KM_UNREACHED(kvm_arch_mmu_enable_log_dirty_pt_masked)
KM_UNREACHED(kvm_arch_sync_dirty_log)
KM_UNREACHED(kvm_set_spte_gfn)
KM_UNREACHED(kvm_test_age_gfn)
KM_UNREACHED(kvm_unmap_gfn_range)
KM_UNREACHED(kvm_vm_ioctl_get_dirty_log)
KM_UNREACHED(mark_page_accessed)
KM_UNREACHED(memremap)
KM_UNREACHED(memunmap)
KM_UNREACHED(mtree_load)
KM_UNREACHED(vma_kernel_pagesize)
unsigned long zero_pfn;
unsigned char empty_zero_page[1];
/* Guests of a nested KVM (6.7): the key that says so is off. */
KM_UNREACHED(__kvmhv_nestedv2_cached_reload)
KM_UNREACHED(__kvmhv_nestedv2_mark_dirty)
/* Registers and states of a vCPU other than a hypercall's; halting, yielding, kicking, signals. */
KM_UNREACHED(get_pid_task)
KM_UNREACHED(get_task_pid)
KM_UNREACHED(__put_task_struct)
KM_UNREACHED(kvm_arch_vcpu_in_kernel)
KM_UNREACHED(kvm_arch_vcpu_ioctl_get_fpu)
KM_UNREACHED(kvm_arch_vcpu_ioctl_get_mpstate)
KM_UNREACHED(kvm_arch_vcpu_ioctl_get_regs)
KM_UNREACHED(kvm_arch_vcpu_ioctl_get_sregs)
KM_UNREACHED(kvm_arch_vcpu_ioctl_set_fpu)
KM_UNREACHED(kvm_arch_vcpu_ioctl_set_guest_debug)
KM_UNREACHED(kvm_arch_vcpu_ioctl_set_mpstate)
KM_UNREACHED(kvm_arch_vcpu_ioctl_set_regs)
KM_UNREACHED(kvm_arch_vcpu_ioctl_set_sregs)
KM_UNREACHED(kvm_arch_vcpu_ioctl_translate)
KM_UNREACHED(kvm_arch_vcpu_runnable)
KM_UNREACHED(kvm_arch_vcpu_should_kick)
KM_UNREACHED(kvm_cpu_has_pending_timer)
KM_UNREACHED(kvm_vm_ioctl_irq_line)
KM_UNREACHED(ktime_get)
KM_UNREACHED(rcuwait_wake_up)
KM_UNREACHED(schedule)
KM_UNREACHED(sigprocmask)
KM_UNREACHED(single_task_running)
KM_UNREACHED(smp_call_function_many)
KM_UNREACHED(smp_send_reschedule)
KM_UNREACHED(arch_smp_send_reschedule)
KM_UNREACHED(yield_to)
/* Kernel threads of a machine (6.1) parked, uevents, debugfs, statistics files, seeking in files that have no position. */
KM_UNREACHED(kthread_park)
KM_UNREACHED(kthread_parkme)
KM_UNREACHED(set_user_nice)
KM_UNREACHED(add_uevent_var)
KM_UNREACHED(kobject_uevent_env)
KM_UNREACHED(debugfs_lookup)
KM_UNREACHED(debugfs_remove)
KM_UNREACHED(dentry_path_raw)
KM_UNREACHED(dput)
KM_UNREACHED(kvm_arch_create_vcpu_debugfs)
KM_UNREACHED(kvm_stats_read)
KM_UNREACHED(noop_llseek)
/* No statistics are described, so no file is made of them. */
const unsigned int kvm_vm_stats_header[8], kvm_vcpu_stats_header[8];
const unsigned char kvm_vm_stats_desc[1], kvm_vcpu_stats_desc[1];
const unsigned long param_ops_uint[8];
