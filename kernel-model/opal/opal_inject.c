// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/opal/opal_inject.c - error injection, as far as generations share it: which configuration cycles are a
 * PE's, and the registers (skiboot phb3_err_inject_cfg(), phb3_err_inject_finalize(), hw/phb3.c; hw/phb4.c has the
 * same).
 */
#include "kernel-model/opal/opal_internal.h"

bool opal_inject_is_config(uint32_t function)
{
	return (function & ~1u) == OPAL_INJECT_LOAD_CONFIG || (function & ~1u) == OPAL_INJECT_STORE_CONFIG;
}

bool opal_inject_is_store(uint32_t function)
{
	return (function >= OPAL_INJECT_STORE_MEM && function < OPAL_INJECT_DMA_READ) ||
	       function >= OPAL_INJECT_DMA_WRITE;
}

void opal_inject_arm(struct opal_phb *phb, const struct opal_target *target, uint64_t kind, bool store)
{
	opal_write(phb, PHB_PAPR_ERR_INJ_ADDR, target->addr);
	opal_write(phb, PHB_PAPR_ERR_INJ_MASK, target->mask);
	opal_write(phb, PHB_PAPR_ERR_INJ_CTL, kind | (store ? PHB_PAPR_ERR_INJ_CTL_WR : PHB_PAPR_ERR_INJ_CTL_RD));
}

/* Of a whole bus a neighbouring device number belongs to the PE too. */
bool opal_inject_is_bus(struct opal_phb *phb, uint32_t pe, uint32_t *bdfn)
{
	for (*bdfn = 0; *bdfn < IODA2_RTT_COUNT; (*bdfn)++) {
		if (phb->gen->pe_of(phb, *bdfn) == pe)
			return *bdfn + 8 < IODA2_RTT_COUNT && phb->gen->pe_of(phb, *bdfn + 8) == pe;
	}
	return false;
}

bool opal_inject_config(struct opal_phb *phb, uint32_t pe, uint64_t addr, uint64_t mask, struct opal_target *target)
{
	uint32_t bdfn;
	bool bus = opal_inject_is_bus(phb, pe, &bdfn);
	uint64_t field = bus ? PHB_CA_BUS : PHB_CA_BDFN, at;

	if (bdfn == IODA2_RTT_COUNT)
		return false;
	at = bus ? ppc_set(PHB_CA_BUS, 0, bdfn >> 8) : ppc_set(PHB_CA_BDFN, 0, bdfn);
	*target = (struct opal_target){at, field};
	/* What the caller asks for must be the PE's too. */
	if (phb->gen->pe_of(phb, (uint32_t)ppc_get(PHB_CA_BDFN, addr)) == pe && addr & PHB_CA_BDFN)
		*target = (struct opal_target){addr, mask};
	return true;
}
