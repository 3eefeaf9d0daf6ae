// SPDX-License-Identifier: GPL-2.0-only
/* tests/kernel-model/test_opal_eeh.c - freeze state, thawing, next error, diagnostics, injection, resets, interrupts, entry. */
#include <check.h>

#include "fake_expect.h"
#include "kernel-model/host.h"
#include "kernel-model/kernel.h"
#include "kernel-model/opal/opal_internal.h"
#include "sim/stat.h"

#define PE 70u
/* The slot below port @device of the switch, on bus 2. */
#define SLOT_ID(device) (1ull << 63 | (uint64_t)FAKE_PORT_RID(device) << 16)

static struct sim *sim;
static struct fake *fake;
static struct cfg *cfg;
static struct opal *opal;
static uint64_t *pesta, *pestb;

static void setup(void)
{
	sim = sim_create(1);
	fake = fake_create(sim, 2, FAKE_RAM_BYTES);
	fake_function_add(fake, 0, 0, 0);
	fake_function_add(fake, 0, 1, 0);
	cfg = cfg_create();
	cfg_add_rows(cfg, km_cfg_rows, km_cfg_row_count);
	opal = opal_create(sim, &fake->platform, cfg);
	ck_assert_int_eq(opal_boot(opal), 0);
	fake->phb[0].log_count = 0;
	pesta = fake->phb[0].ioda[IODA2_TBL_PESTA];
	pestb = fake->phb[0].ioda[IODA2_TBL_PESTB];
}

static void teardown(void)
{
	opal_destroy(opal);
	cfg_destroy(cfg);
	fake_destroy(fake);
	sim_destroy(sim);
}

static uint64_t be(const void *p, size_t bytes)
{
	const uint8_t *b = p;
	uint64_t value = 0;
	size_t i;

	for (i = 0; i < bytes; i++)
		value = value << 8 | b[i];
	return value;
}

static uint64_t select_value(uint32_t table, uint32_t index)
{
	return (uint64_t)table << 48 | index;
}

START_TEST(test_freeze_status_when_not_frozen_then_peev_alone_is_read)
{
	/* Why: it follows every config access; it must stay cheap. How: one select, one read. */
	uint8_t state = 9, type[2];

	ck_assert_int_eq(opal_pci_eeh_freeze_status(opal, 0, PE, &state, type, NULL), OPAL_SUCCESS);
	ck_assert_uint_eq(state, OPAL_FREEZE_NONE);
	ck_assert_uint_eq(be(type, 2), 0);
	ck_assert_uint_eq(fake->phb[0].log_count, 2);
	ck_assert_uint_eq(fake->phb[0].log[0].value, select_value(IODA2_TBL_PEEV, 1));
	ck_assert_uint_eq(fake->phb[0].log[1].offset, PHB_IODA_DATA0);
}
END_TEST

START_TEST(test_freeze_status_when_frozen_then_state_bits_of_pest)
{
	/* Why: MMIO and DMA freeze are separate. How: each alone and both; the deprecated status is left alone. */
	uint8_t state, type[2], status[8] = {0x5a};

	pesta[PE] = PPC_BIT(0);
	ck_assert_int_eq(opal_pci_eeh_freeze_status(opal, 0, PE, &state, type, NULL), OPAL_SUCCESS);
	ck_assert_uint_eq(state, OPAL_FREEZE_MMIO);
	pestb[PE] = PPC_BIT(0);
	ck_assert_int_eq(opal_pci_eeh_freeze_status(opal, 0, PE, &state, type, status), OPAL_SUCCESS);
	ck_assert_uint_eq(state, OPAL_FREEZE_BOTH);
	ck_assert_uint_eq(be(type, 2), OPAL_ERROR_PE);
	ck_assert_uint_eq(status[0], 0x5a);
	pesta[PE] = 0;
	ck_assert_int_eq(opal_pci_eeh_freeze_status(opal, 0, PE, &state, type, NULL), OPAL_SUCCESS);
	ck_assert_uint_eq(state, OPAL_FREEZE_DMA);
	ck_assert_int_eq(opal_pci_eeh_freeze_status(opal, 0, 256, &state, type, NULL), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_eeh_freeze_status(opal, 9, PE, &state, type, NULL), OPAL_PARAMETER);
}
END_TEST

START_TEST(test_freeze_status_when_fenced_then_all_is_stopped)
{
	/* Why: registers of a fenced PHB are all ones; the nest tells. How: NFIR bit 16; no register of the PHB is touched. */
	uint8_t state = 9, type[2];

	fake->phb[0].scom[PLATFORM_SCOM_NEST][PHB_SCOM_NFIR] = PHB_SCOM_NFIR_FENCED;
	ck_assert_int_eq(opal_pci_eeh_freeze_status(opal, 0, PE, &state, type, NULL), OPAL_SUCCESS);
	ck_assert_uint_eq(state, OPAL_FREEZE_BOTH);
	ck_assert_uint_eq(be(type, 2), OPAL_ERROR_PHB);
	ck_assert_uint_eq(fake->phb[0].log_count, 0);
}
END_TEST

START_TEST(test_freeze_clear_when_dma_then_pestb_alone)
{
	/* Why: recovery frees MMIO and DMA at different times. How: exact writes; neighbours keep their state. */
	const struct fake_access want[] = {
		{true, PHB_IODA_ADDR, 8, select_value(IODA2_TBL_PESTB, PE)},
		{true, PHB_IODA_DATA0, 8, 0},
		{true, PHB_IODA_ADDR, 8, 1ull << 63 | select_value(IODA2_TBL_PEEV, 0)},
	};

	pesta[PE] = pestb[PE] = pestb[PE + 1] = PPC_BIT(0);
	ck_assert_int_eq(opal_pci_eeh_freeze_clear(opal, 0, PE, OPAL_ACTION_DMA), OPAL_SUCCESS);
	ck_assert(fake_writes_are(&fake->phb[0], want, 3));
	ck_assert_uint_eq(fake->phb[0].log[0].offset, PHB_ETU_ERR_SUMMARY);
	ck_assert_uint_eq(pesta[PE], PPC_BIT(0));
	ck_assert_uint_eq(pestb[PE], 0);
	ck_assert_uint_eq(pestb[PE + 1], PPC_BIT(0));
	ck_assert_int_eq(opal_pci_eeh_freeze_clear(opal, 0, PE, OPAL_ACTION_MMIO), OPAL_SUCCESS);
	ck_assert_uint_eq(pesta[PE], 0);
	ck_assert_int_eq(opal_pci_eeh_freeze_clear(opal, 0, 256, OPAL_ACTION_ALL), OPAL_PARAMETER);
}
END_TEST

START_TEST(test_freeze_clear_when_summary_says_error_then_traps_are_cleared)
{
	/* Why: traps are write-1-to-clear, logs by any write. How: a status left in one group; then a fenced PHB. */
	struct fake_phb *phb = &fake->phb[0];
	size_t i, found = 0;

	phb->reg[PHB_ETU_ERR_SUMMARY / 8] = 1;
	phb->reg[(PHB_INA_ERR_BASE + PHB_ERR_STATUS) / 8] = 0x20;
	phb->reg[PHB_LEM_FIR_ACCUM / 8] = 0x10;
	ck_assert_int_eq(opal_pci_eeh_freeze_clear(opal, 0, PE, OPAL_ACTION_ALL), OPAL_SUCCESS);
	for (i = 0; i < phb->log_count; i++) {
		const struct fake_access *a = &phb->log[i];

		found += a->write && a->offset == PHB_INA_ERR_BASE + PHB_ERR_STATUS && a->value == 0x20;
		found += a->write && a->offset == PHB_LEM_FIR_AND_MASK && a->value == ~0x10ull;
		found += a->write && a->offset == PHB_LEM_WOF && !a->value;
	}
	ck_assert_uint_eq(found, 3);
	phb->reg[PHB_ETU_ERR_SUMMARY / 8] = UINT64_MAX;
	ck_assert_int_eq(opal_pci_eeh_freeze_clear(opal, 0, PE, OPAL_ACTION_ALL), OPAL_HARDWARE);
}
END_TEST

START_TEST(test_freeze_set_when_asked_then_bit_zero_is_added)
{
	/* Why: read-modify-write keeps the record. How: other bits stay; a wrong action is refused. */
	pesta[PE] = 0x40;
	ck_assert_int_eq(opal_pci_eeh_freeze_set(opal, 0, PE, OPAL_ACTION_MMIO), OPAL_SUCCESS);
	ck_assert_uint_eq(pesta[PE], PPC_BIT(0) | 0x40);
	ck_assert_uint_eq(pestb[PE], 0);
	ck_assert_int_eq(opal_pci_eeh_freeze_set(opal, 0, PE, OPAL_ACTION_ALL), OPAL_SUCCESS);
	ck_assert_uint_eq(pestb[PE], PPC_BIT(0));
	ck_assert_int_eq(opal_pci_eeh_freeze_set(opal, 0, PE, 0), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_eeh_freeze_set(opal, 0, PE, 4), OPAL_PARAMETER);
}
END_TEST

START_TEST(test_next_error_when_several_then_highest_word_lowest_bit)
{
	/* Why: the order is firmware's. How: PEs 3, 70 and 130 frozen: 130 first, then 70, then 3, then none. */
	static const uint64_t order[] = {130, 70, 3};
	uint8_t pe[8], type[2], severity[2];
	size_t i;

	for (i = 0; i < 3; i++)
		pestb[order[i]] = PPC_BIT(0);
	for (i = 0; i < 3; i++) {
		ck_assert_int_eq(opal_pci_next_error(opal, 0, pe, type, severity), OPAL_SUCCESS);
		ck_assert_uint_eq(be(pe, 8), order[i]);
		ck_assert_uint_eq(be(type, 2), OPAL_ERROR_PE);
		ck_assert_uint_eq(be(severity, 2), OPAL_SEVERITY_PE_ER);
		pestb[order[i]] = 0;
	}
	ck_assert_int_eq(opal_pci_next_error(opal, 0, pe, type, severity), OPAL_SUCCESS);
	ck_assert_uint_eq(be(type, 2), OPAL_ERROR_NONE);
}
END_TEST

/* What next_error answers; @pe, @type, @severity. */
static void assert_next(uint64_t pe, uint32_t type, uint32_t severity)
{
	uint8_t got_pe[8], got_type[2], got_severity[2];

	ck_assert_int_eq(opal_pci_next_error(opal, 0, got_pe, got_type, got_severity), OPAL_SUCCESS);
	ck_assert_uint_eq(be(got_pe, 8), pe);
	ck_assert_uint_eq(be(got_type, 2), type);
	ck_assert_uint_eq(be(got_severity, 2), severity);
}

START_TEST(test_next_error_when_pending_then_the_registers_say_its_class)
{
	/*
	 * Why: Linux recovers by class. How: an error interrupt of the PHB, then the nest's and the PHB's FIR with bits of
	 * each class of skiboot's masks: dead before fenced before frozen PEs before what only informs. Without a pending
	 * error FIR bits are nobody's business.
	 */
	struct fake_phb *phb = &fake->phb[0];
	uint64_t *nfir = &phb->scom[PLATFORM_SCOM_NEST][PHB_SCOM_NFIR];
	uint64_t *lem = &phb->reg[PHB_LEM_FIR_ACCUM / 8];
	uint32_t lsi = fake->platform.phb[0].irq_base + PHB3_LSI_ER;

	*lem = PPC_BIT(1);
	assert_next(UINT64_MAX, OPAL_ERROR_NONE, OPAL_SEVERITY_NONE);
	ck_assert(!opal_interrupt(opal, lsi - 8));
	ck_assert(opal_interrupt(opal, lsi));
	assert_next(UINT64_MAX, OPAL_ERROR_PHB, OPAL_SEVERITY_INF);
	*lem |= PPC_BIT(43); /* ER, masked as firmware leaves it; INF is masked too */
	pestb[PE] = PPC_BIT(0);
	assert_next(PE, OPAL_ERROR_PE, OPAL_SEVERITY_PE_ER);
	*lem |= PPC_BIT(0);
	assert_next(UINT64_MAX, OPAL_ERROR_PHB, OPAL_SEVERITY_PHB_FENCED);
	*lem = 0;
	*nfir = PHB_SCOM_NFIR_FENCED;
	assert_next(UINT64_MAX, OPAL_ERROR_PHB, OPAL_SEVERITY_PHB_FENCED);
	*nfir = PPC_BIT(7);
	assert_next(UINT64_MAX, OPAL_ERROR_PHB, OPAL_SEVERITY_PHB_DEAD);
	/* The first unmasked bit decides, whatever came later. */
	phb->scom[PLATFORM_SCOM_NEST][PHB_SCOM_NFIR_WOF] = PHB_SCOM_NFIR_FENCED;
	assert_next(UINT64_MAX, OPAL_ERROR_PHB, OPAL_SEVERITY_PHB_FENCED);
	*nfir = UINT64_MAX;
	assert_next(UINT64_MAX, OPAL_ERROR_PHB, OPAL_SEVERITY_PHB_DEAD);
	*nfir = phb->scom[PLATFORM_SCOM_NEST][PHB_SCOM_NFIR_WOF] = 0;
	pestb[PE] = 0;
	assert_next(UINT64_MAX, OPAL_ERROR_NONE, OPAL_SEVERITY_NONE);
	*lem = PPC_BIT(0);
	assert_next(UINT64_MAX, OPAL_ERROR_NONE, OPAL_SEVERITY_NONE);
}
END_TEST

START_TEST(test_diag_data_when_the_error_informs_then_reading_it_ends_it)
{
	/* Why: nothing else clears such an error. How: INF pending; traps are cleared once; next_error has nothing more. */
	static uint8_t buffer[8192];

	fake->phb[0].reg[PHB_LEM_FIR_ACCUM / 8] = PPC_BIT(1);
	ck_assert(opal_interrupt(opal, fake->platform.phb[0].irq_base + PHB3_LSI_INF));
	assert_next(UINT64_MAX, OPAL_ERROR_PHB, OPAL_SEVERITY_INF);
	ck_assert_int_eq(opal_pci_get_phb_diag_data2(opal, 0, buffer, sizeof(buffer)), OPAL_SUCCESS);
	ck_assert_uint_eq(fake->phb[0].reg[PHB_LEM_FIR_AND_MASK / 8], ~PPC_BIT(1));
	assert_next(UINT64_MAX, OPAL_ERROR_NONE, OPAL_SEVERITY_NONE);
}
END_TEST

START_TEST(test_boot_then_error_masks_are_open_and_interrupts_last)
{
	/* Why: without the masks errors stay silent; opened too early they tell of the past. How: the values of skiboot, and
	 * LEM's mask after all enables. */
	const struct fake_phb *phb = &fake->phb[0];

	ck_assert_uint_eq(phb->reg[(PHB_INA_ERR_BASE + PHB_ERR_FREEZE_ENABLE) / 8], 0xc00003a901006000ull);
	ck_assert_uint_eq(phb->reg[(PHB_INA_ERR_BASE + PHB_ERR_FENCE_ENABLE) / 8], 0x3fff5452fe019fdeull);
	ck_assert_uint_eq(phb->reg[(PHB_OUT_ERR_BASE + PHB_ERR_IRQ_ENABLE) / 8], 0x600c42fc042080f0ull);
	ck_assert_uint_eq(phb->reg[(PHB_OUT_ERR_BASE + PHB_ERR_FIRST_MASK) / 8], 0x400000);
	ck_assert_uint_eq(phb->reg[(PHB_INB_ERR_BASE + PHB_ERR_LEM_ENABLE) / 8], UINT64_MAX);
	ck_assert_uint_eq(phb->reg[(PHB_ERR_BASE + PHB_ERR_STATUS_MASK) / 8], 0);
	ck_assert_uint_eq(phb->reg[PHB_LEM_ERROR_MASK / 8], 0x42498e367f502eaeull);
	ck_assert_uint_eq(ppc_get(IODA2_LXIVT_PRIORITY, phb->ioda[IODA2_TBL_LXIVT][PHB_LSI_ER]), 0);
	ck_assert_uint_eq(ppc_get(IODA2_LXIVT_PRIORITY, phb->ioda[IODA2_TBL_LXIVT][0]), 0xff);
}
END_TEST

START_TEST(test_diag_data_when_frozen_then_record_from_memory)
{
	/* Why: the chip keeps one bit, the cause is in RAM. How: layout of OpalIoPhb3ErrorData, offsets by hand. */
	static uint8_t buffer[8192];
	const size_t pest_a = 88 + 16 + 24 * 8, pest_b = pest_a + 256 * 8;
	uint64_t pest = opal_reserved_base(opal) + 0x22000;

	pesta[PE] = pestb[PE] = PPC_BIT(0);
	opal_store_be64(opal, pest + 16 * PE, 0x0000200002000000ull);
	opal_store_be64(opal, pest + 16 * PE + 8, 0x12345000);
	opal_store_be64(opal, pest + 16 * (PE + 1), 0x77); /* stale: not frozen */
	fake->phb[0].reg[PHB_LEM_FIR_ACCUM / 8] = 0xabc;
	ck_assert_int_eq(opal_pci_get_phb_diag_data2(opal, 0, buffer, sizeof(buffer)), OPAL_SUCCESS);
	ck_assert_uint_eq(be(buffer, 4), 1);
	ck_assert_uint_eq(be(buffer + 4, 4), 2);
	ck_assert_uint_eq(be(buffer + 8, 4), pest_b + 256 * 8);
	ck_assert_uint_eq(be(buffer + 88 + 16 + 5 * 8, 8), 0xabc);
	ck_assert_uint_eq(be(buffer + pest_a + 8 * PE, 8), 0x8000200002000000ull);
	ck_assert_uint_eq(be(buffer + pest_b + 8 * PE, 8), 0x8000000012345000ull);
	ck_assert_uint_eq(be(buffer + pest_a + 8 * (PE + 1), 8), 0);
	ck_assert_int_eq(opal_pci_get_phb_diag_data2(opal, 0, buffer, pest_b), OPAL_PARAMETER);
}
END_TEST

START_TEST(test_err_inject_when_arguments_are_wrong_then_refused)
{
	/* Why: QEMU and Linux probe by return codes. How: type, function, PE, a PE that owns nothing, I/O ports. */
	ck_assert_int_eq(opal_pci_err_inject(opal, 0, PE, 2, 0, 0, 0), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_err_inject(opal, 0, PE, 0, 20, 0, 0), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_err_inject(opal, 0, FAKE_RESERVED_PE, 0, 0, 0, 0), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_err_inject(opal, 0, 256, 0, 0, 0, 0), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_err_inject(opal, 0, PE, 0, OPAL_INJECT_LOAD_MEM, 0, 0), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_err_inject(opal, 0, PE, 1, OPAL_INJECT_LOAD_MEM, 0, 0), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_err_inject(opal, 0, PE, 0, OPAL_INJECT_LOAD_CONFIG, 0, 0), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_err_inject(opal, 0, PE, 0, OPAL_INJECT_LOAD_IO, 0, 0), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_err_inject(opal, 0, PE, 0, OPAL_INJECT_DMA_READ, 0, 0), OPAL_UNSUPPORTED);
}
END_TEST

/* The injection registers as call @function left them. */
static void assert_injects(uint32_t type, uint32_t function, uint64_t addr, uint64_t mask, uint64_t want_addr,
			   uint64_t want_mask, uint64_t want_control)
{
	const struct fake_phb *phb = &fake->phb[0];

	ck_assert_int_eq(opal_pci_err_inject(opal, 0, PE, type, function, addr, mask), OPAL_SUCCESS);
	ck_assert_uint_eq(phb->reg[PHB_PAPR_ERR_INJ_ADDR / 8], want_addr);
	ck_assert_uint_eq(phb->reg[PHB_PAPR_ERR_INJ_MASK / 8], want_mask);
	ck_assert_uint_eq(phb->reg[PHB_PAPR_ERR_INJ_CTL / 8], want_control);
}

START_TEST(test_err_inject_when_the_pe_owns_something_then_aims_at_it)
{
	/*
	 * Why: an injection must hit the PE and nobody else. How: the PE gets two M32 segments, a single-PE M64 BAR, a whole
	 * bus and two DMA windows; an address inside is taken with its mask, anything else aims at all of the PE's.
	 */
	const uint64_t segment = FAKE_M32_BYTES / 256, m64 = 0x3b0002000000ull;
	const uint64_t m32 = (FAKE_M32_BASE & PHB_PAPR_ERR_INJ_MMIO) + 5 * segment, at = FAKE_M32_BASE + 6 * segment + 8;
	const uint64_t out = PHB_PAPR_ERR_INJ_CTL_OUTB, in = PHB_PAPR_ERR_INJ_CTL_INB, cfg_ctl = PHB_PAPR_ERR_INJ_CTL_CFG;
	const uint64_t rd = PHB_PAPR_ERR_INJ_CTL_RD, wr = PHB_PAPR_ERR_INJ_CTL_WR, all48 = PHB_PAPR_ERR_INJ_MMIO;

	ck_assert_int_eq(opal_pci_map_pe_mmio_window(opal, 0, PE, OPAL_WINDOW_M32, 0, 5), OPAL_SUCCESS);
	ck_assert_int_eq(opal_pci_map_pe_mmio_window(opal, 0, PE, OPAL_WINDOW_M32, 0, 6), OPAL_SUCCESS);
	assert_injects(0, OPAL_INJECT_LOAD_MEM, at, 0xfff8, m32 + segment + 8, 0xfff8, out | rd);
	assert_injects(0, OPAL_INJECT_STORE_MEM + 1, 0x1234, 0xfff8, m32, ~(2 * segment - 1) & all48, out | wr);
	ck_assert_int_eq(opal_pci_map_pe_mmio_window(opal, 0, PE, OPAL_WINDOW_M64, 3, 0), OPAL_SUCCESS);
	ck_assert_int_eq(opal_pci_set_phb_mem_window(opal, 0, OPAL_WINDOW_M64, 3, m64, 0, 0x2000000), OPAL_SUCCESS);
	ck_assert_int_eq(opal_pci_phb_mmio_enable(opal, 0, OPAL_WINDOW_M64, 3, OPAL_M64_SINGLE_PE), OPAL_SUCCESS);
	assert_injects(1, OPAL_INJECT_LOAD_MEM, m64 + 16, 0xff0, m64 + 16, 0xff0, out | rd);
	ck_assert_int_eq(opal_pci_set_pe(opal, 0, PE, 0x0300, OPAL_BUS_ALL, 0, 0, 1), OPAL_SUCCESS);
	assert_injects(0, OPAL_INJECT_LOAD_CONFIG, 0, 0, ppc_set(PHB_CA_BUS, 0, 3), PHB_CA_BUS, cfg_ctl | rd);
	assert_injects(0, OPAL_INJECT_STORE_CONFIG, ppc_set(PHB_CA_BDFN, 0, 0x0308), PHB_CA_BDFN,
		       ppc_set(PHB_CA_BDFN, 0, 0x0308), PHB_CA_BDFN, cfg_ctl | wr);
	assert_injects(0, OPAL_INJECT_STORE_CONFIG, ppc_set(PHB_CA_BDFN, 0, 0x0400), PHB_CA_BDFN, ppc_set(PHB_CA_BUS, 0, 3),
		       PHB_CA_BUS, cfg_ctl | wr);
	/* A bus takes the shared window, its last BAR, which is off: nothing to aim at. */
	ck_assert_int_eq(opal_pci_err_inject(opal, 0, PE, 1, OPAL_INJECT_LOAD_MEM, 0, 0), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_map_pe_dma_window(opal, 0, PE, 2 * PE, 1, 0x1000000, 0x10000, 0x1000), OPAL_SUCCESS);
	assert_injects(0, OPAL_INJECT_DMA_READ, 0x5000, ~0xfffull, 0x5000, ~0xfffull, in | rd);
	assert_injects(0, OPAL_INJECT_DMA_WRITE + 3, 0x2000000, ~0xfffull, 0, ~0x1ffffffull, in | wr);
	ck_assert_int_eq(opal_pci_map_pe_dma_window_real(opal, 0, PE, 2 * PE + 1, 1ull << 59, 0x10000000), OPAL_SUCCESS);
	assert_injects(1, OPAL_INJECT_DMA_READ, 0, 0, 1ull << 59, ~0xfffffffull, in | rd);
}
END_TEST

START_TEST(test_reset_when_scope_is_another_then_its_answer)
{
	/* Why: callers fall back by these codes. How: every scope, wrong ids and states. */
	fake->phb[0].reg[PHB_PAPR_ERR_INJ_CTL / 8] = 5;
	ck_assert_int_eq(opal_pci_reset(opal, 0, OPAL_RESET_PHB_ERROR, 1), OPAL_SUCCESS);
	ck_assert_uint_eq(fake->phb[0].reg[PHB_PAPR_ERR_INJ_CTL / 8], 0);
	ck_assert_int_eq(opal_pci_reset(opal, SLOT_ID(0), OPAL_RESET_PHB_COMPLETE, 1), OPAL_UNSUPPORTED);
	ck_assert_int_eq(opal_pci_reset(opal, SLOT_ID(0), OPAL_RESET_IODA_TABLE, 1), OPAL_UNSUPPORTED);
	ck_assert_int_eq(opal_pci_reset(opal, 0, OPAL_RESET_PCI_LINK, 1), OPAL_UNSUPPORTED);
	ck_assert_int_eq(opal_pci_reset(opal, 0, 9, 1), OPAL_UNSUPPORTED);
	ck_assert_int_eq(opal_pci_reset(opal, 0, OPAL_RESET_PCI_HOT, 2), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_reset(opal, 5, OPAL_RESET_IODA_TABLE, 1), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_reset(opal, SLOT_ID(7), OPAL_RESET_PCI_HOT, 1), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_poll(opal, 5), OPAL_PARAMETER);
}
END_TEST

START_TEST(test_msi_when_vector_is_given_then_address_data_and_entry)
{
	/* Why: five bits of the vector travel in the data. How: vector 0x3b7 in both address forms, its IVE. */
	uint64_t ive = opal_reserved_base(opal) + 0x40000 + 128 * 0x3b7;
	uint8_t addr32[4], addr64[8], data[4];

	ck_assert_int_eq(opal_pci_set_xive_pe(opal, 0, PE, 0x3b7), OPAL_SUCCESS);
	ck_assert_uint_eq(opal_load_be64(opal, ive), 0x000000ff00000000ull | PE);
	ck_assert_uint_eq(fake->phb[0].reg[PHB3_IVC_INVALIDATE / 8], 0x3b7ull << 32);
	ck_assert_int_eq(opal_get_msi_64(opal, 0, 0, 0x3b7, 1, addr64, data), OPAL_SUCCESS);
	ck_assert_uint_eq(be(addr64, 8), 1ull << 60 | 0x3a00);
	ck_assert_uint_eq(be(data, 4), 0x17);
	ck_assert_int_eq(opal_get_msi_32(opal, 0, 0, 0x3b7, 1, addr32, data), OPAL_SUCCESS);
	ck_assert_uint_eq(be(addr32, 4), 0xffff3a00);
	ck_assert_int_eq(opal_get_msi_32(opal, 0, 0, 2040, 1, addr32, data), OPAL_PARAMETER);
	ck_assert_int_eq(opal_get_msi_32(opal, 0, 0, 1, 2, addr32, data), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_set_xive_pe(opal, 0, 256, 1), OPAL_PARAMETER);
	ck_assert_int_eq(opal_pci_set_xive_pe(opal, 0, PE, 2040), OPAL_PARAMETER);
}
END_TEST

START_TEST(test_xive_when_masked_then_nothing_of_the_past_stays)
{
	/* Why: a P or Q that stays would silence the vector's next owner. How: set both, mask, look; second PHB's base. */
	uint64_t ive = opal_reserved_base(opal) + 0x80000 + 0x40000 + 128 * 4;
	uint32_t isn = fake->platform.phb[1].irq_base + 4;
	uint8_t server[2], priority;

	ck_assert_int_eq(opal_set_xive(opal, isn, 3, 5), OPAL_SUCCESS);
	ck_assert_uint_eq(opal_load_be64(opal, ive), 0x00000305000000ffull);
	ck_assert_uint_eq(fake->phb[1].reg[PHB3_IVC_UPDATE / 8],
			  PHB3_IVC_UPDATE_ENABLE_SERVER | PHB3_IVC_UPDATE_ENABLE_PRI | 3ull << 40 | 5ull << 32 | 4);
	ck_assert_int_eq(opal_get_xive(opal, isn, server, &priority), OPAL_SUCCESS);
	ck_assert_uint_eq(be(server, 2), 3);
	ck_assert_uint_eq(priority, 5);
	opal_store_be64(opal, ive, opal_load_be64(opal, ive) | IODA2_IVE_P | IODA2_IVE_Q);
	ck_assert_int_eq(opal_set_xive(opal, isn, 3, 0xff), OPAL_SUCCESS);
	ck_assert_uint_eq(opal_load_be64(opal, ive), 0x000003ff000000ffull);
	ck_assert_int_eq(opal_pci_msi_eoi(opal, 1, isn), OPAL_SUCCESS);
	ck_assert_uint_eq(fake->phb[1].reg[PHB3_IVC_UPDATE / 8], PHB3_IVC_UPDATE_ENABLE_P | 4);
	ck_assert_int_eq(opal_pci_msi_eoi(opal, 0, isn), OPAL_PARAMETER);
	ck_assert_int_eq(opal_set_xive(opal, 1, 0, 5), OPAL_PARAMETER);
}
END_TEST

START_TEST(test_call_when_arguments_have_garbage_above_then_declared_bits_count)
{
	/* Why: callers leave the upper bits of narrow arguments undefined. How: enter by token with dirty registers. */
	unsigned long long args[HOST_FIRMWARE_ARGS] = {0,	      0xdead00000005ull, 0xbeef0000000bull, 0xf00d0002ull,
						       0x12340000ull, 0x10000,	 0x10000,	   ~0ull};

	ck_assert_int_eq(opal_call(opal, OPAL_PCI_MAP_PE_DMA_WINDOW, args), OPAL_SUCCESS);
	ck_assert_uint_eq(fake->phb[0].ioda[IODA2_TBL_TVT][11], 0x12340ull << 16 | 1ull << 13 | 5ull << 8 | 5);
}
END_TEST

START_TEST(test_call_when_token_is_unknown_then_counted)
{
	/* Why: silence would hide what the kernel wanted. How: statistics of calls, failures, unknown tokens. */
	unsigned long long args[HOST_FIRMWARE_ARGS] = {OPAL_PCI_SET_PE};

	ck_assert_int_eq(opal_call(opal, 5, args), OPAL_PARAMETER);
	ck_assert_uint_eq(*(const uint64_t *)stat_find(sim, "opal", "unknown", NULL), 1);
	ck_assert_int_eq(opal_call(opal, OPAL_CHECK_TOKEN, args), 1);
	args[0] = 5;
	ck_assert_int_eq(opal_call(opal, OPAL_CHECK_TOKEN, args), 0);
	args[0] = 44;
	ck_assert_int_eq(opal_call(opal, OPAL_PCI_SET_PELTV, args), OPAL_PARAMETER);
	ck_assert_uint_eq(*(const uint64_t *)stat_find(sim, "opal", "set_peltv", NULL), 1);
	ck_assert_uint_eq(*(const uint64_t *)stat_find(sim, "opal", "failed", NULL), 1);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("kernel-model.opal_eeh");
	TCase *tc = tcase_create("eeh");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, test_freeze_status_when_not_frozen_then_peev_alone_is_read);
	tcase_add_test(tc, test_freeze_status_when_frozen_then_state_bits_of_pest);
	tcase_add_test(tc, test_freeze_clear_when_dma_then_pestb_alone);
	tcase_add_test(tc, test_freeze_clear_when_summary_says_error_then_traps_are_cleared);
	tcase_add_test(tc, test_freeze_set_when_asked_then_bit_zero_is_added);
	tcase_add_test(tc, test_next_error_when_several_then_highest_word_lowest_bit);
	tcase_add_test(tc, test_diag_data_when_frozen_then_record_from_memory);
	tcase_add_test(tc, test_freeze_status_when_fenced_then_all_is_stopped);
	tcase_add_test(tc, test_next_error_when_pending_then_the_registers_say_its_class);
	tcase_add_test(tc, test_diag_data_when_the_error_informs_then_reading_it_ends_it);
	tcase_add_test(tc, test_boot_then_error_masks_are_open_and_interrupts_last);
	tcase_add_test(tc, test_err_inject_when_arguments_are_wrong_then_refused);
	tcase_add_test(tc, test_err_inject_when_the_pe_owns_something_then_aims_at_it);
	tcase_add_test(tc, test_reset_when_scope_is_another_then_its_answer);
	tcase_add_test(tc, test_msi_when_vector_is_given_then_address_data_and_entry);
	tcase_add_test(tc, test_xive_when_masked_then_nothing_of_the_past_stays);
	tcase_add_test(tc, test_call_when_arguments_have_garbage_above_then_declared_bits_count);
	tcase_add_test(tc, test_call_when_token_is_unknown_then_counted);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
