/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SIM_OUT_H
#define SIM_OUT_H
/*
 * sim/out.h - an output file that appears under its name only when it is complete and every write succeeded.
 *
 * Bytes go to a temporary file beside the final name, which out_commit() renames. The first error is kept and returned
 * by out_commit(), so that writers need no check at each call. A target that exists and is no regular
 * file (a pipe, a terminal) is written in place.
 */
#include <stdio.h>

#include "sim/sim.h"

struct out;

/** out_open - begin a file. @path: the final name, copied. Return: 0 and @out set (owned by the caller), or -errno. */
int out_open(struct out **out, const char *path) sim_must_use;

/** out_from_stream - write to @stream, borrowed: out_commit() flushes it and does not close it. */
struct out *out_from_stream(FILE *stream);

/**
 * out_commit - flush, close and give the file its name.
 * @out: gone afterwards, also on failure. On failure the temporary file is removed and the final name is untouched.
 * Return: 0 or the -errno of the first failed write.
 */
int out_commit(struct out *out) sim_must_use;

/** out_abort - drop everything written; the final name is untouched. @out: may be NULL; gone afterwards. */
void out_abort(struct out *out);

void out_write(struct out *out, const void *bytes, size_t n);
void out_text(struct out *out, const char *text);
/** out_u64 - @value in decimal. */
void out_u64(struct out *out, uint64_t value);
/** out_hex - @value as 0x..., lower case, without leading zeroes. */
void out_hex(struct out *out, uint64_t value);
/** out_fixed - @value / 10^@decimals with exactly @decimals digits after the point (none and no point for 0). */
void out_fixed(struct out *out, uint64_t value, uint32_t decimals);
/** out_json_text - @text as a JSON string with its quotes; what is not valid UTF-8 becomes U+FFFD. */
void out_json_text(struct out *out, const char *text);

#endif
