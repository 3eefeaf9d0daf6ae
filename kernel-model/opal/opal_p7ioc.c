// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/opal/opal_p7ioc.c - PHBs of a P7IOC: on-chip tables and the register sequence that brings one up, in the
 * order of skiboot's p7ioc_phb_reset(), p7ioc_phb_init() and p7ioc_ioda_reset() (hw/p7ioc-phb.c before POWER7 was
 * dropped, commit 16b7ae641^). There are no tables in memory. As there, a reset writes 127 of the 128 entries of most
 * tables: the last one stays as it is.
 *
 * The error interrupt of a PHB (LSI 7) is open from the start: this stands for the kernel's set_xive of the interrupts
 * that firmware says are its own.
 *
 * Not modelled: slot power in a fundamental reset; link training, which is held off during a reset; the few values of
 * the root port in which p7ioc_phb_init_rc_cfg() differs from PHB3's (completion timeout).
 */
#include "kernel-model/opal/opal_p7ioc.h"

#include <string.h>

#include "hw/regs/pci_regs.h"

#define RESET_ENTRIES 127u /* of tables that have 128 */
#define SETTLE_PS (100 * SIM_PS_PER_MS)
#define DLP_POLL_PS SIM_PS_PER_MS
#define DLP_POLLS 400
#define RESET_TRIES 5
#define ROOT_COMMAND                                                                                                   \
	(PCI_COMMAND_IO | PCI_COMMAND_MEMORY | PCI_COMMAND_BUS_MASTER | PCI_COMMAND_PARITY | PCI_COMMAND_SERR)

/** struct opal_reg_value - a register and what start-up writes there. */
struct opal_reg_value {
	uint32_t offset;
	uint64_t value;
};

/* By the slow path: command channels, credits (32 commands and data but for MMIO: one), tags. */
static const struct opal_reg_value credits[] = {
	{PHB_AIB_TX_CHAN_MAPPING, P7IOC_INIT_AIB_TX_CHAN},
	{P7IOC_AIB_RX_CMD_CRED, P7IOC_INIT_AIB_RX_CMD},
	{P7IOC_AIB_RX_DATA_CRED, P7IOC_INIT_AIB_RX_DATA},
	{P7IOC_AIB_RX_CRED_TIMER, P7IOC_INIT_AIB_RX_TIMER},
	{PHB_AIB_TAG_ENABLE, P7IOC_INIT_TAGS},
	{PHB_TCE_TAG_ENABLE, P7IOC_INIT_TAGS},
};

/* Spurious errors go, buffers are divided. */
static const struct opal_reg_value utl[] = {
	{UTL_SYS_BUS_AGENT_STATUS, UINT64_MAX},
	{UTL_SYS_BUS_AGENT_ERR_SEVERITY, 0},
	{UTL_SYS_BUS_AGENT_IRQ_EN, 0xac80000000000000ull},
	{UTL_OUT_POST_DAT_BUF_ALLOC, 0x0400000000000000ull},
	{UTL_IN_POST_HDR_BUF_ALLOC, 0x1000000000000000ull},
	{UTL_IN_POST_DAT_BUF_ALLOC, 0x4000000000000000ull},
	{UTL_PCIE_TAGS_ALLOC, 0x0800000000000000ull},
	{UTL_GBIF_READ_TAGS_ALLOC, 0x0800000000000000ull},
	{UTL_PCIE_PORT_CONTROL, 0x8480000000000000ull},
	{UTL_PCIE_PORT_STATUS, 0xff7fffffffffffffull},
	{UTL_PCIE_PORT_ERROR_SEV, 0x00e0000000000000ull},
	{UTL_PCIE_PORT_IRQ_EN, 0x7e65000000000000ull},
	{UTL_RC_STATUS, UINT64_MAX},
};

uint32_t opal_p7ioc_index(const struct opal_phb *phb)
{
	uint64_t chip = phb->opal->platform->hub_base - P7IOC_HUB_OFFSET;

	return (uint32_t)((phb->info->asb_base - chip - P7IOC_ASB_OFFSET) / P7IOC_PHB_STRIDE);
}

static void opal_p7ioc_wait(struct opal_phb *phb, sim_ps ps)
{
	phb->opal->platform->ops->charge(phb->opal->platform->ctx, ps);
}

/* ---- Tables ---- */

/* Interrupts of devices are masked; nobody is in a PE but the last, which takes all. */
static void opal_p7ioc_clear_copies(struct opal_phb *phb)
{
	const struct opal_table *table;
	uint64_t masked = ppc_set(IODA1_XIVT_PRIORITY, 0, IODA1_XIVT_MASKED);
	uint32_t i;

	for (table = phb->gen->tables; table->count; table++)
		memset(phb->copy[table->selector], 0, (table->wide ? 2 : 1) * table->count * sizeof(uint64_t));
	for (i = 0; i < P7IOC_LXIVT_COUNT; i++)
		phb->copy[IODA1_TBL_LXIVT][i] = i == PHB_LSI_ER ? 0 : masked;
	for (i = 0; i < P7IOC_MXIVT_COUNT; i++)
		phb->copy[IODA1_TBL_MXIVT][i] = masked;
	for (i = 0; i < phb->info->reserved_pe; i++)
		phb->copy[IODA1_TBL_PELTM][i] = IODA1_PELTM_NOBODY;
}

static void opal_p7ioc_load_xivt(struct opal_phb *phb, uint32_t table, uint32_t count)
{
	uint32_t i;

	opal_ioda_select(phb, table, 0, true);
	for (i = 0; i < count; i++)
		opal_write(phb, PHB_IODA_DATA0, opal_p7ioc_xive_mangle(phb->copy[table][i]));
}

static void opal_p7ioc_load_wide(struct opal_phb *phb, uint32_t table)
{
	uint32_t i;

	opal_ioda_select(phb, table, 0, true);
	for (i = 0; i < RESET_ENTRIES; i++) {
		opal_write(phb, P7IOC_IODA_DATA1, phb->copy[table][2 * i + 1]);
		opal_write(phb, PHB_IODA_DATA0, phb->copy[table][2 * i]);
	}
}

static void opal_p7ioc_load_tables(struct opal_phb *phb)
{
	uint32_t i;

	opal_ioda_select(phb, IODA1_TBL_HRT, 0, true);
	for (i = 0; i < P7IOC_HRT_COUNT; i++)
		opal_write(phb, PHB_IODA_DATA0, opal_p7ioc_index(phb) + 1);
	opal_p7ioc_load_xivt(phb, IODA1_TBL_LXIVT, P7IOC_LXIVT_COUNT);
	opal_p7ioc_load_xivt(phb, IODA1_TBL_MXIVT, P7IOC_MXIVT_COUNT);
	opal_ioda_load(phb, IODA1_TBL_MVT, phb->copy[IODA1_TBL_MVT], P7IOC_MVT_COUNT);
	opal_ioda_load(phb, IODA1_TBL_PELTM, phb->copy[IODA1_TBL_PELTM], RESET_ENTRIES);
	opal_p7ioc_load_wide(phb, IODA1_TBL_PELTV);
	opal_p7ioc_load_wide(phb, IODA1_TBL_TVT);
	opal_ioda_load(phb, IODA1_TBL_M64BT, NULL, P7IOC_M64BT_COUNT);
	opal_ioda_load(phb, IODA1_TBL_IODT, phb->copy[IODA1_TBL_IODT], RESET_ENTRIES);
	opal_ioda_load(phb, IODA1_TBL_M32DT, phb->copy[IODA1_TBL_M32DT], RESET_ENTRIES);
	opal_ioda_load(phb, IODA1_TBL_M64BT, phb->copy[IODA1_TBL_M64BT], P7IOC_M64BT_COUNT);
	opal_ioda_load(phb, IODA1_TBL_M64DT, phb->copy[IODA1_TBL_M64DT], RESET_ENTRIES);
}

static void opal_p7ioc_ioda_reset(struct opal_phb *phb, bool purge)
{
	uint64_t config;

	if (purge)
		opal_p7ioc_clear_copies(phb);
	opal_p7ioc_load_tables(phb);
	/* Setting the 64-byte TCE enable anew clears the TCE cache. */
	config = opal_read(phb, PHB_CONFIG) & ~PHB_CONFIG_64B_TCE_EN;
	opal_write(phb, PHB_CONFIG, config);
	opal_write(phb, PHB_CONFIG, config | PHB_CONFIG_64B_TCE_EN);
	opal_ioda_thaw_all(phb);
}

/* ---- Start ---- */

static void opal_p7ioc_init_windows(struct opal_phb *phb)
{
	const struct platform_phb *info = phb->info;
	uint32_t n = opal_p7ioc_index(phb);

	opal_write(phb, P7IOC_BUID,
		   ppc_set(P7IOC_BUID_MSI, ppc_set(P7IOC_BUID_LSI, 0, P7IOC_LSI_BUID_OFFSET(n)),
			   P7IOC_MSI_BUID_OFFSET(n)));
	opal_write(phb, P7IOC_IO_BASE_ADDR, info->io_base);
	opal_write(phb, P7IOC_IO_BASE_MASK, ~(info->io_bytes - 1));
	opal_write(phb, P7IOC_IO_START_ADDR, 0);
	opal_write(phb, PHB_M32_BASE_ADDR, info->m32_base);
	opal_write(phb, PHB_M32_BASE_MASK, ~(info->m32_bytes - 1));
	opal_write(phb, PHB_M32_START_ADDR, info->m32_pci_base);
	opal_write(phb, PHB_M64_UPPER_BITS, 0);
	opal_write(phb, PHB_CONFIG,
		   PHB_CONFIG_32BIT_MSI_EN | P7IOC_CONFIG_IO_EN | PHB_CONFIG_64BIT_MSI_EN | PHB_CONFIG_M32_EN |
			   PHB_CONFIG_64B_TCE_EN);
}

/* The PCIe cores cannot be reached before their reset is over. */
static bool opal_p7ioc_wait_cores(struct opal_phb *phb)
{
	uint32_t i;

	for (i = 0; i < DLP_POLLS; i++) {
		if (!(opal_read(phb, PHB_PCIE_DLP_TRAIN_CTL) & P7IOC_PCIE_PGRESET))
			return true;
		opal_p7ioc_wait(phb, DLP_POLL_PS);
	}
	return false;
}

static bool opal_p7ioc_init_phb(struct opal_phb *phb)
{
	uint32_t at;
	size_t i;

	(void)opal_asb_read(phb, PHB_VERSION);
	for (i = 0; i < sim_count_of(credits); i++)
		opal_asb_write(phb, credits[i].offset, credits[i].value);
	opal_write(phb, PHB_PCIE_SYSTEM_CONFIG, P7IOC_INIT_SYSTEM_CONFIG);
	opal_write(phb, PHB_RESET, P7IOC_INIT_RESET_FIRST);
	opal_p7ioc_init_windows(phb);
	opal_p7ioc_ioda_reset(phb, false);
	for (at = PHB_UTL_ERR_LOG_FIRST; at < PHB_DLP_ERR_LOG_FIRST + 16; at += 8)
		opal_write(phb, at, UINT64_MAX);
	if (!opal_p7ioc_wait_cores(phb))
		return false;
	opal_write(phb, UTL_PCIE_PORT_STATUS, UINT64_MAX);
	opal_pci_init_root(phb);
	for (i = 0; i < sim_count_of(utl); i++)
		opal_write(phb, utl[i].offset, utl[i].value);
	opal_write(phb, PHB_RESET, P7IOC_INIT_RESET);
	opal_write(phb, PHB_CONTROL, P7IOC_INIT_CONTROL);
	opal_write(phb, P7IOC_LEGACY_CTRL, 0);
	opal_traps_init(phb, UINT64_MAX, P7IOC_INIT_LEM_ACTION1);
	if (opal_read(phb, PHB_ETU_ERR_SUMMARY))
		return false;
	opal_cfg_write(phb, 0, PCI_REG_STATUS, 2, PCI_STATUS_W1C & ~PCI_STATUS_MASTER_PARITY);
	opal_cfg_write(phb, 0, PCI_REG_COMMAND, 2, ROOT_COMMAND);
	opal_traps_open(phb, P7IOC_INIT_LEM_ERROR_MASK);
	opal_write(phb, PHB_TCE_SPEC_CTL, P7IOC_INIT_TCE_PREFETCH);
	opal_write(phb, PHB_TIMEOUT_CTRL1, P7IOC_INIT_TIMEOUT1);
	opal_write(phb, PHB_TIMEOUT_CTRL2, P7IOC_INIT_TIMEOUT2);
	return true;
}

/* A PHB that still works gets time to end what is under way. Tables are restored from the copies afterwards. */
static void opal_p7ioc_reset_start(struct opal_phb *phb)
{
	if (!phb->broken && !opal_p7ioc_fenced(phb)) {
		opal_p7ioc_ioda_reset(phb, false);
		opal_p7ioc_wait(phb, SETTLE_PS);
	}
	phb->broken = false;
	phb->reset_tries = 0;
	opal_hub_mask(phb);
}

/* A fence may take several tries to lift; after too many the PHB is given up. */
static bool opal_p7ioc_reset_idle(struct opal_phb *phb)
{
	if (opal_hub_lift(phb))
		return true;
	phb->broken = ++phb->reset_tries == RESET_TRIES;
	return false;
}

static void opal_p7ioc_init(struct opal_phb *phb, bool first)
{
	if (first) {
		opal_p7ioc_clear_copies(phb);
		opal_p7ioc_reset_start(phb);
		while (!phb->broken && !opal_p7ioc_reset_idle(phb))
			;
		opal_p7ioc_wait(phb, SETTLE_PS);
	}
	phb->broken = phb->broken || !opal_p7ioc_init_phb(phb);
	opal_hub_unmask(phb);
	if (first)
		return;
	opal_hub_after_reset(phb);
	phb->hub_class = OPAL_CLASS_NONE;
}

static void opal_p7ioc_perst(struct opal_phb *phb, bool asserted)
{
	uint64_t value = opal_read(phb, PHB_RESET);

	opal_write(phb, PHB_RESET, asserted ? value & ~P7IOC_RESET_PERST : value | P7IOC_RESET_PERST);
}

static bool opal_p7ioc_link_up(struct opal_phb *phb)
{
	return opal_read(phb, PHB_PCIE_DLP_TRAIN_CTL) & PHB_PCIE_DLP_TC_DL_LINKACT;
}

/* A fenced PHB gets no configuration cycles. */
static bool opal_p7ioc_config_open(struct opal_phb *phb)
{
	return !opal_p7ioc_fenced(phb);
}

static const struct opal_table tables[] = {
	{IODA1_TBL_LXIVT, P7IOC_LXIVT_COUNT, false, 0},
	{IODA1_TBL_MXIVT, P7IOC_MXIVT_COUNT, false, 0},
	{IODA1_TBL_MVT, P7IOC_MVT_COUNT, false, 0},
	{IODA1_TBL_PELTM, P7IOC_PELTM_COUNT, false, 0},
	{IODA1_TBL_PELTV, P7IOC_PELTV_COUNT, true, 0},
	{IODA1_TBL_TVT, P7IOC_TVT_COUNT, true, 0},
	{IODA1_TBL_M64BT, P7IOC_M64BT_COUNT, false, 0},
	{IODA1_TBL_IODT, P7IOC_IODT_COUNT, false, 0},
	{IODA1_TBL_M32DT, P7IOC_M32DT_COUNT, false, 0},
	{IODA1_TBL_M64DT, P7IOC_M64DT_COUNT, false, 0},
	{0, 0, false, 0},
};

static const struct opal_page pages[] = {
	{0x1000, IODA1_PAGE_4K},
	{0x10000, IODA1_PAGE_64K},
	{0x1000000, IODA1_PAGE_16M},
	{0x400000000ull, IODA1_PAGE_16G},
	{0, 0},
};

const struct opal_gen opal_gen_p7ioc = {
	.type = PLATFORM_PHB_P7IOC,
	.pe_max = P7IOC_PE_COUNT,
	.ioda_tadr = P7IOC_IODA_ADDR_TADR,
	.tables = tables,
	.pages = pages,
	.trap_groups = opal_p7ioc_trap_groups,
	.mmio_cause = IODA2_PESTA_MMIO_CAUSE,
	.chip_init = opal_hub_init,
	.chip_open = opal_hub_open,
	.init = opal_p7ioc_init,
	.reset_start = opal_p7ioc_reset_start,
	.reset_idle = opal_p7ioc_reset_idle,
	.perst = opal_p7ioc_perst,
	.link_up = opal_p7ioc_link_up,
	.ioda_reset = opal_p7ioc_ioda_reset,
	.set_pe = opal_p7ioc_set_pe,
	.set_peltv = opal_p7ioc_set_peltv,
	.map_mmio = opal_p7ioc_map_mmio,
	.set_mem_window = opal_p7ioc_set_mem_window,
	.mmio_enable = opal_p7ioc_mmio_enable,
	.config_open = opal_p7ioc_config_open,
	.map_dma = opal_p7ioc_map_dma,
	.class_always = true,
	.fenced = opal_p7ioc_fenced,
	.class_error = opal_p7ioc_class_error,
	.clear_errors = opal_traps_clear,
	.inject = opal_p7ioc_inject,
	.layout = &opal_p7ioc_layout,
	.diag = opal_diag_fill,
	.hub_diag = opal_hub_diag,
	.set_xive = opal_p7ioc_set_xive,
	.get_xive = opal_p7ioc_get_xive,
	.set_xive_pe = opal_p7ioc_set_xive_pe,
	.get_msi = opal_p7ioc_get_msi,
	.set_mve = opal_p7ioc_set_mve,
	.set_mve_enable = opal_p7ioc_set_mve_enable,
};
