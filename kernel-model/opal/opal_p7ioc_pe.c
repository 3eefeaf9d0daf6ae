// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/opal/opal_p7ioc_pe.c - which requester, MMIO segment and DMA window belongs to which PE of a P7IOC.
 * Sequences and checks of skiboot's p7ioc_set_pe(), p7ioc_set_peltv(), p7ioc_map_pe_mmio_window(),
 * p7ioc_set_phb_mem_window(), p7ioc_phb_mmio_enable() and p7ioc_map_pe_dma_window() (hw/p7ioc-phb.c, commit
 * 16b7ae641^).
 *
 * Two mistakes there are made only with kernel.opal.skiboot_bugs: the number of the companion is masked with 0x2f
 * before its bit of the PELT-V is chosen, so that PEs with bit 4 set get the bit of a lower one; and the PELTM entry
 * of a PE taken apart becomes 0, which matches every requester. Here it becomes one that matches nobody.
 *
 * There are no windows that do not translate: OPAL_UNSUPPORTED, by the lack of the method.
 */
#include "kernel-model/opal/opal_p7ioc.h"

#define M64_ALIGN 0x1000000ull /* 16 MiB */
#define WINDOW_LOG2_MIN 27u
#define PELTV_WORD_BITS 64u
#define PELTV_MASK_SKIBOOT 0x2fu
#define RID_BUS_SHIFT 8
#define RID_DEVICE_SHIFT 3

/* ---- Requesters ---- */

int64_t opal_p7ioc_set_pe(struct opal_phb *phb, uint32_t pe, const struct opal_requesters *who, bool map)
{
	uint64_t entry = phb->opal->skiboot_bugs ? 0 : IODA1_PELTM_NOBODY;

	if (map) {
		entry = ppc_set(IODA1_PELTM_BUS, 0, who->bdfn >> RID_BUS_SHIFT);
		entry = ppc_set(IODA1_PELTM_DEV, entry, who->bdfn >> RID_DEVICE_SHIFT);
		entry = ppc_set(IODA1_PELTM_FUNC, entry, who->bdfn);
		entry = ppc_set(IODA1_PELTM_BUS_VALID, entry, who->bus_compare);
		entry |= who->dev_compare ? IODA1_PELTM_DEV_VALID : 0;
		entry |= who->func_compare ? IODA1_PELTM_FUNC_VALID : 0;
	}
	opal_ioda_set(phb, IODA1_TBL_PELTM, pe, entry);
	return OPAL_SUCCESS;
}

int64_t opal_p7ioc_set_peltv(struct opal_phb *phb, uint32_t parent, uint32_t child, bool set)
{
	uint32_t word = child / PELTV_WORD_BITS, reg = word ? P7IOC_IODA_DATA1 : PHB_IODA_DATA0;
	uint64_t bit = PPC_BIT(child & (phb->opal->skiboot_bugs ? PELTV_MASK_SKIBOOT : PELTV_WORD_BITS - 1)), value;

	opal_ioda_select(phb, IODA1_TBL_PELTV, parent, false);
	value = opal_read(phb, reg);
	value = set ? value | bit : value & ~bit;
	opal_write(phb, reg, value);
	phb->copy[IODA1_TBL_PELTV][2 * parent + word] = value;
	return OPAL_SUCCESS;
}

/* ---- MMIO ---- */

int64_t opal_p7ioc_map_mmio(struct opal_phb *phb, uint32_t pe, uint16_t type, uint16_t window, uint16_t segment)
{
	uint32_t table, index = segment;

	switch (type) {
	case OPAL_WINDOW_IO:
	case OPAL_WINDOW_M32:
		if (window || segment >= P7IOC_SEGMENTS)
			return OPAL_PARAMETER;
		table = type == OPAL_WINDOW_IO ? IODA1_TBL_IODT : IODA1_TBL_M32DT;
		break;
	case OPAL_WINDOW_M64:
		if (window >= P7IOC_M64BT_COUNT || segment >= P7IOC_M64_SEGMENTS)
			return OPAL_PARAMETER;
		table = IODA1_TBL_M64DT;
		index = window * P7IOC_M64_SEGMENTS + segment;
		break;
	default:
		return OPAL_PARAMETER;
	}
	opal_ioda_set(phb, table, index, ppc_set(IODA1_XXDT_PE, 0, pe));
	return OPAL_SUCCESS;
}

/* A BAR that is not enabled changes in firmware's copy only. @pci is unused: M64 does not translate. */
int64_t opal_p7ioc_set_mem_window(struct opal_phb *phb, uint16_t type, uint16_t window, uint64_t real, uint64_t pci,
				  uint64_t bytes)
{
	uint64_t entry;

	(void)pci;
	if (type == OPAL_WINDOW_M32 || type == OPAL_WINDOW_IO)
		return OPAL_UNSUPPORTED;
	if (type != OPAL_WINDOW_M64 || window >= P7IOC_M64BT_COUNT || (real | bytes) & (M64_ALIGN - 1))
		return OPAL_PARAMETER;
	entry = phb->copy[IODA1_TBL_M64BT][window];
	entry = ppc_set(IODA1_M64BT_BASE, entry, real / M64_ALIGN);
	entry = ppc_set(IODA1_M64BT_MASK, entry, 0 - bytes / M64_ALIGN);
	phb->copy[IODA1_TBL_M64BT][window] = entry;
	if (entry & IODA1_M64BT_ENABLE)
		opal_ioda_write(phb, IODA1_TBL_M64BT, window, entry);
	return OPAL_SUCCESS;
}

int64_t opal_p7ioc_mmio_enable(struct opal_phb *phb, uint16_t type, uint16_t window, uint16_t mode)
{
	uint64_t entry;

	if (type == OPAL_WINDOW_M32 || type == OPAL_WINDOW_IO)
		return OPAL_UNSUPPORTED;
	if (type != OPAL_WINDOW_M64 || window >= P7IOC_M64BT_COUNT || mode >= OPAL_M64_SINGLE_PE)
		return OPAL_PARAMETER;
	entry = phb->copy[IODA1_TBL_M64BT][window];
	if (mode == OPAL_M64_SPLIT) {
		/* A BAR without an address would fence the PHB. */
		if (ppc_get(IODA1_M64BT_BASE, entry) * M64_ALIGN < phb->info->m64_base || !(entry & IODA1_M64BT_MASK))
			return OPAL_PARTIAL;
		entry |= IODA1_M64BT_ENABLE;
	} else {
		entry &= ~IODA1_M64BT_ENABLE;
	}
	opal_ioda_set(phb, IODA1_TBL_M64BT, window, entry);
	return OPAL_SUCCESS;
}

/* ---- DMA ---- */

static uint32_t opal_p7ioc_page_code(const struct opal_phb *phb, uint64_t bytes)
{
	const struct opal_page *page;

	for (page = phb->gen->pages; page->bytes; page++) {
		if (page->bytes == bytes)
			return page->code;
	}
	return 0;
}

/* The window lets the requesters of its PE pass: those of the PELTM entry. A window is not taken away by this call. */
int64_t opal_p7ioc_map_dma(struct opal_phb *phb, uint32_t pe, uint16_t window, uint16_t levels, uint64_t table,
			   uint64_t table_bytes, uint64_t page_bytes)
{
	uint64_t bytes = page_bytes * (table_bytes / TCE_BYTES), first, second, peltm;
	uint32_t page_code = opal_p7ioc_page_code(phb, page_bytes);

	if (window >= P7IOC_TVT_COUNT || levels != 1 || bytes >> WINDOW_LOG2_MIN == 0 || !page_code)
		return OPAL_PARAMETER;
	peltm = opal_ioda_read(phb, IODA1_TBL_PELTM, pe);
	first = ppc_set(IODA1_TVT0_WINDOW_SIZE, 0,
			63u - (uint32_t)__builtin_clzll(bytes) - IODA1_TVT0_WINDOW_SIZE_SHIFT);
	first = ppc_set(IODA1_TVT0_TABLE_ADDR, first, table >> IODA1_TVT0_TABLE_ADDR_SHIFT);
	first = ppc_set(IODA1_TVT0_BUS_VALID, first, ppc_get(IODA1_PELTM_BUS_VALID, peltm));
	first = ppc_set(IODA1_TVT0_BUS, first, ppc_get(IODA1_PELTM_BUS, peltm));
	second = ppc_set(IODA1_TVT1_PAGE_SIZE, 0, page_code);
	second = ppc_set(IODA1_TVT1_DEV, second, ppc_get(IODA1_PELTM_DEV, peltm));
	second = ppc_set(IODA1_TVT1_FUNC, second, ppc_get(IODA1_PELTM_FUNC, peltm));
	second |= peltm & IODA1_PELTM_DEV_VALID ? IODA1_TVT1_DEV_VALID : 0;
	second |= peltm & IODA1_PELTM_FUNC_VALID ? IODA1_TVT1_FUNC_VALID : 0;
	opal_ioda_set_wide(phb, IODA1_TBL_TVT, window, first, ppc_set(IODA1_TVT1_PE, second, pe));
	return OPAL_SUCCESS;
}
