/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WORKLOADS_VALIDATE_VALIDATE_INTERNAL_H
#define WORKLOADS_VALIDATE_VALIDATE_INTERNAL_H
/* workloads/validate/validate_internal.h - for functions that measure rows. */
#include "sim/sim.h"
#include "workloads/validate/validate.h"

/** validate_percent - @model may differ from @published by @percent of it. @unit: static text. */
void validate_percent(struct validate_run *run, const char *unit, double published, double model, double percent,
		      const char *what, ...) sim_printf(6, 7);
/** validate_absolute - @model may differ from @published by @by. */
void validate_absolute(struct validate_run *run, const char *unit, double published, double model, double by,
		       const char *what, ...) sim_printf(6, 7);
#define VALIDATE_ANY 1e9 /* a bound that is none, with its sign */
/** validate_between - @model must be in [@lo, @hi]; @published is what the source says. */
void validate_between(struct validate_run *run, const char *unit, double published, double model, double lo, double hi,
		      const char *what, ...) sim_printf(7, 8);
/** validate_calibrates, validate_predicts - the last measure did, or did not, set a parameter, whatever its row says.
 */
void validate_calibrates(struct validate_run *run);
void validate_predicts(struct validate_run *run);
/** validate_note - a sentence that belongs to the row. */
void validate_note(struct validate_run *run, const char *fmt, ...) sim_printf(2, 3);
/** validate_error - there is no measurement. */
void validate_error(struct validate_run *run, const char *fmt, ...) sim_printf(2, 3);

/** validate_csv_fn - one line of numbers and words, @n fields. */
typedef void validate_csv_fn(void *arg, char **fields, size_t n);
/** validate_csv - each line of validate/@name after comments and the heading. Return: false after validate_error(). */
bool validate_csv(struct validate_run *run, const char *name, validate_csv_fn *fn, void *arg);

/* Rows, by file. */
validate_fn validate_v1, validate_v2, validate_v3, validate_v4, validate_v5, validate_v22; /* validate_link.c */
validate_fn validate_v6, validate_v7, validate_v8, validate_v9, validate_v10;		   /* validate_iotlb.c */
validate_fn validate_v11, validate_v12, validate_v13, validate_v23;			   /* validate_hcall.c */
validate_fn validate_v17, validate_v18, validate_v19, validate_v20, validate_v21;	   /* validate_power.c */
validate_fn validate_v24;							   /* validate_guest.c */
validate_fn validate_v14, validate_v15, validate_v16, validate_v25;			   /* validate_map.c */

#endif
