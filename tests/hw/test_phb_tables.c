// SPDX-License-Identifier: GPL-2.0-only
/* tests/hw/test_phb_tables.c - what the tables let a requester reach, listed: each TCE once, none that is not there. */
#include "tests/hw/phb_fixture.h"

#define RID 0x0200
#define PE 5
#define HIGH (1ull << 59)
#define SEEN 64

static struct phb_tce seen[SEEN];
static uint32_t seen_count;

static void see(void *arg, const struct phb_tce *tce)
{
	(void)arg;
	ck_assert_uint_lt(seen_count, SEEN);
	seen[seen_count++] = *tce;
}

static void list(struct fx *fx, uint64_t first, uint64_t last)
{
	seen_count = 0;
	phb_tces(fx->phb, RID, (struct ioaddr){first}, (struct ioaddr){last}, see, NULL);
}

/* Each TCE that was listed is what a DMA of the device would meet. */
static void agree(struct fx *fx)
{
	for (uint32_t i = 0; i < seen_count; i++) {
		struct phb_translation read = phb_translate(fx->phb, RID, (struct ioaddr){seen[i].iova}, false);
		struct phb_translation write = phb_translate(fx->phb, RID, (struct ioaddr){seen[i].iova}, true);

		ck_assert_int_eq(read.ok, seen[i].read);
		ck_assert_int_eq(write.ok, seen[i].write);
		ck_assert_uint_eq(read.ok ? read.real.v : write.real.v, seen[i].real.v);
	}
}

START_TEST(test_tces_when_one_level_then_each_once_in_order)
{
	/* What a person is shown must be what the device meets. All kinds of permission, the first and the last entry.
	 */
	struct fx fx;

	fx_begin(&fx);
	fx_set_pe(&fx, RID, PE);
	fx_simple_window(&fx, PE);
	list(&fx, 0, UINT64_MAX);
	ck_assert_uint_eq(seen_count, 0);
	fx_map(&fx, PE, 0, FX_DATA, TCE_READ | TCE_WRITE);
	fx_map(&fx, PE, 0x3000, FX_DATA + 0x5000, TCE_READ);
	fx_map(&fx, PE, 0x4000, FX_DATA + 0x6000, 0); /* a page number alone allows nothing */
	fx_map(&fx, PE, 511 * 0x1000, FX_DATA + 0x7000, TCE_WRITE);
	list(&fx, 0, UINT64_MAX);
	ck_assert_uint_eq(seen_count, 3);
	ck_assert_uint_eq(seen[0].iova, 0);
	ck_assert_uint_eq(seen[1].iova, 0x3000);
	ck_assert_uint_eq(seen[1].real.v, FX_DATA + 0x5000);
	ck_assert(seen[1].read && !seen[1].write && !seen[1].bypass);
	ck_assert_uint_eq(seen[1].bytes, 0x1000);
	ck_assert_uint_eq(seen[2].iova, 511 * 0x1000);
	agree(&fx);
	/* Both ends of a range count, and a page that is only touched. */
	list(&fx, 0x3fff, 0x3fff);
	ck_assert_uint_eq(seen_count, 1);
	list(&fx, 0x1000, 0x2fff);
	ck_assert_uint_eq(seen_count, 0);
	list(&fx, 511 * 0x1000, UINT64_MAX);
	ck_assert_uint_eq(seen_count, 1);
	fx_end(&fx);
}
END_TEST

START_TEST(test_tces_when_two_windows_then_levels_are_walked_and_holes_passed)
{
	/* Levels that are missing hold nothing; the second window begins at bit 59. */
	uint64_t root = FX_TABLES + 0x100000, leaf = root + 0x1000, page = 0x10000;
	struct fx fx;

	fx_begin(&fx);
	fx_set_pe(&fx, RID, PE);
	fx_simple_window(&fx, PE);
	fx_map(&fx, PE, 0x1000, FX_DATA, TCE_READ | TCE_WRITE);
	fx_ioda_write(&fx, IODA2_TBL_TVT, 2 * PE + 1, fx_tve(root, 2, 0x1000, 16));
	fx_store(&fx, root + 8 * 3, leaf | TCE_READ | TCE_WRITE);
	fx_store(&fx, leaf + 8 * 2, (FX_DATA + page) | TCE_READ | TCE_WRITE);
	fx_store(&fx, leaf + 8 * 511, (FX_DATA + 2 * page) | TCE_READ);
	list(&fx, 0, UINT64_MAX);
	ck_assert_uint_eq(seen_count, 3);
	ck_assert_uint_eq(seen[0].iova, 0x1000);
	ck_assert_uint_eq(seen[1].iova, HIGH + (3 * 512 + 2) * page);
	ck_assert_uint_eq(seen[1].bytes, page);
	ck_assert_uint_eq(seen[2].iova, HIGH + (3 * 512 + 511) * page);
	agree(&fx);
	list(&fx, HIGH, HIGH + (3 * 512 + 3) * page - 1);
	ck_assert_uint_eq(seen_count, 1);
	/* Another requester has none of it. */
	seen_count = 0;
	phb_tces(fx.phb, RID + 1, (struct ioaddr){0}, (struct ioaddr){UINT64_MAX}, see, NULL);
	ck_assert_uint_eq(seen_count, 0);
	fx_end(&fx);
}
END_TEST

START_TEST(test_tces_when_bypass_then_one_entry_for_all_of_it)
{
	/* A window without translation has no TCEs to list, and must not be forgotten. */
	uint64_t flags;
	struct fx fx;

	fx_begin(&fx);
	fx_set_pe(&fx, RID, PE);
	flags = IODA2_TVT_REAL | (fx_is_phb3() ? 0 : IODA3_TVT_NON_TRANSLATE_50);
	fx_ioda_write(&fx, IODA2_TBL_TVT, 2 * PE + 1,
		      ppc_set(IODA2_TVT_REAL_END, flags, FX_RAM_BYTES >> IODA2_TVT_REAL_SHIFT));
	list(&fx, 0, UINT64_MAX);
	ck_assert_uint_eq(seen_count, 1);
	ck_assert(seen[0].bypass && seen[0].read && seen[0].write);
	ck_assert_uint_eq(seen[0].iova, HIGH);
	ck_assert_uint_eq(seen[0].bytes, FX_RAM_BYTES);
	agree(&fx);
	fx_end(&fx);
}
END_TEST

int main(void)
{
	const struct fx_case cases[] = {
		{test_tces_when_one_level_then_each_once_in_order, 0, FX_FROM_PHB3},
		{test_tces_when_two_windows_then_levels_are_walked_and_holes_passed, 0, FX_FROM_PHB3},
		{test_tces_when_bypass_then_one_entry_for_all_of_it, 0, FX_FROM_PHB3},
	};

	return fx_main("hw.phb_tables", cases, sim_count_of(cases));
}
