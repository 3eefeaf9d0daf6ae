/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tests/diff-qemu/diff_qemu.c - the same tables and DMAs through one of our PHBs and through QEMU's (docs/diff-qemu.md).
 *
 * usage: diff-qemu phb3|phb4 [SEED [DMAS]]. Exit status 0: all differences have a documented reason; 77: no QEMU here.
 */
#include "tests/diff-qemu/bench.h"

#include <inttypes.h>

#define EXIT_SKIPPED 77
#define DMAS_PER_WORLD 24u
#define DMAS_DEFAULT 1800u
#define STALE_PERCENT 15
#define SHOWN_MAX 10u

struct tally {
	uint32_t dmas, agreed[KINDS][2], explained[32], unexplained;
	uint32_t registers;
	uint32_t levels[IODA2_TVT_LEVELS_MAX + 1]; /* data moved alike; [0]: not translated */
	uint32_t pages[32];			   /* by code in the TVE */
	uint32_t selected[2];			   /* by address bit 59 */
};

static void show(const struct bench *bench, const struct dma_case *c)
{
	printf("UNEXPLAINED: dma %u: function %u, PE %u, %s 0x%016" PRIx64 ", TVE 0x%016" PRIx64 "%s\n", c->number,
	       c->fn, bench->pe[c->fn], c->write ? "write" : "read", c->addr, c->tve, c->stale ? ", TCE changed" : "");
	printf("  ours:     %s, 0x%" PRIx64 "\n  QEMU:     %s, 0x%" PRIx64 "\n  expected: %s, 0x%" PRIx64 "\n%s",
	       kind_names[c->ours.kind], c->ours.at, kind_names[c->theirs.kind], c->theirs.at,
	       kind_names[c->foretold.kind], c->foretold.at, bench->log);
}

/* What agreement was about. */
static void note_moved(const struct dma_case *c, struct tally *tally)
{
	uint64_t page = ppc_get(IODA2_TVT_PAGE_SIZE, c->tve);

	tally->pages[page]++;
	tally->levels[page ? ppc_get(IODA2_TVT_NUM_LEVELS, c->tve) + 1 : 0]++;
	tally->selected[c->addr >> IODA2_ADDR_TVE_SELECT_SHIFT & 1]++;
}

static void judge(const struct bench *bench, const struct dma_case *c, struct tally *tally)
{
	int reason;

	tally->dmas++;
	if (c->ours.kind == c->theirs.kind && c->ours.at == c->theirs.at && c->ours.kind != KIND_CONFUSED) {
		tally->agreed[c->ours.kind][c->write]++;
		if (c->ours.kind == KIND_OK)
			note_moved(c, tally);
		return;
	}
	reason = reason_of(bench, c);
	if (reason >= 0)
		tally->explained[reason]++;
	else if (tally->unexplained++ < SHOWN_MAX)
		show(bench, c);
}

static bool same_register(struct bench *bench, const char *name, uint32_t offset, struct tally *tally)
{
	uint64_t ours = fx_read(&bench->fx, offset), theirs = qemu_read(&bench->qemu, offset);

	tally->registers++;
	if (ours == theirs)
		return true;
	if (tally->unexplained++ < SHOWN_MAX)
		printf("UNEXPLAINED: %s reads 0x%016" PRIx64 ", QEMU 0x%016" PRIx64 "\n", name, ours, theirs);
	return false;
}

/* Bit 0 of PESTB after a DMA, and thaw. Ours must be what our own outcome asks for; QEMU's is 0. */
static void judge_freeze(struct bench *bench, const struct dma_case *c, struct tally *tally)
{
	bool frozen = c->ours.kind != KIND_OK && c->ours.kind != KIND_NO_PE && c->ours.kind != KIND_NOT_RAM;
	/* On PHB4 firmware's masks make a fence of the one, and nothing of the other. */
	bool fences = bench->target->variant != FX_PHB3 && (c->ours.kind == KIND_WALK || c->ours.kind == KIND_MSI);
	uint32_t pe = bench->pe[c->fn];
	uint64_t ours, theirs;

	if (pe >= bench->target->pe_count)
		return;
	bench_write(bench, PHB_IODA_ADDR,
		    ppc_set(bench->target->ioda_tadr, ppc_set(PHB_IODA_ADDR_TSEL, 0, IODA2_TBL_PESTB), pe));
	ours = fx_read(&bench->fx, PHB_IODA_DATA0) & IODA2_PESTB_DMA_STOPPED;
	theirs = qemu_read(&bench->qemu, PHB_IODA_DATA0) & IODA2_PESTB_DMA_STOPPED;
	if (ours != (frozen && !fences ? IODA2_PESTB_DMA_STOPPED : 0) || theirs) {
		if (tally->unexplained++ < SHOWN_MAX)
			printf("UNEXPLAINED: dma %u: PE %u frozen: ours %d, QEMU %d, expected %d\n", c->number, pe,
			       !!ours, !!theirs, frozen && !fences);
	} else if (ours) {
		tally->explained[REASON_NO_FREEZE]++;
	}
	bench_ioda(bench, IODA2_TBL_PESTA, pe, 0);
	bench_ioda(bench, IODA2_TBL_PESTB, pe, 0);
}

/* @c was good and is cached: change its TCE and try again without a kill, then with one. */
static void try_stale(struct bench *bench, struct dma_case *c, struct tally *tally)
{
	const struct window *window = &bench->window[c->fn * 2 + (c->addr >> 59 & 1)];
	uint64_t page = 1ull << (ppc_get(IODA2_TVT_PAGE_SIZE, c->tve) + IODA2_TVT_PAGE_SIZE_SHIFT), tce;
	uint32_t i;

	for (i = 0; i < window->mapping_count && window->mapping[i] != c->addr; i++)
		;
	if (i == window->mapping_count || !window->leaf[i] || page > 65536)
		return;
	tce = bench_load(bench, window->leaf[i]);
	c->stale = true;
	c->stale_at = c->ours.at;
	/* Another page of the data, the same bytes in it. */
	bench_store(bench, window->leaf[i], tce ^ (c->ours.at + page < DATA + DATA_BYTES ? page : 0));
	c->foretold = foretell(bench, c);
	if (c->foretold.kind == KIND_OK && c->foretold.at >= DATA && c->foretold.at + 8 <= DATA + DATA_BYTES) {
		bench_dma(bench, c);
		judge(bench, c, tally);
		bench_write(bench, PHB_TCE_KILL, PHB_TCE_KILL_ALL);
		c->stale = false;
		bench_dma(bench, c);
		judge(bench, c, tally);
	}
	bench_store(bench, window->leaf[i], tce);
}

static void try_one(struct bench *bench, uint32_t number, struct tally *tally)
{
	struct dma_case c = {.number = number};

	world_draw(bench, &c);
	bench_write(bench, PHB_TCE_KILL, PHB_TCE_KILL_ALL);
	bench_dma(bench, &c);
	judge(bench, &c, tally);
	if (c.ours.kind == KIND_OK && c.theirs.kind == KIND_OK && c.ours.at == c.theirs.at &&
	    sim_rng_chance(&bench->rng, STALE_PERCENT, 100))
		try_stale(bench, &c, tally);
	judge_freeze(bench, &c, tally);
}

/* @only: of the target with this variant; -1: of all. */
static const struct {
	const char *name;
	uint32_t offset;
	int only;
} registers[] = {
	{"VERSION", PHB_VERSION, -1},
	{"CONFIG", PHB_CONFIG, -1},
	{"RTT_BAR", PHB_RTT_BAR, -1},
	{"PELTV_BAR", PHB_PELTV_BAR, -1},
	{"PEST_BAR", PHB_PEST_BAR, -1},
	{"M32_BASE_ADDR", PHB_M32_BASE_ADDR, FX_PHB3},
	{"M32_BASE_MASK", PHB_M32_BASE_MASK, FX_PHB3},
	{"M32_START_ADDR", PHB_M32_START_ADDR, -1},
	{"CONTROL", PHB_CONTROL, -1},
	{"LEM_FIR_ACCUM", PHB_LEM_FIR_ACCUM, -1},
	{"LEM_ERROR_MASK", PHB_LEM_ERROR_MASK, -1},
	{"GEN_CAP", PHB_GEN_CAP, FX_PHB4_BIG},
	{"TCE_CAP", PHB_TCE_CAP, FX_PHB4_BIG},
	{"IRQ_CAP", PHB_IRQ_CAP, FX_PHB4_BIG},
	{"EEH_CAP", PHB_EEH_CAP, FX_PHB4_BIG},
	{"LSI_SOURCE_ID", PHB_LSI_SOURCE_ID, FX_PHB4_BIG},
	{"ASN_CMPM", PHB4_ASN_CMPM, FX_PHB4_BIG},
	{"INT_NOTIFY_ADDR", PHB4_INT_NOTIFY_ADDR, FX_PHB4_BIG},
};

/* A table of the chip by auto-increment, once around. */
static void compare_table(struct bench *bench, const char *name, uint32_t table, uint32_t count, struct tally *tally)
{
	uint32_t i;

	bench_write(bench, PHB_IODA_ADDR, PHB_IODA_ADDR_AUTOINC | ppc_set(PHB_IODA_ADDR_TSEL, 0, table));
	for (i = 0; i < count; i++)
		same_register(bench, name, PHB_IODA_DATA0, tally);
	same_register(bench, "IODA_ADDR", PHB_IODA_ADDR, tally);
}

/* Entries of PHB4's MMIO tables that take no window away; one enable bit serves both halves of a BAR. */
static void compare_mmio_tables(struct bench *bench, struct tally *tally)
{
	uint32_t i;

	for (i = 2; i < PHB4_MBT_COUNT * IODA3_MBT_DWORDS; i++) {
		if (sim_rng_chance(&bench->rng, 1, 3))
			bench_ioda(bench, IODA3_TBL_MBT, i, sim_rng_u64(&bench->rng) & ~(i % 2 ? 0 : IODA3_MBT_ENABLE));
	}
	for (i = 0; i < PHB4_MDT_COUNT; i++)
		bench_ioda(bench, IODA3_TBL_MDT, i, sim_rng_u64(&bench->rng));
	compare_table(bench, "MBT", IODA3_TBL_MBT, PHB4_MBT_COUNT * IODA3_MBT_DWORDS, tally);
	compare_table(bench, "MDT", IODA3_TBL_MDT, PHB4_MDT_COUNT, tally);
}

/* The registers of a world, and its tables. */
static void compare_registers(struct bench *bench, struct tally *tally)
{
	uint32_t i;

	bench_write(bench, PHB_LEM_FIR_ACCUM, sim_rng_u64(&bench->rng));
	bench_write(bench, PHB_LEM_FIR_AND_MASK, sim_rng_u64(&bench->rng));
	bench_write(bench, PHB_LEM_FIR_OR_MASK, sim_rng_u64(&bench->rng));
	bench_write(bench, PHB_LEM_ERROR_MASK, sim_rng_u64(&bench->rng));
	bench_write(bench, PHB_LEM_ERROR_AND_MASK, sim_rng_u64(&bench->rng));
	bench_write(bench, PHB_LEM_ERROR_OR_MASK, sim_rng_u64(&bench->rng));
	if (bench->target->variant != FX_PHB3) {
		bench_write(bench, PHB_LSI_SOURCE_ID, sim_rng_u64(&bench->rng));
		bench_write(bench, PHB4_ASN_CMPM, sim_rng_u64(&bench->rng));
		bench_write(bench, PHB4_INT_NOTIFY_ADDR, sim_rng_u64(&bench->rng));
		compare_mmio_tables(bench, tally);
	}
	for (i = 0; i < sim_count_of(registers); i++) {
		if (registers[i].only < 0 || registers[i].only == bench->target->variant)
			same_register(bench, registers[i].name, registers[i].offset, tally);
	}
	compare_table(bench, "TVT", IODA2_TBL_TVT, bench->target->pe_count * IODA2_TVES_PER_PE, tally);
}

static void report(const struct target *target, const struct tally *tally)
{
	uint32_t agreed = 0, differ = 0;
	size_t i;

	for (i = 0; i < KINDS; i++)
		agreed += tally->agreed[i][0] + tally->agreed[i][1];
	for (i = REASON_FIRST_OF_DMA; i < reason_count; i++)
		differ += tally->explained[i];
	printf("%u register values compared; %u DMAs: %u agree, %u differ for a documented reason\n", tally->registers,
	       tally->dmas, agreed, differ);
	printf("agreement: reads, writes\n");
	for (i = 0; i < KINDS; i++) {
		if (tally->agreed[i][0] + tally->agreed[i][1])
			printf("  %5u %5u  %s\n", tally->agreed[i][0], tally->agreed[i][1], kind_names[i]);
	}
	printf("data moved: not translated %u; levels 1..5: %u %u %u %u %u; window 0 %u, 1 %u; pages of", tally->levels[0],
	       tally->levels[1], tally->levels[2], tally->levels[3], tally->levels[4], tally->levels[5],
	       tally->selected[0], tally->selected[1]);
	for (i = 0; i < PAGE_SIZES; i++)
		printf(" 2^%u %u", target->pages[i] + IODA2_TVT_PAGE_SIZE_SHIFT, tally->pages[target->pages[i]]);
	printf(" bytes\n");
	printf("documented differences (docs/diff-qemu.md)\n");
	for (i = 0; i < reason_count; i++)
		printf("  %5u  %s\n", tally->explained[i], reasons[i]);
	printf("%u unexplained differences\n", tally->unexplained);
}

/* A run of the usual length has seen data move in every way that both know. */
static void require_variety(const struct target *target, const struct tally *tally)
{
	uint32_t i;

	for (i = 0; i <= IODA2_TVT_LEVELS_MAX; i++)
		ck_assert_msg(tally->levels[i], "no data moved through %u levels", i);
	for (i = 0; i < PAGE_SIZES; i++)
		ck_assert_msg(tally->pages[target->pages[i]], "no data moved through pages of 2^%u bytes",
			      target->pages[i] + IODA2_TVT_PAGE_SIZE_SHIFT);
	ck_assert(tally->selected[0] && tally->selected[1]);
	for (i = KIND_NO_PE; i < KIND_ONES; i++)
		ck_assert_msg(i == KIND_MSI || i == KIND_RANGE || tally->agreed[i][0] + tally->agreed[i][1],
			      "never agreed on: %s", kind_names[i]);
}

/* Set once in main(): a test case has no arguments. */
static uint64_t seed = 1, dmas = DMAS_DEFAULT;
static const struct target *target = targets;

START_TEST(test_phb_and_qemu_when_given_the_same_then_differ_only_as_documented)
{
	/* Whatever software programs, QEMU's PHB and ours do the same, but for what a document says. */
	struct bench *bench = sim_alloc(sizeof(*bench));
	struct tally tally = {.dmas = 0};
	uint32_t i;

	bench_begin(bench, target, seed);
	for (i = 0; i < dmas; i++) {
		if (i % DMAS_PER_WORLD == 0)
			world_build(bench);
		if (i % (DMAS_PER_WORLD * 16) == 0)
			compare_registers(bench, &tally);
		try_one(bench, i, &tally);
	}
	report(target, &tally);
	bench_end(bench);
	free(bench);
	ck_assert_uint_ge(tally.dmas, dmas);
	ck_assert_msg(!tally.unexplained, "%u unexplained differences, seed %" PRIu64, tally.unexplained, seed);
	if (dmas >= DMAS_DEFAULT)
		require_variety(target, &tally);
}
END_TEST

int main(int argc, char **argv)
{
	char version[256];
	SRunner *runner;
	TCase *tcase;
	Suite *suite;
	size_t i;
	int failed;

	if (!qemu_version(version, sizeof(version))) {
		printf("SKIPPED: found no qemu-system-ppc64 (Debian: apt-get install qemu-system-ppc)\n");
		return EXIT_SKIPPED;
	}
	for (i = 0; i < target_count && argc > 1 && strcmp(argv[1], targets[i].name); i++)
		;
	if (i == target_count) {
		fprintf(stderr, "diff-qemu: found \"%s\", expected phb3 or phb4\n", argv[1]);
		return EXIT_FAILURE;
	}
	target = &targets[i];
	seed = argc > 2 ? strtoull(argv[2], NULL, 0) : seed;
	dmas = argc > 3 ? strtoull(argv[3], NULL, 0) : dmas;
	printf("%s, -M %s; seed %" PRIu64 ", %" PRIu64 " DMAs\n", version,
	       target->machine->name, seed, dmas);
	suite = suite_create("diff-qemu");
	tcase = tcase_create("diff-qemu");
	runner = srunner_create(suite);
	tcase_add_test(tcase, test_phb_and_qemu_when_given_the_same_then_differ_only_as_documented);
	tcase_set_timeout(tcase, 0);
	suite_add_tcase(suite, tcase);
	/* No fork: QEMU must be a child of the process that talks to it. */
	srunner_set_fork_status(runner, CK_NOFORK);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
