/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WORKLOADS_GUEST_H
#define WORKLOADS_GUEST_H
/*
 * workloads/guest.h - storms that a guest's own kernel makes: its network and block drivers map and unmap by the DMA
 * API, and the hypercalls are what comes of that. Each vCPU drives one queue, which is a function of the device; all
 * functions are one PE, so all vCPUs share the kernel's table.
 */
#include "kvm-model/kvm_kernel.h"
#include "sim/task.h"
#include "workloads/storm_table.h"
#include "workloads/wl.h"
#include "workloads/wl_place.h"

#define GUEST_ROWS 25u

/** enum guest_driver - what the vCPUs run. */
enum guest_driver { GUEST_NET, GUEST_BLK, GUEST_BOOT, GUEST_BENCH };

/** struct guest_plan - what sets one storm apart. */
struct guest_plan {
	enum guest_driver driver;
};

/**
 * enum guest_dma - row "guest.dma": the default window only; DDW as the kernel sets it up, which maps all memory at
 * boot; DDW in a window that is smaller than memory, so that the kernel maps and unmaps there; DDW in place of the
 * default window.
 */
enum guest_dma { GUEST_DMA_DEFAULT, GUEST_DMA_DIRECT, GUEST_DMA_DYNAMIC, GUEST_DMA_SINGLE };

/**
 * struct guest_config - rows "guest.*". @functions: one for each vCPU that drives a queue. @wire_bytes: of a frame on
 * the wire; @busier: of 256 frames so many go in the direction that has more of them.
 */
struct guest_config {
	const struct gm_desc_row *kernel;
	uint32_t vcpus, functions, wire_bytes, busier;
	uint64_t memory_bytes, window_bytes, page_bytes, line_bytes_per_s;
	enum guest_dma dma;
	enum gm_lock locks;
	bool huge, multi_tce, extensions;
	enum wl_place place;
	struct gm_net net;
	struct gm_blk blk;
	struct gm_bench bench;
};

/** enum guest_layer - where a guest's own time goes, before the layers of enum storm_layer. */
enum guest_layer {
	GUEST_LAYER_DRIVER,
	GUEST_LAYER_DMA,
	GUEST_LAYER_SEARCH,
	GUEST_LAYER_LOCK,
	GUEST_LAYERS = STORM_OWN_LAYERS
};

/** struct guest_counts - counters at one moment, or between two. @calls by kind: put, indirect, stuff. */
struct guest_counts {
	uint64_t put, indirect, stuff, get, tces, rtas;
	sim_ps own[GUEST_LAYERS], idle_ps, now_ps;
	uint64_t searches, searched_64, spins;
	struct storm_times times;
};

struct guest_storm;
struct guest_cpu {
	struct guest_storm *storm;
	struct kvm_cpu *cpu;
	uint32_t index;
	int err;
	bool ended;
	struct gm_result result;
};

/**
 * struct guest_storm - the run. @booted, @probed: counters when the kernel had booted, and when the driver had set its
 * DMA mask;
 * @begin, @end: of the storm. @ddw: a function bypasses the tables, at @offset. @window: of the kernel, default and
 * DDW.
 * @left: bits of its maps that were still set when all drivers were gone. @before, @after: what its kernel had
 * allocated, before drivers ran and when they were gone.
 */
struct guest_storm {
	struct wl_run *run;
	const struct guest_plan *plan;
	struct guest_config config;
	struct vfm_proc *vmm;
	struct vfm_device function[GM_FUNCTIONS_MAX];
	char device_name[GM_FUNCTIONS_MAX][32];
	uint32_t functions;
	struct kvm_guest *machine;
	struct kvm_kernel *kernel;
	struct guest_cpu cpu[GM_CPUS_MAX];
	uint32_t arrived, running, finished;
	struct sim_waitq start, finish;
	struct guest_counts booted, probed, begin, end, gone;
	bool bypass, ended, detached;
	uint64_t offset, left;
	struct gm_window window[2];
	bool has_window[2];
	struct km_account before, after;
};

extern const struct cfg_row guest_rows[GUEST_ROWS];
/** guest_configure - load and check them. Return: 0, or -EINVAL with cfg_error() set. */
int guest_configure(struct wl_run *run, const struct guest_plan *plan, struct guest_config *config);

int guest_setup(struct wl_run *run, const struct guest_plan *plan);
void guest_verify(struct wl_run *run);
void guest_summary(struct wl_run *run, FILE *out);
void guest_results(struct wl_run *run, struct json *json);

/** guest_counts_now - since the start of the run; guest_counts_since - make @now what was added since @before. */
struct guest_counts guest_counts_now(const struct wl_run *run);
struct guest_counts guest_counts_since(const struct guest_counts *now, const struct guest_counts *before);
const char *guest_layer_name(enum guest_layer layer);
const char *guest_layer_what(enum guest_layer layer);

/** struct guest_rates - of the storm, all queues together. @items: packets or I/Os; @line: what the wire could carry.
 */
struct guest_rates {
	struct gm_result sum;
	sim_ps took_ps;
	uint64_t items_per_s, bytes_per_s, line_items_per_s, hcalls, hcalls_per_s, tces_per_s;
};
struct guest_rates guest_rates_of(const struct guest_storm *storm);

/** guest_sum_of - for a series. */
struct storm_sum guest_sum_of(const struct wl_run *run);
/** guest_table_print - storm_table_print() of such sums. */
void guest_table_print(const struct storm_sum *sums, size_t n, FILE *out);

#endif
