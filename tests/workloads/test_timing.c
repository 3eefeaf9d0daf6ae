// SPDX-License-Identifier: GPL-2.0-only
/*
 * tests/workloads/test_timing.c - timing never changes function: with every latency, cost, clock and rate at its
 * extreme, at the machine's figures, or drawn at random, a scenario makes the same calls with the same answers, ends
 * with the same TCEs, accounting and findings, and its devices move the same bytes.
 *
 * Which rows are time is read off the table of rows: times, clocks, rates, and counts of cycles, of hardware and of
 * software. Left alone are rows that a user chooses (limits of the run, polling of a scenario), which say so by their
 * source, and time-outs: one that strikes does change what happens, and must.
 *
 * Calls and TCEs come from the record of the run (workloads/wl_record.h). Bytes are a sum over all DMAs of who moved
 * how many where and, of what devices read, which: the order in which they come is a matter of time. What devices
 * wrote the scenario compares itself.
 *
 * PHBSIM_TEST_SEED replays one seed; PHBSIM_TIMING_SEEDS=8 is the long campaign: every story, fast, slow, and eight
 * draws.
 */
#include <inttypes.h>
#include <signal.h>

#include "hw/ram.h"
#include "sim/rng.h"
#include "tests/workloads/wl_child.h"
#include "workloads/wl_compare.h"
#include "workloads/wl_internal.h"

#define ROWS_MAX 128u
#define ASPECTS (1u << WL_CALLS | 1u << WL_TCES | 1u << WL_ACCOUNTING | 1u << WL_FINDINGS)
#define PATIENCE_S 60u
#define SPREAD 8u /* a random figure is up to so many times the machine's; a clock or rate as much slower, too */

enum { TIMING_FAST, TIMING_SLOW, TIMING_RANDOM };
enum { PROBE_PHB3, PROBE_PHB4, SEED_P7IOC, TOUR_PHB3, MAP_PHB5 };

/* @for_a_time: its device works as long as software lets it, so that how much it moves is a matter of time. */
static const struct {
	const char *scenario, *machine, *page;
	bool for_a_time;
} stories[] = {
	[PROBE_PHB3] = {"isolation-probe", "power8-phb3", "kernel.page=64KiB", false},
	[PROBE_PHB4] = {"isolation-probe", "power9-phb4", "kernel.page=4KiB", false},
	[SEED_P7IOC] = {"seed-flow", "power7-p7ioc", "kernel.page=4KiB", true},
	[TOUR_PHB3] = {"spapr-tour", "power8-phb3", "kernel.page=64KiB", false},
	[MAP_PHB5] = {"vfio-map", "power10-phb5", "kernel.page=64KiB", false},
};

/** struct moved - what devices did to memory. */
struct moved {
	uint64_t dmas, bytes[2], digest;
};

/* ---- Which rows, and what to ---- */

static bool ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), m = strlen(end);

	return n >= m && !strcmp(text + n - m, end);
}

static bool is_time(const struct cfg_row *row)
{
	if (row->source == CFG_USER || ends_with(row->path, "_timeout"))
		return false;
	return row->type == CFG_TIME || row->type == CFG_FREQ || row->type == CFG_RATE ||
	       (row->type == CFG_COUNT && ends_with(row->path, "_cycles"));
}

static uint64_t within(const struct cfg_row *row, uint64_t value)
{
	if (value < row->min)
		return row->min;
	return row->max != UINT64_MAX && value > row->max ? row->max : value;
}

static uint64_t figure(const struct cfg_row *row, uint64_t machines, int timing, struct sim_rng *rng)
{
	bool rate = row->type == CFG_FREQ || row->type == CFG_RATE;

	if (timing == TIMING_FAST)
		return rate ? row->max : row->min;
	if (timing == TIMING_SLOW)
		return within(row, rate ? machines / SPREAD : machines * SPREAD);
	if (rate)
		return within(row, sim_rng_range(rng, machines / SPREAD, machines * SPREAD));
	return within(row, sim_rng_below(rng, machines * SPREAD + 1));
}

/** struct sets - assignments, owned. */
struct sets {
	char *set[ROWS_MAX];
	size_t count;
};

static void sets_add(struct sets *sets, char *text)
{
	ck_assert_uint_lt(sets->count, ROWS_MAX);
	sets->set[sets->count++] = text;
}

static struct wl_options options_of(int story, const struct sets *sets)
{
	return (struct wl_options){.scenario = stories[story].scenario,
				   .machine = stories[story].machine,
				   .seed = 1,
				   .data_dir = "workloads",
				   .sets = (const char *const *)sets->set,
				   .set_count = sets->count};
}

/* One more assignment, for a run that is not to be the same. */
static const char *another;

/* @timing: -1: the machine's figures. */
static struct sets sets_make(int story, int timing, uint64_t seed)
{
	struct sets sets = {.count = 0};
	struct wl_options options;
	struct wl_run run = {.options = &options};
	struct sim_rng rng;
	char value[64];

	sets_add(&sets, sim_strdup(stories[story].page));
	sets_add(&sets, sim_strdup("run.limit=3600s"));
	sets_add(&sets, sim_strdup("run.drain=60s"));
	if (another)
		sets_add(&sets, sim_strdup(another));
	options = options_of(story, &sets);
	ck_assert_msg(!wl_config_load(&run), "%s", run.error);
	sim_rng_init(&rng, seed, "timing");
	for (size_t i = 0; timing >= 0 && i < cfg_row_count(run.cfg); i++) {
		const struct cfg_row *row = cfg_row_get(run.cfg, i);

		if (!is_time(row))
			continue;
		cfg_format_u64(row->type, figure(row, cfg_u64(run.cfg, row->path), timing, &rng), value, sizeof(value));
		sets_add(&sets, sim_asprintf("%s=%s", row->path, value));
	}
	ck_assert(timing < 0 || sets.count > 40);
	cfg_destroy(run.cfg);
	return sets;
}

static void sets_drop(struct sets *sets)
{
	for (size_t i = 0; i < sets->count; i++)
		free(sets->set[i]);
}

/* ---- A run ---- */

static uint64_t mix(uint64_t sum, uint64_t value)
{
	sum ^= value;
	sum *= 0x9e3779b97f4a7c15ull;
	return sum ^ sum >> 29;
}

/** struct watch - of a run's memory, in the child. */
struct watch {
	const struct ram *ram;
	struct moved moved;
};

static void on_dma(void *arg, const struct ram_dma *dma)
{
	struct watch *watch = arg;
	uint64_t sum = mix(mix(mix(dma->rid, dma->bus_addr.v), dma->bytes), dma->write);

	for (uint32_t i = 0; !dma->write && i < dma->bytes; i++)
		sum = mix(sum, ram_base(watch->ram)[dma->real.v + i]);
	watch->moved.dmas++;
	watch->moved.bytes[dma->write] += dma->bytes;
	watch->moved.digest += sum;
}

static void child_main(int story, const struct sets *sets, const char *record, int out)
{
	struct wl_options options = options_of(story, sets);
	struct watch watch = {.ram = NULL};
	struct wl_run *run = NULL;
	int ret;

	signal(SIGALRM, SIG_DFL); /* Check's would end the test */
	alarm(PATIENCE_S);
	options.record_path = record;
	ret = wl_run_create(&options, &run);
	if (!ret) {
		watch.ram = machine_ram(run->machine);
		ram_observe(machine_ram(run->machine), on_dma, &watch);
		ret = wl_run_execute(run);
	}
	if (ret)
		fprintf(stderr, "%s: %d %s\n", stories[story].scenario, ret, run->error ? run->error : "");
	for (size_t i = 0; ret == 1 && finding_get(run->sim, i); i++)
		fprintf(stderr, "%s: %s\n", finding_get(run->sim, i)->kind, finding_get(run->sim, i)->text);
	ck_assert_int_eq(write(out, &watch.moved, sizeof(watch.moved)), sizeof(watch.moved));
	wl_run_destroy(run);
	exit(ret < 0 ? 2 : 0);
}

/* Return: the record; a kernel boots once per process, so the run is a child. */
static struct wl_recorded *run_story(int story, int timing, uint64_t seed, struct moved *moved)
{
	struct sets sets = sets_make(story, timing, seed);
	struct outcome files = outcome_make();
	struct wl_recorded *recorded = NULL;
	int pipe_fd[2], status;
	char *error = NULL;
	pid_t child;

	ck_assert_int_eq(pipe(pipe_fd), 0);
	child = fork();
	ck_assert_int_ge(child, 0);
	if (!child)
		child_main(story, &sets, files.summary, pipe_fd[1]);
	close(pipe_fd[1]);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_msg(WIFEXITED(status) && !WEXITSTATUS(status), "%s, timing %d, seed %" PRIu64 ": status %#x",
		      stories[story].scenario, timing, seed, (unsigned int)status);
	ck_assert_int_eq(read(pipe_fd[0], moved, sizeof(*moved)), sizeof(*moved));
	close(pipe_fd[0]);
	ck_assert_msg(!wl_recorded_load(files.summary, &recorded, &error), "%s", error);
	outcome_drop(&files);
	sets_drop(&sets);
	return recorded;
}

static void compare_with(int story, const struct wl_recorded *first, const struct moved *moved, int timing,
			 uint64_t seed)
{
	struct moved others;
	struct wl_recorded *other = run_story(story, timing, seed, &others);
	struct wl_compare *compare = wl_compare_create(first, other);

	if (wl_compare_differ(compare) & ASPECTS)
		wl_compare_print(compare, "preset", "other", ASPECTS, 40, stderr);
	ck_assert_msg(!(wl_compare_differ(compare) & ASPECTS), "%s: timing %d, seed %" PRIu64 " differs",
		      stories[story].scenario, timing, seed);
	ck_assert_msg(stories[story].for_a_time || !memcmp(&others, moved, sizeof(others)),
		      "%s: timing %d, seed %" PRIu64 " moved %" PRIu64 " + %" PRIu64 " bytes by %" PRIu64
		      " DMAs, not %" PRIu64 " + %" PRIu64 " by %" PRIu64 "%s",
		      stories[story].scenario, timing, seed, others.bytes[0], others.bytes[1], others.dmas,
		      moved->bytes[0], moved->bytes[1], moved->dmas,
		      others.digest == moved->digest ? "" : "; not the same ones");
	wl_compare_destroy(compare);
	wl_recorded_destroy(other);
}

static uint64_t number_from(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 0) : otherwise;
}

/* What is tried each time. */
static const struct {
	int story, timing[2];
} usual[] = {
	{PROBE_PHB4, {TIMING_FAST, TIMING_RANDOM}},
	{SEED_P7IOC, {TIMING_SLOW, -1}},
	{MAP_PHB5, {TIMING_RANDOM, -1}},
};

START_TEST(test_story_when_timing_is_another_then_function_is_the_same)
{
	/* See the top of the file. */
	uint64_t seed = number_from("PHBSIM_TEST_SEED", (uint64_t)_i + 1);
	struct moved moved;
	struct wl_recorded *first = run_story(usual[_i].story, -1, 0, &moved);

	for (int i = 0; i < 2 && usual[_i].timing[i] >= 0; i++)
		compare_with(usual[_i].story, first, &moved, usual[_i].timing[i], seed);
	wl_recorded_destroy(first);
}
END_TEST

START_TEST(test_story_when_it_is_another_then_that_is_seen)
{
	/* A comparison that finds nothing in other requests would prove nothing. */
	struct moved moved, others;

	wl_recorded_destroy(run_story(PROBE_PHB4, -1, 0, &moved));
	another = "isolation_probe.request=512B";
	wl_recorded_destroy(run_story(PROBE_PHB4, -1, 0, &others));
	ck_assert_uint_eq(moved.bytes[0], others.bytes[0]);
	ck_assert_uint_eq(moved.dmas, 2 * others.dmas);
	ck_assert_uint_ne(moved.digest, others.digest);
}
END_TEST

START_TEST(test_story_when_timing_is_any_then_function_is_the_same)
{
	/* The campaign: PHBSIM_TIMING_SEEDS draws, from PHBSIM_TEST_SEED on. */
	uint64_t draws = number_from("PHBSIM_TIMING_SEEDS", 0), seed = number_from("PHBSIM_TEST_SEED", 1);
	struct moved moved;
	struct wl_recorded *first = run_story(_i, -1, 0, &moved);

	compare_with(_i, first, &moved, TIMING_FAST, 0);
	compare_with(_i, first, &moved, TIMING_SLOW, 0);
	for (; draws; draws--)
		compare_with(_i, first, &moved, TIMING_RANDOM, seed++);
	wl_recorded_destroy(first);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("workloads.timing");
	TCase *tcase = tcase_create("stories");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tcase, 3600);
	if (getenv("PHBSIM_TIMING_SEEDS"))
		tcase_add_loop_test(tcase, test_story_when_timing_is_any_then_function_is_the_same, 0,
				    sim_count_of(stories));
	else
		tcase_add_loop_test(tcase, test_story_when_timing_is_another_then_function_is_the_same, 0,
				    sim_count_of(usual));
	tcase_add_test(tcase, test_story_when_it_is_another_then_that_is_seen);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
