/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/pcie/topology.c - the tree of bridges and functions below a PHB: how it is built, which ways are open, its resets.
 *
 * Whether requests of a function may pass is kept in the function itself; which bridge has which bus, in a table. Both
 * are brought up to date by the configuration write that changes them, so that no packet walks the tree.
 *
 * A reset of what is behind a bridge happens at the instant at which its reason arises; the hold ends with the last
 * reason. TLPs of the functions behind that are on the root port's link go with a reset of that link; behind other
 * ports they have left already, and their completions find nobody.
 *
 * Not modelled: see hw/pcie/topology.h.
 */
#include "hw/pcie/topology.h"

#include <stdlib.h>

#include "hw/pcie/topology_internal.h"
#include "hw/regs/pci_regs.h"
#include "sim/sim.h"
#include "sim/stat.h"

#define SLOT_OF_ROOT 1u
#define SLOT_OF_PORTS 16u /* slot numbers of the downstream ports from here */

/* clang-format off */
const struct cfg_row topology_cfg_rows[] = {
	{.path = "pcie.crs_after_reset", .type = CFG_TIME, .def = 0, .min = 0, .max = SIM_PS_PER_S,
	 .source = CFG_DOCUMENTED,
	 .where = "PCI Express Base Specification 3.0, section 6.6.1: software waits 100 ms, a device may take 1 s; 0 is "
		  "ours",
	 .help = "Time after a reset of its link in which a function answers configuration cycles with a retry (CRS)."},
};
/* clang-format on */
const size_t topology_cfg_row_count = sim_count_of(topology_cfg_rows);

/* clang-format off */
#define ROW(name, unit, help) {#name, STAT_COUNTER, unit, help, offsetof(struct topology_stats, name)}
/* clang-format on */
static const struct stat_row topology_stat_rows[] = {
	ROW(config_unsupported, "cycles",
	    "Configuration cycles that a bridge or device answered with Unsupported Request."),
	ROW(config_retries, "cycles", "Configuration cycles that a function answered with a retry, after a reset."),
	ROW(memory_unsupported, "accesses", "CPU accesses to addresses that no bridge or function takes."),
	ROW(dropped, "TLPs", "TLPs on their way down that nobody takes: unclaimed writes, completions for nobody."),
	ROW(refused_reads, "TLPs", "Reads of devices that a bridge did not pass up: bus master is off."),
	ROW(refused_writes, "TLPs", "Posted requests of devices that a bridge did not pass up."),
	ROW(messages, "messages", "Error messages that reached the root port."),
	ROW(stopped_messages, "messages", "Error messages that a bridge did not pass up: SERR# enable is off."),
	ROW(interrupts, "messages", "Changes of legacy interrupts (INTx) that the PHB was told of."),
	ROW(malformed, "TLPs", "Malformed TLPs that a port found and dropped."),
	ROW(resets, "resets", "Resets of what is behind a bridge."),
};
#undef ROW

/* ---- Which ways are open ---- */

static void topology_open_below(struct bridge *bridge, bool open)
{
	uint32_t i;

	open = open && bridge->bus_master && !bridge->held;
	for (i = 0; i < bridge->child_count; i++) {
		bridge->child[i]->requests_open = open;
		if (bridge->child[i]->bridge)
			topology_open_below(bridge->child[i]->bridge, open);
	}
}

static void topology_refresh(struct topology *topology)
{
	bool down = topology->bridge[0].held;

	topology_open_below(&topology->bridge[0], true);
	topology_route_buses(topology);
	topology_intx_update(topology);
	if (down == topology->link_down)
		return;
	topology->link_down = down;
	if (topology->link_fn)
		topology->link_fn(topology->link_ctx, !down);
}

bool topology_behind(const struct pcie_function *function, const struct bridge *bridge)
{
	while (function->port && function->port != bridge)
		function = &function->port->function;
	return function->port == bridge;
}

/* ---- Resets ---- */

static void topology_reset_behind(struct topology *topology, struct bridge *bridge, bool fundamental)
{
	uint32_t i;

	for (i = 0; i < bridge->child_count; i++) {
		struct pcie_function *function = bridge->child[i];

		if (function->bridge) {
			bridge_reset(function->bridge, fundamental);
			topology_reset_behind(topology, function->bridge, fundamental);
		} else if (function->ops->reset) {
			function->ops->reset(function->ctx, fundamental);
		}
		function->rid &= TOPOLOGY_DEVFN_MASK;
		function->intx = false;
		function->ready_ps = sim_now(topology->sim) + topology->crs_ps;
	}
}

/* Of @bridge and of all that are behind it. */
static void topology_flush_wires(struct topology *topology, const struct bridge *bridge)
{
	uint32_t i;

	for (i = 0; i < topology->bridge_count; i++) {
		const struct bridge *other = &topology->bridge[i];

		if (other->wire && (other == bridge || topology_behind(&other->function, bridge)))
			link_flush(other->wire);
	}
}

static void topology_reset_from(struct topology *topology, struct bridge *bridge, bool fundamental)
{
	topology->stats.resets++;
	topology->busy = true;
	topology_reset_behind(topology, bridge, fundamental);
	topology_refused_drop(topology, bridge);
	/* Their senders have forgotten them by now. */
	if (bridge == topology->bridge)
		link_flush(topology->link);
	topology_flush_wires(topology, bridge);
	topology->busy = false;
}

/* Time begins to count for the functions behind when the last reason for the hold has gone. */
static void topology_released(struct topology *topology, struct bridge *bridge)
{
	uint32_t i;

	for (i = 0; i < bridge->child_count; i++) {
		bridge->child[i]->ready_ps = sim_now(topology->sim) + topology->crs_ps;
		if (bridge->child[i]->bridge)
			topology_released(topology, bridge->child[i]->bridge);
	}
}

static void topology_changed(void *ctx, struct bridge *bridge, uint32_t held_before)
{
	struct topology *topology = ((struct bridge *)ctx)->function.topology;
	uint32_t arisen = bridge->held & ~held_before;

	if (topology->busy)
		return;
	if (arisen)
		topology_reset_from(topology, bridge, arisen & (BRIDGE_HELD_POWER | BRIDGE_HELD_PERST));
	else if (held_before && !bridge->held)
		topology_released(topology, bridge);
	topology_refresh(topology);
}

void topology_perst(struct topology *topology, bool asserted)
{
	bridge_hold(&topology->bridge[0], BRIDGE_HELD_PERST, asserted);
}

void topology_reset(struct topology *topology)
{
	topology_reset_from(topology, &topology->bridge[0], true);
	bridge_reset(&topology->bridge[0], true);
	topology_refresh(topology);
}

/* ---- Life ---- */

static void topology_build_bridge(struct topology *topology, uint32_t index, const struct bridge_shape *shape)
{
	struct bridge *bridge = &topology->bridge[index];

	bridge_init(bridge, topology->sim, shape, topology->pool, topology_changed, topology_send_message, bridge);
	bridge->function.topology = topology;
	bridge->function.bridge = bridge;
}

static void topology_build(struct topology *topology, const struct topology_shape *shape)
{
	struct bridge_shape root = {.type = PCI_EXP_TYPE_ROOT_PORT,
				    .vendor = BRIDGE_VENDOR_IBM,
				    .device = shape->root_device,
				    .speed = link_speed(topology->link),
				    .width = link_width(topology->link),
				    .slot = SLOT_OF_ROOT};
	struct bridge_shape upstream = root, downstream = root;
	struct bridge *bridge = topology->bridge;
	uint32_t i;

	topology_build_bridge(topology, 0, &root);
	if (!shape->ports)
		return;
	upstream.type = PCI_EXP_TYPE_UPSTREAM;
	downstream.type = PCI_EXP_TYPE_DOWNSTREAM;
	upstream.vendor = downstream.vendor = BRIDGE_VENDOR_SWITCH;
	upstream.device = BRIDGE_DEVICE_UPSTREAM;
	downstream.device = BRIDGE_DEVICE_DOWNSTREAM;
	downstream.slot_power = true;
	topology_build_bridge(topology, 1, &upstream);
	bridge[1].function.port = &bridge[0];
	bridge_add_child(&bridge[0], &bridge[1].function);
	for (i = 0; i < shape->ports; i++) {
		downstream.port = i + 1;
		downstream.slot = SLOT_OF_PORTS + i;
		topology_build_bridge(topology, 2 + i, &downstream);
		bridge[2 + i].function.rid = (uint16_t)(i << TOPOLOGY_DEVFN_SHIFT);
		bridge[2 + i].function.port = &bridge[1];
		bridge_add_child(&bridge[1], &bridge[2 + i].function);
	}
}

static void topology_build_wires(struct topology *topology, const struct cfg *cfg, const char *path, uint32_t ports)
{
	char name[64];
	uint32_t i;

	for (i = 0; i < ports; i++) {
		snprintf(name, sizeof(name), "%s.port%u", path, i);
		topology->wire[i] = link_create_port(topology->sim, cfg, name);
		if (!topology->wire[i])
			return;
		topology->bridge[2 + i].wire = topology->wire[i];
		link_connect_phb(topology->wire[i], topology_forward_up, &topology->bridge[2 + i]);
		link_connect_device(topology->wire[i], topology_receive_port, &topology->bridge[2 + i]);
	}
}

sim_ps topology_round_trip_ps(const struct topology *topology, uint32_t down_bytes, uint32_t up_bytes)
{
	sim_ps ps = link_round_trip_ps(topology->link, down_bytes, up_bytes);

	return topology->wire[0] ? ps + link_round_trip_ps(topology->wire[0], down_bytes, up_bytes) : ps;
}

struct topology *topology_create(struct sim *sim, const struct cfg *cfg, const char *path,
				 const struct topology_shape *shape, struct link *link, struct tlp_pool *pool)
{
	struct topology *topology = sim_alloc(sizeof(*topology));

	sim_assert(sim, shape->ports <= TOPOLOGY_PORTS_MAX);
	topology->sim = sim;
	topology->link = link;
	topology->pool = pool;
	topology->crs_ps = cfg_u64(cfg, "pcie.crs_after_reset");
	topology->bridge_count = shape->ports ? 2 + shape->ports : 1;
	topology->bridge = sim_alloc(topology->bridge_count * sizeof(*topology->bridge));
	sim_event_init(&topology->refused_event, topology_refused_fire, SIM_PRIO_LINK);
	topology_intx_init(topology);
	topology_build(topology, shape);
	topology_build_wires(topology, cfg, path, shape->ports);
	topology->refusal_ps = topology_round_trip_ps(topology, 0, 0);
	topology_refresh(topology);
	link_connect_device(link, topology_receive_down, topology);
	stat_register(sim, path, topology_stat_rows, sim_count_of(topology_stat_rows), &topology->stats);
	return topology;
}

/* Functions live longer than what they hang on. */
static void topology_let_go(struct bridge *bridge)
{
	uint32_t i;

	for (i = 0; i < bridge->child_count; i++) {
		bridge->child[i]->intx = false;
		if (bridge->child[i]->bridge)
			topology_let_go(bridge->child[i]->bridge);
	}
}

void topology_destroy(struct topology *topology)
{
	uint32_t i;

	if (!topology)
		return;
	topology_refused_drop(topology, NULL);
	topology_intx_finish(topology);
	topology_let_go(&topology->bridge[0]);
	sim_event_cancel(topology->sim, &topology->refused_event);
	for (i = 0; i < topology->bridge_count; i++)
		bridge_finish(&topology->bridge[i]);
	if (topology->wire[0])
		link_flush(topology->link); /* what is on it may hold credits of the wires below */
	for (i = 0; i < TOPOLOGY_PORTS_MAX; i++)
		link_destroy(topology->wire[i]);
	stat_unregister(topology->sim, &topology->stats);
	free(topology->bridge);
	free(topology);
}

void topology_connect_phb(struct topology *topology, link_up_fn *fn, void *ctx)
{
	topology->phb_fn = fn;
	topology->phb_ctx = ctx;
	link_connect_phb(topology->link, fn, ctx);
	link_connect_messages(topology->link, topology_receive_message, topology);
}

void topology_connect_link(struct topology *topology, topology_link_fn *fn, void *ctx)
{
	topology->link_fn = fn;
	topology->link_ctx = ctx;
}

void topology_attach(struct topology *topology, struct pcie_function *function, uint32_t port, uint32_t number)
{
	bool direct = topology->bridge_count == 1;
	struct bridge *above = &topology->bridge[direct ? 0 : 2 + port];
	uint32_t i;

	sim_assert(topology->sim, number <= 7 && (direct ? !port : 2 + port < topology->bridge_count));
	for (i = 0; i < above->child_count; i++)
		sim_assert(topology->sim, above->child[i]->rid != number);
	function->rid = (uint16_t)number;
	function->topology = topology;
	function->port = above;
	function->bridge = NULL;
	function->intx = false;
	function->ready_ps = 0;
	bridge_add_child(above, function);
	topology_refresh(topology);
}

const struct bridge *topology_bridge(const struct topology *topology, uint32_t index)
{
	return index < topology->bridge_count ? &topology->bridge[index] : NULL;
}

struct link *topology_link(const struct topology *topology)
{
	return topology->link;
}

const struct link *topology_wire(const struct topology *topology, uint32_t port)
{
	return port < TOPOLOGY_PORTS_MAX ? topology->wire[port] : NULL;
}
