/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/phb/phb4_msi.c - interrupts of a PHB4 or PHB5: the state of each source on the chip, in the MIST for MSIs and in
 * the LIST for the 8 LSIs, and the page per source (ESB) through which software ends and masks it.
 *
 * Entries: skiboot include/phb4-regs.h; number of an MSI, writable bits and partial writes: QEMU pnv_phb4.c; states:
 * QEMU hw/intc/xive.c, Linux asm/xive-regs.h. Of the two bits P (presented, not yet ended) and Q (came again): 00 ready;
 * an event makes it 10 and is told to the interrupt controller; 10 then makes 11 of the next; ending 11 gives 10 and
 * tells it again; 01 is off. An LSI whose level is on when it is ended is told again.
 *
 * The MIST names the PE of an MSI; a message of another PE is an error, as is one with a number that no MSI has: there
 * is no entry, so it is nobody's (assumed; the numbers of the LSIs among them).
 *
 * A source is told by a store to the controller's notify port (INT_NOTIFY_ADDR); while that is 0, nobody hears of it.
 * With PQ_DISABLE, PHB5 tells each message and leaves the state to the controller, which this machine does not have.
 *
 * Not modelled: ABT mode of PHB5, servers and priorities (the interrupt controller's), ECC of the tables.
 */
#include "hw/phb/phb4.h"
#include "hw/regs/xive_regs.h"

#define PQ_READY 0u
#define PQ_OFF XIVE_ESB_VAL_Q
#define PQ_PRESENTED XIVE_ESB_VAL_P
#define PQ_AGAIN (XIVE_ESB_VAL_P | XIVE_ESB_VAL_Q)

/* ---- State ---- */

/* The number of the first LSI, as LSI_SOURCE_ID says. */
static uint32_t lsi_first(const struct phb *phb)
{
	return (uint32_t)ppc_get(PHB4_LSI_SRC_ID, phb_reg(phb, PHB_LSI_SOURCE_ID)) * PHB4_LSI_COUNT;
}

static bool is_lsi(const struct phb *phb, uint32_t source)
{
	return source - lsi_first(phb) < PHB4_LSI_COUNT;
}

/* The table entry of @source and where P is in it; Q is the bit below. */
static uint64_t *state_of(struct phb *phb, uint32_t source, uint64_t *p)
{
	if (is_lsi(phb, source)) {
		*p = IODA3_LIST_P;
		return &phb->table[IODA2_TBL_LIST][source - lsi_first(phb)];
	}
	*p = PPC_BIT(source % IODA3_MIST_PER_ENTRY * IODA3_MIST_QUARTER_BITS);
	return &phb->table[IODA3_TBL_MIST][source / IODA3_MIST_PER_ENTRY];
}

static uint32_t pq_get(struct phb *phb, uint32_t source)
{
	uint64_t p, state = *state_of(phb, source, &p);

	return (state & p ? XIVE_ESB_VAL_P : 0) | (state & p >> 1 ? XIVE_ESB_VAL_Q : 0);
}

static uint32_t pq_set(struct phb *phb, uint32_t source, uint32_t pq)
{
	uint32_t was = pq_get(phb, source);
	uint64_t p, *state = state_of(phb, source, &p);

	*state &= ~(p | p >> 1);
	*state |= (pq & XIVE_ESB_VAL_P ? p : 0) | (pq & XIVE_ESB_VAL_Q ? p >> 1 : 0);
	return was;
}

/* One event of @source. Return: is it told to the controller? */
static bool pq_event(struct phb *phb, uint32_t source)
{
	uint32_t pq = pq_get(phb, source);

	if (pq == PQ_READY)
		pq_set(phb, source, PQ_PRESENTED);
	else if (pq == PQ_PRESENTED && !is_lsi(phb, source))
		pq_set(phb, source, PQ_AGAIN);
	return pq == PQ_READY;
}

/* Tell the controller, as an event of now. */
static void notify(struct phb *phb, uint32_t source)
{
	if (phb_reg(phb, PHB4_INT_NOTIFY_ADDR))
		phb_irq_present(phb, source);
	else
		phb->stats.irqs_unrouted++;
}

static bool lsi_on(struct phb *phb, uint32_t source)
{
	return is_lsi(phb, source) && phb->table[IODA2_TBL_LIST][source - lsi_first(phb)] & IODA3_LIST_STATE;
}

/* Return: did it come again meanwhile? */
static bool pq_end(struct phb *phb, uint32_t source)
{
	uint32_t pq = pq_get(phb, source);
	bool again = pq == PQ_AGAIN || (pq == PQ_PRESENTED && lsi_on(phb, source));

	if (pq & XIVE_ESB_VAL_P)
		pq_set(phb, source, again ? PQ_PRESENTED : PQ_READY);
	if (again)
		notify(phb, source);
	return again;
}

/* ---- Tables ---- */

void phb4_mist_write(struct phb *phb, uint32_t index, uint64_t value)
{
	uint64_t *entry = &phb->table[IODA3_TBL_MIST][index], enabled = 0;
	uint64_t pwv = ppc_get(PHB4_IODA_ADDR_MIST_PWV, phb_reg(phb, PHB_IODA_ADDR));
	uint32_t quarter;

	/* The highest enable is the first MSI's; none at all means all. */
	for (quarter = 0; quarter < IODA3_MIST_PER_ENTRY; quarter++) {
		if (!pwv || pwv & 8u >> quarter)
			enabled |= (IODA3_MIST_P | IODA3_MIST_Q | IODA3_MIST_PE)
				   << (IODA3_MIST_PER_ENTRY - 1 - quarter) * IODA3_MIST_QUARTER_BITS;
	}
	*entry = (*entry & ~enabled) | (value & enabled);
}

/* The level is the wire's, not software's. */
void phb4_list_write(struct phb *phb, uint32_t index, uint64_t value)
{
	uint64_t *entry = &phb->table[IODA2_TBL_LIST][index];

	*entry = (*entry & IODA3_LIST_STATE) | (value & (IODA3_LIST_P | IODA3_LIST_Q));
}

/* ---- Sources ---- */

enum phb_verdict phb4_msi(struct phb *phb, const struct tlp *tlp, uint32_t pe, uint32_t *source)
{
	enum phb_verdict verdict = phb_msi_source(tlp, source);
	uint32_t shift;
	bool told;

	if (verdict != PHB_XLATE_OK)
		return verdict;
	if (*source >= phb->shape->source_count || is_lsi(phb, *source))
		return PHB_XLATE_MSI_PE;
	shift = (IODA3_MIST_PER_ENTRY - 1 - *source % IODA3_MIST_PER_ENTRY) * IODA3_MIST_QUARTER_BITS;
	if (ppc_get(IODA3_MIST_PE, phb->table[IODA3_TBL_MIST][*source / IODA3_MIST_PER_ENTRY] >> shift) != pe)
		return PHB_XLATE_MSI_PE;
	phb->stats.msis++;
	if (phb->gen->pq_disable & phb_reg(phb, PHB_CONTROL)) {
		told = true;
	} else {
		phb->stats.msis_masked += pq_get(phb, *source) == PQ_OFF;
		told = pq_event(phb, *source);
		phb->stats.msis_queued += !told;
	}
	if (told && !phb_reg(phb, PHB4_INT_NOTIFY_ADDR)) {
		phb->stats.irqs_unrouted++;
		told = false;
	}
	if (!told)
		*source = UINT32_MAX;
	return PHB_XLATE_OK;
}

bool phb4_lsi(struct phb *phb, uint32_t lsi, bool on)
{
	uint64_t *entry = &phb->table[IODA2_TBL_LIST][lsi];
	uint32_t source = lsi_first(phb) + lsi;
	bool told;

	*entry = on ? *entry | IODA3_LIST_STATE : *entry & ~IODA3_LIST_STATE;
	if (!on || source >= phb->shape->source_count)
		return false;
	told = pq_event(phb, source);
	if (told)
		notify(phb, source);
	return told;
}

/* ---- ESB pages ---- */

/* An LSI that is on does not stay ready. Return: the state before. */
static uint32_t esb_set(struct phb *phb, uint32_t source, uint32_t at)
{
	uint32_t pq = (at - XIVE_ESB_SET_PQ_00) / (XIVE_ESB_SET_PQ_01 - XIVE_ESB_SET_PQ_00);
	uint32_t was = pq_set(phb, source, pq);

	if (pq == PQ_READY && lsi_on(phb, source) && pq_event(phb, source))
		notify(phb, source);
	return was;
}

static uint32_t esb_source(const struct phb *phb, uint64_t offset)
{
	bool large = phb_reg(phb, PHB_CONTROL) & PHB4_CTRLR_IRQ_PGSZ_64K;

	return (uint32_t)(offset >> (large ? XIVE_ESB_SHIFT_64K : XIVE_ESB_SHIFT_4K));
}

uint64_t phb4_esb_read(struct phb *phb, uint64_t offset)
{
	uint32_t source = esb_source(phb, offset), at = offset & XIVE_ESB_OFFSET_MASK;

	if (source >= phb->shape->source_count)
		return UINT64_MAX;
	if (at < XIVE_ESB_GET)
		return pq_end(phb, source);
	if (at < XIVE_ESB_SET_PQ_00)
		return pq_get(phb, source);
	return esb_set(phb, source, at);
}

void phb4_esb_write(struct phb *phb, uint64_t offset)
{
	uint32_t source = esb_source(phb, offset), at = offset & XIVE_ESB_OFFSET_MASK;

	if (source >= phb->shape->source_count)
		return;
	if (at < XIVE_ESB_STORE_EOI) {
		if (pq_event(phb, source))
			notify(phb, source);
	} else if (at < XIVE_ESB_GET) {
		/* Without STORE_EOI the store means nothing: software has to load. */
		if (phb_reg(phb, PHB_CONTROL) & PHB4_CTRLR_IRQ_STORE_EOI)
			(void)pq_end(phb, source);
	} else if (at >= XIVE_ESB_SET_PQ_00) {
		(void)esb_set(phb, source, at);
	}
}
