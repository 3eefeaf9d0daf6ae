/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/device/dma_engine_config.c - configuration space of the dma-engine: header, BAR0, PCI Express and MSI
 * capabilities.
 *
 * Function level reset (device control, LSB-0 bit 15) resets header, capabilities and the engine, as PCI Express Base
 * Specification 3.0, section 6.6.2 asks; it leaves the maximum payload size, which belongs to the link's two ends.
 *
 * Not modelled: power management; capability registers of version 2 beyond device and link.
 */
#include "hw/device/dma_engine_internal.h"

#define CAP_EXPRESS DMA_ENGINE_CAP_EXPRESS
#define CAP_MSI DMA_ENGINE_CAP_MSI
#define COMMAND_WRITABLE                                                                                               \
	(PCI_COMMAND_MEMORY | PCI_COMMAND_BUS_MASTER | PCI_COMMAND_PARITY | PCI_COMMAND_SERR | PCI_COMMAND_INTX_OFF)
#define DEVCAP (PCI_EXP_DEVCAP_MPS_512 | PCI_EXP_DEVCAP_EXT_TAG | PCI_EXP_DEVCAP_ROLE_ERRORS | PCI_EXP_DEVCAP_FLR)

static const struct config_space_row rows[] = {
	{PCI_REG_VENDOR_ID, 2, DMA_ENGINE_VENDOR_ID, 0, 0, false},
	{PCI_REG_DEVICE_ID, 2, DMA_ENGINE_DEVICE_ID, 0, 0, false},
	{PCI_REG_COMMAND, 2, 0, COMMAND_WRITABLE, 0, false},
	{PCI_REG_STATUS, 2, PCI_STATUS_CAPABILITIES, 0, PCI_STATUS_W1C, false},
	{PCI_REG_REVISION, 1, DMA_ENGINE_REVISION, 0, 0, false},
	{PCI_REG_CLASS, 3, DMA_ENGINE_CLASS, 0, 0, false},
	{PCI_REG_CACHE_LINE, 1, 0, 0xff, 0, false},
	{PCI_REG_SUBSYSTEM_VENDOR, 2, DMA_ENGINE_VENDOR_ID, 0, 0, false},
	{PCI_REG_SUBSYSTEM_ID, 2, DMA_ENGINE_DEVICE_ID, 0, 0, false},
	{PCI_REG_CAPABILITIES, 1, CAP_EXPRESS, 0, 0, false},
	{PCI_REG_INTERRUPT_LINE, 1, 0, 0xff, 0, false},
	{PCI_REG_INTERRUPT_PIN, 1, 1, 0, 0, false},
	{CAP_EXPRESS, 2, PCI_CAP_ID_EXPRESS | CAP_MSI << 8, 0, 0, false},
	{CAP_EXPRESS + PCI_EXP_FLAGS, 2, PCI_EXP_FLAGS_VERSION2, 0, 0, false},
	{CAP_EXPRESS + PCI_EXP_DEVCAP, 4, DEVCAP, 0, 0, false},
	{CAP_EXPRESS + PCI_EXP_DEVCTL, 2, PCI_EXP_DEVCTL_RESET, PCI_EXP_DEVCTL_WRITABLE, 0, false},
	{CAP_EXPRESS + PCI_EXP_DEVSTA, 2, 0, 0, PCI_EXP_DEVSTA_W1C, false},
	{CAP_MSI, 2, PCI_CAP_ID_MSI, 0, 0, false},
	{CAP_MSI + PCI_MSI_ADDRESS, 4, 0, ~3u, 0, false},
	{CAP_MSI + PCI_MSI_ADDRESS_HIGH, 4, 0, ~0u, 0, false},
	{CAP_MSI + PCI_MSI_DATA, 2, 0, 0xffff, 0, false},
};

void dma_engine_config_init(struct dma_engine *engine, const struct dma_engine_place *place)
{
	const struct link *link = topology_link(place->topology);
	uint32_t link_bits = link_speed(link) | link_width(link) << PCI_EXP_LNK_WIDTH_SHIFT;
	const struct config_space_row own[] = {
		{PCI_REG_HEADER_TYPE, 1, place->functions > 1 ? PCI_HEADER_MULTI_FUNCTION : 0, 0, 0, false},
		{PCI_REG_BAR0, 4, 0, ~(engine->bar_bytes - 1), 0, false},
		{CAP_EXPRESS + PCI_EXP_LNKCAP, 4, link_bits, 0, 0, false},
		{CAP_EXPRESS + PCI_EXP_LNKSTA, 2, link_bits, 0, 0, false},
		{CAP_MSI + PCI_MSI_CONTROL, 2,
		 PCI_MSI_CONTROL_64BIT | engine->msi_vectors_log2 << PCI_MSI_CONTROL_CAPABLE_SHIFT,
		 PCI_MSI_CONTROL_ENABLE | PCI_MSI_CONTROL_ENABLED_MASK, 0, false},
	};

	config_space_init(&engine->config);
	config_space_add(&engine->config, 0, rows, sim_count_of(rows));
	config_space_add(&engine->config, 0, own, sim_count_of(own));
	aer_init(&engine->aer, engine->sim, &engine->config, CAP_EXPRESS, false, engine->pool, dma_engine_message,
		 engine);
}

void dma_engine_config_reset(struct dma_engine *engine, bool fundamental)
{
	config_space_reset(&engine->config, fundamental);
}

static void config_flr(struct dma_engine *engine)
{
	const uint32_t reg = CAP_EXPRESS + PCI_EXP_DEVCTL;
	uint32_t mps = config_space_load(&engine->config, reg, 2) & PCI_EXP_DEVCTL_MPS;

	config_space_reset(&engine->config, false);
	config_space_change(&engine->config, reg, 2, PCI_EXP_DEVCTL_MPS, mps);
	aer_finish(&engine->aer);
	dma_engine_reset(engine);
}

/* Others are counted: configuration cycles cannot ask for them. */
static bool config_access_ok(struct dma_engine *engine, uint32_t reg, uint32_t bytes)
{
	if (config_space_access_ok(reg, bytes))
		return true;
	engine->stats.unimplemented++;
	return false;
}

enum pcie_config_status dma_engine_config_read(void *ctx, uint32_t reg, uint32_t bytes, uint32_t *value)
{
	struct dma_engine *engine = ctx;
	bool pending = engine->oldest_read != DMA_ENGINE_NO_SLOT;

	if (dma_engine_silent(engine, DMA_ENGINE_PROVOKE_NO_CONFIG))
		return PCIE_CONFIG_SILENT;
	if (!config_access_ok(engine, reg, bytes))
		return PCIE_CONFIG_UR;
	config_space_change(&engine->config, CAP_EXPRESS + PCI_EXP_DEVSTA, 2, PCI_EXP_DEVSTA_PENDING,
			    pending ? PCI_EXP_DEVSTA_PENDING : 0);
	*value = config_space_read(&engine->config, reg, bytes);
	return PCIE_CONFIG_OK;
}

enum pcie_config_status dma_engine_config_write(void *ctx, uint32_t reg, uint32_t value, uint32_t bytes)
{
	const uint32_t flr_reg = CAP_EXPRESS + PCI_EXP_DEVCTL + 1; /* its upper byte */
	struct dma_engine *engine = ctx;

	if (dma_engine_silent(engine, DMA_ENGINE_PROVOKE_NO_CONFIG))
		return PCIE_CONFIG_SILENT;
	if (!config_access_ok(engine, reg, bytes))
		return PCIE_CONFIG_UR;
	config_space_write(&engine->config, reg, value, bytes);
	if (reg <= flr_reg && flr_reg < reg + bytes && value >> (8 * (flr_reg - reg)) & (PCI_EXP_DEVCTL_FLR >> 8))
		config_flr(engine);
	/* Bus master or MSI may have come on. */
	dma_engine_intx_update(engine);
	dma_engine_kick(engine);
	return PCIE_CONFIG_OK;
}

uint32_t dma_engine_config_bar(const struct dma_engine *engine)
{
	return config_space_load(&engine->config, PCI_REG_BAR0, 4) & PCI_BAR_MEMORY_MASK;
}

bool dma_engine_config_command(const struct dma_engine *engine, uint32_t bit)
{
	return config_space_load(&engine->config, PCI_REG_COMMAND, 2) & bit;
}

void dma_engine_config_status(struct dma_engine *engine, uint32_t bits)
{
	config_space_change(&engine->config, PCI_REG_STATUS, 2, 0, bits);
}

bool dma_engine_config_msi_on(const struct dma_engine *engine)
{
	return config_space_load(&engine->config, CAP_MSI + PCI_MSI_CONTROL, 2) & PCI_MSI_CONTROL_ENABLE;
}

bool dma_engine_config_msi(const struct dma_engine *engine, uint32_t vector, uint64_t *addr, uint32_t *data)
{
	const struct config_space *config = &engine->config;
	uint32_t control = config_space_load(config, CAP_MSI + PCI_MSI_CONTROL, 2);
	uint32_t granted_log2 = (control & PCI_MSI_CONTROL_ENABLED_MASK) >> PCI_MSI_CONTROL_ENABLED_SHIFT;
	uint32_t granted;

	if (!dma_engine_config_msi_on(engine))
		return false;
	if (granted_log2 > engine->msi_vectors_log2)
		granted_log2 = engine->msi_vectors_log2;
	granted = 1u << granted_log2;
	*addr = (uint64_t)config_space_load(config, CAP_MSI + PCI_MSI_ADDRESS_HIGH, 4) << 32 |
		config_space_load(config, CAP_MSI + PCI_MSI_ADDRESS, 4);
	*data = (config_space_load(config, CAP_MSI + PCI_MSI_DATA, 2) & ~(granted - 1)) | (vector & (granted - 1));
	return true;
}
