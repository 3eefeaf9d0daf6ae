// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/linux/km_pci.c - PCI: finds functions by real configuration cycles, sizes and places their BARs, and
 * makes them struct pci_dev. What drivers/pci and arch/powerpc/kernel/pci-common.c are to the hosted code.
 *
 * Functions sit one per bus behind a switch without registers (hw/pcie/link.h), so buses 1 and up are children of an
 * empty root bus, and a bus has no bridge (pci_bus.self is NULL). Each function gets M32 segments of its own:
 * a segment belongs to one PE.
 *
 * Not modelled: bridges, hot plug, expansion ROMs, I/O ports, 64-bit windows, functions other than 0, resource trees,
 * power management.
 */
#include <linux/delay.h>
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
#define KM_PCI_SIZING 0xffffffffu
#define KM_MSI_SERVER 0
#define KM_MSI_PRIORITY 5 /* xics: DEFAULT_PRIORITY */
#define KM_MSI_MASKED 0xff
#define KM_MSI_WORDS BITS_TO_LONGS(2048)
#define KM_FLR_WAIT_MS 100 /* PCIe base specification 6.6.2 */

/* What the model keeps of a PHB beside its pci_controller. @next: first free byte of M32, from its start. */
struct km_pci_host {
	struct pci_controller *hose;
	const struct platform_phb *info;
	struct pci_bus *root;
	unsigned long next;
	unsigned long msi_used[KM_MSI_WORDS];
};

/* A function; @vector: its MSI, -1: none. */
struct km_pci_function {
	struct pci_dev *pdev;
	struct km_pci_host *host;
	int vector;
};

/* A bus with the device node of its function 0, which the kernel would have from the device tree before it probes. */
struct km_pci_bus {
	struct pci_bus bus;
	struct pci_dn pdn;
};

static struct km_pci_host km_pci_hosts[PLATFORM_MAX_PHBS];
static struct km_pci_function km_pci_functions[KM_PCI_MAX];
static int km_pci_count;

KM_BUS_CONST struct bus_type pci_bus_type = { .name = "pci" };

int km_pci_dev_count(void)
{
	return km_pci_count;
}

struct pci_dev *km_pci_dev(int index)
{
	return index >= 0 && index < km_pci_count ? km_pci_functions[index].pdev : NULL;
}

static struct km_pci_function *km_pci_function(const struct pci_dev *pdev)
{
	int i;

	for (i = 0; i < km_pci_count; i++) {
		if (km_pci_functions[i].pdev == pdev)
			return &km_pci_functions[i];
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

static u8 km_pci_capability(const struct pci_dev *pdev, u8 wanted)
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

struct pci_dn *pci_get_pdn(struct pci_dev *pdev)
{
	return pdev->dev.archdata.pci_data;
}

struct pci_dn *pci_get_pdn_by_devfn(struct pci_bus *bus, int devfn)
{
	struct pci_dn *pdn = &container_of(bus, struct km_pci_bus, bus)->pdn;

	return pdn->phb && pdn->devfn == devfn ? pdn : NULL;
}

/* How much address space a BAR asks for: the bits that stay zero when ones are written. */
static unsigned long km_pci_bar_size(struct pci_dev *pdev, int reg, u32 *flags)
{
	u32 old, mask;

	pci_read_config_dword(pdev, reg, &old);
	pci_write_config_dword(pdev, reg, KM_PCI_SIZING);
	pci_read_config_dword(pdev, reg, &mask);
	pci_write_config_dword(pdev, reg, old);
	*flags = mask & ~(u32)PCI_BASE_ADDRESS_MEM_MASK;
	if (!mask || mask == KM_PCI_SIZING)
		return 0;
	return (u32)~(mask & (u32)PCI_BASE_ADDRESS_MEM_MASK) + 1ul;
}

/* Memory BARs get whole segments, aligned to their size, in the order in which they are found. */
static int km_pci_place_bar(struct km_pci_host *host, struct pci_dev *pdev, int bar)
{
	struct pnv_phb *phb = host->hose->private_data;
	struct resource *window = &host->hose->mem_resources[0];
	struct resource *res = &pdev->resource[bar];
	int reg = PCI_BASE_ADDRESS_0 + 4 * bar;
	unsigned long size, start;
	u32 flags;

	size = km_pci_bar_size(pdev, reg, &flags);
	if (!size || (flags & PCI_BASE_ADDRESS_SPACE_IO))
		return 0;
	start = ALIGN(host->next, max_t(unsigned long, size, phb->ioda.m32_segsize));
	if (start + size > resource_size(window)) {
		dev_err(&pdev->dev, "BAR %d: no space for 0x%lx bytes in the M32 window\n", bar, size);
		return -ENOSPC;
	}
	host->next = ALIGN(start + size, phb->ioda.m32_segsize);
	res->name = pci_name(pdev);
	res->flags = IORESOURCE_MEM;
	if (flags & PCI_BASE_ADDRESS_MEM_PREFETCH)
		res->flags |= IORESOURCE_PREFETCH;
	res->start = window->start + start;
	res->end = res->start + size - 1;
	pci_write_config_dword(pdev, reg, (u32)(res->start - host->hose->mem_offset[0]));
	dev_info(&pdev->dev, "BAR %d: assigned [mem 0x%llx-0x%llx]\n", bar, res->start, res->end);
	/* The upper half of a 64-bit BAR. */
	if (flags & PCI_BASE_ADDRESS_MEM_TYPE_64)
		pci_write_config_dword(pdev, reg + 4, 0);
	return flags & PCI_BASE_ADDRESS_MEM_TYPE_64 ? 1 : 0;
}

static void km_pci_release_dev(struct device *dev)
{
	kfree(to_pci_dev(dev));
}

static struct pci_dev *km_pci_alloc_dev(struct pci_bus *bus, struct pci_dn *pdn, u32 id)
{
	struct pci_dev *pdev = kzalloc(sizeof(*pdev), GFP_KERNEL);
	u32 class;

	if (!pdev)
		return NULL;
	pdev->bus = bus;
	pdev->sysdata = bus->sysdata;
	pdev->devfn = pdn->devfn;
	pdev->vendor = id & 0xffff;
	pdev->device = id >> 16;
	pdev->cfg_size = PCI_CFG_SPACE_EXP_SIZE;
	pdev->dma_mask = 0xffffffff;
	device_initialize(&pdev->dev);
	pdev->dev.bus = &pci_bus_type;
	pdev->dev.release = km_pci_release_dev;
	pdev->dev.dma_mask = &pdev->dma_mask;
	pdev->dev.archdata.pci_data = pdn;
	set_dma_ops(&pdev->dev, &dma_iommu_ops);
	dev_set_name(&pdev->dev, "%04x:%02x:%02x.%d", pci_domain_nr(bus), bus->number, PCI_SLOT(pdev->devfn),
		     PCI_FUNC(pdev->devfn));
	pci_read_config_dword(pdev, PCI_CLASS_REVISION, &class);
	pdev->class = class >> 8;
	pdev->revision = class & 0xff;
	pci_read_config_byte(pdev, PCI_HEADER_TYPE, &pdev->hdr_type);
	pdev->multifunction = !!(pdev->hdr_type & 0x80);
	pdev->hdr_type &= 0x7f;
	pci_read_config_word(pdev, PCI_SUBSYSTEM_VENDOR_ID, &pdev->subsystem_vendor);
	pci_read_config_word(pdev, PCI_SUBSYSTEM_ID, &pdev->subsystem_device);
	pdev->pcie_cap = km_pci_capability(pdev, PCI_CAP_ID_EXP);
	pdev->msi_cap = km_pci_capability(pdev, PCI_CAP_ID_MSI);
	pdn->vendor_id = pdev->vendor;
	pdn->device_id = pdev->device;
	pdn->class_code = pdev->class;
	return pdev;
}

/* Place, register, and hand the function to the PHB code, which gives its bus a PE and the PE its DMA windows. */
static int km_pci_add_dev(struct km_pci_host *host, struct pci_dev *pdev)
{
	struct pci_controller *hose = host->hose;
	int bar, ret;

	if (km_pci_count == KM_PCI_MAX)
		return -ENOSPC;
	for (bar = 0; bar <= PCI_STD_RESOURCE_END; bar++) {
		ret = km_pci_place_bar(host, pdev, bar);
		if (ret < 0)
			return ret;
		bar += ret;
	}
	list_add_tail(&pdev->bus_list, &pdev->bus->devices);
	ret = device_add(&pdev->dev);
	if (ret)
		return ret;
	km_pci_functions[km_pci_count++] = (struct km_pci_function){ .pdev = pdev, .host = host, .vector = -1 };
	hose->controller_ops.dma_dev_setup(pdev);
	return km_eeh_add(pdev);
}

static struct km_pci_bus *km_pci_alloc_bus(struct pci_controller *hose, struct pci_bus *parent, int number)
{
	struct km_pci_bus *both = kzalloc(sizeof(*both), GFP_KERNEL);
	struct pci_bus *bus;

	if (!both)
		return NULL;
	bus = &both->bus;
	INIT_LIST_HEAD(&bus->devices);
	INIT_LIST_HEAD(&bus->children);
	bus->parent = parent;
	bus->ops = hose->ops;
	bus->sysdata = hose;
	bus->number = number;
	bus->primary = parent ? parent->number : 0;
	bus->busn_res.start = number;
	bus->busn_res.end = number;
	bus->busn_res.flags = IORESOURCE_BUS;
	device_initialize(&bus->dev);
	dev_set_name(&bus->dev, "%04x:%02x", hose->global_number, number);
	INIT_LIST_HEAD(&both->pdn.child_list);
	INIT_LIST_HEAD(&both->pdn.list);
	both->pdn.phb = parent ? hose : NULL; /* the root bus has no function */
	both->pdn.busno = number;
	both->pdn.pe_number = IODA_INVALID_PE;
	return both;
}

static int km_pci_scan_bus(struct km_pci_host *host, int number)
{
	struct km_pci_bus *both = km_pci_alloc_bus(host->hose, host->root, number);
	struct pci_dev *pdev;
	u32 id;

	if (!both)
		return -ENOMEM;
	if (pci_bus_read_config_dword(&both->bus, 0, PCI_VENDOR_ID, &id) || id == ~0u) {
		kfree_const(both->bus.dev.kobj.name);
		kfree(both);
		return 0;
	}
	list_add_tail(&both->bus.node, &host->root->children);
	pdev = km_pci_alloc_dev(&both->bus, &both->pdn, id);
	return pdev ? km_pci_add_dev(host, pdev) : -ENOMEM;
}

int km_pci_scan(struct pci_controller *hose, const struct platform_phb *info)
{
	struct km_pci_host *host = &km_pci_hosts[hose->global_number];
	struct km_pci_bus *root = km_pci_alloc_bus(hose, NULL, 0);
	int number, ret;

	if (!root)
		return -ENOMEM;
	host->hose = hose;
	host->info = info;
	host->root = &root->bus;
	hose->bus = &root->bus;
	for (number = 1; number < (int)info->bus_count; number++) {
		ret = km_pci_scan_bus(host, number);
		if (ret)
			return ret;
	}
	return 0;
}

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

/* As __pnv_pci_ioda_msi_setup(): the vector is bound to the PE, firmware says what the device must write. */
static int km_pci_msi_program(struct km_pci_function *function, unsigned int vector)
{
	struct pci_dev *pdev = function->pdev;
	struct pnv_phb *phb = function->host->hose->private_data;
	struct pci_dn *pdn = pci_get_pdn(pdev);
	int at = pdev->msi_cap;
	__be32 data;
	u16 control;

	if (opal_pci_set_xive_pe(phb->opal_id, pdn->pe_number, vector))
		return -EIO;
	pci_read_config_word(pdev, at + PCI_MSI_FLAGS, &control);
	if (control & PCI_MSI_FLAGS_64BIT) {
		__be64 addr;

		if (opal_get_msi_64(phb->opal_id, 0, vector, 1, &addr, &data))
			return -EIO;
		pci_write_config_dword(pdev, at + PCI_MSI_ADDRESS_LO, (u32)be64_to_cpu(addr));
		pci_write_config_dword(pdev, at + PCI_MSI_ADDRESS_HI, (u32)(be64_to_cpu(addr) >> 32));
		pci_write_config_word(pdev, at + PCI_MSI_DATA_64, (u16)be32_to_cpu(data));
	} else {
		__be32 addr;

		if (opal_get_msi_32(phb->opal_id, 0, vector, 1, &addr, &data))
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
	struct pnv_phb *phb = function->host->hose->private_data;
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
	ret = km_irq_request(info->irq_base + vector, phb->opal_id, handler, arg);
	if (ret)
		return ret;
	__set_bit(vector, function->host->msi_used);
	function->vector = (int)vector;
	ret = km_pci_msi_program(function, vector);
	if (ret)
		km_pci_msi_disable(pdev);
	return ret;
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

int pci_enable_device(struct pci_dev *pdev)
{
	return km_pci_command_set(pdev, PCI_COMMAND_MEMORY);
}

int pci_reenable_device(struct pci_dev *pdev)
{
	return pci_enable_device(pdev);
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

int pci_domain_nr(struct pci_bus *bus)
{
	return pci_bus_to_host(bus)->global_number;
}

void pci_walk_bus(struct pci_bus *top, int (*fn)(struct pci_dev *, void *), void *data)
{
	struct pci_bus *bus;
	struct pci_dev *pdev;

	list_for_each_entry(pdev, &top->devices, bus_list) {
		if (fn(pdev, data))
			return;
	}
	list_for_each_entry(bus, &top->children, node)
		pci_walk_bus(bus, fn, data);
}
