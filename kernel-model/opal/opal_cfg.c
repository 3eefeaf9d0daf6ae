// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/opal/opal_cfg.c - configuration cycles through CONFIG_ADDRESS and CONFIG_DATA, as skiboot's
 * PHB3_PCI_CFG_READ and PHB3_PCI_CFG_WRITE (hw/phb3.c): the address carries the PE that the RTT names for the target,
 * so that a failing cycle freezes the right PE. While the root port's link is reset, only the root port is reached.
 * PHB4 and PHB5 have the root port among their registers, words only: a smaller write takes its neighbours with it, also
 * those that writing 1 clears, as in skiboot's phb4_rc_write() (hw/phb4.c).
 *
 * Not modelled: cycles while the PHB is fenced (through the pervasive bus), filters on single registers.
 */
#include "kernel-model/opal/opal_internal.h"

#include "hw/regs/pci_regs.h"
#include "hw/regs/phb_scom_regs.h"

#define CFG_BDFN_MAX 0xffffull
#define CFG_DEVFN_MASK 0xffull
#define WORD_BYTES 4u

/* Checks of phb3_pcicfg_check(), and p7ioc's. The root bus has one device; probing beyond it would raise an error. */
static int64_t opal_cfg_check(struct opal_phb *phb, uint64_t bdfn, uint64_t offset, uint32_t bytes)
{
	if (!phb || bdfn > CFG_BDFN_MAX || offset >= PCI_CONFIG_BYTES || (offset & (bytes - 1)))
		return OPAL_PARAMETER;
	if ((bdfn <= CFG_DEVFN_MASK && bdfn) || phb->broken)
		return OPAL_HARDWARE;
	if (bdfn && phb->config_blocked)
		return OPAL_HARDWARE;
	return phb->gen->config_open && !phb->gen->config_open(phb) ? OPAL_HARDWARE : OPAL_SUCCESS;
}

static void opal_cfg_select(struct opal_phb *phb, uint64_t bdfn, uint64_t offset)
{
	uint64_t value = ppc_set(PHB_CA_BDFN, PHB_CA_ENABLE, bdfn);

	value = ppc_set(PHB_CA_REG, value, offset & ~3ull);
	if (phb->gen->config_pe)
		value = ppc_set(phb->gen->config_pe, value, phb->gen->pe_of(phb, (uint32_t)bdfn));
	opal_write(phb, PHB_CONFIG_ADDRESS, value);
}

/* ---- The root port among the registers ---- */

/* Words through the indirect window are in the upper half of its data. */
static uint32_t opal_cfg_root_read(struct opal_phb *phb, uint64_t reg)
{
	struct opal *opal = phb->opal;

	if (reg >= phb->gen->root_bytes)
		return UINT32_MAX;
	if (phb->config_by_asb)
		return (uint32_t)(opal_asb_read(phb, PHB_SCOM_ASB_4B | (phb->gen->root_base + reg)) >> 32);
	opal->stats.register_reads++;
	return (uint32_t)opal->platform->ops->mmio_read(opal->platform->ctx,
							phb->info->reg_base + phb->gen->root_base + reg, WORD_BYTES);
}

static void opal_cfg_root_write(struct opal_phb *phb, uint64_t reg, uint32_t bytes, uint32_t value)
{
	uint32_t shift = 8 * (reg & 3), mask = UINT32_MAX >> (32 - 8 * bytes) << shift;
	struct opal *opal = phb->opal;

	reg &= ~3ull;
	if (reg >= phb->gen->root_bytes)
		return;
	if (bytes < WORD_BYTES)
		value = (opal_cfg_root_read(phb, reg) & ~mask) | (value << shift & mask);
	opal->stats.register_writes++;
	opal->platform->ops->mmio_write(opal->platform->ctx, phb->info->reg_base + phb->gen->root_base + reg, value,
					WORD_BYTES);
}

/* ---- All functions ---- */

static int64_t opal_cfg_do_read(struct opal_phb *phb, uint64_t bdfn, uint64_t offset, uint32_t bytes, uint32_t *value)
{
	int64_t ret = opal_cfg_check(phb, bdfn, offset, bytes);
	struct opal *opal = phb ? phb->opal : NULL;

	*value = UINT32_MAX;
	if (ret != OPAL_SUCCESS)
		return ret;
	if (!bdfn && phb->gen->root_base) {
		*value = opal_cfg_root_read(phb, offset & ~3ull) >> (8 * (offset & 3));
		return OPAL_SUCCESS;
	}
	opal_cfg_select(phb, bdfn, offset);
	opal->stats.register_reads++;
	*value = (uint32_t)opal->platform->ops->mmio_read(opal->platform->ctx,
							  phb->info->reg_base + PHB_CONFIG_DATA + (offset & 3), bytes);
	return OPAL_SUCCESS;
}

/** opal_pci_config_read - @data: @bytes, big-endian, all ones when the call fails. */
int64_t opal_pci_config_read(struct opal *opal, uint64_t phb_id, uint64_t bdfn, uint64_t offset, uint32_t bytes,
			     void *data)
{
	uint32_t value;
	int64_t ret = opal_cfg_do_read(opal_phb_find(opal, phb_id), bdfn, offset, bytes, &value);

	if (bytes == 4)
		opal_out_be32(data, value);
	else if (bytes == 2)
		opal_out_be16(data, (uint16_t)value);
	else
		*(uint8_t *)data = (uint8_t)value;
	return ret;
}

static int64_t opal_cfg_do_write(struct opal_phb *phb, uint64_t bdfn, uint64_t offset, uint32_t bytes, uint32_t value)
{
	int64_t ret = opal_cfg_check(phb, bdfn, offset, bytes);
	struct opal *opal = phb ? phb->opal : NULL;

	if (ret != OPAL_SUCCESS)
		return ret;
	if (!bdfn && phb->gen->root_base) {
		opal_cfg_root_write(phb, offset, bytes, value);
		return OPAL_SUCCESS;
	}
	opal_cfg_select(phb, bdfn, offset);
	opal->stats.register_writes++;
	opal->platform->ops->mmio_write(opal->platform->ctx, phb->info->reg_base + PHB_CONFIG_DATA + (offset & 3),
					value, bytes);
	return OPAL_SUCCESS;
}

int64_t opal_pci_config_write(struct opal *opal, uint64_t phb_id, uint64_t bdfn, uint64_t offset, uint32_t bytes,
			      uint32_t data)
{
	return opal_cfg_do_write(opal_phb_find(opal, phb_id), bdfn, offset, bytes, data);
}

uint32_t opal_cfg_read(struct opal_phb *phb, uint32_t bdfn, uint32_t reg, uint32_t bytes)
{
	uint32_t value;

	(void)opal_cfg_do_read(phb, bdfn, reg, bytes, &value);
	return bytes == 4 ? value : value & ((1u << (8 * bytes)) - 1);
}

void opal_cfg_write(struct opal_phb *phb, uint32_t bdfn, uint32_t reg, uint32_t bytes, uint32_t value)
{
	(void)opal_cfg_do_write(phb, bdfn, reg, bytes, value);
}

void opal_cfg_change(struct opal_phb *phb, uint32_t bdfn, uint32_t reg, uint32_t bytes, uint32_t clear, uint32_t set)
{
	opal_cfg_write(phb, bdfn, reg, bytes, (opal_cfg_read(phb, bdfn, reg, bytes) & ~clear) | set);
}
