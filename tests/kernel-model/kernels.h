/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_KERNEL_MODEL_KERNELS_H
#define TESTS_KERNEL_MODEL_KERNELS_H
/*
 * tests/kernel-model/kernels.h - one suite, run on each of Debian's kernels with each page size. A kernel whose driver
 * was imported answers differently by intention; it has tests of its own.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "kernel-model/kernel.h"

/* What the suite that runs is about. */
static const struct km_desc *kernel_under_test;

static inline bool kernel_is_released(const struct km_desc *desc)
{
	return !strncmp(desc->origin, "Debian's ", strlen("Debian's "));
}

/* Run one suite on kernel_under_test. Return: number of failures. */
static inline int run_suite(const char *suite, void (*add)(Suite *s))
{
	char name[96];
	Suite *s;
	SRunner *sr;
	int failed;

	snprintf(name, sizeof(name), "%s %s %uk", suite, kernel_under_test->name, kernel_under_test->page_bytes >> 10);
	s = suite_create(name);
	add(s);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed;
}

/**
 * run_on_kernels - main() of such a suite: @add puts its cases into a suite that runs on kernel_under_test.
 * Return: EXIT_SUCCESS when nothing failed and two kernels with two page sizes or more were there.
 */
static inline int run_on_kernels(const char *suite, void (*add)(Suite *s))
{
	size_t n, i, seen = 0;
	const struct km_desc *descs = km_descs(&n);
	int failed = 0;

	for (i = 0; i < n; i++) {
		if (!kernel_is_released(&descs[i]))
			continue;
		seen++;
		kernel_under_test = &descs[i];
		failed += run_suite(suite, add);
	}
	return failed || seen < 4 ? EXIT_FAILURE : EXIT_SUCCESS;
}

/** run_on_kernel - the same on both page sizes of kernel @name, which there must be. */
static inline int run_on_kernel(const char *suite, const char *name, void (*add)(Suite *s))
{
	static const uint32_t page_bytes_of[] = {65536, 4096};
	int failed = 0;
	size_t i;

	for (i = 0; i < 2; i++) {
		kernel_under_test = km_desc_find(name, page_bytes_of[i]);
		failed += kernel_under_test ? run_suite(suite, add) : 1;
	}
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif
