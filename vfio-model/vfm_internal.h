/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VFIO_MODEL_VFM_INTERNAL_H
#define VFIO_MODEL_VFM_INTERNAL_H
/* vfio-model/vfm_internal.h - what the files of this folder share: the process, its calls and their statistics. */
#include "sim/stat.h"
#include "sim/task.h"
#include "vfio-model/vfm.h"

/** VFM_ARG_BYTES - room for one argument structure in the user memory of each process. */
#define VFM_ARG_BYTES 4096u
#define VFM_OBSERVERS 4u
#define VFM_SIZE_CLASSES 8u
/**
 * struct vfm_stats - statistics "proc.<name>"; rows in vfm_call.c.
 * @call: latency of each kind of call. @map, @unmap: those of MAP_DMA and UNMAP_DMA that succeeded, by size class.
 * @map_bytes ...: totals of the successful ones; the rates divide them by the time spent inside the calls.
 */
struct vfm_stats {
	struct stat_hist call[VFM_CALLS];
	struct stat_hist map[VFM_SIZE_CLASSES], unmap[VFM_SIZE_CLASSES];
	uint64_t calls, failed, faults;
	uint64_t maps, unmaps, map_bytes, unmap_bytes, map_ps, unmap_ps;
	uint64_t map_rate, unmap_rate, map_bytes_rate, unmap_bytes_rate;
	uint64_t mmio_reads, mmio_writes, interrupts;
};

/**
 * struct vfm_proc - a user process, or a thread of one.
 * @leader: of the process; itself in a process's first thread. @threads: of a leader, those that have not ended besides
 * it; @joiners: who waits for that.
 * @km: the hosted kernel's side; NULL before the task ran and after exit. @arg_va: user address of VFM_ARG_BYTES for
 * arguments, its own in each thread. @stats: the leader's. @where: the call in hand, for stall reports; NULL in user
 * code. @last_call_ps: duration of the last one.
 */
struct vfm_proc {
	struct vfm *vfm;
	struct vfm_proc *next, *leader;
	char *name;
	struct km_proc *km;
	vfm_main_fn *main;
	void *main_arg;
	uint64_t memlock_bytes;
	uint64_t arg_va;
	uint32_t id;
	bool exited;
	uint32_t threads;
	struct sim_waitq joiners;
	const char *where;
	sim_ps last_call_ps;
	uint64_t call_count;
	uint32_t track;
	struct vfm_stats *stats, own_stats;
};

struct vfm {
	struct sim *sim;
	struct kernel *kernel;
	const struct km_ops *ops;
	struct {
		vfm_ioctl_fn *fn;
		void *arg;
	} observer[VFM_OBSERVERS];
	uint32_t observer_count;
	struct {
		vfm_syscall_fn *fn;
		void *arg;
	} call_observer[VFM_OBSERVERS];
	uint32_t call_observer_count;
	struct vfm_proc *procs, **tail; /* in order of start */
};

/** vfm_proc_set_where - the call in hand, for stall reports and profiles; NULL: back in user code. */
void vfm_proc_set_where(struct vfm_proc *proc, const char *where);

/** vfm_stats_register - publish the statistics of @proc under "proc.<name>". */
void vfm_stats_register(struct vfm_proc *proc);
/** vfm_size_class - index into vfm_stats.map for a MAP or UNMAP of @bytes. */
uint32_t vfm_size_class(uint64_t bytes);

/** vfm_call_of_ioctl - which kind @cmd is. */
enum vfm_call vfm_call_of_ioctl(uint32_t cmd);
/** vfm_call_arg_bytes - size of the argument structure of an ioctl, 0 when it takes a number or is not known. */
size_t vfm_call_arg_bytes(enum vfm_call call);

/** vfm_call_begin - @proc makes @call, which is filled in as far as it is known at entry: number it, tell who listens. */
void vfm_call_begin(struct vfm_proc *proc, struct vfm_syscall *call);
/** vfm_call_end - it returned @ret: statistics and trace. */
void vfm_call_end(struct vfm_syscall *call, int64_t ret);
/** vfm_call_done - what it left is known too: tell who listens. Return: its result. */
int64_t vfm_call_done(struct vfm_syscall *call);

/* Further system calls, for vfm_device.c. @buf is host memory; it travels through the process's argument area. */
int64_t vfm_eventfd(struct vfm_proc *proc);

#endif
