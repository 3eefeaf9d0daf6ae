// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/linux/km_powernv.c - the platform code's surroundings: a device tree node per PHB, from which the
 * hosted pnv_pci_init_ioda2_phb() makes its struct pnv_phb, and the scan that makes the hosted code give each bus a PE.
 *
 * PHB state, PEs, segments and DMA windows are made by the hosted pci-ioda.c itself, through firmware calls; nothing
 * of struct pnv_phb is written here, except that EEH is on (eeh-powernv.c would say so at the end of its init).
 *
 * Not modelled: any other part of the device tree; the MSI domain (the node has no "ibm,opal-msi-ranges": vectors are
 * handed out by km_pci.c); PHB reset of a crash kernel.
 */
#include <linux/ioport.h>
#include <linux/memblock.h>
#include <linux/of.h>
#include <linux/of_address.h>
#include <linux/property.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <asm/firmware.h>
#include <asm/machdep.h>
#include <asm/opal.h>
#include <asm/pci-bridge.h>

#include "arch/powerpc/platforms/powernv/pci.h"
#include "kernel-model/linux/km.h"
#include "kernel-model/linux/km_compat.h"
#include "kernel-model/linux/km_device.h"

#define KM_PHB_NAME_BYTES 40
#define KM_MSI32_BYTES 0x10000 /* firmware keeps the top of M32 out of the ranges: 32-bit MSIs live there */

/* A PHB's node: its properties, big-endian as in a flattened tree. */
struct km_phb_node {
	struct device_node dn; /* first: a node is found from it */
	char name[KM_PHB_NAME_BYTES];
	const struct platform_phb *info;
	__be64 phb_id;
	__be32 bus_range[2];
	__be32 num_pes;
	__be32 reserved_pe;
	__be32 diag_bytes;
	__be32 tce_sizes[4];
	struct pci_controller *hose;
};

static struct km_phb_node km_phb_nodes[PLATFORM_MAX_PHBS];
static int km_phb_count;

/* Data that machine code would define. */
struct machdep_calls ppc_md;
struct machdep_calls mach_powernv = { .name = "PowerNV" };
struct machdep_calls *machine_id = &mach_powernv; /* machine_is(powernv) */
unsigned long powerpc_firmware_features = FW_FEATURE_OPAL;
struct list_head hose_list = LIST_HEAD_INIT(hose_list);
unsigned int pci_flags;
/* Only compared by address here: nobody does DMA through the kernel's own API. */
const struct dma_map_ops dma_iommu_ops;

/* Properties of a PHB node. */
static const void *km_of_find(const struct device_node *np, const char *name, int *len)
{
	const struct km_phb_node *node = container_of(np, struct km_phb_node, dn);
	const struct {
		const char *name;
		const void *value;
		int len;
	} properties[] = {
		{ "ibm,opal-phbid", &node->phb_id, sizeof(node->phb_id) },
		{ "bus-range", node->bus_range, sizeof(node->bus_range) },
		{ "ibm,opal-num-pes", &node->num_pes, sizeof(node->num_pes) },
		{ "ibm,opal-reserved-pe", &node->reserved_pe, sizeof(node->reserved_pe) },
		{ "ibm,phb-diag-data-size", &node->diag_bytes, sizeof(node->diag_bytes) },
		{ "ibm,supported-tce-sizes", node->tce_sizes, sizeof(node->tce_sizes) },
	};
	int i;

	for (i = 0; np && i < ARRAY_SIZE(properties); i++) {
		if (strcmp(name, properties[i].name))
			continue;
		if (len)
			*len = properties[i].len;
		return properties[i].value;
	}
	return NULL;
}

const void *of_get_property(const struct device_node *np, const char *name, int *len)
{
	return km_of_find(np, name, len);
}

bool of_device_is_available(const struct device_node *np)
{
	return true;
}

int of_device_is_compatible(const struct device_node *np, const char *name)
{
	const struct km_phb_node *node = container_of(np, struct km_phb_node, dn);

	return node->info->type == PLATFORM_PHB_PHB3 && !strcmp(name, "ibm,power8-pciex");
}

int of_property_count_elems_of_size(const struct device_node *np, const char *name, int size)
{
	int len;

	return km_of_find(np, name, &len) ? len / size : -EINVAL;
}

int of_property_read_u32_index(const struct device_node *np, const char *name, u32 index, u32 *out)
{
	int len;
	const __be32 *value = km_of_find(np, name, &len);

	if (!value)
		return -EINVAL;
	if ((index + 1) * sizeof(*value) > len)
		return -EOVERFLOW;
	*out = be32_to_cpu(value[index]);
	return 0;
}

/* lib/vsprintf.c prints a node (%pOF) through these: a PHB's is directly below the root. */
unsigned int fwnode_count_parents(const struct fwnode_handle *fwnode)
{
	return 0;
}

struct fwnode_handle *fwnode_get_nth_parent(struct fwnode_handle *fwnode, unsigned int depth)
{
	return fwnode;
}

const char *fwnode_get_name_prefix(const struct fwnode_handle *fwnode)
{
	return "/";
}

const char *fwnode_get_name(const struct fwnode_handle *fwnode)
{
	return container_of(fwnode, struct km_phb_node, dn.fwnode)->name;
}

void fwnode_handle_put(struct fwnode_handle *fwnode)
{
}

int of_address_to_resource(struct device_node *np, int index, struct resource *r)
{
	const struct platform_phb *info = container_of(np, struct km_phb_node, dn)->info;

	if (index)
		return -EINVAL;
	*r = (struct resource){ .start = info->reg_base, .end = info->reg_base + info->reg_bytes - 1,
				.flags = IORESOURCE_MEM };
	return 0;
}

/* pci-common.c's part of making a controller. */
struct pci_controller *pcibios_alloc_controller(struct device_node *np)
{
	struct pci_controller *hose = kzalloc(sizeof(*hose), GFP_KERNEL);

	if (!hose)
		return NULL;
	hose->dn = np;
	hose->node = 0;
	hose->global_number = (int)(container_of(np, struct km_phb_node, dn) - km_phb_nodes);
	container_of(np, struct km_phb_node, dn)->hose = hose;
	list_add_tail(&hose->list_node, &hose_list);
	return hose;
}

void pci_process_bridge_OF_ranges(struct pci_controller *hose, struct device_node *np, int primary)
{
	const struct platform_phb *info = container_of(np, struct km_phb_node, dn)->info;

	hose->mem_resources[0] = (struct resource){
		.name = "M32",
		.start = info->m32_base,
		.end = info->m32_base + info->m32_bytes - KM_MSI32_BYTES - 1,
		.flags = IORESOURCE_MEM,
	};
	hose->mem_offset[0] = info->m32_base - info->m32_pci_base;
}

/* Nodes below the PHB are found by probing, see km_pci.c. */
void pci_devs_phb_init_dynamic(struct pci_controller *hose)
{
}

static void km_phb_node_fill(struct km_phb_node *node, const struct platform_phb *info)
{
	static const u32 tce_shifts[] = { 12, 16, 24, 28 }; /* skiboot hw/phb3.c */
	int i;

	node->info = info;
	snprintf(node->name, sizeof(node->name), "pciex@%llx", info->reg_base);
	node->dn.name = "pciex";
	node->dn.full_name = node->name;
	node->phb_id = cpu_to_be64(info->opal_id);
	node->bus_range[1] = cpu_to_be32(0xff);
	node->num_pes = cpu_to_be32(info->pe_count);
	node->reserved_pe = cpu_to_be32(info->reserved_pe);
	node->diag_bytes = cpu_to_be32(PNV_PCI_DIAG_BUF_SIZE);
	for (i = 0; i < ARRAY_SIZE(tce_shifts); i++)
		node->tce_sizes[i] = cpu_to_be32(tce_shifts[i]);
}

int km_powernv_boot(const struct platform *platform)
{
	int i, ret;

	for (i = 0; i < (int)platform->phb_count; i++) {
		struct km_phb_node *node = &km_phb_nodes[km_phb_count++];
		struct pnv_phb *phb;

		km_phb_node_fill(node, &platform->phb[i]);
		pnv_pci_init_ioda2_phb(&node->dn);
		if (!node->hose)
			return -ENODEV;
		phb = node->hose->private_data;
		phb->flags |= PNV_PHB_FLAG_EEH;
		km_iommu_register_phb(node->hose);
		ret = km_pci_scan(node->hose, node->info);
		if (ret)
			return ret;
	}
	return 0;
}

int km_powernv_device_count(void)
{
	return km_pci_dev_count();
}

int km_powernv_device_info(int index, char *name, unsigned long long name_bytes, int *group, unsigned int *phb,
			   unsigned int *pe, unsigned int *rid)
{
	struct pci_dev *pdev = km_pci_dev(index);

	if (!pdev)
		return -ENODEV;
	strscpy(name, pci_name(pdev), name_bytes);
	*group = pdev->dev.iommu_group ? iommu_group_id(pdev->dev.iommu_group) : -1;
	*phb = pci_domain_nr(pdev->bus);
	*pe = pci_get_pdn(pdev)->pe_number;
	*rid = pdev->bus->number << 8 | pdev->devfn;
	return 0;
}
