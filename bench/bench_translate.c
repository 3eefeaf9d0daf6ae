/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bench/bench_translate.c - what an untimed TCE translation costs the host, next to the loads and compares that no
 * translation can avoid: RID to PE, freeze bit, TVE load and decode, then on a hit one tag compare and the TCE, on a
 * miss the two levels of the table; then the permission. Both contestants see the same requests in the same run.
 *
 * Wanted: at most 3 times the bare work, on a hit and on a two-level walk.
 */
#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bench_util.h"
#include "hw/phb/phb_xlate.h"
#include "sim/rng.h"

#define RAM_BYTES (64ull << 20)
#define RTT_AT 0x100000ull
#define TABLES_AT 0x1000000ull
#define WINDOW_BYTES 0x200000ull /* of RAM: tables of one window */
#define PES 4u
#define PAGE_SHIFT 16
#define LEVEL_BITS 9		/* 4 KiB tables */
#define WINDOW_PAGES (1u << 15) /* 2 GiB: Linux's default 32-bit window */
#define HIT_LINES 8u		/* per window: all windows together fill half of the cache */
#define REQUESTS 8192u
#define ROUNDS BENCH_ROUNDS_MAX
#define PER_ROUND (REQUESTS * 4ull) /* about a millisecond: mostly within one time slice of a busy host */
#define WANTED_PERMILLE 3000
#define BARE_TAGS 64u

struct request {
	uint64_t addr;
	uint16_t rid;
	bool write;
};

/** struct bare - what the hardware's function needs at the least, with nothing around it. */
struct bare {
	uint16_t pe_of_rid[65536];
	uint64_t frozen[4];
	uint64_t tvt[512];
	uint64_t tag[BARE_TAGS];
	uint64_t line[BARE_TAGS][16];
	const uint8_t *ram;
};

struct bench {
	struct phb *phb;
	struct bare *bare;
	struct request request[REQUESTS];
	uint64_t sum, errors;
};

static inline uint64_t bare_load(const uint8_t *at)
{
	uint64_t value;

	memcpy(&value, at, sizeof(value));
	return be64toh(value);
}

/* Common to both: requester, freeze, TVE with its fields. Return: offset in the window, or ~0. */
static inline uint64_t bare_window(const struct bare *bare, const struct request *request, uint32_t *index,
				   uint64_t *raw, uint32_t *page_shift, uint32_t *bits)
{
	uint32_t pe = bare->pe_of_rid[request->rid];
	uint64_t offset = request->addr & ((1ull << 59) - 1);

	if (bare->frozen[pe / 64] & PPC_BIT(pe % 64))
		return UINT64_MAX;
	*index = pe * 2 + (uint32_t)(request->addr >> 59 & 1);
	*raw = bare->tvt[*index];
	*page_shift = (uint32_t)ppc_get(IODA2_TVT_PAGE_SIZE, *raw) + IODA2_TVT_PAGE_SIZE_SHIFT;
	*bits = (uint32_t)ppc_get(IODA2_TVT_TABLE_SIZE, *raw) + 8;
	if (request->addr >> 60 ||
	    offset >> (*page_shift + *bits * ((uint32_t)ppc_get(IODA2_TVT_NUM_LEVELS, *raw) + 1)))
		return UINT64_MAX;
	return offset;
}

static inline uint64_t bare_leaf(uint64_t tce, uint64_t offset, uint32_t page_shift, bool write)
{
	uint64_t mask = (1ull << page_shift) - 1;

	if (!(tce & (write ? 2 : 1)))
		return UINT64_MAX;
	return (tce & ~0xfffull & ~mask) | (offset & mask);
}

static void bare_hit(void *arg, uint64_t count)
{
	struct bench *bench = arg;
	const struct bare *bare = bench->bare;
	uint64_t i, sum = 0;

	for (i = 0; i < count; i++) {
		const struct request *request = &bench->request[i % REQUESTS];
		uint32_t index = 0, page_shift = 0, bits = 0, slot;
		uint64_t raw = 0, offset = bare_window(bare, request, &index, &raw, &page_shift, &bits), key;

		if (offset == UINT64_MAX) {
			bench->errors++;
			continue;
		}
		key = offset >> page_shift >> 4 << 9 | index;
		slot = (uint32_t)((key >> 9) + index / 2 * HIT_LINES) % BARE_TAGS;
		if (bare->tag[slot] != key) {
			bench->errors++;
			continue;
		}
		sum += bare_leaf(be64toh(bare->line[slot][offset >> page_shift & 15]), offset, page_shift,
				 request->write);
	}
	bench->sum = sum;
}

static void bare_walk(void *arg, uint64_t count)
{
	struct bench *bench = arg;
	const struct bare *bare = bench->bare;
	uint64_t i, sum = 0;

	for (i = 0; i < count; i++) {
		const struct request *request = &bench->request[i % REQUESTS];
		uint32_t index = 0, page_shift = 0, bits = 0;
		uint64_t raw = 0, offset = bare_window(bare, request, &index, &raw, &page_shift, &bits), table, mask;

		if (offset == UINT64_MAX) {
			bench->errors++;
			continue;
		}
		mask = (1ull << bits) - 1;
		table = ppc_get(IODA2_TVT_TABLE_ADDR, raw) << 12;
		table = bare_load(bare->ram + table + 8 * (offset >> (page_shift + bits) & mask));
		if (!(table & 3)) {
			bench->errors++;
			continue;
		}
		table = bare_load(bare->ram + (table & ~0xfffull) + 8 * (offset >> page_shift & mask));
		sum += bare_leaf(table, offset, page_shift, request->write);
	}
	bench->sum = sum;
}

static void model(void *arg, uint64_t count)
{
	struct bench *bench = arg;
	uint64_t i, sum = 0;
	struct phb_xlate x;

	for (i = 0; i < count; i++) {
		const struct request *request = &bench->request[i % REQUESTS];

		if (phb_xlate(bench->phb, request->rid, request->addr, request->write, &x) != PHB_XLATE_OK)
			bench->errors++;
		else
			sum += x.real;
	}
	bench->sum = sum;
}

/* ---- The same machine for both ---- */

static void build_window(struct ram *ram, uint32_t pe)
{
	uint64_t root = TABLES_AT + pe * 2 * WINDOW_BYTES, leaf = root + 0x1000, i;

	for (i = 0; i < 1u << LEVEL_BITS; i++)
		ram_store_be64(ram, (struct raddr){root + 8 * i}, (leaf + 0x1000 * i) | 3);
	for (i = 0; i < WINDOW_PAGES; i++)
		ram_store_be64(ram, (struct raddr){leaf + 8 * i}, ((i * 2654435761u + pe) & 0x1ff) << PAGE_SHIFT | 3);
}

static void write_tve(struct bench *bench, uint32_t pe)
{
	uint64_t raw = ppc_set(IODA2_TVT_TABLE_ADDR, 0, (TABLES_AT + pe * 2 * WINDOW_BYTES) >> 12);

	raw = ppc_set(IODA2_TVT_NUM_LEVELS, raw, 1);
	raw = ppc_set(IODA2_TVT_TABLE_SIZE, raw, 1);
	raw = ppc_set(IODA2_TVT_PAGE_SIZE, raw, PAGE_SHIFT - IODA2_TVT_PAGE_SIZE_SHIFT);
	bench->bare->tvt[2 * pe] = raw;
	phb_reg_write(bench->phb, PHB_IODA_ADDR, ppc_set(PHB_IODA_ADDR_TSEL, 2ull * pe, IODA2_TBL_TVT), 8);
	phb_reg_write(bench->phb, PHB_IODA_DATA0, raw, 8);
}

static void no_irq(void *arg, uint32_t source)
{
	(void)arg;
	(void)source;
}

static void requests(struct bench *bench, uint32_t pages)
{
	struct sim_rng rng;
	uint32_t i;

	sim_rng_init(&rng, 1, "bench_translate");
	for (i = 0; i < REQUESTS; i++) {
		uint64_t page = sim_rng_below(&rng, pages);

		bench->request[i].rid = (uint16_t)(sim_rng_below(&rng, PES) << 8);
		bench->request[i].addr = page << PAGE_SHIFT | sim_rng_below(&rng, 1u << PAGE_SHIFT);
		bench->request[i].write = sim_rng_chance(&rng, 1, 2);
	}
}

/* The bare cache holds what the requests of the hit case ask for. */
static void fill_bare_cache(struct bare *bare)
{
	uint32_t pe, line;

	for (pe = 0; pe < PES; pe++) {
		for (line = 0; line < HIT_LINES; line++) {
			uint32_t slot = (line + pe * HIT_LINES) % BARE_TAGS;

			bare->tag[slot] = (uint64_t)line << 9 | pe * 2;
			memcpy(bare->line[slot], bare->ram + TABLES_AT + pe * 2 * WINDOW_BYTES + 0x1000 + line * 128,
			       128);
		}
	}
}

static int compare(struct bench *bench, const char *title, const char *name, bench_fn *bare)
{
	struct bench_case cases[2] = {{.name = name, .fn = bare, .arg = bench},
				      {.name = "phb_xlate", .fn = model, .arg = bench}};
	uint64_t sum, ratio;

	bare(bench, REQUESTS);
	sum = bench->sum;
	model(bench, REQUESTS);
	if (sum != bench->sum || bench->errors) {
		fprintf(stderr, "%s: the two disagree\n", title);
		return 1;
	}
	bench_run(cases, 2, ROUNDS, PER_ROUND);
	bench_print(title, cases, 2);
	ratio = bench_ratio_permille(&cases[1], &cases[0]);
	return ratio > WANTED_PERMILLE;
}

int main(void)
{
	struct sim *sim = sim_create(1);
	struct cfg *cfg = cfg_create();
	struct ram *ram = ram_create(RAM_BYTES);
	struct bench *bench = sim_alloc(sizeof(*bench));
	struct tlp_pool *pool = tlp_pool_create(sim, 1);
	struct memory *memory;
	uint32_t pe;
	int over;

	if (!ram) {
		perror("bench_translate: RAM");
		return 2;
	}
	cfg_add_rows(cfg, phb_cfg_rows, phb_cfg_row_count);
	cfg_add_rows(cfg, memory_cfg_rows, memory_cfg_row_count);
	memory = memory_create(sim, cfg, RAM_BYTES);
	bench->phb = phb_create(sim, cfg, 0, ram, memory, NULL, pool, no_irq, NULL);
	bench->bare = sim_alloc(sizeof(*bench->bare));
	bench->bare->ram = ram_base(ram);
	phb_reg_write(bench->phb, PHB_RTT_BAR, PHB_RTT_BAR_ENABLE | RTT_AT, 8);
	for (pe = 0; pe < PES; pe++) {
		ram_base(ram)[RTT_AT + 2 * (pe << 8) + 1] = (uint8_t)pe;
		bench->bare->pe_of_rid[pe << 8] = (uint16_t)pe;
		build_window(ram, pe);
		write_tve(bench, pe);
	}
	fill_bare_cache(bench->bare);
	requests(bench, HIT_LINES * TCE_CACHE_LINE_TCES);
	over = compare(bench, "TCE cache hit", "bare loads and one tag", bare_hit);
	requests(bench, WINDOW_PAGES);
	over |= compare(bench, "two-level walk", "bare loads of two levels", bare_walk);
	printf("%s 3 times the bare work\n", over ? "more than" : "within");
	phb_destroy(bench->phb);
	tlp_pool_destroy(pool);
	memory_destroy(memory);
	ram_destroy(ram);
	cfg_destroy(cfg);
	sim_destroy(sim);
	free(bench->bare);
	free(bench);
	return over;
}
