/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HW_PCIE_TOPOLOGY_INTERNAL_H
#define HW_PCIE_TOPOLOGY_INTERNAL_H
/* hw/pcie/topology_internal.h - what topology.c (life, paths, resets) and topology_route.c (packets, cycles) share. */
#include "hw/pcie/topology.h"
#include "sim/event.h"

#define TOPOLOGY_PORTS_MAX 32u /* device numbers of the switch's inner bus */
#define TOPOLOGY_BUSES 256u
#define TOPOLOGY_DEVFN_SHIFT 3
#define TOPOLOGY_FUNCTION_MASK 7u
#define TOPOLOGY_DEVFN_MASK 0xffu
#define TOPOLOGY_BUS_SHIFT 8

struct topology_stats {
	uint64_t config_unsupported, config_retries;
	uint64_t memory_unsupported, dropped;
	uint64_t refused_reads, refused_writes, messages, stopped_messages, interrupts, malformed;
	uint64_t resets;
};

/**
 * struct topology - @bridge: root port, upstream port, downstream ports. @by_bus: the bridge whose secondary bus it is,
 * of those that a configuration cycle can reach; brought up to date when bus numbers or resets change.
 * @intx_told: bit n: the PHB has heard that INTx n is on. @refused: TLPs that a bridge did not pass, until their
 * sender hears of it. @busy: a reset is being carried out.
 */
struct topology {
	struct sim *sim;
	struct link *link;
	struct link *wire[TOPOLOGY_PORTS_MAX]; /* owned; of downstream ports, NULL: no time of their own */
	struct tlp_pool *pool;
	struct bridge *bridge; /* owned array */
	uint32_t bridge_count;
	struct bridge *by_bus[TOPOLOGY_BUSES];
	link_up_fn *phb_fn;
	void *phb_ctx;
	topology_link_fn *link_fn;
	void *link_ctx;
	bool link_down; /* as last told */
	sim_ps crs_ps, refusal_ps;
	struct tlp *refused_head, *refused_tail;
	struct sim_event refused_event;
	uint32_t intx_told;
	struct tlp_waiter intx_waiter;
	bool busy;
	struct topology_stats stats;
};

/* topology_route.c */
void topology_route_buses(struct topology *topology);
void topology_refused_fire(struct sim *sim, struct sim_event *event);
/** topology_refused_drop - forget refused TLPs whose sender is behind @bridge (NULL: all). */
void topology_refused_drop(struct topology *topology, const struct bridge *bridge);
/** topology_receive_down - link_down_fn: a TLP came to the lower end of the link. */
void topology_receive_down(void *ctx, struct tlp *tlp);
/** topology_receive_port - link_down_fn: a TLP came to the lower end of the link of the bridge @ctx. */
void topology_receive_port(void *ctx, struct tlp *tlp);
/** topology_forward_up - link_up_fn: a TLP came to the upper end of the link of the bridge @ctx. */
void topology_forward_up(void *ctx, struct tlp *tlp);
/** topology_receive_message - link_up_fn: an error message has reached the root port. */
void topology_receive_message(void *ctx, struct tlp *tlp);
/** topology_send_message - aer_send_fn of bridges. */
void topology_send_message(void *ctx, struct tlp *tlp);

/* intx.c */
void topology_intx_init(struct topology *topology);
void topology_intx_finish(struct topology *topology);
/** topology_intx_update - tell the PHB what has changed on the four wires. */
void topology_intx_update(struct topology *topology);

/** topology_behind - is @function behind @bridge, on its secondary bus or deeper? */
bool topology_behind(const struct pcie_function *function, const struct bridge *bridge);

#endif
