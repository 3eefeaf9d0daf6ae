/* SPDX-License-Identifier: GPL-2.0-only */
/* asm/page.h - the POWER header; the linear mapping is the host mapping of simulated RAM. */
#include_next <asm/page.h>
#ifndef KM_ASM_PAGE_H
#define KM_ASM_PAGE_H
extern unsigned long km_phys_base; /* host address of real address 0 */
#undef __va
#undef __pa
#undef PAGE_OFFSET
#undef virt_to_pfn
#undef pfn_to_kaddr
#define PAGE_OFFSET km_phys_base
#define __va(x) ((void *)((unsigned long)(phys_addr_t)(x) + km_phys_base))
#define __pa(x) ((unsigned long)(x) - km_phys_base)
#define virt_to_pfn(kaddr) (__pa(kaddr) >> PAGE_SHIFT)
#define pfn_to_kaddr(pfn) __va((pfn) << PAGE_SHIFT)
#endif
