/* SPDX-License-Identifier: GPL-2.0-only */
/* tests/hw/test_phb_mmio.c - the CPU's way out: M32 segments and M64 BARs, with a function of the test's. */
#include "tests/hw/phb_device.h"

static const struct pcie_function_ops bare_ops = {.claims = NULL};

static uint64_t segment(const struct fx *fx, uint32_t n)
{
	return fx_segment(fx, n).v - FX_M32_BASE + FX_M32_START;
}

static uint64_t load(struct fx *fx, uint64_t addr, uint32_t bytes)
{
	return phb_mmio_read(fx->phb, fx_real(addr), bytes);
}

START_TEST(test_phb_m32_access_then_goes_through_with_its_size)
{
	/* Loads come back cut to their size, stores arrive with address and value. */
	struct pcie_function function;
	struct device device;
	struct fx fx;

	begin(&fx, &device, &function);
	ck_assert_uint_eq(load(&fx, segment(&fx, 3), 8), 0x1122334455667788ull);
	ck_assert_uint_eq(load(&fx, segment(&fx, 3) + 4, 4), 0x55667788);
	ck_assert_uint_eq(load(&fx, segment(&fx, 3) + 2, 2), 0x7788);
	ck_assert_uint_eq(load(&fx, segment(&fx, 3) + 1, 1), 0x88);
	ck_assert_uint_eq(device.last_addr, segment(&fx, 3) + 1);
	phb_mmio_write(fx.phb, fx_real(segment(&fx, 3) + 8), 0xabcdef0123ull, 4);
	ck_assert_uint_eq(device.last_addr, segment(&fx, 3) + 8);
	ck_assert_uint_eq(device.last_value, 0xcdef0123);
	ck_assert_uint_eq(fx.phb->stats.mmio_reads, 4);
	ck_assert_uint_eq(fx.phb->stats.mmio_writes, 1);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_m32_segment_when_its_pe_is_frozen_then_reads_ones)
{
	/* Exactly the segments of the frozen PE, to the byte; the device is not touched; PE by table and not by number.
	 */
	struct pcie_function function;
	struct device device;
	struct fx fx;

	begin(&fx, &device, &function);
	fx_set_segment(&fx, 77, 3);
	fx_set_segment(&fx, fx_segments(&fx) - 1, 3);
	fx_ioda_write(&fx, IODA2_TBL_PESTA, 3, PPC_BIT(0));
	ck_assert_uint_eq(load(&fx, segment(&fx, 3), 4), UINT32_MAX);
	ck_assert_uint_eq(load(&fx, segment(&fx, 4) - 1, 1), 0xff);
	ck_assert_uint_eq(load(&fx, segment(&fx, 77), 8), UINT64_MAX);
	ck_assert_uint_eq(load(&fx, segment(&fx, fx_segments(&fx)) - 4, 4), UINT32_MAX);
	phb_mmio_write(fx.phb, fx_real(segment(&fx, 3)), 1, 4);
	ck_assert_uint_eq(device.accesses, 0);
	ck_assert_uint_eq(load(&fx, segment(&fx, 4), 4), 0x55667788);
	ck_assert_uint_eq(load(&fx, segment(&fx, 3) - 4, 4), 0x55667788);
	ck_assert_uint_eq(fx.phb->stats.frozen_mmio_reads, 4);
	ck_assert_uint_eq(fx.phb->stats.frozen_mmio_writes, 1);
	/* DMA-stopped alone leaves MMIO alone. */
	fx_ioda_write(&fx, IODA2_TBL_PESTA, 3, 0);
	fx_ioda_write(&fx, IODA2_TBL_PESTB, 3, PPC_BIT(0));
	ck_assert_uint_eq(load(&fx, segment(&fx, 3), 4), 0x55667788);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_m32_load_when_nobody_claims_it_then_freezes_the_pe)
{
	/* Unsupported Request: all ones and the record of a published log's shape; a store has no answer and no effect.
	 */
	struct pcie_function function;
	struct phb_freeze seen;
	struct device device;
	struct fx fx;

	begin(&fx, &device, &function);
	fx.claims = false;
	phb_mmio_write(fx.phb, fx_real(segment(&fx, 3)), 1, 4);
	ck_assert(!phb_freeze_state(fx.phb, 3, &seen));
	ck_assert_uint_eq(load(&fx, segment(&fx, 3) + 0x40, 4), UINT32_MAX);
	ck_assert(phb_freeze_state(fx.phb, 3, &seen));
	ck_assert_uint_eq(seen.pest_a, 0xa440000000000000ull | (uint64_t)fe_where(PHB_TRAP_UR).lem << 32);
	ck_assert_uint_eq(seen.addr.v, segment(&fx, 3) + 0x40);
	ck_assert_uint_eq(fx.phb->stats.mmio_unclaimed, 2);
	/* A function without registers is as good as none, and is named. */
	fx_ioda_write(&fx, IODA2_TBL_PESTA, 3, 0);
	fx_ioda_write(&fx, IODA2_TBL_PESTB, 3, 0);
	fx.claims = true;
	function.ops = &bare_ops;
	ck_assert_uint_eq(load(&fx, segment(&fx, 3), 4), UINT32_MAX);
	ck_assert(phb_freeze_state(fx.phb, 3, &seen));
	ck_assert_uint_eq(seen.pest_a, 0xa440000003000000ull | (uint64_t)fe_where(PHB_TRAP_UR).lem << 32);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_m32_access_when_outside_or_crooked_then_reads_ones)
{
	/* Below, above, window off, mask never written, wrong sizes: no device, no freeze, but a count. */
	struct pcie_function function;
	struct device device;
	struct fx fx;

	begin(&fx, &device, &function);
	ck_assert_uint_eq(load(&fx, FX_M32_START - 4, 4), UINT32_MAX);
	ck_assert_uint_eq(load(&fx, FX_M32_START + FX_M32_BYTES, 4), UINT32_MAX);
	ck_assert_uint_eq(load(&fx, segment(&fx, 3) + 1, 4), UINT32_MAX);
	ck_assert_uint_eq(load(&fx, segment(&fx, 3), 3), 0xffffff);
	fx_write(&fx, PHB_CONFIG, 0);
	ck_assert_uint_eq(load(&fx, segment(&fx, 3), 4), UINT32_MAX);
	fx_write(&fx, PHB_CONFIG, PHB_CONFIG_M32_EN);
	fx_write(&fx, PHB_M32_BASE_MASK, 0);
	ck_assert_uint_eq(load(&fx, segment(&fx, 3), 4), UINT32_MAX);
	phb_mmio_write(fx.phb, fx_real(segment(&fx, 3)), 1, 4);
	ck_assert_uint_eq(fx.phb->stats.mmio_decode_errors, 7);
	ck_assert_uint_eq(device.accesses, 0);
	ck_assert_uint_eq(fx_ioda_read(&fx, IODA2_TBL_PEEV, 0), 0);
	fx_end(&fx);
}
END_TEST

#define M64_BASE 0x3b0000000000ull
#define M64_BYTES (1ull << 32)

static uint64_t m64_segmented(uint64_t base, uint64_t bytes)
{
	uint64_t raw = ppc_set(IODA2_M64BT_BASE, IODA2_M64BT_ENABLE, base >> 20);

	return ppc_set(IODA2_M64BT_MASK, raw, 0 - (bytes >> 20));
}

static uint64_t m64_single(uint64_t base, uint64_t bytes, uint32_t pe)
{
	uint64_t raw = ppc_set(IODA2_M64BT_SINGLE_BASE, IODA2_M64BT_ENABLE | IODA2_M64BT_SINGLE_PE, base >> 25);

	raw = ppc_set(IODA2_M64BT_SINGLE_MASK, raw, 0 - (bytes >> 25));
	return ppc_set(IODA2_M64BT_PE_LOW, ppc_set(IODA2_M64BT_PE_HI, raw, pe >> 5), pe);
}

static bool m64_reaches(struct fx *fx, struct device *device, uint64_t real)
{
	uint32_t before = device->accesses;

	phb_mmio_read(fx->phb, (struct raddr){real}, 4);
	return device->accesses != before;
}

START_TEST(test_phb_m64_segment_when_accessed_then_is_the_pe_of_its_number)
{
	/* A segmented BAR has 256 segments; freezing PE 77 takes exactly the 16 MiB of segment 77 of 4 GiB away. The
	 * address goes out as it came in. */
	struct pcie_function function;
	struct device device;
	struct fx fx;
	const uint64_t at = M64_BASE + 77 * (M64_BYTES / 256);

	begin(&fx, &device, &function);
	ck_assert(!m64_reaches(&fx, &device, at));
	ck_assert_uint_eq(fx.phb->stats.mmio_decode_errors, 1);
	fx_ioda_write(&fx, IODA2_TBL_M64BT, 15, m64_segmented(M64_BASE, M64_BYTES));
	fx_ioda_write(&fx, IODA2_TBL_PESTA, 77, PPC_BIT(0));
	ck_assert(m64_reaches(&fx, &device, at - 4));
	ck_assert_uint_eq(device.last_addr, at - 4);
	ck_assert(!m64_reaches(&fx, &device, at));
	ck_assert(!m64_reaches(&fx, &device, at + M64_BYTES / 256 - 4));
	ck_assert(m64_reaches(&fx, &device, at + M64_BYTES / 256));
	ck_assert(m64_reaches(&fx, &device, M64_BASE + M64_BYTES - 4));
	ck_assert_uint_eq(fx.phb->stats.frozen_mmio_reads, 2);
	ck_assert(!m64_reaches(&fx, &device, M64_BASE + M64_BYTES));
	ck_assert(!m64_reaches(&fx, &device, M64_BASE - 4));
	ck_assert_uint_eq(fx.phb->stats.mmio_decode_errors, 3);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_m64_bars_when_they_overlap_then_the_lowest_takes_it)
{
	/* A single-PE BAR of 32 MiB laid over segments of the big one wins when its index is lower (skiboot's
	 * comment; Linux uses BAR 15 as the shared window), and loses when it is higher. */
	struct pcie_function function;
	struct device device;
	struct fx fx;

	begin(&fx, &device, &function);
	fx_ioda_write(&fx, IODA2_TBL_M64BT, 8, m64_segmented(M64_BASE, M64_BYTES));
	fx_ioda_write(&fx, IODA2_TBL_M64BT, 2, m64_single(M64_BASE + 0x2000000, 0x2000000, 0xaa));
	fx_ioda_write(&fx, IODA2_TBL_PESTA, 0xaa, PPC_BIT(0));
	ck_assert(m64_reaches(&fx, &device, M64_BASE + 0x1fffffc));
	ck_assert(!m64_reaches(&fx, &device, M64_BASE + 0x2000000));
	ck_assert(!m64_reaches(&fx, &device, M64_BASE + 0x3fffffc));
	ck_assert(m64_reaches(&fx, &device, M64_BASE + 0x4000000));
	/* The same one above the shared window: segments 2 and 3 decide. */
	fx_ioda_write(&fx, IODA2_TBL_M64BT, 2, 0);
	fx_ioda_write(&fx, IODA2_TBL_M64BT, 9, m64_single(M64_BASE + 0x2000000, 0x2000000, 0xaa));
	ck_assert(m64_reaches(&fx, &device, M64_BASE + 0x2000000));
	/* Address bits that the processor bus does not carry. */
	fx_write(&fx, PHB_M64_UPPER_BITS, 0x5000000000000000ull);
	ck_assert(m64_reaches(&fx, &device, M64_BASE));
	ck_assert_uint_eq(device.last_addr, 0x5000000000000000ull | M64_BASE);
	fx_end(&fx);
}
END_TEST

int main(void)
{
	const struct fx_case cases[] = {
		{test_phb_m32_access_then_goes_through_with_its_size, 0, FX_ALL},
		{test_phb_m32_segment_when_its_pe_is_frozen_then_reads_ones, 0, FX_ALL},
		{test_phb_m32_load_when_nobody_claims_it_then_freezes_the_pe, 0, FX_FROM_PHB3},
		{test_phb_m32_access_when_outside_or_crooked_then_reads_ones, 0, FX_ONLY_PHB3},
		{test_phb_m64_segment_when_accessed_then_is_the_pe_of_its_number, 0, FX_ONLY_PHB3},
		{test_phb_m64_bars_when_they_overlap_then_the_lowest_takes_it, 0, FX_ONLY_PHB3},
	};

	return fx_main("hw.phb_mmio", cases, sim_count_of(cases));
}
