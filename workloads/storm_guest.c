// SPDX-License-Identifier: GPL-2.0-only
/*
 * workloads/storm_guest.c - what a vCPU does in a storm: rounds that map TCEs, let the device at them and take them
 * back, or one pass that maps all of guest memory. Which hypercalls that takes, a struct storm_plan and the rows say.
 *
 * A vCPU's entries are slots of as many TCEs as a round maps at most. The device's rounds always use slot 0, so that a
 * TCE that was not killed meets it again with another page behind; the other slots take turns. Deferred, a slot is used
 * again only when it was cleared, as an allocator of I/O addresses would have it.
 */
#include <endian.h>
#include <inttypes.h>

#include "workloads/storm.h"
#include "workloads/wl_story.h"

#define HCALL "storm-hcall"
#define TCE_RW (KVM_TCE_READ | KVM_TCE_WRITE)
#define TURN_ENTRIES 64u /* at least so many take turns */

/** struct storm_span - what a round maps: own pages from @page (starting over behind the last) at entries from @entry.
 */
struct storm_span {
	uint64_t entry, page, count;
};

static void think(struct storm_cpu *cpu)
{
	if (cpu->storm->config.think_ps)
		kvm_compute(cpu->cpu, cpu->storm->config.think_ps);
}

static bool wrote(struct storm_cpu *cpu, const char *what, uint64_t count, int64_t ret)
{
	cpu->calls++;
	cpu->tces += ret ? 0 : count;
	return wl_expect(cpu->storm->run, !ret, HCALL, "%s of %" PRIu64 " TCEs returned %" PRId64, what, count, ret);
}

static uint64_t tce_of(const struct storm_cpu *cpu, const struct storm_span *span, uint64_t i)
{
	return storm_gpa(cpu, (span->page + i) % cpu->pages) | TCE_RW;
}

static bool put(struct storm_cpu *cpu, uint64_t entry, uint64_t tce)
{
	think(cpu);
	return wrote(cpu, "H_PUT_TCE", 1, kvm_put_tce(cpu->cpu, cpu->liobn, storm_ioba(cpu, entry), tce));
}

static bool stuff(struct storm_cpu *cpu, uint64_t entry, uint64_t count)
{
	think(cpu);
	return wrote(cpu, "H_STUFF_TCE", count, kvm_stuff_tce(cpu->cpu, cpu->liobn, storm_ioba(cpu, entry), 0, count));
}

static bool put_list(struct storm_cpu *cpu, const struct storm_span *span)
{
	uint64_t list[KVM_H_LIST_MAX];

	for (uint64_t i = 0; i < span->count; i++)
		list[i] = htobe64(tce_of(cpu, span, i));
	if (!wl_expect(cpu->storm->run, !kvm_store(cpu->cpu, cpu->list_gpa, list, span->count * sizeof(*list)), HCALL,
		       "the list of TCEs cannot be written"))
		return false;
	think(cpu);
	return wrote(
		cpu, "H_PUT_TCE_INDIRECT", span->count,
		kvm_put_tce_indirect(cpu->cpu, cpu->liobn, storm_ioba(cpu, span->entry), cpu->list_gpa, span->count));
}

static bool map(struct storm_cpu *cpu, enum storm_map way, const struct storm_span *span)
{
	bool ok = true;

	if (way == STORM_INDIRECT)
		return put_list(cpu, span);
	for (uint64_t i = 0; i < span->count && ok; i++)
		ok = put(cpu, span->entry + i, tce_of(cpu, span, i));
	return ok;
}

/* H_GET_TCE of own entry @entry must say @want. */
static bool get(struct storm_cpu *cpu, uint64_t entry, uint64_t want)
{
	uint64_t tce = ~want;
	int64_t ret;

	think(cpu);
	ret = kvm_get_tce(cpu->cpu, cpu->liobn, storm_ioba(cpu, entry), &tce);
	cpu->gets++;
	cpu->gets_kernel += kvm_last_hcall_by(cpu->cpu) != KM_HCALL_BY_USER;
	return wl_expect(cpu->storm->run, !ret && tce == want, HCALL,
			 "H_GET_TCE returned %" PRId64 " and 0x%" PRIx64 ", expected 0x%" PRIx64, ret, tce, want);
}

/* 1 to 512, or what the row says. */
static uint64_t draw_count(struct storm_cpu *cpu)
{
	uint32_t batch = cpu->storm->config.batch;

	return batch ? batch : 1 + sim_rng_below(&cpu->rng, KVM_H_LIST_MAX);
}

/* ---- Taking back ---- */

/* Neighbours go together, in calls of up to 512. */
static bool flush(struct storm_cpu *cpu)
{
	bool ok = true;

	for (uint32_t i = 0; i < cpu->waiting_count && ok;) {
		struct storm_waiting run = cpu->waiting[i++];

		while (i < cpu->waiting_count && cpu->waiting[i].entry == run.entry + run.count &&
		       run.count + cpu->waiting[i].count <= KVM_H_LIST_MAX)
			run.count += cpu->waiting[i++].count;
		ok = stuff(cpu, run.entry, run.count);
	}
	cpu->waiting_count = 0;
	cpu->waiting_tces = 0;
	return ok;
}

static bool is_waiting(const struct storm_cpu *cpu, uint64_t entry)
{
	for (uint32_t i = 0; i < cpu->waiting_count; i++)
		if (cpu->waiting[i].entry == entry)
			return true;
	return false;
}

static bool defer(struct storm_cpu *cpu, const struct storm_span *span)
{
	cpu->waiting[cpu->waiting_count++] = (struct storm_waiting){span->entry, span->count};
	cpu->waiting_tces += span->count;
	return cpu->waiting_tces < cpu->storm->config.flush && cpu->waiting_count < STORM_WAITING ? true : flush(cpu);
}

static bool unmap(struct storm_cpu *cpu, enum storm_invalidate how, const struct storm_span *span)
{
	uint64_t done = 0, piece;
	bool ok = true;

	if (how == STORM_DEFERRED)
		return defer(cpu, span);
	while (done < span->count && ok) {
		if (how == STORM_STRICT) {
			ok = put(cpu, span->entry + done++, 0);
			continue;
		}
		piece = cpu->storm->plan->whole ? draw_count(cpu) : span->count;
		piece = piece < span->count - done ? piece : span->count - done;
		ok = stuff(cpu, span->entry + done, piece);
		done += piece;
	}
	return ok;
}

/* ---- Rounds ---- */

static bool storm_round(struct storm_cpu *cpu, uint64_t round, bool touches)
{
	const struct storm_plan *plan = cpu->storm->plan;
	enum storm_invalidate how = cpu->storm->config.invalidate;
	enum storm_map way = plan->map;
	struct storm_span span = {.entry = touches ? 0 : (1 + round % (cpu->slots - 1)) * cpu->span};
	uint64_t one;

	span.page = sim_rng_below(&cpu->rng, cpu->pages);
	span.count = plan->whole ? KVM_H_LIST_MAX : draw_count(cpu);
	if (plan->mixed) {
		way = sim_rng_below(&cpu->rng, 2) ? STORM_INDIRECT : STORM_PUT;
		if (way == STORM_PUT)
			span.count = 1 + span.count % 8;
		if (how != STORM_DEFERRED)
			how = sim_rng_below(&cpu->rng, 2) ? STORM_BATCHED : STORM_STRICT;
	}
	one = sim_rng_below(&cpu->rng, span.count);
	if (is_waiting(cpu, span.entry) && !flush(cpu))
		return false;
	if (!map(cpu, way, &span) || (plan->mixed && !get(cpu, span.entry + one, tce_of(cpu, &span, one))))
		return false;
	if (touches && !storm_touch(cpu, (span.page + one) % cpu->pages, span.entry + one))
		return false;
	if (!unmap(cpu, how, &span))
		return false;
	return !plan->mixed || how == STORM_DEFERRED || get(cpu, span.entry + one, 0);
}

static bool run_rounds(struct storm_cpu *cpu)
{
	const struct storm_config *config = &cpu->storm->config;
	const struct storm_plan *plan = cpu->storm->plan;
	uint64_t turns;
	bool ok = true;

	cpu->span = plan->whole || plan->mixed || !config->batch ? KVM_H_LIST_MAX : config->batch;
	turns = TURN_ENTRIES / cpu->span > 1 ? TURN_ENTRIES / cpu->span : 2;
	if (config->invalidate == STORM_DEFERRED)
		turns += config->flush / cpu->span;
	cpu->slots = cpu->entries / cpu->span < 1 + turns ? cpu->entries / cpu->span : 1 + turns;
	for (uint64_t round = 0; round < config->rounds && ok; round++)
		ok = storm_round(cpu, round,
				 kvm_cpu_index(cpu->cpu) == 0 && config->touch && round % config->touch == 0);
	return ok && flush(cpu);
}

/* All of the slice, page n at entry n; now and then the device uses something of what is there already. */
static bool map_all(struct storm_cpu *cpu)
{
	uint64_t touch = kvm_cpu_index(cpu->cpu) == 0 ? cpu->storm->config.touch : 0, page;
	struct storm_span span = {0};
	bool ok = true;

	for (uint64_t round = 0; span.page < cpu->pages && ok; round++) {
		span.count = draw_count(cpu);
		span.count = span.count < cpu->pages - span.page ? span.count : cpu->pages - span.page;
		ok = map(cpu, cpu->storm->plan->map, &span);
		span.page = span.entry = span.page + span.count;
		if (!ok || !touch || round % touch)
			continue;
		page = sim_rng_below(&cpu->rng, span.page);
		ok = storm_touch(cpu, page, page);
	}
	return ok;
}

uint64_t storm_calls_planned(const struct storm *storm)
{
	uint64_t calls = 0, batch = storm->plan->once ? storm->config.batch : 0;

	for (uint32_t i = 0; i < storm->config.vcpus && batch; i++)
		calls += (storm->cpu[i].pages + batch - 1) / batch;
	return calls;
}

void storm_guest(struct kvm_cpu *kvm_cpu, void *arg)
{
	struct storm_cpu *cpu = arg;
	bool once = cpu->storm->plan->once, ok;

	cpu->cpu = kvm_cpu;
	storm_begin(cpu);
	ok = once ? map_all(cpu) : run_rounds(cpu);
	storm_end(cpu);
	/* What was unmapped last, or the first entry behind what is mapped. */
	if (ok && kvm_cpu_index(kvm_cpu) == 0 && cpu->storm->config.stray)
		(void)storm_stray(cpu, 0, once ? cpu->pages : 0);
}
