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
#include "hw/regs/phb3_regs.h"
#include "sim/stat.h"

#define RTT_AT 0x100000ull
#define TABLE_AT 0x2000000ull
#define DATA_AT 0x8000000ull /* 64 MiB, aligned to any page size in use */
#define WINDOW_BYTES (64ull << 20)
#define DEVICE_RID 0x100u
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
	uint64_t regs = rig->platform->phb[0].reg_base;

	rig_write(rig, regs + PHB_CONFIG_ADDRESS,
		  PHB_CA_ENABLE | ppc_set(PHB_CA_BDFN, 0, rid) | ppc_set(PHB_CA_REG, 0, reg), 8);
	rig_write(rig, regs + PHB_CONFIG_DATA, value, 4);
}

static void rig_tve(struct rig *rig, uint32_t index, uint64_t tve)
{
	uint64_t regs = rig->platform->phb[0].reg_base;

	rig_write(rig, regs + PHB_IODA_ADDR, ppc_set(PHB_IODA_ADDR_TSEL, 0, IODA2_TBL_TVT) | index, 8);
	rig_write(rig, regs + PHB_IODA_DATA0, tve, 8);
}

/* What firmware does, and no more: every requester in PE 0, one window without translation, the way down to BAR0. */
static void rig_bring_up(struct rig *rig)
{
	const struct platform_phb *phb = &rig->platform->phb[0];
	uint32_t limit = (uint32_t)(phb->m32_pci_base + phb->m32_bytes - 1);

	rig_write(rig, phb->reg_base + PHB_RTT_BAR, PHB_RTT_BAR_ENABLE | RTT_AT, 8);
	rig_write(rig, phb->reg_base + PHB_M32_BASE_ADDR, phb->m32_base, 8);
	rig_write(rig, phb->reg_base + PHB_M32_BASE_MASK, ~(phb->m32_bytes - 1), 8);
	rig_write(rig, phb->reg_base + PHB_M32_START_ADDR, phb->m32_pci_base, 8);
	rig_write(rig, phb->reg_base + PHB_CONFIG, PHB_CONFIG_M32_EN | PHB_CONFIG_32BIT_MSI_EN, 8);
	rig_tve(rig, 1, ppc_set(IODA2_TVT_REAL_END, IODA2_TVT_REAL, rig->platform->ram_bytes >> IODA2_TVT_REAL_SHIFT));
	rig_write(rig, phb->reg_base + PHB_RESET, PHB3_RESET_NO_PERST, 8);
	rig_config(rig, 0, PCI_BRIDGE_PRIMARY, 1 << 8 | 1 << 16);
	rig_config(rig, 0, PCI_BRIDGE_MEM_BASE, (uint32_t)(phb->m32_pci_base >> 16) | (limit & 0xfff00000));
	rig_config(rig, 0, PCI_REG_COMMAND, PCI_COMMAND_MEMORY | PCI_COMMAND_BUS_MASTER);
	rig_config(rig, DEVICE_RID, PCI_REG_BAR0, (uint32_t)phb->m32_pci_base);
	rig_config(rig, DEVICE_RID, PCI_REG_COMMAND, PCI_COMMAND_MEMORY | PCI_COMMAND_BUS_MASTER);
	rig->bar = phb->m32_base;
	rig->base = IODA2_ADDR_TVE_SELECT | DATA_AT;
}

static bool rig_configure(struct rig *rig, const char *machine, const char *const *sets)
{
	static const char *const always[] = {"machine.ram=256MiB", "machine.devices=1", "machine.topology=direct"};
	char *path = NULL;
	size_t i;
	int err = 0;

	machine_add_cfg_rows(rig->cfg);
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
	memset(rig, 0, sizeof(*rig));
	rig->run = run;
	rig->sim = sim_create(1);
	rig->cfg = cfg_create();
	if (!rig_configure(rig, machine, sets)) {
		rig_close(rig);
		return false;
	}
	rig->platform = machine_platform(rig->machine);
	rig_bring_up(rig);
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

/* Tables of the last level lie one after the other, so that all its TCEs are one array. */
void rig_map_levels(struct rig *rig, uint32_t page_shift, uint32_t levels)
{
	uint32_t page_bits = (uint32_t)__builtin_ctzll(WINDOW_BYTES >> page_shift), bits = TABLE_BITS_MIN + 1;
	uint64_t tve = ppc_set(IODA2_TVT_TABLE_ADDR, 0, TABLE_AT >> IODA2_TVT_TABLE_ADDR_SHIFT), page, table;
	struct ram *ram = machine_ram(rig->machine);
	uint64_t leaf_at = TABLE_AT + (levels - 1) * (TCE_BYTES << (TABLE_BITS_MIN + 1));

	if (levels == 1 && page_bits > bits)
		bits = page_bits;
	tve = ppc_set(IODA2_TVT_TABLE_SIZE, tve, bits - TABLE_BITS_MIN);
	tve = ppc_set(IODA2_TVT_PAGE_SIZE, tve, page_shift - IODA2_TVT_PAGE_SIZE_SHIFT);
	tve = ppc_set(IODA2_TVT_NUM_LEVELS, tve, levels - 1);
	for (page = 0; page << page_shift < WINDOW_BYTES; page++)
		ram_store_be64(ram, (struct raddr){leaf_at + page * TCE_BYTES},
			       (DATA_AT + (page << page_shift)) | TCE_READ | TCE_WRITE);
	if (levels == 2) {
		for (table = 0; table << bits << page_shift < WINDOW_BYTES; table++)
			ram_store_be64(ram, (struct raddr){TABLE_AT + table * TCE_BYTES},
				       (leaf_at + (table << bits) * TCE_BYTES) | TCE_READ | TCE_WRITE);
	}
	rig_tve(rig, 0, tve);
	rig->base = 0;
}

static void rig_start(struct rig *rig, const struct rig_load *load, uint64_t count)
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
static void rig_finish(struct rig *rig)
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

static uint64_t rig_moved(struct rig *rig)
{
	return rig_reg(rig, DMA_ENGINE_READ_BYTES) + rig_reg(rig, DMA_ENGINE_WRITE_BYTES);
}

static uint64_t rig_stat(struct rig *rig, const char *path, const char *name)
{
	return *(const uint64_t *)stat_find(rig->sim, path, name, NULL);
}

/* Go on until @bytes have been moved in all. Return: false when the device stands still. */
static bool rig_reach(struct rig *rig, uint64_t bytes)
{
	uint64_t before = UINT64_MAX, moved = 0, idle = 0;

	while ((moved = rig_moved(rig)) < bytes) {
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

static double rig_measure(struct rig *rig, const struct rig_load *load, bool wire)
{
	uint64_t first, last = 0;
	sim_ps first_ps, last_ps = 0;

	rig_start(rig, load, 0);
	if (!rig_reach(rig, load->warm_requests * load->bytes))
		return 0;
	first = wire ? rig_stat(rig, "link0", "up_wire_bytes") : rig_moved(rig);
	first_ps = sim_now(rig->sim);
	if (rig_reach(rig, rig_moved(rig) + load->requests * load->bytes)) {
		last = wire ? rig_stat(rig, "link0", "up_wire_bytes") : rig_moved(rig);
		last_ps = sim_now(rig->sim);
	}
	rig_set(rig, DMA_ENGINE_CTRL, DMA_ENGINE_CTRL_STOP);
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
