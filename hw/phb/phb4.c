/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/phb/phb4.c - the PHB4 of POWER9 and the PHB5 of POWER10 (IODA3) as generations: their own registers, tables and
 * error traps. PHB5 is a PHB4 with a sync for writes, other masks of its outbound error group, and a switch that leaves
 * the state of MSIs to the interrupt controller.
 *
 * A chip has small PHBs and big ones with twice of everything. Names of error bits: skiboot external/pci-scripts/
 * phberr.py; what each does with firmware's masks follows from skiboot hw/phb4.c.
 *
 * Decided here where the sources are silent (docs/hardware.md lists them): with TVE1_4GB set and more than two TVEs per
 * PE the option has no effect; which address bits choose among 4, 8 or 16 TVEs (from bit 59 down); an access to a
 * register that does not exist, or of a wrong size, is the error that phberr.py names for its part of the register
 * file.
 *
 * Not modelled: what storage registers would do (compare masks of CAPI, notification index, timeouts, lane set-up,
 * loopback, traces); the CAPP; effects of the MRT; what the cores' reset bits in PCIE_CRESET do.
 */
#include "hw/phb/phb4.h"
#include "hw/phb/phb_rows.h"

/* ---- Registers ---- */

static void phb4_ctrlr_write(struct phb *phb, uint32_t offset, uint64_t value)
{
	uint64_t changed = value ^ phb_reg(phb, offset), log2 = ppc_get(PHB4_CTRLR_TVT_ADDR_SEL, value) + 1;

	phb->reg[offset / 8] = value;
	phb->mmio_eeh_off = value & PHB4_CTRLR_MMIO_EEH_DISABLE;
	if (changed & PHB4_CTRLR_MMIO_EEH_DISABLE)
		phb_pest_refresh(phb);
	if (!(changed & (PHB4_CTRLR_TVT_ADDR_SEL | PHB4_CTRLR_TVE1_4GB)))
		return;
	/* Codes above 16 per PE are not defined: they count as 16. */
	if (log2 > PHB_TVES_PER_PE_LOG2_MAX)
		log2 = PHB_TVES_PER_PE_LOG2_MAX;
	phb_select_set(phb, (uint32_t)log2, value & PHB4_CTRLR_TVE1_4GB && log2 == 1 ? PPC_BITMASK(5, 31) : 0);
	phb_tve_decode_all(phb);
}

static uint64_t phb4_cap_read(struct phb *phb, uint32_t offset)
{
	bool big = phb->pe_count == PHB4_PE_COUNT;

	switch (offset) {
	case PHB_TCE_CAP:
		return big ? PHB4_TCE_CAP_BIG : PHB4_TCE_CAP_SMALL;
	case PHB_IRQ_CAP:
		return big ? PHB4_IRQ_CAP_BIG : PHB4_IRQ_CAP_SMALL;
	case PHB_EEH_CAP:
		return big ? PHB4_EEH_CAP_BIG : PHB4_EEH_CAP_SMALL;
	default:
		return PHB4_GEN_CAP_VALUE;
	}
}

/* Nothing writes but DISABLE_DETECT. The link is up, or it waits for its other end. */
static uint64_t phb4_train_read(struct phb *phb, uint32_t offset)
{
	uint64_t value = phb_reg(phb, offset) & PHB4_PCIE_DLP_DISABLE_DETECT;

	if (phb->link_down)
		return ppc_set(PHB4_PCIE_DLP_LTSSM, value, PHB4_PCIE_DLP_LTSSM_DETECT);
	value |= PHB4_PCIE_DLP_INBAND_PRESENCE | PHB4_PCIE_DLP_LINK_ACTIVE;
	value = ppc_set(PHB4_PCIE_DLP_LTSSM, value, PHB4_PCIE_DLP_LTSSM_L0);
	value = ppc_set(PHB4_PCIE_DLP_LINK_WIDTH, value, phb->link_width);
	return ppc_set(PHB4_PCIE_DLP_LINK_SPEED, value, phb->link_speed);
}

/* clang-format off */
#define CLASSES(base, text, erc) \
	TRAP((base) + PHB_ERR_STATUS, 3, text "_STATUS_ERR1_INJECT", 0, true), \
	TRAP((base) + PHB4_ERR_INF_ENABLE, 1, text "_INF_ENABLE", 0, false), \
	TRAP((base) + PHB4_ERR_ERC_ENABLE, 1, text "_ERC_ENABLE", erc, false), \
	TRAP((base) + PHB4_ERR_FAT_ENABLE, 1, text "_FAT_ENABLE", 0, false), \
	TRAP((base) + PHB_ERR_LOG0, 2, text "_LOG", 0, true), \
	TRAP((base) + PHB_ERR_STATUS_MASK, 2, text "_MASKS", UINT64_MAX, false)

static const struct phb_reg_row rows[] = {
	{.offset = PHB_LSI_SOURCE_ID, .count = 1, .name = "LSI_SOURCE_ID", .reset = PHB4_LSI_SRC_ID, .read_only = ~PHB4_LSI_SRC_ID},
	BITS(PHB_RTT_BAR, "RTT_BAR", PHB_RTT_BAR_ENABLE | PHB4_RTT_BASE_ADDRESS),
	BITS(PHB_PELTV_BAR, "PELTV_BAR", PHB_PELTV_BAR_ENABLE | PHB4_PELTV_BASE_ADDRESS),
	BITS(PHB_PEST_BAR, "PEST_BAR", PHB_PEST_BAR_ENABLE | PHB4_PEST_BASE_ADDRESS),
	RANGE(PHB4_ASN_CMPM, PHB4_M64_AOMASK, "ASN_CAPI_CMPM_M64_AOMASK"),
	STORE(PHB4_NXLATE_PREFIX, "NXLATE_PREFIX"),
	BITS(PHB_IODA_ADDR, "IODA_ADDR",
	     PHB_IODA_ADDR_AUTOINC | PHB_IODA_ADDR_TSEL | PHB4_IODA_ADDR_MIST_PWV | PHB4_IODA_ADDR_TADR),
	{.offset = PHB_GEN_CAP, .count = 4, .name = "CAPABILITIES", .read_only = UINT64_MAX, .read = phb4_cap_read},
	STORE(PHB4_INT_NOTIFY_ADDR, "INT_NOTIFY_ADDR"),
	STORE(PHB4_INT_NOTIFY_INDEX, "INT_NOTIFY_INDEX"),
	WRITE(PHB_CONTROL, "CTRLR", phb4_ctrlr_write),
	RESET(PHB_TCE_TAG_ENABLE, "TCE_TAG_ENABLE", PHB4_TCE_TAGS_VALUE),
	HOOK(PHB4_Q_DMA_R, "Q_DMA_R", phb_quiesce_read, phb_quiesce_write),
	TRAPS(PHB_ERR_BASE, "ERR", PHB4_INIT_ERR_FREEZE_ENABLE),
	/* Disabled tables (bits 32 and 41) are in firmware's fence mask, an invalid PE in the RTT (40) in neither. */
	TRAPS(PHB_INA_ERR_BASE, "RXE_ARB_ERR", PHB4_INIT_ARB_FREEZE_ENABLE),
	TRAPS(PHB_INB_ERR_BASE, "RXE_MRG_ERR", PHB4_INIT_MRG_FREEZE_ENABLE),
	TRAPS(PHB4_TCE_ERR_BASE, "RXE_TCE_ERR", PHB4_INIT_TCE_FREEZE_ENABLE),
	RESET(PHB4_PBL_CONTROL, "PBL_CONTROL", PHB4_PBL_CONTROL_VALUE),
	RESET(PHB4_PBL_TIMEOUT_CTRL, "PBL_TIMEOUT_CTRL", PHB4_PBL_TIMEOUT_VALUE),
	RESET(PHB4_PBL_NPTAG_ENABLE, "PBL_NPTAG_ENABLE", PHB4_PBL_NPTAG_VALUE),
	STORE(PHB4_PBL_NBW_CMP_MASK, "PBL_NBW_CMP_MASK"),
	RESET(PHB4_PBL_SYS_LINK_INIT, "PBL_SYS_LINK_INIT", PHB4_PBL_SYS_LINK_INIT_VALUE),
	FIXED(PHB4_PBL_BUF_STATUS, "PBL_BUF_STATUS", 0),
	CLASSES(PHB4_PBL_ERR_BASE, "PBL_ERR", 0),
	RESET(PHB4_PCIE_SCR, "PCIE_SCR", PHB4_PCIE_SCR_SLOT_CAP),
	{.offset = PHB4_PCIE_CRESET, .count = 1, .name = "PCIE_CRESET",
	 .reset = PHB4_PCIE_CRESET_CFG_CORE | PHB4_PCIE_CRESET_TLDLP | PHB4_PCIE_CRESET_PBL, .write = phb_perst_write},
	FIXED(PHB4_PCIE_HOTPLUG_STATUS, "PCIE_HOTPLUG_STATUS", 0),
	{.offset = PHB4_PCIE_DLP_TRAIN_CTL, .count = 1, .name = "PCIE_DLP_TRAIN_CTL",
	 .read_only = ~PHB4_PCIE_DLP_DISABLE_DETECT, .read = phb4_train_read},
	STORE(PHB4_PCIE_DLP_CTL, "PCIE_DLP_CTL"),
	STORE(PHB4_PCIE_DLP_TRWCTL, "PCIE_DLP_TRWCTL"),
	/* Cleared with all ones by firmware; nothing sets them. */
	FIXED(PHB4_PCIE_DLP_ERRLOG1, "PCIE_DLP_ERRLOG1", 0),
	FIXED(PHB4_PCIE_DLP_ERRLOG2, "PCIE_DLP_ERRLOG2", 0),
	FIXED(PHB4_PCIE_DLP_ERR_STATUS, "PCIE_DLP_ERR_STATUS", 0),
	FIXED(PHB4_PCIE_DLP_ERR_COUNTERS, "PCIE_DLP_ERR_COUNTERS", 0),
	RANGE(PHB4_PCIE_LANE_EQ_FIRST, PHB4_PCIE_LANE_EQ_LAST, "PCIE_LANE_EQ_CNTL"),
	STORE(PHB4_PCIE_TRACE_CTRL, "PCIE_TRACE_CTRL"),
	STORE(PHB4_PCIE_MISC_STRAP, "PCIE_MISC_STRAP"),
	STORE(PHB4_PCIE_PHY_EQ_CNTL, "PCIE_PDL_PHY_EQ_CNTL"),
	CLASSES(PHB4_REGB_ERR_BASE, "REGB_ERR", PHB4_INIT_REGB_ERC_ENABLE),
};

static const struct phb_reg_row rows_phb4[] = {
	FIXED(PHB_VERSION, "VERSION", PHB4_VERSION_VALUE),
	TRAPS(PHB_OUT_ERR_BASE, "TXE_ERR", PHB4_INIT_TXE_FREEZE_ENABLE),
};

static const struct phb_reg_row rows_phb5[] = {
	FIXED(PHB_VERSION, "VERSION", PHB5_VERSION_VALUE),
	TRAPS(PHB_OUT_ERR_BASE, "TXE_ERR", PHB5_INIT_TXE_FREEZE_ENABLE),
};
/* clang-format on */
static const struct phb_reg_rows own_rows = {rows, sim_count_of(rows)};
static const struct phb_reg_rows own_rows_phb4 = {rows_phb4, sim_count_of(rows_phb4)};
static const struct phb_reg_rows own_rows_phb5 = {rows_phb5, sim_count_of(rows_phb5)};

/* ---- Tables ---- */

static void phb4_ignore_entry(struct phb *phb, uint32_t index, uint64_t value)
{
	(void)phb;
	(void)index;
	(void)value;
}

#define TABLES(part)                                                                                                   \
	{                                                                                                              \
		[IODA2_TBL_LIST] = {PHB4_LIST_COUNT, NULL, phb4_list_write},                                           \
		[IODA3_TBL_MIST] = {PHB4_MIST_COUNT / (part), NULL, phb4_mist_write},                                  \
		[IODA2_TBL_RCAM] = {PHB4_RCAM_COUNT / (part), phb4_rcam_read, phb4_ignore_entry},                      \
		[IODA2_TBL_MRT] = {PHB4_MRT_COUNT / (part), NULL, NULL},                                               \
		[IODA2_TBL_PESTA] = {PHB4_PE_COUNT / (part), phb_ioda_pesta_read, phb_ioda_pesta_write},               \
		[IODA2_TBL_PESTB] = {PHB4_PE_COUNT / (part), phb_ioda_pestb_read, phb_ioda_pestb_write},               \
		[IODA2_TBL_TVT] = {PHB4_TVT_COUNT / (part), NULL, phb_ioda_tvt_write},                                 \
		[IODA2_TBL_TCAM] = {PHB4_TCAM_COUNT / (part), phb4_tcam_read, phb4_ignore_entry},                      \
		[IODA2_TBL_TDR] = {PHB4_TDR_COUNT / (part), phb4_tdr_read, phb4_ignore_entry},                         \
		[IODA3_TBL_MBT] = {PHB4_MBT_COUNT * IODA3_MBT_DWORDS / (part), NULL, phb4_mbt_write},                  \
		[IODA3_TBL_MDT] = {PHB4_MDT_COUNT / (part), NULL, NULL},                                               \
		[IODA2_TBL_PEEV] = {PHB4_PEEV_COUNT / (part), phb_ioda_peev_read, phb_ioda_peev_write},                \
	}
#define SHAPE(part, t)                                                                                                 \
	{                                                                                                              \
		.pe_count = PHB4_PE_COUNT / (part), .tve_count = PHB4_TVT_COUNT / (part),                              \
		.msi_count = PHB4_SOURCE_COUNT / (part) - PHB4_LSI_COUNT, .source_count = PHB4_SOURCE_COUNT / (part),  \
		.tables = (t),                                                                                         \
	}
static const struct phb_ioda_table tables_small[IODA_TBL_COUNT] = TABLES(2);
static const struct phb_ioda_table tables_big[IODA_TBL_COUNT] = TABLES(1);
static const struct phb_shape small = SHAPE(2, tables_small), big = SHAPE(1, tables_big);
#undef TABLES
#undef SHAPE

/* ---- Error traps ---- */

static const struct phb_trap_row traps[PHB_TRAP_COUNT] = {
	[PHB_TRAP_DECODE] = {PHB_OUT_ERR_BASE, 2, PHB_LEM_AIB_ADDRESS, "address decode"},
	[PHB_TRAP_SIZE] = {PHB_OUT_ERR_BASE, 3, PHB_LEM_AIB_ACCESS, "access size"},
	[PHB_TRAP_ALIGNMENT] = {PHB_OUT_ERR_BASE, 8, PHB_LEM_AIB_ACCESS, "access alignment"},
	[PHB_TRAP_CFG_WRITE] = {PHB_OUT_ERR_BASE, 17, PHB_LEM_CFG_WRITE, "config write"},
	[PHB_TRAP_CFG_ENABLE] = {PHB_OUT_ERR_BASE, 24, PHB_LEM_CFG_LOGIC, "config enable"},
	[PHB_TRAP_CFG_SIZE] = {PHB_OUT_ERR_BASE, 25, PHB_LEM_CFG_LOGIC, "config size"},
	[PHB_TRAP_CFG_BUS] = {PHB_OUT_ERR_BASE, 26, PHB_LEM_CFG_LOGIC, "config bus"},
	[PHB_TRAP_CFG_LINK] = {PHB_OUT_ERR_BASE, 27, PHB_LEM_CFG_LOGIC, "config link down"},
	[PHB_TRAP_CFG_TIMEOUT] = {PHB_OUT_ERR_BASE, 29, PHB_LEM_CFG_LOGIC, "config write timeout"},
	[PHB_TRAP_INJECT_OUT] = {PHB_OUT_ERR_BASE, 28, PHB_LEM_INJECT_OUTBOUND, "outbound injection"},
	[PHB_TRAP_CA] = {PHB_INA_ERR_BASE, 0, PHB_LEM_COMPLETION_ERROR, "completer abort"},
	[PHB_TRAP_UR] = {PHB_INA_ERR_BASE, 1, PHB_LEM_COMPLETION_ERROR, "unsupported request"},
	[PHB_TRAP_MSI_SIZE] = {PHB_INA_ERR_BASE, 2, PHB_LEM_MSI_ADDRESS, "MSI size"},
	[PHB_TRAP_MSI_ADDRESS] = {PHB_INA_ERR_BASE, 3, PHB_LEM_MSI_ADDRESS, "MSI alignment"},
	[PHB_TRAP_REQUEST] = {PHB_INA_ERR_BASE, 18, PHB_LEM_COMPLETION_ERROR, "device's unsupported request"},
	[PHB_TRAP_TIMEOUT] = {PHB_INA_ERR_BASE, 19, PHB_LEM_COMPLETION_ERROR, "completion timeout"},
	[PHB_TRAP_UNEXPECTED] = {PHB_INA_ERR_BASE, 35, PHB_LEM_COMPLETION_ERROR, "unexpected completion"},
	[PHB_TRAP_POISONED] = {PHB_INA_ERR_BASE, 24, PHB_LEM_TLP_POISONED, "poisoned TLP"},
	[PHB_TRAP_TVE_INVALID] = {PHB_INA_ERR_BASE, 26, PHB_LEM_TVT_ERROR, "TVE invalid"},
	[PHB_TRAP_MSI_PE] = {PHB_INA_ERR_BASE, 27, PHB_LEM_MSI_PE_MISMATCH, "MSI of another PE"},
	[PHB_TRAP_TVE_ADDRESS] = {PHB_INA_ERR_BASE, 28, PHB_LEM_TVT_ERROR, "TVE address"},
	[PHB_TRAP_PELTV_BAR] = {PHB_INA_ERR_BASE, 32, PHB_LEM_TABLE_BAR_DISABLED, "PELT-V disabled"},
	[PHB_TRAP_INJECT_IN] = {PHB_INA_ERR_BASE, 39, PHB_LEM_INJECT_INBOUND, "inbound injection"},
	[PHB_TRAP_RTE_PE] = {PHB_INA_ERR_BASE, 40, PHB_LEM_RTT_PE_INVALID, "RTE PE number"},
	[PHB_TRAP_TABLE_BAR] = {PHB_INA_ERR_BASE, 41, PHB_LEM_TABLE_BAR_DISABLED, "RTT disabled"},
	[PHB_TRAP_ERR_FATAL] = {PHB_INA_ERR_BASE, 57, PHB_LEM_ERR_FATAL, "ERR_FATAL"},
	[PHB_TRAP_ERR_NONFATAL] = {PHB_INA_ERR_BASE, 58, PHB_LEM_ERR_NONFATAL, "ERR_NONFATAL"},
	[PHB_TRAP_ERR_COR] = {PHB_INA_ERR_BASE, 59, PHB_LEM_ERR_CORRECTABLE, "ERR_COR"},
	[PHB_TRAP_PEST_BAR] = {PHB_INB_ERR_BASE, 51, PHB_LEM_MRG_BAR_DISABLED, "PEST disabled"},
	[PHB_TRAP_TCE_REQUEST] = {PHB4_TCE_ERR_BASE, 1, PHB_LEM_TCE_PAGE_ACCESS, "TCE request page access"},
	[PHB_TRAP_TCE_RESPONSE] = {PHB4_TCE_ERR_BASE, 2, PHB_LEM_TCE_PAGE_ACCESS, "TCE response page access"},
	[PHB_TRAP_TCE_FETCH] = {PHB4_TCE_ERR_BASE, 13, PHB_LEM_TCE_UNEXPECTED_RESPONSE, "TCE unexpected response"},
	[PHB_TRAP_KILL_OVERFLOW] = {PHB4_TCE_ERR_BASE, 30, PHB_LEM_TCE_FATAL, "kill queue overflow"},
	[PHB_TRAP_IODA_ACCESS] = {PHB_ERR_BASE, 4, PHB_LEM_ERR_GROUP_INF, "IODA table access"},
	[PHB_TRAP_LINK_DOWN] = {PHB4_REGB_ERR_BASE, 8, PHB_LEM_PCIE_MACRO_ERROR, "link down"},
};

static const struct phb_trap_group groups[] = {
	{.base = PHB_ERR_BASE, .lem_bit = PHB_LEM_ERR_GROUP_FATAL, .name = "ERR"},
	{.base = PHB_OUT_ERR_BASE,
	 .lem_bit = PHB_LEM_OUT_FATAL,
	 .any = PHB4_ESR_TXE_ANY,
	 .name = "TXE",
	 .side = PHB_SIDE_CPU},
	{.base = PHB_INA_ERR_BASE,
	 .lem_bit = PHB_LEM_ARB_FATAL,
	 .any = PHB4_ESR_ARB_ANY,
	 .name = "RXE_ARB",
	 .side = PHB_SIDE_DMA},
	{.base = PHB_INB_ERR_BASE,
	 .lem_bit = PHB_LEM_MRG_FATAL,
	 .any = PHB4_ESR_MRG_ANY,
	 .name = "RXE_MRG",
	 .side = PHB_SIDE_DMA},
	{.base = PHB4_TCE_ERR_BASE,
	 .lem_bit = PHB_LEM_TCE_FATAL,
	 .any = PHB4_ESR_TCE_ANY,
	 .name = "RXE_TCE",
	 .side = PHB_SIDE_DMA},
	{.base = PHB4_PBL_ERR_BASE,
	 .name = "PBL",
	 .up = PHB4_REGB_ERR_BASE,
	 .up_bits = {PHB4_REGB_PBL_INF, PHB4_REGB_PBL_ERC, PHB4_REGB_PBL_FAT}},
	{.base = PHB4_REGB_ERR_BASE,
	 .name = "REGB",
	 .up = PHB_ERR_BASE,
	 .up_bits = {PHB4_ESR_REGB_INF, PHB4_ESR_REGB_ERC, PHB4_ESR_REGB_FAT}},
};

/* Parts of the register file, and where an access to no register (@address) or of a wrong size (@size) is caught. */
static const struct {
	uint32_t first, last, group, address, size;
} parts[] = {
	{0x100, 0x3ff, PHB_ERR_BASE, 1, 2},
	{0x800, 0xbff, PHB_ERR_BASE, 8, 9},
	{0xc00, 0xeff, PHB_ERR_BASE, 6, 7},
	{0xf80, 0xfff, PHB_ERR_BASE, 12, 13},
	{PHB4_RC_CONFIG_BASE, PHB4_REG_BYTES - 1, PHB4_REGB_ERR_BASE, 2, 3},
};

static void phb4_reg_error(struct phb *phb, uint64_t offset, bool size)
{
	uint32_t i;

	for (i = 0; i < sim_count_of(parts); i++) {
		if (offset >= parts[i].first && offset <= parts[i].last)
			break;
	}
	if (i < sim_count_of(parts))
		phb_trap_bit(phb, parts[i].group, size ? parts[i].size : parts[i].address, offset);
	else
		phb_trap_bit(phb, PHB_ERR_BASE, 0, offset);
}

/* ---- Pervasive bus ---- */

#define FIR(unit, base, pci)                                                                                           \
	{unit, (base) + PHB_SCOM_NFIR, PHB_SCOM_FIR, pci}, {unit, (base) + PHB_SCOM_NFIR_CLEAR, PHB_SCOM_FIR_AND, pci}, \
		{unit, (base) + PHB_SCOM_NFIR_SET, PHB_SCOM_FIR_OR, pci},                                              \
		{unit, (base) + PHB_SCOM_NFIR_MASK, PHB_SCOM_FIR_MASK, pci},                                           \
		{unit, (base) + PHB4_SCOM_FIR_MASK_CLEAR, PHB_SCOM_FIR_MASK_AND, pci},                                 \
		{unit, (base) + PHB4_SCOM_FIR_MASK_SET, PHB_SCOM_FIR_MASK_OR, pci},                                    \
		{unit, (base) + PHB_SCOM_NFIR_WOF, PHB_SCOM_FIR_WOF, pci}

static const struct phb_scom_row scom[] = {
	FIR(PHB_SCOM_NEST, 0, false),
	{PHB_SCOM_NEST, PHB4_SCOM_PBCQ_STATUS, PHB_SCOM_PENDING, false},
	{PHB_SCOM_NEST, PHB4_SCOM_PBCQ_MODE, PHB_SCOM_MODE, false},
	FIR(PHB_SCOM_PCI, 0, true),
	{PHB_SCOM_PCI, PHB_SCOM_ETU_RESET, PHB_SCOM_RESET, false},
	{PHB_SCOM_INDIRECT, PHB4_SCOM_ASB_ADDR, PHB_SCOM_ASB_ADDRESS, false},
	{PHB_SCOM_INDIRECT, PHB4_SCOM_ASB_DATA, PHB_SCOM_ASB_DATA, false},
};
#undef FIR

/*
 * Bases of a stack's units: those of its PEC, which skiboot's hdata/iohub.c gives, and steps from them (hw/phb4.c).
 * POWER9: PEC 0 has one stack, PEC 1 two, PEC 2 three. POWER10: two PECs of three.
 */
#define STACK(nest, pci, n) {(nest) + 0x40 * ((n) + 1), (pci) + 0x40 * ((n) + 1), (pci) + 0x100 + 0x40 * (n)}
#define POWER9(pec, n) STACK(0x4010c00 + (pec)*0x400, 0xd010800 + (pec)*0x1000000, n)
#define POWER10(pec, n) STACK(0x3011800 - (pec)*0x1000000, 0x8010800 + (pec)*0x1000000, n)
static const uint32_t scom_base_power9[PHB_SCOM_PHBS][PLATFORM_SCOM_UNITS] = {
	POWER9(0, 0), POWER9(1, 0), POWER9(1, 1), POWER9(2, 0), POWER9(2, 1), POWER9(2, 2),
};
static const uint32_t scom_base_power10[PHB_SCOM_PHBS][PLATFORM_SCOM_UNITS] = {
	POWER10(0, 0), POWER10(0, 1), POWER10(0, 2), POWER10(1, 0), POWER10(1, 1), POWER10(1, 2),
};
#undef STACK
#undef POWER9
#undef POWER10

/*
 * DMA read engines: 64 per PEC; of the last PEC 32, 16, 16, or 48, 8, 8 where firmware wants the first PHB to have more
 * (skiboot hw/phb4.c, e876514b3). That the other PECs share alike is assumed. Of POWER10 nothing is known.
 */
static const uint8_t read_engines_power9[][PHB_SCOM_PHBS] = {{64, 32, 32, 32, 16, 16}, {64, 32, 32, 48, 8, 8}};

/* ---- The generations ---- */

#define COMMON                                                                                                         \
	.shape = {&small, &big}, .big_phbs = 1u << 0 | 1u << 3, .reg_bytes = PHB4_REG_BYTES,                           \
	.ioda_tadr = PHB4_IODA_ADDR_TADR, .traps = traps, .groups = groups, .group_count = sim_count_of(groups),       \
	.inject = {.mmio = PHB_PAPR_ERR_INJ_MMIO, .config = PHB_CA_BDFN, .dma = UINT64_MAX},                           \
	.extent_cause = IODA2_PESTA_IODA_ERROR, .config_pe = PHB4_CA_PE, .config_status = PHB4_CA_STATUS,              \
	.config_block = PHB4_CTRLR_CFG_EEH_BLOCK, .root_mapped = true, .perst = PHB4_PCIE_CRESET,                      \
	.perst_off = PHB4_PCIE_CRESET_PERST_N, .link_error = PHB4_PCIE_MISC_STRAP_LINK_DOWN, .traps_by_fetch = true,   \
	.rtt_addr = PHB4_RTT_BASE_ADDRESS, .peltv_addr = PHB4_PELTV_BASE_ADDRESS, .pest_addr = PHB4_PEST_BASE_ADDRESS, \
	.scom = scom, .scom_count = sim_count_of(scom), .nfir_force = PHB4_SCOM_NFIR_FORCE, .asb_valid = true,         \
	.page_codes = 1u << IODA3_TVT_PAGE_4K | 1u << IODA3_TVT_PAGE_64K | 1u << IODA3_TVT_PAGE_2M |                   \
		      1u << IODA3_TVT_PAGE_1G,                                                                         \
	.tves_per_pe_log2 = 1, .msi64_class = IODA2_MSI64_CLASS, .real_bounds = IODA3_TVT_NON_TRANSLATE_50,            \
	.kill_async = true, .tclb_disable = PHB4_CTRLR_TCE_CLB_DISABLE, .find_pe = phb_rtt_find_pe,                    \
	.tve_decode = phb_tve_decode_ioda2, .kill = phb_kill_ioda3, .msi = phb4_msi, .route = phb4_route,              \
	.lsi = phb4_lsi, .esb_read = phb4_esb_read, .esb_write = phb4_esb_write, .reg_error = phb4_reg_error

const struct phb_gen phb_gen_phb4 = {
	.name = "phb4",
	.type = PLATFORM_PHB_PHB4,
	.rows = (const struct phb_reg_rows *const[]){&own_rows, &own_rows_phb4, &phb_rows_common, &phb_rows_rtt, NULL},
	.scom_base = scom_base_power9,
	.read_engines = read_engines_power9,
	COMMON,
};

const struct phb_gen phb_gen_phb5 = {
	.name = "phb5",
	.type = PLATFORM_PHB_PHB5,
	.rows = (const struct phb_reg_rows *const[]){&own_rows, &own_rows_phb5, &phb_rows_common, &phb_rows_rtt, NULL},
	.scom_base = scom_base_power10,
	.write_sync = true,
	.pq_disable = PHB5_CTRLR_IRQ_PQ_DISABLE,
	COMMON,
};
