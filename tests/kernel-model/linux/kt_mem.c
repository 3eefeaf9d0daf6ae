// SPDX-License-Identifier: GPL-2.0-only
/* tests/kernel-model/linux/kt_mem.c - frames, pins, user copies, objects, formatted log. */
#include <linux/hugetlb.h>
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include "kernel-model/linux/km_compat.h"
#include "tests/kernel-model/linux/kt.h"

#define KT_BLOCKS 64

static u32 kt_random_state = 1;

static u32 kt_random(u32 below)
{
	kt_random_state = kt_random_state * 1664525 + 1013904223;
	return (kt_random_state >> 8) % below;
}

static unsigned long kt_map(unsigned long bytes, bool huge)
{
	long long va;

	mmap_write_lock(current->mm);
	va = km_vma_map(current->mm, 0, bytes, VM_READ | VM_WRITE | VM_MAYREAD | VM_MAYWRITE, false, huge, NULL, 0);
	mmap_write_unlock(current->mm);
	KT_TRUE(va > 0);
	return va;
}

static long kt_unmap(unsigned long va, unsigned long bytes)
{
	long err;

	mmap_write_lock(current->mm);
	err = km_vma_unmap(current->mm, va, bytes);
	mmap_write_unlock(current->mm);
	return err;
}

/* Why: tables and user pages come from here. How: random orders; every page of every block carries its own mark. */
static void kt_pages(const unsigned long long *cost_ps)
{
	static struct {
		struct page *page;
		unsigned int order;
	} block[KT_BLOCKS];
	struct km_task *task = kt_enter();
	u64 before = km_page_allocated(), held = 0;
	unsigned int i, step;
	unsigned long p;

	for (step = 0; step < 4000; step++) {
		i = kt_random(KT_BLOCKS);
		if (block[i].page) {
			unsigned long *at = page_address(block[i].page);

			for (p = 0; p < 1UL << block[i].order; p++)
				KT_EQ(at[p * PAGE_SIZE / sizeof(*at)], (unsigned long)at + p);
			held -= 1UL << block[i].order;
			__free_pages(block[i].page, block[i].order);
			block[i].page = NULL;
		} else {
			unsigned long *at;

			block[i].order = kt_random(4);
			block[i].page = alloc_pages(GFP_KERNEL | __GFP_ZERO, block[i].order);
			KT_TRUE(block[i].page);
			at = page_address(block[i].page);
			KT_EQ(page_to_pfn(block[i].page) & ((1UL << block[i].order) - 1), 0);
			KT_EQ(page_count(block[i].page), 1);
			for (p = 0; p < 1UL << block[i].order; p++) {
				KT_EQ(at[p * PAGE_SIZE / sizeof(*at)], 0);
				at[p * PAGE_SIZE / sizeof(*at)] = (unsigned long)at + p;
			}
			held += 1UL << block[i].order;
		}
		KT_EQ(km_page_allocated(), before + held);
	}
	for (i = 0; i < KT_BLOCKS; i++)
		if (block[i].page)
			__free_pages(block[i].page, block[i].order);
	KT_EQ(km_page_allocated(), before);
	KT_EQ(alloc_pages(GFP_KERNEL, KM_ORDERS), NULL);
	kt_exit(task);
}

static void kt_page_twice(const unsigned long long *cost_ps)
{
	struct km_task *task = kt_enter();
	struct page *page = alloc_page(GFP_KERNEL);

	__free_pages(page, 0);
	__free_pages(page, 0);
	kt_exit(task);
}

/* Why: a pinned page outlives its mapping. How: unmap first, look at counts, then unpin. */
static void kt_pin(const unsigned long long *cost_ps)
{
	struct km_task *task = kt_enter();
	u64 pages = km_page_allocated(), pins = km_pins();
	unsigned long va = kt_map(3 * PAGE_SIZE, false);
	struct page *page[3], *again;

	KT_EQ(pin_user_pages_fast(va, 3, FOLL_WRITE | FOLL_LONGTERM, page), 3);
	KT_EQ(km_pins(), pins + 3);
	KT_EQ(page_ref_count(page[0]), 1 + GUP_PIN_COUNTING_BIAS);
	KT_TRUE(folio_maybe_dma_pinned(page_folio(page[0])));
	KT_EQ(pin_user_pages_fast(va, 1, FOLL_WRITE, &again), 1);
	KT_EQ(again, page[0]);
	KT_EQ(kt_unmap(va, 3 * PAGE_SIZE), 0);
	KT_EQ(km_page_allocated(), pages + 3);
	unpin_user_pages(page, 3);
	KT_EQ(km_page_allocated(), pages + 1);
	unpin_user_page(again);
	KT_EQ(km_page_allocated(), pages);
	KT_EQ(km_pins(), pins);
	/* Past the end of memory: what there is, then nothing. */
	va = kt_map(PAGE_SIZE, false);
	KT_EQ(pin_user_pages_fast(va, 3, FOLL_WRITE, page), 1);
	unpin_user_page(page[0]);
	KT_EQ(pin_user_pages_fast(va + PAGE_SIZE, 1, FOLL_WRITE, page), -EFAULT);
	kt_exit(task);
}

/* Why: IOMMU pages may be bigger than the kernel's. How: a tail of a huge page is pinned over an unmap. */
static void kt_pin_huge(const unsigned long long *cost_ps)
{
	struct km_task *task = kt_enter();
	u64 pages = km_page_allocated();
	unsigned long va = kt_map(1UL << KM_HUGE_SHIFT, true);
	unsigned long order = KM_HUGE_SHIFT - PAGE_SHIFT;
	struct page *tail;

	KT_EQ(pin_user_pages_fast(va + 5 * PAGE_SIZE, 1, FOLL_WRITE, &tail), 1);
	KT_TRUE(PageHuge(tail));
	KT_EQ(compound_order(compound_head(tail)), order);
	KT_EQ(tail - compound_head(tail), 5);
	KT_EQ(page_size(compound_head(tail)), 1UL << KM_HUGE_SHIFT);
	KT_TRUE(folio_maybe_dma_pinned(page_folio(tail)));
	KT_EQ(kt_unmap(va, 1UL << KM_HUGE_SHIFT), 0);
	KT_EQ(km_page_allocated(), pages + (1UL << order));
	unpin_user_page(tail);
	KT_EQ(km_page_allocated(), pages);
	kt_exit(task);
}

static void kt_unpin_too_often(const unsigned long long *cost_ps)
{
	struct km_task *task = kt_enter();
	unsigned long va = kt_map(2 * PAGE_SIZE, false);
	struct page *page[2];

	/* Nobody holds a pin at all; then one is held, but on the other page. */
	KT_EQ(put_user(1, (int __user *)va), 0);
	KT_EQ(pin_user_pages_fast(va, 2, FOLL_WRITE, page), 2);
	unpin_user_pages(page, 2);
	unpin_user_page(page[0]);
	KT_EQ(pin_user_pages_fast(va, 1, FOLL_WRITE, page), 1);
	unpin_user_page(page[1]);
	unpin_user_page(page[0]);
	kt_exit(task);
}

/* Why: ioctl arguments come this way. How: copies that end in a hole tell how much is left, and clear what they owe. */
static void kt_uaccess(const unsigned long long *cost_ps)
{
	struct km_task *task = kt_enter();
	unsigned long va = kt_map(PAGE_SIZE, false), end = va + PAGE_SIZE;
	char text[16] = "0123456789abcde", back[16];
	u32 word = 0;

	KT_EQ(copy_to_user((void __user *)(end - 16), text, 16), 0);
	KT_EQ(copy_from_user(back, (void __user *)(end - 16), 16), 0);
	KT_EQ(memcmp(text, back, 16), 0);
	memset(back, 0xff, sizeof(back));
	KT_EQ(copy_from_user(back, (void __user *)(end - 4), 16), 12);
	KT_EQ(back[0], 'c');
	KT_EQ(back[4], 0);
	KT_EQ(back[15], 0);
	KT_EQ(copy_to_user((void __user *)(end - 4), text, 16), 12);
	KT_EQ(copy_from_user(back, (void __user *)text, 16), 16);
	KT_EQ(put_user(0x12345678u, (u32 __user *)va), 0);
	KT_EQ(get_user(word, (u32 __user *)va), 0);
	KT_EQ(word, 0x12345678);
	KT_EQ(get_user(word, (u32 __user *)end), -EFAULT);
	KT_EQ(word, 0);
	KT_EQ(copy_to_user((void __user *)va, "hello", 6), 0);
	KT_EQ(strncpy_from_user(back, (char __user *)va, sizeof(back)), 5);
	KT_EQ(strcmp(back, "hello"), 0);
	KT_EQ(strncpy_from_user(back, (char __user *)va, 3), 3);
	KT_EQ(strnlen_user((char __user *)va, 100), 6);
	KT_EQ(strnlen_user((char __user *)end, 100), 0);
	KT_EQ(clear_user((void __user *)va, 6), 0);
	KT_EQ(strnlen_user((char __user *)va, 100), 1);
	KT_EQ(clear_user((void __user *)(end - 2), 6), 4);
	kt_exit(task);
}

/* Why: objects that stay are leaks. How: each way to get one, counted. */
static void kt_objects(const unsigned long long *cost_ps)
{
	struct km_task *task = kt_enter();
	u64 before = km_objects();
	char *a = kmalloc(10, GFP_KERNEL), *b = kcalloc(3, 100, GFP_KERNEL), *c = vzalloc(100000), *d, *e;

	KT_EQ(km_objects(), before + 3);
	KT_EQ(b[299], 0);
	KT_EQ(c[99999], 0);
	strscpy(a, "123456789", 10);
	a = krealloc(a, 1000, GFP_KERNEL);
	KT_EQ(strcmp(a, "123456789"), 0);
	KT_EQ(km_objects(), before + 3);
	d = kvzalloc(1UL << 20, GFP_KERNEL);
	e = kasprintf(GFP_KERNEL, "%s-%04x %pad", "x", 0xab, &(dma_addr_t){ 0x1000 });
	KT_EQ(strcmp(e, "x-00ab 0x0000000000001000"), 0);
	KT_EQ(km_objects(), before + 5);
	KT_EQ(kmalloc(0, GFP_KERNEL), ZERO_SIZE_PTR);
	kfree(ZERO_SIZE_PTR);
	kfree(NULL);
	kfree(a);
	kfree(b);
	vfree(c);
	kvfree(d);
	kfree(e);
	KT_EQ(km_objects(), before);
	kt_exit(task);
}

/* Why: limits of locked memory are isolation too. How: the real mm/util.c, up to the limit, past it, and with the right. */
static void kt_locked_vm(const unsigned long long *cost_ps)
{
	struct km_task *task = kt_enter();

	task->signal.rlim[RLIMIT_MEMLOCK].rlim_cur = 4 * PAGE_SIZE;
	KT_EQ(account_locked_vm(current->mm, 4, true), 0);
	KT_EQ(account_locked_vm(current->mm, 1, true), -ENOMEM);
	task->cap_ipc_lock = true;
	KT_EQ(account_locked_vm(current->mm, 1, true), 0);
	KT_EQ(km_mm_locked_vm_total(), 5);
	KT_EQ(account_locked_vm(current->mm, 5, false), 0);
	kt_exit(task);
}

static void kt_locked_vm_left(const unsigned long long *cost_ps)
{
	struct km_task *task = kt_enter();

	task->cap_ipc_lock = true;
	KT_EQ(account_locked_vm(current->mm, 3, true), 0);
	kt_exit(task);
}

const struct km_test kt_mem_tests[] = {
	{ "pages_when_random_orders_then_aligned_disjoint_counted", kt_pages, "" },
	{ "page_when_freed_twice_then_warning", kt_page_twice, "kernel-warn" },
	{ "pin_when_mapping_goes_then_page_stays_until_unpinned", kt_pin, "" },
	{ "pin_when_tail_of_huge_page_then_head_counts", kt_pin_huge, "" },
	{ "unpin_when_not_pinned_then_findings", kt_unpin_too_often, "refcount refcount" },
	{ "uaccess_when_it_meets_a_hole_then_the_rest_is_told", kt_uaccess, "" },
	{ "objects_when_allocated_each_way_then_counted", kt_objects, "" },
	{ "locked_vm_when_past_the_limit_then_enomem", kt_locked_vm, "" },
	{ "locked_vm_when_left_at_exit_then_finding", kt_locked_vm_left, "locked-vm-leak" },
	{}
};
