/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/device/dma_engine_pattern.c - the bytes that the engine writes: a pure function of (seed, PCI address).
 *
 * Eight bytes at a time: word n (address / 8) is a Weyl sequence through one multiply-xorshift round, so that a
 * byte that landed at another address, came from another seed, or is stale shows. One multiplication per word keeps
 * this near the speed of memory. Bytes of a word are little-endian.
 *
 * Not modelled: nothing; this is data, not hardware.
 */
#include "hw/device/dma_engine.h"

#include <string.h>

#define WEYL_STEP 0x9e3779b97f4a7c15ull	 /* 2^64 / golden ratio, odd */
#define MIX_FACTOR 0xd6e8feb86659fd93ull /* odd, well spread bits */
#define WORD_BYTES 8u

static uint64_t pattern_start(uint64_t seed)
{
	uint64_t x = (seed + WEYL_STEP) * MIX_FACTOR;

	return (x ^ (x >> 32)) * MIX_FACTOR;
}

static uint64_t pattern_mix(uint64_t x)
{
	x ^= x >> 32;
	x *= MIX_FACTOR;
	return x ^ (x >> 32);
}

static uint64_t pattern_word(uint64_t seed, uint64_t addr)
{
	return pattern_mix(pattern_start(seed) + addr / WORD_BYTES * WEYL_STEP);
}

uint8_t dma_engine_pattern_byte(uint64_t seed, uint64_t addr)
{
	return (uint8_t)(pattern_word(seed, addr) >> (8 * (addr % WORD_BYTES)));
}

/* A word as its eight bytes lie in memory, whatever the host's byte order. */
static uint64_t pattern_host(uint64_t word)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	return __builtin_bswap64(word);
#else
	return word;
#endif
}

static size_t pattern_head_bytes(uint64_t addr, size_t bytes)
{
	size_t head = (size_t)(-addr % WORD_BYTES);

	return head < bytes ? head : bytes;
}

void dma_engine_pattern_fill(uint64_t seed, uint64_t addr, void *buf, size_t bytes)
{
	size_t i = 0, head = pattern_head_bytes(addr, bytes);
	uint8_t *to = buf;
	uint64_t x;

	for (; i < head; i++)
		to[i] = dma_engine_pattern_byte(seed, addr + i);
	x = pattern_start(seed) + (addr + i) / WORD_BYTES * WEYL_STEP;
	for (; i + WORD_BYTES <= bytes; i += WORD_BYTES, x += WEYL_STEP) {
		uint64_t word = pattern_host(pattern_mix(x));

		memcpy(to + i, &word, WORD_BYTES);
	}
	for (; i < bytes; i++)
		to[i] = dma_engine_pattern_byte(seed, addr + i);
}

static size_t pattern_check_bytes(uint64_t seed, uint64_t addr, const uint8_t *from, size_t bytes, size_t *first)
{
	size_t i, wrong = 0;

	for (i = 0; i < bytes; i++) {
		if (from[i] == dma_engine_pattern_byte(seed, addr + i))
			continue;
		if (!wrong)
			*first = i;
		wrong++;
	}
	return wrong;
}

size_t dma_engine_pattern_check(uint64_t seed, uint64_t addr, const void *buf, size_t bytes, size_t *first)
{
	size_t head = pattern_head_bytes(addr, bytes), i = head, wrong, at = 0;
	const uint8_t *from = buf;
	uint64_t x = pattern_start(seed) + (addr + head) / WORD_BYTES * WEYL_STEP;
	uint64_t differ = 0;

	for (; i + WORD_BYTES <= bytes; i += WORD_BYTES, x += WEYL_STEP) {
		uint64_t word;

		memcpy(&word, from + i, WORD_BYTES);
		differ |= word ^ pattern_host(pattern_mix(x));
	}
	wrong = pattern_check_bytes(seed, addr, from, head, &at);
	if (!differ && !wrong) {
		wrong = pattern_check_bytes(seed, addr + i, from + i, bytes - i, &at);
		at += i;
	} else {
		/* Rare: find out byte by byte. */
		wrong = pattern_check_bytes(seed, addr, from, bytes, &at);
	}
	if (wrong && first)
		*first = at;
	return wrong;
}
