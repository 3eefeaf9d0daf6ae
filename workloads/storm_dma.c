// SPDX-License-Identifier: GPL-2.0-only
/*
 * workloads/storm_dma.c - the device in a storm: every request is compared byte by byte, on both sides.
 *
 * The guest reaches the device's registers as if they were mapped into it; what that costs is the VMM's mapping.
 */
#include <inttypes.h>
#include <linux/vfio.h>
#include <stdlib.h>
#include <string.h>

#include "hw/device/dma_engine.h"
#include "hw/regs/dma_engine_regs.h"
#include "workloads/storm.h"
#include "workloads/wl_story.h"

#define DMA "storm-dma"
#define POLLS_MAX 100000u
#define PATCH_BYTES_MAX (64ull << 10)

static uint64_t reg(struct storm *storm, uint64_t offset)
{
	return vfm_bar0_read(&storm->device, offset, 8);
}

void storm_device_start(struct vfm_device *device, const struct storm_request *request)
{
	const struct {
		uint64_t reg, value;
	} writes[] = {
		{DMA_ENGINE_PATTERN, DMA_ENGINE_PATTERN_STREAM},
		{DMA_ENGINE_BASE, request->iova},
		{DMA_ENGINE_LENGTH, request->bytes},
		{DMA_ENGINE_REQ_BYTES, request->bytes},
		{DMA_ENGINE_COUNT, 1},
		{DMA_ENGINE_READ_SHARE, request->read ? 256 : 0},
		{DMA_ENGINE_SEED, request->seed},
		{DMA_ENGINE_CTRL, DMA_ENGINE_CTRL_CHECK | DMA_ENGINE_CTRL_START},
	};

	for (size_t i = 0; i < sim_count_of(writes); i++)
		vfm_bar0_write(device, writes[i].reg, writes[i].value, 8);
}

static void start(struct storm *storm, uint64_t iova, uint64_t seed, bool read)
{
	storm_device_start(&storm->device, &(struct storm_request){iova, storm->config.request_bytes, seed, read});
}

/* Wait until the engine rests. Return: its status, all ones where the PE is frozen. */
static uint64_t wait(struct storm_cpu *cpu)
{
	struct storm *storm = cpu->storm;
	uint64_t status = DMA_ENGINE_STATUS_BUSY;

	for (uint32_t i = 0; i < POLLS_MAX && status != UINT64_MAX && (status & DMA_ENGINE_STATUS_BUSY); i++) {
		kvm_idle(cpu->cpu, storm->config.poll_ps);
		status = reg(storm, DMA_ENGINE_STATUS);
	}
	return status;
}

/** struct patch - part of a page that is looked at; what @want says, it must hold. @offset: in the page. */
struct patch {
	uint64_t gpa, offset, bytes;
	uint8_t *want;
};

static bool holds(struct storm_cpu *cpu, const struct patch *patch)
{
	uint8_t *got = sim_alloc(patch->bytes);
	bool same = !kvm_load(cpu->cpu, patch->gpa, got, patch->bytes) && !memcmp(patch->want, got, patch->bytes);

	free(got);
	cpu->storm->bytes_checked += patch->bytes;
	return same;
}

/*
 * All of own page @page, or a part of a large one, gets one value, so that a stray write anywhere in it shows. Free
 * @want.
 */
static struct patch fill(struct storm_cpu *cpu, uint64_t page)
{
	uint64_t page_bytes = 1ull << cpu->storm->config.page_shift;
	struct patch patch = {.bytes = page_bytes < PATCH_BYTES_MAX ? page_bytes : PATCH_BYTES_MAX};

	patch.offset = sim_rng_below(&cpu->rng, page_bytes / patch.bytes) * patch.bytes;
	patch.gpa = storm_gpa(cpu, page) + patch.offset;
	patch.want = sim_alloc(patch.bytes);
	memset(patch.want, (int)sim_rng_below(&cpu->rng, 256), patch.bytes);
	wl_expect(cpu->storm->run, !kvm_store(cpu->cpu, patch.gpa, patch.want, patch.bytes), DMA,
		  "guest memory cannot be written");
	return patch;
}

bool storm_touch(struct storm_cpu *cpu, uint64_t page, uint64_t entry)
{
	struct storm *storm = cpu->storm;
	uint64_t request = storm->config.request_bytes, seed = sim_rng_u64(&cpu->rng), iova, offset;
	sim_ps begin_ps = sim_now(storm->run->sim);
	struct patch patch = fill(cpu, page);
	bool ok;

	offset = sim_rng_below(&cpu->rng, patch.bytes / request) * request;
	iova = storm_ioba(cpu, entry) + patch.offset + offset;
	dma_engine_pattern_fill(seed, iova, patch.want + offset, request);
	start(storm, iova, seed, false);
	ok = wl_expect(storm->run, wait(cpu) != UINT64_MAX, DMA,
		       "a write to I/O address 0x%" PRIx64 ", which is mapped, froze the PE", iova) &&
	     wl_expect(storm->run, holds(cpu, &patch), DMA,
		       "a write to I/O address 0x%" PRIx64 " did not arrive in its page, or not only there", iova);
	if (ok) {
		start(storm, iova, seed, true);
		ok = wl_expect(storm->run, wait(cpu) != UINT64_MAX, DMA, "a read froze the PE") &&
		     wl_expect(storm->run, !reg(storm, DMA_ENGINE_MISMATCHES) && reg(storm, DMA_ENGINE_READS), DMA,
			       "the device read other bytes than memory holds");
	}
	storm->touched += 2;
	storm->bytes_checked += request;
	cpu->device_ps += sim_now(storm->run->sim) - begin_ps;
	free(patch.want);
	return ok;
}

bool storm_stray(struct storm_cpu *cpu, uint64_t page, uint64_t entry)
{
	struct storm *storm = cpu->storm;
	struct patch patch = fill(cpu, page);
	bool ok;

	storm->stray_done = true;
	start(storm, storm_ioba(cpu, entry) + patch.offset, sim_rng_u64(&cpu->rng), false);
	storm->stray_frozen = wait(cpu) == UINT64_MAX;
	ok = wl_expect(storm->run, holds(cpu, &patch), DMA, "a write to an unmapped page arrived");
	free(patch.want);
	return ok && storm->stray_frozen;
}

/* As a driver recovers: registers first, then silence the device, then let it reach memory again. */
bool storm_thaw(struct storm *storm)
{
	if (vfm_eeh(&storm->device, VFIO_EEH_PE_UNFREEZE_IO))
		return false;
	vfm_bar0_write(&storm->device, DMA_ENGINE_CTRL, DMA_ENGINE_CTRL_RESET, 8);
	return !vfm_eeh(&storm->device, VFIO_EEH_PE_UNFREEZE_DMA) && reg(storm, DMA_ENGINE_ID) == DMA_ENGINE_ID_VALUE;
}
