// SPDX-License-Identifier: GPL-2.0-only
/* workloads/guest_config.c - rows "guest.*": what can be asked of a guest's storm, and what fits together. */
#include "workloads/guest.h"
#include "workloads/storm.h"

#define MIB (1ull << 20)
#define HUGE_BYTES (16 * MIB)
#define WIRE_OVERHEAD 24u /* preamble, FCS, gap: IEEE 802.3, 3.1.1, 4.4.2; frames are counted without FCS */

static const char *const kernel_choices[] = {"host", "linux-6.1", "linux-6.12", NULL};
static const char *const dma_choices[] = {"default", "direct", "dynamic", "single", NULL};
static const char *const lock_choices[] = {"pools", "one", "whole", NULL};

/* clang-format off */
#define CHOICE CFG_USER, .where = "a choice of the scenario"
const struct cfg_row guest_rows[GUEST_ROWS] = {
	{.path = "guest.kernel", .type = CFG_CHOICE, .def = 0, .choices = kernel_choices, .source = CHOICE,
	 .help = "Kernel of the guest; host: the same as the host's, if it can be a guest's."},
	{.path = "guest.vcpus", .type = CFG_COUNT, .def = 1, .min = 1, .max = GM_CPUS_MAX, .source = CHOICE,
	 .help = "vCPUs of the guest; each drives one queue, a function of the device (machine.functions), but in dma-map."},
	{.path = "guest.place", .type = CFG_CHOICE, .def = 0, .choices = wl_place_choices, .source = CHOICE,
	 .help = "Where vCPUs run: a core each, spread over cpu.cores, or packed into hardware threads (cpu.smt)."},
	{.path = "guest.memory", .type = CFG_SIZE, .def = 256 * MIB, .min = 64 * MIB, .max = 1ull << 40, .source = CHOICE,
	 .help = "Guest memory."},
	{.path = "guest.huge", .type = CFG_BOOL, .def = 0, .source = CHOICE,
	 .help = "It lies in huge pages of the host (16MiB), so that the device's window can have such pages."},
	{.path = "guest.window", .type = CFG_SIZE, .def = 1024 * MIB, .min = 16 * MIB, .max = 2048 * MIB, .pow2 = true,
	 .source = CFG_DOCUMENTED, .where = "QEMU hw/ppc/spapr_pci.c: dma_win_size, 1 GiB",
	 .help = "Default DMA window, with pages of 4 KiB. Below 1GiB the kernel makes one pool of it, else four."},
	{.path = "guest.dma", .type = CFG_CHOICE, .def = GUEST_DMA_DEFAULT, .choices = dma_choices, .source = CHOICE,
	 .help = "default: no DDW; direct: all memory in a DDW; dynamic: a DDW smaller than memory; single: a DDW in place of "
		 "the default window."},
	{.path = "guest.page", .type = CFG_SIZE, .def = 16 * MIB, .min = 64 << 10, .max = 16 * MIB, .pow2 = true, .source = CHOICE,
	 .help = "Largest page of a DDW that is offered: 64KiB, 2MiB or 16MiB; the kernel takes it."},
	{.path = "guest.extensions", .type = CFG_BOOL, .def = 1, .source = CHOICE,
	 .help = "The hypervisor has ibm,reset-pe-dma-windows and queries with six results (LoPAR 2.7, 2.8)."},
	{.path = "guest.multi_tce", .type = CFG_BOOL, .def = 1, .source = CHOICE,
	 .help = "The guest uses H_PUT_TCE_INDIRECT and H_STUFF_TCE; otherwise its command line says multitce=off."},
	{.path = "guest.locks", .type = CFG_CHOICE, .def = GM_LOCK_POOLS, .choices = lock_choices, .source = CHOICE,
	 .help = "Of the allocator: pools, as the kernel has them; one pool; whole: and held while TCEs are written (older kernels)."},
	{.path = "guest.poll", .type = CFG_TIME, .def = SIM_PS_PER_US, .min = 1000, .max = SIM_PS_PER_MS, .source = CHOICE,
	 .help = "How often a driver with nothing to do looks again."},
	{.path = "guest.line", .type = CFG_RATE, .def = 1250000000, .min = 1000000, .max = 100000000000, .source = CHOICE,
	 .help = "net: rate of the wire, in each direction; the queues share it."},
	{.path = "guest.packets", .type = CFG_COUNT, .def = 2000, .min = 1, .max = 1ull << 40, .source = CHOICE,
	 .help = "net: packets of each queue."},
	{.path = "guest.frame", .type = CFG_SIZE, .def = 1514, .min = 64, .max = 16000, .source = CHOICE,
	 .help = "net: bytes of a frame, without its check sum; 1514 is an MTU of 1500, 9014 one of 9000."},
	{.path = "guest.tx", .type = CFG_COUNT, .def = 128, .min = 0, .max = 256, .source = CHOICE,
	 .help = "net: of 256 packets so many are sent, the others received."},
	{.path = "guest.ring", .type = CFG_COUNT, .def = 256, .min = 32, .max = 4096, .pow2 = true, .source = CHOICE,
	 .help = "Descriptors in the ring of a queue."},
	{.path = "guest.ios", .type = CFG_COUNT, .def = 200, .min = 1, .max = 1ull << 40, .source = CHOICE,
	 .help = "nvme: I/Os of each queue."},
	{.path = "guest.depth", .type = CFG_COUNT, .def = 32, .min = 1, .max = 256, .source = CHOICE,
	 .help = "nvme: I/Os of a queue that are under way."},
	{.path = "guest.io_min", .type = CFG_SIZE, .def = 4096, .min = 4096, .max = MIB, .pow2 = true, .source = CHOICE,
	 .help = "nvme: smallest I/O."},
	{.path = "guest.io_max", .type = CFG_SIZE, .def = MIB, .min = 4096, .max = MIB, .pow2 = true, .source = CHOICE,
	 .help = "nvme: largest I/O."},
	{.path = "guest.rounds", .type = CFG_COUNT, .def = 1000, .min = 1, .max = 1ull << 40, .source = CHOICE,
	 .help = "dma-map: mappings of each vCPU."},
	{.path = "guest.map", .type = CFG_SIZE, .def = 4096, .min = 1, .max = MIB, .source = CHOICE,
	 .help = "dma-map: size of a mapping."},
	{.path = "guest.think", .type = CFG_TIME, .def = 0, .min = 0, .max = SIM_PS_PER_S, .source = CHOICE,
	 .help = "dma-map: between two mappings of a vCPU."},
	{.path = "guest.reads", .type = CFG_COUNT, .def = 179, .min = 0, .max = 256, .source = CHOICE,
	 .help = "nvme: of 256 I/Os so many read (the device writes memory); 179 is 70 %."},
};
#undef CHOICE
/* clang-format on */

/* An imported kernel is no guest's. */
static const struct gm_desc_row *find_kernel(const struct wl_run *run)
{
	uint64_t choice = cfg_u64(run->cfg, "guest.kernel");
	const struct gm_desc_row *desc = gm_desc_find(choice ? kernel_choices[choice] : kernel_desc(run->kernel)->name);

	return desc || choice ? desc : gm_desc_find(kernel_choices[1]);
}

static void load(struct guest_config *config, const struct cfg *cfg, uint64_t seed)
{
	config->vcpus = (uint32_t)cfg_u64(cfg, "guest.vcpus");
	config->place = (enum wl_place)cfg_u64(cfg, "guest.place");
	config->memory_bytes = cfg_u64(cfg, "guest.memory");
	config->huge = cfg_bool(cfg, "guest.huge");
	config->window_bytes = cfg_u64(cfg, "guest.window");
	config->dma = (enum guest_dma)cfg_u64(cfg, "guest.dma");
	config->page_bytes = cfg_u64(cfg, "guest.page");
	config->extensions = cfg_bool(cfg, "guest.extensions");
	config->multi_tce = cfg_bool(cfg, "guest.multi_tce");
	config->locks = (enum gm_lock)cfg_u64(cfg, "guest.locks");
	config->line_bytes_per_s = cfg_u64(cfg, "guest.line");
	config->net = (struct gm_net){.ring = (uint32_t)cfg_u64(cfg, "guest.ring"),
				      .frame_bytes = (uint32_t)cfg_u64(cfg, "guest.frame"),
				      .buffer_bytes = 2048,
				      .tx = (uint32_t)cfg_u64(cfg, "guest.tx"),
				      .packets = cfg_u64(cfg, "guest.packets"),
				      .poll_ps = cfg_u64(cfg, "guest.poll"),
				      .seed = seed};
	config->bench = (struct gm_bench){.rounds = cfg_u64(cfg, "guest.rounds"),
					  .bytes = cfg_u64(cfg, "guest.map"),
					  .think_ps = cfg_u64(cfg, "guest.think")};
	while (config->net.buffer_bytes < config->net.frame_bytes)
		config->net.buffer_bytes *= 2;
	config->blk = (struct gm_blk){.ring = config->net.ring,
				      .depth = (uint32_t)cfg_u64(cfg, "guest.depth"),
				      .reads = (uint32_t)cfg_u64(cfg, "guest.reads"),
				      .bytes_min = cfg_u64(cfg, "guest.io_min"),
				      .bytes_max = cfg_u64(cfg, "guest.io_max"),
				      .ios = cfg_u64(cfg, "guest.ios"),
				      .poll_ps = config->net.poll_ps,
				      .seed = seed};
}

/*
 * What the wire leaves between two descriptors of one queue: all queues share it, and where both directions are used a
 * ring's descriptors take turns.
 */
static void pace(struct guest_config *config)
{
	unsigned __int128 ps;

	config->wire_bytes = config->net.frame_bytes + WIRE_OVERHEAD;
	config->busier = config->net.tx > 128 ? config->net.tx : 256 - config->net.tx;
	ps = (unsigned __int128)config->wire_bytes * SIM_PS_PER_S * config->vcpus * config->busier / 256;
	config->net.interval_ps = (uint64_t)(ps / config->line_bytes_per_s);
}

int guest_configure(struct wl_run *run, const struct guest_plan *plan, struct guest_config *config)
{
	uint64_t pages = 1ull << 16 | 1ull << 21 | 1ull << 24, grain;
	struct cfg *cfg = run->cfg;
	int err = storm_check_bridge(run);

	if (err)
		return err;
	load(config, cfg, run->options->seed);
	config->functions = plan->driver == GUEST_BENCH ? 1 : config->vcpus;
	pace(config);
	config->kernel = find_kernel(run);
	if (!config->kernel)
		return cfg_fail(cfg, "guest.kernel",
				"found a kernel that is not in this program, expected another one");
	if (!(pages & config->page_bytes))
		return cfg_fail(cfg, "guest.page", "found neither 64KiB nor 2MiB, 16MiB, expected one of them");
	grain = config->huge ? HUGE_BYTES : 64 << 10;
	if (config->memory_bytes % grain)
		return cfg_fail(cfg, "guest.memory", "found no multiple of the page it lies in, expected one");
	if (config->blk.bytes_max < config->blk.bytes_min)
		return cfg_fail(cfg, "guest.io_max", "found less than guest.io_min, expected at least that");
	if (config->functions > GM_FUNCTIONS_MAX || config->functions > cfg_u64(cfg, "machine.functions"))
		return cfg_fail(
			cfg, "guest.vcpus",
			"found more vCPUs than functions of a device (machine.functions), expected one for each");
	return 0;
}
