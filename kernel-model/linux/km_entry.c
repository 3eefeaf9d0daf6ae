// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/linux/km_entry.c - the way in: struct km_ops of kernel-model/ops.h, with which the host side boots
 * this kernel and does system calls.
 */
#include <linux/errno.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/kmod.h>
#include <linux/mman.h>
#include <linux/sched/mm.h>

#include "hw/platform.h"
#include "kernel-model/linux/km.h"
#include "kernel-model/linux/km_device.h"
#include "kernel-model/linux/km_kvm.h"
#include "kernel-model/ops.h"

struct km_proc {
	struct km_task *task;
};

static int km_op_boot(const struct platform *platform, unsigned int mutants)
{
	struct km_task *task;
	int err;

	km_page_init(platform->ram, platform->ram_bytes, host_firmware_base());
	km_mutant_early_unpin = mutants & KM_MUTANT_EARLY_UNPIN;
	task = km_task_create("swapper", NULL);
	km_enter(task);
	km_rcu_init();
	km_irq_init();
	err = km_powernv_boot(platform);
	if (!err)
		err = request_module("vfio"); /* as binding a device to a VFIO bus driver does */
	if (!err)
		err = vfm_bus_init();
	if (!err)
		err = km_engine_init();
	if (!err)
		err = km_module_load("kvm");
	km_leave("boot");
	return err;
}

static struct km_proc *km_op_proc_create(const char *comm, unsigned long long memlock_bytes, int cap_ipc_lock)
{
	struct km_proc *proc = host_calloc(sizeof(*proc));
	struct rlimit *limit;

	proc->task = km_task_create(comm, km_mm_create());
	proc->task->cap_ipc_lock = cap_ipc_lock;
	limit = &proc->task->signal.rlim[RLIMIT_MEMLOCK];
	limit->rlim_cur = limit->rlim_max = memlock_bytes;
	km_enter(proc->task);
	proc->task->t.files = km_files_create();
	km_leave("fork");
	return proc;
}

/* The last of the process. exit_mm() comes before exit_files(), as in kernel/exit.c: containers find no mm at their release. */
static void km_op_proc_exit(struct km_proc *proc)
{
	struct km_task *task = proc->task;
	struct mm_struct *mm = task->t.mm;

	km_enter(task);
	mmgrab(mm);
	task->t.mm = NULL;
	km_mm_destroy(mm);
	km_files_put(task->t.files);
	task->t.files = NULL;
	km_leave("exit");
	mmdrop(mm);
	km_task_destroy(task);
	host_free(proc);
}

/* As clone(CLONE_VM | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD): address space, descriptors and limits are shared. */
static struct km_proc *km_op_thread_create(struct km_proc *leader, const char *comm)
{
	struct km_proc *thread = host_calloc(sizeof(*thread));

	thread->task = km_task_create(comm, leader->task->t.mm);
	thread->task->cap_ipc_lock = leader->task->cap_ipc_lock;
	thread->task->t.signal = leader->task->t.signal;
	thread->task->t.group_leader = &leader->task->t;
	thread->task->t.tgid = leader->task->t.tgid;
	thread->task->t.files = km_files_share(leader->task->t.files);
	km_enter(thread->task);
	km_leave("clone");
	return thread;
}

static void km_op_thread_exit(struct km_proc *thread)
{
	struct km_task *task = thread->task;

	km_enter(task);
	km_files_put(task->t.files);
	task->t.files = NULL;
	km_leave("exit");
	km_task_destroy(task);
	host_free(thread);
}

static unsigned int km_op_proc_id(const struct km_proc *proc)
{
	return km_mm_id(proc->task->t.mm);
}

static unsigned long long km_op_proc_locked_vm(const struct km_proc *proc)
{
	return proc->task->t.mm->locked_vm;
}

/* One system call: @expr between entry and the exit checks. */
#define KM_SYSCALL(proc, what, type, expr)  \
	({                                  \
		type __ret;                 \
                                            \
		km_enter((proc)->task);     \
		__ret = (expr);             \
		km_leave(what);             \
		__ret;                      \
	})

static long km_op_open(struct km_proc *proc, const char *path, int flags)
{
	return KM_SYSCALL(proc, "open", long, km_file_open(path, flags));
}

static long km_op_close(struct km_proc *proc, int fd)
{
	return KM_SYSCALL(proc, "close", long, km_file_close(fd));
}

static long km_op_ioctl(struct km_proc *proc, int fd, unsigned int cmd, unsigned long long arg)
{
	return KM_SYSCALL(proc, "ioctl", long, km_file_ioctl(fd, cmd, arg));
}

static long km_op_read(struct km_proc *proc, int fd, unsigned long long user_va, unsigned long long bytes)
{
	return KM_SYSCALL(proc, "read", long, km_file_read(fd, (char __user *)user_va, bytes));
}

static long km_op_write(struct km_proc *proc, int fd, unsigned long long user_va, unsigned long long bytes)
{
	return KM_SYSCALL(proc, "write", long, km_file_write(fd, (const char __user *)user_va, bytes));
}

static long km_op_pread(struct km_proc *proc, int fd, unsigned long long user_va, unsigned long long bytes,
			unsigned long long offset)
{
	return KM_SYSCALL(proc, "pread", long, km_file_pread(fd, (char __user *)user_va, bytes, offset));
}

static long km_op_pwrite(struct km_proc *proc, int fd, unsigned long long user_va, unsigned long long bytes,
			 unsigned long long offset)
{
	return KM_SYSCALL(proc, "pwrite", long, km_file_pwrite(fd, (const char __user *)user_va, bytes, offset));
}

static long km_op_eventfd(struct km_proc *proc, unsigned int initial, int flags)
{
	return KM_SYSCALL(proc, "eventfd", long, km_eventfd_create(initial, flags));
}

static void *km_op_fd_send(struct km_proc *proc, int fd)
{
	return KM_SYSCALL(proc, "sendmsg", void *, fget(fd));
}

static long km_op_fd_receive(struct km_proc *proc, void *sent)
{
	return KM_SYSCALL(proc, "recvmsg", long, km_file_receive(sent));
}

static long long km_do_mmap(unsigned long addr, unsigned long bytes, int prot, int flags, int fd, unsigned long offset)
{
	unsigned long vm_flags = (prot & PROT_READ ? VM_READ | VM_MAYREAD : 0) |
				 (prot & PROT_WRITE ? VM_WRITE | VM_MAYWRITE : 0) |
				 (flags & KM_MAP_SHARED ? VM_SHARED | VM_MAYSHARE : 0);
	struct file *file = NULL;
	long long ret;

	if (!(flags & KM_MAP_ANONYMOUS)) {
		file = fget(fd);
		if (!file)
			return -EBADF;
	}
	mmap_write_lock(current->mm);
	ret = km_vma_map(current->mm, addr, bytes, vm_flags, flags & KM_MAP_FIXED, flags & KM_MAP_HUGETLB, file, offset);
	mmap_write_unlock(current->mm);
	if (file)
		fput(file);
	return ret;
}

static long long km_op_mmap(struct km_proc *proc, unsigned long long addr, unsigned long long bytes, int prot, int flags,
			    int fd, unsigned long long offset)
{
	return KM_SYSCALL(proc, "mmap", long long, km_do_mmap(addr, bytes, prot, flags, fd, offset));
}

static long km_do_munmap(unsigned long addr, unsigned long bytes)
{
	long ret;

	mmap_write_lock(current->mm);
	ret = km_vma_unmap(current->mm, addr, bytes);
	mmap_write_unlock(current->mm);
	return ret;
}

static long km_op_munmap(struct km_proc *proc, unsigned long long addr, unsigned long long bytes)
{
	return KM_SYSCALL(proc, "munmap", long, km_do_munmap(addr, bytes));
}

/* Loads and stores of user code are no system calls: no entry cost, but current for faults. */
static long km_op_user_load(struct km_proc *proc, unsigned long long user_va, void *to, unsigned long long bytes)
{
	long ret;

	km_current = &proc->task->t;
	ret = km_user_load(proc->task->t.mm, user_va, to, bytes);
	km_current = NULL;
	return ret;
}

static long km_op_user_store(struct km_proc *proc, unsigned long long user_va, const void *from,
			     unsigned long long bytes)
{
	long ret;

	km_current = &proc->task->t;
	ret = km_user_store(proc->task->t.mm, user_va, from, bytes);
	km_current = NULL;
	return ret;
}

static unsigned long long km_op_user_real(struct km_proc *proc, unsigned long long user_va)
{
	return proc->task->t.mm ? km_vma_real(proc->task->t.mm, user_va) : ~0ULL;
}

static void *km_op_vcpu(struct km_proc *proc, int fd)
{
	void *vcpu;

	km_current = &proc->task->t;
	vcpu = km_kvm_vcpu(fd);
	km_current = NULL;
	return vcpu;
}

static void km_op_guest_begin(void *vcpu)
{
	km_kvm_guest_begin(vcpu);
}

static int km_op_hcall(void *vcpu, unsigned long long *gpr)
{
	return km_kvm_hcall(vcpu, gpr);
}

static void km_op_guest_end(void *vcpu)
{
	km_kvm_guest_end(vcpu);
}

static void km_op_kvm_real_mode(int mode)
{
	km_kvm_real_mode = mode;
}

static void km_op_irq(unsigned int irq)
{
	km_irq_raise(irq);
}

static void km_op_firmware_event(unsigned int bit)
{
	km_irq_opal_event(bit);
}

static int km_op_set_driver(const char *device, const char *driver)
{
	struct km_task *task = km_task_create("driverctl", NULL);
	int ret;

	km_enter(task);
	ret = km_driver_set(device, driver);
	km_leave("driver change");
	km_task_destroy(task);
	return ret;
}

static void km_op_rcu_barrier(void)
{
	struct km_task *task = km_task_create("rcu-barrier", NULL);

	km_enter(task);
	km_rcu_barrier();
	km_leave("rcu_barrier");
	km_task_destroy(task);
}

static void km_op_account(struct km_account *out)
{
	out->pins = km_pins();
	out->pages = km_page_allocated();
	out->objects = km_objects();
	out->locked_vm = km_mm_locked_vm_total();
	out->files = km_file_count();
	out->rcu_pending = km_rcu_pending();
}

static void km_op_fault_arm(struct km_proc *proc, enum km_fault kind, unsigned long long nth, unsigned long long delay_ps)
{
	km_fault_arm(proc ? proc->task : NULL, kind, nth, delay_ps);
}

static int km_op_fault_fired(enum km_fault kind)
{
	return km_fault_fired(kind);
}

static void km_op_costs(int on)
{
	km_costs_on = on;
}

const struct km_ops km_ops = {
	.boot = km_op_boot,
	.proc_create = km_op_proc_create,
	.proc_exit = km_op_proc_exit,
	.thread_create = km_op_thread_create,
	.thread_exit = km_op_thread_exit,
	.proc_id = km_op_proc_id,
	.proc_locked_vm = km_op_proc_locked_vm,
	.open = km_op_open,
	.close = km_op_close,
	.ioctl = km_op_ioctl,
	.read = km_op_read,
	.write = km_op_write,
	.pread = km_op_pread,
	.pwrite = km_op_pwrite,
	.eventfd = km_op_eventfd,
	.fd_send = km_op_fd_send,
	.fd_receive = km_op_fd_receive,
	.mmap = km_op_mmap,
	.munmap = km_op_munmap,
	.user_load = km_op_user_load,
	.user_store = km_op_user_store,
	.user_real = km_op_user_real,
	.vcpu = km_op_vcpu,
	.guest_begin = km_op_guest_begin,
	.hcall = km_op_hcall,
	.guest_end = km_op_guest_end,
	.kvm_real_mode = km_op_kvm_real_mode,
	.irq = km_op_irq,
	.firmware_event = km_op_firmware_event,
	.rcu_barrier = km_op_rcu_barrier,
	.account = km_op_account,
	.device_count = km_powernv_device_count,
	.device_info = km_powernv_device_info,
	.fault_arm = km_op_fault_arm,
	.fault_fired = km_op_fault_fired,
	.set_driver = km_op_set_driver,
	.costs = km_op_costs,
};
