// SPDX-License-Identifier: GPL-2.0-only
/*
 * tests/kernel-model/test_linux_side.c - runs the tests of tests/kernel-model/linux inside each of Debian's kernels, on
 * both page sizes. The judge: a test leaves exactly the findings that its row names, in their order, and afterwards no
 * account has moved.
 */
#include <check.h>
#include <stdio.h>

#include "fake_platform.h"
#include "kernel-model/host.h"
#include "kernel-model/kernel.h"
#include "kernel-model/kernel_internal.h"
#include "sim/finding.h"
#include "tests/kernel-model/linux/km_tests.h"

static struct km_desc desc = {.name = "test", .version = "-", .origin = "-"};
static const struct km_test *row;
static const struct km_test_kernel *under_test;
static struct kernel *kernel;
static bool finished;

static void task_main(struct sim *sim, void *arg)
{
	unsigned long long cost_ps[HOST_COST_COUNT];
	int i;

	(void)sim;
	(void)arg;
	ck_assert_int_eq(kernel_boot(kernel), 0);
	for (i = 0; i < HOST_COST_COUNT; i++)
		cost_ps[i] = kernel->cost_ps[i];
	row->run(cost_ps);
	finished = true;
}

/* Kinds of all findings, each as often as it came. */
static void findings_are(const struct sim *sim, const char *want)
{
	char got[512] = "", texts[4096] = "";
	const struct finding *finding;
	size_t i;
	uint64_t n;

	for (i = 0; (finding = finding_get(sim, i)); i++) {
		for (n = 0; n < finding->count; n++) {
			size_t at = strlen(got);

			snprintf(got + at, sizeof(got) - at, "%s%s", at ? " " : "", finding->kind);
		}
		snprintf(texts + strlen(texts), sizeof(texts) - strlen(texts), "\n  %s: %s", finding->kind, finding->text);
	}
	ck_assert_msg(!strcmp(got, want), "%s: findings \"%s\", expected \"%s\"%s", row->name, got, want, texts);
}

static void run(const struct km_tests *tests, uint32_t page_bytes, const struct km_test *test)
{
	struct sim *sim = sim_create(1);
	struct fake *fake = fake_create(sim, 1, FAKE_RAM_BYTES);
	struct cfg *cfg = cfg_create();

	fake_function_add(fake, 0, 0, 0);
	fake_function_add(fake, 0, 0, 1);
	fake_function_add(fake, 0, 1, 0);
	row = test;
	desc.page_bytes = page_bytes;
	desc.ops = tests->ops;
	cfg_add_rows(cfg, km_cfg_rows, km_cfg_row_count);
	kernel = kernel_create(sim, &fake->platform, &desc, cfg, 0);
	sim_task_create(sim, "test", task_main, NULL);
	sim_run(sim, SIM_PS_NEVER);
	findings_are(sim, test->findings);
	ck_assert_msg(finished, "%s did not come to its end", test->name);
	kernel_destroy(kernel);
	cfg_destroy(cfg);
	fake_destroy(fake);
	sim_destroy(sim);
}

static const struct km_test *nth(const struct km_tests *tests, int n)
{
	size_t group;

	for (group = 0; group < sim_count_of(tests->group); group++) {
		const struct km_test *test;

		for (test = tests->group[group]; test->name; test++) {
			if (!n--)
				return test;
		}
	}
	return NULL;
}

START_TEST(test_linux_side)
{
	/* Why: the core of each kernel's model, from within. How: see the row's function in tests/kernel-model/linux. */
	run(under_test->tests, under_test->page_bytes, nth(under_test->tests, _i));
}
END_TEST

int main(void)
{
	int failed = 0;
	size_t i;

	for (i = 0; i < km_test_kernel_count; i++) {
		char name[64];
		SRunner *sr;
		Suite *s;
		TCase *tc;
		int count = 0;

		under_test = &km_test_kernels[i];
		snprintf(name, sizeof(name), "kernel-model.linux_side %s %uk", under_test->id, under_test->page_bytes >> 10);
		s = suite_create(name);
		tc = tcase_create("linux");
		while (nth(under_test->tests, count))
			count++;
		tcase_set_timeout(tc, 60);
		tcase_add_loop_test(tc, test_linux_side, 0, count);
		suite_add_tcase(s, tc);
		sr = srunner_create(s);
		srunner_run_all(sr, CK_NORMAL);
		failed += srunner_ntests_failed(sr) + !count;
		srunner_free(sr);
	}
	return failed || km_test_kernel_count < 4 ? EXIT_FAILURE : EXIT_SUCCESS;
}
