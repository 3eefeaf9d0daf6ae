// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/host.c - the simulator as hosted kernel code sees it: time, tasks, heap, MMIO, firmware, log.
 *
 * Kernel code has no context argument to carry, so the kernel that runs is a file-scope pointer: this is the one place
 * of the host side that has such a thing, and why only one kernel may exist per process at a time.
 * host_charge() is on the path of every modelled kernel operation and does no more than two adds and a compare.
 *
 * Not modelled: preemption between charges; a task keeps the simulated CPU until it spends time or blocks.
 */
#include "kernel-model/host.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#endif

#include "hw/regs/phb3_regs.h"
#include "kernel-model/kernel_internal.h"
#include "kernel-model/opal/opal.h"
#include "kernel-model/site.h"
#include "sim/finding.h"
#include "sim/profile.h"
#include "sim/task.h"
#include "sim/trace.h"

static struct kernel *bound;

void host_bind(struct kernel *kernel)
{
	sim_assert(kernel ? kernel->sim : NULL, !kernel || !bound);
	bound = kernel;
}

void host_charge(enum host_cost kind, host_u64 count)
{
	struct kernel *kernel = bound;
	sim_ps cost_ps;

	if (sim_unlikely(!kernel))
		return;
	cost_ps = kernel->cost_ps[kind] * count;
	kernel->stats.cost_calls[kind] += count;
	if (sim_unlikely(!sim_task_current(kernel->sim))) {
		kernel->stats.charges_outside_tasks++;
		return;
	}
	if (sim_unlikely(sim_task_seat(kernel->sim) != NULL))
		cost_ps = cpu_seat_ps(sim_task_seat(kernel->sim), cost_ps);
	kernel->stats.cost_ps[kind] += cost_ps;
	/* A grace period is the one cost that takes no CPU. */
	if (profile_on(kernel->sim))
		profile_note_spent(kernel->sim, kernel_cost_names[kind], cost_ps, kind == HOST_COST_GRACE);
	sim_task_charge(kernel->sim, cost_ps);
}

void kernel_guest_spend(struct kernel *kernel, sim_ps ps)
{
	struct cpu_seat *seat = sim_task_seat(kernel->sim);

	if (seat)
		ps = cpu_seat_ps(seat, ps);
	kernel->stats.guest_time += ps;
	profile_spend(kernel->sim, "guest", ps);
	sim_task_charge(kernel->sim, ps);
}

void kernel_guest_note(sim_ps ps)
{
	if (bound)
		bound->stats.guest_time += ps;
}

void kernel_guest_log(enum host_log level, const char *line)
{
	if (bound)
		host_log(level, line);
}

/* ---- What the trace shows of the kernel: where a task waited, called firmware or met a finding ---- */

/* A lane of the task's own, beside its system calls; the innermost hosted function and line as argument. */
static __attribute__((noinline, cold)) void host_trace(const char *name, sim_ps begin_ps, const char *text)
{
	struct sim *sim = bound->sim;
	const struct sim_task *task = sim_task_current(sim);
	char *site = site_text(sim, bound->desc, 1);
	uint32_t track = trace_track(sim, task ? sim_task_name(task) : "interrupts", "kernel");
	struct trace_arg args[2] = {{.name = "site", .text = site ? site : ""}, {.name = "text", .text = text}};

	if (text)
		trace_instant(sim, track, name, args, 2);
	else
		trace_span(sim, track, name, begin_ps, sim_now(sim), args, 1);
	free(site);
}

/* The running task waits from now on. */
static sim_ps host_waits(void)
{
	cpu_wait_begin(bound->sim, "wait");
	return sim_now(bound->sim);
}

/* It has waited since @begin_ps. */
static void host_waited(sim_ps begin_ps)
{
	cpu_wait_end(bound->sim);
	if (trace_on(bound->sim) && begin_ps != sim_now(bound->sim))
		host_trace("wait", begin_ps, NULL);
}

host_u64 host_now_ps(void)
{
	return sim_now(bound->sim);
}

void host_block(void)
{
	sim_ps begin_ps = host_waits();

	sim_task_block(bound->sim);
	host_waited(begin_ps);
}

int host_block_until(host_u64 deadline_ps)
{
	sim_ps begin_ps = host_waits();
	bool woken = sim_task_block_until(bound->sim, deadline_ps);

	host_waited(begin_ps);
	return woken;
}

void host_lock_waited(host_u64 ps)
{
	bound->stats.lock_waits++;
	bound->stats.lock_wait_time += ps;
}

void *host_task(void)
{
	return bound ? sim_task_current(bound->sim) : NULL;
}

void host_wake(void *task)
{
	sim_task_wake(bound->sim, task);
}

void host_task_exit(void)
{
	sim_task_exit(bound->sim);
}

/** struct spawn - what a new kernel thread runs; freed by the thread itself. */
struct spawn {
	void (*fn)(void *);
	void *arg;
};

static void spawn_main(struct sim *sim, void *arg)
{
	struct spawn spawn = *(struct spawn *)arg;

	sim_task_note(sim, "kernel thread");
	free(arg);
	spawn.fn(spawn.arg);
}

void *host_spawn(const char *name, void (*fn)(void *), void *arg)
{
	struct spawn *spawn = sim_alloc(sizeof(*spawn));

	spawn->fn = fn;
	spawn->arg = arg;
	return sim_task_create(bound->sim, name, spawn_main, spawn);
}

void *host_malloc(host_u64 bytes)
{
	void *p = malloc(bytes ? bytes : 1);

	sim_assert(bound ? bound->sim : NULL, p);
	return p;
}

void *host_calloc(host_u64 bytes)
{
	return sim_alloc(bytes ? bytes : 1);
}

void *host_realloc(void *old, host_u64 bytes)
{
	return sim_realloc(old, bytes ? bytes : 1);
}

void host_free(void *p)
{
	free(p);
}

void *host_reserve(host_u64 bytes)
{
	void *base = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	sim_assert(bound->sim, base != MAP_FAILED);
	sim_assert(bound->sim, bound->reserved_count < KERNEL_MAX_RESERVATIONS);
	bound->reserved[bound->reserved_count].base = base;
	bound->reserved[bound->reserved_count++].bytes = bytes;
	return base;
}

#ifdef __SANITIZE_ADDRESS__
void host_poison(void *at, host_u64 bytes, int on)
{
	host_u64 end = (uintptr_t)at + bytes;

	if (on)
		__asan_poison_memory_region(at, bytes);
	else
		__asan_unpoison_memory_region(at, bytes);
	if (end > bound->poisoned_end)
		bound->poisoned_end = end;
}

void host_unpoison_all(struct kernel *kernel)
{
	uintptr_t ram = (uintptr_t)kernel->platform->ram;

	if (kernel->poisoned_end > ram)
		__asan_unpoison_memory_region(kernel->platform->ram, kernel->poisoned_end - ram);
}
#else
void host_poison(void *at, host_u64 bytes, int on)
{
	(void)at;
	(void)bytes;
	(void)on;
}

void host_unpoison_all(struct kernel *kernel)
{
	(void)kernel;
}
#endif

/*
 * PHB registers are big-endian: the doubleword at an offset has its most significant byte first. A little-endian CPU
 * must swap, and Linux does so in software (__raw_writeq_be() and friends); here the bytes meet the register again.
 * CONFIG_DATA is the exception: the PHB itself swaps it, so that software sees little-endian PCI data.
 */
enum host_target { HOST_TARGET_PHB, HOST_TARGET_PHB_CONFIG_DATA, HOST_TARGET_WINDOW };

static enum host_target host_target(const struct platform *platform, host_u64 real_addr)
{
	unsigned int i;

	for (i = 0; i < platform->phb_count; i++) {
		const struct platform_phb *phb = &platform->phb[i];
		host_u64 offset = real_addr - phb->reg_base;

		if (real_addr >= phb->reg_base && offset < phb->reg_bytes)
			return (offset & ~3ull) == PHB_CONFIG_DATA ? HOST_TARGET_PHB_CONFIG_DATA : HOST_TARGET_PHB;
		if (real_addr >= phb->esb_base && real_addr - phb->esb_base < phb->esb_bytes)
			return HOST_TARGET_PHB;
	}
	return HOST_TARGET_WINDOW;
}

static host_u64 host_swap(host_u64 value, host_u32 bytes)
{
	switch (bytes) {
	case 2:
		return __builtin_bswap16((uint16_t)value);
	case 4:
		return __builtin_bswap32((uint32_t)value);
	case 8:
		return __builtin_bswap64(value);
	default:
		return value;
	}
}

host_u64 host_mmio_read(host_u64 real_addr, host_u32 bytes)
{
	const struct platform *platform = bound->platform;
	enum host_target target = host_target(platform, real_addr);
	sim_ps begin_ps = sim_now(bound->sim);
	host_u64 value;

	bound->stats.mmio_reads++;
	value = platform->ops->mmio_read(platform->ctx, real_addr, bytes);
	if (target != HOST_TARGET_WINDOW)
		bound->stats.phb_time += sim_now(bound->sim) - begin_ps;
	return target == HOST_TARGET_PHB ? host_swap(value, bytes) : value;
}

void host_mmio_write(host_u64 real_addr, host_u64 value, host_u32 bytes)
{
	const struct platform *platform = bound->platform;
	enum host_target target = host_target(platform, real_addr);
	sim_ps begin_ps = sim_now(bound->sim);

	bound->stats.mmio_writes++;
	if (target == HOST_TARGET_PHB)
		value = host_swap(value, bytes);
	platform->ops->mmio_write(platform->ctx, real_addr, value, bytes);
	if (target != HOST_TARGET_WINDOW)
		bound->stats.phb_time += sim_now(bound->sim) - begin_ps;
}

long long host_firmware(host_u32 token, const host_u64 *args)
{
	sim_ps begin_ps = sim_now(bound->sim), entered_ps;
	long long ret;

	host_charge(HOST_COST_OPAL, 1);
	entered_ps = sim_now(bound->sim);
	ret = opal_call(bound->opal, token, args);
	bound->stats.firmware_time += sim_now(bound->sim) - entered_ps;
	if (trace_on(bound->sim))
		host_trace(opal_call_name(token), begin_ps, NULL);
	return ret;
}

int host_firmware_node(host_u64 opal_id, int index, struct host_pci_node *node)
{
	struct opal_node found;

	if (!opal_node(bound->opal, opal_id, (uint32_t)index, &found))
		return -1;
	node->parent = found.parent;
	node->bdfn = found.bdfn;
	node->vendor_id = found.vendor_id;
	node->device_id = found.device_id;
	node->class_code = found.class_code;
	node->revision_id = found.revision_id;
	node->slot = found.slot;
	return 0;
}

host_u64 host_firmware_base(void)
{
	return opal_reserved_base(bound->opal);
}

void host_log(enum host_log level, const char *line)
{
	static const char prefix[][3] = {"E ", "W ", "I ", "D "};
	struct kernel_log_entry *entry;

	bound->stats.log_lines++;
	if (bound->log_count == bound->log_limit)
		return;
	if (bound->log_count == bound->log_room) {
		bound->log_room = bound->log_room ? 2 * bound->log_room : 64;
		bound->log = sim_realloc(bound->log, bound->log_room * sizeof(*bound->log));
	}
	entry = &bound->log[bound->log_count++];
	entry->when_ps = sim_now(bound->sim);
	entry->text = sim_asprintf("%s%s", prefix[level], line);
}

/*
 * A WARN in hosted code says that a driver met what it did not expect; the run's results may still be right, so it
 * is a warning to read first. A fault that somebody asked for is worth a note. Everything else (BUG, a lock or pin that
 * leaked, a broken refcount) is wrong by definition of the interfaces and fails the run.
 */
static enum finding_severity host_severity(const char *kind)
{
	if (!strcmp(kind, "fault-injected"))
		return FINDING_NOTE;
	return strcmp(kind, "kernel-warn") ? FINDING_VIOLATION : FINDING_WARN;
}

void host_finding(const char *kind, const char *text)
{
	struct finding *finding;

	bound->stats.findings++;
	finding = finding_add(bound->sim, host_severity(kind), kind, "%s", text);
	if (finding->count == 1)
		finding->site = site_text(bound->sim, bound->desc, SITE_TEXT_FRAMES);
	if (trace_on(bound->sim))
		host_trace(kind, sim_now(bound->sim), text);
}

void host_page(enum host_page_event event, host_u64 pfn, host_u64 user_va, host_u32 proc_id)
{
	struct kernel_stats *stats = &bound->stats;

	switch (event) {
	case HOST_PAGE_PIN:
		stats->pins++;
		break;
	case HOST_PAGE_UNPIN:
		stats->unpins++;
		break;
	case HOST_PAGE_FREE:
		stats->frees++;
		break;
	case HOST_PAGE_MAP_USER:
		stats->user_maps++;
		break;
	}
	if (sim_unlikely(bound->page_fn))
		bound->page_fn(bound->page_arg, event, pfn, user_va, proc_id);
}

void host_dma(enum host_dma_event event, const struct host_dma *dma)
{
	if (bound->dma_fn)
		bound->dma_fn(bound->dma_arg, event, dma);
}

int host_mutant(const char *name)
{
	return !strcmp(name, "early-unpin") && (bound->mutants & KM_MUTANT_EARLY_UNPIN);
}
