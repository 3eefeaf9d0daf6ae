/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HW_PCIE_LINK_INTERNAL_H
#define HW_PCIE_LINK_INTERNAL_H
/*
 * hw/pcie/link_internal.h - what link.c (packets on the wire), link_credit.c (flow control) and link_config.c (rows,
 * rate) share.
 */
#include "hw/pcie/link.h"
#include "sim/event.h"
#include "sim/rng.h"
#include "sim/stat.h"

/** struct link_return - credits that are the sender's again from @when_ps. */
struct link_return {
	sim_ps when_ps;
	uint32_t headers, data;
};

/** struct link_cost - what a TLP takes of a link. */
struct link_cost {
	uint32_t packets, data_bytes, wire_bytes;
};

/**
 * struct link_credits - of one class in one direction. Limits 0: infinite.
 * @headers, @data: the sender has now, in packets and units of 16 bytes. @ring: on their way back, soonest first; an
 * entry brings at least one credit of a limited kind, so that it cannot overflow.
 */
struct link_credits {
	uint32_t header_limit, data_limit;
	uint32_t headers, data;
	struct link_return *ring; /* owned; NULL: nothing is limited */
	uint32_t ring_size, head, count;
	sim_ps last_ps; /* of the entry made last */
};

/** struct link_dir_stats - of one direction; tlps - delivered are waiting, under way, or were flushed. */
struct link_dir_stats {
	uint64_t tlps, delivered, packets, data_bytes, wire_bytes, busy_ps, credit_waits, replays;
	struct stat_mean wait_ps;
};

struct link_stats {
	struct link_dir_stats up, down;
	uint64_t flushed;
};

/**
 * struct link_dir - one direction.
 * @under_way: next to arrive first. @waiting: for credits, per class. @sent: counts TLPs that had to wait, for order.
 * @entered, @left: TLPs handed to it, and arrived or flushed, by class.
 * @fc_ps: how long a credit takes back. @wake_ps: when @credit_event is due.
 */
struct link_dir {
	struct link *link;
	struct link_dir_stats *stats;
	sim_event_fn *deliver;
	sim_ps latency_ps, fc_ps;
	sim_ps free_ps; /* the serialiser is busy until then */
	uint32_t last_wire_bytes; /* of the last TLP, and how long it took: mostly the next is like it */
	sim_ps last_busy_ps;
	uint64_t cost_key; /* all that the cost of the last TLP depends on; 0: none yet */
	struct link_cost cost;
	struct tlp_queue under_way, waiting[TLP_CLASSES];
	struct link_credits credit[TLP_CLASSES];
	uint32_t waiting_count;
	uint64_t entered[TLP_CLASSES], left[TLP_CLASSES];
	uint64_t sent;
	struct sim_event credit_event;
	sim_ps wake_ps;
};

struct link {
	struct sim *sim; /* borrowed */
	uint32_t gen, lanes;
	uint32_t mps, mrrs, rcb, cpl_bytes, pad_bytes;
	uint64_t raw_num, raw_den; /* time of one byte after encoding = num / den ps, exact */
	uint64_t ps_num, ps_den;   /* the same when DLLPs and SKIP sets take their share */
	uint32_t bad_ppm;
	uint32_t lose; /* mutant.lose_tlp: completions until one is lost on its way down; 0: none is */
	uint32_t generation; /* counts flushes: credits of TLPs from before one do not come back */
	struct sim_rng rng;
	struct link_dir up, down;
	link_up_fn *phb_fn, *message_fn;
	void *phb_ctx, *message_ctx;
	link_down_fn *device_fn;
	void *device_ctx;
	struct link_stats stats;
};

/** link_configure - rate, sizes, latencies and credit limits. @port: below a switch, not below the root port. */
void link_configure(struct link *link, const struct cfg *cfg, bool port);

void link_credits_init(struct link_credits *credits, uint32_t header_limit, uint64_t data_bytes);
void link_credits_finish(struct link_credits *credits);
/** link_credits_reset - the link has been reset: all credits are the sender's. */
void link_credits_reset(struct link_credits *credits);
/** link_credits_cover - are there credits for @cost at @when_ps? */
bool link_credits_cover(struct link_dir *dir, enum tlp_class class, const struct link_cost *cost, sim_ps when_ps);
/** link_credits_take - they are there; @tlp keeps them until it is freed or leaves its receiver over another wire. */
void link_credits_take(struct link_dir *dir, enum tlp_class class, struct tlp *tlp, const struct link_cost *cost);
/** link_credits_next_ps - when the next credits of @class come back, SIM_PS_NEVER: none is on the way. */
sim_ps link_credits_next_ps(const struct link_credits *credits);
/** link_dir_wake - go on sending at @when_ps. */
void link_dir_wake(struct link_dir *dir, sim_ps when_ps);

#endif
