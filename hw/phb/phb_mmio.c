/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/phb/phb_mmio.c - outbound: CPU loads and stores through the M32 window, and configuration cycles.
 *
 * The window is cut into 256 segments, each of the PE that its M32DT entry names (skiboot include/phb3-regs.h). A
 * frozen PE reads all ones and loses stores, without a touch of the device (pci_iov_resource_on_powernv.rst, LoPAR
 * R1-8). A load that nobody claims comes back as Unsupported Request: all ones, and the PE freezes. A store has no
 * answer: it is dropped. Configuration cycles are not blocked by a freeze on PHB3 (Linux eeh-powernv.c), and a missing
 * device reads all ones without freezing anything.
 *
 * The access is immediate; the machine charges its time (hw/machine.c).
 * Not modelled: M64 windows, type 1 cycles and bridges, the root complex' own configuration space, completion timeouts.
 */
#include "hw/phb/phb_internal.h"

static uint64_t phb_ones(uint32_t bytes)
{
	return bytes >= 8 ? UINT64_MAX : (1ull << (8 * bytes)) - 1;
}

static bool phb_size_ok(uint32_t bytes)
{
	return bytes == 1 || bytes == 2 || bytes == 4 || bytes == 8;
}

/* Which PE does @pci belong to? Return: false when the window is off or does not hold it. */
static bool phb_mmio_route(const struct phb *phb, uint64_t pci, uint32_t *pe)
{
	uint64_t bytes = ~phb_reg(phb, PHB_M32_BASE_MASK) + 1, offset = pci - phb_reg(phb, PHB_M32_START_ADDR);

	if (!(phb_reg(phb, PHB_CONFIG) & PHB_CONFIG_M32_EN) || bytes < PHB3_M32_SEGMENTS || offset >= bytes)
		return false;
	*pe = (uint32_t)ppc_get(IODA2_M32DT_PE, phb->table[IODA2_TBL_M32DT][offset / (bytes / PHB3_M32_SEGMENTS)]);
	return true;
}

/* The PE of an access that the PHB can pass on. Return: false when it is an error of the CPU's side. */
static bool phb_mmio_decode(struct phb *phb, uint64_t pci, uint32_t bytes, uint32_t *pe)
{
	enum phb_trap trap = PHB_TRAP_DECODE;

	if (!phb_size_ok(bytes))
		trap = PHB_TRAP_SIZE;
	else if (pci % bytes)
		trap = PHB_TRAP_ALIGNMENT;
	else if (phb_mmio_route(phb, pci, pe))
		return true;
	phb->stats.mmio_decode_errors++;
	phb_trap_note(phb, trap, pci);
	return false;
}

static void phb_mmio_unsupported(struct phb *phb, uint32_t pe, uint64_t pci, const struct pcie_function *function)
{
	struct phb_error error = {
		.cause = IODA2_PESTA_MMIO_CAUSE | IODA2_PESTA_UR_RETURNED,
		.addr = pci,
		.pe = pe,
		.type = IODA2_PEST_MMIO_LOAD,
		.lem_bit = PHB_LEM_COMPLETION_ERROR,
		.trap = PHB_TRAP_UR,
		.rid = function ? function->rid : 0,
	};

	phb->stats.mmio_unclaimed++;
	phb_trap_error(phb, &error);
}

uint64_t phb_mmio_read(struct phb *phb, struct ioaddr pci, uint32_t bytes)
{
	const struct pcie_function *function;
	uint32_t pe;

	phb->stats.mmio_reads++;
	if (sim_unlikely(phb_fenced(phb))) {
		phb->stats.fenced_mmio++;
		return phb_ones(bytes);
	}
	if (!phb_mmio_decode(phb, pci.v, bytes, &pe))
		return phb_ones(bytes);
	if (phb->mmio_blocked[pe]) {
		phb->stats.frozen_mmio_reads++;
		return phb_ones(bytes);
	}
	if (sim_unlikely(phb->guard) && phb_inject_mmio(phb, pe, pci.v, false))
		return phb_ones(bytes);
	function = phb->down.claimer(phb->down.ctx, pci.v);
	if (!function || !function->ops->mmio_read) {
		phb_mmio_unsupported(phb, pe, pci.v, function);
		return phb_ones(bytes);
	}
	return function->ops->mmio_read(function->ctx, pci.v, bytes) & phb_ones(bytes);
}

void phb_mmio_write(struct phb *phb, struct ioaddr pci, uint64_t value, uint32_t bytes)
{
	const struct pcie_function *function;
	uint32_t pe;

	phb->stats.mmio_writes++;
	if (sim_unlikely(phb_fenced(phb))) {
		phb->stats.fenced_mmio++;
		return;
	}
	if (!phb_mmio_decode(phb, pci.v, bytes, &pe))
		return;
	if (phb->mmio_blocked[pe]) {
		phb->stats.frozen_mmio_writes++;
		return;
	}
	if (sim_unlikely(phb->guard) && phb_inject_mmio(phb, pe, pci.v, true))
		return;
	function = phb->down.claimer(phb->down.ctx, pci.v);
	if (!function || !function->ops->mmio_write) {
		phb->stats.mmio_unclaimed++;
		return;
	}
	function->ops->mmio_write(function->ctx, pci.v, value & phb_ones(bytes), bytes);
}

/* ---- Configuration cycles ---- */

/* The function that CONFIG_ADDRESS selects, and the byte of its space that @lane of CONFIG_DATA is. */
static const struct pcie_function *phb_config_target(struct phb *phb, uint32_t lane, uint32_t *reg)
{
	uint64_t address = phb_reg(phb, PHB_CONFIG_ADDRESS);
	const struct pcie_function *function = NULL;

	if (address & PHB_CA_ENABLE)
		function = phb->down.function(phb->down.ctx, (uint16_t)ppc_get(PHB_CA_BDFN, address));
	*reg = ((uint32_t)ppc_get(PHB_CA_REG, address) & ~3u) + lane;
	if (!function)
		phb->stats.config_no_device++;
	return function;
}

uint64_t phb_config_read(struct phb *phb, uint32_t lane, uint32_t bytes)
{
	const struct pcie_function *function;
	uint32_t reg;

	phb->stats.config_reads++;
	if (sim_unlikely(phb->guard) && phb_inject_config(phb, false))
		return phb_ones(bytes);
	function = phb_config_target(phb, lane, &reg);
	if (!function || !function->ops->config_read)
		return phb_ones(bytes);
	return function->ops->config_read(function->ctx, reg, bytes) & phb_ones(bytes);
}

void phb_config_write(struct phb *phb, uint32_t lane, uint64_t value, uint32_t bytes)
{
	const struct pcie_function *function;
	uint32_t reg;

	phb->stats.config_writes++;
	if (sim_unlikely(phb->guard) && phb_inject_config(phb, true))
		return;
	function = phb_config_target(phb, lane, &reg);
	if (function && function->ops->config_write)
		function->ops->config_write(function->ctx, reg, (uint32_t)(value & phb_ones(bytes)), bytes);
}
