// SPDX-License-Identifier: GPL-2.0-only
/* workloads/guest_text.c - a guest's storm told to people (at most 40 lines of 100 columns) and to programs. */
#include <inttypes.h>

#include "sim/clock.h"
#include "sim/json.h"
#include "sim/stat.h"
#include "workloads/guest.h"
#include "workloads/referee.h"
#include "workloads/storm.h"
#include "workloads/wl_summary.h"
#include "workloads/wl_text.h"
#include "workloads/wl_verdict.h"

static const char *item_of(const struct guest_storm *storm)
{
	static const char *const items[] = {
		[GUEST_NET] = "packets", [GUEST_BLK] = "I/Os", [GUEST_BOOT] = "packets", [GUEST_BENCH] = "mappings"};

	return items[storm->plan->driver];
}

static void print_window(const struct guest_storm *storm, uint32_t index, FILE *out)
{
	static const char *const names[] = {"default", "dynamic"};
	const struct gm_window *window = &storm->window[index];

	if (!storm->has_window[index])
		return;
	fprintf(out, "  %-8s %s at 0x%llx, pages of %s, %u pool%s, LIOBN 0x%llx\n", names[index],
		wl_text_bytes(window->entries << window->shift).s, window->start,
		wl_text_bytes(1ull << window->shift).s, window->pools, window->pools == 1 ? "" : "s", window->liobn);
}

static void print_setting(const struct guest_storm *storm, FILE *out)
{
	static const char *const locks[] = {
		[GM_LOCK_POOLS] = "", [GM_LOCK_ONE] = "; one pool*", [GM_LOCK_WHOLE] = "; one lock*"};
	const struct guest_config *config = &storm->config;

	fprintf(out, "%s: %s\n\n", storm->run->desc->name, storm->run->desc->title);
	wl_summary_setting(storm->run, out);
	fprintf(out, "Guest     Linux %s (64 KiB pages), %" PRIu32 " vCPU%s, %s of memory%s%s%s\n",
		config->kernel->version, config->vcpus, config->vcpus > 1 ? "s" : "",
		wl_text_bytes(config->memory_bytes).s, config->huge ? " in huge pages" : "", locks[config->locks],
		config->multi_tce ? "" : "; multitce=off");
	if (config->locks != GM_LOCK_POOLS)
		fprintf(out, "          * a reconstruction of older kernels%s\n",
			config->locks == GM_LOCK_WHOLE ? ", which held it while they wrote TCEs" : "");
	if (storm->plan->driver == GUEST_BLK)
		fprintf(out, "Device    %s, PE %" PRIu32 ", %" PRIu32 " queue%s of depth %u, I/Os of %s to %s\n",
			storm->device_name[0], storm->function[0].pe, config->vcpus, config->vcpus > 1 ? "s" : "",
			config->blk.depth, wl_text_bytes(config->blk.bytes_min).s,
			wl_text_bytes(config->blk.bytes_max).s);
	else if (storm->plan->driver == GUEST_BENCH)
		fprintf(out, "Device    %s, PE %" PRIu32 ", which rests; mappings of %s\n", storm->device_name[0],
			storm->function[0].pe, wl_text_bytes(config->bench.bytes).s);
	else
		fprintf(out,
			"Device    %s, PE %" PRIu32 ", %" PRIu32 " queue%s of %u, a wire of %s, frames of %u bytes\n",
			storm->device_name[0], storm->function[0].pe, config->vcpus, config->vcpus > 1 ? "s" : "",
			config->net.ring, wl_text_rate(config->line_bytes_per_s).s, config->net.frame_bytes);
	fprintf(out, "Windows   %s\n",
		storm->bypass ? "all of memory is mapped, the DMA API does no more than add" : "mapped as it is used");
	print_window(storm, 0, out);
	print_window(storm, 1, out);
	if (storm->bypass)
		fprintf(out, "  direct   I/O address = guest address + 0x%" PRIx64 "\n", storm->offset);
}

static void print_calls(const char *what, const struct guest_counts *diff, FILE *out)
{
	fprintf(out,
		"%-9s %" PRIu64 " H_PUT_TCE, %" PRIu64 " _INDIRECT, %" PRIu64 " H_STUFF_TCE, %" PRIu64 " RTAS: %" PRIu64
		" TCEs in %s\n",
		what, diff->put, diff->indirect, diff->stuff, diff->rtas, diff->tces, wl_text_time(diff->now_ps).s);
}

static void print_span(const struct wl_run *run, const char *stat, const char *name, FILE *out)
{
	const struct stat_hist *hist = stat_find(run->sim, "guest.linux", stat, NULL);

	if (hist && hist->mean.count)
		fprintf(out, "  %-8s p50 %-9s p90 %-9s p99 %-9s max %s\n", name,
			wl_text_time(stat_hist_percentile(hist, 500)).s,
			wl_text_time(stat_hist_percentile(hist, 900)).s,
			wl_text_time(stat_hist_percentile(hist, 990)).s, wl_text_time(hist->mean.max).s);
}

static void print_rates(const struct guest_storm *storm, const struct guest_counts *diff, FILE *out)
{
	struct guest_rates rates = guest_rates_of(storm);

	fprintf(out, "\nMoved     %s %s in %s: %s, %s", wl_text_count(rates.sum.done).s, item_of(storm),
		wl_text_time(rates.took_ps).s, wl_text_per_s(rates.items_per_s).s, wl_text_rate(rates.bytes_per_s).s);
	if (rates.line_items_per_s)
		fprintf(out, ", %s of the line", wl_text_percent(rates.items_per_s, rates.line_items_per_s).s);
	fprintf(out, "\n");
	print_span(storm->run, storm->plan->driver == GUEST_BLK ? "io_latency" : "packet_latency", "each", out);
	print_span(storm->run, "map", "map", out);
	print_span(storm->run, "unmap", "unmap", out);
	fprintf(out,
		"  hypercalls %s, TCEs %s; kills %" PRIu64 ", misses of the PHB's cache %" PRIu64 ", %" PRIu64
		" of them by kills\n",
		wl_text_per_s(rates.hcalls_per_s).s, wl_text_per_s(rates.tces_per_s).s, diff->times.kills,
		diff->times.misses, diff->times.kill_misses);
	fprintf(out,
		"  allocator  %" PRIu64 " searches, %" PRIu64 " entries in each; %" PRIu64
		" looks at locks that were taken\n",
		diff->searches, diff->searches ? 64 * diff->searched_64 / diff->searches : 0, diff->spins);
}

static void print_layers(const struct guest_counts *diff, FILE *out)
{
	sim_ps whole = 0;

	for (uint32_t i = 0; i < GUEST_LAYERS; i++)
		whole += diff->own[i];
	for (uint32_t i = STORM_GUEST + 1; i < STORM_LAYERS; i++)
		whole += diff->times.layer[i];
	fprintf(out, "\nTime of all vCPUs by layer (%s with nothing to do left out)\n", wl_text_time(diff->idle_ps).s);
	for (uint32_t i = 0; i < GUEST_LAYERS; i++)
		if (diff->own[i])
			fprintf(out, "  %-8s %9s  %6s  %s\n", guest_layer_name(i), wl_text_time(diff->own[i]).s,
				wl_text_percent(diff->own[i], whole).s, guest_layer_what(i));
	for (uint32_t i = STORM_GUEST + 1; i < STORM_LAYERS; i++)
		if (diff->times.layer[i])
			fprintf(out, "  %-8s %9s  %6s  %s\n", storm_layer_name(i), wl_text_time(diff->times.layer[i]).s,
				wl_text_percent(diff->times.layer[i], whole).s, storm_layer_what(i));
}

static void print_verdict(struct guest_storm *storm, FILE *out)
{
	struct referee_counts counts = referee_counts(storm->run->referee);
	struct guest_rates rates = guest_rates_of(storm);
	bool net = storm->plan->driver != GUEST_BLK;

	fprintf(out, "\nData      %" PRIu64 " %s %s, %" PRIu64 " %s, %s compared byte by byte, %" PRIu64 " wrong\n",
		(uint64_t)rates.sum.received, item_of(storm), net ? "received" : "read", (uint64_t)rates.sum.sent,
		net ? "sent" : "written", wl_text_bytes(rates.sum.checked).s, (uint64_t)rates.sum.wrong);
	fprintf(out,
		"Referee   %" PRIu64 " DMAs judged against %" PRIu64 " hypercalls (%" PRIu64 " TCEs): %" PRIu64
		" violations\n",
		counts.dmas_judged, counts.hcalls_learned, counts.tces_learned, counts.violations);
	wl_verdict_print(storm->run, out, "every byte was right, nothing is left mapped");
}

void guest_summary(struct wl_run *run, FILE *out)
{
	struct guest_storm *storm = run->state;
	struct guest_counts boot = storm->booted, probe = guest_counts_since(&storm->probed, &storm->booted);
	struct guest_counts diff = guest_counts_since(&storm->end, &storm->begin);

	print_setting(storm, out);
	print_calls("Boot", &boot, out);
	if (storm->config.dma != GUEST_DMA_DEFAULT)
		print_calls("DDW", &probe, out);
	print_calls("Storm", &diff, out);
	print_rates(storm, &diff, out);
	print_layers(&diff, out);
	print_verdict(storm, out);
}

static void write_counts(struct json *json, const char *key, const struct guest_counts *counts)
{
	json_object(json, key);
	json_u64(json, "h_put_tce", counts->put);
	json_u64(json, "h_put_tce_indirect", counts->indirect);
	json_u64(json, "h_stuff_tce", counts->stuff);
	json_u64(json, "rtas", counts->rtas);
	json_u64(json, "tces", counts->tces);
	json_u64(json, "took_ps", counts->now_ps);
	json_u64(json, "kills", counts->times.kills);
	json_u64(json, "cache_misses_by_kills", counts->times.kill_misses);
	json_end(json);
}

static void write_windows(const struct guest_storm *storm, struct json *json)
{
	static const char *const keys[] = {"window_default", "window_dynamic"};

	for (uint32_t i = 0; i < 2; i++) {
		if (!storm->has_window[i])
			continue;
		json_object(json, keys[i]);
		json_u64(json, "start", storm->window[i].start);
		json_u64(json, "entries", storm->window[i].entries);
		json_u64(json, "page_bytes", 1ull << storm->window[i].shift);
		json_u64(json, "pools", storm->window[i].pools);
		json_end(json);
	}
	json_bool(json, "direct", storm->bypass);
	json_u64(json, "direct_offset", storm->offset);
}

/* What a guest's kernel is made of besides the files of the host's. */
static void write_kernel(const struct gm_desc_row *kernel, struct json *json)
{
	json_text(json, "guest_kernel", kernel->version);
	json_array(json, "guest_files");
	for (size_t i = 0; i < kernel->hosted_count; i++) {
		json_object(json, NULL);
		json_text(json, "path", kernel->hosted[i].path);
		json_text(json, "sha256", kernel->hosted[i].sha256);
		json_end(json);
	}
	json_end(json);
}

void guest_results(struct wl_run *run, struct json *json)
{
	const struct guest_storm *storm = run->state;
	struct guest_counts probe = guest_counts_since(&storm->probed, &storm->booted);
	struct guest_counts diff = guest_counts_since(&storm->end, &storm->begin);
	struct guest_rates rates = guest_rates_of(storm);

	write_kernel(storm->config.kernel, json);
	json_u64(json, "vcpus", storm->config.vcpus);
	json_u64(json, "items", rates.sum.done);
	json_u64(json, "items_per_s", rates.items_per_s);
	json_u64(json, "line_items_per_s", rates.line_items_per_s);
	json_u64(json, "bytes_per_s", rates.bytes_per_s);
	json_u64(json, "hypercalls_per_s", rates.hcalls_per_s);
	json_u64(json, "tces_per_s", rates.tces_per_s);
	json_u64(json, "bytes_compared", rates.sum.checked);
	json_u64(json, "bytes_wrong", rates.sum.wrong);
	json_u64(json, "mappings", rates.sum.maps);
	json_u64(json, "segments", rates.sum.segments);
	json_u64(json, "map_failed", rates.sum.map_failed);
	json_u64(json, "left_mapped", storm->left);
	write_windows(storm, json);
	write_counts(json, "boot", &storm->booted);
	write_counts(json, "ddw", &probe);
	write_counts(json, "storm", &diff);
	json_object(json, "time_by_layer_ps");
	for (uint32_t i = 0; i < GUEST_LAYERS; i++)
		json_u64(json, guest_layer_name(i), diff.own[i]);
	for (uint32_t i = STORM_GUEST + 1; i < STORM_LAYERS; i++)
		json_u64(json, storm_layer_name(i), diff.times.layer[i]);
	json_u64(json, "idle", diff.idle_ps);
	json_end(json);
}
