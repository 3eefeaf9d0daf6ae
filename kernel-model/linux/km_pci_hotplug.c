// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/linux/km_pci_hotplug.c - functions that go and come back (drivers/pci/remove.c, search.c, and of
 * arch/powerpc/kernel/pci-common.c what the hosted pci-hotplug.c calls), and looking functions up.
 *
 * Not modelled: removing a bridge (EEH removes devices below a bridge only; for a PHB's own PE it would), hot-plug slots,
 * uevents: those of error recovery are counted by nobody.
 */
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/slab.h>

#include <asm/machdep.h>
#include <asm/pci-bridge.h>
#include <asm/ppc-pci.h>

#include "drivers/pci/pci.h"
#include "kernel-model/linux/km.h"
#include "kernel-model/linux/km_compat.h"
#include "kernel-model/linux/km_device.h"

static DEFINE_MUTEX(km_rescan_remove_mutex);

void pci_lock_rescan_remove(void)
{
	mutex_lock(&km_rescan_remove_mutex);
}

void pci_unlock_rescan_remove(void)
{
	mutex_unlock(&km_rescan_remove_mutex);
}

/* pci_stop_dev(), pci_destroy_dev() */
void pci_stop_and_remove_bus_device(struct pci_dev *dev)
{
	int i;

	if (WARN_ON(pci_is_bridge(dev)))
		return;
	km_driver_release(dev);
	km_pci_unregister(dev);
	device_del(&dev->dev);
	list_del(&dev->bus_list);
	for (i = 0; i <= PCI_STD_RESOURCE_END; i++)
		dev->resource[i].parent = NULL;
	put_device(&dev->dev);
}

static struct pci_bus *km_bus_below(struct pci_bus *top, int number)
{
	struct pci_bus *bus, *found;

	if (top->number == number)
		return top;
	list_for_each_entry(bus, &top->children, node) {
		found = km_bus_below(bus, number);
		if (found)
			return found;
	}
	return NULL;
}

struct pci_bus *pci_find_bus(int domain, int busnr)
{
	struct pci_controller *hose = pci_find_controller_for_domain(domain);

	return hose && hose->bus ? km_bus_below(hose->bus, busnr) : NULL;
}

struct pci_controller *pci_find_controller_for_domain(int domain_nr)
{
	struct pci_controller *hose;

	list_for_each_entry(hose, &hose_list, list_node) {
		if (hose->global_number == domain_nr)
			return hose;
	}
	return NULL;
}

struct pci_dev *pci_get_domain_bus_and_slot(int domain, unsigned int bus, unsigned int devfn)
{
	struct pci_dev *pdev;
	int i;

	for (i = 0; (pdev = km_pci_dev(i)); i++) {
		if (pci_domain_nr(pdev->bus) == domain && pdev->bus->number == bus && pdev->devfn == devfn)
			return pci_dev_get(pdev);
	}
	return NULL;
}

struct pci_dev *pci_dev_get(struct pci_dev *dev)
{
	if (dev)
		get_device(&dev->dev);
	return dev;
}

void pci_dev_put(struct pci_dev *dev)
{
	if (dev)
		put_device(&dev->dev);
}

/* What was found gets its places, is told to the platform, and meets its driver. */
void pcibios_finish_adding_to_bus(struct pci_bus *bus)
{
	int ret = km_pci_assign_below(bus);

	if (!ret)
		ret = km_pci_add_devices(bus);
	WARN_ON(ret);
}

void pci_uevent_ers(struct pci_dev *pdev, enum pci_ers_result err_type)
{
}
