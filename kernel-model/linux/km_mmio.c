// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/linux/km_mmio.c - ioremap() and the accesses that asm/io.h (generated) turns into calls.
 *
 * An ioremapped address is the real address with KM_IO_BASE above it: it cannot be mistaken for memory, and a stray
 * dereference faults on the host too. Not modelled: caching attributes, ordering of accesses (they are in order).
 */
#include <linux/io.h>

#include <asm/pte-walk.h>

#include "kernel-model/linux/km.h"

/* Where powernv's ioremap area begins on hash MMUs; no host address looks like it. */
#define KM_IO_BASE 0xd000000000000000UL
#define KM_IO_MASK 0x0fffffffffffffffUL

void __iomem *ioremap(phys_addr_t addr, unsigned long size)
{
	return (void __iomem *)(KM_IO_BASE | addr);
}

void iounmap(volatile void __iomem *addr)
{
}

u64 km_mmio_read(const volatile void *addr, unsigned int bytes)
{
	struct km_context context;
	u64 value;

	km_context_save(&context);
	value = host_mmio_read((unsigned long)addr & KM_IO_MASK, bytes);
	km_context_restore(&context);
	return value;
}

void km_mmio_write(volatile void *addr, u64 value, unsigned int bytes)
{
	struct km_context context;

	km_context_save(&context);
	host_mmio_write((unsigned long)addr & KM_IO_MASK, value, bytes);
	km_context_restore(&context);
}

struct mm_struct init_mm;

/*
 * Page tables of the ioremap area, as arch/powerpc/mm/pgtable.c walks them: EEH finds the real address of an access that read
 * all ones by them. The entry is made for who asks; nobody keeps it.
 */
pte_t *__find_linux_pte(pgd_t *pgdir, unsigned long ea, bool *is_thp, unsigned int *hshift)
{
	static pte_t pte;

	if (is_thp)
		*is_thp = false;
	if (hshift)
		*hshift = 0;
	if ((ea & ~KM_IO_MASK) != KM_IO_BASE)
		return NULL;
	pte = pfn_pte((ea & KM_IO_MASK) >> PAGE_SHIFT, PAGE_KERNEL);
	return &pte;
}
