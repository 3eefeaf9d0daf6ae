// SPDX-License-Identifier: GPL-2.0-only
/* workloads/guest_counts.c - what a guest's storm has counted so far: hypercalls, time by layer, rates. */
#include <string.h>

#include "sim/clock.h"
#include "sim/stat.h"
#include "workloads/guest.h"
#include "workloads/storm.h"
#include "workloads/wl_story.h"
#include "workloads/wl_text.h"

#define TERMS_MAX 8u

static const struct {
	const char *name, *what;
	const char *stat[TERMS_MAX];
} layers[GUEST_LAYERS] = {
	[GUEST_LAYER_DRIVER] = {"driver", "network stack or block layer, and the driver", {"packet_time", "io_time"}},
	[GUEST_LAYER_DMA] = {"api",
			     "calls of the DMA API, memory of the guest's kernel",
			     {"dma_time", "sync_time", "kmalloc_time", "page_alloc_time", "zero_4k_time"}},
	[GUEST_LAYER_SEARCH] = {"search",
				"looking for free I/O addresses, with a lock held",
				{"search_time", "search_64_time"}},
	[GUEST_LAYER_LOCK] = {"g-lock",
			      "locks of the guest's kernel, waiting for them included",
			      {"lock_time", "spin_time", "handoff_time", "switch_time", "lock_wait_time"}},
};

static uint64_t calls(const struct wl_run *run, const char *name)
{
	const struct stat_hist *hist = stat_find(run->sim, "kvm.guest", name, NULL);

	return hist ? hist->mean.count : 0;
}

struct guest_counts guest_counts_now(const struct wl_run *run)
{
	struct guest_counts now;

	memset(&now, 0, sizeof(now));
	now.put = calls(run, "h_put_tce");
	now.indirect = calls(run, "h_put_tce_indirect");
	now.stuff = calls(run, "h_stuff_tce");
	now.get = calls(run, "h_get_tce");
	now.tces = wl_counter(run, "kvm.guest", "tces_written");
	now.rtas = wl_counter(run, "kvm.guest", "rtas_calls");
	for (uint32_t i = 0; i < GUEST_LAYERS; i++)
		for (uint32_t j = 0; j < TERMS_MAX && layers[i].stat[j]; j++)
			now.own[i] += wl_counter(run, "guest.linux", layers[i].stat[j]);
	now.idle_ps = wl_counter(run, "guest.linux", "idle_time");
	now.searches = wl_counter(run, "guest.linux", "search_count");
	now.searched_64 = wl_counter(run, "guest.linux", "search_64_count");
	now.spins = wl_counter(run, "guest.linux", "spin_count");
	now.now_ps = sim_now(run->sim);
	now.times = storm_times_now(run);
	return now;
}

struct guest_counts guest_counts_since(const struct guest_counts *now, const struct guest_counts *before)
{
	struct guest_counts diff = *now;

	diff.put -= before->put;
	diff.indirect -= before->indirect;
	diff.stuff -= before->stuff;
	diff.get -= before->get;
	diff.tces -= before->tces;
	diff.rtas -= before->rtas;
	for (uint32_t i = 0; i < GUEST_LAYERS; i++)
		diff.own[i] -= before->own[i];
	diff.idle_ps -= before->idle_ps;
	diff.searches -= before->searches;
	diff.searched_64 -= before->searched_64;
	diff.spins -= before->spins;
	diff.now_ps -= before->now_ps;
	storm_times_since(&diff.times, &before->times);
	return diff;
}

const char *guest_layer_name(enum guest_layer layer)
{
	return layers[layer].name;
}

const char *guest_layer_what(enum guest_layer layer)
{
	return layers[layer].what;
}

static void add(struct gm_result *sum, const struct gm_result *one)
{
	sum->done += one->done;
	sum->received += one->received;
	sum->sent += one->sent;
	sum->bytes += one->bytes;
	sum->checked += one->checked;
	sum->wrong += one->wrong;
	sum->failed += one->failed;
	sum->map_failed += one->map_failed;
	sum->maps += one->maps;
	sum->segments += one->segments;
	if (!sum->begin_ps || (one->begin_ps && one->begin_ps < sum->begin_ps))
		sum->begin_ps = one->begin_ps;
	if (one->end_ps > sum->end_ps)
		sum->end_ps = one->end_ps;
}

struct guest_rates guest_rates_of(const struct guest_storm *storm)
{
	struct guest_counts diff = guest_counts_since(&storm->end, &storm->begin);
	const struct guest_config *config = &storm->config;
	struct guest_rates rates;

	memset(&rates, 0, sizeof(rates));
	for (uint32_t i = 0; i < config->vcpus; i++)
		add(&rates.sum, &storm->cpu[i].result);
	rates.took_ps = rates.sum.end_ps > rates.sum.begin_ps ? rates.sum.end_ps - rates.sum.begin_ps : 0;
	rates.items_per_s = sim_per_second(rates.sum.done, rates.took_ps);
	rates.bytes_per_s = sim_per_second(rates.sum.bytes, rates.took_ps);
	rates.hcalls = diff.put + diff.indirect + diff.stuff + diff.get;
	rates.hcalls_per_s = sim_per_second(rates.hcalls, diff.now_ps);
	rates.tces_per_s = sim_per_second(diff.tces, diff.now_ps);
	if (storm->plan->driver == GUEST_NET)
		rates.line_items_per_s = config->line_bytes_per_s * 256 / config->busier / config->wire_bytes;
	return rates;
}

static void add_latency(const struct wl_run *run, const char *name, sim_ps *p50_ps, sim_ps *p99_ps)
{
	const struct stat_hist *hist = stat_find(run->sim, "guest.linux", name, NULL);

	if (!hist || !hist->mean.count)
		return;
	*p50_ps = stat_hist_percentile(hist, 500);
	*p99_ps = stat_hist_percentile(hist, 990);
}

struct storm_sum guest_sum_of(const struct wl_run *run)
{
	const struct guest_storm *storm = run->state;
	struct guest_rates rates = guest_rates_of(storm);
	struct guest_counts diff = guest_counts_since(&storm->end, &storm->begin);
	struct storm_sum sum = {.vcpus = storm->config.vcpus,
				.tables = 1,
				.guest = true,
				.calls = rates.hcalls,
				.tces = diff.tces,
				.hcall_rate = rates.hcalls_per_s,
				.tce_rate = rates.tces_per_s,
				.byte_rate = rates.bytes_per_s,
				.items_per_s = rates.items_per_s,
				.line_items_per_s = rates.line_items_per_s,
				.spins = diff.spins,
				.took_ps = rates.took_ps,
				.times = diff.times};

	for (uint32_t i = 0; i < GUEST_LAYERS; i++)
		sum.own[i] = diff.own[i];
	add_latency(run, "map", &sum.map_p50_ps, &sum.map_p99_ps);
	add_latency(run, storm->plan->driver == GUEST_BLK ? "io_latency" : "packet_latency", &sum.item_p50_ps,
		    &sum.item_p99_ps);
	return sum;
}

/* A column as wide as its name, and a percentage at least. */
static void print_cell(const char *name, const char *cell, FILE *out)
{
	fprintf(out, " %*s", (int)(strlen(name) > 6 ? strlen(name) : 6), cell);
}

/* Parts of a whole, the guest's layers first; NULL: their names. */
static void print_parts(const struct storm_sum *sum, FILE *out)
{
	sim_ps whole = 0;

	for (uint32_t i = 0; i < GUEST_LAYERS && sum; i++)
		whole += sum->own[i];
	for (uint32_t i = STORM_GUEST + 1; i < STORM_LAYERS && sum; i++)
		whole += sum->times.layer[i];
	for (uint32_t i = 0; i < GUEST_LAYERS; i++)
		print_cell(layers[i].name, sum ? wl_text_percent(sum->own[i], whole).s : layers[i].name, out);
	for (uint32_t i = STORM_GUEST + 1; i < STORM_LAYERS; i++)
		print_cell(storm_layer_name(i),
			   sum ? wl_text_percent(sum->times.layer[i], whole).s : storm_layer_name(i), out);
	fprintf(out, "\n");
}

static void print_layers(const struct storm_sum *sums, size_t n, FILE *out)
{
	fprintf(out, "\nTime of all vCPUs by layer\nvCPUs");
	print_parts(NULL, out);
	for (size_t k = 0; k < n; k++) {
		fprintf(out, "%5u", sums[k].vcpus);
		print_parts(&sums[k], out);
	}
}

void guest_table_print(const struct storm_sum *sums, size_t n, FILE *out)
{
	fprintf(out, "vCPUs  items/s* of line %10s %8s %8s %8s %8s %8s %8s %7s\n", "data", "hcalls/s", "TCEs/s",
		"map p50", "map p99", "item p50", "kills", "spins**");
	for (size_t k = 0; k < n; k++) {
		const struct storm_sum *sum = &sums[k];

		fprintf(out, "%5u %9s %7s %10s %8s %8s %8s %8s %8s %8llu %7llu\n", sum->vcpus,
			storm_plain_rate(sum->items_per_s).s,
			sum->line_items_per_s ? wl_text_percent(sum->items_per_s, sum->line_items_per_s).s : "-",
			wl_text_rate(sum->byte_rate).s, storm_plain_rate(sum->hcall_rate).s,
			storm_plain_rate(sum->tce_rate).s, wl_text_time(sum->map_p50_ps).s,
			wl_text_time(sum->map_p99_ps).s, wl_text_time(sum->item_p50_ps).s,
			(unsigned long long)sum->times.kills, (unsigned long long)sum->spins);
	}
	fprintf(out, "*  packets or I/Os\n** looks at locks of the guest's kernel that were taken\n");
	print_layers(sums, n, out);
}
