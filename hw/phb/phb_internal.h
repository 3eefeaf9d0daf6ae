/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HW_PHB_PHB_INTERNAL_H
#define HW_PHB_PHB_INTERNAL_H
/*
 * hw/phb/phb_internal.h - the state of a PHB, for hw/phb/, its tests and its benchmark only.
 *
 * Invariants: tve[i] is tvt[i] decoded (phb_tve_decode() after every write of either input); dma_blocked[pe] is bit pe
 * of dma_stopped[] (but for the mutant that skips freezes); an RTC entry names a PE below pe_count.
 */
#include "hw/phb/phb.h"
#include "hw/phb/phb_gen.h"
#include "hw/phb/phb_stage.h"
#include "hw/phb/tce_cache.h"
#include "hw/regs/phb3_regs.h"
#include "sim/clock.h"
#include "sim/event.h"
#include "sim/stat.h"
#include "sim/trace.h"

#define PHB_OBSERVERS_MAX 4
#define PHB_REG_COUNT (PHB_REG_BYTES_MAX / 8)
#define PHB_TAGS_MAX 64u
#define PHB_WALKERS_MAX 64u
#define PHB_PE_NONE UINT32_MAX

/**
 * struct phb_xlate - @pe: PHB_PE_NONE when the RTT named none. @real: when OK. @cached: a TCE decided, not a register.
 * @fetched: a line had to be fetched for it.
 */
struct phb_xlate {
	uint64_t real;
	uint32_t pe;
	bool cached, fetched;
};

enum phb_tve_kind { PHB_TVE_INVALID, PHB_TVE_TRANSLATE, PHB_TVE_REAL };

/**
 * struct phb_tve - a decoded TVE.
 * @limit: bytes of a translated window, 0 for all others, so that one compare finds what needs a closer look.
 * @base: real address of the first-level table; or first address of a non-translated window. @end: its end, excluded.
 * @index_mask: of one level. @levels: 0 unless translated.
 * @rid_value, @rid_mask: requesters whose RID differs from the value under the mask may not use it; mask 0: all may.
 */
struct phb_tve {
	uint64_t limit, base;
	union {
		uint64_t end;
		uint64_t index_mask;
	};
	uint16_t rid_value, rid_mask;
	uint8_t kind, levels, page_shift, index_bits;
};
static_assert(sizeof(struct phb_tve) == 32, "two of them, a PE's, are one cache line of the host");

/**
 * struct phb_tve_select - which TVE an address of a PE selects, and what is left of the address as offset:
 * TVE number (@pe << @pe_shift & @pe_mask) + (addr >> @addr_shift & @addr_mask), offset addr & @offset_mask.
 * @above: an address with any of these bits selects TVE 1 of its PE instead of TVE 0; 0: none does.
 */
struct phb_tve_select {
	uint64_t offset_mask, above;
	uint32_t pe_mask, addr_mask;
	uint8_t pe_shift, addr_shift;
};

/** struct phb_rtc - RID to PE. @pe1: PE + 1 by RID, 0 when not cached. @ring: cached RIDs, oldest first from @head. */
struct phb_rtc {
	uint16_t *pe1;
	uint16_t *ring;
	uint32_t capacity, head, count;
};

struct phb_queue {
	struct tlp *head, *tail;
};

/** struct phb_walker - one table walk. @waiters: TLPs that wait for its line. */
struct phb_walker {
	struct sim_event event;
	struct phb *phb;
	uint64_t key, offset;
	uint32_t tve, index, pe;
	sim_ps begin_ps;
	bool busy;
	struct phb_queue waiters;
};

/**
 * struct phb_dma - the inbound pipeline; see phb_dma.c.
 * @front: TLPs before their decision. @ordered: decided ones that wait for an earlier write, in order of arrival.
 * @for_tag: reads that wait for a tag. @for_walker: TLPs that wait for a free walker. @reads, @writes, @msis:
 * in memory, each in order of their ends.
 */
struct phb_dma {
	struct phb_queue front, ordered, for_tag, for_walker, reads, writes, msis;
	struct sim_event front_event;
	sim_ps front_free_ps, ram_free_ps;
	uint64_t arrivals, posted_in, posted_done;
	uint64_t tags_free; /* one bit per tag */
	uint32_t reads_in, sync_generation, sync_wait;
	uint32_t draining;	   /* requests that a reset left in the pipeline */
	struct phb_walker *walker; /* owned array */
	uint32_t walker_count, walkers_busy;
};

/** struct phb_timing - configuration in ps. */
struct phb_timing {
	sim_ps front_ps, issue_ps, walk_level_ps, ram_read_ps, ram_write_ps, msi_ps;
	sim_ps kill_one_ps, kill_scan_ps;
	uint64_t ram_bytes_per_s;
};

struct phb_stats {
	uint64_t dma_reads, dma_writes, dma_read_bytes, dma_write_bytes;
	uint64_t msis, msis_masked, msis_queued, messages;
	uint64_t rtc_hits, rtc_misses;
	uint64_t tce_hits, tce_misses, walks, walk_levels, walks_merged, walks_waited, walks_late;
	uint64_t kills_all, kills_pe, kills_one, killed_tces;
	uint64_t frozen_reads, frozen_writes, frozen_msis, frozen_mmio_reads, frozen_mmio_writes;
	uint64_t faults, fault[PHB_XLATE_VERDICTS];
	uint64_t real_address_errors, unexpected_tlps;
	uint64_t freezes, companion_freezes, thaws, peltv_no_self, table_bar_disabled;
	uint64_t reg_reads, reg_writes, reg_bad_access, unimplemented_reads, unimplemented_writes;
	uint64_t config_reads, config_writes, config_no_device;
	uint64_t mmio_reads, mmio_writes, mmio_decode_errors, mmio_unclaimed;
	uint64_t trapped, injections, lsi_inf, lsi_er, resets, reset_requests;
	uint64_t fences, fenced_reg_reads, fenced_reg_writes, fenced_requests, fenced_mmio;
};

/* What makes a request need a closer look: bits of phb->guard, 0 in normal life. */
#define PHB_GUARD_FENCED 1u
#define PHB_GUARD_INJECT_IN 2u
#define PHB_GUARD_INJECT_OUT 4u
#define PHB_GUARD_DRAIN 8u				  /* requests from before a reset are still in the pipeline */
#define PHB_GUARD_HELD 16u				  /* the core is held in reset */
#define PHB_GUARD_OUT (PHB_GUARD_FENCED | PHB_GUARD_HELD) /* cut off: nothing enters, registers read all ones */

/**
 * struct phb_down - what lies below: a topology, or a test's fake.
 * @config_read, @config_write: a configuration cycle; @value is what the root complex returns as data, whatever the
 * status.
 */
struct phb_down {
	void *ctx;
	void (*send)(void *ctx, struct tlp *tlp);
	enum pcie_config_status (*config_read)(void *ctx, uint16_t rid, uint32_t reg, uint32_t bytes, uint32_t *value);
	enum pcie_config_status (*config_write)(void *ctx, uint16_t rid, uint32_t reg, uint32_t value, uint32_t bytes);
	const struct pcie_function *(*claimer)(void *ctx, uint64_t pci_addr, bool write);
};

/** struct phb_fir - a fault isolation register with its mask and "who's on first". */
struct phb_fir {
	uint64_t value, mask, wof;
};

struct phb {
	/* Read by every translation. */
	struct phb_rtc rtc;
	struct tce_cache cache;
	uint64_t msi32_base; /* a place that no address has while the window is off */
	const uint8_t *ram_base;
	uint64_t ram_bytes;
	uint32_t leaf_skip_bytes; /* 0; 8 with mutant.walk_off_by_one */
	struct phb_tve_select select;
	uint8_t dma_blocked[PHB_PE_MAX], mmio_blocked[PHB_PE_MAX];
	struct phb_tve tve[PHB_TVT_MAX];

	const struct phb_gen *gen;
	uint32_t pe_count, tve_count;
	struct sim *sim;       /* borrowed */
	struct ram *ram;       /* borrowed */
	struct tlp_pool *pool; /* borrowed */
	struct phb_down down;
	phb_irq_fn *irq;
	void *irq_arg;
	uint32_t index;
	struct phb_timing timing;
	struct phb_dma dma;

	uint64_t reg[PHB_REG_COUNT];
	const struct phb_reg_row *row_of[PHB_REG_COUNT]; /* NULL: no such register */
	uint64_t table[IODA_TBL_COUNT][PHB_TVT_MAX];
	uint64_t mmio_frozen[PHB_PE_MAX / 64], dma_stopped[PHB_PE_MAX / 64]; /* IBM bit pe % 64 of word pe / 64 */
	uint64_t resend[PHB_SOURCES_MAX / 64];
	struct sim_event resend_event;

	enum pcie_config_status config_status; /* of the last configuration cycle */
	struct phb_fir nfir, pfir;	       /* of the nest and the PCI unit */
	uint64_t asb_addr;		       /* of the indirect window */
	uint32_t guard;			       /* PHB_GUARD_* */
	uint32_t lsi_asserted;		       /* bit n: LSI n is on and has been presented */

	enum tlp_status frozen_status, fault_status;
	bool end_inclusive, peltv_messages_only;
	bool mutant_forget_kill, mutant_skip_freeze;

	struct phb_stats stats;
	struct phb_stage_table stage;
	uint32_t observer_count;
	struct {
		phb_event_fn *fn;
		void *arg;
	} observer[PHB_OBSERVERS_MAX];
	uint32_t track, walker_track[PHB_WALKERS_MAX], tag_track[PHB_TAGS_MAX]; /* 0: not made yet */
};

/** phb_stage_of - where times of @pe are counted; PHB_PE_NONE: of nobody. */
static inline struct phb_stage_stats *phb_stage_of(struct phb *phb, uint32_t pe)
{
	uint32_t place = pe < phb->stage.pe_count ? pe : phb->stage.pe_count;
	struct phb_stage_stats *stats = phb->stage.pe[place];

	return sim_likely(stats != NULL) ? stats : phb_stage_use(phb, place);
}

/* phb_stats.c */
extern const struct stat_row phb_stat_rows[];
extern const size_t phb_stat_row_count;

/* phb.c */
void phb_notify(struct phb *phb, enum phb_event_kind kind, uint32_t pe, const struct tlp *tlp, uint64_t value);
/** phb_trace - an instant on the PHB's own track; only under trace_on(). */
void phb_trace(struct phb *phb, const char *name, const struct trace_arg *args, size_t n);

/* phb_rtt.c */
/** phb_rtt_find_pe - what the RTT in memory says of @rid, without the cache. */
enum phb_verdict phb_rtt_find_pe(const struct phb *phb, uint16_t rid, uint32_t *pe);
void phb_rtc_init(struct phb_rtc *rtc, uint32_t capacity);
void phb_rtc_finish(struct phb_rtc *rtc);
/** phb_rtc_fill - read the RTT and cache what it says of @rid. Return: PHB_XLATE_OK or why there is no PE. */
enum phb_verdict phb_rtc_fill(struct phb *phb, uint16_t rid);
/** phb_rtc_invalidate - a write of RTC_INVALIDATE. */
void phb_rtc_invalidate(struct phb *phb, uint32_t offset, uint64_t value);
void phb_rtc_clear(struct phb *phb);

/* phb_kill.c */
/** phb_kill_write - a write of TCE_KILL. */
void phb_kill_write(struct phb *phb, uint32_t offset, uint64_t value);
/** phb_kill_cache - forget all TCEs, as a side effect of something else. */
void phb_kill_cache(struct phb *phb);
/** phb_kill_ioda2 - gen->kill of PHB3: by PE and DMA address. */
struct phb_kill phb_kill_ioda2(uint64_t value);

/* phb_tce.c */
/** phb_tve_decode_ioda2 - bring tve[@index] up to date with the TVT and CONTROL: 64-bit TVEs. */
void phb_tve_decode_ioda2(struct phb *phb, uint32_t index);
void phb_tve_decode_all(struct phb *phb);
/**
 * phb_select_set - how addresses select TVEs: each PE has 1 << @log2 of them, chosen by the bits from 59 (LSB-0) down;
 * @above: see struct phb_tve_select. TVEs have to be decoded again after it.
 */
void phb_select_set(struct phb *phb, uint32_t log2, uint64_t above);
enum phb_verdict phb_xlate_special(struct phb *phb, uint64_t addr, bool write, struct phb_xlate *out);
/** phb_is_msi - does @addr lie in a window for MSIs, as CONFIG stands? */
bool phb_is_msi(const struct phb *phb, uint64_t addr);

/* phb_pest.c */
/**
 * struct phb_error - an error as the PEST record tells it.
 * @cause: PESTA cause bits. @type: IODA2_PEST_*. @rid, @msi_data, @addr: fields of the record; its LEM bit is the
 * trap's.
 * @message: the error came as a PCIe message (PELT-V scope). @trap: where it is caught. @force: freeze the PE whatever
 * the enables say. @pe: PHB_PE_NONE when nobody is to blame.
 */
struct phb_error {
	uint64_t cause, addr;
	uint32_t pe, type;
	enum phb_trap trap;
	bool force;
	uint16_t rid, msi_data;
	bool message;
};
/** phb_pest_word - doubleword A of the record of @error, with bit 0. */
uint64_t phb_pest_word(const struct phb *phb, const struct phb_error *error);
/** phb_pest_error - record @error and freeze its PE; whether it is to freeze is decided in phb_trap.c. */
void phb_pest_error(struct phb *phb, const struct phb_error *error);
/** phb_pest_set - software writes bit 0 of PESTA (@dma false) or PESTB of @pe. */
void phb_pest_set(struct phb *phb, uint32_t pe, bool dma, bool frozen);
bool phb_pest_any(const struct phb *phb);

/** phb_pest_thaw_all - a reset clears all freeze bits. */
void phb_pest_thaw_all(struct phb *phb);

/* phb_trap.c */
/** phb_trap_error - an error: caught in its group, and what the group's enables make of it. */
void phb_trap_error(struct phb *phb, const struct phb_error *error);
/** phb_trap_note - an error that belongs to no PE; @addr for the log. */
void phb_trap_note(struct phb *phb, enum phb_trap trap, uint64_t addr);
uint64_t phb_trap_read(struct phb *phb, uint32_t offset);
void phb_trap_write(struct phb *phb, uint32_t offset, uint64_t value);
/** phb_trap_summary - ETU_ERR_SUMMARY. */
uint64_t phb_trap_summary(const struct phb *phb);
/** phb_trap_channel - DMA_CHAN_STATUS (@dma) or CPU_LOADSTORE_STATUS. */
uint64_t phb_trap_channel(const struct phb *phb, bool dma);

/* phb_lem.c */
void phb_lem_set(struct phb *phb, uint32_t bit);
void phb_lem_write(struct phb *phb, uint32_t offset, uint64_t value);
/** phb_lsi_update - bring LSIs 6 and 7 up to date with all status, enable and mask registers. */
void phb_lsi_update(struct phb *phb);

/* phb_fence.c */
/** phb_fence - cut the PHB off. @status, @group: what did it, for the trace. */
void phb_fence(struct phb *phb, uint64_t status, uint32_t group);
/** phb_out - is it cut off, by a fence or a reset that lasts? */
static inline bool phb_out(const struct phb *phb)
{
	return phb->guard & PHB_GUARD_OUT;
}

/* phb_scom.c */
/** phb_scom_note_fence - the nest sees that the PHB is fenced. */
void phb_scom_note_fence(struct phb *phb);

/* phb_inject.c */
/** phb_inject_arm - a write of PAPR_ERR_INJ_CTL. */
void phb_inject_arm(struct phb *phb, uint32_t offset, uint64_t control);
/** phb_inject_dma, phb_inject_mmio, phb_inject_config - does this access meet the armed injection? It is an error then.
 */
bool phb_inject_dma(struct phb *phb, const struct tlp *tlp);
bool phb_inject_mmio(struct phb *phb, const struct phb_route *route, uint64_t real, bool write);
bool phb_inject_config(struct phb *phb, bool write);

/* phb_fault.c */
/** phb_fault - count a DMA error, and freeze the PE if there is one to freeze. */
void phb_fault(struct phb *phb, enum phb_verdict verdict, uint32_t pe, const struct tlp *tlp);
const char *phb_verdict_why(enum phb_verdict verdict);

/* phb_irq.c */
/** phb_irq_present - @source to the interrupt output, as an event of now. */
void phb_irq_present(struct phb *phb, uint32_t source);
void phb_irq_init(struct phb *phb);
void phb_irq_finish(struct phb *phb);

/* phb3_msi.c */
enum phb_verdict phb3_msi(struct phb *phb, const struct tlp *tlp, uint32_t pe, uint32_t *source);
void phb3_msi_ivc_update(struct phb *phb, uint32_t offset, uint64_t value);
void phb3_msi_ffi(struct phb *phb, uint32_t offset, uint64_t value);

/* phb_dma.c */
void phb_dma_init(struct phb *phb, const struct cfg *cfg);
void phb_dma_finish(struct phb *phb);
/** phb_dma_receive - link_up_fn: a TLP came from the link. */
void phb_dma_receive(void *ctx, struct tlp *tlp);
/** phb_dma_stall - the TCE unit is busy for @ps (kills). */
void phb_dma_stall(struct phb *phb, sim_ps ps);
void phb_dma_sync_start(struct phb *phb);
/** phb_dma_pending - is any request in the pipeline or in memory? */
bool phb_dma_pending(const struct phb *phb);
/** phb_dma_reset - what is in the pipeline and not decided will be refused. */
void phb_dma_reset(struct phb *phb);

/* phb_ioda.c */
uint64_t phb_ioda_read(struct phb *phb, uint32_t offset);
void phb_ioda_write(struct phb *phb, uint32_t offset, uint64_t value);
/* Hooks of tables that generations share. */
uint64_t phb_ioda_pesta_read(struct phb *phb, uint32_t pe);
uint64_t phb_ioda_pestb_read(struct phb *phb, uint32_t pe);
void phb_ioda_pesta_write(struct phb *phb, uint32_t pe, uint64_t value);
void phb_ioda_pestb_write(struct phb *phb, uint32_t pe, uint64_t value);
void phb_ioda_tvt_write(struct phb *phb, uint32_t index, uint64_t value);
uint64_t phb_ioda_peev_read(struct phb *phb, uint32_t index);
void phb_ioda_peev_write(struct phb *phb, uint32_t index, uint64_t value);

/* phb_regs.c */
/** phb_regs_reset - all registers; @power_on: the error registers too, which other resets leave. */
void phb_regs_reset(struct phb *phb, bool power_on);
void phb_regs_init(struct phb *phb);
/* Rows and hooks that generations share. */
extern const struct phb_reg_rows phb_rows_common, phb_rows_rtt; /* all; those with an RTT in memory */
void phb_reg_ignore(struct phb *phb, uint32_t offset, uint64_t value);
static inline uint64_t phb_reg(const struct phb *phb, uint32_t offset)
{
	return phb->reg[offset / 8];
}

/* phb_config.c: an access of CONFIG_DATA; @lane: which byte of it, @bytes: 1, 2, 4. */
uint64_t phb_config_read(struct phb *phb, uint32_t lane, uint32_t bytes);
void phb_config_write(struct phb *phb, uint32_t lane, uint64_t value, uint32_t bytes);

/* phb_table.c: tables in RAM. Return: false when the BAR is off or points outside RAM. */
bool phb_table_at(const struct phb *phb, uint32_t bar, uint64_t addr_mask, uint64_t offset, uint32_t bytes,
		  struct raddr *at);

#endif
