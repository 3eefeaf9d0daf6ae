// SPDX-License-Identifier: GPL-2.0-only
/* tests/firmware/test_opal_p7ioc.c - firmware of a P7IOC: start, PEs, windows, DMA windows, interrupts. */
#include <errno.h>

#include "tests/firmware/p7ioc_machine.h"

#define NOBODY 0x0001f80000000000ull

START_TEST(test_boot_writes_registers_in_firmwares_order)
{
	/* Why: the order matters to hardware. How: what goes to PHB 0 but for tables and errors, in skiboot's order. */
	static const struct {
		bool slow;
		uint32_t offset;
		uint64_t value;
	} want[] = {
		{true, 0xc18, 0xadb650c9808dd051ull},
		{true, 0x840, 0x0211300000000000ull},
		{true, 0x820, 0x0020002000200001ull},
		{true, 0x828, 0x0000002000000001ull},
		{true, 0x818, 0xff00000000000000ull},
		{true, 0x858, 0xffffffff00000000ull},
		{true, 0x868, 0xffffffff00000000ull},
		{false, 0x600, 0x422800fc20000000ull},
		{false, 0x808, 0xe800000000000000ull},
		{false, 0x100, 0x0040006000000000ull},
		{false, 0x170, 0x3efe01000000ull},
		{false, 0x178, ~0x7fffffull},
		{false, 0x180, 0},
		{false, 0x190, 0x3da080000000ull},
		{false, 0x198, ~0x7fffffffull},
		{false, 0x1a0, 0x80000000ull},
		{false, 0x1f0, 0},
		{false, 0x160, 0x2000000000000000ull},
	};
	struct pm *pm = pm_create(NULL);
	const struct platform_phb *info = &pm->platform->phb[0];
	size_t i, n = 0;

	ck_assert_int_eq(opal_boot(pm->opal), 0);
	/* Start where the hub lets the PHB go: before, its tables are emptied, as for a running one. */
	for (i = 0; i < pm->log_count && pm->log[i].real != info->asb_base + 0xc18; i++)
		;
	for (; i < pm->log_count && n < sim_count_of(want) - 1; i++) {
		uint64_t base = want[n].slow ? info->asb_base : info->reg_base;

		if (pm->log[i].real >= pm->platform->hub_base)
			continue;
		ck_assert_msg(pm->log[i].real == base + want[n].offset && pm->log[i].value == want[n].value,
			      "write %zu: %llx = %llx", n, (unsigned long long)pm->log[i].real,
			      (unsigned long long)pm->log[i].value);
		n++;
	}
	ck_assert_uint_eq(n, sim_count_of(want) - 1);
	ck_assert_uint_eq(pm->log[i].real, info->reg_base + 0x160);
	pm_destroy(pm);
}
END_TEST

START_TEST(test_boot_leaves_a_working_phb)
{
	/* Why: firmware must not write what the chip does not have, nor leave an error, a fence or an open interrupt.
	 */
	struct pm *pm = pm_create(NULL);
	const uint64_t masked = 0x000000ff00000000ull;
	uint32_t phb, i;

	ck_assert_int_eq(opal_boot(pm->opal), 0);
	for (phb = 0; phb < PHBS; phb++) {
		ck_assert_uint_eq(pm_reg(pm, phb, PHB_CONFIG), 0x208a800000000000ull);
		ck_assert_uint_eq(pm_reg(pm, phb, PHB_RESET), 0xe000000000000000ull);
		ck_assert_uint_eq(pm_reg(pm, phb, PHB_CONTROL), 0x7f38000000000000ull);
		ck_assert_uint_eq(pm_reg(pm, phb, PHB_LEM_ERROR_MASK), 0x1249a1147f500f2cull);
		ck_assert_uint_eq(pm_reg(pm, phb, PHB_INA_ERR_BASE + PHB_ERR_FREEZE_ENABLE), 0xc00003ff01006000ull);
		ck_assert_uint_eq(pm_reg(pm, phb, PHB_INA_ERR_BASE + PHB_ERR_IRQ_ENABLE), 0xc00003ff01006000ull);
		ck_assert_uint_eq(pm_reg(pm, phb, PHB_ETU_ERR_SUMMARY), 0);
		for (i = 0; i < 127; i++)
			ck_assert_uint_eq(pm_entry(pm, phb, IODA1_TBL_PELTM, i, false), NOBODY);
		ck_assert_uint_eq(pm_entry(pm, phb, IODA1_TBL_PELTM, 127, false), 0);
		for (i = 0; i < 256; i++)
			ck_assert_uint_eq(pm_entry(pm, phb, IODA1_TBL_MXIVT, i, false), masked);
		for (i = 0; i < 8; i++)
			ck_assert_uint_eq(pm_entry(pm, phb, IODA1_TBL_LXIVT, i, false), i == 7 ? 0 : masked);
		for (i = 0; i < 4; i++)
			ck_assert_uint_eq(pm_entry(pm, phb, IODA1_TBL_HRT, i, false), phb + 1);
	}
	ck_assert_uint_eq(pm_stat(pm, "phb0", "unimplemented_writes"), 0);
	ck_assert_uint_eq(pm_stat(pm, "phb0", "unimplemented_reads"), 0);
	ck_assert_uint_eq(pm_stat(pm, "phb0", "reg_bad_access"), 0);
	ck_assert_uint_eq(pm_stat(pm, "hub", "unimplemented_writes"), 0);
	ck_assert_uint_eq(pm_stat(pm, "hub", "unimplemented_reads"), 0);
	ck_assert_uint_eq(pm_stat(pm, "machine", "unclaimed"), 0);
	ck_assert_uint_eq(pm_hub(pm, P7IOC_GEM_RFIR), 0);
	sim_run(pm->sim, SIM_PS_NEVER);
	ck_assert_uint_eq(pm->irqs, 0);
	pm_destroy(pm);
}
END_TEST

static void boot_task(struct sim *sim, void *arg)
{
	struct pm *pm = arg;

	ck_assert_int_eq(opal_boot(pm->opal), 0);
	ck_assert_uint_gt(sim_now(sim), 402 * SIM_PS_PER_MS);
	ck_assert_uint_lt(sim_now(sim), 410 * SIM_PS_PER_MS);
}

START_TEST(test_boot_waits_as_long_as_firmware_does)
{
	/* Why: 100 ms before the reset, 1 ms in it, 100 ms after, for each of two PHBs; then only registers. */
	struct pm *pm = pm_create(NULL);

	sim_task_create(pm->sim, "boot", boot_task, pm);
	sim_run(pm->sim, SIM_PS_NEVER);
	pm_destroy(pm);
}
END_TEST

START_TEST(test_boot_without_the_chip_around_is_refused)
{
	/* Why: fences and resets are the hub's. */
	struct pm *pm = pm_create((const char *[]){"machine.hub.bytes=0", NULL});

	ck_assert_int_eq(opal_boot(pm->opal), -ENODEV);
	pm_destroy(pm);
}
END_TEST

/* ---- PEs ---- */

START_TEST(test_set_pe_writes_one_entry_and_the_chip_uses_it)
{
	/* Why: bus, device and function with what of them counts. Taken apart, a PE matches nobody. */
	struct pm *pm = pm_booted(NULL);
	struct opal *opal = pm->opal;

	ck_assert_int_eq(opal_pci_set_pe(opal, 0, 5, 0x20b, 7, 1, 1, 1), OPAL_SUCCESS);
	ck_assert_uint_eq(pm_entry(pm, 0, IODA1_TBL_PELTM, 5, false), 0x020bf80000000000ull);
	ck_assert_int_eq(opal_pci_set_pe(opal, 0, 6, 0x300, 7, 0, 0, 1), OPAL_SUCCESS);
	ck_assert_uint_eq(pm_entry(pm, 0, IODA1_TBL_PELTM, 6, false), 0x0300e00000000000ull);
	ck_assert_int_eq(opal_pci_set_pe(opal, 0, 6, 0x300, 7, 0, 0, 0), OPAL_SUCCESS);
	ck_assert_uint_eq(pm_entry(pm, 0, IODA1_TBL_PELTM, 6, false), NOBODY);
	ck_assert_int_eq(opal_pci_set_pe(opal, 0, 128, 0x300, 7, 0, 0, 1), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_set_pe(opal, 0, 6, 0x10000, 7, 0, 0, 1), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_set_pe(opal, 0, 6, 0x300, 8, 0, 0, 1), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_set_pe(opal, 0, 6, 0x300, 7, 0, 0, 2), OPAL_PARAMETER);
	ck_assert_uint_eq(pm_entry(pm, 1, IODA1_TBL_PELTM, 5, false), NOBODY);
	pm_destroy(pm);
}
END_TEST

START_TEST(test_set_peltv_sets_the_companions_bit)
{
	/* Why: 128 bits in two registers; one bit changes, the others stay. */
	struct pm *pm = pm_booted(NULL);

	ck_assert_int_eq(opal_pci_set_peltv(pm->opal, 0, 3, 5, 1), OPAL_SUCCESS);
	ck_assert_int_eq(opal_pci_set_peltv(pm->opal, 0, 3, 20, 1), OPAL_SUCCESS);
	ck_assert_int_eq(opal_pci_set_peltv(pm->opal, 0, 3, 126, 1), OPAL_SUCCESS);
	ck_assert_uint_eq(pm_entry(pm, 0, IODA1_TBL_PELTV, 3, false), PPC_BIT(5) | PPC_BIT(20));
	ck_assert_uint_eq(pm_entry(pm, 0, IODA1_TBL_PELTV, 3, true), PPC_BIT(62));
	ck_assert_int_eq(opal_pci_set_peltv(pm->opal, 0, 3, 5, 0), OPAL_SUCCESS);
	ck_assert_uint_eq(pm_entry(pm, 0, IODA1_TBL_PELTV, 3, false), PPC_BIT(20));
	ck_assert_int_eq(opal_pci_set_peltv(pm->opal, 0, 3, 128, 1), OPAL_PARAMETER);
	pm_destroy(pm);
}
END_TEST

START_TEST(test_skiboots_mistakes_are_made_when_asked_for)
{
	/* Why: who wants to see what real hosts did: 20 & 0x2f is 4, and an entry of 0 takes all requesters. */
	struct pm *pm = pm_booted((const char *[]){"kernel.opal.skiboot_bugs=true", NULL});

	ck_assert_int_eq(opal_pci_set_peltv(pm->opal, 0, 3, 20, 1), OPAL_SUCCESS);
	ck_assert_uint_eq(pm_entry(pm, 0, IODA1_TBL_PELTV, 3, false), PPC_BIT(4));
	ck_assert_int_eq(opal_pci_set_pe(pm->opal, 0, 6, 0x300, 7, 0, 0, 1), OPAL_SUCCESS);
	ck_assert_int_eq(opal_pci_set_pe(pm->opal, 0, 6, 0x300, 7, 0, 0, 0), OPAL_SUCCESS);
	ck_assert_uint_eq(pm_entry(pm, 0, IODA1_TBL_PELTM, 6, false), 0);
	pm_destroy(pm);
}
END_TEST

/* ---- Windows ---- */

START_TEST(test_map_mmio_writes_the_domain_table_of_the_window)
{
	/* Why: I/O, M32 and M64 each have a table; M64's is indexed by BAR and segment. */
	struct pm *pm = pm_booted(NULL);
	struct opal *opal = pm->opal;

	ck_assert_int_eq(opal_pci_map_pe_mmio_window(opal, 0, 5, OPAL_WINDOW_IO, 0, 127), OPAL_SUCCESS);
	ck_assert_uint_eq(pm_entry(pm, 0, IODA1_TBL_IODT, 127, false), 5ull << 57);
	ck_assert_int_eq(opal_pci_map_pe_mmio_window(opal, 0, 6, OPAL_WINDOW_M32, 0, 9), OPAL_SUCCESS);
	ck_assert_uint_eq(pm_entry(pm, 0, IODA1_TBL_M32DT, 9, false), 6ull << 57);
	ck_assert_int_eq(opal_pci_map_pe_mmio_window(opal, 0, 7, OPAL_WINDOW_M64, 15, 7), OPAL_SUCCESS);
	ck_assert_uint_eq(pm_entry(pm, 0, IODA1_TBL_M64DT, 127, false), 7ull << 57);
	ck_assert_int_eq(opal_pci_map_pe_mmio_window(opal, 0, 5, OPAL_WINDOW_IO, 0, 128), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_map_pe_mmio_window(opal, 0, 5, OPAL_WINDOW_IO, 1, 0), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_map_pe_mmio_window(opal, 0, 5, OPAL_WINDOW_M32, 1, 0), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_map_pe_mmio_window(opal, 0, 5, OPAL_WINDOW_M64, 16, 0), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_map_pe_mmio_window(opal, 0, 5, OPAL_WINDOW_M64, 0, 8), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_map_pe_mmio_window(opal, 0, 128, OPAL_WINDOW_M32, 0, 0), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_map_pe_mmio_window(opal, 0, 5, 4, 0, 0), OPAL_PARAMETER);
	pm_destroy(pm);
}
END_TEST

START_TEST(test_m64_window_is_written_when_enabled)
{
	/* Why: skiboot's checks and order; a BAR that is enabled follows each change at once. */
	struct pm *pm = pm_booted(NULL);
	struct opal *opal = pm->opal;
	uint64_t base = pm->platform->phb[0].m64_base, entry;

	ck_assert_int_eq(opal_pci_phb_mmio_enable(opal, 0, OPAL_WINDOW_M64, 2, OPAL_M64_SPLIT), OPAL_PARTIAL);
	ck_assert_int_eq(opal_pci_set_phb_mem_window(opal, 0, OPAL_WINDOW_M64, 2, base, 0, 2ull << 30), OPAL_SUCCESS);
	ck_assert_uint_eq(pm_entry(pm, 0, IODA1_TBL_M64BT, 2, false), 0);
	ck_assert_int_eq(opal_pci_phb_mmio_enable(opal, 0, OPAL_WINDOW_M64, 2, OPAL_M64_SPLIT), OPAL_SUCCESS);
	entry = PPC_BIT(0) | (base >> 24) << 32 | (0x1000000 - 0x80);
	ck_assert_uint_eq(pm_entry(pm, 0, IODA1_TBL_M64BT, 2, false), entry);
	ck_assert_int_eq(opal_pci_set_phb_mem_window(opal, 0, OPAL_WINDOW_M64, 2, base, 0, 1ull << 30), OPAL_SUCCESS);
	ck_assert_uint_eq(pm_entry(pm, 0, IODA1_TBL_M64BT, 2, false) & 0xffffff, 0x1000000 - 0x40);
	ck_assert_int_eq(opal_pci_phb_mmio_enable(opal, 0, OPAL_WINDOW_M64, 2, OPAL_M64_DISABLE), OPAL_SUCCESS);
	ck_assert_uint_eq(pm_entry(pm, 0, IODA1_TBL_M64BT, 2, false) >> 63, 0);
	ck_assert_int_eq(opal_pci_phb_mmio_enable(opal, 0, OPAL_WINDOW_M64, 2, OPAL_M64_SINGLE_PE), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_phb_mmio_enable(opal, 0, OPAL_WINDOW_M64, 16, OPAL_M64_SPLIT), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_phb_mmio_enable(opal, 0, OPAL_WINDOW_M32, 0, OPAL_M64_SPLIT), OPAL_UNSUPPORTED);
	ck_assert_int_eq(opal_pci_set_phb_mem_window(opal, 0, OPAL_WINDOW_M64, 2, base + 1, 0, 1 << 30),
			 OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_set_phb_mem_window(opal, 0, OPAL_WINDOW_M64, 16, base, 0, 1 << 30), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_set_phb_mem_window(opal, 0, OPAL_WINDOW_IO, 0, base, 0, 1 << 30), OPAL_UNSUPPORTED);
	/* Below the PHB's own window is no place for a BAR. */
	ck_assert_int_eq(opal_pci_set_phb_mem_window(opal, 0, OPAL_WINDOW_M64, 3, base - (1ull << 30), 0, 1 << 30),
			 OPAL_SUCCESS);
	ck_assert_int_eq(opal_pci_phb_mmio_enable(opal, 0, OPAL_WINDOW_M64, 3, OPAL_M64_SPLIT), OPAL_PARTIAL);
	pm_destroy(pm);
}
END_TEST

START_TEST(test_map_dma_window_writes_both_halves_with_the_pes_filter)
{
	/* Why: what Linux maps: a segment of 256 MiB in 4 KiB pages, 512 KiB of table; the filter is PELTM's. */
	struct pm *pm = pm_booted(NULL);

	ck_assert_int_eq(opal_pci_set_pe(pm->opal, 0, 0x7d, 0x200, 7, 0, 0, 1), OPAL_SUCCESS);
	ck_assert_int_eq(opal_pci_map_pe_dma_window(pm->opal, 0, 0x7d, 1, 1, 0x4080000, 0x80000, 0x1000), OPAL_SUCCESS);
	/* Table >> 12 in 48 bits; all of bus 2 counts; 2^(26 + 2). Pages of 2^(11 + 1); the PE. */
	ck_assert_uint_eq(pm_entry(pm, 0, IODA1_TBL_TVT, 1, false), 0x4080ull << 16 | 7u << 13 | 2u << 8 | 2);
	ck_assert_uint_eq(pm_entry(pm, 0, IODA1_TBL_TVT, 1, true), 1ull << 40 | 0x7d);
	ck_assert_int_eq(opal_pci_set_pe(pm->opal, 0, 4, 0x3fa, 7, 1, 1, 1), OPAL_SUCCESS);
	ck_assert_int_eq(opal_pci_map_pe_dma_window(pm->opal, 0, 4, 2, 1, 0x10000, 0x8000, 0x10000), OPAL_SUCCESS);
	ck_assert_uint_eq(pm_entry(pm, 0, IODA1_TBL_TVT, 2, false), 0x10ull << 16 | 7u << 13 | 2u << 8 | 3);
	ck_assert_uint_eq(pm_entry(pm, 0, IODA1_TBL_TVT, 2, true),
			  PPC_BIT(2) | 0x1full << 56 | PPC_BIT(12) | 2ull << 48 | 5ull << 40 | 4);
	pm_destroy(pm);
}
END_TEST

static const struct {
	uint32_t pe, window, levels;
	uint64_t table_bytes, page_bytes;
	int64_t ret;
} dma_checks[] = {
	{3, 0, 1, 0x40000, 0x1000, OPAL_SUCCESS},   /* 128 MiB: the least */
	{3, 0, 1, 0x20000, 0x1000, OPAL_PARAMETER}, /* 64 MiB */
	{3, 127, 1, 0x80000, 0x1000, OPAL_SUCCESS},
	{3, 128, 1, 0x80000, 0x1000, OPAL_PARAMETER},
	{128, 0, 1, 0x80000, 0x1000, OPAL_PARAMETER},
	{3, 0, 0, 0x80000, 0x1000, OPAL_PARAMETER}, /* as Linux takes a window away */
	{3, 0, 2, 0x80000, 0x1000, OPAL_PARAMETER},
	{3, 0, 1, 0, 0x1000, OPAL_PARAMETER},
	{3, 0, 1, 0x80, 0x1000000, OPAL_SUCCESS}, /* 16 pages of 16 MiB */
	{3, 0, 1, 8, 0x400000000, OPAL_SUCCESS},  /* one page of 16 GiB */
	{3, 0, 1, 0x80000, 0x2000, OPAL_PARAMETER},
	{3, 0, 1, 0x80000, 0x10000000, OPAL_PARAMETER}, /* PHB3 has these */
};

START_TEST(test_map_dma_window_checks)
{
	/* Why: codes of p7ioc_map_pe_dma_window(); a refused call writes nothing. */
	struct pm *pm = pm_booted(NULL);

	ck_assert_int_eq(opal_pci_map_pe_dma_window(pm->opal, 0, (uint16_t)dma_checks[_i].pe,
						    (uint16_t)dma_checks[_i].window, (uint16_t)dma_checks[_i].levels,
						    0x100000, dma_checks[_i].table_bytes, dma_checks[_i].page_bytes),
			 dma_checks[_i].ret);
	ck_assert_int_eq(pm->log_count == 0, dma_checks[_i].ret != OPAL_SUCCESS);
	pm_destroy(pm);
}
END_TEST

START_TEST(test_calls_that_a_p7ioc_does_not_have)
{
	/* Why: Linux falls back on what there is. */
	struct pm *pm = pm_booted(NULL);

	ck_assert_int_eq(opal_pci_map_pe_dma_window_real(pm->opal, 0, 3, 1, 1ull << 59, 1 << 30), OPAL_UNSUPPORTED);
	ck_assert_int_eq(opal_pci_tce_kill(pm->opal, 0, 0, 3, 0x1000, 0, 1), OPAL_UNSUPPORTED);
	ck_assert_int_eq(opal_pci_msi_eoi(pm->opal, 0, pm->platform->phb[0].irq_base), OPAL_UNSUPPORTED);
	pm_destroy(pm);
}
END_TEST

/* ---- Interrupts ---- */

START_TEST(test_xive_of_the_chip_has_the_server_spread_over_two_fields)
{
	/* Why: three bits of the server stand in the priority; the caller gets back what it set. */
	struct pm *pm = pm_booted(NULL);
	uint32_t isn = pm->platform->phb[1].irq_base + 17;
	uint8_t server[2], priority;

	ck_assert_int_eq(opal_set_xive(pm->opal, isn, 0x2d, 5), OPAL_SUCCESS);
	ck_assert_uint_eq(pm_entry(pm, 1, IODA1_TBL_MXIVT, 17, false), 5ull << 40 | (5ull << 5) << 32);
	ck_assert_int_eq(opal_pci_set_xive_pe(pm->opal, 1, 9, 17), OPAL_SUCCESS);
	ck_assert_uint_eq(pm_entry(pm, 1, IODA1_TBL_MXIVT, 17, false), 5ull << 40 | (5ull << 5) << 32 | 9ull << 16);
	ck_assert_int_eq(opal_get_xive(pm->opal, isn, server, &priority), OPAL_SUCCESS);
	ck_assert_uint_eq(be(server, 2), 0x2d);
	ck_assert_uint_eq(priority, 5);
	ck_assert_int_eq(opal_set_xive(pm->opal, isn, 0x2d, 0xff), OPAL_SUCCESS);
	ck_assert_uint_eq(pm_entry(pm, 1, IODA1_TBL_MXIVT, 17, false), 0xffull << 32 | 9ull << 16);
	/* LSIs come after the MSIs. */
	ck_assert_int_eq(opal_set_xive(pm->opal, pm->platform->phb[1].irq_base + 256 + 2, 8, 4), OPAL_SUCCESS);
	ck_assert_uint_eq(pm_entry(pm, 1, IODA1_TBL_LXIVT, 2, false), 1ull << 40);
	ck_assert_int_eq(opal_set_xive(pm->opal, pm->platform->phb[1].irq_base + 264, 8, 4), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_set_xive_pe(pm->opal, 1, 9, 256), OPAL_PARAMETER);
	pm_destroy(pm);
}
END_TEST

START_TEST(test_mve_and_the_address_that_names_it)
{
	/* Why: the device writes the vector to an address that names the MVE, and the MVE says whose it is. */
	struct pm *pm = pm_booted(NULL);
	uint8_t addr[8], data[4];

	ck_assert_int_eq(opal_pci_set_pe(pm->opal, 0, 9, 0x318, 7, 1, 0, 1), OPAL_SUCCESS);
	ck_assert_int_eq(opal_pci_set_mve(pm->opal, 0, 200, 9), OPAL_SUCCESS);
	ck_assert_uint_eq(pm_entry(pm, 0, IODA1_TBL_MVT, 200, false),
			  7ull << 40 | 3ull << 32 | 9ull << 16 | PPC_BIT(50) | 3ull << 8);
	ck_assert_int_eq(opal_pci_set_mve_enable(pm->opal, 0, 200, 1), OPAL_SUCCESS);
	ck_assert_uint_eq(pm_entry(pm, 0, IODA1_TBL_MVT, 200, false) >> 63, 1);
	ck_assert_int_eq(opal_pci_set_mve_enable(pm->opal, 0, 200, 0), OPAL_SUCCESS);
	ck_assert_uint_eq(pm_entry(pm, 0, IODA1_TBL_MVT, 200, false) >> 63, 0);
	ck_assert_int_eq(opal_get_msi_32(pm->opal, 0, 200, 17, 1, addr, data), OPAL_SUCCESS);
	ck_assert_uint_eq(be(addr, 4), 0xffff0c80);
	ck_assert_uint_eq(be(data, 4), 17);
	ck_assert_int_eq(opal_get_msi_64(pm->opal, 0, 200, 17, 1, addr, data), OPAL_SUCCESS);
	ck_assert_uint_eq(be(addr, 8), 0x90c8000000000000ull);
	ck_assert_uint_eq(be(data, 4), 17);
	ck_assert_int_eq(opal_pci_set_mve(pm->opal, 0, 256, 9), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_set_mve_enable(pm->opal, 0, 256, 1), OPAL_PARAMETER);
	ck_assert_int_eq(opal_get_msi_32(pm->opal, 0, 256, 17, 1, addr, data), OPAL_PARAMETER);
	ck_assert_int_eq(opal_get_msi_32(pm->opal, 0, 200, 256, 1, addr, data), OPAL_PARAMETER);
	ck_assert_int_eq(opal_get_msi_64(pm->opal, 0, 200, 17, 2, addr, data), OPAL_PARAMETER);
	pm_destroy(pm);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("firmware.opal_p7ioc");
	TCase *tcase = tcase_create("opal_p7ioc");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, test_boot_writes_registers_in_firmwares_order);
	tcase_add_test(tcase, test_boot_leaves_a_working_phb);
	tcase_add_test(tcase, test_boot_waits_as_long_as_firmware_does);
	tcase_add_test(tcase, test_boot_without_the_chip_around_is_refused);
	tcase_add_test(tcase, test_set_pe_writes_one_entry_and_the_chip_uses_it);
	tcase_add_test(tcase, test_set_peltv_sets_the_companions_bit);
	tcase_add_test(tcase, test_skiboots_mistakes_are_made_when_asked_for);
	tcase_add_test(tcase, test_map_mmio_writes_the_domain_table_of_the_window);
	tcase_add_test(tcase, test_m64_window_is_written_when_enabled);
	tcase_add_test(tcase, test_map_dma_window_writes_both_halves_with_the_pes_filter);
	tcase_add_loop_test(tcase, test_map_dma_window_checks, 0, sim_count_of(dma_checks));
	tcase_add_test(tcase, test_calls_that_a_p7ioc_does_not_have);
	tcase_add_test(tcase, test_xive_of_the_chip_has_the_server_spread_over_two_fields);
	tcase_add_test(tcase, test_mve_and_the_address_that_names_it);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
