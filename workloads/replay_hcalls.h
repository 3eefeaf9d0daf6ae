/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WORKLOADS_REPLAY_HCALLS_H
#define WORKLOADS_REPLAY_HCALLS_H
/* workloads/replay_hcalls.h - between the files of scenario "replay-hcalls". */
#include "workloads/replay.h"

#define REPLAY_RECENT 64u

/** struct replay_recent - an entry that was mapped not long ago. */
struct replay_recent {
	struct replay_window *window;
	uint64_t index;
};

/**
 * struct replay_counts - @by_op: records by operation (letter minus 'A'). @by_reason: answers; @table_why: entries of
 * the final table that are documented to differ. @by: who answered (enum km_hcall_by). @answered: hypercalls that the
 * kernel did with success, as the referee must have heard.
 * @unexplained: answers, translations, entries, bytes that are wrong. @xlates: translations compared, @xlate_wrong of
 * them wrong. @gets: entries of the final table asked for by H_GET_TCE; @live: TCEs found in the hardware's tables.
 */
struct replay_counts {
	uint64_t records, hcalls, tces, by_op[26], by_reason[REPLAY_REASONS], table_why[REPLAY_REASONS],
		by[KM_HCALL_BY_USER + 1];
	uint64_t answered, unexplained, xlates, xlate_wrong, gets, live;
	struct replay_moved moved;
	bool stray_done, stray_frozen, thawed;
};

/** struct replay - the run. @list_gpa: the page for lists of TCEs. @maps: records that mapped something. */
struct replay {
	struct wl_run *run;
	struct replay_config config;
	struct replay_plan plan;
	struct vfm_proc *vmm;
	struct kvm_guest *guest;
	struct kvm_cpu *cpu;
	struct replay_device device[REPLAY_DEVICES];
	uint64_t list_gpa;
	struct replay_clock clock;
	struct replay_owner owner;
	struct replay_recent recent[REPLAY_RECENT], unmapped;
	uint64_t recent_count, maps;
	sim_ps begin_ps, end_ps;
	struct replay_counts counts;
	bool ended;
};

/** replay_wrong - something is not as the trace says: counted, the first ones become findings of @kind (static). */
void replay_wrong(struct replay *replay, const char *kind, const char *fmt, ...) sim_printf(3, 4);

/* replay_check.c */
/** replay_real - real address behind @tce of @window, at offset @offset of its page; UINT64_MAX: none. */
uint64_t replay_real(const struct replay *replay, const struct replay_window *window, uint64_t tce, uint64_t offset);
/** replay_check_copy - the guest asks for every entry that the trace wrote. Context: guest. */
void replay_check_copy(struct replay *replay);
/** replay_check_hardware - the tables that the PHB would walk hold what the trace implies, and nothing else. */
void replay_check_hardware(struct replay *replay);

/* replay_live.c */
/** replay_xlate - a device's request at the place of record X reaches the page that it names. Context: guest. */
void replay_xlate(struct replay *replay, const struct trace_record *record);
/** replay_live_note - @record has been answered: keep what is mapped now, and have the device use it every so often. */
void replay_live_note(struct replay *replay, struct replay_window *window, const struct trace_record *record);
/** replay_live_rest - the device uses pages that the trace has left mapped. Context: guest. */
void replay_live_rest(struct replay *replay);
/** replay_stray - a request to an entry that the trace unmapped must freeze the PE. Context: the VMM. */
void replay_stray(struct replay *replay);

/* replay_text.c */
void replay_summary(struct wl_run *run, FILE *out);
void replay_results(struct wl_run *run, struct json *json);

#endif
