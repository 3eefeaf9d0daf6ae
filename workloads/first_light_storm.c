// SPDX-License-Identifier: GPL-2.0-only
/*
 * workloads/first_light_storm.c - B streams, A maps and unmaps.
 *
 * B's stream reads and writes all of its buffer at random places. What it writes is what is there already, so that at
 * any moment every byte has one right value: the device checks what it reads, the process checks the memory at the end.
 */
#include <inttypes.h>

#include "hw/device/dma_engine.h"
#include "hw/regs/dma_engine_regs.h"
#include "sim/clock.h"
#include "workloads/first_light.h"
#include "workloads/wl_text.h"

#define STREAM "first-light-neighbour"
#define STORM "first-light-storm"
/* Longer than anything that A does between two signs of life, and than the longest rows allow it to sleep. */
#define PATIENCE_PS (100 * SIM_PS_PER_MS)

void fl_span_begin(struct first_light *fl, struct fl_span *span)
{
	span->open = true;
	span->begin_ps = sim_now(fl->run->sim);
}

void fl_span_end(struct first_light *fl, struct fl_span *span)
{
	span->open = false;
	span->end_ps = sim_now(fl->run->sim);
}

uint64_t fl_span_goodput(const struct fl_span *span)
{
	return sim_per_second(span->last_bytes - span->first_bytes, span->last_ps - span->first_ps);
}

static void span_sample(struct fl_span *span, sim_ps now_ps, uint64_t bytes)
{
	if (!span->open)
		return;
	if (!span->samples++) {
		span->first_ps = now_ps;
		span->first_bytes = bytes;
	}
	span->last_ps = now_ps;
	span->last_bytes = bytes;
}

/* B looks at its device's counters until A has done all it wants to do, or shows no sign of life any more. */
static bool watch_stream(struct fl_side *side)
{
	struct first_light *fl = side->fl;
	uint64_t beats = fl->a_beats;
	sim_ps beat_ps = sim_now(fl->run->sim);

	while (!fl->a_done) {
		uint64_t bytes;

		vfm_sleep(side->proc, fl->config.poll_ps);
		if (fl->a_beats != beats) {
			beats = fl->a_beats;
			beat_ps = sim_now(fl->run->sim);
		}
		if (!fl_expect(side, sim_now(fl->run->sim) - beat_ps < PATIENCE_PS, "first-light-unfinished",
			       "waited in vain for process A"))
			return false;
		bytes = fl_reg(side, DMA_ENGINE_READ_BYTES) + fl_reg(side, DMA_ENGINE_WRITE_BYTES);
		if (!fl_expect(side, fl_reg(side, DMA_ENGINE_ID) == DMA_ENGINE_ID_VALUE, STREAM,
			       "the device does not answer any more"))
			return false;
		span_sample(&fl->quiet, sim_now(fl->run->sim), bytes);
		span_sample(&fl->storm, sim_now(fl->run->sim), bytes);
		span_sample(&fl->trouble, sim_now(fl->run->sim), bytes);
	}
	return true;
}

bool fl_stream(struct fl_side *side)
{
	struct first_light *fl = side->fl;
	const struct fl_config *config = &fl->config;
	const struct wl_engine_job job = {.pattern = DMA_ENGINE_PATTERN_RANDOM,
					  .base = side->window,
					  .bytes = config->buffer_bytes,
					  .read_share = config->read_share,
					  .seed = sim_rng_u64(&fl->rng)};
	int64_t differ;
	bool ok;

	dma_engine_pattern_fill(job.seed, side->window, side->host, config->buffer_bytes);
	if (!fl_expect(side, vfm_store(side->proc, side->va, side->host, config->buffer_bytes) >= 0, STREAM,
		       "the buffer cannot be written"))
		return false;
	fl_job_start(side, &job);
	fl->b_streams = true;
	ok = watch_stream(side);
	fl->b_streams = false;
	vfm_bar0_write(&side->dev, DMA_ENGINE_CTRL, DMA_ENGINE_CTRL_STOP, 8);
	if (!ok || !fl_expect(side, fl_job_wait(side), STREAM, "the stream does not stop"))
		return false;
	fl->b_errors = fl_reg(side, DMA_ENGINE_ERRORS);
	fl->b_mismatches = fl_reg(side, DMA_ENGINE_MISMATCHES);
	fl_expect(side, !fl->b_errors && !fl->b_mismatches, STREAM,
		  "%" PRIu64 " requests failed and %" PRIu64 " bytes were read wrong", fl->b_errors, fl->b_mismatches);
	differ = fl_memory_differs(side, job.seed, 0, config->buffer_bytes);
	fl_expect(side, !differ, STREAM, "%" PRId64 " bytes of the buffer are wrong after the stream", differ);
	/* The stream wrote what was there; new bytes show that writes really arrive, also after all that happened to A.
	 */
	return fl_check_dma(side, STREAM) && !side->failed;
}

/** struct fl_place - where a round maps: PCI address and offset in A's buffer, both multiples of the size. */
struct fl_place {
	uint64_t iova, offset;
};

/* Anywhere in the window behind the buffer's own mapping, any part of the buffer. */
static struct fl_place pick_place(struct fl_side *side, uint64_t bytes)
{
	struct first_light *fl = side->fl;
	const struct fl_config *config = &fl->config;
	uint64_t first = config->buffer_bytes / bytes, slots = config->window_bytes / bytes;

	return (struct fl_place){
		.iova = side->window + sim_rng_range(&fl->rng, first, slots - 1) * bytes,
		.offset = sim_rng_below(&fl->rng, config->buffer_bytes / bytes) * bytes,
	};
}

/* A's device writes one request somewhere into what is mapped at @place, and the bytes must arrive in the buffer. */
static bool touch(struct fl_side *side, struct fl_size *size, const struct fl_place *place)
{
	struct first_light *fl = side->fl;
	uint64_t request = fl->config.request_bytes;
	uint64_t offset = sim_rng_below(&fl->rng, size->bytes / request) * request;
	const struct wl_engine_job job = {.pattern = DMA_ENGINE_PATTERN_STREAM,
					  .base = place->iova + offset,
					  .bytes = request,
					  .count = 1,
					  .seed = sim_rng_u64(&fl->rng)};

	fl_job_start(side, &job);
	if (!fl_expect(side, fl_job_wait(side), STORM, "a write to freshly mapped memory does not end"))
		return false;
	size->touched++;
	if (!fl_expect(side, vfm_load(side->proc, side->va + place->offset + offset, side->host, request) >= 0, STORM,
		       "the buffer cannot be read"))
		return false;
	return fl_expect(side, !dma_engine_pattern_check(job.seed, job.base, side->host, request, NULL), STORM,
			 "a write to freshly mapped memory did not arrive");
}

static bool storm_round(struct fl_side *side, struct fl_size *size, bool with_touch)
{
	struct fl_place place = pick_place(side, size->bytes);
	int64_t ret;

	side->fl->a_beats++;
	/* What the device touched before, it touches again with other memory behind: a stale TCE would show at once. */
	if (with_touch && size->touch_iova)
		place.iova = size->touch_iova;
	else if (with_touch)
		size->touch_iova = place.iova;
	ret = vfm_map_dma(&side->dev, side->va + place.offset, place.iova, size->bytes, true, true);
	if (!fl_expect(side, !ret, STORM, "MAP_DMA of %s failed (%" PRId64 ")", wl_text_bytes(size->bytes).s, ret))
		return false;
	stat_hist_add(&size->map, vfm_proc_last_call_ps(side->proc));
	if (with_touch && !touch(side, size, &place))
		return false;
	ret = vfm_unmap_dma(&side->dev, place.iova, size->bytes);
	if (!fl_expect(side, !ret, STORM, "UNMAP_DMA of %s failed (%" PRId64 ")", wl_text_bytes(size->bytes).s, ret))
		return false;
	stat_hist_add(&size->unmap, vfm_proc_last_call_ps(side->proc));
	return true;
}

bool fl_storm(struct fl_side *side)
{
	struct first_light *fl = side->fl;
	const struct fl_config *config = &fl->config;
	bool ok = true;

	while (!fl->b_streams && fl_other_alive(side))
		vfm_sleep(side->proc, config->poll_ps);
	fl_span_begin(fl, &fl->quiet);
	vfm_sleep(side->proc, config->quiet_ps);
	fl_span_end(fl, &fl->quiet);

	/* The sizes take turns, so that each meets its share of table levels that have yet to be made. */
	fl_span_begin(fl, &fl->storm);
	for (uint64_t round = 0; round < config->storm_rounds && ok; round++)
		for (uint32_t i = 0; i < fl->size_count && ok; i++)
			ok = storm_round(side, &fl->size[i], config->storm_touch && round % config->storm_touch == 0);
	fl_span_end(fl, &fl->storm);
	return ok;
}
