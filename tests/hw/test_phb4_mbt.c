/* SPDX-License-Identifier: GPL-2.0-only */
/* tests/hw/test_phb4_mbt.c - MMIO of PHB4 and PHB5: which BAR takes an access, whose segment it is, what goes out. */
#include "tests/hw/phb_error_fixture.h"

#define M64_BASE 0x6000000000000ull
#define M64_BYTES (1ull << 32)

struct device {
	struct pcie_function function;
	uint32_t accesses;
	uint64_t addr;
};

static enum pcie_load_end device_read(void *ctx, uint64_t addr, uint32_t bytes, uint64_t *value)
{
	struct device *device = ctx;

	(void)bytes;
	device->accesses++;
	device->addr = addr;
	*value = 0;
	return PCIE_LOAD_OK;
}

static const struct pcie_function_ops device_ops = {.mmio_read = device_read};

static void begin(struct fx *fx, struct device *device)
{
	fx_begin(fx);
	memset(device, 0, sizeof(*device));
	device->function = (struct pcie_function){.ops = &device_ops, .ctx = device, .rid = 0x0300};
	fx->function = &device->function;
	fx->claims = true;
}

static uint64_t bar_low(uint32_t mode, uint32_t divisor_or_column, uint64_t base)
{
	return IODA3_MBT_ENABLE | ppc_set(IODA3_MBT0_MODE, 0, mode) | ppc_set(IODA3_MBT0_DIVISOR, 0, divisor_or_column) |
	       base;
}

static void set_bar(struct fx *fx, uint32_t bar, uint64_t low, uint64_t bytes, uint32_t pe)
{
	fx_ioda_write(fx, IODA3_TBL_MBT, 2 * bar, low);
	fx_ioda_write(fx, IODA3_TBL_MBT, 2 * bar + 1,
		      IODA3_MBT_ENABLE | ((0 - bytes) & IODA3_MBT1_MASK) | ppc_set(IODA3_MBT1_PE, 0, pe));
}

static bool reaches(struct fx *fx, struct device *device, uint64_t real)
{
	uint32_t before = device->accesses;

	phb_mmio_read(fx->phb, (struct raddr){real}, 4);
	return device->accesses != before;
}

/* Whose is @real? The PE whose freeze keeps the access from the device; UINT32_MAX: nobody's that there is. */
static uint32_t owner(struct fx *fx, struct device *device, uint64_t real)
{
	uint32_t pe;

	if (!reaches(fx, device, real))
		return UINT32_MAX;
	for (pe = 0; pe < fx->phb->pe_count; pe++) {
		fx_ioda_write(fx, IODA2_TBL_PESTA, pe, PPC_BIT(0));
		if (!reaches(fx, device, real))
			break;
		fx_ioda_write(fx, IODA2_TBL_PESTA, pe, 0);
	}
	if (pe < fx->phb->pe_count)
		fx_ioda_write(fx, IODA2_TBL_PESTA, pe, 0);
	return pe;
}

START_TEST(test_phb4_m32_then_replaces_the_upper_address_bits_and_asks_column_a)
{
	/* BAR 0 of firmware: address out is M32_START plus the offset; first byte, last, and one past. */
	struct device device;
	struct fx fx;

	begin(&fx, &device);
	fx_set_segment(&fx, fx_segments(&fx) - 1, 5);
	ck_assert_uint_eq(owner(&fx, &device, FX_M32_BASE), 0);
	ck_assert_uint_eq(device.addr, FX_M32_START);
	ck_assert_uint_eq(owner(&fx, &device, FX_M32_BASE + FX_M32_BYTES - 4), 5);
	ck_assert_uint_eq(device.addr, FX_M32_START + FX_M32_BYTES - 4);
	ck_assert_uint_eq(owner(&fx, &device, FX_M32_BASE + FX_M32_BYTES), UINT32_MAX);
	ck_assert_uint_eq(owner(&fx, &device, FX_M32_BASE - 4), UINT32_MAX);
	ck_assert_uint_eq(fx.phb->stats.mmio_decode_errors, 2);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb4_bar_in_segment_mode_then_counts_pes_from_its_first)
{
	/* As many segments as PEs, 128, 64 or 8: both edges of one in the middle; the address goes out as it came in. */
	const uint32_t divisors[] = {0, 128, 64, 8};
	struct device device;
	struct fx fx;
	uint32_t segments, n, first = 3;
	uint64_t bytes;

	begin(&fx, &device);
	segments = _i ? divisors[_i] : fx.phb->pe_count;
	n = segments / 2;
	first = _i ? first : 0;
	bytes = M64_BYTES / segments;
	set_bar(&fx, 7, bar_low(IODA3_MBT_MODE_SEGMENT, (uint32_t)_i, M64_BASE), M64_BYTES, first);
	ck_assert_uint_eq(owner(&fx, &device, M64_BASE), first);
	ck_assert_uint_eq(owner(&fx, &device, M64_BASE + n * bytes - 4), first + n - 1);
	ck_assert_uint_eq(owner(&fx, &device, M64_BASE + n * bytes), first + n);
	ck_assert_uint_eq(device.addr, M64_BASE + n * bytes);
	ck_assert_uint_eq(owner(&fx, &device, M64_BASE + M64_BYTES - 4), first + segments - 1);
	ck_assert_uint_eq(owner(&fx, &device, M64_BASE + M64_BYTES), UINT32_MAX);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb4_bar_in_mdt_mode_then_asks_its_column)
{
	/* Columns A to D of one MDT entry name four PEs. */
	const uint32_t segment = 9;
	struct device device;
	struct fx fx;
	uint64_t at;

	begin(&fx, &device);
	fx_ioda_write(&fx, IODA3_TBL_MDT, segment, 10ull << 48 | 20ull << 32 | 30ull << 16 | 40);
	set_bar(&fx, 1, bar_low(IODA3_MBT_MODE_MDT, (uint32_t)_i, M64_BASE), M64_BYTES, 0);
	at = M64_BASE + segment * (M64_BYTES / fx.phb->pe_count);
	ck_assert_uint_eq(owner(&fx, &device, at), 10 * (uint32_t)(_i + 1));
	/* A PE that does not exist owns nothing: a decode error. */
	fx_ioda_write(&fx, IODA3_TBL_MDT, segment, 0x1000100010001ull * fx.phb->pe_count);
	ck_assert(!reaches(&fx, &device, at));
	ck_assert_uint_eq(fx.phb->stats.mmio_decode_errors, 1);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb4_bar_of_a_single_pe_then_is_all_its_own)
{
	/* Down to 4 KiB; the highest PE's number fits the field. */
	struct device device;
	struct fx fx;

	begin(&fx, &device);
	set_bar(&fx, 2, bar_low(IODA3_MBT_MODE_SINGLE, 0, M64_BASE + 0x1000), 0x1000, fx_reserved(&fx));
	ck_assert_uint_eq(owner(&fx, &device, M64_BASE + 0x1000), fx_reserved(&fx));
	ck_assert_uint_eq(owner(&fx, &device, M64_BASE + 0x1ffc), fx_reserved(&fx));
	ck_assert_uint_eq(owner(&fx, &device, M64_BASE + 0x2000), UINT32_MAX);
	ck_assert_uint_eq(owner(&fx, &device, M64_BASE + 0xffc), UINT32_MAX);
	/* The reserved mode takes nothing. */
	set_bar(&fx, 2, bar_low(3, 0, M64_BASE + 0x1000), 0x1000, 1);
	ck_assert(!reaches(&fx, &device, M64_BASE + 0x1000));
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb4_bars_when_they_overlap_then_the_lowest_takes_it)
{
	/* A small single-PE BAR below the shared one wins, above it does not; upper bits are added on the way out. */
	struct device device;
	struct fx fx;
	uint32_t last;

	begin(&fx, &device);
	last = fx.phb->pe_count / 16 - 1;
	set_bar(&fx, last - 1, bar_low(IODA3_MBT_MODE_SEGMENT, 3, M64_BASE), M64_BYTES, 0);
	set_bar(&fx, 1, bar_low(IODA3_MBT_MODE_SINGLE, 0, M64_BASE + 0x10000), 0x10000, 99);
	ck_assert_uint_eq(owner(&fx, &device, M64_BASE + 0x10000), 99);
	ck_assert_uint_eq(owner(&fx, &device, M64_BASE + 0x20000), 0);
	set_bar(&fx, 1, 0, 0, 0);
	set_bar(&fx, last, bar_low(IODA3_MBT_MODE_SINGLE, 0, M64_BASE + 0x10000), 0x10000, 99);
	ck_assert_uint_eq(owner(&fx, &device, M64_BASE + 0x10000), 0);
	fx_write(&fx, PHB_M64_UPPER_BITS, 0xff00000000000000ull);
	ck_assert(reaches(&fx, &device, M64_BASE));
	ck_assert_uint_eq(device.addr, 0xff00000000000000ull | M64_BASE);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb4_mbt_enable_when_written_to_one_half_then_is_in_both)
{
	/* The halves are written one after the other; the enable of the later one counts for both, either way round. */
	struct device device;
	struct fx fx;
	uint64_t low = bar_low(IODA3_MBT_MODE_SINGLE, 0, M64_BASE), high = (0 - M64_BYTES) & IODA3_MBT1_MASK;

	begin(&fx, &device);
	fx_ioda_write(&fx, IODA3_TBL_MBT, 6, low);
	fx_ioda_write(&fx, IODA3_TBL_MBT, 7, high);
	ck_assert_uint_eq(fx_ioda_read(&fx, IODA3_TBL_MBT, 6), low & ~PPC_BIT(0));
	ck_assert(!reaches(&fx, &device, M64_BASE));
	fx_ioda_write(&fx, IODA3_TBL_MBT, 7, high | PPC_BIT(0));
	ck_assert_uint_eq(fx_ioda_read(&fx, IODA3_TBL_MBT, 6), low);
	ck_assert(reaches(&fx, &device, M64_BASE));
	fx_ioda_write(&fx, IODA3_TBL_MBT, 6, low & ~PPC_BIT(0));
	ck_assert_uint_eq(fx_ioda_read(&fx, IODA3_TBL_MBT, 7), high);
	ck_assert(!reaches(&fx, &device, M64_BASE));
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb4_mmio_eeh_when_disabled_then_a_freeze_stops_dma_only)
{
	/* CTRLR bit 14, before and after the freeze; PESTA and PEEV go on telling. */
	struct device device;
	struct fx fx;
	uint64_t at;

	begin(&fx, &device);
	at = fx_segment(&fx, 3).v;
	fx_ioda_write(&fx, IODA2_TBL_PESTA, 3, PPC_BIT(0));
	ck_assert(!reaches(&fx, &device, at));
	fx_write(&fx, PHB_CONTROL, PHB4_INIT_CTRLR | PHB4_CTRLR_MMIO_EEH_DISABLE);
	ck_assert(reaches(&fx, &device, at));
	ck_assert_uint_eq(fx_ioda_read(&fx, IODA2_TBL_PESTA, 3), PPC_BIT(0));
	fx_ioda_write(&fx, IODA2_TBL_PESTA, 4, PPC_BIT(0));
	ck_assert(reaches(&fx, &device, fx_segment(&fx, 4).v));
	fx_write(&fx, PHB_CONTROL, PHB4_INIT_CTRLR);
	ck_assert(!reaches(&fx, &device, at));
	ck_assert(!reaches(&fx, &device, fx_segment(&fx, 4).v));
	/* A reset of the PHB resets CTRLR. */
	fx_write(&fx, PHB_CONTROL, PHB4_INIT_CTRLR | PHB4_CTRLR_MMIO_EEH_DISABLE);
	phb_reset(fx.phb);
	fx_bring_up_phb4(&fx);
	fx_ioda_write(&fx, IODA2_TBL_PESTA, 0, PPC_BIT(0));
	fx_write(&fx, PHB_M32_START_ADDR, FX_M32_START);
	ck_assert(!reaches(&fx, &device, FX_M32_BASE));
	fx_end(&fx);
}
END_TEST

int main(void)
{
	const struct fx_case cases[] = {
		{test_phb4_m32_then_replaces_the_upper_address_bits_and_asks_column_a, 0, FX_FROM_PHB4},
		{test_phb4_bar_in_segment_mode_then_counts_pes_from_its_first, 4, FX_FROM_PHB4},
		{test_phb4_bar_in_mdt_mode_then_asks_its_column, 4, FX_FROM_PHB4},
		{test_phb4_bar_of_a_single_pe_then_is_all_its_own, 0, FX_FROM_PHB4},
		{test_phb4_bars_when_they_overlap_then_the_lowest_takes_it, 0, FX_FROM_PHB4},
		{test_phb4_mbt_enable_when_written_to_one_half_then_is_in_both, 0, FX_FROM_PHB4},
		{test_phb4_mmio_eeh_when_disabled_then_a_freeze_stops_dma_only, 0, FX_FROM_PHB4},
	};

	return fx_main("hw.phb4_mbt", cases, sim_count_of(cases));
}
