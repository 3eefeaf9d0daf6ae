// SPDX-License-Identifier: GPL-2.0-only
/* workloads/validate/storm_rig.c - a storm in a child process; its figures come back through a pipe. */
#include "workloads/validate/storm_rig.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sim/stat.h"

static const char *const quiet[] = {"storm.vcpus=1", "storm.touch=0", "storm.stray=false"};

static uint64_t counter(const struct wl_run *run, const char *path, const char *name)
{
	const uint64_t *value = stat_find(run->sim, path, name, NULL);

	sim_assert(run->sim, value != NULL);
	return *value;
}

static void figures_of(const struct wl_run *run, struct storm_figures *figures)
{
	memset(figures, 0, sizeof(*figures));
	figures->sum = storm_sum_of(run);
	figures->kill_calls = counter(run, "opal", "tce_kill");
}

/** struct child - @fd: where the figures go. */
struct child {
	struct wl_options options;
	int fd;
};

/* In the child. What was wrong goes to standard error. */
static int child_run(void *arg)
{
	const struct child *child = arg;
	struct storm_figures figures;
	struct wl_run *run;
	int err = wl_run_create(&child->options, &run);

	if (!err)
		err = wl_run_execute(run);
	if (err) {
		fprintf(stderr, "%s\n", run->error ? run->error : "the run found a violation");
		return 1;
	}
	figures_of(run, &figures);
	wl_run_destroy(run);
	return write(child->fd, &figures, sizeof(figures)) == (ssize_t)sizeof(figures) ? 0 : 1;
}

bool storm_rig_run(struct validate_run *run, const char *scenario, const char *machine, const char *const *sets,
		   struct storm_figures *figures)
{
	const char *all[sim_count_of(quiet) + STORM_RIG_SETS];
	struct child child = {
		.options = {
			.scenario = scenario, .machine = machine, .sets = all, .seed = 1, .data_dir = run->data_dir}};
	size_t *count = &child.options.set_count;
	bool fine = false;
	int fd[2];

	/* A guest's kernel has rows of its own, and drivers in place of a device that is touched. */
	for (; !strcmp(storm_vcpus_key(scenario), "storm.vcpus") && *count < sim_count_of(quiet); ++*count)
		all[*count] = quiet[*count];
	for (; *sets && *count < sim_count_of(all); sets++)
		all[(*count)++] = *sets;
	if (!pipe(fd)) {
		child.fd = fd[1];
		/* A pipe holds more than that, so the child does not wait for the read. */
		fine = !run->child(child_run, &child);
		close(fd[1]);
		fine = fine && read(fd[0], figures, sizeof(*figures)) == (ssize_t)sizeof(*figures);
		close(fd[0]);
	}
	if (!fine)
		validate_error(run, "found no end of %s without a violation, expected its figures", scenario);
	return fine;
}

double storm_rig_tce_ns(const struct storm_figures *figures)
{
	return (double)figures->sum.took_ps / SIM_PS_PER_NS / (double)figures->sum.tces;
}
