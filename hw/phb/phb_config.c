/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/phb/phb_config.c - configuration cycles through CONFIG_ADDRESS and CONFIG_DATA.
 *
 * They are not blocked by a freeze on PHB3 (Linux eeh-powernv.c), and a missing device reads all ones without freezing
 * anything. The access is immediate; the machine charges its time (hw/machine.c).
 *
 * Not modelled: type 1 cycles and bridges, the root complex' own configuration space, completion timeouts.
 */
#include "hw/phb/phb_internal.h"

static uint32_t config_ones(uint32_t bytes)
{
	return UINT32_MAX >> (32 - 8 * bytes);
}

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
		return config_ones(bytes);
	function = phb_config_target(phb, lane, &reg);
	if (!function || !function->ops->config_read)
		return config_ones(bytes);
	return function->ops->config_read(function->ctx, reg, bytes) & config_ones(bytes);
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
		function->ops->config_write(function->ctx, reg, (uint32_t)(value & config_ones(bytes)), bytes);
}
