// SPDX-License-Identifier: GPL-2.0-only
/*
 * Suite workloads.wl_config: each mistake in names, files and values is answered with where it is, what was found and
 * what was expected, and no run comes of it.
 */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "workloads/wl.h"

/** struct mistake - options or a scenario file that are wrong. @text: of the file, NULL for first-light. @want: in the
 * message. */
struct mistake {
	const char *text, *scenario, *machine, *kernel, *set, *mutant;
	const char *want[4];
};

static const struct mistake mistakes[] = {
	{.scenario = "frist-light", .want = {"\"frist-light\"", "first-light, isolation-probe"}},
	{.scenario = "no/such/file.yaml", .want = {"no/such/file.yaml", "no such file"}},
	{.scenario = "workloads/", .want = {"workloads/", "a directory"}},
	{.machine = "power99", .want = {"--set machine=power99", "\"power99\"", "power8-phb3"}},
	{.kernel = "linux-0.1", .want = {"--set kernel=linux-0.1", "linux-0.1", "linux-6.1 with 64 KiB pages"}},
	{.set = "kernel.page=16KiB", .want = {"kernel.page=16KiB", "16 KiB pages", "linux-6.1 with 4 KiB pages"}},
	{.set = "first_light.bufer=1MiB", .want = {"first_light.bufer", "first_light.buffer"}},
	{.set = "first_light.buffer=1", .want = {"first_light.buffer=1", "found \"1\""}},
	{.set = "first_light.storm_rounds=0", .want = {"first_light.storm_rounds=0", "expected"}},
	{.set = "isolation_probe.request=64B", .want = {"isolation_probe.request"}},
	{.set = "machine.ram=5TiB", .want = {"machine.ram=5TiB", "expected"}},
	{.set = "machine.phb.m32_base=0", .want = {"machine.phb.m32_base"}},
	{.mutant = "nonsense", .want = {"\"nonsense\""}},
	{.text = "scenario: first-light\nmachine: power9\n", .want = {":2:10:", "\"power9\"", "power8-phb3"}},
	{.text = "scenario: other\n", .want = {":1:11:", "\"other\"", "first-light, isolation-probe"}},
	{.text = "first_light:\n  windows: 1GiB\n", .want = {":2:3:", "windows"}},
	{.text = "first_light:\n  window: [1GiB\n", .want = {":"}},
	{.text = "first_light:\n  buffer: 64MiB\n  window: 64MiB\n", .want = {}},
};

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	ck_assert_int_eq(fclose(file), 0);
}

START_TEST(test_create_when_something_is_wrong_then_says_where_and_what)
{
	/* One line of the table per mistake; the message must hold each of its parts. */
	const struct mistake *mistake = &mistakes[_i];
	char dir[64] = "/tmp/wl-config.XXXXXX", path[80];
	struct wl_options options = {.scenario = mistake->scenario ? mistake->scenario : "first-light",
				     .machine = mistake->machine,
				     .kernel = mistake->kernel,
				     .mutant = mistake->mutant,
				     .sets = &mistake->set,
				     .set_count = mistake->set ? 1 : 0,
				     .seed = 1,
				     .data_dir = "workloads"};
	struct wl_run *run = NULL;
	int err;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/s.yaml", dir);
	if (mistake->text) {
		write_file(path, mistake->text);
		options.scenario = path;
	}
	err = wl_run_create(&options, &run);
	/* The last row is no mistake of the file alone: only the scenario's own setup can see it. */
	if (mistake->want[0]) {
		ck_assert_int_lt(err, 0);
		ck_assert_ptr_nonnull(run->error);
		for (size_t i = 0; i < sim_count_of(mistake->want) && mistake->want[i]; i++)
			ck_assert_msg(strstr(run->error, mistake->want[i]) != NULL, "\"%s\" is not in: %s",
				      mistake->want[i], run->error);
		ck_assert_ptr_null(strchr(run->error, '\n'));
	} else {
		ck_assert_msg(!err, "%s", run->error);
		ck_assert_int_eq(wl_run_execute(run), -EINVAL);
		ck_assert_msg(strstr(run->error, "s.yaml:3:11:") && strstr(run->error, "first_light.buffer"), "%s",
			      run->error);
	}
	wl_run_destroy(run);
	unlink(path);
	rmdir(dir);
}
END_TEST

START_TEST(test_create_when_given_in_several_places_then_the_later_wins)
{
	/* Machine file, then scenario file, then --machine and --kernel, then --set in order. */
	const char *sets[] = {"machine.ram=4GiB", "machine.ram=2GiB"};
	struct wl_options options = {.scenario = "first-light",
				     .machine = "power8-phb3",
				     .kernel = "linux-6.1",
				     .sets = sets,
				     .set_count = 2,
				     .seed = 1,
				     .data_dir = "workloads"};
	struct wl_run *run = NULL;

	ck_assert_int_eq(wl_run_create(&options, &run), 0);
	ck_assert_uint_eq(cfg_u64(run->cfg, "machine.ram"), 2ull << 30);
	ck_assert_uint_eq(cfg_u64(run->cfg, "machine.devices"), 2);
	ck_assert_uint_eq(cfg_u64(run->cfg, "kernel.page"), 65536);
	ck_assert_str_eq(run->desc->name, "first-light");
	wl_run_destroy(run);
}
END_TEST

START_TEST(test_list_when_walked_then_every_scenario_has_a_file)
{
	/* A scenario without its YAML file could not be started by name. */
	size_t n;
	const struct wl_desc *const *descs = wl_list(&n);

	ck_assert_uint_ge(n, 2);
	for (size_t i = 0; i < n; i++) {
		char path[128];

		snprintf(path, sizeof(path), "workloads/scenarios/%s.yaml", descs[i]->name);
		ck_assert_msg(!access(path, R_OK), "%s", path);
		ck_assert_ptr_eq(wl_find(descs[i]->name), descs[i]);
	}
	ck_assert_ptr_null(wl_find("nothing"));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("workloads.wl_config");
	TCase *tcase = tcase_create("configuration");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tcase, test_create_when_something_is_wrong_then_says_where_and_what, 0,
			    (int)sim_count_of(mistakes));
	tcase_add_test(tcase, test_create_when_given_in_several_places_then_the_later_wins);
	tcase_add_test(tcase, test_list_when_walked_then_every_scenario_has_a_file);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
