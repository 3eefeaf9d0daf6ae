/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WORKLOADS_REFEREE_H
#define WORKLOADS_REFEREE_H
/*
 * workloads/referee.h - the isolation referee: an observer that shares no code with what it judges.
 *
 * From the API side (ioctls and hypercalls as they enter and return, frames as they are pinned, unpinned and freed,
 * processes that exit, what the kernel's own drivers map) it learns which (PE, IOVA page, direction) may reach which frame
 * at this moment; from the memory side it sees every DMA that touches RAM, and from the link every TLP that arrives at
 * a PHB. Each access outside is a finding "referee-<kind>": unmapped, stale, wrong-page, not-pinned, freed,
 * beyond-window, direction, after-freeze, not-frozen.
 *
 * A mapping is allowed from entry of its MAP until return of its UNMAP (in between both answers are right), whether a
 * process maps or a guest writes a TCE.
 */
#include "hw/machine.h"
#include "kernel-model/kernel.h"
#include "kvm-model/kvm.h"
#include "sim/json.h"
#include "vfio-model/vfm.h"

struct referee;

/** referee_create - attach to all sources of @machine, @kernel, @vfm, @kvm (borrowed). */
struct referee *referee_create(struct sim *sim, struct machine *machine, struct kernel *kernel, struct vfm *vfm,
			       struct kvm *kvm);
void referee_destroy(struct referee *referee);
/** referee_finish - end-of-run checks (a PE that had to be frozen and never was). */
void referee_finish(struct referee *referee);

/** struct referee_counts - for the summary. */
struct referee_counts {
	uint64_t dmas_judged, bytes_judged, tlps_seen, maps_learned, unmaps_learned, hcalls_learned, tces_learned;
	uint64_t isolations, violations;
};
struct referee_counts referee_counts(const struct referee *referee);

/**
 * referee_device - tell the referee which PE and container a process's device has (from the API side). Again when its
 * file was opened later or anew.
 */
void referee_device(struct referee *referee, const struct vfm_device *device);

/**
 * referee_excuse - a fault is put into PE @pe of PHB @phb on purpose: that it freezes is right, until it is thawed. (Those
 * that a process injects by VFIO_EEH_PE_OP the referee sees itself.)
 */
void referee_excuse(struct referee *referee, uint32_t phb, uint32_t pe);

#endif
