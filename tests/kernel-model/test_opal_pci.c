// SPDX-License-Identifier: GPL-2.0-only
/* tests/kernel-model/test_opal_pci.c - enumeration below a PHB, and resets of slots and PHBs through their bridges. */
#include <check.h>

#include "fake_expect.h"
#include "kernel-model/kernel.h"
#include "kernel-model/opal/opal_internal.h"

/* The slot below port @device of the switch. */
#define SLOT_ID(device) (1ull << 63 | (uint64_t)FAKE_PORT_RID(device) << 16)
#define EXPRESS BRIDGE_CAP_EXPRESS
#define AER PCI_EXT_CAP_FIRST
#define ROOT 0u
#define UPSTREAM 0x100u
#define COMMAND_BRIDGE (PCI_COMMAND_MEMORY | PCI_COMMAND_BUS_MASTER | PCI_COMMAND_PARITY | PCI_COMMAND_SERR)

static struct sim *sim;
static struct fake *fake;
static struct cfg *cfg;
static struct opal *opal;

static void setup(void)
{
	sim = sim_create(1);
	fake = fake_create(sim, 1, FAKE_RAM_BYTES);
	cfg = cfg_create();
	cfg_add_rows(cfg, km_cfg_rows, km_cfg_row_count);
	opal = NULL;
}

static void boot(void)
{
	opal = opal_create(sim, &fake->platform, cfg);
	ck_assert_int_eq(opal_boot(opal), 0);
	fake_forget_resets(fake, 0);
	fake->phb[0].log_count = 0;
}

/* Two devices, the first with two functions. */
static void setup_booted(void)
{
	setup();
	fake_function_add(fake, 0, 0, 0);
	fake_function_add(fake, 0, 0, 1);
	fake_function_add(fake, 0, 1, 0);
	boot();
}

static void teardown(void)
{
	opal_destroy(opal);
	cfg_destroy(cfg);
	fake_destroy(fake);
	sim_destroy(sim);
}

static uint32_t get(uint32_t rid, uint32_t reg, uint32_t bytes)
{
	return fake_config(fake, 0, rid, reg, bytes);
}

static void set(uint32_t rid, uint32_t reg, uint32_t value, uint32_t bytes)
{
	ck_assert_int_eq(topology_config_write(fake->phb[0].topology, (uint16_t)rid, reg, value, bytes),
			 PCIE_CONFIG_OK);
}

static void assert_buses(uint32_t rid, uint32_t primary, uint32_t secondary, uint32_t subordinate)
{
	ck_assert_uint_eq(get(rid, PCI_BRIDGE_PRIMARY, 4), primary | secondary << 8 | subordinate << 16);
}

/* Time passes; the reset goes on, and says how long it takes next. */
static int64_t after_ms(uint64_t ms, uint64_t id)
{
	sim->now_ps += ms * SIM_PS_PER_MS - 1;
	if (ms)
		ck_assert_int_eq(opal_pci_poll(opal, id), 1); /* 1 ps is left: rounded up */
	sim->now_ps += 1;
	return opal_pci_poll(opal, id);
}

START_TEST(test_scan_lists_functions_parents_first_with_what_they_are)
{
	/* Why: the kernel's device tree is this list. How: all fields, in order; it ends. */
	static const struct opal_node want[] = {
		{OPAL_DEVICE_NONE, ROOT, BRIDGE_VENDOR_IBM, BRIDGE_DEVICE_PHB3, PCI_CLASS_BRIDGE, 0, false},
		{0, UPSTREAM, BRIDGE_VENDOR_SWITCH, BRIDGE_DEVICE_UPSTREAM, PCI_CLASS_BRIDGE, 0, false},
		{1, 0x200, BRIDGE_VENDOR_SWITCH, BRIDGE_DEVICE_DOWNSTREAM, PCI_CLASS_BRIDGE, 0, true},
		{1, 0x208, BRIDGE_VENDOR_SWITCH, BRIDGE_DEVICE_DOWNSTREAM, PCI_CLASS_BRIDGE, 0, true},
		{2, 0x300, FAKE_VENDOR, FAKE_DEVICE, 0x088000, 0, false},
		{2, 0x301, FAKE_VENDOR, FAKE_DEVICE, 0x088000, 0, false},
		{3, 0x400, FAKE_VENDOR, FAKE_DEVICE, 0x088000, 0, false},
	};
	struct opal_node got;
	uint32_t i;

	for (i = 0; i < sim_count_of(want); i++) {
		ck_assert(opal_node(opal, 0, i, &got));
		ck_assert_int_eq(got.parent, want[i].parent);
		ck_assert_uint_eq(got.bdfn, want[i].bdfn);
		ck_assert_uint_eq(got.vendor_id, want[i].vendor_id);
		ck_assert_uint_eq(got.device_id, want[i].device_id);
		ck_assert_uint_eq(got.class_code, want[i].class_code);
		ck_assert_int_eq(got.slot, want[i].slot);
	}
	ck_assert(!opal_node(opal, 0, i, &got));
	ck_assert(!opal_node(opal, 1, 0, &got));
}
END_TEST

START_TEST(test_scan_leaves_bridges_numbered_open_for_requests_and_closed_for_memory)
{
	/* Why: windows are the kernel's, the rest must work at once. How: registers of each bridge. */
	static const uint32_t bridges[] = {ROOT, UPSTREAM, 0x200, 0x208};
	uint32_t i, rid;

	assert_buses(ROOT, 0, 1, 4);
	assert_buses(UPSTREAM, 1, 2, 4);
	assert_buses(0x200, 2, 3, 3);
	assert_buses(0x208, 2, 4, 4);
	for (i = 0; i < sim_count_of(bridges); i++) {
		rid = bridges[i];
		ck_assert_uint_eq(get(rid, PCI_REG_COMMAND, 2) & COMMAND_BRIDGE, COMMAND_BRIDGE);
		ck_assert_uint_eq(get(rid, PCI_BRIDGE_CONTROL, 2), PCI_BRIDGE_CONTROL_SERR);
		ck_assert_uint_gt(get(rid, PCI_BRIDGE_MEM_BASE, 2), get(rid, PCI_BRIDGE_MEM_LIMIT, 2));
		ck_assert_uint_gt(get(rid, PCI_BRIDGE_PREF_BASE, 2), get(rid, PCI_BRIDGE_PREF_LIMIT, 2));
		ck_assert_uint_gt(get(rid, PCI_BRIDGE_PREF_BASE_HIGH, 4), get(rid, PCI_BRIDGE_PREF_LIMIT_HIGH, 4));
		/* The smallest payload that all can take: the devices' 128 bytes. */
		ck_assert_uint_eq(get(rid, EXPRESS + PCI_EXP_DEVCTL, 2) & PCI_EXP_DEVCTL_MPS, 0);
	}
	/* Each function knows its bus: requests can be told apart. */
	ck_assert_uint_eq(fake->phb[0].function[0][0].function.rid, 0x300);
	ck_assert_uint_eq(fake->phb[0].function[0][1].function.rid, 0x301);
	ck_assert_uint_eq(fake->phb[0].function[1][0].function.rid, 0x400);
	ck_assert(fake->phb[0].function[1][0].function.requests_open);
}
END_TEST

START_TEST(test_scan_opens_error_reporting_as_firmware_does)
{
	/* Why: EEH and AER see what firmware lets pass. How: values of skiboot's phb3_*_init() in the registers. */
	const uint32_t fatal = PCI_EXP_DEVCTL_REPORT_NONFATAL | PCI_EXP_DEVCTL_REPORT_FATAL, all = 0xf;

	ck_assert_uint_eq(get(ROOT, EXPRESS + PCI_EXP_DEVCTL, 2) & 0xf, all);
	ck_assert_uint_eq(get(ROOT, EXPRESS + PCI_EXP_ROOTCTL, 2), 0x17);
	ck_assert_uint_eq(get(ROOT, AER + PCI_AER_UNCOR_MASK, 4), 0x0008d000);
	ck_assert_uint_eq(get(ROOT, AER + PCI_AER_COR_MASK, 4), PCI_AER_ADVISORY);
	ck_assert_uint_eq(get(ROOT, AER + PCI_AER_ROOT_COMMAND, 4), 7);
	ck_assert_uint_eq(get(UPSTREAM, EXPRESS + PCI_EXP_DEVCTL, 2) & 0xf, fatal);
	ck_assert_uint_eq(get(UPSTREAM, AER + PCI_AER_UNCOR_MASK, 4), 0);
	ck_assert_uint_eq(get(0x200, EXPRESS + PCI_EXP_DEVCTL, 2) & 0xf, fatal);
	ck_assert_uint_eq(get(0x200, AER + PCI_AER_UNCOR_MASK, 4), PCI_AER_SURPRISE_DOWN);
	ck_assert_uint_eq(get(0x300, FAKE_EXP_AT + PCI_EXP_DEVCTL, 2) & 0xf, all & ~PCI_EXP_DEVCTL_REPORT_COR);
	ck_assert_uint_eq(get(0x300, PCI_REG_COMMAND, 2), PCI_COMMAND_PARITY | PCI_COMMAND_SERR);
}
END_TEST

/* Writes of bus numbers in the log: bdfn << 16 | register << 8 | value, in order. */
static uint32_t bus_writes(uint32_t *out, uint32_t max)
{
	const struct fake_phb *phb = &fake->phb[0];
	uint32_t reg = 0, bdfn = 0, count = 0;
	size_t i;

	ck_assert_uint_lt(phb->log_count, FAKE_LOG_MAX);
	for (i = 0; i < phb->log_count; i++) {
		const struct fake_access *access = &phb->log[i];

		if (access->offset == PHB_CONFIG_ADDRESS) {
			bdfn = (uint32_t)ppc_get(PHB_CA_BDFN, access->value);
			reg = (uint32_t)ppc_get(PHB_CA_REG, access->value);
		} else if (access->write && (access->offset & ~7u) == PHB_CONFIG_DATA && reg == PCI_BRIDGE_PRIMARY &&
			   access->bytes == 1) {
			ck_assert_uint_lt(count, max);
			out[count++] = bdfn << 16 | (reg + (access->offset & 3)) << 8 | (uint32_t)access->value;
		}
	}
	return count;
}

START_TEST(test_scan_numbers_buses_depth_first_in_firmwares_order)
{
	/* Why: a bridge must pass cycles to all numbers while its bus is searched. How: every write of a bus number. */
#define PRI(bdfn, value) (bdfn) << 16 | PCI_BRIDGE_PRIMARY << 8 | (value)
#define SEC(bdfn, value) (bdfn) << 16 | PCI_BRIDGE_SECONDARY << 8 | (value)
#define SUB(bdfn, value) (bdfn) << 16 | PCI_BRIDGE_SUBORDINATE << 8 | (value)
	static const uint32_t want[] = {
		PRI(ROOT, 0),	  SEC(ROOT, 0),	    SUB(ROOT, 0),     SEC(ROOT, 1),	SUB(ROOT, 0xff),
		PRI(UPSTREAM, 1), SEC(UPSTREAM, 0), SUB(UPSTREAM, 0), SEC(UPSTREAM, 2), SUB(UPSTREAM, 0xff),
		PRI(0x200, 2),	  SEC(0x200, 0),    SUB(0x200, 0),    PRI(0x208, 2),	SEC(0x208, 0),
		SUB(0x208, 0),	  SEC(0x200, 3),    SUB(0x200, 0xff), SUB(0x200, 3),	SEC(0x208, 4),
		SUB(0x208, 0xff), SUB(0x208, 4),    SUB(UPSTREAM, 4), SUB(ROOT, 4),
	};
	uint32_t got[64], count, i;

	fake_function_add(fake, 0, 0, 0);
	fake_function_add(fake, 0, 1, 0);
	fake->phb[0].log_config = true;
	opal = opal_create(sim, &fake->platform, cfg);
	ck_assert_int_eq(opal_boot(opal), 0);
	count = bus_writes(got, sim_count_of(got));
	for (i = 0; i < count && i < sim_count_of(want); i++)
		ck_assert_msg(got[i] == want[i], "write %u: 0x%x, expected 0x%x", i, got[i], want[i]);
	ck_assert_uint_eq(count, sim_count_of(want));
}
END_TEST

START_TEST(test_scan_when_a_slot_is_empty_then_buses_are_left_to_it)
{
	/* Why: something may be plugged in later, and nothing after it may be renumbered. How: port 0 without a card.
	 */
	fake->phb[0].devices = 1;
	fake_function_add(fake, 0, 1, 0);
	boot();
	assert_buses(0x200, 2, 3, 7);
	assert_buses(0x208, 2, 8, 8);
	assert_buses(ROOT, 0, 1, 8);
	ck_assert_uint_eq(get(0x800, PCI_REG_VENDOR_ID, 2), FAKE_VENDOR);
}
END_TEST

START_TEST(test_scan_when_nothing_is_below_then_only_the_root_port)
{
	/* Why: an empty PHB is no error, and must not cost the time of a search. */
	struct opal_node node;

	boot();
	ck_assert(opal_node(opal, 0, 0, &node));
	ck_assert(!opal_node(opal, 0, 1, &node));
	ck_assert_uint_eq(fake->charged_ps, 2 * SIM_PS_PER_US);
}
END_TEST

START_TEST(test_slot_hot_reset_holds_the_secondary_bus_and_restores)
{
	/*
	 * Why: this is how EEH resets a device. How: bridge control and resets at each step to the ps; the function
	 * is as after a reset but for what firmware gives; the neighbour does not notice.
	 */
	const struct fake_function *f = &fake->phb[0].function[0][0], *other = &fake->phb[0].function[1][0];

	set(0x300, PCI_REG_BAR0, 0x80000000, 4);
	ck_assert_int_eq(opal_pci_reset(opal, SLOT_ID(0), OPAL_RESET_PCI_HOT, 1), 250);
	ck_assert_uint_eq(get(0x200, PCI_BRIDGE_CONTROL, 2) & PCI_BRIDGE_CONTROL_RESET, PCI_BRIDGE_CONTROL_RESET);
	ck_assert_uint_eq(get(0x200, AER + PCI_AER_COR_MASK, 4) & PCI_AER_RECEIVER, PCI_AER_RECEIVER);
	ck_assert_uint_eq(get(0x300, PCI_REG_VENDOR_ID, 4), UINT32_MAX);
	ck_assert_uint_eq(f->resets, 1);
	/* One at a time. */
	ck_assert_int_eq(opal_pci_reset(opal, SLOT_ID(0), OPAL_RESET_PCI_HOT, 1), OPAL_HARDWARE);
	ck_assert_int_eq(after_ms(250, SLOT_ID(0)), 1800);
	ck_assert_uint_eq(get(0x200, PCI_BRIDGE_CONTROL, 2) & PCI_BRIDGE_CONTROL_RESET, 0);
	ck_assert_uint_eq(f->function.rid, 0);
	ck_assert_int_eq(after_ms(1800, SLOT_ID(0)), 20);
	ck_assert_int_eq(after_ms(20, SLOT_ID(0)), 0);
	ck_assert_int_eq(opal_pci_poll(opal, SLOT_ID(0)), 0);
	ck_assert_uint_eq(f->function.rid, 0x300);
	ck_assert_uint_eq(fake->phb[0].function[0][1].function.rid, 0x301);
	ck_assert_uint_eq(get(0x300, PCI_REG_BAR0, 4), 0);
	ck_assert_uint_eq(get(0x300, PCI_REG_COMMAND, 2), PCI_COMMAND_PARITY | PCI_COMMAND_SERR);
	ck_assert_uint_eq(get(0x200, AER + PCI_AER_COR_MASK, 4) & PCI_AER_RECEIVER, 0);
	ck_assert_uint_eq(f->resets, 1);
	ck_assert_uint_eq(f->fundamental_resets, 0);
	ck_assert_uint_eq(fake->phb[0].function[0][1].resets, 1);
	ck_assert_uint_eq(other->resets, 0);
	/* Taking it away again does nothing. */
	ck_assert_int_eq(opal_pci_reset(opal, SLOT_ID(0), OPAL_RESET_PCI_HOT, 0), OPAL_SUCCESS);
	ck_assert_uint_eq(f->resets, 1);
}
END_TEST

START_TEST(test_slot_fundamental_reset_takes_the_power_away)
{
	/* Why: it must reach sticky state. How: the slot's power controller, 50 ms off, 50 ms on. */
	const struct fake_function *f = &fake->phb[0].function[1][0];

	ck_assert_int_eq(opal_pci_reset(opal, SLOT_ID(1), OPAL_RESET_PCI_FUNDAMENTAL, 1), 50);
	ck_assert_uint_ne(get(0x208, EXPRESS + PCI_EXP_SLTCTL, 2) & PCI_EXP_SLTCTL_POWER_OFF, 0);
	ck_assert_uint_eq(get(0x208, EXPRESS + PCI_EXP_LNKSTA, 2) & PCI_EXP_LNKSTA_ACTIVE, 0);
	ck_assert_int_eq(after_ms(50, SLOT_ID(1)), 50);
	ck_assert_uint_eq(get(0x208, EXPRESS + PCI_EXP_SLTCTL, 2) & PCI_EXP_SLTCTL_POWER_OFF, 0);
	ck_assert_int_eq(after_ms(50, SLOT_ID(1)), 20);
	ck_assert_int_eq(after_ms(20, SLOT_ID(1)), 0);
	ck_assert_uint_eq(f->fundamental_resets, 1);
	ck_assert_uint_eq(f->function.rid, 0x400);
	ck_assert_uint_eq(fake->phb[0].function[0][0].resets, 0);
}
END_TEST

START_TEST(test_slot_reset_when_the_link_stays_down_then_retries_and_ends)
{
	/* Why: a dead card must not hang firmware. How: somebody disables the link again and again: 250 retries. */
	uint32_t i;

	ck_assert_int_eq(opal_pci_reset(opal, SLOT_ID(0), OPAL_RESET_PCI_HOT, 1), 250);
	ck_assert_int_eq(after_ms(250, SLOT_ID(0)), 1800);
	ck_assert_int_eq(after_ms(1800, SLOT_ID(0)), 20);
	set(0x200, EXPRESS + PCI_EXP_LNKCTL, PCI_EXP_LNKCTL_DISABLE, 2);
	for (i = 0; i < 250; i++)
		ck_assert_int_eq(after_ms(20, SLOT_ID(0)), 20);
	ck_assert_int_eq(after_ms(20, SLOT_ID(0)), 0);
}
END_TEST

/* Everything below the root port was reset once; bus numbers and ids are back. */
static void assert_restored(uint32_t fundamental)
{
	uint32_t i;

	assert_buses(ROOT, 0, 1, 4);
	assert_buses(UPSTREAM, 1, 2, 4);
	assert_buses(0x200, 2, 3, 3);
	assert_buses(0x208, 2, 4, 4);
	for (i = 0; i < 2; i++) {
		ck_assert_uint_eq(fake->phb[0].function[i][0].resets, 1);
		ck_assert_uint_eq(fake->phb[0].function[i][0].fundamental_resets, fundamental);
		ck_assert_uint_eq(fake->phb[0].function[i][0].function.rid, FAKE_RID(i));
		/* Windows and bus mastering of bridges below are the kernel's to restore. */
		ck_assert_uint_eq(get(FAKE_PORT_RID(i), PCI_REG_COMMAND, 2) & PCI_COMMAND_BUS_MASTER, 0);
	}
	ck_assert_uint_ne(get(ROOT, PCI_REG_COMMAND, 2) & PCI_COMMAND_BUS_MASTER, 0);
}

START_TEST(test_phb_hot_reset_resets_all_below_and_blocks_cycles)
{
	/* Why: while the link is reset nobody may touch what is below. How: calls fail below the root port until the
	 * end. */
	uint8_t raw[4];

	ck_assert_int_eq(opal_pci_reset(opal, 0, OPAL_RESET_PCI_HOT, 1), 1000);
	ck_assert_uint_eq(get(ROOT, PCI_BRIDGE_CONTROL, 2) & PCI_BRIDGE_CONTROL_RESET, PCI_BRIDGE_CONTROL_RESET);
	ck_assert_int_eq(opal_pci_config_read(opal, 0, UPSTREAM, 0, 4, raw), OPAL_HARDWARE);
	ck_assert_mem_eq(raw, "\xff\xff\xff\xff", 4);
	ck_assert_int_eq(opal_pci_config_write(opal, 0, UPSTREAM, 0x18, 4, 0), OPAL_HARDWARE);
	ck_assert_int_eq(opal_pci_config_read(opal, 0, ROOT, 0, 4, raw), OPAL_SUCCESS);
	ck_assert_int_eq(after_ms(1000, 0), 1000);
	ck_assert_int_eq(after_ms(1000, 0), 100);
	ck_assert_int_eq(after_ms(100, 0), 100);
	ck_assert_int_eq(opal_pci_config_read(opal, 0, UPSTREAM, 0, 4, raw), OPAL_HARDWARE);
	ck_assert_int_eq(after_ms(100, 0), 0);
	ck_assert_int_eq(opal_pci_config_read(opal, 0, UPSTREAM, 0, 4, raw), OPAL_SUCCESS);
	assert_restored(0);
}
END_TEST

START_TEST(test_phb_fundamental_reset_drives_perst)
{
	/* Why: the PHB's register drives the signal. How: bit 2 of PHB_RESET, and the steps' times. */
	const uint64_t *reset = &fake->phb[0].reg[PHB_RESET / 8];

	fake->phb[0].reg[PHB_RESET / 8] = 0xf000000000000000ull;
	ck_assert_int_eq(opal_pci_reset(opal, 0, OPAL_RESET_PCI_FUNDAMENTAL, 1), 1000);
	ck_assert_uint_eq(*reset, 0xd000000000000000ull);
	ck_assert_int_eq(after_ms(1000, 0), 1000);
	ck_assert_uint_eq(*reset, 0xf000000000000000ull);
	ck_assert_int_eq(after_ms(1000, 0), 100);
	ck_assert_int_eq(after_ms(100, 0), 100);
	ck_assert_int_eq(after_ms(100, 0), 0);
	assert_restored(1);
}
END_TEST

#define SCOM(unit, reg) fake->phb[0].scom[PLATFORM_SCOM_##unit][reg]

START_TEST(test_phb_complete_reset_goes_through_the_chip_and_brings_all_back)
{
	/*
	 * Why: it is the only way out of a fence. How: the fence is forced, the core held in reset until nothing is
	 * pending, then the PHB comes up with the tables that it had, and all below is reset.
	 */
	uint64_t tve = 0x123456789ull;

	opal_ioda_set(&opal->phb[0], IODA2_TBL_TVT, 7, tve);
	SCOM(NEST, PHB3_SCOM_PBCQ_STATUS) = PHB_SCOM_STATUS_PENDING;
	ck_assert_int_eq(opal_pci_reset(opal, 0, OPAL_RESET_PHB_COMPLETE, 1), 10);
	ck_assert_uint_eq(SCOM(NEST, PHB_SCOM_NFIR_SET), PHB3_SCOM_NFIR_FORCE);
	ck_assert_uint_eq(SCOM(PCI, PHB_SCOM_ETU_RESET), PHB_SCOM_ETU_RESET_HOLD);
	memset(fake->phb[0].ioda, 0, sizeof(fake->phb[0].ioda));
	memset(fake->phb[0].reg, 0, sizeof(fake->phb[0].reg));
	ck_assert_int_eq(after_ms(10, 0), 10);
	ck_assert_int_eq(after_ms(10, 0), 10);
	SCOM(NEST, PHB3_SCOM_PBCQ_STATUS) = 0;
	ck_assert_int_eq(after_ms(10, 0), 100);
	ck_assert_uint_eq(SCOM(NEST, PHB_SCOM_NFIR_CLEAR), UINT64_MAX); /* no bit was found set */
	ck_assert_int_eq(after_ms(100, 0), 100);
	ck_assert_uint_eq(SCOM(PCI, PHB_SCOM_ETU_RESET), 0);
	ck_assert_uint_eq(fake->phb[0].ioda[IODA2_TBL_TVT][7], tve);
	ck_assert_uint_ne(fake->phb[0].reg[PHB_RTT_BAR / 8], 0);
	ck_assert_int_eq(after_ms(100, 0), 1000);
	ck_assert_int_eq(after_ms(1000, 0), 1000);
	ck_assert_int_eq(after_ms(1000, 0), 100);
	ck_assert_int_eq(after_ms(100, 0), 100);
	ck_assert_int_eq(after_ms(100, 0), 0);
	assert_restored(1);
}
END_TEST

START_TEST(test_phb_complete_reset_when_it_never_rests_then_fails)
{
	/* Why: a broken chip is an error, not an endless wait. How: 500 polls of 10 ms. */
	uint32_t i;

	SCOM(NEST, PHB3_SCOM_PBCQ_STATUS) = PHB_SCOM_STATUS_PENDING;
	ck_assert_int_eq(opal_pci_reset(opal, 0, OPAL_RESET_PHB_COMPLETE, 1), 10);
	for (i = 0; i < 500; i++)
		ck_assert_int_eq(after_ms(10, 0), 10);
	ck_assert_int_eq(after_ms(10, 0), OPAL_HARDWARE);
	ck_assert_int_eq(opal_pci_poll(opal, 0), OPAL_SUCCESS);
}
END_TEST

START_TEST(test_reinit_gives_a_function_what_the_scan_gave)
{
	/* Why: the kernel calls it after it restored a function's header. How: registers; wrong arguments. */
	set(0x300, FAKE_EXP_AT + PCI_EXP_DEVCTL, 0, 2);
	set(0x300, PCI_REG_COMMAND, 0, 2);
	ck_assert_int_eq(opal_pci_reinit(opal, 0, OPAL_REINIT_PCI_DEV, 0x300), OPAL_SUCCESS);
	ck_assert_uint_eq(get(0x300, PCI_REG_COMMAND, 2), PCI_COMMAND_PARITY | PCI_COMMAND_SERR);
	ck_assert_uint_ne(get(0x300, FAKE_EXP_AT + PCI_EXP_DEVCTL, 2), 0);
	ck_assert_int_eq(opal_pci_reinit(opal, 0, OPAL_REINIT_PCI_DEV, 0x500), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_reinit(opal, 0, 1, 0x300), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_reinit(opal, 3, OPAL_REINIT_PCI_DEV, 0x300), OPAL_PARAMETER);
}
END_TEST

START_TEST(test_slot_id_when_it_names_no_slot_then_parameter)
{
	/* Why: ids come from outside. How: a function, the upstream port, nobody, another PHB. */
	const uint64_t ids[] = {1ull << 63 | 0x300ull << 16, 1ull << 63 | (uint64_t)UPSTREAM << 16, SLOT_ID(2),
				SLOT_ID(0) | 1, 1};
	size_t i;

	for (i = 0; i < sim_count_of(ids); i++) {
		ck_assert_int_eq(opal_pci_reset(opal, ids[i], OPAL_RESET_PCI_HOT, 1), OPAL_PARAMETER);
		ck_assert_int_eq(opal_pci_poll(opal, ids[i]), OPAL_PARAMETER);
	}
}
END_TEST

static void crs_main(struct sim *s, void *arg)
{
	sim_ps begun_ps = 0;
	int64_t ms;

	ck_assert_int_eq(opal_boot(opal), 0);
	ms = opal_pci_reset(opal, SLOT_ID(0), OPAL_RESET_PCI_HOT, 1);
	while (ms > 0) {
		begun_ps = sim_now(s);
		sim_task_block_until(s, begun_ps + (sim_ps)ms * SIM_PS_PER_MS);
		ms = opal_pci_poll(opal, SLOT_ID(0));
	}
	ck_assert_int_eq(ms, 0);
	/* 20 ms after the end of the reset the first read asks for a retry; 500 ms are over after five waits of 100. */
	*(sim_ps *)arg = sim_now(s) - begun_ps;
}

START_TEST(test_restore_waits_while_functions_ask_for_a_retry)
{
	/* Why: a device may take a second after a reset. How: retries for 500 ms, and no settling time before. */
	sim_ps took_ps = 0;

	fake_function_add(fake, 0, 0, 0);
	ck_assert_int_eq(cfg_set(fake->cfg, "pcie.crs_after_reset=500ms"), 0);
	ck_assert_int_eq(cfg_set(cfg, "kernel.opal.reset_settle=0ms"), 0);
	opal = opal_create(sim, &fake->platform, cfg);
	sim_task_create(sim, "crs", crs_main, &took_ps);
	sim_run(sim, SIM_PS_NEVER);
	ck_assert_uint_ge(took_ps, 520 * SIM_PS_PER_MS);
	ck_assert_uint_lt(took_ps, 521 * SIM_PS_PER_MS);
	ck_assert_uint_eq(fake->phb[0].function[0][0].function.rid, 0x300);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("kernel-model.opal_pci");
	TCase *cold = tcase_create("cold"), *tc = tcase_create("booted");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(cold, setup, teardown);
	tcase_add_test(cold, test_scan_numbers_buses_depth_first_in_firmwares_order);
	tcase_add_test(cold, test_scan_when_a_slot_is_empty_then_buses_are_left_to_it);
	tcase_add_test(cold, test_scan_when_nothing_is_below_then_only_the_root_port);
	tcase_add_test(cold, test_restore_waits_while_functions_ask_for_a_retry);
	tcase_add_checked_fixture(tc, setup_booted, teardown);
	tcase_add_test(tc, test_scan_lists_functions_parents_first_with_what_they_are);
	tcase_add_test(tc, test_scan_leaves_bridges_numbered_open_for_requests_and_closed_for_memory);
	tcase_add_test(tc, test_scan_opens_error_reporting_as_firmware_does);
	tcase_add_test(tc, test_slot_hot_reset_holds_the_secondary_bus_and_restores);
	tcase_add_test(tc, test_slot_fundamental_reset_takes_the_power_away);
	tcase_add_test(tc, test_slot_reset_when_the_link_stays_down_then_retries_and_ends);
	tcase_add_test(tc, test_phb_hot_reset_resets_all_below_and_blocks_cycles);
	tcase_add_test(tc, test_phb_fundamental_reset_drives_perst);
	tcase_add_test(tc, test_phb_complete_reset_goes_through_the_chip_and_brings_all_back);
	tcase_add_test(tc, test_phb_complete_reset_when_it_never_rests_then_fails);
	tcase_add_test(tc, test_reinit_gives_a_function_what_the_scan_gave);
	tcase_add_test(tc, test_slot_id_when_it_names_no_slot_then_parameter);
	suite_add_tcase(s, cold);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
