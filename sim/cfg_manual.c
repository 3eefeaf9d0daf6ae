/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sim/cfg_manual.c - the rows as a manual, at most 100 columns wide.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sim/cfg_internal.h"

#define CFG_MANUAL_COLUMNS 100
#define CFG_MANUAL_INDENT 4

/* @text in words, broken before the right margin; a word that is longer than a line stands alone. */
static void cfg_print_wrapped(FILE *out, const char *text)
{
	size_t col = 0;

	while (*(text += strspn(text, " "))) {
		size_t n = strcspn(text, " ");

		if (col && col + 1 + n > CFG_MANUAL_COLUMNS) {
			fputc('\n', out);
			col = 0;
		}
		fprintf(out, "%*s%.*s", col ? 1 : CFG_MANUAL_INDENT, "", (int)n, text);
		col += n + (col ? 1 : CFG_MANUAL_INDENT);
		text += n;
	}
	fputc('\n', out);
}

/* "size, default 64KiB, from 4KiB to 1GiB; assumed: no public figure". Owned. */
static char *cfg_row_facts(const struct cfg_row *row)
{
	char *range = row->type == CFG_CHOICE ? cfg_choices_text(row) : cfg_range_text(row);
	char def[CFG_QUOTE_BYTES];
	char *facts;

	if (row->type == CFG_TEXT)
		cfg_quote(row->def_text, def);
	else if (row->type == CFG_CHOICE)
		snprintf(def, sizeof(def), "%s", row->choices[row->def]);
	else
		cfg_format_u64(row->type, row->def, def, sizeof(def));
	facts = sim_asprintf(
		"%s%s%s, default %s%s%s%s%s", cfg_type_name(row->type), row->type == CFG_CHOICE ? " of " : "", range,
		def, row->source == CFG_USER ? "" : "; ", row->source == CFG_USER ? "" : cfg_source_name(row->source),
		row->source != CFG_USER && *row->where ? ": " : "", row->source == CFG_USER ? "" : row->where);
	free(range);
	return facts;
}

static bool cfg_same_group(const struct cfg_row *a, const struct cfg_row *b)
{
	size_t n = strcspn(a->path, ".");

	/* Keys without a dot are one group. */
	if (!a->path[n])
		return !strchr(b->path, '.');
	return strncmp(a->path, b->path, n + 1) == 0;
}

static void cfg_print_group(const struct cfg *cfg, size_t first, FILE *out)
{
	const struct cfg_row *head = cfg->entries[first].row;
	size_t n = strcspn(head->path, ".");

	fprintf(out, "%s%.*s\n", first ? "\n" : "", (int)n, head->path[n] ? head->path : "general");
	for (size_t i = first; i < cfg->count; i++) {
		const struct cfg_row *row = cfg->entries[i].row;
		char *facts;

		if (!cfg_same_group(head, row))
			continue;
		facts = cfg_row_facts(row);
		fprintf(out, "  %s\n", row->path);
		cfg_print_wrapped(out, facts);
		cfg_print_wrapped(out, row->help);
		free(facts);
	}
}

int cfg_print_manual(const struct cfg *cfg, FILE *out)
{
	for (size_t i = 0; i < cfg->count; i++) {
		size_t before = 0;

		while (before < i && !cfg_same_group(cfg->entries[before].row, cfg->entries[i].row))
			before++;
		if (before == i)
			cfg_print_group(cfg, i, out);
	}
	errno = 0;
	if (fflush(out) != 0 || ferror(out))
		return errno ? -errno : -EIO;
	return 0;
}
