/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tests/hw/test_phb_config.c - configuration cycles: lanes, who answers, how they end, what keeps them from going out,
 * and what a generation makes of each.
 */
#include "tests/hw/phb_device.h"

static void select_config(struct fx *fx, uint16_t rid, uint32_t reg, bool enable)
{
	uint64_t value = ppc_set(PHB_CA_BDFN, enable ? PHB_CA_ENABLE : 0, rid);

	fx_write(fx, PHB_CONFIG_ADDRESS, ppc_set(PHB_CA_REG, value, reg));
}

START_TEST(test_phb_config_cycle_when_read_and_written_then_uses_byte_lanes)
{
	/* CONFIG_DATA is little-endian: the lane is the byte of the register; values are plain numbers here. */
	struct pcie_function function;
	struct device device;
	struct fx fx;

	begin(&fx, &device, &function);
	device.config = 0x44332211;
	select_config(&fx, 0x0300, 0x10, true);
	ck_assert_uint_eq(phb_reg_read(fx.phb, PHB_CONFIG_DATA, 4), 0x44332211);
	ck_assert_uint_eq(phb_reg_read(fx.phb, PHB_CONFIG_DATA + 2, 2), 0x4433);
	ck_assert_uint_eq(phb_reg_read(fx.phb, PHB_CONFIG_DATA + 3, 1), 0x44);
	phb_reg_write(fx.phb, PHB_CONFIG_DATA + 2, 0xbeef, 2);
	ck_assert_uint_eq(device.last_addr, 0x12);
	ck_assert_uint_eq(device.last_value, 0xbeef);
	ck_assert_uint_eq(device.accesses, 2);
	ck_assert_uint_eq(fx.phb->stats.config_reads, 3);
	ck_assert_uint_eq(fx.phb->stats.config_writes, 1);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_config_cycle_to_nobody_then_reads_ones_and_freezes_nothing)
{
	/* Probing empty slots is how buses are scanned; a disabled address register selects nobody. */
	struct pcie_function function;
	struct device device;
	struct fx fx;

	begin(&fx, &device, &function);
	device.config = 0x44332211;
	select_config(&fx, 0x0400, 0, true);
	ck_assert_uint_eq(phb_reg_read(fx.phb, PHB_CONFIG_DATA, 4), UINT32_MAX);
	ck_assert_uint_eq(phb_reg_read(fx.phb, PHB_CONFIG_DATA, 1), 0xff);
	phb_reg_write(fx.phb, PHB_CONFIG_DATA, 5, 4);
	select_config(&fx, 0x0300, 0, false);
	ck_assert_uint_eq(phb_reg_read(fx.phb, PHB_CONFIG_DATA, 2), 0xffff);
	ck_assert_uint_eq(fx.phb->stats.config_no_device, 4);
	ck_assert_uint_eq(fx_ioda_read(&fx, IODA2_TBL_PEEV, 0), 0);
	/* Is a frozen PE's configuration space reachable? On PHB4 unless CTRLR says otherwise, on a P7IOC never. */
	fx_ioda_write(&fx, IODA2_TBL_PESTA, 3, PPC_BIT(0));
	select_config(&fx, 0x0300, 0, true);
	ck_assert_uint_eq(phb_reg_read(fx.phb, PHB_CONFIG_DATA, 4), fx_is_p7ioc() ? UINT32_MAX : 0x44332211);
	fx_end(&fx);
}
END_TEST

static void select_pe(struct fx *fx, uint16_t rid, uint32_t pe)
{
	select_config(fx, rid, 0, true);
	fx_write(fx, PHB_CONFIG_ADDRESS, ppc_set(fx->phb->gen->config_pe, fx_read(fx, PHB_CONFIG_ADDRESS), pe));
}

START_TEST(test_phb_config_cycle_when_it_ends_badly_then_ones_and_a_status)
{
	/* All ones, and on PHB4 a code in bits 1:3 of CONFIG_ADDRESS (QEMU's names), which a good cycle clears. */
	static const struct {
		enum pcie_config_status status;
		uint64_t no_device, code;
	} cases[] = {
		{PCIE_CONFIG_UR, 2, 1},
		{PCIE_CONFIG_NO_DEVICE, 2, 1},
		{PCIE_CONFIG_CRS, 0, 2},
		{PCIE_CONFIG_CA, 0, 4},
	};
	struct pcie_function function;
	struct device device;
	struct fx fx;

	begin(&fx, &device, &function);
	select_config(&fx, 0x0300, 0, true);
	device.status = cases[_i].status;
	ck_assert_uint_eq(phb_reg_read(fx.phb, PHB_CONFIG_DATA + 2, 2), 0xffff);
	ck_assert_int_eq(fx.phb->config_status, cases[_i].status);
	ck_assert_uint_eq(fx_read(&fx, PHB_CONFIG_ADDRESS) >> 60, 8 | (fx_variant == FX_PHB3 ? 0 : cases[_i].code));
	phb_reg_write(fx.phb, PHB_CONFIG_DATA, 0, 4);
	ck_assert_int_eq(fx.phb->config_status, cases[_i].status);
	ck_assert_uint_eq(fx.phb->stats.config_no_device, cases[_i].no_device);
	device.status = PCIE_CONFIG_OK;
	(void)phb_reg_read(fx.phb, PHB_CONFIG_DATA, 4);
	ck_assert_int_eq(fx.phb->config_status, PCIE_CONFIG_OK);
	ck_assert_uint_eq(fx_read(&fx, PHB_CONFIG_ADDRESS) >> 60, 8);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_config_cycle_when_aborted_then_freezes_the_pe_of_the_address)
{
	/* Only Completer Abort is an error (LoPAR), of the PE that software put into CONFIG_ADDRESS. A read freezes, a
	 * write by firmware's masks on PHB5 only; PHB3 has no bit for one. Nobody else freezes. */
	static const enum pcie_config_status harmless[] = {PCIE_CONFIG_UR, PCIE_CONFIG_NO_DEVICE, PCIE_CONFIG_CRS};
	bool phb3 = fx_variant == FX_PHB3, phb5 = fx_variant == FX_PHB5_SMALL || fx_variant == FX_PHB5_BIG;
	bool write = _i, frozen = write ? phb5 : true;
	struct pcie_function function;
	struct phb_freeze seen;
	struct device device;
	struct fx fx;
	size_t i;

	begin(&fx, &device, &function);
	fe_masks(&fx);
	select_pe(&fx, 0x0300, 77);
	for (i = 0; i < sim_count_of(harmless); i++) {
		device.status = harmless[i];
		(void)phb_reg_read(fx.phb, PHB_CONFIG_DATA, 4);
		phb_reg_write(fx.phb, PHB_CONFIG_DATA, 0, 4);
	}
	ck_assert_uint_eq(fx.phb->stats.trapped, 0);
	device.status = PCIE_CONFIG_CA;
	if (write)
		phb_reg_write(fx.phb, PHB_CONFIG_DATA, 0, 4);
	else
		(void)phb_reg_read(fx.phb, PHB_CONFIG_DATA, 4);
	ck_assert_uint_eq(fx_ioda_read(&fx, IODA2_TBL_PEEV, 1), frozen ? PPC_BIT(77 - 64) : 0);
	ck_assert_uint_eq(fx_ioda_read(&fx, IODA2_TBL_PEEV, 0), 0);
	if (!phb3 || !write)
		ck_assert_uint_eq(fe_status(&fx, write ? PHB_OUT_ERR_BASE : PHB_INA_ERR_BASE), PPC_BIT(write ? 17 : 0));
	if (frozen) {
		ck_assert(phb_freeze_state(fx.phb, 77, &seen));
		ck_assert_uint_eq(seen.pest_a & PPC_BITMASK(2, 9), PPC_BIT(write ? 4 : 3) | 0x0700000000000000ull | PPC_BIT(8));
		ck_assert_uint_eq(seen.rid, 0x0300);
	}
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb4_config_cycle_when_it_cannot_go_out_then_one_bit_tells_why)
{
	/* Enable off, a doubleword access, bus 0, link down: TXE 24 to 27 (phberr.py), all ones, nobody freezes, and the
	 * device sees nothing. Firmware's masks make nothing of it, but PHB5's fence for a wrong size. */
	bool fence = _i == 1 && (fx_variant == FX_PHB5_SMALL || fx_variant == FX_PHB5_BIG);
	struct pcie_function function;
	struct device device;
	struct fx fx;

	begin(&fx, &device, &function);
	fe_masks(&fx);
	device.config = 5;
	select_config(&fx, _i == 2 ? 0 : 0x0300, 0, _i != 0);
	if (_i == 2)
		function.rid = 0;
	if (_i == 3)
		phb_link_change(fx.phb, false);
	ck_assert_uint_eq(phb_reg_read(fx.phb, PHB_CONFIG_DATA, _i == 1 ? 8 : 4), _i == 1 ? UINT64_MAX : UINT32_MAX);
	ck_assert_int_eq(phb_fenced(fx.phb), fence);
	ck_assert_uint_eq(fx.phb->reg[(PHB_OUT_ERR_BASE + PHB_ERR_STATUS) / 8], PPC_BIT(24 + _i));
	phb_reg_write(fx.phb, PHB_CONFIG_DATA, 6, _i == 1 ? 8 : 4);
	ck_assert_uint_eq(device.accesses, 0);
	ck_assert_uint_eq(fx.phb->stats.trapped, fence ? 1 : 2);
	ck_assert_uint_eq(fx.phb->reg[PHB_LEM_FIR_ACCUM / 8], 0);
	ck_assert(!phb_pest_any(fx.phb));
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb4_config_block_when_set_then_frozen_pes_get_no_cycles)
{
	/* CFG_EEH_BLOCK counts only for frozen PEs, by the PE in CONFIG_ADDRESS, and whether MMIO is frozen, not DMA. */
	struct pcie_function function;
	struct device device;
	struct fx fx;

	begin(&fx, &device, &function);
	device.config = 0x44332211;
	fx_ioda_write(&fx, IODA2_TBL_PESTA, 70, PPC_BIT(0));
	fx_ioda_write(&fx, IODA2_TBL_PESTB, 71, PPC_BIT(0));
	select_pe(&fx, 0x0300, 70);
	ck_assert_uint_eq(phb_reg_read(fx.phb, PHB_CONFIG_DATA, 4), 0x44332211);
	fx_write(&fx, PHB_CONTROL, PHB4_INIT_CTRLR | PHB4_CTRLR_CFG_EEH_BLOCK);
	ck_assert_uint_eq(phb_reg_read(fx.phb, PHB_CONFIG_DATA + 1, 1), 0xff);
	phb_reg_write(fx.phb, PHB_CONFIG_DATA, 6, 4);
	ck_assert_uint_eq(device.accesses, 0);
	ck_assert_uint_eq(fx.phb->stats.frozen_config, 2);
	select_pe(&fx, 0x0300, 71);
	ck_assert_uint_eq(phb_reg_read(fx.phb, PHB_CONFIG_DATA, 4), 0x44332211);
	/* A number beyond the PEs is nobody's. */
	select_pe(&fx, 0x0300, 511);
	if (fx.phb->pe_count < 512)
		ck_assert_uint_eq(phb_reg_read(fx.phb, PHB_CONFIG_DATA, 4), 0x44332211);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb4_root_port_then_is_among_the_registers)
{
	/* 2 KiB from 0x1000, words only; other sizes are the error of the PCIe stack's registers (REGB 3), which firmware
	 * hides. The indirect window reaches it behind a fence. */
	struct fx fx;

	fx_begin(&fx);
	fx_write(&fx, PHB4_REGB_ERR_BASE + PHB_ERR_STATUS_MASK, 0);
	phb_reg_write(fx.phb, 0x1004, 0x12345678, 4);
	ck_assert_uint_eq(fx.root[1], 0x12345678);
	fx.root[0x1ff] = 0xcafe;
	ck_assert_uint_eq(phb_reg_read(fx.phb, 0x17fc, 4), 0xcafe);
	ck_assert_uint_eq(fe_status(&fx, PHB4_REGB_ERR_BASE), 0);
	ck_assert_uint_eq(phb_reg_read(fx.phb, 0x1000, 8), UINT64_MAX);
	ck_assert_uint_eq(phb_reg_read(fx.phb, 0x1002, 2), UINT64_MAX);
	phb_reg_write(fx.phb, 0x1000, 1, 8);
	ck_assert_uint_eq(fx.root[0], 0);
	ck_assert_uint_eq(phb_reg_read(fx.phb, 0x1800, 4), UINT64_MAX);
	ck_assert_uint_eq(fe_status(&fx, PHB4_REGB_ERR_BASE), PPC_BIT(3));
	ck_assert_uint_eq(fx.phb->stats.reg_bad_access, 4);
	phb_scom_write(fx.phb, PHB_SCOM_NEST, PHB_SCOM_NFIR_SET, PPC_BIT(26));
	ck_assert_uint_eq(phb_reg_read(fx.phb, 0x1004, 4), UINT32_MAX);
	phb_scom_write(fx.phb, PHB_SCOM_INDIRECT, PHB4_SCOM_ASB_ADDR, PPC_BIT(0) | PPC_BIT(1) | 0x1004);
	ck_assert_uint_eq(phb_scom_read(fx.phb, PHB_SCOM_INDIRECT, PHB4_SCOM_ASB_DATA), 0x12345678ull << 32);
	fx_end(&fx);
}
END_TEST

int main(void)
{
	const struct fx_case cases[] = {
		{test_phb_config_cycle_when_read_and_written_then_uses_byte_lanes, 0, FX_ALL},
		{test_phb_config_cycle_to_nobody_then_reads_ones_and_freezes_nothing, 0, FX_ALL},
		{test_phb_config_cycle_when_it_ends_badly_then_ones_and_a_status, 4, FX_FROM_PHB3},
		{test_phb_config_cycle_when_aborted_then_freezes_the_pe_of_the_address, 2, FX_FROM_PHB3},
		{test_phb4_config_cycle_when_it_cannot_go_out_then_one_bit_tells_why, 4, FX_FROM_PHB4},
		{test_phb4_config_block_when_set_then_frozen_pes_get_no_cycles, 0, FX_FROM_PHB4},
		{test_phb4_root_port_then_is_among_the_registers, 0, FX_FROM_PHB4},
	};

	return fx_main("hw.phb_config", cases, sim_count_of(cases));
}
