// SPDX-License-Identifier: GPL-2.0-only
/* tests/kernel-model/test_opal_dma.c - TVEs of translated and bypass windows: encodings and refusals. */
#include <check.h>

#include "fake_expect.h"
#include "kernel-model/kernel.h"
#include "kernel-model/opal/opal_internal.h"

static struct sim *sim;
static struct fake *fake;
static struct cfg *cfg;
static struct opal *opal;

static void setup(void)
{
	sim = sim_create(1);
	fake = fake_create(sim, 1, FAKE_RAM_BYTES);
	cfg = cfg_create();
	cfg_add_rows(cfg, km_cfg_rows, km_cfg_row_count);
	opal = opal_create(sim, &fake->platform, cfg);
	ck_assert_int_eq(opal_boot(opal), 0);
	fake->phb[0].log_count = 0;
}

static void teardown(void)
{
	opal_destroy(opal);
	cfg_destroy(cfg);
	fake_destroy(fake);
	sim_destroy(sim);
}

static struct fake_access tvt_select(uint32_t index)
{
	return (struct fake_access){true, PHB_IODA_ADDR, 8, 9ull << 48 | index};
}

#define MAP(pe, win, levels, addr, bytes, page) opal_pci_map_pe_dma_window(opal, 0, pe, win, levels, addr, bytes, page)
#define REAL(pe, win, start, bytes) opal_pci_map_pe_dma_window_real(opal, 0, pe, win, start, bytes)

START_TEST(test_map_window_when_two_levels_then_tve_as_documented)
{
	/* Why: the PHB believes every bit. How: 64 KiB levels, 64 KiB pages, window 1 of PE 5; exact register writes. */
	const struct fake_access want[] = {
		tvt_select(11),
		{true, PHB_IODA_DATA0, 8, 0x12340ull << 16 | 1ull << 13 | 5ull << 8 | 5},
	};

	ck_assert_int_eq(MAP(5, 11, 2, 0x12340000, 0x10000, 0x10000), OPAL_SUCCESS);
	ck_assert(fake_writes_are(&fake->phb[0], want, 2));
	/* The TCE cache is the kernel's to clean: firmware did not touch it. */
	ck_assert_uint_eq(fake->phb[0].reg[PHB_TCE_KILL / 8], PHB_TCE_KILL_ALL);
}
END_TEST

START_TEST(test_map_window_when_each_page_size_then_its_code)
{
	/* Why: codes are a table. How: all four of PHB3; and one that only PHB4 has. */
	static const struct {
		uint64_t page, code;
	} sizes[] = {{0x1000, 1}, {0x10000, 5}, {0x1000000, 13}, {0x10000000, 17}};
	size_t i;

	for (i = 0; i < 4; i++) {
		ck_assert_int_eq(MAP(1, 2, 1, 0x100000, 0x1000, sizes[i].page), OPAL_SUCCESS);
		ck_assert_uint_eq(fake->phb[0].ioda[9][2], 0x100ull << 16 | 1ull << 8 | sizes[i].code);
	}
	ck_assert_int_eq(MAP(1, 2, 1, 0x100000, 0x1000, 0x200000), OPAL_PARAMETER);
	ck_assert_int_eq(MAP(1, 2, 1, 0x100000, 0x1000, 0), OPAL_PARAMETER);
}
END_TEST

START_TEST(test_map_window_when_size_is_zero_then_tve_is_zero)
{
	/* Why: that is how a window is removed. How: the other arguments do not matter then. */
	const struct fake_access want[] = {tvt_select(10), {true, PHB_IODA_DATA0, 8, 0}};

	ck_assert_int_eq(MAP(5, 10, 0, 0, 0, 0), OPAL_SUCCESS);
	ck_assert(fake_writes_are(&fake->phb[0], want, 2));
}
END_TEST

START_TEST(test_map_window_when_arguments_are_wrong_then_nothing_is_written)
{
	/* Why: a TVE of another PE would be an open door. How: each check of firmware, one at a time. */
	ck_assert_int_eq(MAP(5, 12, 1, 0, 0x1000, 0x1000), OPAL_PARAMETER);
	ck_assert_int_eq(MAP(5, 9, 1, 0, 0x1000, 0x1000), OPAL_PARAMETER);
	ck_assert_int_eq(MAP(256, 512, 1, 0, 0x1000, 0x1000), OPAL_PARAMETER);
	ck_assert_int_eq(MAP(5, 10, 0, 0, 0x1000, 0x1000), OPAL_PARAMETER);
	ck_assert_int_eq(MAP(5, 10, 6, 0, 0x1000, 0x1000), OPAL_PARAMETER);
	ck_assert_int_eq(MAP(5, 10, 1, 0, 0x800, 0x1000), OPAL_PARAMETER);
	ck_assert_int_eq(MAP(5, 10, 1, 0, 0x3000, 0x1000), OPAL_PARAMETER);
	ck_assert_int_eq(MAP(5, 10, 1, 0, 1ull << 43, 0x1000), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_map_pe_dma_window(opal, 3, 5, 10, 1, 0, 0x1000, 0x1000), OPAL_PARAMETER);
	ck_assert_uint_eq(fake->phb[0].log_count, 0);
	ck_assert_int_eq(MAP(5, 10, 1, 0, 1ull << 42, 0x1000), OPAL_SUCCESS);
}
END_TEST

START_TEST(test_map_real_when_linux_bypass_then_end_is_exclusive)
{
	/* Why: bounds are split over four fields. How: 64 GiB at bit 59 as Linux asks; then a window above 2^48. */
	const struct fake_access want[] = {tvt_select(11), {true, PHB_IODA_DATA0, 8, (0x1000000000ull >> 24) << 16 | 0x1000}};

	ck_assert_int_eq(REAL(5, 11, 1ull << 59, 0x1000000000ull), OPAL_SUCCESS);
	ck_assert(fake_writes_are(&fake->phb[0], want, 2));
	ck_assert_int_eq(REAL(5, 11, 1ull << 59 | 1ull << 48, 0x2000000), OPAL_SUCCESS);
	ck_assert_uint_eq(fake->phb[0].ioda[9][11], 2ull << 16 | 0x1000 | 1ull << 10 | 1ull << 8);
	ck_assert_int_eq(REAL(5, 11, 1ull << 59, 0), OPAL_SUCCESS);
	ck_assert_uint_eq(fake->phb[0].ioda[9][11], 0);
}
END_TEST

START_TEST(test_map_real_when_arguments_are_wrong_then_parameter)
{
	/* Why: a bypass reaches all of memory. How: 16 MiB granularity, the 2^50 limit, the window bit, the PE. */
	ck_assert_int_eq(REAL(5, 11, 1ull << 59, 0x800000), OPAL_PARAMETER);
	ck_assert_int_eq(REAL(5, 11, 1ull << 59 | 0x1000, 0x1000000), OPAL_PARAMETER);
	ck_assert_int_eq(REAL(5, 11, 0, 0x1000000), OPAL_PARAMETER);
	ck_assert_int_eq(REAL(5, 10, 1ull << 59, 0x1000000), OPAL_PARAMETER);
	ck_assert_int_eq(REAL(5, 11, 1ull << 59, 1ull << 50), OPAL_PARAMETER);
	ck_assert_int_eq(REAL(4, 11, 1ull << 59, 0x1000000), OPAL_PARAMETER);
	ck_assert_uint_eq(fake->phb[0].log_count, 0);
}
END_TEST

START_TEST(test_tce_kill_when_phb3_then_unsupported)
{
	/* Why: on PHB3 the kernel kills by itself; callers must learn it. How: the code; a wrong PHB is another one. */
	ck_assert_int_eq(opal_pci_tce_kill(opal, 0, 0, 5, 0x1000, 0, 1), OPAL_UNSUPPORTED);
	ck_assert_int_eq(opal_pci_tce_kill(opal, 7, 0, 5, 0x1000, 0, 1), OPAL_PARAMETER);
	ck_assert_uint_eq(fake->phb[0].log_count, 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("kernel-model.opal_dma");
	TCase *tc = tcase_create("dma");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, test_map_window_when_two_levels_then_tve_as_documented);
	tcase_add_test(tc, test_map_window_when_each_page_size_then_its_code);
	tcase_add_test(tc, test_map_window_when_size_is_zero_then_tve_is_zero);
	tcase_add_test(tc, test_map_window_when_arguments_are_wrong_then_nothing_is_written);
	tcase_add_test(tc, test_map_real_when_linux_bypass_then_end_is_exclusive);
	tcase_add_test(tc, test_map_real_when_arguments_are_wrong_then_parameter);
	tcase_add_test(tc, test_tce_kill_when_phb3_then_unsupported);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
