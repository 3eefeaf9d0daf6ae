/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/pcie/link.c - one PCIe link: two directions, each a serialiser with queues before it and a fixed latency.
 *
 * A TLP leaves when it has its credits and the direction is free, takes its wire bytes over the rate of the link, and is
 * delivered the direction's latency after its last byte left (store and forward). Ends of serialisation strictly
 * increase, so what has left stays in order; the two directions do not wait for each other. A TLP that finds its
 * credits is put on the wire at once, even if the wire is free only later: nothing can pass it there.
 *
 * Wire bytes, as in the pcie-bench model (github pcie-bench/pcie-model, SIGCOMM'18) and PCI Express Base
 * Specification 3.0, sections 2.2 and 4.2.2: framing, sequence number and LCRC together 8 bytes per packet;
 * headers of 12 bytes (3 DW: 32-bit address, completion, message with 32-bit routing) or 16 bytes (4 DW: 64-bit
 * address). Completions are cut at read completion boundaries (section 2.3.1.1): a first piece up to one, then pieces
 * of pcie.mps or pcie.rcb bytes. Writes are cut from their first byte on.
 *
 * Not modelled: see hw/pcie/link.h.
 */
#include "hw/pcie/link.h"

#include <stdlib.h>
#include <string.h>

#include "hw/pcie/link_internal.h"
#include "sim/sim.h"

#define LINK_FRAMING_BYTES 8u
#define LINK_HEADER_3DW_BYTES 12u
#define LINK_HEADER_4DW_BYTES 16u
#define MILLION 1000000u

/* tlp->scratch while the link holds a TLP. */
enum { AT_SENT_PS, AT_ORDER };

/* clang-format off */
#define DIR_ROWS(dir, text)                                                                                           \
	{#dir "_tlps", STAT_COUNTER, "TLPs", "TLPs sent " text ".", offsetof(struct link_stats, dir.tlps)},            \
	{#dir "_delivered", STAT_COUNTER, "TLPs", "TLPs that arrived " text ".",                                       \
	 offsetof(struct link_stats, dir.delivered)},                                                                  \
	{#dir "_packets", STAT_COUNTER, "packets", "Packets into which they were cut.",                                 \
	 offsetof(struct link_stats, dir.packets)},                                                                    \
	{#dir "_data_bytes", STAT_COUNTER, "bytes", "Payload sent " text ".",                                          \
	 offsetof(struct link_stats, dir.data_bytes)},                                                                 \
	{#dir "_wire_bytes", STAT_COUNTER, "bytes", "Payload, headers and framing sent " text ".",                     \
	 offsetof(struct link_stats, dir.wire_bytes)},                                                                 \
	{#dir "_busy", STAT_COUNTER, "ps", "Time the link was sending " text "; over the run's time: its utilisation.", \
	 offsetof(struct link_stats, dir.busy_ps)},                                                                    \
	{#dir "_credit_waits", STAT_COUNTER, "TLPs", "TLPs that had to wait for credits, or behind one that had to.",   \
	 offsetof(struct link_stats, dir.credit_waits)},                                                               \
	{#dir "_replays", STAT_COUNTER, "TLPs", "TLPs that were sent again after a NAK.",                               \
	 offsetof(struct link_stats, dir.replays)},                                                                    \
	{#dir "_wait", STAT_MEAN, "ps", "Time a TLP waited for credits and the wire " text ".",                        \
	 offsetof(struct link_stats, dir.wait_ps)}
/* clang-format on */

static const struct stat_row link_stat_rows[] = {
	DIR_ROWS(up, "to the PHB"),
	DIR_ROWS(down, "to the devices"),
	{"flushed", STAT_COUNTER, "TLPs", "TLPs that were on the way when the link was reset.",
	 offsetof(struct link_stats, flushed)},
};

static void link_deliver_up(struct sim *sim, struct sim_event *event);
static void link_deliver_down(struct sim *sim, struct sim_event *event);
static void link_dir_credited(struct sim *sim, struct sim_event *event);

/* ---- Life ---- */

static void link_dir_init(struct link *link, struct link_dir *dir, struct link_dir_stats *stats, sim_event_fn *deliver)
{
	dir->link = link;
	dir->stats = stats;
	dir->deliver = deliver;
	sim_event_init(&dir->credit_event, link_dir_credited, SIM_PRIO_LINK);
}

static struct link *link_make(struct sim *sim, const struct cfg *cfg, const char *path, bool port)
{
	struct link *link = sim_alloc(sizeof(*link));

	link->sim = sim;
	link_dir_init(link, &link->up, &link->stats.up, link_deliver_up);
	link_dir_init(link, &link->down, &link->stats.down, link_deliver_down);
	link_configure(link, cfg, port);
	sim_rng_init(&link->rng, sim->seed, path);
	stat_register(sim, path, link_stat_rows, sim_count_of(link_stat_rows), &link->stats);
	return link;
}

struct link *link_create(struct sim *sim, const struct cfg *cfg, const char *path)
{
	return link_make(sim, cfg, path, false);
}

struct link *link_create_port(struct sim *sim, const struct cfg *cfg, const char *path)
{
	return cfg_u64(cfg, "pcie.port_gen") ? link_make(sim, cfg, path, true) : NULL;
}

static uint64_t link_queue_flush(struct link_dir *dir, struct tlp_queue *queue)
{
	uint64_t n;

	for (n = 0; queue->head; n++) {
		struct tlp *tlp = tlp_queue_pop(queue);

		sim_event_cancel(dir->link->sim, &tlp->event);
		dir->left[tlp_class_of(tlp)]++;
		tlp_end(tlp, TLP_FLUSHED);
	}
	return n;
}

static uint64_t link_dir_flush(struct link_dir *dir)
{
	uint64_t n = link_queue_flush(dir, &dir->under_way);
	uint32_t class;

	for (class = 0; class < TLP_CLASSES; class++) {
		n += link_queue_flush(dir, &dir->waiting[class]);
		link_credits_reset(&dir->credit[class]);
	}
	sim_event_cancel(dir->link->sim, &dir->credit_event);
	dir->waiting_count = 0;
	dir->free_ps = 0;
	return n;
}

void link_flush(struct link *link)
{
	link->generation++;
	link->stats.flushed += link_dir_flush(&link->up) + link_dir_flush(&link->down);
}

void link_destroy(struct link *link)
{
	uint32_t class;

	if (!link)
		return;
	link_flush(link);
	for (class = 0; class < TLP_CLASSES; class++) {
		link_credits_finish(&link->up.credit[class]);
		link_credits_finish(&link->down.credit[class]);
	}
	stat_unregister(link->sim, &link->stats);
	free(link);
}

void link_connect_phb(struct link *link, link_up_fn *fn, void *ctx)
{
	link->phb_fn = fn;
	link->phb_ctx = ctx;
}

void link_connect_messages(struct link *link, link_up_fn *fn, void *ctx)
{
	link->message_fn = fn;
	link->message_ctx = ctx;
}

void link_connect_device(struct link *link, link_down_fn *fn, void *ctx)
{
	link->device_fn = fn;
	link->device_ctx = ctx;
}

/* ---- Packets ---- */

static uint32_t link_pieces(uint32_t bytes, uint32_t piece_bytes)
{
	return bytes <= piece_bytes ? 1 : (bytes + piece_bytes - 1) / piece_bytes;
}

/* A completion without success carries none. */
static uint32_t link_data_bytes(const struct link *link, const struct tlp *tlp)
{
	switch (tlp->type) {
	case TLP_MEM_WRITE:
	case TLP_CFG_WRITE:
		return (tlp->bytes + link->pad_bytes) & ~link->pad_bytes;
	case TLP_COMPLETION:
		return tlp->status == TLP_SC ? (tlp->bytes + link->pad_bytes) & ~link->pad_bytes : 0;
	default:
		return 0;
	}
}

static uint32_t link_packets(const struct link *link, const struct tlp *tlp)
{
	switch (tlp->type) {
	case TLP_MEM_READ:
		return link_pieces(tlp->bytes, link->mrrs);
	case TLP_MEM_WRITE:
		return link_pieces(tlp->bytes, link->mps);
	case TLP_COMPLETION:
		if (tlp->status != TLP_SC)
			return 1;
		return link_pieces((uint32_t)(tlp->addr.v & (link->rcb - 1)) + tlp->bytes, link->cpl_bytes);
	default:
		return 1;
	}
}

static uint32_t link_header_bytes(const struct tlp *tlp)
{
	bool memory = tlp->type == TLP_MEM_READ || tlp->type == TLP_MEM_WRITE;

	/* Messages: 4 DW, PCI Express Base Specification 3.0, 2.2.8. */
	if (tlp->type == TLP_MESSAGE || (memory && tlp->addr.v >> 32))
		return LINK_FRAMING_BYTES + LINK_HEADER_4DW_BYTES;
	return LINK_FRAMING_BYTES + LINK_HEADER_3DW_BYTES;
}

static struct link_cost link_cost_of(const struct link *link, const struct tlp *tlp)
{
	struct link_cost cost = {.packets = link_packets(link, tlp), .data_bytes = link_data_bytes(link, tlp)};

	cost.wire_bytes = cost.packets * link_header_bytes(tlp) + cost.data_bytes;
	return cost;
}

/* The same; the last one's is known, and mostly the next is like it. */
static inline const struct link_cost *link_dir_cost(struct link_dir *dir, const struct tlp *tlp)
{
	uint64_t key = 1ull << 63 | (uint64_t)(tlp->addr.v >> 32 != 0) << 62 | (uint64_t)tlp->type << 56 |
		       (uint64_t)tlp->status << 48 | (tlp->addr.v & (dir->link->rcb - 1)) << 32 | tlp->bytes;

	if (sim_unlikely(key != dir->cost_key)) {
		dir->cost_key = key;
		dir->cost = link_cost_of(dir->link, tlp);
	}
	return &dir->cost;
}

uint32_t link_wire_bytes(const struct link *link, const struct tlp *tlp)
{
	return link_cost_of(link, tlp).wire_bytes;
}

sim_ps link_wire_ps(const struct link *link, uint64_t wire_bytes)
{
	return (wire_bytes * link->ps_num + link->ps_den - 1) / link->ps_den;
}

/* ---- The wire ---- */

/* Damaged, NAKed, sent again, perhaps again damaged; what comes behind waits. Return: how long all that takes. */
static __attribute__((noinline, cold)) sim_ps link_dir_replay(struct link_dir *dir, sim_ps busy)
{
	struct link *link = dir->link;
	sim_ps lost = 0;

	while (sim_rng_chance(&link->rng, link->bad_ppm, MILLION)) {
		dir->stats->replays++;
		dir->stats->busy_ps += busy;
		lost += busy + dir->latency_ps + dir->fc_ps;
	}
	return lost;
}

/* @tlp has its credits. */
static void link_dir_transmit(struct link_dir *dir, struct tlp *tlp, const struct link_cost *cost)
{
	struct link *link = dir->link;
	struct link_dir_stats *stats = dir->stats;
	sim_ps now = sim_now(link->sim);
	sim_ps begin = dir->free_ps > now ? dir->free_ps : now;

	if (dir->last_wire_bytes != cost->wire_bytes) {
		dir->last_wire_bytes = cost->wire_bytes;
		dir->last_busy_ps = link_wire_ps(link, cost->wire_bytes);
	}
	dir->free_ps = begin + dir->last_busy_ps;
	if (sim_unlikely(link->bad_ppm))
		dir->free_ps += link_dir_replay(dir, dir->last_busy_ps);
	stats->tlps++;
	stats->packets += cost->packets;
	stats->data_bytes += cost->data_bytes;
	stats->wire_bytes += cost->wire_bytes;
	stats->busy_ps += dir->last_busy_ps;
	stat_mean_add(&stats->wait_ps, begin - tlp->scratch[AT_SENT_PS]);

	tlp->holder = dir;
	tlp_queue_push(&dir->under_way, tlp);
	sim_event_init(&tlp->event, dir->deliver, SIM_PRIO_LINK);
	sim_event_at(link->sim, &tlp->event, dir->free_ps + dir->latency_ps);
}

/* Put @tlp on the wire if its credits are there by the time the wire is free. */
static bool link_dir_try(struct link_dir *dir, enum tlp_class class, struct tlp *tlp)
{
	sim_ps now = sim_now(dir->link->sim), begin = dir->free_ps > now ? dir->free_ps : now;
	struct tlp_credit before = tlp->credit; /* of the wire it came over */
	const struct link_cost *cost = link_dir_cost(dir, tlp);

	if (sim_unlikely(!link_credits_cover(dir, class, cost, begin)))
		return false;
	link_credits_take(dir, class, tlp, cost);
	link_dir_transmit(dir, tlp, cost);
	if (before.back)
		before.back(&before, dir->free_ps);
	return true;
}

/* ---- Waiting for credits ---- */

void link_dir_wake(struct link_dir *dir, sim_ps when_ps)
{
	if (sim_event_pending(&dir->credit_event)) {
		if (dir->wake_ps <= when_ps)
			return;
		sim_event_cancel(dir->link->sim, &dir->credit_event);
	}
	dir->wake_ps = when_ps > sim_now(dir->link->sim) ? when_ps : sim_now(dir->link->sim);
	sim_event_at(dir->link->sim, &dir->credit_event, dir->wake_ps);
}

/* May the first that waits in @class go before what else waits? */
static bool link_dir_may_pass(const struct link_dir *dir, enum tlp_class class)
{
	const struct tlp *posted = dir->waiting[TLP_POSTED].head, *tlp = dir->waiting[class].head;

	if (class == TLP_POSTED || !posted || (class == TLP_COMPLETIONS && tlp->relaxed))
		return true;
	return tlp->scratch[AT_ORDER] < posted->scratch[AT_ORDER];
}

/* Send the oldest that may and can go. Return: false when there is none. */
static bool link_dir_send_one(struct link_dir *dir)
{
	uint32_t tried = 0, class, best;
	struct link_cost cost;

	for (;;) {
		best = TLP_CLASSES;
		for (class = 0; class < TLP_CLASSES; class++) {
			const struct tlp *tlp = dir->waiting[class].head;

			if (!tlp || tried >> class & 1 || !link_dir_may_pass(dir, class))
				continue;
			if (best == TLP_CLASSES || tlp->scratch[AT_ORDER] < dir->waiting[best].head->scratch[AT_ORDER])
				best = class;
		}
		if (best == TLP_CLASSES)
			return false;
		class = best;
		cost = link_cost_of(dir->link, dir->waiting[class].head);
		if (link_credits_cover(dir, class, &cost, sim_now(dir->link->sim))) {
			dir->waiting_count--;
			(void)link_dir_try(dir, class, tlp_queue_pop(&dir->waiting[class]));
			return true;
		}
		tried |= 1u << class;
	}
}

static void link_dir_pump(struct link_dir *dir)
{
	sim_ps next_ps = SIM_PS_NEVER;
	uint32_t class;

	while (dir->waiting_count && link_dir_send_one(dir))
		;
	for (class = 0; class < TLP_CLASSES; class++) {
		sim_ps class_ps = link_credits_next_ps(&dir->credit[class]);

		/* One that waits for a posted one goes on with that. */
		if (dir->waiting[class].head && link_dir_may_pass(dir, class) && class_ps < next_ps)
			next_ps = class_ps;
	}
	if (next_ps != SIM_PS_NEVER)
		link_dir_wake(dir, next_ps);
}

static void link_dir_credited(struct sim *sim, struct sim_event *event)
{
	(void)sim;
	link_dir_pump(sim_container_of(event, struct link_dir, credit_event));
}

static void link_dir_send(struct link_dir *dir, struct tlp *tlp)
{
	enum tlp_class class = tlp_class_of(tlp);

	dir->entered[class]++;
	tlp->scratch[AT_SENT_PS] = sim_now(dir->link->sim);
	if (sim_likely(!dir->waiting_count) && sim_likely(link_dir_try(dir, class, tlp)))
		return;
	dir->stats->credit_waits++;
	tlp->scratch[AT_ORDER] = dir->sent++;
	tlp_queue_push(&dir->waiting[class], tlp);
	dir->waiting_count++;
	link_dir_pump(dir);
}

/* Take the TLP that has arrived off its direction; it is always the first. */
static struct tlp *link_dir_arrive(struct sim *sim, struct sim_event *event, struct link_dir **out)
{
	struct tlp *tlp = sim_container_of(event, struct tlp, event);
	struct link_dir *dir = tlp->holder;

	sim_assert(sim, dir->under_way.head == tlp);
	tlp_queue_pop(&dir->under_way);
	tlp->holder = NULL;
	dir->stats->delivered++;
	dir->left[tlp_class_of(tlp)]++;
	*out = dir;
	return tlp;
}

void link_send_up(struct link *link, struct tlp *tlp)
{
	link_dir_send(&link->up, tlp);
}

void link_send_down(struct link *link, struct tlp *tlp)
{
	link_dir_send(&link->down, tlp);
}

static void link_deliver_up(struct sim *sim, struct sim_event *event)
{
	struct link_dir *dir;
	struct tlp *tlp = link_dir_arrive(sim, event, &dir);

	if (sim_unlikely(tlp->type == TLP_MESSAGE) && dir->link->message_fn) {
		dir->link->message_fn(dir->link->message_ctx, tlp);
		return;
	}
	sim_assert(sim, dir->link->phb_fn);
	dir->link->phb_fn(dir->link->phb_ctx, tlp);
}

static void link_deliver_down(struct sim *sim, struct sim_event *event)
{
	struct link_dir *dir;
	struct tlp *tlp = link_dir_arrive(sim, event, &dir);

	sim_assert(sim, dir->link->device_fn);
	if (sim_unlikely(dir->link->lose) && tlp->type == TLP_COMPLETION && !--dir->link->lose)
		return;
	dir->link->device_fn(dir->link->device_ctx, tlp);
}

void link_flow(const struct link *link, bool up, enum tlp_class class, struct tlp_flow *flow)
{
	const struct link_dir *dir = up ? &link->up : &link->down;

	flow->entered = dir->entered[class];
	flow->left = dir->left[class];
	flow->held = tlp_queue_count(&dir->under_way, class) + tlp_queue_count(&dir->waiting[class], class);
}

sim_ps link_round_trip_ps(const struct link *link, uint32_t down_bytes, uint32_t up_bytes)
{
	uint32_t header_bytes = LINK_FRAMING_BYTES + LINK_HEADER_3DW_BYTES;

	return link_wire_ps(link, header_bytes + down_bytes) + link->down.latency_ps +
	       link_wire_ps(link, header_bytes + up_bytes) + link->up.latency_ps;
}

uint32_t link_speed(const struct link *link)
{
	return link->gen;
}

uint32_t link_width(const struct link *link)
{
	return link->lanes;
}

uint64_t link_rate_bytes_per_s(const struct link *link)
{
	return (uint64_t)((unsigned __int128)SIM_PS_PER_S * link->raw_den / link->raw_num);
}

uint64_t link_tlp_rate_bytes_per_s(const struct link *link)
{
	return (uint64_t)((unsigned __int128)SIM_PS_PER_S * link->ps_den / link->ps_num);
}
