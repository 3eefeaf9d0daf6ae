// SPDX-License-Identifier: GPL-2.0-only
/*
 * kvm-model/kvm_guest.c - a machine, made the way QEMU makes one: /dev/kvm, memory slots, KVM's VFIO device with the
 * groups of devices, TCE tables and what follows them.
 */
#include <errno.h>
#include <linux/kvm.h>
#include <linux/vfio.h>
#include <stdlib.h>
#include <string.h>

#include "kvm-model/kvm_internal.h"
#include "vfio-model/vfm.h"

#define TCE_BYTES 8u
/* Kernels know at least POWER's smallest and largest IOMMU page (book3s_64_vio.c). */
#define SHIFT_MIN 12u
#define SHIFT_MAX 34u

static int open_machine(struct kvm_guest *guest)
{
	struct vfm_proc *vmm = guest->vmm;
	int64_t ret = vfm_open(vmm, "/dev/kvm");

	if (ret < 0)
		return (int)ret;
	guest->kvm_fd = (int)ret;
	ret = vfm_ioctl_value(vmm, guest->kvm_fd, KVM_GET_API_VERSION, 0);
	if (ret != KVM_API_VERSION)
		return ret < 0 ? (int)ret : -EPROTO;
	ret = vfm_ioctl_value(vmm, guest->kvm_fd, KVM_CREATE_VM, 0);
	if (ret < 0)
		return (int)ret;
	guest->fd = (int)ret;
	return 0;
}

static int enable_hcall(struct kvm_guest *guest, uint64_t nr)
{
	struct kvm_enable_cap cap = {.cap = KVM_CAP_PPC_ENABLE_HCALL, .args = {nr, 1}};

	return (int)vfm_ioctl(guest->vmm, guest->fd, KVM_ENABLE_CAP, &cap, sizeof(cap));
}

int kvm_guest_create(struct kvm *kvm, struct vfm_proc *vmm, const char *name, struct kvm_guest **out)
{
	struct kvm_guest *guest = sim_alloc(sizeof(*guest));
	int err;

	guest->kvm = kvm;
	guest->vmm = vfm_proc_leader(vmm);
	guest->kvm_fd = guest->fd = guest->vfio_fd = -1;
	guest->next = kvm->guests;
	kvm->guests = guest;
	kvm_stats_register(guest, name);
	err = open_machine(guest);
	if (!err && kvm->multi_tce)
		err = enable_hcall(guest, KVM_H_PUT_TCE_INDIRECT);
	if (!err && kvm->multi_tce)
		err = enable_hcall(guest, KVM_H_STUFF_TCE);
	if (err) {
		kvm_guest_close(guest);
		return err;
	}
	*out = guest;
	return 0;
}

static void close_if_open(struct kvm_guest *guest, int *fd)
{
	if (*fd >= 0)
		(void)vfm_close(guest->vmm, *fd);
	*fd = -1;
}

static void unmap(struct kvm_guest *guest, uint64_t *va, uint64_t bytes)
{
	if (*va)
		(void)vfm_munmap(guest->vmm, *va, bytes);
	*va = 0;
}

static void close_table(struct kvm_guest *guest, struct kvm_table *table)
{
	unmap(guest, &table->copy_va, table->options.entries * TCE_BYTES);
	close_if_open(guest, &table->fd);
}

void kvm_guest_close(struct kvm_guest *guest)
{
	if (!guest)
		return;
	kvm_guest_join(guest);
	for (uint32_t i = 0; i < guest->cpu_count; i++) {
		unmap(guest, &guest->cpu[i]->run_va, vfm_proc_page_bytes(guest->vmm));
		close_if_open(guest, &guest->cpu[i]->fd);
	}
	for (uint32_t i = 0; i < guest->table_count; i++)
		close_table(guest, &guest->table[i]);
	close_if_open(guest, &guest->vfio_fd);
	close_if_open(guest, &guest->fd);
	close_if_open(guest, &guest->kvm_fd);
	for (uint32_t i = 0; i < KVM_SLOTS; i++) {
		if (guest->slot[i].bytes)
			unmap(guest, &guest->slot[i].va, guest->slot[i].bytes);
		guest->slot[i].bytes = 0;
	}
}

struct vfm_proc *kvm_guest_vmm(const struct kvm_guest *guest)
{
	return guest->vmm;
}

/* ---- Memory ---- */

static int set_slot(struct kvm_guest *guest, uint32_t index, uint64_t bytes)
{
	const struct kvm_slot *slot = &guest->slot[index];
	struct kvm_userspace_memory_region region = {
		.slot = index, .guest_phys_addr = slot->gpa, .memory_size = bytes, .userspace_addr = slot->va};

	return (int)vfm_ioctl(guest->vmm, guest->fd, KVM_SET_USER_MEMORY_REGION, &region, sizeof(region));
}

/* Does an earlier device have the same container? Then its memory is registered already. */
static bool container_is_known(const struct kvm_guest *guest, uint32_t device_index)
{
	for (uint32_t i = 0; i < device_index; i++)
		if (guest->device[i]->container_fd == guest->device[device_index]->container_fd)
			return true;
	return false;
}

static int register_slot(struct kvm_guest *guest, const struct kvm_slot *slot)
{
	int64_t ret = 0;

	for (uint32_t i = 0; i < guest->device_count && !ret; i++)
		if (!container_is_known(guest, i))
			ret = vfm_spapr_register(guest->device[i], slot->va, slot->bytes);
	return (int)ret;
}

/* Memory of the VMM at @va (or -errno) becomes the guest's. */
static int add_memory(struct kvm_guest *guest, uint64_t gpa, uint64_t bytes, int64_t va)
{
	uint32_t index = 0;
	struct kvm_slot *slot;
	int err;

	if (va < 0)
		return (int)va;

	while (index < KVM_SLOTS && guest->slot[index].bytes)
		index++;
	err = index == KVM_SLOTS ? -ENOSPC : 0;
	if (!err) {
		slot = &guest->slot[index];
		*slot = (struct kvm_slot){.gpa = gpa, .bytes = bytes, .va = (uint64_t)va};
		err = set_slot(guest, index, bytes);
		if (!err)
			return register_slot(guest, slot);
		slot->bytes = 0;
	}
	(void)vfm_munmap(guest->vmm, (uint64_t)va, bytes);
	return err;
}

int kvm_guest_memory_add(struct kvm_guest *guest, uint64_t gpa, uint64_t bytes)
{
	return add_memory(guest, gpa, bytes, vfm_mmap_anon(guest->vmm, bytes));
}

int kvm_guest_memory_add_huge(struct kvm_guest *guest, uint64_t gpa, uint64_t bytes)
{
	return add_memory(guest, gpa, bytes, vfm_mmap_huge(guest->vmm, bytes));
}

int kvm_guest_memory_remove(struct kvm_guest *guest, uint64_t gpa)
{
	for (uint32_t i = 0; i < KVM_SLOTS; i++) {
		struct kvm_slot *slot = &guest->slot[i];
		int64_t ret;

		if (!slot->bytes || slot->gpa != gpa)
			continue;
		ret = set_slot(guest, i, 0);
		for (uint32_t d = 0; d < guest->device_count && !ret; d++)
			if (!container_is_known(guest, d))
				ret = vfm_spapr_unregister(guest->device[d], slot->va, slot->bytes);
		if (!ret)
			ret = vfm_munmap(guest->vmm, slot->va, slot->bytes);
		slot->bytes = 0;
		return (int)ret;
	}
	return -ENOENT;
}

uint64_t kvm_guest_va(const struct kvm_guest *guest, uint64_t gpa, uint64_t *bytes)
{
	for (uint32_t i = 0; i < KVM_SLOTS; i++) {
		const struct kvm_slot *slot = &guest->slot[i];

		if (gpa < slot->gpa || gpa - slot->gpa >= slot->bytes)
			continue;
		if (bytes)
			*bytes = slot->bytes - (gpa - slot->gpa);
		return slot->va + (gpa - slot->gpa);
	}
	return UINT64_MAX;
}

/* ---- Devices ---- */

/* An attribute of KVM's VFIO device, whose value lies in memory of the VMM. */
static int vfio_attribute(struct kvm_guest *guest, uint64_t attr, const void *value, size_t bytes)
{
	int64_t at = vfm_mmap_anon(guest->vmm, bytes), ret;
	struct kvm_device_attr set = {.group = KVM_DEV_VFIO_GROUP, .attr = attr, .addr = (uint64_t)at};

	if (at < 0)
		return (int)at;
	ret = vfm_store(guest->vmm, (uint64_t)at, value, bytes);
	if (!ret)
		ret = vfm_ioctl(guest->vmm, guest->vfio_fd, KVM_SET_DEVICE_ATTR, &set, sizeof(set));
	(void)vfm_munmap(guest->vmm, (uint64_t)at, bytes);
	return (int)ret;
}

static int make_vfio_device(struct kvm_guest *guest)
{
	struct kvm_create_device create = {.type = KVM_DEV_TYPE_VFIO};
	int64_t ret;

	if (guest->vfio_fd >= 0)
		return 0;
	ret = vfm_ioctl(guest->vmm, guest->fd, KVM_CREATE_DEVICE, &create, sizeof(create));
	if (!ret)
		guest->vfio_fd = (int)create.fd;
	return (int)ret;
}

/*
 * KVM hears of the group. A group that never gets a table makes KVM warn when it leaves (virt/kvm/vfio.c), so it is not
 * told where no table will be in the kernel.
 */
static int64_t add_group(struct kvm_guest *guest, const struct vfm_device *device)
{
	int32_t group = device->group_fd;
	int64_t ret;

	if (!guest->kvm->in_kernel)
		return 0;
	ret = make_vfio_device(guest);
	return ret ? ret : vfio_attribute(guest, KVM_DEV_VFIO_GROUP_ADD, &group, sizeof(group));
}

int kvm_guest_device_add(struct kvm_guest *guest, struct vfm_device *device)
{
	int64_t ret = add_group(guest, device);

	if (ret)
		return (int)ret;
	sim_assert(guest->kvm->sim, guest->device_count < KVM_DEVICES);
	guest->device[guest->device_count++] = device;
	if (container_is_known(guest, guest->device_count - 1))
		return 0;
	for (uint32_t i = 0; i < KVM_SLOTS && !ret; i++) {
		if (guest->slot[i].bytes)
			ret = vfm_spapr_register(device, guest->slot[i].va, guest->slot[i].bytes);
		if (ret == -EBUSY)
			ret = 0; /* a device that comes back: its container has it */
	}
	return (int)ret;
}

/* Take @device out of @list, which keeps its order. Return: was it in? */
static bool list_remove(struct vfm_device **list, uint32_t *count, const struct vfm_device *device)
{
	for (uint32_t i = 0; i < *count; i++) {
		if (list[i] != device)
			continue;
		memmove(&list[i], &list[i + 1], (--*count - i) * sizeof(*list));
		return true;
	}
	return false;
}

int kvm_guest_device_remove(struct kvm_guest *guest, struct vfm_device *device)
{
	int32_t group = device->group_fd;
	int err = guest->vfio_fd < 0 ? 0 : vfio_attribute(guest, KVM_DEV_VFIO_GROUP_DEL, &group, sizeof(group));

	if (err)
		return err;
	if (!list_remove(guest->device, &guest->device_count, device))
		return -ENOENT;
	for (uint32_t i = 0; i < guest->table_count; i++) {
		struct kvm_table *table = &guest->table[i];

		if (list_remove(table->device, &table->device_count, device))
			kvm_tell(guest->kvm, &(struct kvm_event){.kind = KVM_EVENT_DETACH,
								 .guest = guest,
								 .device = device,
								 .liobn = table->options.liobn});
	}
	return 0;
}

/* ---- Tables ---- */

struct kvm_table *kvm_table_of(struct kvm_guest *guest, uint64_t liobn)
{
	for (uint32_t i = 0; i < guest->table_count; i++)
		if (guest->table[i].options.liobn == liobn)
			return &guest->table[i];
	return NULL;
}

const struct kvm_table_options *kvm_guest_table_find(const struct kvm_guest *guest, uint64_t liobn)
{
	for (uint32_t i = 0; i < guest->table_count; i++)
		if (guest->table[i].options.liobn == liobn)
			return &guest->table[i].options;
	return NULL;
}

/* The VMM sees the kernel's copy by mapping the table's file. */
static int make_in_kernel(struct kvm_guest *guest, struct kvm_table *table)
{
	const struct kvm_table_options *options = &table->options;
	struct kvm_create_spapr_tce_64 create = {.liobn = options->liobn,
						 .page_shift = options->page_shift,
						 .offset = options->start >> options->page_shift,
						 .size = options->entries};
	int64_t ret = vfm_ioctl(guest->vmm, guest->fd, KVM_CREATE_SPAPR_TCE_64, &create, sizeof(create));

	if (ret < 0)
		return (int)ret;
	table->fd = (int)ret;
	ret = vfm_mmap_fd(guest->vmm, table->fd, options->entries * TCE_BYTES, 0);
	if (ret < 0)
		return (int)ret;
	table->copy_va = (uint64_t)ret;
	return 0;
}

int kvm_guest_table_add(struct kvm_guest *guest, const struct kvm_table_options *options)
{
	struct kvm_table *table = &guest->table[guest->table_count];
	int64_t ret;

	if (guest->table_count == KVM_TABLES)
		return -ENOSPC;
	if (options->page_shift < SHIFT_MIN || options->page_shift > SHIFT_MAX || !options->entries)
		return -EINVAL;
	if (kvm_table_of(guest, options->liobn))
		return -EBUSY;
	*table = (struct kvm_table){.options = *options, .fd = -1};
	if (guest->kvm->in_kernel && !options->emulated) {
		ret = make_in_kernel(guest, table);
	} else {
		ret = vfm_mmap_anon(guest->vmm, options->entries * TCE_BYTES);
		table->copy_va = ret < 0 ? 0 : (uint64_t)ret;
	}
	if (ret < 0) {
		close_table(guest, table);
		return (int)ret;
	}
	guest->table_count++;
	kvm_tell(guest->kvm, &(struct kvm_event){.kind = KVM_EVENT_TABLE, .guest = guest, .liobn = options->liobn});
	return 0;
}

int kvm_guest_table_attach(struct kvm_guest *guest, uint64_t liobn, struct vfm_device *device)
{
	struct kvm_table *table = kvm_table_of(guest, liobn);
	struct kvm_vfio_spapr_tce attach = {.groupfd = device->group_fd};
	int err = 0;

	if (!table)
		return -ENOENT;
	if (table->device_count == KVM_DEVICES)
		return -ENOSPC;
	attach.tablefd = table->fd;
	if (table->fd >= 0)
		err = vfio_attribute(guest, KVM_DEV_VFIO_GROUP_SET_SPAPR_TCE, &attach, sizeof(attach));
	if (err)
		return err;
	table->device[table->device_count++] = device;
	kvm_tell(guest->kvm,
		 &(struct kvm_event){.kind = KVM_EVENT_ATTACH, .guest = guest, .device = device, .liobn = liobn});
	return 0;
}

int kvm_guest_table_remove(struct kvm_guest *guest, uint64_t liobn)
{
	struct kvm_table *table = kvm_table_of(guest, liobn);

	if (!table)
		return -ENOENT;
	while (table->device_count)
		kvm_tell(guest->kvm, &(struct kvm_event){.kind = KVM_EVENT_DETACH,
							 .guest = guest,
							 .device = table->device[--table->device_count],
							 .liobn = liobn});
	close_table(guest, table);
	*table = guest->table[--guest->table_count];
	return 0;
}
