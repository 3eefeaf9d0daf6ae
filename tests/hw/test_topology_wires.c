/* SPDX-License-Identifier: GPL-2.0-only */
/* Links below a switch that have a wire of their own: time per hop, sharing, back-pressure through the switch, resets. */
#include "tests/hw/topology_fixture.h"

#define ROOT_PS 150000u /* both latencies of the root port's link */
#define PORT_PS 100000u
#define FOUR_GIB (1ull << 32)

static const char *const wires[] = {"pcie.gen=3",	  "pcie.width=8",	  "pcie.port_gen=3",
				    "pcie.port_width=4",  "pcie.port_latency=100ns", "pcie.dllp_bytes=0",
				    "pcie.skip_bytes=0",  NULL};
/* 88 and 84 bytes at 126.953125 ps (x8) and 253.90625 ps (x4), rounded up. */
#define WRITE_ROOT_PS 11172u
#define WRITE_PORT_PS 22344u
#define READ_ROOT_PS 3047u
#define READ_PORT_PS 6094u
#define DATA_ROOT_PS 10665u
#define DATA_PORT_PS 21329u

static void wires_open(struct tf *tf, uint32_t ports, const char *more)
{
	const char *sets[sim_count_of(wires) + 1];
	size_t n = sim_count_of(wires) - 1;

	memcpy(sets, wires, sizeof(wires));
	sets[n] = more;
	sets[n + 1] = NULL;
	tf_open_with(tf, ports, sets);
	tf_program(tf);
}

START_TEST(test_read_then_pays_each_wire_once_per_way)
{
	/* Why: store and forward: 24 B over both wires up, 84 B over both down, and the latencies; gate at t - 1 and t. */
	const sim_ps up = READ_PORT_PS + PORT_PS + READ_ROOT_PS + ROOT_PS, down = DATA_ROOT_PS + ROOT_PS + DATA_PORT_PS + PORT_PS;
	struct tf tf;

	wires_open(&tf, 2, NULL);
	tf.answer = true;
	tf_send(&tf, 1, TLP_MEM_READ, FOUR_GIB, 64);
	sim_run(tf.sim, up - 1);
	ck_assert_uint_eq(tf.up_count, 0);
	sim_run(tf.sim, up);
	ck_assert_uint_eq(tf.up_count, 1);
	sim_run(tf.sim, up + down - 1);
	ck_assert_uint_eq(tf.device[1].completions, 0);
	sim_run(tf.sim, up + down);
	ck_assert_uint_eq(tf.device[1].completions, 1);
	ck_assert_uint_eq(tf.device[1].last_ps, up + down);
	tf_close(&tf);
}
END_TEST

START_TEST(test_two_ports_then_share_the_root_wire_and_not_each_others)
{
	/* Why: one port of x4 fills half of the root's x8; two fill it; three still only fill it. */
	uint32_t ports, i, n = 100;

	for (ports = 1; ports <= 3; ports++) {
		sim_ps slowest = ports * n * WRITE_ROOT_PS;
		struct tf tf;

		wires_open(&tf, 3, "pcie.credits.posted_headers=0");
		for (i = 0; i < ports * n; i++)
			tf_send(&tf, i % ports, TLP_MEM_WRITE, FOUR_GIB, 64);
		tf_run(&tf);
		ck_assert_uint_eq(tf.up_count, ports * n);
		if (slowest < n * WRITE_PORT_PS)
			slowest = n * WRITE_PORT_PS;
		ck_assert_uint_ge(tf.up_ps, slowest + PORT_PS + ROOT_PS);
		ck_assert_uint_le(tf.up_ps, slowest + PORT_PS + ROOT_PS + WRITE_PORT_PS + WRITE_ROOT_PS);
		tf_close(&tf);
	}
}
END_TEST

START_TEST(test_full_switch_then_holds_the_port_back)
{
	/*
	 * Why: the switch has room for four packets of each port, and a slow wire above: only as fast as they leave may
	 * new ones come. A credit is the packet's from the moment it leaves the device until 100 ns after it left the
	 * switch, so that four of them never are in the switch together with a fifth.
	 */
	struct tf tf;
	uint32_t i, n = 50;

	tf_open_with(&tf, 1, (const char *[]){"pcie.gen=1", "pcie.width=1", "pcie.port_gen=3", "pcie.port_width=8",
					      "pcie.port_latency=100ns", "pcie.credits.posted_headers=4",
					      "pcie.dllp_bytes=0", "pcie.skip_bytes=0", NULL});
	tf_program(&tf);
	for (i = 0; i < n; i++)
		tf_send(&tf, 0, TLP_MEM_WRITE, FOUR_GIB, 64);
	/* After 1 us: two have left the switch (352 ns each), so 4 + 2 have left the device, and no more. */
	sim_run(tf.sim, SIM_PS_PER_US);
	ck_assert_uint_eq(tf_stat(&tf, "pcie0.port0", "up_tlps"), 6);
	tf_run(&tf);
	ck_assert_uint_eq(tf.up_count, n);
	ck_assert_uint_eq(tf_stat(&tf, "pcie0.port0", "up_credit_waits"), n - 4);
	/* 88 B at 4 ns: the slow wire is always busy. */
	ck_assert_uint_eq(tf.up_ps, WRITE_ROOT_PS + PORT_PS + n * 352000ull + ROOT_PS);
	tf_close(&tf);
}
END_TEST

START_TEST(test_reset_of_a_port_then_loses_only_what_is_on_its_wire)
{
	/* Why: a secondary bus reset empties one wire, its neighbour's packets come through; the root port's takes all. */
	struct tf tf;

	wires_open(&tf, 2, NULL);
	tf_send(&tf, 0, TLP_MEM_WRITE, FOUR_GIB, 64);
	tf_send(&tf, 1, TLP_MEM_WRITE, FOUR_GIB, 64);
	sim_run(tf.sim, PORT_PS);
	tf_set(&tf, TF_PORT_RID(0), PCI_BRIDGE_CONTROL, PCI_BRIDGE_CONTROL_RESET, 2);
	tf_run(&tf);
	ck_assert_uint_eq(tf.up_count, 1);
	ck_assert_uint_eq(tf.up_rid[0], TF_RID(1));
	ck_assert_uint_eq(tf_stat(&tf, "pcie0.port0", "flushed"), 1);
	tf_send(&tf, 1, TLP_MEM_WRITE, FOUR_GIB, 64);
	tf_set(&tf, 0, PCI_BRIDGE_CONTROL, PCI_BRIDGE_CONTROL_RESET, 2);
	tf_run(&tf);
	ck_assert_uint_eq(tf.up_count, 1);
	ck_assert_uint_eq(tf_stat(&tf, "pcie0.port1", "flushed"), 1);
	tf_close(&tf);
}
END_TEST

START_TEST(test_destroy_in_full_flight_then_all_wires_give_back)
{
	/* Why: a run that is stopped half-way; packets on the root's wire hold credits of the wires below it. */
	struct tf tf;
	uint32_t i;

	wires_open(&tf, 2, NULL);
	for (i = 0; i < 40; i++)
		tf_send(&tf, i % 2, TLP_MEM_WRITE, FOUR_GIB, 64);
	sim_run(tf.sim, PORT_PS + 5 * WRITE_PORT_PS);
	ck_assert_uint_lt(tlp_pool_free_count(tf.pool), tlp_pool_size(tf.pool));
	topology_destroy(tf.topology);
	tf.topology = NULL;
	link_destroy(tf.link);
	tf.link = NULL;
	tf_close(&tf);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("hw.topology_wires");
	TCase *tcase = tcase_create("wires");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tcase);
	tcase_add_test(tcase, test_read_then_pays_each_wire_once_per_way);
	tcase_add_test(tcase, test_two_ports_then_share_the_root_wire_and_not_each_others);
	tcase_add_test(tcase, test_full_switch_then_holds_the_port_back);
	tcase_add_test(tcase, test_reset_of_a_port_then_loses_only_what_is_on_its_wire);
	tcase_add_test(tcase, test_destroy_in_full_flight_then_all_wires_give_back);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
