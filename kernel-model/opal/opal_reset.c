// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/opal/opal_reset.c - resets of a PHB, of all that is below it, and of single slots (skiboot
 * core/pci-opal.c opal_pci_reset(), opal_pci_poll(); hw/phb3.c phb3_hreset(), phb3_freset(), phb3_creset();
 * core/pcie-slot.c).
 *
 * A reset is a table of steps, each an action and a wait. opal_pci_reset() does the first and returns milliseconds to
 * wait; opal_pci_poll() returns what is left, or goes on; 0 is the end. Nobody polls: nothing goes on, as with a real
 * firmware. Hot: the secondary bus reset of the bridge above. Fundamental: the slot's power, or PERST# of the PHB.
 * Complete: the PHB as well, with its tables given back from firmware's copies. At the end bus numbers and error
 * reporting are restored.
 *
 * Not modelled: reset of the link alone; presence of a card below the PHB: it is always there; a link that never comes
 * up ends the reset all the same, as in skiboot.
 */
#include "hw/regs/pci_regs.h"
#include "kernel-model/opal/opal_internal.h"

#define PHB_ID_MASK 0xffffull
#define RID_MASK 0xffffull
#define RECEIVER_ERROR PCI_AER_RECEIVER
#define LINK_RETRIES 250u    /* pcie_slot_sm_poll_link() */
#define QUIESCE_RETRIES 500u /* phb3_creset() */

/** struct opal_reset_target - what an id means. @device: index of the port above the slot, OPAL_DEVICE_NONE: the PHB
 * itself. */
struct opal_reset_target {
	struct opal_phb *phb;
	struct opal_slot *slot;
	int device;
};

/* What comes after a step's action; FAILED: the reset is over. */
enum opal_after { OPAL_AFTER_NEXT, OPAL_AFTER_AGAIN, OPAL_AFTER_FAILED };
typedef enum opal_after opal_step_fn(const struct opal_reset_target *target);

/** struct opal_reset_step - @wait: before the next step. @again: before the same step when @act asks for that. */
struct opal_reset_step {
	opal_step_fn *act;
	enum opal_wait wait, again;
};

static uint32_t opal_target_bdfn(const struct opal_reset_target *target)
{
	return target->device == OPAL_DEVICE_NONE ? 0 : target->phb->device[target->device].bdfn;
}

static const struct opal_device *opal_target_port(const struct opal_reset_target *target)
{
	int index = target->device == OPAL_DEVICE_NONE ? opal_pci_find(target->phb, 0) : target->device;

	return index == OPAL_DEVICE_NONE ? NULL : &target->phb->device[index];
}

/* ---- Actions ---- */

/* A link that goes down on purpose is no error: neither a surprise nor a receiver error. */
static void opal_reset_mask_link(const struct opal_reset_target *target, bool up)
{
	const struct opal_device *port = opal_target_port(target);

	if (target->device == OPAL_DEVICE_NONE && target->phb->gen->link_change)
		target->phb->gen->link_change(target->phb, up);
	if (!port || !port->aer)
		return;
	/* A slot that can be unplugged by surprise keeps that masked all the time. */
	if (!port->pluggable)
		opal_cfg_change(target->phb, port->bdfn, port->aer + PCI_AER_UNCOR_MASK, 4,
				up ? PCI_AER_SURPRISE_DOWN : 0, up ? 0 : PCI_AER_SURPRISE_DOWN);
	if (up)
		opal_cfg_write(target->phb, port->bdfn, port->aer + PCI_AER_COR_STATUS, 4, RECEIVER_ERROR);
	opal_cfg_change(target->phb, port->bdfn, port->aer + PCI_AER_COR_MASK, 4, up ? RECEIVER_ERROR : 0,
			up ? 0 : RECEIVER_ERROR);
}

static enum opal_after opal_reset_prepare(const struct opal_reset_target *target)
{
	opal_reset_mask_link(target, false);
	if (target->device == OPAL_DEVICE_NONE)
		target->phb->config_blocked = true;
	return OPAL_AFTER_NEXT;
}

static enum opal_after opal_reset_hold(const struct opal_reset_target *target)
{
	opal_cfg_change(target->phb, opal_target_bdfn(target), PCI_BRIDGE_CONTROL, 2, 0, PCI_BRIDGE_CONTROL_RESET);
	return OPAL_AFTER_NEXT;
}

static enum opal_after opal_reset_release(const struct opal_reset_target *target)
{
	opal_cfg_change(target->phb, opal_target_bdfn(target), PCI_BRIDGE_CONTROL, 2, PCI_BRIDGE_CONTROL_RESET, 0);
	return OPAL_AFTER_NEXT;
}

static enum opal_after opal_reset_power_off(const struct opal_reset_target *target)
{
	const struct opal_device *port = opal_target_port(target);

	opal_cfg_change(target->phb, port->bdfn, port->express + PCI_EXP_SLTCTL, 2, 0, PCI_EXP_SLTCTL_POWER_OFF);
	return OPAL_AFTER_NEXT;
}

static enum opal_after opal_reset_power_on(const struct opal_reset_target *target)
{
	const struct opal_device *port = opal_target_port(target);

	opal_cfg_change(target->phb, port->bdfn, port->express + PCI_EXP_SLTCTL, 2, PCI_EXP_SLTCTL_POWER_OFF, 0);
	return OPAL_AFTER_NEXT;
}

static enum opal_after opal_reset_perst_on(const struct opal_reset_target *target)
{
	target->phb->gen->perst(target->phb, true);
	return OPAL_AFTER_NEXT;
}

static enum opal_after opal_reset_perst_off(const struct opal_reset_target *target)
{
	target->phb->gen->perst(target->phb, false);
	return OPAL_AFTER_NEXT;
}

static enum opal_after opal_reset_phb(const struct opal_reset_target *target)
{
	target->phb->config_blocked = true;
	target->phb->gen->reset_start(target->phb);
	target->slot->retries = QUIESCE_RETRIES;
	return OPAL_AFTER_NEXT;
}

static enum opal_after opal_reset_quiesce(const struct opal_reset_target *target)
{
	if (target->phb->gen->reset_idle(target->phb))
		return OPAL_AFTER_NEXT;
	return !target->phb->broken && target->slot->retries-- ? OPAL_AFTER_AGAIN : OPAL_AFTER_FAILED;
}

static enum opal_after opal_reset_init(const struct opal_reset_target *target)
{
	target->phb->gen->init(target->phb, false);
	return OPAL_AFTER_NEXT;
}

static enum opal_after opal_reset_nothing(const struct opal_reset_target *target)
{
	(void)target;
	return OPAL_AFTER_NEXT;
}

static bool opal_reset_link_up(const struct opal_reset_target *target)
{
	const struct opal_device *port = opal_target_port(target);

	if (target->device == OPAL_DEVICE_NONE)
		return target->phb->gen->link_up(target->phb);
	return opal_cfg_read(target->phb, port->bdfn, port->express + PCI_EXP_LNKSTA, 2) & PCI_EXP_LNKSTA_ACTIVE;
}

static enum opal_after opal_reset_enable_link(const struct opal_reset_target *target)
{
	const struct opal_device *port = opal_target_port(target);

	opal_cfg_change(target->phb, port->bdfn, port->express + PCI_EXP_LNKCTL, 2, PCI_EXP_LNKCTL_DISABLE, 0);
	target->slot->retries = LINK_RETRIES;
	return OPAL_AFTER_NEXT;
}

static enum opal_after opal_reset_poll_phb(const struct opal_reset_target *target)
{
	target->slot->retries = LINK_RETRIES;
	return OPAL_AFTER_NEXT;
}

static enum opal_after opal_reset_restore(const struct opal_reset_target *target)
{
	if (!opal_reset_link_up(target) && target->slot->retries) {
		target->slot->retries--;
		return OPAL_AFTER_AGAIN;
	}
	target->phb->config_blocked = false;
	opal_reset_mask_link(target, true);
	opal_pci_restore(target->phb, target->device);
	return OPAL_AFTER_NEXT;
}

/* ---- Tables ---- */

#define END                                                                                                            \
	{                                                                                                              \
		NULL, OPAL_WAIT_NONE, OPAL_WAIT_NONE                                                                   \
	}
#define STEP(act, wait)                                                                                                \
	{                                                                                                              \
		opal_reset_##act, OPAL_WAIT_##wait, OPAL_WAIT_NONE                                                     \
	}
#define SLOT_LINK STEP(enable_link, SLOT_LINK), {opal_reset_restore, OPAL_WAIT_NONE, OPAL_WAIT_SLOT_LINK}, END
#define PHB_LINK                                                                                                       \
	STEP(poll_phb, PHB_LINK), STEP(nothing, PHB_LINK), {opal_reset_restore, OPAL_WAIT_NONE, OPAL_WAIT_PHB_LINK}, END
#define PHB_PERST STEP(prepare, NONE), STEP(perst_on, PHB_HOLD), STEP(perst_off, PHB_SETTLE)

static const struct opal_reset_step slot_hot[] = {
	STEP(prepare, NONE),
	STEP(hold, SLOT_HOLD),
	STEP(release, SLOT_SETTLE),
	SLOT_LINK,
};
static const struct opal_reset_step slot_fundamental[] = {
	STEP(prepare, NONE),
	STEP(power_off, SLOT_POWER),
	STEP(power_on, SLOT_POWER),
	SLOT_LINK,
};
static const struct opal_reset_step phb_hot[] = {
	STEP(prepare, NONE),
	STEP(hold, PHB_HOLD),
	STEP(release, PHB_SETTLE),
	PHB_LINK,
};
static const struct opal_reset_step phb_fundamental[] = {
	PHB_PERST,
	PHB_LINK,
};
static const struct opal_reset_step phb_complete[] = {
	STEP(phb, PHB_QUIESCE),
	{opal_reset_quiesce, OPAL_WAIT_PHB_INIT, OPAL_WAIT_PHB_QUIESCE},
	STEP(init, PHB_INIT),
	PHB_PERST,
	PHB_LINK,
};

/* ---- Calls ---- */

/* Go on with the reset of @target until it has to wait. Return: milliseconds, rounded up; 0 at its end; an OPAL code.
 */
static int64_t opal_reset_run(const struct opal_reset_target *target)
{
	const sim_ps *wait_ps = target->phb->opal->wait_ps;
	struct opal_slot *slot = target->slot;
	sim_ps now_ps = sim_now(target->phb->opal->sim);

	while (slot->step && now_ps >= slot->until_ps) {
		const struct opal_reset_step *step = slot->step;
		enum opal_after after = step->act(target);

		now_ps = sim_now(target->phb->opal->sim);
		slot->until_ps = now_ps + wait_ps[after == OPAL_AFTER_AGAIN ? step->again : step->wait];
		if (after == OPAL_AFTER_NEXT)
			slot->step = step[1].act ? step + 1 : NULL;
		if (after != OPAL_AFTER_FAILED)
			continue;
		slot->step = NULL;
		return OPAL_HARDWARE;
	}
	if (!slot->step)
		return OPAL_SUCCESS;
	return (int64_t)((slot->until_ps - now_ps + SIM_PS_PER_MS - 1) / SIM_PS_PER_MS);
}

static int64_t opal_reset_start(const struct opal_reset_target *target, const struct opal_reset_step *steps)
{
	if (target->slot->step)
		return OPAL_HARDWARE; /* one is under way */
	target->slot->step = steps;
	target->slot->until_ps = 0;
	return opal_reset_run(target);
}

static bool opal_target_find(struct opal *opal, uint64_t id, struct opal_reset_target *target)
{
	target->device = OPAL_DEVICE_NONE;
	if (!(id & OPAL_SLOT_ID_PREFIX)) {
		target->phb = opal_phb_find(opal, id);
		target->slot = target->phb ? &target->phb->slot : NULL;
		return target->phb;
	}
	target->phb = opal_phb_find(opal, id & PHB_ID_MASK);
	if (!target->phb)
		return false;
	target->device = opal_pci_find(target->phb, id >> OPAL_SLOT_RID_SHIFT & RID_MASK);
	if (target->device == OPAL_DEVICE_NONE || !target->phb->device[target->device].pluggable)
		return false;
	target->slot = &target->phb->device[target->device].slot;
	return true;
}

static int64_t opal_reset_injection(struct opal_phb *phb)
{
	opal_write(phb, PHB_PAPR_ERR_INJ_CTL, 0);
	opal_write(phb, PHB_PAPR_ERR_INJ_ADDR, 0);
	opal_write(phb, PHB_PAPR_ERR_INJ_MASK, 0);
	return OPAL_SUCCESS;
}

static int64_t opal_reset_tables(struct opal_phb *phb)
{
	phb->gen->ioda_reset(phb, true);
	return OPAL_SUCCESS;
}

int64_t opal_pci_reset(struct opal *opal, uint64_t id, uint8_t scope, uint8_t assert_state)
{
	struct opal_reset_target target;
	bool phb;

	if (assert_state > 1 || !opal_target_find(opal, id, &target))
		return OPAL_PARAMETER;
	phb = target.device == OPAL_DEVICE_NONE;
	switch (scope) {
	case OPAL_RESET_PCI_HOT:
		/* Nothing is left to do when a reset is taken away again. */
		return assert_state ? opal_reset_start(&target, phb ? phb_hot : slot_hot) : OPAL_SUCCESS;
	case OPAL_RESET_PCI_FUNDAMENTAL:
		return assert_state ? opal_reset_start(&target, phb ? phb_fundamental : slot_fundamental)
				    : OPAL_SUCCESS;
	case OPAL_RESET_PHB_COMPLETE:
		if (!phb)
			return OPAL_UNSUPPORTED;
		return assert_state ? opal_reset_start(&target, phb_complete) : OPAL_SUCCESS;
	case OPAL_RESET_PHB_ERROR:
		if (!phb)
			return OPAL_UNSUPPORTED;
		return assert_state ? opal_reset_injection(target.phb) : OPAL_SUCCESS;
	case OPAL_RESET_IODA_TABLE:
		if (!phb)
			return OPAL_UNSUPPORTED;
		return assert_state ? opal_reset_tables(target.phb) : OPAL_SUCCESS;
	default:
		return OPAL_UNSUPPORTED;
	}
}

int64_t opal_pci_poll(struct opal *opal, uint64_t id)
{
	struct opal_reset_target target;

	return opal_target_find(opal, id, &target) ? opal_reset_run(&target) : OPAL_PARAMETER;
}

int64_t opal_pci_reinit(struct opal *opal, uint64_t phb_id, uint64_t scope, uint64_t bdfn)
{
	struct opal_phb *phb = opal_phb_find(opal, phb_id);
	int device = phb && scope == OPAL_REINIT_PCI_DEV ? opal_pci_find(phb, (uint32_t)bdfn) : OPAL_DEVICE_NONE;

	if (device == OPAL_DEVICE_NONE)
		return OPAL_PARAMETER;
	opal_pci_init_device(phb, &phb->device[device]);
	return OPAL_SUCCESS;
}
