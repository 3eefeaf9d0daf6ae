/* SPDX-License-Identifier: GPL-2.0-only */
/* The data pattern: one function of seed and address, however it is cut, and a check that finds each changed byte. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "hw/device/dma_engine.h"
#include "sim/rng.h"

START_TEST(test_fill_is_the_byte_function_at_any_cut)
{
	/* Why: software checks bytes of runs that the engine wrote in other pieces; all must agree with the definition.
	 */
	uint8_t buf[80];
	size_t at, bytes, i;

	for (at = 0; at < 17; at++) {
		for (bytes = 0; bytes <= 40; bytes++) {
			memset(buf, 0xee, sizeof(buf));
			dma_engine_pattern_fill(99, 0x123450 + at, buf + at, bytes);
			for (i = 0; i < bytes; i++)
				ck_assert_uint_eq(buf[at + i], dma_engine_pattern_byte(99, 0x123450 + at + i));
			ck_assert_uint_eq(buf[at + bytes], 0xee);
			ck_assert_uint_eq(dma_engine_pattern_check(99, 0x123450 + at, buf + at, bytes, NULL), 0);
		}
	}
}
END_TEST

START_TEST(test_fill_at_the_end_of_the_address_space_wraps_nowhere)
{
	/* Why: the last bytes below 2^64 are legal PCI addresses, and the arithmetic is modulo 2^64. */
	uint8_t buf[16];
	size_t i;

	dma_engine_pattern_fill(1, UINT64_MAX - 12, buf, 13);
	for (i = 0; i < 13; i++)
		ck_assert_uint_eq(buf[i], dma_engine_pattern_byte(1, UINT64_MAX - 12 + i));
	ck_assert_uint_eq(dma_engine_pattern_check(1, UINT64_MAX - 12, buf, 13, NULL), 0);
}
END_TEST

START_TEST(test_check_finds_every_flipped_byte)
{
	/* Why: a check that misses a byte in head, words or tail would hide a DMA that went astray. */
	uint8_t buf[64];
	size_t at, i, first;

	for (at = 0; at < 8; at++) {
		for (i = 0; i < 50; i++) {
			dma_engine_pattern_fill(5, at, buf, 50);
			buf[i] ^= 1;
			first = SIZE_MAX;
			ck_assert_uint_eq(dma_engine_pattern_check(5, at, buf, 50, &first), 1);
			ck_assert_uint_eq(first, i);
			buf[49] ^= 0x80;
			ck_assert_uint_eq(dma_engine_pattern_check(5, at, buf, 50, &first), i == 49 ? 1 : 2);
			ck_assert_uint_eq(first, i);
		}
	}
}
END_TEST

START_TEST(test_pattern_tells_seeds_and_addresses_apart)
{
	/*
	 * Why: data of another device (seed) or of a page that is off by one entry must differ nearly everywhere: of
	 * 4096 independent bytes 16 agree by chance, and more than 64 (12 sigma) would be no chance.
	 */
	static const uint64_t off[] = {1, 8, 4096, 65536, 1ull << 30, 1ull << 59};
	uint8_t a[4096], b[4096];
	size_t i, j, same;

	dma_engine_pattern_fill(1, 0x10000, a, sizeof(a));
	for (j = 0; j <= sim_count_of(off); j++) {
		if (j < sim_count_of(off))
			dma_engine_pattern_fill(1, 0x10000 + off[j], b, sizeof(b));
		else
			dma_engine_pattern_fill(2, 0x10000, b, sizeof(b));
		for (i = same = 0; i < sizeof(a); i++)
			same += a[i] == b[i];
		ck_assert_uint_le(same, 64);
	}
}
END_TEST

START_TEST(test_pattern_bytes_are_spread)
{
	/* Why: memory of zeroes or ones, the usual leftovers, must not look like the pattern. */
	uint32_t count[256] = {0};
	uint32_t i;

	for (i = 0; i < 65536; i++)
		count[dma_engine_pattern_byte(0, i)]++;
	for (i = 0; i < 256; i++) {
		ck_assert_uint_ge(count[i], 160); /* 256 expected, sigma 16 */
		ck_assert_uint_le(count[i], 352);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("hw.dma_engine_pattern");
	TCase *tcase = tcase_create("pattern");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tcase);
	tcase_add_test(tcase, test_fill_is_the_byte_function_at_any_cut);
	tcase_add_test(tcase, test_fill_at_the_end_of_the_address_space_wraps_nowhere);
	tcase_add_test(tcase, test_check_finds_every_flipped_byte);
	tcase_add_test(tcase, test_pattern_tells_seeds_and_addresses_apart);
	tcase_add_test(tcase, test_pattern_bytes_are_spread);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
