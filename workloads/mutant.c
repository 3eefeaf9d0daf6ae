// SPDX-License-Identifier: GPL-2.0-only
/*
 * workloads/mutant.c - the table of deliberate faults and the agent for the one that works from outside the models.
 */
#include "workloads/mutant.h"

#include <linux/vfio.h>
#include <stdlib.h>
#include <string.h>

#include "hw/phb/phb.h"

static const struct mutant mutants[] = {
	{.name = "forgotten-kill",
	 .what = "the PHB ignores TCE_KILL, so an unmapped page stays in the TCE cache",
	 .caught_as = "referee-stale",
	 .sets = {"mutant.forget_kill=true"}},
	{.name = "skipped-freeze",
	 .what = "the PHB records the error but does not freeze the PE",
	 .caught_as = "referee-after-freeze",
	 .sets = {"mutant.skip_freeze=true"}},
	{.name = "walk-off-by-one",
	 .what = "the table walk uses the next TCE",
	 .caught_as = "referee-wrong-page",
	 .sets = {"mutant.walk_off_by_one=true"}},
	{.name = "early-unpin",
	 .what = "the kernel model drops the pin of a page that is still mapped",
	 .caught_as = "referee-not-pinned",
	 .kernel_bits = KM_MUTANT_EARLY_UNPIN},
	{.name = "tce-left",
	 .what = "a TCE is back in the table after UNMAP_DMA, or the hypercall that cleared it, returned",
	 .caught_as = "referee-stale",
	 .restores_tce = true},
	{.name = "lost-packet",
	 .what = "a link loses a completion on its way to the device",
	 .caught_as = "tlp-lost",
	 .sets = {"mutant.lose_tlp=true"}},
	{.name = "hasty-firmware",
	 .what = "firmware does not wait for the end of a TCE kill, which takes long",
	 .caught_as = "referee-stale",
	 .sets = {"mutant.hasty_firmware=true", "phb.kill_scan_cycles=100000"},
	 .from = PLATFORM_PHB_PHB4},
};

const struct mutant *mutant_list(size_t *n)
{
	*n = sim_count_of(mutants);
	return mutants;
}

const struct mutant *mutant_find(const char *name)
{
	for (size_t i = 0; i < sim_count_of(mutants); i++)
		if (!strcmp(mutants[i].name, name))
			return &mutants[i];
	return NULL;
}

int mutant_configure(const struct mutant *mutant, struct cfg *cfg)
{
	int err = 0;

	for (size_t i = 0; mutant && i < MUTANT_SETS && mutant->sets[i] && !err; i++)
		err = cfg_set(cfg, mutant->sets[i]);
	return err;
}

/**
 * struct mutant_agent - puts the first TCE of each UNMAP, or of vCPU 0's hypercall, back after the call.
 * @device: whose. @tce_at, @tce: what was there when it was called; @tce_at 0: nothing.
 */
struct mutant_agent {
	struct machine *machine;
	struct vfm_device device;
	bool have_device;
	struct raddr tce_at;
	uint64_t tce;
};

/* The TCE of @iova is about to be cleared: remember it. */
static void remember(struct mutant_agent *agent, uint64_t iova)
{
	struct phb_translation found = phb_translate(machine_phb(agent->machine, agent->device.phb),
						     (uint16_t)agent->device.rid, (struct ioaddr){iova}, false);

	agent->tce_at = found.ok ? found.tce_at : (struct raddr){0};
	agent->tce = found.tce;
}

static void put_back(struct mutant_agent *agent, bool cleared)
{
	if (cleared && agent->tce_at.v)
		ram_store_be64(machine_ram(agent->machine), agent->tce_at, agent->tce);
	agent->tce_at.v = 0;
}

static void on_ioctl(void *arg, const struct vfm_ioctl *call)
{
	struct mutant_agent *agent = arg;
	struct vfio_iommu_type1_dma_unmap unmap;

	if (call->cmd != VFIO_IOMMU_UNMAP_DMA || call->arg_bytes < sizeof(unmap) || !agent->have_device ||
	    vfm_proc_leader(call->proc) != agent->device.proc)
		return;
	if (call->returned) {
		put_back(agent, call->ret == 0);
		return;
	}
	memcpy(&unmap, call->arg, sizeof(unmap));
	remember(agent, unmap.iova);
}

/* H_PUT_TCE or H_STUFF_TCE of vCPU 0 that clears; what user space does for it is seen as an ioctl. */
static void on_kvm(void *arg, const struct kvm_event *event)
{
	struct mutant_agent *agent = arg;

	if (event->kind < KVM_EVENT_HCALL || !agent->have_device ||
	    (event->nr != KVM_H_PUT_TCE && event->nr != KVM_H_STUFF_TCE) ||
	    (event->args[2] & (KVM_TCE_READ | KVM_TCE_WRITE)) || kvm_cpu_index(event->cpu))
		return;
	if (event->kind == KVM_EVENT_HCALL)
		remember(agent, event->args[1]);
	else
		put_back(agent, event->kind == KVM_EVENT_ANSWER && event->ret == KVM_H_SUCCESS);
}

struct mutant_agent *mutant_agent_create(const struct mutant *mutant, struct machine *machine, struct vfm *vfm,
					 struct kvm *kvm)
{
	struct mutant_agent *agent;

	if (!mutant || !mutant->restores_tce)
		return NULL;
	agent = sim_alloc(sizeof(*agent));
	agent->machine = machine;
	vfm_observe(vfm, on_ioctl, agent);
	kvm_observe(kvm, on_kvm, agent);
	return agent;
}

void mutant_agent_destroy(struct mutant_agent *agent)
{
	free(agent);
}

void mutant_agent_device(struct mutant_agent *agent, const struct vfm_device *device)
{
	if (!agent)
		return;
	agent->device = *device;
	agent->have_device = true;
}
