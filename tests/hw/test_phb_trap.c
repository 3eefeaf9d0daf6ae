/* SPDX-License-Identifier: GPL-2.0-only */
/* tests/hw/test_phb_trap.c - the error trap groups: what each error sets, and what the enables make of it. */
#include "tests/hw/phb_error_fixture.h"

static const struct {
	enum tlp_type type;
	uint64_t addr;
	uint32_t group, bit, lem_bit;
} dma_errors[] = {
	{TLP_MEM_READ, 1ull << 59, PHB_INA_ERR_BASE, 26, 35}, {TLP_MEM_WRITE, 0x200000, PHB_INA_ERR_BASE, 28, 35},
	{TLP_MEM_READ, 3ull << 60, PHB_INA_ERR_BASE, 28, 35}, {TLP_MEM_READ, 0x2000, PHB_INB_ERR_BASE, 57, 58},
	{TLP_MEM_WRITE, 0x1000, PHB_INB_ERR_BASE, 58, 61},    {TLP_MEM_WRITE, 0xffff0000, PHB_INA_ERR_BASE, 31, 34},
};

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
	uint64_t bit = PPC_BIT(dma_errors[_i].bit);
	uint32_t group = dma_errors[_i].group;
	struct fx fx;

	fe_begin(&fx);
	fx_map(&fx, 3, 0x1000, FX_DATA, TCE_READ);
	dma(&fx, dma_errors[_i].type, 0x0300, dma_errors[_i].addr);
	ck_assert_uint_eq(fe_status(&fx, group), bit);
	ck_assert_uint_eq(fx_read(&fx, group + PHB_ERR_FIRST), bit);
	ck_assert_uint_eq(fx_read(&fx, group + PHB_ERR_LOG0), dma_errors[_i].addr);
	ck_assert_uint_eq(fx_read(&fx, group + PHB_ERR_LOG1), fe_record(&fx, 3, 0) & ~PPC_BIT(0));
	ck_assert_uint_eq(fx_read(&fx, PHB_LEM_FIR_ACCUM), PPC_BIT(dma_errors[_i].lem_bit));
	ck_assert_uint_eq(fe_status(&fx, PHB_ERR_BASE), group == PHB_INA_ERR_BASE ? PPC_BIT(20) : PPC_BIT(21));
	ck_assert_uint_ne(fx_read(&fx, PHB_ETU_ERR_SUMMARY), 0);
	ck_assert(fe_frozen(&fx, 3));
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
	ck_assert(fe_frozen(&fx, 3));
	ck_assert_uint_eq(fx_read(&fx, PHB_ETU_ERR_SUMMARY), 0);
	ck_assert_uint_eq(fe_status(&fx, dma_errors[_i].group), 0);
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
	fx_write(&fx, PHB_INB_ERR_BASE + PHB_ERR_FREEZE_ENABLE, 0);
	dma(&fx, TLP_MEM_READ, 0x0300, 0x2000);
	ck_assert_uint_eq(fx.sent_count, 1);
	ck_assert_uint_eq(fx.sent[0]->status, TLP_UR);
	ck_assert(!fe_frozen(&fx, 3));
	ck_assert_uint_eq(fe_record(&fx, 3, 0), 0);
	ck_assert_uint_eq(fe_status(&fx, PHB_INB_ERR_BASE), PPC_BIT(57));
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
	ck_assert_uint_eq(fx_read(&fx, PHB_LEM_FIR_ACCUM), PPC_BIT(35) | PPC_BIT(53));
	for (pe = 0; pe < PHB3_PE_COUNT; pe++)
		ck_assert(!fe_frozen(&fx, pe));
	/* A bit that nobody has a name for: the group's FIR bit. */
	fx_write(&fx, PHB_OUT_ERR_BASE + PHB_ERR_INJECT, PPC_BIT(22));
	ck_assert_uint_eq(fx_read(&fx, PHB_LEM_FIR_ACCUM) & PPC_BIT(10), PPC_BIT(10));
	ck_assert_uint_eq(fe_status(&fx, PHB_ERR_BASE), PPC_BIT(20) | PPC_BIT(23));
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_trap_when_the_requester_has_no_pe_then_tells_and_freezes_nobody)
{
	/* RTT off or a PE number that does not exist: bits 41 and 40, which firmware's masks only report. */
	struct fx fx;

	fe_begin(&fx);
	fx_set_pe(&fx, 0x0300, 300);
	dma(&fx, TLP_MEM_READ, 0x0300, 0);
	ck_assert_uint_eq(fe_status(&fx, PHB_INA_ERR_BASE), PPC_BIT(40));
	fx_write(&fx, PHB_RTT_BAR, 0);
	fx_write(&fx, PHB_RTC_INVALIDATE, PHB_RTC_INVALIDATE_ALL);
	dma(&fx, TLP_MEM_READ, 0x0400, 0);
	ck_assert_uint_eq(fe_status(&fx, PHB_INA_ERR_BASE), PPC_BIT(40) | PPC_BIT(41));
	ck_assert_uint_eq(fx_read(&fx, PHB_LEM_FIR_ACCUM), PPC_BIT(53) | PPC_BIT(41));
	ck_assert(!phb_pest_any(fx.phb));
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_trap_of_messages_then_fatal_and_nonfatal_freeze_and_cor_informs)
{
	/* Three messages, three bits; only a correctable error leaves its PE alone. */
	static const struct {
		uint8_t msg;
		uint32_t bit, lem_bit;
		bool freezes;
	} want[] = {{0x33, 49, 36, true}, {0x31, 50, 37, true}, {0x30, 58, 38, false}};
	struct fx fx;
	struct tlp *tlp;

	fe_begin(&fx);
	tlp = tlp_alloc(fx.pool);
	tlp->type = TLP_MESSAGE;
	tlp->rid = 0x0300;
	tlp->msg = want[_i].msg;
	phb_dma_receive(fx.phb, tlp);
	fx_run(&fx);
	ck_assert_uint_eq(fe_status(&fx, PHB_INA_ERR_BASE), PPC_BIT(want[_i].bit));
	ck_assert_uint_eq(fx_read(&fx, PHB_LEM_FIR_ACCUM), PPC_BIT(want[_i].lem_bit));
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
	ck_assert_uint_eq(phb_mmio_read(fx.phb, fe_segment(3), 4), 0xffffffff);
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
	Suite *s = suite_create("hw.phb_trap");
	TCase *tc = tcase_create("phb_trap");
	SRunner *sr;
	int failed;

	tcase_add_loop_test(tc, test_phb_trap_when_a_dma_fails_then_has_status_first_and_logs, 0,
			    sim_count_of(dma_errors));
	tcase_add_loop_test(tc, test_phb_trap_after_reset_then_isolates_and_reports_nothing, 0,
			    sim_count_of(dma_errors));
	tcase_add_test(tc, test_phb_trap_when_not_enabled_to_freeze_then_refuses_and_goes_on);
	tcase_add_test(tc, test_phb_trap_when_a_second_error_comes_then_first_and_logs_stay);
	tcase_add_test(tc, test_phb_trap_when_masked_then_shows_nothing_but_still_freezes);
	tcase_add_test(tc, test_phb_trap_when_injected_by_software_then_sets_status_and_freezes_nobody);
	tcase_add_test(tc, test_phb_trap_when_the_requester_has_no_pe_then_tells_and_freezes_nobody);
	tcase_add_loop_test(tc, test_phb_trap_of_messages_then_fatal_and_nonfatal_freeze_and_cor_informs, 0, 3);
	tcase_add_test(tc, test_phb_trap_of_loads_then_outbound_group_and_channel_status_tell);
	tcase_add_test(tc, test_phb_trap_when_pest_or_peltv_is_off_then_tells);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
