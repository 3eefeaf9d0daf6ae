/* SPDX-License-Identifier: GPL-2.0-only */
/* tests/hw/test_phb_lem.c - the FIR, who was first in it, and the two error interrupts. */
#include "tests/hw/phb_error_fixture.h"

static void fail_dma(struct fx *fx, uint16_t rid, uint64_t addr)
{
	fx_dma(fx, TLP_MEM_READ, rid, addr, 64);
	fx_run(fx);
}

START_TEST(test_phb_lem_when_errors_come_then_fir_gathers_and_wof_keeps_the_first_unmasked)
{
	/* skiboot looks for ER bits in the FIR that its own mask hides; WOF tells what was first of the rest. */
	uint64_t tce = fe_lem(PHB_TRAP_TCE_REQUEST);
	struct fx fx;

	fe_begin(&fx);
	fx_write(&fx, PHB_LEM_ERROR_MASK, PPC_BIT(35));
	fail_dma(&fx, 0x0300, 1ull << 59);
	ck_assert_uint_eq(fx_read(&fx, PHB_LEM_FIR_ACCUM), PPC_BIT(35));
	ck_assert_uint_eq(fx_read(&fx, PHB_LEM_WOF), 0);
	fx_write(&fx, PHB_LEM_ERROR_MASK, 0);
	fail_dma(&fx, 0x0400, 0x2000);
	fx_write(&fx, PHB_LEM_FIR_OR_MASK, PPC_BIT(5));
	ck_assert_uint_eq(fx_read(&fx, PHB_LEM_FIR_ACCUM), PPC_BIT(35) | tce | PPC_BIT(5));
	ck_assert_uint_eq(fx_read(&fx, PHB_LEM_WOF), tce);
	fx_write(&fx, PHB_LEM_FIR_AND_MASK, ~tce);
	ck_assert_uint_eq(fx_read(&fx, PHB_LEM_FIR_ACCUM), PPC_BIT(35) | PPC_BIT(5));
	fx_write(&fx, PHB_LEM_WOF, 0);
	ck_assert_uint_eq(fx_read(&fx, PHB_LEM_WOF), 0);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_lem_when_not_enabled_then_fir_stays)
{
	/* LEM_ENABLE of the group decides, bit by bit. */
	struct fx fx;

	fe_begin(&fx);
	fx_write(&fx, PHB_INA_ERR_BASE + PHB_ERR_LEM_ENABLE, ~PPC_BIT(26));
	fail_dma(&fx, 0x0300, 1ull << 59);
	ck_assert_uint_eq(fx_read(&fx, PHB_LEM_FIR_ACCUM), 0);
	fail_dma(&fx, 0x0400, 0x200000);
	ck_assert_uint_eq(fx_read(&fx, PHB_LEM_FIR_ACCUM), PPC_BIT(35));
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_lem_mask_when_opened_over_a_set_bit_then_interrupts)
{
	/* The mask gates the interrupt, not the memory of the error: opening it later still tells. */
	struct fx fx;

	fx_begin(&fx);
	fx_write(&fx, PHB_LEM_FIR_OR_MASK, PPC_BIT(40));
	fx_run(&fx);
	ck_assert_uint_eq(fx.irq_count, 0);
	fx_write(&fx, PHB_LEM_ERROR_AND_MASK, ~PPC_BIT(40));
	fx_run(&fx);
	ck_assert_uint_eq(fx.irq_count, 1);
	ck_assert_uint_eq(fx.irq[0], 0x7f8 + 7);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_lsi_when_a_pe_freezes_then_er_is_raised_once_until_cleared)
{
	/* A level: one interrupt for all that comes while it is on, and a new one after the cause was cleared. */
	struct fx fx;

	fe_begin(&fx);
	fail_dma(&fx, 0x0300, 1ull << 59);
	ck_assert_uint_eq(fx.irq_count, 1);
	ck_assert_uint_eq(fx.irq[0], fe_er(&fx));
	fail_dma(&fx, 0x0400, 0x200000);
	ck_assert_uint_eq(fx.irq_count, 1);
	fx_write(&fx, PHB_INA_ERR_BASE + PHB_ERR_STATUS, PPC_BIT(26));
	fail_dma(&fx, 0x0500, 0x3000);
	ck_assert_uint_eq(fx.irq_count, 1); /* bit 28 was still on */
	fx_write(&fx, PHB_INA_ERR_BASE + PHB_ERR_STATUS, UINT64_MAX);
	fx_run(&fx);
	fx_end_lsi(&fx, 7);
	ck_assert_uint_eq(fx.irq_count, 1);
	fail_dma(&fx, 0x0600, 0x3000);
	ck_assert_uint_eq(fx.irq_count, 2);
	ck_assert_uint_eq(fx.phb->stats.lsi_er, 2);
	ck_assert_uint_eq(fx.phb->stats.lsi_inf, 0);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_lsi_when_an_error_only_informs_then_inf_is_raised)
{
	/* A decode error isolates nobody: LSI 6, at the time of the error. */
	struct fx fx;

	fe_begin(&fx);
	phb_mmio_write(fx.phb, (struct raddr){0x1000}, 0, 4);
	fx_run(&fx);
	ck_assert_uint_eq(fx.irq_count, 1);
	ck_assert_uint_eq(fx.irq[0], fe_inf(&fx));
	ck_assert_uint_eq(fx.irq_ps, 0);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_lsi_when_its_vector_is_masked_then_waits_for_unmasking)
{
	/* Firmware leaves the LXIVT masked until somebody handles the interrupt; then a pending one must come. */
	struct fx fx;

	fe_begin(&fx);
	fx_ioda_write(&fx, IODA2_TBL_LXIVT, 7, ppc_set(IODA2_LXIVT_PRIORITY, 0, 0xff));
	fail_dma(&fx, 0x0300, 1ull << 59);
	ck_assert_uint_eq(fx.irq_count, 0);
	fx_ioda_write(&fx, IODA2_TBL_LXIVT, 7, ppc_set(IODA2_LXIVT_PRIORITY, 0, 5));
	fx_run(&fx);
	ck_assert_uint_eq(fx.irq_count, 1);
	ck_assert_uint_eq(fx.irq[0], fe_er(&fx));
	fx_end(&fx);
}
END_TEST

static void send_message(struct fx *fx, uint32_t msg)
{
	fx_dma(fx, TLP_MESSAGE, 0x0300, 0, 0)->msg = (uint8_t)msg;
	fx_run(fx);
}

START_TEST(test_phb_lsi_when_a_device_asserts_intx_then_is_told_once_per_level)
{
	/* INTA to INTD are LSIs 0 to 3. A wire belongs to no PE: that of the sender may be frozen. An end while it is
	 * off brings nothing, and the next level is an interrupt again. */
	struct fx fx;
	uint32_t wire = (uint32_t)_i, source;

	fe_begin(&fx);
	source = fx.phb->shape->msi_count + wire;
	fail_dma(&fx, 0x0300, 1ull << 59);
	ck_assert_uint_eq(fx.irq_count, 1);
	send_message(&fx, PCI_MSG_ASSERT_INTA + wire);
	send_message(&fx, PCI_MSG_ASSERT_INTA + wire);
	ck_assert_uint_eq(fx.irq_count, 2);
	ck_assert_uint_eq(fx.irq[1], source);
	send_message(&fx, PCI_MSG_DEASSERT_INTA + wire);
	fx_end_lsi(&fx, wire);
	fx_run(&fx);
	ck_assert_uint_eq(fx.irq_count, 2);
	send_message(&fx, PCI_MSG_ASSERT_INTA + wire);
	ck_assert_uint_eq(fx.irq_count, 3);
	ck_assert_uint_eq(fx.irq[2], source);
	ck_assert_uint_eq(fx.phb->stats.lsi_intx, 2);
	/* A reset of the PHB takes the root port's wires with it. */
	phb_reset(fx.phb);
	ck_assert_uint_eq(fx.phb->intx, 0);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_lsi_when_irq_enable_opens_then_interrupts)
{
	/* Enables may come after the error. */
	struct fx fx;

	fe_begin(&fx);
	fx_write(&fx, PHB_INA_ERR_BASE + PHB_ERR_IRQ_ENABLE, 0);
	fail_dma(&fx, 0x0300, 1ull << 59);
	ck_assert_uint_eq(fx.irq_count, 0);
	fx_write(&fx, PHB_INA_ERR_BASE + PHB_ERR_IRQ_ENABLE, PPC_BIT(26));
	fx_run(&fx);
	ck_assert_uint_eq(fx.irq_count, 1);
	fx_end(&fx);
}
END_TEST

int main(void)
{
	const struct fx_case cases[] = {
		{test_phb_lem_when_errors_come_then_fir_gathers_and_wof_keeps_the_first_unmasked, 0, FX_FROM_PHB3},
		{test_phb_lem_when_not_enabled_then_fir_stays, 0, FX_FROM_PHB3},
		{test_phb_lem_mask_when_opened_over_a_set_bit_then_interrupts, 0, FX_ONLY_PHB3},
		{test_phb_lsi_when_a_pe_freezes_then_er_is_raised_once_until_cleared, 0, FX_FROM_PHB3},
		{test_phb_lsi_when_an_error_only_informs_then_inf_is_raised, 0, FX_FROM_PHB3},
		{test_phb_lsi_when_its_vector_is_masked_then_waits_for_unmasking, 0, FX_ONLY_PHB3},
		{test_phb_lsi_when_a_device_asserts_intx_then_is_told_once_per_level, 4, FX_FROM_PHB3},
		{test_phb_lsi_when_irq_enable_opens_then_interrupts, 0, FX_FROM_PHB3},
	};

	return fx_main("hw.phb_lem", cases, sim_count_of(cases));
}
