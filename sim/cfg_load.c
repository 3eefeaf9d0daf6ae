/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sim/cfg_load.c - files and assignments to values: every key is matched and checked first, then all are applied.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sim/cfg_internal.h"

/**
 * struct cfg_load - one file being read.
 * @name: for messages. @changes: owned; @count checked values in the order of the file.
 */
struct cfg_load {
	struct cfg *cfg;
	const char *name;
	struct cfg_change *changes;
	size_t count;
};

static int cfg_load_map(struct cfg_load *load, const char *prefix, const struct cfg_node *map);

static int cfg_load_fail(struct cfg_load *load, const struct cfg_node *at, char *what)
{
	char *where = sim_asprintf("%s:%u:%u", load->name, at->line, at->col);

	cfg_set_error(load->cfg, -EINVAL, where, what);
	free(where);
	return -EINVAL;
}

static const char *cfg_node_text(const struct cfg_node *node, char quoted[static CFG_QUOTE_BYTES])
{
	switch (node->kind) {
	case CFG_NODE_EMPTY:
		return "no value";
	case CFG_NODE_SCALAR:
		return cfg_quote(node->text, quoted);
	case CFG_NODE_LIST:
		return "a list";
	case CFG_NODE_MAP:
		return "a map";
	}
	return "?";
}

static int cfg_load_unknown(struct cfg_load *load, const char *prefix, const char *path, const struct cfg_node *key)
{
	struct cfg_node at = *key;
	size_t offset, prefix_n = *prefix ? strlen(prefix) + 1 : 0;
	char *what = cfg_unknown_key(load->cfg, path, &offset);

	/* A dotted key may go wrong behind its beginning; in quotes the columns are not known. */
	if (key->plain && offset > prefix_n)
		at.col += (uint32_t)(offset - prefix_n);
	return cfg_load_fail(load, &at, what);
}

/* @entry is to get the value @value. */
static int cfg_load_value(struct cfg_load *load, struct cfg_entry *entry, const struct cfg_node *key,
			  const struct cfg_node *value)
{
	const struct cfg_node *at = value->kind == CFG_NODE_EMPTY ? key : value;
	struct cfg_change change = {.entry = entry};
	char quoted[CFG_QUOTE_BYTES];
	char *expected, *what;

	for (size_t i = 0; i < load->count; i++) {
		if (load->changes[i].entry == entry)
			return cfg_load_fail(load, key,
					     sim_asprintf("found a second \"%s\" (the first is at %s), "
							  "expected each key once",
							  entry->row->path, load->changes[i].origin));
	}
	if (value->kind != CFG_NODE_SCALAR) {
		expected = cfg_expected(entry->row);
		what = sim_asprintf("found %s, expected %s", cfg_node_text(value, quoted), expected);
		free(expected);
		return cfg_load_fail(load, at, what);
	}
	if (cfg_change_parse(&change, value->text, &what) != 0)
		return cfg_load_fail(load, at, what);
	change.origin = sim_asprintf("%s:%u:%u", load->name, at->line, at->col);
	load->changes = sim_realloc(load->changes, (load->count + 1) * sizeof(*load->changes));
	load->changes[load->count++] = change;
	return 0;
}

static int cfg_load_member(struct cfg_load *load, const char *prefix, const char *path, const struct cfg_pair *pair)
{
	struct cfg_entry *entry = cfg_find(load->cfg, path);
	bool group = cfg_is_group(load->cfg, path);
	char quoted[CFG_QUOTE_BYTES];

	if (group && pair->value->kind == CFG_NODE_MAP)
		return cfg_load_map(load, path, pair->value);
	if (entry)
		return cfg_load_value(load, entry, pair->key, pair->value);
	if (!group)
		return cfg_load_unknown(load, prefix, path, pair->key);
	/* A group whose members are all commented out sets nothing. */
	if (pair->value->kind == CFG_NODE_EMPTY)
		return 0;
	return cfg_load_fail(load, pair->value,
			     sim_asprintf("found %s, expected a map of keys below \"%s\"",
					  cfg_node_text(pair->value, quoted), path));
}

static int cfg_load_map(struct cfg_load *load, const char *prefix, const struct cfg_node *map)
{
	int err = 0;

	for (size_t i = 0; i < map->pair_count && !err; i++) {
		const struct cfg_node *key = map->pairs[i].key;
		char *path = sim_asprintf("%s%s%s", prefix, *prefix ? "." : "", key->text);

		for (size_t j = 0; j < i && !err; j++) {
			const struct cfg_node *first = map->pairs[j].key;
			char quoted[CFG_QUOTE_BYTES];

			if (strcmp(first->text, key->text) != 0)
				continue;
			err = cfg_load_fail(load, key,
					    sim_asprintf("found a second %s (the first is at %s:%u:%u), "
							 "expected each key once",
							 cfg_quote(path, quoted), load->name, first->line, first->col));
		}
		if (!err)
			err = cfg_load_member(load, prefix, path, &map->pairs[i]);
		free(path);
	}
	return err;
}

static int cfg_load_root(struct cfg_load *load, const struct cfg_node *root)
{
	char quoted[CFG_QUOTE_BYTES];

	if (!root || root->kind == CFG_NODE_EMPTY)
		return 0;
	if (root->kind != CFG_NODE_MAP)
		return cfg_load_fail(
			load, root,
			sim_asprintf("found %s, expected a map of keys (\"key: value\")", cfg_node_text(root, quoted)));
	return cfg_load_map(load, "", root);
}

static int cfg_load_bytes(struct cfg *cfg, const char *name, const char *bytes, size_t n)
{
	struct cfg_load load = {.cfg = cfg, .name = name};
	struct cfg_doc doc = {0};
	struct cfg_node at = {0};
	char *what;
	int err;

	err = cfg_doc_parse(&doc, bytes, n, &at.line, &at.col, &what);
	if (err)
		cfg_load_fail(&load, &at, what);
	else
		err = cfg_load_root(&load, doc.root);
	for (size_t i = 0; i < load.count; i++) {
		if (!err) {
			cfg_apply(&load.changes[i]);
			continue;
		}
		free(load.changes[i].text);
		free(load.changes[i].origin);
	}
	free(load.changes);
	cfg_doc_finish(&doc);
	return err;
}

int cfg_load_text(struct cfg *cfg, const char *name, const char *text)
{
	return cfg_load_bytes(cfg, name, text, strlen(text));
}

/* The whole of @path into a fresh buffer with a zero byte behind it. Return: 0 or -errno. */
static int cfg_read_file(const char *path, char **bytes, size_t *n)
{
	FILE *file = fopen(path, "re");
	int err = 0;

	if (!file)
		return -errno;
	*bytes = sim_alloc(CFG_FILE_MAX_BYTES + 2);
	errno = 0;
	*n = fread(*bytes, 1, CFG_FILE_MAX_BYTES + 1, file);
	if (ferror(file))
		err = errno ? -errno : -EIO;
	else if (*n > CFG_FILE_MAX_BYTES)
		err = -EFBIG;
	(*bytes)[err ? 0 : *n] = '\0';
	fclose(file);
	if (err)
		free(*bytes);
	return err;
}

static char *cfg_read_error(int err)
{
	switch (err) {
	case -ENOENT:
		return sim_strdup("found no such file, expected a YAML configuration");
	case -EISDIR:
		return sim_strdup("found a directory, expected a YAML configuration");
	case -EFBIG:
		return sim_asprintf("found more than %d bytes, expected a YAML configuration", CFG_FILE_MAX_BYTES);
	default:
		return sim_asprintf("found that it cannot be read (%s), expected a YAML configuration", strerror(-err));
	}
}

int cfg_load(struct cfg *cfg, const char *path)
{
	char *bytes = NULL;
	size_t n = 0;
	int err;

	err = cfg_read_file(path, &bytes, &n);
	if (err)
		return cfg_set_error(cfg, err, path, cfg_read_error(err));
	err = cfg_load_bytes(cfg, path, bytes, n);
	free(bytes);
	return err;
}

/* As cfg_set(); @what: on failure the message, @col: where in the assignment the mistake or the value stands, from 1.
 */
static int cfg_set_parse(struct cfg *cfg, const char *assignment, struct cfg_change *change, size_t *col, char **what)
{
	const char *equals = strchr(assignment, '=');
	char quoted[CFG_QUOTE_BYTES];
	char *path;
	int err = -EINVAL;

	*col = 1;
	if (!equals) {
		*col = strlen(assignment) + 1;
		*what = sim_asprintf("found %s without \"=\", expected path=value", cfg_quote(assignment, quoted));
		return -EINVAL;
	}
	path = sim_asprintf("%.*s", (int)(equals - assignment), assignment);
	change->entry = cfg_find(cfg, path);
	if (change->entry) {
		*col = (size_t)(equals - assignment) + 2;
		err = cfg_change_parse(change, equals + 1, what);
	} else if (cfg_is_group(cfg, path)) {
		*what = sim_asprintf("found the group \"%s\", expected a key of it", path);
	} else {
		*what = cfg_unknown_key(cfg, path, col);
		++*col;
	}
	free(path);
	return err;
}

int cfg_set(struct cfg *cfg, const char *assignment)
{
	struct cfg_change change = {0};
	char *where, *what;
	size_t col;
	int err;

	err = cfg_set_parse(cfg, assignment, &change, &col, &what);
	/* The assignment stands in for a file name: keep it short. */
	where = sim_asprintf("--set %.80s%s:1:%zu", assignment, strlen(assignment) > 80 ? "..." : "", col);
	if (err) {
		cfg_set_error(cfg, err, where, what);
		free(where);
		return err;
	}
	change.origin = where;
	cfg_apply(&change);
	return 0;
}
