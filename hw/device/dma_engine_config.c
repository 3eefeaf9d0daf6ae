/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/device/dma_engine_config.c - configuration space of the dma-engine: header, BAR0, PCI Express and MSI
 * capabilities.
 *
 * A byte array with two masks: what a write changes, and what writing 1 clears. Function level reset (device control,
 * LSB-0 bit 15) resets header, capabilities and the engine, as PCI Express Base Specification 3.0, section 6.6.2 asks.
 *
 * Not modelled: the extended space holds no capability and reads 0; power management; capability registers of
 * version 2 beyond device and link.
 */
#include <string.h>

#include "hw/device/dma_engine_internal.h"

static void config_set(struct dma_engine *engine, uint32_t reg, uint32_t bytes, uint32_t value, uint32_t writable)
{
	dma_engine_store_le(&engine->config[reg], value, bytes);
	dma_engine_store_le(&engine->config_writable[reg], writable, bytes);
}

static void config_init_express(struct dma_engine *engine)
{
	uint32_t cap = DMA_ENGINE_CAP_EXPRESS;
	uint32_t link_bits = link_speed(engine->link) | link_width(engine->link) << PCI_EXP_LNK_WIDTH_SHIFT;

	config_set(engine, cap, 1, PCI_CAP_ID_EXPRESS, 0);
	config_set(engine, cap + 1, 1, DMA_ENGINE_CAP_MSI, 0);
	config_set(engine, cap + PCI_EXP_FLAGS, 2, PCI_EXP_FLAGS_VERSION2, 0);
	config_set(engine, cap + PCI_EXP_DEVCAP, 4,
		   PCI_EXP_DEVCAP_MPS_512 | PCI_EXP_DEVCAP_EXT_TAG | PCI_EXP_DEVCAP_ROLE_ERRORS | PCI_EXP_DEVCAP_FLR,
		   0);
	config_set(engine, cap + PCI_EXP_DEVCTL, 2, PCI_EXP_DEVCTL_RESET, PCI_EXP_DEVCTL_WRITABLE);
	config_set(engine, cap + PCI_EXP_LNKCAP, 4, link_bits, 0);
	config_set(engine, cap + PCI_EXP_LNKSTA, 2, link_bits, 0);
	dma_engine_store_le(&engine->config_w1c[cap + PCI_EXP_DEVSTA], PCI_EXP_DEVSTA_W1C, 2);
}

static void config_init_msi(struct dma_engine *engine)
{
	uint32_t cap = DMA_ENGINE_CAP_MSI;

	config_set(engine, cap, 1, PCI_CAP_ID_MSI, 0);
	config_set(engine, cap + PCI_MSI_CONTROL, 2,
		   PCI_MSI_CONTROL_64BIT | engine->msi_vectors_log2 << PCI_MSI_CONTROL_CAPABLE_SHIFT,
		   PCI_MSI_CONTROL_ENABLE | PCI_MSI_CONTROL_ENABLED_MASK);
	config_set(engine, cap + PCI_MSI_ADDRESS, 4, 0, ~3u);
	config_set(engine, cap + PCI_MSI_ADDRESS_HIGH, 4, 0, ~0u);
	config_set(engine, cap + PCI_MSI_DATA, 2, 0, 0xffff);
}

void dma_engine_config_reset(struct dma_engine *engine)
{
	memset(engine->config, 0, sizeof(engine->config));
	memset(engine->config_writable, 0, sizeof(engine->config_writable));
	memset(engine->config_w1c, 0, sizeof(engine->config_w1c));
	config_set(engine, PCI_REG_VENDOR_ID, 2, DMA_ENGINE_VENDOR_ID, 0);
	config_set(engine, PCI_REG_DEVICE_ID, 2, DMA_ENGINE_DEVICE_ID, 0);
	config_set(engine, PCI_REG_COMMAND, 2, 0,
		   PCI_COMMAND_MEMORY | PCI_COMMAND_BUS_MASTER | PCI_COMMAND_PARITY | PCI_COMMAND_SERR |
			   PCI_COMMAND_INTX_OFF);
	config_set(engine, PCI_REG_STATUS, 2, PCI_STATUS_CAPABILITIES, 0);
	dma_engine_store_le(&engine->config_w1c[PCI_REG_STATUS],
			    PCI_STATUS_MASTER_PARITY | PCI_STATUS_TARGET_ABORT | PCI_STATUS_MASTER_ABORT, 2);
	config_set(engine, PCI_REG_REVISION, 1, DMA_ENGINE_REVISION, 0);
	config_set(engine, PCI_REG_CLASS, 3, DMA_ENGINE_CLASS, 0);
	config_set(engine, PCI_REG_CACHE_LINE, 1, 0, 0xff);
	config_set(engine, PCI_REG_BAR0, 4, 0, ~(engine->bar_bytes - 1));
	config_set(engine, PCI_REG_SUBSYSTEM_VENDOR, 2, DMA_ENGINE_VENDOR_ID, 0);
	config_set(engine, PCI_REG_SUBSYSTEM_ID, 2, DMA_ENGINE_DEVICE_ID, 0);
	config_set(engine, PCI_REG_CAPABILITIES, 1, DMA_ENGINE_CAP_EXPRESS, 0);
	config_set(engine, PCI_REG_INTERRUPT_LINE, 1, 0, 0xff);
	config_init_express(engine);
	config_init_msi(engine);
}

/* Sizes 1, 2, 4, naturally aligned, in the 4 KiB; others are counted and answered with ones. */
static bool config_access_ok(struct dma_engine *engine, uint32_t reg, uint32_t bytes)
{
	if ((bytes == 1 || bytes == 2 || bytes == 4) && reg % bytes == 0 && reg < PCI_CONFIG_BYTES)
		return true;
	engine->stats.unimplemented++;
	return false;
}

uint32_t dma_engine_config_read(void *ctx, uint32_t reg, uint32_t bytes)
{
	struct dma_engine *engine = ctx;
	uint8_t *devsta = &engine->config[DMA_ENGINE_CAP_EXPRESS + PCI_EXP_DEVSTA];

	if (!config_access_ok(engine, reg, bytes))
		return ~0u >> (bytes < 4 ? 32 - 8 * bytes : 0);
	if (reg >= PCI_HEADER_BYTES)
		return 0;
	*devsta &= (uint8_t)~PCI_EXP_DEVSTA_PENDING;
	if (engine->oldest_read != DMA_ENGINE_NO_SLOT)
		*devsta |= PCI_EXP_DEVSTA_PENDING;
	return (uint32_t)dma_engine_load_le(&engine->config[reg], bytes);
}

void dma_engine_config_write(void *ctx, uint32_t reg, uint32_t value, uint32_t bytes)
{
	const uint32_t flr_reg = DMA_ENGINE_CAP_EXPRESS + PCI_EXP_DEVCTL + 1; /* its upper byte */
	struct dma_engine *engine = ctx;
	bool flr = false;
	uint32_t i;

	if (!config_access_ok(engine, reg, bytes) || reg >= PCI_HEADER_BYTES)
		return;
	for (i = 0; i < bytes; i++) {
		uint8_t byte = (uint8_t)(value >> (8 * i));
		uint8_t mask = engine->config_writable[reg + i];

		engine->config[reg + i] = (uint8_t)((engine->config[reg + i] & ~mask) | (byte & mask));
		engine->config[reg + i] &= (uint8_t) ~(byte & engine->config_w1c[reg + i]);
		flr |= reg + i == flr_reg && byte & (PCI_EXP_DEVCTL_FLR >> 8);
	}
	if (flr) {
		dma_engine_config_reset(engine);
		dma_engine_reset(engine);
	}
	/* Bus master or MSI may have come on. */
	dma_engine_kick(engine);
}

uint32_t dma_engine_config_bar(const struct dma_engine *engine)
{
	return (uint32_t)dma_engine_load_le(&engine->config[PCI_REG_BAR0], 4) & PCI_BAR_MEMORY_MASK;
}

bool dma_engine_config_command(const struct dma_engine *engine, uint32_t bit)
{
	return dma_engine_load_le(&engine->config[PCI_REG_COMMAND], 2) & bit;
}

void dma_engine_config_status(struct dma_engine *engine, uint32_t bits)
{
	uint64_t status = dma_engine_load_le(&engine->config[PCI_REG_STATUS], 2);

	dma_engine_store_le(&engine->config[PCI_REG_STATUS], status | bits, 2);
}

bool dma_engine_config_msi(const struct dma_engine *engine, uint32_t vector, uint64_t *addr, uint32_t *data)
{
	const uint8_t *cap = &engine->config[DMA_ENGINE_CAP_MSI];
	uint32_t control = (uint32_t)dma_engine_load_le(cap + PCI_MSI_CONTROL, 2);
	uint32_t granted_log2 = (control & PCI_MSI_CONTROL_ENABLED_MASK) >> PCI_MSI_CONTROL_ENABLED_SHIFT;
	uint32_t granted;

	if (!(control & PCI_MSI_CONTROL_ENABLE))
		return false;
	if (granted_log2 > engine->msi_vectors_log2)
		granted_log2 = engine->msi_vectors_log2;
	granted = 1u << granted_log2;
	*addr = dma_engine_load_le(cap + PCI_MSI_ADDRESS, 8);
	*data = ((uint32_t)dma_engine_load_le(cap + PCI_MSI_DATA, 2) & ~(granted - 1)) | (vector & (granted - 1));
	return true;
}
