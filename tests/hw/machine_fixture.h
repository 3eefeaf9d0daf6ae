/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_HW_MACHINE_FIXTURE_H
#define TESTS_HW_MACHINE_FIXTURE_H
/*
 * tests/hw/machine_fixture.h - a machine on a bench, and a minimal firmware that works by registers alone: PHB, buses,
 * bridges, devices, a run of a dma-engine.
 */
#include <check.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hw/machine.h"
#include "hw/machine_internal.h"
#include "hw/ppc_bits.h"
#include "hw/regs/dma_engine_regs.h"
#include "hw/regs/ioda_regs.h"
#include "hw/regs/pci_regs.h"
#include "hw/regs/phb3_regs.h"
#include "hw/regs/phb_scom_regs.h"
#include "sim/sim.h"
#include "sim/stat.h"
#include "sim/task.h"

#define REG_BASE 0x3fffe40000000ull
#define M32_BASE 0x3fe000000000ull
#define GIB (1ull << 30)

/* Where this test's firmware puts its tables and buffers in RAM. */
#define RTT_AT 0x100000ull
#define PEST_AT 0x140000ull
#define IVT_AT 0x180000ull
#define BUFFER_AT 0x1000000ull

struct bench {
	struct sim *sim;
	struct cfg *cfg;
	struct machine *machine;
	struct platform *platform;
	uint32_t irq[16];
	sim_ps irq_ps[16];
	uint32_t irq_count;
};

static inline void bench_irq(void *arg, platform_u32 irq)
{
	struct bench *bench = arg;

	ck_assert_uint_lt(bench->irq_count, 16);
	bench->irq_ps[bench->irq_count] = sim_now(bench->sim);
	bench->irq[bench->irq_count++] = irq;
}

static inline struct cfg *rows_of_a_machine(void)
{
	struct cfg *cfg = cfg_create();

	machine_add_cfg_rows(cfg);
	return cfg;
}

/* A preset tells of its processor and of software too; those keys belong to another folder, whose defaults these are. */
#define ELSEWHERE(key, kind, value)                                                                                    \
	{                                                                                                              \
		.path = key, .type = kind, .def = value, .min = 1, .max = 1ull << 40, .source = CFG_USER,              \
		.where = "kernel-model/", .help = "of software"                                                        \
	}
static const struct cfg_row rows_of_software[] = {
	ELSEWHERE("cpu.clock", CFG_FREQ, 3500000000),
	ELSEWHERE("cpu.cores", CFG_COUNT, 16),
	ELSEWHERE("cpu.smt", CFG_COUNT, 8),
	ELSEWHERE("kernel.cost.hcall_virtual_cycles", CFG_COUNT, 5754),
};
#undef ELSEWHERE

static inline struct cfg *rows_of_a_preset(void)
{
	struct cfg *cfg = rows_of_a_machine();

	cfg_add_rows(cfg, rows_of_software, sim_count_of(rows_of_software));
	return cfg;
}

static inline void bench_open(struct bench *bench, const char *const *sets)
{
	memset(bench, 0, sizeof(*bench));
	bench->sim = sim_create(3);
	bench->cfg = rows_of_a_machine();
	ck_assert_int_eq(cfg_set(bench->cfg, "machine.ram=256MiB"), 0);
	for (; sets && *sets; sets++)
		ck_assert_msg(cfg_set(bench->cfg, *sets) == 0, "%s", cfg_error(bench->cfg));
	ck_assert_msg(machine_create(bench->sim, bench->cfg, &bench->machine) == 0, "%s", cfg_error(bench->cfg));
	bench->platform = machine_platform(bench->machine);
	bench->platform->irq_fn = bench_irq;
	bench->platform->irq_arg = bench;
}

static inline void bench_flow(void *arg, uint32_t phb, const char *where, enum tlp_class class,
			      const struct tlp_flow *flow)
{
	(void)arg;
	ck_assert_msg(flow->entered == flow->left + flow->held,
		      "PHB %u, %s, class %d: %" PRIu64 " entered, %" PRIu64 " left, %" PRIu64 " held", phb, where, class,
		      flow->entered, flow->left, flow->held);
}

/* Whatever a test did: no TLP may be lost. */
static inline void bench_close(struct bench *bench)
{
	(void)machine_flow(bench->machine, bench_flow, NULL);
	machine_destroy(bench->machine);
	cfg_destroy(bench->cfg);
	sim_destroy(bench->sim);
}

static inline uint64_t bench_read(struct bench *bench, uint64_t addr, uint32_t bytes)
{
	return bench->platform->ops->mmio_read(bench->platform->ctx, addr, bytes);
}

static inline void bench_write(struct bench *bench, uint64_t addr, uint64_t value, uint32_t bytes)
{
	bench->platform->ops->mmio_write(bench->platform->ctx, addr, value, bytes);
}

static inline uint64_t bench_stat(struct bench *bench, const char *path, const char *name)
{
	const uint64_t *value = stat_find(bench->sim, path, name, NULL);

	ck_assert_msg(value != NULL, "no statistic %s.%s", path, name);
	return *value;
}

/* What firmware does, by registers: a configuration cycle of PHB @phb. */
static inline void config_select(struct bench *bench, uint32_t phb, uint32_t rid, uint32_t reg)
{
	uint64_t address = PHB_CA_ENABLE | ppc_set(PHB_CA_BDFN, 0, rid) | ppc_set(PHB_CA_REG, 0, reg);

	bench_write(bench, bench->platform->phb[phb].reg_base + PHB_CONFIG_ADDRESS, address, 8);
}

static inline uint32_t config_read32(struct bench *bench, uint32_t phb, uint32_t rid, uint32_t reg)
{
	config_select(bench, phb, rid, reg);
	return (uint32_t)bench_read(bench, bench->platform->phb[phb].reg_base + PHB_CONFIG_DATA, 4);
}

static inline void config_write32(struct bench *bench, uint32_t phb, uint32_t rid, uint32_t reg, uint32_t value)
{
	config_select(bench, phb, rid, reg);
	bench_write(bench, bench->platform->phb[phb].reg_base + PHB_CONFIG_DATA, value, 4);
}

/* [@base, @base + @bytes) goes down through bridge @rid to buses @secondary to @subordinate; requests go up. */
static inline void bring_up_bridge(struct bench *bench, uint32_t phb, uint32_t rid, uint32_t secondary,
				   uint32_t subordinate, uint64_t base, uint64_t bytes)
{
	uint32_t limit = (uint32_t)(base + bytes - 1);

	config_write32(bench, phb, rid, PCI_BRIDGE_PRIMARY, rid >> 8 | secondary << 8 | subordinate << 16);
	config_write32(bench, phb, rid, PCI_BRIDGE_MEM_BASE, (uint32_t)base >> 16 | (limit & 0xfff00000));
	config_write32(bench, phb, rid, PCI_REG_COMMAND, PCI_COMMAND_MEMORY | PCI_COMMAND_BUS_MASTER);
}

/* Buses numbered depth first: switch 1 and 2, devices from 3 on; the whole window goes to the switch. */
static inline void bring_up_buses(struct bench *bench, uint32_t phb)
{
	const struct platform_phb *desc = &bench->platform->phb[phb];
	uint32_t port;

	bench_write(bench, desc->reg_base + PHB_RESET, PHB3_RESET_NO_PERST, 8);
	bring_up_bridge(bench, phb, 0, 1, 0xff, desc->m32_pci_base, desc->m32_bytes);
	if (config_read32(bench, phb, 0x100, PCI_REG_VENDOR_ID) !=
	    (BRIDGE_VENDOR_SWITCH | BRIDGE_DEVICE_UPSTREAM << 16))
		return; /* a device */
	bring_up_bridge(bench, phb, 0x100, 2, 0xff, desc->m32_pci_base, desc->m32_bytes);
	for (port = 0; config_read32(bench, phb, 0x200 | port << 3, PCI_REG_VENDOR_ID) != UINT32_MAX; port++)
		bring_up_bridge(bench, phb, 0x200 | port << 3, 3 + port, 3 + port, 0xfff00000, 0);
}

/* A minimal firmware: M32 window, tables in RAM, all RIDs in PE 0 with a bypass window at bit 59, vector 1 for PE 0. */
static inline void bring_up(struct bench *bench, uint32_t phb)
{
	const struct platform_phb *desc = &bench->platform->phb[phb];
	uint64_t regs = desc->reg_base;
	uint64_t end_16m = (bench->platform->ram_bytes >> IODA2_TVT_REAL_SHIFT);

	bench_write(bench, regs + PHB_RTT_BAR, PHB_RTT_BAR_ENABLE | RTT_AT, 8);
	bench_write(bench, regs + PHB_PEST_BAR, PHB_PEST_BAR_ENABLE | PEST_AT, 8);
	bench_write(bench, regs + PHB3_IVT_BAR, PHB3_IVT_BAR_ENABLE | IVT_AT | PHB3_IVE_COUNT, 8);
	bench_write(bench, regs + PHB_M32_BASE_ADDR, desc->m32_base, 8);
	bench_write(bench, regs + PHB_M32_BASE_MASK, ~(desc->m32_bytes - 1), 8);
	bench_write(bench, regs + PHB_M32_START_ADDR, desc->m32_pci_base, 8);
	bench_write(bench, regs + PHB_CONFIG, PHB_CONFIG_M32_EN | PHB_CONFIG_32BIT_MSI_EN, 8);
	bench_write(bench, regs + PHB_IODA_ADDR, ppc_set(PHB_IODA_ADDR_TSEL, 0, IODA2_TBL_TVT) | 1, 8);
	bench_write(bench, regs + PHB_IODA_DATA0, ppc_set(IODA2_TVT_REAL_END, IODA2_TVT_REAL, end_16m), 8);
	ram_store_be64(machine_ram(bench->machine), (struct raddr){IVT_AT + 1 * PHB3_IVE_SMALL_BYTES}, 0);
	bring_up_buses(bench, phb);
}

/* Device @rid, and with its port 1 MiB, at offset @bar of the M32 window; memory and bus master on, MSI to vector 1. */
static inline uint64_t bring_up_device(struct bench *bench, uint32_t phb, uint32_t rid, uint32_t bar)
{
	const struct platform_phb *desc = &bench->platform->phb[phb];
	uint32_t msi = DMA_ENGINE_CAP_MSI, bus = rid >> 8;

	if (bus >= 3)
		bring_up_bridge(bench, phb, 0x200 | (bus - 3) << 3, bus, bus, desc->m32_pci_base + bar, 0x100000);
	config_write32(bench, phb, rid, PCI_REG_BAR0, (uint32_t)desc->m32_pci_base + bar);
	config_write32(bench, phb, rid, PCI_REG_COMMAND, PCI_COMMAND_MEMORY | PCI_COMMAND_BUS_MASTER);
	config_write32(bench, phb, rid, msi + PCI_MSI_ADDRESS, (uint32_t)IODA2_MSI32_BASE);
	config_write32(bench, phb, rid, msi + PCI_MSI_DATA, 1);
	config_write32(bench, phb, rid, msi, PCI_MSI_CONTROL_ENABLE << 16);
	return desc->m32_base + bar;
}

static inline void program_run(struct bench *bench, uint64_t bar, uint64_t addr, uint64_t bytes, uint64_t read_share)
{
	bench_write(bench, bar + DMA_ENGINE_BASE, IODA2_ADDR_TVE_SELECT | addr, 8);
	bench_write(bench, bar + DMA_ENGINE_LENGTH, bytes, 8);
	bench_write(bench, bar + DMA_ENGINE_COUNT, bytes / 256, 8);
	bench_write(bench, bar + DMA_ENGINE_SEED, 42, 8);
	bench_write(bench, bar + DMA_ENGINE_READ_SHARE, read_share, 8);
}

#endif
