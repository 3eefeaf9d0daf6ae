/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tests/hw/test_machine_timeout.c - a device that is silent, seen by CPUs: how long their accesses take, what goes on
 * beside it, what brings it back.
 */
#include "tests/hw/machine_fixture.h"

#define TIMEOUT_PS (10 * SIM_PS_PER_US)

static const char *const settings[] = {"phb.completion_timeout=10us", "machine.mmio_read=18ns",
				       "machine.mmio_reg_read=11ns", "machine.mmio_reg_write=0ns", NULL};

/** struct silence - what accesses to silent device 0x300 took. @other_ps: when another CPU's cycle was through. */
struct silence {
	struct bench *bench;
	uint64_t bar;
	sim_ps load_ps, next_ps, config_ps, begun_ps, other_ps;
};

static sim_ps timed_load(struct silence *silence, uint64_t want)
{
	sim_ps from = sim_now(silence->bench->sim);

	ck_assert_uint_eq(bench_read(silence->bench, silence->bar + DMA_ENGINE_ID, 8), want);
	return sim_now(silence->bench->sim) - from;
}

static void silent_cpu(struct sim *sim, void *arg)
{
	struct silence *silence = arg;
	struct bench *bench = silence->bench;
	uint64_t data = REG_BASE + PHB_CONFIG_DATA;

	bench_write(bench, silence->bar + DMA_ENGINE_PROVOKE, DMA_ENGINE_PROVOKE_NO_LOAD, 8);
	silence->load_ps = timed_load(silence, UINT64_MAX);
	/* Thawed, the next is answered. */
	bench_write(bench, REG_BASE + PHB_IODA_ADDR, ppc_set(PHB_IODA_ADDR_TSEL, 0, IODA2_TBL_PESTA), 8);
	bench_write(bench, REG_BASE + PHB_IODA_DATA0, 0, 8);
	silence->next_ps = timed_load(silence, DMA_ENGINE_ID_VALUE);
	bench_write(bench, silence->bar + DMA_ENGINE_PROVOKE, DMA_ENGINE_PROVOKE_NO_CONFIG, 8);
	config_select(bench, 0, 0x300, 0);
	silence->begun_ps = sim_now(sim);
	ck_assert_uint_eq(bench_read(bench, data, 4), UINT32_MAX);
	silence->config_ps = sim_now(sim) - silence->begun_ps;
}

/* Comes while the configuration cycle is out. */
static void other_cpu(struct sim *sim, void *arg)
{
	struct silence *silence = arg;

	while (!silence->begun_ps)
		sim_task_charge(sim, 100 * SIM_PS_PER_NS);
	ck_assert_uint_eq(bench_read(silence->bench, REG_BASE + PHB_CONFIG_DATA + 2, 2), DMA_ENGINE_DEVICE_ID);
	silence->other_ps = sim_now(sim);
}

START_TEST(test_access_to_a_silent_device_takes_the_time_out)
{
	/* Why: the CPU is held as long as the PHB waits, and only who needs what is held. How: the time of each access
	 * to the picosecond; a second configuration cycle ends after the first has been given up. */
	struct bench bench;
	struct silence silence = {.bench = &bench};
	sim_ps link_ps;

	bench_open(&bench, settings);
	bring_up(&bench, 0);
	silence.bar = bring_up_device(&bench, 0, 0x300, 0);
	link_ps = link_round_trip_ps(machine_link(bench.machine, 0), 0, 8);
	sim_task_create(bench.sim, "cpu 0", silent_cpu, &silence);
	sim_task_create(bench.sim, "cpu 1", other_cpu, &silence);
	sim_run(bench.sim, SIM_PS_NEVER);
	ck_assert_uint_eq(silence.load_ps, 18000 + link_ps / 2 + TIMEOUT_PS);
	ck_assert_uint_eq(silence.next_ps, 18000 + link_ps);
	ck_assert_uint_eq(silence.config_ps, 11000 + TIMEOUT_PS);
	ck_assert_uint_eq(silence.other_ps, silence.begun_ps + 11000 + TIMEOUT_PS);
	ck_assert_uint_eq(bench_stat(&bench, "phb0", "mmio_timeouts"), 1);
	ck_assert_uint_eq(bench_stat(&bench, "phb0", "config_timeouts"), 1);
	ck_assert_uint_eq(bench_stat(&bench, "phb0.dma0", "unanswered"), 2);
	bench_close(&bench);
}
END_TEST

static void start_run(struct bench *bench, uint64_t bar, uint64_t at)
{
	program_run(bench, bar, at, 0x10000, 256);
	bench_write(bench, bar + DMA_ENGINE_CTRL, DMA_ENGINE_CTRL_START, 8);
}

START_TEST(test_load_that_its_device_ends_as_an_error_reads_ones)
{
	/* Why: a CPU must not see what a device has disowned. How: Completer Abort and poisoned data once each, the PE thawed
	 * in between; the next load is well. */
	static const uint64_t provoke[] = {DMA_ENGINE_PROVOKE_LOAD_ABORT, DMA_ENGINE_PROVOKE_LOAD_POISONED};
	struct bench bench;
	uint64_t bar;
	int i;

	bench_open(&bench, settings);
	bring_up(&bench, 0);
	bar = bring_up_device(&bench, 0, 0x300, 0);
	for (i = 0; i < 2; i++) {
		bench_write(&bench, bar + DMA_ENGINE_PROVOKE, provoke[i], 8);
		ck_assert_uint_eq(bench_read(&bench, bar + DMA_ENGINE_ID, 8), UINT64_MAX);
		ck_assert_uint_eq(bench_stat(&bench, "phb0", "mmio_failed"), (uint64_t)i + 1);
		ck_assert_uint_eq(bench_stat(&bench, "phb0", "frozen_mmio_reads"), 0);
		bench_write(&bench, REG_BASE + PHB_IODA_ADDR, ppc_set(PHB_IODA_ADDR_TSEL, 0, IODA2_TBL_PESTA), 8);
		bench_write(&bench, REG_BASE + PHB_IODA_DATA0, 0, 8);
		ck_assert_uint_eq(bench_read(&bench, bar + DMA_ENGINE_ID, 8), DMA_ENGINE_ID_VALUE);
	}
	bench_close(&bench);
}
END_TEST

START_TEST(test_device_that_dies_stops_alone_until_its_link_is_reset)
{
	/* Why: a dead device answers and sends nothing, its neighbour must not notice. How: both run, one dies at once,
	 * the other ends its run; a store is lost; a secondary bus reset of the dead one's port brings it back. */
	uint32_t port = 0x200, control;
	uint64_t dead, other;
	struct bench bench;

	bench_open(&bench, settings);
	bring_up(&bench, 0);
	dead = bring_up_device(&bench, 0, 0x300, 0);
	other = bring_up_device(&bench, 0, 0x400, 0x1000000);
	start_run(&bench, dead, BUFFER_AT);
	start_run(&bench, other, BUFFER_AT + 0x100000);
	sim_run(bench.sim, 500 * SIM_PS_PER_NS);
	bench_write(&bench, dead + DMA_ENGINE_PROVOKE, DMA_ENGINE_PROVOKE_DEAD, 8);
	bench_write(&bench, dead + DMA_ENGINE_CTRL, DMA_ENGINE_CTRL_STOP, 8);
	sim_run(bench.sim, SIM_PS_NEVER);
	ck_assert_uint_eq(bench_read(&bench, other + DMA_ENGINE_READS, 8), 256);
	ck_assert_uint_eq(bench_read(&bench, other + DMA_ENGINE_STATUS, 8), DMA_ENGINE_STATUS_DONE);
	ck_assert_uint_lt(bench_stat(&bench, "phb0.dma0", "reads"), 256);
	ck_assert_uint_eq(config_read32(&bench, 0, 0x300, 0), UINT32_MAX);
	ck_assert_uint_eq(bench_stat(&bench, "phb0.dma0", "unanswered"), 2);
	sim_run(bench.sim, SIM_PS_NEVER);
	control = config_read32(&bench, 0, port, PCI_BRIDGE_CONTROL & ~3u);
	config_write32(&bench, 0, port, PCI_BRIDGE_CONTROL & ~3u, control | PCI_BRIDGE_CONTROL_RESET << 16);
	config_write32(&bench, 0, port, PCI_BRIDGE_CONTROL & ~3u, control);
	ck_assert_uint_eq(config_read32(&bench, 0, 0x300, 0), DMA_ENGINE_DEVICE_ID << 16 | DMA_ENGINE_VENDOR_ID);
	dead = bring_up_device(&bench, 0, 0x300, 0);
	start_run(&bench, dead, BUFFER_AT);
	sim_run(bench.sim, SIM_PS_NEVER);
	ck_assert_uint_eq(bench_read(&bench, dead + DMA_ENGINE_READS, 8), 256);
	ck_assert_uint_eq(machine_tlps_in_flight(bench.machine), 0);
	bench_close(&bench);
}
END_TEST

START_TEST(test_completion_that_nobody_asked_for_ends_at_the_phb)
{
	/* Why: a root complex drops it (PCI Express Base Specification 3.0, 2.3.2) and tells of it; DMA goes on. */
	struct bench bench;
	uint64_t bar;

	bench_open(&bench, settings);
	bring_up(&bench, 0);
	bar = bring_up_device(&bench, 0, 0x300, 0);
	start_run(&bench, bar, BUFFER_AT);
	bench_write(&bench, bar + DMA_ENGINE_PROVOKE, DMA_ENGINE_PROVOKE_STRAY, 8);
	sim_run(bench.sim, SIM_PS_NEVER);
	ck_assert_uint_eq(bench_stat(&bench, "phb0", "unexpected_tlps"), 1);
	ck_assert_uint_eq(bench_stat(&bench, "phb0", "trapped"), 1);
	ck_assert_uint_eq(bench_read(&bench, bar + DMA_ENGINE_READS, 8), 256);
	ck_assert_uint_eq(machine_tlps_in_flight(bench.machine), 0);
	bench_close(&bench);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("hw.machine_timeout");
	TCase *tcase = tcase_create("silent devices");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tcase);
	tcase_add_test(tcase, test_access_to_a_silent_device_takes_the_time_out);
	tcase_add_test(tcase, test_load_that_its_device_ends_as_an_error_reads_ones);
	tcase_add_test(tcase, test_device_that_dies_stops_alone_until_its_link_is_reset);
	tcase_add_test(tcase, test_completion_that_nobody_asked_for_ends_at_the_phb);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
