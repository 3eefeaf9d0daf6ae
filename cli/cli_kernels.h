/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CLI_CLI_KERNELS_H
#define CLI_CLI_KERNELS_H
/*
 * cli/cli_kernels.h - hosted files and whether they are what the kernel's package holds.
 *
 * Three things have to agree: the checksum that the build noted of what it compiled (struct km_hosted), the file as it
 * is now, and its origin: the member of the package's archive, or what was imported (made by cmake/kernel-sources.sh).
 */
#include "sim/sim.h"

/** struct cli_tree - @kernel: "linux-6.1". @tree: where its sources are. @archive: what they came in; "-": nothing. */
struct cli_tree {
	const char *kernel, *tree, *archive;
};

/**
 * struct cli_source - one hosted file.
 * @path: in the kernel tree. @file: what is compiled. @sha256: of its origin, "" if there is nothing to compare with.
 * @origin: what to call that, "the archive".
 */
struct cli_source {
	const char *kernel, *path, *file, *sha256, *origin;
};

/** struct cli_left_out - a kernel that could be in the program, and why it is not. The table ends with NULL. */
struct cli_left_out {
	const char *kernel, *why;
};

extern const struct cli_left_out cli_left_out[];
extern const struct cli_tree cli_trees[];
extern const size_t cli_tree_count;
extern const struct cli_source cli_sources[];
extern const size_t cli_source_count;

/** cli_exports_print - "phbsim list exports" of @kernel, NULL: of all. Return: exit status. */
int cli_exports_print(const char *kernel);
/** cli_kernels_print - "phbsim list kernels". Return: exit status; CLI_VIOLATION if a file differs. */
int cli_kernels_print(void);

#endif
