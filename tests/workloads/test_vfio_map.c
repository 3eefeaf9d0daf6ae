// SPDX-License-Identifier: GPL-2.0-only
/*
 * Suite workloads.vfio_map: storms of MAP_DMA and UNMAP_DMA in both versions of containers. Each comes to a clean end
 * with as many kills as IOMMU pages came and went; larger sizes cost more; mutants are caught; what a kernel refuses is
 * said.
 */
#include <libfyaml.h>

#include "hw/platform.h"
#include "tests/workloads/wl_child.h"
#include "workloads/mutant.h"

/**
 * struct map_run - settings; version and IOMMU page that they mean, and sizes that there must be. @tces_per_kill: of
 * neighbours. @kills_more: version 1 on PHB3 meets its window with the first MAP_DMA, and the kernel kills all of the
 * PE.
 */
struct map_run {
	const char *sets[6];
	const char *container;
	uint64_t page_bytes, sizes, tces_per_kill, kills_more;
};

#define SMALL "vfio_map.rounds=20", "vfio_map.bytes=64MiB", "vfio_map.memory=256MiB"
static const struct map_run runs[] = {
	{{SMALL, "kernel=linux-6.1", "kernel.page=64KiB"}, "v2", 4096, 9, 1, 0},
	{{SMALL, "kernel=linux-6.1", "kernel.page=4KiB"}, "v2", 4096, 9, 1, 0},
	{{SMALL, "kernel=linux-6.12", "vfio_map.page=64KiB"}, "v2", 65536, 7, 1, 0},
	{{SMALL, "kernel=linux-6.12", "vfio_map.container=v1"}, "v1", 4096, 9, 1, 1},
	{{SMALL, "kernel=linux-6.12", "vfio_map.container=v1", "kernel.page=4KiB"}, "v1", 4096, 9, 1, 1},
	{{SMALL, "machine=power7-p7ioc", "vfio_map.container=v1", "kernel.page=4KiB"}, "v1", 4096, 9, 2, 0},
};

static size_t set_count(const struct map_run *run)
{
	size_t n = 0;

	while (n < sim_count_of(run->sets) && run->sets[n])
		n++;
	return n;
}

static uint64_t number(struct fy_node *node, const char *path)
{
	struct fy_node *at = fy_node_by_path(node, path, (size_t)-1, FYNWF_DONT_FOLLOW);

	ck_assert_msg(at != NULL, "%s is missing", path);
	return strtoull(fy_node_get_scalar0(at), NULL, 10);
}

static struct fy_document *results_of(const struct outcome *outcome)
{
	struct fy_parse_cfg parse = {.flags = FYPCF_QUIET | FYPCF_JSON_FORCE};
	struct fy_document *doc = fy_document_build_from_file(&parse, outcome->results);

	ck_assert_ptr_nonnull(doc);
	return doc;
}

static void fits_a_screen(const char *text)
{
	int lines = 0, column = 0;

	for (const char *c = text; *c; c++) {
		column = *c == '\n' ? 0 : column + 1;
		lines += *c == '\n';
		ck_assert_int_le(column, 100);
	}
	ck_assert_int_le(lines, 40);
}

/* Sizes are four times the one before, cost more, and their pages add up to the kills: one as it comes, one as it goes.
 */
static void check_sizes(struct fy_node *root, const struct map_run *run)
{
	struct fy_node *sizes = fy_node_by_path(root, "/results/sizes", (size_t)-1, FYNWF_DONT_FOLLOW), *size;
	uint64_t kills = 0, bytes = run->page_bytes, before_ps = 0;
	void *at = NULL;

	ck_assert_int_eq(fy_node_sequence_item_count(sizes), (int)run->sizes);
	while ((size = fy_node_sequence_iterate(sizes, &at))) {
		ck_assert_uint_eq(number(size, "/bytes"), bytes);
		ck_assert_uint_ge(number(size, "/touched"), 1);
		ck_assert_uint_gt(number(size, "/map_p50_ps"), before_ps);
		before_ps = number(size, "/map_p50_ps");
		kills += 2 * number(size, "/rounds") *
			 ((bytes / run->page_bytes + run->tces_per_kill - 1) / run->tces_per_kill);
		bytes *= 4;
	}
	ck_assert_uint_eq(number(root, "/results/kills"), kills + run->kills_more);
}

START_TEST(test_map_when_honest_then_clean_and_kills_are_counted)
{
	/* Whole runs, both versions, both kernels: nothing found, nothing unheard, nothing left out. */
	const struct map_run *run = &runs[_i];
	struct outcome outcome = outcome_make();
	int status = run_child(&outcome, "vfio-map", 1, run->sets, set_count(run));
	char *text = slurp(outcome.summary);
	struct fy_document *doc;
	struct fy_node *root;

	ck_assert_msg(status == 0, "status %d:\n%s", status, text);
	ck_assert_ptr_nonnull(strstr(text, "Verdict   clean"));
	fits_a_screen(text);
	free(text);
	doc = results_of(&outcome);
	root = fy_document_root(doc);
	ck_assert_str_eq(
		fy_node_get_scalar0(fy_node_by_path(root, "/results/container", (size_t)-1, FYNWF_DONT_FOLLOW)),
		run->container);
	check_sizes(root, run);
	ck_assert_uint_eq(number(root, "/statistics/referee/violations/value"), 0);
	fy_document_destroy(doc);
	outcome_drop(&outcome);
}
END_TEST

START_TEST(test_map_when_version_1_then_each_call_pays_for_pins)
{
	/* What registering memory before is for: version 1 pins in MAP_DMA, so a megabyte costs it more than twice. */
	static const char *const sets[2][5] = {{SMALL, "kernel=linux-6.12", "vfio_map.container=v1"},
					       {SMALL, "kernel=linux-6.12", "vfio_map.container=v2"}};
	uint64_t map_ps[2];

	for (size_t i = 0; i < 2; i++) {
		struct outcome outcome = outcome_make();
		struct fy_document *doc;

		ck_assert_int_eq(run_child(&outcome, "vfio-map", 1, sets[i], 5), 0);
		doc = results_of(&outcome);
		map_ps[i] = number(fy_document_root(doc), "/results/sizes/4/map_p50_ps");
		fy_document_destroy(doc);
		outcome_drop(&outcome);
	}
	ck_assert_uint_gt(map_ps[0], 2 * map_ps[1]);
}
END_TEST

START_TEST(test_map_when_mutated_then_caught)
{
	/* The checks of this scenario, and the referee behind it, must see what is broken on purpose. */
	static const char *const sets[] = {"vfio_map.memory=1MiB", "vfio_map.page=64KiB"};
	struct outcome outcome = outcome_make();
	size_t n;
	const struct mutant *mutant = &mutant_list(&n)[_i];
	char *text;

	/* Faults of later bridges are the isolation probe's matter. */
	if (mutant->from > PLATFORM_PHB_PHB3) {
		outcome_drop(&outcome);
		return;
	}
	outcome.mutant = mutant->name;
	ck_assert_int_eq(run_child(&outcome, "vfio-map", 1, sets, sim_count_of(sets)), 1);
	text = slurp(outcome.results);
	ck_assert_msg(strstr(text, "\"kind\": \"referee-") || strstr(text, "\"kind\": \"vfio-map-"),
		      "%s: nothing was found", mutant->name);
	free(text);
	outcome_drop(&outcome);
}
END_TEST

START_TEST(test_map_when_the_kernel_has_no_version_1_then_said)
{
	/* Linux 6.1 gives groups of a PHB3 version 2 only: the run says so, and does not pretend to have mapped. */
	static const char *const sets[] = {"kernel=linux-6.1", "vfio_map.container=v1"};

	run_tells("vfio-map", NULL, sets, sim_count_of(sets), 1,
		  (const char *[TELLS_MAX]){"containers of version 2 only"});
}
END_TEST

START_TEST(test_map_when_misconfigured_then_said)
{
	/* A page that the bridge does not have. */
	run_tells_once("vfio-map", NULL, "vfio_map.page=8KiB", 2, "vfio_map.page");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("workloads.vfio_map");
	TCase *tcase = tcase_create("vfio_map");
	SRunner *runner;
	size_t mutants;
	int failed;

	mutant_list(&mutants);
	tcase_set_timeout(tcase, 120);
	tcase_add_loop_test(tcase, test_map_when_honest_then_clean_and_kills_are_counted, 0, (int)sim_count_of(runs));
	tcase_add_test(tcase, test_map_when_version_1_then_each_call_pays_for_pins);
	tcase_add_loop_test(tcase, test_map_when_mutated_then_caught, 0, (int)mutants);
	tcase_add_test(tcase, test_map_when_the_kernel_has_no_version_1_then_said);
	tcase_add_test(tcase, test_map_when_misconfigured_then_said);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
