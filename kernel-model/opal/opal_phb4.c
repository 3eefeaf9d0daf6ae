// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/opal/opal_phb4.c - PHB4s (POWER9) and PHB5s (POWER10): their tables in memory and the register sequence
 * that brings one up, in the order of skiboot's phb4_init_hw(), phb4_init_ioda3() and phb4_ioda_reset() (hw/phb4.c).
 *
 * Not modelled: lane equalisation, CAPI, the modes of POWER10 in which the interrupt controller keeps the state of
 * messages; the work-around for links of PHB5 that train while they are held (HW551382).
 */
#include "kernel-model/opal/opal_phb4.h"

#include <string.h>

#include "hw/regs/pci_regs.h"

/* Places of the tables within the memory of a PHB; each is aligned to its own size as its BAR demands. */
#define MEMORY_BYTES 0x80000ull
#define RTT_OFFSET 0x0ull
#define PELTV_OFFSET 0x20000ull
#define PEST_OFFSET 0x40000ull
#define TARGETS_OFFSET 0x48000ull /* firmware's own: where interrupts go */

#define ROOT_COMMAND (PCI_COMMAND_MEMORY | PCI_COMMAND_BUS_MASTER)
#define ROOT_LINK_TRAINING 0x78u /* link control 2 and status 2 */
#define ROOT_LINK_TRAINING_CLEAR 0x07fe0000u
#define MAX_SPEED_POWER9 4u /* PCIe generations */
#define MAX_SPEED_POWER10 5u
#define FLUSH_DELAY_PS (2 * SIM_PS_PER_US) /* 256 ns are needed; firmware waits 2 us */
#define PGRESET_ATTEMPTS 200u
#define PGRESET_WAIT_PS SIM_PS_PER_MS
#define CQ_PENDING 0xc000000000000000ull

/* Where the interrupt controller takes notifications (skiboot hw/xive.c, hw/xive2.c; chip 0). */
#define NOTIFY_POWER9 0x6030203100000ull
#define NOTIFY_POWER10 0x6030200000000ull

static void opal_phb4_place_tables(struct opal_phb *phb, uint64_t base)
{
	phb->rtt = base + RTT_OFFSET;
	phb->peltv = base + PELTV_OFFSET;
	phb->pest = base + PEST_OFFSET;
	phb->ivt = base + TARGETS_OFFSET;
}

static void opal_phb4_clear(struct opal_phb *phb)
{
	uint32_t i, pe_count = phb->info->pe_count;

	/* Unknown requesters belong to the reserved PE, as the kernel looks for devices before it gives them one. */
	for (i = 0; i < IODA2_RTT_COUNT; i++)
		opal_store_be16(phb->opal, phb->rtt + 2ull * i, (uint16_t)phb->info->reserved_pe);
	memset(opal_memory(phb->opal, phb->peltv), 0, (size_t)pe_count * pe_count / 8);
	memset(opal_memory(phb->opal, phb->pest), 0, (size_t)pe_count * IODA2_PEST_ROW_BYTES);
	memset(phb->copy[IODA2_TBL_TVT], 0, opal_phb_scale(phb, PHB4_TVT_COUNT) * sizeof(uint64_t));
	opal_phb4_clear_vectors(phb);
	opal_phb4_clear_windows(phb);
}

static void opal_phb4_ioda_reset(struct opal_phb *phb, bool purge)
{
	if (purge)
		opal_phb4_clear(phb);
	/* An erratum wants the first entry cleared before anything else. */
	opal_ioda_write(phb, IODA2_TBL_PESTA, 0, 0);
	opal_ioda_load_copies(phb);
	opal_ioda_thaw_all(phb);
	opal_write(phb, PHB_RTC_INVALIDATE, PHB_RTC_INVALIDATE_ALL);
	(void)opal_phb4_tce_kill(phb, OPAL_TCE_KILL_ALL, 0, 0, 0, 0);
}

/* ---- Complete reset ---- */

/* Forcing a fence makes it safe to reset the core while requests are under way. */
static void opal_phb4_reset_start(struct opal_phb *phb)
{
	if (!opal_phb4_fenced(phb))
		opal_scom_write(phb, PLATFORM_SCOM_NEST, PHB_SCOM_NFIR_SET, PHB4_SCOM_NFIR_FORCE);
	opal_scom_write(phb, PLATFORM_SCOM_PCI, PHB_SCOM_ETU_RESET, PHB_SCOM_ETU_RESET_HOLD);
	phb->pfir = opal_scom_read(phb, PLATFORM_SCOM_PCI, PHB_SCOM_NFIR);
	phb->nfir = opal_scom_read(phb, PLATFORM_SCOM_NEST, PHB_SCOM_NFIR);
}

static bool opal_phb4_reset_idle(struct opal_phb *phb)
{
	if (opal_scom_read(phb, PLATFORM_SCOM_NEST, PHB4_SCOM_PBCQ_STATUS) & CQ_PENDING)
		return false;
	opal_scom_write(phb, PLATFORM_SCOM_PCI, PHB_SCOM_NFIR_CLEAR, ~phb->pfir);
	opal_scom_write(phb, PLATFORM_SCOM_NEST, PHB_SCOM_NFIR_CLEAR, ~phb->nfir);
	return true;
}

/* Some cards want the link disabled before they are reset. It trains again when the reset is over. */
static void opal_phb4_perst(struct opal_phb *phb, bool asserted)
{
	uint32_t express = opal_pci_find_capability(phb, 0, PCI_CAP_ID_EXPRESS);
	uint64_t value = opal_read(phb, PHB4_PCIE_CRESET);

	opal_write(phb, PHB4_PCIE_CRESET,
		   asserted ? value & ~PHB4_PCIE_CRESET_PERST_N : value | PHB4_PCIE_CRESET_PERST_N);
	if (express)
		opal_cfg_change(phb, 0, express + PCI_EXP_LNKCTL, 2, asserted ? 0 : PCI_EXP_LNKCTL_DISABLE,
				asserted ? PCI_EXP_LNKCTL_DISABLE : 0);
}

static bool opal_phb4_link_up(struct opal_phb *phb)
{
	return opal_read(phb, PHB4_PCIE_DLP_TRAIN_CTL) & PHB4_PCIE_DLP_LINK_ACTIVE;
}

/* ---- From reset to service ---- */

/* The root port's configuration space can be reached when its core is out of reset. */
static void opal_phb4_init_link(struct opal_phb *phb)
{
	const struct platform *platform = phb->opal->platform;
	uint64_t reset = opal_read(phb, PHB4_PCIE_CRESET) & ~PHB4_PCIE_CRESET_CFG_CORE;
	uint32_t speed = opal_is_phb5(phb) ? MAX_SPEED_POWER10 : MAX_SPEED_POWER9, i;

	opal_write(phb, PHB4_PCIE_SCR, ppc_set(PHB4_PCIE_SCR_MAX_SPEED, opal_read(phb, PHB4_PCIE_SCR), speed));
	opal_write(phb, PHB4_PCIE_CRESET, reset);
	if (opal_is_phb5(phb)) {
		opal_write(phb, PHB4_PCIE_DLP_CTL, opal_read(phb, PHB4_PCIE_DLP_CTL) | PHB5_PCIE_DLP_CTL_SFC_DISABLE);
		opal_write(phb, PHB4_PCIE_PHY_EQ_CNTL, PHB5_INIT_PHY_EQ_CNTL);
	}
	opal_cfg_write(phb, 0, ROOT_LINK_TRAINING, 4, ROOT_LINK_TRAINING_CLEAR | speed);
	reset &= ~(PHB4_PCIE_CRESET_TLDLP | PHB4_PCIE_CRESET_PBL);
	opal_write(phb, PHB4_PCIE_CRESET, reset | PHB4_PCIE_CRESET_PIPE_N);
	for (i = 0; i < PGRESET_ATTEMPTS; i++) {
		if (!(opal_read(phb, PHB4_PCIE_DLP_TRAIN_CTL) & PHB4_PCIE_DLP_PGRESET))
			break;
		platform->ops->charge(platform->ctx, PGRESET_WAIT_PS);
	}
}

static void opal_phb4_init_ioda(struct opal_phb *phb, bool first)
{
	const struct platform *platform = phb->opal->platform;
	const struct platform_phb *info = phb->info;

	opal_write(phb, PHB4_INT_NOTIFY_ADDR, opal_is_phb5(phb) ? NOTIFY_POWER10 : NOTIFY_POWER9);
	opal_write(phb, PHB4_INT_NOTIFY_INDEX, info->irq_base);
	/* Source numbers of LSIs: the last eight. */
	opal_write(phb, PHB_LSI_SOURCE_ID, ppc_set(PHB4_LSI_SRC_ID, 0, info->msi_count >> 3));
	opal_write(phb, PHB_RTT_BAR, PHB_RTT_BAR_ENABLE | phb->rtt);
	opal_write(phb, PHB_PELTV_BAR, PHB_PELTV_BAR_ENABLE | phb->peltv);
	opal_write(phb, PHB_M32_START_ADDR, info->m32_pci_base);
	opal_write(phb, PHB_PEST_BAR, PHB_PEST_BAR_ENABLE | phb->pest);
	if (!opal_is_phb5(phb))
		opal_write(phb, PHB4_ASN_CMPM, PHB4_INIT_ASN_CMPM);
	opal_write(phb, PHB_M64_UPPER_BITS, 0);
	opal_write(phb, PHB_CONFIG, PHB_CONFIG_32BIT_MSI_EN | PHB_CONFIG_64BIT_MSI_EN);
	(void)opal_read(phb, PHB_CONFIG);
	platform->ops->charge(platform->ctx, FLUSH_DELAY_PS);
	opal_phb4_ioda_reset(phb, first);
}

static void opal_phb4_init(struct opal_phb *phb, bool first)
{
	opal_scom_write(phb, PLATFORM_SCOM_PCI, PHB_SCOM_ETU_RESET, 0);
	opal_write(phb, PHB_LEM_ERROR_MASK, UINT64_MAX);
	opal_write(phb, PHB_TCE_TAG_ENABLE, PHB4_TCE_TAGS_VALUE);
	opal_phb4_init_link(phb);
	opal_write(phb, PHB_CONTROL, PHB4_INIT_CTRLR);
	opal_phb4_init_ioda(phb, first);
	opal_write(phb, PHB4_PCIE_DLP_ERRLOG1, UINT64_MAX);
	opal_write(phb, PHB4_PCIE_DLP_ERRLOG2, UINT64_MAX);
	opal_write(phb, PHB4_PCIE_DLP_ERR_STATUS, UINT64_MAX);
	opal_write(phb, PHB4_PCIE_DLP_ERR_COUNTERS, 0);
	opal_pci_init_root(phb);
	opal_traps_init(phb, PHB4_INIT_LEM_ACTION, PHB4_INIT_LEM_ACTION);
	opal_cfg_write(phb, 0, PCI_REG_COMMAND, 2, ROOT_COMMAND);
	opal_cfg_write(phb, 0, PCI_REG_STATUS, 2, PCI_STATUS_W1C & ~PCI_STATUS_MASTER_PARITY);
	opal_traps_open(phb, 0);
	opal_write(phb, PHB_TCE_SPEC_CTL, 0);
	opal_write(phb, PHB_TIMEOUT_CTRL1, PHB4_INIT_TIMEOUT_CTRL1);
	opal_write(phb, PHB_TIMEOUT_CTRL2, PHB4_INIT_TIMEOUT_CTRL2);
	opal_write(phb, PHB4_PBL_TIMEOUT_CTRL, PHB4_INIT_PBL_TIMEOUT);
}

/* ---- The generations ---- */

static const struct opal_table tables[] = {
	{IODA3_TBL_MIST, PHB4_MIST_COUNT, false, PHB4_IODA_ADDR_MIST_PWV},
	{IODA2_TBL_MRT, PHB4_MRT_COUNT, false, 0},
	{IODA2_TBL_TVT, PHB4_TVT_COUNT, false, 0},
	{IODA3_TBL_MBT, PHB4_MBT_COUNT *IODA3_MBT_DWORDS, false, 0},
	{IODA3_TBL_MDT, PHB4_MDT_COUNT, false, 0},
	{0, 0, false, 0},
};

static const struct opal_page pages[] = {
	{0x1000, IODA3_TVT_PAGE_4K},
	{0x10000, IODA3_TVT_PAGE_64K},
	{0x200000, IODA3_TVT_PAGE_2M},
	{0x40000000, IODA3_TVT_PAGE_1G},
	{0, 0},
};

#define COMMON                                                                                                         \
	.pe_max = PHB4_PE_COUNT, .memory_bytes = MEMORY_BYTES, .ioda_tadr = PHB4_IODA_ADDR_TADR, .tables = tables,     \
	.pages = pages, .real_window = IODA2_TVT_REAL | IODA3_TVT_NON_TRANSLATE_50, .config_pe = PHB4_CA_PE,           \
	.root_base = PHB4_RC_CONFIG_BASE, .root_bytes = PHB4_RC_CONFIG_BYTES, .layout = &opal_phb4_layout,             \
	.asb_address = PHB4_SCOM_ASB_ADDR, .asb_data = PHB4_SCOM_ASB_DATA, .asb_valid = PHB_SCOM_ASB_VALID,            \
	.place_tables = opal_phb4_place_tables, .init = opal_phb4_init, .ioda_reset = opal_phb4_ioda_reset,            \
	.reset_start = opal_phb4_reset_start, .reset_idle = opal_phb4_reset_idle, .perst = opal_phb4_perst,            \
	.link_up = opal_phb4_link_up, .link_change = opal_phb4_link_change, .set_pe = opal_rtt_set_pe,                 \
	.pe_of = opal_rtt_pe, .set_peltv = opal_peltv_set, .map_mmio = opal_phb4_map_mmio,                             \
	.set_mem_window = opal_phb4_set_mem_window, .mmio_enable = opal_phb4_mmio_enable, .map_dma = opal_tve_map,     \
	.map_dma_real = opal_tve_map_real, .tce_kill = opal_phb4_tce_kill, .set_option = opal_phb4_set_option,         \
	.get_option = opal_phb4_get_option, .set_p2p = opal_phb4_set_p2p, .fenced = opal_phb4_fenced,                  \
	.class_error = opal_phb4_class_error, .clear_errors = opal_phb4_clear_errors, .clear_silent = true,            \
	.inject = opal_phb4_inject, .diag = opal_diag_fill, .set_xive = opal_phb4_set_xive,                            \
	.get_xive = opal_phb4_get_xive, .set_xive_pe = opal_phb4_set_xive_pe, .get_msi = opal_msi_get

const struct opal_gen opal_gen_phb4 = {.type = PLATFORM_PHB_PHB4, .trap_groups = opal_phb4_trap_groups, COMMON};
const struct opal_gen opal_gen_phb5 = {.type = PLATFORM_PHB_PHB5, .trap_groups = opal_phb5_trap_groups, COMMON};
