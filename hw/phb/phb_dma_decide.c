/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/phb/phb_dma_decide.c - order and decision of inbound requests.
 *
 * Order (PCI Express 2.4.1): writes, MSIs and messages take effect in order of arrival, and no read passes an earlier
 * one of them; reads pass reads. A read needs one of the tags until its completion leaves.
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

/* Move the bytes. Return: false when a real address is not RAM; then nothing has moved. */
static bool phb_dma_move(struct phb *phb, struct tlp *tlp, const struct phb_xlate *x)
{
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
	for (piece = 0; piece < count; piece++, done += dma.bytes) {
		dma.real.v = x[piece].real;
		dma.bus_addr.v = piece_addr(tlp, piece);
		dma.bytes = piece_bytes(tlp, piece);
		/* Pieces that adjoin in memory are one access. */
		if (!piece && count > 1 && x[1].real == dma.real.v + dma.bytes) {
			dma.bytes = tlp->bytes;
			piece++;
		}
		if (dma.bytes)
			ram_dma(phb->ram, &dma, tlp->data + done);
	}
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

static void phb_dma_decide_write(struct phb *phb, struct tlp *tlp)
{
	struct phb_xlate x[PIECES_MAX];
	enum phb_verdict verdict = phb_dma_xlate(phb, tlp, x);
	enum tlp_fate fate = TLP_FAULT;

	if (verdict == PHB_XLATE_MSI) {
		phb_dma_decide_msi(phb, tlp, x[0].pe);
		return;
	}
	if (verdict == PHB_XLATE_OK && phb_dma_move(phb, tlp, x)) {
		phb->stats.dma_writes++;
		phb->stats.dma_write_bytes += tlp->bytes;
		tlp->scratch[AT_PE] = x[0].pe;
		phb_dma_write_memory(phb, tlp);
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

void phb_dma_decide_read(struct phb *phb, struct tlp *tlp)
{
	struct phb_xlate x[PIECES_MAX];
	enum phb_verdict verdict;
	uint32_t tag;

	if (sim_unlikely(phb->guard) && phb_dma_guarded(phb, tlp))
		return;
	if (!phb->dma.tags_free) {
		queue_push(&phb->dma.for_tag, tlp);
		return;
	}
	verdict = phb_dma_xlate(phb, tlp, x);
	if (verdict == PHB_XLATE_OK && phb_dma_move(phb, tlp, x)) {
		tag = (uint32_t)__builtin_ctzll(phb->dma.tags_free);
		phb->dma.tags_free &= ~(1ull << tag);
		tlp->scratch[AT_TAG] |= tag;
		tlp->scratch[AT_GRANT] = sim_now(phb->sim);
		phb->stats.dma_reads++;
		phb->stats.dma_read_bytes += tlp->bytes;
		tlp->scratch[AT_PE] = x[0].pe;
		phb_dma_read_memory(phb, tlp);
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
/* ---- Order ---- */

static void phb_dma_decide(struct phb *phb, struct tlp *tlp)
{
	if (is_read(tlp)) {
		phb_dma_decide_read(phb, tlp);
		return;
	}
	phb->dma.posted_done++;
	if (sim_unlikely(phb->guard) && phb_dma_guarded(phb, tlp))
		return;
	if (tlp->type == TLP_MESSAGE)
		phb_dma_decide_message(phb, tlp);
	else
		phb_dma_decide_write(phb, tlp);
}

void phb_dma_ready(struct phb *phb, struct tlp *tlp)
{
	struct phb_queue *ordered = &phb->dma.ordered;

	if (tlp->scratch[AT_NEED] > phb->dma.posted_done) {
		queue_insert_by_sequence(ordered, tlp);
		return;
	}
	phb_dma_decide(phb, tlp);
	while (ordered->head && ordered->head->scratch[AT_NEED] <= phb->dma.posted_done) {
		tlp = queue_pop(ordered);
		stage_end(phb, tlp, PHB_STAGE_ORDER);
		phb_dma_decide(phb, tlp);
	}
}
