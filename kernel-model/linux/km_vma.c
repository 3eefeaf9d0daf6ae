// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/linux/km_vma.c - address spaces: VMAs with one frame number per page, faulted in on first touch.
 *
 * struct mm_struct and struct vm_area_struct are the kernel's own, inside ours. Anonymous memory, hugetlb memory
 * (16 MiB pages), device mappings (VM_PFNMAP through remap_pfn_range()) and mappings of drivers that hand out pages
 * of their own when touched (vm_ops->fault).
 *
 * Not modelled: page tables and TLBs, copy on write and fork, swap, files with pages, protection changes, stacks.
 */
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/hugetlb.h>
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/sched/mm.h>
#include <linux/string.h>
#include <asm/mmu_context.h>

#include "kernel-model/linux/km.h"
#include "kernel-model/linux/km_compat.h"

#define KM_MMAP_BASE 0x100000000UL

struct km_vma {
	struct vm_area_struct v; /* must be first: f_op->mmap() gets its address */
	struct list_head link;
	bool huge;
	u32 *pfn;   /* per page, 0: not present; NULL for a device */
	u64 device; /* real address of the first byte, for VM_PFNMAP */
};

struct km_mm {
	struct mm_struct mm; /* must be first */
	struct list_head vmas;
	struct list_head all;
	struct km_vma *last; /* the one found last */
	u32 id;
};

static LIST_HEAD(km_mms);
static u32 km_next_mm_id = 1;

static struct km_mm *km_mm(const struct mm_struct *mm)
{
	return (struct km_mm *)mm;
}

struct mm_struct *km_mm_create(void)
{
	struct km_mm *mm = host_calloc(sizeof(*mm));

	init_rwsem(&mm->mm.mmap_lock);
	atomic_set(&mm->mm.mm_users, 1);
	atomic_set(&mm->mm.mm_count, 1);
	spin_lock_init(&mm->mm.page_table_lock);
	mm->mm.task_size = TASK_SIZE_USER64;
	INIT_LIST_HEAD(&mm->vmas);
	mm->id = km_next_mm_id++;
	list_add_tail(&mm->all, &km_mms);
	mm_iommu_init(&mm->mm);
	return &mm->mm;
}

u32 km_mm_id(const struct mm_struct *mm)
{
	return km_mm(mm)->id;
}

u64 km_mm_locked_vm_total(void)
{
	struct km_mm *mm;
	u64 total = 0;

	list_for_each_entry(mm, &km_mms, all)
		total += mm->mm.locked_vm;
	return total;
}

static struct km_vma *km_vma_find(struct km_mm *mm, unsigned long addr)
{
	struct km_vma *vma = mm->last;

	if (vma && addr >= vma->v.vm_start && addr < vma->v.vm_end)
		return vma;
	list_for_each_entry(vma, &mm->vmas, link)
		if (addr >= vma->v.vm_start && addr < vma->v.vm_end)
			return mm->last = vma;
	return NULL;
}

static bool km_vma_overlaps(struct km_mm *mm, unsigned long start, unsigned long end)
{
	struct km_vma *vma;

	list_for_each_entry(vma, &mm->vmas, link)
		if (start < vma->v.vm_end && vma->v.vm_start < end)
			return true;
	return false;
}

/* First gap of @bytes above KM_MMAP_BASE; a guard page apart, so that overruns fault. */
static unsigned long km_vma_gap(struct km_mm *mm, unsigned long bytes, unsigned long align)
{
	unsigned long at = ALIGN(KM_MMAP_BASE, align);
	struct km_vma *vma;

	list_for_each_entry(vma, &mm->vmas, link)
		if (vma->v.vm_end + PAGE_SIZE > at)
			at = ALIGN(vma->v.vm_end + PAGE_SIZE, align);
	return at + bytes > TASK_SIZE_USER64 ? 0 : at;
}

/* Hugetlb memory is taken at mmap() time, as from a reserved pool. Return: false when there is none left. */
static bool km_vma_fill_huge(struct km_vma *vma)
{
	unsigned int order = KM_HUGE_SHIFT - PAGE_SHIFT;
	unsigned long pages = (vma->v.vm_end - vma->v.vm_start) >> PAGE_SHIFT, i, j;

	for (i = 0; i < pages; i += 1UL << order) {
		struct page *page = order < KM_ORDERS ? km_page_alloc(order) : NULL;

		if (!page)
			return false;
		__SetPageHead(page);
		km_page_set_order(page, order);
		atomic_set(km_page_pincount(page), 0);
		for (j = 1; j < 1UL << order; j++)
			set_compound_head(page + j, page);
		km_page_set_hugetlb(page, true);
		for (j = 0; j < 1UL << order; j++) {
			vma->pfn[i + j] = page_to_pfn(page) + j;
			host_page(HOST_PAGE_MAP_USER, page_to_pfn(page) + j, vma->v.vm_start + ((i + j) << PAGE_SHIFT),
				  km_mm_id(vma->v.vm_mm));
		}
	}
	return true;
}

#ifdef KM_PAGE_HUGE
int PageHuge(struct page *page)
{
	page = compound_head(page);
	return PageHead(page) && PageOwnerPriv1(page);
}
#endif

/* Drop the address space's reference; a huge page has one for all of its frames. */
static void km_vma_put(struct km_vma *vma, unsigned long index)
{
	unsigned long first = (1UL << (KM_HUGE_SHIFT - PAGE_SHIFT)) - 1;

	if (!vma->huge || !(index & first))
		put_page(pfn_to_page(vma->pfn[index]));
}

static void km_vma_free(struct km_vma *vma)
{
	unsigned long pages = (vma->v.vm_end - vma->v.vm_start) >> PAGE_SHIFT, i;

	if (vma->v.vm_ops && vma->v.vm_ops->close)
		vma->v.vm_ops->close(&vma->v);
	for (i = 0; vma->pfn && i < pages; i++)
		if (vma->pfn[i])
			km_vma_put(vma, i);
	host_free(vma->pfn);
	if (vma->v.vm_file)
		fput(vma->v.vm_file);
	host_free(vma);
}

/* A device is mapped: its driver's mmap() decides what is behind. */
static long km_vma_map_file(struct km_vma *vma, struct file *file)
{
	long err;

	if (!file->f_op->mmap)
		return -ENODEV;
	vma->v.vm_file = get_file(file);
	err = file->f_op->mmap(file, &vma->v);
	if (!err && !(vma->v.vm_flags & VM_PFNMAP)) {
		if (vma->v.vm_ops && vma->v.vm_ops->fault)
			vma->pfn = host_calloc(vma_pages(&vma->v) * sizeof(*vma->pfn));
		else
			err = -ENXIO; /* neither a device nor pages: nothing could be behind it */
	}
	if (err) {
		fput(file);
		vma->v.vm_file = NULL;
	}
	return err;
}

long long km_vma_map(struct mm_struct *mm_struct, unsigned long addr, unsigned long bytes, unsigned long vm_flags,
		     bool fixed, bool huge, struct file *file, unsigned long offset)
{
	struct km_mm *mm = km_mm(mm_struct);
	unsigned long align = huge ? 1UL << KM_HUGE_SHIFT : PAGE_SIZE;
	struct km_vma *vma;
	long err = -ENOMEM;

	bytes = ALIGN(bytes, align);
	if (!bytes || addr & (align - 1) || offset & ~PAGE_MASK)
		return -EINVAL;
	km_charge(HOST_COST_LOOKUP, 1);
	if (!fixed)
		addr = km_vma_gap(mm, bytes, align);
	if (!addr || addr + bytes > TASK_SIZE_USER64 || addr + bytes < addr)
		return -ENOMEM;
	if (km_vma_overlaps(mm, addr, addr + bytes))
		return -EEXIST;
	vma = host_calloc(sizeof(*vma));
	vma->v.vm_start = addr;
	vma->v.vm_end = addr + bytes;
	vma->v.vm_mm = mm_struct;
	km_vm_flags_add(&vma->v, vm_flags);
	vma->v.vm_pgoff = offset >> PAGE_SHIFT;
	vma->huge = huge;
	if (file) {
		err = km_vma_map_file(vma, file);
	} else {
		vma->pfn = host_calloc((bytes >> PAGE_SHIFT) * sizeof(*vma->pfn));
		err = huge && !km_vma_fill_huge(vma) ? -ENOMEM : 0;
	}
	if (err) {
		km_vma_free(vma);
		return err;
	}
	list_add_tail(&vma->link, &mm->vmas);
	return addr;
}

/* Whole VMAs only: what user code mapped as one goes as one. */
long km_vma_unmap(struct mm_struct *mm_struct, unsigned long addr, unsigned long bytes)
{
	struct km_mm *mm = km_mm(mm_struct);
	struct km_vma *vma = km_vma_find(mm, addr);

	km_charge(HOST_COST_LOOKUP, 1);
	if (!vma || vma->v.vm_start != addr ||
	    vma->v.vm_end - vma->v.vm_start != ALIGN(bytes, vma->huge ? 1UL << KM_HUGE_SHIFT : PAGE_SIZE))
		return -EINVAL;
	mm->last = NULL;
	list_del(&vma->link);
	km_vma_free(vma);
	return 0;
}

void km_mm_destroy(struct mm_struct *mm_struct)
{
	struct km_mm *mm = km_mm(mm_struct);
	struct km_vma *vma, *next;

	list_for_each_entry_safe(vma, next, &mm->vmas, link) {
		list_del(&vma->link);
		km_vma_free(vma);
	}
	mm->last = NULL;
	/* The structure itself goes with the last mmdrop(): a container may still hold it. */
	mmdrop(mm_struct);
}

void __mmdrop(struct mm_struct *mm_struct)
{
	struct km_mm *mm = km_mm(mm_struct);
	char text[96];

	if (mm_struct->locked_vm) {
		snprintf(text, sizeof(text), "address space %u was dropped with %lu locked pages", mm->id,
			 mm_struct->locked_vm);
		host_finding("locked-vm-leak", text);
	}
	list_del(&mm->all);
	host_free(mm);
}

/* Where the frame number of @addr is kept; NULL: no memory there, or not for writing. */
static u32 *km_vma_slot(struct mm_struct *mm_struct, unsigned long addr, bool write)
{
	struct km_vma *vma = km_vma_find(km_mm(mm_struct), addr);

	if (!vma || !vma->pfn || (write && !(vma->v.vm_flags & VM_WRITE)))
		return NULL;
	return &vma->pfn[(addr - vma->v.vm_start) >> PAGE_SHIFT];
}

/* A page of the driver whose file is mapped at @addr. It comes with a reference, which is the address space's. */
static struct page *km_vma_driver_page(struct vm_area_struct *v, unsigned long addr, bool write)
{
	struct vm_fault fault = {
		.vma = v,
		.address = addr & PAGE_MASK,
		.pgoff = v->vm_pgoff + ((addr - v->vm_start) >> PAGE_SHIFT),
		.flags = write ? FAULT_FLAG_WRITE : 0,
	};

	return v->vm_ops->fault(&fault) & VM_FAULT_ERROR ? NULL : fault.page;
}

/* What a first touch of @addr brings in. Context: yields, so the mapping may be gone afterwards. */
static struct page *km_vma_new_page(struct mm_struct *mm_struct, unsigned long addr, bool write)
{
	struct km_vma *vma = km_vma_find(km_mm(mm_struct), addr);
	struct page *page;

	if (vma->v.vm_file)
		return km_vma_driver_page(&vma->v, addr, write);
	km_charge(HOST_COST_ZERO_4K, PAGE_SIZE >> 12);
	page = km_page_alloc(0);
	if (page)
		km_page_clear(page);
	return page;
}

struct page *km_vma_fault(struct mm_struct *mm_struct, unsigned long addr, bool write)
{
	u32 *pfn = km_vma_slot(mm_struct, addr, write);
	struct page *page;

	if (!pfn)
		return NULL;
	if (likely(*pfn))
		return pfn_to_page(*pfn);
	km_charge(HOST_COST_FAULT, 1);
	/* Others ran meanwhile: the mapping may be gone, or the page there. */
	pfn = km_vma_slot(mm_struct, addr, write);
	if (!pfn || *pfn)
		return pfn ? pfn_to_page(*pfn) : NULL;
	page = km_vma_new_page(mm_struct, addr, write);
	if (!page)
		return NULL;
	pfn = km_vma_slot(mm_struct, addr, write);
	if (!pfn || *pfn) {
		put_page(page);
		return pfn ? pfn_to_page(*pfn) : NULL;
	}
	*pfn = page_to_pfn(page);
	host_page(HOST_PAGE_MAP_USER, page_to_pfn(page), addr & PAGE_MASK, km_mm_id(mm_struct));
	return page;
}

u64 km_vma_real(struct mm_struct *mm_struct, unsigned long addr)
{
	struct km_vma *vma = km_vma_find(km_mm(mm_struct), addr);
	unsigned long index;

	if (!vma)
		return ~0ULL;
	if (!vma->pfn)
		return vma->device + (addr - vma->v.vm_start);
	index = (addr - vma->v.vm_start) >> PAGE_SHIFT;
	return vma->pfn[index] ? ((u64)vma->pfn[index] << PAGE_SHIFT) + (addr & ~PAGE_MASK) : ~0ULL;
}

bool km_vma_device(struct mm_struct *mm_struct, unsigned long addr, bool write, u64 *real)
{
	struct km_vma *vma = km_vma_find(km_mm(mm_struct), addr);

	if (!vma || vma->pfn || (write && !(vma->v.vm_flags & VM_WRITE)))
		return false;
	*real = vma->device + (addr - vma->v.vm_start);
	return true;
}

int remap_pfn_range(struct vm_area_struct *v, unsigned long addr, unsigned long pfn, unsigned long bytes, pgprot_t prot)
{
	struct km_vma *vma = (struct km_vma *)v;

	if (addr != v->vm_start || bytes != v->vm_end - v->vm_start)
		return -EINVAL;
	km_vm_flags_add(v, VM_IO | VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP);
	vma->device = (u64)pfn << PAGE_SHIFT;
	return 0;
}
