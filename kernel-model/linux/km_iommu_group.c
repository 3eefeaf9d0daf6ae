// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/linux/km_iommu_group.c - IOMMU groups of kernels before 6.4: what drivers/iommu/iommu.c is to the hosted code.
 * Later kernels have iommu_ops for POWER, so theirs is hosted itself and this file is empty.
 *
 * What this layer answers that 6.1's own would not, and why. Linux 6.1 registers no iommu_ops for powerpc. With
 * drivers/iommu/iommu.c as it is, device_iommu_capable() says no and iommu_group_claim_dma_owner() fails (there is no
 * domain to block DMA with), so vfio_register_group_dev() returns -EINVAL: VFIO does not work on POWER as 6.1 shipped
 * (later kernels have spapr_tce_iommu_ops for exactly this). To have something to simulate, two answers are those
 * which the later kernels give:
 *  - device_iommu_capable(IOMMU_CAP_CACHE_COHERENCY) is true: DMA below a PHB is coherent;
 *  - iommu_group_claim_dma_owner() succeeds for a group nobody owns. Blocking the DMA of the old owner is left to the
 *    container driver, which takes the tables from the kernel (iommu_table_group_ops.take_ownership).
 * Everything else is as in 6.1: a group is owned once, and a claimed one refuses the second claim with -EPERM.
 *
 * Not modelled: domains, reserved regions, sysfs, notifiers.
 */
#include <linux/idr.h>
#include <linux/iommu.h>
#include <linux/kref.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "kernel-model/linux/km.h"
#include "kernel-model/linux/km_compat.h"
#include "kernel-model/linux/km_device.h"

#ifndef KM_IOMMU_CORE_HOSTED
struct iommu_group {
	struct kref kref;
	struct list_head devices;
	struct mutex mutex;
	int id;
	char *name;
	void *iommu_data;
	void (*iommu_data_release)(void *iommu_data);
	void *owner;
	unsigned int owner_cnt;
};

struct km_group_device {
	struct list_head list;
	struct device *dev;
};

static DEFINE_IDA(km_iommu_group_ida);

static void km_iommu_group_release(struct kref *kref)
{
	struct iommu_group *group = container_of(kref, struct iommu_group, kref);

	if (group->iommu_data_release)
		group->iommu_data_release(group->iommu_data);
	ida_free(&km_iommu_group_ida, group->id);
	kfree(group->name);
	kfree(group);
}

struct iommu_group *iommu_group_alloc(void)
{
	struct iommu_group *group = kzalloc(sizeof(*group), GFP_KERNEL);
	int id;

	if (!group)
		return ERR_PTR(-ENOMEM);
	id = ida_alloc(&km_iommu_group_ida, GFP_KERNEL);
	if (id < 0) {
		kfree(group);
		return ERR_PTR(id);
	}
	kref_init(&group->kref);
	mutex_init(&group->mutex);
	INIT_LIST_HEAD(&group->devices);
	group->id = id;
	return group;
}

struct iommu_group *iommu_group_ref_get(struct iommu_group *group)
{
	kref_get(&group->kref);
	return group;
}

void iommu_group_put(struct iommu_group *group)
{
	if (group)
		kref_put(&group->kref, km_iommu_group_release);
}

struct iommu_group *iommu_group_get(struct device *dev)
{
	struct iommu_group *group = dev->iommu_group;

	return group ? iommu_group_ref_get(group) : NULL;
}

int iommu_group_id(struct iommu_group *group)
{
	return group->id;
}

void *iommu_group_get_iommudata(struct iommu_group *group)
{
	return group->iommu_data;
}

void iommu_group_set_iommudata(struct iommu_group *group, void *iommu_data, void (*release)(void *iommu_data))
{
	group->iommu_data = iommu_data;
	group->iommu_data_release = release;
}

int iommu_group_set_name(struct iommu_group *group, const char *name)
{
	char *copy = NULL;

	if (name) {
		copy = kstrdup(name, GFP_KERNEL);
		if (!copy)
			return -ENOMEM;
	}
	kfree(group->name);
	group->name = copy;
	return 0;
}

int iommu_group_add_device(struct iommu_group *group, struct device *dev)
{
	struct km_group_device *entry = kzalloc(sizeof(*entry), GFP_KERNEL);

	if (!entry)
		return -ENOMEM;
	entry->dev = dev;
	dev->iommu_group = iommu_group_ref_get(group);
	mutex_lock(&group->mutex);
	list_add_tail(&entry->list, &group->devices);
	mutex_unlock(&group->mutex);
	dev_info(dev, "Adding to iommu group %d\n", group->id);
	return 0;
}

void iommu_group_remove_device(struct device *dev)
{
	struct iommu_group *group = dev->iommu_group;
	struct km_group_device *entry, *next;

	if (!group)
		return;
	dev_info(dev, "Removing from iommu group %d\n", group->id);
	mutex_lock(&group->mutex);
	list_for_each_entry_safe(entry, next, &group->devices, list) {
		if (entry->dev != dev)
			continue;
		list_del(&entry->list);
		kfree(entry);
	}
	mutex_unlock(&group->mutex);
	dev->iommu_group = NULL;
	iommu_group_put(group);
}

int iommu_group_for_each_dev(struct iommu_group *group, void *data, int (*fn)(struct device *, void *))
{
	struct km_group_device *entry;
	int ret = 0;

	mutex_lock(&group->mutex);
	list_for_each_entry(entry, &group->devices, list) {
		ret = fn(entry->dev, data);
		if (ret)
			break;
	}
	mutex_unlock(&group->mutex);
	return ret;
}

/* See the top of this file: the answer of later kernels. */
bool device_iommu_capable(struct device *dev, enum iommu_cap cap)
{
	return dev->iommu_group && cap == IOMMU_CAP_CACHE_COHERENCY;
}

int iommu_group_claim_dma_owner(struct iommu_group *group, void *owner)
{
	int ret = 0;

	if (WARN_ON(!owner))
		return -EINVAL;
	mutex_lock(&group->mutex);
	if (group->owner_cnt) {
		ret = -EPERM;
	} else {
		group->owner = owner;
		group->owner_cnt = 1;
	}
	mutex_unlock(&group->mutex);
	return ret;
}

void iommu_group_release_dma_owner(struct iommu_group *group)
{
	mutex_lock(&group->mutex);
	if (!WARN_ON(!group->owner_cnt || !group->owner)) {
		group->owner_cnt = 0;
		group->owner = NULL;
	}
	mutex_unlock(&group->mutex);
}

/* A driver of the kernel's own and a user of the group exclude each other. */
int iommu_device_use_default_domain(struct device *dev)
{
	struct iommu_group *group = dev->iommu_group;
	int ret = 0;

	if (!group)
		return 0;
	mutex_lock(&group->mutex);
	if (group->owner)
		ret = -EBUSY;
	else
		group->owner_cnt++;
	mutex_unlock(&group->mutex);
	return ret;
}

void iommu_device_unuse_default_domain(struct device *dev)
{
	struct iommu_group *group = dev->iommu_group;

	if (!group)
		return;
	mutex_lock(&group->mutex);
	if (!WARN_ON(!group->owner_cnt))
		group->owner_cnt--;
	mutex_unlock(&group->mutex);
}

bool iommu_group_dma_owner_claimed(struct iommu_group *group)
{
	return group->owner_cnt;
}
#endif
