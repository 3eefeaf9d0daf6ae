/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CLI_CLI_PROGRESS_H
#define CLI_CLI_PROGRESS_H
/* cli/cli_progress.h - one line on a terminal that says how far a run is; nothing in a pipe. */
#include "sim/sim.h"

/** struct cli_progress - zero-initialised. */
struct cli_progress {
	/* private: */
	uint64_t shown_ns;
	bool visible;
};

/** cli_progress_show - called now and then; writes at most ten times a second. */
void cli_progress_show(struct cli_progress *progress, sim_ps now_ps, const char *phase);
/** cli_progress_clear - take the line away before something else is printed. */
void cli_progress_clear(struct cli_progress *progress);

#endif
