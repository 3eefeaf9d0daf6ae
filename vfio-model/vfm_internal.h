/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VFIO_MODEL_VFM_INTERNAL_H
#define VFIO_MODEL_VFM_INTERNAL_H
/* vfio-model/vfm_internal.h - what the files of this folder share: the process, its calls and their statistics. */
#include "sim/stat.h"
#include "vfio-model/vfm.h"

/** VFM_ARG_BYTES - room for one argument structure in the user memory of each process. */
#define VFM_ARG_BYTES 4096u
#define VFM_OBSERVERS 4u
#define VFM_SIZE_CLASSES 8u
#define VFM_IOCTL_KINDS 21u

/** enum vfm_call - what is timed: VFIO's ioctls first (order of the table in vfm_call.c), then other system calls. */
enum vfm_call {
	VFM_CALL_OTHER_IOCTL = VFM_IOCTL_KINDS,
	VFM_CALL_OPEN,
	VFM_CALL_CLOSE,
	VFM_CALL_READ,
	VFM_CALL_PREAD,
	VFM_CALL_PWRITE,
	VFM_CALL_EVENTFD,
	VFM_CALL_MMAP,
	VFM_CALL_MUNMAP,
	VFM_CALLS
};

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
 * struct vfm_proc - a user process.
 * @km: the hosted kernel's side; NULL before the task ran and after exit. @arg_va: user address of VFM_ARG_BYTES for
 * arguments. @where: the call in hand, for stall reports; NULL in user code. @last_call_ps: duration of the last one.
 */
struct vfm_proc {
	struct vfm *vfm;
	struct vfm_proc *next;
	char *name;
	struct km_proc *km;
	vfm_main_fn *main;
	void *main_arg;
	uint64_t memlock_bytes;
	uint64_t arg_va;
	uint32_t id;
	bool exited;
	const char *where;
	sim_ps last_call_ps;
	uint32_t track;
	struct vfm_stats stats;
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
/** vfm_call_name - "VFIO_IOMMU_MAP_DMA", "open()". */
const char *vfm_call_name(enum vfm_call call);

/** vfm_call_begin - a system call starts. Return: the instant. */
sim_ps vfm_call_begin(struct vfm_proc *proc, enum vfm_call call);
/**
 * vfm_call_end - it returned: statistics and trace. @arg: argument structure as passed in, for MAP and UNMAP; else
 * NULL.
 */
void vfm_call_end(struct vfm_proc *proc, enum vfm_call call, sim_ps begin_ps, int64_t ret, const void *arg);

/* Further system calls, for vfm_device.c. @buf is host memory; it travels through the process's argument area. */
int64_t vfm_read(struct vfm_proc *proc, int fd, void *buf, size_t bytes);
int64_t vfm_pread(struct vfm_proc *proc, int fd, void *buf, size_t bytes, uint64_t offset);
int64_t vfm_pwrite(struct vfm_proc *proc, int fd, const void *buf, size_t bytes, uint64_t offset);
int64_t vfm_eventfd(struct vfm_proc *proc);
int64_t vfm_mmap_fd(struct vfm_proc *proc, int fd, uint64_t bytes, uint64_t offset);

#endif
