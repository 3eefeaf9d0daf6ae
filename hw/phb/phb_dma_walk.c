/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/phb/phb_dma_walk.c - table walks for inbound requests.
 *
 * A miss takes one of the walkers for one memory read per level; misses on the same line share a walk (phb.walk_merge),
 * or each makes its own even if another brings the line meanwhile; hits pass misses. What a walk fetched is what memory
 * held when the walk ended.
 *
 * Not modelled: speculation on the next line.
 */
#include "hw/phb/phb_dma.h"

#include <stdlib.h>

static void phb_dma_fire_walked(struct sim *sim, struct sim_event *event);

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
void phb_dma_try(struct phb *phb, struct tlp *tlp)
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
void phb_dma_walk_init(struct phb *phb, const struct cfg *cfg)
{
	struct phb_dma *dma = &phb->dma;
	uint32_t i;

	dma->walker_count = (uint32_t)cfg_u64(cfg, "phb.walkers");
	dma->walker = sim_alloc(dma->walker_count * sizeof(*dma->walker));
	for (i = 0; i < dma->walker_count; i++) {
		dma->walker[i].phb = phb;
		dma->walker[i].index = i;
		sim_event_init(&dma->walker[i].event, phb_dma_fire_walked, SIM_PRIO_HW);
	}
}
