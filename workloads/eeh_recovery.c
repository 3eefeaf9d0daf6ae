// SPDX-License-Identifier: GPL-2.0-only
/*
 * workloads/eeh_recovery.c - scenario "eeh-recovery": a PCIe error, isolation, recovery, five times. Here: the frame,
 * and the first act, in which a process recovers its own device by VFIO_EEH_PE_OP as QEMU does for a guest.
 */
#include "workloads/eeh_recovery.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/vfio.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "hw/device/dma_engine.h"
#include "hw/regs/dma_engine_regs.h"
#include "kernel-model/engine.h"
#include "sim/finding.h"
#include "workloads/mutant.h"
#include "workloads/referee.h"
#include "workloads/scenarios.h"

#define ER_MEMLOCK_BYTES (1ull << 30)
#define ER_WINDOW_BYTES (1ull << 28)
#define ER_REQUEST 256u
/* Numbers of PAPR, asm/eeh.h: a 64-bit address; a DMA write, error of the address. */
#define ER_TYPE_64 1u
#define ER_FUNC_DMA_WRITE 16u

/* ---- Steps ---- */

static void er_step_at(struct er_act *act, sim_ps when_ps, const char *text)
{
	uint32_t at = act->step_count;

	if (at == ER_STEPS)
		return;
	for (; at && act->step[at - 1].when_ps > when_ps; at--)
		act->step[at] = act->step[at - 1];
	act->step[at].when_ps = when_ps;
	snprintf(act->step[at].text, sizeof(act->step[at].text), "%s", text);
	act->step_count++;
}

void er_step(struct er *er, struct er_act *act, const char *format, ...)
{
	char text[ER_STEP_BYTES];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	er_step_at(act, sim_now(er->run->sim), text);
}

bool er_expect(struct er *er, struct er_act *act, bool ok, const char *format, ...)
{
	char text[256];
	va_list args;

	if (ok)
		return true;
	act->ok = false;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	finding_add(er->run->sim, FINDING_VIOLATION, ER_FINDING, "%s: %s", act->title, text);
	return false;
}

bool er_device(struct er *er, int index, char *name, uint32_t *pe)
{
	unsigned int phb, rid;
	int group;

	return !kernel_ops(er->run->kernel)->device_info(index, name, ER_NAME_BYTES, &group, &phb, pe, &rid);
}

static size_t er_log_lines(struct er *er)
{
	size_t lines = 0;

	while (kernel_log_line(er->run->kernel, lines, NULL))
		lines++;
	return lines;
}

bool er_begin(struct er *er, struct er_act *act, int index)
{
	act->log_from = er_log_lines(er);
	return er_expect(er, act, er_device(er, index, act->device, &act->pe), "found no function %d", index);
}

/* Lines of the kernel's log that mean a step, each told once per act. */
static const struct {
	const char *line, *told;
} er_lines[] = {
	{"EEH: Frozen PE#", "error interrupt; firmware names the PE, the kernel marks it frozen"},
	{"EEH: Recovering PHB#", "EEH thread wakes"},
	{"reports: 'need reset'", "error_detected(): wants a reset"},
	{"reports: 'can recover'", "error_detected(): needs no reset"},
	{"driver not EEH aware", "the driver has no callbacks"},
	{"EEH: Collect temporary log", "diagnosis logged"},
	{"EEH: Enable I/O for affected devices", "registers thawed, mmio_enabled()"},
	{"EEH: Enabled DMA for affected devices", "DMA thawed"},
	{"EEH: Reset without hotplug activity", "reset; a driver with slot_reset() stays"},
	{"EEH: Reset with hotplug activity", "the driver is removed; reset"},
	{"EEH: Sleep 5s ahead of", "configuration back, thawed; five seconds for user space"},
	{"EEH: Beginning: 'slot_reset'", "configuration back, thawed, slot_reset()"},
	{"engine: probed", "function found, driver probed"},
	{"EEH: Recovery successful", "resume()"},
};

void er_end(struct er *er, struct er_act *act)
{
	uint32_t seen = 0;
	const char *line;
	char record[32];
	sim_ps when_ps;

	snprintf(record, sizeof(record), "PE[%03" PRIx32 "] A/B:", act->pe);
	for (size_t i = act->log_from; (line = kernel_log_line(er->run->kernel, i, &when_ps)); i++) {
		for (uint32_t j = 0; j < sim_count_of(er_lines); j++) {
			if (seen & 1u << j || when_ps < act->error_ps || !strstr(line, er_lines[j].line))
				continue;
			seen |= 1u << j;
			er_step_at(act, when_ps, er_lines[j].told);
		}
		if (!act->diag[0] && strstr(line, record))
			snprintf(act->diag, sizeof(act->diag), "%s", strstr(line, record));
	}
}

/* ---- A process and its device ---- */

/** struct er_user - what the process holds in the first act. */
struct er_user {
	struct vfm_device dev;
	uint64_t page, va, iova;
};

static bool er_user_open(struct er *er, struct er_act *act, struct er_user *user)
{
	int64_t va = vfm_mmap_anon(er->proc, user->page), ret;

	ret = vfm_device_open(er->proc, act->device, VFIO_SPAPR_TCE_v2_IOMMU, &user->dev);
	if (!er_expect(er, act, va > 0 && !ret, "%s: opening gave %" PRId64, act->device, ret))
		return false;
	referee_device(er->run->referee, &user->dev);
	mutant_agent_device(er->run->mutant, &user->dev);
	user->va = (uint64_t)va;
	ret = vfm_eeh(&user->dev, VFIO_EEH_PE_ENABLE);
	if (!ret)
		ret = vfm_spapr_register(&user->dev, user->va, user->page);
	if (!ret)
		ret = vfm_spapr_create(&user->dev, (uint32_t)__builtin_ctzll(user->page), ER_WINDOW_BYTES, 1,
				       &user->iova);
	if (!ret)
		ret = vfm_map_dma(&user->dev, user->va, user->iova, user->page, true, true);
	return er_expect(er, act, !ret, "%s: EEH, memory and window gave %" PRId64, act->device, ret);
}

static void er_user_close(struct er *er, struct er_act *act, struct er_user *user)
{
	int64_t ret = vfm_eeh(&user->dev, VFIO_EEH_PE_DISABLE);

	if (!ret)
		ret = vfm_unmap_dma(&user->dev, user->iova, user->page);
	if (!ret)
		ret = vfm_spapr_remove(&user->dev, user->iova);
	if (!ret)
		ret = vfm_spapr_unregister(&user->dev, user->va, user->page);
	vfm_device_close(&user->dev);
	er_expect(er, act, !ret, "%s: giving back gave %" PRId64, act->device, ret);
}

/* The device writes its pattern into the page. Return: it ended, and said so. */
static bool er_user_dma(struct er *er, struct er_user *user)
{
	const struct {
		uint32_t reg;
		uint64_t value;
	} job[] = {
		{DMA_ENGINE_PATTERN, DMA_ENGINE_PATTERN_STREAM},
		{DMA_ENGINE_BASE, user->iova},
		{DMA_ENGINE_LENGTH, user->page},
		{DMA_ENGINE_REQ_BYTES, ER_REQUEST},
		{DMA_ENGINE_COUNT, user->page / ER_REQUEST},
		{DMA_ENGINE_READ_SHARE, 0},
		{DMA_ENGINE_SEED, ++er->seed},
		{DMA_ENGINE_CTRL, DMA_ENGINE_CTRL_START},
	};
	uint64_t status = DMA_ENGINE_STATUS_BUSY;

	for (size_t i = 0; i < sim_count_of(job); i++)
		vfm_bar0_write(&user->dev, job[i].reg, job[i].value, 8);
	for (uint32_t i = 0; i < 1000 && status != UINT64_MAX && (status & DMA_ENGINE_STATUS_BUSY); i++) {
		vfm_sleep(er->proc, 2 * SIM_PS_PER_US);
		status = vfm_bar0_read(&user->dev, DMA_ENGINE_STATUS, 8);
	}
	return status != UINT64_MAX && !(status & DMA_ENGINE_STATUS_BUSY);
}

static bool er_user_works(struct er *er, struct er_act *act, struct er_user *user)
{
	uint8_t *got = sim_alloc(user->page);
	bool ok = er_user_dma(er, user) && vfm_load(er->proc, user->va, got, user->page) >= 0 &&
		  !dma_engine_pattern_check(er->seed, user->iova, got, user->page, NULL);

	free(got);
	return er_expect(er, act, ok, "%s: the device does not do its work", act->device);
}

static bool er_user_state(struct er *er, struct er_act *act, struct er_user *user, int64_t want, const char *after)
{
	int64_t state = vfm_eeh(&user->dev, VFIO_EEH_PE_GET_STATE);

	return er_expect(er, act, state == want, "%s: state %" PRId64 " after %s, expected %" PRId64, act->device,
			 state, after, want);
}

/* An error is injected into the next DMA write; the device is told to write. */
static bool er_user_strike(struct er *er, struct er_act *act, struct er_user *user)
{
	int64_t ret = vfm_eeh_inject(&user->dev, ER_TYPE_64, ER_FUNC_DMA_WRITE, user->iova, ~(user->page - 1));
	bool ended;

	if (!er_expect(er, act, !ret, "%s: INJECT_ERR gave %" PRId64, act->device, ret))
		return false;
	act->error_ps = sim_now(er->run->sim);
	er_step(er, act, "INJECT_ERR: the device's next DMA write meets an error");
	ended = er_user_dma(er, user);
	if (!er_expect(er, act, !ended, "%s: the injected error stopped nothing", act->device) ||
	    !er_user_state(er, act, user, VFIO_EEH_PE_STATE_STOPPED, "the error"))
		return false;
	er_step(er, act, "all ones; GET_STATE: stopped");
	return true;
}

static bool er_user_reset(struct er *er, struct er_act *act, struct er_user *user, uint32_t op, const char *name)
{
	sim_ps begin_ps = sim_now(er->run->sim);
	int64_t ret = vfm_eeh(&user->dev, op);

	if (!er_expect(er, act, !ret, "%s: %s gave %" PRId64, act->device, name, ret) ||
	    !er_user_state(er, act, user, VFIO_EEH_PE_STATE_STOPPED, name))
		return false;
	ret = vfm_eeh(&user->dev, VFIO_EEH_PE_RESET_DEACTIVATE);
	if (!ret)
		ret = vfm_eeh(&user->dev, VFIO_EEH_PE_CONFIGURE);
	if (!ret)
		ret = vfm_device_enable(&user->dev);
	if (!er_expect(er, act, !ret, "%s: the end of %s gave %" PRId64, act->device, name, ret) ||
	    !er_user_state(er, act, user, VFIO_EEH_PE_STATE_NORMAL, name) || !er_user_works(er, act, user))
		return false;
	er_step(er, act, "%s, RESET_DEACTIVATE, CONFIGURE took %" PRIu64 " ms: state normal, device works", name,
		(sim_now(er->run->sim) - begin_ps) / SIM_PS_PER_MS);
	return true;
}

static bool er_user_recover(struct er *er, struct er_act *act, struct er_user *user)
{
	int64_t ret = vfm_eeh(&user->dev, VFIO_EEH_PE_UNFREEZE_IO);
	uint64_t id = vfm_bar0_read(&user->dev, DMA_ENGINE_ID, 8);

	if (!er_expect(er, act, !ret && id == DMA_ENGINE_ID_VALUE,
		       "%s: UNFREEZE_IO gave %" PRId64 ", the device says %#" PRIx64, act->device, ret, id) ||
	    !er_user_state(er, act, user, VFIO_EEH_PE_STATE_STOPPED_DMA, "UNFREEZE_IO"))
		return false;
	er_step(er, act, "UNFREEZE_IO: registers answer, state DMA stopped");
	vfm_bar0_write(&user->dev, DMA_ENGINE_CTRL, DMA_ENGINE_CTRL_RESET, 8);
	ret = vfm_eeh(&user->dev, VFIO_EEH_PE_UNFREEZE_DMA);
	if (!er_expect(er, act, !ret, "%s: UNFREEZE_DMA gave %" PRId64, act->device, ret) ||
	    !er_user_state(er, act, user, VFIO_EEH_PE_STATE_NORMAL, "UNFREEZE_DMA") || !er_user_works(er, act, user))
		return false;
	act->restored_ps = sim_now(er->run->sim);
	er_step(er, act, "UNFREEZE_DMA: state normal; one page written, each byte compared");
	return true;
}

static void er_vfio_act(struct er *er)
{
	struct er_act *act = &er->act[ER_VFIO];
	struct er_user user = {.page = kernel_desc(er->run->kernel)->page_bytes};
	uint32_t pe;

	if (!er_begin(er, act, 0) || !er_user_open(er, act, &user))
		return;
	act->ok = true;
	if (er_user_works(er, act, &user) && er_user_strike(er, act, &user) && er_user_recover(er, act, &user) &&
	    er_user_reset(er, act, &user, VFIO_EEH_PE_RESET_HOT, "RESET_HOT"))
		er_user_reset(er, act, &user, VFIO_EEH_PE_RESET_FUNDAMENTAL, "RESET_FUNDAMENTAL");
	er_user_close(er, act, &user);
	if (er_device(er, 0, act->device, &pe))
		act->pe_after = pe;
}

/* ---- The frame ---- */

/* The default windows of these devices get their tables; the kernel keeps them. */
static int er_warm_up(struct wl_run *run, int index)
{
	const struct km_ops *ops = kernel_ops(run->kernel);
	char name[ER_NAME_BYTES];
	uint32_t pe;
	int ret;

	if (!er_device(run->state, index, name, &pe))
		return -ENODEV;
	ret = ops->set_driver(name, KM_ENGINE_RESET);
	return ret ? ret : ops->set_driver(name, "vfio-pci");
}

static void er_main(struct vfm_proc *proc, void *arg)
{
	struct er *er = arg;
	int64_t fd, got;

	er->proc = proc;
	er_vfio_act(er);
	er_kernel_act(er, ER_RESET, 1);
	er_kernel_act(er, ER_THAW, 1);
	er_kernel_act(er, ER_HOTPLUG, 2);
	er_kernel_act(er, ER_FENCE, 2);
	/* Windows of functions that were removed were made anew. */
	er_expect(er, &er->act[ER_FENCE], !er_warm_up(er->run, 1), "%s cannot be used any more",
		  er->act[ER_THAW].device);
	fd = vfm_open(proc, "/proc/powerpc/eeh");
	got = fd < 0 ? fd : vfm_pread(proc, (int)fd, er->counters, sizeof(er->counters) - 1, 0);
	if (fd >= 0)
		vfm_close(proc, (int)fd);
	er->finished = got > 0;
}

static int er_setup(struct wl_run *run)
{
	static const char *const titles[ER_ACTS] = {
		[ER_VFIO] = "through VFIO",
		[ER_RESET] = "driver with callbacks, reset",
		[ER_THAW] = "driver with callbacks, no reset",
		[ER_HOTPLUG] = "driver without callbacks",
		[ER_FENCE] = "PHB fenced, driver with callbacks",
	};
	struct er *er = run->state;

	if (machine_platform(run->machine)->phb[0].type != PLATFORM_PHB_PHB3)
		return cfg_fail(
			run->cfg, "phb.generation",
			"found another, expected phb3: the firmware of PHB4 and PHB5 injects no errors into DMA and "
			"loads, and on a P7IOC Linux has no containers of the second version");
	er->run = run;
	er->seed = run->options->seed;
	for (uint32_t i = 0; i < ER_ACTS; i++)
		er->act[i].title = titles[i];
	if (kernel_ops(run->kernel)->device_count() < 3)
		return cfg_fail(run->cfg, "machine.devices", "found fewer than 3 devices, expected 3 or more");
	if (er_warm_up(run, 1) || er_warm_up(run, 2))
		finding_add(run->sim, FINDING_VIOLATION, ER_FINDING, "a driver of the kernel's own cannot be bound");
	kernel_account_again(run->kernel);
	vfm_proc_start(run->vfm, "P", ER_MEMLOCK_BYTES, er_main, er);
	return 0;
}

static void er_verify(struct wl_run *run)
{
	struct er *er = run->state;

	for (uint32_t i = 0; i < ER_ACTS; i++)
		if (!er->act[i].restored_ps)
			finding_add(run->sim, FINDING_VIOLATION, ER_FINDING, "%s: not recovered", er->act[i].title);
	if (!er->finished)
		finding_add(run->sim, FINDING_VIOLATION, ER_FINDING, "the process did not get to its end");
}

const struct wl_desc wl_eeh_recovery = {
	.name = "eeh-recovery",
	.title = "errors isolated and recovered: by a process through VFIO, by the kernel for its own drivers",
	.setup = er_setup,
	.verify = er_verify,
	.summary = er_summary,
	.results = er_results,
	.state_bytes = sizeof(struct er),
};
