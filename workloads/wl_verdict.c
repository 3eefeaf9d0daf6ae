// SPDX-License-Identifier: GPL-2.0-only
/* workloads/wl_verdict.c - the last lines of a summary. */
#include "workloads/wl_verdict.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sim/finding.h"
#include "workloads/wl_story.h"
#include "workloads/wl_text.h"

#define TEXT_FINDING_COLUMNS 90
#define TEXT_FINDINGS 4u

/* "kind: text" behind its severity, on at most two lines; below it, where in hosted code it happened. */
static void print_finding(FILE *out, const struct finding *finding)
{
	char text[2 * TEXT_FINDING_COLUMNS + 1];
	size_t n, cut;

	snprintf(text, sizeof(text), "%s: %s", finding->kind, finding->text);
	n = strlen(text);
	cut = n;
	if (n > TEXT_FINDING_COLUMNS)
		for (cut = TEXT_FINDING_COLUMNS; cut && text[cut] != ' '; cut--)
			;
	if (!cut)
		cut = TEXT_FINDING_COLUMNS;
	fprintf(out, "%-9s %.*s\n", finding_severity_name(finding->severity), (int)cut, text);
	if (cut < n)
		fprintf(out, "          %.*s\n", TEXT_FINDING_COLUMNS, text + cut + (text[cut] == ' '));
	if (finding->site)
		fprintf(out, "          in %.*s\n", TEXT_FINDING_COLUMNS - 3, finding->site);
}

static void print_findings(struct wl_run *run, FILE *out)
{
	const struct finding *finding;
	uint32_t printed = 0;

	for (size_t i = 0; (finding = finding_get(run->sim, i)) && printed < TEXT_FINDINGS; i++) {
		if (finding->severity == FINDING_NOTE)
			continue;
		print_finding(out, finding);
		printed++;
	}
}

/* Times are as good as the figures behind them: say how many of those nobody has published. */
static void print_sources(struct wl_run *run, FILE *out)
{
	uint32_t assumed = 0, known = 0;

	for (size_t i = 0; i < cfg_row_count(run->cfg); i++) {
		const struct cfg_row *row = cfg_row_get(run->cfg, i);

		assumed += row->source == CFG_ASSUMED;
		known += row->source == CFG_DOCUMENTED || row->source == CFG_MEASURED;
	}
	fprintf(out,
		"Figures   %" PRIu32 " of the %" PRIu32
		" hardware and software figures behind these times are assumed, not\n"
		"          documented or measured (\"phbsim list config\" says which and why)\n",
		assumed, assumed + known);
}

void wl_verdict_print(struct wl_run *run, FILE *out, const char *held)
{
	size_t violations = finding_count(run->sim, FINDING_VIOLATION),
	       warnings = finding_count(run->sim, FINDING_WARN);

	fprintf(out, "Teardown  %s\n",
		!run->ended ? "not reached"
		: wl_leaked(run)
			? "LEAKS, see below"
			: "all closed; no pinned page, page, object, file or byte of locked memory is left");
	if (!warnings)
		fprintf(out, "Verdict   clean: %s (%s simulated)\n", held, wl_text_time(sim_now(run->sim)).s);
	else
		fprintf(out, "Verdict   %zu violation%s, %zu warning%s\n", violations, violations == 1 ? "" : "s",
			warnings - violations, warnings - violations == 1 ? "" : "s");
	print_sources(run, out);
	print_findings(run, out);
}
