// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/linux/km_powernv.c - the platform code's surroundings: device tree nodes, from which the hosted
 * pnv_pci_init_ioda2_phb(), or pnv_pci_init_ioda_hub() for the PHBs of a P7IOC, makes its struct pnv_phb and pci_dn.c its
 * nodes' data, and the steps of pcibios_init() (arch/powerpc/kernel/pci_64.c): scan, resources, devices, fixup.
 *
 * PHB state, PEs, segments and DMA windows are made by the hosted pci-ioda.c itself, through firmware calls; nothing
 * of struct pnv_phb is written here.
 *
 * Not modelled: the 64-bit window of a PHB3 (its node has none); the MSI domain (a PHB's node has no "ibm,opal-msi-ranges":
 * vectors are handed out by km_pci.c); PHB reset of a crash kernel.
 */
#include <linux/ioport.h>
#include <linux/memblock.h>
#include <linux/of.h>
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

/*
 * What firmware's node tells of a generation (skiboot hw/p7ioc-phb.c at commit 16b7ae641^, hw/phb3.c, hw/phb4.c).
 * @compatible: strings one behind the other, with an empty one at the end. @init: makes one PHB; NULL: the chip around
 * them makes all. @m64: the 64-bit window is told, too.
 */
struct km_phb_kind {
	const char *compatible;
	u32 diag_bytes;
	u32 tce_shifts[4];
	void (*init)(struct device_node *np);
	bool m64;
};

static const struct km_phb_kind km_phb_kinds[] = {
	[PLATFORM_PHB_P7IOC] = { "ibm,p7ioc-pciex\0ibm,ioda-phb\0", PNV_PCI_DIAG_BUF_SIZE, { 12, 16, 24, 34 }, NULL,
				 true },
	[PLATFORM_PHB_PHB3] = { "ibm,power8-pciex\0ibm,ioda2-phb\0", PNV_PCI_DIAG_BUF_SIZE, { 12, 16, 24, 28 },
				pnv_pci_init_ioda2_phb, false },
	[PLATFORM_PHB_PHB4] = { "ibm,power9-pciex\0ibm,ioda3-phb\0", sizeof(struct OpalIoPhb4ErrorData),
				{ 12, 16, 21, 30 }, pnv_pci_init_ioda2_phb, false },
	[PLATFORM_PHB_PHB5] = { "ibm,power10-pciex\0ibm,ioda3-phb\0", sizeof(struct OpalIoPhb4ErrorData),
				{ 12, 16, 21, 30 }, pnv_pci_init_ioda2_phb, false },
};

/* A PHB: its node, what the platform says of it, and the controller that the hosted code makes. */
struct km_phb {
	struct device_node *dn;
	const struct platform_phb *info;
	const struct km_phb_kind *kind;
	struct pci_controller *hose;
};

static struct km_phb km_phbs[PLATFORM_MAX_PHBS];
static int km_phb_count;

/* Data that machine code would define. */
struct machdep_calls ppc_md;
struct machdep_calls mach_pseries = { .name = "pSeries" };
struct machdep_calls mach_powernv = { .name = "PowerNV" };
struct machdep_calls *machine_id = &mach_powernv; /* machine_is(powernv) */
unsigned long powerpc_firmware_features = FW_FEATURE_OPAL;
struct list_head hose_list = LIST_HEAD_INIT(hose_list);
unsigned int pci_flags;
/* Only compared by address here: nobody does DMA through the kernel's own API. */
const struct dma_map_ops dma_iommu_ops __weak; /* a guest's kernel brings the real ones */

static struct km_phb *km_phb_of(const struct device_node *np)
{
	int i;

	for (i = 0; i < km_phb_count; i++) {
		if (km_phbs[i].dn == np)
			return &km_phbs[i];
	}
	return NULL;
}

/* pci-common.c's part of making a controller. */
struct pci_controller *pcibios_alloc_controller(struct device_node *np)
{
	struct pci_controller *hose = kzalloc(sizeof(*hose), GFP_KERNEL);
	struct km_phb *phb = km_phb_of(np);

	if (!hose)
		return NULL;
	hose->dn = np;
	hose->node = 0;
	hose->global_number = (int)(phb - km_phbs);
	phb->hose = hose;
	list_add_tail(&hose->list_node, &hose_list);
	return hose;
}

void pci_process_bridge_OF_ranges(struct pci_controller *hose, struct device_node *np, int primary)
{
	const struct platform_phb *info = km_phb_of(np)->info;

	hose->mem_resources[0] = (struct resource){
		.name = "M32",
		.start = info->m32_base,
		.end = info->m32_base + info->m32_bytes - KM_MSI32_BYTES - 1,
		.flags = IORESOURCE_MEM,
	};
	hose->mem_offset[0] = info->m32_base - info->m32_pci_base;
	if (!info->io_bytes)
		return;
	hose->io_base_phys = info->io_base;
	hose->pci_io_size = info->io_bytes;
	hose->io_resource = (struct resource){ .name = "I/O", .end = info->io_bytes - 1, .flags = IORESOURCE_IO };
}

static const struct km_phb_kind *km_phb_kind_of(const struct platform_phb *info)
{
	const struct km_phb_kind *kind = &km_phb_kinds[info->type];

	return info->type < ARRAY_SIZE(km_phb_kinds) && kind->compatible ? kind : NULL;
}

static void km_phb_set_kind(struct device_node *np, const struct km_phb_kind *kind)
{
	int bytes = 0;

	while (kind->compatible[bytes])
		bytes += strlen(kind->compatible + bytes) + 1;
	km_of_set(np, "compatible", kind->compatible, bytes);
	km_of_set_cells(np, "ibm,supported-tce-sizes", kind->tce_shifts, ARRAY_SIZE(kind->tce_shifts));
	km_of_set_cell(np, "ibm,phb-diag-data-size", kind->diag_bytes);
}

/* A number of 64 bits is two cells. */
#define KM_CELLS(value) (u32)((u64)(value) >> 32), (u32)(value)

static struct device_node *km_phb_node(struct device_node *parent, const struct km_phb *phb)
{
	const struct platform_phb *info = phb->info;
	const u32 reg[] = { KM_CELLS(info->reg_base), KM_CELLS(info->reg_bytes) };
	const u32 id[] = { KM_CELLS(info->opal_id) };
	const u32 m64[] = { KM_CELLS(info->m64_base), KM_CELLS(info->m64_base), KM_CELLS(info->m64_bytes) };
	static const u32 buses[] = { 0, 0xff };
	struct device_node *np;
	char name[KM_PHB_NAME_BYTES];

	snprintf(name, sizeof(name), "pciex@%llx", info->reg_base);
	np = km_of_add(parent, name);
	if (!np)
		return NULL;
	km_phb_set_kind(np, phb->kind);
	km_of_set_cells(np, "reg", reg, ARRAY_SIZE(reg));
	km_of_set_cells(np, "ibm,opal-phbid", id, ARRAY_SIZE(id));
	km_of_set_cells(np, "bus-range", buses, ARRAY_SIZE(buses));
	km_of_set_cell(np, "ibm,opal-num-pes", info->pe_count);
	km_of_set_cell(np, "ibm,opal-reserved-pe", info->reserved_pe);
	if (phb->kind->m64 && info->m64_bytes)
		km_of_set_cells(np, "ibm,opal-m64-window", m64, ARRAY_SIZE(m64));
	return np;
}

/* The chip around PHBs: their nodes are below its own. It has number 0, for there is one. */
static struct device_node *km_hub_node(const struct platform *platform)
{
	static const char compatible[] = "ibm,p7ioc\0ibm,ioda-hub";
	static const u32 id[] = { 0, 0 };
	struct device_node *np;
	char name[KM_PHB_NAME_BYTES];

	snprintf(name, sizeof(name), "io-hub@%llx", platform->hub_base);
	np = km_of_add(NULL, name);
	if (!np)
		return NULL;
	km_of_set(np, "compatible", compatible, sizeof(compatible));
	km_of_set_cells(np, "ibm,opal-hubid", id, ARRAY_SIZE(id));
	return np;
}

static int km_powernv_add_phb(struct device_node *parent, const struct platform_phb *info)
{
	struct km_phb *phb = &km_phbs[km_phb_count++];

	phb->info = info;
	phb->kind = km_phb_kind_of(info);
	if (!phb->kind)
		return -ENODEV;
	phb->dn = km_phb_node(parent, phb);
	return phb->dn ? km_of_add_functions(phb->dn, info->opal_id) : -ENOMEM;
}

/* pnv_pci_init() */
static int km_powernv_init_phbs(const struct platform *platform)
{
	struct device_node *hub = platform->hub_bytes ? km_hub_node(platform) : NULL;
	int i, ret;

	if (platform->hub_bytes && !hub)
		return -ENOMEM;
	for (i = 0; i < (int)platform->phb_count; i++) {
		ret = km_powernv_add_phb(hub, &platform->phb[i]);
		if (ret)
			return ret;
	}
	if (hub)
		km_init_ioda_hub(hub);
	for (i = 0; i < km_phb_count; i++) {
		if (km_phbs[i].kind->init)
			km_phbs[i].kind->init(km_phbs[i].dn);
		if (!km_phbs[i].hose) {
			pr_err("%pOF: this kernel knows no such PHB\n", km_phbs[i].dn);
			return -ENODEV;
		}
		km_iommu_register_phb(km_phbs[i].hose);
	}
	return 0;
}

int km_powernv_boot(const struct platform *platform)
{
	int i, ret = km_powernv_init_phbs(platform);

	if (!ret)
		ret = km_initcalls_early();
	for (i = 0; i < km_phb_count && !ret; i++)
		ret = km_pci_scan(km_phbs[i].hose, km_phbs[i].info);
	for (i = 0; i < km_phb_count && !ret; i++)
		ret = km_pci_assign(km_phbs[i].hose);
	for (i = 0; i < km_phb_count && !ret; i++)
		ret = km_pci_add_devices(km_phbs[i].hose->bus);
	if (!ret)
		ppc_md.pcibios_fixup();
	return ret ? ret : km_initcalls_late();
}

/* The functions that can be given away: bridges have no group. */
static struct pci_dev *km_powernv_device(int index)
{
	struct pci_dev *pdev;
	int i;

	for (i = 0; (pdev = km_pci_dev(i)); i++) {
		if (!pci_is_bridge(pdev) && !index--)
			return pdev;
	}
	return NULL;
}

int km_powernv_device_count(void)
{
	int count = 0;

	while (km_powernv_device(count))
		count++;
	return count;
}

int km_powernv_device_info(int index, char *name, unsigned long long name_bytes, int *group, unsigned int *phb,
			   unsigned int *pe, unsigned int *rid)
{
	struct pci_dev *pdev = index < 0 ? NULL : km_powernv_device(index);

	if (!pdev)
		return -ENODEV;
	strscpy(name, pci_name(pdev), name_bytes);
	*group = pdev->dev.iommu_group ? iommu_group_id(pdev->dev.iommu_group) : -1;
	*phb = pci_domain_nr(pdev->bus);
	*pe = pci_get_pdn(pdev)->pe_number;
	*rid = pdev->bus->number << 8 | pdev->devfn;
	return 0;
}
