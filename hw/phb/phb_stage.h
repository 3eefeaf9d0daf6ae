/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HW_PHB_PHB_STAGE_H
#define HW_PHB_PHB_STAGE_H
/*
 * hw/phb/phb_stage.h - where requests spend their time in a PHB: latency by size, queueing by stage, walks, kills,
 * MSIs.
 *
 * All of it is counted per PE, for PEs that have sent something; what a PHB shows is the sum, worked out when somebody
 * looks. A request that does not wait at a stage is not counted there, so "count" says how many did, and the sums over
 * all stages are the sums of the latencies.
 */
#include "sim/stat.h"

struct phb;

/** enum phb_stage - in the order of the pipeline. */
enum phb_stage {
	PHB_STAGE_FRONT,  /* look-ups, and the queue before them */
	PHB_STAGE_RTC,	  /* the RTT is read, because the requester is not in the RID cache */
	PHB_STAGE_WALKER, /* no walker is free */
	PHB_STAGE_WALK,	  /* a walk fetches its TCE */
	PHB_STAGE_ORDER,  /* an earlier write goes first */
	PHB_STAGE_TAG,	  /* no tag is free */
	PHB_STAGE_CREDIT, /* no read engines, or no write buffers, are free */
	PHB_STAGE_MEMORY, /* memory, and the queue before it */
	PHB_STAGES
};

/** PHB_SIZE_CLASSES - of requests: up to 64, 128, 256, 512, 1024 bytes, and above. */
#define PHB_SIZE_CLASSES 6u

/**
 * struct phb_stage_stats - of one PE, or the sum. @read, @write: from arrival to completion or until memory has it.
 * @read_all, @write_all: worked out from those. @walk: of its tables. @kill: from the kill until requests flow again.
 */
struct phb_stage_stats {
	struct stat_hist stage[PHB_STAGES];
	struct stat_hist read[PHB_SIZE_CLASSES], write[PHB_SIZE_CLASSES];
	struct stat_hist read_all, write_all;
	struct stat_hist walk, kill, msi;
	uint64_t read_bytes, write_bytes, tce_hits, tce_misses;
};

/**
 * struct phb_stage_table - @pe: owned, by PE, NULL for those that have sent nothing; the last place is for requests
 * that belong to none (errors, kills of all). @total: the sum.
 */
struct phb_stage_table {
	struct phb_stage_stats **pe;
	uint32_t pe_count;
	struct phb_stage_stats total;
};

void phb_stage_init(struct phb *phb, const char *path);
void phb_stage_finish(struct phb *phb);
/** phb_stage_use - make the statistics of @pe; out of line, once per PE. */
struct phb_stage_stats *phb_stage_use(struct phb *phb, uint32_t pe);

static inline uint32_t phb_size_class(uint32_t bytes)
{
	uint32_t class = bytes <= 64 ? 0 : 26u - (uint32_t)__builtin_clz(bytes - 1);

	return class < PHB_SIZE_CLASSES ? class : PHB_SIZE_CLASSES - 1;
}

#endif
