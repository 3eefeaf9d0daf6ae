/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * workloads/validate/rig.c - a machine without a kernel, and how its throughput is measured: the engine runs without an
 * end, and what it has moved is read off twice, after a warm-up and after enough more requests.
 *
 * Not modelled: see workloads/validate/rig.h.
 */
#include "workloads/validate/rig.h"

#include <stdlib.h>
#include <string.h>

#include "hw/regs/dma_engine_regs.h"
#include "hw/regs/ioda_regs.h"
#include "hw/regs/pci_regs.h"
#include "hw/regs/ioda3_regs.h"
#include "hw/regs/phb3_regs.h"
#include "hw/regs/phb4_regs.h"
#include "kernel-model/kernel.h"
#include "sim/stat.h"

#define RTT_AT 0x100000ull
#define TABLE_AT 0x2000000ull
#define DATA_AT 0x8000000ull /* 64 MiB, aligned to any page size in use */
#define WINDOW_BYTES (64ull << 20)
#define DIRECT_RID 0x100u
#define SWITCH_RID 0x300u    /* of the first device below a switch: firmware would number its bus 3 */
#define PORT_BYTES 0x100000u /* of MMIO below a port */
#define BAR_BYTES 0x10000u
#define TABLE_BITS_MIN 8u /* a table-size field of 1 means 9 bits of index */
#define LOOK_PS (200 * SIM_PS_PER_NS)

static void rig_write(struct rig *rig, uint64_t addr, uint64_t value, uint32_t bytes)
{
	rig->platform->ops->mmio_write(rig->platform->ctx, addr, value, bytes);
}

static uint64_t rig_reg(struct rig *rig, uint32_t offset)
{
	return rig->platform->ops->mmio_read(rig->platform->ctx, rig->bar + offset, 8);
}

static void rig_set(struct rig *rig, uint32_t offset, uint64_t value)
{
	rig_write(rig, rig->bar + offset, value, 8);
}

static void rig_config(struct rig *rig, uint32_t rid, uint32_t reg, uint32_t value)
{
	uint64_t regs = rig->platform->phb[rig->phb].reg_base;

	if (!rid && rig->platform->phb[rig->phb].type >= PLATFORM_PHB_PHB4) {
		rig_write(rig, regs + PHB4_RC_CONFIG_BASE + reg, value, 4);
		return;
	}
	rig_write(rig, regs + PHB_CONFIG_ADDRESS,
		  PHB_CA_ENABLE | ppc_set(PHB_CA_BDFN, 0, rid) | ppc_set(PHB_CA_REG, 0, reg), 8);
	rig_write(rig, regs + PHB_CONFIG_DATA, value, 4);
}

static void rig_ioda(struct rig *rig, uint32_t table, uint32_t index, uint64_t value)
{
	uint64_t regs = rig->platform->phb[rig->phb].reg_base;

	rig_write(rig, regs + PHB_IODA_ADDR, ppc_set(PHB_IODA_ADDR_TSEL, 0, table) | index, 8);
	rig_write(rig, regs + PHB_IODA_DATA0, value, 8);
}

/* The way down for MMIO: a window of the PHB. */
static void rig_open_mmio(struct rig *rig)
{
	const struct platform_phb *phb = &rig->platform->phb[rig->phb];
	uint64_t mask = ~(phb->m32_bytes - 1);

	rig_write(rig, phb->reg_base + PHB_M32_START_ADDR, phb->m32_pci_base, 8);
	if (phb->type >= PLATFORM_PHB_PHB4) {
		rig_ioda(rig, IODA3_TBL_MBT, 1, IODA3_MBT_ENABLE | (mask & IODA3_MBT1_MASK));
		rig_ioda(rig, IODA3_TBL_MBT, 0,
			 ppc_set(IODA3_MBT0_MODE, IODA3_MBT_ENABLE | IODA3_MBT0_M32, IODA3_MBT_MODE_MDT) |
				 phb->m32_base);
		rig_write(rig, phb->reg_base + PHB_CONFIG, PHB_CONFIG_32BIT_MSI_EN, 8);
		rig_write(rig, phb->reg_base + PHB4_PCIE_CRESET, PHB4_PCIE_CRESET_PERST_N, 8);
		return;
	}
	rig_write(rig, phb->reg_base + PHB_M32_BASE_ADDR, phb->m32_base, 8);
	rig_write(rig, phb->reg_base + PHB_M32_BASE_MASK, mask, 8);
	rig_write(rig, phb->reg_base + PHB_CONFIG, PHB_CONFIG_M32_EN | PHB_CONFIG_32BIT_MSI_EN, 8);
	rig_write(rig, phb->reg_base + PHB_RESET, PHB3_RESET_NO_PERST, 8);
}

/* A bridge passes buses @secondary to @last, and MMIO from @base on. */
static void rig_bridge(struct rig *rig, uint32_t rid, uint32_t secondary, uint32_t last, uint64_t base, uint64_t bytes)
{
	uint32_t limit = (uint32_t)(base + bytes - 1);

	rig_config(rig, rid, PCI_BRIDGE_PRIMARY, rid >> 8 | secondary << 8 | last << 16);
	rig_config(rig, rid, PCI_BRIDGE_MEM_BASE, (uint32_t)(base >> 16) | (limit & 0xfff00000));
	rig_config(rig, rid, PCI_REG_COMMAND, PCI_COMMAND_MEMORY | PCI_COMMAND_BUS_MASTER);
}

static uint32_t rig_rid(const struct rig *rig, uint32_t function)
{
	if (rig->direct)
		return DIRECT_RID + function;
	return SWITCH_RID + (function / rig->per_device << 8) + function % rig->per_device;
}

static uint64_t rig_bar_offset(const struct rig *rig, uint32_t function)
{
	return function / rig->per_device * (uint64_t)PORT_BYTES + function % rig->per_device * BAR_BYTES;
}

void rig_select(struct rig *rig, uint32_t phb, uint32_t function)
{
	rig->phb = phb;
	rig->function = function;
	rig->bar = rig->platform->phb[phb].m32_base + rig_bar_offset(rig, function);
}

static void rig_bring_up_switch(struct rig *rig, uint64_t base)
{
	uint32_t devices = rig->functions / rig->per_device, i;

	rig_bridge(rig, 0, 1, 2 + devices, base, devices * (uint64_t)PORT_BYTES);
	rig_bridge(rig, 0x100, 2, 2 + devices, base, devices * (uint64_t)PORT_BYTES);
	for (i = 0; i < devices; i++)
		rig_bridge(rig, 0x200 + (i << 3), 3 + i, 3 + i, base + i * (uint64_t)PORT_BYTES, PORT_BYTES);
}

/* What firmware does, and no more: every requester in PE 0, one window without translation, the way down to BAR0s. */
static void rig_bring_up(struct rig *rig)
{
	const struct platform_phb *phb = &rig->platform->phb[rig->phb];
	uint32_t i;

	rig_write(rig, phb->reg_base + PHB_RTT_BAR, PHB_RTT_BAR_ENABLE | RTT_AT, 8);
	rig_open_mmio(rig);
	rig_ioda(rig, IODA2_TBL_TVT, 1,
		 ppc_set(IODA2_TVT_REAL_END, IODA2_TVT_REAL, rig->platform->ram_bytes >> IODA2_TVT_REAL_SHIFT));
	if (rig->direct)
		rig_bridge(rig, 0, 1, 1, phb->m32_pci_base, phb->m32_bytes);
	else
		rig_bring_up_switch(rig, phb->m32_pci_base);
	for (i = 0; i < rig->functions; i++) {
		rig_config(rig, rig_rid(rig, i), PCI_REG_BAR0, (uint32_t)(phb->m32_pci_base + rig_bar_offset(rig, i)));
		rig_config(rig, rig_rid(rig, i), PCI_REG_COMMAND, PCI_COMMAND_MEMORY | PCI_COMMAND_BUS_MASTER);
	}
}

static void rig_pe(struct rig *rig, uint32_t pe)
{
	uint8_t *rte = rig->platform->ram + RTT_AT + 2 * rig_rid(rig, rig->function);

	rte[0] = (uint8_t)(pe >> 8);
	rte[1] = (uint8_t)pe;
}

void rig_kill(struct rig *rig, uint32_t pe, uint64_t iova, bool whole_pe)
{
	uint64_t regs = rig->platform->phb[rig->phb].reg_base;

	rig_write(rig, regs + PHB_TCE_KILL, whole_pe ? PHB_TCE_KILL_PE | pe : PHB_TCE_KILL_ONE | iova | pe, 8);
}

static bool rig_configure(struct rig *rig, const char *machine, const char *const *sets)
{
	static const char *const always[] = {"machine.ram=256MiB", "machine.devices=1", "machine.topology=direct"};
	char *path = NULL;
	size_t i;
	int err = 0;

	machine_add_cfg_rows(rig->cfg);
	cfg_add_rows(rig->cfg, km_cfg_rows,
		     km_cfg_row_count); /* for machine files that speak of software; nobody reads them */
	if (machine) {
		path = sim_asprintf("%s/machines/%s.yaml", rig->run->data_dir, machine);
		err = cfg_load(rig->cfg, path);
		free(path);
	}
	for (i = 0; !err && i < sim_count_of(always); i++)
		err = cfg_set(rig->cfg, always[i]);
	for (; !err && sets && *sets; sets++)
		err = cfg_set(rig->cfg, *sets);
	if (!err)
		err = machine_create(rig->sim, rig->cfg, &rig->machine);
	if (err)
		validate_error(rig->run, "%s", cfg_error(rig->cfg));
	return !err;
}

bool rig_open(struct rig *rig, struct validate_run *run, const char *machine, const char *const *sets)
{
	return rig_open_seed(rig, run, machine, sets, 1);
}

bool rig_open_seed(struct rig *rig, struct validate_run *run, const char *machine, const char *const *sets,
		   uint64_t seed)
{
	uint32_t phb;

	memset(rig, 0, sizeof(*rig));
	rig->run = run;
	rig->sim = sim_create(seed);
	rig->cfg = cfg_create();
	if (!rig_configure(rig, machine, sets)) {
		rig_close(rig);
		return false;
	}
	rig->platform = machine_platform(rig->machine);
	rig->per_device = (uint32_t)cfg_u64(rig->cfg, "machine.functions");
	rig->functions = rig->per_device * (uint32_t)cfg_u64(rig->cfg, "machine.devices");
	rig->direct = cfg_u64(rig->cfg, "machine.topology") == 1;
	for (phb = machine_phb_count(rig->machine); phb--;) {
		rig_select(rig, phb, 0);
		rig_bring_up(rig);
	}
	rig->base = IODA2_ADDR_TVE_SELECT | DATA_AT;
	return true;
}

void rig_close(struct rig *rig)
{
	/* What a machine that loses TLPs tells of time is worth nothing. */
	if (rig->machine)
		sim_assert(rig->sim, !machine_flow(rig->machine, NULL, NULL));
	machine_destroy(rig->machine);
	cfg_destroy(rig->cfg);
	sim_destroy(rig->sim);
	memset(rig, 0, sizeof(*rig));
}

void rig_map(struct rig *rig, uint32_t page_shift)
{
	rig_map_levels(rig, page_shift, 1);
}

void rig_map_levels(struct rig *rig, uint32_t page_shift, uint32_t levels)
{
	rig_fold(rig, page_shift, levels, WINDOW_BYTES);
}

/* Tables of the last level lie one after the other, so that all its TCEs are one array. */
void rig_fold(struct rig *rig, uint32_t page_shift, uint32_t levels, uint64_t bytes)
{
	uint32_t page_bits = (uint32_t)__builtin_ctzll(WINDOW_BYTES >> page_shift), bits = TABLE_BITS_MIN + 1;
	uint64_t tve = ppc_set(IODA2_TVT_TABLE_ADDR, 0, TABLE_AT >> IODA2_TVT_TABLE_ADDR_SHIFT), page, table;
	struct ram *ram = machine_ram(rig->machine);
	uint32_t i;
	uint64_t leaf_at = TABLE_AT + (levels - 1) * (TCE_BYTES << (TABLE_BITS_MIN + 1));

	if (levels == 1 && page_bits > bits)
		bits = page_bits;
	tve = ppc_set(IODA2_TVT_TABLE_SIZE, tve, bits - TABLE_BITS_MIN);
	tve = ppc_set(IODA2_TVT_PAGE_SIZE, tve, page_shift - IODA2_TVT_PAGE_SIZE_SHIFT);
	tve = ppc_set(IODA2_TVT_NUM_LEVELS, tve, levels - 1);
	for (page = 0; page << page_shift < WINDOW_BYTES; page++)
		ram_store_be64(ram, (struct raddr){leaf_at + page * TCE_BYTES},
			       (DATA_AT + (page << page_shift) % bytes) | TCE_READ | TCE_WRITE);
	if (levels == 2) {
		for (table = 0; table << bits << page_shift < WINDOW_BYTES; table++)
			ram_store_be64(ram, (struct raddr){TABLE_AT + table * TCE_BYTES},
				       (leaf_at + (table << bits) * TCE_BYTES) | TCE_READ | TCE_WRITE);
	}
	for (i = machine_phb_count(rig->machine); i--;) {
		rig_select(rig, i, 0);
		rig_ioda(rig, IODA2_TBL_TVT, 0, tve);
	}
	rig->tve = tve;
	rig->base = 0;
}

void rig_own_pe(struct rig *rig, uint32_t phb, uint32_t engine)
{
	uint32_t pe = engine + 1;

	rig_select(rig, phb, engine);
	rig_pe(rig, pe);
	rig_ioda(rig, IODA2_TBL_TVT, 2 * pe, rig->tve);
}

void rig_start(struct rig *rig, const struct rig_load *load, uint64_t count)
{
	rig_set(rig, DMA_ENGINE_PATTERN, load->stride ? DMA_ENGINE_PATTERN_STRIDED : DMA_ENGINE_PATTERN_RANDOM);
	rig_set(rig, DMA_ENGINE_BASE, rig->base);
	rig_set(rig, DMA_ENGINE_LENGTH, load->window_bytes);
	rig_set(rig, DMA_ENGINE_STRIDE, load->stride);
	rig_set(rig, DMA_ENGINE_REQ_BYTES, load->bytes);
	rig_set(rig, DMA_ENGINE_COUNT, count);
	rig_set(rig, DMA_ENGINE_QDEPTH, load->depth ? load->depth : rig_reg(rig, DMA_ENGINE_CAPACITY));
	rig_set(rig, DMA_ENGINE_READ_SHARE, load->write ? 0 : 256);
	rig_set(rig, DMA_ENGINE_INTERVAL, load->interval_ps);
	rig_set(rig, DMA_ENGINE_CTRL, DMA_ENGINE_CTRL_START);
}

/* All is back, and nothing went wrong. */
void rig_finish(struct rig *rig)
{
	sim_run(rig->sim, SIM_PS_NEVER);
	if (rig_reg(rig, DMA_ENGINE_STATUS) != DMA_ENGINE_STATUS_DONE || rig_reg(rig, DMA_ENGINE_ERRORS))
		validate_error(rig->run, "found a run of the device that ended with an error, expected none");
	rig_set(rig, DMA_ENGINE_STATUS, DMA_ENGINE_STATUS_DONE);
}

void rig_batch(struct rig *rig, const struct rig_load *load, uint64_t count)
{
	rig_start(rig, load, count);
	rig_finish(rig);
}

uint64_t rig_bytes(struct rig *rig)
{
	return rig_reg(rig, DMA_ENGINE_READ_BYTES) + rig_reg(rig, DMA_ENGINE_WRITE_BYTES);
}

uint64_t rig_counter(struct rig *rig, const char *path, const char *name)
{
	return *(const uint64_t *)stat_find(rig->sim, path, name, NULL);
}

/* Go on until @bytes have been moved in all. Return: false when the device stands still. */
static bool rig_reach(struct rig *rig, uint64_t bytes)
{
	uint64_t before = UINT64_MAX, moved = 0, idle = 0;

	while ((moved = rig_bytes(rig)) < bytes) {
		idle = moved == before ? idle + 1 : 0;
		if (idle > 1000) {
			validate_error(rig->run, "found a device that stands still, expected it to go on");
			return false;
		}
		before = moved;
		sim_run(rig->sim, sim_now(rig->sim) + LOOK_PS);
	}
	return true;
}

void rig_stop(struct rig *rig)
{
	rig_set(rig, DMA_ENGINE_CTRL, DMA_ENGINE_CTRL_STOP);
}

void rig_pass(struct rig *rig, sim_ps ps)
{
	sim_run(rig->sim, sim_now(rig->sim) + ps);
}

static double rig_measure(struct rig *rig, const struct rig_load *load, bool wire)
{
	uint64_t first, last = 0;
	sim_ps first_ps, last_ps = 0;

	rig_start(rig, load, 0);
	if (!rig_reach(rig, load->warm_requests * load->bytes))
		return 0;
	first = wire ? rig_counter(rig, "link0", "up_wire_bytes") : rig_bytes(rig);
	first_ps = sim_now(rig->sim);
	if (rig_reach(rig, rig_bytes(rig) + load->requests * load->bytes)) {
		last = wire ? rig_counter(rig, "link0", "up_wire_bytes") : rig_bytes(rig);
		last_ps = sim_now(rig->sim);
	}
	rig_stop(rig);
	rig_finish(rig);
	return last_ps > first_ps ? 8e3 * (double)(last - first) / (double)(last_ps - first_ps) : 0;
}

double rig_rate(struct rig *rig, const struct rig_load *load)
{
	return rig_measure(rig, load, false);
}

double rig_wire_rate(struct rig *rig, const struct rig_load *load)
{
	return rig_measure(rig, load, true);
}

double rig_read_latency_ns(struct rig *rig, const struct rig_load *load)
{
	const struct stat_hist *hist = stat_find(rig->sim, "phb0.dma0", "read_latency_ps", NULL);
	uint64_t sum, count;

	rig_batch(rig, load, load->warm_requests);
	sum = hist->mean.sum;
	count = hist->mean.count;
	rig_batch(rig, load, load->requests);
	return (double)(hist->mean.sum - sum) / (double)(hist->mean.count - count) / 1e3;
}
