/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WORKLOADS_REPLAY_TABLE_H
#define WORKLOADS_REPLAY_TABLE_H
/*
 * workloads/replay_table.h - what a trace of hypercalls says a TCE table holds: its windows, found by reading the trace
 * once, and their entries, written as the traced hypervisor said it wrote them. Shares no code with the hosted kernel,
 * the VMM and the PHB that are held against it.
 *
 * Traces say nothing of the windows they were made with. They are taken from the traced addresses by the rules of
 * QEMU's pseries machine (hw/ppc/spapr_pci.c, spapr_rtas_ddw.c): the low byte of a LIOBN is the number of the window,
 * the rest is the guest's host bridge; window 0 begins at 0 and has pages of 4 KiB, another one begins at 2^59 and has
 * pages of 4 KiB, 64 KiB or 16 MiB. Which of these, follows from the pages that were mapped: the largest at which all
 * of them lie in guest memory.
 */
#include "workloads/trace_file.h"

#define REPLAY_WINDOWS 32u
#define REPLAY_DEVICES 16u
#define REPLAY_DDW_START (1ull << 59)
#define REPLAY_ENTRIES_MAX (1ull << 24)

/**
 * enum replay_reason - why an answer, or an entry of the table, may be another than the trace's; docs/replay.md. Order
 * of the table in replay_table.c.
 */
enum replay_reason {
	REPLAY_SAME,
	REPLAY_IOBA,
	REPLAY_COUNT_ZERO,
	REPLAY_STUFF_BITS,
	REPLAY_STUFF_MAX,
	REPLAY_FOREIGN,
	REPLAY_UNBACKED,
	REPLAY_RANGE_END,
	REPLAY_UNEXPLAINED,
	REPLAY_REASONS
};

/**
 * struct replay_window - @tce: entries as the guest gave them. @why: a reason (enum replay_reason) where the hosted
 * side is documented to hold something else. @touched: the trace has written it. @ends, @fits, @line: while the trace
 * is looked through.
 */
struct replay_window {
	uint64_t liobn, start, entries;
	uint32_t page_shift, device;
	uint64_t *tce;
	uint8_t *why;
	bool *touched;
	uint64_t ends[3], line;
	uint32_t fits;
};

/**
 * struct replay_plan - the trace looked through. @records: of the whole file. @device_count: host bridges of its guest,
 * a device for each. @span_us: from the first to the last record.
 */
struct replay_plan {
	struct replay_window window[REPLAY_WINDOWS];
	uint32_t window_count, device_count;
	uint64_t bridge[REPLAY_DEVICES];
	uint64_t records, span_us, translations;
	uint64_t memory_bytes;
};

/**
 * replay_plan_make - read all of @path and find its windows. @memory_bytes: of the guest. @window_bytes: size of a
 * window 0 at least. @limit: records to read at most, 0: all. Return: 0; or -errno and *@error, "path:line:col: found
 * ..., expected ...", owned by the caller.
 */
int replay_plan_make(struct replay_plan *plan, const char *path, uint64_t memory_bytes, uint64_t window_bytes,
		     uint64_t limit, char **error) sim_must_use;
void replay_plan_free(struct replay_plan *plan);
struct replay_window *replay_window_find(struct replay_plan *plan, uint64_t liobn);

/** replay_window_index - the entry of I/O address @ioba. Return: false outside of the window. */
bool replay_window_index(const struct replay_window *window, uint64_t ioba, uint64_t *index);
/** replay_tce_k - entry @k of the range that @record writes in @window. */
uint64_t replay_tce_k(const struct trace_record *record, const struct replay_window *window, uint64_t k);

/**
 * replay_judge - may @ret be the answer to @record? @window: NULL where its LIOBN has none.
 * Return: REPLAY_SAME, the reason, or REPLAY_UNEXPLAINED.
 */
enum replay_reason replay_judge(const struct replay_plan *plan, const struct replay_window *window,
				const struct trace_record *record, int64_t ret);
/** replay_apply - write what the traced hypervisor wrote. @reason: what replay_judge() said. */
void replay_apply(const struct replay_plan *plan, struct replay_window *window, const struct trace_record *record,
		  enum replay_reason reason);
/** replay_is_owned - does @tce map nothing, or a page of guest memory? */
bool replay_is_owned(const struct replay_plan *plan, const struct replay_window *window, uint64_t tce);

/** replay_reason_name - "ioba", for results; replay_reason_text - a sentence for people. */
const char *replay_reason_name(enum replay_reason reason);
const char *replay_reason_text(enum replay_reason reason);

#endif
