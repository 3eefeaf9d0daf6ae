// SPDX-License-Identifier: GPL-2.0-only
/* kvm-model/kvm_stats.c - what is counted of a machine: statistics "kvm.<name>". */
#include "kvm-model/kvm_internal.h"

#include <stdlib.h>

static const uint64_t kinds[KVM_KIND_OTHER] = {
	[KVM_KIND_GET] = KVM_H_GET_TCE,
	[KVM_KIND_PUT] = KVM_H_PUT_TCE,
	[KVM_KIND_INDIRECT] = KVM_H_PUT_TCE_INDIRECT,
	[KVM_KIND_STUFF] = KVM_H_STUFF_TCE,
};

enum kvm_kind kvm_kind_of(uint64_t nr)
{
	enum kvm_kind kind = KVM_KIND_GET;

	while (kind < KVM_KIND_OTHER && kinds[kind] != nr)
		kind++;
	return kind;
}

/* clang-format off */
#define HCALL(index, label, text) \
	{.name = (label), .kind = STAT_HIST, .unit = "ps", .help = "Latency of " text " as the guest sees it.", \
	 .offset = offsetof(struct kvm_stats, hcall) + (index) * sizeof(struct stat_hist)}
#define BY(who, label, text) \
	{.name = (label), .kind = STAT_COUNTER, .unit = "hypercalls", .help = "Hypercalls that were answered " text ".", \
	 .offset = offsetof(struct kvm_stats, by) + (who) * sizeof(uint64_t)}
#define COUNTER(field, label, units, text) \
	{.name = (label), .kind = STAT_COUNTER, .unit = (units), .help = (text), .offset = offsetof(struct kvm_stats, field)}

static const struct stat_row kvm_stat_rows[] = {
	HCALL(KVM_KIND_GET, "h_get_tce", "H_GET_TCE"),
	HCALL(KVM_KIND_PUT, "h_put_tce", "H_PUT_TCE"),
	HCALL(KVM_KIND_INDIRECT, "h_put_tce_indirect", "H_PUT_TCE_INDIRECT"),
	HCALL(KVM_KIND_STUFF, "h_stuff_tce", "H_STUFF_TCE"),
	HCALL(KVM_KIND_OTHER, "other", "other hypercalls"),
	BY(KM_HCALL_BY_REAL, "by_real_mode", "in real mode"),
	BY(KM_HCALL_BY_VIRTUAL, "by_kernel", "by the kernel in its own context"),
	BY(KM_HCALL_BY_USER, "by_user", "by the VMM"),
	COUNTER(refused, "refused", "hypercalls", "Hypercalls that did not return H_SUCCESS."),
	COUNTER(tces_written, "tces_written", "TCEs", "TCEs of the writing hypercalls that returned H_SUCCESS."),
	COUNTER(maps, "vmm_maps", "calls", "MAP_DMA by the VMM for a hypercall."),
	COUNTER(unmaps, "vmm_unmaps", "calls", "UNMAP_DMA by the VMM for a hypercall."),
	COUNTER(map_errors, "vmm_map_errors", "calls", "Those of both that failed."),
	COUNTER(rtas_calls, "rtas_calls", "calls", "RTAS calls by the guest."),
	COUNTER(rtas_refused, "rtas_refused", "calls", "Those that did not succeed."),
	COUNTER(lock_waits, "vmm_lock_waits", "waits", "Times that a vCPU's thread found the VMM's big lock taken."),
	COUNTER(lock_wait_ps, "vmm_lock_wait_time", "ps", "Simulated time that they waited for it."),
	COUNTER(idle_ps, "idle_time", "ps", "Simulated time that vCPUs waited without using their core."),
};
/* clang-format on */

void kvm_stats_register(struct kvm_guest *guest, const char *name)
{
	char *path = sim_asprintf("kvm.%s", name);

	stat_register(guest->kvm->sim, path, kvm_stat_rows, sim_count_of(kvm_stat_rows), &guest->stats);
	free(path);
}
