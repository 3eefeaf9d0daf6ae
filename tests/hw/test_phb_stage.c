/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tests/hw/test_phb_stage.c - where requests spend their time in a PHB: each stage by a formula, and nothing lost
 * between stages. Latencies are round numbers: front end 6 ns, one request per ns, 100 ns per walk level, memory 1 byte
 * per ns, 200 ns to read, 50 ns to write, an MSI 30 ns, kills 20 and 64 ns.
 */
#include "tests/hw/phb_fixture.h"

#define NS SIM_PS_PER_NS
#define FRONT (6 * NS)
#define ISSUE (1 * NS)
#define LEVEL (100 * NS)
#define READ (200 * NS)
#define WRITE (50 * NS)
#define ROUND                                                                                                          \
	"phb.clock=1GHz", "phb.rtc.hit_cycles=1", "phb.tvt_cycles=2", "phb.tce_cache.hit_cycles=3",                    \
		"phb.issue_cycles=1", "phb.walk_level_latency=100ns", "phb.ram_read_latency=200ns",                    \
		"phb.ram_write_latency=50ns", "phb.ram_bandwidth=1GB/s", "phb.msi_latency=30ns", "phb.kill_cycles=20", \
		"phb.kill_scan_cycles=64", "memory.line=1B"

static const char *const round_numbers[] = {ROUND, NULL};
static const char *const stage_names[PHB_STAGES] = {"stage_front", "stage_rtc", "stage_walker", "stage_walk",
						    "stage_order", "stage_tag", "stage_credit", "stage_memory"};

static void samples_are(const struct fx *fx, const char *path, const char *name, uint64_t count, uint64_t sum)
{
	const struct stat_hist *found = fx_hist(fx, path, name);

	ck_assert_msg(found->mean.count == count && found->mean.sum == sum,
		      "%s.%s: %llu samples, %llu ps; expected %llu, %llu", path, name,
		      (unsigned long long)found->mean.count, (unsigned long long)found->mean.sum,
		      (unsigned long long)count, (unsigned long long)sum);
}

START_TEST(test_stage_when_everything_is_cold_then_front_rtt_walk_and_memory)
{
	/* Why: the parts of a latency tell what to change. How: one read that pays each of them once. */
	struct fx fx;

	fx_begin_pes(&fx, round_numbers, false);
	fx_dma(&fx, TLP_MEM_READ, 0x100, 0, 128);
	fx_run(&fx);
	samples_are(&fx, "phb0.pe1", "stage_front", 1, FRONT);
	samples_are(&fx, "phb0.pe1", "stage_rtc", 1, READ);
	samples_are(&fx, "phb0.pe1", "stage_walk", 1, LEVEL);
	samples_are(&fx, "phb0.pe1", "walk_latency", 1, LEVEL);
	samples_are(&fx, "phb0.pe1", "stage_memory", 1, 128 * NS + READ);
	samples_are(&fx, "phb0.pe1", "stage_walker", 0, 0);
	samples_are(&fx, "phb0.pe1", "stage_order", 0, 0);
	samples_are(&fx, "phb0.pe1", "stage_tag", 0, 0);
	samples_are(&fx, "phb0.pe1", "read_latency_upto_128", 1, FRONT + READ + LEVEL + 128 * NS + READ);
	samples_are(&fx, "phb0.pe1", "read_latency", 1, FRONT + READ + LEVEL + 128 * NS + READ);
	fx_end(&fx);
}
END_TEST

START_TEST(test_stage_when_walkers_are_few_then_wait_for_one_is_apart)
{
	/* Why: more walkers help the one wait, shorter walks the other. How: one walker, three lines; the n-th waits n
	 * walks. */
	static const char *const one[] = {ROUND, "phb.walkers=1", NULL};
	struct fx fx;

	fx_begin_pes(&fx, one, true);
	for (uint32_t i = 0; i < 3; i++)
		fx_dma(&fx, TLP_MEM_READ, 0x100, i * 0x10000, 0);
	fx_run(&fx);
	/* They come one issue interval apart, and wait for ends of walks at 1, 2 and 3 walk times after the first. */
	samples_are(&fx, "phb0.pe1", "stage_walker", 2, (LEVEL - ISSUE) + (2 * LEVEL - 2 * ISSUE));
	samples_are(&fx, "phb0.pe1", "stage_walk", 3, 3 * LEVEL);
	samples_are(&fx, "phb0.pe1", "walk_latency", 3, 3 * LEVEL);
	fx_end(&fx);
}
END_TEST

START_TEST(test_stage_when_tags_are_few_then_wait_for_one)
{
	/* Why: read tags bound the reads in memory. How: one tag; the second read waits for the first to end. */
	static const char *const one[] = {ROUND, "phb.read_tags=1", NULL};
	struct fx fx;

	fx_begin_pes(&fx, one, true);
	ck_assert_uint_eq(fx_xlate(&fx, 0x100, 0, false, NULL), PHB_XLATE_OK);
	fx_dma(&fx, TLP_MEM_READ, 0x100, 0, 0);
	fx_dma(&fx, TLP_MEM_READ, 0x100, 0, 0);
	fx_run(&fx);
	samples_are(&fx, "phb0.pe1", "stage_tag", 1, READ - ISSUE);
	samples_are(&fx, "phb0.pe1", "stage_memory", 2, 2 * READ);
	fx_end(&fx);
}
END_TEST

START_TEST(test_stage_when_a_write_walks_then_what_follows_waits_for_its_turn)
{
	/* Why: ordering is a price that no cache shows. How: PE 2 hits, behind a write of PE 1 that walks. */
	struct fx fx;

	fx_begin_pes(&fx, round_numbers, true);
	ck_assert_uint_eq(fx_xlate(&fx, 0x200, 0, false, NULL), PHB_XLATE_OK);
	fx_dma_write(&fx, 0x100, 0, 64, 1);
	fx_dma_write(&fx, 0x200, 0, 64, 2);
	fx_run(&fx);
	samples_are(&fx, "phb0.pe1", "stage_order", 0, 0);
	samples_are(&fx, "phb0.pe2", "stage_front", 1, FRONT + ISSUE);
	samples_are(&fx, "phb0.pe2", "stage_order", 1, LEVEL - ISSUE);
	samples_are(&fx, "phb0.pe2", "write_latency_upto_64", 1, FRONT + LEVEL + 128 * NS + WRITE);
	samples_are(&fx, "phb0", "write_latency", 2, 2 * (FRONT + LEVEL + WRITE) + 64 * NS + 128 * NS);
	fx_end(&fx);
}
END_TEST

START_TEST(test_stage_when_killed_then_time_until_requests_flow)
{
	/* Why: kills hold the pipeline up. How: of one page, of a PE, of all; then two at once, of which the second
	 * waits. */
	struct fx fx;

	fx_begin_pes(&fx, round_numbers, true);
	fx_write(&fx, PHB_TCE_KILL, PHB_TCE_KILL_ONE | ppc_set(PHB3_TCE_KILL_PENUM, 0, 1));
	sim_run(fx.sim, 1000 * NS);
	fx_write(&fx, PHB_TCE_KILL, PHB_TCE_KILL_PE | ppc_set(PHB3_TCE_KILL_PENUM, 0, 2));
	fx_write(&fx, PHB_TCE_KILL, PHB_TCE_KILL_ALL);
	samples_are(&fx, "phb0.pe1", "kill_latency", 1, 20 * NS);
	ck_assert_uint_eq(fx_hist(&fx, "phb0.pe2", "kill_latency")->mean.count, 1);
	/* The bench has no events, so all three fall into one instant: each waits for those before it. */
	samples_are(&fx, "phb0", "kill_latency", 3, 20 * NS + (20 + 64) * NS + (20 + 64 + 64) * NS);
	samples_are(&fx, "phb0.no_pe", "kill_latency", 1, (20 + 64 + 64) * NS);
	fx_end(&fx);
}
END_TEST

START_TEST(test_stage_when_msi_then_from_arrival_to_interrupt)
{
	/* Why: interrupt latency is a figure of its own. How: a vector of PE 1, decided after the front end. */
	struct fx fx;
	struct tlp *tlp;

	fx_begin_pes(&fx, round_numbers, true);
	fx_store(&fx, FX_IVT + 5 * PHB3_IVE_BYTES, ppc_set(IODA2_IVE_PE, 0, 1));
	tlp = fx_dma_write(&fx, 0x100, (1ull << 60) | 5 << IODA2_MSI_ADDR_SHIFT, 4, 0);
	memset(tlp->data, 0, 4);
	fx_run(&fx);
	ck_assert_uint_eq(fx.irq_count, 1);
	samples_are(&fx, "phb0.pe1", "msi_latency", 1, FRONT + 30 * NS);
	samples_are(&fx, "phb0.pe1", "write_latency", 0, 0);
	fx_end(&fx);
}
END_TEST

START_TEST(test_stage_when_sizes_are_at_the_edges_then_their_class)
{
	/* Why: a class that is off by one mixes what must be apart. */
	static const uint32_t last[PHB_SIZE_CLASSES - 1] = {64, 128, 256, 512, 1024};

	ck_assert_uint_eq(phb_size_class(0), 0);
	ck_assert_uint_eq(phb_size_class(1), 0);
	for (uint32_t i = 0; i < sim_count_of(last); i++) {
		ck_assert_uint_eq(phb_size_class(last[i]), i);
		ck_assert_uint_eq(phb_size_class(last[i] + 1), i + 1);
	}
	ck_assert_uint_eq(phb_size_class(TLP_MAX_BYTES), PHB_SIZE_CLASSES - 1);
}
END_TEST

START_TEST(test_stage_when_a_pe_is_silent_then_it_has_no_statistics)
{
	/* Why: 256 PEs times 20 histograms are for those that are used. How: one PE sends; then another. */
	struct fx fx;

	fx_begin_pes(&fx, round_numbers, true);
	ck_assert_ptr_null(stat_find(fx.sim, "phb0.pe1", "read_latency", NULL));
	fx_dma(&fx, TLP_MEM_READ, 0x100, 0, 64);
	fx_run(&fx);
	ck_assert_ptr_nonnull(stat_find(fx.sim, "phb0.pe1", "read_latency", NULL));
	ck_assert_ptr_null(stat_find(fx.sim, "phb0.pe2", "read_latency", NULL));
	fx_dma(&fx, TLP_MEM_READ, 0x200, 0, 64);
	fx_run(&fx);
	samples_are(&fx, "phb0.pe2", "read_latency", 1, fx_hist(&fx, "phb0.pe2", "read_latency")->mean.max);
	ck_assert_uint_eq(fx_hist(&fx, "phb0", "read_latency")->mean.count, 2);
	fx_end(&fx);
}
END_TEST

/* Sums over PEs 1..3 of statistic @name. */
static uint64_t sum_pes(const struct fx *fx, const char *name)
{
	uint64_t sum = 0;
	char path[16];

	for (uint32_t pe = 1; pe <= 3; pe++) {
		snprintf(path, sizeof(path), "phb0.pe%u", pe);
		if (stat_find(fx->sim, path, name, NULL))
			sum += fx_hist(fx, path, name)->mean.sum;
	}
	return sum;
}

/* One request after another, at random; what the bench was sent down is given back. */
static void random_traffic(struct fx *fx, struct sim_rng *rng, uint32_t requests)
{
	static const uint32_t sizes[] = {0, 4, 64, 100, 256, 512, 1000, 4096};

	for (uint32_t i = 0; i < requests; i++) {
		uint16_t rid = (uint16_t)((1 + sim_rng_below(rng, 3)) << 8);
		uint32_t bytes = sizes[sim_rng_below(rng, sim_count_of(sizes))];
		uint64_t addr = sim_rng_below(rng, 510) * 0x1000 + sim_rng_below(rng, 0x1000);

		if (sim_rng_below(rng, 2))
			fx_dma(fx, TLP_MEM_READ, rid, addr, bytes);
		else
			fx_dma_write(fx, rid, addr, bytes, (uint8_t)i);
		if (!sim_rng_below(rng, 16))
			fx_write(fx, PHB_TCE_KILL, PHB_TCE_KILL_ALL);
		if (!sim_rng_below(rng, 32))
			fx_write(fx, PHB_RTC_INVALIDATE, PHB_RTC_INVALIDATE_ALL);
		sim_run(fx->sim, sim_now(fx->sim) + sim_rng_below(rng, 100) * NS);
		if (i % 64 != 63)
			continue;
		fx_run(fx);
		for (uint32_t k = 0; k < fx->sent_count; k++)
			tlp_free(fx->sent[k]);
		fx->sent_count = 0;
	}
	fx_run(fx);
}

START_TEST(test_stage_when_traffic_is_random_then_stages_add_up_to_latencies)
{
	/*
	 * Why: time that no stage has would hide a bottleneck. How: random reads and writes of three PEs with few
	 * walkers, tags and cached requesters, kills in between; sums of all stages are the sums of all latencies, and
	 * those of the PHB are those of its PEs. Few resources by the seed.
	 */
	uint64_t seed = (uint64_t)_i + 1, stages = 0, latencies;
	char walkers[32], tags[32], engines[32];
	const char *const settings[] = {ROUND,
					walkers,
					tags,
					engines,
					"phb.rtc.entries=2",
					"phb.tce_cache.entries=16",
					"memory.line=128B",
					"phb.write_buffers=3",
					NULL};
	struct sim_rng rng;
	struct fx fx;

	sim_rng_init(&rng, seed, "stages");
	snprintf(walkers, sizeof(walkers), "phb.walkers=%u", 1 + (uint32_t)sim_rng_below(&rng, 4));
	snprintf(tags, sizeof(tags), "phb.read_tags=%u", 2 + (uint32_t)sim_rng_below(&rng, 3));
	snprintf(engines, sizeof(engines), "phb.read_engines=%u", 12 + (uint32_t)sim_rng_below(&rng, 8));
	fx_begin_pes(&fx, settings, false);
	random_traffic(&fx, &rng, 1000);
	latencies = fx_hist(&fx, "phb0", "read_latency")->mean.sum + fx_hist(&fx, "phb0", "write_latency")->mean.sum;
	for (uint32_t i = 0; i < PHB_STAGES; i++) {
		stages += fx_hist(&fx, "phb0", stage_names[i])->mean.sum;
		ck_assert_msg(fx_hist(&fx, "phb0", stage_names[i])->mean.count, "seed %llu: nobody was in %s",
			      (unsigned long long)seed, stage_names[i]);
	}
	ck_assert_msg(stages == latencies, "seed %llu: stages %llu, latencies %llu", (unsigned long long)seed,
		      (unsigned long long)stages, (unsigned long long)latencies);
	ck_assert_uint_eq(latencies, sum_pes(&fx, "read_latency") + sum_pes(&fx, "write_latency"));
	ck_assert_uint_eq(fx_hist(&fx, "phb0", "read_latency")->mean.count, fx.phb->stats.dma_reads);
	ck_assert_uint_eq(fx_hist(&fx, "phb0", "write_latency")->mean.count, fx.phb->stats.dma_writes);
	ck_assert_uint_eq(fx_hist(&fx, "phb0", "walk_latency")->mean.count, fx.phb->stats.walks);
	fx_end(&fx);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("hw.phb_stage");
	TCase *tcase = tcase_create("stage");
	SRunner *runner;
	int failed;

	tcase_add_test(tcase, test_stage_when_everything_is_cold_then_front_rtt_walk_and_memory);
	tcase_add_test(tcase, test_stage_when_walkers_are_few_then_wait_for_one_is_apart);
	tcase_add_test(tcase, test_stage_when_tags_are_few_then_wait_for_one);
	tcase_add_test(tcase, test_stage_when_a_write_walks_then_what_follows_waits_for_its_turn);
	tcase_add_test(tcase, test_stage_when_killed_then_time_until_requests_flow);
	tcase_add_test(tcase, test_stage_when_msi_then_from_arrival_to_interrupt);
	tcase_add_test(tcase, test_stage_when_sizes_are_at_the_edges_then_their_class);
	tcase_add_test(tcase, test_stage_when_a_pe_is_silent_then_it_has_no_statistics);
	tcase_add_loop_test(tcase, test_stage_when_traffic_is_random_then_stages_add_up_to_latencies, 0, 10);
	tcase_set_timeout(tcase, 120);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
