// SPDX-License-Identifier: GPL-2.0-only
/*
 * cli/cli_replay.c - "phbsim replay": finds out what kind of trace a file is and runs the scenario for it, with all
 * that "phbsim run" can do. How fast the host was is told on the terminal only: results are the same on every host.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/cli.h"
#include "workloads/replay.h"
#include "workloads/trace_file.h"

/* What stands for a word of ours in the arguments of "phbsim run". @value: one comes after it. */
static const struct {
	const char *word, *set;
	bool value;
} words[] = {
	{"--pace", "replay.pace=", true},
	{"--dma", "replay.dma=true", false},
	{"--records", "replay.records=", true},
};

static uint64_t clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static void tell_speed(void *arg, const struct wl_run *run)
{
	const uint64_t *begin_ns = arg;
	double s = (double)(clock_ns() - *begin_ns) / 1e9;

	printf("Host      %" PRIu64 " records in %.2f s, %.0f records/s\n", replay_records(run), s,
	       (double)replay_records(run) / s);
}

/* Our word at @argv[*i] as an assignment for --set; owned. Return: NULL: none of ours. */
static char *translate(char **argv, int *i)
{
	for (size_t w = 0; w < sim_count_of(words); w++) {
		size_t n = strlen(words[w].word);

		if (strncmp(argv[*i], words[w].word, n) || (argv[*i][n] && (argv[*i][n] != '=' || !words[w].value)))
			continue;
		if (!words[w].value)
			return sim_strdup(words[w].set);
		if (argv[*i][n])
			return sim_asprintf("%s%s", words[w].set, argv[*i] + n + 1);
		if (argv[*i + 1])
			return sim_asprintf("%s%s", words[w].set, argv[++*i]);
	}
	return NULL;
}

/**
 * struct args - arguments for "phbsim run". @word: borrowed but for @owned, which are also in it. @path: of the trace,
 * as given.
 * @help: nothing but the help is asked for.
 */
struct args {
	char **word, **owned;
	int count, owned_count;
	const char *path;
	bool help;
};

static void args_free(struct args *args)
{
	while (args->owned_count)
		free(args->owned[--args->owned_count]);
	free(args->owned);
	free(args->word);
}

static void args_set(struct args *args, char *assignment)
{
	static char set[] = "--set";

	args->word[args->count++] = set;
	args->word[args->count++] = args->owned[args->owned_count++] = assignment;
}

static struct args args_make(int argc, char **argv)
{
	struct args args = {.word = sim_alloc(((size_t)argc * 2 + 4) * sizeof(*args.word)),
			    .owned = sim_alloc(((size_t)argc + 2) * sizeof(*args.owned))};

	args.word[args.count++] = argv[0];
	for (int i = 1; i < argc; i++) {
		char *assignment = translate(argv, &i);

		args.help |= !strcmp(argv[i], "--help") || !strcmp(argv[i], "-h");
		if (assignment) {
			args_set(&args, assignment);
		} else if (*argv[i] != '-' && !args.path) {
			args.path = argv[i];
		} else {
			args.word[args.count++] = argv[i];
			/* All other options of "run" have a value. */
			if (*argv[i] == '-' && !strchr(argv[i], '=') && !args.help && argv[i + 1])
				args.word[args.count++] = argv[++i];
		}
	}
	return args;
}

/* The scenario that replays @path, or NULL. @error: owned by the caller. */
static const char *scenario_of(const char *path, char **error)
{
	char *whole = replay_path(path, cli_data_dir());
	struct trace_file *file;
	int err = trace_file_open(whole, &file, error);
	enum trace_kind kind;

	free(whole);
	if (err)
		return NULL;
	kind = trace_file_kind(file);
	trace_file_close(file);
	return kind == TRACE_HCALLS ? "replay-hcalls" : "replay-ioctls";
}

static int replay_main(int argc, char **argv)
{
	struct args args = args_make(argc, argv);
	char *error = NULL;
	const char *scenario;
	uint64_t begin_ns = clock_ns();
	int status = CLI_FINE;

	if (args.help) {
		cli_print_help(&cli_replay);
	} else if (!args.path) {
		status = cli_mistake("replay",
				     "found no trace, expected a file, or the name of a trace that comes with us");
	} else if (!(scenario = scenario_of(args.path, &error))) {
		fprintf(stderr, "%s\n", error);
		status = CLI_USAGE;
	} else {
		args_set(&args, sim_asprintf("replay.file=%s", args.path));
		args.word[args.count++] = args.owned[args.owned_count++] = sim_strdup(scenario);
		status = cli_run_then(args.count, args.word, tell_speed, &begin_ns);
	}
	free(error);
	args_free(&args);
	return status;
}

const struct cli_command cli_replay = {
	.name = "replay",
	.title = "replay a trace of a guest's hypercalls or of VFIO ioctls",
	.help = "usage: phbsim replay [OPTION]... FILE\n"
		"\n"
		"Replays a trace (docs/replay.md), plain or compressed with xz, through the hosted kernel and holds "
		"every\n"
		"answer, every translation of a device and the TCEs in the end against it. FILE may also be the name "
		"of a trace\n"
		"that comes with phbsim: slof_vnet_iommu, D_xlate, vfio_dpdk_mempool_autotest.ioctl.\n"
		"\n"
		"  --pace max|trace  as fast as it goes (default), or each record not before its time in the trace\n"
		"  --dma             a device writes and reads pages that are mapped at the time, every byte compared\n"
		"  --records N       the first N records only\n"
		"\n"
		"and all options of \"phbsim run\": --kernel, --set, --seed, --out, --trace, --profile, --sample, ...\n"
		"\n"
		"Exit status: 0 all as in the trace, or different for a documented reason (counted); 1 a difference "
		"that\n"
		"nothing explains, or another violation; 2 usage, configuration, or a broken trace.\n",
	.main = replay_main,
};
