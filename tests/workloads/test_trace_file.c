/* SPDX-License-Identifier: GPL-2.0-only */
/* tests/workloads/test_trace_file.c - traces: both kinds, compressed or not, and every way in which a file can be
 * broken. */
#include <check.h>
#include <errno.h>
#include <lzma.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/workloads/temp_file.h"
#include "workloads/trace_file.h"

/* @text as an xz file. Return: its bytes. */
static size_t put_xz(const char *text, size_t bytes, size_t cut)
{
	size_t space = lzma_stream_buffer_bound(bytes), used = 0;
	uint8_t *packed = malloc(space);

	ck_assert_int_eq(
		lzma_easy_buffer_encode(0, LZMA_CHECK_CRC64, NULL, (const uint8_t *)text, bytes, packed, &used, space),
		LZMA_OK);
	put(packed, used - cut);
	free(packed);
	return used;
}

/* Reads all of the file. Return: records read, or -1 and the error in @message. */
static int64_t read_all(struct trace_record *last, char *message, size_t bytes)
{
	struct trace_file *file = NULL;
	char *error = NULL;
	int64_t count = 0;
	int got = trace_file_open(temp_path, &file, &error);

	while (!got && (got = trace_file_next(file, last, &error)) > 0) {
		count++;
		got = 0;
	}
	if (got < 0) {
		ck_assert_ptr_nonnull(error);
		snprintf(message, bytes, "%s",
			 error + (strncmp(error, temp_path, strlen(temp_path)) ? 0 : strlen(temp_path)));
		count = -1;
	}
	free(error);
	trace_file_close(file);
	return count;
}

START_TEST(test_trace_hcalls_when_well_formed_then_every_field_is_read)
{
	/* Why: a replay holds every field against the model. How: one of each operation; the last line has no newline.
	 */
	const char *text =
		"0,S,80000000,0,512,0,0\n58,P,80000001,1ff000,1,7fff3003,-4\n3,I,ffffffffffffffff,2000,17,1000001,0\n"
		"1,G,80000000,3000,1,0,0\n9,X,80000000,1000,1,1e582001,0";
	struct trace_record record;
	struct trace_file *file;
	char *error = NULL;

	put(text, strlen(text));
	ck_assert_int_eq(trace_file_open(temp_path, &file, &error), 0);
	ck_assert_int_eq(trace_file_kind(file), TRACE_HCALLS);
	ck_assert_int_eq(trace_file_next(file, &record, &error), 1);
	ck_assert_int_eq(record.op, 'S');
	ck_assert_uint_eq(record.hcall.pages, 512);
	ck_assert_int_eq(trace_file_next(file, &record, &error), 1);
	ck_assert_uint_eq(record.line, 2);
	ck_assert_uint_eq(record.dt_us, 58);
	ck_assert_int_eq(record.op, 'P');
	ck_assert_uint_eq(record.hcall.liobn, 0x80000001);
	ck_assert_uint_eq(record.hcall.ioba, 0x1ff000);
	ck_assert_uint_eq(record.hcall.tce, 0x7fff3003);
	ck_assert_int_eq(record.hcall.ret, -4);
	ck_assert_int_eq(trace_file_next(file, &record, &error), 1);
	ck_assert_uint_eq(record.hcall.liobn, UINT64_MAX);
	ck_assert_uint_eq(record.hcall.pages, 17);
	ck_assert_int_eq(trace_file_next(file, &record, &error), 1);
	ck_assert_int_eq(record.op, 'G');
	ck_assert_int_eq(trace_file_next(file, &record, &error), 1);
	ck_assert_int_eq(record.op, 'X');
	ck_assert_uint_eq(record.hcall.tce, 0x1e582001);
	ck_assert_int_eq(trace_file_next(file, &record, &error), 0);
	ck_assert_int_eq(trace_file_next(file, &record, &error), 0);
	trace_file_close(file);
}
END_TEST

START_TEST(test_trace_ioctls_when_well_formed_then_every_field_is_read)
{
	/* Why: five fields are ioctls. How: CREATE with its three arguments. */
	const char *text = "0,I,0,0,0\n6979,C,40000000,c,2\n";
	struct trace_record record;
	char message[256];

	put(text, strlen(text));
	ck_assert_int_eq(read_all(&record, message, sizeof(message)), 2);
	ck_assert_int_eq(record.op, 'C');
	ck_assert_uint_eq(record.ioctl.arg[0], 0x40000000);
	ck_assert_uint_eq(record.ioctl.arg[1], 12);
	ck_assert_uint_eq(record.ioctl.arg[2], 2);
}
END_TEST

START_TEST(test_trace_when_compressed_then_reads_the_same)
{
	/* Why: traces are shipped as xz. How: more text than any buffer holds, so that lines cross their edges. */
	const uint64_t lines = 100000;
	char *text = malloc(lines * 40), message[256];
	struct trace_record record;
	size_t used = 0;
	uint64_t i;

	for (i = 0; i < lines; i++)
		used += (size_t)sprintf(text + used, "%u,P,80000000,%llx,1,%llx,0\n", (unsigned int)(i % 1000),
					(unsigned long long)i << 12, (unsigned long long)i << 16 | 3);
	ck_assert_uint_gt(used, 2u << 20);
	put_xz(text, used, 0);
	ck_assert_int_eq(read_all(&record, message, sizeof(message)), (int64_t)lines);
	ck_assert_uint_eq(record.line, lines);
	ck_assert_uint_eq(record.hcall.ioba, (lines - 1) << 12);
	/* Cut off: the records before are fine, the damage is told. */
	put_xz(text, used, 100);
	ck_assert_int_eq(read_all(&record, message, sizeof(message)), -1);
	ck_assert_ptr_nonnull(
		strstr(message, "found the end of the file in the middle of its data, expected a whole xz file"));
	free(text);
}
END_TEST

static const struct {
	const char *text, *message;
} broken[] = {
	{"", ":1:1: found an empty file, expected a trace of hypercalls or ioctls"},
	{"a,b\n", ":1:1: found \"a,b\", expected 7 fields (hypercalls) or 5 (ioctls), separated by commas"},
	{"0,P,80000000,0,1,3,0\n0,P,80000000,0,1\n",
	 ":2:17: found nothing, expected another field: the line is cut off"},
	{"0,P,80000000,0,1,3,0\n5,Q,80000000,0,1,3,0\n",
	 ":2:3: found \"Q\", expected one of the operations P, I, S, G, X"},
	{"0,P,80000000,0,1,3,0\n5,,80000000,0,1,3,0\n",
	 ":2:3: found nothing, expected one of the operations P, I, S, G, X"},
	{"-5,P,80000000,0,1,3,0\n", ":1:1: found \"-5\", expected dt_us as a decimal number of at most 3600000000"},
	{"3600000001,P,80000000,0,1,3,0\n",
	 ":1:1: found \"3600000001\", expected dt_us as a decimal number of at most 3600000000"},
	{"0,P,80000000,0,1048577,3,0\n",
	 ":1:16: found \"1048577\", expected npages as a decimal number of at most 1048576"},
	{"0,P,80000000,0,0x1,3,0\n", ":1:16: found \"0x1\", expected npages as a decimal number of at most 1048576"},
	{"0,P,10000000000000000,0,1,3,0\n",
	 ":1:5: found \"10000000000000000\", expected liobn as a hexadecimal number of at most 64 bits"},
	{"0,P,80000000,zz,1,3,0\n", ":1:14: found \"zz\", expected ioba as a hexadecimal number of at most 64 bits"},
	{"0,P,80000000,0,1,3,0,9\n",
	 ":1:1: found \"0,P,80000000,0,1,3,0,9\", expected 7 fields (hypercalls) or 5 (ioctls), "
	 "separated by commas"},
	{"0,P,80000000,0,1,3,0\n\n", ":2:1: found nothing, expected another field: the line is cut off"},
	{"0,M,0,2000000000000000,3\n",
	 ":1:7: found \"2000000000000000\", expected b as a hexadecimal number of at most "
	 "1000000000000000"},
};

START_TEST(test_trace_when_broken_then_is_refused_with_its_place)
{
	/* Why: a broken trace replayed in part would prove nothing. How: whole messages. */
	struct trace_record record;
	char message[256] = "";

	put(broken[_i].text, strlen(broken[_i].text));
	ck_assert_int_eq(read_all(&record, message, sizeof(message)), -1);
	ck_assert_str_eq(message, broken[_i].message);
}
END_TEST

START_TEST(test_trace_when_a_line_never_ends_or_the_file_is_none_then_is_refused)
{
	/* Why: a binary file must not fill the memory. How: 2 MiB without a newline; a directory; nothing there. */
	size_t bytes = 2u << 20;
	char *text = malloc(bytes), *error = NULL, message[256];
	struct trace_record record;
	struct trace_file *file;

	memset(text, '7', bytes);
	put(text, bytes);
	free(text);
	ck_assert_int_eq(read_all(&record, message, sizeof(message)), -1);
	ck_assert_str_eq(message, ":1:1: found a line of more than 4096 bytes, expected one record per line");
	ck_assert_int_eq(trace_file_open("/nonexistent/trace", &file, &error), -ENOENT);
	ck_assert_str_eq(error, "/nonexistent/trace: found No such file or directory, expected a trace");
	free(error);
	ck_assert_int_eq(trace_file_open("/", &file, &error), -EISDIR);
	ck_assert_str_eq(error, "/: found Is a directory, expected a trace");
	free(error);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("workloads.trace_file");
	TCase *tc = tcase_create("trace_file");
	SRunner *sr;
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, test_trace_hcalls_when_well_formed_then_every_field_is_read);
	tcase_add_test(tc, test_trace_ioctls_when_well_formed_then_every_field_is_read);
	tcase_add_test(tc, test_trace_when_compressed_then_reads_the_same);
	tcase_add_loop_test(tc, test_trace_when_broken_then_is_refused_with_its_place, 0,
			    (int)(sizeof(broken) / sizeof(broken[0])));
	tcase_add_test(tc, test_trace_when_a_line_never_ends_or_the_file_is_none_then_is_refused);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
