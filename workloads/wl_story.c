// SPDX-License-Identifier: GPL-2.0-only
/* workloads/wl_story.c - devices, violations and counters of scenarios that tell a story. */
#include "workloads/wl_story.h"

#include <inttypes.h>
#include <stdio.h>

#include "sim/finding.h"
#include "sim/stat.h"

void wl_violation(struct wl_run *run, const char *who, const char *kind, const char *fmt, va_list args)
{
	char text[256];

	vsnprintf(text, sizeof(text), fmt, args);
	finding_add(run->sim, FINDING_VIOLATION, kind, "process %s: %s", who, text);
}

bool wl_expect(struct wl_run *run, bool ok, const char *kind, const char *fmt, ...)
{
	char text[256];
	va_list args;

	if (ok)
		return true;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	finding_add(run->sim, FINDING_VIOLATION, kind, "%s: %s", run->desc->name, text);
	return false;
}

int wl_pick_devices(struct wl_run *run, char (*names)[WL_DEVICE_NAME_BYTES], uint32_t count)
{
	const struct km_ops *ops = kernel_ops(run->kernel);
	uint32_t found = 0;
	int last_group = -1;

	for (int i = 0; i < ops->device_count() && found < count; i++) {
		unsigned int phb, pe, rid;
		int group;

		if (ops->device_info(i, names[found], WL_DEVICE_NAME_BYTES, &group, &phb, &pe, &rid) || phb ||
		    group == last_group)
			continue;
		last_group = group;
		found++;
	}
	if (found < count)
		return cfg_fail(run->cfg, "machine.devices",
				"found %" PRIu32 " groups of functions on PHB 0, expected at least %" PRIu32, found,
				count);
	return 0;
}

uint64_t wl_counter(const struct wl_run *run, const char *path, const char *name)
{
	const uint64_t *value = stat_find(run->sim, path, name, NULL);

	return value ? *value : 0;
}

uint64_t wl_tce_kills(const struct wl_run *run)
{
	static const char *const kinds[] = {"kills_all", "kills_pe", "kills_one", "kills_pair"};
	uint64_t kills = 0;

	for (size_t i = 0; i < sim_count_of(kinds); i++) {
		sim_assert(run->sim, stat_find(run->sim, "phb0", kinds[i], NULL) != NULL);
		kills += wl_counter(run, "phb0", kinds[i]);
	}
	return kills;
}

bool wl_leaked(const struct wl_run *run)
{
	static const char *const kinds[] = {"pin-leak",	 "locked-vm-leak", "page-leak", "object-leak",
					    "file-leak", "rcu-leak",	   "tlp-leak"};

	for (size_t i = 0; i < sim_count_of(kinds); i++)
		if (finding_find(run->sim, kinds[i]))
			return true;
	return false;
}
