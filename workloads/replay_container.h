/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WORKLOADS_REPLAY_CONTAINER_H
#define WORKLOADS_REPLAY_CONTAINER_H
/*
 * workloads/replay_container.h - what a container of the second sPAPR type answers to a program's ioctls and what its
 * windows then hold, by docs/vfio-ioctls.md.
 *
 * The model knows windows, registered ranges and mapped pages by the addresses of the traced program. It shares no code
 * with the driver, the kernel's IOMMU code and the PHB. Not in it: limits of locked memory, huge pages.
 */
#include <stddef.h>

#include "sim/sim.h"

#define CONTAINER_WINDOWS 2u
#define CONTAINER_CHUNK 512u

/** struct container_region - a range of memory. @registered: in the container. @held: the kernel still has it. @live:
 * pages of it that are mapped, as often as they are. */
struct container_region {
	uint64_t vaddr, bytes, live;
	bool registered, held;
};

/** struct container_chunk - 512 pages of a window: address of the program and access bits; CONTAINER_GONE: was mapped.
 */
#define CONTAINER_GONE 4ull
struct container_chunk {
	uint32_t live;
	uint64_t page[CONTAINER_CHUNK];
};

/** struct container_window - @chunk: NULL where nothing was ever mapped. */
struct container_window {
	bool exists;
	uint64_t start, bytes;
	uint32_t page_shift;
	struct container_chunk **chunk;
};

/**
 * struct container - the model. @region: in the order of addresses, @region_size allocated. @page_bytes: of the kernel.
 */
struct container {
	struct container_window window[CONTAINER_WINDOWS];
	struct container_region *region;
	size_t region_count, region_size;
	uint64_t page_bytes;
	bool ever_registered;
};

void container_init(struct container *container, uint64_t page_bytes);
void container_finish(struct container *container);
/* Each says what the ioctl must return, and does what it does. @start: where the window comes to lie. */
int64_t container_create(struct container *container, uint64_t bytes, uint32_t page_shift, uint64_t *start);
int64_t container_remove(struct container *container, uint64_t start);
int64_t container_register(struct container *container, uint64_t vaddr, uint64_t bytes);
int64_t container_unregister(struct container *container, uint64_t vaddr, uint64_t bytes);
int64_t container_map(struct container *container, uint64_t iova, uint64_t bytes, uint64_t vaddr, uint64_t access);
/** container_unmap - @cleared: mapped pages that it takes away. */
int64_t container_unmap(struct container *container, uint64_t iova, uint64_t bytes, uint64_t *cleared);
/** container_page - what is mapped at @iova: address and access bits; 0: nothing; CONTAINER_GONE: nothing any more. */
uint64_t container_page(const struct container *container, uint64_t iova);
/** container_live - bytes mapped in window @index. */
uint64_t container_live_bytes(const struct container *container, uint32_t index);
/** container_held_pages - pages of the kernel's that ranges hold which were unregistered while they were mapped. */
uint64_t container_held_pages(const struct container *container);

/**
 * container_is_slip - is this UNMAP DPDK's? It passes the structure of MAP_DMA: the kernel reads 0 as address and the
 * address as size (docs/replay.md).
 */
bool container_is_slip(const struct container *container, uint64_t iova, uint64_t bytes);

#endif
