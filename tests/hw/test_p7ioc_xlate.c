/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tests/hw/test_p7ioc_xlate.c - property: random PELTM, TVT, TCE tables and requests on a P7IOC agree with a second
 * translator.
 *
 * The second one is written from the published formats alone (bit by bit, as skiboot's p7ioc-regs.h prints the masks),
 * with plain shifts, byte by byte, without a cache and without code of the PHB. Software of this test kills just the
 * pairs that it changed, so a kill that hits the wrong line shows. Set PHBSIM_TEST_SEED to replay one seed.
 */
#include <inttypes.h>

#include "tests/hw/p7ioc_fixture.h"

#define SEEDS 16
#define REQUESTS 3000
#define RIDS 24u
#define POOL_BYTES 0x400000ull

enum plain {
	PLAIN_OK,
	PLAIN_NO_WINDOW,
	PLAIN_DENIED,
	PLAIN_BEYOND,
	PLAIN_PAGE,
	PLAIN_ACCESS,
	PLAIN_TABLE,
	PLAIN_CLASS,
	PLAIN_MSI,
	PLAIN_COUNT
};

/** struct world - what was written into the PHB. @alias, @aligned: how the unknown is configured. */
struct world {
	struct fx fx;
	uint64_t peltm[128], tvt0[128], tvt1[128];
	bool alias, aligned;
};

/* Does @rid pass a filter of @bus by @code, and of @dev and @func where they are valid? */
static bool plain_filter(uint32_t rid, uint32_t code, uint32_t bus, bool dev_valid, uint32_t dev, bool func_valid,
			 uint32_t func)
{
	uint32_t rid_bus = rid >> 8, bits;

	for (bits = 0; code && bits <= code; bits++) {
		if ((rid_bus >> (7 - bits) & 1) != (bus >> (7 - bits) & 1))
			return false;
	}
	return (!dev_valid || (rid >> 3 & 31) == dev) && (!func_valid || (rid & 7) == func);
}

static uint32_t plain_pe(const struct world *w, uint32_t rid)
{
	uint32_t pe;

	for (pe = 0; pe < 127; pe++) {
		uint64_t e = w->peltm[pe];

		if (plain_filter(rid, e >> 45 & 7, (uint32_t)(e >> 56), e >> 44 & 1, e >> 51 & 31, e >> 43 & 1,
				 e >> 48 & 7))
			break;
	}
	return pe;
}

static uint64_t plain_be64(const uint8_t *ram, uint64_t at)
{
	uint64_t value = 0;
	int i;

	for (i = 0; i < 8; i++)
		value = value << 8 | ram[at + (uint64_t)i];
	return value;
}

static enum plain plain_translate(const struct world *w, uint32_t rid, uint64_t addr, bool write, uint64_t *real)
{
	uint32_t segment = addr >> 28 & 15, size, page, pe = plain_pe(w, rid);
	uint64_t tvt0 = w->tvt0[segment], tvt1 = w->tvt1[segment], offset = addr & 0xfffffff, at, tce, window;

	if (addr >> 60 == 9 || (addr >= 0xffff0000ull && addr <= 0xffffffffull))
		return PLAIN_MSI;
	if (addr >> 60 || (addr >> 32 && !w->alias))
		return PLAIN_CLASS;
	size = tvt0 >> 8 & 31;
	page = tvt1 >> 40 & 31;
	if (!size || (page != 1 && page != 5 && page != 13 && page != 23))
		return PLAIN_NO_WINDOW;
	if ((tvt1 & 127) != pe || !plain_filter(rid, tvt0 >> 13 & 7, tvt0 & 255, tvt1 >> 61 & 1, tvt1 >> 56 & 31,
						tvt1 >> 51 & 1, tvt1 >> 48 & 7))
		return PLAIN_DENIED;
	window = 1ull << (size + 26);
	if (offset >= window)
		return PLAIN_BEYOND;
	at = offset;
	if (w->aligned && page != 23)
		at += (uint64_t)segment * 0x10000000ull % window;
	at = (tvt0 >> 16 << 12) + (at >> (page + 11)) * 8;
	/* Lines of 128 bytes are fetched whole. */
	if (at / 128 * 128 + 128 > FX_RAM_BYTES)
		return PLAIN_TABLE;
	tce = plain_be64(ram_base(w->fx.ram), at);
	if (!(tce & 3))
		return PLAIN_PAGE;
	if (!(tce & (write ? 2 : 1)))
		return PLAIN_ACCESS;
	*real = tce >> (page + 11) << (page + 11) | offset % (1ull << (page + 11));
	return PLAIN_OK;
}

static enum plain plain_of(enum phb_verdict verdict)
{
	static const struct {
		enum phb_verdict verdict;
		enum plain plain;
	} pairs[] = {
		{PHB_XLATE_OK, PLAIN_OK},
		{PHB_XLATE_TVE_INVALID, PLAIN_NO_WINDOW},
		{PHB_XLATE_TVE_DENIED, PLAIN_DENIED},
		{PHB_XLATE_TVE_RANGE, PLAIN_BEYOND},
		{PHB_XLATE_PAGE_FAULT, PLAIN_PAGE},
		{PHB_XLATE_ACCESS_FAULT, PLAIN_ACCESS},
		{PHB_XLATE_WALK_ERROR, PLAIN_TABLE},
		{PHB_XLATE_ADDR_CLASS, PLAIN_CLASS},
		{PHB_XLATE_MSI, PLAIN_MSI},
		{PHB_XLATE_MSI_READ, PLAIN_MSI},
	};

	for (size_t i = 0; i < sim_count_of(pairs); i++) {
		if (pairs[i].verdict == verdict)
			return pairs[i].plain;
	}
	return PLAIN_COUNT;
}

/* Mostly filters that let some of the few RIDs of the test pass. */
static uint64_t random_peltm(struct sim_rng *rng)
{
	uint64_t e = sim_rng_below(rng, 4) << 56 | sim_rng_below(rng, 2) << 51 | sim_rng_below(rng, 4) << 48;

	if (sim_rng_chance(rng, 1, 10))
		return sim_rng_u64(rng) | 1ull << 44;
	/* Any bus, but then not any function: an entry that all pass would leave the others nothing. */
	if (sim_rng_chance(rng, 1, 12))
		return e | 1ull << 44 | 1ull << 43;
	return e | sim_rng_range(rng, 5, 7) << 45 | sim_rng_below(rng, 2) << 44 | sim_rng_below(rng, 2) << 43;
}

static void set_tve(struct world *w, struct sim_rng *rng, uint32_t index)
{
	static const uint8_t pages[] = {1, 1, 5, 13, 23};
	uint64_t pe = plain_pe(w, (uint32_t)(sim_rng_below(rng, 4) << 8)), e = w->peltm[pe], tvt0, tvt1;

	tvt0 = (FX_TABLES + sim_rng_below(rng, POOL_BYTES >> 12) * 0x1000) >> 12 << 16 | sim_rng_range(rng, 1, 5) << 8;
	tvt1 = (uint64_t)pages[sim_rng_below(rng, sim_count_of(pages))] << 40 | pe;
	if (sim_rng_chance(rng, 1, 2)) { /* as firmware: the filter of the PE */
		tvt0 |= (e >> 45 & 7) << 13 | e >> 56;
		tvt1 |= (e >> 44 & 1) << 61 | (e >> 51 & 31) << 56 | (e >> 43 & 1) << 51 | (e >> 48 & 7) << 48;
	}
	if (sim_rng_chance(rng, 1, 12)) {
		tvt0 = sim_rng_u64(rng);
		tvt1 = sim_rng_u64(rng);
	}
	w->tvt0[index] = tvt0;
	w->tvt1[index] = tvt1;
	p7_write_wide(&w->fx, IODA1_TBL_TVT, index, tvt0, tvt1);
}

static uint64_t random_tce(struct sim_rng *rng)
{
	if (sim_rng_chance(rng, 1, 8))
		return sim_rng_u64(rng) & ~3ull;
	return (FX_DATA + sim_rng_below(rng, 0x1000) * 0x1000) | sim_rng_range(rng, 1, 3);
}

/* Mostly near the start of a segment, so that the same lines are met again and again. */
static uint64_t random_addr(struct sim_rng *rng)
{
	uint64_t addr =
		sim_rng_below(rng, 16) << 28 | sim_rng_below(rng, sim_rng_chance(rng, 1, 4) ? 1u << 28 : 1u << 18);

	if (sim_rng_chance(rng, 1, 12))
		addr |= 1ull << sim_rng_range(rng, 32, 63);
	if (sim_rng_chance(rng, 1, 40))
		addr = 0xfffe8000ull + sim_rng_below(rng, 0x20000);
	if (sim_rng_chance(rng, 1, 40))
		addr = 9ull << 60 | sim_rng_u64(rng) >> 4;
	return addr;
}

static void change_something(struct world *w, struct sim_rng *rng)
{
	uint32_t index;
	uint64_t at;

	switch (sim_rng_below(rng, 12)) {
	case 0:
		index = (uint32_t)sim_rng_below(rng, 127);
		w->peltm[index] = random_peltm(rng);
		p7_write(&w->fx, IODA1_TBL_PELTM, index, w->peltm[index]);
		break;
	case 1:
		/* The TVE moves: lines that its number still tags would be stale. Firmware's way to forget all is
		 * CONFIG. */
		set_tve(w, rng, (uint32_t)sim_rng_below(rng, 16));
		fx_write(&w->fx, PHB_CONFIG, PHB_CONFIG_64B_TCE_EN | PHB_CONFIG_32BIT_MSI_EN | PHB_CONFIG_64BIT_MSI_EN);
		break;
	case 2:
	case 3:
	case 4:
	case 5:
		at = FX_TABLES + sim_rng_below(rng, POOL_BYTES / 8) * 8;
		if (sim_rng_chance(rng, 3, 4)) /* in a line that is likely to be cached */
			at = (w->tvt0[sim_rng_below(rng, 16)] >> 16 << 12) + sim_rng_below(rng, 64) * 8;
		if (at + 8 > FX_RAM_BYTES || at < FX_TABLES || at >= FX_TABLES + POOL_BYTES)
			break;
		fx_store(&w->fx, at, random_tce(rng));
		fx_write(&w->fx, PHB_TCE_KILL, P7IOC_TCE_KILL_PAIR | (at & ~15ull));
		break;
	default:
		break;
	}
}

static void begin(struct world *w, struct sim_rng *rng)
{
	static const char *const choices[4][3] = {{"phb.tce_cache.entries=16", "phb.tce_cache.ways=2", NULL},
						  {"phb.p7ioc.dma64=alias", NULL, NULL},
						  {"phb.p7ioc.wide_window=aligned", NULL, NULL},
						  {"phb.p7ioc.wide_window=aligned", "phb.p7ioc.dma64=alias", NULL}};
	uint32_t choice = (uint32_t)sim_rng_below(rng, 4), i;
	uint64_t at;

	p7_begin_raw(&w->fx, choices[choice]);
	w->alias = choice & 1;
	w->aligned = choice >= 2;
	fx_write(&w->fx, PHB_CONFIG, PHB_CONFIG_32BIT_MSI_EN | PHB_CONFIG_64BIT_MSI_EN);
	for (at = 0; at < POOL_BYTES; at += 8)
		fx_store(&w->fx, FX_TABLES + at, random_tce(rng));
	for (i = 0; i < 127; i++) {
		w->peltm[i] = i < 8 || i > 100 ? random_peltm(rng) : IODA1_PELTM_NOBODY;
		p7_write(&w->fx, IODA1_TBL_PELTM, i, w->peltm[i]);
	}
	for (i = 0; i < 128; i++)
		set_tve(w, rng, i);
}

static void compare(struct world *w, struct sim_rng *rng, uint64_t seed, uint32_t i, uint64_t *counts)
{
	uint16_t rid = (uint16_t)(sim_rng_below(rng, 4) << 8 | sim_rng_below(rng, 2) << 3 | sim_rng_below(rng, 3));
	uint64_t addr = random_addr(rng), real = 0, want_real = 0;
	bool write = sim_rng_chance(rng, 1, 2);
	enum plain want = plain_translate(w, rid, addr, write, &want_real), got;
	struct phb_translation seen;

	got = plain_of(fx_xlate(&w->fx, rid, addr, write, &real));
	ck_assert_msg(got == want && (got != PLAIN_OK || real == want_real),
		      "seed %" PRIu64 " request %u: rid %04x addr 0x%" PRIx64 " %s: got %d 0x%" PRIx64
		      ", expected %d 0x%" PRIx64,
		      seed, i, rid, addr, write ? "write" : "read", (int)got, real, (int)want, want_real);
	ck_assert_uint_eq(phb_pe_of_rid(w->fx.phb, rid), plain_pe(w, rid));
	seen = phb_translate(w->fx.phb, rid, (struct ioaddr){addr}, write);
	ck_assert_msg(seen.ok == (want == PLAIN_OK && want_real < FX_RAM_BYTES),
		      "seed %" PRIu64 " request %u: observer says %d (%s)", seed, i, seen.ok, seen.why);
	counts[want]++;
}

START_TEST(test_p7ioc_xlate_when_all_is_random_then_agrees_with_a_plain_translator)
{
	/* See the top of the file. */
	const char *replay = getenv("PHBSIM_TEST_SEED");
	uint64_t seed = replay ? strtoull(replay, NULL, 0) : (uint64_t)_i + 1, counts[PLAIN_COUNT] = {0};
	struct world *w = sim_alloc(sizeof(*w));
	struct sim_rng rng;
	uint32_t i;

	sim_rng_init(&rng, seed, "p7ioc_xlate");
	begin(w, &rng);
	for (i = 0; i < REQUESTS; i++) {
		compare(w, &rng, seed, i, counts);
		change_something(w, &rng);
	}
	/* A run that met only errors would prove nothing. */
	ck_assert_msg(counts[PLAIN_OK] > REQUESTS / 30, "seed %" PRIu64 ": %" PRIu64 " good ones", seed,
		      counts[PLAIN_OK]);
	ck_assert_uint_gt(counts[PLAIN_PAGE] + counts[PLAIN_ACCESS], REQUESTS / 50);
	ck_assert_uint_gt(counts[PLAIN_DENIED], REQUESTS / 50);
	ck_assert_uint_gt(w->fx.phb->stats.killed_tces, 0);
	fx_end(&w->fx);
	free(w);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("hw.p7ioc_xlate");
	TCase *tc = tcase_create("p7ioc_xlate");
	SRunner *sr;
	int failed;

	tcase_set_timeout(tc, 240);
	tcase_add_loop_test(tc, test_p7ioc_xlate_when_all_is_random_then_agrees_with_a_plain_translator, 0, SEEDS);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
