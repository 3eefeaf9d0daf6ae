// SPDX-License-Identifier: GPL-2.0-only
/* workloads/replay_ioctls_text.c - a replay of ioctls told to people (at most 40 lines of 100 columns) and to programs.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sim/clock.h"
#include "workloads/referee.h"
#include "workloads/replay_ioctls.h"
#include "workloads/wl_text.h"
#include "workloads/wl_verdict.h"

static const struct {
	char op;
	const char *name;
} ops[] = {
	{'I', "GET_INFO"},	    {'C', "TCE_CREATE"}, {'D', "TCE_REMOVE"}, {'R', "REGISTER_MEMORY"},
	{'X', "UNREGISTER_MEMORY"}, {'M', "MAP_DMA"},	 {'U', "UNMAP_DMA"},
};

void replay_ioctls_summary(struct wl_run *run, FILE *out)
{
	const struct program *program = run->state;
	const struct ioctl_counts *counts = &program->counts;
	const struct km_desc *kernel = kernel_desc(run->kernel);
	const char *path = cfg_text(run->cfg, "replay.file"), *slash = strrchr(path, '/');
	struct referee_counts judged = referee_counts(run->referee);
	sim_ps took_ps = program->end_ps - program->begin_ps;

	fprintf(out, "replay of %.60s: %s records over %s\n\n", slash ? slash + 1 : path,
		wl_text_count(program->total).s, wl_text_time(program->span_us * SIM_PS_PER_US).s);
	fprintf(out, "Kernel    Linux %s with %s pages: VFIO and the TCE code run unmodified\n", kernel->version,
		wl_text_bytes(kernel->page_bytes).s);
	fprintf(out, "Device    %s, PE %" PRIu32 "\n", program->device.name, program->device.dev.pe);
	fprintf(out, "\nCalls     %s in %s: %s while in a call\n", wl_text_count(counts->records).s,
		wl_text_time(took_ps).s, wl_text_per_s(sim_per_second(counts->records, program->in_call_ps)).s);
	for (size_t i = 0; i < sim_count_of(ops); i++)
		if (counts->by_op[ops[i].op - 'A'])
			fprintf(out, "  %8" PRIu64 "  %s\n", counts->by_op[ops[i].op - 'A'], ops[i].name);
	if (program->clock.pace == REPLAY_PACE_TRACE)
		fprintf(out, "  at the pace of the trace: %" PRIu64 " records late, at most by %s\n",
			program->clock.late, wl_text_time(program->clock.late_max_ps).s);
	fprintf(out, "\nAnswers   %" PRIu64 " of %" PRIu64 " are 0, the others as the driver's rules have it\n",
		counts->records - counts->refused, counts->records);
	if (counts->shapes)
		fprintf(out, "  %8" PRIu64 "  windows with smaller pages or more levels than asked for\n",
			counts->shapes);
	if (counts->slips)
		fprintf(out,
			"  %8" PRIu64 "  UNMAP_DMA by DPDK's mistake: %" PRIu64 " other pages lost, %" PRIu64
			" ranges left mapped\n",
			counts->slips, counts->slip_lost, counts->slip_kept);
	if (program->held_pages)
		fprintf(out, "  %8" PRIu64 "  pages pinned for good, unregistered while they were mapped\n",
			program->held_pages);
	fprintf(out, "Table     %" PRIu64 " TCEs found by the PHB, as the trace left them\n", counts->live);
	if (program->config.dma)
		fprintf(out, "Data      %" PRIu64 " writes and %" PRIu64 " reads through live mappings, %s compared\n",
			counts->moved.writes, counts->moved.reads, wl_text_bytes(counts->moved.bytes).s);
	fprintf(out, "Referee   %" PRIu64 " DMAs judged against %" PRIu64 " MAP_DMA: %" PRIu64 " violations\n",
		judged.dmas_judged, judged.maps_learned, judged.violations);
	wl_verdict_print(run, out, "every answer and TCE is as the driver's rules have it");
}

void replay_ioctls_results(struct wl_run *run, struct json *json)
{
	const struct program *program = run->state;
	const struct ioctl_counts *counts = &program->counts;

	json_u64(json, "records", counts->records);
	json_u64(json, "took_ps", program->end_ps - program->begin_ps);
	json_u64(json, "in_calls_ps", program->in_call_ps);
	json_u64(json, "refused", counts->refused);
	json_u64(json, "unexplained", counts->unexplained);
	json_u64(json, "windows_reshaped", counts->shapes);
	json_u64(json, "dpdk_unmaps", counts->slips);
	json_u64(json, "dpdk_pages_lost", counts->slip_lost);
	json_u64(json, "dpdk_ranges_left", counts->slip_kept);
	json_u64(json, "pages_held", program->held_pages);
	json_u64(json, "tces_live", counts->live);
	json_u64(json, "dma_writes", counts->moved.writes);
	json_u64(json, "dma_reads", counts->moved.reads);
	json_u64(json, "bytes_compared", counts->moved.bytes);
}
