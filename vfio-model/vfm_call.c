// SPDX-License-Identifier: GPL-2.0-only
/*
 * vfio-model/vfm_call.c - the kinds of calls a process makes, their statistics and their spans in the trace.
 *
 * VFIO numbers its commands per kind of file: the number of VFIO_IOMMU_MAP_DMA on a container is that of a hot reset on
 * a PCI device. The names here are those of the container, because no process of the simulator asks for the others.
 */
#include <assert.h>
#include <linux/kvm.h>
#include <linux/vfio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/clock.h"
#include "sim/trace.h"
#include "vfio-model/vfm_internal.h"

/* Row: name of the ioctl without VFIO_, statistics name, bytes of its argument structure (0: a number or a string). */
#define VFM_IOCTLS(X)                                                                                                  \
	X(GET_API_VERSION, get_api_version, 0)                                                                         \
	X(CHECK_EXTENSION, check_extension, 0)                                                                         \
	X(SET_IOMMU, set_iommu, 0)                                                                                     \
	X(GROUP_GET_STATUS, group_get_status, sizeof(struct vfio_group_status))                                        \
	X(GROUP_SET_CONTAINER, group_set_container, sizeof(int32_t))                                                   \
	X(GROUP_UNSET_CONTAINER, group_unset_container, 0)                                                             \
	X(GROUP_GET_DEVICE_FD, group_get_device_fd, 0)                                                                 \
	X(DEVICE_GET_INFO, device_get_info, offsetof(struct vfio_device_info, num_irqs) + 4)                           \
	X(DEVICE_GET_REGION_INFO, device_get_region_info, sizeof(struct vfio_region_info))                             \
	X(DEVICE_GET_IRQ_INFO, device_get_irq_info, sizeof(struct vfio_irq_info))                                      \
	X(DEVICE_SET_IRQS, device_set_irqs, sizeof(struct vfio_irq_set))                                               \
	X(DEVICE_RESET, device_reset, 0)                                                                               \
	X(IOMMU_ENABLE, iommu_enable, 0)                                                                               \
	X(IOMMU_DISABLE, iommu_disable, 0)                                                                             \
	X(IOMMU_SPAPR_TCE_GET_INFO, spapr_get_info, sizeof(struct vfio_iommu_spapr_tce_info))                          \
	X(IOMMU_SPAPR_REGISTER_MEMORY, register_memory, sizeof(struct vfio_iommu_spapr_register_memory))               \
	X(IOMMU_SPAPR_UNREGISTER_MEMORY, unregister_memory, sizeof(struct vfio_iommu_spapr_register_memory))           \
	X(IOMMU_SPAPR_TCE_CREATE, tce_create, sizeof(struct vfio_iommu_spapr_tce_create))                              \
	X(IOMMU_SPAPR_TCE_REMOVE, tce_remove, sizeof(struct vfio_iommu_spapr_tce_remove))                              \
	X(IOMMU_MAP_DMA, map_dma, sizeof(struct vfio_iommu_type1_dma_map))                                             \
	X(IOMMU_UNMAP_DMA, unmap_dma, sizeof(struct vfio_iommu_type1_dma_unmap))                                       \
	X(EEH_PE_OP, eeh_pe_op, offsetof(struct vfio_eeh_pe_op, err))

/* The same for KVM. */
#define VFM_KVM_IOCTLS(X)                                                                                              \
	X(CREATE_VM, kvm_create_vm, 0)                                                                                 \
	X(CREATE_VCPU, kvm_create_vcpu, 0)                                                                             \
	X(RUN, kvm_run, 0)                                                                                             \
	X(SET_USER_MEMORY_REGION, kvm_set_memory, sizeof(struct kvm_userspace_memory_region))                          \
	X(ENABLE_CAP, kvm_enable_cap, sizeof(struct kvm_enable_cap))                                                   \
	X(CREATE_DEVICE, kvm_create_device, sizeof(struct kvm_create_device))                                          \
	X(SET_DEVICE_ATTR, kvm_set_device_attr, sizeof(struct kvm_device_attr))                                        \
	X(CREATE_SPAPR_TCE_64, kvm_create_tce, sizeof(struct kvm_create_spapr_tce_64))

#define KIND(cmd, label, bytes) {VFIO_##cmd, "VFIO_" #cmd, (bytes)},
#define KVM_KIND(cmd, label, bytes) {KVM_##cmd, "KVM_" #cmd, (bytes)},
static const struct {
	uint32_t cmd;
	const char *name;
	size_t arg_bytes;
} vfm_ioctls[] = {VFM_IOCTLS(KIND) VFM_KVM_IOCTLS(KVM_KIND)};
static_assert(sim_count_of(vfm_ioctls) == VFM_IOCTL_KINDS, "enum vfm_call continues after the table");

static const char *const vfm_other_names[] = {
	"another ioctl", "open()", "close()",  "read()",   "pread()",
	"pwrite()",	 "eventfd()", "mmap()", "munmap()", "exit()",
};
static_assert(sim_count_of(vfm_other_names) == VFM_CALLS - VFM_IOCTL_KINDS, "one name for each call");

/* clang-format off */
#define COUNTER(field, units, text) \
	{.name = #field, .kind = STAT_COUNTER, .unit = (units), .help = (text), \
	 .offset = offsetof(struct vfm_stats, field)}
#define GAUGE(field, units, text) \
	{.name = #field, .kind = STAT_GAUGE, .unit = (units), .help = (text), \
	 .offset = offsetof(struct vfm_stats, field)}
#define CALL(index, label, text) \
	{.name = (label), .kind = STAT_HIST, .unit = "ps", .help = (text), \
	 .offset = offsetof(struct vfm_stats, call) + (index) * sizeof(struct stat_hist)}
#define SIZED(field, index, label, text) \
	{.name = #field "_" label, .kind = STAT_HIST, .unit = "ps", .help = (text), \
	 .offset = offsetof(struct vfm_stats, field) + (index) * sizeof(struct stat_hist)}
#define SIZED_ROWS(field, what)                                                                                        \
	SIZED(field, 0, "upto_4k", "Latency of " what " of at most 4 KiB."),                                           \
	SIZED(field, 1, "upto_64k", "Latency of " what " of more than 4 KiB, at most 64 KiB."),                        \
	SIZED(field, 2, "upto_256k", "Latency of " what " of more than 64 KiB, at most 256 KiB."),                     \
	SIZED(field, 3, "upto_1m", "Latency of " what " of more than 256 KiB, at most 1 MiB."),                        \
	SIZED(field, 4, "upto_4m", "Latency of " what " of more than 1 MiB, at most 4 MiB."),                          \
	SIZED(field, 5, "upto_16m", "Latency of " what " of more than 4 MiB, at most 16 MiB."),                        \
	SIZED(field, 6, "upto_64m", "Latency of " what " of more than 16 MiB, at most 64 MiB."),                       \
	SIZED(field, 7, "over_64m", "Latency of " what " of more than 64 MiB.")

#define KIND_INDEX(cmd, label, bytes) KIND_##label,
enum vfm_ioctl_index { VFM_IOCTLS(KIND_INDEX) VFM_KVM_IOCTLS(KIND_INDEX) };
#define KIND_ROW(cmd, label, bytes) CALL(KIND_##label, "ioctl_" #label, "Latency of VFIO_" #cmd "."),
#define KVM_KIND_ROW(cmd, label, bytes) CALL(KIND_##label, "ioctl_" #label, "Latency of KVM_" #cmd "."),

static const struct stat_row vfm_stat_rows[] = {
	COUNTER(calls, "calls", "System calls, ioctls included."),
	COUNTER(failed, "calls", "System calls that returned an error."),
	COUNTER(faults, "accesses", "Loads and stores of the process that met no memory (SIGSEGV on a real machine)."),
	COUNTER(mmio_reads, "accesses", "Loads from the device's registers."),
	COUNTER(mmio_writes, "accesses", "Stores to the device's registers."),
	COUNTER(interrupts, "interrupts", "Interrupts of the device that the process took from its eventfd."),
	COUNTER(maps, "calls", "MAP_DMA that succeeded."),
	COUNTER(unmaps, "calls", "UNMAP_DMA that succeeded."),
	COUNTER(map_bytes, "bytes", "Bytes that they mapped."),
	COUNTER(unmap_bytes, "bytes", "Bytes that they unmapped."),
	COUNTER(map_ps, "ps", "Time spent in the MAP_DMA that succeeded."),
	COUNTER(unmap_ps, "ps", "Time spent in the UNMAP_DMA that succeeded."),
	GAUGE(map_rate, "calls/s", "MAP_DMA per second spent in them."),
	GAUGE(unmap_rate, "calls/s", "UNMAP_DMA per second spent in them."),
	GAUGE(map_bytes_rate, "bytes/s", "Bytes mapped per second spent in MAP_DMA."),
	GAUGE(unmap_bytes_rate, "bytes/s", "Bytes unmapped per second spent in UNMAP_DMA."),
	SIZED_ROWS(map, "MAP_DMA"),
	SIZED_ROWS(unmap, "UNMAP_DMA"),
	VFM_IOCTLS(KIND_ROW)
	VFM_KVM_IOCTLS(KVM_KIND_ROW)
	CALL(VFM_CALL_OTHER_IOCTL, "ioctl_other", "Latency of ioctls that are not in this list."),
	CALL(VFM_CALL_OPEN, "sys_open", "Latency of open()."),
	CALL(VFM_CALL_CLOSE, "sys_close", "Latency of close()."),
	CALL(VFM_CALL_READ, "sys_read", "Latency of read(), time asleep included."),
	CALL(VFM_CALL_PREAD, "sys_pread", "Latency of pread()."),
	CALL(VFM_CALL_PWRITE, "sys_pwrite", "Latency of pwrite()."),
	CALL(VFM_CALL_EVENTFD, "sys_eventfd", "Latency of eventfd()."),
	CALL(VFM_CALL_MMAP, "sys_mmap", "Latency of mmap()."),
	CALL(VFM_CALL_MUNMAP, "sys_munmap", "Latency of munmap()."),
	CALL(VFM_CALL_EXIT, "sys_exit", "Latency of exit(), which closes what is open."),
};
/* clang-format on */

/* Rates are totals over the time spent in the calls. */
static void vfm_stats_rates(void *base)
{
	struct vfm_stats *stats = base;

	stats->map_rate = sim_per_second(stats->maps, stats->map_ps);
	stats->unmap_rate = sim_per_second(stats->unmaps, stats->unmap_ps);
	stats->map_bytes_rate = sim_per_second(stats->map_bytes, stats->map_ps);
	stats->unmap_bytes_rate = sim_per_second(stats->unmap_bytes, stats->unmap_ps);
}

void vfm_stats_register(struct vfm_proc *proc)
{
	char *path = sim_asprintf("proc.%s", proc->name);

	for (char *c = path; *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c += 'a' - 'A';
	stat_register(proc->vfm->sim, path, vfm_stat_rows, sim_count_of(vfm_stat_rows), proc->stats);
	stat_set_refresh(proc->vfm->sim, proc->stats, vfm_stats_rates);
	free(path);
}

uint32_t vfm_size_class(uint64_t bytes)
{
	static const uint64_t limit[VFM_SIZE_CLASSES - 1] = {
		4ull << 10, 64ull << 10, 256ull << 10, 1ull << 20, 4ull << 20, 16ull << 20, 64ull << 20,
	};
	uint32_t index = 0;

	while (index < sim_count_of(limit) && bytes > limit[index])
		index++;
	return index;
}

enum vfm_call vfm_call_of_ioctl(uint32_t cmd)
{
	for (uint32_t i = 0; i < sim_count_of(vfm_ioctls); i++)
		if (vfm_ioctls[i].cmd == cmd)
			return (enum vfm_call)i;
	return VFM_CALL_OTHER_IOCTL;
}

size_t vfm_call_arg_bytes(enum vfm_call call)
{
	return call < VFM_IOCTL_KINDS ? vfm_ioctls[call].arg_bytes : 0;
}

const char *vfm_call_name(enum vfm_call call)
{
	return call < VFM_IOCTL_KINDS ? vfm_ioctls[call].name : vfm_other_names[call - VFM_IOCTL_KINDS];
}

static void call_tell(const struct vfm_syscall *call)
{
	struct vfm *vfm = call->proc->vfm;

	for (uint32_t i = 0; i < vfm->call_observer_count; i++)
		vfm->call_observer[i].fn(vfm->call_observer[i].arg, call);
}

void vfm_call_begin(struct vfm_proc *proc, struct vfm_syscall *call)
{
	call->proc = proc;
	call->index = proc->call_count++;
	call->begin_ps = sim_now(proc->vfm->sim);
	proc->stats->calls++;
	vfm_proc_set_where(proc, vfm_call_name(call->call));
	call_tell(call);
}

static void count_map(struct vfm_stats *stats, uint64_t bytes, sim_ps ps)
{
	stats->maps++;
	stats->map_bytes += bytes;
	stats->map_ps += ps;
	stat_hist_add(&stats->map[vfm_size_class(bytes)], ps);
}

static void count_unmap(struct vfm_stats *stats, uint64_t bytes, sim_ps ps)
{
	stats->unmaps++;
	stats->unmap_bytes += bytes;
	stats->unmap_ps += ps;
	stat_hist_add(&stats->unmap[vfm_size_class(bytes)], ps);
}

/* MAP and UNMAP are counted by size too. Return: the bytes they are about; 0: another call. */
static uint64_t count_dma(const struct vfm_syscall *call, sim_ps ps, uint64_t *iova)
{
	struct vfm_stats *stats = call->proc->stats;

	if ((uint32_t)call->call == KIND_map_dma && call->in) {
		struct vfio_iommu_type1_dma_map map;

		memcpy(&map, call->in, sizeof(map));
		*iova = map.iova;
		if (call->ret == 0)
			count_map(stats, map.size, ps);
		return map.size;
	}
	if ((uint32_t)call->call == KIND_unmap_dma && call->in) {
		struct vfio_iommu_type1_dma_unmap unmap;

		memcpy(&unmap, call->in, sizeof(unmap));
		*iova = unmap.iova;
		if (call->ret == 0)
			count_unmap(stats, unmap.size, ps);
		return unmap.size;
	}
	return 0;
}

void vfm_call_end(struct vfm_syscall *call, int64_t ret)
{
	struct vfm_proc *proc = call->proc;
	struct sim *sim = proc->vfm->sim;
	uint64_t iova = 0, bytes;

	call->ret = ret;
	call->end_ps = sim_now(sim);
	call->returned = true;
	vfm_proc_set_where(proc, NULL);
	proc->last_call_ps = call->end_ps - call->begin_ps;
	proc->stats->failed += ret < 0;
	stat_hist_add(&proc->stats->call[call->call], proc->last_call_ps);
	bytes = count_dma(call, proc->last_call_ps, &iova);
	if (trace_on(sim)) {
		const struct trace_arg args[] = {
			{.name = "result", .value = (uint64_t)ret, .hex = ret < 0},
			{.name = "iova", .value = iova, .hex = true},
			{.name = "bytes", .value = bytes},
		};

		trace_span(sim, proc->track, vfm_call_name(call->call), call->begin_ps, call->end_ps, args, bytes ? 3 : 1);
	}
}

int64_t vfm_call_done(struct vfm_syscall *call)
{
	call_tell(call);
	return call->ret;
}
