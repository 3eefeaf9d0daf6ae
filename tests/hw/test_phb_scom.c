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

static uint64_t asb_read(struct fx *fx, uint32_t offset)
{
	phb_scom_write(fx->phb, PHB_SCOM_INDIRECT, PHB3_SCOM_ASB_ADDR, offset);
	return phb_scom_read(fx->phb, PHB_SCOM_INDIRECT, PHB3_SCOM_ASB_DATA);
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
	nest_write(&fx, PHB_SCOM_NFIR_SET, PHB3_SCOM_NFIR_FORCE);
	ck_assert(phb_fenced(fx.phb));
	ck_assert_uint_eq(nest(&fx, PHB_SCOM_NFIR), PHB3_SCOM_NFIR_FORCE | PHB_SCOM_NFIR_FENCED);
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

	fe_begin(&fx);
	fx_write(&fx, PHB_INB_ERR_BASE + PHB_ERR_INJECT, PPC_BIT(0));
	ck_assert(phb_fenced(fx.phb));
	ck_assert_uint_eq(asb_read(&fx, PHB_VERSION), PHB3_VERSION_VALUE);
	ck_assert_uint_eq(asb_read(&fx, PHB_INB_ERR_BASE + PHB_ERR_STATUS), PPC_BIT(0));
	phb_scom_write(fx.phb, PHB_SCOM_INDIRECT, PHB3_SCOM_ASB_ADDR, PHB_M64_UPPER_BITS);
	phb_scom_write(fx.phb, PHB_SCOM_INDIRECT, PHB3_SCOM_ASB_DATA, 0x55);
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

	fe_begin(&fx);
	fx_dma(&fx, TLP_MEM_READ, 0x0300, 0, 64);
	ck_assert_uint_eq(nest(&fx, PHB3_SCOM_PBCQ_STATUS), PHB_SCOM_STATUS_PENDING);
	nest_write(&fx, PHB_SCOM_NFIR_SET, PHB3_SCOM_NFIR_FORCE);
	core_reset(&fx, true);
	ck_assert_uint_eq(phb_scom_read(fx.phb, PHB_SCOM_PCI, PHB_SCOM_ETU_RESET), PHB_SCOM_ETU_RESET_HOLD);
	ck_assert(!phb_fenced(fx.phb));
	ck_assert_uint_eq(fx_read(&fx, PHB_VERSION), UINT64_MAX);
	ck_assert_uint_eq(asb_read(&fx, PHB_VERSION), UINT64_MAX);
	fx_dma_write(&fx, 0x0300, 0, 64, 0xee);
	ck_assert_uint_eq(nest(&fx, PHB3_SCOM_PBCQ_STATUS), PHB_SCOM_STATUS_PENDING);
	fx_run(&fx);
	ck_assert_uint_eq(nest(&fx, PHB3_SCOM_PBCQ_STATUS), 0);
	ck_assert_uint_eq(ram_base(fx.ram)[FX_DATA], 0);
	ck_assert_uint_eq(fx.sent[0]->status, TLP_UR);
	nest_write(&fx, PHB_SCOM_NFIR_CLEAR, ~nest(&fx, PHB_SCOM_NFIR));
	core_reset(&fx, true); /* holding what is held resets nothing more */
	ck_assert_uint_eq(fx.phb->stats.resets, 1);
	core_reset(&fx, false);
	ck_assert_uint_eq(fx_read(&fx, PHB_VERSION), PHB3_VERSION_VALUE);
	ck_assert_uint_eq(fx_read(&fx, PHB_RTT_BAR), 0);
	ck_assert_uint_eq(nest(&fx, PHB_SCOM_NFIR), 0);
	ck_assert_uint_eq(fx.phb->guard, 0);
	fx_end(&fx);
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		test_phb_scom_nfir_when_written_then_ands_ors_and_keeps_the_first,
		test_phb_scom_when_fence_is_forced_then_nfir_tells_and_registers_are_gone,
		test_phb_scom_indirect_when_fenced_then_still_reaches_the_registers,
		test_phb_scom_reset_when_held_then_nothing_answers_until_it_is_released,
	};

	return fx_main("hw.phb_scom", tests, sim_count_of(tests));
}
