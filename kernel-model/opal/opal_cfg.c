// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/opal/opal_cfg.c - configuration cycles through CONFIG_ADDRESS and CONFIG_DATA, as skiboot's
 * PHB3_PCI_CFG_READ and PHB3_PCI_CFG_WRITE (hw/phb3.c): the address carries the PE that the RTT names for the target,
 * so that a failing cycle freezes the right PE.
 *
 * Not modelled: configuration access while the PHB is fenced (through XSCOM), filters on single registers.
 */
#include "kernel-model/opal/opal_internal.h"

#include "hw/regs/pci_regs.h"

#define CFG_BDFN_MAX 0xffffull
#define CFG_DEVFN_MASK 0xffull

/* Checks of phb3_pcicfg_check(). The root bus has one device; probing beyond it would raise an error. */
static int64_t opal_cfg_check(const struct opal_phb *phb, uint64_t bdfn, uint64_t offset, uint32_t bytes)
{
	if (!phb || bdfn > CFG_BDFN_MAX || offset >= PCI_CONFIG_BYTES || (offset & (bytes - 1)))
		return OPAL_PARAMETER;
	if (bdfn <= CFG_DEVFN_MASK && bdfn)
		return OPAL_HARDWARE;
	return OPAL_SUCCESS;
}

static void opal_cfg_select(struct opal_phb *phb, uint64_t bdfn, uint64_t offset)
{
	uint64_t value = ppc_set(PHB_CA_BDFN, PHB_CA_ENABLE, bdfn);

	value = ppc_set(PHB_CA_REG, value, offset & ~3ull);
	if (phb->gen->config_pe)
		value = ppc_set(phb->gen->config_pe, value, phb->gen->pe_of(phb, (uint32_t)bdfn));
	opal_write(phb, PHB_CONFIG_ADDRESS, value);
}

/** opal_pci_config_read - @data: @bytes, big-endian, all ones when the call fails. */
int64_t opal_pci_config_read(struct opal *opal, uint64_t phb_id, uint64_t bdfn, uint64_t offset, uint32_t bytes,
			     void *data)
{
	struct opal_phb *phb = opal_phb_find(opal, phb_id);
	int64_t ret = opal_cfg_check(phb, bdfn, offset, bytes);
	uint64_t value = UINT32_MAX;

	if (ret == OPAL_SUCCESS) {
		opal_cfg_select(phb, bdfn, offset);
		opal->stats.register_reads++;
		value = opal->platform->ops->mmio_read(opal->platform->ctx,
						       phb->info->reg_base + PHB_CONFIG_DATA + (offset & 3), bytes);
	}
	if (bytes == 4)
		opal_out_be32(data, (uint32_t)value);
	else if (bytes == 2)
		opal_out_be16(data, (uint16_t)value);
	else
		*(uint8_t *)data = (uint8_t)value;
	return ret;
}

int64_t opal_pci_config_write(struct opal *opal, uint64_t phb_id, uint64_t bdfn, uint64_t offset, uint32_t bytes,
			      uint32_t data)
{
	struct opal_phb *phb = opal_phb_find(opal, phb_id);
	int64_t ret = opal_cfg_check(phb, bdfn, offset, bytes);

	if (ret != OPAL_SUCCESS)
		return ret;
	opal_cfg_select(phb, bdfn, offset);
	opal->stats.register_writes++;
	opal->platform->ops->mmio_write(opal->platform->ctx, phb->info->reg_base + PHB_CONFIG_DATA + (offset & 3), data,
					bytes);
	return OPAL_SUCCESS;
}
