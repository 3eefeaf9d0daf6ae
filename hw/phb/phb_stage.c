/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/phb/phb_stage.c - the statistics "phb0.pe253" of each PE in use, and their sum, which "phb0" shows.
 */
#include "hw/phb/phb_internal.h"

#include <inttypes.h>
#include <stdlib.h>

/* clang-format off */
#define HIST(label, field, help) {label, STAT_HIST, "ps", help, offsetof(struct phb_stage_stats, field)}
#define COUNT(label, field, unit, help) {label, STAT_COUNTER, unit, help, offsetof(struct phb_stage_stats, field)}
#define SIZED(what, field, text) \
	HIST(what "_upto_64", field[0], text " of at most 64 bytes."), \
	HIST(what "_upto_128", field[1], text " of 65 to 128 bytes."), \
	HIST(what "_upto_256", field[2], text " of 129 to 256 bytes."), \
	HIST(what "_upto_512", field[3], text " of 257 to 512 bytes."), \
	HIST(what "_upto_1k", field[4], text " of 513 to 1024 bytes."), \
	HIST(what "_over_1k", field[5], text " of more than 1024 bytes.")

static const struct stat_row phb_stage_rows[] = {
	HIST("read_latency", read_all, "Time of a device read in the PHB, from arrival to its completion."),
	HIST("write_latency", write_all, "Time of a device write in the PHB, from arrival until memory has it."),
	SIZED("read_latency", read, "The same of reads"),
	SIZED("write_latency", write, "The same of writes"),
	HIST("stage_front", stage[PHB_STAGE_FRONT], "Time in the front end: look-ups and the queue before them."),
	HIST("stage_rtc", stage[PHB_STAGE_RTC], "Waiting for the RTT, of requesters not in the RID cache."),
	HIST("stage_walker", stage[PHB_STAGE_WALKER], "Waiting for a free walker."),
	HIST("stage_walk", stage[PHB_STAGE_WALK], "Waiting for a walk to fetch the TCE, own or merged."),
	HIST("stage_order", stage[PHB_STAGE_ORDER], "Waiting behind an earlier write."),
	HIST("stage_tag", stage[PHB_STAGE_TAG], "Waiting for a read tag."),
	HIST("stage_credit", stage[PHB_STAGE_CREDIT], "Waiting for read engines or write buffers."),
	HIST("stage_memory", stage[PHB_STAGE_MEMORY], "Time in memory and in the queue before it."),
	HIST("walk_latency", walk, "Table walks, from start to end."),
	HIST("kill_latency", kill, "From a TCE kill until requests enter the pipeline again."),
	HIST("msi_latency", msi, "MSIs, from arrival until the interrupt is out."),
	COUNT("read_bytes", read_bytes, "bytes", "Bytes that reads brought."),
	COUNT("write_bytes", write_bytes, "bytes", "Bytes that writes took."),
	COUNT("pe_tce_hits", tce_hits, "lookups", "Accesses of the PE that found their TCE in the cache."),
	COUNT("pe_tce_misses", tce_misses, "lookups", "Accesses of the PE that did not."),
};
/* clang-format on */

/* What is worked out within one struct. */
static void stage_sum(void *base)
{
	struct phb_stage_stats *stats = base;

	stat_hist_clear(&stats->read_all);
	stat_hist_clear(&stats->write_all);
	for (uint32_t i = 0; i < PHB_SIZE_CLASSES; i++) {
		stat_hist_merge(&stats->read_all, &stats->read[i]);
		stat_hist_merge(&stats->write_all, &stats->write[i]);
	}
}

static void *stage_at(void *base, size_t row)
{
	return (char *)base + phb_stage_rows[row].offset;
}

static void stage_total(void *base)
{
	struct phb_stage_table *table = sim_container_of(base, struct phb_stage_table, total);

	for (size_t r = 0; r < sim_count_of(phb_stage_rows); r++) {
		if (phb_stage_rows[r].kind == STAT_HIST)
			stat_hist_clear(stage_at(base, r));
		else
			*(uint64_t *)stage_at(base, r) = 0;
	}
	for (uint32_t pe = 0; pe <= table->pe_count; pe++) {
		struct phb_stage_stats *one = table->pe[pe];

		if (!one)
			continue;
		stage_sum(one);
		for (size_t r = 0; r < sim_count_of(phb_stage_rows); r++) {
			if (phb_stage_rows[r].kind == STAT_HIST)
				stat_hist_merge(stage_at(base, r), stage_at(one, r));
			else
				*(uint64_t *)stage_at(base, r) += *(const uint64_t *)stage_at(one, r);
		}
	}
}

void phb_stage_init(struct phb *phb, const char *path)
{
	phb->stage.pe_count = phb->pe_count;
	phb->stage.pe = sim_alloc((phb->pe_count + 1) * sizeof(*phb->stage.pe));
	stat_register(phb->sim, path, phb_stage_rows, sim_count_of(phb_stage_rows), &phb->stage.total);
	stat_set_refresh(phb->sim, &phb->stage.total, stage_total);
}

void phb_stage_finish(struct phb *phb)
{
	stat_unregister(phb->sim, &phb->stage.total);
	for (uint32_t pe = 0; pe <= phb->stage.pe_count; pe++) {
		if (!phb->stage.pe[pe])
			continue;
		stat_unregister(phb->sim, phb->stage.pe[pe]);
		free(phb->stage.pe[pe]);
	}
	free(phb->stage.pe);
}

__attribute__((noinline, cold)) struct phb_stage_stats *phb_stage_use(struct phb *phb, uint32_t pe)
{
	struct phb_stage_stats *stats = sim_alloc(sizeof(*stats));
	char *path = pe < phb->stage.pe_count ? sim_asprintf("phb%" PRIu32 ".pe%" PRIu32, phb->index, pe)
					      : sim_asprintf("phb%" PRIu32 ".no_pe", phb->index);

	stat_register(phb->sim, path, phb_stage_rows, sim_count_of(phb_stage_rows), stats);
	stat_set_refresh(phb->sim, stats, stage_sum);
	free(path);
	phb->stage.pe[pe] = stats;
	return stats;
}
