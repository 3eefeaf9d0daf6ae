// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/linux/guest/gm_cost.c - what the guest's own code costs. Hosted code cannot be told to spend time, so
 * functions that are worth it are entered through here (the link's --wrap, hosted/guest-wrap.txt): the search in the
 * bitmap of I/O addresses, which happens with a pool's lock held.
 *
 * Older allocators: the kernels that are hosted have pools, and write TCEs without a lock. To see what that was worth,
 * struct gm_boot.locks asks for what was before: one pool for everything, and the lock held all along. That is a
 * reconstruction from the commits that changed it, not those kernels' code.
 */
#include <linux/bitmap.h>
#include <linux/iommu-helper.h>
#include <linux/spinlock.h>

#include <asm/iommu.h>

#include "kernel-model/linux/guest/gm.h"

enum gm_lock gm_locks;

void gm_spend(enum gm_cost cost, u64 count)
{
	struct km_context context;

	km_context_save(&context);
	host_guest_spend(cost, count);
	km_context_restore(&context);
}

unsigned long __real_iommu_area_alloc(unsigned long *map, unsigned long size, unsigned long start, unsigned int nr,
				      unsigned long shift, unsigned long boundary_size, unsigned long align_mask);
unsigned long __wrap_iommu_area_alloc(unsigned long *map, unsigned long size, unsigned long start, unsigned int nr,
				      unsigned long shift, unsigned long boundary_size, unsigned long align_mask);

/* What was looked at: from the start to what was found, or to the end. */
unsigned long __wrap_iommu_area_alloc(unsigned long *map, unsigned long size, unsigned long start, unsigned int nr,
				      unsigned long shift, unsigned long boundary_size, unsigned long align_mask)
{
	unsigned long found = __real_iommu_area_alloc(map, size, start, nr, shift, boundary_size, align_mask);
	unsigned long end = found == -1UL ? size : found + nr;

	gm_spend(GM_COST_SEARCH, 1);
	if (end > start)
		gm_spend(GM_COST_SEARCH_64, (end - start + BITS_PER_LONG - 1) / BITS_PER_LONG);
	return found;
}

struct iommu_table *__real_iommu_init_table(struct iommu_table *tbl, int nid, unsigned long res_start,
					    unsigned long res_end);
struct iommu_table *__wrap_iommu_init_table(struct iommu_table *tbl, int nid, unsigned long res_start,
					    unsigned long res_end);

/* One pool: the small allocations' three quarters in one piece. */
struct iommu_table *__wrap_iommu_init_table(struct iommu_table *tbl, int nid, unsigned long res_start,
					    unsigned long res_end)
{
	struct iommu_table *made = __real_iommu_init_table(tbl, nid, res_start, res_end);

	if (made && gm_locks != GM_LOCK_POOLS && tbl->nr_pools > 1) {
		tbl->poolsize *= tbl->nr_pools;
		tbl->nr_pools = 1;
		tbl->pools[0].end = tbl->pools[0].start + tbl->poolsize;
	}
	return made;
}

static DEFINE_SPINLOCK(gm_old_lock);

unsigned long gm_whole_lock(void)
{
	unsigned long flags = 0;

	if (gm_locks == GM_LOCK_WHOLE)
		spin_lock_irqsave(&gm_old_lock, flags);
	return flags;
}

void gm_whole_unlock(unsigned long flags)
{
	if (gm_locks == GM_LOCK_WHOLE)
		spin_unlock_irqrestore(&gm_old_lock, flags);
}
