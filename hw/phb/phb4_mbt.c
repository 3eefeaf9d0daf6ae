/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/phb/phb4_mbt.c - MMIO of a PHB4 or PHB5: one table of BARs (MBT) for 32-bit and 64-bit windows, and the domain
 * table (MDT) that gives the segments of some of them to PEs.
 *
 * Formats: skiboot include/phb4-regs.h, hw/phb4.c; what is mirrored and what an M32 BAR does with the address: QEMU
 * pnv_phb4.c. BARs are searched from the lowest (assumed, as on PHB3). A segment of a BAR in mode SEGMENT belongs to
 * the PE of its number, counted from the BAR's first (assumed: the header only names the field). In mode MDT a BAR has
 * as many segments as the table has entries (assumed: firmware makes M32 so). A PE that does not exist has no segment:
 * the access is an address decode error, as is one in the reserved mode.
 *
 * Not modelled: M64_AOMASK, which nobody programs and of which public sources have the name only; parity.
 */
#include "hw/phb/phb4.h"

#define MBT_ADDR PPC_BITMASK(8, 63) /* 56 address bits are compared */

void phb4_mbt_write(struct phb *phb, uint32_t index, uint64_t value)
{
	uint64_t *table = phb->table[IODA3_TBL_MBT];

	table[index] = value;
	table[index ^ 1] = (table[index ^ 1] & ~IODA3_MBT_ENABLE) | (value & IODA3_MBT_ENABLE);
}

static uint32_t mbt_segments(const struct phb *phb, uint64_t low)
{
	const uint32_t by_divisor[] = {phb->pe_count, 128, 64, 8};

	return by_divisor[ppc_get(IODA3_MBT0_DIVISOR, low)];
}

/* Number of the segment that holds byte @offset of a window of 1 << @size_shift bytes cut into @segments. */
static uint32_t mbt_segment(uint64_t offset, uint32_t size_shift, uint32_t segments)
{
	uint32_t bits = (uint32_t)__builtin_ctz(segments);

	return (uint32_t)(offset >> (size_shift > bits ? size_shift - bits : 0));
}

/* Whose is byte @offset of the window with the doublewords @low and @high? PHB_PE_NONE: nobody's. */
static uint32_t mbt_pe(const struct phb *phb, uint64_t low, uint64_t high, uint64_t offset, uint32_t size_shift)
{
	static const uint64_t columns[] = {IODA3_MDT_A, IODA3_MDT_B, IODA3_MDT_C, IODA3_MDT_D};
	uint64_t pe = ppc_get(IODA3_MBT1_PE, high);
	uint32_t segment;

	switch (ppc_get(IODA3_MBT0_MODE, low)) {
	case IODA3_MBT_MODE_SEGMENT:
		pe += mbt_segment(offset, size_shift, mbt_segments(phb, low));
		break;
	case IODA3_MBT_MODE_MDT:
		segment = mbt_segment(offset, size_shift, phb->pe_count);
		pe = ppc_get(columns[ppc_get(IODA3_MBT0_COLUMN, low)], phb->table[IODA3_TBL_MDT][segment]);
		break;
	case IODA3_MBT_MODE_SINGLE:
		break;
	default:
		return PHB_PE_NONE;
	}
	return pe < phb->pe_count ? (uint32_t)pe : PHB_PE_NONE;
}

bool phb4_route(const struct phb *phb, uint64_t real, struct phb_route *out)
{
	const uint64_t *bar = phb->table[IODA3_TBL_MBT], *end = bar + phb->shape->tables[IODA3_TBL_MBT].count;
	uint64_t base, mask, offset;

	for (; bar < end; bar += IODA3_MBT_DWORDS) {
		base = ppc_get(IODA3_MBT0_BASE, bar[0]) << IODA3_MBT_ADDR_SHIFT;
		mask = ppc_get(IODA3_MBT1_MASK, bar[1]) << IODA3_MBT_ADDR_SHIFT;
		if (!(bar[0] & IODA3_MBT_ENABLE) || !mask || (real ^ base) & (mask | ~MBT_ADDR))
			continue;
		offset = real & ((mask & (0 - mask)) - 1);
		out->pe = mbt_pe(phb, bar[0], bar[1], offset, (uint32_t)__builtin_ctzll(mask));
		out->pci = bar[0] & IODA3_MBT0_M32 ? phb_reg(phb, PHB_M32_START_ADDR) + offset
						   : real | phb_reg(phb, PHB_M64_UPPER_BITS);
		return out->pe != PHB_PE_NONE;
	}
	return false;
}
