/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_HW_PHB_DEVICE_H
#define TESTS_HW_PHB_DEVICE_H
/* tests/hw/phb_device.h - one function of the test's below the PHB of a fixture, which tells what reached it. */
#include "tests/hw/phb_error_fixture.h"

struct device {
	uint64_t bar, last_addr, last_value;
	uint32_t accesses, config;
	enum pcie_load_end load_end;
	enum pcie_config_status status; /* what configuration cycles end with */
};

static inline enum pcie_load_end device_mmio_read(void *ctx, uint64_t addr, uint32_t bytes, uint64_t *value)
{
	struct device *device = ctx;

	(void)bytes;
	device->accesses++;
	device->last_addr = addr;
	*value = device->bar;
	return device->load_end;
}

static inline void device_mmio_write(void *ctx, uint64_t addr, uint64_t value, uint32_t bytes)
{
	struct device *device = ctx;

	(void)bytes;
	device->accesses++;
	device->last_addr = addr;
	device->last_value = value;
}

static inline enum pcie_config_status device_config_read(void *ctx, uint32_t reg, uint32_t bytes, uint32_t *value)
{
	struct device *device = ctx;

	if (device->status == PCIE_CONFIG_OK)
		*value = device->config >> (8 * (reg & 3)) & (bytes == 4 ? UINT32_MAX : (1u << (8 * bytes)) - 1);
	return device->status;
}

static inline enum pcie_config_status device_config_write(void *ctx, uint32_t reg, uint32_t value, uint32_t bytes)
{
	struct device *device = ctx;

	device->last_addr = reg;
	device->last_value = value;
	device->accesses = bytes;
	return device->status;
}

static const struct pcie_function_ops device_ops = {
	.mmio_read = device_mmio_read,
	.mmio_write = device_mmio_write,
	.config_read = device_config_read,
	.config_write = device_config_write,
};

/* A fixture with function 03:00.0, which claims all that comes. */
static inline void begin(struct fx *fx, struct device *device, struct pcie_function *function)
{
	fx_begin(fx);
	memset(device, 0, sizeof(*device));
	device->bar = 0x1122334455667788ull;
	*function = (struct pcie_function){.ops = &device_ops, .ctx = device, .rid = 0x0300};
	fx->function = function;
	fx->claims = true;
}

#endif
