// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/opal/opal_diag.c - diagnostic data of a PHB, in the layouts of opal-api.h (OpalIoP7IOCPhbErrorData,
 * OpalIoPhb3ErrorData, OpalIoPhb4ErrorData), which differ in which registers there are: the root port's configuration
 * space, error registers through the indirect window, which answers behind a fence too, and the PEST. Sequences of
 * skiboot's p7ioc_eeh_read_phb_status() (hw/p7ioc-phb.c, commit 16b7ae641^), phb3_read_phb_status() (hw/phb3.c) and
 * phb4_read_phb_status() (hw/phb4.c).
 *
 * Not modelled: UTL status; the root port of a fenced P7IOC or PHB3, which firmware would reach through the indirect
 * window.
 */
#include "kernel-model/opal/opal_internal.h"

#include <string.h>

#include "hw/regs/pci_regs.h"
#include "hw/regs/phb_scom_regs.h"

#define HEAD_WORDS 3u
#define NFIR_REGS 3u

/* Where in the root port's configuration space a register is. */
enum diag_part { DIAG_HEADER, DIAG_EXPRESS, DIAG_AER, DIAG_PARTS };

/* The words, in their order; the gap is behind the first. */
static const struct {
	enum diag_part part;
	uint32_t reg, bytes;
} root_words[] = {
	{DIAG_HEADER, PCI_BRIDGE_CONTROL, 2},	{DIAG_EXPRESS, PCI_EXP_DEVCTL, 4}, {DIAG_EXPRESS, PCI_EXP_SLTCTL, 4},
	{DIAG_EXPRESS, PCI_EXP_LNKCTL, 4},	{DIAG_HEADER, PCI_REG_COMMAND, 4}, {DIAG_HEADER, PCI_BRIDGE_SECONDARY_STATUS, 2},
	{DIAG_AER, PCI_AER_ROOT_STATUS, 4},	{DIAG_AER, PCI_AER_UNCOR_STATUS, 4},
	{DIAG_AER, PCI_AER_COR_STATUS, 4},	{DIAG_AER, PCI_AER_HEADER_LOG, 4},
	{DIAG_AER, PCI_AER_HEADER_LOG + 4, 4},	{DIAG_AER, PCI_AER_HEADER_LOG + 8, 4},
	{DIAG_AER, PCI_AER_HEADER_LOG + 12, 4}, {DIAG_AER, PCI_AER_ROOT_COR_SOURCE, 4},
};

const uint16_t opal_diag_registers[OPAL_DIAG_REGISTERS] = {
	PHB_CPU_LOADSTORE_STATUS,
	PHB_DMA_CHAN_STATUS,
	PHB_LEM_FIR_ACCUM,
	PHB_LEM_ERROR_MASK,
	PHB_LEM_WOF,
	PHB_ERR_BASE + PHB_ERR_STATUS,
	PHB_ERR_BASE + PHB_ERR_FIRST,
	PHB_ERR_BASE + PHB_ERR_LOG0,
	PHB_ERR_BASE + PHB_ERR_LOG1,
	PHB_OUT_ERR_BASE + PHB_ERR_STATUS,
	PHB_OUT_ERR_BASE + PHB_ERR_FIRST,
	PHB_OUT_ERR_BASE + PHB_ERR_LOG0,
	PHB_OUT_ERR_BASE + PHB_ERR_LOG1,
	PHB_INA_ERR_BASE + PHB_ERR_STATUS,
	PHB_INA_ERR_BASE + PHB_ERR_FIRST,
	PHB_INA_ERR_BASE + PHB_ERR_LOG0,
	PHB_INA_ERR_BASE + PHB_ERR_LOG1,
	PHB_INB_ERR_BASE + PHB_ERR_STATUS,
	PHB_INB_ERR_BASE + PHB_ERR_FIRST,
	PHB_INB_ERR_BASE + PHB_ERR_LOG0,
	PHB_INB_ERR_BASE + PHB_ERR_LOG1,
};

static uint64_t diag_bytes(const struct opal_diag *layout)
{
	return 4ull * layout->words +
	       8ull * (layout->extra + (layout->nest ? NFIR_REGS : 0) + layout->count + 2 * layout->pe_max);
}

static void diag_root(struct opal_phb *phb, uint8_t *out)
{
	int index = opal_pci_find(phb, 0);
	uint32_t base[DIAG_PARTS] = {0};
	size_t i;

	if (index == OPAL_DEVICE_NONE || (phb->gen->fenced(phb) && !phb->gen->root_base))
		return;
	base[DIAG_EXPRESS] = phb->device[index].express;
	base[DIAG_AER] = phb->device[index].aer;
	phb->config_by_asb = phb->gen->fenced(phb);
	for (i = 0; i < sim_count_of(root_words); i++, out += 4) {
		if (root_words[i].part == DIAG_HEADER || base[root_words[i].part])
			opal_out_be32(out, opal_cfg_read(phb, 0, base[root_words[i].part] + root_words[i].reg,
							 root_words[i].bytes));
		if (!i)
			out += 4 * phb->gen->layout->gap;
	}
	phb->config_by_asb = false;
}

/*
 * The chip keeps the freeze bits; where there is a PEST in memory, the records of what happened are there, doubleword
 * @half of a row.
 */
static void diag_pest(struct opal_phb *phb, uint32_t table, uint32_t half, uint8_t *out)
{
	uint64_t value, select = ppc_set(PHB_IODA_ADDR_TSEL, PHB_IODA_ADDR_AUTOINC, table);
	uint32_t pe;

	opal_asb_write(phb, PHB_IODA_ADDR, select);
	for (pe = 0; pe < phb->info->pe_count; pe++, out += 8) {
		value = opal_asb_read(phb, PHB_IODA_DATA0);
		if (phb->pest && value & PPC_BIT(0))
			value |= opal_load_be64(phb->opal, phb->pest + IODA2_PEST_ROW_BYTES * pe + 8 * half);
		opal_out_be64(out, value);
	}
}

int64_t opal_diag_fill(struct opal_phb *phb, uint8_t *out, uint64_t bytes)
{
	static const uint32_t nfir[NFIR_REGS] = {PHB_SCOM_NFIR, PHB_SCOM_NFIR_MASK, PHB_SCOM_NFIR_WOF};
	const struct opal_diag *layout = phb->gen->layout;
	size_t i;

	if (bytes < diag_bytes(layout))
		return OPAL_PARAMETER;
	memset(out, 0, diag_bytes(layout));
	opal_out_be32(out, OPAL_DIAG_VERSION);
	opal_out_be32(out + 4, layout->type);
	opal_out_be32(out + 8, (uint32_t)diag_bytes(layout));
	diag_root(phb, out + 4 * HEAD_WORDS);
	out += 4 * layout->words + 8 * layout->extra;
	for (i = 0; layout->nest && i < NFIR_REGS; i++, out += 8)
		opal_out_be64(out, opal_scom_read(phb, PLATFORM_SCOM_NEST, nfir[i]));
	for (i = 0; i < layout->count; i++, out += 8)
		opal_out_be64(out, opal_asb_read(phb, layout->registers[i]));
	diag_pest(phb, IODA2_TBL_PESTA, 0, out);
	diag_pest(phb, IODA2_TBL_PESTB, 1, out + 8ull * layout->pe_max);
	return OPAL_SUCCESS;
}
