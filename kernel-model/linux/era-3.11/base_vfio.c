// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/linux/era-3.11/base_vfio.c - the side of the base kernel: DMA windows as a kernel of 3.11 made them for a PE of
 * a P7IOC or a PHB3, TCEs in them, and the driver among the container drivers of the base kernel's VFIO core.
 *
 * Window, TCEs and TCE kills are made by the hosted pci-ioda.c and pci-ioda-tce.c. Ownership is taken from that kernel for good:
 * it neither keeps its own window nor its bypass, of which 3.11 had none.
 */
#include <linux/iommu.h>
#include <linux/list.h>
#include <linux/log2.h>
#include <linux/module.h>
#include <linux/pci.h>

#include <asm/iommu.h>
#include <asm/pci-bridge.h>
#include <asm/ppc-pci.h>

#include "arch/powerpc/platforms/powernv/pci.h"
#include "drivers/vfio/vfio.h"
#include "kernel-model/linux/era-3.11/era.h"

int era_tce_build(void *handle, long index, long pages, unsigned long uaddr, int writable)
{
	struct iommu_table *tbl = handle;

	return tbl->it_ops->set(tbl, index, pages, uaddr, writable ? DMA_BIDIRECTIONAL : DMA_TO_DEVICE, 0);
}

void era_tce_free(void *handle, long index, long pages)
{
	struct iommu_table *tbl = handle;

	tbl->it_ops->clear(tbl, index, pages);
}

unsigned long era_tce_get(void *handle, long index)
{
	struct iommu_table *tbl = handle;

	return tbl->it_ops->get(tbl, index);
}

/* One level of 4K pages for all of the 32-bit space below the MMIO window. */
static long era_table_make(struct pnv_ioda_pe *pe, struct iommu_table **tbl)
{
	struct iommu_table_group *group = &pe->table_group;
	u64 bytes = 1ULL << ilog2(pe->phb->ioda.m32_pci_base);
	long ret;

	group->ops->take_ownership(group);
	ret = group->ops->create_table(group, 0, IOMMU_PAGE_SHIFT_4K, bytes, 1, tbl);
	return ret ? ret : group->ops->set_window(group, 0, *tbl);
}

/* Below a P7IOC the base kernel's table is what it was then: its share of segments, 4K pages, one level. */
static int era_window_make(struct pnv_ioda_pe *pe)
{
	struct iommu_table_group *group = &pe->table_group;
	struct iommu_table *tbl = group->tables[0];
	struct era_window window;
	long ret = group->ops ? era_table_make(pe, &tbl) : 0;

	if (ret)
		return ret;
	window.group = group->group;
	window.handle = tbl;
	window.bus = tbl->it_busno;
	window.index = tbl->it_index;
	window.base = tbl->it_base;
	window.offset = tbl->it_offset;
	window.entries = tbl->it_size;
	return era_table_add(&window);
}

static int era_driver_attach_group(void *data, struct iommu_group *group, enum vfio_group_type type)
{
	return era_driver_attach(data, group);
}

static const struct vfio_iommu_driver_ops era_core_ops = {
	.name = "iommu-vfio-powerpc",
	.owner = THIS_MODULE,
	.open = era_driver_open,
	.release = era_driver_release,
	.ioctl = era_driver_ioctl,
	.attach_group = era_driver_attach_group,
	.detach_group = era_driver_detach,
};

int era_core_register(void)
{
	struct pci_controller *hose;
	struct pnv_ioda_pe *pe;

	list_for_each_entry(hose, &hose_list, list_node) {
		struct pnv_phb *phb = hose->private_data;

		list_for_each_entry(pe, &phb->ioda.pe_list, list) {
			int ret = pe->table_group.group ? era_window_make(pe) : 0;

			if (ret)
				return ret;
		}
	}
	return vfio_register_iommu_driver(&era_core_ops);
}

void era_core_unregister(void)
{
	vfio_unregister_iommu_driver(&era_core_ops);
}
