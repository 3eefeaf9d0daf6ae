/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tests/hw/test_phb_xlate.c - property: random windows, tables and requests agree with a second translator.
 *
 * The second one is written from the published formats alone, with plain shifts and no code of the PHB: a TVE is
 * decoded for each request, tables are read byte by byte, nothing is cached. As long as every change is killed, the two
 * must agree on verdict class and address. Set PHBSIM_TEST_SEED to replay one seed.
 */
#include <inttypes.h>
#include <stdio.h>

#include "tests/hw/phb_fixture.h"

#define TABLE_POOL_BYTES 0x800000ull
#define REQUESTS_PER_SEED 3000
#define RPN_MASK 0xfffffffffffff000ull

enum plain { PLAIN_OK, PLAIN_NO_WINDOW, PLAIN_BEYOND, PLAIN_PAGE, PLAIN_ACCESS, PLAIN_TABLE, PLAIN_CLASS, PLAIN_MSI };

static uint64_t plain_be64(const uint8_t *ram, uint64_t at)
{
	uint64_t value = 0;
	int i;

	for (i = 0; i < 8; i++)
		value = value << 8 | ram[at + (uint64_t)i];
	return value;
}

static enum plain plain_walk(const uint8_t *ram, uint64_t tve, uint64_t offset, bool write, uint64_t *real)
{
	int levels = (int)(tve >> 13 & 7) + 1, table_log2 = (int)(tve >> 8 & 31) + 11, page_log2 = (int)(tve & 31) + 11;
	uint64_t table = tve >> 16 << 12, entry = 0;
	int level;

	for (level = levels - 1; level >= 0; level--) {
		int below = page_log2 + level * (table_log2 - 3);
		uint64_t index = below >= 64 ? 0 : offset >> below;

		index %= 1ull << (table_log2 - 3);
		if (table + 8 * index >= FX_RAM_BYTES)
			return PLAIN_TABLE;
		entry = plain_be64(ram, table + 8 * index);
		if (entry % 4 == 0)
			return PLAIN_PAGE;
		table = entry & RPN_MASK;
	}
	if (!(entry & (write ? 2 : 1)))
		return PLAIN_ACCESS;
	*real = (entry & RPN_MASK) >> page_log2 << page_log2 | offset % (1ull << page_log2);
	return PLAIN_OK;
}

/* What the plain translator must know of a PHB. @log2: TVEs per PE. @above_4g: from there on TVE 1 is meant. */
struct plain_phb {
	bool ioda3, above_4g;
	uint32_t tves, log2;
	uint64_t tvt[1024];
};

static bool plain_page_size(const struct plain_phb *phb, uint64_t code)
{
	return code == 1 || code == 5 || (phb->ioda3 ? code == 10 || code == 19 : code == 13 || code == 17);
}

static enum plain plain_real(const struct plain_phb *phb, uint64_t tve, uint64_t offset, bool low, uint64_t *real)
{
	uint64_t start = (tve >> 40 & 0xffffff) << 24 | (tve >> 10 & 3) << 48;
	uint64_t end = (tve >> 16 & 0xffffff) << 24 | (tve >> 8 & 3) << 48;

	*real = offset;
	if (phb->ioda3 && !(tve & 0x80))
		return PLAIN_OK;
	if (!phb->ioda3 && low && start < 0x100000000ull)
		start = 0x100000000ull;
	return offset >= start && offset < end ? PLAIN_OK : PLAIN_BEYOND;
}

static enum plain plain_translate(const uint8_t *ram, const struct plain_phb *phb, uint16_t rid, uint64_t addr,
				  bool write, uint64_t *real)
{
	uint32_t pe = (uint32_t)ram[FX_RTT + 2u * rid] << 8 | ram[FX_RTT + 2u * rid + 1];
	uint64_t which = addr << 4 >> (64 - phb->log2), offset = addr << (4 + phb->log2) >> (4 + phb->log2);
	uint64_t tve, page, size, levels, bits;

	if (addr >> 60)
		return addr >> 60 == 1 ? PLAIN_MSI : PLAIN_CLASS;
	if (addr >= 0xffff0000ull && addr <= 0xffffffffull)
		return PLAIN_MSI;
	if (phb->above_4g && addr >> 32)
		which = 1;
	if (((pe + 1) << phb->log2) > phb->tves)
		return PLAIN_NO_WINDOW;
	tve = phb->tvt[(pe << phb->log2) + which];
	page = tve & 31;
	size = tve >> 8 & 31;
	levels = (tve >> 13 & 7) + 1;
	if (!size)
		return PLAIN_NO_WINDOW;
	if (!page)
		return plain_real(phb, tve, offset, !which, real);
	if (!plain_page_size(phb, page) || levels > 5)
		return PLAIN_NO_WINDOW;
	bits = levels * (size + 8) + page + 11;
	if (bits < 60 - phb->log2 && offset >> bits)
		return PLAIN_BEYOND;
	return plain_walk(ram, tve, offset, write, real);
}

static enum plain plain_of(enum phb_verdict verdict)
{
	switch (verdict) {
	case PHB_XLATE_OK:
		return PLAIN_OK;
	case PHB_XLATE_TVE_INVALID:
		return PLAIN_NO_WINDOW;
	case PHB_XLATE_TVE_RANGE:
		return PLAIN_BEYOND;
	case PHB_XLATE_PAGE_FAULT:
		return PLAIN_PAGE;
	case PHB_XLATE_ACCESS_FAULT:
		return PLAIN_ACCESS;
	case PHB_XLATE_WALK_ERROR:
		return PLAIN_TABLE;
	case PHB_XLATE_ADDR_CLASS:
		return PLAIN_CLASS;
	case PHB_XLATE_MSI:
	case PHB_XLATE_MSI_READ:
		return PLAIN_MSI;
	default:
		return (enum plain) - 1;
	}
}

/* A TVE that is mostly sensible; its tables lie in the pool of random entries. */
static uint64_t random_tve(struct sim_rng *rng)
{
	static const uint8_t pages[2][4] = {{1, 5, 13, 17}, {1, 5, 10, 19}};
	uint64_t tve;

	if (sim_rng_chance(rng, 1, 20))
		return sim_rng_u64(rng);
	if (sim_rng_chance(rng, 1, 10))
		return (sim_rng_below(rng, 0x200) << 40) | (sim_rng_below(rng, 0x400) << 16) | 0x1000 |
		       (sim_rng_chance(rng, 1, 2) ? 0x80 : 0);
	tve = (FX_TABLES + sim_rng_below(rng, TABLE_POOL_BYTES / 0x1000) * 0x1000) >> 12 << 16;
	tve |= sim_rng_below(rng, 5) << 13;
	tve |= sim_rng_range(rng, 1, 5) << 8;
	return tve | pages[!fx_is_phb3()][sim_rng_below(rng, 4)];
}

/* Entries point back into the pool, so that any number of levels goes on, or to data, or nowhere. */
static uint64_t random_tce(struct sim_rng *rng)
{
	if (sim_rng_chance(rng, 1, 8))
		return sim_rng_u64(rng) & ~3ull;
	if (sim_rng_chance(rng, 1, 16))
		return sim_rng_u64(rng) | 3;
	return (FX_TABLES + sim_rng_below(rng, TABLE_POOL_BYTES / 0x1000) * 0x1000) | sim_rng_range(rng, 1, 3);
}

static uint64_t random_addr(struct sim_rng *rng)
{
	uint64_t addr = sim_rng_u64(rng) >> sim_rng_range(rng, 4, 58);

	if (sim_rng_chance(rng, 1, 3))
		addr |= 1ull << 59;
	if (sim_rng_chance(rng, 1, 30))
		addr |= sim_rng_below(rng, 16) << 60;
	if (sim_rng_chance(rng, 1, 30))
		addr = 0xfffe8000ull + sim_rng_below(rng, 0x20000);
	return addr;
}

/* How addresses select TVEs: PHB4 and PHB5 can be told. */
static void select_tves(struct fx *fx, struct sim_rng *rng, struct plain_phb *phb)
{
	uint64_t ctrlr = PHB4_INIT_CTRLR;

	memset(phb, 0, sizeof(*phb));
	phb->ioda3 = !fx_is_phb3();
	phb->tves = fx->phb->pe_count * 2;
	phb->log2 = 1;
	if (!phb->ioda3)
		return;
	phb->log2 = (uint32_t)sim_rng_range(rng, 1, 4);
	phb->above_4g = phb->log2 == 1 && sim_rng_chance(rng, 1, 2);
	ctrlr |= (uint64_t)(phb->log2 - 1) << 44 | (phb->above_4g ? 1ull << 39 : 0);
	fx_write(fx, PHB_CONTROL, ctrlr);
}

static void run_seed(uint64_t seed)
{
	static const char *const few[] = {"phb.tce_cache.entries=16", "phb.tce_cache.ways=2", "phb.rtc.entries=3",
					  NULL};
	uint64_t at, counts[PLAIN_MSI + 1] = {0};
	struct plain_phb phb;
	struct sim_rng rng;
	uint32_t i, n, pes;
	struct fx fx;

	sim_rng_init(&rng, seed, "phb_xlate");
	fx_begin_with(&fx, sim_rng_chance(&rng, 1, 2) ? few : NULL);
	for (at = 0; at < TABLE_POOL_BYTES; at += 8)
		fx_store(&fx, FX_TABLES + at, random_tce(&rng));
	select_tves(&fx, &rng, &phb);
	for (i = 0; i < phb.tves; i++) {
		phb.tvt[i] = random_tve(&rng);
		fx_ioda_write(&fx, IODA2_TBL_TVT, i, phb.tvt[i]);
	}
	/* Now and then a PE that has no TVEs any more, because the others have more. */
	pes = phb.tves >> phb.log2;
	for (i = 0; i < 16; i++)
		fx_set_pe(&fx, (uint16_t)i,
			  (uint16_t)sim_rng_below(&rng, i == 7 ? fx.phb->pe_count : pes));
	for (i = 0; i < REQUESTS_PER_SEED; i++) {
		uint16_t rid = (uint16_t)sim_rng_below(&rng, 16);
		uint64_t addr = random_addr(&rng), real = 0, expect_real = 0;
		bool write = sim_rng_chance(&rng, 1, 2);
		enum plain expect = plain_translate(ram_base(fx.ram), &phb, rid, addr, write, &expect_real), got;
		struct phb_translation seen;

		got = plain_of(fx_xlate(&fx, rid, addr, write, &real));
		ck_assert_msg(got == expect && (got != PLAIN_OK || real == expect_real),
			      "seed %" PRIu64 " request %u: rid %04x addr 0x%" PRIx64 " %s: got %d 0x%" PRIx64
			      ", expected %d 0x%" PRIx64,
			      seed, i, rid, addr, write ? "write" : "read", (int)got, real, (int)expect, expect_real);
		seen = phb_translate(fx.phb, rid, (struct ioaddr){addr}, write);
		ck_assert_msg(seen.ok == (expect == PLAIN_OK && expect_real < FX_RAM_BYTES),
			      "seed %" PRIu64 " request %u: observer says %d", seed, i, seen.ok);
		ck_assert_msg(!seen.ok || seen.real.v == expect_real, "seed %" PRIu64 " request %u: observer", seed, i);
		counts[expect]++;
		if (sim_rng_chance(&rng, 1, 10)) {
			n = (uint32_t)sim_rng_below(&rng, phb.tves);
			phb.tvt[n] = random_tve(&rng);
			fx_ioda_write(&fx, IODA2_TBL_TVT, n, phb.tvt[n]);
			fx_kill(&fx, PHB_TCE_KILL_PE | n >> phb.log2);
		}
		if (sim_rng_chance(&rng, 1, 10)) {
			fx_store(&fx, FX_TABLES + sim_rng_below(&rng, TABLE_POOL_BYTES / 8) * 8, random_tce(&rng));
			fx_kill(&fx, PHB_TCE_KILL_ALL);
		}
		if (sim_rng_chance(&rng, 1, 20)) {
			fx_set_pe(&fx, rid, (uint16_t)sim_rng_below(&rng, pes));
			fx_write(&fx, PHB_RTC_INVALIDATE, ppc_set(PHB_RTC_INVALIDATE_RID, 0, rid));
		}
	}
	/* A run that met only errors would prove nothing. */
	ck_assert_msg(counts[PLAIN_OK] > REQUESTS_PER_SEED / 10, "seed %" PRIu64 ": %" PRIu64 " good ones", seed,
		      counts[PLAIN_OK]);
	ck_assert_uint_gt(counts[PLAIN_PAGE] + counts[PLAIN_ACCESS], REQUESTS_PER_SEED / 50);
	ck_assert_uint_gt(counts[PLAIN_BEYOND], 0);
	fx_end(&fx);
}

START_TEST(test_phb_xlate_when_tables_and_requests_are_random_then_agrees_with_a_plain_translator)
{
	/* See the top of the file. */
	const char *replay = getenv("PHBSIM_TEST_SEED");

	run_seed(replay ? strtoull(replay, NULL, 0) : (uint64_t)_i + 1);
}
END_TEST

int main(void)
{
	const struct fx_case cases[] = {
		{test_phb_xlate_when_tables_and_requests_are_random_then_agrees_with_a_plain_translator, 12, FX_FROM_PHB3},
	};

	return fx_main("hw.phb_xlate", cases, sim_count_of(cases));
}
