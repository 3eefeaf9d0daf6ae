/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tests/hw/test_p7ioc_random.c - properties of a P7IOC's PHB under random traffic, with its chip around it: nothing
 * that software or devices do breaks an invariant (PEEV is the summary of PEST, every TLP comes to an end), a frozen PE
 * leaks no byte, and one PE's error never changes another's state unless PELT-V says so. PHBSIM_TEST_SEED=N replays a
 * seed.
 */
#include "hw/phb/p7ioc_hub.h"
#include "hw/regs/p7ioc_hub_regs.h"
#include "tests/hw/p7ioc_fixture.h"
#include "tests/hw/phb_shadow.h"

#define SEEDS 24
#define OPS 600
#define WINDOW 0x10000000ull

static void check_peev(struct fx *fx, uint64_t seed, uint32_t op)
{
	for (uint32_t word = 0; word < P7IOC_PEEV_COUNT; word++) {
		uint64_t want = 0;

		for (uint32_t bit = 0; bit < 64; bit++)
			if ((p7_read(fx, IODA1_TBL_PESTA, word * 64 + bit) |
			     p7_read(fx, IODA1_TBL_PESTB, word * 64 + bit)) &
			    PPC_BIT(0))
				want |= PPC_BIT(bit);
		ck_assert_msg(p7_read(fx, IODA1_TBL_PEEV, word) == want, "seed %llu op %u: PEEV word %u",
			      (unsigned long long)seed, op, word);
	}
}

static uint64_t some_value(struct sim_rng *rng)
{
	switch (sim_rng_below(rng, 4)) {
	case 0:
		return 0;
	case 1:
		return UINT64_MAX;
	case 2:
		return PPC_BIT(0) | (sim_rng_below(rng, FX_RAM_BYTES) & ~0xfffull);
	default:
		return sim_rng_u64(rng);
	}
}

static void some_dma(struct fx *fx, struct sim_rng *rng)
{
	static const enum tlp_type types[] = {TLP_MEM_READ, TLP_MEM_WRITE, TLP_MESSAGE};
	enum tlp_type type = types[sim_rng_below(rng, sim_count_of(types))];
	uint16_t rid = (uint16_t)sim_rng_below(rng, 0x900);
	uint64_t addr = sim_rng_below(rng, 1u << 16) | sim_rng_below(rng, 16) << 28;
	uint32_t bytes;

	if (sim_rng_chance(rng, 1, 8))
		addr |= 9ull << 60 | sim_rng_below(rng, 300) << 48;
	bytes = (uint32_t)sim_rng_range(rng, 1, 4096 - (addr & 0xfff));
	if (type == TLP_MESSAGE)
		fx_dma(fx, type, rid, 0, 0)->msg = (uint8_t)sim_rng_below(rng, 256);
	else if (type == TLP_MEM_READ)
		fx_dma(fx, type, rid, addr, bytes);
	else
		fx_dma_write(fx, rid, addr, bytes, (uint8_t)sim_rng_u64(rng));
}

static void no_irq(void *arg)
{
	(*(uint32_t *)arg)++;
}

START_TEST(test_p7ioc_random_when_software_and_devices_do_anything_then_invariants_hold)
{
	/* Registers of PHB and chip, tables, MMIO, DMA: counted, perhaps fatal to traffic, never to the model. */
	uint64_t seed = seed_of(_i);
	uint32_t irqs = 0, shadow;
	struct p7ioc_hub *hub;
	struct sim_rng rng;
	struct fx fx;

	sim_rng_init(&rng, seed, "p7ioc-random");
	p7_begin(&fx);
	hub = p7ioc_hub_create(fx.sim, SIM_PS_PER_NS, no_irq, &irqs);
	p7ioc_hub_attach(hub, 0, fx.phb);
	for (uint32_t op = 0; op < OPS; op++) {
		uint32_t offset = (uint32_t)sim_rng_below(&rng, 0x1000);
		static const uint32_t sizes[] = {1, 2, 4, 8};
		uint32_t bytes = sizes[sim_rng_below(&rng, 4)];

		switch (sim_rng_below(&rng, 10)) {
		case 0:
			phb_reg_write(fx.phb, offset & ~7u, some_value(&rng), 8);
			break;
		case 1:
			phb_asb_write(fx.phb, offset, some_value(&rng), bytes);
			break;
		case 2:
			(void)phb_reg_read(fx.phb, offset, bytes);
			break;
		case 3:
		case 4:
			p7_write_wide(&fx, (uint32_t)sim_rng_below(&rng, 32), (uint32_t)sim_rng_below(&rng, 512),
				      some_value(&rng), some_value(&rng));
			break;
		case 5:
			p7ioc_hub_write(hub, sim_rng_below(&rng, P7IOC_HUB_BYTES) & ~7ull,
					sim_rng_chance(&rng, 1, 2) ? 0 : some_value(&rng), 8);
			p7ioc_hub_write(hub, P7IOC_CCRR - P7IOC_HUB_OFFSET, 0, 8);
			(void)p7ioc_hub_read(hub, sim_rng_below(&rng, P7IOC_HUB_BYTES) & ~7ull, 8);
			break;
		case 6:
			(void)phb_mmio_read(fx.phb, (struct raddr){P7_M32_BASE + sim_rng_below(&rng, FX_M32_BYTES)},
					    bytes);
			break;
		default:
			some_dma(&fx, &rng);
		}
		fx_run(&fx);
		forget(&fx);
		shadow = p7ioc_hub_read(hub, P7IOC_FENCE_SHADOW - P7IOC_HUB_OFFSET, 8) != 0;
		ck_assert_msg(shadow == phb_fenced(fx.phb), "seed %llu op %u: fence", (unsigned long long)seed, op);
		if (op % 100 == 99 && !phb_fenced(fx.phb))
			check_peev(&fx, seed, op);
	}
	p7ioc_hub_destroy(hub);
	phb_set_hub(fx.phb, NULL, NULL);
	fx_end(&fx);
}
END_TEST

static void shadow_map(struct shadow *shadow, struct fx *fx, uint32_t pe, uint32_t page, uint8_t control)
{
	uint64_t at = FX_TABLES + pe * 0x80000ull + page * 8;

	shadow->control[pe][page] = control;
	fx_store(fx, at, control ? FRAME(pe, page) | control : 0);
	fx_write(fx, PHB_TCE_KILL, P7IOC_TCE_KILL_PAIR | (at & ~15ull));
}

static void shadow_begin(struct shadow *shadow, struct fx *fx, struct sim_rng *rng)
{
	for (uint32_t pe = 1; pe <= PES; pe++) {
		uint32_t other = (uint32_t)sim_rng_range(rng, 1, PES);

		p7_simple_window(fx, pe, pe);
		for (uint32_t page = 0; page < PAGES; page++) {
			shadow_map(shadow, fx, pe, page, (uint8_t)sim_rng_below(rng, 4));
			shadow_fill(shadow, fx, pe, page);
		}
		if (other != pe && sim_rng_chance(rng, 1, 3)) {
			shadow->companion[pe][other] = true;
			p7_peltv(fx, pe, other);
		}
	}
}

/* PE n has window n. One request within one page of the window of PE @pe, by its device or by that of another PE. */
static void shadow_dma(struct shadow *shadow, struct fx *fx, struct sim_rng *rng, uint64_t seed)
{
	uint32_t pe = (uint32_t)sim_rng_range(rng, 1, PES), page = (uint32_t)sim_rng_below(rng, PAGES);
	uint32_t window = sim_rng_chance(rng, 1, 10) ? (uint32_t)sim_rng_range(rng, 0, 9) : pe;
	struct shadow_request request = shadow_draw(rng, pe, page);

	request.iova += window * WINDOW + page * PAGE;
	request.allowed = window == pe && (shadow->control[pe][page] & (request.write ? 2 : 1));
	shadow_request(shadow, fx, &request, seed);
}

static void shadow_thaw(struct shadow *shadow, struct fx *fx, uint32_t pe)
{
	p7_write(fx, IODA1_TBL_PESTA, pe, 0);
	p7_write(fx, IODA1_TBL_PESTB, pe, 0);
	shadow->frozen[pe] = false;
}

START_TEST(test_p7ioc_random_when_devices_stray_then_only_they_and_their_companions_freeze)
{
	/* The promise of isolation, with mappings that come and go by kills of single pairs. */
	uint64_t seed = seed_of(_i);
	struct shadow *shadow = sim_alloc(sizeof(*shadow));
	struct sim_rng rng;
	struct fx fx;

	sim_rng_init(&rng, seed, "p7ioc-isolation");
	p7_begin(&fx);
	shadow_begin(shadow, &fx, &rng);
	for (uint32_t op = 0; op < OPS; op++) {
		uint32_t pe = (uint32_t)sim_rng_range(&rng, 1, PES);

		if (sim_rng_chance(&rng, 1, 8))
			shadow_thaw(shadow, &fx, pe);
		else if (sim_rng_chance(&rng, 1, 6))
			shadow_map(shadow, &fx, pe, (uint32_t)sim_rng_below(&rng, PAGES),
				   (uint8_t)sim_rng_below(&rng, 4));
		else
			shadow_dma(shadow, &fx, &rng, seed);
		forget(&fx);
		shadow_compare(shadow, &fx, seed, op);
	}
	check_peev(&fx, seed, OPS);
	fx_end(&fx);
	free(shadow);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("hw.p7ioc_random");
	TCase *tcase = tcase_create("random");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tcase, 240);
	tcase_add_loop_test(tcase, test_p7ioc_random_when_software_and_devices_do_anything_then_invariants_hold, 0,
			    SEEDS);
	tcase_add_loop_test(tcase, test_p7ioc_random_when_devices_stray_then_only_they_and_their_companions_freeze, 0,
			    SEEDS);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
