/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/phb/phb_dma_decide.c - order and decision of inbound requests.
 *
 * Order (PCI Express 2.4.1): writes, MSIs and messages take effect in order of arrival, and no read passes an earlier
 * one of them; reads pass reads. A read needs one of the tags, and a read engine for each line of memory, until its
 * completion leaves; a write a write buffer for each, until memory has it. Who waits for them goes in order of arrival,
 * or the PEs take turns (phb.arbiter); turns are taken among reads only, as writes have to stay in order.
 *
 * The decision of a TLP - freeze, translation, permission - and the movement of its bytes are one instant: when it has
 * its line, its turn and its tag. Memory latency and bandwidth pass after that instant. So a kill takes effect for
 * every TLP that has not been decided, and never tears one; a DMA that is already under way behind a kill (DMARD_SYNC
 * exists for it) cannot be seen in memory.
 *
 * Not modelled: relaxed ordering.
 */
#include "hw/phb/phb_dma.h"

/* ---- The decision ---- */

/* Seldom: a fence, a reset or an injection. Return: true when that was the end of @tlp. */
static __attribute__((noinline, cold)) bool phb_dma_guarded(struct phb *phb, struct tlp *tlp)
{
	enum tlp_fate fate = TLP_FAULT;

	if (tlp->stage & STAGE_DRAINED) {
		fate = TLP_RESET;
		phb->stats.reset_requests++;
		phb->dma.draining--;
		if (!phb->dma.draining)
			phb->guard &= ~PHB_GUARD_DRAIN;
	} else if (phb_out(phb)) {
		fate = TLP_FENCED;
		phb->stats.fenced_requests++;
	} else if (tlp->type == TLP_MESSAGE || !phb_inject_dma(phb, tlp)) {
		return false;
	}
	if (is_read(tlp))
		phb_dma_complete(phb, tlp, phb_refusal(phb, fate != TLP_FAULT));
	else
		phb_dma_free(phb, tlp, fate);
	return true;
}

/* Verdict for the whole TLP: that of its first piece that is not fine. */
static enum phb_verdict phb_dma_xlate(struct phb *phb, const struct tlp *tlp, struct phb_xlate *x)
{
	enum phb_verdict verdict = PHB_XLATE_OK;
	uint32_t piece, count = piece_count(tlp);

	for (piece = 0; piece < count && verdict == PHB_XLATE_OK; piece++) {
		verdict = phb_xlate(phb, tlp->rid, piece_addr(tlp, piece), !is_read(tlp), &x[piece]);
		phb->stats.walks_late += x[piece].fetched;
		x[0].pe = x[piece].pe;
	}
	if (verdict == PHB_XLATE_MSI && count > 1)
		return PHB_XLATE_MSI_SIZE;
	if (tlp->poisoned && verdict != PHB_XLATE_FROZEN && x[0].pe != PHB_PE_NONE)
		return PHB_XLATE_POISONED;
	return verdict;
}

/* Move the bytes. @done_ps: when memory has done so. Return: false when a real address is not RAM; nothing has moved.
 */
static bool phb_dma_move(struct phb *phb, struct tlp *tlp, const struct phb_xlate *x, sim_ps *done_ps)
{
	enum memory_dir dir = is_read(tlp) ? MEMORY_READ : MEMORY_WRITE;
	sim_ps latency_ps = is_read(tlp) ? phb->timing.ram_read_ps : phb->timing.ram_write_ps, piece_ps;
	uint32_t piece, count = piece_count(tlp), done = 0;
	struct ram_dma dma = {.when_ps = sim_now(phb->sim),
			      .write = !is_read(tlp),
			      .rid = tlp->rid,
			      .phb = phb->index,
			      .issued_ps = tlp->issued_ps};

	for (piece = 0; piece < count; piece++) {
		if (!ram_contains(phb->ram, (struct raddr){x[piece].real}, piece_bytes(tlp, piece))) {
			phb->stats.real_address_errors++;
			return false;
		}
	}
	*done_ps = 0;
	for (piece = 0; piece < count; piece++, done += dma.bytes) {
		dma.real.v = x[piece].real;
		dma.bus_addr.v = piece_addr(tlp, piece);
		dma.bytes = piece_bytes(tlp, piece);
		/* Pieces that adjoin in memory are one access. */
		if (!piece && count > 1 && x[1].real == dma.real.v + dma.bytes) {
			dma.bytes = tlp->bytes;
			piece++;
		}
		piece_ps = memory_access(&phb->memory, dir, dma.real.v, dma.bytes, latency_ps);
		*done_ps = later(*done_ps, piece_ps);
		if (dma.bytes)
			ram_dma(phb->ram, &dma, tlp->data + done);
	}
	memory_take(&phb->memory, dir, dma_lines(phb, tlp));
	tlp->scratch[AT_GRANT] = sim_now(phb->sim);
	return true;
}

static void phb_dma_decide_msi(struct phb *phb, struct tlp *tlp, uint32_t pe)
{
	uint32_t source;
	enum phb_verdict verdict = phb->gen->msi(phb, tlp, pe, &source);

	if (verdict != PHB_XLATE_OK)
		phb_fault(phb, verdict, pe, tlp);
	if (verdict != PHB_XLATE_OK || source == UINT32_MAX) {
		phb_dma_free(phb, tlp, verdict != PHB_XLATE_OK ? TLP_FAULT : TLP_DONE);
		return;
	}
	tlp->scratch[AT_TAG] |= source;
	tlp->scratch[AT_PE] = pe;
	phb_dma_present_msi(phb, tlp);
}

static void phb_dma_decide_write(struct phb *phb, struct tlp *tlp, const struct phb_xlate *known)
{
	struct phb_xlate made[PIECES_MAX];
	const struct phb_xlate *x = known ? known : made;
	enum phb_verdict verdict = known ? PHB_XLATE_OK : phb_dma_xlate(phb, tlp, made);
	enum tlp_fate fate = TLP_FAULT;
	sim_ps done_ps;

	if (verdict == PHB_XLATE_MSI) {
		phb_dma_decide_msi(phb, tlp, x[0].pe);
		return;
	}
	if (verdict == PHB_XLATE_OK && phb_dma_move(phb, tlp, x, &done_ps)) {
		phb->stats.dma_writes++;
		phb->stats.dma_write_bytes += tlp->bytes;
		tlp->scratch[AT_PE] = x[0].pe;
		phb_dma_write_memory(phb, tlp, done_ps);
		return;
	}
	if (verdict == PHB_XLATE_OK) {
		fate = TLP_NOT_RAM;
	} else if (verdict != PHB_XLATE_FROZEN) {
		phb_fault(phb, verdict, x[0].pe, tlp);
	} else {
		fate = TLP_FROZEN;
		if (phb_is_msi(phb, tlp->addr.v))
			phb->stats.frozen_msis++;
		else
			phb->stats.frozen_writes++;
	}
	phb_dma_free(phb, tlp, fate);
}

/* An error that a device or a switch reports: it belongs to the sender's PE (pci_iov_resource_on_powernv.rst). */
static void phb_dma_decide_message(struct phb *phb, struct tlp *tlp)
{
	enum phb_verdict verdict = PHB_XLATE_OK;
	enum tlp_fate fate = TLP_DONE;

	/* A switch's wires are nobody's: no PE. */
	if (tlp_is_intx(tlp)) {
		phb_intx(phb, tlp->msg & PCI_MSG_INTX_WIRE,
			 !(tlp->msg & (PCI_MSG_ASSERT_INTA ^ PCI_MSG_DEASSERT_INTA)));
		phb_dma_free(phb, tlp, fate);
		return;
	}
	phb->stats.messages++;
	if (!phb->rtc.pe1[tlp->rid])
		verdict = phb_rtc_fill(phb, tlp->rid);
	if (verdict != PHB_XLATE_OK) {
		fate = TLP_FAULT;
		phb_fault(phb, verdict, PHB_PE_NONE, tlp);
	} else if (phb->dma_blocked[phb->rtc.pe1[tlp->rid] - 1]) {
		fate = TLP_FROZEN;
		phb->stats.frozen_msis++;
	} else if (tlp->msg == PCI_MSG_ERR_FATAL) {
		phb_fault(phb, PHB_XLATE_ERR_FATAL, phb->rtc.pe1[tlp->rid] - 1u, tlp);
	} else if (tlp->msg == PCI_MSG_ERR_NONFATAL) {
		phb_fault(phb, PHB_XLATE_ERR_NONFATAL, phb->rtc.pe1[tlp->rid] - 1u, tlp);
	} else if (tlp->msg == PCI_MSG_ERR_COR) {
		phb_trap_note(phb, PHB_TRAP_ERR_COR, tlp->rid);
	} else {
		fate = TLP_NOBODY;
		phb->stats.unexpected_tlps++;
	}
	phb_dma_free(phb, tlp, fate);
}

static bool phb_dma_read_may_go(const struct phb *phb, const struct tlp *tlp)
{
	return phb->dma.tags_free && memory_cover(&phb->memory, MEMORY_READ, dma_lines(phb, tlp));
}

/* It has a tag and engines to take. */
static void phb_dma_answer_read(struct phb *phb, struct tlp *tlp, const struct phb_xlate *known)
{
	struct phb_xlate made[PIECES_MAX];
	const struct phb_xlate *x = known ? known : made;
	enum phb_verdict verdict = known ? PHB_XLATE_OK : phb_dma_xlate(phb, tlp, made);
	sim_ps done_ps;
	uint32_t tag;

	phb->dma.tag_pe1 = phb->rtc.pe1[tlp->rid];
	if (verdict == PHB_XLATE_OK && phb_dma_move(phb, tlp, x, &done_ps)) {
		tag = (uint32_t)__builtin_ctzll(phb->dma.tags_free);
		phb->dma.tags_free &= ~(1ull << tag);
		tlp->scratch[AT_TAG] |= tag;
		phb->stats.dma_reads++;
		phb->stats.dma_read_bytes += tlp->bytes;
		tlp->scratch[AT_PE] = x[0].pe;
		phb_dma_read_memory(phb, tlp, done_ps);
		return;
	}
	if (verdict == PHB_XLATE_FROZEN) {
		phb->stats.frozen_reads++;
		phb_dma_complete(phb, tlp, phb_refusal(phb, true));
		return;
	}
	if (verdict != PHB_XLATE_OK)
		phb_fault(phb, verdict, x[0].pe, tlp);
	phb_dma_complete(phb, tlp, phb_refusal(phb, false));
}

static void phb_dma_decide_read(struct phb *phb, struct tlp *tlp, const struct phb_xlate *known)
{
	if (sim_unlikely(phb->guard) && phb_dma_guarded(phb, tlp))
		return;
	if (sim_likely(!phb->dma.for_tag.head && phb_dma_read_may_go(phb, tlp))) {
		phb_dma_answer_read(phb, tlp, known);
		return;
	}
	if (phb->dma.tags_free)
		tlp->stage |= STAGE_FOR_CREDIT;
	tlp_queue_push(&phb->dma.for_tag, tlp);
}

void phb_dma_next_reads(struct phb *phb)
{
	struct tlp_queue *queue = &phb->dma.for_tag;
	struct tlp *tlp;

	while (queue->head) {
		tlp = phb_dma_turn(phb, queue, phb->dma.tag_pe1);
		if (!phb_dma_read_may_go(phb, tlp))
			return;
		queue_remove(queue, tlp);
		stage_end(phb, tlp, tlp->stage & STAGE_FOR_CREDIT ? PHB_STAGE_CREDIT : PHB_STAGE_TAG);
		if (sim_likely(!phb->guard) || !phb_dma_guarded(phb, tlp))
			phb_dma_answer_read(phb, tlp, NULL);
	}
}

/* ---- Order ---- */

struct tlp *phb_dma_turn(const struct phb *phb, const struct tlp_queue *queue, uint32_t last_pe1)
{
	struct tlp *tlp, *best = queue->head;
	uint32_t distance, least = UINT32_MAX;

	if (!phb->arbiter_by_pe)
		return best;
	for (tlp = queue->head; tlp; tlp = tlp->next) {
		distance = (phb->rtc.pe1[tlp->rid] - last_pe1 - 1u) %
			   (PHB_PE_MAX * 2); /* the next PE's is 0, its own is largest */
		if (distance < least) {
			least = distance;
			best = tlp;
		}
	}
	return best;
}

static void phb_dma_decide(struct phb *phb, struct tlp *tlp, const struct phb_xlate *known)
{
	if (is_read(tlp)) {
		phb_dma_decide_read(phb, tlp, known);
		return;
	}
	phb->dma.posted_done++;
	if (sim_unlikely(phb->guard) && phb_dma_guarded(phb, tlp))
		return;
	if (tlp->type == TLP_MESSAGE)
		phb_dma_decide_message(phb, tlp);
	else
		phb_dma_decide_write(phb, tlp, known);
}

/* Its turn has come; has a write the buffers that it needs, too? */
static bool phb_dma_has_buffers(const struct phb *phb, const struct tlp *tlp)
{
	return tlp->type != TLP_MEM_WRITE || memory_cover(&phb->memory, MEMORY_WRITE, dma_lines(phb, tlp));
}

void phb_dma_next_ordered(struct phb *phb)
{
	struct tlp_queue *ordered = &phb->dma.ordered;
	struct tlp *tlp;

	while ((tlp = ordered->head) && tlp->scratch[AT_NEED] <= phb->dma.posted_done) {
		bool for_buffer = tlp->stage & STAGE_FOR_CREDIT;

		if (!phb_dma_has_buffers(phb, tlp)) {
			if (!for_buffer)
				stage_end(phb, tlp, PHB_STAGE_ORDER);
			tlp->stage |= STAGE_FOR_CREDIT;
			return;
		}
		tlp_queue_pop(ordered);
		stage_end(phb, tlp, for_buffer ? PHB_STAGE_CREDIT : PHB_STAGE_ORDER);
		phb_dma_decide(phb, tlp, NULL);
	}
}

void phb_dma_ready(struct phb *phb, struct tlp *tlp, const struct phb_xlate *known)
{
	bool turn = tlp->scratch[AT_NEED] <= phb->dma.posted_done;

	if (sim_unlikely(!turn || !phb_dma_has_buffers(phb, tlp))) {
		if (turn)
			tlp->stage |= STAGE_FOR_CREDIT;
		queue_insert_by_sequence(&phb->dma.ordered, tlp);
		return;
	}
	phb_dma_decide(phb, tlp, known);
	if (phb->dma.ordered.head)
		phb_dma_next_ordered(phb);
}
