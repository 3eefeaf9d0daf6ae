/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HW_PHB_PHB_DMA_H
#define HW_PHB_PHB_DMA_H
/*
 * hw/phb/phb_dma.h - what the parts of the inbound pipeline share: front end (phb_dma.c), walks (phb_dma_walk.c), order
 * and decision (phb_dma_decide.c), memory and the end (phb_dma_memory.c).
 */
#include "hw/phb/phb_error.h"
#include "hw/phb/phb_xlate.h"

#define PIECE_BYTES 4096u /* the smallest IOMMU page; a TLP has at most two pieces */
#define PIECES_MAX 2u

/* tlp->scratch while the PHB holds a TLP. */
enum { AT_ARRIVAL, AT_READY, AT_NEED, AT_TAG, AT_SINCE };
#define AT_SEQUENCE AT_READY /* once it left the front end */
#define AT_GRANT AT_READY    /* once it has its tag */
#define AT_PE AT_NEED	     /* once it is decided */
#define GENERATION_SHIFT 32

/* tlp->stage: bits; two are per piece. */
#define STAGE_RTC_FETCHED 1u
#define STAGE_WALKED(piece) (2u << (piece))
static_assert((STAGE_WALKED(0) | STAGE_WALKED(1)) == PHB_STAGE_WALKED, "pieces");
#define STAGE_COUNTED(piece) (8u << (piece))
#define STAGE_DRAINED 32u    /* a reset found it here */
#define STAGE_FOR_CREDIT 64u /* it waits for nothing but credits of memory */

/* Mostly the first. */
static inline void queue_remove(struct tlp_queue *queue, struct tlp *tlp)
{
	struct tlp **at = &queue->head, *last = NULL;

	while (*at != tlp) {
		last = *at;
		at = &last->next;
	}
	*at = tlp->next;
	if (queue->tail == tlp)
		queue->tail = last;
	tlp->next = NULL;
}

/* Mostly at the end. */
static inline void queue_insert_by_sequence(struct tlp_queue *queue, struct tlp *tlp)
{
	struct tlp **at = &queue->head;

	if (!queue->head || queue->tail->scratch[AT_SEQUENCE] < tlp->scratch[AT_SEQUENCE]) {
		tlp_queue_push(queue, tlp);
		return;
	}
	while ((*at)->scratch[AT_SEQUENCE] < tlp->scratch[AT_SEQUENCE])
		at = &(*at)->next;
	tlp->next = *at;
	*at = tlp;
}

static inline sim_ps later(sim_ps a, sim_ps b)
{
	return a > b ? a : b;
}

static inline bool is_read(const struct tlp *tlp)
{
	return tlp->type == TLP_MEM_READ;
}
/* ---- Where the time goes: AT_SINCE is when @tlp left the stage before ---- */

static inline struct phb_stage_stats *stage_stats(struct phb *phb, const struct tlp *tlp)
{
	return phb_stage_of(phb, phb->rtc.pe1[tlp->rid] - 1u);
}

static inline void stage_end(struct phb *phb, struct tlp *tlp, enum phb_stage stage)
{
	stat_hist_add(&stage_stats(phb, tlp)->stage[stage], sim_now(phb->sim) - tlp->scratch[AT_SINCE]);
	tlp->scratch[AT_SINCE] = sim_now(phb->sim);
}

/* ---- Pieces: no piece crosses a 4 KiB boundary, so none crosses a page ---- */

static inline uint32_t piece_count(const struct tlp *tlp)
{
	return tlp->addr.v % PIECE_BYTES + tlp->bytes > PIECE_BYTES ? 2 : 1;
}

static inline uint64_t piece_addr(const struct tlp *tlp, uint32_t piece)
{
	return piece ? (tlp->addr.v / PIECE_BYTES + 1) * PIECE_BYTES : tlp->addr.v;
}

static inline uint32_t piece_bytes(const struct tlp *tlp, uint32_t piece)
{
	uint32_t first = piece_count(tlp) == 1 ? tlp->bytes : (uint32_t)(PIECE_BYTES - tlp->addr.v % PIECE_BYTES);

	return piece ? tlp->bytes - first : first;
}

/* An offset into a page is the same on both sides, so that lines of memory are known before the translation. */
static inline uint32_t dma_lines(const struct phb *phb, const struct tlp *tlp)
{
	return memory_lines(&phb->memory, tlp->addr.v, tlp->bytes);
}

/* phb_dma_walk.c */
/** phb_dma_try - @tlp has left the front end, or a walk of it has ended: on to its decision, or into a walk. */
void phb_dma_try(struct phb *phb, struct tlp *tlp);
void phb_dma_walk_init(struct phb *phb, const struct cfg *cfg);

/* phb_dma_decide.c */
/**
 * phb_dma_ready - @tlp has what its translation needs: it is decided when its turn comes. @known: its translation, all
 * fine, if it was made in this very instant; else NULL.
 */
void phb_dma_ready(struct phb *phb, struct tlp *tlp, const struct phb_xlate *known);
/** phb_dma_next_reads - a tag or read engines are free: on with reads that wait for them. */
void phb_dma_next_reads(struct phb *phb);
/** phb_dma_next_ordered - a turn has come, or write buffers are free: on with requests that wait for that. */
void phb_dma_next_ordered(struct phb *phb);
/** phb_dma_turn - which of those in @queue, which is not empty, goes next. @last_pe1: PE + 1 of who did last. */
struct tlp *phb_dma_turn(const struct phb *phb, const struct tlp_queue *queue, uint32_t last_pe1);

/* phb_dma_memory.c */
/** phb_dma_free - a posted request is through, or refused. */
void phb_dma_free(struct phb *phb, struct tlp *tlp, enum tlp_fate fate);
/** phb_dma_complete - a read ends: it becomes its completion. */
void phb_dma_complete(struct phb *phb, struct tlp *tlp, enum tlp_status status);
/* Their bytes have moved, or the vector is known: memory is done at @done_ps, presentation when it is. */
void phb_dma_read_memory(struct phb *phb, struct tlp *tlp, sim_ps done_ps);
void phb_dma_write_memory(struct phb *phb, struct tlp *tlp, sim_ps done_ps);
void phb_dma_present_msi(struct phb *phb, struct tlp *tlp);

#endif
