/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tests/hw/test_phb4_regs.c - what is PHB4's and PHB5's own in the register file and in the tables: identity, sizes,
 * fields, cache views, and how CTRLR makes addresses select TVEs.
 */
#include "tests/hw/phb_fixture.h"

START_TEST(test_phb4_regs_after_reset_then_tell_what_it_is)
{
	/* The values that skiboot decodes: version word, PEs = EEH_CAP >> 52, interrupts in the low bits of IRQ_CAP. */
	struct fx fx;
	bool big = FX_BIG >> fx_variant & 1;

	fx_begin_raw(&fx, NULL);
	ck_assert_uint_eq(fx_read(&fx, PHB_VERSION), fx_is_phb5() ? 0x000000a500000002ull : 0x000000a400000002ull);
	ck_assert_uint_eq(fx_read(&fx, PHB_EEH_CAP) >> 52, big ? 512 : 256);
	ck_assert_uint_eq(fx_read(&fx, PHB_IRQ_CAP) & 0xffff, big ? 4096 : 2048);
	ck_assert_uint_eq(fx_read(&fx, PHB_TCE_CAP), big ? 0x4008440000000400ull : 0x2008440000000200ull);
	ck_assert_uint_eq(fx_read(&fx, PHB_GEN_CAP), 0xe4b8000000000000ull);
	ck_assert_uint_eq(phb_pe_count(fx.phb), big ? 512 : 256);
	ck_assert_uint_eq(phb_reserved_pe(fx.phb), big ? 511 : 255);
	ck_assert_uint_eq(phb_msi_count(fx.phb), big ? 4088 : 2040);
	ck_assert_uint_eq(fx_read(&fx, PHB_TCE_TAG_ENABLE), UINT64_MAX);
	ck_assert_uint_eq(fx_read(&fx, PHB_LSI_SOURCE_ID), 0x0ff8000000000000ull);
	ck_assert_uint_eq(fx_read(&fx, PHB4_PBL_TIMEOUT_CTRL), 0x2020000000000000ull);
	ck_assert_uint_eq(fx_read(&fx, PHB4_PCIE_CRESET), 0xe000000000000000ull);
	ck_assert_uint_eq(fx_read(&fx, PHB_ETU_ERR_SUMMARY), 0);
	ck_assert_uint_eq(fx.phb->stats.unimplemented_reads, 0);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb4_size_when_automatic_then_is_that_of_its_place_on_the_chip)
{
	/* PHBs 0 and 3 are big (QEMU). */
	static const char *const automatic[] = {"phb.size=auto", NULL};
	struct fx fx;
	struct phb *phb;
	uint32_t index;

	fx_begin_raw(&fx, automatic);
	for (index = 1; index < 6; index++) {
		phb = phb_create(fx.sim, fx.cfg, index, fx.ram, fx.memory, NULL, fx.pool, fx_irq, &fx);
		ck_assert_uint_eq(phb_pe_count(phb), index == 3 ? 512 : 256);
		ck_assert_uint_eq(phb->cache.lines, index == 3 ? 128 : 64);
		ck_assert_uint_eq(phb->rtc.capacity, index == 3 ? 128 : 64);
		phb_destroy(phb);
	}
	ck_assert_uint_eq(phb_pe_count(fx.phb), 512);
	fx_end(&fx);
}
END_TEST

static const struct {
	uint32_t offset;
	uint64_t writable;
} masked[] = {
	{PHB_LSI_SOURCE_ID, 0x0ff8000000000000ull},
	{PHB_RTT_BAR, 0x80fffffffffe0000ull},
	{PHB_PELTV_BAR, 0x80ffffffffffe000ull},
	{PHB_PEST_BAR, 0x80fffffffffff000ull},
	{PHB_IODA_ADDR, 0x801f000f000003ffull},
	{PHB4_INT_NOTIFY_ADDR, UINT64_MAX},
	{PHB4_ASN_CMPM, UINT64_MAX},
	{PHB_VERSION, 0},
	{PHB_EEH_CAP, 0},
	{PHB4_PCIE_HOTPLUG_STATUS, 0},
	{PHB4_PCIE_DLP_ERR_STATUS, 0},
	{PHB4_PCIE_MISC_STRAP, UINT64_MAX},
	{PHB4_TCE_ERR_BASE + PHB_ERR_FREEZE_ENABLE, UINT64_MAX},
	{PHB4_PBL_ERR_BASE + PHB4_ERR_FAT_ENABLE, UINT64_MAX},
	{PHB4_REGB_ERR_BASE + PHB_ERR_STATUS, 0},
};

START_TEST(test_phb4_regs_when_written_then_keep_only_their_fields)
{
	/* Bits without a field do not stick; a read-only register stays. */
	uint32_t offset = masked[_i].offset;
	uint64_t was;
	struct fx fx;

	fx_begin_raw(&fx, NULL);
	was = fx_read(&fx, offset) & ~masked[_i].writable;
	fx_write(&fx, offset, UINT64_MAX);
	ck_assert_uint_eq(fx_read(&fx, offset), masked[_i].writable | was);
	fx_write(&fx, offset, 0);
	ck_assert_uint_eq(fx_read(&fx, offset), was);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb4_link_state_then_shows_in_the_training_register)
{
	/* Link active, L0, speed and width of the link; a link that is down is detecting. */
	struct fx fx;
	uint64_t value;

	fx_begin_raw(&fx, NULL);
	fx.phb->link_speed = 4;
	fx.phb->link_width = 16;
	value = fx_read(&fx, PHB4_PCIE_DLP_TRAIN_CTL);
	ck_assert_uint_eq(value, PPC_BIT(19) | PPC_BIT(23) | 4ull << 36 | 16ull << 28 | 4ull << 24);
	phb_link_change(fx.phb, false);
	ck_assert_uint_eq(fx_read(&fx, PHB4_PCIE_DLP_TRAIN_CTL), 1ull << 36);
	fx_write(&fx, PHB4_PCIE_DLP_TRAIN_CTL, UINT64_MAX);
	ck_assert_uint_eq(fx_read(&fx, PHB4_PCIE_DLP_TRAIN_CTL), 1ull << 36 | PPC_BIT(12));
	phb_link_change(fx.phb, true);
	ck_assert_uint_eq(fx_read(&fx, PHB4_PCIE_DLP_TRAIN_CTL), value | PPC_BIT(12));
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb4_cache_views_then_show_what_the_caches_hold)
{
	/* One requester, one line: found in the views, gone after the kills; writes change nothing. */
	struct fx fx;
	uint32_t i, found = 0;
	uint64_t entry;

	fx_begin(&fx);
	fx_simple_window(&fx, 5);
	fx_map(&fx, 5, 0x20000, FX_DATA, 3);
	ck_assert_uint_eq(fx_xlate(&fx, 0x523, 0x25000, true, NULL), PHB_XLATE_PAGE_FAULT);
	ck_assert_uint_eq(fx_ioda_read(&fx, IODA2_TBL_RCAM, 0), PPC_BIT(0) | 0x523ull << 32 | 5);
	ck_assert_uint_eq(fx_ioda_read(&fx, IODA2_TBL_RCAM, 1), 0);
	for (i = 0; i < fx.phb->cache.lines; i++) {
		fx_ioda_write(&fx, IODA2_TBL_TCAM, i, UINT64_MAX);
		entry = fx_ioda_read(&fx, IODA2_TBL_TCAM, i);
		if (!entry)
			continue;
		found++;
		ck_assert_uint_eq(entry, PPC_BIT(0) | 0x20ull << 10 | 10);
		ck_assert_uint_eq(fx_ioda_read(&fx, IODA2_TBL_TDR, i), FX_DATA | 3);
	}
	ck_assert_uint_eq(found, 1);
	fx_kill(&fx, PHB_TCE_KILL_ALL);
	fx_write(&fx, PHB_RTC_INVALIDATE, PHB_RTC_INVALIDATE_ALL);
	ck_assert_uint_eq(fx_ioda_read(&fx, IODA2_TBL_RCAM, 0), 0);
	for (i = 0; i < fx.phb->cache.lines; i++)
		ck_assert_uint_eq(fx_ioda_read(&fx, IODA2_TBL_TCAM, i) | fx_ioda_read(&fx, IODA2_TBL_TDR, i), 0);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb4_tves_per_pe_when_chosen_then_address_bits_from_59_down_select)
{
	/* 2, 4, 8, 16 (and the undefined codes, which count as 16): the highest TVE of PE 1, offset without the bits;
	 * the same address with fewer TVEs is another one's. A PE beyond the table has none, never another PE's. */
	uint32_t log2 = _i < 4 ? (uint32_t)_i + 1 : 4, tves = 1u << log2;
	uint64_t addr = ((tves - 1ull) << (60 - log2)) | 0x3000, real;
	struct fx fx;
	uint32_t last;

	fx_begin(&fx);
	fx_write(&fx, PHB_CONTROL, PHB4_INIT_CTRLR | ppc_set(PHB4_CTRLR_TVT_ADDR_SEL, 0, (uint64_t)_i));
	fx_ioda_write(&fx, IODA2_TBL_TVT, 2 * tves - 1, fx_tve(FX_TABLES, 1, 0x1000, 12));
	fx_store(&fx, FX_TABLES + 8 * 3, FX_DATA | 3);
	ck_assert_uint_eq(fx_xlate(&fx, 0x100, addr, true, &real), PHB_XLATE_OK);
	ck_assert_uint_eq(real, FX_DATA);
	ck_assert_uint_eq(fx_xlate(&fx, 0x100, 0x3000, true, NULL), PHB_XLATE_TVE_INVALID);
	/* A kill of the PE covers all its TVEs. */
	fx_store(&fx, FX_TABLES + 8 * 3, 0);
	fx_kill(&fx, PHB_TCE_KILL_PE | 1);
	ck_assert_uint_eq(fx_xlate(&fx, 0x100, addr, true, NULL), PHB_XLATE_PAGE_FAULT);
	last = fx.phb->tve_count >> log2;
	fx_ioda_write(&fx, IODA2_TBL_TVT, 0, fx_tve(FX_TABLES, 1, 0x1000, 12));
	if (last < fx.phb->pe_count) {
		fx_set_pe(&fx, 0x800, (uint16_t)last);
		ck_assert_uint_eq(fx_xlate(&fx, 0x800, 0, true, NULL), PHB_XLATE_TVE_INVALID);
	}
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb4_tve1_option_when_set_then_takes_addresses_from_4_gib_up)
{
	/* OPAL's option for devices that cannot reach bit 59: the offset stays what the address is. */
	struct fx fx;
	uint64_t real, window = ppc_set(IODA2_TVT_REAL_END, IODA2_TVT_REAL | IODA3_TVT_NON_TRANSLATE_50, 0x1000);

	fx_begin(&fx);
	fx_simple_window(&fx, 1);
	fx_map(&fx, 1, 0x1000, FX_DATA, 3);
	fx_ioda_write(&fx, IODA2_TBL_TVT, 3, window);
	ck_assert_uint_eq(fx_xlate(&fx, 0x100, 4ull << 30, true, NULL), PHB_XLATE_TVE_RANGE);
	fx_write(&fx, PHB_CONTROL, PHB4_INIT_CTRLR | PHB4_CTRLR_TVE1_4GB);
	ck_assert_uint_eq(fx_xlate(&fx, 0x100, (4ull << 30) + 0x123, true, &real), PHB_XLATE_OK);
	ck_assert_uint_eq(real, (4ull << 30) + 0x123);
	ck_assert_uint_eq(fx_xlate(&fx, 0x100, 1ull << 59 | 0x5000, true, &real), PHB_XLATE_OK);
	ck_assert_uint_eq(real, 0x5000);
	ck_assert_uint_eq(fx_xlate(&fx, 0x100, 0x1000, true, &real), PHB_XLATE_OK);
	ck_assert_uint_eq(real, FX_DATA);
	ck_assert_uint_eq(fx_xlate(&fx, 0x100, 0xfffff000 - 0x10000, true, NULL), PHB_XLATE_TVE_RANGE);
	/* With four TVEs per PE the option has no effect (assumed). */
	fx_write(&fx, PHB_CONTROL, PHB4_INIT_CTRLR | PHB4_CTRLR_TVE1_4GB | ppc_set(PHB4_CTRLR_TVT_ADDR_SEL, 0, 1));
	fx_ioda_write(&fx, IODA2_TBL_TVT, 4, 0);
	ck_assert_uint_eq(fx_xlate(&fx, 0x100, 4ull << 30, true, NULL), PHB_XLATE_TVE_INVALID);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb4_real_window_without_its_bounds_bit_then_has_none)
{
	/* The peer-to-peer initiator's TVE is bit 51 alone: any address goes through as it is. */
	struct fx fx;
	uint64_t real, addr = 1ull << 59 | 0x000603ffffff1234ull;

	fx_begin(&fx);
	fx_ioda_write(&fx, IODA2_TBL_TVT, 3, 0x1000);
	ck_assert_uint_eq(fx_xlate(&fx, 0x100, addr, true, &real), PHB_XLATE_OK);
	ck_assert_uint_eq(real, 0x000603ffffff1234ull);
	fx_ioda_write(&fx, IODA2_TBL_TVT, 3, 0x1080);
	ck_assert_uint_eq(fx_xlate(&fx, 0x100, addr, true, NULL), PHB_XLATE_TVE_RANGE);
	fx_end(&fx);
}
END_TEST

int main(void)
{
	const struct fx_case cases[] = {
		{test_phb4_regs_after_reset_then_tell_what_it_is, 0, FX_FROM_PHB4},
		{test_phb4_size_when_automatic_then_is_that_of_its_place_on_the_chip, 0, FX_FROM_PHB4},
		{test_phb4_regs_when_written_then_keep_only_their_fields, sim_count_of(masked), FX_FROM_PHB4},
		{test_phb4_link_state_then_shows_in_the_training_register, 0, FX_FROM_PHB4},
		{test_phb4_cache_views_then_show_what_the_caches_hold, 0, FX_FROM_PHB4},
		{test_phb4_tves_per_pe_when_chosen_then_address_bits_from_59_down_select, 6, FX_FROM_PHB4},
		{test_phb4_tve1_option_when_set_then_takes_addresses_from_4_gib_up, 0, FX_FROM_PHB4},
		{test_phb4_real_window_without_its_bounds_bit_then_has_none, 0, FX_FROM_PHB4},
	};

	return fx_main("hw.phb4_regs", cases, sim_count_of(cases));
}
