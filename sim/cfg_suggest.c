/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sim/cfg_suggest.c - what a person may have meant by an unknown key: the nearest name at that place, else the same
 * name at another place, else the names there are.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/cfg_internal.h"

/* Longer words than any name are not compared. */
#define CFG_WORD_MAX 64
/* More names than this do not help. */
#define CFG_LIST_MAX 8

bool cfg_is_group(const struct cfg *cfg, const char *path)
{
	size_t n = strlen(path);

	for (size_t i = 0; i < cfg->count; i++) {
		const char *row = cfg->entries[i].row->path;

		if (strncmp(row, path, n) == 0 && row[n] == '.')
			return true;
	}
	return false;
}

/* Edits (insert, delete, replace, swap neighbours) from @a to @b, both of at most CFG_WORD_MAX bytes. */
static size_t cfg_distance(const char *a, size_t a_n, const char *b, size_t b_n)
{
	size_t row[3][CFG_WORD_MAX + 1];

	for (size_t j = 0; j <= b_n; j++)
		row[0][j] = j;
	for (size_t i = 1; i <= a_n; i++) {
		size_t *now = row[i % 3], *last = row[(i + 2) % 3], *before = row[(i + 1) % 3];

		now[0] = i;
		for (size_t j = 1; j <= b_n; j++) {
			size_t best = last[j - 1] + (a[i - 1] != b[j - 1]);

			if (last[j] + 1 < best)
				best = last[j] + 1;
			if (now[j - 1] + 1 < best)
				best = now[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && before[j - 2] + 1 < best)
				best = before[j - 2] + 1;
			now[j] = best;
		}
	}
	return row[a_n % 3][b_n];
}

/* The component of row @index below the group of @group_n bytes, NULL if it is not in there; its length to *n. */
static const char *cfg_member(const struct cfg *cfg, size_t index, const char *path, size_t group_n, size_t *n)
{
	const char *row = cfg->entries[index].row->path;

	/* @group_n counts the dot behind the group, 0 is the top. */
	if (strncmp(row, path, group_n) != 0)
		return NULL;
	*n = strcspn(row + group_n, ".");
	return row + group_n;
}

/* The nearest member of the group to the word at @path + @group_n, if near enough to be meant. Owned, or NULL. */
static char *cfg_nearest(const struct cfg *cfg, const char *path, size_t group_n, size_t word_n)
{
	size_t limit = (word_n + 2) / 3, best_n = 0;
	const char *best = NULL;

	if (word_n > CFG_WORD_MAX)
		return NULL;
	for (size_t i = 0; i < cfg->count; i++) {
		size_t n, distance;
		const char *member = cfg_member(cfg, i, path, group_n, &n);

		if (!member || n > CFG_WORD_MAX)
			continue;
		distance = cfg_distance(path + group_n, word_n, member, n);
		/* The first of equally near ones stays. */
		if (distance < limit || (distance == limit && !best)) {
			limit = distance;
			best = member;
			best_n = n;
		}
	}
	return best ? sim_asprintf("\"%.*s%.*s\"", (int)group_n, path, (int)best_n, best) : NULL;
}

/* The one row or group elsewhere whose path ends with all of the unknown part of @path. Owned, or NULL. */
static char *cfg_elsewhere(const struct cfg *cfg, const char *unknown)
{
	size_t unknown_n = strlen(unknown), found_n = 0;
	const char *found = NULL;

	for (size_t i = 0; unknown_n && i < cfg->count; i++) {
		const char *row = cfg->entries[i].row->path;

		for (const char *at = strchr(row, '.'); at; at = strchr(at + 1, '.')) {
			size_t n = (size_t)(at + 1 - row) + unknown_n;

			if (strncmp(at + 1, unknown, unknown_n) != 0 || (row[n] && row[n] != '.'))
				continue;
			if (found && (found_n != n || strncmp(found, row, n) != 0))
				return NULL;
			found = row;
			found_n = n;
		}
	}
	return found ? sim_asprintf("\"%.*s\"", (int)found_n, found) : NULL;
}

/* Was the component of row @index listed for an earlier row? */
static bool cfg_member_seen(const struct cfg *cfg, size_t index, const char *path, size_t group_n)
{
	size_t n, other_n;
	const char *member = cfg_member(cfg, index, path, group_n, &n);

	for (size_t i = 0; i < index; i++) {
		const char *other = cfg_member(cfg, i, path, group_n, &other_n);

		if (other && other_n == n && strncmp(other, member, n) == 0)
			return true;
	}
	return false;
}

/* "one of a, b, ...": the members of the group in the order of their rows. Owned. */
static char *cfg_members(const struct cfg *cfg, const char *path, size_t group_n)
{
	char *all = sim_strdup("");
	size_t listed = 0;

	for (size_t i = 0; i < cfg->count; i++) {
		size_t n;
		const char *member = cfg_member(cfg, i, path, group_n, &n);
		char *longer;

		if (!member || cfg_member_seen(cfg, i, path, group_n))
			continue;
		if (listed++ == CFG_LIST_MAX) {
			longer = sim_asprintf("%s, ...", all);
			free(all);
			return longer;
		}
		longer = sim_asprintf("%s%s\"%.*s%.*s\"", all, *all ? ", " : "one of ", (int)group_n, path, (int)n,
				      member);
		free(all);
		all = longer;
	}
	if (listed)
		return all;
	free(all);
	return sim_strdup("no key at all");
}

char *cfg_unknown_key(const struct cfg *cfg, const char *path, size_t *offset)
{
	size_t group_n = 0, word_n;
	char quoted[CFG_QUOTE_BYTES];
	char *known, *shown, *what;

	/* Walk down the components while they lead to rows. */
	for (;;) {
		char *group;
		bool leads;

		word_n = strcspn(path + group_n, ".");
		group = sim_asprintf("%.*s", (int)(group_n + word_n), path);
		leads = path[group_n + word_n] == '.' && *group && cfg_is_group(cfg, group);
		free(group);
		if (!leads)
			break;
		group_n += word_n + 1;
	}
	shown = sim_asprintf("%.*s", (int)(group_n + word_n), path);
	*offset = group_n;
	if (cfg_find(cfg, shown)) {
		/* A key that goes on below a value. */
		*offset += word_n + 1;
		what = sim_asprintf("found the unknown key %s, expected \"%s\"", cfg_quote(path, quoted), shown);
		free(shown);
		return what;
	}
	known = cfg_nearest(cfg, path, group_n, word_n);
	if (!known)
		known = cfg_elsewhere(cfg, path + group_n);
	if (!known)
		known = cfg_members(cfg, path, group_n);
	what = sim_asprintf("found the unknown key %s, expected %s", cfg_quote(shown, quoted), known);
	free(shown);
	free(known);
	return what;
}
