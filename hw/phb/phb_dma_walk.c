/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/phb/phb_dma_walk.c - table walks for inbound requests.
 *
 * A miss takes one of the walkers for one memory read per level, each a fetch of a line that competes with data; misses
 * on the same line share a walk (phb.walk_merge), or each makes its own even if another brings the line meanwhile; hits
 * pass misses. What a walk fetched is what memory held when the walk ended.
 *
 * Not modelled: speculation on the next line.
 */
#include "hw/phb/phb_dma.h"

#include <stdlib.h>

static void phb_dma_fire_walked(struct sim *sim, struct sim_event *event);

/* ---- Walkers by the line that they fetch ---- */

static uint8_t *walker_bucket(struct phb_dma *dma, uint64_t key)
{
	return &dma->walker_of[key * 0x9e3779b97f4a7c15ull >> 58]; /* 2^64 / golden ratio */
}
static_assert(PHB_WALKER_BUCKETS == 1u << (64 - 58), "buckets");

static struct phb_walker *phb_dma_find_walker(struct phb_dma *dma, uint64_t key)
{
	uint8_t at = *walker_bucket(dma, key);

	while (at && dma->walker[at - 1].key != key)
		at = dma->walker[at - 1].next;
	return at ? &dma->walker[at - 1] : NULL;
}

/* The lowest of the free ones. */
static struct phb_walker *walker_take(struct phb_dma *dma, uint64_t key)
{
	uint32_t index = (uint32_t)__builtin_ctzll(dma->walkers_free);
	uint8_t *bucket = walker_bucket(dma, key);
	struct phb_walker *walker = &dma->walker[index];

	dma->walkers_free &= ~(1ull << index);
	dma->walkers_busy++;
	walker->key = key;
	walker->next = *bucket;
	*bucket = (uint8_t)(index + 1);
	return walker;
}

static void walker_release(struct phb_dma *dma, struct phb_walker *walker)
{
	uint8_t *at = walker_bucket(dma, walker->key);

	while (*at != walker->index + 1)
		at = &dma->walker[*at - 1].next;
	*at = walker->next;
	dma->walkers_free |= 1ull << walker->index;
	dma->walkers_busy--;
}

/* ---- A walk ---- */

/* Where the entry of level @wanted (1: the last) for @offset lies, as far as the tables lead there now. */
static uint64_t phb_dma_walk_addr(const struct phb *phb, const struct phb_tve *tve, uint64_t offset, uint32_t wanted)
{
	uint64_t table = tve->base, at;
	uint32_t level;

	for (level = tve->levels;; level--) {
		at = table +
		     (phb_walk_index(tve, offset, tve->page_shift + tve->index_bits * (level - 1)) << TCE_INDEX_SHIFT);
		if (level <= wanted || at >= phb->ram_bytes)
			return at;
		table = phb_ram_be64(phb, at) & TCE_RPN;
	}
}

/* Read one level more. */
static void phb_dma_walk_level(struct phb *phb, struct phb_walker *walker)
{
	uint64_t at = 0;

	if (phb->memory.spread)
		at = phb_dma_walk_addr(phb, &phb->tve[walker->tve], walker->offset, walker->levels);
	walker->levels--;
	sim_event_at(phb->sim, &walker->event, memory_fetch(&phb->memory, MEMORY_READ, at, phb->timing.walk_level_ps));
}

static struct phb_walker *phb_dma_start_walk(struct phb *phb, uint64_t key, uint32_t index, uint32_t pe, uint64_t addr)
{
	struct phb_walker *walker = walker_take(&phb->dma, key);
	const struct phb_tve *tve = &phb->tve[index];

	walker->tve = index;
	walker->pe = pe;
	walker->offset = phb_tve_offset(phb, addr);
	walker->begin_ps = sim_now(phb->sim);
	walker->levels = tve->levels;
	phb->dma.walker_pe1 = pe + 1;
	phb->stats.walks++;
	phb->stats.walk_levels += tve->levels;
	phb_dma_walk_level(phb, walker);
	return walker;
}

/* Let @tlp wait for the line of @addr. Return: false when it has to wait for a walker first. */
static bool phb_dma_walk(struct phb *phb, struct tlp *tlp, uint32_t pe, uint64_t addr)
{
	uint32_t index = phb_tve_index(phb, pe, addr);
	uint64_t page = phb_tve_offset(phb, addr) >> phb->tve[index].page_shift;
	uint64_t key = tce_cache_key(&phb->cache, index, page);
	struct phb_walker *walker = phb->walk_merge ? phb_dma_find_walker(&phb->dma, key) : NULL;

	if (walker) {
		phb->stats.walks_merged++;
	} else if (!phb->dma.walkers_free) {
		phb->stats.walks_waited++;
		tlp_queue_push(&phb->dma.for_walker, tlp);
		return false;
	} else {
		walker = phb_dma_start_walk(phb, key, index, pe, addr);
	}
	tlp_queue_push(&walker->waiters, tlp);
	return true;
}

/* The first look at a piece, for statistics. */
static void phb_dma_count(struct phb *phb, const struct tlp *tlp, uint32_t piece, enum phb_verdict verdict,
			  const struct phb_xlate *x)
{
	uint64_t addr = piece_addr(tlp, piece), page;
	struct phb_stage_stats *stats = phb_stage_of(phb, x->pe);
	uint32_t index;

	phb->stats.tce_hits += x->cached;
	stats->tce_hits += x->cached;
	if (verdict != PHB_XLATE_TCE_MISS)
		return;
	phb->stats.tce_misses++;
	stats->tce_misses++;
	index = phb_tve_index(phb, x->pe, addr);
	page = phb_tve_offset(phb, addr) >> phb->tve[index].page_shift;
	phb->stats.kill_misses += tce_cache_was_killed(&phb->cache, tce_cache_key(&phb->cache, index, page));
}

/* Does every piece have its line? Each piece walks at most once, so that nothing can starve. */
void phb_dma_try(struct phb *phb, struct tlp *tlp)
{
	uint32_t piece, count = tlp->type == TLP_MESSAGE ? 0 : piece_count(tlp);
	struct phb_xlate x[PIECES_MAX];
	enum phb_verdict verdict;
	bool known = count && !tlp->poisoned;

	for (piece = 0; piece < count; piece++) {
		bool missed = tlp->stage & STAGE_COUNTED(piece); /* it comes back with a walker free */

		if (tlp->stage & STAGE_WALKED(piece)) {
			known = false;
			continue;
		}
		verdict = phb_xlate_probe(phb, tlp->rid, piece_addr(tlp, piece), !is_read(tlp), &x[piece]);
		known &= verdict == PHB_XLATE_OK;
		if (!missed) {
			phb_dma_count(phb, tlp, piece, verdict, &x[piece]);
			tlp->stage |= STAGE_COUNTED(piece);
		}
		if (verdict == PHB_XLATE_TCE_MISS || (sim_unlikely(missed && !phb->walk_merge) && x[piece].cached)) {
			if (phb_dma_walk(phb, tlp, x[piece].pe, piece_addr(tlp, piece)))
				tlp->stage |= STAGE_WALKED(piece);
			return;
		}
	}
	phb_dma_ready(phb, tlp, known ? x : NULL);
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
	struct tlp_queue waiters = walker->waiters;
	struct tlp *tlp;

	if (walker->levels) {
		phb_dma_walk_level(phb, walker);
		return;
	}
	if (trace_on(sim))
		phb_dma_trace_walk(phb, walker);
	/* The window may have changed meanwhile; what failed here fails again, and is told, at the decision. */
	if (phb_tve_kind(tve) == PHB_TVE_TRANSLATE && walker->offset < phb_tve_bytes(tve))
		phb_dma_fetch(phb, tve, walker->tve, walker->offset);
	stat_hist_add(&phb_stage_of(phb, walker->pe)->walk, sim_now(sim) - walker->begin_ps);
	walker->waiters = (struct tlp_queue){NULL, NULL};
	walker_release(&phb->dma, walker);
	while ((tlp = tlp_queue_pop(&waiters))) {
		stage_end(phb, tlp, PHB_STAGE_WALK);
		phb_dma_try(phb, tlp);
	}
	while (phb->dma.for_walker.head && phb->dma.walkers_free) {
		tlp = phb_dma_turn(phb, &phb->dma.for_walker, phb->dma.walker_pe1);
		queue_remove(&phb->dma.for_walker, tlp);
		stage_end(phb, tlp, PHB_STAGE_WALKER);
		phb_dma_try(phb, tlp);
	}
	phb_sync_check_quiet(phb);
}
void phb_dma_walk_init(struct phb *phb, const struct cfg *cfg)
{
	struct phb_dma *dma = &phb->dma;
	uint32_t i;

	dma->walker_count = (uint32_t)cfg_u64(cfg, "phb.walkers");
	dma->walkers_free = UINT64_MAX >> (PHB_WALKERS_MAX - dma->walker_count);
	dma->walker = sim_alloc(dma->walker_count * sizeof(*dma->walker));
	for (i = 0; i < dma->walker_count; i++) {
		dma->walker[i].phb = phb;
		dma->walker[i].index = i;
		sim_event_init(&dma->walker[i].event, phb_dma_fire_walked, SIM_PRIO_HW);
	}
}
