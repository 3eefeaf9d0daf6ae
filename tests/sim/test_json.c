/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tests/sim/test_json.c - the JSON writer and the output files below it: exact bytes, escaping, nothing left behind.
 */
#include "sim/json.h"

#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/out.h"

static char dir[] = P_tmpdir "/phbsim-json-XXXXXX";
static char path[sizeof(dir) + 16];

static void setup(void)
{
	strcpy(dir + sizeof(dir) - 7, "XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/out.json", dir);
}

/* Entries in the test's directory, "." and ".." apart. */
static size_t dir_entries(void)
{
	DIR *d = opendir(dir);
	const struct dirent *e;
	size_t n = 0;

	ck_assert_ptr_nonnull(d);
	while ((e = readdir(d)) != NULL)
		n += e->d_name[0] != '.' ? 1 : 0;
	closedir(d);
	return n;
}

static void teardown(void)
{
	unlink(path);
	ck_assert_int_eq(rmdir(dir), 0);
}

/* What one call writes, as a string the caller frees. */
static char *written(void (*fill)(struct json *json))
{
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);
	struct json *json = json_to_stream(out);

	fill(json);
	ck_assert_int_eq(json_close(json), 0);
	fclose(out);
	return text;
}

static void fill_all(struct json *json)
{
	json_object(json, NULL);
	json_u64(json, "zero", 0);
	json_u64(json, "max", UINT64_MAX);
	json_i64(json, "min", INT64_MIN);
	json_i64(json, "plus", 5);
	json_bool(json, "yes", true);
	json_bool(json, "no", false);
	json_hex(json, "hex0", 0);
	json_hex(json, "hex", 0xfeedfacecafebeef);
	json_fixed(json, "whole", 12, 0);
	json_fixed(json, "small", 7, 3);
	json_fixed(json, "large", 1234567, 3);
	json_fixed(json, "widest", UINT64_MAX, 19);
	json_array(json, "list");
	json_text(json, NULL, "a");
	json_object(json, NULL);
	json_end(json);
	json_array(json, NULL);
	json_end(json);
	json_end(json);
	json_end(json);
}

START_TEST(test_json_writes_every_kind_in_call_order)
{
	/* Results are compared byte for byte between runs, so the whole text is the contract. */
	char *text = written(fill_all);

	ck_assert_str_eq(text, "{\n"
			       "\t\"zero\": 0,\n"
			       "\t\"max\": 18446744073709551615,\n"
			       "\t\"min\": -9223372036854775808,\n"
			       "\t\"plus\": 5,\n"
			       "\t\"yes\": true,\n"
			       "\t\"no\": false,\n"
			       "\t\"hex0\": \"0x0\",\n"
			       "\t\"hex\": \"0xfeedfacecafebeef\",\n"
			       "\t\"whole\": 12,\n"
			       "\t\"small\": 0.007,\n"
			       "\t\"large\": 1234.567,\n"
			       "\t\"widest\": 1.8446744073709551615,\n"
			       "\t\"list\": [\n"
			       "\t\t\"a\",\n"
			       "\t\t{},\n"
			       "\t\t[]\n"
			       "\t]\n"
			       "}\n");
	free(text);
}
END_TEST

/** struct escape - @in as a C string, @out as it must stand between the quotes. */
struct escape {
	const char *in;
	const char *out;
};

#define BAD "\xef\xbf\xbd" /* U+FFFD */

static const struct escape escapes[] = {
	{"", ""},
	{"plain", "plain"},
	{"say \"hi\" \\ there", "say \\\"hi\\\" \\\\ there"},
	{"a\nb\tc\rd", "a\\nb\\tc\\rd"},
	{"\x01\x1f\x7f", "\\u0001\\u001f\\u007f"},
	{"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"},
	{"x\xff", "x" BAD},
	{"\xc3", BAD},			       /* ends too early */
	{"\xc3(", BAD "("},		       /* no continuation byte */
	{"\xc0\xaf", BAD BAD},		       /* overlong "/" */
	{"\xe0\x80\xaf", BAD BAD BAD},	       /* overlong again */
	{"\xed\xa0\x80", BAD BAD BAD},	       /* a surrogate */
	{"\xf4\x90\x80\x80", BAD BAD BAD BAD}, /* past U+10FFFF */
	{"\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf"},
	{"\xe2\x82", BAD BAD},
	{"\xf0\x9f\x98", BAD BAD BAD},
};

START_TEST(test_json_text_escapes_what_json_forbids)
{
	/* Names and messages may hold anything; the file must stay valid JSON in valid UTF-8. */
	const struct escape *row = &escapes[_i];
	char *text = NULL, *expected = sim_asprintf("\"%s\"\n", row->out);
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);
	struct json *json = json_to_stream(out);

	json_text(json, NULL, row->in);
	ck_assert_int_eq(json_close(json), 0);
	fclose(out);
	ck_assert_str_eq(text, expected);
	free(text);
	free(expected);
}
END_TEST

START_TEST(test_json_file_appears_only_when_closed)
{
	/* A reader, or a run that is killed, must never meet half a file under the final name. */
	struct json *json = json_open(path);
	char text[16] = "";
	FILE *in;

	ck_assert_ptr_nonnull(json);
	json_object(json, NULL);
	json_end(json);
	ck_assert_int_ne(access(path, F_OK), 0);
	ck_assert_int_eq(json_close(json), 0);
	in = fopen(path, "r");
	ck_assert_ptr_nonnull(in);
	ck_assert_uint_eq(fread(text, 1, sizeof(text), in), 3);
	fclose(in);
	ck_assert_str_eq(text, "{}\n");
	ck_assert_uint_eq(dir_entries(), 1);
}
END_TEST

START_TEST(test_json_file_when_replaced_keeps_the_old_one_until_close)
{
	/* Overwriting yesterday's results must not lose them when today's run fails. */
	struct json *json = json_open(path);
	struct stat before, after;

	json_u64(json, NULL, 1);
	ck_assert_int_eq(json_close(json), 0);
	ck_assert_int_eq(stat(path, &before), 0);
	json = json_open(path);
	json_u64(json, NULL, 12345678);
	json_abort(json);
	ck_assert_int_eq(stat(path, &after), 0);
	ck_assert_uint_eq(after.st_ino, before.st_ino);
	ck_assert_int_eq(after.st_size, 2);
	ck_assert_uint_eq(dir_entries(), 1);
}
END_TEST

START_TEST(test_json_abort_leaves_nothing)
{
	/* An abandoned document leaves neither the file nor its temporary. */
	struct json *json = json_open(path);

	json_object(json, NULL);
	json_abort(json);
	json_abort(NULL);
	ck_assert_uint_eq(dir_entries(), 0);
}
END_TEST

START_TEST(test_json_open_when_impossible_says_why)
{
	/* A wrong output directory is the user's mistake and must be known before the run, with the cause. */
	char below[sizeof(path) + 8];

	snprintf(below, sizeof(below), "%s/no/x", dir);
	errno = 0;
	ck_assert_ptr_null(json_open(below));
	ck_assert_int_eq(errno, ENOENT);
	errno = 0;
	ck_assert_ptr_null(json_open(dir));
	ck_assert_int_eq(errno, EISDIR);
	ck_assert_uint_eq(dir_entries(), 0);
}
END_TEST

START_TEST(test_json_close_when_the_disk_is_full_fails)
{
	/* /dev/full takes no byte: the error must come back from close, whether it arose there or long before. */
	for (int large = 0; large <= 1; large++) {
		struct json *json = json_open("/dev/full");

		ck_assert_ptr_nonnull(json);
		json_array(json, NULL);
		for (int i = 0; large && i < 100000; i++)
			json_u64(json, NULL, (uint64_t)i);
		json_end(json);
		ck_assert_int_eq(json_close(json), -ENOSPC);
	}
	ck_assert_int_eq(access("/dev/full", F_OK), 0);
}
END_TEST

START_TEST(test_json_close_when_a_write_failed_leaves_nothing)
{
	/* A file-size limit makes the write to the temporary file fail: it is removed, the name stays free. */
	struct json *json = json_open(path);
	struct rlimit limit, old;

	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &old), 0);
	limit = old;
	limit.rlim_cur = 4096;
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	json_array(json, NULL);
	for (int i = 0; i < 100000; i++)
		json_u64(json, NULL, (uint64_t)i);
	json_end(json);
	ck_assert_int_eq(json_close(json), -EFBIG);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &old), 0);
	ck_assert_uint_eq(dir_entries(), 0);
}
END_TEST

START_TEST(test_json_close_when_the_name_is_taken_by_a_directory_leaves_nothing)
{
	/* The name may become a directory during the run; then the rename fails and nothing partial stays. */
	struct json *json = json_open(path);

	json_u64(json, NULL, 1);
	ck_assert_int_eq(mkdir(path, 0777), 0);
	ck_assert_int_eq(json_close(json), -EISDIR);
	ck_assert_uint_eq(dir_entries(), 1);
	ck_assert_int_eq(rmdir(path), 0);
}
END_TEST

START_TEST(test_json_nesting_mistake_aborts)
{
	/* Wrong nesting is our own bug; each case must stop the program rather than write bad JSON. */
	struct json *json = json_to_stream(stdout);

	switch (_i) {
	case 0: /* a key at the top */
		json_u64(json, "key", 1);
		break;
	case 1: /* a second value at the top */
		json_u64(json, NULL, 1);
		json_u64(json, NULL, 2);
		break;
	case 2: /* no key in an object */
		json_object(json, NULL);
		json_u64(json, NULL, 1);
		break;
	case 3: /* a key in an array */
		json_array(json, NULL);
		json_u64(json, "key", 1);
		break;
	case 4: /* an end too many */
		json_array(json, NULL);
		json_end(json);
		json_end(json);
		break;
	case 5: /* closed while open */
		json_object(json, NULL);
		ck_assert_int_eq(json_close(json), 0);
		break;
	case 6: /* closed while empty */
		ck_assert_int_eq(json_close(json), 0);
		break;
	case 7: /* too deep */
		for (int i = 0; i < 33; i++)
			json_array(json, NULL);
		break;
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sim.json");
	TCase *tc = tcase_create("json");
	SRunner *sr = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tc);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, test_json_writes_every_kind_in_call_order);
	tcase_add_loop_test(tc, test_json_text_escapes_what_json_forbids, 0, (int)sim_count_of(escapes));
	tcase_add_test(tc, test_json_file_appears_only_when_closed);
	tcase_add_test(tc, test_json_file_when_replaced_keeps_the_old_one_until_close);
	tcase_add_test(tc, test_json_abort_leaves_nothing);
	tcase_add_test(tc, test_json_open_when_impossible_says_why);
	tcase_add_test(tc, test_json_close_when_the_disk_is_full_fails);
	tcase_add_test(tc, test_json_close_when_a_write_failed_leaves_nothing);
	tcase_add_test(tc, test_json_close_when_the_name_is_taken_by_a_directory_leaves_nothing);
	tc = tcase_create("nesting");
	suite_add_tcase(suite, tc);
	tcase_add_loop_test_raise_signal(tc, test_json_nesting_mistake_aborts, SIGABRT, 0, 8);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
