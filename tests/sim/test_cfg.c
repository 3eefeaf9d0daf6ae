/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tests/sim/test_cfg.c - configuration: values with units both ways, YAML files, --set, and the exact words of every
 * mistake.
 */
#include "sim/cfg.h"

#include <check.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const policies[] = {"lru", "fifo", "random", NULL};

static const struct cfg_row rows[] = {
	{.path = "scenario", .type = CFG_TEXT, .def_text = "idle", .source = CFG_USER, .help = "What to run."},
	{.path = "phb.cache.entries",
	 .type = CFG_COUNT,
	 .def = 512,
	 .min = 1,
	 .max = 65536,
	 .pow2 = true,
	 .source = CFG_ASSUMED,
	 .where = "no public figure",
	 .help = "Entries of the cache."},
	{.path = "phb.cache.policy",
	 .type = CFG_CHOICE,
	 .choices = policies,
	 .source = CFG_ASSUMED,
	 .where = "no public figure",
	 .help = "Which entry makes room."},
	{.path = "phb.clock",
	 .type = CFG_FREQ,
	 .def = 250000000,
	 .min = 1000000,
	 .max = 4000000000,
	 .source = CFG_DOCUMENTED,
	 .where = "data sheet",
	 .help = "Clock."},
	{.path = "phb.prefetch", .type = CFG_BOOL, .source = CFG_USER, .help = "Fetch ahead?"},
	{.path = "mem.size",
	 .type = CFG_SIZE,
	 .def = 1ull << 30,
	 .min = 1ull << 20,
	 .max = 1ull << 40,
	 .pow2 = true,
	 .source = CFG_USER,
	 .help = "Memory."},
	{.path = "mem.base", .type = CFG_ADDR, .max = UINT64_MAX, .source = CFG_USER, .help = "Where it begins."},
	{.path = "mem.latency",
	 .type = CFG_TIME,
	 .def = 90000,
	 .max = SIM_PS_PER_S,
	 .source = CFG_MEASURED,
	 .where = "a paper",
	 .help = "Load."},
	{.path = "link.rate",
	 .type = CFG_RATE,
	 .def = 7877000000,
	 .min = 1000,
	 .max = UINT64_MAX,
	 .source = CFG_DOCUMENTED,
	 .where = "PCIe 3.0",
	 .help = "Rate."},
	{.path = "link.tags", .type = CFG_COUNT, .def = 32, .max = UINT64_MAX, .source = CFG_USER, .help = "Tags."},
};

static struct cfg *cfg;

static void setup(void)
{
	cfg = cfg_create();
	cfg_add_rows(cfg, rows, sim_count_of(rows));
}

static void teardown(void)
{
	cfg_destroy(cfg);
}

/* Everything the configuration holds, as one string: to see that nothing changed. The caller frees it. */
static char *snapshot(void)
{
	char *all = sim_strdup("");

	for (size_t i = 0; i < cfg_row_count(cfg); i++) {
		const struct cfg_row *row = cfg_row_get(cfg, i);
		char value[128];
		char *longer =
			sim_asprintf("%s%s=%s%s ", all, row->path, cfg_format_value(cfg, row, value, sizeof(value)),
				     cfg_is_set(cfg, row->path) ? "!" : "");

		free(all);
		all = longer;
	}
	return all;
}

#define DEFAULTS                                                                                                       \
	"scenario=idle phb.cache.entries=512 phb.cache.policy=lru phb.clock=250MHz phb.prefetch=false mem.size=1GiB "  \
	"mem.base=0x0 mem.latency=90ns link.rate=7877MB/s link.tags=32 "

START_TEST(test_cfg_when_nothing_is_set_has_the_defaults)
{
	/* A row alone is a complete answer; texts, flags and numbers come from it. */
	char *all = snapshot();

	ck_assert_str_eq(all, DEFAULTS);
	free(all);
	ck_assert_str_eq(cfg_text(cfg, "scenario"), "idle");
	ck_assert_uint_eq(cfg_u64(cfg, "phb.clock"), 250000000);
	ck_assert(!cfg_bool(cfg, "phb.prefetch"));
	ck_assert_str_eq(cfg_error(cfg), "");
}
END_TEST

START_TEST(test_cfg_load_text_sets_every_type)
{
	/* One value of each type, nested, dotted, quoted, in flow and block style, with comments. */
	const char *text = "# a machine\n"
			   "scenario: 'first light'\n"
			   "phb:\n"
			   "  cache: { entries: 0x400, policy: fifo }\n"
			   "  clock: 1.25GHz # fast\n"
			   "  prefetch: true\n"
			   "mem.size: 64 GiB\n"
			   "mem:\n"
			   "  base: \"0x100000000\"\n"
			   "  latency: 1.5us\n"
			   "link:\n";
	char *all;

	ck_assert_int_eq(cfg_load_text(cfg, "m.yaml", text), 0);
	ck_assert_str_eq(cfg_error(cfg), "");
	all = snapshot();
	ck_assert_str_eq(all, "scenario=first light! phb.cache.entries=1024! phb.cache.policy=fifo! phb.clock=1250MHz! "
			      "phb.prefetch=true! mem.size=64GiB! mem.base=0x100000000! mem.latency=1.5us! "
			      "link.rate=7877MB/s link.tags=32 ");
	free(all);
	ck_assert_uint_eq(cfg_u64(cfg, "mem.latency"), 1500000);
	ck_assert_uint_eq(cfg_u64(cfg, "phb.cache.policy"), 1);
	ck_assert(cfg_bool(cfg, "phb.prefetch"));
}
END_TEST

START_TEST(test_cfg_later_sources_win)
{
	/* The order is machine file, scenario file, --set: each may change what the one before said. */
	ck_assert_int_eq(cfg_load_text(cfg, "a.yaml", "link.tags: 1\nphb.clock: 1GHz\nscenario: a\n"), 0);
	ck_assert_int_eq(cfg_load_text(cfg, "b.yaml", "link.tags: 2\nscenario: b\n"), 0);
	ck_assert_int_eq(cfg_set(cfg, "link.tags=3"), 0);
	ck_assert_int_eq(cfg_set(cfg, "scenario=c=d"), 0);
	ck_assert_uint_eq(cfg_u64(cfg, "link.tags"), 3);
	ck_assert_uint_eq(cfg_u64(cfg, "phb.clock"), 1000000000);
	ck_assert_str_eq(cfg_text(cfg, "scenario"), "c=d");
	ck_assert_int_eq(cfg_set(cfg, "scenario="), 0);
	ck_assert_str_eq(cfg_text(cfg, "scenario"), "");
}
END_TEST

static const char *const empties[] = {"",     "\n",	"# only a comment\n", "---\n", "---\n...\n",
				      "{}\n", "phb:\n", "phb: {}\n"};

START_TEST(test_cfg_load_text_when_empty_sets_nothing)
{
	/* A file whose keys are all commented out is a valid file. */
	char *all;

	ck_assert_int_eq(cfg_load_text(cfg, "e.yaml", empties[_i]), 0);
	all = snapshot();
	ck_assert_str_eq(all, DEFAULTS);
	free(all);
}
END_TEST

START_TEST(test_cfg_load_text_takes_anchors_and_aliases)
{
	/* Two values that must be equal are written once; positions are those of the writing. */
	ck_assert_int_eq(cfg_load_text(cfg, "a.yaml", "link: { tags: &n 64 }\nphb: { cache: { entries: *n } }\n"), 0);
	ck_assert_uint_eq(cfg_u64(cfg, "link.tags"), 64);
	ck_assert_uint_eq(cfg_u64(cfg, "phb.cache.entries"), 64);
	ck_assert_int_eq(cfg_fail(cfg, "phb.cache.entries", "no"), -EINVAL);
	ck_assert_str_eq(cfg_error(cfg), "a.yaml:1:18: no");
	/* A map can be an alias too, and the latest anchor of a name counts. */
	ck_assert_int_eq(
		cfg_load_text(cfg, "b.yaml", "scenario: &n x\nlink: &l { tags: &n 7 }\nphb.cache.entries: 8\n"), 0);
	ck_assert_int_eq(cfg_load_text(cfg, "c.yaml", "link: { tags: &a 5 }\nscenario: &a b\nphb.cache.policy: fifo\n"),
			 0);
	ck_assert_int_eq(cfg_load_text(cfg, "d.yaml", "scenario: &a lru\nphb: { cache: { policy: *a } }\n"), 0);
	ck_assert_uint_eq(cfg_u64(cfg, "phb.cache.policy"), 0);
}
END_TEST

START_TEST(test_cfg_load_text_takes_windows_line_ends_and_a_byte_order_mark)
{
	/* Editors add both without being asked; columns and values must not shift. */
	ck_assert_int_eq(cfg_load_text(cfg, "w.yaml", "\xef\xbb\xbflink.tags: 5\r\nscenario: x\r\n"), 0);
	ck_assert_uint_eq(cfg_u64(cfg, "link.tags"), 5);
	ck_assert_str_eq(cfg_text(cfg, "scenario"), "x");
}
END_TEST

/** struct mistake - a text (a file "m.yaml" or an assignment) and the whole message it must give. */
struct mistake {
	const char *text;
	const char *message;
};

#define ENTRIES "a whole number from 1 to 65536 that is a power of two"
#define SIZE "a size in B, KiB, MiB, GiB or TiB from 1MiB to 1TiB that is a power of two"
#define LATENCY "a time in ps, ns, us, ms or s from 0 to 1s"
#define CLOCK "a frequency in Hz, kHz, MHz or GHz from 1MHz to 4GHz"
#define RATE "a rate in B/s, kB/s, MB/s, GB/s, Mb/s or Gb/s of at least 1kB/s"
#define BASE "an address as 0x... or in B, KiB, MiB, GiB or TiB"

static const struct mistake file_mistakes[] = {
	/* Unknown keys: near, elsewhere, listed; at the top, nested, dotted. */
	{"phb:\n  cach:\n    entries: 4\n", "m.yaml:2:3: found the unknown key \"phb.cach\", expected \"phb.cache\""},
	{"pbh:\n  clock: 1GHz\n", "m.yaml:1:1: found the unknown key \"pbh\", expected \"phb\""},
	{"link.tags: 1\nphb.cache.entires: 4\n",
	 "m.yaml:2:11: found the unknown key \"phb.cache.entires\", expected \"phb.cache.entries\""},
	{"phb:\n  cache.entrys: 4\n",
	 "m.yaml:2:9: found the unknown key \"phb.cache.entrys\", expected \"phb.cache.entries\""},
	{"\"phb.cache.entires\": 4\n",
	 "m.yaml:1:1: found the unknown key \"phb.cache.entires\", expected \"phb.cache.entries\""},
	{"entries: 4\n", "m.yaml:1:1: found the unknown key \"entries\", expected \"phb.cache.entries\""},
	{"cache:\n  entries: 4\n", "m.yaml:1:1: found the unknown key \"cache\", expected \"phb.cache\""},
	{"zebra: 4\n",
	 "m.yaml:1:1: found the unknown key \"zebra\", expected one of \"scenario\", \"phb\", \"mem\", \"link\""},
	{"phb: { zebra: 4 }\n", "m.yaml:1:8: found the unknown key \"phb.zebra\", expected one of \"phb.cache\", "
				"\"phb.clock\", \"phb.prefetch\""},
	{"phb.clock.hz: 4\n", "m.yaml:1:11: found the unknown key \"phb.clock.hz\", expected \"phb.clock\""},
	{"<<: { link.tags: 1 }\n", "m.yaml:1:1: found the unknown key \"<<\", expected one of \"scenario\", \"phb\", "
				   "\"mem\", \"link\""},
	{"\"\": 4\n",
	 "m.yaml:1:1: found the unknown key \"\", expected one of \"scenario\", \"phb\", \"mem\", \"link\""},
	{"phb.: 4\n", "m.yaml:1:5: found the unknown key \"phb.\", expected one of \"phb.cache\", \"phb.clock\", "
		      "\"phb.prefetch\""},
	/* Units. */
	{"mem:\n  size: 64KB\n", "m.yaml:2:9: found \"64KB\" with the unknown unit \"KB\", expected " SIZE},
	{"mem:\n  size: 64MIB\n", "m.yaml:2:9: found \"64MIB\" with the unknown unit \"MIB\", expected " SIZE},
	{"mem:\n  latency: 5us3\n", "m.yaml:2:12: found \"5us3\" with the unknown unit \"us3\", expected " LATENCY},
	{"mem:\n  latency: 5MHz\n", "m.yaml:2:12: found \"5MHz\" with the unknown unit \"MHz\", expected " LATENCY},
	{"mem:\n  size: 1048576\n", "m.yaml:2:9: found \"1048576\" without a unit, expected " SIZE},
	{"mem.latency: 5\n", "m.yaml:1:14: found \"5\" without a unit, expected " LATENCY},
	{"mem.latency: 0.5\n", "m.yaml:1:14: found \"0.5\" without a unit, expected " LATENCY},
	{"mem.base: 4096\n", "m.yaml:1:11: found \"4096\" without a unit, expected " BASE},
	{"phb.clock: 250\n", "m.yaml:1:12: found \"250\" without a unit, expected " CLOCK},
	{"link.rate: 5GiB/s\n", "m.yaml:1:12: found \"5GiB/s\" with the unknown unit \"GiB/s\", expected " RATE},
	{"link.tags: 5ns\n", "m.yaml:1:12: found \"5ns\", expected a whole number"},
	/* Range, powers of two, whole numbers, 64 bits. */
	{"mem.size: 512KiB\n", "m.yaml:1:11: found \"512KiB\", expected " SIZE},
	{"mem.size: 2TiB\n", "m.yaml:1:11: found \"2TiB\", expected " SIZE},
	{"mem.size: 0\n", "m.yaml:1:11: found \"0\", expected " SIZE},
	{"mem.latency: 1.000000000001s\n", "m.yaml:1:14: found \"1.000000000001s\", expected " LATENCY},
	{"link.rate: 999B/s\n", "m.yaml:1:12: found \"999B/s\", expected " RATE},
	{"phb.cache.entries: 131072\n", "m.yaml:1:20: found \"131072\", expected " ENTRIES},
	{"phb.cache.entries: 96\n", "m.yaml:1:20: found \"96\", which is no power of two, expected " ENTRIES},
	{"mem.size: 3MiB\n", "m.yaml:1:11: found \"3MiB\", which is no power of two, expected " SIZE},
	{"mem.latency: 1.0005ns\n",
	 "m.yaml:1:14: found \"1.0005ns\", which is not a whole number of ps, expected " LATENCY},
	{"mem.size: 1.1MiB\n", "m.yaml:1:11: found \"1.1MiB\", which is not a whole number of B, expected " SIZE},
	{"link.tags: 1.5\n", "m.yaml:1:12: found \"1.5\", which is not a whole number, expected a whole number"},
	{"link.tags: 18446744073709551616\n",
	 "m.yaml:1:12: found \"18446744073709551616\", which does not fit 64 bits, expected a whole number"},
	{"link.tags: 0x10000000000000000\n",
	 "m.yaml:1:12: found \"0x10000000000000000\", which does not fit 64 bits, expected a whole number"},
	{"mem.base: 16777216TiB\n", "m.yaml:1:11: found \"16777216TiB\", which does not fit 64 bits, expected " BASE},
	{"mem.latency: 18446744.073709551616s\n",
	 "m.yaml:1:14: found \"18446744.073709551616s\", which does not fit 64 bits, expected " LATENCY},
	/* No number at all. */
	{"link.tags: many\n", "m.yaml:1:12: found \"many\", expected a whole number"},
	{"link.tags: -5\n", "m.yaml:1:12: found \"-5\", expected a whole number"},
	{"link.tags: 0x\n", "m.yaml:1:12: found \"0x\", expected a whole number"},
	{"link.tags: 0x1g\n", "m.yaml:1:12: found \"0x1g\", expected a whole number"},
	{"link.tags: 5.\n", "m.yaml:1:12: found \"5.\", expected a whole number"},
	{"mem.latency: .5us\n", "m.yaml:1:14: found \".5us\", expected " LATENCY},
	{"mem.size: 0x100000\n", "m.yaml:1:11: found \"0x100000\" with the unknown unit \"x100000\", expected " SIZE},
	{"mem.size: \"\"\n", "m.yaml:1:11: found \"\", expected " SIZE},
	{"mem.size: \"1\\nGiB\"\n",
	 "m.yaml:1:11: found \"1\\x0aGiB\" with the unknown unit \"\\x0aGiB\", expected " SIZE},
	/* Words. */
	{"phb.cache.policy: plru\n", "m.yaml:1:19: found \"plru\", expected one of lru, fifo or random"},
	{"phb.cache.policy: LRU\n", "m.yaml:1:19: found \"LRU\", expected one of lru, fifo or random"},
	{"phb.prefetch: yes\n", "m.yaml:1:15: found \"yes\", expected true or false"},
	{"phb.prefetch: 1\n", "m.yaml:1:15: found \"1\", expected true or false"},
	/* Wrong shapes. */
	{"phb:\n  clock:\n    hz: 5\n", "m.yaml:3:5: found a map, expected " CLOCK},
	{"phb:\n  clock: [1GHz]\n", "m.yaml:2:10: found a list, expected " CLOCK},
	{"phb:\n  clock:\n", "m.yaml:2:3: found no value, expected " CLOCK},
	{"scenario: {}\n", "m.yaml:1:11: found a map, expected a text"},
	{"scenario:\n", "m.yaml:1:1: found no value, expected a text"},
	{"phb: 5\n", "m.yaml:1:6: found \"5\", expected a map of keys below \"phb\""},
	{"phb:\n  cache: [1, 2]\n", "m.yaml:2:10: found a list, expected a map of keys below \"phb.cache\""},
	{"- link.tags: 5\n", "m.yaml:1:1: found a list, expected a map of keys (\"key: value\")"},
	{"link.tags:5\n", "m.yaml:1:1: found \"link.tags:5\", expected a map of keys (\"key: value\")"},
	{"~\n", "m.yaml:1:1: found \"~\", expected a map of keys (\"key: value\")"},
	{"? [link]\n: 5\n", "m.yaml:1:3: found a list as a key, expected a name"},
	{"? {link: 1}\n: 5\n", "m.yaml:1:3: found a map as a key, expected a name"},
	{": 5\n", "m.yaml:1:1: found nothing as a key, expected a name"},
	/* Twice. */
	{"link.tags: 1\nphb.clock: 1GHz\nlink.tags: 2\n",
	 "m.yaml:3:1: found a second \"link.tags\" (the first is at m.yaml:1:1), expected each key once"},
	{"link:\n  tags: 1\nphb:\nlink:\n  rate: 1GB/s\n",
	 "m.yaml:4:1: found a second \"link\" (the first is at m.yaml:1:1), expected each key once"},
	{"link:\n  tags: 1\nlink.tags: 1\n",
	 "m.yaml:3:1: found a second \"link.tags\" (the first is at m.yaml:2:9), expected each key once"},
	{"link.tags: 1\n---\nlink.rate: 1GB/s\n", "m.yaml:2:1: found a second document, expected one in a file"},
	/* Aliases. */
	{"link.tags: *n\n", "m.yaml:1:12: found the alias \"n\", expected an anchor of this name before it"},
	{"link: &l { tags: *l }\n", "m.yaml:1:18: found the alias \"l\", expected an anchor of this name before it"},
	/* Broken YAML; the words in brackets are libfyaml's. */
	{"link: {tags: 1\n",
	 "m.yaml:2:1: found the end of the text (missing comma in flow mapping), expected complete YAML"},
	{"link: [1, 2", "m.yaml:1:12: found the end of the text (flow sequence without a closing bracket), expected "
			"complete YAML"},
	{"scenario: \"abc\nlink.tags: 1\n",
	 "m.yaml:1:11: found malformed YAML (wrongly indented double-quoted scalar), expected well-formed YAML"},
	{"scenario: 'abc", "m.yaml:1:12: found malformed YAML (single-quoted scalar without closing quote), expected "
			   "well-formed YAML"},
	{"link:\n\ttags: 1\n", NULL},
	{"link:\n  tags: 1\n rate: 1GB/s\n",
	 "m.yaml:3:2: found malformed YAML (invalid indentation in mapping), expected well-formed YAML"},
	{"link.tags: 1\n  rate: 2\n",
	 "m.yaml:1:12: found malformed YAML (invalid multiline plain key), expected well-formed YAML"},
	{"link.tags: @1\n",
	 "m.yaml:1:12: found malformed YAML (plain scalar cannot start with '@'), expected well-formed YAML"},
	{"%YAML 9.1\n---\nlink.tags: 1\n", NULL},
	{"scenario: \"\\q\"\n", NULL},
	/* Bytes that are no text. */
	{"scenario: \xff\xfe\n", "m.yaml:1:11: found the byte 0xff, expected YAML text in UTF-8"},
	{"scenario: x\nlink: \xc3\xa9\x01\n",
	 "m.yaml:2:8: found the control character 0x01, expected YAML text in UTF-8"},
	{"scenario: \"a\\0b\"\n", "m.yaml:1:11: found a NUL character, expected text"},
};

START_TEST(test_cfg_load_text_names_the_mistake)
{
	/* Each mistake: the place, what was found, what was expected, on one line, and nothing applied. */
	const struct mistake *m = &file_mistakes[_i];
	char *text = sim_asprintf("%s", m->text), *all;
	const char *at;

	ck_assert_int_eq(cfg_load_text(cfg, "m.yaml", text), -EINVAL);
	if (m->message)
		ck_assert_str_eq(cfg_error(cfg), m->message);
	/* The form, also where the words are another library's. */
	at = cfg_error(cfg);
	ck_assert_ptr_null(strchr(at, '\n'));
	ck_assert_int_eq(strncmp(at, "m.yaml:", 7), 0);
	ck_assert_uint_ge(strtoul(at + 7, (char **)&at, 10), 1);
	ck_assert_int_eq(*at, ':');
	ck_assert_uint_ge(strtoul(at + 1, (char **)&at, 10), 1);
	ck_assert_int_eq(strncmp(at, ": found ", 8), 0);
	ck_assert_ptr_nonnull(strstr(at, ", expected "));
	all = snapshot();
	ck_assert_str_eq(all, DEFAULTS);
	free(all);
	free(text);
}
END_TEST

START_TEST(test_cfg_load_text_when_one_key_is_wrong_applies_none)
{
	/* All or nothing: the good keys before and after the bad one must not stick, nor earlier values be lost. */
	ck_assert_int_eq(cfg_load_text(cfg, "ok.yaml", "link.tags: 8\nscenario: old\n"), 0);
	ck_assert_int_eq(cfg_load_text(cfg, "bad.yaml", "link.tags: 9\nscenario: new\nphb.clock: 1\nmem.size: 2GiB\n"),
			 -EINVAL);
	ck_assert_uint_eq(cfg_u64(cfg, "link.tags"), 8);
	ck_assert_str_eq(cfg_text(cfg, "scenario"), "old");
	ck_assert_uint_eq(cfg_u64(cfg, "mem.size"), 1ull << 30);
	ck_assert(!cfg_is_set(cfg, "mem.size"));
	ck_assert_int_eq(cfg_fail(cfg, "link.tags", "no"), -EINVAL);
	ck_assert_str_eq(cfg_error(cfg), "ok.yaml:1:12: no");
}
END_TEST

static const struct mistake set_mistakes[] = {
	{"phb.cache.entries=96",
	 "--set phb.cache.entries=96:1:19: found \"96\", which is no power of two, expected " ENTRIES},
	{"mem.size=64", "--set mem.size=64:1:10: found \"64\" without a unit, expected " SIZE},
	{"mem.latency=2 weeks", "--set mem.latency=2 weeks:1:13: found \"2 weeks\" with the unknown unit \"weeks\", "
				"expected " LATENCY},
	{"phb.cahce.entries=4",
	 "--set phb.cahce.entries=4:1:5: found the unknown key \"phb.cahce\", expected \"phb.cache\""},
	{"phb.cache.entires=4",
	 "--set phb.cache.entires=4:1:11: found the unknown key \"phb.cache.entires\", expected \"phb.cache.entries\""},
	{"cache.entries=4",
	 "--set cache.entries=4:1:1: found the unknown key \"cache\", expected \"phb.cache.entries\""},
	{"phb.cache=4", "--set phb.cache=4:1:1: found the group \"phb.cache\", expected a key of it"},
	{"=4", "--set =4:1:1: found the unknown key \"\", expected one of \"scenario\", \"phb\", \"mem\", \"link\""},
	{"", "--set :1:1: found \"\" without \"=\", expected path=value"},
	{"phb.clock", "--set phb.clock:1:10: found \"phb.clock\" without \"=\", expected path=value"},
	{"phb.clock=", "--set phb.clock=:1:11: found \"\", expected " CLOCK},
	{"phb.cache.policy=plru",
	 "--set phb.cache.policy=plru:1:18: found \"plru\", expected one of lru, fifo or random"},
	{"link.tags=1\n2", "--set link.tags=1?2:1:11: found \"1\\x0a2\", expected a whole number"},
	{"link.tags=\xff", NULL},
};

START_TEST(test_cfg_set_names_the_mistake)
{
	/* The command line is quoted like a file, with the column in it. */
	const struct mistake *m = &set_mistakes[_i];
	char *all;

	ck_assert_int_eq(cfg_set(cfg, m->text), -EINVAL);
	if (m->message)
		ck_assert_str_eq(cfg_error(cfg), m->message);
	ck_assert_ptr_nonnull(strstr(cfg_error(cfg), ": found "));
	ck_assert_ptr_null(strchr(cfg_error(cfg), '\n'));
	all = snapshot();
	ck_assert_str_eq(all, DEFAULTS);
	free(all);
}
END_TEST

static const struct cfg_row many_rows[] = {
	{.path = "m.aa", .type = CFG_TEXT, .def_text = "", .source = CFG_USER, .help = "x"},
	{.path = "m.bb.name", .type = CFG_TEXT, .def_text = "", .source = CFG_USER, .help = "x"},
	{.path = "m.cc.name", .type = CFG_TEXT, .def_text = "", .source = CFG_USER, .help = "x"},
	{.path = "m.dd", .type = CFG_TEXT, .def_text = "", .source = CFG_USER, .help = "x"},
	{.path = "m.bb.size", .type = CFG_TEXT, .def_text = "", .source = CFG_USER, .help = "x"},
	{.path = "m.ee", .type = CFG_TEXT, .def_text = "", .source = CFG_USER, .help = "x"},
	{.path = "m.ff", .type = CFG_TEXT, .def_text = "", .source = CFG_USER, .help = "x"},
	{.path = "m.gg", .type = CFG_TEXT, .def_text = "", .source = CFG_USER, .help = "x"},
	{.path = "m.hh", .type = CFG_TEXT, .def_text = "", .source = CFG_USER, .help = "x"},
	{.path = "m.ii", .type = CFG_TEXT, .def_text = "", .source = CFG_USER, .help = "x"},
};

START_TEST(test_cfg_when_nothing_is_near_lists_a_few)
{
	/* A name that stands at several places is no hint, each member is listed once, and a long list is cut. */
	struct cfg *empty = cfg_create();
	char text[128];

	cfg_add_rows(cfg, many_rows, sim_count_of(many_rows));
	ck_assert_int_eq(cfg_set(cfg, "m.name=1"), -EINVAL);
	ck_assert_str_eq(cfg_error(cfg),
			 "--set m.name=1:1:3: found the unknown key \"m.name\", expected one of \"m.aa\", "
			 "\"m.bb\", \"m.cc\", \"m.dd\", \"m.ee\", \"m.ff\", \"m.gg\", \"m.hh\", ...");
	memset(text, 'k', 100);
	strcpy(text + 100, ": 1");
	ck_assert_int_eq(cfg_load_text(cfg, "m.yaml", text), -EINVAL);
	ck_assert_str_eq(cfg_error(cfg),
			 "m.yaml:1:1: found the unknown key \"kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk...\", "
			 "expected one of \"scenario\", \"phb\", \"mem\", \"link\", \"m\"");
	ck_assert_int_eq(cfg_load_text(empty, "m.yaml", "a: 1"), -EINVAL);
	ck_assert_str_eq(cfg_error(empty), "m.yaml:1:1: found the unknown key \"a\", expected no key at all");
	cfg_destroy(empty);
	cfg_destroy(NULL);
}
END_TEST

START_TEST(test_cfg_when_the_value_is_absurdly_long_stays_short)
{
	/* Someone gives a file for its name: the message must stay a line, and a text has a limit. */
	size_t n = 300000;
	char *text = sim_alloc(n + 32);

	memset(text, '7', n);
	memcpy(text, "link.tags=", 10);
	ck_assert_int_eq(cfg_set(cfg, text), -EINVAL);
	ck_assert_uint_lt(strlen(cfg_error(cfg)), 300);
	memcpy(text, "link.tags: ", 11);
	ck_assert_int_eq(cfg_load_text(cfg, "m.yaml", text), -EINVAL);
	ck_assert_str_eq(cfg_error(cfg),
			 "m.yaml:1:12: found \"7777777777777777777777777777777777777777...\", which does "
			 "not fit 64 bits, expected a whole number");
	memset(text, '7', n);
	memcpy(text, "scenario: ", 10);
	ck_assert_int_eq(cfg_load_text(cfg, "m.yaml", text), -EINVAL);
	ck_assert_str_eq(cfg_error(cfg), "m.yaml:1:11: found a text of 299990 bytes, expected at most 4096");
	memset(text, 'k', n);
	memcpy(text + n, ": 1", 3);
	ck_assert_int_eq(cfg_load_text(cfg, "m.yaml", text), -EINVAL);
	ck_assert_uint_lt(strlen(cfg_error(cfg)), 300);
	memset(text, '[', n);
	ck_assert_int_eq(cfg_load_text(cfg, "m.yaml", text), -EINVAL);
	ck_assert_uint_lt(strlen(cfg_error(cfg)), 300);
	free(text);
}
END_TEST

START_TEST(test_cfg_load_text_of_every_prefix_never_prints_or_crashes)
{
	/* A download or an editor may stop anywhere: each prefix is read or refused, and the library stays silent. */
	const char *text = "scenario: 'a'\nphb: {cache: {entries: 4, policy: fifo}, clock: \"1GHz\"}\n"
			   "mem: &m\n  base: 0x10\n  size: 1GiB\nlink.tags: 5\n";
	char cut[256], name[] = P_tmpdir "/phbsim-cfg-XXXXXX";
	int fd = mkstemp(name), saved = dup(STDERR_FILENO);
	struct stat st;

	ck_assert_int_ge(fd, 0);
	dup2(fd, STDERR_FILENO);
	for (size_t n = 0; n <= strlen(text); n++) {
		memcpy(cut, text, n);
		cut[n] = '\0';
		if (cfg_load_text(cfg, "m.yaml", cut) != 0)
			ck_assert_int_eq(strncmp(cfg_error(cfg), "m.yaml:", 7), 0);
	}
	dup2(saved, STDERR_FILENO);
	close(saved);
	ck_assert_int_eq(fstat(fd, &st), 0);
	ck_assert_int_eq(st.st_size, 0);
	close(fd);
	unlink(name);
}
END_TEST

/* Write @n bytes to a fresh file whose name is put into @name. */
static void write_file(char *name, const char *bytes, size_t n)
{
	int fd = mkstemp(name);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, bytes, n), (ssize_t)n);
	close(fd);
}

START_TEST(test_cfg_load_text_of_damaged_files_is_read_or_refused)
{
	/*
	 * Bytes are changed, doubled and dropped at random (the iteration is the seed): each text is read or gives one
	 * line; the sanitizers watch over the library.
	 */
	static const char bytes[] = "{}[],:\"'#&*!|>%@`-?~ \n\t\r\\09.xKa\x01\x7f\xc3\xa9\xff";
	const char *text = "scenario: 'a'\nphb: {cache: {entries: &e 4, policy: fifo}, clock: \"1GHz\"}\n"
			   "mem: &m\n  base: 0x10 # b\n  size: >\n   1GiB\n? link.tags\n: *e\n";
	uint64_t state = 99 + (uint64_t)_i;
	char damaged[512];

	for (int round = 0; round < 400; round++) {
		size_t n = strlen(text);

		memcpy(damaged, text, n + 1);
		for (int edits = 1 + round % 4; edits; edits--) {
			size_t at;

			state = state * 6364136223846793005ull + 1442695040888963407ull;
			at = (size_t)(state >> 33) % n;
			switch (state >> 20 & 3) {
			case 0:
				memmove(damaged + at, damaged + at + 1, n - at);
				n--;
				break;
			case 1:
				memmove(damaged + at + 1, damaged + at, n - at + 1);
				n++;
				/* fall through */
			default:
				damaged[at] = bytes[(state >> 48) % (sizeof(bytes) - 1)];
			}
		}
		if (cfg_load_text(cfg, "m.yaml", damaged) == 0)
			continue;
		ck_assert_int_eq(strncmp(cfg_error(cfg), "m.yaml:", 7), 0);
		ck_assert_ptr_nonnull(strstr(cfg_error(cfg), ": found "));
		ck_assert_ptr_nonnull(strstr(cfg_error(cfg), ", expected "));
		ck_assert_ptr_null(strchr(cfg_error(cfg), '\n'));
	}
}
END_TEST

START_TEST(test_cfg_load_reads_a_file)
{
	/* The same reader behind a path; a NUL byte, which a string cannot hold, is named with its place. */
	char good[] = P_tmpdir "/phbsim-cfg-XXXXXX", bad[] = P_tmpdir "/phbsim-cfg-XXXXXX";
	char *expected;

	write_file(good, "link.tags: 77\n", 14);
	write_file(bad, "link.tags: 5\nscenario: a\0b\n", 27);
	ck_assert_int_eq(cfg_load(cfg, good), 0);
	ck_assert_uint_eq(cfg_u64(cfg, "link.tags"), 77);
	ck_assert_int_eq(cfg_load(cfg, bad), -EINVAL);
	expected = sim_asprintf("%s:2:12: found a NUL byte, expected YAML text", bad);
	ck_assert_str_eq(cfg_error(cfg), expected);
	ck_assert_uint_eq(cfg_u64(cfg, "link.tags"), 77);
	free(expected);
	unlink(good);
	unlink(bad);
}
END_TEST

START_TEST(test_cfg_load_when_there_is_no_file_says_so)
{
	/* Missing, a directory, not to be had, endless: each with its own errno and words. */
	char name[] = P_tmpdir "/phbsim-cfg-XXXXXX", text[128];

	ck_assert_int_eq(cfg_load(cfg, "no/such.yaml"), -ENOENT);
	ck_assert_str_eq(cfg_error(cfg), "no/such.yaml: found no such file, expected a YAML configuration");
	ck_assert_ptr_nonnull(mkdtemp(name));
	ck_assert_int_eq(cfg_load(cfg, name), -EISDIR);
	snprintf(text, sizeof(text), "%s: found a directory, expected a YAML configuration", name);
	ck_assert_str_eq(cfg_error(cfg), text);
	rmdir(name);
	ck_assert_int_eq(cfg_load(cfg, "/dev/zero"), -EFBIG);
	ck_assert_str_eq(cfg_error(cfg), "/dev/zero: found more than 1048576 bytes, expected a YAML configuration");
	ck_assert_int_eq(cfg_load(cfg, "/dev/null/x"), -ENOTDIR);
	ck_assert_str_eq(cfg_error(cfg), "/dev/null/x: found that it cannot be read (Not a directory), expected a YAML "
					 "configuration");
	ck_assert_int_eq(cfg_load(cfg, "/dev/null"), 0);
	ck_assert_int_eq(cfg_load(cfg, "a\nb"), -ENOENT);
	ck_assert_str_eq(cfg_error(cfg), "a?b: found no such file, expected a YAML configuration");
}
END_TEST

START_TEST(test_cfg_fail_points_at_where_the_value_came_from)
{
	/* Two values may be wrong only together; the message must lead to the one that can be changed. */
	ck_assert_int_eq(cfg_load_text(cfg, "m.yaml", "mem:\n  base: 0x10\n"), 0);
	ck_assert_int_eq(cfg_set(cfg, "phb.clock=1GHz"), 0);
	ck_assert_int_eq(cfg_fail(cfg, "mem.base", "found %d windows, expected %s", 2, "one"), -EINVAL);
	ck_assert_str_eq(cfg_error(cfg), "m.yaml:2:9: found 2 windows, expected one");
	ck_assert_int_eq(cfg_fail(cfg, "phb.clock", "found it, expected none"), -EINVAL);
	ck_assert_str_eq(cfg_error(cfg), "--set phb.clock=1GHz:1:11: found it, expected none");
	ck_assert_int_eq(cfg_fail(cfg, "link.tags", "found it, expected none"), -EINVAL);
	ck_assert_str_eq(cfg_error(cfg), "default of link.tags: found it, expected none");
}
END_TEST

/** struct reading - a text that is a value of @type, and the number it means. */
struct reading {
	const char *path;
	const char *text;
	uint64_t value;
};

static const struct reading readings[] = {
	{"link.tags", "0", 0},
	{"link.tags", "007", 7},
	{"link.tags", "2.0", 2},
	{"link.tags", "0xFFFFffffFFFFffff", UINT64_MAX},
	{"link.tags", "18446744073709551615", UINT64_MAX},
	{"mem.latency", "0", 0},
	{"mem.latency", "1ps", 1},
	{"mem.latency", "0.001ns", 1},
	{"mem.latency", "1.5us", 1500000},
	{"mem.latency", "1.500000000000us", 1500000},
	{"mem.latency", "0.000000000001s", 1},
	{"mem.latency", "999.999999999ms", 999999999999},
	{"mem.latency", "1 s", SIM_PS_PER_S},
	{"mem.base", "0xabcDEF", 0xabcdef},
	{"mem.base", "0", 0},
	{"mem.base", "1.5KiB", 1536},
	{"mem.base", "16777215TiB", 16777215ull << 40},
	{"mem.base", "1.0009765625MiB", (1 << 20) + 1024},
	{"mem.base", "0.0000000000009094947017729282379150390625TiB", 1},
	{"phb.clock", "0.25GHz", 250000000},
	{"phb.clock", "1500.001kHz", 1500001},
	{"link.rate", "7.877GB/s", 7877000000},
	{"link.rate", "100Gb/s", 12500000000},
	{"link.rate", "1Mb/s", 125000},
	{"link.rate", "0.008Mb/s", 1000},
};

START_TEST(test_cfg_set_reads_exact_numbers)
{
	/* Integers only: a fraction is exact or refused, up to the last of 40 digits. */
	char *text = sim_asprintf("%s=%s", readings[_i].path, readings[_i].text);

	ck_assert_int_eq(cfg_set(cfg, text), 0);
	ck_assert_uint_eq(cfg_u64(cfg, readings[_i].path), readings[_i].value);
	free(text);
}
END_TEST

/** struct writing - the shortest exact form of a number. */
struct writing {
	enum cfg_type type;
	uint64_t value;
	const char *text;
};

static const struct writing writings[] = {
	{CFG_COUNT, 0, "0"},
	{CFG_COUNT, UINT64_MAX, "18446744073709551615"},
	{CFG_BOOL, 1, "true"},
	{CFG_BOOL, 0, "false"},
	{CFG_SIZE, 0, "0"},
	{CFG_SIZE, 4096, "4KiB"},
	{CFG_SIZE, 1000, "1000B"},
	{CFG_SIZE, 1536, "1536B"},
	{CFG_SIZE, 3 * 512 * 1024, "1.5MiB"},
	{CFG_SIZE, 1ull << 40, "1TiB"},
	{CFG_SIZE, UINT64_MAX, "18446744073709551615B"},
	{CFG_TIME, 1, "1ps"},
	{CFG_TIME, 120000, "120ns"},
	{CFG_TIME, 1500000, "1.5us"},
	{CFG_TIME, 1500, "1.5ns"},
	{CFG_TIME, 500, "500ps"},
	{CFG_TIME, SIM_PS_PER_S, "1s"},
	{CFG_TIME, SIM_PS_PER_S + 1, "1000000000001ps"},
	{CFG_FREQ, 250000000, "250MHz"},
	{CFG_FREQ, 4166666667, "4166666667Hz"},
	{CFG_RATE, 12500000000, "100Gb/s"},
	{CFG_RATE, 7877000000, "7877MB/s"},
	{CFG_RATE, 1000000000, "1GB/s"},
	{CFG_ADDR, 0, "0x0"},
	{CFG_ADDR, 0xdeadbeef000, "0xdeadbeef000"},
};

START_TEST(test_cfg_format_u64_gives_the_shortest_exact_form)
{
	/* Echoes and messages are read by people; the form is fixed because results are compared. */
	char buf[64];

	ck_assert_str_eq(cfg_format_u64(writings[_i].type, writings[_i].value, buf, sizeof(buf)), writings[_i].text);
}
END_TEST

static const struct cfg_row wide_rows[] = {
	{.path = "w.count", .type = CFG_COUNT, .max = UINT64_MAX, .source = CFG_USER, .help = "x"},
	{.path = "w.size", .type = CFG_SIZE, .max = UINT64_MAX, .source = CFG_USER, .help = "x"},
	{.path = "w.time", .type = CFG_TIME, .max = UINT64_MAX, .source = CFG_USER, .help = "x"},
	{.path = "w.freq", .type = CFG_FREQ, .max = UINT64_MAX, .source = CFG_USER, .help = "x"},
	{.path = "w.rate", .type = CFG_RATE, .max = UINT64_MAX, .source = CFG_USER, .help = "x"},
	{.path = "w.addr", .type = CFG_ADDR, .max = UINT64_MAX, .source = CFG_USER, .help = "x"},
};

START_TEST(test_cfg_format_u64_reads_back_to_the_same_value)
{
	/*
	 * Property: whatever is echoed can be given again and means the same. Numbers of all magnitudes, round in
	 * decimal, in binary and not at all.
	 */
	const struct cfg_row *row = &wide_rows[_i];
	uint64_t state = 7 + (uint64_t)_i;

	cfg_add_rows(cfg, wide_rows, sim_count_of(wide_rows));
	for (int i = 0; i < 4000; i++) {
		uint64_t value, scale = 1;
		char buf[64], text[96];

		state = state * 6364136223846793005ull + 1442695040888963407ull;
		value = (state ^ state >> 31) >> (state >> 58);
		for (int zeros = i % 14; i % 3 == 0 && zeros; zeros--)
			scale *= 10;
		if (i % 3 == 1)
			scale = 1ull << i % 41;
		value = value / scale * scale;
		snprintf(text, sizeof(text), "%s=%s", row->path, cfg_format_u64(row->type, value, buf, sizeof(buf)));
		ck_assert_msg(cfg_set(cfg, text) == 0, "%s", cfg_error(cfg));
		ck_assert_msg(cfg_u64(cfg, row->path) == value, "%s", text);
	}
}
END_TEST

START_TEST(test_cfg_format_value_shows_words_and_cuts_to_the_buffer)
{
	/* A choice is shown by name; a small buffer cuts and still ends. */
	char buf[64], tiny[4];

	ck_assert_int_eq(cfg_set(cfg, "phb.cache.policy=random"), 0);
	ck_assert_str_eq(cfg_format_value(cfg, &rows[2], buf, sizeof(buf)), "random");
	ck_assert_str_eq(cfg_format_value(cfg, &rows[2], tiny, sizeof(tiny)), "ran");
	ck_assert_str_eq(cfg_format_value(cfg, &rows[0], tiny, sizeof(tiny)), "idl");
	ck_assert_str_eq(cfg_source_name(CFG_ASSUMED), "assumed");
	ck_assert_str_eq(cfg_source_name(CFG_USER), "user");
	ck_assert_str_eq(cfg_type_name(CFG_RATE), "rate");
}
END_TEST

START_TEST(test_cfg_print_manual_is_readable_at_100_columns)
{
	/* The manual is the rows; a long help is broken at words, groups are kept together although rows are not. */
	static const struct cfg_row more[] = {
		{.path = "phb.late",
		 .type = CFG_COUNT,
		 .max = 9,
		 .source = CFG_USER,
		 .help = "A help that is so long that it does not fit one line of a terminal, so that it goes on "
			 "below, and again below."},
	};
	char *text = NULL, *line, *rest;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);

	cfg_add_rows(cfg, more, 1);
	ck_assert_int_eq(cfg_print_manual(cfg, out), 0);
	fclose(out);
	ck_assert_ptr_nonnull(strstr(
		text, "general\n"
		      "  scenario\n"
		      "    text, default \"idle\"\n"
		      "    What to run.\n"
		      "\n"
		      "phb\n"
		      "  phb.cache.entries\n"
		      "    count from 1 to 65536 that is a power of two, default 512; assumed: no public figure\n"
		      "    Entries of the cache.\n"
		      "  phb.cache.policy\n"
		      "    choice of lru, fifo or random, default lru; assumed: no public figure\n"
		      "    Which entry makes room.\n"
		      "  phb.clock\n"
		      "    frequency from 1MHz to 4GHz, default 250MHz; documented: data sheet\n"
		      "    Clock.\n"
		      "  phb.prefetch\n"
		      "    bool, default false\n"
		      "    Fetch ahead?\n"
		      "  phb.late\n"
		      "    count from 0 to 9, default 0\n"
		      "    A help that is so long that it does not fit one line of a terminal, so that it goes "
		      "on below,\n"
		      "    and again below.\n"
		      "\n"
		      "mem\n"
		      "  mem.size\n"));
	for (line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
		ck_assert_uint_le(strlen(line), 100);
	free(text);
	out = fopen("/dev/full", "w");
	ck_assert_ptr_nonnull(out);
	ck_assert_int_eq(cfg_print_manual(cfg, out), -ENOSPC);
	fclose(out);
}
END_TEST

static const struct cfg_row bad_rows[] = {
	{.path = "link.tags", .type = CFG_COUNT, .max = 1, .source = CFG_USER, .help = "twice"},
	{.path = "Link", .type = CFG_COUNT, .max = 1, .source = CFG_USER, .help = "upper case"},
	{.path = "a..b", .type = CFG_COUNT, .max = 1, .source = CFG_USER, .help = "empty component"},
	{.path = "a", .type = CFG_COUNT, .max = 1, .source = CFG_ASSUMED, .help = "no where"},
	{.path = "a", .type = CFG_COUNT, .max = 1, .source = CFG_USER},
	{.path = "a", .type = CFG_COUNT, .def = 2, .max = 1, .source = CFG_USER, .help = "out of range"},
	{.path = "a", .type = CFG_COUNT, .def = 3, .max = 9, .pow2 = true, .source = CFG_USER, .help = "pow2"},
	{.path = "a", .type = CFG_BOOL, .def = 2, .source = CFG_USER, .help = "bool"},
	{.path = "a", .type = CFG_CHOICE, .def = 3, .choices = policies, .source = CFG_USER, .help = "choice"},
	{.path = "a", .type = CFG_TEXT, .source = CFG_USER, .help = "no text"},
};

START_TEST(test_cfg_add_rows_when_a_row_is_wrong_aborts)
{
	/* A bad table is our own bug and must not wait for the user who meets it. */
	cfg_add_rows(cfg, &bad_rows[_i], 1);
}
END_TEST

START_TEST(test_cfg_when_asked_for_what_is_not_there_aborts)
{
	/* A misspelt path in the code, or the wrong type, is our own bug. */
	switch (_i) {
	case 0:
		cfg_u64(cfg, "no.such");
		break;
	case 1:
		cfg_u64(cfg, "scenario");
		break;
	case 2:
		cfg_bool(cfg, "link.tags");
		break;
	case 3:
		cfg_text(cfg, "link.tags");
		break;
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sim.cfg");
	TCase *tc = tcase_create("cfg");
	SRunner *sr = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tc);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, test_cfg_when_nothing_is_set_has_the_defaults);
	tcase_add_test(tc, test_cfg_load_text_sets_every_type);
	tcase_add_test(tc, test_cfg_later_sources_win);
	tcase_add_loop_test(tc, test_cfg_load_text_when_empty_sets_nothing, 0, (int)sim_count_of(empties));
	tcase_add_test(tc, test_cfg_load_text_takes_anchors_and_aliases);
	tcase_add_test(tc, test_cfg_load_text_takes_windows_line_ends_and_a_byte_order_mark);
	tcase_add_loop_test(tc, test_cfg_load_text_names_the_mistake, 0, (int)sim_count_of(file_mistakes));
	tcase_add_test(tc, test_cfg_load_text_when_one_key_is_wrong_applies_none);
	tcase_add_loop_test(tc, test_cfg_set_names_the_mistake, 0, (int)sim_count_of(set_mistakes));
	tcase_add_test(tc, test_cfg_when_nothing_is_near_lists_a_few);
	tcase_add_test(tc, test_cfg_when_the_value_is_absurdly_long_stays_short);
	tcase_add_test(tc, test_cfg_load_text_of_every_prefix_never_prints_or_crashes);
	tcase_add_loop_test(tc, test_cfg_load_text_of_damaged_files_is_read_or_refused, 0, 8);
	tcase_add_test(tc, test_cfg_load_reads_a_file);
	tcase_add_test(tc, test_cfg_load_when_there_is_no_file_says_so);
	tcase_add_test(tc, test_cfg_fail_points_at_where_the_value_came_from);
	tcase_add_loop_test(tc, test_cfg_set_reads_exact_numbers, 0, (int)sim_count_of(readings));
	tcase_add_loop_test(tc, test_cfg_format_u64_gives_the_shortest_exact_form, 0, (int)sim_count_of(writings));
	tcase_add_loop_test(tc, test_cfg_format_u64_reads_back_to_the_same_value, 0, (int)sim_count_of(wide_rows));
	tcase_add_test(tc, test_cfg_format_value_shows_words_and_cuts_to_the_buffer);
	tcase_add_test(tc, test_cfg_print_manual_is_readable_at_100_columns);
	tcase_add_loop_test_raise_signal(tc, test_cfg_add_rows_when_a_row_is_wrong_aborts, SIGABRT, 0,
					 (int)sim_count_of(bad_rows));
	tcase_add_loop_test_raise_signal(tc, test_cfg_when_asked_for_what_is_not_there_aborts, SIGABRT, 0, 4);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
