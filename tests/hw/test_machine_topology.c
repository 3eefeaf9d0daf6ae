/* SPDX-License-Identifier: GPL-2.0-only */
/* The machine's PCIe topology: its shapes, and the way of errors and resets through it with real devices and a real
 * PHB. */
#include "machine_fixture.h"

/* @expect NULL: the row itself refuses. */
static void assert_create_error(const char *yaml, const char *expect)
{
	struct cfg *cfg = rows_of_a_machine();
	struct machine *machine = NULL;
	struct sim *sim = sim_create(1);

	ck_assert_int_eq(cfg_load_text(cfg, "m.yaml", yaml), expect ? 0 : -EINVAL);
	if (expect) {
		ck_assert_int_eq(machine_create(sim, cfg, &machine), -EINVAL);
		ck_assert_ptr_null(machine);
		ck_assert_str_eq(cfg_error(cfg), expect);
	}
	sim_destroy(sim);
	cfg_destroy(cfg);
}

START_TEST(test_direct_topology_has_one_device_below_the_root_port)
{
	/* Why: without a switch the device is on bus 1; more than one would have no port, and the user is told so. */
	struct bench bench;
	uint64_t bar;

	bench_open(&bench, (const char *[]){"machine.topology=direct", "machine.devices=1", NULL});
	bring_up(&bench, 0);
	ck_assert_uint_eq(config_read32(&bench, 0, 0, PCI_REG_VENDOR_ID), BRIDGE_VENDOR_IBM | BRIDGE_DEVICE_PHB3 << 16);
	ck_assert_uint_eq(config_read32(&bench, 0, 0x100, PCI_REG_VENDOR_ID), 0x70481234);
	ck_assert_uint_eq(config_read32(&bench, 0, 0x108, PCI_REG_VENDOR_ID), UINT32_MAX);
	ck_assert_uint_eq(config_read32(&bench, 0, 0x200, PCI_REG_VENDOR_ID), UINT32_MAX);
	bar = bring_up_device(&bench, 0, 0x100, 0x800000);
	ck_assert_uint_eq(bench_read(&bench, bar + DMA_ENGINE_ID, 8), DMA_ENGINE_ID_VALUE);
	bench_close(&bench);
	assert_create_error("machine:\n  topology: direct\n  devices: 3\n",
			    "m.yaml:3:12: found 3 devices, expected 1: machine.topology is direct, without a switch");
	assert_create_error("machine:\n  topology: ring\n", NULL);
}
END_TEST

START_TEST(test_functions_of_a_device_share_its_bus)
{
	/* Why: a multi-function device says so in function 0, each function has registers and DMA of its own. */
	struct bench bench;
	uint32_t i;

	bench_open(&bench, (const char *[]){"machine.functions=3", NULL});
	bring_up(&bench, 0);
	for (i = 0; i < 3; i++) {
		uint32_t rid = 0x400 | i;
		uint64_t bar = bring_up_device(&bench, 0, rid, 0x800000);

		ck_assert_uint_eq(config_read32(&bench, 0, rid, 0xc) >> 16 & 0xff, PCI_HEADER_MULTI_FUNCTION);
		config_write32(&bench, 0, rid, PCI_REG_BAR0, 0x80800000 + i * 0x10000);
		bar += i * 0x10000;
		ck_assert_uint_eq(bench_read(&bench, bar + DMA_ENGINE_ID, 8), DMA_ENGINE_ID_VALUE);
		program_run(&bench, bar, BUFFER_AT + i * 0x100000, 0x1000, 0);
		bench_write(&bench, bar + DMA_ENGINE_CTRL, DMA_ENGINE_CTRL_START, 8);
	}
	ck_assert_uint_eq(config_read32(&bench, 0, 0x403, PCI_REG_VENDOR_ID), UINT32_MAX);
	sim_run(bench.sim, SIM_PS_NEVER);
	ck_assert_uint_eq(bench_stat(&bench, "phb0.dma1", "write_bytes"), 0x1000);
	ck_assert_uint_eq(bench_stat(&bench, "phb0.dma1f1", "write_bytes"), 0x1000);
	ck_assert_uint_eq(bench_stat(&bench, "phb0.dma1f2", "write_bytes"), 0x1000);
	ck_assert_uint_eq(bench_stat(&bench, "phb0.dma0f1", "write_bytes"), 0);
	bench_close(&bench);
}
END_TEST

/* All requesters of @bus in PE @pe, with a bypass window; errors freeze. */
static void bring_up_pe(struct bench *bench, uint32_t bus, uint16_t pe)
{
	uint8_t *ram = bench->platform->ram;
	uint64_t end_16m = bench->platform->ram_bytes >> IODA2_TVT_REAL_SHIFT;
	uint32_t i;

	for (i = 0; i < 256; i++) {
		ram[RTT_AT + 2 * (bus << 8 | i)] = (uint8_t)(pe >> 8);
		ram[RTT_AT + 2 * (bus << 8 | i) + 1] = (uint8_t)pe;
	}
	bench_write(bench, REG_BASE + PHB_RTC_INVALIDATE, PHB_RTC_INVALIDATE_ALL, 8);
	bench_write(bench, REG_BASE + PHB_IODA_ADDR, ppc_set(PHB_IODA_ADDR_TSEL, 0, IODA2_TBL_TVT) | (2 * pe + 1), 8);
	bench_write(bench, REG_BASE + PHB_IODA_DATA0, ppc_set(IODA2_TVT_REAL_END, IODA2_TVT_REAL, end_16m), 8);
	bench_write(bench, REG_BASE + PHB_INA_ERR_BASE + PHB_ERR_LEM_ENABLE, UINT64_MAX, 8);
	bench_write(bench, REG_BASE + PHB_INA_ERR_BASE + PHB_ERR_FREEZE_ENABLE, UINT64_MAX, 8);
}

START_TEST(test_error_message_of_a_device_freezes_its_pe)
{
	/*
	 * Why: the whole way of an error: device, two bridges, root port, PHB. How: a fatal error of device 1; its PE
	 * and no other is frozen, with its RID in the record. With SERR# off in the upstream port the PHB hears
	 * nothing.
	 */
	struct phb_freeze freeze;
	struct bench bench;
	uint64_t bar;
	uint32_t i, told;

	for (told = 0; told < 2; told++) {
		bench_open(&bench, NULL);
		bring_up(&bench, 0);
		bring_up_pe(&bench, 3, 5);
		bring_up_pe(&bench, 4, 6);
		bring_up_device(&bench, 0, 0x300, 0);
		bar = bring_up_device(&bench, 0, 0x400, 0x800000);
		for (i = 0; i < 3; i++) {
			static const uint32_t bridges[] = {0, 0x100, 0x208};

			config_write32(&bench, 0, bridges[i], PCI_BRIDGE_CONTROL & ~3u,
				       (i == 1 ? told : 1) * PCI_BRIDGE_CONTROL_SERR << 16);
		}
		config_write32(&bench, 0, 0x400, DMA_ENGINE_CAP_EXPRESS + PCI_EXP_DEVCTL, PCI_EXP_DEVCTL_REPORT_FATAL);
		bench_write(&bench, bar + DMA_ENGINE_PROVOKE, DMA_ENGINE_PROVOKE_FATAL, 8);
		sim_run(bench.sim, SIM_PS_NEVER);
		ck_assert(!phb_freeze_state(machine_phb(bench.machine, 0), 5, &freeze));
		ck_assert_int_eq(phb_freeze_state(machine_phb(bench.machine, 0), 6, &freeze), told);
		if (told)
			ck_assert_uint_eq(freeze.rid, 0x400);
		ck_assert_uint_eq(bench_stat(&bench, "pcie0", "stopped_messages"), !told);
		ck_assert_uint_eq(machine_tlps_in_flight(bench.machine), 0);
		bench_close(&bench);
	}
}
END_TEST

START_TEST(test_slot_reset_in_full_flight_spares_the_neighbour)
{
	/*
	 * Why: resetting one slot is how a frozen device is got back while others work. How: both stream; port 0 is
	 * reset at many instants; device 0 is idle and silent, device 1 finishes, nothing is lost from the pool.
	 */
	sim_ps t;

	for (t = 0; t < 6 * SIM_PS_PER_US; t += 830 * SIM_PS_PER_NS) {
		struct bench bench;
		uint64_t bar[2];
		uint32_t i;

		bench_open(&bench, NULL);
		bring_up(&bench, 0);
		for (i = 0; i < 2; i++) {
			bar[i] = bring_up_device(&bench, 0, (3 + i) << 8, i * 0x800000);
			program_run(&bench, bar[i], BUFFER_AT + i * 0x100000, 0x40000, 128);
			bench_write(&bench, bar[i] + DMA_ENGINE_CTRL, DMA_ENGINE_CTRL_START, 8);
		}
		sim_run(bench.sim, t);
		config_write32(&bench, 0, 0x200, PCI_BRIDGE_CONTROL & ~3u, PCI_BRIDGE_CONTROL_RESET << 16);
		ck_assert_uint_eq(config_read32(&bench, 0, 0x300, PCI_REG_VENDOR_ID), UINT32_MAX);
		sim_run(bench.sim, SIM_PS_NEVER);
		ck_assert_uint_eq(bench_read(&bench, bar[1] + DMA_ENGINE_STATUS, 8), DMA_ENGINE_STATUS_DONE);
		ck_assert_uint_eq(bench_stat(&bench, "phb0.dma1", "errors"), 0);
		ck_assert_uint_eq(bench_stat(&bench, "phb0.dma0", "resets"), 1);
		config_write32(&bench, 0, 0x200, PCI_BRIDGE_CONTROL & ~3u, 0);
		ck_assert_uint_eq(config_read32(&bench, 0, 0x300, PCI_REG_COMMAND) & 0xffff, 0);
		ck_assert_uint_eq(machine_tlps_in_flight(bench.machine), 0);
		bench_close(&bench);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("hw.machine_topology");
	TCase *tcase = tcase_create("topology");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tcase);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, test_direct_topology_has_one_device_below_the_root_port);
	tcase_add_test(tcase, test_functions_of_a_device_share_its_bus);
	tcase_add_test(tcase, test_error_message_of_a_device_freezes_its_pe);
	tcase_add_test(tcase, test_slot_reset_in_full_flight_spares_the_neighbour);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
