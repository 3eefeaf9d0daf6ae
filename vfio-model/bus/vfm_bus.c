// SPDX-License-Identifier: GPL-2.0-only
/*
 * vfio-model/bus/vfm_bus.c - the bus driver: offers a PCI function as a VFIO device to the hosted vfio_main.c.
 *
 * What vfio-pci is to a real kernel, for functions of one header type, memory BARs and one MSI. It is written against
 * the same interface (struct vfio_device_ops) and answers the ioctls of linux/vfio.h with the same values,
 * offsets and errors as drivers/vfio/pci/vfio_pci_core.c of 6.1, so that programs see no difference.
 *
 * Configuration space that would harm the host is virtual, as there: BARs and the MSI capability. The rest goes to the
 * function.
 *
 * Not modelled: INTx, MSI-X, the error and request interrupts, ROM and VGA regions, hot reset of several devices, power
 * management, migration; zapping of mappings while memory space is disabled.
 */
#include <linux/eventfd.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/vfio.h>

#include "kernel-model/linux/km.h"
#include "kernel-model/linux/km_compat.h"
#include "kernel-model/linux/km_device.h"

#define VFM_BUS_OFFSET_SHIFT 40 /* region index in a file offset, as vfio-pci has it */
#define VFM_BUS_INDEX(pos) ((unsigned int)((u64)(pos) >> VFM_BUS_OFFSET_SHIFT))
#define VFM_BUS_OFFSET(index) ((u64)(index) << VFM_BUS_OFFSET_SHIFT)
#define VFM_BUS_OFFSET_MASK (VFM_BUS_OFFSET(1) - 1)
#define VFM_BUS_BARS 6
#define VFM_BUS_MSI_BYTES 0x18 /* the capability with 64-bit address and masking, at most */

/* struct vfm_bus_device - one function. @trigger: who hears of its MSI; NULL: interrupts off. */
struct vfm_bus_device {
	struct vfio_device vdev;
	struct pci_dev *pdev;
	void __iomem *bar[VFM_BUS_BARS];
	u32 virtual_bar[VFM_BUS_BARS];
	bool has_flr;
	struct mutex irq_lock;
	struct eventfd_ctx *trigger;
};

static struct vfm_bus_device *to_bus_device(struct vfio_device *vdev)
{
	return container_of(vdev, struct vfm_bus_device, vdev);
}

static u64 vfm_bus_bar_bytes(const struct vfm_bus_device *dev, unsigned int bar)
{
	return dev->pdev->resource[bar].flags ? pci_resource_len(dev->pdev, bar) : 0;
}

/* Interrupts. */
static irqreturn_t vfm_bus_msi(void *arg)
{
	struct vfm_bus_device *dev = arg;

	if (dev->trigger)
		km_eventfd_signal(dev->trigger);
	return IRQ_HANDLED;
}

static void vfm_bus_msi_off(struct vfm_bus_device *dev)
{
	if (!dev->trigger)
		return;
	km_pci_msi_disable(dev->pdev);
	eventfd_ctx_put(dev->trigger);
	dev->trigger = NULL;
}

/* A new descriptor replaces the old one; -1 takes it away but would leave the vector: here it goes too. */
static int vfm_bus_msi_set(struct vfm_bus_device *dev, int fd)
{
	struct eventfd_ctx *trigger;
	int ret;

	if (fd < 0) {
		vfm_bus_msi_off(dev);
		return 0;
	}
	trigger = eventfd_ctx_fdget(fd);
	if (IS_ERR(trigger))
		return PTR_ERR(trigger);
	if (dev->trigger) {
		swap(dev->trigger, trigger);
		eventfd_ctx_put(trigger);
		return 0;
	}
	dev->trigger = trigger;
	ret = km_pci_msi_enable(dev->pdev, vfm_bus_msi, dev);
	if (ret) {
		dev->trigger = NULL;
		eventfd_ctx_put(trigger);
	}
	return ret;
}

static int vfm_bus_msi_ioctl(struct vfm_bus_device *dev, const struct vfio_irq_set *hdr, const void *data)
{
	if ((hdr->flags & VFIO_IRQ_SET_ACTION_TYPE_MASK) != VFIO_IRQ_SET_ACTION_TRIGGER)
		return -ENOTTY;
	if (!hdr->count && (hdr->flags & VFIO_IRQ_SET_DATA_NONE)) {
		vfm_bus_msi_off(dev);
		return 0;
	}
	if (hdr->flags & VFIO_IRQ_SET_DATA_EVENTFD)
		return vfm_bus_msi_set(dev, *(const s32 *)data);
	if (!dev->trigger)
		return -EINVAL;
	/* Loop-back: as if the device had sent it. */
	if ((hdr->flags & VFIO_IRQ_SET_DATA_NONE) || *(const u8 *)data)
		km_eventfd_signal(dev->trigger);
	return 0;
}

static unsigned int vfm_bus_irq_count(const struct vfm_bus_device *dev, unsigned int index)
{
	return index == VFIO_PCI_MSI_IRQ_INDEX && dev->pdev->msi_cap ? 1 : 0;
}

static long vfm_bus_set_irqs(struct vfm_bus_device *dev, void __user *arg)
{
	unsigned long minsz = offsetofend(struct vfio_irq_set, count);
	struct vfio_irq_set hdr;
	size_t data_size = 0;
	void *data = NULL;
	long ret;

	if (copy_from_user(&hdr, arg, minsz))
		return -EFAULT;
	ret = vfio_set_irqs_validate_and_prepare(&hdr, vfm_bus_irq_count(dev, hdr.index), VFIO_PCI_NUM_IRQS,
						 &data_size);
	if (ret)
		return ret;
	if (data_size) {
		data = memdup_user(arg + minsz, data_size);
		if (IS_ERR(data))
			return PTR_ERR(data);
	}
	mutex_lock(&dev->irq_lock);
	ret = hdr.index == VFIO_PCI_MSI_IRQ_INDEX ? vfm_bus_msi_ioctl(dev, &hdr, data) : -ENOTTY;
	mutex_unlock(&dev->irq_lock);
	kfree(data);
	return ret;
}

/* Descriptions. */
static long vfm_bus_get_info(struct vfm_bus_device *dev, void __user *arg)
{
	unsigned long minsz = offsetofend(struct vfio_device_info, num_irqs);
	struct vfio_device_info info;

	if (copy_from_user(&info, arg, minsz))
		return -EFAULT;
	if (info.argsz < minsz)
		return -EINVAL;
	info.flags = VFIO_DEVICE_FLAGS_PCI;
	if (dev->has_flr)
		info.flags |= VFIO_DEVICE_FLAGS_RESET;
	info.num_regions = VFIO_PCI_NUM_REGIONS;
	info.num_irqs = VFIO_PCI_NUM_IRQS;
	return copy_to_user(arg, &info, minsz) ? -EFAULT : 0;
}

static long vfm_bus_get_region(struct vfm_bus_device *dev, void __user *arg)
{
	unsigned long minsz = offsetofend(struct vfio_region_info, offset);
	struct vfio_region_info info;

	if (copy_from_user(&info, arg, minsz))
		return -EFAULT;
	if (info.argsz < minsz || info.index >= VFIO_PCI_NUM_REGIONS)
		return -EINVAL;
	info.offset = VFM_BUS_OFFSET(info.index);
	info.flags = 0;
	info.size = 0;
	if (info.index == VFIO_PCI_CONFIG_REGION_INDEX) {
		info.size = dev->pdev->cfg_size;
		info.flags = VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE;
	} else if (info.index < VFM_BUS_BARS) {
		info.size = vfm_bus_bar_bytes(dev, info.index);
		/* A BAR smaller than a page has its page for itself, because it has its segment for itself. */
		if (info.size)
			info.flags = VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE |
				     VFIO_REGION_INFO_FLAG_MMAP;
	} else if (info.index == VFIO_PCI_VGA_REGION_INDEX) {
		return -EINVAL;
	}
	return copy_to_user(arg, &info, minsz) ? -EFAULT : 0;
}

static long vfm_bus_get_irq(struct vfm_bus_device *dev, void __user *arg)
{
	unsigned long minsz = offsetofend(struct vfio_irq_info, count);
	struct vfio_irq_info info;

	if (copy_from_user(&info, arg, minsz))
		return -EFAULT;
	if (info.argsz < minsz || info.index >= VFIO_PCI_NUM_IRQS)
		return -EINVAL;
	info.flags = VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_NORESIZE;
	info.count = vfm_bus_irq_count(dev, info.index);
	return copy_to_user(arg, &info, minsz) ? -EFAULT : 0;
}

static long vfm_bus_ioctl(struct vfio_device *vdev, unsigned int cmd, unsigned long arg)
{
	struct vfm_bus_device *dev = to_bus_device(vdev);
	void __user *uarg = (void __user *)arg;

	switch (cmd) {
	case VFIO_DEVICE_GET_INFO:
		return vfm_bus_get_info(dev, uarg);
	case VFIO_DEVICE_GET_REGION_INFO:
		return vfm_bus_get_region(dev, uarg);
	case VFIO_DEVICE_GET_IRQ_INFO:
		return vfm_bus_get_irq(dev, uarg);
	case VFIO_DEVICE_SET_IRQS:
		return vfm_bus_set_irqs(dev, uarg);
	case VFIO_DEVICE_RESET:
		return dev->has_flr ? km_pci_reset_function(dev->pdev) : -EINVAL;
	default:
		return -ENOTTY;
	}
}

/* Configuration space, in pieces of 1, 2 and 4 bytes that are aligned to their size. */
static bool vfm_bus_is_bar(unsigned int at)
{
	return at >= PCI_BASE_ADDRESS_0 && at < PCI_BASE_ADDRESS_0 + 4 * VFM_BUS_BARS;
}

static bool vfm_bus_is_msi(const struct vfm_bus_device *dev, unsigned int at)
{
	return dev->pdev->msi_cap && at >= dev->pdev->msi_cap + PCI_MSI_FLAGS &&
	       at < dev->pdev->msi_cap + VFM_BUS_MSI_BYTES;
}

static u32 vfm_bus_config_read(struct vfm_bus_device *dev, unsigned int at, unsigned int bytes)
{
	u32 value = ~0u;
	u16 half;
	u8 byte;

	if (vfm_bus_is_bar(at)) {
		value = dev->virtual_bar[(at - PCI_BASE_ADDRESS_0) / 4];
		return value >> (8 * (at & 3));
	}
	switch (bytes) {
	case 1:
		pci_read_config_byte(dev->pdev, at, &byte);
		return byte;
	case 2:
		pci_read_config_word(dev->pdev, at, &half);
		return half;
	default:
		pci_read_config_dword(dev->pdev, at, &value);
		return value;
	}
}

/* A BAR that is written shows what it would take: the address bits above its size, and its type bits. */
static void vfm_bus_bar_write(struct vfm_bus_device *dev, unsigned int at, u32 value, unsigned int bytes)
{
	unsigned int bar = (at - PCI_BASE_ADDRESS_0) / 4, shift = 8 * (at & 3);
	u32 written = bytes == 4 ? ~0u : ((1u << (8 * bytes)) - 1) << shift;
	u64 size = vfm_bus_bar_bytes(dev, bar);
	u32 old = dev->virtual_bar[bar], next;

	if (!size)
		return;
	next = (old & ~written) | ((value << shift) & written);
	dev->virtual_bar[bar] = (next & ~(u32)(size - 1)) | (old & 0xf);
}

static void vfm_bus_config_write(struct vfm_bus_device *dev, unsigned int at, u32 value, unsigned int bytes)
{
	if (vfm_bus_is_bar(at)) {
		vfm_bus_bar_write(dev, at, value, bytes);
		return;
	}
	if (vfm_bus_is_msi(dev, at))
		return; /* the kernel's: set up through SET_IRQS */
	switch (bytes) {
	case 1:
		pci_write_config_byte(dev->pdev, at, (u8)value);
		break;
	case 2:
		pci_write_config_word(dev->pdev, at, (u16)value);
		break;
	default:
		pci_write_config_dword(dev->pdev, at, value);
	}
}

static u32 vfm_bus_bar_load(struct vfm_bus_device *dev, unsigned int bar, u64 at, unsigned int bytes)
{
	switch (bytes) {
	case 1:
		return readb(dev->bar[bar] + at);
	case 2:
		return readw(dev->bar[bar] + at);
	default:
		return readl(dev->bar[bar] + at);
	}
}

static void vfm_bus_bar_store(struct vfm_bus_device *dev, unsigned int bar, u64 at, u32 value, unsigned int bytes)
{
	switch (bytes) {
	case 1:
		writeb((u8)value, dev->bar[bar] + at);
		break;
	case 2:
		writew((u16)value, dev->bar[bar] + at);
		break;
	default:
		writel(value, dev->bar[bar] + at);
	}
}

/* The largest piece that fits: aligned to its size and within what is left. */
static unsigned int vfm_bus_piece(u64 at, size_t left)
{
	if (left >= 4 && !(at & 3))
		return 4;
	return left >= 2 && !(at & 1) ? 2 : 1;
}

static ssize_t vfm_bus_rw(struct vfio_device *vdev, char __user *buf, size_t bytes, loff_t *ppos, bool write)
{
	struct vfm_bus_device *dev = to_bus_device(vdev);
	unsigned int index = VFM_BUS_INDEX(*ppos);
	u64 at = (u64)*ppos & VFM_BUS_OFFSET_MASK, size;
	size_t done = 0;

	if (index >= VFIO_PCI_NUM_REGIONS)
		return -EINVAL;
	if (index == VFIO_PCI_CONFIG_REGION_INDEX)
		size = dev->pdev->cfg_size;
	else if (index < VFM_BUS_BARS)
		size = vfm_bus_bar_bytes(dev, index);
	else
		return -EINVAL;
	if (at >= size)
		return -EINVAL;
	bytes = min_t(u64, bytes, size - at);
	while (done < bytes) {
		unsigned int piece = vfm_bus_piece(at, bytes - done);
		__le32 data = 0;

		if (write) {
			if (copy_from_user(&data, buf + done, piece))
				return -EFAULT;
			if (index == VFIO_PCI_CONFIG_REGION_INDEX)
				vfm_bus_config_write(dev, (unsigned int)at, le32_to_cpu(data), piece);
			else
				vfm_bus_bar_store(dev, index, at, le32_to_cpu(data), piece);
		} else {
			if (index == VFIO_PCI_CONFIG_REGION_INDEX)
				data = cpu_to_le32(vfm_bus_config_read(dev, (unsigned int)at, piece));
			else
				data = cpu_to_le32(vfm_bus_bar_load(dev, index, at, piece));
			if (copy_to_user(buf + done, &data, piece))
				return -EFAULT;
		}
		done += piece;
		at += piece;
	}
	*ppos += done;
	return done;
}

static ssize_t vfm_bus_read(struct vfio_device *vdev, char __user *buf, size_t bytes, loff_t *ppos)
{
	return bytes ? vfm_bus_rw(vdev, buf, bytes, ppos, false) : 0;
}

static ssize_t vfm_bus_write(struct vfio_device *vdev, const char __user *buf, size_t bytes, loff_t *ppos)
{
	return bytes ? vfm_bus_rw(vdev, (char __user *)buf, bytes, ppos, true) : 0;
}

/* As vfio_pci_core_mmap(): a whole number of pages of one BAR, shared and uncached. */
static int vfm_bus_mmap(struct vfio_device *vdev, struct vm_area_struct *vma)
{
	struct vfm_bus_device *dev = to_bus_device(vdev);
	unsigned int index = vma->vm_pgoff >> (VFM_BUS_OFFSET_SHIFT - PAGE_SHIFT);
	u64 bytes = vma->vm_end - vma->vm_start;
	u64 pgoff = vma->vm_pgoff & ((1ull << (VFM_BUS_OFFSET_SHIFT - PAGE_SHIFT)) - 1);
	u64 at = pgoff << PAGE_SHIFT, size;

	if (index >= VFM_BUS_BARS || vma->vm_end < vma->vm_start || !(vma->vm_flags & VM_SHARED))
		return -EINVAL;
	size = PAGE_ALIGN(vfm_bus_bar_bytes(dev, index));
	if (at >= size || at + bytes > size)
		return -EINVAL;
	vma->vm_page_prot = pgprot_noncached(vma->vm_page_prot);
	vma->vm_pgoff = (pci_resource_start(dev->pdev, index) >> PAGE_SHIFT) + pgoff;
	return io_remap_pfn_range(vma, vma->vm_start, vma->vm_pgoff, bytes, vma->vm_page_prot);
}

/* First open: memory space on, a clean function; last close: silent again. */
static int vfm_bus_open(struct vfio_device *vdev)
{
	struct vfm_bus_device *dev = to_bus_device(vdev);
	unsigned int i;
	int ret;

	pci_clear_master(dev->pdev);
	ret = pci_enable_device(dev->pdev);
	if (ret)
		return ret;
	for (i = 0; i < VFM_BUS_BARS; i++) {
		pci_read_config_dword(dev->pdev, PCI_BASE_ADDRESS_0 + 4 * i, &dev->virtual_bar[i]);
		if (vfm_bus_bar_bytes(dev, i))
			dev->bar[i] = ioremap(pci_resource_start(dev->pdev, i), vfm_bus_bar_bytes(dev, i));
	}
	km_vfio_eeh_open(dev->pdev);
	return 0;
}

static void vfm_bus_close(struct vfio_device *vdev)
{
	struct vfm_bus_device *dev = to_bus_device(vdev);
	unsigned int i;

	km_vfio_eeh_release(dev->pdev);
	/* Stop the device before its memory is taken away. */
	pci_clear_master(dev->pdev);
	mutex_lock(&dev->irq_lock);
	vfm_bus_msi_off(dev);
	mutex_unlock(&dev->irq_lock);
	for (i = 0; i < VFM_BUS_BARS; i++) {
		if (dev->bar[i])
			iounmap(dev->bar[i]);
		dev->bar[i] = NULL;
	}
}

static int vfm_bus_init_device(struct vfio_device *vdev)
{
	struct vfm_bus_device *dev = to_bus_device(vdev);
	u32 cap = 0;

	dev->pdev = to_pci_dev(vdev->dev);
	mutex_init(&dev->irq_lock);
	if (dev->pdev->pcie_cap)
		pci_read_config_dword(dev->pdev, dev->pdev->pcie_cap + PCI_EXP_DEVCAP, &cap);
	dev->has_flr = cap & PCI_EXP_DEVCAP_FLR;
	return 0;
}

static void vfm_bus_release(struct vfio_device *vdev)
{
	km_vfio_free_device(vdev);
}

static const struct vfio_device_ops vfm_bus_ops = {
	.name = "vfio-pci",
	.init = vfm_bus_init_device,
	.release = vfm_bus_release,
	.open_device = vfm_bus_open,
	.close_device = vfm_bus_close,
	.ioctl = vfm_bus_ioctl,
	.read = vfm_bus_read,
	.write = vfm_bus_write,
	.mmap = vfm_bus_mmap,
};

static int vfm_bus_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct vfm_bus_device *dev;
	int ret;

	dev = vfio_alloc_device(vfm_bus_device, vdev, &pdev->dev, &vfm_bus_ops);
	if (IS_ERR(dev))
		return PTR_ERR(dev);
	dev_set_drvdata(&pdev->dev, dev);
	ret = vfio_register_group_dev(&dev->vdev);
	if (ret)
		vfio_put_device(&dev->vdev);
	return ret;
}

/* Waits until the last user has closed the device. */
static void vfm_bus_remove(struct pci_dev *pdev)
{
	struct vfm_bus_device *dev = dev_get_drvdata(&pdev->dev);

	vfio_unregister_group_dev(&dev->vdev);
	vfio_put_device(&dev->vdev);
}

/* vfio_pci_core_aer_err_detected(), for a device whose user has not asked to be told: recover as the others wish. */
static pci_ers_result_t vfm_bus_error_detected(struct pci_dev *pdev, pci_channel_state_t state)
{
	return PCI_ERS_RESULT_CAN_RECOVER;
}

static const struct pci_error_handlers vfm_bus_err_handlers = { .error_detected = vfm_bus_error_detected };

static const struct pci_device_id vfm_bus_ids[] = { { PCI_DEVICE(PCI_ANY_ID, PCI_ANY_ID) }, {} };

static struct pci_driver vfm_bus_driver = {
	.name = "vfio-pci",
	.id_table = vfm_bus_ids,
	.probe = vfm_bus_probe,
	.remove = vfm_bus_remove,
	.err_handler = &vfm_bus_err_handlers,
	.driver_managed_dma = true,
};

int vfm_bus_init(void)
{
	return pci_register_driver(&vfm_bus_driver);
}
