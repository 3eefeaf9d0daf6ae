// SPDX-License-Identifier: GPL-2.0-only
/*
 * cli/cli_validate.c - "phbsim validate": the model against published figures.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/cli_child.h"
#include "workloads/validate/validate.h"

enum format { FORMAT_TEXT, FORMAT_MARKDOWN, FORMAT_JSON, FORMATS };
static const char *const format_names[FORMATS] = {"text", "markdown", "json"};

static const char help[] =
	"Measure the model and compare it with what was published.\n"
	"\n"
	"usage: phbsim validate [OPTION]...\n"
	"\n"
	"  --row ID          only this row (V1, V2 ...); may be given again\n"
	"  --quick           leave out the rows that take many runs\n"
	"  --format FORMAT   text (default), markdown, json\n"
	"  --strict          exit with 1 when a row misses\n"
	"  --help            this text\n"
	"\n"
	"Each row says where its figure is from, what the model makes of it, the error, the tolerance, and whether the\n"
	"figure set a parameter of the model (calibrates) or was predicted (validates). docs/validation.md is the\n"
	"output of --format markdown.\n"
	"\n"
	"Exit status: 0 measured, misses included; 1 with --strict, a row misses; 2 usage.\n";

/** struct validate_options - @rows: those asked for; none: all. */
struct validate_options {
	const struct validate_row **rows;
	size_t row_count;
	enum format format;
	bool strict, quick;
};

static bool add_row(struct validate_options *options, const char *id)
{
	const struct validate_row *row = validate_find(id);

	if (!row)
		return false;
	options->rows[options->row_count++] = row;
	return true;
}

/* Return: -1 to go on, or an exit status. */
static int parse(struct validate_options *options, int argc, char **argv)
{
	static const struct option words[] = {
		{"row", required_argument, NULL, 'r'},	  {"format", required_argument, NULL, 'f'},
		{"strict", no_argument, NULL, 's'},	  {"quick", no_argument, NULL, 'q'},
		{"help", no_argument, NULL, 'h'},	  {0},
	};
	int got;

	optind = 0;
	while ((got = getopt_long(argc, argv, "+:h", words, NULL)) != -1) {
		uint32_t format = 0;

		switch (got) {
		case 'r':
			if (options->row_count == validate_row_count || !add_row(options, optarg))
				return cli_mistake("validate", "found the row \"%s\", expected V1 to V%zu", optarg,
						   validate_row_count);
			break;
		case 'f':
			while (format < FORMATS && strcmp(format_names[format], optarg))
				format++;
			if (format == FORMATS)
				return cli_mistake("validate",
						   "found the format \"%s\", expected text, markdown or json", optarg);
			options->format = format;
			break;
		case 's':
			options->strict = true;
			break;
		case 'q':
			options->quick = true;
			break;
		case 'h':
			fputs(help, stdout);
			return CLI_FINE;
		default:
			return cli_bad_option("validate", got, argv);
		}
	}
	if (optind < argc)
		return cli_mistake("validate", "found \"%s\", expected options only", argv[optind]);
	return -1;
}

static int write_runs(const struct validate_options *options, const struct validate_run *runs, size_t n)
{
	int err = 0;

	if (options->format == FORMAT_TEXT)
		validate_write_text(stdout, runs, n);
	else if (options->format == FORMAT_MARKDOWN)
		validate_write_markdown(stdout, runs, n);
	else
		err = validate_write_json(stdout, runs, n);
	return err ? CLI_USAGE : CLI_FINE;
}

static int measure(const struct validate_options *options)
{
	size_t wanted = options->row_count ? options->row_count : validate_row_count, n = 0, i;
	struct validate_run *runs = sim_alloc(wanted * sizeof(*runs));
	bool missed = false;
	int status;

	for (i = 0; i < wanted; i++) {
		const struct validate_row *row = options->row_count ? options->rows[i] : &validate_rows[i];

		if (options->quick && row->slow)
			continue;
		validate_execute(&runs[n], row, cli_data_dir(), cli_child_call);
		missed |= validate_verdict(&runs[n++]) == VALIDATE_MISS;
	}
	status = write_runs(options, runs, n);
	for (i = 0; i < n; i++)
		validate_finish(&runs[i]);
	free(runs);
	return status == CLI_FINE && options->strict && missed ? CLI_VIOLATION : status;
}

static int validate_main(int argc, char **argv)
{
	struct validate_options options = {.rows = sim_alloc(validate_row_count * sizeof(*options.rows))};
	int status = parse(&options, argc, argv);

	if (status < 0)
		status = measure(&options);
	free(options.rows);
	return status;
}

const struct cli_command cli_validate = {
	.name = "validate", .title = "compare the model with published figures", .help = help, .main = validate_main};
