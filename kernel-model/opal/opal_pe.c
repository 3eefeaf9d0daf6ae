// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/opal/opal_pe.c - which requester and which MMIO segment belongs to which PE: RTT, PELT-V, M32DT, M64BT.
 * Sequences and checks of skiboot's phb3_set_pe(), phb3_set_peltv(), phb3_map_pe_mmio_window(),
 * phb3_set_phb_mem_window() and phb3_phb_mmio_enable() (hw/phb3.c).
 *
 * Not modelled: I/O port windows (PHB3 has none).
 */
#include "kernel-model/opal/opal_internal.h"

#define RID_COUNT 0x10000u
#define RID_DEVICE_MASK 0xf8u
#define RID_FUNCTION_MASK 0x07u
#define M64_ALIGN 0x100000ull	     /* segmented: 1 MiB */
#define M64_SINGLE_ALIGN 0x2000000ull /* single PE: 32 MiB */
#define M64_SINGLE_PE_LOW_BITS 5

/* The top (@bus_compare + 1) bits of the bus number, and the device and function fields as asked for. */
static uint32_t opal_pe_rid_mask(uint8_t bus_compare, uint8_t dev_compare, uint8_t func_compare)
{
	uint32_t mask = 0;

	if (bus_compare != OPAL_BUS_ANY)
		mask = ((1u << (bus_compare + 1)) - 1) << (15 - bus_compare);
	if (dev_compare)
		mask |= RID_DEVICE_MASK;
	if (func_compare)
		mask |= RID_FUNCTION_MASK;
	return mask;
}

int64_t opal_pci_set_pe(struct opal *opal, uint64_t phb_id, uint64_t pe, uint64_t bdfn, uint8_t bus_compare,
			uint8_t dev_compare, uint8_t func_compare, uint8_t action)
{
	struct opal_phb *phb = opal_phb_find(opal, phb_id);
	uint32_t mask, rid;

	if (!phb || action > 1 || pe >= phb->info->pe_count || bdfn >= RID_COUNT || bus_compare > OPAL_BUS_ALL ||
	    dev_compare > 1 || func_compare > 1)
		return OPAL_PARAMETER;
	mask = opal_pe_rid_mask(bus_compare, dev_compare, func_compare);
	for (rid = 0; rid < RID_COUNT; rid++) {
		if ((rid & mask) != (bdfn & mask))
			continue;
		opal_store_be16(opal, phb->rtt + 2ull * rid, (uint16_t)(action ? pe : phb->info->reserved_pe));
	}
	opal_write(phb, PHB_RTC_INVALIDATE, PHB_RTC_INVALIDATE_ALL);
	return OPAL_SUCCESS;
}

int64_t opal_pci_set_peltv(struct opal *opal, uint64_t phb_id, uint32_t parent, uint32_t child, uint8_t state)
{
	struct opal_phb *phb = opal_phb_find(opal, phb_id);
	uint8_t *byte;

	if (!phb || parent >= phb->info->pe_count || child >= phb->info->pe_count || state > 1)
		return OPAL_PARAMETER;
	byte = opal_memory(opal, phb->peltv + (uint64_t)parent * PHB3_PELTV_ROW_BYTES + child / 8);
	if (state)
		*byte |= (uint8_t)(0x80u >> (child % 8));
	else
		*byte &= (uint8_t)~(0x80u >> (child % 8));
	return OPAL_SUCCESS;
}

/* M64: the BAR becomes a single-PE one; only firmware's copy changes, until the window is enabled. */
static int64_t opal_pe_map_m64(struct opal_phb *phb, uint16_t pe, uint16_t window)
{
	uint64_t *entry;

	if (window >= PHB3_M64BT_COUNT)
		return OPAL_PARAMETER;
	entry = &phb->m64b[window];
	if (*entry & IODA2_M64BT_ENABLE)
		return OPAL_PARTIAL;
	*entry |= IODA2_M64BT_SINGLE_PE;
	*entry = ppc_set(IODA2_M64BT_PE_HI, *entry, pe >> M64_SINGLE_PE_LOW_BITS);
	*entry = ppc_set(IODA2_M64BT_PE_LOW, *entry, pe);
	return OPAL_SUCCESS;
}

int64_t opal_pci_map_pe_mmio_window(struct opal *opal, uint64_t phb_id, uint16_t pe, uint16_t type, uint16_t window,
				    uint16_t segment)
{
	struct opal_phb *phb = opal_phb_find(opal, phb_id);

	if (!phb || pe >= phb->info->pe_count)
		return OPAL_PARAMETER;
	switch (type) {
	case OPAL_WINDOW_IO:
		return OPAL_UNSUPPORTED;
	case OPAL_WINDOW_M32:
		if (window || segment >= PHB3_M32DT_COUNT)
			return OPAL_PARAMETER;
		phb->m32d[segment] = ppc_set(IODA2_M32DT_PE, 0, pe);
		opal_ioda_write(phb, IODA2_TBL_M32DT, segment, phb->m32d[segment]);
		return OPAL_SUCCESS;
	case OPAL_WINDOW_M64:
		return opal_pe_map_m64(phb, pe, window);
	default:
		return OPAL_PARAMETER;
	}
}

/* Only firmware's copy changes here; phb_mmio_enable() writes the chip. @pci is unused: M64 does not translate. */
int64_t opal_pci_set_phb_mem_window(struct opal *opal, uint64_t phb_id, uint16_t type, uint16_t window, uint64_t real,
				    uint64_t pci, uint64_t bytes)
{
	struct opal_phb *phb = opal_phb_find(opal, phb_id);
	uint64_t *entry;

	(void)pci;
	if (!phb)
		return OPAL_PARAMETER;
	if (type == OPAL_WINDOW_M32 || type == OPAL_WINDOW_IO)
		return OPAL_UNSUPPORTED;
	if (type != OPAL_WINDOW_M64 || window >= PHB3_M64BT_COUNT || !bytes || (bytes & (bytes - 1)) ||
	    (real & (bytes - 1)))
		return OPAL_PARAMETER;
	entry = &phb->m64b[window];
	if (*entry & IODA2_M64BT_ENABLE)
		return OPAL_PARTIAL;
	if (*entry & IODA2_M64BT_SINGLE_PE) {
		if (bytes < M64_SINGLE_ALIGN)
			return OPAL_PARAMETER;
		*entry = ppc_set(IODA2_M64BT_SINGLE_BASE, *entry, real / M64_SINGLE_ALIGN);
		*entry = ppc_set(IODA2_M64BT_SINGLE_MASK, *entry, 0 - bytes / M64_SINGLE_ALIGN);
	} else {
		if (bytes < M64_ALIGN)
			return OPAL_PARAMETER;
		*entry = ppc_set(IODA2_M64BT_BASE, *entry, real / M64_ALIGN);
		*entry = ppc_set(IODA2_M64BT_MASK, *entry, 0 - bytes / M64_ALIGN);
	}
	return OPAL_SUCCESS;
}

int64_t opal_pci_phb_mmio_enable(struct opal *opal, uint64_t phb_id, uint16_t type, uint16_t window, uint16_t mode)
{
	struct opal_phb *phb = opal_phb_find(opal, phb_id);
	uint64_t *entry, next;
	bool single;

	if (!phb)
		return OPAL_PARAMETER;
	if (type == OPAL_WINDOW_M32 || type == OPAL_WINDOW_IO)
		return OPAL_UNSUPPORTED;
	if (type != OPAL_WINDOW_M64 || window >= PHB3_M64BT_COUNT || mode > OPAL_M64_SINGLE_PE)
		return OPAL_PARAMETER;
	entry = &phb->m64b[window];
	single = *entry & IODA2_M64BT_SINGLE_PE;
	if (mode == OPAL_M64_DISABLE) {
		/* A disabled BAR falls back to segmented mode. */
		next = 0;
	} else {
		if (single != (mode == OPAL_M64_SINGLE_PE))
			return OPAL_PARAMETER;
		/* A BAR without an address would swallow everything and fence the PHB. */
		if (!(*entry & (single ? IODA2_M64BT_SINGLE_BASE : IODA2_M64BT_BASE)) ||
		    !(*entry & (single ? IODA2_M64BT_SINGLE_MASK : IODA2_M64BT_MASK)))
			return OPAL_PARTIAL;
		next = *entry | IODA2_M64BT_ENABLE;
	}
	*entry = next;
	opal_ioda_write(phb, IODA2_TBL_M64BT, window, next);
	return OPAL_SUCCESS;
}
