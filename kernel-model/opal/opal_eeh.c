// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/opal/opal_eeh.c - what froze, and thawing it: PESTA, PESTB and PEEV through the IODA port.
 * Sequences of skiboot's phb3_eeh_freeze_status(), _clear(), _set(), phb3_eeh_next_error(), phb3_err_inject() and
 * phb3_get_diag_data() (hw/phb3.c).
 *
 * Not modelled: fence and dead PHBs (they are found through chip registers), clearing of the root complex' own AER
 * and UTL status, the injection registers: OPAL_PCI_ERR_INJECT checks its arguments and says UNSUPPORTED.
 */
#include "kernel-model/opal/opal_internal.h"

#include <string.h>

#define PEEV_WORD_BITS 64

static struct opal_phb *opal_eeh_phb(struct opal *opal, uint64_t phb_id, uint64_t pe)
{
	struct opal_phb *phb = opal_phb_find(opal, phb_id);

	return phb && pe < phb->info->pe_count ? phb : NULL;
}

int64_t opal_pci_eeh_freeze_status(struct opal *opal, uint64_t phb_id, uint64_t pe, uint8_t *state, void *error_type,
				   void *severity)
{
	struct opal_phb *phb = opal_eeh_phb(opal, phb_id, pe);
	uint32_t entry = (uint32_t)pe;
	uint64_t peev;

	if (!phb)
		return OPAL_PARAMETER;
	*state = OPAL_FREEZE_NONE;
	opal_out_be16(error_type, OPAL_ERROR_NONE);
	if (severity)
		opal_out_be64(severity, OPAL_SEVERITY_NONE);
	peev = opal_ioda_read(phb, IODA2_TBL_PEEV, entry / PEEV_WORD_BITS);
	if (!(peev & PPC_BIT(entry % PEEV_WORD_BITS)))
		return OPAL_SUCCESS;
	opal_out_be16(error_type, OPAL_ERROR_PE);
	if (severity)
		opal_out_be64(severity, OPAL_SEVERITY_PE_ER);
	if (opal_ioda_read(phb, IODA2_TBL_PESTA, entry) & IODA2_PESTA_MMIO_FROZEN)
		*state |= OPAL_FREEZE_MMIO;
	if (opal_ioda_read(phb, IODA2_TBL_PESTB, entry) & IODA2_PESTB_DMA_STOPPED)
		*state |= OPAL_FREEZE_DMA;
	return OPAL_SUCCESS;
}

/* Status is write-1-to-clear; the first-error and log registers are cleared by any write. */
static void opal_eeh_clear_traps(struct opal_phb *phb)
{
	static const uint64_t groups[] = {PHB_ERR_BASE, PHB_OUT_ERR_BASE, PHB_INA_ERR_BASE, PHB_INB_ERR_BASE};
	uint64_t fir;
	size_t i;

	for (i = 0; i < sim_count_of(groups); i++) {
		opal_write(phb, groups[i] + PHB_ERR_STATUS, opal_read(phb, groups[i] + PHB_ERR_STATUS));
		opal_write(phb, groups[i] + PHB_ERR_FIRST, 0);
		opal_write(phb, groups[i] + PHB_ERR_LOG0, 0);
		opal_write(phb, groups[i] + PHB_ERR_LOG1, 0);
	}
	fir = opal_read(phb, PHB_LEM_FIR_ACCUM);
	opal_write(phb, PHB_LEM_FIR_AND_MASK, ~fir);
	opal_write(phb, PHB_LEM_WOF, 0);
}

int64_t opal_pci_eeh_freeze_clear(struct opal *opal, uint64_t phb_id, uint64_t pe, uint64_t action)
{
	struct opal_phb *phb = opal_eeh_phb(opal, phb_id, pe);
	uint64_t summary;
	uint32_t i;

	if (!phb)
		return OPAL_PARAMETER;
	summary = opal_read(phb, PHB_ETU_ERR_SUMMARY);
	if (summary == UINT64_MAX)
		return OPAL_HARDWARE; /* nobody answers: the PHB is fenced */
	if (summary)
		opal_eeh_clear_traps(phb);
	if (action & OPAL_ACTION_MMIO)
		opal_ioda_write(phb, IODA2_TBL_PESTA, (uint32_t)pe, 0);
	if (action & OPAL_ACTION_DMA)
		opal_ioda_write(phb, IODA2_TBL_PESTB, (uint32_t)pe, 0);
	/* Is anything else still frozen? Firmware keeps the error pending then; here next_error() asks the PHB again. */
	opal_ioda_select(phb, IODA2_TBL_PEEV, 0, true);
	for (i = 0; i < PHB3_PEEV_COUNT; i++)
		opal_read(phb, PHB_IODA_DATA0);
	return OPAL_SUCCESS;
}

int64_t opal_pci_eeh_freeze_set(struct opal *opal, uint64_t phb_id, uint64_t pe, uint64_t action)
{
	struct opal_phb *phb = opal_eeh_phb(opal, phb_id, pe);
	uint32_t entry = (uint32_t)pe;
	uint64_t value;

	if (!phb || action < OPAL_ACTION_MMIO || action > OPAL_ACTION_ALL)
		return OPAL_PARAMETER;
	if (action & OPAL_ACTION_MMIO) {
		value = opal_ioda_read(phb, IODA2_TBL_PESTA, entry);
		opal_ioda_write(phb, IODA2_TBL_PESTA, entry, value | IODA2_PESTA_MMIO_FROZEN);
	}
	if (action & OPAL_ACTION_DMA) {
		value = opal_ioda_read(phb, IODA2_TBL_PESTB, entry);
		opal_ioda_write(phb, IODA2_TBL_PESTB, entry, value | IODA2_PESTB_DMA_STOPPED);
	}
	return OPAL_SUCCESS;
}

/* The highest word first, and in it the lowest IBM bit. */
int64_t opal_pci_next_error(struct opal *opal, uint64_t phb_id, void *first_pe, void *error_type, void *severity)
{
	struct opal_phb *phb = opal_phb_find(opal, phb_id);
	int word;

	if (!phb)
		return OPAL_PARAMETER;
	opal_out_be64(first_pe, UINT64_MAX);
	opal_out_be16(error_type, OPAL_ERROR_NONE);
	opal_out_be16(severity, OPAL_SEVERITY_NONE);
	for (word = PHB3_PEEV_COUNT - 1; word >= 0; word--) {
		uint64_t peev = opal_ioda_read(phb, IODA2_TBL_PEEV, (uint32_t)word);

		if (!peev)
			continue;
		opal_out_be64(first_pe, (uint64_t)word * PEEV_WORD_BITS + (uint64_t)__builtin_clzll(peev));
		opal_out_be16(error_type, OPAL_ERROR_PE);
		opal_out_be16(severity, OPAL_SEVERITY_PE_ER);
		break;
	}
	return OPAL_SUCCESS;
}

int64_t opal_pci_err_inject(struct opal *opal, uint64_t phb_id, uint32_t pe, uint32_t type, uint32_t func,
			    uint64_t addr, uint64_t mask)
{
	struct opal_phb *phb = opal_eeh_phb(opal, phb_id, pe);

	(void)addr;
	(void)mask;
	if (!phb || (type != OPAL_INJECT_BUS_32 && type != OPAL_INJECT_BUS_64) || func >= OPAL_INJECT_FUNCTIONS ||
	    pe == phb->info->reserved_pe)
		return OPAL_PARAMETER;
	return OPAL_UNSUPPORTED;
}

/* What opal_diag_fill() writes: be32 words 0..20, then be64 words; layout of OpalIoPhb3ErrorData, opal-api.h. */
#define DIAG_WORDS32 22
#define DIAG_ERROR_REGS 24
#define DIAG_BYTES (4ull * DIAG_WORDS32 + 8ull * (2 + DIAG_ERROR_REGS + 2 * PHB3_PE_COUNT))

/* Registers in the order of the structure; 0: not reachable by MMIO (nest FIR), left zero. */
static const uint16_t diag_registers[DIAG_ERROR_REGS] = {
	0, 0, 0, PHB_CPU_LOADSTORE_STATUS, PHB_DMA_CHAN_STATUS,
	PHB_LEM_FIR_ACCUM, PHB_LEM_ERROR_MASK, PHB_LEM_WOF,
	PHB_ERR_BASE + PHB_ERR_STATUS, PHB_ERR_BASE + PHB_ERR_FIRST,
	PHB_ERR_BASE + PHB_ERR_LOG0, PHB_ERR_BASE + PHB_ERR_LOG1,
	PHB_OUT_ERR_BASE + PHB_ERR_STATUS, PHB_OUT_ERR_BASE + PHB_ERR_FIRST,
	PHB_OUT_ERR_BASE + PHB_ERR_LOG0, PHB_OUT_ERR_BASE + PHB_ERR_LOG1,
	PHB_INA_ERR_BASE + PHB_ERR_STATUS, PHB_INA_ERR_BASE + PHB_ERR_FIRST,
	PHB_INA_ERR_BASE + PHB_ERR_LOG0, PHB_INA_ERR_BASE + PHB_ERR_LOG1,
	PHB_INB_ERR_BASE + PHB_ERR_STATUS, PHB_INB_ERR_BASE + PHB_ERR_FIRST,
	PHB_INB_ERR_BASE + PHB_ERR_LOG0, PHB_INB_ERR_BASE + PHB_ERR_LOG1,
};

static uint8_t *opal_diag_pest(struct opal_phb *phb, uint32_t table, uint64_t record_offset, uint8_t *out)
{
	uint32_t pe;

	opal_ioda_select(phb, table, 0, true);
	for (pe = 0; pe < PHB3_PE_COUNT; pe++, out += 8) {
		uint64_t value = opal_read(phb, PHB_IODA_DATA0);

		/* The chip keeps the freeze bit; the record of what happened is in memory. */
		if (value & PPC_BIT(0))
			value |= opal_load_be64(phb->opal, phb->pest + 16ull * pe + record_offset);
		opal_out_be64(out, value);
	}
	return out;
}

int64_t opal_pci_get_phb_diag_data2(struct opal *opal, uint64_t phb_id, void *buffer, uint64_t bytes)
{
	struct opal_phb *phb = opal_phb_find(opal, phb_id);
	uint8_t *out = buffer;
	size_t i;

	if (!phb || bytes < DIAG_BYTES)
		return OPAL_PARAMETER;
	memset(out, 0, DIAG_BYTES);
	opal_out_be32(out, OPAL_DIAG_VERSION);
	opal_out_be32(out + 4, OPAL_DIAG_TYPE_PHB3);
	opal_out_be32(out + 8, (uint32_t)DIAG_BYTES);
	out += 4 * DIAG_WORDS32 + 16;
	for (i = 0; i < DIAG_ERROR_REGS; i++, out += 8) {
		if (diag_registers[i])
			opal_out_be64(out, opal_read(phb, diag_registers[i]));
	}
	out = opal_diag_pest(phb, IODA2_TBL_PESTA, 0, out);
	opal_diag_pest(phb, IODA2_TBL_PESTB, 8, out);
	return OPAL_SUCCESS;
}
