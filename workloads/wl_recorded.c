// SPDX-License-Identifier: GPL-2.0-only
/* workloads/wl_recorded.c - reads what wl_record.c wrote. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "workloads/wl_compare_internal.h"

#define FIELDS_MAX 9u

static int read_all(const char *path, char **text)
{
	FILE *in = fopen(path, "re");
	size_t n = 0, room = 1 << 16, got;
	int err = 0;

	if (!in)
		return -errno;
	*text = sim_alloc(room);
	while ((got = fread(*text + n, 1, room - n - 1, in)) > 0) {
		n += got;
		if (n + 1 == room)
			*text = sim_realloc(*text, room *= 2);
	}
	(*text)[n] = '\0';
	if (ferror(in))
		err = -EIO;
	fclose(in);
	return err;
}

/* "file.c:371" becomes "file.c:*", in place. */
static void drop_source_lines(char *text)
{
	char *to = text;

	for (const char *from = text; *from; from++) {
		*to++ = *from;
		if (*from != ':' || from - text < 2 || (memcmp(from - 2, ".c", 2) && memcmp(from - 2, ".h", 2)) ||
		    !isdigit((unsigned char)from[1]))
			continue;
		while (isdigit((unsigned char)from[1]))
			from++;
		*to++ = '*';
	}
	*to = '\0';
}

static void list_add(struct recorded_list *list, const char *name, const char *value)
{
	list->fact = sim_realloc(list->fact, (list->count + 1) * sizeof(*list->fact));
	list->fact[list->count++] = (struct recorded_fact){name, value};
}

static void add_call(struct wl_recorded *recorded, const struct recorded_call *call)
{
	size_t i = 0;

	/* Double the room at powers of two. */
	if (!(recorded->call_count & (recorded->call_count - 1)))
		recorded->call = sim_realloc(recorded->call,
					     (recorded->call_count ? 2 * recorded->call_count : 1) * sizeof(*call));
	recorded->call[recorded->call_count++] = *call;
	recorded->looks += *call->tces != '\0';
	if (call->locked_vm > recorded->locked_peak)
		recorded->locked_peak = call->locked_vm;
	while (i < recorded->proc_count && strcmp(recorded->proc[i], call->proc))
		i++;
	if (i < recorded->proc_count)
		return;
	recorded->proc = sim_realloc(recorded->proc, (i + 1) * sizeof(*recorded->proc));
	recorded->proc[recorded->proc_count++] = call->proc;
}

static uint64_t number(const char *text)
{
	return strtoull(text, NULL, 10);
}

/* ---- Lines ---- */

static void on_run(struct wl_recorded *recorded, char **field)
{
	recorded->run = sim_asprintf("%s on %s, seed %s", field[1], field[2], field[3]);
}

static void on_kernel(struct wl_recorded *recorded, char **field)
{
	recorded->kernel = sim_asprintf("%s (%s, %" PRIu64 " KiB pages)", field[1], field[2], number(field[3]) / 1024);
}

static void on_call(struct wl_recorded *recorded, char **field)
{
	recorded->answers++;
	add_call(recorded, &(struct recorded_call){.proc = field[1],
						   .duration_ps = number(field[3]),
						   .locked_vm = number(field[4]),
						   .name = field[5],
						   .text = field[6],
						   .result = field[7],
						   .left = field[8],
						   .tces = field[9]});
}

static void on_last(struct wl_recorded *recorded, char **field)
{
	uint64_t locked_vm = recorded->call_count ? recorded->call[recorded->call_count - 1].locked_vm : 0;

	add_call(recorded, &(struct recorded_call){.proc = field[1],
						   .locked_vm = locked_vm,
						   .name = "last",
						   .text = "last",
						   .result = "last",
						   .left = "",
						   .tces = field[2]});
}

static void on_tces(struct wl_recorded *recorded, char **field)
{
	list_add(&recorded->tces, field[1], field[2]);
	recorded->looks++;
}

static void on_account(struct wl_recorded *recorded, char **field)
{
	list_add(&recorded->accounts, field[1], field[2]);
}

/* Severity, kind and text together are its name; they lie one behind the other. */
static void on_finding(struct wl_recorded *recorded, char **field)
{
	drop_source_lines(field[3]);
	field[2][-1] = field[3][-1] = ' ';
	list_add(&recorded->findings, field[1], field[4]);
}

static void on_end(struct wl_recorded *recorded, char **field)
{
	recorded->end_ps = number(field[1]);
}

static const struct {
	const char *name;
	uint32_t fields;
	void (*read)(struct wl_recorded *recorded, char **field);
} lines[] = {
	{"run", 3, on_run},   {"kernel", 3, on_kernel},	  {"call", 9, on_call},	      {"last", 2, on_last},
	{"tces", 2, on_tces}, {"account", 2, on_account}, {"finding", 4, on_finding}, {"end", 1, on_end},
};

/* Return: whether @line, which ends the fields by '\0', makes sense. */
static bool read_line(struct wl_recorded *recorded, char *line)
{
	char *field[FIELDS_MAX + 1] = {line};
	uint32_t n = 0;

	for (char *c = line; *c; c++) {
		if (*c != '\t')
			continue;
		*c = '\0';
		if (++n > FIELDS_MAX)
			return false;
		field[n] = c + 1;
	}
	for (size_t i = 0; i < sim_count_of(lines); i++) {
		if (strcmp(lines[i].name, line) || lines[i].fields != n)
			continue;
		lines[i].read(recorded, field);
		return true;
	}
	return false;
}

int wl_recorded_load(const char *path, struct wl_recorded **out, char **error)
{
	struct wl_recorded *recorded = sim_alloc(sizeof(*recorded));
	int err = read_all(path, &recorded->text);
	char *line = recorded->text, *end;

	*error = err ? sim_asprintf("%s: %s", path, strerror(-err)) : NULL;
	for (uint32_t row = 1; !err && *line; row++, line = end + 1) {
		end = strchr(line, '\n');
		if (end)
			*end = '\0';
		if (end && read_line(recorded, line))
			continue;
		err = -EINVAL;
		*error = sim_asprintf("%s:%" PRIu32 ":1: found \"%.40s\", expected a line of \"phbsim run --record\"",
				      path, row, line);
	}
	if (!err && (!recorded->run || !recorded->kernel || !recorded->end_ps)) {
		err = -EINVAL;
		*error = sim_asprintf("%s: found no line \"run\", \"kernel\" or \"end\", expected each", path);
	}
	if (err) {
		wl_recorded_destroy(recorded);
		return err;
	}
	*out = recorded;
	return 0;
}

void wl_recorded_destroy(struct wl_recorded *recorded)
{
	if (!recorded)
		return;
	free(recorded->tces.fact);
	free(recorded->accounts.fact);
	free(recorded->findings.fact);
	free(recorded->call);
	free(recorded->proc);
	free(recorded->run);
	free(recorded->kernel);
	free(recorded->text);
	free(recorded);
}

const char *wl_recorded_kernel(const struct wl_recorded *recorded)
{
	return recorded->kernel;
}

const char *wl_recorded_run(const struct wl_recorded *recorded)
{
	return recorded->run;
}
