/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tests/hw/test_phb_sync.c - waiting for DMA: the sync of posted requests of PHB5, and quiescing of PHB4 and PHB5. (The
 * sync of reads is in test_phb_dma.c.)
 */
#include "tests/hw/phb_fixture.h"

#define NS SIM_PS_PER_NS
#define FRONT (10 * NS)
#define READ (200 * NS)
#define WRITE (50 * NS)
#define LEVEL (100 * NS)
static const char *const round_numbers[] = {
	"phb.clock=1GHz", "phb.rtc.hit_cycles=2", "phb.tvt_cycles=3", "phb.tce_cache.hit_cycles=5", "phb.issue_cycles=1",
	"phb.ram_read_latency=200ns", "phb.ram_write_latency=50ns", "phb.ram_bandwidth=1000GB/s",
	"memory.read_bandwidth=1000GB/s", "memory.write_bandwidth=1000GB/s",
	"phb.walk_level_latency=100ns", "phb.msi_latency=70ns", NULL};

static void begin(struct fx *fx)
{
	fx_begin_with(fx, round_numbers);
	fx_simple_window(fx, 1);
	fx_map(fx, 1, 0, FX_DATA, 3);
	fx_map(fx, 1, 0x100000, FX_DATA + 0x1000, 3);
	ck_assert_uint_eq(fx_xlate(fx, 0x100, 0, false, NULL), PHB_XLATE_OK);
}

static uint64_t sync_bits(struct fx *fx)
{
	return fx_read(fx, PHB_DMARD_SYNC) & (PHB_DMARD_SYNC_COMPLETE | PHB5_DMA_WRITE_SYNC_COMPLETE);
}

START_TEST(test_phb_write_sync_when_started_then_completes_after_the_writes_before_it)
{
	/* PHB5: bits 2 and 3, for writes and MSIs, beside bits 0 and 1 for reads; each waits for its own. */
	struct fx fx;

	begin(&fx);
	fx_set_msi(&fx, 0, 1);
	ck_assert_uint_eq(sync_bits(&fx), PHB_DMARD_SYNC_COMPLETE | PHB5_DMA_WRITE_SYNC_COMPLETE);
	fx_dma_write(&fx, 0x100, 0, 1, 1);
	fx_write(&fx, PHB_DMARD_SYNC, PHB5_DMA_WRITE_SYNC_START);
	ck_assert_uint_eq(sync_bits(&fx), PHB_DMARD_SYNC_COMPLETE);
	sim_run(fx.sim, FRONT);
	fx_dma_write(&fx, 0x100, 0, 1, 1); /* after it: not waited for */
	sim_run(fx.sim, FRONT + WRITE);
	ck_assert_uint_eq(sync_bits(&fx), PHB_DMARD_SYNC_COMPLETE);
	sim_run(fx.sim, FRONT + WRITE + 1);
	ck_assert_uint_eq(sync_bits(&fx), PHB_DMARD_SYNC_COMPLETE | PHB5_DMA_WRITE_SYNC_COMPLETE);
	fx_run(&fx);
	/* A refused write and an MSI count, too. */
	fx_dma_write(&fx, 0x100, 1ull << 59, 1, 1);
	fx_dma_write(&fx, 0x200, 0xffff0000, 4, 0);
	fx_dma(&fx, TLP_MEM_READ, 0x100, 0, 1);
	fx_write(&fx, PHB_DMARD_SYNC, PHB5_DMA_WRITE_SYNC_START | PHB_DMARD_SYNC_START);
	ck_assert_uint_eq(sync_bits(&fx), 0);
	fx_run(&fx);
	ck_assert_uint_eq(sync_bits(&fx), PHB_DMARD_SYNC_COMPLETE | PHB5_DMA_WRITE_SYNC_COMPLETE);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_write_sync_of_a_phb4_then_is_not_there)
{
	/* Its bits read 0 and start nothing. */
	struct fx fx;

	begin(&fx);
	fx_dma_write(&fx, 0x100, 0, 1, 1);
	fx_write(&fx, PHB_DMARD_SYNC, PHB5_DMA_WRITE_SYNC_START);
	ck_assert_uint_eq(sync_bits(&fx), PHB_DMARD_SYNC_COMPLETE);
	fx_run(&fx);
	ck_assert_uint_eq(sync_bits(&fx), PHB_DMARD_SYNC_COMPLETE);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_quiesce_when_set_then_nothing_enters_and_what_is_in_ends)
{
	/* A read in memory ends, one that comes later waits until the bit is cleared; response bits tell who owes data. */
	struct fx fx;

	begin(&fx);
	fx_dma(&fx, TLP_MEM_READ, 0x100, 0, 1);
	sim_run(fx.sim, FRONT + NS);
	ck_assert_uint_eq(fx_read(&fx, PHB4_Q_DMA_R), PHB4_Q_DMA_R_DMA_RESP);
	fx_write(&fx, PHB4_Q_DMA_R, PHB4_Q_DMA_R_QUIESCE);
	fx_dma(&fx, TLP_MEM_READ, 0x100, 0, 1);
	fx_dma_write(&fx, 0x100, 0x10, 1, 0x5a);
	fx_run(&fx);
	ck_assert_uint_eq(fx.sent_count, 1);
	ck_assert_uint_eq(ram_base(fx.ram)[FX_DATA + 0x10], 0);
	ck_assert_uint_eq(fx_read(&fx, PHB4_Q_DMA_R), PHB4_Q_DMA_R_QUIESCE);
	fx_write(&fx, PHB4_Q_DMA_R, 0);
	fx_run(&fx);
	ck_assert_uint_eq(fx.sent_count, 2);
	ck_assert_uint_eq(ram_base(fx.ram)[FX_DATA + 0x10], 0x5a);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_quiesce_with_autoreset_then_ends_when_nothing_is_in)
{
	/* The walk and the read that it was for come to their end, then the waiting one goes on by itself. */
	struct fx fx;

	begin(&fx);
	fx_dma(&fx, TLP_MEM_READ, 0x100, 0x100000, 1);
	sim_run(fx.sim, FRONT + NS);
	fx_write(&fx, PHB4_Q_DMA_R, PHB4_Q_DMA_R_QUIESCE | PHB4_Q_DMA_R_AUTORESET);
	ck_assert_uint_eq(fx_read(&fx, PHB4_Q_DMA_R),
			  PHB4_Q_DMA_R_QUIESCE | PHB4_Q_DMA_R_AUTORESET | PHB4_Q_DMA_R_TCE_RESP);
	fx_dma(&fx, TLP_MEM_READ, 0x100, 0, 1);
	sim_run(fx.sim, FRONT + LEVEL + READ);
	ck_assert_uint_eq(fx.sent_count, 0);
	ck_assert_uint_ne(fx_read(&fx, PHB4_Q_DMA_R) & PHB4_Q_DMA_R_QUIESCE, 0);
	sim_run(fx.sim, FRONT + LEVEL + READ + 1);
	ck_assert_uint_eq(fx.sent_count, 1);
	ck_assert_uint_eq(fx_read(&fx, PHB4_Q_DMA_R) & PHB4_Q_DMA_R_QUIESCE, 0);
	fx_run(&fx);
	ck_assert_uint_eq(fx.sent_count, 2);
	ck_assert_uint_eq(fx_read(&fx, PHB4_Q_DMA_R), 0);
	/* With nothing there at all it ends at once. */
	fx_write(&fx, PHB4_Q_DMA_R, PHB4_Q_DMA_R_QUIESCE | PHB4_Q_DMA_R_AUTORESET);
	ck_assert_uint_eq(fx_read(&fx, PHB4_Q_DMA_R), 0);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_quiesce_when_the_phb_is_reset_then_ends_and_refuses_what_waited)
{
	/* A reset must not leave requests standing. */
	struct fx fx;

	begin(&fx);
	fx_write(&fx, PHB4_Q_DMA_R, PHB4_Q_DMA_R_QUIESCE);
	fx_dma(&fx, TLP_MEM_READ, 0x100, 0, 1);
	fx_run(&fx);
	ck_assert_uint_eq(fx.sent_count, 0);
	phb_reset(fx.phb);
	fx_run(&fx);
	ck_assert_uint_eq(fx.sent_count, 1);
	ck_assert_uint_eq(fx.sent[0]->status, TLP_UR);
	ck_assert_uint_eq(fx.phb->stats.reset_requests, 1);
	ck_assert_uint_eq(fx_read(&fx, PHB4_Q_DMA_R), 0);
	fx_end(&fx);
}
END_TEST

int main(void)
{
	const struct fx_case cases[] = {
		{test_phb_write_sync_when_started_then_completes_after_the_writes_before_it, 0,
		 1u << FX_PHB5_SMALL | 1u << FX_PHB5_BIG},
		{test_phb_write_sync_of_a_phb4_then_is_not_there, 0, 1u << FX_PHB4_SMALL | 1u << FX_PHB4_BIG},
		{test_phb_quiesce_when_set_then_nothing_enters_and_what_is_in_ends, 0, FX_FROM_PHB4},
		{test_phb_quiesce_with_autoreset_then_ends_when_nothing_is_in, 0, FX_FROM_PHB4},
		{test_phb_quiesce_when_the_phb_is_reset_then_ends_and_refuses_what_waited, 0, FX_FROM_PHB4},
	};

	return fx_main("hw.phb_sync", cases, sim_count_of(cases));
}
