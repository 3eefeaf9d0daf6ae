// SPDX-License-Identifier: GPL-2.0-only
/* kernel-model/elf/kexport.c - what hosted files find outside of themselves, and where. */
#include <stdlib.h>
#include <string.h>

#include "kernel-model/elf/kobject.h"
#include "sim/sim.h"

static const char *kind_of(const struct kobject *definer, bool function)
{
	const char *slash;

	if (!definer)
		return "library";
	if (definer->hosted)
		return "hosted";
	slash = strrchr(definer->source, '/');
	if (function && slash && !strncmp(slash + 1, "km_unreached", strlen("km_unreached")))
		return "reports";
	return strstr(definer->source, "/era-") ? "reconstructed" : "modelled";
}

/* Names of sanitizers and gcov are the build's, not the kernel's. */
static bool is_instrumentation(const char *name)
{
	static const char *const begins[] = {"__asan",	    "__ubsan",	    "__gcov",
					     "__sanitizer", "___sanitizer", "_GLOBAL_OFFSET"};

	for (size_t i = 0; i < sim_count_of(begins); i++)
		if (!strncmp(name, begins[i], strlen(begins[i])))
			return true;
	return false;
}

static struct kexport describe(const struct kobjects *objects, const char *name)
{
	struct kexport export = {.name = name, .where = "C library"};
	const struct kobject *definer = NULL;

	for (size_t i = 0; i < objects->count; i++) {
		const struct ksymbol *symbol = kobject_find(&objects->object[i], name, true);

		if (!symbol || !symbol->global)
			continue;
		export.definers++;
		export.function = symbol->function;
		definer = &objects->object[i];
	}
	if (definer)
		export.where = definer->source;
	else
		export.function = true; /* nothing but functions is asked of the C library */
	export.kind = kind_of(definer, export.function);
	return export;
}

static int by_name(const void *a, const void *b)
{
	const struct kexport *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static void add_user(struct kexport *export, const char *source)
{
	char *longer = sim_asprintf("%s%s%s", export->users ? export->users : "", export->users ? ", " : "", source);

	free(export->users);
	export->users = longer;
	export->user_count++;
}

struct kexport *kexports_find(const struct kobjects *objects, size_t *n)
{
	struct kexport *exports = NULL;
	size_t room = 0;

	*n = 0;
	for (size_t i = 0; i < objects->count; i++) {
		const struct kobject *user = &objects->object[i];

		for (size_t s = 0; user->hosted && s < user->symbol_count; s++) {
			const char *name = user->symbol[s].name;
			struct kexport *export = NULL;

			/* What only dropped sections asked for is not in the linked object. */
			if (user->symbol[s].defined || is_instrumentation(name) ||
			    (!kobject_find(&objects->linked, name, true) &&
			     !kobject_find(&objects->linked, name, false)))
				continue;
			for (size_t k = 0; k < *n && !export; k++)
				if (!strcmp(exports[k].name, name))
					export = &exports[k];
			if (!export) {
				if (*n == room) {
					room = room ? 2 * room : 256;
					exports = sim_realloc(exports, room * sizeof(*exports));
				}
				export = &exports[(*n)++];
				*export = describe(objects, name);
			}
			add_user(export, user->source);
		}
	}
	if (*n)
		qsort(exports, *n, sizeof(*exports), by_name);
	return exports;
}

void kexports_free(struct kexport *exports, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(exports[i].users);
	free(exports);
}
