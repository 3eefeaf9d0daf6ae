/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/phb/p7ioc_mmio.c - which window of a P7IOC takes a CPU's access, and whose PE the segment is: the I/O window, M32,
 * and 16 M64 BARs.
 *
 * I/O and M32 are cut into 128 segments each, a BAR into 8; tables say whose each segment is (skiboot hw/p7ioc-phb.c,
 * Linux pci-ioda.c). Of BARs that overlap the lowest takes the access, as skiboot knows it of PHB3; assumed here.
 */
#include "hw/phb/p7ioc_internal.h"

#define M64_SEGMENTS_SHIFT 3
#define M64_ADDR PPC_BITMASK(16, 63) /* the chip's addresses have 48 bits (skiboot) */

/* A window of registers base, mask and start, 8 bytes apart. */
static bool p7ioc_route_segments(const struct phb *phb, uint32_t base_reg, uint32_t table, uint64_t real,
				 struct phb_route *out)
{
	uint64_t bytes = ~phb_reg(phb, base_reg + 8) + 1, offset = real - phb_reg(phb, base_reg);

	if (bytes < P7IOC_SEGMENTS || offset >= bytes)
		return false;
	out->pci = phb_reg(phb, base_reg + 16) + offset;
	out->pe = (uint32_t)ppc_get(IODA1_XXDT_PE, phb->table[table][offset / (bytes / P7IOC_SEGMENTS)]);
	return true;
}

static bool p7ioc_route_m64(const struct phb *phb, uint64_t real, struct phb_route *out)
{
	uint32_t i, segment;

	for (i = 0; i < P7IOC_M64BT_COUNT; i++) {
		uint64_t raw = phb->table[IODA1_TBL_M64BT][i];
		uint64_t base = ppc_get(IODA1_M64BT_BASE, raw) << IODA1_M64BT_UNIT_SHIFT;
		uint64_t mask = ppc_get(IODA1_M64BT_MASK, raw) << IODA1_M64BT_UNIT_SHIFT;

		if (!(raw & IODA1_M64BT_ENABLE) || !mask || ((real ^ base) & mask & M64_ADDR))
			continue;
		segment = (uint32_t)(real >> (__builtin_ctzll(mask) - M64_SEGMENTS_SHIFT)) & (P7IOC_M64_SEGMENTS - 1);
		out->pci = real | phb_reg(phb, PHB_M64_UPPER_BITS);
		out->pe =
			(uint32_t)ppc_get(IODA1_XXDT_PE, phb->table[IODA1_TBL_M64DT][i * P7IOC_M64_SEGMENTS + segment]);
		return true;
	}
	return false;
}

bool p7ioc_route(const struct phb *phb, uint64_t real, struct phb_route *out)
{
	uint64_t config = phb_reg(phb, PHB_CONFIG);

	if (config & P7IOC_CONFIG_IO_EN && p7ioc_route_segments(phb, P7IOC_IO_BASE_ADDR, IODA1_TBL_IODT, real, out)) {
		out->io = true;
		return true;
	}
	if (config & PHB_CONFIG_M32_EN && p7ioc_route_segments(phb, PHB_M32_BASE_ADDR, IODA1_TBL_M32DT, real, out))
		return true;
	return p7ioc_route_m64(phb, real, out);
}
