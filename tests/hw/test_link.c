/* SPDX-License-Identifier: GPL-2.0-only */
/* The PCIe link: rates in closed form, packets, delivery to the picosecond, credits, order, flush, conservation. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "hw/pcie/link.h"
#include "sim/sim.h"
#include "sim/stat.h"

#define UP_LATENCY_PS 150000u
#define DOWN_LATENCY_PS 90000u
#define FOUR_GIB (1ull << 32)

/** struct end - one end of the link that notes what arrives. */
struct end {
	struct sim *sim;
	uint32_t count;
	sim_ps when_ps[4096];
	uint16_t tag[4096];
	struct tlp last; /* header of the last arrival, as it was */
};

struct bench {
	struct sim *sim;
	struct cfg *cfg;
	struct tlp_pool *pool;
	struct link *link;
	struct end phb, root_port, device;
};

static void end_note(struct end *end, struct tlp *tlp)
{
	ck_assert_uint_lt(end->count, 4096);
	end->when_ps[end->count] = sim_now(end->sim);
	end->tag[end->count++] = tlp->tag;
	memcpy(&end->last, tlp, offsetof(struct tlp, data));
	tlp_free(tlp);
}

static void end_receive(void *ctx, struct tlp *tlp)
{
	end_note(ctx, tlp);
}

static void bench_open(struct bench *bench, const char *const *sets)
{
	memset(bench, 0, sizeof(*bench));
	bench->sim = sim_create(1);
	bench->cfg = cfg_create();
	cfg_add_rows(bench->cfg, link_cfg_rows, link_cfg_row_count);
	ck_assert_int_eq(cfg_set(bench->cfg, "pcie.latency_up=150ns"), 0);
	ck_assert_int_eq(cfg_set(bench->cfg, "pcie.latency_down=90ns"), 0);
	/* Round figures: no DLLPs, no SKIP sets, no limits, unless a test is about them. */
	ck_assert_int_eq(cfg_set(bench->cfg, "pcie.dllp_bytes=0"), 0);
	ck_assert_int_eq(cfg_set(bench->cfg, "pcie.skip_bytes=0"), 0);
	ck_assert_int_eq(cfg_set(bench->cfg, "pcie.credits.posted_headers=0"), 0);
	ck_assert_int_eq(cfg_set(bench->cfg, "pcie.credits.posted_bytes=0"), 0);
	ck_assert_int_eq(cfg_set(bench->cfg, "pcie.credits.nonposted_headers=0"), 0);
	for (; sets && *sets; sets++)
		ck_assert_int_eq(cfg_set(bench->cfg, *sets), 0);
	bench->pool = tlp_pool_create(bench->sim, 4096);
	bench->link = link_create(bench->sim, bench->cfg, "link0");
	bench->phb.sim = bench->root_port.sim = bench->device.sim = bench->sim;
	link_connect_phb(bench->link, end_receive, &bench->phb);
	link_connect_device(bench->link, end_receive, &bench->device);
}

static void bench_close(struct bench *bench)
{
	/* Every test ends with all TLPs back: nothing is lost on the way. */
	ck_assert_uint_eq(tlp_pool_free_count(bench->pool), tlp_pool_size(bench->pool));
	link_destroy(bench->link);
	tlp_pool_destroy(bench->pool);
	cfg_destroy(bench->cfg);
	sim_destroy(bench->sim);
}

static struct tlp *bench_tlp(struct bench *bench, enum tlp_type type, uint64_t addr, uint32_t bytes, uint16_t tag)
{
	struct tlp *tlp = tlp_alloc(bench->pool);

	ck_assert_ptr_nonnull(tlp);
	tlp->type = type;
	tlp->addr.v = addr;
	tlp->bytes = bytes;
	tlp->tag = tag;
	tlp->rid = 0x200;
	return tlp;
}

static uint64_t bench_stat(struct bench *bench, const char *name)
{
	const uint64_t *value = stat_find(bench->sim, "link0", name, NULL);

	ck_assert_ptr_nonnull(value);
	return *value;
}

/* Gate: not there at t - 1 ps, there at t. */
static void assert_arrives_at(struct bench *bench, const struct end *end, uint32_t nth, sim_ps when_ps)
{
	sim_run(bench->sim, when_ps - 1);
	ck_assert_uint_eq(end->count, nth - 1);
	sim_run(bench->sim, when_ps);
	ck_assert_uint_eq(end->count, nth);
	ck_assert_uint_eq(end->when_ps[nth - 1], when_ps);
}

START_TEST(test_rate_of_each_generation_is_the_closed_form)
{
	/* Why: rate = GT/s x lanes x encoding / 8, 8b/10b for gen 1 and 2, 128b/130b from gen 3; rounded down to 1 B/s.
	 */
	static const struct {
		const char *gen, *width;
		uint64_t rate;
	} cases[] = {
		{"pcie.gen=1", "pcie.width=1", 250000000},    {"pcie.gen=2", "pcie.width=1", 500000000},
		{"pcie.gen=1", "pcie.width=8", 2000000000},   {"pcie.gen=3", "pcie.width=1", 984615384},
		{"pcie.gen=3", "pcie.width=8", 7876923076},   {"pcie.gen=3", "pcie.width=16", 15753846153},
		{"pcie.gen=4", "pcie.width=16", 31507692307}, {"pcie.gen=5", "pcie.width=16", 63015384615},
	};
	struct bench bench;
	size_t i;

	for (i = 0; i < sim_count_of(cases); i++) {
		bench_open(&bench, (const char *[]){cases[i].gen, cases[i].width, NULL});
		ck_assert_uint_eq(link_rate_bytes_per_s(bench.link), cases[i].rate);
		bench_close(&bench);
	}
}
END_TEST

START_TEST(test_wire_bytes_count_one_header_per_piece)
{
	/* Why: 24 B (64-bit address) or 20 B per request packet, 20 B per completion, cut by MRRS, MPS and RCB. */
	static const struct {
		enum tlp_type type;
		enum tlp_status status;
		uint64_t addr;
		uint32_t bytes, wire, wire_rcb;
	} cases[] = {
		{TLP_MEM_READ, TLP_SC, FOUR_GIB, 512, 24, 24},
		{TLP_MEM_READ, TLP_SC, FOUR_GIB, 513, 48, 48},
		{TLP_MEM_READ, TLP_SC, FOUR_GIB - 1, 4096, 8 * 20, 8 * 20},
		{TLP_MEM_WRITE, TLP_SC, FOUR_GIB, 1, 25, 25},
		{TLP_MEM_WRITE, TLP_SC, FOUR_GIB, 256, 24 + 256, 24 + 256},
		{TLP_MEM_WRITE, TLP_SC, FOUR_GIB, 257, 48 + 257, 48 + 257},
		{TLP_MEM_WRITE, TLP_SC, 0xffff0000, 4, 24, 24},
		{TLP_COMPLETION, TLP_SC, FOUR_GIB, 4096, 16 * 20 + 4096, 64 * 20 + 4096},
		{TLP_COMPLETION, TLP_SC, 0, 64, 84, 84},
		/* From 16 bytes before a boundary: 16 + 64 is one piece of MPS, but two of RCB; MPS of data makes two. */
		{TLP_COMPLETION, TLP_SC, FOUR_GIB + 48, 80, 20 + 80, 2 * 20 + 80},
		{TLP_COMPLETION, TLP_SC, FOUR_GIB + 48, 256, 2 * 20 + 256, 5 * 20 + 256},
		{TLP_COMPLETION, TLP_UR, 0, 4096, 20, 20},
		{TLP_CFG_READ, TLP_SC, 0x10, 4, 20, 20},
		{TLP_CFG_WRITE, TLP_SC, 0x10, 4, 24, 24},
		{TLP_MESSAGE, TLP_SC, 0, 0, 24, 24},
	};
	struct bench mps, rcb;
	size_t i;

	bench_open(&mps, (const char *[]){"pcie.mrrs=512B", NULL});
	bench_open(&rcb, (const char *[]){"pcie.mrrs=512B", "pcie.completion_split=rcb", NULL});
	for (i = 0; i < sim_count_of(cases); i++) {
		struct tlp *tlp = bench_tlp(&mps, cases[i].type, cases[i].addr, cases[i].bytes, 0);

		tlp->status = cases[i].status;
		ck_assert_uint_eq(link_wire_bytes(mps.link, tlp), cases[i].wire);
		ck_assert_uint_eq(link_wire_bytes(rcb.link, tlp), cases[i].wire_rcb);
		tlp_free(tlp);
	}
	bench_close(&mps);
	bench_close(&rcb);
}
END_TEST

START_TEST(test_read_request_up_arrives_after_wire_time_and_latency)
{
	/* Why: 24 B at gen3 x8 take 24 x 1015.625 / 8 = 3046.875 ps, rounded up once; then 150 ns. */
	struct bench bench;

	bench_open(&bench, NULL);
	link_send_up(bench.link, bench_tlp(&bench, TLP_MEM_READ, FOUR_GIB, 64, 1));
	assert_arrives_at(&bench, &bench.phb, 1, 3047 + UP_LATENCY_PS);
	ck_assert_int_eq(bench.phb.last.type, TLP_MEM_READ);
	ck_assert_uint_eq(bench.phb.last.bytes, 64);
	bench_close(&bench);
}
END_TEST

START_TEST(test_completion_down_arrives_after_wire_time_and_latency)
{
	/* Why: 20 + 256 B = 276 x 1015.625 / 8 = 35039.06 ps, rounded up; then the other direction's 90 ns. */
	struct bench bench;

	bench_open(&bench, NULL);
	link_send_down(bench.link, bench_tlp(&bench, TLP_COMPLETION, FOUR_GIB, 256, 1));
	assert_arrives_at(&bench, &bench.device, 1, 35040 + DOWN_LATENCY_PS);
	bench_close(&bench);
}
END_TEST

START_TEST(test_second_tlp_waits_for_the_serialiser_only)
{
	/* Why: packets queue for the wire, but their flights overlap; an idle wire delays nobody; directions are apart.
	 */
	struct bench bench;
	const sim_ps wire_ps = 35547; /* 280 B x 126.953125 ps, rounded up */

	bench_open(&bench, NULL);
	ck_assert_uint_eq(link_wire_ps(bench.link, 280), wire_ps);
	link_send_up(bench.link, bench_tlp(&bench, TLP_MEM_WRITE, FOUR_GIB, 256, 1));
	link_send_up(bench.link, bench_tlp(&bench, TLP_MEM_WRITE, FOUR_GIB, 256, 2));
	link_send_down(bench.link, bench_tlp(&bench, TLP_MEM_WRITE, 0x80000000, 4, 3));
	assert_arrives_at(&bench, &bench.device, 1, link_wire_ps(bench.link, 24) + DOWN_LATENCY_PS);
	assert_arrives_at(&bench, &bench.phb, 1, wire_ps + UP_LATENCY_PS);
	assert_arrives_at(&bench, &bench.phb, 2, 2 * wire_ps + UP_LATENCY_PS);
	/* The second has just arrived, so the wire has been idle for 150 ns. */
	link_send_up(bench.link, bench_tlp(&bench, TLP_MEM_WRITE, FOUR_GIB, 256, 4));
	assert_arrives_at(&bench, &bench.phb, 3, sim_now(bench.sim) + wire_ps + UP_LATENCY_PS);
	ck_assert_uint_eq(bench_stat(&bench, "up_busy"), 3 * wire_ps);
	ck_assert_uint_eq(bench_stat(&bench, "up_wire_bytes"), 3 * 280);
	ck_assert_uint_eq(bench_stat(&bench, "up_data_bytes"), 3 * 256);
	ck_assert_uint_eq(bench_stat(&bench, "down_tlps"), 1);
	ck_assert_uint_eq(((const struct stat_mean *)stat_find(bench.sim, "link0", "up_wait", NULL))->sum, wire_ps);
	bench_close(&bench);
}
END_TEST

/* The reference's table of DLLP intervals, {MPS 128, 256, 512} by {x1, x4, x8, x16}, generations 1, 2, 3 to 5. */
static const uint32_t ack_table[3][4][3] = {
	{{237, 416, 559}, {73, 118, 154}, {67, 107, 86}, {48, 72, 86}},
	{{288, 467, 610}, {124, 169, 205}, {118, 158, 137}, {99, 123, 137}},
	{{333, 512, 655}, {169, 214, 250}, {163, 203, 182}, {144, 168, 182}},
};

START_TEST(test_rate_for_tlps_is_what_dllps_and_skip_sets_leave)
{
	/* Why: TLP rate = raw x (1 - 8/ACK - 8/FC - 4/1538), with the specification's intervals, in each of 60 cells. */
	static const char *const widths[] = {"1", "4", "8", "16"}, *const mpss[] = {"128B", "256B", "512B"};
	struct bench bench;
	uint32_t gen, width, mps;

	for (gen = 1; gen <= 5; gen++) {
		for (width = 0; width < 4; width++) {
			for (mps = 0; mps < 3; mps++) {
				char set[3][32];
				double ack = ack_table[gen < 3 ? gen - 1 : 2][width][mps], want;

				snprintf(set[0], sizeof(set[0]), "pcie.gen=%u", gen);
				snprintf(set[1], sizeof(set[1]), "pcie.width=%s", widths[width]);
				snprintf(set[2], sizeof(set[2]), "pcie.mps=%s", mpss[mps]);
				bench_open(&bench, (const char *[]){set[0], set[1], set[2], "pcie.dllp_bytes=8",
								    "pcie.skip_bytes=4", NULL});
				want = (double)link_rate_bytes_per_s(bench.link) * (1 - 16 / ack - 4 / 1538.0);
				ck_assert_double_eq_tol((double)link_tlp_rate_bytes_per_s(bench.link), want, 2.0);
				bench_close(&bench);
			}
		}
	}
}
END_TEST

/* ---- Credits: the receiver keeps what arrives until the test lets go ---- */

/** struct keeper - a receiver that keeps what arrives until it is told to drain. */
struct keeper {
	struct bench *bench;
	struct tlp *kept[64];
	uint32_t count, first;
	uint16_t order[64];
	sim_ps when_ps[64];
};

static void keeper_receive(void *ctx, struct tlp *tlp)
{
	struct keeper *keeper = ctx;

	ck_assert_uint_lt(keeper->count, 64);
	keeper->order[keeper->count] = tlp->tag;
	keeper->when_ps[keeper->count] = sim_now(keeper->bench->sim);
	keeper->kept[keeper->count++] = tlp;
}

static void keeper_drain(struct keeper *keeper, uint32_t n)
{
	while (n--)
		tlp_free(keeper->kept[keeper->first++]);
}

static void keeper_open(struct keeper *keeper, struct bench *bench, const char *const *sets)
{
	memset(keeper, 0, sizeof(*keeper));
	keeper->bench = bench;
	bench_open(bench, sets);
	link_connect_phb(bench->link, keeper_receive, keeper);
}

START_TEST(test_credits_hold_the_sender_until_they_have_come_back)
{
	/*
	 * Why: a receiver with room for two packets must never have a third; the third leaves when the credit of the
	 * first has crossed the link, 90 ns after it was drained, neither a picosecond earlier nor later.
	 */
	struct bench bench;
	struct keeper keeper;
	sim_ps drained_ps, due_ps;
	uint32_t i;

	keeper_open(&keeper, &bench, (const char *[]){"pcie.credits.posted_headers=2", NULL});
	ck_assert_uint_eq(link_wire_ps(bench.link, 88), 11172);
	for (i = 0; i < 3; i++)
		link_send_up(bench.link, bench_tlp(&bench, TLP_MEM_WRITE, FOUR_GIB, 64, (uint16_t)i));
	sim_run(bench.sim, 10 * SIM_PS_PER_US);
	ck_assert_uint_eq(keeper.count, 2);
	ck_assert_uint_eq(bench_stat(&bench, "up_credit_waits"), 1);
	drained_ps = sim_now(bench.sim);
	keeper_drain(&keeper, 1);
	due_ps = drained_ps + DOWN_LATENCY_PS + 11172 + UP_LATENCY_PS;
	sim_run(bench.sim, due_ps - 1);
	ck_assert_uint_eq(keeper.count, 2);
	sim_run(bench.sim, due_ps);
	ck_assert_uint_eq(keeper.count, 3);
	keeper_drain(&keeper, 2);
	bench_close(&bench);
}
END_TEST

START_TEST(test_data_credits_count_sixteen_bytes)
{
	/* Why: 256 bytes of room take a packet of 17 bytes (two units) and 14 units more, but not 15. */
	struct bench bench;
	struct keeper keeper;

	keeper_open(&keeper, &bench, (const char *[]){"pcie.credits.posted_bytes=256B", NULL});
	link_send_up(bench.link, bench_tlp(&bench, TLP_MEM_WRITE, FOUR_GIB, 17, 0));
	link_send_up(bench.link, bench_tlp(&bench, TLP_MEM_WRITE, FOUR_GIB, 224, 1));
	link_send_up(bench.link, bench_tlp(&bench, TLP_MEM_WRITE, FOUR_GIB, 1, 2));
	/* Reads carry no data and have their own headers: they may be behind a posted one, but must not pass it. */
	link_send_up(bench.link, bench_tlp(&bench, TLP_MEM_READ, FOUR_GIB, 64, 3));
	sim_run(bench.sim, SIM_PS_PER_US);
	ck_assert_uint_eq(keeper.count, 2);
	keeper_drain(&keeper, 1);
	sim_run(bench.sim, 2 * SIM_PS_PER_US);
	ck_assert_uint_eq(keeper.count, 4);
	ck_assert_uint_eq(keeper.order[2], 2);
	ck_assert_uint_eq(keeper.order[3], 3);
	keeper_drain(&keeper, 3);
	bench_close(&bench);
}
END_TEST

START_TEST(test_posted_passes_a_read_that_waits)
{
	/* Why: PCIe 3.0 table 2-32, A3: without it two ends that wait for each other never go on. */
	struct bench bench;
	struct keeper keeper;

	keeper_open(&keeper, &bench, (const char *[]){"pcie.credits.nonposted_headers=1", NULL});
	link_send_up(bench.link, bench_tlp(&bench, TLP_MEM_READ, FOUR_GIB, 64, 0));
	link_send_up(bench.link, bench_tlp(&bench, TLP_MEM_READ, FOUR_GIB, 64, 1));
	link_send_up(bench.link, bench_tlp(&bench, TLP_MEM_WRITE, FOUR_GIB, 64, 2));
	link_send_up(bench.link, bench_tlp(&bench, TLP_COMPLETION, 0, 64, 3));
	sim_run(bench.sim, SIM_PS_PER_US);
	ck_assert_uint_eq(keeper.count, 3);
	ck_assert_uint_eq(keeper.order[1], 2);
	ck_assert_uint_eq(keeper.order[2], 3);
	keeper_drain(&keeper, 3);
	sim_run(bench.sim, 2 * SIM_PS_PER_US);
	ck_assert_uint_eq(keeper.order[3], 1);
	keeper_drain(&keeper, 1);
	bench_close(&bench);
}
END_TEST

START_TEST(test_read_behind_a_posted_one_does_not_wake_in_vain)
{
	/* Why: credits of reads that are back are of no use to a read that must not pass; time has to go on. */
	struct bench bench;
	struct keeper keeper;

	keeper_open(&keeper, &bench,
		    (const char *[]){"pcie.credits.posted_headers=1", "pcie.credits.nonposted_headers=2", NULL});
	link_send_up(bench.link, bench_tlp(&bench, TLP_MEM_READ, FOUR_GIB, 64, 0));
	link_send_up(bench.link, bench_tlp(&bench, TLP_MEM_WRITE, FOUR_GIB, 64, 1));
	sim_run(bench.sim, SIM_PS_PER_US);
	keeper_drain(&keeper, 1); /* the read's credit is on its way; the write's is not */
	link_send_up(bench.link, bench_tlp(&bench, TLP_MEM_WRITE, FOUR_GIB, 64, 2));
	link_send_up(bench.link, bench_tlp(&bench, TLP_MEM_READ, FOUR_GIB, 64, 3));
	ck_assert_uint_le(sim_run(bench.sim, 2 * SIM_PS_PER_US), 2);
	ck_assert_uint_eq(keeper.count, 2);
	keeper_drain(&keeper, 1);
	ck_assert_uint_le(sim_run(bench.sim, 3 * SIM_PS_PER_US), 4);
	ck_assert_uint_eq(keeper.count, 4);
	keeper_drain(&keeper, 2);
	bench_close(&bench);
}
END_TEST

START_TEST(test_only_a_relaxed_completion_passes_a_posted_one)
{
	/* Why: table 2-32, D2: a completion tells that what was written before it is there, unless nobody asked for that. */
	struct bench bench;
	struct keeper keeper;
	struct tlp *tlp;

	keeper_open(&keeper, &bench, (const char *[]){"pcie.credits.posted_headers=1", NULL});
	link_send_up(bench.link, bench_tlp(&bench, TLP_MEM_WRITE, FOUR_GIB, 64, 0));
	link_send_up(bench.link, bench_tlp(&bench, TLP_MEM_WRITE, FOUR_GIB, 64, 1));
	tlp = bench_tlp(&bench, TLP_COMPLETION, 0, 64, 2);
	link_send_up(bench.link, tlp);
	sim_run(bench.sim, SIM_PS_PER_US);
	ck_assert_uint_eq(keeper.count, 1);
	tlp = bench_tlp(&bench, TLP_MEM_READ, FOUR_GIB, 64, 3);
	tlp->relaxed = true; /* of no use to a read: B2 */
	link_send_up(bench.link, tlp);
	sim_run(bench.sim, 2 * SIM_PS_PER_US);
	ck_assert_uint_eq(keeper.count, 1);
	keeper_drain(&keeper, 1);
	sim_run(bench.sim, 3 * SIM_PS_PER_US);
	ck_assert_uint_eq(keeper.count, 4);
	ck_assert_uint_eq(keeper.order[1], 1);
	keeper_drain(&keeper, 3);

	/* The credit is still on its way back. */
	link_send_up(bench.link, bench_tlp(&bench, TLP_MEM_WRITE, FOUR_GIB, 64, 4));
	link_send_up(bench.link, bench_tlp(&bench, TLP_MEM_WRITE, FOUR_GIB, 64, 5));
	tlp = bench_tlp(&bench, TLP_COMPLETION, 0, 64, 6);
	tlp->relaxed = true;
	link_send_up(bench.link, tlp);
	sim_run(bench.sim, 4 * SIM_PS_PER_US);
	ck_assert_uint_eq(keeper.count, 6);
	ck_assert_uint_eq(keeper.order[4], 6);
	ck_assert_uint_eq(keeper.order[5], 4);
	keeper_drain(&keeper, 2);
	sim_run(bench.sim, 5 * SIM_PS_PER_US);
	ck_assert_uint_eq(keeper.order[6], 5);
	keeper_drain(&keeper, 1);
	bench_close(&bench);
}
END_TEST

START_TEST(test_request_beyond_all_credits_waits_for_an_empty_receiver)
{
	/* Why: 4 KiB are 16 packets; a receiver of 4 must not stop the link for good, nor lend room that it has not. */
	struct bench bench;
	struct keeper keeper;

	keeper_open(&keeper, &bench, (const char *[]){"pcie.credits.posted_headers=4", NULL});
	link_send_up(bench.link, bench_tlp(&bench, TLP_MEM_WRITE, FOUR_GIB, 64, 0));
	link_send_up(bench.link, bench_tlp(&bench, TLP_MEM_WRITE, FOUR_GIB, 4096, 1));
	sim_run(bench.sim, SIM_PS_PER_US);
	ck_assert_uint_eq(keeper.count, 1);
	keeper_drain(&keeper, 1);
	sim_run(bench.sim, 3 * SIM_PS_PER_US);
	ck_assert_uint_eq(keeper.count, 2);
	keeper_drain(&keeper, 1);
	bench_close(&bench);
}
END_TEST

START_TEST(test_credits_of_a_reset_link_do_not_come_back_twice)
{
	/* Why: after a reset the sender has all credits; what a receiver frees from before must not add to them. */
	struct bench bench;
	struct keeper keeper;
	uint32_t i;

	keeper_open(&keeper, &bench, (const char *[]){"pcie.credits.posted_headers=2", NULL});
	for (i = 0; i < 3; i++)
		link_send_up(bench.link, bench_tlp(&bench, TLP_MEM_WRITE, FOUR_GIB, 64, (uint16_t)i));
	sim_run(bench.sim, SIM_PS_PER_US);
	ck_assert_uint_eq(keeper.count, 2);
	link_flush(bench.link);
	ck_assert_uint_eq(bench_stat(&bench, "flushed"), 1);
	keeper_drain(&keeper, 2);
	for (i = 3; i < 7; i++)
		link_send_up(bench.link, bench_tlp(&bench, TLP_MEM_WRITE, FOUR_GIB, 64, (uint16_t)i));
	sim_run(bench.sim, 5 * SIM_PS_PER_US);
	ck_assert_uint_eq(keeper.count, 4);
	keeper_drain(&keeper, 2);
	sim_run(bench.sim, 9 * SIM_PS_PER_US);
	ck_assert_uint_eq(keeper.count, 6);
	keeper_drain(&keeper, 2);
	bench_close(&bench);
}
END_TEST

START_TEST(test_throughput_with_few_credits_is_littles_law)
{
	/*
	 * Why: with C credits the sender has C packets per loop of wire + latency up + latency down; the wire bounds it
	 * from 22 credits on (251 ns / 11.2 ns). A credit costs time only to whoever waits.
	 */
	static const char *const sets[] = {"pcie.credits.posted_headers=1", "pcie.credits.posted_headers=7",
					   "pcie.credits.posted_headers=22", "pcie.credits.posted_headers=23"};
	static const uint32_t credits[] = {1, 7, 22, 23};
	const uint32_t n = 2000;
	const sim_ps wire_ps = 11172, loop_ps = wire_ps + UP_LATENCY_PS + DOWN_LATENCY_PS;
	uint32_t i, c;

	for (c = 0; c < sim_count_of(credits); c++) {
		struct bench bench;
		sim_ps want_ps = wire_ps * credits[c] >= loop_ps ? n * wire_ps : n / credits[c] * loop_ps, took_ps;

		bench_open(&bench, (const char *[]){sets[c], NULL});
		for (i = 0; i < n; i++)
			link_send_up(bench.link, bench_tlp(&bench, TLP_MEM_WRITE, FOUR_GIB, 64, (uint16_t)i));
		sim_run(bench.sim, SIM_PS_NEVER);
		ck_assert_uint_eq(bench.phb.count, n);
		took_ps = bench.phb.when_ps[n - 1] - UP_LATENCY_PS;
		ck_assert_uint_ge(took_ps, want_ps - loop_ps);
		ck_assert_uint_le(took_ps, want_ps + loop_ps);
		for (i = 0; i < n; i++)
			ck_assert_uint_eq(bench.phb.tag[i], i);
		bench_close(&bench);
	}
}
END_TEST

START_TEST(test_damaged_packets_are_sent_again_in_order)
{
	/* Why: a replay costs the round trip of the NAK and the packet once more, loses nothing, and turns nothing round. */
	struct bench bench;
	const uint32_t n = 1000;
	uint64_t replays;
	uint32_t i;

	bench_open(&bench, (const char *[]){"pcie.bad_tlps=100000", NULL});
	for (i = 0; i < n; i++)
		link_send_up(bench.link, bench_tlp(&bench, TLP_MEM_WRITE, FOUR_GIB, 64, (uint16_t)i));
	sim_run(bench.sim, SIM_PS_NEVER);
	ck_assert_uint_eq(bench.phb.count, n);
	for (i = 0; i < n; i++)
		ck_assert_uint_eq(bench.phb.tag[i], i);
	replays = bench_stat(&bench, "up_replays");
	ck_assert_uint_gt(replays, 50); /* a tenth of 1000: 111 expected, standard deviation 11 */
	ck_assert_uint_lt(replays, 200);
	ck_assert_uint_eq(bench.phb.when_ps[n - 1], n * 11172 + replays * (11172 + UP_LATENCY_PS + DOWN_LATENCY_PS) +
							    UP_LATENCY_PS);
	bench_close(&bench);
}
END_TEST

/* Time from the first send to the last arrival of @n TLPs sent at once, less the latency. */
static sim_ps burst_ps(const char *const *sets, enum tlp_type type, uint32_t bytes, uint32_t n)
{
	struct bench bench;
	sim_ps took;
	uint32_t i;

	bench_open(&bench, sets);
	for (i = 0; i < n; i++)
		link_send_up(bench.link, bench_tlp(&bench, type, FOUR_GIB, bytes, (uint16_t)i));
	sim_run(bench.sim, SIM_PS_NEVER);
	ck_assert_uint_eq(bench.phb.count, n);
	took = bench.phb.when_ps[n - 1] - UP_LATENCY_PS;
	bench_close(&bench);
	return took;
}

START_TEST(test_goodput_meets_the_formula)
{
	/*
	 * Why: write goodput = raw x s / (ceil(s / MPS) x 24 + s), read requests take raw x s / (ceil(s / MRRS) x 24),
	 * the TLP part of the pcie-bench model (for its DLLPs see test_expected_goodput...). Rounding each TLP up by < 1 ps
	 * keeps the time of n TLPs within n ps above the exact time.
	 */
	static const struct {
		const char *gen, *width, *mps;
		uint32_t mts, lanes, mps_bytes;
	} links[] = {
		{"pcie.gen=3", "pcie.width=8", "pcie.mps=256B", 8000, 8, 256},
		{"pcie.gen=3", "pcie.width=16", "pcie.mps=128B", 8000, 16, 128},
		{"pcie.gen=4", "pcie.width=16", "pcie.mps=512B", 16000, 16, 512},
	};
	static const uint32_t sizes[] = {64, 128, 256, 257, 512, 1500, 4096};
	const uint32_t n = 1000;
	size_t i, j;

	for (i = 0; i < sim_count_of(links); i++) {
		const char *sets[] = {links[i].gen, links[i].width, links[i].mps, "pcie.mrrs=512B", NULL};
		uint64_t den = 128ull * links[i].mts * links[i].lanes, num = 8ull * 130 * 1000000;

		for (j = 0; j < sim_count_of(sizes); j++) {
			uint64_t s = sizes[j], mps = links[i].mps_bytes;
			uint64_t write = n * ((s + mps - 1) / mps * 24 + s) * num / den;
			uint64_t read = n * ((s + 511) / 512 * 24) * num / den;
			sim_ps took = burst_ps(sets, TLP_MEM_WRITE, sizes[j], n);

			ck_assert_uint_ge(took, write);
			ck_assert_uint_le(took, write + n);
			took = burst_ps(sets, TLP_MEM_READ, sizes[j], n);
			ck_assert_uint_ge(took, read);
			ck_assert_uint_le(took, read + n);
		}
	}
}
END_TEST

START_TEST(test_order_holds_within_a_direction)
{
	/* Why: PCIe's ordering of posted writes, and with it that an MSI comes after its data, rests on this. */
	struct bench bench;
	uint32_t i;

	bench_open(&bench, NULL);
	for (i = 0; i < 500; i++) {
		bool write = i % 3;
		uint32_t bytes = 1 + i * 37 % 4096;

		link_send_up(bench.link,
			     bench_tlp(&bench, write ? TLP_MEM_WRITE : TLP_MEM_READ, FOUR_GIB, bytes, (uint16_t)i));
		if (i % 50 == 0)
			sim_run(bench.sim, sim_now(bench.sim) + i * 1000);
	}
	sim_run(bench.sim, SIM_PS_NEVER);
	ck_assert_uint_eq(bench.phb.count, 500);
	for (i = 0; i < 500; i++)
		ck_assert_uint_eq(bench.phb.tag[i], i);
	ck_assert_uint_eq(bench_stat(&bench, "up_tlps"), 500);
	ck_assert_uint_eq(bench_stat(&bench, "up_delivered"), 500);
	bench_close(&bench);
}
END_TEST

START_TEST(test_message_goes_to_whoever_takes_messages)
{
	/* Why: error messages are the root port's, which is at the upper end; all else is the PHB's. */
	struct bench bench;

	bench_open(&bench, NULL);
	link_send_up(bench.link, bench_tlp(&bench, TLP_MESSAGE, 0, 0, 1));
	sim_run(bench.sim, SIM_PS_NEVER);
	ck_assert_uint_eq(bench.phb.count, 1); /* nobody but the PHB is there */
	link_connect_messages(bench.link, end_receive, &bench.root_port);
	link_send_up(bench.link, bench_tlp(&bench, TLP_MEM_WRITE, FOUR_GIB, 4, 2));
	link_send_up(bench.link, bench_tlp(&bench, TLP_MESSAGE, 0, 0, 3));
	sim_run(bench.sim, SIM_PS_NEVER);
	ck_assert_uint_eq(bench.phb.count, 2);
	ck_assert_uint_eq(bench.root_port.count, 1);
	ck_assert_uint_eq(bench.root_port.tag[0], 3);
	bench_close(&bench);
}
END_TEST

START_TEST(test_flush_takes_what_is_on_the_way_and_frees_the_wire)
{
	/* Why: a reset of the link loses its packets, both ways; what is sent after it meets an idle wire. */
	struct bench bench;
	uint32_t i;

	bench_open(&bench, NULL);
	for (i = 0; i < 5; i++)
		link_send_up(bench.link, bench_tlp(&bench, TLP_MEM_WRITE, FOUR_GIB, 4096, (uint16_t)i));
	link_send_down(bench.link, bench_tlp(&bench, TLP_COMPLETION, 0, 4096, 9));
	sim_run(bench.sim, 1000);
	link_flush(bench.link);
	ck_assert_uint_eq(bench_stat(&bench, "flushed"), 6);
	ck_assert_uint_eq(tlp_pool_free_count(bench.pool), tlp_pool_size(bench.pool));
	link_send_up(bench.link, bench_tlp(&bench, TLP_MEM_READ, FOUR_GIB, 64, 7));
	assert_arrives_at(&bench, &bench.phb, 1, 1000 + 3047 + UP_LATENCY_PS);
	ck_assert_uint_eq(bench.phb.tag[0], 7);
	ck_assert_uint_eq(bench.device.count, 0);
	bench_close(&bench);
}
END_TEST

START_TEST(test_round_trip_is_both_wires_and_both_latencies)
{
	/* Why: the machine charges this for a CPU load: 20 B down, 20 + 8 B up, unloaded. */
	struct bench bench;

	bench_open(&bench, NULL);
	ck_assert_uint_eq(link_round_trip_ps(bench.link, 0, 8), 2540 + DOWN_LATENCY_PS + 3555 + UP_LATENCY_PS);
	ck_assert_uint_eq(link_speed(bench.link), 3);
	ck_assert_uint_eq(link_width(bench.link), 8);
	bench_close(&bench);
}
END_TEST

START_TEST(test_destroy_with_traffic_gives_the_tlps_back)
{
	/* Why: a run that was stopped half-way must tear down without events that point into freed memory. */
	struct bench bench;

	bench_open(&bench, NULL);
	link_send_up(bench.link, bench_tlp(&bench, TLP_MEM_READ, FOUR_GIB, 64, 1));
	link_send_up(bench.link, bench_tlp(&bench, TLP_MEM_READ, FOUR_GIB, 64, 2));
	link_send_down(bench.link, bench_tlp(&bench, TLP_MEM_READ, 0x80000000, 8, 3));
	ck_assert_uint_eq(tlp_pool_free_count(bench.pool), tlp_pool_size(bench.pool) - 3);
	link_destroy(bench.link);
	bench.link = NULL;
	ck_assert_uint_eq(sim_run(bench.sim, SIM_PS_NEVER), 0);
	bench_close(&bench);
}
END_TEST

START_TEST(test_rows_refuse_what_pcie_has_not)
{
	/* Why: a generation 6 or a x3 link must be an error for the user, not a surprising rate. */
	static const char *const bad[] = {"pcie.gen=0",	    "pcie.gen=6",   "pcie.width=3",
					  "pcie.width=32",  "pcie.mps=64B", "pcie.mps=300B",
					  "pcie.mrrs=8KiB", "pcie.rcb=32B", "pcie.completion_split=odd"};
	struct cfg *cfg = cfg_create();
	size_t i;

	cfg_add_rows(cfg, link_cfg_rows, link_cfg_row_count);
	for (i = 0; i < sim_count_of(bad); i++)
		ck_assert_int_lt(cfg_set(cfg, bad[i]), 0);
	cfg_destroy(cfg);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("hw.link");
	TCase *tcase = tcase_create("link");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tcase);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, test_rate_of_each_generation_is_the_closed_form);
	tcase_add_test(tcase, test_wire_bytes_count_one_header_per_piece);
	tcase_add_test(tcase, test_read_request_up_arrives_after_wire_time_and_latency);
	tcase_add_test(tcase, test_completion_down_arrives_after_wire_time_and_latency);
	tcase_add_test(tcase, test_second_tlp_waits_for_the_serialiser_only);
	tcase_add_test(tcase, test_goodput_meets_the_formula);
	tcase_add_test(tcase, test_order_holds_within_a_direction);
	tcase_add_test(tcase, test_rate_for_tlps_is_what_dllps_and_skip_sets_leave);
	tcase_add_test(tcase, test_credits_hold_the_sender_until_they_have_come_back);
	tcase_add_test(tcase, test_data_credits_count_sixteen_bytes);
	tcase_add_test(tcase, test_posted_passes_a_read_that_waits);
	tcase_add_test(tcase, test_read_behind_a_posted_one_does_not_wake_in_vain);
	tcase_add_test(tcase, test_only_a_relaxed_completion_passes_a_posted_one);
	tcase_add_test(tcase, test_request_beyond_all_credits_waits_for_an_empty_receiver);
	tcase_add_test(tcase, test_credits_of_a_reset_link_do_not_come_back_twice);
	tcase_add_test(tcase, test_throughput_with_few_credits_is_littles_law);
	tcase_add_test(tcase, test_damaged_packets_are_sent_again_in_order);
	tcase_add_test(tcase, test_message_goes_to_whoever_takes_messages);
	tcase_add_test(tcase, test_flush_takes_what_is_on_the_way_and_frees_the_wire);
	tcase_add_test(tcase, test_round_trip_is_both_wires_and_both_latencies);
	tcase_add_test(tcase, test_destroy_with_traffic_gives_the_tlps_back);
	tcase_add_test(tcase, test_rows_refuse_what_pcie_has_not);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
