/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WORKLOADS_REFEREE_INTERNAL_H
#define WORKLOADS_REFEREE_INTERNAL_H
/*
 * workloads/referee_internal.h - the referee's two ledgers, for workloads/referee*.c and their tests:
 * referee_ledger.c keeps what the API side allowed (windows and their pages), referee_frames.c what became of frames.
 */
#include "sim/sim.h"

/** enum ledger_state - what the last call on an IOMMU page left, by its return. */
enum ledger_state {
	LEDGER_NEVER, /* no MAP has covered it */
	LEDGER_MAPPED,
	LEDGER_STALE, /* an UNMAP has returned */
};

/** enum ledger_outcome - how a call ended. */
enum ledger_outcome {
	LEDGER_DONE,	  /* what it asked for holds */
	LEDGER_REFUSED,	  /* nothing has changed */
	LEDGER_UNCERTAIN, /* some of it may have happened */
};

/**
 * struct ledger_page - one IOMMU page of a window.
 * @state, @perm, @real: what holds when nobody is changing it; @real: real address, UINT64_MAX while unknown.
 * @changed_ps: when the last call on it returned.
 * @maps, @unmaps: calls under way. @overlapped: there was more than one at a time, so their order is not known.
 * @unsure: calls have ended, and nobody knows what they left, until one is done alone. @perm_new: what they may have
 * granted.
 *
 * A guest of 512 GiB has 8 million of these: small comes first.
 */
struct ledger_page {
	uint64_t real;
	sim_ps changed_ps;
	uint16_t maps, unmaps;
	uint8_t state : 2, perm : 2, perm_new : 2;
	bool overlapped : 1, unsure : 1;
};

#define LEDGER_READ 1u
#define LEDGER_WRITE 2u
#define LEDGER_CHUNK_PAGES 256u

/** struct ledger_window - a DMA window; pages come in chunks that are made when first mapped. */
struct ledger_window {
	struct ledger_window *next;
	uint64_t start, bytes;
	uint32_t shift;
	bool gone; /* removed; kept to tell "stale" from "never" */
	struct ledger_page **chunk;
	uint64_t chunk_count;
};

/** struct ledger - all windows of one container. */
struct ledger {
	struct ledger_window *windows;
};

void ledger_finish(struct ledger *ledger);
/** ledger_window_add - a window appeared; one that is gone at the same place is replaced, a live one is kept. */
void ledger_window_add(struct ledger *ledger, uint64_t start, uint64_t bytes, uint32_t shift);
void ledger_window_remove(struct ledger *ledger, uint64_t start, sim_ps now_ps);
void ledger_remove_all(struct ledger *ledger, sim_ps now_ps);
/** ledger_window_at - the live window that holds @iova, else a gone one, else NULL. */
struct ledger_window *ledger_window_at(const struct ledger *ledger, uint64_t iova);
/** ledger_page_at - the page of @iova, or NULL when nothing was ever mapped there. */
struct ledger_page *ledger_page_at(const struct ledger_window *window, uint64_t iova);

typedef uint64_t ledger_real_fn(void *arg, uint64_t user_va);
/** ledger_map_enter - MAP of [@iova, +@bytes) with @perm was called. Pages outside windows are ignored. */
void ledger_map_enter(struct ledger *ledger, uint64_t iova, uint64_t bytes, uint8_t perm);
/**
 * struct ledger_map - a MAP that returned: @iova, @bytes and @perm as at entry. @user_va: what it named; where it is
 * done, frames are resolved by @real(@arg).
 */
struct ledger_map {
	uint64_t iova, bytes, user_va;
	uint8_t perm;
	ledger_real_fn *real;
	void *arg;
};
void ledger_map_return(struct ledger *ledger, const struct ledger_map *map, enum ledger_outcome outcome, sim_ps now_ps);
void ledger_unmap_enter(struct ledger *ledger, uint64_t iova, uint64_t bytes);
void ledger_unmap_return(struct ledger *ledger, uint64_t iova, uint64_t bytes, enum ledger_outcome outcome,
			 sim_ps now_ps);

/** enum ledger_verdict - what the ledger says of one access within one IOMMU page. */
enum ledger_verdict {
	LEDGER_ALLOWED,
	LEDGER_EITHER, /* a call is under way, or nobody knows what the last one left */
	LEDGER_UNMAPPED,
	LEDGER_WAS_UNMAPPED,
	LEDGER_DIRECTION,
	LEDGER_WRONG_PAGE,
	LEDGER_BEYOND_WINDOW,
};

/**
 * ledger_judge - may a device read or write (@perm) at @iova, and did it reach the right place?
 * @real: where it went, or UINT64_MAX when nothing was reached yet (a request that only just arrived).
 * @page: set to the page concerned, or NULL.
 */
enum ledger_verdict ledger_judge(const struct ledger *ledger, uint64_t iova, uint8_t perm, uint64_t real,
				 struct ledger_page **page);

/*
 * referee_kvm.c - the API side of virtual machines: what hypercalls and the attaching of tables say.
 */
struct kvm;
struct machine;
struct referee;
struct referee_kvm;
struct vfm_device;
struct referee_kvm *referee_kvm_create(struct referee *referee, struct sim *sim, struct machine *machine,
				       struct kvm *kvm);
void referee_kvm_destroy(struct referee_kvm *watch);
/** referee_ledger - the ledger of @device's container, or NULL: nobody told of the device. In referee.c. */
struct ledger *referee_ledger(struct referee *referee, const struct vfm_device *device);
/** referee_learned - a hypercall that wrote @tces TCEs was done. In referee.c. */
void referee_learned(struct referee *referee, uint64_t tces);

/* Frames, by real address of the kernel's page. */
struct frames;
struct frames *frames_create(uint64_t ram_bytes, uint32_t page_bytes);
void frames_destroy(struct frames *frames);
void frames_pin(struct frames *frames, uint64_t pfn);
void frames_unpin(struct frames *frames, uint64_t pfn);
void frames_free(struct frames *frames, uint64_t pfn);
void frames_use(struct frames *frames, uint64_t pfn);
/** frames_pinned - number of pins on the frame that holds @real. */
uint32_t frames_pinned(const struct frames *frames, uint64_t real);
/** frames_freed - has the frame been given back and not been handed out since? */
bool frames_freed(const struct frames *frames, uint64_t real);

#endif
