/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_KERNEL_MODEL_FAKE_PLATFORM_H
#define TESTS_KERNEL_MODEL_FAKE_PLATFORM_H
/*
 * tests/kernel-model/fake_platform.h - a machine behind struct platform for tests: PHB registers that remember what was
 * written, an IODA port with tables, functions with a configuration space and a BAR, and a log of every register
 * access, so that a test can demand an exact sequence. It implements the public ops table and translates nothing.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "hw/platform.h"
#include "hw/regs/ioda_regs.h"
#include "hw/regs/pci_regs.h"
#include "hw/regs/phb3_regs.h"
#include "hw/regs/phb_scom_regs.h"
#include "sim/sim.h"
#include "sim/task.h"

#define FAKE_RAM_BYTES (256ull << 20)
#define FAKE_REG_BASE 0x3fffe40000000ull
#define FAKE_PHB_STRIDE 0x10000000ull
#define FAKE_M32_BASE 0x3fe0000000000ull
#define FAKE_M32_BYTES 0x80000000ull
#define FAKE_M32_STRIDE 0x100000000ull
#define FAKE_M32_PCI_BASE 0x80000000ull
#define FAKE_RESERVED_PE 255
#define FAKE_BUS_COUNT 4
#define FAKE_BAR_BYTES 0x10000u
#define FAKE_VENDOR 0x1014u
#define FAKE_DEVICE 0x0001u
#define FAKE_EXP_AT 0x40u
#define FAKE_MSI_AT 0x80u
#define FAKE_IODA_ENTRIES 512
#define FAKE_LOG_MAX 8192
#define FAKE_SCOM_BASE 0x1000u
#define FAKE_SCOM_PHB_WORDS 0x100u /* three units of PHB_SCOM_UNIT_WORDS */

/* struct fake_access - one access to a PHB register, by offset. */
struct fake_access {
	bool write;
	uint32_t offset, bytes;
	uint64_t value;
};

struct fake_function {
	bool present;
	uint8_t config[PCI_CONFIG_BYTES];
	uint8_t bar[FAKE_BAR_BYTES];
	unsigned int flrs;
};

struct fake_phb {
	uint64_t reg[PHB3_REG_BYTES / 8];
	uint64_t ioda[IODA_TBL_COUNT][FAKE_IODA_ENTRIES];
	struct fake_function function[FAKE_BUS_COUNT];
	struct fake_access log[FAKE_LOG_MAX];
	size_t log_count;
	uint64_t scom[PLATFORM_SCOM_UNITS][PHB_SCOM_UNIT_WORDS];
};

struct fake {
	struct platform platform;
	struct sim *sim;
	struct fake_phb phb[2];
	unsigned int unclaimed;
	uint64_t charged_ps;
};

static inline void fake_config_set(struct fake_function *f, uint32_t at, uint32_t value, uint32_t bytes)
{
	uint32_t i;

	for (i = 0; i < bytes; i++)
		f->config[at + i] = (uint8_t)(value >> (8 * i));
}

static inline uint32_t fake_config_get(const struct fake_function *f, uint32_t at, uint32_t bytes)
{
	uint32_t value = 0, i;

	for (i = 0; i < bytes; i++)
		value |= (uint32_t)f->config[at + i] << (8 * i);
	return value;
}

static inline void fake_function_add(struct fake *fake, uint32_t phb, uint32_t bus)
{
	struct fake_function *f = &fake->phb[phb].function[bus];

	f->present = true;
	fake_config_set(f, PCI_REG_VENDOR_ID, FAKE_VENDOR, 2);
	fake_config_set(f, PCI_REG_DEVICE_ID, FAKE_DEVICE, 2);
	fake_config_set(f, PCI_REG_STATUS, PCI_STATUS_CAPABILITIES, 2);
	fake_config_set(f, PCI_REG_CLASS, 0x088000, 3);
	fake_config_set(f, PCI_REG_CAPABILITIES, FAKE_EXP_AT, 1);
	fake_config_set(f, FAKE_EXP_AT, PCI_CAP_ID_EXPRESS | FAKE_MSI_AT << 8, 2);
	fake_config_set(f, FAKE_EXP_AT + PCI_EXP_FLAGS, PCI_EXP_FLAGS_VERSION2, 2);
	fake_config_set(f, FAKE_EXP_AT + PCI_EXP_DEVCAP, PCI_EXP_DEVCAP_FLR, 4);
	fake_config_set(f, FAKE_MSI_AT, PCI_CAP_ID_MSI, 2);
	fake_config_set(f, FAKE_MSI_AT + PCI_MSI_CONTROL, PCI_MSI_CONTROL_64BIT, 2);
}

/* What the function keeps of a write: BAR0 above its size, command, MSI, DEVCTL; FLR clears command, BAR and MSI. */
static inline void fake_function_write(struct fake_function *f, uint32_t at, uint32_t value, uint32_t bytes)
{
	if (at == FAKE_EXP_AT + PCI_EXP_DEVCTL && (value & PCI_EXP_DEVCTL_FLR)) {
		f->flrs++;
		fake_config_set(f, PCI_REG_COMMAND, 0, 2);
		fake_config_set(f, PCI_REG_BAR0, 0, 4);
		fake_config_set(f, FAKE_MSI_AT + PCI_MSI_CONTROL, PCI_MSI_CONTROL_64BIT, 2);
		return;
	}
	if (at == PCI_REG_BAR0)
		fake_config_set(f, at, value & ~(FAKE_BAR_BYTES - 1), 4);
	else if (at == PCI_REG_COMMAND)
		fake_config_set(f, at, value & 0x7ff, 2);
	else if (at >= FAKE_MSI_AT + PCI_MSI_CONTROL && at < FAKE_MSI_AT + 0x10)
		fake_config_set(f, at, value, bytes);
}

static inline struct fake_function *fake_selected(struct fake_phb *phb, uint32_t *reg)
{
	uint64_t address = phb->reg[PHB_CONFIG_ADDRESS / 8];
	uint64_t bdfn = ppc_get(PHB_CA_BDFN, address), bus = bdfn >> 8;

	*reg = (uint32_t)ppc_get(PHB_CA_REG, address);
	if (!(address & PHB_CA_ENABLE) || (bdfn & 0xff) || bus >= FAKE_BUS_COUNT || !phb->function[bus].present)
		return NULL;
	return &phb->function[bus];
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
		if ((phb->ioda[IODA2_TBL_PESTA][64 * word + i] | phb->ioda[IODA2_TBL_PESTB][64 * word + i]) & PPC_BIT(0))
			value |= PPC_BIT(i);
	}
	return value;
}

static inline uint64_t fake_reg_read(struct fake_phb *phb, uint32_t offset, uint32_t bytes)
{
	struct fake_function *f;
	uint32_t reg;

	if ((offset & ~7u) == PHB_CONFIG_DATA) {
		f = fake_selected(phb, &reg);
		return f ? fake_config_get(f, reg + (offset & 3), bytes) : UINT64_MAX >> (64 - 8 * bytes);
	}
	if (offset == PHB_IODA_DATA0) {
		uint64_t address = phb->reg[PHB_IODA_ADDR / 8];

		if (ppc_get(PHB_IODA_ADDR_TSEL, address) == IODA2_TBL_PEEV) {
			fake_ioda(phb);
			return fake_peev(phb, (uint32_t)ppc_get(PHB3_IODA_ADDR_TADR, address));
		}
		return *fake_ioda(phb);
	}
	return phb->reg[offset / 8];
}

static inline void fake_reg_write(struct fake_phb *phb, uint32_t offset, uint64_t value, uint32_t bytes)
{
	struct fake_function *f;
	uint32_t reg;

	if ((offset & ~7u) == PHB_CONFIG_DATA) {
		f = fake_selected(phb, &reg);
		if (f)
			fake_function_write(f, reg + (offset & 3), (uint32_t)value, bytes);
	} else if (offset == PHB_IODA_DATA0) {
		*fake_ioda(phb) = value;
	} else {
		phb->reg[offset / 8] = value;
	}
}

static inline void fake_log(struct fake_phb *phb, bool write, uint32_t offset, uint64_t value, uint32_t bytes)
{
	if (phb->log_count == FAKE_LOG_MAX)
		return; /* a test that looks at the log checks that it is not full */
	phb->log[phb->log_count++] = (struct fake_access){write, offset, bytes, value};
}

/* The BAR byte at @real, if a function with memory space enabled claims it. */
static inline uint8_t *fake_bar(struct fake *fake, uint64_t real, uint32_t bytes)
{
	uint32_t i, bus;

	for (i = 0; i < fake->platform.phb_count; i++) {
		uint64_t pci = real - fake->platform.phb[i].m32_base + FAKE_M32_PCI_BASE;

		if (real < fake->platform.phb[i].m32_base || pci >= FAKE_M32_PCI_BASE + FAKE_M32_BYTES)
			continue;
		for (bus = 0; bus < FAKE_BUS_COUNT; bus++) {
			struct fake_function *f = &fake->phb[i].function[bus];
			uint64_t base = fake_config_get(f, PCI_REG_BAR0, 4);

			if (f->present && (fake_config_get(f, PCI_REG_COMMAND, 2) & PCI_COMMAND_MEMORY) && pci >= base &&
			    pci + bytes <= base + FAKE_BAR_BYTES)
				return f->bar + (pci - base);
		}
	}
	fake->unclaimed++;
	return NULL;
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
	uint64_t value = 0;
	uint8_t *bar;

	if (phb >= 0) {
		value = fake_reg_read(&fake->phb[phb], offset, bytes);
		fake_log(&fake->phb[phb], false, offset, value, bytes);
		return value;
	}
	bar = fake_bar(fake, real, bytes);
	if (!bar)
		return UINT64_MAX >> (64 - 8 * bytes);
	memcpy(&value, bar, bytes);
	return value;
}

static inline void fake_mmio_write(void *ctx, platform_u64 real, platform_u64 value, platform_u32 bytes)
{
	struct fake *fake = ctx;
	uint32_t offset;
	int phb = fake_phb_of(fake, real, &offset);
	uint8_t *bar;

	if (phb >= 0) {
		fake_log(&fake->phb[phb], true, offset, value, bytes);
		fake_reg_write(&fake->phb[phb], offset, value, bytes);
		return;
	}
	bar = fake_bar(fake, real, bytes);
	if (bar)
		memcpy(bar, &value, bytes);
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
		return fake_reg_read(phb, (uint32_t)phb->scom[PLATFORM_SCOM_INDIRECT][PHB3_SCOM_ASB_ADDR], 8);
	return *word;
}

static inline void fake_scom_write(void *ctx, platform_u32 addr, platform_u64 value)
{
	struct fake_phb *phb;
	uint64_t *word = fake_scom(ctx, addr, &phb);

	if (word == &phb->scom[PLATFORM_SCOM_INDIRECT][PHB3_SCOM_ASB_DATA])
		fake_reg_write(phb, (uint32_t)phb->scom[PLATFORM_SCOM_INDIRECT][PHB3_SCOM_ASB_ADDR], value, 8);
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
	fake->platform.ram = mmap(NULL, ram_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
				  0);
	assert(fake->platform.ram != MAP_FAILED);
	fake->platform.ram_bytes = ram_bytes;
	fake->platform.phb_count = phb_count;
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
			.bus_count = FAKE_BUS_COUNT,
			.irq_base = 0x1000 + i * PHB3_IVE_COUNT,
			.msi_count = PHB3_MSI_COUNT,
		};
	}
	return fake;
}

static inline void fake_destroy(struct fake *fake)
{
	munmap(fake->platform.ram, fake->platform.ram_bytes);
	free(fake);
}

/** fake_writes_are - were exactly these registers written, in this order, since the log was cleared? Reads are skipped. */
static inline bool fake_writes_are(const struct fake_phb *phb, const struct fake_access *want, size_t n)
{
	size_t i, seen = 0;

	assert(phb->log_count < FAKE_LOG_MAX);
	for (i = 0; i < phb->log_count; i++) {
		const struct fake_access *got = &phb->log[i];

		if (!got->write)
			continue;
		if (seen == n || got->offset != want[seen].offset || got->value != want[seen].value) {
			fprintf(stderr, "write %zu: offset 0x%x value 0x%llx\n", seen, got->offset,
				(unsigned long long)got->value);
			return false;
		}
		seen++;
	}
	if (seen != n)
		fprintf(stderr, "%zu writes, expected %zu\n", seen, n);
	return seen == n;
}

#endif
