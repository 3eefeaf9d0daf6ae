/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/phb/phb3.c - the PHB3 of POWER8 (IODA2) as a generation: its own registers, tables and error traps.
 *
 * Names of PHB3's error bits are not public. The rule here: PHB4's number (skiboot external/pci-scripts/phberr.py)
 * where it fits the masks that skiboot programs into a PHB3; for the errors of a PE that would then not freeze it, a
 * bit of PHB3's freeze mask that PHB4's lacks, in the same order: completion time-out 19 is 22 here, MSI 27 is 31,
 * ERR_FATAL and ERR_NONFATAL 57, 58 are 49, 50, and the two TCE errors, which have a group of their own on PHB4, are 57
 * and 58 of INB. ERR_COR (PHB4 59) takes INA 58, which is one that only interrupts. MSI size and number share the bit
 * of the PE check: LEM 34 is of the class that freezes, PHB4's bits 2 and 3 are of PHB3's fence mask. LEM bits have
 * POWER9's numbers where those are of the right class in the masks by which firmware classifies PHB3's (PHB3_LEM_ER and
 * others), else a free bit of that class: completion error 42 is 43 here, poisoned 46 is 52, RTE 47 is 53, TCE faults
 * 56 are 58 and 61. All of this is assumed.
 *
 * Not modelled: what storage registers would do (AIB and credits, tags, timeouts, UTL, DLP); what
 * PHB_RESET resets; effects of LIST, RBA and MRT; LXIVT but for the priority of the two error interrupts.
 */
#include "hw/phb/phb_rows.h"

/* LEM bits of PHB3 that are not POWER9's, see above. */
#define LEM_COMPLETION 43
#define LEM_POISONED 52
#define LEM_RTE 53
#define LEM_TCE_PAGE 58
#define LEM_TCE_ACCESS 61

#define ERR_ANY_INA PPC_BIT(20)
#define ERR_ANY_INB PPC_BIT(21)
#define ERR_ANY_OUT PPC_BIT(23)

/* ---- Registers ---- */

static void phb3_control_write(struct phb *phb, uint32_t offset, uint64_t value)
{
	bool bypass_changed = (value ^ phb_reg(phb, offset)) & PHB3_CONTROL_32BIT_BYPASS;

	phb->reg[offset / 8] = value;
	if (bypass_changed)
		phb_tve_decode_all(phb);
}

/* Reading takes the lock: 0 tells that it was free. */
static uint64_t phb3_ffi_lock_read(struct phb *phb, uint32_t offset)
{
	uint64_t state = phb_reg(phb, offset);

	phb->reg[offset / 8] = PHB3_FFI_LOCK_STATE;
	return state;
}

static uint64_t phb3_train_read(struct phb *phb, uint32_t offset)
{
	(void)offset;
	return phb->link_down ? 0
			      : PHB_PCIE_DLP_INBAND_PRESENCE | PHB_PCIE_DLP_TC_DL_LINKUP | PHB_PCIE_DLP_TC_DL_LINKACT;
}

/* clang-format off */
/* Bit 41 of INA, disabled table BARs, is not in firmware's freeze mask, and isolates all the same (assumed). */
#define RESET_INA_FREEZE (PHB3_INIT_INA_FREEZE_ENABLE | PPC_BIT(41))

static const struct phb_reg_row rows[] = {
	BITS(PHB_LSI_SOURCE_ID, "LSI_SOURCE_ID", PHB3_LSI_SRC_ID),
	STORE(PHB3_DMA_MSI_NODE_ID, "DMA_MSI_NODE_ID"),
	BITS(PHB3_IVT_BAR, "IVT_BAR", PHB3_IVT_BAR_ENABLE | PHB3_IVT_BASE_ADDRESS | PHB3_IVT_LENGTH),
	BITS(PHB3_RBA_BAR, "RBA_BAR", PHB3_RBA_BAR_ENABLE | PHB3_RBA_BASE_ADDRESS),
	BITS(PHB_RTT_BAR, "RTT_BAR", PHB_RTT_BAR_ENABLE | PHB3_RTT_BASE_ADDRESS),
	BITS(PHB_PELTV_BAR, "PELTV_BAR", PHB_PELTV_BAR_ENABLE | PHB3_PELTV_BASE_ADDRESS),
	STORE(PHB_M32_BASE_ADDR, "M32_BASE_ADDR"),
	STORE(PHB_M32_BASE_MASK, "M32_BASE_MASK"),
	BITS(PHB_PEST_BAR, "PEST_BAR", PHB_PEST_BAR_ENABLE | PHB3_PEST_BASE_ADDRESS),
	STORE(PHB3_INTREP_TIMER, "INTREP_TIMER"),
	BITS(PHB_IODA_ADDR, "IODA_ADDR", PHB_IODA_ADDR_AUTOINC | PHB_IODA_ADDR_TSEL | PHB3_IODA_ADDR_TADR),
	HOOK(PHB3_FFI_REQUEST, "FFI_REQUEST", NULL, phb3_msi_ffi),
	HOOK(PHB3_FFI_LOCK, "FFI_LOCK", phb3_ffi_lock_read, phb_reg_ignore),
	STORE(PHB_XIVE_UPDATE, "XIVE_UPDATE"),
	HOOK(PHB3_IVC_INVALIDATE, "IVC_INVALIDATE", NULL, phb_reg_ignore), /* entries are read from RAM each time */
	HOOK(PHB3_IVC_UPDATE, "IVC_UPDATE", NULL, phb3_msi_ivc_update),
	RANGE(UTL_SYS_BUS_CONTROL, UTL_SYS_BUS_AGENT_IRQ_EN, "UTL_SYS_BUS"),
	RANGE(UTL_SYS_BUS_BURST_SZ_CONF, UTL_REVISION_ID, "UTL_SYS_BUS_BURST_SZ_CONF"),
	RANGE(UTL_BUFFER_ALLOC_FIRST, UTL_BUFFER_ALLOC_LAST, "UTL_BUFFER_ALLOC"),
	STORE(UTL_PCIE_TAGS_ALLOC, "UTL_PCIE_TAGS_ALLOC"),
	STORE(UTL_GBIF_READ_TAGS_ALLOC, "UTL_GBIF_READ_TAGS_ALLOC"),
	RANGE(UTL_PCIE_PORT_FIRST, UTL_PCIE_PORT_LAST, "UTL_PCIE_PORT"),
	STORE(PHB_PCIE_SYSTEM_CONFIG, "PCIE_SYSTEM_CONFIG"),
	STORE(PHB_PCIE_DLP_LINK_MGT, "PCIE_DLP_LINK_MGT"),
	HOOK(PHB_PCIE_DLP_TRAIN_CTL, "PCIE_DLP_TRAIN_CTL", phb3_train_read, phb_reg_ignore),
	STORE(PHB_PCIE_SLOP_LOOPBACK, "PCIE_SLOP_LOOPBACK"),
	STORE(PHB_PCIE_DLP_LINK_INIT, "PCIE_DLP_LINK_INIT"),
	STORE(PHB_PCIE_DLP_CTL, "PCIE_DLP_CTL"),
	RANGE(PHB_UTL_ERR_LOG_FIRST, PHB_DLP_ERR_LOG_LAST, "UTL_DLP_ERR_LOG"),
	FIXED(PHB_VERSION, "VERSION", PHB3_VERSION_VALUE),
	WRITE(PHB_RESET, "RESET", phb_perst_write),
	WRITE(PHB_CONTROL, "CONTROL", phb3_control_write),
	RANGE(PHB_AIB_CREDIT_FIRST, PHB_AIB_TX_CHAN_MAPPING, "AIB_CREDIT"),
	RESET(PHB_AIB_TAG_ENABLE, "AIB_TAG_ENABLE", PHB3_TAGS_VALUE),
	RESET(PHB_TCE_TAG_ENABLE, "TCE_TAG_ENABLE", PHB3_TAGS_VALUE),
	STORE(PHB_QUIESCE_DMA_G, "QUIESCE_DMA_G"),
	FIXED(PHB_AIB_TAG_STATUS, "AIB_TAG_STATUS", 0),
	TRAPS(PHB_ERR_BASE, "ERR", PHB3_INIT_ERR_FREEZE_ENABLE),
	TRAPS(PHB_OUT_ERR_BASE, "OUT_ERR", PHB3_INIT_OUT_FREEZE_ENABLE),
	TRAPS(PHB_INA_ERR_BASE, "INA_ERR", RESET_INA_FREEZE),
	TRAPS(PHB_INB_ERR_BASE, "INB_ERR", PHB3_INIT_INB_FREEZE_ENABLE),
	STORE(PHB_HOTPLUG_OVERRIDE, "HOTPLUG_OVERRIDE"),
};
/* clang-format on */
static const struct phb_reg_rows own_rows = {rows, sim_count_of(rows)};

/* ---- Tables ---- */

static const struct phb_ioda_table tables[IODA_TBL_COUNT] = {
	[IODA2_TBL_LIST] = {PHB3_LIST_COUNT, NULL, NULL},
	[IODA2_TBL_LXIVT] = {PHB3_LXIVT_COUNT, NULL, phb_lxivt_write},
	[IODA2_TBL_RBA] = {PHB3_RBA_COUNT, NULL, NULL},
	[IODA2_TBL_MRT] = {PHB3_MRT_COUNT, NULL, NULL},
	[IODA2_TBL_PESTA] = {PHB3_PE_COUNT, phb_ioda_pesta_read, phb_ioda_pesta_write},
	[IODA2_TBL_PESTB] = {PHB3_PE_COUNT, phb_ioda_pestb_read, phb_ioda_pestb_write},
	[IODA2_TBL_TVT] = {PHB3_TVT_COUNT, NULL, phb_ioda_tvt_write},
	[IODA2_TBL_M64BT] = {PHB3_M64BT_COUNT, NULL, NULL},
	[IODA2_TBL_M32DT] = {PHB3_M32DT_COUNT, NULL, NULL},
	[IODA2_TBL_PEEV] = {PHB3_PEEV_COUNT, phb_ioda_peev_read, phb_ioda_peev_write},
};

/* ---- MMIO: one M32 window, 16 M64 BARs ---- */

#define M64_UNIT_SHIFT 20	 /* of a segmented BAR's fields */
#define M64_SINGLE_UNIT_SHIFT 25 /* of a single-PE one's */
#define M64_SEGMENTS_SHIFT 8
#define M64_PE_LOW_BITS 5
#define M64_ADDR PPC_BITMASK(14, 63) /* address bits that a BAR compares: 50 bits are on the processor bus */

static bool phb3_route_m32(const struct phb *phb, uint64_t real, struct phb_route *out)
{
	uint64_t bytes = ~phb_reg(phb, PHB_M32_BASE_MASK) + 1, offset = real - phb_reg(phb, PHB_M32_BASE_ADDR);

	if (!(phb_reg(phb, PHB_CONFIG) & PHB_CONFIG_M32_EN) || bytes < PHB3_M32_SEGMENTS || offset >= bytes)
		return false;
	out->pci = phb_reg(phb, PHB_M32_START_ADDR) + offset;
	out->pe = (uint32_t)ppc_get(IODA2_M32DT_PE, phb->table[IODA2_TBL_M32DT][offset / (bytes / PHB3_M32_SEGMENTS)]);
	return true;
}

/* Does BAR @raw take @real? A segmented one is cut into 256 segments, and the segment's number is its PE. */
static bool phb3_m64_takes(uint64_t raw, uint64_t real, uint32_t *pe)
{
	bool single = raw & IODA2_M64BT_SINGLE_PE;
	uint32_t shift = single ? M64_SINGLE_UNIT_SHIFT : M64_UNIT_SHIFT;
	uint64_t base = ppc_get(single ? IODA2_M64BT_SINGLE_BASE : IODA2_M64BT_BASE, raw) << shift;
	uint64_t mask = ppc_get(single ? IODA2_M64BT_SINGLE_MASK : IODA2_M64BT_MASK, raw) << shift;
	uint32_t size_shift;

	if (!(raw & IODA2_M64BT_ENABLE) || !mask || ((real ^ base) & mask & M64_ADDR))
		return false;
	size_shift = (uint32_t)__builtin_ctzll(mask);
	if (single)
		*pe = (uint32_t)(ppc_get(IODA2_M64BT_PE_HI, raw) << M64_PE_LOW_BITS | ppc_get(IODA2_M64BT_PE_LOW, raw));
	else
		*pe = (uint32_t)(real >> (size_shift - M64_SEGMENTS_SHIFT)) & (PHB3_PE_COUNT - 1);
	return *pe < PHB3_PE_COUNT;
}

/* BARs may overlap: the lowest takes it (skiboot hw/phb3.c). The address goes out as it is, with the upper bits added.
 */
static bool phb3_route_m64(const struct phb *phb, uint64_t real, struct phb_route *out)
{
	uint32_t i;

	for (i = 0; i < PHB3_M64BT_COUNT; i++) {
		if (!phb3_m64_takes(phb->table[IODA2_TBL_M64BT][i], real, &out->pe))
			continue;
		out->pci = real | phb_reg(phb, PHB_M64_UPPER_BITS);
		return true;
	}
	return false;
}

static bool phb3_route(const struct phb *phb, uint64_t real, struct phb_route *out)
{
	return phb3_route_m32(phb, real, out) || phb3_route_m64(phb, real, out);
}

/* ---- Error traps ---- */

static const struct phb_trap_row traps[PHB_TRAP_COUNT] = {
	[PHB_TRAP_DECODE] = {PHB_OUT_ERR_BASE, 2, PHB_LEM_AIB_ADDRESS, "address decode"},
	[PHB_TRAP_SIZE] = {PHB_OUT_ERR_BASE, 3, PHB_LEM_AIB_ACCESS, "access size"},
	[PHB_TRAP_ALIGNMENT] = {PHB_OUT_ERR_BASE, 8, PHB_LEM_AIB_ACCESS, "access alignment"},
	[PHB_TRAP_INJECT_OUT] = {PHB_OUT_ERR_BASE, 28, PHB_LEM_INJECT_OUTBOUND, "outbound injection"},
	[PHB_TRAP_CA] = {PHB_INA_ERR_BASE, 0, LEM_COMPLETION, "completer abort"},
	[PHB_TRAP_UR] = {PHB_INA_ERR_BASE, 1, LEM_COMPLETION, "unsupported request"},
	[PHB_TRAP_TIMEOUT] = {PHB_INA_ERR_BASE, 22, LEM_COMPLETION, "completion timeout"},
	[PHB_TRAP_UNEXPECTED] = {PHB_INA_ERR_BASE, 35, PHB_LEM_COMPLETION_ERROR, "unexpected completion"},
	[PHB_TRAP_POISONED] = {PHB_INA_ERR_BASE, 24, LEM_POISONED, "poisoned TLP"},
	[PHB_TRAP_TVE_INVALID] = {PHB_INA_ERR_BASE, 26, PHB_LEM_TVT_ERROR, "TVE invalid"},
	[PHB_TRAP_TVE_ADDRESS] = {PHB_INA_ERR_BASE, 28, PHB_LEM_TVT_ERROR, "TVE address"},
	[PHB_TRAP_REQUEST] = {PHB_INA_ERR_BASE, 31, PHB_LEM_MSI_ADDRESS, "read of the MSI window"},
	[PHB_TRAP_MSI_SIZE] = {PHB_INA_ERR_BASE, 31, PHB_LEM_MSI_ADDRESS, "MSI size"},
	[PHB_TRAP_MSI_ADDRESS] = {PHB_INA_ERR_BASE, 31, PHB_LEM_MSI_ADDRESS, "MSI address"},
	[PHB_TRAP_MSI_PE] = {PHB_INA_ERR_BASE, 31, PHB_LEM_MSI_PE_MISMATCH, "MSI PE"},
	[PHB_TRAP_PELTV_BAR] = {PHB_INA_ERR_BASE, 32, PHB_LEM_ARB_FATAL, "PELT-V disabled"},
	[PHB_TRAP_INJECT_IN] = {PHB_INA_ERR_BASE, 39, PHB_LEM_INJECT_INBOUND, "inbound injection"},
	[PHB_TRAP_RTE_PE] = {PHB_INA_ERR_BASE, 40, LEM_RTE, "RTE PE number"},
	[PHB_TRAP_TABLE_BAR] = {PHB_INA_ERR_BASE, 41, PHB_LEM_TABLE_BAR_DISABLED, "table disabled"},
	[PHB_TRAP_ERR_FATAL] = {PHB_INA_ERR_BASE, 49, PHB_LEM_ERR_FATAL, "ERR_FATAL"},
	[PHB_TRAP_ERR_NONFATAL] = {PHB_INA_ERR_BASE, 50, PHB_LEM_ERR_NONFATAL, "ERR_NONFATAL"},
	[PHB_TRAP_ERR_COR] = {PHB_INA_ERR_BASE, 58, PHB_LEM_ERR_CORRECTABLE, "ERR_COR"},
	[PHB_TRAP_PEST_BAR] = {PHB_INB_ERR_BASE, 51, PHB_LEM_MRG_BAR_DISABLED, "PEST disabled"},
	[PHB_TRAP_TCE_REQUEST] = {PHB_INB_ERR_BASE, 57, LEM_TCE_PAGE, "TCE page fault"},
	[PHB_TRAP_TCE_RESPONSE] = {PHB_INB_ERR_BASE, 58, LEM_TCE_ACCESS, "TCE access"},
	[PHB_TRAP_TCE_FETCH] = {PHB_INB_ERR_BASE, 58, LEM_TCE_ACCESS, "TCE fetch"},
};

/* Every trap that freezes a PE tells so by a bit of the class that firmware takes for it. */
#define FREEZES(lem) static_assert(PHB3_LEM_ER & PPC_BIT(lem), "an ER bit of PHB3's LEM")
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
static_assert(PHB3_LEM_INF & PPC_BIT(LEM_RTE) && PHB3_LEM_INF & PPC_BIT(PHB_LEM_AIB_ADDRESS), "classes");
static_assert(PHB3_LEM_FENCED & PPC_BIT(PHB_LEM_COMPLETION_ERROR) && PHB3_INIT_INA_FENCE_ENABLE & PPC_BIT(35), "classes");
static_assert(PHB3_LEM_FENCED & PPC_BIT(PHB_LEM_ARB_FATAL) && PHB3_LEM_FENCED & PPC_BIT(PHB_LEM_AIB_ACCESS) &&
		      PHB3_LEM_FENCED & PPC_BIT(PHB_LEM_MRG_BAR_DISABLED),
	      "classes");

static const struct phb_trap_group groups[] = {
	{.base = PHB_ERR_BASE, .lem_bit = PHB_LEM_ERR_GROUP_FATAL, .name = "ERR"},
	{.base = PHB_OUT_ERR_BASE, .lem_bit = PHB_LEM_OUT_FATAL, .any = ERR_ANY_OUT, .name = "OUT", .side = PHB_SIDE_CPU},
	{.base = PHB_INA_ERR_BASE, .lem_bit = PHB_LEM_ARB_FATAL, .any = ERR_ANY_INA, .name = "INA", .side = PHB_SIDE_DMA},
	{.base = PHB_INB_ERR_BASE, .lem_bit = PHB_LEM_MRG_FATAL, .any = ERR_ANY_INB, .name = "INB", .side = PHB_SIDE_DMA},
};

/* ---- Pervasive bus ---- */

static const struct phb_scom_row scom[] = {
	{PHB_SCOM_NEST, PHB_SCOM_NFIR, PHB_SCOM_FIR, false},
	{PHB_SCOM_NEST, PHB_SCOM_NFIR_CLEAR, PHB_SCOM_FIR_AND, false},
	{PHB_SCOM_NEST, PHB_SCOM_NFIR_SET, PHB_SCOM_FIR_OR, false},
	{PHB_SCOM_NEST, PHB_SCOM_NFIR_MASK, PHB_SCOM_FIR_MASK, false},
	{PHB_SCOM_NEST, PHB_SCOM_NFIR_WOF, PHB_SCOM_FIR_WOF, false},
	{PHB_SCOM_NEST, PHB3_SCOM_PBCQ_INJECT, PHB_SCOM_NOTHING, false},
	{PHB_SCOM_NEST, PHB3_SCOM_PBCQ_STATUS, PHB_SCOM_PENDING, false},
	{PHB_SCOM_PCI, PHB_SCOM_ETU_RESET, PHB_SCOM_RESET, false},
	{PHB_SCOM_INDIRECT, PHB3_SCOM_ASB_ADDR, PHB_SCOM_ASB_ADDRESS, false},
	{PHB_SCOM_INDIRECT, PHB3_SCOM_ASB_STATUS, PHB_SCOM_NOTHING, false},
	{PHB_SCOM_INDIRECT, PHB3_SCOM_ASB_DATA, PHB_SCOM_ASB_DATA, false},
};

/* QEMU 10.0 include/hw/ppc/pnv_xscom.h: PBCQ nest, PCI and SPCI; one step per PHB. */
#define BASES(n)                                                                                                       \
	{                                                                                                              \
		0x02012000 + (n)*0x400, 0x09012000 + (n)*0x400, 0x09013c00 + (n)*0x40                                  \
	}
static const uint32_t scom_base[PHB_SCOM_PHBS][PLATFORM_SCOM_UNITS] = {BASES(0), BASES(1), BASES(2),
								       BASES(3), BASES(4), BASES(5)};
#undef BASES

static const struct phb_shape shape = {.pe_count = PHB3_PE_COUNT,
				       .tve_count = PHB3_TVT_COUNT,
				       .msi_count = PHB3_MSI_COUNT,
				       .source_count = PHB3_IVE_COUNT,
				       .tables = tables};

const struct phb_gen phb_gen_phb3 = {
	.name = "phb3",
	.type = PLATFORM_PHB_PHB3,
	.shape = {&shape, &shape},
	.reg_bytes = PHB3_REG_BYTES,
	.rows = (const struct phb_reg_rows *const[]){&own_rows, &phb_rows_common, &phb_rows_rtt, NULL},
	.ioda_tadr = PHB3_IODA_ADDR_TADR,
	.traps = traps,
	.groups = groups,
	.group_count = sim_count_of(groups),
	.inject = {.mmio = PHB_PAPR_ERR_INJ_MMIO, .config = PHB_CA_BDFN, .dma = UINT64_MAX},
	.lem_interrupts = true,
	.perst = PHB_RESET,
	.perst_off = PHB3_RESET_NO_PERST,
	.config_pe = PHB3_CA_PE,
	.rtt_addr = PHB3_RTT_BASE_ADDRESS,
	.peltv_addr = PHB3_PELTV_BASE_ADDRESS,
	.pest_addr = PHB3_PEST_BASE_ADDRESS,
	.scom = scom,
	.scom_count = sim_count_of(scom),
	.nfir_force = PHB3_SCOM_NFIR_FORCE,
	.scom_base = scom_base,
	.page_codes = 1u << IODA2_TVT_PAGE_4K | 1u << IODA2_TVT_PAGE_64K | 1u << IODA2_TVT_PAGE_16M |
		      1u << IODA2_TVT_PAGE_256M,
	.tves_per_pe_log2 = 1,
	.extent_cause = IODA2_PESTA_IODA_ERROR,
	.msi64_class = IODA2_MSI64_CLASS,
	.low_bypass = PHB3_CONTROL_32BIT_BYPASS,
	.find_pe = phb_rtt_find_pe,
	.tve_decode = phb_tve_decode_ioda2,
	.kill = phb_kill_ioda2,
	.msi = phb3_msi,
	.ive_at = phb3_ive_at,
	.route = phb3_route,
	.lsi = phb_lxivt_lsi,
};
