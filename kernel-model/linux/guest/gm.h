/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GM_H
#define GM_H
/* kernel-model/linux/guest/gm.h - what the files of a guest's kernel share. */
#include <linux/dma-mapping.h>
#include <linux/pci.h>

#include "kernel-model/guest_ops.h"
#include "kernel-model/linux/km.h"

/* The vCPU of the running task. Good until it yields to another only together with km_context: gm_cpu() asks the task. */
unsigned int gm_cpu(void);

/* gm_entry.c: the running task becomes vCPU @cpu's thread in the kernel; leaving looks for what was left behind. */
void gm_enter(unsigned int cpu);
void gm_leave(const char *what);

/* gm_cost.c */
void gm_spend(enum gm_cost cost, u64 count);
extern enum gm_lock gm_locks;
/* Around what older kernels did with the allocator's lock held (GM_LOCK_WHOLE); nothing otherwise. */
unsigned long gm_whole_lock(void);
void gm_whole_unlock(unsigned long flags);

/* gm_hcall.c: a page for arguments of RTAS calls. -ENOMEM. */
int gm_rtas_init(void);

/* gm_pci.c: the device tree, the PHB, its functions. -errno. */
int gm_pci_init(const struct gm_boot *boot);
struct pci_dev *gm_pci_dev(unsigned int function);
void gm_pci_detach(void);

/* gm_of.c: what is missing of drivers/of in km_of.c. */
struct device_node *gm_of_node(struct device_node *parent, const char *name, const char *type);
/* Strings one behind the other, with an empty one at the end; borrowed. */
void gm_of_flat(const char *hypertas);
/* Tell who listens that @np goes away. */
void gm_of_detach(struct device_node *np);

/* gm_queue.c: the descriptor ring of a dma-engine, which all drivers use. */

/* A descriptor that the driver has posted: where its data lies, and whose it is. */
struct gm_desc {
	dma_addr_t iova;
	u32 bytes;
	bool write; /* the device writes memory */
};

struct gm_queue {
	struct device *dev;
	unsigned int function, entries;
	__le64 *ring;
	dma_addr_t ring_iova;
	unsigned int head, tail, doorbell; /* next to reap, next to post, told to the device */
	struct gm_desc *desc;
	u64 seed;
};

/* How a descriptor ended. @wrong: bytes that the device did not find as they should be. */
struct gm_ended {
	bool failed;
	u32 wrong;
};

int gm_queue_init(struct gm_queue *queue, unsigned int function, unsigned int entries, u64 seed, u64 interval_ps);
/* Stop the device, free the ring. Descriptors that it did not get to are the caller's. */
void gm_queue_stop(struct gm_queue *queue);
void gm_queue_free(struct gm_queue *queue);
/* Room for so many more descriptors. */
unsigned int gm_queue_room(const struct gm_queue *queue);
void gm_queue_post(struct gm_queue *queue, const struct gm_desc *desc);
/* Tell the device of what was posted since. */
void gm_queue_ring(struct gm_queue *queue);
/* Has the oldest descriptor ended? */
bool gm_queue_done(struct gm_queue *queue, struct gm_ended *ended);
static inline const struct gm_desc *gm_queue_oldest(const struct gm_queue *queue)
{
	return &queue->desc[queue->head];
}
void gm_queue_pop(struct gm_queue *queue);
/* Nothing to do for a while. Has the device given up? */
void gm_queue_wait(u64 poll_ps);
bool gm_queue_broken(struct gm_queue *queue);

/* gm_net.c, gm_blk.c, gm_bench.c: a driver on one queue until its work is done. -errno. */
int gm_net_run(unsigned int function, const struct gm_net *net, struct gm_result *out);
int gm_bench_run(unsigned int function, const struct gm_bench *bench, struct gm_result *out);
int gm_blk_run(unsigned int function, const struct gm_blk *blk, struct gm_result *out);

/* The DMA API as drivers call it, with the time it takes. */
dma_addr_t gm_map(struct device *dev, void *at, size_t bytes, enum dma_data_direction dir);
void gm_unmap(struct device *dev, dma_addr_t iova, size_t bytes, enum dma_data_direction dir);
/* Return: segments, 0: refused. */
int gm_map_sg(struct device *dev, struct scatterlist *sg, int nents, enum dma_data_direction dir);
void gm_unmap_sg(struct device *dev, struct scatterlist *sg, int nents, enum dma_data_direction dir);

#endif
