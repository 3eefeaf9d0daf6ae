// SPDX-License-Identifier: GPL-2.0-only
/*
 * tests/kernel-model/linux/kt_group.c - IOMMU groups as other platforms have them, made of those of a PHB3's functions: the driver asks a
 * group what it can do, and powernv's can do all of it.
 *
 * kt_group_v1(): a group as IODA1 host bridges have it: one table that the kernel made at boot, and no operations to make
 * another. Kernels before 6.4 take containers of the first type for such groups only. pci-ioda.c gives up its own window,
 * as it does when ownership is taken, and a table is made and linked by the functions that pnv_pci_ioda1_setup_dma_pe()
 * calls. What an IODA1 bridge does otherwise (segments of TCEs, its TCE kill) is not there.
 */
#include <linux/err.h>
#include <linux/iommu.h>
#include <linux/string.h>

#include <asm/iommu.h>
#include <asm/pci-bridge.h>

#include "arch/powerpc/platforms/powernv/pci.h"
#include "kernel-model/linux/km_device.h"
#include "tests/kernel-model/linux/kt.h"

/* Bridges have no group and are not counted. */
static struct iommu_group *kt_iommu_group(int index)
{
	struct pci_dev *pdev;
	int i;

	for (i = 0; (pdev = km_pci_dev(i)); i++) {
		if (pdev->dev.iommu_group && !index--)
			return pdev->dev.iommu_group;
	}
	return NULL;
}

struct iommu_table_group *kt_table_group(int index)
{
	return iommu_group_get_iommudata(kt_iommu_group(index));
}

#if !KM_SINCE(6, 4)
static int kt_group_v1_table(struct iommu_table_group *group, struct iommu_table_ops *ops, unsigned int shift,
			     unsigned int levels)
{
	struct iommu_table *tbl = pnv_pci_table_alloc(0);
	long ret;

	if (!tbl)
		return -ENOMEM;
	ret = pnv_pci_ioda2_table_alloc_pages(0, group->tce32_start, shift, group->tce32_size, levels, false, tbl);
	if (ret)
		return ret;
	tbl->it_ops = ops;
	if (!iommu_init_table(tbl, 0, 0, 0))
		return -ENOMEM;
	return group->ops->set_window(group, 0, tbl);
}

int kt_group_v1(int index, unsigned int shift, unsigned int levels)
{
	struct iommu_table_group *group = kt_table_group(index);
	struct km_task *task;
	int ret = -ENODEV;

	if (!group->ops)
		return 0; /* it is one already */
	task = kt_enter();
	if (group->tables[0]) {
		struct iommu_table_ops *ops = group->tables[0]->it_ops;

		group->ops->take_ownership(group);
		ret = kt_group_v1_table(group, ops, shift, levels);
		group->max_dynamic_windows_supported = 0;
		group->ops = NULL;
	}
	kt_exit(task);
	return ret;
}
#endif

/* ---- Less than all ---- */

/* Operations of a group with one of them missing, and of a table. Each test boots anew, so nothing is put back. */
static struct iommu_table_group_ops kt_ops;
static struct iommu_table_ops kt_table_ops;
static struct iommu_table_group *kt_hidden;

/* Another way to make tables: only its address matters. */
static long kt_other_create(struct iommu_table_group *group, int num, __u32 shift, __u64 bytes, __u32 levels,
			    struct iommu_table **tbl)
{
	return -EIO;
}

int kt_group_without(int index, const char *what)
{
	struct iommu_group *iommu = kt_iommu_group(index);
	struct iommu_table_group *group = kt_table_group(index) ?: kt_hidden;

	if (!strcmp(what, "data")) {
		kt_hidden = group;
		iommu_group_set_iommudata(iommu, NULL, NULL);
		return 0;
	}
	if (!strcmp(what, "nothing")) {
		iommu_group_set_iommudata(iommu, group, NULL);
		return 0;
	}
	if (!strcmp(what, "window")) {
		group->tce32_size = 0;
		return 0;
	}
	if (!strcmp(what, "DDW")) {
		group->max_dynamic_windows_supported = 0;
		return 0;
	}
	if (!strcmp(what, "free entries")) {
		set_bit(5, group->tables[0]->it_map);
		return 0;
	}
	if (!strcmp(what, "exchange")) {
		kt_table_ops = *group->tables[0]->it_ops;
		kt_table_ops.xchg_no_kill = NULL;
		group->tables[0]->it_ops = &kt_table_ops;
		return 0;
	}
	if (!strcmp(what, "operations")) {
		group->ops = NULL;
		return 0;
	}
	kt_ops = *group->ops;
	group->ops = &kt_ops;
	if (!strcmp(what, "set_window"))
		kt_ops.set_window = NULL;
	else if (!strcmp(what, "unset_window"))
		kt_ops.unset_window = NULL;
	else if (!strcmp(what, "get_table_size"))
		kt_ops.get_table_size = NULL;
	else if (!strcmp(what, "create_table"))
		kt_ops.create_table = NULL;
	else if (!strcmp(what, "release_ownership"))
		kt_ops.release_ownership = NULL;
	else if (!strcmp(what, "take_ownership"))
		kt_ops.take_ownership = NULL;
	else if (!strcmp(what, "common create_table"))
		kt_ops.create_table = kt_other_create;
	else
		return -EINVAL;
	return 0;
}
