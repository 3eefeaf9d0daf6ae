// SPDX-License-Identifier: GPL-2.0-only
/* workloads/replay_dma.c - a device of a replay: opened as QEMU does, one request at a time, looked at from memory. */
#include <linux/vfio.h>
#include <string.h>

#include "hw/device/dma_engine.h"
#include "hw/regs/dma_engine_regs.h"
#include "workloads/mutant.h"
#include "workloads/referee.h"
#include "workloads/replay.h"

#define POLL_PS SIM_PS_PER_US
#define POLLS_MAX 100000u
#define REQUEST_BYTES 512u

static uint64_t reg(struct replay_device *device, uint64_t offset)
{
	return vfm_bar0_read(&device->dev, offset, 8);
}

int replay_device_open(struct replay_device *device, struct wl_run *run, struct vfm_proc *proc, uint32_t index)
{
	unsigned int phb, pe, rid;
	int group, err;

	if (kernel_ops(run->kernel)
		    ->device_info((int)index, device->name, sizeof(device->name), &group, &phb, &pe, &rid))
		return -1;
	err = vfm_device_open(proc, device->name, VFIO_SPAPR_TCE_v2_IOMMU, &device->dev);
	if (err)
		return err;
	device->opened = true;
	referee_device(run->referee, &device->dev);
	if (!index)
		mutant_agent_device(run->mutant, &device->dev);
	return (int)vfm_eeh(&device->dev, VFIO_EEH_PE_ENABLE);
}

/* Wait until the engine rests. Return: its status, all ones where the PE is frozen. */
static uint64_t wait(struct replay_device *device)
{
	uint64_t status = reg(device, DMA_ENGINE_STATUS);

	for (uint32_t i = 0; i < POLLS_MAX && status != UINT64_MAX && (status & DMA_ENGINE_STATUS_BUSY); i++) {
		device->owner->idle(device->owner->arg, POLL_PS);
		status = reg(device, DMA_ENGINE_STATUS);
	}
	return status;
}

bool replay_device_dma(struct replay_device *device, uint64_t iova, uint64_t bytes, bool read, uint64_t seed)
{
	const struct {
		uint64_t reg, value;
	} writes[] = {
		{DMA_ENGINE_PATTERN, DMA_ENGINE_PATTERN_STREAM},
		{DMA_ENGINE_COUNT, 1},
		{DMA_ENGINE_LENGTH, bytes},
		{DMA_ENGINE_REQ_BYTES, bytes},
		{DMA_ENGINE_READ_SHARE, read ? 256 : 0},
		{DMA_ENGINE_SEED, seed},
		{DMA_ENGINE_BASE, iova},
	};

	memset(&device->seen, 0, sizeof(device->seen));
	for (size_t i = 0; i < sim_count_of(writes); i++) {
		if (device->known && device->kept[i] == writes[i].value)
			continue;
		device->kept[i] = writes[i].value;
		vfm_bar0_write(&device->dev, writes[i].reg, writes[i].value, 8);
	}
	device->known = true;
	vfm_bar0_write(&device->dev, DMA_ENGINE_CTRL, DMA_ENGINE_CTRL_CHECK | DMA_ENGINE_CTRL_START, 8);
	return wait(device) != UINT64_MAX;
}

void replay_device_saw(struct replay_device *device, const struct ram_dma *dma)
{
	if (device->dev.phb != dma->phb || device->dev.rid != dma->rid || device->seen.count++)
		return;
	device->seen = (struct replay_seen){1, dma->real.v, dma->phb, dma->rid, dma->write};
}

/* As a driver recovers: registers first, then silence the device, then let it reach memory again. */
bool replay_device_thaw(struct replay_device *device)
{
	if (vfm_eeh(&device->dev, VFIO_EEH_PE_UNFREEZE_IO))
		return false;
	vfm_bar0_write(&device->dev, DMA_ENGINE_CTRL, DMA_ENGINE_CTRL_RESET, 8);
	device->known = false;
	return !vfm_eeh(&device->dev, VFIO_EEH_PE_UNFREEZE_DMA) && reg(device, DMA_ENGINE_ID) == DMA_ENGINE_ID_VALUE;
}

/* Does the block at @addr hold @want? */
static bool holds(const struct replay_owner *owner, uint64_t addr, const uint8_t *want)
{
	uint8_t got[REPLAY_BLOCK_BYTES];

	return !owner->load(owner->arg, addr, got, sizeof(got)) && !memcmp(want, got, sizeof(got));
}

/* One request. Every byte of the block has a known value before, so that a stray write in it shows. */
static const char *move(struct replay_device *device, uint64_t iova, uint64_t addr, bool read)
{
	struct replay_owner *owner = device->owner;
	uint64_t seed = sim_rng_u64(&owner->rng);
	uint64_t offset = sim_rng_below(&owner->rng, REPLAY_BLOCK_BYTES / REQUEST_BYTES) * REQUEST_BYTES;
	uint8_t want[REPLAY_BLOCK_BYTES];

	memset(want, (int)sim_rng_below(&owner->rng, 256), sizeof(want));
	if (read)
		dma_engine_pattern_fill(seed, iova + offset, want + offset, REQUEST_BYTES);
	if (owner->store(owner->arg, addr, want, sizeof(want)))
		return "the memory behind it cannot be written";
	if (!replay_device_dma(device, iova + offset, REQUEST_BYTES, read, seed))
		return replay_device_thaw(device) ? "a request froze the PE" : "a request froze the PE for good";
	if (!read)
		dma_engine_pattern_fill(seed, iova + offset, want + offset, REQUEST_BYTES);
	if (!holds(owner, addr, want))
		return "what the device wrote did not arrive, or not only there";
	if (read && (reg(device, DMA_ENGINE_MISMATCHES) || reg(device, DMA_ENGINE_READ_BYTES) != REQUEST_BYTES))
		return "the device read other bytes than memory holds";
	return NULL;
}

const char *replay_device_move(struct replay_device *device, uint64_t iova, uint64_t addr, uint64_t access,
			       struct replay_moved *moved)
{
	const char *wrong = NULL;

	if (access & KVM_TCE_WRITE) {
		wrong = move(device, iova, addr, false);
		moved->writes++;
		moved->bytes += REPLAY_BLOCK_BYTES;
	}
	if (!wrong && access & KVM_TCE_READ) {
		wrong = move(device, iova, addr, true);
		moved->reads++;
		moved->bytes += REPLAY_BLOCK_BYTES + REQUEST_BYTES;
	}
	return wrong;
}
