/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/pcie/topology_route.c - who gets a configuration cycle, a CPU's access, a completion, a device's request, a
 * message.
 *
 * What nobody takes ends as an Unsupported Request of whoever completes it (PCI Express Base Specification 3.0, section
 * 2.3.1): a port when its windows or bus numbers lead nowhere or its link is down, otherwise function 0 of the device.
 * Completions of reads are told as advisory errors, lost posted requests as non-fatal ones (section 6.2.3.2.4).
 *
 * A request that a bridge refuses comes back after the time that the link would take for both ways, so that a device
 * that asks again and again does not stop time; the link is not occupied meanwhile.
 *
 * Not modelled: see hw/pcie/topology.h.
 */
#include "hw/pcie/topology_internal.h"

#include <string.h>

#include "hw/regs/pci_regs.h"
#include "sim/sim.h"

#define VENDOR_RETRY 0x0001u /* what a vendor id reads as while a function asks for a retry: PCIe 3.0, 2.3.2 */

static uint32_t ones(uint32_t bytes)
{
	return UINT32_MAX >> (32 - 8 * bytes);
}

static bool is_read(const struct tlp *tlp)
{
	return tlp->type == TLP_MEM_READ || tlp->type == TLP_CFG_READ || tlp->type == TLP_CFG_WRITE;
}

/* ---- Buses ---- */

static struct bridge *topology_child_with_bus(const struct bridge *bridge, uint32_t bus)
{
	uint32_t i;

	for (i = 0; i < bridge->child_count; i++) {
		if (bridge->child[i]->bridge && bridge_has_bus(bridge->child[i]->bridge, bus))
			return bridge->child[i]->bridge;
	}
	return NULL;
}

/**
 * topology_walk - go down to @bus as a type 1 cycle does. @end: the last bridge on the way.
 * Return: OK when @bus is the secondary bus of *@end; UR when *@end is the last to know the bus and nobody below takes
 * it, or it does not know it; NO_DEVICE when nobody below it can answer.
 */
static enum pcie_config_status topology_walk(struct topology *topology, uint32_t bus, struct bridge **end)
{
	struct bridge *bridge = topology->bridge, *next;

	*end = bridge;
	if (!bridge_has_bus(bridge, bus))
		return PCIE_CONFIG_UR;
	while (!bridge->held && bridge->child_count && bridge->secondary != bus) {
		next = topology_child_with_bus(bridge, bus);
		if (!next)
			return PCIE_CONFIG_UR;
		*end = bridge = next;
	}
	return bridge->held || !bridge->child_count ? PCIE_CONFIG_NO_DEVICE : PCIE_CONFIG_OK;
}

void topology_route_buses(struct topology *topology)
{
	struct bridge *end;
	uint32_t bus;

	for (bus = 0; bus < TOPOLOGY_BUSES; bus++)
		topology->by_bus[bus] = topology_walk(topology, bus, &end) == PCIE_CONFIG_OK ? end : NULL;
}

static struct pcie_function *topology_child_at(const struct bridge *bridge, uint32_t devfn)
{
	uint32_t i;

	for (i = 0; i < bridge->child_count; i++) {
		if ((bridge->child[i]->rid & TOPOLOGY_DEVFN_MASK) == devfn)
			return bridge->child[i];
	}
	return NULL;
}

/* ---- Unsupported Requests ---- */

/*
 * @bridge is the last one that passes @tlp on, or, when not even that (@passed false), that is asked to. Function 0 of
 * the device below answers, or the upstream port of a switch there; the bridge itself when there is nobody, or a
 * switch's inside.
 */
static void topology_unsupported(struct bridge *bridge, bool passed, const struct tlp *tlp)
{
	struct pcie_function *below = passed && !bridge->held ? topology_child_at(bridge, 0) : NULL;

	if (below && !below->bridge) {
		if (below->ops->unsupported)
			below->ops->unsupported(below->ctx, tlp);
		return;
	}
	if (below && below->bridge->type == PCI_EXP_TYPE_UPSTREAM)
		bridge = below->bridge;
	aer_uncorrectable(&bridge->aer, PCI_AER_UNSUPPORTED, is_read(tlp), tlp);
}

/* A request that is no packet in this model, for the header logs. */
static void topology_request(struct tlp *tlp, enum tlp_type type, uint64_t addr, uint32_t bytes)
{
	memset(tlp, 0, offsetof(struct tlp, data));
	tlp->type = type;
	tlp->bytes = bytes;
	tlp->addr.v = addr;
}

/* ---- Configuration cycles ---- */

static enum pcie_config_status topology_config_target(struct topology *topology, uint16_t rid,
						      struct pcie_function **out, struct bridge **end)
{
	uint32_t bus = rid >> TOPOLOGY_BUS_SHIFT, devfn = rid & TOPOLOGY_DEVFN_MASK;
	enum pcie_config_status status;

	*end = NULL;
	if (!bus) {
		*out = &topology->bridge[0].function;
		return devfn ? PCIE_CONFIG_NO_DEVICE : PCIE_CONFIG_OK;
	}
	status = topology_walk(topology, bus, end);
	if (status != PCIE_CONFIG_OK)
		return status;
	*out = topology_child_at(*end, devfn);
	return *out ? PCIE_CONFIG_OK : PCIE_CONFIG_UR;
}

/* Also counts and reports what is wrong. */
static enum pcie_config_status topology_config_find(struct topology *topology, uint16_t rid, enum tlp_type type,
						    uint32_t reg, uint32_t bytes, struct pcie_function **out)
{
	struct bridge *end;
	enum pcie_config_status status = topology_config_target(topology, rid, out, &end);
	uint32_t bus = rid >> TOPOLOGY_BUS_SHIFT;
	struct tlp request;
	bool passed;

	if (status == PCIE_CONFIG_UR) {
		/* A port has only device 0 below: a cycle to another does not get past it. */
		passed = bridge_has_bus(end, bus) &&
			 (end->secondary != bus || !(rid & TOPOLOGY_DEVFN_MASK & ~TOPOLOGY_FUNCTION_MASK));
		topology_request(&request, type, reg, bytes);
		topology_unsupported(end, passed, &request);
		topology->stats.config_unsupported++;
	} else if (status == PCIE_CONFIG_OK && (*out)->ready_ps > sim_now(topology->sim)) {
		topology->stats.config_retries++;
		status = PCIE_CONFIG_CRS;
	}
	return status;
}

enum pcie_config_status topology_config_read(struct topology *topology, uint16_t rid, uint32_t reg, uint32_t bytes,
					     uint32_t *value)
{
	struct pcie_function *function;
	enum pcie_config_status status = topology_config_find(topology, rid, TLP_CFG_READ, reg, bytes, &function);

	*value = ones(bytes);
	if (status == PCIE_CONFIG_OK)
		return function->ops->config_read(function->ctx, reg, bytes, value);
	if (status == PCIE_CONFIG_CRS && topology->bridge[0].crs_visible && reg == PCI_REG_VENDOR_ID) {
		*value = VENDOR_RETRY;
		if (bytes == 4)
			*value |= ~0xffffu;
	}
	return status;
}

enum pcie_config_status topology_config_write(struct topology *topology, uint16_t rid, uint32_t reg, uint32_t value,
					      uint32_t bytes)
{
	struct pcie_function *function;
	enum pcie_config_status status = topology_config_find(topology, rid, TLP_CFG_WRITE, reg, bytes, &function);

	if (status != PCIE_CONFIG_OK)
		return status;
	function->rid = rid;
	return function->ops->config_write(function->ctx, reg, value, bytes);
}

enum pcie_config_status topology_root_read(struct topology *topology, uint32_t reg, uint32_t bytes, uint32_t *value)
{
	return topology_config_read(topology, 0, reg, bytes, value);
}

enum pcie_config_status topology_root_write(struct topology *topology, uint32_t reg, uint32_t value, uint32_t bytes)
{
	return topology_config_write(topology, 0, reg, value, bytes);
}

const struct pcie_function *topology_function(const struct topology *topology, uint16_t rid)
{
	const struct bridge *bridge = topology->by_bus[rid >> TOPOLOGY_BUS_SHIFT];

	if (!rid)
		return &topology->bridge[0].function;
	return bridge ? topology_child_at(bridge, rid & TOPOLOGY_DEVFN_MASK) : NULL;
}

/* ---- Memory accesses going down ---- */

/* @end: the last bridge on the way. @passed: the access went past it. */
static const struct pcie_function *topology_claim(struct topology *topology, uint64_t addr, struct bridge **end,
						  bool *passed)
{
	struct bridge *bridge = topology->bridge;
	uint32_t i;

	*passed = false;
	for (*end = bridge; bridge_claims(bridge, addr) && !bridge->held; *end = bridge) {
		struct bridge *next = NULL;

		for (i = 0; i < bridge->child_count; i++) {
			const struct pcie_function *function = bridge->child[i];

			if (!function->bridge && function->ops->claims && function->ops->claims(function->ctx, addr))
				return function;
			if (!next && function->bridge && bridge_claims(function->bridge, addr))
				next = function->bridge;
		}
		*passed = true;
		if (!next)
			return NULL;
		*passed = false;
		bridge = next;
	}
	return NULL;
}

const struct pcie_function *topology_claimer(struct topology *topology, uint64_t pci_addr, bool write)
{
	struct bridge *end;
	bool passed;
	const struct pcie_function *function = topology_claim(topology, pci_addr, &end, &passed);
	struct tlp request;

	if (function)
		return function;
	topology_request(&request, write ? TLP_MEM_WRITE : TLP_MEM_READ, pci_addr, 4);
	topology_unsupported(end, passed, &request);
	topology->stats.memory_unsupported++;
	return NULL;
}

/* ---- Packets going down ---- */

static void topology_drop(struct topology *topology, struct tlp *tlp)
{
	topology->stats.dropped++;
	tlp_end(tlp, TLP_NOBODY);
}

/* @at: the port whose wire it has come down, NULL: the root port's. */
static void topology_deliver(const struct pcie_function *function, const struct bridge *at, struct tlp *tlp)
{
	if (function->port->wire && function->port != at)
		link_send_down(function->port->wire, tlp);
	else
		function->ops->receive(function->ctx, tlp);
}

static void topology_receive_request(struct topology *topology, const struct bridge *at, struct tlp *tlp)
{
	const struct pcie_function *function = topology_claimer(topology, tlp->addr.v, !is_read(tlp));

	if (function) {
		topology_deliver(function, at, tlp);
	} else if (is_read(tlp)) {
		tlp->type = TLP_COMPLETION;
		tlp->status = TLP_UR;
		link_send_up(topology->link, tlp);
	} else {
		topology_drop(topology, tlp);
	}
}

static void topology_receive(struct topology *topology, const struct bridge *at, struct tlp *tlp)
{
	const struct bridge *bridge;
	uint32_t i;

	if (sim_unlikely(tlp->type != TLP_COMPLETION)) {
		if (tlp->type == TLP_MEM_READ || tlp->type == TLP_MEM_WRITE)
			topology_receive_request(topology, at, tlp);
		else
			topology_drop(topology, tlp);
		return;
	}
	bridge = topology->by_bus[tlp->rid >> TOPOLOGY_BUS_SHIFT];
	for (i = 0; bridge && i < bridge->child_count; i++) {
		/* A function takes what bears its own id (PCI Express 2.2.9): one that has another bus number does not.
		 */
		if (bridge->child[i]->rid == tlp->rid) {
			topology_deliver(bridge->child[i], at, tlp);
			return;
		}
	}
	topology_drop(topology, tlp);
}

void topology_receive_down(void *ctx, struct tlp *tlp)
{
	topology_receive(ctx, NULL, tlp);
}

void topology_receive_port(void *ctx, struct tlp *tlp)
{
	const struct bridge *bridge = ctx;

	topology_receive(bridge->function.topology, bridge, tlp);
}

void topology_send_down(struct topology *topology, struct tlp *tlp)
{
	if (sim_unlikely(topology->bridge[0].held))
		topology_drop(topology, tlp);
	else
		link_send_down(topology->link, tlp);
}

/* ---- Packets going up ---- */

static void topology_refuse(struct topology *topology, struct pcie_function *function, struct tlp *tlp)
{
	struct bridge *bridge = function->port;

	/* The first bridge on the way that does not pass it. */
	while (bridge->bus_master && !bridge->held && bridge->function.port)
		bridge = bridge->function.port;
	aer_uncorrectable(&bridge->aer, PCI_AER_UNSUPPORTED, is_read(tlp), tlp);
	if (is_read(tlp))
		topology->stats.refused_reads++;
	else
		topology->stats.refused_writes++;
	tlp->holder = function;
	tlp->scratch[0] = sim_now(topology->sim) + topology->refusal_ps;
	tlp->next = NULL;
	if (topology->refused_head)
		topology->refused_tail->next = tlp;
	else
		topology->refused_head = tlp;
	topology->refused_tail = tlp;
	if (!sim_event_pending(&topology->refused_event))
		sim_event_at(topology->sim, &topology->refused_event, topology->refused_head->scratch[0]);
}

void topology_refused_fire(struct sim *sim, struct sim_event *event)
{
	struct topology *topology = sim_container_of(event, struct topology, refused_event);
	struct tlp *tlp;

	while ((tlp = topology->refused_head) && tlp->scratch[0] <= sim_now(sim)) {
		struct pcie_function *function = tlp->holder;

		topology->refused_head = tlp->next;
		tlp->next = NULL;
		if (is_read(tlp)) {
			tlp->type = TLP_COMPLETION;
			tlp->status = TLP_UR;
			function->ops->receive(function->ctx, tlp);
		} else {
			tlp_end(tlp, TLP_REFUSED);
		}
	}
	if (topology->refused_head && !sim_event_pending(event))
		sim_event_at(sim, event, topology->refused_head->scratch[0]);
}

void topology_refused_drop(struct topology *topology, const struct bridge *bridge)
{
	struct tlp *tlp, *left = topology->refused_head;

	topology->refused_head = topology->refused_tail = NULL;
	while ((tlp = left)) {
		left = tlp->next;
		tlp->next = NULL;
		if (!bridge || topology_behind(tlp->holder, bridge)) {
			tlp_end(tlp, TLP_FLUSHED);
			continue;
		}
		if (topology->refused_head)
			topology->refused_tail->next = tlp;
		else
			topology->refused_head = tlp;
		topology->refused_tail = tlp;
	}
}

uint64_t topology_refused_count(const struct topology *topology)
{
	const struct tlp *tlp;
	uint64_t n = 0;

	for (tlp = topology->refused_head; tlp; tlp = tlp->next)
		n++;
	return n;
}

static void topology_wire_up(const struct pcie_function *function, struct tlp *tlp)
{
	const struct bridge *port = function->port;

	link_send_up(port && port->wire ? port->wire : function->topology->link, tlp);
}

void topology_forward_up(void *ctx, struct tlp *tlp)
{
	const struct bridge *bridge = ctx;

	link_send_up(bridge->function.topology->link, tlp);
}

/* Every bridge above a sender of an error notes it; the first that does not forward errors stops it. */
static void topology_send_error(struct topology *topology, struct pcie_function *function, struct tlp *tlp)
{
	struct bridge *bridge;

	for (bridge = function->port; bridge; bridge = bridge->function.port) {
		if (tlp->msg != PCI_MSG_ERR_COR)
			bridge_received_error(bridge);
		if (!bridge->forward_errors || bridge->held)
			break;
	}
	if (bridge) {
		topology->stats.stopped_messages++;
		tlp_end(tlp, TLP_REFUSED);
	} else if (function->port) {
		topology_wire_up(function, tlp);
	} else {
		topology_receive_message(topology, tlp); /* the root port's own */
	}
}

void topology_send_message(void *ctx, struct tlp *tlp)
{
	struct bridge *bridge = ctx;

	tlp->rid = bridge->function.rid;
	topology_send_up(&bridge->function, tlp);
}

void topology_receive_message(void *ctx, struct tlp *tlp)
{
	struct topology *topology = ctx;

	if (tlp_is_intx(tlp)) {
		topology->stats.interrupts++;
	} else {
		topology->stats.messages++;
		aer_root_message(&topology->bridge[0].aer, tlp->msg, tlp->rid);
	}
	sim_assert(topology->sim, topology->phb_fn);
	topology->phb_fn(topology->phb_ctx, tlp);
}

void topology_send_up(struct pcie_function *function, struct tlp *tlp)
{
	struct topology *topology = function->topology;

	if (sim_unlikely(tlp->type == TLP_MESSAGE))
		topology_send_error(topology, function, tlp);
	else if (sim_unlikely(!function->requests_open) && tlp->type != TLP_COMPLETION)
		topology_refuse(topology, function, tlp);
	else
		topology_wire_up(function, tlp);
}

void topology_send_malformed(struct pcie_function *function, struct tlp *tlp)
{
	function->topology->stats.malformed++;
	aer_uncorrectable(&function->port->aer, PCI_AER_MALFORMED, false, tlp);
	tlp_end(tlp, TLP_MALFORMED);
}
