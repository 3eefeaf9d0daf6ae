// SPDX-License-Identifier: GPL-2.0-only
/*
 * workloads/seed_flow_incident.c - A's device leaves its window, which isolates its PE, while N's goes on beside it.
 *
 * What lies behind A's window is N's: DMA segments are dealt out to PEs one after the other. Drivers that know EEH
 * recover in its order: registers, then the device is silenced, then DMA. The first driver has no such calls: there a
 * user gives the function back, and who takes it next finds its PE thawed by the kernel. Not used is EEH's reset of the
 * PE: below a P7IOC a kernel that restores BARs while the PE is still frozen restores nothing, because the hardware
 * answers its configuration cycles with all ones.
 */
#include <inttypes.h>
#include <linux/vfio.h>
#include <stdlib.h>

#include "hw/device/dma_engine.h"
#include "hw/regs/dma_engine_regs.h"
#include "sim/finding.h"
#include "workloads/referee.h"
#include "workloads/seed_flow.h"

#define FREEZE "seed-flow-freeze"
#define RECORD "seed-flow-record"
#define NEIGHBOUR "seed-flow-neighbour"
#define RECOVERY "seed-flow-recovery"
#define STRAY_REQUESTS 16u
#define STREAM_READ_SHARE 128u
#define PATIENCE_PS (10 * SIM_PS_PER_MS)

static uint64_t reg(struct sf_side *side, uint64_t offset)
{
	return vfm_bar0_read(&side->dev, offset, 8);
}

/* ---- A ---- */

/*
 * Some reads, one a microsecond, from the first byte behind the window on. They end by themselves: a device that went
 * on could not be silenced by who has to take it anew, because the PE would be frozen again before its registers
 * answer.
 */
static void stray(struct sf_side *side)
{
	struct sf_incident *incident = &side->sf->incident;
	const struct wl_engine_job job = {.pattern = DMA_ENGINE_PATTERN_STREAM,
					  .base = side->window + side->window_bytes,
					  .bytes = STRAY_REQUESTS * side->sf->config.request_bytes,
					  .request_bytes = side->sf->config.request_bytes,
					  .count = STRAY_REQUESTS,
					  .queue_depth = side->sf->config.queue_depth,
					  .read_share = 256,
					  .interval_ps = SIM_PS_PER_US};

	incident->stray_addr = job.base;
	incident->why = phb_translate(machine_phb(side->sf->run->machine, side->dev.phb), (uint16_t)side->dev.rid,
				      (struct ioaddr){job.base}, false);
	incident->started_ps = sim_now(side->sf->run->sim);
	wl_engine_start(&side->dev, &job);
}

static bool wait_for_freeze(struct sf_side *side, const char *what)
{
	sim_ps deadline = sim_now(side->sf->run->sim) + PATIENCE_PS;

	while (reg(side, DMA_ENGINE_ID) != UINT64_MAX && sim_now(side->sf->run->sim) < deadline)
		vfm_sleep(side->proc, SIM_PS_PER_US);
	return sf_expect(side, reg(side, DMA_ENGINE_ID) == UINT64_MAX, FREEZE, "%s did not freeze the PE", what);
}

/* The record must name this device and an address behind its window; N's PE must not be frozen. */
static void check_record(struct sf_side *side)
{
	struct seed_flow *sf = side->sf;
	struct sf_incident *incident = &sf->incident;
	struct phb_freeze *record = &incident->record, other;
	struct phb *phb = machine_phb(sf->run->machine, side->dev.phb);
	uint64_t end = incident->stray_addr + STRAY_REQUESTS * sf->config.request_bytes;
	bool frozen = phb_freeze_state(phb, side->dev.pe, record);

	incident->happened = true;
	sf_expect(side, frozen && record->mmio_frozen && record->dma_stopped, FREEZE, "the PHB says: MMIO %s, DMA %s",
		  record->mmio_frozen ? "frozen" : "not frozen", record->dma_stopped ? "stopped" : "not stopped");
	sf_expect(side,
		  record->rid == side->dev.rid && record->addr.v >= incident->stray_addr && record->addr.v < end &&
			  record->causes[0] != '\0',
		  RECORD, "the record names RID %04x, address %#" PRIx64 ", cause \"%s\"", record->rid, record->addr.v,
		  record->causes);
	sf_expect(&sf->neighbour, !phb_freeze_state(phb, sf->neighbour.dev.pe, &other), NEIGHBOUR,
		  "its PE is frozen although it did nothing wrong");
}

/* A driver with EEH: registers, then the device is silenced, then DMA. */
static bool recover_by_eeh(struct sf_side *side)
{
	bool ok = sf_judge(side, SF_EEH_FROZEN, vfm_eeh(&side->dev, VFIO_EEH_PE_GET_STATE)) &&
		  sf_judge(side, SF_EEH_IO, vfm_eeh(&side->dev, VFIO_EEH_PE_UNFREEZE_IO));

	if (!ok)
		return false;
	vfm_bar0_write(&side->dev, DMA_ENGINE_CTRL, DMA_ENGINE_CTRL_STOP, 8);
	if (!sf_expect(side, wl_engine_wait(&side->dev, PATIENCE_PS), RECOVERY, "the device does not stop"))
		return false;
	sf_expect(side, !reg(side, DMA_ENGINE_READS), RECOVERY, "stray reads were answered with data");
	vfm_bar0_write(&side->dev, DMA_ENGINE_CTRL, DMA_ENGINE_CTRL_RESET, 8);
	return sf_judge(side, SF_EEH_DMA, vfm_eeh(&side->dev, VFIO_EEH_PE_UNFREEZE_DMA)) &&
	       sf_judge(side, SF_EEH_THAWED, vfm_eeh(&side->dev, VFIO_EEH_PE_GET_STATE));
}

/* One without: its user gives the function back and takes it anew. */
static bool recover_by_reopening(struct sf_side *side)
{
	vfm_device_put(&side->dev);
	return sf_take(side);
}

static bool recover(struct sf_side *side)
{
	return side->sf->said[SF_EEH_ENABLE].answer ? recover_by_reopening(side) : recover_by_eeh(side);
}

bool sf_incident(struct sf_side *side)
{
	struct seed_flow *sf = side->sf;
	struct sf_incident *incident = &sf->incident;
	uint64_t before;

	sf_judge(side, SF_EEH_ENABLE, vfm_eeh(&side->dev, VFIO_EEH_PE_ENABLE));
	stray(side);
	if (!wait_for_freeze(side, "a read beyond the window"))
		return false;
	check_record(side);
	before = sf->neighbour_moved;
	vfm_sleep(side->proc, sf->config.incident_ps);
	incident->neighbour_bytes = sf->neighbour_moved - before;
	sf_expect(&sf->neighbour, incident->neighbour_bytes, NEIGHBOUR, "moved no byte while A was frozen");
	if (!recover(side))
		return false;
	incident->recovered_ps = sim_now(sf->run->sim);
	incident->recovered = sf_check_dma(side, RECOVERY);
	return incident->recovered;
}

void sf_write_unmapped(struct sf_side *side)
{
	const struct wl_engine_job job = {.pattern = DMA_ENGINE_PATTERN_STREAM,
					  .base = side->window,
					  .bytes = side->sf->config.request_bytes,
					  .request_bytes = side->sf->config.request_bytes,
					  .count = 1,
					  .queue_depth = 1};

	wl_engine_start(&side->dev, &job);
	side->sf->incident.again = wait_for_freeze(side, "a write to what was unmapped") && recover(side);
}

/* ---- N ---- */

static bool set_up(struct sf_side *side)
{
	uint64_t bytes = side->sf->config.buffer_bytes;
	int err = vfm_device_attach(side->proc, side->device_name, VFIO_SPAPR_TCE_IOMMU, &side->dev);
	int64_t va = vfm_mmap_anon(side->proc, bytes);

	if (!sf_expect(side, !err && va > 0, NEIGHBOUR, "%s's group could not be had (%d)", side->device_name, err))
		return false;
	side->attached = true;
	side->va = (uint64_t)va;
	referee_device(side->sf->run->referee, &side->dev);
	if (vfm_spapr_get_info(&side->dev, &side->window, &side->window_bytes) || vfm_spapr_enable(&side->dev))
		return sf_expect(side, false, NEIGHBOUR, "GET_INFO or ENABLE failed");
	side->mapped = !vfm_map_dma(&side->dev, side->va, side->window, bytes, true, true);
	return sf_expect(side, side->mapped, NEIGHBOUR, "MAP_DMA failed") && sf_take(side);
}

/* Its device reads and writes the buffer, at random, as long as A is busy; the bytes stay what they are. */
static bool stream(struct sf_side *side)
{
	struct seed_flow *sf = side->sf;
	const struct wl_engine_job job = {.pattern = DMA_ENGINE_PATTERN_RANDOM,
					  .base = side->window,
					  .bytes = sf->config.buffer_bytes,
					  .request_bytes = sf->config.request_bytes,
					  .queue_depth = sf->config.queue_depth,
					  .read_share = STREAM_READ_SHARE,
					  .seed = sim_rng_u64(&sf->rng)};
	sim_ps deadline = sim_now(sf->run->sim) + sf->config.patience_ps;
	uint8_t *bytes = sim_alloc(job.bytes);
	bool ok;

	dma_engine_pattern_fill(job.seed, job.base, bytes, job.bytes);
	ok = sf_expect(side, vfm_store(side->proc, side->va, bytes, job.bytes) >= 0, NEIGHBOUR, "no buffer");
	free(bytes);
	wl_engine_start(&side->dev, &job);
	side->ready = true;
	while (!sf->a.ended && sim_now(sf->run->sim) < deadline) {
		vfm_sleep(side->proc, sf->config.poll_ps);
		sf->neighbour_moved = reg(side, DMA_ENGINE_READ_BYTES) + reg(side, DMA_ENGINE_WRITE_BYTES);
	}
	vfm_bar0_write(&side->dev, DMA_ENGINE_CTRL, DMA_ENGINE_CTRL_STOP, 8);
	ok &= sf_expect(side, sf->a.ended, "seed-flow-unfinished", "waited in vain for process A");
	ok &= sf_expect(side, wl_engine_wait(&side->dev, PATIENCE_PS), NEIGHBOUR, "the stream does not stop");
	sf->neighbour_errors = reg(side, DMA_ENGINE_ERRORS);
	sf->neighbour_mismatches = reg(side, DMA_ENGINE_MISMATCHES);
	return sf_expect(side, !sf->neighbour_errors && !sf->neighbour_mismatches, NEIGHBOUR,
			 "%" PRIu64 " requests failed and %" PRIu64 " bytes were read wrong", sf->neighbour_errors,
			 sf->neighbour_mismatches) &&
	       ok;
}

void sf_main_neighbour(struct vfm_proc *proc, void *arg)
{
	struct sf_side *side = arg;
	uint64_t bytes = side->sf->config.buffer_bytes;

	side->proc = proc;
	if (sf_wait(side, &side->sf->a, &side->sf->a.ready) && set_up(side) && sf_check_dma(side, NEIGHBOUR) &&
	    stream(side))
		(void)sf_check_dma(side, NEIGHBOUR);
	if (side->mapped)
		sf_expect(side, !vfm_unmap_dma(&side->dev, side->window, bytes), NEIGHBOUR, "UNMAP_DMA failed");
	if (side->attached)
		vfm_device_close(&side->dev);
	side->ended = true;
}
