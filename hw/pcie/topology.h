/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HW_PCIE_TOPOLOGY_H
#define HW_PCIE_TOPOLOGY_H
/*
 * hw/pcie/topology.h - what hangs below a PHB: a root port on bus 0, and below it either one device, or a switch with
 * an upstream port and a downstream port per device. It routes as such a fabric does, by what software has programmed:
 *
 * configuration cycles: bus 0 is the root port's; others go down through bridges whose bus range holds the bus, and are
 * turned into type 0 on the secondary bus. Below a port there is device 0 only. The function captures its bus number
 * from each write. memory accesses of the CPU: down through bridges whose memory space is on and whose windows claim
 * them. requests of devices: up while every bridge above is bus master; error messages while SERR# of bridge control is
 * on. completions: to the bus of the requester id.
 *
 * A secondary bus reset, a disabled link, a slot without power or PERST# reset all that is behind, and hold it.
 *
 * The root port's link has a wire (hw/pcie/link.h); those below a switch have one of their own if pcie.port_gen says so,
 * and then the switch stores and forwards: credits of the one wire come back when the packet has left over the other.
 *
 * Not modelled: link training: a link is up
 * the moment nothing holds it; peer-to-peer: requests always go up, as with ACS request redirect; I/O space, ARI, hot
 * plug.
 */
#include "hw/pcie/bridge.h"
#include "hw/pcie/link.h"

struct topology;

/** struct topology_shape - @root_device: device id of the root port, BRIDGE_DEVICE_*. @ports: of the switch; 0: no
 * switch. */
struct topology_shape {
	uint16_t root_device;
	uint32_t ports;
};

extern const struct cfg_row topology_cfg_rows[];
extern const size_t topology_cfg_row_count;

/**
 * topology_create - bridges in their state after power-on. @cfg: "pcie." rows. @path: of the statistics, copied.
 * @link, @pool: borrowed until topology_destroy(); the topology is the lower end of @link.
 */
struct topology *topology_create(struct sim *sim, const struct cfg *cfg, const char *path,
				 const struct topology_shape *shape, struct link *link, struct tlp_pool *pool);
/** topology_destroy - before the link and before functions that hear of freed TLPs. @topology: may be NULL. */
void topology_destroy(struct topology *topology);
/** topology_round_trip_ps - as link_round_trip_ps(), over all wires to a device. */
sim_ps topology_round_trip_ps(const struct topology *topology, uint32_t down_bytes, uint32_t up_bytes);
/** topology_connect_phb - who receives what comes up. */
void topology_connect_phb(struct topology *topology, link_up_fn *fn, void *ctx);
/** topology_connect_link - who hears when the root port's link goes up or down; it is up when this is called. */
typedef void topology_link_fn(void *ctx, bool up);
void topology_connect_link(struct topology *topology, topology_link_fn *fn, void *ctx);
/**
 * topology_attach - put @function (borrowed; ops and ctx filled in) below downstream port @port, or below the root port
 * when there is no switch (@port 0), as device 0, function @number 0..7.
 */
void topology_attach(struct topology *topology, struct pcie_function *function, uint32_t port, uint32_t number);

/* Up. */

/**
 * topology_send_up - @function sends @tlp. A request that a bridge does not pass up ends as an Unsupported Request: a
 * read comes back as a completion with TLP_UR, a posted one is dropped and counted.
 */
void topology_send_up(struct pcie_function *function, struct tlp *tlp);
/** topology_send_malformed - @function sends @tlp, which is malformed: the port above finds out, reports it and drops
 * it. */
void topology_send_malformed(struct pcie_function *function, struct tlp *tlp);

/** topology_intx - @function holds its legacy interrupt (INTA), or lets go of it; a level, not an event. */
void topology_intx(struct pcie_function *function, bool on);

/* Down. */

/** topology_send_down - the PHB sends @tlp: completions to their requester, MMIO to the function that claims it. */
void topology_send_down(struct topology *topology, struct tlp *tlp);
/**
 * topology_config_read - a configuration cycle of the PHB, immediate. @value: what the root complex returns as data:
 * all ones but for PCIE_CONFIG_OK; a vendor id whose function asks for a retry reads 0x0001 while CRS software
 * visibility is on (PCI Express Base Specification 3.0, section 2.3.2).
 */
enum pcie_config_status topology_config_read(struct topology *topology, uint16_t rid, uint32_t reg, uint32_t bytes,
					     uint32_t *value);
enum pcie_config_status topology_config_write(struct topology *topology, uint16_t rid, uint32_t reg, uint32_t value,
					      uint32_t bytes);
/** topology_root_read - the root port's own configuration space, without a cycle (PHB4 maps it into its registers). */
enum pcie_config_status topology_root_read(struct topology *topology, uint32_t reg, uint32_t bytes, uint32_t *value);
enum pcie_config_status topology_root_write(struct topology *topology, uint32_t reg, uint32_t value, uint32_t bytes);
/**
 * topology_claimer - the function that takes a CPU access to @pci_addr, @write or read. NULL: nobody; then whoever
 * completes it as an Unsupported Request has noted that, and reported it if it was told to.
 */
const struct pcie_function *topology_claimer(struct topology *topology, uint64_t pci_addr, bool write);

/* Resets that the host bridge makes. */

/** topology_perst - drive the fundamental reset signal of all that is below the root port. */
void topology_perst(struct topology *topology, bool asserted);
/** topology_reset - reset the host bridge's part, too: the root port forgets all, and what is below is reset with it.
 */
void topology_reset(struct topology *topology);

/** topology_function - the function that a configuration cycle to @rid would reach now, or NULL. No side effects. */
const struct pcie_function *topology_function(const struct topology *topology, uint16_t rid);
/** topology_bridge - bridge @index: 0 the root port, 1 the upstream port, then the downstream ports; NULL beyond. */
const struct bridge *topology_bridge(const struct topology *topology, uint32_t index);
struct link *topology_link(const struct topology *topology);
/** topology_wire - the link of downstream port @port of the switch, or NULL. */
const struct link *topology_wire(const struct topology *topology, uint32_t port);
/** topology_refused_count - requests that were refused and whose senders have not heard of it yet. */
uint64_t topology_refused_count(const struct topology *topology);

#endif
