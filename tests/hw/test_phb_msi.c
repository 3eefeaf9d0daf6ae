/* SPDX-License-Identifier: GPL-2.0-only */
/* tests/hw/test_phb_msi.c - message interrupts: which address, which vector, whose, and P and Q. */
#include "tests/hw/phb_fixture.h"

static uint64_t ive_at(uint32_t source)
{
	return FX_IVT + source * PHB3_IVE_BYTES;
}

static void set_ive(struct fx *fx, uint32_t source, uint32_t pe, uint32_t priority)
{
	fx_store(fx, ive_at(source), ppc_set(IODA2_IVE_PRIORITY, ppc_set(IODA2_IVE_PE, 0, pe), priority));
}

/* As OPAL tells a device to send vector @source: address without bits 4..8 of the number, which go into the data. */
static void send_msi(struct fx *fx, uint16_t rid, uint64_t base, uint32_t source)
{
	struct tlp *tlp = fx_dma_write(fx, rid, base + ((uint64_t)(source & ~0x1fu) << 4), 4, 0);

	tlp->data[0] = source & 0x1f;
	fx_run(fx);
}

static const uint32_t sources[] = {0, 1, 0x1f, 0x20, 0x123, 2039};

START_TEST(test_phb_msi_when_sent_through_either_window_then_raises_its_source)
{
	/* The 32-bit window and the 64-bit one name the same vectors; first, last and some between. */
	uint32_t source = sources[_i / 2];
	struct fx fx;

	fx_begin(&fx);
	set_ive(&fx, source, 1, 5);
	send_msi(&fx, 0x100, _i % 2 ? 1ull << 60 : 0xffff0000ull, source);
	ck_assert_uint_eq(fx.irq_count, 1);
	ck_assert_uint_eq(fx.irq[0], source);
	ck_assert_uint_eq(fx_load(&fx, ive_at(source)) & IODA2_IVE_P, IODA2_IVE_P);
	ck_assert_uint_eq(fx.phb->stats.msis, 1);
	ck_assert_uint_eq(fx.phb->stats.dma_writes, 0);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_msi_of_another_pe_then_freezes_the_sender)
{
	/* Isolation: a device must not ring another PE's vector; the record names MSI, LEM 33 and the data. */
	struct fx fx;
	uint64_t a;

	fx_begin(&fx);
	set_ive(&fx, 0x25, 2, 5);
	send_msi(&fx, 0x100, 0xffff0000, 0x25);
	ck_assert_uint_eq(fx.irq_count, 0);
	a = fx_load(&fx, FX_PEST + 16);
	ck_assert_uint_eq(ppc_get(IODA2_PESTA_TRANS_TYPE, a), IODA2_PEST_MSI);
	ck_assert_uint_eq(ppc_get(IODA2_PESTA_LEM_BIT, a), 33);
	ck_assert_uint_eq(ppc_get(IODA2_PESTA_MSI_DATA, a), 5);
	ck_assert_uint_eq(fx_ioda_read(&fx, IODA2_TBL_PEEV, 0), PPC_BIT(1));
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_msi_with_a_wrong_number_size_or_place_then_is_an_error)
{
	/* LSI vectors, numbers beyond the table, 8 bytes, a crooked address, and no table at all. */
	struct fx fx;
	uint32_t pe;

	fx_begin(&fx);
	for (pe = 0; pe < 2048; pe++)
		set_ive(&fx, pe, 1, 5);
	send_msi(&fx, 0x100, 1ull << 60, 2040);
	ck_assert_uint_eq(fx.phb->stats.fault[PHB_XLATE_MSI_ADDRESS], 1);
	fx_ioda_write(&fx, IODA2_TBL_PESTB, 1, 0);
	send_msi(&fx, 0x100, 1ull << 60, 0xffff);
	fx_ioda_write(&fx, IODA2_TBL_PESTB, 1, 0);
	fx_dma_write(&fx, 0x100, 0xffff0000, 8, 0);
	fx_run(&fx);
	fx_ioda_write(&fx, IODA2_TBL_PESTB, 1, 0);
	fx_dma_write(&fx, 0x100, 0xffff0002, 4, 0);
	fx_run(&fx);
	fx_ioda_write(&fx, IODA2_TBL_PESTB, 1, 0);
	fx_write(&fx, PHB3_IVT_BAR, ppc_set(PHB3_IVT_LENGTH, PHB3_IVT_BAR_ENABLE | FX_IVT, 16));
	send_msi(&fx, 0x100, 0xffff0000, 16);
	ck_assert_uint_eq(fx.phb->stats.fault[PHB_XLATE_MSI_ADDRESS], 4);
	ck_assert_uint_eq(fx.phb->stats.fault[PHB_XLATE_MSI_SIZE], 1);
	fx_ioda_write(&fx, IODA2_TBL_PESTB, 1, 0);
	fx_write(&fx, PHB3_IVT_BAR, 0);
	send_msi(&fx, 0x100, 0xffff0000, 1);
	ck_assert_uint_eq(fx.phb->stats.fault[PHB_XLATE_IVT_DISABLED], 1);
	ck_assert_uint_eq(fx.irq_count, 0);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_msi_windows_when_disabled_then_are_ordinary_addresses)
{
	/* Without its enable the 32-bit window is memory again, and the 64-bit one an address of no class. */
	struct fx fx;

	fx_begin(&fx);
	set_ive(&fx, 0, 1, 5);
	fx_write(&fx, PHB_CONFIG, 0);
	fx_ioda_write(&fx, IODA2_TBL_TVT, 2, fx_tve(FX_TABLES, 2, 0x10000, 12));
	fx_store(&fx, FX_TABLES + 8 * (0xffff0000ull >> 25), (FX_TABLES + 0x10000) | 3);
	fx_store(&fx, FX_TABLES + 0x10000 + 8 * (0xffff0000ull >> 12 & 0x1fff), FX_DATA | 3);
	fx_dma_write(&fx, 0x100, 0xffff0000, 4, 0x42);
	fx_run(&fx);
	ck_assert_uint_eq(ram_base(fx.ram)[FX_DATA], 0x42);
	send_msi(&fx, 0x100, 1ull << 60, 0);
	ck_assert_uint_eq(fx.phb->stats.fault[PHB_XLATE_ADDR_CLASS], 1);
	ck_assert_uint_eq(fx.irq_count, 0);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_msi_when_not_yet_ended_then_waits_in_q_until_p_is_cleared)
{
	/* One presentation until the end of interrupt; any number meanwhile makes one more; then quiet. */
	struct fx fx;
	const uint64_t eoi = ppc_set(PHB3_IVC_UPDATE_SID, PHB3_IVC_UPDATE_ENABLE_P, 7);

	fx_begin(&fx);
	set_ive(&fx, 7, 1, 5);
	send_msi(&fx, 0x100, 0xffff0000, 7);
	send_msi(&fx, 0x100, 0xffff0000, 7);
	send_msi(&fx, 0x100, 0xffff0000, 7);
	ck_assert_uint_eq(fx.irq_count, 1);
	ck_assert_uint_eq(fx_load(&fx, ive_at(7)) & IODA2_IVE_Q, IODA2_IVE_Q);
	fx_write(&fx, PHB3_IVC_UPDATE, eoi);
	fx_run(&fx);
	ck_assert_uint_eq(fx.irq_count, 2);
	ck_assert_uint_eq(fx_load(&fx, ive_at(7)) & (IODA2_IVE_P | IODA2_IVE_Q), IODA2_IVE_P);
	fx_write(&fx, PHB3_IVC_UPDATE, eoi);
	fx_run(&fx);
	ck_assert_uint_eq(fx.irq_count, 2);
	ck_assert_uint_eq(fx_load(&fx, ive_at(7)) & (IODA2_IVE_P | IODA2_IVE_Q), 0);
	send_msi(&fx, 0x100, 0xffff0000, 7);
	ck_assert_uint_eq(fx.irq_count, 3);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_msi_when_masked_then_waits_and_ffi_forces_it)
{
	/* Priority 0xff masks; firmware that unmasks later resends through FFI_REQUEST. */
	struct fx fx;

	fx_begin(&fx);
	set_ive(&fx, 9, 1, 0xff);
	send_msi(&fx, 0x100, 0xffff0000, 9);
	ck_assert_uint_eq(fx.irq_count, 0);
	ck_assert_uint_eq(fx.phb->stats.msis_masked, 1);
	ck_assert_uint_eq(fx_load(&fx, ive_at(9)) & (IODA2_IVE_P | IODA2_IVE_Q), IODA2_IVE_Q);
	fx_write(&fx, PHB3_FFI_REQUEST, ppc_set(PHB3_FFI_REQUEST_ISN, 0, 9));
	fx_run(&fx);
	ck_assert_uint_eq(fx.irq_count, 1);
	ck_assert_uint_eq(fx.irq[0], 9);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_ivc_update_when_conditional_then_compares_the_generation)
{
	/* Firmware guards against a new message slipping in: another generation leaves the entry alone. Fields by
	 * enables. */
	struct fx fx;
	uint64_t update = ppc_set(PHB3_IVC_UPDATE_SID, PHB3_IVC_UPDATE_ENABLE_P | PHB3_IVC_UPDATE_ENABLE_CON, 3);

	fx_begin(&fx);
	fx_store(&fx, ive_at(3), ppc_set(IODA2_IVE_GEN, IODA2_IVE_P | 0x1234, 2));
	fx_write(&fx, PHB3_IVC_UPDATE, ppc_set(PHB3_IVC_UPDATE_GEN_MATCH, update, 1));
	ck_assert_uint_eq(fx_load(&fx, ive_at(3)), ppc_set(IODA2_IVE_GEN, IODA2_IVE_P | 0x1234, 2));
	fx_write(&fx, PHB3_IVC_UPDATE, ppc_set(PHB3_IVC_UPDATE_GEN_MATCH, update, 2));
	ck_assert_uint_eq(fx_load(&fx, ive_at(3)), ppc_set(IODA2_IVE_GEN, 0x1234, 2));
	update = PHB3_IVC_UPDATE_ENABLE_SERVER | PHB3_IVC_UPDATE_ENABLE_PRI | PHB3_IVC_UPDATE_ENABLE_GEN |
		 PHB3_IVC_UPDATE_ENABLE_Q | PHB3_IVC_UPDATE_Q;
	update = ppc_set(PHB3_IVC_UPDATE_SERVER, ppc_set(PHB3_IVC_UPDATE_PRI, update, 0xff), 0x321);
	fx_write(&fx, PHB3_IVC_UPDATE, ppc_set(PHB3_IVC_UPDATE_SID, ppc_set(PHB3_IVC_UPDATE_GEN, update, 3), 3));
	ck_assert_uint_eq(ppc_get(IODA2_IVE_SERVER, fx_load(&fx, ive_at(3))), 0x321);
	ck_assert_uint_eq(ppc_get(IODA2_IVE_PRIORITY, fx_load(&fx, ive_at(3))), 0xff);
	ck_assert_uint_eq(ppc_get(IODA2_IVE_GEN, fx_load(&fx, ive_at(3))), 3);
	ck_assert_uint_eq(fx_load(&fx, ive_at(3)) & (IODA2_IVE_P | IODA2_IVE_Q), IODA2_IVE_Q);
	/* A vector that the table does not have is nobody's. */
	fx_write(&fx, PHB3_IVC_UPDATE, ppc_set(PHB3_IVC_UPDATE_SID, update, 0x4000));
	fx_run(&fx);
	ck_assert_uint_eq(fx.irq_count, 0);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_ive_stride_when_control_says_16_bytes_then_is_that)
{
	/* CONTROL chooses the size of an entry. */
	struct fx fx;

	fx_begin(&fx);
	fx_write(&fx, PHB_CONTROL, PHB3_INIT_CONTROL & ~PHB3_CONTROL_IVE_128_BYTES);
	fx_store(&fx, FX_IVT + 16 * 33, ppc_set(IODA2_IVE_PE, 0, 1));
	send_msi(&fx, 0x100, 0xffff0000, 33);
	ck_assert_uint_eq(fx.irq_count, 1);
	ck_assert_uint_eq(fx.irq[0], 33);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_msi_after_data_then_never_overtakes_it)
{
	/* A driver reads its data when the interrupt comes: a slow write before a fast MSI must be in memory by then.
	 */
	struct tlp *tlp;
	struct fx fx;

	fx_begin(&fx);
	set_ive(&fx, 2, 1, 5);
	fx_simple_window(&fx, 1);
	fx_map(&fx, 1, 0, FX_DATA, 3);
	fx_dma_write(&fx, 0x100, 0, 64, 0x66); /* misses the TCE cache */
	tlp = fx_dma_write(&fx, 0x100, 0xffff0000, 4, 0);
	tlp->data[0] = 2;
	while (!fx.irq_count) {
		ck_assert(sim_step(fx.sim));
		if (fx.irq_count)
			ck_assert_uint_eq(ram_base(fx.ram)[FX_DATA], 0x66);
	}
	ck_assert_uint_ge(fx.irq_ps, fx.phb->timing.walk_level_ps + fx.phb->timing.msi_ps);
	fx_end(&fx);
}
END_TEST

int main(void)
{
	const struct fx_case cases[] = {
		{test_phb_msi_when_sent_through_either_window_then_raises_its_source,
		 2 * (int)sim_count_of(sources), FX_ONLY_PHB3},
		{test_phb_msi_of_another_pe_then_freezes_the_sender, 0, FX_ONLY_PHB3},
		{test_phb_msi_with_a_wrong_number_size_or_place_then_is_an_error, 0, FX_ONLY_PHB3},
		{test_phb_msi_windows_when_disabled_then_are_ordinary_addresses, 0, FX_ONLY_PHB3},
		{test_phb_msi_when_not_yet_ended_then_waits_in_q_until_p_is_cleared, 0, FX_ONLY_PHB3},
		{test_phb_msi_when_masked_then_waits_and_ffi_forces_it, 0, FX_ONLY_PHB3},
		{test_phb_ivc_update_when_conditional_then_compares_the_generation, 0, FX_ONLY_PHB3},
		{test_phb_ive_stride_when_control_says_16_bytes_then_is_that, 0, FX_ONLY_PHB3},
		{test_phb_msi_after_data_then_never_overtakes_it, 0, FX_ONLY_PHB3},
	};

	return fx_main("hw.phb_msi", cases, sim_count_of(cases));
}
