// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/linux/km_pci.c - PCI: configuration access, enabling functions and the bridges above them, message interrupts.
 * What drivers/pci is to hosted code once the functions are known; km_pci_scan.c finds them, km_pci_assign.c gives them
 * addresses, km_pci_reset.c resets them.
 *
 * Not modelled: power management, INTx, MSI-X.
 */
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <asm/opal.h>
#include <asm/pci-bridge.h>

#include "arch/powerpc/platforms/powernv/pci.h"
#include "kernel-model/linux/km.h"
#include "kernel-model/linux/km_compat.h"
#include "kernel-model/linux/km_device.h"

#define KM_PCI_MAX 1024
#define KM_MSI_SERVER 0
#define KM_MSI_PRIORITY 5 /* xics: DEFAULT_PRIORITY */
#define KM_MSI_MASKED 0xff
#define KM_MSI_WORDS BITS_TO_LONGS(4096) /* of the largest PHB */

/* What the model keeps of a PHB beside its pci_controller. */
struct km_pci_host {
	const struct platform_phb *info;
	unsigned long msi_used[KM_MSI_WORDS];
};

/* A function; @vector: its MSI, -1: none. @devctl: PCI Express device control, as pci_save_state() found it. */
struct km_pci_function {
	struct pci_dev *pdev;
	struct km_pci_host *host;
	int vector;
	u16 devctl;
};

static struct km_pci_host km_pci_hosts[PLATFORM_MAX_PHBS];
static struct km_pci_function *km_pci_functions[KM_PCI_MAX];
static int km_pci_count;

KM_BUS_CONST struct bus_type pci_bus_type = { .name = "pci" };

struct pci_dev *km_pci_dev(int index)
{
	return index >= 0 && index < km_pci_count ? km_pci_functions[index]->pdev : NULL;
}

void km_pci_host_init(const struct pci_controller *hose, const struct platform_phb *info)
{
	km_pci_hosts[hose->global_number].info = info;
}

static u32 km_pci_place(const struct pci_dev *pdev)
{
	return (u32)pci_domain_nr(pdev->bus) << 16 | pdev->bus->number << 8 | pdev->devfn;
}

/* By domain, bus and function, which is the order of a scan: a function that comes back gets its old place. */
int km_pci_register(struct pci_dev *pdev)
{
	struct km_pci_function *function = kzalloc(sizeof(*function), GFP_KERNEL);
	int at;

	if (!function || km_pci_count == KM_PCI_MAX) {
		kfree(function);
		return function ? -ENOSPC : -ENOMEM;
	}
	function->pdev = pdev;
	function->host = &km_pci_hosts[pci_bus_to_host(pdev->bus)->global_number];
	function->vector = -1;
	for (at = km_pci_count++; at && km_pci_place(km_pci_functions[at - 1]->pdev) > km_pci_place(pdev); at--)
		km_pci_functions[at] = km_pci_functions[at - 1];
	km_pci_functions[at] = function;
	return 0;
}

void km_pci_unregister(struct pci_dev *pdev)
{
	int i;

	for (i = 0; i < km_pci_count && km_pci_functions[i]->pdev != pdev; i++)
		;
	if (i == km_pci_count)
		return;
	kfree(km_pci_functions[i]);
	km_pci_count--;
	for (; i < km_pci_count; i++)
		km_pci_functions[i] = km_pci_functions[i + 1];
}

static struct km_pci_function *km_pci_function(const struct pci_dev *pdev)
{
	int i;

	for (i = 0; i < km_pci_count; i++) {
		if (km_pci_functions[i]->pdev == pdev)
			return km_pci_functions[i];
	}
	return NULL;
}

/* Configuration space. */
int pci_bus_read_config_byte(struct pci_bus *bus, unsigned int devfn, int where, u8 *value)
{
	u32 data = 0;
	int ret = bus->ops->read(bus, devfn, where, 1, &data);

	*value = ret ? 0xff : (u8)data;
	return ret;
}

int pci_bus_read_config_word(struct pci_bus *bus, unsigned int devfn, int where, u16 *value)
{
	u32 data = 0;
	int ret = bus->ops->read(bus, devfn, where, 2, &data);

	*value = ret ? 0xffff : (u16)data;
	return ret;
}

int pci_bus_read_config_dword(struct pci_bus *bus, unsigned int devfn, int where, u32 *value)
{
	u32 data = 0;
	int ret = bus->ops->read(bus, devfn, where, 4, &data);

	*value = ret ? ~0u : data;
	return ret;
}

int pci_read_config_byte(const struct pci_dev *dev, int where, u8 *value)
{
	return pci_bus_read_config_byte(dev->bus, dev->devfn, where, value);
}

int pci_read_config_word(const struct pci_dev *dev, int where, u16 *value)
{
	return pci_bus_read_config_word(dev->bus, dev->devfn, where, value);
}

int pci_read_config_dword(const struct pci_dev *dev, int where, u32 *value)
{
	return pci_bus_read_config_dword(dev->bus, dev->devfn, where, value);
}

int pci_write_config_byte(const struct pci_dev *dev, int where, u8 value)
{
	return dev->bus->ops->write(dev->bus, dev->devfn, where, 1, value);
}

int pci_write_config_word(const struct pci_dev *dev, int where, u16 value)
{
	return dev->bus->ops->write(dev->bus, dev->devfn, where, 2, value);
}

int pci_write_config_dword(const struct pci_dev *dev, int where, u32 value)
{
	return dev->bus->ops->write(dev->bus, dev->devfn, where, 4, value);
}

u8 km_pci_capability(const struct pci_dev *pdev, u8 wanted)
{
	u8 at, id;
	int left = 48; /* all that fit into the header's 192 bytes */

	pci_read_config_byte(pdev, PCI_CAPABILITY_LIST, &at);
	for (at &= ~3; at && left; left--) {
		pci_read_config_byte(pdev, at + PCI_CAP_LIST_ID, &id);
		if (id == wanted)
			return at;
		pci_read_config_byte(pdev, at + PCI_CAP_LIST_NEXT, &at);
		at &= ~3;
	}
	return 0;
}

/* As __pnv_pci_ioda_msi_setup(): the vector is bound to the PE, firmware says what the device must write. */
static int km_pci_msi_program(struct km_pci_function *function, unsigned int vector)
{
	struct pci_dev *pdev = function->pdev;
	struct pnv_phb *phb = pci_bus_to_pnvhb(pdev->bus);
	struct pci_dn *pdn = pci_get_pdn(pdev);
	int at = pdev->msi_cap, mve = phb->ioda.pe_array[pdn->pe_number].mve_number;
	__be32 data;
	u16 control;

	if (mve < 0)
		return -ENXIO;
	if (opal_pci_set_xive_pe(phb->opal_id, pdn->pe_number, vector))
		return -EIO;
	pci_read_config_word(pdev, at + PCI_MSI_FLAGS, &control);
	if (control & PCI_MSI_FLAGS_64BIT) {
		__be64 addr;

		if (opal_get_msi_64(phb->opal_id, mve, vector, 1, &addr, &data))
			return -EIO;
		pci_write_config_dword(pdev, at + PCI_MSI_ADDRESS_LO, (u32)be64_to_cpu(addr));
		pci_write_config_dword(pdev, at + PCI_MSI_ADDRESS_HI, (u32)(be64_to_cpu(addr) >> 32));
		pci_write_config_word(pdev, at + PCI_MSI_DATA_64, (u16)be32_to_cpu(data));
	} else {
		__be32 addr;

		if (opal_get_msi_32(phb->opal_id, mve, vector, 1, &addr, &data))
			return -EIO;
		pci_write_config_dword(pdev, at + PCI_MSI_ADDRESS_LO, be32_to_cpu(addr));
		pci_write_config_word(pdev, at + PCI_MSI_DATA_32, (u16)be32_to_cpu(data));
	}
	if (opal_set_xive(function->host->info->irq_base + vector, KM_MSI_SERVER, KM_MSI_PRIORITY))
		return -EIO;
	control &= ~PCI_MSI_FLAGS_QSIZE;
	pci_write_config_word(pdev, at + PCI_MSI_FLAGS, control | PCI_MSI_FLAGS_ENABLE);
	return 0;
}

int km_pci_msi_enable(struct pci_dev *pdev, km_irq_handler *handler, void *arg)
{
	struct km_pci_function *function = km_pci_function(pdev);
	const struct platform_phb *info = function->host->info;
	unsigned long vector;
	int ret;

	if (!pdev->msi_cap)
		return -ENODEV;
	if (function->vector >= 0)
		return -EBUSY;
	vector = find_first_zero_bit(function->host->msi_used, info->msi_count);
	if (vector >= info->msi_count)
		return -ENOSPC;
	ret = km_irq_request(info->irq_base + vector, info, handler, arg);
	if (ret)
		return ret;
	__set_bit(vector, function->host->msi_used);
	function->vector = (int)vector;
	pdev->msi_enabled = 1;
	ret = km_pci_msi_program(function, vector);
	if (ret)
		km_pci_msi_disable(pdev);
	return ret;
}

/* pci_restore_msi_state(): a reset took what the function was told. */
void km_pci_msi_restore(struct pci_dev *pdev)
{
	struct km_pci_function *function = km_pci_function(pdev);

	if (function->vector >= 0)
		WARN_ON(km_pci_msi_program(function, function->vector));
}

void km_pci_express_save(struct pci_dev *pdev)
{
	if (pdev->pcie_cap)
		pci_read_config_word(pdev, pdev->pcie_cap + PCI_EXP_DEVCTL, &km_pci_function(pdev)->devctl);
}

void km_pci_express_restore(struct pci_dev *pdev)
{
	if (pdev->pcie_cap)
		pci_write_config_word(pdev, pdev->pcie_cap + PCI_EXP_DEVCTL, km_pci_function(pdev)->devctl);
}

void km_pci_msi_disable(struct pci_dev *pdev)
{
	struct km_pci_function *function = km_pci_function(pdev);
	unsigned int hwirq;
	u16 control;

	if (function->vector < 0)
		return;
	hwirq = function->host->info->irq_base + function->vector;
	pci_read_config_word(pdev, pdev->msi_cap + PCI_MSI_FLAGS, &control);
	pci_write_config_word(pdev, pdev->msi_cap + PCI_MSI_FLAGS, control & ~PCI_MSI_FLAGS_ENABLE);
	opal_set_xive(hwirq, KM_MSI_SERVER, KM_MSI_MASKED);
	km_irq_free(hwirq);
	__clear_bit(function->vector, function->host->msi_used);
	function->vector = -1;
	pdev->msi_enabled = 0;
}

/* Enabling is all that hosted code asks for. */
static int km_pci_command_set(struct pci_dev *pdev, u16 bits)
{
	u16 command;

	pci_read_config_word(pdev, PCI_COMMAND, &command);
	if ((command & bits) != bits)
		pci_write_config_word(pdev, PCI_COMMAND, command | bits);
	return 0;
}

/* Bridges above first, each once: their windows must be open before what is behind is used. */
static void km_pci_enable_bridge(struct pci_dev *bridge)
{
	struct pci_dev *above = pci_upstream_bridge(bridge);

	if (above)
		km_pci_enable_bridge(above);
	if (pci_is_enabled(bridge))
		return;
	if (!pci_enable_device(bridge))
		pci_set_master(bridge);
}

int pci_enable_device(struct pci_dev *pdev)
{
	struct pci_controller *hose = pci_bus_to_host(pdev->bus);
	struct pci_dev *bridge = pci_upstream_bridge(pdev);

	if (bridge)
		km_pci_enable_bridge(bridge);
	/* pcibios_enable_device() */
	if (hose->controller_ops.enable_device_hook && !hose->controller_ops.enable_device_hook(pdev))
		return -EINVAL;
	atomic_inc(&pdev->enable_cnt);
	return km_pci_command_set(pdev, PCI_COMMAND_MEMORY);
}

int pci_reenable_device(struct pci_dev *pdev)
{
	return pci_is_enabled(pdev) ? km_pci_command_set(pdev, PCI_COMMAND_MEMORY) : 0;
}

void pci_set_master(struct pci_dev *pdev)
{
	km_pci_command_set(pdev, PCI_COMMAND_MASTER);
	pdev->is_busmaster = true;
}

void pci_clear_master(struct pci_dev *pdev)
{
	u16 command;

	pci_read_config_word(pdev, PCI_COMMAND, &command);
	pci_write_config_word(pdev, PCI_COMMAND, command & ~PCI_COMMAND_MASTER);
	pdev->is_busmaster = false;
}

/* do_pci_disable_device(): its memory space stays open. */
void pci_disable_device(struct pci_dev *pdev)
{
	if (WARN_ON(atomic_read(&pdev->enable_cnt) <= 0))
		return;
	if (atomic_dec_return(&pdev->enable_cnt))
		return;
	pci_clear_master(pdev);
}
