/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WORKLOADS_WL_COMPARE_INTERNAL_H
#define WORKLOADS_WL_COMPARE_INTERNAL_H
/* workloads/wl_compare_internal.h - records in memory: between wl_recorded.c, which reads them, and wl_compare.c. */
#include "workloads/wl_compare.h"

/**
 * struct recorded_call - one line "call"; of a line "last" @name, @text and @result are "last", @duration_ps is 0.
 * Strings lie in the file's text.
 */
struct recorded_call {
	const char *proc, *name, *text, *result, *left, *tces;
	uint64_t duration_ps, locked_vm;
};

/** struct recorded_fact - an account, the TCEs of a device in the end, or a finding; compared as name and value. */
struct recorded_fact {
	const char *name, *value;
};

struct recorded_list {
	struct recorded_fact *fact;
	size_t count;
};

/**
 * struct wl_recorded - @proc: names of processes in order of their first calls. @answers: calls without the lines
 * "last".
 * @looks: times that TCEs were looked at.
 */
struct wl_recorded {
	char *text, *run, *kernel;
	struct recorded_call *call;
	size_t call_count, answers, looks;
	const char **proc;
	size_t proc_count;
	struct recorded_list tces, accounts, findings;
	uint64_t end_ps, locked_peak;
};

#endif
