/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/phb/phb_config.c - configuration cycles through CONFIG_ADDRESS and CONFIG_DATA, and the root port's own space
 * where a generation has it among its registers.
 *
 * A freeze does not stop them on PHB3 (Linux eeh-powernv.c); it always does on a P7IOC, and on PHB4 and PHB5 a bit
 * makes it. Who answers is the fabric's business; the PHB gets data and a status, which PHB4 and PHB5 show in
 * CONFIG_ADDRESS. A cycle that nobody answers reads all ones without freezing anything (LoPAR); one that ends with
 * Completer Abort is an error of the PE in CONFIG_ADDRESS; a write only where a trap knows it. One that the function does not answer
 * is given up later (phb_timeout.c). The access is immediate; the machine charges its time (hw/machine.c).
 *
 * Where the root port is mapped, cycles do not reach bus 0: that is a bus error (assumed; software never asks).
 */
#include "hw/phb/phb_error.h"
#include "hw/regs/phb4_regs.h"

/**
 * struct config_cycle - what CONFIG_ADDRESS and the byte lane of CONFIG_DATA select. @pe: whose cycle it is.
 * @trap: what keeps it from going out, PHB_TRAP_COUNT: nothing.
 */
struct config_cycle {
	uint32_t reg, pe;
	uint16_t rid;
	enum phb_trap trap;
};

static uint32_t config_ones(uint32_t bytes)
{
	return UINT32_MAX >> (32 - 8 * bytes);
}

uint32_t phb_config_pe(const struct phb *phb)
{
	uint64_t address = phb_reg(phb, PHB_CONFIG_ADDRESS);

	if (phb->gen->config_pe)
		return (uint32_t)ppc_get(phb->gen->config_pe, address);
	return phb_pe_of_rid(phb, (uint16_t)ppc_get(PHB_CA_BDFN, address));
}

static struct config_cycle config_select(const struct phb *phb, uint32_t lane)
{
	uint64_t address = phb_reg(phb, PHB_CONFIG_ADDRESS);
	struct config_cycle cycle = {
		.reg = ((uint32_t)ppc_get(PHB_CA_REG, address) & ~3u) + lane,
		.rid = (uint16_t)ppc_get(PHB_CA_BDFN, address),
		.pe = phb_config_pe(phb),
		.trap = PHB_TRAP_COUNT,
	};

	if (!(address & PHB_CA_ENABLE))
		cycle.trap = PHB_TRAP_CFG_ENABLE;
	else if (phb->gen->root_mapped && !(address & PHB_CA_BUS))
		cycle.trap = PHB_TRAP_CFG_BUS;
	else if (phb->gen->root_mapped && phb->link_down)
		cycle.trap = PHB_TRAP_CFG_LINK;
	return cycle;
}

/* Is the cycle kept from its PE, which is frozen? The root complex, which is not on the link, always answers. */
static bool config_frozen(struct phb *phb, const struct config_cycle *cycle)
{
	uint64_t block = phb->gen->config_block;

	if (block != PHB_ALWAYS && !(phb_reg(phb, PHB_CONTROL) & block))
		return false;
	if (!cycle->rid || cycle->pe >= phb->pe_count || phb->mutant_skip_freeze ||
	    !(phb->mmio_frozen[cycle->pe / 64] & PPC_BIT(cycle->pe % 64)))
		return false;
	phb->stats.frozen_config++;
	return true;
}

/* Does the cycle go out? */
static bool config_leaves(struct phb *phb, const struct config_cycle *cycle, bool write)
{
	if (cycle->trap != PHB_TRAP_COUNT) {
		phb->stats.config_no_device++;
		phb_trap_note(phb, cycle->trap, phb_reg(phb, PHB_CONFIG_ADDRESS));
		return false;
	}
	return !config_frozen(phb, cycle) && !(sim_unlikely(phb->guard) && phb_inject_config(phb, write));
}

/* What a cycle is that is given up. Which bit a generation has for a write's time-out decides. */
static enum phb_trap config_timeout_trap(const struct phb *phb, bool write)
{
	if (write && phb->gen->traps[PHB_TRAP_CFG_TIMEOUT].group)
		return PHB_TRAP_CFG_TIMEOUT;
	return phb->config_timeout_error ? PHB_TRAP_TIMEOUT : PHB_TRAP_COUNT;
}

static void config_end(struct phb *phb, const struct config_cycle *cycle, enum pcie_config_status status, bool write)
{
	static const uint8_t codes[] = {
		[PCIE_CONFIG_OK] = PHB4_CA_STATUS_GOOD,	      [PCIE_CONFIG_UR] = PHB4_CA_STATUS_UR,
		[PCIE_CONFIG_NO_DEVICE] = PHB4_CA_STATUS_UR, [PCIE_CONFIG_CRS] = PHB4_CA_STATUS_CRS,
		[PCIE_CONFIG_CA] = PHB4_CA_STATUS_CA,	      [PCIE_CONFIG_SILENT] = PHB4_CA_STATUS_UR, /* assumed */
	};
	uint64_t *address = &phb->reg[PHB_CONFIG_ADDRESS / 8];
	struct phb_error error = {
		.cause = (write ? IODA2_PESTA_CFG_WRITE : IODA2_PESTA_CFG_READ) | IODA2_PESTA_CA_RETURNED,
		.addr = cycle->reg,
		.pe = cycle->pe < phb->pe_count ? cycle->pe : PHB_PE_NONE,
		.type = IODA2_PEST_OTHER,
		.trap = write ? PHB_TRAP_CFG_WRITE : PHB_TRAP_CA,
		.rid = cycle->rid,
	};

	phb->config_status = status;
	phb->stats.config_no_device += status == PCIE_CONFIG_NO_DEVICE || status == PCIE_CONFIG_UR;
	if (phb->gen->config_status)
		*address = ppc_set(phb->gen->config_status, *address, codes[status]);
	if (status == PCIE_CONFIG_CA)
		phb_trap_error(phb, &error);
	if (status == PCIE_CONFIG_SILENT) {
		error.trap = config_timeout_trap(phb, write);
		phb_timeout_begin(phb, &error, !write);
	}
}

uint64_t phb_config_read(struct phb *phb, uint32_t lane, uint32_t bytes)
{
	struct config_cycle cycle = config_select(phb, lane);
	uint32_t value = UINT32_MAX;
	enum pcie_config_status status;

	phb->stats.config_reads++;
	if (config_leaves(phb, &cycle, false)) {
		status = phb->down.config_read(phb->down.ctx, cycle.rid, cycle.reg, bytes, &value);
		config_end(phb, &cycle, status, false);
	}
	return value & config_ones(bytes);
}

void phb_config_write(struct phb *phb, uint32_t lane, uint64_t value, uint32_t bytes)
{
	struct config_cycle cycle = config_select(phb, lane);
	uint32_t data = (uint32_t)value & config_ones(bytes);
	enum pcie_config_status status;

	phb->stats.config_writes++;
	if (!config_leaves(phb, &cycle, true))
		return;
	status = phb->down.config_write(phb->down.ctx, cycle.rid, cycle.reg, data, bytes);
	config_end(phb, &cycle, status, true);
}
