// SPDX-License-Identifier: GPL-2.0-only
/*
 * kvm-model/kvm.c - what all machines of a run share: configuration and observers.
 */
#include "kvm-model/kvm.h"

#include <stdlib.h>

#include "kvm-model/kvm_internal.h"

static const char *const vmm_choices[] = {"qemu", "lopar", "kvm", NULL};

/* clang-format off */
#define CHOICE CFG_USER, .where = "choice of the user"
const struct cfg_row kvm_cfg_rows[] = {
	{.path = "kvm.vmm", .type = CFG_CHOICE, .def = KVM_VMM_QEMU, .choices = vmm_choices, .source = CHOICE,
	 .help = "Whose rules the VMM follows in hypercalls that get to it: QEMU's, LoPAR's, or as KVM's own handlers."},
	{.path = "kvm.in_kernel", .type = CFG_BOOL, .def = 1, .source = CHOICE,
	 .help = "TCE tables are made in the kernel, which answers for them; otherwise every hypercall goes to the VMM."},
	{.path = "kvm.multi_tce", .type = CFG_BOOL, .def = 1, .source = CHOICE,
	 .help = "The VMM lets the kernel answer H_PUT_TCE_INDIRECT and H_STUFF_TCE (KVM_CAP_PPC_ENABLE_HCALL)."},
	{.path = "kvm.big_lock", .type = CFG_BOOL, .def = 1, .source = CFG_DOCUMENTED, .where = "QEMU's iothread lock",
	 .help = "The VMM answers one hypercall at a time, whichever vCPU it comes from."},
};
#undef CHOICE
/* clang-format on */
const size_t kvm_cfg_row_count = sim_count_of(kvm_cfg_rows);

struct kvm *kvm_create(struct sim *sim, struct vfm *vfm, const struct cfg *cfg)
{
	struct kvm *kvm = sim_alloc(sizeof(*kvm));

	kvm->sim = sim;
	kvm->vfm = vfm;
	kvm->kernel = vfm_kernel(vfm);
	kvm->ops = kernel_ops(kvm->kernel);
	kvm->vmm = (enum kvm_vmm)cfg_u64(cfg, "kvm.vmm");
	kvm->in_kernel = cfg_bool(cfg, "kvm.in_kernel");
	kvm->multi_tce = cfg_bool(cfg, "kvm.multi_tce");
	kvm->big_lock = cfg_bool(cfg, "kvm.big_lock");
	return kvm;
}

void kvm_destroy(struct kvm *kvm)
{
	struct kvm_guest *guest;

	if (!kvm)
		return;
	while ((guest = kvm->guests)) {
		kvm->guests = guest->next;
		kvm_kernel_destroy(guest->kernel);
		stat_unregister(kvm->sim, &guest->stats);
		for (uint32_t i = 0; i < guest->cpu_count; i++)
			free(guest->cpu[i]);
		free(guest);
	}
	free(kvm);
}

void kvm_observe(struct kvm *kvm, kvm_event_fn *fn, void *arg)
{
	sim_assert(kvm->sim, kvm->observer_count < KVM_OBSERVERS);
	kvm->observer[kvm->observer_count].fn = fn;
	kvm->observer[kvm->observer_count++].arg = arg;
}

void kvm_tell(struct kvm *kvm, const struct kvm_event *event)
{
	for (uint32_t i = 0; i < kvm->observer_count; i++)
		kvm->observer[i].fn(kvm->observer[i].arg, event);
}
