// SPDX-License-Identifier: GPL-2.0-only
/* Suite workloads.wl_text: numbers for people never lie about their size, and keep to their columns. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "workloads/wl_text.h"

START_TEST(test_time_when_formatted_then_three_digits_and_unit)
{
	/* Cut off, not rounded: what is shown was at least reached. */
	static const struct {
		sim_ps ps;
		const char *text;
	} cases[] = {
		{0, "0 ps"},
		{999, "999 ps"},
		{1000, "1.00 ns"},
		{1239, "1.23 ns"},
		{45678, "45.6 ns"},
		{999999, "999 ns"},
		{3210000, "3.21 us"},
		{SIM_PS_PER_MS * 12, "12.0 ms"},
		{SIM_PS_PER_S * 3600, "3600 s"},
		{SIM_PS_PER_S + 5, "1.00 s"},
	};

	for (size_t i = 0; i < sim_count_of(cases); i++)
		ck_assert_str_eq(wl_text_time(cases[i].ps).s, cases[i].text);
}
END_TEST

START_TEST(test_bytes_when_whole_then_exact)
{
	/* A size that a person wrote comes back as it was written. */
	ck_assert_str_eq(wl_text_bytes(0).s, "0 B");
	ck_assert_str_eq(wl_text_bytes(512).s, "512 B");
	ck_assert_str_eq(wl_text_bytes(64 << 10).s, "64 KiB");
	ck_assert_str_eq(wl_text_bytes(16ull << 30).s, "16 GiB");
	ck_assert_str_eq(wl_text_bytes(1536).s, "1536 B");
	ck_assert_str_eq(wl_text_bytes((15 << 10) + 512).s, "15.5 KiB");
	ck_assert_str_eq(wl_text_bytes(5ull << 40).s, "5 TiB");
	ck_assert_str_eq(wl_text_bytes(123456789).s, "117 MiB");
}
END_TEST

START_TEST(test_rates_and_counts_when_formatted_then_readable)
{
	/* Decimal units for rates, groups of three for counts. */
	ck_assert_str_eq(wl_text_rate(7877000000).s, "7.87 GB/s");
	ck_assert_str_eq(wl_text_rate(0).s, "0 B/s");
	ck_assert_str_eq(wl_text_per_s(312345).s, "312 k/s");
	ck_assert_str_eq(wl_text_count(0).s, "0");
	ck_assert_str_eq(wl_text_count(999).s, "999");
	ck_assert_str_eq(wl_text_count(1234567).s, "1 234 567");
	ck_assert_str_eq(wl_text_count(UINT64_MAX).s, "18446744073709551615");
}
END_TEST

START_TEST(test_percent_when_not_whole_then_never_100_or_0)
{
	/* "100.0 % hits" must mean that there was no miss at all. */
	ck_assert_str_eq(wl_text_percent(0, 0).s, "-");
	ck_assert_str_eq(wl_text_percent(1, 1).s, "100.0 %");
	ck_assert_str_eq(wl_text_percent(999999, 1000000).s, "99.9 %");
	ck_assert_str_eq(wl_text_percent(1, 1000000).s, "0.1 %");
	ck_assert_str_eq(wl_text_percent(0, 1000000).s, "0.0 %");
	ck_assert_str_eq(wl_text_percent(1, 3).s, "33.3 %");
	ck_assert_str_eq(wl_text_percent(UINT64_MAX / 2, UINT64_MAX).s, "50.0 %");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("workloads.wl_text");
	TCase *tcase = tcase_create("numbers");
	SRunner *runner;
	int failed;

	tcase_add_test(tcase, test_time_when_formatted_then_three_digits_and_unit);
	tcase_add_test(tcase, test_bytes_when_whole_then_exact);
	tcase_add_test(tcase, test_rates_and_counts_when_formatted_then_readable);
	tcase_add_test(tcase, test_percent_when_not_whole_then_never_100_or_0);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
