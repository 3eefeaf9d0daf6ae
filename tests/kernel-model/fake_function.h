/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_KERNEL_MODEL_FAKE_FUNCTION_H
#define TESTS_KERNEL_MODEL_FAKE_FUNCTION_H
/*
 * tests/kernel-model/fake_function.h - a PCIe function for tests of software: a configuration space with PCI Express
 * and MSI capabilities that a test can look into, a BAR of plain bytes, and counts of its resets.
 */
#include <string.h>

#include "hw/pcie/pcie_function.h"
#include "hw/regs/pci_regs.h"

#define FAKE_BAR_BYTES 0x10000u
#define FAKE_VENDOR 0x1014u
#define FAKE_DEVICE 0x0001u
#define FAKE_EXP_AT 0x40u
#define FAKE_MSI_AT 0x80u

/** struct fake_function - @config, @bar: bytes as software sees them. @flrs: resets of the function; @resets: of its
 * link. */
struct fake_function {
	bool present;
	struct pcie_function function;
	uint8_t config[PCI_CONFIG_BYTES];
	uint8_t bar[FAKE_BAR_BYTES];
	unsigned int flrs, resets, fundamental_resets;
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

/* Command, BAR and MSI as after any reset. */
static inline void fake_function_clear(struct fake_function *f)
{
	fake_config_set(f, PCI_REG_COMMAND, 0, 2);
	fake_config_set(f, PCI_REG_BAR0, 0, 4);
	fake_config_set(f, FAKE_MSI_AT + PCI_MSI_CONTROL, PCI_MSI_CONTROL_64BIT, 2);
}

/* What the function keeps of a write: BAR0 above its size, command, MSI, DEVCTL. */
static inline enum pcie_config_status fake_function_write(void *ctx, uint32_t at, uint32_t value, uint32_t bytes)
{
	struct fake_function *f = ctx;

	if (at == FAKE_EXP_AT + PCI_EXP_DEVCTL && (value & PCI_EXP_DEVCTL_FLR)) {
		f->flrs++;
		fake_function_clear(f);
	} else if (at == FAKE_EXP_AT + PCI_EXP_DEVCTL) {
		fake_config_set(f, at, value, 2);
	} else if (at == PCI_REG_BAR0) {
		fake_config_set(f, at, value & ~(FAKE_BAR_BYTES - 1), 4);
	} else if (at == PCI_REG_COMMAND) {
		fake_config_set(f, at, value & 0x7ff, 2);
	} else if (at >= FAKE_MSI_AT + PCI_MSI_CONTROL && at < FAKE_MSI_AT + 0x10) {
		fake_config_set(f, at, value, bytes);
	}
	return PCIE_CONFIG_OK;
}

static inline enum pcie_config_status fake_function_read(void *ctx, uint32_t at, uint32_t bytes, uint32_t *value)
{
	*value = fake_config_get(ctx, at, bytes);
	return PCIE_CONFIG_OK;
}

static inline bool fake_function_claims(void *ctx, uint64_t addr)
{
	uint64_t base = fake_config_get(ctx, PCI_REG_BAR0, 4);

	return (fake_config_get(ctx, PCI_REG_COMMAND, 2) & PCI_COMMAND_MEMORY) && addr >= base &&
	       addr - base < FAKE_BAR_BYTES;
}

static inline enum pcie_load_end fake_function_load(void *ctx, uint64_t addr, uint32_t bytes, uint64_t *value)
{
	struct fake_function *f = ctx;

	*value = 0;
	memcpy(value, f->bar + (addr - fake_config_get(f, PCI_REG_BAR0, 4)), bytes);
	return PCIE_LOAD_OK;
}

static inline void fake_function_store(void *ctx, uint64_t addr, uint64_t value, uint32_t bytes)
{
	struct fake_function *f = ctx;

	memcpy(f->bar + (addr - fake_config_get(f, PCI_REG_BAR0, 4)), &value, bytes);
}

static inline void fake_function_reset(void *ctx, bool fundamental)
{
	struct fake_function *f = ctx;

	f->resets++;
	f->fundamental_resets += fundamental;
	fake_function_clear(f);
}

static const struct pcie_function_ops fake_function_ops = {
	.config_read = fake_function_read,
	.config_write = fake_function_write,
	.claims = fake_function_claims,
	.mmio_read = fake_function_load,
	.mmio_write = fake_function_store,
	.reset = fake_function_reset,
};

/* No requests come up here. */
static inline void fake_nothing_up(void *ctx, struct tlp *tlp)
{
	(void)ctx;
	tlp_free(tlp);
}

static inline void fake_function_init(struct fake_function *f)
{
	f->present = true;
	f->function = (struct pcie_function){.ops = &fake_function_ops, .ctx = f};
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

#endif
