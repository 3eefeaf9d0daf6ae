// SPDX-License-Identifier: GPL-2.0-only
#include "cli/cli_kernels.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/cli_sha256.h"
#include "kernel-model/guest.h"
#include "kernel-model/kernel.h"

static const struct cli_source *source_of(const char *kernel, const char *path)
{
	for (size_t i = 0; i < cli_source_count; i++)
		if (!strcmp(cli_sources[i].kernel, kernel) && !strcmp(cli_sources[i].path, path))
			return &cli_sources[i];
	return NULL;
}

/* How what was compiled relates to its origin and to the file as it is now; owned. @fine: all as it must be? */
static char *compare(const struct cli_source *source, const char *compiled, bool *fine)
{
	char now[CLI_SHA256_TEXT_BYTES];
	const char *origin = source ? source->origin : "";
	int err;

	*fine = false;
	if (!source)
		return sim_strdup("NOT AMONG THE BUILD'S SOURCES");
	err = cli_sha256_file(source->file, now);
	if (*source->sha256 && strcmp(source->sha256, compiled))
		return sim_asprintf("COMPILED BYTES DIFFER FROM %s", origin);
	if (err)
		return sim_asprintf("%s%s when compiled; the file is GONE",
				    *source->sha256 ? "identical to " : "nothing to compare with ",
				    *source->sha256 ? origin : "");
	if (strcmp(compiled, now))
		return sim_strdup("the file has CHANGED since it was compiled");
	*fine = true;
	return *source->sha256 ? sim_asprintf("identical to %s", origin)
			       : sim_strdup("as compiled (a tree of one's own)");
}

static bool print_files(const char *kernel, const struct km_hosted *files, size_t n)
{
	bool all_fine = true;

	for (size_t i = 0; i < n; i++) {
		const struct km_hosted *file = &files[i];
		bool fine;
		char *verdict = compare(source_of(kernel, file->path), file->sha256, &fine);

		printf("  %-46s %.12s   %s\n", file->path, file->sha256, verdict);
		all_fine = all_fine && fine;
		free(verdict);
	}
	return all_fine;
}

/* Those of the host's kernel; and, where it can be a guest's, those that a guest has besides. */
static bool print_hosted(const struct km_desc *kernel)
{
	const struct gm_desc_row *guest = gm_desc_find(kernel->name);
	bool fine;

	printf("  %-46s %-14s %s\n", "hosted file", "sha256", "compared with its origin");
	fine = print_files(kernel->name, kernel->hosted, kernel->hosted_count);
	if (!guest)
		return fine;
	printf("  besides, in guests (--set guest.kernel=...)\n");
	return print_files(kernel->name, guest->hosted, guest->hosted_count) && fine;
}

static void print_environment(const struct km_desc *kernel)
{
	printf("  around them\n");
	for (size_t i = 0; i < kernel->environment_count; i++) {
		const struct km_environment *row = &kernel->environment[i];

		printf("  %-14s %s\n  %-14s   (%s)\n", row->kind, row->what, "", row->where);
	}
}

static void print_trees(const char *kernel)
{
	for (size_t i = 0; i < cli_tree_count; i++)
		if (!strcmp(cli_trees[i].kernel, kernel))
			printf("  sources in %s%s%s\n", cli_trees[i].tree,
			       *cli_trees[i].archive == '-' ? "" : ", unpacked from ",
			       *cli_trees[i].archive == '-' ? "" : cli_trees[i].archive);
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
		printf("%s%s  version %s, from %s\n  built for pages of", i ? "\n" : "", kernel->name, kernel->version,
		       kernel->origin);
		for (size_t j = i; j < n && !strcmp(kernel->name, kernels[j].name); j++)
			printf(" %" PRIu32 "KiB", kernels[j].page_bytes >> 10);
		printf(" (--set kernel.page=...)\n");
		print_trees(kernel->name);
		fine = print_hosted(kernel) && fine;
		print_environment(kernel);
	}
	for (const struct cli_left_out *row = cli_left_out; row->kernel; row++)
		printf("\n%s  not in this program: %s\n", row->kernel, row->why);
	return fine ? CLI_FINE : CLI_VIOLATION;
}
