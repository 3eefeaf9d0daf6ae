/* SPDX-License-Identifier: GPL-2.0-only */
/* tests/hw/test_p7ioc_msi.c - message interrupts of a P7IOC: MVE and XIVE (area "MSI"). */
#include "tests/hw/p7ioc_fixture.h"

#define MSI32(mve) (0xffff0000ull + ((uint64_t)(mve) << 4))
#define MSI64(mve) ((9ull << 60) + ((uint64_t)(mve) << 48))

/* MVE @mve for bus and PE @pe, XIVE @xive for PE @pe at @priority. */
static void arm(struct fx *fx, uint32_t mve, uint32_t xive, uint32_t pe, uint32_t priority)
{
	uint64_t entry = ppc_set(IODA1_MVT_BUS_VALID, IODA1_MVT_VALID, IODA1_BUS_ALL);

	entry = ppc_set(IODA1_MVT_PE, ppc_set(IODA1_MVT_BUS, entry, pe), pe);
	p7_write(fx, IODA1_TBL_MVT, mve, entry);
	p7_write(fx, IODA1_TBL_MXIVT, xive, ppc_set(IODA1_XIVT_PE, ppc_set(IODA1_XIVT_PRIORITY, 0, priority), pe));
}

static void send(struct fx *fx, uint16_t rid, uint64_t addr, uint32_t bytes, uint16_t data)
{
	struct tlp *tlp = fx_dma(fx, TLP_MEM_WRITE, rid, addr, bytes);

	memset(tlp->data, 0, sizeof(data) + 2);
	tlp->data[0] = (uint8_t)data;
	tlp->data[1] = (uint8_t)(data >> 8);
	fx_run(fx);
}

START_TEST(test_p7ioc_msi_when_of_any_mve_then_presents_the_vector_in_its_data)
{
	/* All 256 MVEs by both kinds of address, and all 256 vectors. */
	struct fx fx;
	uint32_t i;

	p7_begin(&fx);
	for (i = 0; i < 256; i++)
		arm(&fx, i, 255 - i, 3, 5);
	for (i = 0; i < 256; i++) {
		fx.irq_count = 0;
		send(&fx, 0x300, i & 1 ? MSI32(i) : MSI64(i), 4, (uint16_t)(255 - i));
		ck_assert_uint_eq(fx.irq_count, 1);
		ck_assert_uint_eq(fx.irq[0], 255 - i);
	}
	ck_assert_uint_eq(fx.phb->stats.faults, 0);
	fx_end(&fx);
}
END_TEST

START_TEST(test_p7ioc_msi_when_decided_then_takes_its_time)
{
	/* Not at t - 1 ps, there at t. */
	struct fx fx;
	sim_ps t;

	p7_begin(&fx);
	arm(&fx, 1, 2, 3, 5);
	t = fx.phb->timing.front_ps + fx.phb->timing.msi_ps;
	fx_dma_write(&fx, 0x300, MSI32(1), 4, 0)->data[0] = 2;
	sim_run(fx.sim, t - 1);
	ck_assert_uint_eq(fx.irq_count, 0);
	sim_run(fx.sim, t);
	ck_assert_uint_eq(fx.irq_count, 1);
	fx_end(&fx);
}
END_TEST

/* What is wrong with a message, and what the record must say. */
static const struct {
	const char *what;
	uint16_t rid;
	uint64_t addr;
	uint32_t bytes, mvt_clear_bit, xive_pe, mve_pe;
	uint16_t data;
	enum phb_verdict verdict;
} wrongs[] = {
	{"another requester", 0x400, MSI32(1), 4, 64, 3, 3, 2, PHB_XLATE_MSI_PE},
	{"an MVE that is not valid", 0x300, MSI32(1), 4, 0, 3, 3, 2, PHB_XLATE_MSI_PE},
	{"a XIVE of another PE", 0x300, MSI32(1), 4, 64, 4, 3, 2, PHB_XLATE_MSI_PE},
	{"an MVE of another PE", 0x300, MSI32(1), 4, 64, 3, 4, 2, PHB_XLATE_MSI_PE},
	{"8 bytes", 0x300, MSI32(1), 8, 64, 3, 3, 2, PHB_XLATE_MSI_SIZE},
	{"not aligned", 0x300, MSI32(1) + 4, 4, 64, 3, 3, 2, PHB_XLATE_MSI_ADDRESS},
	{"an MVE that there is not", 0x300, MSI32(256), 4, 64, 3, 3, 2, PHB_XLATE_MSI_ADDRESS},
	{"a 64-bit MVE that there is not", 0x300, MSI64(256), 4, 64, 3, 3, 2, PHB_XLATE_MSI_ADDRESS},
	{"a vector that there is not", 0x300, MSI64(1), 4, 64, 3, 3, 256, PHB_XLATE_MSI_ADDRESS},
};

START_TEST(test_p7ioc_msi_when_wrong_then_freezes_the_requesters_pe)
{
	/* Each way to be wrong alone: no interrupt, the PE frozen, type MSI, its data and address in the record. */
	uint32_t pe = wrongs[_i].rid >> 8;
	struct phb_freeze record;
	struct fx fx;
	uint64_t mve;

	p7_begin(&fx);
	arm(&fx, 1, 2, 3, 5);
	mve = ppc_set(IODA1_MVT_PE, p7_read(&fx, IODA1_TBL_MVT, 1), wrongs[_i].mve_pe);
	p7_write(&fx, IODA1_TBL_MVT, 1, wrongs[_i].mvt_clear_bit < 64 ? mve & ~PPC_BIT(wrongs[_i].mvt_clear_bit) : mve);
	p7_write(&fx, IODA1_TBL_MXIVT, 2, ppc_set(IODA1_XIVT_PE, p7_read(&fx, IODA1_TBL_MXIVT, 2), wrongs[_i].xive_pe));
	send(&fx, wrongs[_i].rid, wrongs[_i].addr, wrongs[_i].bytes, wrongs[_i].data);
	ck_assert_msg(!fx.irq_count && fx.phb->stats.fault[wrongs[_i].verdict] == 1, "%s", wrongs[_i].what);
	ck_assert(phb_freeze_state(fx.phb, pe, &record));
	ck_assert_str_eq(record.type, "MSI");
	ck_assert_uint_eq(ppc_get(IODA2_PESTA_MSI_DATA, record.pest_a), wrongs[_i].data);
	ck_assert_uint_eq(record.addr.v, wrongs[_i].addr & IODA2_PESTB_FAIL_ADDR);
	ck_assert_uint_eq(record.rid, wrongs[_i].rid);
	fx_end(&fx);
}
END_TEST

START_TEST(test_p7ioc_msi_when_its_window_is_off_then_is_a_dma)
{
	/* Without the enable bits the addresses are what they are: segment 15, and no window at all. */
	struct fx fx;

	p7_begin(&fx);
	arm(&fx, 1, 2, 3, 5);
	fx_write(&fx, PHB_CONFIG, 0);
	ck_assert_int_eq(fx_xlate(&fx, 0x300, MSI32(1), true, NULL), PHB_XLATE_TVE_INVALID);
	ck_assert_int_eq(fx_xlate(&fx, 0x300, MSI64(1), true, NULL), PHB_XLATE_ADDR_CLASS);
	fx_write(&fx, PHB_CONFIG, PHB_CONFIG_32BIT_MSI_EN | PHB_CONFIG_64BIT_MSI_EN);
	ck_assert_int_eq(fx_xlate(&fx, 0x300, MSI32(1), true, NULL), PHB_XLATE_MSI);
	ck_assert_int_eq(fx_xlate(&fx, 0x300, MSI64(1), true, NULL), PHB_XLATE_MSI);
	ck_assert_int_eq(fx_xlate(&fx, 0x300, MSI32(1), false, NULL), PHB_XLATE_MSI_READ);
	/* PHB3's 64-bit window is none here. */
	ck_assert_int_eq(fx_xlate(&fx, 0x300, 1ull << 60, true, NULL), PHB_XLATE_ADDR_CLASS);
	fx_end(&fx);
}
END_TEST

START_TEST(test_p7ioc_msi_when_masked_then_comes_on_unmasking)
{
	/* Priority 0xff: kept, once, and presented when the entry gets another priority. */
	struct fx fx;

	p7_begin(&fx);
	arm(&fx, 1, 2, 3, IODA1_XIVT_MASKED);
	send(&fx, 0x300, MSI32(1), 4, 2);
	send(&fx, 0x300, MSI32(1), 4, 2);
	ck_assert_uint_eq(fx.irq_count, 0);
	ck_assert_uint_eq(fx.phb->stats.msis_masked, 2);
	arm(&fx, 1, 2, 3, 5);
	fx_run(&fx);
	ck_assert_uint_eq(fx.irq_count, 1);
	ck_assert_uint_eq(fx.irq[0], 2);
	arm(&fx, 1, 2, 3, 5);
	fx_run(&fx);
	ck_assert_uint_eq(fx.irq_count, 1);
	fx_end(&fx);
}
END_TEST

START_TEST(test_p7ioc_msi_when_the_pe_is_frozen_then_is_dropped)
{
	/* No interrupt, no error: counted. */
	struct fx fx;

	p7_begin(&fx);
	arm(&fx, 1, 2, 3, 5);
	p7_write(&fx, IODA1_TBL_PESTB, 3, PPC_BIT(0));
	send(&fx, 0x300, MSI64(1), 4, 2);
	ck_assert_uint_eq(fx.irq_count, 0);
	ck_assert_uint_eq(fx.phb->stats.frozen_msis, 1);
	ck_assert_uint_eq(fx.phb->stats.faults, 0);
	fx_end(&fx);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("hw.p7ioc_msi");
	TCase *tc = tcase_create("p7ioc_msi");
	SRunner *sr;
	int failed;

	tcase_add_test(tc, test_p7ioc_msi_when_of_any_mve_then_presents_the_vector_in_its_data);
	tcase_add_test(tc, test_p7ioc_msi_when_decided_then_takes_its_time);
	tcase_add_loop_test(tc, test_p7ioc_msi_when_wrong_then_freezes_the_requesters_pe, 0, (int)sim_count_of(wrongs));
	tcase_add_test(tc, test_p7ioc_msi_when_its_window_is_off_then_is_a_dma);
	tcase_add_test(tc, test_p7ioc_msi_when_masked_then_comes_on_unmasking);
	tcase_add_test(tc, test_p7ioc_msi_when_the_pe_is_frozen_then_is_dropped);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
