/* SPDX-License-Identifier: GPL-2.0-only */
/* tests/hw/test_phb_fence.c - a PHB that is cut off, and the reset that brings it back. */
#include <stdio.h>
#include <unistd.h>

#include "tests/hw/phb_error_fixture.h"

static void fence(struct fx *fx)
{
	fx_write(fx, PHB_INB_ERR_BASE + PHB_ERR_INJECT, PPC_BIT(0));
	ck_assert(phb_fenced(fx->phb));
}

START_TEST(test_phb_fence_when_a_fence_class_error_comes_then_registers_are_all_ones)
{
	/* Firmware knows a fenced PHB by it; writes must not reach anything either. */
	struct fx fx;
	uint64_t bar;

	fe_begin(&fx);
	bar = fx.phb->reg[PHB_RTT_BAR / 8];
	fence(&fx);
	ck_assert_uint_eq(fx_read(&fx, PHB_CPU_LOADSTORE_STATUS), UINT64_MAX);
	ck_assert_uint_eq(fx_read(&fx, PHB_VERSION), UINT64_MAX);
	ck_assert_uint_eq(fx_read(&fx, 0x108), UINT64_MAX);
	ck_assert_uint_eq(phb_reg_read(fx.phb, PHB_CONFIG_DATA, 2), 0xffff);
	fx_write(&fx, PHB_RTT_BAR, 0);
	ck_assert_uint_eq(fx.phb->reg[PHB_RTT_BAR / 8], bar);
	ck_assert_uint_eq(fx.phb->stats.fences, 1);
	ck_assert_uint_eq(fx.phb->stats.fenced_reg_reads, 4);
	ck_assert_uint_eq(fx.phb->stats.fenced_reg_writes, 1);
	ck_assert_uint_eq(fx.phb->stats.unimplemented_reads, 0);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_fence_when_on_then_dma_and_mmio_reach_nothing)
{
	/* Not one byte either way, and no freeze: the whole PHB is out. */
	struct fe_device device = {0};
	struct pcie_function function = {.rid = 0x0300, .ops = &fe_ops, .ctx = &device};
	struct fx fx;

	fe_begin(&fx);
	fx.function = &function;
	fx.claims = true;
	fence(&fx);
	fx.irq_count = 0;
	fx_run(&fx);
	fx.irq_count = 0;
	fx_dma_write(&fx, 0x0300, 0, 64, 0xee);
	fx_dma(&fx, TLP_MEM_READ, 0x0300, 0, 64);
	fx_dma(&fx, TLP_MEM_READ, 0x0300, 1ull << 59, 64);
	fx_run(&fx);
	ck_assert_uint_eq(ram_base(fx.ram)[FX_DATA], 0);
	ck_assert_uint_eq(fx.sent_count, 2);
	ck_assert_uint_eq(fx.sent[0]->status, TLP_UR);
	ck_assert_uint_eq(phb_mmio_read(fx.phb, fx_segment(&fx, 3), 4), 0xffffffff);
	phb_mmio_write(fx.phb, fx_segment(&fx, 3), 1, 4);
	ck_assert_uint_eq(device.loads + device.stores, 0);
	ck_assert_uint_eq(fx.phb->stats.fenced_requests, 3);
	ck_assert_uint_eq(fx.phb->stats.fenced_mmio, 2);
	ck_assert_uint_eq(fx.phb->stats.faults, 0);
	ck_assert(!phb_pest_any(fx.phb));
	ck_assert_uint_eq(fx.irq_count, 0);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_fence_when_an_error_is_in_both_enables_then_fences_and_freezes_nobody)
{
	/* The stronger consequence wins: a DMA error whose bit is in FREEZE_ENABLE and FENCE_ENABLE. */
	struct fx fx;

	fe_begin(&fx);
	fx_write(&fx, fe_group(PHB_TRAP_TVE_INVALID) + PHB_ERR_FENCE_ENABLE, fe_bit(PHB_TRAP_TVE_INVALID));
	fx_dma(&fx, TLP_MEM_READ, 0x0300, 1ull << 59, 64);
	fx_run(&fx);
	ck_assert(phb_fenced(fx.phb));
	ck_assert_uint_eq(fx.sent_count, 1);
	ck_assert(!phb_pest_any(fx.phb));
	ck_assert_uint_eq(fe_record(&fx, 3, 0), 0);
	ck_assert_uint_eq(fx.irq_count, 1);
	ck_assert_uint_eq(fx.irq[0], fe_er(&fx));
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_fence_when_reset_then_ends_and_error_registers_tell_why)
{
	/* Recovery: the PHB wakes up empty, the error registers still hold the reason, and it can be brought up again.
	 */
	struct fx fx;

	fe_begin(&fx);
	fx_dma(&fx, TLP_MEM_READ, 0x0400, 1ull << 59, 64);
	fx_run(&fx);
	ck_assert(fe_frozen(&fx, 4));
	fence(&fx);
	phb_reset(fx.phb);
	ck_assert(!phb_fenced(fx.phb));
	ck_assert_uint_ne(fx_read(&fx, PHB_VERSION), UINT64_MAX);
	ck_assert_uint_eq(fx_read(&fx, PHB_RTT_BAR), 0);
	ck_assert_uint_eq(fx_ioda_read(&fx, IODA2_TBL_TVT, 6), 0);
	ck_assert(!fe_frozen(&fx, 4));
	ck_assert_uint_eq(fx_events(&fx, PHB_EVENT_THAW, 4), 1);
	ck_assert_uint_eq(fe_status(&fx, PHB_INB_ERR_BASE), PPC_BIT(0));
	ck_assert_uint_eq(fe_status(&fx, PHB_INA_ERR_BASE), fe_bit(PHB_TRAP_TVE_INVALID));
	ck_assert_uint_eq(fx_read(&fx, PHB_INA_ERR_BASE + PHB_ERR_FIRST), fe_bit(PHB_TRAP_TVE_INVALID));
	ck_assert_uint_eq(fx_read(&fx, PHB_LEM_FIR_ACCUM), fe_lem(PHB_TRAP_TVE_INVALID) | PPC_BIT(48));
	ck_assert_uint_eq(fx_read(&fx, PHB_INB_ERR_BASE + PHB_ERR_FENCE_ENABLE), 0);
	ck_assert_uint_eq(fx_read(&fx, PHB_INB_ERR_BASE + PHB_ERR_FREEZE_ENABLE), fe_groups()[3].freeze);
	/* The RID cache and the TCE cache are empty: what they said before must not come back. */
	fx_dma_write(&fx, 0x0400, 0, 64, 0xee);
	fx_run(&fx);
	ck_assert_uint_eq(ram_base(fx.ram)[FX_DATA], 0);
	ck_assert_uint_eq(fx.phb->stats.fault[PHB_XLATE_RTT_DISABLED], 1);
	fx_write(&fx, PHB_RTT_BAR, PHB_RTT_BAR_ENABLE | FX_RTT);
	fx_simple_window(&fx, 3);
	fx_dma_write(&fx, 0x0300, 0, 64, 0xee);
	fx_run(&fx);
	ck_assert_uint_eq(ram_base(fx.ram)[FX_DATA], 0xee);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_reset_when_requests_are_in_the_pipeline_then_refuses_them)
{
	/* Nothing from before a reset may act after it, at whatever stage the reset finds it; then life goes on. */
	uint64_t decided;
	struct fx fx;
	uint32_t i;

	fe_begin(&fx);
	for (i = 0; i < 40; i++)
		fx_dma(&fx, TLP_MEM_READ, 0x0300, 0, 64);
	fx_dma_write(&fx, 0x0400, 0, 64, 0xee);
	sim_run(fx.sim, sim_now(fx.sim) + (sim_ps)_i * 50 * SIM_PS_PER_NS);
	decided = fx.phb->stats.dma_reads + fx.phb->stats.dma_writes;
	phb_reset(fx.phb);
	fe_masks(&fx);
	fx_write(&fx, PHB_RTT_BAR, PHB_RTT_BAR_ENABLE | FX_RTT);
	fe_windows(&fx);
	fx_run(&fx);
	ck_assert_uint_eq(fx.sent_count, 40);
	ck_assert_uint_eq(fx.phb->stats.dma_reads + fx.phb->stats.dma_writes, decided);
	ck_assert_uint_eq(fx.phb->stats.reset_requests, 41 - decided);
	ck_assert_uint_eq(fx.phb->stats.faults, 0);
	ck_assert_uint_eq(fx.phb->guard, 0);
	fx_dma_write(&fx, 0x0400, 0, 64, 0x77);
	fx_run(&fx);
	ck_assert_uint_eq(ram_base(fx.ram)[FX_DATA], 0x77);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_fence_when_traced_then_is_told)
{
	/* Why a PHB went away must be readable in a trace. */
	char path[] = P_tmpdir "/phb_fence_trace_XXXXXX", text[8192] = "";
	struct fx fx;

	fe_begin(&fx);
	fx_trace_begin(&fx, path);
	fx_dma(&fx, TLP_MEM_READ, 0x0300, 0x2000, 64);
	fx_run(&fx);
	fence(&fx);
	phb_reset(fx.phb);
	fx_trace_end(&fx, path, text, sizeof(text));
	ck_assert_ptr_nonnull(strstr(text, "error trap"));
	ck_assert_ptr_nonnull(strstr(text, "error trap set by software"));
	ck_assert_ptr_nonnull(strstr(text, "\"fence\""));
	ck_assert_ptr_nonnull(strstr(text, "\"reset\""));
	fx_end(&fx);
}
END_TEST

int main(void)
{
	const struct fx_case cases[] = {
		{test_phb_fence_when_a_fence_class_error_comes_then_registers_are_all_ones, 0, FX_FROM_PHB3},
		{test_phb_fence_when_on_then_dma_and_mmio_reach_nothing, 0, FX_FROM_PHB3},
		{test_phb_fence_when_an_error_is_in_both_enables_then_fences_and_freezes_nobody, 0, FX_FROM_PHB3},
		{test_phb_fence_when_reset_then_ends_and_error_registers_tell_why, 0, FX_FROM_PHB3},
		{test_phb_reset_when_requests_are_in_the_pipeline_then_refuses_them, 16, FX_FROM_PHB3},
		{test_phb_fence_when_traced_then_is_told, 0, FX_FROM_PHB3},
	};

	return fx_main("hw.phb_fence", cases, sim_count_of(cases));
}
