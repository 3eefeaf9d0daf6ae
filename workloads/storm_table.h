/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WORKLOADS_STORM_TABLE_H
#define WORKLOADS_STORM_TABLE_H
/* workloads/storm_table.h - what is to be known of a storm in one line, and such lines as one table. */
#include <stdio.h>

#include "workloads/wl.h"
#include "workloads/wl_text.h"

/** enum storm_layer - where the time of a hypercall goes; order of the table in storm_layers.c. */
enum storm_layer {
	STORM_GUEST,
	STORM_EXIT,
	STORM_HANDLER,
	STORM_LOOKUP,
	STORM_COPY,
	STORM_STORE,
	STORM_SYNC,
	STORM_KILL,
	STORM_USER,
	STORM_LOCK,
	STORM_LAYERS
};

#define STORM_OWN_LAYERS 4u

/**
 * struct storm_times - what is read at the beginning and at the end of a storm: simulated time by layer, over all
 * vCPUs; kills, TCEs that they took from the PHB's cache, misses there, and those of them that kills made.
 */
struct storm_times {
	sim_ps layer[STORM_LAYERS];
	uint64_t kills, killed_tces, misses, kill_misses;
};

/**
 * struct storm_sum - a storm, over all vCPUs. @calls: hypercalls; @tces: written by them. @begin_ps: of the first, when
 * all memory is registered; @took_ps: from it to the last. Rates: those of the vCPUs added up, each over the time that
 * it did not wait for the device. Latency: of a hypercall as the guest sees it, all kinds together. @dma_ps: of a
 * request of the device, mean; 0: there was none.
 * @guest: by a guest's kernel (workloads/guest.h); then @items_per_s are packets or I/Os, and @line_items_per_s what the wire
 * carries (0: there is none), @own is time of the guest's kernel by enum guest_layer, @spins looks at its locks that were
 * taken; latencies of a mapping and of an item; @byte_rate is of their data.
 */
struct storm_sum {
	uint32_t vcpus, tables, batch;
	bool guest;
	uint64_t page_bytes;
	uint64_t items_per_s, line_items_per_s, spins;
	sim_ps own[STORM_OWN_LAYERS], map_p50_ps, map_p99_ps, item_p50_ps, item_p99_ps;
	uint64_t calls, tces, hcall_rate, tce_rate, byte_rate;
	sim_ps begin_ps, took_ps, p50_ps, p90_ps, p99_ps, max_ps, dma_ps;
	struct storm_times times;
};

/** storm_is - is @name one of the storms that storm_sum_of() knows? */
bool storm_is(const char *name);
/** storm_vcpus_key - the row that says how many vCPUs storm @name has. */
const char *storm_vcpus_key(const char *name);
/** storm_sum_of - of a run of a storm that has come to its end. */
struct storm_sum storm_sum_of(const struct wl_run *run);
/** storm_plain_rate - "12.3 M/s" without its "/s", which stands above the column. */
struct wl_text storm_plain_rate(uint64_t per_s);
/** storm_table_print - @n storms, a line each and time by layer below; what does not vary is told once, above. */
void storm_table_print(const struct storm_sum *sums, size_t n, FILE *out);

#endif
