/* SPDX-License-Identifier: GPL-2.0-only */
/* hw/phb/phb_table.c - where the entries of the tables in RAM lie: base address registers with an enable bit. */
#include "hw/phb/phb_internal.h"

/* All table BARs have their enable in IBM bit 0 (skiboot include/phb3-regs.h). */
#define TABLE_BAR_ENABLE PPC_BIT(0)

bool phb_table_at(const struct phb *phb, uint32_t bar, uint64_t addr_mask, uint64_t offset, uint32_t bytes,
		  struct raddr *at)
{
	uint64_t value = phb_reg(phb, bar);
	uint64_t addr = (value & addr_mask) + offset;

	if (!(value & TABLE_BAR_ENABLE) || !ram_contains(phb->ram, (struct raddr){addr}, bytes))
		return false;
	at->v = addr;
	return true;
}
