// SPDX-License-Identifier: GPL-2.0-only
/*
 * tests/kernel-model/test_opal_phb4_error.c - firmware and errors of PHB4s or PHB5s, small and big: freezes, fences,
 * error interrupts that come again, injection, diagnostic data. What is expected comes from skiboot's hw/phb4.c, and
 * where firmware here knows better, from the top of opal_phb4_error.c.
 */
#include "phb4_rig.h"
#include "silent_device.h"

#define PE 5u
#define DIAG_BYTES 8576u
#define DIAG_NFIR 72u
#define DIAG_REGISTERS 96u
#define DIAG_PEST 384u

struct answer {
	uint64_t pe;
	uint32_t type, severity;
};

static struct answer next_error(struct rig *rig)
{
	uint8_t pe[8], type[2], severity[2];

	ck_assert_int_eq(opal_pci_next_error(rig->opal, 0, pe, type, severity), OPAL_SUCCESS);
	return (struct answer){rig_be(pe, 8), (uint32_t)rig_be(type, 2), (uint32_t)rig_be(severity, 2)};
}

static uint8_t freeze_state(struct rig *rig, uint32_t pe, uint32_t type)
{
	uint8_t state = 9, told[2];

	ck_assert_int_eq(opal_pci_eeh_freeze_status(rig->opal, 0, pe, &state, told, NULL), OPAL_SUCCESS);
	ck_assert_uint_eq(rig_be(told, 2), type);
	return state;
}

/* INJECT sets a bit without a transaction, so that nobody freezes. */
static void raise_error(struct rig *rig, uint32_t group, uint32_t bit)
{
	rig_poke(rig, group + PHB_ERR_INJECT, PPC_BIT(bit));
	sim_task_charge(rig->sim, SIM_PS_PER_MS);
}

RIG_TEST(test_freezes_are_told_highest_word_first_and_cleared_one_by_one)
{
	/* Why: the kernel asks until nothing is left. How: three PEs in two words; each kind of freeze by itself. */
	uint32_t last = rig->pe_count - 1;
	struct answer answer;

	ck_assert_uint_eq(freeze_state(rig, last, OPAL_ERROR_NONE), OPAL_FREEZE_NONE);
	rig_table_poke(rig, IODA2_TBL_PESTA, PE, PPC_BIT(0));
	rig_table_poke(rig, IODA2_TBL_PESTB, PE, PPC_BIT(0));
	rig_table_poke(rig, IODA2_TBL_PESTB, last, PPC_BIT(0));
	rig_table_poke(rig, IODA2_TBL_PESTA, last - 2, PPC_BIT(0));
	ck_assert_uint_eq(freeze_state(rig, PE, OPAL_ERROR_PE), OPAL_FREEZE_BOTH);
	ck_assert_uint_eq(freeze_state(rig, last, OPAL_ERROR_PE), OPAL_FREEZE_DMA);
	ck_assert_uint_eq(freeze_state(rig, last - 2, OPAL_ERROR_PE), OPAL_FREEZE_MMIO);
	answer = next_error(rig);
	ck_assert_uint_eq(answer.pe, last - 2);
	ck_assert_uint_eq(answer.type, OPAL_ERROR_PE);
	ck_assert_uint_eq(answer.severity, OPAL_SEVERITY_PE_ER);
	ck_assert_int_eq(opal_pci_eeh_freeze_clear(rig->opal, 0, last - 2, OPAL_ACTION_ALL), OPAL_SUCCESS);
	ck_assert_uint_eq(next_error(rig).pe, last);
	ck_assert_int_eq(opal_pci_eeh_freeze_clear(rig->opal, 0, last, OPAL_ACTION_DMA), OPAL_SUCCESS);
	ck_assert_int_eq(opal_pci_eeh_freeze_clear(rig->opal, 0, PE, OPAL_ACTION_MMIO), OPAL_SUCCESS);
	ck_assert_uint_eq(next_error(rig).pe, PE);
	ck_assert_int_eq(opal_pci_eeh_freeze_clear(rig->opal, 0, PE, OPAL_ACTION_DMA), OPAL_SUCCESS);
	answer = next_error(rig);
	ck_assert_uint_eq(answer.pe, UINT64_MAX);
	ck_assert_uint_eq(answer.severity, OPAL_SEVERITY_NONE);
	ck_assert_int_eq(opal_pci_eeh_freeze_set(rig->opal, 0, last, OPAL_ACTION_ALL), OPAL_SUCCESS);
	ck_assert_uint_eq(freeze_state(rig, last, OPAL_ERROR_PE), OPAL_FREEZE_BOTH);
}

RIG_TEST(test_error_interrupt_when_its_errors_are_cleared_then_comes_again)
{
	/* Why: an LSI whose state stays pending is lost for ever. How: twice, cleared by the thaw of a PE in between. */
	uint64_t before = rig_stat(rig, "opal", "error_interrupts");

	raise_error(rig, PHB_INA_ERR_BASE, 1);
	ck_assert_uint_eq(rig_stat(rig, "opal", "error_interrupts"), before + 1);
	raise_error(rig, PHB_INA_ERR_BASE, 1);
	ck_assert_uint_eq(rig_stat(rig, "opal", "error_interrupts"), before + 1);
	ck_assert_int_eq(opal_pci_eeh_freeze_clear(rig->opal, 0, PE, OPAL_ACTION_ALL), OPAL_SUCCESS);
	ck_assert_uint_eq(rig_reg(rig, PHB_ETU_ERR_SUMMARY), 0);
	ck_assert_uint_eq(rig_reg(rig, PHB_INA_ERR_BASE + PHB_ERR_FIRST), 0);
	ck_assert_uint_eq(rig_stat(rig, "opal", "error_interrupts"), before + 1);
	raise_error(rig, PHB_INA_ERR_BASE, 1);
	ck_assert_uint_eq(rig_stat(rig, "opal", "error_interrupts"), before + 2);
}

RIG_TEST(test_error_that_freezes_nobody_is_cleared_when_asked_for)
{
	/* Why: the kernel has nothing to do with it, and its interrupt must not come for ever. How: asked, nothing is told,
	 * all is cleared, in the groups of the PCIe stack too; without an interrupt nothing is touched. */
	raise_error(rig, PHB4_REGB_ERR_BASE, 2);
	raise_error(rig, PHB_INA_ERR_BASE, 1);
	ck_assert_uint_eq(next_error(rig).severity, OPAL_SEVERITY_NONE);
	ck_assert_uint_eq(rig_reg(rig, PHB_ETU_ERR_SUMMARY), 0);
	ck_assert_uint_eq(rig_reg(rig, PHB4_REGB_ERR_BASE + PHB_ERR_STATUS), 0);
	ck_assert_uint_eq(rig_reg(rig, PHB4_REGB_ERR_BASE + PHB_ERR_FIRST), 0);
	rig->log_count = 0;
	ck_assert_uint_eq(next_error(rig).severity, OPAL_SEVERITY_NONE);
	ck_assert_uint_eq(rig->log_count, 1 + rig->pe_count / 64);
}

RIG_TEST(test_fence_is_told_as_one)
{
	/* Why: nothing of a fenced PHB can be believed. How: all calls about errors. */
	struct answer answer;

	rig_fence(rig);
	ck_assert_uint_eq(freeze_state(rig, PE, OPAL_ERROR_PHB), OPAL_FREEZE_BOTH);
	ck_assert_int_eq(opal_pci_eeh_freeze_clear(rig->opal, 0, PE, OPAL_ACTION_ALL), OPAL_HARDWARE);
	opal_eeh_pending(&rig->opal->phb[0]);
	answer = next_error(rig);
	ck_assert_uint_eq(answer.type, OPAL_ERROR_PHB);
	ck_assert_uint_eq(answer.severity, OPAL_SEVERITY_PHB_FENCED);
	ck_assert_uint_eq(answer.pe, UINT64_MAX);
}

RIG_TEST(test_injection_goes_into_configuration_cycles_only)
{
	/* Why: firmware has no others for PHB4. How: each function; the PE's own bus is found, a PE without one is not. */
	static const int64_t want[OPAL_INJECT_FUNCTIONS] = {
		OPAL_UNSUPPORTED, OPAL_UNSUPPORTED, OPAL_PARAMETER,   OPAL_PARAMETER,	OPAL_SUCCESS,
		OPAL_SUCCESS,	  OPAL_UNSUPPORTED, OPAL_UNSUPPORTED, OPAL_PARAMETER,	OPAL_PARAMETER,
		OPAL_SUCCESS,	  OPAL_SUCCESS,	    OPAL_UNSUPPORTED, OPAL_UNSUPPORTED, OPAL_UNSUPPORTED,
		OPAL_UNSUPPORTED, OPAL_UNSUPPORTED, OPAL_UNSUPPORTED, OPAL_UNSUPPORTED, OPAL_UNSUPPORTED};
	uint32_t function;

	ck_assert_int_eq(opal_pci_set_pe(rig->opal, 0, PE, RIG_RID, 7, 0, 0, 1), OPAL_SUCCESS);
	for (function = 0; function < OPAL_INJECT_FUNCTIONS; function++) {
		ck_assert_int_eq(opal_pci_err_inject(rig->opal, 0, PE, function & 1, function, 0, 0), want[function]);
		ck_assert_uint_eq(rig_reg(rig, PHB_PAPR_ERR_INJ_CTL),
				  want[function] != OPAL_SUCCESS ? 0
				  : function < OPAL_INJECT_STORE_MEM
					  ? PHB_PAPR_ERR_INJ_CTL_CFG | PHB_PAPR_ERR_INJ_CTL_RD
					  : PHB_PAPR_ERR_INJ_CTL_CFG | PHB_PAPR_ERR_INJ_CTL_WR);
		if (want[function] != OPAL_SUCCESS)
			continue;
		ck_assert_uint_eq(rig_reg(rig, PHB_PAPR_ERR_INJ_ADDR), (uint64_t)(RIG_RID >> 8) << 52);
		ck_assert_uint_eq(rig_reg(rig, PHB_PAPR_ERR_INJ_MASK), 0x0ff0000000000000ull);
	}
	ck_assert_int_eq(opal_pci_err_inject(rig->opal, 0, PE + 1, 0, OPAL_INJECT_LOAD_CONFIG, 0, 0), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_err_inject(rig->opal, 0, (uint32_t)rig->info->reserved_pe, 0, OPAL_INJECT_LOAD_CONFIG, 0, 0),
			 OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_reset(rig->opal, 0, OPAL_RESET_PHB_ERROR, 1), OPAL_SUCCESS);
	ck_assert_uint_eq(rig_reg(rig, PHB_PAPR_ERR_INJ_ADDR), 0);
}

RIG_TEST(test_injected_error_freezes_the_pe_of_the_cycle)
{
	/* Why: the whole way: injection, cycle, freeze, interrupt, class. */
	uint8_t data[4];

	ck_assert_int_eq(opal_pci_set_pe(rig->opal, 0, PE, RIG_RID, 7, 0, 0, 1), OPAL_SUCCESS);
	ck_assert_int_eq(opal_pci_err_inject(rig->opal, 0, PE, 0, OPAL_INJECT_LOAD_CONFIG, 0, 0), OPAL_SUCCESS);
	ck_assert_int_eq(opal_pci_config_read(rig->opal, 0, RIG_RID, 0, 4, data), OPAL_SUCCESS);
	ck_assert_uint_eq(rig_be(data, 4), UINT32_MAX);
	sim_task_charge(rig->sim, SIM_PS_PER_MS);
	ck_assert_uint_eq(rig_stat(rig, "opal", "error_interrupts"), 1);
	ck_assert_uint_eq(next_error(rig).pe, PE);
	ck_assert_uint_eq(freeze_state(rig, PE, OPAL_ERROR_PE), OPAL_FREEZE_BOTH);
	ck_assert_int_eq(opal_pci_eeh_freeze_clear(rig->opal, 0, PE, OPAL_ACTION_ALL), OPAL_SUCCESS);
	ck_assert_int_eq(opal_pci_config_read(rig->opal, 0, RIG_RID, 0, 4, data), OPAL_SUCCESS);
	ck_assert_uint_eq(rig_be(data, 4), 0x70481234);
}

static void diag_is_right(struct rig *rig, const uint8_t *diag)
{
	static const struct {
		uint32_t index, reg;
	} some[] = {{2, 0xc00}, {4, 0xc40}, {5, 0xc80}, {9, 0xd00}, {13, 0xd80}, {14, 0xd88}, {17, 0xe00}, {21, 0xe80},
		    {25, 0x1900}, {29, 0x1aa0}, {31, 0x1ab0}, {32, 0x1c00}, {33, 0x1c08}, {35, 0x1c48}};
	uint32_t i, guard;

	ck_assert_uint_eq(rig_be(diag, 4), 1);
	ck_assert_uint_eq(rig_be(diag + 4, 4), 3);
	ck_assert_uint_eq(rig_be(diag + 8, 4), DIAG_BYTES);
	ck_assert_uint_eq(rig_be(diag + 12, 4), PCI_BRIDGE_CONTROL_SERR);
	ck_assert_uint_eq(rig_be(diag + 16, 4) & 0xf, 0xf); /* device control */
	ck_assert_uint_eq(rig_be(diag + 28, 4) & 0x146, 0x146); /* command */
	ck_assert_uint_eq(rig_be(diag + DIAG_NFIR, 8), phb_scom_read(rig->phb, PHB_SCOM_NEST, PHB_SCOM_NFIR));
	guard = phb_fenced(rig->phb);
	for (i = 0; i < sim_count_of(some) && !guard; i++)
		ck_assert_uint_eq(rig_be(diag + DIAG_REGISTERS + 8 * some[i].index, 8), rig_reg(rig, some[i].reg));
	ck_assert_uint_eq(rig_be(diag + DIAG_REGISTERS + 8 * 14, 8), PPC_BIT(1));
	ck_assert_uint_eq(rig_be(diag + DIAG_PEST + 8 * PE, 8), PPC_BIT(0) | 0x1234);
	ck_assert_uint_eq(rig_be(diag + DIAG_PEST + 8 * (PE + 1), 8), 0);
	ck_assert_uint_eq(rig_be(diag + DIAG_PEST + 8 * (512 + PE), 8), PPC_BIT(0) | 0x5678);
	ck_assert_uint_eq(rig_be(diag + DIAG_PEST + 8 * (512 + rig->pe_count - 1), 8), 0);
}

RIG_TEST(test_diagnostic_data_is_laid_out_as_the_kernel_reads_it)
{
	/* Why: the kernel prints it by structure. How: fields of each part, before and behind a fence, where the root port
	 * and the registers are read through the pervasive bus. A small buffer is refused. */
	uint8_t *diag = sim_alloc(DIAG_BYTES);

	raise_error(rig, PHB_INA_ERR_BASE, 1);
	rig_table_poke(rig, IODA2_TBL_PESTA, PE, PPC_BIT(0));
	rig_table_poke(rig, IODA2_TBL_PESTB, PE, PPC_BIT(0));
	opal_store_be64(rig->opal, rig->ram_base + 0x40000 + 16 * PE, 0x1234);
	opal_store_be64(rig->opal, rig->ram_base + 0x40000 + 16 * PE + 8, 0x5678);
	opal_store_be64(rig->opal, rig->ram_base + 0x40000 + 16 * (PE + 1), 0x9999); /* not frozen: stale */
	ck_assert_int_eq(opal_pci_get_phb_diag_data2(rig->opal, 0, diag, DIAG_BYTES - 1), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_get_phb_diag_data2(rig->opal, 0, diag, DIAG_BYTES), OPAL_SUCCESS);
	diag_is_right(rig, diag);
	rig_fence(rig);
	memset(diag, 0xee, DIAG_BYTES);
	ck_assert_int_eq(opal_pci_get_phb_diag_data2(rig->opal, 0, diag, DIAG_BYTES), OPAL_SUCCESS);
	diag_is_right(rig, diag);
	ck_assert_uint_ne(rig_be(diag + DIAG_NFIR, 8), 0);
	free(diag);
}

RIG_TEST(test_device_that_died_is_told_as_a_fence_at_the_time_out)
{
	/* Why: a load that nobody answers fences a PHB4 by firmware's masks; the CPU has waited for the time-out by then. A
	 * configuration read is no error. */
	struct answer answer;
	uint8_t word[4];
	sim_ps from;

	silent_device(rig->opal, rig->real, (uint32_t)rig->info->m32_pci_base, rig->info->m32_base);
	from = sim_now(rig->sim);
	ck_assert_int_eq(opal_pci_config_read(rig->opal, 0, RIG_RID, 0, 4, word), OPAL_SUCCESS);
	ck_assert_uint_eq(rig_be(word, 4), UINT32_MAX);
	ck_assert_uint_ge(sim_now(rig->sim) - from, 16 * SIM_PS_PER_MS);
	ck_assert(!phb_fenced(rig->phb));
	from = sim_now(rig->sim);
	ck_assert_uint_eq(rig->real->ops->mmio_read(rig->real->ctx, rig->info->m32_base, 4), UINT32_MAX);
	ck_assert_uint_ge(sim_now(rig->sim) - from, 16 * SIM_PS_PER_MS);
	ck_assert_uint_eq(freeze_state(rig, PE, OPAL_ERROR_PHB), OPAL_FREEZE_BOTH);
	sim_task_charge(rig->sim, SIM_PS_PER_MS); /* for the interrupt */
	answer = next_error(rig);
	ck_assert_uint_eq(answer.type, OPAL_ERROR_PHB);
	ck_assert_uint_eq(answer.severity, OPAL_SEVERITY_PHB_FENCED);
}

#define ALL(test) tcase_add_loop_test(tcase, test, 0, RIG_VARIANTS)

int main(void)
{
	Suite *suite = suite_create("kernel-model.opal_phb4_error");
	TCase *tcase = tcase_create("booted");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tcase, 60);
	ALL(test_freezes_are_told_highest_word_first_and_cleared_one_by_one);
	ALL(test_error_interrupt_when_its_errors_are_cleared_then_comes_again);
	ALL(test_error_that_freezes_nobody_is_cleared_when_asked_for);
	ALL(test_fence_is_told_as_one);
	ALL(test_device_that_died_is_told_as_a_fence_at_the_time_out);
	ALL(test_injection_goes_into_configuration_cycles_only);
	ALL(test_injected_error_freezes_the_pe_of_the_cycle);
	ALL(test_diagnostic_data_is_laid_out_as_the_kernel_reads_it);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
