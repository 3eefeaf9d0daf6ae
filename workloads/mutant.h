/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WORKLOADS_MUTANT_H
#define WORKLOADS_MUTANT_H
/*
 * workloads/mutant.h - deliberate faults, each of which the referee, or the count of TLPs, must catch and name. A check that was never seen
 * to fail proves nothing; tests (and "phbsim run --mutant NAME") switch one on.
 */
#include "hw/machine.h"
#include "kvm-model/kvm.h"
#include "sim/cfg.h"
#include "vfio-model/vfm.h"

#define MUTANT_SETS 2

/**
 * struct mutant - one fault.
 * @name: as typed. @what: one line for people. @caught_as: the kind of finding that must name it.
 * @sets: what to configure, NULL where there are fewer. @kernel_bits: KM_MUTANT_ bits. @restores_tce: the agent puts
 * the TCE of an unmapped page back. @from: the first generation of PHBs with which it is a fault, 0: all.
 */
struct mutant {
	const char *name, *what, *caught_as;
	const char *sets[MUTANT_SETS];
	uint32_t kernel_bits;
	enum platform_phb_type from;
	bool restores_tce;
};

/** mutant_list - all of them; @n: how many. */
const struct mutant *mutant_list(size_t *n);
/** mutant_find - by name, or NULL. */
const struct mutant *mutant_find(const char *name);
/** mutant_configure - set its switches. Return: 0 or -errno with cfg_error(). */
int mutant_configure(const struct mutant *mutant, struct cfg *cfg) sim_must_use;

struct mutant_agent;
/** mutant_agent_create - attach what works from outside; @mutant may be NULL (an honest run): then NULL comes back. */
struct mutant_agent *mutant_agent_create(const struct mutant *mutant, struct machine *machine, struct vfm *vfm,
					 struct kvm *kvm);
void mutant_agent_destroy(struct mutant_agent *agent);
/** mutant_agent_device - the device whose TCEs the agent may touch. @agent may be NULL. */
void mutant_agent_device(struct mutant_agent *agent, const struct vfm_device *device);

#endif
