// SPDX-License-Identifier: GPL-2.0-only
/*
 * cli/cli_list.c - "phbsim list": what there is to choose from.
 */
#include <dirent.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/cli_kernels.h"
#include "sim/stat.h"
#include "workloads/wl.h"

static int is_yaml(const struct dirent *entry)
{
	size_t n = strlen(entry->d_name);

	return n > 5 && !strcmp(entry->d_name + n - 5, ".yaml");
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* The first comment of a file is its title; without its mark and newline. Owned. */
static char *title_of(const char *path)
{
	char *line = NULL, *title;
	size_t room = 0;
	FILE *file = fopen(path, "r");

	if (!file || getline(&line, &room, file) < 0 || *line != '#') {
		title = sim_strdup("(no comment on its first line)");
	} else {
		line[strcspn(line, "\n")] = '\0';
		title = sim_strdup(line + 1 + strspn(line + 1, " "));
	}
	free(line);
	if (file)
		fclose(file);
	return title;
}

/* Print the YAML files of the data directory's @folder that @skip does not know. */
static int list_files(const char *folder, bool (*skip)(const char *name))
{
	char *dir = sim_asprintf("%s/%s", cli_data_dir(), folder);
	struct dirent **entries = NULL;
	int n = scandir(dir, &entries, is_yaml, by_name), err = n < 0 ? errno : 0;

	if (err)
		fprintf(stderr, "%s: found %s, expected a folder of YAML files\n", dir, strerror(err));
	for (int i = 0; i < n; i++) {
		char *path = sim_asprintf("%s/%s", dir, entries[i]->d_name), *title = title_of(path);

		entries[i]->d_name[strlen(entries[i]->d_name) - 5] = '\0';
		if (!skip || !skip(entries[i]->d_name))
			printf("%-18s %s\n", entries[i]->d_name, title);
		free(title);
		free(path);
		free(entries[i]);
	}
	free(entries);
	free(dir);
	return err ? CLI_USAGE : CLI_FINE;
}

static int list_machines(const char *kernel)
{
	(void)kernel;
	return list_files("machines", NULL);
}

static bool is_scenario(const char *name)
{
	return wl_find(name) != NULL;
}

static int list_scenarios(const char *kernel)
{
	size_t n;
	const struct wl_desc *const *list = wl_list(&n);

	(void)kernel;
	for (size_t i = 0; i < n; i++)
		printf("%-18s %s\n", list[i]->name, list[i]->title);
	/* Files that set one of these up in another way. */
	return list_files("scenarios", is_scenario);
}

/*
 * The models register their keys and counters while a run is built, so one is built. Return: 0, or an exit status after
 * a message; @run is to be destroyed either way.
 */
static int build_run(const struct wl_options *options, struct wl_run **run)
{
	if (!wl_run_create(options, run))
		return 0;
	fprintf(stderr, "%s\n", (*run)->error ? (*run)->error : "the default scenario cannot be built");
	return CLI_USAGE;
}

static int list_config(const char *kernel)
{
	struct wl_options options = {.scenario = "first-light", .data_dir = cli_data_dir()};
	struct wl_run *run = NULL;
	int status = build_run(&options, &run), err;

	(void)kernel;
	if (!status) {
		wl_add_rows(run->cfg, run->desc);
		err = cfg_print_manual(run->cfg, stdout);
		if (err)
			status = CLI_USAGE;
	}
	wl_run_destroy(run);
	return status;
}

/* Processes count too, and they come and go: the statistics are those at the end of a run of the default scenario. */
static int list_stats(const char *kernel)
{
	struct wl_options options = {
		.scenario = "first-light", .kernel = kernel, .seed = 1, .data_dir = cli_data_dir()};
	struct wl_run *run = NULL;
	int status = build_run(&options, &run);

	if (!status && wl_run_execute(run) < 0) {
		fprintf(stderr, "%s\n", run->error ? run->error : "the default scenario did not run");
		status = CLI_USAGE;
	}
	if (!status)
		stat_print_manual(run->sim, stdout);
	wl_run_destroy(run);
	return status;
}

static int list_kernels(const char *kernel)
{
	(void)kernel;
	return cli_kernels_print();
}

static const struct {
	const char *name;
	bool of_kernel; /* so that it can be asked for one */
	int (*print)(const char *kernel);
} topics[] = {
	{"machines", false, list_machines},
	{"scenarios", false, list_scenarios},
	{"kernels", false, list_kernels},
	{"config", false, list_config},
	{"stats", true, list_stats},
	{"exports", true, cli_exports_print},
};

#define TOPICS "machines, scenarios, kernels, config, stats or exports"

static int list_main(int argc, char **argv)
{
	static const struct option options[] = {
		{"help", no_argument, NULL, 'h'}, {"kernel", required_argument, NULL, 'k'}, {0}};
	const char *kernel = NULL;
	int got;

	while ((got = getopt_long(argc, argv, ":h", options, NULL)) != -1) {
		if (got == 'k') {
			kernel = optarg;
			continue;
		}
		if (got != 'h')
			return cli_bad_option("list", got, argv);
		cli_print_help(&cli_list);
		return CLI_FINE;
	}
	if (argc == optind)
		return cli_mistake("list", "found nothing to list, expected " TOPICS);
	if (argc - optind > 1)
		return cli_mistake("list", "found \"%s\" after \"%s\", expected one thing to list", argv[optind + 1],
				   argv[optind]);
	for (size_t i = 0; i < sim_count_of(topics); i++) {
		if (strcmp(argv[optind], topics[i].name))
			continue;
		if (kernel && !topics[i].of_kernel)
			return cli_mistake("list", "found --kernel with %s, expected it with stats or exports",
					   topics[i].name);
		return topics[i].print(kernel);
	}
	return cli_mistake("list", "found \"%s\", expected " TOPICS, argv[optind]);
}

const struct cli_command cli_list = {
	.name = "list",
	.title = "show machines, scenarios, kernels, config, stats or exports",
	.help = "usage: phbsim list machines|scenarios|kernels|config|stats|exports [--kernel NAME]\n"
		"\n"
		"  machines   machine files\n"
		"  scenarios  what can be run\n"
		"  kernels    hosted Linux files with versions and checksums, compared with where they are from (exit\n"
		"             status 1 if one differs), and what surrounds them\n"
		"  config     every key: type, range, default, where the default comes from, meaning\n"
		"  stats      everything that is counted in a run of first-light: unit and meaning; --kernel NAME: on\n"
		"             another hosted kernel\n"
		"  exports    what hosted files ask of what is around them, and which file answers; --kernel NAME: of one\n"
		"             kernel\n",
	.main = list_main,
};
