/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SIM_OUT_INTERNAL_H
#define SIM_OUT_INTERNAL_H
/*
 * sim/out_internal.h - what the configuration reader shares with the writers; for sim/ and its tests only.
 */
#include <stddef.h>

/**
 * out_utf8_length - length of the valid UTF-8 sequence that @text begins with.
 * @text: ends with a zero byte, which counts as a sequence of one.
 * Return: 1 to 4, or 0 when the first byte begins none (RFC 3629: no overlong form, no surrogate, at most U+10FFFF).
 */
size_t out_utf8_length(const unsigned char *text);

#endif
