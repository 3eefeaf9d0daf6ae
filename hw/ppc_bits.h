/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HW_PPC_BITS_H
#define HW_PPC_BITS_H
/* hw/ppc_bits.h - IBM bit numbers (bit 0 is the most significant of 64). The only way to write them. */
#include <stdint.h>

#define PPC_BIT(n) (0x8000000000000000ull >> (n))
#define PPC_BITMASK(s, e) ((PPC_BIT(s) - PPC_BIT(e)) | PPC_BIT(s))
#define PPC_BIT32(n) (0x80000000u >> (n))

/** ppc_get - the field @mask of @word, shifted down. @mask: contiguous, not 0. */
static inline uint64_t ppc_get(uint64_t mask, uint64_t word)
{
	return (word & mask) >> __builtin_ctzll(mask);
}

/** ppc_set - @word with the field @mask replaced by @value (excess bits of @value are dropped). */
static inline uint64_t ppc_set(uint64_t mask, uint64_t word, uint64_t value)
{
	return (word & ~mask) | ((value << __builtin_ctzll(mask)) & mask);
}

#endif
