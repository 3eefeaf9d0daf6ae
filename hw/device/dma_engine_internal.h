/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HW_DEVICE_DMA_ENGINE_INTERNAL_H
#define HW_DEVICE_DMA_ENGINE_INTERNAL_H
/*
 * hw/device/dma_engine_internal.h - what the parts of the dma-engine share: dma_engine.c (runs, interrupts),
 * dma_engine_packet.c (packets in flight), dma_engine_ring.c (descriptors), dma_engine_regs.c (BAR0),
 * dma_engine_config.c (configuration space), dma_engine_error.c (errors).
 */
#include "hw/device/dma_engine.h"
#include "hw/pcie/aer.h"
#include "hw/pcie/config_space.h"
#include "hw/regs/dma_engine_regs.h"
#include "hw/regs/pci_regs.h"
#include "sim/event.h"
#include "sim/rng.h"
#include "sim/stat.h"

#define DMA_ENGINE_DEPTH_MAX 256u
#define DMA_ENGINE_DESCS 16u	  /* descriptors on the device at a time */
#define DMA_ENGINE_FETCH_DESCS 8u /* descriptors per fetch at most */
#define DMA_ENGINE_TAG_BITS 9u	  /* of a tag, for the slot; the rest is the slot's generation */
#define DMA_ENGINE_SLOTS (DMA_ENGINE_DEPTH_MAX + 1u + DMA_ENGINE_DESCS)
#define DMA_ENGINE_NO_SLOT UINT16_MAX
#define DMA_ENGINE_PAGE_BYTES 4096u /* no request crosses one, PCIe 3.0 section 2.2.7 */

/** enum dma_engine_kind - what a packet in flight is for. */
enum dma_engine_kind {
	DMA_ENGINE_SLOT_FREE,
	DMA_ENGINE_DATA_READ,
	DMA_ENGINE_DATA_WRITE,
	DMA_ENGINE_FETCH,
	DMA_ENGINE_WRITE_BACK
};

/** enum dma_engine_state - DRAIN: nothing more is issued, the rest comes back. */
enum dma_engine_state { DMA_ENGINE_IDLE, DMA_ENGINE_RUN, DMA_ENGINE_DRAIN };

/** enum dma_engine_desc_state - QUEUED: fetched, not yet begun. ACTIVE: packets out. FINISHED: status to be written. */
enum dma_engine_desc_state {
	DMA_ENGINE_DESC_FREE,
	DMA_ENGINE_DESC_QUEUED,
	DMA_ENGINE_DESC_ACTIVE,
	DMA_ENGINE_DESC_FINISHED,
	DMA_ENGINE_DESC_WRITING
};

/** struct dma_engine_desc - one descriptor on the device. @at: its PCI address. @unsent: bytes not yet issued. */
struct dma_engine_desc {
	enum dma_engine_desc_state state;
	struct dma_engine_desc *next; /* in the queue of fetched ones */
	uint64_t at, addr;
	uint32_t unsent, flags, status, mismatches, in_flight;
};

/** struct dma_engine_slot - one packet in flight. @older, @newer: slots of outstanding reads, in order of issue. */
struct dma_engine_slot {
	enum dma_engine_kind kind;
	uint8_t generation; /* counts uses, so that an answer that comes too late meets nobody */
	uint16_t next_free;
	uint16_t older, newer;
	uint32_t bytes;
	uint64_t addr;
	sim_ps issued_ps;
	struct dma_engine_desc *desc; /* NULL outside the ring pattern */
};

/** struct dma_engine_request - the request of which packets are being issued; @left 0: none. */
struct dma_engine_request {
	uint64_t addr;
	uint32_t left;
	bool write;
	struct dma_engine_desc *desc;
};

/** struct dma_engine_params - a run's parameters, as START took them over. */
struct dma_engine_params {
	uint64_t pattern, base, stride, slots, count, read_share, seed, interval_ps, ring_base;
	uint32_t req_bytes, depth, ring_entries;
	bool check, stop_on_error, relaxed;
};

/** struct dma_engine_stats - over the engine's life; a reset does not clear them. */
struct dma_engine_stats {
	uint64_t runs, requests, reads, writes, read_bytes, write_bytes;
	uint64_t errors, timeouts, mismatch_bytes, late_completions;
	uint64_t descriptors, fetches, provoked, messages, msis, msis_off, tlp_waits, resets, unimplemented, unanswered;
	uint64_t busy_ps, goodput;
	struct stat_hist read_latency_ps;
};

struct dma_engine {
	struct sim *sim;       /* borrowed */
	struct tlp_pool *pool; /* borrowed */
	struct pcie_function function;
	char *path; /* owned */
	struct sim_rng rng;

	/* Fixed by configuration. */
	uint32_t bar_bytes, depth_max, msi_vectors_log2, read_tags, mrrs;
	sim_ps timeout_ps;

	struct config_space config;
	struct aer aer;

	uint64_t reg[DMA_ENGINE_REG_BYTES / 8]; /* BAR0, by offset / 8 */

	/* The run in hand. */
	enum dma_engine_state state;
	bool failed; /* stopped by an error: no DONE */
	bool dead;   /* answers and sends nothing; only a reset of the link helps */
	struct dma_engine_params run;
	struct dma_engine_request request;
	uint64_t started; /* requests begun */
	sim_ps begun_ps, next_issue_ps;
	uint32_t data_in_flight; /* bounded by run.depth */
	uint32_t reads_in_flight; /* of them; bounded by read_tags */
	uint32_t in_flight;	 /* data, fetches and write-backs */
	uint64_t entered[TLP_CLASSES], left[TLP_CLASSES]; /* packets made, and ended or forgotten by a reset */

	/* Ring. Invariant: queued descriptors are in the order of the ring. */
	struct dma_engine_desc desc[DMA_ENGINE_DESCS];
	struct dma_engine_desc *queue_head, *queue_tail;
	uint32_t descs_used;
	uint32_t fetch_count; /* descriptors in the fetch that is out; 0: none */

	/* Packets in flight. */
	struct dma_engine_slot slot[DMA_ENGINE_SLOTS];
	uint16_t free_slot;
	uint16_t oldest_read, newest_read;
	uint32_t msi_pending; /* vectors whose message is still to be sent */

	struct tlp_waiter waiter;
	struct sim_event kick;	  /* go on issuing at this instant */
	struct sim_event pace;	  /* the next request is due */
	struct sim_event timeout; /* the oldest read has waited too long */
	uint32_t track;		  /* trace lane, 0 until used */
	struct dma_engine_stats stats;
};

/** dma_engine_reg - storage of the register at @offset. */
static inline uint64_t *dma_engine_reg(struct dma_engine *engine, uint32_t offset)
{
	return &engine->reg[offset / 8];
}

static inline uint64_t dma_engine_load_le(const uint8_t *from, uint32_t bytes)
{
	uint64_t value = 0;

	while (bytes--)
		value = value << 8 | from[bytes];
	return value;
}

static inline void dma_engine_store_le(uint8_t *to, uint64_t value, uint32_t bytes)
{
	uint32_t i;

	for (i = 0; i < bytes; i++, value >>= 8)
		to[i] = (uint8_t)value;
}

/* dma_engine.c */
void dma_engine_kick(struct dma_engine *engine);
void dma_engine_start(struct dma_engine *engine);
void dma_engine_stop(struct dma_engine *engine);
/** dma_engine_reset - forget the run and what is in flight; registers and random stream as at power-on. */
void dma_engine_reset(struct dma_engine *engine);
void dma_engine_msi(struct dma_engine *engine, uint32_t vector);
/** dma_engine_intx_update - hold INTA, or let go of it, as status, command and MSI control say. */
void dma_engine_intx_update(struct dma_engine *engine);
/** dma_engine_abandon - issue nothing more of this run. */
void dma_engine_abandon(struct dma_engine *engine);

/** dma_engine_trace - call only under trace_on(). */
void dma_engine_trace(struct dma_engine *engine, const char *name, uint64_t addr, uint64_t value);

/* dma_engine_error.c */
/** dma_engine_fail - a request at @addr ended with @end (DMA_ENGINE_END_...). */
void dma_engine_fail(struct dma_engine *engine, uint64_t addr, uint32_t end);
/** dma_engine_report - the same to error reporting; @tlp: the bad completion, NULL: none came. */
void dma_engine_report(struct dma_engine *engine, uint32_t end, const struct tlp *tlp);
/** dma_engine_unexpected - a completion that nobody waits for; @tlp: NULL if it is made up. */
void dma_engine_unexpected(struct dma_engine *engine, const struct tlp *tlp);
/** dma_engine_abort - the request @tlp will be answered with Completer Abort. */
void dma_engine_abort(struct dma_engine *engine, const struct tlp *tlp);
/** dma_engine_unsupported - see struct pcie_function_ops. */
void dma_engine_unsupported(void *ctx, const struct tlp *tlp);
/** dma_engine_message - aer_send_fn of the engine. */
void dma_engine_message(void *ctx, struct tlp *tlp);
/** dma_engine_provoke - make the errors @what of DMA_ENGINE_PROVOKE_NOW. */
void dma_engine_provoke(struct dma_engine *engine, uint64_t what);
/** dma_engine_load_end - how a load of a register ends, as PROVOKE may have asked for. */
enum pcie_load_end dma_engine_load_end(struct dma_engine *engine);
/** dma_engine_silent - does this access, of the kind @what (DMA_ENGINE_PROVOKE_NO_...), get no answer? Counts it then. */
bool dma_engine_silent(struct dma_engine *engine, uint64_t what);
/** dma_engine_send_data - send a data packet, with the error that PROVOKE may have asked for. */
void dma_engine_send_data(struct dma_engine *engine, struct tlp *tlp);

/* dma_engine_packet.c */
void dma_engine_packet_reset(struct dma_engine *engine);
/**
 * dma_engine_packet - a TLP with a slot of its own, ready but for its data; counted as in flight.
 * Return: NULL when the pool is empty (the engine is woken when it is not).
 */
struct tlp *dma_engine_packet(struct dma_engine *engine, enum dma_engine_kind kind, uint64_t addr, uint32_t bytes,
			      struct dma_engine_desc *desc);
/** dma_engine_packet_completed - @tlp came down. Return: false when nobody waits for it. */
bool dma_engine_packet_completed(struct dma_engine *engine, const struct tlp *tlp);
void dma_engine_packet_timed_out(struct sim *sim, struct sim_event *event);

/* dma_engine_ring.c */
void dma_engine_ring_reset(struct dma_engine *engine);
/** dma_engine_ring_control - send status write-backs and fetches that are due. Return: false when it must wait. */
bool dma_engine_ring_control(struct dma_engine *engine);
/** dma_engine_ring_next - begin the next fetched descriptor. Return: false when there is none. */
bool dma_engine_ring_next(struct dma_engine *engine);
void dma_engine_ring_fetched(struct dma_engine *engine, const struct tlp *tlp, uint32_t end);
/** dma_engine_ring_packet_end - a data packet of @desc ended. */
void dma_engine_ring_packet_end(struct dma_engine *engine, struct dma_engine_desc *desc, uint32_t end,
				size_t mismatches);
void dma_engine_ring_written_back(struct dma_engine *engine, struct dma_engine_desc *desc);
void dma_engine_ring_abandon(struct dma_engine *engine);

/* dma_engine_regs.c */
void dma_engine_regs_reset(struct dma_engine *engine);
uint64_t dma_engine_regs_read(struct dma_engine *engine, uint64_t offset, uint32_t bytes);
void dma_engine_regs_write(struct dma_engine *engine, uint64_t offset, uint64_t value, uint32_t bytes);
/** dma_engine_regs_params - take the parameters over. Return: false when they make no sense. */
bool dma_engine_regs_params(struct dma_engine *engine, struct dma_engine_params *out);

/* dma_engine_config.c */
void dma_engine_config_init(struct dma_engine *engine, const struct dma_engine_place *place);
/** dma_engine_config_reset - as after a reset of the link; @fundamental: sticky bits too. */
void dma_engine_config_reset(struct dma_engine *engine, bool fundamental);
enum pcie_config_status dma_engine_config_read(void *ctx, uint32_t reg, uint32_t bytes, uint32_t *value);
enum pcie_config_status dma_engine_config_write(void *ctx, uint32_t reg, uint32_t value, uint32_t bytes);
uint32_t dma_engine_config_bar(const struct dma_engine *engine);
bool dma_engine_config_command(const struct dma_engine *engine, uint32_t bit);
void dma_engine_config_status(struct dma_engine *engine, uint32_t bits);
/** dma_engine_config_msi_on - is MSI enabled? */
bool dma_engine_config_msi_on(const struct dma_engine *engine);
/** dma_engine_config_msi - address and data for @vector. Return: false when MSI is off. */
bool dma_engine_config_msi(const struct dma_engine *engine, uint32_t vector, uint64_t *addr, uint32_t *data);

#endif
