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
#include "hw/phb/phb_stats.h"
#include "hw/phb/phb_stage.h"
#include "hw/phb/phb_tve.h"
#include "hw/phb/tce_cache.h"
#include "hw/regs/phb3_regs.h"
#include "sim/clock.h"
#include "sim/event.h"
#include "sim/trace.h"

#define PHB_OBSERVERS_MAX 4
#define PHB_REG_COUNT (PHB_REG_BYTES_MAX / 8)
#define PHB_TAGS_MAX 64u
#define PHB_WALKERS_MAX 64u
#define PHB_WALKER_BUCKETS 64u
#define PHB_KILLS_MAX 64u
#define PHB_PE_NONE UINT32_MAX
#define PHB_PE_ALL (UINT32_MAX - 1)
/* With more TVEs per PE there are fewer PEs; those beyond select TVEs that no table has, which are invalid. */
#define PHB_TVE_MAX (PHB_PE_MAX << PHB_TVES_PER_PE_LOG2_MAX)

/**
 * struct phb_xlate - @pe: PHB_PE_NONE when the RTT named none. @real: when OK. @cached: a TCE decided, not a register.
 * @fetched: a line had to be fetched for it.
 */
struct phb_xlate {
	uint64_t real;
	uint32_t pe;
	bool cached, fetched;
};

/**
 * struct phb_tve_select - which TVE an address of a PE selects, and what is left of the address as offset:
 * TVE number (@pe << @pe_shift & @pe_mask) + (addr >> @addr_shift & @addr_mask), offset addr & @offset_mask.
 * @above: an address with any of these bits selects TVE 1 of its PE instead of TVE 0; 0: none does.
 * @outside: an address with any of these bits is in no window.
 */
struct phb_tve_select {
	uint64_t offset_mask, above, outside;
	uint32_t pe_mask, addr_mask;
	uint8_t pe_shift, addr_shift;
};

/** struct phb_rtc - RID to PE. @pe1: PE + 1 by RID, 0 when not cached. @ring: cached RIDs, oldest first from @head. */
struct phb_rtc {
	uint16_t *pe1;
	uint16_t *ring;
	uint32_t capacity, head, count;
};

/**
 * struct phb_walker - one table walk. @levels: still to read. @waiters: TLPs that wait for its line. @next: walker + 1 in
 * the same bucket, 0: none.
 */
struct phb_walker {
	struct sim_event event;
	struct phb *phb;
	uint64_t key, offset;
	uint32_t tve, index, pe, levels;
	sim_ps begin_ps;
	uint8_t next;
	struct tlp_queue waiters;
};

/**
 * struct phb_flow - requests of one kind in the PHB. @wait: those that the sync of @generation still waits for.
 * @entered, @left: since the beginning.
 */
struct phb_flow {
	uint32_t in, generation, wait;
	uint64_t entered, left;
};
enum { PHB_FLOW_READ, PHB_FLOW_POSTED, PHB_FLOWS };

/**
 * struct phb_dma - the inbound pipeline; see phb_dma.h and phb_sync.c.
 * @front: TLPs before their decision, @front_count of them. @ordered: decided ones that wait for an earlier write, in
 * order of arrival.
 * @for_tag: reads that wait for a tag or read engines. @for_walker: TLPs that wait for a free walker. @reads, @writes,
 * @msis: in memory, each mostly in order of their ends.
 */
struct phb_dma {
	struct tlp_queue front, ordered, for_tag, for_walker, reads, writes, msis;
	struct sim_event front_event;
	sim_ps front_free_ps;
	uint64_t arrivals, posted_in, posted_done;
	uint64_t tags_free; /* one bit per tag */
	uint32_t tag_pe1, walker_pe1; /* PE + 1 of who had its turn last: see phb_dma_turn() */
	struct phb_flow flow[PHB_FLOWS];
	uint32_t front_count;
	bool quiesced, autoreset;
	uint32_t draining;	   /* requests that a reset left in the pipeline */
	struct phb_walker *walker; /* owned array */
	uint64_t walkers_free;	   /* one bit per walker */
	uint8_t walker_of[PHB_WALKER_BUCKETS]; /* busy ones by a hash of their key: number + 1 */
	uint32_t walker_count, walkers_busy;
};

/**
 * struct phb_kills - kills of TCEs that are not done yet, a ring; see phb_kill.c.
 * @done_ps: when the engine is done with it (generations whose kills take effect at once). @kill: what to do (others).
 * @since_ps: when that came (likewise). @next: waits in the register for room, while @held.
 */
struct phb_kills {
	struct {
		sim_ps done_ps, since_ps;
		struct phb_kill kill;
	} slot[PHB_KILLS_MAX];
	struct phb_kill next;
	struct sim_event event;
	sim_ps free_ps;
	uint32_t head, count, depth;
	bool held;
};

/** struct phb_timing - configuration in ps. */
struct phb_timing {
	sim_ps front_ps, issue_ps, walk_level_ps, ram_read_ps, ram_write_ps, msi_ps;
	sim_ps kill_one_ps, kill_scan_ps, completion_ps;
};

/* tlp->stage of a request in the PHB: a walk has been made for it (one bit per piece). */
#define PHB_STAGE_WALKED 6u

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
 * status. @root_read, @root_write: of the root port, without a cycle. @perst: drive the fundamental reset signal, or
 * let go. @reset: the root port itself.
 */
struct phb_down {
	void *ctx;
	void (*send)(void *ctx, struct tlp *tlp);
	enum pcie_config_status (*config_read)(void *ctx, uint16_t rid, uint32_t reg, uint32_t bytes, uint32_t *value);
	enum pcie_config_status (*config_write)(void *ctx, uint16_t rid, uint32_t reg, uint32_t value, uint32_t bytes);
	const struct pcie_function *(*claimer)(void *ctx, uint64_t pci_addr, bool write);
	enum pcie_config_status (*root_read)(void *ctx, uint32_t reg, uint32_t bytes, uint32_t *value);
	enum pcie_config_status (*root_write)(void *ctx, uint32_t reg, uint32_t value, uint32_t bytes);
	void (*perst)(void *ctx, bool asserted);
	void (*reset)(void *ctx);
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
	struct phb_tve tve[PHB_TVE_MAX];

	const struct phb_gen *gen;
	const struct phb_shape *shape;
	uint32_t pe_count, tve_count;
	struct sim *sim;       /* borrowed */
	struct ram *ram;       /* borrowed */
	struct tlp_pool *pool; /* borrowed */
	struct phb_down down;
	phb_irq_fn *irq;
	void *irq_arg;
	phb_hub_fn *hub;
	void *hub_arg;
	uint32_t index;
	struct phb_timing timing;
	struct memory_port memory;
	struct phb_dma dma;
	struct phb_kills kills;
	struct phb_timeouts *timeouts; /* owned */

	uint64_t reg[PHB_REG_COUNT];
	const struct phb_reg_row *row_of[PHB_REG_COUNT]; /* NULL: no such register */
	uint64_t table[IODA_TBL_COUNT][PHB_TVT_MAX];
	uint64_t mmio_frozen[PHB_PE_MAX / 64], dma_stopped[PHB_PE_MAX / 64]; /* IBM bit pe % 64 of word pe / 64 */
	uint64_t resend[PHB_SOURCES_MAX / 64];
	struct sim_event resend_event;

	enum pcie_config_status config_status; /* of the last configuration cycle */
	struct phb_fir nfir, pfir;	       /* of the nest and the PCI unit */
	uint64_t asb_addr;		       /* of the indirect window */
	uint64_t scom_mode;		       /* of the nest unit */
	uint32_t guard;			       /* PHB_GUARD_* */
	uint32_t intx;			       /* bit n: INTx n of what is below is on */
	uint32_t lsi_asserted;		       /* bit n: LSI n is on and has been presented */

	bool link_down, mmio_eeh_off;
	uint32_t link_speed, link_width; /* 0: no link */
	uint32_t link_down_pe;		 /* PHB_PE_ALL or PHB_PE_NONE */
	bool ioda_errors, config_timeout_error, both_freeze;

	enum tlp_status frozen_status, fault_status;
	bool end_inclusive, peltv_messages_only, inject_once;
	bool dma64_alias, wide_windows; /* "phb.p7ioc.*" */
	bool walk_merge, arbiter_by_pe;
	bool kill_any_size, kill_page_dropped, tclb_realloc;
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

/* phb_settings.c */
/** phb_configure - take the settings that more than one part needs from @cfg. */
void phb_configure(struct phb *phb, const struct cfg *cfg);

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
/** phb_kill_ioda1 - gen->kill of the P7IOC: by the place of a pair of TCEs in memory. */
struct phb_kill phb_kill_ioda1(uint64_t value);
/** phb_kill_ioda3 - gen->kill of PHB4 and PHB5: a page's size is given, too. */
struct phb_kill phb_kill_ioda3(uint64_t value);
/** phb_kill_busy - is a kill waiting or under way? Always no where kills take effect at once. */
bool phb_kill_busy(const struct phb *phb);
/** phb_kill_undone - does the line buffer bring back the killed line with @key, which a walk has fetched? */
bool phb_kill_undone(const struct phb *phb, uint64_t key);
void phb_kill_init(struct phb *phb, const struct cfg *cfg);
/** phb_kill_reset - forget all TCEs and all kills. */
void phb_kill_reset(struct phb *phb);

/* phb_tce.c */
/** phb_tve_decode_ioda2 - bring tve[@index] up to date with the TVT and CONTROL: 64-bit TVEs. */
void phb_tve_decode_ioda2(struct phb *phb, uint32_t index);
void phb_tve_decode_all(struct phb *phb);
/**
 * phb_select_set - how addresses select TVEs: each PE has 1 << @log2 of them, chosen by the bits from 59 (LSB-0) down;
 * @above: see struct phb_tve_select. TVEs have to be decoded again after it.
 */
void phb_select_set(struct phb *phb, uint32_t log2, uint64_t above);
/** phb_xlate_special - what needs a closer look: no window, one that is not translated, one that has an owner. */
enum phb_verdict phb_xlate_special(struct phb *phb, uint16_t rid, uint64_t addr, bool write, bool fetch,
				   struct phb_xlate *out);
/** phb_is_msi - does @addr lie in a window for MSIs, as CONFIG stands? */
bool phb_is_msi(const struct phb *phb, uint64_t addr);

/* phb_irq.c */
/** phb_irq_present - @source to the interrupt output, as an event of now. */
void phb_irq_present(struct phb *phb, uint32_t source);
void phb_irq_init(struct phb *phb);
void phb_irq_finish(struct phb *phb);

/** phb_msi_source - the number of an MSI (QEMU pnv_phb3_msi.c). Return: PHB_XLATE_OK, or what is wrong with the
 * message. */
enum phb_verdict phb_msi_source(const struct tlp *tlp, uint32_t *source);
/** phb_lxivt_lsi, phb_lxivt_write - gen->lsi and the hook of the table where there is an LXIVT. */
bool phb_lxivt_lsi(struct phb *phb, uint32_t lsi, bool on);
void phb_lxivt_write(struct phb *phb, uint32_t index, uint64_t value);

/* phb3_msi.c */
/** phb3_ive_at - gen->ive_at of PHB3. */
bool phb3_ive_at(const struct phb *phb, uint32_t source, struct raddr *at);
/** phb_intx - INTx @wire of what is below is @on: LSI @wire (INTA to INTD are LSIs 0 to 3). */
void phb_intx(struct phb *phb, uint32_t wire, bool on);
enum phb_verdict phb3_msi(struct phb *phb, const struct tlp *tlp, uint32_t pe, uint32_t *source);
void phb3_msi_ivc_update(struct phb *phb, uint32_t offset, uint64_t value);
void phb3_msi_ffi(struct phb *phb, uint32_t offset, uint64_t value);

/* phb_dma*.c, hw/phb/phb_dma.h */
void phb_dma_init(struct phb *phb, const struct cfg *cfg);
void phb_dma_finish(struct phb *phb);
/** phb_dma_receive - link_up_fn: a TLP came from the link. */
void phb_dma_receive(void *ctx, struct tlp *tlp);
/** phb_dma_stall - the TCE unit is busy for @ps (kills). */
void phb_dma_stall(struct phb *phb, sim_ps ps);
/** phb_dma_quiesce - let nothing into the translation, or let it flow again. */
void phb_dma_quiesce(struct phb *phb, bool quiesce);
/** phb_dma_pending - is any request in the pipeline or in memory? */
bool phb_dma_pending(const struct phb *phb);
/** phb_dma_reset - what is in the pipeline and not decided will be refused. */
void phb_dma_reset(struct phb *phb);

/* phb_sync.c */
/** phb_sync_enter - a request has come in. Return: what phb_sync_leave() wants to know when it leaves. */
uint32_t phb_sync_enter(struct phb *phb, const struct tlp *tlp);
/** phb_sync_leave - @tlp, still a request, leaves. */
void phb_sync_leave(struct phb *phb, const struct tlp *tlp, uint32_t generation);
/** phb_sync_check_quiet - something has ended: is the pipeline quiet, and does that end its quiescing? */
void phb_sync_check_quiet(struct phb *phb);
/* Hooks of DMARD_SYNC and Q_DMA_R. */
void phb_sync_write(struct phb *phb, uint32_t offset, uint64_t value);
uint64_t phb_sync_read(struct phb *phb, uint32_t offset);
void phb_quiesce_write(struct phb *phb, uint32_t offset, uint64_t value);
uint64_t phb_quiesce_read(struct phb *phb, uint32_t offset);

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
/** phb_config_pe - whose cycle CONFIG_ADDRESS selects; PHB_PE_NONE or more than there are: nobody's. */
uint32_t phb_config_pe(const struct phb *phb);

/* phb_table.c: tables in RAM. Return: false when the BAR is off or points outside RAM. */
bool phb_table_at(const struct phb *phb, uint32_t bar, uint64_t addr_mask, uint64_t offset, uint32_t bytes,
		  struct raddr *at);

#endif
