/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VFIO_MODEL_VFM_H
#define VFIO_MODEL_VFM_H
/*
 * vfio-model/vfm.h - user processes that drive VFIO: they open /dev/vfio/vfio and /dev/vfio/N, do the real ioctls with
 * the real uapi structures in their own simulated memory, and reach their device's regions and interrupts.
 *
 * A process is a sim task with a hosted-kernel process behind it. Every vfm_ call that is a system call runs in that
 * task and yields. Observers see each ioctl at entry and at return: that is the API side of the referee.
 */
#include <stdio.h>

#include "kernel-model/kernel.h"
#include "sim/sim.h"
#include "sim/task.h"

struct vfm_proc;
typedef void vfm_main_fn(struct vfm_proc *proc, void *arg);

/**
 * struct vfm_ioctl - one ioctl as an observer sees it.
 * @proc: caller. @fd, @cmd: as passed (POWER encoding). @arg: copy of the argument structure, @arg_bytes valid (after
 * return: as the kernel left it); NULL for value arguments, then @value. @ret: result, valid when @returned.
 * @returned: false at entry, true at return.
 * close(fd) is reported the same way, with cmd VFM_CLOSE.
 */
#define VFM_CLOSE 0u
struct vfm_ioctl {
	struct vfm_proc *proc;
	int fd;
	uint32_t cmd;
	const void *arg;
	size_t arg_bytes;
	uint64_t value;
	int64_t ret;
	bool returned;
};
typedef void vfm_ioctl_fn(void *arg, const struct vfm_ioctl *call);

#define VFM_IOCTL_KINDS 30u

/** enum vfm_call - kinds of system calls: ioctls first (order of the table in vfm_call.c), then the others. */
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
	VFM_CALL_EXIT,
	VFM_CALLS
};

/** vfm_call_name - "VFIO_IOMMU_MAP_DMA", "open()". */
const char *vfm_call_name(enum vfm_call call);

/**
 * struct vfm_syscall - any system call, for who listens to all of them, at entry and at return (@returned).
 * @index: which of this process or thread, from 0. @fd: of the file, -1: none. @cmd: of an ioctl. @path: of open().
 * @in: argument structure of an ioctl as it was passed, @out: as the kernel left it (after return), both @arg_bytes;
 * NULL: none, or not to be read. @value: a number as argument, an address. @bytes, @offset: of memory and transfers.
 */
struct vfm_syscall {
	struct vfm_proc *proc;
	uint64_t index;
	enum vfm_call call;
	int fd;
	uint32_t cmd;
	const char *path;
	const void *in, *out;
	size_t arg_bytes;
	uint64_t value, bytes, offset;
	int64_t ret;
	sim_ps begin_ps, end_ps;
	bool returned;
};
typedef void vfm_syscall_fn(void *arg, const struct vfm_syscall *call);

/* vfm_text.c: a call in words, as strace would put it: "ioctl(4, VFIO_IOMMU_MAP_DMA, {argsz=32, ...})". */
void vfm_text_call(FILE *out, const struct vfm_syscall *call);
/** vfm_text_left - what the kernel wrote into the argument: "{start_addr=0x800000000000000}", nothing if nothing. */
void vfm_text_left(FILE *out, const struct vfm_syscall *call);
/** vfm_text_result - "0", "5", "-EINVAL", "0x100000000" (of mmap()). */
void vfm_text_result(FILE *out, const struct vfm_syscall *call);

/** struct vfm - all processes of a run. */
struct vfm;
struct vfm *vfm_create(struct sim *sim, struct kernel *kernel);
void vfm_destroy(struct vfm *vfm);
/** vfm_observe - listen to ioctls of all processes. At most 4 observers. */
void vfm_observe(struct vfm *vfm, vfm_ioctl_fn *fn, void *arg);
/** vfm_observe_calls - listen to all system calls, exit() included. At most 4 observers. */
void vfm_observe_calls(struct vfm *vfm, vfm_syscall_fn *fn, void *arg);

/**
 * vfm_proc_start - start a process; @main runs in its task, and exit follows when it returns.
 * @name: "A". @memlock_bytes: RLIMIT_MEMLOCK. @arg: for @main, borrowed.
 */
struct vfm_proc *vfm_proc_start(struct vfm *vfm, const char *name, uint64_t memlock_bytes, vfm_main_fn *main,
				void *arg);
/**
 * vfm_thread_start - one more thread of the process that @proc is (a thread of): same memory and descriptors. Calls are
 * counted in the process's statistics; observers see the thread as their caller. @name: within the process, "vcpu0".
 * Return: a handle for every function here that takes a process.
 */
struct vfm_proc *vfm_thread_start(struct vfm_proc *proc, const char *name, vfm_main_fn *main, void *arg);
/** vfm_thread_join - wait until all threads that were started have ended; the process's exit does that. Context:
 * yields. */
void vfm_thread_join(struct vfm_proc *proc);
/** vfm_proc_leader - the process that a thread belongs to; @proc itself if it is one. */
struct vfm_proc *vfm_proc_leader(struct vfm_proc *proc);
const char *vfm_proc_name(const struct vfm_proc *proc);
struct sim *vfm_proc_sim(const struct vfm_proc *proc);
uint32_t vfm_proc_id(const struct vfm_proc *proc);
uint32_t vfm_proc_page_bytes(const struct vfm_proc *proc);
uint64_t vfm_proc_locked_vm(const struct vfm_proc *proc);
bool vfm_proc_exited(const struct vfm_proc *proc);
/** vfm_proc_next - the process or thread started after @proc, the first for NULL; NULL at the end. */
struct vfm_proc *vfm_proc_next(const struct vfm *vfm, const struct vfm_proc *proc);
/** vfm_proc_where - the system call in hand ("VFIO_IOMMU_MAP_DMA"), NULL in user code; for stall reports. */
const char *vfm_proc_where(const struct vfm_proc *proc);
/** vfm_proc_last_call_ps - how long the last system call took, from entry to return. */
sim_ps vfm_proc_last_call_ps(const struct vfm_proc *proc);

/* System calls and user memory; results are >= 0 or -errno. Context: the process's own task; yields. */
int64_t vfm_open(struct vfm_proc *proc, const char *path);
int64_t vfm_close(struct vfm_proc *proc, int fd);
/** vfm_ioctl - @arg (host memory, @bytes) is copied into simulated user memory, and back after the call. */
int64_t vfm_ioctl(struct vfm_proc *proc, int fd, uint32_t cmd, void *arg, size_t bytes);
/** vfm_ioctl_value - the argument is a number, not a pointer. */
int64_t vfm_ioctl_value(struct vfm_proc *proc, int fd, uint32_t cmd, uint64_t value);
/** vfm_ioctl_raw - @user_va is passed as is (bad pointers, arguments already in memory). */
int64_t vfm_ioctl_raw(struct vfm_proc *proc, int fd, uint32_t cmd, uint64_t user_va);
/** vfm_read, vfm_pread, vfm_pwrite - at most 4096 bytes, through simulated user memory. */
int64_t vfm_read(struct vfm_proc *proc, int fd, void *buf, size_t bytes);
int64_t vfm_pread(struct vfm_proc *proc, int fd, void *buf, size_t bytes, uint64_t offset);
int64_t vfm_pwrite(struct vfm_proc *proc, int fd, const void *buf, size_t bytes, uint64_t offset);
/** vfm_mmap_anon - private anonymous memory. Return: user address or -errno. */
int64_t vfm_mmap_anon(struct vfm_proc *proc, uint64_t bytes);
/** vfm_mmap_huge - the same in huge pages (hugetlb, 16 MiB), taken at once; -ENOMEM: there are not enough. */
int64_t vfm_mmap_huge(struct vfm_proc *proc, uint64_t bytes);
/** vfm_mmap_fd - a file's pages or device. Return: user address or -errno. */
int64_t vfm_mmap_fd(struct vfm_proc *proc, int fd, uint64_t bytes, uint64_t offset);
int64_t vfm_munmap(struct vfm_proc *proc, uint64_t user_va, uint64_t bytes);
int64_t vfm_load(struct vfm_proc *proc, uint64_t user_va, void *to, size_t bytes);
int64_t vfm_store(struct vfm_proc *proc, uint64_t user_va, const void *from, size_t bytes);
/** vfm_kernel - the kernel that all processes run on; what stands for user code of a process may enter it by its
 * operations. */
struct kernel *vfm_kernel(const struct vfm *vfm);
struct km_proc *vfm_proc_km(const struct vfm_proc *proc);
/** vfm_sleep - spend time without using it. */
void vfm_sleep(struct vfm_proc *proc, sim_ps ps);
/** vfm_user_real - real address behind a present user page, UINT64_MAX otherwise; no time, any context. */
uint64_t vfm_user_real(struct vfm_proc *proc, uint64_t user_va);

/**
 * struct vfm_device - a PCIe function in a process's hands: container, group and device fds, BAR0 mapped.
 * @group: IOMMU group number. @iommu: VFIO_SPAPR_TCE_v2_IOMMU (or v1). @bar0_va: user address of BAR0.
 * @bar0_offset: where BAR0 is in the device file, used where it cannot be mapped (@bar0_va 0). @irq_fd: eventfd of the
 * MSI.
 */
struct vfm_device {
	struct vfm_proc *proc;
	int container_fd, group_fd, device_fd, irq_fd;
	int group;
	uint32_t phb, pe, rid;
	uint64_t bar0_va, bar0_bytes, bar0_offset;
};

/**
 * vfm_device_open - container, group, SET_CONTAINER, SET_IOMMU, GET_DEVICE_FD, map BAR0, MSI to an eventfd, bus master.
 * @name: "0000:03:00.0". @iommu_type: VFIO_SPAPR_TCE_v2_IOMMU ...
 * Return: 0 or the -errno of the step that failed; what was opened is closed again.
 */
int vfm_device_open(struct vfm_proc *proc, const char *name, uint32_t iommu_type, struct vfm_device *out) sim_must_use;
void vfm_device_close(struct vfm_device *device);
/** vfm_device_find - fill in group, phb, pe and rid of function @name; @dev->proc is set. Return: 0 or -ENODEV. */
int vfm_device_find(struct vfm_device *device, const char *name) sim_must_use;
/*
 * The same in steps: attach ends with SET_IOMMU; get begins with GET_DEVICE_FD (after an error what it opened is left
 * to put); put gives the function back, and the container stays. Return: 0 or -errno.
 */
int vfm_device_attach(struct vfm_proc *proc, const char *name, uint32_t iommu_type,
		      struct vfm_device *out) sim_must_use;
int vfm_device_get(struct vfm_device *device, const char *name) sim_must_use;
void vfm_device_put(struct vfm_device *device);
/* MMIO through the mapped BAR0. A frozen PE reads all ones. */
uint64_t vfm_bar0_read(struct vfm_device *device, uint64_t offset, uint32_t bytes);
void vfm_bar0_write(struct vfm_device *device, uint64_t offset, uint64_t value, uint32_t bytes);
/** vfm_device_irq_wait - read the eventfd. Return: number of interrupts since the last, or -errno. */
int64_t vfm_device_irq_wait(struct vfm_device *device);

/* sPAPR calls, as QEMU and DPDK use them. */
int64_t vfm_spapr_get_info(struct vfm_device *device, uint64_t *dma32_start, uint64_t *dma32_bytes);
/* Containers of the first version (VFIO_SPAPR_TCE_IOMMU): locked memory is accounted at once, and given back. */
int64_t vfm_spapr_enable(struct vfm_device *device);
int64_t vfm_spapr_disable(struct vfm_device *device);
int64_t vfm_spapr_register(struct vfm_device *device, uint64_t user_va, uint64_t bytes);
int64_t vfm_spapr_unregister(struct vfm_device *device, uint64_t user_va, uint64_t bytes);
/** vfm_spapr_create - @start_addr: where the kernel put the window. */
int64_t vfm_spapr_create(struct vfm_device *device, uint32_t page_shift, uint64_t window_bytes, uint32_t levels,
			 uint64_t *start_addr);
int64_t vfm_spapr_remove(struct vfm_device *device, uint64_t start_addr);
int64_t vfm_map_dma(struct vfm_device *device, uint64_t user_va, uint64_t iova, uint64_t bytes, bool read, bool write);
int64_t vfm_unmap_dma(struct vfm_device *device, uint64_t iova, uint64_t bytes);
/** vfm_eeh - VFIO_EEH_PE_OP @op (linux/vfio.h); GET_STATE returns the state. */
int64_t vfm_eeh(struct vfm_device *device, uint32_t op);
/** vfm_eeh_inject - VFIO_EEH_PE_INJECT_ERR: @type, @func: EEH_ERR_ of asm/eeh.h (numbers of PAPR). */
int64_t vfm_eeh_inject(struct vfm_device *device, uint32_t type, uint32_t func, uint64_t addr, uint64_t mask);
/** vfm_device_enable - memory space and bus mastering of the function; after a reset, too. Return: 0 or -errno. */
int vfm_device_enable(struct vfm_device *device);

#endif
