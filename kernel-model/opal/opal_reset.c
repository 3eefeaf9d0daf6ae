// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/opal/opal_reset.c - resets of a PHB's parts and of slots (skiboot core/pci-opal.c opal_pci_reset(),
 * opal_pci_poll()).
 *
 * The id is a PHB's, or that of a slot below it. Functions sit one per bus behind a switch that has no registers
 * (hw/pcie/link.h), so a hot reset of a slot is done where its effect is: a function level reset of what the slot
 * holds, and fundamental reset likewise. The time it takes is that of the real thing: opal_pci_reset() returns
 * milliseconds to wait, opal_pci_poll() what is left.
 *
 * Not modelled: complete PHB reset (through chip registers), reset of the link alone: UNSUPPORTED.
 */
#include "kernel-model/opal/opal_internal.h"

#include "hw/regs/pci_regs.h"

#define CAPABILITY_CHAIN_MAX 48 /* all there can be in 192 bytes */
#define CAPABILITY_POINTER_MASK 0xfcu
#define PHB_ID_MASK 0xffffull
#define RID_BUS_SHIFT 8

/* opal_slot - what an id means: the PHB, and the buses of the slot. */
struct opal_slot {
	struct opal_phb *phb;
	uint32_t first_bus, last_bus;
};

static bool opal_slot_find(struct opal *opal, uint64_t id, struct opal_slot *slot)
{
	if (id & OPAL_SLOT_ID_PREFIX) {
		slot->phb = opal_phb_find(opal, id & PHB_ID_MASK);
		slot->first_bus = (uint32_t)(id >> (OPAL_SLOT_RID_SHIFT + RID_BUS_SHIFT)) & 0xff;
		slot->last_bus = slot->first_bus;
	} else {
		slot->phb = opal_phb_find(opal, id);
		slot->first_bus = 1;
		slot->last_bus = slot->phb ? slot->phb->info->bus_count - 1 : 0;
	}
	return slot->phb && slot->last_bus < slot->phb->info->bus_count;
}

static uint32_t opal_slot_read(struct opal_phb *phb, uint32_t rid, uint32_t reg, uint32_t bytes)
{
	uint8_t raw[4] = {0};
	uint32_t value = 0, i;

	if (opal_pci_config_read(phb->opal, phb->info->opal_id, rid, reg, bytes, raw) != OPAL_SUCCESS)
		return UINT32_MAX;
	for (i = 0; i < bytes; i++)
		value = value << 8 | raw[i];
	return value;
}

static uint32_t opal_slot_express(struct opal_phb *phb, uint32_t rid)
{
	uint32_t at = opal_slot_read(phb, rid, PCI_REG_CAPABILITIES, 1) & CAPABILITY_POINTER_MASK;
	uint32_t i;

	for (i = 0; at && i < CAPABILITY_CHAIN_MAX; i++) {
		uint32_t head = opal_slot_read(phb, rid, at, 2);

		if ((head & 0xff) == PCI_CAP_ID_EXPRESS)
			return at;
		at = head >> 8 & CAPABILITY_POINTER_MASK;
	}
	return 0;
}

static void opal_slot_reset_function(struct opal_phb *phb, uint32_t rid)
{
	uint32_t at, control;

	if (opal_slot_read(phb, rid, PCI_REG_VENDOR_ID, 2) == 0xffff)
		return;
	at = opal_slot_express(phb, rid);
	if (!at || !(opal_slot_read(phb, rid, at + PCI_EXP_DEVCAP, 4) & PCI_EXP_DEVCAP_FLR))
		return;
	control = opal_slot_read(phb, rid, at + PCI_EXP_DEVCTL, 2);
	(void)opal_pci_config_write(phb->opal, phb->info->opal_id, rid, at + PCI_EXP_DEVCTL, 2,
				    control | PCI_EXP_DEVCTL_FLR);
}

/* Rounded up, so that polling as often as told never comes too early. */
static int64_t opal_slot_left_ms(const struct opal_phb *phb)
{
	sim_ps now_ps = sim_now(phb->opal->sim);

	if (now_ps >= phb->reset_until_ps)
		return OPAL_SUCCESS;
	return (int64_t)((phb->reset_until_ps - now_ps + SIM_PS_PER_MS - 1) / SIM_PS_PER_MS);
}

static int64_t opal_slot_reset(struct opal *opal, uint64_t id, bool assert_reset)
{
	struct opal_slot slot;
	uint32_t bus;

	if (!opal_slot_find(opal, id, &slot))
		return OPAL_PARAMETER;
	if (!assert_reset)
		return OPAL_SUCCESS;
	for (bus = slot.first_bus; bus <= slot.last_bus; bus++)
		opal_slot_reset_function(slot.phb, bus << RID_BUS_SHIFT);
	slot.phb->reset_until_ps = sim_now(opal->sim) + opal->reset_hold_ps + opal->reset_settle_ps;
	return opal_slot_left_ms(slot.phb);
}

int64_t opal_pci_reset(struct opal *opal, uint64_t id, uint8_t scope, uint8_t assert_state)
{
	struct opal_phb *phb;

	if (assert_state > 1)
		return OPAL_PARAMETER;
	if (scope == OPAL_RESET_PCI_HOT || scope == OPAL_RESET_PCI_FUNDAMENTAL)
		return opal_slot_reset(opal, id, assert_state);
	phb = opal_phb_find(opal, id);
	if (!phb)
		return OPAL_PARAMETER;
	switch (scope) {
	case OPAL_RESET_PHB_ERROR:
		if (assert_state) {
			opal_write(phb, PHB_PAPR_ERR_INJ_CTL, 0);
			opal_write(phb, PHB_PAPR_ERR_INJ_ADDR, 0);
			opal_write(phb, PHB_PAPR_ERR_INJ_MASK, 0);
		}
		return OPAL_SUCCESS;
	case OPAL_RESET_IODA_TABLE:
		if (assert_state)
			phb->gen->ioda_reset(phb, true);
		return OPAL_SUCCESS;
	case OPAL_RESET_PHB_COMPLETE:
	case OPAL_RESET_PCI_LINK:
		return OPAL_UNSUPPORTED;
	default:
		return OPAL_PARAMETER;
	}
}

int64_t opal_pci_poll(struct opal *opal, uint64_t id)
{
	struct opal_slot slot;

	if (!opal_slot_find(opal, id, &slot))
		return OPAL_PARAMETER;
	return opal_slot_left_ms(slot.phb);
}
