// SPDX-License-Identifier: GPL-2.0-only
/*
 * workloads/validate/validate_map.c - V14 to V16 and V25: a guest that maps all of its memory at boot.
 */
#include "workloads/validate/storm_rig.h"

#define GIB_100 "storm.memory=100GiB"
#define PAGES_100GIB 1638400u /* of 64 KiB */
#define LIST 512u
#define POWER9 "power9-phb4"

void validate_v14(struct validate_run *run)
{
	static const struct {
		const char *page, *set;
		uint64_t tces, calls;
	} rows[] = {
		{"4 KiB", "storm.page=4KiB", 26214400, 51200}, {"64 KiB", "storm.page=64KiB", 1638400, 3200},
		{"2 MiB", "storm.page=2MiB", 51200, 100},      {"16 MiB", "storm.page=16MiB", 6400, 13},
		{"1 GiB", "storm.page=1GiB", 100, 1},
	};
	struct storm_figures figures;

	for (size_t i = 0; i < sim_count_of(rows); i++) {
		/* Pages of more than the kernel's 64 KiB need huge ones below. */
		const char *sets[] = {GIB_100, rows[i].set, i > 1 ? "storm.huge=true" : NULL, NULL};

		if (!storm_rig_run(run, "boot-map", NULL, sets, &figures))
			return;
		validate_absolute(run, "TCEs", (double)rows[i].tces, (double)figures.sum.tces, 0, "pages of %s",
				  rows[i].page);
		validate_absolute(run, "calls", (double)rows[i].calls, (double)figures.sum.calls, 0,
				  "H_PUT_TCE_INDIRECT for pages of %s", rows[i].page);
	}
}

static double seconds(sim_ps ps)
{
	return (double)ps / SIM_PS_PER_S;
}

/* The published figures are older than the firmware that kills whole PEs. */
#define PAGE_KILLS "kernel.opal.kill_by_pe=false"

void validate_v15(struct validate_run *run)
{
	static const char *const small[] = {PAGE_KILLS, "storm.memory=32GiB", NULL};
	static const char *const large[] = {PAGE_KILLS, GIB_100, NULL};
	struct storm_figures figures;
	double whole, bridge;

	if (!storm_rig_run(run, "boot-map", POWER9, small, &figures))
		return;
	validate_between(run, "s", 2, seconds(figures.sum.took_ps), 0, 2, "32 GiB");
	if (!storm_rig_run(run, "boot-map", POWER9, large, &figures))
		return;
	whole = seconds(figures.sum.took_ps);
	bridge = seconds(figures.sum.times.layer[STORM_KILL] + figures.sum.times.layer[STORM_SYNC]);
	validate_between(run, "s", 9, bridge, 5, 9, "100 GiB, the bridge's share");
	validate_between(run, "s", 1, whole - bridge, 0, 2, "100 GiB, the rest");
}

void validate_v16(struct validate_run *run)
{
	static const char *const warm[] = {PAGE_KILLS,	       "kernel.kvm.real_mode=on",  "storm.batch=512",
					   "storm.rounds=100", "storm.invalidate=batched", NULL};
	static const char *const all[] = {PAGE_KILLS,	       "kernel.kvm.real_mode=on",  "storm.batch=512",
					  "storm.rounds=1700", "storm.invalidate=batched", NULL};
	struct storm_figures before, after;

	if (!storm_rig_run(run, "storm-indirect", POWER9, warm, &before) ||
	    !storm_rig_run(run, "storm-indirect", POWER9, all, &after))
		return;
	validate_absolute(run, "TCEs", PAGES_100GIB, (double)(after.sum.tces - before.sum.tces), 0, "written");
	validate_absolute(run, "kills", (PAGES_100GIB + LIST - 1) / LIST,
			  (double)(after.kill_calls - before.kill_calls), 0, "asked of firmware");
	validate_between(run, "s", 10, seconds(after.sum.took_ps - before.sum.took_ps), 0, 10, "in all");
	validate_note(run, "Lists mapped and taken back by handlers of 5.4 to 5.19 (kernel.kvm.real_mode), when all "
			   "tables are there. Linux 6.1 and "
			   "6.12 answer in virtual mode only and kill one TCE at a time (V15).");
}

/* Container version 2 pins what the guest has before the guest runs: the time until then by the size of the guest. */
void validate_v25(struct validate_run *run)
{
	static const char *const small[] = {"kernel.page=4KiB", "storm.page=4KiB", "storm.memory=2GiB", NULL};
	static const char *const large[] = {"kernel.page=4KiB", "storm.page=4KiB", "storm.memory=6GiB", NULL};
	struct storm_figures few, many;

	if (!storm_rig_run(run, "boot-map", NULL, small, &few) || !storm_rig_run(run, "boot-map", NULL, large, &many))
		return;
	validate_percent(run, "s/GiB", 0.268, seconds(many.sum.begin_ps - few.sum.begin_ps) / 4, 10,
			 "more of a guest, from 2 to 6 GiB");
}
