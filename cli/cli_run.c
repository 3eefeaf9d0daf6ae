// SPDX-License-Identifier: GPL-2.0-only
/*
 * cli/cli_run.c - "phbsim run": builds a run, executes it, and writes what came of it into a folder.
 *
 * The folder is made and tried first, so that a run of minutes does not end at a missing permission; whatever
 * goes wrong before there are results takes it back.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/cli_outdir.h"
#include "cli/cli_progress.h"
#include "sim/out.h"
#include "workloads/wl.h"
#include "workloads/wl_report.h"

/**
 * struct job - one "phbsim run". @out: --out, NULL for the default. @sets, @patterns: owned arrays of borrowed strings.
 * @sample: owned assignment of --sample. @samples: path of their file, owned.
 */
struct job {
	struct wl_options options;
	const char **sets, **patterns;
	char *sample, *samples;
	const char *out;
	struct cli_outdir dir;
	struct cli_progress progress;
	struct wl_run *run;
};

/* Which signal asked us to stop; 0: none. A handler can set nothing else. */
static volatile sig_atomic_t stop_signal;

static void on_signal(int number)
{
	stop_signal = number;
}

static void catch_signals(void)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};

	for (size_t i = 0; i < sim_count_of(numbers); i++)
		sigaction(numbers[i], &action, NULL);
}

static void job_free(struct job *job)
{
	free(job->sets);
	free(job->patterns);
	free(job->sample);
	free(job->samples);
}

static void job_finish(struct job *job, bool keep_dir)
{
	cli_progress_clear(&job->progress);
	wl_run_destroy(job->run);
	job->run = NULL;
	if (!keep_dir)
		cli_outdir_undo(&job->dir);
	cli_outdir_finish(&job->dir);
	job_free(job);
}

/* Called between slices of the run: a good moment to stop, with nothing half written left behind. */
static void on_progress(void *arg, sim_ps now_ps, const char *phase)
{
	struct job *job = arg;

	if (stop_signal) {
		job_finish(job, false);
		raise(stop_signal); /* SA_RESETHAND: the default action ends us */
	}
	cli_progress_show(&job->progress, now_ps, phase);
}

static int parse_seed(struct job *job, const char *text)
{
	char *end;

	errno = 0;
	job->options.seed = strtoull(text, &end, 0);
	if (errno || *end || text[0] < '0' || text[0] > '9')
		return cli_mistake("run", "found --seed \"%s\", expected a number from 0 to %" PRIu64, text, UINT64_MAX);
	return 0;
}

enum {
	OPT_SET = 256,
	OPT_SEED,
	OPT_OUT,
	OPT_TRACE,
	OPT_PROFILE,
	OPT_RECORD,
	OPT_SAMPLE,
	OPT_SAMPLE_ONLY,
	OPT_MACHINE,
	OPT_KERNEL,
	OPT_MUTANT
};

static const struct option options[] = {
	{"set", required_argument, NULL, OPT_SET},
	{"seed", required_argument, NULL, OPT_SEED},
	{"out", required_argument, NULL, OPT_OUT},
	{"trace", required_argument, NULL, OPT_TRACE},
	{"profile", required_argument, NULL, OPT_PROFILE},
	{"record", required_argument, NULL, OPT_RECORD},
	{"sample", required_argument, NULL, OPT_SAMPLE},
	{"sample-only", required_argument, NULL, OPT_SAMPLE_ONLY},
	{"machine", required_argument, NULL, OPT_MACHINE},
	{"kernel", required_argument, NULL, OPT_KERNEL},
	{"mutant", required_argument, NULL, OPT_MUTANT}, /* not in the help: a deliberately broken model, for tests */
	{"help", no_argument, NULL, 'h'},
	{0},
};

/* Return: -1 to go on, else an exit status. */
static int parse(struct job *job, int argc, char **argv)
{
	int got;

	job->sets = sim_alloc((size_t)argc * sizeof(*job->sets));
	job->patterns = sim_alloc((size_t)argc * sizeof(*job->patterns));
	while ((got = getopt_long(argc, argv, ":h", options, NULL)) != -1) {
		switch (got) {
		case OPT_SET:
			job->sets[job->options.set_count++] = optarg;
			break;
		case OPT_SEED:
			if (parse_seed(job, optarg))
				return CLI_USAGE;
			break;
		case OPT_OUT:
			job->out = optarg;
			break;
		case OPT_TRACE:
			job->options.trace_path = optarg;
			break;
		case OPT_PROFILE:
			job->options.profile_path = optarg;
			break;
		case OPT_RECORD:
			job->options.record_path = optarg;
			break;
		case OPT_SAMPLE:
			free(job->sample);
			job->sample = sim_asprintf("run.sample=%s", optarg);
			break;
		case OPT_SAMPLE_ONLY:
			job->patterns[job->options.sample_pattern_count++] = optarg;
			break;
		case OPT_MACHINE:
			job->options.machine = optarg;
			break;
		case OPT_KERNEL:
			job->options.kernel = optarg;
			break;
		case OPT_MUTANT:
			job->options.mutant = optarg;
			break;
		case 'h':
			cli_print_help(&cli_run);
			return CLI_FINE;
		default:
			return cli_bad_option("run", got, argv);
		}
	}
	if (argc - optind > 1)
		return cli_mistake("run", "found \"%s\" after the scenario, expected one scenario", argv[optind + 1]);
	if (optind < argc)
		job->options.scenario = argv[optind];
	if (job->sample)
		job->sets[job->options.set_count++] = job->sample;
	job->options.sets = job->sets;
	job->options.sample_patterns = job->patterns;
	return -1;
}

static int open_dir(struct job *job)
{
	char *name = job->out ? NULL : cli_outdir_default("", job->options.scenario), *error = NULL;
	int err = cli_outdir_open(&job->dir, job->out ? job->out : name, &error);

	free(name);
	if (err)
		fprintf(stderr, "%s\n", error);
	free(error);
	return err;
}

/* summary.txt and the terminal get the same bytes. */
static int write_summary(struct job *job, const char *path)
{
	struct out *out;
	char *text = NULL;
	size_t n = 0;
	FILE *memory = open_memstream(&text, &n);
	int err;

	if (!memory)
		return -errno;
	wl_run_summary(job->run, memory);
	if (fclose(memory)) {
		free(text);
		return -ENOMEM;
	}
	fwrite(text, 1, n, stdout);
	err = out_open(&out, path);
	if (!err) {
		out_write(out, text, n);
		err = out_commit(out);
	}
	free(text);
	return err;
}

static int write_results(struct job *job, const char *path)
{
	return wl_run_write_results(job->run, path);
}

static int write_report(struct job *job, const char *path)
{
	return wl_run_write_report(job->run, path);
}

/* What goes into the folder after the run. The report comes last, because it is made of the others. */
static const struct {
	const char *name;
	int (*write)(struct job *job, const char *path);
	bool told;
} files[] = {
	{"results.json", write_results, true},
	{"summary.txt", write_summary, false},
	{"report.html", write_report, true},
};

/* "Written: " and the names of what there is to look at. */
static void tell_files(const struct job *job)
{
	printf("\nWritten: ");
	for (size_t i = 0; i < sim_count_of(files); i++)
		if (files[i].told)
			printf("%s%s/%s", i ? ", " : "", job->dir.path, files[i].name);
	if (job->run->sample_windows)
		printf(", %s", job->samples);
	if (job->options.profile_path)
		printf(", %s", job->options.profile_path);
	if (job->options.record_path)
		printf(", %s", job->options.record_path);
	if (job->options.trace_path)
		printf(", %s", job->options.trace_path);
	printf("\n");
}

static int write_all(struct job *job)
{
	int err = 0;

	for (size_t i = 0; i < sim_count_of(files) && !err; i++) {
		char *path = sim_asprintf("%s/%s", job->dir.path, files[i].name);

		err = files[i].write(job, path);
		if (err)
			fprintf(stderr, "%s: %s\n", path, strerror(-err));
		free(path);
	}
	if (!err)
		tell_files(job);
	return err;
}

int cli_run_then(int argc, char **argv, void (*then)(void *arg, const struct wl_run *run), void *arg)
{
	struct job job = {.options = {.scenario = "first-light", .seed = 1}};
	int status = parse(&job, argc, argv), verdict;

	job.options.data_dir = cli_data_dir();
	job.options.progress = on_progress;
	job.options.progress_arg = &job;
	if (status >= 0) {
		job_free(&job);
		return status;
	}
	if (open_dir(&job)) {
		job_finish(&job, false);
		return CLI_USAGE;
	}
	job.samples = sim_asprintf("%s/samples.jsonl", job.dir.path);
	job.options.sample_path = job.samples;
	catch_signals();
	verdict = wl_run_create(&job.options, &job.run);
	if (!verdict)
		verdict = wl_run_execute(job.run);
	cli_progress_clear(&job.progress);
	if (verdict < 0) {
		fprintf(stderr, "%s\n", job.run->error ? job.run->error : strerror(-verdict));
		job_finish(&job, false);
		return CLI_USAGE;
	}
	status = verdict ? CLI_VIOLATION : CLI_FINE;
	if (write_all(&job))
		status = CLI_USAGE;
	if (then)
		then(arg, job.run);
	job_finish(&job, true);
	return status;
}

static int run_main(int argc, char **argv)
{
	return cli_run_then(argc, argv, NULL, NULL);
}

const struct cli_command cli_run = {
	.name = "run",
	.title = "run a scenario and write its results",
	.help = "usage: phbsim run [OPTION]... [SCENARIO]\n"
		"\n"
		"Runs SCENARIO (a name of \"phbsim list scenarios\" or a YAML file; default first-light), prints a summary\n"
		"and writes DIR/results.json, DIR/summary.txt and DIR/report.html (plots; opens without a network).\n"
		"\n"
		"  --set PATH=VALUE  set a key of the configuration; may be repeated (\"phbsim list config\" has them all)\n"
		"  --seed N          seed of all random streams, default 1; equal seeds give equal bytes\n"
		"  --out DIR         folder for the results, default out/SCENARIO\n"
		"  --sample TIME     write DIR/samples.jsonl: statistics in windows of simulated time (\"10us\"), plotted in the\n"
		"                    report too; the same as --set run.sample=TIME\n"
		"  --sample-only PAT of these statistics only: a shell pattern of \"path.name\" (\"phbsim list stats\"), for\n"
		"                    example 'phb0.*'; may be repeated\n"
		"  --trace FILE      write a trace for Perfetto or chrome://tracing\n"
		"  --profile FILE    write where simulated time of software went, as folded stacks for flame graphs, and what\n"
		"                    tasks waited for to FILE.waits; the summary then shows the top ten\n"
		"  --record FILE     write every system call with its result and what it left; \"phbsim compare\" compares them\n"
		"  --machine NAME    another machine (\"phbsim list machines\", or a YAML file)\n"
		"  --kernel NAME     another hosted kernel (\"phbsim list kernels\"); --set kernel.page=4KiB for 4K pages\n"
		"  -h, --help        this text\n"
		"\n"
		"Exit status: 0 fine, 1 the run found a violation, 2 usage or configuration.\n",
	.main = run_main,
};
