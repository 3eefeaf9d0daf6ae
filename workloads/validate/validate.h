/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WORKLOADS_VALIDATE_VALIDATE_H
#define WORKLOADS_VALIDATE_VALIDATE_H
/*
 * workloads/validate/validate.h - how far the model is from what was published: a table of rows, each measured by runs of
 * the model itself, and printed with value, error, tolerance and verdict.
 *
 * A row that sets a parameter calibrates and is no evidence; a row that misses is a miss, and its tolerance stays. What
 * cannot be measured says why. Published curves lie beside the code as CSV files with their attribution.
 *
 * Verdicts are arithmetic on results of runs, in floating point; no run depends on them.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct validate_run;
/** validate_child_fn - @fn in a process of its own. Return: what it returned, 0 to 127; -1: it came to no end. */
typedef int validate_child_fn(int (*fn)(void *arg), void *arg);
typedef void validate_fn(struct validate_run *run);

/**
 * struct validate_row - one row of the table. @id: "V1". @source: where the published value is from. @conditions: of the
 * run. @fn: measures it; NULL: @why_not. @calibrates: its figure set a parameter of a preset. @slow: takes many runs.
 */
struct validate_row {
	const char *id, *title, *source, *conditions;
	validate_fn *fn;
	const char *why_not;
	bool calibrates, slow;
};

extern const struct validate_row validate_rows[];
extern const size_t validate_row_count;

/**
 * struct validate_measure - one comparison. @published, @model: in @unit. [@lo, @hi]: what @model may be.
 * @tolerance: that interval in words.
 */
struct validate_measure {
	char what[80], tolerance[32];
	const char *unit;
	double published, model, lo, hi;
	bool calibrates;
};

/** struct validate_run - the measurement of one row; measures are in the order in which they were made. */
struct validate_run {
	const struct validate_row *row;
	const char *data_dir;
	validate_child_fn *child;
	struct validate_measure *measure; /* owned */
	size_t count, room;
	char *note;  /* owned; NULL: nothing to add */
	char *error; /* owned; why there is no measurement: a file is missing */
};

enum validate_verdict { VALIDATE_PASS, VALIDATE_MISS, VALIDATE_NOT_AVAILABLE };

/** validate_find - Return: NULL when there is no row @id. */
const struct validate_row *validate_find(const char *id);
/**
 * validate_execute - measure @row. @data_dir: with machines/ and validate/; borrowed until validate_finish(). @child: for
 * rows that run a kernel, which boots once a process.
 */
void validate_execute(struct validate_run *run, const struct validate_row *row, const char *data_dir,
		      validate_child_fn *child);
void validate_finish(struct validate_run *run);
bool validate_measure_passes(const struct validate_measure *measure);
enum validate_verdict validate_verdict(const struct validate_run *run);

/* Output of rows that have been measured. */
void validate_write_text(FILE *out, const struct validate_run *runs, size_t n);
void validate_write_markdown(FILE *out, const struct validate_run *runs, size_t n);
/** validate_write_json - Return: 0 or -errno. */
int validate_write_json(FILE *out, const struct validate_run *runs, size_t n);

#endif
