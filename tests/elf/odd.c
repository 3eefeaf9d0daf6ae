// SPDX-License-Identifier: GPL-2.0-only
/*
 * tests/elf/odd.c - an object that tests/elf must not let pass: code that no C function made, a section of an assembler's, a
 * structure with a wrong layout, a function whose callers know it otherwise. Compiled, never linked.
 */
struct vfio_iommu_spapr_tce_remove {
	unsigned int argsz, flags, pad;
	unsigned long long start_addr;
};

int elf_odd(struct vfio_iommu_spapr_tce_remove *remove, unsigned int bytes);
extern int elf_odd_extern(unsigned long bytes, int flags);

int elf_odd(struct vfio_iommu_spapr_tce_remove *remove, unsigned int bytes)
{
	remove->start_addr = bytes;
	return elf_odd_extern(bytes, 1) + 1;
}

__asm__(".pushsection .text\n"
	".type elf_odd_code, @function\n"
	"elf_odd_code:\n"
	"	.long 0x7c0004ac, 0x7c0004ac, 0x7c0004ac, 0x7c0004ac\n"
	".size elf_odd_code, . - elf_odd_code\n"
	".popsection\n"
	".pushsection __ftr_fixup, \"a\"\n"
	"	.long 0\n"
	".popsection\n");
