/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/phb/phb_ioda.c - the indirect port to the on-chip tables: IODA_ADDR selects, IODA_DATA0 reads or writes.
 *
 * The index is masked to the table's size and, with auto-increment, advances and wraps on reads and on writes (QEMU
 * pnv_phb3.c). A table that the model does not have reads 0, loses writes and is counted as unimplemented. On PHB4 and
 * PHB5 an index or a table that does not exist also sets the IODA table access error (phb.ioda_errors). The P7IOC's
 * tables of 128 bits have their second doubleword in IODA_DATA1; skiboot writes it first, for the access of DATA0 is
 * what moves the index on, and it writes it alone where only that half changes, so each half takes effect by itself.
 *
 * Which tables there are says the generation. Not modelled: IVC_CAM, RCAM, TCAM and TDR of PHB3 (views of caches).
 */
#include "hw/phb/phb_error.h"

/* Bit 0 lives in mmio_frozen and dma_stopped. The rest of the record is on the chip where no PEST in RAM has it. */
uint64_t phb_ioda_pesta_read(struct phb *phb, uint32_t pe)
{
	uint64_t frozen = phb->mmio_frozen[pe / 64] & PPC_BIT(pe % 64) ? IODA2_PESTA_MMIO_FROZEN : 0;

	return frozen | phb->table[IODA2_TBL_PESTA][pe];
}

uint64_t phb_ioda_pestb_read(struct phb *phb, uint32_t pe)
{
	uint64_t stopped = phb->dma_stopped[pe / 64] & PPC_BIT(pe % 64) ? IODA2_PESTB_DMA_STOPPED : 0;

	return stopped | phb->table[IODA2_TBL_PESTB][pe];
}

void phb_ioda_pesta_write(struct phb *phb, uint32_t pe, uint64_t value)
{
	phb_pest_set(phb, pe, false, value & IODA2_PESTA_MMIO_FROZEN);
	if (!phb->gen->pest_addr)
		phb->table[IODA2_TBL_PESTA][pe] = value & ~IODA2_PESTA_MMIO_FROZEN;
}

void phb_ioda_pestb_write(struct phb *phb, uint32_t pe, uint64_t value)
{
	phb_pest_set(phb, pe, true, value & IODA2_PESTB_DMA_STOPPED);
	if (!phb->gen->pest_addr)
		phb->table[IODA2_TBL_PESTB][pe] = value & ~IODA2_PESTB_DMA_STOPPED;
}

void phb_ioda_tvt_write(struct phb *phb, uint32_t index, uint64_t value)
{
	phb->table[IODA2_TBL_TVT][index] = value;
	phb->gen->tve_decode(phb, index & (phb->shape->tables[IODA2_TBL_TVT].count - 1));
}

uint64_t phb_ioda_peev_read(struct phb *phb, uint32_t index)
{
	return phb->mmio_frozen[index] | phb->dma_stopped[index];
}

/* A summary that hardware keeps: skiboot writes zeros at start and clears freezes elsewhere. */
void phb_ioda_peev_write(struct phb *phb, uint32_t index, uint64_t value)
{
	(void)phb;
	(void)index;
	(void)value;
}

static void phb_ioda_unimplemented(struct phb *phb, uint32_t number, bool write)
{
	struct trace_arg args[] = {{.name = "table", .value = number}};

	phb->stats.unimplemented_writes += write;
	phb->stats.unimplemented_reads += !write;
	if (trace_on(phb->sim))
		phb_trace(phb, "unimplemented IODA table", args, sim_count_of(args));
}

/*
 * Table and place of this access, through DATA0 or DATA1. DATA0 moves the index on when asked to. Return: NULL when
 * there is nothing, after having counted it.
 */
static const struct phb_ioda_table *phb_ioda_access(struct phb *phb, uint32_t offset, bool write, uint32_t *number,
						    uint32_t *index)
{
	uint64_t *addr = &phb->reg[PHB_IODA_ADDR / 8];
	bool second = offset != PHB_IODA_DATA0;
	const struct phb_ioda_table *table;

	*number = (uint32_t)ppc_get(PHB_IODA_ADDR_TSEL, *addr);
	*index = (uint32_t)ppc_get(phb->gen->ioda_tadr, *addr);
	table = &phb->shape->tables[*number];
	if (*index >= table->count && phb->ioda_errors)
		phb_trap_note(phb, PHB_TRAP_IODA_ACCESS, *addr);
	if (!table->count || (second && !table->wide)) {
		phb_ioda_unimplemented(phb, *number, write);
		return NULL;
	}
	*index &= table->count - 1;
	if (*addr & PHB_IODA_ADDR_AUTOINC && !second)
		*addr = ppc_set(phb->gen->ioda_tadr, *addr, (*index + 1) & (table->count - 1));
	*index += second ? table->count : 0;
	return table;
}

uint64_t phb_ioda_read(struct phb *phb, uint32_t offset)
{
	uint32_t number, index;
	const struct phb_ioda_table *table = phb_ioda_access(phb, offset, false, &number, &index);

	if (!table)
		return 0;
	return table->read ? table->read(phb, index) : phb->table[number][index];
}

void phb_ioda_write(struct phb *phb, uint32_t offset, uint64_t value)
{
	uint32_t number, index;
	const struct phb_ioda_table *table = phb_ioda_access(phb, offset, true, &number, &index);

	if (!table)
		return;
	if (table->write)
		table->write(phb, index, value);
	else
		phb->table[number][index] = value;
}
