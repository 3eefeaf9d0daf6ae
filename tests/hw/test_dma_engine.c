/* SPDX-License-Identifier: GPL-2.0-only */
/* The dma-engine's runs: addresses of each pattern, splitting, queue depth, data, pace, errors, interrupts,
 * back-pressure. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/hw/fake_phb.h"

#define DONE DMA_ENGINE_STATUS_DONE
#define ERROR DMA_ENGINE_STATUS_ERROR

START_TEST(test_stream_goes_through_the_window_in_order)
{
	/* Why: request n is at BASE + n x REQ_BYTES, whole requests only, and then from the beginning. */
	struct fake_phb fake;
	uint32_t i;

	fake_open(&fake, 64, NULL);
	fake_program(&fake, DMA_ENGINE_PATTERN_STREAM, 1000, 300, 7);
	fake_start(&fake, 0);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_STATUS), DMA_ENGINE_STATUS_BUSY);
	fake_finish(&fake, DONE);
	ck_assert_uint_eq(fake.seen_count, 7);
	for (i = 0; i < 7; i++) {
		ck_assert_int_eq(fake.seen[i].type, TLP_MEM_READ);
		ck_assert_uint_eq(fake.seen[i].addr, FAKE_MEM_BASE + i % 3 * 300);
		ck_assert_uint_eq(fake.seen[i].bytes, 300);
	}
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_READS), 7);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_READ_BYTES), 2100);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_ISSUED), 7);
	fake_close_clean(&fake);
}
END_TEST

START_TEST(test_strided_keeps_the_stride_while_a_request_fits)
{
	/* Why: request n is at BASE + (n mod k) x STRIDE with k = (LENGTH - REQ_BYTES) / STRIDE + 1. */
	struct fake_phb fake;
	uint32_t i;

	fake_open(&fake, 64, NULL);
	fake_program(&fake, DMA_ENGINE_PATTERN_STRIDED, 0x30000, 64, 10);
	fake_reg_set(&fake, DMA_ENGINE_STRIDE, 0x10000);
	fake_start(&fake, 0);
	fake_finish(&fake, DONE);
	ck_assert_uint_eq(fake.seen_count, 10);
	for (i = 0; i < 10; i++)
		ck_assert_uint_eq(fake.seen[i].addr, FAKE_MEM_BASE + i % 3 * 0x10000);

	/* Stride 0: always the same place. */
	fake.seen_count = 0;
	fake_reg_set(&fake, DMA_ENGINE_STRIDE, 0);
	fake_start(&fake, 0);
	fake_finish(&fake, DONE);
	ck_assert_uint_eq(fake.seen_count, 10);
	for (i = 0; i < 10; i++)
		ck_assert_uint_eq(fake.seen[i].addr, FAKE_MEM_BASE);
	fake_close_clean(&fake);
}
END_TEST

START_TEST(test_random_meets_each_slot_and_nothing_else)
{
	/* Why: multiples of REQ_BYTES in the window, uniform: of 4000 draws from 16 slots each gets 250 +- 5 sigma
	 * (77). */
	struct fake_phb fake;
	uint32_t count[16] = {0}, i;

	fake_open(&fake, 64, NULL);
	fake_program(&fake, DMA_ENGINE_PATTERN_RANDOM, 16 * 128 + 100, 128, 4000);
	fake_start(&fake, 0);
	fake_finish(&fake, DONE);
	ck_assert_uint_eq(fake.seen_count, 4000);
	for (i = 0; i < 4000; i++) {
		uint64_t at = fake.seen[i].addr - FAKE_MEM_BASE;

		ck_assert_uint_eq(at % 128, 0);
		ck_assert_uint_lt(at / 128, 16);
		count[at / 128]++;
	}
	for (i = 0; i < 16; i++) {
		ck_assert_uint_ge(count[i], 250 - 77);
		ck_assert_uint_le(count[i], 250 + 77);
	}
	fake_close_clean(&fake);
}
END_TEST

START_TEST(test_random_run_is_repeated_by_its_seed)
{
	/* Why: equal seeds give equal runs; the engine draws from its own stream only. */
	struct fake_phb a, b;
	uint32_t i;

	fake_open(&a, 64, NULL);
	fake_open(&b, 64, NULL);
	fake_program(&a, DMA_ENGINE_PATTERN_RANDOM, 0x10000, 64, 100);
	fake_program(&b, DMA_ENGINE_PATTERN_RANDOM, 0x10000, 64, 100);
	fake_start(&a, 0);
	fake_start(&b, 0);
	fake_finish(&a, DONE);
	fake_finish(&b, DONE);
	for (i = 0; i < 100; i++)
		ck_assert_uint_eq(a.seen[i].addr, b.seen[i].addr);
	ck_assert_uint_eq(sim_now(a.sim), sim_now(b.sim));
	fake_close_clean(&a);
	fake_close_clean(&b);
}
END_TEST

START_TEST(test_request_across_4k_goes_out_as_two)
{
	/* Why: PCI Express 3.0, 2.2.7: a request must not cross a 4 KiB boundary (the fake asserts that for all tests).
	 */
	struct fake_phb fake;

	fake_open(&fake, 64, NULL);
	fake_program(&fake, DMA_ENGINE_PATTERN_STREAM, 0x8000, 4096, 2);
	fake_reg_set(&fake, DMA_ENGINE_BASE, FAKE_MEM_BASE + 0xf01);
	fake_start(&fake, 0);
	fake_finish(&fake, DONE);
	ck_assert_uint_eq(fake.seen_count, 4);
	ck_assert_uint_eq(fake.seen[0].addr, FAKE_MEM_BASE + 0xf01);
	ck_assert_uint_eq(fake.seen[0].bytes, 0xff);
	ck_assert_uint_eq(fake.seen[1].addr, FAKE_MEM_BASE + 0x1000);
	ck_assert_uint_eq(fake.seen[1].bytes, 0xf01);
	ck_assert_uint_eq(fake.seen[2].addr, FAKE_MEM_BASE + 0x1f01);
	ck_assert_uint_eq(fake.seen[3].addr, FAKE_MEM_BASE + 0x2000);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_READS), 4);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_ISSUED), 2);
	fake_close_clean(&fake);
}
END_TEST

START_TEST(test_queue_depth_bounds_what_is_in_flight)
{
	/* Why: QDEPTH is a bound that is reached and never passed, for reads, for writes and for a mix. */
	static const uint64_t depths[] = {1, 2, 7, 64}, shares[] = {0, 100, 256};
	size_t i, j;

	for (i = 0; i < sim_count_of(depths); i++) {
		for (j = 0; j < sim_count_of(shares); j++) {
			struct fake_phb fake;

			fake_open(&fake, 256, NULL);
			fake.latency_ps =
				20 * SIM_PS_PER_US; /* long, so that all of the queue is at the PHB at a time */
			fake_program(&fake, DMA_ENGINE_PATTERN_STREAM, 0x10000, 64, 500);
			fake_reg_set(&fake, DMA_ENGINE_QDEPTH, depths[i]);
			fake_reg_set(&fake, DMA_ENGINE_READ_SHARE, shares[j]);
			fake_start(&fake, 0);
			while (sim_step(fake.sim))
				ck_assert_uint_le(tlp_pool_size(fake.pool) - tlp_pool_free_count(fake.pool), depths[i]);
			fake_finish(&fake, DONE);
			ck_assert_uint_eq(fake.in_hand_max, depths[i]);
			ck_assert_uint_eq(fake.seen_count, 500);
			fake_close_clean(&fake);
		}
	}
}
END_TEST

START_TEST(test_single_read_latency_is_the_closed_form)
{
	/* Why: one 64 B read: 24 B up, flight, the PHB's time, 84 B down, flight; gates at t - 1 ps and t. */
	struct fake_phb fake;
	sim_ps when;
	const struct stat_hist *hist;

	fake_open(&fake, 8, NULL);
	fake_program(&fake, DMA_ENGINE_PATTERN_STREAM, 64, 64, 1);
	fake_start(&fake, 0);
	when = link_wire_ps(fake.link, 24) + 150000 + 500000 + link_wire_ps(fake.link, 84) + 150000;
	sim_run(fake.sim, when - 1);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_STATUS), DMA_ENGINE_STATUS_BUSY);
	sim_run(fake.sim, when);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_STATUS), DONE);
	hist = stat_find(fake.sim, "dma", "read_latency_ps", NULL);
	ck_assert_uint_eq(hist->mean.count, 1);
	ck_assert_uint_eq(hist->mean.sum, when);
	ck_assert_uint_eq(fake_stat(&fake, "busy_ps"), when);
	ck_assert_uint_eq(fake_stat(&fake, "goodput"), 64 * SIM_PS_PER_S / when);
	fake_close_clean(&fake);
}
END_TEST

START_TEST(test_goodput_follows_littles_law_then_the_link)
{
	/*
	 * Why: with Q reads of s bytes in flight the rate is min(Q x s / latency, link); here s = 256, so a completion
	 * takes 276 B of wire. At Q = 1 latency is as in the test above; at Q = 64 the link down is the limit. Within 2
	 * %, which covers filling and draining in 2000 requests.
	 */
	static const uint64_t depths[] = {1, 4, 64};
	size_t i;

	for (i = 0; i < sim_count_of(depths); i++) {
		struct fake_phb fake;
		uint64_t latency, little, link, expect, got;

		fake_open(&fake, 256, NULL);
		fake_program(&fake, DMA_ENGINE_PATTERN_STREAM, 0x10000, 256, 2000);
		fake_reg_set(&fake, DMA_ENGINE_QDEPTH, depths[i]);
		fake_start(&fake, 0);
		fake_finish(&fake, DONE);
		latency = link_wire_ps(fake.link, 24) + link_wire_ps(fake.link, 276) + 2 * 150000 + 500000;
		little = depths[i] * 256 * SIM_PS_PER_S / latency;
		link = 256 * SIM_PS_PER_S / link_wire_ps(fake.link, 276);
		expect = little < link ? little : link;
		got = fake_stat(&fake, "goodput");
		ck_assert_uint_le(got, expect + expect / 1000);
		ck_assert_uint_ge(got, expect - expect / 50);
		fake_close_clean(&fake);
	}
}
END_TEST

START_TEST(test_writes_carry_the_pattern_of_seed_and_address)
{
	/* Why: software checks every byte in memory by this function; DONE must not be seen before the last is there.
	 */
	struct fake_phb fake;
	size_t first;

	fake_open(&fake, 64, NULL);
	fake_program(&fake, DMA_ENGINE_PATTERN_STREAM, 50000, 777, 64);
	fake_reg_set(&fake, DMA_ENGINE_BASE, FAKE_MEM_BASE + 3);
	fake_reg_set(&fake, DMA_ENGINE_READ_SHARE, 0);
	fake_reg_set(&fake, DMA_ENGINE_SEED, 0xfeed);
	fake_start(&fake, 0);
	while (!(fake_reg(&fake, DMA_ENGINE_STATUS) & DONE))
		ck_assert(sim_step(fake.sim));
	ck_assert_uint_eq(dma_engine_pattern_check(0xfeed, FAKE_MEM_BASE + 3, fake.mem + 3, 64 * 777, &first), 0);
	ck_assert_uint_eq(fake.mem[2], 0);
	ck_assert_uint_eq(fake.mem[3 + 64 * 777], 0);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_WRITE_BYTES), 64 * 777);
	fake_finish(&fake, DONE);
	fake_close_clean(&fake);
}
END_TEST

START_TEST(test_read_share_divides_reads_and_writes)
{
	/* Why: READ_SHARE / 256 of the requests are reads: at 64 of 256 and 8000 requests 2000 +- 5 sigma (194). */
	struct fake_phb fake;
	uint32_t i, reads = 0;

	fake_open(&fake, 64, NULL);
	fake_program(&fake, DMA_ENGINE_PATTERN_STREAM, 0x10000, 32, 8000);
	fake_reg_set(&fake, DMA_ENGINE_READ_SHARE, 64);
	fake_start(&fake, 0);
	fake_finish(&fake, DONE);
	ck_assert_uint_eq(fake.seen_count, 8000);
	for (i = 0; i < 8000; i++)
		reads += fake.seen[i].type == TLP_MEM_READ;
	ck_assert_uint_ge(reads, 2000 - 194);
	ck_assert_uint_le(reads, 2000 + 194);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_READS), reads);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_WRITES), 8000 - reads);
	fake_close_clean(&fake);
}
END_TEST

START_TEST(test_check_finds_a_flipped_byte)
{
	/* Why: the engine must tell software how many bytes it read differ, and where the first was. */
	struct fake_phb fake;

	fake_open(&fake, 64, NULL);
	dma_engine_pattern_fill(9, FAKE_MEM_BASE, fake.mem, 0x10000);
	fake_program(&fake, DMA_ENGINE_PATTERN_STREAM, 0x10000, 512, 128);
	fake_reg_set(&fake, DMA_ENGINE_SEED, 9);
	fake_start(&fake, DMA_ENGINE_CTRL_CHECK);
	fake_finish(&fake, DONE);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_MISMATCHES), 0);
	fake.mem[0x8123] ^= 0x10;
	fake.mem[0x9001] ^= 0x01;
	fake_start(&fake, DMA_ENGINE_CTRL_CHECK);
	fake_finish(&fake, DONE);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_MISMATCHES), 2);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_MISMATCH_ADDR), FAKE_MEM_BASE + 0x8123);
	ck_assert_uint_eq(fake_stat(&fake, "mismatch_bytes"), 2);
	/* Without CHECK the same memory is no concern. */
	fake_reg_set(&fake, DMA_ENGINE_CTRL, 0);
	fake_start(&fake, 0);
	fake_finish(&fake, DONE);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_MISMATCHES), 0);
	fake_close_clean(&fake);
}
END_TEST

START_TEST(test_interval_paces_requests)
{
	/* Why: request n must not start before n x INTERVAL, and starts exactly then when nothing else is in its way.
	 */
	struct fake_phb fake;
	uint32_t i;

	fake_open(&fake, 64, NULL);
	fake_program(&fake, DMA_ENGINE_PATTERN_STREAM, 0x1000, 64, 20);
	fake_reg_set(&fake, DMA_ENGINE_INTERVAL, 123456);
	fake_start(&fake, 0);
	fake_finish(&fake, DONE);
	ck_assert_uint_eq(fake.seen_count, 20);
	for (i = 0; i < 20; i++)
		ck_assert_uint_eq(fake.seen[i].issued_ps, i * 123456);
	fake_close_clean(&fake);
}
END_TEST

START_TEST(test_endless_run_ends_by_stop)
{
	/* Why: COUNT 0 streams until STOP; STOP lets what is in flight come back, then DONE. */
	struct fake_phb fake;
	uint32_t seen;

	fake_open(&fake, 64, NULL);
	fake_program(&fake, DMA_ENGINE_PATTERN_STREAM, 0x1000, 64, 0);
	fake_start(&fake, 0);
	sim_run(fake.sim, 100 * SIM_PS_PER_US);
	ck_assert_uint_gt(fake.seen_count, 100);
	fake_reg_set(&fake, DMA_ENGINE_CTRL, DMA_ENGINE_CTRL_STOP);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_STATUS), DMA_ENGINE_STATUS_BUSY);
	seen = fake.seen_count;
	fake_finish(&fake, DONE);
	ck_assert_uint_le(fake.seen_count, seen + 16); /* QDEPTH: those that were on the link */
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_READS), fake.seen_count);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_ISSUED), fake.seen_count);
	/* STOP while idle does nothing. */
	fake_reg_set(&fake, DMA_ENGINE_CTRL, DMA_ENGINE_CTRL_STOP);
	fake_finish(&fake, DONE);
	fake_close_clean(&fake);
}
END_TEST

START_TEST(test_start_with_nonsense_is_refused)
{
	/* Why: each bound of a parameter, one step beyond; the engine must not touch the bus and must say so. */
	static const struct {
		uint32_t reg;
		uint64_t value;
	} bad[] = {
		{DMA_ENGINE_PATTERN, 4},      {DMA_ENGINE_REQ_BYTES, 0},
		{DMA_ENGINE_REQ_BYTES, 4097}, {DMA_ENGINE_LENGTH, 255},
		{DMA_ENGINE_LENGTH, 0},	      {DMA_ENGINE_BASE, UINT64_MAX - 10},
		{DMA_ENGINE_QDEPTH, 0},	      {DMA_ENGINE_QDEPTH, 65},
		{DMA_ENGINE_READ_SHARE, 257}, {DMA_ENGINE_INTERVAL, 86400 * SIM_PS_PER_S + 1},
	};
	struct fake_phb fake;
	size_t i;

	fake_open(&fake, 64, NULL);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_CAPACITY), 64);
	for (i = 0; i < sim_count_of(bad); i++) {
		fake_program(&fake, DMA_ENGINE_PATTERN_STREAM, 0x1000, 256, 1);
		fake_reg_set(&fake, DMA_ENGINE_QDEPTH, 64);
		fake_reg_set(&fake, DMA_ENGINE_READ_SHARE, 256);
		fake_reg_set(&fake, DMA_ENGINE_INTERVAL, 0);
		fake_reg_set(&fake, bad[i].reg, bad[i].value);
		fake_start(&fake, 0);
		fake_finish(&fake, DMA_ENGINE_STATUS_BAD_CONFIG);
		fake_reg_set(&fake, DMA_ENGINE_STATUS, DMA_ENGINE_STATUS_BAD_CONFIG);
	}
	ck_assert_uint_eq(fake.seen_count, 0);
	/* All put right, it runs; a second START meanwhile is refused and changes nothing. */
	fake_program(&fake, DMA_ENGINE_PATTERN_STREAM, 0x1000, 256, 3);
	fake_reg_set(&fake, DMA_ENGINE_INTERVAL, 0);
	fake_start(&fake, 0);
	fake_start(&fake, 0);
	fake_finish(&fake, DONE | DMA_ENGINE_STATUS_BAD_CONFIG);
	ck_assert_uint_eq(fake.seen_count, 3);
	fake_close_clean(&fake);
}
END_TEST

START_TEST(test_failed_read_is_counted_and_located)
{
	/* Why: UR and CA are what a frozen or unmapped page looks like to a device; without STOP_ON_ERROR it goes on.
	 */
	static const struct {
		enum tlp_status status;
		uint32_t pci_status;
	} cases[] = {{TLP_UR, PCI_STATUS_MASTER_ABORT}, {TLP_CA, PCI_STATUS_TARGET_ABORT}};
	size_t i;

	for (i = 0; i < 2; i++) {
		struct fake_phb fake;
		uint64_t status;

		fake_open(&fake, 64, NULL);
		fake.bad_addr = FAKE_MEM_BASE + 0x500;
		fake.bad_bytes = 0x200;
		fake.bad_status = cases[i].status;
		fake_program(&fake, DMA_ENGINE_PATTERN_STREAM, 0x1000, 256, 16);
		fake_start(&fake, 0);
		fake_finish(&fake, DONE | ERROR);
		status = fake_reg(&fake, DMA_ENGINE_STATUS) & DMA_ENGINE_STATUS_LAST_MASK;
		ck_assert_uint_eq(status >> DMA_ENGINE_STATUS_LAST_SHIFT, (uint64_t)cases[i].status);
		ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_ERRORS), 2);
		ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_ERROR_ADDR), FAKE_MEM_BASE + 0x500);
		ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_READS), 14);
		ck_assert_uint_eq(fake_config_read(&fake, PCI_REG_STATUS, 2),
				  PCI_STATUS_CAPABILITIES | cases[i].pci_status);
		ck_assert_uint_eq(fake_stat(&fake, "errors"), 2);
		fake_reg_set(&fake, DMA_ENGINE_STATUS, ERROR);
		ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_STATUS) & ERROR, 0);
		fake_close_clean(&fake);
	}
}
END_TEST

START_TEST(test_stop_on_error_ends_the_run_and_interrupts)
{
	/* Why: the run ends at the first failure with ERROR and no DONE, and one MSI on the error's vector tells of it.
	 */
	struct fake_phb fake;

	fake_open(&fake, 64, NULL);
	fake.bad_addr = FAKE_MEM_BASE + 0x800;
	fake.bad_bytes = 0x800;
	fake.bad_status = TLP_UR;
	fake_program(&fake, DMA_ENGINE_PATTERN_STREAM, 0x1000, 256, 0);
	fake_reg_set(&fake, DMA_ENGINE_QDEPTH, 4);
	fake_reg_set(&fake, DMA_ENGINE_MSI_VECTORS, 1 << 8);
	fake_start(&fake, DMA_ENGINE_CTRL_STOP_ON_ERROR | DMA_ENGINE_CTRL_MSI_ERROR | DMA_ENGINE_CTRL_MSI_DONE);
	fake_finish(&fake, ERROR);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_ERROR_ADDR), FAKE_MEM_BASE + 0x800);
	ck_assert_uint_le(fake.seen_count, 8 + 4);
	ck_assert_uint_eq(fake.msi_count, 1);
	ck_assert_uint_eq(fake.msi_data[0], 0x1231);
	fake_close_clean(&fake);
}
END_TEST

START_TEST(test_poisoned_and_short_completions_are_errors)
{
	/* Why: data that is marked bad or has another length must not count as read. */
	struct fake_phb fake;
	uint64_t last;

	fake_open(&fake, 64, NULL);
	fake.poison = true;
	fake_program(&fake, DMA_ENGINE_PATTERN_STREAM, 0x1000, 256, 1);
	fake_start(&fake, 0);
	fake_finish(&fake, DONE | ERROR);
	last = fake_reg(&fake, DMA_ENGINE_STATUS) >> DMA_ENGINE_STATUS_LAST_SHIFT & 7;
	ck_assert_uint_eq(last, DMA_ENGINE_END_POISONED);
	ck_assert_uint_eq(fake_config_read(&fake, PCI_REG_STATUS, 2), PCI_STATUS_CAPABILITIES | PCI_STATUS_PARITY);
	fake.poison = false;
	fake.cut_short = true;
	fake_start(&fake, 0);
	fake_finish(&fake, DONE | ERROR);
	last = fake_reg(&fake, DMA_ENGINE_STATUS) >> DMA_ENGINE_STATUS_LAST_SHIFT & 7;
	ck_assert_uint_eq(last, DMA_ENGINE_END_MALFORMED);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_READS), 0);
	fake_close_clean(&fake);
}
END_TEST

START_TEST(test_read_without_completion_times_out_at_its_time)
{
	/* Why: DMA of a frozen PE is dropped; the device must not hang. Due one time-out after the read was sent. */
	struct fake_phb fake;

	fake_open(&fake, 64, (const char *[]){"dma.completion_timeout=50us", NULL});
	fake.silent = true;
	fake_program(&fake, DMA_ENGINE_PATTERN_STREAM, 0x1000, 256, 2);
	fake_reg_set(&fake, DMA_ENGINE_INTERVAL, SIM_PS_PER_US);
	fake_start(&fake, 0);
	sim_run(fake.sim, 50 * SIM_PS_PER_US - 1);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_ERRORS), 0);
	ck_assert(fake_config_read(&fake, DMA_ENGINE_CAP_EXPRESS + PCI_EXP_DEVSTA, 2) & PCI_EXP_DEVSTA_PENDING);
	sim_run(fake.sim, 50 * SIM_PS_PER_US);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_ERRORS), 1);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_ERROR_ADDR), FAKE_MEM_BASE);
	sim_run(fake.sim, 51 * SIM_PS_PER_US - 1);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_ERRORS), 1);
	fake_finish(&fake, DONE | ERROR);
	ck_assert_uint_eq(sim_now(fake.sim), 51 * SIM_PS_PER_US);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_ERRORS), 2);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_STATUS) >> DMA_ENGINE_STATUS_LAST_SHIFT & 7,
			  DMA_ENGINE_END_TIMEOUT);
	ck_assert_uint_eq(fake_stat(&fake, "timeouts"), 2);
	ck_assert(!(fake_config_read(&fake, DMA_ENGINE_CAP_EXPRESS + PCI_EXP_DEVSTA, 2) & PCI_EXP_DEVSTA_PENDING));
	fake_drop_held(&fake);
	fake_close_clean(&fake);
}
END_TEST

START_TEST(test_late_completion_meets_nobody)
{
	/* Why: an answer after the time-out must not be taken for the answer to a later read with the same slot. */
	struct fake_phb fake;
	struct tlp *late;

	fake_open(&fake, 64, (const char *[]){"dma.completion_timeout=50us", NULL});
	fake.silent = true;
	fake_program(&fake, DMA_ENGINE_PATTERN_STREAM, 256, 256, 1);
	fake_start(&fake, 0);
	fake_finish(&fake, DONE | ERROR);
	late = fake.held;
	fake.held = NULL;
	/* The next read is out, in the same slot, when the first one's answer comes. */
	fake_start(&fake, 0);
	sim_run(fake.sim, sim_now(fake.sim) + SIM_PS_PER_US);
	late->type = TLP_COMPLETION;
	topology_send_down(fake.topology, late);
	sim_run(fake.sim, sim_now(fake.sim) + SIM_PS_PER_US);
	ck_assert_uint_eq(fake_stat(&fake, "late_completions"), 1);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_READS), 0);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_STATUS) & DMA_ENGINE_STATUS_BUSY, DMA_ENGINE_STATUS_BUSY);
	fake_finish(&fake, DONE | ERROR);
	fake_drop_held(&fake);
	fake_close_clean(&fake);
}
END_TEST

START_TEST(test_msi_at_the_end_goes_to_its_address_with_its_data)
{
	/* Why: an MSI is a posted write of the programmed data, low bits replaced by the vector, after all data is
	 * drained. */
	struct fake_phb fake;
	sim_ps last;

	fake_open(&fake, 64, NULL);
	fake_program(&fake, DMA_ENGINE_PATTERN_STREAM, 0x1000, 256, 8);
	fake_reg_set(&fake, DMA_ENGINE_READ_SHARE, 0);
	fake_reg_set(&fake, DMA_ENGINE_MSI_VECTORS, 1);
	fake_start(&fake, DMA_ENGINE_CTRL_MSI_DONE);
	fake_finish(&fake, DONE);
	ck_assert_uint_eq(fake.msi_count, 1);
	ck_assert_uint_eq(fake.msi_data[0], 0x1231);
	ck_assert_uint_eq(dma_engine_pattern_check(0, FAKE_MEM_BASE, fake.mem, 0x800, NULL), 0);
	/* The last write is drained 500 ns after its arrival; then 24 B of MSI and its flight. */
	last = 8 * link_wire_ps(fake.link, 280) + 150000 + 500000;
	ck_assert_uint_eq(fake.msi_ps[0], last + link_wire_ps(fake.link, 24) + 150000);

	/* One vector granted: the vector number is dropped. */
	fake_config_write(&fake, DMA_ENGINE_CAP_MSI + PCI_MSI_CONTROL, PCI_MSI_CONTROL_ENABLE, 2);
	fake_start(&fake, DMA_ENGINE_CTRL_MSI_DONE);
	fake_finish(&fake, DONE);
	ck_assert_uint_eq(fake.msi_count, 2);
	ck_assert_uint_eq(fake.msi_data[1], 0x1230 | (1 & 0));
	/* MSI off, or not asked for: none, but the first is counted and due by INTA. */
	fake_config_write(&fake, DMA_ENGINE_CAP_MSI + PCI_MSI_CONTROL, 0, 2);
	fake_start(&fake, DMA_ENGINE_CTRL_MSI_DONE);
	fake_finish(&fake, DONE | DMA_ENGINE_STATUS_INTX);
	fake_reg_set(&fake, DMA_ENGINE_STATUS, DMA_ENGINE_STATUS_INTX);
	fake_reg_set(&fake, DMA_ENGINE_CTRL, 0);
	fake_start(&fake, 0);
	fake_finish(&fake, DONE);
	ck_assert_uint_eq(fake.msi_count, 2);
	ck_assert_uint_eq(fake_stat(&fake, "msis"), 2);
	ck_assert_uint_eq(fake_stat(&fake, "msis_off"), 1);
	fake_close_clean(&fake);
}
END_TEST

START_TEST(test_no_dma_without_bus_master)
{
	/* Why: the command register is how a kernel fences a device off; neither DMA nor MSI may pass it. */
	struct fake_phb fake;

	fake_open(&fake, 64, NULL);
	fake_config_write(&fake, PCI_REG_COMMAND, PCI_COMMAND_MEMORY, 2);
	fake_program(&fake, DMA_ENGINE_PATTERN_STREAM, 0x1000, 256, 10);
	fake_start(&fake, DMA_ENGINE_CTRL_MSI_DONE);
	fake_finish(&fake, DMA_ENGINE_STATUS_BUSY);
	ck_assert_uint_eq(fake.seen_count, 0);
	/* Turned on, it goes on; turned off in the middle, what is out comes back and no more follows. */
	fake_config_write(&fake, PCI_REG_COMMAND, PCI_COMMAND_MEMORY | PCI_COMMAND_BUS_MASTER, 2);
	fake_reg_set(&fake, DMA_ENGINE_CTRL, DMA_ENGINE_CTRL_MSI_DONE);
	sim_run(fake.sim, 100000);
	fake_config_write(&fake, PCI_REG_COMMAND, PCI_COMMAND_MEMORY, 2);
	sim_run(fake.sim, SIM_PS_NEVER);
	ck_assert_uint_eq(fake.msi_count, 0);
	fake_config_write(&fake, PCI_REG_COMMAND, PCI_COMMAND_MEMORY | PCI_COMMAND_BUS_MASTER, 2);
	fake_finish(&fake, DONE);
	ck_assert_uint_eq(fake.seen_count, 10);
	ck_assert_uint_eq(fake.msi_count, 1);

	/* STOP with bus master off still comes to an end. */
	fake_reg_set(&fake, DMA_ENGINE_COUNT, 0);
	fake_config_write(&fake, PCI_REG_COMMAND, PCI_COMMAND_MEMORY, 2);
	fake_reg_set(&fake, DMA_ENGINE_CTRL, 0);
	fake_start(&fake, 0);
	fake_reg_set(&fake, DMA_ENGINE_CTRL, DMA_ENGINE_CTRL_STOP);
	fake_finish(&fake, DONE);
	fake_close_clean(&fake);
}
END_TEST

START_TEST(test_empty_pool_makes_the_engine_wait_and_lose_nothing)
{
	/* Why: the pool is back-pressure: with 3 TLPs for a depth of 16 each request still happens once, in order. */
	struct fake_phb fake;
	uint32_t i;

	fake_open(&fake, 3, NULL);
	fake_program(&fake, DMA_ENGINE_PATTERN_STREAM, 0x10000, 64, 200);
	fake_reg_set(&fake, DMA_ENGINE_READ_SHARE, 128);
	fake_start(&fake, DMA_ENGINE_CTRL_MSI_DONE);
	fake_finish(&fake, DONE);
	ck_assert_uint_eq(fake.seen_count, 200);
	for (i = 0; i < 200; i++)
		ck_assert_uint_eq(fake.seen[i].addr, FAKE_MEM_BASE + i * 64);
	ck_assert_uint_eq(fake.msi_count, 1);
	ck_assert_uint_gt(fake_stat(&fake, "tlp_waits"), 0);
	ck_assert_uint_le(fake.in_hand_max, 3);
	fake_close_clean(&fake);
}
END_TEST

START_TEST(test_engine_stopped_while_waiting_returns_its_turn)
{
	/* Why: a TLP that was set aside for an engine with nothing to send any more must go back to the pool. */
	struct fake_phb fake;
	struct tlp *held[3];
	uint32_t i;

	fake_open(&fake, 3, NULL);
	for (i = 0; i < 3; i++)
		held[i] = tlp_alloc(fake.pool);
	fake_program(&fake, DMA_ENGINE_PATTERN_STREAM, 0x10000, 64, 5);
	fake_start(&fake, 0);
	sim_run(fake.sim, SIM_PS_NEVER);
	fake_reg_set(&fake, DMA_ENGINE_CTRL, DMA_ENGINE_CTRL_STOP);
	for (i = 0; i < 3; i++)
		tlp_free(held[i]);
	fake_finish(&fake, DONE);
	ck_assert_uint_eq(fake.seen_count, 0);
	fake_close_clean(&fake);
}
END_TEST

START_TEST(test_reset_in_full_flight_forgets_all)
{
	/* Why: after RESET no old answer may be taken for a new one, and registers are as at power-on. */
	struct fake_phb fake;
	uint32_t old;

	fake_open(&fake, 64, NULL);
	fake_program(&fake, DMA_ENGINE_PATTERN_STREAM, 0x1000, 64, 0);
	fake_reg_set(&fake, DMA_ENGINE_READ_SHARE, 128);
	fake_start(&fake, DMA_ENGINE_CTRL_MSI_DONE);
	sim_run(fake.sim, 50 * SIM_PS_PER_US);
	fake_reg_set(&fake, DMA_ENGINE_CTRL, DMA_ENGINE_CTRL_RESET);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_STATUS), 0);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_CTRL), 0);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_LENGTH), 0);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_REQ_BYTES), 256);
	/* A new run starts at once, while the old packets are still under way. */
	old = fake.seen_count;
	fake_program(&fake, DMA_ENGINE_PATTERN_STREAM, 0x1000, 32, 50);
	fake_start(&fake, 0);
	fake_finish(&fake, DONE);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_READS), 50);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_WRITES), 0);
	ck_assert_uint_gt(fake_stat(&fake, "late_completions"), 0);
	ck_assert_uint_ge(fake.seen_count, old + 50);
	ck_assert_uint_eq(fake.msi_count, 0);
	ck_assert_uint_eq(fake_stat(&fake, "resets"), 1);
	/* The bus master enable is configuration, which RESET leaves alone; FLR does not (test_dma_engine_config.c). */
	fake_close_clean(&fake);
}
END_TEST

START_TEST(test_destroy_in_full_flight_leaves_nothing_behind)
{
	/* Why: a run that is cut off by its time limit is torn down in any state; ASan and the event queue must be
	 * content. */
	struct fake_phb fake;
	sim_ps t;

	for (t = 0; t < 3 * SIM_PS_PER_US; t += 130 * SIM_PS_PER_NS) {
		fake_open(&fake, 5, NULL);
		fake_program(&fake, DMA_ENGINE_PATTERN_RANDOM, 0x10000, 500, 0);
		fake_reg_set(&fake, DMA_ENGINE_READ_SHARE, 128);
		fake_start(&fake, DMA_ENGINE_CTRL_CHECK);
		sim_run(fake.sim, t);
		fake_close(&fake);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("hw.dma_engine");
	TCase *tcase = tcase_create("runs");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tcase);
	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, test_stream_goes_through_the_window_in_order);
	tcase_add_test(tcase, test_strided_keeps_the_stride_while_a_request_fits);
	tcase_add_test(tcase, test_random_meets_each_slot_and_nothing_else);
	tcase_add_test(tcase, test_random_run_is_repeated_by_its_seed);
	tcase_add_test(tcase, test_request_across_4k_goes_out_as_two);
	tcase_add_test(tcase, test_queue_depth_bounds_what_is_in_flight);
	tcase_add_test(tcase, test_single_read_latency_is_the_closed_form);
	tcase_add_test(tcase, test_goodput_follows_littles_law_then_the_link);
	tcase_add_test(tcase, test_writes_carry_the_pattern_of_seed_and_address);
	tcase_add_test(tcase, test_read_share_divides_reads_and_writes);
	tcase_add_test(tcase, test_check_finds_a_flipped_byte);
	tcase_add_test(tcase, test_interval_paces_requests);
	tcase_add_test(tcase, test_endless_run_ends_by_stop);
	tcase_add_test(tcase, test_start_with_nonsense_is_refused);
	tcase_add_test(tcase, test_failed_read_is_counted_and_located);
	tcase_add_test(tcase, test_stop_on_error_ends_the_run_and_interrupts);
	tcase_add_test(tcase, test_poisoned_and_short_completions_are_errors);
	tcase_add_test(tcase, test_read_without_completion_times_out_at_its_time);
	tcase_add_test(tcase, test_late_completion_meets_nobody);
	tcase_add_test(tcase, test_msi_at_the_end_goes_to_its_address_with_its_data);
	tcase_add_test(tcase, test_no_dma_without_bus_master);
	tcase_add_test(tcase, test_empty_pool_makes_the_engine_wait_and_lose_nothing);
	tcase_add_test(tcase, test_engine_stopped_while_waiting_returns_its_turn);
	tcase_add_test(tcase, test_reset_in_full_flight_forgets_all);
	tcase_add_test(tcase, test_destroy_in_full_flight_leaves_nothing_behind);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
