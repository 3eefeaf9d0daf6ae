// SPDX-License-Identifier: GPL-2.0-only
/*
 * cli/cli_storm.c - "phbsim storm": a storm of hypercalls or ioctls, or a series of them over numbers of vCPUs, LIOBNs
 * and TCEs a call, as one table.
 *
 * A single storm is "phbsim run". In a series each run has a process and a folder of its own; what the table needs
 * comes back through a pipe.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/cli_child.h"
#include "cli/cli_outdir.h"
#include "sim/out.h"
#include "workloads/storm_table.h"

#define VALUES_MAX 16u
#define RUNS_MAX 16u /* two lines each, on a screen of 40 */

/** struct axis - a list of values for a key. @count 0: the scenario's. */
struct axis {
	const char *option, *key;
	uint32_t count;
	unsigned long value[VALUES_MAX];
};

enum { AXIS_VCPUS, AXIS_TABLES, AXIS_BATCH, AXES };

/** struct series - @args: for "phbsim run", with room for what a single run adds; owned strings. @out: owned. */
struct series {
	struct axis axis[AXES];
	const char *name;
	struct cli_args args;
	char *out;
	struct storm_sum sum[RUNS_MAX];
	uint32_t count, violations;
};

enum { OPT_AXIS = 256, OPT_OUT = OPT_AXIS + AXES, OPT_SET, OPT_SEED, OPT_MACHINE, OPT_KERNEL };

static const struct option options[] = {
	{"vcpus", required_argument, NULL, OPT_AXIS + AXIS_VCPUS},
	{"tables", required_argument, NULL, OPT_AXIS + AXIS_TABLES},
	{"batch", required_argument, NULL, OPT_AXIS + AXIS_BATCH},
	{"out", required_argument, NULL, OPT_OUT},
	{"set", required_argument, NULL, OPT_SET},
	{"seed", required_argument, NULL, OPT_SEED},
	{"machine", required_argument, NULL, OPT_MACHINE},
	{"kernel", required_argument, NULL, OPT_KERNEL},
	{"help", no_argument, NULL, 'h'},
	{0},
};

/* "1,2,4,8": whether a value is one that a storm can have, the key's row decides. */
static int parse_axis(struct axis *axis, const char *list)
{
	const char *at = list;
	char *end;

	axis->count = 0;
	for (;;) {
		errno = 0;
		if (axis->count < VALUES_MAX && *at >= '0' && *at <= '9') {
			axis->value[axis->count++] = strtoul(at, &end, 10);
			if (!errno && !*end)
				return 0;
			if (!errno && *end == ',') {
				at = end + 1;
				continue;
			}
		}
		return cli_mistake("storm", "found --%s \"%s\", expected up to %u numbers like 1,2,4,8", axis->option,
				   list, VALUES_MAX);
	}
}

static uint32_t runs_of(const struct series *series)
{
	uint32_t runs = 1;

	for (uint32_t i = 0; i < AXES; i++)
		runs *= series->axis[i].count ? series->axis[i].count : 1;
	return runs;
}

static int check(const struct series *series, int argc, char **argv)
{
	if (argc - optind > 1)
		return cli_mistake("storm", "found \"%s\" after the storm, expected one storm", argv[optind + 1]);
	if (optind == argc)
		return cli_mistake("storm", "found no storm, expected one of the help");
	if (runs_of(series) > 1 && !storm_is(argv[optind]))
		return cli_mistake("storm",
				   "found a series for \"%s\", expected it for a storm of hypercalls (see the help)",
				   argv[optind]);
	if ((series->axis[AXIS_TABLES].count || series->axis[AXIS_BATCH].count) &&
	    strcmp(storm_vcpus_key(argv[optind]), series->axis[AXIS_VCPUS].key))
		return cli_mistake(
			"storm",
			"found --tables or --batch for \"%s\", expected --vcpus: its kernel decides of the others",
			argv[optind]);
	if (runs_of(series) > RUNS_MAX)
		return cli_mistake("storm", "found a series of %u runs, expected up to %u", runs_of(series), RUNS_MAX);
	return 0;
}

/* Return: -1 to go on, else an exit status. */
static int parse(struct series *series, int argc, char **argv)
{
	static const char *const passed[] = {[OPT_SET - OPT_SET] = "--set",
					     [OPT_SEED - OPT_SET] = "--seed",
					     [OPT_MACHINE - OPT_SET] = "--machine",
					     [OPT_KERNEL - OPT_SET] = "--kernel"};
	int got, wrong = 0;

	while (!wrong && (got = getopt_long(argc, argv, ":h", options, NULL)) != -1) {
		if (got == 'h') {
			cli_print_help(&cli_storm);
			return CLI_FINE;
		}
		if (got < OPT_AXIS) {
			return cli_bad_option("storm", got, argv);
		} else if (got < OPT_AXIS + AXES) {
			wrong = parse_axis(&series->axis[got - OPT_AXIS], optarg);
		} else if (got == OPT_OUT) {
			free(series->out);
			series->out = sim_strdup(optarg);
		} else {
			cli_args_add(&series->args, passed[got - OPT_SET], optarg);
		}
	}
	if (!wrong)
		wrong = check(series, argc, argv);
	if (wrong)
		return wrong;
	series->name = argv[optind];
	series->axis[AXIS_VCPUS].key = storm_vcpus_key(series->name);
	if (!series->out)
		series->out = cli_outdir_default(runs_of(series) > 1 ? "series-" : "", series->name);
	return -1;
}

/* In the child. A pipe holds more than one of these, so nobody waits. */
static void send_sum(void *arg, const struct wl_run *run)
{
	struct storm_sum sum = storm_sum_of(run);

	if (write(*(const int *)arg, &sum, sizeof(sum)) != (ssize_t)sizeof(sum))
		fprintf(stderr, "phbsim storm: the result could not be handed on: %s\n", strerror(errno));
}

/* Settings of run @index, last axis first. Return: name of its folder, owned. */
static char *set_axes(struct series *series, uint32_t index)
{
	char *name = sim_strdup(""), *set;

	for (uint32_t i = AXES; i--;) {
		const struct axis *axis = &series->axis[i];
		char *longer;

		if (!axis->count)
			continue;
		set = sim_asprintf("%s=%lu", axis->key, axis->value[index % axis->count]);
		longer = sim_asprintf("%s-%lu%s%s", axis->option, axis->value[index % axis->count], *name ? "-" : "",
				      name);
		index /= axis->count;
		cli_args_add(&series->args, "--set", set);
		free(set);
		free(name);
		name = longer;
	}
	return name;
}

static int run_one(struct series *series, uint32_t index)
{
	int shared = series->args.count, fd[2], status;
	char *what = set_axes(series, index), *dir = sim_asprintf("%s/%s", series->out, what);
	struct cli_child child = {.command = "storm", .what = what, .then = send_sum, .arg = &fd[1]};

	cli_args_add(&series->args, "--out", dir);
	cli_args_add(&series->args, NULL, series->name);
	child.argc = series->args.count;
	child.argv = series->args.word;
	status = pipe(fd) ? CLI_USAGE : cli_child_run(&child);
	close(fd[1]);
	if (status != CLI_USAGE &&
	    read(fd[0], &series->sum[index], sizeof(series->sum[index])) != (ssize_t)sizeof(series->sum[index]))
		status = CLI_USAGE;
	close(fd[0]);
	if (status == CLI_VIOLATION)
		printf("VIOLATION in the run %s: see %s/summary.txt\n", what, dir);
	cli_args_cut(&series->args, shared);
	free(dir);
	free(what);
	return status;
}

/* The terminal and table.txt get the same. */
static int write_table(const struct series *series)
{
	char *path = sim_asprintf("%s/table.txt", series->out), *text = NULL;
	size_t n = 0;
	FILE *memory = open_memstream(&text, &n);
	struct out *out;
	int err = memory ? out_open(&out, path) : -errno;

	if (!err) {
		fprintf(memory, "%s, a line for each run\n\n", series->name);
		storm_table_print(series->sum, runs_of(series), memory);
		fflush(memory);
		fwrite(text, 1, n, stdout);
		out_write(out, text, n);
		err = out_commit(out);
	}
	if (err)
		fprintf(stderr, "%s: %s\n", path, strerror(-err));
	else
		printf("\nWritten: %s, and a folder for each run beside it\n", path);
	if (memory)
		fclose(memory);
	free(text);
	free(path);
	return err;
}

static int run_series(struct series *series)
{
	int status, worst = CLI_FINE;

	if (runs_of(series) == 1) {
		free(set_axes(series, 0));
		cli_args_add(&series->args, "--out", series->out);
		cli_args_add(&series->args, NULL, series->name);
		optind = 0;
		return cli_run_then(series->args.count, series->args.word, NULL, NULL);
	}
	for (uint32_t i = 0; i < runs_of(series); i++) {
		status = run_one(series, i);
		if (status == CLI_USAGE)
			return CLI_USAGE;
		worst = status > worst ? status : worst;
	}
	return write_table(series) ? CLI_USAGE : worst;
}

static int storm_main(int argc, char **argv)
{
	/* Each word makes two at most; name, two for each axis and the folder, the storm, the end. */
	struct series series = {.axis = {[AXIS_VCPUS] = {.option = "vcpus", .key = "storm.vcpus"},
					 [AXIS_TABLES] = {.option = "tables", .key = "storm.tables"},
					 [AXIS_BATCH] = {.option = "batch", .key = "storm.batch"}},
				.args = cli_args_begin(2 * (size_t)argc + 2 * AXES + 6)};
	int status;

	status = parse(&series, argc, argv);
	if (status < 0)
		status = run_series(&series);
	cli_args_finish(&series.args);
	free(series.out);
	return status;
}

const struct cli_command cli_storm = {
	.name = "storm",
	.title = "run a storm of hypercalls or ioctls, or a series of them as one table",
	.help = "usage: phbsim storm [OPTION]... STORM\n"
		"\n"
		"STORM is storm-put, storm-indirect, storm-stuff, storm-mixed or boot-map (hypercalls of a guest), "
		"net-10g,\n"
		"net-100g, nvme, ddw-boot or dma-map (of a guest's own kernel), or vfio-map (MAP_DMA and UNMAP_DMA of "
		"a "
		"process).\n"
		"Prints rates, latency, kills and where time went. With lists of values each combination is run, and a "
		"table\n"
		"printed; DIR/table.txt and a folder for each run are written.\n"
		"\n"
		"  --vcpus LIST      numbers of vCPUs: 1,2,4,8 (storm.vcpus, guest.vcpus)\n"
		"  --tables LIST     numbers of LIOBNs that they share (storm.tables)\n"
		"  --batch LIST      TCEs of a hypercall: 1,8,64,512 (storm.batch)\n"
		"  --out DIR         folder for the results, default out/STORM, of a series out/series-STORM\n"
		"  --set PATH=VALUE, --seed N, --machine NAME, --kernel NAME\n"
		"                    as in \"phbsim run\"\n"
		"  -h, --help        this text\n"
		"\n"
		"Exit status: 0 fine, 1 a run found a violation, 2 usage or configuration.\n",
	.main = storm_main,
};
