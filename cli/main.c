// SPDX-License-Identifier: GPL-2.0-only
/*
 * cli/main.c - the program: finds the subcommand and passes the rest on. Exit statuses are in cli/cli.h.
 */
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "workloads/wl.h"

static const struct cli_command *const commands[] = {
	&cli_run, &cli_compare, &cli_storm, &cli_replay, &cli_list, &cli_import, &cli_validate, &cli_help,
};

const struct cli_command *const *cli_commands(size_t *n)
{
	*n = sim_count_of(commands);
	return commands;
}

const char *cli_command_names(char *buf, const char *last)
{
	size_t at = 0;

	for (size_t i = 0; i < sim_count_of(commands); i++)
		at += (size_t)snprintf(buf + at, CLI_NAMES_BYTES - at, "%s%s",
				       !i				? ""
				       : i + 1 < sim_count_of(commands) ? ", "
									: last,
				       commands[i]->name);
	return buf;
}

int cli_mistake(const char *command, const char *fmt, ...)
{
	va_list args;

	fprintf(stderr, "phbsim%s%s: ", command ? " " : "", command ? command : "");
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fprintf(stderr, "\nTry \"phbsim%s%s --help\".\n", command ? " " : "", command ? command : "");
	return CLI_USAGE;
}

int cli_bad_option(const char *command, int got, char **argv)
{
	/* A long option stands whole in the vector before optind; a short one may be in the middle of a word. */
	const char *word = argv[optind - 1];

	if (got == ':')
		return cli_mistake(command, "found %s without a value, expected one after it", word);
	if (strncmp(word, "--", 2) && optopt)
		return cli_mistake(command, "found the unknown option \"-%c\", expected one of the help", optopt);
	return cli_mistake(command, "found the option \"%s\", expected one of the help", word);
}

const char *cli_data_dir(void)
{
	const char *dir = getenv("PHBSIM_DATA_DIR");

	return dir && *dir ? dir : PHBSIM_DATA_DIR;
}

int cli_flush(int status)
{
	if (!fflush(stdout) && !ferror(stdout))
		return status;
	fprintf(stderr, "phbsim: standard output could not be written: %s\n", strerror(errno));
	return CLI_USAGE;
}

int main(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : NULL;
	char names[CLI_NAMES_BYTES];

	if (!word)
		return cli_mistake(NULL, "found no command, expected %s", cli_command_names(names, " or "));
	if (!strcmp(word, "--help") || !strcmp(word, "-h")) {
		cli_print_help(NULL);
		return cli_flush(CLI_FINE);
	}
	if (!strcmp(word, "--version")) {
		printf("phbsim %s\n", wl_version());
		return cli_flush(CLI_FINE);
	}
	for (size_t i = 0; i < sim_count_of(commands); i++)
		if (!strcmp(word, commands[i]->name))
			return cli_flush(commands[i]->main(argc - 1, argv + 1));
	if (*word == '-')
		return cli_mistake(NULL, "found the option \"%s\", expected a command (%s)", word,
				   cli_command_names(names, ", "));
	return cli_mistake(NULL, "found the command \"%s\", expected %s", word, cli_command_names(names, " or "));
}
