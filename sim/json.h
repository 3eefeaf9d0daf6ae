/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SIM_JSON_H
#define SIM_JSON_H
/*
 * sim/json.h - a streaming JSON writer: the keys come out in the order of the calls, so equal runs give equal bytes.
 *
 * json_open() writes to a temporary file beside @path; json_close() checks every write and renames, so that no
 * partial file is ever left under the final name.
 */
#include <stdio.h>

#include "sim/sim.h"

struct json;

/** json_open - Return: NULL with errno set. */
struct json *json_open(const char *path) sim_must_use;
/** json_to_stream - write to @out, borrowed; json_close() does not close it. */
struct json *json_to_stream(FILE *out);
/** json_close - end the document. Return: 0 or -errno; the handle is gone either way. */
int json_close(struct json *json) sim_must_use;
/** json_abort - drop the document and its temporary file. */
void json_abort(struct json *json);

/* @key is NULL inside arrays and at the top. */
void json_object(struct json *json, const char *key);
void json_array(struct json *json, const char *key);
void json_end(struct json *json);
void json_u64(struct json *json, const char *key, uint64_t value);
void json_i64(struct json *json, const char *key, int64_t value);
void json_bool(struct json *json, const char *key, bool value);
void json_text(struct json *json, const char *key, const char *value);
/** json_hex - "0x..." string. */
void json_hex(struct json *json, const char *key, uint64_t value);
/** json_fixed - @value / 10^@decimals as a JSON number, without floating point. */
void json_fixed(struct json *json, const char *key, uint64_t value, uint32_t decimals);
/** json_fixed_i64 - the same for values of either sign. */
void json_fixed_i64(struct json *json, const char *key, int64_t value, uint32_t decimals);

#endif
