// SPDX-License-Identifier: GPL-2.0-only
/* workloads/storm_config.c - rows "storm.*": what can be asked of a storm, and what fits together. */
#include "hw/platform.h"
#include "workloads/storm.h"

#define MIB (1ull << 20)
#define HUGE_SHIFT 24u
#define PAGE_SHIFT_MIN 12u

static const char *const invalidate_choices[] = {"strict", "batched", "deferred", NULL};

/* clang-format off */
#define CHOICE CFG_USER, .where = "a choice of the scenario"
const struct cfg_row storm_rows[STORM_ROWS] = {
	{.path = "storm.vcpus", .type = CFG_COUNT, .def = 1, .min = 1, .max = STORM_CPUS_MAX, .source = CHOICE,
	 .help = "vCPUs of the guest; each has a slice of memory and window of its own."},
	{.path = "storm.tables", .type = CFG_COUNT, .def = 1, .min = 1, .max = STORM_CPUS_MAX, .source = CHOICE,
	 .help = "LIOBNs over which the vCPUs are spread; the device's window follows all of them."},
	{.path = "storm.place", .type = CFG_CHOICE, .def = WL_PLACE_FREE, .choices = wl_place_choices, .source = CHOICE,
	 .help = "Where vCPUs run: a core each, spread over cpu.cores, or packed into hardware threads (cpu.smt)."},
	{.path = "storm.rounds", .type = CFG_COUNT, .def = 2000, .min = 1, .max = 1ull << 40, .source = CHOICE,
	 .help = "Rounds of each vCPU; what a round is depends on the storm. boot-map maps all memory once instead."},
	{.path = "storm.batch", .type = CFG_COUNT, .def = 1, .min = 0, .max = KVM_H_LIST_MAX, .source = CHOICE,
	 .help = "TCEs that are mapped and taken back together, in one hypercall where it takes several; 0: 1 to 512 at random."},
	{.path = "storm.invalidate", .type = CFG_CHOICE, .def = STORM_STRICT, .choices = invalidate_choices,
	 .source = CHOICE,
	 .help = "How mappings are taken back: strict, at once and one by one; batched, at once by H_STUFF_TCE; deferred."},
	{.path = "storm.flush", .type = CFG_COUNT, .def = 512, .min = 1, .max = 1u << 20, .source = CHOICE,
	 .help = "TCEs that may wait to be cleared, by H_STUFF_TCE, where invalidation is deferred."},
	{.path = "storm.memory", .type = CFG_SIZE, .def = 16 * MIB, .min = MIB, .max = 1ull << 40, .source = CHOICE,
	 .help = "Guest memory that the storm maps, registered with the device's container."},
	{.path = "storm.huge", .type = CFG_BOOL, .def = 0, .source = CHOICE,
	 .help = "Guest memory lies in huge pages of the host (16MiB), so that the device's window can have such pages."},
	{.path = "storm.window", .type = CFG_SIZE, .def = 1024 * MIB, .min = 0, .max = 1ull << 45, .pow2 = true,
	 .source = CHOICE, .help = "Size of the DMA window and of the guest's table; 0: the next one above storm.memory."},
	{.path = "storm.page", .type = CFG_SIZE, .def = 0, .min = 0, .max = 1ull << 30, .pow2 = true, .source = CHOICE,
	 .help = "IOMMU page of the guest's table: 4KiB, 64KiB, 2MiB, 16MiB or 1GiB; 0: the kernel's page."},
	{.path = "storm.request", .type = CFG_SIZE, .def = 512, .min = 64, .max = 4096, .pow2 = true, .source = CHOICE,
	 .help = "Size of a DMA request."},
	{.path = "storm.touch", .type = CFG_COUNT, .def = 4, .min = 0, .max = 1ull << 40, .source = CHOICE,
	 .help = "Every so many rounds of vCPU 0 the device writes and reads what is mapped; 0: never."},
	{.path = "storm.stray", .type = CFG_BOOL, .def = 1, .source = CHOICE,
	 .help = "At the end the device writes to a page that is not mapped, which must freeze its PE."},
	{.path = "storm.think", .type = CFG_TIME, .def = 0, .min = 0, .max = SIM_PS_PER_S, .source = CHOICE,
	 .help = "What a guest computes between two hypercalls."},
	{.path = "storm.poll", .type = CFG_TIME, .def = SIM_PS_PER_US, .min = 1000, .max = SIM_PS_PER_MS, .source = CHOICE,
	 .help = "How often the guest looks whether its device is done."},
};
#undef CHOICE
/* clang-format on */

/* IOMMU pages that the kernel uses on a bridge, a bit each (skiboot, "ibm,supported-tce-sizes"). */
static const uint64_t phb_pages[] = {
	[PLATFORM_PHB_P7IOC] = 1ull << 12,
	[PLATFORM_PHB_PHB3] = 1ull << 12 | 1ull << 16 | 1ull << 24 | 1ull << 28,
	[PLATFORM_PHB_PHB4] = 1ull << 12 | 1ull << 16 | 1ull << 21 | 1ull << 30,
	[PLATFORM_PHB_PHB5] = 1ull << 12 | 1ull << 16 | 1ull << 21 | 1ull << 30,
};

/*
 * The device's window: the largest page of the bridge that is no larger than the guest's, and that lies in one page of
 * the host, because the kernel maps nothing that is not in one piece. One TCE of the guest may become several.
 */
static uint32_t window_shift(const struct storm_config *config, uint64_t page_bytes, uint32_t phb_type)
{
	uint32_t shift = config->huge ? HUGE_SHIFT : (uint32_t)__builtin_ctzll(page_bytes);

	shift = config->page_shift < shift ? config->page_shift : shift;
	while (shift > PAGE_SHIFT_MIN && !(phb_pages[phb_type] >> shift & 1))
		shift--;
	return shift;
}

/* A power of two, so that there is room behind what is mapped. */
static uint64_t window_above(uint64_t bytes)
{
	uint64_t window = 16 * MIB;

	while (window <= bytes)
		window <<= 1;
	return window;
}

static void load(struct storm_config *config, const struct cfg *cfg, uint64_t page_bytes, uint32_t phb_type)
{
	uint64_t page = cfg_u64(cfg, "storm.page");

	config->vcpus = (uint32_t)cfg_u64(cfg, "storm.vcpus");
	config->tables = (uint32_t)cfg_u64(cfg, "storm.tables");
	config->place = (enum wl_place)cfg_u64(cfg, "storm.place");
	config->rounds = cfg_u64(cfg, "storm.rounds");
	config->batch = (uint32_t)cfg_u64(cfg, "storm.batch");
	config->invalidate = (enum storm_invalidate)cfg_u64(cfg, "storm.invalidate");
	config->flush = cfg_u64(cfg, "storm.flush");
	config->memory_bytes = cfg_u64(cfg, "storm.memory");
	config->huge = cfg_bool(cfg, "storm.huge");
	config->window_bytes = cfg_u64(cfg, "storm.window");
	if (!config->window_bytes)
		config->window_bytes = window_above(config->memory_bytes);
	config->page_shift = (uint32_t)__builtin_ctzll(page ? page : page_bytes);
	config->window_shift = window_shift(config, page_bytes, phb_type);
	config->request_bytes = cfg_u64(cfg, "storm.request");
	config->touch = cfg_u64(cfg, "storm.touch");
	config->stray = cfg_bool(cfg, "storm.stray");
	config->think_ps = cfg_u64(cfg, "storm.think");
	config->poll_ps = cfg_u64(cfg, "storm.poll");
}

/* Room for the slices of all vCPUs. */
static int check_room(const struct storm_config *config, const struct storm_plan *plan, struct cfg *cfg)
{
	uint64_t pages = (config->memory_bytes >> config->page_shift) / config->vcpus;
	uint64_t entries = (config->window_bytes >> config->page_shift) / config->vcpus;
	uint64_t span = plan->whole || plan->mixed || !config->batch ? KVM_H_LIST_MAX : config->batch;

	if (plan->once && !pages)
		return cfg_fail(cfg, "storm.memory",
				"found less than an IOMMU page for each of storm.vcpus, expected 1 or more");
	if (plan->once && entries <= pages)
		return cfg_fail(cfg, "storm.window",
				"found no room behind storm.memory, expected a larger window, or 0");
	if (plan->once)
		return 0;
	if (pages < 2)
		return cfg_fail(cfg, "storm.memory",
				"found less than 2 IOMMU pages for each of storm.vcpus, expected 2 or more");
	if (entries < 2 * span)
		return cfg_fail(cfg, "storm.window",
				"found room for %llu TCEs for each of storm.vcpus, expected %llu or more (storm.batch)",
				(unsigned long long)entries, (unsigned long long)(2 * span));
	return 0;
}

int storm_check_bridge(struct wl_run *run)
{
	if (machine_platform(run->machine)->phb[0].type != PLATFORM_PHB_P7IOC)
		return 0;
	return cfg_fail(run->cfg, "phb.generation",
			"found p7ioc, expected phb3 or later: groups of IODA1 have no container of version 2");
}

int storm_configure(struct wl_run *run, const struct storm_plan *plan, struct storm_config *config)
{
	static const uint64_t shifts = 1ull << 12 | 1ull << 16 | 1ull << 21 | 1ull << 24 | 1ull << 30;
	uint64_t page_bytes = kernel_desc(run->kernel)->page_bytes, grain;
	struct cfg *cfg = run->cfg;
	int err = storm_check_bridge(run);

	if (err)
		return err;
	load(config, cfg, page_bytes, machine_platform(run->machine)->phb[0].type);
	if (!(shifts >> config->page_shift & 1))
		return cfg_fail(cfg, "storm.page",
				"found neither 4KiB nor 64KiB, 2MiB, 16MiB, 1GiB, expected one of them, or 0");
	grain = config->huge ? 1ull << HUGE_SHIFT : page_bytes;
	if (config->memory_bytes % grain)
		return cfg_fail(cfg, "storm.memory", "found no multiple of the kernel's page, expected one");
	if (config->memory_bytes & ((1ull << config->page_shift) - 1))
		return cfg_fail(cfg, "storm.memory", "found no multiple of storm.page, expected one");
	return check_room(config, plan, cfg);
}
