// SPDX-License-Identifier: GPL-2.0-only
/*
 * cli/cli_help.c - "phbsim help": the program's help and that of each subcommand.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"

static const char intro[] =
	"phbsim simulates the POWER PCI Host Bridge with its TCE tables (the POWER IOMMU) and runs the\n"
	"unmodified Linux sPAPR TCE VFIO driver on it.\n"
	"\n"
	"usage: phbsim COMMAND [ARGUMENT]...\n"
	"       phbsim --help | --version\n"
	"\n";

static const char outro[] =
	"\n"
	"\"phbsim COMMAND --help\" explains each. \"phbsim run\" alone runs the scenario first-light.\n"
	"\n"
	"Exit status: 0 fine; 1 the run found a violation (compare: a difference that was not expected);\n"
	"2 usage or configuration (a message says what was found and what was expected); the launcher\n"
	"./phbsim adds 3: it could not install or build.\n"
	"\n"
	"Environment: PHBSIM_DATA_DIR names another folder with machines/ and scenarios/.\n";

void cli_print_help(const struct cli_command *command)
{
	const struct cli_command *const *list;
	size_t n;

	if (command) {
		fputs(command->help, stdout);
		return;
	}
	fputs(intro, stdout);
	list = cli_commands(&n);
	for (size_t i = 0; i < n; i++)
		printf("  %-8s %s\n", list[i]->name, list[i]->title);
	fputs(outro, stdout);
}

static int help_main(int argc, char **argv)
{
	const struct cli_command *const *list;
	char names[CLI_NAMES_BYTES];
	size_t n;

	if (argc > 2)
		return cli_mistake("help", "found \"%s\", expected at most one command", argv[2]);
	if (argc < 2) {
		cli_print_help(NULL);
		return CLI_FINE;
	}
	list = cli_commands(&n);
	for (size_t i = 0; i < n; i++) {
		if (strcmp(list[i]->name, argv[1]) && strcmp(argv[1], "--help"))
			continue;
		cli_print_help(strcmp(argv[1], "--help") ? list[i] : &cli_help);
		return CLI_FINE;
	}
	return cli_mistake("help", "found \"%s\", expected %s", argv[1], cli_command_names(names, " or "));
}

const struct cli_command cli_help = {
	.name = "help",
	.title = "explain a command",
	.help = "usage: phbsim help [COMMAND]\n\nExplains a command, or lists all of them.\n",
	.main = help_main,
};
