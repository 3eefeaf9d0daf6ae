/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/phb/phb_trap.c - the error trap groups: summary (ERR), outbound (OUT), inbound arbiter (INA), inbound merge (INB)
 * and, from PHB4 on, TCE.
 *
 * An error sets its bit in STATUS; the first since ERR1 was cleared also in ERR1, with its address in LOG_0 and
 * doubleword A of its PEST record, without bit 0, in LOG_1 (what the logs hold is not documented: assumed). Four enable
 * registers say what follows: a bit in the LEM's FIR, an interrupt, the freeze of the PE, a fence. A bit that is in
 * both FREEZE_ENABLE and FENCE_ENABLE fences (phb.freeze_and_fence: or freezes). Layout and clearing: skiboot
 * include/phb3-regs.h, hw/phb3.c.
 *
 * Which error is caught at which bit says the generation's table.
 *
 * In the summary, a bit per other group tells live whether it holds something; it has no consequences of its own. A bit
 * of STATUS_MASK keeps an error out of STATUS and ERR1, a bit of ERR1_MASK out of ERR1 and the logs; neither stops the
 * FIR bit, the freeze or the fence (assumed: skiboot writes both 0 and never reads them).
 *
 * The groups of the PCIe stack (PBL, REGB) have other enables: of three classes, INF, ERC and FAT, each of which is one
 * bit of the group above; what follows is decided there. The bit above is set when the error comes (assumed; a level
 * would be as likely).
 *
 * Not modelled: bits that software or a device of this model cannot cause (parity, ECC, queues, time-outs inside the
 * chip); INJECT sets them all the same, and freezes nobody.
 */
#include "hw/phb/phb_error.h"
#include "hw/regs/phb4_regs.h"

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

static const struct phb_trap_group *trap_group(const struct phb *phb, uint32_t offset)
{
	const struct phb_trap_group *group = phb->gen->groups;

	while (offset - group->base >= PHB_ERR_GROUP_BYTES)
		group++;
	return group;
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

/* The FIR bits of trap bits that LEM_ENABLE lets through. An error that comes from a group below brings its own. */
static void trap_tell_lem(struct phb *phb, const struct phb_trap_group *group, uint64_t bits,
			  const struct phb_error *error)
{
	uint32_t bit;

	for (bits &= *trap_reg(phb, group->base, PHB_ERR_LEM_ENABLE); bits; bits &= ~PPC_BIT(bit)) {
		bit = (uint32_t)__builtin_clzll(bits);
		phb_lem_set(phb, error ? phb->gen->traps[error->trap].lem_bit : trap_lem_bit(phb, group, bit));
	}
}

static void trap_freeze(struct phb *phb, const struct phb_error *error)
{
	struct phb_error one = *error;

	if (error->pe == PHB_PE_NONE)
		return;
	if (error->pe != PHB_PE_ALL) {
		phb_pest_error(phb, error);
		return;
	}
	for (one.pe = 0; one.pe < phb->pe_count; one.pe++)
		phb_pest_error(phb, &one);
}

/* @error: NULL when no transaction stands behind @bits, so that no PE freezes. @addr: for the log. */
static void trap_raise(struct phb *phb, const struct phb_trap_group *group, uint64_t bits, uint64_t addr,
		       const struct phb_error *error)
{
	static const uint32_t enable[PHB_TRAP_CLASSES] = {PHB4_ERR_INF_ENABLE, PHB4_ERR_ERC_ENABLE, PHB4_ERR_FAT_ENABLE};
	uint64_t fence, up = 0;
	uint32_t i;

	trap_record(phb, group->base, bits, addr,
		    error ? phb_pest_word(phb, error) & ~IODA2_PESTA_MMIO_FROZEN : 0);
	if (group->up) {
		for (i = 0; i < PHB_TRAP_CLASSES; i++)
			up |= bits & *trap_reg(phb, group->base, enable[i]) ? group->up_bits[i] : 0;
		if (up)
			trap_raise(phb, trap_group(phb, group->up), up, addr, error);
		return;
	}
	trap_tell_lem(phb, group, bits, error);
	fence = bits & *trap_reg(phb, group->base, PHB_ERR_FENCE_ENABLE);
	if (phb->both_freeze)
		fence &= ~*trap_reg(phb, group->base, PHB_ERR_FREEZE_ENABLE);
	if (error && !fence && (error->force || bits & *trap_reg(phb, group->base, PHB_ERR_FREEZE_ENABLE)))
		trap_freeze(phb, error);
	phb_lsi_update(phb);
	if (fence)
		phb_fence(phb, fence, group->base);
}

void phb_trap_error(struct phb *phb, const struct phb_error *error)
{
	const struct phb_trap_row *row = &phb->gen->traps[error->trap];
	struct trace_arg args[] = {
		{.name = "error", .text = row->name}, {.name = "group", .value = row->group, .hex = true},
		{.name = "bit", .value = row->bit},   {.name = "lem", .value = row->lem_bit},
		{.name = "pe", .value = error->pe},   {.name = "addr", .value = error->addr, .hex = true}};

	/* After a fence nothing enters the PHB any more; what the error that fenced it drags along is not told. */
	if (phb_out(phb) || !row->group)
		return;
	phb->stats.trapped++;
	if (trace_on(phb->sim))
		phb_trace(phb, "error trap", args, sim_count_of(args));
	trap_raise(phb, trap_group(phb, row->group), PPC_BIT(row->bit), error->addr, error);
}

void phb_trap_bit(struct phb *phb, uint32_t base, uint32_t bit, uint64_t addr)
{
	const struct phb_trap_group *group = trap_group(phb, base);
	struct trace_arg args[] = {{.name = "group", .text = group->name},
				   {.name = "bit", .value = bit},
				   {.name = "addr", .value = addr, .hex = true}};

	if (phb_out(phb))
		return;
	phb->stats.trapped++;
	if (trace_on(phb->sim))
		phb_trace(phb, "error trap", args, sim_count_of(args));
	trap_raise(phb, group, PPC_BIT(bit), addr, NULL);
}

void phb_trap_note(struct phb *phb, enum phb_trap trap, uint64_t addr)
{
	struct phb_error error = {.addr = addr, .pe = PHB_PE_NONE, .type = IODA2_PEST_OTHER, .trap = trap};

	phb_trap_error(phb, &error);
}

/* ---- Registers ---- */

static void trap_inject(struct phb *phb, const struct phb_trap_group *group, uint64_t value)
{
	struct trace_arg args[] = {{.name = "group", .text = group->name},
				   {.name = "bits", .value = value, .hex = true}};

	phb->stats.trapped += (uint64_t)__builtin_popcountll(value);
	if (trace_on(phb->sim))
		phb_trace(phb, "error trap set by software", args, sim_count_of(args));
	trap_raise(phb, group, value, 0, NULL);
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
	const struct phb_trap_group *group = trap_group(phb, offset);

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

void phb_errors_clear(struct phb *phb)
{
	static const uint32_t regs[] = {PHB_ERR_STATUS, PHB_ERR_FIRST, PHB_ERR_LOG0, PHB_ERR_LOG1};
	uint32_t i, k;

	for (i = 0; i < phb->gen->group_count; i++) {
		for (k = 0; k < sim_count_of(regs); k++)
			*trap_reg(phb, phb->gen->groups[i].base, regs[k]) = 0;
	}
	phb->reg[PHB_LEM_FIR_ACCUM / 8] = 0;
	phb->reg[PHB_LEM_WOF / 8] = 0;
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

uint64_t phb_trap_channel(const struct phb *phb, enum phb_trap_side side)
{
	const struct phb_trap_group *group = phb->gen->groups;
	uint64_t status = 0, first = 0, value = 0;
	uint32_t i;

	for (i = 0; i < phb->gen->group_count; i++) {
		if (group[i].side != side)
			continue;
		status |= phb_reg(phb, group[i].base + PHB_ERR_STATUS);
		first |= phb_reg(phb, group[i].base + PHB_ERR_FIRST);
	}
	/* A frozen PE shows on both sides. */
	if (phb_pest_any(phb))
		value |= PHB_STATUS_ANY_FREEZE | PHB_STATUS_ANY_ERROR;
	if (status)
		value |= PHB_STATUS_ANY_ERROR;
	if (first)
		value |= PHB_STATUS_ANY_FIRST;
	return value;
}
