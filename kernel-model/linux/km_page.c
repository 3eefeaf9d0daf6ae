// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/linux/km_page.c - frames of simulated RAM: the real struct page array and a buddy allocator on it.
 *
 * The array is reserved address space and blocks above the frontier have never been touched, so that 1 TiB of RAM
 * costs the host nothing until it is used. Free blocks are marked and linked as mm/page_alloc.c does (PageBuddy,
 * page->private, page->lru).
 *
 * What a frame holds that was never handed out is known without looking: zeros. DMA that strayed into free RAM before
 * would be seen; that is a finding of the referee anyway, and real memory would hide it.
 *
 * Not modelled: zones, NUMA, watermarks, reclaim, per-CPU lists, movable memory.
 */
#include <linux/gfp.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/page-flags.h>
#include <linux/page_ref.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "kernel-model/linux/km.h"
#include "kernel-model/linux/km_compat.h"

unsigned long km_phys_base;
struct page *mem_map;
unsigned long max_mapnr;
void *high_memory;
unsigned int hpage_shift = KM_HUGE_SHIFT;

static struct list_head km_free_list[KM_ORDERS];
static unsigned long km_frontier_pfn, km_limit_pfn;
static u64 km_pages_allocated;
static unsigned long *km_frame_used; /* a bit per frame: it was given back before */

/* Room for a block of the largest kind and for a huge page. */
#define KM_TOP_ORDER (KM_ORDERS - 1)

void km_page_init(u8 *ram, u64 bytes, u64 limit_bytes)
{
	unsigned int order;

	km_phys_base = (unsigned long)ram;
	max_mapnr = bytes >> PAGE_SHIFT;
	high_memory = ram + bytes;
	mem_map = host_reserve(max_mapnr * sizeof(struct page));
	km_frame_used = host_reserve(BITS_TO_LONGS(max_mapnr) * sizeof(*km_frame_used));
	for (order = 0; order < KM_ORDERS; order++)
		INIT_LIST_HEAD(&km_free_list[order]);
	/* Frame 0 is never handed out: exception vectors live there, and 0 means "not present" to km_vma.c. */
	km_frontier_pfn = 1UL << KM_TOP_ORDER;
	km_limit_pfn = min(limit_bytes, bytes) >> PAGE_SHIFT;
}

u64 km_page_allocated(void)
{
	return km_pages_allocated;
}

/* Free frames are out of bounds for software: a TCE written past the end of its table is stopped where it happens. */
static void km_poison(struct page *page, unsigned int order, bool on)
{
#ifdef __SANITIZE_ADDRESS__
	host_poison(page_address(page), PAGE_SIZE << order, on);
#endif
}

static void km_block_add(struct page *page, unsigned int order)
{
	set_page_private(page, order);
	__SetPageBuddy(page);
	list_add(&page->lru, &km_free_list[order]);
}

static void km_block_del(struct page *page)
{
	list_del(&page->lru);
	__ClearPageBuddy(page);
	set_page_private(page, 0);
}

static struct page *km_block_take(unsigned int order)
{
	unsigned int have = order;
	struct page *page;

	while (have < KM_ORDERS && list_empty(&km_free_list[have]))
		have++;
	if (have < KM_ORDERS) {
		page = list_first_entry(&km_free_list[have], struct page, lru);
		km_block_del(page);
	} else {
		have = KM_TOP_ORDER;
		if (km_frontier_pfn + (1UL << have) > km_limit_pfn)
			return NULL;
		page = pfn_to_page(km_frontier_pfn);
		km_frontier_pfn += 1UL << have;
		/* A free page of the real kernel has this value (no type, not mapped). */
		for (unsigned long i = 0; i < 1UL << have; i++)
			atomic_set(&page[i]._mapcount, -1);
		km_poison(page, have, true);
	}
	while (have > order) {
		have--;
		km_block_add(page + (1UL << have), have);
	}
	return page;
}

struct page *km_page_alloc(unsigned int order)
{
	struct page *page = order < KM_ORDERS ? km_block_take(order) : NULL;

	if (!page)
		return NULL;
	atomic_set(&page->_mapcount, -1);
	set_page_count(page, 1);
	km_poison(page, order, false);
	km_pages_allocated += 1ULL << order;
	return page;
}

void km_page_free(struct page *page, unsigned int order)
{
	unsigned long pfn = page_to_pfn(page), i;

	for (i = 0; i < 1UL << order; i++) {
		__set_bit(pfn + i, km_frame_used);
		host_page(HOST_PAGE_FREE, pfn + i, 0, 0);
	}
	km_pages_allocated -= 1ULL << order;
	set_page_count(page, 0);
	km_poison(page, order, true);
	for (; order < KM_TOP_ORDER; order++) {
		unsigned long buddy_pfn = pfn ^ (1UL << order);
		struct page *buddy = pfn_to_page(buddy_pfn);

		if (buddy_pfn >= km_frontier_pfn || !PageBuddy(buddy) || page_private(buddy) != order)
			break;
		km_block_del(buddy);
		pfn &= ~(1UL << order);
	}
	km_block_add(pfn_to_page(pfn), order);
}

void km_page_clear(struct page *page)
{
	if (test_bit(page_to_pfn(page), km_frame_used))
		memset(page_address(page), 0, PAGE_SIZE);
}

static void km_page_zero(struct page *page, unsigned int order)
{
	memset(page_address(page), 0, PAGE_SIZE << order);
	km_charge(HOST_COST_ZERO_4K, (PAGE_SIZE << order) >> 12);
}

struct page *KM_ALLOC(__alloc_pages)(gfp_t gfp, unsigned int order, int nid, nodemask_t *mask)
{
	struct page *page;

	km_charge(HOST_COST_PAGE_ALLOC, 1);
	page = !(gfp & __GFP_NOFAIL) && km_fault(KM_FAULT_PAGES) ? NULL : km_page_alloc(order);
	if (page && (gfp & __GFP_ZERO))
		km_page_zero(page, order);
	return page;
}

void __free_pages(struct page *page, unsigned int order)
{
	km_charge(HOST_COST_PAGE_ALLOC, 1);
	if (WARN_ON(page_ref_count(page) <= 0))
		return;
	if (put_page_testzero(page))
		km_page_free(page, order);
}

void free_pages(unsigned long addr, unsigned int order)
{
	if (addr)
		__free_pages(virt_to_page((void *)addr), order);
}

unsigned long KM_GET_FREE_PAGES(gfp_t gfp, unsigned int order)
{
	struct page *page = __alloc_pages(gfp, order, 0, NULL);

	return page ? (unsigned long)page_address(page) : 0;
}

/* The last reference of a user frame is gone (mm/swap.c); a huge page falls apart into its frames again. */
void __folio_put(struct folio *folio)
{
	struct page *page = &folio->page;
	unsigned int order = 0, i;

	if (PageHead(page)) {
		order = compound_order(page);
		for (i = 1; i < 1U << order; i++)
			clear_compound_head(page + i);
		km_page_set_order(page, 0);
		km_page_set_hugetlb(page, false);
		__ClearPageHead(page);
	}
	km_page_free(page, order);
}

phys_addr_t memblock_end_of_DRAM(void)
{
	return (phys_addr_t)max_mapnr << PAGE_SHIFT;
}
