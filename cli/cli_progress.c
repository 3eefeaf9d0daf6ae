// SPDX-License-Identifier: GPL-2.0-only
#include "cli/cli_progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define INTERVAL_NS UINT64_C(100000000)

static uint64_t wall_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

void cli_progress_show(struct cli_progress *progress, sim_ps now_ps, const char *phase)
{
	uint64_t now_ns;

	if (!isatty(STDERR_FILENO))
		return;
	now_ns = wall_ns();
	if (progress->visible && now_ns - progress->shown_ns < INTERVAL_NS)
		return;
	progress->shown_ns = now_ns;
	progress->visible = true;
	fprintf(stderr, "\r\033[K%s: %" PRIu64 ".%03" PRIu64 " ms simulated", phase, now_ps / SIM_PS_PER_MS,
		now_ps % SIM_PS_PER_MS / SIM_PS_PER_US);
}

void cli_progress_clear(struct cli_progress *progress)
{
	if (progress->visible)
		fputs("\r\033[K", stderr);
	progress->visible = false;
}
