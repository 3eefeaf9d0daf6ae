/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sim/cfg_yaml.c - YAML text to a tree of maps and scalars, with positions; the only file that knows libfyaml.
 *
 * libfyaml's event interface is used, because it tells where each value stands and leaves aliases to us: an anchor
 * counts once its node is complete, so that no tree contains itself. Lists are noticed, not kept: no configuration
 * value is one. Merge keys ("<<") and tags have no meaning here.
 */
#include <errno.h>
#include <libfyaml.h>
#include <stdlib.h>
#include <string.h>

#include "sim/cfg_internal.h"
#include "sim/out_internal.h"

#define CFG_DEPTH_MAX 32

/** struct cfg_frame - an open map or list and, in a map, the key that waits for its value. */
struct cfg_frame {
	struct cfg_node *node;
	struct cfg_node *key;
};

/**
 * struct cfg_build - a tree being built.
 * @frames: the first @depth are open. @line, @col: where the last event stood. @what: owned, set by the first error.
 * @said: owned, libfyaml's first message that came without a place.
 */
struct cfg_build {
	struct cfg_doc *doc;
	struct cfg_frame frames[CFG_DEPTH_MAX];
	size_t depth;
	bool documents;
	uint32_t line, col;
	char *what;
	char *said;
};

static int cfg_build_fail(struct cfg_build *build, char *what)
{
	build->what = what;
	return -EINVAL;
}

/* libfyaml reports through this what it cannot attach to a place; the first message is the cause. */
static void cfg_build_said(struct fy_diag *diag, void *user, const char *buf, size_t len)
{
	struct cfg_build *build = user;

	(void)diag;
	while (len && (buf[len - 1] == '\n' || buf[len - 1] == ' '))
		len--;
	if (!build->said)
		build->said = sim_asprintf("%.*s", (int)len, buf);
}

static struct cfg_node *cfg_node_new(struct cfg_build *build, enum cfg_node_kind kind, struct fy_event *event)
{
	struct fy_token *anchor = fy_event_get_anchor_token(event);
	struct cfg_node *node = sim_alloc(sizeof(*node));
	struct cfg_doc *doc = build->doc;

	node->kind = kind;
	node->line = build->line;
	node->col = build->col;
	if (anchor && fy_token_get_text0(anchor))
		node->anchor = sim_strdup(fy_token_get_text0(anchor));
	/* Room for a power of two of nodes: grow when the count is one. */
	if ((doc->count & (doc->count - 1)) == 0)
		doc->nodes = sim_realloc(doc->nodes, (doc->count ? 2 * doc->count : 1) * sizeof(*doc->nodes));
	doc->nodes[doc->count++] = node;
	return node;
}

static void cfg_map_add(struct cfg_node *map, const struct cfg_node *key, const struct cfg_node *value)
{
	if ((map->pair_count & (map->pair_count - 1)) == 0)
		map->pairs = sim_realloc(map->pairs, (map->pair_count ? 2 * map->pair_count : 1) * sizeof(*map->pairs));
	map->pairs[map->pair_count++] = (struct cfg_pair){.key = key, .value = value};
}

/* Put a complete @node where it belongs. */
static int cfg_build_place(struct cfg_build *build, struct cfg_node *node)
{
	struct cfg_frame *top;

	if (!build->depth) {
		build->doc->root = node;
		return 0;
	}
	top = &build->frames[build->depth - 1];
	if (top->node->kind == CFG_NODE_LIST)
		return 0;
	if (top->key) {
		cfg_map_add(top->node, top->key, node);
		top->key = NULL;
		return 0;
	}
	if (node->kind != CFG_NODE_SCALAR) {
		build->line = node->line;
		build->col = node->col;
		return cfg_build_fail(build, sim_asprintf("found %s as a key, expected a name",
							  node->kind == CFG_NODE_MAP	? "a map"
							  : node->kind == CFG_NODE_LIST ? "a list"
											: "nothing"));
	}
	top->key = node;
	return 0;
}

static int cfg_build_scalar(struct cfg_build *build, struct fy_event *event)
{
	struct fy_token *token = fy_event_get_token(event);
	struct cfg_node *node;
	size_t n = 0;
	const char *text = token ? fy_token_get_text(token, &n) : NULL;
	enum fy_scalar_style style = token ? fy_token_scalar_style(token) : FYSS_PLAIN;
	bool plain = style == FYSS_PLAIN;

	/* The token's mark is behind the opening quote; people count from the quote. */
	if ((style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED) && build->col > 1)
		build->col--;
	if (text && memchr(text, 0, n))
		return cfg_build_fail(build, sim_strdup("found a NUL character, expected text"));
	node = cfg_node_new(build, plain && !n ? CFG_NODE_EMPTY : CFG_NODE_SCALAR, event);
	node->plain = plain;
	node->text = sim_alloc(n + 1);
	if (n)
		memcpy(node->text, text, n);
	return cfg_build_place(build, node);
}

static bool cfg_build_is_open(const struct cfg_build *build, const struct cfg_node *node)
{
	for (size_t i = 0; i < build->depth; i++) {
		if (build->frames[i].node == node)
			return true;
	}
	return false;
}

static int cfg_build_alias(struct cfg_build *build, struct fy_event *event)
{
	const char *name = fy_token_get_text0(fy_event_get_token(event));
	char quoted[CFG_QUOTE_BYTES];

	/* The token's mark is behind the asterisk. */
	if (build->col > 1)
		build->col--;
	for (size_t i = build->doc->count; name && i-- > 0;) {
		struct cfg_node *node = build->doc->nodes[i];

		if (node->anchor && strcmp(node->anchor, name) == 0 && !cfg_build_is_open(build, node))
			return cfg_build_place(build, node);
	}
	return cfg_build_fail(build, sim_asprintf("found the alias %s, expected an anchor of this name before it",
						  cfg_quote(name ? name : "", quoted)));
}

static int cfg_build_open(struct cfg_build *build, enum cfg_node_kind kind, struct fy_event *event)
{
	if (build->depth == CFG_DEPTH_MAX)
		return cfg_build_fail(build,
				      sim_asprintf("found more than %d nested levels, expected fewer", CFG_DEPTH_MAX));
	build->frames[build->depth++] = (struct cfg_frame){.node = cfg_node_new(build, kind, event)};
	return 0;
}

static int cfg_build_event(struct cfg_build *build, struct fy_event *event)
{
	const struct fy_mark *mark = fy_event_start_mark(event);

	if (mark) {
		build->line = (uint32_t)mark->line + 1;
		build->col = (uint32_t)mark->column + 1;
	}
	switch (event->type) {
	case FYET_DOCUMENT_START:
		if (build->documents)
			return cfg_build_fail(build, sim_strdup("found a second document, expected one in a file"));
		build->documents = true;
		return 0;
	case FYET_SCALAR:
		return cfg_build_scalar(build, event);
	case FYET_ALIAS:
		return cfg_build_alias(build, event);
	case FYET_MAPPING_START:
		return cfg_build_open(build, CFG_NODE_MAP, event);
	case FYET_SEQUENCE_START:
		return cfg_build_open(build, CFG_NODE_LIST, event);
	case FYET_MAPPING_END:
	case FYET_SEQUENCE_END:
		sim_assert(NULL, build->depth);
		build->depth--;
		return cfg_build_place(build, build->frames[build->depth].node);
	default:
		return 0;
	}
}

/* The place behind the last byte of the text. */
static void cfg_text_end(const char *bytes, size_t n, uint32_t *line, uint32_t *col)
{
	*line = 1;
	*col = 1;
	for (size_t i = 0; i < n; i++) {
		if (bytes[i] == '\n') {
			++*line;
			*col = 1;
		} else if (((unsigned char)bytes[i] & 0xc0) != 0x80) {
			++*col;
		}
	}
}

/* libfyaml gave up: say where and why in our words. It counts a newline at the end that need not be there. */
static int cfg_build_syntax(struct cfg_build *build, struct fy_diag *diag, const char *bytes, size_t n)
{
	uint32_t end_line, end_col;
	void *walk = NULL;
	const struct fy_diag_error *error = fy_diag_errors_iterate(diag, &walk);
	const char *msg = build->said ? build->said : "not understood";

	if (error) {
		msg = error->msg;
		build->line = error->line > 0 ? (uint32_t)error->line : 1;
		build->col = error->column > 0 ? (uint32_t)error->column : 1;
	}
	cfg_text_end(bytes, n, &end_line, &end_col);
	if (build->line < end_line || (build->line == end_line && build->col < end_col))
		return cfg_build_fail(build, sim_asprintf("found malformed YAML (%s), expected well-formed YAML", msg));
	build->line = end_line;
	build->col = end_col;
	return cfg_build_fail(build, sim_asprintf("found the end of the text (%s), expected complete YAML", msg));
}

static int cfg_build_run(struct cfg_build *build, const char *bytes, size_t n)
{
	const struct fy_diag_cfg diag_cfg = {
		.output_fn = cfg_build_said,
		.user = build,
		.level = FYET_ERROR,
		.module_mask = ~0u,
	};
	struct fy_diag *diag = fy_diag_create(&diag_cfg);
	const struct fy_parse_cfg parse_cfg = {.diag = diag};
	struct fy_parser *parser;
	struct fy_event *event;
	int err = 0;

	sim_assert(NULL, diag);
	fy_diag_set_collect_errors(diag, true);
	parser = fy_parser_create(&parse_cfg);
	sim_assert(NULL, parser);
	if (fy_parser_set_string(parser, bytes, n) != 0)
		err = cfg_build_syntax(build, diag, bytes, n);
	while (!err && (event = fy_parser_parse(parser)) != NULL) {
		err = cfg_build_event(build, event);
		fy_parser_event_free(parser, event);
	}
	if (!err && (fy_parser_get_stream_error(parser) || fy_diag_got_error(diag)))
		err = cfg_build_syntax(build, diag, bytes, n);
	fy_parser_destroy(parser);
	fy_diag_destroy(diag);
	return err;
}

/*
 * libfyaml takes bytes that are no text for the end of the input, without an error; so they are found here.
 */
static int cfg_build_check_text(struct cfg_build *build, const char *bytes, size_t n)
{
	const unsigned char *text = (const unsigned char *)bytes;
	size_t length;

	for (size_t i = 0; i < n; i += length) {
		length = out_utf8_length(text + i);
		if (length && (text[i] >= 0x20 || text[i] == '\n' || text[i] == '\t' || text[i] == '\r') &&
		    text[i] != 0x7f)
			continue;
		cfg_text_end(bytes, i, &build->line, &build->col);
		if (!text[i])
			return cfg_build_fail(build, sim_strdup("found a NUL byte, expected YAML text"));
		return cfg_build_fail(build, sim_asprintf("found %s 0x%02x, expected YAML text in UTF-8",
							  length ? "the control character" : "the byte", text[i]));
	}
	return 0;
}

int cfg_doc_parse(struct cfg_doc *doc, const char *bytes, size_t n, uint32_t *line, uint32_t *col, char **what)
{
	struct cfg_build build = {.doc = doc, .line = 1, .col = 1};
	int err;

	err = n ? cfg_build_check_text(&build, bytes, n) : 0;
	if (!err && n)
		err = cfg_build_run(&build, bytes, n);
	free(build.said);
	if (!err)
		return 0;
	*line = build.line;
	*col = build.col;
	*what = build.what;
	return err;
}

void cfg_doc_finish(struct cfg_doc *doc)
{
	for (size_t i = 0; i < doc->count; i++) {
		free(doc->nodes[i]->text);
		free(doc->nodes[i]->anchor);
		free(doc->nodes[i]->pairs);
		free(doc->nodes[i]);
	}
	free(doc->nodes);
	*doc = (struct cfg_doc){0};
}
