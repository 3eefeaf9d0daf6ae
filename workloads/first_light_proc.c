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
#define JOB_PATIENCE_PS (100 * SIM_PS_PER_MS)

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

void fl_job_start(struct fl_side *side, const struct wl_engine_job *job)
{
	struct wl_engine_job sized = *job;

	sized.request_bytes = side->fl->config.request_bytes;
	sized.queue_depth = side->fl->config.queue_depth;
	wl_engine_start(&side->dev, &sized);
}

bool fl_job_wait(struct fl_side *side)
{
	side->fl->a_beats += side == &side->fl->a;
	return wl_engine_wait(&side->dev, JOB_PATIENCE_PS);
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

bool fl_check_dma(struct fl_side *side, const char *kind)
{
	struct first_light *fl = side->fl;
	struct wl_dma_check check = {.device = &side->dev,
				     .user_va = side->va,
				     .iova = side->window,
				     .bytes = fl->config.check_bytes,
				     .request_bytes = fl->config.request_bytes,
				     .queue_depth = fl->config.queue_depth,
				     .rng = &fl->rng,
				     .host = side->host};
	bool ok;

	fl->a_beats += side == &fl->a;
	ok = wl_dma_check(&check);
	side->written += check.written;
	side->read += check.read;
	side->interrupts += check.interrupts;
	return fl_expect(side, ok, kind, "%s", check.why);
}
