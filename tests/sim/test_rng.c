/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tests/sim/test_rng.c - random streams: pinned values, independence, bounds.
 */
#include <check.h>

#include "sim/rng.h"

START_TEST(test_u64_when_state_is_known_then_published_sequence)
{
	/* The first outputs of xoshiro256** from the state 1, 2, 3, 4, as other implementations publish them. */
	struct sim_rng rng = {.s = {1, 2, 3, 4}};
	static const uint64_t expected[] = {
		11520, 0, 1509978240, 1215971899390074240, 1216172134540287360, 607988272756665600};
	uint32_t i;

	for (i = 0; i < sim_count_of(expected); i++)
		ck_assert_uint_eq(sim_rng_u64(&rng), expected[i]);
}
END_TEST

START_TEST(test_init_when_seed_and_path_are_known_then_pinned_values)
{
	/* Results of old runs must stay reproducible: these values were computed by a separate implementation. */
	static const struct {
		uint64_t seed;
		const char *path;
		uint64_t value[4];
	} pin[] = {
		{1, "phb0", {0xb525171cf1eb53eb, 0x1fe7700bfc0c65b7, 0x65487bd75db78d26, 0x700ad86064afbdf6}},
		{1, "phb1", {0x7ee5e1c2f7649b21, 0x51c131d09d233f86, 0x051dac48ab94d6be, 0xb759fb757e56641f}},
		{2, "phb0", {0xc278372fac08e021, 0x0000c774e16f5cf1, 0x88e0b4b23a3c892f, 0x8d75b80666a3e5c3}},
		{0, "", {0x1e28178eedbf0f30, 0x32dadb1a9e4a4d08, 0x4ef49088479a6d5c, 0x03b90a6cd230303e}},
	};
	struct sim_rng rng;
	uint32_t i, k;

	for (i = 0; i < sim_count_of(pin); i++) {
		sim_rng_init(&rng, pin[i].seed, pin[i].path);
		for (k = 0; k < 4; k++)
			ck_assert_uint_eq(sim_rng_u64(&rng), pin[i].value[k]);
	}
}
END_TEST

START_TEST(test_init_when_streams_interleave_then_neither_shifts_the_other)
{
	/* A stream gives the same numbers whether or not another one is drawn from in between. */
	struct sim_rng alone, a, b;
	uint32_t i;

	sim_rng_init(&alone, 5, "dma0");
	sim_rng_init(&a, 5, "dma0");
	sim_rng_init(&b, 5, "dma1");
	for (i = 0; i < 1000; i++) {
		uint64_t value = sim_rng_u64(&a);

		ck_assert_uint_eq(value, sim_rng_u64(&alone));
		ck_assert_uint_ne(value, sim_rng_u64(&b));
	}
}
END_TEST

START_TEST(test_below_when_bound_is_odd_then_in_range_and_even_handed)
{
	/* 70000 draws below 7: each value near 10000. Four standard deviations are 370. */
	struct sim_rng rng;
	uint32_t hits[7] = {0}, i;

	sim_rng_init(&rng, 1, "below");
	for (i = 0; i < 70000; i++) {
		uint64_t value = sim_rng_below(&rng, 7);

		ck_assert_uint_lt(value, 7);
		hits[value]++;
	}
	for (i = 0; i < 7; i++) {
		ck_assert_uint_gt(hits[i], 9630);
		ck_assert_uint_lt(hits[i], 10370);
	}
}
END_TEST

START_TEST(test_below_when_bound_is_huge_then_no_bias)
{
	/*
	 * A bound of 3/4 of 2^64: taking the remainder would make the lowest third twice as likely. Each third gets
	 * 10000 of 30000 draws; four standard deviations are 330.
	 */
	const uint64_t bound = 3ull << 62;
	struct sim_rng rng;
	uint32_t hits[3] = {0}, i;

	sim_rng_init(&rng, 1, "huge");
	for (i = 0; i < 30000; i++)
		hits[sim_rng_below(&rng, bound) >> 62]++;
	for (i = 0; i < 3; i++) {
		ck_assert_uint_gt(hits[i], 9670);
		ck_assert_uint_lt(hits[i], 10330);
	}
	ck_assert_uint_eq(sim_rng_below(&rng, 1), 0);
}
END_TEST

START_TEST(test_range_when_both_ends_are_included_then_both_occur)
{
	/* Both limits are drawn, nothing outside is, and the full range of 64 bits is not an overflow. */
	struct sim_rng rng;
	bool low = false, high = false;
	uint32_t i;

	sim_rng_init(&rng, 1, "range");
	for (i = 0; i < 1000; i++) {
		uint64_t value = sim_rng_range(&rng, 10, 13);

		ck_assert_uint_ge(value, 10);
		ck_assert_uint_le(value, 13);
		low |= value == 10;
		high |= value == 13;
	}
	ck_assert(low && high);
	ck_assert_uint_eq(sim_rng_range(&rng, 42, 42), 42);
	ck_assert_uint_ne(sim_rng_range(&rng, 0, UINT64_MAX), sim_rng_range(&rng, 0, UINT64_MAX));
}
END_TEST

START_TEST(test_chance_when_one_in_four_then_a_quarter)
{
	/* 40000 draws give 10000 hits; four standard deviations are 350. 0 and 1 are certain. */
	struct sim_rng rng;
	uint32_t hits = 0, i;

	sim_rng_init(&rng, 1, "chance");
	for (i = 0; i < 40000; i++) {
		hits += sim_rng_chance(&rng, 1, 4);
		ck_assert(!sim_rng_chance(&rng, 0, 3));
		ck_assert(sim_rng_chance(&rng, 3, 3));
	}
	ck_assert_uint_gt(hits, 9650);
	ck_assert_uint_lt(hits, 10350);
}
END_TEST

START_TEST(test_below_when_bound_is_zero_then_assertion)
{
	/* There is nothing below 0 to choose from. */
	struct sim_rng rng;

	sim_rng_init(&rng, 1, "zero");
	sim_rng_below(&rng, 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sim.rng");
	TCase *tcase = tcase_create("rng");
	SRunner *runner;
	int failed;

	tcase_add_test(tcase, test_u64_when_state_is_known_then_published_sequence);
	tcase_add_test(tcase, test_init_when_seed_and_path_are_known_then_pinned_values);
	tcase_add_test(tcase, test_init_when_streams_interleave_then_neither_shifts_the_other);
	tcase_add_test(tcase, test_below_when_bound_is_odd_then_in_range_and_even_handed);
	tcase_add_test(tcase, test_below_when_bound_is_huge_then_no_bias);
	tcase_add_test(tcase, test_range_when_both_ends_are_included_then_both_occur);
	tcase_add_test(tcase, test_chance_when_one_in_four_then_a_quarter);
	tcase_add_test_raise_signal(tcase, test_below_when_bound_is_zero_then_assertion, 6);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
