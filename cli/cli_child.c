// SPDX-License-Identifier: GPL-2.0-only
/* cli/cli_child.c - calls and runs in a child process. */
#include "cli/cli_child.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/cli.h"

struct cli_args cli_args_begin(size_t room)
{
	struct cli_args args = {.word = sim_alloc((room + 2) * sizeof(*args.word))};

	cli_args_add(&args, NULL, "run");
	return args;
}

void cli_args_add(struct cli_args *args, const char *option, const char *word)
{
	if (option)
		args->word[args->count++] = sim_strdup(option);
	args->word[args->count++] = sim_strdup(word);
}

void cli_args_cut(struct cli_args *args, int count)
{
	while (args->count > count)
		free(args->word[--args->count]);
}

void cli_args_finish(struct cli_args *args)
{
	cli_args_cut(args, 0);
	free(args->word);
}

int cli_child_call(int (*fn)(void *arg), void *arg)
{
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (!pid)
		exit(cli_flush(fn(arg)));
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (pid > 0 && WIFEXITED(status))
		return WEXITSTATUS(status);
	fprintf(stderr, "phbsim: a run ended by %s\n", pid < 0 ? strerror(errno) : strsignal(WTERMSIG(status)));
	return -1;
}

static int child_main(void *arg)
{
	const struct cli_child *child = arg;

	child->argv[child->argc] = NULL;
	if (!freopen("/dev/null", "w", stdout))
		return CLI_USAGE;
	optind = 0;
	return cli_run_then(child->argc, child->argv, child->then, child->arg);
}

int cli_child_run(struct cli_child *child)
{
	int status = cli_child_call(child_main, child);

	if (status < 0)
		fprintf(stderr, "phbsim %s: there is no result of the run %s\n", child->command, child->what);
	return status < 0 ? CLI_USAGE : status;
}
