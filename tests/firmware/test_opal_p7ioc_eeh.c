// SPDX-License-Identifier: GPL-2.0-only
/* tests/firmware/test_opal_p7ioc_eeh.c - errors of a P7IOC: frozen PEs, fences, the hub, injection, resets. */
#include "tests/firmware/p7ioc_machine.h"
#include "tests/kernel-model/silent_device.h"

#define PE 0x7du
#define OTHER_PE 70u

/* A PE with bus 2, as the kernel makes one: its requesters, a DMA window of 256 MiB, segments of each kind. */
static struct pm *with_pe(void)
{
	struct pm *pm = pm_booted(NULL);

	ck_assert_int_eq(opal_pci_set_pe(pm->opal, 0, PE, 0x200, 7, 0, 0, 1), OPAL_SUCCESS);
	ck_assert_int_eq(opal_pci_set_peltv(pm->opal, 0, PE, PE, 1), OPAL_SUCCESS);
	ck_assert_int_eq(opal_pci_map_pe_dma_window(pm->opal, 0, PE, 1, 1, 0x100000, 0x80000, 0x1000), OPAL_SUCCESS);
	ck_assert_int_eq(opal_pci_map_pe_mmio_window(pm->opal, 0, PE, OPAL_WINDOW_IO, 0, 3), OPAL_SUCCESS);
	ck_assert_int_eq(opal_pci_map_pe_mmio_window(pm->opal, 0, PE, OPAL_WINDOW_M32, 0, 2), OPAL_SUCCESS);
	ck_assert_int_eq(opal_pci_map_pe_mmio_window(pm->opal, 0, PE, OPAL_WINDOW_M32, 0, 3), OPAL_SUCCESS);
	pm->log_count = 0;
	return pm;
}

static uint32_t freeze_type(struct pm *pm, uint32_t pe, uint32_t want_state)
{
	uint8_t state, type[2];

	ck_assert_int_eq(opal_pci_eeh_freeze_status(pm->opal, 0, pe, &state, type, NULL), OPAL_SUCCESS);
	ck_assert_uint_eq(state, want_state);
	return (uint32_t)be(type, 2);
}

/* ---- Frozen PEs ---- */

START_TEST(test_frozen_pe_is_told_with_the_side_that_failed)
{
	/* Why: P7IOC's firmware tells MMIO errors from DMA errors: a load that nobody claims, and a freeze without one.
	 */
	struct pm *pm = with_pe();
	struct pm_error error;

	ck_assert_uint_eq(freeze_type(pm, PE, OPAL_FREEZE_NONE), OPAL_ERROR_NONE);
	ck_assert_uint_eq(pm->below.mmio_read(pm->platform->ctx, pm->platform->phb[0].m32_base + (2 << 24), 4),
			  UINT32_MAX);
	ck_assert_uint_eq(freeze_type(pm, PE, OPAL_FREEZE_BOTH), OPAL_ERROR_PE_MMIO);
	error = pm_next_error(pm, 0);
	ck_assert_uint_eq(error.pe, PE);
	ck_assert_uint_eq(error.type, OPAL_ERROR_PE);
	ck_assert_uint_eq(error.severity, OPAL_SEVERITY_PE_ER);
	ck_assert_int_eq(opal_pci_eeh_freeze_set(pm->opal, 0, OTHER_PE, OPAL_ACTION_ALL), OPAL_SUCCESS);
	ck_assert_uint_eq(freeze_type(pm, OTHER_PE, OPAL_FREEZE_BOTH), OPAL_ERROR_PE_DMA);
	ck_assert_int_eq(opal_pci_eeh_freeze_clear(pm->opal, 0, PE, OPAL_ACTION_MMIO), OPAL_SUCCESS);
	ck_assert_uint_eq(freeze_type(pm, PE, OPAL_FREEZE_DMA), OPAL_ERROR_PE_DMA);
	ck_assert_uint_eq(pm_reg(pm, 0, PHB_ETU_ERR_SUMMARY), 0);
	ck_assert_int_eq(opal_pci_eeh_freeze_clear(pm->opal, 0, PE, OPAL_ACTION_DMA), OPAL_SUCCESS);
	ck_assert_uint_eq(pm_next_error(pm, 0).pe, OTHER_PE);
	ck_assert_int_eq(opal_pci_eeh_freeze_clear(pm->opal, 0, OTHER_PE, OPAL_ACTION_ALL), OPAL_SUCCESS);
	ck_assert_uint_eq(pm_next_error(pm, 0).type, OPAL_ERROR_NONE);
	pm_destroy(pm);
}
END_TEST

START_TEST(test_error_interrupt_of_a_phb_is_firmwares)
{
	/* Why: LSI 7 is taken by firmware; the kernel never sees it. */
	struct pm *pm = with_pe();

	(void)pm->below.mmio_read(pm->platform->ctx, pm->platform->phb[0].m32_base + (2 << 24), 4);
	sim_run(pm->sim, SIM_PS_NEVER);
	ck_assert_uint_eq(pm_stat(pm, "opal", "error_interrupts"), 1);
	ck_assert_uint_eq(pm->irqs, 0);
	pm_destroy(pm);
}
END_TEST

START_TEST(test_load_of_a_device_that_died_freezes_its_pe_at_the_time_out)
{
	/* Why: nothing but the PHB's time-out tells software of it. How: not frozen a picosecond before, frozen then,
	 * and no other PE. */
	struct pm *pm = with_pe();
	const struct platform_phb *info = &pm->platform->phb[0];
	uint64_t at = 2 << 24;
	sim_ps due;

	silent_device(pm->opal, pm->platform, (uint32_t)(info->m32_pci_base + at), info->m32_base + at);
	ck_assert_uint_eq(pm->below.mmio_read(pm->platform->ctx, info->m32_base + at, 4), UINT32_MAX);
	due = sim_now(pm->sim) + 16 * SIM_PS_PER_MS;
	sim_run(pm->sim, due - 1);
	ck_assert_uint_eq(freeze_type(pm, PE, OPAL_FREEZE_NONE), OPAL_ERROR_NONE);
	sim_run(pm->sim, due);
	ck_assert_uint_eq(freeze_type(pm, PE, OPAL_FREEZE_BOTH), OPAL_ERROR_PE_MMIO);
	ck_assert_uint_eq(freeze_type(pm, OTHER_PE, OPAL_FREEZE_NONE), OPAL_ERROR_NONE);
	ck_assert_uint_eq(pm_next_error(pm, 0).pe, PE);
	pm_destroy(pm);
}
END_TEST

/* ---- Fences and resets ---- */

START_TEST(test_fence_is_found_told_and_lifted_and_tables_come_back)
{
	/* Why: the whole way that a fence takes: hub interrupt, next_error, complete reset; PEs and windows survive it.
	 */
	struct pm *pm = with_pe();
	uint64_t tvt0 = pm_entry(pm, 0, IODA1_TBL_TVT, 1, false), tvt1 = pm_entry(pm, 0, IODA1_TBL_TVT, 1, true);
	uint64_t interrupts;
	struct pm_error error;
	uint8_t word[4];

	pm_fence(pm, 0);
	ck_assert_uint_eq(pm_stat(pm, "hub", "interrupts"), 1);
	ck_assert_uint_ge(pm_stat(pm, "opal", "error_interrupts"), 1);
	error = pm_next_error(pm, 0);
	ck_assert_uint_eq(error.type, OPAL_ERROR_PHB);
	ck_assert_uint_eq(error.severity, OPAL_SEVERITY_PHB_FENCED);
	ck_assert_uint_eq(pm_next_error(pm, 1).type, OPAL_ERROR_NONE);
	ck_assert_uint_eq(freeze_type(pm, PE, OPAL_FREEZE_BOTH), OPAL_ERROR_PHB);
	ck_assert_int_eq(opal_pci_config_read(pm->opal, 0, 0x200, 0, 4, word), OPAL_HARDWARE);
	ck_assert_uint_eq(be(word, 4), UINT32_MAX);
	ck_assert_int_eq(opal_pci_config_write(pm->opal, 0, 0x200, 4, 2, 6), OPAL_HARDWARE);
	ck_assert_int_eq(opal_pci_config_read(pm->opal, 1, 0x200, 0, 4, word), OPAL_SUCCESS);
	ck_assert_int_eq(pm_complete_reset(pm, 0), OPAL_SUCCESS);
	ck_assert(!phb_fenced(machine_phb(pm->machine, 0)));
	ck_assert_uint_eq(pm_next_error(pm, 0).type, OPAL_ERROR_NONE);
	ck_assert_uint_eq(pm_entry(pm, 0, IODA1_TBL_TVT, 1, false), tvt0);
	ck_assert_uint_eq(pm_entry(pm, 0, IODA1_TBL_TVT, 1, true), tvt1);
	ck_assert_uint_eq(pm_entry(pm, 0, IODA1_TBL_PELTM, PE, false), 0x0200e00000000000ull);
	ck_assert_uint_eq(pm_entry(pm, 0, IODA1_TBL_M32DT, 3, false), (uint64_t)PE << 57);
	ck_assert_uint_eq(pm_entry(pm, 0, IODA1_TBL_PELTV, PE, true), PPC_BIT(PE - 64));
	ck_assert_int_eq(opal_pci_config_read(pm->opal, 0, 0x200, 0, 4, word), OPAL_SUCCESS);
	ck_assert_uint_ne(be(word, 4), UINT32_MAX);
	ck_assert_uint_eq(pm_hub(pm, P7IOC_FENCE_WOF), 0);
	ck_assert_uint_eq(pm_hub(pm, P7IOC_RGC_LEM + P7IOC_LEM_FIR), 0);
	/* It all works a second time. */
	interrupts = pm_stat(pm, "hub", "interrupts");
	pm_fence(pm, 0);
	ck_assert_uint_eq(pm_stat(pm, "hub", "interrupts"), interrupts + 1);
	ck_assert_uint_eq(pm_next_error(pm, 0).severity, OPAL_SEVERITY_PHB_FENCED);
	pm_destroy(pm);
}
END_TEST

START_TEST(test_complete_reset_of_a_working_phb_keeps_its_tables)
{
	/* Why: it is allowed without a fence; the chip loses its tables, firmware does not. */
	struct pm *pm = with_pe();
	uint64_t tvt1 = pm_entry(pm, 0, IODA1_TBL_TVT, 1, true);

	ck_assert_int_eq(opal_pci_reset(pm->opal, 0, OPAL_RESET_PHB_COMPLETE, 0), OPAL_SUCCESS);
	ck_assert_uint_eq(pm->log_count, 0);
	ck_assert_int_eq(pm_complete_reset(pm, 0), OPAL_SUCCESS);
	ck_assert_uint_eq(pm_entry(pm, 0, IODA1_TBL_TVT, 1, true), tvt1);
	ck_assert_uint_eq(pm_stat(pm, "hub", "resets"), PHBS + 1);
	ck_assert_int_eq(opal_pci_reset(pm->opal, 0, OPAL_RESET_IODA_TABLE, 1), OPAL_SUCCESS);
	ck_assert_uint_eq(pm_entry(pm, 0, IODA1_TBL_TVT, 1, true), 0);
	ck_assert_uint_eq(pm_entry(pm, 0, IODA1_TBL_PELTM, PE, false), 0x0001f80000000000ull);
	pm_destroy(pm);
}
END_TEST

START_TEST(test_reset_when_the_fence_does_not_lift_then_the_phb_is_given_up)
{
	/* Why: after five tries firmware calls the PHB broken: dead, and no configuration cycle, until a later reset
	 * helps. How: the fence shadow lies. */
	struct pm *pm = with_pe();
	uint8_t word[4];

	pm->stuck_fence = true;
	ck_assert_int_eq(pm_complete_reset(pm, 0), OPAL_HARDWARE);
	ck_assert_uint_eq(pm_stat(pm, "hub", "resets"), PHBS + 5);
	pm->stuck_fence = false;
	ck_assert_uint_eq(pm_next_error(pm, 0).severity, OPAL_SEVERITY_PHB_DEAD);
	ck_assert_uint_eq(freeze_type(pm, PE, OPAL_FREEZE_BOTH), OPAL_ERROR_PHB);
	ck_assert_int_eq(opal_pci_config_read(pm->opal, 0, 0x200, 0, 4, word), OPAL_HARDWARE);
	ck_assert_int_eq(pm_complete_reset(pm, 0), OPAL_SUCCESS);
	ck_assert_uint_eq(pm_next_error(pm, 0).type, OPAL_ERROR_NONE);
	pm_destroy(pm);
}
END_TEST

/* ---- The hub ---- */

START_TEST(test_error_that_stops_the_hub_is_told_for_every_phb_until_it_is_read)
{
	/* Why: GXE class: the chip is dead, whoever asks; reading its data is the answer. */
	struct pm *pm = with_pe();
	uint8_t data[128];

	ck_assert_int_eq(opal_pci_get_hub_diag_data(pm->opal, 0, data, sizeof(data)), OPAL_CLOSED);
	pm_hub_poke(pm, P7IOC_RGC_LEM + P7IOC_LEM_MASK, 0);
	pm_hub_poke(pm, P7IOC_RGC_LDCP, 0x1234);
	pm_hub_poke(pm, P7IOC_RGC_LEM + P7IOC_LEM_FIR_OR, PPC_BIT(2));
	sim_run(pm->sim, SIM_PS_NEVER);
	ck_assert_uint_eq(pm_next_error(pm, 1).severity, OPAL_SEVERITY_IOC_DEAD);
	ck_assert_uint_eq(pm_next_error(pm, 0).type, OPAL_ERROR_HUB);
	ck_assert_int_eq(opal_pci_get_hub_diag_data(pm->opal, 0, data, 127), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_get_hub_diag_data(pm->opal, 1, data, 128), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_get_hub_diag_data(pm->opal, 0, data, 128), OPAL_SUCCESS);
	ck_assert_uint_eq(be(data, 2), OPAL_HUB_DIAG_RGC);
	ck_assert_uint_eq(be(data + 16, 8), PPC_BIT(P7IOC_GEM_RGC)); /* RFIR */
	ck_assert_uint_eq(be(data + 32, 8), 0x000f033fffffffffull);  /* GEM mask */
	ck_assert_uint_eq(be(data + 40, 8), PPC_BIT(P7IOC_GEM_RGC)); /* RWOF */
	ck_assert_uint_eq(be(data + 48, 8), PPC_BIT(2));	     /* LEM FIR */
	ck_assert_uint_eq(be(data + 80, 8), PPC_BIT(2));	     /* LEM WOF */
	ck_assert_uint_eq(be(data + 96, 8), 0x1234);
	ck_assert_int_eq(opal_pci_get_hub_diag_data(pm->opal, 0, data, 128), OPAL_CLOSED);
	ck_assert_uint_eq(pm_next_error(pm, 0).type, OPAL_ERROR_NONE);
	pm_destroy(pm);
}
END_TEST

START_TEST(test_malfunction_is_masked_once_it_has_been_read)
{
	/* Why: it would come for ever; it is no PHB's error, so that next_error tells nothing. */
	struct pm *pm = with_pe();
	uint8_t data[128];

	pm_hub_poke(pm, P7IOC_MISC_LEM + P7IOC_LEM_MASK, 0);
	pm_hub_poke(pm, P7IOC_MISC_LEM + P7IOC_LEM_FIR_OR, PPC_BIT(2));
	sim_run(pm->sim, SIM_PS_NEVER);
	ck_assert_uint_eq(pm_stat(pm, "hub", "interrupts"), 1);
	ck_assert_uint_eq(pm_next_error(pm, 0).type, OPAL_ERROR_NONE);
	ck_assert_int_eq(opal_pci_get_hub_diag_data(pm->opal, 0, data, 128), OPAL_SUCCESS);
	ck_assert_uint_eq(be(data, 2), OPAL_HUB_DIAG_MISC);
	ck_assert_uint_eq(pm_hub(pm, P7IOC_MISC_LEM + P7IOC_LEM_MASK), PPC_BIT(2));
	pm_destroy(pm);
}
END_TEST

START_TEST(test_error_of_a_crossbar_port_is_its_phbs)
{
	/* Why: ports 2 to 7 belong to PHBs 0 to 5; their PHB class is a fence for the kernel, and only of that PHB. */
	struct pm *pm = with_pe();

	pm_hub_poke(pm, P7IOC_CI_LEM(3) + P7IOC_LEM_MASK, 0);
	pm_hub_poke(pm, P7IOC_CI_LEM(3) + P7IOC_LEM_FIR_OR, PPC_BIT(0));
	sim_run(pm->sim, SIM_PS_NEVER);
	ck_assert_uint_eq(pm_next_error(pm, 0).type, OPAL_ERROR_NONE);
	ck_assert_uint_eq(pm_next_error(pm, 1).severity, OPAL_SEVERITY_PHB_FENCED);
	ck_assert_uint_eq(pm_next_error(pm, 1).type, OPAL_ERROR_NONE);
	pm_destroy(pm);
}
END_TEST

START_TEST(test_informational_error_of_a_phb_is_cleared_by_reading)
{
	/* Why: the PHB's LEM bits of class INF come through the hub; diagnostic data ends them. */
	struct pm *pm = with_pe();
	static uint8_t data[4096];

	pm_poke(pm, 0, PHB_LEM_FIR_OR_MASK, PPC_BIT(1));
	sim_run(pm->sim, SIM_PS_NEVER);
	ck_assert_uint_eq(pm_next_error(pm, 0).severity, OPAL_SEVERITY_INF);
	ck_assert_int_eq(opal_pci_get_phb_diag_data2(pm->opal, 0, data, sizeof(data)), OPAL_SUCCESS);
	ck_assert_uint_eq(pm_reg(pm, 0, PHB_LEM_FIR_ACCUM), 0);
	ck_assert_uint_eq(pm_hub(pm, P7IOC_GEM_RWOF), 0);
	ck_assert_uint_eq(pm_next_error(pm, 0).type, OPAL_ERROR_NONE);
	pm_destroy(pm);
}
END_TEST

/* ---- Diagnostic data, injection ---- */

START_TEST(test_diag_data_of_a_fenced_phb_has_the_layout_of_opal_api)
{
	/* Why: the kernel's struct OpalIoP7IOCPhbErrorData. How: some of each part, at computed offsets, behind a
	 * fence. */
	struct pm *pm = with_pe();
	const size_t registers = 104, pesta = registers + 21 * 8, pestb = pesta + 128 * 8, bytes = pestb + 128 * 8;
	static uint8_t data[4096];

	(void)pm->below.mmio_read(pm->platform->ctx, pm->platform->phb[0].m32_base + (2 << 24), 4);
	pm_fence(pm, 0);
	ck_assert_int_eq(opal_pci_get_phb_diag_data2(pm->opal, 0, data, bytes - 1), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_get_phb_diag_data2(pm->opal, 0, data, bytes), OPAL_SUCCESS);
	ck_assert_uint_eq(be(data, 4), 1);
	ck_assert_uint_eq(be(data + 4, 4), 1);
	ck_assert_uint_eq(be(data + 8, 4), bytes);
	ck_assert_uint_eq(be(data + registers + 8 * 2, 8), pm_reg(pm, 0, PHB_LEM_FIR_ACCUM));
	ck_assert_uint_ne(be(data + registers + 8 * 2, 8), 0);
	ck_assert_uint_eq(be(data + registers + 8 * 3, 8), 0x1249a1147f500f2cull);
	ck_assert_uint_eq(be(data + registers + 8 * 13, 8), PPC_BIT(1) | PPC_BIT(19)); /* INA status */
	ck_assert_uint_eq(be(data + pesta + 8 * PE, 8), pm_entry(pm, 0, IODA1_TBL_PESTA, PE, false));
	ck_assert_uint_eq(be(data + pesta + 8 * PE, 8) >> 61, 5); /* frozen, and MMIO did it */
	ck_assert_uint_eq(be(data + pestb + 8 * PE, 8) >> 63, 1);
	ck_assert_uint_eq(be(data + pestb + 8 * OTHER_PE, 8), 0);
	pm_destroy(pm);
}
END_TEST

#define RD PHB_PAPR_ERR_INJ_CTL_RD
#define WR PHB_PAPR_ERR_INJ_CTL_WR
#define OUTB PHB_PAPR_ERR_INJ_CTL_OUTB
static const struct {
	uint32_t function;
	uint64_t addr, mask, want_addr, want_mask, want_control;
} injections[] = {
	/* M32: the caller's address if it is the PE's, else the first of its segments, 16 MiB each. */
	{OPAL_INJECT_LOAD_MEM, 0x3da083000040ull, 0xff, 0x3da083000040ull, 0xff, OUTB | RD},
	{OPAL_INJECT_LOAD_MEM + 1, 0, 0xff, 0x3da082000000ull, 0x0000ffffff000000ull, OUTB | RD},
	{OPAL_INJECT_STORE_MEM, 0x3da084000000ull, 0, 0x3da082000000ull, 0x0000ffffff000000ull, OUTB | WR},
	{OPAL_INJECT_LOAD_IO, 0, 0, 0x3efe01030000ull, 0x0000ffffffff0000ull, OUTB | RD},
	{OPAL_INJECT_STORE_IO, 0x3efe01030010ull, 7, 0x3efe01030010ull, 7, OUTB | WR},
	{OPAL_INJECT_LOAD_CONFIG, 0, 0, 2ull << 52, 0x0ff0000000000000ull, PHB_PAPR_ERR_INJ_CTL_CFG | RD},
	{OPAL_INJECT_STORE_CONFIG, 2ull << 52 | 5, 9, 2ull << 52 | 5, 9, PHB_PAPR_ERR_INJ_CTL_CFG | WR},
	/* DMA: the number of the PE's first window. */
	{OPAL_INJECT_DMA_READ, 0x1234, 0, 1, 0xf, PHB_PAPR_ERR_INJ_CTL_INB | RD},
	{OPAL_INJECT_DMA_WRITE + 3, 0x1234, 0, 1, 0xf, PHB_PAPR_ERR_INJ_CTL_INB | WR},
};

START_TEST(test_inject_aims_at_the_pe)
{
	/* Why: each function has its fields and its table, as skiboot's p7ioc_err_inject_*(). */
	struct pm *pm = with_pe();

	ck_assert_int_eq(opal_pci_err_inject(pm->opal, 0, PE, OPAL_INJECT_BUS_32, injections[_i].function,
					     injections[_i].addr, injections[_i].mask),
			 OPAL_SUCCESS);
	ck_assert_uint_eq(pm_reg(pm, 0, PHB_PAPR_ERR_INJ_ADDR), injections[_i].want_addr);
	ck_assert_uint_eq(pm_reg(pm, 0, PHB_PAPR_ERR_INJ_MASK), injections[_i].want_mask);
	ck_assert_uint_eq(pm_reg(pm, 0, PHB_PAPR_ERR_INJ_CTL), injections[_i].want_control);
	ck_assert_int_eq(opal_pci_reset(pm->opal, 0, OPAL_RESET_PHB_ERROR, 1), OPAL_SUCCESS);
	ck_assert_uint_eq(pm_reg(pm, 0, PHB_PAPR_ERR_INJ_CTL), 0);
	pm_destroy(pm);
}
END_TEST

START_TEST(test_inject_checks)
{
	/* Why: codes of p7ioc_err_inject(): no 64-bit errors, not into the reserved PE or one without requesters. */
	struct pm *pm = with_pe();

	ck_assert_int_eq(opal_pci_err_inject(pm->opal, 0, PE, OPAL_INJECT_BUS_64, 0, 0, 0), OPAL_UNSUPPORTED);
	ck_assert_int_eq(opal_pci_err_inject(pm->opal, 0, PE, 2, 0, 0, 0), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_err_inject(pm->opal, 0, 127, OPAL_INJECT_BUS_32, 0, 0, 0), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_err_inject(pm->opal, 0, OTHER_PE, OPAL_INJECT_BUS_32, 0, 0, 0), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_err_inject(pm->opal, 0, PE, OPAL_INJECT_BUS_32, OPAL_INJECT_FUNCTIONS, 0, 0),
			 OPAL_PARAMETER);
	/* A PE that has requesters but neither windows nor a bus of its own. */
	ck_assert_int_eq(opal_pci_set_pe(pm->opal, 0, OTHER_PE, 0x300, 0, 1, 1, 1), OPAL_SUCCESS);
	ck_assert_int_eq(opal_pci_err_inject(pm->opal, 0, OTHER_PE, 0, OPAL_INJECT_LOAD_MEM, 0, 0), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_err_inject(pm->opal, 0, OTHER_PE, 0, OPAL_INJECT_LOAD_IO, 0, 0), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_err_inject(pm->opal, 0, OTHER_PE, 0, OPAL_INJECT_LOAD_CONFIG, 0, 0), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_err_inject(pm->opal, 0, OTHER_PE, 0, OPAL_INJECT_DMA_READ, 0, 0), OPAL_PARAMETER);
	ck_assert_uint_eq(pm_reg(pm, 0, PHB_PAPR_ERR_INJ_CTL), 0);
	pm_destroy(pm);
}
END_TEST

START_TEST(test_injected_error_freezes_the_pe_that_firmware_aimed_at)
{
	/* Why: firmware's fields and the chip's must be the same: a load from the PE's segment, after it none. */
	struct pm *pm = with_pe();
	uint64_t real = pm->platform->phb[0].m32_base + (3 << 24);

	ck_assert_int_eq(opal_pci_err_inject(pm->opal, 0, PE, 0, OPAL_INJECT_LOAD_MEM, real, 0x0000ffffff000000ull),
			 OPAL_SUCCESS);
	ck_assert_uint_eq(pm->below.mmio_read(pm->platform->ctx, real + 4, 4), UINT32_MAX);
	ck_assert_uint_eq(pm_stat(pm, "phb0", "injections"), 1);
	ck_assert_uint_eq(freeze_type(pm, PE, OPAL_FREEZE_BOTH), OPAL_ERROR_PE_MMIO);
	pm_destroy(pm);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("firmware.opal_p7ioc_eeh");
	TCase *tcase = tcase_create("opal_p7ioc_eeh");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, test_frozen_pe_is_told_with_the_side_that_failed);
	tcase_add_test(tcase, test_load_of_a_device_that_died_freezes_its_pe_at_the_time_out);
	tcase_add_test(tcase, test_error_interrupt_of_a_phb_is_firmwares);
	tcase_add_test(tcase, test_fence_is_found_told_and_lifted_and_tables_come_back);
	tcase_add_test(tcase, test_complete_reset_of_a_working_phb_keeps_its_tables);
	tcase_add_test(tcase, test_reset_when_the_fence_does_not_lift_then_the_phb_is_given_up);
	tcase_add_test(tcase, test_error_that_stops_the_hub_is_told_for_every_phb_until_it_is_read);
	tcase_add_test(tcase, test_malfunction_is_masked_once_it_has_been_read);
	tcase_add_test(tcase, test_error_of_a_crossbar_port_is_its_phbs);
	tcase_add_test(tcase, test_informational_error_of_a_phb_is_cleared_by_reading);
	tcase_add_test(tcase, test_diag_data_of_a_fenced_phb_has_the_layout_of_opal_api);
	tcase_add_loop_test(tcase, test_inject_aims_at_the_pe, 0, sim_count_of(injections));
	tcase_add_test(tcase, test_inject_checks);
	tcase_add_test(tcase, test_injected_error_freezes_the_pe_that_firmware_aimed_at);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
