/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_KERNEL_MODEL_SILENT_DEVICE_H
#define TESTS_KERNEL_MODEL_SILENT_DEVICE_H
/*
 * tests/kernel-model/silent_device.h - a dma-engine of a real machine that has died: its link is up, and it answers
 * nothing.
 */
#include <check.h>

#include "hw/platform.h"
#include "hw/regs/dma_engine_regs.h"
#include "hw/regs/pci_regs.h"
#include "kernel-model/opal/opal_internal.h"

static inline void silent_config(struct opal *opal, uint32_t rid, uint32_t reg, uint32_t value)
{
	ck_assert_int_eq(opal_pci_config_write(opal, 0, rid, reg, 4, value), OPAL_SUCCESS);
}

/* The first device below PHB 0's switch gets its BAR at @pci, which is @real for a CPU, with all bridges open; it dies.
 */
static inline void silent_device(struct opal *opal, const struct platform *platform, uint32_t pci, uint64_t real)
{
	static const uint32_t bridges[] = {0x000, 0x100, 0x200};
	uint32_t window = pci >> 16 | (pci & 0xfff00000);

	for (uint32_t i = 0; i < 3; i++) {
		silent_config(opal, bridges[i], PCI_BRIDGE_MEM_BASE, window);
		silent_config(opal, bridges[i], PCI_REG_COMMAND, PCI_COMMAND_MEMORY | PCI_COMMAND_BUS_MASTER);
	}
	silent_config(opal, 0x300, PCI_REG_BAR0, pci);
	silent_config(opal, 0x300, PCI_REG_COMMAND, PCI_COMMAND_MEMORY | PCI_COMMAND_BUS_MASTER);
	ck_assert_uint_eq(platform->ops->mmio_read(platform->ctx, real + DMA_ENGINE_ID, 8), DMA_ENGINE_ID_VALUE);
	platform->ops->mmio_write(platform->ctx, real + DMA_ENGINE_PROVOKE, DMA_ENGINE_PROVOKE_DEAD, 8);
}

#endif
