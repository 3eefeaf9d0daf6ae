// SPDX-License-Identifier: GPL-2.0-only
/* workloads/storm_table.c - several storms side by side: rates, latency, kills, and where time went. */
#include "workloads/storm_table.h"

#include <inttypes.h>
#include <string.h>

#include "workloads/guest.h"
#include "workloads/scenarios.h"
#include "workloads/storm.h"
#include "workloads/wl_text.h"

bool storm_is(const char *name)
{
	const struct wl_desc *desc = wl_find(name);

	return desc && (desc->rows == storm_rows || desc->rows == guest_rows);
}

const char *storm_vcpus_key(const char *name)
{
	const struct wl_desc *desc = wl_find(name);

	return desc && desc->rows == guest_rows ? "guest.vcpus" : "storm.vcpus";
}

static void print_key(const struct storm_sum *sum, FILE *out)
{
	char batch[16] = "1-512";

	if (sum->batch)
		snprintf(batch, sizeof(batch), "%" PRIu32, sum->batch);
	fprintf(out, "%5" PRIu32 " %6" PRIu32 " %5s", sum->vcpus, sum->tables, batch);
}

struct wl_text storm_plain_rate(uint64_t per_s)
{
	struct wl_text text = wl_text_per_s(per_s);
	char *slash = strstr(text.s, "/s");

	if (slash)
		*slash = '\0';
	return text;
}

void storm_table_print(const struct storm_sum *sums, size_t n, FILE *out)
{
	if (n && sums[0].guest) {
		guest_table_print(sums, n, out);
		return;
	}
	fprintf(out, "vCPUs LIOBNs batch %8s %8s %10s %7s %7s %7s %8s %7s %8s\n", "hcalls/s", "TCEs/s", "(un)mapped",
		"p50", "p99", "max", "kills", "misses*", "DMA**");
	for (size_t i = 0; i < n; i++) {
		const struct storm_sum *sum = &sums[i];

		print_key(sum, out);
		fprintf(out, " %8s %8s %10s %7s %7s %7s %8" PRIu64 " %7" PRIu64 " %8s\n", storm_plain_rate(sum->hcall_rate).s,
			storm_plain_rate(sum->tce_rate).s, wl_text_rate(sum->byte_rate).s, wl_text_time(sum->p50_ps).s,
			wl_text_time(sum->p99_ps).s, wl_text_time(sum->max_ps).s, sum->times.kills,
			sum->times.kill_misses, sum->dma_ps ? wl_text_time(sum->dma_ps).s : "-");
	}
	fprintf(out, "*  of the PHB's TCE cache, for entries that a kill had taken\n"
		     "** a request of the device with all that the guest does for it, in the mean\n\n"
		     "Time of all vCPUs by layer\n");
	fprintf(out, "vCPUs LIOBNs batch");
	for (uint32_t layer = 0; layer < STORM_LAYERS; layer++)
		fprintf(out, " %7s", storm_layer_name(layer));
	fprintf(out, "\n");
	for (size_t i = 0; i < n; i++) {
		sim_ps whole = 0;

		for (uint32_t layer = 0; layer < STORM_LAYERS; layer++)
			whole += sums[i].times.layer[layer];
		print_key(&sums[i], out);
		for (uint32_t layer = 0; layer < STORM_LAYERS; layer++)
			fprintf(out, " %7s", wl_text_percent(sums[i].times.layer[layer], whole).s);
		fprintf(out, "\n");
	}
}
