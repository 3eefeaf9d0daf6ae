/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_HW_P7IOC_FIXTURE_H
#define TESTS_HW_P7IOC_FIXTURE_H
/*
 * tests/hw/p7ioc_fixture.h - a PHB of a P7IOC on the bench of phb_fixture.h, and what firmware would do to it.
 *
 * phb_fixture.h includes it, so that it does not matter which of the two a suite asks for.
 *
 * p7_begin_with(): PE n has the requesters of bus n for n in 1..7, everybody else is PE 127; each PE is its own only
 * companion; windows for I/O, M32 and M64 stand, segment n is PE n's for n in 0..7 and PE 127's else. DMA windows are
 * the test's.
 */
#include "hw/phb/p7ioc_internal.h"
#include "tests/hw/phb_fixture.h"

#define P7_IO_BASE 0x3efe01000000ull
#define P7_IO_BYTES 0x800000ull
#define P7_M32_BASE FX_M32_BASE
#define P7_M64_BASE 0x3da800000000ull
#define P7_M64_SEGMENT 0x10000000ull /* as Linux has them: 256 MiB */
#define P7_RESERVED_PE 127u

static inline void p7_select(struct fx *fx, uint32_t table, uint32_t index, bool autoinc)
{
	uint64_t value = ppc_set(PHB_IODA_ADDR_TSEL, autoinc ? PHB_IODA_ADDR_AUTOINC : 0, table);

	fx_write(fx, PHB_IODA_ADDR, ppc_set(P7IOC_IODA_ADDR_TADR, value, index));
}

static inline void p7_write(struct fx *fx, uint32_t table, uint32_t index, uint64_t value)
{
	p7_select(fx, table, index, false);
	fx_write(fx, PHB_IODA_DATA0, value);
}

static inline uint64_t p7_read(struct fx *fx, uint32_t table, uint32_t index)
{
	p7_select(fx, table, index, false);
	return fx_read(fx, PHB_IODA_DATA0);
}

/* Both doublewords of an entry of 128 bits, as skiboot writes them. */
static inline void p7_write_wide(struct fx *fx, uint32_t table, uint32_t index, uint64_t data0, uint64_t data1)
{
	p7_select(fx, table, index, false);
	fx_write(fx, P7IOC_IODA_DATA1, data1);
	fx_write(fx, PHB_IODA_DATA0, data0);
}

static inline uint64_t p7_peltm_bus(uint32_t bus)
{
	return ppc_set(IODA1_PELTM_BUS_VALID, ppc_set(IODA1_PELTM_BUS, 0, bus), IODA1_BUS_ALL);
}

static inline void p7_peltv(struct fx *fx, uint32_t parent, uint32_t child)
{
	uint32_t reg = child < 64 ? PHB_IODA_DATA0 : P7IOC_IODA_DATA1;

	p7_select(fx, IODA1_TBL_PELTV, parent, false);
	fx_write(fx, reg, fx_read(fx, reg) | PPC_BIT(child % 64));
}

static inline void p7_begin_raw(struct fx *fx, const char *const *settings)
{
	const char *all[8] = {"phb.generation=p7ioc"};
	uint32_t n = 1;

	for (; settings && *settings; settings++)
		all[n++] = *settings;
	fx_begin_raw(fx, all);
}

static inline void fx_bring_up_p7ioc(struct fx *fx)
{
	uint32_t i;

	fx_write(fx, PHB_RESET, P7IOC_INIT_RESET);
	fx_write(fx, P7IOC_IO_BASE_ADDR, P7_IO_BASE);
	fx_write(fx, P7IOC_IO_BASE_MASK, ~(P7_IO_BYTES - 1));
	fx_write(fx, P7IOC_IO_START_ADDR, 0);
	fx_write(fx, PHB_M32_BASE_ADDR, P7_M32_BASE);
	fx_write(fx, PHB_M32_BASE_MASK, ~(FX_M32_BYTES - 1));
	fx_write(fx, PHB_M32_START_ADDR, FX_M32_START);
	fx_write(fx, PHB_CONFIG,
		 P7IOC_CONFIG_IO_EN | PHB_CONFIG_M32_EN | PHB_CONFIG_32BIT_MSI_EN | PHB_CONFIG_64BIT_MSI_EN);
	for (i = 0; i < P7IOC_PE_COUNT; i++) {
		uint64_t pe = ppc_set(IODA1_XXDT_PE, 0, i < 8 ? i : P7_RESERVED_PE);

		p7_write(fx, IODA1_TBL_PELTM, i, i >= 1 && i <= 7 ? p7_peltm_bus(i) : IODA1_PELTM_NOBODY);
		p7_write(fx, IODA1_TBL_IODT, i, pe);
		p7_write(fx, IODA1_TBL_M32DT, i, pe);
		p7_write(fx, IODA1_TBL_M64DT, i, pe);
		p7_peltv(fx, i, i);
	}
	for (i = 0; i < P7IOC_M64BT_COUNT; i++) {
		uint64_t base = P7_M64_BASE + i * P7IOC_M64_SEGMENTS * P7_M64_SEGMENT, size = P7IOC_M64_SEGMENTS;
		uint64_t raw = ppc_set(IODA1_M64BT_BASE, IODA1_M64BT_ENABLE, base >> IODA1_M64BT_UNIT_SHIFT);

		size = size * P7_M64_SEGMENT >> IODA1_M64BT_UNIT_SHIFT;
		p7_write(fx, IODA1_TBL_M64BT, i, ppc_set(IODA1_M64BT_MASK, raw, 0x1000000 - size));
	}
}

static inline void p7_begin_with(struct fx *fx, const char *const *settings)
{
	p7_begin_raw(fx, settings);
	fx_bring_up_p7ioc(fx);
}

static inline void p7_begin(struct fx *fx)
{
	p7_begin_with(fx, NULL);
}

/* A TVE for bus @pe, as skiboot makes it from the PELTM entry. @code: log2 of the window's bytes - 26. */
static inline void p7_window(struct fx *fx, uint32_t index, uint32_t pe, uint64_t table, uint32_t code, uint32_t page)
{
	uint64_t tvt0 = ppc_set(IODA1_TVT0_TABLE_ADDR, 0, table >> IODA1_TVT0_TABLE_ADDR_SHIFT), tvt1;

	tvt0 = ppc_set(IODA1_TVT0_BUS_VALID, tvt0, IODA1_BUS_ALL);
	tvt0 = ppc_set(IODA1_TVT0_WINDOW_SIZE, ppc_set(IODA1_TVT0_BUS, tvt0, pe), code);
	tvt1 = ppc_set(IODA1_TVT1_PE, ppc_set(IODA1_TVT1_PAGE_SIZE, 0, page), pe);
	p7_write_wide(fx, IODA1_TBL_TVT, index, tvt0, tvt1);
}

/* Window @index of PE @pe: 256 MiB of 4 KiB pages; its table is 512 KiB at FX_TABLES + index * 512 KiB. */
static inline uint64_t p7_simple_window(struct fx *fx, uint32_t index, uint32_t pe)
{
	uint64_t table = FX_TABLES + index * 0x80000ull;

	p7_window(fx, index, pe, table, 2, IODA1_PAGE_4K);
	return table;
}

static inline void p7_masks(struct fx *fx)
{
	static const struct {
		uint32_t base;
		uint64_t lem, freeze, fence;
	} group[] = {
		{PHB_ERR_BASE, P7IOC_INIT_ERR_LEM_ENABLE, P7IOC_INIT_ERR_FREEZE_ENABLE, P7IOC_INIT_ERR_FENCE_ENABLE},
		{PHB_OUT_ERR_BASE, P7IOC_INIT_OUT_LEM_ENABLE, P7IOC_INIT_OUT_FREEZE_ENABLE,
		 P7IOC_INIT_OUT_FENCE_ENABLE},
		{PHB_INA_ERR_BASE, P7IOC_INIT_INA_LEM_ENABLE, P7IOC_INIT_INA_FREEZE_ENABLE,
		 P7IOC_INIT_INA_FENCE_ENABLE},
		{PHB_INB_ERR_BASE, P7IOC_INIT_INB_LEM_ENABLE, P7IOC_INIT_INB_FREEZE_ENABLE,
		 P7IOC_INIT_INB_FENCE_ENABLE},
	};

	for (size_t i = 0; i < sim_count_of(group); i++) {
		fx_write(fx, group[i].base + PHB_ERR_LEM_ENABLE, group[i].lem);
		fx_write(fx, group[i].base + PHB_ERR_IRQ_ENABLE, group[i].freeze);
		fx_write(fx, group[i].base + PHB_ERR_FREEZE_ENABLE, group[i].freeze);
		fx_write(fx, group[i].base + PHB_ERR_FENCE_ENABLE, group[i].fence);
		fx_write(fx, group[i].base + PHB_ERR_STATUS_MASK, 0);
		fx_write(fx, group[i].base + PHB_ERR_FIRST_MASK, 0);
	}
	fx_write(fx, PHB_LEM_ERROR_MASK, P7IOC_INIT_LEM_ERROR_MASK);
	fx_write(fx, PHB_CONTROL, P7IOC_INIT_CONTROL);
}

static inline bool p7_frozen(struct fx *fx, uint32_t pe)
{
	return p7_read(fx, IODA1_TBL_PESTA, pe) & PPC_BIT(0) && p7_read(fx, IODA1_TBL_PESTB, pe) & PPC_BIT(0);
}

#endif
