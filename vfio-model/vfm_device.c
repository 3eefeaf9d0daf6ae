// SPDX-License-Identifier: GPL-2.0-only
/*
 * vfio-model/vfm_device.c - a PCIe function in a process's hands, opened in the order of the kernel's
 * Documentation/driver-api/vfio.rst: container, group, attach, IOMMU type, device, regions, interrupts.
 *
 * BAR0 is mapped where the kernel offers that and reached by pread and pwrite of the device file where it does not (a
 * BAR smaller than a page of a 64K kernel).
 *
 * Not modelled: several groups in one container, several devices in one group, MSI-X, INTx.
 */
#include <errno.h>
#include <linux/pci_regs.h>
#include <linux/vfio.h>
#include <stdio.h>
#include <string.h>

#include "sim/finding.h"
#include "vfio-model/vfm_internal.h"

int vfm_device_find(struct vfm_device *dev, const char *name)
{
	const struct km_ops *ops = dev->proc->vfm->ops;
	int count = ops->device_count();

	for (int i = 0; i < count; i++) {
		char found[64];

		if (!ops->device_info(i, found, sizeof(found), &dev->group, &dev->phb, &dev->pe, &dev->rid) &&
		    !strcmp(found, name))
			return 0;
	}
	return -ENODEV;
}

static int open_container(struct vfm_device *dev, uint32_t iommu_type)
{
	int64_t ret = vfm_open(dev->proc, "/dev/vfio/vfio");

	if (ret < 0)
		return (int)ret;
	dev->container_fd = (int)ret;
	ret = vfm_ioctl_value(dev->proc, dev->container_fd, VFIO_GET_API_VERSION, 0);
	if (ret != VFIO_API_VERSION)
		return ret < 0 ? (int)ret : -EPROTO;
	ret = vfm_ioctl_value(dev->proc, dev->container_fd, VFIO_CHECK_EXTENSION, iommu_type);
	return ret == 1 ? 0 : ret < 0 ? (int)ret : -EOPNOTSUPP;
}

static int open_group(struct vfm_device *dev, uint32_t iommu_type)
{
	struct vfio_group_status status = {.argsz = sizeof(status)};
	int32_t container = dev->container_fd;
	char path[32];
	int64_t ret;

	snprintf(path, sizeof(path), "/dev/vfio/%d", dev->group);
	ret = vfm_open(dev->proc, path);
	if (ret < 0)
		return (int)ret;
	dev->group_fd = (int)ret;
	ret = vfm_ioctl(dev->proc, dev->group_fd, VFIO_GROUP_GET_STATUS, &status, sizeof(status));
	if (ret < 0)
		return (int)ret;
	if (!(status.flags & VFIO_GROUP_FLAGS_VIABLE))
		return -EBUSY;
	ret = vfm_ioctl(dev->proc, dev->group_fd, VFIO_GROUP_SET_CONTAINER, &container, sizeof(container));
	if (ret)
		return (int)ret;
	return (int)vfm_ioctl_value(dev->proc, dev->container_fd, VFIO_SET_IOMMU, iommu_type);
}

static int open_bar0(struct vfm_device *dev)
{
	struct vfio_region_info bar = {.argsz = sizeof(bar), .index = VFIO_PCI_BAR0_REGION_INDEX};
	int64_t ret = vfm_ioctl(dev->proc, dev->device_fd, VFIO_DEVICE_GET_REGION_INFO, &bar, sizeof(bar));

	if (ret < 0)
		return (int)ret;
	if (!bar.size)
		return -ENXIO;
	dev->bar0_bytes = bar.size;
	dev->bar0_offset = bar.offset;
	if (!(bar.flags & VFIO_REGION_INFO_FLAG_MMAP))
		return 0;
	ret = vfm_mmap_fd(dev->proc, dev->device_fd, bar.size, bar.offset);
	if (ret < 0)
		return (int)ret;
	dev->bar0_va = (uint64_t)ret;
	return 0;
}

/* By a read and a write of the command register. */
int vfm_device_enable(struct vfm_device *dev)
{
	struct vfio_region_info config = {.argsz = sizeof(config), .index = VFIO_PCI_CONFIG_REGION_INDEX};
	int64_t ret = vfm_ioctl(dev->proc, dev->device_fd, VFIO_DEVICE_GET_REGION_INFO, &config, sizeof(config));
	uint8_t command[2];

	if (ret < 0)
		return (int)ret;
	ret = vfm_pread(dev->proc, dev->device_fd, command, sizeof(command), config.offset + PCI_COMMAND);
	if (ret != sizeof(command))
		return ret < 0 ? (int)ret : -EIO;
	command[0] |= PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER;
	ret = vfm_pwrite(dev->proc, dev->device_fd, command, sizeof(command), config.offset + PCI_COMMAND);
	return ret == sizeof(command) ? 0 : ret < 0 ? (int)ret : -EIO;
}

static int open_irq(struct vfm_device *dev)
{
	struct vfio_irq_info info = {.argsz = sizeof(info), .index = VFIO_PCI_MSI_IRQ_INDEX};
	union {
		struct vfio_irq_set set;
		uint8_t bytes[sizeof(struct vfio_irq_set) + sizeof(int32_t)];
	} arg = {.set = {.argsz = sizeof(arg),
			 .flags = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER,
			 .index = VFIO_PCI_MSI_IRQ_INDEX,
			 .start = 0,
			 .count = 1}};
	int64_t ret = vfm_ioctl(dev->proc, dev->device_fd, VFIO_DEVICE_GET_IRQ_INFO, &info, sizeof(info));
	int32_t fd;

	if (ret < 0)
		return (int)ret;
	if (!info.count || !(info.flags & VFIO_IRQ_INFO_EVENTFD))
		return -ENXIO;
	ret = vfm_eventfd(dev->proc);
	if (ret < 0)
		return (int)ret;
	dev->irq_fd = fd = (int32_t)ret;
	memcpy(arg.bytes + offsetof(struct vfio_irq_set, data), &fd, sizeof(fd));
	ret = vfm_ioctl(dev->proc, dev->device_fd, VFIO_DEVICE_SET_IRQS, &arg, offsetof(struct vfio_irq_set, data) + 4);
	return ret < 0 ? (int)ret : 0;
}

static int open_function(struct vfm_device *dev, const char *name)
{
	struct vfio_device_info info = {.argsz = sizeof(info)};
	char copy[64];
	int64_t ret;
	int err;

	snprintf(copy, sizeof(copy), "%s", name);
	ret = vfm_ioctl(dev->proc, dev->group_fd, VFIO_GROUP_GET_DEVICE_FD, copy, strlen(copy) + 1);
	if (ret < 0)
		return (int)ret;
	dev->device_fd = (int)ret;
	ret = vfm_ioctl(dev->proc, dev->device_fd, VFIO_DEVICE_GET_INFO, &info, sizeof(info));
	if (ret < 0)
		return (int)ret;
	if (!(info.flags & VFIO_DEVICE_FLAGS_PCI) || info.num_regions <= VFIO_PCI_CONFIG_REGION_INDEX)
		return -ENODEV;
	err = open_bar0(dev);
	if (!err)
		err = vfm_device_enable(dev);
	return err ? err : open_irq(dev);
}

int vfm_device_attach(struct vfm_proc *proc, const char *name, uint32_t iommu_type, struct vfm_device *out)
{
	struct vfm_device dev = {.proc = proc, .container_fd = -1, .group_fd = -1, .device_fd = -1, .irq_fd = -1};
	int err = vfm_device_find(&dev, name);

	if (!err)
		err = open_container(&dev, iommu_type);
	if (!err)
		err = open_group(&dev, iommu_type);
	if (err) {
		vfm_device_close(&dev);
		return err;
	}
	*out = dev;
	return 0;
}

int vfm_device_open(struct vfm_proc *proc, const char *name, uint32_t iommu_type, struct vfm_device *out)
{
	int err = vfm_device_attach(proc, name, iommu_type, out);

	if (!err)
		err = open_function(out, name);
	if (err)
		vfm_device_close(out);
	return err;
}

int vfm_device_get(struct vfm_device *dev, const char *name)
{
	return open_function(dev, name);
}

static void close_if_open(struct vfm_device *dev, int *fd)
{
	if (*fd >= 0)
		(void)vfm_close(dev->proc, *fd);
	*fd = -1;
}

void vfm_device_put(struct vfm_device *dev)
{
	if (dev->bar0_va)
		(void)vfm_munmap(dev->proc, dev->bar0_va, dev->bar0_bytes);
	dev->bar0_va = 0;
	close_if_open(dev, &dev->device_fd);
	close_if_open(dev, &dev->irq_fd);
}

void vfm_device_close(struct vfm_device *dev)
{
	if (!dev->proc)
		return;
	vfm_device_put(dev);
	close_if_open(dev, &dev->group_fd);
	close_if_open(dev, &dev->container_fd);
}

/* What a program would have died of: tell it once per text, and go on as a frozen device would have it. */
static void bar0_failed(const struct vfm_device *dev, const char *what, uint64_t offset, int64_t ret)
{
	finding_add(dev->proc->vfm->sim, FINDING_WARN, "process-fault",
		    "process %s: %s of BAR0 offset %#llx failed (%lld)", dev->proc->name, what,
		    (unsigned long long)offset, (long long)ret);
}

uint64_t vfm_bar0_read(struct vfm_device *dev, uint64_t offset, uint32_t bytes)
{
	uint64_t value = 0;
	uint8_t raw[8];
	int64_t ret;

	sim_assert(dev->proc->vfm->sim, bytes && bytes <= sizeof(raw));
	dev->proc->stats->mmio_reads++;
	memset(raw, 0xff, sizeof(raw));
	ret = dev->bar0_va ? vfm_load(dev->proc, dev->bar0_va + offset, raw, bytes)
			   : vfm_pread(dev->proc, dev->device_fd, raw, bytes, dev->bar0_offset + offset);
	if (ret < 0)
		bar0_failed(dev, "load", offset, ret);
	for (uint32_t i = bytes; i--;)
		value = value << 8 | raw[i];
	return value;
}

void vfm_bar0_write(struct vfm_device *dev, uint64_t offset, uint64_t value, uint32_t bytes)
{
	uint8_t raw[8];
	int64_t ret;

	sim_assert(dev->proc->vfm->sim, bytes && bytes <= sizeof(raw));
	dev->proc->stats->mmio_writes++;
	for (uint32_t i = 0; i < bytes; i++)
		raw[i] = (uint8_t)(value >> (8 * i));
	ret = dev->bar0_va ? vfm_store(dev->proc, dev->bar0_va + offset, raw, bytes)
			   : vfm_pwrite(dev->proc, dev->device_fd, raw, bytes, dev->bar0_offset + offset);
	if (ret < 0)
		bar0_failed(dev, "store", offset, ret);
}

int64_t vfm_device_irq_wait(struct vfm_device *dev)
{
	uint64_t count = 0;
	int64_t ret = vfm_read(dev->proc, dev->irq_fd, &count, sizeof(count));

	if (ret < 0)
		return ret;
	if (ret != sizeof(count))
		return -EIO;
	dev->proc->stats->interrupts += count;
	return (int64_t)count;
}
