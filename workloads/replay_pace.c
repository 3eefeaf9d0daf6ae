// SPDX-License-Identifier: GPL-2.0-only
/* workloads/replay_pace.c - rows of both replays, and the pace at which records come. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "workloads/replay.h"
#include "workloads/scenarios.h"

#define GIB (1ull << 30)

static const char *const pace_choices[] = {"max", "trace", NULL};

/* clang-format off */
#define CHOICE CFG_USER, .where = "a choice"
const struct cfg_row replay_rows[REPLAY_ROWS] = {
	{.path = "replay.file", .type = CFG_TEXT, .def_text = "slof_vnet_iommu", .source = CHOICE,
	 .help = "Trace, plain or xz: a path, or the name of one in workloads/traces without \".csv.xz\"."},
	{.path = "replay.pace", .type = CFG_CHOICE, .def = REPLAY_PACE_MAX, .choices = pace_choices, .source = CHOICE,
	 .help = "Each record as soon as the one before is done, or not before its time in the trace."},
	{.path = "replay.memory", .type = CFG_SIZE, .def = GIB, .min = 1 << 20, .max = 1ull << 40, .pow2 = true,
	 .source = CFG_DOCUMENTED, .where = "the shipped traces' guests had 1 GiB (firmware alone 512 MiB)",
	 .help = "Memory of the guest; pages beyond it are foreign."},
	{.path = "replay.window", .type = CFG_SIZE, .def = GIB, .min = 1 << 20, .max = 1ull << 36, .pow2 = true,
	 .source = CFG_DOCUMENTED, .where = "QEMU spapr_pci.c, property dma_win_size",
	 .help = "Size of the window at I/O address 0; larger where the trace reaches further."},
	{.path = "replay.records", .type = CFG_COUNT, .def = 0, .min = 0, .max = UINT64_MAX, .source = CHOICE,
	 .help = "Records to replay at most; 0: all."},
	{.path = "replay.dma", .type = CFG_BOOL, .def = 0, .source = CHOICE,
	 .help = "A device writes and reads pages that are mapped at the time, every byte compared."},
	{.path = "replay.dma_every", .type = CFG_COUNT, .def = 64, .min = 1, .max = 1ull << 40, .source = CHOICE,
	 .help = "After how many records that map something the device does that."},
};
#undef CHOICE
/* clang-format on */

/* A name without a slash is one of ours, unless there is a file of that name. */
char *replay_path(const char *file, const char *data_dir)
{
	return strchr(file, '/') || !access(file, F_OK) ? sim_strdup(file)
							: sim_asprintf("%s/traces/%s.csv.xz", data_dir, file);
}

void replay_config_load(struct replay_config *config, const struct wl_run *run)
{
	config->path = replay_path(cfg_text(run->cfg, "replay.file"), run->options->data_dir);
	config->pace = (enum replay_pace)cfg_u64(run->cfg, "replay.pace");
	config->memory_bytes = cfg_u64(run->cfg, "replay.memory");
	config->window_bytes = cfg_u64(run->cfg, "replay.window");
	config->limit = cfg_u64(run->cfg, "replay.records");
	config->dma = cfg_bool(run->cfg, "replay.dma");
	config->dma_every = cfg_u64(run->cfg, "replay.dma_every");
}

sim_ps replay_clock_wait(struct replay_clock *clock, sim_ps now_ps, uint64_t dt_us)
{
	if (!clock->begin_ps)
		clock->begin_ps = clock->due_ps = now_ps;
	else
		clock->due_ps += dt_us * SIM_PS_PER_US;
	if (clock->pace == REPLAY_PACE_MAX)
		return 0;
	if (now_ps <= clock->due_ps)
		return clock->due_ps - now_ps;
	clock->late++;
	if (clock->late_max_ps < now_ps - clock->due_ps)
		clock->late_max_ps = now_ps - clock->due_ps;
	return 0;
}

uint64_t replay_records(const struct wl_run *run)
{
	if (run->desc == &wl_replay_hcalls)
		return replay_hcalls_records(run);
	return run->desc == &wl_replay_ioctls ? replay_ioctls_records(run) : 0;
}
