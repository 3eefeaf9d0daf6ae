/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_KERNEL_MODEL_INSIDE_H
#define TESTS_KERNEL_MODEL_INSIDE_H
/*
 * tests/kernel-model/inside.h - suites that need a hand inside the kernel: they run on the object that holds the tests of
 * tests/kernel-model/linux beside the same hosted code. A program may boot only one of the two.
 */
#include "kernels.h"
#include "tests/kernel-model/linux/km_tests.h"

/** tests_inside - what the object of kernel @desc with tests inside shows; NULL: there is none (imported drivers). */
static inline const struct km_tests *tests_inside(const struct km_desc *desc)
{
	char id[64];

	snprintf(id, sizeof(id), "%s", desc->name);
	for (char *c = id; *c; c++)
		if (*c == '-' || *c == '.')
			*c = '_';
	for (unsigned long i = 0; i < km_test_kernel_count; i++)
		if (!strcmp(km_test_kernels[i].id, id) && km_test_kernels[i].page_bytes == desc->page_bytes)
			return km_test_kernels[i].tests;
	return NULL;
}

/** run_inside - run_suite() on kernel @desc, on its object with tests inside if there is one. Return: number of failures. */
static inline int run_inside(const char *suite, const struct km_desc *desc, void (*add)(Suite *s))
{
	static struct km_desc copy; /* kernel_under_test points to it */
	const struct km_tests *inside = tests_inside(desc);

	copy = *desc;
	if (inside)
		copy.ops = inside->ops;
	kernel_under_test = &copy;
	return run_suite(suite, add);
}

/** run_inside_kernels - run_on_kernels() with tests inside. */
static inline int run_inside_kernels(const char *suite, void (*add)(Suite *s))
{
	size_t n, i, seen = 0;
	const struct km_desc *descs = km_descs(&n);
	int failed = 0;

	for (i = 0; i < n; i++) {
		if (!kernel_is_released(&descs[i]))
			continue;
		seen++;
		failed += run_inside(suite, &descs[i], add);
	}
	return failed || seen < 4 ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif
