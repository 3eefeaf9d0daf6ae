/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/phb/p7ioc_msi.c - message interrupts of a P7IOC: the address of the message names an entry of the MVT, which says
 * who may use it, and the data one of the MXIVT, which says where the interrupt goes.
 *
 * Addresses: 0xffff0000 + (MVE << 4), and (9 << 60) + (MVE << 48); skiboot hw/p7ioc-phb.c. The MVE has to be valid, its
 * filter has to match the requester, and its PE and that of the XIVE have to be the requester's. Priority 0xff masks:
 * the message is then kept in the MIST and presented when the entry is unmasked.
 *
 * Assumed: that other address bits of a message have to be 0; bit 0 of a MIST entry for "a message is waiting". Not
 * modelled: presenting and ending (a P7IOC waits for the end of an interrupt before it presents the source again; here
 * messages merge only while one is on its way, hw/machine.c), servers and hub numbers.
 */
#include "hw/phb/p7ioc_internal.h"

#define MIST_WAITING PPC_BIT(0)

/* The MVE that @addr names; P7IOC_MVT_COUNT when it names none. */
static uint32_t p7ioc_mve_of(uint64_t addr)
{
	uint64_t mve = P7IOC_MVT_COUNT, rest;

	if (addr >> 32) {
		mve = addr >> IODA1_MSI64_MVE_SHIFT & ((1u << (IODA2_ADDR_CLASS_SHIFT - IODA1_MSI64_MVE_SHIFT)) - 1);
		rest = addr & ((1ull << IODA1_MSI64_MVE_SHIFT) - 1);
	} else {
		mve = (addr & (IODA2_MSI32_BYTES - 1)) >> IODA1_MSI32_MVE_SHIFT;
		rest = addr & ((1u << IODA1_MSI32_MVE_SHIFT) - 1);
	}
	return rest || mve >= P7IOC_MVT_COUNT ? P7IOC_MVT_COUNT : (uint32_t)mve;
}

static bool p7ioc_mve_allows(uint64_t mve, uint16_t rid, uint32_t pe)
{
	struct p7ioc_filter filter =
		p7ioc_filter(ppc_get(IODA1_MVT_BUS_VALID, mve), ppc_get(IODA1_MVT_BUS, mve), mve & IODA1_MVT_DEV_VALID,
			     ppc_get(IODA1_MVT_DEV, mve), mve & IODA1_MVT_FUNC_VALID, ppc_get(IODA1_MVT_FUNC, mve));

	return mve & IODA1_MVT_VALID && !((rid ^ filter.value) & filter.mask) && ppc_get(IODA1_MVT_PE, mve) == pe;
}

enum phb_verdict p7ioc_msi(struct phb *phb, const struct tlp *tlp, uint32_t pe, uint32_t *source)
{
	uint32_t mve = p7ioc_mve_of(tlp->addr.v), vector;
	uint64_t xive;

	*source = UINT32_MAX;
	if (tlp->bytes != IODA2_MSI_BYTES)
		return PHB_XLATE_MSI_SIZE;
	if (mve == P7IOC_MVT_COUNT)
		return PHB_XLATE_MSI_ADDRESS;
	if (!p7ioc_mve_allows(phb->table[IODA1_TBL_MVT][mve], tlp->rid, pe))
		return PHB_XLATE_MSI_PE;
	vector = tlp->data[0] | (uint32_t)tlp->data[1] << 8;
	if (vector >= P7IOC_MXIVT_COUNT)
		return PHB_XLATE_MSI_ADDRESS;
	xive = phb->table[IODA1_TBL_MXIVT][vector];
	if (ppc_get(IODA1_XIVT_PE, xive) != pe)
		return PHB_XLATE_MSI_PE;
	phb->stats.msis++;
	if (ppc_get(IODA1_XIVT_PRIORITY, xive) == IODA1_XIVT_MASKED) {
		phb->stats.msis_masked++;
		phb->stats.msis_queued++;
		phb->table[IODA1_TBL_MIST][vector] |= MIST_WAITING;
	} else {
		*source = vector;
	}
	return PHB_XLATE_OK;
}

/* LSI 6 is not connected. */
bool p7ioc_lsi(struct phb *phb, uint32_t lsi, bool on)
{
	return lsi != PHB_LSI_INF && phb_lxivt_lsi(phb, lsi, on);
}

void p7ioc_mxivt_write(struct phb *phb, uint32_t index, uint64_t value)
{
	uint64_t *state = &phb->table[IODA1_TBL_MIST][index];

	phb->table[IODA1_TBL_MXIVT][index] = value;
	if (!(*state & MIST_WAITING) || ppc_get(IODA1_XIVT_PRIORITY, value) == IODA1_XIVT_MASKED)
		return;
	*state &= ~MIST_WAITING;
	phb_irq_present(phb, index);
}
