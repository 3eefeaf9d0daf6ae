// SPDX-License-Identifier: GPL-2.0-only
/*
 * workloads/wl_config.c - from what the command line said to a filled configuration.
 *
 * The scenario file names the machine, whose file is read before it, so it is read twice: first against the rows of all
 * scenarios, only to learn the names; then, after the machine, against the rows of this run.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "workloads/wl_internal.h"

/* clang-format off */
const struct cfg_row wl_cfg_rows[] = {
	{.path = "scenario", .type = CFG_TEXT, .def_text = "first-light", .source = CFG_USER, .where = "a choice",
	 .help = "What to run; \"phbsim list scenarios\" has them all."},
	{.path = "machine", .type = CFG_TEXT, .def_text = "power8-phb3", .source = CFG_USER, .where = "a choice",
	 .help = "Machine file, without \".yaml\"; \"phbsim list machines\" has them all."},
	{.path = "kernel", .type = CFG_TEXT, .def_text = "linux-6.1", .source = CFG_USER, .where = "a choice",
	 .help = "Which hosted kernel; \"phbsim list kernels\" has them all."},
	{.path = "kernel.page", .type = CFG_SIZE, .def = 64 << 10, .min = 4 << 10, .max = 64 << 10, .pow2 = true,
	 .source = CFG_DOCUMENTED, .where = "ppc64le distributions for POWER8 use 64K pages",
	 .help = "Page size of the hosted kernel: 4KiB or 64KiB."},
	{.path = "run.limit", .type = CFG_TIME, .def = 5 * SIM_PS_PER_S, .min = SIM_PS_PER_US,
	 .max = 3600 * SIM_PS_PER_S, .source = CFG_USER, .where = "a choice",
	 .help = "Simulated time after which a run that has not ended is stopped and reported."},
	{.path = "run.sample", .type = CFG_TIME, .def = 0, .min = 0, .max = 3600 * SIM_PS_PER_S, .source = CFG_USER,
	 .where = "a choice",
	 .help = "Windows of simulated time of which samples.jsonl tells the statistics; 0: none."},
	{.path = "run.drain", .type = CFG_TIME, .def = 50 * SIM_PS_PER_MS, .min = 0, .max = 60 * SIM_PS_PER_S,
	 .source = CFG_USER, .where = "longer than a completion timeout",
	 .help = "Simulated time that devices get to fall silent after the last process has exited."},
};
/* clang-format on */
const size_t wl_cfg_row_count = sim_count_of(wl_cfg_rows);

int wl_fail(struct wl_run *run, int err, char *text)
{
	if (run->error)
		free(text);
	else
		run->error = text;
	return err;
}

static int fail_cfg(struct wl_run *run, int err, const struct cfg *cfg)
{
	return wl_fail(run, err, sim_strdup(cfg_error(cfg)));
}

/* ---- Names for messages ---- */

/* Add @name to a list in words; owned result. */
static char *list_add(char *list, const char *name)
{
	char *longer = sim_asprintf("%s%s%s", list ? list : "", list ? ", " : "", name);

	free(list);
	return longer;
}

static char *list_scenarios(void)
{
	char *list = NULL;
	size_t n;
	const struct wl_desc *const *descs = wl_list(&n);

	for (size_t i = 0; i < n; i++)
		list = list_add(list, descs[i]->name);
	return list;
}

static int is_yaml(const struct dirent *entry)
{
	size_t n = strlen(entry->d_name);

	return n > 5 && !strcmp(entry->d_name + n - 5, ".yaml");
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* Names of the machine files without their suffix, in order of name; owned. */
static char *list_machines(const struct wl_options *options)
{
	char *dir = sim_asprintf("%s/machines", options->data_dir);
	struct dirent **entries = NULL;
	int n = scandir(dir, &entries, is_yaml, by_name);
	char *list = NULL;

	for (int i = 0; i < n; i++) {
		entries[i]->d_name[strlen(entries[i]->d_name) - 5] = '\0';
		list = list_add(list, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	if (!list)
		list = sim_asprintf("a machine (%s holds none)", dir);
	free(dir);
	return list;
}

/* ---- Files ---- */

static bool is_path(const char *name)
{
	size_t n = strlen(name);

	return strchr(name, '/') || (n > 5 && !strcmp(name + n - 5, ".yaml"));
}

/* @name is a path, or stands for a file of the data directory's @folder; owned. */
static char *file_path(const struct wl_options *options, const char *folder, const char *name)
{
	return is_path(name) ? sim_strdup(name) : sim_asprintf("%s/%s/%s.yaml", options->data_dir, folder, name);
}

static int apply_sets(struct wl_run *run, struct cfg *cfg)
{
	const struct wl_options *options = run->options;
	char *assignment;
	int err = 0;

	if (options->machine) {
		assignment = sim_asprintf("machine=%s", options->machine);
		err = cfg_set(cfg, assignment);
		free(assignment);
	}
	if (!err && options->kernel) {
		assignment = sim_asprintf("kernel=%s", options->kernel);
		err = cfg_set(cfg, assignment);
		free(assignment);
	}
	for (size_t i = 0; i < options->set_count && !err; i++)
		err = cfg_set(cfg, options->sets[i]);
	return err ? fail_cfg(run, err, cfg) : 0;
}

static struct cfg *common_rows(void)
{
	struct cfg *cfg = cfg_create();

	cfg_add_rows(cfg, wl_cfg_rows, wl_cfg_row_count);
	machine_add_cfg_rows(cfg);
	cfg_add_rows(cfg, km_cfg_rows, km_cfg_row_count);
	cfg_add_rows(cfg, kvm_cfg_rows, kvm_cfg_row_count);
	return cfg;
}

/*
 * First reading: which scenario and which machine? @machine_path is owned by the caller, also on failure.
 * A name that leads nowhere is answered with the place where it was written and with the names there are.
 */
static int find_names(struct wl_run *run, const char *path, char **machine_path)
{
	struct cfg *cfg = common_rows();
	char *names;
	int err;

	wl_add_rows(cfg, NULL);
	err = cfg_load(cfg, path);
	if (err)
		err = fail_cfg(run, err, cfg);
	else
		err = apply_sets(run, cfg);
	if (err)
		goto out;
	run->desc = wl_find(cfg_text(cfg, "scenario"));
	if (!run->desc) {
		names = list_scenarios();
		err = cfg_fail(cfg, "scenario", "found \"%s\", expected one of %s", cfg_text(cfg, "scenario"), names);
		free(names);
		fail_cfg(run, err, cfg);
		goto out;
	}
	*machine_path = file_path(run->options, "machines", cfg_text(cfg, "machine"));
	if (access(*machine_path, F_OK)) {
		names = list_machines(run->options);
		err = cfg_fail(cfg, "machine", "found \"%s\", expected %s, or a YAML file", cfg_text(cfg, "machine"),
			       names);
		free(names);
		fail_cfg(run, err, cfg);
	}
out:
	cfg_destroy(cfg);
	return err;
}

int wl_config_load(struct wl_run *run)
{
	char *path, *machine_path = NULL, *names;
	int err;

	if (!is_path(run->options->scenario) && !wl_find(run->options->scenario)) {
		names = list_scenarios();
		err = wl_fail(run, -EINVAL,
			      sim_asprintf("scenario: found \"%s\", expected one of %s, or a YAML file",
					   run->options->scenario, names));
		free(names);
		return err;
	}
	path = file_path(run->options, "scenarios", run->options->scenario);
	err = find_names(run, path, &machine_path);
	if (err)
		goto out;
	run->cfg = common_rows();
	cfg_add_rows(run->cfg, run->desc->rows, run->desc->row_count);
	cfg_add_rows(run->cfg, run->desc->model_rows, run->desc->model_row_count);
	err = cfg_load(run->cfg, machine_path);
	if (!err)
		err = cfg_load(run->cfg, path);
	err = err ? fail_cfg(run, err, run->cfg) : apply_sets(run, run->cfg);
out:
	free(path);
	free(machine_path);
	return err;
}

const struct km_desc *wl_config_kernel(struct wl_run *run)
{
	const char *name = cfg_text(run->cfg, "kernel");
	const struct km_desc *desc = km_desc_find(name, (uint32_t)cfg_u64(run->cfg, "kernel.page"));
	const struct km_desc *descs;
	char *names = NULL;
	size_t n;

	if (desc)
		return desc;
	descs = km_descs(&n);
	for (size_t i = 0; i < n; i++) {
		char *one = sim_asprintf("%s with %u KiB pages", descs[i].name, descs[i].page_bytes >> 10);

		names = list_add(names, one);
		free(one);
	}
	(void)cfg_fail(run->cfg, km_desc_find(name, 0) ? "kernel.page" : "kernel",
		       "found %s with %llu KiB pages, expected one of %s", name,
		       (unsigned long long)cfg_u64(run->cfg, "kernel.page") >> 10,
		       names ? names : "(none is built in)");
	free(names);
	fail_cfg(run, -EINVAL, run->cfg);
	return NULL;
}
