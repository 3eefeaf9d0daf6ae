// SPDX-License-Identifier: GPL-2.0-only
/*
 * cli/cli_exports.c - "phbsim list exports": every name that hosted files find outside of themselves, who answers, and
 * how many of each kind there are.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/cli_kernels.h"
#include "kernel-model/kernel.h"

/* Kinds in order of how real the answer is. */
static const struct {
	const char *name, *what;
} kinds[] = {
	{"hosted", "another hosted file"},
	{"library", "memory and strings of the C library, with the kernel's meaning"},
	{"modelled", "ours, after the kernel's"},
	{"reconstructed", "ours, after what is known of sources that are not at hand"},
	{"reports", "on no modelled path: a finding when it is reached"},
};

static void print_kernel(const char *kernel)
{
	size_t n, count;
	const struct km_export *exports = km_exports(kernel, &n);

	printf("%s: %zu names\n", kernel, n);
	for (size_t k = 0; k < sim_count_of(kinds); k++) {
		count = 0;
		for (size_t i = 0; i < n; i++)
			count += !strcmp(exports[i].kind, kinds[k].name);
		if (count)
			printf("  %4zu %-13s %s\n", count, kinds[k].name, kinds[k].what);
	}
	for (size_t i = 0; i < n; i++) {
		char *name = sim_asprintf("%s%s", exports[i].name, exports[i].function ? "()" : "");

		printf("  %-36s %-13s %s\n", name, exports[i].kind, exports[i].where);
		printf("      for %s\n", exports[i].users);
		free(name);
	}
}

int cli_exports_print(const char *kernel)
{
	size_t n, printed = 0;
	const struct km_desc *descs = km_descs(&n);

	for (size_t i = 0; i < n; i++) {
		/* One table for both page sizes. */
		if ((kernel && strcmp(descs[i].name, kernel)) || (i && !strcmp(descs[i].name, descs[i - 1].name)))
			continue;
		if (printed++)
			printf("\n");
		print_kernel(descs[i].name);
	}
	if (printed)
		return CLI_FINE;
	return cli_mistake("list", "found the kernel \"%s\", expected one of \"phbsim list kernels\"", kernel);
}
