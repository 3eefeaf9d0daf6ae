/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/phb/phb_regs.c - the register file: rows, and how an access finds its row.
 *
 * A row without hooks is storage under its two masks. Rows that are alike in all generations stand here, the others in
 * the generation's file. Registers that skiboot and Linux use have a row; an access to anything else is counted as
 * unimplemented, traced, reads 0 and writes nothing. All accesses are 8 bytes wide and aligned, but CONFIG_DATA, which
 * takes 1, 2 or 4, and the root port's space, which takes 4; wrong sizes read all ones and are counted.
 *
 * A PHB that is fenced or held in reset answers every read with all ones and drops writes.
 *
 * Not modelled: what storage registers would do: AIB and credits, tags, timeouts, performance counters.
 */
#include "hw/phb/phb_rows.h"

static uint64_t reg_dma_status(struct phb *phb, uint32_t offset)
{
	(void)offset;
	return phb_trap_channel(phb, PHB_SIDE_DMA);
}

static uint64_t reg_cpu_status(struct phb *phb, uint32_t offset)
{
	(void)offset;
	return phb_trap_channel(phb, PHB_SIDE_CPU);
}

static uint64_t reg_summary(struct phb *phb, uint32_t offset)
{
	(void)offset;
	return phb_trap_summary(phb);
}

/* Setting the 64-byte TCE enable clears the TCE cache (skiboot writes it alone, waits, and writes the rest). */
static void reg_config_write(struct phb *phb, uint32_t offset, uint64_t value)
{
	phb->reg[offset / 8] = value;
	phb->msi32_base = value & PHB_CONFIG_32BIT_MSI_EN ? IODA2_MSI32_BASE : UINT64_MAX - IODA2_MSI32_BYTES + 1;
	if (value & PHB_CONFIG_64B_TCE_EN)
		phb_kill_cache(phb);
}

void phb_reg_ignore(struct phb *phb, uint32_t offset, uint64_t value)
{
	(void)phb;
	(void)offset;
	(void)value;
}

/* clang-format off */
static const struct phb_reg_row common[] = {
	HOOK(PHB_DMA_CHAN_STATUS, "DMA_CHAN_STATUS", reg_dma_status, phb_reg_ignore),
	HOOK(PHB_CPU_LOADSTORE_STATUS, "CPU_LOADSTORE_STATUS", reg_cpu_status, phb_reg_ignore),
	STORE(PHB_LOCK0, "LOCK0"),
	STORE(PHB_CONFIG_ADDRESS, "CONFIG_ADDRESS"),
	STORE(PHB_LOCK1, "LOCK1"),
	WRITE(PHB_CONFIG, "CONFIG", reg_config_write),
	STORE(PHB_M32_START_ADDR, "M32_START_ADDR"),
	STORE(PHB_M64_UPPER_BITS, "M64_UPPER_BITS"),
	HOOK(PHB_TCE_KILL, "TCE_KILL", NULL, phb_kill_write),
	STORE(PHB_TCE_SPEC_CTL, "TCE_SPEC_CTL"),
	HOOK(PHB_IODA_DATA0, "IODA_DATA0", phb_ioda_read, phb_ioda_write),
	WRITE(PHB_PAPR_ERR_INJ_CTL, "PAPR_ERR_INJ_CTL", phb_inject_arm),
	RANGE(PHB_PAPR_ERR_INJ_ADDR, PHB_PAPR_ERR_INJ_MASK, "PAPR_ERR_INJ"),
	HOOK(PHB_ETU_ERR_SUMMARY, "ETU_ERR_SUMMARY", reg_summary, phb_reg_ignore),
	STORE(PHB_AIB_FENCE_CTRL, "AIB_FENCE_CTRL"),
	STORE(PHB_TCE_WATERMARK, "TCE_WATERMARK"),
	RANGE(PHB_TIMEOUT_CTRL1, PHB_TIMEOUT_CTRL2, "TIMEOUT_CTRL"),
	FIXED(PHB_TCE_TAG_STATUS, "TCE_TAG_STATUS", 0),
	LEM(PHB_LEM_FIR_ACCUM, "LEM_FIR_ACCUM", 0),
	LEM(PHB_LEM_FIR_AND_MASK, "LEM_FIR_AND_MASK", 0),
	LEM(PHB_LEM_FIR_OR_MASK, "LEM_FIR_OR_MASK", 0),
	LEM(PHB_LEM_ERROR_MASK, "LEM_ERROR_MASK", UINT64_MAX),
	LEM(PHB_LEM_ERROR_AND_MASK, "LEM_ERROR_AND_MASK", 0),
	LEM(PHB_LEM_ERROR_OR_MASK, "LEM_ERROR_OR_MASK", 0),
	RANGE(PHB_LEM_ACTION0, PHB_LEM_ACTION1, "LEM_ACTION"),
	LEM(PHB_LEM_WOF, "LEM_WOF", 0),
	RANGE(PHB_TRACE_PERFMON_FIRST, PHB_TRACE_PERFMON_LAST, "TRACE_PERFMON"),
};
static const struct phb_reg_row with_rtt[] = {
	HOOK(PHB_DMARD_SYNC, "DMARD_SYNC", phb_sync_read, phb_sync_write),
	HOOK(PHB_RTC_INVALIDATE, "RTC_INVALIDATE", NULL, phb_rtc_invalidate),
};
/* clang-format on */
const struct phb_reg_rows phb_rows_common = {common, sim_count_of(common)};
const struct phb_reg_rows phb_rows_rtt = {with_rtt, sim_count_of(with_rtt)};

typedef void phb_row_fn(struct phb *phb, const struct phb_reg_row *row, bool power_on);

static void phb_regs_each(struct phb *phb, phb_row_fn *fn, bool power_on)
{
	const struct phb_reg_rows *const *set;
	size_t i;

	for (set = phb->gen->rows; *set; set++) {
		for (i = 0; i < (*set)->count; i++)
			fn(phb, &(*set)->row[i], power_on);
	}
}

static void phb_regs_place(struct phb *phb, const struct phb_reg_row *row, bool power_on)
{
	uint32_t i;

	(void)power_on;
	for (i = row->offset / 8; i < row->offset / 8 + row->count; i++) {
		sim_assert(phb->sim, i < PHB_REG_COUNT && !phb->row_of[i]);
		phb->row_of[i] = row;
	}
}

void phb_regs_init(struct phb *phb)
{
	phb_regs_each(phb, phb_regs_place, true);
}

static void phb_regs_reset_row(struct phb *phb, const struct phb_reg_row *row, bool power_on)
{
	uint32_t i;

	for (i = row->offset / 8; i < row->offset / 8 + row->count && (power_on || !row->sticky); i++)
		phb->reg[i] = row->reset;
}

void phb_regs_reset(struct phb *phb, bool power_on)
{
	phb_regs_each(phb, phb_regs_reset_row, power_on);
	reg_config_write(phb, PHB_CONFIG, 0);
	phb_inject_arm(phb, PHB_PAPR_ERR_INJ_CTL, 0);
}

/* A CONFIG_DATA access: @lane bytes into the doubleword of 4. Return: false when it is no such access. */
static bool phb_is_config_data(uint64_t offset, uint32_t bytes)
{
	return offset >= PHB_CONFIG_DATA && offset < PHB_CONFIG_DATA + 4 && (bytes == 1 || bytes == 2 || bytes == 4) &&
	       offset % bytes == 0;
}

/* An access that finds no register; @size: because of its size. */
static void phb_reg_error(struct phb *phb, uint64_t offset, bool size)
{
	if ((offset | 7) == (PHB_CONFIG_DATA | 7))
		phb_trap_note(phb, PHB_TRAP_CFG_SIZE, offset);
	else if (phb->gen->reg_error)
		phb->gen->reg_error(phb, offset, size);
}

/* The row of a register access; NULL after having counted why there is none. */
static const struct phb_reg_row *phb_reg_find(struct phb *phb, uint64_t offset, uint32_t bytes, uint64_t *unimplemented,
					      uint64_t value)
{
	struct trace_arg args[] = {{.name = "offset", .value = offset, .hex = true},
				   {.name = "value", .value = value, .hex = true}};

	if (bytes != 8 || offset % 8 || (offset | 7) == (PHB_CONFIG_DATA | 7) || phb_is_root_space(phb, offset)) {
		phb->stats.reg_bad_access++;
		phb_reg_error(phb, offset, true);
		return NULL;
	}
	if (offset < phb->gen->reg_bytes && phb->row_of[offset / 8])
		return phb->row_of[offset / 8];
	(*unimplemented)++;
	if (trace_on(phb->sim))
		phb_trace(phb,
			  unimplemented == &phb->stats.unimplemented_reads ? "unimplemented read"
									   : "unimplemented write",
			  args, sim_count_of(args));
	phb_reg_error(phb, offset, false);
	return NULL;
}

uint64_t phb_reg_read(struct phb *phb, uint64_t offset, uint32_t bytes)
{
	uint64_t bad = phb->stats.reg_bad_access;
	const struct phb_reg_row *row;

	phb->stats.reg_reads++;
	if (sim_unlikely(phb_out(phb))) {
		phb->stats.fenced_reg_reads++;
		return UINT64_MAX >> (bytes < 8 ? 64 - 8 * bytes : 0);
	}
	if (phb_is_config_data(offset, bytes))
		return phb_config_read(phb, (uint32_t)offset & 3, bytes);
	if (bytes == 4 && offset % 4 == 0 && phb_is_root_space(phb, offset))
		return phb_root_read(phb, offset);
	row = phb_reg_find(phb, offset, bytes, &phb->stats.unimplemented_reads, 0);
	if (!row)
		return bad != phb->stats.reg_bad_access ? UINT64_MAX : 0;
	return row->read ? row->read(phb, (uint32_t)offset) : phb->reg[offset / 8];
}

/* Held in reset nothing answers. A fence is looked through, and stays, whatever the access does. */
uint64_t phb_asb_read(struct phb *phb, uint64_t offset, uint32_t bytes)
{
	uint32_t fenced = phb->guard & PHB_GUARD_FENCED;
	uint64_t value;

	phb->guard &= ~fenced;
	value = phb_reg_read(phb, offset, bytes);
	phb->guard |= fenced;
	return value;
}

void phb_asb_write(struct phb *phb, uint64_t offset, uint64_t value, uint32_t bytes)
{
	uint32_t fenced = phb->guard & PHB_GUARD_FENCED;

	phb->guard &= ~fenced;
	phb_reg_write(phb, offset, value, bytes);
	phb->guard |= fenced;
}

void phb_reg_write(struct phb *phb, uint64_t offset, uint64_t value, uint32_t bytes)
{
	const struct phb_reg_row *row;
	uint64_t *reg;

	phb->stats.reg_writes++;
	if (sim_unlikely(phb_out(phb))) {
		phb->stats.fenced_reg_writes++;
		return;
	}
	if (phb_is_config_data(offset, bytes)) {
		phb_config_write(phb, (uint32_t)offset & 3, value, bytes);
		return;
	}
	if (bytes == 4 && offset % 4 == 0 && phb_is_root_space(phb, offset)) {
		phb_root_write(phb, offset, value);
		return;
	}
	row = phb_reg_find(phb, offset, bytes, &phb->stats.unimplemented_writes, value);
	if (!row)
		return;
	if (row->write) {
		row->write(phb, (uint32_t)offset, value);
		return;
	}
	reg = &phb->reg[offset / 8];
	*reg = (*reg & row->read_only & ~(value & row->w1c)) | (value & ~row->read_only & ~row->w1c);
}
