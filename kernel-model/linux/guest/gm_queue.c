// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/linux/guest/gm_queue.c - what the guest's drivers share: the descriptor ring of a dma-engine
 * (hw/regs/dma_engine_regs.h), which stands for a queue of a network card or of an NVMe device, and the DMA API with the time
 * it takes.
 *
 * The ring lies in coherent memory. Descriptors end in the order in which they were posted, as the driver looks at them.
 *
 * Not modelled: interrupts, queues that are reset after an error.
 */
#include <linux/slab.h>

#include "hw/regs/dma_engine_regs.h"
#include "kernel-model/linux/guest/gm.h"

#define GM_DESC_WORDS (DMA_ENGINE_DESC_BYTES / 8)
#define GM_STOP_POLLS 100000
#define GM_STOP_POLL_PS 1000000

static u64 gm_bar(struct gm_queue *queue, u64 offset, bool write, u64 value)
{
	struct km_context context;
	u64 got;

	km_context_save(&context);
	got = host_guest_bar(gm_cpu(), queue->function, offset, write, value);
	km_context_restore(&context);
	return got;
}

static void gm_idle(u64 ps)
{
	struct km_context context;

	km_context_save(&context);
	host_guest_idle(gm_cpu(), ps);
	km_context_restore(&context);
}

/* A call of the DMA API is timed, and costs something of its own. */
struct gm_api {
	u64 begin_ps;
	unsigned long flags;
};

static struct gm_api gm_api_begin(void)
{
	struct gm_api api = { .begin_ps = host_guest_now_ps() };

	api.flags = gm_whole_lock();
	gm_spend(GM_COST_DMA, 1);
	return api;
}

static void gm_api_end(const struct gm_api *api, enum gm_span span)
{
	gm_whole_unlock(api->flags);
	host_guest_span(span, host_guest_now_ps() - api->begin_ps);
}

dma_addr_t gm_map(struct device *dev, void *at, size_t bytes, enum dma_data_direction dir)
{
	struct gm_api api = gm_api_begin();
	dma_addr_t iova;

	iova = dma_map_single(dev, at, bytes, dir);
	gm_api_end(&api, GM_SPAN_MAP);
	return dma_mapping_error(dev, iova) ? DMA_MAPPING_ERROR : iova;
}

void gm_unmap(struct device *dev, dma_addr_t iova, size_t bytes, enum dma_data_direction dir)
{
	struct gm_api api = gm_api_begin();

	dma_unmap_single(dev, iova, bytes, dir);
	gm_api_end(&api, GM_SPAN_UNMAP);
}

int gm_map_sg(struct device *dev, struct scatterlist *sg, int nents, enum dma_data_direction dir)
{
	struct gm_api api = gm_api_begin();
	int mapped;

	mapped = dma_map_sg(dev, sg, nents, dir);
	gm_api_end(&api, GM_SPAN_MAP);
	return mapped;
}

void gm_unmap_sg(struct device *dev, struct scatterlist *sg, int nents, enum dma_data_direction dir)
{
	struct gm_api api = gm_api_begin();

	dma_unmap_sg(dev, sg, nents, dir);
	gm_api_end(&api, GM_SPAN_UNMAP);
}

static void gm_queue_start(struct gm_queue *queue, u64 interval_ps)
{
	u64 depth = gm_bar(queue, DMA_ENGINE_CAPACITY, false, 0);
	const struct {
		u32 reg;
		u64 value;
	} writes[] = {
		{ DMA_ENGINE_PATTERN, DMA_ENGINE_PATTERN_RING },
		{ DMA_ENGINE_REQ_BYTES, 4096 },
		{ DMA_ENGINE_COUNT, 0 },
		{ DMA_ENGINE_QDEPTH, depth },
		{ DMA_ENGINE_SEED, queue->seed },
		{ DMA_ENGINE_INTERVAL, interval_ps },
		{ DMA_ENGINE_RING_BASE, queue->ring_iova },
		{ DMA_ENGINE_RING_ENTRIES, queue->entries },
		{ DMA_ENGINE_RING_TAIL, 0 },
		{ DMA_ENGINE_CTRL, DMA_ENGINE_CTRL_CHECK | DMA_ENGINE_CTRL_START },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(writes); i++)
		gm_bar(queue, writes[i].reg, true, writes[i].value);
}

int gm_queue_init(struct gm_queue *queue, unsigned int function, unsigned int entries, u64 seed, u64 interval_ps)
{
	struct pci_dev *pdev = gm_pci_dev(function);

	if (!pdev)
		return -ENODEV;
	*queue = (struct gm_queue){ .dev = &pdev->dev, .function = function, .entries = entries, .seed = seed };
	queue->desc = kcalloc(entries, sizeof(*queue->desc), GFP_KERNEL);
	if (!queue->desc)
		return -ENOMEM;
	queue->ring = dma_alloc_coherent(queue->dev, entries * DMA_ENGINE_DESC_BYTES, &queue->ring_iova, GFP_KERNEL);
	if (!queue->ring) {
		kfree(queue->desc);
		return -ENOMEM;
	}
	gm_queue_start(queue, interval_ps);
	return 0;
}

void gm_queue_stop(struct gm_queue *queue)
{
	u64 status = DMA_ENGINE_STATUS_BUSY;
	unsigned int i;

	gm_bar(queue, DMA_ENGINE_CTRL, true, DMA_ENGINE_CTRL_STOP);
	for (i = 0; i < GM_STOP_POLLS && status != U64_MAX && (status & DMA_ENGINE_STATUS_BUSY); i++) {
		gm_idle(GM_STOP_POLL_PS);
		status = gm_bar(queue, DMA_ENGINE_STATUS, false, 0);
	}
}

void gm_queue_free(struct gm_queue *queue)
{
	dma_free_coherent(queue->dev, queue->entries * DMA_ENGINE_DESC_BYTES, queue->ring, queue->ring_iova);
	kfree(queue->desc);
}

/* One entry stays empty, so that a full ring is not an empty one. */
unsigned int gm_queue_room(const struct gm_queue *queue)
{
	return (queue->head - queue->tail - 1) & (queue->entries - 1);
}

void gm_queue_post(struct gm_queue *queue, const struct gm_desc *desc)
{
	__le64 *raw = queue->ring + queue->tail * GM_DESC_WORDS;
	u64 flags = desc->write ? DMA_ENGINE_DESC_FLAG_WRITE : 0;

	queue->desc[queue->tail] = *desc;
	raw[0] = cpu_to_le64(desc->iova);
	raw[1] = cpu_to_le64(desc->bytes | flags << 32);
	raw[2] = 0;
	raw[3] = 0;
	queue->tail = (queue->tail + 1) & (queue->entries - 1);
}

void gm_queue_ring(struct gm_queue *queue)
{
	if (queue->doorbell == queue->tail)
		return;
	queue->doorbell = queue->tail;
	gm_bar(queue, DMA_ENGINE_RING_TAIL, true, queue->tail);
}

bool gm_queue_done(struct gm_queue *queue, struct gm_ended *ended)
{
	u64 last;

	if (queue->head == queue->tail)
		return false;
	last = le64_to_cpu(READ_ONCE(queue->ring[queue->head * GM_DESC_WORDS + DMA_ENGINE_DESC_STATUS / 8]));
	if (!(last & DMA_ENGINE_DESC_STATUS_DONE))
		return false;
	ended->failed = (u32)last != (u32)DMA_ENGINE_DESC_STATUS_DONE;
	ended->wrong = last >> 32;
	return true;
}

void gm_queue_pop(struct gm_queue *queue)
{
	queue->head = (queue->head + 1) & (queue->entries - 1);
}

void gm_queue_wait(u64 poll_ps)
{
	gm_idle(poll_ps);
}

bool gm_queue_broken(struct gm_queue *queue)
{
	u64 status = gm_bar(queue, DMA_ENGINE_STATUS, false, 0);

	return status == U64_MAX || (status & (DMA_ENGINE_STATUS_RING_FAULT | DMA_ENGINE_STATUS_BAD_CONFIG));
}
