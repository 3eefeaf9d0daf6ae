/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WORKLOADS_FIRST_LIGHT_H
#define WORKLOADS_FIRST_LIGHT_H
/*
 * workloads/first_light.h - scenario "first-light", shared by its files: two processes on two PEs of one PHB.
 *
 * Process A walks through the whole story; process B streams meanwhile and must not notice what happens to A.
 * They speak to each other only through struct first_light, as two people at one table would.
 */
#include "hw/phb/phb.h"
#include "sim/rng.h"
#include "sim/stat.h"
#include "workloads/wl_engine.h"
#include "workloads/wl_story.h"

#define FL_SIZES_MAX 8u
#define FL_SIZE_FACTOR 4u
#define FL_STOPPED_BYTES (64u << 10) /* written by the device while DMA is stopped */

/** struct fl_config - rows "first_light.*". */
struct fl_config {
	uint64_t buffer_bytes, window_bytes, check_bytes, request_bytes;
	uint64_t storm_min_bytes, storm_max_bytes;
	uint64_t storm_rounds, storm_touch, queue_depth, read_share;
	sim_ps poll_ps, quiet_ps, incident_ps;
};

/**
 * struct fl_side - one process with its device.
 * @window: PCI address of its DMA window. @opened ... @mapped: what has to be undone at the end.
 * @host: scratch of buffer_bytes in host memory. @failed: an expectation did not hold; @written, @read: bytes checked.
 */
struct fl_side {
	struct first_light *fl;
	const char *name;
	char device_name[WL_DEVICE_NAME_BYTES];
	struct vfm_proc *proc;
	struct vfm_device dev;
	uint64_t va, window;
	uint8_t *host;
	bool opened, registered, windowed, mapped, failed, ended;
	uint64_t written, read, interrupts;
};

/** struct fl_span - a stretch of time in which B's progress is looked at: its first and last sample inside. */
struct fl_span {
	bool open;
	uint32_t samples;
	sim_ps begin_ps, end_ps, first_ps, last_ps;
	uint64_t first_bytes, last_bytes;
};

/**
 * struct fl_size - the storm at one size; statistics "storm.<bytes>". @touched: requests that the device wrote
 * meanwhile. @touch_iova: where it does so, 0 while not chosen.
 */
struct fl_size {
	uint64_t bytes;
	struct stat_hist map, unmap;
	uint64_t touched, touch_iova;
};

/** struct fl_incident - what was seen from the stray read to the recovery. */
struct fl_incident {
	bool happened, recovered;
	sim_ps started_ps, frozen_ps, recovered_ps;
	struct phb_freeze record;
	struct phb_translation why;
	uint64_t stray_addr;
	uint64_t strays_issued, strays_answered, dropped_bytes, ones_read;
	uint32_t others_frozen;
	int64_t state_frozen, state_io, state_thawed;
};

/** struct first_light - the run. */
struct first_light {
	struct wl_run *run;
	struct fl_config config;
	uint32_t page_shift;
	struct fl_side a, b;
	struct sim_rng rng;
	struct fl_size size[FL_SIZES_MAX];
	uint32_t size_count;
	struct fl_span quiet, storm, trouble;
	struct fl_incident incident;
	bool b_streams, a_done;
	uint64_t a_beats; /* signs of life of A, so that B does not stream for ever */
	uint64_t b_errors, b_mismatches;
};

/* first_light.c */
/**
 * fl_expect - what the story says must hold. If not @ok, a violation of @kind ("first-light-...", static) is recorded.
 * Return: @ok.
 */
bool fl_expect(struct fl_side *side, bool ok, const char *kind, const char *fmt, ...) sim_printf(4, 5);
bool fl_other_alive(const struct fl_side *side);

/* first_light_proc.c */
bool fl_set_up(struct fl_side *side);
void fl_tear_down(struct fl_side *side);
/** fl_job_start - run the engine; size and number of requests in flight are the story's. */
void fl_job_start(struct fl_side *side, const struct wl_engine_job *job);
/** fl_job_wait - poll until the engine is idle. Return: false if it does not end or its PE is frozen. */
bool fl_job_wait(struct fl_side *side);
uint64_t fl_reg(struct fl_side *side, uint64_t reg);
bool fl_fill(struct fl_side *side, uint64_t offset, uint64_t bytes, uint8_t value);
/** fl_check_dma - the device writes, the process compares every byte; the process writes, the device compares. */
bool fl_check_dma(struct fl_side *side, const char *kind);
/** fl_memory_holds - bytes of the process's buffer at @offset that differ from the pattern. -1: unreadable. */
int64_t fl_memory_differs(struct fl_side *side, uint64_t seed, uint64_t offset, uint64_t bytes);

/* first_light_storm.c */
void fl_span_begin(struct first_light *fl, struct fl_span *span);
void fl_span_end(struct first_light *fl, struct fl_span *span);
uint64_t fl_span_goodput(const struct fl_span *span);
bool fl_storm(struct fl_side *side);
bool fl_stream(struct fl_side *side);

/* first_light_incident.c */
bool fl_incident(struct fl_side *side);

/* first_light_text.c */
void fl_summary(struct wl_run *run, FILE *out);
void fl_results(struct wl_run *run, struct json *json);

#endif
