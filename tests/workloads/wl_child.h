/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_WORKLOADS_WL_CHILD_H
#define TESTS_WORKLOADS_WL_CHILD_H
/*
 * tests/workloads/wl_child.h - whole runs of a scenario. A hosted kernel boots once per process, so each run is a child
 * process, and what it has to say is in files.
 */
#include <check.h>
#include <libfyaml.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/finding.h"
#include "workloads/wl.h"

#define PATH_BYTES 128
#define TELLS_MAX 4

/** struct outcome - where a run puts what it has to say. @traced: it writes a trace too. @mutant: it has this mutant.
 */
struct outcome {
	char dir[PATH_BYTES], results[PATH_BYTES + 32], summary[PATH_BYTES + 32], trace[PATH_BYTES + 32];
	char log[PATH_BYTES + 32];
	bool traced;
	const char *mutant;
};

static inline struct outcome outcome_make(void)
{
	struct outcome outcome = {.traced = false};
	const char *tmp = getenv("TMPDIR");

	snprintf(outcome.dir, sizeof(outcome.dir), "%s/phbsim-test.XXXXXX", tmp ? tmp : "/tmp");
	ck_assert_ptr_nonnull(mkdtemp(outcome.dir));
	snprintf(outcome.results, sizeof(outcome.results), "%s/results.json", outcome.dir);
	snprintf(outcome.summary, sizeof(outcome.summary), "%s/summary.txt", outcome.dir);
	snprintf(outcome.trace, sizeof(outcome.trace), "%s/trace.json", outcome.dir);
	snprintf(outcome.log, sizeof(outcome.log), "%s/kernel.log", outcome.dir);
	return outcome;
}

static inline void outcome_drop(const struct outcome *outcome)
{
	unlink(outcome->results);
	unlink(outcome->summary);
	unlink(outcome->trace);
	unlink(outcome->log);
	rmdir(outcome->dir);
}

static inline void write_log(const struct wl_run *run, const char *path)
{
	FILE *out = fopen(path, "w");
	const char *line;
	sim_ps when_ps;

	for (size_t i = 0; run->kernel && (line = kernel_log_line(run->kernel, i, &when_ps)); i++)
		fprintf(out, "%s\n", line);
	fclose(out);
}

/* Run @scenario in a child. Return: its exit status: 0 clean, 1 violation, 2 could not be built or run. */
static inline int run_child(const struct outcome *outcome, const char *scenario, uint64_t seed, const char *const *sets,
			    size_t set_count)
{
	pid_t child = fork();
	int status;

	ck_assert_int_ge(child, 0);
	if (!child) {
		struct wl_options options = {.scenario = scenario,
					     .seed = seed,
					     .data_dir = "workloads",
					     .sets = sets,
					     .set_count = set_count,
					     .mutant = outcome->mutant,
					     .trace_path = outcome->traced ? outcome->trace : NULL};
		struct wl_run *run = NULL;
		FILE *out;
		int ret = wl_run_create(&options, &run);

		if (!ret)
			ret = wl_run_execute(run);
		if (ret >= 0 && wl_run_write_results(run, outcome->results))
			ret = -1;
		out = fopen(outcome->summary, "w");
		if (ret >= 0)
			wl_run_summary(run, out);
		else
			fprintf(out, "%s\n", run->error);
		fclose(out);
		write_log(run, outcome->log);
		for (size_t i = 0; ret == 1 && finding_get(run->sim, i); i++)
			fprintf(stderr, "%s: %s\n", finding_get(run->sim, i)->kind, finding_get(run->sim, i)->text);
		wl_run_destroy(run);
		/* A run that was stopped leaves kernel objects of processes that never exited: no leak of ours. */
		if (ret == 1)
			_exit(1);
		exit(ret < 0 ? 2 : ret);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static inline char *slurp(const char *path)
{
	FILE *file = fopen(path, "r");
	char *text;
	long bytes;

	ck_assert_msg(file != NULL, "%s", path);
	fseek(file, 0, SEEK_END);
	bytes = ftell(file);
	rewind(file);
	text = sim_alloc((size_t)bytes + 1);
	ck_assert_uint_eq(fread(text, 1, (size_t)bytes, file), (size_t)bytes);
	fclose(file);
	return text;
}

/*
 * Run @scenario, which must end with @status and tell each of @words, up to the first NULL: in its results when it
 * found a violation, else in its summary, or in the message that is in its place.
 */
static inline void run_tells(const char *scenario, const char *mutant, const char *const *sets, size_t set_count,
			     int status, const char *const words[TELLS_MAX])
{
	struct outcome outcome = outcome_make();
	char *text;

	outcome.mutant = mutant;
	ck_assert_int_eq(run_child(&outcome, scenario, 1, sets, set_count), status);
	text = slurp(status == 1 ? outcome.results : outcome.summary);
	for (int i = 0; i < TELLS_MAX && words[i]; i++)
		ck_assert_msg(strstr(text, words[i]) != NULL, "%s does not tell \"%s\": %s", scenario, words[i], text);
	free(text);
	outcome_drop(&outcome);
}
#define run_tells_once(scenario, mutant, set, status, ...)                                                             \
	run_tells(scenario, mutant, &(const char *){set}, 1, status, (const char *[TELLS_MAX]){__VA_ARGS__})

/*
 * Twice with one seed: the same results, and, if @traced is a word, the same trace, which has the word. With the next
 * seed others, but where the seed decides @nothing.
 */
static inline void run_repeats(const char *scenario, const char *const *sets, size_t set_count, const char *traced,
			       bool nothing)
{
	char *results[3] = {NULL}, *traces[3] = {NULL};

	for (uint64_t i = 0; i < (nothing ? 2 : 3); i++) {
		struct outcome outcome = outcome_make();

		outcome.traced = traced;
		ck_assert_int_eq(run_child(&outcome, scenario, 11 + i / 2, sets, set_count), 0);
		results[i] = slurp(outcome.results);
		traces[i] = traced ? slurp(outcome.trace) : NULL;
		outcome_drop(&outcome);
	}
	ck_assert_msg(!strcmp(results[0], results[1]), "%s: results of one seed differ", scenario);
	ck_assert(nothing || strcmp(results[0], results[2]));
	if (traced) {
		ck_assert_msg(!strcmp(traces[0], traces[1]), "%s: traces of one seed differ", scenario);
		ck_assert(nothing || strcmp(traces[0], traces[2]));
		ck_assert_ptr_nonnull(strstr(traces[0], traced));
	}
	for (int i = 0; i < 3; i++) {
		free(results[i]);
		free(traces[i]);
	}
}

static inline const char *scalar(struct fy_document *doc, const char *path)
{
	struct fy_node *node = fy_node_by_path(fy_document_root(doc), path, (size_t)-1, FYNWF_DONT_FOLLOW);

	ck_assert_msg(node != NULL, "%s is missing", path);
	return fy_node_get_scalar0(node);
}

static inline int length(struct fy_document *doc, const char *path)
{
	struct fy_node *node = fy_node_by_path(fy_document_root(doc), path, (size_t)-1, FYNWF_DONT_FOLLOW);

	ck_assert_msg(node != NULL, "%s is missing", path);
	return fy_node_is_sequence(node) ? fy_node_sequence_item_count(node) : fy_node_mapping_item_count(node);
}

/* A summary fits a screen: at most @lines of 100 columns. Writes into @text. */
static inline void check_screen(char *text, int lines)
{
	char *save = NULL;
	int found = 0;

	for (const char *c = text; *c; c++)
		found += *c == '\n';
	ck_assert_int_le(found, lines);
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		ck_assert_msg(strlen(line) <= 100, "%zu columns: %s", strlen(line), line);
}

#endif
