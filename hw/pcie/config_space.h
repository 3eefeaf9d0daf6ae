/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HW_PCIE_CONFIG_SPACE_H
#define HW_PCIE_CONFIG_SPACE_H
/*
 * hw/pcie/config_space.h - the configuration space of one function: bytes, and per bit what software may do with them.
 *
 * A bit is read-only, writable, or cleared by writing 1 (PCI Local Bus Specification 3.0, section 6.1; PCI Express Base
 * Specification 3.0, section 7.4). A sticky bit survives every reset but a fundamental one (section 7.4: RWS, ROS,
 * RW1CS). Contents come from tables of rows. What a write does beyond storage is the business of the function.
 *
 * Not modelled: anything above the first page of the extended space; it reads 0 and ignores writes.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONFIG_SPACE_BYTES 512u /* what is kept: header, capabilities, and 256 bytes of the extended space */

/**
 * struct config_space_row - one register. @reg: offset from the base of its table. @bytes: 1, 2, 3 or 4.
 * @value: after a reset. @writable, @w1c: bits that a write stores, and that writing 1 clears. @sticky: see above.
 */
struct config_space_row {
	uint16_t reg;
	uint8_t bytes;
	uint32_t value, writable, w1c;
	bool sticky;
};

/** struct config_space - embedded in a function. All private to config_space.c. */
struct config_space {
	/* private: */
	uint8_t value[CONFIG_SPACE_BYTES], reset[CONFIG_SPACE_BYTES];
	uint8_t writable[CONFIG_SPACE_BYTES], w1c[CONFIG_SPACE_BYTES];
	uint8_t sticky[CONFIG_SPACE_BYTES];
};

/** config_space_init - all zero, nothing writable. */
void config_space_init(struct config_space *space);
/** config_space_add - the @count registers of @rows, at @base; a later row of the same register replaces the earlier.
 */
void config_space_add(struct config_space *space, uint32_t base, const struct config_space_row *rows, size_t count);
/** config_space_reset - as after a reset; @fundamental: sticky bits too. */
void config_space_reset(struct config_space *space, bool fundamental);

/** config_space_access_ok - is it an access that a configuration cycle can make: 1, 2 or 4 aligned bytes in 4 KiB? */
bool config_space_access_ok(uint32_t reg, uint32_t bytes);
/** config_space_read - software reads; the access must be ok. */
uint32_t config_space_read(const struct config_space *space, uint32_t reg, uint32_t bytes);
/** config_space_write - software writes; the access must be ok. */
void config_space_write(struct config_space *space, uint32_t reg, uint32_t value, uint32_t bytes);

/* The function's own side: no masks. @reg + @bytes: within CONFIG_SPACE_BYTES; @bytes: 1..4. */
static inline uint32_t config_space_load(const struct config_space *space, uint32_t reg, uint32_t bytes)
{
	uint32_t value = 0;

	while (bytes--)
		value = value << 8 | space->value[reg + bytes];
	return value;
}
void config_space_store(struct config_space *space, uint32_t reg, uint32_t value, uint32_t bytes);
/** config_space_change - clear @clear, then set @set. */
void config_space_change(struct config_space *space, uint32_t reg, uint32_t bytes, uint32_t clear, uint32_t set);

#endif
