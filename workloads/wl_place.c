// SPDX-License-Identifier: GPL-2.0-only
/* workloads/wl_place.c - on which hardware threads a guest's vCPUs run. */
#include "workloads/wl_place.h"

#include "kernel-model/cpu.h"

const char *const wl_place_choices[] = {"free", "spread", "pack", NULL};

void wl_place_cpu(const struct wl_run *run, enum wl_place place, struct kvm_cpu_options *options)
{
	const struct cpus *cpus = kernel_cpus(run->kernel);
	uint32_t cores = cpus_core_count(cpus), smt = cpus_thread_count(cpus);
	bool spread = place == WL_PLACE_SPREAD;

	options->placed = place != WL_PLACE_FREE;
	options->core = (spread ? options->index : options->index / smt) % cores;
	options->thread = (spread ? options->index / cores : options->index) % smt;
}
