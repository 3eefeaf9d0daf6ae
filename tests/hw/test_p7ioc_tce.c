/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tests/hw/test_p7ioc_tce.c - DMA windows of a P7IOC: segments, filters, extents, page sizes, and kills by the place of
 * a pair of TCEs in memory (areas "DMA", "DMA and MSI PE").
 */
#include "tests/hw/p7ioc_fixture.h"

#define MIB256 0x10000000ull

static void kill_pair(struct fx *fx, uint64_t at)
{
	fx_write(fx, PHB_TCE_KILL, P7IOC_TCE_KILL_PAIR | at);
}

START_TEST(test_p7ioc_address_when_below_4_gib_then_selects_by_its_top_four_bits)
{
	/* Segment n is TVE n, whosever it is: 16 windows of one PE with a page each, first and last byte of each. */
	struct fx fx;
	uint64_t real;
	uint32_t n;

	p7_begin(&fx);
	for (n = 0; n < 16; n++) {
		uint64_t table = p7_simple_window(&fx, n, 3);

		fx_store(&fx, table, (FX_DATA + n * 0x1000) | 3);
		fx_store(&fx, table + 0xffff * 8, (FX_DATA + 0x10000 + n * 0x1000) | 3);
	}
	for (n = 0; n < 16; n++) {
		ck_assert_int_eq(fx_xlate(&fx, 0x300, n * MIB256 + 5, true, &real), PHB_XLATE_OK);
		ck_assert_uint_eq(real, FX_DATA + n * 0x1000 + 5);
		ck_assert_int_eq(fx_xlate(&fx, 0x300, (n + 1) * MIB256 - 1, true, &real),
				 n == 15 ? PHB_XLATE_MSI : PHB_XLATE_OK);
		if (n < 15)
			ck_assert_uint_eq(real, FX_DATA + 0x10000 + n * 0x1000 + 0xfff);
	}
	fx_end(&fx);
}
END_TEST

START_TEST(test_p7ioc_window_when_of_another_then_is_denied)
{
	/* The TVE's own filter and its PE must both be the requester's: another bus, another PE with the right bus. */
	uint64_t tvt0;
	struct fx fx;

	p7_begin(&fx);
	fx_store(&fx, p7_simple_window(&fx, 2, 3), FX_DATA | 3);
	ck_assert_int_eq(fx_xlate(&fx, 0x300, 2 * MIB256, true, NULL), PHB_XLATE_OK);
	ck_assert_int_eq(fx_xlate(&fx, 0x400, 2 * MIB256, true, NULL), PHB_XLATE_TVE_DENIED);
	ck_assert_int_eq(fx_xlate(&fx, 0x300, 3 * MIB256, true, NULL), PHB_XLATE_TVE_INVALID);
	/* Bus 4 passes the filter now, but PE 4 is not the window's. */
	p7_select(&fx, IODA1_TBL_TVT, 2, false);
	tvt0 = fx_read(&fx, PHB_IODA_DATA0);
	p7_write(&fx, IODA1_TBL_TVT, 2, ppc_set(IODA1_TVT0_BUS_VALID, tvt0, IODA1_BUS_ANY));
	ck_assert_int_eq(fx_xlate(&fx, 0x400, 2 * MIB256, true, NULL), PHB_XLATE_TVE_DENIED);
	ck_assert_int_eq(fx_xlate(&fx, 0x300, 2 * MIB256, true, NULL), PHB_XLATE_OK);
	fx_end(&fx);
}
END_TEST

START_TEST(test_p7ioc_filter_when_with_device_and_function_then_compares_them)
{
	/* All parts of the filter of a TVE, one bit away each. */
	struct fx fx;

	p7_begin(&fx);
	fx_store(&fx, FX_TABLES, FX_DATA | 3);
	p7_window(&fx, 0, 3, FX_TABLES, 2, IODA1_PAGE_4K);
	p7_select(&fx, IODA1_TBL_TVT, 0, false);
	fx_write(&fx, P7IOC_IODA_DATA1,
		 ppc_set(IODA1_TVT1_FUNC, ppc_set(IODA1_TVT1_DEV, fx_read(&fx, P7IOC_IODA_DATA1), 0x0a), 5) |
			 IODA1_TVT1_DEV_VALID | IODA1_TVT1_FUNC_VALID);
	ck_assert_int_eq(fx_xlate(&fx, 0x300 | 0x0a << 3 | 5, 0, true, NULL), PHB_XLATE_OK);
	ck_assert_int_eq(fx_xlate(&fx, 0x300 | 0x0b << 3 | 5, 0, true, NULL), PHB_XLATE_TVE_DENIED);
	ck_assert_int_eq(fx_xlate(&fx, 0x300 | 0x0a << 3 | 4, 0, true, NULL), PHB_XLATE_TVE_DENIED);
	fx_end(&fx);
}
END_TEST

START_TEST(test_p7ioc_window_when_passed_then_is_a_tvt_extent_error)
{
	/* Code 1 is 128 MiB: the second half of the segment is beyond it. Page size and window do not change that. */
	static const uint32_t pages[] = {IODA1_PAGE_4K, IODA1_PAGE_64K, IODA1_PAGE_16M};
	struct fx fx;
	uint32_t i;

	p7_begin(&fx);
	for (i = 0; i < sim_count_of(pages); i++) {
		uint32_t shift = pages[i] + 11;

		p7_window(&fx, 1, 3, FX_TABLES, 1, pages[i]);
		fx_store(&fx, FX_TABLES + (((MIB256 / 2 - 1) >> shift) * 8), 3);
		kill_pair(&fx, FX_TABLES + (((MIB256 / 2 - 1) >> shift) * 8 & ~15ull));
		ck_assert_int_eq(fx_xlate(&fx, 0x300, MIB256 + MIB256 / 2 - 1, false, NULL), PHB_XLATE_OK);
		ck_assert_int_eq(fx_xlate(&fx, 0x300, MIB256 + MIB256 / 2, false, NULL), PHB_XLATE_TVE_RANGE);
		ck_assert_int_eq(fx_xlate(&fx, 0x300, 2 * MIB256 - 1, false, NULL), PHB_XLATE_TVE_RANGE);
	}
	fx_end(&fx);
}
END_TEST

START_TEST(test_p7ioc_page_size_when_of_each_code_then_is_that_or_no_window)
{
	/* 4 KiB, 64 KiB, 16 MiB, 16 GiB; every other code makes no window. The last byte of a page and the next page.
	 */
	uint32_t code, shift;
	struct fx fx;
	uint64_t real;

	p7_begin(&fx);
	for (code = 0; code < 32; code++) {
		p7_window(&fx, 0, 3, FX_TABLES, 2, code);
		shift = code + 11;
		if (code != 1 && code != 5 && code != 13 && code != 23) {
			ck_assert_int_eq(fx_xlate(&fx, 0x300, 0, false, NULL), PHB_XLATE_TVE_INVALID);
			continue;
		}
		fx_store(&fx, FX_TABLES, 0xffull << shift | 3);
		fx_store(&fx, FX_TABLES + 8, 0x12ull << shift | 3);
		kill_pair(&fx, FX_TABLES);
		ck_assert_int_eq(fx_xlate(&fx, 0x300, 0x7ff, false, &real), PHB_XLATE_OK);
		ck_assert_uint_eq(real, (0xffull << shift) + 0x7ff);
		if (shift >= 28)
			continue;
		ck_assert_int_eq(fx_xlate(&fx, 0x300, (1ull << shift) + 1, false, &real), PHB_XLATE_OK);
		ck_assert_uint_eq(real, (0x12ull << shift) + 1);
	}
	fx_end(&fx);
}
END_TEST

START_TEST(test_p7ioc_tce_control_when_each_value_meets_each_direction)
{
	/* 00 page fault, 01 read only, 10 write only, 11 both; the page number of a 00 TCE does not matter. */
	static const enum phb_verdict want[4][2] = {{PHB_XLATE_PAGE_FAULT, PHB_XLATE_PAGE_FAULT},
						    {PHB_XLATE_OK, PHB_XLATE_ACCESS_FAULT},
						    {PHB_XLATE_ACCESS_FAULT, PHB_XLATE_OK},
						    {PHB_XLATE_OK, PHB_XLATE_OK}};
	struct fx fx;
	uint32_t c;

	p7_begin(&fx);
	p7_simple_window(&fx, 0, 3);
	for (c = 0; c < 4; c++) {
		fx_store(&fx, FX_TABLES, FX_DATA | c);
		kill_pair(&fx, FX_TABLES);
		ck_assert_int_eq(fx_xlate(&fx, 0x300, 0, false, NULL), want[c][0]);
		ck_assert_int_eq(fx_xlate(&fx, 0x300, 0, true, NULL), want[c][1]);
	}
	fx_end(&fx);
}
END_TEST

START_TEST(test_p7ioc_address_from_4_gib_when_not_known_then_is_as_configured)
{
	/* Default: an error. As an alias, bits 31:28 choose as below; bits 63:60 are never ignored. */
	static const char *const alias[] = {"phb.p7ioc.dma64=alias", NULL};
	struct fx fx;
	uint64_t real;

	p7_begin_with(&fx, _i ? alias : NULL);
	fx_store(&fx, p7_simple_window(&fx, 2, 3), FX_DATA | 3);
	ck_assert_int_eq(fx_xlate(&fx, 0x300, (1ull << 32) + 2 * MIB256, true, &real),
			 _i ? PHB_XLATE_OK : PHB_XLATE_ADDR_CLASS);
	ck_assert_int_eq(fx_xlate(&fx, 0x300, (1ull << 59) + 2 * MIB256, true, &real),
			 _i ? PHB_XLATE_OK : PHB_XLATE_ADDR_CLASS);
	ck_assert_int_eq(fx_xlate(&fx, 0x300, (1ull << 60) + 2 * MIB256, true, &real), PHB_XLATE_ADDR_CLASS);
	ck_assert_int_eq(fx_xlate(&fx, 0x300, (1ull << 63) + 2 * MIB256, true, &real), PHB_XLATE_ADDR_CLASS);
	fx_end(&fx);
}
END_TEST

START_TEST(test_p7ioc_window_above_256_mib_when_reached_then_is_as_configured)
{
	/* A TVE of 1 GiB in each of segments 4 to 7, same table: first 256 MiB everywhere, or each its quarter. */
	static const char *const aligned[] = {"phb.p7ioc.wide_window=aligned", NULL};
	struct fx fx;
	uint64_t real;
	uint32_t n;

	p7_begin_with(&fx, _i ? aligned : NULL);
	for (n = 0; n < 4; n++) {
		p7_window(&fx, 4 + n, 3, FX_TABLES, 4, IODA1_PAGE_64K);
		fx_store(&fx, FX_TABLES + n * (MIB256 >> 16) * 8, (FX_DATA + n * 0x10000) | 3);
	}
	for (n = 0; n < 4; n++) {
		ck_assert_int_eq(fx_xlate(&fx, 0x300, (4 + n) * MIB256 + 9, true, &real), PHB_XLATE_OK);
		ck_assert_uint_eq(real, FX_DATA + (_i ? n * 0x10000 : 0) + 9);
	}
	fx_end(&fx);
}
END_TEST

START_TEST(test_p7ioc_tce_when_changed_without_a_kill_then_stays_in_force)
{
	/* The pair that the kill names goes, its neighbours stay. TCEs 2 and 3 are a pair, 4 is not of it. */
	uint64_t table, real;
	struct fx fx;
	uint32_t i;

	p7_begin(&fx);
	table = p7_simple_window(&fx, 0, 3);
	for (i = 0; i < 16; i++)
		fx_store(&fx, table + 8 * i, (FX_DATA + i * 0x1000) | 3);
	ck_assert_int_eq(fx_xlate(&fx, 0x300, 0, true, NULL), PHB_XLATE_OK);
	for (i = 0; i < 16; i++)
		fx_store(&fx, table + 8 * i, 0);
	kill_pair(&fx, table + 16);
	ck_assert_uint_eq(fx.phb->stats.kills_pair, 1);
	ck_assert_uint_eq(fx.phb->stats.killed_tces, 2);
	ck_assert_int_eq(fx_xlate(&fx, 0x300, 0x4000, true, &real), PHB_XLATE_OK);
	ck_assert_uint_eq(real, FX_DATA + 0x4000);
	ck_assert_int_eq(fx_xlate(&fx, 0x300, 0x1000, true, NULL), PHB_XLATE_OK);
	ck_assert_int_eq(fx_xlate(&fx, 0x300, 0x3000, true, NULL), PHB_XLATE_PAGE_FAULT);
	/* That fetched the whole line again. */
	ck_assert_int_eq(fx_xlate(&fx, 0x300, 0x4000, true, NULL), PHB_XLATE_PAGE_FAULT);
	fx_end(&fx);
}
END_TEST

START_TEST(test_p7ioc_kill_of_an_odd_tce_when_done_by_its_pair_then_kills_it)
{
	/* Linux rounds: the address of a pair is a multiple of 16, the low four bits do not count. */
	struct fx fx;
	uint64_t table;

	p7_begin(&fx);
	table = p7_simple_window(&fx, 0, 3);
	fx_store(&fx, table + 8, FX_DATA | 3);
	ck_assert_int_eq(fx_xlate(&fx, 0x300, 0x1000, true, NULL), PHB_XLATE_OK);
	fx_store(&fx, table + 8, 0);
	kill_pair(&fx, table + 8);
	ck_assert_int_eq(fx_xlate(&fx, 0x300, 0x1000, true, NULL), PHB_XLATE_PAGE_FAULT);
	fx_end(&fx);
}
END_TEST

START_TEST(test_p7ioc_kill_when_the_table_serves_two_windows_then_kills_for_both)
{
	/* The kill names memory, not a window: who shares a table loses both copies; another table's stay. */
	struct fx fx;
	uint64_t other;

	p7_begin(&fx);
	p7_window(&fx, 0, 3, FX_TABLES, 2, IODA1_PAGE_4K);
	p7_window(&fx, 1, 4, FX_TABLES, 2, IODA1_PAGE_4K);
	other = p7_simple_window(&fx, 2, 3);
	fx_store(&fx, FX_TABLES, FX_DATA | 3);
	fx_store(&fx, other, FX_DATA | 3);
	ck_assert_int_eq(fx_xlate(&fx, 0x300, 0, true, NULL), PHB_XLATE_OK);
	ck_assert_int_eq(fx_xlate(&fx, 0x400, MIB256, true, NULL), PHB_XLATE_OK);
	ck_assert_int_eq(fx_xlate(&fx, 0x300, 2 * MIB256, true, NULL), PHB_XLATE_OK);
	fx_store(&fx, FX_TABLES, 0);
	fx_store(&fx, other, 0);
	kill_pair(&fx, FX_TABLES);
	ck_assert_uint_eq(fx.phb->stats.killed_tces, 4);
	ck_assert_int_eq(fx_xlate(&fx, 0x300, 0, true, NULL), PHB_XLATE_PAGE_FAULT);
	ck_assert_int_eq(fx_xlate(&fx, 0x400, MIB256, true, NULL), PHB_XLATE_PAGE_FAULT);
	ck_assert_int_eq(fx_xlate(&fx, 0x300, 2 * MIB256, true, NULL), PHB_XLATE_OK);
	fx_end(&fx);
}
END_TEST

START_TEST(test_p7ioc_window_when_moved_to_another_table_then_keeps_stale_tces)
{
	/* A TVE is rewritten; what was cached of the old table is killed by the old table's address. */
	struct fx fx;
	uint64_t real;

	p7_begin(&fx);
	p7_window(&fx, 0, 3, FX_TABLES, 2, IODA1_PAGE_4K);
	fx_store(&fx, FX_TABLES, FX_DATA | 3);
	fx_store(&fx, FX_TABLES + 0x80000, (FX_DATA + 0x1000) | 3);
	ck_assert_int_eq(fx_xlate(&fx, 0x300, 0, true, NULL), PHB_XLATE_OK);
	p7_window(&fx, 0, 3, FX_TABLES + 0x80000, 2, IODA1_PAGE_4K);
	ck_assert_int_eq(fx_xlate(&fx, 0x300, 0, true, &real), PHB_XLATE_OK);
	ck_assert_uint_eq(real, FX_DATA);
	kill_pair(&fx, FX_TABLES + 0x80000);
	ck_assert_int_eq(fx_xlate(&fx, 0x300, 0, true, &real), PHB_XLATE_OK);
	ck_assert_uint_eq(real, FX_DATA);
	kill_pair(&fx, FX_TABLES);
	ck_assert_int_eq(fx_xlate(&fx, 0x300, 0, true, &real), PHB_XLATE_OK);
	ck_assert_uint_eq(real, FX_DATA + 0x1000);
	fx_end(&fx);
}
END_TEST

START_TEST(test_p7ioc_kill_when_not_of_a_pair_then_does_nothing)
{
	/* Later generations' kills of all, of a PE and of a page are not known here; the pair bit alone is. */
	struct fx fx;

	p7_begin(&fx);
	fx_store(&fx, p7_simple_window(&fx, 0, 3), FX_DATA | 3);
	ck_assert_int_eq(fx_xlate(&fx, 0x300, 0, true, NULL), PHB_XLATE_OK);
	fx_store(&fx, FX_TABLES, 0);
	fx_write(&fx, PHB_TCE_KILL, PHB_TCE_KILL_PE | 3);
	fx_write(&fx, PHB_TCE_KILL, PHB_TCE_KILL_ONE | 3);
	fx_write(&fx, PHB_TCE_KILL, FX_TABLES);
	ck_assert_int_eq(fx_xlate(&fx, 0x300, 0, true, NULL), PHB_XLATE_OK);
	ck_assert_uint_eq(fx.phb->stats.kills_pair, 0);
	/* Setting the 64-byte TCE enable clears the cache, as firmware does it. */
	fx_write(&fx, PHB_CONFIG, PHB_CONFIG_64B_TCE_EN);
	ck_assert_int_eq(fx_xlate(&fx, 0x300, 0, true, NULL), PHB_XLATE_PAGE_FAULT);
	fx_end(&fx);
}
END_TEST

START_TEST(test_p7ioc_translation_when_looked_at_from_outside_then_says_why)
{
	/* phb_translate() has the same opinion, in words, and changes nothing. */
	struct fx fx;
	struct phb_translation seen;

	p7_begin(&fx);
	fx_store(&fx, p7_simple_window(&fx, 0, 3), FX_DATA | 1);
	seen = phb_translate(fx.phb, 0x300, (struct ioaddr){0x10}, false);
	ck_assert(seen.ok && seen.real.v == FX_DATA + 0x10 && seen.tce_at.v == FX_TABLES && seen.levels == 1);
	ck_assert_str_eq(phb_translate(fx.phb, 0x300, (struct ioaddr){0}, true).why,
			 "access fault: the TCE does not grant this direction");
	ck_assert_str_eq(phb_translate(fx.phb, 0x400, (struct ioaddr){0}, false).why,
			 "the window belongs to another requester");
	ck_assert_str_eq(phb_translate(fx.phb, 0x300, (struct ioaddr){MIB256}, false).why,
			 "TVE invalid: no window here");
	ck_assert_str_eq(phb_translate(fx.phb, 0x300, (struct ioaddr){1ull << 32}, false).why, "no such address class");
	p7_window(&fx, 0, 3, FX_TABLES, 1, IODA1_PAGE_4K);
	ck_assert_str_eq(phb_translate(fx.phb, 0x300, (struct ioaddr){MIB256 / 2}, false).why, "beyond the window");
	ck_assert_uint_eq(fx.phb->stats.walks, 0);
	fx_end(&fx);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("hw.p7ioc_tce");
	TCase *tc = tcase_create("p7ioc_tce");
	SRunner *sr;
	int failed;

	tcase_add_test(tc, test_p7ioc_address_when_below_4_gib_then_selects_by_its_top_four_bits);
	tcase_add_test(tc, test_p7ioc_window_when_of_another_then_is_denied);
	tcase_add_test(tc, test_p7ioc_filter_when_with_device_and_function_then_compares_them);
	tcase_add_test(tc, test_p7ioc_window_when_passed_then_is_a_tvt_extent_error);
	tcase_add_test(tc, test_p7ioc_page_size_when_of_each_code_then_is_that_or_no_window);
	tcase_add_test(tc, test_p7ioc_tce_control_when_each_value_meets_each_direction);
	tcase_add_loop_test(tc, test_p7ioc_address_from_4_gib_when_not_known_then_is_as_configured, 0, 2);
	tcase_add_loop_test(tc, test_p7ioc_window_above_256_mib_when_reached_then_is_as_configured, 0, 2);
	tcase_add_test(tc, test_p7ioc_tce_when_changed_without_a_kill_then_stays_in_force);
	tcase_add_test(tc, test_p7ioc_kill_of_an_odd_tce_when_done_by_its_pair_then_kills_it);
	tcase_add_test(tc, test_p7ioc_kill_when_the_table_serves_two_windows_then_kills_for_both);
	tcase_add_test(tc, test_p7ioc_window_when_moved_to_another_table_then_keeps_stale_tces);
	tcase_add_test(tc, test_p7ioc_kill_when_not_of_a_pair_then_does_nothing);
	tcase_add_test(tc, test_p7ioc_translation_when_looked_at_from_outside_then_says_why);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
