/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tests/diff-qemu/reasons.c - where QEMU's PHBs do something else, and why that is no fault of ours.
 *
 * A difference counts as explained only when its condition holds AND QEMU did exactly what foretell() says it does.
 * foretell() is a description of QEMU's simplifications (docs/diff-qemu.md), not of hardware.
 */
#include "tests/diff-qemu/bench.h"

#define QEMU_REAL_MASK PPC_BITMASK(14, 63) /* of a non-translated address */
#define REAL_LOW_MIN (1ull << 32)

static bool is_real(uint64_t tve)
{
	return !ppc_get(IODA2_TVT_PAGE_SIZE, tve);
}

static bool in_msi32(const struct bench *bench, uint64_t addr)
{
	return bench->config & PHB_CONFIG_32BIT_MSI_EN && addr - IODA2_MSI32_BASE < IODA2_MSI32_BYTES;
}

/* Table entries outside the arena are 0 in both RAMs wherever a walk of ours or theirs is led. */
static bool load(const struct bench *bench, uint64_t at, uint64_t *value)
{
	if (at >= QEMU_RAM_BYTES)
		return false;
	*value = at >= ARENA && at < ARENA + ARENA_BYTES ? bench_load(bench, at)
							 : ram_load_be64(bench->qemu_ram, (struct raddr){at});
	return true;
}

/* The index is cut to its bits. @qemu: it is ORed to the table's address, and the select bit is still part of it. */
static struct outcome walk(const struct bench *bench, const struct dma_case *c, bool qemu)
{
	uint64_t addr = qemu ? c->addr : c->addr & (IODA2_ADDR_TVE_SELECT - 1);
	uint32_t level = (uint32_t)ppc_get(IODA2_TVT_NUM_LEVELS, c->tve) + 1;
	uint32_t bits = (uint32_t)ppc_get(IODA2_TVT_TABLE_SIZE, c->tve) + 8;
	uint32_t page_shift = (uint32_t)ppc_get(IODA2_TVT_PAGE_SIZE, c->tve) + IODA2_TVT_PAGE_SIZE_SHIFT;
	uint64_t table = ppc_get(IODA2_TVT_TABLE_ADDR, c->tve) << IODA2_TVT_TABLE_ADDR_SHIFT;
	uint64_t in_page = (1ull << page_shift) - 1, tce = 0, index;

	if (level > IODA2_TVT_LEVELS_MAX)
		return (struct outcome){KIND_TVE, 0};
	while (level--) {
		index = (addr >> (page_shift + bits * level) & ((1ull << bits) - 1)) << TCE_INDEX_SHIFT;
		if (!load(bench, qemu ? table | index : table + index, &tce))
			return (struct outcome){KIND_WALK, 0};
		if (!(tce & (level ? TCE_CONTROL : c->write ? TCE_WRITE : TCE_READ)))
			return (struct outcome){KIND_TCE, 0};
		table = tce & TCE_RPN;
	}
	tce = (tce & TCE_RPN & ~in_page) | (addr & in_page);
	return tce + 8 > QEMU_RAM_BYTES ? (struct outcome){KIND_NOT_RAM, 0} : (struct outcome){KIND_OK, tce};
}

struct outcome foretell(const struct bench *bench, const struct dma_case *c)
{
	struct outcome out = {KIND_OK, 0};

	/* What lies over the DMA space comes before anything else. */
	if (in_msi32(bench, c->addr))
		return (struct outcome){KIND_ONES, 0};
	if (!(bench->rtt_bar & PHB_RTT_BAR_ENABLE))
		return (struct outcome){KIND_NO_PE, 0};
	if (bench->pe[c->fn] >= bench->target->pe_count && !bench->target->wraps)
		return (struct outcome){KIND_NO_PE, 0};
	if (c->addr >> IODA2_ADDR_CLASS_SHIFT)
		return (struct outcome){KIND_CLASS, 0};
	if (ppc_get(IODA2_TVT_NUM_LEVELS, c->tve) >= IODA2_TVT_LEVELS_MAX)
		return (struct outcome){KIND_TVE, 0};
	if (is_real(c->tve) && bench->target->needs_bit_51 ? !(c->tve & IODA2_TVT_REAL)
							   : !ppc_get(IODA2_TVT_TABLE_SIZE, c->tve))
		return (struct outcome){KIND_TVE, 0};
	if (!is_real(c->tve))
		return walk(bench, c, true);
	out.at = c->addr & QEMU_REAL_MASK;
	return out.at + 8 > QEMU_RAM_BYTES ? (struct outcome){KIND_NOT_RAM, 0} : out;
}

/* ---- Conditions ---- */

/* What ours must be where only QEMU's way of walking, or of refusing, makes the difference. */
static bool ours_walked(const struct bench *bench, const struct dma_case *c)
{
	struct outcome out = walk(bench, c, false);

	return c->ours.kind == out.kind && c->ours.at == out.at;
}

static bool ours_real(const struct dma_case *c)
{
	uint64_t offset = c->addr & (IODA2_ADDR_TVE_SELECT - 1);

	return c->ours.kind == KIND_RANGE || c->ours.kind == KIND_NOT_RAM ||
	       (c->ours.kind == KIND_OK && c->ours.at == offset);
}

static uint32_t window_bits(uint64_t tve)
{
	return (uint32_t)((ppc_get(IODA2_TVT_NUM_LEVELS, tve) + 1) * (ppc_get(IODA2_TVT_TABLE_SIZE, tve) + 8) +
			  ppc_get(IODA2_TVT_PAGE_SIZE, tve) + IODA2_TVT_PAGE_SIZE_SHIFT);
}

static bool is_alias(const struct bench *bench, const struct dma_case *c)
{
	(void)bench;
	return !is_real(c->tve) && c->ours.kind == KIND_RANGE && window_bits(c->tve) < 59 &&
	       (c->addr & (IODA2_ADDR_TVE_SELECT - 1)) >> window_bits(c->tve);
}

static bool is_foreign_page(const struct bench *bench, const struct dma_case *c)
{
	uint64_t code = ppc_get(IODA2_TVT_PAGE_SIZE, c->tve);

	return c->ours.kind == KIND_TVE && code && !page_known(bench->target, code);
}

/* Not between the bounds of the TVE. */
static bool is_out_of_bounds(const struct bench *bench, const struct dma_case *c)
{
	uint64_t start = ppc_get(IODA2_TVT_REAL_START, c->tve) << 24 | ppc_get(IODA2_TVT_REAL_START_HI, c->tve) << 48;
	uint64_t end = ppc_get(IODA2_TVT_REAL_END, c->tve) << 24 | ppc_get(IODA2_TVT_REAL_END_HI, c->tve) << 48;
	uint64_t offset = c->addr & (IODA2_ADDR_TVE_SELECT - 1);

	(void)bench;
	return is_real(c->tve) && c->ours.kind == KIND_RANGE && (offset < start || offset >= end);
}

static bool is_low_real(const struct bench *bench, const struct dma_case *c)
{
	return is_real(c->tve) && c->ours.kind == KIND_RANGE && !bench->naples && c->addr < REAL_LOW_MIN &&
	       !is_out_of_bounds(bench, c);
}

static bool is_real_without_51(const struct bench *bench, const struct dma_case *c)
{
	return bench->target->needs_bit_51 && is_real(c->tve) && !(c->tve & IODA2_TVT_REAL) &&
	       ppc_get(IODA2_TVT_TABLE_SIZE, c->tve) && c->theirs.kind == KIND_TVE && ours_real(c);
}

static bool is_real_with_levels(const struct bench *bench, const struct dma_case *c)
{
	(void)bench;
	return is_real(c->tve) && ppc_get(IODA2_TVT_TABLE_SIZE, c->tve) &&
	       ppc_get(IODA2_TVT_NUM_LEVELS, c->tve) >= IODA2_TVT_LEVELS_MAX && c->theirs.kind == KIND_TVE &&
	       ours_real(c);
}

/* The tables of a window are all aligned alike, so the first one tells. */
static bool is_unaligned(const struct bench *bench, const struct dma_case *c)
{
	uint64_t table = ppc_get(IODA2_TVT_TABLE_ADDR, c->tve) << IODA2_TVT_TABLE_ADDR_SHIFT;
	uint64_t shift = ppc_get(IODA2_TVT_TABLE_SIZE, c->tve) + IODA2_TVT_TABLE_SIZE_SHIFT;

	return !is_real(c->tve) && ours_walked(bench, c) &&
	       (bench->window[c->fn * 2 + (c->addr >> 59 & 1)].unaligned || table << (64 - shift));
}

static bool is_select_in_index(const struct bench *bench, const struct dma_case *c)
{
	return !is_real(c->tve) && ours_walked(bench, c) && window_bits(c->tve) > IODA2_ADDR_TVE_SELECT_SHIFT &&
	       c->addr & IODA2_ADDR_TVE_SELECT;
}

static bool is_msi_read(const struct bench *bench, const struct dma_case *c)
{
	return in_msi32(bench, c->addr) && !c->write && c->theirs.kind == KIND_ONES &&
	       (c->ours.kind == KIND_MSI || c->ours.kind == KIND_NO_PE);
}

/* It has no windows there, as world.c chose it. */
static bool is_wrapped(const struct bench *bench, const struct dma_case *c)
{
	return bench->target->wraps && bench->pe[c->fn] >= bench->target->pe_count && c->ours.kind == KIND_NO_PE &&
	       (c->theirs.kind == KIND_TVE || c->theirs.kind == KIND_CLASS);
}

/* A window that is neither translated nor bounded lets the whole address through. */
static bool is_cut(const struct bench *bench, const struct dma_case *c)
{
	return is_real(c->tve) && bench->target->variant != FX_PHB3 && !(c->tve & IODA3_TVT_NON_TRANSLATE_50) &&
	       c->ours.kind == KIND_NOT_RAM && (c->addr & (IODA2_ADDR_TVE_SELECT - 1)) >> 50;
}

static bool is_stale(const struct bench *bench, const struct dma_case *c)
{
	(void)bench;
	return c->stale && c->ours.kind == KIND_OK && c->ours.at == c->stale_at;
}

/* In this order; the first that holds is counted. */
static const struct {
	bool (*holds)(const struct bench *bench, const struct dma_case *c);
} conditions[] = {
	{is_stale},    {is_msi_read},	     {is_foreign_page},	    {is_alias},		  {is_out_of_bounds},
	{is_low_real}, {is_real_without_51}, {is_real_with_levels}, {is_select_in_index}, {is_unaligned},
	{is_wrapped},  {is_cut},
};

const char *const reasons[] = {
	"a fault freezes the PE; QEMU freezes nothing and its PEST reads 0",
	"a changed TCE is seen only after a kill; QEMU has no TCE cache",
	"a DMA read of the MSI window is refused; QEMU answers ones",
	"a page size that the PHB does not have makes the TVE invalid; QEMU takes any",
	"an address beyond the window is an error; QEMU cuts the index, it aliases",
	"a non-translated window has bounds; QEMU ignores them",
	"the low non-translated window begins at 4 GiB (Naples apart); QEMU's at 0",
	"a non-translated TVE needs any of IBM bits 51:55; QEMU insists on 51",
	"a non-translated TVE has no levels; QEMU refuses codes 5..7 there too",
	"address bit 59 selects the TVE; in windows that wide QEMU indexes with it too",
	"an index is added to the table's address; QEMU ORs, unaligned tables differ",
	"PHB4: a PE number that does not exist is an error; QEMU cuts it to one that does",
	"PHB4: without bounds the whole address goes out; QEMU drops bits from 50 up",
};
const size_t reason_count = sim_count_of(reasons);
static_assert(sim_count_of(reasons) == sim_count_of(conditions) + REASON_FIRST_OF_DMA, "a text for each condition");

int reason_of(const struct bench *bench, const struct dma_case *c)
{
	size_t i;

	if (c->theirs.kind != c->foretold.kind || c->theirs.at != c->foretold.at || c->ours.kind == KIND_CONFUSED)
		return -1;
	for (i = 0; i < sim_count_of(conditions); i++) {
		if (conditions[i].holds(bench, c))
			return (int)i + REASON_FIRST_OF_DMA;
	}
	return -1;
}
