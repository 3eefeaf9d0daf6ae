/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HW_PHB_PHB_H
#define HW_PHB_PHB_H
/*
 * hw/phb/phb.h - one PCI Host Bridge: registers, IODA tables, translation, isolation.
 *
 * The PHB sees MMIO from the CPU side and TLPs from the link. DMA goes: RID to PE (RTT, cached) -> freeze check ->
 * address class (MSI or TVE) -> TVE bounds -> TCE cache -> walk -> permission -> memory -> completion. A failure
 * writes the PEST record, freezes the PE (and its PELT-V companions) and sets PEEV; DMA of a frozen PE is
 * dropped, its MMIO reads all ones.
 *
 * Facts and their sources: docs/hardware.md and hw/regs/phb3_regs.h. CONFIG_DATA takes and gives plain numbers: what a
 * byte-reversed access sees.
 * Errors are caught in the trap groups, whose enable registers decide what follows: FIR bit, interrupt, freeze, fence.
 *
 * Not modelled: see docs/hardware.md.
 */
#include "hw/memory.h"
#include "hw/pcie/topology.h"
#include "hw/platform.h"
#include "hw/ram.h"
#include "hw/types.h"
#include "sim/cfg.h"

struct phb;

/** enum phb_scom_unit - units with registers on the pervasive bus; the numbers index platform_phb.scom_base. */
enum phb_scom_unit { PHB_SCOM_NEST, PHB_SCOM_PCI, PHB_SCOM_INDIRECT };

/** phb_irq_fn - interrupt source @source of this PHB (MSIs first, the last 8 are LSIs) fires; event context. */
typedef void phb_irq_fn(void *arg, uint32_t source);

extern const struct cfg_row phb_cfg_rows[];
extern const size_t phb_cfg_row_count;

/**
 * phb_create - build a PHB in its reset state.
 * @index: which PHB of the machine (statistics path "phb<index>"). @ram, @memory (its time), @topology, @pool: borrowed.
 * @irq, @irq_arg: interrupt output.
 */
struct phb *phb_create(struct sim *sim, const struct cfg *cfg, uint32_t index, struct ram *ram, struct memory *memory,
		       struct topology *topology, struct tlp_pool *pool, phb_irq_fn *irq, void *irq_arg);
void phb_destroy(struct phb *phb);

/**
 * phb_reset - full reset, as firmware does through the ETU reset register (phb_scom_write()): registers but the error
 * ones, on-chip tables, caches and freezes go to their reset state, a fence ends, and requests in the pipeline are
 * refused.
 */
void phb_reset(struct phb *phb);
/** phb_fenced - has a fence-class error cut the PHB off? */
bool phb_fenced(const struct phb *phb);

/* CPU side: registers. @offset: in the register window; @bytes: 8 (4 for config data). Wrong sizes read all ones. */
uint64_t phb_reg_read(struct phb *phb, uint64_t offset, uint32_t bytes);
void phb_reg_write(struct phb *phb, uint64_t offset, uint64_t value, uint32_t bytes);
/** PHB_OFFSET_MMIO - for phb_load_wait_ps(): no register, a load through a window. */
#define PHB_OFFSET_MMIO UINT64_MAX
/** phb_load_wait_ps - how long a load from the register at @offset must wait now: others that nobody answers are out. */
sim_ps phb_load_wait_ps(struct phb *phb, uint64_t offset);
/**
 * phb_held_ps - how long the PHB holds the access that it has just answered with all ones, because its device does not
 * answer. Return: 0 when it has ended; told once.
 */
sim_ps phb_held_ps(struct phb *phb);
/** phb_store_wait_ps - how long the PHB pushes back on a store to the register at @offset now: a full queue behind it. */
sim_ps phb_store_wait_ps(struct phb *phb, uint64_t offset);

/**
 * phb_scom_read - a register of the PHB on the pervasive bus, hw/regs/phb_scom_regs.h; @offset in words. It answers
 * behind a fence. Unknown ones are counted and read 0.
 */
uint64_t phb_scom_read(struct phb *phb, enum phb_scom_unit unit, uint32_t offset);
void phb_scom_write(struct phb *phb, enum phb_scom_unit unit, uint32_t offset, uint64_t value);
/**
 * phb_asb_read, phb_asb_write - a register by the slow path that works behind a fence, as phb_reg_read(). Held in reset
 * it answers all ones too.
 */
uint64_t phb_asb_read(struct phb *phb, uint64_t offset, uint32_t bytes);
void phb_asb_write(struct phb *phb, uint64_t offset, uint64_t value, uint32_t bytes);

/** phb_hub_fn - what the chip around PHB @phb sees of it has changed: a fence, an unmasked FIR bit. */
typedef void phb_hub_fn(void *arg, uint32_t phb);
void phb_set_hub(struct phb *phb, phb_hub_fn *fn, void *arg);
/** phb_fir_pending - has the FIR an unmasked bit? */
bool phb_fir_pending(const struct phb *phb);
/** phb_hold - hold the PHB in reset, or let it go. Holding it resets it (phb_reset()). */
void phb_hold(struct phb *phb, bool hold);

/** phb_scom_base - where the registers of @unit of the @index-th PHB are, or 0. */
uint32_t phb_scom_base(const struct phb *phb, enum phb_scom_unit unit);

/**
 * phb_mmio_read - CPU load through a MMIO window (@real: the CPU's address): routed to the PE of its segment; a
 * frozen PE reads all ones without touching the device. Synchronous: the machine charges the time (and phb_held_ps()).
 */
uint64_t phb_mmio_read(struct phb *phb, struct raddr real, uint32_t bytes);
void phb_mmio_write(struct phb *phb, struct raddr real, uint64_t value, uint32_t bytes);

/**
 * phb_esb_read - CPU access to the pages of interrupt sources (PHB4, PHB5), @offset in their window; layout of a page:
 * hw/regs/xive_regs.h. Only doublewords. What is stored does not matter.
 */
uint64_t phb_esb_read(struct phb *phb, uint64_t offset, uint32_t bytes);
void phb_esb_write(struct phb *phb, uint64_t offset, uint32_t bytes);

/** phb_tlp_flow - requests of @class (posted, non-posted) that came, that have left, and that are in the pipeline. */
void phb_tlp_flow(const struct phb *phb, enum tlp_class class, struct tlp_flow *out);

/** phb_link_change - the link below went up or down. */
void phb_link_change(struct phb *phb, bool up);

/* What kind of PHB it is, and how many PEs and interrupt sources it has; LSIs are the last 8 sources. */
enum platform_phb_type phb_generation(const struct phb *phb);
uint32_t phb_pe_count(const struct phb *phb);
/** phb_reserved_pe - the PE where firmware puts requesters that have none. */
uint32_t phb_reserved_pe(const struct phb *phb);
uint32_t phb_msi_count(const struct phb *phb);

/** struct phb_translation - result of a translation without side effects. */
struct phb_translation {
	bool ok;
	uint32_t pe;
	struct raddr real; /* of the byte asked for */
	uint64_t page_bytes;
	struct raddr tce_at; /* where the leaf TCE lies; 0 for non-translate */
	uint64_t tce;
	uint32_t levels;
	const char *why; /* when not ok: one phrase */
};

/** phb_translate - what would a DMA by @rid to @addr meet? Reads RAM, ignores the TCE cache, changes nothing. */
struct phb_translation phb_translate(const struct phb *phb, uint16_t rid, struct ioaddr addr, bool write);

/**
 * struct phb_tce - one page that a requester may reach. @iova: its first PCI address, @real: its first real address.
 * @bypass: no TCE, but a whole non-translated window.
 */
struct phb_tce {
	uint64_t iova, bytes;
	struct raddr real;
	bool read, write, bypass;
};
typedef void phb_tce_fn(void *arg, const struct phb_tce *tce);

/**
 * phb_tces - call @fn for each TCE of @rid's windows that allows something, from @first to @last (both included), by
 * window and then by address, as the tables in RAM stand now. Ignores the TCE cache, changes nothing.
 */
void phb_tces(const struct phb *phb, uint16_t rid, struct ioaddr first, struct ioaddr last, phb_tce_fn *fn, void *arg);

/** struct phb_freeze - the decoded PEST record of a PE, for people. */
struct phb_freeze {
	bool mmio_frozen, dma_stopped;
	uint64_t pest_a, pest_b; /* as in RAM */
	const char *type;	 /* "DMA read" ... */
	uint16_t rid;
	struct ioaddr addr;
	uint32_t lem_bit;
	char causes[128];     /* names of the cause bits that are set, comma separated */
	char cause_bits[128]; /* the same as IBM bits: "PEST0 bit 18, ..." */
};

/** phb_freeze_state - decode PE @pe. Return: false when it is not frozen (fields then hold what RAM holds). */
bool phb_freeze_state(const struct phb *phb, uint32_t pe, struct phb_freeze *out);

/** struct phb_event - what observers (referee, trace, tests) see of a PHB, after the fact. */
enum phb_event_kind { PHB_EVENT_TLP_IN, PHB_EVENT_FREEZE, PHB_EVENT_THAW, PHB_EVENT_KILL };
struct phb_event {
	enum phb_event_kind kind;
	uint32_t phb, pe;
	const struct tlp *tlp; /* TLP_IN: as it arrived from the link, before anything is decided */
	uint64_t value; /* KILL: the value written to TCE_KILL; FREEZE, THAW: state after it, 1 MMIO frozen, 2 DMA
			   stopped */
};
typedef void phb_event_fn(void *arg, const struct phb_event *event);
/** phb_observe - call @fn for each event. At most 4 observers. */
void phb_observe(struct phb *phb, phb_event_fn *fn, void *arg);

/** phb_pe_of_rid - the PE that the RTT names for @rid now (no cache). */
uint32_t phb_pe_of_rid(const struct phb *phb, uint16_t rid);

#endif
