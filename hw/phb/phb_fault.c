/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/phb/phb_fault.c - what each inbound error does: its cause bits, its trap, its words.
 *
 * Cause bits: skiboot include/phb3-regs.h (PEST). Which error sets which bits: DMA and MSI pipeline of PHB4 as
 * skiboot's phberr.py and hostboot's p9_phb.rule name it, assumed for PHB3. An error whose requester has no PE (RTT
 * off, PE number out of range) has nobody to freeze: the request is refused and counted.
 *
 * The trap group decides whether the PE freezes (phb_trap.c).
 * Not modelled: errors of the chip behind the PHB (a real address that is not RAM), internal parity and time-outs.
 */
#include "hw/phb/phb_error.h"

static const struct {
	uint64_t cause;
	enum phb_trap trap;
	const char *why;
} faults[PHB_XLATE_VERDICTS] = {
	[PHB_XLATE_OK] = {0, 0, "ok"},
	[PHB_XLATE_MSI] = {0, 0, "message interrupt"},
	[PHB_XLATE_FROZEN] = {0, 0, "PE frozen"},
	[PHB_XLATE_RTT_DISABLED] = {IODA2_PESTA_IODA_ERROR, PHB_TRAP_TABLE_BAR, "RTT disabled"},
	[PHB_XLATE_RTE_INVALID] = {IODA2_PESTA_IODA_ERROR, PHB_TRAP_RTE_PE, "invalid PE number in the RTT"},
	[PHB_XLATE_ADDR_CLASS] = {IODA2_PESTA_IODA_ERROR, PHB_TRAP_TVE_ADDRESS, "no such address class"},
	[PHB_XLATE_MSI_READ] = {IODA2_PESTA_IODA_ERROR, PHB_TRAP_REQUEST, "read of the MSI window"},
	[PHB_XLATE_MSI_SIZE] = {IODA2_PESTA_IODA_ERROR, PHB_TRAP_MSI_SIZE, "MSI size"},
	[PHB_XLATE_MSI_ADDRESS] = {IODA2_PESTA_IODA_ERROR, PHB_TRAP_MSI_ADDRESS, "MSI address or number"},
	[PHB_XLATE_MSI_PE] = {IODA2_PESTA_IODA_ERROR, PHB_TRAP_MSI_PE, "MSI of another PE"},
	[PHB_XLATE_TVE_INVALID] = {IODA2_PESTA_IODA_ERROR, PHB_TRAP_TVE_INVALID, "TVE invalid"},
	[PHB_XLATE_TVE_DENIED] = {IODA2_PESTA_IODA_ERROR, PHB_TRAP_TVE_DENIED, "window of another requester"},
	[PHB_XLATE_TVE_RANGE] = {0 /* the generation's */, PHB_TRAP_TVE_ADDRESS, "beyond the window"},
	[PHB_XLATE_PAGE_FAULT] = {IODA2_PESTA_TCE_PAGE_FAULT, PHB_TRAP_TCE_REQUEST, "TCE page fault"},
	[PHB_XLATE_ACCESS_FAULT] = {IODA2_PESTA_TCE_ACCESS_FAULT, PHB_TRAP_TCE_RESPONSE, "TCE access fault"},
	[PHB_XLATE_WALK_ERROR] = {IODA2_PESTA_TCE_ACCESS_FAULT, PHB_TRAP_TCE_FETCH, "TCE table unreadable"},
	[PHB_XLATE_IVT_DISABLED] = {IODA2_PESTA_IODA_ERROR, PHB_TRAP_TABLE_BAR, "IVT disabled"},
	[PHB_XLATE_POISONED] = {IODA2_PESTA_UNCORRECTABLE, PHB_TRAP_POISONED, "poisoned TLP"},
	[PHB_XLATE_ERR_FATAL] = {IODA2_PESTA_FATAL, PHB_TRAP_ERR_FATAL, "ERR_FATAL message"},
	[PHB_XLATE_ERR_NONFATAL] = {IODA2_PESTA_NONFATAL, PHB_TRAP_ERR_NONFATAL, "ERR_NONFATAL message"},
};

const char *phb_verdict_why(enum phb_verdict verdict)
{
	return faults[verdict].why;
}

static uint32_t phb_fault_type(enum phb_verdict verdict, const struct tlp *tlp)
{
	if (tlp->type == TLP_MESSAGE)
		return IODA2_PEST_OTHER;
	if (tlp->type == TLP_MEM_READ)
		return IODA2_PEST_DMA_READ;
	if ((verdict >= PHB_XLATE_MSI_READ && verdict <= PHB_XLATE_MSI_PE) || verdict == PHB_XLATE_IVT_DISABLED)
		return IODA2_PEST_MSI;
	return IODA2_PEST_DMA_WRITE;
}

/*
 * PHB4 has a bit for a TCE that was found to grant nothing when it was asked for, and one for when it came from memory
 * (by their names; assumed). PHB3's two are taken for the two kinds of fault.
 */
static enum phb_trap phb_fault_trap(const struct phb *phb, enum phb_verdict verdict, const struct tlp *tlp)
{
	if (!phb->gen->traps_by_fetch || (verdict != PHB_XLATE_PAGE_FAULT && verdict != PHB_XLATE_ACCESS_FAULT))
		return faults[verdict].trap;
	return tlp->stage & PHB_STAGE_WALKED ? PHB_TRAP_TCE_RESPONSE : PHB_TRAP_TCE_REQUEST;
}

void phb_fault(struct phb *phb, enum phb_verdict verdict, uint32_t pe, const struct tlp *tlp)
{
	struct phb_error error = {
		.cause = verdict == PHB_XLATE_TVE_RANGE ? phb->gen->extent_cause : faults[verdict].cause,
		.addr = tlp->addr.v,
		.pe = pe,
		.type = phb_fault_type(verdict, tlp),
		.trap = phb_fault_trap(phb, verdict, tlp),
		.rid = tlp->rid,
		.message = tlp->type == TLP_MESSAGE,
	};
	struct trace_arg args[] = {{.name = "why", .text = faults[verdict].why},
				   {.name = "pe", .value = pe},
				   {.name = "rid", .value = tlp->rid, .hex = true},
				   {.name = "addr", .value = tlp->addr.v, .hex = true}};

	if (error.type == IODA2_PEST_MSI && tlp->bytes >= 2)
		error.msi_data = (uint16_t)(tlp->data[0] | tlp->data[1] << 8);
	phb->stats.faults++;
	phb->stats.fault[verdict]++;
	if (trace_on(phb->sim))
		phb_trace(phb, "DMA error", args, sim_count_of(args));
	phb_trap_error(phb, &error);
}
