/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tests/diff-qemu/bench.c - the same write to both, the same DMA through both; the PHBs that both have.
 *
 * A write is looked for: the arena of either side is compared with what it held before. A read is recognised, for
 * every doubleword of the data names its own address. What kind of fault it was, ours says in its statistics and
 * QEMU in its log.
 */
#include "tests/diff-qemu/bench.h"

#include <inttypes.h>

#define DATA_MARK 0xd0d0000000000000ull
#define SENT_MARK 0x5e5e000000000000ull /* what devices write; the case number below it */

const char *const kind_names[KINDS] = {
	[KIND_OK] = "data moved",
	[KIND_NO_PE] = "no PE",
	[KIND_CLASS] = "address class",
	[KIND_MSI] = "MSI window",
	[KIND_TVE] = "TVE invalid",
	[KIND_RANGE] = "beyond the window",
	[KIND_TCE] = "TCE fault",
	[KIND_WALK] = "table not in RAM",
	[KIND_NOT_RAM] = "real address not in RAM",
	[KIND_ONES] = "read all ones",
	[KIND_CONFUSED] = "not understood",
};

static void store_be64(const struct ram *ram, uint64_t at, uint64_t value)
{
	ram_store_be64((struct ram *)(uintptr_t)ram, (struct raddr){at}, value);
}

const struct target targets[] = {
	{"phb3", &qemu_power8, FX_PHB3, PHB3_PE_COUNT, PHB3_IODA_ADDR_TADR, 0,
	 {IODA2_TVT_PAGE_4K, IODA2_TVT_PAGE_64K, IODA2_TVT_PAGE_16M, IODA2_TVT_PAGE_256M}, false, true},
	{"phb4", &qemu_power9, FX_PHB4_BIG, PHB4_PE_COUNT, PHB4_IODA_ADDR_TADR, PHB4_INIT_CTRLR,
	 {IODA3_TVT_PAGE_4K, IODA3_TVT_PAGE_64K, IODA3_TVT_PAGE_2M, IODA3_TVT_PAGE_1G}, true, false},
};
const size_t target_count = sim_count_of(targets);

bool page_known(const struct target *target, uint64_t code)
{
	return memchr(target->pages, (int)code, sizeof(target->pages));
}

/* What the write starts inside the PHB is over before anything else comes. */
void bench_write(struct bench *bench, uint32_t offset, uint64_t value)
{
	fx_write(&bench->fx, offset, value);
	fx_run(&bench->fx);
	qemu_write(&bench->qemu, offset, value);
}

void bench_ioda(struct bench *bench, uint32_t table, uint32_t index, uint64_t value)
{
	bench_write(bench, PHB_IODA_ADDR, ppc_set(bench->target->ioda_tadr, ppc_set(PHB_IODA_ADDR_TSEL, 0, table), index));
	bench_write(bench, PHB_IODA_DATA0, value);
}

void bench_store(struct bench *bench, uint64_t at, uint64_t value)
{
	uint64_t be = htobe64(value);

	store_be64(bench->fx.ram, at, value);
	store_be64(bench->qemu_ram, at, value);
	memcpy(bench->pristine + (at - ARENA), &be, sizeof(be));
}

uint64_t bench_load(const struct bench *bench, uint64_t at)
{
	uint64_t be;

	memcpy(&be, bench->pristine + (at - ARENA), sizeof(be));
	return be64toh(be);
}

static void restore(struct bench *bench)
{
	memcpy(ram_base(bench->fx.ram) + ARENA, bench->pristine, ARENA_BYTES);
	memcpy(ram_base(bench->qemu_ram) + ARENA, bench->pristine, ARENA_BYTES);
}

void bench_clean(struct bench *bench)
{
	uint64_t at, be;

	memset(bench->pristine, 0, TABLES_BYTES);
	for (at = DATA; at < DATA + DATA_BYTES; at += 8) {
		be = htobe64(DATA_MARK | at);
		memcpy(bench->pristine + (at - ARENA), &be, sizeof(be));
	}
	bench->tables_used = 0;
	restore(bench);
}

static void bench_helper_tables(struct bench *bench)
{
	uint8_t *rtt = ram_base(bench->qemu_ram) + HELPER_RTT;
	uint32_t rid;

	for (rid = 0; rid < IODA2_RTT_COUNT; rid++)
		rtt[2 * rid + 1] = HELPER_PE;
	store_be64(bench->qemu_ram, HELPER_TABLE, MAILBOX | TCE_CONTROL);
}

/* The 32-bit window: registers of PHB3, the first entry of PHB4's table. */
static void bench_m32(struct bench *bench)
{
	uint64_t base = bench->target->machine->m32, mask = ~(FX_M32_BYTES - 1);

	bench_write(bench, PHB_M32_START_ADDR, FX_M32_START);
	if (bench->target->variant == FX_PHB3) {
		bench_write(bench, PHB_M32_BASE_ADDR, base);
		bench_write(bench, PHB_M32_BASE_MASK, mask & PPC_BITMASK(14, 63));
		bench_write(bench, PHB_CONFIG, PHB_CONFIG_M32_EN);
		return;
	}
	bench_ioda(bench, IODA3_TBL_MBT, 1, IODA3_MBT_ENABLE | (mask & IODA3_MBT1_MASK));
	bench_ioda(bench, IODA3_TBL_MBT, 0, IODA3_MBT_ENABLE | IODA3_MBT0_M32 | base);
}

void bench_begin(struct bench *bench, const struct target *target, uint64_t seed)
{
	memset(bench, 0, sizeof(*bench));
	bench->target = target;
	fx_variant = (uint32_t)target->variant;
	sim_rng_init(&bench->rng, seed, "diff-qemu");
	fx_begin_raw(&bench->fx, NULL);
	bench->qemu_ram = ram_create(QEMU_RAM_BYTES);
	ck_assert_ptr_nonnull(bench->qemu_ram);
	bench->pristine = sim_alloc(ARENA_BYTES);
	qemu_start(&bench->qemu, target->machine, bench->qemu_ram);
	bench_helper_tables(bench);
	bench_m32(bench);
	bench_write(bench, PHB_PEST_BAR, PHB_PEST_BAR_ENABLE | FX_PEST);
	bench_write(bench, PHB_PELTV_BAR, PHB_PELTV_BAR_ENABLE | FX_PELTV);
	bench_ioda(bench, IODA2_TBL_TVT, HELPER_PE * 2, fx_tve(HELPER_TABLE, 1, 0x1000, 12));
	qemu_bring_up(&bench->qemu);
	bench_clean(bench);
}

void bench_end(struct bench *bench)
{
	qemu_stop(&bench->qemu);
	ram_destroy(bench->qemu_ram);
	free(bench->pristine);
	fx_end(&bench->fx);
}

/* ---- One DMA ---- */

/* Where the arena of one side differs from what it was: exactly one doubleword, and @sent. */
static struct outcome find_write(struct bench *bench, const struct ram *ram, uint64_t sent)
{
	const uint8_t *now = ram_base(ram) + ARENA;
	struct outcome out = {KIND_NOT_RAM, 0};
	uint64_t at, page;

	for (page = 0; page < ARENA_BYTES; page += 4096) {
		if (!memcmp(now + page, bench->pristine + page, 4096))
			continue;
		for (at = page; at < page + 4096; at += 8) {
			if (!memcmp(now + at, bench->pristine + at, 8))
				continue;
			if (out.kind == KIND_OK || ram_load_be64(ram, (struct raddr){ARENA + at}) != sent)
				return (struct outcome){KIND_CONFUSED, ARENA + at};
			out = (struct outcome){KIND_OK, ARENA + at};
		}
	}
	return out;
}

static struct outcome recognise_read(uint64_t value)
{
	if (value == UINT64_MAX)
		return (struct outcome){KIND_ONES, 0};
	if ((value & PPC_BITMASK(0, 15)) == DATA_MARK)
		return (struct outcome){KIND_OK, value & ~DATA_MARK};
	return (struct outcome){KIND_NOT_RAM, 0};
}

/* What our fault counters say that happened between @before and now. */
static enum kind our_fault(const struct phb_stats *before, const struct phb_stats *now)
{
	static const struct {
		enum phb_verdict verdict;
		enum kind kind;
	} map[] = {
		{PHB_XLATE_RTT_DISABLED, KIND_NO_PE}, {PHB_XLATE_RTE_INVALID, KIND_NO_PE},
		{PHB_XLATE_ADDR_CLASS, KIND_CLASS},   {PHB_XLATE_MSI_READ, KIND_MSI},
		{PHB_XLATE_TVE_INVALID, KIND_TVE},    {PHB_XLATE_TVE_RANGE, KIND_RANGE},
		{PHB_XLATE_PAGE_FAULT, KIND_TCE},     {PHB_XLATE_ACCESS_FAULT, KIND_TCE},
		{PHB_XLATE_WALK_ERROR, KIND_WALK},
	};
	size_t i;

	if (now->faults == before->faults)
		return now->real_address_errors == before->real_address_errors ? KIND_OK : KIND_NOT_RAM;
	for (i = 0; i < sim_count_of(map); i++) {
		if (now->faults == before->faults + 1 &&
		    now->fault[map[i].verdict] == before->fault[map[i].verdict] + 1)
			return map[i].kind;
	}
	return KIND_CONFUSED;
}

static struct outcome our_dma(struct bench *bench, const struct dma_case *c, uint64_t sent)
{
	struct phb_stats before = bench->fx.phb->stats;
	struct tlp *tlp = tlp_alloc(bench->fx.pool);
	uint64_t be = htobe64(sent);
	struct outcome moved;
	bool good = true;
	enum kind fault;

	ck_assert_ptr_nonnull(tlp);
	tlp->type = c->write ? TLP_MEM_WRITE : TLP_MEM_READ;
	tlp->rid = (uint16_t)(QEMU_FIRST_RID + c->fn);
	tlp->addr.v = c->addr;
	tlp->bytes = 8;
	tlp->issued_ps = sim_now(bench->fx.sim);
	memcpy(tlp->data, &be, sizeof(be));
	phb_dma_receive(bench->fx.phb, tlp);
	fx_run(&bench->fx);
	bench->fx.event_count = 0;
	fault = our_fault(&before, &bench->fx.phb->stats);
	if (c->write) {
		moved = find_write(bench, bench->fx.ram, sent);
	} else {
		/* Exactly one completion, and its status agrees with the counters. */
		if (bench->fx.sent_count != 1)
			return (struct outcome){KIND_CONFUSED, 0};
		good = (bench->fx.sent[0]->status == TLP_SC) == (fault == KIND_OK);
		memcpy(&be, bench->fx.sent[0]->data, sizeof(be));
		moved = recognise_read(fault == KIND_OK ? be64toh(be) : 0);
		tlp_free(bench->fx.sent[0]);
		bench->fx.sent_count = 0;
	}
	if (!good || (moved.kind == KIND_OK) != (fault == KIND_OK))
		return (struct outcome){KIND_CONFUSED, moved.at};
	return fault == KIND_OK ? moved : (struct outcome){fault, 0};
}

static enum kind their_fault(const struct bench *bench)
{
	static const struct {
		const char *words;
		enum kind kind;
	} map[] = {
		{"DMA with RTT BAR disabled", KIND_NO_PE},
		{"Failed to read RTT", KIND_NO_PE},
		{"RTE for RID", KIND_NO_PE},
		{"xlate on unsupported", KIND_CLASS},
		{"xlate on 64-bit MSI", KIND_CLASS},
		{"xlate on 32-bit MSI", KIND_MSI},
		{"Invalid #levels", KIND_TVE},
		{"xlate for invalid", KIND_TVE},
		{"Access to invalid TVE", KIND_TVE},
		{"Failed to read TCE", KIND_WALK},
		{"Invalid indirect TCE", KIND_TCE},
		{"TCE access fault", KIND_TCE},
		{"nvalid MSI read @", KIND_ONES},
		{"invalid read @", KIND_ONES},
	};
	const char *line = strstr(bench->log, bench->target->machine->prefix);
	size_t i;

	/* Where a PE number wraps this is only a remark. */
	if (line && bench->target->wraps && strstr(line, "RTE for RID"))
		line = strstr(line + 1, bench->target->machine->prefix);
	for (i = 0; line && i < sim_count_of(map); i++) {
		if (strstr(line, map[i].words))
			return map[i].kind;
	}
	return line ? KIND_CONFUSED : KIND_OK;
}

/* Between QEMU's edu and the mailbox, through the helper's RTT. */
static void helper_dma(struct bench *bench, uint32_t fn, bool write)
{
	qemu_write(&bench->qemu, PHB_RTT_BAR, PHB_RTT_BAR_ENABLE | HELPER_RTT);
	qemu_write(&bench->qemu, PHB_RTC_INVALIDATE, PHB_RTC_INVALIDATE_ALL);
	qemu_dma(&bench->qemu, fn, 0, write);
	qemu_write(&bench->qemu, PHB_RTT_BAR, bench->rtt_bar);
	qemu_write(&bench->qemu, PHB_RTC_INVALIDATE, PHB_RTC_INVALIDATE_ALL);
}

static struct outcome their_dma(struct bench *bench, const struct dma_case *c, uint64_t sent)
{
	struct outcome moved;
	enum kind fault;

	store_be64(bench->qemu_ram, MAILBOX, sent);
	helper_dma(bench, c->fn, false);
	qemu_log_mark(&bench->qemu);
	qemu_dma(&bench->qemu, c->fn, c->addr, c->write);
	qemu_log_since(&bench->qemu, bench->log, sizeof(bench->log));
	fault = their_fault(bench);
	if (c->write) {
		moved = find_write(bench, bench->qemu_ram, sent);
	} else {
		store_be64(bench->qemu_ram, MAILBOX, 0);
		helper_dma(bench, c->fn, true);
		moved = recognise_read(ram_load_be64(bench->qemu_ram, (struct raddr){MAILBOX}));
	}
	if (fault == KIND_OK)
		return moved;
	if (moved.kind == KIND_OK || (fault == KIND_ONES && moved.kind != KIND_ONES))
		return (struct outcome){KIND_CONFUSED, moved.at};
	return (struct outcome){fault, 0};
}

void bench_dma(struct bench *bench, struct dma_case *c)
{
	uint64_t sent = SENT_MARK | c->number;

	c->ours = our_dma(bench, c, sent);
	c->theirs = their_dma(bench, c, sent);
	if (c->write)
		restore(bench);
}
