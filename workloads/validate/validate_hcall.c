// SPDX-License-Identifier: GPL-2.0-only
/*
 * workloads/validate/validate_hcall.c - V11 to V13, V23: what a hypercall costs, where it is answered, and what it
 * saves to take several TCEs at once or to take them back later.
 */
#include "workloads/validate/storm_rig.h"

#define CORE_GHZ 3.5
#define CLOCK "cpu.clock=3.5GHz"
#define BEFORE "kernel.cost.hcall_virtual_cycles=9587"
#define REAL "kernel.kvm.real_mode=on"

/* Cycles from the guest into the hypervisor and back. */
static double exit_cycles(const struct storm_figures *figures)
{
	return (double)figures->sum.times.layer[STORM_EXIT] / SIM_PS_PER_NS * CORE_GHZ / (double)figures->sum.calls;
}

void validate_v11(struct validate_run *run)
{
	static const char *const sets[][4] = {{CLOCK, REAL}, {CLOCK}, {CLOCK, BEFORE}};
	static const double published[] = {509, 5754, 9587};
	static const char *const names[] = {"answered in real mode", "answered in virtual mode, reworked",
					    "answered in virtual mode, before"};
	struct storm_figures figures;
	double cycles[3];

	for (size_t i = 0; i < sim_count_of(sets); i++) {
		if (!storm_rig_run(run, "storm-put", "power9-phb4", sets[i], &figures))
			return;
		cycles[i] = exit_cycles(&figures);
		validate_percent(run, "cycles", published[i], cycles[i], 2, "%s", names[i]);
	}
	validate_percent(run, "times", published[2] / published[0], cycles[2] / cycles[0], 2,
			 "virtual mode, before, over real mode");
	validate_percent(run, "times", published[2] / published[1], cycles[2] / cycles[1], 2,
			 "what the rework made of it");
	validate_note(run, "The figures are rows of the model (kernel.cost.hcall_*); that they come out again shows "
			   "that nothing is charged twice.");
}

/* 10 Gb/s Ethernet carries so much of TCP at an MTU of 1500. */
#define LINK_MB_S 1177.0

/* Each buffer of 4 KiB is mapped and unmapped. Return: MB/s. */
static double buffer_mb_s(const struct storm_figures *figures)
{
	return 4096 * 1000 / (2 * storm_rig_tce_ns(figures));
}

static double capped(double mb_s)
{
	return mb_s < LINK_MB_S ? mb_s : LINK_MB_S;
}

void validate_v12(struct validate_run *run)
{
	static const char *const user[] = {"kernel.page=4KiB", "kvm.in_kernel=false", NULL};
	static const char *const kernel[] = {"kernel.page=4KiB", NULL};
	static const char *const real[] = {"kernel.page=4KiB", REAL, NULL};
	struct storm_figures by_user, by_kernel, by_real;

	if (!storm_rig_run(run, "storm-put", NULL, user, &by_user) ||
	    !storm_rig_run(run, "storm-put", NULL, kernel, &by_kernel) ||
	    !storm_rig_run(run, "storm-put", NULL, real, &by_real))
		return;
	validate_between(run, "times", 885.0 / 220, capped(buffer_mb_s(&by_kernel)) / buffer_mb_s(&by_user), 3, 5,
			 "the kernel in virtual mode over user space");
	validate_note(run,
		      "MB/s of buffers of 4 KiB, each mapped and unmapped: by user space %.0f (220), by the kernel "
		      "%.0f (750 to 1020), in "
		      "real mode, which the kernels of 2013 had, %.0f, more than the link carries.",
		      buffer_mb_s(&by_user), buffer_mb_s(&by_kernel), buffer_mb_s(&by_real));
}

/* Time of a TCE in lists of 1, 64 and 512. */
static bool list_ns(struct validate_run *run, const char *mode, double *ns)
{
	static const char *const lists[][2] = {{"storm.batch=1", "storm.rounds=2000"},
					       {"storm.batch=64", "storm.rounds=400"},
					       {"storm.batch=512", "storm.rounds=100"}};
	struct storm_figures figures;

	for (size_t i = 0; i < sim_count_of(lists); i++) {
		const char *sets[] = {CLOCK, "storm.invalidate=batched", lists[i][0], lists[i][1], mode, NULL};

		if (!storm_rig_run(run, "storm-indirect", NULL, sets, &figures))
			return false;
		ns[i] = storm_rig_tce_ns(&figures);
	}
	return true;
}

void validate_v13(struct validate_run *run)
{
	static const char *const modes[] = {BEFORE, NULL, REAL};
	static const char *const names[] = {"virtual mode, before", "virtual mode", "real mode"};

	for (size_t i = 0; i < sim_count_of(modes); i++) {
		double ns[3], call, tce;

		if (!list_ns(run, modes[i], ns))
			return;
		/* Of a call and of each TCE, from lists of 1 and 64. */
		call = (ns[0] - ns[1]) * 64 / 63;
		tce = ns[0] - call;
		validate_percent(run, "times", (call + tce) / (call / 512 + tce), ns[0] / ns[2], 3,
				 "%s: a call %.0f cycles, a TCE %.0f", names[i], call * CORE_GHZ, tce * CORE_GHZ);
	}
	validate_note(run, "The formula with what a call and a TCE cost in lists of 1 and of 64; the model is what "
			   "lists of 512 gain over single "
			   "TCEs. The formula alone at 2100 cycles a TCE: 5.5, 3.7 and 1.24 times.");
}

void validate_v23(struct validate_run *run)
{
	static const char *const strict[] = {"storm.batch=1", "storm.invalidate=strict", NULL};
	static const char *const deferred[] = {"storm.batch=1", "storm.invalidate=deferred", "storm.flush=250", NULL};
	struct storm_figures now, later;

	if (!storm_rig_run(run, "storm-put", NULL, strict, &now) ||
	    !storm_rig_run(run, "storm-put", NULL, deferred, &later))
		return;
	validate_between(run, "times", 33990.0 / 95341, storm_rig_tce_ns(&later) / storm_rig_tce_ns(&now), 0.3, 0.8,
			 "strict over deferred, 250 TCEs waiting");
}
