/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CLI_CLI_CHILD_H
#define CLI_CLI_CHILD_H
/*
 * cli/cli_child.h - "phbsim run", and other calls, in a process of their own, for commands that make several runs: a kernel object boots
 * once a process, so a second run would find what the first left in the kernel's variables.
 */
#include <stddef.h>

struct wl_run;

/** struct cli_args - arguments that a command puts together for "phbsim run". @word: owned, as are the words. */
struct cli_args {
	char **word;
	int count;
};

/** cli_args_begin - for the command "run"; there is room for @room more, and a NULL. */
struct cli_args cli_args_begin(size_t room);
/** cli_args_add - a copy of @word, behind @option; @option NULL: a word alone. */
void cli_args_add(struct cli_args *args, const char *option, const char *word);
/** cli_args_cut - drop all but the first @count. cli_args_finish - drop all, and the room. */
void cli_args_cut(struct cli_args *args, int count);
void cli_args_finish(struct cli_args *args);

/**
 * struct cli_child - a run to be made. @command: whose, for messages. @what: of its several runs, "on linux-6.1".
 * @argc, @argv: of "phbsim run", room for a NULL behind. @then, @arg: as in cli_run_then(), in the child.
 */
struct cli_child {
	const char *command, *what;
	int argc;
	char **argv;
	void (*then)(void *arg, const struct wl_run *run);
	void *arg;
};

/** cli_child_call - @fn in a process of its own. Return: what it returned, 0 to 127; -1: it came to no end. */
int cli_child_call(int (*fn)(void *arg), void *arg);
/** cli_child_run - its summary is in its folder and not told. Return: exit status; CLI_USAGE if it came to none. */
int cli_child_run(struct cli_child *child);

#endif
