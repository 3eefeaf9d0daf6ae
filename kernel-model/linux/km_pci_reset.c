// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/linux/km_pci_reset.c - resets: a function by itself (pcie_reset_flr()), and all that is behind a bridge.
 * A bridge's reset goes the way that it goes on powernv: pci_bus_error_reset() (drivers/pci/pci.c) asks the platform
 * through controller_ops.reset_secondary_bus, which is eeh-powernv.c's pnv_pci_reset_secondary_bus(): firmware resets the
 * PHB's root port, and slots whose node says "ibm,reset-by-firmware"; another bridge is reset by its own control register.
 *
 * Not modelled: locking of devices and saving of their state by the PCI core (EEH restores what it saved), hot-plug slots,
 * the polling of functions that ask for a retry after the wait.
 */
#include <linux/delay.h>
#include <linux/of.h>
#include <linux/pci.h>

#include <asm/eeh.h>
#include <asm/opal.h>
#include <asm/pci-bridge.h>
#include <asm/pnv-pci.h>

#include "arch/powerpc/platforms/powernv/pci.h"
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

/* pnv_eeh_poll(): firmware says how long to wait. */
static int km_pci_poll(u64 id, s64 rc)
{
	while (rc > 0) {
		msleep((unsigned int)rc);
		rc = opal_pci_poll(id);
	}
	return rc ? -EIO : 0;
}

/* pci-ioda.c asks for it when it starts on a PHB that it does not trust. */
int pnv_eeh_phb_reset(struct pci_controller *hose, int option)
{
	struct pnv_phb *phb = hose->private_data;
	u8 state = option == EEH_RESET_DEACTIVATE ? OPAL_DEASSERT_RESET : OPAL_ASSERT_RESET;
	int ret = km_pci_poll(phb->opal_id, opal_pci_reset(phb->opal_id, OPAL_RESET_PHB_COMPLETE, state));

	if (option == EEH_RESET_DEACTIVATE)
		msleep(EEH_PE_RST_SETTLE_TIME);
	return ret;
}

/* pnv_eeh_root_reset() */
int km_pci_root_reset(struct pci_controller *hose, int option)
{
	struct pnv_phb *phb = hose->private_data;
	u8 scope = option == EEH_RESET_FUNDAMENTAL ? OPAL_RESET_PCI_FUNDAMENTAL : OPAL_RESET_PCI_HOT;
	u8 state = option == EEH_RESET_DEACTIVATE ? OPAL_DEASSERT_RESET : OPAL_ASSERT_RESET;
	int ret = km_pci_poll(phb->opal_id, opal_pci_reset(phb->opal_id, scope, state));

	if (option == EEH_RESET_DEACTIVATE)
		msleep(EEH_PE_RST_SETTLE_TIME);
	return ret;
}

/* __pnv_eeh_bridge_reset(): by the bridge's own control register; a link that goes down meanwhile is no error. */
static void km_pci_control_reset(struct pci_dev *bridge, bool assert_reset)
{
	struct eeh_dev *edev = pci_dev_to_eeh_dev(bridge);
	int aer = edev ? edev->aer_cap : 0;
	u32 mask;
	u16 control;

	if (aer && assert_reset) {
		pci_read_config_dword(bridge, aer + PCI_ERR_UNCOR_MASK, &mask);
		pci_write_config_dword(bridge, aer + PCI_ERR_UNCOR_MASK, mask | PCI_ERR_UNC_SURPDN);
	}
	pci_read_config_word(bridge, PCI_BRIDGE_CONTROL, &control);
	if (assert_reset)
		control |= PCI_BRIDGE_CTL_BUS_RESET;
	else
		control &= ~PCI_BRIDGE_CTL_BUS_RESET;
	pci_write_config_word(bridge, PCI_BRIDGE_CONTROL, control);
	msleep(assert_reset ? EEH_PE_RST_HOLD_TIME : EEH_PE_RST_SETTLE_TIME);
	if (aer && !assert_reset) {
		pci_read_config_dword(bridge, aer + PCI_ERR_UNCOR_MASK, &mask);
		pci_write_config_dword(bridge, aer + PCI_ERR_UNCOR_MASK, mask & ~PCI_ERR_UNC_SURPDN);
	}
}

/* pnv_eeh_bridge_reset() */
int km_pci_bridge_reset(struct pci_dev *bridge, int option)
{
	struct pnv_phb *phb = pci_bus_to_pnvhb(bridge->bus);
	struct device_node *dn = pci_device_to_OF_node(bridge);
	u64 id = PCI_SLOT_ID(phb->opal_id, bridge->bus->number << 8 | bridge->devfn);
	u8 scope = option == EEH_RESET_FUNDAMENTAL ? OPAL_RESET_PCI_FUNDAMENTAL : OPAL_RESET_PCI_HOT;

	if (!dn || !of_get_property(dn, "ibm,reset-by-firmware", NULL)) {
		km_pci_control_reset(bridge, option != EEH_RESET_DEACTIVATE);
		return 0;
	}
	if (option == EEH_RESET_DEACTIVATE)
		return 0;
	return km_pci_poll(id, opal_pci_reset(id, scope, OPAL_ASSERT_RESET));
}

void pnv_pci_reset_secondary_bus(struct pci_dev *dev)
{
	struct pci_controller *hose = pci_bus_to_host(dev->bus);

	if (pci_is_root_bus(dev->bus)) {
		km_pci_root_reset(hose, EEH_RESET_HOT);
		km_pci_root_reset(hose, EEH_RESET_DEACTIVATE);
	} else {
		km_pci_bridge_reset(dev, EEH_RESET_HOT);
		km_pci_bridge_reset(dev, EEH_RESET_DEACTIVATE);
	}
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
