// SPDX-License-Identifier: GPL-2.0-only
/*
 * workloads/wl_compare.c - see workloads/wl_compare.h. Every difference becomes a text of its aspect; what is printed
 * is chosen from them.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "workloads/wl_compare_internal.h"
#include "workloads/wl_text.h"

#define LOOK_AHEAD 64u /* calls, to find one that both made */
#define SCREEN_COLUMNS 100
#define BOTH_COLUMNS 70 /* of two answers that stand on one line */

static const struct {
	const char *name, *title;
} aspects[WL_ASPECTS] = {
	[WL_CALLS] = {"calls", "return codes, call by call"},
	[WL_TCES] = {"tces", "TCEs, after calls and in the end"},
	[WL_ACCOUNTING] = {"accounting", "accounting: locked_vm after calls, pins"},
	[WL_FINDINGS] = {"findings", "findings"},
	[WL_TIME] = {"time", "simulated time per operation"},
};

/** struct compare_list - texts of differences of an aspect, owned. */
struct compare_list {
	char **text;
	size_t count;
};

/** struct wl_compare - @differ: how many calls, facts ... of an aspect differ. */
struct wl_compare {
	const struct wl_recorded *a, *b;
	struct compare_list list[WL_ASPECTS];
	uint64_t differ[WL_ASPECTS];
};

const char *wl_aspect_name(uint32_t aspect)
{
	return aspect < WL_ASPECTS ? aspects[aspect].name : NULL;
}

static void add(struct wl_compare *compare, enum wl_aspect aspect, char *text)
{
	struct compare_list *list = &compare->list[aspect];

	compare->differ[aspect]++;
	list->text = sim_realloc(list->text, (list->count + 1) * sizeof(*list->text));
	list->text[list->count++] = text;
}

/* ---- Calls ---- */

/** struct compare_side - the calls of one process in one record, in order; owned array. */
struct compare_side {
	const struct recorded_call **call;
	size_t count;
};

static struct compare_side side_of(const struct wl_recorded *recorded, const char *proc)
{
	struct compare_side side = {.call = sim_alloc((recorded->call_count + 1) * sizeof(*side.call))};

	for (size_t i = 0; i < recorded->call_count; i++)
		if (!strcmp(recorded->call[i].proc, proc))
			side.call[side.count++] = &recorded->call[i];
	return side;
}

/* @what and what each has of it; "-": nothing. */
static char *versus(const char *what, const char *a, const char *b)
{
	const char *apart = strlen(a) + strlen(b) < BOTH_COLUMNS ? "    " : "\n    ";

	return sim_asprintf("%s\n    1: %s%s2: %s", what, *a ? a : "-", apart, *b ? b : "-");
}

/* As versus(), of a call. */
static char *versus_call(const struct recorded_call *call, size_t index, const char *a, const char *b)
{
	char *what = sim_asprintf("%s call %zu: %s", call->proc, index, call->text), *text = versus(what, a, b);

	free(what);
	return text;
}

static void compare_call(struct wl_compare *compare, const struct recorded_call *a, const struct recorded_call *b,
			 size_t index, int64_t *gap)
{
	int64_t now = (int64_t)(b->locked_vm - a->locked_vm);
	char locked[2][48];

	if (strcmp(a->result, b->result) || strcmp(a->left, b->left)) {
		char *one = sim_asprintf("%s%s%s", a->result, *a->left ? " " : "", a->left);
		char *two = sim_asprintf("%s%s%s", b->result, *b->left ? " " : "", b->left);

		add(compare, WL_CALLS, versus_call(a, index, one, two));
		free(one);
		free(two);
	}
	if (strcmp(a->tces, b->tces))
		add(compare, WL_TCES, versus_call(a, index, a->tces, b->tces));
	/* A gap that stays is one difference. */
	if (now != *gap) {
		snprintf(locked[0], sizeof(locked[0]), "locked_vm %" PRIu64 " pages", a->locked_vm);
		snprintf(locked[1], sizeof(locked[1]), "locked_vm %" PRIu64 " pages", b->locked_vm);
		add(compare, WL_ACCOUNTING, versus_call(a, index, locked[0], locked[1]));
	}
	*gap = now;
}

static void only_one(struct wl_compare *compare, int which, const struct recorded_call *call, size_t index)
{
	add(compare, WL_CALLS,
	    sim_asprintf("%s call %zu, of %d only: %s = %s", call->proc, index, which, call->text, call->result));
}

/* The next calls that are the same on both sides, from @i and @j on: fewest calls passed over first. Return: found. */
static bool next_same(const struct compare_side *a, const struct compare_side *b, size_t i, size_t j, size_t *skip_a,
		      size_t *skip_b)
{
	for (size_t sum = 0; sum <= 2 * LOOK_AHEAD; sum++) {
		for (size_t di = sum > LOOK_AHEAD ? sum - LOOK_AHEAD : 0; di <= sum && di <= LOOK_AHEAD; di++) {
			if (i + di >= a->count || j + sum - di >= b->count ||
			    strcmp(a->call[i + di]->text, b->call[j + sum - di]->text))
				continue;
			*skip_a = di;
			*skip_b = sum - di;
			return true;
		}
	}
	return false;
}

static void compare_process(struct wl_compare *compare, const char *proc)
{
	struct compare_side a = side_of(compare->a, proc), b = side_of(compare->b, proc);
	size_t i = 0, j = 0, skip_a, skip_b;
	int64_t gap = 0;

	while (i < a.count || j < b.count) {
		if (!next_same(&a, &b, i, j, &skip_a, &skip_b)) {
			/* Step by step, so that what comes later is found. */
			skip_a = i < a.count;
			skip_b = j < b.count;
		}
		for (; skip_a; skip_a--, i++)
			only_one(compare, 1, a.call[i], i);
		for (; skip_b; skip_b--, j++)
			only_one(compare, 2, b.call[j], j);
		if (i < a.count && j < b.count && !strcmp(a.call[i]->text, b.call[j]->text)) {
			compare_call(compare, a.call[i], b.call[j], i, &gap);
			i++;
			j++;
		}
	}
	free(a.call);
	free(b.call);
}

static bool has_process(const struct wl_recorded *recorded, const char *proc)
{
	for (size_t i = 0; i < recorded->proc_count; i++)
		if (!strcmp(recorded->proc[i], proc))
			return true;
	return false;
}

static void compare_calls(struct wl_compare *compare)
{
	for (size_t i = 0; i < compare->a->proc_count; i++)
		compare_process(compare, compare->a->proc[i]);
	for (size_t i = 0; i < compare->b->proc_count; i++)
		if (!has_process(compare->a, compare->b->proc[i]))
			compare_process(compare, compare->b->proc[i]);
}

/* ---- Facts of the whole run ---- */

static const char *value_of(const struct recorded_list *list, const char *name)
{
	for (size_t i = 0; i < list->count; i++)
		if (!strcmp(list->fact[i].name, name))
			return list->fact[i].value;
	return NULL;
}

static void compare_fact(struct wl_compare *compare, enum wl_aspect aspect, const char *name, const char *a,
			 const char *b)
{
	if (a && b && !strcmp(a, b))
		return;
	if (a && b)
		add(compare, aspect, versus(name, a, b));
	else
		add(compare, aspect, sim_asprintf("of %d only: %s (%s)", a ? 1 : 2, name, a ? a : b));
}

static void compare_facts(struct wl_compare *compare, enum wl_aspect aspect, const struct recorded_list *a,
			  const struct recorded_list *b)
{
	for (size_t i = 0; i < a->count; i++)
		compare_fact(compare, aspect, a->fact[i].name, a->fact[i].value, value_of(b, a->fact[i].name));
	for (size_t i = 0; i < b->count; i++)
		if (!value_of(a, b->fact[i].name))
			compare_fact(compare, aspect, b->fact[i].name, NULL, b->fact[i].value);
}

/* ---- Time ---- */

/** struct compare_time - of all calls of one kind. @far: how far the totals are apart. */
struct compare_time {
	const char *name;
	uint64_t calls[2], ps[2], far;
};

static struct compare_time time_of(const struct wl_compare *compare, const char *name)
{
	struct compare_time time = {.name = name};

	for (int side = 0; side < 2; side++) {
		const struct wl_recorded *recorded = side ? compare->b : compare->a;

		for (size_t i = 0; i < recorded->call_count; i++) {
			if (strcmp(recorded->call[i].name, name))
				continue;
			time.calls[side]++;
			time.ps[side] += recorded->call[i].duration_ps;
		}
	}
	time.far = time.ps[0] > time.ps[1] ? time.ps[0] - time.ps[1] : time.ps[1] - time.ps[0];
	return time;
}

#define TIMES_PER_MILLE 10000 /* from ten times more on, nobody thinks in per cent */

static char *time_text(const struct compare_time *time)
{
	uint64_t mean[2];
	char change[32] = "";

	for (int side = 0; side < 2; side++)
		mean[side] = time->calls[side] ? time->ps[side] / time->calls[side] : 0;
	if (mean[0] && mean[1]) {
		bool up = mean[1] >= mean[0];
		uint64_t per_mille = (up ? mean[1] - mean[0] : mean[0] - mean[1]) * 1000 / mean[0];

		if (per_mille < TIMES_PER_MILLE)
			snprintf(change, sizeof(change), "%c%" PRIu64 ".%" PRIu64 " %%", up ? '+' : '-', per_mille / 10,
				 per_mille % 10);
		else
			snprintf(change, sizeof(change), "%" PRIu64 " times", mean[1] / mean[0]);
	}
	return sim_asprintf("%-34s %6" PRIu64 " x %-10s %6" PRIu64 " x %-10s %s", time->name, time->calls[0],
			    wl_text_time(mean[0]).s, time->calls[1], wl_text_time(mean[1]).s, change);
}

static bool seen(const struct compare_time *times, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(times[i].name, name))
			return true;
	return false;
}

/* The largest differences first; equals stay in the order of first calls. */
static void compare_times(struct wl_compare *compare)
{
	struct compare_time *times = NULL;
	size_t n = 0;

	for (int side = 0; side < 2; side++) {
		const struct wl_recorded *recorded = side ? compare->b : compare->a;

		for (size_t i = 0; i < recorded->call_count; i++) {
			struct compare_time time;
			size_t at;

			if (seen(times, n, recorded->call[i].name))
				continue;
			time = time_of(compare, recorded->call[i].name);
			times = sim_realloc(times, (n + 1) * sizeof(*times));
			for (at = n++; at && times[at - 1].far < time.far; at--)
				times[at] = times[at - 1];
			times[at] = time;
		}
	}
	for (size_t i = 0; i < n; i++)
		if (times[i].far)
			add(compare, WL_TIME, time_text(&times[i]));
	free(times);
	if (!compare->differ[WL_TIME] && compare->a->end_ps != compare->b->end_ps)
		add(compare, WL_TIME,
		    sim_asprintf("between calls: the run takes %s and %s", wl_text_time(compare->a->end_ps).s,
				 wl_text_time(compare->b->end_ps).s));
}

/* ---- Life ---- */

struct wl_compare *wl_compare_create(const struct wl_recorded *a, const struct wl_recorded *b)
{
	struct wl_compare *compare = sim_alloc(sizeof(*compare));

	compare->a = a;
	compare->b = b;
	compare_calls(compare);
	compare_facts(compare, WL_TCES, &a->tces, &b->tces);
	compare_facts(compare, WL_ACCOUNTING, &a->accounts, &b->accounts);
	compare_facts(compare, WL_FINDINGS, &a->findings, &b->findings);
	compare_times(compare);
	return compare;
}

void wl_compare_destroy(struct wl_compare *compare)
{
	if (!compare)
		return;
	for (uint32_t aspect = 0; aspect < WL_ASPECTS; aspect++) {
		for (size_t i = 0; i < compare->list[aspect].count; i++)
			free(compare->list[aspect].text[i]);
		free(compare->list[aspect].text);
	}
	free(compare);
}

uint32_t wl_compare_differ(const struct wl_compare *compare)
{
	uint32_t mask = 0;

	for (uint32_t aspect = 0; aspect < WL_ASPECTS; aspect++)
		if (compare->differ[aspect])
			mask |= 1u << aspect;
	return mask;
}

/* ---- Print ---- */

/* What a record has of an aspect, in a word or two. */
static struct wl_text amount(const struct wl_recorded *recorded, uint32_t aspect)
{
	struct wl_text text;

	switch (aspect) {
	case WL_CALLS:
		snprintf(text.s, sizeof(text.s), "%zu calls", recorded->answers);
		break;
	case WL_TCES:
		snprintf(text.s, sizeof(text.s), "%zu looks", recorded->looks);
		break;
	case WL_ACCOUNTING:
		snprintf(text.s, sizeof(text.s), "%" PRIu64 " pages", recorded->locked_peak);
		break;
	case WL_FINDINGS:
		snprintf(text.s, sizeof(text.s), "%zu", recorded->findings.count);
		break;
	default:
		text = wl_text_time(recorded->end_ps);
	}
	return text;
}

static uint32_t lines_of(const char *text)
{
	uint32_t lines = 1;

	while ((text = strchr(text, '\n'))) {
		text++;
		lines++;
	}
	return lines;
}

/* @text, each line by two columns to the right and not wider than a screen if @cut. */
static void print_text(const char *text, bool cut, FILE *out)
{
	while (*text) {
		size_t n = strcspn(text, "\n");

		if (cut && n > SCREEN_COLUMNS - 2)
			fprintf(out, "  %.*s...\n", SCREEN_COLUMNS - 5, text);
		else
			fprintf(out, "  %.*s\n", (int)n, text);
		text += n + (text[n] == '\n');
	}
}

/* At least one difference, and what else fits @room lines with title and end; 0: all. */
static void print_list(const struct compare_list *list, uint32_t aspect, uint32_t room, FILE *out)
{
	uint32_t used = 3;
	size_t i;

	fprintf(out, "\nDifferent %s\n", aspects[aspect].title);
	for (i = 0; i < list->count; i++) {
		used += lines_of(list->text[i]);
		if (room && i && used > room)
			break;
		print_text(list->text[i], room != 0, out);
	}
	if (i < list->count)
		fprintf(out, "  and %zu more\n", list->count - i);
}

void wl_compare_print(const struct wl_compare *compare, const char *a_name, const char *b_name, uint32_t wanted,
		      uint32_t room, FILE *out)
{
	uint32_t lists = 0;

	fprintf(out, "%-42s%-15s%s\n", "", a_name, b_name);
	for (uint32_t aspect = 0; aspect < WL_ASPECTS; aspect++) {
		uint64_t differ = compare->differ[aspect];

		fprintf(out, "  %-40s%-15s%-15s", aspects[aspect].title, amount(compare->a, aspect).s,
			amount(compare->b, aspect).s);
		if (!(wanted & 1u << aspect))
			fprintf(out, "not compared\n");
		else if (differ)
			fprintf(out, "%" PRIu64 " difference%s\n", differ, differ > 1 ? "s" : "");
		else
			fprintf(out, "equal\n");
	}
	wanted &= wl_compare_differ(compare);
	lists = (uint32_t)__builtin_popcount(wanted);
	for (uint32_t aspect = 0; aspect < WL_ASPECTS; aspect++)
		if (wanted & 1u << aspect)
			print_list(&compare->list[aspect], aspect, room ? (room + lists - 1) / lists : 0, out);
}
