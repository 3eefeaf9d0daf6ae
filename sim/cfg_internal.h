/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SIM_CFG_INTERNAL_H
#define SIM_CFG_INTERNAL_H
/*
 * sim/cfg_internal.h - what the files sim/cfg*.c share; for them and the tests of sim/ only.
 *
 * cfg_yaml.c turns bytes into a tree, cfg_load.c matches the tree with the rows, cfg_value.c reads and writes one
 * value, cfg.c keeps the values, cfg_manual.c prints the rows.
 */
#include "sim/cfg.h"

/** No text value is longer; a longer one is a mistake (a file given for its name). */
#define CFG_TEXT_MAX_BYTES 4096
/** No configuration file is larger. */
#define CFG_FILE_MAX_BYTES (1024 * 1024)
/** What a message quotes of a value: enough to find it, little enough for one line. */
#define CFG_QUOTE_BYTES 200

/**
 * struct cfg_entry - a row and its value.
 * @row: borrowed. @value: of all types but CFG_TEXT. @text: owned, of a CFG_TEXT row that was set.
 * @origin: owned, "file:line:col" of the value; NULL while the default holds.
 */
struct cfg_entry {
	const struct cfg_row *row;
	uint64_t value;
	char *text;
	char *origin;
};

/** struct cfg - @entries: owned, in the order of adding; @count of @room in use. @error: owned, NULL if none. */
struct cfg {
	struct cfg_entry *entries;
	size_t count;
	size_t room;
	char *error;
};

struct cfg_entry *cfg_find(const struct cfg *cfg, const char *path);

/** cfg_set_error - keep "<where>: <what>" as the one-line error. @what: taken over. Return: @err. */
int cfg_set_error(struct cfg *cfg, int err, const char *where, char *what);

/** struct cfg_change - a checked value that waits until the whole file is known to be right. Strings are owned. */
struct cfg_change {
	struct cfg_entry *entry;
	uint64_t value;
	char *text;
	char *origin;
};

/** cfg_apply - make @change the entry's value; its strings are taken over. */
void cfg_apply(struct cfg_change *change);

/**
 * cfg_change_parse - read @text as the value of @change->entry into @change->value or ->text.
 * @what: on failure a fresh "found ..., expected ..." (owned by the caller).
 * Return: 0 or -EINVAL.
 */
int cfg_change_parse(struct cfg_change *change, const char *text, char **what) sim_must_use;

/** cfg_expected - what a value of @row must be, for messages: "a size in B, ... or TiB from 4KiB to 1GiB". Owned. */
char *cfg_expected(const struct cfg_row *row);
/** cfg_range_text - " from 4KiB to 1GiB that is a power of two", "" if @row sets no limits. Owned by the caller. */
char *cfg_range_text(const struct cfg_row *row);
/** cfg_choices_text - "lru, fifo or random". Owned by the caller. */
char *cfg_choices_text(const struct cfg_row *row);
/** cfg_quote - @text in quotes for a message: shortened, control and invalid bytes as \xNN. Return: @buf. */
const char *cfg_quote(const char *text, char buf[static CFG_QUOTE_BYTES]);

/** cfg_is_group - does @path lead to rows ("phb" to "phb.clock")? */
bool cfg_is_group(const struct cfg *cfg, const char *path);

/**
 * cfg_unknown_key - the message for a path that is neither a row nor a group.
 * @offset: set to where in @path the first unknown component begins.
 * Return: "found unknown key ..., expected ...", owned by the caller.
 */
char *cfg_unknown_key(const struct cfg *cfg, const char *path, size_t *offset);

enum cfg_node_kind { CFG_NODE_EMPTY, CFG_NODE_SCALAR, CFG_NODE_LIST, CFG_NODE_MAP };

struct cfg_node;

/** struct cfg_pair - a member of a map; both borrowed from the document. */
struct cfg_pair {
	const struct cfg_node *key; /* always CFG_NODE_SCALAR */
	const struct cfg_node *value;
};

/**
 * struct cfg_node - a node of a YAML document.
 * @text: of a scalar, owned. @plain: written without quotes. @line, @col: where it begins, from 1.
 * @anchor: owned, NULL without one. @pairs: of a map, owned.
 */
struct cfg_node {
	enum cfg_node_kind kind;
	bool plain;
	uint32_t line, col;
	char *text;
	char *anchor;
	struct cfg_pair *pairs;
	size_t pair_count;
};

/** struct cfg_doc - a parsed document. @nodes: owned, in order of completion. @root: NULL for an empty file. */
struct cfg_doc {
	struct cfg_node **nodes;
	size_t count;
	struct cfg_node *root;
};

/**
 * cfg_doc_parse - parse one YAML document.
 * @doc: zeroed; to be given to cfg_doc_finish() also after a failure.
 * @bytes: @n bytes and a zero byte after them.
 * @line, @col: on failure where; @what: on failure a fresh "found ..., expected ..." (owned by the caller).
 * Return: 0 or -EINVAL. Nothing is printed.
 */
int cfg_doc_parse(struct cfg_doc *doc, const char *bytes, size_t n, uint32_t *line, uint32_t *col,
		  char **what) sim_must_use;
void cfg_doc_finish(struct cfg_doc *doc);

#endif
