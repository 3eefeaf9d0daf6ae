// SPDX-License-Identifier: GPL-2.0-only
/*
 * hw/phb/phb_tables.c - what the tables in RAM let a requester reach now, TCE by TCE: for people, comparisons and tests. It
 * reads RAM as a table walk does, asks no cache, takes no time and changes nothing.
 */
#include "hw/phb/phb.h"

#include "hw/phb/phb_internal.h"
#include "hw/phb/phb_xlate.h"

/** struct phb_visit - one window; @start: its first address. @first, @last: offsets to look at. */
struct phb_visit {
	const struct phb *phb;
	const struct phb_tve *tve;
	uint64_t start, first, last;
	phb_tce_fn *fn;
	void *arg;
};

/* The table at @table, whose entries are for 1 << shift bytes each from @offset on. */
static void visit_table(const struct phb_visit *visit, uint64_t table, uint32_t level, uint64_t offset)
{
	const struct phb_tve *tve = visit->tve;
	uint32_t shift = tve->page_shift + tve->index_bits * level;
	uint64_t index = 0, end = shift < 63 ? tve->index_mask : 0;

	if (shift < 63 && visit->first > offset)
		index = (visit->first - offset) >> shift;
	if (shift < 63 && (visit->last - offset) >> shift < end)
		end = (visit->last - offset) >> shift;
	for (; index <= end; index++) {
		uint64_t at = table + (index << TCE_INDEX_SHIFT), here = offset + (shift < 63 ? index << shift : 0), tce;

		if (at >= visit->phb->ram_bytes)
			return;
		tce = phb_ram_be64(visit->phb, at);
		if (!(tce & TCE_CONTROL))
			continue;
		if (level)
			visit_table(visit, tce & TCE_RPN, level - 1, here);
		else
			visit->fn(visit->arg, &(struct phb_tce){.iova = visit->start + here,
								.bytes = 1ull << tve->page_shift,
								.real.v = tce & TCE_RPN & ~((1ull << tve->page_shift) - 1),
								.read = tce & TCE_READ,
								.write = tce & TCE_WRITE});
	}
}

/* The window of @pe that holds @start, its first address, between @first and @last. */
static void visit_window(const struct phb *phb, uint32_t pe, uint16_t rid, uint64_t start, uint64_t first, uint64_t last,
			 phb_tce_fn *fn, void *arg)
{
	const struct phb_tve *tve = &phb->tve[phb_tve_index(phb, pe, start)];
	struct phb_visit visit = {.phb = phb, .tve = tve, .start = start, .fn = fn, .arg = arg};

	if (phb_tve_kind(tve) == PHB_TVE_INVALID || !phb_tve_allows(tve, rid, pe) || last < start)
		return;
	if (phb_tve_kind(tve) == PHB_TVE_REAL) {
		fn(arg, &(struct phb_tce){.iova = start + tve->base, .bytes = tve->end - tve->base, .real.v = tve->base, .bypass = true,
					  .read = true, .write = true});
		return;
	}
	visit.first = first > start ? first - start : 0;
	visit.last = last - start < phb_tve_bytes(tve) - 1 ? last - start : phb_tve_bytes(tve) - 1;
	if (visit.first <= visit.last)
		visit_table(&visit, tve->base, tve->levels - 1u, 0);
}

void phb_tces(const struct phb *phb, uint16_t rid, struct ioaddr first, struct ioaddr last, phb_tce_fn *fn, void *arg)
{
	const struct phb_tve_select *select = &phb->select;
	uint32_t pe = phb_pe_of_rid(phb, rid);

	if (pe >= phb->pe_count)
		return;
	for (uint32_t i = 0; i <= select->addr_mask; i++)
		visit_window(phb, pe, rid, (uint64_t)i << select->addr_shift, first.v, last.v, fn, arg);
	if (select->above)
		visit_window(phb, pe, rid, select->above & -select->above, first.v, last.v, fn, arg);
}
