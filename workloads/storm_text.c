// SPDX-License-Identifier: GPL-2.0-only
/* workloads/storm_text.c - a storm told to people (at most 40 lines of 100 columns) and to programs. */
#include <inttypes.h>
#include <stdio.h>

#include "sim/clock.h"
#include "sim/finding.h"
#include "workloads/referee.h"
#include "workloads/storm.h"
#include "workloads/wl_text.h"
#include "workloads/wl_verdict.h"

/** struct storm_sum - over all vCPUs. */
struct storm_sum {
	uint64_t calls, tces, hcall_rate, tce_rate, byte_rate;
	sim_ps took_ps;
};

static const struct {
	const char *stat, *name;
} hcalls[] = {
	{"h_put_tce", "H_PUT_TCE"},
	{"h_put_tce_indirect", "H_PUT_TCE_INDIRECT"},
	{"h_stuff_tce", "H_STUFF_TCE"},
	{"h_get_tce", "H_GET_TCE"},
};

static const char *const vmm_names[] = {[KVM_VMM_QEMU] = "QEMU", [KVM_VMM_LOPAR] = "LoPAR", [KVM_VMM_KVM] = "KVM"};

static uint64_t counter(const struct wl_run *run, const char *path, const char *name)
{
	const uint64_t *value = stat_find(run->sim, path, name, NULL);

	return value ? *value : 0;
}

static struct storm_sum sum_of(const struct storm *storm)
{
	struct storm_sum sum = {.took_ps = storm->end_ps - storm->begin_ps};

	for (uint32_t i = 0; i < storm->config.vcpus; i++) {
		sum.calls += storm->cpu[i].calls;
		sum.tces += storm->cpu[i].tces;
	}
	sum.hcall_rate = sim_per_second(sum.calls, sum.took_ps);
	sum.tce_rate = sim_per_second(sum.tces, sum.took_ps);
	sum.byte_rate = sum.tce_rate << storm->config.page_shift;
	return sum;
}

static void print_setting(const struct storm *storm, FILE *out)
{
	const struct storm_config *config = &storm->config;
	const struct km_desc *kernel = kernel_desc(storm->run->kernel);

	fprintf(out, "%s: %s\n\n", storm->run->desc->name, storm->run->desc->title);
	fprintf(out, "Kernel    Linux %s with %s pages: KVM, VFIO and the TCE code run unmodified\n", kernel->version,
		wl_text_bytes(kernel->page_bytes).s);
	fprintf(out, "Guest     %" PRIu32 " vCPU%s, %s of memory; a VMM by the rules of %s\n", config->vcpus,
		config->vcpus > 1 ? "s" : "", wl_text_bytes(config->memory_bytes).s,
		vmm_names[cfg_u64(storm->run->cfg, "kvm.vmm")]);
	fprintf(out, "Tables    %" PRIu32 " LIOBN%s over a window of %s with pages of %s\n", config->tables,
		config->tables > 1 ? "s" : "", wl_text_bytes(config->window_bytes).s,
		wl_text_bytes(1ull << config->page_shift).s);
	fprintf(out, "Device    %s, PE %" PRIu32 "\n", storm->device_name, storm->device.pe);
}

static void print_rates(const struct storm *storm, FILE *out)
{
	const struct wl_run *run = storm->run;
	struct storm_sum sum = sum_of(storm);

	fprintf(out, "\nHypercalls %s in %s: %s, %s TCEs, %s mapped or unmapped\n", wl_text_count(sum.calls).s,
		wl_text_time(sum.took_ps).s, wl_text_per_s(sum.hcall_rate).s, wl_text_per_s(sum.tce_rate).s,
		wl_text_rate(sum.byte_rate).s);
	fprintf(out, "  answered  in real mode %" PRIu64 ", by the kernel %" PRIu64 ", by the VMM %" PRIu64 "\n",
		counter(run, "kvm.guest", "by_real_mode"), counter(run, "kvm.guest", "by_kernel"),
		counter(run, "kvm.guest", "by_user"));
	for (size_t i = 0; i < sim_count_of(hcalls); i++) {
		const struct stat_hist *hist = stat_find(run->sim, "kvm.guest", hcalls[i].stat, NULL);

		if (hist && hist->mean.count)
			fprintf(out, "  %-19s p50 %-9s p90 %-9s p99 %-9s max %s\n", hcalls[i].name,
				wl_text_time(stat_hist_percentile(hist, 500)).s,
				wl_text_time(stat_hist_percentile(hist, 900)).s,
				wl_text_time(stat_hist_percentile(hist, 990)).s, wl_text_time(hist->mean.max).s);
	}
	fprintf(out, "  TCE kills %" PRIu64 ", TCEs forgotten by the PHB's cache %" PRIu64 "\n",
		counter(run, "phb0", "kills_all") + counter(run, "phb0", "kills_pe") +
			counter(run, "phb0", "kills_one"),
		counter(run, "phb0", "killed_tces"));
}

static void print_layers(const struct storm *storm, FILE *out)
{
	sim_ps whole = 0;

	for (uint32_t i = 0; i < STORM_LAYERS; i++)
		whole += storm->times.layer[i];
	fprintf(out, "\nTime of all vCPUs by layer (waiting for the device left out)\n");
	for (uint32_t i = 0; i < STORM_LAYERS; i++)
		if (storm->times.layer[i])
			fprintf(out, "  %-8s %9s  %6s  %s\n", storm_layer_name(i),
				wl_text_time(storm->times.layer[i]).s, wl_text_percent(storm->times.layer[i], whole).s,
				storm_layer_what(i));
}

static void print_verdict(struct storm *storm, FILE *out)
{
	struct referee_counts counts = referee_counts(storm->run->referee);

	fprintf(out, "\nDMA       %" PRIu64 " requests through mapped pages, %s compared byte by byte\n",
		storm->touched, wl_text_bytes(storm->bytes_checked).s);
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
	print_rates(storm, out);
	print_layers(storm, out);
	print_verdict(storm, out);
}

void storm_results(struct wl_run *run, struct json *json)
{
	const struct storm *storm = run->state;
	struct storm_sum sum = sum_of(storm);

	json_u64(json, "vcpus", storm->config.vcpus);
	json_u64(json, "page_bytes", 1ull << storm->config.page_shift);
	json_u64(json, "hypercalls", sum.calls);
	json_u64(json, "tces", sum.tces);
	json_u64(json, "took_ps", sum.took_ps);
	json_u64(json, "hypercalls_per_s", sum.hcall_rate);
	json_u64(json, "tces_per_s", sum.tce_rate);
	json_u64(json, "bytes_per_s", sum.byte_rate);
	json_object(json, "time_by_layer_ps");
	for (uint32_t i = 0; i < STORM_LAYERS; i++)
		json_u64(json, storm_layer_name(i), storm->times.layer[i]);
	json_end(json);
	json_u64(json, "dma_requests", storm->touched);
	json_u64(json, "bytes_compared", storm->bytes_checked);
	json_bool(json, "stray_frozen", storm->stray_frozen);
}
