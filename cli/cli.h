/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CLI_CLI_H
#define CLI_CLI_H
/*
 * cli/cli.h - what the command line program consists of: subcommands, exit statuses, and the one place for mistakes of
 * the user. Only cli/ prints, ends the process, and asks the environment or the clock on the wall.
 */
#include <stdbool.h>
#include <stddef.h>

#include "sim/sim.h"

struct wl_run;

/** enum cli_exit - exit statuses. */
enum cli_exit {
	CLI_FINE = 0,
	CLI_VIOLATION = 1, /* the run, or what it stands on, is not as it must be; runs differ that ought not to */
	CLI_USAGE = 2,	   /* usage or configuration: nothing has been run */
};

/**
 * struct cli_command - one subcommand.
 * @name: as typed. @title: one line for "phbsim --help". @help: text of "phbsim NAME --help".
 * @main: gets its own name as argv[0]. Return: exit status.
 */
struct cli_command {
	const char *name;
	const char *title;
	const char *help;
	int (*main)(int argc, char **argv);
};

extern const struct cli_command cli_run;
extern const struct cli_command cli_compare;
extern const struct cli_command cli_storm;
extern const struct cli_command cli_replay;
extern const struct cli_command cli_list;
extern const struct cli_command cli_import;
extern const struct cli_command cli_validate;
extern const struct cli_command cli_help;

/**
 * cli_run_then - "phbsim run" with these arguments, and @then while the run that has ended is still there.
 * @then: NULL for nothing; not called when there was no run. Return: exit status.
 */
int cli_run_then(int argc, char **argv, void (*then)(void *arg, const struct wl_run *run), void *arg);

/** cli_commands - all of them, in the order of the help; @n: how many. */
const struct cli_command *const *cli_commands(size_t *n);
/** cli_command_names - "run, compare, ... or help", into @buf of CLI_NAMES_BYTES; @last stands before the last. Return:
 * @buf. */
#define CLI_NAMES_BYTES 128
const char *cli_command_names(char *buf, const char *last);

/**
 * cli_mistake - print "phbsim <command>: <what>" and where help is to be had, to standard error.
 * @command: NULL outside subcommands. @fmt: "found ..., expected ...".
 * Return: CLI_USAGE.
 */
int cli_mistake(const char *command, const char *fmt, ...) sim_printf(2, 3);

/** cli_bad_option - cli_mistake() for what getopt_long() has just refused (@got: '?' or ':'). */
int cli_bad_option(const char *command, int got, char **argv);

/** cli_print_help - the help of @command on standard output, of the whole program for NULL. */
void cli_print_help(const struct cli_command *command);

/** cli_data_dir - where machines/ and scenarios/ lie: $PHBSIM_DATA_DIR, or where the program was built. */
const char *cli_data_dir(void);

/** cli_flush - end standard output. Return: @status, or CLI_USAGE with a message if it could not be written. */
int cli_flush(int status);

#endif
