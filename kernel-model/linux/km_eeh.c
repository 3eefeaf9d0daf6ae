// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/linux/km_eeh.c - a model of the EEH core as far as vfio_spapr_eeh.c and the hosted configuration and MMIO
 * accessors call it. The kernel's own eeh.c, eeh_pe.c and eeh-powernv.c are not hosted yet; until they are,
 * each function here does what its namesake there does for a PE that is one bus with its functions, with the same
 * return values, by the same firmware calls (directly or through the hooks that pci-ioda.c left in struct pnv_phb).
 * Resets are in km_pci_reset.c.
 *
 * Not modelled: the recovery thread and driver callbacks (a frozen PE that nobody passed through is marked and logged,
 * and stays frozen), the PHB's own PE, operations on a PE and those below it, the count of freezes per hour, devices that
 * must be reset to be thawed, error logs.
 */
#include <linux/delay.h>
#include <linux/iommu.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/slab.h>

#include <asm/eeh.h>
#include <asm/opal.h>
#include <asm/pci-bridge.h>
#include <asm/pnv-pci.h>
#include <asm/ppc-pci.h>

#include "arch/powerpc/platforms/powernv/pci.h"
#include "drivers/pci/pci.h"
#include "kernel-model/linux/km.h"
#include "kernel-model/linux/km_device.h"

#define KM_EEH_DWORDS 16 /* the header of a function's configuration space */
#define KM_EEH_BAR_FIRST 4
#define KM_EEH_BAR_END 10
#define KM_EEH_ROM 12
#define KM_EEH_BRIDGE_END 13
#define KM_EEH_BRIDGE_ROM 14
#define KM_EEH_LAST 15

int eeh_subsystem_flags;
DEFINE_RAW_SPINLOCK(confirm_error_lock);
static DEFINE_MUTEX(km_eeh_mutex);
static LIST_HEAD(km_eeh_pes); /* by their member child */

static struct pnv_phb *km_eeh_phb(const struct eeh_pe *pe)
{
	return pe->phb->private_data;
}

/* Configuration access that a blocked PE does not stop, as eeh_ops->read_config() and write_config(). */
static u32 km_eeh_read(const struct eeh_dev *edev, int where, int size)
{
	u32 value;

	pnv_pci_cfg_read(edev->pdn, where, size, &value);
	return value;
}

static void km_eeh_write(const struct eeh_dev *edev, int where, int size, u32 value)
{
	pnv_pci_cfg_write(edev->pdn, where, size, value);
}

/* pnv_eeh_enable_phbs() */
static void km_eeh_enable_phbs(void)
{
	struct pci_controller *hose;

	list_for_each_entry(hose, &hose_list, list_node)
		((struct pnv_phb *)hose->private_data)->flags |= PNV_PHB_FLAG_EEH;
}

/* eeh-powernv.c also registers for firmware's events here. */
int pnv_eeh_post_init(void)
{
	km_eeh_enable_phbs();
	return 0;
}

/* pnv_eeh_find_ecap() */
static int km_eeh_find_aer(const struct eeh_dev *edev)
{
	u32 header = 0;
	int at = PCI_CFG_SPACE_SIZE, last = 0;

	if (!edev->pcie_cap)
		return 0;
	while (at >= PCI_CFG_SPACE_SIZE && at != last) {
		header = km_eeh_read(edev, at, 4);
		if (!header || header == ~0u)
			return 0;
		if (PCI_EXT_CAP_ID(header) == PCI_EXT_CAP_ID_ERR)
			return at;
		last = at;
		at = PCI_EXT_CAP_NEXT(header);
	}
	return 0;
}

/* eeh_save_bars() */
static void km_eeh_save(struct eeh_dev *edev)
{
	int i;

	for (i = 0; i < KM_EEH_DWORDS; i++)
		edev->config_space[i] = km_eeh_read(edev, 4 * i, 4);
	/* A bridge must pass requests again after a reset, even if it does not now. */
	if (edev->mode & EEH_DEV_BRIDGE)
		edev->config_space[1] |= PCI_COMMAND_MASTER;
}

static struct eeh_pe *km_eeh_find_pe(const struct pci_controller *hose, int addr)
{
	struct eeh_pe *pe;

	list_for_each_entry(pe, &km_eeh_pes, child) {
		if (pe->phb == hose && pe->addr == addr)
			return pe;
	}
	return NULL;
}

/* eeh_pe_tree_insert(): functions of a bus share its PE. */
static struct eeh_pe *km_eeh_pe(struct eeh_dev *edev)
{
	struct pci_dev *above = pci_upstream_bridge(edev->pdev);
	struct eeh_pe *pe = km_eeh_find_pe(edev->controller, edev->pe_config_addr);

	if (pe)
		return pe;
	pe = kzalloc(sizeof(*pe), GFP_KERNEL);
	if (!pe)
		return NULL;
	INIT_LIST_HEAD(&pe->child_list);
	INIT_LIST_HEAD(&pe->edevs);
	pe->type = EEH_PE_BUS;
	pe->phb = edev->controller;
	pe->bus = edev->pdev->bus;
	pe->addr = edev->pe_config_addr;
	pe->parent = above ? pci_dev_to_eeh_dev(above)->pe : NULL;
	list_add_tail(&pe->child, &km_eeh_pes);
	return pe;
}

/* pnv_eeh_probe(): the eeh_dev is pci_dn.c's; it gets its capabilities, its PE, and the header as it is now. */
void km_eeh_add_device(struct pci_dev *pdev)
{
	struct pci_dn *pdn = pci_get_pdn(pdev);
	struct eeh_dev *edev = pdn_to_eeh_dev(pdn);

	if (!edev || edev->pe)
		return;
	edev->pdev = pdev;
	edev->pcie_cap = pdev->pcie_cap;
	edev->aer_cap = km_eeh_find_aer(edev);
	if (pci_is_bridge(pdev)) {
		edev->mode |= EEH_DEV_BRIDGE;
		if (pci_pcie_type(pdev) == PCI_EXP_TYPE_ROOT_PORT)
			edev->mode |= EEH_DEV_ROOT_PORT;
		else if (pci_pcie_type(pdev) == PCI_EXP_TYPE_DOWNSTREAM)
			edev->mode |= EEH_DEV_DS_PORT;
	}
	edev->pe_config_addr = pdn->pe_number;
	edev->pe = km_eeh_pe(edev);
	if (!edev->pe)
		return;
	list_add_tail(&edev->entry, &edev->pe->edevs);
	if (!eeh_has_flag(EEH_ENABLED)) {
		km_eeh_enable_phbs();
		eeh_add_flag(EEH_ENABLED);
	}
	km_eeh_save(edev);
	pdev->dev.archdata.edev = edev;
}

/* pnv_eeh_get_pe_state() */
static int km_eeh_state(struct eeh_pe *pe)
{
	const int all = EEH_STATE_MMIO_ACTIVE | EEH_STATE_DMA_ACTIVE | EEH_STATE_MMIO_ENABLED | EEH_STATE_DMA_ENABLED;
	struct pnv_phb *phb = km_eeh_phb(pe);

	if (pe->state & EEH_PE_RESET)
		return all;
	switch (phb->get_pe_state(phb, pe->addr)) {
	case OPAL_EEH_STOPPED_NOT_FROZEN:
		return all;
	case OPAL_EEH_STOPPED_MMIO_FREEZE:
		return EEH_STATE_DMA_ACTIVE | EEH_STATE_DMA_ENABLED;
	case OPAL_EEH_STOPPED_DMA_FREEZE:
		return EEH_STATE_MMIO_ACTIVE | EEH_STATE_MMIO_ENABLED;
	case OPAL_EEH_STOPPED_MMIO_DMA_FREEZE:
		return 0;
	case OPAL_EEH_STOPPED_RESET:
		return EEH_STATE_RESET_ACTIVE;
	case OPAL_EEH_STOPPED_TEMP_UNAVAIL:
		return EEH_STATE_UNAVAILABLE;
	default:
		return EEH_STATE_NOT_SUPPORT;
	}
}

/* eeh_pci_enable(): thawing what is not frozen is nothing to do, and no error. */
static int km_eeh_thaw(struct eeh_pe *pe, int option)
{
	struct pnv_phb *phb = km_eeh_phb(pe);
	int state = km_eeh_state(pe);
	bool mmio = option == EEH_OPT_THAW_MMIO;

	if (state == EEH_STATE_NOT_SUPPORT)
		return 0;
	if (state & (mmio ? EEH_STATE_MMIO_ACTIVE | EEH_STATE_MMIO_ENABLED : EEH_STATE_DMA_ACTIVE))
		return 0;
	return phb->unfreeze_pe(phb, pe->addr,
				mmio ? OPAL_EEH_ACTION_CLEAR_FREEZE_MMIO : OPAL_EEH_ACTION_CLEAR_FREEZE_DMA);
}

int eeh_unfreeze_pe(struct eeh_pe *pe)
{
	int ret = km_eeh_thaw(pe, EEH_OPT_THAW_MMIO);

	return ret ? ret : km_eeh_thaw(pe, EEH_OPT_THAW_DMA);
}

static void km_eeh_clear_state(struct eeh_pe *pe, int state)
{
	pe->state &= ~state;
	if (state & EEH_PE_ISOLATED)
		pe->check_count = 0;
}

/* eeh_pe_change_owner(): whoever takes a frozen PE gets it thawed. */
static int km_eeh_change_owner(struct eeh_pe *pe)
{
	int state = km_eeh_state(pe);
	int ret;

	if (state == EEH_STATE_NOT_SUPPORT || eeh_state_active(state))
		return 0;
	ret = eeh_unfreeze_pe(pe);
	if (!ret)
		km_eeh_clear_state(pe, EEH_PE_ISOLATED);
	return ret;
}

int eeh_dev_open(struct pci_dev *pdev)
{
	struct eeh_dev *edev = pdev ? pci_dev_to_eeh_dev(pdev) : NULL;
	int ret = -ENODEV;

	mutex_lock(&km_eeh_mutex);
	if (edev && edev->pe) {
		ret = km_eeh_change_owner(edev->pe);
		if (!ret)
			atomic_inc(&edev->pe->pass_dev_cnt);
	}
	mutex_unlock(&km_eeh_mutex);
	return ret;
}

void eeh_dev_release(struct pci_dev *pdev)
{
	struct eeh_dev *edev = pdev ? pci_dev_to_eeh_dev(pdev) : NULL;

	mutex_lock(&km_eeh_mutex);
	if (edev && edev->pe && eeh_pe_passed(edev->pe)) {
		WARN_ON(atomic_dec_if_positive(&edev->pe->pass_dev_cnt) < 0);
		km_eeh_change_owner(edev->pe);
	}
	mutex_unlock(&km_eeh_mutex);
}

static int km_eeh_first_dev(struct device *dev, void *data)
{
	*(struct pci_dev **)data = to_pci_dev(dev);
	return 1;
}

struct eeh_pe *eeh_iommu_group_to_pe(struct iommu_group *group)
{
	struct pci_dev *pdev = NULL;
	struct eeh_dev *edev;

	if (!group || !iommu_group_for_each_dev(group, &pdev, km_eeh_first_dev))
		return NULL;
	edev = pci_dev_to_eeh_dev(pdev);
	return edev ? edev->pe : NULL;
}

int eeh_pe_set_option(struct eeh_pe *pe, int option)
{
	struct pnv_phb *phb;

	if (!pe)
		return -ENODEV;
	switch (option) {
	case EEH_OPT_ENABLE:
		return eeh_enabled() ? km_eeh_change_owner(pe) : -EIO;
	case EEH_OPT_DISABLE:
		return 0;
	case EEH_OPT_THAW_MMIO:
	case EEH_OPT_THAW_DMA:
		return km_eeh_thaw(pe, option);
	case EEH_OPT_FREEZE_PE:
		phb = km_eeh_phb(pe);
		phb->freeze_pe(phb, pe->addr);
		return 0;
	default:
		return -EINVAL;
	}
}

int eeh_pe_get_state(struct eeh_pe *pe)
{
	bool dma, mmio;
	int state;

	if (!pe)
		return -ENODEV;
	state = km_eeh_state(pe);
	dma = state & EEH_STATE_DMA_ENABLED;
	mmio = state & EEH_STATE_MMIO_ENABLED;
	if (state & EEH_STATE_RESET_ACTIVE)
		return EEH_PE_STATE_RESET;
	if (dma && mmio)
		return EEH_PE_STATE_NORMAL;
	if (!dma && !mmio)
		return EEH_PE_STATE_STOPPED_IO_DMA;
	return mmio ? EEH_PE_STATE_STOPPED_DMA : EEH_PE_STATE_UNAVAIL;
}

/* eeh_restore_bridge_bars(): bus numbers, windows, and requests pass again. */
static void km_eeh_restore_bridge(struct eeh_dev *edev)
{
	const u8 *saved = (const u8 *)edev->config_space;
	int i;

	for (i = KM_EEH_BAR_FIRST; i < KM_EEH_BRIDGE_END; i++)
		km_eeh_write(edev, 4 * i, 4, edev->config_space[i]);
	km_eeh_write(edev, 4 * KM_EEH_BRIDGE_ROM, 4, edev->config_space[KM_EEH_BRIDGE_ROM]);
	km_eeh_write(edev, PCI_CACHE_LINE_SIZE, 1, saved[PCI_CACHE_LINE_SIZE]);
	km_eeh_write(edev, PCI_LATENCY_TIMER, 1, saved[PCI_LATENCY_TIMER]);
	km_eeh_write(edev, 4 * KM_EEH_LAST, 4, edev->config_space[KM_EEH_LAST]);
	km_eeh_write(edev, PCI_COMMAND, 4, edev->config_space[1] | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
}

/* eeh_restore_device_bars() */
static void km_eeh_restore_device(struct eeh_dev *edev)
{
	const u8 *saved = (const u8 *)edev->config_space;
	const u32 kept = PCI_COMMAND_PARITY | PCI_COMMAND_SERR;
	u32 command;
	int i;

	for (i = KM_EEH_BAR_FIRST; i < KM_EEH_BAR_END; i++)
		km_eeh_write(edev, 4 * i, 4, edev->config_space[i]);
	km_eeh_write(edev, 4 * KM_EEH_ROM, 4, edev->config_space[KM_EEH_ROM]);
	km_eeh_write(edev, PCI_CACHE_LINE_SIZE, 1, saved[PCI_CACHE_LINE_SIZE]);
	km_eeh_write(edev, PCI_LATENCY_TIMER, 1, saved[PCI_LATENCY_TIMER]);
	km_eeh_write(edev, 4 * KM_EEH_LAST, 4, edev->config_space[KM_EEH_LAST]);
	command = km_eeh_read(edev, PCI_COMMAND, 4) & ~kept;
	km_eeh_write(edev, PCI_COMMAND, 4, command | (edev->config_space[1] & kept));
}

/* eeh_restore_one_device_bars(); firmware then does its part, as after its scan. */
static void km_eeh_restore(struct eeh_dev *edev)
{
	struct pnv_phb *phb = edev->controller->private_data;

	if (edev->mode & EEH_DEV_BRIDGE)
		km_eeh_restore_bridge(edev);
	else
		km_eeh_restore_device(edev);
	if (opal_pci_reinit(phb->opal_id, OPAL_REINIT_PCI_DEV, edev->bdfn))
		pr_warn("EEH: Can't reinit PCI dev 0x%x\n", edev->bdfn);
}

/* pnv_eeh_reset() */
static int km_eeh_reset_pe(struct eeh_pe *pe, int option)
{
	struct pci_bus *bus = pe->bus;

	if (pci_is_root_bus(bus))
		return km_pci_root_reset(pe->phb, option);
	if (option != EEH_RESET_FUNDAMENTAL) {
		/* Taking a hot reset away is part of it. */
		if (option == EEH_RESET_DEACTIVATE)
			return 0;
		if (!pci_bus_error_reset(bus->self))
			return 0;
	}
	if (pci_is_root_bus(bus->parent))
		return km_pci_root_reset(pe->phb, option);
	return km_pci_bridge_reset(bus->self, option);
}

static int km_eeh_reenable(struct eeh_pe *pe)
{
	struct eeh_dev *edev, *tmp;
	int ret;

	eeh_pe_for_each_dev(pe, edev, tmp)
		km_eeh_restore(edev);
	eeh_pe_for_each_dev(pe, edev, tmp) {
		ret = pci_reenable_device(edev->pdev);
		if (ret)
			return ret;
	}
	ret = eeh_unfreeze_pe(pe);
	if (!ret)
		km_eeh_clear_state(pe, EEH_PE_ISOLATED);
	return ret;
}

/* @include_passed is always true in what is hosted. */
int eeh_pe_reset(struct eeh_pe *pe, int option, bool include_passed)
{
	int ret;

	if (!pe)
		return -ENODEV;
	switch (option) {
	case EEH_RESET_DEACTIVATE:
		ret = km_eeh_reset_pe(pe, option);
		km_eeh_clear_state(pe, EEH_PE_CFG_BLOCKED);
		return ret ? ret : km_eeh_reenable(pe);
	case EEH_RESET_HOT:
	case EEH_RESET_FUNDAMENTAL:
		eeh_pe_set_option(pe, EEH_OPT_FREEZE_PE);
		pe->state |= EEH_PE_CFG_BLOCKED;
		return km_eeh_reset_pe(pe, option);
	default:
		return -EINVAL;
	}
}

/* pnv_eeh has no bridges to configure below a device's bus. */
int eeh_pe_configure(struct eeh_pe *pe)
{
	return pe ? 0 : -ENODEV;
}

int eeh_pe_inject_err(struct eeh_pe *pe, int type, int func, unsigned long addr, unsigned long mask)
{
	if (!pe)
		return -ENODEV;
	if (type != EEH_ERR_TYPE_32 && type != EEH_ERR_TYPE_64)
		return -EINVAL;
	if (func < EEH_ERR_FUNC_MIN || func > EEH_ERR_FUNC_MAX)
		return -EINVAL;
	/* pnv_eeh_err_inject(): whatever firmware refuses is an I/O error. */
	if (opal_pci_err_inject(km_eeh_phb(pe)->opal_id, pe->addr, type, func, addr, mask))
		return -EIO;
	return 0;
}

/* All ones were read: is the PE frozen? Its owner finds out by itself; otherwise it is marked, once. */
int eeh_dev_check_failure(struct eeh_dev *edev)
{
	struct eeh_pe *pe = edev ? edev->pe : NULL;

	if (!eeh_enabled() || !pe || eeh_pe_passed(pe))
		return 0;
	if (pe->state & EEH_PE_ISOLATED) {
		pe->check_count++;
		return 1;
	}
	if (eeh_state_active(km_eeh_state(pe))) {
		pe->false_positives++;
		return 0;
	}
	pe->state |= EEH_PE_ISOLATED;
	pe->freeze_count++;
	pr_err("EEH: Frozen PHB#%x-PE#%x detected\n", pe->phb->global_number, pe->addr);
	return 1;
}

/* The cache of addresses of eeh_cache.c is a walk here; all ones are rare. */
int eeh_check_failure(const volatile void __iomem *token)
{
	resource_size_t addr = (resource_size_t)(uintptr_t)token;
	struct pci_dev *pdev;
	int i, bar;

	for (i = 0; (pdev = km_pci_dev(i)); i++) {
		for (bar = 0; bar <= PCI_STD_RESOURCE_END; bar++) {
			const struct resource *res = &pdev->resource[bar];

			if (res->flags && addr >= res->start && addr <= res->end)
				return eeh_dev_check_failure(pci_dev_to_eeh_dev(pdev));
		}
	}
	return 0;
}
