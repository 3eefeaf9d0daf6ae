/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WORKLOADS_VALIDATE_RIG_H
#define WORKLOADS_VALIDATE_RIG_H
/*
 * workloads/validate/rig.h - a machine without a kernel: PHB, link and one dma-engine, set up through their registers, as
 * a benchmark's card in an idle host is.
 *
 * PE 0 has a non-translated window at bit 59, and, after rig_map(), a translated one at 0.
 * Not modelled: anything of software; nothing spends time but hardware.
 */
#include "hw/machine.h"
#include "workloads/validate/validate_internal.h"

/** struct rig - @bar: of the engine, CPU address. @base: PCI address of the window that loads use. */
struct rig {
	struct validate_run *run;
	struct sim *sim;
	struct cfg *cfg;
	struct machine *machine;
	struct platform *platform;
	uint64_t bar, base;
};

/** struct rig_load - what the engine does. @stride 0: random over @window_bytes, in steps of @bytes; else strided. */
struct rig_load {
	bool write;
	uint32_t bytes, depth;
	uint64_t stride, window_bytes;
	sim_ps interval_ps;
	uint64_t warm_requests, requests;
};

/** rig_open - @machine: of machines/, NULL: defaults. @sets: "path=value", ends with NULL. Return: false after an error. */
bool rig_open(struct rig *rig, struct validate_run *run, const char *machine, const char *const *sets);
void rig_close(struct rig *rig);
/** rig_map - a window of 64 MiB at PCI address 0 in pages of 1 << @page_shift, all mapped; loads use it. */
void rig_map(struct rig *rig, uint32_t page_shift);
/** rig_map_levels - the same through @levels levels, 1 or 2; with 2, tables of 512 entries. */
void rig_map_levels(struct rig *rig, uint32_t page_shift, uint32_t levels);
/** rig_batch - @count requests, to the end. */
void rig_batch(struct rig *rig, const struct rig_load *load, uint64_t count);
/** rig_rate - steady state: after the warm-up, over the requests wanted. Return: payload in Gb/s. */
double rig_rate(struct rig *rig, const struct rig_load *load);
/** rig_wire_rate - the same, but bytes of TLPs that went up the link (headers and framing too), in Gb/s. */
double rig_wire_rate(struct rig *rig, const struct rig_load *load);
/** rig_read_latency_ns - mean of reads, one at a time. */
double rig_read_latency_ns(struct rig *rig, const struct rig_load *load);

#endif
