/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WORKLOADS_TRACE_INPUT_H
#define WORKLOADS_TRACE_INPUT_H
/*
 * workloads/trace_input.h - lines of a text file, plain or compressed with xz: whichever the content is, not the name.
 */
#include <stddef.h>
#include <stdint.h>

#include "sim/sim.h"

#define TRACE_LINE_MAX 4096u

struct trace_input;

/**
 * trace_input_open - @path: the file. @error: on failure one line "path: found ..., expected ...", owned by the caller.
 * Return: 0 and *@out, or -errno.
 */
int trace_input_open(const char *path, struct trace_input **out, char **error) sim_must_use;
void trace_input_close(struct trace_input *input);

/**
 * trace_input_line - the next line, without its newline, NUL-terminated; valid until the next call. An empty last line
 * does not count.
 * @line: the line. @bytes: its length. @error: as for trace_input_open(), with "path:line:".
 * Return: 1 and a line; 0 at the end; -EINVAL when the file is damaged or a line is longer than TRACE_LINE_MAX.
 */
int trace_input_line(struct trace_input *input, const char **line, size_t *bytes, char **error) sim_must_use;

/** trace_input_number - of the line last returned, from 1. */
uint64_t trace_input_number(const struct trace_input *input);
const char *trace_input_path(const struct trace_input *input);

#endif
