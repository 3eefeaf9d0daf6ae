/* SPDX-License-Identifier: GPL-2.0-only */
/* tests/hw/test_phb_inject.c - PAPR error injection: which access it meets, how often, and that the error is a real
 * one.
 */
#include "tests/hw/phb_error_fixture.h"

#define RD PHB_PAPR_ERR_INJ_CTL_RD
#define WR PHB_PAPR_ERR_INJ_CTL_WR
#define INB PHB_PAPR_ERR_INJ_CTL_INB
#define OUTB PHB_PAPR_ERR_INJ_CTL_OUTB
#define CFG PHB_PAPR_ERR_INJ_CTL_CFG
#define STICKY PHB_PAPR_ERR_INJ_CTL_STICKY

static void arm(struct fx *fx, uint64_t addr, uint64_t mask, uint64_t control)
{
	fx_write(fx, PHB_PAPR_ERR_INJ_ADDR, addr);
	fx_write(fx, PHB_PAPR_ERR_INJ_MASK, mask);
	fx_write(fx, PHB_PAPR_ERR_INJ_CTL, control);
}

static void thaw(struct fx *fx, uint32_t pe)
{
	fx_ioda_write(fx, IODA2_TBL_PESTA, pe, 0);
	fx_ioda_write(fx, IODA2_TBL_PESTB, pe, 0);
}

START_TEST(test_phb_inject_when_a_dma_matches_then_is_an_error_of_its_pe)
{
	/* Freeze, record, trap, FIR, interrupt and a refused request, as from a real error; and the neighbour goes on.
	 */
	struct fx fx;
	uint64_t a;

	fe_begin(&fx);
	arm(&fx, 0x100, ~0xffull, INB | (_i ? WR : RD));
	if (_i)
		fx_dma_write(&fx, 0x0300, 0x140, 64, 0xee);
	else
		fx_dma(&fx, TLP_MEM_READ, 0x0300, 0x140, 64);
	fx_run(&fx);
	ck_assert(fe_frozen(&fx, 3));
	ck_assert(!fe_frozen(&fx, 4));
	a = fe_record(&fx, 3, 0);
	ck_assert_uint_eq(ppc_get(IODA2_PESTA_LEM_BIT, a), 39);
	ck_assert_uint_eq(ppc_get(IODA2_PESTA_RID, a), 0x0300);
	ck_assert_uint_eq(ppc_get(IODA2_PESTA_TRANS_TYPE, a), _i ? IODA2_PEST_DMA_WRITE : IODA2_PEST_DMA_READ);
	ck_assert_uint_eq(fe_record(&fx, 3, 1), PPC_BIT(0) | 0x140);
	ck_assert_uint_eq(fe_status(&fx, PHB_INA_ERR_BASE), PPC_BIT(39));
	ck_assert_uint_eq(fx_read(&fx, PHB_LEM_FIR_ACCUM), PPC_BIT(39));
	ck_assert_uint_eq(fx.irq_count, 1);
	ck_assert_uint_eq(fx.irq[0], fe_er(&fx));
	ck_assert_uint_eq(fx.sent_count, _i ? 0 : 1);
	if (fx.sent_count)
		ck_assert_uint_eq(fx.sent[0]->status, TLP_UR);
	ck_assert_uint_eq(ram_base(fx.ram)[FX_DATA + 0x140], 0);
	ck_assert_uint_eq(fx.phb->stats.injections, 1);
	ck_assert_uint_eq(fx.phb->stats.faults, 1);
	fx_dma_write(&fx, 0x0400, 0x140, 64, 0x77);
	fx_run(&fx);
	ck_assert_uint_eq(ram_base(fx.ram)[FX_DATA + 0x140], 0x77);
	fx_end(&fx);
}
END_TEST

static const struct {
	uint64_t addr, mask, control;
	bool fires; /* on a write of PE 3 to 0x140 */
} matches[] = {
	{0x140, UINT64_MAX, INB | WR, true},
	{0x141, UINT64_MAX, INB | WR, false},
	{0x1ff, ~0xffull, INB | WR, true},
	{0x200, ~0xffull, INB | WR, false},
	{0x140, UINT64_MAX, INB | RD, false},
	{0x140, UINT64_MAX, INB | RD | WR, true},
	{0x140, UINT64_MAX, INB, false},
	{0x140, UINT64_MAX, OUTB | CFG | RD | WR, false},
	{1ull << 63 | 0x140, UINT64_MAX, INB | WR, false},
	{0xdead, 0, INB | WR, true},
};

START_TEST(test_phb_inject_when_mask_or_direction_differ_then_only_a_match_fires)
{
	/* A 1 in the mask compares, a 0 does not; kind and direction must be named too. */
	struct fx fx;

	fe_begin(&fx);
	arm(&fx, matches[_i].addr, matches[_i].mask, matches[_i].control);
	fx_dma_write(&fx, 0x0300, 0x140, 64, 0xee);
	fx_run(&fx);
	ck_assert(fe_frozen(&fx, 3) == matches[_i].fires);
	ck_assert_uint_eq(ram_base(fx.ram)[FX_DATA + 0x140], matches[_i].fires ? 0 : 0xee);
	ck_assert_uint_eq(fx.phb->stats.injections, matches[_i].fires);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_inject_when_sticky_then_fires_again_and_else_once)
{
	/* LoPAR allows one error per call; STICKY is for more. Writing CTL 0 ends it. */
	bool sticky = _i;
	struct fx fx;

	fe_begin(&fx);
	arm(&fx, 0, 0, INB | WR | (sticky ? STICKY : 0));
	fx_dma_write(&fx, 0x0300, 0, 64, 0xee);
	fx_run(&fx);
	ck_assert(fe_frozen(&fx, 3));
	ck_assert_uint_eq(fx_read(&fx, PHB_PAPR_ERR_INJ_CTL), sticky ? INB | WR | STICKY : WR);
	/* A frozen PE is dropped before anything can be injected. */
	fx_dma_write(&fx, 0x0300, 0, 64, 0xee);
	fx_run(&fx);
	ck_assert_uint_eq(fx.phb->stats.injections, 1);
	ck_assert_uint_eq(fx.phb->stats.frozen_writes, 1);
	thaw(&fx, 3);
	fx_dma_write(&fx, 0x0300, 0, 64, 0xee);
	fx_run(&fx);
	ck_assert(fe_frozen(&fx, 3) == sticky);
	ck_assert_uint_eq(fx.phb->stats.injections, sticky ? 2 : 1);
	thaw(&fx, 3);
	fx_write(&fx, PHB_PAPR_ERR_INJ_CTL, 0);
	fx_dma_write(&fx, 0x0300, 0, 64, 0x77);
	fx_run(&fx);
	ck_assert_uint_eq(ram_base(fx.ram)[FX_DATA], 0x77);
	ck_assert_uint_eq(fx.phb->guard, 0);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_inject_when_a_load_or_store_matches_then_does_not_reach_the_device)
{
	/* The address is the CPU's; a load reads all ones, a store is gone, the segment's PE freezes. */
	struct fe_device device = {0};
	struct pcie_function function = {.rid = 0x0300, .ops = &fe_ops, .ctx = &device};
	struct fx fx;
	uint64_t cpu;

	fe_begin(&fx);
	cpu = fx_segment(&fx, 3).v;
	fx.function = &function;
	fx.claims = true;
	arm(&fx, cpu, UINT64_MAX, OUTB | (_i ? WR : RD));
	phb_mmio_write(fx.phb, fx_segment(&fx, 4), 1, 4); /* another address */
	ck_assert_uint_eq(device.stores, 1);
	if (_i)
		phb_mmio_write(fx.phb, fx_segment(&fx, 3), 1, 4);
	else
		ck_assert_uint_eq(phb_mmio_read(fx.phb, fx_segment(&fx, 3), 4), 0xffffffff);
	ck_assert_uint_eq(device.loads, 0);
	ck_assert_uint_eq(device.stores, 1);
	ck_assert(fe_frozen(&fx, 3));
	ck_assert_uint_eq(fe_status(&fx, PHB_OUT_ERR_BASE), PPC_BIT(28));
	ck_assert_uint_eq(fx_read(&fx, PHB_LEM_FIR_ACCUM), PPC_BIT(3));
	ck_assert_uint_eq(fe_record(&fx, 3, 0) & ~IODA2_PESTA_TRANS_TYPE,
			  PPC_BIT(0) | IODA2_PESTA_MMIO_CAUSE | 3ull << 32);
	ck_assert_uint_eq(ppc_get(IODA2_PESTA_TRANS_TYPE, fe_record(&fx, 3, 0)),
			  _i ? IODA2_PEST_MMIO_STORE : IODA2_PEST_MMIO_LOAD);
	ck_assert_uint_eq(fe_record(&fx, 3, 1), PPC_BIT(0) | (fx_segment(&fx, 3).v - FX_M32_BASE + FX_M32_START));
	thaw(&fx, 3);
	ck_assert_uint_eq(phb_mmio_read(fx.phb, fx_segment(&fx, 3), 4), 0x55); /* once */
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_inject_when_a_config_cycle_matches_then_freezes_the_pe_it_names)
{
	/* Bus, device and function compare, register and PE do not; the PE is that of CONFIG_ADDRESS. */
	struct fe_device device = {0};
	struct pcie_function function = {.rid = 0x0300, .ops = &fe_ops, .ctx = &device};
	uint64_t address = PPC_BIT(0) | ppc_set(PHB_CA_BDFN, 0, 0x0300) | 3 << 16 | ppc_set(PHB_CA_REG, 0, 0x40);
	struct fx fx;

	fe_begin(&fx);
	fx.function = &function;
	arm(&fx, ppc_set(PHB_CA_BDFN, 0, 0x0400), PHB_CA_BUS, CFG | RD | WR);
	fx_write(&fx, PHB_CONFIG_ADDRESS, address);
	ck_assert_uint_eq(phb_reg_read(fx.phb, PHB_CONFIG_DATA, 2), 0x1234);
	arm(&fx, ppc_set(PHB_CA_BDFN, 0, 0x0300), UINT64_MAX, CFG | (_i ? WR : RD));
	if (_i)
		phb_reg_write(fx.phb, PHB_CONFIG_DATA, 1, 2);
	else
		ck_assert_uint_eq(phb_reg_read(fx.phb, PHB_CONFIG_DATA, 2), 0xffff);
	ck_assert_uint_eq(device.config_reads, 1);
	ck_assert_uint_eq(device.config_writes, 0);
	ck_assert(fe_frozen(&fx, 3));
	ck_assert_uint_eq(fe_status(&fx, PHB_OUT_ERR_BASE), PPC_BIT(28));
	ck_assert_uint_ne(fe_record(&fx, 3, 0) & (_i ? IODA2_PESTA_CFG_WRITE : IODA2_PESTA_CFG_READ), 0);
	ck_assert_uint_eq(ppc_get(IODA2_PESTA_LEM_BIT, fe_record(&fx, 3, 0)), 3);
	ck_assert_uint_eq(ppc_get(IODA2_PESTA_RID, fe_record(&fx, 3, 0)), 0x0300);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_inject_when_freeze_is_not_enabled_then_bit_freeze_decides)
{
	/* Without the enable an injected error freezes nobody, unless CTL asks for it. */
	struct fx fx;

	fe_begin(&fx);
	fx_write(&fx, PHB_INA_ERR_BASE + PHB_ERR_FREEZE_ENABLE, 0);
	arm(&fx, 0, 0, INB | WR | (_i ? PHB_PAPR_ERR_INJ_CTL_FREEZE : 0));
	fx_dma_write(&fx, 0x0300, 0, 64, 0xee);
	fx_run(&fx);
	ck_assert_uint_eq(fx.phb->stats.injections, 1);
	ck_assert_uint_eq(ram_base(fx.ram)[FX_DATA], 0);
	ck_assert(fe_frozen(&fx, 3) == (bool)_i);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_inject_when_the_requester_has_no_pe_then_that_error_comes_first)
{
	/* Nobody can be frozen: the injection stays armed for somebody who has a PE. */
	struct fx fx;

	fe_begin(&fx);
	fx_set_pe(&fx, 0x0300, (uint16_t)fx.phb->pe_count);
	arm(&fx, 0, 0, INB | WR);
	fx_dma_write(&fx, 0x0300, 0, 64, 0xee);
	fx_run(&fx);
	ck_assert_uint_eq(fx.phb->stats.injections, 0);
	ck_assert_uint_eq(fe_status(&fx, PHB_INA_ERR_BASE), PPC_BIT(40));
	fx_dma_write(&fx, 0x0400, 0, 64, 0xee);
	fx_run(&fx);
	ck_assert(fe_frozen(&fx, 4));
	fx_end(&fx);
}
END_TEST

int main(void)
{
	const struct fx_case cases[] = {
		{test_phb_inject_when_a_dma_matches_then_is_an_error_of_its_pe, 2, FX_FROM_PHB3},
		{test_phb_inject_when_mask_or_direction_differ_then_only_a_match_fires, sim_count_of(matches), FX_FROM_PHB3},
		{test_phb_inject_when_sticky_then_fires_again_and_else_once, 2, FX_FROM_PHB3},
		{test_phb_inject_when_a_load_or_store_matches_then_does_not_reach_the_device, 2, FX_FROM_PHB3},
		{test_phb_inject_when_a_config_cycle_matches_then_freezes_the_pe_it_names, 2, FX_FROM_PHB3},
		{test_phb_inject_when_freeze_is_not_enabled_then_bit_freeze_decides, 2, FX_FROM_PHB3},
		{test_phb_inject_when_the_requester_has_no_pe_then_that_error_comes_first, 0, FX_FROM_PHB3},
	};

	return fx_main("hw.phb_inject", cases, sim_count_of(cases));
}
