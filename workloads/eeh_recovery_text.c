// SPDX-License-Identifier: GPL-2.0-only
/* workloads/eeh_recovery_text.c - eeh-recovery told to people (at most 40 lines of 100 columns) and to programs. */
#include <inttypes.h>
#include <string.h>

#include "workloads/eeh_recovery.h"
#include "workloads/referee.h"
#include "workloads/wl_text.h"
#include "workloads/wl_verdict.h"

#define ER_COLUMNS 100u
#define ER_TOGETHER_PS (20 * SIM_PS_PER_US)

static bool er_together(const struct er_act *act, const struct er_step *first, const struct er_step *step)
{
	sim_ps begin_ps = act->step[0].when_ps;

	return step->when_ps - first->when_ps < ER_TOGETHER_PS ||
	       !strcmp(wl_text_time(step->when_ps - begin_ps).s, wl_text_time(first->when_ps - begin_ps).s);
}

/* Steps of nearly the same time share lines; the time is that of the first. */
static void er_print_steps(const struct er_act *act, FILE *out)
{
	const struct er_step *first = NULL;
	size_t column = 0;

	for (uint32_t i = 0; i < act->step_count; i++) {
		const struct er_step *step = &act->step[i];
		bool same = first && er_together(act, first, step);

		if (!same)
			first = step;
		if (same && column + strlen("; ") + strlen(step->text) <= ER_COLUMNS)
			column += (size_t)fprintf(out, "; %s", step->text);
		else
			column = (size_t)fprintf(out, "%s%9s  %s", i ? "\n" : "",
						 same ? "" : wl_text_time(step->when_ps - act->step[0].when_ps).s, step->text);
	}
	fprintf(out, "\n");
}

static void er_print_act(const struct er_act *act, FILE *out)
{
	fprintf(out, "%s: %s, PE %" PRIu32, act->title, act->device, act->pe);
	if (act->pe_after != act->pe)
		fprintf(out, ", afterwards PE %" PRIu32, act->pe_after);
	if (act->restored_ps)
		fprintf(out, "; works again %s after the error\n", wl_text_time(act->restored_ps - act->error_ps).s);
	else
		fprintf(out, "; NOT RECOVERED\n");
	er_print_steps(act, out);
}

/* The value of "eeh_slot_resets=" and the like in /proc/powerpc/eeh. */
static uint64_t er_counter(const struct er *er, const char *name)
{
	const char *at = strstr(er->counters, name);
	uint64_t value = 0;

	for (at = at ? at + strlen(name) : ""; *at >= '0' && *at <= '9'; at++)
		value = value * 10 + (uint64_t)(*at - '0');
	return value;
}

void er_summary(struct wl_run *run, FILE *out)
{
	const struct er *er = run->state;
	const struct km_desc *kernel = kernel_desc(run->kernel);
	struct referee_counts counts = referee_counts(run->referee);

	fprintf(out, "eeh-recovery: PCIe errors, isolated by the PHB and recovered (%s, %s pages)\n", kernel->name,
		wl_text_bytes(kernel->page_bytes).s);
	for (uint32_t i = 0; i < ER_ACTS; i++)
		er_print_act(&er->act[i], out);
	fprintf(out, "Diagnosis of the first stray write, in the log: %s\n",
		er->act[ER_RESET].diag[0] ? er->act[ER_RESET].diag : "none");
	fprintf(out, "/proc/powerpc/eeh: %" PRIu64 " reads of all ones looked into, %" PRIu64 " false alarms, %" PRIu64
		" freezes found so\n", er_counter(er, "eeh_total_mmio_ffs="), er_counter(er, "eeh_false_positives="),
		er_counter(er, "eeh_slot_resets="));
	fprintf(out, "Referee   %s DMAs judged, %" PRIu64 " strays had to freeze their PE: %" PRIu64 " violations\n",
		wl_text_count(counts.dmas_judged).s, counts.isolations, counts.violations);
	wl_verdict_print(run, out, "all five were recovered as they had to be");
}

void er_results(struct wl_run *run, struct json *json)
{
	const struct er *er = run->state;

	json_array(json, "recoveries");
	for (uint32_t i = 0; i < ER_ACTS; i++) {
		const struct er_act *act = &er->act[i];

		json_object(json, NULL);
		json_text(json, "what", act->title);
		json_text(json, "device", act->device);
		json_u64(json, "pe", act->pe);
		json_u64(json, "pe_after", act->pe_after);
		json_u64(json, "error_ps", act->error_ps);
		json_u64(json, "restored_ps", act->restored_ps);
		json_text(json, "record", act->diag);
		json_bool(json, "ok", act->ok);
		json_array(json, "steps");
		for (uint32_t j = 0; j < act->step_count; j++) {
			json_object(json, NULL);
			json_u64(json, "at_ps", act->step[j].when_ps);
			json_text(json, "what", act->step[j].text);
			json_end(json);
		}
		json_end(json);
		json_end(json);
	}
	json_end(json);
}
