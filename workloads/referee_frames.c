// SPDX-License-Identifier: GPL-2.0-only
/*
 * workloads/referee_frames.c - what became of each frame of RAM: how often it is pinned, and whether it was freed.
 *
 * One word of state per frame in chunks made on first use, so that 1 TiB of RAM costs only its table of chunks.
 */
#include "workloads/referee_internal.h"

#include <stdlib.h>

#define FRAMES_CHUNK 4096u

struct frame {
	uint32_t pins : 31, freed : 1;
};

struct frames {
	uint64_t chunk_count;
	uint32_t page_bytes;
	struct frame **chunk;
};

struct frames *frames_create(uint64_t ram_bytes, uint32_t page_bytes)
{
	struct frames *frames = sim_alloc(sizeof(*frames));

	frames->page_bytes = page_bytes;
	frames->chunk_count = ram_bytes / page_bytes / FRAMES_CHUNK + 1;
	frames->chunk = sim_alloc(frames->chunk_count * sizeof(struct frame *));
	return frames;
}

void frames_destroy(struct frames *frames)
{
	if (!frames)
		return;
	for (uint64_t i = 0; i < frames->chunk_count; i++)
		free(frames->chunk[i]);
	free(frames->chunk);
	free(frames);
}

static struct frame *frame_make(struct frames *frames, uint64_t pfn)
{
	uint64_t c = pfn / FRAMES_CHUNK;

	if (c >= frames->chunk_count)
		return NULL;
	if (!frames->chunk[c])
		frames->chunk[c] = sim_alloc(FRAMES_CHUNK * sizeof(struct frame));
	return &frames->chunk[c][pfn % FRAMES_CHUNK];
}

static const struct frame *frame_get(const struct frames *frames, uint64_t real)
{
	uint64_t pfn = real / frames->page_bytes, c = pfn / FRAMES_CHUNK;

	if (c >= frames->chunk_count || !frames->chunk[c])
		return NULL;
	return &frames->chunk[c][pfn % FRAMES_CHUNK];
}

void frames_pin(struct frames *frames, uint64_t pfn)
{
	struct frame *frame = frame_make(frames, pfn);

	if (frame) {
		frame->pins++;
		frame->freed = false;
	}
}

void frames_unpin(struct frames *frames, uint64_t pfn)
{
	struct frame *frame = frame_make(frames, pfn);

	if (frame && frame->pins)
		frame->pins--;
}

void frames_free(struct frames *frames, uint64_t pfn)
{
	struct frame *frame = frame_make(frames, pfn);

	if (frame)
		frame->freed = true;
}

void frames_use(struct frames *frames, uint64_t pfn)
{
	struct frame *frame = frame_make(frames, pfn);

	if (frame)
		frame->freed = false;
}

uint32_t frames_pinned(const struct frames *frames, uint64_t real)
{
	const struct frame *frame = frame_get(frames, real);

	return frame ? frame->pins : 0;
}

bool frames_freed(const struct frames *frames, uint64_t real)
{
	const struct frame *frame = frame_get(frames, real);

	return frame && frame->freed;
}
