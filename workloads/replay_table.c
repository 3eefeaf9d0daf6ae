// SPDX-License-Identifier: GPL-2.0-only
/*
 * workloads/replay_table.c - the table that a trace implies, and where the hosted side may differ from it.
 *
 * Entries are written by the rules of the hypervisor that was traced, QEMU's hw/ppc/spapr_iommu.c: an address inside a
 * page is cut off, a range that leaves the window is stored up to its end, any page may be named.
 */
#include "workloads/replay_table.h"

#include "kvm-model/kvm.h"

#define TCE_RW (KVM_TCE_READ | KVM_TCE_WRITE)

/** struct question - may @ret be the answer to @record? */
struct question {
	const struct replay_plan *plan;
	const struct replay_window *window;
	const struct trace_record *record;
	int64_t ret;
};

bool replay_window_index(const struct replay_window *window, uint64_t ioba, uint64_t *index)
{
	*index = (ioba - window->start) >> window->page_shift;
	return ioba >= window->start && *index < window->entries;
}

uint64_t replay_tce_k(const struct trace_record *record, const struct replay_window *window, uint64_t k)
{
	return record->op == 'I' ? record->hcall.tce + (k << window->page_shift) : record->hcall.tce;
}

bool replay_is_owned(const struct replay_plan *plan, const struct replay_window *window, uint64_t tce)
{
	uint64_t page = 1ull << window->page_shift, at = tce & ~(page - 1);

	return !(tce & TCE_RW) || (at < plan->memory_bytes && plan->memory_bytes - at >= page);
}

static bool is_many(const struct trace_record *record)
{
	return record->op == 'I' || record->op == 'S';
}

static bool went_from_to(const struct question *q, int64_t trace, int64_t ours)
{
	return q->record->hcall.ret == trace && q->ret == ours;
}

static bool is_ioba(const struct question *q)
{
	return q->window && went_from_to(q, KVM_H_SUCCESS, KVM_H_PARAMETER) &&
	       (q->record->hcall.ioba & ((1ull << q->window->page_shift) - 1));
}

static bool is_count_zero(const struct question *q)
{
	return is_many(q->record) && !q->record->hcall.pages && went_from_to(q, KVM_H_PARAMETER, KVM_H_SUCCESS);
}

static bool is_stuff_bits(const struct question *q)
{
	return q->record->op == 'S' && (q->record->hcall.tce & TCE_RW) &&
	       went_from_to(q, KVM_H_SUCCESS, KVM_H_PARAMETER);
}

static bool is_stuff_max(const struct question *q)
{
	return q->record->op == 'S' && q->record->hcall.pages > KVM_H_LIST_MAX &&
	       went_from_to(q, KVM_H_SUCCESS, KVM_H_P4);
}

static bool is_foreign(const struct question *q)
{
	uint64_t last = q->record->hcall.pages ? q->record->hcall.pages - 1 : 0;

	return q->window && went_from_to(q, KVM_H_SUCCESS, KVM_H_PARAMETER) &&
	       !replay_is_owned(q->plan, q->window, replay_tce_k(q->record, q->window, last));
}

static const struct {
	const char *name, *text;
	bool (*applies)(const struct question *q);
} reasons[REPLAY_REASONS] = {
	[REPLAY_SAME] = {"same", "as in the trace", NULL},
	[REPLAY_IOBA] = {"ioba", "an I/O address inside a page: QEMU cuts it off, KVM refuses it", is_ioba},
	[REPLAY_COUNT_ZERO] = {"count-zero", "a list or range of no entries: QEMU refuses it, KVM does nothing",
			       is_count_zero},
	[REPLAY_STUFF_BITS] = {"stuff-bits", "H_STUFF_TCE with access bits: QEMU stores them, KVM refuses them",
			       is_stuff_bits},
	[REPLAY_STUFF_MAX] = {"stuff-max", "H_STUFF_TCE of more than 512: QEMU stores them, LoPAR refuses",
			      is_stuff_max},
	[REPLAY_FOREIGN] = {"foreign", "a page that the guest has not: QEMU stores its TCE, LoPAR and KVM refuse it",
			    is_foreign},
	[REPLAY_UNBACKED] = {"unbacked", "a page that the guest has not: its TCE is stored, but no device follows",
			     NULL},
	[REPLAY_RANGE_END] = {"range-end", "a range that leaves the window: QEMU stores its beginning, KVM nothing",
			      NULL},
	[REPLAY_UNEXPLAINED] = {"unexplained", "no reason is known", NULL},
};

const char *replay_reason_name(enum replay_reason reason)
{
	return reasons[reason].name;
}

const char *replay_reason_text(enum replay_reason reason)
{
	return reasons[reason].text;
}

enum replay_reason replay_judge(const struct replay_plan *plan, const struct replay_window *window,
				const struct trace_record *record, int64_t ret)
{
	const struct question q = {plan, window, record, ret};

	if (ret == record->hcall.ret)
		return REPLAY_SAME;
	for (uint32_t i = 0; i < REPLAY_REASONS; i++)
		if (reasons[i].applies && reasons[i].applies(&q))
			return (enum replay_reason)i;
	return REPLAY_UNEXPLAINED;
}

void replay_apply(const struct replay_plan *plan, struct replay_window *window, const struct trace_record *record,
		  enum replay_reason reason)
{
	const struct trace_hcall *hcall = &record->hcall;
	uint64_t index;

	if (record->op == 'G' || record->op == 'X' || !replay_window_index(window, hcall->ioba, &index))
		return;
	if (hcall->ret) {
		/* All that QEMU may have stored in spite of that is the part of a range that lies in the window. */
		if (hcall->ret != KVM_H_PARAMETER || !is_many(record) || hcall->pages <= window->entries - index ||
		    (record->op == 'I' ? hcall->pages > KVM_H_LIST_MAX : hcall->pages > window->entries))
			return;
		reason = reason == REPLAY_SAME ? REPLAY_RANGE_END : reason;
	}
	for (uint64_t k = 0; k < hcall->pages && index + k < window->entries; k++) {
		uint64_t tce = replay_tce_k(record, window, k);

		window->tce[index + k] = tce;
		window->touched[index + k] = true;
		window->why[index + k] = (uint8_t)reason;
		if (reason == REPLAY_SAME && !replay_is_owned(plan, window, tce))
			window->why[index + k] = REPLAY_UNBACKED;
	}
}
