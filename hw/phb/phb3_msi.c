/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/phb/phb3_msi.c - message interrupts of a PHB3: a 4-byte write to the MSI window names a vector; its entry in RAM
 * (IVE) says whose it is and whether it may be presented.
 *
 * Number: QEMU pnv_phb3_msi.c; entry: skiboot include/phb3-regs.h. The PE of the entry must be the requester's. P:
 * presented and not yet ended; Q: came again meanwhile, or while masked. Firmware ends an interrupt by clearing P
 * through IVC_UPDATE; a vector that has Q then is presented again (skiboot does that with FFI_REQUEST, which works
 * too).
 *
 * Not modelled: the cache of entries (IVC; IVC_INVALIDATE is accepted), the reject bits (RBA is storage), generations
 * beyond the conditional update, interrupt re-presentation by timer.
 */
#include "hw/phb/phb_internal.h"

bool phb3_ive_at(const struct phb *phb, uint32_t source, struct raddr *at)
{
	bool large = phb_reg(phb, PHB_CONTROL) & PHB3_CONTROL_IVE_128_BYTES;
	uint64_t stride = large ? PHB3_IVE_BYTES : PHB3_IVE_SMALL_BYTES;

	if (source >= ppc_get(PHB3_IVT_LENGTH, phb_reg(phb, PHB3_IVT_BAR)) || source >= PHB3_IVE_COUNT)
		return false;
	return phb_table_at(phb, PHB3_IVT_BAR, PHB3_IVT_BASE_ADDRESS, source * stride, 8, at);
}

/* One message for @source: what becomes of its entry. Return: is it presented now? */
static bool phb3_ive_take(struct phb *phb, struct raddr at, uint64_t ive)
{
	bool masked = ppc_get(IODA2_IVE_PRIORITY, ive) == IODA2_IVE_PRIORITY_MASKED;

	if (ive & IODA2_IVE_Q)
		return false; /* one more of the same */
	if (ive & IODA2_IVE_P || masked) {
		phb->stats.msis_masked += masked;
		phb->stats.msis_queued++;
		ram_store_be64(phb->ram, at, ive | IODA2_IVE_Q);
		return false;
	}
	ram_store_be64(phb->ram, at, ive | IODA2_IVE_P);
	return true;
}

enum phb_verdict phb3_msi(struct phb *phb, const struct tlp *tlp, uint32_t pe, uint32_t *source)
{
	enum phb_verdict verdict;
	struct raddr at;
	uint64_t ive;

	verdict = phb_msi_source(tlp, source);
	if (verdict != PHB_XLATE_OK)
		return verdict;
	if (!(phb_reg(phb, PHB3_IVT_BAR) & PHB3_IVT_BAR_ENABLE))
		return PHB_XLATE_IVT_DISABLED;
	if (*source >= PHB3_MSI_COUNT || !phb3_ive_at(phb, *source, &at))
		return PHB_XLATE_MSI_ADDRESS;
	ive = ram_load_be64(phb->ram, at);
	if (ppc_get(IODA2_IVE_PE, ive) != pe)
		return PHB_XLATE_MSI_PE;
	phb->stats.msis++;
	if (!phb3_ive_take(phb, at, ive))
		*source = UINT32_MAX;
	return PHB_XLATE_OK;
}

static uint64_t phb3_ive_updated(uint64_t ive, uint64_t value)
{
	if (value & PHB3_IVC_UPDATE_ENABLE_P)
		ive = ppc_set(IODA2_IVE_P, ive, ppc_get(PHB3_IVC_UPDATE_P, value));
	if (value & PHB3_IVC_UPDATE_ENABLE_Q)
		ive = ppc_set(IODA2_IVE_Q, ive, ppc_get(PHB3_IVC_UPDATE_Q, value));
	if (value & PHB3_IVC_UPDATE_ENABLE_SERVER)
		ive = ppc_set(IODA2_IVE_SERVER, ive, ppc_get(PHB3_IVC_UPDATE_SERVER, value));
	if (value & PHB3_IVC_UPDATE_ENABLE_PRI)
		ive = ppc_set(IODA2_IVE_PRIORITY, ive, ppc_get(PHB3_IVC_UPDATE_PRI, value));
	if (value & PHB3_IVC_UPDATE_ENABLE_GEN)
		ive = ppc_set(IODA2_IVE_GEN, ive, ppc_get(PHB3_IVC_UPDATE_GEN, value));
	return ive;
}

void phb3_msi_ivc_update(struct phb *phb, uint32_t offset, uint64_t value)
{
	uint32_t source = (uint32_t)ppc_get(PHB3_IVC_UPDATE_SID, value);
	struct raddr at;
	uint64_t ive;

	(void)offset;
	if (!phb3_ive_at(phb, source, &at))
		return;
	ive = ram_load_be64(phb->ram, at);
	if (value & PHB3_IVC_UPDATE_ENABLE_CON &&
	    ppc_get(PHB3_IVC_UPDATE_GEN_MATCH, value) != ppc_get(IODA2_IVE_GEN, ive))
		return;
	ive = phb3_ive_updated(ive, value);
	if (!(ive & IODA2_IVE_P) && ive & IODA2_IVE_Q &&
	    ppc_get(IODA2_IVE_PRIORITY, ive) != IODA2_IVE_PRIORITY_MASKED) {
		ive = (ive & ~IODA2_IVE_Q) | IODA2_IVE_P;
		phb_irq_present(phb, source);
	}
	ram_store_be64(phb->ram, at, ive);
}

void phb3_msi_ffi(struct phb *phb, uint32_t offset, uint64_t value)
{
	uint32_t source = (uint32_t)ppc_get(PHB3_FFI_REQUEST_ISN, value);
	struct raddr at;
	uint64_t ive;

	(void)offset;
	if (value & PHB3_FFI_LOCK_CLEAR)
		phb->reg[PHB3_FFI_LOCK / 8] = 0;
	if (!phb3_ive_at(phb, source, &at))
		return;
	ive = ram_load_be64(phb->ram, at);
	ram_store_be64(phb->ram, at, (ive & ~IODA2_IVE_Q) | IODA2_IVE_P);
	phb_irq_present(phb, source);
}
