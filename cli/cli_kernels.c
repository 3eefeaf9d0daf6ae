// SPDX-License-Identifier: GPL-2.0-only
#include "cli/cli_kernels.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/cli_sha256.h"
#include "kernel-model/kernel.h"

/** struct tree - where a kernel's unpacked files lie; the build's knowledge. */
struct tree {
	const char *kernel, *path;
};

static const struct tree trees[] = {{"linux-6.1", PHBSIM_KERNEL_TREE_6_1}};

static const char *tree_of(const char *kernel)
{
	for (size_t i = 0; i < sim_count_of(trees); i++)
		if (!strcmp(trees[i].kernel, kernel))
			return trees[i].path;
	return NULL;
}

static const char *archive_sum(const char *kernel, const char *path)
{
	for (size_t i = 0; i < cli_archive_sum_count; i++)
		if (!strcmp(cli_archive_sums[i].kernel, kernel) && !strcmp(cli_archive_sums[i].path, path))
			return cli_archive_sums[i].sha256;
	return NULL;
}

/* Say how @file relates to the archive. Return: is all as it must be? */
static bool compare(const char *kernel, const struct km_hosted *file, const char **verdict)
{
	const char *tree = tree_of(kernel), *archive = archive_sum(kernel, file->path);
	char *path = sim_asprintf("%s/%s", tree ? tree : "", file->path), now[CLI_SHA256_TEXT_BYTES];
	int err = tree ? cli_sha256_file(path, now) : -1;

	free(path);
	if (!archive)
		*verdict = "NOT IN THE ARCHIVE";
	else if (strcmp(archive, file->sha256))
		*verdict = "COMPILED BYTES DIFFER FROM THE ARCHIVE";
	else if (err)
		*verdict = "identical to the archive when compiled; the unpacked file is GONE";
	else if (strcmp(archive, now))
		*verdict = "identical to the archive when compiled; the unpacked file has CHANGED since";
	else
		*verdict = "identical to the archive";
	return archive && !err && !strcmp(archive, file->sha256) && !strcmp(archive, now);
}

static bool print_files(const struct km_desc *kernel)
{
	bool fine = true;

	printf("  %-46s %-14s %s\n", "file", "sha256", "package archive");
	for (size_t i = 0; i < kernel->hosted_count; i++) {
		const struct km_hosted *file = &kernel->hosted[i];
		const char *verdict;

		fine = compare(kernel->name, file, &verdict) && fine;
		printf("  %-46s %.12s   %s\n", file->path, file->sha256, verdict);
	}
	return fine;
}

int cli_kernels_print(void)
{
	size_t n;
	const struct km_desc *kernels = km_descs(&n);
	bool fine = true;

	for (size_t i = 0; i < n; i++) {
		const struct km_desc *kernel = &kernels[i];

		if (i && !strcmp(kernel->name, kernels[i - 1].name))
			continue; /* another page size of the same files */
		printf("%s%s  version %s, from Debian's %s\n  built for pages of", i ? "\n" : "", kernel->name, kernel->version,
		       kernel->package);
		for (size_t j = i; j < n && !strcmp(kernel->name, kernels[j].name); j++)
			printf(" %" PRIu32 "KiB", kernels[j].page_bytes >> 10);
		printf(" (--set kernel.page=...), compiled unmodified from %s\n", tree_of(kernel->name));
		fine = print_files(kernel) && fine;
	}
	return fine ? CLI_FINE : CLI_VIOLATION;
}
