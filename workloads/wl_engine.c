// SPDX-License-Identifier: GPL-2.0-only
/* workloads/wl_engine.c - registers of a run, waiting for its end, and data compared byte by byte. */
#include "workloads/wl_engine.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "hw/device/dma_engine.h"
#include "hw/regs/dma_engine_regs.h"

#define DONE_VECTOR 0u
#define CONTROL_OFFSET 321u /* any byte will do */
#define CONTROL_BYTES 4096u

void wl_engine_start(struct vfm_device *device, const struct wl_engine_job *job)
{
	const struct {
		uint64_t reg, value;
	} writes[] = {
		{DMA_ENGINE_PATTERN, job->pattern},
		{DMA_ENGINE_BASE, job->base},
		{DMA_ENGINE_LENGTH, job->bytes},
		{DMA_ENGINE_REQ_BYTES, job->request_bytes},
		{DMA_ENGINE_COUNT, job->count},
		{DMA_ENGINE_QDEPTH, job->queue_depth},
		{DMA_ENGINE_READ_SHARE, job->read_share},
		{DMA_ENGINE_SEED, job->seed},
		{DMA_ENGINE_INTERVAL, job->interval_ps},
		{DMA_ENGINE_MSI_VECTORS, DONE_VECTOR},
		{DMA_ENGINE_STATUS, DMA_ENGINE_STATUS_W1C},
		{DMA_ENGINE_CTRL,
		 DMA_ENGINE_CTRL_START | DMA_ENGINE_CTRL_CHECK | (job->interrupt ? DMA_ENGINE_CTRL_MSI_DONE : 0)},
	};

	for (size_t i = 0; i < sim_count_of(writes); i++)
		vfm_bar0_write(device, writes[i].reg, writes[i].value, 8);
}

bool wl_engine_wait(struct vfm_device *device, sim_ps limit_ps)
{
	struct sim *sim = vfm_proc_sim(device->proc);
	sim_ps deadline = sim_now(sim) + limit_ps;
	uint64_t status = vfm_bar0_read(device, DMA_ENGINE_STATUS, 8);

	while (status != UINT64_MAX && (status & DMA_ENGINE_STATUS_BUSY) && sim_now(sim) < deadline) {
		vfm_sleep(device->proc, SIM_PS_PER_US);
		status = vfm_bar0_read(device, DMA_ENGINE_STATUS, 8);
	}
	return status != UINT64_MAX && !(status & DMA_ENGINE_STATUS_BUSY);
}

/* ---- Data ---- */

static uint64_t reg(struct wl_dma_check *check, uint64_t offset)
{
	return vfm_bar0_read(check->device, offset, 8);
}

static bool holds(struct wl_dma_check *check, bool ok, const char *fmt, ...) sim_printf(3, 4);
static bool holds(struct wl_dma_check *check, bool ok, const char *fmt, ...)
{
	va_list args;

	if (ok)
		return true;
	va_start(args, fmt);
	vsnprintf(check->why, sizeof(check->why), fmt, args);
	va_end(args);
	return false;
}

static bool store(struct wl_dma_check *check, uint64_t offset, const void *from, uint64_t bytes)
{
	int64_t ret = vfm_store(check->device->proc, check->user_va + offset, from, bytes);

	return holds(check, ret >= 0, "the buffer cannot be written (%" PRId64 ")", ret);
}

/* Run over the first @bytes to the end, which the device announces by an interrupt. */
static bool run(struct wl_dma_check *check, uint64_t read_share, uint64_t seed, uint64_t bytes)
{
	const struct wl_engine_job job = {.pattern = DMA_ENGINE_PATTERN_STREAM,
					  .base = check->iova,
					  .bytes = bytes,
					  .request_bytes = check->request_bytes,
					  .count = bytes / check->request_bytes,
					  .queue_depth = check->queue_depth,
					  .read_share = read_share,
					  .seed = seed,
					  .interrupt = true};
	uint64_t status, errors, error_addr;
	int64_t irqs;

	wl_engine_start(check->device, &job);
	irqs = vfm_device_irq_wait(check->device);
	if (!holds(check, irqs > 0, "no interrupt came at the end of a run (%" PRId64 ")", irqs))
		return false;
	check->interrupts += (uint64_t)irqs;
	status = reg(check, DMA_ENGINE_STATUS);
	errors = reg(check, DMA_ENGINE_ERRORS);
	error_addr = reg(check, DMA_ENGINE_ERROR_ADDR);
	return holds(check, !(status & DMA_ENGINE_STATUS_BUSY) && !(status & DMA_ENGINE_STATUS_ERROR),
		     "the device reports status %#" PRIx64 " after %" PRIu64 " errors, first at %#" PRIx64, status,
		     errors, error_addr);
}

static bool check_writes(struct wl_dma_check *check)
{
	uint64_t seed = sim_rng_u64(check->rng), differ;

	memset(check->host, 0, check->bytes);
	if (!store(check, 0, check->host, check->bytes) || !run(check, 0, seed, check->bytes))
		return false;
	if (!holds(check, vfm_load(check->device->proc, check->user_va, check->host, check->bytes) >= 0,
		   "the buffer cannot be read"))
		return false;
	differ = dma_engine_pattern_check(seed, check->iova, check->host, check->bytes, NULL);
	check->written += check->bytes - differ;
	return holds(check, !differ, "%" PRIu64 " of %" PRIu64 " bytes written by the device are wrong", differ,
		     check->bytes);
}

static bool check_one_read(struct wl_dma_check *check, uint64_t seed, uint64_t bytes, uint64_t wrong)
{
	uint64_t differ, moved;

	if (!run(check, 256, seed, bytes))
		return false;
	differ = reg(check, DMA_ENGINE_MISMATCHES);
	moved = reg(check, DMA_ENGINE_READ_BYTES);
	return holds(check, moved == bytes && differ == wrong,
		     "the device read %" PRIu64 " of %" PRIu64 " bytes and found %" PRIu64 " wrong, expected %" PRIu64,
		     moved, bytes, differ, wrong);
}

static bool check_reads(struct wl_dma_check *check)
{
	uint64_t seed = sim_rng_u64(check->rng);
	uint8_t spoiled;

	dma_engine_pattern_fill(seed, check->iova, check->host, check->bytes);
	spoiled = (uint8_t)~check->host[CONTROL_OFFSET];
	if (!store(check, 0, check->host, check->bytes) || !check_one_read(check, seed, check->bytes, 0))
		return false;
	check->read += check->bytes;
	return store(check, CONTROL_OFFSET, &spoiled, 1) && check_one_read(check, seed, CONTROL_BYTES, 1);
}

bool wl_dma_check(struct wl_dma_check *check)
{
	check->why[0] = '\0';
	return check_writes(check) && check_reads(check);
}
