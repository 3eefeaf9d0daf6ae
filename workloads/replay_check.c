// SPDX-License-Identifier: GPL-2.0-only
/*
 * workloads/replay_check.c - the tables at the end: what the guest is told they hold, and what the PHB finds in RAM.
 */
#include <inttypes.h>

#include "hw/machine.h"
#include "workloads/replay_hcalls.h"

#define TCE_RW (KVM_TCE_READ | KVM_TCE_WRITE)

/**
 * struct walk - TCEs of @window as the PHB finds them. @hw_bytes: what one of them covers; @right: entries of the model
 * that were found, in such pieces.
 */
struct walk {
	struct replay *replay;
	const struct replay_window *window;
	uint64_t right;
};

uint64_t replay_real(const struct replay *replay, const struct replay_window *window, uint64_t tce, uint64_t offset)
{
	uint64_t gpa = (tce & ~((1ull << window->page_shift) - 1)) + offset,
		 va = kvm_guest_va(replay->guest, gpa, NULL);
	uint64_t page = vfm_proc_page_bytes(replay->vmm), real;

	if (va == UINT64_MAX)
		return va;
	real = vfm_user_real(replay->vmm, va & ~(page - 1));
	return real == UINT64_MAX ? real : real + (va & (page - 1));
}

static void check_entry(struct replay *replay, const struct replay_window *window, uint64_t index)
{
	uint64_t ioba = window->start + (index << window->page_shift), tce = 0;
	int64_t ret = kvm_get_tce(replay->cpu, window->liobn, ioba, &tce);

	replay->counts.gets++;
	if (window->why[index] && window->why[index] != REPLAY_UNBACKED)
		return;
	if (ret || tce != window->tce[index])
		replay_wrong(replay, "replay-table",
			     "in the end H_GET_TCE of 0x%" PRIx64 " of LIOBN 0x%" PRIx64 " returned %" PRId64
			     ", 0x%" PRIx64 ", the trace left 0x%" PRIx64,
			     ioba, window->liobn, ret, tce, window->tce[index]);
}

void replay_check_copy(struct replay *replay)
{
	for (uint32_t i = 0; i < replay->plan.window_count; i++) {
		const struct replay_window *window = &replay->plan.window[i];

		for (uint64_t index = 0; index < window->entries; index++) {
			replay->counts.table_why[window->why[index]]++;
			if (window->touched[index])
				check_entry(replay, window, index);
		}
	}
}

static void on_tce(void *arg, const struct phb_tce *found)
{
	struct walk *walk = arg;
	struct replay *replay = walk->replay;
	const struct replay_window *window = walk->window;
	uint64_t index, want, offset = found->iova & ((1ull << window->page_shift) - 1);
	bool inside = replay_window_index(window, found->iova, &index);
	uint64_t tce = inside ? window->tce[index] : 0;

	replay->counts.live++;
	if (inside && window->why[index])
		return;
	want = tce & TCE_RW ? replay_real(replay, window, tce, offset) : UINT64_MAX;
	if (want == found->real.v && found->read == !!(tce & KVM_TCE_READ) && found->write == !!(tce & KVM_TCE_WRITE) &&
	    found->bytes <= 1ull << window->page_shift)
		walk->right += found->bytes;
	else
		replay_wrong(replay, "replay-hardware",
			     "in the end the PHB finds a TCE for 0x%" PRIx64 " at I/O address 0x%" PRIx64
			     " (%s%s), the trace "
			     "left 0x%" PRIx64,
			     found->real.v, found->iova, found->read ? "r" : "", found->write ? "w" : "", tce);
}

/* Bytes that the PHB must find mapped. */
static uint64_t mapped_bytes(const struct replay_window *window)
{
	uint64_t entries = 0;

	for (uint64_t index = 0; index < window->entries; index++)
		entries += (window->tce[index] & TCE_RW) && !window->why[index];
	return entries << window->page_shift;
}

void replay_check_hardware(struct replay *replay)
{
	for (uint32_t i = 0; i < replay->plan.window_count; i++) {
		const struct replay_window *window = &replay->plan.window[i];
		const struct vfm_device *dev = &replay->device[window->device].dev;
		struct walk walk = {replay, window, 0};
		uint64_t last = window->start + ((window->entries << window->page_shift) - 1),
			 want = mapped_bytes(window);

		phb_tces(machine_phb(replay->run->machine, dev->phb), (uint16_t)dev->rid,
			 (struct ioaddr){window->start}, (struct ioaddr){last}, on_tce, &walk);
		if (walk.right != want)
			replay_wrong(replay, "replay-hardware",
				     "in the end the PHB finds 0x%" PRIx64 " bytes of LIOBN 0x%" PRIx64
				     " mapped, the trace left 0x%" PRIx64,
				     walk.right, window->liobn, want);
	}
}
