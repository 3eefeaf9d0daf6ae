// SPDX-License-Identifier: GPL-2.0-only
/*
 * workloads/wl_run.c - the life of a run: build the machine and everything on it, boot the kernel, let the scenario's
 * processes run to their end, let the devices fall silent, and judge.
 *
 * Everything that asks the hosted kernel for something runs in a task: boot and the scenario's setup in one, the look
 * for leaks in another. Simulated time is cut into slices, only to look at the clock and to show progress; where the
 * cuts lie changes nothing in the simulation.
 */
#include "workloads/wl.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sim/finding.h"
#include "sim/profile.h"
#include "sim/sample.h"
#include "sim/stat.h"
#include "sim/task.h"
#include "sim/trace.h"
#include "workloads/mutant.h"
#include "workloads/referee.h"
#include "workloads/wl_internal.h"
#include "workloads/wl_profile.h"
#include "workloads/wl_record.h"
#include "workloads/wl_series.h"

#define SLICE_PS SIM_PS_PER_MS

static int build_sampler(struct wl_run *run)
{
	const struct wl_options *options = run->options;
	sim_ps interval_ps = cfg_u64(run->cfg, "run.sample");
	int err;

	run->series = wl_series_create();
	if (!interval_ps)
		return 0;
	err = sample_open(run->sim, options->sample_path, interval_ps, options->sample_patterns,
			  options->sample_pattern_count, wl_series_add, run->series, &run->sampler);
	return err ? wl_fail(run, err, sim_asprintf("%s: %s", options->sample_path, strerror(-err))) : 0;
}

static int build_record(struct wl_run *run)
{
	const char *path = run->options->record_path;
	int err = path ? wl_record_open(run, path, &run->record) : 0;

	return err ? wl_fail(run, err, sim_asprintf("%s: %s", path, strerror(-err))) : 0;
}

static int build(struct wl_run *run, const struct mutant *mutant, const struct km_desc *kernel)
{
	const struct wl_options *options = run->options;
	int err;

	run->sim = sim_create(options->seed);
	if (options->profile_path)
		profile_start(run->sim);
	if (options->trace_path) {
		err = trace_open(run->sim, options->trace_path);
		if (err)
			return wl_fail(run, err, sim_asprintf("%s: %s", options->trace_path, strerror(-err)));
	}
	err = machine_create(run->sim, run->cfg, &run->machine);
	if (err)
		return wl_fail(run, err,
			       *cfg_error(run->cfg) ? sim_strdup(cfg_error(run->cfg))
						    : sim_asprintf("machine: %s", strerror(-err)));
	run->kernel = kernel_create(run->sim, machine_platform(run->machine), kernel, run->cfg,
				    mutant ? mutant->kernel_bits : 0);
	run->vfm = vfm_create(run->sim, run->kernel);
	run->kvm = kvm_create(run->sim, run->vfm, run->cfg);
	run->referee = referee_create(run->sim, run->machine, run->kernel, run->vfm, run->kvm);
	run->mutant = mutant_agent_create(mutant, run->machine, run->vfm, run->kvm);
	run->state = sim_alloc(run->desc->state_bytes);
	err = build_record(run);
	return err ? err : build_sampler(run);
}

int wl_run_create(const struct wl_options *options, struct wl_run **out)
{
	struct wl_run *run = sim_alloc(sizeof(*run));
	const struct mutant *mutant = NULL;
	const struct km_desc *kernel;
	int err;

	*out = run;
	run->options = options;
	err = wl_config_load(run);
	if (err)
		return err;
	if (options->mutant) {
		mutant = mutant_find(options->mutant);
		if (!mutant)
			return wl_fail(run, -EINVAL,
				       sim_asprintf("mutant: found \"%s\", expected a name of the mutant table",
						    options->mutant));
		err = mutant_configure(mutant, run->cfg);
		if (err)
			return wl_fail(run, err, sim_strdup(cfg_error(run->cfg)));
	}
	kernel = wl_config_kernel(run);
	return kernel ? build(run, mutant, kernel) : -EINVAL;
}

/* ---- Running ---- */

/** struct errand - something that is done in a task of its own. @err: -EINPROGRESS until it has ended. */
struct errand {
	struct wl_run *run;
	int err;
};

/* The kernel's last word often says why. */
static const char *last_word(const struct wl_run *run)
{
	const char *line, *last = "its log is empty";
	sim_ps when_ps;

	for (size_t i = 0; (line = kernel_log_line(run->kernel, i, &when_ps)); i++)
		last = line;
	return last;
}

static void boot_errand(struct sim *sim, void *arg)
{
	struct errand *errand = arg;
	struct wl_run *run = errand->run;
	int err;

	sim_task_note(sim, "boot");
	err = kernel_boot(run->kernel);
	if (err) {
		wl_fail(run, err, sim_asprintf("%s did not boot: %s (%s)", kernel_desc(run->kernel)->name, strerror(-err),
					       last_word(run)));
	} else {
		err = run->desc->setup(run);
		if (err)
			wl_fail(run, err, sim_strdup(cfg_error(run->cfg)));
	}
	errand->err = err;
}

static void leak_errand(struct sim *sim, void *arg)
{
	struct errand *errand = arg;

	sim_task_note(sim, "leak check");
	(void)kernel_check_leaks(errand->run->kernel);
	errand->err = 0;
}

static void show_progress(struct wl_run *run, const char *phase)
{
	if (run->options->progress)
		run->options->progress(run->options->progress_arg, sim_now(run->sim), phase);
}

static bool errand_done(void *arg)
{
	return ((const struct errand *)arg)->err != -EINPROGRESS;
}

static bool processes_done(void *arg)
{
	const struct wl_run *run = arg;

	for (struct vfm_proc *proc = vfm_proc_next(run->vfm, NULL); proc; proc = vfm_proc_next(run->vfm, proc))
		if (!vfm_proc_exited(proc))
			return false;
	return true;
}

/* Up to the next look at the clock, or the end of a window. */
static void run_slice(struct wl_run *run, sim_ps limit_ps)
{
	sim_ps end_ps = sim_now(run->sim) + SLICE_PS, edge_ps = run->sampler ? sample_edge(run->sampler) : SIM_PS_NEVER;

	if (end_ps > edge_ps)
		end_ps = edge_ps;
	if (end_ps > limit_ps)
		end_ps = limit_ps;
	(void)sim_run(run->sim, end_ps);
	if (sim_now(run->sim) == edge_ps)
		sample_take(run->sampler);
}

/* Run until @done, or nothing is pending, or @limit_ps. Return: done. */
static bool run_until(struct wl_run *run, const char *phase, sim_ps limit_ps, bool (*done)(void *arg), void *arg)
{
	while (!done(arg) && sim_event_count(run->sim) && sim_now(run->sim) < limit_ps) {
		show_progress(run, phase);
		run_slice(run, limit_ps);
	}
	return done(arg);
}

static int run_errand(struct wl_run *run, const char *name, sim_task_fn *fn, sim_ps limit_ps)
{
	struct errand errand = {.run = run, .err = -EINPROGRESS};

	(void)sim_task_create(run->sim, name, fn, &errand);
	if (!run_until(run, name, limit_ps, errand_done, &errand))
		return wl_fail(run, -EDEADLK, sim_asprintf("%s did not come to an end", name));
	return errand.err;
}

static void name_task(void *arg, const struct sim_task *task)
{
	char **list = arg;
	char *longer = sim_asprintf("%s%s%s", *list ? *list : "", *list ? ", " : "", sim_task_name(task));

	free(*list);
	*list = longer;
}

/* Processes are left over: say which, in what call, and who else sleeps. */
static void report_stall(struct wl_run *run)
{
	bool pending = sim_event_count(run->sim) != 0;
	char *sleepers = NULL;

	sim_task_for_each_blocked(run->sim, name_task, &sleepers);
	for (struct vfm_proc *proc = vfm_proc_next(run->vfm, NULL); proc; proc = vfm_proc_next(run->vfm, proc)) {
		const char *where = vfm_proc_where(proc);

		if (!vfm_proc_exited(proc))
			finding_add(run->sim, FINDING_VIOLATION, pending ? "run-limit" : "stall",
				    "process %s has not ended (%s%s) and %s; blocked tasks: %s", vfm_proc_name(proc),
				    where ? "in " : "in user code", where ? where : "",
				    pending ? "the time limit run.limit has passed"
					    : "nothing is left that could wake it",
				    sleepers ? sleepers : "none");
	}
	free(sleepers);
}

static bool never(void *arg)
{
	(void)arg;
	return false;
}

static void check_tlps(struct wl_run *run)
{
	uint32_t in_flight = machine_tlps_in_flight(run->machine);

	if (in_flight)
		finding_add(run->sim, FINDING_VIOLATION, "tlp-leak",
			    "%" PRIu32 " PCIe transactions are still in flight after everything came to rest",
			    in_flight);
}

static void check_flow(void *arg, uint32_t phb, const char *where, enum tlp_class class, const struct tlp_flow *flow)
{
	static const char *const classes[] = {"posted ", "non-posted ", "completion ", ""};
	struct wl_run *run = arg;

	if (flow->entered != flow->left + flow->held)
		finding_add(run->sim, FINDING_VIOLATION, "tlp-lost",
			    "phb%" PRIu32 ", %s: of %" PRIu64 " %sTLPs %" PRIu64 " have left and %" PRIu64
			    " are there: %" PRId64 " too few",
			    phb, where, flow->entered, classes[class], flow->left, flow->held,
			    (int64_t)(flow->entered - flow->left - flow->held));
}

/* All processes have exited: devices finish what is under way, then nothing may be left. */
static int judge_end(struct wl_run *run)
{
	sim_ps drain_ps = cfg_u64(run->cfg, "run.drain");
	int err;

	run_until(run, "drain", sim_now(run->sim) + drain_ps, never, NULL);
	if (sim_event_count(run->sim))
		finding_add(run->sim, FINDING_WARN, "run-drain",
			    "devices were still active when the time run.drain had passed after the last process");
	else
		check_tlps(run);
	err = run_errand(run, "leak check", leak_errand, sim_now(run->sim) + SIM_PS_PER_S);
	return err;
}

static int finish_samples(struct wl_run *run)
{
	int err;

	if (!run->sampler)
		return 0;
	sample_take(run->sampler);
	run->sample_windows = sample_windows(run->sampler);
	err = sample_close(run->sampler);
	run->sampler = NULL;
	return err ? wl_fail(run, err, sim_asprintf("%s: %s", run->options->sample_path, strerror(-err))) : 0;
}

static int finish_record(struct wl_run *run)
{
	struct wl_record *record = run->record;
	int err;

	run->record = NULL;
	err = record ? wl_record_close(record) : 0;
	return err ? wl_fail(run, err, sim_asprintf("%s: %s", run->options->record_path, strerror(-err))) : 0;
}

/* A picosecond of a task that no row has would make every percentage wrong. */
static int finish_profile(struct wl_run *run)
{
	profile_settle(run->sim);
	if (run->ended && !sim_event_count(run->sim) && profile_gap_ps(run->sim))
		finding_add(run->sim, FINDING_WARN, "profile-gap",
			    "the profile misses %" PRId64 " ps of what tasks spent and waited",
			    profile_gap_ps(run->sim));
	return wl_profile_write(run, run->options->profile_path);
}

int wl_run_execute(struct wl_run *run)
{
	sim_ps limit_ps = cfg_u64(run->cfg, "run.limit");
	int err;

	err = run_errand(run, "boot", boot_errand, limit_ps);
	if (err)
		return err;
	if (run_until(run, "run", limit_ps, processes_done, run)) {
		err = judge_end(run);
		if (err)
			return err;
		run->ended = true;
	} else {
		report_stall(run);
	}
	(void)machine_flow(run->machine, check_flow, run);
	referee_finish(run->referee);
	run->desc->verify(run);
	err = finish_samples(run);
	if (err)
		return err;
	if (run->options->profile_path) {
		err = finish_profile(run);
		if (err)
			return err;
	}
	err = finish_record(run);
	if (err)
		return err;
	if (run->sim->trace) {
		err = trace_close(run->sim);
		if (err)
			return wl_fail(run, err, sim_asprintf("%s: %s", run->options->trace_path, strerror(-err)));
	}
	return finding_count(run->sim, FINDING_VIOLATION) ? 1 : 0;
}

/* What of the kernel's surroundings is no evidence of what a kernel did. */
static void print_reconstructed(const struct km_desc *kernel, FILE *out)
{
	bool first = true;

	for (size_t i = 0; i < kernel->environment_count; i++) {
		if (strcmp(kernel->environment[i].kind, "reconstructed"))
			continue;
		if (first)
			fprintf(out, "\nReconstructed around the driver of %s, after what is known of sources that are not at hand:\n",
				kernel->name);
		first = false;
		fprintf(out, "  %s\n", kernel->environment[i].what);
	}
}

void wl_run_summary(struct wl_run *run, FILE *out)
{
	run->desc->summary(run, out);
	print_reconstructed(kernel_desc(run->kernel), out);
	wl_profile_print(run, out);
}

void wl_run_destroy(struct wl_run *run)
{
	if (!run)
		return;
	sample_abort(run->sampler);
	wl_record_abort(run->record);
	wl_series_destroy(run->series);
	mutant_agent_destroy(run->mutant);
	referee_destroy(run->referee);
	kvm_destroy(run->kvm);
	vfm_destroy(run->vfm);
	kernel_destroy(run->kernel);
	machine_destroy(run->machine);
	sim_destroy(run->sim);
	free(run->state);
	cfg_destroy(run->cfg);
	free(run->error);
	free(run);
}
