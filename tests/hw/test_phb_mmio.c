/* SPDX-License-Identifier: GPL-2.0-only */
/* tests/hw/test_phb_mmio.c - the CPU's way out: M32 segments, M64 BARs and configuration cycles, with a function of the
 * test's.
 */
#include "tests/hw/phb_fixture.h"

struct device {
	uint64_t bar, last_addr, last_value;
	uint32_t accesses, config;
	enum pcie_config_status status; /* what configuration cycles end with */
};

static uint64_t device_mmio_read(void *ctx, uint64_t addr, uint32_t bytes)
{
	struct device *device = ctx;

	(void)bytes;
	device->accesses++;
	device->last_addr = addr;
	return device->bar;
}

static void device_mmio_write(void *ctx, uint64_t addr, uint64_t value, uint32_t bytes)
{
	struct device *device = ctx;

	(void)bytes;
	device->accesses++;
	device->last_addr = addr;
	device->last_value = value;
}

static enum pcie_config_status device_config_read(void *ctx, uint32_t reg, uint32_t bytes, uint32_t *value)
{
	struct device *device = ctx;

	if (device->status == PCIE_CONFIG_OK)
		*value = device->config >> (8 * (reg & 3)) & (bytes == 4 ? UINT32_MAX : (1u << (8 * bytes)) - 1);
	return device->status;
}

static enum pcie_config_status device_config_write(void *ctx, uint32_t reg, uint32_t value, uint32_t bytes)
{
	struct device *device = ctx;

	device->last_addr = reg;
	device->last_value = value;
	device->accesses = bytes;
	return device->status;
}

static const struct pcie_function_ops device_ops = {
	.mmio_read = device_mmio_read,
	.mmio_write = device_mmio_write,
	.config_read = device_config_read,
	.config_write = device_config_write,
};

static const struct pcie_function_ops bare_ops = {.claims = NULL};

static uint64_t segment(uint32_t n)
{
	return FX_M32_START + n * (FX_M32_BYTES / 256);
}

static uint64_t load(struct fx *fx, uint64_t addr, uint32_t bytes)
{
	return phb_mmio_read(fx->phb, fx_real(addr), bytes);
}

static void begin(struct fx *fx, struct device *device, struct pcie_function *function)
{
	fx_begin(fx);
	memset(device, 0, sizeof(*device));
	device->bar = 0x1122334455667788ull;
	*function = (struct pcie_function){.ops = &device_ops, .ctx = device, .rid = 0x0300};
	fx->function = function;
	fx->claims = true;
}

START_TEST(test_phb_m32_access_then_goes_through_with_its_size)
{
	/* Loads come back cut to their size, stores arrive with address and value. */
	struct pcie_function function;
	struct device device;
	struct fx fx;

	begin(&fx, &device, &function);
	ck_assert_uint_eq(load(&fx, segment(3), 8), 0x1122334455667788ull);
	ck_assert_uint_eq(load(&fx, segment(3) + 4, 4), 0x55667788);
	ck_assert_uint_eq(load(&fx, segment(3) + 2, 2), 0x7788);
	ck_assert_uint_eq(load(&fx, segment(3) + 1, 1), 0x88);
	ck_assert_uint_eq(device.last_addr, segment(3) + 1);
	phb_mmio_write(fx.phb, fx_real(segment(3) + 8), 0xabcdef0123ull, 4);
	ck_assert_uint_eq(device.last_addr, segment(3) + 8);
	ck_assert_uint_eq(device.last_value, 0xcdef0123);
	ck_assert_uint_eq(fx.phb->stats.mmio_reads, 4);
	ck_assert_uint_eq(fx.phb->stats.mmio_writes, 1);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_m32_segment_when_its_pe_is_frozen_then_reads_ones)
{
	/* Exactly the segments of the frozen PE, to the byte; the device is not touched; PE by M32DT and not by number.
	 */
	struct pcie_function function;
	struct device device;
	struct fx fx;

	begin(&fx, &device, &function);
	fx_ioda_write(&fx, IODA2_TBL_M32DT, 77, ppc_set(IODA2_M32DT_PE, 0, 3));
	fx_ioda_write(&fx, IODA2_TBL_M32DT, 255, ppc_set(IODA2_M32DT_PE, 0, 3));
	fx_ioda_write(&fx, IODA2_TBL_PESTA, 3, PPC_BIT(0));
	ck_assert_uint_eq(load(&fx, segment(3), 4), UINT32_MAX);
	ck_assert_uint_eq(load(&fx, segment(4) - 1, 1), 0xff);
	ck_assert_uint_eq(load(&fx, segment(77), 8), UINT64_MAX);
	ck_assert_uint_eq(load(&fx, segment(256) - 4, 4), UINT32_MAX);
	phb_mmio_write(fx.phb, fx_real(segment(3)), 1, 4);
	ck_assert_uint_eq(device.accesses, 0);
	ck_assert_uint_eq(load(&fx, segment(4), 4), 0x55667788);
	ck_assert_uint_eq(load(&fx, segment(3) - 4, 4), 0x55667788);
	ck_assert_uint_eq(fx.phb->stats.frozen_mmio_reads, 4);
	ck_assert_uint_eq(fx.phb->stats.frozen_mmio_writes, 1);
	/* DMA-stopped alone leaves MMIO alone. */
	fx_ioda_write(&fx, IODA2_TBL_PESTA, 3, 0);
	fx_ioda_write(&fx, IODA2_TBL_PESTB, 3, PPC_BIT(0));
	ck_assert_uint_eq(load(&fx, segment(3), 4), 0x55667788);
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
	phb_mmio_write(fx.phb, fx_real(segment(3)), 1, 4);
	ck_assert(!phb_freeze_state(fx.phb, 3, &seen));
	ck_assert_uint_eq(load(&fx, segment(3) + 0x40, 4), UINT32_MAX);
	ck_assert(phb_freeze_state(fx.phb, 3, &seen));
	ck_assert_uint_eq(seen.pest_a, 0xa440002b00000000ull);
	ck_assert_uint_eq(seen.addr.v, segment(3) + 0x40);
	ck_assert_uint_eq(fx.phb->stats.mmio_unclaimed, 2);
	/* A function without registers is as good as none, and is named. */
	fx_ioda_write(&fx, IODA2_TBL_PESTA, 3, 0);
	fx_ioda_write(&fx, IODA2_TBL_PESTB, 3, 0);
	fx.claims = true;
	function.ops = &bare_ops;
	ck_assert_uint_eq(load(&fx, segment(3), 4), UINT32_MAX);
	ck_assert(phb_freeze_state(fx.phb, 3, &seen));
	ck_assert_uint_eq(seen.pest_a, 0xa440002b03000000ull);
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
	ck_assert_uint_eq(load(&fx, segment(3) + 1, 4), UINT32_MAX);
	ck_assert_uint_eq(load(&fx, segment(3), 3), 0xffffff);
	fx_write(&fx, PHB_CONFIG, 0);
	ck_assert_uint_eq(load(&fx, segment(3), 4), UINT32_MAX);
	fx_write(&fx, PHB_CONFIG, PHB_CONFIG_M32_EN);
	fx_write(&fx, PHB_M32_BASE_MASK, 0);
	ck_assert_uint_eq(load(&fx, segment(3), 4), UINT32_MAX);
	phb_mmio_write(fx.phb, fx_real(segment(3)), 1, 4);
	ck_assert_uint_eq(fx.phb->stats.mmio_decode_errors, 7);
	ck_assert_uint_eq(device.accesses, 0);
	ck_assert_uint_eq(fx_ioda_read(&fx, IODA2_TBL_PEEV, 0), 0);
	fx_end(&fx);
}
END_TEST

static void select_config(struct fx *fx, uint16_t rid, uint32_t reg, bool enable)
{
	uint64_t value = ppc_set(PHB_CA_BDFN, enable ? PHB_CA_ENABLE : 0, rid);

	fx_write(fx, PHB_CONFIG_ADDRESS, ppc_set(PHB_CA_REG, value, reg));
}

START_TEST(test_phb_config_cycle_when_read_and_written_then_uses_byte_lanes)
{
	/* CONFIG_DATA is little-endian: the lane is the byte of the register; values are plain numbers here. */
	struct pcie_function function;
	struct device device;
	struct fx fx;

	begin(&fx, &device, &function);
	device.config = 0x44332211;
	select_config(&fx, 0x0300, 0x10, true);
	ck_assert_uint_eq(phb_reg_read(fx.phb, PHB_CONFIG_DATA, 4), 0x44332211);
	ck_assert_uint_eq(phb_reg_read(fx.phb, PHB_CONFIG_DATA + 2, 2), 0x4433);
	ck_assert_uint_eq(phb_reg_read(fx.phb, PHB_CONFIG_DATA + 3, 1), 0x44);
	phb_reg_write(fx.phb, PHB_CONFIG_DATA + 2, 0xbeef, 2);
	ck_assert_uint_eq(device.last_addr, 0x12);
	ck_assert_uint_eq(device.last_value, 0xbeef);
	ck_assert_uint_eq(device.accesses, 2);
	ck_assert_uint_eq(fx.phb->stats.config_reads, 3);
	ck_assert_uint_eq(fx.phb->stats.config_writes, 1);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_config_cycle_to_nobody_then_reads_ones_and_freezes_nothing)
{
	/* Probing empty slots is how buses are scanned; a disabled address register selects nobody. */
	struct pcie_function function;
	struct device device;
	struct fx fx;

	begin(&fx, &device, &function);
	device.config = 0x44332211;
	select_config(&fx, 0x0400, 0, true);
	ck_assert_uint_eq(phb_reg_read(fx.phb, PHB_CONFIG_DATA, 4), UINT32_MAX);
	ck_assert_uint_eq(phb_reg_read(fx.phb, PHB_CONFIG_DATA, 1), 0xff);
	phb_reg_write(fx.phb, PHB_CONFIG_DATA, 5, 4);
	select_config(&fx, 0x0300, 0, false);
	ck_assert_uint_eq(phb_reg_read(fx.phb, PHB_CONFIG_DATA, 2), 0xffff);
	ck_assert_uint_eq(fx.phb->stats.config_no_device, 4);
	ck_assert_uint_eq(fx_ioda_read(&fx, IODA2_TBL_PEEV, 3), 0);
	/* A frozen PE's configuration space stays reachable on PHB3. */
	fx_ioda_write(&fx, IODA2_TBL_PESTA, 3, PPC_BIT(0));
	select_config(&fx, 0x0300, 0, true);
	ck_assert_uint_eq(phb_reg_read(fx.phb, PHB_CONFIG_DATA, 4), 0x44332211);
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

START_TEST(test_phb_config_cycle_when_it_ends_badly_then_ones_and_a_status)
{
	/* The PHB keeps how the last cycle ended, for the status field that PHB4 has; none of the ends freezes a PE. */
	static const struct {
		enum pcie_config_status status;
		uint64_t no_device;
	} cases[] = {
		{PCIE_CONFIG_UR, 2},
		{PCIE_CONFIG_NO_DEVICE, 2},
		{PCIE_CONFIG_CRS, 0},
		{PCIE_CONFIG_CA, 0},
	};
	struct pcie_function function;
	struct device device;
	struct fx fx;
	size_t i;

	for (i = 0; i < sim_count_of(cases); i++) {
		begin(&fx, &device, &function);
		select_config(&fx, 0x0300, 0, true);
		(void)phb_reg_read(fx.phb, PHB_CONFIG_DATA, 4);
		ck_assert_int_eq(fx.phb->config_status, PCIE_CONFIG_OK);
		device.status = cases[i].status;
		ck_assert_uint_eq(phb_reg_read(fx.phb, PHB_CONFIG_DATA + 2, 2), 0xffff);
		ck_assert_int_eq(fx.phb->config_status, cases[i].status);
		phb_reg_write(fx.phb, PHB_CONFIG_DATA, 0, 4);
		ck_assert_int_eq(fx.phb->config_status, cases[i].status);
		ck_assert_uint_eq(fx.phb->stats.config_no_device, cases[i].no_device);
		ck_assert_uint_eq(fx_ioda_read(&fx, IODA2_TBL_PEEV, 3), 0);
		fx_end(&fx);
	}
}
END_TEST

int main(void)
{
	const TTest *tests[] = {
		test_phb_m32_access_then_goes_through_with_its_size,
		test_phb_m32_segment_when_its_pe_is_frozen_then_reads_ones,
		test_phb_m32_load_when_nobody_claims_it_then_freezes_the_pe,
		test_phb_m32_access_when_outside_or_crooked_then_reads_ones,
		test_phb_m64_segment_when_accessed_then_is_the_pe_of_its_number,
		test_phb_m64_bars_when_they_overlap_then_the_lowest_takes_it,
		test_phb_config_cycle_when_read_and_written_then_uses_byte_lanes,
		test_phb_config_cycle_to_nobody_then_reads_ones_and_freezes_nothing,
		test_phb_config_cycle_when_it_ends_badly_then_ones_and_a_status,
	};

	return fx_main("hw.phb_mmio", tests, sim_count_of(tests));
}
