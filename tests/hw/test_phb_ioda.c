/* SPDX-License-Identifier: GPL-2.0-only */
/* tests/hw/test_phb_ioda.c - the indirect port to the on-chip tables. */
#include "tests/hw/phb_fixture.h"

/* Tables that keep what is written; @count: entries of a PHB3; of a small PHB4, a big one has twice as many. */
struct stored {
	uint32_t table, count;
};
static const struct stored stored_phb3[] = {
	{IODA2_TBL_LXIVT, 8}, {IODA2_TBL_RBA, 32},   {IODA2_TBL_MRT, 8},
	{IODA2_TBL_TVT, 512}, {IODA2_TBL_M64BT, 16}, {IODA2_TBL_M32DT, 256},
};
static const struct stored stored_phb4[] = {{IODA2_TBL_MRT, 8}, {IODA2_TBL_TVT, 512}, {IODA3_TBL_MDT, 256}};

static uint32_t scale(uint32_t count)
{
	return FX_BIG >> fx_variant & 1 ? 2 * count : count;
}

static void select_entry(struct fx *fx, uint32_t table, uint32_t index, bool autoinc)
{
	uint64_t value = ppc_set(PHB_IODA_ADDR_TSEL, autoinc ? PHB_IODA_ADDR_AUTOINC : 0, table);

	fx_write(fx, PHB_IODA_ADDR, ppc_set(fx->phb->gen->ioda_tadr, value, index));
}

START_TEST(test_phb_ioda_table_when_streamed_with_autoincrement_then_reads_back_and_wraps)
{
	/* Firmware loads whole tables this way: the index advances on writes and on reads and wraps at the table's end.
	 */
	const struct stored *tables = fx_is_phb3() ? stored_phb3 : stored_phb4;
	size_t n, i, tables_count = fx_is_phb3() ? sim_count_of(stored_phb3) : sim_count_of(stored_phb4);
	struct fx fx;

	fx_begin_raw(&fx, NULL);
	for (n = 0; n < tables_count; n++) {
		uint32_t table = tables[n].table, count = scale(tables[n].count);

		select_entry(&fx, table, 0, true);
		for (i = 0; i < count; i++)
			fx_write(&fx, PHB_IODA_DATA0, 0x1111000000000000ull * table + i);
		for (i = 0; i < count; i++)
			ck_assert_uint_eq(fx_read(&fx, PHB_IODA_DATA0), 0x1111000000000000ull * table + i);
		ck_assert_uint_eq(ppc_get(fx.phb->gen->ioda_tadr, fx_read(&fx, PHB_IODA_ADDR)), 0);
		/* Beyond the end the index is masked. */
		if (count < fx.phb->gen->ioda_tadr) {
			select_entry(&fx, table, count + 1, false);
			ck_assert_uint_eq(fx_read(&fx, PHB_IODA_DATA0), 0x1111000000000000ull * table + 1);
		}
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
	static const uint32_t none[2][7] = {
		{0, IODA2_TBL_IVC_CAM, IODA2_TBL_RCAM, IODA2_TBL_TCAM, IODA2_TBL_TDR, 12, 31}, {0, 3, 4, 12, 18, 19, 31}};
	uint32_t table;
	struct fx fx;
	size_t i;

	fx_begin_raw(&fx, NULL);
	for (i = 0; i < 7; i++) {
		table = none[!fx_is_phb3()][i];
		fx_ioda_write(&fx, table, 1, 5);
		ck_assert_uint_eq(fx_ioda_read(&fx, table, 1), 0);
	}
	ck_assert_uint_eq(fx.phb->stats.unimplemented_reads, 7);
	ck_assert_uint_eq(fx.phb->stats.unimplemented_writes, 7);
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
	const struct fx_case cases[] = {
		{test_phb_ioda_table_when_streamed_with_autoincrement_then_reads_back_and_wraps, 0, FX_FROM_PHB3},
		{test_phb_ioda_index_when_autoincrement_is_off_then_stays, 0, FX_FROM_PHB3},
		{test_phb_ioda_table_that_is_not_modelled_when_accessed_then_counts, 0, FX_FROM_PHB3},
		{test_phb_ioda_pest_when_written_then_freezes_and_peev_follows, 0, FX_FROM_PHB3},
	};

	return fx_main("hw.phb_ioda", cases, sim_count_of(cases));
}
