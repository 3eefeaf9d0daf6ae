/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sim/cfg.c - the rows that are known, their values, where these came from, and the last error.
 *
 * Look-ups are linear: a configuration has a few hundred rows and is only read while a machine is built.
 */
#include "sim/cfg.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sim/cfg_internal.h"

struct cfg *cfg_create(void)
{
	return sim_alloc(sizeof(struct cfg));
}

void cfg_destroy(struct cfg *cfg)
{
	if (!cfg)
		return;
	for (size_t i = 0; i < cfg->count; i++) {
		free(cfg->entries[i].text);
		free(cfg->entries[i].origin);
	}
	free(cfg->entries);
	free(cfg->error);
	free(cfg);
}

/* Why a row is no good, NULL if it is: such a row is our own bug and stops the program. */
static const char *cfg_row_fault(const struct cfg *cfg, const struct cfg_row *row)
{
	size_t choices = 0;

	if (!row->path || !*row->path || row->path[strspn(row->path, "abcdefghijklmnopqrstuvwxyz0123456789_.")])
		return "path is not dotted lower case";
	if (row->path[0] == '.' || row->path[strlen(row->path) - 1] == '.' || strstr(row->path, ".."))
		return "path has an empty component";
	if (cfg_find(cfg, row->path))
		return "path was added before";
	if (!row->help || (row->source != CFG_USER && !row->where))
		return "help or where is missing";
	switch (row->type) {
	case CFG_TEXT:
		return row->def_text ? NULL : "text has no default";
	case CFG_BOOL:
		return row->def <= 1 ? NULL : "default is neither true nor false";
	case CFG_CHOICE:
		while (row->choices && row->choices[choices])
			choices++;
		return row->def < choices ? NULL : "default is none of the choices";
	default:
		if (row->def < row->min || row->def > row->max)
			return "default is out of range";
		return row->pow2 && (row->def & (row->def - 1)) ? "default is no power of two" : NULL;
	}
}

void cfg_add_rows(struct cfg *cfg, const struct cfg_row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *fault = cfg_row_fault(cfg, &rows[i]);

		if (fault) {
			char *text = sim_asprintf("configuration row %s: %s", rows[i].path ? rows[i].path : "?", fault);

			sim_assert_fail(NULL, text, __FILE__, __LINE__);
		}
		if (cfg->count == cfg->room) {
			cfg->room = cfg->room ? 2 * cfg->room : 64;
			cfg->entries = sim_realloc(cfg->entries, cfg->room * sizeof(*cfg->entries));
		}
		cfg->entries[cfg->count++] = (struct cfg_entry){.row = &rows[i], .value = rows[i].def};
	}
}

struct cfg_entry *cfg_find(const struct cfg *cfg, const char *path)
{
	for (size_t i = 0; i < cfg->count; i++) {
		if (strcmp(cfg->entries[i].row->path, path) == 0)
			return &cfg->entries[i];
	}
	return NULL;
}

int cfg_set_error(struct cfg *cfg, int err, const char *where, char *what)
{
	free(cfg->error);
	cfg->error = sim_asprintf("%s: %s", where, what);
	free(what);
	/* A file may be named anything, but a message is one line. */
	for (char *c = cfg->error; *c; c++) {
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			*c = '?';
	}
	return err;
}

const char *cfg_error(const struct cfg *cfg)
{
	return cfg->error ? cfg->error : "";
}

int cfg_fail(struct cfg *cfg, const char *path, const char *fmt, ...)
{
	const struct cfg_entry *entry = cfg_find(cfg, path);
	char *where, *what;
	va_list args;

	sim_assert(NULL, entry && fmt);
	va_start(args, fmt);
	what = sim_vasprintf(fmt, args);
	va_end(args);
	where = entry->origin ? sim_strdup(entry->origin) : sim_asprintf("default of %s", path);
	cfg_set_error(cfg, -EINVAL, where, what);
	free(where);
	return -EINVAL;
}

void cfg_apply(struct cfg_change *change)
{
	struct cfg_entry *entry = change->entry;

	free(entry->text);
	free(entry->origin);
	entry->value = change->value;
	entry->text = change->text;
	entry->origin = change->origin;
}

uint64_t cfg_u64(const struct cfg *cfg, const char *path)
{
	const struct cfg_entry *entry = cfg_find(cfg, path);

	sim_assert(NULL, entry && entry->row->type != CFG_TEXT && entry->row->type != CFG_BOOL);
	return entry->value;
}

bool cfg_bool(const struct cfg *cfg, const char *path)
{
	const struct cfg_entry *entry = cfg_find(cfg, path);

	sim_assert(NULL, entry && entry->row->type == CFG_BOOL);
	return entry->value;
}

static const char *cfg_entry_text(const struct cfg_entry *entry)
{
	return entry->text ? entry->text : entry->row->def_text;
}

const char *cfg_text(const struct cfg *cfg, const char *path)
{
	const struct cfg_entry *entry = cfg_find(cfg, path);

	sim_assert(NULL, entry && entry->row->type == CFG_TEXT);
	return cfg_entry_text(entry);
}

bool cfg_is_set(const struct cfg *cfg, const char *path)
{
	const struct cfg_entry *entry = cfg_find(cfg, path);

	sim_assert(NULL, entry);
	return entry->origin;
}

size_t cfg_row_count(const struct cfg *cfg)
{
	return cfg->count;
}

const struct cfg_row *cfg_row_get(const struct cfg *cfg, size_t index)
{
	sim_assert(NULL, index < cfg->count);
	return cfg->entries[index].row;
}

const char *cfg_format_value(const struct cfg *cfg, const struct cfg_row *row, char *buf, size_t bytes)
{
	const struct cfg_entry *entry = cfg_find(cfg, row->path);

	sim_assert(NULL, entry && entry->row == row);
	if (row->type == CFG_TEXT)
		snprintf(buf, bytes, "%s", cfg_entry_text(entry));
	else if (row->type == CFG_CHOICE)
		snprintf(buf, bytes, "%s", row->choices[entry->value]);
	else
		cfg_format_u64(row->type, entry->value, buf, bytes);
	return buf;
}
