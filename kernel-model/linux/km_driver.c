// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/linux/km_driver.c - the driver core of the PCI bus (drivers/base/dd.c, bus.c, drivers/pci/pci-driver.c):
 * drivers that match functions, binding and letting go, and those who want to hear of it (the hosted EEH and IOMMU code).
 *
 * Which driver a function gets when it appears: the one that the administrator has named for its address
 * (km_driver_set(), as driverctl(8) and driver_override do), or else the first registered one whose table matches; that is
 * vfio-pci, which takes all.
 *
 * Not modelled: other buses, deferred and asynchronous probes, devres, runtime power management, drivers of bridges
 * (pcieport), unregistering a driver.
 */
#include <linux/device.h>
#include <linux/iommu.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/pci.h>
#include <linux/reboot.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "drivers/pci/pci.h"
#include "kernel-model/linux/km.h"
#include "kernel-model/linux/km_compat.h"
#include "kernel-model/linux/km_device.h"

#define KM_DRIVERS 8
#define KM_RULES 64
#define KM_NAME_BYTES 32

/* The administrator's word: the function at @device gets @driver. */
struct km_driver_rule {
	char device[KM_NAME_BYTES], driver[KM_NAME_BYTES];
};

static struct pci_driver *km_drivers[KM_DRIVERS];
static int km_driver_count;
static struct km_driver_rule km_rules[KM_RULES];
static int km_rule_count;
static BLOCKING_NOTIFIER_HEAD(km_bus_listeners);

int bus_register_notifier(KM_BUS_CONST struct bus_type *bus, struct notifier_block *nb)
{
	/* The other buses have no devices. */
	return bus == &pci_bus_type ? blocking_notifier_chain_register(&km_bus_listeners, nb) : 0;
}

void km_bus_notify(struct device *dev, unsigned long action)
{
	if (dev->bus == &pci_bus_type)
		blocking_notifier_call_chain(&km_bus_listeners, action, dev);
}

static const struct km_driver_rule *km_rule(const struct pci_dev *pdev)
{
	int i;

	for (i = 0; i < km_rule_count; i++) {
		if (!strcmp(km_rules[i].device, pci_name(pdev)))
			return &km_rules[i];
	}
	return NULL;
}

static bool km_id_matches(u32 id, u32 value)
{
	return id == PCI_ANY_ID || id == value;
}

/* pci_match_id() */
static const struct pci_device_id *km_driver_match(const struct pci_driver *driver, const struct pci_dev *pdev)
{
	const struct pci_device_id *id;

	for (id = driver->id_table; id->vendor || id->subvendor || id->class_mask; id++) {
		if (km_id_matches(id->vendor, pdev->vendor) && km_id_matches(id->device, pdev->device))
			return id;
	}
	return NULL;
}

/* really_probe() and pci_device_probe(). @driver_managed_dma: the driver itself claims its group (VFIO). */
static int km_driver_probe(struct pci_dev *pdev, struct pci_driver *driver, const struct pci_device_id *id)
{
	struct device *dev = &pdev->dev;
	int ret = 0;

	km_bus_notify(dev, BUS_NOTIFY_BIND_DRIVER);
	if (!driver->driver_managed_dma)
		ret = iommu_device_use_default_domain(dev);
	if (ret)
		return ret;
	dev->driver = &driver->driver;
	pdev->driver = driver;
	get_device(dev);
	ret = driver->probe(pdev, id);
	if (!ret) {
		km_bus_notify(dev, BUS_NOTIFY_BOUND_DRIVER);
		return 0;
	}
	km_bus_notify(dev, BUS_NOTIFY_DRIVER_NOT_BOUND);
	dev_warn(dev, "probe with driver %s failed with error %d\n", driver->name, ret);
	pdev->driver = NULL;
	dev->driver = NULL;
	if (!driver->driver_managed_dma)
		iommu_device_unuse_default_domain(dev);
	put_device(dev);
	return ret;
}

static int km_driver_try(struct pci_dev *pdev, struct pci_driver *driver)
{
	const struct km_driver_rule *rule = km_rule(pdev);
	const struct pci_device_id *id = km_driver_match(driver, pdev);

	if (!id || (rule && strcmp(rule->driver, driver->name)))
		return -ENODEV;
	return km_driver_probe(pdev, driver, id);
}

void km_driver_attach(struct pci_dev *pdev)
{
	int i;

	if (pci_is_bridge(pdev))
		return;
	device_lock(&pdev->dev);
	for (i = 0; i < km_driver_count && !pdev->dev.driver; i++)
		km_driver_try(pdev, km_drivers[i]);
	device_unlock(&pdev->dev);
}

/* __device_release_driver() */
void km_driver_release(struct pci_dev *pdev)
{
	struct device *dev = &pdev->dev;
	struct pci_driver *driver;

	device_lock(dev);
	driver = pdev->driver;
	if (driver) {
		km_bus_notify(dev, BUS_NOTIFY_UNBIND_DRIVER);
		driver->remove(pdev);
		pdev->driver = NULL;
		dev->driver = NULL;
		dev_set_drvdata(dev, NULL);
		if (!driver->driver_managed_dma)
			iommu_device_unuse_default_domain(dev);
		km_bus_notify(dev, BUS_NOTIFY_UNBOUND_DRIVER);
		put_device(dev);
	}
	device_unlock(dev);
}

int __pci_register_driver(struct pci_driver *driver, struct module *owner, const char *mod_name)
{
	struct pci_dev *pdev;
	int i;

	if (km_driver_count == KM_DRIVERS)
		return -ENOSPC;
	driver->driver.name = driver->name;
	driver->driver.bus = &pci_bus_type;
	driver->driver.owner = owner;
	km_drivers[km_driver_count++] = driver;
	for (i = 0; (pdev = km_pci_dev(i)); i++)
		km_driver_attach(pdev);
	return 0;
}

struct pci_driver *pci_dev_driver(const struct pci_dev *dev)
{
	return dev->driver;
}

static int km_rule_add(const char *device, const char *driver)
{
	struct km_driver_rule *rule = &km_rules[km_rule_count];
	int i;

	for (i = 0; i < km_rule_count; i++) {
		if (!strcmp(km_rules[i].device, device))
			rule = &km_rules[i];
	}
	if (rule == &km_rules[KM_RULES])
		return -ENOSPC;
	if (rule == &km_rules[km_rule_count])
		km_rule_count++;
	strscpy(rule->device, device, sizeof(rule->device));
	strscpy(rule->driver, driver, sizeof(rule->driver));
	return 0;
}

int km_driver_set(const char *device, const char *driver)
{
	struct pci_dev *pdev;
	int i, ret;

	for (i = 0; i < km_driver_count && strcmp(km_drivers[i]->name, driver); i++)
		;
	if (i == km_driver_count)
		return -ENOENT;
	for (i = 0; (pdev = km_pci_dev(i)) && strcmp(pci_name(pdev), device); i++)
		;
	if (!pdev || pci_is_bridge(pdev))
		return -ENODEV;
	ret = km_rule_add(device, driver);
	if (ret)
		return ret;
	km_driver_release(pdev);
	km_driver_attach(pdev);
	return pdev->driver ? 0 : -EBUSY;
}

/* Nobody reboots. */
int register_reboot_notifier(struct notifier_block *nb)
{
	return 0;
}
