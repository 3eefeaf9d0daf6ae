// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/linux/guest/gm_net.c - a network driver on one queue of its card, as NAPI drivers are: every frame has a buffer
 * of its own that is mapped when it is posted and unmapped when the frame has moved (Documentation/core-api/dma-api-howto.rst,
 * streaming mappings); the ring is a coherent one. Received and sent frames take turns in one ring.
 *
 * Every byte is compared: a frame that was received by the driver, a frame that was sent by the device.
 *
 * Not modelled: frames that get lost because no buffer was posted (the wire waits), segmentation offload, recycling of
 * mapped pages (page_pool), interrupts and their moderation.
 */
#include <linux/gfp.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "kernel-model/linux/guest/gm.h"

#define GM_NET_BATCH 16 /* frames that are told to the device together at most */
#define GM_NET_BUDGET 64 /* frames that are taken in one turn (NAPI_POLL_WEIGHT) */
#define GM_NET_IDLE_TURNS 50000
#define GM_NET_MARK 0xa5

struct gm_net_queue {
	const struct gm_net *net;
	struct gm_result *result;
	struct gm_queue queue;
	void **free, **posted; /* buffers: not in use; by place in the ring */
	u64 *posted_ps;
	struct page **page;
	unsigned int free_count, pages, turn;
	u64 started;
};

static void gm_net_free(struct gm_net_queue *q)
{
	unsigned int i;

	for (i = 0; i < q->pages; i++)
		__free_pages(q->page[i], 0);
	kfree(q->page);
	kfree(q->posted_ps);
	kfree(q->posted);
	kfree(q->free);
}

/* A buffer for each descriptor, several in a page where they fit. */
static int gm_net_alloc(struct gm_net_queue *q)
{
	unsigned int per_page = PAGE_SIZE / q->net->buffer_bytes, i, want = q->net->ring;

	q->free = kcalloc(want, sizeof(*q->free), GFP_KERNEL);
	q->posted = kcalloc(want, sizeof(*q->posted), GFP_KERNEL);
	q->posted_ps = kcalloc(want, sizeof(*q->posted_ps), GFP_KERNEL);
	q->page = kcalloc(want / per_page + 1, sizeof(*q->page), GFP_KERNEL);
	if (!q->free || !q->posted || !q->posted_ps || !q->page)
		return -ENOMEM;
	while (q->free_count < want) {
		q->page[q->pages] = alloc_pages(GFP_KERNEL, 0);
		if (!q->page[q->pages])
			return -ENOMEM;
		for (i = 0; i < per_page && q->free_count < want; i++)
			q->free[q->free_count++] = page_address(q->page[q->pages]) + i * q->net->buffer_bytes;
		q->pages++;
	}
	return 0;
}

/* Received frames may fill their buffer, sent ones are as long as they are. */
static size_t gm_net_bytes(const struct gm_net_queue *q, bool write)
{
	return write ? q->net->buffer_bytes : q->net->frame_bytes;
}

static enum dma_data_direction gm_net_dir(bool write)
{
	return write ? DMA_FROM_DEVICE : DMA_TO_DEVICE;
}

/* Which way the next frame goes: @tx of 256, evenly. */
static bool gm_net_next_writes(struct gm_net_queue *q)
{
	q->turn += q->net->tx;
	if (q->turn < 256)
		return true;
	q->turn -= 256;
	return false;
}

static bool gm_net_post(struct gm_net_queue *q)
{
	struct gm_desc desc = { .bytes = q->net->frame_bytes, .write = gm_net_next_writes(q) };
	unsigned int at = q->queue.tail;
	void *buffer = q->free[q->free_count - 1];

	if (desc.write)
		memset(buffer, GM_NET_MARK, q->net->frame_bytes);
	desc.iova = gm_map(q->queue.dev, buffer, gm_net_bytes(q, desc.write), gm_net_dir(desc.write));
	if (desc.iova == DMA_MAPPING_ERROR) {
		q->result->map_failed++;
		return false;
	}
	if (!desc.write)
		host_guest_pattern(q->net->seed, desc.iova, buffer, desc.bytes, 0);
	q->free_count--;
	q->result->maps++;
	q->posted[at] = buffer;
	q->posted_ps[at] = host_guest_now_ps();
	gm_queue_post(&q->queue, &desc);
	q->started++;
	return true;
}

/* Give the device what it can take. */
static void gm_net_refill(struct gm_net_queue *q)
{
	unsigned int n = 0;

	while (q->started < q->net->packets && q->free_count && gm_queue_room(&q->queue) && gm_net_post(q))
		if (++n % GM_NET_BATCH == 0)
			gm_queue_ring(&q->queue);
	gm_queue_ring(&q->queue);
}

static void gm_net_take(struct gm_net_queue *q, const struct gm_ended *ended)
{
	const struct gm_desc *desc = gm_queue_oldest(&q->queue);
	void *buffer = q->posted[q->queue.head];
	struct gm_result *result = q->result;

	gm_unmap(q->queue.dev, desc->iova, gm_net_bytes(q, desc->write), gm_net_dir(desc->write));
	if (desc->write && !ended->failed)
		result->wrong += host_guest_pattern(q->net->seed, desc->iova, buffer, desc->bytes, 1);
	result->wrong += ended->wrong;
	result->failed += ended->failed;
	result->checked += desc->bytes;
	result->bytes += desc->bytes;
	result->received += desc->write;
	result->sent += !desc->write;
	result->done++;
	host_guest_span(GM_SPAN_PACKET, host_guest_now_ps() - q->posted_ps[q->queue.head]);
	q->free[q->free_count++] = buffer;
	gm_queue_pop(&q->queue);
	gm_spend(GM_COST_PACKET, 1);
}

static unsigned int gm_net_poll(struct gm_net_queue *q)
{
	struct gm_ended ended;
	unsigned int taken = 0;

	while (taken < GM_NET_BUDGET && gm_queue_done(&q->queue, &ended)) {
		gm_net_take(q, &ended);
		taken++;
	}
	return taken;
}

static int gm_net_loop(struct gm_net_queue *q)
{
	unsigned int idle = 0;

	q->result->begin_ps = host_guest_now_ps();
	while (q->result->done < q->net->packets) {
		gm_net_refill(q);
		if (gm_net_poll(q)) {
			idle = 0;
			continue;
		}
		if (++idle % 1000 == 0 && (idle > GM_NET_IDLE_TURNS || gm_queue_broken(&q->queue)))
			return -EIO;
		gm_queue_wait(q->net->poll_ps);
	}
	q->result->end_ps = host_guest_now_ps();
	return 0;
}

/* What the device did not get to is taken back. */
static void gm_net_drain(struct gm_net_queue *q)
{
	while (q->queue.head != q->queue.tail) {
		const struct gm_desc *desc = gm_queue_oldest(&q->queue);

		gm_unmap(q->queue.dev, desc->iova, gm_net_bytes(q, desc->write), gm_net_dir(desc->write));
		gm_queue_pop(&q->queue);
	}
}

int gm_net_run(unsigned int function, const struct gm_net *net, struct gm_result *out)
{
	struct gm_net_queue q = { .net = net, .result = out };
	int ret = gm_net_alloc(&q);

	if (!ret)
		ret = gm_queue_init(&q.queue, function, net->ring, net->seed, net->interval_ps);
	if (!ret) {
		ret = gm_net_loop(&q);
		gm_queue_stop(&q.queue);
		gm_net_drain(&q);
		gm_queue_free(&q.queue);
	}
	gm_net_free(&q);
	return ret;
}
