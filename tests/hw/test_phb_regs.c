/* SPDX-License-Identifier: GPL-2.0-only */
/* tests/hw/test_phb_regs.c - the register file: reset values, masks, hooks, sizes, and what nobody modelled. */
#include <stdio.h>
#include <unistd.h>

#include "tests/hw/phb_fixture.h"

START_TEST(test_phb_regs_after_reset_then_show_what_the_chip_shows)
{
	/* Firmware reads the version first; a link that is up must show; everything else starts quiet. */
	struct fx fx;

	fx_begin_raw(&fx, NULL);
	ck_assert_uint_eq(fx_read(&fx, PHB_VERSION), 0x000000a300000005ull);
	ck_assert_uint_eq(fx_read(&fx, PHB_PCIE_DLP_TRAIN_CTL) & PHB_PCIE_DLP_TC_DL_LINKACT, PPC_BIT(23));
	ck_assert_uint_eq(fx_read(&fx, PHB_ETU_ERR_SUMMARY), 0);
	ck_assert_uint_eq(fx_read(&fx, PHB_RTT_BAR), 0);
	ck_assert_uint_eq(fx_read(&fx, PHB_CONFIG), 0);
	ck_assert_uint_eq(fx_read(&fx, PHB_AIB_TAG_ENABLE), 0xffffffff00000000ull);
	ck_assert_uint_eq(fx_read(&fx, PHB_DMA_CHAN_STATUS), 0);
	ck_assert_uint_eq(fx.phb->stats.unimplemented_reads, 0);
	fx_end(&fx);
}
END_TEST

static const struct {
	uint32_t offset;
	uint64_t writable;
} masked[] = {
	{PHB_LSI_SOURCE_ID, 0x07f8000000000000ull},
	{PHB3_IVT_BAR, 0x8003ffffffff8fffull},
	{PHB3_RBA_BAR, 0x8003ffffffffff00ull},
	{PHB_RTT_BAR, 0x8003fffffffe0000ull},
	{PHB_PELTV_BAR, 0x8003ffffffffe000ull},
	{PHB_PEST_BAR, 0x8003fffffffff000ull},
	{PHB_IODA_ADDR, 0x801f0000000001ffull},
	{PHB_M64_UPPER_BITS, UINT64_MAX},
	{PHB_VERSION, 0},
	{PHB_TCE_WATERMARK, UINT64_MAX},
	{PHB_TIMEOUT_CTRL2, UINT64_MAX},
	{PHB_ERR_BASE + PHB_ERR_STATUS, 0},
	{PHB_INB_ERR_BASE + PHB_ERR_FREEZE_ENABLE, UINT64_MAX},
	{PHB_OUT_ERR_BASE + PHB_ERR_LOG1, 0},
};

START_TEST(test_phb_regs_when_written_then_keep_only_their_fields)
{
	/* Bits without a field do not stick; a read-only register stays. */
	uint32_t offset = masked[_i].offset;
	uint64_t was;
	struct fx fx;

	fx_begin_raw(&fx, NULL);
	was = fx_read(&fx, offset) & ~masked[_i].writable;
	fx_write(&fx, offset, UINT64_MAX);
	ck_assert_uint_eq(fx_read(&fx, offset), masked[_i].writable | was);
	fx_write(&fx, offset, 0);
	ck_assert_uint_eq(fx_read(&fx, offset), was);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_regs_when_status_bit_is_written_then_clears_it)
{
	/* Trap status is write-1-to-clear; nothing sets it yet, so the test plants bits itself. */
	struct fx fx;

	fx_begin_raw(&fx, NULL);
	fx.phb->reg[(PHB_INA_ERR_BASE + PHB_ERR_STATUS) / 8] = 0xf0f0;
	fx_write(&fx, PHB_INA_ERR_BASE + PHB_ERR_STATUS, 0x0ff0);
	ck_assert_uint_eq(fx_read(&fx, PHB_INA_ERR_BASE + PHB_ERR_STATUS), 0xf000);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_regs_of_the_lem_when_written_by_and_or_then_combine)
{
	/* Firmware clears FIR bits by writing their complement to the AND address. */
	struct fx fx;

	fx_begin_raw(&fx, NULL);
	fx_write(&fx, PHB_LEM_FIR_ACCUM, 0xff00);
	fx_write(&fx, PHB_LEM_FIR_AND_MASK, ~0x0f00ull);
	ck_assert_uint_eq(fx_read(&fx, PHB_LEM_FIR_ACCUM), 0xf000);
	fx_write(&fx, PHB_LEM_FIR_OR_MASK, 0x1);
	ck_assert_uint_eq(fx_read(&fx, PHB_LEM_FIR_ACCUM), 0xf001);
	ck_assert_uint_eq(fx_read(&fx, PHB_LEM_ERROR_MASK), UINT64_MAX);
	fx_write(&fx, PHB_LEM_ERROR_AND_MASK, 0xff);
	fx_write(&fx, PHB_LEM_ERROR_OR_MASK, 0x100);
	ck_assert_uint_eq(fx_read(&fx, PHB_LEM_ERROR_MASK), 0x1ff);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_regs_that_nobody_modelled_when_accessed_then_are_counted)
{
	/* Silence would be a bug: gaps of the window, beyond it, and the read value 0. */
	struct fx fx;

	fx_begin_raw(&fx, NULL);
	ck_assert_uint_eq(fx_read(&fx, 0x108), 0);
	ck_assert_uint_eq(fx_read(&fx, 0x2000), 0);
	ck_assert_uint_eq(fx_read(&fx, 0xff8), 0);
	fx_write(&fx, 0x108, 5);
	ck_assert_uint_eq(fx_read(&fx, 0x108), 0);
	ck_assert_uint_eq(fx.phb->stats.unimplemented_reads, 4);
	ck_assert_uint_eq(fx.phb->stats.unimplemented_writes, 1);
	ck_assert_uint_eq(fx.phb->stats.reg_reads, 4);
	ck_assert_uint_eq(*(const uint64_t *)stat_find(fx.sim, "phb0", "unimplemented_reads", NULL), 4);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_regs_when_size_or_alignment_is_wrong_then_read_ones_and_stay)
{
	/* All registers are doublewords; a narrower or crooked access must not half-write one. */
	struct fx fx;

	fx_begin_raw(&fx, NULL);
	fx_write(&fx, PHB_M32_START_ADDR, 0x80000000);
	ck_assert_uint_eq(phb_reg_read(fx.phb, PHB_M32_START_ADDR, 4), UINT64_MAX);
	ck_assert_uint_eq(phb_reg_read(fx.phb, PHB_M32_START_ADDR + 4, 8), UINT64_MAX);
	ck_assert_uint_eq(phb_reg_read(fx.phb, PHB_CONFIG_DATA, 8), UINT64_MAX);
	ck_assert_uint_eq(phb_reg_read(fx.phb, PHB_CONFIG_DATA + 1, 2), UINT64_MAX);
	phb_reg_write(fx.phb, PHB_M32_START_ADDR, 1, 4);
	phb_reg_write(fx.phb, PHB_M32_START_ADDR + 1, 1, 8);
	ck_assert_uint_eq(fx_read(&fx, PHB_M32_START_ADDR), 0x80000000);
	ck_assert_uint_eq(fx.phb->stats.reg_bad_access, 6);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_config_when_tce_enable_is_set_then_clears_the_tce_cache)
{
	/* The init sequence relies on it: CONFIG with only the 64-byte TCE enable empties the cache. */
	struct fx fx;
	uint64_t real;

	fx_begin(&fx);
	fx_simple_window(&fx, 1);
	fx_map(&fx, 1, 0, FX_DATA, 3);
	ck_assert_uint_eq(fx_xlate(&fx, 0x100, 0, false, &real), PHB_XLATE_OK);
	fx_map(&fx, 1, 0, FX_DATA + 0x1000, 3);
	fx_write(&fx, PHB_CONFIG, PHB_CONFIG_32BIT_MSI_EN);
	ck_assert_uint_eq(fx_xlate(&fx, 0x100, 0, false, &real), PHB_XLATE_OK);
	ck_assert_uint_eq(real, FX_DATA);
	fx_write(&fx, PHB_CONFIG, PHB_CONFIG_64B_TCE_EN);
	ck_assert_uint_eq(fx_xlate(&fx, 0x100, 0, false, &real), PHB_XLATE_OK);
	ck_assert_uint_eq(real, FX_DATA + 0x1000);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_ffi_lock_when_read_then_is_taken)
{
	/* Reading acquires: 0 tells that it was free; the request's lock-clear bit frees it. */
	struct fx fx;

	fx_begin(&fx);
	ck_assert_uint_eq(fx_read(&fx, PHB3_FFI_LOCK), 0);
	ck_assert_uint_ne(fx_read(&fx, PHB3_FFI_LOCK), 0);
	fx_write(&fx, PHB3_FFI_REQUEST, PHB3_FFI_LOCK_CLEAR);
	fx_run(&fx);
	ck_assert_uint_eq(fx_read(&fx, PHB3_FFI_LOCK), 0);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_trace_when_on_then_names_what_happened)
{
	/* What happens must be readable in a trace: unimplemented access, kill, error, freeze. */
	char path[] = P_tmpdir "/phb_regs_trace_XXXXXX", text[8192] = "";
	struct fx fx;

	fx_begin(&fx);
	fx_trace_begin(&fx, path);
	fx_read(&fx, 0x108);
	fx_write(&fx, PHB_TCE_KILL, PHB_TCE_KILL_ALL);
	fx_dma(&fx, TLP_MEM_READ, 0x100, 0x1000, 64);
	fx_run(&fx);
	fx_trace_end(&fx, path, text, sizeof(text));
	ck_assert_ptr_nonnull(strstr(text, "unimplemented read"));
	ck_assert_ptr_nonnull(strstr(text, "TCE kill"));
	ck_assert_ptr_nonnull(strstr(text, "TVE invalid"));
	ck_assert_ptr_nonnull(strstr(text, "PE freeze"));
	fx_end(&fx);
}
END_TEST

int main(void)
{
	const struct fx_case cases[] = {
		{test_phb_regs_after_reset_then_show_what_the_chip_shows, 0, FX_ONLY_PHB3},
		{test_phb_regs_when_written_then_keep_only_their_fields, sim_count_of(masked), FX_ONLY_PHB3},
		{test_phb_regs_when_status_bit_is_written_then_clears_it, 0, FX_ALL},
		{test_phb_regs_of_the_lem_when_written_by_and_or_then_combine, 0, FX_ALL},
		{test_phb_regs_that_nobody_modelled_when_accessed_then_are_counted, 0, FX_FROM_PHB3},
		{test_phb_regs_when_size_or_alignment_is_wrong_then_read_ones_and_stay, 0, FX_ALL},
		{test_phb_config_when_tce_enable_is_set_then_clears_the_tce_cache, 0, FX_ONLY_PHB3},
		{test_phb_ffi_lock_when_read_then_is_taken, 0, FX_ONLY_PHB3},
		{test_phb_trace_when_on_then_names_what_happened, 0, FX_ONLY_PHB3},
	};

	return fx_main("hw.phb_regs", cases, sim_count_of(cases));
}
