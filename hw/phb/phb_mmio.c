/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/phb/phb_mmio.c - outbound: CPU loads and stores through MMIO windows.
 *
 * Which window takes an access, whose PE its segment is and what address goes out says the generation. A frozen PE
 * reads all ones and loses stores, without a touch of the device (pci_iov_resource_on_powernv.rst, LoPAR R1-8). A load
 * that nobody claims comes back as Unsupported Request: all ones, and the PE freezes; so does one that its device ends
 * as an error, or with poisoned data. One that is not answered is given up later (phb_timeout.c). A store has no
 * answer: it is dropped.
 *
 * The access is immediate; the machine charges its time (hw/machine.c).
 */
#include "hw/phb/phb_error.h"

static uint64_t phb_ones(uint32_t bytes)
{
	return bytes >= 8 ? UINT64_MAX : (1ull << (8 * bytes)) - 1;
}

static bool phb_size_ok(uint32_t bytes)
{
	return bytes == 1 || bytes == 2 || bytes == 4 || bytes == 8;
}

/* The way of an access that the PHB can pass on. Return: false when it is an error of the CPU's side. */
static bool phb_mmio_decode(struct phb *phb, uint64_t real, uint32_t bytes, struct phb_route *route)
{
	enum phb_trap trap = PHB_TRAP_DECODE;

	if (!phb_size_ok(bytes))
		trap = PHB_TRAP_SIZE;
	else if (real % bytes)
		trap = PHB_TRAP_ALIGNMENT;
	else if (phb->gen->route(phb, real, route))
		return true;
	phb->stats.mmio_decode_errors++;
	phb_trap_note(phb, trap, real);
	return false;
}

/* No function of the model has I/O space. */
static const struct pcie_function *phb_mmio_claimer(const struct phb *phb, const struct phb_route *route, bool write)
{
	return route->io ? NULL : phb->down.claimer(phb->down.ctx, route->pci, write);
}

static const struct {
	uint64_t cause;
	enum phb_trap trap;
} ends[] = {
	[PCIE_LOAD_POISONED] = {IODA2_PESTA_UNCORRECTABLE, PHB_TRAP_POISONED},
	[PCIE_LOAD_UR] = {IODA2_PESTA_UR_RETURNED, PHB_TRAP_UR},
	[PCIE_LOAD_CA] = {IODA2_PESTA_CA_RETURNED, PHB_TRAP_CA},
	[PCIE_LOAD_SILENT] = {IODA2_PESTA_CA_RETURNED, PHB_TRAP_TIMEOUT},
};

/* A load that brought no data. */
static void phb_mmio_failed(struct phb *phb, const struct phb_route *route, const struct pcie_function *function,
			    enum pcie_load_end end)
{
	struct phb_error error = {
		.cause = IODA2_PESTA_MMIO_CAUSE | ends[end].cause,
		.addr = route->pci,
		.pe = route->pe,
		.type = IODA2_PEST_MMIO_LOAD,
		.trap = ends[end].trap,
		.rid = function ? function->rid : 0,
	};

	phb->stats.mmio_failed += end == PCIE_LOAD_CA || end == PCIE_LOAD_POISONED;
	phb->stats.mmio_unclaimed += end == PCIE_LOAD_UR;
	if (end == PCIE_LOAD_SILENT)
		phb_timeout_begin(phb, &error, true);
	else
		phb_trap_error(phb, &error);
}

uint64_t phb_mmio_read(struct phb *phb, struct raddr real, uint32_t bytes)
{
	const struct pcie_function *function;
	enum pcie_load_end end = PCIE_LOAD_UR;
	struct phb_route route = {0};
	uint64_t value = 0;

	phb->stats.mmio_reads++;
	if (sim_unlikely(phb_out(phb))) {
		phb->stats.fenced_mmio++;
		return phb_ones(bytes);
	}
	if (!phb_mmio_decode(phb, real.v, bytes, &route))
		return phb_ones(bytes);
	if (phb->mmio_blocked[route.pe]) {
		phb->stats.frozen_mmio_reads++;
		return phb_ones(bytes);
	}
	if (sim_unlikely(phb->guard) && phb_inject_mmio(phb, &route, real.v, false))
		return phb_ones(bytes);
	function = phb_mmio_claimer(phb, &route, false);
	if (function && function->ops->mmio_read)
		end = function->ops->mmio_read(function->ctx, route.pci, bytes, &value);
	if (end != PCIE_LOAD_OK) {
		phb_mmio_failed(phb, &route, function, end);
		return phb_ones(bytes);
	}
	return value & phb_ones(bytes);
}

void phb_mmio_write(struct phb *phb, struct raddr real, uint64_t value, uint32_t bytes)
{
	const struct pcie_function *function;
	struct phb_route route = {0};

	phb->stats.mmio_writes++;
	if (sim_unlikely(phb_out(phb))) {
		phb->stats.fenced_mmio++;
		return;
	}
	if (!phb_mmio_decode(phb, real.v, bytes, &route))
		return;
	if (phb->mmio_blocked[route.pe]) {
		phb->stats.frozen_mmio_writes++;
		return;
	}
	if (sim_unlikely(phb->guard) && phb_inject_mmio(phb, &route, real.v, true))
		return;
	function = phb_mmio_claimer(phb, &route, true);
	if (!function || !function->ops->mmio_write) {
		phb->stats.mmio_unclaimed++;
		return;
	}
	function->ops->mmio_write(function->ctx, route.pci, value & phb_ones(bytes), bytes);
}
