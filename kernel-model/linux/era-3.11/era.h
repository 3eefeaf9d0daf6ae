/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KM_ERA_3_11_H
#define KM_ERA_3_11_H
/*
 * kernel-model/linux/era-3.11/era.h - between the two halves of this environment (README.md): era_iommu.c sees headers of
 * 3.11, base_vfio.c those of the base kernel. Builtin types only, because their struct iommu_table differ.
 */
struct iommu_group;

/**
 * struct era_window - the DMA window of a PE.
 * @handle: the base kernel's table; for era_tce_*(). @base: address of the TCEs. @offset, @entries: in pages of 4K.
 */
struct era_window {
	struct iommu_group *group;
	void *handle;
	unsigned long bus, index, base, offset, entries;
};

/* era_iommu.c: */
/* Make the table that the driver gets from @window's group. Return: 0 or -ENOMEM. */
int era_table_add(const struct era_window *window);
/* The driver's operations. */
void *era_driver_open(unsigned long arg);
void era_driver_release(void *data);
long era_driver_ioctl(void *data, unsigned int cmd, unsigned long arg);
int era_driver_attach(void *data, struct iommu_group *group);
void era_driver_detach(void *data, struct iommu_group *group);

/* base_vfio.c: */
/* Make windows, tell the VFIO core of the driver. Return: 0 or -errno. */
int era_core_register(void);
void era_core_unregister(void);
/*
 * What ppc_md.tce_build, tce_free and tce_get of powernv were. @uaddr: kernel address of the page. A TCE could always be
 * read through; @writable adds the other direction.
 */
int era_tce_build(void *handle, long index, long pages, unsigned long uaddr, int writable);
void era_tce_free(void *handle, long index, long pages);
unsigned long era_tce_get(void *handle, long index);
#endif
