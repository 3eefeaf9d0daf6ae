/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/phb/phb_pest.c - the state of PEs: the record of an error in RAM (PEST), the two freeze bits on the chip, the
 * companions that a PE drags along (PELT-V), thawing by software, and the decoding of a record for people.
 *
 * Order on an error: record to RAM, then bit 0 of A and B on the chip, then the companions; sources: facts from skiboot
 * hw/phb3.c (what it reads where) and Linux Documentation/powerpc/pci_iov_resource_on_powernv.rst (what a freeze does).
 * The first error wins: while a PE is frozen in any way its record stays. Companions are frozen without a record. The
 * PE itself freezes even when its own bit is missing in its PELT-V row; that is counted.
 *
 * Whether an error freezes at all is decided by the enable registers of its trap group (phb_trap.c).
 * Not modelled: parity and timing of the records.
 */
#include "hw/phb/phb_error.h"
#include "hw/regs/p7ioc_regs.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool phb_pest_at(const struct phb *phb, uint32_t pe, struct raddr *at)
{
	return phb_table_at(phb, PHB_PEST_BAR, phb->gen->pest_addr, (uint64_t)pe * IODA2_PEST_ROW_BYTES,
			    IODA2_PEST_ROW_BYTES, at);
}

/* Write the record of @pe where the generation keeps it, in RAM at @at or on the chip. */
static void phb_pest_store(struct phb *phb, uint32_t pe, struct raddr at, uint64_t a, uint64_t b)
{
	if (phb->gen->pest_addr) {
		ram_store_be64(phb->ram, at, a);
		ram_store_be64(phb->ram, (struct raddr){at.v + 8}, b);
		(void)memory_fetch(&phb->memory, MEMORY_WRITE, at.v, 0); /* nobody waits for it */
	} else {
		phb->table[IODA2_TBL_PESTA][pe] = a & ~IODA2_PESTA_MMIO_FROZEN;
		phb->table[IODA2_TBL_PESTB][pe] = b & ~IODA2_PESTB_DMA_STOPPED;
	}
}

static void phb_pest_bit(uint64_t *words, uint32_t pe, bool set)
{
	if (set)
		words[pe / 64] |= PPC_BIT(pe % 64);
	else
		words[pe / 64] &= ~PPC_BIT(pe % 64);
}

static bool phb_pest_get(const uint64_t *words, uint32_t pe)
{
	return words[pe / 64] & PPC_BIT(pe % 64);
}

static void phb_pest_load(const struct phb *phb, uint32_t pe, uint64_t *a, uint64_t *b)
{
	struct raddr at;

	if (!phb->gen->pest_addr) {
		*a = phb->table[IODA2_TBL_PESTA][pe];
		*b = phb->table[IODA2_TBL_PESTB][pe];
		*a |= phb_pest_get(phb->mmio_frozen, pe) ? IODA2_PESTA_MMIO_FROZEN : 0;
		*b |= phb_pest_get(phb->dma_stopped, pe) ? IODA2_PESTB_DMA_STOPPED : 0;
	} else if (phb_pest_at(phb, pe, &at)) {
		*a = ram_load_be64(phb->ram, at);
		*b = ram_load_be64(phb->ram, (struct raddr){at.v + 8});
	}
}

bool phb_pest_any(const struct phb *phb)
{
	uint64_t any = 0;
	uint32_t i;

	for (i = 0; i < phb->pe_count / 64; i++)
		any |= phb->mmio_frozen[i] | phb->dma_stopped[i];
	return any;
}

/* Both bits of @pe become what is asked for; observers hear what changed. */
static void phb_pest_change(struct phb *phb, uint32_t pe, bool mmio, bool dma)
{
	bool mmio_was = phb_pest_get(phb->mmio_frozen, pe), dma_was = phb_pest_get(phb->dma_stopped, pe);
	bool frozen = (mmio && !mmio_was) || (dma && !dma_was), thawed = (!mmio && mmio_was) || (!dma && dma_was);
	struct trace_arg args[] = {
		{.name = "pe", .value = pe}, {.name = "mmio", .value = mmio}, {.name = "dma", .value = dma}};

	phb_pest_bit(phb->mmio_frozen, pe, mmio);
	phb_pest_bit(phb->dma_stopped, pe, dma);
	phb->mmio_blocked[pe] = mmio && !phb->mmio_eeh_off && !phb->mutant_skip_freeze;
	phb->dma_blocked[pe] = dma && !phb->mutant_skip_freeze;
	if (frozen)
		phb->stats.freezes++;
	if (thawed)
		phb->stats.thaws++;
	if ((frozen || thawed) && trace_on(phb->sim))
		phb_trace(phb, frozen ? "PE freeze" : "PE thaw", args, sim_count_of(args));
	if (frozen)
		phb_notify(phb, PHB_EVENT_FREEZE, pe, NULL, (uint64_t)mmio | (uint64_t)dma << 1);
	if (thawed)
		phb_notify(phb, PHB_EVENT_THAW, pe, NULL, (uint64_t)mmio | (uint64_t)dma << 1);
}

void phb_pest_refresh(struct phb *phb)
{
	uint32_t pe;

	for (pe = 0; pe < phb->pe_count; pe++)
		phb_pest_change(phb, pe, phb_pest_get(phb->mmio_frozen, pe), phb_pest_get(phb->dma_stopped, pe));
}

void phb_pest_set(struct phb *phb, uint32_t pe, bool dma, bool frozen)
{
	bool mmio_was = phb_pest_get(phb->mmio_frozen, pe), dma_was = phb_pest_get(phb->dma_stopped, pe);

	phb_pest_change(phb, pe, dma ? mmio_was : frozen, dma ? frozen : dma_was);
}

/* In memory, byte c / 8, bit 7 - c % 8 of the row is PE c: read as doublewords, IBM bit c % 64 of word c / 64. */
static bool phb_peltv_row(const struct phb *phb, uint32_t pe, uint64_t *row)
{
	uint32_t i, row_bytes = phb->pe_count / 8;
	struct raddr at = {0};

	if (phb->gen->peltv_addr &&
	    !phb_table_at(phb, PHB_PELTV_BAR, phb->gen->peltv_addr, (uint64_t)pe * row_bytes, row_bytes, &at))
		return false;
	for (i = 0; i < row_bytes / 8; i++)
		row[i] = phb->gen->peltv_addr ? ram_load_be64(phb->ram, (struct raddr){at.v + 8ull * i})
					      : phb->table[IODA1_TBL_PELTV][i * phb->pe_count + pe];
	return true;
}

static void phb_pest_freeze_companions(struct phb *phb, uint32_t pe)
{
	uint64_t row[PHB_PE_MAX / 64];
	uint32_t other;

	if (!phb_peltv_row(phb, pe, row)) {
		phb->stats.table_bar_disabled++;
		phb_trap_note(phb, PHB_TRAP_PELTV_BAR, pe);
		return;
	}
	if (!phb_pest_get(row, pe))
		phb->stats.peltv_no_self++;
	for (other = 0; other < phb->pe_count; other++) {
		if (other == pe || !phb_pest_get(row, other))
			continue;
		if (phb_pest_get(phb->mmio_frozen, other) && phb_pest_get(phb->dma_stopped, other))
			continue;
		phb->stats.companion_freezes++;
		phb_pest_change(phb, other, true, true);
	}
}

uint64_t phb_pest_word(const struct phb *phb, const struct phb_error *error)
{
	uint64_t a = IODA2_PESTA_MMIO_FROZEN | error->cause;

	a = ppc_set(IODA2_PESTA_TRANS_TYPE, a, error->type);
	a = ppc_set(IODA2_PESTA_LEM_BIT, a, phb->gen->traps[error->trap].lem_bit);
	a = ppc_set(IODA2_PESTA_RID, a, error->rid);
	return ppc_set(IODA2_PESTA_MSI_DATA, a, error->msi_data);
}

void phb_pest_error(struct phb *phb, const struct phb_error *error)
{
	bool first = !phb_pest_get(phb->mmio_frozen, error->pe) && !phb_pest_get(phb->dma_stopped, error->pe);
	struct raddr at = {0};

	if (phb->gen->pest_addr && !phb_pest_at(phb, error->pe, &at)) {
		phb->stats.table_bar_disabled++;
		phb_trap_note(phb, PHB_TRAP_PEST_BAR, error->pe);
	} else if (first) {
		phb_pest_store(phb, error->pe, at, phb_pest_word(phb, error),
			       IODA2_PESTB_DMA_STOPPED | (error->addr & IODA2_PESTB_FAIL_ADDR));
	}
	phb_pest_change(phb, error->pe, true, true);
	if (error->message || !phb->peltv_messages_only)
		phb_pest_freeze_companions(phb, error->pe);
}

void phb_pest_thaw_all(struct phb *phb)
{
	uint32_t pe;

	for (pe = 0; pe < phb->pe_count; pe++)
		phb_pest_change(phb, pe, false, false);
}

/* ---- For people ---- */

static const char *const pest_types[] = {"DMA write", "MSI",	    "DMA read", "DMA read response",
					 "MMIO load", "MMIO store", "reserved", "other"};

static const struct {
	uint64_t mask;
	const char *name;
} pest_causes[] = {
	{IODA2_PESTA_MMIO_CAUSE, "MMIO cause"},
	{IODA2_PESTA_CFG_READ, "config read"},
	{IODA2_PESTA_CFG_WRITE, "config write"},
	{IODA2_PESTA_CA_RETURNED, "CA or timeout"},
	{IODA2_PESTA_UR_RETURNED, "UR returned"},
	{IODA2_PESTA_NONFATAL, "non-fatal PCIe error"},
	{IODA2_PESTA_FATAL, "fatal PCIe error"},
	{IODA1_PESTA_TAG_REUSE, "tag re-use"},
	{IODA2_PESTA_UNCORRECTABLE, "uncorrectable data"},
	{IODA2_PESTA_CORRECTABLE, "correctable error"},
	{IODA2_PESTA_PCIE_INTERRUPT, "PCIe interrupt"},
	{IODA2_PESTA_IODA_ERROR, "IODA error"},
	{IODA1_PESTA_TVT_EXTENT, "TVT extent"},
	{IODA2_PESTA_TCE_PAGE_FAULT, "TCE page fault"},
	{IODA2_PESTA_TCE_ACCESS_FAULT, "TCE access fault"},
	{IODA2_PESTA_DMA_RESP_TIMEOUT, "DMA response timeout"},
	{IODA2_PESTA_AIB_SIZE, "invalid size"},
};

static void phb_pest_append(char *to, size_t bytes, const char *text)
{
	size_t used = strlen(to);

	snprintf(to + used, bytes - used, "%s%s", used ? ", " : "", text);
}

static void phb_pest_name_causes(struct phb_freeze *out)
{
	char bit[24];
	size_t i;

	for (i = 0; i < sim_count_of(pest_causes); i++) {
		if (!(out->pest_a & pest_causes[i].mask))
			continue;
		phb_pest_append(out->causes, sizeof(out->causes), pest_causes[i].name);
		snprintf(bit, sizeof(bit), "PEST0 bit %d", __builtin_clzll(pest_causes[i].mask));
		phb_pest_append(out->cause_bits, sizeof(out->cause_bits), bit);
	}
}

bool phb_freeze_state(const struct phb *phb, uint32_t pe, struct phb_freeze *out)
{

	memset(out, 0, sizeof(*out));
	if (pe >= phb->pe_count)
		return false;
	out->mmio_frozen = phb_pest_get(phb->mmio_frozen, pe);
	out->dma_stopped = phb_pest_get(phb->dma_stopped, pe);
	phb_pest_load(phb, pe, &out->pest_a, &out->pest_b);
	out->type = pest_types[ppc_get(IODA2_PESTA_TRANS_TYPE, out->pest_a)];
	out->rid = (uint16_t)ppc_get(IODA2_PESTA_RID, out->pest_a);
	out->lem_bit = (uint32_t)ppc_get(IODA2_PESTA_LEM_BIT, out->pest_a);
	out->addr.v = ppc_get(IODA2_PESTB_FAIL_ADDR, out->pest_b);
	phb_pest_name_causes(out);
	return out->mmio_frozen || out->dma_stopped;
}
