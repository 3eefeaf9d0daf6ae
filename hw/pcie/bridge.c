/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/pcie/bridge.c - registers of a PCI-to-PCI bridge and what they mean.
 *
 * Tables of registers that all ports have, and that only some have; everything that routing needs is decoded after each
 * write, so that no packet looks at a register.
 *
 * Not modelled: see hw/pcie/bridge.h.
 */
#include "hw/pcie/bridge.h"

#include <stdlib.h>

#include "hw/regs/pci_regs.h"
#include "sim/sim.h"

#define EXPRESS BRIDGE_CAP_EXPRESS
#define COMMAND_WRITABLE                                                                                               \
	(PCI_COMMAND_MEMORY | PCI_COMMAND_BUS_MASTER | PCI_COMMAND_PARITY | PCI_COMMAND_SERR | PCI_COMMAND_INTX_OFF)
#define CONTROL_WRITABLE (PCI_BRIDGE_CONTROL_PARITY | PCI_BRIDGE_CONTROL_SERR | PCI_BRIDGE_CONTROL_RESET)
#define REVISION 0x01u

/* clang-format off */
static const struct config_space_row rows[] = {
	{PCI_REG_COMMAND, 2, 0, COMMAND_WRITABLE, 0, false},
	{PCI_REG_STATUS, 2, PCI_STATUS_CAPABILITIES, 0, PCI_STATUS_W1C, false},
	{PCI_REG_REVISION, 1, REVISION, 0, 0, false},
	{PCI_REG_CLASS, 3, PCI_CLASS_BRIDGE, 0, 0, false},
	{PCI_REG_CACHE_LINE, 1, 0, 0xff, 0, false},
	{PCI_REG_HEADER_TYPE, 1, PCI_HEADER_TYPE_BRIDGE, 0, 0, false},
	{PCI_BRIDGE_PRIMARY, 1, 0, 0xff, 0, false},
	{PCI_BRIDGE_SECONDARY, 1, 0, 0xff, 0, false},
	{PCI_BRIDGE_SUBORDINATE, 1, 0, 0xff, 0, false},
	{PCI_BRIDGE_SECONDARY_STATUS, 2, 0, 0, PCI_STATUS_W1C, false},
	{PCI_BRIDGE_MEM_BASE, 2, 0, PCI_BRIDGE_WINDOW_MASK, 0, false},
	{PCI_BRIDGE_MEM_LIMIT, 2, 0, PCI_BRIDGE_WINDOW_MASK, 0, false},
	{PCI_BRIDGE_PREF_BASE, 2, PCI_BRIDGE_WINDOW_64BIT, PCI_BRIDGE_WINDOW_MASK, 0, false},
	{PCI_BRIDGE_PREF_LIMIT, 2, PCI_BRIDGE_WINDOW_64BIT, PCI_BRIDGE_WINDOW_MASK, 0, false},
	{PCI_BRIDGE_PREF_BASE_HIGH, 4, 0, ~0u, 0, false},
	{PCI_BRIDGE_PREF_LIMIT_HIGH, 4, 0, ~0u, 0, false},
	{PCI_REG_CAPABILITIES, 1, EXPRESS, 0, 0, false},
	{PCI_REG_INTERRUPT_LINE, 1, 0, 0xff, 0, false},
	{PCI_BRIDGE_CONTROL, 2, 0, CONTROL_WRITABLE, 0, false},
	{EXPRESS, 2, PCI_CAP_ID_EXPRESS, 0, 0, false},
	{EXPRESS + PCI_EXP_DEVCAP, 4, PCI_EXP_DEVCAP_MPS_512 | PCI_EXP_DEVCAP_ROLE_ERRORS, 0, 0, false},
	{EXPRESS + PCI_EXP_DEVCTL, 2, 0, PCI_EXP_DEVCTL_WRITABLE, 0, false},
	{EXPRESS + PCI_EXP_DEVSTA, 2, 0, 0, PCI_EXP_DEVSTA_W1C, false},
	{EXPRESS + PCI_EXP_LNKCTL, 2, 0, PCI_EXP_LNKCTL_WRITABLE, 0, false},
	{EXPRESS + PCI_EXP_DEVCAP2, 4, PCI_EXP_DEVCAP2_TIMEOUT_OFF | PCI_EXP_DEVCAP2_ARI, 0, 0, false},
	{EXPRESS + PCI_EXP_DEVCTL2, 2, 0, PCI_EXP_DEVCTL2_WRITABLE, 0, false},
};

/* Ports with a link below, and a root port. */
static const struct config_space_row link_rows[] = {
	{EXPRESS + PCI_EXP_LNKCTL, 2, 0, PCI_EXP_LNKCTL_WRITABLE | PCI_EXP_LNKCTL_DISABLE, 0, false},
	{EXPRESS + PCI_EXP_SLTCTL, 2, 0, PCI_EXP_SLTCTL_WRITABLE, 0, false},
	{EXPRESS + PCI_EXP_SLTSTA, 2, 0, 0, PCI_EXP_SLTSTA_W1C, false},
};
static const struct config_space_row root_rows[] = {
	{EXPRESS + PCI_EXP_ROOTCTL, 2, 0, PCI_EXP_ROOTCTL_WRITABLE, 0, false},
	{EXPRESS + PCI_EXP_ROOTCAP, 2, PCI_EXP_ROOTCAP_CRS_VISIBLE, 0, 0, false},
};
/* clang-format on */

static uint32_t bridge_load(const struct bridge *bridge, uint32_t reg, uint32_t bytes)
{
	return config_space_load(&bridge->config, reg, bytes);
}

static bool bridge_has_link(const struct bridge *bridge)
{
	return bridge->type != PCI_EXP_TYPE_UPSTREAM;
}

static uint64_t bridge_window(const struct bridge *bridge, uint32_t reg, uint32_t reg_high, bool limit)
{
	uint64_t low = (bridge_load(bridge, reg, 2) & PCI_BRIDGE_WINDOW_MASK) << PCI_BRIDGE_WINDOW_SHIFT;

	if (reg_high)
		low |= (uint64_t)bridge_load(bridge, reg_high, 4) << 32;
	return low | (limit ? PCI_BRIDGE_WINDOW_BYTES - 1 : 0);
}

/* Reasons for a reset below that registers give. */
static uint32_t bridge_held_by_registers(const struct bridge *bridge)
{
	uint32_t held = 0;

	if (bridge_load(bridge, PCI_BRIDGE_CONTROL, 2) & PCI_BRIDGE_CONTROL_RESET)
		held |= BRIDGE_HELD_RESET;
	if (bridge_has_link(bridge) && bridge_load(bridge, EXPRESS + PCI_EXP_LNKCTL, 2) & PCI_EXP_LNKCTL_DISABLE)
		held |= BRIDGE_HELD_LINK;
	if (bridge->slot_power && bridge_load(bridge, EXPRESS + PCI_EXP_SLTCTL, 2) & PCI_EXP_SLTCTL_POWER_OFF)
		held |= BRIDGE_HELD_POWER;
	return held;
}

/* What the link and slot status show: a link is up when somebody is there and nothing holds it. */
static void bridge_show_link(struct bridge *bridge)
{
	bool was = bridge_load(bridge, EXPRESS + PCI_EXP_LNKSTA, 2) & PCI_EXP_LNKSTA_ACTIVE;
	bool up = bridge->child_count && !bridge->held;

	if (!bridge_has_link(bridge))
		return;
	config_space_change(&bridge->config, EXPRESS + PCI_EXP_LNKSTA, 2, PCI_EXP_LNKSTA_ACTIVE,
			    up ? PCI_EXP_LNKSTA_ACTIVE : 0);
	config_space_change(&bridge->config, EXPRESS + PCI_EXP_SLTSTA, 2, PCI_EXP_SLTSTA_PRESENCE,
			    (bridge->child_count ? PCI_EXP_SLTSTA_PRESENCE : 0) |
				    (was != up ? PCI_EXP_SLTSTA_LINK_CHANGED : 0));
}

static void bridge_decode(struct bridge *bridge)
{
	uint32_t command = bridge_load(bridge, PCI_REG_COMMAND, 2);

	bridge->secondary = (uint8_t)bridge_load(bridge, PCI_BRIDGE_SECONDARY, 1);
	bridge->subordinate = (uint8_t)bridge_load(bridge, PCI_BRIDGE_SUBORDINATE, 1);
	bridge->memory = command & PCI_COMMAND_MEMORY;
	bridge->bus_master = command & PCI_COMMAND_BUS_MASTER;
	bridge->forward_errors = bridge_load(bridge, PCI_BRIDGE_CONTROL, 2) & PCI_BRIDGE_CONTROL_SERR;
	bridge->crs_visible = bridge->type == PCI_EXP_TYPE_ROOT_PORT &&
			      bridge_load(bridge, EXPRESS + PCI_EXP_ROOTCTL, 2) & PCI_EXP_ROOTCTL_CRS_VISIBLE;
	bridge->memory_base = bridge_window(bridge, PCI_BRIDGE_MEM_BASE, 0, false);
	bridge->memory_limit = bridge_window(bridge, PCI_BRIDGE_MEM_LIMIT, 0, true);
	bridge->prefetch_base = bridge_window(bridge, PCI_BRIDGE_PREF_BASE, PCI_BRIDGE_PREF_BASE_HIGH, false);
	bridge->prefetch_limit = bridge_window(bridge, PCI_BRIDGE_PREF_LIMIT, PCI_BRIDGE_PREF_LIMIT_HIGH, true);
	bridge->held = (bridge->held & BRIDGE_HELD_PERST) | bridge_held_by_registers(bridge);
	bridge_show_link(bridge);
}

/* ---- The function on the primary bus ---- */

static enum pcie_config_status bridge_config_read(void *ctx, uint32_t reg, uint32_t bytes, uint32_t *value)
{
	const struct bridge *bridge = ctx;

	if (!config_space_access_ok(reg, bytes))
		return PCIE_CONFIG_UR;
	*value = config_space_read(&bridge->config, reg, bytes);
	return PCIE_CONFIG_OK;
}

static enum pcie_config_status bridge_config_write(void *ctx, uint32_t reg, uint32_t value, uint32_t bytes)
{
	struct bridge *bridge = ctx;
	uint32_t held = bridge->held;

	if (!config_space_access_ok(reg, bytes))
		return PCIE_CONFIG_UR;
	config_space_write(&bridge->config, reg, value, bytes);
	bridge_decode(bridge);
	bridge->changed(bridge->changed_ctx, bridge, held);
	return PCIE_CONFIG_OK;
}

/* No request of a bridge's own is out and it has no BAR: nothing is ever addressed to it. */
static void bridge_receive(void *ctx, struct tlp *tlp)
{
	struct bridge *bridge = ctx;

	aer_uncorrectable(&bridge->aer, PCI_AER_UNEXPECTED, true, tlp);
	tlp_end(tlp, TLP_LATE);
}

static const struct pcie_function_ops bridge_ops = {
	.receive = bridge_receive,
	.config_read = bridge_config_read,
	.config_write = bridge_config_write,
};

void bridge_received_error(struct bridge *bridge)
{
	config_space_change(&bridge->config, PCI_BRIDGE_SECONDARY_STATUS, 2, 0, PCI_STATUS_SYSTEM_ERROR);
}

/* ---- Life ---- */

static uint32_t bridge_speeds(uint32_t speed)
{
	return ((1u << speed) - 1) << 1;
}

static void bridge_add_registers(struct bridge *bridge, const struct bridge_shape *shape)
{
	bool link = bridge_has_link(bridge), slot = link && shape->slot;
	uint32_t bits = shape->speed | shape->width << PCI_EXP_LNK_WIDTH_SHIFT;
	uint32_t flags = PCI_EXP_FLAGS_VERSION2 | shape->type << PCI_EXP_FLAGS_TYPE_SHIFT;
	uint32_t slots = shape->slot << PCI_EXP_SLTCAP_NUMBER_SHIFT | PCI_EXP_SLTCAP_NO_COMMAND_DONE;
	const struct config_space_row own[] = {
		{PCI_REG_VENDOR_ID, 2, shape->vendor, 0, 0, false},
		{PCI_REG_DEVICE_ID, 2, shape->device, 0, 0, false},
		{EXPRESS + PCI_EXP_FLAGS, 2, flags | (slot ? PCI_EXP_FLAGS_SLOT : 0), 0, 0, false},
		{EXPRESS + PCI_EXP_LNKCAP, 4,
		 bits | shape->port << PCI_EXP_LNKCAP_PORT_SHIFT | (link ? PCI_EXP_LNKCAP_ACTIVE_REPORTING : 0), 0, 0,
		 false},
		{EXPRESS + PCI_EXP_LNKSTA, 2, bits, 0, 0, false},
		{EXPRESS + PCI_EXP_SLTCAP, 4,
		 slot ? slots | (shape->slot_power ? PCI_EXP_SLTCAP_POWER | PCI_EXP_SLTCAP_HOT_PLUG : 0) : 0, 0, 0,
		 false},
		{EXPRESS + PCI_EXP_LNKCAP2, 4, bridge_speeds(shape->speed), 0, 0, false},
		{EXPRESS + PCI_EXP_LNKCTL2, 2, shape->speed, PCI_EXP_LNKCTL2_WRITABLE, 0, false},
	};

	config_space_add(&bridge->config, 0, rows, sim_count_of(rows));
	if (link)
		config_space_add(&bridge->config, 0, link_rows, sim_count_of(link_rows));
	if (shape->type == PCI_EXP_TYPE_ROOT_PORT)
		config_space_add(&bridge->config, 0, root_rows, sim_count_of(root_rows));
	config_space_add(&bridge->config, 0, own, sim_count_of(own));
}

void bridge_init(struct bridge *bridge, struct sim *sim, const struct bridge_shape *shape, struct tlp_pool *pool,
		 bridge_changed_fn *changed, aer_send_fn *send, void *ctx)
{
	*bridge = (struct bridge){.type = shape->type, .changed = changed, .changed_ctx = ctx};
	bridge->slot_power = bridge_has_link(bridge) && shape->slot && shape->slot_power;
	bridge->function.ops = &bridge_ops;
	bridge->function.ctx = bridge;
	config_space_init(&bridge->config);
	bridge_add_registers(bridge, shape);
	aer_init(&bridge->aer, sim, &bridge->config, EXPRESS, shape->type == PCI_EXP_TYPE_ROOT_PORT, pool, send,
		 bridge);
	bridge_decode(bridge);
}

void bridge_finish(struct bridge *bridge)
{
	aer_finish(&bridge->aer);
	free(bridge->child);
}

void bridge_add_child(struct bridge *bridge, struct pcie_function *function)
{
	bridge->child = sim_realloc(bridge->child, (bridge->child_count + 1) * sizeof(struct pcie_function *));
	bridge->child[bridge->child_count++] = function;
	bridge_show_link(bridge);
	/* It has been there since power-on. */
	config_space_change(&bridge->config, EXPRESS + PCI_EXP_SLTSTA, 2, PCI_EXP_SLTSTA_LINK_CHANGED, 0);
}

void bridge_reset(struct bridge *bridge, bool fundamental)
{
	aer_finish(&bridge->aer);
	config_space_reset(&bridge->config, fundamental);
	bridge_decode(bridge);
}

void bridge_hold(struct bridge *bridge, uint32_t bit, bool on)
{
	uint32_t held = bridge->held;

	bridge->held = on ? held | bit : held & ~bit;
	bridge_show_link(bridge);
	bridge->changed(bridge->changed_ctx, bridge, held);
}
