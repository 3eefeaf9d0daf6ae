/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sim/json.c - a streaming JSON writer: one tab per level, one member per line, an empty object or array on one line.
 */
#include "sim/json.h"

#include <errno.h>
#include <stdlib.h>

#include "sim/out.h"

/* Our deepest document (results -> statistics -> path -> name) has five levels. */
#define JSON_DEPTH_MAX 32

/** struct json_level - an open object or array. @array: which; @used: has it a member yet? */
struct json_level {
	bool array;
	bool used;
};

/** struct json - @out: owned. @level: the first @depth are open. @done: the one top-level value was written. */
struct json {
	struct out *out;
	struct json_level level[JSON_DEPTH_MAX];
	uint32_t depth;
	bool done;
};

struct json *json_open(const char *path)
{
	struct json *json = sim_alloc(sizeof(*json));
	int err = out_open(&json->out, path);

	if (!err)
		return json;
	free(json);
	errno = -err;
	return NULL;
}

struct json *json_to_stream(FILE *out)
{
	struct json *json = sim_alloc(sizeof(*json));

	json->out = out_from_stream(out);
	return json;
}

int json_close(struct json *json)
{
	int err;

	sim_assert(NULL, json->depth == 0 && json->done);
	out_text(json->out, "\n");
	err = out_commit(json->out);
	free(json);
	return err;
}

void json_abort(struct json *json)
{
	if (!json)
		return;
	out_abort(json->out);
	free(json);
}

static void json_newline(struct json *json)
{
	out_text(json->out, "\n");
	for (uint32_t i = 0; i < json->depth; i++)
		out_text(json->out, "\t");
}

/* What comes before each value: the comma, the line, the key; checks that a value may stand here. */
static void json_before(struct json *json, const char *key)
{
	struct json_level *level;

	if (!json->depth) {
		sim_assert(NULL, !json->done && !key);
		json->done = true;
		return;
	}
	level = &json->level[json->depth - 1];
	sim_assert(NULL, level->array == !key);
	if (level->used)
		out_text(json->out, ",");
	level->used = true;
	json_newline(json);
	if (key) {
		out_json_text(json->out, key);
		out_text(json->out, ": ");
	}
}

static void json_begin(struct json *json, const char *key, bool array)
{
	json_before(json, key);
	sim_assert(NULL, json->depth < JSON_DEPTH_MAX);
	out_text(json->out, array ? "[" : "{");
	json->level[json->depth++] = (struct json_level){.array = array};
}

void json_object(struct json *json, const char *key)
{
	json_begin(json, key, false);
}

void json_array(struct json *json, const char *key)
{
	json_begin(json, key, true);
}

void json_end(struct json *json)
{
	struct json_level level;

	sim_assert(NULL, json->depth > 0);
	level = json->level[--json->depth];
	if (level.used)
		json_newline(json);
	out_text(json->out, level.array ? "]" : "}");
}

void json_u64(struct json *json, const char *key, uint64_t value)
{
	json_before(json, key);
	out_u64(json->out, value);
}

void json_i64(struct json *json, const char *key, int64_t value)
{
	json_before(json, key);
	if (value < 0)
		out_text(json->out, "-");
	out_u64(json->out, value < 0 ? -(uint64_t)value : (uint64_t)value);
}

void json_bool(struct json *json, const char *key, bool value)
{
	json_before(json, key);
	out_text(json->out, value ? "true" : "false");
}

void json_text(struct json *json, const char *key, const char *value)
{
	json_before(json, key);
	out_json_text(json->out, value);
}

void json_hex(struct json *json, const char *key, uint64_t value)
{
	json_before(json, key);
	out_text(json->out, "\"");
	out_hex(json->out, value);
	out_text(json->out, "\"");
}

void json_fixed(struct json *json, const char *key, uint64_t value, uint32_t decimals)
{
	json_before(json, key);
	out_fixed(json->out, value, decimals);
}

void json_fixed_i64(struct json *json, const char *key, int64_t value, uint32_t decimals)
{
	json_before(json, key);
	if (value < 0)
		out_text(json->out, "-");
	out_fixed(json->out, value < 0 ? -(uint64_t)value : (uint64_t)value, decimals);
}
