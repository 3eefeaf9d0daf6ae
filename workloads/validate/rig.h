/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WORKLOADS_VALIDATE_RIG_H
#define WORKLOADS_VALIDATE_RIG_H
/*
 * workloads/validate/rig.h - a machine without a kernel: PHB, link and dma-engines, set up through their registers, as
 * a benchmark's cards in an idle host are. One engine directly below one PHB unless the settings say otherwise.
 *
 * Every requester is in PE 0 until rig_own_pe() puts it elsewhere. A PE has, after rig_map(), a translated window at 0; PE
 * 0 also has a non-translated one at bit 59. Not modelled: anything of software; nothing spends time but hardware.
 */
#include "hw/machine.h"
#include "sim/stat.h"
#include "workloads/validate/validate_internal.h"

/**
 * struct rig - @phb, @function: which engine the calls below are about: rig_select(). @functions: below each PHB.
 * @base: PCI address of the window that loads use.
 */
struct rig {
	struct validate_run *run;
	struct sim *sim;
	struct cfg *cfg;
	struct machine *machine;
	struct platform *platform;
	uint32_t phb, function, functions, per_device;
	bool direct;
	uint64_t bar, base, tve;
};

/** struct rig_load - what the engine does. @stride 0: random over @window_bytes, in steps of @bytes; else strided. */
struct rig_load {
	bool write;
	uint32_t bytes, depth;
	uint64_t stride, window_bytes;
	sim_ps interval_ps;
	uint64_t warm_requests, requests;
};

/** rig_open - @machine: of machines/, NULL: defaults. @sets: "path=value", ends with NULL. Return: false after an
 * error. */
bool rig_open(struct rig *rig, struct validate_run *run, const char *machine, const char *const *sets);
/** rig_open_seed - the same with a seed of one's own. */
bool rig_open_seed(struct rig *rig, struct validate_run *run, const char *machine, const char *const *sets,
		   uint64_t seed);
void rig_close(struct rig *rig);
/** rig_select - from now on it is about the @function-th engine below the @phb-th PHB. */
void rig_select(struct rig *rig, uint32_t phb, uint32_t function);
/** rig_own_pe - select engine @engine; it gets a PE of its own, @engine + 1, with the window of PE 0: the same tables and
 * pages. */
void rig_own_pe(struct rig *rig, uint32_t phb, uint32_t engine);
/** rig_kill - a store to TCE_KILL: the page at @iova of @pe, or all of @pe. */
void rig_kill(struct rig *rig, uint32_t pe, uint64_t iova, bool whole_pe);
/** rig_start, rig_finish - the selected engine starts @count requests (0: no end), and all is run to its end. */
void rig_start(struct rig *rig, const struct rig_load *load, uint64_t count);
void rig_finish(struct rig *rig);
/** rig_stop - the selected engine issues nothing more. */
void rig_stop(struct rig *rig);
/** rig_pass - let @ps go by. */
void rig_pass(struct rig *rig, sim_ps ps);
/** rig_counter - a counter of the machine. rig_bytes - what the selected engine has moved in this run. */
uint64_t rig_counter(struct rig *rig, const char *path, const char *name);
uint64_t rig_bytes(struct rig *rig);
/** rig_map - a window of 64 MiB at PCI address 0 in pages of 1 << @page_shift, all mapped; loads use it. */
void rig_map(struct rig *rig, uint32_t page_shift);
/** rig_map_levels - the same through @levels levels, 1 or 2; with 2, tables of 512 entries. */
void rig_map_levels(struct rig *rig, uint32_t page_shift, uint32_t levels);
/** rig_fold - the same again, but all pages share @bytes of memory: many to translate, few to touch. */
void rig_fold(struct rig *rig, uint32_t page_shift, uint32_t levels, uint64_t bytes);
/** rig_batch - @count requests, to the end. */
void rig_batch(struct rig *rig, const struct rig_load *load, uint64_t count);
/** rig_rate - steady state: after the warm-up, over the requests wanted. Return: payload in Gb/s. */
double rig_rate(struct rig *rig, const struct rig_load *load);
/** rig_wire_rate - the same, but bytes of TLPs that went up the link (headers and framing too), in Gb/s. */
double rig_wire_rate(struct rig *rig, const struct rig_load *load);
/** rig_read_latency_ns - mean of reads, one at a time. */
double rig_read_latency_ns(struct rig *rig, const struct rig_load *load);

#endif
