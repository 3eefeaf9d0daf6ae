// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/linux/era-3.11/era_iommu.c - what arch/powerpc/kernel/iommu.c of 3.11 offered a VFIO driver, and that driver as the
 * base kernel's VFIO core may call it. A RECONSTRUCTION (README.md): it follows what is publicly known of that version.
 *
 * As it was known to behave: one page is checked before a range is mapped; a TCE that is live is not replaced (-EBUSY);
 * clearing drops the reference of every page whose TCE was live; ownership is refused while the kernel uses the table.
 *
 * Not modelled: dirty pages; use of the table by the kernel's own DMA API.
 */
#include <linux/bitmap.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vfio.h>
#include <linux/vmalloc.h>
#include <asm/iommu.h>
#include <asm/tce.h>

#include "kernel-model/linux/era-3.11/era.h"
#include "kernel-model/linux/km.h"

/* A table with the base kernel's behind it. */
struct era_table {
	struct iommu_table tbl;
	void *handle;
	struct list_head list;
};

static LIST_HEAD(era_tables);
static const struct vfio_iommu_driver_ops *era_ops;

static void *era_handle(struct iommu_table *tbl)
{
	return container_of(tbl, struct era_table, tbl)->handle;
}

/* Small requests share pools by place, large ones have the last quarter for themselves. */
static void era_pools_init(struct iommu_table *tbl)
{
	unsigned long i;

	tbl->nr_pools = IOMMU_NR_POOLS;
	tbl->poolsize = (tbl->it_size * 3 / 4) / tbl->nr_pools;
	for (i = 0; i < tbl->nr_pools; i++) {
		spin_lock_init(&tbl->pools[i].lock);
		tbl->pools[i].start = tbl->poolsize * i;
		tbl->pools[i].end = tbl->poolsize * (i + 1);
	}
	spin_lock_init(&tbl->large_pool.lock);
	tbl->large_pool.start = tbl->poolsize * tbl->nr_pools;
	tbl->large_pool.end = tbl->it_size;
}

static struct iommu_pool *era_pool(struct iommu_table *tbl, unsigned long entry)
{
	if (entry >= tbl->large_pool.start)
		return &tbl->large_pool;
	return &tbl->pools[entry / tbl->poolsize];
}

int era_table_add(const struct era_window *window)
{
	struct era_table *table = kzalloc(sizeof(*table), GFP_KERNEL);

	if (!table)
		return -ENOMEM;
	table->handle = window->handle;
	table->tbl.it_busno = window->bus;
	table->tbl.it_index = window->index;
	table->tbl.it_base = window->base;
	table->tbl.it_offset = window->offset;
	table->tbl.it_size = window->entries;
	table->tbl.it_group = window->group;
	table->tbl.it_map = vzalloc(BITS_TO_LONGS(window->entries) * sizeof(long));
	if (!table->tbl.it_map) {
		kfree(table);
		return -ENOMEM;
	}
	/* Page 0 is not for drivers of the kernel. */
	if (!window->offset)
		set_bit(0, table->tbl.it_map);
	era_pools_init(&table->tbl);
	list_add_tail(&table->list, &era_tables);
	return 0;
}

void *era_group_get_iommudata(struct iommu_group *group)
{
	struct era_table *table;

	list_for_each_entry(table, &era_tables, list)
		if (table->tbl.it_group == group)
			return &table->tbl;
	return NULL;
}

enum dma_data_direction iommu_tce_direction(unsigned long tce)
{
	switch (tce & (TCE_PCI_READ | TCE_PCI_WRITE)) {
	case TCE_PCI_READ | TCE_PCI_WRITE:
		return DMA_BIDIRECTIONAL;
	case TCE_PCI_READ:
		return DMA_TO_DEVICE;
	case TCE_PCI_WRITE:
		return DMA_FROM_DEVICE;
	default:
		return DMA_NONE;
	}
}

/* Kills go out with each TCE that is stored; what is left is that stores are seen before what follows. */
void iommu_flush_tce(struct iommu_table *tbl)
{
	mb();
}

static bool era_in_window(struct iommu_table *tbl, unsigned long ioba, unsigned long npages)
{
	unsigned long entry = ioba >> IOMMU_PAGE_SHIFT;

	if (ioba & ~IOMMU_PAGE_MASK)
		return false;
	return entry >= tbl->it_offset && entry + npages <= tbl->it_offset + tbl->it_size;
}

int iommu_tce_clear_param_check(struct iommu_table *tbl, unsigned long ioba, unsigned long tce_value, unsigned long npages)
{
	return tce_value || !era_in_window(tbl, ioba, npages) ? -EINVAL : 0;
}

/* One page, whatever the caller goes on to map. */
int iommu_tce_put_param_check(struct iommu_table *tbl, unsigned long ioba, unsigned long tce)
{
	if (!(tce & (TCE_PCI_WRITE | TCE_PCI_READ)))
		return -EINVAL;
	if (tce & ~(IOMMU_PAGE_MASK | TCE_PCI_WRITE | TCE_PCI_READ))
		return -EINVAL;
	return era_in_window(tbl, ioba, 1) ? 0 : -EINVAL;
}

unsigned long iommu_clear_tce(struct iommu_table *tbl, unsigned long entry)
{
	struct iommu_pool *pool = era_pool(tbl, entry);
	unsigned long old;

	spin_lock(&pool->lock);
	old = era_tce_get(era_handle(tbl), entry);
	if (old & (TCE_PCI_WRITE | TCE_PCI_READ))
		era_tce_free(era_handle(tbl), entry, 1);
	else
		old = 0;
	spin_unlock(&pool->lock);
	return old;
}

int iommu_clear_tces_and_put_pages(struct iommu_table *tbl, unsigned long entry, unsigned long pages)
{
	for (; pages; entry++, pages--) {
		unsigned long old = iommu_clear_tce(tbl, entry);

		if (old)
			km_put_user_page(pfn_to_page(old >> PAGE_SHIFT));
	}
	return 0;
}

int iommu_tce_build(struct iommu_table *tbl, unsigned long entry, unsigned long hwaddr, enum dma_data_direction direction)
{
	struct iommu_pool *pool = era_pool(tbl, entry);
	int ret = -EBUSY;

	spin_lock(&pool->lock);
	if (!(era_tce_get(era_handle(tbl), entry) & (TCE_PCI_WRITE | TCE_PCI_READ)))
		ret = era_tce_build(era_handle(tbl), entry, 1, hwaddr, direction != DMA_TO_DEVICE);
	spin_unlock(&pool->lock);
	return ret;
}

int iommu_put_tce_user_mode(struct iommu_table *tbl, unsigned long entry, unsigned long tce)
{
	enum dma_data_direction direction = iommu_tce_direction(tce);
	unsigned long offset = tce & IOMMU_PAGE_MASK & ~PAGE_MASK;
	struct page *page;
	int ret;

	if (get_user_pages_fast(tce & PAGE_MASK, 1, direction != DMA_TO_DEVICE ? FOLL_WRITE : 0, &page) != 1)
		return -EFAULT;
	ret = iommu_tce_build(tbl, entry, (unsigned long)page_address(page) + offset, direction);
	if (ret) {
		km_put_user_page(page);
		pr_err("iommu_tce: no TCE at ioba=%lx for tce=%lx: %d\n", entry << IOMMU_PAGE_SHIFT, tce, ret);
	}
	return ret;
}

int iommu_take_ownership(struct iommu_table *tbl)
{
	if (!tbl->it_offset)
		clear_bit(0, tbl->it_map);
	if (!bitmap_empty(tbl->it_map, tbl->it_size)) {
		pr_err("iommu_tce: the table is in use\n");
		return -EBUSY;
	}
	bitmap_fill(tbl->it_map, tbl->it_size);
	return iommu_clear_tces_and_put_pages(tbl, tbl->it_offset, tbl->it_size);
}

void iommu_release_ownership(struct iommu_table *tbl)
{
	iommu_clear_tces_and_put_pages(tbl, tbl->it_offset, tbl->it_size);
	bitmap_zero(tbl->it_map, tbl->it_size);
	if (!tbl->it_offset)
		set_bit(0, tbl->it_map);
}

/* The driver, for base_vfio.c. */
int era_register_iommu_driver(const struct vfio_iommu_driver_ops *ops)
{
	era_ops = ops;
	return era_core_register();
}

void era_unregister_iommu_driver(const struct vfio_iommu_driver_ops *ops)
{
	era_core_unregister();
	era_ops = NULL;
}

void *era_driver_open(unsigned long arg)
{
	return era_ops->open(arg);
}

void era_driver_release(void *data)
{
	era_ops->release(data);
}

long era_driver_ioctl(void *data, unsigned int cmd, unsigned long arg)
{
	return era_ops->ioctl(data, cmd, arg);
}

int era_driver_attach(void *data, struct iommu_group *group)
{
	return era_ops->attach_group(data, group);
}

void era_driver_detach(void *data, struct iommu_group *group)
{
	era_ops->detach_group(data, group);
}
