// SPDX-License-Identifier: GPL-2.0-only
/*
 * workloads/wl_results.c - results.json: what ran (versions, checksums, configuration) and what came out.
 *
 * Nothing in it depends on the host or its clock: equal configuration and seed give equal bytes.
 */
#include <errno.h>
#include <string.h>

#include "sim/finding.h"
#include "sim/json.h"
#include "sim/stat.h"
#include "workloads/wl_internal.h"
#include "workloads/wl_profile.h"

const char *wl_version(void)
{
	return PHBSIM_VERSION;
}

static void write_kernel(const struct wl_run *run, struct json *json)
{
	const struct km_desc *desc = kernel_desc(run->kernel);

	json_object(json, "kernel");
	json_text(json, "name", desc->name);
	json_text(json, "version", desc->version);
	json_text(json, "origin", desc->origin);
	json_u64(json, "page_bytes", desc->page_bytes);
	json_array(json, "hosted_files");
	for (size_t i = 0; i < desc->hosted_count; i++) {
		json_object(json, NULL);
		json_text(json, "path", desc->hosted[i].path);
		json_text(json, "sha256", desc->hosted[i].sha256);
		json_text(json, "role", desc->hosted[i].role);
		json_end(json);
	}
	json_end(json);
	json_array(json, "environment");
	for (size_t i = 0; i < desc->environment_count; i++) {
		json_object(json, NULL);
		json_text(json, "kind", desc->environment[i].kind);
		json_text(json, "what", desc->environment[i].what);
		json_text(json, "where", desc->environment[i].where);
		json_end(json);
	}
	json_end(json);
	json_end(json);
}

static void write_configuration(const struct wl_run *run, struct json *json)
{
	char value[256];

	json_object(json, "configuration");
	for (size_t i = 0; i < cfg_row_count(run->cfg); i++) {
		const struct cfg_row *row = cfg_row_get(run->cfg, i);
		bool set = cfg_is_set(run->cfg, row->path);

		json_object(json, row->path);
		json_text(json, "value", cfg_format_value(run->cfg, row, value, sizeof(value)));
		json_text(json, "source", cfg_source_name(set ? CFG_USER : row->source));
		json_text(json, "where", set ? "set in a file or on the command line" : row->where ? row->where : "");
		json_end(json);
	}
	json_end(json);
}

static void write_findings(const struct wl_run *run, struct json *json)
{
	const struct finding *finding;

	json_array(json, "findings");
	for (size_t i = 0; (finding = finding_get(run->sim, i)); i++) {
		json_object(json, NULL);
		json_text(json, "severity", finding_severity_name(finding->severity));
		json_text(json, "kind", finding->kind);
		json_u64(json, "when_ps", finding->when_ps);
		json_u64(json, "count", finding->count);
		json_text(json, "text", finding->text);
		json_text(json, "site", finding->site ? finding->site : "");
		json_end(json);
	}
	json_end(json);
}

static void write_flow(void *arg, uint32_t phb, const char *where, enum tlp_class class, const struct tlp_flow *flow)
{
	static const char *const classes[] = {"posted", "non-posted", "completions", "all"};
	struct json *json = arg;

	json_object(json, NULL);
	json_u64(json, "phb", phb);
	json_text(json, "where", where);
	json_text(json, "class", classes[class]);
	json_u64(json, "entered", flow->entered);
	json_u64(json, "left", flow->left);
	json_u64(json, "held", flow->held);
	json_end(json);
}

/* Every TLP that has entered a block has left it or is there (hw/machine_flow.c); how they ended: statistics "tlps0". */
static void write_flows(const struct wl_run *run, struct json *json)
{
	json_object(json, "tlps");
	json_bool(json, "add_up", !machine_flow(run->machine, NULL, NULL));
	json_array(json, "blocks");
	(void)machine_flow(run->machine, write_flow, json);
	json_end(json);
	json_end(json);
}

void wl_results_write(struct wl_run *run, struct json *json)
{
	json_object(json, NULL);
	json_text(json, "phbsim", wl_version());
	json_text(json, "scenario", run->desc->name);
	json_text(json, "title", run->desc->title);
	json_u64(json, "seed", run->options->seed);
	json_text(json, "mutant", run->options->mutant ? run->options->mutant : "");
	json_text(json, "machine", cfg_text(run->cfg, "machine"));
	write_kernel(run, json);
	json_u64(json, "simulated_time_ps", sim_now(run->sim));
	json_text(json, "verdict", finding_count(run->sim, FINDING_VIOLATION) ? "violation" : "clean");
	write_findings(run, json);
	json_object(json, "results");
	run->desc->results(run, json);
	json_end(json);
	json_u64(json, "sample_windows", run->sample_windows);
	write_flows(run, json);
	wl_profile_results(run, json);
	write_configuration(run, json);
	stat_write_json(run->sim, json, "statistics");
	json_end(json);
}

int wl_run_write_results(struct wl_run *run, const char *path)
{
	struct json *json = json_open(path);

	if (!json)
		return -errno;
	wl_results_write(run, json);
	return json_close(json);
}
