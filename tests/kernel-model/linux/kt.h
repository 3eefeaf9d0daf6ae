/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_KERNEL_MODEL_LINUX_KT_H
#define TESTS_KERNEL_MODEL_LINUX_KT_H
/*
 * tests/kernel-model/linux/kt.h - what the tests on the Linux side share.
 */
#include <linux/kernel.h>

#include "kernel-model/linux/km.h"
#include "kernel-model/linux/km_compat.h"
#include "tests/kernel-model/linux/km_tests.h"

#define KT_NS 1000ULL
#define KT_US 1000000ULL

void kt_failed(const char *what, int line, unsigned long long a, unsigned long long b);
/* Sleep for @ps of simulated time. */
void kt_sleep(u64 ps);
/* A task with an address space enters the kernel; the test's body runs in it. */
struct km_task *kt_enter(void);
void kt_exit(struct km_task *task);

#define KT_EQ(a, b)                                                                                        \
	do {                                                                                               \
		unsigned long long a_ = (unsigned long long)(a), b_ = (unsigned long long)(b);             \
		if (a_ != b_)                                                                              \
			kt_failed(#a " == " #b, __LINE__, a_, b_);                                         \
	} while (0)
#define KT_TRUE(a) KT_EQ(!!(a), 1)

struct iommu_table_group;

/* kt_group.c: table group of the @index-th function that has one. */
struct iommu_table_group *kt_table_group(int index);
/* From 6.4 on groups of PHB3 take containers of the first type as they are. */
#if KM_SINCE(6, 4)
#define KT_GROUP_V1 NULL
#else
int kt_group_v1(int index, unsigned int shift, unsigned int levels);
#define KT_GROUP_V1 kt_group_v1
#endif
int kt_group_without(int index, const char *what);

extern const struct km_test kt_lock_tests[], kt_mem_tests[], kt_pci_tests[], kt_srcu_tests[], kt_tce_tests[];

#endif
