/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tests/hw/test_machine_flow.c - the count of TLPs: it adds up at any time, whatever happens to them, and it does not
 * when one is lost.
 */
#include "hw/device/dma_engine_internal.h"
#include "hw/pcie/link_internal.h"
#include "hw/phb/phb_internal.h"
#include "tests/hw/machine_fixture.h"

static const char *const settings[] = {"machine.devices=3", "machine.tlps=40", "dma.completion_timeout=20us",
				       "pcie.credits.posted_headers=8", NULL};

static void start(struct bench *bench, uint64_t bar, uint64_t at, uint64_t read_share, uint64_t provoke)
{
	program_run(bench, bar, at, 0x20000, read_share);
	bench_write(bench, bar + DMA_ENGINE_PROVOKE, provoke, 8);
	bench_write(bench, bar + DMA_ENGINE_CTRL, DMA_ENGINE_CTRL_START | DMA_ENGINE_CTRL_MSI_DONE, 8);
}

/* Something happens to what is under way. */
static void disturb(struct bench *bench, int how, uint64_t bar)
{
	struct phb *phb = machine_phb(bench->machine, 0);

	switch (how) {
	case 0: /* nothing */
		break;
	case 1: /* a window that is closed: faults, frozen PE */
		bench_write(bench, REG_BASE + PHB_IODA_ADDR, ppc_set(PHB_IODA_ADDR_TSEL, 0, IODA2_TBL_TVT) | 1, 8);
		bench_write(bench, REG_BASE + PHB_IODA_DATA0, 0, 8);
		break;
	case 2: /* bus master off */
		config_write32(bench, 0, 0x300, PCI_REG_COMMAND, PCI_COMMAND_MEMORY);
		config_write32(bench, 0, 0x208, PCI_REG_COMMAND, PCI_COMMAND_MEMORY);
		break;
	case 3: /* reset of all links */
		config_write32(bench, 0, 0, PCI_BRIDGE_CONTROL & ~3u, PCI_BRIDGE_CONTROL_RESET << 16);
		break;
	case 4: /* reset of the device */
		bench_write(bench, bar + DMA_ENGINE_CTRL, DMA_ENGINE_CTRL_RESET, 8);
		break;
	case 5: /* reset of the PHB */
		phb_reset(phb);
		break;
	case 6: /* fence */
		phb_scom_write(phb, PHB_SCOM_NEST, PHB_SCOM_NFIR_SET,
			       PPC_BIT(24) | PPC_BIT(25) | PPC_BIT(26) | PPC_BIT(27));
		break;
	case 7:
		bench_write(bench, bar + DMA_ENGINE_PROVOKE, DMA_ENGINE_PROVOKE_DEAD, 8);
		break;
	default: /* messages of all kinds, a completion that nobody wants */
		bench_write(bench, bar + DMA_ENGINE_PROVOKE, DMA_ENGINE_PROVOKE_NOW & ~DMA_ENGINE_PROVOKE_DEAD, 8);
		break;
	}
}
#define DISTURBANCES 9

START_TEST(test_flow_when_anything_happens_to_tlps_then_it_adds_up_all_the_time)
{
	/* Why: a TLP has one holder, and an end that somebody tells. How: three devices that read, write and do both,
	 * with a lost read, a malformed and a poisoned packet; each kind of mishap at some instant; counted every 50
	 * ns, and at rest nothing is held. */
	struct bench bench;
	uint64_t bar[3];
	int i;

	bench_open(&bench, settings);
	bring_up(&bench, 0);
	for (i = 0; i < 3; i++)
		bar[i] = bring_up_device(&bench, 0, 0x300u + 0x100u * (uint32_t)i, 0x1000000u * (uint32_t)i);
	start(&bench, bar[0], BUFFER_AT, 256, DMA_ENGINE_PROVOKE_LOST);
	start(&bench, bar[1], BUFFER_AT + 0x100000, 0, DMA_ENGINE_PROVOKE_POISONED);
	start(&bench, bar[2], BUFFER_AT + 0x200000, 128, DMA_ENGINE_PROVOKE_MALFORMED);
	for (i = 0; i < 600; i++) {
		if (i == 20)
			disturb(&bench, _i, bar[0]);
		sim_run(bench.sim, (sim_ps)i * 50 * SIM_PS_PER_NS);
		ck_assert_uint_eq(machine_flow(bench.machine, bench_flow, NULL), 0);
	}
	sim_run(bench.sim, SIM_PS_NEVER);
	ck_assert_uint_eq(machine_tlps_in_flight(bench.machine), 0);
	ck_assert_uint_gt(machine_ledger(bench.machine, 0)->made, 50);
	bench_close(&bench);
}
END_TEST

/* Two devices in full flight. */
static void begin(struct bench *bench, const char *const *sets)
{
	uint64_t bar[2];
	int i;

	bench_open(bench, sets);
	bring_up(bench, 0);
	for (i = 0; i < 2; i++)
		bar[i] = bring_up_device(bench, 0, 0x300u + 0x100u * (uint32_t)i, 0x1000000u * (uint32_t)i);
	start(bench, bar[0], BUFFER_AT, 256, 0);
	start(bench, bar[1], BUFFER_AT + 0x100000, 0, 0);
	sim_run(bench->sim, SIM_PS_PER_US);
}

/* The fixture's check at the end would fail: only tear down. */
static void end(struct bench *bench)
{
	machine_destroy(bench->machine);
	cfg_destroy(bench->cfg);
	sim_destroy(bench->sim);
}

static void note(void *arg, uint32_t phb, const char *where, enum tlp_class class, const struct tlp_flow *flow)
{
	char *text = arg;
	size_t used = strlen(text);

	(void)phb;
	if (flow->entered != flow->left + flow->held)
		snprintf(text + used, 256 - used, "[%s %d: %" PRId64 "]", where, class,
			 (int64_t)(flow->entered - flow->left - flow->held));
}

/* Each takes one TLP away; the last says so, which is as wrong. */
static void lose_in_phb(struct bench *bench)
{
	struct tlp_queue *reads = &machine_phb(bench->machine, 0)->dma.reads;

	while (!reads->head)
		ck_assert(sim_step(bench->sim));
	sim_event_cancel(bench->sim, &reads->head->event);
	reads->head = reads->head->next;
}

static void lose_on_link(struct bench *bench)
{
	struct tlp_queue *queue = &machine_link(bench->machine, 0)->down.under_way;

	while (!queue->head)
		ck_assert(sim_step(bench->sim));
	sim_event_cancel(bench->sim, &queue->head->event);
	queue->head = queue->head->next;
}

static void lose_in_device(struct bench *bench)
{
	struct dma_engine *engine = topology_function(machine_topology(bench->machine, 0), 0x300)->ctx;

	ck_assert_int_ne(engine->oldest_read, DMA_ENGINE_NO_SLOT);
	engine->slot[engine->oldest_read].kind = DMA_ENGINE_SLOT_FREE;
}

static void end_twice(struct bench *bench)
{
	tlp_pool_ledger(machine_phb(bench->machine, 0)->pool)->ended[TLP_DONE]++;
}

static const struct {
	void (*lose)(struct bench *bench);
	const char *told;
} losses[] = {
	{lose_in_phb, "[PHB 1: 1][in use 3: 1]"},
	{lose_on_link, "[link down 2: 1][in use 3: 1]"},
	{lose_in_device, "[device 0 1: 1]"},
	{end_twice, "[pool 3: -1]"},
};

START_TEST(test_flow_when_one_tlp_is_lost_then_tells_where)
{
	/* Why: a check that cannot fail proves nothing. How: one TLP is taken out of a queue, or out of a book. */
	char text[256] = "";
	struct bench bench;

	begin(&bench, NULL);
	ck_assert_uint_eq(machine_flow(bench.machine, bench_flow, NULL), 0);
	losses[_i].lose(&bench);
	ck_assert_uint_ne(machine_flow(bench.machine, note, text), 0);
	ck_assert_str_eq(text, losses[_i].told);
	ck_assert_uint_eq(machine_flow(bench.machine, NULL, NULL), (uint32_t)(_i < 2 ? 2 : 1));
	/* Pools tidy up: nothing may keep the rest from being torn down. */
	end(&bench);
}
END_TEST

START_TEST(test_flow_when_the_link_has_the_mutant_then_one_is_held_by_nobody)
{
	/* mutant.lose_tlp, for runs of scenarios: one completion in all, and the read that waits for it times out. */
	char text[256] = "";
	struct bench bench;

	begin(&bench, (const char *[]){"mutant.lose_tlp=true", NULL});
	sim_run(bench.sim, SIM_PS_NEVER);
	ck_assert_uint_eq(bench_stat(&bench, "phb0.dma0", "timeouts"), 1);
	ck_assert_uint_eq(machine_flow(bench.machine, note, text), 1);
	ck_assert_str_eq(text, "[in use 3: 1]");
	ck_assert_uint_eq(machine_tlps_in_flight(bench.machine), 1);
	end(&bench);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("hw.machine_flow");
	TCase *tcase = tcase_create("flow");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tcase);
	tcase_add_loop_test(tcase, test_flow_when_anything_happens_to_tlps_then_it_adds_up_all_the_time, 0,
			    DISTURBANCES);
	tcase_add_loop_test(tcase, test_flow_when_one_tlp_is_lost_then_tells_where, 0, (int)sim_count_of(losses));
	tcase_add_test(tcase, test_flow_when_the_link_has_the_mutant_then_one_is_held_by_nobody);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
