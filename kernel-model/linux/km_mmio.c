// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/linux/km_mmio.c - ioremap() and the accesses that asm/io.h (generated) turns into calls.
 *
 * An ioremapped address is the real address with KM_IO_BASE above it: it cannot be mistaken for memory, and a stray
 * dereference faults on the host too. Not modelled: caching attributes, ordering of accesses (they are in order).
 */
#include <linux/io.h>

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
