// SPDX-License-Identifier: GPL-2.0-only
/*
 * workloads/first_light_text.c - first-light told to people (at most 40 lines of 100 columns) and to programs.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "hw/platform.h"
#include "sim/clock.h"
#include "sim/finding.h"
#include "workloads/first_light.h"
#include "workloads/referee.h"
#include "workloads/wl_text.h"
#include "workloads/wl_verdict.h"

static uint64_t counter(const struct wl_run *run, const char *path, const char *name)
{
	const uint64_t *value = stat_find(run->sim, path, name, NULL);

	return value ? *value : 0;
}

static uint64_t tce_kills(const struct wl_run *run)
{
	return counter(run, "phb0", "kills_all") + counter(run, "phb0", "kills_pe") + counter(run, "phb0", "kills_one");
}

/* ---- What ran ---- */

static const char *const phb_names[] = {
	[PLATFORM_PHB_P7IOC] = "P7IOC",
	[PLATFORM_PHB_PHB3] = "PHB3 (POWER8)",
	[PLATFORM_PHB_PHB4] = "PHB4 (POWER9)",
	[PLATFORM_PHB_PHB5] = "PHB5 (POWER10)",
};

static void print_setting(struct wl_run *run, FILE *out)
{
	const struct first_light *fl = run->state;
	const struct fl_config *config = &fl->config;
	const struct km_desc *kernel = kernel_desc(run->kernel);

	fprintf(out, "first-light: two user processes, two PCIe functions, one PCI host bridge (PHB)\n\n");
	fprintf(out, "Machine   %s: %" PRIu32 " %s, %s RAM; link PCIe gen %" PRIu32 " x%" PRIu32 "\n",
		cfg_text(run->cfg, "machine"), machine_phb_count(run->machine),
		phb_names[machine_platform(run->machine)->phb[0].type],
		wl_text_bytes(machine_platform(run->machine)->ram_bytes).s, link_speed(machine_link(run->machine, 0)),
		link_width(machine_link(run->machine, 0)));
	/* One of Debian's goes by its version; another by its name and the version that it stands on. */
	if (strncmp(kernel->name, "linux-", strlen("linux-")))
		fprintf(out, "Kernel    %s, on Linux %s", kernel->name, kernel->version);
	else
		fprintf(out, "Kernel    Linux %s", kernel->version);
	fprintf(out, " with %s pages; %zu kernel files run unmodified, byte for byte\n",
		wl_text_bytes(kernel->page_bytes).s, kernel->hosted_count);
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
	uint64_t hits = counter(run, "phb0", "tce_hits"), misses = counter(run, "phb0", "tce_misses");

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
		wl_text_count(tce_kills(run)).s);
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
	fprintf(out, "Record    %s by RID %02x:%02x.%x at PCI address %#" PRIx64 "; cause: %s\n", record->type,
		record->rid >> 8, record->rid >> 3 & 31, record->rid & 7, record->addr.v, record->causes);
	fprintf(out, "          (%s; PEST A %#018" PRIx64 ", B %#018" PRIx64 ")\n", record->cause_bits, record->pest_a,
		record->pest_b);
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

/* ---- The verdict ---- */

static void print_verdict(struct wl_run *run, FILE *out)
{
	struct referee_counts counts = referee_counts(run->referee);

	fprintf(out, "\nReferee   %s DMAs judged against what VFIO had allowed: %s violation%s\n",
		wl_text_count(counts.dmas_judged).s, wl_text_count(counts.violations).s,
		counts.violations == 1 ? "" : "s");
	wl_verdict_print(run, out, "every expectation of the story held");
}

void fl_summary(struct wl_run *run, FILE *out)
{
	print_setting(run, out);
	print_storm(run, out);
	print_incident(run, out);
	print_verdict(run, out);
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
	json_text(json, "type", record->type ? record->type : "");
	json_hex(json, "rid", record->rid);
	json_hex(json, "address", record->addr.v);
	json_text(json, "causes", record->causes);
	json_text(json, "cause_bits", record->cause_bits);
	json_u64(json, "lem_bit", record->lem_bit);
	json_hex(json, "pest_a", record->pest_a);
	json_hex(json, "pest_b", record->pest_b);
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
	json_u64(json, "hits", counter(run, "phb0", "tce_hits"));
	json_u64(json, "misses", counter(run, "phb0", "tce_misses"));
	json_u64(json, "kills", tce_kills(run));
	json_end(json);
	write_incident(json, &fl->incident);
	json_bool(json, "leaks", wl_verdict_leaked(run));
}
