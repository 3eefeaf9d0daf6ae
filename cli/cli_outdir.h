/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CLI_CLI_OUTDIR_H
#define CLI_CLI_OUTDIR_H
/*
 * cli/cli_outdir.h - the folder for results: made before the run, proven writable, and taken back if nothing comes of
 * it.
 */
#include "sim/sim.h"

/** struct cli_outdir - @path: owned. @made: paths of folders that we made, outermost first; owned. */
struct cli_outdir {
	char *path;
	char **made;
	size_t made_count;
};

/**
 * cli_outdir_open - make @path with its parents and try whether a file can be written there.
 * @dir: zeroed. @error: on failure a "found ..., expected ..." line, owned by the caller.
 * Return: 0 or -errno; then nothing is left behind.
 */
int cli_outdir_open(struct cli_outdir *dir, const char *path, char **error) sim_must_use;
/** cli_outdir_undo - remove the folders that we made, as far as they are empty. Call before cli_outdir_finish(). */
void cli_outdir_undo(struct cli_outdir *dir);
void cli_outdir_finish(struct cli_outdir *dir);

/** cli_outdir_default - "out/<prefix><scenario>"; for a scenario file its name without folder and suffix; owned. */
char *cli_outdir_default(const char *prefix, const char *scenario);

#endif
