// SPDX-License-Identifier: GPL-2.0-only
/*
 * workloads/storm_layers.c - where the time of a storm goes: the kernel's counters of simulated time, gathered into
 * layers.
 *
 * A charge is counted under what it is for, whoever asked for it, so "user" holds the system calls of a VMM and
 * "lookup" what its MAP_DMA looks up. Of the registers of PHBs the kernel reaches nothing but the kill register in a
 * storm.
 */
#include <string.h>

#include "workloads/storm.h"
#include "workloads/wl_story.h"

#define TERMS_MAX 8u

static const struct {
	const char *name, *what;
	const char *stat[TERMS_MAX];
} layers[STORM_LAYERS] = {
	[STORM_GUEST] = {"guest", "the guest's own instructions", {"guest_time"}},
	[STORM_EXIT] = {"exit", "leaving the guest and entering it again", {"hcall_real_time", "hcall_virtual_time"}},
	[STORM_HANDLER] = {"handler", "the hypercall's handler, once per call", {"hcall_time"}},
	[STORM_LOOKUP] = {"lookup",
			  "memory slots, registered memory, pages, pins",
			  {"hcall_tce_time", "lookup_time", "pin_time", "unpin_time", "fault_time", "zero_4k_time",
			   "page_alloc_time", "kmalloc_time"}},
	[STORM_COPY] = {"copy", "reading lists of TCEs and arguments of calls", {"copy_time", "copy_64b_time"}},
	[STORM_STORE] = {"store", "exchanging TCEs in memory", {"xchg_time"}},
	[STORM_SYNC] = {"sync", "barriers between TCEs and their kills", {"sync_time"}},
	[STORM_KILL] = {"kill",
			"the PHB's TCE kill register, and firmware that asks and waits",
			{"phb_time", "opal_time", "firmware_time"}},
	[STORM_USER] = {"user",
			"going on to the VMM, and its system calls",
			{"hcall_user_time", "syscall_time", "ioctl_time"}},
	[STORM_LOCK] = {"lock",
			"locks, waiting for them included",
			{"lock_time", "spin_time", "handoff_time", "switch_time", "lock_wait_time"}},
};

static uint64_t phb_count(const struct wl_run *run, const char *name)
{
	const uint64_t *value = stat_find(run->sim, "phb0", name, NULL);

	sim_assert(run->sim, value != NULL);
	return *value;
}

static sim_ps time_of(const struct wl_run *run, const char *name)
{
	const uint64_t *value = stat_find(run->sim, "kernel", name, NULL);

	sim_assert(run->sim, value != NULL);
	return *value;
}

struct storm_times storm_times_now(const struct wl_run *run)
{
	const uint64_t *vmm_lock = stat_find(run->sim, "kvm.guest", "vmm_lock_wait_time", NULL);
	struct storm_times times;

	memset(&times, 0, sizeof(times));
	for (uint32_t i = 0; i < STORM_LAYERS; i++)
		for (uint32_t j = 0; j < TERMS_MAX && layers[i].stat[j]; j++)
			times.layer[i] += time_of(run, layers[i].stat[j]);
	if (vmm_lock)
		times.layer[STORM_LOCK] += *vmm_lock;
	times.kills = wl_tce_kills(run);
	times.killed_tces = phb_count(run, "killed_tces");
	times.misses = phb_count(run, "tce_misses");
	times.kill_misses = phb_count(run, "kill_misses");
	return times;
}

void storm_times_since(struct storm_times *now, const struct storm_times *before)
{
	for (uint32_t i = 0; i < STORM_LAYERS; i++)
		now->layer[i] -= before->layer[i];
	now->kills -= before->kills;
	now->killed_tces -= before->killed_tces;
	now->misses -= before->misses;
	now->kill_misses -= before->kill_misses;
}

const char *storm_layer_name(enum storm_layer layer)
{
	return layers[layer].name;
}

const char *storm_layer_what(enum storm_layer layer)
{
	return layers[layer].what;
}
