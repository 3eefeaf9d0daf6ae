// SPDX-License-Identifier: GPL-2.0-only
/*
 * workloads/replay_plan.c - looks a trace of hypercalls through before anything is simulated: refuses what no guest can
 * have done, and finds the windows.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "kvm-model/kvm.h"
#include "workloads/replay_table.h"

/* Page sizes of a window, QEMU 7.2 and 10.0 spapr_pci.c "pgsz". */
static const uint32_t shifts[] = {12, 16, 24};

static int plan_fail(const char *path, uint64_t line, char **error, const char *found, uint64_t value,
		     const char *expected)
{
	*error = sim_asprintf("%s:%" PRIu64 ":1: found %s 0x%" PRIx64 ", expected %s", path, line, found, value,
			      expected);
	return -EINVAL;
}

struct replay_window *replay_window_find(struct replay_plan *plan, uint64_t liobn)
{
	for (uint32_t i = 0; i < plan->window_count; i++)
		if (plan->window[i].liobn == liobn)
			return &plan->window[i];
	return NULL;
}

static bool device_find(struct replay_plan *plan, uint64_t liobn, uint32_t *device)
{
	uint64_t bridge = liobn & ~0xffull;

	for (uint32_t i = 0; i < plan->device_count; i++) {
		*device = i;
		if (plan->bridge[i] == bridge)
			return true;
	}
	if (plan->device_count == REPLAY_DEVICES)
		return false;
	*device = plan->device_count++;
	plan->bridge[*device] = bridge;
	return true;
}

static int window_new(struct replay_plan *plan, const char *path, const struct trace_record *record,
		      struct replay_window **out, char **error)
{
	uint64_t liobn = record->hcall.liobn, start = record->hcall.ioba & REPLAY_DDW_START;
	struct replay_window *window = &plan->window[plan->window_count];
	uint32_t device;

	if (liobn > UINT32_MAX)
		return plan_fail(path, record->line, error, "a call that succeeded on LIOBN", liobn,
				 "a LIOBN of 32 bits");
	if (plan->window_count == REPLAY_WINDOWS)
		return plan_fail(path, record->line, error, "one more LIOBN,", liobn, "at most 32 of them");
	if (!device_find(plan, liobn, &device))
		return plan_fail(path, record->line, error, "one more host bridge, LIOBN", liobn,
				 "at most 16 host bridges");
	for (uint32_t i = 0; i < plan->window_count; i++)
		if (plan->window[i].device == device && plan->window[i].start == start)
			return plan_fail(path, record->line, error, "a second window at the same I/O address, LIOBN",
					 liobn, "one window at 0 and one at 2^59 for each host bridge");
	*window = (struct replay_window){.liobn = liobn, .start = start, .device = device, .fits = start ? 7 : 1};
	plan->window_count++;
	*out = window;
	return 0;
}

/* Which page sizes can the window have, and how far does it reach with each? */
static void window_fit(const struct replay_plan *plan, struct replay_window *window, const struct trace_record *record)
{
	const struct trace_hcall *hcall = &record->hcall;
	uint64_t at = hcall->ioba - window->start;

	for (uint32_t i = 0; i < sim_count_of(shifts); i++) {
		uint64_t page = 1ull << shifts[i], end = (at & ~(page - 1)) + hcall->pages * page;
		uint64_t first = hcall->tce & ~3ull, step = record->op == 'S' ? 0 : hcall->pages - 1;

		if (window->ends[i] < end)
			window->ends[i] = end;
		if (i == 0 || !hcall->pages || record->op == 'X')
			continue;
		if (hcall->ioba & (page - 1))
			window->fits &= ~(1u << i);
		if ((hcall->tce & 3) && (first & (page - 1) || first / page + step >= plan->memory_bytes / page))
			window->fits &= ~(1u << i);
	}
}

static int plan_check(const char *path, const struct trace_record *record, const struct replay_window *window,
		      char **error)
{
	const struct trace_hcall *hcall = &record->hcall;

	if ((hcall->ioba & REPLAY_DDW_START) != window->start || hcall->ioba - window->start >= REPLAY_DDW_START)
		return plan_fail(path, record->line, error, "I/O address", hcall->ioba,
				 window->start ? "one behind 2^59, as the window's others" : "one below 2^59");
	if (record->op == 'I' && hcall->pages > KVM_H_LIST_MAX)
		return plan_fail(path, record->line, error, "a list that succeeded with entries", hcall->pages,
				 "at most 0x200, which fill a page");
	if (record->op != 'I' && record->op != 'S' && hcall->pages != 1)
		return plan_fail(path, record->line, error, "npages", hcall->pages, "1 in this operation");
	return 0;
}

static int plan_record(struct replay_plan *plan, const char *path, const struct trace_record *record, char **error)
{
	struct replay_window *window = replay_window_find(plan, record->hcall.liobn);
	int err = 0;

	if (plan->records++)
		plan->span_us += record->dt_us;
	plan->translations += record->op == 'X';
	if (record->hcall.ret)
		return 0;
	if (!window)
		err = window_new(plan, path, record, &window, error);
	if (!err)
		err = plan_check(path, record, window, error);
	if (err)
		return err;
	window_fit(plan, window, record);
	if ((window->ends[window->start ? 2 : 0] >> shifts[window->start ? 2 : 0]) > REPLAY_ENTRIES_MAX)
		return plan_fail(path, record->line, error, "I/O address", record->hcall.ioba,
				 "a window of at most 2^24 pages");
	window->line = record->line;
	return 0;
}

static int window_finish(struct replay_window *window, const char *path, uint64_t window_bytes, char **error)
{
	uint32_t i = 31 - (uint32_t)__builtin_clz(window->fits);
	uint64_t entries = 1;

	window->page_shift = shifts[i];
	while (entries << shifts[i] < window->ends[i] || (!window->start && entries << shifts[i] < window_bytes))
		entries *= 2;
	if (entries > REPLAY_ENTRIES_MAX)
		return plan_fail(path, window->line, error, "a window of bytes", window->ends[i],
				 "at most 2^24 pages in it");
	window->entries = entries;
	window->tce = sim_alloc(entries * sizeof(*window->tce));
	window->why = sim_alloc(entries * sizeof(*window->why));
	window->touched = sim_alloc(entries * sizeof(*window->touched));
	return 0;
}

int replay_plan_make(struct replay_plan *plan, const char *path, uint64_t memory_bytes, uint64_t window_bytes,
		     uint64_t limit, char **error)
{
	struct trace_record record;
	struct trace_file *file;
	int err = trace_file_open(path, &file, error);

	memset(plan, 0, sizeof(*plan));
	plan->memory_bytes = memory_bytes;
	if (err)
		return err;
	if (trace_file_kind(file) != TRACE_HCALLS) {
		*error = sim_asprintf("%s:1:1: found a trace of ioctls, expected one of hypercalls", path);
		err = -EINVAL;
	}
	while (!err && (!limit || plan->records < limit)) {
		err = trace_file_next(file, &record, error);
		if (err <= 0)
			break;
		err = plan_record(plan, path, &record, error);
	}
	trace_file_close(file);
	for (uint32_t i = 0; i < plan->window_count && !err; i++)
		err = window_finish(&plan->window[i], path, window_bytes, error);
	if (err)
		replay_plan_free(plan);
	return err;
}

void replay_plan_free(struct replay_plan *plan)
{
	for (uint32_t i = 0; i < plan->window_count; i++) {
		struct replay_window *window = &plan->window[i];

		free(window->tce);
		free(window->why);
		free(window->touched);
		window->tce = NULL;
		window->why = NULL;
		window->touched = NULL;
	}
}
