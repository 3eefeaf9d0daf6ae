// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/linux/km_opal_call.c - the kernel's wrappers of firmware calls, with the prototypes of asm/opal.h.
 *
 * They stand for powernv/opal-call.c and opal-wrappers.S, which cannot be hosted (they handle the MSR). A call puts its
 * arguments into registers, its token into r0, and enters firmware; firmware may take simulated time, and other tasks
 * may run meanwhile, so the task's own state is saved and restored around it.
 */
#include <linux/types.h>

#include <asm/opal.h>

#include "kernel-model/linux/km.h"

#define OPAL_CALL(token, ...) \
	km_opal_enter(token, (const host_u64[HOST_FIRMWARE_ARGS]){ __VA_ARGS__ })
#define PTR(p) ((host_u64)(uintptr_t)(p))

static int64_t km_opal_enter(host_u32 token, const host_u64 *args)
{
	struct km_context context;
	int64_t ret;

	if (km_fault(KM_FAULT_FIRMWARE))
		return OPAL_HARDWARE;
	km_context_save(&context);
	ret = host_firmware(token, args);
	km_context_restore(&context);
	return ret;
}

int64_t opal_pci_config_read_byte(uint64_t phb_id, uint64_t bdfn, uint64_t offset, uint8_t *data)
{
	return OPAL_CALL(OPAL_PCI_CONFIG_READ_BYTE, phb_id, bdfn, offset, PTR(data));
}

int64_t opal_pci_config_read_half_word(uint64_t phb_id, uint64_t bdfn, uint64_t offset, __be16 *data)
{
	return OPAL_CALL(OPAL_PCI_CONFIG_READ_HALF_WORD, phb_id, bdfn, offset, PTR(data));
}

int64_t opal_pci_config_read_word(uint64_t phb_id, uint64_t bdfn, uint64_t offset, __be32 *data)
{
	return OPAL_CALL(OPAL_PCI_CONFIG_READ_WORD, phb_id, bdfn, offset, PTR(data));
}

int64_t opal_pci_config_write_byte(uint64_t phb_id, uint64_t bdfn, uint64_t offset, uint8_t data)
{
	return OPAL_CALL(OPAL_PCI_CONFIG_WRITE_BYTE, phb_id, bdfn, offset, data);
}

int64_t opal_pci_config_write_half_word(uint64_t phb_id, uint64_t bdfn, uint64_t offset, uint16_t data)
{
	return OPAL_CALL(OPAL_PCI_CONFIG_WRITE_HALF_WORD, phb_id, bdfn, offset, data);
}

int64_t opal_pci_config_write_word(uint64_t phb_id, uint64_t bdfn, uint64_t offset, uint32_t data)
{
	return OPAL_CALL(OPAL_PCI_CONFIG_WRITE_WORD, phb_id, bdfn, offset, data);
}

int64_t opal_set_xive(uint32_t isn, uint16_t server, uint8_t priority)
{
	return OPAL_CALL(OPAL_SET_XIVE, isn, server, priority);
}

int64_t opal_get_xive(uint32_t isn, __be16 *server, uint8_t *priority)
{
	return OPAL_CALL(OPAL_GET_XIVE, isn, PTR(server), PTR(priority));
}

int64_t opal_pci_eeh_freeze_status(uint64_t phb_id, uint64_t pe, uint8_t *state, __be16 *error, __be64 *status)
{
	return OPAL_CALL(OPAL_PCI_EEH_FREEZE_STATUS, phb_id, pe, PTR(state), PTR(error), PTR(status));
}

int64_t opal_pci_eeh_freeze_clear(uint64_t phb_id, uint64_t pe, uint64_t action)
{
	return OPAL_CALL(OPAL_PCI_EEH_FREEZE_CLEAR, phb_id, pe, action);
}

int64_t opal_pci_eeh_freeze_set(uint64_t phb_id, uint64_t pe, uint64_t action)
{
	return OPAL_CALL(OPAL_PCI_EEH_FREEZE_SET, phb_id, pe, action);
}

int64_t opal_pci_err_inject(uint64_t phb_id, uint32_t pe, uint32_t type, uint32_t func, uint64_t addr, uint64_t mask)
{
	return OPAL_CALL(OPAL_PCI_ERR_INJECT, phb_id, pe, type, func, addr, mask);
}

int64_t opal_pci_phb_mmio_enable(uint64_t phb_id, uint16_t type, uint16_t window, uint16_t enable)
{
	return OPAL_CALL(OPAL_PCI_PHB_MMIO_ENABLE, phb_id, type, window, enable);
}

int64_t opal_pci_set_phb_mem_window(uint64_t phb_id, uint16_t type, uint16_t window, uint64_t real, uint64_t pci,
				    uint64_t size)
{
	return OPAL_CALL(OPAL_PCI_SET_PHB_MEM_WINDOW, phb_id, type, window, real, pci, size);
}

int64_t opal_pci_map_pe_mmio_window(uint64_t phb_id, uint16_t pe, uint16_t type, uint16_t window, uint16_t segment)
{
	return OPAL_CALL(OPAL_PCI_MAP_PE_MMIO_WINDOW, phb_id, pe, type, window, segment);
}

int64_t opal_pci_set_pe(uint64_t phb_id, uint64_t pe, uint64_t bdfn, uint8_t bus_compare, uint8_t dev_compare,
			uint8_t func_compare, uint8_t action)
{
	return OPAL_CALL(OPAL_PCI_SET_PE, phb_id, pe, bdfn, bus_compare, dev_compare, func_compare, action);
}

int64_t opal_pci_set_peltv(uint64_t phb_id, uint32_t parent, uint32_t child, uint8_t state)
{
	return OPAL_CALL(OPAL_PCI_SET_PELTV, phb_id, parent, child, state);
}

/* Only P7IOC has these two. */
int64_t opal_pci_set_mve(uint64_t phb_id, uint32_t mve, uint32_t pe)
{
	return OPAL_CALL(OPAL_PCI_SET_MVE, phb_id, mve, pe);
}

int64_t opal_pci_set_mve_enable(uint64_t phb_id, uint32_t mve, uint32_t state)
{
	return OPAL_CALL(OPAL_PCI_SET_MVE_ENABLE, phb_id, mve, state);
}

int64_t opal_pci_msi_eoi(uint64_t phb_id, uint32_t hw_irq)
{
	return OPAL_CALL(OPAL_PCI_MSI_EOI, phb_id, hw_irq);
}

int64_t opal_pci_set_xive_pe(uint64_t phb_id, uint32_t pe, uint32_t xive)
{
	return OPAL_CALL(OPAL_PCI_SET_XIVE_PE, phb_id, pe, xive);
}

int64_t opal_get_msi_32(uint64_t phb_id, uint32_t mve, uint32_t xive, uint8_t range, __be32 *addr, __be32 *data)
{
	return OPAL_CALL(OPAL_GET_MSI_32, phb_id, mve, xive, range, PTR(addr), PTR(data));
}

int64_t opal_get_msi_64(uint64_t phb_id, uint32_t mve, uint32_t xive, uint8_t range, __be64 *addr, __be32 *data)
{
	return OPAL_CALL(OPAL_GET_MSI_64, phb_id, mve, xive, range, PTR(addr), PTR(data));
}

int64_t opal_pci_map_pe_dma_window(uint64_t phb_id, uint16_t pe, uint16_t window, uint16_t levels, uint64_t table,
				   uint64_t table_size, uint64_t page_size)
{
	return OPAL_CALL(OPAL_PCI_MAP_PE_DMA_WINDOW, phb_id, pe, window, levels, table, table_size, page_size);
}

int64_t opal_pci_map_pe_dma_window_real(uint64_t phb_id, uint16_t pe, uint16_t window, uint64_t start, uint64_t size)
{
	return OPAL_CALL(OPAL_PCI_MAP_PE_DMA_WINDOW_REAL, phb_id, pe, window, start, size);
}

int64_t opal_pci_reset(uint64_t id, uint8_t scope, uint8_t assert_state)
{
	return OPAL_CALL(OPAL_PCI_RESET, id, scope, assert_state);
}

int64_t opal_pci_reinit(uint64_t phb_id, uint64_t scope, uint64_t data)
{
	return OPAL_CALL(OPAL_PCI_REINIT, phb_id, scope, data);
}

int64_t opal_pci_poll(uint64_t id)
{
	return OPAL_CALL(OPAL_PCI_POLL, id);
}

int64_t opal_pci_get_phb_diag_data2(uint64_t phb_id, void *buffer, uint64_t size)
{
	return OPAL_CALL(OPAL_PCI_GET_PHB_DIAG_DATA2, phb_id, PTR(buffer), size);
}

int64_t opal_pci_next_error(uint64_t phb_id, __be64 *first_pe, __be16 *error, __be16 *severity)
{
	return OPAL_CALL(OPAL_PCI_NEXT_ERROR, phb_id, PTR(first_pe), PTR(error), PTR(severity));
}

int64_t opal_pci_tce_kill(uint64_t phb_id, uint32_t kill, uint32_t pe, uint32_t tce_size, uint64_t dma_addr,
			  uint32_t pages)
{
	return OPAL_CALL(OPAL_PCI_TCE_KILL, phb_id, kill, pe, tce_size, dma_addr, pages);
}

int64_t opal_pci_get_hub_diag_data(uint64_t hub_id, void *buffer, uint64_t size)
{
	return OPAL_CALL(OPAL_PCI_GET_HUB_DIAG_DATA, hub_id, PTR(buffer), size);
}

int64_t opal_check_token(uint64_t token)
{
	return OPAL_CALL(OPAL_CHECK_TOKEN, token);
}
