// SPDX-License-Identifier: GPL-2.0-only
/*
 * vfio-model/vfm_spapr.c - the calls of the sPAPR TCE container, with the structures of linux/vfio.h.
 *
 * Results are the kernel's, untouched: a caller that wants to know whether an UNMAP_DMA worked must compare with 0,
 * because the 6.1 driver answers a range it does not like with a positive number.
 */
#include <linux/vfio.h>

#include "vfio-model/vfm_internal.h"

int64_t vfm_spapr_get_info(struct vfm_device *dev, uint64_t *dma32_start, uint64_t *dma32_bytes)
{
	struct vfio_iommu_spapr_tce_info info = {.argsz = sizeof(info)};
	int64_t ret = vfm_ioctl(dev->proc, dev->container_fd, VFIO_IOMMU_SPAPR_TCE_GET_INFO, &info, sizeof(info));

	if (ret)
		return ret;
	*dma32_start = info.dma32_window_start;
	*dma32_bytes = info.dma32_window_size;
	return 0;
}

int64_t vfm_spapr_enable(struct vfm_device *dev)
{
	return vfm_ioctl_value(dev->proc, dev->container_fd, VFIO_IOMMU_ENABLE, 0);
}

int64_t vfm_spapr_disable(struct vfm_device *dev)
{
	return vfm_ioctl_value(dev->proc, dev->container_fd, VFIO_IOMMU_DISABLE, 0);
}

static int64_t registration(struct vfm_device *dev, uint32_t cmd, uint64_t user_va, uint64_t bytes)
{
	struct vfio_iommu_spapr_register_memory reg = {.argsz = sizeof(reg), .vaddr = user_va, .size = bytes};

	return vfm_ioctl(dev->proc, dev->container_fd, cmd, &reg, sizeof(reg));
}

int64_t vfm_spapr_register(struct vfm_device *dev, uint64_t user_va, uint64_t bytes)
{
	return registration(dev, VFIO_IOMMU_SPAPR_REGISTER_MEMORY, user_va, bytes);
}

int64_t vfm_spapr_unregister(struct vfm_device *dev, uint64_t user_va, uint64_t bytes)
{
	return registration(dev, VFIO_IOMMU_SPAPR_UNREGISTER_MEMORY, user_va, bytes);
}

int64_t vfm_spapr_create(struct vfm_device *dev, uint32_t page_shift, uint64_t window_bytes, uint32_t levels,
			 uint64_t *start_addr)
{
	struct vfio_iommu_spapr_tce_create create = {
		.argsz = sizeof(create), .page_shift = page_shift, .window_size = window_bytes, .levels = levels};
	int64_t ret = vfm_ioctl(dev->proc, dev->container_fd, VFIO_IOMMU_SPAPR_TCE_CREATE, &create, sizeof(create));

	if (ret)
		return ret;
	*start_addr = create.start_addr;
	return 0;
}

int64_t vfm_spapr_remove(struct vfm_device *dev, uint64_t start_addr)
{
	struct vfio_iommu_spapr_tce_remove remove = {.argsz = sizeof(remove), .start_addr = start_addr};

	return vfm_ioctl(dev->proc, dev->container_fd, VFIO_IOMMU_SPAPR_TCE_REMOVE, &remove, sizeof(remove));
}

int64_t vfm_map_dma(struct vfm_device *dev, uint64_t user_va, uint64_t iova, uint64_t bytes, bool read, bool write)
{
	struct vfio_iommu_type1_dma_map map = {
		.argsz = sizeof(map),
		.flags = (read ? VFIO_DMA_MAP_FLAG_READ : 0) | (write ? VFIO_DMA_MAP_FLAG_WRITE : 0),
		.vaddr = user_va,
		.iova = iova,
		.size = bytes,
	};

	return vfm_ioctl(dev->proc, dev->container_fd, VFIO_IOMMU_MAP_DMA, &map, sizeof(map));
}

int64_t vfm_unmap_dma(struct vfm_device *dev, uint64_t iova, uint64_t bytes)
{
	struct vfio_iommu_type1_dma_unmap unmap = {.argsz = sizeof(unmap), .iova = iova, .size = bytes};

	return vfm_ioctl(dev->proc, dev->container_fd, VFIO_IOMMU_UNMAP_DMA, &unmap, sizeof(unmap));
}
