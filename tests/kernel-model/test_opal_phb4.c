// SPDX-License-Identifier: GPL-2.0-only
/*
 * tests/kernel-model/test_opal_phb4.c - firmware and PHB4s or PHB5s, small and big: bringing one up, the root port among
 * its registers, MMIO and DMA windows, TCE kills, options, interrupts, resets. What is expected comes from skiboot's
 * hw/phb4.c.
 */
#include "phb4_rig.h"

#define PE 5u

static uint64_t quarter(uint32_t pe, uint64_t pq)
{
	return pq << 14 | pe;
}

/* ---- Bringing up ---- */

RIG_TEST(test_boot_writes_registers_in_firmwares_order)
{
	/* Why: the order matters to hardware (resets before the core's space, tables before error masks). How: the log
	 * from the core's release to the first table; addresses of tables are checked below. */
	const struct {
		uint32_t offset;
		uint64_t value;
		bool phb4_only, phb5_only;
	} want[] = {
		{0xc18, UINT64_MAX, false, false},
		{0x868, UINT64_MAX, false, false},
		{0x1a00, 0x0001000000000000ull | (rig->phb5 ? 5ull : 4ull) << 28, false, false},
		{0x1a10, 0x6000000000000000ull, false, false},
		{0x1a78, 8, false, true},
		{0x1b38, 0x80f4ffffff0f9c00ull, false, true},
		{0x1078, 0x07fe0000ull | (rig->phb5 ? 5 : 4), false, false},
		{0x1a10, 0x0800000000000000ull, false, false},
		{0x810, 0x0010040000000000ull, false, false},
		{0x300, rig->phb5 ? 0x6030200000000ull : 0x6030203100000ull, false, false},
		{0x308, rig->info->irq_base, false, false},
		{0x100, (uint64_t)(rig->big ? 4095 : 2047) >> 3 << 51, false, false},
		{0x168, 1ull << 63 | rig->ram_base, false, false},
		{0x188, 1ull << 63 | (rig->ram_base + 0x20000), false, false},
		{0x1a0, 0x80000000ull, false, false},
		{0x1a8, 1ull << 63 | (rig->ram_base + 0x40000), false, false},
		{0x1c0, 0x0c00ff0000000001ull, true, false},
		{0x1f0, 0, false, false},
		{0x160, 0x0082000000000000ull, false, false},
		{0x220, 0x0007000000000000ull, false, false}, /* PESTA 0 before anything else */
		{0x228, 0, false, false},
		{0x220, 0x8002000f00000000ull, false, false}, /* MIST with all its quarters */
	};
	uint32_t i, at = 0;

	/* The first access is to the pervasive bus: the core is let go. */
	while (rig->log[at].scom)
		at++;
	for (i = 0; i < sim_count_of(want); i++, at++) {
		if ((want[i].phb4_only && rig->phb5) || (want[i].phb5_only && !rig->phb5)) {
			at--;
			continue;
		}
		while (!rig->log[at].write)
			at++;
		ck_assert_uint_eq(rig->log[at].offset, want[i].offset);
		ck_assert_uint_eq(rig->log[at].value, want[i].value);
	}
}

RIG_TEST(test_boot_leaves_tables_as_the_kernel_expects_them)
{
	/* Why: the kernel counts on segments being PEs and on everything else being nobody's. How: read the chip. */
	uint32_t bars = rig->bar_count, last = rig->pe_count - 1, i;
	uint64_t sizes[] = {rig->pe_count / 2, rig->pe_count * 2};

	ck_assert_uint_eq(rig_table(rig, IODA3_TBL_MBT, 0), PPC_BIT(0) | PPC_BIT(1) | 1ull << 60 | rig->info->m32_base);
	ck_assert_uint_eq(rig_table(rig, IODA3_TBL_MBT, 1),
			  PPC_BIT(0) | (~(rig->info->m32_bytes - 1) & PPC_BITMASK(8, 51)));
	for (i = 1; i < bars - 3; i++)
		ck_assert_uint_eq(rig_table(rig, IODA3_TBL_MBT, 2 * i) | rig_table(rig, IODA3_TBL_MBT, 2 * i + 1), 0);
	for (i = 1; i <= 3; i++)
		ck_assert_uint_eq(rig_table(rig, IODA3_TBL_MBT, 2 * (bars - 4 + i)), 1ull << 60 | (uint64_t)i << 58);
	ck_assert_uint_eq(rig_table(rig, IODA3_TBL_MDT, last), last * 0x0000000100010001ull);
	ck_assert_uint_eq(rig_table(rig, IODA3_TBL_MIST, 3), 0x4000400040004000ull);
	ck_assert_uint_eq(rig_table(rig, IODA3_TBL_MIST, (uint32_t)sizes[1] - 1), 0x4000400040004000ull);
	ck_assert_uint_eq(rig_table(rig, IODA2_TBL_TVT, 2 * last + 1), 0);
	ck_assert_uint_eq(opal_load_be16(rig->opal, rig->ram_base + 2 * 0x100), rig->info->reserved_pe);
	ck_assert_uint_eq(opal_load_be16(rig->opal, rig->ram_base + 2 * 0xffff), rig->info->reserved_pe);
	ck_assert_uint_eq(rig_stat(rig, "phb0", "unimplemented_writes"), 0);
	ck_assert_uint_eq(rig_stat(rig, "phb0", "reg_bad_access"), 0);
	ck_assert_uint_eq(rig_stat(rig, "phb0", "trapped"), 0);
}

RIG_TEST(test_boot_opens_error_masks_and_knows_the_link)
{
	/* Why: masks decide whether an error is seen at all. How: one register of each kind, and those of the link. */
	ck_assert_uint_eq(rig_reg(rig, 0xd28), rig->phb5 ? 0x0000500a00000000ull : 0x0000000a00000000ull);
	ck_assert_uint_eq(rig_reg(rig, 0xd30), rig->phb5 ? 0xdff7af41f7ddffdfull : 0xdff7bd05f7ddfff0ull);
	ck_assert_uint_eq(rig_reg(rig, 0xd20), rig->phb5 ? 0x200850be08200020ull : 0x2008400e08200000ull);
	ck_assert_uint_eq(rig_reg(rig, 0xda8), 0xc00018b801000060ull);
	ck_assert_uint_eq(rig_reg(rig, 0xdd8), 0x0000000004000000ull);
	ck_assert_uint_eq(rig_reg(rig, 0xea0), 0x60510050c0000000ull);
	ck_assert_uint_eq(rig_reg(rig, 0xca8), 0x0000004000000000ull);
	ck_assert_uint_eq(rig_reg(rig, 0xc98), UINT64_MAX);
	ck_assert_uint_eq(rig_reg(rig, 0xc18), 0);
	ck_assert_uint_eq(rig_reg(rig, 0x1930), 0xffffffffb2f87f07ull);
	ck_assert_uint_eq(rig_reg(rig, 0x1c20), 0x2130006efca8bc00ull);
	ck_assert_uint_eq(rig_reg(rig, 0x1c28), 0x0080000000000000ull);
	ck_assert_uint_eq(rig_reg(rig, 0x1c30), 0xde0fff91035743ffull);
	ck_assert_uint_eq(rig_reg(rig, 0x1c58), 0x0040000000000000ull);
	ck_assert_uint_eq(rig_reg(rig, 0x1b30), 0x0000060000000000ull);
	ck_assert_uint_eq(rig_reg(rig, 0x1810), 0x2013000000000000ull);
	ck_assert(rig_reg(rig, 0x1a40) & PPC_BIT(23));
}

RIG_TEST(test_config_of_the_root_port_goes_to_its_registers)
{
	/* Why: cycles do not reach bus 0 there. How: lanes of a word, a smaller write, beyond what is mapped; another bus
	 * goes by a cycle that carries its PE; a second device on the root bus is refused. */
	uint8_t data[4];

	rig->log_count = 0;
	ck_assert_int_eq(opal_pci_config_read(rig->opal, 0, 0, 2, 2, data), OPAL_SUCCESS);
	ck_assert_uint_eq(rig_be(data, 2), rig->phb5 ? 0x0652 : 0x04c1);
	ck_assert_uint_eq(rig->log_count, 1);
	ck_assert_uint_eq(rig->log[0].offset, 0x1000);
	ck_assert_uint_eq(rig->log[0].bytes, 4);
	ck_assert_int_eq(opal_pci_config_write(rig->opal, 0, 0, PCI_BRIDGE_SUBORDINATE, 1, 0x77), OPAL_SUCCESS);
	ck_assert_int_eq(opal_pci_config_read(rig->opal, 0, 0, PCI_BRIDGE_PRIMARY, 4, data), OPAL_SUCCESS);
	ck_assert_uint_eq(rig_be(data, 4) & 0xffffff, 0x770100);
	ck_assert_int_eq(opal_pci_config_read(rig->opal, 0, 0, 0x800, 4, data), OPAL_SUCCESS);
	ck_assert_uint_eq(rig_be(data, 4), UINT32_MAX);
	ck_assert_int_eq(opal_pci_config_write(rig->opal, 0, 0, 0x800, 4, 1), OPAL_SUCCESS);
	rig->log_count = 0;
	ck_assert_int_eq(opal_pci_set_pe(rig->opal, 0, rig->pe_count - 2, RIG_RID, 7, 1, 1, 1), OPAL_SUCCESS);
	ck_assert_int_eq(opal_pci_config_read(rig->opal, 0, RIG_RID, 0, 4, data), OPAL_SUCCESS);
	ck_assert_uint_eq(rig_be(data, 4), 0x70481234);
	ck_assert_uint_eq(rig->log[rig->log_count - 2].offset, 0x140);
	ck_assert_uint_eq(rig->log[rig->log_count - 2].value,
			  1ull << 63 | (uint64_t)RIG_RID << 44 | (uint64_t)(rig->pe_count - 2) << 16);
	ck_assert_int_eq(opal_pci_config_read(rig->opal, 0, 8, 0, 4, data), OPAL_HARDWARE);
}

/* ---- Windows ---- */

RIG_TEST(test_m32_segment_changes_column_a_alone)
{
	/* Why: the other columns are other windows'. How: map a segment; out of range and other windows are refused. */
	uint16_t last = (uint16_t)(rig->pe_count - 1);

	ck_assert_int_eq(opal_pci_map_pe_mmio_window(rig->opal, 0, PE, OPAL_WINDOW_M32, 0, last), OPAL_SUCCESS);
	ck_assert_uint_eq(rig_table(rig, IODA3_TBL_MDT, last), (uint64_t)PE << 48 | last * 0x0000000100010001ull);
	ck_assert_int_eq(opal_pci_map_pe_mmio_window(rig->opal, 0, PE, OPAL_WINDOW_M32, 1, 0), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_map_pe_mmio_window(rig->opal, 0, PE, OPAL_WINDOW_M32, 0, last + 1), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_map_pe_mmio_window(rig->opal, 0, PE, OPAL_WINDOW_IO, 0, 0), OPAL_UNSUPPORTED);
	ck_assert_int_eq(opal_pci_map_pe_mmio_window(rig->opal, 0, PE, 7, 0, 0), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_map_pe_mmio_window(rig->opal, 0, last + 1, OPAL_WINDOW_M32, 0, 0), OPAL_PARAMETER);
}

RIG_TEST(test_m64_window_is_set_enabled_and_taken_back)
{
	/* Why: each step has its own refusals. How: a segmented one, as the kernel makes it, then away. */
	uint16_t window = 1;
	uint64_t base = rig->info->m64_base;

#define SET(type, number, real, bytes) opal_pci_set_phb_mem_window(rig->opal, 0, type, number, real, 0, bytes)
#define ENABLE(type, number, mode) opal_pci_phb_mmio_enable(rig->opal, 0, type, number, mode)
	ck_assert_int_eq(SET(OPAL_WINDOW_M32, 1, base, 0x10000), OPAL_UNSUPPORTED);
	ck_assert_int_eq(SET(7, 1, base, 0x10000), OPAL_PARAMETER);
	ck_assert_int_eq(SET(OPAL_WINDOW_M64, 0, base, 0x10000), OPAL_PARAMETER);
	ck_assert_int_eq(SET(OPAL_WINDOW_M64, (uint16_t)rig->bar_count, base, 0x10000), OPAL_PARAMETER);
	ck_assert_int_eq(SET(OPAL_WINDOW_M64, window, base, 0), OPAL_PARAMETER);
	ck_assert_int_eq(SET(OPAL_WINDOW_M64, window, base, 0x800), OPAL_PARAMETER);
	ck_assert_int_eq(SET(OPAL_WINDOW_M64, window, base, 0x3000), OPAL_PARAMETER);
	ck_assert_int_eq(SET(OPAL_WINDOW_M64, window, base + 0x1000, 0x10000), OPAL_PARAMETER);
	ck_assert_int_eq(ENABLE(OPAL_WINDOW_M64, window, OPAL_M64_SPLIT), OPAL_PARTIAL); /* nothing set yet */
	ck_assert_int_eq(SET(OPAL_WINDOW_M64, window, base - (1ull << 40), 1ull << 40), OPAL_SUCCESS);
	ck_assert_int_eq(ENABLE(OPAL_WINDOW_M64, window, OPAL_M64_SPLIT), OPAL_PARTIAL); /* below the PHB's space */
	ck_assert_int_eq(SET(OPAL_WINDOW_M64, window, base, 1ull << 38), OPAL_SUCCESS);
	ck_assert_uint_eq(rig_table(rig, IODA3_TBL_MBT, 2 * window), 0); /* not before it is enabled */
	ck_assert_int_eq(ENABLE(OPAL_WINDOW_M32, window, OPAL_M64_SPLIT), OPAL_UNSUPPORTED);
	ck_assert_int_eq(ENABLE(OPAL_WINDOW_M64, 0, OPAL_M64_SPLIT), OPAL_PARAMETER);
	ck_assert_int_eq(ENABLE(OPAL_WINDOW_M64, window, 3), OPAL_PARAMETER);
	ck_assert_int_eq(ENABLE(OPAL_WINDOW_M64, window, OPAL_M64_SINGLE_PE), OPAL_PARAMETER);
	ck_assert_int_eq(ENABLE(OPAL_WINDOW_M64, window, OPAL_M64_SPLIT), OPAL_SUCCESS);
	ck_assert_uint_eq(rig_table(rig, IODA3_TBL_MBT, 2 * window), PPC_BIT(0) | base);
	ck_assert_uint_eq(rig_table(rig, IODA3_TBL_MBT, 2 * window + 1), PPC_BIT(0) | (PPC_BITMASK(8, 51) & ~0x3fffffffffull));
	ck_assert_int_eq(SET(OPAL_WINDOW_M64, window, base, 0x10000), OPAL_PARTIAL);
	ck_assert_int_eq(opal_pci_map_pe_mmio_window(rig->opal, 0, PE, OPAL_WINDOW_M64, window, 0), OPAL_PARTIAL);
	ck_assert_int_eq(ENABLE(OPAL_WINDOW_M64, window, OPAL_M64_DISABLE), OPAL_SUCCESS);
	ck_assert_uint_eq(rig_table(rig, IODA3_TBL_MBT, 2 * window) | rig_table(rig, IODA3_TBL_MBT, 2 * window + 1), 0);
}

RIG_TEST(test_m64_window_of_one_pe_and_the_last_ones_keep_their_column)
{
	/* Why: mapping turns a window into one PE's; the last three are mapped by the MDT until then. */
	uint16_t last = (uint16_t)(rig->bar_count - 1);
	uint64_t base = rig->info->m64_base;

	ck_assert_int_eq(SET(OPAL_WINDOW_M64, last, base, 1ull << 30), OPAL_SUCCESS);
	ck_assert_int_eq(ENABLE(OPAL_WINDOW_M64, last, OPAL_M64_SPLIT), OPAL_SUCCESS);
	ck_assert_uint_eq(rig_table(rig, IODA3_TBL_MBT, 2 * last), PPC_BIT(0) | 1ull << 60 | 3ull << 58 | base);
	ck_assert_int_eq(ENABLE(OPAL_WINDOW_M64, last, OPAL_M64_DISABLE), OPAL_SUCCESS);
	ck_assert_uint_eq(rig_table(rig, IODA3_TBL_MBT, 2 * last), 1ull << 60 | 3ull << 58);
	ck_assert_int_eq(opal_pci_map_pe_mmio_window(rig->opal, 0, rig->pe_count - 3, OPAL_WINDOW_M64, 2, 0), OPAL_SUCCESS);
	ck_assert_int_eq(opal_pci_map_pe_mmio_window(rig->opal, 0, PE, OPAL_WINDOW_M64, 0, 0), OPAL_PARAMETER);
	ck_assert_int_eq(SET(OPAL_WINDOW_M64, 2, base, 0x1000), OPAL_SUCCESS);
	ck_assert_int_eq(ENABLE(OPAL_WINDOW_M64, 2, OPAL_M64_SPLIT), OPAL_PARAMETER);
	ck_assert_int_eq(ENABLE(OPAL_WINDOW_M64, 2, OPAL_M64_SINGLE_PE), OPAL_SUCCESS);
	ck_assert_uint_eq(rig_table(rig, IODA3_TBL_MBT, 4), PPC_BIT(0) | 2ull << 60 | base);
	ck_assert_uint_eq(rig_table(rig, IODA3_TBL_MBT, 5), PPC_BIT(0) | PPC_BITMASK(8, 51) | (rig->pe_count - 3));
#undef SET
#undef ENABLE
}

RIG_TEST(test_dma_window_has_page_sizes_of_ioda3_and_a_flag_when_real)
{
	/* Why: TVE codes differ from PHB3's. How: all four sizes, PHB3's are refused; bypass has bits 51 and 56. */
	static const struct {
		uint64_t bytes, code;
	} pages[] = {{0x1000, 1}, {0x10000, 5}, {0x200000, 10}, {0x40000000, 19}, {0x1000000, 0}, {0x10000000, 0}};
	uint16_t window = 2 * PE;
	uint32_t i;

	for (i = 0; i < sim_count_of(pages); i++) {
		ck_assert_int_eq(opal_pci_map_pe_dma_window(rig->opal, 0, PE, window, 2, 0x1234000, 0x10000, pages[i].bytes),
				 pages[i].code ? OPAL_SUCCESS : OPAL_PARAMETER);
		if (pages[i].code)
			ck_assert_uint_eq(rig_table(rig, IODA2_TBL_TVT, window),
					  0x1234ull << 16 | 1ull << 13 | 5ull << 8 | pages[i].code);
	}
	ck_assert_int_eq(opal_pci_map_pe_dma_window_real(rig->opal, 0, PE, window + 1, 1ull << 59, 1ull << 30), OPAL_SUCCESS);
	ck_assert_uint_eq(rig_table(rig, IODA2_TBL_TVT, window + 1), 0x40ull << 16 | PPC_BIT(51) | PPC_BIT(56));
	ck_assert_int_eq(opal_pci_map_pe_dma_window_real(rig->opal, 0, PE, window, 1ull << 59, 1ull << 30), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_map_pe_dma_window(rig->opal, 0, PE, window, 0, 0, 0, 0), OPAL_SUCCESS);
	ck_assert_uint_eq(rig_table(rig, IODA2_TBL_TVT, window), 0);
}

/* ---- Kills ---- */

static int64_t kill(struct rig *rig, uint32_t kind, uint32_t page_bytes, uint64_t addr, uint32_t pages)
{
	rig->log_count = 0;
	return opal_pci_tce_kill(rig->opal, 0, kind, PE, page_bytes, addr, pages);
}

RIG_TEST(test_kill_waits_for_room_asks_and_waits_for_its_end)
{
	/* Why: the caller frees pages when the call returns. How: the order of accesses; the kill is done at the end, though
	 * the hardware takes its time; pages become a PE (HW560152). */
	uint64_t done = rig_stat(rig, "phb0", "kills_pe");
	uint32_t i = 0, polls = 0;

	ck_assert_int_eq(kill(rig, OPAL_TCE_KILL_PAGES, 0x10000, 0x40000, 3), OPAL_SUCCESS);
	ck_assert_uint_eq(rig_stat(rig, "phb0", "kills_pe"), done + 1);
	ck_assert_uint_eq(rig_stat(rig, "phb0", "kills_one"), 0);
	ck_assert(!rig->log[i].write && rig->log[i].offset == 0x210);
	i++;
	ck_assert(rig->log[i].write && rig->log[i].offset == 0x210 && rig->log[i].value == (PPC_BIT(1) | PE));
	i++;
	if (rig->phb5) {
		ck_assert(!rig->log[i].write && rig->log[i].offset == 0x200);
		i++;
	}
	ck_assert(rig->log[i].write && rig->log[i].offset == 0x200 && rig->log[i].value & PPC_BIT(0));
	for (i++; rig->log[i].offset == 0x888; i++)
		polls++;
	ck_assert_uint_ge(polls, 1);
	ck_assert(!(rig->log[i - 1].value & PPC_BIT(7)));
	for (; i < rig->log_count; i++)
		ck_assert(!rig->log[i].write && rig->log[i].offset == 0x200);
	ck_assert(rig->log[i - 1].value & PPC_BIT(1));
}

static const char *const by_pages[] = {"kernel.opal.kill_by_pe=false", NULL};

RIG_TEST_WITH(test_kill_of_pages_names_size_and_address_of_each, by_pages)
{
	/* Why: with a wrong size the PHB would keep the entry. How: what is written for each size, refusals. */
	static const struct {
		uint32_t bytes;
		uint64_t bits;
	} sizes[] = {{0x1000, 0},
		     {0x10000, PPC_BIT(3) | 0x1000},
		     {0x200000, PPC_BIT(3) | 0x2000},
		     {0x40000000, PPC_BIT(3) | 0x3000}};
	uint64_t addr = 0x0800000080000000ull, kills = 0;
	uint32_t i, k, n;

	for (i = 0; i < sim_count_of(sizes); i++) {
		ck_assert_int_eq(kill(rig, OPAL_TCE_KILL_PAGES, sizes[i].bytes, addr, 3), OPAL_SUCCESS);
		for (k = 0, n = 0; k < rig->log_count; k++) {
			if (!rig->log[k].write || rig->log[k].offset != 0x210)
				continue;
			ck_assert_uint_eq(rig->log[k].value, PPC_BIT(2) | sizes[i].bits | (addr + n++ * sizes[i].bytes) | PE);
		}
		ck_assert_uint_eq(n, 3);
		ck_assert_int_eq(kill(rig, OPAL_TCE_KILL_PAGES, sizes[i].bytes, addr + sizes[i].bytes / 2, 1), OPAL_PARAMETER);
		ck_assert_int_eq(kill(rig, OPAL_TCE_KILL_PAGES, sizes[i].bytes, addr | 1ull << 60, 1), OPAL_PARAMETER);
		ck_assert_uint_eq(rig->log_count, 0);
		kills += 3;
	}
	ck_assert_uint_eq(rig_stat(rig, "phb0", "kills_one"), kills);
	ck_assert_int_eq(kill(rig, OPAL_TCE_KILL_PAGES, 0x1000000, 0, 1), OPAL_PARAMETER);
}

RIG_TEST(test_kill_of_all_of_nothing_known_and_of_a_fenced_phb)
{
	/* Why: the other ways in and out. */
	uint64_t before = rig_stat(rig, "phb0", "kills_all");

	ck_assert_int_eq(kill(rig, OPAL_TCE_KILL_ALL, 0, 0, 0), OPAL_SUCCESS);
	ck_assert_uint_eq(rig_stat(rig, "phb0", "kills_all"), before + 1);
	ck_assert_int_eq(kill(rig, OPAL_TCE_KILL_PE, 0, 0, 0), OPAL_SUCCESS);
	ck_assert_int_eq(kill(rig, 3, 0, 0, 0), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_tce_kill(rig->opal, 9, OPAL_TCE_KILL_ALL, 0, 0, 0, 0), OPAL_PARAMETER);
	rig_fence(rig);
	ck_assert_int_eq(kill(rig, OPAL_TCE_KILL_PE, 0, 0, 0), OPAL_HARDWARE);
	ck_assert_int_eq(kill(rig, OPAL_TCE_KILL_ALL, 0, 0, 0), OPAL_HARDWARE);
}

RIG_TEST(test_options_are_bits_of_ctrlr)
{
	/* Why: the kernel turns them on and off by number. How: set, read back, away again; others are unsupported. */
	static const uint32_t bits[] = {0, 24, 14};
	uint64_t control = rig_reg(rig, PHB_CONTROL);
	uint8_t value[8];
	uint32_t option;

	for (option = 1; option <= 2; option++) {
		ck_assert_int_eq(opal_pci_set_option(rig->opal, 0, option, 1), OPAL_SUCCESS);
		ck_assert_uint_eq(rig_reg(rig, PHB_CONTROL), control | PPC_BIT(bits[option]));
		ck_assert_int_eq(opal_pci_get_option(rig->opal, 0, option, value), OPAL_SUCCESS);
		ck_assert_uint_eq(rig_be(value, 8), 1);
		ck_assert_int_eq(opal_pci_set_option(rig->opal, 0, option, 0), OPAL_SUCCESS);
		ck_assert_uint_eq(rig_reg(rig, PHB_CONTROL), control);
		ck_assert_int_eq(opal_pci_get_option(rig->opal, 0, option, value), OPAL_SUCCESS);
		ck_assert_uint_eq(rig_be(value, 8), 0);
		ck_assert_int_eq(opal_pci_set_option(rig->opal, 0, option, 2), OPAL_PARAMETER);
	}
	ck_assert_int_eq(opal_pci_set_option(rig->opal, 0, 3, 1), OPAL_UNSUPPORTED);
	ck_assert_int_eq(opal_pci_get_option(rig->opal, 0, 0, value), OPAL_UNSUPPORTED);
}

RIG_TEST(test_p2p_opens_the_initiators_window_and_the_targets_queue)
{
	/* Why: stores to another PHB's MMIO lie beyond memory. How: TVE 1 without bounds, a bit of the other nest unit. */
	uint32_t window = 2 * PE + 1;

	ck_assert_int_eq(opal_pci_set_p2p(rig->opal, 0, 0, OPAL_P2P_ENABLE | OPAL_P2P_STORE, PE), OPAL_UNSUPPORTED);
	ck_assert_int_eq(opal_pci_set_p2p(rig->opal, 0, 1, OPAL_P2P_ENABLE | OPAL_P2P_LOAD, PE), OPAL_UNSUPPORTED);
	ck_assert_int_eq(opal_pci_set_p2p(rig->opal, 0, 7, OPAL_P2P_ENABLE, PE), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_set_p2p(rig->opal, 0, 1, OPAL_P2P_ENABLE, rig->pe_count), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_set_p2p(rig->opal, 0, 1, OPAL_P2P_ENABLE | OPAL_P2P_STORE, PE), OPAL_SUCCESS);
	ck_assert_uint_eq(rig_table(rig, IODA2_TBL_TVT, window), PPC_BIT(51));
	ck_assert_uint_eq(phb_scom_read(machine_phb(rig->machine, 1), PHB_SCOM_NEST, 0xd), PPC_BIT(0));
	ck_assert_uint_eq(phb_scom_read(rig->phb, PHB_SCOM_NEST, 0xd), 0);
	ck_assert_int_eq(opal_pci_set_p2p(rig->opal, 0, 1, OPAL_P2P_STORE, PE), OPAL_SUCCESS);
	ck_assert_uint_eq(phb_scom_read(machine_phb(rig->machine, 1), PHB_SCOM_NEST, 0xd), 0);
	ck_assert_uint_eq(rig_table(rig, IODA2_TBL_TVT, window), PPC_BIT(51)); /* the kernel gives bounds back */
}

/* ---- Interrupts ---- */

RIG_TEST(test_vector_pe_changes_its_quarter_alone)
{
	/* Why: four vectors share a doubleword. How: each quarter with a PE, the others and their state stay; then a vector
	 * that is in use keeps its unmasked state. */
	uint32_t i, pe = rig->pe_count - 2;
	uint64_t want = 0x4000400040004000ull;

	rig->log_count = 0;
	for (i = 0; i < 4; i++) {
		ck_assert_int_eq(opal_pci_set_xive_pe(rig->opal, 0, pe - i, 8 + i), OPAL_SUCCESS);
		want = (want & ~(0xffffull << (48 - 16 * i))) | quarter(pe - i, 1) << (48 - 16 * i);
		ck_assert_uint_eq(rig_table(rig, IODA3_TBL_MIST, 2), want);
	}
	ck_assert_uint_eq(rig->log[0].value, 0x0002000800000002ull);
	ck_assert_int_eq(opal_set_xive(rig->opal, (uint32_t)rig->info->irq_base + 9, 0, 5), OPAL_SUCCESS);
	ck_assert_int_eq(opal_pci_set_xive_pe(rig->opal, 0, PE, 9), OPAL_SUCCESS);
	want = (want & ~(0xffffull << 32)) | quarter(PE, 0) << 32;
	ck_assert_uint_eq(rig_table(rig, IODA3_TBL_MIST, 2), want);
	ck_assert_int_eq(opal_pci_set_xive_pe(rig->opal, 0, rig->pe_count, 9), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_set_xive_pe(rig->opal, 0, PE, rig->info->msi_count), OPAL_PARAMETER);
}

RIG_TEST(test_vector_target_is_kept_and_masks_its_source)
{
	/* Why: priority 0xff means masked, everything else open. How: state of the source; LSIs likewise. */
	uint32_t isn = (uint32_t)rig->info->irq_base, vectors[] = {0, 77, rig->info->msi_count - 1}, i;
	uint8_t server[2], priority;

	for (i = 0; i < sim_count_of(vectors); i++) {
		uint32_t entry = vectors[i] / 4, shift = 48 - 16 * (vectors[i] % 4);

		ck_assert_int_eq(opal_get_xive(rig->opal, isn + vectors[i], server, &priority), OPAL_SUCCESS);
		ck_assert_uint_eq(priority, 0xff);
		ck_assert_int_eq(opal_set_xive(rig->opal, isn + vectors[i], 0x123, 5), OPAL_SUCCESS);
		ck_assert_uint_eq(rig_table(rig, IODA3_TBL_MIST, entry) >> shift & 0xc000, 0);
		ck_assert_int_eq(opal_get_xive(rig->opal, isn + vectors[i], server, &priority), OPAL_SUCCESS);
		ck_assert_uint_eq(priority, 5);
		ck_assert_uint_eq(rig_be(server, 2), 0x123);
		ck_assert_int_eq(opal_set_xive(rig->opal, isn + vectors[i], 0, 0xff), OPAL_SUCCESS);
		ck_assert_uint_eq(rig_table(rig, IODA3_TBL_MIST, entry) >> shift & 0xc000, 0x4000);
	}
	ck_assert_int_eq(opal_set_xive(rig->opal, isn + rig->info->msi_count + 7, 0, 0xff), OPAL_SUCCESS);
	ck_assert(rig_table(rig, IODA2_TBL_LIST, 7) & IODA3_LIST_Q);
	ck_assert_int_eq(opal_set_xive(rig->opal, isn - 1, 0, 5), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_msi_eoi(rig->opal, 0, isn), OPAL_UNSUPPORTED);
}

RIG_TEST(test_message_says_its_vector_by_address_and_data)
{
	/* Why: the low five bits travel in the data. How: the last vector, 32 and 64 bits. */
	uint32_t vector = rig->info->msi_count - 1;
	uint8_t addr[8], data[4];

	ck_assert_int_eq(opal_get_msi_32(rig->opal, 0, 0, vector, 1, addr, data), OPAL_SUCCESS);
	ck_assert_uint_eq(rig_be(addr, 4), 0xffff0000u | (vector << 4 & 0xfffffe0fu));
	ck_assert_uint_eq(rig_be(data, 4), vector & 0x1f);
	ck_assert_int_eq(opal_get_msi_64(rig->opal, 0, 0, vector, 1, addr, data), OPAL_SUCCESS);
	ck_assert_uint_eq(rig_be(addr, 8), 1ull << 60 | (vector << 4 & 0xfffffe0fu));
	ck_assert_int_eq(opal_get_msi_64(rig->opal, 0, rig->pe_count, vector, 1, addr, data), OPAL_PARAMETER);
	ck_assert_int_eq(opal_get_msi_64(rig->opal, 0, 0, vector + 1, 1, addr, data), OPAL_PARAMETER);
}

/* ---- Resets ---- */

static void poll_to_the_end(struct rig *rig)
{
	int64_t ms;

	while ((ms = opal_pci_poll(rig->opal, 0)) > 0)
		sim_task_charge(rig->sim, (sim_ps)ms * SIM_PS_PER_MS);
	ck_assert_int_eq(ms, OPAL_SUCCESS);
}

RIG_TEST(test_complete_reset_brings_a_fenced_phb_back)
{
	/* Why: it is the way out of a fence. How: a fenced PHB with tables of the kernel's; they are back, errors are gone,
	 * devices answer on their buses, and error interrupts work again. */
	uint8_t data[4];

	ck_assert_int_eq(opal_pci_map_pe_dma_window(rig->opal, 0, PE, 2 * PE, 1, 0x1234000, 0x1000, 0x1000), OPAL_SUCCESS);
	ck_assert_int_eq(opal_pci_map_pe_mmio_window(rig->opal, 0, PE, OPAL_WINDOW_M32, 0, 3), OPAL_SUCCESS);
	rig_fence(rig);
	ck_assert_int_gt(opal_pci_reset(rig->opal, 0, OPAL_RESET_PHB_COMPLETE, 1), 0);
	poll_to_the_end(rig);
	ck_assert(!phb_fenced(rig->phb));
	ck_assert_uint_eq(phb_scom_read(rig->phb, PHB_SCOM_NEST, PHB_SCOM_NFIR), 0);
	ck_assert_uint_eq(rig_table(rig, IODA2_TBL_TVT, 2 * PE), 0x1234ull << 16 | 1ull << 8 | 1);
	ck_assert_uint_eq(rig_table(rig, IODA3_TBL_MDT, 3), (uint64_t)PE << 48 | 3 * 0x0000000100010001ull);
	ck_assert_uint_eq(rig_reg(rig, 0xd28), rig->phb5 ? 0x0000500a00000000ull : 0x0000000a00000000ull);
	ck_assert_uint_eq(rig_reg(rig, 0x1b30), 0x0000060000000000ull);
	ck_assert_int_eq(opal_pci_config_read(rig->opal, 0, RIG_RID, 0, 4, data), OPAL_SUCCESS);
	ck_assert_uint_eq(rig_be(data, 4), 0x70481234);
	ck_assert_uint_eq(rig_stat(rig, "phb0", "unimplemented_writes"), 0);
}

RIG_TEST(test_reset_of_all_below_mutes_the_link_while_it_is_down)
{
	/* Why: a link that goes down on purpose is no error. How: hot by the bridge, fundamental by PERST#; what is muted,
	 * that configuration of devices is refused meanwhile, and that all is back at the end. */
	static const uint8_t scopes[] = {OPAL_RESET_PCI_HOT, OPAL_RESET_PCI_FUNDAMENTAL};
	uint8_t data[4];
	uint32_t i;

	for (i = 0; i < sim_count_of(scopes); i++) {
		ck_assert_int_gt(opal_pci_reset(rig->opal, 0, scopes[i], 1), 0);
		ck_assert(!(rig_reg(rig, 0x1a40) & PPC_BIT(23)));
		ck_assert_uint_eq(rig_reg(rig, 0x1b30) | rig_reg(rig, 0x1c20) | rig_reg(rig, 0x1c28) | rig_reg(rig, 0x1c30), 0);
		ck_assert_uint_eq(!(rig_reg(rig, 0x1a10) & PPC_BIT(3)), scopes[i] == OPAL_RESET_PCI_FUNDAMENTAL);
		ck_assert_int_eq(opal_pci_config_read(rig->opal, 0, RIG_RID, 0, 4, data), OPAL_HARDWARE);
		poll_to_the_end(rig);
		ck_assert(rig_reg(rig, 0x1a40) & PPC_BIT(23));
		ck_assert_uint_eq(rig_reg(rig, 0x1b30), 0x0000060000000000ull);
		ck_assert_uint_eq(rig_reg(rig, 0x1c28), 0x0080000000000000ull);
		ck_assert_int_eq(opal_pci_config_read(rig->opal, 0, RIG_RID, 0, 4, data), OPAL_SUCCESS);
		ck_assert_uint_eq(rig_be(data, 4), 0x70481234);
	}
	ck_assert_uint_eq(rig_stat(rig, "phb0", "trapped"), 0);
}

#define ALL(test) tcase_add_loop_test(tcase, test, 0, RIG_VARIANTS)

int main(void)
{
	Suite *suite = suite_create("kernel-model.opal_phb4");
	TCase *tcase = tcase_create("booted");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tcase, 60);
	ALL(test_boot_writes_registers_in_firmwares_order);
	ALL(test_boot_leaves_tables_as_the_kernel_expects_them);
	ALL(test_boot_opens_error_masks_and_knows_the_link);
	ALL(test_config_of_the_root_port_goes_to_its_registers);
	ALL(test_m32_segment_changes_column_a_alone);
	ALL(test_m64_window_is_set_enabled_and_taken_back);
	ALL(test_m64_window_of_one_pe_and_the_last_ones_keep_their_column);
	ALL(test_dma_window_has_page_sizes_of_ioda3_and_a_flag_when_real);
	ALL(test_kill_waits_for_room_asks_and_waits_for_its_end);
	ALL(test_kill_of_pages_names_size_and_address_of_each);
	ALL(test_kill_of_all_of_nothing_known_and_of_a_fenced_phb);
	ALL(test_options_are_bits_of_ctrlr);
	ALL(test_p2p_opens_the_initiators_window_and_the_targets_queue);
	ALL(test_vector_pe_changes_its_quarter_alone);
	ALL(test_vector_target_is_kept_and_masks_its_source);
	ALL(test_message_says_its_vector_by_address_and_data);
	ALL(test_complete_reset_brings_a_fenced_phb_back);
	ALL(test_reset_of_all_below_mutes_the_link_while_it_is_down);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
