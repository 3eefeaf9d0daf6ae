/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WORKLOADS_SEED_FLOW_H
#define WORKLOADS_SEED_FLOW_H
/*
 * workloads/seed_flow.h - scenario "seed-flow", shared by its files: the code flow that came with the first sPAPR TCE
 * driver, on the PHB that it was written for.
 *
 * Process P fails at its RLIMIT_MEMLOCK; then A goes through the flow with the same device, and N, on a device beside
 * it, must not notice what happens to A. They speak to each other only through struct seed_flow.
 */
#include "hw/phb/phb.h"
#include "workloads/wl_engine.h"
#include "workloads/wl_story.h"

/** enum sf_call - the calls that the story judges; order of the table in seed_flow_calls.c. */
enum sf_call {
	/* the flow, in its order */
	SF_EXTENSION,
	SF_SET_CONTAINER,
	SF_SET_IOMMU,
	SF_GET_INFO,
	SF_ENABLE,
	SF_MAP,
	SF_UNMAP,
	SF_DISABLE,
	/* at its edges */
	SF_API_VERSION,
	SF_EXTENSION_V2,
	SF_POOR_ENABLE,
	SF_SECOND_GROUP,
	SF_MAP_EARLY,
	SF_ENABLE_TWICE,
	SF_MAP_LIVE,
	SF_MAP_OUTSIDE,
	SF_UNMAP_OUTSIDE,
	SF_UNSET_ENABLED,
	/* recovery */
	SF_EEH_ENABLE,
	SF_EEH_FROZEN,
	SF_EEH_IO,
	SF_EEH_DMA,
	SF_EEH_THAWED,
	SF_CALLS
};

/**
 * struct sf_judged - a call as the story has it. @name: "MAP_DMA" for VFIO_IOMMU_MAP_DMA. @note: what is special about
 * it.
 * @answer: expected of drivers since EEH came to VFIO, and of the first one. @about: what the call belongs to.
 */
struct sf_judged {
	const char *name, *note;
	int64_t answer[2];
	enum sf_about { SF_ABOUT_FLOW, SF_ABOUT_EDGE, SF_ABOUT_RECOVERY } about;
};
extern const struct sf_judged sf_judged[SF_CALLS];

/** struct sf_config - rows "seed_flow.*". */
struct sf_config {
	uint64_t buffer_bytes, request_bytes, queue_depth, memlock_bytes, low_memlock_bytes;
	sim_ps poll_ps, incident_ps, patience_ps;
};

/**
 * struct sf_side - a process with its device. @window, @window_bytes: as GET_INFO tells. @locked_pages: after ENABLE.
 * @attached: container and group are in hand. @ready: as far as the others wait for it. @check: data moved.
 */
struct sf_side {
	struct seed_flow *sf;
	const char *name;
	char device_name[WL_DEVICE_NAME_BYTES];
	struct vfm_proc *proc;
	struct vfm_device dev;
	uint64_t va, window, window_bytes, locked_pages;
	struct wl_dma_check check;
	bool attached, enabled, mapped, ready, failed, ended;
};

/** struct sf_incident - what was seen when A's device left its window. @again: and when it wrote after UNMAP. */
struct sf_incident {
	bool happened, recovered, again;
	sim_ps started_ps, frozen_ps, recovered_ps;
	struct phb_freeze record;
	struct phb_translation why;
	uint64_t stray_addr, neighbour_bytes;
	uint32_t others_frozen;
};

/** struct seed_flow - the run. @then: the driver is the first one. @said: what each call answered, and how long it
 * took. */
struct seed_flow {
	struct wl_run *run;
	struct sf_config config;
	bool then;
	struct sf_side poor, a, neighbour;
	struct sim_rng rng;
	struct {
		bool made;
		int64_t answer;
		sim_ps took_ps;
	} said[SF_CALLS];
	struct sf_incident incident;
	uint64_t neighbour_moved, neighbour_errors, neighbour_mismatches;
};

/* seed_flow.c */
/** sf_expect - what must hold; if not @ok, a violation of @kind ("seed-flow-...", static) is recorded. Return: @ok. */
bool sf_expect(struct sf_side *side, bool ok, const char *kind, const char *fmt, ...) sim_printf(4, 5);
/** sf_wait - until @flag is set or @other has ended. Return: set. */
bool sf_wait(struct sf_side *side, const struct sf_side *other, const bool *flag);
int64_t sf_expected(const struct seed_flow *sf, enum sf_call call);
/** sf_judge - note what @call answered; another answer than the table's is a violation. Return: as expected. */
bool sf_judge(struct sf_side *side, enum sf_call call, int64_t answer);
bool sf_check_dma(struct sf_side *side, const char *kind);

/* seed_flow_calls.c */
void sf_main_poor(struct vfm_proc *proc, void *arg);
void sf_main_a(struct vfm_proc *proc, void *arg);
/** sf_take - GET_DEVICE_FD and all that follows, told to the referee. */
bool sf_take(struct sf_side *side);

/* seed_flow_incident.c */
bool sf_incident(struct sf_side *side);
/** sf_write_unmapped - the TCEs that the device used last are gone: a write there isolates the PE again. */
void sf_write_unmapped(struct sf_side *side);
void sf_main_neighbour(struct vfm_proc *proc, void *arg);

/* seed_flow_text.c */
void sf_summary(struct wl_run *run, FILE *out);
void sf_results(struct wl_run *run, struct json *json);

#endif
