// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/linux/km_pci_reset.c - resets of drivers/pci/pci.c: a function by itself (pcie_reset_flr()), and all that is
 * behind a bridge, which the hosted eeh-powernv.c asks for and does (controller_ops.reset_secondary_bus is its
 * pnv_pci_reset_secondary_bus()); and what a function forgets in a reset: its saved state.
 *
 * Not modelled: locking of devices by the PCI core, hot-plug slots, the polling of functions that ask for a retry after
 * the wait; of a function's state, capabilities other than PCI Express (device control) and MSI; power states.
 */
#include <linux/delay.h>
#include <linux/pci.h>

#include <asm/pci-bridge.h>

#include "drivers/pci/pci.h"
#include "kernel-model/linux/km.h"
#include "kernel-model/linux/km_compat.h"
#include "kernel-model/linux/km_device.h"

#define KM_FLR_WAIT_MS 100 /* PCIe base specification 6.6.2 */
#define KM_BUS_WAIT_MS 100 /* 6.6.1: after the link is up, before the first configuration request */

/* Function level reset, with the wait that the specification asks for. */
int km_pci_reset_function(struct pci_dev *pdev)
{
	u32 cap;
	u16 control;

	if (!pdev->pcie_cap)
		return -ENOTTY;
	pci_read_config_dword(pdev, pdev->pcie_cap + PCI_EXP_DEVCAP, &cap);
	if (!(cap & PCI_EXP_DEVCAP_FLR))
		return -ENOTTY;
	pci_read_config_word(pdev, pdev->pcie_cap + PCI_EXP_DEVCTL, &control);
	pci_write_config_word(pdev, pdev->pcie_cap + PCI_EXP_DEVCTL, control | PCI_EXP_DEVCTL_BCR_FLR);
	msleep(KM_FLR_WAIT_MS);
	return 0;
}

int pci_bus_error_reset(struct pci_dev *bridge)
{
	struct pci_controller *hose = pci_bus_to_host(bridge->bus);

	if (!bridge->subordinate || !hose->controller_ops.reset_secondary_bus)
		return -ENOTTY;
	/* pcibios_reset_secondary_bus(), pci_bridge_wait_for_secondary_bus() */
	hose->controller_ops.reset_secondary_bus(bridge);
	msleep(KM_BUS_WAIT_MS);
	return 0;
}

/* ---- State that is saved and restored ---- */

#define KM_SAVED_DWORDS 16
#define KM_SAVED_LAST (KM_SAVED_DWORDS - 1)

int pci_save_state(struct pci_dev *dev)
{
	int i;

	for (i = 0; i < KM_SAVED_DWORDS; i++)
		pci_read_config_dword(dev, 4 * i, &dev->saved_config_space[i]);
	dev->state_saved = true;
	km_pci_express_save(dev);
	return 0;
}

/* From the end, so that the command register comes after the BARs; what is right is left alone. */
void pci_restore_state(struct pci_dev *dev)
{
	u32 value;
	int i;

	if (!dev->state_saved)
		return;
	km_pci_express_restore(dev);
	for (i = KM_SAVED_LAST; i >= 0; i--) {
		pci_read_config_dword(dev, 4 * i, &value);
		if (value != dev->saved_config_space[i])
			pci_write_config_dword(dev, 4 * i, dev->saved_config_space[i]);
	}
	km_pci_msi_restore(dev);
	dev->state_saved = false;
}

/* Every function is in D0 all the time. */
int pci_set_power_state(struct pci_dev *dev, pci_power_t state)
{
	return state == PCI_D0 ? 0 : -EINVAL;
}
