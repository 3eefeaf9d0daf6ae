// SPDX-License-Identifier: GPL-2.0-only
/* workloads/replay_container.c - the model of a container: windows, registered ranges, mapped pages. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kvm-model/kvm.h"
#include "workloads/replay_container.h"
#include "workloads/replay_table.h"

#define TCE_RW (KVM_TCE_READ | KVM_TCE_WRITE)

void container_init(struct container *container, uint64_t page_bytes)
{
	memset(container, 0, sizeof(*container));
	container->page_bytes = page_bytes;
}

static uint64_t chunks_of(const struct container_window *window)
{
	return (window->bytes >> window->page_shift) / CONTAINER_CHUNK + 1;
}

static void window_free(struct container_window *window)
{
	for (uint64_t i = 0; window->exists && i < chunks_of(window); i++)
		free(window->chunk[i]);
	free(window->chunk);
	memset(window, 0, sizeof(*window));
}

void container_finish(struct container *container)
{
	for (uint32_t i = 0; i < CONTAINER_WINDOWS; i++)
		window_free(&container->window[i]);
	free(container->region);
	container->region = NULL;
	container->region_count = 0;
}

/* ---- Ranges of memory, in the order of their addresses ---- */

/* Index of the last range that begins at or below @vaddr, plus one. */
static size_t region_after(const struct container *container, uint64_t vaddr)
{
	size_t low = 0, high = container->region_count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (container->region[middle].vaddr <= vaddr)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct container_region *region_of(const struct container *container, uint64_t vaddr, uint64_t bytes)
{
	size_t after = region_after(container, vaddr);
	struct container_region *region = after ? &container->region[after - 1] : NULL;

	return region && vaddr - region->vaddr < region->bytes && bytes <= region->bytes - (vaddr - region->vaddr)
		       ? region
		       : NULL;
}

static int64_t region_add(struct container *container, uint64_t vaddr, uint64_t bytes)
{
	size_t at = region_after(container, vaddr);
	struct container_region *list = container->region;

	if ((at && vaddr - list[at - 1].vaddr < list[at - 1].bytes) ||
	    (at < container->region_count && list[at].vaddr - vaddr < bytes))
		return -EINVAL; /* overlaps */
	if (container->region_count == container->region_size) {
		container->region_size = container->region_size ? container->region_size * 2 : 64;
		container->region = list = sim_realloc(list, container->region_size * sizeof(*list));
	}
	memmove(&list[at + 1], &list[at], (container->region_count++ - at) * sizeof(*list));
	list[at] = (struct container_region){.vaddr = vaddr, .bytes = bytes, .registered = true};
	return 0;
}

static void region_remove(struct container *container, struct container_region *region)
{
	size_t at = (size_t)(region - container->region);

	memmove(region, region + 1, (--container->region_count - at) * sizeof(*region));
}

int64_t container_register(struct container *container, uint64_t vaddr, uint64_t bytes)
{
	struct container_region *region = region_of(container, vaddr, bytes);

	if ((vaddr | bytes) & (container->page_bytes - 1) || vaddr + bytes <= vaddr)
		return -EINVAL;
	container->ever_registered = true;
	if (!region)
		return region_add(container, vaddr, bytes);
	if (region->vaddr != vaddr || region->bytes != bytes)
		return -EINVAL;
	if (region->registered)
		return -EBUSY;
	region->registered = true; /* one that the kernel had kept */
	return 0;
}

int64_t container_unregister(struct container *container, uint64_t vaddr, uint64_t bytes)
{
	struct container_region *region = region_of(container, vaddr, bytes);

	if (!container->ever_registered)
		return -EPERM;
	if ((vaddr | bytes) & (container->page_bytes - 1))
		return -EINVAL;
	if (!region || region->vaddr != vaddr || region->bytes != bytes || !region->registered)
		return -ENOENT;
	region->registered = false;
	/* Mapped: the answer is 0, and the kernel keeps the range for good (findings.md, unregister-while-mapped). */
	if (region->live)
		region->held = true;
	if (!region->held)
		region_remove(container, region);
	return 0;
}

uint64_t container_held_pages(const struct container *container)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < container->region_count; i++)
		bytes += container->region[i].held ? container->region[i].bytes : 0;
	return bytes / container->page_bytes;
}

/* ---- Windows ---- */

static struct container_window *window_of(const struct container *container, uint64_t iova)
{
	for (uint32_t i = 0; i < CONTAINER_WINDOWS; i++) {
		const struct container_window *window = &container->window[i];

		if (window->exists && iova >= window->start && iova - window->start < window->bytes)
			return (struct container_window *)(uintptr_t)window;
	}
	return NULL;
}

int64_t container_create(struct container *container, uint64_t bytes, uint32_t page_shift, uint64_t *start)
{
	for (uint32_t i = 0; i < CONTAINER_WINDOWS; i++) {
		struct container_window *window = &container->window[i];

		if (window->exists)
			continue;
		*window = (struct container_window){.exists = true, .bytes = bytes, .page_shift = page_shift};
		window->start = *start = i ? REPLAY_DDW_START : 0;
		window->chunk = sim_alloc(chunks_of(window) * sizeof(*window->chunk));
		return 0;
	}
	return -ENOSPC;
}

/* Page @index becomes @value; the ranges behind it know. Return: was something mapped there? */
static bool page_set(struct container *container, struct container_window *window, uint64_t index, uint64_t value)
{
	struct container_chunk **chunk = &window->chunk[index / CONTAINER_CHUNK];
	uint64_t *page, bytes = 1ull << window->page_shift;
	struct container_region *region;
	bool was;

	if (!*chunk)
		*chunk = sim_alloc(sizeof(**chunk));
	page = &(*chunk)->page[index % CONTAINER_CHUNK];
	was = *page & TCE_RW;
	if (was) {
		region = region_of(container, *page & ~(bytes - 1), bytes);
		region->live--;
		(*chunk)->live--;
	}
	if (value & TCE_RW) {
		region = region_of(container, value & ~(bytes - 1), bytes);
		region->live++;
		(*chunk)->live++;
	}
	*page = value;
	return was;
}

static uint64_t window_clear(struct container *container, struct container_window *window, uint64_t first,
			     uint64_t count)
{
	uint64_t cleared = 0;

	for (uint64_t index = first; index < first + count; index++) {
		const struct container_chunk *chunk = window->chunk[index / CONTAINER_CHUNK];

		if (!chunk || !chunk->live)
			index |= CONTAINER_CHUNK - 1;
		else if (chunk->page[index % CONTAINER_CHUNK] & TCE_RW)
			cleared += page_set(container, window, index, CONTAINER_GONE);
	}
	return cleared;
}

int64_t container_remove(struct container *container, uint64_t start)
{
	struct container_window *window = window_of(container, start);

	/* The first window, before anybody asked for it: from now on there is none. */
	if (!window)
		return start ? -EINVAL : 0;
	(void)window_clear(container, window, 0, window->bytes >> window->page_shift);
	window_free(window);
	return 0;
}

int64_t container_map(struct container *container, uint64_t iova, uint64_t bytes, uint64_t vaddr, uint64_t access)
{
	struct container_window *window = window_of(container, iova);
	uint64_t page, first, i;

	if (!container->ever_registered)
		return -EPERM;
	if (!window)
		return -ENXIO;
	page = 1ull << window->page_shift;
	if ((vaddr | bytes) & (page - 1) || !access)
		return -EINVAL;
	if (iova & (page - 1))
		return 1;
	first = (iova - window->start) >> window->page_shift;
	for (i = 0; i < bytes / page; i++) {
		if (!region_of(container, vaddr + i * page, page) || first + i >= window->bytes >> window->page_shift) {
			(void)window_clear(container, window, first, i);
			return -EINVAL;
		}
		(void)page_set(container, window, first + i, (vaddr + i * page) | access);
	}
	return 0;
}

int64_t container_unmap(struct container *container, uint64_t iova, uint64_t bytes, uint64_t *cleared)
{
	struct container_window *window = window_of(container, iova);
	uint64_t page;

	*cleared = 0;
	if (!container->ever_registered)
		return -EPERM;
	if (!window)
		return -ENXIO;
	page = 1ull << window->page_shift;
	if (bytes & (page - 1))
		return -EINVAL;
	if (iova & (page - 1) || bytes > window->bytes - (iova - window->start))
		return 1;
	*cleared = window_clear(container, window, (iova - window->start) / page, bytes / page);
	return 0;
}

uint64_t container_page(const struct container *container, uint64_t iova)
{
	const struct container_window *window = window_of(container, iova);
	uint64_t index = window ? (iova - window->start) >> window->page_shift : 0;

	return window && window->chunk[index / CONTAINER_CHUNK]
		       ? window->chunk[index / CONTAINER_CHUNK]->page[index % CONTAINER_CHUNK]
		       : 0;
}

uint64_t container_live_bytes(const struct container *container, uint32_t index)
{
	const struct container_window *window = &container->window[index];
	uint64_t pages = 0;

	for (uint64_t i = 0; window->exists && i < chunks_of(window); i++)
		pages += window->chunk[i] ? window->chunk[i]->live : 0;
	return pages << window->page_shift;
}

bool container_is_slip(const struct container *container, uint64_t iova, uint64_t bytes)
{
	return !iova && !container_page(container, 0) && bytes > container->page_bytes &&
	       container_page(container, bytes);
}
