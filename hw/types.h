/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HW_TYPES_H
#define HW_TYPES_H
/* hw/types.h - addresses as types: only translation turns an I/O address into a real one. */
#include <stdint.h>

/** struct ioaddr - an address on the PCI bus (IOBA and select bits included). */
struct ioaddr {
	uint64_t v;
};

/** struct raddr - a real (physical) address of the machine. */
struct raddr {
	uint64_t v;
};

#endif
