// SPDX-License-Identifier: GPL-2.0-only
/*
 * cli/cli_import.c - "phbsim import": not the program's but the launcher's, because it compiles (cmake/import.sh). Here
 * it is explained, and whoever calls the program itself is sent there.
 */
#include <string.h>

#include "cli/cli.h"

static int import_main(int argc, char **argv)
{
	if (argc == 2 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))) {
		cli_print_help(&cli_import);
		return CLI_FINE;
	}
	return cli_mistake("import",
			   "found the program itself, expected ./phbsim of a checkout: a kernel has to be built");
}

const struct cli_command cli_import = {
	.name = "import",
	.title = "build in a driver or a kernel of your own",
	.help = "usage: ./phbsim import --name NAME --patch FILE | --file FILE | --tree DIR\n"
		"\n"
		"Builds a kernel with a driver of your own, or a kernel tree of your own, to be run with --kernel "
		"NAME. It is\n"
		"a command of the launcher in a checkout, because it compiles; \"./phbsim import --help\" there says "
		"more,\n"
		"docs/kernels.md all.\n",
	.main = import_main,
};
