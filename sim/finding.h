/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SIM_FINDING_H
#define SIM_FINDING_H
/*
 * sim/finding.h - what a run found that ought not to be: kernel WARNs, leaks, isolation violations.
 *
 * Findings are the verdict of a run: they go to the summary and to results.json, and a run with a finding of
 * severity FINDING_VIOLATION exits with 1. They are kept in order of time and deduplicated by (kind, text) with a count.
 */
#include "sim/sim.h"

enum finding_severity {
	FINDING_NOTE,	   /* worth reading, expected by the scenario */
	FINDING_WARN,	   /* read before trusting the results */
	FINDING_VIOLATION, /* exit status 1 */
};

/**
 * struct finding - one finding.
 * @when_ps: first time it was seen. @count: how often. @severity: see above.
 * @kind: short stable name ("kernel-warn", "referee-stale"), static storage. @text: one line, owned by the list.
 * @site: the calls that led to it the first time, "function (file:line) < caller (file:line)", owned by the list; or NULL.
 */
struct finding {
	sim_ps when_ps;
	uint64_t count;
	enum finding_severity severity;
	const char *kind;
	const char *text;
	char *site;
};

/**
 * finding_add - record a finding at sim_now(). @kind: static storage.
 * Return: the finding; its count is 1 when it is new, and then the caller may give it a site.
 */
struct finding *finding_add(struct sim *sim, enum finding_severity severity, const char *kind, const char *fmt, ...)
	sim_printf(4, 5);

/** finding_count - number of distinct findings of at least @severity. */
size_t finding_count(const struct sim *sim, enum finding_severity severity);

/** finding_get - the @index-th in order of first time; NULL past the end. */
const struct finding *finding_get(const struct sim *sim, size_t index);

/** finding_find - the first with this @kind, or NULL. */
const struct finding *finding_find(const struct sim *sim, const char *kind);

/** finding_expect - the scenario knows why there are findings of @kind: they become notes. Return: how many. */
size_t finding_expect(struct sim *sim, const char *kind);

/** finding_severity_name - "note", "warn" or "violation". */
const char *finding_severity_name(enum finding_severity severity);

#endif
