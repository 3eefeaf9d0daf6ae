// SPDX-License-Identifier: GPL-2.0-only
/*
 * workloads/storm_put.c - scenario "storm-put": one TCE per hypercall. Each vCPU maps a page of its slice at an entry
 * of its slice, then unmaps it; every so often the device moves data through the mapping of vCPU 0. In the end the
 * device writes to the page that was unmapped last.
 */
#include <inttypes.h>

#include "workloads/scenarios.h"
#include "workloads/storm.h"

#define HCALL "storm-hcall"
#define TCE_RW (KVM_TCE_READ | KVM_TCE_WRITE)
#define ENTRIES 64u /* of a slice that take turns when the device does not look */

static bool put(struct storm_cpu *cpu, uint64_t entry, uint64_t tce)
{
	int64_t ret;

	if (cpu->storm->config.think_ps)
		kvm_compute(cpu->cpu, cpu->storm->config.think_ps);
	ret = kvm_put_tce(cpu->cpu, cpu->liobn, storm_ioba(cpu, entry), tce);
	cpu->calls++;
	cpu->tces += !ret;
	return storm_expect(cpu->storm, !ret, HCALL, "H_PUT_TCE of 0x%" PRIx64 " returned %" PRId64, tce, ret);
}

/* The device always uses entry 0, so that a TCE that was not killed meets it again with another page behind. */
static void put_guest(struct kvm_cpu *kvm_cpu, void *arg)
{
	struct storm_cpu *cpu = arg;
	const struct storm_config *config = &cpu->storm->config;
	bool drives = kvm_cpu_index(kvm_cpu) == 0, ok = true;

	storm_begin(cpu);
	for (uint64_t round = 0; round < config->rounds && ok; round++) {
		bool touches = drives && config->touch && round % config->touch == 0;
		uint64_t page = sim_rng_below(&cpu->rng, cpu->pages);
		uint64_t entry = touches ? 0 : 1 + round % (cpu->entries - 1 < ENTRIES ? cpu->entries - 1 : ENTRIES);

		ok = put(cpu, entry, storm_gpa(cpu, page) | TCE_RW);
		if (ok && touches)
			ok = storm_touch(cpu, page, entry);
		ok = ok && put(cpu, entry, 0);
	}
	storm_end(cpu);
	if (ok && drives && config->stray)
		(void)storm_stray(cpu, 0, 0);
}

static int put_setup(struct wl_run *run)
{
	return storm_setup(run, put_guest);
}

const struct wl_desc wl_storm_put = {
	.name = "storm-put",
	.title = "a guest maps and unmaps one page per H_PUT_TCE while its device moves data",
	.rows = storm_rows,
	.row_count = STORM_ROWS,
	.setup = put_setup,
	.verify = storm_verify,
	.summary = storm_summary,
	.results = storm_results,
	.state_bytes = sizeof(struct storm),
};
