// SPDX-License-Identifier: GPL-2.0-only
/*
 * workloads/replay_ioctls_plan.c - looks a trace of ioctls through before anything is simulated: refuses what no
 * program can have done, and finds the memory that it names.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "workloads/replay_ioctls.h"

#define MEMORY_MAX (1ull << 40)

static int by_address(const void *a, const void *b)
{
	const struct memory_range *x = a, *y = b;

	return x->vaddr < y->vaddr ? -1 : x->vaddr > y->vaddr;
}

/* Ranges that touch or overlap become one. */
static void merge_ranges(struct program *program)
{
	struct memory_range *list = program->range;
	size_t kept = 0;

	if (!program->range_count)
		return;
	qsort(list, program->range_count, sizeof(*list), by_address);
	for (size_t i = 1; i < program->range_count; i++) {
		uint64_t end = list[kept].vaddr + list[kept].bytes, other = list[i].vaddr + list[i].bytes;

		if (list[i].vaddr > end)
			list[++kept] = list[i];
		else if (other > end)
			list[kept].bytes = other - list[kept].vaddr;
	}
	program->range_count = kept + 1;
}

static void add_range(struct program *program, uint64_t vaddr, uint64_t bytes)
{
	uint64_t page = kernel_desc(program->run->kernel)->page_bytes;
	uint64_t first = vaddr & ~(page - 1), end = (vaddr + bytes + page - 1) & ~(page - 1);

	/* The same range over and over again is common. */
	if (program->range_count && program->range[program->range_count - 1].vaddr == first &&
	    program->range[program->range_count - 1].bytes == end - first)
		return;
	if (program->range_count == program->range_size) {
		merge_ranges(program);
		if (program->range_count >= program->range_size / 2) {
			program->range_size = program->range_size ? program->range_size * 2 : 64;
			program->range = sim_realloc(program->range, program->range_size * sizeof(*program->range));
		}
	}
	program->range[program->range_count++] = (struct memory_range){.vaddr = first, .bytes = end - first};
}

static int check_record(struct program *program, const struct trace_record *record, char **error)
{
	const uint64_t *arg = record->ioctl.arg;
	const char *found = NULL, *expected = "";

	if (record->op == 'R' && (arg[1] > MEMORY_MAX || arg[0] > UINT64_MAX - MEMORY_MAX))
		found = "a range of memory", expected = "at most 1 TiB of it below 2^64";
	else if (record->op == 'C' && (!arg[0] || arg[0] & (arg[0] - 1) || arg[0] > REPLAY_DDW_START))
		found = "a window", expected = "a power of two of at most 2^59 bytes";
	else if (record->op == 'C' && (arg[1] < 12 || arg[1] > 34 || arg[0] >> arg[1] > 1ull << 32))
		found = "a page size", expected = "4 KiB to 16 GiB, and at most 2^32 of them in the window";
	if (!found)
		return 0;
	*error = sim_asprintf("%s:%" PRIu64 ":1: found %s (%" PRIx64 ",%" PRIx64 "), expected %s", program->config.path,
			      record->line, found, arg[0], arg[1], expected);
	return -EINVAL;
}

int program_look_through(struct program *program, char **error)
{
	struct trace_record record;
	struct trace_file *file;
	int err = trace_file_open(program->config.path, &file, error);

	if (err)
		return err;
	if (trace_file_kind(file) != TRACE_IOCTLS) {
		*error = sim_asprintf("%s:1:1: found a trace of hypercalls, expected one of ioctls",
				      program->config.path);
		err = -EINVAL;
	}
	while (!err && (!program->config.limit || program->total < program->config.limit)) {
		err = trace_file_next(file, &record, error);
		if (err <= 0)
			break;
		err = check_record(program, &record, error);
		program->span_us += program->total++ ? record.dt_us : 0;
		if (!err && record.op == 'R')
			add_range(program, record.ioctl.arg[0], record.ioctl.arg[1]);
	}
	trace_file_close(file);
	merge_ranges(program);
	return err;
}

uint64_t program_ours(const struct program *program, uint64_t vaddr)
{
	size_t low = 0, high = program->range_count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		const struct memory_range *range = &program->range[middle];

		if (vaddr < range->vaddr)
			high = middle;
		else if (vaddr - range->vaddr >= range->bytes)
			low = middle + 1;
		else
			return range->ours + (vaddr - range->vaddr);
	}
	return vaddr;
}
