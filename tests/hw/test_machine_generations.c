/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tests/hw/test_machine_generations.c - machines with other PHBs than PHB3: the machine files of POWER9 and POWER10, the
 * window of interrupt source pages, the root port's registers; and a store that has to wait for the PHB.
 */
#include "hw/phb/phb.h"
#include "hw/regs/phb4_regs.h"
#include "hw/regs/xive_regs.h"
#include "tests/hw/machine_fixture.h"

#define ESB_BASE 0x600c300000000ull

static const char *const phb4[] = {"machine.phbs=2",
				   "phb.generation=phb4",
				   "machine.phb.reg_bytes=8KiB",
				   "machine.phb.esb_base=0x600c300000000",
				   "machine.phb.esb_bytes=256MiB",
				   "machine.irq_latency=700ns",
				   NULL};

START_TEST(test_machine_file_has_six_phbs_of_two_sizes)
{
	/* Why: sizes, windows and the pervasive bus of a chip's PHBs are facts of skiboot and QEMU; a wrong one would collide
	 * (machine_create() refuses that) or be somebody else's. How: all six, with the small RAM of a test. */
	static const struct {
		const char *file;
		enum platform_phb_type type;
		uint32_t gen, nest[6];
	} files[] = {
		{"workloads/machines/power9-phb4.yaml",
		 PLATFORM_PHB_PHB4,
		 4,
		 {0x4010c40, 0x4011040, 0x4011080, 0x4011440, 0x4011480, 0x40114c0}},
		{"workloads/machines/power10-phb5.yaml",
		 PLATFORM_PHB_PHB5,
		 5,
		 {0x3011840, 0x3011880, 0x30118c0, 0x2011840, 0x2011880, 0x20118c0}},
	};
	struct cfg *cfg = rows_of_a_preset();
	struct sim *sim = sim_create(1);
	const struct platform *platform;
	struct machine *machine;
	uint32_t i;

	ck_assert_msg(cfg_load(cfg, files[_i].file) == 0, "%s", cfg_error(cfg));
	ck_assert_int_eq(cfg_set(cfg, "machine.phbs=6"), 0);
	ck_assert_msg(machine_create(sim, cfg, &machine) == 0, "%s", cfg_error(cfg));
	platform = machine_platform(machine);
	for (i = 0; i < 6; i++) {
		const struct platform_phb *phb = &platform->phb[i];
		bool big = i == 0 || i == 3;

		ck_assert_int_eq(phb->type, files[_i].type);
		ck_assert_uint_eq(phb->pe_count, big ? 512 : 256);
		ck_assert_uint_eq(phb->reserved_pe, phb->pe_count - 1);
		ck_assert_uint_eq(phb->msi_count, big ? 4088 : 2040);
		ck_assert_uint_eq(phb->reg_bytes, 0x2000);
		ck_assert_uint_eq(phb->esb_bytes, 256 << 20);
		ck_assert_uint_eq(phb->esb_base - platform->phb[0].esb_base, i * (512ull << 20));
		ck_assert_uint_eq(phb->m64_base, platform->phb[i < 3 ? 0 : 3].m64_base + i % 3 * phb->m64_bytes);
		ck_assert_uint_eq(phb->scom_base[PLATFORM_SCOM_NEST], files[_i].nest[i]);
		ck_assert_uint_eq(link_speed(machine_link(machine, i)), files[_i].gen);
		ck_assert_uint_eq(link_width(machine_link(machine, i)), 16);
	}
	machine_destroy(machine);
	cfg_destroy(cfg);
	sim_destroy(sim);
}
END_TEST

START_TEST(test_esb_window_reaches_the_sources_of_its_phb)
{
	/* Why: an end of interrupt at the wrong page would lose somebody else's. How: states by loads, of one PHB alone; a
	 * trigger by a store; what is no such access; where the window ends. */
	struct bench bench;
	uint64_t esb, regs;

	bench_open(&bench, phb4);
	esb = bench.platform->phb[1].esb_base;
	regs = bench.platform->phb[1].reg_base;
	ck_assert_uint_eq(esb, ESB_BASE + (512 << 20));
	bench_write(&bench, regs + PHB_CONTROL, PHB4_INIT_CTRLR, 8);
	bench_write(&bench, regs + PHB4_INT_NOTIFY_ADDR, 0x6030203100000ull, 8);
	bench_write(&bench, bench.platform->phb[0].reg_base + PHB_CONTROL, PHB4_INIT_CTRLR, 8);
	ck_assert_uint_eq(bench_read(&bench, esb + (7 << 16) + XIVE_ESB_SET_PQ_01, 8), 0);
	ck_assert_uint_eq(bench_read(&bench, esb + (7 << 16) + XIVE_ESB_GET, 8), XIVE_ESB_VAL_Q);
	ck_assert_uint_eq(bench_read(&bench, ESB_BASE + (7 << 16) + XIVE_ESB_GET, 8), 0);
	ck_assert_uint_eq(bench_read(&bench, esb + (7 << 16) + XIVE_ESB_GET, 4), UINT32_MAX);
	ck_assert_uint_eq(bench_stat(&bench, "phb1", "esb_refused"), 1);
	bench_read(&bench, esb + (7 << 16) + XIVE_ESB_SET_PQ_00, 8);
	bench_write(&bench, esb + (7 << 16), 0, 8);
	sim_run(bench.sim, 699999);
	ck_assert_uint_eq(bench.irq_count, 0);
	sim_run(bench.sim, SIM_PS_NEVER);
	ck_assert_uint_eq(bench.irq_count, 1);
	ck_assert_uint_eq(bench.irq[0], bench.platform->phb[1].irq_base + 7);
	ck_assert_uint_eq(bench_read(&bench, esb + (256 << 20), 8), UINT64_MAX);
	ck_assert_uint_eq(bench_stat(&bench, "machine", "unclaimed"), 1);
	ck_assert_uint_eq(bench_stat(&bench, "machine", "esb_reads"), 5);
	ck_assert_uint_eq(bench_stat(&bench, "machine", "esb_writes"), 1);
	bench_close(&bench);
}
END_TEST

START_TEST(test_root_port_registers_lead_to_the_topology)
{
	/* Why: that is how firmware reaches bus 0 of a PHB4. How: by words; PERST# let go, buses, and a device found by a
	 * cycle. */
	struct bench bench;
	uint64_t root;

	bench_open(&bench, phb4);
	root = bench.platform->phb[0].reg_base + PHB4_RC_CONFIG_BASE;
	ck_assert_uint_eq(bench_read(&bench, root, 4), 0x04c11014);
	bench_write(&bench, bench.platform->phb[0].reg_base + PHB4_PCIE_CRESET, PHB4_PCIE_CRESET_PERST_N, 8);
	bench_write(&bench, root + PCI_BRIDGE_PRIMARY, 0x00ff0100, 4);
	ck_assert_uint_eq(config_read32(&bench, 0, 0x100, PCI_REG_VENDOR_ID), 0x70491234);
	ck_assert_uint_eq(config_read32(&bench, 0, 0, PCI_REG_VENDOR_ID), UINT32_MAX);
	bench_close(&bench);
}
END_TEST

struct pusher {
	struct bench *bench;
	sim_ps took[3];
};

static void push_task(struct sim *sim, void *arg)
{
	struct pusher *pusher = arg;
	uint32_t i;

	for (i = 0; i < 3; i++) {
		sim_ps from = sim_now(sim);

		bench_write(pusher->bench, REG_BASE + PHB_TCE_KILL, PHB_TCE_KILL_ALL, 8);
		pusher->took[i] = sim_now(sim) - from;
	}
}

START_TEST(test_store_waits_while_the_kill_queue_is_full)
{
	/* Why: PHB3's software does not ask whether there is room; the store is held up. How: a queue of two, kills of
	 * 400 ns (100 cycles): the third store waits until the first kill is done, not a picosecond longer. */
	struct bench bench;
	struct pusher pusher = {.bench = &bench};

	bench_open(&bench, (const char *[]){"phb.kill_queue=2", "phb.kill_scan_cycles=100", "machine.mmio_reg_write=50ns",
					    NULL});
	sim_task_create(bench.sim, "cpu", push_task, &pusher);
	sim_run(bench.sim, SIM_PS_NEVER);
	ck_assert_uint_eq(pusher.took[0], 50000);
	ck_assert_uint_eq(pusher.took[1], 50000);
	ck_assert_uint_eq(pusher.took[2], 400000 - 50000);
	ck_assert_uint_eq(bench_stat(&bench, "phb0", "kills_waited"), 1);
	ck_assert_uint_eq(bench_stat(&bench, "phb0", "kills_all"), 3);
	bench_close(&bench);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("hw.machine_generations");
	TCase *tcase = tcase_create("machine");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tcase, test_machine_file_has_six_phbs_of_two_sizes, 0, 2);
	tcase_add_test(tcase, test_esb_window_reaches_the_sources_of_its_phb);
	tcase_add_test(tcase, test_root_port_registers_lead_to_the_topology);
	tcase_add_test(tcase, test_store_waits_while_the_kill_queue_is_full);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
