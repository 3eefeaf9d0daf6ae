// SPDX-License-Identifier: GPL-2.0-only
/* workloads/wl_text.c - numbers for people. */
#include "workloads/wl_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/** struct unit - @scale: how many base units it is. */
struct unit {
	const char *name;
	uint64_t scale;
};

/* Three significant digits of @value, cut off, in the largest of @units that it reaches; @units run from small to
 * large. */
static struct wl_text scaled(uint64_t value, const struct unit *units, size_t n)
{
	struct wl_text text;
	size_t i = n - 1;
	uint64_t whole, milli;

	while (i && value < units[i].scale)
		i--;
	whole = value / units[i].scale;
	/* The remainder is below 2^40, so the product fits. */
	milli = value % units[i].scale * 1000 / units[i].scale;
	if (units[i].scale == 1 || whole >= 100)
		snprintf(text.s, sizeof(text.s), "%" PRIu64 " %s", whole, units[i].name);
	else if (whole >= 10)
		snprintf(text.s, sizeof(text.s), "%" PRIu64 ".%" PRIu64 " %s", whole, milli / 100, units[i].name);
	else
		snprintf(text.s, sizeof(text.s), "%" PRIu64 ".%02" PRIu64 " %s", whole, milli / 10, units[i].name);
	return text;
}

struct wl_text wl_text_time(sim_ps ps)
{
	static const struct unit units[] = {
		{"ps", 1}, {"ns", SIM_PS_PER_NS}, {"us", SIM_PS_PER_US}, {"ms", SIM_PS_PER_MS}, {"s", SIM_PS_PER_S}};

	return scaled(ps, units, sim_count_of(units));
}

struct wl_text wl_text_rate(uint64_t bytes_per_s)
{
	static const struct unit units[] = {{"B/s", 1}, {"kB/s", 1000}, {"MB/s", 1000000}, {"GB/s", 1000000000}};

	return scaled(bytes_per_s, units, sim_count_of(units));
}

struct wl_text wl_text_per_s(uint64_t per_s)
{
	static const struct unit units[] = {{"/s", 1}, {"k/s", 1000}, {"M/s", 1000000}};

	return scaled(per_s, units, sim_count_of(units));
}

struct wl_text wl_text_bytes(uint64_t bytes)
{
	static const struct unit units[] = {
		{"B", 1}, {"KiB", 1ull << 10}, {"MiB", 1ull << 20}, {"GiB", 1ull << 30}, {"TiB", 1ull << 40}};
	struct wl_text text;

	for (size_t i = sim_count_of(units); i--;) {
		if (bytes < units[i].scale || bytes % units[i].scale)
			continue;
		if (bytes / units[i].scale >= 10000)
			break;
		snprintf(text.s, sizeof(text.s), "%" PRIu64 " %s", bytes / units[i].scale, units[i].name);
		return text;
	}
	return scaled(bytes, units, sim_count_of(units));
}

struct wl_text wl_text_count(uint64_t count)
{
	char digits[WL_TEXT_BYTES];
	struct wl_text text;
	size_t n, at = 0;

	/* 20 digits and 6 spaces would not fit; above 10^15 the spaces are left out. */
	snprintf(digits, sizeof(digits), "%" PRIu64, count);
	n = strlen(digits);
	for (size_t i = 0; i < n; i++) {
		if (i && (n - i) % 3 == 0 && n <= 15)
			text.s[at++] = ' ';
		text.s[at++] = digits[i];
	}
	text.s[at] = '\0';
	return text;
}

struct wl_text wl_text_percent(uint64_t part, uint64_t whole)
{
	struct wl_text text = {"-"};
	uint64_t tenths;

	if (!whole)
		return text;
	while (whole > UINT64_MAX / 2000) {
		whole >>= 1;
		part >>= 1;
	}
	tenths = (part * 2000 / whole + 1) / 2;
	if (tenths == 1000 && part < whole)
		tenths = 999;
	if (!tenths && part)
		tenths = 1;
	snprintf(text.s, sizeof(text.s), "%" PRIu64 ".%" PRIu64 " %%", tenths / 10, tenths % 10);
	return text;
}
