/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/phb/p7ioc.c - a PHB of the P7IOC (POWER7, IODA1) as a generation: its own registers, tables and error traps. Its
 * translation is in hw/phb/p7ioc_xlate.c, its windows in p7ioc_mmio.c, MSIs in p7ioc_msi.c, the chip around in
 * p7ioc_hub.c.
 *
 * Names of its error bits are not public. The rule: PHB4's number (skiboot external/pci-scripts/phberr.py) where it
 * fits the masks that skiboot programs into a P7IOC; for the errors of a PE that would not freeze it then, the next
 * free bit of the freeze mask: a completion time-out is INA 22, ERR_FATAL and ERR_NONFATAL are INA 49 and 50 as on
 * PHB3, MSI errors 27, a window of another requester 25, the two TCE errors 29 and 30. LEM bits likewise: where
 * POWER9's number is not in the class that skiboot calls ER (hw/p7ioc.c), the next that is. All of this is assumed.
 *
 * Not modelled: what storage registers would do (AIB and credits, tags, timeouts, UTL, DLP); effects of HRT, LIST and
 * the hub fields of entries; training of the link, power of the slot; DKill (kills that come over the processor bus).
 */
#include "hw/phb/p7ioc_internal.h"
#include "hw/phb/phb_rows.h"

/* LEM bits that are not POWER9's, see above. */
#define LEM_INJECT_OUTBOUND 16
#define LEM_COMPLETION 41
#define LEM_POISONED 43
#define LEM_TCE_PAGE 58
#define LEM_TCE_ACCESS 61

#define ERR_ANY_INA PPC_BIT(20)
#define ERR_ANY_INB PPC_BIT(21)
#define ERR_ANY_OUT PPC_BIT(23)

/* ---- Registers ---- */

/* The link is up unless something holds it in reset or off. */
static uint64_t p7ioc_train_read(struct phb *phb, uint32_t offset)
{
	uint64_t value = phb_reg(phb, offset), reset = phb_reg(phb, PHB_RESET);
	if ((reset & P7IOC_RESET_CORES) != P7IOC_RESET_CORES)
		return value | P7IOC_PCIE_PGRESET;
	if (value & P7IOC_PCIE_TX_DISABLE)
		return value | P7IOC_PCIE_RX_DISABLED;
	if (phb->link_down)
		return value;
	return value | PHB_PCIE_DLP_INBAND_PRESENCE | PHB_PCIE_DLP_TC_DL_LINKUP | PHB_PCIE_DLP_TC_DL_LINKACT;
}

static void p7ioc_reset_write(struct phb *phb, uint32_t offset, uint64_t value)
{
	phb_perst_write(phb, offset, value);
	if (value & P7IOC_RESET_ERRORS)
		phb_errors_clear(phb);
}

/* clang-format off */
static const struct phb_reg_row rows[] = {
	BITS(P7IOC_BUID, "BUID", P7IOC_BUID_LSI | P7IOC_BUID_MSI),
	STORE(P7IOC_IO_BASE_ADDR, "IO_BASE_ADDR"),
	STORE(P7IOC_IO_BASE_MASK, "IO_BASE_MASK"),
	STORE(P7IOC_IO_START_ADDR, "IO_START_ADDR"),
	STORE(PHB_M32_BASE_ADDR, "M32_BASE_ADDR"),
	STORE(PHB_M32_BASE_MASK, "M32_BASE_MASK"),
	BITS(PHB_IODA_ADDR, "IODA_ADDR", PHB_IODA_ADDR_AUTOINC | PHB_IODA_ADDR_TSEL | P7IOC_IODA_ADDR_TADR),
	HOOK(P7IOC_IODA_DATA1, "IODA_DATA1", phb_ioda_read, phb_ioda_write),
	STORE(P7IOC_LOCK2, "LOCK2"),
	STORE(PHB_XIVE_UPDATE, "XIVE_UPDATE"),
	RANGE(UTL_SYS_BUS_CONTROL, UTL_SYS_BUS_AGENT_IRQ_EN, "UTL_SYS_BUS"),
	RANGE(UTL_SYS_BUS_BURST_SZ_CONF, UTL_REVISION_ID, "UTL_SYS_BUS_BURST_SZ_CONF"),
	RANGE(UTL_BUFFER_ALLOC_FIRST, UTL_BUFFER_ALLOC_LAST, "UTL_BUFFER_ALLOC"),
	STORE(UTL_PCIE_TAGS_ALLOC, "UTL_PCIE_TAGS_ALLOC"),
	STORE(UTL_GBIF_READ_TAGS_ALLOC, "UTL_GBIF_READ_TAGS_ALLOC"),
	RANGE(UTL_PCIE_PORT_FIRST, UTL_PCIE_PORT_LAST, "UTL_PCIE_PORT"),
	RANGE(P7IOC_UTL_PM_FIRST, P7IOC_UTL_PM_LAST, "UTL_PM"),
	RESET(PHB_PCIE_SYSTEM_CONFIG, "PCIE_SYSTEM_CONFIG", P7IOC_INIT_SYSTEM_CONFIG),
	STORE(P7IOC_PCIE_BUS_NUMBER, "PCIE_BUS_NUMBER"),
	STORE(P7IOC_PCIE_SYSTEM_TEST, "PCIE_SYSTEM_TEST"),
	STORE(PHB_PCIE_DLP_LINK_MGT, "PCIE_LINK_MANAGEMENT"),
	{.offset = PHB_PCIE_DLP_TRAIN_CTL, .count = 1, .name = "PCIE_DLP_TRAIN_CTL",
	 .read_only = ~P7IOC_PCIE_TX_DISABLE, .read = p7ioc_train_read},
	STORE(PHB_PCIE_SLOP_LOOPBACK, "PCIE_SLOP_LOOPBACK"),
	STORE(P7IOC_PCIE_AER_CONTROL, "PCIE_AER_CONTROL"),
	STORE(P7IOC_PCIE_AUX_POWER, "PCIE_AUX_POWER"),
	STORE(P7IOC_PCIE_SLOTCTL1, "PCIE_SLOTCTL1"),
	FIXED(P7IOC_PCIE_SLOTCTL2, "PCIE_SLOTCTL2", P7IOC_SLOTCTL2_POWER_ON | P7IOC_SLOTCTL2_PRESENT),
	STORE(P7IOC_PCIE_UTL_CONFIG, "PCIE_UTL_CONFIG"),
	STORE(PHB_PCIE_DLP_CTL, "PCIE_DLP_CTL"),
	RANGE(PHB_UTL_ERR_LOG_FIRST, PHB_DLP_ERR_LOG_LAST, "UTL_DLP_ERR_LOG"),
	STORE(P7IOC_PCIE_STRAPPING, "PCIE_STRAPPING"),
	FIXED(PHB_VERSION, "VERSION", P7IOC_VERSION_VALUE),
	WRITE(PHB_RESET, "RESET", p7ioc_reset_write),
	STORE(PHB_CONTROL, "CONTROL"),
	RANGE(PHB_AIB_CREDIT_FIRST, PHB_AIB_TX_CHAN_MAPPING, "AIB_CREDIT"),
	STORE(P7IOC_AIB_TX_CRED_SYNC, "AIB_TX_CRED_SYNC"),
	STORE(P7IOC_LEGACY_CTRL, "LEGACY_CTRL"),
	RESET(PHB_AIB_TAG_ENABLE, "AIB_TAG_ENABLE", P7IOC_INIT_TAGS),
	RESET(PHB_TCE_TAG_ENABLE, "TCE_TAG_ENABLE", P7IOC_INIT_TAGS),
	STORE(PHB_QUIESCE_DMA_G, "QUIESCE_DMA_G"),
	FIXED(PHB_AIB_TAG_STATUS, "AIB_TAG_STATUS", 0),
	TRAPS(PHB_ERR_BASE, "ERR", P7IOC_INIT_ERR_FREEZE_ENABLE),
	TRAPS(PHB_OUT_ERR_BASE, "OUT_ERR", P7IOC_INIT_OUT_FREEZE_ENABLE),
	TRAPS(PHB_INA_ERR_BASE, "INA_ERR", P7IOC_INIT_INA_FREEZE_ENABLE),
	TRAPS(PHB_INB_ERR_BASE, "INB_ERR", P7IOC_INIT_INB_FREEZE_ENABLE),
	STORE(PHB_HOTPLUG_OVERRIDE, "HOTPLUG_OVERRIDE"),
};
/* clang-format on */
static const struct phb_reg_rows own_rows = {rows, sim_count_of(rows)};

/* ---- Tables ---- */

static const struct phb_ioda_table tables[IODA_TBL_COUNT] = {
	[IODA1_TBL_HRT] = {P7IOC_HRT_COUNT, NULL, NULL, false},
	[IODA1_TBL_LIST] = {P7IOC_LIST_COUNT, NULL, NULL, false},
	[IODA1_TBL_LXIVT] = {P7IOC_LXIVT_COUNT, NULL, phb_lxivt_write, false},
	[IODA1_TBL_MIST] = {P7IOC_MIST_COUNT, NULL, NULL, false},
	[IODA1_TBL_MXIVT] = {P7IOC_MXIVT_COUNT, NULL, p7ioc_mxivt_write, false},
	[IODA1_TBL_MVT] = {P7IOC_MVT_COUNT, NULL, NULL, false},
	[IODA1_TBL_PELTM] = {P7IOC_PELTM_COUNT, NULL, p7ioc_peltm_write, false},
	[IODA1_TBL_PESTA] = {P7IOC_PE_COUNT, phb_ioda_pesta_read, phb_ioda_pesta_write, false},
	[IODA1_TBL_PESTB] = {P7IOC_PE_COUNT, phb_ioda_pestb_read, phb_ioda_pestb_write, false},
	[IODA1_TBL_TVT] = {P7IOC_TVT_COUNT, NULL, phb_ioda_tvt_write, true},
	[IODA1_TBL_PELTV] = {P7IOC_PELTV_COUNT, NULL, NULL, true},
	[IODA1_TBL_M64BT] = {P7IOC_M64BT_COUNT, NULL, NULL, false},
	[IODA1_TBL_IODT] = {P7IOC_IODT_COUNT, NULL, NULL, false},
	[IODA1_TBL_M32DT] = {P7IOC_M32DT_COUNT, NULL, NULL, false},
	[IODA1_TBL_M64DT] = {P7IOC_M64DT_COUNT, NULL, NULL, false},
	[IODA1_TBL_PEEV] = {P7IOC_PEEV_COUNT, phb_ioda_peev_read, phb_ioda_peev_write, false},
};

/* ---- Error traps ---- */

static const struct phb_trap_row traps[PHB_TRAP_COUNT] = {
	[PHB_TRAP_DECODE] = {PHB_OUT_ERR_BASE, 2, PHB_LEM_AIB_ADDRESS, "address decode"},
	[PHB_TRAP_SIZE] = {PHB_OUT_ERR_BASE, 3, PHB_LEM_AIB_ACCESS, "access size"},
	[PHB_TRAP_ALIGNMENT] = {PHB_OUT_ERR_BASE, 8, PHB_LEM_AIB_ACCESS, "access alignment"},
	[PHB_TRAP_INJECT_OUT] = {PHB_OUT_ERR_BASE, 28, LEM_INJECT_OUTBOUND, "outbound injection"},
	[PHB_TRAP_CA] = {PHB_INA_ERR_BASE, 0, LEM_COMPLETION, "completer abort"},
	[PHB_TRAP_UR] = {PHB_INA_ERR_BASE, 1, LEM_COMPLETION, "unsupported request"},
	[PHB_TRAP_TIMEOUT] = {PHB_INA_ERR_BASE, 22, LEM_COMPLETION, "completion timeout"},
	[PHB_TRAP_UNEXPECTED] = {PHB_INA_ERR_BASE, 35, PHB_LEM_ARB_FATAL, "unexpected completion"},
	[PHB_TRAP_POISONED] = {PHB_INA_ERR_BASE, 24, LEM_POISONED, "poisoned TLP"},
	[PHB_TRAP_TVE_INVALID] = {PHB_INA_ERR_BASE, 26, PHB_LEM_TVT_ERROR, "TVE invalid"},
	[PHB_TRAP_TVE_DENIED] = {PHB_INA_ERR_BASE, 25, PHB_LEM_TVT_ERROR, "TVE of another requester"},
	[PHB_TRAP_TVE_ADDRESS] = {PHB_INA_ERR_BASE, 28, PHB_LEM_TVT_ERROR, "TVT extent"},
	[PHB_TRAP_REQUEST] = {PHB_INA_ERR_BASE, 27, PHB_LEM_MSI_ADDRESS, "read of the MSI window"},
	[PHB_TRAP_MSI_SIZE] = {PHB_INA_ERR_BASE, 27, PHB_LEM_MSI_ADDRESS, "MSI size"},
	[PHB_TRAP_MSI_ADDRESS] = {PHB_INA_ERR_BASE, 27, PHB_LEM_MSI_ADDRESS, "MSI address"},
	[PHB_TRAP_MSI_PE] = {PHB_INA_ERR_BASE, 27, PHB_LEM_MSI_PE_MISMATCH, "MSI PE"},
	[PHB_TRAP_INJECT_IN] = {PHB_INA_ERR_BASE, 39, PHB_LEM_INJECT_INBOUND, "inbound injection"},
	[PHB_TRAP_ERR_FATAL] = {PHB_INA_ERR_BASE, 49, PHB_LEM_ERR_FATAL, "ERR_FATAL"},
	[PHB_TRAP_ERR_NONFATAL] = {PHB_INA_ERR_BASE, 50, PHB_LEM_ERR_NONFATAL, "ERR_NONFATAL"},
	[PHB_TRAP_ERR_COR] = {PHB_INA_ERR_BASE, 58, PHB_LEM_ERR_CORRECTABLE, "ERR_COR"},
	[PHB_TRAP_TCE_REQUEST] = {PHB_INA_ERR_BASE, 29, LEM_TCE_PAGE, "TCE page fault"},
	[PHB_TRAP_TCE_RESPONSE] = {PHB_INA_ERR_BASE, 30, LEM_TCE_ACCESS, "TCE access"},
	[PHB_TRAP_TCE_FETCH] = {PHB_INA_ERR_BASE, 30, LEM_TCE_ACCESS, "TCE fetch"},
};

/* Every trap that freezes a PE tells so by a bit of the class that firmware takes for it. */
#define FREEZES(lem) static_assert(P7IOC_LEM_CLASS_ER & PPC_BIT(lem), "an ER bit of P7IOC's LEM")
FREEZES(LEM_INJECT_OUTBOUND);
FREEZES(LEM_COMPLETION);
FREEZES(LEM_POISONED);
FREEZES(PHB_LEM_TVT_ERROR);
FREEZES(PHB_LEM_MSI_ADDRESS);
FREEZES(PHB_LEM_MSI_PE_MISMATCH);
FREEZES(PHB_LEM_INJECT_INBOUND);
FREEZES(PHB_LEM_ERR_FATAL);
FREEZES(PHB_LEM_ERR_NONFATAL);
FREEZES(LEM_TCE_PAGE);
FREEZES(LEM_TCE_ACCESS);

static const struct phb_trap_group groups[] = {
	{.base = PHB_ERR_BASE, .lem_bit = PHB_LEM_ERR_GROUP_FATAL, .name = "ERR"},
	{.base = PHB_OUT_ERR_BASE,
	 .lem_bit = PHB_LEM_OUT_FATAL,
	 .any = ERR_ANY_OUT,
	 .name = "OUT",
	 .side = PHB_SIDE_CPU},
	{.base = PHB_INA_ERR_BASE,
	 .lem_bit = PHB_LEM_ARB_FATAL,
	 .any = ERR_ANY_INA,
	 .name = "INA",
	 .side = PHB_SIDE_DMA},
	{.base = PHB_INB_ERR_BASE,
	 .lem_bit = PHB_LEM_MRG_FATAL,
	 .any = ERR_ANY_INB,
	 .name = "INB",
	 .side = PHB_SIDE_DMA},
};

static const struct phb_shape shape = {.pe_count = P7IOC_PE_COUNT,
				       .tve_count = P7IOC_TVT_COUNT,
				       .msi_count = P7IOC_MSI_COUNT,
				       .source_count = P7IOC_SOURCE_COUNT,
				       .tables = tables};

const struct phb_gen phb_gen_p7ioc = {
	.name = "p7ioc",
	.type = PLATFORM_PHB_P7IOC,
	.shape = {&shape, &shape},
	.reg_bytes = P7IOC_REG_BYTES,
	.rows = (const struct phb_reg_rows *const[]){&own_rows, &phb_rows_common, NULL},
	.ioda_tadr = P7IOC_IODA_ADDR_TADR,
	.traps = traps,
	.groups = groups,
	.group_count = sim_count_of(groups),
	.inject = {.mmio = P7IOC_INJECT_M32,
		   .io = P7IOC_INJECT_IO,
		   .config = P7IOC_INJECT_CFG,
		   .dma = P7IOC_INJECT_DMA,
		   .dma_shift = IODA1_WINDOW_SHIFT},
	.config_block = PHB_ALWAYS,
	.perst = PHB_RESET,
	.perst_off = P7IOC_RESET_PERST,
	.page_codes = 1u << IODA1_PAGE_4K | 1u << IODA1_PAGE_64K | 1u << IODA1_PAGE_16M | 1u << IODA1_PAGE_16G,
	.extent_cause = IODA1_PESTA_TVT_EXTENT,
	.read_abort = P7IOC_CONTROL_READ_ABORT,
	.msi64_class = IODA1_MSI64_CLASS,
	.select = p7ioc_select,
	.find_pe = p7ioc_find_pe,
	.tve_decode = p7ioc_tve_decode,
	.kill = phb_kill_ioda1,
	.msi = p7ioc_msi,
	.route = p7ioc_route,
	.lsi = p7ioc_lsi,
};
