// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/linux/guest/gm_blk.c - a block driver on one queue of its device, as NVMe's is: an I/O is a scatter list of
 * pages, mapped as a whole by dma_map_sg(), a descriptor for each segment that comes out of it, unmapped when all have ended.
 * A read makes the device write memory. Sizes are multiples of 4 KiB, drawn evenly by their order of magnitude.
 *
 * Every byte is compared: of reads by the driver, of writes by the device.
 *
 * Not modelled: commands and completions of NVMe itself (descriptors stand for them), PRP lists in pools, merging in the block
 * layer, interrupts.
 */
#include <linux/gfp.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "kernel-model/linux/guest/gm.h"

#define GM_BLK_SECTOR 4096
#define GM_BLK_BYTES_MAX (1 << 20)
#define GM_BLK_PAGES (GM_BLK_BYTES_MAX / PAGE_SIZE)
#define GM_BLK_IDLE_TURNS 50000
#define GM_BLK_MARK 0xa5

/* An I/O. @left: descriptors that have not ended; 0: not in use. */
struct gm_io {
	struct page *page[GM_BLK_PAGES];
	struct scatterlist sg[GM_BLK_PAGES];
	unsigned int nents, mapped, left;
	u64 bytes, begin_ps;
	bool write; /* the device writes memory */
};

struct gm_blk_queue {
	const struct gm_blk *blk;
	struct gm_result *result;
	struct gm_queue queue;
	struct gm_io *io;
	unsigned int *owner; /* of each descriptor in the ring */
	u64 started, random;
};

static u64 gm_blk_random(struct gm_blk_queue *q)
{
	q->random ^= q->random << 13;
	q->random ^= q->random >> 7;
	q->random ^= q->random << 17;
	return q->random;
}

/* 4K, 8K, ... up to the largest, each as likely; then any multiple of 4K of that order. */
static u64 gm_blk_size(struct gm_blk_queue *q)
{
	unsigned int orders = ilog2(q->blk->bytes_max) - ilog2(q->blk->bytes_min) + 1;
	u64 base = q->blk->bytes_min << gm_blk_random(q) % orders;
	u64 bytes = base + gm_blk_random(q) % (base / GM_BLK_SECTOR) * GM_BLK_SECTOR;

	return min(bytes, q->blk->bytes_max);
}

static void gm_blk_free(struct gm_blk_queue *q)
{
	unsigned int i, k;

	for (i = 0; q->io && i < q->blk->depth; i++)
		for (k = 0; k < GM_BLK_PAGES && q->io[i].page[k]; k++)
			__free_pages(q->io[i].page[k], 0);
	kfree(q->io);
	kfree(q->owner);
}

static int gm_blk_alloc(struct gm_blk_queue *q)
{
	unsigned int i, k;

	q->io = kcalloc(q->blk->depth, sizeof(*q->io), GFP_KERNEL);
	q->owner = kcalloc(q->blk->ring, sizeof(*q->owner), GFP_KERNEL);
	if (!q->io || !q->owner)
		return -ENOMEM;
	for (i = 0; i < q->blk->depth; i++) {
		for (k = 0; k < GM_BLK_PAGES && k * PAGE_SIZE < q->blk->bytes_max; k++) {
			q->io[i].page[k] = alloc_pages(GFP_KERNEL, 0);
			if (!q->io[i].page[k])
				return -ENOMEM;
		}
	}
	return 0;
}

/* Whole pages from the front, in an order of their own; the last one in part. */
static void gm_blk_fill(struct gm_io *io, u64 bytes, u64 offset, unsigned int first)
{
	unsigned int pages = 0;
	u64 left = bytes;

	while (pages < GM_BLK_PAGES && io->page[pages])
		pages++;
	io->nents = 0;
	io->bytes = bytes;
	sg_init_table(io->sg, DIV_ROUND_UP(bytes + offset, PAGE_SIZE));
	while (left) {
		u64 piece = min_t(u64, left, PAGE_SIZE - offset);

		sg_set_page(&io->sg[io->nents], io->page[(first + io->nents) % pages], piece, offset);
		io->nents++;
		left -= piece;
		offset = 0;
	}
}

/* What the device reads is put there, what it wrote is compared: memory by the list, addresses by what was mapped. */
static u64 gm_blk_data(struct gm_blk_queue *q, struct gm_io *io, bool check)
{
	unsigned int i, seg = 0;
	u64 at = 0, wrong = 0;

	for (i = 0; i < io->nents; i++) {
		struct scatterlist *memory = &io->sg[i];
		u64 done = 0;

		while (done < memory->length) {
			struct scatterlist *dma = &io->sg[seg];
			u64 piece = min_t(u64, memory->length - done, sg_dma_len(dma) - at);

			wrong += host_guest_pattern(q->blk->seed, sg_dma_address(dma) + at, sg_virt(memory) + done, piece,
						    check);
			done += piece;
			at += piece;
			if (at == sg_dma_len(dma)) {
				seg++;
				at = 0;
			}
		}
	}
	return wrong;
}

static void gm_blk_mark(struct gm_io *io)
{
	unsigned int i;

	for (i = 0; i < io->nents; i++)
		memset(sg_virt(&io->sg[i]), GM_BLK_MARK, io->sg[i].length);
}

static enum dma_data_direction gm_blk_dir(const struct gm_io *io)
{
	return io->write ? DMA_FROM_DEVICE : DMA_TO_DEVICE;
}

static bool gm_blk_start(struct gm_blk_queue *q, unsigned int index)
{
	struct gm_io *io = &q->io[index];
	u64 bytes = gm_blk_size(q), offset = gm_blk_random(q) % (PAGE_SIZE / GM_BLK_SECTOR) * GM_BLK_SECTOR;
	unsigned int i;

	io->write = gm_blk_random(q) % 256 < q->blk->reads;
	if (bytes + offset > q->blk->bytes_max)
		offset = 0;
	gm_blk_fill(io, bytes, offset, gm_blk_random(q) % GM_BLK_PAGES);
	io->begin_ps = host_guest_now_ps();
	gm_spend(GM_COST_IO, 1);
	if (io->write)
		gm_blk_mark(io);
	io->mapped = gm_map_sg(q->queue.dev, io->sg, io->nents, gm_blk_dir(io));
	if (!io->mapped) {
		q->result->map_failed++;
		return false;
	}
	if (!io->write)
		gm_blk_data(q, io, false);
	q->result->maps++;
	q->result->segments += io->mapped;
	for (i = 0; i < io->mapped; i++) {
		struct gm_desc desc = { .iova = sg_dma_address(&io->sg[i]),
					.bytes = sg_dma_len(&io->sg[i]),
					.write = io->write };

		q->owner[q->queue.tail] = index;
		gm_queue_post(&q->queue, &desc);
	}
	io->left = io->mapped;
	q->started++;
	gm_queue_ring(&q->queue);
	return true;
}

static void gm_blk_end(struct gm_blk_queue *q, struct gm_io *io)
{
	struct gm_result *result = q->result;

	gm_unmap_sg(q->queue.dev, io->sg, io->nents, gm_blk_dir(io));
	if (io->write)
		result->wrong += gm_blk_data(q, io, true);
	result->checked += io->bytes;
	result->bytes += io->bytes;
	result->received += io->write;
	result->sent += !io->write;
	result->done++;
	host_guest_span(GM_SPAN_IO, host_guest_now_ps() - io->begin_ps);
}

static bool gm_blk_poll(struct gm_blk_queue *q)
{
	struct gm_ended ended;
	bool any = false;

	while (gm_queue_done(&q->queue, &ended)) {
		struct gm_io *io = &q->io[q->owner[q->queue.head]];

		q->result->wrong += ended.wrong;
		q->result->failed += ended.failed;
		gm_queue_pop(&q->queue);
		if (!--io->left)
			gm_blk_end(q, io);
		any = true;
	}
	return any;
}

static void gm_blk_refill(struct gm_blk_queue *q)
{
	unsigned int i;

	for (i = 0; i < q->blk->depth; i++)
		if (!q->io[i].left && q->started < q->blk->ios && gm_queue_room(&q->queue) >= GM_BLK_PAGES &&
		    !gm_blk_start(q, i))
			return;
}

static int gm_blk_loop(struct gm_blk_queue *q)
{
	unsigned int idle = 0;

	q->result->begin_ps = host_guest_now_ps();
	while (q->result->done < q->blk->ios) {
		gm_blk_refill(q);
		if (gm_blk_poll(q)) {
			idle = 0;
			continue;
		}
		if (++idle % 1000 == 0 && (idle > GM_BLK_IDLE_TURNS || gm_queue_broken(&q->queue)))
			return -EIO;
		gm_queue_wait(q->blk->poll_ps);
	}
	q->result->end_ps = host_guest_now_ps();
	return 0;
}

int gm_blk_run(unsigned int function, const struct gm_blk *blk, struct gm_result *out)
{
	struct gm_blk_queue q = { .blk = blk, .result = out, .random = blk->seed | 1 };
	struct pci_dev *pdev = gm_pci_dev(function);
	unsigned int i;
	int ret;

	if (!pdev || blk->bytes_max > GM_BLK_BYTES_MAX || blk->bytes_min < GM_BLK_SECTOR)
		return -EINVAL;
	dma_set_max_seg_size(&pdev->dev, 0xffffffff); /* as drivers/nvme/host/pci.c */
	ret = gm_blk_alloc(&q);
	if (!ret)
		ret = gm_queue_init(&q.queue, function, blk->ring, blk->seed, blk->interval_ps);
	if (!ret) {
		ret = gm_blk_loop(&q);
		gm_queue_stop(&q.queue);
		for (i = 0; i < blk->depth; i++)
			if (q.io[i].left)
				gm_unmap_sg(q.queue.dev, q.io[i].sg, q.io[i].nents, gm_blk_dir(&q.io[i]));
		gm_queue_free(&q.queue);
	}
	gm_blk_free(&q);
	return ret;
}
