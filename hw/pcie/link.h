/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HW_PCIE_LINK_H
#define HW_PCIE_LINK_H
/*
 * hw/pcie/link.h - a PCIe link, below a PHB or below a port of a switch: two directions, each with its rate, its packet
 * overhead, a latency, flow control by credits, and PCIe's ordering rules.
 *
 * A struct tlp is a request or all of its completion; the link cuts it into packets by MPS, MRRS and RCB, which travel
 * back to back and arrive as one, with the last of them. Each packet costs its header, its framing and its credits.
 * DLLPs (ACK, UpdateFC) and SKIP sets take a fixed share of the rate, as in the pcie-bench model. A packet that arrives
 * damaged is sent again after a NAK.
 *
 * Not modelled: packets of different requests that take turns, DLLPs that meet packets one by one (so ones that are not
 * needed cost, too), credits below one packet, virtual channels, power states, equalisation, speed changes.
 */
#include "hw/pcie/tlp.h"
#include "sim/cfg.h"

struct link;

/** link_up_fn - the upper side: a TLP came up the link; the callee now owns it. */
typedef void link_up_fn(void *ctx, struct tlp *tlp);
/** link_down_fn - the lower side: a TLP came down the link; the callee now owns it. */
typedef void link_down_fn(void *ctx, struct tlp *tlp);

extern const struct cfg_row link_cfg_rows[];
extern const size_t link_cfg_row_count;

/** link_create - of a root port. @cfg: "pcie." rows. @path: of the statistics, copied ("link0"). Return: owned. */
struct link *link_create(struct sim *sim, const struct cfg *cfg, const char *path);
/**
 * link_create_port - of a downstream port of a switch: the same, but for generation, width and latency.
 * Return: owned by the caller, or NULL when such links are not modelled (pcie.port_gen 0).
 */
struct link *link_create_port(struct sim *sim, const struct cfg *cfg, const char *path);
/** link_destroy - TLPs still on the way go back to their pool. @link: may be NULL. */
void link_destroy(struct link *link);
/** link_connect_phb - who receives at the upper end. */
void link_connect_phb(struct link *link, link_up_fn *fn, void *ctx);
/** link_connect_messages - who receives error messages at the upper end, if it is not the PHB. */
void link_connect_messages(struct link *link, link_up_fn *fn, void *ctx);
/** link_connect_device - who receives at the lower end. */
void link_connect_device(struct link *link, link_down_fn *fn, void *ctx);
/**
 * link_send_up - send @tlp to the upper end; delivered after it has waited for credits and for the wire, its
 * serialisation and the latency. A posted one passes others that wait; nothing passes a posted one but a completion
 * whose request had the attribute Relaxed Ordering (PCI Express Base Specification 3.0, table 2-32).
 */
void link_send_up(struct link *link, struct tlp *tlp);
/** link_send_down - the same to the lower end. */
void link_send_down(struct link *link, struct tlp *tlp);
/** link_flush - the link is reset: all TLPs that wait or are on the way, in both directions, vanish and are counted. */
void link_flush(struct link *link);
/** link_flow - TLPs of @class in one direction: handed to it, arrived or flushed, waiting or under way. */
void link_flow(const struct link *link, bool up, enum tlp_class class, struct tlp_flow *flow);
/** link_round_trip_ps - unloaded time of a @bytes request down and its completion up, for CPU accesses. */
sim_ps link_round_trip_ps(const struct link *link, uint32_t down_bytes, uint32_t up_bytes);
/** link_wire_bytes - bytes that @tlp occupies on the link, framing and the headers of all its packets included. */
uint32_t link_wire_bytes(const struct link *link, const struct tlp *tlp);
/** link_wire_ps - time to serialise @wire_bytes of TLPs in one direction, rounded up. */
sim_ps link_wire_ps(const struct link *link, uint64_t wire_bytes);
/** link_speed, link_width - PCIe generation 1..5 and lanes, as the link capability registers show them. */
uint32_t link_speed(const struct link *link);
uint32_t link_width(const struct link *link);
/** link_rate_bytes_per_s - raw rate of one direction after encoding. */
uint64_t link_rate_bytes_per_s(const struct link *link);
/** link_tlp_rate_bytes_per_s - what is left of it for TLPs. */
uint64_t link_tlp_rate_bytes_per_s(const struct link *link);

#endif
