/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_VFIO_MODEL_FAKE_KERNEL_H
#define TESTS_VFIO_MODEL_FAKE_KERNEL_H
/*
 * tests/vfio-model/fake_kernel.h - a kernel for tests of user processes: a struct km_ops that answers VFIO's ioctls
 * from a table, keeps user memory in one array, counts what is open and mapped, takes 1 us for each call, and can fail
 * the n-th.
 */
#include <check.h>
#include <errno.h>
#include <linux/vfio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/finding.h"
#include "sim/task.h"
#include "vfio-model/vfm.h"

#define FAKE_MEM_BASE 0x100000ull
#define FAKE_MEM_BYTES 0x100000ull
#define FAKE_BAR_BASE 0x40000000ull
#define FAKE_BAR_BYTES 0x10000ull
#define FAKE_CALL_PS SIM_PS_PER_US
#define FAKE_CONFIG_OFFSET 0x70000000000ull

/** struct fake - the kernel's state. @fail_at: the n-th call (from 1) returns -EIO; 0: none. */
struct fake {
	struct sim *sim;
	uint8_t mem[FAKE_MEM_BYTES];
	uint8_t bar[FAKE_BAR_BYTES];
	uint8_t config[256];
	uint64_t mem_used;
	uint32_t calls, fail_at, open_files, next_fd, maps, procs, threads;
	bool bar_can_map;
	uint32_t last_cmd;
	uint64_t last_arg;
	int64_t ioctl_ret; /* for commands that the table does not know */
	bool not_viable;
	char last_open[64];
	void (*patch)(struct fake *fake, uint64_t user_arg); /* what an ioctl of unknown kind does to its argument */
	uint64_t eventfd_count;
};

static struct fake *fake;

struct km_proc {
	uint32_t id;
};
static struct km_proc fake_proc, fake_threads[4];

/* Every call takes time; the chosen one fails. */
static bool fake_fails(void)
{
	sim_task_charge(fake->sim, FAKE_CALL_PS);
	return ++fake->calls == fake->fail_at;
}

static uint8_t *fake_at(uint64_t va, uint64_t bytes)
{
	if (va >= FAKE_MEM_BASE && va + bytes <= FAKE_MEM_BASE + fake->mem_used)
		return fake->mem + (va - FAKE_MEM_BASE);
	if (fake->bar_can_map && va >= FAKE_BAR_BASE && va + bytes <= FAKE_BAR_BASE + FAKE_BAR_BYTES)
		return fake->bar + (va - FAKE_BAR_BASE);
	return NULL;
}

static struct km_proc *fake_proc_create(const char *comm, unsigned long long memlock, int cap)
{
	(void)comm;
	(void)memlock;
	(void)cap;
	fake_proc.id = ++fake->procs;
	return &fake_proc;
}

static void fake_proc_exit(struct km_proc *proc)
{
	(void)proc;
	ck_assert_uint_eq(fake->threads, 0);
	sim_task_charge(fake->sim, FAKE_CALL_PS);
}

/* Up to four at a time; the fifth is one too many. */
static struct km_proc *fake_thread_create(struct km_proc *leader, const char *comm)
{
	struct km_proc *thread = &fake_threads[fake->threads];

	(void)comm;
	ck_assert_ptr_eq(leader, &fake_proc);
	if (fake->threads == sim_count_of(fake_threads))
		return NULL;
	fake->threads++;
	thread->id = ++fake->procs;
	return thread;
}

static void fake_thread_exit(struct km_proc *thread)
{
	ck_assert_ptr_ne(thread, &fake_proc);
	sim_task_charge(fake->sim, FAKE_CALL_PS);
	fake->threads--;
}

static unsigned int fake_proc_id(const struct km_proc *proc)
{
	return proc->id;
}

static unsigned long long fake_locked_vm(const struct km_proc *proc)
{
	return proc->id * 100;
}

static long fake_open(struct km_proc *proc, const char *path, int flags)
{
	(void)proc;
	ck_assert_int_eq(flags, 2);
	snprintf(fake->last_open, sizeof(fake->last_open), "%s", path);
	if (fake_fails())
		return -EIO;
	fake->open_files++;
	return 3 + fake->next_fd++;
}

static long fake_close(struct km_proc *proc, int fd)
{
	(void)proc;
	ck_assert_int_ge(fd, 3);
	sim_task_charge(fake->sim, FAKE_CALL_PS);
	fake->open_files--;
	return 0;
}

static long fake_region_info(uint8_t *arg)
{
	struct vfio_region_info info;

	memcpy(&info, arg, sizeof(info));
	ck_assert_uint_eq(info.argsz, sizeof(info));
	info.flags = VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE;
	if (info.index == VFIO_PCI_CONFIG_REGION_INDEX) {
		info.size = sizeof(fake->config);
		info.offset = FAKE_CONFIG_OFFSET;
	} else {
		info.size = FAKE_BAR_BYTES;
		info.offset = 0;
		info.flags |= fake->bar_can_map ? VFIO_REGION_INFO_FLAG_MMAP : 0;
	}
	memcpy(arg, &info, sizeof(info));
	return 0;
}

static long fake_known_ioctl(unsigned int cmd, uint8_t *arg)
{
	if (cmd == VFIO_GROUP_GET_STATUS && !fake->not_viable)
		((struct vfio_group_status *)(void *)arg)->flags = VFIO_GROUP_FLAGS_VIABLE;
	if (cmd == VFIO_DEVICE_GET_INFO) {
		((struct vfio_device_info *)(void *)arg)->flags = VFIO_DEVICE_FLAGS_PCI;
		((struct vfio_device_info *)(void *)arg)->num_regions = VFIO_PCI_NUM_REGIONS;
	}
	if (cmd == VFIO_DEVICE_GET_REGION_INFO)
		return fake_region_info(arg);
	if (cmd == VFIO_DEVICE_GET_IRQ_INFO) {
		((struct vfio_irq_info *)(void *)arg)->flags = VFIO_IRQ_INFO_EVENTFD;
		((struct vfio_irq_info *)(void *)arg)->count = 1;
	}
	return 0;
}

static long fake_ioctl(struct km_proc *proc, int fd, unsigned int cmd, unsigned long long arg)
{
	(void)proc;
	(void)fd;
	fake->last_cmd = cmd;
	fake->last_arg = arg;
	if (fake_fails())
		return -EIO;
	switch (cmd) {
	case VFIO_GET_API_VERSION:
		return VFIO_API_VERSION;
	case VFIO_CHECK_EXTENSION:
		return 1;
	case VFIO_GROUP_GET_DEVICE_FD:
		fake->open_files++;
		return 3 + fake->next_fd++;
	case VFIO_GROUP_GET_STATUS:
	case VFIO_DEVICE_GET_INFO:
	case VFIO_DEVICE_GET_REGION_INFO:
	case VFIO_DEVICE_GET_IRQ_INFO:
	case VFIO_GROUP_SET_CONTAINER:
	case VFIO_SET_IOMMU:
	case VFIO_DEVICE_SET_IRQS:
		return fake_known_ioctl(cmd, fake_at(arg, 1));
	}
	if (fake->patch)
		fake->patch(fake, arg);
	return (long)fake->ioctl_ret;
}

static long fake_read(struct km_proc *proc, int fd, unsigned long long va, unsigned long long bytes)
{
	(void)proc;
	(void)fd;
	if (fake_fails())
		return -EIO;
	ck_assert_uint_eq(bytes, 8);
	memcpy(fake_at(va, 8), &fake->eventfd_count, 8);
	return 8;
}

static long fake_pread(struct km_proc *proc, int fd, unsigned long long va, unsigned long long bytes,
		       unsigned long long offset)
{
	(void)proc;
	(void)fd;
	if (fake_fails())
		return -EIO;
	memcpy(fake_at(va, bytes),
	       offset >= FAKE_CONFIG_OFFSET ? fake->config + (offset - FAKE_CONFIG_OFFSET) : fake->bar + offset, bytes);
	return (long)bytes;
}

static long fake_pwrite(struct km_proc *proc, int fd, unsigned long long va, unsigned long long bytes,
			unsigned long long offset)
{
	(void)proc;
	(void)fd;
	if (fake_fails())
		return -EIO;
	memcpy(offset >= FAKE_CONFIG_OFFSET ? fake->config + (offset - FAKE_CONFIG_OFFSET) : fake->bar + offset,
	       fake_at(va, bytes), bytes);
	return (long)bytes;
}

static long fake_eventfd(struct km_proc *proc, unsigned int initial, int flags)
{
	(void)proc;
	ck_assert_uint_eq(initial, 0);
	ck_assert_int_eq(flags, 0);
	if (fake_fails())
		return -EIO;
	fake->open_files++;
	return 3 + fake->next_fd++;
}

static long long fake_mmap(struct km_proc *proc, unsigned long long addr, unsigned long long bytes, int prot, int flags,
			   int fd, unsigned long long offset)
{
	uint64_t va = FAKE_MEM_BASE + fake->mem_used;

	(void)proc;
	ck_assert_uint_eq(addr, 0);
	ck_assert_int_eq(prot, KM_PROT_READ | KM_PROT_WRITE);
	if (fake_fails())
		return -EIO;
	fake->maps++;
	if (fd >= 0) {
		ck_assert_int_eq(flags, KM_MAP_SHARED);
		ck_assert_uint_eq(offset, 0);
		return FAKE_BAR_BASE;
	}
	ck_assert_int_eq(flags, KM_MAP_PRIVATE | KM_MAP_ANONYMOUS);
	if (fake->mem_used + bytes > FAKE_MEM_BYTES)
		return -ENOMEM;
	fake->mem_used += bytes;
	return (long long)va;
}

static long fake_munmap(struct km_proc *proc, unsigned long long addr, unsigned long long bytes)
{
	(void)proc;
	(void)addr;
	(void)bytes;
	sim_task_charge(fake->sim, FAKE_CALL_PS);
	fake->maps--;
	return 0;
}

static long fake_user_load(struct km_proc *proc, unsigned long long va, void *to, unsigned long long bytes)
{
	(void)proc;
	if (!fake_at(va, bytes))
		return -EFAULT;
	memcpy(to, fake_at(va, bytes), bytes);
	return 0;
}

static long fake_user_store(struct km_proc *proc, unsigned long long va, const void *from, unsigned long long bytes)
{
	(void)proc;
	if (!fake_at(va, bytes))
		return -EFAULT;
	memcpy(fake_at(va, bytes), from, bytes);
	return 0;
}

static unsigned long long fake_user_real(struct km_proc *proc, unsigned long long va)
{
	(void)proc;
	return fake_at(va, 1) ? va - FAKE_MEM_BASE + 0x10000000 : ~0ull;
}

static int fake_device_count(void)
{
	return 2;
}

static int fake_device_info(int index, char *name, unsigned long long bytes, int *group, unsigned int *phb,
			    unsigned int *pe, unsigned int *rid)
{
	snprintf(name, bytes, "0000:%02x:00.0", 2 + index);
	*group = 10 + index;
	*phb = 0;
	*pe = 5 + (unsigned int)index;
	*rid = (2 + (unsigned int)index) << 8;
	return 0;
}

static void fake_irq(unsigned int irq)
{
	(void)irq;
}

static const struct km_ops fake_ops = {
	.proc_create = fake_proc_create,
	.proc_exit = fake_proc_exit,
	.thread_create = fake_thread_create,
	.thread_exit = fake_thread_exit,
	.proc_id = fake_proc_id,
	.proc_locked_vm = fake_locked_vm,
	.open = fake_open,
	.close = fake_close,
	.ioctl = fake_ioctl,
	.read = fake_read,
	.pread = fake_pread,
	.pwrite = fake_pwrite,
	.eventfd = fake_eventfd,
	.mmap = fake_mmap,
	.munmap = fake_munmap,
	.user_load = fake_user_load,
	.user_store = fake_user_store,
	.user_real = fake_user_real,
	.irq = fake_irq,
	.device_count = fake_device_count,
	.device_info = fake_device_info,
};
static const struct km_desc fake_desc = {.name = "fake", .page_bytes = 65536, .version = "0", .ops = &fake_ops};

/** struct rig - a simulation with the fake kernel. */
struct rig {
	struct sim *sim;
	struct cfg *cfg;
	struct platform platform;
	struct kernel *kernel;
	struct vfm *vfm;
};

static void rig_open(struct rig *rig)
{
	memset(rig, 0, sizeof(*rig));
	fake = sim_alloc(sizeof(*fake));
	fake->bar_can_map = true;
	rig->sim = fake->sim = sim_create(1);
	rig->cfg = cfg_create();
	cfg_add_rows(rig->cfg, km_cfg_rows, km_cfg_row_count);
	rig->kernel = kernel_create(rig->sim, &rig->platform, &fake_desc, rig->cfg, 0);
	rig->vfm = vfm_create(rig->sim, rig->kernel);
}

static void rig_close(struct rig *rig)
{
	vfm_destroy(rig->vfm);
	kernel_destroy(rig->kernel);
	sim_destroy(rig->sim);
	cfg_destroy(rig->cfg);
	free(fake);
	fake = NULL;
}

/* Run @main as process "A" to its end. */
static struct vfm_proc *rig_run(struct rig *rig, vfm_main_fn *main, void *arg)
{
	struct vfm_proc *proc = vfm_proc_start(rig->vfm, "A", 1 << 20, main, arg);

	(void)sim_run(rig->sim, SIM_PS_NEVER);
	ck_assert(vfm_proc_exited(proc));
	return proc;
}

#endif
