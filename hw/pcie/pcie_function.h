/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HW_PCIE_PCIE_FUNCTION_H
#define HW_PCIE_PCIE_FUNCTION_H
/*
 * hw/pcie/pcie_function.h - what a PCIe function is to the fabric it hangs on: a table of what can be done to it, and
 * what the fabric keeps of it (hw/pcie/topology.h).
 */
#include "hw/pcie/tlp.h"

struct bridge;
struct topology;

/**
 * enum pcie_config_status - how a configuration cycle ended. All but OK read as all ones (CRS on a vendor id: see
 * topology_config_read()). NO_DEVICE: nobody is there to answer, so the root complex does. SILENT: the function took it
 * and does not answer. The others are completions.
 */
enum pcie_config_status {
	PCIE_CONFIG_OK,
	PCIE_CONFIG_NO_DEVICE,
	PCIE_CONFIG_UR,
	PCIE_CONFIG_CRS,
	PCIE_CONFIG_CA,
	PCIE_CONFIG_SILENT,
};

/** enum pcie_load_end - how a load ended: with data, with data that is poisoned, with an error, not at all. */
enum pcie_load_end { PCIE_LOAD_OK, PCIE_LOAD_POISONED, PCIE_LOAD_UR, PCIE_LOAD_CA, PCIE_LOAD_SILENT };

/** struct pcie_function_ops - a function below the link; called in event context. */
struct pcie_function_ops {
	/* A TLP has arrived: completion of an own request, or MMIO. The function now owns it. */
	void (*receive)(void *ctx, struct tlp *tlp);
	/* Type 0 configuration access, immediate. @reg: byte offset 0..4095, @bytes: 1, 2, 4. @value: written if OK. */
	enum pcie_config_status (*config_read)(void *ctx, uint32_t reg, uint32_t bytes, uint32_t *value);
	enum pcie_config_status (*config_write)(void *ctx, uint32_t reg, uint32_t value, uint32_t bytes);
	/* Does a memory BAR of the function claim @addr (memory space enabled)? */
	bool (*claims)(void *ctx, uint64_t addr);
	/*
	 * Immediate CPU access to a memory BAR, @addr as for claims(); @bytes: 1, 2, 4 or 8. The PHB calls these only
	 * for an address that the function claims; the machine charges link_round_trip_ps() for it. NULL: no registers,
	 * the PHB treats the access as an unsupported request. @value: written if OK.
	 */
	enum pcie_load_end (*mmio_read)(void *ctx, uint64_t addr, uint32_t bytes, uint64_t *value);
	void (*mmio_write)(void *ctx, uint64_t addr, uint64_t value, uint32_t bytes);
	/* A request has reached the device's link that none of its functions takes; asked of function 0. NULL: no
	 * matter. */
	void (*unsupported)(void *ctx, const struct tlp *tlp);
	/* The link was reset, @fundamental: or all power and clocks were: back to the state after a reset. NULL: no
	 * state. */
	void (*reset)(void *ctx, bool fundamental);
};

/**
 * struct pcie_function - one function.
 * @rid: requester id, bus << 8 | devfn. Device and function number are the slot's; the bus number is the one of the
 * last configuration write that reached the function (PCI Express Base Specification 3.0, section 2.2.6.2), 0 after a
 * reset.
 * @requests_open: every bridge above passes its requests up now.
 * @intx: it holds INTA, see topology_intx().
 * @topology, @port: where it sits: on the secondary bus of @port (NULL: the root bus). @bridge: itself, if it is one.
 * @ready_ps: until then it answers configuration cycles with a retry.
 */
struct pcie_function {
	const struct pcie_function_ops *ops;
	void *ctx;
	uint16_t rid;
	/* Kept by the topology: */
	bool requests_open, intx;
	struct topology *topology;
	struct bridge *port, *bridge;
	sim_ps ready_ps;
};

#endif
