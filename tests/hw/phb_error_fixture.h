/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_HW_PHB_ERROR_FIXTURE_H
#define TESTS_HW_PHB_ERROR_FIXTURE_H
/*
 * tests/hw/phb_error_fixture.h - a PHB whose error masks are those of firmware, with PE 3 (RID 0x0300) that has one
 * page at 0, and PE 4 that has the same.
 */
#include "tests/hw/phb_fixture.h"

struct fe_group {
	uint32_t base;
	uint64_t lem, irq, freeze, fence;
};

#define FE_ROW(base, text) \
	{base, text##_LEM_ENABLE, text##_IRQ_ENABLE, text##_FREEZE_ENABLE, text##_FENCE_ENABLE}
#define FE_GROUPS_MAX 6
static const struct fe_group fe_phb3[FE_GROUPS_MAX] = {
	FE_ROW(PHB_ERR_BASE, PHB3_INIT_ERR),
	FE_ROW(PHB_OUT_ERR_BASE, PHB3_INIT_OUT),
	FE_ROW(PHB_INA_ERR_BASE, PHB3_INIT_INA),
	FE_ROW(PHB_INB_ERR_BASE, PHB3_INIT_INB),
};
static const struct fe_group fe_phb4[FE_GROUPS_MAX] = {
	FE_ROW(PHB_ERR_BASE, PHB4_INIT_ERR),	 FE_ROW(PHB_OUT_ERR_BASE, PHB4_INIT_TXE),
	FE_ROW(PHB_INA_ERR_BASE, PHB4_INIT_ARB), FE_ROW(PHB_INB_ERR_BASE, PHB4_INIT_MRG),
	FE_ROW(PHB4_TCE_ERR_BASE, PHB4_INIT_TCE),
};
#undef FE_ROW

static inline const struct fe_group *fe_groups(void)
{
	return fx_is_phb3() ? fe_phb3 : fe_phb4;
}

static inline void fe_masks(struct fx *fx)
{
	const struct fe_group *group;

	for (group = fe_groups(); group->base; group++) {
		fx_write(fx, group->base + PHB_ERR_LEM_ENABLE, group->lem);
		fx_write(fx, group->base + PHB_ERR_IRQ_ENABLE, group->irq);
		fx_write(fx, group->base + PHB_ERR_FREEZE_ENABLE, group->freeze);
		fx_write(fx, group->base + PHB_ERR_FENCE_ENABLE, group->fence);
		fx_write(fx, group->base + PHB_ERR_STATUS_MASK, 0);
		fx_write(fx, group->base + PHB_ERR_FIRST_MASK, 0);
	}
	if (fx_is_phb5()) {
		fx_write(fx, PHB_OUT_ERR_BASE + PHB_ERR_IRQ_ENABLE, PHB5_INIT_TXE_IRQ_ENABLE);
		fx_write(fx, PHB_OUT_ERR_BASE + PHB_ERR_FREEZE_ENABLE, PHB5_INIT_TXE_FREEZE_ENABLE);
		fx_write(fx, PHB_OUT_ERR_BASE + PHB_ERR_FENCE_ENABLE, PHB5_INIT_TXE_FENCE_ENABLE);
	}
	fx_write(fx, PHB_LEM_ERROR_MASK, fx_is_phb3() ? PHB3_INIT_LEM_ERROR_MASK : 0);
}

/* Where an error is caught: the base of its group, its IBM bit there, its bit in the FIR. */
struct fe_where {
	uint32_t group, bit, lem;
};

/* Numbers: PHB4 by skiboot's phberr.py and hostboot's p9_phb.rule, PHB3 by the rules in hw/phb/phb3.c. */
static const struct {
	enum phb_trap trap;
	struct fe_where phb3, phb4;
} fe_wheres[] = {
	{PHB_TRAP_DECODE, {0xd00, 2, 1}, {0xd00, 2, 1}},
	{PHB_TRAP_SIZE, {0xd00, 3, 2}, {0xd00, 3, 2}},
	{PHB_TRAP_ALIGNMENT, {0xd00, 8, 2}, {0xd00, 8, 2}},
	{PHB_TRAP_INJECT_OUT, {0xd00, 28, 3}, {0xd00, 28, 3}},
	{PHB_TRAP_UR, {0xd80, 1, 43}, {0xd80, 1, 42}},
	{PHB_TRAP_POISONED, {0xd80, 24, 52}, {0xd80, 24, 46}},
	{PHB_TRAP_TVE_INVALID, {0xd80, 26, 35}, {0xd80, 26, 35}},
	{PHB_TRAP_TVE_ADDRESS, {0xd80, 28, 35}, {0xd80, 28, 35}},
	{PHB_TRAP_MSI_SIZE, {0xd80, 31, 34}, {0xd80, 2, 34}},
	{PHB_TRAP_MSI_ADDRESS, {0xd80, 31, 34}, {0xd80, 3, 34}},
	{PHB_TRAP_MSI_PE, {0xd80, 31, 33}, {0xd80, 27, 33}},
	{PHB_TRAP_PELTV_BAR, {0xd80, 32, 40}, {0xd80, 32, 41}},
	{PHB_TRAP_INJECT_IN, {0xd80, 39, 39}, {0xd80, 39, 39}},
	{PHB_TRAP_RTE_PE, {0xd80, 40, 53}, {0xd80, 40, 47}},
	{PHB_TRAP_TABLE_BAR, {0xd80, 41, 41}, {0xd80, 41, 41}},
	{PHB_TRAP_ERR_FATAL, {0xd80, 49, 36}, {0xd80, 57, 36}},
	{PHB_TRAP_ERR_NONFATAL, {0xd80, 50, 37}, {0xd80, 58, 37}},
	{PHB_TRAP_ERR_COR, {0xd80, 58, 38}, {0xd80, 59, 38}},
	{PHB_TRAP_PEST_BAR, {0xe00, 51, 49}, {0xe00, 51, 49}},
	{PHB_TRAP_TCE_REQUEST, {0xe00, 57, 58}, {0xe80, 1, 56}},
	{PHB_TRAP_TCE_RESPONSE, {0xe00, 58, 61}, {0xe80, 2, 56}},
};

static inline struct fe_where fe_where(enum phb_trap trap)
{
	size_t i = 0;

	while (fe_wheres[i].trap != trap)
		ck_assert_uint_lt(++i, sim_count_of(fe_wheres));
	return fx_is_phb3() ? fe_wheres[i].phb3 : fe_wheres[i].phb4;
}

static inline uint64_t fe_bit(enum phb_trap trap)
{
	return PPC_BIT(fe_where(trap).bit);
}

static inline uint64_t fe_lem(enum phb_trap trap)
{
	return PPC_BIT(fe_where(trap).lem);
}

static inline uint32_t fe_group(enum phb_trap trap)
{
	return fe_where(trap).group;
}

/* Source numbers of the PHB's own interrupts. */
static inline uint32_t fe_inf(const struct fx *fx)
{
	return fx->phb->shape->msi_count + 6;
}

static inline uint32_t fe_er(const struct fx *fx)
{
	return fx->phb->shape->msi_count + 7;
}

static inline void fe_windows(struct fx *fx)
{
	fx_simple_window(fx, 3);
	fx_simple_window(fx, 4);
	fx_map(fx, 3, 0, FX_DATA, 3);
	fx_map(fx, 4, 0, FX_DATA, 3);
}

static inline void fe_begin(struct fx *fx)
{
	fx_begin(fx);
	fe_windows(fx);
	fe_masks(fx);
}

static inline uint64_t fe_status(struct fx *fx, uint32_t group)
{
	return fx_read(fx, group + PHB_ERR_STATUS);
}

static inline bool fe_frozen(struct fx *fx, uint32_t pe)
{
	return fx_ioda_read(fx, IODA2_TBL_PESTA, pe) && fx_ioda_read(fx, IODA2_TBL_PESTB, pe);
}

static inline uint64_t fe_record(struct fx *fx, uint32_t pe, uint32_t word)
{
	return fx_load(fx, FX_PEST + pe * 16ull + word * 8ull);
}

/* A device that counts what reaches it. */
struct fe_device {
	uint32_t loads, stores, config_reads, config_writes;
};

static inline enum pcie_load_end fe_mmio_read(void *ctx, uint64_t addr, uint32_t bytes, uint64_t *value)
{
	(void)addr;
	(void)bytes;
	((struct fe_device *)ctx)->loads++;
	*value = 0x55;
	return PCIE_LOAD_OK;
}

static inline void fe_mmio_write(void *ctx, uint64_t addr, uint64_t value, uint32_t bytes)
{
	(void)addr;
	(void)value;
	(void)bytes;
	((struct fe_device *)ctx)->stores++;
}

static inline enum pcie_config_status fe_config_read(void *ctx, uint32_t reg, uint32_t bytes, uint32_t *value)
{
	(void)reg;
	(void)bytes;
	((struct fe_device *)ctx)->config_reads++;
	*value = 0x1234;
	return PCIE_CONFIG_OK;
}

static inline enum pcie_config_status fe_config_write(void *ctx, uint32_t reg, uint32_t value, uint32_t bytes)
{
	(void)reg;
	(void)value;
	(void)bytes;
	((struct fe_device *)ctx)->config_writes++;
	return PCIE_CONFIG_OK;
}

static const struct pcie_function_ops fe_ops = {.mmio_read = fe_mmio_read,
						.mmio_write = fe_mmio_write,
						.config_read = fe_config_read,
						.config_write = fe_config_write};


#endif
