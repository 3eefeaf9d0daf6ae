/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tests/hw/test_phb_dma.c - the inbound pipeline in time. All latencies are set to round numbers here, so that each
 * test can state its formula: front end 6 ns (1 + 2 + 3 cycles of 1 GHz), one request per ns, 100 ns per walk level,
 * memory 1 byte per ns, 200 ns to read, 50 ns to write, an MSI 30 ns, kills 20 and 64 ns.
 */
#include "tests/hw/phb_fixture.h"

#define NS SIM_PS_PER_NS
#define FRONT (6 * NS)
#define ISSUE (1 * NS)
#define LEVEL (100 * NS)
#define READ (200 * NS)
#define WRITE (50 * NS)
#define MSI (30 * NS)
#define BYTE (1 * NS)
#define RECORD (1 * NS) /* of an error on its way to memory, where a line is one byte */
#define ROUND                                                                                                          \
	"phb.clock=1GHz", "phb.rtc.hit_cycles=1", "phb.tvt_cycles=2", "phb.tce_cache.hit_cycles=3",                    \
		"phb.issue_cycles=1", "phb.walk_level_latency=100ns", "phb.ram_read_latency=200ns",                    \
		"phb.ram_write_latency=50ns", "phb.ram_bandwidth=1GB/s", "phb.msi_latency=30ns", "phb.kill_cycles=20", \
		"phb.kill_scan_cycles=64", "memory.line=1B", "phb.read_engines=65536"

static const char *const round_numbers[] = {ROUND, NULL};

static void warm(struct fx *fx, uint16_t rid, uint64_t addr)
{
	ck_assert_uint_eq(fx_xlate(fx, rid, addr, false, NULL), PHB_XLATE_OK);
}

static uint8_t *data_at(struct fx *fx, uint32_t pe, uint64_t addr)
{
	return ram_base(fx->ram) + FX_DATA + pe * 512 * 0x1000ull + addr;
}

static const struct stat_hist *latency(const struct fx *fx, const char *name)
{
	const struct stat_hist *hist = stat_find(fx->sim, "phb0", name, NULL);

	ck_assert_ptr_nonnull(hist);
	return hist;
}

START_TEST(test_phb_read_when_all_caches_hit_then_takes_front_transfer_and_memory)
{
	/* arrival + front end + bytes / bandwidth + read latency, to the picosecond. */
	struct fx fx;

	fx_begin_pes(&fx, round_numbers, true);
	warm(&fx, 0x100, 0);
	*data_at(&fx, 1, 8) = 0x99;
	fx_dma(&fx, TLP_MEM_READ, 0x100, 0, 64);
	fx_expect_sent(&fx, 1, FRONT + 64 * BYTE + READ);
	ck_assert_uint_eq(fx.sent[0]->type, TLP_COMPLETION);
	ck_assert_uint_eq(fx.sent[0]->status, TLP_SC);
	ck_assert_uint_eq(fx.sent[0]->bytes, 64);
	ck_assert_uint_eq(fx.sent[0]->data[8], 0x99);
	ck_assert_uint_eq(fx.phb->stats.tce_hits, 1);
	ck_assert_uint_eq(latency(&fx, "read_latency")->mean.max, FRONT + 64 * BYTE + READ);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_read_when_it_misses_then_pays_rtt_and_one_access_per_level)
{
	/* RID cache miss: one memory read in the front end; TCE miss: one access per level, 1 to 5. */
	uint32_t levels = (uint32_t)_i + 1, level;
	uint64_t table = FX_TABLES + 0x100000;
	struct fx fx;

	fx_begin_pes(&fx, round_numbers, true);
	fx_ioda_write(&fx, IODA2_TBL_TVT, 2 * 4, fx_tve(table, levels, 0x1000, 12));
	for (level = 0; level < levels; level++)
		fx_store(&fx, table + level * 0x1000,
			 (level == levels - 1 ? FX_DATA : table + (level + 1) * 0x1000) | 3);
	fx_dma(&fx, TLP_MEM_READ, 0x400, 0, 128);
	fx_expect_sent(&fx, 1, FRONT + READ + levels * LEVEL + 128 * BYTE + READ);
	ck_assert_uint_eq(fx.sent[0]->status, TLP_SC);
	ck_assert_uint_eq(fx.phb->stats.walks, 1);
	ck_assert_uint_eq(fx.phb->stats.walk_levels, levels);
	ck_assert_uint_eq(fx.phb->stats.rtc_misses, 1);
	ck_assert_uint_eq(fx.phb->stats.tce_misses, 1);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_rtc_miss_then_holds_up_the_front_end)
{
	/* A requester that is known waits behind one that is not: the front end is in order. */
	struct fx fx;

	fx_begin_pes(&fx, round_numbers, true);
	warm(&fx, 0x100, 0);
	fx_dma(&fx, TLP_MEM_READ, 0x500, 0, 64); /* PE 5 has no window: an error, told without memory */
	fx_dma(&fx, TLP_MEM_READ, 0x100, 0, 64);
	fx_expect_sent(&fx, 1, FRONT + READ);
	ck_assert_uint_eq(fx.sent[0]->rid, 0x500);
	fx_expect_sent(&fx, 2, FRONT + READ + RECORD + 64 * BYTE + READ);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_reads_when_many_then_are_bound_by_issue_and_bandwidth)
{
	/* The n-th of a burst: memory's bus is the bottleneck, each holds it for its bytes; latency overlaps. */
	struct fx fx;
	uint32_t i;

	fx_begin_pes(&fx, round_numbers, true);
	warm(&fx, 0x100, 0);
	for (i = 0; i < 8; i++)
		fx_dma(&fx, TLP_MEM_READ, 0x100, i * 256, 256);
	for (i = 0; i < 8; i++)
		fx_expect_sent(&fx, i + 1, FRONT + (i + 1) * 256 * BYTE + READ);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_reads_that_are_tiny_then_are_bound_by_the_issue_interval)
{
	/* With hardly any bytes the front end's rate shows: one per cycle. */
	struct fx fx;
	uint32_t i;

	fx_begin_pes(&fx, round_numbers, true);
	warm(&fx, 0x100, 0);
	for (i = 0; i < 8; i++)
		fx_dma(&fx, TLP_MEM_READ, 0x100, i * 64, 0);
	for (i = 0; i < 8; i++)
		fx_expect_sent(&fx, i + 1, FRONT + i * ISSUE + READ);
	ck_assert_uint_eq(fx.sent[0]->status, TLP_SC);
	ck_assert_uint_eq(fx.phb->stats.dma_reads, 8);
	ck_assert_uint_eq(fx.phb->stats.dma_read_bytes, 0);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_walks_when_walkers_are_few_then_queue)
{
	/* Four misses on four lines with two walkers: pairs, one walk time apart; a hit passes them all. */
	static const char *const two[] = {ROUND, "phb.walkers=2", NULL};
	struct fx fx;
	uint32_t i;

	fx_begin_pes(&fx, two, true);
	warm(&fx, 0x200, 0);
	for (i = 0; i < 4; i++)
		fx_dma(&fx, TLP_MEM_READ, 0x100, i * 0x10000, 0);
	fx_dma(&fx, TLP_MEM_READ, 0x200, 0, 0);
	fx_expect_sent(&fx, 1, FRONT + 4 * ISSUE + READ);
	ck_assert_uint_eq(fx.sent[0]->rid, 0x200);
	fx_expect_sent(&fx, 2, FRONT + LEVEL + READ);
	fx_expect_sent(&fx, 3, FRONT + ISSUE + LEVEL + READ);
	fx_expect_sent(&fx, 4, FRONT + 2 * LEVEL + READ);
	fx_expect_sent(&fx, 5, FRONT + ISSUE + 2 * LEVEL + READ);
	ck_assert_uint_eq(fx.phb->stats.walks_waited, 2);
	ck_assert_uint_eq(fx.phb->stats.walks, 4);
	ck_assert_uint_eq(fx.phb->dma.walkers_busy, 0);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_walks_for_one_line_then_are_one)
{
	/* A stream meets a new line with several requests in flight: they share the walk. */
	struct fx fx;
	uint32_t i;

	fx_begin_pes(&fx, round_numbers, true);
	for (i = 0; i < 5; i++)
		fx_dma(&fx, TLP_MEM_READ, 0x100, i * 0x1000, 0);
	fx_expect_sent(&fx, 5, FRONT + LEVEL + READ);
	ck_assert_uint_eq(fx.phb->stats.walks, 1);
	ck_assert_uint_eq(fx.phb->stats.walks_merged, 4);
	ck_assert_uint_eq(fx.phb->stats.tce_misses, 5);
	ck_assert_uint_eq(fx.phb->stats.tce_hits, 0);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_writes_then_keep_their_order_and_reads_do_not_pass_them)
{
	/* A write that walks holds back a later write and a later read that hit, but not an earlier read that hits. */
	struct fx fx;

	fx_begin_pes(&fx, round_numbers, true);
	warm(&fx, 0x200, 0);
	fx_dma(&fx, TLP_MEM_READ, 0x200, 0, 0);
	fx_dma_write(&fx, 0x100, 0, 4, 0x11);
	fx_dma_write(&fx, 0x200, 0, 4, 0x22);
	fx_dma(&fx, TLP_MEM_READ, 0x200, 0, 4);
	sim_run(fx.sim, FRONT + ISSUE + LEVEL - 1);
	ck_assert_uint_eq(*data_at(&fx, 1, 0), 0);
	ck_assert_uint_eq(*data_at(&fx, 2, 0), 0);
	sim_run(fx.sim, FRONT + ISSUE + LEVEL);
	ck_assert_uint_eq(*data_at(&fx, 1, 0), 0x11);
	ck_assert_uint_eq(*data_at(&fx, 2, 0), 0x22);
	fx_expect_sent(&fx, 1, FRONT + READ);
	fx_expect_sent(&fx, 2, FRONT + ISSUE + LEVEL + 12 * BYTE + READ);
	ck_assert_uint_eq(fx.sent[1]->data[0], 0x22);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_message_then_is_posted_like_a_write)
{
	/* An error message waits for the write before it, and the write behind it waits for both. */
	struct tlp *tlp;
	struct fx fx;

	fx_begin_pes(&fx, round_numbers, true);
	warm(&fx, 0x200, 0);
	tlp = tlp_alloc(fx.pool);
	tlp->type = TLP_MESSAGE;
	tlp->rid = 0x300;
	tlp->msg = 0x30;
	phb_dma_receive(fx.phb, tlp);
	fx_dma_write(&fx, 0x100, 0, 4, 0x11);
	tlp = tlp_alloc(fx.pool);
	tlp->type = TLP_MESSAGE;
	tlp->rid = 0x300;
	tlp->msg = 0x33;
	phb_dma_receive(fx.phb, tlp);
	fx_dma_write(&fx, 0x200, 0, 4, 0x22);
	sim_run(fx.sim, FRONT + ISSUE + LEVEL - 1);
	ck_assert_uint_eq(*data_at(&fx, 2, 0), 0);
	ck_assert_uint_eq(fx_ioda_read(&fx, IODA2_TBL_PESTB, 3), 0);
	sim_run(fx.sim, FRONT + ISSUE + LEVEL);
	ck_assert_uint_eq(*data_at(&fx, 1, 0), 0x11);
	ck_assert_uint_eq(*data_at(&fx, 2, 0), 0x22);
	ck_assert_uint_eq(fx_ioda_read(&fx, IODA2_TBL_PESTB, 3), PPC_BIT(0));
	fx_end(&fx);
}
END_TEST

static void note_freed(struct tlp *tlp)
{
	struct fx *fx = tlp->owner;

	fx->irq_ps = sim_now(fx->sim);
	fx->irq_count++;
}

START_TEST(test_phb_write_when_memory_has_it_then_frees_its_buffer)
{
	/* The buffer is the flow control: held until front end, transfer and write latency have passed. */
	struct tlp *tlp;
	struct fx fx;

	fx_begin_pes(&fx, round_numbers, true);
	warm(&fx, 0x100, 0);
	tlp = fx_dma_write(&fx, 0x100, 0, 256, 0x33);
	tlp->owner = &fx;
	tlp->freed = note_freed;
	sim_run(fx.sim, FRONT + 256 * BYTE + WRITE - 1);
	ck_assert_uint_eq(fx.irq_count, 0);
	sim_run(fx.sim, FRONT + 256 * BYTE + WRITE);
	ck_assert_uint_eq(fx.irq_count, 1);
	ck_assert_uint_eq(latency(&fx, "write_latency")->mean.max, FRONT + 256 * BYTE + WRITE);
	ck_assert_uint_eq(fx.phb->stats.dma_write_bytes, 256);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_msi_when_decided_then_is_out_after_its_latency)
{
	/* Front end plus the MSI's own latency. */
	struct fx fx;

	fx_begin_pes(&fx, round_numbers, true);
	fx_set_msi(&fx, 0, 1);
	fx_dma_write(&fx, 0x100, 0xffff0000, 4, 0);
	sim_run(fx.sim, FRONT + MSI - 1);
	ck_assert_uint_eq(fx.irq_count, 0);
	sim_run(fx.sim, FRONT + MSI);
	ck_assert_uint_eq(fx.irq_count, 1);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_read_without_a_tag_then_is_decided_when_one_is_free)
{
	/* One tag: the second read starts when the first completes; a page unmapped and killed meanwhile is gone for
	 * it. */
	static const char *const one[] = {ROUND, "phb.read_tags=1", NULL};
	struct fx fx;

	fx_begin_pes(&fx, one, true);
	warm(&fx, 0x100, 0);
	fx_dma(&fx, TLP_MEM_READ, 0x100, 0, 0);
	fx_dma(&fx, TLP_MEM_READ, 0x100, 0, 0);
	fx_dma(&fx, TLP_MEM_READ, 0x100, 0x1000, 0);
	fx_expect_sent(&fx, 1, FRONT + READ);
	fx_expect_sent(&fx, 2, FRONT + 2 * READ);
	fx_map(&fx, 1, 0x1000, 0, 0);
	fx_write(&fx, PHB_TCE_KILL, PHB_TCE_KILL_ALL);
	fx_run(&fx);
	ck_assert_uint_eq(fx.sent_count, 3);
	/* It had its tag, and with it its decision, when the second completed: before the kill. */
	ck_assert_uint_eq(fx.sent[2]->status, TLP_SC);
	fx_dma(&fx, TLP_MEM_READ, 0x200, 0, 0);
	fx_dma(&fx, TLP_MEM_READ, 0x100, 0, 0);
	sim_run(fx.sim, sim_now(fx.sim) + FRONT + LEVEL + ISSUE);
	fx_map(&fx, 1, 0, 0, 0);
	fx_write(&fx, PHB_TCE_KILL, PHB_TCE_KILL_ALL);
	fx_run(&fx);
	ck_assert_uint_eq(fx.sent_count, 5);
	ck_assert_uint_eq(fx.sent[4]->rid, 0x100);
	ck_assert_uint_eq(fx.sent[4]->status, TLP_UR);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_kill_then_binds_what_is_not_yet_decided)
{
	/* A kill one ps before the decision is obeyed; one at memory's time is too late, and cannot tear the data. */
	struct fx fx;

	fx_begin_pes(&fx, round_numbers, true);
	warm(&fx, 0x100, 0);
	*data_at(&fx, 1, 0) = 0x41;
	fx_dma(&fx, TLP_MEM_READ, 0x100, 0, 64);
	sim_run(fx.sim, FRONT);
	*data_at(&fx, 1, 0) = 0x42;
	fx_map(&fx, 1, 0, 0, 0);
	fx_write(&fx, PHB_TCE_KILL, PHB_TCE_KILL_ONE | 1);
	fx_run(&fx);
	ck_assert_uint_eq(fx.sent[0]->status, TLP_SC);
	ck_assert_uint_eq(fx.sent[0]->data[0], 0x41);
	fx_map(&fx, 1, 0, FX_DATA, 3);
	warm(&fx, 0x100, 0);
	fx_dma(&fx, TLP_MEM_READ, 0x100, 0, 64);
	sim_run(fx.sim, sim_now(fx.sim) + FRONT - 1);
	fx_map(&fx, 1, 0, 0, 0);
	fx_write(&fx, PHB_TCE_KILL, PHB_TCE_KILL_ONE | 1);
	fx_run(&fx);
	ck_assert_uint_eq(fx.sent[1]->status, TLP_UR);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_walk_when_the_table_changes_under_it_then_takes_what_is_there_at_its_end)
{
	/* The line is what memory holds when the walk ends: a store during the walk is seen, one after it is not. */
	struct fx fx;

	fx_begin_pes(&fx, round_numbers, true);
	*data_at(&fx, 1, 0x7000) = 0x77;
	fx_dma(&fx, TLP_MEM_READ, 0x100, 0, 64);
	sim_run(fx.sim, FRONT + LEVEL - 1);
	fx_map(&fx, 1, 0, FX_DATA + (512 + 7) * 0x1000ull, 3);
	sim_run(fx.sim, FRONT + LEVEL);
	fx_map(&fx, 1, 0, 0, 0);
	fx_run(&fx);
	ck_assert_uint_eq(fx.sent[0]->status, TLP_SC);
	ck_assert_uint_eq(fx.sent[0]->data[0], 0x77);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_kills_then_hold_the_front_end_up)
{
	/* Each kill of a page costs 20 cycles, of a PE 64: a request that comes after them waits for all. */
	struct fx fx;
	sim_ps begin_ps;

	fx_begin_pes(&fx, round_numbers, true);
	fx_dma(&fx, TLP_MEM_READ, 0x100, 0, 0); /* and let it end, so that the front end has long been idle */
	fx_run(&fx);
	begin_ps = sim_now(fx.sim);
	ck_assert_uint_gt(begin_ps, READ);
	fx_write(&fx, PHB_TCE_KILL, PHB_TCE_KILL_ONE | 0x5000 | 1);
	fx_write(&fx, PHB_TCE_KILL, PHB_TCE_KILL_ONE | 0x6000 | 1);
	fx_write(&fx, PHB_TCE_KILL, PHB_TCE_KILL_PE | 3);
	fx_dma(&fx, TLP_MEM_READ, 0x100, 0, 0);
	fx_expect_sent(&fx, 2, begin_ps + (20 + 20 + 64) * NS + FRONT + READ);
	fx_end(&fx);
}
END_TEST

struct seen {
	uint32_t calls;
	struct ram_dma dma[4];
};

static void see_ram(void *arg, const struct ram_dma *dma)
{
	struct seen *seen = arg;

	ck_assert_uint_lt(seen->calls, 4);
	seen->dma[seen->calls++] = *dma;
}

START_TEST(test_phb_request_across_pages_then_reaches_both_or_none)
{
	/* Two pages apart, two that adjoin (one access), one of them unmapped (nothing moves); observers see the truth.
	 */
	struct seen seen = {.calls = 0};
	struct fx fx;

	fx_begin_pes(&fx, round_numbers, true);
	ram_observe(fx.ram, see_ram, &seen);
	fx_map(&fx, 1, 0x1000, FX_DATA + 0x5000, 3);
	fx_dma_write(&fx, 0x100, 0xff0, 32, 0x12)->issued_ps = 123;
	fx_run(&fx);
	ck_assert_uint_eq(seen.calls, 2);
	ck_assert_uint_eq(seen.dma[0].real.v, FX_DATA + 512 * 0x1000ull + 0xff0);
	ck_assert_uint_eq(seen.dma[0].bytes, 16);
	ck_assert_uint_eq(seen.dma[1].real.v, FX_DATA + 0x5000);
	ck_assert_uint_eq(seen.dma[1].bus_addr.v, 0x1000);
	ck_assert_uint_eq(seen.dma[1].bytes, 16);
	ck_assert_uint_eq(seen.dma[1].rid, 0x100);
	ck_assert_uint_eq(seen.dma[1].issued_ps, 123);
	ck_assert(seen.dma[1].write);
	ck_assert_uint_eq(ram_base(fx.ram)[FX_DATA + 0x500f], 0x12);
	ck_assert_uint_eq(ram_base(fx.ram)[FX_DATA + 0x5010], 0);
	fx_dma(&fx, TLP_MEM_READ, 0x100, 0x2f80, 4096);
	fx_run(&fx);
	ck_assert_uint_eq(seen.calls, 3);
	ck_assert_uint_eq(seen.dma[2].bytes, 4096);
	fx_map(&fx, 1, 0x5000, 0, 0);
	fx_kill(&fx, PHB_TCE_KILL_ALL);
	fx_dma_write(&fx, 0x100, 0x4ff0, 32, 0x13);
	fx_run(&fx);
	ck_assert_uint_eq(seen.calls, 3);
	ck_assert_uint_eq(fx.phb->stats.fault[PHB_XLATE_PAGE_FAULT], 1);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_request_across_two_lines_of_one_set_then_ends)
{
	/* Direct-mapped, one set: the second line pushes the first out, again and again; the request must finish. */
	static const char *const tiny[] = {ROUND, "phb.tce_cache.entries=16", "phb.tce_cache.ways=1", NULL};
	struct fx fx;

	fx_begin_pes(&fx, tiny, true);
	/* Two-level window whose pages 15 and 16 are in neighbouring lines; fill the neighbour's set by PE 2 meanwhile.
	 */
	fx_dma_write(&fx, 0x100, 0xfff8, 16, 0x21);
	fx_dma(&fx, TLP_MEM_READ, 0x200, 0x10000, 4);
	fx_dma(&fx, TLP_MEM_READ, 0x300, 0xf000, 4);
	fx_run(&fx);
	ck_assert_uint_eq(fx.sent_count, 2);
	ck_assert_uint_eq(*data_at(&fx, 1, 0x10007), 0x21);
	ck_assert_uint_eq(fx.phb->stats.dma_writes, 1);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_dmard_sync_when_started_then_completes_after_the_reads_before_it)
{
	/* It waits for reads that are in, not for later ones; starting again while it waits takes those in. */
	struct fx fx;
	sim_ps first;

	fx_begin_pes(&fx, round_numbers, true);
	warm(&fx, 0x100, 0);
	ck_assert_uint_eq(fx_read(&fx, PHB_DMARD_SYNC) & PHB_DMARD_SYNC_COMPLETE, PHB_DMARD_SYNC_COMPLETE);
	fx_dma(&fx, TLP_MEM_READ, 0x100, 0, 0);
	first = FRONT + READ;
	fx_write(&fx, PHB_DMARD_SYNC, PHB_DMARD_SYNC_START);
	sim_run(fx.sim, 50 * NS);
	fx_dma(&fx, TLP_MEM_READ, 0x100, 0, 0);
	sim_run(fx.sim, first - 1);
	ck_assert_uint_eq(fx_read(&fx, PHB_DMARD_SYNC) & PHB_DMARD_SYNC_COMPLETE, 0);
	sim_run(fx.sim, first);
	ck_assert_uint_eq(fx_read(&fx, PHB_DMARD_SYNC) & PHB_DMARD_SYNC_COMPLETE, PHB_DMARD_SYNC_COMPLETE);
	fx_write(&fx, PHB_DMARD_SYNC, PHB_DMARD_SYNC_START);
	fx_write(&fx, PHB_DMARD_SYNC, PHB_DMARD_SYNC_START);
	ck_assert_uint_eq(fx_read(&fx, PHB_DMARD_SYNC) & PHB_DMARD_SYNC_COMPLETE, 0);
	fx_run(&fx);
	ck_assert_uint_eq(fx_read(&fx, PHB_DMARD_SYNC) & PHB_DMARD_SYNC_COMPLETE, PHB_DMARD_SYNC_COMPLETE);
	fx_write(&fx, PHB_DMARD_SYNC, PHB_DMARD_SYNC_START);
	ck_assert_uint_eq(fx_read(&fx, PHB_DMARD_SYNC) & PHB_DMARD_SYNC_COMPLETE, PHB_DMARD_SYNC_COMPLETE);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_tlp_that_no_root_complex_expects_then_is_counted_and_returned)
{
	/* A stray completion ends here; a configuration request from below is unsupported; the TLP_IN event tells of
	 * all. */
	struct fx fx;

	fx_begin_pes(&fx, round_numbers, true);
	fx_dma(&fx, TLP_COMPLETION, 0x100, 0, 0);
	fx_dma(&fx, TLP_CFG_READ, 0x100, 0, 4);
	fx_run(&fx);
	ck_assert_uint_eq(fx.phb->stats.unexpected_tlps, 2);
	ck_assert_uint_eq(fx.sent_count, 1);
	ck_assert_uint_eq(fx.sent[0]->status, TLP_UR);
	ck_assert_uint_eq(fx_events(&fx, PHB_EVENT_TLP_IN, 1), 2);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_when_destroyed_with_requests_under_way_then_returns_them)
{
	/* In the front end, walking, waiting for a walker, behind a write, in memory: the fixture counts the pool. */
	static const char *const few[] = {ROUND, "phb.walkers=1", "phb.read_tags=1", NULL};
	struct fx fx;
	uint32_t i;

	fx_begin_pes(&fx, few, true);
	fx_set_msi(&fx, 0, 2);
	warm(&fx, 0x200, 0);
	fx_dma(&fx, TLP_MEM_READ, 0x200, 0, 64);
	fx_dma(&fx, TLP_MEM_READ, 0x200, 0, 64);
	fx_dma_write(&fx, 0x200, 0, 64, 1);
	fx_dma_write(&fx, 0x200, 0xffff0000, 4, 0);
	for (i = 0; i < 4; i++)
		fx_dma_write(&fx, 0x100, i * 0x10000, 64, 1);
	fx_dma_write(&fx, 0x200, 0, 64, 1);
	sim_run(fx.sim, FRONT + 20 * ISSUE);
	fx_dma(&fx, TLP_MEM_READ, 0x300, 0, 64);
	ck_assert_ptr_nonnull(fx.phb->dma.for_walker.head);
	ck_assert_ptr_nonnull(fx.phb->dma.for_tag.head);
	ck_assert_ptr_nonnull(fx.phb->dma.ordered.head);
	ck_assert_ptr_nonnull(fx.phb->dma.front.head);
	ck_assert_ptr_nonnull(fx.phb->dma.msis.head);
	fx_end(&fx);
}
END_TEST

#define STRESS_SLOTS 24
#define STRESS_REQUESTS 4000

/* The 4 bytes of a slot hold the number of the write that came last. */
static uint64_t slot_addr(uint32_t slot)
{
	return (uint64_t)slot * 0x7000 + 0x100 * slot;
}

static void stress(uint64_t seed, const char *const *settings)
{
	uint32_t written[STRESS_SLOTS] = {0}, floor_of[STRESS_REQUESTS], slot_of[STRESS_REQUESTS], n, i, done = 0,
		 reads = 0;
	struct sim_rng rng;
	struct tlp *tlp;
	struct fx fx;

	sim_rng_init(&rng, seed, "phb_dma");
	fx_begin_pes(&fx, settings, true);
	for (n = 1; n <= STRESS_REQUESTS; n++) {
		uint32_t slot = (uint32_t)sim_rng_below(&rng, STRESS_SLOTS);

		while (tlp_pool_free_count(fx.pool) < 4 || sim_rng_chance(&rng, 1, 4))
			if (!sim_step(fx.sim))
				break;
		if (sim_rng_chance(&rng, 1, 2)) {
			tlp = fx_dma_write(&fx, 0x100, slot_addr(slot), 4, 0);
			memcpy(tlp->data, &n, 4);
			written[slot] = n;
		} else {
			tlp = fx_dma(&fx, TLP_MEM_READ, 0x100, slot_addr(slot), 4);
			tlp->tag = (uint16_t)reads++;
			floor_of[tlp->tag] = written[slot];
			slot_of[tlp->tag] = slot;
		}
		if (sim_rng_chance(&rng, 1, 50))
			fx_write(&fx, PHB_TCE_KILL, PHB_TCE_KILL_ALL);
		for (i = 0; i < fx.sent_count; i++) {
			uint32_t got;

			memcpy(&got, fx.sent[i]->data, 4);
			ck_assert_uint_eq(fx.sent[i]->status, TLP_SC);
			ck_assert_msg(got >= floor_of[fx.sent[i]->tag] && got <= written[slot_of[fx.sent[i]->tag]],
				      "seed %u: a read saw %u, not in %u..%u", (unsigned int)seed, got,
				      floor_of[fx.sent[i]->tag], written[slot_of[fx.sent[i]->tag]]);
			tlp_free(fx.sent[i]);
			done++;
		}
		fx.sent_count = 0;
	}
	fx_run(&fx);
	for (i = 0; i < STRESS_SLOTS; i++)
		ck_assert_mem_eq(data_at(&fx, 1, slot_addr(i)), &written[i], 4);
	ck_assert_uint_eq(done + fx.sent_count, reads);
	ck_assert_uint_gt(fx.phb->stats.walks, 50);
	ck_assert_uint_eq(fx.phb->stats.dma_writes + fx.phb->stats.dma_reads, STRESS_REQUESTS);
	fx_end(&fx);
}

START_TEST(test_phb_traffic_when_random_then_obeys_pcie_order)
{
	/* Final memory is that of the writes in order, and no read sees less than the writes that came before it. */
	static const char *const shapes[][24] = {
		{ROUND, NULL},
		{ROUND, "phb.walkers=1", "phb.arbiter=pe", NULL},
		{ROUND, "phb.read_tags=2", "phb.arbiter=pe", "memory.nodes=3", "memory.spread=interleaved", NULL},
		{ROUND, "phb.read_engines=3", "phb.write_buffers=3", "memory.line=128B", "memory.nodes=2", NULL},
	};
	static const char *const tiny[] = {
		ROUND, "phb.walkers=2", "phb.read_tags=3", "phb.tce_cache.entries=16", "phb.tce_cache.ways=1", NULL};

	stress((uint64_t)_i + 1, _i % 5 == 4 ? tiny : shapes[_i % 5]);
}
END_TEST

int main(void)
{
	const struct fx_case cases[] = {
		{test_phb_read_when_all_caches_hit_then_takes_front_transfer_and_memory, 0, FX_FROM_PHB3},
		{test_phb_read_when_it_misses_then_pays_rtt_and_one_access_per_level, 5, FX_FROM_PHB3},
		{test_phb_rtc_miss_then_holds_up_the_front_end, 0, FX_FROM_PHB3},
		{test_phb_reads_when_many_then_are_bound_by_issue_and_bandwidth, 0, FX_FROM_PHB3},
		{test_phb_reads_that_are_tiny_then_are_bound_by_the_issue_interval, 0, FX_FROM_PHB3},
		{test_phb_walks_when_walkers_are_few_then_queue, 0, FX_FROM_PHB3},
		{test_phb_walks_for_one_line_then_are_one, 0, FX_FROM_PHB3},
		{test_phb_writes_then_keep_their_order_and_reads_do_not_pass_them, 0, FX_FROM_PHB3},
		{test_phb_message_then_is_posted_like_a_write, 0, FX_FROM_PHB3},
		{test_phb_write_when_memory_has_it_then_frees_its_buffer, 0, FX_FROM_PHB3},
		{test_phb_msi_when_decided_then_is_out_after_its_latency, 0, FX_FROM_PHB3},
		{test_phb_read_without_a_tag_then_is_decided_when_one_is_free, 0, FX_FROM_PHB3},
		{test_phb_kill_then_binds_what_is_not_yet_decided, 0, FX_ONLY_PHB3},
		{test_phb_walk_when_the_table_changes_under_it_then_takes_what_is_there_at_its_end, 0, FX_FROM_PHB3},
		{test_phb_kills_then_hold_the_front_end_up, 0, FX_ONLY_PHB3},
		{test_phb_request_across_pages_then_reaches_both_or_none, 0, FX_FROM_PHB3},
		{test_phb_request_across_two_lines_of_one_set_then_ends, 0, FX_FROM_PHB3},
		{test_phb_dmard_sync_when_started_then_completes_after_the_reads_before_it, 0, FX_FROM_PHB3},
		{test_phb_tlp_that_no_root_complex_expects_then_is_counted_and_returned, 0, FX_FROM_PHB3},
		{test_phb_when_destroyed_with_requests_under_way_then_returns_them, 0, FX_FROM_PHB3},
		{test_phb_traffic_when_random_then_obeys_pcie_order, 12, FX_FROM_PHB3},
	};

	return fx_main("hw.phb_dma", cases, sim_count_of(cases));
}
