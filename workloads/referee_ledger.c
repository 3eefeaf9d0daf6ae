// SPDX-License-Identifier: GPL-2.0-only
/*
 * workloads/referee_ledger.c - what the API side allowed, per container: DMA windows and their IOMMU pages.
 *
 * Knows only what user space and guests were told by return values (VFIO uapi: GET_INFO, TCE_CREATE, TCE_REMOVE,
 * MAP_DMA, UNMAP_DMA; hypercalls). It never looks at a TCE. While a call is under way, before and after are both right;
 * when two on one page overlap, nobody knows which came last, and both stay right until a later call is done alone.
 */
#include "workloads/referee_internal.h"

#include <stdlib.h>

static void window_free(struct ledger_window *window)
{
	for (uint64_t i = 0; i < window->chunk_count; i++)
		free(window->chunk[i]);
	free(window->chunk);
	free(window);
}

void ledger_finish(struct ledger *ledger)
{
	struct ledger_window *window;

	while ((window = ledger->windows)) {
		ledger->windows = window->next;
		window_free(window);
	}
}

void ledger_window_add(struct ledger *ledger, uint64_t start, uint64_t bytes, uint32_t shift)
{
	struct ledger_window **at = &ledger->windows, *window;

	while ((window = *at) && window->start != start)
		at = &window->next;
	if (window && !window->gone)
		return;
	if (window) {
		*at = window->next;
		window_free(window);
	}
	window = sim_alloc(sizeof(*window));
	window->start = start;
	window->bytes = bytes;
	window->shift = shift;
	window->chunk_count = (bytes >> shift) / LEDGER_CHUNK_PAGES + 1;
	window->chunk = sim_alloc(window->chunk_count * sizeof(struct ledger_page *));
	window->next = ledger->windows;
	ledger->windows = window;
}

/* A window that is gone takes its mappings along: what is reached through it later is stale. */
static void window_retire(struct ledger_window *window, sim_ps now_ps)
{
	window->gone = true;
	for (uint64_t i = 0; i < window->chunk_count; i++)
		for (uint32_t j = 0; window->chunk[i] && j < LEDGER_CHUNK_PAGES; j++) {
			struct ledger_page *page = &window->chunk[i][j];

			if (page->state != LEDGER_MAPPED && !page->unsure && !page->maps)
				continue;
			page->state = LEDGER_STALE;
			page->unsure = false;
			page->changed_ps = now_ps;
		}
}

void ledger_window_remove(struct ledger *ledger, uint64_t start, sim_ps now_ps)
{
	for (struct ledger_window *window = ledger->windows; window; window = window->next)
		if (window->start == start && !window->gone)
			window_retire(window, now_ps);
}

void ledger_remove_all(struct ledger *ledger, sim_ps now_ps)
{
	for (struct ledger_window *window = ledger->windows; window; window = window->next)
		if (!window->gone)
			window_retire(window, now_ps);
}

struct ledger_window *ledger_window_at(const struct ledger *ledger, uint64_t iova)
{
	struct ledger_window *gone = NULL;

	for (struct ledger_window *window = ledger->windows; window; window = window->next) {
		if (iova < window->start || iova - window->start >= window->bytes)
			continue;
		if (!window->gone)
			return window;
		gone = window;
	}
	return gone;
}

struct ledger_page *ledger_page_at(const struct ledger_window *window, uint64_t iova)
{
	uint64_t index = (iova - window->start) >> window->shift;
	struct ledger_page *chunk = window->chunk[index / LEDGER_CHUNK_PAGES];

	return chunk ? &chunk[index % LEDGER_CHUNK_PAGES] : NULL;
}

static struct ledger_page *page_make(struct ledger_window *window, uint64_t iova)
{
	uint64_t index = (iova - window->start) >> window->shift;
	struct ledger_page **chunk = &window->chunk[index / LEDGER_CHUNK_PAGES];

	if (!*chunk)
		*chunk = sim_alloc(LEDGER_CHUNK_PAGES * sizeof(struct ledger_page));
	return &(*chunk)[index % LEDGER_CHUNK_PAGES];
}

/* The live window of @iova; pages past its end are not ours to record, whatever the call returns. */
static struct ledger_window *range_begin(const struct ledger *ledger, uint64_t iova, uint64_t bytes, uint64_t *end)
{
	struct ledger_window *window = ledger_window_at(ledger, iova);
	uint64_t left;

	if (!window || window->gone)
		return NULL;
	left = window->bytes - (iova - window->start);
	*end = iova + (bytes < left ? bytes : left);
	return window;
}

static bool is_busy(const struct ledger_page *page)
{
	return page->maps || page->unmaps;
}

/* A call ended. @outcome decides whether what it wanted, which the caller has put into the page, is certain. */
static void page_settle(struct ledger_page *page, enum ledger_outcome outcome, sim_ps now_ps)
{
	if (outcome != LEDGER_REFUSED)
		page->unsure = outcome == LEDGER_UNCERTAIN || page->overlapped;
	page->changed_ps = now_ps;
	if (is_busy(page))
		return;
	page->overlapped = false;
	if (!page->unsure)
		page->perm_new = 0;
}

void ledger_map_enter(struct ledger *ledger, uint64_t iova, uint64_t bytes, uint8_t perm)
{
	uint64_t end = 0;
	struct ledger_window *window = range_begin(ledger, iova, bytes, &end);

	for (uint64_t at = iova; window && at < end; at += 1ull << window->shift) {
		struct ledger_page *page = page_make(window, at);

		page->overlapped |= is_busy(page);
		page->maps++;
		page->perm_new |= perm;
	}
}

void ledger_map_return(struct ledger *ledger, const struct ledger_map *map, enum ledger_outcome outcome, sim_ps now_ps)
{
	uint64_t end = 0;
	struct ledger_window *window = range_begin(ledger, map->iova, map->bytes, &end);

	for (uint64_t at = map->iova; window && at < end; at += 1ull << window->shift) {
		struct ledger_page *page = ledger_page_at(window, at);

		/* A window that was made meanwhile has no such page. */
		if (!page || !page->maps)
			continue;
		page->maps--;
		if (outcome == LEDGER_DONE) {
			page->state = LEDGER_MAPPED;
			page->real = map->real(map->arg, map->user_va + (at - map->iova));
			page->perm = map->perm;
		}
		page_settle(page, outcome, now_ps);
	}
}

void ledger_unmap_enter(struct ledger *ledger, uint64_t iova, uint64_t bytes)
{
	uint64_t end = 0;
	struct ledger_window *window = range_begin(ledger, iova, bytes, &end);

	for (uint64_t at = iova; window && at < end; at += 1ull << window->shift) {
		struct ledger_page *page = ledger_page_at(window, at);

		if (!page || (page->state == LEDGER_NEVER && !page->unsure && !is_busy(page)))
			continue;
		page->overlapped |= is_busy(page);
		page->unmaps++;
	}
}

void ledger_unmap_return(struct ledger *ledger, uint64_t iova, uint64_t bytes, enum ledger_outcome outcome,
			 sim_ps now_ps)
{
	uint64_t end = 0;
	struct ledger_window *window = range_begin(ledger, iova, bytes, &end);

	for (uint64_t at = iova; window && at < end; at += 1ull << window->shift) {
		struct ledger_page *page = ledger_page_at(window, at);

		if (!page || !page->unmaps)
			continue;
		page->unmaps--;
		if (outcome == LEDGER_DONE)
			page->state = LEDGER_STALE;
		page_settle(page, outcome, now_ps);
	}
}

/* Does @real lie where @base (the frame of the page that holds @iova) says? */
static bool reaches(const struct ledger_window *window, uint64_t base, uint64_t iova, uint64_t real)
{
	uint64_t mask = (1ull << window->shift) - 1;

	return base != UINT64_MAX && real == base + ((iova - window->start) & mask);
}

/* A page that somebody is changing, or whose state nobody knows. */
static enum ledger_verdict judge_unsettled(const struct ledger_window *window, const struct ledger_page *page,
					   uint64_t iova, uint8_t perm, uint64_t real)
{
	bool mapped = page->state == LEDGER_MAPPED, only_unmaps = !page->maps && !page->unsure;
	uint8_t allowed = (mapped ? page->perm : 0) | page->perm_new;

	if (!allowed) /* before and after it is not mapped */
		return page->state == LEDGER_STALE ? LEDGER_WAS_UNMAPPED : LEDGER_UNMAPPED;
	if (real == UINT64_MAX)
		return LEDGER_EITHER;
	if ((allowed & perm) != perm)
		return LEDGER_DIRECTION;
	if (only_unmaps && !reaches(window, page->real, iova, real))
		return LEDGER_WRONG_PAGE;
	/* A new frame is not known before its call returns; its pin is checked by the caller. */
	return LEDGER_EITHER;
}

enum ledger_verdict ledger_judge(const struct ledger *ledger, uint64_t iova, uint8_t perm, uint64_t real,
				 struct ledger_page **page_out)
{
	struct ledger_window *window = ledger_window_at(ledger, iova);
	struct ledger_page *page;

	*page_out = NULL;
	if (!window)
		return LEDGER_BEYOND_WINDOW;
	page = ledger_page_at(window, iova);
	*page_out = page;
	if (!page)
		return LEDGER_UNMAPPED;
	if (!window->gone && (page->unsure || is_busy(page)))
		return judge_unsettled(window, page, iova, perm, real);
	if (page->state == LEDGER_NEVER)
		return LEDGER_UNMAPPED;
	if (page->state == LEDGER_STALE || window->gone)
		return LEDGER_WAS_UNMAPPED;
	if ((page->perm & perm) != perm)
		return LEDGER_DIRECTION;
	if (real != UINT64_MAX && !reaches(window, page->real, iova, real))
		return LEDGER_WRONG_PAGE;
	return LEDGER_ALLOWED;
}
