/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * workloads/validate/validate_write.c - measured rows as text, Markdown and JSON.
 */
#include <string.h>

#include "sim/json.h"
#include "workloads/validate/validate_internal.h"

static const char *const verdict_names[] = {"pass", "miss", "n/a"};

static const char *measure_role(const struct validate_measure *measure)
{
	return measure->calibrates ? "calibrates" : "validates";
}

static const char *measure_verdict(const struct validate_measure *measure)
{
	return verdict_names[validate_measure_passes(measure) ? VALIDATE_PASS : VALIDATE_MISS];
}

/* Relative where that means something, else the difference itself. */
static const char *measure_error(const struct validate_measure *measure, char *buf, size_t bytes)
{
	double differ = measure->model - measure->published;

	if (measure->published > 0 && strcmp(measure->unit, "%"))
		snprintf(buf, bytes, "%+.2f %%", 100 * differ / measure->published);
	else
		snprintf(buf, bytes, "%+.3g", differ);
	return buf;
}

/* Counts are whole, whatever their size; all else has four digits. */
static const char *measure_value(double value, char *buf, size_t bytes)
{
	bool whole = value >= 1e4 && value < 1e15 && value == (double)(uint64_t)value;

	snprintf(buf, bytes, whole ? "%.0f" : "%.4g", value);
	return buf;
}

static const char *row_reason(const struct validate_run *run)
{
	return run->error ? run->error : run->row->fn ? run->note : run->row->why_not;
}

static void count(const struct validate_run *runs, size_t n, uint32_t *of)
{
	size_t i;

	memset(of, 0, 3 * sizeof(*of));
	for (i = 0; i < n; i++)
		of[validate_verdict(&runs[i])]++;
}

void validate_write_text(FILE *out, const struct validate_run *runs, size_t n)
{
	char error[32], published[32], model[32];
	uint32_t of[3];
	size_t i, j;

	for (i = 0; i < n; i++) {
		const struct validate_run *run = &runs[i];

		fprintf(out, "%-4s %-4s  %s\n", run->row->id, verdict_names[validate_verdict(run)], run->row->title);
		for (j = 0; j < run->count; j++) {
			const struct validate_measure *m = &run->measure[j];

			fprintf(out, "      %s %-56s %10s %10s %-7s %9s  (%s, %s)\n",
				validate_measure_passes(m) ? "    " : "miss", m->what,
				measure_value(m->published, published, sizeof(published)),
				measure_value(m->model, model, sizeof(model)), m->unit,
				measure_error(m, error, sizeof(error)), m->tolerance, measure_role(m));
		}
		if (row_reason(run))
			fprintf(out, "      %s\n", row_reason(run));
	}
	count(runs, n, of);
	fprintf(out, "%u pass, %u miss, %u not available\n", of[VALIDATE_PASS], of[VALIDATE_MISS],
		of[VALIDATE_NOT_AVAILABLE]);
}

static void markdown_row(FILE *out, const struct validate_run *run)
{
	char error[32], published[32], model[32];
	size_t j;

	fprintf(out, "\n## %s: %s\n\n**%s**. Source: %s.", run->row->id, run->row->title,
		verdict_names[validate_verdict(run)], run->row->source);
	if (run->row->conditions)
		fprintf(out, " Conditions: %s.", run->row->conditions);
	fputc('\n', out);
	if (row_reason(run))
		fprintf(out, "\n%s%s\n", run->row->fn ? "" : "Why not: ", row_reason(run));
	if (!run->count)
		return;
	fputs("\n| | published | model | error | tolerance | verdict | |\n|---|---|---|---|---|---|---|\n", out);
	for (j = 0; j < run->count; j++) {
		const struct validate_measure *m = &run->measure[j];

		fprintf(out, "| %s | %s %s | %s %s | %s | %s | %s | %s |\n", m->what,
			measure_value(m->published, published, sizeof(published)), m->unit,
			measure_value(m->model, model, sizeof(model)), m->unit, measure_error(m, error, sizeof(error)),
			m->tolerance, measure_verdict(m), measure_role(m));
	}
}

void validate_write_markdown(FILE *out, const struct validate_run *runs, size_t n)
{
	uint32_t of[3];
	size_t i;

	count(runs, n, of);
	fputs("# Validation\n\nOutput of `phbsim validate --format markdown`: what the model makes of published "
	      "figures. Each\n"
	      "comes from runs of the model. A figure that *calibrates* has set a parameter and is no evidence; one "
	      "that\n"
	      "*validates* was predicted. Tolerances were set before the model was measured; a miss stays a miss.\n\n",
	      out);
	fprintf(out, "%u rows pass, %u miss, %u are not available.\n\n| row | what | verdict |\n|---|---|---|\n",
		of[VALIDATE_PASS], of[VALIDATE_MISS], of[VALIDATE_NOT_AVAILABLE]);
	for (i = 0; i < n; i++)
		fprintf(out, "| %s | %s | %s |\n", runs[i].row->id, runs[i].row->title,
			verdict_names[validate_verdict(&runs[i])]);
	for (i = 0; i < n; i++)
		markdown_row(out, &runs[i]);
}

static void json_real(struct json *json, const char *key, double value)
{
	json_fixed_i64(json, key, (int64_t)(value * 1e4 + (value < 0 ? -0.5 : 0.5)), 4);
}

static void json_row(struct json *json, const struct validate_run *run)
{
	size_t j;

	json_object(json, NULL);
	json_text(json, "id", run->row->id);
	json_text(json, "title", run->row->title);
	json_text(json, "source", run->row->source);
	if (run->row->conditions)
		json_text(json, "conditions", run->row->conditions);
	json_text(json, "verdict", verdict_names[validate_verdict(run)]);
	if (row_reason(run))
		json_text(json, "note", row_reason(run));
	json_array(json, "measures");
	for (j = 0; j < run->count; j++) {
		const struct validate_measure *m = &run->measure[j];

		json_object(json, NULL);
		json_text(json, "what", m->what);
		json_text(json, "unit", m->unit);
		json_real(json, "published", m->published);
		json_real(json, "model", m->model);
		json_real(json, "low", m->lo);
		json_real(json, "high", m->hi);
		json_text(json, "tolerance", m->tolerance);
		json_text(json, "role", measure_role(m));
		json_bool(json, "pass", validate_measure_passes(m));
		json_end(json);
	}
	json_end(json);
	json_end(json);
}

int validate_write_json(FILE *out, const struct validate_run *runs, size_t n)
{
	struct json *json = json_to_stream(out);
	uint32_t of[3];
	size_t i;

	count(runs, n, of);
	json_object(json, NULL);
	json_u64(json, "pass", of[VALIDATE_PASS]);
	json_u64(json, "miss", of[VALIDATE_MISS]);
	json_u64(json, "not_available", of[VALIDATE_NOT_AVAILABLE]);
	json_array(json, "rows");
	for (i = 0; i < n; i++)
		json_row(json, &runs[i]);
	json_end(json);
	json_end(json);
	return json_close(json);
}
