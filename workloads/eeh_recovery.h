/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WORKLOADS_EEH_RECOVERY_H
#define WORKLOADS_EEH_RECOVERY_H
/*
 * workloads/eeh_recovery.h - scenario "eeh-recovery": what its files share. eeh_recovery.c is the story's frame and the
 * process with a device of its own, eeh_recovery_kernel.c what happens to drivers of the kernel, eeh_recovery_text.c tells it.
 *
 * Times of what the kernel does are those of its log lines (struct er_step.from_log); the others are the process's.
 */
#include "workloads/wl.h"

#define ER_STEPS 16u
#define ER_STEP_BYTES 100u
#define ER_DIAG_BYTES 128u
#define ER_NAME_BYTES 32u
#define ER_FINDING "eeh-recovery"

/** struct er_step - something that happened, and when. */
struct er_step {
	sim_ps when_ps;
	char text[ER_STEP_BYTES];
};

/** enum er_act_id - the acts, in order. */
enum er_act_id { ER_VFIO, ER_RESET, ER_THAW, ER_HOTPLUG, ER_FENCE, ER_ACTS };

/**
 * struct er_act - one error and its recovery.
 * @device: function that it befell. @pe, @pe_after: its PE before and after. @error_ps: when the device was told to do what
 * is the error. @restored_ps: when it worked again; 0: never. @log_from: first line of the kernel log that belongs to it.
 * @diag: the PE's record as the kernel printed it, from the diagnostic data of firmware.
 */
struct er_act {
	const char *title;
	char device[ER_NAME_BYTES];
	uint32_t pe, pe_after;
	sim_ps error_ps, restored_ps;
	size_t log_from;
	struct er_step step[ER_STEPS];
	uint32_t step_count;
	char diag[ER_DIAG_BYTES];
	bool ok;
};

/** struct er - one run. @counters: /proc/powerpc/eeh at the end. */
struct er {
	struct wl_run *run;
	struct vfm_proc *proc;
	uint64_t seed;
	struct er_act act[ER_ACTS];
	char counters[1024];
	bool finished;
};

/** er_step - note what just happened. */
void er_step(struct er *er, struct er_act *act, const char *format, ...) __attribute__((format(printf, 3, 4)));
/** er_expect - a finding when @ok does not hold. Return: @ok. */
bool er_expect(struct er *er, struct er_act *act, bool ok, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/** er_device - name and PE of the @index-th function. Return: true when there is one. */
bool er_device(struct er *er, int index, char *name, uint32_t *pe);
/** er_begin - @act begins: with the @index-th function. */
bool er_begin(struct er *er, struct er_act *act, int index);
/** er_end - take the kernel's steps of @act out of its log, in order of time. */
void er_end(struct er *er, struct er_act *act);

/** er_kernel_act - an error of a device that a driver of the kernel's own has. Context: the process; yields. */
void er_kernel_act(struct er *er, enum er_act_id id, int index);

void er_summary(struct wl_run *run, FILE *out);
void er_results(struct wl_run *run, struct json *json);

#endif
