/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_KERNEL_MODEL_IOCTL_TABLE_H
#define TESTS_KERNEL_MODEL_IOCTL_TABLE_H
/*
 * tests/kernel-model/ioctl_table.h - reads the tables of docs/vfio-ioctls.md: one row is one call, with what has to happen
 * before it, its arguments, and what each kernel answers.
 */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TABLE_PATH "docs/vfio-ioctls.md"
#define TABLE_ROWS 512
#define TABLE_TEXT 160
#define TABLE_KERNELS 3 /* columns with answers */

/** struct table_row - a row. @answer: of each kernel, "-EINVAL", "0 / -EINVAL", "-". @line: in the file, for messages. */
struct table_row {
	char ioctl[TABLE_TEXT], state[TABLE_TEXT], arguments[TABLE_TEXT], answer[TABLE_KERNELS][TABLE_TEXT];
	int line;
};

/** struct table - @kernel: headings of the columns with answers, "6.1". */
struct table {
	struct table_row row[TABLE_ROWS];
	size_t count;
	char kernel[TABLE_KERNELS][TABLE_TEXT];
};

static inline char *table_trim(char *text)
{
	char *end = text + strlen(text);

	while (end > text && isspace((unsigned char)end[-1]))
		*--end = '\0';
	while (isspace((unsigned char)*text))
		text++;
	return text;
}

/* The cells of "| a | b |"; returns how many. */
static inline int table_cells(char *line, char **cell, int room)
{
	int n = 0;

	for (char *at = strchr(line, '|'); at && n < room; n++) {
		char *end = strchr(++at, '|');

		if (!end)
			break;
		*end = '\0';
		cell[n] = table_trim(at);
		at = end;
	}
	return n;
}

/** table_read - all rows of TABLE_PATH (from the folder of the checkout). Exits with a message where it makes no sense. */
static inline struct table *table_read(void)
{
	struct table *table = calloc(1, sizeof(*table));
	FILE *file = fopen(TABLE_PATH, "r");
	char *line = NULL, *cell[16], section[TABLE_TEXT] = "";
	size_t room = 0;
	int at = 0;

	if (!file || !table) {
		fprintf(stderr, "%s: %s\n", TABLE_PATH, strerror(errno));
		exit(EXIT_FAILURE);
	}
	while (getline(&line, &room, file) > 0) {
		struct table_row *row = &table->row[table->count];
		int cells;

		at++;
		if (!strncmp(line, "## ", 3))
			snprintf(section, sizeof(section), "%s", table_trim(line + 3));
		if (*line != '|' || !strncmp(line, "|--", 3))
			continue;
		cells = table_cells(line, cell, 16);
		if (cells != 4 + TABLE_KERNELS || !*section || table->count == TABLE_ROWS) {
			fprintf(stderr, "%s:%d: found a row of %d cells, expected %d\n", TABLE_PATH, at, cells,
				4 + TABLE_KERNELS);
			exit(EXIT_FAILURE);
		}
		for (int i = 0; !strcmp(cell[0], "State") && i < TABLE_KERNELS; i++)
			snprintf(table->kernel[i], TABLE_TEXT, "%s", cell[2 + i]);
		if (!strcmp(cell[0], "State"))
			continue;
		snprintf(row->ioctl, TABLE_TEXT, "%s", section);
		snprintf(row->state, TABLE_TEXT, "%s", cell[0]);
		snprintf(row->arguments, TABLE_TEXT, "%s", cell[1]);
		for (int i = 0; i < TABLE_KERNELS; i++)
			snprintf(row->answer[i], TABLE_TEXT, "%s", cell[2 + i]);
		row->line = at;
		table->count++;
	}
	free(line);
	fclose(file);
	return table;
}

/** table_word - cut the next word of a list "a, b, c" off *@list; NULL at its end. */
static inline char *table_word(char **list)
{
	char *word = *list, *comma;

	if (!word)
		return NULL;
	comma = strchr(word, ',');
	*list = comma ? comma + 1 : NULL;
	if (comma)
		*comma = '\0';
	word = table_trim(word);
	return *word ? word : NULL;
}

/** struct table_name - what a name in an expression stands for. */
struct table_name {
	const char *name;
	uint64_t value;
};

/* A number with an optional K, M, G or T, or a name. Exits where it is neither. */
static inline uint64_t table_factor(const char **at, const struct table_name *names)
{
	const char *p = *at;
	char word[32];
	size_t n;

	if (isdigit((unsigned char)*p)) {
		char *end;
		uint64_t value = strtoull(p, &end, 0);
		const char *unit = *end ? strchr("KMGT", *end) : NULL;

		*at = end + (unit != NULL);
		return unit ? value << (10 * (unit - "KMGT" + 1)) : value;
	}
	n = strcspn(p, "+-*/ ");
	snprintf(word, sizeof(word), "%.*s", (int)n, p);
	for (; names->name; names++) {
		if (strcmp(names->name, word))
			continue;
		*at = p + n;
		return names->value;
	}
	fprintf(stderr, "found \"%s\" in an expression of %s, expected a number or a name\n", word, TABLE_PATH);
	exit(EXIT_FAILURE);
}

static inline uint64_t table_product(const char **at, const struct table_name *names)
{
	uint64_t value = table_factor(at, names);

	while (**at == '*' || **at == '/') {
		char op = *(*at)++;
		uint64_t other = table_factor(at, names);

		value = op == '*' ? value * other : value / other;
	}
	return value;
}

/** table_value - the value of "window+page/2", "-1", "64*page": sums of products, modulo 2^64. */
static inline uint64_t table_value(const char *text, const struct table_name *names)
{
	uint64_t value = 0;
	char op = '+';

	if (*text == '-')
		op = *text++;
	for (;;) {
		uint64_t term = table_product(&text, names);

		value = op == '+' ? value + term : value - term;
		if (*text != '+' && *text != '-')
			break;
		op = *text++;
	}
	if (*text) {
		fprintf(stderr, "found \"%s\" after an expression of %s, expected its end\n", text, TABLE_PATH);
		exit(EXIT_FAILURE);
	}
	return value;
}

/**
 * struct table_answer - @value: what the call returns. @warns: and the kernel prints a WARN. @leaks: and when all is closed
 * and the process has ended, not everything is back.
 */
struct table_answer {
	int64_t value;
	bool warns, leaks;
};

static inline int64_t table_errno(const char *text)
{
	static const struct {
		const char *name;
		int value;
	} names[] = {
		{"EPERM", EPERM},   {"ENOENT", ENOENT}, {"EIO", EIO},	    {"ENXIO", ENXIO},	{"EBADF", EBADF},
		{"ENOMEM", ENOMEM}, {"EFAULT", EFAULT}, {"EBUSY", EBUSY},   {"ENODEV", ENODEV}, {"EINVAL", EINVAL},
		{"ENOTTY", ENOTTY}, {"ENOSPC", ENOSPC}, {"E2BIG", E2BIG},   {"ERANGE", ERANGE},
	};
	char *end;
	int64_t value = strtoll(text, &end, 0);

	if (!*end)
		return value;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (*text == '-' && !strcmp(text + 1, names[i].name))
			return -names[i].value;
	fprintf(stderr, "found \"%s\" as an answer in %s, expected a number or an error\n", text, TABLE_PATH);
	exit(EXIT_FAILURE);
}

/** table_answer - read "0", "-EINVAL", "0 warns", "-EINVAL leaks", or "64K's / 4K's". */
static inline struct table_answer table_answer(const char *cell, bool small_pages)
{
	struct table_answer answer = {0};
	char text[TABLE_TEXT], *part = text, *slash, *blank;

	snprintf(text, sizeof(text), "%s", cell);
	slash = strchr(text, '/');
	if (slash) {
		*slash = '\0';
		part = small_pages ? slash + 1 : text;
	}
	part = table_trim(part);
	blank = strchr(part, ' ');
	if (blank) {
		*blank++ = '\0';
		answer.warns = !strcmp(blank, "warns");
		answer.leaks = !strcmp(blank, "leaks");
		if (!answer.warns && !answer.leaks) {
			fprintf(stderr, "found \"%s\" after an answer in %s, expected warns or leaks\n", blank, TABLE_PATH);
			exit(EXIT_FAILURE);
		}
	}
	answer.value = table_errno(part);
	return answer;
}

#endif
