/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HW_PHB_PHB_STATS_H
#define HW_PHB_PHB_STATS_H
/* hw/phb/phb_stats.h - what a PHB counts; what each means says hw/phb/phb_stats.c. */
#include "hw/phb/phb_gen.h"

struct phb_stats {
	uint64_t dma_reads, dma_writes, dma_read_bytes, dma_write_bytes;
	uint64_t msis, msis_masked, msis_queued, messages;
	uint64_t rtc_hits, rtc_misses;
	uint64_t tce_hits, tce_misses, kill_misses, walks, walk_levels, walks_merged, walks_waited, walks_late;
	uint64_t kills_all, kills_pe, kills_one, kills_pair, killed_tces;
	uint64_t kills_waited, kills_dropped, kills_overflowed, tclb_reallocated;
	uint64_t frozen_reads, frozen_writes, frozen_msis, frozen_mmio_reads, frozen_mmio_writes;
	uint64_t faults, fault[PHB_XLATE_VERDICTS];
	uint64_t real_address_errors, unexpected_tlps;
	uint64_t freezes, companion_freezes, thaws, peltv_no_self, table_bar_disabled;
	uint64_t reg_reads, reg_writes, reg_bad_access, unimplemented_reads, unimplemented_writes;
	uint64_t config_reads, config_writes, config_no_device, frozen_config, config_timeouts;
	uint64_t mmio_reads, mmio_writes, mmio_decode_errors, mmio_unclaimed, mmio_failed, mmio_timeouts, tags_refused;
	uint64_t esb_reads, esb_writes, esb_refused, irqs_unrouted;
	uint64_t trapped, injections, lsi_inf, lsi_er, lsi_intx, resets, reset_requests;
	uint64_t fences, fenced_reg_reads, fenced_reg_writes, fenced_requests, fenced_mmio;
};

#endif
