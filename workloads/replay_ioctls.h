/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WORKLOADS_REPLAY_IOCTLS_H
#define WORKLOADS_REPLAY_IOCTLS_H
/* workloads/replay_ioctls.h - between the files of scenario "replay-ioctls". */
#include "workloads/replay.h"
#include "workloads/replay_container.h"

/** struct memory_range - memory of the traced program at @vaddr; ours is at @ours. */
struct memory_range {
	uint64_t vaddr, bytes, ours;
};

/**
 * struct ioctl_counts - @shapes: windows of another page size or depth than asked for. @slips: UNMAPs of DPDK's
 * mistake,
 * @slip_lost: pages of others that those took away, @slip_kept: pages that they left mapped. @refused: answers other
 * than 0, as the model says.
 */
struct ioctl_counts {
	uint64_t records, by_op[26], shapes, slips, slip_lost, slip_kept, refused, unexplained, live;
	struct replay_moved moved;
};

/** struct program - the run. @range: in the order of addresses, those of all REGISTERs. @total: records of the file. */
struct program {
	struct wl_run *run;
	struct replay_config config;
	struct memory_range *range;
	size_t range_count, range_size;
	uint64_t total, span_us;
	struct vfm_proc *proc;
	struct replay_device device;
	struct replay_owner owner;
	struct container container;
	struct replay_clock clock;
	struct ioctl_counts counts;
	uint64_t maps, held_pages;
	sim_ps begin_ps, end_ps, in_call_ps;
	bool ended;
};

/* replay_ioctls_plan.c */
/** program_look_through - Return: 0; or -errno and *@error, "path:line:col: found ..., expected ...", owned by the
 * caller. */
int program_look_through(struct program *program, char **error) sim_must_use;
/** program_ours - our address for the program's; one that it never registered stays what it is, and is no memory of
 * ours. */
uint64_t program_ours(const struct program *program, uint64_t vaddr);

/* replay_ioctls_text.c */
void replay_ioctls_summary(struct wl_run *run, FILE *out);
void replay_ioctls_results(struct wl_run *run, struct json *json);

#endif
