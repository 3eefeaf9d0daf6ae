/* SPDX-License-Identifier: GPL-2.0-only */
/* tests/hw/test_phb_ioda.c - the indirect port to the on-chip tables. */
#include "tests/hw/phb_fixture.h"

static const struct {
	uint32_t table, count;
} stored[] = {
	{IODA2_TBL_LXIVT, 8}, {IODA2_TBL_RBA, 32},   {IODA2_TBL_MRT, 8},
	{IODA2_TBL_TVT, 512}, {IODA2_TBL_M64BT, 16}, {IODA2_TBL_M32DT, 256},
};

static void select_entry(struct fx *fx, uint32_t table, uint32_t index, bool autoinc)
{
	uint64_t value = ppc_set(PHB_IODA_ADDR_TSEL, autoinc ? PHB_IODA_ADDR_AUTOINC : 0, table);

	fx_write(fx, PHB_IODA_ADDR, ppc_set(PHB3_IODA_ADDR_TADR, value, index));
}

START_TEST(test_phb_ioda_table_when_streamed_with_autoincrement_then_reads_back_and_wraps)
{
	/* Firmware loads whole tables this way: the index advances on writes and on reads and wraps at the table's end.
	 */
	uint32_t table = stored[_i].table, count = stored[_i].count, i;
	struct fx fx;

	fx_begin_raw(&fx, NULL);
	select_entry(&fx, table, 0, true);
	for (i = 0; i < count; i++)
		fx_write(&fx, PHB_IODA_DATA0, 0x1111000000000000ull * table + i);
	for (i = 0; i < count; i++)
		ck_assert_uint_eq(fx_read(&fx, PHB_IODA_DATA0), 0x1111000000000000ull * table + i);
	ck_assert_uint_eq(ppc_get(PHB3_IODA_ADDR_TADR, fx_read(&fx, PHB_IODA_ADDR)), 0);
	/* Beyond the end the index is masked. */
	if (count < 512) {
		select_entry(&fx, table, count + 1, false);
		ck_assert_uint_eq(fx_read(&fx, PHB_IODA_DATA0), 0x1111000000000000ull * table + 1);
	}
	ck_assert_uint_eq(fx.phb->stats.unimplemented_reads, 0);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_ioda_index_when_autoincrement_is_off_then_stays)
{
	/* Read-modify-write of one entry must not wander. */
	struct fx fx;

	fx_begin_raw(&fx, NULL);
	select_entry(&fx, IODA2_TBL_M32DT, 7, false);
	fx_write(&fx, PHB_IODA_DATA0, 1);
	fx_write(&fx, PHB_IODA_DATA0, 2);
	ck_assert_uint_eq(fx_read(&fx, PHB_IODA_DATA0), 2);
	ck_assert_uint_eq(fx_ioda_read(&fx, IODA2_TBL_M32DT, 8), 0);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_ioda_table_that_is_not_modelled_when_accessed_then_counts)
{
	/* Cache views and selectors without a table: 0, nothing stored, and the statistics say so. */
	static const uint32_t none[] = {0, IODA2_TBL_IVC_CAM, IODA2_TBL_RCAM, IODA2_TBL_TCAM, IODA2_TBL_TDR, 12, 31};
	struct fx fx;
	size_t i;

	fx_begin_raw(&fx, NULL);
	for (i = 0; i < sim_count_of(none); i++) {
		fx_ioda_write(&fx, none[i], 1, 5);
		ck_assert_uint_eq(fx_ioda_read(&fx, none[i], 1), 0);
	}
	ck_assert_uint_eq(fx.phb->stats.unimplemented_reads, sim_count_of(none));
	ck_assert_uint_eq(fx.phb->stats.unimplemented_writes, sim_count_of(none));
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_ioda_pest_when_written_then_freezes_and_peev_follows)
{
	/* Software freezes and thaws through bit 0 of PESTA and PESTB, each for itself; PEEV is the hardware's summary.
	 */
	struct fx fx;

	fx_begin(&fx);
	fx_ioda_write(&fx, IODA2_TBL_PESTA, 70, UINT64_MAX);
	ck_assert_uint_eq(fx_ioda_read(&fx, IODA2_TBL_PESTA, 70), PPC_BIT(0));
	ck_assert_uint_eq(fx_ioda_read(&fx, IODA2_TBL_PESTB, 70), 0);
	ck_assert_uint_eq(fx_ioda_read(&fx, IODA2_TBL_PEEV, 1), PPC_BIT(6));
	fx_ioda_write(&fx, IODA2_TBL_PESTB, 70, PPC_BIT(0));
	fx_ioda_write(&fx, IODA2_TBL_PESTA, 70, 0);
	ck_assert_uint_eq(fx_ioda_read(&fx, IODA2_TBL_PESTB, 70), PPC_BIT(0));
	ck_assert_uint_eq(fx_ioda_read(&fx, IODA2_TBL_PEEV, 1), PPC_BIT(6));
	fx_ioda_write(&fx, IODA2_TBL_PEEV, 1, 0);
	ck_assert_uint_eq(fx_ioda_read(&fx, IODA2_TBL_PEEV, 1), PPC_BIT(6));
	ck_assert_uint_eq(fx_read(&fx, PHB_DMA_CHAN_STATUS) & PHB_STATUS_ANY_FREEZE, PHB_STATUS_ANY_FREEZE);
	fx_ioda_write(&fx, IODA2_TBL_PESTB, 70, 0);
	ck_assert_uint_eq(fx_ioda_read(&fx, IODA2_TBL_PEEV, 1), 0);
	ck_assert_uint_eq(fx_read(&fx, PHB_DMA_CHAN_STATUS), 0);
	ck_assert_uint_eq(fx_events(&fx, PHB_EVENT_FREEZE, 70), 2);
	ck_assert_uint_eq(fx_events(&fx, PHB_EVENT_THAW, 70), 2);
	ck_assert_uint_eq(fx.event[0].value, 1);
	ck_assert_uint_eq(fx.event[1].value, 3);
	ck_assert_uint_eq(fx.event[2].value, 2);
	ck_assert_uint_eq(fx.event[3].value, 0);
	fx_end(&fx);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("hw.phb_ioda");
	TCase *tc = tcase_create("phb_ioda");
	SRunner *sr;
	int failed;

	tcase_add_loop_test(tc, test_phb_ioda_table_when_streamed_with_autoincrement_then_reads_back_and_wraps, 0,
			    sim_count_of(stored));
	tcase_add_test(tc, test_phb_ioda_index_when_autoincrement_is_off_then_stays);
	tcase_add_test(tc, test_phb_ioda_table_that_is_not_modelled_when_accessed_then_counts);
	tcase_add_test(tc, test_phb_ioda_pest_when_written_then_freezes_and_peev_follows);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
