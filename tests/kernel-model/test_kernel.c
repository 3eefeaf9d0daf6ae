// SPDX-License-Identifier: GPL-2.0-only
/* tests/kernel-model/test_kernel.c - a kernel as an object: boot once, configuration rows, leak check, the built-in table. */
#include <check.h>
#include <errno.h>

#include "fake_platform.h"
#include "kernel-model/host.h"
#include "kernel-model/kernel.h"
#include "sim/finding.h"
#include "sim/stat.h"

static struct sim *sim;
static struct fake *fake;
static struct cfg *cfg;
static struct kernel *kernel;
static struct km_account account;
static unsigned int boots, barriers;
static int boot_result;
static bool finished;

static int fake_boot(const struct platform *platform, unsigned int mutants)
{
	ck_assert_ptr_eq(platform, &fake->platform);
	ck_assert_uint_eq(mutants, 0);
	/* Firmware was up before. */
	ck_assert_uint_ne(fake->phb[0].reg[PHB_RTT_BAR / 8], 0);
	boots++;
	return boot_result;
}

static void fake_barrier(void)
{
	barriers++;
}

static void fake_account(struct km_account *out)
{
	*out = account;
}

static void fake_irq(unsigned int irq)
{
	(void)irq;
}

static const struct km_ops ops = {.boot = fake_boot, .rcu_barrier = fake_barrier, .account = fake_account, .irq = fake_irq};
static const struct km_desc desc = {.name = "fake", .page_bytes = 4096, .ops = &ops};

static void setup(void)
{
	sim = sim_create(1);
	fake = fake_create(sim, 1, FAKE_RAM_BYTES);
	cfg = cfg_create();
	cfg_add_rows(cfg, km_cfg_rows, km_cfg_row_count);
	kernel = kernel_create(sim, &fake->platform, &desc, cfg, 0);
	account = (struct km_account){.pages = 100, .objects = 50};
	boots = barriers = 0;
	boot_result = 0;
	finished = false;
}

static void teardown(void)
{
	kernel_destroy(kernel);
	cfg_destroy(cfg);
	fake_destroy(fake);
	sim_destroy(sim);
}

static void run(sim_task_fn *fn)
{
	sim_task_create(sim, "test", fn, NULL);
	sim_run(sim, SIM_PS_NEVER);
	ck_assert(finished);
}

static void main_leaks(struct sim *s, void *arg)
{
	(void)s;
	(void)arg;
	ck_assert_int_eq(kernel_boot(kernel), 0);
	ck_assert_uint_eq(barriers, 1);
	ck_assert_uint_eq(kernel_check_leaks(kernel), 0);
	/* A grace period passes before the books are compared. */
	ck_assert_uint_eq(barriers, 2);
	account.pins = 3;
	account.locked_vm = 3;
	account.files = 1;
	account.pages = 99;
	account.objects = 51;
	account.rcu_pending = 2;
	ck_assert_uint_eq(kernel_check_leaks(kernel), 6);
	finished = true;
}

START_TEST(test_leaks_when_account_differs_then_one_finding_each)
{
	/* Why: a run that leaks must fail. How: equal accounts, then every field off; texts name both numbers. */
	run(main_leaks);
	ck_assert_uint_eq(finding_count(sim, FINDING_VIOLATION), 6);
	ck_assert_ptr_nonnull(finding_find(sim, "pin-leak"));
	ck_assert_ptr_nonnull(finding_find(sim, "locked-vm-leak"));
	ck_assert_ptr_nonnull(finding_find(sim, "file-leak"));
	ck_assert_ptr_nonnull(finding_find(sim, "object-leak"));
	ck_assert_ptr_nonnull(finding_find(sim, "rcu-leak"));
	ck_assert_str_eq(finding_find(sim, "page-leak")->text, "allocated pages at teardown: 99, at the end of boot: 100");
}
END_TEST

static void main_twice(struct sim *s, void *arg)
{
	(void)s;
	(void)arg;
	ck_assert_int_eq(kernel_boot(kernel), 0);
	ck_assert_int_eq(kernel_boot(kernel), -EBUSY);
	/* Nor under another struct kernel: its globals are those of the first. */
	kernel_destroy(kernel);
	kernel = kernel_create(sim, &fake->platform, &desc, cfg, 0);
	ck_assert_int_eq(kernel_boot(kernel), -EBUSY);
	finished = true;
}

START_TEST(test_boot_when_again_then_busy)
{
	/* Why: an object's globals cannot be reset; a second boot would run on old state. How: twice, and re-created. */
	run(main_twice);
	ck_assert_uint_eq(boots, 1);
}
END_TEST

static void main_fails(struct sim *s, void *arg)
{
	(void)s;
	(void)arg;
	boot_result = -ENOMEM;
	ck_assert_int_eq(kernel_boot(kernel), -ENOMEM);
	finished = true;
}

START_TEST(test_boot_when_kernel_fails_then_its_errno)
{
	/* Why: the caller must know. How: the kernel's boot returns an error. */
	run(main_fails);
}
END_TEST

static void main_firmware_fails(struct sim *s, void *arg)
{
	(void)s;
	(void)arg;
	fake->platform.phb[0].pe_count = 2 * PHB3_PE_COUNT;
	ck_assert_int_eq(kernel_boot(kernel), -ENODEV);
	finished = true;
}

START_TEST(test_boot_when_firmware_fails_then_kernel_does_not_run)
{
	/* Why: no kernel without firmware. How: a PHB that firmware does not know. */
	run(main_firmware_fails);
	ck_assert_uint_eq(boots, 0);
}
END_TEST

START_TEST(test_rows_when_listed_then_each_cost_has_a_unit_and_a_source)
{
	/* Why: reports name assumed prices; a row without a source is no calibration. How: walk the table. */
	size_t i, costs = 0;

	for (i = 0; i < km_cfg_row_count; i++) {
		const struct cfg_row *row = &km_cfg_rows[i];

		ck_assert_ptr_nonnull(row->where);
		ck_assert_ptr_nonnull(row->help);
		ck_assert_uint_le(row->min, row->def);
		ck_assert_uint_le(row->def, row->max);
		if (!strncmp(row->path, "kernel.cost.", 12)) {
			costs++;
			ck_assert_int_eq(row->type, strstr(row->path, "_cycles") ? CFG_COUNT : CFG_TIME);
		}
	}
	ck_assert_uint_eq(costs, HOST_COST_COUNT);
}
END_TEST

START_TEST(test_table_when_built_then_two_page_sizes_with_checksums)
{
	/* Why: "phbsim list kernels" shows it. How: every built-in kernel is found, with hosted files and their sums. */
	size_t n, i, k;
	const struct km_desc *descs = km_descs(&n);

	ck_assert_uint_ge(n, 2);
	for (i = 0; i < n; i++) {
		ck_assert_ptr_eq(km_desc_find(descs[i].name, descs[i].page_bytes), &descs[i]);
		ck_assert_uint_ge(descs[i].hosted_count, 8);
		for (k = 0; k < descs[i].hosted_count; k++)
			ck_assert_uint_eq(strlen(descs[i].hosted[k].sha256), 64);
	}
	ck_assert_ptr_eq(km_desc_find(descs[0].name, 0), &descs[0]);
	ck_assert_ptr_null(km_desc_find("linux-0.01", 0));
	ck_assert_ptr_null(km_desc_find(descs[0].name, 512));
}
END_TEST

START_TEST(test_destroy_when_done_then_platform_is_free_again)
{
	/* Why: a dangling interrupt hook would crash the next owner. How: hooks and statistics are gone. */
	kernel_destroy(kernel);
	ck_assert(!fake->platform.irq_fn);
	ck_assert_ptr_null(stat_find(sim, "kernel", "pins", NULL));
	ck_assert_ptr_null(stat_find(sim, "opal", "unknown", NULL));
	kernel = kernel_create(sim, &fake->platform, &desc, cfg, 0);
	ck_assert_ptr_eq(kernel_desc(kernel), &desc);
	ck_assert_ptr_eq(kernel_ops(kernel), &ops);
	kernel_destroy(NULL);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("kernel-model.kernel");
	TCase *tc = tcase_create("kernel");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, test_leaks_when_account_differs_then_one_finding_each);
	tcase_add_test(tc, test_boot_when_again_then_busy);
	tcase_add_test(tc, test_boot_when_kernel_fails_then_its_errno);
	tcase_add_test(tc, test_boot_when_firmware_fails_then_kernel_does_not_run);
	tcase_add_test(tc, test_rows_when_listed_then_each_cost_has_a_unit_and_a_source);
	tcase_add_test(tc, test_table_when_built_then_two_page_sizes_with_checksums);
	tcase_add_test(tc, test_destroy_when_done_then_platform_is_free_again);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
