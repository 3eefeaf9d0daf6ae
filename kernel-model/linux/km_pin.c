// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/linux/km_pin.c - pinning of user pages (mm/gup.c), with the reference counts of the real one:
 * GUP_PIN_COUNTING_BIAS on a small page, reference and pincount on the head of a huge one.
 *
 * Not modelled: migration out of movable zones (FOLL_LONGTERM always succeeds), devmap pages.
 */
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/page_ref.h>

#include "kernel-model/linux/km.h"
#include "kernel-model/linux/km_compat.h"

static u64 km_pins_held;
/* The page whose pin the mutant took away behind the kernel's back, and whether it did. */
bool km_mutant_early_unpin;
static struct page *km_mutant_page;

u64 km_pins(void)
{
	return km_pins_held;
}

static void km_pin_page(struct page *page, unsigned long addr)
{
	struct page *head = compound_head(page);

	if (PageHead(head)) {
		page_ref_inc(head);
		atomic_inc(km_page_pincount(head));
	} else {
		page_ref_add(head, GUP_PIN_COUNTING_BIAS);
	}
	km_pins_held++;
	host_page(HOST_PAGE_PIN, page_to_pfn(page), addr, km_mm_id(current->mm));
}

/* KM_MUTANT_EARLY_UNPIN: the second small page that is ever pinned loses its pin at once (kernel.h). */
static void km_pin_mutate(struct page *page)
{
	static unsigned int seen;

	if (PageCompound(page) || ++seen != 2)
		return;
	page_ref_sub(compound_head(page), GUP_PIN_COUNTING_BIAS);
	host_page(HOST_PAGE_UNPIN, page_to_pfn(page), 0, 0);
	km_mutant_page = page;
}

static long km_pin(unsigned long start, unsigned long count, unsigned int flags, struct page **pages)
{
	unsigned long i;

	km_charge(HOST_COST_LOOKUP, 1);
	for (i = 0; i < count; i++) {
		unsigned long addr = start + (i << PAGE_SHIFT);
		struct page *page = km_fault(KM_FAULT_PIN) ? NULL :
							     km_vma_fault(current->mm, addr, flags & FOLL_WRITE);

		if (!page)
			break;
		km_charge(HOST_COST_PIN, 1);
		km_pin_page(page, addr);
		pages[i] = page;
		if (unlikely(km_mutant_early_unpin))
			km_pin_mutate(page);
	}
	return i || !count ? (long)i : -EFAULT;
}

long KM_PIN_USER_PAGES
{
	if (!rwsem_is_locked(&current->mm->mmap_lock))
		host_finding("lock-missing", "pin_user_pages() was called without mmap_lock");
	return km_pin(start, nr_pages, gup_flags, pages);
}

int pin_user_pages_fast(unsigned long start, int nr_pages, unsigned int gup_flags, struct page **pages)
{
	return km_pin(start, nr_pages, gup_flags, pages);
}

/* References for DMA as drivers took them before pins were told apart (5.6): counted and reported like pins. */
int get_user_pages_fast(unsigned long start, int nr_pages, unsigned int gup_flags, struct page **pages)
{
	int i;

	km_charge(HOST_COST_LOOKUP, 1);
	for (i = 0; i < nr_pages; i++) {
		unsigned long addr = start + ((unsigned long)i << PAGE_SHIFT);
		struct page *page = km_fault(KM_FAULT_PIN) ? NULL :
							     km_vma_fault(current->mm, addr, gup_flags & FOLL_WRITE);

		if (!page)
			break;
		km_charge(HOST_COST_PIN, 1);
		get_page(page);
		km_pins_held++;
		host_page(HOST_PAGE_PIN, page_to_pfn(page), addr, km_mm_id(current->mm));
		pages[i] = page;
	}
	return i || !nr_pages ? i : -EFAULT;
}

void km_put_user_page(struct page *page)
{
	km_charge(HOST_COST_UNPIN, 1);
	km_pins_held--;
	host_page(HOST_PAGE_UNPIN, page_to_pfn(page), 0, 0);
	put_page(page);
}

static bool km_pin_held(struct page *head)
{
	if (PageHead(head))
		return atomic_read(km_page_pincount(head)) > 0;
	return page_ref_count(head) >= GUP_PIN_COUNTING_BIAS;
}

void unpin_user_page(struct page *page)
{
	struct page *head = compound_head(page);

	km_charge(HOST_COST_UNPIN, 1);
	if (unlikely(page == km_mutant_page)) {
		km_mutant_page = NULL;
		km_pins_held--;
		return;
	}
	if (!km_pin_held(head)) {
		host_finding("refcount", "unpin_user_page() of a page that nobody pinned");
		return;
	}
	km_pins_held--;
	host_page(HOST_PAGE_UNPIN, page_to_pfn(page), 0, 0);
	if (PageHead(head)) {
		atomic_dec(km_page_pincount(head));
		put_page(head);
	} else if (page_ref_sub_and_test(head, GUP_PIN_COUNTING_BIAS)) {
		__folio_put(page_folio(head));
	}
}

void unpin_user_pages(struct page **pages, unsigned long npages)
{
	unsigned long i;

	for (i = 0; i < npages; i++)
		unpin_user_page(pages[i]);
}
