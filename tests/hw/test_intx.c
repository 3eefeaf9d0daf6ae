/* SPDX-License-Identifier: GPL-2.0-only */
/* Legacy interrupts: wires of functions, ports that turn and sum them up, messages to the PHB, its LSIs, the device. */
#include "tests/hw/machine_fixture.h"
#include "tests/hw/topology_fixture.h"

#define ASSERT(wire) (PCI_MSG_ASSERT_INTA + (wire))
#define DEASSERT(wire) (PCI_MSG_DEASSERT_INTA + (wire))

/* The messages that came up since the last call are exactly these. */
static void expect_messages(struct tf *tf, size_t count, const uint32_t *messages)
{
	size_t i;

	tf_run(tf);
	ck_assert_uint_eq(tf->up_count, count);
	for (i = 0; i < count; i++) {
		ck_assert_int_eq(tf->up_type[i], TLP_MESSAGE);
		ck_assert_uint_eq(tf->up_msg[i], messages[i]);
	}
	tf->up_count = 0;
}
#define EXPECT(tf, ...)                                                                                                \
	do {                                                                                                           \
		const uint32_t messages[] = {__VA_ARGS__};                                                             \
		expect_messages(tf, sim_count_of(messages), messages);                                                 \
	} while (0)

START_TEST(test_each_port_turns_the_wires_by_its_number)
{
	/* Why: the operating system finds out which LSI a device has by this rule. How: six ports, INTA each. */
	struct tf tf;
	uint32_t i;

	tf_begin(&tf, 6);
	for (i = 0; i < 6; i++) {
		topology_intx(&tf.device[i].function, true);
		EXPECT(&tf, ASSERT(i % 4));
		topology_intx(&tf.device[i].function, false);
		EXPECT(&tf, DEASSERT(i % 4));
	}
	ck_assert_uint_eq(tf_stat(&tf, "pcie0", "interrupts"), 12);
	ck_assert_uint_eq(tf_stat(&tf, "pcie0", "messages"), 0); /* no errors */
	ck_assert_uint_eq(tf_get(&tf, 0, TF_AER + PCI_AER_ROOT_STATUS, 4), 0);
	tf_close(&tf);
}
END_TEST

START_TEST(test_wire_is_on_as_long_as_one_function_holds_it)
{
	/* Why: devices share wires; an edge per device would lose interrupts or make them up. */
	struct tf tf;

	tf_begin(&tf, 6);
	topology_intx(&tf.device[1].function, true);
	EXPECT(&tf, ASSERT(1));
	topology_intx(&tf.device[5].function, true);
	topology_intx(&tf.device[1].function, false);
	tf_run(&tf);
	ck_assert_uint_eq(tf.up_count, 0);
	topology_intx(&tf.device[5].function, false);
	EXPECT(&tf, DEASSERT(1));
	tf_close(&tf);
}
END_TEST

START_TEST(test_messages_come_behind_writes_and_need_no_bus_master)
{
	/* Why: a driver that takes the interrupt must see the data. Bus master enable is about requests only. */
	struct tf tf;

	tf_begin(&tf, 0);
	tf_send(&tf, 0, TLP_MEM_WRITE, 0x1000, 256);
	topology_intx(&tf.device[0].function, true);
	tf_run(&tf);
	ck_assert_uint_eq(tf.up_count, 2);
	ck_assert_int_eq(tf.up_type[0], TLP_MEM_WRITE);
	ck_assert_uint_eq(tf.up_msg[1], ASSERT(0));
	tf.up_count = 0;
	tf_set(&tf, 0, PCI_REG_COMMAND, 0, 2);
	topology_intx(&tf.device[0].function, false);
	EXPECT(&tf, DEASSERT(0));
	tf_close(&tf);
}
END_TEST

START_TEST(test_port_whose_link_goes_down_lets_go)
{
	/* Why: the device cannot do it any more, and the interrupt would storm for ever (PCIe 2.2.8.1). How: a
	 * downstream port, whose message crosses the link; the root port, which tells at once. */
	struct tf tf;

	tf_begin(&tf, 2);
	topology_intx(&tf.device[0].function, true);
	topology_intx(&tf.device[1].function, true);
	EXPECT(&tf, ASSERT(0), ASSERT(1));
	tf_set(&tf, TF_PORT_RID(1), PCI_BRIDGE_CONTROL, PCI_BRIDGE_CONTROL_RESET, 2);
	EXPECT(&tf, DEASSERT(1));
	/* The function that was reset holds nothing when the port opens again. */
	tf_set(&tf, TF_PORT_RID(1), PCI_BRIDGE_CONTROL, 0, 2);
	tf_run(&tf);
	ck_assert_uint_eq(tf.up_count, 0);
	topology_perst(tf.topology, true);
	ck_assert_uint_eq(tf.up_count, 1);
	EXPECT(&tf, DEASSERT(0));
	tf_close(&tf);
}
END_TEST

START_TEST(test_message_waits_for_an_empty_pool_and_is_dropped_when_it_is_moot)
{
	/* Why: an empty pool is back-pressure, never a lost interrupt. How: all TLPs taken while the wire rises; freed
	 * with the wire still on, and with the wire off again. */
	struct tlp *taken[TF_TLPS];
	struct tf tf;
	uint32_t i;

	tf_begin(&tf, 0);
	for (i = 0; i < TF_TLPS; i++)
		ck_assert_ptr_nonnull(taken[i] = tlp_alloc(tf.pool));
	topology_intx(&tf.device[0].function, true);
	tf_run(&tf);
	ck_assert_uint_eq(tf.up_count, 0);
	tlp_free(taken[--i]);
	EXPECT(&tf, ASSERT(0));
	ck_assert_ptr_nonnull(taken[i] = tlp_alloc(tf.pool));
	i++;
	topology_intx(&tf.device[0].function, false);
	topology_intx(&tf.device[0].function, true);
	while (i)
		tlp_free(taken[--i]);
	tf_run(&tf);
	ck_assert_uint_eq(tf.up_count, 0);
	tf_close(&tf);
}
END_TEST

/* ---- A whole machine ---- */

static uint64_t lsi_bench(struct bench *bench)
{
	uint64_t bar;

	bench_open(bench, NULL);
	bring_up(bench, 0);
	bar = bring_up_device(bench, 0, 0x400, 0x100000);
	config_write32(bench, 0, 0x400, DMA_ENGINE_CAP_MSI, 0);
	program_run(bench, bar, BUFFER_AT, 4096, 0);
	return bar;
}

static void run_with_interrupt(struct bench *bench, uint64_t bar)
{
	bench_write(bench, bar + DMA_ENGINE_CTRL, DMA_ENGINE_CTRL_START | DMA_ENGINE_CTRL_MSI_DONE, 8);
	sim_run(bench->sim, SIM_PS_NEVER);
}

static uint32_t device_status(struct bench *bench)
{
	return config_read32(bench, 0, 0x400, PCI_REG_COMMAND) >> 16;
}

START_TEST(test_phb3_presents_the_lsi_once_it_is_unmasked)
{
	/* Why: LXIVT's priority masks, as for the error LSIs. How: the second device behind the switch has INTB, LSI 1
	 * of the last eight sources; masked by priority 0xff, then not; acknowledged at the device. */
	const uint64_t select = ppc_set(PHB_IODA_ADDR_TSEL, 0, IODA2_TBL_LXIVT) | 1;
	struct bench bench;
	uint64_t bar = lsi_bench(&bench), regs = bench.platform->phb[0].reg_base;

	bench_write(&bench, regs + PHB_IODA_ADDR, select, 8);
	bench_write(&bench, regs + PHB_IODA_DATA0, ppc_set(IODA2_LXIVT_PRIORITY, 0, IODA2_IVE_PRIORITY_MASKED), 8);
	run_with_interrupt(&bench, bar);
	ck_assert_uint_eq(bench.irq_count, 0);
	ck_assert_uint_ne(device_status(&bench) & PCI_STATUS_INTX, 0);
	bench_write(&bench, regs + PHB_IODA_ADDR, select, 8);
	bench_write(&bench, regs + PHB_IODA_DATA0, 0, 8);
	sim_run(bench.sim, SIM_PS_NEVER);
	ck_assert_uint_eq(bench.irq_count, 1);
	ck_assert_uint_eq(bench.irq[0], bench.platform->phb[0].irq_base + bench.platform->phb[0].msi_count + 1);
	/* A second run while the level is on is no second interrupt; after the acknowledgement it is. */
	run_with_interrupt(&bench, bar);
	ck_assert_uint_eq(bench.irq_count, 1);
	bench_write(&bench, bar + DMA_ENGINE_STATUS, DMA_ENGINE_STATUS_INTX, 8);
	sim_run(bench.sim, SIM_PS_NEVER);
	ck_assert_uint_eq(device_status(&bench) & PCI_STATUS_INTX, 0);
	run_with_interrupt(&bench, bar);
	ck_assert_uint_eq(bench.irq_count, 2);
	ck_assert_uint_eq(bench_stat(&bench, "phb0", "lsi_intx"), 2);
	bench_close(&bench);
}
END_TEST

START_TEST(test_command_bit_holds_the_wire_back_but_not_the_status)
{
	/* Why: VFIO masks INTx by that bit, and polls the status to find out whose it was. */
	struct bench bench;
	uint64_t bar = lsi_bench(&bench);
	const uint32_t on = PCI_COMMAND_MEMORY | PCI_COMMAND_BUS_MASTER;

	config_write32(&bench, 0, 0x400, PCI_REG_COMMAND, on | PCI_COMMAND_INTX_OFF);
	run_with_interrupt(&bench, bar);
	ck_assert_uint_eq(bench.irq_count, 0);
	ck_assert_uint_ne(device_status(&bench) & PCI_STATUS_INTX, 0);
	config_write32(&bench, 0, 0x400, PCI_REG_COMMAND, on);
	sim_run(bench.sim, SIM_PS_NEVER);
	ck_assert_uint_eq(bench.irq_count, 1);
	/* Reset of the function: nothing is due, the wire is off. */
	bench_write(&bench, bar + DMA_ENGINE_CTRL, DMA_ENGINE_CTRL_RESET, 8);
	ck_assert_uint_eq(device_status(&bench) & PCI_STATUS_INTX, 0);
	sim_run(bench.sim, SIM_PS_NEVER);
	ck_assert_uint_eq(bench_stat(&bench, "pcie0", "interrupts"), 2);
	bench_close(&bench);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("hw.intx");
	TCase *tcase = tcase_create("intx");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tcase);
	tcase_add_test(tcase, test_each_port_turns_the_wires_by_its_number);
	tcase_add_test(tcase, test_wire_is_on_as_long_as_one_function_holds_it);
	tcase_add_test(tcase, test_messages_come_behind_writes_and_need_no_bus_master);
	tcase_add_test(tcase, test_port_whose_link_goes_down_lets_go);
	tcase_add_test(tcase, test_message_waits_for_an_empty_pool_and_is_dropped_when_it_is_moot);
	tcase_add_test(tcase, test_phb3_presents_the_lsi_once_it_is_unmasked);
	tcase_add_test(tcase, test_command_bit_holds_the_wire_back_but_not_the_status);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
