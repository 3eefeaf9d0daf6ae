/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_HW_PHB_ERROR_FIXTURE_H
#define TESTS_HW_PHB_ERROR_FIXTURE_H
/*
 * tests/hw/phb_error_fixture.h - a PHB whose error masks are those of firmware, with PE 3 (RID 0x0300) that has one
 * page at 0, and PE 4 that has the same.
 */
#include "tests/hw/phb_fixture.h"

#define FE_GROUPS 4

static const struct {
	uint32_t base;
	uint64_t lem, irq, freeze, fence;
} fe_groups[FE_GROUPS] = {
	{PHB_ERR_BASE, PHB3_INIT_ERR_LEM_ENABLE, PHB3_INIT_ERR_IRQ_ENABLE, PHB3_INIT_ERR_FREEZE_ENABLE,
	 PHB3_INIT_ERR_FENCE_ENABLE},
	{PHB_OUT_ERR_BASE, PHB3_INIT_OUT_LEM_ENABLE, PHB3_INIT_OUT_IRQ_ENABLE, PHB3_INIT_OUT_FREEZE_ENABLE,
	 PHB3_INIT_OUT_FENCE_ENABLE},
	{PHB_INA_ERR_BASE, PHB3_INIT_INA_LEM_ENABLE, PHB3_INIT_INA_IRQ_ENABLE, PHB3_INIT_INA_FREEZE_ENABLE,
	 PHB3_INIT_INA_FENCE_ENABLE},
	{PHB_INB_ERR_BASE, PHB3_INIT_INB_LEM_ENABLE, PHB3_INIT_INB_IRQ_ENABLE, PHB3_INIT_INB_FREEZE_ENABLE,
	 PHB3_INIT_INB_FENCE_ENABLE},
};

static inline void fe_masks(struct fx *fx)
{
	uint32_t i;

	for (i = 0; i < FE_GROUPS; i++) {
		fx_write(fx, fe_groups[i].base + PHB_ERR_LEM_ENABLE, fe_groups[i].lem);
		fx_write(fx, fe_groups[i].base + PHB_ERR_IRQ_ENABLE, fe_groups[i].irq);
		fx_write(fx, fe_groups[i].base + PHB_ERR_FREEZE_ENABLE, fe_groups[i].freeze);
		fx_write(fx, fe_groups[i].base + PHB_ERR_FENCE_ENABLE, fe_groups[i].fence);
		fx_write(fx, fe_groups[i].base + PHB_ERR_STATUS_MASK, 0);
		fx_write(fx, fe_groups[i].base + PHB_ERR_FIRST_MASK, 0);
	}
	fx_write(fx, PHB_LEM_ERROR_MASK, PHB3_INIT_LEM_ERROR_MASK);
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

static inline uint64_t fe_mmio_read(void *ctx, uint64_t addr, uint32_t bytes)
{
	(void)addr;
	(void)bytes;
	((struct fe_device *)ctx)->loads++;
	return 0x55;
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

/* The CPU's address of the M32 segment of PE @pe (PEs 0..7). */
static inline struct raddr fe_segment(uint32_t pe)
{
	return (struct raddr){FX_M32_BASE + pe * (FX_M32_BYTES / 256)};
}

#endif
