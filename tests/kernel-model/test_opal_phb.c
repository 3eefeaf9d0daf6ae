// SPDX-License-Identifier: GPL-2.0-only
/* tests/kernel-model/test_opal_phb.c - bringing a PHB3 up, configuration cycles, PEs and MMIO windows. */
#include <check.h>
#include <errno.h>

#include "fake_expect.h"
#include "kernel-model/kernel.h"
#include "kernel-model/opal/opal_internal.h"

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
	opal = opal_create(sim, &fake->platform, cfg);
}

static void setup_booted(void)
{
	setup();
	fake_function_add(fake, 0, 0, 0);
	ck_assert_int_eq(opal_boot(opal), 0);
	fake->phb[0].log_config = true;
	fake->phb[0].log_count = 0;
}

static void teardown(void)
{
	opal_destroy(opal);
	cfg_destroy(cfg);
	fake_destroy(fake);
	sim_destroy(sim);
}

static uint64_t table(uint64_t offset)
{
	return opal_reserved_base(opal) + offset;
}

#define W(reg, val) {true, (reg), 8, (val)}
#define SEL(table_no, index) W(PHB_IODA_ADDR, (uint64_t)(table_no) << 48 | (index))
#define SEL_AUTO(table_no) W(PHB_IODA_ADDR, 1ull << 63 | (uint64_t)(table_no) << 48)

START_TEST(test_boot_writes_registers_in_firmwares_order)
{
	/* Why: the order matters to hardware (TCE cache clear before the enables). How: the start of the log is exact. */
	static const struct {
		uint32_t offset;
		uint64_t value;
	} want[] = {
		{0x808, 0xd000000000000000ull}, {0x100, 0x07f8000000000000ull}, {0x168, 0}, {0x188, 0}, {0x150, 0},
		{0x158, 0}, {0x190, FAKE_M32_BASE}, {0x198, ~(FAKE_M32_BYTES - 1)}, {0x1a0, 0x80000000ull}, {0x1a8, 0},
		{0x1f0, 0}, {0x1f8, 0x0004000000000000ull}, {0x160, 0x2000000000000000ull},
		{0x160, 0x0082800000000000ull}, {0x220, 0x8002000000000000ull},
	};
	size_t i;

	ck_assert_int_eq(opal_boot(opal), 0);
	for (i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		const struct fake_access *got = &fake->phb[0].log[i];

		ck_assert(got->write);
		ck_assert_uint_eq(got->offset, want[i].offset);
		if (want[i].value || want[i].offset == 0x158 || want[i].offset == 0x1f0)
			ck_assert_uint_eq(got->value, want[i].value);
	}
	/* What is below is let go at the end. */
	ck_assert_uint_eq(fake->phb[0].reg[PHB_RESET / 8], 0xf000000000000000ull);
	/* Two microseconds between the second CONFIG and the tables. */
	ck_assert_uint_eq(fake->charged_ps, 2 * SIM_PS_PER_US);
}
END_TEST

START_TEST(test_boot_places_tables_at_the_top_of_ram)
{
	/* Why: the kernel must not get these pages. How: BARs hold enable, an aligned address in the reserved range. */
	const struct fake_phb *phb = &fake->phb[0];
	uint64_t base = opal_reserved_base(opal);

	ck_assert_uint_eq(base, FAKE_RAM_BYTES - (16ull << 20));
	ck_assert_uint_eq(phb->reg[PHB_RTT_BAR / 8], 1ull << 63 | base);
	ck_assert_uint_eq(phb->reg[PHB_PELTV_BAR / 8], 1ull << 63 | (base + 0x20000));
	ck_assert_uint_eq(phb->reg[PHB_PEST_BAR / 8], 1ull << 63 | (base + 0x22000));
	ck_assert_uint_eq(phb->reg[PHB3_IVT_BAR / 8], 1ull << 63 | (base + 0x40000) | 0x800);
	/* Every requester belongs to the reserved PE, every interrupt is masked. */
	ck_assert_uint_eq(opal_load_be16(opal, base + 2 * 0x100), FAKE_RESERVED_PE);
	ck_assert_uint_eq(opal_load_be16(opal, base + 2 * 0xffff), FAKE_RESERVED_PE);
	ck_assert_uint_eq(opal_load_be64(opal, base + 0x40000 + 128), 0x000000ff000000ffull);
	ck_assert_uint_eq(opal_load_be64(opal, base + 0x20000), 0);
}
END_TEST

START_TEST(test_boot_leaves_every_on_chip_table_clean)
{
	/* Why: tables keep what the last owner left. How: dirty them all, reset the IODA tables, look. */
	struct fake_phb *phb = &fake->phb[0];
	unsigned int i;

	memset(phb->ioda, 0xff, sizeof(phb->ioda));
	ck_assert_int_eq(opal_pci_reset(opal, 0, OPAL_RESET_IODA_TABLE, 1), OPAL_SUCCESS);
	for (i = 0; i < 512; i++)
		ck_assert_uint_eq(phb->ioda[IODA2_TBL_TVT][i], 0);
	for (i = 0; i < 256; i++) {
		ck_assert_uint_eq(phb->ioda[IODA2_TBL_PESTA][i], 0);
		ck_assert_uint_eq(phb->ioda[IODA2_TBL_PESTB][i], 0);
		ck_assert_uint_eq(phb->ioda[IODA2_TBL_M32DT][i], 0x00ff000000000000ull);
	}
	for (i = 0; i < 16; i++)
		ck_assert_uint_eq(phb->ioda[IODA2_TBL_M64BT][i], 0);
	for (i = 0; i < 8; i++) {
		/* The PHB's own two interrupts are open, the others masked. */
		ck_assert_uint_eq(phb->ioda[IODA2_TBL_LXIVT][i], i < 6 ? 0x000000ff00000000ull : 0);
		ck_assert_uint_eq(phb->ioda[IODA2_TBL_MRT][i], 0);
	}
	/* The caches are told. */
	ck_assert_uint_eq(phb->reg[PHB_RTC_INVALIDATE / 8], 1ull << 63);
	ck_assert_uint_eq(phb->reg[PHB3_IVC_INVALIDATE / 8], 1ull << 63);
	ck_assert_uint_eq(phb->reg[PHB_TCE_KILL / 8], 1ull << 63);
}
END_TEST

START_TEST(test_boot_when_phb_is_unknown_or_ram_is_tiny_then_fails)
{
	/* Why: a wrong machine must say so at boot. How: another generation; less RAM than the tables need. */
	opal_destroy(opal);
	fake->platform.phb[0].type = (enum platform_phb_type)99;
	opal = opal_create(sim, &fake->platform, cfg);
	ck_assert_int_eq(opal_boot(opal), -ENODEV);
	opal_destroy(opal);
	fake->platform.phb[0].type = PLATFORM_PHB_PHB3;
	fake->platform.ram_bytes = 16ull << 20;
	opal = opal_create(sim, &fake->platform, cfg);
	ck_assert_int_eq(opal_boot(opal), -ENOMEM);
	fake->platform.ram_bytes = FAKE_RAM_BYTES;
}
END_TEST

START_TEST(test_config_read_when_function_is_there_then_address_and_data)
{
	/* Why: the cycle must name RID, register and PE. How: exact register accesses, and a big-endian result. */
	uint8_t raw[4];

	opal_store_be16(opal, table(2 * 0x300), 7);
	ck_assert_int_eq(opal_pci_config_read(opal, 0, 0x300, 0, 4, raw), OPAL_SUCCESS);
	ck_assert_uint_eq(fake->phb[0].log_count, 2);
	ck_assert_uint_eq(fake->phb[0].log[0].offset, 0x140);
	ck_assert_uint_eq(fake->phb[0].log[0].value, 1ull << 63 | 0x300ull << 44 | 7ull << 16);
	ck_assert_uint_eq(fake->phb[0].log[1].offset, 0x130);
	ck_assert_uint_eq(fake->phb[0].log[1].bytes, 4);
	ck_assert_uint_eq(raw[0] << 24 | raw[1] << 16 | raw[2] << 8 | raw[3], FAKE_DEVICE << 16 | FAKE_VENDOR);
	ck_assert_int_eq(opal_pci_config_read(opal, 0, 0x300, 2, 2, raw), OPAL_SUCCESS);
	ck_assert_uint_eq(fake->phb[0].log[3].offset, 0x132);
	ck_assert_uint_eq(raw[0] << 8 | raw[1], FAKE_DEVICE);
}
END_TEST

START_TEST(test_config_read_when_nobody_answers_then_all_ones)
{
	/* Why: probing relies on it. How: an empty bus succeeds with ones; a wrong address is refused with ones. */
	uint8_t raw[4] = {0};

	ck_assert_int_eq(opal_pci_config_read(opal, 0, 0x400, 0, 4, raw), OPAL_SUCCESS);
	ck_assert_mem_eq(raw, "\xff\xff\xff\xff", 4);
	memset(raw, 0, 4);
	ck_assert_int_eq(opal_pci_config_read(opal, 0, 0x300, 2, 4, raw), OPAL_PARAMETER);
	ck_assert_mem_eq(raw, "\xff\xff\xff\xff", 4);
	ck_assert_int_eq(opal_pci_config_read(opal, 0, 0x30000, 0, 4, raw), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_config_read(opal, 0, 0x300, 4096, 4, raw), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_config_read(opal, 9, 0x300, 0, 4, raw), OPAL_PARAMETER);
	/* The root bus has one device. */
	ck_assert_int_eq(opal_pci_config_read(opal, 0, 8, 0, 4, raw), OPAL_HARDWARE);
}
END_TEST

START_TEST(test_config_write_when_byte_lane_then_offset_in_data_port)
{
	/* Why: sub-word writes must not touch neighbours. How: exact sequence of a half-word write at offset 6. */
	static const struct fake_access want[] = {
		{true, 0x140, 8, 1ull << 63 | 0x300ull << 44 | 4ull << 32 | 255ull << 16},
		{true, 0x132, 2, 0xf900},
	};

	ck_assert_int_eq(opal_pci_config_write(opal, 0, 0x300, 6, 2, 0xf900), OPAL_SUCCESS);
	ck_assert(fake_writes_are(&fake->phb[0], want, 2));
	ck_assert_int_eq(opal_pci_config_write(opal, 0, 0x300, 5, 2, 0), OPAL_PARAMETER);
}
END_TEST

START_TEST(test_set_pe_when_bus_then_its_256_rids_and_invalidate)
{
	/* Why: a RID too many gives a device away. How: neighbours on both sides, exact write, and unmap. */
	static const struct fake_access want[] = {W(PHB_RTC_INVALIDATE, 1ull << 63)};

	ck_assert_int_eq(opal_pci_set_pe(opal, 0, 5, 0x200, OPAL_BUS_ALL, 0, 0, 1), OPAL_SUCCESS);
	ck_assert(fake_writes_are(&fake->phb[0], want, 1));
	ck_assert_uint_eq(opal_load_be16(opal, table(2 * 0x1ff)), FAKE_RESERVED_PE);
	ck_assert_uint_eq(opal_load_be16(opal, table(2 * 0x200)), 5);
	ck_assert_uint_eq(opal_load_be16(opal, table(2 * 0x2ff)), 5);
	ck_assert_uint_eq(opal_load_be16(opal, table(2 * 0x300)), FAKE_RESERVED_PE);
	ck_assert_int_eq(opal_pci_set_pe(opal, 0, 5, 0x200, OPAL_BUS_ALL, 0, 0, 0), OPAL_SUCCESS);
	ck_assert_uint_eq(opal_load_be16(opal, table(2 * 0x2ff)), FAKE_RESERVED_PE);
}
END_TEST

START_TEST(test_set_pe_when_function_or_bus_range_then_exactly_those)
{
	/* Why: compare codes are easy to get off by one. How: one function; the top three bus bits. */
	ck_assert_int_eq(opal_pci_set_pe(opal, 0, 6, 0x123, OPAL_BUS_ALL, 1, 1, 1), OPAL_SUCCESS);
	ck_assert_uint_eq(opal_load_be16(opal, table(2 * 0x122)), FAKE_RESERVED_PE);
	ck_assert_uint_eq(opal_load_be16(opal, table(2 * 0x123)), 6);
	ck_assert_uint_eq(opal_load_be16(opal, table(2 * 0x124)), FAKE_RESERVED_PE);
	ck_assert_int_eq(opal_pci_set_pe(opal, 0, 7, 0x2000, OPAL_BUS_3_BITS, 0, 0, 1), OPAL_SUCCESS);
	ck_assert_uint_eq(opal_load_be16(opal, table(2 * 0x1fff)), FAKE_RESERVED_PE);
	ck_assert_uint_eq(opal_load_be16(opal, table(2 * 0x2000)), 7);
	ck_assert_uint_eq(opal_load_be16(opal, table(2 * 0x3fff)), 7);
	ck_assert_uint_eq(opal_load_be16(opal, table(2 * 0x4000)), FAKE_RESERVED_PE);
}
END_TEST

START_TEST(test_set_pe_when_out_of_range_then_parameter)
{
	/* Why: firmware validates before it touches the RTT. How: each argument beyond its range; nothing is written. */
	ck_assert_int_eq(opal_pci_set_pe(opal, 1, 5, 0x100, 7, 0, 0, 1), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_set_pe(opal, 0, 256, 0x100, 7, 0, 0, 1), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_set_pe(opal, 0, 5, 0x10000, 7, 0, 0, 1), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_set_pe(opal, 0, 5, 0x100, 8, 0, 0, 1), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_set_pe(opal, 0, 5, 0x100, 7, 2, 0, 1), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_set_pe(opal, 0, 5, 0x100, 7, 0, 2, 1), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_set_pe(opal, 0, 5, 0x100, 7, 0, 0, 2), OPAL_PARAMETER);
	ck_assert_uint_eq(fake->phb[0].log_count, 0);
}
END_TEST

START_TEST(test_set_peltv_when_added_then_one_bit_of_the_row)
{
	/* Why: byte c/8, bit 7-(c mod 8). How: child 10 in row 3, add and remove; memory only. */
	const uint8_t *row = fake->platform.ram + table(0x20000) + 3 * 32;

	ck_assert_int_eq(opal_pci_set_peltv(opal, 0, 3, 10, 1), OPAL_SUCCESS);
	ck_assert_uint_eq(row[1], 0x20);
	ck_assert_int_eq(opal_pci_set_peltv(opal, 0, 3, 10, 0), OPAL_SUCCESS);
	ck_assert_uint_eq(row[1], 0);
	ck_assert_uint_eq(fake->phb[0].log_count, 0);
	ck_assert_int_eq(opal_pci_set_peltv(opal, 0, 256, 0, 1), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_set_peltv(opal, 0, 0, 256, 1), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_set_peltv(opal, 0, 0, 0, 2), OPAL_PARAMETER);
}
END_TEST

START_TEST(test_map_pe_mmio_window_when_m32_then_m32dt_entry)
{
	/* Why: a segment's PE decides who is frozen. How: exact writes; wrong window, segment, type. */
	static const struct fake_access want[] = {SEL(IODA2_TBL_M32DT, 9), W(PHB_IODA_DATA0, 0x0005000000000000ull)};

	ck_assert_int_eq(opal_pci_map_pe_mmio_window(opal, 0, 5, OPAL_WINDOW_M32, 0, 9), OPAL_SUCCESS);
	ck_assert(fake_writes_are(&fake->phb[0], want, 2));
	ck_assert_int_eq(opal_pci_map_pe_mmio_window(opal, 0, 5, OPAL_WINDOW_M32, 1, 9), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_map_pe_mmio_window(opal, 0, 5, OPAL_WINDOW_M32, 0, 256), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_map_pe_mmio_window(opal, 0, 256, OPAL_WINDOW_M32, 0, 9), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_map_pe_mmio_window(opal, 0, 5, OPAL_WINDOW_IO, 0, 9), OPAL_UNSUPPORTED);
	ck_assert_int_eq(opal_pci_map_pe_mmio_window(opal, 0, 5, 4, 0, 9), OPAL_PARAMETER);
}
END_TEST

START_TEST(test_m64_window_when_set_and_enabled_then_table_is_written_once)
{
	/* Why: set_phb_mem_window changes firmware's copy only. How: no write before the enable; then base and mask. */
	static const struct fake_access want[] = {
		SEL(IODA2_TBL_M64BT, 15),
		W(PHB_IODA_DATA0, 1ull << 63 | (0x200000000000ull >> 20) << 32 | ((1u << 30) - (0x1000000000ull >> 20))),
	};

	ck_assert_int_eq(opal_pci_set_phb_mem_window(opal, 0, OPAL_WINDOW_M64, 15, 0x200000000000ull, 0, 0x1000000000ull),
			 OPAL_SUCCESS);
	ck_assert_uint_eq(fake->phb[0].log_count, 0);
	ck_assert_int_eq(opal_pci_phb_mmio_enable(opal, 0, OPAL_WINDOW_M64, 15, OPAL_M64_SINGLE_PE), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_phb_mmio_enable(opal, 0, OPAL_WINDOW_M64, 15, OPAL_M64_SPLIT), OPAL_SUCCESS);
	ck_assert(fake_writes_are(&fake->phb[0], want, 2));
	/* An enabled BAR may not be changed. */
	ck_assert_int_eq(opal_pci_set_phb_mem_window(opal, 0, OPAL_WINDOW_M64, 15, 0, 0, 0x100000), OPAL_PARTIAL);
	ck_assert_int_eq(opal_pci_map_pe_mmio_window(opal, 0, 5, OPAL_WINDOW_M64, 15, 0), OPAL_PARTIAL);
	ck_assert_int_eq(opal_pci_phb_mmio_enable(opal, 0, OPAL_WINDOW_M64, 15, OPAL_M64_DISABLE), OPAL_SUCCESS);
	ck_assert_uint_eq(fake->phb[0].ioda[IODA2_TBL_M64BT][15], 0);
}
END_TEST

START_TEST(test_m64_window_when_single_pe_then_pe_in_both_halves)
{
	/* Why: the PE number is split. How: PE 0xab in a 64 MiB BAR at 0x100000000. */
	ck_assert_int_eq(opal_pci_map_pe_mmio_window(opal, 0, 0xab, OPAL_WINDOW_M64, 2, 0), OPAL_SUCCESS);
	ck_assert_int_eq(opal_pci_phb_mmio_enable(opal, 0, OPAL_WINDOW_M64, 2, OPAL_M64_SINGLE_PE), OPAL_PARTIAL);
	ck_assert_int_eq(opal_pci_set_phb_mem_window(opal, 0, OPAL_WINDOW_M64, 2, 0x100000000ull, 0, 0x1000000),
			 OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_set_phb_mem_window(opal, 0, OPAL_WINDOW_M64, 2, 0x100000000ull, 0, 0x4000000),
			 OPAL_SUCCESS);
	ck_assert_int_eq(opal_pci_phb_mmio_enable(opal, 0, OPAL_WINDOW_M64, 2, OPAL_M64_SINGLE_PE), OPAL_SUCCESS);
	/* Enable, single, base 128 * 32 MiB, PE 5 * 32 + 11, mask -2 of 25 bits. */
	ck_assert_uint_eq(fake->phb[0].ioda[IODA2_TBL_M64BT][2], 0xc00010053fffffcbull);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("kernel-model.opal_phb");
	TCase *cold = tcase_create("cold"), *tc = tcase_create("booted");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(cold, setup, teardown);
	tcase_add_test(cold, test_boot_writes_registers_in_firmwares_order);
	tcase_add_test(cold, test_boot_when_phb_is_unknown_or_ram_is_tiny_then_fails);
	tcase_add_checked_fixture(tc, setup_booted, teardown);
	tcase_add_test(tc, test_boot_places_tables_at_the_top_of_ram);
	tcase_add_test(tc, test_boot_leaves_every_on_chip_table_clean);
	tcase_add_test(tc, test_config_read_when_function_is_there_then_address_and_data);
	tcase_add_test(tc, test_config_read_when_nobody_answers_then_all_ones);
	tcase_add_test(tc, test_config_write_when_byte_lane_then_offset_in_data_port);
	tcase_add_test(tc, test_set_pe_when_bus_then_its_256_rids_and_invalidate);
	tcase_add_test(tc, test_set_pe_when_function_or_bus_range_then_exactly_those);
	tcase_add_test(tc, test_set_pe_when_out_of_range_then_parameter);
	tcase_add_test(tc, test_set_peltv_when_added_then_one_bit_of_the_row);
	tcase_add_test(tc, test_map_pe_mmio_window_when_m32_then_m32dt_entry);
	tcase_add_test(tc, test_m64_window_when_set_and_enabled_then_table_is_written_once);
	tcase_add_test(tc, test_m64_window_when_single_pe_then_pe_in_both_halves);
	suite_add_tcase(s, cold);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
