/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tests/sim/test_trace.c - traces: exact bytes, valid JSON by a parser that is not ours, and nothing left when it
 * fails.
 */
#include "sim/trace.h"

#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <libfyaml.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[] = P_tmpdir "/phbsim-trace-XXXXXX";
static char path[sizeof(dir) + 16];
static struct sim *sim;

static void setup_sim(void)
{
	sim = sim_create(1);
}

static void setup(void)
{
	strcpy(dir + sizeof(dir) - 7, "XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/t.json", dir);
	setup_sim();
}

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
	sim_destroy(sim);
	unlink(path);
	ck_assert_int_eq(rmdir(dir), 0);
}

/* The whole file; the caller frees it. */
static char *read_all(void)
{
	FILE *in = fopen(path, "r");
	struct stat st;
	char *text;

	ck_assert_ptr_nonnull(in);
	ck_assert_int_eq(fstat(fileno(in), &st), 0);
	text = sim_alloc((size_t)st.st_size + 1);
	ck_assert_uint_eq(fread(text, 1, (size_t)st.st_size, in), (size_t)st.st_size);
	fclose(in);
	return text;
}

/* A little of everything. */
static void fill(void)
{
	const struct trace_arg args[] = {
		{.name = "bytes", .value = 128},
		{.name = "address", .value = 0x80000000deadull, .hex = true},
		{.name = "why", .text = "say \"no\"\n"},
	};
	uint32_t walker = trace_track(sim, "phb0", "walker");
	uint32_t cpu = trace_track(sim, "proc a", "main");
	uint32_t link = trace_track(sim, "phb0", "link");

	trace_span(sim, walker, "walk", 1, 1500000, args, 3);
	sim->now_ps = 123456789;
	trace_instant(sim, cpu, "ioctl", args, 1);
	trace_instant(sim, link, "idle", NULL, 0);
	trace_counter(sim, link, "queue", UINT64_MAX);
	trace_span(sim, link, "none", 5000000, 5000000, NULL, 0);
}

START_TEST(test_trace_writes_these_bytes)
{
	/* Traces of equal runs are compared byte for byte; times are exact to the picosecond. */
	char *text;

	ck_assert(!trace_on(sim));
	ck_assert_int_eq(trace_open(sim, path), 0);
	ck_assert(trace_on(sim));
	fill();
	ck_assert_int_ne(access(path, F_OK), 0);
	ck_assert_int_eq(trace_close(sim), 0);
	ck_assert(!trace_on(sim));
	text = read_all();
	ck_assert_str_eq(
		text,
		"{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n"
		"{\"ph\":\"M\",\"name\":\"process_name\",\"pid\":1,\"tid\":1,\"args\":{\"name\":\"phb0\"}},\n"
		"{\"ph\":\"M\",\"name\":\"process_sort_index\",\"pid\":1,\"tid\":1,\"args\":{\"sort_index\":1}},\n"
		"{\"ph\":\"M\",\"name\":\"thread_name\",\"pid\":1,\"tid\":1,\"args\":{\"name\":\"walker\"}},\n"
		"{\"ph\":\"M\",\"name\":\"thread_sort_index\",\"pid\":1,\"tid\":1,\"args\":{\"sort_index\":1}},\n"
		"{\"ph\":\"M\",\"name\":\"process_name\",\"pid\":2,\"tid\":2,\"args\":{\"name\":\"proc a\"}},\n"
		"{\"ph\":\"M\",\"name\":\"process_sort_index\",\"pid\":2,\"tid\":2,\"args\":{\"sort_index\":2}},\n"
		"{\"ph\":\"M\",\"name\":\"thread_name\",\"pid\":2,\"tid\":2,\"args\":{\"name\":\"main\"}},\n"
		"{\"ph\":\"M\",\"name\":\"thread_sort_index\",\"pid\":2,\"tid\":2,\"args\":{\"sort_index\":2}},\n"
		"{\"ph\":\"M\",\"name\":\"thread_name\",\"pid\":1,\"tid\":3,\"args\":{\"name\":\"link\"}},\n"
		"{\"ph\":\"M\",\"name\":\"thread_sort_index\",\"pid\":1,\"tid\":3,\"args\":{\"sort_index\":3}},\n"
		"{\"ph\":\"X\",\"name\":\"walk\",\"pid\":1,\"tid\":1,\"ts\":0.000001,\"dur\":1.499999,"
		"\"args\":{\"bytes\":128,\"address\":\"0x80000000dead\",\"why\":\"say \\\"no\\\"\\n\"}},\n"
		"{\"ph\":\"i\",\"name\":\"ioctl\",\"pid\":2,\"tid\":2,\"ts\":123.456789,\"s\":\"t\","
		"\"args\":{\"bytes\":128}},\n"
		"{\"ph\":\"i\",\"name\":\"idle\",\"pid\":1,\"tid\":3,\"ts\":123.456789,\"s\":\"t\",\"args\":{}},\n"
		"{\"ph\":\"C\",\"name\":\"queue\",\"pid\":1,\"tid\":3,\"ts\":123.456789,"
		"\"args\":{\"value\":18446744073709551615}},\n"
		"{\"ph\":\"X\",\"name\":\"none\",\"pid\":1,\"tid\":3,\"ts\":5.000000,\"dur\":0.000000,\"args\":{}}\n"
		"]}\n");
	free(text);
}
END_TEST

START_TEST(test_trace_of_equal_calls_has_equal_bytes)
{
	/* Nothing of the process, the clock or an address may get in. */
	char *first, *second;

	ck_assert_int_eq(trace_open(sim, path), 0);
	fill();
	ck_assert_int_eq(trace_close(sim), 0);
	first = read_all();
	sim->now_ps = 0;
	ck_assert_int_eq(trace_open(sim, path), 0);
	fill();
	ck_assert_int_eq(trace_close(sim), 0);
	second = read_all();
	ck_assert_str_eq(first, second);
	free(first);
	free(second);
}
END_TEST

/* Scalar member @key of the map @event, "" if there is none. */
static const char *member(struct fy_node *event, const char *key)
{
	struct fy_node *value = fy_node_mapping_lookup_by_string(event, key, FY_NT);

	return value && fy_node_is_scalar(value) ? fy_node_get_scalar0(value) : "";
}

START_TEST(test_trace_is_json_of_the_documented_structure)
{
	/* Read by an independent parser in JSON mode: every event has what its phase needs, every tid its name. */
	const struct fy_parse_cfg cfg = {.flags = FYPCF_JSON_FORCE};
	struct fy_document *doc;
	struct fy_node *events, *event;
	void *walk = NULL;
	size_t seen = 0, named = 0;

	ck_assert_int_eq(trace_open(sim, path), 0);
	for (uint32_t i = 0; i < 1000; i++) {
		char name[16];

		snprintf(name, sizeof(name), "t%u", i % 10);
		sim->now_ps = i * 1000003ull;
		trace_span(sim, trace_track(sim, "p", name), "s\\\"\t\xff", sim->now_ps, sim->now_ps + i, NULL, 0);
		trace_counter(sim, trace_track(sim, "p", name), "c", i);
	}
	ck_assert_int_eq(trace_close(sim), 0);
	doc = fy_document_build_from_file(&cfg, path);
	ck_assert_ptr_nonnull(doc);
	ck_assert_str_eq(member(fy_document_root(doc), "displayTimeUnit"), "ns");
	events = fy_node_mapping_lookup_by_string(fy_document_root(doc), "traceEvents", FY_NT);
	ck_assert(events && fy_node_is_sequence(events));
	while ((event = fy_node_sequence_iterate(events, &walk)) != NULL) {
		const char *ph = member(event, "ph"), *point = strchr(member(event, "ts"), '.');

		ck_assert_str_eq(member(event, "pid"), "1");
		ck_assert_uint_le(strtoul(member(event, "tid"), NULL, 10), 10);
		ck_assert(strlen(ph) == 1 && strchr("MXC", *ph));
		named += strcmp(member(event, "name"), "thread_name") == 0;
		if (*ph == 'M')
			continue;
		ck_assert_ptr_nonnull(point);
		ck_assert_uint_eq(strlen(point), 7);
		ck_assert_int_eq(*member(event, "dur") != '\0', *ph == 'X');
		if (*ph == 'X')
			ck_assert_str_eq(member(event, "name"), "s\\\"\t\xef\xbf\xbd");
		seen++;
	}
	ck_assert_uint_eq(seen, 2000);
	ck_assert_uint_eq(named, 10);
	fy_document_destroy(doc);
}
END_TEST

START_TEST(test_trace_when_empty_is_still_json)
{
	/* A run in which nothing happened has a valid, empty trace. */
	char *text;

	ck_assert_int_eq(trace_open(sim, path), 0);
	ck_assert_int_eq(trace_close(sim), 0);
	text = read_all();
	ck_assert_str_eq(text, "{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n]}\n");
	free(text);
}
END_TEST

START_TEST(test_trace_track_names_a_lane_once)
{
	/* Models ask for their lane by name, several times if they like. */
	ck_assert_uint_eq(trace_track(sim, "p", "a"), 0);
	ck_assert_int_eq(trace_open(sim, path), 0);
	ck_assert_uint_eq(trace_track(sim, "p", "a"), 1);
	ck_assert_uint_eq(trace_track(sim, "p", "b"), 2);
	ck_assert_uint_eq(trace_track(sim, "q", "a"), 3);
	ck_assert_uint_eq(trace_track(sim, "p", "a"), 1);
	ck_assert_uint_eq(trace_track(sim, "q", "a"), 3);
	trace_abort(sim);
}
END_TEST

START_TEST(test_trace_abort_leaves_nothing)
{
	/* A run that stops early leaves no half trace, neither under the name nor beside it. */
	ck_assert_int_eq(trace_open(sim, path), 0);
	fill();
	ck_assert_uint_eq(dir_entries(), 1);
	trace_abort(sim);
	ck_assert(!trace_on(sim));
	trace_abort(sim);
	ck_assert_uint_eq(dir_entries(), 0);
}
END_TEST

START_TEST(test_trace_open_when_impossible_says_why)
{
	/* The user's mistake is known before the run, and tracing stays off. */
	char below[sizeof(path) + 8];

	snprintf(below, sizeof(below), "%s/no/x", dir);
	ck_assert_int_eq(trace_open(sim, below), -ENOENT);
	ck_assert_int_eq(trace_open(sim, dir), -EISDIR);
	ck_assert(!trace_on(sim));
}
END_TEST

START_TEST(test_trace_close_when_the_disk_is_full_fails)
{
	/* The error of an early write is kept until close, and the trace is gone. */
	uint32_t track;

	ck_assert_int_eq(trace_open(sim, "/dev/full"), 0);
	track = trace_track(sim, "p", "a");
	for (int i = 0; i < 10000; i++)
		trace_instant(sim, track, "event", NULL, 0);
	ck_assert_int_eq(trace_close(sim), -ENOSPC);
	ck_assert(!trace_on(sim));
}
END_TEST

START_TEST(test_trace_close_when_a_write_failed_leaves_nothing)
{
	/* A real file that cannot grow: the temporary is removed, no trace appears. */
	struct rlimit limit, old;
	uint32_t track;
	int err;

	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(trace_open(sim, path), 0);
	track = trace_track(sim, "p", "a");
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &old), 0);
	limit = old;
	limit.rlim_cur = 8192;
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	for (int i = 0; i < 10000; i++)
		trace_instant(sim, track, "event", NULL, 0);
	err = trace_close(sim);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &old), 0);
	ck_assert_int_eq(err, -EFBIG);
	ck_assert_uint_eq(dir_entries(), 0);
}
END_TEST

START_TEST(test_trace_misuse_aborts)
{
	/* Our own bugs: no trace, no such track, a span that ends before it begins, two traces. */
	if (_i)
		ck_assert_int_eq(trace_open(sim, "/dev/null"), 0);
	switch (_i) {
	case 0:
		trace_instant(sim, 1, "x", NULL, 0);
		break;
	case 1:
		trace_instant(sim, 0, "x", NULL, 0);
		break;
	case 2:
		trace_instant(sim, 1, "x", NULL, 0);
		break;
	case 3:
		trace_span(sim, trace_track(sim, "p", "a"), "x", 2, 1, NULL, 0);
		break;
	case 4:
		ck_assert_int_eq(trace_open(sim, "/dev/null"), 0);
		break;
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sim.trace");
	TCase *tc = tcase_create("trace");
	SRunner *sr = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tc);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, test_trace_writes_these_bytes);
	tcase_add_test(tc, test_trace_of_equal_calls_has_equal_bytes);
	tcase_add_test(tc, test_trace_is_json_of_the_documented_structure);
	tcase_add_test(tc, test_trace_when_empty_is_still_json);
	tcase_add_test(tc, test_trace_track_names_a_lane_once);
	tcase_add_test(tc, test_trace_abort_leaves_nothing);
	tcase_add_test(tc, test_trace_open_when_impossible_says_why);
	tcase_add_test(tc, test_trace_close_when_the_disk_is_full_fails);
	tcase_add_test(tc, test_trace_close_when_a_write_failed_leaves_nothing);
	tc = tcase_create("misuse");
	suite_add_tcase(suite, tc);
	tcase_add_checked_fixture(tc, setup_sim, NULL);
	tcase_add_loop_test_raise_signal(tc, test_trace_misuse_aborts, SIGABRT, 0, 5);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
