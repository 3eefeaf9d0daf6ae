/* SPDX-License-Identifier: GPL-2.0-only */
/* A bridge's registers: identity by type, what can be written, and what bus numbers, windows and control bits mean. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "hw/pcie/bridge.h"
#include "hw/regs/pci_regs.h"
#include "sim/sim.h"

#define EXPRESS BRIDGE_CAP_EXPRESS

struct bench {
	struct sim *sim;
	struct tlp_pool *pool;
	struct bridge bridge;
	struct pcie_function child;
	uint32_t changes, held_before;
	uint8_t msg[8];
	uint32_t sent;
};

static struct bench *bench_of(void *ctx)
{
	return sim_container_of((struct bridge *)ctx, struct bench, bridge);
}

static void bench_changed(void *ctx, struct bridge *bridge, uint32_t held_before)
{
	struct bench *bench = bench_of(ctx);

	ck_assert_ptr_eq(bridge, &bench->bridge);
	bench->changes++;
	bench->held_before = held_before;
}

static void bench_send(void *ctx, struct tlp *tlp)
{
	struct bench *bench = bench_of(ctx);

	bench->msg[bench->sent++ % 8] = tlp->msg;
	tlp_free(tlp);
}

static void bench_open(struct bench *bench, uint32_t type, bool child)
{
	struct bridge_shape shape = {.type = type,
				     .vendor = BRIDGE_VENDOR_IBM,
				     .device = BRIDGE_DEVICE_PHB3,
				     .speed = 3,
				     .width = 8,
				     .port = 5,
				     .slot = 17,
				     .slot_power = type == PCI_EXP_TYPE_DOWNSTREAM};

	memset(bench, 0, sizeof(*bench));
	bench->sim = sim_create(1);
	bench->pool = tlp_pool_create(bench->sim, 4);
	bridge_init(&bench->bridge, bench->sim, &shape, bench->pool, bench_changed, bench_send, &bench->bridge);
	if (child)
		bridge_add_child(&bench->bridge, &bench->child);
}

static void bench_close(struct bench *bench)
{
	bridge_finish(&bench->bridge);
	ck_assert_uint_eq(tlp_pool_free_count(bench->pool), tlp_pool_size(bench->pool));
	tlp_pool_destroy(bench->pool);
	sim_destroy(bench->sim);
}

static uint32_t get(struct bench *bench, uint32_t reg, uint32_t bytes)
{
	const struct pcie_function *function = &bench->bridge.function;
	uint32_t value = 0xa5a5a5a5;

	ck_assert_int_eq(function->ops->config_read(function->ctx, reg, bytes, &value), PCIE_CONFIG_OK);
	return value;
}

static void set(struct bench *bench, uint32_t reg, uint32_t value, uint32_t bytes)
{
	const struct pcie_function *function = &bench->bridge.function;

	ck_assert_int_eq(function->ops->config_write(function->ctx, reg, value, bytes), PCIE_CONFIG_OK);
}

START_TEST(test_each_type_shows_what_it_is)
{
	/* Why: firmware and Linux tell ports apart by these: type, slot, root registers, link reporting. */
	static const struct {
		uint32_t type;
		bool link, root;
	} cases[] = {
		{PCI_EXP_TYPE_ROOT_PORT, true, true},
		{PCI_EXP_TYPE_UPSTREAM, false, false},
		{PCI_EXP_TYPE_DOWNSTREAM, true, false},
	};
	struct bench bench;
	size_t i;

	for (i = 0; i < sim_count_of(cases); i++) {
		bench_open(&bench, cases[i].type, true);
		ck_assert_uint_eq(get(&bench, PCI_REG_VENDOR_ID, 4), 0x03dc1014);
		ck_assert_uint_eq(get(&bench, PCI_REG_REVISION, 4), 0x06040001);
		ck_assert_uint_eq(get(&bench, PCI_REG_HEADER_TYPE, 1), 1);
		ck_assert_uint_eq(get(&bench, PCI_REG_STATUS, 2), PCI_STATUS_CAPABILITIES);
		ck_assert_uint_eq(get(&bench, PCI_REG_CAPABILITIES, 1), EXPRESS);
		ck_assert_uint_eq(get(&bench, EXPRESS, 2), PCI_CAP_ID_EXPRESS);
		ck_assert_uint_eq(get(&bench, EXPRESS + PCI_EXP_FLAGS, 2),
				  2 | cases[i].type << 4 | (cases[i].link ? 0x100 : 0));
		ck_assert_uint_eq(get(&bench, EXPRESS + PCI_EXP_LNKCAP, 4),
				  3 | 8 << 4 | 5u << 24 | (cases[i].link ? 1u << 20 : 0));
		ck_assert_uint_eq(get(&bench, EXPRESS + PCI_EXP_LNKSTA, 2), 3 | 8 << 4 | (cases[i].link ? 0x2000 : 0));
		ck_assert_uint_eq(get(&bench, EXPRESS + PCI_EXP_LNKCAP2, 4), 0xe); /* 2.5, 5 and 8 GT/s */
		ck_assert_uint_eq(get(&bench, EXPRESS + PCI_EXP_LNKCTL2, 2), 3);
		ck_assert_uint_eq(get(&bench, EXPRESS + PCI_EXP_SLTCAP, 4) >> 19, cases[i].link ? 17 : 0);
		ck_assert_uint_eq(get(&bench, EXPRESS + PCI_EXP_ROOTCAP, 2), cases[i].root);
		set(&bench, EXPRESS + PCI_EXP_ROOTCTL, 0xffff, 2);
		ck_assert_uint_eq(get(&bench, EXPRESS + PCI_EXP_ROOTCTL, 2), cases[i].root ? 0x1f : 0);
		ck_assert_int_eq(bench.bridge.crs_visible, cases[i].root);
		ck_assert_uint_eq(get(&bench, PCI_EXT_CAP_FIRST, 4), 0x00010001);
		set(&bench, PCI_EXT_CAP_FIRST + PCI_AER_ROOT_COMMAND, 7, 4);
		ck_assert_uint_eq(get(&bench, PCI_EXT_CAP_FIRST + PCI_AER_ROOT_COMMAND, 4), cases[i].root ? 7 : 0);
		bench_close(&bench);
	}
}
END_TEST

START_TEST(test_header_keeps_only_what_a_bridge_has)
{
	/* Why: I/O windows, ISA and VGA bits that read back as written would be believed in. */
	static const struct {
		uint32_t reg, bytes, reads;
	} cases[] = {
		{PCI_REG_VENDOR_ID, 4, 0x03dc1014},
		{PCI_REG_COMMAND, 2, 0x0546},
		{PCI_REG_HEADER_TYPE, 1, 1},
		{0x10, 4, 0}, /* no BAR */
		{0x14, 4, 0},
		{PCI_BRIDGE_PRIMARY, 4, 0x00ffffff}, /* no latency timer */
		{PCI_BRIDGE_IO_BASE, 2, 0},
		{PCI_BRIDGE_MEM_BASE, 4, 0xfff0fff0},
		{PCI_BRIDGE_PREF_BASE, 4, 0xfff1fff1},
		{PCI_BRIDGE_PREF_BASE_HIGH, 4, 0xffffffff},
		{PCI_BRIDGE_PREF_LIMIT_HIGH, 4, 0xffffffff},
		{0x30, 4, 0}, /* upper I/O addresses */
		{0x38, 4, 0}, /* no ROM */
		{PCI_REG_INTERRUPT_LINE, 2, 0x00ff},
		{PCI_BRIDGE_CONTROL, 2, 0x0043},
	};
	struct bench bench;
	size_t i;

	for (i = 0; i < sim_count_of(cases); i++) {
		bench_open(&bench, PCI_EXP_TYPE_DOWNSTREAM, true);
		set(&bench, cases[i].reg, 0xffffffff, cases[i].bytes);
		ck_assert_uint_eq(get(&bench, cases[i].reg, cases[i].bytes), cases[i].reads);
		bench_close(&bench);
	}
}
END_TEST

START_TEST(test_odd_access_is_refused)
{
	/* Why: a configuration cycle cannot ask for it; the bridge says so instead of reading beside its space. */
	const struct pcie_function *function;
	struct bench bench;
	uint32_t value;

	bench_open(&bench, PCI_EXP_TYPE_ROOT_PORT, true);
	function = &bench.bridge.function;
	ck_assert_int_eq(function->ops->config_read(function->ctx, 1, 2, &value), PCIE_CONFIG_UR);
	ck_assert_int_eq(function->ops->config_read(function->ctx, 4096, 4, &value), PCIE_CONFIG_UR);
	ck_assert_int_eq(function->ops->config_write(function->ctx, PCI_BRIDGE_PRIMARY, 0, 3), PCIE_CONFIG_UR);
	ck_assert_uint_eq(bench.changes, 0);
	bench_close(&bench);
}
END_TEST

START_TEST(test_bus_range_is_secondary_to_subordinate)
{
	/* Why: a bus too many or too few sends a cycle to the wrong device. Secondary 0: not programmed, nothing
	 * behind. */
	struct bench bench;

	bench_open(&bench, PCI_EXP_TYPE_UPSTREAM, true);
	ck_assert(!bridge_has_bus(&bench.bridge, 0));
	set(&bench, PCI_BRIDGE_SUBORDINATE, 0xff, 1);
	ck_assert(!bridge_has_bus(&bench.bridge, 1));
	set(&bench, PCI_BRIDGE_PRIMARY, 0x00070501, 4);
	ck_assert(!bridge_has_bus(&bench.bridge, 4));
	ck_assert(bridge_has_bus(&bench.bridge, 5));
	ck_assert(bridge_has_bus(&bench.bridge, 7));
	ck_assert(!bridge_has_bus(&bench.bridge, 8));
	set(&bench, PCI_BRIDGE_SUBORDINATE, 4, 1);
	ck_assert(!bridge_has_bus(&bench.bridge, 5));
	ck_assert_uint_eq(bench.changes, 3);
	bench_close(&bench);
}
END_TEST

START_TEST(test_windows_claim_to_the_byte)
{
	/* Why: windows are of 1 MiB, limits inclusive; a base above the limit closes them; memory space gates both. */
	struct bench bench;

	bench_open(&bench, PCI_EXP_TYPE_DOWNSTREAM, true);
	set(&bench, PCI_BRIDGE_MEM_BASE, 0x80108000, 4); /* 0x80000000..0x801fffff */
	ck_assert(!bridge_claims(&bench.bridge, 0x80000000));
	set(&bench, PCI_REG_COMMAND, PCI_COMMAND_MEMORY, 2);
	ck_assert(!bridge_claims(&bench.bridge, 0x7fffffff));
	ck_assert(bridge_claims(&bench.bridge, 0x80000000));
	ck_assert(bridge_claims(&bench.bridge, 0x801fffff));
	ck_assert(!bridge_claims(&bench.bridge, 0x80200000));
	/* The prefetchable window is still 0..1 MiB, as after a reset: closed only by software. */
	ck_assert(bridge_claims(&bench.bridge, 0xfffff));
	set(&bench, PCI_BRIDGE_PREF_BASE, 0x0000fff0, 4);
	ck_assert(!bridge_claims(&bench.bridge, 0xfffff));
	set(&bench, PCI_BRIDGE_PREF_BASE_HIGH, 0x12, 4);
	set(&bench, PCI_BRIDGE_PREF_LIMIT_HIGH, 0x13, 4);
	ck_assert(!bridge_claims(&bench.bridge, 0x12ffefffffull));
	ck_assert(bridge_claims(&bench.bridge, 0x12fff00000ull));
	ck_assert(bridge_claims(&bench.bridge, 0x13000fffffull));
	ck_assert(!bridge_claims(&bench.bridge, 0x1300100000ull));
	set(&bench, PCI_BRIDGE_MEM_BASE, 0x00000010, 4); /* as firmware closes it */
	ck_assert(!bridge_claims(&bench.bridge, 0x100000));
	ck_assert(!bridge_claims(&bench.bridge, 0));
	bench_close(&bench);
}
END_TEST

START_TEST(test_command_and_control_bits_are_decoded)
{
	/* Why: requests pass by bus master, error messages by SERR# of bridge control: two bits that are easily
	 * confused. */
	struct bench bench;

	bench_open(&bench, PCI_EXP_TYPE_ROOT_PORT, true);
	ck_assert(!bench.bridge.bus_master && !bench.bridge.forward_errors);
	set(&bench, PCI_REG_COMMAND, PCI_COMMAND_BUS_MASTER, 2);
	ck_assert(bench.bridge.bus_master && !bench.bridge.forward_errors);
	set(&bench, PCI_REG_COMMAND, PCI_COMMAND_SERR, 2);
	ck_assert(!bench.bridge.bus_master && !bench.bridge.forward_errors);
	set(&bench, PCI_BRIDGE_CONTROL, PCI_BRIDGE_CONTROL_SERR, 2);
	ck_assert(bench.bridge.forward_errors);
	bridge_received_error(&bench.bridge);
	ck_assert_uint_eq(get(&bench, PCI_BRIDGE_SECONDARY_STATUS, 2), PCI_STATUS_SYSTEM_ERROR);
	set(&bench, PCI_BRIDGE_SECONDARY_STATUS, PCI_STATUS_SYSTEM_ERROR, 2);
	ck_assert_uint_eq(get(&bench, PCI_BRIDGE_SECONDARY_STATUS, 2), 0);
	bench_close(&bench);
}
END_TEST

START_TEST(test_reasons_for_a_reset_below_add_up)
{
	/* Why: what is below comes back only when the last reason has gone; each port has only its own reasons. */
	struct bench bench;
	uint32_t active = PCI_EXP_LNKSTA_ACTIVE, changed = PCI_EXP_SLTSTA_LINK_CHANGED;

	bench_open(&bench, PCI_EXP_TYPE_DOWNSTREAM, true);
	ck_assert_uint_eq(get(&bench, EXPRESS + PCI_EXP_SLTSTA, 2), PCI_EXP_SLTSTA_PRESENCE);
	set(&bench, PCI_BRIDGE_CONTROL, PCI_BRIDGE_CONTROL_RESET, 2);
	ck_assert_uint_eq(bench.held_before, 0);
	ck_assert_uint_eq(bench.bridge.held, BRIDGE_HELD_RESET);
	ck_assert_uint_eq(get(&bench, EXPRESS + PCI_EXP_LNKSTA, 2) & active, 0);
	ck_assert_uint_eq(get(&bench, EXPRESS + PCI_EXP_SLTSTA, 2), PCI_EXP_SLTSTA_PRESENCE | changed);
	set(&bench, EXPRESS + PCI_EXP_LNKCTL, PCI_EXP_LNKCTL_DISABLE, 2);
	set(&bench, EXPRESS + PCI_EXP_SLTCTL, PCI_EXP_SLTCTL_POWER_OFF, 2);
	ck_assert_uint_eq(bench.bridge.held, BRIDGE_HELD_RESET | BRIDGE_HELD_LINK | BRIDGE_HELD_POWER);
	set(&bench, PCI_BRIDGE_CONTROL, 0, 2);
	set(&bench, EXPRESS + PCI_EXP_SLTCTL, 0, 2);
	ck_assert_uint_eq(bench.bridge.held, BRIDGE_HELD_LINK);
	set(&bench, EXPRESS + PCI_EXP_SLTSTA, changed, 2);
	set(&bench, EXPRESS + PCI_EXP_LNKCTL, 0, 2);
	ck_assert_uint_eq(bench.held_before, BRIDGE_HELD_LINK);
	ck_assert_uint_eq(bench.bridge.held, 0);
	ck_assert_uint_eq(get(&bench, EXPRESS + PCI_EXP_LNKSTA, 2) & active, active);
	ck_assert_uint_eq(get(&bench, EXPRESS + PCI_EXP_SLTSTA, 2), PCI_EXP_SLTSTA_PRESENCE | changed);
	bench_close(&bench);
	/* A root port's slot has no power controller; an upstream port has no link below to disable. */
	bench_open(&bench, PCI_EXP_TYPE_ROOT_PORT, true);
	set(&bench, EXPRESS + PCI_EXP_SLTCTL, PCI_EXP_SLTCTL_POWER_OFF, 2);
	ck_assert_uint_eq(bench.bridge.held, 0);
	bridge_hold(&bench.bridge, BRIDGE_HELD_PERST, true);
	ck_assert_uint_eq(bench.bridge.held, BRIDGE_HELD_PERST);
	set(&bench, PCI_BRIDGE_CONTROL, 0, 2); /* no register takes PERST# away */
	ck_assert_uint_eq(bench.bridge.held, BRIDGE_HELD_PERST);
	bridge_hold(&bench.bridge, BRIDGE_HELD_PERST, false);
	ck_assert_uint_eq(bench.held_before, BRIDGE_HELD_PERST);
	ck_assert_uint_eq(bench.bridge.held, 0);
	bench_close(&bench);
	bench_open(&bench, PCI_EXP_TYPE_UPSTREAM, true);
	set(&bench, EXPRESS + PCI_EXP_LNKCTL, PCI_EXP_LNKCTL_DISABLE, 2);
	ck_assert_uint_eq(bench.bridge.held, 0);
	bench_close(&bench);
}
END_TEST

START_TEST(test_empty_slot_has_no_link)
{
	/* Why: firmware waits for a link that never comes unless the slot says that it is empty. */
	struct bench bench;

	bench_open(&bench, PCI_EXP_TYPE_DOWNSTREAM, false);
	ck_assert_uint_eq(get(&bench, EXPRESS + PCI_EXP_LNKSTA, 2) & PCI_EXP_LNKSTA_ACTIVE, 0);
	ck_assert_uint_eq(get(&bench, EXPRESS + PCI_EXP_SLTSTA, 2), 0);
	bench_close(&bench);
}
END_TEST

START_TEST(test_reset_of_the_bridge_forgets_all_but_sticky_bits)
{
	/* Why: a bridge below a reset loses bus numbers and windows; changed() is not called: its caller knows. */
	struct bench bench;
	uint32_t aer = PCI_EXT_CAP_FIRST;

	bench_open(&bench, PCI_EXP_TYPE_UPSTREAM, true);
	set(&bench, PCI_BRIDGE_PRIMARY, 0x00070501, 4);
	set(&bench, PCI_REG_COMMAND, PCI_COMMAND_MEMORY | PCI_COMMAND_BUS_MASTER, 2);
	set(&bench, PCI_BRIDGE_MEM_BASE, 0x80108000, 4);
	set(&bench, aer + PCI_AER_UNCOR_MASK, PCI_AER_TIMEOUT, 4);
	set(&bench, PCI_BRIDGE_CONTROL, PCI_BRIDGE_CONTROL_RESET, 2);
	bench.changes = 0;
	bridge_reset(&bench.bridge, false);
	ck_assert_uint_eq(bench.changes, 0);
	ck_assert_uint_eq(get(&bench, PCI_BRIDGE_PRIMARY, 4), 0);
	ck_assert_uint_eq(get(&bench, PCI_BRIDGE_CONTROL, 2), 0);
	ck_assert(!bench.bridge.held && !bench.bridge.bus_master && !bench.bridge.secondary);
	ck_assert(!bridge_claims(&bench.bridge, 0x80000000));
	ck_assert_uint_eq(get(&bench, aer + PCI_AER_UNCOR_MASK, 4), PCI_AER_TIMEOUT);
	bridge_reset(&bench.bridge, true);
	ck_assert_uint_eq(get(&bench, aer + PCI_AER_UNCOR_MASK, 4), 0);
	bench_close(&bench);
}
END_TEST

START_TEST(test_packet_for_the_bridge_itself_is_an_unexpected_completion)
{
	/* Why: a bridge asks for nothing; what comes all the same must not vanish silently. */
	struct bench bench;
	struct tlp *tlp;

	bench_open(&bench, PCI_EXP_TYPE_UPSTREAM, true);
	set(&bench, EXPRESS + PCI_EXP_DEVCTL, 0xf, 2);
	set(&bench, PCI_EXT_CAP_FIRST + PCI_AER_COR_MASK, 0, 4);
	tlp = tlp_alloc(bench.pool);
	tlp->type = TLP_COMPLETION;
	bench.bridge.function.ops->receive(bench.bridge.function.ctx, tlp);
	ck_assert_uint_eq(get(&bench, PCI_EXT_CAP_FIRST + PCI_AER_UNCOR_STATUS, 4), PCI_AER_UNEXPECTED);
	ck_assert_uint_eq(bench.sent, 1);
	ck_assert_uint_eq(bench.msg[0], PCI_MSG_ERR_COR);
	bench_close(&bench);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("hw.bridge");
	TCase *tcase = tcase_create("bridge");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tcase);
	tcase_add_test(tcase, test_each_type_shows_what_it_is);
	tcase_add_test(tcase, test_header_keeps_only_what_a_bridge_has);
	tcase_add_test(tcase, test_odd_access_is_refused);
	tcase_add_test(tcase, test_bus_range_is_secondary_to_subordinate);
	tcase_add_test(tcase, test_windows_claim_to_the_byte);
	tcase_add_test(tcase, test_command_and_control_bits_are_decoded);
	tcase_add_test(tcase, test_reasons_for_a_reset_below_add_up);
	tcase_add_test(tcase, test_empty_slot_has_no_link);
	tcase_add_test(tcase, test_reset_of_the_bridge_forgets_all_but_sticky_bits);
	tcase_add_test(tcase, test_packet_for_the_bridge_itself_is_an_unexpected_completion);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
