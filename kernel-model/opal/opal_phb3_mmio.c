// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/opal/opal_phb3_mmio.c - MMIO windows of a PHB3: segments of the M32 window, 16 M64 BARs. Sequences and
 * checks of skiboot's phb3_map_pe_mmio_window(), phb3_set_phb_mem_window() and phb3_phb_mmio_enable() (hw/phb3.c).
 *
 * A PHB3 has no I/O port windows.
 */
#include "kernel-model/opal/opal_phb3.h"

#define M64_ALIGN 0x100000ull	      /* segmented: 1 MiB */
#define M64_SINGLE_ALIGN 0x2000000ull /* single PE: 32 MiB */
#define M64_SINGLE_PE_LOW_BITS 5

/* The BAR becomes a single-PE one; only firmware's copy changes, until the window is enabled. */
static int64_t opal_phb3_map_m64(struct opal_phb *phb, uint32_t pe, uint16_t window)
{
	uint64_t *entry;

	if (window >= PHB3_M64BT_COUNT)
		return OPAL_PARAMETER;
	entry = &phb->copy[IODA2_TBL_M64BT][window];
	if (*entry & IODA2_M64BT_ENABLE)
		return OPAL_PARTIAL;
	*entry |= IODA2_M64BT_SINGLE_PE;
	*entry = ppc_set(IODA2_M64BT_PE_HI, *entry, pe >> M64_SINGLE_PE_LOW_BITS);
	*entry = ppc_set(IODA2_M64BT_PE_LOW, *entry, pe);
	return OPAL_SUCCESS;
}

int64_t opal_phb3_map_mmio(struct opal_phb *phb, uint32_t pe, uint16_t type, uint16_t window, uint16_t segment)
{
	switch (type) {
	case OPAL_WINDOW_IO:
		return OPAL_UNSUPPORTED;
	case OPAL_WINDOW_M32:
		if (window || segment >= PHB3_M32DT_COUNT)
			return OPAL_PARAMETER;
		opal_ioda_set(phb, IODA2_TBL_M32DT, segment, ppc_set(IODA2_M32DT_PE, 0, pe));
		return OPAL_SUCCESS;
	case OPAL_WINDOW_M64:
		return opal_phb3_map_m64(phb, pe, window);
	default:
		return OPAL_PARAMETER;
	}
}

/* Only firmware's copy changes here; mmio_enable() writes the chip. @pci is unused: M64 does not translate. */
int64_t opal_phb3_set_mem_window(struct opal_phb *phb, uint16_t type, uint16_t window, uint64_t real, uint64_t pci,
				 uint64_t bytes)
{
	uint64_t *entry;

	(void)pci;
	if (type == OPAL_WINDOW_M32 || type == OPAL_WINDOW_IO)
		return OPAL_UNSUPPORTED;
	if (type != OPAL_WINDOW_M64 || window >= PHB3_M64BT_COUNT || !bytes || (bytes & (bytes - 1)) ||
	    (real & (bytes - 1)))
		return OPAL_PARAMETER;
	entry = &phb->copy[IODA2_TBL_M64BT][window];
	if (*entry & IODA2_M64BT_ENABLE)
		return OPAL_PARTIAL;
	if (*entry & IODA2_M64BT_SINGLE_PE) {
		if (bytes < M64_SINGLE_ALIGN)
			return OPAL_PARAMETER;
		*entry = ppc_set(IODA2_M64BT_SINGLE_BASE, *entry, real / M64_SINGLE_ALIGN);
		*entry = ppc_set(IODA2_M64BT_SINGLE_MASK, *entry, 0 - bytes / M64_SINGLE_ALIGN);
	} else {
		if (bytes < M64_ALIGN)
			return OPAL_PARAMETER;
		*entry = ppc_set(IODA2_M64BT_BASE, *entry, real / M64_ALIGN);
		*entry = ppc_set(IODA2_M64BT_MASK, *entry, 0 - bytes / M64_ALIGN);
	}
	return OPAL_SUCCESS;
}

int64_t opal_phb3_mmio_enable(struct opal_phb *phb, uint16_t type, uint16_t window, uint16_t mode)
{
	uint64_t entry, next = 0; /* a disabled BAR falls back to segmented mode */
	bool single;

	if (type == OPAL_WINDOW_M32 || type == OPAL_WINDOW_IO)
		return OPAL_UNSUPPORTED;
	if (type != OPAL_WINDOW_M64 || window >= PHB3_M64BT_COUNT || mode > OPAL_M64_SINGLE_PE)
		return OPAL_PARAMETER;
	entry = phb->copy[IODA2_TBL_M64BT][window];
	single = entry & IODA2_M64BT_SINGLE_PE;
	if (mode != OPAL_M64_DISABLE) {
		if (single != (mode == OPAL_M64_SINGLE_PE))
			return OPAL_PARAMETER;
		/* A BAR without an address would swallow everything and fence the PHB. */
		if (!(entry & (single ? IODA2_M64BT_SINGLE_BASE : IODA2_M64BT_BASE)) ||
		    !(entry & (single ? IODA2_M64BT_SINGLE_MASK : IODA2_M64BT_MASK)))
			return OPAL_PARTIAL;
		next = entry | IODA2_M64BT_ENABLE;
	}
	opal_ioda_set(phb, IODA2_TBL_M64BT, window, next);
	return OPAL_SUCCESS;
}
