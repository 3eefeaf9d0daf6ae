// SPDX-License-Identifier: GPL-2.0-only
/* workloads/seed_flow_text.c - seed-flow told to people (at most 40 lines of 100 columns) and to programs. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "sim/finding.h"
#include "workloads/seed_flow.h"
#include "workloads/wl_summary.h"
#include "workloads/wl_text.h"

/** struct answer_text - "0", "1" or "-EBUSY". */
struct answer_text {
	char s[24];
};

static struct answer_text answer_text(int64_t answer)
{
	static const struct {
		int error;
		const char *name;
	} errors[] = {{EPERM, "EPERM"},	  {ENXIO, "ENXIO"},   {ENOMEM, "ENOMEM"}, {EFAULT, "EFAULT"}, {EBUSY, "EBUSY"},
		      {ENODEV, "ENODEV"}, {EINVAL, "EINVAL"}, {ENOTTY, "ENOTTY"}, {ESRCH, "ESRCH"},   {EIO, "EIO"}};
	struct answer_text text;

	snprintf(text.s, sizeof(text.s), "%" PRId64, answer);
	for (size_t i = 0; i < sim_count_of(errors); i++)
		if (answer == -errors[i].error)
			snprintf(text.s, sizeof(text.s), "-%s", errors[i].name);
	return text;
}

static const char *mark(const struct seed_flow *sf, uint32_t call)
{
	if (!sf->said[call].made)
		return "not reached";
	return sf->said[call].answer == sf_expected(sf, call) ? "" : "NOT AS EXPECTED";
}

static void print_setting(struct wl_run *run, FILE *out)
{
	const struct seed_flow *sf = run->state;

	fprintf(out, "seed-flow: the code flow that came with the first sPAPR TCE driver for VFIO\n\n");
	wl_summary_setting(run, out);
	fprintf(out, "Processes A %s = PE %" PRIu32 "; N, beside it, %s = PE %" PRIu32 " (a PE is what a PHB\n",
		sf->a.device_name, sf->a.dev.pe, sf->neighbour.device_name, sf->neighbour.dev.pe);
	fprintf(out, "          isolates); before them P with A's device, which may lock only %s of memory\n",
		wl_text_bytes(sf->config.low_memlock_bytes).s);
}

/* What belongs to a call of the flow besides its answer. */
static void print_flow_note(const struct seed_flow *sf, uint32_t call, FILE *out)
{
	const struct sf_side *a = &sf->a;

	if (call == SF_GET_INFO)
		fprintf(out, "  DMA window at %#" PRIx64 " of %s", a->window, wl_text_bytes(a->window_bytes).s);
	else if (call == SF_ENABLE)
		fprintf(out, "  locked memory: %s pages, the whole window", wl_text_count(a->locked_pages).s);
	else if (call == SF_MAP)
		fprintf(out, "  %s at 0; wrote %s, read %s, all right", wl_text_bytes(sf->config.buffer_bytes).s,
			wl_text_bytes(a->check.written).s, wl_text_bytes(a->check.read).s);
	else if (call == SF_UNMAP)
		fprintf(out, "  a write there afterwards isolates the PE%s", sf->incident.again ? "" : ": NOT SEEN");
	else if (call == SF_DISABLE)
		fprintf(out, "  locked memory: none");
}

static void print_flow(struct wl_run *run, FILE *out)
{
	const struct seed_flow *sf = run->state;

	fprintf(out, "\nThe flow of A                      answer     took\n");
	for (uint32_t i = 0; i < SF_CALLS; i++) {
		if (sf_judged[i].about != SF_ABOUT_FLOW)
			continue;
		fprintf(out, "  %-32s %7s %8s", sf_judged[i].name,
			sf->said[i].made ? answer_text(sf->said[i].answer).s : "-",
			wl_text_time(sf->said[i].took_ps).s);
		if (*mark(sf, i))
			fprintf(out, "  %s", mark(sf, i));
		else
			print_flow_note(sf, i, out);
		fprintf(out, "\n");
	}
}

/* Two to a line. */
static void print_edges(struct wl_run *run, FILE *out)
{
	const struct seed_flow *sf = run->state;
	uint32_t printed = 0;

	fprintf(out, "\nAt its edges (%s)\n",
		sf->then ? "answers of the first driver; later ones give some others"
			 : "answers of later drivers; the first one gives some others");
	for (uint32_t i = 0; i < SF_CALLS; i++) {
		char text[64];

		if (sf_judged[i].about != SF_ABOUT_EDGE)
			continue;
		snprintf(text, sizeof(text), "%s%s%s", sf_judged[i].name, *sf_judged[i].note ? ", " : "",
			 sf_judged[i].note);
		fprintf(out, "%s  %-35s %7s%s",
			!printed      ? ""
			: printed % 2 ? "    "
				      : "\n",
			text, sf->said[i].made ? answer_text(sf->said[i].answer).s : "-", *mark(sf, i) ? "!" : "");
		printed++;
	}
	fprintf(out, "\n");
}

static void print_recovery(const struct seed_flow *sf, FILE *out)
{
	const struct sf_incident *incident = &sf->incident;

	if (!incident->recovered)
		fprintf(out, "Recovery  FAILED, see below\n");
	else if (sf->said[SF_EEH_THAWED].made)
		fprintf(out,
			"Recovery  EEH through VFIO: registers thawed, device reset, DMA thawed, %s after the freeze\n",
			wl_text_time(incident->recovered_ps - incident->frozen_ps).s);
	else
		fprintf(out,
			"Recovery  this driver has no EEH calls: A gave the function back and took it anew, %s after\n"
			"          the freeze; that thaws the PE\n",
			wl_text_time(incident->recovered_ps - incident->frozen_ps).s);
}

static void print_incident(struct wl_run *run, FILE *out)
{
	const struct seed_flow *sf = run->state;
	const struct sf_incident *incident = &sf->incident;

	if (!incident->happened) {
		fprintf(out, "\nIncident  the story did not get to it\n");
		return;
	}
	fprintf(out, "\nIncident  A's device reads behind its window (%s):\n",
		incident->why.why ? incident->why.why : "unknown why");
	fprintf(out, "          the PHB refuses and isolates PE %" PRIu32 ", and only that%s\n", sf->a.dev.pe,
		incident->others_frozen ? " - BUT FROZE OTHERS TOO" : "");
	wl_summary_record(&incident->record, out);
	fprintf(out, "N         moved %s meanwhile: %" PRIu64 " failed requests, %" PRIu64 " wrong bytes\n",
		wl_text_bytes(incident->neighbour_bytes).s, sf->neighbour_errors, sf->neighbour_mismatches);
	print_recovery(sf, out);
}

void sf_summary(struct wl_run *run, FILE *out)
{
	print_setting(run, out);
	print_flow(run, out);
	print_edges(run, out);
	print_incident(run, out);
	wl_summary_verdict(run, out);
}

/* ---- For programs ---- */

static void write_calls(struct json *json, const struct seed_flow *sf)
{
	json_array(json, "calls");
	for (uint32_t i = 0; i < SF_CALLS; i++) {
		json_object(json, NULL);
		json_text(json, "call", sf_judged[i].name);
		json_text(json, "note", sf_judged[i].note);
		json_bool(json, "made", sf->said[i].made);
		json_i64(json, "answer", sf->said[i].answer);
		json_i64(json, "expected", sf_expected(sf, (enum sf_call)i));
		json_u64(json, "took_ps", sf->said[i].took_ps);
		json_end(json);
	}
	json_end(json);
}

static void write_side(struct json *json, const char *key, const struct sf_side *side)
{
	json_object(json, key);
	json_text(json, "device", side->device_name);
	json_u64(json, "pe", side->dev.pe);
	json_u64(json, "rid", side->dev.rid);
	json_hex(json, "window_start", side->window);
	json_u64(json, "window_bytes", side->window_bytes);
	json_u64(json, "locked_pages", side->locked_pages);
	json_u64(json, "checked_written_bytes", side->check.written);
	json_u64(json, "checked_read_bytes", side->check.read);
	json_u64(json, "interrupts", side->check.interrupts);
	json_bool(json, "ok", side->ended && !side->failed);
	json_end(json);
}

static void write_incident(struct json *json, const struct sf_incident *incident)
{
	json_object(json, "incident");
	json_bool(json, "happened", incident->happened);
	json_u64(json, "started_ps", incident->started_ps);
	json_u64(json, "frozen_ps", incident->frozen_ps);
	json_u64(json, "recovered_ps", incident->recovered_ps);
	json_hex(json, "stray_address", incident->stray_addr);
	wl_results_record(json, &incident->record);
	json_text(json, "why", incident->why.why ? incident->why.why : "");
	json_u64(json, "other_pes_frozen", incident->others_frozen);
	json_u64(json, "neighbour_bytes", incident->neighbour_bytes);
	json_bool(json, "recovered", incident->recovered);
	json_bool(json, "write_after_unmap_isolated", incident->again);
	json_end(json);
}

void sf_results(struct wl_run *run, struct json *json)
{
	const struct seed_flow *sf = run->state;

	json_text(json, "driver", sf->then ? "first" : "later");
	write_calls(json, sf);
	write_side(json, "poor", &sf->poor);
	write_side(json, "a", &sf->a);
	write_side(json, "neighbour", &sf->neighbour);
	write_incident(json, &sf->incident);
	json_u64(json, "tce_kills", wl_tce_kills(run));
	json_bool(json, "leaks", wl_leaked(run));
}
