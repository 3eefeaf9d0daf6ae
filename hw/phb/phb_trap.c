/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/phb/phb_trap.c - the error trap groups: summary (ERR), outbound (OUT), inbound arbiter (INA), inbound merge (INB)
 * and, from PHB4 on, TCE.
 *
 * An error sets its bit in STATUS; the first since ERR1 was cleared also in ERR1, with its address in LOG_0 and
 * doubleword A of its PEST record, without bit 0, in LOG_1 (what the logs hold is not documented: assumed). Four enable
 * registers say what follows: a bit in the LEM's FIR, an interrupt, the freeze of the PE, a fence. A bit that is in
 * both FREEZE_ENABLE and FENCE_ENABLE fences. Layout and clearing: skiboot include/phb3-regs.h, hw/phb3.c.
 *
 * Which error is caught at which bit says the generation's table.
 *
 * In ERR, bits 20, 21 and 23 tell live which other group holds something (PHB4's places). They have no consequences of
 * their own. A bit of STATUS_MASK keeps an error out of STATUS and ERR1, a bit of ERR1_MASK out of ERR1 and the logs;
 * neither stops the FIR bit, the freeze or the fence (assumed: skiboot writes both 0 and never reads them).
 *
 * Not modelled: bits that software or a device of this model cannot cause (parity, ECC, queues, time-outs, unexpected
 * completions, register addresses that do not exist); INJECT sets them all the same, and freezes nobody.
 */
#include "hw/phb/phb_internal.h"

#define SUMMARY_ERR PPC_BIT(0) /* the place of a bit in ETU_ERR_SUMMARY is not known; software tests for 0 */
#define SUMMARY_LEM PPC_BIT(1)

static uint64_t *trap_reg(struct phb *phb, uint32_t group, uint32_t reg)
{
	return &phb->reg[(group + reg) / 8];
}

/* Note @bits; the logs are of the first. */
static void trap_record(struct phb *phb, uint32_t group, uint64_t bits, uint64_t log0, uint64_t log1)
{
	uint64_t first, *err1 = trap_reg(phb, group, PHB_ERR_FIRST);

	bits &= ~*trap_reg(phb, group, PHB_ERR_STATUS_MASK);
	*trap_reg(phb, group, PHB_ERR_STATUS) |= bits;
	first = bits & ~*trap_reg(phb, group, PHB_ERR_FIRST_MASK);
	if (first && !*err1) {
		*err1 = PPC_BIT(__builtin_clzll(first));
		*trap_reg(phb, group, PHB_ERR_LOG0) = log0;
		*trap_reg(phb, group, PHB_ERR_LOG1) = log1;
	}
}

void phb_trap_error(struct phb *phb, const struct phb_error *error)
{
	const struct phb_trap_row *row = &phb->gen->traps[error->trap];
	uint64_t bit = PPC_BIT(row->bit), freeze, fence;
	struct trace_arg args[] = {
		{.name = "error", .text = row->name}, {.name = "group", .value = row->group, .hex = true},
		{.name = "bit", .value = row->bit},   {.name = "lem", .value = row->lem_bit},
		{.name = "pe", .value = error->pe},   {.name = "addr", .value = error->addr, .hex = true}};

	/* After a fence nothing enters the PHB any more; what the error that fenced it drags along is not told. */
	if (phb_out(phb))
		return;
	phb->stats.trapped++;
	if (trace_on(phb->sim))
		phb_trace(phb, "error trap", args, sim_count_of(args));
	trap_record(phb, row->group, bit, error->addr, phb_pest_word(phb, error) & ~IODA2_PESTA_MMIO_FROZEN);
	freeze = bit & *trap_reg(phb, row->group, PHB_ERR_FREEZE_ENABLE);
	fence = bit & *trap_reg(phb, row->group, PHB_ERR_FENCE_ENABLE);
	if (bit & *trap_reg(phb, row->group, PHB_ERR_LEM_ENABLE))
		phb_lem_set(phb, row->lem_bit);
	if (!fence && (freeze || error->force) && error->pe != PHB_PE_NONE)
		phb_pest_error(phb, error);
	phb_lsi_update(phb);
	if (fence)
		phb_fence(phb, bit, row->group);
}

void phb_trap_note(struct phb *phb, enum phb_trap trap, uint64_t addr)
{
	struct phb_error error = {.addr = addr, .pe = PHB_PE_NONE, .type = IODA2_PEST_OTHER, .trap = trap};

	phb_trap_error(phb, &error);
}

/* ---- Registers ---- */

static const struct phb_trap_group *trap_group_of(const struct phb *phb, uint32_t offset)
{
	return &phb->gen->groups[(offset - phb->gen->groups[0].base) / PHB_ERR_GROUP_BYTES];
}

static uint32_t trap_lem_bit(const struct phb *phb, const struct phb_trap_group *group, uint32_t bit)
{
	const struct phb_trap_row *row = phb->gen->traps;
	uint32_t i;

	for (i = 0; i < PHB_TRAP_COUNT; i++) {
		if (row[i].group == group->base && row[i].bit == bit)
			return row[i].lem_bit;
	}
	return group->lem_bit;
}

/* Software sets status bits: no transaction stands behind them, so no PE freezes. */
static void trap_inject(struct phb *phb, const struct phb_trap_group *group, uint64_t value)
{
	uint64_t lem, fence = value & *trap_reg(phb, group->base, PHB_ERR_FENCE_ENABLE);
	struct trace_arg args[] = {{.name = "group", .text = group->name},
				   {.name = "bits", .value = value, .hex = true}};
	uint32_t bit;

	phb->stats.trapped += (uint64_t)__builtin_popcountll(value);
	if (trace_on(phb->sim))
		phb_trace(phb, "error trap set by software", args, sim_count_of(args));
	trap_record(phb, group->base, value, 0, 0);
	for (lem = value & *trap_reg(phb, group->base, PHB_ERR_LEM_ENABLE); lem; lem &= ~PPC_BIT(bit)) {
		bit = (uint32_t)__builtin_clzll(lem);
		phb_lem_set(phb, trap_lem_bit(phb, group, bit));
	}
	phb_lsi_update(phb);
	if (fence)
		phb_fence(phb, fence, group->base);
}

static uint64_t trap_others(const struct phb *phb)
{
	const struct phb_trap_group *group = phb->gen->groups;
	uint64_t any = 0;
	uint32_t i;

	for (i = 0; i < phb->gen->group_count; i++)
		any |= phb_reg(phb, group[i].base + PHB_ERR_STATUS) ? group[i].any : 0;
	return any;
}

uint64_t phb_trap_read(struct phb *phb, uint32_t offset)
{
	return phb_reg(phb, offset) | (offset == PHB_ERR_BASE + PHB_ERR_STATUS ? trap_others(phb) : 0);
}

void phb_trap_write(struct phb *phb, uint32_t offset, uint64_t value)
{
	const struct phb_trap_group *group = trap_group_of(phb, offset);

	switch (offset - group->base) {
	case PHB_ERR_STATUS:
		phb->reg[offset / 8] &= ~value;
		break;
	case PHB_ERR_FIRST:
	case PHB_ERR_LOG0:
	case PHB_ERR_LOG1:
		phb->reg[offset / 8] = 0;
		break;
	case PHB_ERR_INJECT:
		trap_inject(phb, group, value);
		return;
	default:
		phb->reg[offset / 8] = value;
		break;
	}
	phb_lsi_update(phb);
}

uint64_t phb_trap_summary(const struct phb *phb)
{
	uint64_t summary = trap_others(phb);

	if (phb_reg(phb, PHB_ERR_BASE + PHB_ERR_STATUS))
		summary |= SUMMARY_ERR;
	if (phb_reg(phb, PHB_LEM_FIR_ACCUM))
		summary |= SUMMARY_LEM;
	return summary;
}

/* Inbound groups tell of DMA, the outbound one of loads and stores; a frozen PE shows on both sides. */
uint64_t phb_trap_channel(const struct phb *phb, bool dma)
{
	uint64_t status = phb_reg(phb, PHB_OUT_ERR_BASE + PHB_ERR_STATUS);
	uint64_t first = phb_reg(phb, PHB_OUT_ERR_BASE + PHB_ERR_FIRST), value = 0;

	if (dma) {
		status = phb_reg(phb, PHB_INA_ERR_BASE + PHB_ERR_STATUS) |
			 phb_reg(phb, PHB_INB_ERR_BASE + PHB_ERR_STATUS);
		first = phb_reg(phb, PHB_INA_ERR_BASE + PHB_ERR_FIRST) | phb_reg(phb, PHB_INB_ERR_BASE + PHB_ERR_FIRST);
	}
	if (phb_pest_any(phb))
		value |= PHB_STATUS_ANY_FREEZE | PHB_STATUS_ANY_ERROR;
	if (status)
		value |= PHB_STATUS_ANY_ERROR;
	if (first)
		value |= PHB_STATUS_ANY_FIRST;
	return value;
}
