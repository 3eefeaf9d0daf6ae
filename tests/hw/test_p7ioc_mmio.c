/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tests/hw/test_p7ioc_mmio.c - windows of a P7IOC for CPUs: I/O, M32 and M64 segments and whose PE they are, and
 * configuration cycles to frozen PEs (areas "MMIO PE number determination", "PCIe configuration space").
 */
#include "tests/hw/p7ioc_fixture.h"

static bool route(struct fx *fx, uint64_t real, struct phb_route *out)
{
	*out = (struct phb_route){0};
	return fx->phb->gen->route(fx->phb, real, out);
}

START_TEST(test_p7ioc_m32_segment_when_met_at_its_edges_then_names_its_pe)
{
	/* 128 segments of 16 MiB: first byte and last byte of segments 0, 3, 127, and one byte outside the window. */
	static const uint32_t segments[] = {0, 3, 127};
	uint64_t bytes = FX_M32_BYTES / 128;
	struct phb_route out;
	struct fx fx;
	uint32_t i;

	p7_begin(&fx);
	for (i = 0; i < sim_count_of(segments); i++) {
		uint64_t at = P7_M32_BASE + segments[i] * bytes;

		ck_assert(route(&fx, at, &out));
		ck_assert_uint_eq(out.pe, segments[i] < 8 ? segments[i] : 127);
		ck_assert_uint_eq(out.pci, FX_M32_START + segments[i] * bytes);
		ck_assert(route(&fx, at + bytes - 1, &out));
		ck_assert_uint_eq(out.pe, segments[i] < 8 ? segments[i] : 127);
		ck_assert(!out.io);
	}
	ck_assert(!route(&fx, P7_M32_BASE - 1, &out));
	ck_assert(!route(&fx, P7_M32_BASE + FX_M32_BYTES, &out));
	fx_write(&fx, PHB_CONFIG, P7IOC_CONFIG_IO_EN);
	ck_assert(!route(&fx, P7_M32_BASE, &out));
	fx_end(&fx);
}
END_TEST

START_TEST(test_p7ioc_io_segment_when_met_at_its_edges_then_names_its_pe)
{
	/* 128 segments of 64 KiB; I/O addresses begin at 0. */
	struct phb_route out;
	struct fx fx;

	p7_begin(&fx);
	ck_assert(route(&fx, P7_IO_BASE + 0x4ffff, &out));
	ck_assert_uint_eq(out.pe, 4);
	ck_assert_uint_eq(out.pci, 0x4ffff);
	ck_assert(out.io);
	ck_assert(route(&fx, P7_IO_BASE + 0x50000, &out));
	ck_assert_uint_eq(out.pe, 5);
	ck_assert(route(&fx, P7_IO_BASE + P7_IO_BYTES - 1, &out));
	ck_assert_uint_eq(out.pe, 127);
	ck_assert(!route(&fx, P7_IO_BASE + P7_IO_BYTES, &out));
	fx_write(&fx, PHB_CONFIG, PHB_CONFIG_M32_EN);
	ck_assert(!route(&fx, P7_IO_BASE, &out));
	fx_end(&fx);
}
END_TEST

START_TEST(test_p7ioc_m64_segment_when_in_any_bar_then_names_its_pe)
{
	/* 16 BARs of 8 segments: every segment gets a PE of its own through the M64DT; addresses go out as they are. */
	struct phb_route out;
	struct fx fx;
	uint32_t i;

	p7_begin(&fx);
	for (i = 0; i < P7IOC_M64DT_COUNT; i++)
		p7_write(&fx, IODA1_TBL_M64DT, i, ppc_set(IODA1_XXDT_PE, 0, 127 - i));
	fx_write(&fx, PHB_M64_UPPER_BITS, 1ull << 60);
	for (i = 0; i < P7IOC_M64DT_COUNT; i++) {
		uint64_t at = P7_M64_BASE + i * P7_M64_SEGMENT;

		ck_assert(route(&fx, at, &out));
		ck_assert_uint_eq(out.pe, 127 - i);
		ck_assert_uint_eq(out.pci, at | 1ull << 60);
		ck_assert(route(&fx, at + P7_M64_SEGMENT - 1, &out));
		ck_assert_uint_eq(out.pe, 127 - i);
	}
	ck_assert(!route(&fx, P7_M64_BASE - 1, &out));
	ck_assert(!route(&fx, P7_M64_BASE + P7IOC_M64DT_COUNT * P7_M64_SEGMENT, &out));
	fx_end(&fx);
}
END_TEST

START_TEST(test_p7ioc_m64_bar_when_off_or_overlapped_then_leaves_it_to_the_others)
{
	/* A BAR without its enable bit takes nothing; of two that cover an address the lower one does. 16 MiB at least.
	 */
	struct phb_route out;
	struct fx fx;
	uint64_t raw;

	p7_begin(&fx);
	raw = p7_read(&fx, IODA1_TBL_M64BT, 2);
	p7_write(&fx, IODA1_TBL_M64BT, 2, raw & ~IODA1_M64BT_ENABLE);
	ck_assert(!route(&fx, P7_M64_BASE + 16 * P7_M64_SEGMENT, &out));
	/* BAR 1 over the place of BAR 3, with segments of 2 MiB. */
	raw = ppc_set(IODA1_M64BT_BASE, IODA1_M64BT_ENABLE,
		      (P7_M64_BASE + 24 * P7_M64_SEGMENT) >> IODA1_M64BT_UNIT_SHIFT);
	p7_write(&fx, IODA1_TBL_M64BT, 1, ppc_set(IODA1_M64BT_MASK, raw, 0xffffff));
	p7_write(&fx, IODA1_TBL_M64DT, 8 + 7, ppc_set(IODA1_XXDT_PE, 0, 77));
	p7_write(&fx, IODA1_TBL_M64DT, 24, ppc_set(IODA1_XXDT_PE, 0, 78));
	ck_assert(route(&fx, P7_M64_BASE + 24 * P7_M64_SEGMENT + (7 << 21), &out));
	ck_assert_uint_eq(out.pe, 77);
	ck_assert(route(&fx, P7_M64_BASE + 24 * P7_M64_SEGMENT + (8 << 21), &out));
	ck_assert_uint_eq(out.pe, 78);
	fx_end(&fx);
}
END_TEST

/* A device that counts what reaches it. */
struct counted {
	uint32_t loads, stores, config_reads, config_writes;
};

static enum pcie_load_end counted_load(void *ctx, uint64_t addr, uint32_t bytes, uint64_t *value)
{
	(void)addr;
	(void)bytes;
	((struct counted *)ctx)->loads++;
	*value = 0x55;
	return PCIE_LOAD_OK;
}

static void counted_store(void *ctx, uint64_t addr, uint64_t value, uint32_t bytes)
{
	(void)addr;
	(void)value;
	(void)bytes;
	((struct counted *)ctx)->stores++;
}

static enum pcie_config_status counted_config_read(void *ctx, uint32_t reg, uint32_t bytes, uint32_t *value)
{
	(void)reg;
	(void)bytes;
	((struct counted *)ctx)->config_reads++;
	*value = 0x1234;
	return PCIE_CONFIG_OK;
}

static enum pcie_config_status counted_config_write(void *ctx, uint32_t reg, uint32_t value, uint32_t bytes)
{
	(void)reg;
	(void)value;
	(void)bytes;
	((struct counted *)ctx)->config_writes++;
	return PCIE_CONFIG_OK;
}

static const struct pcie_function_ops counted_ops = {.mmio_read = counted_load,
						     .mmio_write = counted_store,
						     .config_read = counted_config_read,
						     .config_write = counted_config_write};

START_TEST(test_p7ioc_load_when_its_pe_is_frozen_then_is_all_ones)
{
	/* Through M32 and M64 segments of PE 3; PE 4's go on. A store is dropped. */
	struct counted device = {0};
	struct pcie_function function = {.rid = 0x300, .ops = &counted_ops, .ctx = &device};
	uint64_t m64 = P7_M64_BASE + 3 * P7_M64_SEGMENT, m32 = P7_M32_BASE + 3 * (FX_M32_BYTES / 128);
	struct fx fx;

	p7_begin(&fx);
	fx.function = &function;
	fx.claims = true;
	p7_write(&fx, IODA1_TBL_PESTA, 3, PPC_BIT(0));
	ck_assert_uint_eq(phb_mmio_read(fx.phb, (struct raddr){m32}, 4), UINT32_MAX);
	ck_assert_uint_eq(phb_mmio_read(fx.phb, (struct raddr){m64}, 8), UINT64_MAX);
	phb_mmio_write(fx.phb, (struct raddr){m64}, 1, 4);
	ck_assert_uint_eq(device.loads + device.stores, 0);
	ck_assert_uint_eq(phb_mmio_read(fx.phb, (struct raddr){m64 + P7_M64_SEGMENT}, 4), 0x55);
	p7_write(&fx, IODA1_TBL_PESTA, 3, 0);
	ck_assert_uint_eq(phb_mmio_read(fx.phb, (struct raddr){m32}, 4), 0x55);
	fx_end(&fx);
}
END_TEST

START_TEST(test_p7ioc_io_load_when_no_function_has_io_space_then_freezes_the_segments_pe)
{
	/* Unsupported request: all ones, PE 4 frozen with an MMIO load, UR; the record is on the chip. */
	struct counted device = {0};
	struct pcie_function function = {.rid = 0x300, .ops = &counted_ops, .ctx = &device};
	struct phb_freeze record;
	struct fx fx;

	p7_begin(&fx);
	fx.function = &function;
	fx.claims = true;
	ck_assert_uint_eq(phb_mmio_read(fx.phb, (struct raddr){P7_IO_BASE + 0x40010}, 2), 0xffff);
	ck_assert_uint_eq(device.loads, 0);
	ck_assert(phb_freeze_state(fx.phb, 4, &record));
	ck_assert_str_eq(record.type, "MMIO load");
	ck_assert_str_eq(record.causes, "MMIO cause, UR returned");
	ck_assert_uint_eq(record.addr.v, 0x40010);
	fx_end(&fx);
}
END_TEST

static void config_address(struct fx *fx, uint16_t rid)
{
	fx_write(fx, PHB_CONFIG_ADDRESS, ppc_set(PHB_CA_BDFN, PHB_CA_ENABLE, rid));
}

START_TEST(test_p7ioc_config_cycle_when_the_pe_is_frozen_then_is_blocked)
{
	/* The hardware of a P7IOC does that, and no PE number stands in the address: the requester's counts. */
	struct counted device = {0};
	struct pcie_function function = {.rid = 0x300, .ops = &counted_ops, .ctx = &device};
	struct fx fx;

	p7_begin(&fx);
	fx.function = &function;
	config_address(&fx, 0x300);
	ck_assert_uint_eq(phb_reg_read(fx.phb, PHB_CONFIG_DATA, 2), 0x1234);
	p7_write(&fx, IODA1_TBL_PESTA, 4, PPC_BIT(0));
	p7_write(&fx, IODA1_TBL_PESTB, 3, PPC_BIT(0));
	ck_assert_uint_eq(phb_reg_read(fx.phb, PHB_CONFIG_DATA, 2), 0x1234);
	p7_write(&fx, IODA1_TBL_PESTA, 3, PPC_BIT(0));
	ck_assert_uint_eq(phb_reg_read(fx.phb, PHB_CONFIG_DATA, 2), 0xffff);
	phb_reg_write(fx.phb, PHB_CONFIG_DATA, 0, 4);
	ck_assert_uint_eq(device.config_reads, 2);
	ck_assert_uint_eq(device.config_writes, 0);
	ck_assert_uint_eq(fx.phb->stats.frozen_config, 2);
	p7_write(&fx, IODA1_TBL_PESTA, 3, 0);
	phb_reg_write(fx.phb, PHB_CONFIG_DATA, 0, 4);
	ck_assert_uint_eq(device.config_writes, 1);
	fx_end(&fx);
}
END_TEST

START_TEST(test_p7ioc_root_complex_when_its_pe_is_frozen_then_answers_still)
{
	/* Firmware reads its error registers through it while PEs are frozen. */
	struct counted device = {0};
	struct pcie_function function = {.rid = 0, .ops = &counted_ops, .ctx = &device};
	struct fx fx;

	p7_begin(&fx);
	fx.function = &function;
	config_address(&fx, 0);
	p7_write(&fx, IODA1_TBL_PESTA, 127, PPC_BIT(0));
	ck_assert_uint_eq(phb_reg_read(fx.phb, PHB_CONFIG_DATA, 2), 0x1234);
	fx_end(&fx);
}
END_TEST

int main(void)
{
	const struct fx_case cases[] = {
		{test_p7ioc_m32_segment_when_met_at_its_edges_then_names_its_pe, 0, FX_ONLY_P7IOC},
		{test_p7ioc_io_segment_when_met_at_its_edges_then_names_its_pe, 0, FX_ONLY_P7IOC},
		{test_p7ioc_m64_segment_when_in_any_bar_then_names_its_pe, 0, FX_ONLY_P7IOC},
		{test_p7ioc_m64_bar_when_off_or_overlapped_then_leaves_it_to_the_others, 0, FX_ONLY_P7IOC},
		{test_p7ioc_load_when_its_pe_is_frozen_then_is_all_ones, 0, FX_ONLY_P7IOC},
		{test_p7ioc_io_load_when_no_function_has_io_space_then_freezes_the_segments_pe, 0, FX_ONLY_P7IOC},
		{test_p7ioc_config_cycle_when_the_pe_is_frozen_then_is_blocked, 0, FX_ONLY_P7IOC},
		{test_p7ioc_root_complex_when_its_pe_is_frozen_then_answers_still, 0, FX_ONLY_P7IOC},
	};

	return fx_main("hw.p7ioc_mmio", cases, sim_count_of(cases));
}
