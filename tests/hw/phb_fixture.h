/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_HW_PHB_FIXTURE_H
#define TESTS_HW_PHB_FIXTURE_H
/*
 * tests/hw/phb_fixture.h - a PHB on a bench: RAM with its tables at fixed places, and instead of a link what keeps the
 * TLPs that the PHB sends down. Functions below the PHB are the test's.
 *
 * Which PHB it is says fx_variant. A suite of what all generations do alike runs once for each (fx_main_all()); it asks
 * the fixture, not a register header, for what differs.
 */
#include "tests/hw/phb_bench.h"

static inline uint32_t fx_reserved(const struct fx *fx)
{
	return fx->phb->pe_count - 1;
}

static inline bool fx_is_p7ioc(void)
{
	return fx_variant == FX_P7IOC;
}

static inline bool fx_is_phb3(void)
{
	return fx_variant == FX_PHB3;
}

static inline bool fx_is_phb5(void)
{
	return fx_variant == FX_PHB5_SMALL || fx_variant == FX_PHB5_BIG;
}

/* Segment @segment of the M32 window becomes @pe's. */
static inline void fx_set_segment(struct fx *fx, uint32_t segment, uint32_t pe)
{
	if (fx_is_p7ioc())
		fx_ioda_write(fx, IODA1_TBL_M32DT, segment, ppc_set(IODA1_XXDT_PE, 0, pe));
	else if (fx_is_phb3())
		fx_ioda_write(fx, IODA2_TBL_M32DT, segment, ppc_set(IODA2_M32DT_PE, 0, pe));
	else
		fx_ioda_write(fx, IODA3_TBL_MDT, segment, ppc_set(IODA3_MDT_A, 0, pe));
}

/* How many segments the M32 window has, and the CPU's address of one. */
static inline uint32_t fx_segments(const struct fx *fx)
{
	return fx_is_phb3() ? PHB3_M32_SEGMENTS : fx->phb->pe_count;
}

static inline struct raddr fx_segment(const struct fx *fx, uint32_t segment)
{
	return (struct raddr){FX_M32_BASE + segment * (FX_M32_BYTES / fx_segments(fx))};
}

/* A kill, and the time that it takes to be done (PHB4, PHB5). */
static inline void fx_kill(struct fx *fx, uint64_t value)
{
	fx_write(fx, PHB_TCE_KILL, value);
	while (phb_kill_busy(fx->phb))
		sim_run(fx->sim, sim_now(fx->sim) + SIM_PS_PER_NS);
}

/* MSI @source may be sent by @pe, and is presented. */
static inline void fx_set_msi(struct fx *fx, uint32_t source, uint32_t pe)
{
	uint32_t shift = (3 - source % 4) * 16;

	if (fx_is_phb3()) {
		fx_store(fx, FX_IVT + source * PHB3_IVE_BYTES, ppc_set(IODA2_IVE_PE, 0, pe));
		return;
	}
	fx_write(fx, PHB_IODA_ADDR,
		 ppc_set(PHB4_IODA_ADDR_MIST_PWV, ppc_set(PHB_IODA_ADDR_TSEL, source / 4, IODA3_TBL_MIST),
			 8u >> source % 4));
	fx_write(fx, PHB_IODA_DATA0, (uint64_t)pe << shift);
}

/* Software has handled LSI @lsi: on PHB4 and PHB5 that is an access to its page. */
static inline void fx_end_lsi(struct fx *fx, uint32_t lsi)
{
	if (fx->phb->gen->esb_read)
		(void)phb_esb_read(fx->phb, (uint64_t)(fx->phb->shape->msi_count + lsi) << 16, 8);
}

/* A PHB in its reset state; @settings: assignments, NULL at the end. */
static inline void fx_begin_raw(struct fx *fx, const char *const *settings)
{
	uint32_t i;

	memset(fx, 0, sizeof(*fx));
	fx->sim = sim_create(1);
	fx->cfg = cfg_create();
	cfg_add_rows(fx->cfg, phb_cfg_rows, phb_cfg_row_count);
	cfg_add_rows(fx->cfg, memory_cfg_rows, memory_cfg_row_count);
	for (i = 0; i < 2 && fx_variants[fx_variant].settings[i]; i++)
		ck_assert_msg(!cfg_set(fx->cfg, fx_variants[fx_variant].settings[i]), "%s", cfg_error(fx->cfg));
	for (; settings && *settings; settings++)
		ck_assert_msg(!cfg_set(fx->cfg, *settings), "%s", cfg_error(fx->cfg));
	fx->ram = ram_create(FX_RAM_BYTES);
	ck_assert_ptr_nonnull(fx->ram);
	fx->pool = tlp_pool_create(fx->sim, 128);
	fx->memory = memory_create(fx->sim, fx->cfg, FX_RAM_BYTES);
	fx->phb = phb_create(fx->sim, fx->cfg, 0, fx->ram, fx->memory, NULL, fx->pool, fx_irq, fx);
	fx->phb->down = (struct phb_down){fx,	      fx_send,	    fx_config_read, fx_config_write, fx_claimer,
					  fx_root_read, fx_root_write, fx_perst,       fx_reset};
	phb_observe(fx->phb, fx_see, fx);
}

static inline void fx_bring_up_phb3(struct fx *fx)
{
	fx_write(fx, PHB3_IVT_BAR, ppc_set(PHB3_IVT_LENGTH, PHB3_IVT_BAR_ENABLE | FX_IVT, PHB3_IVE_COUNT));
	fx_write(fx, PHB_M32_BASE_ADDR, FX_M32_BASE);
	fx_write(fx, PHB_M32_BASE_MASK, ~(FX_M32_BYTES - 1));
	fx_write(fx, PHB_CONFIG, PHB_CONFIG_M32_EN | PHB_CONFIG_32BIT_MSI_EN | PHB_CONFIG_64BIT_MSI_EN);
	fx_write(fx, PHB_CONTROL, PHB3_INIT_CONTROL);
}

/* M32 is BAR 0, whose segments column A of the MDT gives away. */
static inline void fx_bring_up_phb4(struct fx *fx)
{
	uint64_t mode = ppc_set(IODA3_MBT0_MODE, IODA3_MBT_ENABLE | IODA3_MBT0_M32, IODA3_MBT_MODE_MDT);

	fx_write(fx, PHB_LSI_SOURCE_ID, ppc_set(PHB4_LSI_SRC_ID, 0, fx->phb->shape->msi_count / PHB4_LSI_COUNT));
	fx_write(fx, PHB4_INT_NOTIFY_ADDR, 0x6030203120000ull);
	fx_ioda_write(fx, IODA3_TBL_MBT, 1, IODA3_MBT_ENABLE | (~(FX_M32_BYTES - 1) & IODA3_MBT1_MASK));
	fx_ioda_write(fx, IODA3_TBL_MBT, 0, mode | FX_M32_BASE);
	fx_write(fx, PHB_CONFIG, PHB_CONFIG_32BIT_MSI_EN | PHB_CONFIG_64BIT_MSI_EN);
	fx_write(fx, PHB_CONTROL, PHB4_INIT_CTRLR);
}

/* tests/hw/p7ioc_fixture.h */
static inline void fx_bring_up_p7ioc(struct fx *fx);

/* Brought up as firmware does: tables, M32, MSIs; RIDs 0x0100..0x07ff belong to PEs 1..7, the rest to the reserved PE.
 */
static inline void fx_begin_with(struct fx *fx, const char *const *settings)
{
	uint32_t rid, pe;

	fx_begin_raw(fx, settings);
	if (fx_is_p7ioc()) {
		fx_bring_up_p7ioc(fx);
		return;
	}
	fx_write(fx, PHB_RTT_BAR, PHB_RTT_BAR_ENABLE | FX_RTT);
	fx_write(fx, PHB_PELTV_BAR, PHB_PELTV_BAR_ENABLE | FX_PELTV);
	fx_write(fx, PHB_PEST_BAR, PHB_PEST_BAR_ENABLE | FX_PEST);
	fx_write(fx, PHB_M32_START_ADDR, FX_M32_START);
	if (fx_is_phb3())
		fx_bring_up_phb3(fx);
	else
		fx_bring_up_phb4(fx);
	for (rid = 0; rid < IODA2_RTT_COUNT; rid++) {
		pe = rid >> 8;
		fx_set_pe(fx, (uint16_t)rid, (uint16_t)(pe >= 1 && pe <= 7 ? pe : fx_reserved(fx)));
	}
	for (pe = 0; pe < fx->phb->pe_count; pe++)
		fx_set_peltv(fx, pe, pe);
	for (pe = 0; pe < fx_segments(fx); pe++)
		fx_set_segment(fx, pe, pe < 8 ? pe : fx_reserved(fx));
}

static inline void fx_begin(struct fx *fx)
{
	fx_begin_with(fx, NULL);
}

static inline void fx_end(struct fx *fx)
{
	uint32_t i;

	for (i = 0; i < fx->sent_count; i++) {
		if (fx->sent[i])
			tlp_free(fx->sent[i]);
	}
	phb_destroy(fx->phb);
	ck_assert_uint_eq(tlp_pool_free_count(fx->pool), tlp_pool_size(fx->pool));
	tlp_pool_destroy(fx->pool);
	memory_destroy(fx->memory);
	ram_destroy(fx->ram);
	cfg_destroy(fx->cfg);
	sim_destroy(fx->sim);
}

static inline uint64_t fx_tve(uint64_t table, uint32_t levels, uint32_t table_bytes, uint32_t page_shift)
{
	uint64_t raw = ppc_set(IODA2_TVT_TABLE_ADDR, 0, table >> 12);

	raw = ppc_set(IODA2_TVT_NUM_LEVELS, raw, levels - 1);
	raw = ppc_set(IODA2_TVT_TABLE_SIZE, raw, (uint32_t)__builtin_ctz(table_bytes) - 11);
	return ppc_set(IODA2_TVT_PAGE_SIZE, raw, page_shift - 11);
}

/* One-level window 0 of @pe: 512 TCEs of 4 KiB pages at FX_TABLES + pe * 4 KiB. */
static inline uint64_t fx_simple_window(struct fx *fx, uint32_t pe)
{
	uint64_t table = FX_TABLES + pe * 0x1000ull;

	fx_ioda_write(fx, IODA2_TBL_TVT, pe * 2, fx_tve(table, 1, 0x1000, 12));
	return table;
}

static inline void fx_map(struct fx *fx, uint32_t pe, uint64_t iova, uint64_t real, uint64_t control)
{
	fx_store(fx, FX_TABLES + pe * 0x1000ull + (iova >> 12) * 8, real | control);
}

static inline enum phb_verdict fx_xlate(struct fx *fx, uint16_t rid, uint64_t addr, bool write, uint64_t *real)
{
	struct phb_xlate x;
	enum phb_verdict verdict = phb_xlate(fx->phb, rid, addr, write, &x);

	if (real)
		*real = verdict == PHB_XLATE_OK ? x.real : 0;
	return verdict;
}

/* A device's request, as it comes off the link now. */
static inline struct tlp *fx_dma(struct fx *fx, enum tlp_type type, uint16_t rid, uint64_t addr, uint32_t bytes)
{
	struct tlp *tlp = tlp_alloc(fx->pool);

	ck_assert_ptr_nonnull(tlp);
	tlp->type = type;
	tlp->rid = rid;
	tlp->addr.v = addr;
	tlp->bytes = bytes;
	tlp->issued_ps = sim_now(fx->sim);
	phb_dma_receive(fx->phb, tlp);
	return tlp;
}

static inline struct tlp *fx_dma_write(struct fx *fx, uint16_t rid, uint64_t addr, uint32_t bytes, uint8_t fill)
{
	struct tlp *tlp = tlp_alloc(fx->pool);

	ck_assert_ptr_nonnull(tlp);
	tlp->type = TLP_MEM_WRITE;
	tlp->rid = rid;
	tlp->addr.v = addr;
	tlp->bytes = bytes;
	tlp->issued_ps = sim_now(fx->sim);
	memset(tlp->data, fill, bytes);
	phb_dma_receive(fx->phb, tlp);
	return tlp;
}

static inline void fx_run(struct fx *fx)
{
	sim_run(fx->sim, SIM_PS_NEVER);
}

/* Trace to a file of its own from here on; @path: a template for mkstemp(). */
static inline void fx_trace_begin(struct fx *fx, char *path)
{
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	close(fd);
	ck_assert_int_eq(trace_open(fx->sim, path), 0);
}

/* End the trace; @text: its first @bytes - 1 bytes. */
static inline void fx_trace_end(struct fx *fx, const char *path, char *text, size_t bytes)
{
	FILE *in;

	ck_assert_int_eq(trace_close(fx->sim), 0);
	in = fopen(path, "r");
	ck_assert_ptr_nonnull(in);
	memset(text, 0, bytes);
	ck_assert_uint_gt(fread(text, 1, bytes - 1, in), 0);
	fclose(in);
	unlink(path);
}

static inline uint32_t fx_events(const struct fx *fx, enum phb_event_kind kind, uint32_t pe)
{
	uint32_t i, n = 0;

	for (i = 0; i < fx->event_count; i++)
		n += fx->event[i].kind == kind && fx->event[i].pe == pe;
	return n;
}

#define FX_SETUP(v)                           \
	static inline void fx_setup_##v(void) \
	{                                     \
		fx_variant = v;               \
	}
FX_SETUP(0)
FX_SETUP(1)
FX_SETUP(2)
FX_SETUP(3)
FX_SETUP(4)
FX_SETUP(5)
#undef FX_SETUP
static void (*const fx_setup[FX_VARIANTS])(void) = {fx_setup_0, fx_setup_1, fx_setup_2,
						   fx_setup_3, fx_setup_4, fx_setup_5};

#define FX_ALL ((1u << FX_VARIANTS) - 1)
#define FX_ONLY_P7IOC (1u << FX_P7IOC)
#define FX_ONLY_PHB3 (1u << FX_PHB3)
#define FX_FROM_PHB3 (FX_ALL & ~FX_ONLY_P7IOC) /* those with tables in memory */
#define FX_FROM_PHB4 (FX_FROM_PHB3 & ~FX_ONLY_PHB3)
#define FX_BIG (1u << FX_PHB4_BIG | 1u << FX_PHB5_BIG)

/* A test, how many times it runs with _i counting (0: once), and for which variants. */
struct fx_case {
	const TTest *test;
	int times;
	uint32_t variants;
};

/* Every case for each of its variants. Return: exit status. */
static inline int fx_main(const char *name, const struct fx_case *cases, size_t n)
{
	Suite *s = suite_create(name);
	SRunner *sr = srunner_create(s);
	uint32_t v;
	size_t i;
	int failed;

	for (v = 0; v < FX_VARIANTS; v++) {
		TCase *tc = tcase_create(fx_variants[v].name);

		tcase_add_checked_fixture(tc, fx_setup[v], NULL);
		for (i = 0; i < n; i++) {
			if (cases[i].variants >> v & 1)
				tcase_add_loop_test(tc, cases[i].test, 0, cases[i].times ? cases[i].times : 1);
		}
		tcase_set_timeout(tc, 120);
		suite_add_tcase(s, tc);
	}
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#include "tests/hw/p7ioc_fixture.h"

/* PEs 1..3 with a one-level window of 512 pages each, all mapped; requesters known to the RID cache if @known. */
static inline void fx_begin_pes(struct fx *fx, const char *const *settings, bool known)
{
	uint32_t pe, page;

	fx_begin_with(fx, settings);
	for (pe = 1; pe <= 3; pe++) {
		fx_simple_window(fx, pe);
		for (page = 0; page < 512; page++)
			fx_map(fx, pe, page * 0x1000ull, FX_DATA + (pe * 512 + page) * 0x1000ull, 3);
		if (known)
			ck_assert_uint_eq(phb_rtc_fill(fx->phb, (uint16_t)(pe << 8)), PHB_XLATE_OK);
	}
}

/* Nothing was sent down one picosecond before @when, and @count completions are out at @when. */
static inline void fx_expect_sent(struct fx *fx, uint32_t count, sim_ps when)
{
	sim_run(fx->sim, when - 1);
	ck_assert_uint_lt(fx->sent_count, count);
	sim_run(fx->sim, when);
	ck_assert_uint_eq(fx->sent_count, count);
}

static inline const struct stat_hist *fx_hist(const struct fx *fx, const char *path, const char *name)
{
	const struct stat_hist *found = stat_find(fx->sim, path, name, NULL);

	ck_assert_msg(found, "%s.%s", path, name);
	return found;
}

#endif
