/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HW_PCIE_LINK_H
#define HW_PCIE_LINK_H
/*
 * hw/pcie/link.h - the PCIe link below a PHB: serialisation at the link's rate with TLP overhead, a fixed latency per
 * direction, and order kept within a direction. What is at its lower end says hw/pcie/topology.h.
 *
 * Good enough for a rate: a read of up to 4 KiB has one completion TLP here, but the time of the link counts the
 * header of each packet into which MPS, MRRS and RCB would split it. A later issue makes the link exact.
 * Not modelled yet: credits, ACK/NAK and flow-control DLLPs, replay, SKIP sets, completions that really arrive split.
 */
#include "hw/pcie/tlp.h"
#include "sim/cfg.h"

struct link;

/** link_up_fn - the PHB's side: a TLP came up the link; the callee now owns it. */
typedef void link_up_fn(void *ctx, struct tlp *tlp);
/** link_down_fn - the devices' side: a TLP came down the link; the callee now owns it. */
typedef void link_down_fn(void *ctx, struct tlp *tlp);

extern const struct cfg_row link_cfg_rows[];
extern const size_t link_cfg_row_count;

/** link_create - @cfg: "pcie." rows. @path: of the statistics, copied ("link0"). Return: owned by the caller. */
struct link *link_create(struct sim *sim, const struct cfg *cfg, const char *path);
/** link_destroy - TLPs still on the way go back to their pool. @link: may be NULL. */
void link_destroy(struct link *link);
/** link_connect_phb - who receives what devices send. */
void link_connect_phb(struct link *link, link_up_fn *fn, void *ctx);
/** link_connect_messages - who receives error messages at the upper end, if it is not the PHB. */
void link_connect_messages(struct link *link, link_up_fn *fn, void *ctx);
/** link_connect_device - who receives at the lower end. */
void link_connect_device(struct link *link, link_down_fn *fn, void *ctx);
/** link_send_up - a device sends @tlp to the PHB; delivered after serialisation and latency, in order. */
void link_send_up(struct link *link, struct tlp *tlp);
/** link_send_down - the PHB sends @tlp. */
void link_send_down(struct link *link, struct tlp *tlp);
/** link_flush - the link is reset: all TLPs on the way, in both directions, vanish and are counted. */
void link_flush(struct link *link);
/** link_round_trip_ps - unloaded time of a @bytes request down and its completion up, for CPU accesses. */
sim_ps link_round_trip_ps(const struct link *link, uint32_t down_bytes, uint32_t up_bytes);
/** link_wire_bytes - bytes that @tlp occupies on the link, framing and the headers of all its packets included. */
uint32_t link_wire_bytes(const struct link *link, const struct tlp *tlp);
/** link_wire_ps - time to serialise @wire_bytes in one direction, rounded up. */
sim_ps link_wire_ps(const struct link *link, uint64_t wire_bytes);
/** link_speed, link_width - PCIe generation 1..5 and lanes, as the link capability registers show them. */
uint32_t link_speed(const struct link *link);
uint32_t link_width(const struct link *link);
/** link_rate_bytes_per_s - raw rate of one direction after encoding. */
uint64_t link_rate_bytes_per_s(const struct link *link);

#endif
