// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/opal/opal_phb3.c - bringing a PHB3 up: the register sequence of skiboot's phb3_init_hw(),
 * phb3_init_ioda2() and phb3_ioda_reset() (hw/phb3.c), in its order.
 *
 * Firmware keeps copies of the on-chip tables, because a reset of the PHB loses them; opal_phb3_ioda_reset() writes
 * them back. Tables in memory (RTT, PELT-V, IVT, PEST) keep their contents.
 *
 * Not modelled: power-on delays, link training, PLL and lane set-up, the root complex' configuration space, UTL and
 * DLP registers, chip-level (XSCOM) registers. All of them come before the first DMA and change nothing after it.
 */
#include "kernel-model/opal/opal_internal.h"

#include <string.h>

/* Places of the tables within the memory of a PHB; each is aligned to its own size as its BAR demands. */
#define RTT_OFFSET 0x0ull
#define IVT_OFFSET 0x40000ull
#define PELTV_OFFSET 0x20000ull
#define PEST_OFFSET 0x22000ull

#define LXIVT_SERVER 0
#define TCE_FLUSH_DELAY_PS (2 * SIM_PS_PER_US) /* 512 ns are needed; firmware waits 2 us */

void opal_phb3_place_tables(struct opal_phb *phb, uint64_t base)
{
	phb->rtt = base + RTT_OFFSET;
	phb->peltv = base + PELTV_OFFSET;
	phb->pest = base + PEST_OFFSET;
	phb->ivt = base + IVT_OFFSET;
}

/* Unknown requesters belong to the reserved PE; interrupts are masked and belong to nobody. */
static void opal_phb3_clear_memory(struct opal_phb *phb)
{
	struct opal *opal = phb->opal;
	uint32_t i;

	for (i = 0; i < IODA2_RTT_COUNT; i++)
		opal_store_be16(opal, phb->rtt + 2ull * i, (uint16_t)phb->info->reserved_pe);
	memset(opal_memory(opal, phb->peltv), 0, PHB3_PELTV_BYTES);
	memset(opal_memory(opal, phb->pest), 0, PHB3_PEST_BYTES);
	memset(opal_memory(opal, phb->ivt), 0, PHB3_IVT_BYTES);
	for (i = 0; i < PHB3_IVE_COUNT; i++) {
		uint64_t ive = ppc_set(IODA2_IVE_PRIORITY, 0, IODA2_IVE_PRIORITY_MASKED);

		opal_store_be64(opal, phb->ivt + (uint64_t)i * PHB3_IVE_BYTES,
				ppc_set(IODA2_IVE_PE, ive, phb->info->reserved_pe));
	}
}

static void opal_phb3_clear_copies(struct opal_phb *phb)
{
	uint32_t i;

	memset(phb->tve, 0, sizeof(phb->tve));
	memset(phb->m64b, 0, sizeof(phb->m64b));
	for (i = 0; i < PHB3_M32DT_COUNT; i++)
		phb->m32d[i] = ppc_set(IODA2_M32DT_PE, 0, phb->info->reserved_pe);
}

/* A whole table through the auto-incrementing port; @entries NULL: zeros. */
static void opal_phb3_load(struct opal_phb *phb, uint32_t table, const uint64_t *entries, uint32_t count)
{
	uint32_t i;

	opal_ioda_select(phb, table, 0, true);
	for (i = 0; i < count; i++)
		opal_write(phb, PHB_IODA_DATA0, entries ? entries[i] : 0);
}

/* Freeze bits survive in PESTA and PESTB; they are read (for the log of a real firmware) and cleared one by one. */
static void opal_phb3_thaw_all(struct opal_phb *phb)
{
	uint32_t pe;

	for (pe = 0; pe < PHB3_PE_COUNT; pe++) {
		opal_ioda_write(phb, IODA2_TBL_PESTA, pe, 0);
		opal_ioda_write(phb, IODA2_TBL_PESTB, pe, 0);
	}
	opal_phb3_load(phb, IODA2_TBL_PEEV, NULL, PHB3_PEEV_COUNT);
}

void opal_phb3_ioda_reset(struct opal_phb *phb, bool purge)
{
	uint64_t lxivt[PHB3_LXIVT_COUNT];
	uint32_t i;

	if (purge) {
		opal_phb3_clear_copies(phb);
		opal_phb3_clear_memory(phb);
	}
	for (i = 0; i < PHB3_LXIVT_COUNT; i++)
		lxivt[i] = ppc_set(IODA2_LXIVT_PRIORITY, ppc_set(IODA2_LXIVT_SERVER, 0, LXIVT_SERVER),
				   IODA2_IVE_PRIORITY_MASKED);
	opal_phb3_load(phb, IODA2_TBL_LXIVT, lxivt, PHB3_LXIVT_COUNT);
	opal_phb3_load(phb, IODA2_TBL_MRT, NULL, PHB3_MRT_COUNT);
	opal_phb3_load(phb, IODA2_TBL_TVT, phb->tve, PHB3_TVT_COUNT);
	opal_phb3_load(phb, IODA2_TBL_M64BT, phb->m64b, PHB3_M64BT_COUNT);
	opal_phb3_load(phb, IODA2_TBL_M32DT, phb->m32d, PHB3_M32DT_COUNT);

	opal_write(phb, PHB_RTC_INVALIDATE, PHB_RTC_INVALIDATE_ALL);
	opal_write(phb, PHB3_IVC_INVALIDATE, PHB3_IVC_INVALIDATE_ALL);
	opal_write(phb, PHB_TCE_KILL, PHB_TCE_KILL_ALL);
	opal_phb3_load(phb, IODA2_TBL_RBA, NULL, PHB3_RBA_COUNT);
	opal_phb3_thaw_all(phb);
}

static void opal_phb3_init_bars(struct opal_phb *phb)
{
	const struct platform_phb *info = phb->info;

	opal_write(phb, PHB_LSI_SOURCE_ID, ppc_set(PHB3_LSI_SRC_ID, 0, 0xff));
	opal_write(phb, PHB_RTT_BAR, PHB_RTT_BAR_ENABLE | phb->rtt);
	opal_write(phb, PHB_PELTV_BAR, PHB_PELTV_BAR_ENABLE | phb->peltv);
	opal_write(phb, PHB3_IVT_BAR, ppc_set(PHB3_IVT_LENGTH, PHB3_IVT_BAR_ENABLE | phb->ivt, PHB3_IVE_COUNT));
	opal_write(phb, PHB3_RBA_BAR, 0); /* on the chip since DD2.0 */
	opal_write(phb, PHB_M32_BASE_ADDR, info->m32_base);
	opal_write(phb, PHB_M32_BASE_MASK, ~(info->m32_bytes - 1));
	opal_write(phb, PHB_M32_START_ADDR, info->m32_pci_base);
	opal_write(phb, PHB_PEST_BAR, PHB_PEST_BAR_ENABLE | phb->pest);
	opal_write(phb, PHB_M64_UPPER_BITS, 0);
	opal_write(phb, PHB3_INTREP_TIMER, PHB3_INIT_INTREP_TIMER);
}

void opal_phb3_init(struct opal_phb *phb)
{
	const struct platform *platform = phb->opal->platform;

	opal_write(phb, PHB_RESET, PHB3_INIT_RESET);
	opal_phb3_init_bars(phb);
	/* Setting only the 64-byte TCE enable clears the TCE cache; then the enables, without it. */
	opal_write(phb, PHB_CONFIG, PHB_CONFIG_64B_TCE_EN);
	opal_write(phb, PHB_CONFIG, PHB_CONFIG_M32_EN | PHB_CONFIG_32BIT_MSI_EN | PHB_CONFIG_64BIT_MSI_EN);
	platform->ops->charge(platform->ctx, TCE_FLUSH_DELAY_PS);
	opal_phb3_ioda_reset(phb, true);
	opal_write(phb, PHB_CONTROL, PHB3_INIT_CONTROL);
	opal_write(phb, PHB_TCE_SPEC_CTL, PHB3_INIT_TCE_SPEC_CTL);
}
