// SPDX-License-Identifier: GPL-2.0-only
/*
 * tests/kernel-model/linux/kt_pci.c - buses, bridges, PEs and resets as hosted code sees them. The machine: a switch with two
 * devices, the first with two functions (test_linux_side.c).
 */
#include <linux/of.h>
#include <linux/pci.h>

#include <asm/eeh.h>
#include <asm/pci-bridge.h>
#include <asm/pnv-pci.h>
#include <asm/ppc-pci.h>

#include "arch/powerpc/platforms/powernv/pci.h"
#include "drivers/pci/pci.h"
#include "kernel-model/linux/km_device.h"
#include "tests/kernel-model/linux/kt.h"

#define KT_PE_RESERVED 255
#define KT_SEGMENT 0x800000ULL

/* The function @rid of the only PHB. */
static struct pci_dev *kt_dev(unsigned int rid)
{
	struct pci_dev *pdev;
	int i;

	for (i = 0; (pdev = km_pci_dev(i)); i++) {
		if ((pdev->bus->number << 8 | pdev->devfn) == rid)
			return pdev;
	}
	kt_failed("function is there", __LINE__, rid, 0);
	return NULL;
}

static struct pci_controller *kt_hose(void)
{
	return list_first_entry(&hose_list, struct pci_controller, list_node);
}

static void kt_bridge(unsigned int rid, unsigned int secondary, unsigned int subordinate, struct pci_bus *parent)
{
	struct pci_dev *bridge = kt_dev(rid);
	struct pci_bus *bus = bridge->subordinate;

	KT_TRUE(pci_is_bridge(bridge));
	KT_TRUE(bus);
	KT_EQ(bridge->bus, parent);
	KT_EQ(bus->self, bridge);
	KT_EQ(bus->parent, parent);
	KT_EQ(bus->number, secondary);
	KT_EQ(bus->primary, rid >> 8);
	KT_EQ(bus->busn_res.end, subordinate);
	KT_EQ(bus->resource[1], &bridge->resource[PCI_BRIDGE_MEM_WINDOW]);
	KT_TRUE(!pci_is_root_bus(bus));
}

/* Why: hosted code walks these links. How: every bus and bridge of the machine. */
static void kt_tree(const unsigned long long *cost_ps)
{
	struct pci_bus *root = kt_hose()->bus;

	KT_TRUE(pci_is_root_bus(root));
	KT_TRUE(!root->self);
	kt_bridge(0x000, 1, 4, root);
	kt_bridge(0x100, 2, 4, kt_dev(0)->subordinate);
	kt_bridge(0x200, 3, 3, kt_dev(0x100)->subordinate);
	kt_bridge(0x208, 4, 4, kt_dev(0x100)->subordinate);
	KT_TRUE(kt_dev(0x300)->multifunction);
	KT_TRUE(!kt_dev(0x400)->multifunction);
	KT_EQ(pci_upstream_bridge(kt_dev(0x301)), kt_dev(0x200));
	KT_EQ(pci_upstream_bridge(kt_dev(0)), 0);
	KT_EQ(pci_pcie_type(kt_dev(0)), PCI_EXP_TYPE_ROOT_PORT);
	KT_EQ(pci_pcie_type(kt_dev(0x100)), PCI_EXP_TYPE_UPSTREAM);
	KT_EQ(pci_pcie_type(kt_dev(0x208)), PCI_EXP_TYPE_DOWNSTREAM);
}

/* Why: pci_dn is how powerpc finds a function from a bus and devfn, and its PE. How: the tree of the hosted pci_dn.c. */
static void kt_pdn(const unsigned long long *cost_ps)
{
	static const struct {
		unsigned int rid, parent, children;
	} rows[] = { { 0x100, 0, 2 }, { 0x200, 0x100, 2 }, { 0x208, 0x100, 1 }, { 0x300, 0x200, 0 },
		     { 0x301, 0x200, 0 }, { 0x400, 0x208, 0 } };
	struct pci_dn *pdn, *child;
	unsigned int i, count;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		pdn = pci_get_pdn(kt_dev(rows[i].rid));
		KT_TRUE(pdn);
		KT_EQ(pdn->busno << 8 | pdn->devfn, rows[i].rid);
		KT_EQ(pdn->phb, kt_hose());
		KT_EQ(pdn->parent, pci_get_pdn(kt_dev(rows[i].parent)));
		KT_EQ(pdn, pci_get_pdn_by_devfn(kt_dev(rows[i].rid)->bus, rows[i].rid & 0xff));
		KT_EQ(pci_device_to_OF_node(kt_dev(rows[i].rid))->data, pdn);
		count = 0;
		list_for_each_entry(child, &pdn->child_list, list)
			count++;
		KT_EQ(count, rows[i].children);
	}
	pdn = pci_get_pdn(kt_dev(0));
	KT_EQ(pdn->parent, kt_hose()->pci_data);
}

/*
 * Why: on a real machine each bus is a PE, numbered from the top in the order in which buses get devices. How: PE of each
 * function and bus; only PEs with something that does DMA have a group and a window.
 */
static void kt_pes(const unsigned long long *cost_ps)
{
	static const struct {
		unsigned int rid, pe;
	} rows[] = { { 0x000, 254 }, { 0x100, 253 }, { 0x200, 252 }, { 0x208, 252 },
		     { 0x300, 251 }, { 0x301, 251 }, { 0x400, 250 } };
	struct pnv_phb *phb = kt_hose()->private_data;
	struct pnv_ioda_pe *pe;
	struct pci_dev *pdev;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		pdev = kt_dev(rows[i].rid);
		pe = pnv_ioda_get_pe(pdev);
		KT_TRUE(pe);
		KT_EQ(pe->pe_number, rows[i].pe);
		KT_EQ(pci_get_pdn(pdev)->pe_number, rows[i].pe);
		KT_EQ(pe->pbus, pdev->bus);
		KT_TRUE(pe->flags & PNV_IODA_PE_BUS);
		KT_EQ(phb->ioda.pe_rmap[rows[i].rid], rows[i].pe);
		KT_EQ(!!pdev->dev.iommu_group, !pci_is_bridge(pdev));
		KT_EQ(!!pe->table_group.tables[0], !pci_is_bridge(pdev));
	}
	KT_EQ(kt_dev(0x300)->dev.iommu_group, kt_dev(0x301)->dev.iommu_group);
	KT_TRUE(kt_dev(0x300)->dev.iommu_group != kt_dev(0x400)->dev.iommu_group);
	KT_EQ(phb->ioda.reserved_pe_idx, KT_PE_RESERVED);
}

static void kt_window(unsigned int rid, u64 first, u64 last)
{
	struct pci_dev *bridge = kt_dev(rid);
	const struct resource *window = &bridge->resource[PCI_BRIDGE_MEM_WINDOW];
	u32 value;

	pci_read_config_dword(bridge, PCI_MEMORY_BASE, &value);
	KT_EQ((value & 0xfff0) << 16, first);
	KT_EQ((value & 0xfff00000) | 0xfffff, last);
	KT_EQ(window->start - kt_hose()->mem_offset[0], first);
	pci_read_config_dword(bridge, PCI_PREF_MEMORY_BASE, &value);
	KT_TRUE((value & 0xfff0) > (value >> 16 & 0xfff0));
}

/*
 * Why: a segment of M32 belongs to one PE, so windows are whole segments; root and switch pass the whole window, as the hosted
 * pnv_pci_fixup_bridge_resources() makes them. How: registers and resources.
 */
static void kt_windows(const unsigned long long *cost_ps)
{
	u64 base = kt_hose()->mem_resources[0].start - kt_hose()->mem_offset[0];
	struct pnv_phb *phb = kt_hose()->private_data;

	kt_window(0x000, base, base + 0x7fefffff);
	kt_window(0x100, base, base + 0x7fefffff);
	kt_window(0x200, base, base + KT_SEGMENT - 1);
	kt_window(0x208, base + KT_SEGMENT, base + 2 * KT_SEGMENT - 1);
	KT_EQ(phb->ioda.m32_segmap[0], 251);
	KT_EQ(phb->ioda.m32_segmap[1], 250);
	KT_EQ(phb->ioda.m32_segmap[2], IODA_INVALID_PE);
	KT_EQ(kt_dev(0x301)->resource[0].start, kt_dev(0x300)->resource[0].end + 1);
	KT_EQ(kt_dev(0x300)->resource[0].parent, &kt_dev(0x200)->resource[PCI_BRIDGE_MEM_WINDOW]);
}

/* Why: EEH PEs follow the buses, and a PE's parent is that of the bridge. How: the eeh_dev of each function. */
static void kt_eeh_pes(const unsigned long long *cost_ps)
{
	struct eeh_dev *port = pci_dev_to_eeh_dev(kt_dev(0x200)), *first = pci_dev_to_eeh_dev(kt_dev(0x300)),
		       *second = pci_dev_to_eeh_dev(kt_dev(0x301)), *root = pci_dev_to_eeh_dev(kt_dev(0));

	KT_TRUE(port && first && second && root);
	KT_EQ(first->pe, second->pe);
	KT_EQ(first->pe->addr, 251);
	KT_EQ(first->pe->parent, port->pe);
	KT_EQ(port->pe->addr, 252);
	KT_EQ(port->mode, EEH_DEV_BRIDGE | EEH_DEV_DS_PORT | EEH_DEV_SYSFS);
	KT_EQ(root->mode, EEH_DEV_BRIDGE | EEH_DEV_ROOT_PORT | EEH_DEV_SYSFS);
	KT_EQ(root->pe->parent, eeh_phb_pe_get(kt_hose()));
	KT_EQ(root->pe->parent->type, EEH_PE_PHB);
	KT_EQ(first->mode, EEH_DEV_SYSFS);
	KT_TRUE(port->aer_cap == PCI_CFG_SPACE_SIZE && port->pcie_cap);
}

static u32 kt_config(unsigned int rid, int where)
{
	u32 value;

	pci_read_config_dword(kt_dev(rid), where, &value);
	return value;
}

/* Past the block that EEH puts on a PE in reset. */
static u32 kt_raw_config(unsigned int rid, int where)
{
	u32 value;

	pnv_pci_cfg_read(pci_get_pdn(kt_dev(rid)), where, 4, &value);
	return value;
}

/*
 * Why: the hosted fixup enables all bridges at boot, and enabling a function must not do it again. How: counts and command
 * registers; then an access goes through.
 */
static void kt_enable(const unsigned long long *cost_ps)
{
	static const unsigned int bridges[] = { 0x000, 0x100, 0x200, 0x208 };
	int i;

	KT_EQ(kt_config(0x300, PCI_COMMAND) & 6, 0);
	KT_EQ(pci_enable_device(kt_dev(0x300)), 0);
	KT_EQ(pci_enable_device(kt_dev(0x301)), 0);
	for (i = 0; i < ARRAY_SIZE(bridges); i++) {
		KT_EQ(atomic_read(&kt_dev(bridges[i])->enable_cnt), 1);
		KT_TRUE(kt_dev(bridges[i])->is_busmaster);
	}
	KT_EQ(kt_config(0x200, PCI_COMMAND) & 6, 6);
	KT_EQ(kt_config(0x300, PCI_COMMAND) & 6, 2);
	KT_EQ(readl((void __iomem *)kt_dev(0x300)->resource[0].start), 0);
}

/* Why: a reset loses all that the kernel wrote; EEH puts it back. How: the PE of two functions, hot and fundamental. */
static void kt_reset_device(const unsigned long long *cost_ps)
{
	struct eeh_pe *pe = pci_dev_to_eeh_dev(kt_dev(0x300))->pe;
	u32 bar = kt_config(0x301, PCI_BASE_ADDRESS_0);
	static const int options[] = { EEH_RESET_HOT, EEH_RESET_FUNDAMENTAL };
	struct km_task *task = kt_enter();
	int i;

	KT_TRUE(bar);
	KT_EQ(pci_enable_device(kt_dev(0x301)), 0);
	for (i = 0; i < ARRAY_SIZE(options); i++) {
		KT_EQ(eeh_pe_reset(pe, options[i], true), 0);
		KT_EQ(eeh_pe_get_state(pe), EEH_PE_STATE_STOPPED_IO_DMA);
		KT_EQ(kt_config(0x301, PCI_BASE_ADDRESS_0), ~0u);
		KT_EQ(kt_raw_config(0x301, PCI_BASE_ADDRESS_0), 0);
		KT_EQ(eeh_pe_reset(pe, EEH_RESET_DEACTIVATE, true), 0);
		KT_EQ(eeh_pe_get_state(pe), EEH_PE_STATE_NORMAL);
		KT_EQ(kt_config(0x301, PCI_BASE_ADDRESS_0), bar);
		KT_EQ(kt_config(0x301, PCI_COMMAND) & PCI_COMMAND_MEMORY, PCI_COMMAND_MEMORY);
	}
	kt_exit(task);
}

/*
 * Why: the PE of the switch's ports lies behind the upstream port, which firmware's slots do not cover: the kernel resets by
 * bridge control. How: bus numbers and windows of the ports are back afterwards, and a device behind can be reached.
 */
static void kt_reset_ports(const unsigned long long *cost_ps)
{
	struct eeh_pe *pe = pci_dev_to_eeh_dev(kt_dev(0x200))->pe;
	u32 buses = kt_config(0x200, PCI_PRIMARY_BUS), window = kt_config(0x208, PCI_MEMORY_BASE);
	struct km_task *task = kt_enter();
	u64 before = host_now_ps();

	KT_EQ(eeh_pe_reset(pe, EEH_RESET_HOT, true), 0);
	KT_TRUE(host_now_ps() - before >= 2050 * 1000 * KT_US);
	KT_EQ(kt_raw_config(0x200, PCI_PRIMARY_BUS), 0);
	KT_EQ(kt_raw_config(0x300, PCI_VENDOR_ID), ~0u);
	KT_EQ(eeh_pe_reset(pe, EEH_RESET_DEACTIVATE, true), 0);
	KT_EQ(kt_config(0x200, PCI_PRIMARY_BUS), buses);
	KT_EQ(kt_config(0x208, PCI_MEMORY_BASE), window);
	KT_EQ(kt_config(0x208, PCI_COMMAND) & 6, 6);
	KT_TRUE(kt_config(0x300, PCI_VENDOR_ID) != ~0u);
	kt_exit(task);
}

const struct km_test kt_pci_tests[] = {
	{ "buses_when_booted_then_linked_as_the_hierarchy", kt_tree, "" },
	{ "pdn_when_booted_then_parents_and_children_of_the_device_tree", kt_pdn, "" },
	{ "pes_when_booted_then_one_per_bus_from_the_top", kt_pes, "" },
	{ "windows_when_booted_then_whole_segments_and_registers", kt_windows, "" },
	{ "eeh_when_booted_then_pes_follow_buses", kt_eeh_pes, "" },
	{ "enable_when_asked_then_bridges_above_once", kt_enable, "" },
	{ "reset_when_device_pe_then_restored", kt_reset_device, "" },
	{ "reset_when_pe_of_ports_then_bridges_are_restored", kt_reset_ports, "" },
	{}
};
