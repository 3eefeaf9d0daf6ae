// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/guest.c - a guest's kernel as an object of the simulation: its memory, its prices, its statistics, and
 * the seam as that kernel sees it (kernel-model/hosted/guest-seam.txt).
 *
 * What kernel code costs anywhere (locks, allocation) it costs in a guest, by the rows "kernel.cost.*"; what only a
 * guest does has rows of its own. Both are counted here, and as the guest's own time in the kernel's statistics, never
 * as the host's.
 *
 * Guest memory is mapped a second time, so that guest addresses are one piece of the host's address space, as the
 * linear mapping of a kernel is: it is the same memory, page by page.
 */
#define _GNU_SOURCE
#include "kernel-model/guest.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "kernel-model/cpu.h"
#include "kernel-model/kernel_internal.h"
#include "sim/clock.h"
#include "sim/finding.h"
#include "sim/profile.h"
#include "sim/stat.h"
#include "sim/task.h"

#define GUEST_RESERVATIONS 4
#define GUEST_ALIGN (16ull << 30) /* the largest IOMMU page */
#define RIOMMU "rIOMMU (ASPLOS 2015): 1816 cycles a packet of 1500 bytes without IOMMU, x86, netperf"
#define NONE "no public figure for POWER8"

/** struct guest_stats - statistics "guest.<name>". */
struct guest_stats {
	uint64_t cost_calls[HOST_COST_COUNT], cost_ps[HOST_COST_COUNT];
	uint64_t own_calls[GM_COSTS], own_ps[GM_COSTS];
	uint64_t idle_ps, lock_wait_ps, hcalls, findings;
	struct stat_hist span[GM_SPANS];
};

/** struct guest - a guest's kernel. @map: its memory; @reserved: address space that its kernel asked for. */
struct guest {
	struct sim *sim;
	const struct gm_desc_row *desc;
	const struct guest_backend *backend;
	void *ctx;
	sim_ps cost_ps[HOST_COST_COUNT], own_ps[GM_COSTS];
	struct guest_stats stats;
	struct {
		void *base;
		size_t bytes;
	} map, reserved[GUEST_RESERVATIONS];
	size_t reserved_count;
};

/* There is no context argument in kernel code; as kernel-model/host.c. */
static struct guest *bound;

extern const struct gm_desc_row gm_desc_table[];
extern const size_t gm_desc_table_count;

/* clang-format off */
#define CYCLES_MAX 1000000
const struct cfg_row guest_cfg_rows[GUEST_CFG_ROWS] = {
	{.path = "guest.cost.packet_cycles", .type = CFG_COUNT, .def = 1816, .min = 0, .max = CYCLES_MAX,
	 .source = CFG_MEASURED, .where = RIOMMU, .help = "What a packet costs a guest besides the DMA API: driver and stack"},
	{.path = "guest.cost.io", .type = CFG_TIME, .def = 2 * SIM_PS_PER_US, .min = 0, .max = SIM_PS_PER_MS,
	 .source = CFG_ASSUMED, .where = NONE, .help = "What an I/O costs a guest besides the DMA API: driver and block layer"},
	{.path = "guest.cost.dma", .type = CFG_TIME, .def = 40 * SIM_PS_PER_NS, .min = 0, .max = SIM_PS_PER_MS,
	 .source = CFG_ASSUMED, .where = NONE, .help = "A call of the DMA API, without search, locks and hypercalls"},
	{.path = "guest.cost.search", .type = CFG_TIME, .def = 30 * SIM_PS_PER_NS, .min = 0, .max = SIM_PS_PER_MS,
	 .source = CFG_ASSUMED, .where = NONE, .help = "A search in the bitmap of I/O addresses, with the pool's lock held"},
	{.path = "guest.cost.search_64", .type = CFG_TIME, .def = 1 * SIM_PS_PER_NS, .min = 0, .max = SIM_PS_PER_MS,
	 .source = CFG_ASSUMED, .where = NONE, .help = "Each 64 entries that such a search looks at"},
};

#define COST(what, label, text) \
	{.name = label "_count", .kind = STAT_COUNTER, .unit = "operations", .help = text, \
	 .offset = offsetof(struct guest_stats, cost_calls) + (what) * sizeof(uint64_t)}, \
	{.name = label "_time", .kind = STAT_COUNTER, .unit = "ps", .help = "Simulated time of: " text, \
	 .offset = offsetof(struct guest_stats, cost_ps) + (what) * sizeof(uint64_t)}
#define OWN(what, label, text) \
	{.name = label "_count", .kind = STAT_COUNTER, .unit = "operations", .help = text, \
	 .offset = offsetof(struct guest_stats, own_calls) + (what) * sizeof(uint64_t)}, \
	{.name = label "_time", .kind = STAT_COUNTER, .unit = "ps", .help = "Simulated time of: " text, \
	 .offset = offsetof(struct guest_stats, own_ps) + (what) * sizeof(uint64_t)}
#define SPAN(which, label, text) \
	{.name = label, .kind = STAT_HIST, .unit = "ps", .help = text, \
	 .offset = offsetof(struct guest_stats, span) + (which) * sizeof(struct stat_hist)}
static const struct stat_row guest_stat_rows[] = {
	OWN(GM_COST_PACKET, "packet", "Packets, besides the DMA API."),
	OWN(GM_COST_IO, "io", "I/Os, besides the DMA API."),
	OWN(GM_COST_DMA, "dma", "Calls of the DMA API."),
	OWN(GM_COST_SEARCH, "search", "Searches in the bitmap of I/O addresses."),
	OWN(GM_COST_SEARCH_64, "search_64", "64 entries looked at in these."),
	COST(HOST_COST_LOCK, "lock", "Locks of the guest's kernel taken."),
	COST(HOST_COST_SPIN, "spin", "Looks at locks of it that were taken."),
	COST(HOST_COST_SYNC, "sync", "Full barriers of it."),
	COST(HOST_COST_KMALLOC, "kmalloc", "Objects allocated or freed."),
	COST(HOST_COST_PAGE_ALLOC, "page_alloc", "Blocks of pages allocated or freed."),
	COST(HOST_COST_ZERO_4K, "zero_4k", "4 KiB cleared."),
	COST(HOST_COST_SWITCH, "switch", "Times that a task slept."),
	COST(HOST_COST_HANDOFF, "handoff", "Next owners of a lock woken."),
	{.name = "idle_time", .kind = STAT_COUNTER, .unit = "ps", .help = "Drivers had nothing to do.",
	 .offset = offsetof(struct guest_stats, idle_ps)},
	{.name = "lock_wait_time", .kind = STAT_COUNTER, .unit = "ps", .help = "Asleep until a mutex was handed over.",
	 .offset = offsetof(struct guest_stats, lock_wait_ps)},
	{.name = "hcalls", .kind = STAT_COUNTER, .unit = "hypercalls", .help = "Hypercalls that the guest's kernel made.",
	 .offset = offsetof(struct guest_stats, hcalls)},
	{.name = "findings", .kind = STAT_COUNTER, .unit = "findings", .help = "WARN, BUG and locks left behind in it.",
	 .offset = offsetof(struct guest_stats, findings)},
	SPAN(GM_SPAN_MAP, "map", "A mapping by the DMA API (dma_map_page(), dma_map_sg())."),
	SPAN(GM_SPAN_UNMAP, "unmap", "Its end."),
	SPAN(GM_SPAN_PACKET, "packet_latency", "A packet, from posting to the driver's taking it."),
	SPAN(GM_SPAN_IO, "io_latency", "An I/O, from its start to its end in the driver."),
};
/* clang-format on */

const struct gm_desc_row *gm_descs(size_t *n)
{
	*n = gm_desc_table_count;
	return gm_desc_table;
}

const struct gm_desc_row *gm_desc_find(const char *name)
{
	for (size_t i = 0; i < gm_desc_table_count; i++)
		if (!strcmp(gm_desc_table[i].name, name))
			return &gm_desc_table[i];
	return NULL;
}

struct guest *guest_create(struct sim *sim, const struct cfg *cfg, const struct gm_desc_row *desc, const char *name,
			   const struct guest_backend *backend, void *ctx)
{
	static const char *const paths[GM_COSTS] = {[GM_COST_IO] = "guest.cost.io",
						    [GM_COST_DMA] = "guest.cost.dma",
						    [GM_COST_SEARCH] = "guest.cost.search",
						    [GM_COST_SEARCH_64] = "guest.cost.search_64"};
	struct guest *guest = sim_alloc(sizeof(*guest));
	char *path = sim_asprintf("guest.%s", name);
	struct sim_clock clock;

	sim_assert(sim, !bound);
	guest->sim = sim;
	guest->desc = desc;
	guest->backend = backend;
	guest->ctx = ctx;
	sim_clock_init(&clock, cfg_u64(cfg, "cpu.clock"));
	kernel_costs_load(cfg, &clock, guest->cost_ps);
	guest->own_ps[GM_COST_PACKET] = sim_clock_ps(&clock, cfg_u64(cfg, "guest.cost.packet_cycles"));
	for (size_t i = 0; i < GM_COSTS; i++)
		if (paths[i])
			guest->own_ps[i] = cfg_u64(cfg, paths[i]);
	stat_register(sim, path, guest_stat_rows, sim_count_of(guest_stat_rows), &guest->stats);
	free(path);
	bound = guest;
	return guest;
}

void guest_destroy(struct guest *guest)
{
	if (!guest)
		return;
	bound = NULL;
	stat_unregister(guest->sim, &guest->stats);
	if (guest->map.base)
		munmap(guest->map.base, guest->map.bytes);
	for (size_t i = 0; i < guest->reserved_count; i++)
		munmap(guest->reserved[i].base, guest->reserved[i].bytes);
	free(guest);
}

const struct gm_ops *guest_ops(const struct guest *guest)
{
	return guest->desc->ops;
}

/* ---- Memory ---- */

static uint8_t *guest_ram(const struct guest *guest)
{
	uint8_t *base = guest->map.base;

	return base + (-(uintptr_t)base & (GUEST_ALIGN - 1));
}

/* Kernels cut I/O pages out of their own addresses, so those have the low bits of the guest's up to the largest I/O
 * page. */
uint8_t *guest_ram_reserve(struct guest *guest, uint64_t bytes)
{
	const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
	void *room = mmap(NULL, bytes + GUEST_ALIGN, PROT_NONE, flags, -1, 0);

	sim_assert(guest->sim, room != MAP_FAILED && !guest->map.base);
	guest->map.base = room;
	guest->map.bytes = bytes + GUEST_ALIGN;
	return guest_ram(guest);
}

int guest_ram_map(struct guest *guest, uint64_t gpa, void *at, uint64_t bytes)
{
	uint8_t *to = guest_ram(guest) + gpa;
	const int flags = MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED;
	void *got;

	if (!at)
		got = mmap(to, bytes, PROT_READ | PROT_WRITE, flags, -1, 0);
	else /* a length of 0 makes one more mapping of shared memory (mremap(2)) */
		got = mremap(at, 0, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, to);
	return got == MAP_FAILED ? -errno : 0;
}

/* ---- The seam ---- */

/* The running task's time goes by, as the guest's. */
static void guest_spend(const char *kind, sim_ps ps, uint64_t *total)
{
	struct sim *sim = bound->sim;

	if (sim_unlikely(!sim_task_current(sim)))
		return;
	if (sim_unlikely(sim_task_seat(sim) != NULL))
		ps = cpu_seat_ps(sim_task_seat(sim), ps);
	*total += ps;
	kernel_guest_note(ps);
	profile_spend(sim, kind, ps);
	sim_task_charge(sim, ps);
}

void host_guest_charge(enum host_cost kind, host_u64 count);
void host_guest_charge(enum host_cost kind, host_u64 count)
{
	bound->stats.cost_calls[kind] += count;
	guest_spend(kernel_cost_names[kind], bound->cost_ps[kind] * count, &bound->stats.cost_ps[kind]);
}

void host_guest_spend(enum gm_cost cost, gm_u64 count)
{
	static const char *const names[GM_COSTS] = {[GM_COST_PACKET] = "guest_packet",
						    [GM_COST_IO] = "guest_io",
						    [GM_COST_DMA] = "guest_dma",
						    [GM_COST_SEARCH] = "guest_search",
						    [GM_COST_SEARCH_64] = "guest_search"};

	bound->stats.own_calls[cost] += count;
	guest_spend(names[cost], bound->own_ps[cost] * count, &bound->stats.own_ps[cost]);
}

long long host_guest_hcall(gm_u32 cpu, gm_u64 nr, gm_u64 *args)
{
	uint64_t copy[GM_HCALL_ARGS];
	int64_t ret;

	bound->stats.hcalls++;
	for (size_t i = 0; i < GM_HCALL_ARGS; i++)
		copy[i] = args[i];
	ret = bound->backend->hcall(bound->ctx, cpu, nr, copy);
	for (size_t i = 0; i < GM_HCALL_ARGS; i++)
		args[i] = copy[i];
	return ret;
}

gm_u64 host_guest_bar(gm_u32 cpu, gm_u32 function, gm_u64 offset, int write, gm_u64 value)
{
	return bound->backend->bar(bound->ctx, cpu, function, offset, write, value);
}

void host_guest_idle(gm_u32 cpu, gm_u64 ps)
{
	bound->stats.idle_ps += ps;
	bound->backend->idle(bound->ctx, cpu, ps);
}

void host_guest_span(enum gm_span span, gm_u64 ps)
{
	stat_hist_add(&bound->stats.span[span], ps);
}

gm_u64 host_guest_pattern(gm_u64 seed, gm_u64 iova, void *buf, gm_u64 bytes, int check)
{
	return bound->backend->pattern(seed, iova, buf, bytes, check);
}

gm_u64 host_guest_now_ps(void)
{
	return sim_now(bound->sim);
}

void host_guest_block(void);
void host_guest_block(void)
{
	cpu_wait_begin(bound->sim, "guest_wait");
	sim_task_block(bound->sim);
	cpu_wait_end(bound->sim);
}

int host_guest_block_until(host_u64 deadline_ps);
int host_guest_block_until(host_u64 deadline_ps)
{
	bool woken;

	cpu_wait_begin(bound->sim, "guest_wait");
	woken = sim_task_block_until(bound->sim, deadline_ps);
	cpu_wait_end(bound->sim);
	return woken;
}

void host_guest_lock_waited(host_u64 ps);
void host_guest_lock_waited(host_u64 ps)
{
	bound->stats.lock_wait_ps += ps;
}

void *host_guest_task(void);
void *host_guest_task(void)
{
	return sim_task_current(bound->sim);
}

void host_guest_wake(void *task);
void host_guest_wake(void *task)
{
	sim_task_wake(bound->sim, task);
}

void host_guest_task_exit(void);
void host_guest_task_exit(void)
{
	sim_task_exit(bound->sim);
}

void *host_guest_reserve(host_u64 bytes);
void *host_guest_reserve(host_u64 bytes)
{
	void *base = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	sim_assert(bound->sim, base != MAP_FAILED && bound->reserved_count < GUEST_RESERVATIONS);
	bound->reserved[bound->reserved_count].base = base;
	bound->reserved[bound->reserved_count++].bytes = bytes;
	return base;
}

/* Frames of a guest are no frames of the machine: who listens to those hears nothing of these. */
void host_guest_page(enum host_page_event event, host_u64 pfn, host_u64 user_va, host_u32 proc_id);
void host_guest_page(enum host_page_event event, host_u64 pfn, host_u64 user_va, host_u32 proc_id)
{
	(void)event;
	(void)pfn;
	(void)user_va;
	(void)proc_id;
}

void host_guest_poison(void *at, host_u64 bytes, int on);
void host_guest_poison(void *at, host_u64 bytes, int on)
{
	(void)at;
	(void)bytes;
	(void)on;
}

void host_guest_log(enum host_log level, const char *line);
void host_guest_log(enum host_log level, const char *line)
{
	char *text = sim_asprintf("guest: %s", line);

	kernel_guest_log(level, text);
	free(text);
}

void host_guest_finding(const char *kind, const char *text);
void host_guest_finding(const char *kind, const char *text)
{
	bound->stats.findings++;
	(void)finding_add(bound->sim, strcmp(kind, "kernel-warn") ? FINDING_VIOLATION : FINDING_WARN, kind, "guest: %s",
			  text);
}
