// SPDX-License-Identifier: GPL-2.0-only
/*
 * kvm-model/kvm_vmm.c - the VMM's own answers to TCE hypercalls: those that the kernel passed on, all of an emulated
 * table, and all of everything where nothing is in the kernel.
 *
 * The VMM has the table's entries (the kernel's pages mapped, or its own), writes them, and lets each device that
 * follows the table know by MAP_DMA or UNMAP_DMA. What it answers is a table of rules:
 *  - qemu: QEMU's hw/ppc/spapr_iommu.c (7.2 and 10.0 agree): checks little, stores entry by entry, and keeps it to
 *    itself when a MAP_DMA fails;
 *  - lopar: LoPAR, section "TCE access": ownership of pages, all entries of a list looked at before one is stored;
 *  - kvm: the answers of KVM's own handlers (arch/powerpc/kvm/book3s_64_vio.c).
 *
 * Not modelled: LIOBNs that were taken back (H_RESCINDED), the multiple-table option of H_PUT_TCE_INDIRECT (off, which
 * LoPAR allows), tables that a guest may change while a hypercall on them is under way on another vCPU without the big
 * lock.
 */
#include <linux/vfio.h>
#include <stdlib.h>

#include "kvm-model/kvm_internal.h"

#define TCE_BYTES 8u
#define TCE_RW (KVM_TCE_READ | KVM_TCE_WRITE)
#define LIST_ALIGN 4095u
#define LOGICAL_MASK 0xfffffffffffff000ull

/**
 * struct vmm_rules - how a VMM answers.
 * @count_zero: of a list or range of no entries. @stuff_over: of H_STUFF_TCE with more than 512, KVM_H_SUCCESS: no
 * limit.
 * @ioba_exact: an I/O address inside an IOMMU page is refused; otherwise it is cut off. @range_first: a range is looked
 * at as a whole before anything is stored. @list_first: all entries of a list are. @owned: a page must be the guest's.
 * @stuff_bare: H_STUFF_TCE refuses access bits. @list_owned: so must the list page be; otherwise it reads as zeroes.
 * @partial: H_GET_TCE tells when a page is not the guest's (any more). @negative: of H_PUT_TCE_INDIRECT with LIOBN < 0.
 * @map_failed: what the guest hears when a device could not follow.
 */
struct vmm_rules {
	int64_t count_zero, stuff_over, negative, map_failed;
	bool ioba_exact, range_first, list_first, owned, stuff_bare, list_owned, partial;
};

static const struct vmm_rules all_rules[] = {
	[KVM_VMM_QEMU] = {.count_zero = KVM_H_PARAMETER,
			  .stuff_over = KVM_H_SUCCESS,
			  .negative = KVM_H_PARAMETER,
			  .map_failed = KVM_H_SUCCESS},
	[KVM_VMM_LOPAR] = {.count_zero = KVM_H_SUCCESS,
			   .stuff_over = KVM_H_P4,
			   .negative = KVM_H_FUNCTION,
			   .map_failed = KVM_H_HARDWARE,
			   .range_first = true,
			   .list_first = true,
			   .owned = true,
			   .list_owned = true,
			   .partial = true},
	[KVM_VMM_KVM] = {.count_zero = KVM_H_SUCCESS,
			 .stuff_over = KVM_H_SUCCESS,
			 .negative = KVM_H_PARAMETER,
			 .map_failed = KVM_H_PARAMETER,
			 .ioba_exact = true,
			 .range_first = true,
			 .list_first = true,
			 .owned = true,
			 .stuff_bare = true,
			 .list_owned = true},
};

/** struct call - one hypercall in hand. */
struct call {
	struct kvm_guest *guest;
	struct vfm_proc *thread;
	const struct vmm_rules *rules;
	struct kvm_table *table;
};

static bool is_owned(const struct call *call, uint64_t tce)
{
	uint64_t room = 0, gpa = tce & ~((1ull << call->table->options.page_shift) - 1);

	return !(tce & TCE_RW) ||
	       (kvm_guest_va(call->guest, gpa, &room) != UINT64_MAX && room >= 1ull << call->table->options.page_shift);
}

/* Index of @ioba, and whether it may be used at all: within the table with @count - 1 others behind it. */
static bool find_index(const struct call *call, uint64_t ioba, uint64_t count, uint64_t *index)
{
	const struct kvm_table_options *options = &call->table->options;
	uint64_t at = (ioba - options->start) >> options->page_shift;

	if (call->rules->ioba_exact && (ioba & ((1ull << options->page_shift) - 1)))
		return false;
	*index = at;
	return ioba >= options->start && at < options->entries && count <= options->entries - at;
}

static int64_t entry_load(const struct call *call, uint64_t index, uint64_t *tce)
{
	return vfm_load(call->thread, call->table->copy_va + index * TCE_BYTES, tce, TCE_BYTES);
}

/* A device follows: map or unmap one IOMMU page, as vfio_iommu_map_notify() of QEMU does. */
static bool follow(const struct call *call, const struct vfm_device *device, uint64_t index, uint64_t tce)
{
	const struct kvm_table_options *options = &call->table->options;
	uint64_t bytes = 1ull << options->page_shift, iova = options->start + index * bytes;
	struct kvm_stats *stats = &call->guest->stats;
	struct vfm_device as_thread = *device;
	uint64_t va;
	int64_t ret;

	as_thread.proc = call->thread;
	if (!(tce & TCE_RW)) {
		stats->unmaps++;
		ret = vfm_unmap_dma(&as_thread, iova, bytes);
	} else {
		va = kvm_guest_va(call->guest, tce & ~(bytes - 1), NULL);
		if (va == UINT64_MAX)
			return false; /* no memory: QEMU says so in its log */
		stats->maps++;
		ret = vfm_map_dma(&as_thread, va, iova, bytes, tce & KVM_TCE_READ, tce & KVM_TCE_WRITE);
	}
	stats->map_errors += ret != 0;
	return !ret;
}

static int64_t entry_store(const struct call *call, uint64_t index, uint64_t tce)
{
	bool followed = true;

	if (vfm_store(call->thread, call->table->copy_va + index * TCE_BYTES, &tce, TCE_BYTES))
		return KVM_H_HARDWARE;
	for (uint32_t i = 0; i < call->table->device_count; i++)
		followed &= follow(call, call->table->device[i], index, tce);
	return followed ? KVM_H_SUCCESS : call->rules->map_failed;
}

static int64_t put_one(const struct call *call, uint64_t ioba, uint64_t tce)
{
	uint64_t index;

	if (!find_index(call, ioba, 1, &index) || (call->rules->owned && !is_owned(call, tce)))
		return KVM_H_PARAMETER;
	return entry_store(call, index, tce);
}

static int64_t h_get_tce(const struct call *call, uint64_t *args)
{
	uint64_t index, tce;

	if (!find_index(call, args[1], 1, &index) || entry_load(call, index, &tce))
		return KVM_H_PARAMETER;
	args[0] = tce;
	if (!call->rules->partial || is_owned(call, tce))
		return KVM_H_SUCCESS;
	args[0] |= LOGICAL_MASK;
	return KVM_H_PARTIAL;
}

static int64_t h_put_tce(const struct call *call, uint64_t *args)
{
	return put_one(call, args[1], args[2]);
}

/* Entry @i of the list at guest address @list; what is not memory reads as zeroes where that is allowed. */
static bool list_entry(const struct call *call, uint64_t list, uint64_t i, uint64_t *tce)
{
	uint64_t va = kvm_guest_va(call->guest, list + i * TCE_BYTES, NULL);

	*tce = 0;
	if (va == UINT64_MAX)
		return !call->rules->list_owned;
	if (vfm_load(call->thread, va, tce, TCE_BYTES))
		return false;
	*tce = __builtin_bswap64(*tce);
	return true;
}

static int64_t h_put_tce_indirect(const struct call *call, uint64_t *args)
{
	uint64_t ioba = args[1], list = args[2], count = args[3], index, tce[KVM_H_LIST_MAX];
	uint64_t step = 1ull << call->table->options.page_shift;
	int64_t ret = call->rules->count_zero;

	if (count > KVM_H_LIST_MAX || list & LIST_ALIGN)
		return KVM_H_PARAMETER;
	if (call->rules->range_first && !find_index(call, ioba, count, &index))
		return KVM_H_PARAMETER;
	/* The list is read once, so that what was looked at is what is stored. */
	for (uint64_t i = 0; i < count; i++)
		if (!list_entry(call, list, i, &tce[i]) || (call->rules->list_first && !is_owned(call, tce[i])))
			return KVM_H_PARAMETER;
	for (uint64_t i = 0; i < count; i++) {
		ret = put_one(call, ioba + i * step, tce[i]);
		if (ret)
			return ret;
	}
	return ret;
}

static int64_t h_stuff_tce(const struct call *call, uint64_t *args)
{
	uint64_t ioba = args[1], tce = args[2], count = args[3], index;
	uint64_t step = 1ull << call->table->options.page_shift;
	int64_t ret = call->rules->count_zero;

	if (count > KVM_H_LIST_MAX && call->rules->stuff_over)
		return call->rules->stuff_over;
	if (count > call->table->options.entries || (call->rules->stuff_bare && (tce & TCE_RW)))
		return KVM_H_PARAMETER;
	if (call->rules->range_first && !find_index(call, ioba, count, &index))
		return KVM_H_PARAMETER;
	for (uint64_t i = 0; i < count; i++) {
		ret = put_one(call, ioba + i * step, tce);
		if (ret)
			return ret;
	}
	return ret;
}

static int64_t (*const handlers[KVM_KIND_OTHER])(const struct call *call, uint64_t *args) = {
	[KVM_KIND_GET] = h_get_tce,
	[KVM_KIND_PUT] = h_put_tce,
	[KVM_KIND_INDIRECT] = h_put_tce_indirect,
	[KVM_KIND_STUFF] = h_stuff_tce,
};

/* The VMM's big lock, handed over in the order of asking. */
static void lock(struct kvm_guest *guest)
{
	struct sim *sim = guest->kvm->sim;
	sim_ps since_ps = sim_now(sim);

	if (!guest->lock_held) {
		guest->lock_held = true;
		return;
	}
	guest->stats.lock_waits++;
	cpu_wait_begin(sim, "vmm_lock");
	sim_waitq_wait(sim, &guest->lock_queue);
	cpu_wait_end(sim);
	guest->stats.lock_wait_ps += sim_now(sim) - since_ps;
}

static void unlock(struct kvm_guest *guest)
{
	guest->lock_held = sim_waitq_wake_one(guest->kvm->sim, &guest->lock_queue);
}

int64_t kvm_vmm_hcall(struct kvm_guest *guest, struct vfm_proc *thread, uint64_t nr, uint64_t *args)
{
	struct call call = {.guest = guest, .thread = thread, .rules = &all_rules[guest->kvm->vmm]};
	enum kvm_kind kind = kvm_kind_of(nr);
	int64_t ret;

	if (nr == KVM_H_RTAS)
		return kvm_rtas(guest, thread, args[0]);
	if (kind == KVM_KIND_OTHER)
		return KVM_H_FUNCTION;
	if (kind == KVM_KIND_INDIRECT && (int64_t)args[0] < 0)
		return call.rules->negative;
	call.table = args[0] > UINT32_MAX ? NULL : kvm_table_of(guest, args[0]);
	if (!call.table)
		return KVM_H_PARAMETER;
	if (guest->kvm->big_lock)
		lock(guest);
	ret = handlers[kind](&call, args);
	if (guest->kvm->big_lock)
		unlock(guest);
	return ret;
}
