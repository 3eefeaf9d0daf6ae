/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/phb/phb_fence.c - the PHB cut off from the chip, and the full reset that ends it.
 *
 * A fence-class error (FENCE_ENABLE of its trap group) fences. From then on register reads and MMIO loads are all ones,
 * stores are dropped, and requests of devices are refused; what is in memory already completes. A real requester of a
 * read would see no completion and time out; here it gets the completion of a frozen PE (phb.frozen_read).
 *
 * A reset clears registers, on-chip tables, caches and freezes; what the error registers hold stays (QEMU's proposed
 * reset values for pnv_phb4 call them sticky; skiboot clears them after a reset). Tables in memory are software's.
 *
 * Not modelled: the time a reset takes.
 */
#include "hw/phb/phb_error.h"

#include <string.h>

enum tlp_status phb_refusal(const struct phb *phb, bool frozen)
{
	if (phb_reg(phb, PHB_CONTROL) & phb->gen->read_abort)
		return TLP_CA;
	return frozen ? phb->frozen_status : phb->fault_status;
}

bool phb_fenced(const struct phb *phb)
{
	return phb->guard & PHB_GUARD_FENCED;
}

void phb_set_hub(struct phb *phb, phb_hub_fn *fn, void *arg)
{
	phb->hub = fn;
	phb->hub_arg = arg;
}

void phb_tell_hub(const struct phb *phb)
{
	if (phb->hub)
		phb->hub(phb->hub_arg, phb->index);
}

void phb_fence(struct phb *phb, uint64_t status, uint32_t group)
{
	struct trace_arg args[] = {{.name = "group", .value = group, .hex = true},
				   {.name = "status", .value = status, .hex = true}};

	if (phb_fenced(phb))
		return;
	phb->guard |= PHB_GUARD_FENCED;
	phb_scom_note_fence(phb);
	phb->stats.fences++;
	phb_tell_hub(phb);
	if (trace_on(phb->sim))
		phb_trace(phb, "fence", args, sim_count_of(args));
}

void phb_hold(struct phb *phb, bool hold)
{
	if (hold && !(phb->guard & PHB_GUARD_HELD))
		phb_reset(phb);
	phb->guard = hold ? phb->guard | PHB_GUARD_HELD : phb->guard & ~PHB_GUARD_HELD;
}

void phb_reset(struct phb *phb)
{
	uint64_t perst = phb_reg(phb, phb->gen->perst);

	phb->stats.resets++;
	if (trace_on(phb->sim))
		phb_trace(phb, "reset", NULL, 0);
	phb->guard &= ~PHB_GUARD_FENCED;
	phb_dma_reset(phb);
	phb_timeout_reset(phb);
	phb_regs_reset(phb, false);
	memset(phb->table, 0, sizeof(phb->table));
	phb_tve_decode_all(phb);
	phb_kill_reset(phb);
	phb_rtc_clear(phb);
	phb_pest_thaw_all(phb);
	phb_link_reset(phb, perst);
	phb->intx = 0; /* the root port has let go of its wires */
	phb_lsi_update(phb);
	phb_tell_hub(phb);
}
