/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * workloads/trace_file.c - parsing of trace records. A record is checked when it is read: each field is there, is a
 * number of its base, and lies in a range that some guest could have produced.
 */
#include "workloads/trace_file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HCALL_FIELDS 7u
#define IOCTL_FIELDS 5u
#define FIELDS_MAX HCALL_FIELDS

/** struct trace_field - @base: 10, 16, or 0 for the operation letter. @sign: may be negative. @max: largest value. */
struct trace_field {
	const char *name;
	uint32_t base;
	bool sign;
	uint64_t max;
};

#define HOUR_US 3600000000ull
#define PAGES_MAX (1ull << 20)
#define ADDR_MAX (1ull << 60)

static const struct trace_field hcall_fields[HCALL_FIELDS] = {
	{"dt_us", 10, false, HOUR_US},	  {"op", 0, false, 0},
	{"liobn", 16, false, UINT64_MAX}, {"ioba", 16, false, UINT64_MAX},
	{"npages", 10, false, PAGES_MAX}, {"tce", 16, false, UINT64_MAX},
	{"ret", 10, true, 1u << 16},
};

static const struct trace_field ioctl_fields[IOCTL_FIELDS] = {
	{"dt_us", 10, false, HOUR_US}, {"op", 0, false, 0},	     {"a", 16, false, UINT64_MAX},
	{"b", 16, false, ADDR_MAX},    {"c", 16, false, UINT64_MAX},
};

static const struct {
	const struct trace_field *fields;
	uint32_t count;
	const char *ops, *ops_text;
} kinds[] = {
	[TRACE_HCALLS] = {hcall_fields, HCALL_FIELDS, "PISGX", "one of the operations P, I, S, G, X"},
	[TRACE_IOCTLS] = {ioctl_fields, IOCTL_FIELDS, "ICDRXMU", "one of the operations I, C, D, R, X, M, U"},
};

struct trace_file {
	struct trace_input *input;
	enum trace_kind kind;
	const char *first; /* the line that told the kind, not parsed yet */
	size_t first_bytes;
};

static int trace_file_fail(const struct trace_file *file, const char *line, const char *at, size_t bytes,
			   const char *expected, char **error)
{
	const char *what = bytes ? "" : "nothing";

	*error = sim_asprintf("%s:%" PRIu64 ":%zu: found %s%s%.*s%s, expected %s", trace_input_path(file->input),
			      trace_input_number(file->input), (size_t)(at - line) + 1, what, bytes ? "\"" : "",
			      (int)(bytes < 40 ? bytes : 40), at, bytes ? "\"" : "", expected);
	return -EINVAL;
}

/* A number in all of [@at, @end). Return: false when it is none, or larger than 64 bits. */
static bool trace_number(const char *at, const char *end, uint32_t base, uint64_t *value)
{
	uint64_t sum = 0;
	uint32_t digit;

	if (at == end)
		return false;
	for (; at < end; at++) {
		if (*at >= '0' && *at <= '9')
			digit = (uint32_t)(*at - '0');
		else if (*at >= 'a' && *at <= 'f')
			digit = (uint32_t)(*at - 'a' + 10);
		else
			return false;
		if (digit >= base || sum > (UINT64_MAX - digit) / base)
			return false;
		sum = sum * base + digit;
	}
	*value = sum;
	return true;
}

static int trace_field_parse(const struct trace_file *file, const struct trace_field *field, const char *line,
			     const char *at, const char *end, uint64_t *value, char **error)
{
	bool negative = field->sign && at < end && *at == '-';
	char expected[96];

	if (!field->base) {
		*value = (uint8_t)*at;
		if (end - at == 1 && strchr(kinds[file->kind].ops, *at))
			return 0;
		return trace_file_fail(file, line, at, (size_t)(end - at), kinds[file->kind].ops_text, error);
	}
	if (trace_number(at + negative, end, field->base, value) && *value <= field->max) {
		*value = negative ? 0 - *value : *value;
		return 0;
	}
	if (field->max == UINT64_MAX)
		snprintf(expected, sizeof(expected), "%s as a hexadecimal number of at most 64 bits", field->name);
	else if (field->base == 16)
		snprintf(expected, sizeof(expected), "%s as a hexadecimal number of at most %" PRIx64, field->name,
			 field->max);
	else
		snprintf(expected, sizeof(expected), "%s as a decimal number of at most %" PRIu64, field->name,
			 field->max);
	return trace_file_fail(file, line, at, (size_t)(end - at), expected, error);
}

static int trace_file_parse(struct trace_file *file, const char *line, size_t bytes, struct trace_record *record,
			    char **error)
{
	const char *at = line, *end, *stop = line + bytes;
	uint64_t value[FIELDS_MAX];
	uint32_t i, count = kinds[file->kind].count;
	int err;

	for (i = 0; i < count; i++, at = end + 1) {
		end = i + 1 < count ? memchr(at, ',', (size_t)(stop - at)) : stop;
		if (!end || at > stop)
			return trace_file_fail(file, line, stop, 0, "another field: the line is cut off", error);
		err = trace_field_parse(file, &kinds[file->kind].fields[i], line, at, end, &value[i], error);
		if (err)
			return err;
	}
	record->line = trace_input_number(file->input);
	record->dt_us = value[0];
	record->op = (char)value[1];
	if (file->kind == TRACE_HCALLS)
		record->hcall = (struct trace_hcall){value[2], value[3], value[4], value[5], (int64_t)value[6]};
	else
		record->ioctl = (struct trace_ioctl){{value[2], value[3], value[4]}};
	return 1;
}

static uint32_t trace_count_fields(const char *line, size_t bytes)
{
	uint32_t fields = 1;
	size_t i;

	for (i = 0; i < bytes; i++)
		fields += line[i] == ',';
	return fields;
}

int trace_file_open(const char *path, struct trace_file **out, char **error)
{
	struct trace_file *file = sim_alloc(sizeof(*file));
	uint32_t fields;
	int err = trace_input_open(path, &file->input, error), got;

	if (err)
		goto err_free;
	got = trace_input_line(file->input, &file->first, &file->first_bytes, error);
	if (got <= 0) {
		err = got ? got : -EINVAL;
		if (!got)
			*error = sim_asprintf("%s:1:1: found an empty file, expected a trace of hypercalls or ioctls",
					      path);
		goto err_close;
	}
	fields = trace_count_fields(file->first, file->first_bytes);
	file->kind = fields == IOCTL_FIELDS ? TRACE_IOCTLS : TRACE_HCALLS;
	if (fields != kinds[file->kind].count) {
		err = trace_file_fail(file, file->first, file->first, file->first_bytes,
				      "7 fields (hypercalls) or 5 (ioctls), separated by commas", error);
		goto err_close;
	}
	*out = file;
	return 0;

err_close:
	trace_input_close(file->input);
err_free:
	free(file);
	return err;
}

void trace_file_close(struct trace_file *file)
{
	if (!file)
		return;
	trace_input_close(file->input);
	free(file);
}

enum trace_kind trace_file_kind(const struct trace_file *file)
{
	return file->kind;
}

int trace_file_next(struct trace_file *file, struct trace_record *record, char **error)
{
	const char *line = file->first;
	size_t bytes = file->first_bytes;
	int got;

	if (line) {
		file->first = NULL;
	} else {
		got = trace_input_line(file->input, &line, &bytes, error);
		if (got <= 0)
			return got;
	}
	return trace_file_parse(file, line, bytes, record, error);
}
