// SPDX-License-Identifier: GPL-2.0-only
/*
 * workloads/first_light_text.c - first-light told to people (at most 40 lines of 100 columns) and to programs.
 */
#include <inttypes.h>
#include <stdio.h>

#include "sim/clock.h"
#include "sim/finding.h"
#include "workloads/first_light.h"
#include "workloads/wl_summary.h"
#include "workloads/wl_story.h"
#include "workloads/wl_text.h"

/* ---- What ran ---- */

static void print_setting(struct wl_run *run, FILE *out)
{
	const struct first_light *fl = run->state;
	const struct fl_config *config = &fl->config;

	fprintf(out, "first-light: two user processes, two PCIe functions, one PCI host bridge (PHB)\n\n");
	wl_summary_setting(run, out);
	fprintf(out, "A and B   each took a device through VFIO: A %s = PE %" PRIu32 ", B %s = PE %" PRIu32 " (a PE\n",
		fl->a.device_name, fl->a.dev.pe, fl->b.device_name, fl->b.dev.pe);
	fprintf(out, "          is what a PHB isolates); registered (pinned) %s; made a DMA window of %s, one\n",
		wl_text_bytes(config->buffer_bytes).s, wl_text_bytes(config->window_bytes).s);
	fprintf(out, "          translation entry (TCE) per %s in 2 levels; mapped the buffer; their devices\n",
		wl_text_bytes(1ull << fl->page_shift).s);
	fprintf(out, "          wrote %s and read %s, each byte compared: %s\n",
		wl_text_bytes(fl->a.written + fl->b.written).s, wl_text_bytes(fl->a.read + fl->b.read).s,
		finding_find(run->sim, "first-light-dma") ? "NOT ALL RIGHT, see below"
		: fl->a.written && fl->b.written	  ? "all right"
							  : "not reached");
}

/* ---- The storm ---- */

static struct wl_text percentile(const struct stat_hist *hist, uint32_t per_mille)
{
	return wl_text_time(hist->mean.count ? stat_hist_percentile(hist, per_mille) : 0);
}

static void print_storm(struct wl_run *run, FILE *out)
{
	const struct first_light *fl = run->state;
	uint64_t hits = wl_counter(run, "phb0", "tce_hits"), misses = wl_counter(run, "phb0", "tce_misses");

	fprintf(out,
		"\nA maps and unmaps, %" PRIu64 " rounds per size, while B's device streams (latency of the calls)\n",
		fl->config.storm_rounds);
	fprintf(out, "    size    MAP p50       p90       p99   UNMAP p50       p90       p99   pairs/s   TCEs/s\n");
	for (uint32_t i = 0; i < fl->size_count; i++) {
		const struct fl_size *size = &fl->size[i];
		uint64_t pairs = size->unmap.mean.count;
		uint64_t rate = sim_per_second(pairs, size->map.mean.sum + size->unmap.mean.sum);

		if (!size->map.mean.count)
			continue;
		fprintf(out, " %7s  %9s %9s %9s   %9s %9s %9s %9s %8s\n", wl_text_bytes(size->bytes).s,
			percentile(&size->map, 500).s, percentile(&size->map, 900).s, percentile(&size->map, 990).s,
			percentile(&size->unmap, 500).s, percentile(&size->unmap, 900).s,
			percentile(&size->unmap, 990).s, wl_text_per_s(rate).s,
			wl_text_per_s(2 * rate * (size->bytes >> fl->page_shift)).s);
	}
	fprintf(out, "DMA       B moved %s alone and %s during the storm\n",
		wl_text_rate(fl_span_goodput(&fl->quiet)).s, wl_text_rate(fl_span_goodput(&fl->storm)).s);
	fprintf(out, "TCEs      cache: %s hits of %s look-ups; %s invalidations (TCE kills) by Linux\n",
		wl_text_percent(hits, hits + misses).s, wl_text_count(hits + misses).s,
		wl_text_count(wl_tce_kills(run)).s);
}

/* ---- The incident ---- */

static void print_incident(struct wl_run *run, FILE *out)
{
	const struct first_light *fl = run->state;
	const struct fl_incident *incident = &fl->incident;
	const struct phb_freeze *record = &incident->record;

	if (!incident->happened) {
		fprintf(out, "\nIncident  the story did not get to it\n");
		return;
	}
	fprintf(out, "\nIncident  at %s A's device reads behind the end of its window. The PHB finds no right to\n",
		wl_text_time(incident->frozen_ps ? incident->frozen_ps : incident->started_ps).s);
	fprintf(out, "          do so (%s), refuses, and isolates PE %" PRIu32 ", and only that%s.\n",
		incident->why.why ? incident->why.why : "unknown why", fl->a.dev.pe,
		incident->others_frozen ? " - BUT FROZE OTHERS TOO" : "");
	wl_summary_record(record, out);
	fprintf(out,
		"A         reads all ones from its device; %" PRIu64 " stray reads, %" PRIu64
		" of them answered; then, DMA\n",
		incident->strays_issued, incident->strays_answered);
	fprintf(out, "          still stopped, its device writes to mapped memory: %s of %s dropped\n",
		wl_text_bytes(incident->dropped_bytes).s, wl_text_bytes(FL_STOPPED_BYTES).s);
	fprintf(out,
		"B         went on at %s over the link they share: %" PRIu64 " failed requests, %" PRIu64
		" wrong bytes\n",
		wl_text_rate(fl_span_goodput(&fl->trouble)).s, fl->b_errors, fl->b_mismatches);
	if (incident->recovered)
		fprintf(out,
			"Recovery  EEH through VFIO: registers thawed, device reset, DMA thawed, %s after the freeze;\n"
			"          A's device works again, each byte compared\n",
			wl_text_time(incident->recovered_ps - incident->frozen_ps).s);
	else
		fprintf(out, "Recovery  FAILED, see below\n");
}

void fl_summary(struct wl_run *run, FILE *out)
{
	print_setting(run, out);
	print_storm(run, out);
	print_incident(run, out);
	wl_summary_verdict(run, out);
}

/* ---- For programs ---- */

static void write_side(struct json *json, const char *key, const struct fl_side *side)
{
	json_object(json, key);
	json_text(json, "device", side->device_name);
	json_u64(json, "iommu_group", (uint64_t)side->dev.group);
	json_u64(json, "phb", side->dev.phb);
	json_u64(json, "pe", side->dev.pe);
	json_u64(json, "rid", side->dev.rid);
	json_hex(json, "window_start", side->window);
	json_u64(json, "checked_written_bytes", side->written);
	json_u64(json, "checked_read_bytes", side->read);
	json_u64(json, "interrupts", side->interrupts);
	json_bool(json, "ok", side->ended && !side->failed);
	json_end(json);
}

static void write_latency(struct json *json, const char *key, const struct stat_hist *hist)
{
	json_object(json, key);
	json_u64(json, "count", hist->mean.count);
	json_u64(json, "mean_ps", stat_mean_value(&hist->mean));
	json_u64(json, "p50_ps", stat_hist_percentile(hist, 500));
	json_u64(json, "p90_ps", stat_hist_percentile(hist, 900));
	json_u64(json, "p99_ps", stat_hist_percentile(hist, 990));
	json_u64(json, "p99_9_ps", stat_hist_percentile(hist, 999));
	json_u64(json, "max_ps", hist->mean.max);
	json_end(json);
}

static void write_span(struct json *json, const char *key, const struct fl_span *span)
{
	json_object(json, key);
	json_u64(json, "begin_ps", span->begin_ps);
	json_u64(json, "end_ps", span->end_ps);
	json_u64(json, "b_bytes", span->last_bytes - span->first_bytes);
	json_u64(json, "b_goodput_bytes_per_s", fl_span_goodput(span));
	json_end(json);
}

static void write_storm(struct json *json, const struct first_light *fl)
{
	json_array(json, "storm");
	for (uint32_t i = 0; i < fl->size_count; i++) {
		const struct fl_size *size = &fl->size[i];
		sim_ps spent = size->map.mean.sum + size->unmap.mean.sum;

		json_object(json, NULL);
		json_u64(json, "bytes", size->bytes);
		json_u64(json, "tces", size->bytes >> fl->page_shift);
		json_u64(json, "pairs_per_s", sim_per_second(size->unmap.mean.count, spent));
		json_u64(json, "touched_requests", size->touched);
		write_latency(json, "map", &size->map);
		write_latency(json, "unmap", &size->unmap);
		json_end(json);
	}
	json_end(json);
}

static void write_incident(struct json *json, const struct fl_incident *incident)
{
	const struct phb_freeze *record = &incident->record;

	json_object(json, "incident");
	json_bool(json, "happened", incident->happened);
	json_u64(json, "started_ps", incident->started_ps);
	json_u64(json, "frozen_ps", incident->frozen_ps);
	json_u64(json, "recovered_ps", incident->recovered_ps);
	json_hex(json, "stray_address", incident->stray_addr);
	wl_results_record(json, record);
	json_text(json, "why", incident->why.why ? incident->why.why : "");
	json_u64(json, "other_pes_frozen", incident->others_frozen);
	json_u64(json, "registers_all_ones", incident->ones_read);
	json_u64(json, "stray_reads", incident->strays_issued);
	json_u64(json, "stray_reads_answered", incident->strays_answered);
	json_u64(json, "dropped_write_bytes", incident->dropped_bytes);
	json_i64(json, "eeh_state_frozen", incident->state_frozen);
	json_i64(json, "eeh_state_after_unfreeze_io", incident->state_io);
	json_i64(json, "eeh_state_after_unfreeze_dma", incident->state_thawed);
	json_bool(json, "recovered", incident->recovered);
	json_end(json);
}

void fl_results(struct wl_run *run, struct json *json)
{
	const struct first_light *fl = run->state;

	write_side(json, "a", &fl->a);
	write_side(json, "b", &fl->b);
	write_storm(json, fl);
	write_span(json, "quiet", &fl->quiet);
	write_span(json, "during_storm", &fl->storm);
	write_span(json, "during_incident", &fl->trouble);
	json_object(json, "tce_cache");
	json_u64(json, "hits", wl_counter(run, "phb0", "tce_hits"));
	json_u64(json, "misses", wl_counter(run, "phb0", "tce_misses"));
	json_u64(json, "kills", wl_tce_kills(run));
	json_end(json);
	write_incident(json, &fl->incident);
	json_bool(json, "leaks", wl_leaked(run));
}
