/* SPDX-License-Identifier: GPL-2.0-only */
/* tests/hw/test_phb_trap.c - the error trap groups: what each error sets, and what the enables make of it. */
#include "tests/hw/phb_error_fixture.h"

static const struct {
	enum tlp_type type;
	uint64_t addr;
	enum phb_trap phb3, phb4;
	bool fences; /* on PHB4, with firmware's masks */
} dma_errors[] = {
	{TLP_MEM_READ, 1ull << 59, PHB_TRAP_TVE_INVALID, PHB_TRAP_TVE_INVALID, false},
	{TLP_MEM_WRITE, 0x200000, PHB_TRAP_TVE_ADDRESS, PHB_TRAP_TVE_ADDRESS, false},
	{TLP_MEM_READ, 3ull << 60, PHB_TRAP_TVE_ADDRESS, PHB_TRAP_TVE_ADDRESS, false},
	/* Found when the TCE came from memory, which PHB4 tells. */
	{TLP_MEM_READ, 0x2000, PHB_TRAP_TCE_REQUEST, PHB_TRAP_TCE_RESPONSE, false},
	{TLP_MEM_WRITE, 0x1000, PHB_TRAP_TCE_RESPONSE, PHB_TRAP_TCE_RESPONSE, false},
	{TLP_MEM_WRITE, 0xffff0000, PHB_TRAP_MSI_SIZE, PHB_TRAP_MSI_SIZE, true},
};

static enum phb_trap expected(int i)
{
	return fx_is_phb3() ? dma_errors[i].phb3 : dma_errors[i].phb4;
}

/* The summary's bit for @group, by skiboot's phberr.py. */
static uint64_t any_bit(uint32_t group)
{
	return group == 0xd80 ? PPC_BIT(20) : group == 0xe00 ? PPC_BIT(21) : group == 0xe80 ? PPC_BIT(22) : PPC_BIT(23);
}

static void dma(struct fx *fx, enum tlp_type type, uint16_t rid, uint64_t addr)
{
	if (type == TLP_MEM_READ)
		fx_dma(fx, TLP_MEM_READ, rid, addr, 64);
	else
		fx_dma_write(fx, rid, addr, 64, 0xee);
	fx_run(fx);
}

START_TEST(test_phb_trap_when_a_dma_fails_then_has_status_first_and_logs)
{
	/* Diagnosis after the fact: which group, which bit, at which address, and the FIR bit of the PEST record. */
	uint64_t bit = fe_bit(expected(_i));
	uint32_t group = fe_group(expected(_i));
	bool fences = dma_errors[_i].fences && !fx_is_phb3();
	struct fx fx;

	fe_begin(&fx);
	if (fences)
		fx_write(&fx, group + PHB_ERR_FENCE_ENABLE, 0);
	fx_map(&fx, 3, 0x1000, FX_DATA, TCE_READ);
	dma(&fx, dma_errors[_i].type, 0x0300, dma_errors[_i].addr);
	ck_assert_uint_eq(fe_status(&fx, group), bit);
	ck_assert_uint_eq(fx_read(&fx, group + PHB_ERR_FIRST), bit);
	ck_assert_uint_eq(fx_read(&fx, group + PHB_ERR_LOG0), dma_errors[_i].addr);
	ck_assert_uint_eq(fx_read(&fx, PHB_LEM_FIR_ACCUM), fe_lem(expected(_i)));
	ck_assert_uint_eq(fe_status(&fx, PHB_ERR_BASE), any_bit(group));
	ck_assert_uint_ne(fx_read(&fx, PHB_ETU_ERR_SUMMARY), 0);
	/* What fences does not freeze as well. */
	ck_assert(fe_frozen(&fx, 3) == !fences);
	if (!fences)
		ck_assert_uint_eq(fx_read(&fx, group + PHB_ERR_LOG1), fe_record(&fx, 3, 0) & ~PPC_BIT(0));
	ck_assert(!fe_frozen(&fx, 4));
	ck_assert(!phb_fenced(fx.phb));
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_trap_after_reset_then_isolates_and_reports_nothing)
{
	/* Isolation must not depend on firmware's masks, and software that programs none must see no change. */
	struct fx fx;

	fx_begin(&fx);
	fe_windows(&fx);
	dma(&fx, dma_errors[_i].type, 0x0300, dma_errors[_i].addr);
	ck_assert(fe_frozen(&fx, 3) == (fx_is_phb3() || !dma_errors[_i].fences));
	ck_assert_uint_eq(fx_read(&fx, PHB_ETU_ERR_SUMMARY), 0);
	ck_assert_uint_eq(fe_status(&fx, fe_group(expected(_i))), 0);
	ck_assert_uint_eq(fx_read(&fx, PHB_LEM_FIR_ACCUM), 0);
	ck_assert_uint_eq(fx.irq_count, 0);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_trap_when_not_enabled_to_freeze_then_refuses_and_goes_on)
{
	/* FREEZE_ENABLE decides about the PE, not about the request: the read is refused all the same. */
	struct fx fx;

	fe_begin(&fx);
	fx_write(&fx, fe_group(expected(3)) + PHB_ERR_FREEZE_ENABLE, 0);
	dma(&fx, TLP_MEM_READ, 0x0300, 0x2000);
	ck_assert_uint_eq(fx.sent_count, 1);
	ck_assert_uint_eq(fx.sent[0]->status, TLP_UR);
	ck_assert(!fe_frozen(&fx, 3));
	ck_assert_uint_eq(fe_record(&fx, 3, 0), 0);
	ck_assert_uint_eq(fe_status(&fx, fe_group(expected(3))), fe_bit(expected(3)));
	dma(&fx, TLP_MEM_WRITE, 0x0300, 0);
	ck_assert_uint_eq(ram_base(fx.ram)[FX_DATA], 0xee);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_trap_when_a_second_error_comes_then_first_and_logs_stay)
{
	/* ERR1 and the logs are of the first error until software clears them; STATUS gathers. */
	struct fx fx;

	fe_begin(&fx);
	dma(&fx, TLP_MEM_READ, 0x0300, 1ull << 59);
	dma(&fx, TLP_MEM_READ, 0x0400, 0x200000);
	ck_assert_uint_eq(fe_status(&fx, PHB_INA_ERR_BASE), PPC_BIT(26) | PPC_BIT(28));
	ck_assert_uint_eq(fx_read(&fx, PHB_INA_ERR_BASE + PHB_ERR_FIRST), PPC_BIT(26));
	ck_assert_uint_eq(fx_read(&fx, PHB_INA_ERR_BASE + PHB_ERR_LOG0), 1ull << 59);
	/* Any write clears, whatever the value; STATUS only where a 1 is written. */
	fx_write(&fx, PHB_INA_ERR_BASE + PHB_ERR_FIRST, 0);
	fx_write(&fx, PHB_INA_ERR_BASE + PHB_ERR_LOG0, 0x1234);
	fx_write(&fx, PHB_INA_ERR_BASE + PHB_ERR_LOG1, 0);
	fx_write(&fx, PHB_INA_ERR_BASE + PHB_ERR_STATUS, PPC_BIT(26));
	ck_assert_uint_eq(fx_read(&fx, PHB_INA_ERR_BASE + PHB_ERR_FIRST), 0);
	ck_assert_uint_eq(fx_read(&fx, PHB_INA_ERR_BASE + PHB_ERR_LOG0), 0);
	ck_assert_uint_eq(fx_read(&fx, PHB_INA_ERR_BASE + PHB_ERR_LOG1), 0);
	ck_assert_uint_eq(fe_status(&fx, PHB_INA_ERR_BASE), PPC_BIT(28));
	dma(&fx, TLP_MEM_READ, 0x0500, 0x3000);
	ck_assert_uint_eq(fx_read(&fx, PHB_INA_ERR_BASE + PHB_ERR_FIRST), PPC_BIT(26)); /* PE 5 has no window */
	ck_assert_uint_eq(fx_read(&fx, PHB_INA_ERR_BASE + PHB_ERR_LOG0), 0x3000);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_trap_when_masked_then_shows_nothing_but_still_freezes)
{
	/* STATUS_MASK and ERR1_MASK hide; the enables go on deciding. */
	struct fx fx;

	fe_begin(&fx);
	fx_write(&fx, PHB_INA_ERR_BASE + PHB_ERR_STATUS_MASK, PPC_BIT(26));
	fx_write(&fx, PHB_INA_ERR_BASE + PHB_ERR_FIRST_MASK, PPC_BIT(28));
	dma(&fx, TLP_MEM_READ, 0x0300, 1ull << 59);
	dma(&fx, TLP_MEM_READ, 0x0400, 0x200000);
	ck_assert_uint_eq(fe_status(&fx, PHB_INA_ERR_BASE), PPC_BIT(28));
	ck_assert_uint_eq(fx_read(&fx, PHB_INA_ERR_BASE + PHB_ERR_FIRST), 0);
	ck_assert_uint_eq(fx_read(&fx, PHB_INA_ERR_BASE + PHB_ERR_LOG0), 0);
	ck_assert(fe_frozen(&fx, 3));
	ck_assert(fe_frozen(&fx, 4));
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_trap_when_injected_by_software_then_sets_status_and_freezes_nobody)
{
	/* INJECT is for testing firmware's handlers: status, FIR and interrupt as from a real error, reads 0, no PE. */
	struct fx fx;
	uint32_t pe;

	fe_begin(&fx);
	fx_write(&fx, PHB_INA_ERR_BASE + PHB_ERR_INJECT, PPC_BIT(26) | PPC_BIT(40));
	ck_assert_uint_eq(fx_read(&fx, PHB_INA_ERR_BASE + PHB_ERR_INJECT), 0);
	ck_assert_uint_eq(fe_status(&fx, PHB_INA_ERR_BASE), PPC_BIT(26) | PPC_BIT(40));
	ck_assert_uint_eq(fx_read(&fx, PHB_INA_ERR_BASE + PHB_ERR_FIRST), PPC_BIT(26));
	ck_assert_uint_eq(fx_read(&fx, PHB_LEM_FIR_ACCUM), fe_lem(PHB_TRAP_TVE_INVALID) | fe_lem(PHB_TRAP_RTE_PE));
	for (pe = 0; pe < fx.phb->pe_count; pe++)
		ck_assert(!fe_frozen(&fx, pe));
	/* A bit that nobody has a name for: the group's FIR bit. */
	fx_write(&fx, PHB_OUT_ERR_BASE + PHB_ERR_FENCE_ENABLE, 0);
	fx_write(&fx, PHB_OUT_ERR_BASE + PHB_ERR_INJECT, PPC_BIT(22));
	ck_assert_uint_eq(fx_read(&fx, PHB_LEM_FIR_ACCUM) & PPC_BIT(10), PPC_BIT(10));
	ck_assert_uint_eq(fe_status(&fx, PHB_ERR_BASE), PPC_BIT(20) | PPC_BIT(23));
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_trap_when_the_requester_has_no_pe_then_tells_and_freezes_nobody)
{
	/* RTT off or a PE number that does not exist: bits 41 and 40. Firmware's masks only report them, but that a
	 * disabled RTT fences a PHB4. */
	struct fx fx;

	fe_begin(&fx);
	fx_write(&fx, PHB_INA_ERR_BASE + PHB_ERR_FENCE_ENABLE, 0);
	fx_set_pe(&fx, 0x0300, (uint16_t)fx.phb->pe_count);
	dma(&fx, TLP_MEM_READ, 0x0300, 0);
	ck_assert_uint_eq(fe_status(&fx, PHB_INA_ERR_BASE), PPC_BIT(40));
	fx_write(&fx, PHB_RTT_BAR, 0);
	fx_write(&fx, PHB_RTC_INVALIDATE, PHB_RTC_INVALIDATE_ALL);
	dma(&fx, TLP_MEM_READ, 0x0400, 0);
	ck_assert_uint_eq(fe_status(&fx, PHB_INA_ERR_BASE), PPC_BIT(40) | PPC_BIT(41));
	ck_assert_uint_eq(fx_read(&fx, PHB_LEM_FIR_ACCUM), fe_lem(PHB_TRAP_RTE_PE) | fe_lem(PHB_TRAP_TABLE_BAR));
	ck_assert(!phb_pest_any(fx.phb));
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_trap_of_messages_then_fatal_and_nonfatal_freeze_and_cor_informs)
{
	/* Three messages, three bits; only a correctable error leaves its PE alone. */
	static const struct {
		uint8_t msg;
		enum phb_trap trap;
		bool freezes;
	} want[] = {{0x33, PHB_TRAP_ERR_FATAL, true},
		    {0x31, PHB_TRAP_ERR_NONFATAL, true},
		    {0x30, PHB_TRAP_ERR_COR, false}};
	struct fx fx;
	struct tlp *tlp;

	fe_begin(&fx);
	tlp = tlp_alloc(fx.pool);
	tlp->type = TLP_MESSAGE;
	tlp->rid = 0x0300;
	tlp->msg = want[_i].msg;
	phb_dma_receive(fx.phb, tlp);
	fx_run(&fx);
	ck_assert_uint_eq(fe_status(&fx, PHB_INA_ERR_BASE), fe_bit(want[_i].trap));
	ck_assert_uint_eq(fx_read(&fx, PHB_LEM_FIR_ACCUM), fe_lem(want[_i].trap));
	ck_assert(fe_frozen(&fx, 3) == want[_i].freezes);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_trap_of_loads_then_outbound_group_and_channel_status_tell)
{
	/* A load outside the window is the CPU's error; one that nobody claims is the PE's, told by the inbound group.
	 */
	struct fx fx;

	fe_begin(&fx);
	ck_assert_uint_eq(phb_mmio_read(fx.phb, (struct raddr){0x1000}, 4), 0xffffffff);
	ck_assert_uint_eq(fe_status(&fx, PHB_OUT_ERR_BASE), PPC_BIT(2));
	ck_assert_uint_eq(fx_read(&fx, PHB_OUT_ERR_BASE + PHB_ERR_LOG0), 0x1000);
	ck_assert_uint_eq(fx_read(&fx, PHB_CPU_LOADSTORE_STATUS), PHB_STATUS_ANY_ERROR | PHB_STATUS_ANY_FIRST);
	ck_assert_uint_eq(fx_read(&fx, PHB_DMA_CHAN_STATUS), 0);
	ck_assert_uint_eq(fx_read(&fx, PHB_LEM_FIR_ACCUM), PPC_BIT(1));
	ck_assert_uint_eq(phb_mmio_read(fx.phb, fx_segment(&fx, 3), 4), 0xffffffff);
	ck_assert_uint_eq(fe_status(&fx, PHB_INA_ERR_BASE), PPC_BIT(1));
	ck_assert(fe_frozen(&fx, 3));
	ck_assert_uint_eq(fx_read(&fx, PHB_DMA_CHAN_STATUS),
			  PHB_STATUS_ANY_ERROR | PHB_STATUS_ANY_FIRST | PHB_STATUS_ANY_FREEZE);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_trap_when_pest_or_peltv_is_off_then_tells)
{
	/* A freeze without its tables still freezes, and says what it missed; here without fences. */
	struct fx fx;

	fe_begin(&fx);
	fx_write(&fx, PHB_INA_ERR_BASE + PHB_ERR_FENCE_ENABLE, 0);
	fx_write(&fx, PHB_INB_ERR_BASE + PHB_ERR_FENCE_ENABLE, 0);
	fx_write(&fx, PHB_PEST_BAR, 0);
	fx_write(&fx, PHB_PELTV_BAR, 0);
	dma(&fx, TLP_MEM_READ, 0x0300, 1ull << 59);
	ck_assert(fe_frozen(&fx, 3));
	ck_assert_uint_eq(fe_status(&fx, PHB_INA_ERR_BASE), PPC_BIT(26) | PPC_BIT(32));
	ck_assert_uint_eq(fx_read(&fx, PHB_INA_ERR_BASE + PHB_ERR_FIRST), PPC_BIT(26));
	ck_assert_uint_eq(fe_status(&fx, PHB_INB_ERR_BASE), PPC_BIT(51));
	ck_assert_uint_eq(fx.phb->stats.table_bar_disabled, 2);
	ck_assert_uint_eq(fx.phb->stats.trapped, 3);
	fx_end(&fx);
}
END_TEST

int main(void)
{
	const struct fx_case cases[] = {
		{test_phb_trap_when_a_dma_fails_then_has_status_first_and_logs, sim_count_of(dma_errors), FX_FROM_PHB3},
		{test_phb_trap_after_reset_then_isolates_and_reports_nothing, sim_count_of(dma_errors), FX_FROM_PHB3},
		{test_phb_trap_when_not_enabled_to_freeze_then_refuses_and_goes_on, 0, FX_FROM_PHB3},
		{test_phb_trap_when_a_second_error_comes_then_first_and_logs_stay, 0, FX_FROM_PHB3},
		{test_phb_trap_when_masked_then_shows_nothing_but_still_freezes, 0, FX_FROM_PHB3},
		{test_phb_trap_when_injected_by_software_then_sets_status_and_freezes_nobody, 0, FX_FROM_PHB3},
		{test_phb_trap_when_the_requester_has_no_pe_then_tells_and_freezes_nobody, 0, FX_FROM_PHB3},
		{test_phb_trap_of_messages_then_fatal_and_nonfatal_freeze_and_cor_informs, 3, FX_FROM_PHB3},
		{test_phb_trap_of_loads_then_outbound_group_and_channel_status_tell, 0, FX_FROM_PHB3},
		{test_phb_trap_when_pest_or_peltv_is_off_then_tells, 0, FX_FROM_PHB3},
	};

	return fx_main("hw.phb_trap", cases, sim_count_of(cases));
}
