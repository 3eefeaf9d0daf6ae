// SPDX-License-Identifier: GPL-2.0-only
/*
 * kvm-model/kvm_cpu.c - vCPUs: the thread of the VMM that runs one, and the guest's code with its hypercalls and
 * memory.
 *
 * The thread loops over KVM_RUN as QEMU's does and answers what comes out. The guest's code is a task of its own; it
 * has the CPU while the thread is in KVM_RUN (kernel-model/ops.h). Both sit on the vCPU's seat if it is placed.
 */
#include <assert.h>
#include <errno.h>
#include <linux/kvm.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kvm-model/kvm_internal.h"
#include "sim/finding.h"

static_assert(sizeof(((struct kvm_run *)0)->papr_hcall.args) == KVM_HCALL_ARGS * sizeof(uint64_t),
	      "the shared page has the arguments of a hypercall");

/* ---- The VMM's thread ---- */

/* One hypercall that KVM_RUN came back with: arguments out of the shared page, answer into it. Return: 0 or -errno. */
static int64_t answer_exit(struct kvm_cpu *cpu)
{
	const uint64_t at = cpu->run_va + offsetof(struct kvm_run, papr_hcall);
	struct kvm_guest *guest = cpu->guest;
	struct {
		uint64_t nr, ret, args[KVM_HCALL_ARGS];
	} hcall;
	int64_t err = vfm_load(cpu->thread, at, &hcall, sizeof(hcall));

	if (err)
		return err;
	kvm_tell(guest->kvm,
		 &(struct kvm_event){
			 .kind = KVM_EVENT_EXIT, .guest = guest, .cpu = cpu, .nr = cpu->nr, .args = cpu->args});
	hcall.ret = (uint64_t)kvm_vmm_hcall(guest, cpu->thread, hcall.nr, hcall.args);
	return vfm_store(cpu->thread, at, &hcall, sizeof(hcall));
}

static void thread_main(struct vfm_proc *thread, void *arg)
{
	struct kvm_cpu *cpu = arg;
	struct kvm *kvm = cpu->guest->kvm;
	uint32_t reason = KVM_EXIT_PAPR_HCALL;
	int64_t ret = 0;

	cpu->thread = thread;
	cpu_seat_sit(kernel_cpus(kvm->kernel), cpu->seat);
	while (!ret && reason == KVM_EXIT_PAPR_HCALL) {
		ret = vfm_ioctl_value(thread, cpu->fd, KVM_RUN, 0);
		if (!ret)
			ret = vfm_load(thread, cpu->run_va + offsetof(struct kvm_run, exit_reason), &reason,
				       sizeof(reason));
		if (!ret && reason == KVM_EXIT_PAPR_HCALL)
			ret = answer_exit(cpu);
	}
	cpu_seat_sit(kernel_cpus(kvm->kernel), NULL);
	if (ret || reason != KVM_EXIT_SYSTEM_EVENT)
		finding_add(kvm->sim, FINDING_VIOLATION, "kvm-exit",
			    "vCPU %u of process %s stopped: KVM_RUN returned %lld, exit reason %u", cpu->options.index,
			    vfm_proc_name(cpu->guest->vmm), (long long)ret, reason);
}

/* ---- The guest ---- */

static void guest_main(struct sim *sim, void *arg)
{
	struct kvm_cpu *cpu = arg;
	struct kvm_guest *guest = cpu->guest;
	struct kvm *kvm = guest->kvm;

	kvm->ops->guest_begin(cpu->handle);
	cpu_seat_sit(kernel_cpus(kvm->kernel), cpu->seat);
	cpu->options.main(cpu, cpu->options.arg);
	cpu_seat_sit(kernel_cpus(kvm->kernel), NULL);
	kvm->ops->guest_end(cpu->handle);
	if (!--guest->cpus_running)
		(void)sim_waitq_wake_all(sim, &guest->joiners);
}

static int64_t make_vcpu(struct kvm_guest *guest, struct kvm_cpu *cpu)
{
	int64_t ret = vfm_ioctl_value(guest->vmm, guest->fd, KVM_CREATE_VCPU, cpu->options.index);

	if (ret < 0)
		return ret;
	cpu->fd = (int)ret;
	cpu->handle = guest->kvm->ops->vcpu(vfm_proc_km(guest->vmm), cpu->fd);
	ret = vfm_mmap_fd(guest->vmm, cpu->fd, vfm_proc_page_bytes(guest->vmm), 0);
	if (ret < 0)
		return ret;
	cpu->run_va = (uint64_t)ret;
	return 0;
}

int kvm_cpu_start(struct kvm_guest *guest, const struct kvm_cpu_options *options)
{
	struct kvm_cpu *cpu = sim_alloc(sizeof(*cpu));
	struct kvm *kvm = guest->kvm;
	char name[64];
	int64_t ret;

	sim_assert(kvm->sim, guest->cpu_count < KVM_CPUS);
	cpu->guest = guest;
	cpu->options = *options;
	cpu->fd = -1;
	guest->cpu[guest->cpu_count++] = cpu;
	ret = make_vcpu(guest, cpu);
	if (ret < 0)
		return (int)ret;
	if (options->placed)
		cpu->seat = cpu_seat_take(kernel_cpus(kvm->kernel), options->core, options->thread);
	guest->cpus_running++;
	snprintf(name, sizeof(name), "vcpu%u", options->index);
	(void)vfm_thread_start(guest->vmm, name, thread_main, cpu);
	snprintf(name, sizeof(name), "guest %s vcpu%u", vfm_proc_name(guest->vmm), options->index);
	sim_task_create(kvm->sim, name, guest_main, cpu);
	return 0;
}

void kvm_guest_join(struct kvm_guest *guest)
{
	struct sim *sim = guest->kvm->sim;

	cpu_wait_begin(sim, "join");
	while (guest->cpus_running)
		sim_waitq_wait(sim, &guest->joiners);
	cpu_wait_end(sim);
	vfm_thread_join(guest->vmm);
}

uint32_t kvm_cpu_index(const struct kvm_cpu *cpu)
{
	return cpu->options.index;
}

static void count_hcall(struct kvm_cpu *cpu, uint64_t nr, const uint64_t *args, int64_t ret)
{
	struct kvm_stats *stats = &cpu->guest->stats;
	enum kvm_kind kind = kvm_kind_of(nr);

	stat_hist_add(&stats->hcall[kind], cpu->last_ps);
	stats->by[cpu->last_by]++;
	stats->refused += ret != KVM_H_SUCCESS;
	if (ret != KVM_H_SUCCESS || kind == KVM_KIND_GET || kind == KVM_KIND_OTHER)
		return;
	stats->tces_written += kind == KVM_KIND_PUT ? 1 : args[3];
}

int64_t kvm_hcall(struct kvm_cpu *cpu, uint64_t nr, uint64_t *args)
{
	struct kvm_guest *guest = cpu->guest;
	struct kvm *kvm = guest->kvm;
	uint64_t given[KVM_HCALL_ARGS];
	unsigned long long gpr[KM_HCALL_REGS];
	struct kvm_event event = {.kind = KVM_EVENT_HCALL, .guest = guest, .cpu = cpu, .nr = nr, .args = given};
	sim_ps begin_ps = sim_now(kvm->sim);

	memcpy(given, args, sizeof(given));
	cpu->nr = nr;
	cpu->args = given;
	kvm_tell(kvm, &event);
	gpr[0] = nr;
	memcpy(gpr + 1, args, KVM_HCALL_ARGS * sizeof(*args));
	cpu->last_by = (enum km_hcall_by)kvm->ops->hcall(cpu->handle, gpr);
	memcpy(args, gpr + 1, KVM_HCALL_ARGS * sizeof(*args));
	cpu->last_ps = sim_now(kvm->sim) - begin_ps;
	event.kind = KVM_EVENT_ANSWER;
	event.ret = (int64_t)gpr[0];
	event.by = cpu->last_by;
	kvm_tell(kvm, &event);
	cpu->args = NULL;
	count_hcall(cpu, nr, given, event.ret);
	return event.ret;
}

int64_t kvm_put_tce(struct kvm_cpu *cpu, uint64_t liobn, uint64_t ioba, uint64_t tce)
{
	uint64_t args[KVM_HCALL_ARGS] = {liobn, ioba, tce};

	return kvm_hcall(cpu, KVM_H_PUT_TCE, args);
}

int64_t kvm_put_tce_indirect(struct kvm_cpu *cpu, uint64_t liobn, uint64_t ioba, uint64_t list_gpa, uint64_t count)
{
	uint64_t args[KVM_HCALL_ARGS] = {liobn, ioba, list_gpa, count};

	return kvm_hcall(cpu, KVM_H_PUT_TCE_INDIRECT, args);
}

int64_t kvm_stuff_tce(struct kvm_cpu *cpu, uint64_t liobn, uint64_t ioba, uint64_t tce, uint64_t count)
{
	uint64_t args[KVM_HCALL_ARGS] = {liobn, ioba, tce, count};

	return kvm_hcall(cpu, KVM_H_STUFF_TCE, args);
}

int64_t kvm_get_tce(struct kvm_cpu *cpu, uint64_t liobn, uint64_t ioba, uint64_t *tce)
{
	uint64_t args[KVM_HCALL_ARGS] = {liobn, ioba};
	int64_t ret = kvm_hcall(cpu, KVM_H_GET_TCE, args);

	if (ret == KVM_H_SUCCESS || ret == KVM_H_PARTIAL)
		*tce = args[0];
	return ret;
}

sim_ps kvm_last_hcall_ps(const struct kvm_cpu *cpu)
{
	return cpu->last_ps;
}

enum km_hcall_by kvm_last_hcall_by(const struct kvm_cpu *cpu)
{
	return cpu->last_by;
}

/* A guest reaches its memory through the second stage of translation; what is absent faults in as for the VMM. */
static int guest_access(struct kvm_cpu *cpu, uint64_t gpa, void *bytes, size_t n, bool write)
{
	struct kvm_guest *guest = cpu->guest;
	struct km_proc *km = vfm_proc_km(guest->vmm);
	const struct km_ops *ops = guest->kvm->ops;

	while (n) {
		uint64_t room = 0, va = kvm_guest_va(guest, gpa, &room), chunk = n < room ? n : room;
		long ret;

		if (va == UINT64_MAX)
			return -EFAULT;
		ret = write ? ops->user_store(km, va, bytes, chunk) : ops->user_load(km, va, bytes, chunk);
		if (ret)
			return (int)ret;
		gpa += chunk;
		bytes = (char *)bytes + chunk;
		n -= chunk;
	}
	return 0;
}

int kvm_load(struct kvm_cpu *cpu, uint64_t gpa, void *to, size_t bytes)
{
	return guest_access(cpu, gpa, to, bytes, false);
}

int kvm_store(struct kvm_cpu *cpu, uint64_t gpa, const void *from, size_t bytes)
{
	return guest_access(cpu, gpa, (void *)(uintptr_t)from, bytes, true);
}

void kvm_compute(struct kvm_cpu *cpu, sim_ps ps)
{
	kernel_guest_spend(cpu->guest->kvm->kernel, ps);
}

void kvm_idle(struct kvm_cpu *cpu, sim_ps ps)
{
	struct sim *sim = cpu->guest->kvm->sim;
	sim_ps end_ps = sim_now(sim) + ps;

	cpu->guest->stats.idle_ps += ps;
	cpu_wait_begin(sim, "guest_idle");
	while (sim_now(sim) < end_ps)
		(void)sim_task_block_until(sim, end_ps);
	cpu_wait_end(sim);
}

void kvm_wait(struct kvm_cpu *cpu, struct sim_waitq *queue)
{
	struct sim *sim = cpu->guest->kvm->sim;
	sim_ps since_ps = sim_now(sim);

	cpu_wait_begin(sim, "guest_idle");
	sim_waitq_wait(sim, queue);
	cpu_wait_end(sim);
	cpu->guest->stats.idle_ps += sim_now(sim) - since_ps;
}
