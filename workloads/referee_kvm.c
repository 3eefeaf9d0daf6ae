// SPDX-License-Identifier: GPL-2.0-only
/*
 * workloads/referee_kvm.c - what guests were allowed: a hypercall that succeeded has written the TCEs it named, in the
 * window of every device that follows the table.
 *
 * Sources: events of the machine as its VMM and its guest know them (kvm_observe), guest memory at the time of the call
 * for a list of TCEs. What the VMM answers is learned from its ioctls; until they are made, nobody knows what a kernel
 * that gave up half-way has written, so those pages are uncertain.
 *
 * Not learned: memory that is taken from a guest leaves its mappings alone, as it does on a real machine.
 */
#include <stdlib.h>

#include "hw/machine.h"
#include "kvm-model/kvm.h"
#include "workloads/referee_internal.h"

#define WATCH_LINKS 256u
#define WATCH_CPUS 256u

/** struct watch_link - device @ledger follows table @liobn of @guest. */
struct watch_link {
	const struct kvm_guest *guest;
	const struct vfm_device *device;
	uint64_t liobn;
	struct ledger *ledger;
};

/** struct watch_call - a hypercall under way. @list: what it is to write, in the order of addresses; NULL: @tce each.
 */
struct watch_call {
	const struct kvm_cpu *cpu;
	const struct kvm_table_options *table;
	uint64_t ioba, count, tce;
	bool many;
	uint64_t list[KVM_H_LIST_MAX];
	bool has_list;
};

struct referee_kvm {
	struct referee *referee;
	struct sim *sim;
	struct machine *machine;
	struct watch_link link[WATCH_LINKS];
	uint32_t link_count;
	struct watch_call *call[WATCH_CPUS];
	uint32_t call_count;
};

/* The calls of @cpu; made at its first one. */
static struct watch_call *call_of(struct referee_kvm *watch, const struct kvm_cpu *cpu)
{
	struct watch_call *call;

	for (uint32_t i = 0; i < watch->call_count; i++)
		if (watch->call[i]->cpu == cpu)
			return watch->call[i];
	sim_assert(watch->sim, watch->call_count < WATCH_CPUS);
	call = sim_alloc(sizeof(*call));
	call->cpu = cpu;
	watch->call[watch->call_count++] = call;
	return call;
}

static uint64_t user_real(void *arg, uint64_t user_va)
{
	return vfm_user_real(arg, user_va);
}

/* The list of @count TCEs at guest address @gpa as it is now; false where it cannot be read. */
static bool list_peek(const struct referee_kvm *watch, const struct kvm_guest *guest, uint64_t gpa, uint64_t count,
		      uint64_t *list)
{
	uint64_t va = kvm_guest_va(guest, gpa, NULL), real;
	struct ram *ram = machine_ram(watch->machine);

	if (va == UINT64_MAX || count > KVM_H_LIST_MAX || gpa % (8 * KVM_H_LIST_MAX))
		return false;
	real = vfm_user_real(kvm_guest_vmm(guest), va);
	if (real == UINT64_MAX)
		return false;
	for (uint64_t i = 0; i < count; i++)
		list[i] = ram_load_be64(ram, (struct raddr){real + 8 * i});
	return true;
}

/* What the call is about; count 0 where it is about nothing that could be mapped. */
static void call_fill(struct referee_kvm *watch, struct watch_call *call, const struct kvm_event *event)
{
	const uint64_t *args = event->args;

	call->count = 0;
	call->table = kvm_guest_table_find(event->guest, args[0]);
	if (!call->table)
		return;
	call->ioba = args[1];
	call->many = event->nr != KVM_H_PUT_TCE;
	call->has_list = event->nr == KVM_H_PUT_TCE_INDIRECT;
	call->tce = args[2];
	if (event->nr == KVM_H_PUT_TCE)
		call->count = 1;
	else if (event->nr == KVM_H_STUFF_TCE)
		call->count = args[3] < call->table->entries ? args[3] : call->table->entries;
	else if (call->has_list && list_peek(watch, event->guest, args[2], args[3], call->list))
		call->count = args[3];
}

static uint8_t perm_of(uint64_t tce)
{
	return (tce & KVM_TCE_READ ? LEDGER_READ : 0) | (tce & KVM_TCE_WRITE ? LEDGER_WRITE : 0);
}

/* Entry or return (@returned, with @outcome) of one TCE in one ledger. */
static void tell_ledger(struct referee_kvm *watch, struct ledger *ledger, const struct kvm_guest *guest, uint64_t iova,
			uint64_t bytes, uint64_t tce, bool returned, enum ledger_outcome outcome)
{
	struct ledger_map map = {.iova = iova, .bytes = bytes, .perm = perm_of(tce)};
	sim_ps now_ps = sim_now(watch->sim);

	if (!map.perm) {
		if (returned)
			ledger_unmap_return(ledger, iova, bytes, outcome, now_ps);
		else
			ledger_unmap_enter(ledger, iova, bytes);
		return;
	}
	if (!returned) {
		ledger_map_enter(ledger, iova, bytes, map.perm);
		return;
	}
	map.user_va = kvm_guest_va(guest, tce & ~(bytes - 1), NULL);
	map.real = user_real;
	map.arg = kvm_guest_vmm(guest);
	ledger_map_return(ledger, &map, outcome, now_ps);
}

/* All TCEs of @call in all ledgers that follow its table. Return: is there one? */
static bool tell_ledgers(struct referee_kvm *watch, const struct watch_call *call, const struct kvm_guest *guest,
			 bool returned, enum ledger_outcome outcome)
{
	uint64_t bytes = call->count ? 1ull << call->table->page_shift : 0;
	bool any = false;

	for (uint32_t l = 0; l < watch->link_count && call->count; l++) {
		const struct watch_link *link = &watch->link[l];

		if (link->guest != guest || link->liobn != call->table->liobn)
			continue;
		any = true;
		for (uint64_t i = 0; i < call->count; i++)
			tell_ledger(watch, link->ledger, guest, (call->ioba & ~(bytes - 1)) + i * bytes, bytes,
				    call->has_list ? call->list[i] : call->tce, returned, outcome);
	}
	return any;
}

static void saw_hcall(struct referee_kvm *watch, const struct kvm_event *event)
{
	struct watch_call *call = call_of(watch, event->cpu);

	call_fill(watch, call, event);
	(void)tell_ledgers(watch, call, event->guest, false, LEDGER_DONE);
}

/* The kernel gave up, and may have written some; from here on the VMM's ioctls tell. */
static void saw_exit(struct referee_kvm *watch, const struct kvm_event *event)
{
	struct watch_call *call = call_of(watch, event->cpu);

	(void)tell_ledgers(watch, call, event->guest, true, LEDGER_UNCERTAIN);
	call->count = 0;
}

static void saw_answer(struct referee_kvm *watch, const struct kvm_event *event)
{
	struct watch_call *call = call_of(watch, event->cpu);
	enum ledger_outcome outcome = LEDGER_DONE;

	if (event->ret != KVM_H_SUCCESS)
		outcome = call->many ? LEDGER_UNCERTAIN : LEDGER_REFUSED;
	if (tell_ledgers(watch, call, event->guest, true, outcome) && outcome == LEDGER_DONE)
		referee_learned(watch->referee, call->count);
	call->count = 0;
}

static void saw_attach(struct referee_kvm *watch, const struct kvm_event *event)
{
	struct ledger *ledger = referee_ledger(watch->referee, event->device);

	if (!ledger)
		return; /* nobody told of the device: its DMA is "unowned" whatever it does */
	sim_assert(watch->sim, watch->link_count < WATCH_LINKS);
	watch->link[watch->link_count++] = (struct watch_link){event->guest, event->device, event->liobn, ledger};
}

static void saw_detach(struct referee_kvm *watch, const struct kvm_event *event)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < watch->link_count; i++) {
		const struct watch_link *link = &watch->link[i];

		if (link->guest != event->guest || link->device != event->device || link->liobn != event->liobn)
			watch->link[kept++] = *link;
	}
	watch->link_count = kept;
}

static void on_event(void *arg, const struct kvm_event *event)
{
	struct referee_kvm *watch = arg;

	switch (event->kind) {
	case KVM_EVENT_HCALL:
		saw_hcall(watch, event);
		break;
	case KVM_EVENT_EXIT:
		saw_exit(watch, event);
		break;
	case KVM_EVENT_ANSWER:
		saw_answer(watch, event);
		break;
	case KVM_EVENT_ATTACH:
		saw_attach(watch, event);
		break;
	case KVM_EVENT_DETACH:
		saw_detach(watch, event);
		break;
	case KVM_EVENT_TABLE:
		break; /* its geometry is asked for when it is used */
	}
}

struct referee_kvm *referee_kvm_create(struct referee *referee, struct sim *sim, struct machine *machine,
				       struct kvm *kvm)
{
	struct referee_kvm *watch = sim_alloc(sizeof(*watch));

	watch->referee = referee;
	watch->sim = sim;
	watch->machine = machine;
	kvm_observe(kvm, on_event, watch);
	return watch;
}

void referee_kvm_destroy(struct referee_kvm *watch)
{
	if (!watch)
		return;
	for (uint32_t i = 0; i < watch->call_count; i++)
		free(watch->call[i]);
	free(watch);
}
