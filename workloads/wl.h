/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WORKLOADS_WL_H
#define WORKLOADS_WL_H
/*
 * workloads/wl.h - a scenario: what a person runs. One run = machine + kernel + processes + referee, built from
 * configuration, executed to the end, judged, and written out.
 *
 * A scenario is one const struct wl_desc listed in workloads/workloads.c plus a YAML file
 * workloads/scenarios/<name>.yaml that names its machine and sets its keys.
 */
#include <stdio.h>

#include "hw/machine.h"
#include "kernel-model/kernel.h"
#include "kvm-model/kvm.h"
#include "sim/cfg.h"
#include "sim/json.h"
#include "sim/sim.h"
#include "vfio-model/vfm.h"

struct mutant_agent;
struct referee;
struct sampler;
struct wl_record;
struct wl_run;
struct wl_series;

/**
 * struct wl_desc - one scenario.
 * @name: as typed. @title: one line for lists. @rows, @row_count: its configuration rows. @model_rows: those of a model
 * that runs of other scenarios do not have, or NULL.
 * @setup: start processes and agents (nothing has run yet). Return 0, or -EINVAL with cfg_error() set.
 * @verify: after the run: add findings for what did not hold.
 * @summary: write the terminal summary (at most 40 lines of 100 columns).
 * @results: add the scenario's own object to results.json.
 */
struct wl_desc {
	const char *name;
	const char *title;
	const struct cfg_row *rows;
	size_t row_count;
	const struct cfg_row *model_rows;
	size_t model_row_count;
	int (*setup)(struct wl_run *run);
	void (*verify)(struct wl_run *run);
	void (*summary)(struct wl_run *run, FILE *out);
	void (*results)(struct wl_run *run, struct json *json);
	size_t state_bytes; /* zeroed private state, run->state */
};

const struct wl_desc *const *wl_list(size_t *n);
const struct wl_desc *wl_find(const char *name);
/** wl_add_rows - the rows of all scenarios, a family's once, without those of @but (NULL: all of them), into @cfg. */
void wl_add_rows(struct cfg *cfg, const struct wl_desc *but);

/**
 * struct wl_options - what the command line said. Strings are borrowed.
 * @scenario: name, or path of a YAML file with a "scenario" key. @machine, @kernel: NULL for the scenario's.
 * @sets: "--set" assignments in order. @seed. @data_dir: where machines/ and scenarios/ lie.
 * @trace_path, @profile_path, @record_path: NULL for none. @sample_path: where windows go if the key run.sample asks for them.
 * @sample_patterns: which statistics they tell (sim/sample.h); all when there are none.
 * @mutant: NULL, or a name of the mutant table (tests only).
 */
struct wl_options {
	const char *scenario, *machine, *kernel;
	const char *const *sets;
	size_t set_count;
	uint64_t seed;
	const char *data_dir;
	const char *trace_path, *profile_path, *record_path, *sample_path;
	const char *const *sample_patterns;
	size_t sample_pattern_count;
	const char *mutant;
	/* Progress: called now and then with simulated time; may be NULL. */
	void (*progress)(void *arg, sim_ps now_ps, const char *phase);
	void *progress_arg;
};

/** struct wl_run - a run; fields are for scenarios and observers. */
struct wl_run {
	const struct wl_options *options;
	const struct wl_desc *desc;
	struct sim *sim;
	struct cfg *cfg;
	struct machine *machine;
	struct kernel *kernel;
	struct vfm *vfm;
	struct kvm *kvm;
	struct referee *referee;
	struct mutant_agent *mutant; /* NULL in honest runs */
	struct sampler *sampler;     /* while it runs, and only when it samples */
	struct wl_series *series;    /* for report.html; empty when it does not */
	struct wl_record *record;    /* while it runs, and only when it is recorded */
	uint64_t sample_windows;
	void *state; /* of the scenario */
	bool ended;  /* all processes exited, and what they left behind was looked for */
	char *error; /* why create or execute failed: one or more lines for the user */
};

/**
 * wl_run_create - load configuration, build everything.
 * Return: 0; or -errno with run->error set (the handle must still be destroyed).
 */
int wl_run_create(const struct wl_options *options, struct wl_run **out) sim_must_use;
/** wl_run_execute - run to the end and judge. Return: 0 clean, 1 a violation was found, -errno (see run->error). */
int wl_run_execute(struct wl_run *run) sim_must_use;
/** wl_run_write_results - results.json. Return: 0 or -errno. */
int wl_run_write_results(struct wl_run *run, const char *path) sim_must_use;
void wl_run_summary(struct wl_run *run, FILE *out);
void wl_run_destroy(struct wl_run *run);

/** wl_version - version of phbsim ("0.1.0"), from CMake. */
const char *wl_version(void);

#endif
