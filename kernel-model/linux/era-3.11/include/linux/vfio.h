/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VFIO_H
#define VFIO_H
/*
 * linux/vfio.h as an IOMMU driver of 3.11 knew it (a reconstruction, see ../../README.md). Names that later kernels gave away are
 * given back here, where the driver's own text begins to use them.
 */
#include <linux/capability.h>
#include <linux/iommu.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/stddef.h>
#include <linux/uaccess.h>
#include <uapi/linux/vfio.h>

struct vfio_iommu_driver_ops {
	char *name;
	struct module *owner;
	void *(*open)(unsigned long arg);
	void (*release)(void *iommu_data);
	ssize_t (*read)(void *iommu_data, char __user *buf, size_t count, loff_t *ppos);
	ssize_t (*write)(void *iommu_data, const char __user *buf, size_t count, loff_t *size);
	long (*ioctl)(void *iommu_data, unsigned int cmd, unsigned long arg);
	int (*mmap)(void *iommu_data, struct vm_area_struct *vma);
	int (*attach_group)(void *iommu_data, struct iommu_group *group);
	void (*detach_group)(void *iommu_data, struct iommu_group *group);
};

/* The base kernel's functions of these names take other structures; era_iommu.c stands between. */
#define vfio_register_iommu_driver era_register_iommu_driver
#define vfio_unregister_iommu_driver era_unregister_iommu_driver
#define iommu_group_get_iommudata era_group_get_iommudata
extern int era_register_iommu_driver(const struct vfio_iommu_driver_ops *ops);
extern void era_unregister_iommu_driver(const struct vfio_iommu_driver_ops *ops);
extern void *era_group_get_iommudata(struct iommu_group *group);

/* 5.8 renamed it. */
#define mmap_sem mmap_lock
#endif
