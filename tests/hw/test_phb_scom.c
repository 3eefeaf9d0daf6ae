/* SPDX-License-Identifier: GPL-2.0-only */
/* tests/hw/test_phb_scom.c - the pervasive bus: FIRs, fences by force, the reset of the core, the way round a fence. */
#include "tests/hw/phb_error_fixture.h"

static uint64_t nest(struct fx *fx, uint32_t offset)
{
	return phb_scom_read(fx->phb, PHB_SCOM_NEST, offset);
}

static void nest_write(struct fx *fx, uint32_t offset, uint64_t value)
{
	phb_scom_write(fx->phb, PHB_SCOM_NEST, offset, value);
}

static void asb_select(struct fx *fx, uint64_t address)
{
	phb_scom_write(fx->phb, PHB_SCOM_INDIRECT, 0, (fx_is_phb3() ? 0 : PHB_SCOM_ASB_VALID) | address);
}

static uint32_t asb_data(void)
{
	return fx_is_phb3() ? PHB3_SCOM_ASB_DATA : PHB4_SCOM_ASB_DATA;
}

static uint64_t asb_read(struct fx *fx, uint32_t offset)
{
	asb_select(fx, offset);
	return phb_scom_read(fx->phb, PHB_SCOM_INDIRECT, asb_data());
}

static uint64_t force(void)
{
	return fx_is_phb3() ? PHB3_SCOM_NFIR_FORCE : PHB4_SCOM_NFIR_FORCE;
}

static uint64_t pending(struct fx *fx)
{
	return nest(fx, fx_is_phb3() ? PHB3_SCOM_PBCQ_STATUS : PHB4_SCOM_PBCQ_STATUS);
}

static void core_reset(struct fx *fx, bool hold)
{
	phb_scom_write(fx->phb, PHB_SCOM_PCI, PHB_SCOM_ETU_RESET, hold ? PHB_SCOM_ETU_RESET_HOLD : 0);
}

START_TEST(test_phb_scom_nfir_when_written_then_ands_ors_and_keeps_the_first)
{
	/* The clear register takes the complement of what is to go (AND), the set register ORs; WOF is the first
	 * unmasked bit since it was cleared. */
	struct fx fx;

	fe_begin(&fx);
	nest_write(&fx, PHB_SCOM_NFIR_MASK, PPC_BIT(2));
	ck_assert_uint_eq(nest(&fx, PHB_SCOM_NFIR_MASK), PPC_BIT(2));
	nest_write(&fx, PHB_SCOM_NFIR_SET, PPC_BIT(2));
	ck_assert_uint_eq(nest(&fx, PHB_SCOM_NFIR_WOF), 0);
	nest_write(&fx, PHB_SCOM_NFIR_SET, PPC_BIT(12));
	nest_write(&fx, PHB_SCOM_NFIR_SET, PPC_BIT(3));
	ck_assert_uint_eq(nest(&fx, PHB_SCOM_NFIR), PPC_BIT(2) | PPC_BIT(3) | PPC_BIT(12));
	ck_assert_uint_eq(nest(&fx, PHB_SCOM_NFIR_WOF), PPC_BIT(12));
	nest_write(&fx, PHB_SCOM_NFIR_CLEAR, ~PPC_BIT(12));
	ck_assert_uint_eq(nest(&fx, PHB_SCOM_NFIR), PPC_BIT(2) | PPC_BIT(3));
	nest_write(&fx, PHB_SCOM_NFIR_WOF, 0);
	ck_assert_uint_eq(nest(&fx, PHB_SCOM_NFIR_WOF), 0);
	ck_assert(!phb_fenced(fx.phb));
	ck_assert_uint_eq(nest(&fx, 0x30), 0);
	ck_assert_uint_eq(fx.phb->stats.unimplemented_reads, 1);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_scom_when_fence_is_forced_then_nfir_tells_and_registers_are_gone)
{
	/* Firmware forces a fence before it resets the core; NFIR bit 16 is how it finds one that came by itself. */
	struct fx fx;

	fe_begin(&fx);
	ck_assert_uint_eq(nest(&fx, PHB_SCOM_NFIR), 0);
	nest_write(&fx, PHB_SCOM_NFIR_SET, force());
	ck_assert(phb_fenced(fx.phb));
	ck_assert_uint_eq(nest(&fx, PHB_SCOM_NFIR), force() | PHB_SCOM_NFIR_FENCED);
	ck_assert_uint_eq(fx_read(&fx, PHB_VERSION), UINT64_MAX);
	/* Clearing the FIR does not bring the PHB back. */
	nest_write(&fx, PHB_SCOM_NFIR_CLEAR, 0);
	ck_assert_uint_eq(nest(&fx, PHB_SCOM_NFIR), 0);
	ck_assert_uint_eq(fx_read(&fx, PHB_VERSION), UINT64_MAX);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_scom_indirect_when_fenced_then_still_reaches_the_registers)
{
	/* Error registers of a fenced PHB are read, and configuration cycles to the root complex made, that way. */
	struct fx fx;
	uint64_t version;

	fe_begin(&fx);
	version = fx_read(&fx, PHB_VERSION);
	fx_write(&fx, PHB_INB_ERR_BASE + PHB_ERR_INJECT, PPC_BIT(0));
	ck_assert(phb_fenced(fx.phb));
	ck_assert_uint_eq(asb_read(&fx, PHB_VERSION), version);
	ck_assert_uint_eq(asb_read(&fx, PHB_INB_ERR_BASE + PHB_ERR_STATUS), PPC_BIT(0));
	asb_select(&fx, PHB_M64_UPPER_BITS);
	phb_scom_write(fx.phb, PHB_SCOM_INDIRECT, asb_data(), 0x55);
	ck_assert_uint_eq(asb_read(&fx, PHB_M64_UPPER_BITS), 0x55);
	/* The ordinary way stays shut. */
	ck_assert(phb_fenced(fx.phb));
	ck_assert_uint_eq(fx_read(&fx, PHB_VERSION), UINT64_MAX);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_scom_reset_when_held_then_nothing_answers_until_it_is_released)
{
	/* The sequence of a complete reset: force the fence, hold, wait until nothing is pending, clear the FIR, let
	 * go. */
	struct fx fx;
	uint64_t version;

	fe_begin(&fx);
	version = fx_read(&fx, PHB_VERSION);
	fx_dma(&fx, TLP_MEM_READ, 0x0300, 0, 64);
	ck_assert_uint_eq(pending(&fx), PHB_SCOM_STATUS_PENDING);
	nest_write(&fx, PHB_SCOM_NFIR_SET, force());
	core_reset(&fx, true);
	ck_assert_uint_eq(phb_scom_read(fx.phb, PHB_SCOM_PCI, PHB_SCOM_ETU_RESET), PHB_SCOM_ETU_RESET_HOLD);
	ck_assert(!phb_fenced(fx.phb));
	ck_assert_uint_eq(fx_read(&fx, PHB_VERSION), UINT64_MAX);
	ck_assert_uint_eq(asb_read(&fx, PHB_VERSION), UINT64_MAX);
	fx_dma_write(&fx, 0x0300, 0, 64, 0xee);
	ck_assert_uint_eq(pending(&fx), PHB_SCOM_STATUS_PENDING);
	fx_run(&fx);
	ck_assert_uint_eq(pending(&fx), 0);
	ck_assert_uint_eq(ram_base(fx.ram)[FX_DATA], 0);
	ck_assert_uint_eq(fx.sent[0]->status, TLP_UR);
	nest_write(&fx, PHB_SCOM_NFIR_CLEAR, ~nest(&fx, PHB_SCOM_NFIR));
	core_reset(&fx, true); /* holding what is held resets nothing more */
	ck_assert_uint_eq(fx.phb->stats.resets, 1);
	core_reset(&fx, false);
	ck_assert_uint_eq(fx_read(&fx, PHB_VERSION), version);
	ck_assert_uint_eq(fx_read(&fx, PHB_RTT_BAR), 0);
	ck_assert_uint_eq(nest(&fx, PHB_SCOM_NFIR), 0);
	ck_assert_uint_eq(fx.phb->guard, 0);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_scom_indirect_of_a_phb4_when_it_steps_then_needs_a_valid_address_and_takes_both_sizes)
{
	/* Address word: valid, 4 bytes, auto-increment (skiboot phb4-regs.h). */
	struct fx fx;

	fe_begin(&fx);
	fx_write(&fx, PHB_PAPR_ERR_INJ_ADDR, 0x1122334455667788ull);
	fx_write(&fx, PHB_PAPR_ERR_INJ_MASK, 0x99);
	phb_scom_write(fx.phb, PHB_SCOM_INDIRECT, PHB4_SCOM_ASB_ADDR, PHB_PAPR_ERR_INJ_ADDR);
	ck_assert_uint_eq(phb_scom_read(fx.phb, PHB_SCOM_INDIRECT, PHB4_SCOM_ASB_DATA), UINT64_MAX);
	asb_select(&fx, PHB_SCOM_ASB_AUTOINC | PHB_PAPR_ERR_INJ_ADDR);
	ck_assert_uint_eq(phb_scom_read(fx.phb, PHB_SCOM_INDIRECT, PHB4_SCOM_ASB_DATA), 0x1122334455667788ull);
	ck_assert_uint_eq(phb_scom_read(fx.phb, PHB_SCOM_INDIRECT, PHB4_SCOM_ASB_DATA), 0x99);
	fx_write(&fx, PHB_CONFIG_ADDRESS, 0);
	asb_select(&fx, PHB_SCOM_ASB_4B | PHB_CONFIG_DATA);
	ck_assert_uint_eq(phb_scom_read(fx.phb, PHB_SCOM_INDIRECT, PHB4_SCOM_ASB_DATA), 0xffffffff00000000ull);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_scom_of_a_phb4_when_firs_are_masked_then_by_and_and_or)
{
	/* Both FIRs of a stack, nest and PCI, have registers that clear and set bits of their masks. */
	static const enum phb_scom_unit units[] = {PHB_SCOM_NEST, PHB_SCOM_PCI};
	struct fx fx;
	uint32_t i;

	fe_begin(&fx);
	for (i = 0; i < 2; i++) {
		phb_scom_write(fx.phb, units[i], PHB_SCOM_NFIR_MASK, PPC_BIT(1) | PPC_BIT(2));
		phb_scom_write(fx.phb, units[i], PHB4_SCOM_FIR_MASK_SET, PPC_BIT(3));
		phb_scom_write(fx.phb, units[i], PHB4_SCOM_FIR_MASK_CLEAR, ~PPC_BIT(1));
		ck_assert_uint_eq(phb_scom_read(fx.phb, units[i], PHB_SCOM_NFIR_MASK), PPC_BIT(2) | PPC_BIT(3));
		phb_scom_write(fx.phb, units[i], PHB_SCOM_NFIR_SET, PPC_BIT(3) | PPC_BIT(4));
		ck_assert_uint_eq(phb_scom_read(fx.phb, units[i], PHB_SCOM_NFIR_WOF), PPC_BIT(4));
	}
	ck_assert(!phb_fenced(fx.phb));
	ck_assert_uint_eq(fx.phb->stats.unimplemented_writes, 0);
	fx_end(&fx);
}
END_TEST

/* skiboot external/devicetree/p9.dts and doc/device-tree/pci.rst print some of POWER9's. */
START_TEST(test_phb_scom_bases_of_a_phb4_then_are_those_of_its_stack)
{
	/* Nest, PCI and ETU of each PHB: POWER9's PECs have 1, 2 and 3 stacks, POWER10's two have 3 each. */
	static const uint32_t power9[][3] = {
		{0x4010c40, 0xd010840, 0xd010900}, {0x4011040, 0xe010840, 0xe010900}, {0x4011080, 0xe010880, 0xe010940},
		{0x4011440, 0xf010840, 0xf010900}, {0x4011480, 0xf010880, 0xf010940}, {0x40114c0, 0xf0108c0, 0xf010980}};
	static const uint32_t power10[][3] = {
		{0x3011840, 0x8010840, 0x8010900}, {0x3011880, 0x8010880, 0x8010940}, {0x30118c0, 0x80108c0, 0x8010980},
		{0x2011840, 0x9010840, 0x9010900}, {0x2011880, 0x9010880, 0x9010940}, {0x20118c0, 0x90108c0, 0x9010980}};
	uint32_t i, unit;
	struct fx fx;

	fx_begin_raw(&fx, NULL);
	for (i = 0; i < 6; i++) {
		fx.phb->index = i;
		for (unit = 0; unit < 3; unit++)
			ck_assert_uint_eq(phb_scom_base(fx.phb, unit), (fx_is_phb5() ? power10 : power9)[i][unit]);
	}
	fx_end(&fx);
}
END_TEST

int main(void)
{
	const struct fx_case cases[] = {
		{test_phb_scom_nfir_when_written_then_ands_ors_and_keeps_the_first, 0, FX_FROM_PHB3},
		{test_phb_scom_when_fence_is_forced_then_nfir_tells_and_registers_are_gone, 0, FX_FROM_PHB3},
		{test_phb_scom_indirect_when_fenced_then_still_reaches_the_registers, 0, FX_FROM_PHB3},
		{test_phb_scom_reset_when_held_then_nothing_answers_until_it_is_released, 0, FX_FROM_PHB3},
		{test_phb_scom_indirect_of_a_phb4_when_it_steps_then_needs_a_valid_address_and_takes_both_sizes, 0,
		 FX_FROM_PHB4},
		{test_phb_scom_of_a_phb4_when_firs_are_masked_then_by_and_and_or, 0, FX_FROM_PHB4},
		{test_phb_scom_bases_of_a_phb4_then_are_those_of_its_stack, 0, FX_FROM_PHB4},
	};

	return fx_main("hw.phb_scom", cases, sim_count_of(cases));
}
