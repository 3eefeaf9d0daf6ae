// SPDX-License-Identifier: GPL-2.0-only
/*
 * vfio-model/vfm_proc.c - user processes: life, memory and system calls.
 *
 * A process is a sim task. Its first act is to ask the kernel for an address space, its last to give it back.
 * Argument structures live in user memory as on a real machine: one area of VFM_ARG_BYTES that the process maps when it
 * starts; they are written there before a call and read back after it, so that the kernel's copy_from_user and
 * copy_to_user meet real user pages. Latency is what passes between entry and return; preparing the argument is user
 * code.
 *
 * A thread is a task like a process, with an argument area of its own; it shares the rest. A process ends when the
 * last of its threads has.
 *
 * Not modelled: signals (a bad access is counted and returns -EFAULT), fork.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kernel-model/cpu.h"
#include "sim/finding.h"
#include "sim/trace.h"
#include "vfio-model/vfm_internal.h"

struct vfm *vfm_create(struct sim *sim, struct kernel *kernel)
{
	struct vfm *vfm = sim_alloc(sizeof(*vfm));

	vfm->sim = sim;
	vfm->kernel = kernel;
	vfm->ops = kernel_ops(kernel);
	vfm->tail = &vfm->procs;
	return vfm;
}

void vfm_destroy(struct vfm *vfm)
{
	struct vfm_proc *proc;

	if (!vfm)
		return;
	while ((proc = vfm->procs)) {
		vfm->procs = proc->next;
		if (proc->leader == proc)
			stat_unregister(vfm->sim, proc->stats);
		free(proc->name);
		free(proc);
	}
	free(vfm);
}

void vfm_observe(struct vfm *vfm, vfm_ioctl_fn *fn, void *arg)
{
	sim_assert(vfm->sim, vfm->observer_count < VFM_OBSERVERS);
	vfm->observer[vfm->observer_count].fn = fn;
	vfm->observer[vfm->observer_count++].arg = arg;
}

void vfm_observe_calls(struct vfm *vfm, vfm_syscall_fn *fn, void *arg)
{
	sim_assert(vfm->sim, vfm->call_observer_count < VFM_OBSERVERS);
	vfm->call_observer[vfm->call_observer_count].fn = fn;
	vfm->call_observer[vfm->call_observer_count++].arg = arg;
}

/* What the thread was made for, once it has room for arguments. */
static void proc_body(struct vfm_proc *proc)
{
	int64_t va;

	proc->id = proc->vfm->ops->proc_id(proc->km);
	va = vfm_mmap_anon(proc, VFM_ARG_BYTES);
	if (va < 0) {
		finding_add(proc->vfm->sim, FINDING_VIOLATION, "process", "process %s: no memory for arguments (%lld)",
			    proc->name, (long long)va);
		return;
	}
	proc->arg_va = (uint64_t)va;
	proc->main(proc, proc->main_arg);
}

static void proc_exit(struct vfm_proc *proc)
{
	struct vfm_syscall call = {.call = VFM_CALL_EXIT, .fd = -1};

	vfm_call_begin(proc, &call);
	proc->vfm->ops->proc_exit(proc->km);
	proc->km = NULL;
	vfm_call_end(&call, 0);
	(void)vfm_call_done(&call);
}

static void proc_main(struct sim *sim, void *arg)
{
	struct vfm_proc *proc = arg;
	const struct km_ops *ops = proc->vfm->ops;

	proc->km = ops->proc_create(proc->name, proc->memlock_bytes, 0);
	if (proc->km) {
		proc_body(proc);
		vfm_thread_join(proc);
		proc_exit(proc);
	} else {
		finding_add(sim, FINDING_VIOLATION, "process", "process %s: the kernel made none", proc->name);
	}
	proc->exited = true;
}

static void thread_main(struct sim *sim, void *arg)
{
	struct vfm_proc *proc = arg;
	const struct km_ops *ops = proc->vfm->ops;

	proc->km = ops->thread_create(proc->leader->km, proc->name);
	if (proc->km) {
		proc_body(proc);
		if (proc->arg_va)
			(void)vfm_munmap(proc, proc->arg_va, VFM_ARG_BYTES);
		ops->thread_exit(proc->km);
		proc->km = NULL;
	} else {
		finding_add(sim, FINDING_VIOLATION, "process", "thread %s: the kernel made none", proc->name);
	}
	proc->exited = true;
	if (!--proc->leader->threads)
		(void)sim_waitq_wake_all(sim, &proc->leader->joiners);
}

/* @leader: NULL for a new process. */
static struct vfm_proc *proc_start(struct vfm *vfm, struct vfm_proc *leader, const char *name, vfm_main_fn *main,
				   void *arg)
{
	struct vfm_proc *proc = sim_alloc(sizeof(*proc));
	char *task_name = sim_asprintf("proc %s", name);

	proc->vfm = vfm;
	proc->leader = leader ? leader : proc;
	proc->stats = &proc->leader->own_stats;
	proc->name = sim_strdup(name);
	proc->main = main;
	proc->main_arg = arg;
	*vfm->tail = proc;
	vfm->tail = &proc->next;
	if (trace_on(vfm->sim))
		proc->track = trace_track(vfm->sim, task_name, "calls");
	sim_task_create(vfm->sim, task_name, leader ? thread_main : proc_main, proc);
	free(task_name);
	return proc;
}

struct vfm_proc *vfm_proc_start(struct vfm *vfm, const char *name, uint64_t memlock_bytes, vfm_main_fn *main, void *arg)
{
	struct vfm_proc *proc = proc_start(vfm, NULL, name, main, arg);

	proc->memlock_bytes = memlock_bytes;
	vfm_stats_register(proc);
	return proc;
}

struct vfm_proc *vfm_thread_start(struct vfm_proc *proc, const char *name, vfm_main_fn *main, void *arg)
{
	struct vfm_proc *leader = proc->leader;
	char *full_name = sim_asprintf("%s %s", leader->name, name);
	struct vfm_proc *thread;

	sim_assert(leader->vfm->sim, leader->km != NULL);
	leader->threads++;
	thread = proc_start(leader->vfm, leader, full_name, main, arg);
	free(full_name);
	return thread;
}

void vfm_thread_join(struct vfm_proc *proc)
{
	struct sim *sim = proc->vfm->sim;

	if (!proc->leader->threads)
		return;
	vfm_proc_set_where(proc, "waiting for threads");
	cpu_wait_begin(sim, "join");
	while (proc->leader->threads)
		sim_waitq_wait(sim, &proc->leader->joiners);
	cpu_wait_end(sim);
	vfm_proc_set_where(proc, NULL);
}

struct vfm_proc *vfm_proc_leader(struct vfm_proc *proc)
{
	return proc->leader;
}

struct vfm_proc *vfm_proc_next(const struct vfm *vfm, const struct vfm_proc *proc)
{
	return proc ? proc->next : vfm->procs;
}

const char *vfm_proc_name(const struct vfm_proc *proc)
{
	return proc->name;
}

struct sim *vfm_proc_sim(const struct vfm_proc *proc)
{
	return proc->vfm->sim;
}

uint32_t vfm_proc_id(const struct vfm_proc *proc)
{
	return proc->id;
}

uint32_t vfm_proc_page_bytes(const struct vfm_proc *proc)
{
	return kernel_desc(proc->vfm->kernel)->page_bytes;
}

uint64_t vfm_proc_locked_vm(const struct vfm_proc *proc)
{
	return proc->km ? proc->vfm->ops->proc_locked_vm(proc->km) : 0;
}

struct kernel *vfm_kernel(const struct vfm *vfm)
{
	return vfm->kernel;
}

struct km_proc *vfm_proc_km(const struct vfm_proc *proc)
{
	return proc->km;
}

bool vfm_proc_exited(const struct vfm_proc *proc)
{
	return proc->exited;
}

void vfm_proc_set_where(struct vfm_proc *proc, const char *where)
{
	proc->where = where;
	sim_task_note(proc->vfm->sim, where);
}

const char *vfm_proc_where(const struct vfm_proc *proc)
{
	return proc->where;
}

sim_ps vfm_proc_last_call_ps(const struct vfm_proc *proc)
{
	return proc->last_call_ps;
}

/* ---- Memory ---- */

int64_t vfm_load(struct vfm_proc *proc, uint64_t user_va, void *to, size_t bytes)
{
	int64_t ret = proc->vfm->ops->user_load(proc->km, user_va, to, bytes);

	proc->stats->faults += ret < 0;
	return ret;
}

int64_t vfm_store(struct vfm_proc *proc, uint64_t user_va, const void *from, size_t bytes)
{
	int64_t ret = proc->vfm->ops->user_store(proc->km, user_va, from, bytes);

	proc->stats->faults += ret < 0;
	return ret;
}

uint64_t vfm_user_real(struct vfm_proc *proc, uint64_t user_va)
{
	return proc->km ? proc->vfm->ops->user_real(proc->km, user_va) : UINT64_MAX;
}

void vfm_sleep(struct vfm_proc *proc, sim_ps ps)
{
	struct sim *sim = proc->vfm->sim;
	sim_ps end = sim_now(sim) + ps;

	/* A wake that was meant for an earlier wait must not shorten this one. */
	cpu_wait_begin(sim, "sleep");
	while (sim_now(sim) < end)
		(void)sim_task_block_until(sim, end);
	cpu_wait_end(sim);
}

/* It returned @ret, and there is nothing more to know of it. */
static int64_t returned(struct vfm_syscall *call, int64_t ret)
{
	vfm_call_end(call, ret);
	return vfm_call_done(call);
}

static int64_t map_memory(struct vfm_proc *proc, uint64_t bytes, int flags, int fd, uint64_t offset)
{
	struct vfm_syscall call = {.call = VFM_CALL_MMAP, .fd = fd, .bytes = bytes, .offset = offset};

	vfm_call_begin(proc, &call);
	return returned(&call,
			proc->vfm->ops->mmap(proc->km, 0, bytes, KM_PROT_READ | KM_PROT_WRITE, flags, fd, offset));
}

int64_t vfm_mmap_anon(struct vfm_proc *proc, uint64_t bytes)
{
	return map_memory(proc, bytes, KM_MAP_PRIVATE | KM_MAP_ANONYMOUS, -1, 0);
}

int64_t vfm_mmap_huge(struct vfm_proc *proc, uint64_t bytes)
{
	return map_memory(proc, bytes, KM_MAP_PRIVATE | KM_MAP_ANONYMOUS | KM_MAP_HUGETLB, -1, 0);
}

int64_t vfm_mmap_fd(struct vfm_proc *proc, int fd, uint64_t bytes, uint64_t offset)
{
	return map_memory(proc, bytes, KM_MAP_SHARED, fd, offset);
}

int64_t vfm_munmap(struct vfm_proc *proc, uint64_t user_va, uint64_t bytes)
{
	struct vfm_syscall call = {.call = VFM_CALL_MUNMAP, .fd = -1, .value = user_va, .bytes = bytes};

	vfm_call_begin(proc, &call);
	return returned(&call, proc->vfm->ops->munmap(proc->km, user_va, bytes));
}

/* ---- System calls ---- */

static void tell(struct vfm_proc *proc, const struct vfm_ioctl *call)
{
	struct vfm *vfm = proc->vfm;

	for (uint32_t i = 0; i < vfm->observer_count; i++)
		vfm->observer[i].fn(vfm->observer[i].arg, call);
}

int64_t vfm_open(struct vfm_proc *proc, const char *path)
{
	const int read_write = 2; /* O_RDWR, the same on all of Linux */
	struct vfm_syscall call = {.call = VFM_CALL_OPEN, .fd = -1, .path = path};

	vfm_call_begin(proc, &call);
	return returned(&call, proc->vfm->ops->open(proc->km, path, read_write));
}

int64_t vfm_close(struct vfm_proc *proc, int fd)
{
	struct vfm_ioctl call = {.proc = proc, .fd = fd, .cmd = VFM_CLOSE};
	struct vfm_syscall syscall = {.call = VFM_CALL_CLOSE, .fd = fd};

	tell(proc, &call);
	vfm_call_begin(proc, &syscall);
	call.ret = returned(&syscall, proc->vfm->ops->close(proc->km, fd));
	call.returned = true;
	tell(proc, &call);
	return call.ret;
}

/* The call itself, between its two reports. @arg: host copy of the structure at @user_arg, or NULL. */
static int64_t do_ioctl(struct vfm_proc *proc, struct vfm_ioctl *call, enum vfm_call kind, uint64_t user_arg, void *arg)
{
	struct vfm_syscall syscall = {.call = kind, .fd = call->fd, .cmd = call->cmd, .value = user_arg};
	uint8_t in[VFM_ARG_BYTES];

	if (arg) {
		memcpy(in, arg, call->arg_bytes);
		syscall.in = in;
		syscall.arg_bytes = call->arg_bytes;
	}
	tell(proc, call);
	vfm_call_begin(proc, &syscall);
	vfm_call_end(&syscall, proc->vfm->ops->ioctl(proc->km, call->fd, call->cmd, user_arg));
	if (arg && vfm_load(proc, user_arg, arg, call->arg_bytes) < 0) {
		call->arg = NULL;
		call->arg_bytes = 0;
	}
	syscall.out = call->arg;
	call->ret = vfm_call_done(&syscall);
	call->returned = true;
	tell(proc, call);
	return call->ret;
}

int64_t vfm_ioctl(struct vfm_proc *proc, int fd, uint32_t cmd, void *arg, size_t bytes)
{
	struct vfm_ioctl call = {.proc = proc, .fd = fd, .cmd = cmd, .arg = arg, .arg_bytes = bytes};
	int64_t ret;

	sim_assert(proc->vfm->sim, arg && bytes && bytes <= VFM_ARG_BYTES);
	ret = vfm_store(proc, proc->arg_va, arg, bytes);
	return ret < 0 ? ret : do_ioctl(proc, &call, vfm_call_of_ioctl(cmd), proc->arg_va, arg);
}

int64_t vfm_ioctl_value(struct vfm_proc *proc, int fd, uint32_t cmd, uint64_t value)
{
	struct vfm_ioctl call = {.proc = proc, .fd = fd, .cmd = cmd, .value = value};

	return do_ioctl(proc, &call, vfm_call_of_ioctl(cmd), value, NULL);
}

int64_t vfm_ioctl_raw(struct vfm_proc *proc, int fd, uint32_t cmd, uint64_t user_va)
{
	enum vfm_call kind = vfm_call_of_ioctl(cmd);
	size_t bytes = vfm_call_arg_bytes(kind);
	struct vfm_ioctl call = {.proc = proc, .fd = fd, .cmd = cmd, .value = user_va};
	uint8_t copy[VFM_ARG_BYTES];

	/* Observers see the structure if it is there to be seen; looking must not fault a page in. */
	if (bytes && vfm_user_real(proc, user_va) != UINT64_MAX &&
	    vfm_user_real(proc, user_va + bytes - 1) != UINT64_MAX && vfm_load(proc, user_va, copy, bytes) >= 0) {
		call.arg = copy;
		call.arg_bytes = bytes;
	}
	return do_ioctl(proc, &call, kind, user_va, call.arg ? copy : NULL);
}

int64_t vfm_read(struct vfm_proc *proc, int fd, void *buf, size_t bytes)
{
	struct vfm_syscall call = {.call = VFM_CALL_READ, .fd = fd, .bytes = bytes};
	int64_t ret;

	vfm_call_begin(proc, &call);
	ret = returned(&call, proc->vfm->ops->read(proc->km, fd, proc->arg_va, bytes));
	if (ret > 0 && vfm_load(proc, proc->arg_va, buf, (size_t)ret) < 0)
		return -EFAULT;
	return ret;
}

int64_t vfm_pread(struct vfm_proc *proc, int fd, void *buf, size_t bytes, uint64_t offset)
{
	struct vfm_syscall call = {.call = VFM_CALL_PREAD, .fd = fd, .bytes = bytes, .offset = offset};
	int64_t ret;

	vfm_call_begin(proc, &call);
	ret = returned(&call, proc->vfm->ops->pread(proc->km, fd, proc->arg_va, bytes, offset));
	if (ret > 0 && vfm_load(proc, proc->arg_va, buf, (size_t)ret) < 0)
		return -EFAULT;
	return ret;
}

int64_t vfm_pwrite(struct vfm_proc *proc, int fd, const void *buf, size_t bytes, uint64_t offset)
{
	struct vfm_syscall call = {.call = VFM_CALL_PWRITE, .fd = fd, .bytes = bytes, .offset = offset};
	int64_t ret = vfm_store(proc, proc->arg_va, buf, bytes);

	if (ret < 0)
		return ret;
	vfm_call_begin(proc, &call);
	return returned(&call, proc->vfm->ops->pwrite(proc->km, fd, proc->arg_va, bytes, offset));
}

int64_t vfm_eventfd(struct vfm_proc *proc)
{
	struct vfm_syscall call = {.call = VFM_CALL_EVENTFD, .fd = -1};

	vfm_call_begin(proc, &call);
	return returned(&call, proc->vfm->ops->eventfd(proc->km, 0, 0));
}
