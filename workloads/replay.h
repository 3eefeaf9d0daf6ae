/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WORKLOADS_REPLAY_H
#define WORKLOADS_REPLAY_H
/*
 * workloads/replay.h - traces of real guests and VFIO programs replayed (docs/replay.md): scenario "replay-hcalls"
 * drives the hosted KVM with a guest's hypercalls, "replay-ioctls" a VFIO container with a program's ioctls. Both share
 * their rows and the device.
 *
 * Not replayed: what the traced guest did besides (its memory holds what our devices put there), RTAS calls (windows
 * are there from the beginning), several vCPUs (the traces' guests had one).
 */
#include "hw/ram.h"
#include "sim/rng.h"
#include "workloads/replay_table.h"
#include "workloads/wl.h"

/** enum replay_pace - row "replay.pace". */
enum replay_pace { REPLAY_PACE_MAX, REPLAY_PACE_TRACE };

/** struct replay_config - rows "replay.*". @path: of the trace, owned. */
struct replay_config {
	char *path;
	enum replay_pace pace;
	uint64_t memory_bytes, window_bytes, limit, dma_every;
	bool dma;
};

#define REPLAY_ROWS 7u
extern const struct cfg_row replay_rows[REPLAY_ROWS];
/** replay_config_load - from @run's rows; free() the path. */
void replay_config_load(struct replay_config *config, const struct wl_run *run);

/** replay_path - where the trace @file is: a path, or the name of one in @data_dir/traces; owned by the caller. */
char *replay_path(const char *file, const char *data_dir);

/**
 * replay_records - how many records of its trace a run of either scenario has replayed; 0 for other scenarios.
 */
uint64_t replay_records(const struct wl_run *run);
uint64_t replay_hcalls_records(const struct wl_run *run);
uint64_t replay_ioctls_records(const struct wl_run *run);

/* ---- replay_pace.c: when a record is due ---- */

/** struct replay_clock - @late, @late_max_ps: records that came after their time, and by how much at most. */
struct replay_clock {
	enum replay_pace pace;
	sim_ps begin_ps, due_ps, late_max_ps;
	uint64_t late;
};
/** replay_clock_wait - how long to wait for a record that comes @dt_us after the one before; counts those that are
 * late. */
sim_ps replay_clock_wait(struct replay_clock *clock, sim_ps now_ps, uint64_t dt_us);

/* ---- replay_dma.c: devices ---- */

/** struct replay_seen - the last DMA of a device that reached memory; @count: since it was cleared. */
struct replay_seen {
	uint64_t count, real;
	uint32_t phb, rid;
	bool write;
};

/**
 * struct replay_owner - who drives a device: @idle spends the time until the next look; @load, @store reach memory by
 * the addresses that it knows (guest, or process).
 */
struct replay_owner {
	void (*idle)(void *arg, sim_ps ps);
	int (*load)(void *arg, uint64_t addr, void *to, size_t bytes);
	int (*store)(void *arg, uint64_t addr, const void *from, size_t bytes);
	void *arg;
	struct sim_rng rng;
};

/** struct replay_device - @kept: registers that need not be written again, as they were written last. */
struct replay_device {
	struct vfm_device dev;
	char name[32];
	bool opened;
	uint64_t kept[8];
	bool known;
	struct replay_seen seen;
	struct replay_owner *owner;
};

/** struct replay_moved - @writes, @reads: checked requests; @bytes: compared. */
struct replay_moved {
	uint64_t writes, reads, bytes;
};

#define REPLAY_BLOCK_BYTES 4096u

/** replay_device_open - the @index-th function; the referee and EEH know of it. Return: 0 or -errno. */
int replay_device_open(struct replay_device *device, struct wl_run *run, struct vfm_proc *proc, uint32_t index);
/** replay_device_saw - a DMA reached memory; called for all devices. */
void replay_device_saw(struct replay_device *device, const struct ram_dma *dma);
/**
 * replay_device_dma - one request of @bytes at @iova, to its end. @read: memory to device, compared with the pattern of
 * @seed. Return: false when the PE is frozen.
 */
bool replay_device_dma(struct replay_device *device, uint64_t iova, uint64_t bytes, bool read, uint64_t seed);
/**
 * replay_device_move - checked data through the block mapped at @iova, which is the owner's memory at @addr: where
 * @access (KVM_TCE_ bits) allows it the device writes part of it, which is compared as a whole, and reads part of it
 * and compares. Return: NULL, or what is wrong; a PE that froze has been thawed.
 */
const char *replay_device_move(struct replay_device *device, uint64_t iova, uint64_t addr, uint64_t access,
			       struct replay_moved *moved);
/** replay_device_thaw - bring the PE back through EEH. Return: it worked. */
bool replay_device_thaw(struct replay_device *device);

#endif
