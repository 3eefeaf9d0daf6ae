// SPDX-License-Identifier: GPL-2.0-only
/*
 * workloads/first_light_incident.c - A's device strays, its PE is frozen, and EEH brings it back.
 *
 * The order of recovery is that of a careful driver: first registers (UNFREEZE_IO), then the device is silenced, and
 * only then DMA (UNFREEZE_DMA). In between the device is told to write, to show that "DMA stopped" means what it says.
 */
#include <inttypes.h>
#include <linux/vfio.h>

#include "hw/regs/dma_engine_regs.h"
#include "sim/finding.h"
#include "workloads/first_light.h"

#define FREEZE "first-light-freeze"
#define RECORD "first-light-record"
#define MMIO "first-light-mmio"
#define DROPPED "first-light-dma-dropped"
#define NEIGHBOUR "first-light-neighbour"
#define RECOVERY "first-light-recovery"
#define STRAY_REQUESTS 16u
#define PROBE_SEED 0x5eedull
#define STOPPED_FILL 0x5au

/* Reads, one a microsecond, from the first byte behind the window on; they go on until somebody stops them. */
static void stray(struct fl_side *side)
{
	struct fl_incident *incident = &side->fl->incident;
	const struct wl_engine_job job = {.pattern = DMA_ENGINE_PATTERN_STREAM,
					  .base = side->window + side->fl->config.window_bytes,
					  .bytes = STRAY_REQUESTS * side->fl->config.request_bytes,
					  .read_share = 256,
					  .interval_ps = SIM_PS_PER_US};

	incident->stray_addr = job.base;
	incident->why = phb_translate(machine_phb(side->fl->run->machine, side->dev.phb), (uint16_t)side->dev.rid,
				      (struct ioaddr){job.base}, false);
	incident->started_ps = sim_now(side->fl->run->sim);
	fl_job_start(side, &job);
}

static bool wait_for_freeze(struct fl_side *side)
{
	for (uint32_t i = 0; i < 1000 && fl_reg(side, DMA_ENGINE_ID) != UINT64_MAX; i++)
		vfm_sleep(side->proc, SIM_PS_PER_US);
	return fl_expect(side, fl_reg(side, DMA_ENGINE_ID) == UINT64_MAX, FREEZE,
			 "a read beyond the window did not freeze the PE");
}

/* What the PHB wrote down must name this device, a read, and an address behind the window. */
static bool check_record(struct fl_side *side)
{
	struct first_light *fl = side->fl;
	struct fl_incident *incident = &fl->incident;
	struct phb *phb = machine_phb(fl->run->machine, side->dev.phb);
	struct phb_freeze other;
	uint64_t end = incident->stray_addr + STRAY_REQUESTS * fl->config.request_bytes;
	bool frozen = phb_freeze_state(phb, side->dev.pe, &incident->record);
	const struct phb_freeze *record = &incident->record;
	bool ok;

	incident->happened = true;
	finding_add(fl->run->sim, FINDING_NOTE, "first-light-freeze-seen",
		    "PE %" PRIu32 " of PHB %" PRIu32 " is frozen, as the story wants it: %s by RID %04x at %#" PRIx64
		    " (%s)",
		    side->dev.pe, side->dev.phb, record->type, record->rid, record->addr.v, record->causes);
	ok = fl_expect(side, frozen && record->mmio_frozen && record->dma_stopped, FREEZE,
		       "the PHB says: MMIO %s, DMA %s", record->mmio_frozen ? "frozen" : "not frozen",
		       record->dma_stopped ? "stopped" : "not stopped");
	ok &= fl_expect(side, record->rid == side->dev.rid, RECORD, "the record names RID %04x, expected %04" PRIx32,
			record->rid, side->dev.rid);
	ok &= fl_expect(side, record->addr.v >= incident->stray_addr && record->addr.v < end, RECORD,
			"the record names address %#" PRIx64 ", expected one from %#" PRIx64 " on", record->addr.v,
			incident->stray_addr);
	ok &= fl_expect(side, record->causes[0] != '\0', RECORD, "the record names no cause");
	ok &= fl_expect(&fl->b, !phb_freeze_state(phb, fl->b.dev.pe, &other), NEIGHBOUR,
			"its PE is frozen although it did nothing wrong");
	return ok;
}

/* Loads answer all ones; a store goes nowhere (seen when the registers are back). */
static bool check_ones(struct fl_side *side)
{
	static const uint64_t regs[] = {DMA_ENGINE_ID, DMA_ENGINE_STATUS, DMA_ENGINE_SEED, DMA_ENGINE_READS};
	struct fl_incident *incident = &side->fl->incident;
	uint32_t ones = 0;

	for (size_t i = 0; i < sim_count_of(regs); i++)
		ones += fl_reg(side, regs[i]) == UINT64_MAX;
	incident->ones_read = ones;
	vfm_bar0_write(&side->dev, DMA_ENGINE_SEED, PROBE_SEED, 8);
	incident->state_frozen = vfm_eeh(&side->dev, VFIO_EEH_PE_GET_STATE);
	return fl_expect(side, ones == sim_count_of(regs), MMIO,
			 "%" PRIu32 " of %zu registers of the frozen PE read all ones", ones, sim_count_of(regs)) &&
	       fl_expect(side, incident->state_frozen == VFIO_EEH_PE_STATE_STOPPED, RECOVERY,
			 "EEH gives state %" PRId64 " for the frozen PE, expected %d (stopped)", incident->state_frozen,
			 VFIO_EEH_PE_STATE_STOPPED);
}

static bool thaw_registers(struct fl_side *side)
{
	struct fl_incident *incident = &side->fl->incident;
	int64_t ret = vfm_eeh(&side->dev, VFIO_EEH_PE_UNFREEZE_IO);
	uint64_t id = fl_reg(side, DMA_ENGINE_ID), seed = fl_reg(side, DMA_ENGINE_SEED);

	incident->state_io = vfm_eeh(&side->dev, VFIO_EEH_PE_GET_STATE);
	return fl_expect(side, !ret && id == DMA_ENGINE_ID_VALUE, RECOVERY,
			 "UNFREEZE_IO gave %" PRId64 " and the device answers %#" PRIx64, ret, id) &&
	       fl_expect(side, incident->state_io == VFIO_EEH_PE_STATE_STOPPED_DMA, RECOVERY,
			 "EEH gives state %" PRId64 " after UNFREEZE_IO, expected %d (DMA stopped)", incident->state_io,
			 VFIO_EEH_PE_STATE_STOPPED_DMA) &&
	       fl_expect(side, seed != PROBE_SEED, MMIO, "a store to the frozen PE reached the device");
}

/* The device has gone on asking all the time: not one read may have been answered with data. */
static bool check_strays(struct fl_side *side)
{
	struct fl_incident *incident = &side->fl->incident;

	incident->strays_issued = fl_reg(side, DMA_ENGINE_ISSUED);
	incident->strays_answered = fl_reg(side, DMA_ENGINE_READS);
	vfm_bar0_write(&side->dev, DMA_ENGINE_CTRL, DMA_ENGINE_CTRL_STOP, 8);
	if (!fl_expect(side, fl_job_wait(side), RECOVERY, "the device does not stop"))
		return false;
	vfm_bar0_write(&side->dev, DMA_ENGINE_CTRL, DMA_ENGINE_CTRL_RESET, 8);
	return fl_expect(side, incident->strays_issued > 1 && !incident->strays_answered, DROPPED,
			 "of %" PRIu64 " stray reads %" PRIu64 " were answered with data", incident->strays_issued,
			 incident->strays_answered);
}

/* Told to write to memory that is mapped: with DMA stopped, nothing may arrive. */
static bool check_dma_stopped(struct fl_side *side)
{
	struct first_light *fl = side->fl;
	const struct wl_engine_job job = {.pattern = DMA_ENGINE_PATTERN_STREAM,
					  .base = side->window,
					  .bytes = FL_STOPPED_BYTES,
					  .count = FL_STOPPED_BYTES / fl->config.request_bytes};
	uint64_t arrived = 0;

	if (!fl_fill(side, 0, FL_STOPPED_BYTES, STOPPED_FILL))
		return false;
	fl_job_start(side, &job);
	if (!fl_expect(side, fl_job_wait(side), DROPPED, "a run with DMA stopped does not end") ||
	    !fl_expect(side, vfm_load(side->proc, side->va, side->host, FL_STOPPED_BYTES) >= 0, DROPPED,
		       "the buffer cannot be read"))
		return false;
	for (uint32_t i = 0; i < FL_STOPPED_BYTES; i++)
		arrived += side->host[i] != STOPPED_FILL;
	fl->incident.dropped_bytes = FL_STOPPED_BYTES - arrived;
	return fl_expect(side, !arrived, DROPPED, "%" PRIu64 " bytes arrived although DMA was stopped", arrived);
}

static bool thaw_dma(struct fl_side *side)
{
	struct first_light *fl = side->fl;
	struct fl_incident *incident = &fl->incident;
	int64_t ret;

	vfm_bar0_write(&side->dev, DMA_ENGINE_CTRL, DMA_ENGINE_CTRL_RESET, 8);
	ret = vfm_eeh(&side->dev, VFIO_EEH_PE_UNFREEZE_DMA);
	incident->state_thawed = vfm_eeh(&side->dev, VFIO_EEH_PE_GET_STATE);
	incident->recovered_ps = sim_now(fl->run->sim);
	if (!fl_expect(side, !ret && incident->state_thawed == VFIO_EEH_PE_STATE_NORMAL, RECOVERY,
		       "UNFREEZE_DMA gave %" PRId64 ", then EEH state %" PRId64 ", expected 0 and %d (normal)", ret,
		       incident->state_thawed, VFIO_EEH_PE_STATE_NORMAL))
		return false;
	return true;
}

/* B is looked at while A is in trouble and no longer: after that A's device takes its share of the link again. */
static bool check_neighbour(struct fl_side *side)
{
	struct first_light *fl = side->fl;

	fl_span_end(fl, &fl->trouble);
	return !fl->b.opened || fl->b.ended ||
	       fl_expect(&fl->b, fl->trouble.last_bytes > fl->trouble.first_bytes, NEIGHBOUR,
			 "moved no byte while A was frozen");
}

bool fl_incident(struct fl_side *side)
{
	struct first_light *fl = side->fl;
	bool ok;

	stray(side);
	fl_span_begin(fl, &fl->trouble);
	if (!wait_for_freeze(side))
		return false;
	/* Every finding is worth having: only what makes the next step senseless ends the story. */
	ok = check_record(side);
	ok &= check_ones(side);
	vfm_sleep(side->proc, fl->config.incident_ps);
	if (!thaw_registers(side) || !check_strays(side) || !check_dma_stopped(side) || !thaw_dma(side))
		return false;
	ok &= check_neighbour(side);
	fl->incident.recovered = fl_check_dma(side, RECOVERY);
	return ok && fl->incident.recovered;
}
