// SPDX-License-Identifier: GPL-2.0-only
/*
 * workloads/replay_live.c - DMA while the trace goes on: the translations that it has seen, and checked data through
 * pages that are mapped at the time.
 */
#include <inttypes.h>

#include "workloads/replay_hcalls.h"

#define TCE_RW (KVM_TCE_READ | KVM_TCE_WRITE)
#define XLATE_BYTES 8u
#define REST 32u /* pages of a window that are used in the end, about */

/* The PE froze where it should not have: go on, the wrong answer is counted. */
static void thaw(struct replay *replay, struct replay_device *device)
{
	if (!replay_device_thaw(device))
		replay_wrong(replay, "replay-dma", "%s stays frozen", device->name);
}

void replay_xlate(struct replay *replay, const struct trace_record *record)
{
	const struct trace_hcall *hcall = &record->hcall;
	struct replay_window *window = replay_window_find(&replay->plan, hcall->liobn);
	uint64_t room = REPLAY_BLOCK_BYTES - hcall->ioba % REPLAY_BLOCK_BYTES, want = UINT64_MAX;
	bool allowed = hcall->tce & TCE_RW, read = !allowed || hcall->tce & KVM_TCE_READ, ok;
	struct replay_device *device;

	if (!window)
		return; /* the trace says that nobody has this LIOBN: no device of ours could ask */
	device = &replay->device[window->device];
	if (allowed)
		want = replay_real(replay, window, hcall->tce, hcall->ioba & ((1ull << window->page_shift) - 1));
	ok = replay_device_dma(device, hcall->ioba, room < XLATE_BYTES ? room : XLATE_BYTES, read, 0);
	replay->counts.xlates++;
	if (ok == allowed &&
	    (!allowed || (device->seen.count && device->seen.real == want && device->seen.write == !read))) {
		if (!ok)
			thaw(replay, device);
		return;
	}
	replay->counts.xlate_wrong++;
	replay_wrong(replay, "replay-translation",
		     "line %" PRIu64 ": a device's request to 0x%" PRIx64 " of LIOBN 0x%" PRIx64
		     " went to real address 0x%" PRIx64 "%s, the trace has page 0x%" PRIx64 ", which is at 0x%" PRIx64,
		     record->line, hcall->ioba, hcall->liobn, device->seen.real, ok ? "" : " (none: the PE froze)",
		     hcall->tce, want);
	if (!ok)
		thaw(replay, device);
}

static void touch(struct replay *replay, const struct replay_recent *recent)
{
	const struct replay_window *window = recent->window;
	uint64_t tce = window->tce[recent->index], page = 1ull << window->page_shift;
	uint64_t block = sim_rng_below(&replay->owner.rng, page / REPLAY_BLOCK_BYTES) * REPLAY_BLOCK_BYTES;
	uint64_t iova = window->start + (recent->index << window->page_shift) + block;
	const char *wrong;

	if (!(tce & TCE_RW) || window->why[recent->index])
		return; /* gone since */
	wrong = replay_device_move(&replay->device[window->device], iova, (tce & ~(page - 1)) + block, tce,
				   &replay->counts.moved);
	if (wrong)
		replay_wrong(replay, "replay-dma", "I/O address 0x%" PRIx64 ", which is mapped: %s", iova, wrong);
}

void replay_live_note(struct replay *replay, struct replay_window *window, const struct trace_record *record)
{
	uint64_t index, last = record->hcall.pages ? record->hcall.pages - 1 : 0;

	if (!replay->config.dma || record->op == 'G' || record->hcall.ret || !record->hcall.pages ||
	    !replay_window_index(window, record->hcall.ioba, &index))
		return;
	if (!(record->hcall.tce & TCE_RW)) {
		replay->unmapped = (struct replay_recent){window, index};
		return;
	}
	/* One of its entries, another one each time. */
	replay->recent[replay->recent_count++ % REPLAY_RECENT] =
		(struct replay_recent){window, index + sim_rng_below(&replay->owner.rng, last + 1)};
	if (++replay->maps % replay->config.dma_every)
		return;
	touch(replay, &replay->recent[sim_rng_below(&replay->owner.rng, replay->recent_count < REPLAY_RECENT
										? replay->recent_count
										: REPLAY_RECENT)]);
}

static uint64_t live_entries(const struct replay_window *window)
{
	uint64_t live = 0;

	for (uint64_t index = 0; index < window->entries; index++)
		live += (window->tce[index] & TCE_RW) != 0;
	return live;
}

void replay_live_rest(struct replay *replay)
{
	for (uint32_t i = 0; i < replay->plan.window_count; i++) {
		struct replay_window *window = &replay->plan.window[i];
		uint64_t every = live_entries(window) / REST + 1, seen = 0;

		for (uint64_t index = 0; index < window->entries; index++)
			if (window->tce[index] & TCE_RW && seen++ % every == 0)
				touch(replay, &(struct replay_recent){window, index});
	}
}

void replay_stray(struct replay *replay)
{
	const struct replay_window *window = replay->unmapped.window;
	struct replay_device *device;

	if (!window || window->tce[replay->unmapped.index] & TCE_RW || window->why[replay->unmapped.index])
		return;
	device = &replay->device[window->device];
	replay->counts.stray_done = true;
	replay->counts.stray_frozen = !replay_device_dma(
		device, window->start + (replay->unmapped.index << window->page_shift), XLATE_BYTES, true, 0);
	replay->counts.thawed = replay_device_thaw(device);
	if (!replay->counts.stray_frozen || device->seen.count)
		replay_wrong(replay, "replay-dma", "a request to a page that the trace had unmapped froze nothing");
	else if (!replay->counts.thawed)
		replay_wrong(replay, "replay-dma", "%s stays frozen", device->name);
}
