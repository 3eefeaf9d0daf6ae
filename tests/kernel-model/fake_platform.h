/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_KERNEL_MODEL_FAKE_PLATFORM_H
#define TESTS_KERNEL_MODEL_FAKE_PLATFORM_H
/*
 * tests/kernel-model/fake_platform.h - a machine behind struct platform for tests: PHB registers that remember what was
 * written, an IODA port with tables, and a log of every register access, so that a test can demand an exact sequence.
 * It implements the public ops table and translates nothing.
 *
 * Below a PHB is a real topology (hw/pcie/topology.h): a root port, a switch with as many ports as devices were added,
 * and functions with a configuration space and a BAR. It is built at the first access, so devices are added before.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "fake_function.h"
#include "hw/pcie/topology.h"
#include "hw/platform.h"
#include "hw/regs/ioda_regs.h"
#include "hw/regs/pci_regs.h"
#include "hw/regs/phb3_regs.h"
#include "hw/regs/phb_scom_regs.h"
#include "sim/sim.h"
#include "sim/task.h"

#define FAKE_RAM_BYTES (256ull << 20)
#define FAKE_RAM_ALIGN 0x10000ull /* as hw/ram.c */
#define FAKE_REG_BASE 0x3fffe40000000ull
#define FAKE_PHB_STRIDE 0x10000000ull
#define FAKE_M32_BASE 0x3fe0000000000ull
#define FAKE_M32_BYTES 0x80000000ull
#define FAKE_M32_STRIDE 0x100000000ull
#define FAKE_M32_PCI_BASE 0x80000000ull
#define FAKE_RESERVED_PE 255
#define FAKE_DEVICES 6u
#define FAKE_FUNCTIONS 8u
#define FAKE_TLPS 16u
/* Where device @i is when buses are numbered depth first: root bus, switch 1 and 2. */
#define FAKE_BUS(i) (3u + (i))
#define FAKE_RID(i) (FAKE_BUS(i) << 8)
#define FAKE_PORT_RID(i) (2u << 8 | (i) << 3)
#define FAKE_IODA_ENTRIES 512
#define FAKE_LOG_MAX 16384
#define FAKE_SCOM_BASE 0x1000u
#define FAKE_SCOM_PHB_WORDS 0x100u /* three units of PHB_SCOM_UNIT_WORDS */

/* struct fake_access - one access to a PHB register, by offset. */
struct fake_access {
	bool write;
	uint32_t offset, bytes;
	uint64_t value;
};

struct fake_phb {
	uint64_t reg[PHB3_REG_BYTES / 8];
	uint64_t ioda[IODA_TBL_COUNT][FAKE_IODA_ENTRIES];
	struct fake_function function[FAKE_DEVICES][FAKE_FUNCTIONS];
	uint32_t devices;
	bool direct, log_config; /* no switch: at most one device; log configuration cycles too */
	struct tlp_pool *pool;
	struct link *link;
	struct topology *topology;
	struct fake_access log[FAKE_LOG_MAX];
	size_t log_count;
	uint64_t scom[PLATFORM_SCOM_UNITS][PHB_SCOM_UNIT_WORDS];
};

struct fake {
	struct platform platform;
	struct sim *sim;
	struct cfg *cfg; /* "pcie." rows, until the first access */
	struct fake_phb phb[2];
	unsigned int unclaimed;
	uint64_t charged_ps;
};

/** fake_function_add - function @number of @device below @phb; devices and functions are added in order. */
static inline struct fake_function *fake_function_add(struct fake *fake, uint32_t phb, uint32_t device, uint32_t number)
{
	struct fake_function *f = &fake->phb[phb].function[device][number];

	assert(!fake->phb[phb].topology && device <= fake->phb[phb].devices && device < FAKE_DEVICES);
	if (device == fake->phb[phb].devices)
		fake->phb[phb].devices++;
	fake_function_init(f);
	if (number)
		fake_config_set(&fake->phb[phb].function[device][0], PCI_REG_HEADER_TYPE, PCI_HEADER_MULTI_FUNCTION, 1);
	return f;
}

static inline struct topology *fake_topology(struct fake *fake, struct fake_phb *phb)
{
	struct topology_shape shape = {.root_device = BRIDGE_DEVICE_PHB3, .ports = phb->direct ? 0 : phb->devices};
	char path[2][16];
	uint32_t i, n;

	if (phb->topology)
		return phb->topology;
	snprintf(path[0], sizeof(path[0]), "link%u", (unsigned int)(phb - fake->phb));
	snprintf(path[1], sizeof(path[1]), "pcie%u", (unsigned int)(phb - fake->phb));
	phb->pool = tlp_pool_create(fake->sim, FAKE_TLPS);
	phb->link = link_create(fake->sim, fake->cfg, path[0]);
	phb->topology = topology_create(fake->sim, fake->cfg, path[1], &shape, phb->link, phb->pool);
	topology_connect_phb(phb->topology, fake_nothing_up, phb);
	for (i = 0; i < phb->devices; i++) {
		for (n = 0; n < FAKE_FUNCTIONS; n++) {
			if (phb->function[i][n].present)
				topology_attach(phb->topology, &phb->function[i][n].function, i, n);
		}
	}
	return phb->topology;
}

/** fake_config - a register of whoever is at @rid now, all ones when nobody is; not logged. */
static inline uint32_t fake_config(struct fake *fake, uint32_t phb, uint32_t rid, uint32_t reg, uint32_t bytes)
{
	uint32_t value;

	(void)topology_config_read(fake_topology(fake, &fake->phb[phb]), (uint16_t)rid, reg, bytes, &value);
	return value & UINT32_MAX >> (32 - 8 * bytes);
}

static inline bool fake_selected(const struct fake_phb *phb, uint16_t *rid, uint32_t *reg)
{
	uint64_t address = phb->reg[PHB_CONFIG_ADDRESS / 8];

	*rid = (uint16_t)ppc_get(PHB_CA_BDFN, address);
	*reg = (uint32_t)ppc_get(PHB_CA_REG, address);
	return address & PHB_CA_ENABLE;
}

static inline uint64_t *fake_ioda(struct fake_phb *phb)
{
	uint64_t address = phb->reg[PHB_IODA_ADDR / 8], index = ppc_get(PHB3_IODA_ADDR_TADR, address);
	uint64_t *entry = &phb->ioda[ppc_get(PHB_IODA_ADDR_TSEL, address)][index];

	if (address & PHB_IODA_ADDR_AUTOINC)
		phb->reg[PHB_IODA_ADDR / 8] = ppc_set(PHB3_IODA_ADDR_TADR, address, index + 1);
	return entry;
}

/* PEEV is a summary that hardware keeps. */
static inline uint64_t fake_peev(const struct fake_phb *phb, uint32_t word)
{
	uint64_t value = 0;
	uint32_t i;

	for (i = 0; i < 64; i++) {
		if ((phb->ioda[IODA2_TBL_PESTA][64 * word + i] | phb->ioda[IODA2_TBL_PESTB][64 * word + i]) &
		    PPC_BIT(0))
			value |= PPC_BIT(i);
	}
	return value;
}

static inline uint64_t fake_reg_read(struct fake *fake, struct fake_phb *phb, uint32_t offset, uint32_t bytes)
{
	uint32_t reg, value = UINT32_MAX;
	uint16_t rid;

	if ((offset & ~7u) == PHB_CONFIG_DATA) {
		if (fake_selected(phb, &rid, &reg))
			(void)topology_config_read(fake_topology(fake, phb), rid, reg + (offset & 3), bytes, &value);
		return value & UINT64_MAX >> (64 - 8 * bytes);
	}
	if (offset == PHB_IODA_DATA0) {
		uint64_t address = phb->reg[PHB_IODA_ADDR / 8];

		if (ppc_get(PHB_IODA_ADDR_TSEL, address) == IODA2_TBL_PEEV) {
			fake_ioda(phb);
			return fake_peev(phb, (uint32_t)ppc_get(PHB3_IODA_ADDR_TADR, address));
		}
		return *fake_ioda(phb);
	}
	if (offset == PHB_PCIE_DLP_TRAIN_CTL)
		return phb->devices ? PHB_PCIE_DLP_TC_DL_LINKACT : 0;
	return phb->reg[offset / 8];
}

static inline void fake_reg_write(struct fake *fake, struct fake_phb *phb, uint32_t offset, uint64_t value,
				  uint32_t bytes)
{
	uint32_t reg;
	uint16_t rid;

	if ((offset & ~7u) == PHB_CONFIG_DATA) {
		if (fake_selected(phb, &rid, &reg))
			(void)topology_config_write(fake_topology(fake, phb), rid, reg + (offset & 3), (uint32_t)value,
						    bytes);
	} else if (offset == PHB_IODA_DATA0) {
		*fake_ioda(phb) = value;
	} else if (offset == PHB_RESET) {
		phb->reg[offset / 8] = value;
		topology_perst(fake_topology(fake, phb), !(value & PHB3_RESET_NO_PERST));
	} else {
		phb->reg[offset / 8] = value;
	}
}

static inline void fake_log(struct fake_phb *phb, bool write, uint32_t offset, uint64_t value, uint32_t bytes)
{
	if (!phb->log_config && (offset == PHB_CONFIG_ADDRESS || (offset & ~7u) == PHB_CONFIG_DATA))
		return;
	if (phb->log_count == FAKE_LOG_MAX)
		return; /* a test that looks at the log checks that it is not full */
	phb->log[phb->log_count++] = (struct fake_access){write, offset, bytes, value};
}

/* The function whose BAR is at @real, and the address on its bus. */
static inline const struct pcie_function *fake_bar(struct fake *fake, uint64_t real, bool write, uint64_t *pci)
{
	const struct pcie_function *function = NULL;
	uint32_t i;

	for (i = 0; i < fake->platform.phb_count && !function; i++) {
		*pci = real - fake->platform.phb[i].m32_base + FAKE_M32_PCI_BASE;
		if (real >= fake->platform.phb[i].m32_base && *pci < FAKE_M32_PCI_BASE + FAKE_M32_BYTES)
			function = topology_claimer(fake_topology(fake, &fake->phb[i]), *pci, write);
	}
	fake->unclaimed += !function;
	return function;
}

static inline int fake_phb_of(const struct fake *fake, uint64_t real, uint32_t *offset)
{
	uint32_t i;

	for (i = 0; i < fake->platform.phb_count; i++) {
		if (real >= fake->platform.phb[i].reg_base && real - fake->platform.phb[i].reg_base < PHB3_REG_BYTES) {
			*offset = (uint32_t)(real - fake->platform.phb[i].reg_base);
			return (int)i;
		}
	}
	return -1;
}

static inline platform_u64 fake_mmio_read(void *ctx, platform_u64 real, platform_u32 bytes)
{
	struct fake *fake = ctx;
	uint32_t offset;
	int phb = fake_phb_of(fake, real, &offset);
	const struct pcie_function *function;
	uint64_t value, pci;

	if (phb >= 0) {
		value = fake_reg_read(fake, &fake->phb[phb], offset, bytes);
		fake_log(&fake->phb[phb], false, offset, value, bytes);
		return value;
	}
	function = fake_bar(fake, real, false, &pci);
	if (!function || function->ops->mmio_read(function->ctx, pci, bytes, &value) != PCIE_LOAD_OK)
		return UINT64_MAX >> (64 - 8 * bytes);
	return value;
}

static inline void fake_mmio_write(void *ctx, platform_u64 real, platform_u64 value, platform_u32 bytes)
{
	struct fake *fake = ctx;
	uint32_t offset;
	int phb = fake_phb_of(fake, real, &offset);
	const struct pcie_function *function;
	uint64_t pci;

	if (phb >= 0) {
		fake_log(&fake->phb[phb], true, offset, value, bytes);
		fake_reg_write(fake, &fake->phb[phb], offset, value, bytes);
		return;
	}
	function = fake_bar(fake, real, true, &pci);
	if (function)
		function->ops->mmio_write(function->ctx, pci, value, bytes);
}

static inline void fake_charge(void *ctx, platform_u64 ps)
{
	struct fake *fake = ctx;

	fake->charged_ps += ps;
	if (sim_task_current(fake->sim))
		sim_task_charge(fake->sim, ps);
}

/* Registers on the pervasive bus remember; the indirect window reaches the PHB's own, unlogged. */
static inline uint64_t *fake_scom(struct fake *fake, uint32_t addr, struct fake_phb **phb)
{
	uint32_t at = (addr - FAKE_SCOM_BASE) % FAKE_SCOM_PHB_WORDS, unit = at / PHB_SCOM_UNIT_WORDS;

	assert(addr >= FAKE_SCOM_BASE && (addr - FAKE_SCOM_BASE) / FAKE_SCOM_PHB_WORDS < fake->platform.phb_count);
	*phb = &fake->phb[(addr - FAKE_SCOM_BASE) / FAKE_SCOM_PHB_WORDS];
	return &(*phb)->scom[unit][at % PHB_SCOM_UNIT_WORDS];
}

static inline platform_u64 fake_scom_read(void *ctx, platform_u32 addr)
{
	struct fake_phb *phb;
	uint64_t *word = fake_scom(ctx, addr, &phb);

	if (word == &phb->scom[PLATFORM_SCOM_INDIRECT][PHB3_SCOM_ASB_DATA])
		return fake_reg_read(ctx, phb, (uint32_t)phb->scom[PLATFORM_SCOM_INDIRECT][PHB3_SCOM_ASB_ADDR], 8);
	return *word;
}

static inline void fake_scom_write(void *ctx, platform_u32 addr, platform_u64 value)
{
	struct fake_phb *phb;
	uint64_t *word = fake_scom(ctx, addr, &phb);

	if (word == &phb->scom[PLATFORM_SCOM_INDIRECT][PHB3_SCOM_ASB_DATA])
		fake_reg_write(ctx, phb, (uint32_t)phb->scom[PLATFORM_SCOM_INDIRECT][PHB3_SCOM_ASB_ADDR], value, 8);
	*word = value;
}

static inline platform_u64 fake_now(void *ctx)
{
	return sim_now(((struct fake *)ctx)->sim);
}

static const struct platform_ops fake_ops = {
	.mmio_read = fake_mmio_read,
	.mmio_write = fake_mmio_write,
	.scom_read = fake_scom_read,
	.scom_write = fake_scom_write,
	.charge = fake_charge,
	.now = fake_now,
};

/** fake_create - a machine with @phb_count PHBs and no functions. */
static inline struct fake *fake_create(struct sim *sim, uint32_t phb_count, uint64_t ram_bytes)
{
	struct fake *fake = sim_alloc(sizeof(*fake));
	uint32_t i;

	fake->sim = sim;
	fake->platform.ops = &fake_ops;
	fake->platform.ctx = fake;
	fake->platform.ram = mmap(NULL, ram_bytes + FAKE_RAM_ALIGN, PROT_READ | PROT_WRITE,
				  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	assert(fake->platform.ram != MAP_FAILED);
	fake->platform.ram += -(uintptr_t)fake->platform.ram % FAKE_RAM_ALIGN;
	fake->platform.ram_bytes = ram_bytes;
	fake->platform.phb_count = phb_count;
	fake->cfg = cfg_create();
	cfg_add_rows(fake->cfg, link_cfg_rows, link_cfg_row_count);
	cfg_add_rows(fake->cfg, topology_cfg_rows, topology_cfg_row_count);
	for (i = 0; i < phb_count; i++) {
		fake->platform.phb[i] = (struct platform_phb){
			.opal_id = i,
			.type = PLATFORM_PHB_PHB3,
			.reg_base = FAKE_REG_BASE + i * FAKE_PHB_STRIDE,
			.reg_bytes = PHB3_REG_BYTES,
			.m32_base = FAKE_M32_BASE + i * FAKE_M32_STRIDE,
			.m32_bytes = FAKE_M32_BYTES,
			.m32_pci_base = FAKE_M32_PCI_BASE,
			.scom_base = {FAKE_SCOM_BASE + i * FAKE_SCOM_PHB_WORDS,
				      FAKE_SCOM_BASE + i * FAKE_SCOM_PHB_WORDS + PHB_SCOM_UNIT_WORDS,
				      FAKE_SCOM_BASE + i * FAKE_SCOM_PHB_WORDS + 2 * PHB_SCOM_UNIT_WORDS},
			.pe_count = PHB3_PE_COUNT,
			.reserved_pe = FAKE_RESERVED_PE,
			.irq_base = 0x1000 + i * PHB3_IVE_COUNT,
			.msi_count = PHB3_MSI_COUNT,
		};
	}
	return fake;
}

static inline void fake_destroy(struct fake *fake)
{
	uint32_t i;

	for (i = 0; i < fake->platform.phb_count; i++) {
		topology_destroy(fake->phb[i].topology);
		link_destroy(fake->phb[i].link);
		tlp_pool_destroy(fake->phb[i].pool);
	}
	cfg_destroy(fake->cfg);
	munmap(fake->platform.ram, fake->platform.ram_bytes);
	free(fake);
}

#endif
