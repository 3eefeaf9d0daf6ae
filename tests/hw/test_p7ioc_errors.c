/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tests/hw/test_p7ioc_errors.c - errors of a P7IOC's PHB with the masks of firmware: records on the chip, companions,
 * classes, interrupts, injection (areas "PE state and EEH", "Error injection", "PEST").
 */
#include "tests/hw/p7ioc_fixture.h"

#define MIB256 0x10000000ull

/* Firmware's masks, interrupts on; PE 3 has window 0 with one page to read and write and one to read; PE 4 window 1. */
static void begin(struct fx *fx)
{
	uint32_t i;

	p7_begin(fx);
	fx_write(fx, PHB_RESET, P7IOC_INIT_RESET_FIRST);
	fx_write(fx, PHB_RESET, P7IOC_INIT_RESET);
	p7_masks(fx);
	for (i = 0; i < 8; i++)
		p7_write(fx, IODA1_TBL_LXIVT, i, ppc_set(IODA1_XIVT_PRIORITY, 0, 5));
	p7_simple_window(fx, 0, 3);
	fx_store(fx, FX_TABLES, FX_DATA | 3);
	fx_store(fx, FX_TABLES + 8, FX_DATA | 1);
	p7_simple_window(fx, 1, 4);
	fx_store(fx, FX_TABLES + 0x80000, FX_DATA | 3);
}

/* An error of PE 3 and what its record says. */
static const struct {
	const char *what, *type, *causes;
	enum tlp_type tlp;
	uint64_t addr;
	uint32_t bit, lem;
	uint8_t msg;
	bool poisoned;
} errors[] = {
	{"no window", "DMA read", "IODA error", TLP_MEM_READ, 5 * MIB256, 26, 35, 0, false},
	{"window of PE 4", "DMA read", "IODA error", TLP_MEM_READ, MIB256, 25, 35, 0, false},
	{"page fault on a read", "DMA read", "TCE page fault", TLP_MEM_READ, 0x2000, 29, 58, 0, false},
	{"page fault on a write", "DMA write", "TCE page fault", TLP_MEM_WRITE, 0x2000, 29, 58, 0, false},
	{"access fault", "DMA write", "TCE access fault", TLP_MEM_WRITE, 0x1000, 30, 61, 0, false},
	{"address class", "DMA write", "IODA error", TLP_MEM_WRITE, 1ull << 40, 28, 35, 0, false},
	{"poisoned", "DMA write", "uncorrectable data", TLP_MEM_WRITE, 0, 24, 43, 0, true},
	{"ERR_FATAL", "other", "fatal PCIe error", TLP_MESSAGE, 0, 49, 36, 0x33, false},
	{"ERR_NONFATAL", "other", "non-fatal PCIe error", TLP_MESSAGE, 0, 50, 37, 0x31, false},
};

START_TEST(test_p7ioc_error_when_it_happens_then_leaves_its_record_on_the_chip)
{
	/* Trap bit, record in PESTA and PESTB, PEEV, LSI 7, a read ends in Completer Abort; PE 4 does not notice. */
	struct phb_freeze record;
	struct tlp *tlp;
	struct fx fx;

	begin(&fx);
	tlp = fx_dma(&fx, errors[_i].tlp, 0x312, errors[_i].addr, errors[_i].tlp == TLP_MESSAGE ? 0 : 64);
	tlp->msg = errors[_i].msg;
	tlp->poisoned = errors[_i].poisoned;
	fx_run(&fx);
	ck_assert_msg(p7_frozen(&fx, 3) && !p7_frozen(&fx, 4), "%s", errors[_i].what);
	ck_assert_uint_eq(fx_read(&fx, PHB_INA_ERR_BASE + PHB_ERR_STATUS), PPC_BIT(errors[_i].bit));
	ck_assert(phb_freeze_state(fx.phb, 3, &record));
	ck_assert_str_eq(record.type, errors[_i].type);
	ck_assert_str_eq(record.causes, errors[_i].causes);
	ck_assert_uint_eq(record.lem_bit, errors[_i].lem);
	ck_assert_uint_eq(record.rid, 0x312);
	ck_assert_uint_eq(record.addr.v, errors[_i].addr);
	ck_assert_uint_eq(p7_read(&fx, IODA1_TBL_PESTA, 3), record.pest_a);
	ck_assert_uint_eq(p7_read(&fx, IODA1_TBL_PESTB, 3), record.pest_b);
	ck_assert_uint_eq(p7_read(&fx, IODA1_TBL_PEEV, 0), PPC_BIT(3));
	ck_assert_uint_eq(p7_read(&fx, IODA1_TBL_PEEV, 1), 0);
	ck_assert(P7IOC_LEM_CLASS_ER & PPC_BIT(errors[_i].lem));
	ck_assert_uint_eq(fx_read(&fx, PHB_LEM_FIR_ACCUM), PPC_BIT(errors[_i].lem));
	ck_assert_uint_eq(fx.irq_count, 1);
	ck_assert_uint_eq(fx.irq[0], P7IOC_MSI_COUNT + PHB_LSI_ER);
	if (errors[_i].tlp == TLP_MEM_READ)
		ck_assert_int_eq(fx.sent[0]->status, TLP_CA);
	ck_assert(!phb_fenced(fx.phb) && !phb_fir_pending(fx.phb));
	fx_end(&fx);
}
END_TEST

START_TEST(test_p7ioc_extent_error_when_beyond_a_small_window_then_has_its_own_cause)
{
	/* PEST cause bit 17 is the P7IOC's; later generations have an IODA error there. */
	struct phb_freeze record;
	struct fx fx;

	begin(&fx);
	p7_window(&fx, 0, 3, FX_TABLES, 1, IODA1_PAGE_4K);
	fx_dma_write(&fx, 0x300, MIB256 / 2, 64, 1);
	fx_run(&fx);
	ck_assert(phb_freeze_state(fx.phb, 3, &record));
	ck_assert_str_eq(record.causes, "TVT extent");
	ck_assert_str_eq(record.cause_bits, "PEST0 bit 17");
	ck_assert_uint_eq(record.pest_a, 0x8000402303000000ull);
	ck_assert_uint_eq(record.pest_b, 0x8000000000000000ull | MIB256 / 2);
	fx_end(&fx);
}
END_TEST

START_TEST(test_p7ioc_record_when_more_errors_follow_then_stays_until_cleared)
{
	/* The first error's record stays while the PE is frozen in any way; writing 0 clears record and bit. */
	uint64_t a, b;
	struct fx fx;

	begin(&fx);
	fx_dma_write(&fx, 0x300, 0x2000, 64, 1);
	fx_run(&fx);
	a = p7_read(&fx, IODA1_TBL_PESTA, 3);
	b = p7_read(&fx, IODA1_TBL_PESTB, 3);
	p7_write(&fx, IODA1_TBL_PESTB, 3, b & ~PPC_BIT(0));
	ck_assert_uint_eq(p7_read(&fx, IODA1_TBL_PESTB, 3), b & ~PPC_BIT(0));
	fx_dma_write(&fx, 0x301, 0x3000, 64, 1);
	fx_run(&fx);
	ck_assert_uint_eq(p7_read(&fx, IODA1_TBL_PESTA, 3), a);
	ck_assert_uint_eq(p7_read(&fx, IODA1_TBL_PESTB, 3), b);
	p7_write(&fx, IODA1_TBL_PESTA, 3, 0);
	p7_write(&fx, IODA1_TBL_PESTB, 3, 0);
	ck_assert_uint_eq(p7_read(&fx, IODA1_TBL_PESTA, 3) | p7_read(&fx, IODA1_TBL_PESTB, 3), 0);
	ck_assert_uint_eq(p7_read(&fx, IODA1_TBL_PEEV, 0), 0);
	fx_end(&fx);
}
END_TEST

START_TEST(test_p7ioc_companions_when_a_pe_fails_then_freeze_without_a_record)
{
	/* The row of PE 3 names 3, 63, 64 and 126: both doublewords of the entry count. PE 3 is not in the rows of
	 * others. */
	static const uint32_t frozen[] = {3, 63, 64, 126};
	uint32_t i, n = 0;
	struct fx fx;

	begin(&fx);
	for (i = 1; i < sim_count_of(frozen); i++)
		p7_peltv(&fx, 3, frozen[i]);
	fx_dma_write(&fx, 0x300, 0x2000, 64, 1);
	fx_run(&fx);
	for (i = 0; i < P7IOC_PE_COUNT; i++)
		n += p7_frozen(&fx, i);
	ck_assert_uint_eq(n, 4);
	for (i = 0; i < sim_count_of(frozen); i++)
		ck_assert(p7_frozen(&fx, frozen[i]));
	ck_assert_uint_eq(p7_read(&fx, IODA1_TBL_PESTA, 64), PPC_BIT(0));
	ck_assert_uint_eq(p7_read(&fx, IODA1_TBL_PEEV, 0), PPC_BIT(3) | PPC_BIT(63));
	ck_assert_uint_eq(p7_read(&fx, IODA1_TBL_PEEV, 1), PPC_BIT(0) | PPC_BIT(62));
	ck_assert_uint_eq(fx.phb->stats.companion_freezes, 3);
	ck_assert_uint_eq(fx.phb->stats.peltv_no_self, 0);
	fx_end(&fx);
}
END_TEST

START_TEST(test_p7ioc_dma_of_a_frozen_pe_when_read_then_is_a_completer_abort)
{
	/* CONTROL as firmware writes it says so; without that bit, what is configured. Nothing is read or written. */
	uint8_t before[64] = {0};
	struct fx fx;

	begin(&fx);
	p7_write(&fx, IODA1_TBL_PESTB, 3, PPC_BIT(0));
	fx_dma(&fx, TLP_MEM_READ, 0x300, 0, 64);
	fx_dma_write(&fx, 0x300, 0, 64, 0xee);
	fx_run(&fx);
	ck_assert_int_eq(fx.sent[0]->status, TLP_CA);
	ck_assert_mem_eq(ram_base(fx.ram) + FX_DATA, before, 64);
	fx_write(&fx, PHB_CONTROL, P7IOC_INIT_CONTROL & ~P7IOC_CONTROL_READ_ABORT);
	fx_dma(&fx, TLP_MEM_READ, 0x300, 0, 64);
	fx_run(&fx);
	ck_assert_int_eq(fx.sent[1]->status, TLP_UR);
	ck_assert_uint_eq(fx.phb->stats.frozen_reads, 2);
	ck_assert_uint_eq(fx.phb->stats.frozen_writes, 1);
	fx_end(&fx);
}
END_TEST

START_TEST(test_p7ioc_masks_of_firmware_when_injected_bit_by_bit_then_keep_their_class)
{
	/* Software sets each bit of each group: fence-class bits fence, the others do not; no PE freezes. */
	static const struct {
		uint32_t base;
		uint64_t fence;
	} group[] = {{PHB_ERR_BASE, P7IOC_INIT_ERR_FENCE_ENABLE},
		     {PHB_OUT_ERR_BASE, P7IOC_INIT_OUT_FENCE_ENABLE},
		     {PHB_INA_ERR_BASE, P7IOC_INIT_INA_FENCE_ENABLE},
		     {PHB_INB_ERR_BASE, P7IOC_INIT_INB_FENCE_ENABLE}};
	uint32_t bit;
	struct fx fx;

	begin(&fx);
	for (bit = 0; bit < 64; bit++) {
		phb_asb_write(fx.phb, group[_i].base + PHB_ERR_INJECT, PPC_BIT(bit), 8);
		ck_assert_uint_eq(phb_asb_read(fx.phb, group[_i].base + PHB_ERR_STATUS, 8) & PPC_BIT(bit),
				  PPC_BIT(bit));
		ck_assert_msg(phb_fenced(fx.phb) == ((group[_i].fence & PPC_BIT(bit)) != 0), "group 0x%x bit %u",
			      group[_i].base, bit);
		if (phb_fenced(fx.phb)) {
			ck_assert_uint_eq(fx_read(&fx, PHB_VERSION), UINT64_MAX);
			phb_hold(fx.phb, true);
			ck_assert_uint_eq(phb_asb_read(fx.phb, PHB_VERSION, 8), UINT64_MAX);
			phb_hold(fx.phb, false);
			ck_assert_uint_eq(fx_read(&fx, PHB_VERSION), P7IOC_VERSION_VALUE);
			p7_masks(&fx);
		}
	}
	ck_assert_uint_eq(p7_read(&fx, IODA1_TBL_PEEV, 0) | p7_read(&fx, IODA1_TBL_PEEV, 1), 0);
	fx_end(&fx);
}
END_TEST

START_TEST(test_p7ioc_cpu_access_outside_windows_when_made_then_is_trapped)
{
	/* OUT 2 for no window, 3 for a size (which fences with firmware's mask), 8 for an alignment (too). */
	struct fx fx;

	begin(&fx);
	ck_assert_uint_eq(phb_mmio_read(fx.phb, (struct raddr){P7_M32_BASE - 8}, 4), UINT32_MAX);
	ck_assert_uint_eq(fx_read(&fx, PHB_OUT_ERR_BASE + PHB_ERR_STATUS), PPC_BIT(2));
	ck_assert(!phb_fenced(fx.phb));
	(void)phb_mmio_read(fx.phb, (struct raddr){P7_M32_BASE + 2}, 4);
	ck_assert(phb_fenced(fx.phb));
	ck_assert_uint_eq(phb_asb_read(fx.phb, PHB_OUT_ERR_BASE + PHB_ERR_STATUS, 8), PPC_BIT(2) | PPC_BIT(8));
	fx_end(&fx);
}
END_TEST

/* ---- PAPR injection ---- */

static void inject(struct fx *fx, uint64_t control, uint64_t addr, uint64_t mask)
{
	fx_write(fx, PHB_PAPR_ERR_INJ_ADDR, addr);
	fx_write(fx, PHB_PAPR_ERR_INJ_MASK, mask);
	fx_write(fx, PHB_PAPR_ERR_INJ_CTL, control);
}

START_TEST(test_p7ioc_injection_into_dma_when_armed_then_matches_by_window)
{
	/* Four bits name one of 16 windows: any address in it is hit, none of another window, and of its direction
	 * only. */
	struct phb_freeze record;
	struct fx fx;

	begin(&fx);
	inject(&fx, PHB_PAPR_ERR_INJ_CTL_INB | PHB_PAPR_ERR_INJ_CTL_WR, 1, P7IOC_INJECT_DMA);
	fx_dma_write(&fx, 0x300, 0, 64, 1);
	fx_dma(&fx, TLP_MEM_READ, 0x400, MIB256, 64);
	fx_run(&fx);
	ck_assert(!p7_frozen(&fx, 3) && !p7_frozen(&fx, 4));
	fx_dma_write(&fx, 0x400, MIB256 + 0x123, 1, 1);
	fx_run(&fx);
	ck_assert(p7_frozen(&fx, 4) && !p7_frozen(&fx, 3));
	ck_assert(phb_freeze_state(fx.phb, 4, &record));
	ck_assert_uint_eq(record.lem_bit, 39);
	ck_assert_uint_eq(record.addr.v, MIB256 + 0x123);
	ck_assert_uint_eq(fx_read(&fx, PHB_INA_ERR_BASE + PHB_ERR_STATUS), PPC_BIT(39));
	ck_assert_uint_eq(fx_read(&fx, PHB_PAPR_ERR_INJ_CTL) & PHB_PAPR_ERR_INJ_CTL_INB, 0);
	fx_end(&fx);
}
END_TEST

START_TEST(test_p7ioc_injection_into_mmio_when_armed_then_matches_16_mib_or_64_kib)
{
	/* M32: the 16 MiB of the segment; I/O: the 64 KiB. What is below does not count even where the mask has it. */
	struct fx fx;

	begin(&fx);
	inject(&fx, PHB_PAPR_ERR_INJ_CTL_OUTB | PHB_PAPR_ERR_INJ_CTL_RD, P7_M32_BASE + 3 * 0x1000000 + 0x10,
	       UINT64_MAX);
	(void)phb_mmio_read(fx.phb, (struct raddr){P7_M32_BASE + 4 * 0x1000000 + 0x10}, 4);
	ck_assert_uint_eq(fx.phb->stats.injections, 0);
	p7_write(&fx, IODA1_TBL_PESTA, 4, 0);
	p7_write(&fx, IODA1_TBL_PESTB, 4, 0);
	(void)phb_mmio_read(fx.phb, (struct raddr){P7_M32_BASE + 3 * 0x1000000 + 0x20}, 4);
	ck_assert_uint_eq(fx.phb->stats.injections, 1);
	ck_assert(p7_frozen(&fx, 3));
	inject(&fx, PHB_PAPR_ERR_INJ_CTL_OUTB | PHB_PAPR_ERR_INJ_CTL_WR, P7_IO_BASE + 0x50000, UINT64_MAX);
	phb_mmio_write(fx.phb, (struct raddr){P7_IO_BASE + 0x40000}, 0, 4);
	phb_mmio_write(fx.phb, (struct raddr){P7_IO_BASE + 0x50004}, 0, 4);
	ck_assert_uint_eq(fx.phb->stats.injections, 2);
	ck_assert(p7_frozen(&fx, 5) && !p7_frozen(&fx, 4));
	fx_end(&fx);
}
END_TEST

START_TEST(test_p7ioc_injection_into_config_when_armed_then_matches_by_bus)
{
	/* The bus alone is compared, and the PE of the function that is addressed freezes. */
	struct fx fx;

	begin(&fx);
	inject(&fx, PHB_PAPR_ERR_INJ_CTL_CFG | PHB_PAPR_ERR_INJ_CTL_RD, ppc_set(PHB_CA_BUS, 0, 3), UINT64_MAX);
	fx_write(&fx, PHB_CONFIG_ADDRESS, ppc_set(PHB_CA_BDFN, PHB_CA_ENABLE, 0x400));
	(void)phb_reg_read(fx.phb, PHB_CONFIG_DATA, 4);
	ck_assert_uint_eq(fx.phb->stats.injections, 0);
	fx_write(&fx, PHB_CONFIG_ADDRESS, ppc_set(PHB_CA_BDFN, PHB_CA_ENABLE, 0x377));
	ck_assert_uint_eq(phb_reg_read(fx.phb, PHB_CONFIG_DATA, 4), UINT32_MAX);
	ck_assert_uint_eq(fx.phb->stats.injections, 1);
	ck_assert(p7_frozen(&fx, 3));
	fx_end(&fx);
}
END_TEST

START_TEST(test_p7ioc_injection_when_not_once_then_goes_on_until_cleared)
{
	/* skiboot's authors saw that: software has to write CTL, ADDR and MASK. */
	static const char *const settings[] = {"phb.inject_once=false", NULL};
	struct fx fx;
	uint32_t i;

	p7_begin_with(&fx, settings);
	p7_simple_window(&fx, 0, 3);
	fx_store(&fx, FX_TABLES, FX_DATA | 3);
	inject(&fx, PHB_PAPR_ERR_INJ_CTL_INB | PHB_PAPR_ERR_INJ_CTL_WR, 0, P7IOC_INJECT_DMA);
	for (i = 0; i < 3; i++) {
		fx_dma_write(&fx, 0x300, 0, 64, 1);
		fx_run(&fx);
		ck_assert_uint_eq(fx.phb->stats.injections, i + 1);
		p7_write(&fx, IODA1_TBL_PESTA, 3, 0);
		p7_write(&fx, IODA1_TBL_PESTB, 3, 0);
	}
	inject(&fx, 0, 0, 0);
	fx_dma_write(&fx, 0x300, 0, 64, 1);
	fx_run(&fx);
	ck_assert_uint_eq(fx.phb->stats.injections, 3);
	fx_end(&fx);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("hw.p7ioc_errors");
	TCase *tc = tcase_create("p7ioc_errors");
	SRunner *sr;
	int failed;

	tcase_add_loop_test(tc, test_p7ioc_error_when_it_happens_then_leaves_its_record_on_the_chip, 0,
			    (int)sim_count_of(errors));
	tcase_add_test(tc, test_p7ioc_extent_error_when_beyond_a_small_window_then_has_its_own_cause);
	tcase_add_test(tc, test_p7ioc_record_when_more_errors_follow_then_stays_until_cleared);
	tcase_add_test(tc, test_p7ioc_companions_when_a_pe_fails_then_freeze_without_a_record);
	tcase_add_test(tc, test_p7ioc_dma_of_a_frozen_pe_when_read_then_is_a_completer_abort);
	tcase_add_loop_test(tc, test_p7ioc_masks_of_firmware_when_injected_bit_by_bit_then_keep_their_class, 0, 4);
	tcase_add_test(tc, test_p7ioc_cpu_access_outside_windows_when_made_then_is_trapped);
	tcase_add_test(tc, test_p7ioc_injection_into_dma_when_armed_then_matches_by_window);
	tcase_add_test(tc, test_p7ioc_injection_into_mmio_when_armed_then_matches_16_mib_or_64_kib);
	tcase_add_test(tc, test_p7ioc_injection_into_config_when_armed_then_matches_by_bus);
	tcase_add_test(tc, test_p7ioc_injection_when_not_once_then_goes_on_until_cleared);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
