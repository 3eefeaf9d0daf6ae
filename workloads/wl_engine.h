/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WORKLOADS_WL_ENGINE_H
#define WORKLOADS_WL_ENGINE_H
/* workloads/wl_engine.h - a process runs the dma-engine in its hands (registers: hw/regs/dma_engine_regs.h). */
#include "sim/rng.h"
#include "vfio-model/vfm.h"

/**
 * struct wl_engine_job - one run. @pattern: DMA_ENGINE_PATTERN_*. @base, @bytes: where. @count: requests of
 * @request_bytes, 0 until STOP. @queue_depth: in flight. @read_share: reads in 256 requests. @seed: of data and
 * addresses. @interval_ps: between requests. @interrupt: at the end.
 */
struct wl_engine_job {
	uint64_t pattern, base, bytes, request_bytes, count, queue_depth, read_share, seed;
	sim_ps interval_ps;
	bool interrupt;
};

/** wl_engine_start - write the registers; data that comes back is compared. Context: the process's task; yields. */
void wl_engine_start(struct vfm_device *device, const struct wl_engine_job *job);
/**
 * wl_engine_wait - poll until the engine is idle. Return: false when it is not after @limit_ps, or its PE is frozen.
 * Context: the process's task; yields.
 */
bool wl_engine_wait(struct vfm_device *device, sim_ps limit_ps);

/**
 * struct wl_dma_check - a device moves data both ways, and every byte is compared.
 * @user_va, @iova, @bytes: memory that is mapped for both directions, at least 4 KiB. @request_bytes, @queue_depth: of
 * the device. @rng: for data. @host: scratch of @bytes.
 * Set by wl_dma_check(): @written, @read: bytes found right; @interrupts; @why: what did not hold.
 */
struct wl_dma_check {
	struct vfm_device *device;
	uint64_t user_va, iova, bytes, request_bytes, queue_depth;
	struct sim_rng *rng;
	uint8_t *host;
	uint64_t written, read, interrupts;
	char why[192];
};

/**
 * wl_dma_check - the device writes and the process compares; the process writes and the device compares; last, a byte
 * is spoiled on purpose, which the device must find: a comparison that never fails would prove nothing. Each run's end
 * is announced by an interrupt.
 * Return: all as it should be. Context: the process's task; yields.
 */
bool wl_dma_check(struct wl_dma_check *check) sim_must_use;

#endif
