// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/linux/km_engine.c - drivers of the kernel's own for dma-engines (hw/regs/dma_engine_regs.h), written as such
 * drivers are: probe, remove, a buffer from the DMA API, one message interrupt, error recovery by struct
 * pci_error_handlers (Documentation/PCI/pci-error-recovery.rst). What EEH recovers is these; kernel-model/engine.h tells what
 * processes see. Three drivers share all code but their answers to EEH.
 *
 * The DMA API: dma_alloc_coherent() is here what dma-iommu.c makes of it without bypass, a call of the hosted
 * iommu_alloc_coherent(), which finds room in the default window and writes the TCEs. Observers (the referee) are told.
 *
 * Not modelled: the rest of the DMA API; several jobs at a time.
 */
#include <linux/completion.h>
#include <linux/fs.h>
#include <linux/io.h>
#include <linux/iommu.h>
#include <linux/kref.h>
#include <linux/miscdevice.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <asm/iommu.h>
#include <asm/pci-bridge.h>

#include "hw/regs/dma_engine_regs.h"
#include "kernel-model/engine.h"
#include "kernel-model/linux/km.h"
#include "kernel-model/linux/km_compat.h"
#include "kernel-model/linux/km_device.h"

#define KM_ENGINE_REQUEST 256
#define KM_ENGINE_TIMEOUT (HZ / 50) /* 20 ms; a job takes some microseconds */
#define KM_ENGINE_NAME 32

/* One device. @stopped: EEH has told that it is frozen. @gone: the driver has let go of it. */
struct km_engine {
	struct kref kref; /* the driver and each open file */
	struct pci_dev *pdev;
	void __iomem *bar;
	struct miscdevice misc;
	char name[KM_ENGINE_NAME];
	void *buffer;
	dma_addr_t bus_addr;
	struct mutex lock;
	struct completion done;
	bool stopped, gone;
};

/* ---- What observers hear of the kernel's own DMA ---- */

static void km_engine_tell(struct km_engine *engine, enum host_dma_event event)
{
	struct iommu_table *tbl = get_iommu_table_base(&engine->pdev->dev);
	struct host_dma dma = {
		.phb = pci_domain_nr(engine->pdev->bus),
		.rid = engine->pdev->bus->number << 8 | engine->pdev->devfn,
		.pe = pci_get_pdn(engine->pdev)->pe_number,
		.window_start = (u64)tbl->it_offset << tbl->it_page_shift,
		.window_bytes = (u64)tbl->it_size << tbl->it_page_shift,
		.window_shift = tbl->it_page_shift,
		.iova = engine->bus_addr,
		.real = engine->buffer ? __pa(engine->buffer) : 0,
		.bytes = KM_ENGINE_BUFFER_BYTES,
	};

	host_dma(event, &dma);
}

static int km_engine_alloc(struct km_engine *engine)
{
	struct device *dev = &engine->pdev->dev;

	engine->buffer = iommu_alloc_coherent(dev, get_iommu_table_base(dev), KM_ENGINE_BUFFER_BYTES, &engine->bus_addr,
					      DMA_BIT_MASK(32), GFP_KERNEL, NUMA_NO_NODE);
	if (!engine->buffer)
		return -ENOMEM;
	km_engine_tell(engine, HOST_DMA_MAP);
	return 0;
}

static void km_engine_free(struct km_engine *engine)
{
	if (!engine->buffer)
		return;
	km_engine_tell(engine, HOST_DMA_UNMAP);
	iommu_free_coherent(get_iommu_table_base(&engine->pdev->dev), KM_ENGINE_BUFFER_BYTES, engine->buffer,
			    engine->bus_addr);
	engine->buffer = NULL;
}

/* ---- Jobs ---- */

static irqreturn_t km_engine_irq(void *arg)
{
	struct km_engine *engine = arg;

	complete(&engine->done);
	return IRQ_HANDLED;
}

static void km_engine_write(struct km_engine *engine, unsigned int reg, u64 value)
{
	writeq(value, engine->bar + reg);
}

/* The next address behind the buffer that the driver could mean, and the table does not have. */
static u64 km_engine_stray(const struct km_engine *engine)
{
	struct iommu_table *tbl = get_iommu_table_base(&engine->pdev->dev);

	return ((u64)(tbl->it_offset + tbl->it_size) << tbl->it_page_shift) - KM_ENGINE_BUFFER_BYTES;
}

static int km_engine_run(struct km_engine *engine, struct km_engine_job *job)
{
	if (engine->gone)
		return -ENODEV;
	if (engine->stopped)
		return -EIO;
	if (!job->bytes || job->bytes > KM_ENGINE_BUFFER_BYTES || job->bytes % KM_ENGINE_REQUEST)
		return -EINVAL;
	if ((job->flags & KM_ENGINE_LOOK) && readq(engine->bar + DMA_ENGINE_ID) != DMA_ENGINE_ID_VALUE)
		return -EIO;
	job->bus_addr = job->flags & KM_ENGINE_STRAY ? km_engine_stray(engine) : engine->bus_addr;
	reinit_completion(&engine->done);
	km_engine_write(engine, DMA_ENGINE_PATTERN, DMA_ENGINE_PATTERN_STREAM);
	km_engine_write(engine, DMA_ENGINE_BASE, job->bus_addr);
	km_engine_write(engine, DMA_ENGINE_LENGTH, job->bytes);
	km_engine_write(engine, DMA_ENGINE_REQ_BYTES, KM_ENGINE_REQUEST);
	km_engine_write(engine, DMA_ENGINE_COUNT, job->bytes / KM_ENGINE_REQUEST);
	km_engine_write(engine, DMA_ENGINE_READ_SHARE, 0);
	km_engine_write(engine, DMA_ENGINE_SEED, job->seed);
	km_engine_write(engine, DMA_ENGINE_CTRL, DMA_ENGINE_CTRL_MSI_DONE | DMA_ENGINE_CTRL_START);
	if (!wait_for_completion_timeout(&engine->done, KM_ENGINE_TIMEOUT) || engine->stopped)
		return -EIO;
	/* All ones here is how a driver without an interrupt finds out; EEH looks as well. */
	if (readq(engine->bar + DMA_ENGINE_STATUS) & (DMA_ENGINE_STATUS_ERROR | DMA_ENGINE_STATUS_BUSY))
		return -EIO;
	return 0;
}

/* ---- The device node ---- */

static void km_engine_release(struct kref *kref)
{
	kfree(container_of(kref, struct km_engine, kref));
}

static int km_engine_fop_open(struct inode *inode, struct file *file)
{
	struct km_engine *engine = container_of(file->private_data, struct km_engine, misc);

	kref_get(&engine->kref);
	file->private_data = engine;
	return 0;
}

static int km_engine_fop_release(struct inode *inode, struct file *file)
{
	struct km_engine *engine = file->private_data;

	kref_put(&engine->kref, km_engine_release);
	return 0;
}

static long km_engine_fop_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct km_engine *engine = file->private_data;
	struct km_engine_job job;
	long ret;

	if (cmd != KM_ENGINE_RUN)
		return -ENOTTY;
	if (copy_from_user(&job, (void __user *)arg, sizeof(job)))
		return -EFAULT;
	mutex_lock(&engine->lock);
	ret = km_engine_run(engine, &job);
	mutex_unlock(&engine->lock);
	return copy_to_user((void __user *)arg, &job, sizeof(job)) ? -EFAULT : ret;
}

static ssize_t km_engine_fop_read(struct file *file, char __user *to, size_t bytes, loff_t *ppos)
{
	struct km_engine *engine = file->private_data;
	ssize_t ret;

	mutex_lock(&engine->lock);
	if (engine->gone)
		ret = -ENODEV;
	else
		ret = simple_read_from_buffer(to, bytes, ppos, engine->buffer, KM_ENGINE_BUFFER_BYTES);
	mutex_unlock(&engine->lock);
	return ret;
}

static const struct file_operations km_engine_fops = {
	.open = km_engine_fop_open,
	.release = km_engine_fop_release,
	.unlocked_ioctl = km_engine_fop_ioctl,
	.read = km_engine_fop_read,
};

/* ---- Life with the PCI core ---- */

static int km_engine_start(struct km_engine *engine)
{
	struct pci_dev *pdev = engine->pdev;
	int ret = pci_enable_device(pdev);

	if (ret)
		return ret;
	pci_set_master(pdev);
	if (readq(engine->bar + DMA_ENGINE_ID) == DMA_ENGINE_ID_VALUE) {
		km_engine_tell(engine, HOST_DMA_THAW);
		return 0;
	}
	pci_disable_device(pdev);
	return -ENODEV;
}

static int km_engine_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct km_engine *engine = kzalloc(sizeof(*engine), GFP_KERNEL);
	int ret;

	if (!engine)
		return -ENOMEM;
	kref_init(&engine->kref);
	mutex_init(&engine->lock);
	init_completion(&engine->done);
	engine->pdev = pdev;
	snprintf(engine->name, sizeof(engine->name), "engine-%s", pci_name(pdev));
	engine->misc = (struct miscdevice){ .minor = MISC_DYNAMIC_MINOR, .name = engine->name, .fops = &km_engine_fops };
	engine->bar = ioremap(pci_resource_start(pdev, 0), pci_resource_len(pdev, 0));
	ret = km_engine_start(engine);
	if (ret)
		goto err_free;
	ret = km_engine_alloc(engine);
	if (ret)
		goto err_disable;
	ret = km_pci_msi_enable(pdev, km_engine_irq, engine);
	if (ret)
		goto err_buffer;
	ret = misc_register(&engine->misc);
	if (ret)
		goto err_msi;
	pci_save_state(pdev);
	dev_set_drvdata(&pdev->dev, engine);
	dev_info(&pdev->dev, "engine: probed\n");
	return 0;

err_msi:
	km_pci_msi_disable(pdev);
err_buffer:
	km_engine_free(engine);
err_disable:
	pci_disable_device(pdev);
err_free:
	iounmap(engine->bar);
	kref_put(&engine->kref, km_engine_release);
	return ret;
}

static void km_engine_remove(struct pci_dev *pdev)
{
	struct km_engine *engine = dev_get_drvdata(&pdev->dev);

	misc_deregister(&engine->misc);
	complete(&engine->done);
	mutex_lock(&engine->lock);
	engine->gone = true;
	mutex_unlock(&engine->lock);
	km_pci_msi_disable(pdev);
	if (pci_is_enabled(pdev))
		pci_disable_device(pdev);
	km_engine_free(engine);
	iounmap(engine->bar);
	kref_put(&engine->kref, km_engine_release);
}

/* ---- Error recovery ---- */

static pci_ers_result_t km_engine_stop(struct pci_dev *pdev, pci_channel_state_t state, pci_ers_result_t answer)
{
	struct km_engine *engine = dev_get_drvdata(&pdev->dev);

	engine->stopped = true;
	complete(&engine->done);
	return state == pci_channel_io_perm_failure ? PCI_ERS_RESULT_DISCONNECT : answer;
}

static pci_ers_result_t km_engine_detected_reset(struct pci_dev *pdev, pci_channel_state_t state)
{
	pci_ers_result_t answer = km_engine_stop(pdev, state, PCI_ERS_RESULT_NEED_RESET);

	if (answer == PCI_ERS_RESULT_NEED_RESET)
		pci_disable_device(pdev);
	return answer;
}

static pci_ers_result_t km_engine_detected_thaw(struct pci_dev *pdev, pci_channel_state_t state)
{
	return km_engine_stop(pdev, state, PCI_ERS_RESULT_CAN_RECOVER);
}

/* Registers answer, memory is out of reach yet: the device forgets what it was doing. */
static pci_ers_result_t km_engine_mmio_enabled(struct pci_dev *pdev)
{
	struct km_engine *engine = dev_get_drvdata(&pdev->dev);

	if (readq(engine->bar + DMA_ENGINE_ID) != DMA_ENGINE_ID_VALUE)
		return PCI_ERS_RESULT_NEED_RESET;
	km_engine_write(engine, DMA_ENGINE_CTRL, DMA_ENGINE_CTRL_RESET);
	km_engine_tell(engine, HOST_DMA_THAW);
	return PCI_ERS_RESULT_RECOVERED;
}

static pci_ers_result_t km_engine_slot_reset(struct pci_dev *pdev)
{
	struct km_engine *engine = dev_get_drvdata(&pdev->dev);

	pci_restore_state(pdev);
	pci_save_state(pdev);
	if (!pci_is_enabled(pdev) && km_engine_start(engine))
		return PCI_ERS_RESULT_DISCONNECT;
	return PCI_ERS_RESULT_RECOVERED;
}

static void km_engine_resume(struct pci_dev *pdev)
{
	struct km_engine *engine = dev_get_drvdata(&pdev->dev);

	engine->stopped = false;
	dev_info(&pdev->dev, "engine: ready again\n");
}

static const struct pci_error_handlers km_engine_reset_handlers = {
	.error_detected = km_engine_detected_reset,
	.slot_reset = km_engine_slot_reset,
	.resume = km_engine_resume,
};

static const struct pci_error_handlers km_engine_thaw_handlers = {
	.error_detected = km_engine_detected_thaw,
	.mmio_enabled = km_engine_mmio_enabled,
	.slot_reset = km_engine_slot_reset,
	.resume = km_engine_resume,
};

static const struct pci_device_id km_engine_ids[] = { { PCI_DEVICE(DMA_ENGINE_VENDOR_ID, DMA_ENGINE_DEVICE_ID) }, {} };

static struct pci_driver km_engine_drivers[] = {
	{ .name = KM_ENGINE_RESET, .err_handler = &km_engine_reset_handlers },
	{ .name = KM_ENGINE_THAW, .err_handler = &km_engine_thaw_handlers },
	{ .name = KM_ENGINE_UNAWARE },
};

int km_engine_init(void)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; i < ARRAY_SIZE(km_engine_drivers) && !ret; i++) {
		km_engine_drivers[i].id_table = km_engine_ids;
		km_engine_drivers[i].probe = km_engine_probe;
		km_engine_drivers[i].remove = km_engine_remove;
		ret = pci_register_driver(&km_engine_drivers[i]);
	}
	return ret;
}
