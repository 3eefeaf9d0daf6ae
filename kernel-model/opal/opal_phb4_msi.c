// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/opal/opal_phb4_msi.c - interrupts of a PHB4: the PE of each message in the MIST (skiboot hw/phb4.c
 * phb4_set_ive_pe()), and what skiboot's hw/xive.c does of a source behind OPAL_SET_XIVE and OPAL_GET_XIVE: to which
 * server it goes is kept in a table in memory, and a source that goes nowhere is masked in its ESB page. The kernel ends
 * interrupts there by itself.
 *
 * skiboot leaves sources unmasked and lets the interrupt controller drop what has no target; here they are masked, as
 * there is no such controller.
 *
 * Not modelled: the presentation controller's priorities, except that priority 0xff masks; POWER10's modes in which the
 * interrupt controller keeps the state of messages.
 */
#include "kernel-model/opal/opal_phb4.h"

#define TARGET_BYTES 4ull /* server, priority, unused */
#define PRIORITY_MASKED 0xffu
#define QUARTER_MASK 0xffffull

static uint64_t opal_phb4_esb(struct opal_phb *phb, uint32_t vector, uint32_t offset)
{
	const struct platform *platform = phb->opal->platform;

	phb->opal->stats.register_reads++;
	return platform->ops->mmio_read(
		platform->ctx, phb->info->esb_base + ((uint64_t)vector << XIVE_ESB_SHIFT_64K) + offset, 8);
}

static uint64_t opal_phb4_target(const struct opal_phb *phb, uint32_t vector)
{
	return phb->ivt + TARGET_BYTES * vector;
}

static uint64_t opal_phb4_quarter(uint32_t pe, bool masked)
{
	return ppc_set(IODA3_MIST_PE, masked ? IODA3_MIST_Q : 0, pe);
}

void opal_phb4_clear_vectors(struct opal_phb *phb)
{
	uint32_t i, count = opal_phb_scale(phb, PHB4_MIST_COUNT), sources = count * IODA3_MIST_PER_ENTRY;

	for (i = 0; i < count; i++)
		phb->copy[IODA3_TBL_MIST][i] = opal_phb4_quarter(0, true) * 0x0001000100010001ull;
	for (i = 0; i < sources; i++) {
		opal_store_be16(phb->opal, opal_phb4_target(phb, i), 0);
		opal_store_be16(phb->opal, opal_phb4_target(phb, i) + 2, PRIORITY_MASKED);
	}
}

void opal_phb4_end_errors(struct opal_phb *phb)
{
	(void)opal_phb4_esb(phb, phb->info->msi_count + PHB_LSI_INF, XIVE_ESB_SET_PQ_00);
	(void)opal_phb4_esb(phb, phb->info->msi_count + PHB_LSI_ER, XIVE_ESB_SET_PQ_00);
}

int64_t opal_phb4_set_xive(struct opal_phb *phb, uint32_t vector, uint16_t server, uint8_t priority)
{
	bool masked = priority == PRIORITY_MASKED;

	opal_store_be16(phb->opal, opal_phb4_target(phb, vector), server);
	opal_store_be16(phb->opal, opal_phb4_target(phb, vector) + 2, priority);
	(void)opal_phb4_esb(phb, vector, masked ? XIVE_ESB_SET_PQ_01 : XIVE_ESB_SET_PQ_00);
	return OPAL_SUCCESS;
}

int64_t opal_phb4_get_xive(struct opal_phb *phb, uint32_t vector, uint16_t *server, uint8_t *priority)
{
	*server = opal_load_be16(phb->opal, opal_phb4_target(phb, vector));
	*priority = (uint8_t)opal_load_be16(phb->opal, opal_phb4_target(phb, vector) + 2);
	return OPAL_SUCCESS;
}

/* One quarter of an entry is written, and with it the state of its interrupt: that of a vector nobody has used. */
int64_t opal_phb4_set_xive_pe(struct opal_phb *phb, uint32_t pe, uint32_t vector)
{
	uint32_t entry = vector / IODA3_MIST_PER_ENTRY, quarter = vector % IODA3_MIST_PER_ENTRY;
	uint32_t shift = IODA3_MIST_QUARTER_BITS * (IODA3_MIST_PER_ENTRY - 1 - quarter);
	uint64_t *copy = &phb->copy[IODA3_TBL_MIST][entry];
	uint8_t priority;
	uint16_t server;

	(void)opal_phb4_get_xive(phb, vector, &server, &priority);
	*copy = (*copy & ~(QUARTER_MASK << shift)) | opal_phb4_quarter(pe, priority == PRIORITY_MASKED) << shift;
	opal_ioda_select_with(phb, IODA3_TBL_MIST, entry, ppc_set(PHB4_IODA_ADDR_MIST_PWV, 0, 8u >> quarter));
	opal_write(phb, PHB_IODA_DATA0, *copy);
	return OPAL_SUCCESS;
}
