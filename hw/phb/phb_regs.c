/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/phb/phb_regs.c - the register file: rows, and how an access finds its row.
 *
 * A row without hooks is storage under its two masks. Registers that skiboot and Linux use on a PHB3 have a row; an
 * access to anything else is counted as unimplemented, traced, reads 0 and writes nothing. All accesses are 8 bytes
 * wide and aligned, but CONFIG_DATA, which takes 1, 2 or 4; wrong sizes read all ones and are counted.
 *
 * A fenced PHB answers every read with all ones and drops writes, but for PHB_RESET: firmware resets through chip
 * registers, which the model does not have, so a write of PHB_RESET stands for them.
 *
 * Not modelled: what storage registers would do: AIB and credits, tags, timeouts, UTL, DLP, performance counters; the
 * single bits of PHB_RESET.
 */
#include "hw/phb/phb_internal.h"

#define REG_ALL UINT64_MAX

/**
 * struct phb_reg_row - @count: consecutive registers that are alike. @read_only: bits that writes leave. @w1c: bits
 * that a written 1 clears. @sticky: survives a reset. @read, @write: NULL for storage under the masks; or, for
 * registers that share one, @read_at, @write_at.
 */
struct phb_reg_row {
	uint32_t offset, count;
	const char *name;
	uint64_t reset, read_only, w1c;
	uint64_t (*read)(struct phb *phb);
	void (*write)(struct phb *phb, uint64_t value);
	uint64_t (*read_at)(struct phb *phb, uint32_t offset);
	void (*write_at)(struct phb *phb, uint32_t offset, uint64_t value);
	bool sticky;
};

static uint64_t reg_dma_status(struct phb *phb)
{
	return phb_trap_channel(phb, true);
}

static uint64_t reg_cpu_status(struct phb *phb)
{
	return phb_trap_channel(phb, false);
}

static uint64_t reg_summary(struct phb *phb)
{
	return phb_trap_summary(phb);
}

static void reg_inject_control(struct phb *phb, uint64_t value)
{
	phb_inject_arm(phb, value);
}

/* Which bit resets what is not known: all the bits that firmware sets to let the PHB run, at 0, are a full reset. */
static void reg_reset_write(struct phb *phb, uint64_t value)
{
	if (!(value & PHB3_INIT_RESET))
		phb_reset(phb);
	phb->reg[PHB_RESET / 8] = value;
}

/* Setting the 64-byte TCE enable clears the TCE cache (skiboot writes it alone, waits, and writes the rest). */
static void reg_config_write(struct phb *phb, uint64_t value)
{
	phb->reg[PHB_CONFIG / 8] = value;
	phb->msi32_base = value & PHB_CONFIG_32BIT_MSI_EN ? IODA2_MSI32_BASE : UINT64_MAX - IODA2_MSI32_BYTES + 1;
	if (value & PHB_CONFIG_64B_TCE_EN)
		phb_tce_clear_cache(phb);
}

static void reg_control_write(struct phb *phb, uint64_t value)
{
	bool bypass_changed = (value ^ phb_reg(phb, PHB_CONTROL)) & PHB_CONTROL_32BIT_BYPASS;

	phb->reg[PHB_CONTROL / 8] = value;
	if (bypass_changed)
		phb_tve_decode_all(phb);
}

static void reg_sync_write(struct phb *phb, uint64_t value)
{
	if (value & PHB_DMARD_SYNC_START)
		phb_dma_sync_start(phb);
}

static uint64_t reg_sync_read(struct phb *phb)
{
	return phb->dma.sync_wait ? 0 : PHB_DMARD_SYNC_COMPLETE;
}

/* Reading takes the lock: 0 tells that it was free. */
static uint64_t reg_ffi_lock_read(struct phb *phb)
{
	uint64_t state = phb_reg(phb, PHB_FFI_LOCK);

	phb->reg[PHB_FFI_LOCK / 8] = PHB_FFI_LOCK_STATE;
	return state;
}

static void reg_ignore(struct phb *phb, uint64_t value)
{
	(void)phb;
	(void)value;
}

/* clang-format off */
#define STORE(off, text) {.offset = (off), .count = 1, .name = (text)}
#define RESET(off, text, value) {.offset = (off), .count = 1, .name = (text), .reset = (value)}
#define RANGE(first, last, text) {.offset = (first), .count = ((last) - (first)) / 8 + 1, .name = (text)}
#define BITS(off, text, writable) {.offset = (off), .count = 1, .name = (text), .read_only = ~(writable)}
#define FIXED(off, text, value) {.offset = (off), .count = 1, .name = (text), .reset = (value), .read_only = REG_ALL}
#define HOOK(off, text, rd, wr) {.offset = (off), .count = 1, .name = (text), .read_only = REG_ALL, .read = (rd), .write = (wr)}
#define LEM(off, text, value) \
	{.offset = (off), .count = 1, .name = (text), .reset = (value), .sticky = true, .write_at = phb_lem_write}
#define TRAP(off, n, text, value, keep) \
	{.offset = (off), .count = (n), .name = (text), .reset = (value), .sticky = (keep), \
	 .read_at = phb_trap_read, .write_at = phb_trap_write}
#define TRAPS(base, text, freeze)                                                                                      \
	TRAP((base) + PHB_ERR_STATUS, 3, text "_STATUS_ERR1_INJECT", 0, true),                                         \
	TRAP((base) + PHB_ERR_LEM_ENABLE, 1, text "_LEM_ENABLE", 0, false),                                            \
	TRAP((base) + PHB_ERR_IRQ_ENABLE, 1, text "_IRQ_ENABLE", 0, false),                                            \
	TRAP((base) + PHB_ERR_FREEZE_ENABLE, 1, text "_FREEZE_ENABLE", freeze, false),                                 \
	TRAP((base) + PHB_ERR_FENCE_ENABLE, 1, text "_FENCE_ENABLE", 0, false),                                        \
	TRAP((base) + PHB_ERR_LOG0, 2, text "_LOG", 0, true),                                                          \
	TRAP((base) + PHB_ERR_STATUS_MASK, 2, text "_MASKS", REG_ALL, false)
/*
 * Reset values of enables and masks are not known. The model wakes up isolating and reporting nothing: so that isolation
 * never depends on firmware, FREEZE_ENABLE holds firmware's masks, and INA's also the bit of disabled table BARs, which
 * they lack; all else is off, and STATUS_MASK and ERR1_MASK hide everything, as LEM_ERROR_MASK does.
 */
#define RESET_INA_FREEZE (PHB3_INIT_INA_FREEZE_ENABLE | PPC_BIT(41))

static const struct phb_reg_row rows[] = {
	BITS(PHB_LSI_SOURCE_ID, "LSI_SOURCE_ID", PHB_LSI_SRC_ID),
	HOOK(PHB_DMA_CHAN_STATUS, "DMA_CHAN_STATUS", reg_dma_status, reg_ignore),
	HOOK(PHB_CPU_LOADSTORE_STATUS, "CPU_LOADSTORE_STATUS", reg_cpu_status, reg_ignore),
	STORE(PHB_DMA_MSI_NODE_ID, "DMA_MSI_NODE_ID"),
	STORE(PHB_LOCK0, "LOCK0"),
	STORE(PHB_CONFIG_ADDRESS, "CONFIG_ADDRESS"),
	STORE(PHB_LOCK1, "LOCK1"),
	BITS(PHB_IVT_BAR, "IVT_BAR", PHB_IVT_BAR_ENABLE | PHB_IVT_BASE_ADDRESS | PHB_IVT_LENGTH),
	BITS(PHB_RBA_BAR, "RBA_BAR", PHB_RBA_BAR_ENABLE | PHB_RBA_BASE_ADDRESS),
	{.offset = PHB_CONFIG, .count = 1, .name = "CONFIG", .write = reg_config_write},
	BITS(PHB_RTT_BAR, "RTT_BAR", PHB_RTT_BAR_ENABLE | PHB_RTT_BASE_ADDRESS),
	BITS(PHB_PELTV_BAR, "PELTV_BAR", PHB_PELTV_BAR_ENABLE | PHB_PELTV_BASE_ADDRESS),
	STORE(PHB_M32_BASE_ADDR, "M32_BASE_ADDR"),
	STORE(PHB_M32_BASE_MASK, "M32_BASE_MASK"),
	STORE(PHB_M32_START_ADDR, "M32_START_ADDR"),
	BITS(PHB_PEST_BAR, "PEST_BAR", PHB_PEST_BAR_ENABLE | PHB_PEST_BASE_ADDRESS),
	STORE(PHB_M64_UPPER_BITS, "M64_UPPER_BITS"),
	STORE(PHB_INTREP_TIMER, "INTREP_TIMER"),
	HOOK(PHB_DMARD_SYNC, "DMARD_SYNC", reg_sync_read, reg_sync_write),
	HOOK(PHB_RTC_INVALIDATE, "RTC_INVALIDATE", NULL, phb_rtc_invalidate),
	HOOK(PHB_TCE_KILL, "TCE_KILL", NULL, phb_tce_kill),
	STORE(PHB_TCE_SPEC_CTL, "TCE_SPEC_CTL"),
	BITS(PHB_IODA_ADDR, "IODA_ADDR", PHB_IODA_ADDR_AUTOINC | PHB_IODA_ADDR_TSEL | PHB_IODA_ADDR_TADR),
	HOOK(PHB_IODA_DATA0, "IODA_DATA0", phb_ioda_read, phb_ioda_write),
	HOOK(PHB_FFI_REQUEST, "FFI_REQUEST", NULL, phb_msi_ffi),
	HOOK(PHB_FFI_LOCK, "FFI_LOCK", reg_ffi_lock_read, reg_ignore),
	STORE(PHB_XIVE_UPDATE, "XIVE_UPDATE"),
	HOOK(PHB_IVC_INVALIDATE, "IVC_INVALIDATE", NULL, reg_ignore), /* entries are read from RAM each time */
	HOOK(PHB_IVC_UPDATE, "IVC_UPDATE", NULL, phb_msi_ivc_update),
	{.offset = PHB_PAPR_ERR_INJ_CTL, .count = 1, .name = "PAPR_ERR_INJ_CTL", .write = reg_inject_control},
	RANGE(PHB_PAPR_ERR_INJ_ADDR, PHB_PAPR_ERR_INJ_MASK, "PAPR_ERR_INJ"),
	HOOK(PHB_ETU_ERR_SUMMARY, "ETU_ERR_SUMMARY", reg_summary, reg_ignore),
	RANGE(UTL_SYS_BUS_CONTROL, UTL_SYS_BUS_AGENT_IRQ_EN, "UTL_SYS_BUS"),
	RANGE(UTL_SYS_BUS_BURST_SZ_CONF, UTL_REVISION_ID, "UTL_SYS_BUS_BURST_SZ_CONF"),
	RANGE(UTL_BUFFER_ALLOC_FIRST, UTL_BUFFER_ALLOC_LAST, "UTL_BUFFER_ALLOC"),
	STORE(UTL_PCIE_TAGS_ALLOC, "UTL_PCIE_TAGS_ALLOC"),
	STORE(UTL_GBIF_READ_TAGS_ALLOC, "UTL_GBIF_READ_TAGS_ALLOC"),
	RANGE(UTL_PCIE_PORT_FIRST, UTL_PCIE_PORT_LAST, "UTL_PCIE_PORT"),
	STORE(PHB_PCIE_SYSTEM_CONFIG, "PCIE_SYSTEM_CONFIG"),
	STORE(PHB_PCIE_DLP_LINK_MGT, "PCIE_DLP_LINK_MGT"),
	FIXED(PHB_PCIE_DLP_TRAIN_CTL, "PCIE_DLP_TRAIN_CTL",
	      PHB_PCIE_DLP_INBAND_PRESENCE | PHB_PCIE_DLP_TC_DL_LINKUP | PHB_PCIE_DLP_TC_DL_LINKACT),
	STORE(PHB_PCIE_SLOP_LOOPBACK, "PCIE_SLOP_LOOPBACK"),
	STORE(PHB_PCIE_DLP_LINK_INIT, "PCIE_DLP_LINK_INIT"),
	STORE(PHB_PCIE_DLP_CTL, "PCIE_DLP_CTL"),
	RANGE(PHB_UTL_ERR_LOG_FIRST, PHB_DLP_ERR_LOG_LAST, "UTL_DLP_ERR_LOG"),
	FIXED(PHB_VERSION, "VERSION", PHB3_VERSION_VALUE),
	{.offset = PHB_RESET, .count = 1, .name = "RESET", .write = reg_reset_write},
	{.offset = PHB_CONTROL, .count = 1, .name = "CONTROL", .write = reg_control_write},
	RANGE(PHB_AIB_CREDIT_FIRST, PHB_AIB_TX_CHAN_MAPPING, "AIB_CREDIT"),
	RESET(PHB_AIB_TAG_ENABLE, "AIB_TAG_ENABLE", PHB3_TAGS_VALUE),
	STORE(PHB_AIB_FENCE_CTRL, "AIB_FENCE_CTRL"),
	RESET(PHB_TCE_TAG_ENABLE, "TCE_TAG_ENABLE", PHB3_TAGS_VALUE),
	STORE(PHB_TCE_WATERMARK, "TCE_WATERMARK"),
	RANGE(PHB_TIMEOUT_CTRL1, PHB_QUIESCE_DMA_G, "TIMEOUT_CTRL_QUIESCE"),
	FIXED(PHB_AIB_TAG_STATUS, "AIB_TAG_STATUS", 0),
	FIXED(PHB_TCE_TAG_STATUS, "TCE_TAG_STATUS", 0),
	LEM(PHB_LEM_FIR_ACCUM, "LEM_FIR_ACCUM", 0),
	LEM(PHB_LEM_FIR_AND_MASK, "LEM_FIR_AND_MASK", 0),
	LEM(PHB_LEM_FIR_OR_MASK, "LEM_FIR_OR_MASK", 0),
	LEM(PHB_LEM_ERROR_MASK, "LEM_ERROR_MASK", REG_ALL),
	LEM(PHB_LEM_ERROR_AND_MASK, "LEM_ERROR_AND_MASK", 0),
	LEM(PHB_LEM_ERROR_OR_MASK, "LEM_ERROR_OR_MASK", 0),
	RANGE(PHB_LEM_ACTION0, PHB_LEM_ACTION1, "LEM_ACTION"),
	LEM(PHB_LEM_WOF, "LEM_WOF", 0),
	TRAPS(PHB_ERR_BASE, "ERR", PHB3_INIT_ERR_FREEZE_ENABLE),
	TRAPS(PHB_OUT_ERR_BASE, "OUT_ERR", PHB3_INIT_OUT_FREEZE_ENABLE),
	TRAPS(PHB_INA_ERR_BASE, "INA_ERR", RESET_INA_FREEZE),
	TRAPS(PHB_INB_ERR_BASE, "INB_ERR", PHB3_INIT_INB_FREEZE_ENABLE),
	RANGE(PHB_TRACE_PERFMON_FIRST, PHB_TRACE_PERFMON_LAST, "TRACE_PERFMON"),
	STORE(PHB_HOTPLUG_OVERRIDE, "HOTPLUG_OVERRIDE"),
};
/* clang-format on */
static_assert(sim_count_of(rows) < UINT8_MAX, "phb.row_of holds row + 1 in a byte");

void phb_regs_init(struct phb *phb)
{
	uint32_t i, k, at;

	for (i = 0; i < sim_count_of(rows); i++) {
		for (k = 0; k < rows[i].count; k++) {
			at = rows[i].offset / 8 + k;
			sim_assert(phb->sim, at < PHB_REG_COUNT && !phb->row_of[at]);
			phb->row_of[at] = (uint8_t)(i + 1);
		}
	}
}

void phb_regs_reset(struct phb *phb, bool power_on)
{
	uint32_t i, k;

	for (i = 0; i < sim_count_of(rows); i++) {
		for (k = 0; k < rows[i].count && (power_on || !rows[i].sticky); k++)
			phb->reg[rows[i].offset / 8 + k] = rows[i].reset;
	}
	reg_config_write(phb, 0);
	phb_inject_arm(phb, 0);
}

/* A CONFIG_DATA access: @lane bytes into the doubleword of 4. Return: false when it is no such access. */
static bool phb_is_config_data(uint64_t offset, uint32_t bytes)
{
	return offset >= PHB_CONFIG_DATA && offset < PHB_CONFIG_DATA + 4 && (bytes == 1 || bytes == 2 || bytes == 4) &&
	       offset % bytes == 0;
}

/* The row of a register access; NULL after having counted why there is none. */
static const struct phb_reg_row *phb_reg_find(struct phb *phb, uint64_t offset, uint32_t bytes, uint64_t *unimplemented,
					      uint64_t value)
{
	struct trace_arg args[] = {{.name = "offset", .value = offset, .hex = true},
				   {.name = "value", .value = value, .hex = true}};

	if (bytes != 8 || offset % 8 || (offset | 7) == (PHB_CONFIG_DATA | 7)) {
		phb->stats.reg_bad_access++;
		return NULL;
	}
	if (offset < PHB3_REG_BYTES && phb->row_of[offset / 8])
		return &rows[phb->row_of[offset / 8] - 1];
	(*unimplemented)++;
	if (trace_on(phb->sim))
		phb_trace(phb,
			  unimplemented == &phb->stats.unimplemented_reads ? "unimplemented read"
									   : "unimplemented write",
			  args, sim_count_of(args));
	return NULL;
}

uint64_t phb_reg_read(struct phb *phb, uint64_t offset, uint32_t bytes)
{
	uint64_t bad = phb->stats.reg_bad_access;
	const struct phb_reg_row *row;

	phb->stats.reg_reads++;
	if (sim_unlikely(phb_fenced(phb))) {
		phb->stats.fenced_reg_reads++;
		return UINT64_MAX >> (bytes < 8 ? 64 - 8 * bytes : 0);
	}
	if (phb_is_config_data(offset, bytes))
		return phb_config_read(phb, (uint32_t)offset & 3, bytes);
	row = phb_reg_find(phb, offset, bytes, &phb->stats.unimplemented_reads, 0);
	if (!row)
		return bad != phb->stats.reg_bad_access ? UINT64_MAX : 0;
	if (row->read_at)
		return row->read_at(phb, (uint32_t)offset);
	return row->read ? row->read(phb) : phb->reg[offset / 8];
}

void phb_reg_write(struct phb *phb, uint64_t offset, uint64_t value, uint32_t bytes)
{
	const struct phb_reg_row *row;
	uint64_t *reg;

	phb->stats.reg_writes++;
	if (sim_unlikely(phb_fenced(phb)) && (offset != PHB_RESET || bytes != 8)) {
		phb->stats.fenced_reg_writes++;
		return;
	}
	if (phb_is_config_data(offset, bytes)) {
		phb_config_write(phb, (uint32_t)offset & 3, value, bytes);
		return;
	}
	row = phb_reg_find(phb, offset, bytes, &phb->stats.unimplemented_writes, value);
	if (!row)
		return;
	if (row->write_at) {
		row->write_at(phb, (uint32_t)offset, value);
		return;
	}
	if (row->write) {
		row->write(phb, value);
		return;
	}
	reg = &phb->reg[offset / 8];
	*reg = (*reg & row->read_only & ~(value & row->w1c)) | (value & ~row->read_only & ~row->w1c);
}
