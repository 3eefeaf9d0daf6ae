/* SPDX-License-Identifier: GPL-2.0-only */
/* tests/hw/test_phb4_msi.c - interrupts of PHB4 and PHB5: MIST, LIST, and the pages of the sources. */
#include "hw/regs/xive_regs.h"
#include "tests/hw/phb_error_fixture.h"

#define OFF 1u	     /* P 0, Q 1 */
#define PRESENTED 2u /* P 1, Q 0 */
#define AGAIN 3u     /* both */

/* The page of @source: 64 KiB each, as CTRLR of the fixture says. */
static uint64_t page(uint32_t source, uint32_t offset)
{
	return (uint64_t)source << 16 | offset;
}

static uint32_t esb(struct fx *fx, uint32_t source, uint32_t offset)
{
	return (uint32_t)phb_esb_read(fx->phb, page(source, offset), 8);
}

static void send_msi(struct fx *fx, uint16_t rid, uint64_t base, uint32_t source)
{
	fx_dma_write(fx, rid, base + ((uint64_t)(source & ~0x1fu) << 4), 4, 0)->data[0] = source & 0x1f;
	fx_run(fx);
}

START_TEST(test_phb4_msi_when_sent_through_either_window_then_raises_its_source)
{
	/* First, last, each quarter of a doubleword and what crosses into the address; both windows. */
	static const uint32_t small[] = {0, 1, 2, 3, 0x1f, 0x20, 0x7f7};
	struct fx fx;
	uint32_t i, source, n = 0;

	fx_begin(&fx);
	for (i = 0; i < sim_count_of(small); i++) {
		source = i == sim_count_of(small) - 1 ? fx.phb->shape->msi_count - 1 : small[i];
		fx_set_msi(&fx, source, 1);
		send_msi(&fx, 0x100, _i ? 1ull << 60 : 0xffff0000, source);
		ck_assert_uint_eq(fx.irq_count, ++n);
		ck_assert_uint_eq(fx.irq[n - 1], source);
		ck_assert_uint_eq(esb(&fx, source, XIVE_ESB_GET), PRESENTED);
	}
	ck_assert_uint_eq(fx.phb->stats.msis, n);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb4_msi_state_when_events_and_ends_come_then_follows)
{
	/* Ready, presented, again; the end of "again" presents once more; off swallows. */
	struct fx fx;

	fx_begin(&fx);
	fx_set_msi(&fx, 5, 1);
	send_msi(&fx, 0x100, 0xffff0000, 5);
	send_msi(&fx, 0x100, 0xffff0000, 5);
	send_msi(&fx, 0x100, 0xffff0000, 5);
	ck_assert_uint_eq(fx.irq_count, 1);
	ck_assert_uint_eq(esb(&fx, 5, XIVE_ESB_GET), AGAIN);
	ck_assert_uint_eq(fx.phb->stats.msis_queued, 2);
	ck_assert_uint_eq(esb(&fx, 5, XIVE_ESB_LOAD_EOI), 1);
	fx_run(&fx);
	ck_assert_uint_eq(fx.irq_count, 2);
	ck_assert_uint_eq(esb(&fx, 5, XIVE_ESB_LOAD_EOI), 0);
	fx_run(&fx);
	ck_assert_uint_eq(fx.irq_count, 2);
	ck_assert_uint_eq(esb(&fx, 5, XIVE_ESB_GET), 0);
	ck_assert_uint_eq(esb(&fx, 5, XIVE_ESB_SET_PQ_01), 0);
	send_msi(&fx, 0x100, 0xffff0000, 5);
	ck_assert_uint_eq(fx.irq_count, 2);
	ck_assert_uint_eq(fx.phb->stats.msis_masked, 1);
	ck_assert_uint_eq(esb(&fx, 5, XIVE_ESB_LOAD_EOI), 0);
	ck_assert_uint_eq(esb(&fx, 5, XIVE_ESB_SET_PQ_10), OFF);
	ck_assert_uint_eq(esb(&fx, 5, XIVE_ESB_SET_PQ_11), PRESENTED);
	ck_assert_uint_eq(esb(&fx, 5, XIVE_ESB_SET_PQ_00), AGAIN);
	send_msi(&fx, 0x100, 0xffff0000, 5);
	ck_assert_uint_eq(fx.irq_count, 3);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb4_msi_of_another_pe_or_without_an_entry_then_is_an_error_of_the_sender)
{
	/* RXE_ARB 27, LEM 33; the sender freezes and nobody is interrupted. Numbers: another PE's, an LSI's, none's. */
	struct fx fx;
	uint32_t numbers[3];

	fe_begin(&fx);
	numbers[0] = 7;
	numbers[1] = fx.phb->shape->msi_count + 7;
	numbers[2] = 0xffff;
	fx_set_msi(&fx, 7, 2);
	send_msi(&fx, 0x300, 1ull << 60, numbers[_i]);
	ck_assert_uint_eq(fx.phb->stats.fault[PHB_XLATE_MSI_PE], 1);
	ck_assert_uint_eq(fe_status(&fx, PHB_INA_ERR_BASE), PPC_BIT(27));
	ck_assert_uint_eq(fx_read(&fx, PHB_LEM_FIR_ACCUM), PPC_BIT(33));
	ck_assert(fe_frozen(&fx, 3));
	ck_assert_uint_eq(ppc_get(IODA2_PESTA_TRANS_TYPE, fe_record(&fx, 3, 0)), IODA2_PEST_MSI);
	ck_assert_uint_eq(ppc_get(IODA2_PESTA_MSI_DATA, fe_record(&fx, 3, 0)), numbers[_i] & 0x1f);
	ck_assert_uint_eq(esb(&fx, 7, XIVE_ESB_GET), 0);
	ck_assert_uint_eq(fx.irq_count, 1); /* the error's own */
	ck_assert_uint_eq(fx.irq[0], fe_er(&fx));
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb4_mist_when_written_in_part_then_keeps_the_other_quarters)
{
	/* Each PWV bit for itself, none for all; bits 2 and 3 of a quarter do not exist. */
	struct fx fx;
	uint32_t pwv;
	uint64_t want, was = 0x1111222233334444ull & 0xcfffcfffcfffcfffull;

	fx_begin(&fx);
	for (pwv = 0; pwv < 16; pwv++) {
		fx_ioda_write(&fx, IODA3_TBL_MIST, 9, was);
		fx_write(&fx, PHB_IODA_ADDR,
			 ppc_set(PHB4_IODA_ADDR_MIST_PWV, ppc_set(PHB_IODA_ADDR_TSEL, 9, IODA3_TBL_MIST), pwv));
		fx_write(&fx, PHB_IODA_DATA0, UINT64_MAX);
		want = pwv ? was : 0xcfffcfffcfffcfffull;
		want = pwv & 8 ? (want & 0x0000ffffffffffffull) | 0xcfff000000000000ull : want;
		want = pwv & 4 ? (want & 0xffff0000ffffffffull) | 0x0000cfff00000000ull : want;
		want = pwv & 2 ? (want & 0xffffffff0000ffffull) | 0x00000000cfff0000ull : want;
		want = pwv & 1 ? (want & 0xffffffffffff0000ull) | 0x000000000000cfffull : want;
		ck_assert_uint_eq(fx_ioda_read(&fx, IODA3_TBL_MIST, 9), want);
	}
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb4_mist_and_esb_then_show_one_state)
{
	/* The page and the table are two views of P and Q, and setting a PE clears both, as firmware's comment says. */
	struct fx fx;

	fx_begin(&fx);
	fx_set_msi(&fx, 6, 1);
	esb(&fx, 6, XIVE_ESB_SET_PQ_11);
	ck_assert_uint_eq(fx_ioda_read(&fx, IODA3_TBL_MIST, 1), 0x00000000c0010000ull);
	fx_ioda_write(&fx, IODA3_TBL_MIST, 1, 0x0000000040010000ull);
	ck_assert_uint_eq(esb(&fx, 6, XIVE_ESB_GET), OFF);
	fx_set_msi(&fx, 6, 2);
	ck_assert_uint_eq(esb(&fx, 6, XIVE_ESB_GET), 0);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb4_esb_when_stored_to_then_triggers_ends_and_sets)
{
	/* A store below 0x400 is an event; at 0x400 an end, if CTRLR lets stores end; from 0xc00 on it sets. */
	struct fx fx;

	fx_begin(&fx);
	fx_set_msi(&fx, 8, 1);
	phb_esb_write(fx.phb, page(8, 0x3f8), 8);
	fx_run(&fx);
	ck_assert_uint_eq(fx.irq_count, 1);
	phb_esb_write(fx.phb, page(8, XIVE_ESB_STORE_TRIGGER), 8);
	ck_assert_uint_eq(esb(&fx, 8, XIVE_ESB_GET), AGAIN);
	phb_esb_write(fx.phb, page(8, XIVE_ESB_STORE_EOI), 8);
	ck_assert_uint_eq(esb(&fx, 8, XIVE_ESB_GET), AGAIN);
	fx_write(&fx, PHB_CONTROL, PHB4_INIT_CTRLR | PHB4_CTRLR_IRQ_STORE_EOI);
	phb_esb_write(fx.phb, page(8, XIVE_ESB_STORE_EOI), 8);
	ck_assert_uint_eq(esb(&fx, 8, XIVE_ESB_GET), PRESENTED);
	fx_run(&fx);
	ck_assert_uint_eq(fx.irq_count, 2);
	phb_esb_write(fx.phb, page(8, XIVE_ESB_SET_PQ_01), 8);
	ck_assert_uint_eq(esb(&fx, 8, XIVE_ESB_GET), OFF);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb4_esb_page_size_then_is_ctrlrs)
{
	/* 4 KiB pages unless bit 11 says 64 KiB; a source that there is not and wrong sizes read ones. */
	struct fx fx;

	fx_begin(&fx);
	fx_set_msi(&fx, 3, 1);
	esb(&fx, 3, XIVE_ESB_SET_PQ_10);
	ck_assert_uint_eq(phb_esb_read(fx.phb, 0x3000 + XIVE_ESB_GET, 8), 0);
	fx_write(&fx, PHB_CONTROL, PHB4_CTRLR_TCE_CLB_DISABLE);
	ck_assert_uint_eq(phb_esb_read(fx.phb, 0x3000 + XIVE_ESB_GET, 8), PRESENTED);
	ck_assert_uint_eq(phb_esb_read(fx.phb, (uint64_t)fx.phb->shape->source_count << 12, 8), UINT64_MAX);
	ck_assert_uint_eq(phb_esb_read(fx.phb, 0x3000 + XIVE_ESB_GET, 4), UINT32_MAX);
	ck_assert_uint_eq(phb_esb_read(fx.phb, 0x3004 + XIVE_ESB_GET, 8), UINT64_MAX);
	phb_esb_write(fx.phb, 0x3000 + XIVE_ESB_SET_PQ_00, 4);
	ck_assert_uint_eq(phb_esb_read(fx.phb, 0x3000 + XIVE_ESB_GET, 8), PRESENTED);
	ck_assert_uint_eq(fx.phb->stats.esb_refused, 3);
	/* A fenced PHB answers nothing. */
	fe_masks(&fx);
	fx_write(&fx, PHB_INB_ERR_BASE + PHB_ERR_INJECT, PPC_BIT(0));
	ck_assert_uint_eq(phb_esb_read(fx.phb, 0x3000 + XIVE_ESB_GET, 8), UINT64_MAX);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb4_lsi_when_its_level_stays_then_is_presented_again_at_the_end)
{
	/* LSI 7 at the number that LSI_SOURCE_ID gives; LIST shows level, P; ending it while it is on tells it again. */
	struct fx fx;
	uint32_t er;

	fe_begin(&fx);
	er = fe_er(&fx);
	fx_dma(&fx, TLP_MEM_READ, 0x0300, 1ull << 59, 64);
	fx_run(&fx);
	ck_assert_uint_eq(fx.irq_count, 1);
	ck_assert_uint_eq(fx.irq[0], er);
	ck_assert_uint_eq(fx_ioda_read(&fx, IODA2_TBL_LIST, 7), IODA3_LIST_P | IODA3_LIST_STATE);
	ck_assert_uint_eq(esb(&fx, er, XIVE_ESB_LOAD_EOI), 1);
	fx_run(&fx);
	ck_assert_uint_eq(fx.irq_count, 2);
	fx_write(&fx, PHB_INA_ERR_BASE + PHB_ERR_STATUS, UINT64_MAX);
	ck_assert_uint_eq(fx_ioda_read(&fx, IODA2_TBL_LIST, 7), IODA3_LIST_P);
	ck_assert_uint_eq(esb(&fx, er, XIVE_ESB_LOAD_EOI), 0);
	fx_run(&fx);
	ck_assert_uint_eq(fx.irq_count, 2);
	ck_assert_uint_eq(fx_ioda_read(&fx, IODA2_TBL_LIST, 7), 0);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb4_lsi_when_switched_off_then_comes_when_switched_on_while_its_level_is)
{
	/* PQ 01 masks; opening it over a level presents it. Software cannot write the level itself. */
	struct fx fx;
	uint32_t er;

	fe_begin(&fx);
	er = fe_er(&fx);
	fx_ioda_write(&fx, IODA2_TBL_LIST, 7, UINT64_MAX);
	ck_assert_uint_eq(fx_ioda_read(&fx, IODA2_TBL_LIST, 7), IODA3_LIST_P | IODA3_LIST_Q);
	esb(&fx, er, XIVE_ESB_SET_PQ_01);
	fx_dma(&fx, TLP_MEM_READ, 0x0300, 1ull << 59, 64);
	fx_run(&fx);
	ck_assert_uint_eq(fx.irq_count, 0);
	esb(&fx, er, XIVE_ESB_SET_PQ_00);
	fx_run(&fx);
	ck_assert_uint_eq(fx.irq_count, 1);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb4_interrupts_without_a_notify_address_then_reach_nobody)
{
	/* Firmware that forgets INT_NOTIFY_ADDR hears nothing, and the statistics tell why. */
	struct fx fx;

	fx_begin(&fx);
	fx_write(&fx, PHB4_INT_NOTIFY_ADDR, 0);
	fx_set_msi(&fx, 5, 1);
	send_msi(&fx, 0x100, 0xffff0000, 5);
	phb_esb_write(fx.phb, page(6, 0), 8);
	fx_run(&fx);
	ck_assert_uint_eq(fx.irq_count, 0);
	ck_assert_uint_eq(fx.phb->stats.irqs_unrouted, 2);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb5_msi_when_pq_is_disabled_then_each_message_is_told)
{
	/* The interrupt controller keeps the state then; a PHB4 does not know the bit. */
	struct fx fx;

	fx_begin(&fx);
	fx_write(&fx, PHB_CONTROL, PHB4_INIT_CTRLR | PHB5_CTRLR_IRQ_PQ_DISABLE);
	fx_set_msi(&fx, 5, 1);
	send_msi(&fx, 0x100, 0xffff0000, 5);
	send_msi(&fx, 0x100, 0xffff0000, 5);
	ck_assert_uint_eq(fx.irq_count, fx_is_phb5() ? 2 : 1);
	ck_assert_uint_eq(esb(&fx, 5, XIVE_ESB_GET), fx_is_phb5() ? 0 : AGAIN);
	fx_end(&fx);
}
END_TEST

int main(void)
{
	const struct fx_case cases[] = {
		{test_phb4_msi_when_sent_through_either_window_then_raises_its_source, 2, FX_FROM_PHB4},
		{test_phb4_msi_state_when_events_and_ends_come_then_follows, 0, FX_FROM_PHB4},
		{test_phb4_msi_of_another_pe_or_without_an_entry_then_is_an_error_of_the_sender, 3, FX_FROM_PHB4},
		{test_phb4_mist_when_written_in_part_then_keeps_the_other_quarters, 0, FX_FROM_PHB4},
		{test_phb4_mist_and_esb_then_show_one_state, 0, FX_FROM_PHB4},
		{test_phb4_esb_when_stored_to_then_triggers_ends_and_sets, 0, FX_FROM_PHB4},
		{test_phb4_esb_page_size_then_is_ctrlrs, 0, FX_FROM_PHB4},
		{test_phb4_lsi_when_its_level_stays_then_is_presented_again_at_the_end, 0, FX_FROM_PHB4},
		{test_phb4_lsi_when_switched_off_then_comes_when_switched_on_while_its_level_is, 0, FX_FROM_PHB4},
		{test_phb4_interrupts_without_a_notify_address_then_reach_nobody, 0, FX_FROM_PHB4},
		{test_phb5_msi_when_pq_is_disabled_then_each_message_is_told, 0, FX_FROM_PHB4},
	};

	return fx_main("hw.phb4_msi", cases, sim_count_of(cases));
}
