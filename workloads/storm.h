/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WORKLOADS_STORM_H
#define WORKLOADS_STORM_H
/*
 * workloads/storm.h - storms of hypercalls: a virtual machine whose vCPUs write TCEs of a table that a device follows,
 * while the device moves data through what is mapped. What all storms share; a storm is a description and the guest's
 * code.
 *
 * Guest memory is dealt out to the vCPUs in equal slices, and so is the window, so that each knows what its entries
 * hold. vCPU 0 drives the device.
 */
#include "kvm-model/kvm.h"
#include "sim/rng.h"
#include "sim/stat.h"
#include "sim/task.h"
#include "workloads/wl.h"

#define STORM_CPUS_MAX 64u
#define STORM_LIOBN 0x80000001ull /* the first table's */

/** enum storm_place - row "storm.place": a core each, one vCPU a core as far as they go, or cores filled one by one. */
enum storm_place { STORM_PLACE_FREE, STORM_PLACE_SPREAD, STORM_PLACE_PACK };

/** struct storm_config - rows "storm.*". */
struct storm_config {
	uint32_t vcpus, tables, page_shift;
	uint64_t rounds, memory_bytes, window_bytes, request_bytes, touch;
	sim_ps think_ps, poll_ps;
	enum storm_place place;
	bool stray;
};

/** struct storm_cpu - a vCPU. @liobn: of its table. @page, @pages: its slice of guest memory; @entry, @entries: of the
 * window; in IOMMU pages. */
struct storm_cpu {
	struct storm *storm;
	struct kvm_cpu *cpu;
	struct sim_rng rng;
	uint64_t liobn;
	uint64_t page, pages, entry, entries;
	uint64_t calls, tces;
	bool ended;
};

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

/** struct storm_times - simulated time by layer, over all vCPUs. */
struct storm_times {
	sim_ps layer[STORM_LAYERS];
};

/**
 * struct storm - the run. @guest_main: what each vCPU does. @window: I/O address of the device's window.
 * @arrived, @start: vCPUs that wait for the others. @running: vCPUs that have calls to make. @begin_ps, @end_ps: first
 * and last hypercall; @before, @times: time by layer at the beginning, and during the storm.
 * @touched: DMA requests in each direction, all of their bytes compared. @stray_frozen: the stray request froze the PE.
 */
struct storm {
	struct wl_run *run;
	struct storm_config config;
	kvm_main_fn *guest_main;
	struct vfm_proc *vmm;
	struct vfm_device device;
	struct kvm_guest *guest;
	char device_name[32];
	uint64_t window;
	struct storm_cpu cpu[STORM_CPUS_MAX];
	uint32_t arrived, running;
	struct sim_waitq start;
	sim_ps begin_ps, end_ps;
	struct storm_times before, times;
	uint64_t touched, bytes_checked;
	bool stray_done, stray_frozen, thawed, ended;
};

/* The rows of all storms, and what every storm's description does with its own guest code. */
#define STORM_ROWS 12u
extern const struct cfg_row storm_rows[STORM_ROWS];
int storm_setup(struct wl_run *run, kvm_main_fn *guest_main);
void storm_verify(struct wl_run *run);
void storm_summary(struct wl_run *run, FILE *out);
void storm_results(struct wl_run *run, struct json *json);

/** storm_expect - what must hold: if not @ok, a violation of @kind ("storm-...", static). Return: @ok. */
bool storm_expect(struct storm *storm, bool ok, const char *kind, const char *fmt, ...) sim_printf(4, 5);

/* For guest code. */
/** storm_begin - wait until all vCPUs are here; storm_end - the last hypercall was made. Each vCPU calls both. */
void storm_begin(struct storm_cpu *cpu);
void storm_end(struct storm_cpu *cpu);
/** storm_gpa, storm_ioba - addresses of a vCPU's own page @page and entry @entry. */
uint64_t storm_gpa(const struct storm_cpu *cpu, uint64_t page);
uint64_t storm_ioba(const struct storm_cpu *cpu, uint64_t entry);

/* storm_dma.c: the device, driven by vCPU 0. Return: what was expected came to pass. */
/** storm_touch - the device writes one request somewhere into own page @page, mapped at own entry @entry, and reads it
 * back. */
bool storm_touch(struct storm_cpu *cpu, uint64_t page, uint64_t entry);
/** storm_stray - the device writes to own entry @entry, which is not mapped: that must freeze the PE and reach nothing.
 */
bool storm_stray(struct storm_cpu *cpu, uint64_t page, uint64_t entry);
/** storm_thaw - the VMM brings the PE back through EEH. */
bool storm_thaw(struct storm *storm);

/* storm_layers.c */
/** storm_times_now - since the start of the run. */
struct storm_times storm_times_now(const struct wl_run *run);
/** storm_layer_name, storm_layer_what - for people: "kill", and what is in it. */
const char *storm_layer_name(enum storm_layer layer);
const char *storm_layer_what(enum storm_layer layer);

#endif
