// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/opal/opal_pci.c - enumeration below a PHB: functions are found bus by bus, buses are numbered depth
 * first, bridges get their windows closed and let requests pass. Order and accesses of skiboot's pci_scan_phb(),
 * pci_scan_bus(), pci_scan_one(), pci_enable_bridge(), pci_cleanup_bridge() and pci_restore_bridge_buses()
 * (core/pci.c).
 *
 * Addresses are none of firmware's business: the kernel places BARs and opens windows. After a reset firmware gives
 * back what it gave, bus numbers and error reporting; windows are the kernel's to restore (eeh_restore_bridge_bars()).
 *
 * Not modelled: delays at power-on (links are up), power of slots at the scan, MPS of hot-plugged devices, device
 * nodes: the kernel model makes them from what it finds (kernel-model/linux/km_of.c).
 */
#include "kernel-model/opal/opal_internal.h"

#include "hw/regs/pci_regs.h"

#define DEVICES 32u
#define FUNCTIONS 8u
#define DEVICE_SHIFT 3
#define SCAN_ALL 0xffffffffu
#define SCAN_FIRST 1u
#define VENDOR_NONE 0xffffffffu
#define VENDOR_RETRY 0xffff0001u
#define RETRIES 40
#define RETRY_PS (100 * SIM_PS_PER_MS)
#define LINK_RETRIES 100
#define HEADER_TYPE_MASK 0x7fu
#define MASTER_ABORT 0x20u /* of bridge control */
#define SPARE_BUSES 4u	   /* left to an empty slot */
#define MPS_MIN 128u
#define REVISION_MASK 0xffu
#define CLASS_SHIFT 8
#define VENDOR_MASK 0xffffu
#define DEVICE_ID_SHIFT 16

static void opal_pci_wait(struct opal_phb *phb, sim_ps ps)
{
	phb->opal->platform->ops->charge(phb->opal->platform->ctx, ps);
}

int opal_pci_find(const struct opal_phb *phb, uint32_t bdfn)
{
	uint32_t i;

	for (i = 0; i < phb->device_count; i++) {
		if (phb->device[i].bdfn == bdfn)
			return (int)i;
	}
	return OPAL_DEVICE_NONE;
}

/* Wait while a function asks for a retry. Return: false when nobody is there. */
static bool opal_pci_wait_ready(struct opal_phb *phb, uint32_t bdfn, uint32_t *vdid)
{
	uint32_t i;

	for (i = 0; i < RETRIES; i++) {
		*vdid = opal_cfg_read(phb, bdfn, PCI_REG_VENDOR_ID, 4);
		if (*vdid == VENDOR_NONE || !*vdid)
			return false;
		if (*vdid != VENDOR_RETRY)
			return true;
		opal_pci_wait(phb, RETRY_PS);
	}
	return false;
}

/* Probing an empty place may freeze the PE to which all unknown requesters belong. */
static void opal_pci_clear_freeze(struct opal_phb *phb)
{
	uint8_t state = OPAL_FREEZE_NONE, type[2];

	(void)opal_pci_eeh_freeze_status(phb->opal, phb->info->opal_id, phb->info->reserved_pe, &state, type, NULL);
	if (state != OPAL_FREEZE_NONE)
		(void)opal_pci_eeh_freeze_clear(phb->opal, phb->info->opal_id, phb->info->reserved_pe, OPAL_ACTION_ALL);
}

static void opal_pci_read_capabilities(struct opal_phb *phb, struct opal_device *device)
{
	uint32_t bdfn = device->bdfn, express = opal_pci_find_capability(phb, bdfn, PCI_CAP_ID_EXPRESS), slot;

	if (!express)
		return;
	device->express = (uint16_t)express;
	device->type = opal_cfg_read(phb, bdfn, express + PCI_EXP_FLAGS, 2) >> PCI_EXP_FLAGS_TYPE_SHIFT & 0xf;
	if (device->type == PCI_EXP_TYPE_ROOT_PORT || device->type == PCI_EXP_TYPE_DOWNSTREAM)
		device->scan_map = SCAN_FIRST;
	device->mps = MPS_MIN << (opal_cfg_read(phb, bdfn, express + PCI_EXP_DEVCAP, 4) & 7);
	device->aer = opal_pci_find_extended(phb, bdfn, PCI_EXT_CAP_ID_AER);
	if (device->type != PCI_EXP_TYPE_DOWNSTREAM)
		return;
	slot = opal_cfg_read(phb, bdfn, express + PCI_EXP_SLTCAP, 4);
	device->pluggable = slot & PCI_EXP_SLTCAP_HOT_PLUG;
}

/* Return: index of the function at @bdfn, OPAL_DEVICE_NONE when there is none. */
static int opal_pci_scan_one(struct opal_phb *phb, int parent, uint32_t bdfn)
{
	struct opal_device *device = &phb->device[phb->device_count];
	uint32_t vdid, header;

	if (phb->device_count == OPAL_DEVICES_MAX || !opal_pci_wait_ready(phb, bdfn, &vdid))
		return OPAL_DEVICE_NONE;
	/* A write, so that the function captures its bus number: its error messages need it. */
	opal_cfg_write(phb, bdfn, PCI_REG_VENDOR_ID, 4, vdid);
	*device = (struct opal_device){.bdfn = (uint16_t)bdfn, .parent = parent, .vdid = vdid, .scan_map = SCAN_ALL};
	device->revision = opal_cfg_read(phb, bdfn, PCI_REG_REVISION, 4);
	header = opal_cfg_read(phb, bdfn, PCI_REG_HEADER_TYPE, 1);
	device->multi_function = header & PCI_HEADER_MULTI_FUNCTION;
	device->bridge = header & HEADER_TYPE_MASK;
	opal_pci_read_capabilities(phb, device);
	if (device->bridge) {
		opal_cfg_write(phb, bdfn, PCI_BRIDGE_PRIMARY, 1, bdfn >> OPAL_BUS_SHIFT);
		opal_cfg_write(phb, bdfn, PCI_BRIDGE_SECONDARY, 1, 0);
		opal_cfg_write(phb, bdfn, PCI_BRIDGE_SUBORDINATE, 1, 0);
	}
	opal_pci_init_device(phb, device);
	return (int)phb->device_count++;
}

static void opal_pci_close_windows(struct opal_phb *phb, uint32_t bdfn)
{
	opal_cfg_write(phb, bdfn, PCI_BRIDGE_IO_BASE, 1, 0xf0);
	opal_cfg_write(phb, bdfn, PCI_BRIDGE_IO_BASE + 1, 1, 0);
	opal_cfg_write(phb, bdfn, PCI_BRIDGE_MEM_BASE, 2, 0xfff0);
	opal_cfg_write(phb, bdfn, PCI_BRIDGE_MEM_LIMIT, 2, 0);
	opal_cfg_write(phb, bdfn, PCI_BRIDGE_PREF_BASE_HIGH, 4, UINT32_MAX);
	opal_cfg_write(phb, bdfn, PCI_BRIDGE_PREF_BASE, 2, 0xfff0);
	opal_cfg_write(phb, bdfn, PCI_BRIDGE_PREF_LIMIT_HIGH, 4, 0);
	opal_cfg_write(phb, bdfn, PCI_BRIDGE_PREF_LIMIT, 2, 0);
	/* With all windows closed nothing passes yet. */
	opal_cfg_change(phb, bdfn, PCI_REG_COMMAND, 2, 0, PCI_COMMAND_MEMORY | PCI_COMMAND_BUS_MASTER);
}

static bool opal_pci_link_active(struct opal_phb *phb, const struct opal_device *device)
{
	return opal_cfg_read(phb, device->bdfn, device->express + PCI_EXP_LNKSTA, 2) & PCI_EXP_LNKSTA_ACTIVE;
}

/* Return: is anything to be expected behind the bridge? */
static bool opal_pci_enable_bridge(struct opal_phb *phb, const struct opal_device *device)
{
	uint32_t bdfn = device->bdfn, tries;

	opal_cfg_change(phb, bdfn, PCI_BRIDGE_CONTROL, 2, MASTER_ABORT, 0);
	if (!device->express || device->type == PCI_EXP_TYPE_UPSTREAM)
		return true;
	if (device->type == PCI_EXP_TYPE_DOWNSTREAM) {
		if (opal_pci_link_active(phb, device))
			return true;
		if (!(opal_cfg_read(phb, bdfn, device->express + PCI_EXP_SLTSTA, 2) & PCI_EXP_SLTSTA_PRESENCE))
			return false;
		opal_cfg_change(phb, bdfn, device->express + PCI_EXP_LNKCTL, 2, PCI_EXP_LNKCTL_DISABLE, 0);
	}
	for (tries = 0; !opal_pci_link_active(phb, device); tries++) {
		if (tries == LINK_RETRIES)
			return false;
		opal_pci_wait(phb, RETRY_PS);
	}
	opal_cfg_write(phb, bdfn, PCI_REG_STATUS, 2, 0xffff);
	return true;
}

static void opal_pci_scan_functions(struct opal_phb *phb, int parent, uint32_t bus, uint32_t scan_map)
{
	uint32_t device, function;
	int found;

	for (device = 0; device < DEVICES; device++) {
		uint32_t bdfn = bus << OPAL_BUS_SHIFT | device << DEVICE_SHIFT;

		if (!(scan_map & (1u << device)))
			continue;
		found = opal_pci_scan_one(phb, parent, bdfn);
		opal_pci_clear_freeze(phb);
		if (found == OPAL_DEVICE_NONE || !phb->device[found].multi_function)
			continue;
		for (function = 1; function < FUNCTIONS; function++) {
			(void)opal_pci_scan_one(phb, parent, bdfn | function);
			opal_pci_clear_freeze(phb);
		}
	}
}

/* Return: the highest bus number that was given out. */
static uint32_t opal_pci_scan_bus(struct opal_phb *phb, int parent, uint32_t bus, uint32_t scan_map, bool downstream)
{
	uint32_t first = phb->device_count, last, i, next = bus + 1, highest = bus;

	opal_pci_scan_functions(phb, parent, bus, scan_map);
	last = phb->device_count;
	for (i = first; downstream && i < last; i++) {
		struct opal_device *device = &phb->device[i];

		if (!device->bridge)
			continue;
		if (next > OPAL_BUS_MAX)
			break; /* out of bus numbers */
		device->secondary = (uint8_t)next;
		opal_cfg_write(phb, device->bdfn, PCI_BRIDGE_SECONDARY, 1, next);
		opal_cfg_write(phb, device->bdfn, PCI_BRIDGE_SUBORDINATE, 1, OPAL_BUS_MAX);
		opal_pci_close_windows(phb, device->bdfn);
		if (opal_pci_enable_bridge(phb, device))
			highest = opal_pci_scan_bus(phb, (int)i, next, device->scan_map, true);
		else
			highest = next + SPARE_BUSES < OPAL_BUS_MAX ? next + SPARE_BUSES : OPAL_BUS_MAX;
		device->subordinate = (uint8_t)highest;
		opal_cfg_write(phb, device->bdfn, PCI_BRIDGE_SUBORDINATE, 1, highest);
		next = highest + 1;
	}
	return highest;
}

void opal_pci_scan(struct opal_phb *phb)
{
	bool link = phb->gen->link_up(phb);
	uint32_t i;

	phb->device_count = 0;
	phb->mps = 0;
	(void)opal_pci_scan_bus(phb, OPAL_DEVICE_NONE, 0, SCAN_FIRST, link);
	for (i = 0; i < phb->device_count; i++) {
		if (phb->device[i].mps && (!phb->mps || phb->device[i].mps < phb->mps))
			phb->mps = phb->device[i].mps;
	}
	for (i = 0; i < phb->device_count; i++)
		opal_pci_init_payload(phb, &phb->device[i]);
}

static void opal_pci_restore_buses(struct opal_phb *phb, int parent)
{
	uint32_t i, vdid;

	for (i = 0; i < phb->device_count; i++) {
		const struct opal_device *device = &phb->device[i];
		uint32_t bdfn = device->bdfn;

		if (device->parent != parent || !opal_pci_wait_ready(phb, bdfn, &vdid))
			continue;
		opal_cfg_write(phb, bdfn, PCI_REG_VENDOR_ID, 4, vdid);
		if (!device->bridge)
			continue;
		opal_cfg_write(phb, bdfn, PCI_BRIDGE_PRIMARY, 1, bdfn >> OPAL_BUS_SHIFT);
		opal_cfg_write(phb, bdfn, PCI_BRIDGE_SECONDARY, 1, device->secondary);
		opal_cfg_write(phb, bdfn, PCI_BRIDGE_SUBORDINATE, 1, device->subordinate);
		opal_pci_restore_buses(phb, (int)i);
	}
}

static void opal_pci_init_below(struct opal_phb *phb, int parent)
{
	uint32_t i;

	for (i = 0; i < phb->device_count; i++) {
		if (phb->device[i].parent != parent)
			continue;
		opal_pci_init_device(phb, &phb->device[i]);
		opal_pci_init_below(phb, (int)i);
	}
}

void opal_pci_restore(struct opal_phb *phb, int parent)
{
	opal_pci_restore_buses(phb, parent);
	opal_pci_init_below(phb, parent);
}

/* Root ports of some PHBs have a wrong class code; firmware's tree has the right one. */
bool opal_node(const struct opal *opal, uint64_t phb_id, uint32_t index, struct opal_node *out)
{
	uint32_t i;

	for (i = 0; i < opal->platform->phb_count; i++) {
		const struct opal_phb *phb = &opal->phb[i];
		const struct opal_device *device = &phb->device[index];

		if (phb->info->opal_id != phb_id || index >= phb->device_count)
			continue;
		out->parent = device->parent;
		out->bdfn = device->bdfn;
		out->vendor_id = device->vdid & VENDOR_MASK;
		out->device_id = device->vdid >> DEVICE_ID_SHIFT;
		out->class_code =
			device->type == PCI_EXP_TYPE_ROOT_PORT ? PCI_CLASS_BRIDGE : device->revision >> CLASS_SHIFT;
		out->revision_id = device->revision & REVISION_MASK;
		out->slot = device->pluggable;
		return true;
	}
	return false;
}
