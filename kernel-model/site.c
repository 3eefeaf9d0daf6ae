// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/site.c - whose code an address is, told by the name of the file that was compiled.
 *
 * A hosted file is one of the table of the kernel; what stands before its path is where the tree lies on this host, and
 * is taken off the names of headers too, so that no name depends on the host.
 */
#include "kernel-model/site.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel-model/guest.h"
#include "sim/symbol.h"
#include "sim/unwind.h"

bool site_is_plumbing(const struct site *site)
{
	static const char *const names[] = {"km_charge", "km_spend",	   "km_charge_xchg",
					    "km_block",	 "km_block_until", "gm_spend"};

	for (size_t i = 0; i < sim_count_of(names); i++)
		if (site->kind == SITE_MODEL && !strcmp(site->function, names[i]))
			return true;
	return false;
}

static bool begins(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

/* Bytes of @unit before its path in the tree, if it is one of @n hosted files. */
static size_t bytes_before(const char *unit, const struct km_hosted *hosted, size_t n)
{
	size_t unit_bytes = strlen(unit);

	for (size_t i = 0; i < n; i++) {
		size_t bytes = strlen(hosted[i].path);

		if (bytes < unit_bytes && unit[unit_bytes - bytes - 1] == '/' &&
		    !strcmp(unit + unit_bytes - bytes, hosted[i].path))
			return unit_bytes - bytes;
	}
	return 0;
}

/* Bytes of @unit before the path in the tree; 0 when it is no hosted file, of the host's kernel or of any guest's. */
static size_t tree_bytes(const struct km_desc *desc, const char *unit)
{
	size_t before = bytes_before(unit, desc->hosted, desc->hosted_count), n;
	const struct gm_desc_row *guest = gm_descs(&n);

	for (size_t i = 0; i < n && !before; i++)
		before = bytes_before(unit, guest[i].hosted, guest[i].hosted_count);
	return before;
}

/*
 * @tree: bytes of the tree's name that unit and file begin with, 0 when one of them does not. What a hosted file got
 * from a header of ours (an override of one that holds POWER assembly, or a generated one) is the model's; what anybody
 * got from one of the simulator's is the simulator's.
 */
static enum site_kind kind_of(const struct symbol_frame *frame, size_t tree, bool hosted)
{
	if (begins(frame->file, "sim/"))
		return SITE_OTHER;
	if (begins(frame->unit, "kernel-model/linux/") || begins(frame->unit, "vfio-model/bus/"))
		return SITE_MODEL;
	if (hosted)
		return tree ? SITE_HOSTED : SITE_MODEL;
	return begins(frame->unit, "kernel-model/opal/") ? SITE_FIRMWARE : SITE_OTHER;
}

/* @file without what depends on the host: the tree's place, or the build folder's before a generated header. */
static const char *file_name(const char *file, size_t tree)
{
	const char *generated = strstr(file, "/include/");

	if (tree)
		return file + tree;
	return generated && !begins(file, "kernel-model/") ? generated + 1 : file;
}

size_t site_resolve(struct sim *sim, const struct km_desc *desc, uintptr_t pc, struct site *out)
{
	size_t n;
	const struct symbol_frame *frame = symbol_resolve(sim, pc, &n);

	for (size_t i = 0; i < n && i < SITE_INLINE_MAX; i++) {
		size_t unit_tree = tree_bytes(desc, frame[i].unit);
		size_t tree = strncmp(frame[i].file, frame[i].unit, unit_tree) ? 0 : unit_tree;

		out[i] = (struct site){.function = frame[i].function,
				       .file = file_name(frame[i].file, tree),
				       .line = frame[i].line,
				       .kind = kind_of(&frame[i], tree, unit_tree != 0)};
	}
	return n < SITE_INLINE_MAX ? n : SITE_INLINE_MAX;
}

/** struct chain - the text of a call chain as it grows. @left: functions that may still be added. */
struct chain {
	char *text;
	uint32_t left;
};

static void chain_add(struct chain *chain, const struct site *site)
{
	char *longer = sim_asprintf("%s%s%s (%s:%u)", chain->text ? chain->text : "", chain->text ? " < " : "",
				    site->function, site->file, site->line);

	free(chain->text);
	chain->text = longer;
	chain->left--;
}

char *site_text(struct sim *sim, const struct km_desc *desc, uint32_t frames_max)
{
	struct chain hosted = {.left = frames_max}, model = {.left = 1};
	uintptr_t pc[UNWIND_FRAMES_MAX];
	struct site site[SITE_INLINE_MAX];
	size_t depth = unwind_task(sim, pc, sim_count_of(pc)), n;

	for (size_t i = 0; i < depth; i++) {
		n = site_resolve(sim, desc, pc[i], site);
		for (size_t k = 0; k < n; k++) {
			if (site[k].kind == SITE_HOSTED && hosted.left)
				chain_add(&hosted, &site[k]);
			else if (site[k].kind == SITE_MODEL && model.left && !site_is_plumbing(&site[k]))
				chain_add(&model, &site[k]);
		}
	}
	if (!hosted.text)
		return model.text;
	free(model.text);
	return hosted.text;
}
