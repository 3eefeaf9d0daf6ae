// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/opal/opal_pe.c - which requester and which MMIO segment belongs to which PE: the calls, and the methods
 * of generations whose RTT and PELT-V are in memory. Sequences and checks of skiboot's phb3_set_pe() and
 * phb3_set_peltv() (hw/phb3.c; hw/phb4.c has the same).
 */
#include "kernel-model/opal/opal_internal.h"

#define RID_DEVICE_MASK 0xf8u
#define RID_FUNCTION_MASK 0x07u

int64_t opal_pci_set_pe(struct opal *opal, uint64_t phb_id, uint64_t pe, uint64_t bdfn, uint8_t bus_compare,
			uint8_t dev_compare, uint8_t func_compare, uint8_t action)
{
	struct opal_phb *phb = opal_phb_find(opal, phb_id);
	struct opal_requesters who = {(uint32_t)bdfn, bus_compare, dev_compare, func_compare};

	if (!phb || action > 1 || pe >= phb->info->pe_count || bdfn >= IODA2_RTT_COUNT || bus_compare > OPAL_BUS_ALL ||
	    dev_compare > 1 || func_compare > 1)
		return OPAL_PARAMETER;
	return phb->gen->set_pe(phb, (uint32_t)pe, &who, action);
}

int64_t opal_pci_set_peltv(struct opal *opal, uint64_t phb_id, uint32_t parent, uint32_t child, uint8_t state)
{
	struct opal_phb *phb = opal_phb_find(opal, phb_id);

	if (!phb || parent >= phb->info->pe_count || child >= phb->info->pe_count || state > 1)
		return OPAL_PARAMETER;
	return phb->gen->set_peltv(phb, parent, child, state);
}

int64_t opal_pci_map_pe_mmio_window(struct opal *opal, uint64_t phb_id, uint16_t pe, uint16_t type, uint16_t window,
				    uint16_t segment)
{
	struct opal_phb *phb = opal_phb_find(opal, phb_id);

	if (!phb || pe >= phb->info->pe_count)
		return OPAL_PARAMETER;
	return phb->gen->map_mmio(phb, pe, type, window, segment);
}

int64_t opal_pci_set_phb_mem_window(struct opal *opal, uint64_t phb_id, uint16_t type, uint16_t window, uint64_t real,
				    uint64_t pci, uint64_t bytes)
{
	struct opal_phb *phb = opal_phb_find(opal, phb_id);

	return phb ? phb->gen->set_mem_window(phb, type, window, real, pci, bytes) : OPAL_PARAMETER;
}

int64_t opal_pci_phb_mmio_enable(struct opal *opal, uint64_t phb_id, uint16_t type, uint16_t window, uint16_t mode)
{
	struct opal_phb *phb = opal_phb_find(opal, phb_id);

	return phb ? phb->gen->mmio_enable(phb, type, window, mode) : OPAL_PARAMETER;
}

int64_t opal_pci_set_option(struct opal *opal, uint64_t phb_id, uint64_t option, uint64_t setting)
{
	struct opal_phb *phb = opal_phb_find(opal, phb_id);

	if (!phb)
		return OPAL_PARAMETER;
	return phb->gen->set_option ? phb->gen->set_option(phb, option, setting) : OPAL_UNSUPPORTED;
}

int64_t opal_pci_get_option(struct opal *opal, uint64_t phb_id, uint64_t option, void *setting)
{
	struct opal_phb *phb = opal_phb_find(opal, phb_id);
	uint64_t value = 0;
	int64_t ret;

	if (!phb || !setting)
		return OPAL_PARAMETER;
	ret = phb->gen->get_option ? phb->gen->get_option(phb, option, &value) : OPAL_UNSUPPORTED;
	if (ret == OPAL_SUCCESS)
		opal_out_be64(setting, value);
	return ret;
}

/* Of two PHBs only: below one PHB it is the business of switches. Loads need that, so there are none. */
int64_t opal_pci_set_p2p(struct opal *opal, uint64_t initiator, uint64_t target, uint64_t what, uint32_t pe)
{
	struct opal_phb *from = opal_phb_find(opal, initiator), *to = opal_phb_find(opal, target);

	if (!from || !to || pe >= from->info->pe_count)
		return OPAL_PARAMETER;
	if (from == to || !from->gen->set_p2p || !to->gen->set_p2p || what & OPAL_P2P_LOAD)
		return OPAL_UNSUPPORTED;
	from->gen->set_p2p(from, false, pe, what & OPAL_P2P_ENABLE);
	to->gen->set_p2p(to, true, pe, what & OPAL_P2P_ENABLE);
	return OPAL_SUCCESS;
}

/* ---- RTT and PELT-V in memory ---- */

/* The top (bus_compare + 1) bits of the bus number, and the device and function fields as asked for. */
static uint32_t opal_rtt_mask(const struct opal_requesters *who)
{
	uint32_t mask = 0;

	if (who->bus_compare != OPAL_BUS_ANY)
		mask = ((1u << (who->bus_compare + 1)) - 1) << (15 - who->bus_compare);
	if (who->dev_compare)
		mask |= RID_DEVICE_MASK;
	if (who->func_compare)
		mask |= RID_FUNCTION_MASK;
	return mask;
}

/* Requesters that are taken out of a PE go to the reserved one. */
int64_t opal_rtt_set_pe(struct opal_phb *phb, uint32_t pe, const struct opal_requesters *who, bool map)
{
	uint32_t mask = opal_rtt_mask(who), rid;
	uint16_t entry = (uint16_t)(map ? pe : phb->info->reserved_pe);

	for (rid = 0; rid < IODA2_RTT_COUNT; rid++) {
		if ((rid & mask) == (who->bdfn & mask))
			opal_store_be16(phb->opal, phb->rtt + 2ull * rid, entry);
	}
	opal_write(phb, PHB_RTC_INVALIDATE, PHB_RTC_INVALIDATE_ALL);
	return OPAL_SUCCESS;
}

uint32_t opal_rtt_pe(struct opal_phb *phb, uint32_t bdfn)
{
	return opal_load_be16(phb->opal, phb->rtt + 2ull * bdfn);
}

int64_t opal_peltv_set(struct opal_phb *phb, uint32_t parent, uint32_t child, bool set)
{
	uint64_t row_bytes = phb->info->pe_count / 8;
	uint8_t *byte = opal_memory(phb->opal, phb->peltv + parent * row_bytes + child / 8);

	if (set)
		*byte |= (uint8_t)(0x80u >> (child % 8));
	else
		*byte &= (uint8_t) ~(0x80u >> (child % 8));
	return OPAL_SUCCESS;
}
