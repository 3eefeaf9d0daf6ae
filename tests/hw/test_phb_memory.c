/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tests/hw/test_phb_memory.c - a PHB and its memory: read engines and write buffers, fetches that compete with data,
 * and who goes first. Latencies are round numbers: front end 6 ns, one request per ns, 100 ns per walk level, 200 ns to
 * read, 50 ns to write, an MSI 30 ns; the bus moves a line of 128 bytes in 128 ns where it matters, in 1 ps otherwise.
 */
#include "tests/hw/phb_fixture.h"

#define NS SIM_PS_PER_NS
#define FRONT (6 * NS)
#define ISSUE (1 * NS)
#define LEVEL (100 * NS)
#define READ (200 * NS)
#define WRITE (50 * NS)
#define MSI (30 * NS)
#define LINE 128u
#define TIMES                                                                                                          \
	"phb.clock=1GHz", "phb.rtc.hit_cycles=1", "phb.tvt_cycles=2", "phb.tce_cache.hit_cycles=3",                    \
		"phb.issue_cycles=1", "phb.walk_level_latency=100ns", "phb.ram_read_latency=200ns",                    \
		"phb.ram_write_latency=50ns", "phb.msi_latency=30ns", "memory.read_bandwidth=10000GB/s",               \
		"memory.write_bandwidth=10000GB/s"
/* 1 byte per ns; or so fast that a few lines round to 1 ps or less each (1000 GB/s: 128 ps a line). */
#define SLOW TIMES, "phb.ram_bandwidth=1GB/s"
#define FAST TIMES, "phb.ram_bandwidth=1000GB/s"
#define FAST_LINE 128 /* ps */

static const char *const slow[] = {SLOW, NULL};

/* PEs 1..3 with a one-level window of 512 pages each, all mapped; requesters known; line 0 of PEs 1 and 2 in the cache.
 */
static void begin(struct fx *fx, const char *const *settings)
{
	fx_begin_pes(fx, settings, true);
	ck_assert_uint_eq(fx_xlate(fx, 1 << 8, 0, false, NULL), PHB_XLATE_OK);
	ck_assert_uint_eq(fx_xlate(fx, 2 << 8, 0, false, NULL), PHB_XLATE_OK);
}

static uint64_t counter(const struct fx *fx, const char *path, const char *name)
{
	const uint64_t *value = stat_find(fx->sim, path, name, NULL);

	ck_assert_msg(value, "%s.%s", path, name);
	return *value;
}

START_TEST(test_phb_memory_when_engines_are_few_then_littles_law)
{
	/* Why: engines x line / latency bounds reads, as published for POWER9. How: two engines, reads of a line: the
	 * n-th pair ends n latencies after the front end; one of two lines takes both engines. */
	static const char *const two[] = {FAST, "phb.read_engines=2", NULL};
	sim_ps pair = FAST_LINE + READ, at = FRONT + pair;
	struct fx fx;
	uint32_t i;

	begin(&fx, two);
	for (i = 0; i < 8; i++)
		fx_dma(&fx, TLP_MEM_READ, 0x100, i * LINE, LINE);
	for (i = 0; i < 4; i++, at += pair) {
		fx_expect_sent(&fx, 2 * i + 1, at);
		fx_expect_sent(&fx, 2 * i + 2, at + ISSUE);
	}
	ck_assert_uint_eq(fx_hist(&fx, "phb0.pe1", "stage_credit")->mean.count, 6);
	ck_assert_uint_eq(fx_hist(&fx, "phb0.pe1", "stage_tag")->mean.count, 0);
	ck_assert_uint_eq(counter(&fx, "phb0.memory", "read_held"), 8 * pair);
	at = sim_now(fx.sim);
	fx_dma(&fx, TLP_MEM_READ, 0x100, 64, LINE); /* across two lines */
	fx_dma(&fx, TLP_MEM_READ, 0x200, 0, LINE);
	fx_expect_sent(&fx, 9, at + FRONT + pair);
	fx_expect_sent(&fx, 10, at + FRONT + 2 * pair);
	ck_assert_uint_eq(fx_hist(&fx, "phb0.pe2", "stage_credit")->mean.sum, pair - ISSUE);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_memory_when_buffers_are_few_then_writes_wait_in_order)
{
	/* Why: the write path is occupied until memory has the data. How: one buffer: the n-th write is in memory after
	 * n latencies, and a read behind the writes, which may not pass, waits for the decision of the last. */
	static const char *const one[] = {FAST, "phb.write_buffers=1", NULL};
	sim_ps each = FAST_LINE + WRITE;
	const uint8_t *data;
	struct fx fx;
	uint32_t i;

	begin(&fx, one);
	data = ram_base(fx.ram) + FX_DATA + 512 * 0x1000ull;
	for (i = 0; i < 4; i++)
		fx_dma_write(&fx, 0x100, i * LINE, LINE, (uint8_t)(i + 1));
	fx_dma(&fx, TLP_MEM_READ, 0x200, 0, LINE);
	for (i = 1; i < 4; i++) {
		sim_run(fx.sim, FRONT + i * each - 1);
		ck_assert_uint_eq(data[i * LINE], 0);
		sim_run(fx.sim, FRONT + i * each);
		ck_assert_uint_eq(data[i * LINE], i + 1);
	}
	fx_expect_sent(&fx, 1, FRONT + 3 * each + 2 * FAST_LINE + READ);
	ck_assert_uint_eq(fx_hist(&fx, "phb0.pe1", "stage_credit")->mean.count, 3);
	ck_assert_uint_eq(fx_hist(&fx, "phb0.pe1", "write_latency")->mean.count, 4);
	ck_assert_uint_eq(counter(&fx, "phb0.memory", "write_held"), 4 * each);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_memory_when_a_walk_is_behind_data_then_waits_for_the_bus)
{
	/* Why: TCE fetches compete with data. How: a read of 512 bytes occupies the bus when a miss comes; then the
	 * other way round: data that come while a line of TCEs is on the bus. */
	sim_ps at;
	struct fx fx;

	begin(&fx, slow);
	fx_dma(&fx, TLP_MEM_READ, 0x100, 0, 512);
	fx_dma(&fx, TLP_MEM_READ, 0x300, 0, 0);
	fx_expect_sent(&fx, 1, FRONT + 512 * NS + READ);
	fx_expect_sent(&fx, 2, FRONT + 512 * NS + LEVEL + (LINE - LEVEL / NS) * NS + READ);
	ck_assert_uint_eq(fx_hist(&fx, "phb0.pe3", "walk_latency")->mean.sum, 512 * NS - ISSUE + LEVEL);
	at = sim_now(fx.sim);
	fx_dma(&fx, TLP_MEM_READ, 0x300, 0x100000, 0);
	fx_dma(&fx, TLP_MEM_READ, 0x100, 0, 64);
	fx_expect_sent(&fx, 4, at + FRONT + (LINE + 64) * NS + READ); /* the one that walked is behind it on the bus */
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_memory_when_an_rtt_entry_is_behind_data_then_waits)
{
	/* How: an unknown requester behind 512 bytes on the bus; its entry comes a memory latency after them. */
	struct fx fx;

	begin(&fx, slow);
	fx_dma(&fx, TLP_MEM_READ, 0x100, 0, 512);
	fx_dma(&fx, TLP_MEM_READ, 0x500, 0, 64); /* PE 5 has no window: an error, told without memory */
	fx_expect_sent(&fx, 2, FRONT + 512 * NS + READ);
	ck_assert_uint_eq(fx_hist(&fx, "phb0.pe5", "stage_rtc")->mean.sum, 512 * NS - ISSUE + READ);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_memory_when_a_vector_is_behind_data_then_waits)
{
	/* PHB3 has its vectors in memory, the others on the chip. How: an MSI behind 512 bytes on the bus. */
	sim_ps when = FRONT + ISSUE + MSI;
	struct fx fx;

	begin(&fx, slow);
	fx_set_msi(&fx, 0, 2);
	if (fx_is_phb3())
		when = FRONT + 512 * NS + MSI;
	fx_dma_write(&fx, 0x100, 0, 512, 1);
	fx_dma_write(&fx, 0x200, 0xffff0000, 4, 0);
	sim_run(fx.sim, when - 1);
	ck_assert_uint_eq(fx.irq_count, 0);
	sim_run(fx.sim, when);
	ck_assert_uint_eq(fx.irq_count, 1);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_memory_when_pes_take_turns_then_a_lone_one_is_not_last)
{
	/* Why: a PE with a long queue must not starve others, if hardware arbitrates by PE. How: one tag (then one
	 * walker): four reads of PE 1, then one of PE 2: it is last by arrival, second by turns. */
	static const char *const by_tag[][20] = {{FAST, "phb.read_tags=1", "phb.arbiter=arrival", NULL},
						 {FAST, "phb.read_tags=1", "phb.arbiter=pe", NULL},
						 {FAST, "phb.walkers=1", "phb.arbiter=arrival", NULL},
						 {FAST, "phb.walkers=1", "phb.arbiter=pe", NULL}};
	bool walks = _i >= 2;
	struct fx fx;
	uint32_t i;

	begin(&fx, by_tag[_i]);
	for (i = 0; i < 4; i++)
		fx_dma(&fx, TLP_MEM_READ, 0x100, walks ? (i + 1) * 0x10000 : i * LINE, LINE);
	fx_dma(&fx, TLP_MEM_READ, 0x200, walks ? 0x10000 : 0, LINE);
	fx_run(&fx);
	ck_assert_uint_eq(fx.sent_count, 5);
	for (i = 0; i < 5; i++)
		ck_assert_uint_eq(fx.sent[i]->rid, i == (_i % 2 ? 1 : 4) ? 0x200 : 0x100);
	ck_assert_uint_eq(counter(&fx, "phb0.pe1", "pe_tce_misses"), walks ? 4 : 0);
	ck_assert_uint_eq(counter(&fx, "phb0.pe1", "pe_tce_hits"), walks ? 0 : 4);
	ck_assert_uint_eq(counter(&fx, "phb0.pe2", "pe_tce_misses"), walks ? 1 : 0);
	ck_assert_uint_eq(counter(&fx, "phb0", "pe_tce_misses"), fx.phb->stats.tce_misses);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_memory_when_it_is_phb4_then_engines_are_its_share)
{
	/* Why: a PEC's engines are split among its PHBs. How: each PHB of a chip, both splits, and a count of one's
	 * own. */
	static const char *const splits[] = {"phb.pec_split=default", "phb.pec_split=first"};
	static const uint32_t power9[2][6] = {{64, 32, 32, 32, 16, 16}, {64, 32, 32, 48, 8, 8}};
	struct phb *phb;
	uint32_t split, i;
	struct fx fx;

	for (split = 0; split < 2; split++) {
		const char *const settings[] = {splits[split], NULL};

		fx_begin_with(&fx, settings);
		for (i = 1; i < 6; i++) {
			phb = phb_create(fx.sim, fx.cfg, i, fx.ram, fx.memory, NULL, fx.pool, fx_irq, &fx);
			ck_assert_uint_eq(phb->memory.credits[MEMORY_READ].limit,
					  phb->gen->type == PLATFORM_PHB_PHB4 ? power9[split][i] : 0);
			ck_assert_uint_eq(phb->memory.credits[MEMORY_WRITE].limit, 0);
			phb_destroy(phb);
		}
		ck_assert(!cfg_set(fx.cfg, "phb.read_engines=5"));
		phb = phb_create(fx.sim, fx.cfg, 1, fx.ram, fx.memory, NULL, fx.pool, fx_irq, &fx);
		ck_assert_uint_eq(phb->memory.credits[MEMORY_READ].limit, 5);
		phb_destroy(phb);
		fx_end(&fx);
	}
}
END_TEST

START_TEST(test_phb_memory_when_tables_and_data_are_on_different_nodes_then_each_pays_for_its_own)
{
	/* Why: Linux may put a table on another chip than the pages. How: the PHB and the tables on node 0, the data on
	 * node 1: walks are as fast as ever, data pay the way; with three levels on both nodes only the far ones. */
	static const char *const two[] = {FAST, "memory.nodes=2", "memory.remote_read_latency=70ns",
					  "memory.remote_bandwidth=10000GB/s", NULL};
	uint64_t near = FX_TABLES + 0x100000, far = FX_RAM_BYTES / 2 + 0x100000;
	sim_ps at;
	struct fx fx;

	begin(&fx, two);
	ck_assert_uint_eq(memory_node_of(fx.memory, FX_TABLES), 0);
	ck_assert_uint_eq(memory_node_of(fx.memory, FX_DATA), 1);
	fx_dma(&fx, TLP_MEM_READ, 0x300, 0, LINE);
	fx_expect_sent(&fx, 1, FRONT + LEVEL + FAST_LINE + READ + 70 * NS);
	fx_ioda_write(&fx, IODA2_TBL_TVT, 3 * 2, fx_tve(near, 3, 0x1000, 12));
	fx_kill(&fx, PHB_TCE_KILL_ALL);
	fx_store(&fx, near, far | 3);
	fx_store(&fx, far, (near + 0x1000) | 3);
	fx_store(&fx, near + 0x1000, FX_TABLES | 3);
	at = sim_now(fx.sim) + 64 * NS; /* what the kill holds up */
	fx_dma(&fx, TLP_MEM_READ, 0x300, 0, LINE);
	fx_expect_sent(&fx, 2, at + FRONT + 3 * LEVEL + 70 * NS + FAST_LINE + READ);
	fx_end(&fx);
}
END_TEST

int main(void)
{
	const struct fx_case cases[] = {
		{test_phb_memory_when_engines_are_few_then_littles_law, 0, FX_ONLY_PHB3},
		{test_phb_memory_when_buffers_are_few_then_writes_wait_in_order, 0, FX_ONLY_PHB3},
		{test_phb_memory_when_a_walk_is_behind_data_then_waits_for_the_bus, 0, FX_ONLY_PHB3},
		{test_phb_memory_when_an_rtt_entry_is_behind_data_then_waits, 0, FX_ONLY_PHB3},
		{test_phb_memory_when_a_vector_is_behind_data_then_waits, 0, FX_FROM_PHB3 & ~FX_BIG},
		{test_phb_memory_when_pes_take_turns_then_a_lone_one_is_not_last, 4, FX_ONLY_PHB3},
		{test_phb_memory_when_it_is_phb4_then_engines_are_its_share, 0, FX_FROM_PHB3 & ~FX_BIG},
		{test_phb_memory_when_tables_and_data_are_on_different_nodes_then_each_pays_for_its_own, 0,
		 FX_ONLY_PHB3},
	};

	return fx_main("hw.phb_memory", cases, sim_count_of(cases));
}
