// SPDX-License-Identifier: GPL-2.0-only
/*
 * workloads/wl_profile.c - rows of addresses become lines of names: equal ones are added up and put in order of their
 * text or time, so that nothing depends on where this process happened to be loaded.
 *
 * A place is the innermost hosted function of a stack with its line; where no hosted code is active, the innermost one
 * of the model, then of firmware; else the task itself.
 */
#include "workloads/wl_profile.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "kernel-model/site.h"
#include "sim/out.h"
#include "sim/profile.h"
#include "workloads/wl_internal.h"
#include "workloads/wl_text.h"

#define TOP 10u
#define FRAMES_MAX 256u

/** struct line - a folded stack or a place. @text: owned. */
struct line {
	char *text;
	struct site site;
	const char *kind;
	bool waiting;
	sim_ps total_ps;
	uint64_t count;
};

/** struct list - @line: owned. @fold: what a row becomes. */
struct list {
	struct wl_run *run;
	void (*fold)(struct wl_run *run, const struct profile_row *row, struct line *line);
	struct line *line;
	size_t count, room;
};

/* ---- Names ---- */

/* The stack of @row without the simulator's own frames, innermost first. Return: how many. */
static size_t resolve(struct wl_run *run, const struct profile_row *row, struct site *out)
{
	struct site site[SITE_INLINE_MAX];
	size_t n, count = 0;

	for (uint32_t i = 0; i < row->depth; i++) {
		n = site_resolve(run->sim, kernel_desc(run->kernel), row->pc[i], site);
		for (size_t k = 0; k < n && count < FRAMES_MAX; k++)
			if (site[k].kind != SITE_OTHER && !site_is_plumbing(&site[k]))
				out[count++] = site[k];
	}
	return count;
}

/* @text as one frame of a folded stack: what separates frames must not be in it. */
static void put_frame(FILE *out, const char *text)
{
	for (; *text; text++)
		fputc(*text == ';' ? ':' : *text, out);
	fputc(';', out);
}

static void fold_stack(struct wl_run *run, const struct profile_row *row, struct line *line)
{
	struct site site[FRAMES_MAX];
	size_t n = resolve(run, row, site), bytes;
	FILE *out = open_memstream(&line->text, &bytes);

	sim_assert(run->sim, out);
	put_frame(out, row->task);
	put_frame(out, row->note ? row->note : "user code");
	while (n--)
		put_frame(out, site[n].function);
	fputs(row->kind, out);
	sim_assert(run->sim, !fclose(out));
}

static void fold_place(struct wl_run *run, const struct profile_row *row, struct line *line)
{
	struct site site[FRAMES_MAX];
	size_t n = resolve(run, row, site);
	const struct site *place = NULL;

	for (enum site_kind kind = SITE_HOSTED; !place && kind < SITE_OTHER; kind++)
		for (size_t i = 0; i < n && !place; i++)
			if (site[i].kind == kind)
				place = &site[i];
	line->site = place ? *place : (struct site){.function = row->task, .file = "", .kind = SITE_OTHER};
	line->text =
		sim_asprintf("%s %s %" PRIu32 " %s", line->site.function, line->site.file, line->site.line, row->kind);
}

/* ---- Lists ---- */

static void add_row(void *arg, const struct profile_row *row)
{
	struct list *list = arg;
	struct line *line;

	if (list->count == list->room) {
		list->room = list->room ? 2 * list->room : 256;
		list->line = sim_realloc(list->line, list->room * sizeof(*list->line));
	}
	line = &list->line[list->count++];
	*line = (struct line){
		.kind = row->kind, .waiting = row->waiting, .total_ps = row->total_ps, .count = row->count};
	list->fold(list->run, row, line);
}

static int by_text(const void *a, const void *b)
{
	const struct line *x = a, *y = b;

	return x->waiting != y->waiting ? x->waiting - y->waiting : strcmp(x->text, y->text);
}

static int by_time(const void *a, const void *b)
{
	const struct line *x = a, *y = b;

	if (x->waiting == y->waiting && x->total_ps != y->total_ps)
		return x->total_ps > y->total_ps ? -1 : 1;
	return by_text(a, b);
}

/* All rows of the run, equal lines added up, in order of text. */
static struct list make_list(struct wl_run *run,
			     void (*fold)(struct wl_run *run, const struct profile_row *row, struct line *line))
{
	struct list list = {.run = run, .fold = fold};
	size_t kept = 0;

	profile_settle(run->sim);
	profile_for_each(run->sim, add_row, &list);
	if (list.count)
		qsort(list.line, list.count, sizeof(*list.line), by_text);
	for (size_t i = 0; i < list.count; i++) {
		if (kept && !by_text(&list.line[kept - 1], &list.line[i])) {
			list.line[kept - 1].total_ps += list.line[i].total_ps;
			list.line[kept - 1].count += list.line[i].count;
			free(list.line[i].text);
		} else {
			list.line[kept++] = list.line[i];
		}
	}
	list.count = kept;
	return list;
}

static void free_list(struct list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->line[i].text);
	free(list->line);
}

/* ---- Output ---- */

static int write_file(struct wl_run *run, const struct list *list, const char *path, bool waiting)
{
	struct out *out;
	int err = out_open(&out, path);

	if (!err) {
		for (size_t i = 0; i < list->count; i++) {
			const struct line *line = &list->line[i];

			if (line->waiting != waiting || !line->total_ps)
				continue;
			out_text(out, line->text);
			out_text(out, " ");
			out_u64(out, line->total_ps);
			out_text(out, "\n");
		}
		err = out_commit(out);
	}
	return err ? wl_fail(run, err, sim_asprintf("%s: %s", path, strerror(-err))) : 0;
}

int wl_profile_write(struct wl_run *run, const char *path)
{
	struct list list = make_list(run, fold_stack);
	char *waits = sim_asprintf("%s" WL_PROFILE_WAITS, path);
	int err = write_file(run, &list, path, false);

	if (!err)
		err = write_file(run, &list, waits, true);
	free(waits);
	free_list(&list);
	return err;
}

void wl_profile_print(struct wl_run *run, FILE *out)
{
	struct list list;
	sim_ps spent_ps;

	if (!profile_on(run->sim))
		return;
	list = make_list(run, fold_place);
	spent_ps = profile_total_ps(run->sim, false);
	if (list.count)
		qsort(list.line, list.count, sizeof(*list.line), by_time);
	fprintf(out, "\nProfile   %s that software had CPUs for, by hosted function and kind of cost (kernel.cost.*)\n",
		wl_text_time(spent_ps).s);
	for (size_t i = 0; i < list.count && i < TOP && !list.line[i].waiting; i++) {
		const struct line *line = &list.line[i];
		const char *slash = strrchr(line->site.file, '/');

		fprintf(out, "  %6s %8s  %-14s %s", wl_text_percent(line->total_ps, spent_ps).s,
			wl_text_time(line->total_ps).s, line->kind, line->site.function);
		if (*line->site.file)
			fprintf(out, " (%s:%" PRIu32 ")", slash ? slash + 1 : line->site.file, line->site.line);
		fputc('\n', out);
	}
	free_list(&list);
}

void wl_profile_results(struct wl_run *run, struct json *json)
{
	struct list list;

	if (!profile_on(run->sim))
		return;
	list = make_list(run, fold_place);
	if (list.count)
		qsort(list.line, list.count, sizeof(*list.line), by_time);
	json_object(json, "profile");
	json_u64(json, "spent_ps", profile_total_ps(run->sim, false));
	json_u64(json, "waited_ps", profile_total_ps(run->sim, true));
	json_array(json, "places");
	for (size_t i = 0; i < list.count; i++) {
		const struct line *line = &list.line[i];

		json_object(json, NULL);
		json_text(json, "function", line->site.function);
		json_text(json, "file", line->site.file);
		json_u64(json, "line", line->site.line);
		json_text(json, "kind", line->kind);
		json_bool(json, "waiting", line->waiting);
		json_u64(json, "total_ps", line->total_ps);
		json_u64(json, "count", line->count);
		json_end(json);
	}
	json_end(json);
	json_end(json);
	free_list(&list);
}
