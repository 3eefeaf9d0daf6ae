// SPDX-License-Identifier: GPL-2.0-only
/*
 * workloads/eeh_recovery_kernel.c - errors of devices that drivers of the kernel's own have (kernel-model/linux/km_engine.c): the
 * process only uses the driver's device node, and tries again until it works; all recovery is the kernel's.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "hw/device/dma_engine.h"
#include "kernel-model/engine.h"
#include "workloads/eeh_recovery.h"
#include "workloads/referee.h"

#define ER_JOB_BYTES KM_ENGINE_BUFFER_BYTES
#define ER_READ_BYTES 4096u
#define ER_RETRY_PS SIM_PS_PER_MS
#define ER_RETRIES 30000u
/* linux/asm/eeh.h: a load from memory space, error of the address; 32-bit addresses. */
#define ER_TYPE_32 0u
#define ER_FUNC_LOAD 0u
/* Into register 0xd10, which sets the first error of the outbound group: firmware has it fence (skiboot hw/phb3.c). */
#define ER_FENCE_BIT "0x8000000000000000"

static const char *const er_drivers[ER_ACTS] = {
	[ER_RESET] = KM_ENGINE_RESET,
	[ER_THAW] = KM_ENGINE_THAW,
	[ER_HOTPLUG] = KM_ENGINE_UNAWARE,
	[ER_FENCE] = KM_ENGINE_RESET,
};

static int er_open(struct er *er, const struct er_act *act)
{
	char path[64];

	snprintf(path, sizeof(path), "%s%s", KM_ENGINE_PATH, act->device);
	return (int)vfm_open(er->proc, path);
}

static int64_t er_run(struct er *er, int fd, uint32_t flags)
{
	struct km_engine_job job = {.seed = er->seed, .bytes = ER_JOB_BYTES, .flags = flags};

	return vfm_ioctl(er->proc, fd, KM_ENGINE_RUN, &job, sizeof(job));
}

/* The device fills the driver's buffer, every byte is compared. */
static bool er_works(struct er *er, struct er_act *act, int fd)
{
	struct km_engine_job job = {.seed = ++er->seed, .bytes = ER_JOB_BYTES};
	uint8_t got[ER_READ_BYTES];
	uint64_t wrong = 0;
	int64_t ret = vfm_ioctl(er->proc, fd, KM_ENGINE_RUN, &job, sizeof(job));

	for (uint64_t at = 0; at < ER_JOB_BYTES && !ret; at += sizeof(got)) {
		if (vfm_pread(er->proc, fd, got, sizeof(got), at) != sizeof(got))
			ret = -EIO;
		else
			wrong += dma_engine_pattern_check(job.seed, job.bus_addr + at, got, sizeof(got), NULL);
	}
	return er_expect(er, act, !ret && !wrong, "%s: a job ended with %" PRId64 " and %" PRIu64 " wrong bytes",
			 act->device, ret, wrong);
}

static int64_t er_debugfs(struct er *er, const char *name, const char *text)
{
	char path[96];
	int64_t ret;
	int fd;

	snprintf(path, sizeof(path), "/sys/kernel/debug/powerpc/PCI0000/%s", name);
	fd = (int)vfm_open(er->proc, path);
	if (fd < 0)
		return fd;
	ret = vfm_pwrite(er->proc, fd, text, strlen(text) + 1, 0);
	vfm_close(er->proc, fd);
	return ret < 0 ? ret : 0;
}

/* What goes wrong in each act: the driver's bug, a load from the PE's memory space, or the PHB itself. */
static uint32_t er_prepare(struct er *er, struct er_act *act)
{
	char text[64];
	int64_t ret;

	if (act != &er->act[ER_HOTPLUG] && act != &er->act[ER_FENCE])
		return KM_ENGINE_STRAY;
	referee_excuse(er->run->referee, 0, act->pe);
	snprintf(text, sizeof(text), "%" PRIx32 ":%x:%x:0:0", act->pe, ER_TYPE_32, ER_FUNC_LOAD);
	ret = act == &er->act[ER_HOTPLUG] ? er_debugfs(er, "err_injct", text) :
					    er_debugfs(er, "err_injct_outbound", ER_FENCE_BIT);
	er_expect(er, act, !ret, "injection by debugfs gave %" PRId64, ret);
	return KM_ENGINE_LOOK;
}

static void er_strike(struct er *er, struct er_act *act, int fd)
{
	uint32_t flags;
	int64_t ret;

	if (act == &er->act[ER_FENCE])
		er_step(er, act, "debugfs' err_injct_outbound: the PHB meets an error of its own and fences itself");
	act->error_ps = sim_now(er->run->sim);
	flags = er_prepare(er, act);
	if (act == &er->act[ER_HOTPLUG])
		er_step(er, act, "the driver reads a register; debugfs' err_injct makes that load fail");
	else if (flags & KM_ENGINE_STRAY)
		er_step(er, act, "the driver's bug: its device writes to an address that was never mapped");
	ret = er_run(er, fd, flags);
	if (flags & KM_ENGINE_LOOK)
		er_step(er, act, "all ones: readq() has asked firmware, %s; the job fails",
			act == &er->act[ER_FENCE] ? "the PHB is fenced" : "the PE is frozen");
	er_expect(er, act, ret == -EIO, "%s: the job that meets an error gave %" PRId64 ", expected %d", act->device, ret,
		  -EIO);
}

/* Until a job goes through, on this or another descriptor: a driver that was removed has a new node. */
static int er_await(struct er *er, struct er_act *act, int fd)
{
	int64_t ret = -EIO;

	for (uint32_t i = 0; i < ER_RETRIES && ret; i++) {
		vfm_sleep(er->proc, ER_RETRY_PS);
		if (fd < 0)
			fd = er_open(er, act);
		ret = fd < 0 ? fd : er_run(er, fd, 0);
		if (ret && act == &er->act[ER_HOTPLUG] && fd >= 0) {
			vfm_close(er->proc, fd);
			fd = -1;
		}
	}
	if (!er_expect(er, act, !ret, "%s: no job goes through any more (%" PRId64 ")", act->device, ret))
		return fd;
	act->restored_ps = sim_now(er->run->sim);
	return fd;
}

void er_kernel_act(struct er *er, enum er_act_id id, int index)
{
	const struct km_ops *ops = kernel_ops(er->run->kernel);
	struct er_act *act = &er->act[id];
	char name[ER_NAME_BYTES];
	int fd, ret;

	if (!er_begin(er, act, index))
		return;
	ret = ops->set_driver(act->device, er_drivers[id]);
	fd = ret ? -1 : er_open(er, act);
	if (!er_expect(er, act, fd >= 0, "%s: driver %s gave %d, its node %d", act->device, er_drivers[id], ret, fd) ||
	    !er_works(er, act, fd))
		return;
	act->ok = true;
	er_strike(er, act, fd);
	if (id == ER_HOTPLUG) {
		vfm_close(er->proc, fd);
		fd = -1;
	}
	fd = er_await(er, act, fd);
	if (act->restored_ps && er_works(er, act, fd))
		er_step(er, act, "a job goes through, %u KiB right", ER_JOB_BYTES >> 10);
	er_device(er, index, name, &act->pe_after);
	if (fd >= 0)
		vfm_close(er->proc, fd);
	er_end(er, act);
	ret = ops->set_driver(act->device, "vfio-pci");
	er_expect(er, act, !ret, "%s: back to vfio-pci gave %d", act->device, ret);
}
