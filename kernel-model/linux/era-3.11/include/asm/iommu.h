/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_IOMMU_H
#define _ASM_IOMMU_H
/*
 * asm/iommu.h as a driver of 3.11 knew it (a reconstruction, see ../../README.md): one table per group, IOMMU pages of 4K, and
 * the helpers for VFIO. The members have the names of that time; their layout is nobody's interface.
 */
#include <linux/bitops.h>
#include <linux/compiler.h>
#include <linux/device.h>
#include <linux/dma-direction.h>
#include <linux/spinlock.h>
#include <asm/types.h>

#define IOMMU_PAGE_SHIFT 12
#define IOMMU_PAGE_SIZE (ASM_CONST(1) << IOMMU_PAGE_SHIFT)
#define IOMMU_PAGE_MASK (~((1 << IOMMU_PAGE_SHIFT) - 1))
#define IOMMU_PAGE_ALIGN(addr) (((addr) + IOMMU_PAGE_SIZE - 1) & ~(IOMMU_PAGE_SIZE - 1))
#define IOMMU_NR_POOLS 4

struct iommu_pool {
	unsigned long start;
	unsigned long end;
	unsigned long hint;
	spinlock_t lock;
} ____cacheline_aligned_in_smp;

struct iommu_table {
	unsigned long it_busno;
	unsigned long it_size; /* in entries */
	unsigned long it_offset;
	unsigned long it_base; /* address of the TCEs */
	unsigned long it_index;
	unsigned long it_type;
	unsigned long it_blocksize;
	unsigned long poolsize;
	unsigned long nr_pools;
	struct iommu_pool large_pool;
	struct iommu_pool pools[IOMMU_NR_POOLS];
	unsigned long *it_map;
	struct iommu_group *it_group;
};

/* The base kernel has functions of these names for tables of its own. */
#define iommu_flush_tce era_flush_tce
#define iommu_take_ownership era_take_ownership
#define iommu_release_ownership era_release_ownership
#define iommu_tce_direction era_tce_direction

extern int iommu_tce_clear_param_check(struct iommu_table *tbl, unsigned long ioba, unsigned long tce_value,
				       unsigned long npages);
extern int iommu_tce_put_param_check(struct iommu_table *tbl, unsigned long ioba, unsigned long tce);
extern int iommu_tce_build(struct iommu_table *tbl, unsigned long entry, unsigned long hwaddr,
			   enum dma_data_direction direction);
extern unsigned long iommu_clear_tce(struct iommu_table *tbl, unsigned long entry);
extern int iommu_clear_tces_and_put_pages(struct iommu_table *tbl, unsigned long entry, unsigned long pages);
extern int iommu_put_tce_user_mode(struct iommu_table *tbl, unsigned long entry, unsigned long tce);
extern void iommu_flush_tce(struct iommu_table *tbl);
extern int iommu_take_ownership(struct iommu_table *tbl);
extern void iommu_release_ownership(struct iommu_table *tbl);
extern enum dma_data_direction iommu_tce_direction(unsigned long tce);
#endif
