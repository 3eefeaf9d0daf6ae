/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tests/sim/test_sample.c - windows of statistics: whose an edge is, what is written, and that windows add up to the
 * run.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/event.h"
#include "sim/rng.h"
#include "sim/sample.h"

#define INTERVAL 100u
#define TEXT_BYTES 65536u

/** struct widget - a model that counts, measures and reports a level when its event fires. */
struct widget {
	struct sim_event event;
	uint64_t hits, level;
	struct stat_mean size;
	struct stat_hist wait;
	struct sim_rng rng;
	uint32_t left;
};

static const struct stat_row rows[] = {
	{"hits", STAT_COUNTER, "requests", "Requests.", offsetof(struct widget, hits)},
	{"level", STAT_GAUGE, "entries", "Entries in use.", offsetof(struct widget, level)},
	{"size", STAT_MEAN, "bytes", "Bytes.", offsetof(struct widget, size)},
	{"wait", STAT_HIST, "ps", "Time.", offsetof(struct widget, wait)},
};

static char path[64];

static void make_path(void)
{
	const char *tmp = getenv("TMPDIR");
	int fd;

	snprintf(path, sizeof(path), "%.40s/sample.XXXXXX", tmp ? tmp : "/tmp");
	fd = mkstemp(path);
	ck_assert_int_ge(fd, 0);
	close(fd);
}

static const char *file_text(void)
{
	static char text[TEXT_BYTES];
	FILE *in = fopen(path, "r");

	ck_assert_ptr_nonnull(in);
	memset(text, 0, sizeof(text));
	ck_assert_uint_lt(fread(text, 1, sizeof(text), in), sizeof(text));
	fclose(in);
	unlink(path);
	return text;
}

static void hit(struct sim *sim, struct sim_event *event)
{
	struct widget *widget = sim_container_of(event, struct widget, event);

	(void)sim;
	widget->hits++;
}

/* Run as wl_run.c does: from edge to edge, to the end. */
static void run(struct sim *sim, struct sampler *sampler)
{
	while (sim_event_count(sim)) {
		sim_ps edge = sample_edge(sampler);

		sim_run(sim, edge);
		if (sim_now(sim) == edge)
			sample_take(sampler);
	}
	sample_take(sampler);
}

static struct sampler *begin(struct sim *sim, const char *const *patterns, size_t n, sample_fn *fn, void *arg)
{
	struct sampler *sampler;

	make_path();
	ck_assert_int_eq(sample_open(sim, path, INTERVAL, patterns, n, fn, arg, &sampler), 0);
	return sampler;
}

START_TEST(test_windows_when_something_happens_at_an_edge_then_it_is_the_earlier_ones)
{
	/* Why: a reader must know whose an edge is. How: one hit at a time; 100 is the first window's, 101 the
	 * second's. */
	static const struct {
		sim_ps when_ps;
		const char *line;
	} table[] = {
		{1, "{\"begin_ps\":0,\"end_ps\":100,\"w.hits\":1}\n"},
		{99, "{\"begin_ps\":0,\"end_ps\":100,\"w.hits\":1}\n"},
		{100, "{\"begin_ps\":0,\"end_ps\":100,\"w.hits\":1}\n"},
		{101, "{\"begin_ps\":100,\"end_ps\":200,\"w.hits\":1}\n"},
		{200, "{\"begin_ps\":100,\"end_ps\":200,\"w.hits\":1}\n"},
		{12345, "{\"begin_ps\":12300,\"end_ps\":12400,\"w.hits\":1}\n"},
	};
	struct sim *sim = sim_create(1);
	struct widget widget = {0}, later = {0};
	struct sampler *sampler;
	const char *text;

	stat_register(sim, "w", rows, 1, &widget);
	stat_register(sim, "x", rows, 1, &later);
	sampler = begin(sim, NULL, 0, NULL, NULL);
	sim_event_init(&widget.event, hit, SIM_PRIO_HW);
	sim_event_at(sim, &widget.event, table[_i].when_ps);
	/* Something later, so that the window in question ends at its edge and not with the run. */
	sim_event_init(&later.event, hit, SIM_PRIO_HW);
	sim_event_at(sim, &later.event, 20000);
	run(sim, sampler);
	ck_assert_uint_eq(sample_windows(sampler), 2);
	ck_assert_int_eq(sample_close(sampler), 0);
	text = file_text();
	ck_assert_msg(!strncmp(text, table[_i].line, strlen(table[_i].line)), "%s", text);
	ck_assert_str_eq(text + strlen(table[_i].line), "{\"begin_ps\":19900,\"end_ps\":20000,\"x.hits\":1}\n");
	stat_unregister(sim, &widget);
	stat_unregister(sim, &later);
	sim_destroy(sim);
}
END_TEST

START_TEST(test_windows_when_run_ends_inside_one_then_it_is_cut_there)
{
	/* Why: rates are changes over end - begin. How: last event at 250 of windows of 100. */
	struct sim *sim = sim_create(1);
	struct widget widget = {0}, other = {0};
	struct sampler *sampler;

	stat_register(sim, "w", rows, 1, &widget);
	stat_register(sim, "x", rows, 1, &other);
	sampler = begin(sim, NULL, 0, NULL, NULL);
	sim_event_init(&widget.event, hit, SIM_PRIO_HW);
	sim_event_at(sim, &widget.event, 50);
	sim_event_init(&other.event, hit, SIM_PRIO_HW);
	sim_event_at(sim, &other.event, 250);
	run(sim, sampler);
	ck_assert_int_eq(sample_close(sampler), 0);
	ck_assert_str_eq(file_text(), "{\"begin_ps\":0,\"end_ps\":100,\"w.hits\":1}\n"
				      "{\"begin_ps\":200,\"end_ps\":250,\"x.hits\":1}\n");
	stat_unregister(sim, &widget);
	stat_unregister(sim, &other);
	sim_destroy(sim);
}
END_TEST

START_TEST(test_values_when_every_kind_then_changes_and_percentiles_of_the_window)
{
	/*
	 * Why: the second window must not see the samples of the first. How: 100 samples of 10 in the first, 100 of 20
	 * to 29 in the second; a gauge that goes down; a mean.
	 */
	struct sim *sim = sim_create(1);
	struct widget widget = {0};
	struct sampler *sampler;

	stat_register(sim, "w", rows, 4, &widget);
	sampler = begin(sim, NULL, 0, NULL, NULL);
	widget.hits = 5;
	widget.level = 9;
	stat_mean_add(&widget.size, 64);
	for (uint32_t i = 0; i < 100; i++)
		stat_hist_add(&widget.wait, 10);
	sim->now_ps = 100;
	sample_take(sampler);
	widget.hits = 6;
	widget.level = 3;
	stat_mean_add(&widget.size, 100);
	stat_mean_add(&widget.size, 103);
	for (uint32_t i = 0; i < 100; i++)
		stat_hist_add(&widget.wait, 20 + i / 10);
	sim->now_ps = 200;
	sample_take(sampler);
	sim->now_ps = 300;
	sample_take(sampler); /* nothing happened: no line */
	ck_assert_int_eq(sample_close(sampler), 0);
	ck_assert_str_eq(
		file_text(),
		"{\"begin_ps\":0,\"end_ps\":100,\"w.hits\":5,\"w.level\":9,\"w.size.count\":1,\"w.size.mean\":64,"
		"\"w.wait.count\":100,\"w.wait.mean\":10,\"w.wait.p50\":10,\"w.wait.p90\":10,\"w.wait.p99\":10,"
		"\"w.wait.p99_9\":10}\n"
		"{\"begin_ps\":100,\"end_ps\":200,\"w.hits\":1,\"w.level\":3,\"w.size.count\":2,\"w.size.mean\":101,"
		"\"w.wait.count\":100,\"w.wait.mean\":24,\"w.wait.p50\":24,\"w.wait.p90\":28,\"w.wait.p99\":29,"
		"\"w.wait.p99_9\":29}\n");
	stat_unregister(sim, &widget);
	sim_destroy(sim);
}
END_TEST

START_TEST(test_values_when_patterns_then_only_these_are_written)
{
	/* Why: a long run's file is small when one knows what one wants. How: two patterns; what listens hears all. */
	static const char *const patterns[] = {"w.h*", "?.level"};
	struct sim *sim = sim_create(1);
	struct widget widget = {0};
	struct sampler *sampler;

	stat_register(sim, "w", rows, 4, &widget);
	sampler = begin(sim, patterns, 2, NULL, NULL);
	widget.hits = widget.level = 1;
	stat_hist_add(&widget.wait, 10);
	sim->now_ps = 100;
	sample_take(sampler);
	stat_hist_add(&widget.wait, 10);
	sim->now_ps = 200;
	sample_take(sampler); /* nothing that was asked for */
	ck_assert_uint_eq(sample_windows(sampler), 1);
	ck_assert_int_eq(sample_close(sampler), 0);
	ck_assert_str_eq(file_text(), "{\"begin_ps\":0,\"end_ps\":100,\"w.hits\":1,\"w.level\":1}\n");
	stat_unregister(sim, &widget);
	sim_destroy(sim);
}
END_TEST

/* What a listener adds up, by name. */
struct heard {
	uint64_t hits, samples;
	sim_ps end_ps;
	uint32_t calls;
};

static void hear(void *arg, sim_ps begin_ps, sim_ps end_ps, const char *at, const struct stat_row *row,
		 const struct sample_value *value)
{
	struct heard *heard = arg;

	ck_assert_uint_lt(begin_ps, end_ps);
	ck_assert_uint_ge(begin_ps, heard->end_ps == end_ps ? 0 : heard->end_ps);
	ck_assert_int_eq(at[0], 'w');
	heard->end_ps = end_ps;
	heard->calls++;
	if (!strcmp(row->name, "hits"))
		heard->hits += value->value;
	if (!strcmp(row->name, "wait"))
		heard->samples += value->count;
}

static void busy(struct sim *sim, struct sim_event *event)
{
	struct widget *widget = sim_container_of(event, struct widget, event);

	widget->hits++;
	stat_hist_add(&widget->wait, sim_rng_u64(&widget->rng) >> sim_rng_below(&widget->rng, 64));
	if (--widget->left)
		sim_event_after(sim, event, sim_rng_below(&widget->rng, 250));
}

START_TEST(test_windows_when_traffic_is_random_then_they_add_up_to_the_run)
{
	/* Why: what no window has is lost. How: events at random distances, edges among them; windows never overlap. */
	struct sim *sim = sim_create(1);
	struct heard heard = {0};
	struct widget widget = {.left = 500};
	struct sampler *sampler;

	sim_rng_init(&widget.rng, (uint64_t)_i, "busy");
	stat_register(sim, "w", rows, 4, &widget);
	sampler = begin(sim, NULL, 0, hear, &heard);
	sim_event_init(&widget.event, busy, SIM_PRIO_HW);
	sim_event_after(sim, &widget.event, 0);
	run(sim, sampler);
	ck_assert_uint_eq(heard.hits, 500);
	ck_assert_uint_eq(heard.samples, 500);
	ck_assert_uint_eq(heard.end_ps, sim_now(sim));
	ck_assert_int_eq(sample_close(sampler), 0);
	unlink(path);
	stat_unregister(sim, &widget);
	sim_destroy(sim);
}
END_TEST

START_TEST(test_columns_when_statistics_come_and_go_then_none_is_mixed_up)
{
	/* Why: processes and PEs appear in the middle of a run, and may end. How: a second one comes, the first goes.
	 */
	struct sim *sim = sim_create(1);
	struct widget a = {0}, b = {0};
	struct sampler *sampler;

	stat_register(sim, "a", rows, 1, &a);
	sampler = begin(sim, NULL, 0, NULL, NULL);
	a.hits = 1;
	sim->now_ps = 100;
	sample_take(sampler);
	stat_register(sim, "b", rows, 1, &b);
	a.hits = 3;
	b.hits = 10;
	sim->now_ps = 200;
	sample_take(sampler);
	stat_unregister(sim, &a);
	b.hits = 11;
	sim->now_ps = 300;
	sample_take(sampler);
	stat_register(sim, "a", rows, 1, &a);
	a.hits = 4;
	sim->now_ps = 400;
	sample_take(sampler); /* registered anew: counted from 0 */
	ck_assert_int_eq(sample_close(sampler), 0);
	ck_assert_str_eq(file_text(), "{\"begin_ps\":0,\"end_ps\":100,\"a.hits\":1}\n"
				      "{\"begin_ps\":100,\"end_ps\":200,\"a.hits\":2,\"b.hits\":10}\n"
				      "{\"begin_ps\":200,\"end_ps\":300,\"b.hits\":1}\n"
				      "{\"begin_ps\":300,\"end_ps\":400,\"a.hits\":4}\n");
	stat_unregister(sim, &a);
	stat_unregister(sim, &b);
	sim_destroy(sim);
}
END_TEST

START_TEST(test_open_when_file_cannot_be_then_error_and_abort_leaves_nothing)
{
	/* Why: nothing half written under the final name. */
	struct sim *sim = sim_create(1);
	struct sampler *sampler = NULL;

	ck_assert_int_lt(sample_open(sim, "/nowhere/at/all", INTERVAL, NULL, 0, NULL, NULL, &sampler), 0);
	ck_assert_ptr_null(sampler);
	sampler = begin(sim, NULL, 0, NULL, NULL);
	unlink(path);
	sample_abort(sampler);
	ck_assert_int_ne(access(path, F_OK), 0);
	sample_abort(NULL);
	sim_destroy(sim);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sim.sample");
	TCase *tcase = tcase_create("sample");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tcase, test_windows_when_something_happens_at_an_edge_then_it_is_the_earlier_ones, 0, 6);
	tcase_add_test(tcase, test_windows_when_run_ends_inside_one_then_it_is_cut_there);
	tcase_add_test(tcase, test_values_when_every_kind_then_changes_and_percentiles_of_the_window);
	tcase_add_test(tcase, test_values_when_patterns_then_only_these_are_written);
	tcase_add_loop_test(tcase, test_windows_when_traffic_is_random_then_they_add_up_to_the_run, 0, 10);
	tcase_add_test(tcase, test_columns_when_statistics_come_and_go_then_none_is_mixed_up);
	tcase_add_test(tcase, test_open_when_file_cannot_be_then_error_and_abort_leaves_nothing);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
