/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WORKLOADS_WL_PLACE_H
#define WORKLOADS_WL_PLACE_H
/* workloads/wl_place.h - on which hardware threads a guest's vCPUs run. */
#include "workloads/wl.h"

/** enum wl_place - a core each, one vCPU a core as far as they go, or cores filled one by one. */
enum wl_place { WL_PLACE_FREE, WL_PLACE_SPREAD, WL_PLACE_PACK };
/** wl_place_choices - for rows whose value is an enum wl_place. */
extern const char *const wl_place_choices[];

/** wl_place_cpu - which hardware thread vCPU @options->index gets; with more vCPUs than there are, it starts over. */
void wl_place_cpu(const struct wl_run *run, enum wl_place place, struct kvm_cpu_options *options);

#endif
