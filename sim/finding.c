/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sim/finding.c - the list of findings, and a hash table over (kind, text) so that a storm of equal ones is cheap.
 *
 * The table only answers "seen before?"; the order of the list is the order of the first sightings.
 */
#include "sim/finding.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/finding_internal.h"

/**
 * struct finding_node - @base: what callers see; its text is owned. @hash: of kind and text.
 * @next: in the same bucket.
 */
struct finding_node {
	struct finding base;
	uint64_t hash;
	struct finding_node *next;
};

/** struct finding_list - @node: in order of first time, @size allocated, @count used. @bucket: @size heads. */
struct finding_list {
	struct finding_node **node;
	struct finding_node **bucket;
	size_t count;
	size_t size; /* power of two */
};

struct finding_list *finding_list_create(void)
{
	struct finding_list *list = sim_alloc(sizeof(*list));

	list->size = 16;
	list->node = sim_alloc(list->size * sizeof(list->node[0]));
	list->bucket = sim_alloc(list->size * sizeof(list->bucket[0]));
	return list;
}

void finding_list_destroy(struct finding_list *list)
{
	size_t i;

	if (!list)
		return;
	for (i = 0; i < list->count; i++) {
		free((char *)list->node[i]->base.text);
		free(list->node[i]->base.site);
		free(list->node[i]);
	}
	free(list->node);
	free(list->bucket);
	free(list);
}

/* hash_text - FNV-1a, continued from @hash. */
static uint64_t hash_text(uint64_t hash, const char *text)
{
	do {
		hash = (hash ^ (unsigned char)*text) * 0x100000001b3ull;
	} while (*text++);
	return hash;
}

static void list_grow(struct finding_list *list)
{
	struct finding_node *node;
	size_t i;

	list->size *= 2;
	list->node = sim_realloc(list->node, list->size * sizeof(list->node[0]));
	free(list->bucket);
	list->bucket = sim_alloc(list->size * sizeof(list->bucket[0]));
	for (i = 0; i < list->count; i++) {
		node = list->node[i];
		node->next = list->bucket[node->hash & (list->size - 1)];
		list->bucket[node->hash & (list->size - 1)] = node;
	}
}

static struct finding *list_add(struct sim *sim, enum finding_severity severity, const char *kind, char *text)
{
	struct finding_list *list = sim->findings;
	uint64_t hash = hash_text(hash_text(0xcbf29ce484222325ull, kind), text);
	struct finding_node *node;

	for (node = list->bucket[hash & (list->size - 1)]; node; node = node->next) {
		if (node->hash != hash || strcmp(node->base.kind, kind) || strcmp(node->base.text, text))
			continue;
		node->base.count++;
		if (severity > node->base.severity)
			node->base.severity = severity;
		free(text);
		return &node->base;
	}
	if (list->count == list->size)
		list_grow(list);
	node = sim_alloc(sizeof(*node));
	node->base = (struct finding){
		.when_ps = sim_now(sim),
		.count = 1,
		.severity = severity,
		.kind = kind,
		.text = text,
	};
	node->hash = hash;
	node->next = list->bucket[hash & (list->size - 1)];
	list->bucket[hash & (list->size - 1)] = node;
	list->node[list->count++] = node;
	return &node->base;
}

struct finding *finding_add(struct sim *sim, enum finding_severity severity, const char *kind, const char *fmt, ...)
{
	va_list args;
	char *text;

	va_start(args, fmt);
	text = sim_vasprintf(fmt, args);
	va_end(args);
	return list_add(sim, severity, kind, text);
}

size_t finding_count(const struct sim *sim, enum finding_severity severity)
{
	const struct finding_list *list = sim->findings;
	size_t i, n = 0;

	for (i = 0; i < list->count; i++)
		n += list->node[i]->base.severity >= severity;
	return n;
}

const struct finding *finding_get(const struct sim *sim, size_t index)
{
	const struct finding_list *list = sim->findings;

	return index < list->count ? &list->node[index]->base : NULL;
}

const struct finding *finding_find(const struct sim *sim, const char *kind)
{
	const struct finding_list *list = sim->findings;
	size_t i;

	for (i = 0; i < list->count; i++)
		if (!strcmp(list->node[i]->base.kind, kind))
			return &list->node[i]->base;
	return NULL;
}

size_t finding_expect(struct sim *sim, const char *kind)
{
	struct finding_list *list = sim->findings;
	size_t i, found = 0;

	for (i = 0; i < list->count; i++) {
		if (strcmp(list->node[i]->base.kind, kind))
			continue;
		list->node[i]->base.severity = FINDING_NOTE;
		found++;
	}
	return found;
}

const char *finding_severity_name(enum finding_severity severity)
{
	static const char *const name[] = {"note", "warn", "violation"};

	sim_assert(NULL, (unsigned)severity < sim_count_of(name));
	return name[severity];
}
