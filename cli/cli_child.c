// SPDX-License-Identifier: GPL-2.0-only
/* cli/cli_child.c - one run in a child process. */
#include "cli/cli_child.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/cli.h"

/* Does not return. */
static void child_main(const struct cli_child *child)
{
	child->argv[child->argc] = NULL;
	if (!freopen("/dev/null", "w", stdout))
		_exit(CLI_USAGE);
	optind = 0;
	exit(cli_flush(cli_run_then(child->argc, child->argv, child->then, child->arg)));
}

int cli_child_run(const struct cli_child *child)
{
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (!pid)
		child_main(child);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (pid > 0 && WIFEXITED(status))
		return WEXITSTATUS(status);
	fprintf(stderr, "phbsim %s: the run %s ended by %s\n", child->command, child->what,
		pid < 0 ? strerror(errno) : strsignal(WTERMSIG(status)));
	return CLI_USAGE;
}
