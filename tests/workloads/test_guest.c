// SPDX-License-Identifier: GPL-2.0-only
/*
 * Suite workloads.guest: storms that a guest's own kernel makes, from dma_map_page() to the device and back. Clean
 * ends, the numbers that follow from the settings, equal bytes twice, and mutants that the referee catches.
 */
#include "tests/workloads/wl_child.h"
#include "workloads/guest.h"

#define SETS 10

/**
 * struct guest_case - a storm, settings, and what the results must say: hypercalls of the boot and of setting DDW up,
 * TCEs of DDW, hypercalls and TCEs of the storm itself. UINT64_MAX: not asked.
 */
struct guest_case {
	const char *scenario;
	const char *sets[SETS];
	uint64_t boot, ddw, ddw_tces, storm, storm_tces;
};

#define ANY UINT64_MAX
#define QUICK "guest.packets=100"
static const struct guest_case cases[] = {
	/* Each packet: H_PUT_TCE and H_STUFF_TCE. The ring: 2 pages of 4 KiB, but coherent memory comes in pages of the
	 * kernel: a list of 16 TCEs, and back. */
	{"net-10g", {QUICK}, 512, 0, 0, 202, 232},
	{"net-10g", {QUICK, "kernel=linux-6.12"}, 512, 0, 0, 202, 232},
	{"net-10g", {QUICK, "kernel=linux-6.12", "guest.kernel=linux-6.1", "kernel.page=4KiB"}, 512, 0, 0, 202, 232},
	{"net-10g", {QUICK, "guest.multi_tce=false", "guest.window=64MiB"}, 16384, 0, 0, 232, 232},
	{"net-10g", {QUICK, "guest.vcpus=8", "guest.tx=256", "guest.place=pack", "cpu.cores=1"}, 512, 0, 0, 1616, 1856},
	{"net-10g", {QUICK, "kvm.in_kernel=false"}, 512, 0, 0, 202, 232},
	/* 9014 bytes in a buffer of 16 KiB: 4 TCEs. */
	{"net-100g", {QUICK, "guest.vcpus=2", "guest.tx=0"}, 512, 0, 0, 404, 2 * (800 + 32)},
	{"net-100g", {QUICK, "guest.dma=direct", "guest.page=64KiB"}, 512, 2 + 8, 4096, 0, 0},
	{"nvme",
	 {"guest.ios=20", "guest.vcpus=2", "guest.multi_tce=false", "guest.window=64MiB"},
	 16384,
	 0,
	 0,
	 ANY,
	 ANY},
	/* One TCE of 64 KiB each way for a whole page, and for the ring. */
	{"nvme",
	 {"guest.ios=20", "guest.io_min=64KiB", "guest.io_max=64KiB", "guest.dma=dynamic", "guest.page=64KiB"},
	 512,
	 2 + 8,
	 4096,
	 42,
	 42},
	/* 6.12 asks for a window's properties at boot already (spapr_tce_init_table_group()). */
	{"nvme", {"guest.ios=20", "guest.dma=direct", "kernel=linux-6.12"}, 513, 3, 32, 0, 0},
	/* Threads without a device: a call each way, from more vCPUs than a device has queues. */
	{"dma-map", {"guest.vcpus=12", "guest.rounds=20", "guest.map=64KiB"}, 512, 0, 0, 480, 7680},
	/* As counted in a real guest with DDW and pages of 16 MiB: 513 calls, nothing at run time. */
	{"ddw-boot", {"guest.memory=1GiB"}, 512, 3, 64, 0, 0},
	{"ddw-boot", {"guest.memory=1GiB", "guest.page=64KiB", "guest.huge=false"}, 512, 2 + 32, 16384, 0, 0},
	{"ddw-boot", {"guest.memory=256MiB", "guest.dma=dynamic", QUICK}, 512, 3, 8, ANY, ANY},
	/* Query, (clear), remove, query, create, and the list. */
	{"ddw-boot", {"guest.memory=256MiB", "guest.dma=single"}, 512, 6, 16, 0, 0},
};

static size_t count_sets(const char *const *sets)
{
	size_t n = 0;

	while (n < SETS && sets[n])
		n++;
	return n;
}

static uint64_t number(struct fy_document *doc, const char *path)
{
	return strtoull(scalar(doc, path), NULL, 10);
}

static struct fy_document *results_of(const struct outcome *outcome)
{
	struct fy_parse_cfg parse = {.flags = FYPCF_QUIET | FYPCF_JSON_FORCE};
	struct fy_document *doc = fy_document_build_from_file(&parse, outcome->results);

	ck_assert_ptr_nonnull(doc);
	return doc;
}

/* Hypercalls of part @part of the run; RTAS calls are hypercalls too. */
static uint64_t calls_of(struct fy_document *doc, const char *part)
{
	static const char *const kinds[] = {"h_put_tce", "h_put_tce_indirect", "h_stuff_tce", "rtas"};
	uint64_t sum = 0;
	char path[64];

	for (size_t i = 0; i < sim_count_of(kinds); i++) {
		snprintf(path, sizeof(path), "/results/%s/%s", part, kinds[i]);
		sum += number(doc, path);
	}
	return sum;
}

static void is(uint64_t got, uint64_t want, const char *what)
{
	ck_assert_msg(want == ANY || got == want, "%s: %llu, expected %llu", what, (unsigned long long)got,
		      (unsigned long long)want);
}

START_TEST(test_storm_when_honest_then_clean_and_as_many_calls_as_follow)
{
	/* The scenario's own checks: every byte, every call heard by the referee, nothing mapped or allocated when the
	 * drivers are gone. Here: the numbers that follow from the settings, and a summary that fits a screen. */
	const struct guest_case *one = &cases[_i];
	struct outcome outcome = outcome_make();
	int status = run_child(&outcome, one->scenario, 1, one->sets, count_sets(one->sets));
	char *text = slurp(outcome.summary);
	struct fy_document *doc;

	ck_assert_msg(status == 0, "status %d:\n%s", status, text);
	ck_assert_ptr_nonnull(strstr(text, "Verdict   clean"));
	check_screen(text, 40);
	free(text);
	doc = results_of(&outcome);
	is(calls_of(doc, "boot"), one->boot, "calls of the boot");
	is(calls_of(doc, "ddw"), one->ddw, "calls of DDW");
	is(number(doc, "/results/ddw/tces"), one->ddw_tces, "TCEs of DDW");
	is(calls_of(doc, "storm"), one->storm, "calls of the storm");
	is(number(doc, "/results/storm/tces"), one->storm_tces, "TCEs of the storm");
	ck_assert(number(doc, "/results/bytes_compared") > 0 || !strcmp(one->scenario, "dma-map"));
	ck_assert_uint_eq(number(doc, "/results/bytes_wrong"), 0);
	ck_assert_uint_eq(number(doc, "/results/left_mapped"), 0);
	ck_assert(number(doc, "/statistics/referee/dmas_judged/value") > 0 || !strcmp(one->scenario, "dma-map"));
	ck_assert_uint_eq(number(doc, "/statistics/referee/violations/value"), 0);
	fy_document_destroy(doc);
	outcome_drop(&outcome);
}
END_TEST

static uint64_t result_of(const char *scenario, const char *const *sets, const char *path)
{
	struct outcome outcome = outcome_make();
	struct fy_document *doc;
	uint64_t value;

	ck_assert_int_eq(run_child(&outcome, scenario, 1, sets, count_sets(sets)), 0);
	doc = results_of(&outcome);
	value = number(doc, path);
	fy_document_destroy(doc);
	outcome_drop(&outcome);
	return value;
}

/** struct faster - of two settings the second one must be faster, by so many tenths at least and at most. */
static const struct faster {
	const char *slow[SETS], *fast[SETS];
	uint64_t least, most;
} faster[] = {
	/* Two hypercalls a packet, 2.4 us each, against none: the line is full. */
	{{QUICK}, {QUICK, "guest.dma=direct"}, 70, 110},
	/* One lock that is held over the hypercalls lets one CPU work at a time. */
	{{QUICK, "guest.vcpus=4", "guest.locks=whole"}, {QUICK, "guest.vcpus=4"}, 30, 41},
};

START_TEST(test_net_when_faster_way_then_packets_per_second_follow)
{
	/* What mapping costs is what limits the driver; each way to pay less must show in packets a second. */
	const struct faster *pair = &faster[_i];
	uint64_t slow = result_of("net-10g", pair->slow, "/results/items_per_s");
	uint64_t fast = result_of("net-10g", pair->fast, "/results/items_per_s");

	ck_assert_msg(fast * 10 >= slow * pair->least && fast * 10 <= slow * pair->most,
		      "%llu against %llu packets a second", (unsigned long long)slow, (unsigned long long)fast);
}
END_TEST

START_TEST(test_storm_when_run_twice_then_same_bytes)
{
	/* Memory that is mapped twice, pools, locks: nothing of it may depend on where the host put things. */
	static const char *const sets[] = {"guest.ios=20", "guest.vcpus=3", "kernel=linux-6.12"};

	run_repeats("nvme", sets, sim_count_of(sets), NULL, false);
}
END_TEST

static const struct {
	const char *scenario, *finding;
	const char *sets[SETS];
} mutants[] = {
	/* I/O addresses of a window with 16 entries come back soon, with another page behind or another permission. */
	{"nvme",
	 "referee-unexpected-freeze",
	 {"guest.ios=30", "guest.dma=dynamic", "guest.memory=256MiB", "mutant.forget_kill=true"}},
	{"net-10g", "referee-wrong-page", {QUICK, "mutant.walk_off_by_one=true"}},
};

START_TEST(test_storm_when_mutated_then_caught)
{
	/* A judge that never convicts proves nothing: what hardware does wrong must be found behind a guest's kernel
	 * too. */
	const char *words[TELLS_MAX] = {mutants[_i].finding};

	run_tells(mutants[_i].scenario, NULL, mutants[_i].sets, count_sets(mutants[_i].sets), 1, words);
}
END_TEST

START_TEST(test_storm_when_settings_do_not_fit_then_refused)
{
	/* What cannot be is said before anything runs, by the key that asks for it. */
	static const struct {
		const char *scenario, *set, *told;
	} wrong[] = {{"net-10g", "guest.vcpus=9", "guest.vcpus"},
		     {"nvme", "guest.page=128KiB", "guest.page"},
		     {"ddw-boot", "guest.memory=72MiB", "guest.memory"}};

	run_tells_once(wrong[_i].scenario, NULL, wrong[_i].set, 2, wrong[_i].told);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("workloads.guest");
	TCase *tcase = tcase_create("guest");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, test_storm_when_honest_then_clean_and_as_many_calls_as_follow, 0,
			    sim_count_of(cases));
	tcase_add_loop_test(tcase, test_net_when_faster_way_then_packets_per_second_follow, 0, sim_count_of(faster));
	tcase_add_test(tcase, test_storm_when_run_twice_then_same_bytes);
	tcase_add_loop_test(tcase, test_storm_when_mutated_then_caught, 0, sim_count_of(mutants));
	tcase_add_loop_test(tcase, test_storm_when_settings_do_not_fit_then_refused, 0, 3);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
