/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_KERNEL_MODEL_LINUX_KM_TESTS_H
#define TESTS_KERNEL_MODEL_LINUX_KM_TESTS_H
/*
 * tests/kernel-model/linux/km_tests.h - unit tests that run inside a kernel, compiled with its headers. Builtin types only.
 * A check that fails is a finding of kind "test", so one judge on the host side (test_linux_side.c) sees all.
 */
struct km_ops;

/**
 * struct km_test - one test.
 * @run: runs in a sim task after boot; @cost_ps: the price list, indexed by enum host_cost.
 * @findings: kinds of findings that it must leave, in order, separated by blanks; "" for none.
 */
struct km_test {
	const char *name;
	void (*run)(const unsigned long long *cost_ps);
	const char *findings;
};

/**
 * struct km_tests - what a test kernel shows: its operations, and groups of tests; a row without name ends a group.
 * kt_group.c: @group_v1: make the group of function @index one for containers of the first type, with a table of @levels with
 * pages of @shift; NULL: all groups take them. @group_without: take something from a group that others do not have.
 */
struct km_tests {
	const struct km_ops *ops;
	const struct km_test *group[5];
	int (*group_v1)(int index, unsigned int shift, unsigned int levels);
	int (*group_without)(int index, const char *what);
};

/** struct km_test_kernel - the tests inside one kernel, "linux_6_1"; the table is made by the build. */
struct km_test_kernel {
	const char *id;
	unsigned int page_bytes;
	const struct km_tests *tests;
};

extern const struct km_test_kernel km_test_kernels[];
extern const unsigned long km_test_kernel_count;

#endif
