/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/phb/phb_kill.c - TCE kills: software tells the PHB to forget cached TCEs.
 *
 * Formats: skiboot hw/phb3.c and Linux arch/powerpc/platforms/powernv/pci-ioda.c. A kill of one page uses the page size
 * of the TVE in force. A kill takes effect at once and holds the pipeline up for its cycles.
 *
 * Not modelled: a queue of kills.
 */
#include "hw/phb/phb_xlate.h"

void phb_kill_cache(struct phb *phb)
{
	phb->stats.killed_tces += tce_cache_kill_all(&phb->cache);
}

struct phb_kill phb_kill_ioda2(uint64_t value)
{
	struct phb_kill kill = {.kind = PHB_KILL_NONE, .pe = (uint32_t)ppc_get(PHB3_TCE_KILL_PENUM, value)};

	if (value & PHB_TCE_KILL_ALL) {
		kill.kind = PHB_KILL_ALL;
	} else if (value & PHB_TCE_KILL_PE) {
		kill.kind = PHB_KILL_PE;
	} else if (value & PHB_TCE_KILL_ONE) {
		kill.kind = PHB_KILL_PAGE;
		kill.addr = value & PHB3_TCE_KILL_ADDR;
	}
	return kill;
}

static uint32_t phb_kill_page(struct phb *phb, const struct phb_kill *kill)
{
	uint32_t index = phb_tve_index(phb, kill->pe, kill->addr);
	const struct phb_tve *tve = &phb->tve[index];

	if (tve->kind != PHB_TVE_TRANSLATE)
		return 0;
	return tce_cache_kill_one(&phb->cache, index, phb_tve_offset(phb, kill->addr) >> tve->page_shift);
}

static uint32_t phb_kill_execute(struct phb *phb, const struct phb_kill *kill)
{
	switch (kill->kind) {
	case PHB_KILL_ALL:
		return tce_cache_kill_all(&phb->cache);
	case PHB_KILL_PE:
		return tce_cache_kill_tves(&phb->cache, kill->pe << phb->select.pe_shift, phb->select.addr_mask + 1);
	case PHB_KILL_PAGE:
		return phb_kill_page(phb, kill);
	default:
		return 0;
	}
}

void phb_kill_write(struct phb *phb, uint32_t offset, uint64_t value)
{
	struct trace_arg args[] = {{.name = "value", .value = value, .hex = true}, {.name = "killed"}};
	struct phb_kill kill = phb->gen->kill(value);
	uint32_t killed = 0;

	(void)offset;
	phb->stats.kills_all += kill.kind == PHB_KILL_ALL;
	phb->stats.kills_pe += kill.kind == PHB_KILL_PE;
	phb->stats.kills_one += kill.kind == PHB_KILL_PAGE;
	if (phb->mutant_forget_kill) {
		phb_notify(phb, PHB_EVENT_KILL, kill.pe, NULL, value);
		return;
	}
	killed = phb_kill_execute(phb, &kill);
	phb->stats.killed_tces += killed;
	phb_dma_stall(phb, kill.kind == PHB_KILL_PAGE ? phb->timing.kill_one_ps : phb->timing.kill_scan_ps);
	stat_hist_add(&phb_stage_of(phb, kill.kind == PHB_KILL_ALL ? PHB_PE_NONE : kill.pe)->kill,
		      phb->dma.front_free_ps - sim_now(phb->sim));
	if (trace_on(phb->sim)) {
		args[1].value = killed;
		phb_trace(phb, "TCE kill", args, sim_count_of(args));
	}
	phb_notify(phb, PHB_EVENT_KILL, kill.pe, NULL, value);
}
