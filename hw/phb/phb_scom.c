/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/phb/phb_scom.c - the PHB seen from the pervasive (SCOM) bus: its fault isolation registers in the nest and PCI
 * units, the reset of its core (ETU), and the indirect window to its registers, which works behind a fence.
 *
 * Firmware finds a fence in NFIR (PHB3), forces one by setting NFIR bits, holds the core in reset, waits until nothing
 * is pending, clears the FIRs and lets the core go (skiboot hw/phb3.c and hw/phb4.c, complete reset). Which register is
 * where says the generation. While the core is held in reset no register answers.
 *
 * Not modelled: everything else of these units; an access to it is counted as unimplemented and reads 0. NFIR bits
 * other than those of a fence are set by software only. The BARs through which the chip routes MMIO are the machine's
 * map.
 */
#include "hw/phb/phb_error.h"

static const struct phb_scom_row *phb_scom_find(const struct phb *phb, enum phb_scom_unit unit, uint32_t offset)
{
	uint32_t i;

	for (i = 0; i < phb->gen->scom_count; i++) {
		if (phb->gen->scom[i].unit == unit && phb->gen->scom[i].offset == offset)
			return &phb->gen->scom[i];
	}
	return NULL;
}

static void phb_scom_unimplemented(struct phb *phb, enum phb_scom_unit unit, uint32_t offset, bool write)
{
	struct trace_arg args[] = {{.name = "unit", .value = unit}, {.name = "offset", .value = offset, .hex = true}};

	phb->stats.unimplemented_writes += write;
	phb->stats.unimplemented_reads += !write;
	if (trace_on(phb->sim))
		phb_trace(phb, write ? "unimplemented SCOM write" : "unimplemented SCOM read", args,
			  sim_count_of(args));
}

/* A bit that was not there before and is not masked goes to the "who's on first" register. */
static void phb_fir_set(struct phb_fir *fir, uint64_t bits)
{
	uint64_t first = bits & ~fir->value & ~fir->mask;

	fir->value |= bits;
	if (first && !fir->wof)
		fir->wof = PPC_BIT(__builtin_clzll(first));
}

void phb_scom_note_fence(struct phb *phb)
{
	phb_fir_set(&phb->nfir, PHB_SCOM_NFIR_FENCED);
}

static void phb_scom_set_nfir(struct phb *phb, uint64_t value)
{
	phb_fir_set(&phb->nfir, value);
	if (value & phb->gen->nfir_force)
		phb_fence(phb, value, 0);
}

/* The indirect window: @value is NULL for a read. Return: what was read. */
static uint64_t phb_scom_indirect(struct phb *phb, const uint64_t *value)
{
	uint64_t addr = phb->asb_addr;
	uint32_t offset = (uint32_t)(addr & PHB_SCOM_ASB_OFFSET), bytes = addr & PHB_SCOM_ASB_4B ? 4 : 8;
	uint64_t result = 0;

	/* On PHB4 an address must be valid; PHB3's has no such bit. */
	if (phb->guard & PHB_GUARD_HELD || (phb->gen->asb_valid && !(addr & PHB_SCOM_ASB_VALID)))
		return UINT64_MAX;
	if (value)
		phb_asb_write(phb, offset, bytes == 4 ? *value >> 32 : *value, bytes);
	else
		result = phb_asb_read(phb, offset, bytes);
	if (addr & PHB_SCOM_ASB_AUTOINC)
		phb->asb_addr = (addr & ~PHB_SCOM_ASB_OFFSET) | ((offset + bytes) & PHB_SCOM_ASB_OFFSET);
	return bytes == 4 ? result << 32 : result;
}

uint64_t phb_scom_read(struct phb *phb, enum phb_scom_unit unit, uint32_t offset)
{
	const struct phb_scom_row *row = phb_scom_find(phb, unit, offset);
	const struct phb_fir *fir;

	if (!row) {
		phb_scom_unimplemented(phb, unit, offset, false);
		return 0;
	}
	fir = row->pci_fir ? &phb->pfir : &phb->nfir;
	switch (row->role) {
	case PHB_SCOM_FIR:
		return fir->value;
	case PHB_SCOM_FIR_MASK:
		return fir->mask;
	case PHB_SCOM_FIR_WOF:
		return fir->wof;
	case PHB_SCOM_PENDING:
		return phb_dma_pending(phb) ? PHB_SCOM_STATUS_PENDING : 0;
	case PHB_SCOM_MODE:
		return phb->scom_mode;
	case PHB_SCOM_RESET:
		return phb->guard & PHB_GUARD_HELD ? PHB_SCOM_ETU_RESET_HOLD : 0;
	case PHB_SCOM_ASB_ADDRESS:
		return phb->asb_addr;
	case PHB_SCOM_ASB_DATA:
		return phb_scom_indirect(phb, NULL);
	default:
		return 0; /* write-only, or nothing to tell */
	}
}

void phb_scom_write(struct phb *phb, enum phb_scom_unit unit, uint32_t offset, uint64_t value)
{
	const struct phb_scom_row *row = phb_scom_find(phb, unit, offset);
	struct phb_fir *fir;

	if (!row) {
		phb_scom_unimplemented(phb, unit, offset, true);
		return;
	}
	fir = row->pci_fir ? &phb->pfir : &phb->nfir;
	switch (row->role) {
	case PHB_SCOM_FIR:
		fir->value = value;
		break;
	case PHB_SCOM_FIR_AND:
		fir->value &= value;
		break;
	case PHB_SCOM_FIR_OR:
		if (row->pci_fir)
			phb_fir_set(fir, value);
		else
			phb_scom_set_nfir(phb, value);
		break;
	case PHB_SCOM_FIR_MASK:
		fir->mask = value;
		break;
	case PHB_SCOM_FIR_MASK_AND:
		fir->mask &= value;
		break;
	case PHB_SCOM_FIR_MASK_OR:
		fir->mask |= value;
		break;
	case PHB_SCOM_FIR_WOF:
		fir->wof = 0;
		break;
	case PHB_SCOM_MODE:
		phb->scom_mode = value;
		break;
	case PHB_SCOM_RESET:
		phb_hold(phb, value & PHB_SCOM_ETU_RESET_HOLD);
		break;
	case PHB_SCOM_ASB_ADDRESS:
		phb->asb_addr = value;
		break;
	case PHB_SCOM_ASB_DATA:
		(void)phb_scom_indirect(phb, &value);
		break;
	default:
		break; /* error injection into the queues, status: nothing there */
	}
}
