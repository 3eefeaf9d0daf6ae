// SPDX-License-Identifier: GPL-2.0-only
/*
 * workloads/first_light_proc.c - what both processes of first-light do: take their device, make a window, move data
 * both ways with every byte compared, and give all of it back.
 */
#include <inttypes.h>
#include <linux/vfio.h>
#include <stdlib.h>
#include <string.h>

#include "hw/device/dma_engine.h"
#include "hw/regs/dma_engine_regs.h"
#include "workloads/first_light.h"
#include "workloads/mutant.h"
#include "workloads/referee.h"

#define SETUP "first-light-setup"
#define TEARDOWN "first-light-teardown"
#define CONTROL_OFFSET 321u /* any byte will do */

/* ---- Setting up and tearing down ---- */

static bool open_device(struct fl_side *side)
{
	struct first_light *fl = side->fl;
	int err = vfm_device_open(side->proc, side->device_name, VFIO_SPAPR_TCE_v2_IOMMU, &side->dev);
	int64_t ret;

	if (!fl_expect(side, !err, SETUP, "%s could not be opened through VFIO (%d)", side->device_name, err))
		return false;
	side->opened = true;
	referee_device(fl->run->referee, &side->dev);
	if (side == &fl->a)
		mutant_agent_device(fl->run->mutant, &side->dev);
	ret = vfm_eeh(&side->dev, VFIO_EEH_PE_ENABLE);
	return fl_expect(side, !ret, SETUP, "EEH could not be enabled (%" PRId64 ")", ret);
}

bool fl_set_up(struct fl_side *side)
{
	const struct fl_config *config = &side->fl->config;
	uint64_t dma32_start, dma32_bytes;
	int64_t ret;

	if (!open_device(side))
		return false;
	ret = vfm_spapr_get_info(&side->dev, &dma32_start, &dma32_bytes);
	if (!fl_expect(side, !ret, SETUP, "GET_INFO failed (%" PRId64 ")", ret))
		return false;
	ret = vfm_mmap_anon(side->proc, config->buffer_bytes);
	if (!fl_expect(side, ret > 0, SETUP, "no memory for the buffer (%" PRId64 ")", ret))
		return false;
	side->va = (uint64_t)ret;
	if (!fl_fill(side, 0, config->buffer_bytes, 0))
		return false;
	ret = vfm_spapr_register(&side->dev, side->va, config->buffer_bytes);
	if (!fl_expect(side, !ret, SETUP, "REGISTER_MEMORY failed (%" PRId64 ")", ret))
		return false;
	side->registered = true;
	ret = vfm_spapr_create(&side->dev, side->fl->page_shift, config->window_bytes, 2, &side->window);
	if (!fl_expect(side, !ret, SETUP, "CREATE of the window failed (%" PRId64 ")", ret))
		return false;
	side->windowed = true;
	ret = vfm_map_dma(&side->dev, side->va, side->window, config->buffer_bytes, true, true);
	side->mapped = !ret;
	return fl_expect(side, !ret, SETUP, "MAP_DMA of the buffer failed (%" PRId64 ")", ret);
}

void fl_tear_down(struct fl_side *side)
{
	const struct fl_config *config = &side->fl->config;
	int64_t ret;

	if (side->mapped) {
		ret = vfm_unmap_dma(&side->dev, side->window, config->buffer_bytes);
		fl_expect(side, !ret, TEARDOWN, "UNMAP_DMA of the buffer failed (%" PRId64 ")", ret);
	}
	if (side->windowed) {
		ret = vfm_spapr_remove(&side->dev, side->window);
		fl_expect(side, !ret, TEARDOWN, "REMOVE of the window failed (%" PRId64 ")", ret);
	}
	if (side->registered) {
		ret = vfm_spapr_unregister(&side->dev, side->va, config->buffer_bytes);
		fl_expect(side, !ret, TEARDOWN, "UNREGISTER_MEMORY failed (%" PRId64 ")", ret);
	}
	if (side->va) {
		ret = vfm_munmap(side->proc, side->va, config->buffer_bytes);
		fl_expect(side, !ret, TEARDOWN, "munmap failed (%" PRId64 ")", ret);
	}
	if (side->opened)
		vfm_device_close(&side->dev);
}

/* ---- The device ---- */

uint64_t fl_reg(struct fl_side *side, uint64_t reg)
{
	side->fl->a_beats += side == &side->fl->a;
	return vfm_bar0_read(&side->dev, reg, 8);
}

void fl_job_start(struct fl_side *side, const struct fl_job *job)
{
	const struct {
		uint64_t reg, value;
	} writes[] = {
		{DMA_ENGINE_PATTERN, job->pattern},
		{DMA_ENGINE_BASE, job->base},
		{DMA_ENGINE_LENGTH, job->bytes},
		{DMA_ENGINE_REQ_BYTES, side->fl->config.request_bytes},
		{DMA_ENGINE_COUNT, job->count},
		{DMA_ENGINE_QDEPTH, side->fl->config.queue_depth},
		{DMA_ENGINE_READ_SHARE, job->read_share},
		{DMA_ENGINE_SEED, job->seed},
		{DMA_ENGINE_INTERVAL, job->interval_ps},
		{DMA_ENGINE_MSI_VECTORS, FL_IRQ_DONE_VECTOR},
		{DMA_ENGINE_STATUS, DMA_ENGINE_STATUS_W1C},
		{DMA_ENGINE_CTRL,
		 DMA_ENGINE_CTRL_START | DMA_ENGINE_CTRL_CHECK | (job->interrupt ? DMA_ENGINE_CTRL_MSI_DONE : 0)},
	};

	for (size_t i = 0; i < sim_count_of(writes); i++)
		vfm_bar0_write(&side->dev, writes[i].reg, writes[i].value, 8);
}

bool fl_job_wait(struct fl_side *side)
{
	sim_ps deadline = sim_now(vfm_proc_sim(side->proc)) + 100 * SIM_PS_PER_MS;
	uint64_t status = fl_reg(side, DMA_ENGINE_STATUS);

	while (status != UINT64_MAX && (status & DMA_ENGINE_STATUS_BUSY) &&
	       sim_now(vfm_proc_sim(side->proc)) < deadline) {
		vfm_sleep(side->proc, SIM_PS_PER_US);
		status = fl_reg(side, DMA_ENGINE_STATUS);
	}
	return status != UINT64_MAX && !(status & DMA_ENGINE_STATUS_BUSY);
}

/* Run @job over check_bytes of the buffer to its end, which the device announces by an interrupt. */
static bool job_run(struct fl_side *side, uint64_t read_share, uint64_t seed, uint64_t bytes, const char *kind)
{
	const struct fl_job job = {.pattern = DMA_ENGINE_PATTERN_STREAM,
				   .base = side->window,
				   .bytes = bytes,
				   .count = bytes / side->fl->config.request_bytes,
				   .read_share = read_share,
				   .seed = seed,
				   .interrupt = true};
	uint64_t status;
	int64_t irqs;

	fl_job_start(side, &job);
	irqs = vfm_device_irq_wait(&side->dev);
	if (!fl_expect(side, irqs > 0, kind, "no interrupt came at the end of a run (%" PRId64 ")", irqs))
		return false;
	side->interrupts += (uint64_t)irqs;
	status = fl_reg(side, DMA_ENGINE_STATUS);
	return fl_expect(side, !(status & DMA_ENGINE_STATUS_BUSY) && !(status & DMA_ENGINE_STATUS_ERROR), kind,
			 "the device reports status %#" PRIx64 " after %" PRIu64 " errors, first at %#" PRIx64, status,
			 fl_reg(side, DMA_ENGINE_ERRORS), fl_reg(side, DMA_ENGINE_ERROR_ADDR));
}

/* ---- Data ---- */

bool fl_fill(struct fl_side *side, uint64_t offset, uint64_t bytes, uint8_t value)
{
	int64_t ret;

	memset(side->host, value, bytes);
	ret = vfm_store(side->proc, side->va + offset, side->host, bytes);
	return fl_expect(side, ret >= 0, "first-light-memory", "the buffer cannot be written (%" PRId64 ")", ret);
}

int64_t fl_memory_differs(struct fl_side *side, uint64_t seed, uint64_t offset, uint64_t bytes)
{
	if (vfm_load(side->proc, side->va + offset, side->host, bytes) < 0)
		return -1;
	return (int64_t)dma_engine_pattern_check(seed, side->window + offset, side->host, bytes, NULL);
}

/* Device to memory: the buffer is cleared, the device writes it, the process compares. */
static bool check_writes(struct fl_side *side, const char *kind)
{
	uint64_t bytes = side->fl->config.check_bytes, seed = sim_rng_u64(&side->fl->rng);
	int64_t differ;

	if (!fl_fill(side, 0, bytes, 0) || !job_run(side, 0, seed, bytes, kind))
		return false;
	differ = fl_memory_differs(side, seed, 0, bytes);
	side->written += bytes;
	return fl_expect(side, !differ, kind, "%" PRId64 " of %" PRIu64 " bytes written by the device are wrong",
			 differ, bytes);
}

static bool check_one_read(struct fl_side *side, uint64_t seed, uint64_t bytes, uint64_t wrong, const char *kind)
{
	uint64_t differ, moved;

	if (!job_run(side, 256, seed, bytes, kind))
		return false;
	differ = fl_reg(side, DMA_ENGINE_MISMATCHES);
	moved = fl_reg(side, DMA_ENGINE_READ_BYTES);
	return fl_expect(side, moved == bytes && differ == wrong, kind,
			 "the device read %" PRIu64 " of %" PRIu64 " bytes and found %" PRIu64
			 " wrong, expected %" PRIu64,
			 moved, bytes, differ, wrong);
}

/*
 * Memory to device: the process writes, the device reads and compares. Then one byte is spoiled on purpose, and the
 * device must find just that one: a comparison that never fails would prove nothing.
 */
static bool check_reads(struct fl_side *side, const char *kind)
{
	uint64_t bytes = side->fl->config.check_bytes, seed = sim_rng_u64(&side->fl->rng);
	uint8_t spoiled;

	dma_engine_pattern_fill(seed, side->window, side->host, bytes);
	spoiled = (uint8_t)~side->host[CONTROL_OFFSET];
	if (!fl_expect(side, vfm_store(side->proc, side->va, side->host, bytes) >= 0, kind,
		       "the buffer cannot be written"))
		return false;
	if (!check_one_read(side, seed, bytes, 0, kind))
		return false;
	side->read += bytes;
	if (!fl_expect(side, vfm_store(side->proc, side->va + CONTROL_OFFSET, &spoiled, 1) >= 0, kind,
		       "the buffer cannot be written"))
		return false;
	return check_one_read(side, seed, 4096, 1, kind);
}

bool fl_check_dma(struct fl_side *side, const char *kind)
{
	return check_writes(side, kind) && check_reads(side, kind);
}
