/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tests/hw/test_phb_timeout.c - requests of the CPU that a device takes and does not answer, and answers to requests
 * that nobody made: when the PHB gives up, what it records, who freezes, what is held up meanwhile.
 */
#include "tests/hw/phb_device.h"

#define TIMEOUT_PS (16 * SIM_PS_PER_MS)

/* With firmware's masks. @freeze: what is in the masks for a freeze and for a fence freezes (PHB4, PHB5: RXE_ARB 19).
 */
static void begin_silent(struct fx *fx, struct device *device, struct pcie_function *function, bool freeze)
{
	begin(fx, device, function);
	device->load_end = PCIE_LOAD_SILENT;
	device->status = PCIE_CONFIG_SILENT;
	if (fx_is_p7ioc())
		p7_masks(fx);
	else
		fe_masks(fx);
	if (freeze)
		fx_write(fx, PHB_INA_ERR_BASE + PHB_ERR_FENCE_ENABLE, 0);
}

static uint64_t load(struct fx *fx)
{
	return phb_mmio_read(fx->phb, (struct raddr){fx_segment(fx, 3).v + 0x40}, 4);
}

static void select_config(struct fx *fx, uint32_t pe)
{
	uint64_t value = ppc_set(PHB_CA_REG, ppc_set(PHB_CA_BDFN, PHB_CA_ENABLE, 0x0300), 0x10);

	fx_write(fx, PHB_CONFIG_ADDRESS, fx->phb->gen->config_pe ? ppc_set(fx->phb->gen->config_pe, value, pe) : value);
}

static bool frozen(struct fx *fx, uint32_t pe)
{
	struct phb_freeze seen;

	return phb_freeze_state(fx->phb, pe, &seen);
}

static uint32_t frozen_count(struct fx *fx)
{
	uint32_t pe, n = 0;

	for (pe = 0; pe < fx->phb->pe_count; pe++)
		n += frozen(fx, pe);
	return n;
}

/* Where a completion time-out is caught: PHB4's by phberr.py, the others by the rules in hw/phb/phb3.c and p7ioc.c. */
static uint32_t timeout_bit(void)
{
	return fx_is_p7ioc() || fx_is_phb3() ? 22 : 19;
}

static uint32_t timeout_lem(void)
{
	if (fx_is_p7ioc())
		return 41;
	return fx_is_phb3() ? 43 : 42;
}

START_TEST(test_phb_load_when_never_answered_then_freezes_its_pe_at_the_timeout)
{
	/* All ones are the PHB's answer when its time is up: until then nothing is known to anybody, then there is the
	 * record, with the cause that is a Completer Abort's too, and no PE but the load's is touched. */
	struct pcie_function function;
	struct phb_freeze seen;
	struct device device;
	struct fx fx;

	begin_silent(&fx, &device, &function, true);
	ck_assert_uint_eq(load(&fx), UINT32_MAX);
	ck_assert_uint_eq(phb_held_ps(fx.phb), TIMEOUT_PS);
	ck_assert_uint_eq(phb_held_ps(fx.phb), 0);
	if (!fx_is_p7ioc() && !fx_is_phb3())
		ck_assert_uint_eq(fx_read(&fx, PHB4_Q_DMA_R), PHB4_Q_DMA_R_MMIO_RESP);
	sim_run(fx.sim, TIMEOUT_PS - 1);
	ck_assert_uint_eq(frozen_count(&fx), 0);
	ck_assert_uint_eq(fx.phb->stats.mmio_timeouts, 0);
	sim_run(fx.sim, TIMEOUT_PS);
	ck_assert_uint_eq(fx.phb->stats.mmio_timeouts, 1);
	ck_assert_uint_eq(frozen_count(&fx), 1);
	ck_assert(phb_freeze_state(fx.phb, 3, &seen));
	ck_assert_uint_eq(seen.pest_a, 0xa480000003000000ull | (uint64_t)timeout_lem() << 32);
	ck_assert_uint_eq(seen.addr.v, FX_M32_START + fx_segment(&fx, 3).v - FX_M32_BASE + 0x40);
	ck_assert_str_eq(seen.type, "MMIO load");
	ck_assert_str_eq(seen.causes, "MMIO cause, CA or timeout");
	ck_assert_uint_eq(fx_read(&fx, PHB_INA_ERR_BASE + PHB_ERR_STATUS), PPC_BIT(timeout_bit()));
	ck_assert_uint_eq(fx_read(&fx, PHB_INA_ERR_BASE + PHB_ERR_FIRST), PPC_BIT(timeout_bit()));
	ck_assert_uint_eq(fx_read(&fx, PHB_LEM_FIR_ACCUM) & PPC_BIT(timeout_lem()), PPC_BIT(timeout_lem()));
	/* Of the frozen PE the next load does not go out; another PE's device is asked, and answers. */
	device.accesses = 0;
	ck_assert_uint_eq(load(&fx), UINT32_MAX);
	ck_assert_uint_eq(phb_held_ps(fx.phb) + device.accesses, 0);
	device.load_end = PCIE_LOAD_OK;
	ck_assert_uint_eq(phb_mmio_read(fx.phb, fx_segment(&fx, 4), 4), 0x55667788);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb4_load_when_never_answered_then_fences_by_firmwares_masks)
{
	/* skiboot has RXE_ARB 19 in FREEZE and in FENCE; a fence wins, as commit 02a683bf0 saw on a real machine. */
	struct pcie_function function;
	struct device device;
	struct fx fx;

	begin_silent(&fx, &device, &function, false);
	(void)load(&fx);
	sim_run(fx.sim, TIMEOUT_PS - 1);
	ck_assert(!phb_fenced(fx.phb));
	sim_run(fx.sim, TIMEOUT_PS);
	ck_assert(phb_fenced(fx.phb));
	ck_assert(!phb_pest_any(fx.phb));
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb4_load_when_never_answered_then_freezes_if_a_freeze_goes_before_a_fence)
{
	/* phb.freeze_and_fence: sources contradict each other about an error that is in both masks. */
	struct pcie_function function;
	struct device device;
	struct fx fx;

	begin_silent(&fx, &device, &function, false);
	fx.phb->both_freeze = true; /* as the key sets it, see below */
	(void)load(&fx);
	sim_run(fx.sim, TIMEOUT_PS);
	ck_assert(!phb_fenced(fx.phb));
	ck_assert(frozen(&fx, 3));
	ck_assert_uint_eq(frozen_count(&fx), 1);
	fx_end(&fx);
	fx_begin_raw(&fx, (const char *[]){"phb.freeze_and_fence=freeze", NULL});
	ck_assert(fx.phb->both_freeze);
	fx_end(&fx);
}
END_TEST

/* How a load can end badly at once: cause bits of its record, trap bit, LEM bit on P7IOC, PHB3 and PHB4. */
static const struct {
	enum pcie_load_end end;
	uint64_t cause;
	uint32_t bit, lem[3];
	const char *causes;
} ends[] = {
	{PCIE_LOAD_CA, 0x2080000000000000ull, 0, {41, 43, 42}, "MMIO cause, CA or timeout"},
	{PCIE_LOAD_UR, 0x2040000000000000ull, 1, {41, 43, 42}, "MMIO cause, UR returned"},
	{PCIE_LOAD_POISONED, 0x2004000000000000ull, 24, {43, 52, 46}, "MMIO cause, uncorrectable data"},
};

START_TEST(test_phb_load_when_it_ends_as_an_error_then_freezes_its_pe)
{
	/* Unsupported Request, Completer Abort, poisoned data: no byte of it reaches the CPU, and only this PE freezes. */
	uint32_t lem = ends[_i].lem[fx_is_p7ioc() ? 0 : fx_is_phb3() ? 1 : 2];
	struct pcie_function function;
	struct phb_freeze seen;
	struct device device;
	struct fx fx;

	begin_silent(&fx, &device, &function, false);
	device.load_end = ends[_i].end;
	ck_assert_uint_eq(load(&fx), UINT32_MAX);
	ck_assert_uint_eq(phb_held_ps(fx.phb), 0);
	ck_assert(phb_freeze_state(fx.phb, 3, &seen));
	ck_assert_uint_eq(frozen_count(&fx), 1);
	ck_assert_uint_eq(seen.pest_a, 0x8400000003000000ull | ends[_i].cause | (uint64_t)lem << 32);
	ck_assert_str_eq(seen.causes, ends[_i].causes);
	ck_assert_uint_eq(fx_read(&fx, PHB_INA_ERR_BASE + PHB_ERR_STATUS), PPC_BIT(ends[_i].bit));
	ck_assert_uint_eq(fx.phb->stats.mmio_failed, ends[_i].end != PCIE_LOAD_UR);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_config_read_when_never_answered_then_ones_and_no_freeze)
{
	/* LoPAR: no response to a configuration read is no error. With phb.config_timeout it is the PE's in the
	 * address. */
	static const char *const error[] = {"phb.config_timeout=error", NULL};
	struct pcie_function function;
	struct phb_freeze seen;
	struct device device;
	struct fx fx;

	begin_silent(&fx, &device, &function, true);
	fx.phb->config_timeout_error = _i; /* as the key sets it, see below */
	select_config(&fx, 3);
	ck_assert_uint_eq(phb_reg_read(fx.phb, PHB_CONFIG_DATA, 4), UINT32_MAX);
	ck_assert_uint_eq(phb_held_ps(fx.phb), TIMEOUT_PS);
	sim_run(fx.sim, TIMEOUT_PS - 1);
	ck_assert_uint_eq(fx.phb->stats.config_timeouts + frozen_count(&fx), 0);
	sim_run(fx.sim, TIMEOUT_PS);
	ck_assert_uint_eq(fx.phb->stats.config_timeouts, 1);
	ck_assert_uint_eq(frozen_count(&fx), _i);
	ck_assert_uint_eq(fx_read(&fx, PHB_INA_ERR_BASE + PHB_ERR_STATUS), _i ? PPC_BIT(timeout_bit()) : 0);
	if (_i) {
		ck_assert(phb_freeze_state(fx.phb, 3, &seen));
		ck_assert_uint_eq(seen.pest_a, 0x9780000003000000ull | (uint64_t)timeout_lem() << 32);
	}
	fx_end(&fx);
	fx_begin_raw(&fx, _i ? error : NULL);
	ck_assert_int_eq(fx.phb->config_timeout_error, _i);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_config_write_when_never_answered_then_the_store_does_not_wait)
{
	/* A store is posted. PHB4 and PHB5 have a bit for it (TXE 29), which is a fence by firmware's masks of PHB4,
	 * and informs by those of PHB5; PHB3 and P7IOC have none, and nothing comes of it. */
	bool named = !fx_is_p7ioc() && !fx_is_phb3();
	struct pcie_function function;
	struct device device;
	struct fx fx;

	begin_silent(&fx, &device, &function, false);
	select_config(&fx, 3);
	phb_reg_write(fx.phb, PHB_CONFIG_DATA, 1, 4);
	ck_assert_uint_eq(phb_held_ps(fx.phb), 0);
	sim_run(fx.sim, TIMEOUT_PS - 1);
	ck_assert_uint_eq(fx.phb->stats.config_timeouts, 0);
	ck_assert(!phb_fenced(fx.phb));
	sim_run(fx.sim, TIMEOUT_PS);
	ck_assert_uint_eq(fx.phb->stats.config_timeouts, 1);
	ck_assert_int_eq(phb_fenced(fx.phb), named && !fx_is_phb5());
	ck_assert_uint_eq(fx.phb->reg[(PHB_OUT_ERR_BASE + PHB_ERR_STATUS) / 8], named ? PPC_BIT(29) : 0);
	ck_assert(!phb_pest_any(fx.phb));
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_tags_when_all_are_out_then_the_next_waits_for_the_first)
{
	/* 32 loads, and apart from them one configuration cycle; who does not wait is not served, and counted. */
	const uint64_t data = PHB_CONFIG_DATA + 2;
	struct pcie_function function;
	struct device device;
	struct fx fx;
	uint32_t i;

	begin_silent(&fx, &device, &function, true);
	select_config(&fx, 3);
	for (i = 0; i < 32; i++) {
		ck_assert_uint_eq(phb_load_wait_ps(fx.phb, PHB_OFFSET_MMIO), 0);
		(void)load(&fx);
		sim_run(fx.sim, (i + 1) * SIM_PS_PER_US);
	}
	ck_assert_uint_eq(phb_load_wait_ps(fx.phb, PHB_OFFSET_MMIO), TIMEOUT_PS - 32 * SIM_PS_PER_US);
	ck_assert_uint_eq(phb_load_wait_ps(fx.phb, data) + phb_store_wait_ps(fx.phb, data), 0);
	ck_assert_uint_eq(phb_load_wait_ps(fx.phb, PHB_TCE_KILL) + phb_store_wait_ps(fx.phb, PHB_TCE_KILL), 0);
	(void)phb_held_ps(fx.phb);
	(void)load(&fx);
	ck_assert_uint_eq(phb_held_ps(fx.phb), 0);
	ck_assert_uint_eq(fx.phb->stats.tags_refused, 1);
	phb_reg_write(fx.phb, PHB_CONFIG_DATA, 1, 4);
	ck_assert_uint_eq(phb_load_wait_ps(fx.phb, data), TIMEOUT_PS);
	ck_assert_uint_eq(phb_store_wait_ps(fx.phb, data), TIMEOUT_PS);
	sim_run(fx.sim, TIMEOUT_PS);
	ck_assert_uint_eq(phb_load_wait_ps(fx.phb, PHB_OFFSET_MMIO), 0);
	ck_assert_uint_eq(fx.phb->stats.mmio_timeouts, 1);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_reset_when_a_load_is_out_then_forgets_it)
{
	/* A reset ends what is out; its time-out must not freeze a PE of the PHB that came up after it. */
	struct pcie_function function;
	struct device device;
	struct fx fx;

	begin_silent(&fx, &device, &function, true);
	(void)load(&fx);
	sim_run(fx.sim, TIMEOUT_PS / 2);
	phb_reset(fx.phb);
	sim_run(fx.sim, 2 * TIMEOUT_PS);
	ck_assert_uint_eq(fx.phb->stats.mmio_timeouts, 0);
	ck_assert_uint_eq(frozen_count(&fx), 0);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_completion_when_nobody_waits_for_it_then_is_counted_and_dropped)
{
	/* INA 35 (phberr.py: PCT Unexpected Completion): it belongs to no PE; firmware's masks make it a fence
	 * everywhere. */
	struct pcie_function function;
	struct device device;
	struct fx fx;

	begin_silent(&fx, &device, &function, !_i);
	fx_dma(&fx, TLP_COMPLETION, 0x0300, 0, 0);
	ck_assert_uint_eq(fx.phb->stats.unexpected_tlps, 1);
	ck_assert_uint_eq(fx.sent_count, 0);
	ck_assert_uint_eq(tlp_pool_free_count(fx.pool), tlp_pool_size(fx.pool));
	ck_assert_uint_eq(fx.phb->reg[(PHB_INA_ERR_BASE + PHB_ERR_STATUS) / 8], PPC_BIT(35));
	ck_assert_int_eq(phb_fenced(fx.phb), _i);
	ck_assert_uint_eq(frozen_count(&fx), 0);
	fx_end(&fx);
}
END_TEST

int main(void)
{
	const struct fx_case cases[] = {
		{test_phb_load_when_never_answered_then_freezes_its_pe_at_the_timeout, 0, FX_ALL},
		{test_phb4_load_when_never_answered_then_fences_by_firmwares_masks, 0, FX_FROM_PHB4},
		{test_phb4_load_when_never_answered_then_freezes_if_a_freeze_goes_before_a_fence, 0, FX_FROM_PHB4},
		{test_phb_load_when_it_ends_as_an_error_then_freezes_its_pe, 3, FX_ALL},
		{test_phb_config_read_when_never_answered_then_ones_and_no_freeze, 2, FX_ALL},
		{test_phb_config_write_when_never_answered_then_the_store_does_not_wait, 0, FX_ALL},
		{test_phb_tags_when_all_are_out_then_the_next_waits_for_the_first, 0, FX_ALL},
		{test_phb_reset_when_a_load_is_out_then_forgets_it, 0, FX_ALL},
		{test_phb_completion_when_nobody_waits_for_it_then_is_counted_and_dropped, 2, FX_ALL},
	};

	return fx_main("hw.phb_timeout", cases, sim_count_of(cases));
}
