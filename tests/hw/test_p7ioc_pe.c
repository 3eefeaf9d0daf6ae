/* SPDX-License-Identifier: GPL-2.0-only */
/* tests/hw/test_p7ioc_pe.c - which PE a requester belongs to on a P7IOC: the PELTM (area "DMA and MSI PE"). */
#include "tests/hw/p7ioc_fixture.h"

static uint64_t peltm(uint32_t bus, uint32_t code, bool dev_valid, uint32_t dev, bool func_valid, uint32_t func)
{
	uint64_t raw = ppc_set(IODA1_PELTM_BUS_VALID, ppc_set(IODA1_PELTM_BUS, 0, bus), code);

	raw = ppc_set(IODA1_PELTM_DEV, raw, dev) | (dev_valid ? IODA1_PELTM_DEV_VALID : 0);
	return ppc_set(IODA1_PELTM_FUNC, raw, func) | (func_valid ? IODA1_PELTM_FUNC_VALID : 0);
}

/* All entries match nobody, and entry 127 everybody. */
static void empty(struct fx *fx)
{
	uint32_t i;

	p7_begin_raw(fx, NULL);
	for (i = 0; i < P7IOC_PELTM_COUNT; i++)
		p7_write(fx, IODA1_TBL_PELTM, i, IODA1_PELTM_NOBODY);
}

START_TEST(test_p7ioc_requester_when_several_entries_match_then_belongs_to_the_lowest)
{
	/* Entries may overlap: skiboot's bus numbers count on the order. */
	struct fx fx;

	empty(&fx);
	p7_write(&fx, IODA1_TBL_PELTM, 9, peltm(0x20, IODA1_BUS_3_BITS, false, 0, false, 0));
	p7_write(&fx, IODA1_TBL_PELTM, 40, p7_peltm_bus(0x25));
	ck_assert_uint_eq(phb_pe_of_rid(fx.phb, 0x2500), 9);
	p7_write(&fx, IODA1_TBL_PELTM, 4, p7_peltm_bus(0x25));
	ck_assert_uint_eq(phb_pe_of_rid(fx.phb, 0x2500), 4);
	ck_assert_uint_eq(phb_pe_of_rid(fx.phb, 0x3fff), 9);
	ck_assert_uint_eq(phb_pe_of_rid(fx.phb, 0x4000), 127);
	fx_end(&fx);
}
END_TEST

START_TEST(test_p7ioc_bus_code_when_applied_then_compares_that_many_bits)
{
	/* Code c compares the upper c + 1 bits of the bus number; 0 compares none. Every bus is tried against bus 0xa5.
	 */
	static const uint8_t masks[] = {0x00, 0, 0xe0, 0xf0, 0xf8, 0xfc, 0xfe, 0xff};
	uint32_t code = (uint32_t)_i, bus;
	struct fx fx;

	if (code == 1)
		return; /* not a code */
	empty(&fx);
	p7_write(&fx, IODA1_TBL_PELTM, 7, peltm(0xa5, code, false, 0x1f, false, 7));
	for (bus = 0; bus < 256; bus++)
		ck_assert_uint_eq(phb_pe_of_rid(fx.phb, (uint16_t)(bus << 8 | 0x3a)),
				  ((bus ^ 0xa5) & masks[code]) ? 127 : 7);
	fx_end(&fx);
}
END_TEST

START_TEST(test_p7ioc_device_and_function_when_valid_then_count)
{
	/* Each valid bit alone, against all 256 devices and functions of the bus. */
	uint32_t valid, devfn;
	struct fx fx;

	empty(&fx);
	for (valid = 0; valid < 4; valid++) {
		p7_write(&fx, IODA1_TBL_PELTM, 7, peltm(2, IODA1_BUS_ALL, valid & 1, 0x15, valid & 2, 5));
		for (devfn = 0; devfn < 256; devfn++) {
			bool match = (!(valid & 1) || devfn >> 3 == 0x15) && (!(valid & 2) || (devfn & 7) == 5);

			ck_assert_uint_eq(phb_pe_of_rid(fx.phb, (uint16_t)(0x200 | devfn)), match ? 7 : 127);
		}
	}
	fx_end(&fx);
}
END_TEST

START_TEST(test_p7ioc_last_entry_when_it_could_not_match_then_matches_all_the_same)
{
	/* "The last entry matches everything": there is no requester without a PE. */
	struct fx fx;

	empty(&fx);
	ck_assert_uint_eq(p7_read(&fx, IODA1_TBL_PELTM, 127), IODA1_PELTM_NOBODY);
	ck_assert_uint_eq(phb_pe_of_rid(fx.phb, 0), 127);
	ck_assert_uint_eq(phb_pe_of_rid(fx.phb, 0xffff), 127);
	fx_end(&fx);
}
END_TEST

START_TEST(test_p7ioc_peltm_when_changed_then_holds_for_the_next_request)
{
	/* On the chip there is no cache that could go stale, and no look-up in memory that would take time. */
	struct fx fx;

	p7_begin(&fx);
	p7_simple_window(&fx, 0, 3);
	fx_store(&fx, FX_TABLES, FX_DATA | 3);
	ck_assert_int_eq(fx_xlate(&fx, 0x300, 0, false, NULL), PHB_XLATE_OK);
	p7_write(&fx, IODA1_TBL_PELTM, 3, IODA1_PELTM_NOBODY);
	ck_assert_int_eq(fx_xlate(&fx, 0x300, 0, false, NULL), PHB_XLATE_TVE_DENIED);
	p7_write(&fx, IODA1_TBL_PELTM, 3, p7_peltm_bus(3));
	ck_assert_int_eq(fx_xlate(&fx, 0x300, 0, false, NULL), PHB_XLATE_OK);
	ck_assert_uint_eq(fx.phb->stats.rtc_misses, 0);
	fx_end(&fx);
}
END_TEST

START_TEST(test_p7ioc_dma_when_the_requester_is_new_then_costs_no_look_up)
{
	/* First request of a RID: front end, one level of walk, memory. Not at t - 1 ps, done at t. */
	struct fx fx;
	sim_ps t;

	p7_begin(&fx);
	p7_simple_window(&fx, 0, 3);
	fx_store(&fx, FX_TABLES, FX_DATA | 3);
	t = fx.phb->timing.front_ps + fx.phb->timing.walk_level_ps + fx.phb->timing.ram_read_ps +
	    sim_rate_ps(64, fx.phb->memory.bus.bytes_per_s);
	fx_dma(&fx, TLP_MEM_READ, 0x300, 0, 64);
	sim_run(fx.sim, t - 1);
	ck_assert_uint_eq(fx.sent_count, 0);
	sim_run(fx.sim, t);
	ck_assert_uint_eq(fx.sent_count, 1);
	ck_assert_int_eq(fx.sent[0]->status, TLP_SC);
	fx_end(&fx);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("hw.p7ioc_pe");
	TCase *tc = tcase_create("p7ioc_pe");
	SRunner *sr;
	int failed;

	tcase_add_test(tc, test_p7ioc_requester_when_several_entries_match_then_belongs_to_the_lowest);
	tcase_add_loop_test(tc, test_p7ioc_bus_code_when_applied_then_compares_that_many_bits, 0, 8);
	tcase_add_test(tc, test_p7ioc_device_and_function_when_valid_then_count);
	tcase_add_test(tc, test_p7ioc_last_entry_when_it_could_not_match_then_matches_all_the_same);
	tcase_add_test(tc, test_p7ioc_peltm_when_changed_then_holds_for_the_next_request);
	tcase_add_test(tc, test_p7ioc_dma_when_the_requester_is_new_then_costs_no_look_up);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
