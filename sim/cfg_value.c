/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sim/cfg_value.c - one value: text to number by type and unit, and back; what a row expects, in words.
 *
 * Integers only. A decimal fraction is exact or refused: 1.5us is 1500000 ps, 1.0005ns is no whole number of ps.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sim/cfg_internal.h"
#include "sim/out_internal.h"

/** struct cfg_unit - @name as written; @scale in base units (B, ps, Hz, B/s). */
struct cfg_unit {
	const char *name;
	uint64_t scale;
};

/** struct cfg_kind - what is to say about a type. @units: ends with a NULL name; the first is the base unit. */
struct cfg_kind {
	const char *name;
	const char *expected;
	const struct cfg_unit *units;
};

static const struct cfg_unit cfg_no_units[] = {{NULL, 0}};
static const struct cfg_unit cfg_size_units[] = {
	{"B", 1}, {"KiB", 1ull << 10}, {"MiB", 1ull << 20}, {"GiB", 1ull << 30}, {"TiB", 1ull << 40}, {NULL, 0},
};
static const struct cfg_unit cfg_time_units[] = {
	{"ps", 1}, {"ns", SIM_PS_PER_NS}, {"us", SIM_PS_PER_US}, {"ms", SIM_PS_PER_MS}, {"s", SIM_PS_PER_S}, {NULL, 0},
};
static const struct cfg_unit cfg_freq_units[] = {
	{"Hz", 1}, {"kHz", 1000}, {"MHz", 1000000}, {"GHz", 1000000000}, {NULL, 0},
};
static const struct cfg_unit cfg_rate_units[] = {
	{"B/s", 1},	  {"kB/s", 1000},      {"MB/s", 1000000}, {"GB/s", 1000000000},
	{"Mb/s", 125000}, {"Gb/s", 125000000}, {NULL, 0},
};

static const struct cfg_kind cfg_kinds[] = {
	[CFG_COUNT] = {"count", "a whole number", cfg_no_units},
	[CFG_BOOL] = {"bool", "true or false", cfg_no_units},
	[CFG_CHOICE] = {"choice", "one of", cfg_no_units},
	[CFG_TEXT] = {"text", "a text", cfg_no_units},
	[CFG_SIZE] = {"size", "a size in B, KiB, MiB, GiB or TiB", cfg_size_units},
	[CFG_TIME] = {"time", "a time in ps, ns, us, ms or s", cfg_time_units},
	[CFG_FREQ] = {"frequency", "a frequency in Hz, kHz, MHz or GHz", cfg_freq_units},
	[CFG_RATE] = {"rate", "a rate in B/s, kB/s, MB/s, GB/s, Mb/s or Gb/s", cfg_rate_units},
	[CFG_ADDR] = {"address", "an address as 0x... or in B, KiB, MiB, GiB or TiB", cfg_size_units},
};

const char *cfg_type_name(enum cfg_type type)
{
	return cfg_kinds[type].name;
}

const char *cfg_source_name(enum cfg_source source)
{
	static const char *const names[] = {
		[CFG_DOCUMENTED] = "documented",
		[CFG_MEASURED] = "measured",
		[CFG_ASSUMED] = "assumed",
		[CFG_USER] = "user",
	};

	return names[source];
}

static bool cfg_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* *value = *value * factor + add; false when that needs more than 64 bits. */
static bool cfg_scale(uint64_t *value, uint64_t factor, uint64_t add)
{
	return !__builtin_mul_overflow(*value, factor, value) && !__builtin_add_overflow(*value, add, value);
}

/*
 * The decimal fraction 0.@digits (@n of them) of @scale base units, by schoolbook multiplication from the last digit.
 * Return: false when that is no whole number. Cannot overflow: 9 * 2^40 + carry.
 */
static bool cfg_fraction(const char *digits, size_t n, uint64_t scale, uint64_t *part)
{
	uint64_t carry = 0;
	bool whole = true;

	while (n--) {
		carry += (uint64_t)(digits[n] - '0') * scale;
		whole = whole && carry % 10 == 0;
		carry /= 10;
	}
	*part = carry;
	return whole;
}

/* "0x..." to *value. Return: NULL, or what is wrong with it. */
static const char *cfg_parse_hex(const char *text, uint64_t *value)
{
	size_t n = strlen(text + 2);

	*value = 0;
	if (!n || strspn(text + 2, "0123456789abcdefABCDEF") != n)
		return "";
	for (const char *c = text + 2; *c; c++) {
		uint64_t digit = cfg_is_digit(*c) ? (uint64_t)(*c - '0') : (uint64_t)((*c | 0x20) - 'a' + 10);

		if (!cfg_scale(value, 16, digit))
			return ", which does not fit 64 bits";
	}
	return NULL;
}

static const struct cfg_unit *cfg_find_unit(const struct cfg_unit *units, const char *name)
{
	for (; units->name; units++) {
		if (strcmp(units->name, name) == 0)
			return units;
	}
	return NULL;
}

/*
 * A number with its unit to *value. Return: NULL, or what is wrong with it: a phrase that follows the quoted
 * text in the message, "" when there is nothing particular to say. @buf: room for the phrase.
 */
static const char *cfg_parse_number(enum cfg_type type, const char *text, uint64_t *value, char *buf, size_t bytes)
{
	const struct cfg_unit *units = cfg_kinds[type].units, *unit;
	const char *whole = text, *fraction, *rest;
	uint64_t part, scale = 1;
	size_t whole_n, fraction_n = 0;

	if ((type == CFG_COUNT || type == CFG_ADDR) && text[0] == '0' && (text[1] | 0x20) == 'x')
		return cfg_parse_hex(text, value);
	for (whole_n = 0; cfg_is_digit(whole[whole_n]); whole_n++)
		;
	rest = fraction = whole + whole_n;
	if (*rest == '.') {
		for (fraction++; cfg_is_digit(fraction[fraction_n]); fraction_n++)
			;
		rest = fraction + fraction_n;
	}
	if (!whole_n || (rest == fraction && rest != whole + whole_n))
		return "";
	rest += strspn(rest, " ");
	if (units->name && !(*rest == '\0' && !fraction_n && strspn(whole, "0") == whole_n)) {
		char quoted[CFG_QUOTE_BYTES];

		unit = cfg_find_unit(units, rest);
		if (!unit && !*rest)
			return " without a unit";
		if (!unit) {
			snprintf(buf, bytes, " with the unknown unit %s", cfg_quote(rest, quoted));
			return buf;
		}
		scale = unit->scale;
	} else if (*rest) {
		return "";
	}
	*value = 0;
	for (size_t i = 0; i < whole_n; i++) {
		if (!cfg_scale(value, 10, (uint64_t)(whole[i] - '0')))
			return ", which does not fit 64 bits";
	}
	if (!cfg_fraction(fraction, fraction_n, scale, &part)) {
		snprintf(buf, bytes, ", which is not a whole number%s%s", units->name ? " of " : "",
			 units->name ? units->name : "");
		return buf;
	}
	return cfg_scale(value, scale, part) ? NULL : ", which does not fit 64 bits";
}

/* As cfg_parse_number(), for the types without numbers. */
static const char *cfg_parse_word(const struct cfg_row *row, const char *text, uint64_t *value)
{
	if (row->type == CFG_BOOL) {
		*value = strcmp(text, "true") == 0;
		return *value || strcmp(text, "false") == 0 ? NULL : "";
	}
	for (size_t i = 0; row->choices[i]; i++) {
		if (strcmp(row->choices[i], text) == 0) {
			*value = i;
			return NULL;
		}
	}
	return "";
}

int cfg_change_parse(struct cfg_change *change, const char *text, char **what)
{
	const struct cfg_row *row = change->entry->row;
	char buf[CFG_QUOTE_BYTES + 64], quoted[CFG_QUOTE_BYTES];
	const char *wrong;
	char *expected;

	if (row->type == CFG_TEXT) {
		if (strlen(text) > CFG_TEXT_MAX_BYTES) {
			*what = sim_asprintf("found a text of %zu bytes, expected at most %d", strlen(text),
					     CFG_TEXT_MAX_BYTES);
			return -EINVAL;
		}
		change->text = sim_strdup(text);
		return 0;
	}
	if (row->type == CFG_BOOL || row->type == CFG_CHOICE) {
		wrong = cfg_parse_word(row, text, &change->value);
	} else {
		wrong = cfg_parse_number(row->type, text, &change->value, buf, sizeof(buf));
		if (!wrong && (change->value < row->min || change->value > row->max))
			wrong = "";
		if (!wrong && row->pow2 && (change->value & (change->value - 1)))
			wrong = ", which is no power of two";
	}
	if (!wrong)
		return 0;
	expected = cfg_expected(row);
	*what = sim_asprintf("found %s%s, expected %s", cfg_quote(text, quoted), wrong, expected);
	free(expected);
	return -EINVAL;
}

char *cfg_choices_text(const struct cfg_row *row)
{
	char *all = sim_strdup(row->choices[0]);

	for (size_t i = 1; row->choices[i]; i++) {
		char *longer = sim_asprintf("%s%s%s", all, row->choices[i + 1] ? ", " : " or ", row->choices[i]);

		free(all);
		all = longer;
	}
	return all;
}

char *cfg_range_text(const struct cfg_row *row)
{
	const char *pow2 = row->pow2 ? " that is a power of two" : "";
	char min[64], max[64];

	if (row->type == CFG_TEXT || row->type == CFG_BOOL || row->type == CFG_CHOICE)
		return sim_strdup("");
	cfg_format_u64(row->type, row->min, min, sizeof(min));
	cfg_format_u64(row->type, row->max, max, sizeof(max));
	if (row->max != UINT64_MAX)
		return sim_asprintf(" from %s to %s%s", min, max, pow2);
	if (row->min)
		return sim_asprintf(" of at least %s%s", min, pow2);
	return sim_strdup(pow2);
}

char *cfg_expected(const struct cfg_row *row)
{
	char *tail = row->type == CFG_CHOICE ? cfg_choices_text(row) : cfg_range_text(row);
	char *all = sim_asprintf("%s%s%s", cfg_kinds[row->type].expected, row->type == CFG_CHOICE ? " " : "", tail);

	free(tail);
	return all;
}

const char *cfg_quote(const char *text, char buf[static CFG_QUOTE_BYTES])
{
	const unsigned char *at = (const unsigned char *)text;
	size_t used = 0, shown = 0;

	buf[used++] = '"';
	for (; *at && shown < 40; shown++) {
		size_t length = out_utf8_length(at);

		if (!length || *at < 0x20 || *at == 0x7f) {
			used += (size_t)snprintf(buf + used, CFG_QUOTE_BYTES - used, "\\x%02x", *at++);
			continue;
		}
		memcpy(buf + used, at, length);
		used += length;
		at += length;
	}
	snprintf(buf + used, CFG_QUOTE_BYTES - used, "%s\"", *at ? "..." : "");
	return buf;
}

/*
 * @value in @unit with all its decimals into @buf; false if it does not fit (only binary units have long
 * fractions, and those are never the shortest form).
 */
static bool cfg_format_in(const struct cfg_unit *unit, uint64_t value, char *buf, size_t bytes)
{
	uint64_t rest = value % unit->scale;
	char digits[16];
	size_t n = 0;

	while (rest && n < sizeof(digits) - 1) {
		/* rest < 2^40, so that ten times it fits. */
		digits[n++] = (char)('0' + 10 * rest / unit->scale);
		rest = 10 * rest % unit->scale;
	}
	digits[n] = '\0';
	snprintf(buf, bytes, "%" PRIu64 "%s%s%s", value / unit->scale, n ? "." : "", digits, unit->name);
	return !rest;
}

const char *cfg_format_u64(enum cfg_type type, uint64_t value, char *buf, size_t bytes)
{
	char best[64] = "", tried[64];

	if (type == CFG_BOOL) {
		snprintf(buf, bytes, "%s", value ? "true" : "false");
		return buf;
	}
	if (type == CFG_ADDR) {
		snprintf(buf, bytes, "0x%" PRIx64, value);
		return buf;
	}
	for (const struct cfg_unit *unit = cfg_kinds[type].units; value && unit->name; unit++) {
		/* Of two equally short forms the one without a point reads better, then the one in the smaller unit. */
		if (!cfg_format_in(unit, value, tried, sizeof(tried)))
			continue;
		if (!*best || strlen(tried) < strlen(best) ||
		    (strlen(tried) == strlen(best) && strchr(best, '.') && !strchr(tried, '.')))
			snprintf(best, sizeof(best), "%s", tried);
	}
	if (*best)
		snprintf(buf, bytes, "%s", best);
	else
		snprintf(buf, bytes, "%" PRIu64, value);
	return buf;
}
