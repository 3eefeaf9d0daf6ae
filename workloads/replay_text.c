// SPDX-License-Identifier: GPL-2.0-only
/* workloads/replay_text.c - a replay of hypercalls told to people (at most 40 lines of 100 columns) and to programs. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sim/clock.h"
#include "sim/stat.h"
#include "workloads/referee.h"
#include "workloads/replay_hcalls.h"
#include "workloads/wl_text.h"
#include "workloads/wl_verdict.h"

#define WINDOWS_SHOWN 6u

static const struct {
	char op;
	const char *stat, *name;
} hcalls[] = {
	{'P', "h_put_tce", "H_PUT_TCE"},
	{'I', "h_put_tce_indirect", "H_PUT_TCE_INDIRECT"},
	{'S', "h_stuff_tce", "H_STUFF_TCE"},
	{'G', "h_get_tce", "H_GET_TCE"},
};

static const char *file_name(const struct wl_run *run)
{
	const char *path = cfg_text(run->cfg, "replay.file"), *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static void print_setting(const struct replay *replay, FILE *out)
{
	const struct km_desc *kernel = kernel_desc(replay->run->kernel);
	const struct replay_plan *plan = &replay->plan;

	fprintf(out, "replay of %.60s: %s records over %s\n\n", file_name(replay->run), wl_text_count(plan->records).s,
		wl_text_time(plan->span_us * SIM_PS_PER_US).s);
	fprintf(out, "Kernel    Linux %s with %s pages: KVM, VFIO and the TCE code run unmodified\n", kernel->version,
		wl_text_bytes(kernel->page_bytes).s);
	for (uint32_t i = 0; i < plan->window_count && i < WINDOWS_SHOWN; i++)
		fprintf(out, "%s LIOBN 0x%" PRIx64 ": %s at 0x%" PRIx64 " with pages of %s, for %s\n",
			i ? "         " : "Tables   ", plan->window[i].liobn,
			wl_text_bytes(plan->window[i].entries << plan->window[i].page_shift).s, plan->window[i].start,
			wl_text_bytes(1ull << plan->window[i].page_shift).s,
			replay->device[plan->window[i].device].name);
	if (plan->window_count > WINDOWS_SHOWN)
		fprintf(out, "          and %" PRIu32 " more\n", plan->window_count - WINDOWS_SHOWN);
}

static void print_rates(const struct replay *replay, FILE *out)
{
	const struct replay_counts *counts = &replay->counts;
	sim_ps took_ps = replay->end_ps - replay->begin_ps;

	fprintf(out, "\nHypercalls %s in %s: %s, %s TCEs\n", wl_text_count(counts->hcalls).s, wl_text_time(took_ps).s,
		wl_text_per_s(sim_per_second(counts->hcalls, took_ps)).s,
		wl_text_per_s(sim_per_second(counts->tces, took_ps)).s);
	if (replay->clock.pace == REPLAY_PACE_TRACE)
		fprintf(out, "  at the pace of the trace: %" PRIu64 " records late, at most by %s\n",
			replay->clock.late, wl_text_time(replay->clock.late_max_ps).s);
	fprintf(out, "  answered  in real mode %" PRIu64 ", by the kernel %" PRIu64 ", by the VMM %" PRIu64 "\n",
		counts->by[KM_HCALL_BY_REAL], counts->by[KM_HCALL_BY_VIRTUAL], counts->by[KM_HCALL_BY_USER]);
	for (size_t i = 0; i < sim_count_of(hcalls); i++) {
		const struct stat_hist *hist = stat_find(replay->run->sim, "kvm.guest", hcalls[i].stat, NULL);

		if (hist && counts->by_op[hcalls[i].op - 'A'])
			fprintf(out, "  %-19s%9" PRIu64 "  p50 %-9s p99 %-9s max %s\n", hcalls[i].name,
				counts->by_op[hcalls[i].op - 'A'], wl_text_time(stat_hist_percentile(hist, 500)).s,
				wl_text_time(stat_hist_percentile(hist, 990)).s, wl_text_time(hist->mean.max).s);
	}
}

static void print_comparison(const struct replay *replay, FILE *out)
{
	const struct replay_counts *counts = &replay->counts;

	fprintf(out, "\nAnswers   %" PRIu64 " of %" PRIu64 " as in the trace\n", counts->by_reason[REPLAY_SAME],
		counts->hcalls);
	for (uint32_t i = REPLAY_SAME + 1; i < REPLAY_REASONS; i++)
		if (counts->by_reason[i])
			fprintf(out, "  %8" PRIu64 "  %s\n", counts->by_reason[i],
				replay_reason_text((enum replay_reason)i));
	fprintf(out,
		"Table     %" PRIu64 " entries asked for, %" PRIu64 " TCEs found by the PHB, as the trace left them\n",
		counts->gets, counts->live);
	for (uint32_t i = REPLAY_SAME + 1; i < REPLAY_REASONS; i++)
		if (counts->table_why[i])
			fprintf(out, "  %8" PRIu64 "  %s\n", counts->table_why[i],
				replay_reason_text((enum replay_reason)i));
	if (counts->xlates)
		fprintf(out,
			"DMA       %" PRIu64 " translations of the trace done by devices, %" PRIu64
			" of them elsewhere\n",
			counts->xlates, counts->xlate_wrong);
	if (replay->config.dma)
		fprintf(out, "Data      %" PRIu64 " writes and %" PRIu64 " reads through live mappings, %s compared\n",
			counts->moved.writes, counts->moved.reads, wl_text_bytes(counts->moved.bytes).s);
	if (counts->stray_done)
		fprintf(out, "Stray     a request to a page unmapped by the trace %s\n",
			!counts->stray_frozen ? "was NOT STOPPED"
			: counts->thawed      ? "froze the PE; thawed by the VMM through EEH"
					      : "froze the PE, and it STAYED FROZEN");
}

void replay_summary(struct wl_run *run, FILE *out)
{
	const struct replay *replay = run->state;
	struct referee_counts counts = referee_counts(run->referee);

	print_setting(replay, out);
	print_rates(replay, out);
	print_comparison(replay, out);
	fprintf(out,
		"Referee   %" PRIu64 " DMAs judged against %" PRIu64 " hypercalls (%" PRIu64 " TCEs): %" PRIu64
		" violations\n",
		counts.dmas_judged, counts.hcalls_learned, counts.tces_learned, counts.violations);
	wl_verdict_print(run, out, "every answer, translation and TCE is the trace's");
}

void replay_results(struct wl_run *run, struct json *json)
{
	const struct replay *replay = run->state;
	const struct replay_counts *counts = &replay->counts;
	sim_ps took_ps = replay->end_ps - replay->begin_ps;

	json_u64(json, "records", counts->records);
	json_u64(json, "hypercalls", counts->hcalls);
	json_u64(json, "tces", counts->tces);
	json_u64(json, "took_ps", took_ps);
	json_u64(json, "hypercalls_per_s", sim_per_second(counts->hcalls, took_ps));
	json_object(json, "answers");
	for (uint32_t i = 0; i < REPLAY_REASONS; i++)
		json_u64(json, replay_reason_name((enum replay_reason)i), counts->by_reason[i]);
	json_end(json);
	json_object(json, "table");
	for (uint32_t i = REPLAY_SAME + 1; i < REPLAY_UNEXPLAINED; i++)
		json_u64(json, replay_reason_name((enum replay_reason)i), counts->table_why[i]);
	json_end(json);
	json_u64(json, "unexplained", counts->unexplained);
	json_u64(json, "entries_compared", counts->gets);
	json_u64(json, "tces_live", counts->live);
	json_u64(json, "translations", counts->xlates);
	json_u64(json, "translations_wrong", counts->xlate_wrong);
	json_u64(json, "dma_writes", counts->moved.writes);
	json_u64(json, "dma_reads", counts->moved.reads);
	json_u64(json, "bytes_compared", counts->moved.bytes);
	json_bool(json, "stray_frozen", counts->stray_frozen);
	json_u64(json, "late_records", replay->clock.late);
}
