/* SPDX-License-Identifier: GPL-2.0-only */
/* tests/hw/test_phb_tce.c - windows, walks, bounds, permissions, and what kills do and do not do. */
#include "tests/hw/phb_fixture.h"

/* Build the path for @offset through @levels tables of 2^@bits entries; leaf TCE is @leaf. Tables from FX_TABLES on. */
static void build_path(struct fx *fx, uint32_t levels, uint32_t bits, uint32_t shift, uint64_t offset, uint64_t leaf)
{
	uint64_t table = FX_TABLES;
	uint32_t level;

	for (level = levels; level-- > 0;) {
		uint32_t at = shift + bits * level;
		uint64_t index = at > 58 ? 0 : offset >> at & ((1ull << bits) - 1);
		uint64_t next = table + (8ull << bits);

		fx_store(fx, table + 8 * index, level ? next | 3 : leaf);
		table = next;
	}
}

static const uint32_t page_shifts[2][4] = {{12, 16, 24, 28}, {12, 16, 21, 30}}; /* PHB3; PHB4 and PHB5 */
static const uint32_t table_sizes[] = {0x1000, 0x10000, 0x80000};

START_TEST(test_phb_tce_walk_of_each_shape_when_done_then_reaches_the_byte)
{
	/* Levels 1..5, all page sizes of the generation, three table sizes: first, last and an odd offset of the window. */
	uint32_t levels = (uint32_t)_i % 5 + 1, shift = page_shifts[!fx_is_phb3()][_i / 5 % 4], size = table_sizes[_i / 20];
	uint32_t bits = (uint32_t)__builtin_ctz(size) - 3, window_bits = levels * bits + shift;
	uint64_t limit = window_bits > 59 ? 1ull << 59 : 1ull << window_bits;
	const uint64_t offsets[] = {0, limit - 1, 0x123456789abcdefull & (limit - 1)};
	uint64_t real, leaf, page = 1ull << shift;
	struct phb_translation seen;
	struct fx fx;
	size_t i;

	fx_begin(&fx);
	fx_write(&fx, PHB_CONFIG, 0); /* the last byte of a 4 GiB window would be an MSI's */
	fx_ioda_write(&fx, IODA2_TBL_TVT, 2, fx_tve(FX_TABLES, levels, size, shift));
	for (i = 0; i < sim_count_of(offsets); i++) {
		/* Low bits of the RPN that a large page does not need are set and must be ignored. */
		leaf = (0x40000000ull * (i + 1)) | ((page - 1) & ~0xfffull) | 3;
		build_path(&fx, levels, bits, shift, offsets[i], leaf);
		fx_kill(&fx, PHB_TCE_KILL_ALL);
		ck_assert_uint_eq(fx_xlate(&fx, 0x100, offsets[i], true, &real), PHB_XLATE_OK);
		ck_assert_uint_eq(real, (leaf & ~(page - 1)) | (offsets[i] & (page - 1)));
		seen = phb_translate(fx.phb, 0x100, (struct ioaddr){offsets[i]}, true);
		ck_assert_uint_eq(seen.levels, levels);
		ck_assert_uint_eq(seen.real.v, real);
		ck_assert_uint_eq(seen.tce, leaf);
		ck_assert_uint_eq(seen.page_bytes, page);
	}
	if (limit < 1ull << 59)
		ck_assert_uint_eq(fx_xlate(&fx, 0x100, limit, true, NULL), PHB_XLATE_TVE_RANGE);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_tve_window_when_passed_then_is_an_error_and_not_an_alias)
{
	/* The byte after the window has an entry's index again if the index were masked: it must be an error instead.
	 */
	struct phb_translation seen;
	struct fx fx;

	fx_begin(&fx);
	fx_simple_window(&fx, 1);
	fx_map(&fx, 1, 0, FX_DATA, 3);
	fx_map(&fx, 1, 511 * 0x1000, FX_DATA + 0x1000, 3);
	ck_assert_uint_eq(fx_xlate(&fx, 0x100, 0, false, NULL), PHB_XLATE_OK);
	ck_assert_uint_eq(fx_xlate(&fx, 0x100, 0x1fffff, false, NULL), PHB_XLATE_OK);
	ck_assert_uint_eq(fx_xlate(&fx, 0x100, 0x200000, false, NULL), PHB_XLATE_TVE_RANGE);
	ck_assert_uint_eq(fx_xlate(&fx, 0x100, (1ull << 59) - 1, false, NULL), PHB_XLATE_TVE_RANGE);
	seen = phb_translate(fx.phb, 0x100, (struct ioaddr){0x200000}, false);
	ck_assert(!seen.ok);
	ck_assert_str_eq(seen.why, "beyond the window");
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_tve_when_bit_59_is_set_then_is_the_second)
{
	/* Two TVEs per PE: address bit 59 (LSB-0) chooses, and is no part of the offset. */
	struct fx fx;
	uint64_t real;

	fx_begin(&fx);
	fx_ioda_write(&fx, IODA2_TBL_TVT, 3, fx_tve(FX_TABLES, 1, 0x1000, 16));
	fx_store(&fx, FX_TABLES + 8 * 5, FX_DATA | 3);
	ck_assert_uint_eq(fx_xlate(&fx, 0x100, 1ull << 59 | 0x51234, true, &real), PHB_XLATE_OK);
	ck_assert_uint_eq(real, FX_DATA + 0x1234);
	ck_assert_uint_eq(fx_xlate(&fx, 0x100, 0x51234, true, &real), PHB_XLATE_TVE_INVALID);
	ck_assert_uint_eq(fx_xlate(&fx, 0x100, 1ull << 61, true, &real), PHB_XLATE_ADDR_CLASS);
	ck_assert_uint_eq(fx_xlate(&fx, 0x100, UINT64_MAX, true, &real), PHB_XLATE_ADDR_CLASS);
	fx_write(&fx, PHB_CONFIG, 0);
	ck_assert_uint_eq(fx_xlate(&fx, 0x100, UINT64_MAX, true, &real), PHB_XLATE_ADDR_CLASS);
	ck_assert_uint_eq(fx_xlate(&fx, 0x100, 1ull << 60, true, &real), PHB_XLATE_ADDR_CLASS);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_tve_with_a_field_out_of_range_then_is_invalid)
{
	/* Zero, table size zero, levels 6..8, page sizes that only other generations have. */
	struct fx fx;
	uint64_t good = fx_tve(FX_TABLES, 1, 0x1000, 12);
	uint32_t code;

	fx_begin(&fx);
	fx_store(&fx, FX_TABLES, FX_DATA | 3);
	fx_ioda_write(&fx, IODA2_TBL_TVT, 2, good);
	ck_assert_uint_eq(fx_xlate(&fx, 0x100, 0, true, NULL), PHB_XLATE_OK);
	fx_ioda_write(&fx, IODA2_TBL_TVT, 2, ppc_set(IODA2_TVT_TABLE_SIZE, good, 0));
	ck_assert_uint_eq(fx_xlate(&fx, 0x100, 0, true, NULL), PHB_XLATE_TVE_INVALID);
	for (code = 5; code < 8; code++) {
		fx_ioda_write(&fx, IODA2_TBL_TVT, 2, ppc_set(IODA2_TVT_NUM_LEVELS, good, code));
		ck_assert_uint_eq(fx_xlate(&fx, 0x100, 0, true, NULL), PHB_XLATE_TVE_INVALID);
	}
	for (code = 1; code < 32; code++) {
		bool known = code == 1 || code == 5 || code == page_shifts[!fx_is_phb3()][2] - 11 ||
			     code == page_shifts[!fx_is_phb3()][3] - 11;

		fx_kill(&fx, PHB_TCE_KILL_ALL);
		fx_ioda_write(&fx, IODA2_TBL_TVT, 2, ppc_set(IODA2_TVT_PAGE_SIZE, good, code));
		ck_assert_uint_eq(fx_xlate(&fx, 0x100, 0, true, NULL), known ? PHB_XLATE_OK : PHB_XLATE_TVE_INVALID);
	}
	fx_ioda_write(&fx, IODA2_TBL_TVT, 2, 0);
	ck_assert_uint_eq(fx_xlate(&fx, 0x100, 0, true, NULL), PHB_XLATE_TVE_INVALID);
	ck_assert(!phb_translate(fx.phb, 0x100, (struct ioaddr){0}, true).ok);
	fx_end(&fx);
}
END_TEST

/* The bypass window that OPAL writes: [@start, @start + @bytes), end exclusive. */
static uint64_t real_tve(uint64_t start, uint64_t end)
{
	uint64_t flags = IODA2_TVT_REAL | (fx_is_phb3() ? 0 : IODA3_TVT_NON_TRANSLATE_50);
	uint64_t raw = ppc_set(IODA2_TVT_REAL_START, flags, start >> 24);

	raw = ppc_set(IODA2_TVT_REAL_START_HI, raw, start >> 48);
	raw = ppc_set(IODA2_TVT_REAL_END, raw, end >> 24);
	return ppc_set(IODA2_TVT_REAL_END_HI, raw, end >> 48);
}

START_TEST(test_phb_real_window_when_met_at_its_edges_then_keeps_them)
{
	/* start - 1, start, end - 1, end; the end's own 16 MiB only with the inclusive switch. */
	static const char *const inclusive[] = {"phb.bypass_end=inclusive", NULL};
	const uint64_t top = 1ull << 59, start = 0x1000000, end = 0x3000000;
	struct fx fx;
	uint64_t real;

	fx_begin_with(&fx, _i ? inclusive : NULL);
	fx_ioda_write(&fx, IODA2_TBL_TVT, 3, real_tve(start, end));
	ck_assert_uint_eq(fx_xlate(&fx, 0x100, top + start - 1, true, &real), PHB_XLATE_TVE_RANGE);
	ck_assert_uint_eq(fx_xlate(&fx, 0x100, top + start, true, &real), PHB_XLATE_OK);
	ck_assert_uint_eq(real, start);
	ck_assert_uint_eq(fx_xlate(&fx, 0x100, top + end - 1, true, &real), PHB_XLATE_OK);
	ck_assert_uint_eq(real, end - 1);
	ck_assert_uint_eq(fx_xlate(&fx, 0x100, top + end, true, &real), _i ? PHB_XLATE_OK : PHB_XLATE_TVE_RANGE);
	ck_assert_uint_eq(fx_xlate(&fx, 0x100, top + end + 0x1000000, true, &real), PHB_XLATE_TVE_RANGE);
	/* Bits above the 50 of the bounds are compared too. */
	ck_assert_uint_eq(fx_xlate(&fx, 0x100, top + (1ull << 50) + start, true, &real), PHB_XLATE_TVE_RANGE);
	ck_assert(phb_translate(fx.phb, 0x100, (struct ioaddr){top + start}, false).ok);
	ck_assert_uint_eq(phb_translate(fx.phb, 0x100, (struct ioaddr){top + start}, false).tce_at.v, 0);
	ck_assert(!phb_translate(fx.phb, 0x100, (struct ioaddr){top + start - 1}, false).ok);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_real_window_at_the_bottom_when_not_on_naples_then_begins_at_4_gib)
{
	/* Murano and Venice honour it only from 4 GiB; CONTROL bit 11 (Naples) lifts that, at once. */
	struct fx fx;

	fx_begin(&fx);
	fx_ioda_write(&fx, IODA2_TBL_TVT, 2, real_tve(0, 8ull << 30));
	ck_assert_uint_eq(fx_xlate(&fx, 0x100, 0x1000000, true, NULL), PHB_XLATE_TVE_RANGE);
	ck_assert_uint_eq(fx_xlate(&fx, 0x100, 4ull << 30, true, NULL), PHB_XLATE_OK);
	fx_write(&fx, PHB_CONTROL, PHB3_INIT_CONTROL | PHB3_CONTROL_32BIT_BYPASS);
	ck_assert_uint_eq(fx_xlate(&fx, 0x100, 0x1000000, true, NULL), PHB_XLATE_OK);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_tce_control_when_each_value_meets_each_direction)
{
	/* The permission matrix: 00 page fault whatever the rest says, the wrong direction an access fault. */
	static const enum phb_verdict expect[4][2] = {
		{PHB_XLATE_PAGE_FAULT, PHB_XLATE_PAGE_FAULT},
		{PHB_XLATE_OK, PHB_XLATE_ACCESS_FAULT},
		{PHB_XLATE_ACCESS_FAULT, PHB_XLATE_OK},
		{PHB_XLATE_OK, PHB_XLATE_OK},
	};
	struct fx fx;
	uint32_t control, write;

	fx_begin(&fx);
	fx_simple_window(&fx, 1);
	for (control = 0; control < 4; control++)
		fx_map(&fx, 1, control * 0x1000, FX_DATA, control);
	for (control = 0; control < 4; control++) {
		for (write = 0; write < 2; write++) {
			ck_assert_uint_eq(fx_xlate(&fx, 0x100, control * 0x1000, write, NULL), expect[control][write]);
			ck_assert(phb_translate(fx.phb, 0x100, (struct ioaddr){control * 0x1000}, write).ok ==
				  (expect[control][write] == PHB_XLATE_OK));
		}
	}
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_tce_table_when_missing_or_outside_ram_then_faults)
{
	/* A zero indirect entry is a page fault; one with only one control bit goes on; a table beyond RAM cannot be
	 * read. */
	struct fx fx;

	fx_begin(&fx);
	fx_ioda_write(&fx, IODA2_TBL_TVT, 2, fx_tve(FX_TABLES, 2, 0x1000, 12));
	ck_assert_uint_eq(fx_xlate(&fx, 0x100, 0, true, NULL), PHB_XLATE_PAGE_FAULT);
	fx_store(&fx, FX_TABLES, (FX_TABLES + 0x1000) | 1);
	fx_store(&fx, FX_TABLES + 0x1000, FX_DATA | 3);
	ck_assert_uint_eq(fx_xlate(&fx, 0x100, 0, true, NULL), PHB_XLATE_OK);
	fx_store(&fx, FX_TABLES + 8, FX_RAM_BYTES | 3);
	ck_assert_uint_eq(fx_xlate(&fx, 0x100, 512 * 0x1000, true, NULL), PHB_XLATE_WALK_ERROR);
	ck_assert_str_eq(phb_translate(fx.phb, 0x100, (struct ioaddr){512 * 0x1000}, true).why,
			 "a TCE table lies outside RAM");
	fx_ioda_write(&fx, IODA2_TBL_TVT, 4, fx_tve(0xfffffffffff000ull, 1, 0x1000, 12));
	ck_assert_uint_eq(fx_xlate(&fx, 0x200, 0, true, NULL), PHB_XLATE_WALK_ERROR);
	fx_ioda_write(&fx, IODA2_TBL_TVT, 6, fx_tve(FX_RAM_BYTES, 3, 0x1000, 12));
	ck_assert_uint_eq(fx_xlate(&fx, 0x300, 0, true, NULL), PHB_XLATE_WALK_ERROR);
	fx_end(&fx);
}
END_TEST

/* Map, let the cache learn it, change RAM behind its back. Return: what the PHB says now. */
static uint64_t reached(struct fx *fx, uint16_t rid, uint64_t iova)
{
	uint64_t real;

	fx_xlate(fx, rid, iova, false, &real);
	return real;
}

START_TEST(test_phb_tce_when_changed_without_a_kill_then_stays_in_force)
{
	/* The heart of the matter: a forgotten kill leaves the old page reachable; each form of kill ends exactly its
	 * own. */
	struct fx fx;
	uint32_t pe;

	fx_begin(&fx);
	for (pe = 1; pe <= 2; pe++) {
		fx_simple_window(&fx, pe);
		fx_map(&fx, pe, 0x3000, FX_DATA, 3);
		fx_map(&fx, pe, 0x4000, FX_DATA, 3);
		ck_assert_uint_eq(reached(&fx, (uint16_t)(pe << 8), 0x3000), FX_DATA);
		fx_map(&fx, pe, 0x3000, FX_DATA + 0x5000, 3);
		fx_map(&fx, pe, 0x4000, FX_DATA + 0x5000, 3);
		ck_assert_uint_eq(reached(&fx, (uint16_t)(pe << 8), 0x3000), FX_DATA);
		ck_assert_uint_eq(phb_translate(fx.phb, (uint16_t)(pe << 8), (struct ioaddr){0x3000}, false).real.v,
				  FX_DATA + 0x5000);
	}
	/* One page of PE 1; the neighbour in the same line stays stale until its line is fetched again. */
	fx_kill(&fx, PHB_TCE_KILL_ONE | 0x3000 | 1);
	ck_assert_uint_eq(reached(&fx, 0x100, 0x4000), FX_DATA);
	ck_assert_uint_eq(reached(&fx, 0x100, 0x3000), FX_DATA + 0x5000);
	ck_assert_uint_eq(reached(&fx, 0x200, 0x3000), FX_DATA);
	/* All of PE 2. */
	fx_kill(&fx, PHB_TCE_KILL_PE | 2);
	ck_assert_uint_eq(reached(&fx, 0x200, 0x3000), FX_DATA + 0x5000);
	/* Everything. */
	fx_map(&fx, 1, 0x3000, FX_DATA, 0);
	fx_map(&fx, 2, 0x3000, FX_DATA, 0);
	ck_assert_uint_eq(reached(&fx, 0x100, 0x3000), FX_DATA + 0x5000);
	fx_kill(&fx, PHB_TCE_KILL_ALL);
	ck_assert_uint_eq(reached(&fx, 0x100, 0x3000), 0);
	ck_assert_uint_eq(reached(&fx, 0x200, 0x3000), 0);
	ck_assert_uint_eq(fx.phb->stats.kills_all, 1);
	ck_assert_uint_eq(fx.phb->stats.kills_pe, 1);
	ck_assert_uint_eq(fx.phb->stats.kills_one, 1);
	ck_assert_uint_eq(fx_events(&fx, PHB_EVENT_KILL, 2), 1);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_tce_kill_of_a_page_in_the_second_window_then_carries_bit_59)
{
	/* The address in TCE_KILL is the device's: bit 59 selects the window; pages are those of that window. */
	struct fx fx;
	uint64_t top = 1ull << 59;

	fx_begin(&fx);
	fx_ioda_write(&fx, IODA2_TBL_TVT, 2, fx_tve(FX_TABLES, 1, 0x1000, 16));
	fx_ioda_write(&fx, IODA2_TBL_TVT, 3, fx_tve(FX_TABLES, 1, 0x1000, 16));
	fx_store(&fx, FX_TABLES + 8 * 2, FX_DATA | 3);
	ck_assert_uint_eq(reached(&fx, 0x100, 0x20000), FX_DATA);
	ck_assert_uint_eq(reached(&fx, 0x100, top | 0x20000), FX_DATA);
	fx_store(&fx, FX_TABLES + 8 * 2, 0);
	fx_kill(&fx, PHB_TCE_KILL_ONE | top | 0x20000 | 1 | (fx_is_phb3() ? 0 : PHB4_TCE_KILL_PSEL | 0x1000));
	ck_assert_uint_eq(reached(&fx, 0x100, 0x20000), FX_DATA);
	ck_assert_uint_eq(reached(&fx, 0x100, top | 0x20000), 0);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_tve_when_rewritten_then_leaves_the_cache)
{
	/* A TVE write invalidates nothing: Linux kills the PE after it, and a kernel that forgot would be found out. */
	struct fx fx;

	fx_begin(&fx);
	fx_simple_window(&fx, 1);
	fx_map(&fx, 1, 0, FX_DATA, 3);
	ck_assert_uint_eq(reached(&fx, 0x100, 0), FX_DATA);
	fx_store(&fx, FX_TABLES + 0x8000, (FX_DATA + 0x7000) | 3);
	fx_ioda_write(&fx, IODA2_TBL_TVT, 2, fx_tve(FX_TABLES + 0x8000, 1, 0x1000, 12));
	ck_assert_uint_eq(reached(&fx, 0x100, 0), FX_DATA);
	fx_ioda_write(&fx, IODA2_TBL_TVT, 2, 0);
	ck_assert_uint_eq(fx_xlate(&fx, 0x100, 0, false, NULL), PHB_XLATE_TVE_INVALID);
	fx_ioda_write(&fx, IODA2_TBL_TVT, 2, fx_tve(FX_TABLES + 0x8000, 1, 0x1000, 12));
	ck_assert_uint_eq(reached(&fx, 0x100, 0), FX_DATA);
	fx_kill(&fx, PHB_TCE_KILL_PE | 1);
	ck_assert_uint_eq(reached(&fx, 0x100, 0), FX_DATA + 0x7000);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_mutants_of_translation_when_on_then_are_wrong_as_promised)
{
	/* The referee's proof depends on them: a forgotten kill, and a walk that takes the next entry. */
	static const char *const forget[] = {"mutant.forget_kill=true", NULL};
	static const char *const off[] = {"mutant.walk_off_by_one=true", NULL};
	struct fx fx;
	uint32_t i;

	fx_begin_with(&fx, forget);
	fx_simple_window(&fx, 1);
	fx_map(&fx, 1, 0, FX_DATA, 3);
	ck_assert_uint_eq(reached(&fx, 0x100, 0), FX_DATA);
	fx_map(&fx, 1, 0, 0, 0);
	fx_kill(&fx, PHB_TCE_KILL_ALL);
	ck_assert_uint_eq(reached(&fx, 0x100, 0), FX_DATA);
	ck_assert_uint_eq(fx.phb->stats.kills_all, 1);
	fx_end(&fx);

	fx_begin_with(&fx, off);
	fx_simple_window(&fx, 1);
	for (i = 0; i < 32; i++)
		fx_map(&fx, 1, i * 0x1000, FX_DATA + i * 0x1000, 3);
	for (i = 0; i < 31; i++)
		ck_assert_uint_eq(reached(&fx, 0x100, i * 0x1000), FX_DATA + (i + 1) * 0x1000);
	ck_assert_uint_eq(phb_translate(fx.phb, 0x100, (struct ioaddr){0}, false).real.v, FX_DATA);
	/* Even at the last line of RAM it does not read beyond it. */
	fx_ioda_write(&fx, IODA2_TBL_TVT, 4, fx_tve(FX_RAM_BYTES - 0x1000, 1, 0x1000, 12));
	ck_assert_uint_eq(fx_xlate(&fx, 0x200, 511 * 0x1000, true, NULL), PHB_XLATE_WALK_ERROR);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_translate_when_asked_then_changes_nothing)
{
	/* Observers must not warm the cache, and must see through it; a frozen PE and an MSI address are not memory. */
	struct phb_translation seen;
	struct fx fx;

	fx_begin(&fx);
	fx_simple_window(&fx, 1);
	fx_map(&fx, 1, 0x2000, FX_DATA, 3);
	seen = phb_translate(fx.phb, 0x100, (struct ioaddr){0x2010}, true);
	ck_assert(seen.ok);
	ck_assert_uint_eq(seen.pe, 1);
	ck_assert_uint_eq(seen.real.v, FX_DATA + 0x10);
	ck_assert_uint_eq(seen.tce_at.v, FX_TABLES + 0x1000 + 8 * 2);
	ck_assert_uint_eq(fx.phb->cache.clock, 0);
	ck_assert_uint_eq(fx.phb->rtc.count, 0);
	ck_assert_str_eq(phb_translate(fx.phb, 0x100, (struct ioaddr){0xffff0000}, true).why,
			 "the address is for MSIs");
	ck_assert_str_eq(phb_translate(fx.phb, 0x100, (struct ioaddr){1ull << 60}, true).why,
			 "the address is for MSIs");
	ck_assert_str_eq(phb_translate(fx.phb, 0x100, (struct ioaddr){2ull << 60}, true).why, "no such address class");
	fx_map(&fx, 1, 0x2000, 1ull << 40, 3);
	ck_assert_str_eq(phb_translate(fx.phb, 0x100, (struct ioaddr){0x2000}, true).why,
			 "the real address is not RAM");
	fx_map(&fx, 1, 0x2000, FX_DATA, 3);
	fx_ioda_write(&fx, IODA2_TBL_PESTB, 1, PPC_BIT(0));
	ck_assert_str_eq(phb_translate(fx.phb, 0x100, (struct ioaddr){0x2000}, true).why, "the PE is frozen");
	fx_write(&fx, PHB_RTT_BAR, 0);
	ck_assert_str_eq(phb_translate(fx.phb, 0x100, (struct ioaddr){0x2000}, true).why, "the RTT names no PE");
	fx_end(&fx);
}
END_TEST

int main(void)
{
	const struct fx_case cases[] = {
		{test_phb_tce_walk_of_each_shape_when_done_then_reaches_the_byte,
		 5 * (int)(sim_count_of(page_shifts[0]) * sim_count_of(table_sizes)), FX_FROM_PHB3},
		{test_phb_tve_window_when_passed_then_is_an_error_and_not_an_alias, 0, FX_FROM_PHB3},
		{test_phb_tve_when_bit_59_is_set_then_is_the_second, 0, FX_FROM_PHB3},
		{test_phb_tve_with_a_field_out_of_range_then_is_invalid, 0, FX_FROM_PHB3},
		{test_phb_real_window_when_met_at_its_edges_then_keeps_them, 2, FX_FROM_PHB3},
		{test_phb_real_window_at_the_bottom_when_not_on_naples_then_begins_at_4_gib, 0, FX_ONLY_PHB3},
		{test_phb_tce_control_when_each_value_meets_each_direction, 0, FX_FROM_PHB3},
		{test_phb_tce_table_when_missing_or_outside_ram_then_faults, 0, FX_FROM_PHB3},
		{test_phb_tce_when_changed_without_a_kill_then_stays_in_force, 0, FX_FROM_PHB3},
		{test_phb_tce_kill_of_a_page_in_the_second_window_then_carries_bit_59, 0, FX_FROM_PHB3},
		{test_phb_tve_when_rewritten_then_leaves_the_cache, 0, FX_FROM_PHB3},
		{test_phb_mutants_of_translation_when_on_then_are_wrong_as_promised, 0, FX_FROM_PHB3},
		{test_phb_translate_when_asked_then_changes_nothing, 0, FX_FROM_PHB3},
	};

	return fx_main("hw.phb_tce", cases, sim_count_of(cases));
}
