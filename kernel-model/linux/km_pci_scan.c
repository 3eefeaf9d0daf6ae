// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/linux/km_pci_scan.c - finding functions: what pcibios_scan_phb() and pci_scan_child_bus() (drivers/pci/probe.c)
 * do to a hierarchy whose bridges firmware has numbered. Buses and functions become struct pci_bus and pci_dev in the
 * shape that hosted code walks: a bridge's pci_dev has its bus as subordinate, the bus has the bridge as self.
 *
 * Configuration goes through the hosted pnv_pci_ops, which look up a function's struct pci_dn and so reach only what the
 * device tree has. Sizes of BARs are found here; km_pci_assign.c gives them places.
 *
 * Not modelled: renumbering of buses, CardBus, I/O windows and BARs, ROMs, SR-IOV, quirks (fixup sections).
 */
#include <linux/delay.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <asm/iommu.h>
#include <asm/machdep.h>
#include <asm/pci-bridge.h>

#include "drivers/pci/pci.h"
#include "kernel-model/linux/km.h"
#include "kernel-model/linux/km_compat.h"
#include "kernel-model/linux/km_device.h"

#define KM_PCI_SIZING 0xffffffffu
#define KM_PCI_CRS 0xffff0001u
#define KM_PCI_CRS_WAIT_MS 100
#define KM_PCI_CRS_TRIES 600 /* pci_scan_device() waits for a minute */
#define KM_PCI_FUNCTIONS 8
#define KM_PCI_DEVFNS 256

/* How much address space a BAR asks for: the bits that stay zero when ones are written. */
static u64 km_pci_bar_size(struct pci_dev *pdev, int reg, u32 *flags)
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

/* pci_read_bases(): memory BARs, with a size and no place yet. */
static void km_pci_read_bars(struct pci_dev *pdev, int count)
{
	int bar;
	u32 flags;

	for (bar = 0; bar < count; bar++) {
		struct resource *res = &pdev->resource[bar];
		u64 size = km_pci_bar_size(pdev, PCI_BASE_ADDRESS_0 + 4 * bar, &flags);

		if (!size || (flags & PCI_BASE_ADDRESS_SPACE_IO))
			continue;
		res->name = pci_name(pdev);
		res->flags = IORESOURCE_MEM | IORESOURCE_UNSET;
		if (flags & PCI_BASE_ADDRESS_MEM_PREFETCH)
			res->flags |= IORESOURCE_PREFETCH;
		res->end = size - 1;
		/* The next register is the upper half. */
		if (flags & PCI_BASE_ADDRESS_MEM_TYPE_64) {
			res->flags |= IORESOURCE_MEM_64;
			bar++;
		}
	}
}

/* pci_read_bridge_windows(): what the bridge can open. */
static void km_pci_read_windows(struct pci_dev *pdev)
{
	struct resource *res = &pdev->resource[PCI_BRIDGE_MEM_WINDOW];

	res->name = pci_name(pdev);
	res->flags = IORESOURCE_MEM | IORESOURCE_UNSET;
}

/* pci_release_dev() */
static void km_pci_release_dev(struct device *dev)
{
	pcibios_release_device(to_pci_dev(dev));
	kfree(to_pci_dev(dev));
}

/* pci_set_bus_speed(): does the port say when its link is up? EEH waits for that, or for a second. */
static void km_pci_read_link(struct pci_dev *pdev)
{
	u32 cap;

	if (!pdev->pcie_cap)
		return;
	pci_read_config_dword(pdev, pdev->pcie_cap + PCI_EXP_LNKCAP, &cap);
	pdev->link_active_reporting = !!(cap & PCI_EXP_LNKCAP_DLLLARC);
}

/* pci_setup_device() */
static void km_pci_setup_dev(struct pci_dev *pdev)
{
	u32 class;

	pci_read_config_dword(pdev, PCI_CLASS_REVISION, &class);
	pdev->class = class >> 8;
	pdev->revision = class & 0xff;
	pci_read_config_byte(pdev, PCI_HEADER_TYPE, &pdev->hdr_type);
	pdev->multifunction = !!(pdev->hdr_type & 0x80);
	pdev->hdr_type &= 0x7f;
	pdev->pcie_cap = km_pci_capability(pdev, PCI_CAP_ID_EXP);
	if (pdev->pcie_cap)
		pci_read_config_word(pdev, pdev->pcie_cap + PCI_EXP_FLAGS, &pdev->pcie_flags_reg);
	pdev->msi_cap = km_pci_capability(pdev, PCI_CAP_ID_MSI);
	if (pci_is_bridge(pdev)) {
		km_pci_read_link(pdev);
		km_pci_read_bars(pdev, 2);
		km_pci_read_windows(pdev);
		return;
	}
	km_pci_read_bars(pdev, PCI_STD_NUM_BARS);
	pci_read_config_word(pdev, PCI_SUBSYSTEM_VENDOR_ID, &pdev->subsystem_vendor);
	pci_read_config_word(pdev, PCI_SUBSYSTEM_ID, &pdev->subsystem_device);
}

static struct pci_dev *km_pci_alloc_dev(struct pci_bus *bus, unsigned int devfn, u32 id)
{
	struct pci_dev *pdev = kzalloc(sizeof(*pdev), GFP_KERNEL);

	if (!pdev)
		return NULL;
	INIT_LIST_HEAD(&pdev->bus_list);
	pdev->bus = bus;
	pdev->sysdata = bus->sysdata;
	pdev->devfn = devfn;
	pdev->vendor = id & 0xffff;
	pdev->device = id >> 16;
	pdev->cfg_size = PCI_CFG_SPACE_EXP_SIZE;
	pdev->dma_mask = 0xffffffff;
	device_initialize(&pdev->dev);
	pdev->dev.bus = &pci_bus_type;
	pdev->dev.release = km_pci_release_dev;
	pdev->dev.dma_mask = &pdev->dma_mask;
	pdev->dev.of_node = km_of_find_function(bus->dev.of_node, devfn);
	/* pcibios_bus_add_device() and pci_dn.c's early fixup */
	set_dma_ops(&pdev->dev, &dma_iommu_ops);
	pdev->dev.archdata.pci_data = pci_get_pdn(pdev);
	dev_set_name(&pdev->dev, "%04x:%02x:%02x.%d", pci_domain_nr(bus), bus->number, PCI_SLOT(devfn), PCI_FUNC(devfn));
	return pdev;
}

/* Wait while the function asks for a retry. Return: true when somebody is there. */
static bool km_pci_read_id(struct pci_bus *bus, unsigned int devfn, u32 *id)
{
	int tries;

	for (tries = 0; tries < KM_PCI_CRS_TRIES; tries++) {
		if (pci_bus_read_config_dword(bus, devfn, PCI_VENDOR_ID, id) || *id == ~0u || !*id)
			return false;
		if (*id != KM_PCI_CRS)
			return true;
		msleep(KM_PCI_CRS_WAIT_MS);
	}
	return false;
}

static struct pci_dev *km_pci_known(struct pci_bus *bus, unsigned int devfn)
{
	struct pci_dev *pdev;

	list_for_each_entry(pdev, &bus->devices, bus_list) {
		if (pdev->devfn == devfn)
			return pdev;
	}
	return NULL;
}

/* Return: the function, NULL when there is none, or an error. One that is known already is found without looking. */
static struct pci_dev *km_pci_scan_function(struct pci_bus *bus, unsigned int devfn)
{
	struct pci_dev *pdev = km_pci_known(bus, devfn);
	u32 id;
	int ret;

	if (pdev)
		return pdev;
	if (!km_pci_read_id(bus, devfn, &id))
		return NULL;
	pdev = km_pci_alloc_dev(bus, devfn, id);
	if (!pdev)
		return ERR_PTR(-ENOMEM);
	list_add_tail(&pdev->bus_list, &bus->devices);
	km_pci_setup_dev(pdev);
	ret = device_add(&pdev->dev);
	if (!ret)
		ret = km_pci_register(pdev);
	return ret ? ERR_PTR(ret) : pdev;
}

static int km_pci_scan_child_bus(struct pci_bus *bus);

static int km_pci_scan_slot(struct pci_bus *bus, unsigned int devfn)
{
	struct pci_dev *pdev = km_pci_scan_function(bus, devfn);
	unsigned int function;

	if (IS_ERR_OR_NULL(pdev) || !pdev->multifunction)
		return PTR_ERR_OR_ZERO(pdev);
	for (function = 1; function < KM_PCI_FUNCTIONS; function++) {
		pdev = km_pci_scan_function(bus, devfn + function);
		if (IS_ERR(pdev))
			return PTR_ERR(pdev);
	}
	return 0;
}

static struct pci_bus *km_pci_alloc_bus(struct pci_controller *hose, struct pci_bus *parent, struct pci_dev *bridge,
					int number)
{
	struct pci_bus *bus = kzalloc(sizeof(*bus), GFP_KERNEL);
	int i;

	if (!bus)
		return NULL;
	INIT_LIST_HEAD(&bus->node);
	INIT_LIST_HEAD(&bus->devices);
	INIT_LIST_HEAD(&bus->children);
	INIT_LIST_HEAD(&bus->slots);
	bus->parent = parent;
	bus->self = bridge;
	bus->ops = hose->ops;
	bus->sysdata = hose;
	bus->number = number;
	bus->primary = parent ? parent->number : 0;
	device_initialize(&bus->dev);
	dev_set_name(&bus->dev, "%04x:%02x", hose->global_number, number);
	/* pci_set_bus_of_node() */
	bus->dev.of_node = bridge ? bridge->dev.of_node : hose->dn;
	if (!bridge)
		return bus;
	bridge->subordinate = bus;
	for (i = 0; i < PCI_BRIDGE_RESOURCE_NUM; i++)
		bus->resource[i] = &bridge->resource[PCI_BRIDGE_RESOURCES + i];
	list_add_tail(&bus->node, &parent->children);
	return bus;
}

static void km_pci_set_bus_range(struct pci_bus *bus, u32 first, u32 last)
{
	bus->busn_res.start = first;
	bus->busn_res.end = last;
	bus->busn_res.flags = IORESOURCE_BUS;
}

/* pci_scan_bridge_extend(), first pass: the numbers are firmware's. */
static int km_pci_scan_bridge(struct pci_bus *bus, struct pci_dev *bridge)
{
	struct pci_bus *child;
	u32 buses, secondary, subordinate;
	u16 control;

	if (bridge->subordinate)
		return km_pci_scan_child_bus(bridge->subordinate);
	pci_read_config_dword(bridge, PCI_PRIMARY_BUS, &buses);
	secondary = buses >> 8 & 0xff;
	subordinate = buses >> 16 & 0xff;
	if ((buses & 0xff) != bus->number || secondary <= bus->number || secondary > subordinate) {
		dev_warn(&bridge->dev, "bridge configuration invalid ([bus %02x-%02x])\n", secondary, subordinate);
		return 0;
	}
	pci_read_config_word(bridge, PCI_BRIDGE_CONTROL, &control);
	child = km_pci_alloc_bus(pci_bus_to_host(bus), bus, bridge, (int)secondary);
	if (!child)
		return -ENOMEM;
	km_pci_set_bus_range(child, secondary, subordinate);
	child->bridge_ctl = control;
	return km_pci_scan_child_bus(child);
}

/* Below a root port or a downstream port there is only device 0. */
static bool km_pci_only_one_child(const struct pci_bus *bus)
{
	const struct pci_dev *bridge = bus->self;

	if (!bridge)
		return false;
	return pci_pcie_type(bridge) == PCI_EXP_TYPE_ROOT_PORT || pci_pcie_type(bridge) == PCI_EXP_TYPE_DOWNSTREAM;
}

static int km_pci_scan_child_bus(struct pci_bus *bus)
{
	unsigned int devfn, last = km_pci_only_one_child(bus) ? 1 : KM_PCI_DEVFNS;
	struct pci_controller *hose = pci_bus_to_host(bus);
	struct pci_dev *pdev;
	int ret;

	for (devfn = 0; devfn < last; devfn += KM_PCI_FUNCTIONS) {
		ret = km_pci_scan_slot(bus, devfn);
		if (ret)
			return ret;
	}
	/* pcibios_fixup_bus() */
	if (hose->controller_ops.dma_bus_setup)
		hose->controller_ops.dma_bus_setup(bus);
	list_for_each_entry(pdev, &bus->devices, bus_list) {
		if (!pci_is_bridge(pdev))
			continue;
		ret = km_pci_scan_bridge(bus, pdev);
		if (ret)
			return ret;
	}
	return 0;
}

int km_pci_scan(struct pci_controller *hose, const struct platform_phb *info)
{
	struct pci_bus *root;

	km_pci_host_init(hose, info);
	root = km_pci_alloc_bus(hose, NULL, NULL, hose->first_busno);
	if (!root)
		return -ENOMEM;
	km_pci_set_bus_range(root, hose->first_busno, hose->last_busno);
	hose->bus = root;
	return km_pci_scan_child_bus(root);
}

/* Rescans: the same walk, which finds what is new. */
int pci_scan_slot(struct pci_bus *bus, int devfn)
{
	int ret = km_pci_scan_slot(bus, devfn);

	WARN_ON(ret);
	return ret;
}

/* Numbers of buses are firmware's, so there is nothing to be done in the second pass. */
int pci_scan_bridge(struct pci_bus *bus, struct pci_dev *dev, int max, int pass)
{
	if (!pass)
		WARN_ON(km_pci_scan_bridge(bus, dev));
	return max_t(int, max, dev->subordinate ? (int)dev->subordinate->busn_res.end : max);
}

/* pci_bus_add_devices(): this bus first, then the buses behind its bridges; so PEs are numbered. */
int km_pci_add_devices(struct pci_bus *bus)
{
	struct pci_controller *hose = pci_bus_to_host(bus);
	struct pci_dev *pdev;
	int ret = 0;

	list_for_each_entry(pdev, &bus->devices, bus_list) {
		if (pci_dev_is_added(pdev))
			continue;
		hose->controller_ops.dma_dev_setup(pdev);
		if (ppc_md.pcibios_bus_add_device)
			ppc_md.pcibios_bus_add_device(pdev);
		km_driver_attach(pdev);
		pci_dev_assign_added(pdev, true);
	}
	list_for_each_entry(pdev, &bus->devices, bus_list) {
		if (pdev->subordinate && !list_empty(&pdev->subordinate->devices))
			ret = km_pci_add_devices(pdev->subordinate);
		if (ret)
			return ret;
	}
	return 0;
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
