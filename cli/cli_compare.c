// SPDX-License-Identifier: GPL-2.0-only
/*
 * cli/cli_compare.c - "phbsim compare": one scenario on several kernels, and where they differ.
 *
 * Each run is "phbsim run" in a child process, because a kernel object boots once; a child that is not a process of its
 * own would find what the one before left in the kernel's variables. All that passes between them are the files of the
 * runs.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/cli_child.h"
#include "cli/cli_outdir.h"
#include "sim/out.h"
#include "workloads/wl_compare.h"

#define RUNS_MAX 9u
#define SCREEN_ROOM 26u /* lines for differences: 40 in all, with two kernels */

/**
 * struct versus - one comparison. @args: for "phbsim run", with room for what a single run adds; owned.
 * @kernel: borrowed. @out: folder, owned. @dir, @recorded: of each run; owned.
 */
struct versus {
	const char *kernel[RUNS_MAX];
	uint32_t count, aspects;
	bool expect_equal;
	struct cli_args args;
	char *out;
	char *dir[RUNS_MAX];
	struct wl_recorded *recorded[RUNS_MAX];
};

enum { OPT_KERNEL = 256, OPT_EXPECT_EQUAL, OPT_ONLY, OPT_OUT, OPT_SET, OPT_SEED, OPT_MACHINE };

static const struct option options[] = {
	{"kernel", required_argument, NULL, OPT_KERNEL},
	{"expect-equal", no_argument, NULL, OPT_EXPECT_EQUAL},
	{"only", required_argument, NULL, OPT_ONLY},
	{"out", required_argument, NULL, OPT_OUT},
	{"set", required_argument, NULL, OPT_SET},
	{"seed", required_argument, NULL, OPT_SEED},
	{"machine", required_argument, NULL, OPT_MACHINE},
	{"help", no_argument, NULL, 'h'},
	{0},
};

/* "calls,tces" */
static int parse_aspects(struct versus *versus, const char *list)
{
	versus->aspects = 0;
	while (*list) {
		size_t n = strcspn(list, ",");
		uint32_t aspect = 0;

		while (aspect < WL_ASPECTS &&
		       (strlen(wl_aspect_name(aspect)) != n || strncmp(wl_aspect_name(aspect), list, n)))
			aspect++;
		if (aspect == WL_ASPECTS)
			return cli_mistake("compare",
					   "found --only \"%.*s\", expected calls, tces, accounting, findings or time",
					   (int)n, list);
		versus->aspects |= 1u << aspect;
		list += n + (list[n] == ',');
	}
	return versus->aspects ? 0
			       : cli_mistake("compare",
					     "found --only \"\", expected calls, tces, accounting, findings or time");
}

static int add_kernel(struct versus *versus, const char *name)
{
	if (versus->count == RUNS_MAX)
		return cli_mistake("compare", "found more than %u kernels, expected 2 to %u", RUNS_MAX, RUNS_MAX);
	versus->kernel[versus->count++] = name;
	return 0;
}

/* Return: -1 to go on, else an exit status. */
static int parse(struct versus *versus, int argc, char **argv)
{
	int got, wrong = 0;

	while (!wrong && (got = getopt_long(argc, argv, ":h", options, NULL)) != -1) {
		switch (got) {
		case OPT_KERNEL:
			wrong = add_kernel(versus, optarg);
			break;
		case OPT_EXPECT_EQUAL:
			versus->expect_equal = true;
			break;
		case OPT_ONLY:
			wrong = parse_aspects(versus, optarg);
			break;
		case OPT_OUT:
			free(versus->out);
			versus->out = sim_strdup(optarg);
			break;
		case OPT_SET:
			cli_args_add(&versus->args, "--set", optarg);
			break;
		case OPT_SEED:
			cli_args_add(&versus->args, "--seed", optarg);
			break;
		case OPT_MACHINE:
			cli_args_add(&versus->args, "--machine", optarg);
			break;
		case 'h':
			cli_print_help(&cli_compare);
			return CLI_FINE;
		default:
			return cli_bad_option("compare", got, argv);
		}
	}
	if (wrong)
		return wrong;
	if (argc - optind > 1)
		return cli_mistake("compare", "found \"%s\" after the scenario, expected one scenario",
				   argv[optind + 1]);
	if (optind == argc)
		return cli_mistake("compare",
				   "found no scenario, expected one of \"phbsim list scenarios\" or a YAML file");
	if (versus->count < 2)
		return cli_mistake("compare", "found %u --kernel, expected two or more", versus->count);
	cli_args_add(&versus->args, NULL, argv[optind]);
	if (!versus->out)
		versus->out = cli_outdir_default("compare-", argv[optind]);
	return -1;
}

/* ---- Runs ---- */

/* Return: exit status of the run, CLI_USAGE if it did not come to one. */
static int run_one(struct versus *versus, uint32_t index)
{
	int shared = versus->args.count, status;
	char *record, *what, *error = NULL;

	versus->dir[index] = sim_asprintf("%s/%u-%s", versus->out, index + 1, versus->kernel[index]);
	record = sim_asprintf("%s/record.txt", versus->dir[index]);
	what = sim_asprintf("on %s", versus->kernel[index]);
	cli_args_add(&versus->args, "--kernel", versus->kernel[index]);
	cli_args_add(&versus->args, "--out", versus->dir[index]);
	cli_args_add(&versus->args, "--record", record);
	status = cli_child_run(&(struct cli_child){
		.command = "compare", .what = what, .argc = versus->args.count, .argv = versus->args.word});
	cli_args_cut(&versus->args, shared);
	if (status != CLI_USAGE && wl_recorded_load(record, &versus->recorded[index], &error)) {
		fprintf(stderr, "%s\n", error);
		status = CLI_USAGE;
	}
	free(error);
	free(what);
	free(record);
	return status;
}

/* ---- Result ---- */

/* @room: as in wl_compare_print(), for all of them. Return: the aspects in which any differs from the first. */
static uint32_t print_all(const struct versus *versus, uint32_t room, FILE *out)
{
	uint32_t differ = 0;
	char name[2][12];

	fprintf(out, "compare %s\n", wl_recorded_run(versus->recorded[0]));
	for (uint32_t i = 0; i < versus->count; i++)
		fprintf(out, "  %u  %s\n", i + 1, wl_recorded_kernel(versus->recorded[i]));
	for (uint32_t i = 1; i < versus->count; i++) {
		struct wl_compare *compare = wl_compare_create(versus->recorded[0], versus->recorded[i]);

		snprintf(name[0], sizeof(name[0]), "1");
		snprintf(name[1], sizeof(name[1]), "%u", i + 1);
		fprintf(out, "\n");
		wl_compare_print(compare, name[0], name[1], versus->aspects,
				 room ? (room + versus->count - 2) / (versus->count - 1) : 0, out);
		differ |= wl_compare_differ(compare) & versus->aspects;
		wl_compare_destroy(compare);
	}
	return differ;
}

/* On the terminal what fits there, in the file all. */
static int write_all(const struct versus *versus, uint32_t *differ)
{
	char *path = sim_asprintf("%s/compare.txt", versus->out), *text = NULL;
	size_t n = 0;
	FILE *memory = open_memstream(&text, &n);
	struct out *out;
	int err = memory ? out_open(&out, path) : -errno;

	if (!err) {
		(void)print_all(versus, 0, memory);
		fflush(memory);
		out_write(out, text, n);
		err = out_commit(out);
	}
	if (err)
		fprintf(stderr, "%s: %s\n", path, strerror(-err));
	*differ = print_all(versus, SCREEN_ROOM, stdout);
	if (!err)
		printf("\nWritten: %s, and a folder for each run beside it\n", path);
	if (memory)
		fclose(memory);
	free(text);
	free(path);
	return err;
}

static int compare_all(struct versus *versus)
{
	uint32_t differ;

	for (uint32_t i = 0; i < versus->count; i++)
		if (run_one(versus, i) == CLI_USAGE)
			return CLI_USAGE;
	if (write_all(versus, &differ))
		return CLI_USAGE;
	return versus->expect_equal && differ ? CLI_VIOLATION : CLI_FINE;
}

static int compare_main(int argc, char **argv)
{
	/* Each word makes two at most; name, six of each run's own, the end. */
	struct versus versus = {.aspects = WL_ASPECTS_ALL, .args = cli_args_begin(2 * (size_t)argc + 8)};
	int status;

	status = parse(&versus, argc, argv);
	if (status < 0)
		status = compare_all(&versus);
	cli_args_finish(&versus.args);
	for (uint32_t i = 0; i < versus.count; i++) {
		free(versus.dir[i]);
		wl_recorded_destroy(versus.recorded[i]);
	}
	free(versus.out);
	return status;
}

const struct cli_command cli_compare = {
	.name = "compare",
	.title = "run a scenario on several kernels and show where they differ",
	.help = "usage: phbsim compare [OPTION]... --kernel NAME --kernel NAME [--kernel NAME]... SCENARIO\n"
		"\n"
		"Runs SCENARIO once on each kernel and compares each run with the first: what every call returned and "
		"left in\n"
		"its argument, TCEs after calls and in the end, locked_vm and pins, findings, simulated time per "
		"operation.\n"
		"Prints a summary; writes DIR/compare.txt with all differences and DIR/N-NAME/ with the files of each "
		"run.\n"
		"\n"
		"  --kernel NAME     a hosted kernel (\"phbsim list kernels\"); may be the same one again\n"
		"  --expect-equal    exit with 1 if anything that was compared differs\n"
		"  --only LIST       compare only these: calls,tces,accounting,findings,time\n"
		"  --out DIR         folder for the results, default out/compare-SCENARIO\n"
		"  --set PATH=VALUE, --seed N, --machine NAME\n"
		"                    for each run, as in \"phbsim run\"\n"
		"  -h, --help        this text\n"
		"\n"
		"Exit status: 0 compared (a violation in a run is a finding to compare); 1 different with "
		"--expect-equal;\n"
		"2 usage or configuration.\n",
	.main = compare_main,
};
