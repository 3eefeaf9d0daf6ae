/* SPDX-License-Identifier: GPL-2.0-only */
/* The shared configuration space: masks per bit, byte lanes, resets and what survives them, the empty upper part. */
#include <check.h>
#include <stdlib.h>

#include "hw/pcie/config_space.h"

#define BASE 0x40u
/* A word with all three kinds of bits, a three-byte one, and a sticky one in the extended space. */
#define MIXED (BASE + 0x04u)
#define THREE (BASE + 0x09u)
#define STICKY 0x104u

static const struct config_space_row rows[] = {
	{.reg = 0x04, .bytes = 4, .value = 0x12340f80, .writable = 0x000000ff, .w1c = 0x00000f00},
	{.reg = 0x09, .bytes = 3, .value = 0x120000},
};
static const struct config_space_row high_rows[] = {
	{.reg = 0x04, .bytes = 4, .value = 0x70, .writable = 0xf0, .w1c = 0x0f, .sticky = true},
};

static void space_open(struct config_space *space)
{
	config_space_init(space);
	config_space_add(space, BASE, rows, 2);
	config_space_add(space, 0x100, high_rows, 1);
}

START_TEST(test_write_changes_what_its_masks_allow)
{
	/* Why: a bit that software must not change reads as before; a 1 clears only in write-1-to-clear bits. */
	struct config_space space;

	space_open(&space);
	config_space_write(&space, MIXED, 0xffffffff, 4);
	ck_assert_uint_eq(config_space_read(&space, MIXED, 4), 0x123400ff);
	config_space_store(&space, MIXED, 0x12340f00, 4);
	config_space_write(&space, MIXED, 0, 4); /* a 0 clears none of them */
	ck_assert_uint_eq(config_space_read(&space, MIXED, 4), 0x12340f00);
	config_space_write(&space, THREE - 1, 0xffffffff, 4);
	ck_assert_uint_eq(config_space_read(&space, THREE - 1, 4), 0x12000000);
}
END_TEST

START_TEST(test_access_touches_only_its_bytes)
{
	/* Why: configuration cycles have byte enables; a neighbour's write-1-to-clear bits must survive. */
	struct config_space space;

	space_open(&space);
	config_space_write(&space, MIXED, 0x5a, 1);
	ck_assert_uint_eq(config_space_read(&space, MIXED, 4), 0x12340f5a);
	config_space_write(&space, MIXED + 1, 0x03, 1);
	ck_assert_uint_eq(config_space_read(&space, MIXED, 4), 0x12340c5a);
	config_space_write(&space, MIXED + 2, 0xffff, 2);
	ck_assert_uint_eq(config_space_read(&space, MIXED, 4), 0x12340c5a);
	ck_assert_uint_eq(config_space_read(&space, MIXED + 2, 2), 0x1234);
	ck_assert_uint_eq(config_space_read(&space, MIXED + 3, 1), 0x12);
}
END_TEST

START_TEST(test_reset_leaves_sticky_bits_and_fundamental_does_not)
{
	/* Why: error status has to be readable after the reset that the error made necessary (PCIe 3.0, 7.4). */
	struct config_space space;

	space_open(&space);
	config_space_write(&space, MIXED, 0xffffffff, 4);
	config_space_change(&space, STICKY, 4, 0x70, 0x8000000f);
	config_space_reset(&space, false);
	ck_assert_uint_eq(config_space_read(&space, MIXED, 4), 0x12340f80);
	ck_assert_uint_eq(config_space_read(&space, STICKY, 4), 0x8000000f);
	config_space_reset(&space, true);
	ck_assert_uint_eq(config_space_read(&space, STICKY, 4), 0x70);
}
END_TEST

START_TEST(test_upper_part_reads_zero)
{
	/* Why: software walks the extended space until it reads 0; nothing lies behind the array. */
	struct config_space space;
	uint32_t reg;

	space_open(&space);
	for (reg = CONFIG_SPACE_BYTES; reg < 4096; reg += 4) {
		config_space_write(&space, reg, 0xffffffff, 4);
		ck_assert_uint_eq(config_space_read(&space, reg, 4), 0);
	}
	/* The last register that is kept, and the first that is not, are neighbours. */
	config_space_write(&space, CONFIG_SPACE_BYTES - 4, 0xffffffff, 4);
	ck_assert_uint_eq(config_space_read(&space, CONFIG_SPACE_BYTES - 4, 4), 0);
}
END_TEST

START_TEST(test_access_of_other_size_or_place_is_none)
{
	/* Why: a configuration request names a doubleword of 1024 and byte enables; nothing else exists. */
	static const struct {
		uint32_t reg, bytes;
		bool ok;
	} cases[] = {
		{0, 1, true},	 {0, 2, true},	  {0, 4, true},	    {3, 1, true},     {4095, 1, true},
		{4094, 2, true}, {4092, 4, true}, {0, 0, false},    {0, 3, false},    {0, 8, false},
		{1, 2, false},	 {2, 4, false},	  {4096, 1, false}, {4096, 4, false},
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_int_eq(config_space_access_ok(cases[i].reg, cases[i].bytes), cases[i].ok);
}
END_TEST

START_TEST(test_later_row_replaces_the_earlier)
{
	/* Why: a function refines a table (the size of a BAR); no mask of the first row may stay behind. */
	static const struct config_space_row other[] = {{.reg = 0x04, .bytes = 4, .value = 0, .writable = 0xffff0000}};
	struct config_space space;

	space_open(&space);
	config_space_add(&space, BASE, other, 1);
	config_space_write(&space, MIXED, 0xffffffff, 4);
	ck_assert_uint_eq(config_space_read(&space, MIXED, 4), 0xffff0000);
	config_space_reset(&space, false);
	ck_assert_uint_eq(config_space_read(&space, MIXED, 4), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("hw.config_space");
	TCase *tcase = tcase_create("config space");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tcase);
	tcase_add_test(tcase, test_write_changes_what_its_masks_allow);
	tcase_add_test(tcase, test_access_touches_only_its_bytes);
	tcase_add_test(tcase, test_reset_leaves_sticky_bits_and_fundamental_does_not);
	tcase_add_test(tcase, test_upper_part_reads_zero);
	tcase_add_test(tcase, test_access_of_other_size_or_place_is_none);
	tcase_add_test(tcase, test_later_row_replaces_the_earlier);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
