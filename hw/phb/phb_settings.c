/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/phb/phb_settings.c - the keys "phb.*", and what is read from them once. The parts of a PHB read the others when they
 * are made.
 *
 * Not modelled: see hw/phb/phb.h and docs/hardware.md.
 */
#include "hw/phb/phb_error.h"

static const char *const phb_status_names[] = {"ur", "ca", NULL};
static const char *const phb_end_names[] = {"exclusive", "inclusive", NULL};
static const char *const phb_peltv_names[] = {"all", "messages", NULL};
static const char *const phb_match_names[] = {"covered", "touched", NULL};
static const char *const phb_down_names[] = {"all", "none", NULL};
static const char *const phb_cfg_timeout_names[] = {"quiet", "error", NULL};
static const char *const phb_both_names[] = {"fence", "freeze", NULL};
static const char *const phb_size_names[] = {"auto", "small", "big", NULL};
static const char *const phb_arbiter_names[] = {"arrival", "pe", NULL};
static const char *const phb_split_names[] = {"default", "first", NULL};

static const char *const p7ioc_dma64_names[] = {"error", "alias", NULL};
static const char *const p7ioc_wide_names[] = {"first", "aligned", NULL};

#define UNKNOWN .source = CFG_ASSUMED, .where = "no public figure for PHB3"

/* clang-format off */
const struct cfg_row phb_cfg_rows[] = {
	{.path = "phb.generation", .type = CFG_CHOICE, .def = 0, .min = 0, .max = 3, .choices = phb_gen_names,
	 .source = CFG_USER, .where = "choice of the user; machine files set it with all that belongs to it",
	 .help = "Generation of the host bridges: phb3 (POWER8, IODA2), p7ioc (POWER7, IODA1), phb4 (POWER9, IODA3), phb5 "
		 "(POWER10, IODA3)."},
	{.path = "phb.size", .type = CFG_CHOICE, .def = 0, .min = 0, .max = 2, .choices = phb_size_names,
	 .source = CFG_DOCUMENTED, .where = "QEMU 10.0 pnv_phb4.c: PHBs 0 and 3 of a chip are big",
	 .help = "Size of a PHB4 or PHB5: small (256 PEs) or big (512); auto: as on the chip. Others have one size."},
	{.path = "phb.clock", .type = CFG_FREQ, .def = 250000000, .min = 1000000, .max = 10000000000, UNKNOWN,
	 .help = "Clock of the PHB's pipeline; the rows in cycles count it."},
	{.path = "phb.rtc.entries", .type = CFG_COUNT, .def = 64, .min = 1, .max = 65536,
	 .source = CFG_ASSUMED, .where = "QEMU 10.0 pnv_phb3.c masks the RCAM index with 63; unconfirmed",
	 .help = "Requesters whose PE the RID cache keeps, first in, first out; a big PHB4 or PHB5 keeps twice as many."},
	{.path = "phb.rtc.hit_cycles", .type = CFG_COUNT, .def = 2, .min = 0, .max = 10000, UNKNOWN,
	 .help = "Pipeline cycles to find the requester's PE in the RID cache."},
	{.path = "phb.tvt_cycles", .type = CFG_COUNT, .def = 2, .min = 0, .max = 10000, UNKNOWN,
	 .help = "Pipeline cycles to select the TVE and to check the window."},
	{.path = "phb.tce_cache.entries", .type = CFG_COUNT, .def = 64, .min = 16, .max = 65536,
	 .source = CFG_ASSUMED, .where = "QEMU 10.0 pnv_phb3.c masks the TCAM index with 63; unconfirmed",
	 .help = "Lines of the TCE cache, a power of two unless it has one set; a big PHB4 or PHB5 has twice as many."},
	{.path = "phb.tce_cache.line_tces", .type = CFG_COUNT, .def = 16, .min = 1, .max = 16, .pow2 = true,
	 .source = CFG_ASSUMED, .where = "128 bytes, a cache line of POWER, are what one read of memory brings",
	 .help = "Neighbouring TCEs in a line of the TCE cache; a walk fetches them all."},
	{.path = "phb.tce_cache.ways", .type = CFG_COUNT, .def = 4, .min = 0, .max = 16, .pow2 = true, UNKNOWN,
	 .help = "Ways of a set of the TCE cache; replacement is least recently used. 0: one set of all lines."},
	{.path = "phb.tce_cache.hit_cycles", .type = CFG_COUNT, .def = 10, .min = 0, .max = 10000, UNKNOWN,
	 .help = "Pipeline cycles of a TCE cache lookup."},
	{.path = "phb.issue_cycles", .type = CFG_COUNT, .def = 1, .min = 0, .max = 10000, UNKNOWN,
	 .help = "Cycles between two requests entering the pipeline."},
	{.path = "phb.walkers", .type = CFG_COUNT, .def = 32, .min = 1, .max = PHB_WALKERS_MAX,
	 .source = CFG_ASSUMED, .where = "skiboot hw/phb3.c enables 32 TCE tags; that a tag is a walk is assumed",
	 .help = "Table walks that can be under way together."},
	{.path = "phb.walk_merge", .type = CFG_BOOL, .def = 1, .max = 1, UNKNOWN,
	 .help = "Do requests that miss the same line share its walk? Otherwise each makes a walk of its own."},
	{.path = "phb.walk_level_latency", .type = CFG_TIME, .def = 150 * SIM_PS_PER_NS, .min = 0, .max = SIM_PS_PER_MS,
	 .source = CFG_ASSUMED, .where = "order of a POWER8 memory access; x86 hosts lose 330 ns per miss (pcie-bench)",
	 .help = "Time to read one level of a TCE table from memory."},
	{.path = "phb.read_tags", .type = CFG_COUNT, .def = 32, .min = 1, .max = PHB_TAGS_MAX,
	 .source = CFG_DOCUMENTED, .where = "skiboot hw/phb3.c: AIB_TAG_ENABLE 0xffffffff00000000",
	 .help = "DMA reads that can be in memory together."},
	{.path = "phb.read_engines", .type = CFG_COUNT, .def = 0, .min = 0, .max = 65536,
	 .source = CFG_DOCUMENTED, .where = "skiboot e876514b3: a PEC of POWER9 has 64; that one reads a line is assumed",
	 .help = "Lines of memory that DMA reads of a PHB can have under way together. 0: the PHB's share of its PEC (PHB4), "
		 "or any number (others, of which nothing is known)."},
	{.path = "phb.pec_split", .type = CFG_CHOICE, .def = 0, .min = 0, .max = 1, .choices = phb_split_names,
	 .source = CFG_DOCUMENTED, .where = "skiboot hw/phb4.c, e876514b3",
	 .help = "PHB4: how the last PEC shares its read engines among PHBs 3, 4 and 5: default, 32, 16, 16; or first, 48, 8, 8."},
	{.path = "phb.write_buffers", .type = CFG_COUNT, .def = 0, .min = 0, .max = 65536, UNKNOWN,
	 .help = "Lines of memory that DMA writes of a PHB can have under way together. 0: any number."},
	{.path = "phb.arbiter", .type = CFG_CHOICE, .def = 0, .min = 0, .max = 1, .choices = phb_arbiter_names, UNKNOWN,
	 .help = "Who goes first of those that wait for a walker, a read tag or read engines: in order of arrival, or one of "
		 "each PE in turn."},
	{.path = "phb.ram_read_latency", .type = CFG_TIME, .def = 200 * SIM_PS_PER_NS, .min = 0, .max = SIM_PS_PER_MS, UNKNOWN,
	 .help = "Memory's answer to a read of the PHB: data of a DMA, an RTT entry."},
	{.path = "phb.ram_write_latency", .type = CFG_TIME, .def = 100 * SIM_PS_PER_NS, .min = 0, .max = SIM_PS_PER_MS, UNKNOWN,
	 .help = "Time until memory has taken a write and its buffer is free."},
	{.path = "phb.ram_bandwidth", .type = CFG_RATE, .def = 24000000000, .min = 1000000, .max = 1000000000000, UNKNOWN,
	 .help = "Rate between one PHB and memory, both directions together."},
	{.path = "phb.msi_latency", .type = CFG_TIME, .def = 300 * SIM_PS_PER_NS, .min = 0, .max = SIM_PS_PER_MS, UNKNOWN,
	 .help = "From the decision about an MSI until the interrupt is out: vector fetch and presentation."},
	{.path = "phb.kill_cycles", .type = CFG_COUNT, .def = 20, .min = 0, .max = 100000, UNKNOWN,
	 .help = "Cycles of a kill of one page; before PHB4 they hold the pipeline up."},
	{.path = "phb.kill_scan_cycles", .type = CFG_COUNT, .def = 64, .min = 0, .max = 100000, UNKNOWN,
	 .help = "Cycles of a kill of a PE or of all; before PHB4 they hold the pipeline up."},
	{.path = "phb.kill_queue", .type = CFG_COUNT, .def = 8, .min = 1, .max = PHB_KILLS_MAX, UNKNOWN,
	 .help = "Kills that fit into the queue, the one under way included."},
	{.path = "phb.kill_page_match", .type = CFG_CHOICE, .def = 0, .min = 0, .max = 1, .choices = phb_match_names,
	 .source = CFG_ASSUMED, .where = "skiboot gives each kill the page's size (PSEL); what a wrong one does is not said",
	 .help = "Which TCEs does a page kill of PHB4 and PHB5 forget: covered, whose pages lie within the bytes killed; "
		 "or touched, larger pages too."},
	{.path = "phb.errata.kill_page_dropped", .type = CFG_BOOL, .def = 1, .max = 1,
	 .source = CFG_DOCUMENTED, .where = "skiboot hw/phb4.c, HW560152; when exactly is assumed",
	 .help = "PHB4, PHB5: a kill of one page that meets a busy kill queue is lost."},
	{.path = "phb.errata.tclb_realloc", .type = CFG_BOOL, .def = 1, .max = 1,
	 .source = CFG_DOCUMENTED, .where = "skiboot hw/phb4.c, HW557787; when exactly is assumed",
	 .help = "PHB4, PHB5 unless CTRLR disables the line buffer: a killed line may come back while other walks are on."},
	{.path = "phb.completion_timeout", .type = CFG_TIME, .def = 16 * SIM_PS_PER_MS, .min = SIM_PS_PER_US,
	 .max = 64 * SIM_PS_PER_S, .source = CFG_DOCUMENTED,
	 .where = "skiboot hw/phb3.c: 16 ms for outbound non-posted requests; PHB4: 33 to 50 ms (commit 5cee06674)",
	 .help = "A load or configuration cycle that no device has answered by then is given up."},
	{.path = "phb.config_timeout", .type = CFG_CHOICE, .def = 0, .min = 0, .max = 1, .choices = phb_cfg_timeout_names,
	 .source = CFG_DOCUMENTED, .where = "LoPAR, table of errors: no response to a configuration read is no error",
	 .help = "A configuration cycle that is given up: quiet, all ones and no more; or error, as a load that is."},
	{.path = "phb.frozen_read", .type = CFG_CHOICE, .def = 0, .min = 0, .max = 1, .choices = phb_status_names,
	 .source = CFG_ASSUMED, .where = "P7IOC: CA by CONTROL value (skiboot); others unknown",
	 .help = "Completion of a DMA read of a frozen PE: Unsupported Request or Completer Abort."},
	{.path = "phb.fault_read", .type = CFG_CHOICE, .def = 0, .min = 0, .max = 1, .choices = phb_status_names,
	 .source = CFG_ASSUMED, .where = "LoPAR errinjct: UR or CA, which of them is not said",
	 .help = "Completion of a DMA read that is an error: Unsupported Request or Completer Abort."},
	{.path = "phb.ioda_errors", .type = CFG_BOOL, .def = 1, .max = 1,
	 .source = CFG_ASSUMED, .where = "skiboot phberr.py names the bit; what sets it is not said",
	 .help = "PHB4, PHB5: an IODA_ADDR with a table or an index that there is not sets the IODA table access error."},
	{.path = "phb.freeze_and_fence", .type = CFG_CHOICE, .def = 0, .min = 0, .max = 1, .choices = phb_both_names,
	 .source = CFG_ASSUMED, .where = "skiboot has a completion time-out of PHB4 in both masks; its log of a fence (02a683bf0)",
	 .help = "An error that is in FREEZE_ENABLE and in FENCE_ENABLE: fence or freeze."},
	{.path = "phb.link_down_freeze", .type = CFG_CHOICE, .def = 0, .min = 0, .max = 1, .choices = phb_down_names,
	 .source = CFG_ASSUMED, .where = "skiboot: a link that goes down is endpoint recoverable; whose PE is not said",
	 .help = "PHB4, PHB5: which PEs an enabled link-down error freezes: all or none."},
	{.path = "phb.bypass_end", .type = CFG_CHOICE, .def = 0, .min = 0, .max = 1, .choices = phb_end_names,
	 .source = CFG_ASSUMED, .where = "skiboot: OPAL's arithmetic says exclusive, its CAPI constants inclusive",
	 .help = "Does the end field of a non-translated window name the first 16 MiB outside or the last inside?"},
	{.path = "phb.peltv_scope", .type = CFG_CHOICE, .def = 0, .min = 0, .max = 1, .choices = phb_peltv_names,
	 .source = CFG_ASSUMED, .where = "Linux pci_iov_resource_on_powernv.rst speaks of messages only",
	 .help = "Which errors freeze the companions in the PELT-V row: all, or only PCIe error messages."},
	{.path = "phb.inject_once", .type = CFG_BOOL, .def = 1, .max = 1,
	 .source = CFG_DOCUMENTED, .where = "LoPAR ibm,errinjct; skiboot's comments say that P7IOC and PHB3 go on",
	 .help = "Does an injected error that is not sticky happen once?"},
	{.path = "phb.p7ioc.dma64", .type = CFG_CHOICE, .def = 0, .min = 0, .max = 1, .choices = p7ioc_dma64_names,
	 .source = CFG_ASSUMED, .where = "not known; Linux uses 32-bit addresses only",
	 .help = "P7IOC: a DMA address from 4 GiB on is an error, or selects by its bits 31:28 as one below."},
	{.path = "phb.p7ioc.wide_window", .type = CFG_CHOICE, .def = 0, .min = 0, .max = 1, .choices = p7ioc_wide_names,
	 .source = CFG_ASSUMED, .where = "not known; Linux makes windows of 256 MiB only",
	 .help = "P7IOC: what a TVE of more than 256 MiB maps: its first 256 MiB, or the part at that place if aligned."},
	{.path = "mutant.forget_kill", .type = CFG_BOOL, .max = 1, .source = CFG_USER, .where = "a deliberate fault",
	 .help = "TCE_KILL does nothing. For proving that the referee catches it."},
	{.path = "mutant.skip_freeze", .type = CFG_BOOL, .max = 1, .source = CFG_USER, .where = "a deliberate fault",
	 .help = "An error is recorded but the PE goes on. For proving that the referee catches it."},
	{.path = "mutant.walk_off_by_one", .type = CFG_BOOL, .max = 1, .source = CFG_USER, .where = "a deliberate fault",
	 .help = "A table walk takes the TCE after the right one. For proving that the referee catches it."},
};
/* clang-format on */
const size_t phb_cfg_row_count = sim_count_of(phb_cfg_rows);
#undef UNKNOWN

void phb_configure(struct phb *phb, const struct cfg *cfg)
{
	struct phb_timing *timing = &phb->timing;
	struct sim_clock clock;

	sim_clock_init(&clock, cfg_u64(cfg, "phb.clock"));
	timing->front_ps = sim_clock_ps(&clock, cfg_u64(cfg, "phb.rtc.hit_cycles") + cfg_u64(cfg, "phb.tvt_cycles") +
							cfg_u64(cfg, "phb.tce_cache.hit_cycles"));
	timing->issue_ps = sim_clock_ps(&clock, cfg_u64(cfg, "phb.issue_cycles"));
	timing->kill_one_ps = sim_clock_ps(&clock, cfg_u64(cfg, "phb.kill_cycles"));
	timing->kill_scan_ps = sim_clock_ps(&clock, cfg_u64(cfg, "phb.kill_scan_cycles"));
	timing->walk_level_ps = cfg_u64(cfg, "phb.walk_level_latency");
	timing->ram_read_ps = cfg_u64(cfg, "phb.ram_read_latency");
	timing->ram_write_ps = cfg_u64(cfg, "phb.ram_write_latency");
	timing->msi_ps = cfg_u64(cfg, "phb.msi_latency");
	timing->completion_ps = cfg_u64(cfg, "phb.completion_timeout");
	phb->frozen_status = cfg_u64(cfg, "phb.frozen_read") ? TLP_CA : TLP_UR;
	phb->fault_status = cfg_u64(cfg, "phb.fault_read") ? TLP_CA : TLP_UR;
	phb->end_inclusive = cfg_u64(cfg, "phb.bypass_end");
	phb->peltv_messages_only = cfg_u64(cfg, "phb.peltv_scope");
	phb->inject_once = cfg_bool(cfg, "phb.inject_once");
	phb->dma64_alias = cfg_u64(cfg, "phb.p7ioc.dma64");
	phb->wide_windows = cfg_u64(cfg, "phb.p7ioc.wide_window");
	phb->walk_merge = cfg_bool(cfg, "phb.walk_merge");
	phb->arbiter_by_pe = cfg_u64(cfg, "phb.arbiter");
	phb->ioda_errors = cfg_bool(cfg, "phb.ioda_errors");
	phb->both_freeze = cfg_u64(cfg, "phb.freeze_and_fence");
	phb->config_timeout_error = cfg_u64(cfg, "phb.config_timeout");
	phb->link_down_pe = cfg_u64(cfg, "phb.link_down_freeze") ? PHB_PE_NONE : PHB_PE_ALL;
	phb->mutant_forget_kill = cfg_bool(cfg, "mutant.forget_kill");
	phb->mutant_skip_freeze = cfg_bool(cfg, "mutant.skip_freeze");
	phb->leaf_skip_bytes = cfg_bool(cfg, "mutant.walk_off_by_one") ? TCE_BYTES : 0;
}
