// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/opal/opal_p7ioc_error.c - errors of a P7IOC's PHB: which masks firmware opens at the start, fences, the
 * class of an error, error injection, diagnostic data. Sequences of skiboot's p7ioc_phb_init_errors(),
 * p7ioc_phb_fenced(), p7ioc_eeh_next_error(), p7ioc_err_inject() and p7ioc_get_diag_data() (hw/p7ioc-phb.c, commit
 * 16b7ae641^). What the chip around the PHBs says of an error is in opal_p7ioc_hub.c.
 *
 * Not modelled: the malformed TLP that turns LEM bit 60 into a fence; the workaround for injection on DD1.0.
 */
#include "kernel-model/opal/opal_p7ioc.h"

/* What freezes a PE also interrupts. */
#define GROUP(base, group)                                                                                             \
	{                                                                                                              \
		(base), P7IOC_INIT_##group##_LEM_ENABLE, P7IOC_INIT_##group##_FREEZE_ENABLE,                           \
			P7IOC_INIT_##group##_FREEZE_ENABLE, P7IOC_INIT_##group##_FENCE_ENABLE, 0, 0, false             \
	}
const struct opal_trap_group opal_p7ioc_trap_groups[] = {
	GROUP(PHB_ERR_BASE, ERR),     GROUP(PHB_OUT_ERR_BASE, OUT), GROUP(PHB_INA_ERR_BASE, INA),
	GROUP(PHB_INB_ERR_BASE, INB), {0, 0, 0, 0, 0, 0, 0, false},
};

bool opal_p7ioc_fenced(struct opal_phb *phb)
{
	return opal_hub_read(phb->opal, P7IOC_FENCE_SHADOW) & P7IOC_FENCE(opal_p7ioc_index(phb));
}

/* An error that the hub has handed over is told once. */
enum opal_error_class opal_p7ioc_class_error(struct opal_phb *phb)
{
	enum opal_error_class class;

	if (opal_hub_check(phb->opal))
		return OPAL_CLASS_HUB_DEAD;
	if (opal_p7ioc_fenced(phb))
		return OPAL_CLASS_FENCED;
	class = phb->hub_class;
	phb->hub_class = OPAL_CLASS_NONE;
	return class;
}

/* ---- Error injection ---- */

/*
 * Aim at the segment of the PE's that holds the address in @target, else at the first of them. @table: its domain
 * table. @base, @bytes: the window. @field: the address bits that count. Return: false when no segment is the PE's.
 */
static bool opal_p7ioc_aim_window(struct opal_phb *phb, uint32_t table, uint32_t pe, uint64_t base, uint64_t bytes,
				  uint64_t field, struct opal_target *target)
{
	uint64_t segment = bytes / P7IOC_SEGMENTS, first = 0, start;
	uint32_t i;

	for (i = 0; i < P7IOC_SEGMENTS; i++) {
		if (ppc_get(IODA1_XXDT_PE, phb->copy[table][i]) != pe)
			continue;
		start = base + i * segment;
		if (target->addr >= start && target->addr - start < segment)
			return true;
		if (!first)
			first = start & field;
	}
	*target = (struct opal_target){first, field};
	return first;
}

/* A bus number counts as far as the PE's entry of the PELTM compares it. */
static bool opal_p7ioc_aim_config(struct opal_phb *phb, uint32_t pe, struct opal_target *target)
{
	uint64_t peltm = phb->copy[IODA1_TBL_PELTM][pe], valid = ppc_get(IODA1_PELTM_BUS_VALID, peltm);
	uint64_t compared, bus;

	if (valid < IODA1_BUS_3_BITS)
		return false;
	compared = 0xff & ~((1ull << (IODA1_BUS_ALL - valid)) - 1);
	bus = ppc_get(IODA1_PELTM_BUS, peltm) & compared;
	if ((ppc_get(P7IOC_INJECT_CFG, target->addr) & compared) != bus)
		*target = (struct opal_target){ppc_set(P7IOC_INJECT_CFG, 0, bus), P7IOC_INJECT_CFG};
	return true;
}

/* The first window of the PE. */
static bool opal_p7ioc_aim_dma(struct opal_phb *phb, uint32_t pe, struct opal_target *target)
{
	uint32_t window;

	for (window = 0; window < P7IOC_TVT_COUNT; window++) {
		if (ppc_get(IODA1_TVT1_PE, phb->copy[IODA1_TBL_TVT][2 * window + 1]) != pe)
			continue;
		*target = (struct opal_target){ppc_set(P7IOC_INJECT_DMA, 0, window), P7IOC_INJECT_DMA};
		return true;
	}
	return false;
}

int64_t opal_p7ioc_inject(struct opal_phb *phb, uint32_t pe, bool wide, uint32_t function, uint64_t addr, uint64_t mask)
{
	const struct platform_phb *info = phb->info;
	struct opal_target target = {addr, mask};
	uint64_t kind = PHB_PAPR_ERR_INJ_CTL_OUTB;
	bool found;

	if (wide)
		return OPAL_UNSUPPORTED;
	opal_write(phb, PHB_PAPR_ERR_INJ_CTL, 0);
	if (phb->copy[IODA1_TBL_PELTM][pe] == IODA1_PELTM_NOBODY)
		return OPAL_PARAMETER;
	if (function >= OPAL_INJECT_DMA_READ) {
		kind = PHB_PAPR_ERR_INJ_CTL_INB;
		found = opal_p7ioc_aim_dma(phb, pe, &target);
	} else if (opal_inject_is_config(function)) {
		kind = PHB_PAPR_ERR_INJ_CTL_CFG;
		found = opal_p7ioc_aim_config(phb, pe, &target);
	} else if ((function & ~1u) == OPAL_INJECT_LOAD_IO || (function & ~1u) == OPAL_INJECT_STORE_IO) {
		found = opal_p7ioc_aim_window(phb, IODA1_TBL_IODT, pe, info->io_base, info->io_bytes, P7IOC_INJECT_IO,
					      &target);
	} else {
		found = opal_p7ioc_aim_window(phb, IODA1_TBL_M32DT, pe, info->m32_base, info->m32_bytes,
					      P7IOC_INJECT_M32, &target);
	}
	if (!found)
		return OPAL_PARAMETER;
	opal_inject_arm(phb, &target, kind, opal_inject_is_store(function));
	return OPAL_SUCCESS;
}

/* ---- Diagnostic data: layout of OpalIoP7IOCPhbErrorData, opal-api.h ---- */

const struct opal_diag opal_p7ioc_layout = {
	.type = OPAL_DIAG_TYPE_P7IOC,
	.gap = 3,
	.words = 22,
	.extra = 2, /* about the caller's buffer */
	.registers = opal_diag_registers,
	.count = OPAL_DIAG_REGISTERS,
	.pe_max = P7IOC_PE_COUNT,
};
