/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tests/sim/test_clock.c - cycles and picoseconds.
 */
#include <check.h>

#include "sim/clock.h"
#include "sim/rng.h"

START_TEST(test_ps_when_period_is_whole_then_exact)
{
	/* 250 MHz is 4000 ps a cycle; a year of cycles is still exact, and wider than 64 bits in between. */
	struct sim_clock clock;

	sim_clock_init(&clock, 250000000);
	ck_assert_uint_eq(sim_clock_ps(&clock, 0), 0);
	ck_assert_uint_eq(sim_clock_ps(&clock, 1), 4000);
	ck_assert_uint_eq(sim_clock_ps(&clock, 1000000000000), 4000000000000000);
	ck_assert_uint_eq(sim_clock_cycles(&clock, 3999), 0);
	ck_assert_uint_eq(sim_clock_cycles(&clock, 4000), 1);
	ck_assert_uint_eq(sim_clock_next_edge(&clock, 0), 0);
	ck_assert_uint_eq(sim_clock_next_edge(&clock, 1), 4000);
	ck_assert_uint_eq(sim_clock_next_edge(&clock, 4000), 4000);
	ck_assert_uint_eq(sim_clock_next_edge(&clock, 4001), 8000);
}
END_TEST

START_TEST(test_ps_when_period_is_a_fraction_then_no_drift)
{
	/* 3 Hz: a period is 333333333333.3 ps. Three cycles are one second, not 1 ps less, and so are 3 * 10^6. */
	struct sim_clock clock;

	sim_clock_init(&clock, 3);
	ck_assert_uint_eq(sim_clock_ps(&clock, 1), 333333333333);
	ck_assert_uint_eq(sim_clock_ps(&clock, 2), 666666666666);
	ck_assert_uint_eq(sim_clock_ps(&clock, 3), SIM_PS_PER_S);
	ck_assert_uint_eq(sim_clock_ps(&clock, 3000000), 1000000 * SIM_PS_PER_S);
	/* 666 MHz for an hour: cycles convert back to themselves. */
	sim_clock_init(&clock, 666666667);
	ck_assert_uint_eq(sim_clock_ps(&clock, 666666667ull * 3600), 3600 * SIM_PS_PER_S);
	ck_assert_uint_eq(sim_clock_cycles(&clock, 3600 * SIM_PS_PER_S), 666666667ull * 3600);
}
END_TEST

START_TEST(test_edges_when_frequency_is_anything_then_consistent)
{
	/*
	 * For random frequencies and cycles n with edge e: n cycles have passed at e and not at e - 1 (unless the clock
	 * is so fast that an edge shares its picosecond), and e is the next edge of e and of e - 1.
	 */
	struct sim_clock clock;
	struct sim_rng rng;
	uint32_t i;

	sim_rng_init(&rng, 1, "clock");
	for (i = 0; i < 100000; i++) {
		uint64_t cycles;
		sim_ps edge_ps;

		sim_clock_init(&clock, sim_rng_range(&rng, 1, SIM_PS_PER_S >> sim_rng_below(&rng, 40)));
		cycles = sim_rng_range(&rng, 1, clock.hz > 10000000 ? clock.hz * 100000 : clock.hz * 1000000);
		edge_ps = sim_clock_ps(&clock, cycles);
		if (sim_clock_cycles(&clock, edge_ps) != cycles || sim_clock_cycles(&clock, edge_ps - 1) >= cycles ||
		    sim_clock_next_edge(&clock, edge_ps) != edge_ps ||
		    sim_clock_next_edge(&clock, edge_ps - 1) > edge_ps ||
		    sim_clock_next_edge(&clock, edge_ps + 1) <= edge_ps)
			ck_abort_msg("%llu Hz, cycle %llu", (unsigned long long)clock.hz, (unsigned long long)cycles);
	}
}
END_TEST

START_TEST(test_rate_when_division_has_a_rest_then_rounded_up)
{
	/* 64 bytes at 7.877 GB/s take 8124.9 ps: 8125. Whole results stay; nothing takes no time; sizes beyond 64 bits
	 * work. */
	ck_assert_uint_eq(sim_rate_ps(64, 7877000000), 8125);
	ck_assert_uint_eq(sim_rate_ps(4096, 4096), SIM_PS_PER_S);
	ck_assert_uint_eq(sim_rate_ps(0, 1000), 0);
	ck_assert_uint_eq(sim_rate_ps(1, 3), 333333333334);
	ck_assert_uint_eq(sim_rate_ps(1ull << 40, 1ull << 33), 128 * SIM_PS_PER_S);
	ck_assert_uint_eq(sim_rate_ps((1ull << 40) + 1, 1ull << 40), SIM_PS_PER_S + 1);
}
END_TEST

START_TEST(test_init_when_frequency_is_zero_then_assertion)
{
	/* A clock that never ticks is our own bug: configuration rows have a minimum. */
	struct sim_clock clock;

	sim_clock_init(&clock, 0);
}
END_TEST

START_TEST(test_ps_when_result_is_too_long_then_assertion)
{
	/* 2^64 cycles of 1 Hz do not fit in 213 days. */
	struct sim_clock clock;

	sim_clock_init(&clock, 1);
	sim_clock_ps(&clock, UINT64_MAX);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sim.clock");
	TCase *tcase = tcase_create("clock");
	SRunner *runner;
	int failed;

	tcase_add_test(tcase, test_ps_when_period_is_whole_then_exact);
	tcase_add_test(tcase, test_ps_when_period_is_a_fraction_then_no_drift);
	tcase_add_test(tcase, test_edges_when_frequency_is_anything_then_consistent);
	tcase_add_test(tcase, test_rate_when_division_has_a_rest_then_rounded_up);
	tcase_add_test_raise_signal(tcase, test_init_when_frequency_is_zero_then_assertion, 6);
	tcase_add_test_raise_signal(tcase, test_ps_when_result_is_too_long_then_assertion, 6);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
