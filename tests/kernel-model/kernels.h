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

/**
 * run_on_kernels - main() of such a suite: @add puts its cases into a suite that runs on kernel_under_test.
 * Return: EXIT_SUCCESS when nothing failed and two kernels or more were there.
 */
static inline int run_on_kernels(const char *suite, void (*add)(Suite *s))
{
	size_t n, i, seen = 0;
	const struct km_desc *descs = km_descs(&n);
	int failed = 0;

	for (i = 0; i < n; i++) {
		char name[96];
		Suite *s;
		SRunner *sr;

		if (!kernel_is_released(&descs[i]))
			continue;
		seen++;
		kernel_under_test = &descs[i];
		snprintf(name, sizeof(name), "%s %s %uk", suite, descs[i].name, descs[i].page_bytes >> 10);
		s = suite_create(name);
		add(s);
		sr = srunner_create(s);
		srunner_run_all(sr, CK_NORMAL);
		failed += srunner_ntests_failed(sr);
		srunner_free(sr);
	}
	return failed || seen < 4 ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif
