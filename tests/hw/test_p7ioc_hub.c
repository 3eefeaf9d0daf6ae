/* SPDX-License-Identifier: GPL-2.0-only */
/* tests/hw/test_p7ioc_hub.c - the chip around the PHBs: who was first, fences, resets, the chip's interrupt. */
#include "hw/phb/p7ioc_hub.h"
#include "hw/regs/p7ioc_hub_regs.h"
#include "tests/hw/p7ioc_fixture.h"

#define IRQ_PS (500 * SIM_PS_PER_NS)

struct hb {
	struct fx fx;
	struct p7ioc_hub *hub;
	uint32_t irqs;
	sim_ps irq_ps;
};

static void irq(void *arg)
{
	struct hb *hb = arg;

	hb->irqs++;
	hb->irq_ps = sim_now(hb->fx.sim);
}

static uint64_t rd(struct hb *hb, uint32_t at)
{
	return p7ioc_hub_read(hb->hub, at - P7IOC_HUB_OFFSET, 8);
}

static void wr(struct hb *hb, uint32_t at, uint64_t value)
{
	p7ioc_hub_write(hb->hub, at - P7IOC_HUB_OFFSET, value, 8);
}

/* As firmware leaves it: GEM open, RGC's FIR open but for nothing, the chip's vector unmasked, the PHB's masks set. */
static void begin(struct hb *hb)
{
	memset(hb, 0, sizeof(*hb));
	p7_begin(&hb->fx);
	p7_masks(&hb->fx);
	hb->hub = p7ioc_hub_create(hb->fx.sim, IRQ_PS, irq, hb);
	p7ioc_hub_attach(hb->hub, 0, hb->fx.phb);
	wr(hb, P7IOC_RGC_LEM + P7IOC_LEM_MASK_AND, 0x0fff001f03030000ull);
	wr(hb, P7IOC_GEM_MASK, P7IOC_INIT_GEM_MASK);
}

static void end(struct hb *hb)
{
	p7ioc_hub_destroy(hb->hub);
	phb_set_hub(hb->fx.phb, NULL, NULL);
	fx_end(&hb->fx);
}

START_TEST(test_p7ioc_hub_when_a_phb_is_fenced_then_shows_it)
{
	/* Shadow bits 14 and 15, WOF bit 15, the RGC's informational bit 18, the PHB as first in RWOF, one interrupt.
	 */
	struct hb hb;

	begin(&hb);
	ck_assert_uint_eq(rd(&hb, P7IOC_FENCE_SHADOW), 0);
	fx_write(&hb.fx, PHB_INA_ERR_BASE + PHB_ERR_INJECT, PPC_BIT(19));
	ck_assert(phb_fenced(hb.fx.phb));
	ck_assert_uint_eq(rd(&hb, P7IOC_FENCE_SHADOW), 0x0003000000000000ull);
	ck_assert_uint_eq(rd(&hb, P7IOC_FENCE_WOF), PPC_BIT(15));
	ck_assert_uint_eq(rd(&hb, P7IOC_RGC_LEM + P7IOC_LEM_FIR), PPC_BIT(18));
	ck_assert_uint_eq(rd(&hb, P7IOC_GEM_RFIR) & PPC_BIT(16), PPC_BIT(16));
	ck_assert_uint_ne(rd(&hb, P7IOC_GEM_RWOF), 0);
	sim_run(hb.fx.sim, IRQ_PS - 1);
	ck_assert_uint_eq(hb.irqs, 0);
	fx_run(&hb.fx);
	ck_assert_uint_eq(hb.irqs, 1);
	ck_assert_uint_eq(hb.irq_ps, IRQ_PS);
	end(&hb);
}
END_TEST

START_TEST(test_p7ioc_hub_when_it_resets_a_phb_then_the_fence_is_over)
{
	/* skiboot: set the PHB's bits in CCRR, wait, clear them; the WOF stays until it is cleared. */
	struct hb hb;

	begin(&hb);
	fx_write(&hb.fx, PHB_INA_ERR_BASE + PHB_ERR_INJECT, PPC_BIT(19));
	wr(&hb, P7IOC_CCRR, P7IOC_CCRR_CI_FUNCTION(0) | P7IOC_CCRR_PHB(0));
	ck_assert_uint_eq(rd(&hb, P7IOC_FENCE_SHADOW), 0);
	ck_assert_uint_eq(fx_read(&hb.fx, PHB_VERSION), UINT64_MAX);
	wr(&hb, P7IOC_CCRR, 0);
	ck_assert_uint_eq(fx_read(&hb.fx, PHB_VERSION), P7IOC_VERSION_VALUE);
	ck_assert_uint_eq(rd(&hb, P7IOC_FENCE_WOF), PPC_BIT(15));
	ck_assert_uint_eq(p7_read(&hb.fx, IODA1_TBL_PELTM, 3), 0);
	/* Another PHB's bit is none of this one's business. */
	fx_write(&hb.fx, PHB_LEM_ERROR_MASK, 5);
	wr(&hb, P7IOC_CCRR, P7IOC_CCRR_PHB(1));
	ck_assert_uint_eq(fx_read(&hb.fx, PHB_LEM_ERROR_MASK), 5);
	end(&hb);
}
END_TEST

START_TEST(test_p7ioc_hub_when_a_pe_freezes_then_is_not_told)
{
	/* ER bits are masked in the PHB's LEM: only LSI 7 tells of a frozen PE. */
	struct hb hb;

	begin(&hb);
	fx_dma_write(&hb.fx, 0x300, 0, 64, 1);
	fx_run(&hb.fx);
	ck_assert(p7_frozen(&hb.fx, 3));
	ck_assert_uint_eq(hb.fx.irq_count, 1);
	ck_assert_uint_eq(rd(&hb, P7IOC_GEM_RFIR), 0);
	ck_assert_uint_eq(hb.irqs, 0);
	end(&hb);
}
END_TEST

START_TEST(test_p7ioc_gem_when_its_unit_is_clear_then_tells_the_next)
{
	/* RWOF keeps the first until its FIR is clear, then tells the second; what was cleared too early is told again;
	 * a masked unit never. */
	struct hb hb;

	begin(&hb);
	wr(&hb, P7IOC_CI_LEM(0) + P7IOC_LEM_MASK_AND, 0);
	wr(&hb, P7IOC_MISC_LEM + P7IOC_LEM_MASK, 0);
	wr(&hb, P7IOC_MISC_LEM + P7IOC_LEM_FIR_OR, PPC_BIT(5));
	wr(&hb, P7IOC_CI_LEM(0) + P7IOC_LEM_FIR_OR, PPC_BIT(6));
	fx_run(&hb.fx);
	ck_assert_uint_eq(rd(&hb, P7IOC_GEM_RFIR), PPC_BIT(4) | PPC_BIT(24));
	ck_assert_uint_eq(rd(&hb, P7IOC_GEM_RWOF), PPC_BIT(24));
	ck_assert_uint_eq(rd(&hb, P7IOC_CI_LEM(0) + P7IOC_LEM_WOF), PPC_BIT(6));
	ck_assert_uint_eq(hb.irqs, 1);
	wr(&hb, P7IOC_MISC_LEM + P7IOC_LEM_FIR_AND, ~PPC_BIT(5));
	fx_run(&hb.fx);
	ck_assert_uint_eq(rd(&hb, P7IOC_GEM_RWOF), PPC_BIT(4));
	ck_assert_uint_eq(hb.irqs, 2);
	wr(&hb, P7IOC_GEM_RWOF, 0);
	fx_run(&hb.fx);
	ck_assert_uint_eq(rd(&hb, P7IOC_GEM_RWOF), PPC_BIT(4));
	ck_assert_uint_eq(hb.irqs, 3);
	wr(&hb, P7IOC_CI_LEM(0) + P7IOC_LEM_FIR, 0);
	ck_assert_uint_eq(rd(&hb, P7IOC_GEM_RWOF), 0);
	wr(&hb, P7IOC_GEM_MASK, UINT64_MAX);
	wr(&hb, P7IOC_CI_LEM(0) + P7IOC_LEM_FIR_OR, PPC_BIT(6));
	fx_run(&hb.fx);
	ck_assert_uint_eq(rd(&hb, P7IOC_GEM_RWOF), 0);
	ck_assert_uint_eq(hb.irqs, 3);
	end(&hb);
}
END_TEST

START_TEST(test_p7ioc_hub_vector_when_masked_then_holds_the_interrupt_back)
{
	/* Entry 0 of the chip's own XIVT through its IODA port, table 2. */
	struct hb hb;

	begin(&hb);
	wr(&hb, P7IOC_RGC_IODA_ADDR, ppc_set(PHB_IODA_ADDR_TSEL, PHB_IODA_ADDR_AUTOINC, P7IOC_RGC_TBL_XIVT));
	wr(&hb, P7IOC_RGC_IODA_DATA, 0x000000ff00000000ull);
	wr(&hb, P7IOC_RGC_IODA_DATA, 0x11);
	wr(&hb, P7IOC_MISC_LEM + P7IOC_LEM_MASK, 0);
	wr(&hb, P7IOC_MISC_LEM + P7IOC_LEM_FIR_OR, PPC_BIT(5));
	fx_run(&hb.fx);
	ck_assert_uint_eq(hb.irqs, 0);
	ck_assert_uint_eq(rd(&hb, P7IOC_GEM_RWOF), PPC_BIT(24));
	wr(&hb, P7IOC_RGC_IODA_ADDR, ppc_set(PHB_IODA_ADDR_TSEL, 0, P7IOC_RGC_TBL_XIVT));
	ck_assert_uint_eq(rd(&hb, P7IOC_RGC_IODA_DATA), 0x000000ff00000000ull);
	wr(&hb, P7IOC_RGC_IODA_DATA, 0x0000000500000000ull);
	fx_run(&hb.fx);
	ck_assert_uint_eq(hb.irqs, 1);
	end(&hb);
}
END_TEST

START_TEST(test_p7ioc_hub_register_when_not_modelled_then_is_counted)
{
	/* Storage reads back; a hole reads 0; a wrong size or alignment reads ones. */
	const uint64_t *count;
	struct hb hb;

	begin(&hb);
	wr(&hb, P7IOC_RGC_LDCP, 0x123);
	wr(&hb, P7IOC_CI_CONFIG(3), 0x456);
	wr(&hb, P7IOC_CI_ROUTE_LAST, 0x789);
	ck_assert_uint_eq(rd(&hb, P7IOC_RGC_LDCP), 0x123);
	ck_assert_uint_eq(rd(&hb, P7IOC_CI_CONFIG(3)), 0x456);
	ck_assert_uint_eq(rd(&hb, P7IOC_CI_ROUTE_LAST), 0x789);
	count = stat_find(hb.fx.sim, "hub", "unimplemented_writes", NULL);
	ck_assert_uint_eq(*count, 0);
	wr(&hb, 0x3e8000, 1);
	ck_assert_uint_eq(*count, 1);
	ck_assert_uint_eq(rd(&hb, 0x3e8000), 0);
	ck_assert_uint_eq(p7ioc_hub_read(hb.hub, 0x1c00, 4), UINT32_MAX);
	ck_assert_uint_eq(p7ioc_hub_read(hb.hub, P7IOC_HUB_BYTES, 8), UINT64_MAX);
	ck_assert_uint_eq(*(const uint64_t *)stat_find(hb.fx.sim, "hub", "bad_accesses", NULL), 2);
	end(&hb);
}
END_TEST

int main(void)
{
	const struct fx_case cases[] = {
		{test_p7ioc_hub_when_a_phb_is_fenced_then_shows_it, 0, FX_ONLY_P7IOC},
		{test_p7ioc_hub_when_it_resets_a_phb_then_the_fence_is_over, 0, FX_ONLY_P7IOC},
		{test_p7ioc_hub_when_a_pe_freezes_then_is_not_told, 0, FX_ONLY_P7IOC},
		{test_p7ioc_gem_when_its_unit_is_clear_then_tells_the_next, 0, FX_ONLY_P7IOC},
		{test_p7ioc_hub_vector_when_masked_then_holds_the_interrupt_back, 0, FX_ONLY_P7IOC},
		{test_p7ioc_hub_register_when_not_modelled_then_is_counted, 0, FX_ONLY_P7IOC},
	};

	return fx_main("hw.p7ioc_hub", cases, sim_count_of(cases));
}
