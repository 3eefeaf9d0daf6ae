/* SPDX-License-Identifier: GPL-2.0-only */
/* The dma-engine's descriptor ring: fetch, order, write-back, interrupts, faults, and stopping in the middle. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/hw/fake_phb.h"

#define DONE DMA_ENGINE_STATUS_DONE
#define RING_AT 0x80000u /* in the fake memory */
#define STATUS_DONE ((uint32_t)DMA_ENGINE_DESC_STATUS_DONE)
#define FLAG_WRITE ((uint32_t)DMA_ENGINE_DESC_FLAG_WRITE)
#define FLAG_MSI ((uint32_t)DMA_ENGINE_DESC_FLAG_MSI)

static uint8_t *desc_at(struct fake_phb *fake, uint32_t index)
{
	return fake->mem + RING_AT + index * DMA_ENGINE_DESC_BYTES;
}

static void put_le(uint8_t *to, uint64_t value, uint32_t bytes)
{
	while (bytes--) {
		*to++ = (uint8_t)value;
		value >>= 8;
	}
}

static uint32_t get_le32(const uint8_t *from)
{
	return from[0] | (uint32_t)from[1] << 8 | (uint32_t)from[2] << 16 | (uint32_t)from[3] << 24;
}

static void desc_put(struct fake_phb *fake, uint32_t index, uint64_t addr, uint32_t bytes, uint32_t flags)
{
	uint8_t *desc = desc_at(fake, index);

	put_le(desc + DMA_ENGINE_DESC_ADDR, addr, 8);
	put_le(desc + DMA_ENGINE_DESC_LENGTH, bytes, 4);
	put_le(desc + DMA_ENGINE_DESC_FLAGS, flags, 4);
	put_le(desc + DMA_ENGINE_DESC_COOKIE, 0xc00c1e0000 + index, 8);
	put_le(desc + DMA_ENGINE_DESC_STATUS, 0x55555555, 4);
	put_le(desc + DMA_ENGINE_DESC_MISMATCHES, 0x55555555, 4);
}

static uint32_t desc_status(struct fake_phb *fake, uint32_t index)
{
	return get_le32(desc_at(fake, index) + DMA_ENGINE_DESC_STATUS);
}

static void ring_program(struct fake_phb *fake, uint64_t entries, uint64_t tail, uint64_t count)
{
	fake_reg_set(fake, DMA_ENGINE_PATTERN, DMA_ENGINE_PATTERN_RING);
	fake_reg_set(fake, DMA_ENGINE_RING_BASE, FAKE_MEM_BASE + RING_AT);
	fake_reg_set(fake, DMA_ENGINE_RING_ENTRIES, entries);
	fake_reg_set(fake, DMA_ENGINE_RING_TAIL, tail);
	fake_reg_set(fake, DMA_ENGINE_REQ_BYTES, 4096);
	fake_reg_set(fake, DMA_ENGINE_COUNT, count);
}

static bool is_ring_addr(uint64_t addr)
{
	return addr - FAKE_MEM_BASE >= RING_AT;
}

START_TEST(test_ring_does_each_descriptor_and_writes_its_status_back)
{
	/* Why: the whole path: descriptors read by DMA, data both ways, 8 bytes of status into each, nothing else
	 * changed. */
	struct fake_phb fake;
	uint32_t i;

	fake_open(&fake, 64, NULL);
	dma_engine_pattern_fill(3, FAKE_MEM_BASE, fake.mem, 0x10000);
	for (i = 0; i < 10; i++)
		desc_put(&fake, i, FAKE_MEM_BASE + (i & 1 ? 0x20000 : 0) + i * 0x1000 + 5, 3000 + i,
			 i & 1 ? FLAG_WRITE : 0);
	fake_reg_set(&fake, DMA_ENGINE_SEED, 3);
	ring_program(&fake, 16, 10, 10);
	fake_start(&fake, DMA_ENGINE_CTRL_CHECK);
	fake_finish(&fake, DONE);
	for (i = 0; i < 10; i++) {
		uint64_t at = (i & 1 ? 0x20000 : 0) + i * 0x1000 + 5;

		ck_assert_uint_eq(desc_status(&fake, i), STATUS_DONE);
		ck_assert_uint_eq(get_le32(desc_at(&fake, i) + DMA_ENGINE_DESC_MISMATCHES), 0);
		ck_assert_uint_eq(get_le32(desc_at(&fake, i) + DMA_ENGINE_DESC_COOKIE), 0x0c1e0000 + i);
		ck_assert_uint_eq(dma_engine_pattern_check(3, FAKE_MEM_BASE + at, fake.mem + at, 3000 + i, NULL), 0);
	}
	ck_assert_uint_eq(desc_status(&fake, 10), 0);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_RING_HEAD), 10);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_RING_DONE), 10);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_READ_BYTES), 3000 * 5 + 0 + 2 + 4 + 6 + 8);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_WRITE_BYTES), 3000 * 5 + 1 + 3 + 5 + 7 + 9);
	ck_assert_uint_eq(fake_stat(&fake, "descriptors"), 10);
	fake_close_clean(&fake);
}
END_TEST

START_TEST(test_ring_status_comes_after_the_data)
{
	/* Why: software polls the status in memory; when it is there, so must be every byte of the descriptor. */
	struct fake_phb fake;

	fake_open(&fake, 64, NULL);
	desc_put(&fake, 0, FAKE_MEM_BASE + 0x123, 20000, FLAG_WRITE);
	ring_program(&fake, 2, 1, 1);
	fake_start(&fake, 0);
	while (desc_status(&fake, 0) == 0x55555555)
		ck_assert(sim_step(fake.sim));
	ck_assert_uint_eq(dma_engine_pattern_check(0, FAKE_MEM_BASE + 0x123, fake.mem + 0x123, 20000, NULL), 0);
	fake_finish(&fake, DONE);
	fake_close_clean(&fake);
}
END_TEST

START_TEST(test_ring_wraps_and_waits_for_the_doorbell)
{
	/* Why: an endless ring sleeps when head meets tail, wakes by the doorbell, and goes round its end. */
	struct fake_phb fake;
	uint32_t i, round;

	fake_open(&fake, 64, NULL);
	ring_program(&fake, 8, 0, 0);
	fake_start(&fake, 0);
	sim_run(fake.sim, SIM_PS_NEVER);
	ck_assert_uint_eq(fake.seen_count, 0);
	for (round = 0; round < 7; round++) {
		uint32_t first = round * 5 % 8;

		for (i = 0; i < 5; i++)
			desc_put(&fake, (first + i) % 8, FAKE_MEM_BASE + i * 64, 64, 0);
		fake_reg_set(&fake, DMA_ENGINE_RING_TAIL, (first + 5) % 8);
		sim_run(fake.sim, SIM_PS_NEVER);
		for (i = 0; i < 5; i++)
			ck_assert_uint_eq(desc_status(&fake, (first + i) % 8), STATUS_DONE);
		ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_RING_DONE), (round + 1) * 5);
		ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_STATUS), DMA_ENGINE_STATUS_BUSY);
	}
	fake_reg_set(&fake, DMA_ENGINE_CTRL, DMA_ENGINE_CTRL_STOP);
	fake_finish(&fake, DONE);
	fake_close_clean(&fake);
}
END_TEST

START_TEST(test_ring_fetches_do_not_cross_4k_or_the_end)
{
	/* Why: a fetch is a PCIe read like any other; 256 descriptors span two pages when the ring starts in mid-page.
	 */
	struct fake_phb fake;
	uint32_t i, fetched = 0;

	fake_open(&fake, 64, NULL);
	ring_program(&fake, 256, 250, 250);
	fake_reg_set(&fake, DMA_ENGINE_RING_BASE, FAKE_MEM_BASE + RING_AT + 32 * 3);
	for (i = 0; i < 250; i++)
		desc_put(&fake, i + 3, FAKE_MEM_BASE + i * 16, 16, 0);
	fake_start(&fake, 0);
	fake_finish(&fake, DONE); /* the fake asserts the 4 KiB rule */
	for (i = 0; i < fake.seen_count; i++) {
		if (!is_ring_addr(fake.seen[i].addr) || fake.seen[i].type != TLP_MEM_READ)
			continue;
		ck_assert_uint_eq(fake.seen[i].bytes % 32, 0);
		ck_assert_uint_le(fake.seen[i].bytes, 8 * 32);
		fetched += fake.seen[i].bytes / 32;
	}
	ck_assert_uint_eq(fetched, 250);
	fake_close_clean(&fake);
}
END_TEST

START_TEST(test_ring_data_is_cut_to_request_size)
{
	/* Why: REQ_BYTES is the largest packet in the ring pattern; the pieces cover the descriptor without a hole. */
	struct fake_phb fake;
	uint64_t next = FAKE_MEM_BASE + 0xff0;
	uint32_t i;

	fake_open(&fake, 64, NULL);
	desc_put(&fake, 0, next, 10000, 0);
	ring_program(&fake, 2, 1, 1);
	fake_reg_set(&fake, DMA_ENGINE_REQ_BYTES, 512);
	fake_start(&fake, 0);
	fake_finish(&fake, DONE);
	for (i = 0; i < fake.seen_count; i++) {
		if (is_ring_addr(fake.seen[i].addr))
			continue;
		ck_assert_uint_eq(fake.seen[i].addr, next);
		ck_assert_uint_le(fake.seen[i].bytes, 512);
		next += fake.seen[i].bytes;
	}
	ck_assert_uint_eq(next, FAKE_MEM_BASE + 0xff0 + 10000);
	fake_close_clean(&fake);
}
END_TEST

START_TEST(test_ring_marked_descriptor_interrupts_after_its_status)
{
	/* Why: the handler looks at the status at once, so the MSI must come behind it. */
	struct fake_phb fake;

	fake_open(&fake, 64, NULL);
	desc_put(&fake, 0, FAKE_MEM_BASE, 64, 0);
	desc_put(&fake, 1, FAKE_MEM_BASE, 64, FLAG_MSI);
	desc_put(&fake, 2, FAKE_MEM_BASE, 64, 0);
	ring_program(&fake, 4, 3, 0);
	fake_start(&fake, DMA_ENGINE_CTRL_MSI_DONE);
	while (!fake.msi_count)
		ck_assert(sim_step(fake.sim));
	ck_assert_uint_eq(desc_status(&fake, 1), STATUS_DONE);
	sim_run(fake.sim, SIM_PS_NEVER);
	ck_assert_uint_eq(fake.msi_count, 1);
	ck_assert_uint_eq(fake.msi_data[0], 0x1230);
	fake_reg_set(&fake, DMA_ENGINE_CTRL, DMA_ENGINE_CTRL_STOP);
	fake_finish(&fake, DONE);
	fake_close_clean(&fake);
}
END_TEST

START_TEST(test_ring_bad_descriptor_is_answered_and_the_rest_goes_on)
{
	/* Why: software's mistake must come back as a status, without DMA, and not stop its other descriptors. */
	struct fake_phb fake;
	uint32_t i;

	fake_open(&fake, 64, NULL);
	desc_put(&fake, 0, FAKE_MEM_BASE, 0, 0);
	desc_put(&fake, 1, FAKE_MEM_BASE, DMA_ENGINE_DESC_LENGTH_MAX + 1, 0);
	desc_put(&fake, 2, FAKE_MEM_BASE, 64, 4);
	desc_put(&fake, 3, UINT64_MAX - 10, 64, 0);
	desc_put(&fake, 4, FAKE_MEM_BASE, 64, 0);
	ring_program(&fake, 8, 5, 5);
	fake_start(&fake, 0);
	fake_finish(&fake, DONE);
	for (i = 0; i < 4; i++)
		ck_assert_uint_eq(desc_status(&fake, i), STATUS_DONE | DMA_ENGINE_DESC_STATUS_BAD);
	ck_assert_uint_eq(desc_status(&fake, 4), STATUS_DONE);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_READS), 1);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_RING_DONE), 5);
	fake_close_clean(&fake);
}
END_TEST

START_TEST(test_ring_failed_data_is_reported_in_its_descriptor)
{
	/* Why: the status names how the first packet of this very descriptor ended; mismatches are counted apart. */
	struct fake_phb fake;

	fake_open(&fake, 64, NULL);
	dma_engine_pattern_fill(0, FAKE_MEM_BASE, fake.mem, 0x3000);
	fake.mem[0x2005] ^= 0xff;
	fake.bad_addr = FAKE_MEM_BASE + 0x1000;
	fake.bad_bytes = 0x1000;
	fake.bad_status = TLP_CA;
	desc_put(&fake, 0, FAKE_MEM_BASE, 64, 0);
	desc_put(&fake, 1, FAKE_MEM_BASE + 0xff0, 64, 0);
	desc_put(&fake, 2, FAKE_MEM_BASE + 0x2000, 64, 0);
	ring_program(&fake, 4, 3, 3);
	fake_start(&fake, DMA_ENGINE_CTRL_CHECK);
	fake_finish(&fake, DONE | DMA_ENGINE_STATUS_ERROR);
	ck_assert_uint_eq(desc_status(&fake, 0), STATUS_DONE);
	ck_assert_uint_eq(desc_status(&fake, 1), STATUS_DONE | DMA_ENGINE_END_CA);
	ck_assert_uint_eq(desc_status(&fake, 2), STATUS_DONE);
	ck_assert_uint_eq(get_le32(desc_at(&fake, 2) + DMA_ENGINE_DESC_MISMATCHES), 1);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_ERRORS), 1);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_ERROR_ADDR), FAKE_MEM_BASE + 0x1000);
	fake_close_clean(&fake);
}
END_TEST

START_TEST(test_ring_that_cannot_be_fetched_stops_the_run)
{
	/* Why: without descriptors there is nothing to go on with; RING_FAULT says why, and no DONE is claimed. */
	struct fake_phb fake;

	fake_open(&fake, 64, NULL);
	fake.bad_addr = FAKE_MEM_BASE + RING_AT;
	fake.bad_bytes = 0x1000;
	fake.bad_status = TLP_UR;
	ring_program(&fake, 4, 2, 0);
	fake_start(&fake, 0);
	fake_finish(&fake, DMA_ENGINE_STATUS_ERROR | DMA_ENGINE_STATUS_RING_FAULT);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_ERROR_ADDR), FAKE_MEM_BASE + RING_AT);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_RING_HEAD), 0);
	ck_assert_uint_eq(fake.seen_count, 1);
	fake_close_clean(&fake);
}
END_TEST

START_TEST(test_ring_stopped_in_the_middle_ends_cleanly)
{
	/* Why: STOP at any moment: what began is written back (cut short ones as ABORTED), what did not is left alone.
	 */
	uint32_t cut_short = 0;
	sim_ps t;

	for (t = 0; t < 6 * SIM_PS_PER_US; t += 170 * SIM_PS_PER_NS) {
		struct fake_phb fake;
		uint32_t i, left = 0, written = 0;
		uint64_t bytes = 0, moved;

		fake_open(&fake, 64, NULL);
		for (i = 0; i < 15; i++)
			desc_put(&fake, i, FAKE_MEM_BASE + i * 0x4000, 0x3000, i & 1 ? FLAG_WRITE : 0);
		ring_program(&fake, 16, 15, 0);
		fake_reg_set(&fake, DMA_ENGINE_QDEPTH, 2);
		fake_start(&fake, 0);
		sim_run(fake.sim, t);
		fake_reg_set(&fake, DMA_ENGINE_CTRL, DMA_ENGINE_CTRL_STOP);
		fake_finish(&fake, DONE);
		for (i = 0; i < 15; i++) {
			uint32_t status = desc_status(&fake, i);

			if (status == 0x55555555) {
				left++;
				continue;
			}
			ck_assert_uint_eq(left, 0); /* in order: no hole before one that began */
			written++;
			ck_assert_uint_eq(status & ~(uint32_t)DMA_ENGINE_DESC_STATUS_ABORTED, STATUS_DONE);
			if (!(status & DMA_ENGINE_DESC_STATUS_ABORTED))
				bytes += 0x3000;
			else
				cut_short++;
		}
		ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_RING_DONE), written);
		/* One that is not marked moved all its bytes, and only a marked one may have moved a part. */
		moved = fake_reg(&fake, DMA_ENGINE_READ_BYTES) + fake_reg(&fake, DMA_ENGINE_WRITE_BYTES);
		ck_assert_uint_ge(moved, bytes);
		ck_assert_uint_lt(moved, bytes + 0x3000);
		fake_close_clean(&fake);
	}
	ck_assert_uint_gt(cut_short, 5);
}
END_TEST

START_TEST(test_ring_nonsense_is_refused)
{
	/* Why: each bound of the ring's parameters, and a doorbell beyond the ring. */
	static const struct {
		uint32_t reg;
		uint64_t value;
	} bad[] = {
		{DMA_ENGINE_RING_ENTRIES, 0},
		{DMA_ENGINE_RING_ENTRIES, 1},
		{DMA_ENGINE_RING_ENTRIES, 12},
		{DMA_ENGINE_RING_ENTRIES, 131072},
		{DMA_ENGINE_RING_BASE, FAKE_MEM_BASE + 16},
		{DMA_ENGINE_RING_BASE, UINT64_MAX - 31},
		{DMA_ENGINE_RING_ENTRIES, 2}, /* tail 3 is beyond it */
	};
	struct fake_phb fake;
	size_t i;

	fake_open(&fake, 64, NULL);
	for (i = 0; i < sim_count_of(bad); i++) {
		ring_program(&fake, 8, 3, 3);
		fake_reg_set(&fake, bad[i].reg, bad[i].value);
		fake_start(&fake, 0);
		fake_finish(&fake, DMA_ENGINE_STATUS_BAD_CONFIG);
		fake_reg_set(&fake, DMA_ENGINE_STATUS, DMA_ENGINE_STATUS_BAD_CONFIG);
	}
	ring_program(&fake, 8, 3, 3);
	fake_reg_set(&fake, DMA_ENGINE_RING_TAIL, 8);
	fake_finish(&fake, DMA_ENGINE_STATUS_BAD_CONFIG);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_RING_TAIL), 3);
	ck_assert_uint_eq(fake.seen_count, 0);
	fake_close_clean(&fake);
}
END_TEST

START_TEST(test_ring_count_takes_no_descriptor_too_many)
{
	/* Why: what lies behind the COUNT-th descriptor is not the device's, also when it fetches ahead of a slow
	 * queue. */
	struct fake_phb fake;
	uint32_t i;

	fake_open(&fake, 64, NULL);
	for (i = 0; i < 60; i++)
		desc_put(&fake, i, FAKE_MEM_BASE + i * 0x1000, 0x1000, 0);
	ring_program(&fake, 64, 60, 13);
	fake_reg_set(&fake, DMA_ENGINE_QDEPTH, 1);
	fake_start(&fake, 0);
	fake_finish(&fake, DONE);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_RING_HEAD), 13);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_RING_DONE), 13);
	for (i = 0; i < 60; i++)
		ck_assert_uint_eq(desc_status(&fake, i), i < 13 ? STATUS_DONE : 0x55555555);
	fake_close_clean(&fake);
}
END_TEST

START_TEST(test_ring_with_few_tlps_and_many_descriptors_loses_none)
{
	/* Why: fetches, data and write-backs compete for two TLPs; each descriptor must still be done exactly once. */
	struct fake_phb fake;
	uint32_t i;

	fake_open(&fake, 2, NULL);
	for (i = 0; i < 127; i++)
		desc_put(&fake, i, FAKE_MEM_BASE + i * 0x800, 0x700, i % 3 ? FLAG_WRITE : FLAG_MSI);
	ring_program(&fake, 128, 127, 127);
	fake_start(&fake, 0);
	fake_finish(&fake, DONE);
	for (i = 0; i < 127; i++)
		ck_assert_uint_eq(desc_status(&fake, i), STATUS_DONE);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_RING_DONE), 127);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_ISSUED), 127);
	fake_close_clean(&fake);
}
END_TEST

START_TEST(test_ring_reset_at_any_moment_forgets_it)
{
	/* Why: RESET and FLR come from error recovery, so at any time; a new ring must then work from descriptor 0. */
	sim_ps t;

	for (t = 0; t < 5 * SIM_PS_PER_US; t += 190 * SIM_PS_PER_NS) {
		struct fake_phb fake;
		uint32_t i;

		fake_open(&fake, 8, NULL);
		for (i = 0; i < 15; i++)
			desc_put(&fake, i, FAKE_MEM_BASE + i * 0x1000, 0x1000, i & 1 ? FLAG_WRITE : 0);
		ring_program(&fake, 16, 15, 0);
		fake_start(&fake, 0);
		sim_run(fake.sim, t);
		fake_reg_set(&fake, DMA_ENGINE_CTRL, DMA_ENGINE_CTRL_RESET);
		sim_run(fake.sim, SIM_PS_NEVER);
		for (i = 0; i < 15; i++)
			desc_put(&fake, i, FAKE_MEM_BASE + i * 0x1000, 0x1000, 0);
		ring_program(&fake, 16, 15, 15);
		fake_start(&fake, 0);
		fake_finish(&fake, DONE);
		for (i = 0; i < 15; i++)
			ck_assert_uint_eq(desc_status(&fake, i), STATUS_DONE);
		fake_close_clean(&fake);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("hw.dma_engine_ring");
	TCase *tcase = tcase_create("ring");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tcase);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, test_ring_does_each_descriptor_and_writes_its_status_back);
	tcase_add_test(tcase, test_ring_status_comes_after_the_data);
	tcase_add_test(tcase, test_ring_wraps_and_waits_for_the_doorbell);
	tcase_add_test(tcase, test_ring_fetches_do_not_cross_4k_or_the_end);
	tcase_add_test(tcase, test_ring_data_is_cut_to_request_size);
	tcase_add_test(tcase, test_ring_marked_descriptor_interrupts_after_its_status);
	tcase_add_test(tcase, test_ring_bad_descriptor_is_answered_and_the_rest_goes_on);
	tcase_add_test(tcase, test_ring_failed_data_is_reported_in_its_descriptor);
	tcase_add_test(tcase, test_ring_that_cannot_be_fetched_stops_the_run);
	tcase_add_test(tcase, test_ring_stopped_in_the_middle_ends_cleanly);
	tcase_add_test(tcase, test_ring_nonsense_is_refused);
	tcase_add_test(tcase, test_ring_count_takes_no_descriptor_too_many);
	tcase_add_test(tcase, test_ring_with_few_tlps_and_many_descriptors_loses_none);
	tcase_add_test(tcase, test_ring_reset_at_any_moment_forgets_it);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
