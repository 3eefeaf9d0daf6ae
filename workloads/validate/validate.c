/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * workloads/validate/validate.c - the table of rows, and how a row is measured and judged.
 *
 * To add one: a function in a file of its own kind, its name in validate_internal.h, a line here. It runs the model and
 * compares with validate_percent() and its like, one call per figure.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "workloads/validate/validate_internal.h"

#define PCIE_MODEL "pcie-bench/pcie-model @40703cf (SIGCOMM'18, doi 10.1145/3230543.3230560)"
#define PCIE_BENCH "pcie-bench/data @b2abf2f (SIGCOMM'18, doi 10.1145/3230543.3230560)"
#define IDEAL_PHB "a PHB and a memory that never are the limit; infinite credits; a window without translation"
#define X86 "preset x86-pciebench"

/* clang-format off */
const struct validate_row validate_rows[] = {
	{.id = "V1", .title = "Posted-write goodput by size", .source = PCIE_MODEL,
	 .conditions = "generations 3 to 5, x8 and x16, MPS 128 to 512, 23 sizes; " IDEAL_PHB,
	 .fn = validate_v1, .slow = true},
	{.id = "V2", .title = "Read goodput by size, completions cut by MPS and by RCB", .source = PCIE_MODEL,
	 .conditions = "as V1; MRRS 512, 256 tags", .fn = validate_v2, .slow = true},
	{.id = "V3", .title = "Saw-tooth of writes at MPS + 1", .source = PCIE_MODEL,
	 .conditions = "generation 3 x8, MPS 256; " IDEAL_PHB, .fn = validate_v3},
	{.id = "V4", .title = "MPS 512 leaves less for TLPs than MPS 256 on x8", .source = PCIE_MODEL,
	 .conditions = "generation 3 x8, streams of full packets; " IDEAL_PHB, .fn = validate_v4},
	{.id = "V5", .title = "Measured efficiency of a card", .source = PCIE_BENCH,
	 .conditions = X86 ", NFP6000 on generation 3 x8, MPS 256, no IOMMU", .fn = validate_v5},
	{.id = "V6", .title = "Knee of the IO-TLB", .source = PCIE_BENCH,
	 .conditions = X86 ", 64 byte reads at random, 4 KiB pages, and other entries and pages",
	 .fn = validate_v6, .calibrates = true},
	{.id = "V7", .title = "Whole window sweep, eight curves", .source = PCIE_BENCH ", Broadwell E5-2630v4",
	 .conditions = X86 ", fitted to the curve of 64 byte reads; the other seven are predicted. Rates without IOMMU are "
		       "the card's pace, from the same measurement", .fn = validate_v7, .slow = true},
	{.id = "V8", .title = "What a miss adds to a read", .source = PCIE_BENCH,
	 .conditions = X86 ", dependent 64 byte reads, window 4 KiB and 64 MiB", .fn = validate_v8, .calibrates = true},
	{.id = "V9", .title = "Walks in parallel", .source = "Little's law; " PCIE_BENCH,
	 .conditions = X86 ", 64 byte reads over 64 MiB in 4 KiB pages, 1 to 8 walkers of 330 ns", .fn = validate_v9},
	{.id = "V10", .title = "Large IOMMU pages cost nothing", .source = PCIE_BENCH ", Ivy Bridge with super-pages",
	 .conditions = X86 ", 16 MiB pages, windows to 64 MiB", .fn = validate_v10},
	{.id = "V11", .title = "Cost of a hypercall in virtual and in real mode",
	 .source = "N. Piggin, Guest entry/exit performance work and observations, 26 Apr 2021",
	 .conditions = "storm-put on power9-phb4, 1 vCPU of 3.5 GHz; the way into the hypervisor and back alone", .fn = validate_v11,
	 .calibrates = true},
	{.id = "V12", .title = "H_PUT_TCE in the kernel against user space",
	 .source = "A. Kardashevskiy, [PATCH v9 12/13] KVM: PPC: Add support for IOMMU in-kernel handling, 28 Aug 2013",
	 .conditions = "storm-put, 1 vCPU, 4 KiB pages; no more than 10 Gb/s Ethernet carries (1177 MB/s)", .fn = validate_v12,
	 .calibrates = true},
	{.id = "V13", .title = "Effect of H_PUT_TCE_INDIRECT with 512 TCEs", .source = "speedup(N) = (O + c) / (O / N + c)",
	 .conditions = "storm-indirect, 1 vCPU of 3.5 GHz, taken back by H_STUFF_TCE of as many", .fn = validate_v13},
	{.id = "V14", .title = "TCEs and calls for 100 GiB", .source = "IODA2, PAPR: geometry",
	 .conditions = "boot-map, lists of 512", .fn = validate_v14, .slow = true},
	{.id = "V15", .title = "Mapping a guest with one kill per TCE",
	 .source = "KVM: PPC: vfio/spapr_tce: Split out TCE invalidation from TCE updates, Linux 35872480da47",
	 .conditions = "boot-map on power9-phb4, 64 KiB pages, firmware kills pages; the bridge's share of 100 GB without that of "
		       "the NPU", .fn = validate_v15, .calibrates = true, .slow = true},
	{.id = "V16", .title = "Kills in batches of 512", .source = "the same; skiboot 2a0455ba0",
	 .conditions = "storm-indirect on power9-phb4, 64 KiB pages, 1,638,400 TCEs in lists of 512", .fn = validate_v16,
	 .slow = true},
	{.id = "V17", .title = "Page kills promoted to kills of a PE", .source = "skiboot 2b0b6a1a0 (HW560152)",
	 .conditions = "preset power9-phb4, two PEs that read over the same 128 pages of 4 KiB, a kill each 2 us", .fn = validate_v17},
	{.id = "V18", .title = "The same page in many PEs",
	 .source = "IODA2: TCEs are cached per PE; O. O'Halloran, April 2020, of 20 NVMe drives in 20 PEs",
	 .conditions = "preset power8-phb3, 8 to 64 PEs that read over the same 64 pages of 4 KiB", .fn = validate_v18},
	{.id = "V19", .title = "DMA read engines, 32 against 48", .source = "skiboot 3754dba77, e876514b3",
	 .conditions = "preset power9-phb4, one function reads while another writes messages; what software adds to a message is "
		       "fitted at 1 KiB", .fn = validate_v19},
	{.id = "V20", .title = "Large DMA on POWER",
	 .source = "open-power/snap @bac9a583, UG_SNAP_hls_memcopy_v23: CAPI2, FX609 and RCXVUP",
	 .conditions = "preset power9-phb4 (MPS 256) with the card's link, requests of 512 bytes, no translation", .fn = validate_v20},
	{.id = "V21", .title = "Round trip of 64 bytes on POWER",
	 .source = "open-power/snap, UG_SNAP_hls_latency_eval_v20: S822LC with N250S, AC922 with RCXVUP",
	 .conditions = "presets power8-phb3 (direct) and power9-phb4 with the card's link, no translation", .fn = validate_v21},
	{.id = "V22", .title = "Credits that 14 GB/s of writes need",
	 .source = "Understanding the Host Network, SIGCOMM'24: 92 credits, 300 ns",
	 .conditions = "generation 4 x16, 64 byte writes; memory's latency such that a credit is away for 300 ns",
	 .fn = validate_v22},
	{.id = "V23", .title = "Strict against deferred unmapping", .source = "J. Maki, R. Murphy, June 2021, 100 Gb/s Ethernet",
	 .conditions = "storm-put, 1 vCPU, a kill for each TCE; no link in the way", .fn = validate_v23},
	{.id = "V24", .title = "Locks of the guest's allocator", .source = "Linux b4c3a8729ae5, 0e4bc95d8739, POWER7",
	 .conditions = "dma-map, 64 vCPUs, real mode; a bridge that is not in the way", .fn = validate_v24},
	{.id = "V25", .title = "Cost of pinning", .source = "Linux 4d83de6da265, x86, type 1",
	 .conditions = "boot-map, 4 KiB pages", .fn = validate_v25, .calibrates = true, .slow = true},
	{.id = "V26", .title = "Boot of a nested guest", .source = "Linux b4392813bbc3",
	 .why_not = "a boot has much in it that is not modelled"},
};
/* clang-format on */
const size_t validate_row_count = sim_count_of(validate_rows);

const struct validate_row *validate_find(const char *id)
{
	size_t i;

	for (i = 0; i < validate_row_count; i++) {
		if (!strcasecmp(validate_rows[i].id, id))
			return &validate_rows[i];
	}
	return NULL;
}

void validate_execute(struct validate_run *run, const struct validate_row *row, const char *data_dir,
		      validate_child_fn *child)
{
	memset(run, 0, sizeof(*run));
	run->row = row;
	run->data_dir = data_dir;
	run->child = child;
	if (row->fn)
		row->fn(run);
}

void validate_finish(struct validate_run *run)
{
	free(run->measure);
	free(run->note);
	free(run->error);
	memset(run, 0, sizeof(*run));
}

bool validate_measure_passes(const struct validate_measure *measure)
{
	return measure->model >= measure->lo && measure->model <= measure->hi;
}

enum validate_verdict validate_verdict(const struct validate_run *run)
{
	size_t i;

	if (!run->row->fn)
		return VALIDATE_NOT_AVAILABLE;
	if (run->error || !run->count)
		return VALIDATE_MISS;
	for (i = 0; i < run->count; i++) {
		if (!validate_measure_passes(&run->measure[i]))
			return VALIDATE_MISS;
	}
	return VALIDATE_PASS;
}

/* ---- For the rows ---- */

static struct validate_measure *measure_add(struct validate_run *run, const char *unit, double published, double model,
					    double lo, double hi, const char *what, va_list args)
{
	struct validate_measure *measure;

	if (run->count == run->room) {
		run->room = run->room ? 2 * run->room : 16;
		run->measure = sim_realloc(run->measure, run->room * sizeof(*run->measure));
	}
	measure = &run->measure[run->count++];
	memset(measure, 0, sizeof(*measure));
	vsnprintf(measure->what, sizeof(measure->what), what, args);
	measure->unit = unit;
	measure->published = published;
	measure->model = model;
	measure->lo = lo;
	measure->hi = hi;
	measure->calibrates = run->row->calibrates;
	return measure;
}

void validate_percent(struct validate_run *run, const char *unit, double published, double model, double percent,
		      const char *what, ...)
{
	double by = published * percent / 100;
	struct validate_measure *measure;
	va_list args;

	va_start(args, what);
	measure = measure_add(run, unit, published, model, published - by, published + by, what, args);
	va_end(args);
	snprintf(measure->tolerance, sizeof(measure->tolerance), "%g %%", percent);
}

void validate_absolute(struct validate_run *run, const char *unit, double published, double model, double by,
		       const char *what, ...)
{
	struct validate_measure *measure;
	va_list args;

	va_start(args, what);
	measure = measure_add(run, unit, published, model, published - by, published + by, what, args);
	va_end(args);
	snprintf(measure->tolerance, sizeof(measure->tolerance), "%g %s", by, unit);
}

void validate_between(struct validate_run *run, const char *unit, double published, double model, double lo, double hi,
		      const char *what, ...)
{
	struct validate_measure *measure;
	va_list args;

	va_start(args, what);
	measure = measure_add(run, unit, published, model, lo, hi, what, args);
	va_end(args);
	if (hi >= VALIDATE_ANY)
		snprintf(measure->tolerance, sizeof(measure->tolerance), "at least %g", lo);
	else if (lo <= -VALIDATE_ANY)
		snprintf(measure->tolerance, sizeof(measure->tolerance), "at most %g", hi);
	else
		snprintf(measure->tolerance, sizeof(measure->tolerance), "%g to %g", lo, hi);
}

void validate_calibrates(struct validate_run *run)
{
	run->measure[run->count - 1].calibrates = true;
}

void validate_predicts(struct validate_run *run)
{
	run->measure[run->count - 1].calibrates = false;
}

static void text_set(char **text, const char *fmt, va_list args)
{
	free(*text);
	*text = sim_vasprintf(fmt, args);
}

void validate_note(struct validate_run *run, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	text_set(&run->note, fmt, args);
	va_end(args);
}

void validate_error(struct validate_run *run, const char *fmt, ...)
{
	va_list args;

	if (run->error)
		return; /* the first one explains the others */
	va_start(args, fmt);
	text_set(&run->error, fmt, args);
	va_end(args);
}

#define FIELDS_MAX 16

bool validate_csv(struct validate_run *run, const char *name, validate_csv_fn *fn, void *arg)
{
	char *path = sim_asprintf("%s/validate/%s", run->data_dir, name), *line = NULL, *fields[FIELDS_MAX];
	FILE *file = fopen(path, "r");
	bool heading = true;
	size_t room = 0, n;

	if (!file)
		validate_error(run, "%s: found %s, expected published figures", path, strerror(errno));
	while (file && getline(&line, &room, file) >= 0) {
		char *rest = line, *field;

		line[strcspn(line, "\r\n")] = '\0';
		if (*line == '#' || !*line)
			continue;
		for (n = 0; n < FIELDS_MAX && (field = strsep(&rest, ",")); n++)
			fields[n] = field;
		if (!heading)
			fn(arg, fields, n);
		heading = false;
	}
	free(line);
	free(path);
	if (!file)
		return false;
	fclose(file);
	return true;
}
