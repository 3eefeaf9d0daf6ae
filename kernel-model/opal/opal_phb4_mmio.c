// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/opal/opal_phb4_mmio.c - MMIO windows of a PHB4: BARs of the MBT, of which the first is M32, by segment
 * through column A of the MDT; the others are the kernel's, segmented or of a single PE. The last three have a column of
 * the MDT each, which gives every segment the PE of its number. Sequences and checks of skiboot's
 * phb4_init_ioda_cache(), phb4_map_pe_mmio_window(), phb4_set_phb_mem_window() and phb4_phb_mmio_enable() (hw/phb4.c).
 *
 * A PHB4 has no I/O port windows.
 */
#include "kernel-model/opal/opal_phb4.h"

#define WINDOW_ALIGN (1ull << IODA3_MBT_ADDR_SHIFT)

static uint64_t *opal_phb4_bar(struct opal_phb *phb, uint32_t window)
{
	return &phb->copy[IODA3_TBL_MBT][window * IODA3_MBT_DWORDS];
}

static uint32_t opal_phb4_bars(const struct opal_phb *phb)
{
	return opal_phb_scale(phb, PHB4_MBT_COUNT);
}

/* The last three BARs use columns B, C and D, in this order. */
static uint64_t opal_phb4_bar_default(const struct opal_phb *phb, uint32_t window)
{
	uint32_t from_end = opal_phb4_bars(phb) - 1 - window;

	if (from_end > 2)
		return ppc_set(IODA3_MBT0_MODE, 0, IODA3_MBT_MODE_SEGMENT);
	return ppc_set(IODA3_MBT0_COLUMN, ppc_set(IODA3_MBT0_MODE, 0, IODA3_MBT_MODE_MDT), 3 - from_end);
}

void opal_phb4_clear_windows(struct opal_phb *phb)
{
	const struct platform_phb *info = phb->info;
	uint64_t *mdt = phb->copy[IODA3_TBL_MDT], *bar = opal_phb4_bar(phb, 0);
	uint32_t i;

	for (i = 0; i < info->pe_count; i++)
		mdt[i] = ppc_set(IODA3_MDT_D, ppc_set(IODA3_MDT_C, ppc_set(IODA3_MDT_B, 0, i), i), i);
	bar[0] = IODA3_MBT0_M32 | (info->m32_base & IODA3_MBT0_BASE);
	bar[0] = ppc_set(IODA3_MBT0_COLUMN, ppc_set(IODA3_MBT0_MODE, bar[0], IODA3_MBT_MODE_MDT), 0);
	/* The chip keeps one enable bit for both. */
	bar[1] = IODA3_MBT_ENABLE | (~(info->m32_bytes - 1) & IODA3_MBT1_MASK);
	for (i = 1; i < opal_phb4_bars(phb); i++) {
		bar = opal_phb4_bar(phb, i);
		bar[0] = opal_phb4_bar_default(phb, i);
		bar[1] = 0;
	}
}

/* The BAR becomes a single-PE one; only firmware's copy changes, until the window is enabled. */
static int64_t opal_phb4_map_m64(struct opal_phb *phb, uint32_t pe, uint16_t window)
{
	uint64_t *bar = opal_phb4_bar(phb, window);

	if (bar[0] & IODA3_MBT_ENABLE)
		return OPAL_PARTIAL;
	bar[0] = ppc_set(IODA3_MBT0_MODE, bar[0], IODA3_MBT_MODE_SINGLE);
	bar[1] = ppc_set(IODA3_MBT1_PE, bar[1], pe);
	return OPAL_SUCCESS;
}

int64_t opal_phb4_map_mmio(struct opal_phb *phb, uint32_t pe, uint16_t type, uint16_t window, uint16_t segment)
{
	switch (type) {
	case OPAL_WINDOW_IO:
		return OPAL_UNSUPPORTED;
	case OPAL_WINDOW_M32:
		if (window || segment >= phb->info->pe_count)
			return OPAL_PARAMETER;
		opal_ioda_set(phb, IODA3_TBL_MDT, segment,
			      ppc_set(IODA3_MDT_A, phb->copy[IODA3_TBL_MDT][segment], pe));
		return OPAL_SUCCESS;
	case OPAL_WINDOW_M64:
		return window && window < opal_phb4_bars(phb) ? opal_phb4_map_m64(phb, pe, window) : OPAL_PARAMETER;
	default:
		return OPAL_PARAMETER;
	}
}

/* Only firmware's copy changes here; mmio_enable() writes the chip. @pci is unused: M64 does not translate. */
int64_t opal_phb4_set_mem_window(struct opal_phb *phb, uint16_t type, uint16_t window, uint64_t real, uint64_t pci,
				 uint64_t bytes)
{
	uint64_t *bar;

	(void)pci;
	if (type == OPAL_WINDOW_M32 || type == OPAL_WINDOW_IO)
		return OPAL_UNSUPPORTED;
	if (type != OPAL_WINDOW_M64 || !window || window >= opal_phb4_bars(phb) || bytes < WINDOW_ALIGN ||
	    (bytes & (bytes - 1)) || (real & (bytes - 1)))
		return OPAL_PARAMETER;
	bar = opal_phb4_bar(phb, window);
	if (bar[0] & IODA3_MBT_ENABLE)
		return OPAL_PARTIAL;
	bar[0] = ppc_set(IODA3_MBT0_BASE, bar[0], real >> IODA3_MBT_ADDR_SHIFT);
	bar[1] = ppc_set(IODA3_MBT1_MASK, bar[1], 0 - (bytes >> IODA3_MBT_ADDR_SHIFT));
	return OPAL_SUCCESS;
}

/* A BAR below the host bridge's space, or without a size, would swallow what is not its own. */
static bool opal_phb4_bar_usable(const struct opal_phb *phb, const uint64_t *bar)
{
	return ppc_get(IODA3_MBT0_BASE, bar[0]) << IODA3_MBT_ADDR_SHIFT >= phb->info->m64_base &&
	       bar[1] & IODA3_MBT1_MASK;
}

int64_t opal_phb4_mmio_enable(struct opal_phb *phb, uint16_t type, uint16_t window, uint16_t mode)
{
	uint64_t *bar;
	bool single;

	if (type == OPAL_WINDOW_M32 || type == OPAL_WINDOW_IO)
		return OPAL_UNSUPPORTED;
	if (type != OPAL_WINDOW_M64 || !window || window >= opal_phb4_bars(phb) || mode > OPAL_M64_SINGLE_PE)
		return OPAL_PARAMETER;
	bar = opal_phb4_bar(phb, window);
	single = ppc_get(IODA3_MBT0_MODE, bar[0]) == IODA3_MBT_MODE_SINGLE;
	if (mode == OPAL_M64_DISABLE) {
		bar[0] = opal_phb4_bar_default(phb, window);
		bar[1] = 0;
	} else {
		if (single != (mode == OPAL_M64_SINGLE_PE))
			return OPAL_PARAMETER;
		if (!opal_phb4_bar_usable(phb, bar))
			return OPAL_PARTIAL;
		bar[0] |= IODA3_MBT_ENABLE;
		bar[1] |= IODA3_MBT_ENABLE;
	}
	opal_ioda_select(phb, IODA3_TBL_MBT, window * IODA3_MBT_DWORDS, true);
	opal_write(phb, PHB_IODA_DATA0, bar[0]);
	opal_write(phb, PHB_IODA_DATA0, bar[1]);
	return OPAL_SUCCESS;
}
