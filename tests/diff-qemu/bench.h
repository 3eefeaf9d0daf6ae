/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_DIFF_QEMU_BENCH_H
#define TESTS_DIFF_QEMU_BENCH_H
/*
 * tests/diff-qemu/bench.h - our PHB3 or PHB4 and QEMU's side by side: every register write and every store to a table
 * goes to both; one DMA of 8 bytes at a time goes through both, and what came of it is compared.
 */
#define FX_RAM_BYTES QEMU_RAM_BYTES
#include "tests/diff-qemu/qemu.h"
#include "tests/hw/phb_fixture.h"

/* What both RAMs hold, and what is compared after each write: tables, then data. The rest of a DMA's world is fixed. */
#define ARENA 0x1200000ull
#define TABLES_BYTES (2ull << 20)
#define DATA (ARENA + TABLES_BYTES)
#define DATA_BYTES (1ull << 20)
#define ARENA_BYTES (TABLES_BYTES + DATA_BYTES)
#define NODE_BYTES_MAX 16384u /* of a table that is larger, only its beginning is used */

/* QEMU's "edu" shows its buffer only by DMA: a second RTT names a PE whose window reaches the mailbox. */
#define HELPER_RTT 0x140000ull
#define HELPER_PE 250u
#define HELPER_TABLE 0x170000ull
#define MAILBOX 0x171000ull

#define WINDOWS (QEMU_FUNCTIONS * 2)
#define PAGE_SIZES 4u

/**
 * struct target - a kind of PHB that both have. @variant: of tests/hw/phb_fixture.h. @pages: codes of its page sizes.
 * @wraps: QEMU takes a PE number that does not exist modulo @pe_count. @needs_bit_51: QEMU takes TVE bit 51 alone for
 * "not translated". @control: what CONTROL holds.
 */
struct target {
	const char *name;
	const struct qemu_machine *machine;
	int variant;
	uint32_t pe_count;
	uint64_t ioda_tadr, control;
	uint8_t pages[PAGE_SIZES];
	bool wraps, needs_bit_51;
};
extern const struct target targets[];
extern const size_t target_count;
/** page_known - is @code a page size of the target? */
bool page_known(const struct target *target, uint64_t code);
#define MAPPINGS_MAX 6u

/** enum kind - what came of a DMA. Faults are told apart as far as QEMU's log does. */
enum kind {
	KIND_OK,
	KIND_NO_PE,    /* RTT off, or it names no PE */
	KIND_CLASS,    /* address bits 63:60 */
	KIND_MSI,      /* refused in the MSI window */
	KIND_TVE,      /* no valid window */
	KIND_RANGE,    /* beyond the window; QEMU has no such thing */
	KIND_TCE,      /* a TCE grants nothing, or not this */
	KIND_WALK,     /* a table is not in RAM */
	KIND_NOT_RAM,  /* translated, but nothing is there */
	KIND_ONES,     /* a read returned all ones */
	KIND_CONFUSED, /* none of these: always an unexplained difference */
	KINDS
};
extern const char *const kind_names[KINDS];

/** struct outcome - @at: real address that the data came from or went to, when KIND_OK. */
struct outcome {
	enum kind kind;
	uint64_t at;
};

/** struct window - one TVE of one function's PE. @unaligned: its tables are aligned to 4 KiB only. */
struct window {
	uint32_t pe, fn;
	uint64_t select; /* address bit 59 */
	uint64_t tve;
	bool unaligned;
	uint32_t mapping_count;
	uint64_t mapping[MAPPINGS_MAX]; /* PCI addresses */
	uint64_t leaf[MAPPINGS_MAX];	/* where their TCEs are */
};

/** struct dma_case - @stale: the TCE of this address was changed after it was cached; it named @stale_at. */
struct dma_case {
	uint32_t number, fn;
	uint64_t addr;
	bool write, stale;
	uint64_t stale_at;
	uint64_t tve; /* that the address selects, 0 when there is no PE */
	struct outcome ours, theirs, foretold;
};

struct bench {
	const struct target *target;
	struct fx fx;
	struct qemu qemu;
	struct ram *qemu_ram;
	uint8_t *pristine; /* owned: the arena as it was written */
	struct sim_rng rng;
	uint64_t tables_used;
	uint64_t rtt_bar, config;
	bool naples;
	uint16_t pe[QEMU_FUNCTIONS]; /* as the RTT has it */
	struct window window[WINDOWS];
	char log[2048]; /* QEMU's words about the last DMA */
};

/* bench.c */
void bench_begin(struct bench *bench, const struct target *target, uint64_t seed);
void bench_end(struct bench *bench);
/** bench_write - a register of both. */
void bench_write(struct bench *bench, uint32_t offset, uint64_t value);
void bench_ioda(struct bench *bench, uint32_t table, uint32_t index, uint64_t value);
/** bench_store - a doubleword of the arena of both. */
void bench_store(struct bench *bench, uint64_t at, uint64_t value);
uint64_t bench_load(const struct bench *bench, uint64_t at);
/** bench_clean - fill the arena: no tables, every data doubleword names its address. */
void bench_clean(struct bench *bench);
/** bench_dma - one DMA through both: fills @c->ours and @c->theirs. The arena is afterwards as it was before. */
void bench_dma(struct bench *bench, struct dma_case *c);

/* world.c */
/** world_build - tables, windows, RTT anew. */
void world_build(struct bench *bench);
/** world_draw - a DMA to try. */
void world_draw(struct bench *bench, struct dma_case *c);

/* reasons.c */
/** foretell - what QEMU's model does with @c, by what is known of it: facts that docs/diff-qemu.md lists. */
struct outcome foretell(const struct bench *bench, const struct dma_case *c);
/** reason_of - index into reasons[] of why the outcomes of @c differ, or -1. */
int reason_of(const struct bench *bench, const struct dma_case *c);
extern const char *const reasons[];
extern const size_t reason_count;
/* The first of reasons[] is not about a DMA but about what comes after it; reason_of() gives the others. */
enum { REASON_NO_FREEZE, REASON_FIRST_OF_DMA };

#endif
