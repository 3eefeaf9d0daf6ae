/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tests/hw/test_phb_kill.c - the engine that carries out TCE kills: its queue, its time, when a kill takes effect, the
 * sizes of PHB4 and PHB5, and the errata.
 */
#include "tests/hw/phb_error_fixture.h"

#define NS SIM_PS_PER_NS
#define ROUND "phb.clock=1GHz", "phb.kill_cycles=20", "phb.kill_scan_cycles=64"
#define ONE (20 * NS)
#define SCAN (64 * NS)
#define COMMANDS (PHB_TCE_KILL_ALL | PHB_TCE_KILL_PE | PHB_TCE_KILL_ONE)
#define Q_BUSY PHB4_Q_DMA_R_TCE_KILL

static const char *const round_numbers[] = {ROUND, NULL};
static const char *const no_errata[] = {ROUND, "phb.errata.kill_page_dropped=false", "phb.errata.tclb_realloc=false",
					"phb.kill_queue=2", NULL};

/* PE 1 with 512 pages of 4 KiB, mapped to themselves from FX_DATA on. */
static void begin(struct fx *fx, const char *const *settings)
{
	uint32_t page;

	fx_begin_with(fx, settings);
	fx_simple_window(fx, 1);
	for (page = 0; page < 512; page++)
		fx_map(fx, 1, page * 0x1000ull, FX_DATA + page * 0x1000ull, 3);
	ck_assert_uint_eq(phb_rtc_fill(fx->phb, 0x100), PHB_XLATE_OK);
}

/* What a DMA to @iova meets now. */
static uint64_t reached(struct fx *fx, uint64_t iova)
{
	uint64_t real;

	return fx_xlate(fx, 0x100, iova, false, &real) == PHB_XLATE_OK ? real : 0;
}

/* Cached, and then gone from the table. */
static void make_stale(struct fx *fx, uint64_t iova)
{
	ck_assert_uint_ne(reached(fx, iova), 0);
	fx_map(fx, 1, iova, 0, 0);
}

static void nothing(struct sim *sim, struct sim_event *event)
{
	(void)sim;
	(void)event;
}

/* Time passes up to @when_ps, though nothing happens. */
static void advance(struct fx *fx, sim_ps when_ps)
{
	struct sim_event event;

	sim_event_init(&event, nothing, SIM_PRIO_HW);
	sim_event_at(fx->sim, &event, when_ps);
	sim_run(fx->sim, when_ps);
}

START_TEST(test_phb_kill_of_a_phb3_when_its_queue_is_full_then_pushes_back_on_the_store)
{
	/* Fire and forget: the effect is at the store; only the room behind the register takes time. */
	static const char *const two[] = {ROUND, "phb.kill_queue=2", NULL};
	struct fx fx;

	begin(&fx, two);
	make_stale(&fx, 0x1000);
	ck_assert_uint_eq(phb_store_wait_ps(fx.phb, PHB_TCE_KILL), 0);
	fx_write(&fx, PHB_TCE_KILL, PHB_TCE_KILL_ONE | 0x1000 | 1);
	ck_assert_uint_eq(reached(&fx, 0x1000), 0);
	ck_assert_uint_eq(phb_store_wait_ps(fx.phb, PHB_TCE_KILL), 0);
	fx_write(&fx, PHB_TCE_KILL, PHB_TCE_KILL_PE | 1);
	/* Two are there: the next store waits for the first, to the picosecond. Other registers never wait. */
	ck_assert_uint_eq(phb_store_wait_ps(fx.phb, PHB_TCE_KILL), ONE);
	ck_assert_uint_eq(phb_store_wait_ps(fx.phb, PHB_RTC_INVALIDATE), 0);
	advance(&fx, ONE - 1);
	ck_assert_uint_eq(phb_store_wait_ps(fx.phb, PHB_TCE_KILL), 1);
	advance(&fx, ONE);
	ck_assert_uint_eq(phb_store_wait_ps(fx.phb, PHB_TCE_KILL), 0);
	fx_write(&fx, PHB_TCE_KILL, PHB_TCE_KILL_ALL);
	ck_assert_uint_eq(phb_store_wait_ps(fx.phb, PHB_TCE_KILL), SCAN);
	advance(&fx, ONE + SCAN + SCAN);
	ck_assert_uint_eq(phb_store_wait_ps(fx.phb, PHB_TCE_KILL), 0);
	ck_assert_uint_eq(fx.phb->stats.kills_waited, 3);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_kill_of_a_phb4_then_takes_effect_when_it_is_done)
{
	/* Until then a DMA meets the old TCE, and Q_DMA_R says busy: who gives the page away earlier has let the device
	 * at it. Observers hear when it is done. */
	struct fx fx;

	begin(&fx, round_numbers);
	make_stale(&fx, 0x1000);
	ck_assert_uint_eq(fx_read(&fx, PHB4_Q_DMA_R) & Q_BUSY, 0);
	fx_write(&fx, PHB_TCE_KILL, PHB_TCE_KILL_PE | 1);
	ck_assert_uint_eq(fx_read(&fx, PHB_TCE_KILL) & COMMANDS, 0); /* queued */
	ck_assert_uint_eq(fx_read(&fx, PHB4_Q_DMA_R) & Q_BUSY, Q_BUSY);
	sim_run(fx.sim, SCAN - 1);
	ck_assert_uint_eq(reached(&fx, 0x1000), FX_DATA + 0x1000);
	ck_assert_uint_eq(fx_read(&fx, PHB4_Q_DMA_R) & Q_BUSY, Q_BUSY);
	ck_assert_uint_eq(fx_events(&fx, PHB_EVENT_KILL, 1), 0);
	sim_run(fx.sim, SCAN);
	ck_assert_uint_eq(reached(&fx, 0x1000), 0);
	ck_assert_uint_eq(fx_read(&fx, PHB4_Q_DMA_R) & Q_BUSY, 0);
	ck_assert_uint_eq(fx_events(&fx, PHB_EVENT_KILL, 1), 1);
	ck_assert_uint_eq(fx.event[fx.event_count - 1].value, PHB_TCE_KILL_PE | 1);
	ck_assert_uint_eq(phb_store_wait_ps(fx.phb, PHB_TCE_KILL), 0);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_kill_of_a_phb4_when_the_queue_is_full_then_its_command_reads_back_until_there_is_room)
{
	/* The queue holds two: the third waits in the register, and software must not store over it. All end in order. */
	struct fx fx;

	begin(&fx, no_errata);
	make_stale(&fx, 0x1000);
	make_stale(&fx, 0x101000);
	fx_write(&fx, PHB_TCE_KILL, PHB_TCE_KILL_ONE | 0x5000 | 1);
	fx_write(&fx, PHB_TCE_KILL, PHB_TCE_KILL_ONE | 0x1000 | 1);
	ck_assert_uint_eq(fx_read(&fx, PHB_TCE_KILL) & COMMANDS, 0);
	fx_write(&fx, PHB_TCE_KILL, PHB_TCE_KILL_ONE | 0x101000 | 1);
	ck_assert_uint_eq(fx_read(&fx, PHB_TCE_KILL), PHB_TCE_KILL_ONE | 0x101000 | 1);
	sim_run(fx.sim, ONE - 1);
	ck_assert_uint_eq(fx_read(&fx, PHB_TCE_KILL) & COMMANDS, PHB_TCE_KILL_ONE);
	sim_run(fx.sim, ONE);
	ck_assert_uint_eq(fx_read(&fx, PHB_TCE_KILL) & COMMANDS, 0);
	sim_run(fx.sim, 2 * ONE - 1);
	ck_assert_uint_eq(reached(&fx, 0x1000), FX_DATA + 0x1000);
	sim_run(fx.sim, 2 * ONE);
	ck_assert_uint_eq(reached(&fx, 0x1000), 0);
	ck_assert_uint_eq(reached(&fx, 0x101000), FX_DATA + 0x101000);
	sim_run(fx.sim, 3 * ONE);
	ck_assert_uint_eq(reached(&fx, 0x101000), 0);
	ck_assert_uint_eq(fx.phb->stats.kills_overflowed, 0);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_kill_of_a_phb4_when_software_does_not_wait_for_room_then_one_is_lost_and_told)
{
	/* The one that waited is gone; RXE_TCE 30, a fence with firmware's masks, and not without. */
	struct fx fx;

	begin(&fx, no_errata);
	if (_i)
		fe_masks(&fx);
	fx_write(&fx, PHB4_TCE_ERR_BASE + PHB_ERR_STATUS_MASK, 0);
	make_stale(&fx, 0x1000);
	make_stale(&fx, 0x2000);
	fx_write(&fx, PHB_TCE_KILL, PHB_TCE_KILL_ONE | 0x5000 | 1);
	fx_write(&fx, PHB_TCE_KILL, PHB_TCE_KILL_ONE | 0x6000 | 1);
	fx_write(&fx, PHB_TCE_KILL, PHB_TCE_KILL_ONE | 0x1000 | 1);
	fx_write(&fx, PHB_TCE_KILL, PHB_TCE_KILL_ONE | 0x2000 | 1);
	ck_assert_uint_eq(fx.phb->stats.kills_overflowed, 1);
	ck_assert(phb_fenced(fx.phb) == (bool)_i);
	if (!_i) {
		ck_assert_uint_eq(fe_status(&fx, PHB4_TCE_ERR_BASE), PPC_BIT(30));
		fx_run(&fx);
		ck_assert_uint_eq(reached(&fx, 0x1000), FX_DATA + 0x1000);
		ck_assert_uint_eq(reached(&fx, 0x2000), 0);
	}
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_kill_of_a_page_when_the_queue_is_busy_then_is_lost_by_the_erratum)
{
	/* HW560152: alone it works, behind another it does not, and nobody is told; a PE kill always works. */
	struct fx fx;

	begin(&fx, round_numbers);
	make_stale(&fx, 0x1000);
	make_stale(&fx, 0x42000);
	fx_kill(&fx, PHB_TCE_KILL_ONE | 0x1000 | 1);
	ck_assert_uint_eq(reached(&fx, 0x1000), 0);
	fx_write(&fx, PHB_TCE_KILL, PHB_TCE_KILL_ONE | 0x5000 | 1);
	fx_write(&fx, PHB_TCE_KILL, PHB_TCE_KILL_ONE | 0x42000 | 1);
	ck_assert_uint_eq(fx_read(&fx, PHB_TCE_KILL) & COMMANDS, 0);
	fx_run(&fx);
	ck_assert_uint_eq(fx.phb->stats.kills_dropped, 1);
	ck_assert_uint_eq(reached(&fx, 0x42000), FX_DATA + 0x42000);
	fx_write(&fx, PHB_TCE_KILL, PHB_TCE_KILL_ONE | 0x5000 | 1);
	fx_write(&fx, PHB_TCE_KILL, PHB_TCE_KILL_PE | 1);
	fx_run(&fx);
	ck_assert_uint_eq(reached(&fx, 0x42000), 0);
	ck_assert_uint_eq(fx.phb->stats.kills_dropped, 1);
	fx_end(&fx);
}
END_TEST

/* Page sizes of IODA3, and the bits of TCE_KILL that say so. */
static const struct {
	uint32_t shift;
	uint64_t bits;
} sizes[] = {{12, 0}, {16, PHB4_TCE_KILL_PSEL | 0x1000}, {21, PHB4_TCE_KILL_PSEL | 0x2000},
	     {30, PHB4_TCE_KILL_PSEL | 0x3000}};

START_TEST(test_phb_kill_of_each_size_then_hits_pages_that_it_covers)
{
	/* Every size of kill on every size of page: one that covers the page takes it, a smaller one does not, so that
	 * software that forgets the size is caught; unless phb.kill_page_match says so. */
	static const char *const touched[] = {"phb.kill_page_match=touched", NULL};
	uint32_t kill = (uint32_t)_i % 4, page = (uint32_t)_i / 4 % 4;
	bool loose = _i / 16;
	uint64_t iova = 1ull << sizes[page].shift, addr = iova & ~((1ull << sizes[kill].shift) - 1);
	struct fx fx;

	fx_begin_with(&fx, loose ? touched : NULL);
	fx_ioda_write(&fx, IODA2_TBL_TVT, 2, fx_tve(FX_TABLES, 1, 0x1000, sizes[page].shift));
	fx_store(&fx, FX_TABLES + 8, FX_DATA | 3); /* page 1 */
	fx_store(&fx, FX_TABLES + 8 * 511, FX_DATA | 3);
	ck_assert_uint_ne(reached(&fx, iova) + 1, 0);
	ck_assert_uint_eq(fx_xlate(&fx, 0x100, iova, false, NULL), PHB_XLATE_OK);
	ck_assert_uint_eq(fx_xlate(&fx, 0x100, 511 * iova, false, NULL), PHB_XLATE_OK);
	fx_store(&fx, FX_TABLES + 8, 0);
	fx_kill(&fx, PHB_TCE_KILL_ONE | addr | sizes[kill].bits | 1);
	ck_assert_uint_eq(fx_xlate(&fx, 0x100, iova, false, NULL),
			  kill >= page || loose ? PHB_XLATE_PAGE_FAULT : PHB_XLATE_OK);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_kill_of_a_large_page_then_spares_what_lies_beyond)
{
	/* A 64 KiB kill over 4 KiB pages takes sixteen of them, the ones before and after stay. */
	struct fx fx;
	uint32_t page;

	begin(&fx, round_numbers);
	for (page = 0; page < 64; page++)
		make_stale(&fx, page * 0x1000ull);
	fx_kill(&fx, PHB_TCE_KILL_ONE | 0x20000 | PHB4_TCE_KILL_PSEL | 0x1000 | 1);
	for (page = 0; page < 64; page++)
		ck_assert_uint_eq(reached(&fx, page * 0x1000ull), page / 16 == 2 ? 0 : FX_DATA + page * 0x1000ull);
	ck_assert_uint_eq(fx.phb->stats.killed_tces, 16);
	fx_end(&fx);
}
END_TEST

/* A read of PE 2 to a line of its own keeps a walker busy while PE 1's line is fetched again. */
static void fetch_under_load(struct fx *fx)
{
	fx_dma(fx, TLP_MEM_READ, 0x100, 0x1000, 64);
	fx_dma(fx, TLP_MEM_READ, 0x200, 0x1000, 64);
	fx_run(fx);
}

START_TEST(test_phb_line_buffer_when_it_is_on_and_walks_are_many_then_a_killed_line_may_come_back)
{
	/* HW557787, the reason why firmware sets CTRLR bit 21: with it, or alone, the killed line stays away. */
	static const struct {
		bool disabled, load, comes_back;
	} cases[] = {{true, true, false}, {false, false, false}, {false, true, true}};
	struct fx fx;

	begin(&fx, round_numbers);
	fx_simple_window(&fx, 2);
	fx_map(&fx, 2, 0x1000, FX_DATA, 3);
	ck_assert_uint_eq(phb_rtc_fill(fx.phb, 0x200), PHB_XLATE_OK);
	fx_write(&fx, PHB_CONTROL, PHB4_CTRLR_IRQ_PGSZ_64K | (cases[_i].disabled ? PHB4_CTRLR_TCE_CLB_DISABLE : 0));
	make_stale(&fx, 0x1000);
	fx_kill(&fx, PHB_TCE_KILL_PE | 1);
	if (cases[_i].load)
		fetch_under_load(&fx);
	ck_assert_uint_eq(reached(&fx, 0x1000), cases[_i].comes_back ? FX_DATA + 0x1000 : 0);
	ck_assert_uint_eq(fx.phb->stats.tclb_reallocated, cases[_i].comes_back);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_kill_when_the_phb_is_reset_then_is_forgotten_with_the_cache)
{
	/* Nothing of the queue may act after a reset. */
	struct fx fx;

	begin(&fx, no_errata);
	make_stale(&fx, 0x1000);
	fx_write(&fx, PHB_TCE_KILL, PHB_TCE_KILL_ONE | 0x1000 | 1);
	fx_write(&fx, PHB_TCE_KILL, PHB_TCE_KILL_PE | 1);
	fx_write(&fx, PHB_TCE_KILL, PHB_TCE_KILL_ALL);
	phb_reset(fx.phb);
	if (!fx_is_phb3())
		fx.event_count = 0;
	fx_run(&fx);
	ck_assert(!phb_kill_busy(fx.phb));
	ck_assert_uint_eq(fx_read(&fx, PHB_TCE_KILL), 0);
	ck_assert_uint_eq(phb_store_wait_ps(fx.phb, PHB_TCE_KILL), 0);
	ck_assert_uint_eq(fx_events(&fx, PHB_EVENT_KILL, 1), fx_is_phb3() ? 2 : 0);
	fx_end(&fx);
}
END_TEST

int main(void)
{
	const struct fx_case cases[] = {
		{test_phb_kill_of_a_phb3_when_its_queue_is_full_then_pushes_back_on_the_store, 0, FX_ONLY_PHB3},
		{test_phb_kill_of_a_phb4_then_takes_effect_when_it_is_done, 0, FX_FROM_PHB4},
		{test_phb_kill_of_a_phb4_when_the_queue_is_full_then_its_command_reads_back_until_there_is_room, 0,
		 FX_FROM_PHB4},
		{test_phb_kill_of_a_phb4_when_software_does_not_wait_for_room_then_one_is_lost_and_told, 2,
		 FX_FROM_PHB4},
		{test_phb_kill_of_a_page_when_the_queue_is_busy_then_is_lost_by_the_erratum, 0, FX_FROM_PHB4},
		{test_phb_kill_of_each_size_then_hits_pages_that_it_covers, 32, FX_FROM_PHB4},
		{test_phb_kill_of_a_large_page_then_spares_what_lies_beyond, 0, FX_FROM_PHB4},
		{test_phb_line_buffer_when_it_is_on_and_walks_are_many_then_a_killed_line_may_come_back, 3, FX_FROM_PHB4},
		{test_phb_kill_when_the_phb_is_reset_then_is_forgotten_with_the_cache, 0, FX_FROM_PHB3},
	};

	return fx_main("hw.phb_kill", cases, sim_count_of(cases));
}
