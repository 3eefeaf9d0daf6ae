/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/phb/phb_config.c - configuration cycles through CONFIG_ADDRESS and CONFIG_DATA.
 *
 * They are not blocked by a freeze on PHB3 (Linux eeh-powernv.c). Who answers is the fabric's business; the PHB gets
 * data and a status, and a cycle that nobody answers reads all ones without freezing anything (LoPAR). The access is
 * immediate; the machine charges its time (hw/machine.c).
 *
 * Not modelled: completion timeouts; the freeze that LoPAR wants when a cycle ends with Completer Abort (no device of
 * this model ends one so).
 */
#include "hw/phb/phb_internal.h"

static uint32_t config_ones(uint32_t bytes)
{
	return UINT32_MAX >> (32 - 8 * bytes);
}

/* RID and register that CONFIG_ADDRESS and the byte @lane of CONFIG_DATA select. Return: false when it is off. */
static bool config_select(const struct phb *phb, uint32_t lane, uint16_t *rid, uint32_t *reg)
{
	uint64_t address = phb_reg(phb, PHB_CONFIG_ADDRESS);

	*rid = (uint16_t)ppc_get(PHB_CA_BDFN, address);
	*reg = ((uint32_t)ppc_get(PHB_CA_REG, address) & ~3u) + lane;
	return address & PHB_CA_ENABLE;
}

static void config_end(struct phb *phb, enum pcie_config_status status)
{
	phb->config_status = status;
	phb->stats.config_no_device += status == PCIE_CONFIG_NO_DEVICE || status == PCIE_CONFIG_UR;
}

uint64_t phb_config_read(struct phb *phb, uint32_t lane, uint32_t bytes)
{
	enum pcie_config_status status = PCIE_CONFIG_NO_DEVICE;
	uint32_t reg, value = UINT32_MAX;
	uint16_t rid;

	phb->stats.config_reads++;
	if (sim_unlikely(phb->guard) && phb_inject_config(phb, false))
		return config_ones(bytes);
	if (config_select(phb, lane, &rid, &reg))
		status = phb->down.config_read(phb->down.ctx, rid, reg, bytes, &value);
	config_end(phb, status);
	return value & config_ones(bytes);
}

void phb_config_write(struct phb *phb, uint32_t lane, uint64_t value, uint32_t bytes)
{
	enum pcie_config_status status = PCIE_CONFIG_NO_DEVICE;
	uint32_t reg;
	uint16_t rid;

	phb->stats.config_writes++;
	if (sim_unlikely(phb->guard) && phb_inject_config(phb, true))
		return;
	if (config_select(phb, lane, &rid, &reg))
		status = phb->down.config_write(phb->down.ctx, rid, reg, (uint32_t)value & config_ones(bytes), bytes);
	config_end(phb, status);
}
