// SPDX-License-Identifier: GPL-2.0-only
/*
 * tests/workloads/test_wl_compare.c - records are compared by what they say: each kind of difference is found, named
 * and counted, and nothing else is. Records are written by hand here; tests/cli/compare.sh makes real ones.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "workloads/wl_compare.h"

#define HEAD "run\tstory\tpower8-phb3\t1\nkernel\tlinux-6.1\t6.1.9\t65536\n"
#define OPEN "call\tA\t100\t50\t0\topen()\topen(\"/dev/vfio/vfio\")\t3\t\t\n"
#define MAP(ps, locked, ret, tces)                                                                                     \
	"call\tA\t200\t" ps "\t" locked "\tVFIO_IOMMU_MAP_DMA\tioctl(3, MAP)\t" ret "\t\t" tces "\n"
#define LAST "last\tA\td: none\n"
#define TAIL "tces\td\tnone\naccount\tpins\t4\nend\t1000\n"
#define WARN(line) "finding\twarn\tkernel-warn\tWARN at drivers/vfio/a.c:" line ": odd\t2\n"
#define BASE HEAD OPEN MAP("70", "4", "0", "d: 0x0+0x10000 rw 0x1000") LAST WARN("12") TAIL

static char path[64];
static struct wl_recorded *recorded[2];
static struct wl_compare *compare;
static char *text;

static int load(const char *content, struct wl_recorded **out, char **error)
{
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	fputs(content, file);
	fclose(file);
	return wl_recorded_load(path, out, error);
}

static void compare_with(const char *a, const char *b)
{
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);
	char *error = NULL;

	ck_assert_msg(!load(a, &recorded[0], &error), "%s", error);
	ck_assert_msg(!load(b, &recorded[1], &error), "%s", error);
	compare = wl_compare_create(recorded[0], recorded[1]);
	wl_compare_print(compare, "1", "2", WL_ASPECTS_ALL, 27, out);
	fclose(out);
}

static void setup(void)
{
	const char *tmp = getenv("TMPDIR");
	int fd;

	snprintf(path, sizeof(path), "%s/record.XXXXXX", tmp ? tmp : "/tmp");
	fd = mkstemp(path);
	ck_assert_int_ge(fd, 0);
	close(fd);
}

static void teardown(void)
{
	unlink(path);
	wl_compare_destroy(compare);
	for (int i = 0; i < 2; i++)
		wl_recorded_destroy(recorded[i]);
	free(text);
}

#define HAS(what) ck_assert_msg(strstr(text, what) != NULL, "no \"%s\" in:\n%s", what, text)

START_TEST(test_equal_records_have_no_difference)
{
	/* Why: --expect-equal stands on it. How: the same text twice, but for the line that a WARN stands in. */
	compare_with(BASE, HEAD OPEN MAP("70", "4", "0", "d: 0x0+0x10000 rw 0x1000") LAST WARN("99") TAIL);
	ck_assert_uint_eq(wl_compare_differ(compare), 0);
	HAS("2 calls        2 calls        equal");
	ck_assert_ptr_null(strstr(text, "Different"));
}
END_TEST

/* One thing is different, and its aspect alone says so, with these words. */
static const struct {
	const char *other;
	enum wl_aspect aspect;
	const char *says;
} rows[] = {
	{HEAD OPEN MAP("70", "4", "-EPERM", "d: 0x0+0x10000 rw 0x1000") LAST WARN("12") TAIL, WL_CALLS,
	 "  A call 1: ioctl(3, MAP)\n      1: 0    2: -EPERM\n"},
	{HEAD OPEN MAP("70", "4", "0", "d: none") LAST WARN("12") TAIL, WL_TCES,
	 "      1: d: 0x0+0x10000 rw 0x1000    2: d: none\n"},
	{HEAD OPEN MAP("70", "4", "0", "d: 0x0+0x10000 rw 0x1000") "last\tA\td: 0x0+0x10000 rw elsewhere\n" WARN("12")
		 TAIL,
	 WL_TCES, "A call 2: last\n"},
	{HEAD OPEN MAP("70", "4", "0", "d: 0x0+0x10000 rw 0x1000")
		 LAST WARN("12") "tces\td\t0x0+0x1 r elsewhere\naccount\tpins\t4\nend\t1000\n",
	 WL_TCES, "  d\n      1: none    2: 0x0+0x1 r elsewhere\n"},
	{HEAD OPEN MAP("70", "5", "0", "d: 0x0+0x10000 rw 0x1000") LAST WARN("12") TAIL, WL_ACCOUNTING,
	 "2: locked_vm 5 pages"},
	{HEAD OPEN MAP("70", "4", "0", "d: 0x0+0x10000 rw 0x1000")
		 LAST WARN("12") "tces\td\tnone\naccount\tpins\t5\nend\t1000\n",
	 WL_ACCOUNTING, "  pins\n      1: 4    2: 5\n"},
	{HEAD OPEN MAP("70", "4", "0", "d: 0x0+0x10000 rw 0x1000") LAST TAIL, WL_FINDINGS,
	 "of 1 only: warn kernel-warn WARN at drivers/vfio/a.c:*: odd (2)"},
	{HEAD OPEN MAP("77", "4", "0", "d: 0x0+0x10000 rw 0x1000") LAST WARN("12") TAIL, WL_TIME,
	 "1 x 70 ps           1 x 77 ps      +10.0 %"},
	{HEAD OPEN MAP("70", "4", "0", "d: 0x0+0x10000 rw 0x1000")
		 LAST WARN("12") "tces\td\tnone\naccount\tpins\t4\nend\t1001\n",
	 WL_TIME, "between calls"},
};

START_TEST(test_each_difference_is_of_its_aspect)
{
	/* Why: a difference that is not seen makes two drivers equal. How: one change a row. */
	compare_with(BASE, rows[_i].other);
	ck_assert_uint_eq(wl_compare_differ(compare), 1u << rows[_i].aspect);
	HAS(rows[_i].says);
	HAS("1 difference\n");
}
END_TEST

START_TEST(test_call_of_one_run_only_does_not_shift_the_others)
{
	/* Why: a driver that refuses a step makes a process skip calls. How: an extra call in the middle of the second,
	 * a process that only the first has. */
#define CALL(text, ret) "call\tA\t1\t1\t0\tx\t" text "\t" ret "\t\t\n"
	compare_with(HEAD CALL("one", "1") CALL("two", "2") CALL("three", "3") "call\tB\t1\t1\t0\tx\tb\t0\t\t\n" TAIL,
		     HEAD CALL("one", "1") CALL("extra", "9") CALL("two", "2") CALL("three", "4") TAIL);
	ck_assert(wl_compare_differ(compare) & 1u << WL_CALLS);
	HAS("A call 1, of 2 only: extra = 9\n");
	HAS("A call 2: three\n      1: 3    2: 4\n");
	HAS("B call 0, of 1 only: b = 0\n");
	HAS("4 calls        4 calls        3 differences\n");
}
END_TEST

START_TEST(test_many_differences_fit_a_screen)
{
	/* Why: a summary is read at once. How: a thousand calls that differ, with long texts; lines and columns. */
	char *a = NULL, *b = NULL;
	size_t n = 0, lines = 0;
	FILE *out[2] = {open_memstream(&a, &n), open_memstream(&b, &n)};

	for (int side = 0; side < 2; side++) {
		fputs(HEAD, out[side]);
		for (int i = 0; i < 1000; i++)
			fprintf(out[side], "call\tA\t1\t%d\t%d\tkind%d\t%0200d\t%d\t\tt%d\n", side, side * i, i % 50, i,
				side, side);
		fputs(TAIL, out[side]);
		fclose(out[side]);
	}
	compare_with(a, b);
	free(a);
	free(b);
	ck_assert_uint_eq(wl_compare_differ(compare), WL_ASPECTS_ALL & ~(1u << WL_FINDINGS));
	HAS("  and 998 more\n");
	for (const char *line = text; *line; line += strcspn(line, "\n") + 1, lines++)
		ck_assert_uint_le(strcspn(line, "\n"), 100);
	ck_assert_uint_le(lines, 7 + 27 + 3);
}
END_TEST

static const struct {
	const char *content, *says;
} wrong[] = {
	{"", "found no line \"run\""},
	{HEAD OPEN, "found no line \"run\", \"kernel\" or \"end\""},
	{HEAD "call\tA\n", ":3:1: found \"call\", expected a line of"},
	{HEAD "hello\n", ":3:1: found \"hello\""},
	{HEAD "end\t1", ":3:1: found \"end"},
	{HEAD "call\t1\t2\t3\t4\t5\t6\t7\t8\t9\t10\n", ":3:1: found"},
};

START_TEST(test_file_that_is_no_record_is_refused)
{
	/* Why: two empty files are not two equal runs. How: lines that are cut off, unknown, too long; their place is
	 * told. */
	char *error = NULL;

	ck_assert_int_lt(load(wrong[_i].content, &recorded[0], &error), 0);
	ck_assert_ptr_nonnull(error);
	ck_assert_msg(strstr(error, wrong[_i].says) != NULL, "%s", error);
	free(error);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("workloads.wl_compare");
	TCase *tc = tcase_create("compare");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, test_equal_records_have_no_difference);
	tcase_add_loop_test(tc, test_each_difference_is_of_its_aspect, 0, sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(tc, test_call_of_one_run_only_does_not_shift_the_others);
	tcase_add_test(tc, test_many_differences_fit_a_screen);
	tcase_add_loop_test(tc, test_file_that_is_no_record_is_refused, 0, sizeof(wrong) / sizeof(wrong[0]));
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
