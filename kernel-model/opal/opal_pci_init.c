// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/opal/opal_pci_init.c - what firmware writes into configuration space besides bus numbers: the root
 * complex at initialisation, and error reporting of every function after a scan or a reset. Sequences and values of
 * skiboot's phb3_init_rc_cfg(), phb3_root_port_init(), phb3_switch_port_init(), phb3_endpoint_init() (hw/phb3.c),
 * pci_configure_mps() and pci_disable_completion_timeout() (core/pci.c).
 *
 * A firmware bug is left out: skiboot enables ECRC of an endpoint without AER at offset 0x18, where a bridge has its
 * bus numbers.
 *
 * Not modelled: quirks of single devices, D-states, emulation of a read-only prefetchable window, ECRC of certain
 * switches.
 */
#include "hw/regs/pci_regs.h"
#include "kernel-model/opal/opal_internal.h"

#define CAPABILITY_CHAIN_MAX 48 /* all there can be in 192 bytes */
#define CAPABILITY_POINTER_MASK 0xfcu
#define EXTENDED_POINTER_MASK 0xffcu
#define ROOT_BUSES 0x00ff0100u	  /* primary 0, secondary 1, subordinate 0xff */
#define WINDOW_CLOSED 0x00000010u /* base above limit */
#define ROOT_DEVCTL2 0x002fu	  /* completion timeout code 0xf, ARI forwarding */
#define REPORT_ALL                                                                                                     \
	(PCI_EXP_DEVCTL_REPORT_COR | PCI_EXP_DEVCTL_REPORT_NONFATAL | PCI_EXP_DEVCTL_REPORT_FATAL |                    \
	 PCI_EXP_DEVCTL_REPORT_UR)
#define ROOT_UNCOR_MASK (PCI_AER_POISONED | PCI_AER_TIMEOUT | PCI_AER_COMPLETER_ABORT | PCI_AER_ECRC)
#define ROOT_UNCOR_FATAL                                                                                               \
	(PCI_AER_DATA_LINK | PCI_AER_SURPRISE_DOWN | PCI_AER_FLOW_CONTROL | PCI_AER_UNEXPECTED | PCI_AER_OVERFLOW |    \
	 PCI_AER_MALFORMED)
#define INTERNAL_ERROR (1u << 22)
#define UPSTREAM_FATAL                                                                                                 \
	(PCI_AER_DATA_LINK | PCI_AER_SURPRISE_DOWN | PCI_AER_FLOW_CONTROL | PCI_AER_OVERFLOW | PCI_AER_MALFORMED |     \
	 INTERNAL_ERROR)
#define DOWNSTREAM_FATAL (PCI_AER_FLOW_CONTROL | INTERNAL_ERROR)
#define ECRC_GENERATE 0x40u
#define ECRC_CHECK 0x100u
#define MPS_SHIFT 5
#define MPS_MIN_LOG2 7

uint16_t opal_pci_find_capability(struct opal_phb *phb, uint32_t bdfn, uint32_t id)
{
	uint32_t at, head, i;

	if (!(opal_cfg_read(phb, bdfn, PCI_REG_STATUS, 2) & PCI_STATUS_CAPABILITIES))
		return 0;
	at = opal_cfg_read(phb, bdfn, PCI_REG_CAPABILITIES, 1) & CAPABILITY_POINTER_MASK;
	for (i = 0; at && i < CAPABILITY_CHAIN_MAX; i++) {
		head = opal_cfg_read(phb, bdfn, at, 2);
		if ((head & 0xff) == id)
			return (uint16_t)at;
		at = head >> 8 & CAPABILITY_POINTER_MASK;
	}
	return 0;
}

uint16_t opal_pci_find_extended(struct opal_phb *phb, uint32_t bdfn, uint32_t id)
{
	uint32_t at = PCI_EXT_CAP_FIRST, head, last = 0;

	while (at >= PCI_EXT_CAP_FIRST && at != last) {
		head = opal_cfg_read(phb, bdfn, at, 4);
		if (!head || (head & 0xffff) == 0xffff)
			return 0;
		if ((head & 0xffff) == id)
			return (uint16_t)at;
		last = at;
		at = head >> PCI_EXT_CAP_NEXT_SHIFT & EXTENDED_POINTER_MASK;
	}
	return 0;
}

void opal_pci_init_root(struct opal_phb *phb)
{
	uint32_t express, aer;

	opal_cfg_write(phb, 0, PCI_BRIDGE_PRIMARY, 4, ROOT_BUSES);
	opal_cfg_write(phb, 0, PCI_BRIDGE_IO_BASE, 2, WINDOW_CLOSED);
	opal_cfg_write(phb, 0, PCI_BRIDGE_MEM_BASE, 4, WINDOW_CLOSED);
	opal_cfg_write(phb, 0, PCI_BRIDGE_PREF_BASE, 4, WINDOW_CLOSED);
	opal_cfg_write(phb, 0, PCI_BRIDGE_CONTROL, 2, PCI_BRIDGE_CONTROL_SERR);
	express = opal_pci_find_capability(phb, 0, PCI_CAP_ID_EXPRESS);
	aer = opal_pci_find_extended(phb, 0, PCI_EXT_CAP_ID_AER);
	if (!express || !aer)
		return;
	opal_cfg_write(phb, 0, express + PCI_EXP_DEVSTA, 2, PCI_EXP_DEVSTA_W1C);
	opal_cfg_write(phb, 0, express + PCI_EXP_DEVCTL, 2, REPORT_ALL);
	opal_cfg_write(phb, 0, express + PCI_EXP_ROOTCTL, 2,
		       PCI_EXP_DEVCTL_REPORT_COR | PCI_EXP_DEVCTL_REPORT_NONFATAL | PCI_EXP_DEVCTL_REPORT_FATAL |
			       PCI_EXP_ROOTCTL_CRS_VISIBLE);
	opal_cfg_write(phb, 0, express + PCI_EXP_DEVCTL2, 2, ROOT_DEVCTL2);
	opal_cfg_write(phb, 0, aer + PCI_AER_UNCOR_STATUS, 4, UINT32_MAX);
	opal_cfg_write(phb, 0, aer + PCI_AER_UNCOR_MASK, 4, ROOT_UNCOR_MASK);
	opal_cfg_write(phb, 0, aer + PCI_AER_UNCOR_SEVERITY, 4, ROOT_UNCOR_FATAL);
	opal_cfg_write(phb, 0, aer + PCI_AER_COR_STATUS, 4, UINT32_MAX);
	opal_cfg_write(phb, 0, aer + PCI_AER_COR_MASK, 4, PCI_AER_ADVISORY);
	opal_cfg_change(phb, 0, aer + PCI_AER_CONTROL, 4, 0, ECRC_GENERATE | ECRC_CHECK);
	opal_cfg_write(phb, 0, aer + PCI_AER_ROOT_COMMAND, 4, PCI_AER_ROOT_COMMAND_WRITABLE);
	opal_cfg_write(phb, 0, aer + PCI_AER_ROOT_STATUS, 4, UINT32_MAX);
}

static void opal_pci_init_root_port(struct opal_phb *phb, const struct opal_device *device)
{
	uint32_t bdfn = device->bdfn, aer = device->aer;

	opal_cfg_change(phb, bdfn, PCI_REG_COMMAND, 2, 0, PCI_COMMAND_SERR | PCI_COMMAND_PARITY);
	if (!device->express)
		return;
	opal_cfg_change(phb, bdfn, device->express + PCI_EXP_DEVCTL, 2, 0, REPORT_ALL);
	if (!aer)
		return;
	opal_cfg_change(phb, bdfn, aer + PCI_AER_UNCOR_MASK, 4, 0, ROOT_UNCOR_MASK);
	opal_cfg_change(phb, bdfn, aer + PCI_AER_UNCOR_SEVERITY, 4, 0, ROOT_UNCOR_FATAL);
	opal_cfg_change(phb, bdfn, aer + PCI_AER_COR_MASK, 4, 0, PCI_AER_ADVISORY);
	opal_cfg_change(phb, bdfn, aer + PCI_AER_CONTROL, 4, 0, ECRC_GENERATE | ECRC_CHECK);
	opal_cfg_change(phb, bdfn, aer + PCI_AER_ROOT_COMMAND, 4, 0, PCI_AER_ROOT_COMMAND_WRITABLE);
}

static void opal_pci_init_switch_port(struct opal_phb *phb, const struct opal_device *device)
{
	bool upstream = device->type == PCI_EXP_TYPE_UPSTREAM;
	uint32_t bdfn = device->bdfn, aer = device->aer;

	opal_cfg_change(phb, bdfn, PCI_REG_COMMAND, 2, 0, PCI_COMMAND_PARITY | PCI_COMMAND_SERR | PCI_COMMAND_INTX_OFF);
	opal_cfg_change(phb, bdfn, PCI_BRIDGE_CONTROL, 2, PCI_BRIDGE_CONTROL_PARITY, PCI_BRIDGE_CONTROL_SERR);
	if (!device->express)
		return;
	opal_cfg_change(phb, bdfn, device->express + PCI_EXP_DEVCTL, 2, PCI_EXP_DEVCTL_REPORT_COR,
			PCI_EXP_DEVCTL_REPORT_NONFATAL | PCI_EXP_DEVCTL_REPORT_FATAL);
	if (!aer)
		return;
	/* A slot that reports its link's changes counts as one that can be unplugged by surprise. */
	opal_cfg_write(phb, bdfn, aer + PCI_AER_UNCOR_MASK, 4, device->pluggable ? PCI_AER_SURPRISE_DOWN : 0);
	opal_cfg_write(phb, bdfn, aer + PCI_AER_UNCOR_SEVERITY, 4, upstream ? UPSTREAM_FATAL : DOWNSTREAM_FATAL);
	opal_cfg_write(phb, bdfn, aer + PCI_AER_COR_MASK, 4, PCI_AER_ADVISORY);
	opal_cfg_change(phb, bdfn, aer + PCI_AER_CONTROL, 4, ECRC_CHECK, ECRC_GENERATE);
}

static void opal_pci_init_endpoint(struct opal_phb *phb, const struct opal_device *device)
{
	uint32_t bdfn = device->bdfn;

	opal_cfg_change(phb, bdfn, PCI_REG_COMMAND, 2, 0, PCI_COMMAND_PARITY | PCI_COMMAND_SERR);
	if (!device->express)
		return;
	opal_cfg_change(phb, bdfn, device->express + PCI_EXP_DEVCTL, 2, PCI_EXP_DEVCTL_REPORT_COR,
			PCI_EXP_DEVCTL_REPORT_NONFATAL | PCI_EXP_DEVCTL_REPORT_FATAL | PCI_EXP_DEVCTL_REPORT_UR);
	if (device->aer)
		opal_cfg_change(phb, bdfn, device->aer + PCI_AER_CONTROL, 4, 0, ECRC_GENERATE | ECRC_CHECK);
}

void opal_pci_init_payload(struct opal_phb *phb, const struct opal_device *device)
{
	uint32_t bdfn = device->bdfn, code;

	if (!device->express || !phb->mps)
		return;
	code = (uint32_t)__builtin_ctz(phb->mps) - MPS_MIN_LOG2;
	opal_cfg_change(phb, bdfn, device->express + PCI_EXP_DEVCTL, 2, PCI_EXP_DEVCTL_MPS, code << MPS_SHIFT);
	if (device->aer) {
		opal_cfg_write(phb, bdfn, device->aer + PCI_AER_UNCOR_STATUS, 4, UINT32_MAX);
		opal_cfg_write(phb, bdfn, device->aer + PCI_AER_COR_STATUS, 4, UINT32_MAX);
	}
	opal_cfg_write(phb, bdfn, device->express + PCI_EXP_DEVSTA, 2, PCI_EXP_DEVSTA_W1C);
}

static void opal_pci_disable_timeout(struct opal_phb *phb, const struct opal_device *device)
{
	uint32_t bdfn = device->bdfn, express = device->express;

	if (!express || (opal_cfg_read(phb, bdfn, express + PCI_EXP_FLAGS, 2) & 0xf) < PCI_EXP_FLAGS_VERSION2)
		return;
	if (opal_cfg_read(phb, bdfn, express + PCI_EXP_DEVCAP2, 4) & PCI_EXP_DEVCAP2_TIMEOUT_OFF)
		opal_cfg_change(phb, bdfn, express + PCI_EXP_DEVCTL2, 4, 0, PCI_EXP_DEVCAP2_TIMEOUT_OFF);
}

void opal_pci_init_device(struct opal_phb *phb, const struct opal_device *device)
{
	opal_pci_init_payload(phb, device);
	opal_pci_disable_timeout(phb, device);
	if (device->type == PCI_EXP_TYPE_ROOT_PORT)
		opal_pci_init_root_port(phb, device);
	else if (device->type == PCI_EXP_TYPE_UPSTREAM || device->type == PCI_EXP_TYPE_DOWNSTREAM)
		opal_pci_init_switch_port(phb, device);
	else
		opal_pci_init_endpoint(phb, device);
}
