// SPDX-License-Identifier: GPL-2.0-only
/*
 * workloads/isolation_probe.c - scenario "isolation-probe": one process walks along every edge of its rights, and the
 * device steps over each on purpose. It is the proof of the referee: honest, it ends without a violation; with any
 * mutant (workloads/mutant.c) the referee must name it.
 */
#include <errno.h>
#include <inttypes.h>
#include <linux/vfio.h>
#include <stdlib.h>
#include <string.h>

#include "hw/device/dma_engine.h"
#include "hw/regs/dma_engine_regs.h"
#include "sim/finding.h"
#include "workloads/mutant.h"
#include "workloads/referee.h"
#include "workloads/scenarios.h"
#include "workloads/wl.h"
#include "workloads/wl_engine.h"

#define PROBE_PAGES 4u
#define PROBE_MEMLOCK_BYTES (1ull << 30)
#define PROBE_STEPS_MAX 8u
#define PROBE_QUEUE_DEPTH 16u
#define PROBE_PATIENCE_PS (2 * SIM_PS_PER_MS)
#define PROBE_SETTLE_PS (20 * SIM_PS_PER_US)

static const struct cfg_row probe_rows[] = {
	{.path = "isolation_probe.request",
	 .type = CFG_SIZE,
	 .def = 256,
	 .min = 64,
	 .max = 4096,
	 .pow2 = true,
	 .source = CFG_USER,
	 .where = "a choice",
	 .help = "Bytes of each DMA request of the device."},
	{.path = "isolation_probe.window",
	 .type = CFG_SIZE,
	 .def = 1ull << 30,
	 .min = 1ull << 24,
	 .max = 1ull << 40,
	 .pow2 = true,
	 .source = CFG_USER,
	 .where = "a choice",
	 .help = "Size of the DMA window that the process creates."},
};

/** struct probe - one run. @failed_step: name of the step that stopped it, NULL when all went through. */
struct probe {
	struct wl_run *run;
	struct vfm_proc *proc;
	struct vfm_device dev;
	uint64_t page, va, iova, window_bytes, request;
	uint64_t seed;
	struct {
		const char *name, *told;
		bool ok;
	} step[PROBE_STEPS_MAX];
	uint32_t step_count;
};

/* Run the engine over [@base, +@bytes). Return: true when it finished, false when its PE froze or it hung. */
static bool engine_run(struct probe *probe, uint64_t base, uint64_t bytes, bool read)
{
	const struct wl_engine_job job = {.pattern = DMA_ENGINE_PATTERN_STREAM,
					  .base = base,
					  .bytes = bytes,
					  .request_bytes = probe->request,
					  .count = bytes / probe->request,
					  .queue_depth = PROBE_QUEUE_DEPTH,
					  .read_share = read ? 256 : 0,
					  .seed = probe->seed};

	wl_engine_start(&probe->dev, &job);
	return wl_engine_wait(&probe->dev, PROBE_PATIENCE_PS);
}

/* Does user page @index hold the engine's pattern (or, with @pattern false, only the byte @plain)? */
static bool page_holds(struct probe *probe, uint32_t index, bool pattern, uint8_t plain)
{
	uint8_t *want = sim_alloc(probe->page), *got = sim_alloc(probe->page);
	bool same;

	if (pattern)
		dma_engine_pattern_fill(probe->seed, probe->iova + index * probe->page, want, probe->page);
	else
		memset(want, plain, probe->page);
	same = vfm_load(probe->proc, probe->va + index * probe->page, got, probe->page) >= 0 &&
	       !memcmp(want, got, probe->page);
	free(want);
	free(got);
	return same;
}

static void page_fill(struct probe *probe, uint32_t index, uint8_t plain)
{
	uint8_t *bytes = sim_alloc(probe->page);

	memset(bytes, plain, probe->page);
	if (vfm_store(probe->proc, probe->va + index * probe->page, bytes, probe->page) < 0)
		finding_add(probe->run->sim, FINDING_VIOLATION, "probe-memory", "page %" PRIu32 " cannot be written",
			    index);
	free(bytes);
}

static bool step(struct probe *probe, bool ok, const char *name, const char *told)
{
	sim_assert(probe->run->sim, probe->step_count < PROBE_STEPS_MAX);
	probe->step[probe->step_count].name = name;
	probe->step[probe->step_count].told = told;
	probe->step[probe->step_count++].ok = ok;
	if (!ok)
		finding_add(probe->run->sim, FINDING_VIOLATION, "probe-step", "step \"%s\" did not hold: %s", name,
			    told);
	return ok;
}

static bool frozen(struct probe *probe)
{
	return vfm_bar0_read(&probe->dev, DMA_ENGINE_ID, 8) == UINT64_MAX &&
	       vfm_eeh(&probe->dev, VFIO_EEH_PE_GET_STATE) != VFIO_EEH_PE_STATE_NORMAL;
}

/*
 * As a driver recovers: registers first, then silence the device, then let it reach memory again; not before what it had
 * sent has arrived and was refused, or that would freeze the PE anew.
 */
static bool thaw(struct probe *probe)
{
	if (vfm_eeh(&probe->dev, VFIO_EEH_PE_UNFREEZE_IO))
		return false;
	vfm_bar0_write(&probe->dev, DMA_ENGINE_CTRL, DMA_ENGINE_CTRL_RESET, 8);
	vfm_sleep(probe->proc, PROBE_SETTLE_PS);
	return !vfm_eeh(&probe->dev, VFIO_EEH_PE_UNFREEZE_DMA) &&
	       vfm_bar0_read(&probe->dev, DMA_ENGINE_ID, 8) == DMA_ENGINE_ID_VALUE;
}

static bool map(struct probe *probe, uint32_t index, uint32_t pages, bool write)
{
	return !vfm_map_dma(&probe->dev, probe->va + index * probe->page, probe->iova + index * probe->page,
			    pages * probe->page, true, write);
}

static bool unmap(struct probe *probe, uint32_t index, uint32_t pages)
{
	return !vfm_unmap_dma(&probe->dev, probe->iova + index * probe->page, pages * probe->page);
}

static bool set_up(struct probe *probe)
{
	uint64_t start, bytes;
	char name[64];
	int64_t va;
	int group;
	unsigned int phb, pe, rid, shift = (unsigned int)__builtin_ctzll(probe->page);

	if (kernel_ops(probe->run->kernel)->device_info(0, name, sizeof(name), &group, &phb, &pe, &rid) ||
	    vfm_device_open(probe->proc, name, VFIO_SPAPR_TCE_v2_IOMMU, &probe->dev))
		return false;
	referee_device(probe->run->referee, &probe->dev);
	mutant_agent_device(probe->run->mutant, &probe->dev);
	va = vfm_mmap_anon(probe->proc, PROBE_PAGES * probe->page);
	if (va < 0 || vfm_eeh(&probe->dev, VFIO_EEH_PE_ENABLE) || vfm_spapr_get_info(&probe->dev, &start, &bytes))
		return false;
	probe->va = (uint64_t)va;
	for (uint32_t i = 0; i < PROBE_PAGES; i++)
		page_fill(probe, i, 0);
	return !vfm_spapr_register(&probe->dev, probe->va, PROBE_PAGES * probe->page) &&
	       !vfm_spapr_create(&probe->dev, shift, probe->window_bytes, 2, &probe->iova);
}

static bool walk_the_edges(struct probe *probe)
{
	uint64_t page = probe->page;
	bool ok;

	ok = map(probe, 0, PROBE_PAGES, true) && engine_run(probe, probe->iova + page, page, false) &&
	     page_holds(probe, 1, true, 0) && page_holds(probe, 0, false, 0) && page_holds(probe, 2, false, 0) &&
	     engine_run(probe, probe->iova + page, page, true) &&
	     vfm_bar0_read(&probe->dev, DMA_ENGINE_MISMATCHES, 8) == 0;
	step(probe, ok, "mapped", "writes land in the mapped page and nowhere else, reads bring it back");

	page_fill(probe, 1, 0x11);
	ok = unmap(probe, 1, 1) && !engine_run(probe, probe->iova, 3 * page, false) && frozen(probe) &&
	     page_holds(probe, 0, true, 0) && page_holds(probe, 1, false, 0x11) && page_holds(probe, 2, false, 0);
	step(probe, ok, "unmapped", "a write to an unmapped page freezes the PE; what follows is dropped");

	/* Whatever the machine did (a mutant may not have frozen it): from here on it has to work again. */
	ok = thaw(probe) && map(probe, 1, 1, true) && engine_run(probe, probe->iova + page, page, false) &&
	     page_holds(probe, 1, true, 0);
	step(probe, ok, "recovered", "thawed through EEH, the device works");

	ok = !engine_run(probe, probe->iova + probe->window_bytes, page, true) && frozen(probe);
	step(probe, ok, "beyond", "a read beyond the window freezes the PE");

	page_fill(probe, 3, 0x33);
	ok = thaw(probe) && unmap(probe, 3, 1) && map(probe, 3, 1, false) &&
	     !engine_run(probe, probe->iova + 3 * page, page, false) && frozen(probe) &&
	     page_holds(probe, 3, false, 0x33);
	step(probe, ok, "direction", "a write to a page mapped for reading freezes the PE");
	return thaw(probe);
}

static void probe_main(struct vfm_proc *proc, void *arg)
{
	struct probe *probe = arg;
	bool ok;

	probe->proc = proc;
	if (!step(probe, set_up(probe), "set-up", "container, group, device, window and memory"))
		return;
	ok = walk_the_edges(probe);
	ok = unmap(probe, 0, PROBE_PAGES) && ok;
	ok = !vfm_spapr_remove(&probe->dev, probe->iova) && ok;
	ok = !vfm_spapr_unregister(&probe->dev, probe->va, PROBE_PAGES * probe->page) && ok;
	vfm_device_close(&probe->dev);
	step(probe, ok, "teardown", "unmap, remove the window, unregister, close");
}

static int probe_setup(struct wl_run *run)
{
	struct probe *probe = run->state;

	probe->run = run;
	probe->page = kernel_desc(run->kernel)->page_bytes;
	probe->request = cfg_u64(run->cfg, "isolation_probe.request");
	probe->window_bytes = cfg_u64(run->cfg, "isolation_probe.window");
	probe->seed = run->options->seed;
	if (kernel_ops(run->kernel)->device_count() < 1)
		return cfg_fail(run->cfg, "machine.devices", "found no device, expected at least 1");
	vfm_proc_start(run->vfm, "P", PROBE_MEMLOCK_BYTES, probe_main, probe);
	return 0;
}

static void probe_verify(struct wl_run *run)
{
	struct probe *probe = run->state;

	if (!probe->step_count || strcmp(probe->step[probe->step_count - 1].name, "teardown"))
		finding_add(run->sim, FINDING_VIOLATION, "probe-step", "the process did not get to its end");
}

static void probe_summary(struct wl_run *run, FILE *out)
{
	struct probe *probe = run->state;
	struct referee_counts counts = referee_counts(run->referee);

	fprintf(out, "isolation-probe: one device steps over every edge of its rights (%s, %" PRIu32 " KiB pages)\n\n",
		kernel_desc(run->kernel)->name, kernel_desc(run->kernel)->page_bytes / 1024);
	for (uint32_t i = 0; i < probe->step_count; i++)
		fprintf(out, "  %-4s %-10s %s\n", probe->step[i].ok ? "ok" : "FAIL", probe->step[i].name,
			probe->step[i].told);
	fprintf(out,
		"\nReferee: %" PRIu64 " DMAs (%" PRIu64 " KiB) judged against %" PRIu64 " maps and %" PRIu64
		" unmaps: %" PRIu64 " violations.\n",
		counts.dmas_judged, counts.bytes_judged / 1024, counts.maps_learned, counts.unmaps_learned,
		counts.violations);
}

static void probe_results(struct wl_run *run, struct json *json)
{
	struct probe *probe = run->state;

	json_array(json, "steps");
	for (uint32_t i = 0; i < probe->step_count; i++) {
		json_object(json, NULL);
		json_text(json, "name", probe->step[i].name);
		json_text(json, "what", probe->step[i].told);
		json_bool(json, "ok", probe->step[i].ok);
		json_end(json);
	}
	json_end(json);
}

const struct wl_desc wl_isolation_probe = {
	.name = "isolation-probe",
	.title = "one device steps over every edge of its rights; proves the referee (with --mutant)",
	.rows = probe_rows,
	.row_count = sim_count_of(probe_rows),
	.setup = probe_setup,
	.verify = probe_verify,
	.summary = probe_summary,
	.results = probe_results,
	.state_bytes = sizeof(struct probe),
};
