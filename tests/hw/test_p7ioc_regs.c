/* SPDX-License-Identifier: GPL-2.0-only */
/* tests/hw/test_p7ioc_regs.c - registers of a P7IOC's PHB and the port to its on-chip tables. */
#include "tests/hw/p7ioc_fixture.h"

START_TEST(test_p7ioc_registers_when_reset_then_hold_what_is_known)
{
	/* Values from skiboot's comments; no register of a later generation may answer. */
	struct fx fx;

	p7_begin_raw(&fx, NULL);
	ck_assert_uint_eq(fx_read(&fx, PHB_VERSION), 0x000000a200000002ull);
	ck_assert_uint_eq(fx_read(&fx, PHB_PCIE_SYSTEM_CONFIG), P7IOC_INIT_SYSTEM_CONFIG);
	ck_assert_uint_eq(phb_pe_count(fx.phb), 128);
	ck_assert_uint_eq(phb_reserved_pe(fx.phb), 127);
	ck_assert_uint_eq(phb_msi_count(fx.phb), 256);
	ck_assert_int_eq(phb_generation(fx.phb), PLATFORM_PHB_P7IOC);
	ck_assert_uint_eq(fx.phb->stats.unimplemented_reads, 0);
	ck_assert_uint_eq(fx_read(&fx, PHB_RTT_BAR), 0);
	ck_assert_uint_eq(fx_read(&fx, PHB3_IVT_BAR), 0);
	ck_assert_uint_eq(fx_read(&fx, PHB_DMARD_SYNC), 0);
	ck_assert_uint_eq(fx.phb->stats.unimplemented_reads, 3);
	fx_end(&fx);
}
END_TEST

START_TEST(test_p7ioc_dma_read_sync_when_asked_for_then_there_is_none)
{
	/* DMARD_SYNC came with PHB3: with a read on its way a START is an access to no register, which never tells that the
	 * sync is complete, and holds nothing up. */
	struct fx fx;

	p7_begin(&fx);
	p7_simple_window(&fx, 0, 3);
	fx_store(&fx, FX_TABLES, FX_DATA | 3);
	fx_dma(&fx, TLP_MEM_READ, 0x300, 0, 64);
	fx_write(&fx, PHB_DMARD_SYNC, PHB_DMARD_SYNC_START);
	ck_assert_uint_eq(fx_read(&fx, PHB_DMARD_SYNC), 0);
	ck_assert_uint_eq(fx.sent_count, 0);
	fx_run(&fx);
	ck_assert_uint_eq(fx.sent_count, 1);
	ck_assert_int_eq(fx.sent[0]->status, TLP_SC);
	ck_assert_uint_eq(fx_read(&fx, PHB_DMARD_SYNC), 0);
	ck_assert_uint_eq(fx.phb->stats.unimplemented_writes, 1);
	ck_assert_uint_eq(fx.phb->stats.unimplemented_reads, 2);
	fx_end(&fx);
}
END_TEST

START_TEST(test_p7ioc_registers_when_firmware_starts_then_take_all_of_it)
{
	/* Everything that skiboot writes to a PHB between reset and service has a row. */
	static const uint32_t offsets[] = {PHB_AIB_TX_CHAN_MAPPING,
					   0x820,
					   0x828,
					   0x818,
					   PHB_AIB_TAG_ENABLE,
					   PHB_TCE_TAG_ENABLE,
					   PHB_PCIE_SYSTEM_CONFIG,
					   PHB_RESET,
					   P7IOC_BUID,
					   P7IOC_IO_BASE_ADDR,
					   P7IOC_IO_BASE_MASK,
					   P7IOC_IO_START_ADDR,
					   PHB_M32_BASE_ADDR,
					   PHB_M32_BASE_MASK,
					   PHB_M32_START_ADDR,
					   PHB_M64_UPPER_BITS,
					   PHB_CONFIG,
					   0x680,
					   0x688,
					   0x690,
					   0x698,
					   0x6a0,
					   0x6a8,
					   0x548,
					   0x400,
					   0x408,
					   0x410,
					   0x418,
					   0x420,
					   0x4d0,
					   0x4e0,
					   0x4f0,
					   0x520,
					   0x530,
					   0x540,
					   0x550,
					   0x558,
					   0x560,
					   P7IOC_LEGACY_CTRL,
					   PHB_CONTROL,
					   PHB_ETU_ERR_SUMMARY,
					   PHB_TCE_SPEC_CTL,
					   PHB_TIMEOUT_CTRL1,
					   PHB_TIMEOUT_CTRL2,
					   PHB_LEM_ACTION0,
					   PHB_LEM_ACTION1,
					   PHB_HOTPLUG_OVERRIDE,
					   PHB_PAPR_ERR_INJ_CTL,
					   PHB_PAPR_ERR_INJ_ADDR,
					   PHB_PAPR_ERR_INJ_MASK,
					   0xf80};
	struct fx fx;
	size_t i;

	p7_begin_raw(&fx, NULL);
	for (i = 0; i < sim_count_of(offsets); i++) {
		fx_write(&fx, offsets[i], 0);
		(void)fx_read(&fx, offsets[i]);
		ck_assert_msg(!fx.phb->stats.unimplemented_writes && !fx.phb->stats.unimplemented_reads,
			      "register 0x%x", offsets[i]);
	}
	fx_write(&fx, P7IOC_BUID, UINT64_MAX);
	ck_assert_uint_eq(fx_read(&fx, P7IOC_BUID), 0x01ff01ff00000000ull);
	fx_end(&fx);
}
END_TEST

START_TEST(test_p7ioc_tables_when_written_through_the_port_then_hold_it)
{
	/* Each table has its own entries, the index wraps at the table's size, and moves on with DATA0 only. */
	static const struct {
		uint32_t table, count;
		bool wide;
	} tables[] = {
		{IODA1_TBL_HRT, 4, false},     {IODA1_TBL_LIST, 8, false},    {IODA1_TBL_LXIVT, 8, false},
		{IODA1_TBL_MIST, 256, false},  {IODA1_TBL_MXIVT, 256, false}, {IODA1_TBL_MVT, 256, false},
		{IODA1_TBL_PELTM, 128, false}, {IODA1_TBL_TVT, 128, true},    {IODA1_TBL_PELTV, 128, true},
		{IODA1_TBL_M64BT, 16, false},  {IODA1_TBL_IODT, 128, false},  {IODA1_TBL_M32DT, 128, false},
		{IODA1_TBL_M64DT, 128, false},
	};
	struct fx fx;
	uint32_t t, i;

	p7_begin_raw(&fx, NULL);
	for (t = 0; t < sim_count_of(tables); t++) {
		p7_select(&fx, tables[t].table, 0, true);
		for (i = 0; i < tables[t].count; i++) {
			if (tables[t].wide)
				fx_write(&fx, P7IOC_IODA_DATA1, ~(uint64_t)(t << 8 | i));
			fx_write(&fx, PHB_IODA_DATA0, t << 8 | i);
		}
		ck_assert_uint_eq(ppc_get(P7IOC_IODA_ADDR_TADR, fx_read(&fx, PHB_IODA_ADDR)), 0);
	}
	for (t = 0; t < sim_count_of(tables); t++) {
		p7_select(&fx, tables[t].table, 0, true);
		for (i = 0; i < tables[t].count; i++) {
			if (tables[t].wide)
				ck_assert_uint_eq(fx_read(&fx, P7IOC_IODA_DATA1), ~(uint64_t)(t << 8 | i));
			ck_assert_uint_eq(fx_read(&fx, PHB_IODA_DATA0), t << 8 | i);
		}
		ck_assert_uint_eq(p7_read(&fx, tables[t].table, tables[t].count + 1), t << 8 | 1);
	}
	ck_assert_uint_eq(fx.phb->stats.unimplemented_reads + fx.phb->stats.unimplemented_writes, 0);
	fx_end(&fx);
}
END_TEST

START_TEST(test_p7ioc_port_when_a_table_is_missing_then_counts_it)
{
	/* The views of caches, unused selectors, and a second doubleword where there is none: 0, nothing, counted. */
	struct fx fx;

	p7_begin_raw(&fx, NULL);
	p7_write(&fx, IODA1_TBL_TCAM, 0, 5);
	p7_write(&fx, IODA1_TBL_TDR, 0, 5);
	p7_write(&fx, 21, 0, 5);
	p7_select(&fx, IODA1_TBL_MVT, 0, false);
	fx_write(&fx, P7IOC_IODA_DATA1, 5);
	ck_assert_uint_eq(fx.phb->stats.unimplemented_writes, 4);
	ck_assert_uint_eq(fx_read(&fx, P7IOC_IODA_DATA1), 0);
	ck_assert_uint_eq(p7_read(&fx, IODA1_TBL_TCAM, 0), 0);
	ck_assert_uint_eq(fx.phb->stats.unimplemented_reads, 2);
	ck_assert_uint_eq(p7_read(&fx, IODA1_TBL_MVT, 0), 0);
	fx_end(&fx);
}
END_TEST

START_TEST(test_p7ioc_half_of_a_wide_entry_when_written_alone_then_takes_effect)
{
	/* As skiboot's set_peltv() does for PEs from 64 on: DATA1 is read, changed and written, and DATA0 not touched.
	 */
	struct fx fx;

	p7_begin_raw(&fx, NULL);
	p7_write_wide(&fx, IODA1_TBL_PELTV, 5, 0x11, 0x22);
	p7_select(&fx, IODA1_TBL_PELTV, 5, true);
	fx_write(&fx, P7IOC_IODA_DATA1, fx_read(&fx, P7IOC_IODA_DATA1) | 0x100);
	ck_assert_uint_eq(ppc_get(P7IOC_IODA_ADDR_TADR, fx_read(&fx, PHB_IODA_ADDR)), 5);
	ck_assert_uint_eq(fx_read(&fx, P7IOC_IODA_DATA1), 0x122);
	ck_assert_uint_eq(fx_read(&fx, PHB_IODA_DATA0), 0x11);
	ck_assert_uint_eq(ppc_get(P7IOC_IODA_ADDR_TADR, fx_read(&fx, PHB_IODA_ADDR)), 6);
	fx_end(&fx);
}
END_TEST

START_TEST(test_p7ioc_reset_register_when_written_then_holds_link_and_error_macros)
{
	/* Bits 0:1 let the PCIe cores run, bit 2 lifts PERST#, bit 4 clears the error macros (skiboot, init 8 and 95).
	 */
	uint64_t up = PHB_PCIE_DLP_TC_DL_LINKUP | PHB_PCIE_DLP_TC_DL_LINKACT;
	struct fx fx;

	p7_begin_raw(&fx, NULL);
	ck_assert_uint_eq(fx_read(&fx, PHB_PCIE_DLP_TRAIN_CTL) & (up | P7IOC_PCIE_PGRESET), P7IOC_PCIE_PGRESET);
	fx_write(&fx, PHB_INA_ERR_BASE + PHB_ERR_STATUS_MASK, 0);
	fx_write(&fx, PHB_INA_ERR_BASE + PHB_ERR_FIRST_MASK, 0);
	fx_write(&fx, PHB_INA_ERR_BASE + PHB_ERR_INJECT, PPC_BIT(28));
	fx_write(&fx, PHB_LEM_FIR_OR_MASK, PPC_BIT(35));
	ck_assert_uint_ne(fx_read(&fx, PHB_ETU_ERR_SUMMARY), 0);
	fx_write(&fx, PHB_RESET, P7IOC_INIT_RESET_FIRST);
	ck_assert_uint_eq(fx_read(&fx, PHB_ETU_ERR_SUMMARY), 0);
	ck_assert_uint_eq(fx_read(&fx, PHB_INA_ERR_BASE + PHB_ERR_FIRST), 0);
	ck_assert_uint_eq(fx_read(&fx, PHB_PCIE_DLP_TRAIN_CTL) & (up | P7IOC_PCIE_PGRESET), up);
	fx_write(&fx, PHB_RESET, P7IOC_INIT_RESET & ~P7IOC_RESET_PERST);
	ck_assert(fx.perst);
	phb_link_change(fx.phb, false); /* as the topology answers; test_phb_link has a real one */
	ck_assert_uint_eq(fx_read(&fx, PHB_PCIE_DLP_TRAIN_CTL) & up, 0);
	fx_write(&fx, PHB_RESET, P7IOC_INIT_RESET);
	ck_assert(!fx.perst);
	phb_link_change(fx.phb, true);
	fx_write(&fx, PHB_PCIE_DLP_TRAIN_CTL, UINT64_MAX);
	ck_assert_uint_eq(fx_read(&fx, PHB_PCIE_DLP_TRAIN_CTL), P7IOC_PCIE_TX_DISABLE | P7IOC_PCIE_RX_DISABLED);
	fx_write(&fx, PHB_PCIE_DLP_TRAIN_CTL, 0);
	ck_assert_uint_eq(fx_read(&fx, PHB_PCIE_DLP_TRAIN_CTL) & up, up);
	fx_end(&fx);
}
END_TEST

START_TEST(test_p7ioc_phb_when_reset_then_forgets_tables_and_records)
{
	/* skiboot keeps copies of all it writes because a reset loses them. Entry 0 of an empty PELTM matches
	 * everybody. */
	struct fx fx;

	p7_begin(&fx);
	p7_simple_window(&fx, 0, 3);
	p7_write(&fx, IODA1_TBL_PESTA, 3, UINT64_MAX);
	ck_assert_uint_eq(phb_pe_of_rid(fx.phb, 0x300), 3);
	phb_reset(fx.phb);
	ck_assert_uint_eq(p7_read(&fx, IODA1_TBL_TVT, 0), 0);
	ck_assert_uint_eq(p7_read(&fx, IODA1_TBL_PESTA, 3), 0);
	ck_assert_uint_eq(p7_read(&fx, IODA1_TBL_PEEV, 0), 0);
	ck_assert_uint_eq(phb_pe_of_rid(fx.phb, 0x300), 0);
	ck_assert_uint_eq(fx_read(&fx, PHB_CONFIG), 0);
	ck_assert_int_eq(fx_xlate(&fx, 0x300, 0, false, NULL), PHB_XLATE_TVE_INVALID);
	fx_end(&fx);
}
END_TEST

int main(void)
{
	const struct fx_case cases[] = {
		{test_p7ioc_registers_when_reset_then_hold_what_is_known, 0, FX_ONLY_P7IOC},
		{test_p7ioc_dma_read_sync_when_asked_for_then_there_is_none, 0, FX_ONLY_P7IOC},
		{test_p7ioc_registers_when_firmware_starts_then_take_all_of_it, 0, FX_ONLY_P7IOC},
		{test_p7ioc_tables_when_written_through_the_port_then_hold_it, 0, FX_ONLY_P7IOC},
		{test_p7ioc_port_when_a_table_is_missing_then_counts_it, 0, FX_ONLY_P7IOC},
		{test_p7ioc_half_of_a_wide_entry_when_written_alone_then_takes_effect, 0, FX_ONLY_P7IOC},
		{test_p7ioc_reset_register_when_written_then_holds_link_and_error_macros, 0, FX_ONLY_P7IOC},
		{test_p7ioc_phb_when_reset_then_forgets_tables_and_records, 0, FX_ONLY_P7IOC},
	};

	return fx_main("hw.p7ioc_regs", cases, sim_count_of(cases));
}
