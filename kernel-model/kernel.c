// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/kernel.c - the hosted kernel as an object of the simulation: price list, boot, log, leak check.
 *
 * Prices are configuration rows "kernel.cost.*". No public source gives them per operation for POWER8; each row says
 * what its default is derived from. They shape rates, never outcomes.
 */
#include "kernel-model/kernel.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "kernel-model/cpu_rows.h"
#include "kernel-model/kernel_internal.h"
#include "kernel-model/opal/opal.h"
#include "sim/clock.h"
#include "sim/finding.h"
#include "sim/profile.h"
#include "sim/stat.h"

#define NO_FIGURE "no public figure for POWER8"
/* Fault, clearing and pin of one 4 KiB page together; the split between them is assumed. */
#define GUEST_PAGE "Linux commit 4d83de6da265, x86: 0.268 s per GB of guest, 1.0 us per 4 KiB page; split assumed"
/* 9.3 us a call by user space, 2.0 to 2.7 us in the kernel: 6.6 to 7.3 us; less a KVM_RUN and a MAP_DMA of ours, 1 us. */
#define USER_EXIT "upper bound from 220 against 750 to 1020 MB/s with H_PUT_TCE in QEMU and in KVM (A. Kardashevskiy, 28 Aug 2013)"
/* 20 s for 1,638,400 TCEs of 64K, 19 s of them for kills; less copies and exchange. */
#define TCE_WORK "Linux commit 35872480da47: 100 GB mapped in 20 s, 19 s of it for kills, is 0 to 1.2 us a TCE"
#define HCALL_CYCLES "POWER9, radix, null hypercall (N. Piggin, 26 Apr 2021)"
#define COST_MAX_CYCLES 100000000
#define COST_MAX_PS (10 * SIM_PS_PER_MS)
#define RESET_MAX_PS (10 * SIM_PS_PER_S)

/* One cost: enumerator, name in "kernel.cost.<name>" and in the statistics, default in ps, source, where, help. */
#define KERNEL_COSTS(X)                                                                                               \
	X(SYSCALL, syscall, 400000, CFG_ASSUMED, NO_FIGURE "; null call of a 3.5 GHz core with mitigations",          \
	  "A system call: from the user process into the kernel and back")                                            \
	X(IOCTL, ioctl, 60000, CFG_ASSUMED, NO_FIGURE, "Finding the file of a descriptor and its ioctl handler")      \
	X(LOCK, lock, 25000, CFG_ASSUMED, NO_FIGURE "; two larx/stcx pairs", "Taking and releasing a free lock")      \
	X(HANDOFF, handoff, 800000, CFG_ASSUMED, NO_FIGURE, "Waking the next owner of a contended lock")              \
	X(SWITCH, switch, 1500000, CFG_ASSUMED, NO_FIGURE, "Context switch to a task that slept")                     \
	X(PIN, pin, 220000, CFG_MEASURED, GUEST_PAGE, "Pinning one page")                                              \
	X(UNPIN, unpin, 120000, CFG_ASSUMED, NO_FIGURE, "Unpinning one page")                                         \
	X(LOOKUP, lookup, 80000, CFG_ASSUMED, NO_FIGURE, "Finding the VMA of an address")                             \
	X(COPY, copy, 30000, CFG_ASSUMED, NO_FIGURE "; AMR switch of KUAP", "One copy_from_user or copy_to_user")     \
	X(COPY_64B, copy_64b, 4000, CFG_ASSUMED, NO_FIGURE, "Each 64 bytes of such a copy")                           \
	X(FAULT, fault, 670000, CFG_MEASURED, GUEST_PAGE, "A page fault, without the clearing of the page")            \
	X(KMALLOC, kmalloc, 60000, CFG_ASSUMED, NO_FIGURE, "Allocating or freeing an object")                         \
	X(PAGE_ALLOC, page_alloc, 300000, CFG_ASSUMED, NO_FIGURE, "Allocating or freeing a block of pages")           \
	X(ZERO_4K, zero_4k, 130000, CFG_ASSUMED, NO_FIGURE "; dcbz at about 30 GB/s", "Clearing 4 KiB")               \
	X(XCHG, xchg, 20000, CFG_ASSUMED, NO_FIGURE "; one ldarx/stdcx pair", "Atomic exchange of a TCE")             \
	X(SYNC, sync, 50000, CFG_ASSUMED, NO_FIGURE "; a hwsync drains the stores of its core",                         \
	  "A full barrier (mb()), as before a TCE kill")                                                              \
	X(OPAL, opal, 350000, CFG_ASSUMED, NO_FIGURE "; MSR switch, real mode, stack, token look-up",                 \
	  "Entering firmware and coming back, without the registers it touches")                                      \
	X(IRQ, irq, 2500000, CFG_ASSUMED, NO_FIGURE, "From an interrupt at the core to its handler")               \
	X(GRACE, grace, 10 * SIM_PS_PER_MS, CFG_ASSUMED, NO_FIGURE "; one tick at HZ=100", "An RCU grace period")    \
	X(SPIN, spin, 25000, CFG_ASSUMED, NO_FIGURE "; as taking a free lock", "Each look at a spinlock that is taken") \
	X(HCALL_USER, hcall_user, 6000000, CFG_ASSUMED, USER_EXIT,                                                      \
	  "A hypercall that goes on to user space: saving and loading the vCPU, the VMM's dispatch; the call not included") \
	X(HCALL, hcall, 100000, CFG_ASSUMED, NO_FIGURE, "What a handler of a TCE hypercall does once: table, range, SRCU") \
	X(HCALL_TCE, hcall_tce, 500000, CFG_ASSUMED, TCE_WORK,                                                          \
	  "What it does for each TCE: memory slot and registered memory, checks; exchange, copy and kill not included")

/* Costs in cycles of "cpu.clock". */
#define KERNEL_CYCLES(X)                                                                                              \
	X(HCALL_REAL, hcall_real, 509, CFG_MEASURED, HCALL_CYCLES ", answered at the first step",                        \
	  "A hypercall from a guest to real mode and back")                                                            \
	X(HCALL_VIRTUAL, hcall_virtual, 5754, CFG_MEASURED, HCALL_CYCLES " after its rework in C (9587 before)",         \
	  "A hypercall from a guest to the host's kernel and back")

#define COST_ROW(what, label, price_ps, basis, cite, text) \
	{.path = "kernel.cost." #label, .type = CFG_TIME, .def = (price_ps), .min = 0, .max = COST_MAX_PS, \
	 .source = (basis), .where = (cite), .help = (text)},

#define CYCLES_ROW(what, label, price_cycles, basis, cite, text) \
	{.path = "kernel.cost." #label "_cycles", .type = CFG_COUNT, .def = (price_cycles), .min = 0, \
	 .max = COST_MAX_CYCLES, .source = (basis), .where = (cite), .help = (text)},

static const char *const real_mode_choices[] = {"auto", "off", "on", NULL};
enum { REAL_MODE_AUTO, REAL_MODE_OFF, REAL_MODE_ON };
static const char *const real_kill_choices[] = {"call", "tce", NULL};
enum { REAL_KILL_CALL, REAL_KILL_TCE };

/* Waits of firmware's resets. */
#define RESET_ROW(label, milliseconds, cite, text)                                                               \
	{.path = "kernel.opal." #label, .type = CFG_TIME, .def = (milliseconds) * SIM_PS_PER_MS, .min = 0,       \
	 .max = RESET_MAX_PS, .source = CFG_DOCUMENTED, .where = (cite), .help = (text)},
#define FAULT_ROW(id, label, what) \
	{.path = "kernel.fault." #label, .type = CFG_COUNT, .def = 0, .min = 0, .max = UINT64_MAX, .source = CFG_USER, \
	 .where = "faults are injected on demand only", \
	 .help = "Fault injection: which " what " after the boot, counted from 1, is made to fail (delay: is held up); 0: none"},

const struct cfg_row km_cfg_rows[] = {
	KERNEL_COSTS(COST_ROW)
	KERNEL_CYCLES(CYCLES_ROW)
	CPU_CFG_ROWS
	{.path = "kernel.kvm.real_mode", .type = CFG_CHOICE, .def = REAL_MODE_AUTO, .choices = real_mode_choices,
	 .source = CFG_DOCUMENTED, .where = "Linux commit cad32d9d42e8 retired them in 6.0",
	 .help = "TCE hypercalls answered in real mode; auto: as the kernel has it, which is off since 6.0"},
	{.path = "kernel.kvm.real_kill", .type = CFG_CHOICE, .def = REAL_KILL_CALL, .choices = real_kill_choices,
	 .source = CFG_DOCUMENTED, .where = "Linux commit 35872480da47 (5.4)",
	 .help = "What real mode's handlers ask the PHB to forget: call, all TCEs of a hypercall together, since 5.4; tce, one by one."},
	{.path = "kernel.log_lines", .type = CFG_COUNT, .def = 4096, .min = 0, .max = 1000000, .source = CFG_USER,
	 .where = "memory of the simulator", .help = "Lines of the kernel log that are kept; later ones are counted"},
	{.path = "kernel.opal.kill_by_pe", .type = CFG_BOOL, .def = 1, .max = 1,
	 .source = CFG_DOCUMENTED, .where = "skiboot hw/phb4.c phb4_tce_kill(): a kill of a page can get lost (HW560152)",
	 .help = "PHB4, PHB5: firmware kills a whole PE when the kernel asks for pages."},
	{.path = "mutant.hasty_firmware", .type = CFG_BOOL, .max = 1, .source = CFG_USER, .where = "a deliberate fault",
	 .help = "PHB4, PHB5: firmware does not wait until a TCE kill is done. For proving that the referee catches it."},
	RESET_ROW(reset_hold, 250, "Linux EEH_PE_RST_HOLD_TIME; skiboot core/pcie-slot.c",
		  "How long a slot is held in hot reset")
	RESET_ROW(reset_settle, 1800, "Linux EEH_PE_RST_SETTLE_TIME; skiboot core/pcie-slot.c",
		  "How long a slot is left alone after its reset")
	RESET_ROW(slot_power, 50, "skiboot core/pcie-slot.c", "How long a slot is without power in a fundamental reset, and "
		  "then left alone")
	RESET_ROW(slot_link, 20, "skiboot core/pcie-slot.c", "How often firmware looks whether a slot's link is up")
	RESET_ROW(phb_reset_hold, 1000, "skiboot hw/phb3.c", "How long all that is below a PHB is held in reset")
	RESET_ROW(phb_reset_settle, 1000, "skiboot hw/phb3.c", "How long it is left alone after that")
	RESET_ROW(phb_quiesce, 10, "skiboot hw/phb3.c", "How often firmware looks whether a PHB that is reset is idle")
	RESET_ROW(phb_init, 100, "skiboot hw/phb3.c", "Wait before, and after, a PHB is initialised again")
	RESET_ROW(phb_link, 100, "skiboot hw/phb3.c", "How often firmware looks whether a PHB's link is up")
	KM_FAULTS(FAULT_ROW)
	{.path = "kernel.fault.delay_time", .type = CFG_TIME, .def = 100 * SIM_PS_PER_US, .min = SIM_PS_PER_NS,
	 .max = SIM_PS_PER_S, .source = CFG_USER, .where = "longer than any call that does not sleep",
	 .help = "How long the operation that kernel.fault.delay names is held up"},
	{.path = "kernel.opal.skiboot_bugs", .type = CFG_BOOL, .max = 1, .source = CFG_USER,
	 .where = "skiboot hw/p7ioc-phb.c", .help = "P7IOC: do what skiboot does also where it is wrong: companions get "
	 "bits of lower PEs in the PELT-V, and a PE taken apart claims every requester"},
};
const size_t km_cfg_row_count = sim_count_of(km_cfg_rows);

#define COST_CHECK(what, label, price_ps, basis, cite, text) [HOST_COST_##what] = "kernel.cost." #label,
static const char *const cost_paths[HOST_COST_COUNT] = {KERNEL_COSTS(COST_CHECK)};
#define CYCLES_CHECK(what, label, price_cycles, basis, cite, text) \
	[HOST_COST_##what] = "kernel.cost." #label "_cycles",
static const char *const cycles_paths[HOST_COST_COUNT] = {KERNEL_CYCLES(CYCLES_CHECK)};

#define COST_NAME(what, label, price_ps, basis, cite, text) [HOST_COST_##what] = #label,
const char *const kernel_cost_names[HOST_COST_COUNT] = {KERNEL_COSTS(COST_NAME) KERNEL_CYCLES(COST_NAME)};
#define FAULT_PATH(id, label, what) [KM_FAULT_##id] = "kernel.fault." #label,
static const char *const fault_paths[KM_FAULT_KINDS] = {KM_FAULTS(FAULT_PATH)};

#define COST_STATS(what, label, price_ps, basis, cite, text)                                                       \
	{.name = #label "_count", .kind = STAT_COUNTER, .unit = "operations", .help = text,                            \
	 .offset = offsetof(struct kernel_stats, cost_calls) + HOST_COST_##what * sizeof(uint64_t)},                  \
	{.name = #label "_time", .kind = STAT_COUNTER, .unit = "ps", .help = "Simulated time spent on: " text,          \
	 .offset = offsetof(struct kernel_stats, cost_ps) + HOST_COST_##what * sizeof(uint64_t)},
#define COUNTER(field, unit_text, text) \
	{.name = #field, .kind = STAT_COUNTER, .unit = (unit_text), .help = (text), \
	 .offset = offsetof(struct kernel_stats, field)}

static const struct stat_row kernel_stat_rows[] = {
	KERNEL_COSTS(COST_STATS)
	KERNEL_CYCLES(COST_STATS)
	COUNTER(charges_outside_tasks, "charges", "Costs that no task could be billed for (event context); not spent"),
	COUNTER(mmio_reads, "accesses", "Loads from MMIO by the kernel itself, firmware not included"),
	COUNTER(mmio_writes, "accesses", "Stores to MMIO by the kernel itself, firmware not included"),
	COUNTER(phb_time, "ps", "Simulated time in accesses to registers of PHBs, firmware's not included: TCE kills"),
	COUNTER(firmware_time, "ps", "Simulated time in firmware: registers of PHBs, waiting for them, its lock; entering it is opal_time"),
	COUNTER(lock_waits, "waits", "Mutexes and rwsems that were taken when asked for"),
	COUNTER(lock_wait_time, "ps", "Simulated time asleep until they were handed over; spinlocks: spin_time"),
	COUNTER(guest_time, "ps", "Simulated time of guests' own instructions"),
	COUNTER(pins, "pages", "Pages pinned"),
	COUNTER(unpins, "pages", "Pages unpinned"),
	COUNTER(frees, "pages", "Pages of RAM given back"),
	COUNTER(user_maps, "pages", "Pages that became part of a user address space"),
	COUNTER(irqs, "interrupts", "Interrupts that the machine delivered to the kernel"),
	COUNTER(log_lines, "lines", "Lines of the kernel log, those not kept included"),
	COUNTER(findings, "findings", "What the kernel model found wrong (WARN, BUG, leaks)"),
};

static void kernel_irq(void *arg, platform_u32 irq)
{
	struct kernel *kernel = arg;

	kernel->stats.irqs++;
	if (opal_interrupt(kernel->opal, irq))
		kernel->desc->ops->firmware_event(OPAL_EVENT_PCI_ERROR_BIT);
	else
		kernel->desc->ops->irq(irq);
}

void kernel_costs_load(const struct cfg *cfg, const struct sim_clock *clock, sim_ps *cost_ps)
{
	for (size_t i = 0; i < HOST_COST_COUNT; i++)
		cost_ps[i] = cycles_paths[i] ? sim_clock_ps(clock, cfg_u64(cfg, cycles_paths[i]))
					     : cfg_u64(cfg, cost_paths[i]);
}

struct kernel *kernel_create(struct sim *sim, struct platform *platform, const struct km_desc *desc,
			     const struct cfg *cfg, uint32_t mutants)
{
	struct kernel *kernel = sim_alloc(sizeof(*kernel));
	struct sim_clock clock;
	unsigned int i;

	kernel->sim = sim;
	kernel->machine = platform;
	kernel->platform = platform;
	if (profile_on(sim)) {
		account_init(&kernel->account, sim, platform);
		kernel->platform = &kernel->account.platform;
	}
	kernel->desc = desc;
	kernel->mutants = mutants;
	kernel->log_limit = cfg_u64(cfg, "kernel.log_lines");
	kernel->cpus = cpus_create(sim, cfg);
	sim_clock_init(&clock, cpus_clock_hz(kernel->cpus));
	kernel_costs_load(cfg, &clock, kernel->cost_ps);
	for (i = 0; i < KM_FAULT_KINDS; i++)
		kernel->fault_nth[i] = cfg_u64(cfg, fault_paths[i]);
	kernel->fault_delay_ps = cfg_u64(cfg, "kernel.fault.delay_time");
	if (cfg_u64(cfg, "kernel.kvm.real_mode") == REAL_MODE_ON)
		kernel->kvm_real_mode = cfg_u64(cfg, "kernel.kvm.real_kill") == REAL_KILL_TCE ? KM_REAL_MODE_TCE
											      : KM_REAL_MODE_CALL;
	kernel->opal = opal_create(sim, kernel->platform, cfg);
	platform->irq_fn = kernel_irq;
	platform->irq_arg = kernel;
	stat_register(sim, "kernel", kernel_stat_rows, sim_count_of(kernel_stat_rows), &kernel->stats);
	host_bind(kernel);
	return kernel;
}

void kernel_destroy(struct kernel *kernel)
{
	size_t i;

	if (!kernel)
		return;
	host_unpoison_all(kernel);
	host_bind(NULL);
	stat_unregister(kernel->sim, &kernel->stats);
	kernel->machine->irq_fn = NULL;
	kernel->machine->irq_arg = NULL;
	opal_destroy(kernel->opal);
	cpus_destroy(kernel->cpus);
	for (i = 0; i < kernel->log_count; i++)
		free(kernel->log[i].text);
	free(kernel->log);
	for (i = 0; i < kernel->reserved_count; i++)
		munmap(kernel->reserved[i].base, kernel->reserved[i].bytes);
	free(kernel);
}

const struct km_desc *kernel_desc(const struct kernel *kernel)
{
	return kernel->desc;
}

struct cpus *kernel_cpus(struct kernel *kernel)
{
	return kernel->cpus;
}

uint8_t *kernel_ram(const struct kernel *kernel)
{
	return kernel->platform->ram;
}

const struct km_ops *kernel_ops(const struct kernel *kernel)
{
	return kernel->desc->ops;
}

/*
 * A hosted kernel keeps its globals in its object, and they cannot be put back: each object boots once per process.
 * Whoever wants another run starts another process (tests: Check's fork mode).
 */
#define KERNELS_MAX 16
static const struct km_ops *booted_ops[KERNELS_MAX];

static bool kernel_boots_first(const struct km_ops *ops)
{
	size_t i;

	for (i = 0; i < KERNELS_MAX && booted_ops[i]; i++) {
		if (booted_ops[i] == ops)
			return false;
	}
	sim_assert(NULL, i < KERNELS_MAX);
	booted_ops[i] = ops;
	return true;
}

int kernel_boot(struct kernel *kernel)
{
	enum km_fault kind;
	int ret;

	if (!kernel_boots_first(kernel->desc->ops))
		return -EBUSY;
	ret = opal_boot(kernel->opal);
	if (ret)
		return ret;
	if (kernel->desc->ops->kvm_real_mode)
		kernel->desc->ops->kvm_real_mode(kernel->kvm_real_mode);
	ret = kernel->desc->ops->boot(kernel->platform, kernel->mutants);
	if (ret)
		return ret;
	kernel_account_again(kernel);
	kernel->booted = true;
	for (kind = 0; kind < KM_FAULT_KINDS; kind++)
		if (kernel->fault_nth[kind])
			kernel->desc->ops->fault_arm(NULL, kind, kernel->fault_nth[kind], kernel->fault_delay_ps);
	return 0;
}

void kernel_account_again(struct kernel *kernel)
{
	kernel->desc->ops->rcu_barrier();
	kernel->desc->ops->account(&kernel->baseline);
}

void kernel_observe_pages(struct kernel *kernel, km_page_event_fn *fn, void *arg)
{
	sim_assert(kernel->sim, !kernel->page_fn || !fn);
	kernel->page_fn = fn;
	kernel->page_arg = arg;
}

void kernel_observe_dma(struct kernel *kernel, km_dma_event_fn *fn, void *arg)
{
	sim_assert(kernel->sim, !kernel->dma_fn || !fn);
	kernel->dma_fn = fn;
	kernel->dma_arg = arg;
}

const char *kernel_log_line(const struct kernel *kernel, size_t index, sim_ps *when_ps)
{
	if (index >= kernel->log_count)
		return NULL;
	if (when_ps)
		*when_ps = kernel->log[index].when_ps;
	return kernel->log[index].text;
}

/* struct leak - one thing that must be back where it was: finding kind, what to call it, its place in the account. */
struct leak {
	const char *kind, *what;
	size_t offset;
};

static const struct leak leaks[] = {
	{"pin-leak", "pinned pages", offsetof(struct km_account, pins)},
	{"locked-vm-leak", "pages of locked_vm", offsetof(struct km_account, locked_vm)},
	{"page-leak", "allocated pages", offsetof(struct km_account, pages)},
	{"object-leak", "live objects", offsetof(struct km_account, objects)},
	{"file-leak", "open files", offsetof(struct km_account, files)},
	{"rcu-leak", "RCU callbacks that never ran", offsetof(struct km_account, rcu_pending)},
};

static uint64_t account_get(const struct km_account *account, size_t offset)
{
	return *(const uint64_t *)(const void *)((const char *)account + offset);
}

uint32_t kernel_check_leaks(struct kernel *kernel)
{
	struct km_account now = {0};
	uint32_t found = 0;
	size_t i;

	sim_assert(kernel->sim, kernel->booted);
	kernel->desc->ops->rcu_barrier();
	kernel->desc->ops->account(&now);
	for (i = 0; i < sim_count_of(leaks); i++) {
		uint64_t was = account_get(&kernel->baseline, leaks[i].offset);
		uint64_t is = account_get(&now, leaks[i].offset);

		if (is == was)
			continue;
		found++;
		kernel->stats.findings++;
		finding_add(kernel->sim, FINDING_VIOLATION, leaks[i].kind,
			    "%s at teardown: %llu, at the end of boot: %llu", leaks[i].what, (unsigned long long)is,
			    (unsigned long long)was);
	}
	return found;
}
