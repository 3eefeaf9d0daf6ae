/* SPDX-License-Identifier: GPL-2.0-only */
/* What hangs below a PHB: routing by bus, window and requester, ways that are closed, resets, retries, error messages.
 */
#include "tests/hw/topology_fixture.h"

#define READ_ADDR 0x800000000000000ull

/* ---- Configuration cycles ---- */

START_TEST(test_config_before_software_then_only_the_root_port)
{
	/* Why: after power-on no bridge has a bus number; the root bus has one device, at device 0. */
	struct tf tf;
	uint32_t value, rid;

	tf_open(&tf, 2);
	ck_assert_uint_eq(tf_get(&tf, 0, PCI_REG_VENDOR_ID, 4), 0x03dc1014);
	for (rid = 1; rid < 0x100; rid++) {
		ck_assert_int_eq(tf_read(&tf, (uint16_t)rid, 0, 4, &value), PCIE_CONFIG_NO_DEVICE);
		ck_assert_uint_eq(value, UINT32_MAX);
	}
	for (rid = 0x100; rid < 0x10000; rid += 0x100) {
		ck_assert_int_eq(tf_read(&tf, (uint16_t)rid, 0, 2, &value), PCIE_CONFIG_UR);
		ck_assert_uint_eq(value, 0xffff);
		ck_assert_ptr_null(topology_function(tf.topology, (uint16_t)rid));
	}
	ck_assert_uint_eq(tf_stat(&tf, "pcie0", "config_unsupported"), 255);
	tf_close(&tf);
}
END_TEST

START_TEST(test_config_after_software_then_each_bus_has_its_functions)
{
	/* Why: a type 1 cycle becomes type 0 on the one bus whose number it bears. How: all 65536 RIDs, against the
	 * list. */
	struct tf tf;
	uint32_t rid, i, value, found = 0;

	tf_begin(&tf, 3);
	for (rid = 0; rid < 0x10000; rid++) {
		enum pcie_config_status status = tf_read(&tf, (uint16_t)rid, PCI_REG_VENDOR_ID, 4, &value);
		bool there = !rid || rid == TF_UPSTREAM_RID;

		for (i = 0; i < 3; i++)
			there |= rid == TF_PORT_RID(i) || rid == TF_RID(i);
		ck_assert_int_eq(status == PCIE_CONFIG_OK, there);
		ck_assert_int_eq(topology_function(tf.topology, (uint16_t)rid) != NULL, there);
		if (!there)
			ck_assert_int_eq(status, rid < 0x100 ? PCIE_CONFIG_NO_DEVICE : PCIE_CONFIG_UR);
		found += there;
	}
	ck_assert_uint_eq(found, 8);
	for (i = 0; i < 3; i++) {
		ck_assert_uint_eq(tf.device[i].config_reads, 1);
		ck_assert_uint_eq(tf_get(&tf, TF_PORT_RID(i), PCI_REG_VENDOR_ID, 4),
				  (uint32_t)BRIDGE_DEVICE_DOWNSTREAM << 16 | BRIDGE_VENDOR_SWITCH);
	}
	ck_assert_uint_eq(tf_get(&tf, TF_UPSTREAM_RID, PCI_REG_VENDOR_ID, 4),
			  (uint32_t)BRIDGE_DEVICE_UPSTREAM << 16 | BRIDGE_VENDOR_SWITCH);
	tf_close(&tf);
}
END_TEST

START_TEST(test_config_that_nobody_takes_is_noted_by_who_answers)
{
	/* Why: the completer's status tells people where a cycle ended: a port for its own dead ends, the device for
	 * its own. */
	static const struct {
		uint16_t rid, noted_by;
	} cases[] = {
		{0x0900, 0},		   /* beyond the root port's range */
		{0x0108, 0},		   /* device 1 below the root port */
		{0x0258, TF_UPSTREAM_RID}, /* no such port in the switch */
		{0x0308, TF_PORT_RID(0)},  /* device 1 below a downstream port */
	};
	const uint32_t status = TF_AER + PCI_AER_UNCOR_STATUS;
	struct tf tf;
	uint32_t value;
	size_t i;

	for (i = 0; i < sim_count_of(cases); i++) {
		tf_begin(&tf, 2);
		ck_assert_int_eq(tf_read(&tf, cases[i].rid, 0, 4, &value), PCIE_CONFIG_UR);
		ck_assert_uint_eq(tf_get(&tf, 0, status, 4), cases[i].noted_by == 0 ? PCI_AER_UNSUPPORTED : 0);
		ck_assert_uint_eq(tf_get(&tf, TF_UPSTREAM_RID, status, 4),
				  cases[i].noted_by == TF_UPSTREAM_RID ? PCI_AER_UNSUPPORTED : 0);
		ck_assert_uint_eq(tf_get(&tf, TF_PORT_RID(0), status, 4),
				  cases[i].noted_by == TF_PORT_RID(0) ? PCI_AER_UNSUPPORTED : 0);
		ck_assert_uint_eq(tf.device[0].unsupported, 0);
		tf_close(&tf);
	}
	/* A function that the device has not: the cycle did reach it. */
	tf_begin(&tf, 2);
	ck_assert_int_eq(tf_read(&tf, TF_RID(1) | 1, 0, 4, &value), PCIE_CONFIG_UR);
	ck_assert_uint_eq(tf.device[1].unsupported, 1);
	/* A bus inside the root port's range that the switch does not have: the switch's upstream port answers. */
	tf_set(&tf, 0, PCI_BRIDGE_SUBORDINATE, 0x20, 1);
	ck_assert_int_eq(tf_read(&tf, 0x2000, 0, 4, &value), PCIE_CONFIG_UR);
	ck_assert_uint_eq(tf_get(&tf, TF_UPSTREAM_RID, status, 4), PCI_AER_UNSUPPORTED);
	tf_close(&tf);
}
END_TEST

START_TEST(test_function_captures_its_bus_from_writes)
{
	/* Why: 2.2.6.2: a requester id is what the last configuration write said, not what a read or a bridge says. */
	struct tf tf;

	tf_open(&tf, 2);
	tf_program_bridge(&tf, 0, 1, 9, TF_WINDOW(0), TF_WINDOW(1));
	tf_program_bridge(&tf, TF_UPSTREAM_RID, 2, 9, TF_WINDOW(0), TF_WINDOW(1));
	tf_program_bridge(&tf, TF_PORT_RID(1), 5, 5, TF_WINDOW(0), TF_WINDOW(1));
	(void)tf_get(&tf, 0x0500, 0, 4);
	ck_assert_uint_eq(tf.device[1].function.rid, 0);
	tf_set(&tf, 0x0500, PCI_REG_VENDOR_ID, 0, 4);
	ck_assert_uint_eq(tf.device[1].function.rid, 0x0500);
	ck_assert_uint_eq(tf.device[0].function.rid, 0);
	/* Renumbered: requests bear the old number until the next write, and their completions go astray. */
	tf_set(&tf, TF_PORT_RID(1), PCI_BRIDGE_PRIMARY, 0x00070702, 4);
	tf.answer = true;
	tf_send(&tf, 1, TLP_MEM_READ, READ_ADDR, 64);
	tf_run(&tf);
	ck_assert_uint_eq(tf.up_rid[0], 0x0500);
	ck_assert_uint_eq(tf.device[1].received, 0);
	ck_assert_uint_eq(tf_stat(&tf, "pcie0", "dropped"), 1);
	tf_set(&tf, 0x0700, PCI_REG_VENDOR_ID, 0, 4);
	tf_send(&tf, 1, TLP_MEM_READ, READ_ADDR, 64);
	tf_run(&tf);
	ck_assert_uint_eq(tf.up_rid[1], 0x0700);
	ck_assert_uint_eq(tf.device[1].completions, 1);
	tf_close(&tf);
}
END_TEST

START_TEST(test_direct_device_sits_on_bus_1)
{
	/* Why: without a switch the device is the root port's; a type 1 cycle that it gets is nothing it knows. */
	struct tf tf;
	uint32_t value;

	tf_begin(&tf, 0);
	ck_assert_uint_eq(tf_get(&tf, 0x0100, 0, 4), 0x70481234);
	ck_assert_int_eq(tf_read(&tf, 0x0108, 0, 4, &value), PCIE_CONFIG_UR);
	ck_assert_uint_eq(tf.device[0].unsupported, 0);
	tf_set(&tf, 0, PCI_BRIDGE_SUBORDINATE, 3, 1);
	ck_assert_int_eq(tf_read(&tf, 0x0200, 0, 4, &value), PCIE_CONFIG_UR);
	ck_assert_uint_eq(tf.device[0].unsupported, 1);
	ck_assert_ptr_eq(tf_claimer(&tf, TF_WINDOW(0), false), &tf.device[0]);
	tf.answer = true;
	tf_send(&tf, 0, TLP_MEM_READ, READ_ADDR, 64);
	tf_run(&tf);
	ck_assert_uint_eq(tf.up_rid[0], 0x0100);
	ck_assert_uint_eq(tf.device[0].completions, 1);
	tf_close(&tf);
}
END_TEST

START_TEST(test_functions_of_a_device_share_its_bus)
{
	/* Why: a multi-function device has its functions at device 0; each captures for itself and gets its own
	 * completions. */
	struct tf_device second = {.value = 0x55, .bar = TF_WINDOW(1) + TF_BAR_BYTES, .memory = true};
	struct tf tf;

	tf_open(&tf, 2);
	second.sim = tf.sim;
	second.function.ops = &tf_ops;
	second.function.ctx = &second;
	topology_attach(tf.topology, &second.function, 1, 3);
	tf_program(&tf);
	ck_assert_uint_eq(tf_get(&tf, TF_RID(1) | 3, 0, 4), 0x55);
	ck_assert_uint_eq(second.function.rid, 3);
	tf_set(&tf, TF_RID(1) | 3, 0, 0, 4);
	ck_assert_uint_eq(second.function.rid, TF_RID(1) | 3);
	tf_complete(&tf, TF_RID(1) | 3);
	tf_complete(&tf, TF_RID(1));
	tf_complete(&tf, TF_RID(1) | 4);
	tf_run(&tf);
	ck_assert_uint_eq(second.completions, 1);
	ck_assert_uint_eq(tf.device[1].completions, 1);
	ck_assert_uint_eq(tf_stat(&tf, "pcie0", "dropped"), 1);
	ck_assert_ptr_eq(topology_claimer(tf.topology, second.bar, false), &second.function);
	tf_set(&tf, TF_PORT_RID(1), PCI_BRIDGE_CONTROL, PCI_BRIDGE_CONTROL_RESET, 2);
	ck_assert_uint_eq(second.resets, 1);
	ck_assert_uint_eq(second.function.rid, 3);
	tf_close(&tf);
}
END_TEST

START_TEST(test_root_port_has_an_entry_of_its_own)
{
	/* Why: PHB4 maps the root port's space into its registers; no configuration cycle is made then. */
	struct tf tf;
	uint32_t value;

	tf_open(&tf, 1);
	ck_assert_int_eq(topology_root_write(tf.topology, PCI_BRIDGE_PRIMARY, 0x00ff0100, 4), PCIE_CONFIG_OK);
	ck_assert_int_eq(topology_root_read(tf.topology, PCI_BRIDGE_PRIMARY, 4, &value), PCIE_CONFIG_OK);
	ck_assert_uint_eq(value, 0x00ff0100);
	ck_assert_int_eq(topology_root_read(tf.topology, 0x1000, 4, &value), PCIE_CONFIG_UR);
	ck_assert_uint_eq(tf_get(&tf, TF_UPSTREAM_RID, PCI_REG_VENDOR_ID, 4),
			  (uint32_t)BRIDGE_DEVICE_UPSTREAM << 16 | BRIDGE_VENDOR_SWITCH);
	tf_close(&tf);
}
END_TEST

/* ---- Memory accesses ---- */

START_TEST(test_access_goes_down_only_through_windows)
{
	/* Why: each bridge on the way must claim the address. How: close one after the other, look who answers. */
	static const uint16_t bridges[] = {0, TF_UPSTREAM_RID, TF_PORT_RID(1)};
	const uint32_t status = TF_AER + PCI_AER_UNCOR_STATUS;
	struct tf tf;
	size_t i;

	tf_begin(&tf, 2);
	ck_assert_ptr_eq(tf_claimer(&tf, TF_WINDOW(0), false), &tf.device[0]);
	ck_assert_ptr_eq(tf_claimer(&tf, TF_WINDOW(1) + TF_BAR_BYTES - 1, true), &tf.device[1]);
	for (i = 0; i < sim_count_of(bridges); i++) {
		uint32_t windows = tf_get(&tf, bridges[i], PCI_BRIDGE_MEM_BASE, 4);

		tf_set(&tf, bridges[i], PCI_BRIDGE_MEM_BASE, 0x00000010, 4);
		ck_assert_ptr_null(tf_claimer(&tf, TF_WINDOW(1), false));
		tf_set(&tf, bridges[i], PCI_BRIDGE_MEM_BASE, windows, 4);
		tf_set(&tf, bridges[i], PCI_REG_COMMAND, PCI_COMMAND_BUS_MASTER, 2);
		ck_assert_ptr_null(tf_claimer(&tf, TF_WINDOW(1), false));
		tf_set(&tf, bridges[i], PCI_REG_COMMAND, PCI_COMMAND_BUS_MASTER | PCI_COMMAND_MEMORY, 2);
		ck_assert_ptr_eq(tf_claimer(&tf, TF_WINDOW(1), false), &tf.device[1]);
	}
	/* Root port for itself; upstream port for itself and for its ports. */
	ck_assert_uint_eq(tf_get(&tf, 0, status, 4), PCI_AER_UNSUPPORTED);
	ck_assert_uint_eq(tf_get(&tf, TF_UPSTREAM_RID, status, 4), PCI_AER_UNSUPPORTED);
	ck_assert_uint_eq(tf_get(&tf, TF_PORT_RID(1), status, 4), 0);
	ck_assert_uint_eq(tf.device[1].unsupported, 0);
	/* Behind its port's window but not in its BAR: the device answers, and knows whether it was a write. */
	ck_assert_ptr_null(tf_claimer(&tf, TF_WINDOW(1) + TF_BAR_BYTES, false));
	ck_assert_ptr_null(tf_claimer(&tf, TF_WINDOW(1) + TF_BAR_BYTES, true));
	ck_assert_uint_eq(tf.device[1].unsupported, 2);
	ck_assert_uint_eq(tf.device[1].unsupported_posted, 1);
	ck_assert_uint_eq(tf_stat(&tf, "pcie0", "memory_unsupported"), 8);
	tf_close(&tf);
}
END_TEST

START_TEST(test_access_through_the_prefetchable_window_reaches_64_bits)
{
	/* Why: BARs above 4 GiB lie behind prefetchable windows only. */
	const uint64_t high = 0x200000000000ull;
	static const uint16_t bridges[] = {0, TF_UPSTREAM_RID, TF_PORT_RID(0)};
	struct tf tf;
	size_t i;

	tf_begin(&tf, 2);
	tf.device[0].bar = high;
	ck_assert_ptr_null(tf_claimer(&tf, high, false));
	for (i = 0; i < sim_count_of(bridges); i++) {
		tf_set(&tf, bridges[i], PCI_BRIDGE_PREF_BASE, 0, 4);
		tf_set(&tf, bridges[i], PCI_BRIDGE_PREF_BASE_HIGH, 0x2000, 4);
		tf_set(&tf, bridges[i], PCI_BRIDGE_PREF_LIMIT_HIGH, 0x2000, 4);
	}
	ck_assert_ptr_eq(tf_claimer(&tf, high, false), &tf.device[0]);
	ck_assert_ptr_null(tf_claimer(&tf, high + 0x100000, false));
	tf_close(&tf);
}
END_TEST

START_TEST(test_posted_write_that_nobody_takes_is_an_error_message)
{
	/* Why: a lost store has no completion; ERR_NONFATAL of who dropped it is all there is. A load has its
	 * completion. */
	struct tf tf;

	tf_begin(&tf, 1);
	tf_set(&tf, TF_UPSTREAM_RID, TF_EXPRESS + PCI_EXP_DEVCTL, 0xf, 2);
	tf_set(&tf, TF_PORT_RID(0), PCI_REG_COMMAND, PCI_COMMAND_BUS_MASTER, 2);
	ck_assert_ptr_null(tf_claimer(&tf, TF_WINDOW(0), false));
	tf_run(&tf);
	ck_assert_uint_eq(tf.up_count, 0);
	ck_assert_ptr_null(tf_claimer(&tf, TF_WINDOW(0), true));
	tf_run(&tf);
	ck_assert_uint_eq(tf.up_count, 1);
	ck_assert_uint_eq(tf.up_msg[0], PCI_MSG_ERR_NONFATAL);
	ck_assert_uint_eq(tf.up_rid[0], TF_UPSTREAM_RID);
	tf_close(&tf);
}
END_TEST

START_TEST(test_packets_going_down_are_routed_likewise)
{
	/* Why: MMIO may also be packets; an unclaimed read is answered after both ways, to the picosecond. */
	struct tf tf;
	struct tlp *tlp;
	sim_ps when;

	tf_begin(&tf, 2);
	tlp = tlp_alloc(tf.pool);
	tlp->type = TLP_MEM_WRITE;
	tlp->addr.v = TF_WINDOW(1);
	tlp->bytes = 4;
	topology_send_down(tf.topology, tlp);
	tf_run(&tf);
	ck_assert_uint_eq(tf.device[1].received, 1);
	tlp = tlp_alloc(tf.pool);
	tlp->type = TLP_MEM_READ;
	tlp->addr.v = 0x70000000;
	tlp->bytes = 8;
	when = sim_now(tf.sim) + 2 * link_wire_ps(tf.link, 20) + 2 * 150000;
	topology_send_down(tf.topology, tlp);
	sim_run(tf.sim, when - 1);
	ck_assert_uint_eq(tf.up_count, 0);
	sim_run(tf.sim, when);
	ck_assert_uint_eq(tf.up_count, 1);
	ck_assert_int_eq(tf.up_type[0], TLP_COMPLETION);
	ck_assert_int_eq(tf.up_status[0], TLP_UR);
	tlp = tlp_alloc(tf.pool);
	tlp->type = TLP_MEM_WRITE;
	tlp->addr.v = 0x70000000;
	tlp->bytes = 8;
	topology_send_down(tf.topology, tlp);
	tlp = tlp_alloc(tf.pool);
	tlp->type = TLP_MESSAGE;
	topology_send_down(tf.topology, tlp);
	tf_run(&tf);
	ck_assert_uint_eq(tf_stat(&tf, "pcie0", "dropped"), 2);
	tf_close(&tf);
}
END_TEST

/* ---- Requests going up ---- */

START_TEST(test_request_meets_bus_master_off_anywhere_on_its_way)
{
	/* Why: one closed bridge is enough; a read comes back as UR after the link's time both ways, a write is lost.
	 */
	static const uint16_t bridges[] = {0, TF_UPSTREAM_RID, TF_PORT_RID(0)};
	const uint32_t status = TF_AER + PCI_AER_UNCOR_STATUS;
	struct tf tf;
	sim_ps when;
	size_t i;

	for (i = 0; i < sim_count_of(bridges); i++) {
		tf_begin(&tf, 2);
		ck_assert(tf.device[0].function.requests_open);
		tf_set(&tf, bridges[i], PCI_REG_COMMAND, PCI_COMMAND_MEMORY, 2);
		ck_assert(!tf.device[0].function.requests_open);
		ck_assert_int_eq(tf.device[1].function.requests_open, i == 2);
		when = sim_now(tf.sim) + link_round_trip_ps(tf.link, 0, 0);
		tf_send(&tf, 0, TLP_MEM_READ, READ_ADDR, 64);
		tf_send(&tf, 0, TLP_MEM_WRITE, READ_ADDR, 64);
		sim_run(tf.sim, when - 1);
		ck_assert_uint_eq(tf.device[0].completions, 0);
		ck_assert_uint_eq(tlp_pool_free_count(tf.pool), TF_TLPS - 2);
		sim_run(tf.sim, when);
		ck_assert_uint_eq(tf.device[0].completions, 1);
		ck_assert_int_eq(tf.device[0].last_status, TLP_UR);
		ck_assert_uint_eq(tlp_pool_free_count(tf.pool), TF_TLPS);
		ck_assert_uint_eq(tf.up_count, 0);
		ck_assert_uint_eq(tf_stat(&tf, "pcie0", "refused_reads"), 1);
		ck_assert_uint_eq(tf_stat(&tf, "pcie0", "refused_writes"), 1);
		ck_assert_uint_eq(tf_get(&tf, bridges[i], status, 4), PCI_AER_UNSUPPORTED);
		/* Open again, it works again; a neighbour was hurt only by what both have above. */
		tf_set(&tf, bridges[i], PCI_REG_COMMAND, PCI_COMMAND_MEMORY | PCI_COMMAND_BUS_MASTER, 2);
		tf_send(&tf, 0, TLP_MEM_WRITE, READ_ADDR, 64);
		tf_run(&tf);
		ck_assert_uint_eq(tf.up_count, 1);
		tf_close(&tf);
	}
}
END_TEST

START_TEST(test_destroy_with_refused_requests_gives_the_tlps_back)
{
	/* Why: a run that stops half-way must tear down; nothing may point into freed memory. */
	struct tf tf;
	uint32_t i;

	tf_open(&tf, 1);
	for (i = 0; i < 10; i++)
		tf_send(&tf, 0, i % 2 ? TLP_MEM_READ : TLP_MEM_WRITE, READ_ADDR, 64);
	topology_destroy(tf.topology);
	tf.topology = NULL;
	ck_assert_uint_eq(sim_event_count(tf.sim), 0);
	tf_close(&tf);
}
END_TEST

START_TEST(test_messages_pass_by_serr_enable_and_the_root_port_gathers_them)
{
	/* Why: bus master does not matter to messages; each bridge's SERR# enable does; the root port keeps kind and
	 * source. */
	static const uint16_t bridges[] = {0, TF_UPSTREAM_RID, TF_PORT_RID(1)};
	struct tf tf;
	size_t i;

	tf_begin(&tf, 2);
	for (i = 0; i < sim_count_of(bridges); i++)
		tf_set(&tf, bridges[i], PCI_REG_COMMAND, 0, 2);
	tf_send(&tf, 1, TLP_MESSAGE, 0, 0);
	ck_assert_uint_eq(tf_get(&tf, 0, TF_AER + PCI_AER_ROOT_STATUS, 4), 0); /* it takes its time */
	tf_run(&tf);
	ck_assert_uint_eq(tf.up_count, 1);
	ck_assert_uint_eq(tf.up_rid[0], TF_RID(1));
	ck_assert_uint_eq(tf_get(&tf, 0, TF_AER + PCI_AER_ROOT_STATUS, 4), PCI_AER_ROOT_UNCOR | PCI_AER_ROOT_NONFATAL);
	ck_assert_uint_eq(tf_get(&tf, 0, TF_AER + PCI_AER_ROOT_COR_SOURCE, 4), (uint32_t)TF_RID(1) << 16);
	ck_assert_uint_eq(tf_get(&tf, TF_PORT_RID(1), PCI_BRIDGE_SECONDARY_STATUS, 2), PCI_STATUS_SYSTEM_ERROR);
	ck_assert_uint_eq(tf_get(&tf, TF_PORT_RID(0), PCI_BRIDGE_SECONDARY_STATUS, 2), 0);
	for (i = 0; i < sim_count_of(bridges); i++) {
		tf_set(&tf, bridges[i], PCI_BRIDGE_CONTROL, 0, 2);
		tf_send(&tf, 1, TLP_MESSAGE, 0, 0);
		tf_run(&tf);
		ck_assert_uint_eq(tf.up_count, 1);
		tf_set(&tf, bridges[i], PCI_BRIDGE_CONTROL, PCI_BRIDGE_CONTROL_SERR, 2);
	}
	ck_assert_uint_eq(tf_stat(&tf, "pcie0", "stopped_messages"), 3);
	ck_assert_uint_eq(tf_stat(&tf, "pcie0", "messages"), 1);
	tf_close(&tf);
}
END_TEST

START_TEST(test_malformed_packet_is_found_by_the_port_above)
{
	/* Why: a receiver checks what it gets; the message bears the port's id, not the culprit's: PELT-V is for that.
	 */
	struct tf tf;
	struct tlp *tlp;

	tf_begin(&tf, 2);
	tf_set(&tf, TF_PORT_RID(1), TF_EXPRESS + PCI_EXP_DEVCTL, 0xf, 2);
	tlp = tlp_alloc(tf.pool);
	tlp->type = TLP_MEM_WRITE;
	tlp->rid = TF_RID(1);
	tlp->addr.v = 0x1000;
	tlp->bytes = 64;
	topology_send_malformed(&tf.device[1].function, tlp);
	tf_run(&tf);
	ck_assert_uint_eq(tf.up_count, 1);
	ck_assert_uint_eq(tf.up_msg[0], PCI_MSG_ERR_FATAL);
	ck_assert_uint_eq(tf.up_rid[0], TF_PORT_RID(1));
	ck_assert_uint_eq(tf_get(&tf, TF_PORT_RID(1), TF_AER + PCI_AER_UNCOR_STATUS, 4), PCI_AER_MALFORMED);
	ck_assert_uint_eq(tf_get(&tf, TF_PORT_RID(1), TF_AER + PCI_AER_HEADER_LOG, 4), 0x40000010);
	ck_assert_uint_eq(tf_stat(&tf, "pcie0", "malformed"), 1);
	tf_close(&tf);
	/* Directly below the root port it is the root port that reports, without crossing the link. */
	tf_begin(&tf, 0);
	tf_set(&tf, 0, TF_EXPRESS + PCI_EXP_DEVCTL, 0xf, 2);
	tlp = tlp_alloc(tf.pool);
	tlp->type = TLP_MEM_READ;
	topology_send_malformed(&tf.device[0].function, tlp);
	ck_assert_uint_eq(tf.up_count, 1);
	ck_assert_uint_eq(tf.up_rid[0], 0);
	ck_assert_uint_eq(tf_get(&tf, 0, TF_AER + PCI_AER_ROOT_STATUS, 4),
			  PCI_AER_ROOT_UNCOR | PCI_AER_ROOT_FIRST_FATAL | PCI_AER_ROOT_FATAL);
	tf_close(&tf);
}
END_TEST

/* ---- Resets ---- */

START_TEST(test_port_reset_hits_only_what_is_behind_and_holds_it)
{
	/* Why: slots are reset one by one. While the bit is set nobody answers there; the neighbour notices nothing. */
	struct tf tf;
	uint32_t value;

	tf_begin(&tf, 2);
	tf.answer = true;
	tf_set(&tf, TF_PORT_RID(0), PCI_BRIDGE_CONTROL, PCI_BRIDGE_CONTROL_RESET | PCI_BRIDGE_CONTROL_SERR, 2);
	ck_assert_uint_eq(tf.device[0].resets, 1);
	ck_assert_uint_eq(tf.device[0].fundamental_resets, 0);
	ck_assert_uint_eq(tf.device[1].resets, 0);
	ck_assert_uint_eq(tf.device[0].function.rid, 0);
	ck_assert_uint_eq(tf.device[1].function.rid, TF_RID(1));
	ck_assert_int_eq(tf_read(&tf, TF_RID(0), 0, 4, &value), PCIE_CONFIG_NO_DEVICE);
	ck_assert_int_eq(topology_config_write(tf.topology, TF_RID(0), 0, 0, 4), PCIE_CONFIG_NO_DEVICE);
	ck_assert_ptr_null(tf_claimer(&tf, TF_WINDOW(0), false));
	ck_assert_uint_eq(tf_get(&tf, TF_PORT_RID(0), TF_AER + PCI_AER_UNCOR_STATUS, 4), PCI_AER_UNSUPPORTED);
	ck_assert(!tf.device[0].function.requests_open);
	tf_send(&tf, 1, TLP_MEM_READ, READ_ADDR, 64);
	tf_run(&tf);
	ck_assert_uint_eq(tf.device[1].completions, 1);
	/* Writing the same again is no second reset; the end of the hold is none either. */
	tf_set(&tf, TF_PORT_RID(0), PCI_BRIDGE_CONTROL, PCI_BRIDGE_CONTROL_RESET | PCI_BRIDGE_CONTROL_SERR, 2);
	tf_set(&tf, TF_PORT_RID(0), PCI_BRIDGE_CONTROL, PCI_BRIDGE_CONTROL_SERR, 2);
	ck_assert_uint_eq(tf.device[0].resets, 1);
	ck_assert_uint_eq(tf_get(&tf, TF_RID(0), 0, 4), 0x70481234);
	ck_assert_uint_eq(tf.device[0].function.rid, 0);
	tf_set(&tf, TF_RID(0), 0, 0, 4);
	ck_assert_uint_eq(tf.device[0].function.rid, TF_RID(0));
	ck_assert_uint_eq(tf_stat(&tf, "pcie0", "resets"), 1);
	tf_close(&tf);
}
END_TEST

START_TEST(test_reset_above_makes_bridges_below_forget_their_numbers)
{
	/* Why: after a reset of the root port's link firmware has to number the buses again; the root port itself has
	 * not. */
	struct tf tf;
	uint32_t value;

	tf_begin(&tf, 2);
	tf_set(&tf, 0, PCI_BRIDGE_CONTROL, PCI_BRIDGE_CONTROL_RESET, 2);
	ck_assert_int_eq(tf_read(&tf, TF_UPSTREAM_RID, 0, 4, &value), PCIE_CONFIG_NO_DEVICE);
	tf_set(&tf, 0, PCI_BRIDGE_CONTROL, PCI_BRIDGE_CONTROL_SERR, 2);
	ck_assert_uint_eq(tf.device[0].resets, 1);
	ck_assert_uint_eq(tf.device[1].resets, 1);
	ck_assert_uint_eq(tf_get(&tf, 0, PCI_BRIDGE_PRIMARY, 4), (uint32_t)TF_BUS(1) << 16 | 0x0100);
	ck_assert_uint_eq(tf_get(&tf, TF_UPSTREAM_RID, PCI_BRIDGE_PRIMARY, 4), 0);
	ck_assert_int_eq(tf_read(&tf, TF_PORT_RID(0), 0, 4, &value), PCIE_CONFIG_UR);
	tf_program(&tf);
	ck_assert_uint_eq(tf_get(&tf, TF_RID(1), 0, 4), 0x70481234);
	/* The upstream port's own secondary bus reset spares the upstream port. */
	tf_set(&tf, TF_UPSTREAM_RID, PCI_BRIDGE_CONTROL, PCI_BRIDGE_CONTROL_RESET, 2);
	ck_assert_uint_eq(tf.device[1].resets, 2);
	ck_assert_int_eq(tf_read(&tf, TF_PORT_RID(0), 0, 4, &value), PCIE_CONFIG_NO_DEVICE);
	tf_set(&tf, TF_UPSTREAM_RID, PCI_BRIDGE_CONTROL, 0, 2);
	ck_assert_uint_eq(tf_get(&tf, TF_PORT_RID(0), PCI_BRIDGE_PRIMARY, 4), 0);
	tf_close(&tf);
}
END_TEST

START_TEST(test_each_kind_of_reset_is_told_from_the_others)
{
	/* Why: a disabled link is a hot reset, lost power and PERST# are fundamental ones, which sticky bits do not
	 * survive. */
	const uint32_t mask = TF_AER + PCI_AER_UNCOR_MASK;
	struct tf tf;

	tf_begin(&tf, 1);
	tf_set(&tf, TF_PORT_RID(0), TF_EXPRESS + PCI_EXP_LNKCTL, PCI_EXP_LNKCTL_DISABLE, 2);
	ck_assert_uint_eq(tf.device[0].resets, 1);
	ck_assert_uint_eq(tf.device[0].fundamental_resets, 0);
	tf_set(&tf, TF_PORT_RID(0), TF_EXPRESS + PCI_EXP_SLTCTL, PCI_EXP_SLTCTL_POWER_OFF, 2);
	ck_assert_uint_eq(tf.device[0].resets, 2);
	ck_assert_uint_eq(tf.device[0].fundamental_resets, 1);
	tf_set(&tf, TF_PORT_RID(0), TF_EXPRESS + PCI_EXP_SLTCTL, 0, 2);
	tf_set(&tf, TF_PORT_RID(0), TF_EXPRESS + PCI_EXP_LNKCTL, 0, 2);
	ck_assert_uint_eq(tf_get(&tf, TF_RID(0), 0, 4), 0x70481234);
	tf_set(&tf, TF_UPSTREAM_RID, mask, PCI_AER_TIMEOUT, 4);
	tf_set(&tf, 0, mask, PCI_AER_TIMEOUT, 4);
	tf_set(&tf, 0, PCI_BRIDGE_CONTROL, PCI_BRIDGE_CONTROL_RESET, 2);
	tf_set(&tf, 0, PCI_BRIDGE_CONTROL, 0, 2);
	ck_assert_uint_eq(tf_get(&tf, TF_UPSTREAM_RID, mask, 4), PCI_AER_TIMEOUT);
	topology_perst(tf.topology, true);
	topology_perst(tf.topology, true);
	ck_assert_uint_eq(tf.device[0].resets, 4);
	ck_assert_uint_eq(tf.device[0].fundamental_resets, 2);
	topology_perst(tf.topology, false);
	ck_assert_uint_eq(tf_get(&tf, TF_UPSTREAM_RID, mask, 4), 0);
	ck_assert_uint_eq(tf_get(&tf, 0, mask, 4), PCI_AER_TIMEOUT);
	ck_assert_uint_eq(tf_get(&tf, 0, PCI_BRIDGE_PRIMARY, 4) & 0xffffff, (uint32_t)TF_BUS(0) << 16 | 0x0100);
	topology_reset(tf.topology);
	ck_assert_uint_eq(tf.device[0].fundamental_resets, 3);
	ck_assert_uint_eq(tf_get(&tf, 0, mask, 4), 0);
	ck_assert_uint_eq(tf_get(&tf, 0, PCI_BRIDGE_PRIMARY, 4), 0);
	tf_close(&tf);
}
END_TEST

START_TEST(test_reset_in_full_flight_loses_no_tlp)
{
	/*
	 * Why: what is on a link that is reset vanishes; what is past the port goes on, and its answer finds nobody.
	 * How: a port's and the root port's reset at many instants with reads, writes and messages on the way in both
	 * directions.
	 */
	struct tf tf;
	uint32_t at, i, k;

	for (at = 0; at < 64; at++) {
		for (k = 0; k < 2; k++) {
			uint16_t bridge = k ? 0 : TF_PORT_RID(0);

			tf_begin(&tf, 2);
			tf.answer = true;
			for (i = 0; i < 60; i++) {
				tf_send(&tf, i % 2, i % 3 ? TLP_MEM_READ : TLP_MEM_WRITE, READ_ADDR, 256);
				if (i % 20 == 7)
					tf_send(&tf, 0, TLP_MESSAGE, 0, 0);
				sim_run(tf.sim, sim_now(tf.sim) + 3000);
			}
			sim_run(tf.sim, sim_now(tf.sim) + at * 10000);
			tf_set(&tf, bridge, PCI_BRIDGE_CONTROL, PCI_BRIDGE_CONTROL_RESET, 2);
			tf.device[0].completions = 0;
			tf_run(&tf);
			ck_assert_uint_eq(tf.device[0].completions, 0);
			if (!k)
				ck_assert_uint_eq(tf.device[1].completions, 20);
			tf_close(&tf); /* all TLPs are back */
		}
	}
}
END_TEST

START_TEST(test_refused_requests_of_a_reset_device_are_forgotten)
{
	/* Why: a completion for a request from before the reset would meet the next owner of its tag. */
	struct tf tf;

	tf_begin(&tf, 2);
	tf_set(&tf, 0, PCI_REG_COMMAND, PCI_COMMAND_MEMORY, 2);
	tf_send(&tf, 0, TLP_MEM_READ, READ_ADDR, 64);
	tf_send(&tf, 1, TLP_MEM_READ, READ_ADDR, 64);
	tf_send(&tf, 0, TLP_MEM_READ, READ_ADDR, 64);
	tf_set(&tf, TF_PORT_RID(0), PCI_BRIDGE_CONTROL, PCI_BRIDGE_CONTROL_RESET, 2);
	ck_assert_uint_eq(tlp_pool_free_count(tf.pool), TF_TLPS - 1);
	tf_run(&tf);
	ck_assert_uint_eq(tf.device[0].completions, 0);
	ck_assert_uint_eq(tf.device[1].completions, 1);
	tf_close(&tf);
}
END_TEST

START_TEST(test_function_asks_for_a_retry_until_it_is_ready)
{
	/* Why: 6.6.1: a device may need time after a reset. Gate: a retry at t - 1 ps, an answer at t; t counts from
	 * the release. */
	const uint16_t rid = TF_RID(0);
	struct tf tf;
	uint32_t value;
	sim_ps ready;

	tf_open_with(&tf, 1, (const char *[]){"pcie.crs_after_reset=100ms", NULL});
	tf_program(&tf); /* no reset yet: ready */
	tf_set(&tf, TF_PORT_RID(0), PCI_BRIDGE_CONTROL, PCI_BRIDGE_CONTROL_RESET, 2);
	tf.sim->now_ps = 700 * SIM_PS_PER_MS; /* nothing is scheduled: time only passes */
	tf_set(&tf, TF_PORT_RID(0), PCI_BRIDGE_CONTROL, 0, 2);
	ready = sim_now(tf.sim) + 100 * SIM_PS_PER_MS;
	tf.sim->now_ps = ready - 1;
	ck_assert_int_eq(tf_read(&tf, rid, PCI_REG_VENDOR_ID, 4, &value), PCIE_CONFIG_CRS);
	ck_assert_uint_eq(value, UINT32_MAX);
	ck_assert_int_eq(topology_config_write(tf.topology, rid, PCI_REG_VENDOR_ID, 0, 4), PCIE_CONFIG_CRS);
	ck_assert_uint_eq(tf.device[0].function.rid, 0);
	/* With CRS software visibility a vendor id reads 0x0001, and nothing else does. */
	tf_set(&tf, 0, TF_EXPRESS + PCI_EXP_ROOTCTL, PCI_EXP_ROOTCTL_CRS_VISIBLE, 2);
	ck_assert_int_eq(tf_read(&tf, rid, PCI_REG_VENDOR_ID, 4, &value), PCIE_CONFIG_CRS);
	ck_assert_uint_eq(value, 0xffff0001);
	ck_assert_int_eq(tf_read(&tf, rid, PCI_REG_VENDOR_ID, 2, &value), PCIE_CONFIG_CRS);
	ck_assert_uint_eq(value, 0x0001);
	ck_assert_int_eq(tf_read(&tf, rid, PCI_REG_COMMAND, 4, &value), PCIE_CONFIG_CRS);
	ck_assert_uint_eq(value, UINT32_MAX);
	ck_assert_uint_eq(tf_stat(&tf, "pcie0", "config_retries"), 5);
	tf.sim->now_ps = ready;
	ck_assert_uint_eq(tf_get(&tf, rid, PCI_REG_VENDOR_ID, 4), 0x70481234);
	tf_close(&tf);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("hw.topology");
	TCase *tcase = tcase_create("topology");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tcase);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, test_config_before_software_then_only_the_root_port);
	tcase_add_test(tcase, test_config_after_software_then_each_bus_has_its_functions);
	tcase_add_test(tcase, test_config_that_nobody_takes_is_noted_by_who_answers);
	tcase_add_test(tcase, test_function_captures_its_bus_from_writes);
	tcase_add_test(tcase, test_direct_device_sits_on_bus_1);
	tcase_add_test(tcase, test_functions_of_a_device_share_its_bus);
	tcase_add_test(tcase, test_root_port_has_an_entry_of_its_own);
	tcase_add_test(tcase, test_access_goes_down_only_through_windows);
	tcase_add_test(tcase, test_access_through_the_prefetchable_window_reaches_64_bits);
	tcase_add_test(tcase, test_posted_write_that_nobody_takes_is_an_error_message);
	tcase_add_test(tcase, test_packets_going_down_are_routed_likewise);
	tcase_add_test(tcase, test_request_meets_bus_master_off_anywhere_on_its_way);
	tcase_add_test(tcase, test_destroy_with_refused_requests_gives_the_tlps_back);
	tcase_add_test(tcase, test_messages_pass_by_serr_enable_and_the_root_port_gathers_them);
	tcase_add_test(tcase, test_malformed_packet_is_found_by_the_port_above);
	tcase_add_test(tcase, test_port_reset_hits_only_what_is_behind_and_holds_it);
	tcase_add_test(tcase, test_reset_above_makes_bridges_below_forget_their_numbers);
	tcase_add_test(tcase, test_each_kind_of_reset_is_told_from_the_others);
	tcase_add_test(tcase, test_reset_in_full_flight_loses_no_tlp);
	tcase_add_test(tcase, test_refused_requests_of_a_reset_device_are_forgotten);
	tcase_add_test(tcase, test_function_asks_for_a_retry_until_it_is_ready);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
