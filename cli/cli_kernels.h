/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CLI_CLI_KERNELS_H
#define CLI_CLI_KERNELS_H
/*
 * cli/cli_kernels.h - hosted files and whether they are what the kernel's package holds.
 *
 * Three things have to agree: the checksum that the build noted of what it compiled (struct km_hosted), the unpacked
 * file as it is now, and the member of the package's archive (cli_archive_sums, made by cmake/archive-sums.sh).
 */
#include "sim/sim.h"

/** struct cli_archive_sum - @kernel: "linux-6.1". @path: in the kernel tree. @sha256: of the archive's member. */
struct cli_archive_sum {
	const char *kernel, *path, *sha256;
};

extern const struct cli_archive_sum cli_archive_sums[];
extern const size_t cli_archive_sum_count;

/** cli_kernels_print - "phbsim list kernels". Return: exit status; CLI_VIOLATION if a file differs. */
int cli_kernels_print(void);

#endif
