/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tests/hw/test_phb_random.c - properties under random traffic: nothing that software or devices do breaks an invariant
 * (PEEV is the summary of PEST, every TLP comes to an end), a frozen PE leaks no byte, and one PE's error never changes
 * another's state unless PELT-V says so. A failure names its seed; PHBSIM_TEST_SEED=N replays one.
 */
#include "tests/hw/phb_shadow.h"

#define SEEDS 8 /* for each of the PHBs */
#define OPS 600
static void check_peev(struct fx *fx, uint64_t seed, uint32_t op)
{
	for (uint32_t word = 0; word < fx->phb->pe_count / 64; word++) {
		uint64_t want = 0;

		for (uint32_t bit = 0; bit < 64; bit++)
			if ((fx_ioda_read(fx, IODA2_TBL_PESTA, word * 64 + bit) |
			     fx_ioda_read(fx, IODA2_TBL_PESTB, word * 64 + bit)) &
			    PPC_BIT(0))
				want |= PPC_BIT(bit);
		ck_assert_msg(fx_ioda_read(fx, IODA2_TBL_PEEV, word) == want, "seed %llu op %u: PEEV word %u",
			      (unsigned long long)seed, op, word);
	}
}

/* Values that matter more often than chance would have them. */
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
	static const enum tlp_type types[] = {TLP_MEM_READ, TLP_MEM_WRITE, TLP_MESSAGE, TLP_COMPLETION};
	enum tlp_type type = types[sim_rng_below(rng, sim_count_of(types))];
	uint16_t rid = (uint16_t)sim_rng_below(rng, 0x900);
	uint64_t addr = sim_rng_below(rng, 1u << 16) | sim_rng_below(rng, 16) << 28 | sim_rng_below(rng, 4) << 59;
	uint32_t bytes = (uint32_t)sim_rng_range(rng, 1, 4096 - (addr & 0xfff));

	if (type == TLP_MESSAGE)
		fx_dma(fx, type, rid, 0, 0)->msg = (uint8_t)sim_rng_below(rng, 256);
	else if (type != TLP_MEM_WRITE)
		fx_dma(fx, type, rid, addr, bytes);
	else
		fx_dma_write(fx, rid, addr, bytes, (uint8_t)sim_rng_u64(rng));
}

/* A function that ends loads in any way, and keeps configuration cycles waiting. */
static enum pcie_load_end moody_load(void *ctx, uint64_t addr, uint32_t bytes, uint64_t *value)
{
	*value = addr + bytes;
	return (enum pcie_load_end)sim_rng_below(ctx, PCIE_LOAD_SILENT + 1);
}

static enum pcie_config_status moody_cycle(void *ctx, uint32_t reg, uint32_t bytes, uint32_t *value)
{
	*value = reg + bytes;
	return (enum pcie_config_status)sim_rng_below(ctx, PCIE_CONFIG_SILENT + 1);
}

static enum pcie_config_status moody_write(void *ctx, uint32_t reg, uint32_t value, uint32_t bytes)
{
	return moody_cycle(ctx, reg, bytes, &value);
}

static const struct pcie_function_ops moody_ops = {
	.mmio_read = moody_load, .config_read = moody_cycle, .config_write = moody_write};

/* The ways to a PHB besides registers and DMA: MMIO, pages of interrupt sources, the pervasive bus, the link. */
static void some_other_access(struct fx *fx, struct sim_rng *rng)
{
	struct raddr real = {FX_M32_BASE + (sim_rng_below(rng, FX_M32_BYTES) & ~3ull)};
	uint64_t esb = sim_rng_below(rng, 1ull << 28) & ~7ull;

	switch (sim_rng_below(rng, 6)) {
	case 0:
		(void)phb_mmio_read(fx->phb, real, 4);
		break;
	case 1:
		phb_mmio_write(fx->phb, real, sim_rng_u64(rng), 4);
		break;
	case 2:
		(void)phb_esb_read(fx->phb, esb, 8);
		break;
	case 3:
		phb_esb_write(fx->phb, esb, 8);
		break;
	case 4:
		phb_scom_write(fx->phb, (enum phb_scom_unit)sim_rng_below(rng, 3), (uint32_t)sim_rng_below(rng, 16),
			       some_value(rng));
		break;
	default:
		phb_link_change(fx->phb, sim_rng_chance(rng, 1, 2));
		break;
	}
}

/* Bring it back when it is cut off or stands still, now and then; otherwise nothing would happen any more. */
static void revive(struct fx *fx)
{
	phb_scom_write(fx->phb, PHB_SCOM_PCI, PHB_SCOM_ETU_RESET, PHB_SCOM_ETU_RESET_HOLD);
	fx_run(fx);
	phb_scom_write(fx->phb, PHB_SCOM_PCI, PHB_SCOM_ETU_RESET, 0);
}

START_TEST(test_phb_random_when_registers_tables_and_devices_do_anything_then_invariants_hold)
{
	/* Software may point tables anywhere and write any register: counted, perhaps fatal to DMA, never to the model.
	 */
	uint64_t seed = seed_of(_i);
	struct sim_rng rng;
	struct pcie_function moody = {.ops = &moody_ops, .ctx = &rng, .rid = 0x0300};
	struct fx fx;

	sim_rng_init(&rng, seed, "phb-random");
	fx_begin(&fx);
	fx.function = &moody;
	for (uint32_t op = 0; op < OPS; op++) {
		uint32_t offset = (uint32_t)sim_rng_below(&rng, fx.phb->gen->reg_bytes);
		static const uint32_t sizes[] = {1, 2, 4, 8};

		switch (sim_rng_below(&rng, 7)) {
		case 0:
			phb_reg_write(fx.phb, offset & ~7u, some_value(&rng), 8);
			break;
		case 1:
			phb_reg_write(fx.phb, offset, some_value(&rng), sizes[sim_rng_below(&rng, 4)]);
			break;
		case 2:
			phb_reg_read(fx.phb, offset, sizes[sim_rng_below(&rng, 4)]);
			break;
		case 3:
			fx_ioda_write(&fx, (uint32_t)sim_rng_below(&rng, 32), (uint32_t)sim_rng_below(&rng, 1024),
				      some_value(&rng));
			break;
		case 4:
			fx.claims = sim_rng_chance(&rng, 3, 4);
			some_other_access(&fx, &rng);
			break;
		default:
			some_dma(&fx, &rng);
		}
		fx_run(&fx);
		forget(&fx);
		if (fx.phb->dma.quiesced || (phb_out(fx.phb) && op % 100 == 50))
			revive(&fx);
		if (op % 100 == 99)
			check_peev(&fx, seed, op);
	}
	fx_end(&fx);
}
END_TEST

static void shadow_begin(struct shadow *shadow, struct fx *fx, struct sim_rng *rng)
{
	for (uint32_t pe = 1; pe <= PES; pe++) {
		uint32_t other = (uint32_t)sim_rng_range(rng, 1, PES);

		fx_simple_window(fx, pe);
		for (uint32_t page = 0; page < PAGES; page++) {
			shadow->control[pe][page] = (uint8_t)sim_rng_below(rng, 4);
			fx_map(fx, pe, page * PAGE, shadow->control[pe][page] ? FRAME(pe, page) : 0,
			       shadow->control[pe][page]);
			shadow_fill(shadow, fx, pe, page);
		}
		if (other != pe && sim_rng_chance(rng, 1, 3)) {
			shadow->companion[pe][other] = true;
			fx_set_peltv(fx, pe, other);
		}
	}
}

/* One request within one page of PE @pe, or past its window. */
static void shadow_dma(struct shadow *shadow, struct fx *fx, struct sim_rng *rng, uint64_t seed)
{
	uint32_t pe = (uint32_t)sim_rng_range(rng, 1, PES), page = (uint32_t)sim_rng_below(rng, PAGES + 1);
	struct shadow_request request = shadow_draw(rng, pe, page);

	request.iova += page == PAGES ? 0x200000ull : page * PAGE; /* the window has 2 MiB */
	request.allowed = page < PAGES && (shadow->control[pe][page] & (request.write ? 2 : 1));
	shadow_request(shadow, fx, &request, seed);
}

/* Software thaws a PE, wholly: both bits, as OPAL's freeze_clear does. */
static void shadow_thaw(struct shadow *shadow, struct fx *fx, uint32_t pe)
{
	fx_ioda_write(fx, IODA2_TBL_PESTA, pe, 0);
	fx_ioda_write(fx, IODA2_TBL_PESTB, pe, 0);
	shadow->frozen[pe] = false;
}

START_TEST(test_phb_random_when_devices_stray_then_only_they_and_their_companions_freeze)
{
	/* The whole promise of isolation in one property: right bytes, right PEs frozen, nothing else touched. */
	uint64_t seed = seed_of(_i);
	struct shadow *shadow = sim_alloc(sizeof(*shadow));
	struct sim_rng rng;
	struct fx fx;

	sim_rng_init(&rng, seed, "phb-isolation");
	fx_begin(&fx);
	shadow_begin(shadow, &fx, &rng);
	for (uint32_t op = 0; op < OPS; op++) {
		if (sim_rng_chance(&rng, 1, 8))
			shadow_thaw(shadow, &fx, (uint32_t)sim_rng_range(&rng, 1, PES));
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
	const struct fx_case cases[] = {
		{test_phb_random_when_registers_tables_and_devices_do_anything_then_invariants_hold, SEEDS,
		 FX_FROM_PHB3},
		{test_phb_random_when_devices_stray_then_only_they_and_their_companions_freeze, SEEDS, FX_FROM_PHB3},
	};

	return fx_main("hw.phb_random", cases, sim_count_of(cases));
}
