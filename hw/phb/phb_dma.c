/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/phb/phb_dma.c - the inbound pipeline in time: from a TLP's arrival to its data in memory or its completion.
 *
 * Front end, in order: a TLP leaves it the pipeline's latency after it entered, one per issue interval; a requester
 * that is not in the RID cache holds up all behind it for one memory read. Then it probes the TCE cache. A miss takes
 * one of the walkers for one memory read per level; misses on the same line share a walk
 * (phb.walk_merge), or each makes its own even if another brings the line meanwhile; hits pass misses.
 *
 * Order (PCI Express 2.4.1): writes, MSIs and messages take effect in order of arrival, and no read passes an earlier
 * one of them; reads pass reads. A read needs one of the tags until its completion leaves.
 *
 * The decision of a TLP - freeze, translation, permission - and the movement of its bytes are one instant: when it has
 * its line, its turn and its tag. What a walk fetched is what memory held when the walk ended. Memory latency and
 * bandwidth pass after that instant. So a kill takes effect for every TLP that has not been decided, and never
 * tears one; a DMA that is already under way behind a kill (DMARD_SYNC exists for it) cannot be seen in memory.
 *
 * Not modelled: credits (the pool of TLPs stands for them), relaxed ordering, completions of MMIO over the link, the
 * caches of the chip, snoop and ordering on the processor bus.
 */
#include "hw/phb/phb_error.h"
#include "hw/phb/phb_xlate.h"

#include <stdlib.h>

#define PIECE_BYTES 4096u /* the smallest IOMMU page; a TLP has at most two pieces */
#define PIECES_MAX 2u

/* PCI Express Base Specification 3.0, table 2-20. */

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
#define STAGE_DRAINED 32u /* a reset found it here */

static void phb_dma_fire_front(struct sim *sim, struct sim_event *event);
static void phb_dma_fire_walked(struct sim *sim, struct sim_event *event);
static void phb_dma_fire_read(struct sim *sim, struct sim_event *event);
static void phb_dma_fire_write(struct sim *sim, struct sim_event *event);
static void phb_dma_fire_msi(struct sim *sim, struct sim_event *event);

static void queue_push(struct phb_queue *queue, struct tlp *tlp)
{
	tlp->next = NULL;
	if (queue->head)
		queue->tail->next = tlp;
	else
		queue->head = tlp;
	queue->tail = tlp;
}

static struct tlp *queue_pop(struct phb_queue *queue)
{
	struct tlp *tlp = queue->head;

	if (tlp) {
		queue->head = tlp->next;
		tlp->next = NULL;
	}
	return tlp;
}

/* Mostly at the end. */
static void queue_insert_by_sequence(struct phb_queue *queue, struct tlp *tlp)
{
	struct tlp **at = &queue->head;

	if (!queue->head || queue->tail->scratch[AT_SEQUENCE] < tlp->scratch[AT_SEQUENCE]) {
		queue_push(queue, tlp);
		return;
	}
	while ((*at)->scratch[AT_SEQUENCE] < tlp->scratch[AT_SEQUENCE])
		at = &(*at)->next;
	tlp->next = *at;
	*at = tlp;
}

static sim_ps later(sim_ps a, sim_ps b)
{
	return a > b ? a : b;
}

static bool is_read(const struct tlp *tlp)
{
	return tlp->type == TLP_MEM_READ;
}

/* ---- Where the time goes: AT_SINCE is when @tlp left the stage before ---- */

static struct phb_stage_stats *stage_stats(struct phb *phb, const struct tlp *tlp)
{
	return phb_stage_of(phb, phb->rtc.pe1[tlp->rid] - 1u);
}

static void stage_end(struct phb *phb, struct tlp *tlp, enum phb_stage stage)
{
	stat_hist_add(&stage_stats(phb, tlp)->stage[stage], sim_now(phb->sim) - tlp->scratch[AT_SINCE]);
	tlp->scratch[AT_SINCE] = sim_now(phb->sim);
}

static void stage_end_front(struct phb *phb, struct tlp *tlp)
{
	struct phb_stage_stats *stats = stage_stats(phb, tlp);
	bool fetched = tlp->stage & STAGE_RTC_FETCHED;
	sim_ps looked_ps = fetched ? tlp->scratch[AT_READY] - phb->timing.ram_read_ps : sim_now(phb->sim);

	stat_hist_add(&stats->stage[PHB_STAGE_FRONT], looked_ps - tlp->scratch[AT_ARRIVAL]);
	if (fetched)
		stat_hist_add(&stats->stage[PHB_STAGE_RTC], sim_now(phb->sim) - looked_ps);
	tlp->scratch[AT_SINCE] = sim_now(phb->sim);
}

/* ---- Pieces: no piece crosses a 4 KiB boundary, so none crosses a page ---- */

static uint32_t piece_count(const struct tlp *tlp)
{
	return tlp->addr.v % PIECE_BYTES + tlp->bytes > PIECE_BYTES ? 2 : 1;
}

static uint64_t piece_addr(const struct tlp *tlp, uint32_t piece)
{
	return piece ? (tlp->addr.v / PIECE_BYTES + 1) * PIECE_BYTES : tlp->addr.v;
}

static uint32_t piece_bytes(const struct tlp *tlp, uint32_t piece)
{
	uint32_t first = piece_count(tlp) == 1 ? tlp->bytes : (uint32_t)(PIECE_BYTES - tlp->addr.v % PIECE_BYTES);

	return piece ? tlp->bytes - first : first;
}

/* ---- Ends ---- */

static void phb_dma_leave(struct phb *phb, const struct tlp *tlp)
{
	phb_sync_leave(phb, tlp, (uint32_t)(tlp->scratch[AT_TAG] >> GENERATION_SHIFT));
	phb_sync_check_quiet(phb);
}

/* A posted request is through, or refused. */
static void phb_dma_free(struct phb *phb, struct tlp *tlp, enum tlp_fate fate)
{
	phb_dma_leave(phb, tlp);
	tlp_end(tlp, fate);
}

static void phb_dma_complete(struct phb *phb, struct tlp *tlp, enum tlp_status status)
{
	phb_dma_leave(phb, tlp);
	tlp->type = TLP_COMPLETION;
	tlp->status = status;
	tlp->holder = NULL;
	phb->down.send(phb->down.ctx, tlp);
}

static sim_ps phb_dma_ram_time(struct phb *phb, uint32_t bytes, sim_ps latency_ps)
{
	phb->dma.ram_free_ps =
		later(sim_now(phb->sim), phb->dma.ram_free_ps) + sim_rate_ps(bytes, phb->timing.ram_bytes_per_s);
	return phb->dma.ram_free_ps + latency_ps;
}

static void phb_dma_later(struct phb *phb, struct phb_queue *queue, struct tlp *tlp, sim_event_fn *fire, sim_ps when_ps)
{
	queue_push(queue, tlp);
	sim_event_init(&tlp->event, fire, SIM_PRIO_HW);
	sim_event_at(phb->sim, &tlp->event, when_ps);
}

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
	phb_dma_later(phb, &phb->dma.msis, tlp, phb_dma_fire_msi, sim_now(phb->sim) + phb->timing.msi_ps);
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
		phb_dma_later(phb, &phb->dma.writes, tlp, phb_dma_fire_write,
			      phb_dma_ram_time(phb, tlp->bytes, phb->timing.ram_write_ps));
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

static void phb_dma_decide_read(struct phb *phb, struct tlp *tlp)
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
		phb_dma_later(phb, &phb->dma.reads, tlp, phb_dma_fire_read,
			      phb_dma_ram_time(phb, tlp->bytes, phb->timing.ram_read_ps));
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

static void phb_dma_ready(struct phb *phb, struct tlp *tlp)
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

/* ---- Walks ---- */

static struct phb_walker *phb_dma_find_walker(struct phb_dma *dma, uint64_t key)
{
	uint32_t i, left = dma->walkers_busy;

	for (i = 0; left; i++) {
		if (!dma->walker[i].busy)
			continue;
		if (dma->walker[i].key == key)
			return &dma->walker[i];
		left--;
	}
	return NULL;
}

static void phb_dma_start_walk(struct phb *phb, struct phb_walker *walker, uint32_t index, uint32_t pe, uint64_t addr)
{
	const struct phb_tve *tve = &phb->tve[index];

	walker->busy = true;
	walker->tve = index;
	walker->pe = pe;
	walker->offset = phb_tve_offset(phb, addr);
	walker->key = tce_cache_key(&phb->cache, index, walker->offset >> tve->page_shift);
	walker->begin_ps = sim_now(phb->sim);
	phb->dma.walkers_busy++;
	phb->stats.walks++;
	phb->stats.walk_levels += tve->levels;
	sim_event_after(phb->sim, &walker->event, tve->levels * phb->timing.walk_level_ps);
}

/* Let @tlp wait for the line of @addr. Return: false when it has to wait for a walker first. */
static bool phb_dma_walk(struct phb *phb, struct tlp *tlp, uint32_t pe, uint64_t addr)
{
	uint32_t index = phb_tve_index(phb, pe, addr), i = 0;
	uint64_t page = phb_tve_offset(phb, addr) >> phb->tve[index].page_shift;
	struct phb_walker *walker = NULL;

	if (phb->walk_merge)
		walker = phb_dma_find_walker(&phb->dma, tce_cache_key(&phb->cache, index, page));
	if (walker) {
		phb->stats.walks_merged++;
	} else if (phb->dma.walkers_busy == phb->dma.walker_count) {
		phb->stats.walks_waited++;
		queue_push(&phb->dma.for_walker, tlp);
		return false;
	} else {
		while (phb->dma.walker[i].busy)
			i++;
		walker = &phb->dma.walker[i];
		phb_dma_start_walk(phb, walker, index, pe, addr);
	}
	queue_push(&walker->waiters, tlp);
	return true;
}

/* The first look at a piece, for statistics. */
static void phb_dma_count(struct phb *phb, const struct tlp *tlp, uint32_t piece, enum phb_verdict verdict,
			  const struct phb_xlate *x)
{
	uint64_t addr = piece_addr(tlp, piece), page;
	uint32_t index;

	phb->stats.tce_hits += x->cached;
	if (verdict != PHB_XLATE_TCE_MISS)
		return;
	phb->stats.tce_misses++;
	index = phb_tve_index(phb, x->pe, addr);
	page = phb_tve_offset(phb, addr) >> phb->tve[index].page_shift;
	phb->stats.kill_misses += tce_cache_was_killed(&phb->cache, tce_cache_key(&phb->cache, index, page));
}

/* Does every piece have its line? Each piece walks at most once, so that nothing can starve. */
static void phb_dma_try(struct phb *phb, struct tlp *tlp)
{
	uint32_t piece, count = tlp->type == TLP_MESSAGE ? 0 : piece_count(tlp);
	enum phb_verdict verdict;
	struct phb_xlate x;

	for (piece = 0; piece < count; piece++) {
		bool missed = tlp->stage & STAGE_COUNTED(piece); /* it comes back with a walker free */

		if (tlp->stage & STAGE_WALKED(piece))
			continue;
		verdict = phb_xlate_probe(phb, tlp->rid, piece_addr(tlp, piece), !is_read(tlp), &x);
		if (!(tlp->stage & STAGE_COUNTED(piece))) {
			phb_dma_count(phb, tlp, piece, verdict, &x);
			tlp->stage |= STAGE_COUNTED(piece);
		}
		if (verdict == PHB_XLATE_TCE_MISS || (sim_unlikely(missed && !phb->walk_merge) && x.cached)) {
			if (phb_dma_walk(phb, tlp, x.pe, piece_addr(tlp, piece)))
				tlp->stage |= STAGE_WALKED(piece);
			return;
		}
	}
	phb_dma_ready(phb, tlp);
}

static void phb_dma_trace_walk(struct phb *phb, const struct phb_walker *walker)
{
	struct trace_arg args[] = {{.name = "tve", .value = walker->tve},
				   {.name = "offset", .value = walker->offset, .hex = true},
				   {.name = "levels", .value = phb->tve[walker->tve].levels}};
	uint32_t *track = &phb->walker_track[walker->index];
	char *process, *name;

	if (!*track) {
		process = sim_asprintf("phb%u", phb->index);
		name = sim_asprintf("walker %u", walker->index);
		*track = trace_track(phb->sim, process, name);
		free(process);
		free(name);
	}
	trace_span(phb->sim, *track, "walk", walker->begin_ps, sim_now(phb->sim), args, sim_count_of(args));
}

static void phb_dma_fetch(struct phb *phb, const struct phb_tve *tve, uint32_t index, uint64_t offset)
{
	uint64_t key = tce_cache_key(&phb->cache, index, offset >> tve->page_shift);
	uint64_t leaf;
	uint32_t entry;

	if (phb_tce_fill(phb, tve, offset, key, tce_cache_find(&phb->cache, key), &leaf) != PHB_XLATE_OK ||
	    !phb_kill_undone(phb, key))
		return;
	phb->stats.tclb_reallocated++;
	entry = tce_cache_find(&phb->cache, key);
	(void)tce_cache_fill(&phb->cache, key, entry, phb->cache.victim.data, phb->cache.source[entry]);
}

static void phb_dma_fire_walked(struct sim *sim, struct sim_event *event)
{
	struct phb_walker *walker = sim_container_of(event, struct phb_walker, event);
	struct phb *phb = walker->phb;
	const struct phb_tve *tve = &phb->tve[walker->tve];
	struct phb_queue waiters = walker->waiters;
	struct tlp *tlp;

	if (trace_on(sim))
		phb_dma_trace_walk(phb, walker);
	/* The window may have changed meanwhile; what failed here fails again, and is told, at the decision. */
	if (phb_tve_kind(tve) == PHB_TVE_TRANSLATE && walker->offset < phb_tve_bytes(tve))
		phb_dma_fetch(phb, tve, walker->tve, walker->offset);
	stat_hist_add(&phb_stage_of(phb, walker->pe)->walk, sim_now(sim) - walker->begin_ps);
	walker->busy = false;
	walker->waiters = (struct phb_queue){NULL, NULL};
	phb->dma.walkers_busy--;
	while ((tlp = queue_pop(&waiters))) {
		stage_end(phb, tlp, PHB_STAGE_WALK);
		phb_dma_try(phb, tlp);
	}
	while (phb->dma.for_walker.head && phb->dma.walkers_busy < phb->dma.walker_count) {
		tlp = queue_pop(&phb->dma.for_walker);
		stage_end(phb, tlp, PHB_STAGE_WALKER);
		phb_dma_try(phb, tlp);
	}
	phb_sync_check_quiet(phb);
}

/* ---- Front end ---- */

static void phb_dma_fire_front(struct sim *sim, struct sim_event *event)
{
	struct phb *phb = sim_container_of(event, struct phb, dma.front_event);
	struct phb_dma *dma = &phb->dma;
	struct tlp *tlp;

	while ((tlp = dma->front.head) && tlp->scratch[AT_READY] <= sim_now(sim) && !dma->quiesced) {
		if (tlp->stage & STAGE_RTC_FETCHED) {
			(void)phb_rtc_fill(phb, tlp->rid); /* no PE: told at the decision */
		} else if (!phb->gen->rtt_addr) {
			(void)phb_rtc_fill(phb, tlp->rid); /* matched on the chip, within the pipeline's latency */
		} else if (phb->rtc.pe1[tlp->rid]) {
			phb->stats.rtc_hits++;
		} else {
			phb->stats.rtc_misses++;
			tlp->stage |= STAGE_RTC_FETCHED;
			tlp->scratch[AT_READY] = sim_now(sim) + phb->timing.ram_read_ps;
			break;
		}
		queue_pop(&dma->front);
		stage_end_front(phb, tlp);
		dma->front_count--;
		tlp->scratch[AT_SEQUENCE] = dma->arrivals++;
		tlp->scratch[AT_NEED] = dma->posted_in;
		dma->posted_in += !is_read(tlp);
		phb_dma_try(phb, tlp);
	}
	if (dma->front.head && !dma->quiesced)
		sim_event_at(sim, &dma->front_event, later(sim_now(sim), dma->front.head->scratch[AT_READY]));
}

void phb_dma_quiesce(struct phb *phb, bool quiesce)
{
	struct phb_dma *dma = &phb->dma;

	dma->quiesced = quiesce;
	if (!quiesce && dma->front.head && !sim_event_pending(&dma->front_event))
		sim_event_at(phb->sim, &dma->front_event, later(sim_now(phb->sim), dma->front.head->scratch[AT_READY]));
}

void phb_dma_receive(void *ctx, struct tlp *tlp)
{
	struct phb *phb = ctx;
	struct phb_dma *dma = &phb->dma;
	sim_ps begin_ps = later(sim_now(phb->sim), dma->front_free_ps);

	if (phb->observer_count)
		phb_notify(phb, PHB_EVENT_TLP_IN, phb_pe_of_rid(phb, tlp->rid), tlp, 0);
	if (tlp->type != TLP_MEM_READ && tlp->type != TLP_MEM_WRITE && tlp->type != TLP_MESSAGE) {
		phb->stats.unexpected_tlps++;
		if (tlp->type == TLP_COMPLETION) {
			phb_trap_note(phb, PHB_TRAP_UNEXPECTED, tlp->rid);
			tlp_end(tlp, TLP_LATE);
		} else {
			tlp->type = TLP_COMPLETION;
			tlp->status = TLP_UR;
			phb->down.send(phb->down.ctx, tlp);
		}
		return;
	}
	tlp->holder = phb;
	tlp->stage = 0;
	tlp->scratch[AT_ARRIVAL] = sim_now(phb->sim);
	tlp->scratch[AT_READY] = begin_ps + phb->timing.front_ps;
	tlp->scratch[AT_TAG] = (uint64_t)phb_sync_enter(phb, tlp) << GENERATION_SHIFT;
	dma->front_free_ps = begin_ps + phb->timing.issue_ps;
	if (!dma->front.head && !dma->quiesced)
		sim_event_at(phb->sim, &dma->front_event, tlp->scratch[AT_READY]);
	queue_push(&dma->front, tlp);
	dma->front_count++;
}

void phb_dma_stall(struct phb *phb, sim_ps ps)
{
	phb->dma.front_free_ps = later(sim_now(phb->sim), phb->dma.front_free_ps) + ps;
}

/* ---- Memory has answered ---- */

static void phb_dma_trace_read(struct phb *phb, const struct tlp *tlp, uint32_t tag)
{
	struct trace_arg args[] = {{.name = "rid", .value = tlp->rid, .hex = true},
				   {.name = "addr", .value = tlp->addr.v, .hex = true},
				   {.name = "bytes", .value = tlp->bytes}};
	char *process, *name;

	if (!phb->tag_track[tag]) {
		process = sim_asprintf("phb%u", phb->index);
		name = sim_asprintf("read tag %u", tag);
		phb->tag_track[tag] = trace_track(phb->sim, process, name);
		free(process);
		free(name);
	}
	trace_span(phb->sim, phb->tag_track[tag], "DMA read", tlp->scratch[AT_GRANT], sim_now(phb->sim), args,
		   sim_count_of(args));
}

static void phb_dma_fire_read(struct sim *sim, struct sim_event *event)
{
	struct tlp *tlp = sim_container_of(event, struct tlp, event);
	struct phb *phb = tlp->holder;
	uint32_t tag = (uint32_t)tlp->scratch[AT_TAG];
	struct phb_stage_stats *stats = phb_stage_of(phb, (uint32_t)tlp->scratch[AT_PE]);

	sim_assert(sim, phb->dma.reads.head == tlp);
	queue_pop(&phb->dma.reads);
	if (trace_on(sim))
		phb_dma_trace_read(phb, tlp, tag);
	stat_hist_add(&stats->stage[PHB_STAGE_MEMORY], sim_now(sim) - tlp->scratch[AT_SINCE]);
	stat_hist_add(&stats->read[phb_size_class(tlp->bytes)], sim_now(sim) - tlp->scratch[AT_ARRIVAL]);
	stats->read_bytes += tlp->bytes;
	phb->dma.tags_free |= 1ull << tag;
	phb_dma_complete(phb, tlp, TLP_SC);
	while (phb->dma.tags_free && phb->dma.for_tag.head) {
		tlp = queue_pop(&phb->dma.for_tag);
		stage_end(phb, tlp, PHB_STAGE_TAG);
		phb_dma_decide_read(phb, tlp);
	}
}

static void phb_dma_fire_write(struct sim *sim, struct sim_event *event)
{
	struct tlp *tlp = sim_container_of(event, struct tlp, event);
	struct phb *phb = tlp->holder;
	struct phb_stage_stats *stats = phb_stage_of(phb, (uint32_t)tlp->scratch[AT_PE]);

	sim_assert(sim, phb->dma.writes.head == tlp);
	queue_pop(&phb->dma.writes);
	stat_hist_add(&stats->stage[PHB_STAGE_MEMORY], sim_now(sim) - tlp->scratch[AT_SINCE]);
	stat_hist_add(&stats->write[phb_size_class(tlp->bytes)], sim_now(sim) - tlp->scratch[AT_ARRIVAL]);
	stats->write_bytes += tlp->bytes;
	phb_dma_free(phb, tlp, TLP_DONE);
}

static void phb_dma_fire_msi(struct sim *sim, struct sim_event *event)
{
	struct tlp *tlp = sim_container_of(event, struct tlp, event);
	struct phb *phb = tlp->holder;
	uint32_t source = (uint32_t)tlp->scratch[AT_TAG];

	sim_assert(sim, phb->dma.msis.head == tlp);
	queue_pop(&phb->dma.msis);
	stat_hist_add(&phb_stage_of(phb, (uint32_t)tlp->scratch[AT_PE])->msi, sim_now(sim) - tlp->scratch[AT_ARRIVAL]);
	phb_dma_free(phb, tlp, TLP_DONE);
	phb->irq(phb->irq_arg, source);
}

/* ---- Life ---- */

void phb_dma_init(struct phb *phb, const struct cfg *cfg)
{
	uint32_t i, tags = (uint32_t)cfg_u64(cfg, "phb.read_tags");
	struct phb_dma *dma = &phb->dma;

	sim_event_init(&dma->front_event, phb_dma_fire_front, SIM_PRIO_HW);
	dma->tags_free = tags == PHB_TAGS_MAX ? UINT64_MAX : (1ull << tags) - 1;
	dma->walker_count = (uint32_t)cfg_u64(cfg, "phb.walkers");
	dma->walker = sim_alloc(dma->walker_count * sizeof(*dma->walker));
	for (i = 0; i < dma->walker_count; i++) {
		dma->walker[i].phb = phb;
		dma->walker[i].index = i;
		sim_event_init(&dma->walker[i].event, phb_dma_fire_walked, SIM_PRIO_HW);
	}
}

/* Requesters may be gone already: nobody is told. */
static void phb_dma_finish_queue(struct phb *phb, struct phb_queue *queue)
{
	struct tlp *tlp;

	while ((tlp = queue_pop(queue))) {
		sim_event_cancel(phb->sim, &tlp->event);
		tlp->freed = NULL;
		tlp_end(tlp, TLP_RESET);
	}
}

static void phb_dma_drain(struct phb_dma *dma, const struct phb_queue *queue)
{
	struct tlp *tlp;

	for (tlp = queue->head; tlp; tlp = tlp->next) {
		dma->draining += !(tlp->stage & STAGE_DRAINED);
		tlp->stage |= STAGE_DRAINED;
	}
}

void phb_dma_reset(struct phb *phb)
{
	struct phb_dma *dma = &phb->dma;
	uint32_t i;

	phb_dma_drain(dma, &dma->front);
	phb_dma_drain(dma, &dma->ordered);
	phb_dma_drain(dma, &dma->for_tag);
	phb_dma_drain(dma, &dma->for_walker);
	for (i = 0; i < dma->walker_count; i++)
		phb_dma_drain(dma, &dma->walker[i].waiters);
	if (dma->draining)
		phb->guard |= PHB_GUARD_DRAIN;
	dma->autoreset = false;
	phb_dma_quiesce(phb, false);
}

bool phb_dma_pending(const struct phb *phb)
{
	const struct phb_dma *dma = &phb->dma;

	return dma->flow[PHB_FLOW_READ].in || dma->flow[PHB_FLOW_POSTED].in;
}

void phb_dma_finish(struct phb *phb)
{
	struct phb_dma *dma = &phb->dma;
	uint32_t i;

	sim_event_cancel(phb->sim, &dma->front_event);
	phb_dma_finish_queue(phb, &dma->front);
	phb_dma_finish_queue(phb, &dma->ordered);
	phb_dma_finish_queue(phb, &dma->for_tag);
	phb_dma_finish_queue(phb, &dma->for_walker);
	phb_dma_finish_queue(phb, &dma->reads);
	phb_dma_finish_queue(phb, &dma->writes);
	phb_dma_finish_queue(phb, &dma->msis);
	for (i = 0; i < dma->walker_count; i++) {
		sim_event_cancel(phb->sim, &dma->walker[i].event);
		phb_dma_finish_queue(phb, &dma->walker[i].waiters);
	}
	free(dma->walker);
}
