// SPDX-License-Identifier: GPL-2.0-only
/* workloads/storm_plans.c - the storms of hypercalls: what sets them apart from each other is a line each. */
#include "workloads/scenarios.h"
#include "workloads/storm.h"

#define STORM(ident, label, text, ...)                                                                                 \
	static int ident##_setup(struct wl_run *run)                                                                   \
	{                                                                                                              \
		static const struct storm_plan plan = {__VA_ARGS__};                                                   \
                                                                                                                       \
		return storm_setup(run, &plan);                                                                        \
	}                                                                                                              \
	const struct wl_desc wl_##ident = {                                                                            \
		.name = (label),                                                                                       \
		.title = (text),                                                                                       \
		.rows = storm_rows,                                                                                    \
		.row_count = STORM_ROWS,                                                                               \
		.setup = ident##_setup,                                                                                \
		.verify = storm_verify,                                                                                \
		.summary = storm_summary,                                                                              \
		.results = storm_results,                                                                              \
		.state_bytes = sizeof(struct storm),                                                                   \
	}

STORM(storm_put, "storm-put", "a guest maps and unmaps one page per H_PUT_TCE while its device moves data",
      .map = STORM_PUT);
STORM(storm_indirect, "storm-indirect",
      "a guest maps 1 to 512 pages per H_PUT_TCE_INDIRECT while its device moves data", .map = STORM_INDIRECT);
STORM(storm_stuff, "storm-stuff", "a guest clears full lists by H_STUFF_TCE of 1 to 512 while its device moves data",
      .map = STORM_INDIRECT, .whole = true);
STORM(storm_mixed, "storm-mixed", "a guest maps, reads back and unmaps by all four hypercalls in turn",
      .map = STORM_INDIRECT, .mixed = true);
STORM(boot_map, "boot-map", "a guest maps all of its memory once, as its kernel does at boot with a large window",
      .map = STORM_INDIRECT, .once = true);
