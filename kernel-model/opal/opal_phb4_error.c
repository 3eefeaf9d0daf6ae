// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/opal/opal_phb4_error.c - errors of a PHB4: which masks firmware opens at the start and with the link,
 * how it tells a fence, error injection, the layout of diagnostic data. Sequences of skiboot's phb4_init_errors(),
 * phb4_int_unmask_all(), phb4_prepare_link_change(), phb4_fenced(), phb4_err_clear() and phb4_err_inject()
 * (hw/phb4.c).
 *
 * Where this firmware knows better than skiboot: a fence is told as one by next_error (skiboot reads the frozen PEs of a
 * PHB that does not answer); and error interrupts that stand for no frozen PE are cleared there, as nobody else would.
 * An error interrupt is not masked when it comes but ended when its errors are cleared, which comes to the same.
 *
 * Not modelled: early chips, whose freeze for an unanswered load becomes a fence.
 */
#include "kernel-model/opal/opal_phb4.h"

/*
 * The PCIe stack's groups have classes; without a link most of what it would tell is noise. The outbound side is where
 * the generations differ.
 */
#define CLASSES(base, inf, erc, fat, first_mask)                                                                       \
	{                                                                                                              \
		(base), 0, (inf), (erc), (fat), 0, (first_mask), true                                                  \
	}
#define GROUP(base, gen, name, first_mask)                                                                             \
	{                                                                                                              \
		(base), PHB4_INIT_##name##_LEM_ENABLE, gen##_INIT_##name##_IRQ_ENABLE,                                 \
			gen##_INIT_##name##_FREEZE_ENABLE, gen##_INIT_##name##_FENCE_ENABLE, 0, (first_mask), false    \
	}
#define GROUPS(gen)                                                                                                    \
	{                                                                                                              \
		CLASSES(PHB4_PBL_ERR_BASE, PHB4_INIT_PBL_INF_ENABLE, PHB4_INIT_PBL_ERC_ENABLE,                         \
			PHB4_INIT_PBL_FAT_ENABLE, 0),                                                                  \
			CLASSES(PHB4_REGB_ERR_BASE, 0, PHB4_INIT_REGB_ERC_ENABLE, 0, PHB4_INIT_REGB_FIRST_MASK),       \
			GROUP(PHB_OUT_ERR_BASE, gen, TXE, 0),                                                          \
			GROUP(PHB_INA_ERR_BASE, PHB4, ARB, PHB4_INIT_ARB_FIRST_MASK),                                  \
			GROUP(PHB_INB_ERR_BASE, PHB4, MRG, 0), GROUP(PHB4_TCE_ERR_BASE, PHB4, TCE, 0),                 \
			GROUP(PHB_ERR_BASE, PHB4, ERR, 0), {0, 0, 0, 0, 0, 0, 0, false},                               \
	}
const struct opal_trap_group opal_phb4_trap_groups[] = GROUPS(PHB4);
const struct opal_trap_group opal_phb5_trap_groups[] = GROUPS(PHB5);
#undef CLASSES
#undef GROUP
#undef GROUPS

void opal_phb4_link_change(struct opal_phb *phb, bool up)
{
	opal_write(phb, PHB4_PCIE_MISC_STRAP, up ? PHB4_PCIE_MISC_STRAP_LINK_DOWN : 0);
	opal_write(phb, PHB4_REGB_ERR_BASE + PHB4_ERR_INF_ENABLE, up ? PHB4_INIT_REGB_INF_ENABLE : 0);
	opal_write(phb, PHB4_REGB_ERR_BASE + PHB4_ERR_ERC_ENABLE, up ? PHB4_INIT_REGB_ERC_ENABLE : 0);
	opal_write(phb, PHB4_REGB_ERR_BASE + PHB4_ERR_FAT_ENABLE, up ? PHB4_LINK_REGB_FAT_ENABLE : 0);
}

/* ---- Class of a pending error, and clearing it ---- */

bool opal_phb4_fenced(struct opal_phb *phb)
{
	return opal_read(phb, PHB_CPU_LOADSTORE_STATUS) == UINT64_MAX;
}

enum opal_error_class opal_phb4_class_error(struct opal_phb *phb)
{
	return opal_phb4_fenced(phb) ? OPAL_CLASS_FENCED : OPAL_CLASS_NONE;
}

void opal_phb4_clear_errors(struct opal_phb *phb)
{
	opal_traps_clear(phb);
	opal_write(phb, PHB_LEM_ERROR_MASK, 0);
	opal_phb4_end_errors(phb);
}

/* ---- Error injection: only into configuration cycles ---- */

int64_t opal_phb4_inject(struct opal_phb *phb, uint32_t pe, bool wide, uint32_t function, uint64_t addr, uint64_t mask)
{
	struct opal_target target;

	(void)wide;
	opal_write(phb, PHB_PAPR_ERR_INJ_CTL, 0);
	if ((function & ~1u) == OPAL_INJECT_LOAD_IO || (function & ~1u) == OPAL_INJECT_STORE_IO)
		return OPAL_PARAMETER;
	if (!opal_inject_is_config(function))
		return OPAL_UNSUPPORTED;
	if (!opal_inject_config(phb, pe, addr, mask, &target))
		return OPAL_PARAMETER;
	opal_inject_arm(phb, &target, PHB_PAPR_ERR_INJ_CTL_CFG, opal_inject_is_store(function));
	return OPAL_SUCCESS;
}

/* ---- Diagnostic data: layout of OpalIoPhb4ErrorData, opal-api.h ---- */

#define TRAPS(base) (base) + PHB_ERR_STATUS, (base) + PHB_ERR_FIRST, (base) + PHB_ERR_LOG0, (base) + PHB_ERR_LOG1
static const uint16_t diag_registers[] = {
	PHB_CPU_LOADSTORE_STATUS,
	PHB_DMA_CHAN_STATUS,
	PHB_LEM_FIR_ACCUM,
	PHB_LEM_ERROR_MASK,
	PHB_LEM_WOF,
	TRAPS(PHB_ERR_BASE),
	TRAPS(PHB_OUT_ERR_BASE),
	TRAPS(PHB_INA_ERR_BASE),
	TRAPS(PHB_INB_ERR_BASE),
	TRAPS(PHB4_TCE_ERR_BASE),
	TRAPS(PHB4_PBL_ERR_BASE),
	PHB4_PCIE_DLP_ERRLOG1,
	PHB4_PCIE_DLP_ERRLOG2,
	PHB4_PCIE_DLP_ERR_STATUS,
	TRAPS(PHB4_REGB_ERR_BASE),
};
#undef TRAPS

const struct opal_diag opal_phb4_layout = {
	.type = OPAL_DIAG_TYPE_PHB4,
	.words = 18, /* the last one fills up to a doubleword */
	.nest = true,
	.registers = diag_registers,
	.count = sim_count_of(diag_registers),
	.pe_max = PHB4_PE_COUNT,
};
