// SPDX-License-Identifier: GPL-2.0-only
/* workloads/wl_summary.c - what ran, what the PHB recorded, and the verdict, told alike by all scenarios. */
#include "workloads/wl_summary.h"

#include <inttypes.h>
#include <string.h>

#include "hw/platform.h"
#include "workloads/referee.h"
#include "workloads/wl_text.h"
#include "workloads/wl_verdict.h"

static const char *const phb_names[] = {
	[PLATFORM_PHB_P7IOC] = "P7IOC (POWER7)",
	[PLATFORM_PHB_PHB3] = "PHB3 (POWER8)",
	[PLATFORM_PHB_PHB4] = "PHB4 (POWER9)",
	[PLATFORM_PHB_PHB5] = "PHB5 (POWER10)",
};

void wl_summary_setting(struct wl_run *run, FILE *out)
{
	const struct km_desc *kernel = kernel_desc(run->kernel);

	fprintf(out, "Machine   %s: %" PRIu32 " %s, %s RAM; link PCIe gen %" PRIu32 " x%" PRIu32 "\n",
		cfg_text(run->cfg, "machine"), machine_phb_count(run->machine),
		phb_names[machine_platform(run->machine)->phb[0].type],
		wl_text_bytes(machine_platform(run->machine)->ram_bytes).s, link_speed(machine_link(run->machine, 0)),
		link_width(machine_link(run->machine, 0)));
	/* One of Debian's goes by its version; another by its name and the version that it stands on. */
	if (strncmp(kernel->name, "linux-", strlen("linux-")))
		fprintf(out, "Kernel    %s, on Linux %s", kernel->name, kernel->version);
	else
		fprintf(out, "Kernel    Linux %s", kernel->version);
	fprintf(out, " with %s pages; %zu kernel files run unmodified%s\n", wl_text_bytes(kernel->page_bytes).s,
		kernel->hosted_count, *kernel->era ? "" : ", byte for byte");
}

void wl_summary_record(const struct phb_freeze *record, FILE *out)
{
	fprintf(out, "Record    %s by RID %02x:%02x.%x at PCI address %#" PRIx64 "; cause: %s\n", record->type,
		record->rid >> 8, record->rid >> 3 & 31, record->rid & 7, record->addr.v, record->causes);
	fprintf(out, "          (%s; PEST A %#018" PRIx64 ", B %#018" PRIx64 ")\n", record->cause_bits, record->pest_a,
		record->pest_b);
}

void wl_results_record(struct json *json, const struct phb_freeze *record)
{
	json_text(json, "type", record->type ? record->type : "");
	json_hex(json, "rid", record->rid);
	json_hex(json, "address", record->addr.v);
	json_text(json, "causes", record->causes);
	json_text(json, "cause_bits", record->cause_bits);
	json_u64(json, "lem_bit", record->lem_bit);
	json_hex(json, "pest_a", record->pest_a);
	json_hex(json, "pest_b", record->pest_b);
}

void wl_summary_verdict(struct wl_run *run, FILE *out)
{
	struct referee_counts counts = referee_counts(run->referee);

	fprintf(out, "\nReferee   %s DMAs judged against what VFIO had allowed: %s violation%s\n",
		wl_text_count(counts.dmas_judged).s, wl_text_count(counts.violations).s,
		counts.violations == 1 ? "" : "s");
	wl_verdict_print(run, out, "every expectation of the story held");
}
