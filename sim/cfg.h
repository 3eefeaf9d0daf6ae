/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SIM_CFG_H
#define SIM_CFG_H
/*
 * sim/cfg.h - configuration: documented rows, YAML files (libfyaml), --set path=value, and an echo of what was used.
 *
 * A row is parser, range check, unit check, --set target, manual entry and results echo at once. Values with a
 * unit must be written with it: sizes 64KiB, 16GiB (KB = KiB is refused, plain numbers are refused unless 0);
 * times 120ns, 1.5us; frequencies 250MHz; rates 7.877GB/s, 100Gb/s. A wrong key, unit or range gives
 * "file:line:col: found X, expected Y" and -EINVAL; nothing is half-applied.
 * Only sim/cfg*.c knows libfyaml.
 */
#include <stdio.h>

#include "sim/sim.h"

enum cfg_type {
	CFG_COUNT, /* plain integer, decimal or 0x */
	CFG_BOOL,  /* true, false */
	CFG_CHOICE,/* one of @choices; the value is its index */
	CFG_TEXT,  /* string */
	CFG_SIZE,  /* bytes: B, KiB, MiB, GiB, TiB */
	CFG_TIME,  /* picoseconds: ps, ns, us, ms, s */
	CFG_FREQ,  /* Hz: Hz, kHz, MHz, GHz */
	CFG_RATE,  /* bytes per second: B/s, kB/s, MB/s, GB/s (decimal), Mb/s, Gb/s (bits) */
	CFG_ADDR,  /* address, 0x... or a size literal */
};

/** enum cfg_source - where a default comes from; reports name the assumed ones. */
enum cfg_source { CFG_DOCUMENTED, CFG_MEASURED, CFG_ASSUMED, CFG_USER /* a choice of the user, no claim about hardware */ };

/**
 * struct cfg_row - one key.
 * @path: dotted, lower case ("phb.tce_cache.entries"). @type: see above.
 * @def: default value (ps, bytes, Hz, B/s, 0/1, or index of a choice).
 * @min, @max: inclusive range of a number, UINT64_MAX for no upper limit; not looked at for the other types.
 * @def_text: default of a CFG_TEXT row. @choices: NULL-terminated names of a CFG_CHOICE row.
 * @pow2: the value must be a power of two (or 0, where the range allows it).
 * @source, @where: how we know the default ("skiboot hw/phb3.c", "QEMU 10.0 pnv_phb3.c", "no public figure").
 * @help: one sentence for a person.
 */
struct cfg_row {
	const char *path;
	enum cfg_type type;
	uint64_t def, min, max;
	const char *def_text;
	const char *const *choices;
	bool pow2;
	enum cfg_source source;
	const char *where;
	const char *help;
};

struct cfg;

/** cfg_create - an empty configuration with no rows. Return: owned by the caller. */
struct cfg *cfg_create(void);
void cfg_destroy(struct cfg *cfg);

/**
 * cfg_add_rows - make @n rows known; they keep their defaults until set. Rows are borrowed (static tables).
 * Adding a path twice is our own bug (sim_assert).
 */
void cfg_add_rows(struct cfg *cfg, const struct cfg_row *rows, size_t n);

/**
 * cfg_load - read a YAML file; nested maps spell dotted paths.
 * @cfg: the configuration. @path: the file.
 *
 * Return: 0; -ENOENT, -EISDIR, -EINVAL ... with cfg_error() set to one "file:line:col: found ..., expected ..." line.
 * On error no key of the file is applied.
 */
int cfg_load(struct cfg *cfg, const char *path) sim_must_use;

/** cfg_load_text - as cfg_load(), from memory; @name stands for the file name in messages. */
int cfg_load_text(struct cfg *cfg, const char *name, const char *text) sim_must_use;

/** cfg_set - apply "path=value" as from --set. Return: 0 or -EINVAL with cfg_error() set ("--set a.b=c:1:COL: ..."). */
int cfg_set(struct cfg *cfg, const char *assignment) sim_must_use;

/** cfg_error - the message of the last failed call; "" if none. Owned by @cfg. */
const char *cfg_error(const struct cfg *cfg);

/**
 * cfg_fail - report a mistake that only the user of the value can see (two windows overlap).
 * Sets cfg_error() to "<where @path was set>: <message>"; where a default is at fault it says "default of <path>".
 * Return: -EINVAL, so that "return cfg_fail(...)" reads well.
 */
int cfg_fail(struct cfg *cfg, const char *path, const char *fmt, ...) sim_printf(3, 4);

/* Values; an unknown path or wrong type is our own bug (sim_assert). */
uint64_t cfg_u64(const struct cfg *cfg, const char *path);
bool cfg_bool(const struct cfg *cfg, const char *path);
const char *cfg_text(const struct cfg *cfg, const char *path);
/** cfg_is_set - was it set by a file or --set? */
bool cfg_is_set(const struct cfg *cfg, const char *path);

/* Echo and manual. */
size_t cfg_row_count(const struct cfg *cfg);
/** cfg_row_get - the @index-th row in the order of adding. */
const struct cfg_row *cfg_row_get(const struct cfg *cfg, size_t index);
/** cfg_format_value - the current value of @row with its unit ("64KiB", "120ns") into @buf. Return: @buf. */
const char *cfg_format_value(const struct cfg *cfg, const struct cfg_row *row, char *buf, size_t bytes);
/** cfg_format_u64 - @value as a value of @type, shortest exact form ("1.5us"). Return: @buf. */
const char *cfg_format_u64(enum cfg_type type, uint64_t value, char *buf, size_t bytes);
/**
 * cfg_print_manual - all rows for a person, grouped by the first component of the path, at most 100 columns wide:
 * key, type, range, default, source and help.
 * Return: 0, or -errno when @out could not be written.
 */
int cfg_print_manual(const struct cfg *cfg, FILE *out) sim_must_use;
const char *cfg_source_name(enum cfg_source source);
const char *cfg_type_name(enum cfg_type type);

#endif
