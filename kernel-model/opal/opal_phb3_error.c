// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/opal/opal_phb3_error.c - errors of a PHB3: which masks firmware opens at the start, how it tells a fence
 * and the class of an error, error injection, the layout of diagnostic data. Sequences of skiboot's phb3_init_errors(),
 * phb3_fenced(), phb3_err_check_pbcq(), phb3_err_check_lem() and phb3_err_inject() (hw/phb3.c).
 *
 * Not modelled: the malformed TLP that turns LEM bit 60 into a fence.
 */
#include "kernel-model/opal/opal_phb3.h"

#include "hw/regs/phb_scom_regs.h"

const struct opal_trap_group opal_phb3_trap_groups[] = {
	{PHB_ERR_BASE, PHB3_INIT_ERR_LEM_ENABLE, PHB3_INIT_ERR_IRQ_ENABLE, PHB3_INIT_ERR_FREEZE_ENABLE,
	 PHB3_INIT_ERR_FENCE_ENABLE, 0, 0, false},
	{PHB_OUT_ERR_BASE, PHB3_INIT_OUT_LEM_ENABLE, PHB3_INIT_OUT_IRQ_ENABLE, PHB3_INIT_OUT_FREEZE_ENABLE,
	 PHB3_INIT_OUT_FENCE_ENABLE, PHB3_INIT_OUT_STATUS_MASK, PHB3_INIT_OUT_STATUS_MASK, false},
	{PHB_INA_ERR_BASE, PHB3_INIT_INA_LEM_ENABLE, PHB3_INIT_INA_IRQ_ENABLE, PHB3_INIT_INA_FREEZE_ENABLE,
	 PHB3_INIT_INA_FENCE_ENABLE, 0, 0, false},
	{PHB_INB_ERR_BASE, PHB3_INIT_INB_LEM_ENABLE, PHB3_INIT_INB_IRQ_ENABLE, PHB3_INIT_INB_FREEZE_ENABLE,
	 PHB3_INIT_INB_FENCE_ENABLE, 0, 0, false},
	{0, 0, 0, 0, 0, 0, 0, false},
};

bool opal_phb3_fenced(struct opal_phb *phb)
{
	return opal_scom_read(phb, PLATFORM_SCOM_NEST, PHB_SCOM_NFIR) & PHB_SCOM_NFIR_FENCED;
}

/* ---- Class of a pending error ---- */

/* What counts: unmasked first errors, else unmasked bits, else any bit. */
static uint64_t opal_phb3_errors(uint64_t fir, uint64_t mask, uint64_t wof)
{
	if (wof & ~mask)
		return wof & ~mask;
	if (wof)
		return wof;
	return fir & ~mask ? fir & ~mask : fir;
}

static enum opal_error_class opal_phb3_classify(uint64_t errors, const uint64_t *classes)
{
	uint32_t class;

	for (class = OPAL_CLASS_DEAD; class < OPAL_CLASS_COUNT; class ++) {
		if (errors & classes[class])
			return class;
	}
	return OPAL_CLASS_NONE;
}

enum opal_error_class opal_phb3_class_error(struct opal_phb *phb)
{
	static const uint64_t nfir_classes[OPAL_CLASS_COUNT] = {
		[OPAL_CLASS_DEAD] = PHB3_NFIR_DEAD, [OPAL_CLASS_FENCED] = PHB3_NFIR_FENCED};
	static const uint64_t lem_classes[OPAL_CLASS_COUNT] = {
		[OPAL_CLASS_FENCED] = PHB3_LEM_FENCED, [OPAL_CLASS_ER] = PHB3_LEM_ER, [OPAL_CLASS_INF] = PHB3_LEM_INF};
	uint64_t fir = opal_scom_read(phb, PLATFORM_SCOM_NEST, PHB_SCOM_NFIR), mask, wof;
	enum opal_error_class class;

	if (fir == UINT64_MAX)
		return OPAL_CLASS_DEAD;
	mask = opal_scom_read(phb, PLATFORM_SCOM_NEST, PHB_SCOM_NFIR_MASK);
	wof = opal_scom_read(phb, PLATFORM_SCOM_NEST, PHB_SCOM_NFIR_WOF);
	class = opal_phb3_classify(opal_phb3_errors(fir, mask, wof), nfir_classes);
	if (class != OPAL_CLASS_NONE)
		return class;
	fir = opal_asb_read(phb, PHB_LEM_FIR_ACCUM);
	if (fir == UINT64_MAX)
		return OPAL_CLASS_DEAD;
	wof = opal_asb_read(phb, PHB_LEM_WOF);
	mask = opal_asb_read(phb, PHB_LEM_ERROR_MASK);
	return opal_phb3_classify(opal_phb3_errors(fir, mask, wof), lem_classes);
}

/* ---- Error injection ---- */

/*
 * Aim at [@base, @base + @bytes): at what the caller asked for if that is inside, else at all of it.
 * Return: false when there is nothing to aim at.
 */
static bool opal_phb3_aim(struct opal_target *target, uint64_t base, uint64_t bytes, uint64_t addr, uint64_t mask)
{
	if (!bytes)
		return false;
	if (addr >= base && addr - base < bytes)
		*target = (struct opal_target){addr, mask};
	else
		*target = (struct opal_target){base, ~((bytes & (0 - bytes)) - 1)};
	return true;
}

/* The first batch of contiguous segments of the PE, or the one that holds @addr. */
static bool opal_phb3_aim_m32(struct opal_phb *phb, uint32_t pe, uint64_t addr, uint64_t mask,
			      struct opal_target *target)
{
	uint64_t segment = phb->info->m32_bytes / PHB3_M32_SEGMENTS, base = 0, bytes = 0, start;
	uint32_t i;

	for (i = 0; i < PHB3_M32DT_COUNT; i++) {
		if (ppc_get(IODA2_M32DT_PE, phb->copy[IODA2_TBL_M32DT][i]) != pe)
			continue;
		start = phb->info->m32_base + i * segment;
		if (addr >= start && addr - start < segment)
			return opal_phb3_aim(target, start, segment, addr, mask);
		if (!bytes)
			base = start;
		if (base + bytes == start)
			bytes += segment;
	}
	return opal_phb3_aim(target, base, bytes, addr, mask);
}

/* The part of M64 BAR @entry that is the PE's. Return: false when none is. */
static bool opal_phb3_m64_part(uint64_t entry, uint32_t pe, uint64_t *base, uint64_t *bytes)
{
	if (!(entry & IODA2_M64BT_ENABLE))
		return false;
	if (entry & IODA2_M64BT_SINGLE_PE) {
		*base = ppc_get(IODA2_M64BT_SINGLE_BASE, entry) << 25;
		*bytes = ((1ull << 25) - ppc_get(IODA2_M64BT_SINGLE_MASK, entry)) << 25;
		return (ppc_get(IODA2_M64BT_PE_HI, entry) << 5 | ppc_get(IODA2_M64BT_PE_LOW, entry)) == pe;
	}
	*bytes = (((1ull << 30) - ppc_get(IODA2_M64BT_MASK, entry)) << 20) / PHB3_PE_COUNT;
	*base = (ppc_get(IODA2_M64BT_BASE, entry) << 20) + *bytes * pe;
	return true;
}

/* The last BAR is the window that buses share; the others are for single devices (virtual functions). */
static bool opal_phb3_aim_m64(struct opal_phb *phb, uint32_t pe, uint64_t addr, uint64_t mask,
			      struct opal_target *target)
{
	uint32_t bdfn, i, last = PHB3_M64BT_COUNT - 1;
	bool bus = opal_inject_is_bus(phb, pe, &bdfn);
	uint64_t base, bytes;

	for (i = bus ? last : 0; i < (bus ? last + 1 : last); i++) {
		if (opal_phb3_m64_part(phb->copy[IODA2_TBL_M64BT][i], pe, &base, &bytes))
			return opal_phb3_aim(target, base, bytes, addr, mask);
	}
	return false;
}

/* A window of one level of tables, as firmware counts it. */
static bool opal_phb3_aim_dma(struct opal_phb *phb, uint32_t pe, bool wide, uint64_t addr, uint64_t mask,
			      struct opal_target *target)
{
	uint64_t tve = phb->copy[IODA2_TBL_TVT][pe * IODA2_TVES_PER_PE + wide];
	uint64_t base = wide ? IODA2_ADDR_TVE_SELECT : 0, bytes, start, end;
	uint32_t page = (uint32_t)ppc_get(IODA2_TVT_PAGE_SIZE, tve);

	if (!page && !(tve & IODA2_TVT_REAL))
		return false;
	if (page) {
		bytes = 1ull << (ppc_get(IODA2_TVT_TABLE_SIZE, tve) + 8 + page + IODA2_TVT_PAGE_SIZE_SHIFT);
	} else {
		start = ppc_get(IODA2_TVT_REAL_START_HI, tve) << IODA2_TVT_REAL_HI_SHIFT |
			ppc_get(IODA2_TVT_REAL_START, tve) << IODA2_TVT_REAL_SHIFT;
		end = ppc_get(IODA2_TVT_REAL_END_HI, tve) << IODA2_TVT_REAL_HI_SHIFT | ppc_get(IODA2_TVT_REAL_END, tve)
											       << IODA2_TVT_REAL_SHIFT;
		bytes = end - start;
	}
	/* Address 0 means "anywhere" here. */
	return opal_phb3_aim(target, base, bytes, addr ? addr : UINT64_MAX, mask);
}

int64_t opal_phb3_inject(struct opal_phb *phb, uint32_t pe, bool wide, uint32_t function, uint64_t addr, uint64_t mask)
{
	uint64_t kind = PHB_PAPR_ERR_INJ_CTL_OUTB, fields = PHB_PAPR_ERR_INJ_MMIO;
	struct opal_target target;
	bool found;

	opal_write(phb, PHB_PAPR_ERR_INJ_CTL, 0);
	if (function >= OPAL_INJECT_DMA_READ) {
		kind = PHB_PAPR_ERR_INJ_CTL_INB;
		fields = UINT64_MAX;
		found = opal_phb3_aim_dma(phb, pe, wide, addr, mask, &target);
		if (!found)
			return OPAL_UNSUPPORTED;
	} else if (opal_inject_is_config(function)) {
		kind = PHB_PAPR_ERR_INJ_CTL_CFG;
		fields = UINT64_MAX;
		found = opal_inject_config(phb, pe, addr, mask, &target);
	} else if ((function & ~1u) == OPAL_INJECT_LOAD_MEM || (function & ~1u) == OPAL_INJECT_STORE_MEM) {
		found = (wide ? opal_phb3_aim_m64 : opal_phb3_aim_m32)(phb, pe, addr, mask, &target);
	} else {
		return OPAL_PARAMETER; /* no I/O ports here */
	}
	if (!found)
		return OPAL_PARAMETER;
	target.addr &= fields;
	target.mask &= fields;
	opal_inject_arm(phb, &target, kind, opal_inject_is_store(function));
	return OPAL_SUCCESS;
}

/* ---- Diagnostic data: layout of OpalIoPhb3ErrorData, opal-api.h ---- */

const struct opal_diag opal_phb3_layout = {
	.type = OPAL_DIAG_TYPE_PHB3,
	.gap = 3,
	.words = 22,
	.extra = 2, /* about the caller's buffer */
	.nest = true,
	.registers = opal_diag_registers,
	.count = OPAL_DIAG_REGISTERS,
	.pe_max = PHB3_PE_COUNT,
};
