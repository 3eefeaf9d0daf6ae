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
#include "workloads/storm_table.h"
#include "workloads/wl.h"
#include "workloads/wl_place.h"

#define STORM_CPUS_MAX 64u
#define STORM_LIST_BYTES 4096ull  /* a page of TCEs */
#define STORM_LIOBN 0x80000001ull /* the first table's */

/**
 * enum storm_invalidate - row "storm.invalidate", how a guest takes mappings back: at once, a TCE and thus a kill a
 * call; at once, what was mapped together in one call; or later, when many are waiting.
 */
enum storm_invalidate { STORM_STRICT, STORM_BATCHED, STORM_DEFERRED };

/** struct storm_config - rows "storm.*". @page_shift: of the guest's tables; @window_shift: of the device's window. */
struct storm_config {
	uint32_t vcpus, tables, page_shift, window_shift, batch;
	uint64_t rounds, memory_bytes, window_bytes, request_bytes, touch, flush;
	sim_ps think_ps, poll_ps;
	enum wl_place place;
	enum storm_invalidate invalidate;
	bool stray, huge;
};

/** enum storm_map - the hypercall that maps. */
enum storm_map { STORM_PUT, STORM_INDIRECT };

/**
 * struct storm_plan - what sets one storm apart from the others. A round maps storm.batch TCEs by @map, lets the device
 * at them, and takes them back.
 * @whole: a round is a full list, and storm.batch says how many one clearing hypercall takes. @mixed: way and number
 * are drawn for each round, and H_GET_TCE reads back. @once: all of guest memory is mapped, and stays so.
 */
struct storm_plan {
	enum storm_map map;
	bool whole, mixed, once;
};

/** struct storm_waiting - @count entries from own entry @entry that are still mapped and wait to be cleared. */
#define STORM_WAITING 512u
struct storm_waiting {
	uint64_t entry, count;
};

/**
 * struct storm_cpu - a vCPU. @liobn: of its table. @page, @pages: its slice of guest memory; @entry, @entries: of the
 * window; in IOMMU pages of the table. @list_gpa: its page for lists of TCEs.
 * @calls, @tces: hypercalls that write, and what they wrote; @gets: H_GET_TCE, @gets_kernel: not by the VMM.
 * @device_ps: time that it spent with the device; @end_ps: of its last hypercall.
 * @span: entries in a slot, of which there are @slots; what waits to be cleared is @waiting, in all @waiting_tces.
 */
struct storm_cpu {
	struct storm *storm;
	struct kvm_cpu *cpu;
	struct sim_rng rng;
	uint64_t liobn;
	uint64_t page, pages, entry, entries, list_gpa;
	uint64_t calls, tces, gets, gets_kernel;
	sim_ps device_ps, end_ps;
	uint64_t span, slots;
	struct storm_waiting waiting[STORM_WAITING];
	uint32_t waiting_count;
	uint64_t waiting_tces;
	bool ended;
};

/**
 * struct storm - the run. @plan: what each vCPU does. @window: I/O address of the device's window.
 * @arrived, @start: vCPUs that wait for the others. @running: vCPUs that have calls to make. @begin_ps, @end_ps: first
 * and last hypercall; @before, @times: time by layer at the beginning, and during the storm.
 * @touched: DMA requests in each direction, all of their bytes compared. @stray_frozen: the stray request froze the PE.
 */
struct storm {
	struct wl_run *run;
	struct storm_config config;
	const struct storm_plan *plan;
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

/* storm_config.c: the rows of all storms. */
#define STORM_ROWS 16u
extern const struct cfg_row storm_rows[STORM_ROWS];
/** storm_configure - load and check them. Return: 0, or -EINVAL with cfg_error() set. */
int storm_configure(struct wl_run *run, const struct storm_plan *plan, struct storm_config *config);
/** storm_check_bridge - can a guest have a device of this machine? Return: as above. */
int storm_check_bridge(struct wl_run *run);

/* What every storm's description does, with its plan. */
int storm_setup(struct wl_run *run, const struct storm_plan *plan);
void storm_verify(struct wl_run *run);
void storm_summary(struct wl_run *run, FILE *out);
void storm_results(struct wl_run *run, struct json *json);

/* storm_guest.c */
/** storm_guest - the code of a vCPU. @arg: its struct storm_cpu. */
void storm_guest(struct kvm_cpu *kvm_cpu, void *arg);
/** storm_calls_planned - hypercalls that map all of guest memory once; 0: it depends. */
uint64_t storm_calls_planned(const struct storm *storm);

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

/** struct storm_request - one request of @bytes at I/O address @iova; the device checks what it reads. */
struct storm_request {
	uint64_t iova, bytes, seed;
	bool read;
};
void storm_device_start(struct vfm_device *device, const struct storm_request *request);

/* storm_layers.c */
/** storm_times_now - since the start of the run. */
struct storm_times storm_times_now(const struct wl_run *run);
/** storm_times_since - make @now what has been added since @before. */
void storm_times_since(struct storm_times *now, const struct storm_times *before);
/** storm_layer_name, storm_layer_what - for people: "kill", and what is in it. */
const char *storm_layer_name(enum storm_layer layer);
const char *storm_layer_what(enum storm_layer layer);

#endif
