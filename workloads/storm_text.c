// SPDX-License-Identifier: GPL-2.0-only
/* workloads/storm_text.c - a storm told to people (at most 40 lines of 100 columns) and to programs. */
#include <inttypes.h>
#include <stdio.h>

#include "sim/clock.h"
#include "workloads/guest.h"
#include "workloads/referee.h"
#include "workloads/storm.h"
#include "workloads/storm_table.h"
#include "workloads/wl_story.h"
#include "workloads/wl_summary.h"
#include "workloads/wl_text.h"
#include "workloads/wl_verdict.h"

static const struct {
	const char *stat, *name;
} hcalls[] = {
	{"h_put_tce", "H_PUT_TCE"},
	{"h_put_tce_indirect", "H_PUT_TCE_INDIRECT"},
	{"h_stuff_tce", "H_STUFF_TCE"},
	{"h_get_tce", "H_GET_TCE"},
};

static const char *const vmm_names[] = {[KVM_VMM_QEMU] = "QEMU", [KVM_VMM_LOPAR] = "LoPAR", [KVM_VMM_KVM] = "KVM"};

static void add_latency(const struct wl_run *run, struct storm_sum *sum)
{
	struct stat_hist all;

	stat_hist_init(&all);
	for (size_t i = 0; i < sim_count_of(hcalls); i++) {
		const struct stat_hist *hist = stat_find(run->sim, "kvm.guest", hcalls[i].stat, NULL);

		if (hist && hist->mean.count)
			stat_hist_merge(&all, hist);
	}
	if (all.mean.count) {
		sum->p50_ps = stat_hist_percentile(&all, 500);
		sum->p90_ps = stat_hist_percentile(&all, 900);
		sum->p99_ps = stat_hist_percentile(&all, 990);
		sum->max_ps = all.mean.max;
	}
	stat_hist_finish(&all);
}

static struct storm_sum sum_of(const struct wl_run *run)
{
	const struct storm *storm = run->state;
	struct storm_sum sum = {.vcpus = storm->config.vcpus,
				.tables = storm->config.tables,
				.batch = storm->config.batch,
				.page_bytes = 1ull << storm->config.page_shift,
				.begin_ps = storm->begin_ps,
				.took_ps = storm->end_ps > storm->begin_ps ? storm->end_ps - storm->begin_ps : 0,
				.times = storm->times};

	for (uint32_t i = 0; i < storm->config.vcpus; i++) {
		const struct storm_cpu *cpu = &storm->cpu[i];
		sim_ps busy_ps = cpu->ended ? cpu->end_ps - storm->begin_ps - cpu->device_ps : 0;

		sum.calls += cpu->calls + cpu->gets;
		sum.tces += cpu->tces;
		sum.hcall_rate += sim_per_second(cpu->calls + cpu->gets, busy_ps);
		sum.tce_rate += sim_per_second(cpu->tces, busy_ps);
	}
	sum.dma_ps = storm->touched ? storm->cpu[0].device_ps / storm->touched : 0;
	sum.byte_rate = sum.tce_rate << storm->config.page_shift;
	add_latency(run, &sum);
	return sum;
}

struct storm_sum storm_sum_of(const struct wl_run *run)
{
	return run->desc->rows == guest_rows ? guest_sum_of(run) : sum_of(run);
}

static void print_ways(const struct storm *storm, FILE *out)
{
	static const char *const ways[] = {[STORM_STRICT] = "one by one, at once",
					   [STORM_BATCHED] = "by H_STUFF_TCE, at once",
					   [STORM_DEFERRED] = "by H_STUFF_TCE, later"};
	const struct storm_config *config = &storm->config;
	const struct storm_plan *plan = storm->plan;
	uint32_t count = plan->whole ? KVM_H_LIST_MAX : config->batch;

	if (plan->mixed)
		fprintf(out, "Mapping   by H_PUT_TCE or H_PUT_TCE_INDIRECT");
	else
		fprintf(out, "Mapping   by %s", plan->map == STORM_PUT ? "H_PUT_TCE" : "H_PUT_TCE_INDIRECT");
	if (plan->mixed || !count)
		fprintf(out, ", 1 to 512 TCEs");
	else
		fprintf(out, ", %" PRIu32 " TCE%s together", count, count == 1 ? "" : "s");
	if (plan->once)
		fprintf(out, "; not taken back\n");
	else if (plan->mixed && config->invalidate != STORM_DEFERRED)
		fprintf(out, "; taken back either way, at once\n");
	else
		fprintf(out, "; taken back %s\n", ways[config->invalidate]);
}

static void print_setting(const struct storm *storm, FILE *out)
{
	const struct storm_config *config = &storm->config;

	fprintf(out, "%s: %s\n\n", storm->run->desc->name, storm->run->desc->title);
	wl_summary_setting(storm->run, out);
	fprintf(out, "Guest     %" PRIu32 " vCPU%s, %s of memory; a VMM by the rules of %s\n", config->vcpus,
		config->vcpus > 1 ? "s" : "", wl_text_bytes(config->memory_bytes).s,
		vmm_names[cfg_u64(storm->run->cfg, "kvm.vmm")]);
	fprintf(out, "Tables    %" PRIu32 " LIOBN%s over a window of %s with pages of %s\n", config->tables,
		config->tables > 1 ? "s" : "", wl_text_bytes(config->window_bytes).s,
		wl_text_bytes(1ull << config->page_shift).s);
	print_ways(storm, out);
	fprintf(out, "Device    %s, PE %" PRIu32 ", its window has pages of %s\n", storm->device_name, storm->device.pe,
		wl_text_bytes(1ull << config->window_shift).s);
}

static void print_rates(const struct wl_run *run, FILE *out)
{
	struct storm_sum sum = storm_sum_of(run);

	fprintf(out, "\nHypercalls %s in %s: %s, %s TCEs, %s mapped or unmapped\n", wl_text_count(sum.calls).s,
		wl_text_time(sum.took_ps).s, wl_text_per_s(sum.hcall_rate).s, wl_text_per_s(sum.tce_rate).s,
		wl_text_rate(sum.byte_rate).s);
	fprintf(out, "  answered  in real mode %" PRIu64 ", by the kernel %" PRIu64 ", by the VMM %" PRIu64 "\n",
		wl_counter(run, "kvm.guest", "by_real_mode"), wl_counter(run, "kvm.guest", "by_kernel"),
		wl_counter(run, "kvm.guest", "by_user"));
	for (size_t i = 0; i < sim_count_of(hcalls); i++) {
		const struct stat_hist *hist = stat_find(run->sim, "kvm.guest", hcalls[i].stat, NULL);

		if (hist && hist->mean.count)
			fprintf(out, "  %-19s p50 %-9s p90 %-9s p99 %-9s max %s\n", hcalls[i].name,
				wl_text_time(stat_hist_percentile(hist, 500)).s,
				wl_text_time(stat_hist_percentile(hist, 900)).s,
				wl_text_time(stat_hist_percentile(hist, 990)).s, wl_text_time(hist->mean.max).s);
	}
	fprintf(out,
		"  TCE kills %" PRIu64 ", TCEs forgotten by the PHB's cache %" PRIu64 "; of %" PRIu64
		" misses there %" PRIu64 " by kills\n",
		sum.times.kills, sum.times.killed_tces, sum.times.misses, sum.times.kill_misses);
}

static void print_layers(const struct storm *storm, FILE *out)
{
	sim_ps whole = 0;

	for (uint32_t i = 0; i < STORM_LAYERS; i++)
		whole += storm->times.layer[i];
	fprintf(out, "\nTime of all vCPUs by layer (waiting for the device left out, here and in rates)\n");
	for (uint32_t i = 0; i < STORM_LAYERS; i++)
		if (storm->times.layer[i])
			fprintf(out, "  %-8s %9s  %6s  %s\n", storm_layer_name(i),
				wl_text_time(storm->times.layer[i]).s, wl_text_percent(storm->times.layer[i], whole).s,
				storm_layer_what(i));
}

static void print_verdict(struct storm *storm, FILE *out)
{
	struct referee_counts counts = referee_counts(storm->run->referee);

	fprintf(out, "\nDMA       %" PRIu64 " requests through mapped pages, %s compared byte by byte; %s each\n",
		storm->touched, wl_text_bytes(storm->bytes_checked).s, wl_text_time(storm_sum_of(storm->run).dma_ps).s);
	if (storm->stray_done)
		fprintf(out, "Stray     a write to an unmapped page %s\n",
			!storm->stray_frozen ? "was NOT STOPPED"
			: storm->thawed	     ? "froze the PE; thawed by the VMM through EEH"
					     : "froze the PE, and it STAYED FROZEN");
	fprintf(out,
		"Referee   %" PRIu64 " DMAs judged against %" PRIu64 " hypercalls (%" PRIu64 " TCEs) and %" PRIu64
		" MAP_DMA: %" PRIu64 " violations\n",
		counts.dmas_judged, counts.hcalls_learned, counts.tces_learned, counts.maps_learned, counts.violations);
	wl_verdict_print(storm->run, out, "every hypercall did what it said, every byte was right");
}

void storm_summary(struct wl_run *run, FILE *out)
{
	struct storm *storm = run->state;

	print_setting(storm, out);
	print_rates(run, out);
	print_layers(storm, out);
	print_verdict(storm, out);
}

void storm_results(struct wl_run *run, struct json *json)
{
	const struct storm *storm = run->state;
	struct storm_sum sum = storm_sum_of(run);
	const struct {
		const char *key;
		uint64_t value;
	} values[] = {
		{"vcpus", sum.vcpus},
		{"tables", sum.tables},
		{"batch", sum.batch},
		{"page_bytes", sum.page_bytes},
		{"hypercalls", sum.calls},
		{"tces", sum.tces},
		{"took_ps", sum.took_ps},
		{"hypercalls_per_s", sum.hcall_rate},
		{"tces_per_s", sum.tce_rate},
		{"bytes_per_s", sum.byte_rate},
		{"latency_p50_ps", sum.p50_ps},
		{"latency_p90_ps", sum.p90_ps},
		{"latency_p99_ps", sum.p99_ps},
		{"latency_max_ps", sum.max_ps},
		{"dma_mean_ps", sum.dma_ps},
		{"kills", sum.times.kills},
		{"killed_tces", sum.times.killed_tces},
		{"cache_misses", sum.times.misses},
		{"cache_misses_by_kills", sum.times.kill_misses},
	};

	for (size_t i = 0; i < sim_count_of(values); i++)
		json_u64(json, values[i].key, values[i].value);
	json_object(json, "time_by_layer_ps");
	for (uint32_t i = 0; i < STORM_LAYERS; i++)
		json_u64(json, storm_layer_name(i), storm->times.layer[i]);
	json_end(json);
	json_u64(json, "dma_requests", storm->touched);
	json_u64(json, "bytes_compared", storm->bytes_checked);
	json_bool(json, "stray_frozen", storm->stray_frozen);
}
