// SPDX-License-Identifier: GPL-2.0-only
/* workloads/validate/validate_guest.c - V24: what the locks of a guest's allocator let through. */
#include "workloads/validate/storm_rig.h"

/* Mappings a second of many CPUs that do nothing else, by how the allocator locks. */
static bool maps_per_s(struct validate_run *run, const char *cpus, const char *const *way, double *rate)
{
	const char *const sets[] = {cpus, way[0], way[1], "kernel.kvm.real_mode=on", "phb.kill_cycles=1", NULL};
	struct storm_figures figures;

	if (!storm_rig_run(run, "dma-map", NULL, sets, &figures))
		return false;
	*rate = (double)figures.sum.items_per_s;
	return true;
}

void validate_v24(struct validate_run *run)
{
	static const char *const ways[][2] = {{"guest.locks=pools", "guest.rounds=150"},
					      {"guest.locks=one", "guest.rounds=150"},
					      {"guest.locks=whole", "guest.rounds=20"}};
	double many[3], some[3];

	for (size_t i = 0; i < sim_count_of(ways); i++)
		if (!maps_per_s(run, "guest.vcpus=64", ways[i], &many[i]) ||
		    !maps_per_s(run, "guest.vcpus=16", ways[i], &some[i]))
			return;
	validate_between(run, "times", 1.69, many[0] / many[1], 1.2, VALIDATE_ANY, "pools over one lock, 64 CPUs");
	validate_between(run, "times", 1.32, many[1] / many[2], 1.2, VALIDATE_ANY,
			 "TCEs written without the lock over with it, 64 CPUs");
	validate_note(run,
		      "Sign and size only: the published gains are of packets, with all that a packet costs besides, "
		      "and how many "
		      "CPUs there were is not told. Here CPUs do nothing but map, and hypercalls are answered in real "
		      "mode. With "
		      "16 CPUs: %.2f and %.2f times. The locks of older kernels are a reconstruction.",
		      some[0] / some[1], some[1] / some[2]);
}
