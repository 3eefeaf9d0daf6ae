/* SPDX-License-Identifier: GPL-2.0-only */
/* tests/hw/test_phb_rtt.c - requester to PE: the table in RAM, the cache that forgets only when told or full. */
#include "tests/hw/phb_fixture.h"

/* The PE that a DMA of @rid is charged to; windows are all invalid here, so the verdict is an error of that PE. */
static uint32_t pe_seen(struct fx *fx, uint16_t rid)
{
	struct phb_xlate x;

	ck_assert_uint_eq(phb_xlate(fx->phb, rid, 0, false, &x), PHB_XLATE_TVE_INVALID);
	return x.pe;
}

START_TEST(test_phb_rtt_when_changed_then_is_stale_until_invalidated)
{
	/* RTC_INVALIDATE for all, as firmware does it, and for one RID; a forgotten one leaves the old PE in force. */
	struct fx fx;

	fx_begin(&fx);
	ck_assert_uint_eq(pe_seen(&fx, 0x100), 1);
	ck_assert_uint_eq(pe_seen(&fx, 0x200), 2);
	fx_set_pe(&fx, 0x100, 5);
	fx_set_pe(&fx, 0x200, 6);
	ck_assert_uint_eq(pe_seen(&fx, 0x100), 1);
	ck_assert_uint_eq(phb_pe_of_rid(fx.phb, 0x100), 5);
	fx_write(&fx, PHB_RTC_INVALIDATE, ppc_set(PHB_RTC_INVALIDATE_RID, 0, 0x100));
	ck_assert_uint_eq(pe_seen(&fx, 0x100), 5);
	ck_assert_uint_eq(pe_seen(&fx, 0x200), 2);
	fx_write(&fx, PHB_RTC_INVALIDATE, PHB_RTC_INVALIDATE_ALL);
	ck_assert_uint_eq(pe_seen(&fx, 0x200), 6);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_rtc_when_full_then_forgets_the_oldest)
{
	/* Its size is observable: with four entries the fifth requester pushes the first out, which then sees new RAM.
	 */
	static const char *const four[] = {"phb.rtc.entries=4", NULL}, *const two[] = {"phb.rtc.entries=2", NULL};
	bool big = FX_BIG >> fx_variant & 1; /* a big PHB has twice of what the key says */
	struct fx fx;
	uint16_t rid;

	fx_begin_with(&fx, big ? two : four);
	for (rid = 0x100; rid < 0x104; rid++)
		ck_assert_uint_eq(pe_seen(&fx, rid), 1);
	for (rid = 0x100; rid < 0x105; rid++)
		fx_set_pe(&fx, rid, 7);
	/* One invalidation in the middle keeps the order of the rest. */
	fx_write(&fx, PHB_RTC_INVALIDATE, ppc_set(PHB_RTC_INVALIDATE_RID, 0, 0x101));
	ck_assert_uint_eq(pe_seen(&fx, 0x101), 7);
	ck_assert_uint_eq(pe_seen(&fx, 0x100), 1);
	ck_assert_uint_eq(pe_seen(&fx, 0x104), 7);
	ck_assert_uint_eq(pe_seen(&fx, 0x102), 1);
	ck_assert_uint_eq(pe_seen(&fx, 0x103), 1);
	ck_assert_uint_eq(pe_seen(&fx, 0x100), 7);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_rtt_of_every_rid_when_read_then_names_its_pe)
{
	/* The whole 16-bit space, ends included: index is the RID, entries are big-endian halfwords. */
	struct fx fx;
	uint32_t rid;

	fx_begin(&fx);
	for (rid = 0; rid < 0x10000; rid++)
		fx_set_pe(&fx, (uint16_t)rid, (uint16_t)((rid * 7 + 3) % fx.phb->pe_count));
	for (rid = 0; rid < 0x10000; rid++)
		ck_assert_uint_eq(pe_seen(&fx, (uint16_t)rid), (rid * 7 + 3) % fx.phb->pe_count);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_rtt_when_off_or_naming_no_pe_then_refuses_and_freezes_nobody)
{
	/* There is no PE to blame; above all, no innocent one may be frozen because of low bits of a bad entry. */
	struct fx fx;
	uint32_t i;

	fx_begin(&fx);
	fx_set_pe(&fx, 0x900, (uint16_t)(fx.phb->pe_count + 5));
	fx_set_pe(&fx, 0x901, 0xffff);
	fx_set_pe(&fx, 0x904, (uint16_t)fx.phb->pe_count);
	fx_set_pe(&fx, 0x905, (uint16_t)fx_reserved(&fx));
	ck_assert_uint_eq(fx_xlate(&fx, 0x904, 0, true, NULL), PHB_XLATE_RTE_INVALID);
	ck_assert_uint_eq(fx_xlate(&fx, 0x905, 0, true, NULL), PHB_XLATE_TVE_INVALID);
	ck_assert_uint_eq(phb_pe_of_rid(fx.phb, 0x900), PHB_PE_NONE);
	ck_assert_uint_eq(fx_xlate(&fx, 0x900, 0, true, NULL), PHB_XLATE_RTE_INVALID);
	fx_dma(&fx, TLP_MEM_READ, 0x900, 0, 64);
	fx_dma_write(&fx, 0x901, 0, 64, 1);
	fx_run(&fx);
	fx_write(&fx, PHB_RTT_BAR, FX_RTT);
	ck_assert_uint_eq(fx_xlate(&fx, 0x902, 0, true, NULL), PHB_XLATE_RTT_DISABLED);
	ck_assert_uint_eq(phb_pe_of_rid(fx.phb, 0x902), PHB_PE_NONE);
	fx_dma(&fx, TLP_MEM_READ, 0x902, 0, 64);
	fx_run(&fx);
	ck_assert_uint_eq(fx.sent_count, 2);
	ck_assert_uint_eq(fx.sent[0]->status, TLP_UR);
	ck_assert_uint_eq(fx.sent[1]->status, TLP_UR);
	ck_assert_uint_eq(fx.phb->stats.fault[PHB_XLATE_RTE_INVALID], 2);
	ck_assert_uint_eq(fx.phb->stats.fault[PHB_XLATE_RTT_DISABLED], 1);
	for (i = 0; i < fx.phb->pe_count / 64; i++)
		ck_assert_uint_eq(fx_ioda_read(&fx, IODA2_TBL_PEEV, i), 0);
	/* Enabled but outside RAM is as good as off. */
	fx_write(&fx, PHB_RTT_BAR, PHB_RTT_BAR_ENABLE | FX_RAM_BYTES);
	ck_assert_uint_eq(fx_xlate(&fx, 0x903, 0, true, NULL), PHB_XLATE_RTT_DISABLED);
	fx_end(&fx);
}
END_TEST

int main(void)
{
	const struct fx_case cases[] = {
		{test_phb_rtt_when_changed_then_is_stale_until_invalidated, 0, FX_FROM_PHB3},
		{test_phb_rtc_when_full_then_forgets_the_oldest, 0, FX_FROM_PHB3},
		{test_phb_rtt_of_every_rid_when_read_then_names_its_pe, 0, FX_FROM_PHB3},
		{test_phb_rtt_when_off_or_naming_no_pe_then_refuses_and_freezes_nobody, 0, FX_FROM_PHB3},
	};

	return fx_main("hw.phb_rtt", cases, sim_count_of(cases));
}
