// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/linux/guest/gm_pci.c - a guest's PCI host bridge as its device tree has it, and the steps of a boot that the
 * DMA code sees: arch/powerpc/kernel/pci-common.c and pci_64.c (bus set-up, device set-up), drivers/pci/probe.c (defaults of
 * a device). pci_dn.c, pseries/iommu.c and the rest of the DMA API are hosted.
 *
 * Not modelled: configuration space and BARs in the guest (its driver finds the registers where the VMM has them),
 * bridges below the host bridge, more than one host bridge.
 */
#include <linux/dma-map-ops.h>
#include <linux/of.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <asm/pci-bridge.h>
#include <asm/ppc-pci.h>

#include "arch/powerpc/platforms/pseries/pseries.h"
#include "kernel-model/linux/guest/gm.h"
#include "kernel-model/linux/km_compat.h"
#include "kernel-model/linux/km_device.h"

#define GM_NAME_BYTES 40
#define GM_CLASS 0x020000 /* network controller */

struct pci_controller_ops pseries_pci_controller_ops = { KM_PSERIES_DEVICE_GROUP };

static const struct dma_map_ops *gm_dma_ops;
static struct pci_controller *gm_hose;
static struct pci_dev *gm_dev[GM_FUNCTIONS_MAX];

void set_pci_dma_ops(const struct dma_map_ops *dma_ops)
{
	gm_dma_ops = dma_ops;
}

struct pci_dev *gm_pci_dev(unsigned int function)
{
	return function < GM_FUNCTIONS_MAX ? gm_dev[function] : NULL;
}

static struct device_node *gm_tree(const struct gm_boot *boot)
{
	const u32 memory[] = { 0, 0, boot->ram_bytes >> 32, boot->ram_bytes };
	struct device_node *root = gm_of_node(NULL, "", NULL), *np, *phb;
	char name[GM_NAME_BYTES];
	u32 i;

	if (!root)
		return NULL;
	np = gm_of_node(root, "memory@0", "memory");
	if (!np)
		return NULL;
	km_of_set_cells(np, "reg", memory, ARRAY_SIZE(memory));
	snprintf(name, sizeof(name), "pci@%llx", boot->buid);
	phb = gm_of_node(root, name, "pci");
	for (i = 0; phb && i < boot->phb_property_count; i++)
		km_of_set_cells(phb, boot->phb_properties[i].name, boot->phb_properties[i].cells,
				boot->phb_properties[i].count);
	for (i = 0; phb && i < boot->functions; i++) {
		snprintf(name, sizeof(name), i ? "ethernet@0,%x" : "ethernet@0", i);
		np = gm_of_node(phb, name, "network");
		if (!np)
			return NULL;
		km_of_set_cell(np, "reg", boot->bus << 16 | i << 8);
		km_of_set_cell(np, "class-code", GM_CLASS);
		km_of_set_cell(np, "ibm,pci-config-space-type", 1);
	}
	return phb;
}

static struct pci_controller *gm_make_hose(const struct gm_boot *boot, struct device_node *np)
{
	struct pci_controller *hose = kzalloc(sizeof(*hose), GFP_KERNEL);
	struct pci_bus *bus = kzalloc(sizeof(*bus), GFP_KERNEL);

	if (!hose || !bus)
		return NULL;
	hose->dn = np;
	hose->buid = boot->buid;
	hose->node = NUMA_NO_NODE;
	hose->controller_ops = pseries_pci_controller_ops;
	hose->mem_resources[0] = (struct resource){ .start = boot->mmio32_start,
						    .end = boot->mmio32_start + boot->mmio32_bytes - 1,
						    .flags = IORESOURCE_MEM };
	hose->bus = bus;
	bus->number = boot->bus;
	bus->sysdata = hose;
	bus->dev.of_node = np;
	INIT_LIST_HEAD(&bus->devices);
	INIT_LIST_HEAD(&bus->children);
	return hose;
}

static struct pci_dev *gm_make_dev(struct pci_bus *bus, unsigned int devfn)
{
	struct pci_dev *pdev = kzalloc(sizeof(*pdev), GFP_KERNEL);

	if (!pdev)
		return NULL;
	pdev->bus = bus;
	pdev->sysdata = bus->sysdata;
	pdev->devfn = devfn;
	pdev->class = GM_CLASS;
	pdev->dma_mask = 0xffffffff;
	device_initialize(&pdev->dev);
	pdev->dev.bus = &pci_bus_type;
	pdev->dev.dma_mask = &pdev->dma_mask;
	pdev->dev.dma_parms = &pdev->dma_parms;
	pdev->dev.coherent_dma_mask = 0xffffffff;
	pdev->dev.of_node = km_of_find_function(bus->dev.of_node, devfn);
	dma_set_max_seg_size(&pdev->dev, 65536);
	dma_set_seg_boundary(&pdev->dev, 0xffffffff);
	pdev->dev.archdata.pci_data = PCI_DN(pdev->dev.of_node);
	dev_set_name(&pdev->dev, "%04x:%02x:%02x.%d", pci_domain_nr(bus), bus->number, PCI_SLOT(devfn), PCI_FUNC(devfn));
	list_add_tail(&pdev->bus_list, &bus->devices);
	return device_add(&pdev->dev) ? NULL : pdev;
}

/* pcibios_setup_device() */
static void gm_setup_dev(struct pci_dev *pdev)
{
	struct pci_controller *hose = pci_bus_to_host(pdev->bus);

	set_dma_ops(&pdev->dev, gm_dma_ops);
	pdev->dev.archdata.dma_offset = 0; /* PCI_DRAM_OFFSET */
	if (hose->controller_ops.dma_dev_setup)
		hose->controller_ops.dma_dev_setup(pdev);
}

int gm_pci_init(const struct gm_boot *boot)
{
	struct device_node *np = gm_tree(boot);
	unsigned int i;

	if (!np || boot->functions > GM_FUNCTIONS_MAX)
		return -ENOMEM;
	gm_hose = gm_make_hose(boot, np);
	if (!gm_hose)
		return -ENOMEM;
	pci_devs_phb_init_dynamic(gm_hose);
	km_iommu_register_phb(gm_hose);
	if (gm_hose->controller_ops.dma_bus_setup)
		gm_hose->controller_ops.dma_bus_setup(gm_hose->bus);
	for (i = 0; i < boot->functions; i++) {
		gm_dev[i] = gm_make_dev(gm_hose->bus, i);
		if (!gm_dev[i])
			return -ENOMEM;
		gm_setup_dev(gm_dev[i]);
	}
	return 0;
}

/* Functions leave, then the host bridge: dlpar_remove_phb() of pseries/pci_dlpar.c, as the DMA code hears of it. */
void gm_pci_detach(void)
{
	unsigned int i;

	for (i = 0; i < GM_FUNCTIONS_MAX && gm_dev[i]; i++) {
		km_bus_notify(&gm_dev[i]->dev, BUS_NOTIFY_DEL_DEVICE);
		km_bus_notify(&gm_dev[i]->dev, BUS_NOTIFY_REMOVED_DEVICE);
	}
	gm_of_detach(gm_hose->dn);
	memset(gm_dev, 0, sizeof(gm_dev));
}
