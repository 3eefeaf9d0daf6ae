/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/machine.c - a whole machine from configuration: RAM, PHBs, and below each PHB a topology with dma-engines.
 *
 * Below a PHB are a root port and a switch with a port for each device, or one device without a switch. Bus numbers are
 * what software makes them; numbered depth first as firmware does, the root port is on bus 0, the switch on buses 1 and
 * 2, and device i on bus 3 + i. Each bus can so become a PE of its own. An MMIO access of software is routed by the
 * memory map and costs the running task its time; an address that nobody claims reads all ones and is counted. An
 * interrupt source of a PHB becomes interrupt irq_base + source of the platform, one latency later; a source that fires
 * again before it was delivered is merged with itself, as the P bit of an interrupt vector does.
 *
 * Not modelled: chips but for their memory (hw/memory.h), the fabric between CPUs and PHBs, CPU caches.
 */
#include "hw/machine.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "hw/machine_internal.h"
#include "hw/phb/p7ioc_hub.h"
#include "hw/phb/phb_gen.h"
#include "hw/regs/p7ioc_hub_regs.h"
#include "hw/regs/phb_scom_regs.h"
#include "sim/sim.h"
#include "sim/stat.h"
#include "sim/task.h"

enum machine_topology_kind { MACHINE_SWITCH, MACHINE_DIRECT };
static const char *const machine_topology_names[] = {"switch", "direct", NULL};

#define ASSUMED CFG_ASSUMED, .where = "no public figure"
/* clang-format off */
const struct cfg_row machine_cfg_rows[] = {
	{.path = "machine.ram", .type = CFG_SIZE, .def = 16ull << 30, .min = 16 << 20, .max = 1ull << 40,
	 .source = CFG_USER, .where = "choice of the user",
	 .help = "Simulated memory, a multiple of 64KiB from address 0; untouched pages cost the host nothing."},
	{.path = "machine.phbs", .type = CFG_COUNT, .def = 1, .min = 1, .max = MACHINE_PHBS_MAX,
	 .source = CFG_USER, .where = "choice of the user; a POWER8 chip has 3 or 4 (skiboot hw/phb3.c)",
	 .help = "PCI host bridges, each with a link of its own."},
	{.path = "machine.devices", .type = CFG_COUNT, .def = 2, .min = 1, .max = MACHINE_DEVICES_MAX,
	 .source = CFG_USER, .where = "choice of the user",
	 .help = "Devices below each PHB, each with a port of the switch and a bus of its own."},
	{.path = "machine.functions", .type = CFG_COUNT, .def = 1, .min = 1, .max = MACHINE_FUNCTIONS_MAX,
	 .source = CFG_USER, .where = "choice of the user",
	 .help = "Functions of a device; each is a dma-engine. Functions of one device share its bus."},
	{.path = "machine.topology", .type = CFG_CHOICE, .def = MACHINE_SWITCH, .min = 0, .max = MACHINE_DIRECT,
	 .choices = machine_topology_names, .source = CFG_USER, .where = "choice of the user",
	 .help = "Below each PHB's root port: a switch with a downstream port per device, or direct: one device."},
	{.path = "machine.tlps", .type = CFG_COUNT, .def = 1024, .min = 1, .max = 65536,
	 .source = CFG_ASSUMED, .where = "stands for the buffers of PHB, switch and devices",
	 .help = "PCIe transactions that can be in flight below one PHB; when none is left, devices wait."},
	{.path = "machine.phb.reg_base", .type = CFG_ADDR, .def = 0x3fffe40000000, .min = 0, .max = UINT64_MAX,
	 .source = CFG_DOCUMENTED, .where = "hostboot processMrw PHB_BASE_ADDRS; QEMU 10.0 pnv_phb3_pbcq.c",
	 .help = "Real address of the registers of PHB 0."},
	{.path = "machine.phb.reg_stride", .type = CFG_SIZE, .def = 1 << 20, .min = 4096, .max = 1ull << 40,
	 .source = CFG_DOCUMENTED, .where = "hostboot processMrw PHB_BASE_ADDRS; QEMU 10.0 pnv_phb3_pbcq.c",
	 .help = "From the registers of one PHB to those of the next."},
	{.path = "machine.phb.reg_bytes", .type = CFG_SIZE, .def = 4096, .min = 4096, .max = 65536, .pow2 = true,
	 .source = CFG_DOCUMENTED, .where = "PHB3 has 4 KiB of registers (skiboot phb3-regs.h, QEMU 10.0 pnv_phb3.h)",
	 .help = "Size of the register window of a PHB."},
	{.path = "machine.phb.m32_base", .type = CFG_ADDR, .def = 0x3fe000000000, .min = 0, .max = UINT64_MAX,
	 .source = CFG_DOCUMENTED, .where = "boot logs of OpenPOWER POWER8 hosts (open-power/occ issue 13)",
	 .help = "Real address of the 32-bit MMIO window of PHB 0."},
	{.path = "machine.phb.m32_bytes", .type = CFG_SIZE, .def = 2ull << 30, .min = 16 << 20, .max = 4ull << 30,
	 .pow2 = true, .source = CFG_DOCUMENTED, .where = "skiboot hw/phb3.c: 2 GB",
	 .help = "Size of a 32-bit MMIO window; it is divided into 256 segments."},
	{.path = "machine.phb.m32_stride", .type = CFG_SIZE, .def = 0, .min = 0, .max = 1ull << 40,
	 .source = CFG_DOCUMENTED, .where = "POWER8: one window behind the other; P7IOC: 4 GiB each (skiboot p7ioc.h)",
	 .help = "From the 32-bit MMIO window of one PHB to that of the next; 0: they adjoin."},
	{.path = "machine.phb.io_base", .type = CFG_ADDR, .def = 0x3efe01000000, .min = 0, .max = UINT64_MAX,
	 .source = CFG_DOCUMENTED, .where = "boot log of a POWER7 host with Linux 5.8",
	 .help = "Real address of the I/O space of PHB 0; those of the others follow it."},
	{.path = "machine.phb.io_bytes", .type = CFG_SIZE, .def = 0, .min = 0, .max = 1ull << 30, .pow2 = true,
	 .source = CFG_DOCUMENTED, .where = "only P7IOC has it: 8 MiB (skiboot p7ioc.h)",
	 .help = "Size of the window of I/O space of a PHB; 0: none."},
	{.path = "machine.phb.asb_base", .type = CFG_ADDR, .def = 0x3efe00000000, .min = 0, .max = UINT64_MAX,
	 .source = CFG_DOCUMENTED, .where = "skiboot p7ioc.h; boot log of a POWER7 host with Linux 5.8",
	 .help = "Real address of the registers of PHB 0 by the slow path that works behind a fence."},
	{.path = "machine.phb.asb_bytes", .type = CFG_SIZE, .def = 0, .min = 0, .max = 1 << 20, .pow2 = true,
	 .source = CFG_DOCUMENTED, .where = "only P7IOC has it: 64 KiB (skiboot p7ioc.h)",
	 .help = "Size of the window of the slow path of a PHB; 0: none."},
	{.path = "machine.hub.base", .type = CFG_ADDR, .def = 0x3efe003c0000, .min = 0, .max = UINT64_MAX,
	 .source = CFG_DOCUMENTED, .where = "skiboot p7ioc-regs.h; boot log of a POWER7 host with Linux 5.8",
	 .help = "Real address of the registers of the chip around the PHBs (P7IOC)."},
	{.path = "machine.hub.bytes", .type = CFG_SIZE, .def = 0, .min = 0, .max = 1 << 20, .pow2 = true,
	 .source = CFG_DOCUMENTED, .where = "only P7IOC has it: 256 KiB (skiboot p7ioc-regs.h)",
	 .help = "Size of the window of the registers of the chip around the PHBs; 0: none."},
	{.path = "machine.phb.m32_pci_base", .type = CFG_ADDR, .def = 0x80000000, .min = 0, .max = UINT32_MAX,
	 .source = CFG_DOCUMENTED, .where = "skiboot hw/phb3.c",
	 .help = "PCI address of the first byte of a 32-bit MMIO window."},
	{.path = "machine.phb.m64_base", .type = CFG_ADDR, .def = 0x3b0000000000, .min = 0, .max = UINT64_MAX,
	 .source = CFG_DOCUMENTED, .where = "boot logs of OpenPOWER POWER8 hosts: MEM64 0x3b0000000000 for PHB 0",
	 .help = "Real and PCI address of the 64-bit MMIO window of PHB 0; those of PHBs 1 and 2 follow it."},
	{.path = "machine.phb.m64_base_3", .type = CFG_ADDR, .def = 0, .min = 0, .max = UINT64_MAX,
	 .source = CFG_USER, .where = "machine files of POWER9 and POWER10 set it (skiboot hw/phys-map.c)",
	 .help = "Address of the 64-bit MMIO window of PHB 3, which those of PHBs 4 and 5 follow; 0: it follows PHB 2's."},
	{.path = "machine.phb.m64_bytes", .type = CFG_SIZE, .def = 64ull << 30, .min = 0, .max = 1ull << 44,
	 .pow2 = true, .source = CFG_DOCUMENTED, .where = "boot logs of OpenPOWER POWER8 hosts",
	 .help = "Size of a 64-bit MMIO window; 0: none."},
	{.path = "machine.phb.esb_base", .type = CFG_ADDR, .def = 0, .min = 0, .max = UINT64_MAX,
	 .source = CFG_USER, .where = "machine files of POWER9 and POWER10 set it (skiboot hw/phys-map.c)",
	 .help = "Real address of the pages of PHB 0's interrupt sources."},
	{.path = "machine.phb.esb_bytes", .type = CFG_SIZE, .def = 0, .min = 0, .max = 1ull << 32, .pow2 = true,
	 .source = CFG_USER, .where = "machine files of POWER9 and POWER10 set it (skiboot hw/phb4.c: 256 MB)",
	 .help = "Size of the window of interrupt source pages; 0: none, for PHBs before PHB4 have no such pages."},
	{.path = "machine.phb.esb_stride", .type = CFG_SIZE, .def = 512 << 20, .min = 4096, .max = 1ull << 40,
	 .source = CFG_DOCUMENTED, .where = "skiboot hw/phys-map.c",
	 .help = "From the interrupt source pages of one PHB to those of the next."},
	{.path = "machine.mmio_reg_read", .type = CFG_TIME, .def = 250 * SIM_PS_PER_NS, .min = 1,
	 .max = SIM_PS_PER_MS, .source = ASSUMED,
	 .help = "What a load from a PHB register costs the CPU; not 0, or who polls one would stop time."},
	{.path = "machine.mmio_reg_write", .type = CFG_TIME, .def = 100 * SIM_PS_PER_NS, .min = 0,
	 .max = SIM_PS_PER_MS, .source = ASSUMED,
	 .help = "What a store to a PHB register costs the CPU."},
	{.path = "machine.mmio_read", .type = CFG_TIME, .def = 250 * SIM_PS_PER_NS, .min = 0, .max = SIM_PS_PER_MS,
	 .source = ASSUMED,
	 .help = "What a load from a device costs the CPU besides the round trip over the link."},
	{.path = "machine.mmio_write", .type = CFG_TIME, .def = 100 * SIM_PS_PER_NS, .min = 0, .max = SIM_PS_PER_MS,
	 .source = ASSUMED,
	 .help = "What a (posted) store to a device costs the CPU."},
	{.path = "machine.scom_access", .type = CFG_TIME, .def = 1 * SIM_PS_PER_US, .min = 1, .max = SIM_PS_PER_MS,
	 .source = ASSUMED,
	 .help = "What an access to a register on the pervasive (SCOM) bus costs the CPU."},
	{.path = "machine.irq_latency", .type = CFG_TIME, .def = 500 * SIM_PS_PER_NS, .min = 0, .max = SIM_PS_PER_MS,
	 .source = ASSUMED,
	 .help = "From the PHB's decision to interrupt to the CPU's taking it."},
};
/* clang-format on */
#undef ASSUMED
const size_t machine_cfg_row_count = sim_count_of(machine_cfg_rows);

struct machine_stats {
	uint64_t reg_reads, reg_writes, mmio_reads, mmio_writes, esb_reads, esb_writes, scoms, unclaimed, irqs, irqs_merged, irqs_lost;
};

/* clang-format off */
#define ROW(name, unit, help) {#name, STAT_COUNTER, unit, help, offsetof(struct machine_stats, name)}
/* clang-format on */
static const struct stat_row machine_stat_rows[] = {
	ROW(reg_reads, "accesses", "Loads from PHB registers."),
	ROW(reg_writes, "accesses", "Stores to PHB registers."),
	ROW(mmio_reads, "accesses", "Loads from devices through MMIO windows."),
	ROW(mmio_writes, "accesses", "Stores to devices through MMIO windows."),
	ROW(esb_reads, "accesses", "Loads from pages of interrupt sources."),
	ROW(esb_writes, "accesses", "Stores to pages of interrupt sources."),
	ROW(scoms, "accesses", "Accesses to registers on the pervasive (SCOM) bus."),
	ROW(unclaimed, "accesses", "MMIO and SCOM accesses that nobody takes; loads read all ones."),
	ROW(irqs, "interrupts", "Interrupts delivered to software."),
	ROW(irqs_merged, "interrupts", "Interrupts of a source that was already waiting to be delivered."),
	ROW(irqs_lost, "interrupts", "Interrupts that nobody listened to."),
};
#undef ROW

/** struct machine_irqs - interrupts of one PHB on their way to the CPU, a queue; each source waits at most once. */
struct machine_irqs {
	struct machine *machine;
	uint32_t phb;
	uint32_t head, count;
	struct sim_event event;
	bool waiting[MACHINE_IRQ_STRIDE];
	struct {
		sim_ps due_ps;
		uint32_t source;
	} queue[MACHINE_IRQ_STRIDE];
};

/** struct machine_node - one PHB with what hangs below it; all owned. */
struct machine_node {
	struct tlp_pool *pool;
	struct link *link;
	struct topology *topology;
	struct dma_engine *engine[MACHINE_DEVICES_MAX * MACHINE_FUNCTIONS_MAX];
	struct phb *phb;
	struct machine_irqs *irqs;
};

struct machine {
	struct sim *sim; /* borrowed */
	struct cfg *cfg; /* borrowed */
	struct ram *ram; /* owned */
	struct memory *memory; /* owned */
	struct machine_map map;
	uint32_t phb_count, device_count, function_count;
	bool direct;
	uint64_t m32_pci_base;
	sim_ps reg_read_ps, reg_write_ps, mmio_read_ps, mmio_write_ps, irq_ps, scom_ps;
	struct machine_node node[MACHINE_PHBS_MAX];
	struct p7ioc_hub *hub; /* owned; NULL: no such chip */
	struct platform platform;
	struct machine_stats stats;
};

void machine_add_cfg_rows(struct cfg *cfg)
{
	cfg_add_rows(cfg, machine_cfg_rows, machine_cfg_row_count);
	cfg_add_rows(cfg, memory_cfg_rows, memory_cfg_row_count);
	cfg_add_rows(cfg, link_cfg_rows, link_cfg_row_count);
	cfg_add_rows(cfg, topology_cfg_rows, topology_cfg_row_count);
	cfg_add_rows(cfg, phb_cfg_rows, phb_cfg_row_count);
	cfg_add_rows(cfg, dma_engine_cfg_rows, dma_engine_cfg_row_count);
}

/* What software sees. */

static void machine_charge(void *ctx, platform_u64 ps)
{
	struct machine *machine = ctx;

	/* Without a task there is nobody whose time it could be: tests, and tools that look from outside. */
	if (sim_task_current(machine->sim))
		sim_task_charge(machine->sim, ps);
}

static platform_u64 machine_now(void *ctx)
{
	const struct machine *machine = ctx;

	return sim_now(machine->sim);
}

static uint64_t machine_ones(uint32_t bytes)
{
	return bytes < 8 ? (1ull << (8 * bytes)) - 1 : ~0ull;
}

static const struct machine_window *machine_route(struct machine *machine, uint64_t addr, uint32_t bytes)
{
	const struct machine_window *window = NULL;

	if (bytes == 1 || bytes == 2 || bytes == 4 || bytes == 8)
		window = machine_map_find(&machine->map, addr, bytes);
	if (window && window->kind != MACHINE_WINDOW_RAM)
		return window;
	machine->stats.unclaimed++;
	return NULL;
}

/* Does it lead to devices? The other windows are of registers. */
static bool machine_is_mmio(const struct machine_window *window)
{
	return window->kind == MACHINE_WINDOW_IO || window->kind == MACHINE_WINDOW_M32 ||
	       window->kind == MACHINE_WINDOW_M64;
}

/* While one waits others may fill the queue again. */
static void machine_wait(struct machine *machine, struct phb *phb, sim_ps (*wait)(struct phb *phb, uint64_t offset),
			 uint64_t offset)
{
	sim_ps wait_ps;

	while (sim_task_current(machine->sim) && (wait_ps = wait(phb, offset)) != 0)
		machine_charge(machine, wait_ps);
}

static uint64_t machine_reg_read(struct machine *machine, const struct machine_window *window, uint64_t offset,
				 uint32_t bytes)
{
	struct phb *phb = machine->node[window->phb].phb;
	uint64_t value;

	machine_charge(machine, machine->reg_read_ps);
	if (window->kind == MACHINE_WINDOW_ESB) {
		machine->stats.esb_reads++;
		return phb_esb_read(phb, offset, bytes);
	}
	machine->stats.reg_reads++;
	if (window->kind == MACHINE_WINDOW_HUB)
		return p7ioc_hub_read(machine->hub, offset, bytes);
	machine_wait(machine, phb, phb_load_wait_ps, offset);
	if (window->kind == MACHINE_WINDOW_ASB)
		value = phb_asb_read(phb, offset, bytes);
	else
		value = phb_reg_read(phb, offset, bytes);
	machine_charge(machine, phb_held_ps(phb));
	return value;
}


static void machine_reg_write(struct machine *machine, const struct machine_window *window, uint64_t offset,
			      uint64_t value, uint32_t bytes)
{
	struct phb *phb = machine->node[window->phb].phb;

	machine_charge(machine, machine->reg_write_ps);
	if (window->kind == MACHINE_WINDOW_ESB) {
		machine->stats.esb_writes++;
		phb_esb_write(phb, offset, bytes);
		return;
	}
	machine->stats.reg_writes++;
	if (window->kind == MACHINE_WINDOW_HUB) {
		p7ioc_hub_write(machine->hub, offset, value, bytes);
		return;
	}
	machine_wait(machine, phb, phb_store_wait_ps, offset);
	if (window->kind == MACHINE_WINDOW_ASB)
		phb_asb_write(phb, offset, value, bytes);
	else
		phb_reg_write(phb, offset, value, bytes);
}

static platform_u64 machine_mmio_read(void *ctx, platform_u64 addr, platform_u32 bytes)
{
	struct machine *machine = ctx;
	const struct machine_window *window = machine_route(machine, addr, bytes);
	struct machine_node *node;
	uint64_t value;
	sim_ps link_ps, held_ps;

	if (!window) {
		machine_charge(machine, machine->mmio_read_ps);
		return machine_ones(bytes);
	}
	node = &machine->node[window->phb];
	if (!machine_is_mmio(window))
		return machine_reg_read(machine, window, addr - window->base, bytes);
	/* The device answers when the request has arrived; the load ends when the completion is back. */
	machine->stats.mmio_reads++;
	machine_wait(machine, node->phb, phb_load_wait_ps, PHB_OFFSET_MMIO);
	link_ps = topology_round_trip_ps(node->topology, 0, bytes);
	machine_charge(machine, machine->mmio_read_ps / 2 + link_ps / 2);
	value = phb_mmio_read(node->phb, (struct raddr){addr}, bytes);
	held_ps = phb_held_ps(node->phb);
	machine_charge(machine, machine->mmio_read_ps - machine->mmio_read_ps / 2 +
					(held_ps ? held_ps : link_ps - link_ps / 2));
	return value;
}

static void machine_mmio_write(void *ctx, platform_u64 addr, platform_u64 value, platform_u32 bytes)
{
	struct machine *machine = ctx;
	const struct machine_window *window = machine_route(machine, addr, bytes);

	if (!window) {
		machine_charge(machine, machine->mmio_write_ps);
	} else if (!machine_is_mmio(window)) {
		machine_reg_write(machine, window, addr - window->base, value, bytes);
	} else {
		machine->stats.mmio_writes++;
		machine_charge(machine, machine->mmio_write_ps);
		phb_mmio_write(machine->node[window->phb].phb, (struct raddr){addr}, value, bytes);
	}
}

/* The PHB and the unit whose register @addr is. Return: NULL when it is nobody's, after having counted it. */
static struct phb *machine_scom_route(struct machine *machine, uint32_t addr, uint32_t *unit)
{
	uint32_t i, base;

	for (i = 0; i < machine->phb_count; i++) {
		for (*unit = 0; *unit < PLATFORM_SCOM_UNITS; (*unit)++) {
			base = machine->platform.phb[i].scom_base[*unit];
			if (base && addr - base < PHB_SCOM_UNIT_WORDS)
				return machine->node[i].phb;
		}
	}
	machine->stats.unclaimed++;
	return NULL;
}

static platform_u64 machine_scom_read(void *ctx, platform_u32 addr)
{
	struct machine *machine = ctx;
	uint32_t unit;
	struct phb *phb = machine_scom_route(machine, addr, &unit);
	uint64_t value;

	machine->stats.scoms++;
	machine_charge(machine, machine->scom_ps);
	if (!phb)
		return UINT64_MAX;
	value = phb_scom_read(phb, unit, addr - phb_scom_base(phb, unit));
	machine_charge(machine, phb_held_ps(phb)); /* a configuration cycle by the indirect way */
	return value;
}

static void machine_scom_write(void *ctx, platform_u32 addr, platform_u64 value)
{
	struct machine *machine = ctx;
	uint32_t unit;
	struct phb *phb = machine_scom_route(machine, addr, &unit);

	machine->stats.scoms++;
	machine_charge(machine, machine->scom_ps);
	if (phb)
		phb_scom_write(phb, unit, addr - phb_scom_base(phb, unit), value);
}

static const struct platform_ops machine_platform_ops = {
	.mmio_read = machine_mmio_read,
	.mmio_write = machine_mmio_write,
	.scom_read = machine_scom_read,
	.scom_write = machine_scom_write,
	.charge = machine_charge,
	.now = machine_now,
};

/* Interrupts. */

static void machine_irq_deliver(struct sim *sim, struct sim_event *event)
{
	struct machine_irqs *irqs = sim_container_of(event, struct machine_irqs, event);
	struct machine *machine = irqs->machine;
	struct platform *platform = &machine->platform;

	while (irqs->count && irqs->queue[irqs->head].due_ps <= sim_now(sim)) {
		uint32_t source = irqs->queue[irqs->head].source;

		irqs->head = (irqs->head + 1) % MACHINE_IRQ_STRIDE;
		irqs->count--;
		irqs->waiting[source] = false;
		if (platform->irq_fn) {
			machine->stats.irqs++;
			platform->irq_fn(platform->irq_arg, platform->phb[irqs->phb].irq_base + source);
		} else {
			machine->stats.irqs_lost++;
		}
	}
	if (irqs->count && !sim_event_pending(event))
		sim_event_at(sim, event, irqs->queue[irqs->head].due_ps);
}

static void machine_irq(void *arg, uint32_t source)
{
	struct machine_irqs *irqs = arg;
	struct machine *machine = irqs->machine;
	uint32_t at = (irqs->head + irqs->count) % MACHINE_IRQ_STRIDE;

	sim_assert(machine->sim, source < MACHINE_IRQ_STRIDE);
	if (irqs->waiting[source]) {
		machine->stats.irqs_merged++;
		return;
	}
	irqs->waiting[source] = true;
	irqs->queue[at].source = source;
	irqs->queue[at].due_ps = sim_now(machine->sim) + machine->irq_ps;
	irqs->count++;
	if (!sim_event_pending(&irqs->event))
		sim_event_at(machine->sim, &irqs->event, irqs->queue[at].due_ps);
}

static void machine_hub_irq(void *arg)
{
	struct machine *machine = arg;
	struct platform *platform = &machine->platform;

	if (platform->irq_fn) {
		machine->stats.irqs++;
		platform->irq_fn(platform->irq_arg, platform->hub_irq);
	} else {
		machine->stats.irqs_lost++;
	}
}

/* Building. */

static uint16_t machine_root_device(const struct cfg *cfg)
{
	static const uint16_t devices[] = {
		[PLATFORM_PHB_P7IOC] = BRIDGE_DEVICE_P7IOC,
		[PLATFORM_PHB_PHB3] = BRIDGE_DEVICE_PHB3,
		[PLATFORM_PHB_PHB4] = BRIDGE_DEVICE_PHB4,
		[PLATFORM_PHB_PHB5] = BRIDGE_DEVICE_PHB5,
	};

	return devices[phb_gen_at(cfg_u64(cfg, "phb.generation"))->type];
}

/* The functions of one device; the first has the device's name. */
static void machine_build_device(struct machine *machine, uint32_t index, uint32_t device)
{
	struct machine_node *node = &machine->node[index];
	struct dma_engine_place place = {
		.topology = node->topology, .port = device, .functions = machine->function_count};
	char path[32];

	for (; place.number < place.functions; place.number++) {
		int n = snprintf(path, sizeof(path), "phb%" PRIu32 ".dma%" PRIu32, index, device);

		if (place.number)
			snprintf(path + n, sizeof(path) - (size_t)n, "f%" PRIu32, place.number);
		node->engine[device * machine->function_count + place.number] =
			dma_engine_create(machine->sim, machine->cfg, path, node->pool, &place);
	}
}

static void machine_build_node(struct machine *machine, uint32_t index)
{
	struct machine_node *node = &machine->node[index];
	char path[32];
	uint32_t i;

	node->irqs = sim_alloc(sizeof(*node->irqs));
	node->irqs->machine = machine;
	node->irqs->phb = index;
	sim_event_init(&node->irqs->event, machine_irq_deliver, SIM_PRIO_IRQ);
	node->pool = tlp_pool_create(machine->sim, (uint32_t)cfg_u64(machine->cfg, "machine.tlps"));
	machine_flow_init(machine->sim, node->pool, index);
	snprintf(path, sizeof(path), "link%" PRIu32, index);
	node->link = link_create(machine->sim, machine->cfg, path);
	snprintf(path, sizeof(path), "pcie%" PRIu32, index);
	node->topology = topology_create(machine->sim, machine->cfg, path,
					 &(struct topology_shape){.root_device = machine_root_device(machine->cfg),
								  .ports = machine->direct ? 0 : machine->device_count},
					 node->link, node->pool);
	node->phb = phb_create(machine->sim, machine->cfg, index, machine->ram, machine->memory, node->topology, node->pool,
			       machine_irq, node->irqs);
	for (i = 0; i < machine->device_count; i++)
		machine_build_device(machine, index, i);
}

static void machine_build_hub(struct machine *machine)
{
	uint32_t i;

	machine->hub = p7ioc_hub_create(machine->sim, machine->irq_ps, machine_hub_irq, machine);
	for (i = 0; i < machine->phb_count; i++)
		p7ioc_hub_attach(machine->hub, i, machine->node[i].phb);
}

static void machine_describe_phb(struct machine *machine, uint32_t index)
{
	struct platform_phb *phb = &machine->platform.phb[index];
	const struct phb *model = machine->node[index].phb;
	uint32_t i;

	phb->opal_id = index;
	phb->type = phb_generation(model);
	phb->m32_pci_base = machine->m32_pci_base;
	phb->pe_count = phb_pe_count(model);
	phb->reserved_pe = phb_reserved_pe(model);
	phb->irq_base = (index + 1) * MACHINE_IRQ_STRIDE; /* so that no interrupt has number 0 */
	phb->msi_count = phb_msi_count(model);
	for (i = 0; i < PLATFORM_SCOM_UNITS; i++)
		phb->scom_base[i] = phb_scom_base(model, i);
	for (i = 0; i < machine->map.count; i++) {
		const struct machine_window *window = &machine->map.window[i];

		if (window->phb != index || window->kind == MACHINE_WINDOW_RAM || window->kind == MACHINE_WINDOW_HUB)
			continue;
		if (window->kind == MACHINE_WINDOW_REGS) {
			phb->reg_base = window->base;
			phb->reg_bytes = window->bytes;
		} else if (window->kind == MACHINE_WINDOW_ASB) {
			phb->asb_base = window->base;
		} else if (window->kind == MACHINE_WINDOW_IO) {
			phb->io_base = window->base;
			phb->io_bytes = window->bytes;
		} else if (window->kind == MACHINE_WINDOW_M32) {
			phb->m32_base = window->base;
			phb->m32_bytes = window->bytes;
		} else if (window->kind == MACHINE_WINDOW_M64) {
			phb->m64_base = window->base;
			phb->m64_bytes = window->bytes;
		} else if (window->kind == MACHINE_WINDOW_ESB) {
			phb->esb_base = window->base;
			phb->esb_bytes = window->bytes;
		}
	}
}

static void machine_describe(struct machine *machine)
{
	struct platform *platform = &machine->platform;
	uint32_t i;

	platform->ops = &machine_platform_ops;
	platform->ctx = machine;
	platform->ram = ram_base(machine->ram);
	platform->ram_bytes = ram_bytes(machine->ram);
	platform->phb_count = machine->phb_count;
	if (machine->hub) {
		platform->hub_base = cfg_u64(machine->cfg, "machine.hub.base");
		platform->hub_bytes = cfg_u64(machine->cfg, "machine.hub.bytes");
		platform->hub_irq = (MACHINE_PHBS_MAX + 1) * MACHINE_IRQ_STRIDE;
	}
	for (i = 0; i < machine->phb_count; i++)
		machine_describe_phb(machine, i);
}

/* Only the PHBs of a P7IOC have a chip around them. */
static int machine_check_hub(struct cfg *cfg)
{
	bool p7ioc = !strcmp(phb_gen_names[cfg_u64(cfg, "phb.generation")], "p7ioc");

	if (cfg_u64(cfg, "machine.hub.bytes") && !p7ioc)
		return cfg_fail(cfg, "machine.hub.bytes", "found a hub around PHBs of generation %s, expected none",
				phb_gen_names[cfg_u64(cfg, "phb.generation")]);
	return 0;
}

/* What no row can say by itself: sets have to be of a number that bits of an address select. */
static int machine_check_cache(struct cfg *cfg)
{
	uint64_t lines = cfg_u64(cfg, "phb.tce_cache.entries"), ways = cfg_u64(cfg, "phb.tce_cache.ways");

	if (!ways || !(lines & (lines - 1)))
		return 0;
	return cfg_fail(cfg, "phb.tce_cache.entries",
			"found %" PRIu64 " lines in sets of %" PRIu64 ", expected a power of two, or phb.tce_cache.ways=0",
			lines, ways);
}

int machine_create(struct sim *sim, struct cfg *cfg, struct machine **out)
{
	struct machine *machine = sim_alloc(sizeof(*machine));
	uint64_t bytes = cfg_u64(cfg, "machine.ram");
	uint32_t i;
	int err;

	machine->sim = sim;
	machine->cfg = cfg;
	machine->phb_count = (uint32_t)cfg_u64(cfg, "machine.phbs");
	machine->device_count = (uint32_t)cfg_u64(cfg, "machine.devices");
	machine->function_count = (uint32_t)cfg_u64(cfg, "machine.functions");
	machine->direct = cfg_u64(cfg, "machine.topology") == MACHINE_DIRECT;
	machine->m32_pci_base = cfg_u64(cfg, "machine.phb.m32_pci_base");
	machine->reg_read_ps = cfg_u64(cfg, "machine.mmio_reg_read");
	machine->reg_write_ps = cfg_u64(cfg, "machine.mmio_reg_write");
	machine->mmio_read_ps = cfg_u64(cfg, "machine.mmio_read");
	machine->mmio_write_ps = cfg_u64(cfg, "machine.mmio_write");
	machine->irq_ps = cfg_u64(cfg, "machine.irq_latency");
	machine->scom_ps = cfg_u64(cfg, "machine.scom_access");
	err = machine_check_hub(cfg);
	if (!err)
		err = machine_map_build(&machine->map, cfg);
	if (!err && machine->direct && machine->device_count != 1)
		err = cfg_fail(cfg, "machine.devices",
			       "found %" PRIu32 " devices, expected 1: machine.topology is direct, without a switch",
			       machine->device_count);
	if (!err)
		err = machine_check_cache(cfg);
	if (err)
		goto err_free;
	machine->ram = ram_create(bytes);
	if (!machine->ram) {
		err = -errno;
		(void)cfg_fail(cfg, "machine.ram",
			       "found 0x%" PRIx64 " bytes, which the host refuses to map (%s), "
			       "expected a size that it can reserve",
			       bytes, strerror(-err));
		goto err_free;
	}
	machine->memory = memory_create(sim, cfg, bytes);
	for (i = 0; i < machine->phb_count; i++)
		machine_build_node(machine, i);
	if (cfg_u64(cfg, "machine.hub.bytes"))
		machine_build_hub(machine);
	machine_describe(machine);
	stat_register(sim, "machine", machine_stat_rows, sim_count_of(machine_stat_rows), &machine->stats);
	*out = machine;
	return 0;

err_free:
	free(machine);
	return err;
}

static void machine_destroy_node(struct machine *machine, struct machine_node *node)
{
	uint32_t i;

	/* Who may hold TLPs goes before their pool, and before the engines that hear of freed writes. */
	phb_destroy(node->phb);
	topology_destroy(node->topology);
	link_destroy(node->link);
	for (i = 0; i < machine->device_count * machine->function_count; i++)
		dma_engine_destroy(node->engine[i]);
	machine_flow_finish(machine->sim, node->pool);
	tlp_pool_destroy(node->pool);
	sim_event_cancel(machine->sim, &node->irqs->event);
	free(node->irqs);
}

void machine_destroy(struct machine *machine)
{
	uint32_t i;

	if (!machine)
		return;
	for (i = 0; i < machine->phb_count; i++)
		machine_destroy_node(machine, &machine->node[i]);
	p7ioc_hub_destroy(machine->hub);
	stat_unregister(machine->sim, &machine->stats);
	memory_destroy(machine->memory);
	ram_destroy(machine->ram);
	free(machine);
}

struct platform *machine_platform(struct machine *machine)
{
	return &machine->platform;
}

struct ram *machine_ram(struct machine *machine)
{
	return machine->ram;
}

uint32_t machine_phb_count(const struct machine *machine)
{
	return machine->phb_count;
}

struct phb *machine_phb(struct machine *machine, uint32_t index)
{
	sim_assert(machine->sim, index < machine->phb_count);
	return machine->node[index].phb;
}

struct link *machine_link(struct machine *machine, uint32_t index)
{
	sim_assert(machine->sim, index < machine->phb_count);
	return machine->node[index].link;
}

struct topology *machine_topology(struct machine *machine, uint32_t index)
{
	sim_assert(machine->sim, index < machine->phb_count);
	return machine->node[index].topology;
}

uint32_t machine_flow(const struct machine *machine, machine_flow_fn *fn, void *arg)
{
	uint32_t i, broken = 0;

	for (i = 0; i < machine->phb_count; i++) {
		const struct machine_node *at = &machine->node[i];
		struct machine_flow_node node = {.index = i,
						 .pool = at->pool,
						 .phb = at->phb,
						 .link = at->link,
						 .topology = at->topology,
						 .engine = at->engine,
						 .engine_count = machine->device_count * machine->function_count};

		broken += machine_flow_node(&node, fn, arg);
	}
	return broken;
}

const struct tlp_ledger *machine_ledger(const struct machine *machine, uint32_t phb)
{
	return tlp_pool_ledger(machine->node[phb].pool);
}

uint32_t machine_tlps_in_flight(const struct machine *machine)
{
	uint32_t i, sum = 0;

	for (i = 0; i < machine->phb_count; i++)
		sum += tlp_pool_size(machine->node[i].pool) - tlp_pool_free_count(machine->node[i].pool);
	return sum;
}
