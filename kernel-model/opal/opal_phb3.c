// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/opal/opal_phb3.c - PHB3s: their tables in memory and the register sequence that brings one up, in the
 * order of skiboot's phb3_init_hw(), phb3_init_ioda2() and phb3_ioda_reset() (hw/phb3.c).
 *
 * Not modelled: power-on delays, link training, PLL and lane set-up, UTL registers. All of them come before the first
 * DMA and change nothing after it.
 */
#include "kernel-model/opal/opal_phb3.h"

#include <string.h>

#include "hw/regs/pci_regs.h"
#include "hw/regs/phb_scom_regs.h"

/* Places of the tables within the memory of a PHB; each is aligned to its own size as its BAR demands. */
#define MEMORY_BYTES 0x80000ull
#define RTT_OFFSET 0x0ull
#define PELTV_OFFSET 0x20000ull
#define PEST_OFFSET 0x22000ull
#define IVT_OFFSET 0x40000ull

#define LXIVT_SERVER 0
#define LXIVT_PRIORITY_ERROR 0	  /* most favoured: firmware's own interrupts */
#define ROOT_COMMAND (PCI_COMMAND_MEMORY | PCI_COMMAND_BUS_MASTER | PCI_COMMAND_PARITY | PCI_COMMAND_SERR)
#define TCE_FLUSH_DELAY_PS (2 * SIM_PS_PER_US) /* 512 ns are needed; firmware waits 2 us */

static void opal_phb3_place_tables(struct opal_phb *phb, uint64_t base)
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

/* Interrupts of devices are masked; those of the PHB itself (INF, ER) are firmware's. */
static void opal_phb3_clear_copies(struct opal_phb *phb)
{
	uint32_t i, priority;

	memset(phb->copy[IODA2_TBL_TVT], 0, PHB3_TVT_COUNT * sizeof(uint64_t));
	memset(phb->copy[IODA2_TBL_M64BT], 0, PHB3_M64BT_COUNT * sizeof(uint64_t));
	for (i = 0; i < PHB3_M32DT_COUNT; i++)
		phb->copy[IODA2_TBL_M32DT][i] = ppc_set(IODA2_M32DT_PE, 0, phb->info->reserved_pe);
	for (i = 0; i < PHB3_LXIVT_COUNT; i++) {
		priority = i >= PHB_LSI_INF ? LXIVT_PRIORITY_ERROR : IODA2_IVE_PRIORITY_MASKED;
		phb->copy[IODA2_TBL_LXIVT][i] =
			ppc_set(IODA2_LXIVT_PRIORITY, ppc_set(IODA2_LXIVT_SERVER, 0, LXIVT_SERVER), priority);
	}
}

static void opal_phb3_ioda_reset(struct opal_phb *phb, bool purge)
{
	if (purge) {
		opal_phb3_clear_copies(phb);
		opal_phb3_clear_memory(phb);
	}
	opal_ioda_load_copies(phb);
	opal_write(phb, PHB_RTC_INVALIDATE, PHB_RTC_INVALIDATE_ALL);
	opal_write(phb, PHB3_IVC_INVALIDATE, PHB3_IVC_INVALIDATE_ALL);
	opal_write(phb, PHB_TCE_KILL, PHB_TCE_KILL_ALL);
	opal_ioda_load(phb, IODA2_TBL_RBA, NULL, PHB3_RBA_COUNT);
	opal_ioda_thaw_all(phb);
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

/* Forcing a fence makes it safe to reset the core while requests are under way. */
static void opal_phb3_reset_start(struct opal_phb *phb)
{
	opal_scom_write(phb, PLATFORM_SCOM_NEST, PHB3_SCOM_PBCQ_INJECT, 0);
	if (!opal_phb3_fenced(phb))
		opal_scom_write(phb, PLATFORM_SCOM_NEST, PHB_SCOM_NFIR_SET, PHB3_SCOM_NFIR_FORCE);
	phb->nfir = opal_scom_read(phb, PLATFORM_SCOM_NEST, PHB_SCOM_NFIR);
	opal_scom_write(phb, PLATFORM_SCOM_PCI, PHB_SCOM_ETU_RESET, PHB_SCOM_ETU_RESET_HOLD);
}

static bool opal_phb3_reset_idle(struct opal_phb *phb)
{
	if (opal_scom_read(phb, PLATFORM_SCOM_NEST, PHB3_SCOM_PBCQ_STATUS) & PHB_SCOM_STATUS_PENDING)
		return false;
	opal_scom_write(phb, PLATFORM_SCOM_NEST, PHB_SCOM_NFIR_CLEAR, ~phb->nfir);
	return true;
}

static void opal_phb3_perst(struct opal_phb *phb, bool asserted)
{
	uint64_t value = opal_read(phb, PHB_RESET);

	opal_write(phb, PHB_RESET, asserted ? value & ~PHB3_RESET_NO_PERST : value | PHB3_RESET_NO_PERST);
}

static bool opal_phb3_link_up(struct opal_phb *phb)
{
	return opal_read(phb, PHB_PCIE_DLP_TRAIN_CTL) & PHB_PCIE_DLP_TC_DL_LINKACT;
}

static void opal_phb3_init(struct opal_phb *phb, bool first)
{
	const struct platform *platform = phb->opal->platform;

	opal_scom_write(phb, PLATFORM_SCOM_PCI, PHB_SCOM_ETU_RESET, 0);
	opal_write(phb, PHB_RESET, PHB3_INIT_RESET);
	opal_phb3_init_bars(phb);
	/* Setting only the 64-byte TCE enable clears the TCE cache; then the enables, without it. */
	opal_write(phb, PHB_CONFIG, PHB_CONFIG_64B_TCE_EN);
	opal_write(phb, PHB_CONFIG, PHB_CONFIG_M32_EN | PHB_CONFIG_32BIT_MSI_EN | PHB_CONFIG_64BIT_MSI_EN);
	platform->ops->charge(platform->ctx, TCE_FLUSH_DELAY_PS);
	opal_phb3_ioda_reset(phb, first);
	opal_pci_init_root(phb);
	opal_write(phb, PHB_CONTROL, PHB3_INIT_CONTROL);
	opal_traps_init(phb, UINT64_MAX, UINT64_MAX);
	opal_traps_open(phb, PHB3_INIT_LEM_ERROR_MASK);
	opal_cfg_write(phb, 0, PCI_REG_COMMAND, 2, ROOT_COMMAND);
	opal_cfg_write(phb, 0, PCI_REG_STATUS, 2, PCI_STATUS_W1C & ~PCI_STATUS_MASTER_PARITY);
	opal_write(phb, PHB_TCE_SPEC_CTL, PHB3_INIT_TCE_SPEC_CTL);
	opal_write(phb, PHB_TIMEOUT_CTRL1, PHB3_INIT_TIMEOUT_CTRL1);
	opal_write(phb, PHB_TIMEOUT_CTRL2, PHB3_INIT_TIMEOUT_CTRL2);
}

static const struct opal_table tables[] = {
	{IODA2_TBL_LXIVT, PHB3_LXIVT_COUNT, false, 0}, {IODA2_TBL_MRT, PHB3_MRT_COUNT, false, 0},
	{IODA2_TBL_TVT, PHB3_TVT_COUNT, false, 0},     {IODA2_TBL_M64BT, PHB3_M64BT_COUNT, false, 0},
	{IODA2_TBL_M32DT, PHB3_M32DT_COUNT, false, 0}, {0, 0, false, 0},
};

static const struct opal_page pages[] = {
	{0x1000, IODA2_TVT_PAGE_4K},
	{0x10000, IODA2_TVT_PAGE_64K},
	{0x1000000, IODA2_TVT_PAGE_16M},
	{0x10000000, IODA2_TVT_PAGE_256M},
	{0, 0},
};

const struct opal_gen opal_gen_phb3 = {
	.type = PLATFORM_PHB_PHB3,
	.pe_max = PHB3_PE_COUNT,
	.memory_bytes = MEMORY_BYTES,
	.ioda_tadr = PHB3_IODA_ADDR_TADR,
	.tables = tables,
	.pages = pages,
	.trap_groups = opal_phb3_trap_groups,
	.real_window = IODA2_TVT_REAL,
	.config_pe = PHB3_CA_PE,
	.layout = &opal_phb3_layout,
	.asb_address = PHB3_SCOM_ASB_ADDR,
	.asb_data = PHB3_SCOM_ASB_DATA,
	.place_tables = opal_phb3_place_tables,
	.init = opal_phb3_init,
	.ioda_reset = opal_phb3_ioda_reset,
	.reset_start = opal_phb3_reset_start,
	.reset_idle = opal_phb3_reset_idle,
	.perst = opal_phb3_perst,
	.link_up = opal_phb3_link_up,
	.set_pe = opal_rtt_set_pe,
	.pe_of = opal_rtt_pe,
	.set_peltv = opal_peltv_set,
	.map_mmio = opal_phb3_map_mmio,
	.set_mem_window = opal_phb3_set_mem_window,
	.mmio_enable = opal_phb3_mmio_enable,
	.map_dma = opal_tve_map,
	.map_dma_real = opal_tve_map_real,
	.fenced = opal_phb3_fenced,
	.class_error = opal_phb3_class_error,
	.clear_errors = opal_traps_clear,
	.inject = opal_phb3_inject,
	.diag = opal_diag_fill,
	.set_xive = opal_phb3_set_xive,
	.get_xive = opal_phb3_get_xive,
	.set_xive_pe = opal_phb3_set_xive_pe,
	.get_msi = opal_msi_get,
	.msi_eoi = opal_phb3_msi_eoi,
};
