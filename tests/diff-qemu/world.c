/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tests/diff-qemu/world.c - random tables, and random DMAs that have something to meet there.
 *
 * A world: four requesters, each in a PE of its own (or in none), two windows each. Windows are of every kind that a
 * TVE can say. Not drawn: MSIs (writes into the MSI window); tables whose top level shifts an address by 64 bits or
 * more (QEMU's C leaves that undefined); a DMA that either side would send into RAM outside the arena's data.
 */
#include "tests/diff-qemu/bench.h"

#define BIT59 (1ull << 59)
#define WINDOW_UNIT (16ull << 20) /* of the bounds of a non-translated window */

static uint64_t below(struct bench *bench, uint64_t bound)
{
	return sim_rng_below(&bench->rng, bound);
}

static bool chance(struct bench *bench, uint64_t percent)
{
	return sim_rng_chance(&bench->rng, percent, 100);
}

static uint64_t data_address(struct bench *bench)
{
	return DATA + below(bench, DATA_BYTES / 8) * 8;
}

struct shape {
	uint32_t levels, index_bits, page_shift, table_shift;
};

static struct shape shape_of(uint64_t tve)
{
	uint32_t size = (uint32_t)ppc_get(IODA2_TVT_TABLE_SIZE, tve);

	return (struct shape){
		.levels = (uint32_t)ppc_get(IODA2_TVT_NUM_LEVELS, tve) + 1,
		.index_bits = size + 8,
		.page_shift = (uint32_t)ppc_get(IODA2_TVT_PAGE_SIZE, tve) + IODA2_TVT_PAGE_SIZE_SHIFT,
		.table_shift = size + IODA2_TVT_TABLE_SIZE_SHIFT,
	};
}

/* ---- Tables ---- */

/* Room for one table of @window, aligned as the window says. Return: 0 when there is none left. */
static uint64_t node_alloc(struct bench *bench, const struct window *window, uint32_t table_shift)
{
	uint64_t bytes = table_shift < 14 ? 1ull << table_shift : NODE_BYTES_MAX;
	uint64_t at = bench->tables_used;

	if (!window->unaligned)
		at = (at + bytes - 1) & ~(bytes - 1);
	else if (at % bytes == 0)
		at += 4096;
	if (at + bytes > TABLES_BYTES)
		return 0;
	bench->tables_used = at + bytes;
	return ARENA + at;
}

static uint64_t draw_control(struct bench *bench)
{
	return chance(bench, 60) ? TCE_CONTROL : below(bench, 4);
}

/* Index @level of a new mapping: small, so that it lies in the part of the table that there is. */
static uint64_t draw_index(struct bench *bench, const struct shape *shape)
{
	uint64_t there = NODE_BYTES_MAX / 8;

	if (shape->index_bits < 11)
		there = 1ull << shape->index_bits;
	return chance(bench, 20) ? there - 1 : below(bench, chance(bench, 50) ? 4 : there);
}

/* One more page of a translated window; which address of it is not said: data_address() chooses. */
static void map_one(struct bench *bench, struct window *window)
{
	struct shape shape = shape_of(window->tve);
	uint64_t table = ppc_get(IODA2_TVT_TABLE_ADDR, window->tve) << IODA2_TVT_TABLE_ADDR_SHIFT;
	uint64_t in_page = (1ull << shape.page_shift) - 1, real = data_address(bench), addr = real & in_page, at = 0;
	uint64_t next, index;
	uint32_t level = shape.levels, shift;

	if (chance(bench, 4))
		real += QEMU_RAM_BYTES; /* nothing is there */
	while (level--) {
		shift = shape.page_shift + shape.index_bits * level;
		index = shift < 59 ? draw_index(bench, &shape) : 0;
		if (shift < 59 && shift + shape.index_bits > 59)
			index &= (1ull << (59 - shift)) - 1;
		if (shift < 59)
			addr |= index << shift;
		at = table + index * 8;
		if (!level)
			break;
		next = bench_load(bench, at);
		if (!(next & TCE_CONTROL)) {
			next = node_alloc(bench, window, shape.table_shift);
			if (!next)
				return;
			next |= 1 + below(bench, 3);
			bench_store(bench, at, next);
		}
		table = next & TCE_RPN;
	}
	/* What is reserved, or below the page, has no effect. */
	bench_store(bench, at,
		    (real & ~in_page) | (below(bench, 1ull << 12) & ~TCE_CONTROL) | draw_control(bench) |
			    (below(bench, UINT64_MAX) & in_page & ~0xfffull));
	window->leaf[window->mapping_count] = at;
	window->mapping[window->mapping_count++] = window->select | addr;
}

static uint64_t draw_page_code(struct bench *bench, bool known)
{
	uint64_t code;

	/* The smallest twice as often. */
	if (known) {
		code = below(bench, PAGE_SIZES + 1);
		return bench->target->pages[code ? code - 1 : 0];
	}
	do {
		code = 1 + below(bench, 31);
	} while (page_known(bench->target, code));
	return code;
}

static void draw_translated(struct bench *bench, struct window *window, bool known_page)
{
	struct shape shape;
	uint64_t tve, table;
	uint32_t i;

	do {
		tve = ppc_set(IODA2_TVT_NUM_LEVELS, 0, below(bench, IODA2_TVT_LEVELS_MAX));
		tve = ppc_set(IODA2_TVT_TABLE_SIZE, tve, 1 + below(bench, chance(bench, 90) ? 3 : 31));
		tve = ppc_set(IODA2_TVT_PAGE_SIZE, tve, draw_page_code(bench, known_page));
		shape = shape_of(tve);
	} while (shape.page_shift + shape.index_bits * (shape.levels - 1) >= 64);
	window->unaligned = chance(bench, 12);
	table = node_alloc(bench, window, shape.table_shift);
	if (!table)
		return;
	window->tve = ppc_set(IODA2_TVT_TABLE_ADDR, tve, table >> IODA2_TVT_TABLE_ADDR_SHIFT);
	if (chance(bench, 4)) { /* all tables beyond RAM */
		window->tve |= ppc_set(IODA2_TVT_TABLE_ADDR, 0, QEMU_RAM_BYTES >> IODA2_TVT_TABLE_ADDR_SHIFT);
		return;
	}
	for (i = 0; i < MAPPINGS_MAX; i++)
		map_one(bench, window);
	/* Entries that grant nothing, but are not zero. */
	for (i = 0; i < 4; i++) {
		uint64_t at = table + draw_index(bench, &shape) * 8;

		if (!bench_load(bench, at))
			bench_store(bench, at, data_address(bench) & ~TCE_CONTROL);
	}
}

/* Bounds that hold the data, or end before it, or begin after it. */
static void draw_real(struct bench *bench, struct window *window)
{
	uint64_t start = chance(bench, 80) ? 0 : DATA / WINDOW_UNIT + 1 + below(bench, 1000);
	uint64_t end = chance(bench, 80) ? DATA / WINDOW_UNIT + 1 + below(bench, 1u << 23) : below(bench, 2);
	uint64_t tve = ppc_set(IODA2_TVT_REAL_START, 0, start);
	uint32_t i;

	tve = ppc_set(IODA2_TVT_REAL_END, tve, end);
	if (chance(bench, 85))
		tve |= IODA2_TVT_REAL;
	else
		tve = ppc_set(IODA2_TVT_REAL_END_HI, tve, below(bench, 4));
	if (chance(bench, 8))
		tve = ppc_set(IODA2_TVT_NUM_LEVELS, tve, 5 + below(bench, 3));
	if (bench->target->variant != FX_PHB3 && chance(bench, 60))
		tve |= IODA3_TVT_NON_TRANSLATE_50;
	window->tve = tve;
	for (i = 0; i < MAPPINGS_MAX; i++)
		window->mapping[window->mapping_count++] = window->select | data_address(bench);
	if (chance(bench, 30))
		window->mapping[0] |= 1ull << (32 + below(bench, 27));
}

static void draw_window(struct bench *bench, struct window *window)
{
	uint64_t kind = below(bench, 100);

	window->tve = 0;
	window->mapping_count = 0;
	window->unaligned = false;
	memset(window->leaf, 0, sizeof(window->leaf));
	if (kind < 6)
		return;
	if (kind < 20) {
		draw_real(bench, window);
		return;
	}
	draw_translated(bench, window, kind >= 28);
	if (kind >= 92 && kind < 96)
		window->tve = ppc_set(IODA2_TVT_TABLE_SIZE, window->tve, 0);
	else if (kind >= 96)
		window->tve = ppc_set(IODA2_TVT_NUM_LEVELS, window->tve, 5 + below(bench, 3));
}

/* Where QEMU wraps it, it becomes a PE that has no windows. */
static uint16_t draw_no_pe(struct bench *bench)
{
	uint32_t count = bench->target->pe_count, turns = 65536 / count;

	if (!bench->target->wraps)
		return (uint16_t)(count + below(bench, 65536 - count));
	return (uint16_t)(count * (1 + below(bench, turns - 1)) + count - 1 - below(bench, 10));
}

void world_build(struct bench *bench)
{
	uint32_t fn, i;
	uint64_t rtt;

	bench_clean(bench);
	bench->rtt_bar = chance(bench, bench->target->wraps ? 90 : 97) ? PHB_RTT_BAR_ENABLE | FX_RTT : FX_RTT;
	bench->config = chance(bench, 30) ? PHB_CONFIG_32BIT_MSI_EN : 0;
	if (bench->target->variant == FX_PHB3)
		bench->config |= PHB_CONFIG_M32_EN;
	bench->naples = chance(bench, 30) || bench->target->variant != FX_PHB3;
	bench_write(bench, PHB_RTT_BAR, bench->rtt_bar);
	bench_write(bench, PHB_CONFIG, bench->config);
	if (bench->target->variant == FX_PHB3)
		bench_write(bench, PHB_CONTROL, bench->naples ? PHB3_CONTROL_32BIT_BYPASS : 0);
	else
		bench_write(bench, PHB_CONTROL, bench->target->control);
	for (fn = 0; fn < QEMU_FUNCTIONS; fn++) {
		/* PEs of their own, below the helper's; one in thirty is a number that no PE has. */
		bench->pe[fn] = (uint16_t)(fn * 60 + below(bench, 60));
		if (chance(bench, 3))
			bench->pe[fn] = draw_no_pe(bench);
		rtt = FX_RTT + 2 * (QEMU_FIRST_RID + fn);
		fx_set_pe(&bench->fx, (uint16_t)(QEMU_FIRST_RID + fn), bench->pe[fn]);
		memcpy(ram_base(bench->qemu_ram) + rtt, ram_base(bench->fx.ram) + rtt, 2);
	}
	bench_write(bench, PHB_RTC_INVALIDATE, PHB_RTC_INVALIDATE_ALL);
	for (i = 0; i < WINDOWS; i++) {
		struct window *window = &bench->window[i];

		window->fn = i / 2;
		window->pe = bench->pe[window->fn];
		window->select = i % 2 ? BIT59 : 0;
		draw_window(bench, window);
		if (window->pe < bench->target->pe_count)
			bench_ioda(bench, IODA2_TBL_TVT, window->pe * 2 + i % 2, window->tve);
	}
}

/* ---- DMAs ---- */

static uint64_t draw_mapped(struct bench *bench, const struct window *window)
{
	if (!window->mapping_count)
		return window->select | data_address(bench);
	return window->mapping[below(bench, window->mapping_count)];
}

/* The mapped address again, one or more windows further up. */
static uint64_t draw_beyond(struct bench *bench, const struct window *window)
{
	struct shape shape = shape_of(window->tve);
	uint32_t bits = shape.page_shift + shape.index_bits * shape.levels;
	uint64_t addr = draw_mapped(bench, window);

	return bits < 59 ? addr | (1ull << (bits + below(bench, 59 - bits))) : addr;
}

static uint64_t draw_addr(struct bench *bench, const struct window *window)
{
	struct shape shape = shape_of(window->tve);
	uint64_t kind = below(bench, 100), addr;
	uint32_t bits = shape.page_shift + shape.index_bits * shape.levels;

	if (kind < 55)
		return draw_mapped(bench, window);
	if (kind < 70)
		return draw_beyond(bench, window);
	if (kind < 82) { /* anywhere in the window */
		addr = below(bench, 1ull << (bits < 59 ? bits : 59)) & ~7ull;
		return window->select | addr;
	}
	if (kind < 88) /* what another function has mapped */
		return draw_mapped(bench, &bench->window[below(bench, WINDOWS)]);
	if (kind < 92)
		return below(bench, 1ull << 60) & ~7ull;
	if (kind < 96)
		return IODA2_MSI32_BASE + (below(bench, IODA2_MSI32_BYTES) & ~7ull);
	return (draw_mapped(bench, window) & (BIT59 | (BIT59 - 1))) | (1 + below(bench, 15)) << 60;
}

/* Neither side will touch RAM but the arena's data. */
static bool is_safe(const struct outcome *out)
{
	return out->kind != KIND_OK || (out->at >= DATA && out->at + 8 <= DATA + DATA_BYTES);
}

void world_draw(struct bench *bench, struct dma_case *c)
{
	struct phb_translation ours;
	const struct window *window;
	struct outcome out;
	uint32_t pe;

	do {
		window = &bench->window[below(bench, WINDOWS)];
		c->fn = window->fn;
		c->addr = draw_addr(bench, window);
		c->write = chance(bench, 50);
		if (bench->config & PHB_CONFIG_32BIT_MSI_EN && c->addr - IODA2_MSI32_BASE < IODA2_MSI32_BYTES)
			c->write = false;
		pe = bench->pe[c->fn];
		c->tve = pe < bench->target->pe_count ? bench->window[c->fn * 2 + (c->addr >> 59 & 1)].tve : 0;
		c->stale = false;
		c->foretold = foretell(bench, c);
		ours = phb_translate(bench->fx.phb, (uint16_t)(QEMU_FIRST_RID + c->fn), (struct ioaddr){c->addr},
				     c->write);
		out = (struct outcome){ours.ok ? KIND_OK : KIND_TCE, ours.real.v};
	} while (!is_safe(&out) || !is_safe(&c->foretold));
}
