/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/pcie/link.c - one PCIe link: two directions, each a serialiser with a queue and a fixed latency.
 *
 * A TLP leaves when the direction is free, takes its wire bytes over the rate of the link, and is delivered the
 * direction's latency after its last byte left (store and forward). Ends of serialisation strictly increase, so
 * order within a direction holds by construction; the two directions do not wait for each other.
 *
 * Wire bytes, as in the pcie-bench model (github pcie-bench/pcie-model, SIGCOMM'18) and PCI Express Base
 * Specification 3.0, sections 2.2 and 4.2.2: framing, sequence number and LCRC together 8 bytes per packet;
 * headers of 12 bytes (3 DW: 32-bit address, completion, message with 32-bit routing) or 16 bytes (4 DW: 64-bit
 * address).
 *
 * Not modelled: see hw/pcie/link.h.
 */
#include "hw/pcie/link.h"

#include <stdlib.h>
#include <string.h>

#include "sim/sim.h"
#include "sim/stat.h"

#define LINK_FRAMING_BYTES 8u
#define LINK_HEADER_3DW_BYTES 12u
#define LINK_HEADER_4DW_BYTES 16u
#define LINK_PS_PER_US_MT 1000000ull /* ps of one transfer at one megatransfer per second */

static const char *const link_split_names[] = {"mps", "rcb", NULL};
enum link_split { LINK_SPLIT_MPS, LINK_SPLIT_RCB };

/* clang-format off */
const struct cfg_row link_cfg_rows[] = {
	{.path = "pcie.gen", .type = CFG_COUNT, .def = 3, .min = 1, .max = 5,
	 .source = CFG_DOCUMENTED, .where = "POWER8: PCIe Gen3 (skiboot hw/phb3.c)",
	 .help = "PCIe generation: 2.5, 5, 8, 16 or 32 GT/s per lane; 8b/10b up to 2, 128b/130b from 3."},
	{.path = "pcie.width", .type = CFG_COUNT, .def = 8, .min = 1, .max = 16, .pow2 = true,
	 .source = CFG_DOCUMENTED, .where = "POWER8: x8 and x16 slots; x8 is the pcie-bench reference set-up",
	 .help = "Lanes of the link."},
	{.path = "pcie.mps", .type = CFG_SIZE, .def = 256, .min = 128, .max = 4096, .pow2 = true,
	 .source = CFG_ASSUMED, .where = "common root complex limit; pcie-bench hosts use 256 B",
	 .help = "Maximum payload of one packet; longer writes and completions pay one header per piece."},
	{.path = "pcie.mrrs", .type = CFG_SIZE, .def = 4096, .min = 128, .max = 4096, .pow2 = true,
	 .source = CFG_USER, .where = "PCI Express Base Specification 3.0, 7.8.4: 128 B to 4 KiB",
	 .help = "Maximum read request; longer reads pay one request header per piece."},
	{.path = "pcie.rcb", .type = CFG_SIZE, .def = 64, .min = 64, .max = 128, .pow2 = true,
	 .source = CFG_DOCUMENTED, .where = "PCI Express Base Specification 3.0, 2.3.1.1: 64 or 128 B",
	 .help = "Read completion boundary, used when pcie.completion_split is rcb."},
	{.path = "pcie.completion_split", .type = CFG_CHOICE, .def = LINK_SPLIT_MPS, .min = 0, .max = 1,
	 .choices = link_split_names, .source = CFG_ASSUMED, .where = "no public figure for PHB3",
	 .help = "How the root complex cuts read completions: pieces of pcie.mps or of pcie.rcb bytes."},
	{.path = "pcie.latency_up", .type = CFG_TIME, .def = 150 * SIM_PS_PER_NS, .min = 0, .max = 100 * SIM_PS_PER_US,
	 .source = CFG_ASSUMED, .where = "no public figure for PHB3; PHYs, link layers and a switch one way",
	 .help = "Propagation from a device to the PHB, from last byte out to delivery."},
	{.path = "pcie.latency_down", .type = CFG_TIME, .def = 150 * SIM_PS_PER_NS, .min = 0, .max = 100 * SIM_PS_PER_US,
	 .source = CFG_ASSUMED, .where = "no public figure for PHB3; PHYs, link layers and a switch one way",
	 .help = "Propagation from the PHB to a device, from last byte out to delivery."},
};
/* clang-format on */
const size_t link_cfg_row_count = sim_count_of(link_cfg_rows);

/** struct link_dir_stats - of one direction; tlps - delivered are under way, or were flushed. */
struct link_dir_stats {
	uint64_t tlps, delivered, data_bytes, wire_bytes, busy_ps;
	struct stat_mean wait_ps;
};

struct link_stats {
	struct link_dir_stats up, down;
	uint64_t flushed;
};

/* clang-format off */
#define DIR_ROWS(dir, text)                                                                                           \
	{#dir "_tlps", STAT_COUNTER, "TLPs", "TLPs sent " text ".", offsetof(struct link_stats, dir.tlps)},            \
	{#dir "_delivered", STAT_COUNTER, "TLPs", "TLPs that arrived " text ".",                                       \
	 offsetof(struct link_stats, dir.delivered)},                                                                  \
	{#dir "_data_bytes", STAT_COUNTER, "bytes", "Payload sent " text ".",                                          \
	 offsetof(struct link_stats, dir.data_bytes)},                                                                 \
	{#dir "_wire_bytes", STAT_COUNTER, "bytes", "Payload, headers and framing sent " text ".",                     \
	 offsetof(struct link_stats, dir.wire_bytes)},                                                                 \
	{#dir "_busy", STAT_COUNTER, "ps", "Time the link was sending " text "; over the run's time: its utilisation.", \
	 offsetof(struct link_stats, dir.busy_ps)},                                                                    \
	{#dir "_wait", STAT_MEAN, "ps", "Time a TLP waited for the link " text ".",                                    \
	 offsetof(struct link_stats, dir.wait_ps)}
/* clang-format on */

static const struct stat_row link_stat_rows[] = {
	DIR_ROWS(up, "to the PHB"),
	DIR_ROWS(down, "to the devices"),
	{"flushed", STAT_COUNTER, "TLPs", "TLPs that were on the way when the link was reset.",
	 offsetof(struct link_stats, flushed)},
};

/** struct link_dir - one direction. @head, @tail: TLPs under way, next to arrive first. */
struct link_dir {
	struct link *link;
	struct link_dir_stats *stats;
	sim_event_fn *deliver;
	sim_ps latency_ps;
	sim_ps free_ps; /* the serialiser is busy until then */
	struct tlp *head, *tail;
};

struct link {
	struct sim *sim; /* borrowed */
	uint32_t gen, lanes;
	uint32_t mps, mrrs, cpl_bytes;
	uint64_t ps_num, ps_den; /* time of one byte = ps_num / ps_den ps, exact */
	struct link_dir up, down;
	link_up_fn *phb_fn, *message_fn;
	void *phb_ctx, *message_ctx;
	link_down_fn *device_fn;
	void *device_ctx;
	struct link_stats stats;
};

static void link_deliver_up(struct sim *sim, struct sim_event *event);
static void link_deliver_down(struct sim *sim, struct sim_event *event);

static void link_set_rate(struct link *link)
{
	static const uint32_t mega_transfers[] = {0, 2500, 5000, 8000, 16000, 32000};
	bool wide = link->gen >= 3; /* 128b/130b */

	link->ps_num = 8ull * (wide ? 130 : 10) * LINK_PS_PER_US_MT;
	link->ps_den = (uint64_t)(wide ? 128 : 8) * mega_transfers[link->gen] * link->lanes;
}

static void link_dir_init(struct link *link, struct link_dir *dir, struct link_dir_stats *stats, sim_event_fn *deliver,
			  sim_ps latency_ps)
{
	dir->link = link;
	dir->stats = stats;
	dir->deliver = deliver;
	dir->latency_ps = latency_ps;
}

struct link *link_create(struct sim *sim, const struct cfg *cfg, const char *path)
{
	struct link *link = sim_alloc(sizeof(*link));

	link->sim = sim;
	link->gen = (uint32_t)cfg_u64(cfg, "pcie.gen");
	link->lanes = (uint32_t)cfg_u64(cfg, "pcie.width");
	link->mps = (uint32_t)cfg_u64(cfg, "pcie.mps");
	link->mrrs = (uint32_t)cfg_u64(cfg, "pcie.mrrs");
	link->cpl_bytes = cfg_u64(cfg, "pcie.completion_split") == LINK_SPLIT_RCB ? (uint32_t)cfg_u64(cfg, "pcie.rcb")
										  : link->mps;
	link_set_rate(link);
	link_dir_init(link, &link->up, &link->stats.up, link_deliver_up, cfg_u64(cfg, "pcie.latency_up"));
	link_dir_init(link, &link->down, &link->stats.down, link_deliver_down, cfg_u64(cfg, "pcie.latency_down"));
	stat_register(sim, path, link_stat_rows, sim_count_of(link_stat_rows), &link->stats);
	return link;
}

static uint64_t link_dir_flush(struct link_dir *dir)
{
	struct tlp *tlp;
	uint64_t n = 0;

	for (; (tlp = dir->head); n++) {
		dir->head = tlp->next;
		sim_event_cancel(dir->link->sim, &tlp->event);
		tlp_free(tlp);
	}
	dir->free_ps = 0;
	return n;
}

void link_flush(struct link *link)
{
	link->stats.flushed += link_dir_flush(&link->up) + link_dir_flush(&link->down);
}

void link_destroy(struct link *link)
{
	if (!link)
		return;
	link_flush(link);
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

static uint32_t link_pieces(uint32_t bytes, uint32_t piece_bytes)
{
	return bytes <= piece_bytes ? 1 : (bytes + piece_bytes - 1) / piece_bytes;
}

/* Payload that travels with @tlp; a completion without success carries none. */
static uint32_t link_data_bytes(const struct tlp *tlp)
{
	switch (tlp->type) {
	case TLP_MEM_WRITE:
	case TLP_CFG_WRITE:
		return tlp->bytes;
	case TLP_COMPLETION:
		return tlp->status == TLP_SC ? tlp->bytes : 0;
	default:
		return 0;
	}
}

uint32_t link_wire_bytes(const struct link *link, const struct tlp *tlp)
{
	uint32_t short_bytes = LINK_FRAMING_BYTES + LINK_HEADER_3DW_BYTES;
	uint32_t memory_bytes = tlp->addr.v >> 32 ? LINK_FRAMING_BYTES + LINK_HEADER_4DW_BYTES : short_bytes;
	uint32_t data_bytes = link_data_bytes(tlp);

	switch (tlp->type) {
	case TLP_MEM_READ:
		return link_pieces(tlp->bytes, link->mrrs) * memory_bytes;
	case TLP_MEM_WRITE:
		return link_pieces(data_bytes, link->mps) * memory_bytes + data_bytes;
	case TLP_COMPLETION:
		return link_pieces(data_bytes, link->cpl_bytes) * short_bytes + data_bytes;
	case TLP_MESSAGE: /* 4 DW, PCI Express Base Specification 3.0, 2.2.8 */
		return LINK_FRAMING_BYTES + LINK_HEADER_4DW_BYTES;
	default:
		return short_bytes + data_bytes;
	}
}

sim_ps link_wire_ps(const struct link *link, uint64_t wire_bytes)
{
	return (wire_bytes * link->ps_num + link->ps_den - 1) / link->ps_den;
}

static void link_dir_send(struct link_dir *dir, struct tlp *tlp)
{
	struct link *link = dir->link;
	sim_ps now = sim_now(link->sim);
	sim_ps begin = dir->free_ps > now ? dir->free_ps : now;
	uint32_t wire_bytes = link_wire_bytes(link, tlp);
	sim_ps busy = link_wire_ps(link, wire_bytes);

	dir->free_ps = begin + busy;
	dir->stats->tlps++;
	dir->stats->data_bytes += link_data_bytes(tlp);
	dir->stats->wire_bytes += wire_bytes;
	dir->stats->busy_ps += busy;
	stat_mean_add(&dir->stats->wait_ps, begin - now);

	tlp->holder = dir;
	tlp->next = NULL;
	if (dir->head)
		dir->tail->next = tlp;
	else
		dir->head = tlp;
	dir->tail = tlp;
	sim_event_init(&tlp->event, dir->deliver, SIM_PRIO_LINK);
	sim_event_at(link->sim, &tlp->event, dir->free_ps + dir->latency_ps);
}

/* Take the TLP that has arrived off its direction; it is always the first. */
static struct tlp *link_dir_arrive(struct sim *sim, struct sim_event *event, struct link_dir **out)
{
	struct tlp *tlp = sim_container_of(event, struct tlp, event);
	struct link_dir *dir = tlp->holder;

	sim_assert(sim, dir->head == tlp);
	dir->head = tlp->next;
	tlp->next = NULL;
	tlp->holder = NULL;
	dir->stats->delivered++;
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
	dir->link->device_fn(dir->link->device_ctx, tlp);
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
	return SIM_PS_PER_S / LINK_PS_PER_US_MT * link->ps_den / (link->ps_num / LINK_PS_PER_US_MT);
}
