/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tests/hw/test_phb4_err.c - errors that PHB4 and PHB5 have and PHB3 has not: the groups of the PCIe stack and their
 * classes, a link that goes down, accesses to registers and tables that do not exist, faults told by when they were
 * found.
 */
#include "tests/hw/phb_error_fixture.h"

/* The masks of the PCIe stack's groups that firmware opens while there is a link. */
static void open_stack(struct fx *fx)
{
	fx_write(fx, PHB4_PBL_ERR_BASE + PHB4_ERR_INF_ENABLE, PHB4_INIT_PBL_INF_ENABLE);
	fx_write(fx, PHB4_PBL_ERR_BASE + PHB4_ERR_ERC_ENABLE, PHB4_INIT_PBL_ERC_ENABLE);
	fx_write(fx, PHB4_PBL_ERR_BASE + PHB4_ERR_FAT_ENABLE, PHB4_INIT_PBL_FAT_ENABLE);
	fx_write(fx, PHB4_PBL_ERR_BASE + PHB_ERR_STATUS_MASK, 0);
	fx_write(fx, PHB4_PBL_ERR_BASE + PHB_ERR_FIRST_MASK, 0);
	fx_write(fx, PHB4_REGB_ERR_BASE + PHB4_ERR_INF_ENABLE, PHB4_INIT_REGB_INF_ENABLE);
	fx_write(fx, PHB4_REGB_ERR_BASE + PHB4_ERR_ERC_ENABLE, PHB4_INIT_REGB_ERC_ENABLE);
	fx_write(fx, PHB4_REGB_ERR_BASE + PHB4_ERR_FAT_ENABLE, PHB4_INIT_REGB_FAT_ENABLE);
	fx_write(fx, PHB4_REGB_ERR_BASE + PHB_ERR_STATUS_MASK, 0);
	fx_write(fx, PHB4_REGB_ERR_BASE + PHB_ERR_FIRST_MASK, PHB4_INIT_REGB_FIRST_MASK);
	fx_write(fx, PHB4_PCIE_MISC_STRAP, PHB4_PCIE_MISC_STRAP_LINK_DOWN);
}

START_TEST(test_phb4_link_when_it_goes_down_then_freezes_all_pes_until_thawed)
{
	/* REGB 8 is of class ERC, which is bit 25 of the summary, the only one in its freeze mask (skiboot 5.10:
	 * endpoint recoverable). Whose PE is a switch: all, or none. Once per fall. */
	static const char *const nobody[] = {"phb.link_down_freeze=none", NULL};
	struct fx fx;
	uint32_t i;

	fx_begin_with(&fx, _i ? nobody : NULL);
	fe_masks(&fx);
	open_stack(&fx);
	phb_link_change(fx.phb, false);
	ck_assert_uint_eq(fe_status(&fx, PHB4_REGB_ERR_BASE), PPC_BIT(8));
	ck_assert_uint_eq(fx_read(&fx, PHB4_REGB_ERR_BASE + PHB_ERR_FIRST), PPC_BIT(8));
	ck_assert_uint_eq(fe_status(&fx, PHB_ERR_BASE), PPC_BIT(25));
	ck_assert_uint_eq(fx_read(&fx, PHB_LEM_FIR_ACCUM), PPC_BIT(31));
	ck_assert(!phb_fenced(fx.phb));
	for (i = 0; i < fx.phb->pe_count / 64; i++)
		ck_assert_uint_eq(fx_ioda_read(&fx, IODA2_TBL_PEEV, i), _i ? 0 : UINT64_MAX);
	if (!_i)
		ck_assert_uint_eq(ppc_get(IODA2_PESTA_LEM_BIT, fe_record(&fx, 5, 0)), 31);
	fx_run(&fx);
	ck_assert_uint_eq(fx.irq_count, 1);
	ck_assert_uint_eq(fx.irq[0], fe_er(&fx));
	phb_link_change(fx.phb, false);
	ck_assert_uint_eq(fx.phb->stats.trapped, 1);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb4_link_when_firmware_expects_it_to_fall_then_nothing_freezes)
{
	/* Before a reset of the slot firmware closes the three enables of REGB and clears MISC_STRAP. */
	struct fx fx;

	fe_begin(&fx);
	open_stack(&fx);
	fx_write(&fx, PHB4_REGB_ERR_BASE + PHB4_ERR_ERC_ENABLE, 0);
	phb_link_change(fx.phb, false);
	ck_assert_uint_eq(fe_status(&fx, PHB4_REGB_ERR_BASE), PPC_BIT(8));
	ck_assert_uint_eq(fe_status(&fx, PHB_ERR_BASE), 0);
	ck_assert(!phb_pest_any(fx.phb));
	ck_assert_uint_eq(fx_read(&fx, PHB_ETU_ERR_SUMMARY), 0);
	phb_link_change(fx.phb, true);
	fx_write(&fx, PHB4_REGB_ERR_BASE + PHB_ERR_STATUS, UINT64_MAX);
	fx_write(&fx, PHB4_PCIE_MISC_STRAP, ~PHB4_PCIE_MISC_STRAP_LINK_DOWN);
	phb_link_change(fx.phb, false);
	ck_assert_uint_eq(fe_status(&fx, PHB4_REGB_ERR_BASE), 0);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb4_stack_errors_then_go_up_by_their_class)
{
	/* By firmware's masks: a bit of PBL that informs, one that is fatal (through REGB to the summary: fence), one of
	 * REGB itself that informs. */
	static const struct {
		uint32_t base, bit, regb, summary;
		bool fences;
	} cases[] = {
		{PHB4_PBL_ERR_BASE, 33, 25, 24, false}, /* tx_npst_discard: informs */
		{PHB4_PBL_ERR_BASE, 24, 27, 26, true},	/* inbound data ECC */
		{PHB4_REGB_ERR_BASE, 10, 10, 24, false}, /* bandwidth event */
	};
	struct fx fx;

	fe_begin(&fx);
	open_stack(&fx);
	fx_write(&fx, PHB_ERR_BASE + PHB_ERR_FENCE_ENABLE, 0);
	fx_write(&fx, cases[_i].base + PHB_ERR_INJECT, PPC_BIT(cases[_i].bit));
	ck_assert_uint_eq(fx_read(&fx, cases[_i].base + PHB_ERR_INJECT), 0);
	ck_assert_uint_eq(fe_status(&fx, cases[_i].base) & PPC_BIT(cases[_i].bit), PPC_BIT(cases[_i].bit));
	ck_assert_uint_eq(fe_status(&fx, PHB4_REGB_ERR_BASE), PPC_BIT(cases[_i].regb));
	ck_assert_uint_eq(fe_status(&fx, PHB_ERR_BASE), PPC_BIT(cases[_i].summary));
	ck_assert(!phb_pest_any(fx.phb));
	/* And what the summary's own enables make of it. */
	fx_write(&fx, PHB_ERR_BASE + PHB_ERR_FENCE_ENABLE, PHB4_INIT_ERR_FENCE_ENABLE);
	fx_write(&fx, cases[_i].base + PHB_ERR_INJECT, PPC_BIT(cases[_i].bit));
	ck_assert(phb_fenced(fx.phb) == cases[_i].fences);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb4_stack_status_when_written_then_clears_ones)
{
	/* Clearing goes from below to above, as firmware does: PBL, REGB, the summary. */
	static const uint32_t bases[] = {PHB4_PBL_ERR_BASE, PHB4_REGB_ERR_BASE, PHB_ERR_BASE};
	struct fx fx;
	size_t i;

	fe_begin(&fx);
	open_stack(&fx);
	fx_write(&fx, PHB4_PBL_ERR_BASE + PHB_ERR_INJECT, PPC_BIT(33));
	for (i = 0; i < sim_count_of(bases); i++) {
		ck_assert_uint_ne(fe_status(&fx, bases[i]), 0);
		fx_write(&fx, bases[i] + PHB_ERR_STATUS, fe_status(&fx, bases[i]));
		fx_write(&fx, bases[i] + PHB_ERR_FIRST, 0);
		ck_assert_uint_eq(fe_status(&fx, bases[i]), 0);
	}
	fx_write(&fx, PHB_LEM_FIR_AND_MASK, 0);
	ck_assert_uint_eq(fx_read(&fx, PHB_ETU_ERR_SUMMARY), 0);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb4_tce_fault_then_is_told_by_when_it_was_found)
{
	/* From memory: the response bit; met again in the cache: the request bit. */
	struct fx fx;

	fe_begin(&fx);
	fx_dma(&fx, TLP_MEM_READ, 0x0300, 0x2000, 64);
	fx_run(&fx);
	ck_assert_uint_eq(fe_status(&fx, PHB4_TCE_ERR_BASE), PPC_BIT(2));
	ck_assert_uint_eq(fx_read(&fx, PHB_LEM_FIR_ACCUM), PPC_BIT(56));
	ck_assert(fe_frozen(&fx, 3));
	fx_ioda_write(&fx, IODA2_TBL_PESTA, 3, 0);
	fx_ioda_write(&fx, IODA2_TBL_PESTB, 3, 0);
	fx_dma(&fx, TLP_MEM_READ, 0x0300, 0x2000, 64);
	fx_run(&fx);
	ck_assert_uint_eq(fe_status(&fx, PHB4_TCE_ERR_BASE), PPC_BIT(1) | PPC_BIT(2));
	ck_assert(fe_frozen(&fx, 3));
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb4_register_that_does_not_exist_then_is_an_error_of_its_part)
{
	/* Part of the register file, and bits of ESR or REGB for no address and for a wrong size (phberr.py). */
	static const struct {
		uint32_t offset, group, address, size;
	} cases[] = {{0x108, 0xc80, 1, 2},   {0x818, 0xc80, 8, 9},   {0xc48, 0xc80, 6, 7}, {0xff8, 0xc80, 12, 13},
		     {0x1848, 0x1c00, 2, 3}, {0x1f00, 0x1c00, 2, 3}, {0x008, 0xc80, 0, 0}};
	struct fx fx;

	fe_begin(&fx);
	open_stack(&fx);
	fx_write(&fx, PHB_ERR_BASE + PHB_ERR_FENCE_ENABLE, 0);
	ck_assert_uint_eq(fx_read(&fx, cases[_i].offset), 0);
	ck_assert_uint_eq(fe_status(&fx, cases[_i].group), PPC_BIT(cases[_i].address));
	ck_assert_uint_eq(fx_read(&fx, cases[_i].group + PHB_ERR_LOG0), cases[_i].offset);
	fx_write(&fx, cases[_i].group + PHB_ERR_STATUS, UINT64_MAX);
	ck_assert_uint_eq(phb_reg_read(fx.phb, cases[_i].offset, 4), UINT64_MAX);
	ck_assert_uint_eq(fe_status(&fx, cases[_i].group), PPC_BIT(cases[_i].size));
	ck_assert(!phb_pest_any(fx.phb));
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb4_register_of_a_wrong_size_with_firmwares_masks_then_fences)
{
	/* The size bits of the summary are in its fence mask, the address bits are not. */
	struct fx fx;

	fe_begin(&fx);
	(void)fx_read(&fx, 0x108);
	ck_assert(!phb_fenced(fx.phb));
	(void)phb_reg_read(fx.phb, PHB_RTT_BAR, 4);
	ck_assert(phb_fenced(fx.phb));
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb4_ioda_index_or_table_that_does_not_exist_then_is_an_access_error)
{
	/* ESR 4: informs; the access goes on with the masked index. A switch turns the error off. */
	static const char *const quiet[] = {"phb.ioda_errors=false", NULL};
	struct fx fx;

	fx_begin_with(&fx, _i ? quiet : NULL);
	fe_masks(&fx);
	fx_ioda_write(&fx, IODA2_TBL_MRT, 1, 77);
	ck_assert_uint_eq(fe_status(&fx, PHB_ERR_BASE), 0);
	ck_assert_uint_eq(fx_ioda_read(&fx, IODA2_TBL_MRT, 0x3f0 + 1), 77);
	ck_assert_uint_eq(fe_status(&fx, PHB_ERR_BASE), _i ? 0 : PPC_BIT(4));
	fx_write(&fx, PHB_ERR_BASE + PHB_ERR_STATUS, UINT64_MAX);
	(void)fx_ioda_read(&fx, 30, 0);
	ck_assert_uint_eq(fe_status(&fx, PHB_ERR_BASE), _i ? 0 : PPC_BIT(4));
	fx_run(&fx);
	ck_assert_uint_eq(fx.irq_count, _i ? 0 : 1);
	if (!_i)
		ck_assert_uint_eq(fx.irq[0], fe_inf(&fx));
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb4_read_of_the_msi_window_then_is_refused_and_only_informs)
{
	/* RXE_ARB 18 is in neither of firmware's freeze and fence masks. */
	struct fx fx;

	fe_begin(&fx);
	fx_dma(&fx, TLP_MEM_READ, 0x0300, 0xffff0000, 4);
	fx_run(&fx);
	ck_assert_uint_eq(fx.sent_count, 1);
	ck_assert_uint_eq(fx.sent[0]->status, TLP_UR);
	ck_assert_uint_eq(fe_status(&fx, PHB_INA_ERR_BASE), PPC_BIT(18));
	ck_assert(!phb_pest_any(fx.phb));
	ck_assert_uint_eq(fx.irq_count, 1);
	ck_assert_uint_eq(fx.irq[0], fe_inf(&fx));
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb4_msi_of_a_wrong_size_or_place_then_fences)
{
	/* RXE_ARB 2 and 3 are in firmware's fence mask. */
	struct fx fx;

	fe_begin(&fx);
	fx_dma_write(&fx, 0x0300, _i ? 0xffff0002 : 0xffff0000, _i ? 4 : 8, 0);
	fx_run(&fx);
	ck_assert(phb_fenced(fx.phb));
	ck_assert_uint_eq(fx.phb->reg[(PHB_INA_ERR_BASE + PHB_ERR_STATUS) / 8], PPC_BIT(_i ? 3 : 2));
	ck_assert(!phb_pest_any(fx.phb));
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb4_address_beyond_its_window_then_is_told_as_in_a_published_log)
{
	/* A field log in a mail about the kernel's EEH shows LEM 35, bit 20 of the summary, RXE_ARB 28, and in PEST B the
	 * address of the DMA. */
	const uint64_t addr = 0x1234500;
	struct fx fx;

	fe_begin(&fx);
	fx_dma(&fx, TLP_MEM_READ, 0x0300, addr, 64);
	fx_run(&fx);
	ck_assert_uint_eq(fe_status(&fx, PHB_INA_ERR_BASE), PPC_BIT(28));
	ck_assert_uint_eq(fe_status(&fx, PHB_ERR_BASE), PPC_BIT(20));
	ck_assert_uint_eq(fx_read(&fx, PHB_LEM_FIR_ACCUM), PPC_BIT(35));
	ck_assert_uint_eq(ppc_get(IODA2_PESTA_LEM_BIT, fe_record(&fx, 3, 0)), 35);
	ck_assert_uint_eq(fe_record(&fx, 3, 1), PPC_BIT(0) | addr);
	fx_end(&fx);
}
END_TEST

int main(void)
{
	const struct fx_case cases[] = {
		{test_phb4_link_when_it_goes_down_then_freezes_all_pes_until_thawed, 2, FX_FROM_PHB4},
		{test_phb4_link_when_firmware_expects_it_to_fall_then_nothing_freezes, 0, FX_FROM_PHB4},
		{test_phb4_stack_errors_then_go_up_by_their_class, 3, FX_FROM_PHB4},
		{test_phb4_stack_status_when_written_then_clears_ones, 0, FX_FROM_PHB4},
		{test_phb4_tce_fault_then_is_told_by_when_it_was_found, 0, FX_FROM_PHB4},
		{test_phb4_register_that_does_not_exist_then_is_an_error_of_its_part, 7, FX_FROM_PHB4},
		{test_phb4_register_of_a_wrong_size_with_firmwares_masks_then_fences, 0, FX_FROM_PHB4},
		{test_phb4_ioda_index_or_table_that_does_not_exist_then_is_an_access_error, 2, FX_FROM_PHB4},
		{test_phb4_address_beyond_its_window_then_is_told_as_in_a_published_log, 0, FX_FROM_PHB4},
		{test_phb4_read_of_the_msi_window_then_is_refused_and_only_informs, 0, FX_FROM_PHB4},
		{test_phb4_msi_of_a_wrong_size_or_place_then_fences, 2, FX_FROM_PHB4},
	};

	return fx_main("hw.phb4_err", cases, sim_count_of(cases));
}
