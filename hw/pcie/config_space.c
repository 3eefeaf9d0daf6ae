/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/pcie/config_space.c - the configuration space of a function: byte arrays with masks.
 *
 * Not modelled: see hw/pcie/config_space.h.
 */
#include "hw/pcie/config_space.h"

#include <string.h>

#define CONFIG_BYTES 4096u /* what configuration cycles can name */

static void put_le(uint8_t *to, uint32_t value, uint32_t bytes)
{
	uint32_t i;

	for (i = 0; i < bytes; i++, value >>= 8)
		to[i] = (uint8_t)value;
}

void config_space_init(struct config_space *space)
{
	memset(space, 0, sizeof(*space));
}

void config_space_add(struct config_space *space, uint32_t base, const struct config_space_row *rows, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		uint32_t reg = base + rows[i].reg;

		put_le(&space->value[reg], rows[i].value, rows[i].bytes);
		put_le(&space->reset[reg], rows[i].value, rows[i].bytes);
		put_le(&space->writable[reg], rows[i].writable, rows[i].bytes);
		put_le(&space->w1c[reg], rows[i].w1c, rows[i].bytes);
		memset(&space->sticky[reg], rows[i].sticky ? 0xff : 0, rows[i].bytes);
	}
}

void config_space_reset(struct config_space *space, bool fundamental)
{
	uint32_t i;

	for (i = 0; i < CONFIG_SPACE_BYTES; i++) {
		if (fundamental || !space->sticky[i])
			space->value[i] = space->reset[i];
	}
}

bool config_space_access_ok(uint32_t reg, uint32_t bytes)
{
	return (bytes == 1 || bytes == 2 || bytes == 4) && reg % bytes == 0 && reg < CONFIG_BYTES;
}

uint32_t config_space_read(const struct config_space *space, uint32_t reg, uint32_t bytes)
{
	return reg < CONFIG_SPACE_BYTES ? config_space_load(space, reg, bytes) : 0;
}

void config_space_write(struct config_space *space, uint32_t reg, uint32_t value, uint32_t bytes)
{
	uint32_t i;

	for (i = reg; i < reg + bytes && i < CONFIG_SPACE_BYTES; i++, value >>= 8) {
		uint8_t byte = (uint8_t)value, mask = space->writable[i];

		space->value[i] = (uint8_t)((space->value[i] & ~mask) | (byte & mask));
		space->value[i] &= (uint8_t) ~(byte & space->w1c[i]);
	}
}

void config_space_store(struct config_space *space, uint32_t reg, uint32_t value, uint32_t bytes)
{
	put_le(&space->value[reg], value, bytes);
}

void config_space_change(struct config_space *space, uint32_t reg, uint32_t bytes, uint32_t clear, uint32_t set)
{
	config_space_store(space, reg, (config_space_load(space, reg, bytes) & ~clear) | set, bytes);
}
