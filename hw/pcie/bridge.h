/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HW_PCIE_BRIDGE_H
#define HW_PCIE_BRIDGE_H
/*
 * hw/pcie/bridge.h - a PCI-to-PCI bridge function with a type 1 header: a root port, a switch's upstream port, or one
 * of its downstream ports. It keeps registers and says what they mean: which buses and addresses lie behind it, whether
 * requests may pass up, whether what is behind it is held in reset. hw/pcie/topology.h puts bridges together and
 * routes.
 *
 * Registers: type 1 header (PCI-to-PCI Bridge Architecture Specification 1.2, section 3.2), PCI Express capability of
 * version 2 with link, slot and root registers, Advanced Error Reporting (PCI Express Base
 * Specification 3.0, 7.8, 7.10). The root port's ids are those of IBM's bridges: 1014:03dc on POWER8 (skiboot
 * hw/phb3.c, pci.ids), 1014:04c1 on POWER9 (pci.ids), 1014:0652 on POWER10 (QEMU 10.0 pnv_phb4.h), 1014:03b9 on P7IOC
 * (Linux powernv/pci.c); its PCI Express capability lies where PHB3 has it (skiboot reaches its link registers at 0x58
 * and 0x78). A root port of a real PHB3 has read-only upper halves of the prefetchable window, and firmware emulates
 * them; here they can be written.
 *
 * Not modelled: I/O windows (base and limit read 0), ISA and VGA bits (read 0), MSI, power management, hot-plug
 * interrupts, attention buttons and indicators beyond storage, ACS and peer-to-peer: what comes from below goes up.
 */
#include "hw/pcie/aer.h"
#include "hw/pcie/config_space.h"
#include "hw/pcie/pcie_function.h"

#define BRIDGE_CAP_EXPRESS 0x48u
#define BRIDGE_VENDOR_IBM 0x1014u
#define BRIDGE_DEVICE_P7IOC 0x03b9u
#define BRIDGE_DEVICE_PHB3 0x03dcu
#define BRIDGE_DEVICE_PHB4 0x04c1u
#define BRIDGE_DEVICE_PHB5 0x0652u
/* The switch is of our own design, as the dma-engine is: its vendor id, and device ids that nobody else uses there. */
#define BRIDGE_VENDOR_SWITCH 0x1234u
#define BRIDGE_DEVICE_UPSTREAM 0x7049u
#define BRIDGE_DEVICE_DOWNSTREAM 0x704au

/** Why what is behind a bridge is held in reset: bits of bridge->held. */
#define BRIDGE_HELD_RESET 1u /* secondary bus reset */
#define BRIDGE_HELD_LINK 2u  /* link disabled */
#define BRIDGE_HELD_POWER 4u /* slot without power */
#define BRIDGE_HELD_PERST 8u /* fundamental reset signal, driven by the host bridge */

/**
 * struct bridge_shape - what a bridge is. @type: PCI_EXP_TYPE_ROOT_PORT, _UPSTREAM, _DOWNSTREAM. @speed, @width: of the
 * link, as PCIe's registers count. @port: number in the link capabilities. @slot: physical slot number of the slot
 * below, 0: no slot. @slot_power: the slot has a power controller.
 */
struct bridge_shape {
	uint32_t type;
	uint16_t vendor, device;
	uint32_t speed, width, port, slot;
	bool slot_power;
};

/** bridge_changed_fn - registers that matter to routing have changed; @held_before: bridge->held as it was. */
struct bridge;
struct link;
typedef void bridge_changed_fn(void *ctx, struct bridge *bridge, uint32_t held_before);

/**
 * struct bridge - one bridge function. Decoded registers are for reading by hw/pcie/topology.c.
 * @function: itself, on its primary bus. @secondary 0: not programmed. Windows: [base, limit], closed when base >
 * limit.
 * @memory, @bus_master, @forward_errors: memory space, bus master enable; SERR# enable of bridge control.
 * @held: BRIDGE_HELD_*; not 0: nobody below answers.
 * @wire: the link to its secondary bus if that has a time of its own, borrowed; NULL for others.
 * @child: functions on the secondary bus, borrowed; owned array. @present: a device is in the slot.
 */
struct bridge {
	struct pcie_function function;
	uint32_t type;
	uint8_t secondary, subordinate;
	bool memory, bus_master, forward_errors, crs_visible;
	uint64_t memory_base, memory_limit, prefetch_base, prefetch_limit;
	uint32_t held;
	struct link *wire;
	struct pcie_function **child;
	uint32_t child_count;
	struct aer aer;
	/* private: */
	struct config_space config;
	bool slot_power;
	bridge_changed_fn *changed;
	void *changed_ctx;
};

/**
 * bridge_init - @changed: called after each configuration write that changed what the bridge does. @send, @ctx: takes
 * the bridge's error messages; @ctx also goes to @changed.
 */
void bridge_init(struct bridge *bridge, struct sim *sim, const struct bridge_shape *shape, struct tlp_pool *pool,
		 bridge_changed_fn *changed, aer_send_fn *send, void *ctx);
void bridge_finish(struct bridge *bridge);
/** bridge_add_child - @function (borrowed) sits on the secondary bus. */
void bridge_add_child(struct bridge *bridge, struct pcie_function *function);
/** bridge_reset - registers as after a reset of the bridge itself; changed() is not called. @fundamental: sticky ones
 * too. */
void bridge_reset(struct bridge *bridge, bool fundamental);
/** bridge_hold - set (@on) or take away a reason @bit of bridge->held that is no register's; calls changed(). */
void bridge_hold(struct bridge *bridge, uint32_t bit, bool on);

/** bridge_has_bus - is @bus behind the bridge: from its secondary to its subordinate bus? */
static inline bool bridge_has_bus(const struct bridge *bridge, uint32_t bus)
{
	return bridge->secondary && bus >= bridge->secondary && bus <= bridge->subordinate;
}

/** bridge_claims - does a memory access to @addr on the primary bus pass to the secondary bus? */
static inline bool bridge_claims(const struct bridge *bridge, uint64_t addr)
{
	return bridge->memory && ((addr >= bridge->memory_base && addr <= bridge->memory_limit) ||
				  (addr >= bridge->prefetch_base && addr <= bridge->prefetch_limit));
}

/** bridge_received_error - an ERR_NONFATAL or ERR_FATAL message has come to the secondary side. */
void bridge_received_error(struct bridge *bridge);

#endif
